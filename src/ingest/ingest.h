/*
 * Recordings into a data folder: every byte into DIR/journal, what it says into DIR/archive, and into DIR/ingest.log
 * which files those were (docs/formats/ingest.md).
 *
 * It may be killed at any moment. What the archive then misses is taken from the journal when the folder is opened
 * again; what the journal misses, from the file when it is given again; nothing is there twice.
 *
 *     vg_ingest_open(dir, &options, &ingest, &why);
 *     err = vg_ingest_run(ingest, jobs, count);
 *     err = vg_ingest_close(ingest);
 *
 * One thread uses it; up to three more are made in vg_ingest_run(). No clock is asked but the monotonic one in the
 * options, which paces the journal's thread.
 */
#ifndef VG_INGEST_INGEST_H
#define VG_INGEST_INGEST_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/offset_ranges.h"
#include "ingest/ledger.h"
#include "nmea/line_clock.h"
#include "nmea/nmea.h"
#include "sensor/table/table.h"

#define VG_INGEST_FILES_MAX 1000000 /* of one run */

struct vg_ingest_counts {
    uint64_t files, known, failed; /* taken, taken before, that could not be read; an archive's members singly */
    uint64_t passed_over;          /* members of archives: links, hidden and empty ones */
    uint64_t bytes, lines, sentences, messages;
    uint64_t duplicates;               /* messages that were heard before: not in the archive */
    uint64_t positions, statics;       /* rows that are in the archive now and were not before */
    uint64_t repaired;                 /* reports of a repair that came again out of the journal */
    uint64_t rows_left, rows_back;     /* of a repair: that were taken out of the archive, and that came */
    uint64_t caught_up;                /* reports that were taken from the journal at opening */
    struct vg_line_clock_counts dated; /* lines of sentences, and rows, by where their times come from */
    uint64_t waiting;                  /* files that end in an unfinished line */
    uint64_t refused[VG_REFUSAL_COUNT], rows_refused[VG_CSV_REFUSAL_COUNT];
    char example[VG_REFUSAL_COUNT][VG_EXAMPLE_SIZE];
    char row_example[VG_CSV_REFUSAL_COUNT][VG_ROW_EXAMPLE];
};

/* How it goes, told by the thread that runs it: at each chunk, and when a file ends. */
struct vg_ingest_progress {
    size_t job;         /* number of the file, from 0 */
    const char *member; /* of that archive, as NAME/MEMBER; NULL: the file is no archive */
    double share;       /* of the file that was read; below 0: not known */
    uint64_t waiting;   /* ended: bytes of an unfinished last line that are left for later */
    bool ended;         /* it, or the member, is done */
    enum vg_err err;    /* VG_OK; VG_EXISTS: it was there before; else it could not be read, for `why` */
    const char *why;
    const char *note; /* what was passed over in it, when it is done; NULL: nothing */
    const struct vg_ingest_counts *counts;
};
typedef void vg_ingest_on_progress(void *arg, const struct vg_ingest_progress *progress);

struct vg_ingest_options {
    unsigned threads;  /* 1: all in the caller's; else reading, decoding, journal and archive side by side */
    int journal_level; /* of zstd, as in struct vg_journal_rules */
    int archive_level; /* of parts that compaction writes, 1–22; 0: the archive's default */
    int fresh_level;   /* of parts that a commit writes; 0 likewise */
    size_t most_rows;  /* in memory between two commits; 0: the archive's default */
    int64_t begun_us;  /* now: no time in the files is believed that is more than a day later; 0: any is */
    int64_t (*monotonic_us)(void); /* for the journal's thread; NULL only with one thread */
    void (*dice)(void *, size_t);  /* for the key of a new journal */
    const atomic_bool *stop;       /* true: end at the next chunk, wait for no pipe; may be NULL */
    /* Of a repair (ingest/repair.h): journal offsets whose rows are taken out of the journal again. NULL: none are. */
    const struct vg_offset_ranges *missing;
    vg_ingest_on_progress *on_progress; /* may be NULL */
    void *arg;
};

struct vg_ingest_job {
    const char *path;   /* "-": standard input */
    const char *name;   /* in journal and archive; an archive's members are NAME/MEMBER there … */
    bool name_given;    /* … unless the name was told and is not the file's: who heard it */
    const char *layout; /* NULL: by its header; a known layout's name, or the text of a layout file */
    int64_t time_us; /* the file's date: for lines that have no time, when no line of the file has; a member's own goes
                        before it */
    struct vg_ledger_told told;
    bool again; /* though it was taken before; its rows of then leave the archive */
};

struct vg_ingest; /* opaque */

/*
 * Opens the folder, making it if there is none, and catches up. VG_EXISTS: another process writes it; VG_EOF: it was
 * stopped while it caught up. *ret_why is one sentence, until the next call.
 */
enum vg_err vg_ingest_open(const char *dir, const struct vg_ingest_options *options, struct vg_ingest **ret_ingest,
                           const char **ret_why);

/*
 * Takes the files, one behind the other, and commits. Files that can't be read are told to on_progress and passed over.
 * VG_EOF: stopped; all that was taken is in the journal, and in the archive unless that takes longer than a few
 * seconds: the next opening goes on there. Anything else: the disk or memory fails, vg_ingest_why() tells.
 */
enum vg_err vg_ingest_run(struct vg_ingest *ingest, const struct vg_ingest_job *jobs, size_t count);

/* Makes one part of several in each hour of the archive. VG_EOF: stopped. */
enum vg_err vg_ingest_compact(struct vg_ingest *ingest);

const struct vg_ingest_counts *vg_ingest_counts(struct vg_ingest *ingest);
const char *vg_ingest_why(const struct vg_ingest *ingest);

/* Closes journal and archive. VG_IO: the journal's last entries did not reach the disk. NULL is fine. */
enum vg_err vg_ingest_close(struct vg_ingest *ingest);

#endif
