/*
 * A reader of the archive from inside: what the folder says (store_look.c), and its parts, opened (store_open.c), below
 * the questions to it (store_read.c) and the time bar (store_hours.c).
 */
#ifndef VG_ARCHIVE_STORE_READ_INNER_H
#define VG_ARCHIVE_STORE_READ_INNER_H

#include <sys/stat.h>

#include "archive/store_list.h"

#define FILES_MOST 128               /* open files kept for the next question */
#define BYTES_MOST ((size_t)1 << 26) /* of their metadata */
#define SCANS_KEPT 4                 /* their memory, about 1 MiB each, stays for the next question */
#define LISTINGS   64                /* of an hour that goes on changing */

#define FILES_OF_HOUR ((size_t)VG_STORE_TABLES * VG_STORE_PARTS_MAX)

/* A part that is open. Parts don't change, but an archive may be made anew under the same names. */
struct entry {
    enum vg_store_table table;
    int64_t hour_us;
    struct vg_store_part part;
    ino_t inode;
    off_t size;
    struct timespec changed;
    uint64_t used; /* the number of the question */
    bool held;     /* a question goes through it */
    struct vg_table_file file;
};

/* Which file of the hour at hand, and whether it was told as damaged. */
struct hour_file {
    enum vg_store_table table;
    struct vg_store_part part;
    bool told;
};

/* What there is, as long as the state file stays the same. */
struct overview {
    ino_t inode;
    struct timespec changed;
    struct vg_store_hour *hours;
    size_t count;
    uint64_t unread; /* what could not be read, hours' parts among it */
    bool known;
};

struct vg_store {
    char *dir;
    struct vg_store_state state;     /* as it was last read; one that lets every part count if it can't be */
    enum vg_err state_err, list_err; /* why not */
    bool fresh;                      /* it was read a moment ago */
    bool seen;                       /* a state was read once: it must be there */
    struct vg_store_list list;       /* that the state names */
    struct entry **entries;
    size_t entry_count, entry_room;
    uint64_t questions;
    struct vg_store_parts parts;
    struct overview overview;
    struct vg_table_file *files[FILES_OF_HOUR]; /* of the hour at hand, table by table */
    struct hour_file numbers[FILES_OF_HOUR];
    size_t file_count;
    size_t scans_used; /* those from here on were never touched: they take no memory */
    struct vg_scan scans[FILES_OF_HOUR];
};

/* ---- store_look.c ---- */

/* The state and its list, read again. What can't be read is noted in the store: no error. VG_NOMEM. */
enum vg_err vg_store_look(struct vg_store *store);

/*
 * The hour's parts, into store->parts, which count by store->state: while that stays the same, what is listed is what
 * counts. VG_IO: the folder can't be read, or (*ret_steady false) it went on changing. VG_NOMEM, VG_RANGE.
 */
enum vg_err vg_store_look_hour(struct vg_store *store, enum vg_store_table table, int64_t hour_us, bool *ret_steady);

/* The hours that have a folder or must have one, added in order. *ret_unread: a folder can't be read. VG_NOMEM, … */
enum vg_err vg_store_look_hours(const struct vg_store *store, enum vg_store_table table, int64_t from_us, int64_t to_us,
                                struct vg_store_hours *hours, bool *ret_unread);

/* True if a part that must be there is not among store->parts. */
bool vg_store_is_missed(const struct vg_store *store, const struct vg_store_listed *listed);

/* The state can't be read though there must be one, or says that a repair was interrupted. `hours`: there are some. */
static inline bool vg_store_is_unsure(const struct vg_store *store, bool hours)
{
    return (store->state_err && (hours || store->seen || store->state_err != VG_NOT_FOUND)) ||
           store->state.missing_count;
}

/* ---- store_open.c ---- */

/* A part, opened or still open from before. VG_CORRUPT, too, if it is not the one that the list tells of. */
enum vg_err vg_store_enter(struct vg_store *store, enum vg_store_table table, int64_t hour_us,
                           struct vg_store_part part, struct entry **ret_entry);
void vg_store_leave(struct vg_store *store, size_t entry);
/* Closes what wasn't used longest, until the rest is within the bounds; and parts of the hour that count no more. */
void vg_store_tidy(struct vg_store *store, unsigned tables, int64_t hour_us);

#endif
