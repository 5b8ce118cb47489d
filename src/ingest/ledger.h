/*
 * The ledger: which files were taken into a data folder, and how far, so that a file is never taken twice and one that
 * was interrupted goes on where it was. DIR/ingest.log, JSON lines, appended (docs/formats/ingest.md).
 *
 * A file is known by its content: the SHA-256 of its first bytes finds candidates, that of all bytes that were taken
 * decides. What it is called, where it lies and whether it is compressed doesn't matter; a file that grew goes on.
 *
 * Each note carries the mark of the archive's commit that it belongs to, and is written before it: when the archive
 * then knows a lesser mark, the commit never was, and neither is the note. All functions may be called from any thread.
 */
#ifndef VG_INGEST_LEDGER_H
#define VG_INGEST_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define VG_LEDGER_HEAD  4096      /* bytes that find candidates */
#define VG_LEDGER_NAME  256       /* bytes of a name with its terminator */
#define VG_LEDGER_FILES (1 << 20) /* remembered at most */
#define VG_LEDGER_SUM   32        /* SHA-256 */

#define VG_LEDGER_REPLACES 64 /* files that one takes the place of, at most */

/* What its caller told of a file: part of what "taken" means. */
struct vg_ledger_told {
    const char *form; /* of its times (base/time_pattern.h); NULL: not told */
    int64_t day_us;   /* midnight of its first day; 0: not told */
    int64_t given_us; /* of all its lines; 0: not told */
    int zone_minutes; /* east of UTC, of times that don't say theirs */
    bool undated;     /* its lines have no time */
};

/* A file that was begun. Texts belong to the ledger and stay until it is closed. */
struct vg_ledger_file {
    uint32_t id; /* from 1: also the number of its stream in the journal */
    const char *name;
    const char *layout; /* NULL: sentences; a known layout's name, or the text of a layout file */
    const char *header; /* of a table */
    struct vg_ledger_told told;
    int64_t time_us;  /* its date: of lines that have no time, if nothing is told */
    int64_t begun_us; /* when it was taken: no time in it is more than a day later. 0: not kept, no such bound */
    uint32_t replaces[VG_LEDGER_REPLACES]; /* files whose rows leave the archive for it */
    size_t replaced;                       /* so many */
    bool is_replaced;                      /* another one has taken its place */
    bool remembered;                       /* it can be known again; standard input can't */
    uint32_t head_len;                     /* bytes that `head` is of: all of a short file */
    uint8_t head[VG_LEDGER_SUM];
    uint64_t bytes; /* taken */
    uint64_t sure;  /* `sum` is of so many: fewer than `bytes` if a crash came between */
    uint8_t sum[VG_LEDGER_SUM];
    uint64_t from;                /* to go on, read the journal from here: an offset in the file … */
    uint64_t from_journal_offset; /* … that is at this journal offset; 0: go on without */
};

struct vg_ledger; /* opaque */

/* Opens or makes the ledger; `mark` is the archive's. VG_IO, VG_NOMEM, VG_CORRUPT; *ret_why is constant. */
enum vg_err vg_ledger_open(const char *path, uint64_t mark, struct vg_ledger **ret_ledger, const char **ret_why);
void vg_ledger_close(struct vg_ledger *ledger); /* NULL is fine */
/* Whether it could be opened; changes nothing. VG_OK, too, if there is none. VG_CORRUPT: not a line of it can be read.
 */
enum vg_err vg_ledger_check(const char *path);

/* Begins a file: gives it its id and writes it down, synced, before anything of it is in the journal. */
enum vg_err vg_ledger_begin(struct vg_ledger *ledger, const struct vg_ledger_file *file, uint32_t *ret_id);

/* So much of a file is taken: bytes, sure, sum, from and from_journal_offset of the file with this id. Written, not
 * synced. */
enum vg_err vg_ledger_note(struct vg_ledger *ledger, const struct vg_ledger_file *file, uint64_t mark);
enum vg_err vg_ledger_sync(struct vg_ledger *ledger);

/* The same for this process only: who reads files ahead knows what will be taken. */
void vg_ledger_expect(struct vg_ledger *ledger, const struct vg_ledger_file *file);

/* A file that goes on had so many bytes before, with this sum: a copy from then is known, too. Written, not synced. */
enum vg_err vg_ledger_also(struct vg_ledger *ledger, const struct vg_ledger_file *file);
/* True if a file of just this content was taken, told the same as `like`. */
bool vg_ledger_had(struct vg_ledger *ledger, const struct vg_ledger_file *like, uint64_t bytes,
                   const uint8_t sum[static VG_LEDGER_SUM]);

/* The same layout, and told the same. */
bool vg_ledger_told_alike(const struct vg_ledger_file *a, const struct vg_ledger_file *b);

/* Nothing of it was of any use: it can be given again. Written, not synced. */
enum vg_err vg_ledger_forget(struct vg_ledger *ledger, uint32_t id, uint64_t mark);

/* False if there is none. */
bool vg_ledger_get(struct vg_ledger *ledger, uint32_t id, struct vg_ledger_file *ret);

/* Files that may be the one with these first bytes (all of it if fewer than VG_LEDGER_HEAD); how many, at most `cap`.
 */
size_t vg_ledger_find(struct vg_ledger *ledger, const void *head, size_t len, struct vg_ledger_file *ret, size_t cap);

#endif
