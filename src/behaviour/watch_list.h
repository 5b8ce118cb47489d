/*
 * Watch lists: vessels that somebody with a legal basis asks to be told of, from CSV (docs/formats/watchlist.md).
 *
 * A row names a vessel by IMO number, by MMSI, or by call sign and name together. A name alone never matches: hundreds
 * of ships share one. A row matches until the end of the day on which it expires, by the time of the data. A row that
 * gives an IMO number does not match a vessel that says another valid one, whatever else is alike: that is counted and
 * is no match.
 *
 * Made once, then only read; any thread.
 */
#ifndef VG_BEHAVIOUR_WATCH_LIST_H
#define VG_BEHAVIOUR_WATCH_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "report/report.h"

#define VG_WATCH_FILE_MAX ((size_t)64 << 20) /* bytes; more: VG_LIMIT, told */
#define VG_WATCH_ROWS_MAX 200000             /* likewise */
#define VG_WATCH_LIST     41                 /* bytes with the terminator */
#define VG_WATCH_BASIS    161
#define VG_WATCH_NOTE_MAX 2000 /* bytes of a note, which is for people who read the file: it is not kept */

struct vg_watch_row {
    uint64_t key;                /* of list and identities: the same after the file was written anew; never 0 */
    int64_t date_us, expires_us; /* `expires`: the first moment at which it holds no more; INT64_MAX: none is set */
    uint32_t imo, mmsi;          /* 0: not given */
    char list[VG_WATCH_LIST], basis[VG_WATCH_BASIS];
    char name[VG_NAME_SIZE], callsign[VG_CALLSIGN_SIZE]; /* capitals and digits alone; "": not given */
    char flag[3];
    uint32_t line; /* of the file */
};

struct vg_watch_list; /* opaque */

/*
 * Reads a list. Wrong files: VG_SYNTAX, VG_RANGE or VG_LIMIT, and *ret_error, which the caller frees, names file, line
 * and what was expected; nothing of such a file is taken. VG_NOMEM. `name` is what errors call the file.
 */
enum vg_err vg_watch_list_read(const char *text, size_t len, const char *name, struct vg_watch_list **ret_list,
                               char **ret_error);
void vg_watch_list_free(struct vg_watch_list *list); /* NULL is fine */

size_t vg_watch_list_count(const struct vg_watch_list *list); /* 0 of NULL */
const struct vg_watch_row *vg_watch_list_get(const struct vg_watch_list *list, size_t i);
uint64_t vg_watch_list_hash(const struct vg_watch_list *list); /* of the text that it was read from; 0 of NULL */
bool vg_watch_list_has(const struct vg_watch_list *list, uint64_t key);

/* By what a row matched, the surest first. */
enum vg_watch_by { VG_WATCH_BY_IMO, VG_WATCH_BY_CALLSIGN, VG_WATCH_BY_MMSI, VG_WATCH_BYS };
double vg_watch_sure(enum vg_watch_by by); /* 0.99, 0.9 (with the name), 0.8: MMSIs change hands */

/* What a vessel says of herself. 0, "" or NULL: she doesn't. */
struct vg_watch_said {
    uint32_t mmsi, imo;
    const char *name, *callsign;
    int64_t time_us;
};

struct vg_watch_match {
    const struct vg_watch_row *row;
    enum vg_watch_by by;
};
#define VG_WATCH_MATCHES 8 /* of one vessel: she may stand on several lists */

/* The rows that match, each by what is surest, in the order of the file. What contradicts is counted. */
size_t vg_watch_list_find(const struct vg_watch_list *list, const struct vg_watch_said *said,
                          struct vg_watch_match ret[static VG_WATCH_MATCHES], unsigned *ret_contradicted);

/*
 * A name or a call sign without what people write in different ways: capitals A–Z and digits alone, letters with marks
 * as their letter (Ñ as N), cut to fit. "" if nothing is left.
 */
void vg_watch_plain_word(char *to, size_t size, const char *text);

/*
 * "LIST: what matched; basis; of DATE; until DATE" in at most size bytes, terminated; a basis that has no room is cut
 * between two characters and ends with "…". size ≥ 160.
 */
void vg_watch_text(const struct vg_watch_match *match, char *ret, size_t size);

#endif
