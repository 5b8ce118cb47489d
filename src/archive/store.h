/*
 * The archive of a data folder: the tables of positions, static reports and details, which together hold all that
 * vessels said; of detections, what sensors that measure said; and of tracks, what was made of both. Hive-partitioned,
 * written in commits, compacted, asked.
 *
 *     DIR/positions/day=2026-11-22/hour=07/part-FIRST-LAST.parquet
 *     DIR/static/day=2026-11-22/hour=07/part-FIRST-LAST.parquet
 *     DIR/details/day=2026-11-22/hour=07/part-FIRST-LAST.parquet
 *     DIR/detections/…, DIR/tracks/…                                    likewise
 *     DIR/positions/day=1970-01-01/hour=00/mixed-FIRST-LAST.parquet    rows of hours that have few
 *     DIR/state.json       number of the last commit, and how far into the journal it reaches
 *     DIR/parts-N.list     which parts there must be (store_list.h)
 *
 * FIRST and LAST are numbers of commits, the same when a commit wrote the part. Compaction takes a number as a commit
 * does and writes one part for several of the same hour, whose range covers theirs; a part whose range lies within
 * another's counts no more and is removed.
 * Parts with a number above the state's last commit are what a crash left and are removed at opening: a commit is there
 * wholly or not at all, and what it misses can be taken from the journal again, from the mark on.
 *
 * One writer at a time: the journal's lock of the same data folder keeps others away. Any number of readers, at the
 * same time, in any process. Nothing here asks a clock.
 */
#ifndef VG_ARCHIVE_STORE_H
#define VG_ARCHIVE_STORE_H

#include "archive/detections.h"
#include "archive/positions.h"
#include "archive/statics.h"
#include "archive/tracks.h"
#include "base/offset_ranges.h"

/* The tables; what a table is stands in archive/table.h. */
enum vg_store_table {
    VG_STORE_POSITIONS,
    VG_STORE_STATICS,
    VG_STORE_DETAILS,
    VG_STORE_DETECTIONS,
    VG_STORE_TRACKS,
    VG_STORE_TABLES
};
#define VG_STORE_REPORT_ROWS 3 /* of one report, at most: one in each table of what vessels say */
#define VG_STORE_ALL         ((1u << VG_STORE_TABLES) - 1)     /* as bits */
#define VG_STORE_REPORTS     ((1u << VG_STORE_DETECTIONS) - 1) /* those of what vessels say: vg_store_reports() */

/* ---- writing ---- */

struct vg_store_rules {
    size_t most_rows; /* of all tables in memory, 80 to 216 bytes each; default 1 048 576 */
    int level;        /* of zstd; default 6 */
    int fresh_level;  /* for parts that compaction will write again; default 1 */
    bool repairs;     /* opens an archive whose repair was interrupted, too */
};
#define VG_STORE_RULES_DEFAULT ((struct vg_store_rules){.most_rows = 1 << 20, .level = 6, .fresh_level = 1})

struct vg_store_writer; /* opaque; one thread */

/*
 * Opens the archive in DIR for writing, making it if there is none, and removes what a crash left. *ret_mark: the mark
 * of the last commit; 0 if there is none. VG_IO, VG_NOMEM, VG_CORRUPT (a state file that is none), VG_UNSUPPORTED (a
 * newer version wrote it); *ret_why is a sentence, valid until the next call.
 */
enum vg_err vg_store_open(const char *dir, const struct vg_store_rules *rules, const struct vg_sources *sources,
                          struct vg_store_writer **ret_writer, uint64_t *ret_mark, const char **ret_why);
/* The mark alone, of an archive that need not be open; 0: there is none, or no commit. VG_IO, VG_CORRUPT, … */
enum vg_err vg_store_mark(const char *dir, uint64_t *ret_mark);
/* Rows that were not committed are gone. NULL is fine. */
void vg_store_close(struct vg_store_writer *writer);

/*
 * Takes the rows that a report gives, one in each table that has something to say; none if it has no time. VG_LIMIT:
 * full, commit first. VG_NOMEM: nothing was taken. A row that no column or folder can hold is counted as refused, and
 * that is VG_OK.
 */
enum vg_err vg_store_add(struct vg_store_writer *writer, const struct vg_report *report);
/*
 * The name of a described sensor, by vg_report.site, as rows of detections added from now on have it. Copied, and cut
 * to VG_STORE_SENSOR_NAME. VG_RANGE: no site has that number.
 */
#define VG_STORE_SENSORS     64
#define VG_STORE_SENSOR_NAME 48
enum vg_err vg_store_name_sensor(struct vg_store_writer *writer, uint16_t site, const char *name);
/* Takes a row of tracks. VG_LIMIT, VG_NOMEM as above; one that no column or folder can hold is counted as refused. */
enum vg_err vg_store_add_track(struct vg_store_writer *writer, const struct vg_track_point *point);
size_t vg_store_waiting(const struct vg_store_writer *writer); /* rows not committed */

/*
 * Writes everything that was added, and then says so in the state: the journal is archived up to the offset `mark`. At
 * most 65 parts of a table: one for each hour that has many rows (or if there are few hours), and one for the rows of
 * all others. VG_IO and VG_NOMEM, and of a retraction VG_CORRUPT and its like: nothing is committed, the rows stay and
 * it can be tried again. VG_EOF: the same, it was stopped.
 */
enum vg_err vg_store_commit(struct vg_store_writer *writer, uint64_t mark);
/*
 * By whom a commit, a compaction or a retraction is told to give up: asked between parts and each few thousand rows,
 * in the thread that writes. NULL: by nobody. What was given up is as if it had not begun.
 */
typedef bool vg_store_is_stopped(void *arg);
void vg_store_stop_by(struct vg_store_writer *writer, vg_store_is_stopped *is_stopped, void *arg);
/* Why the last commit or retraction failed, a sentence with a path; "": it didn't. Valid until the next call. */
const char *vg_store_why(const struct vg_store_writer *writer);

/*
 * Takes back rows: those whose journal offset lies in a range [from, to) leave all tables with the next commit, and
 * with it the rows that were added since then come; it is there wholly or not at all. Rows of the ranges that wait now
 * are dropped at once; those added from now on are not meant, nor are rows whose offset is 0. Again before the commit:
 * the ranges of both.
 *
 * Only hours that have such rows are written anew; of the others footers are read. *ret_why ("" if there is nothing to
 * tell, valid until the next call): parts that can't be read at all answer no question, stay as they are, and are told.
 * VG_CORRUPT, …: a part that would have to be written anew can't be read, and is told; VG_ARG (a range ends before it
 * begins), VG_LIMIT (VG_OFFSET_RANGES_MAX), VG_IO, VG_NOMEM, VG_EOF (stopped): nothing is taken back.
 */
enum vg_err vg_store_retract(struct vg_store_writer *writer, const struct vg_offset_range *ranges, size_t count,
                             const char **ret_why);
/* Doesn't, after all. */
void vg_store_retract_none(struct vg_store_writer *writer);

/*
 * Makes one part of all parts of one hour in one table: the oldest hour with more than one, or with one at
 * `fresh_level`, among those that end by `before_us`. Before them, the mixed parts: several become one, and hours that
 * have enough rows in it get a part of their own. *ret_more: there may be another to do. Parts that can't be read are
 * left as they are and told in *ret_why ("" if there is nothing to tell), valid until the next call. VG_IO, VG_NOMEM,
 * VG_EOF (it was stopped): everything is as it was, and it can be tried again.
 */
enum vg_err vg_store_compact(struct vg_store_writer *writer, int64_t before_us, bool *ret_more, const char **ret_why);

/*
 * What whoever goes on behind the mark must know besides: a text of the caller's that the state keeps. It belongs to
 * the next commit. VG_LIMIT: it is too long, or has too many characters that JSON escapes; the one before stays.
 */
#define VG_STORE_NOTE 2048 /* bytes with the terminator */
enum vg_err vg_store_set_note(struct vg_store_writer *writer, const char *note);
const char *vg_store_note(const struct vg_store_writer *writer); /* of the last commit; "": none */

struct vg_store_counters {
    uint64_t rows[VG_STORE_TABLES], commits, compactions; /* that are on the disk */
    uint64_t retracted[VG_STORE_TABLES];                  /* rows that were taken back */
    uint64_t moved;                                       /* rows that compaction gave a part of their hour */
    uint64_t retired_hours, retired_bytes;                /* that went by the rules of retention (archive/retire.h) */
    uint64_t refused;                                     /* rows that no column can hold */
    uint64_t again;                                       /* reports of what was heard before: no rows */
    uint64_t failures;
};
const struct vg_store_counters *vg_store_counters(const struct vg_store_writer *writer);

/*
 * Looks through a whole archive and tells what is missing, empty or of another size than its list says; `deep`: reads
 * every page, too. No archive there: nothing is told. VG_IO, VG_NOMEM: it can't be looked through.
 */
typedef void vg_store_on_damage(void *arg, const char *path, enum vg_err err);
enum vg_err vg_store_check(const char *dir, bool deep, vg_store_on_damage *on_damage, void *arg);

/* The greatest journal offset of the rows that can be read: where the mark can't be. VG_NOMEM. */
enum vg_err vg_store_last_place(const char *dir, uint64_t *ret_place);

/* ---- asking ---- */

struct vg_store; /* opaque; one thread; sees parts that are committed after it was opened, too */

/* VG_NOT_FOUND: no archive there. Footers of files are kept in memory within a bound, so asking again is faster. */
enum vg_err vg_store_reader_open(const char *dir, struct vg_store **ret_store);
void vg_store_reader_close(struct vg_store *store); /* NULL is fine */

/* The first and the last hour that have rows: [from, to). Both VG_TIME_NONE: the archive is empty. */
enum vg_err vg_store_span(struct vg_store *store, int64_t *ret_from_us, int64_t *ret_to_us);

/*
 * The positions that a query finds (archive/positions.h), hour by hour; within an hour by vessel, then time, whatever
 * number of parts it has. A vessel's positions (query.mmsi) so come in the order of time. `work` may be NULL. A part
 * that can't be read, or must be there and isn't, is told to `on_damage` (may be NULL) with its path, counted, and
 * passed over; so are a folder, the state and the list of parts. Anything but VG_OK
 * from on_row ends the reading and is returned.
 */
enum vg_err vg_store_positions(struct vg_store *store, const struct vg_positions_query *query,
                               vg_positions_on_row *on_row, vg_store_on_damage *on_damage, void *arg,
                               struct vg_positions_work *work);

/* The same for static reports; `box` must be NULL. */
enum vg_err vg_store_statics(struct vg_store *store, const struct vg_positions_query *query, vg_statics_on_row *on_row,
                             vg_store_on_damage *on_damage, void *arg);

/* The same for what sensors that measure said; `box` must be NULL, for most of it has a range and a bearing. */
enum vg_err vg_store_detections(struct vg_store *store, const struct vg_positions_query *query,
                                vg_detections_on_row *on_row, vg_store_on_damage *on_damage, void *arg);

/* The same for tracks. Times are those of the steps. */
enum vg_err vg_store_tracks(struct vg_store *store, const struct vg_positions_query *query, vg_tracks_on_row *on_row,
                            vg_store_on_damage *on_damage, void *arg);

/*
 * The reports that a query finds, put together again from some tables (bits 1 << VG_STORE_…; those that are not in
 * VG_STORE_REPORTS are passed over): hour by hour; within an
 * hour by MMSI, and those of one MMSI in the order in which they arrived (by their offset in the journal where all have
 * one, else by time). So they can be applied as they were live. report->source is an id of `sources`, where names are
 * added. `box` must be NULL. VG_ARG, VG_NOMEM. In an hour with more than 65 536 reports of one MMSI, that many at a
 * time are put in order.
 */
typedef enum vg_err vg_store_on_report(void *arg, const struct vg_report *report);
enum vg_err vg_store_reports(struct vg_store *store, unsigned tables, const struct vg_positions_query *query,
                             struct vg_sources *sources, vg_store_on_report *on_report, vg_store_on_damage *on_damage,
                             void *arg);

/*
 * The hours that have something, in order, with the size of their parts: for a time bar. Returns how many there are,
 * also when that is more than `cap`.
 */
struct vg_store_hour {
    int64_t from_us;
    uint64_t bytes;
    uint32_t parts; /* that there are, or must be */
};
size_t vg_store_hours(struct vg_store *store, struct vg_store_hour *ret, size_t cap);
/* All that could not be read when vg_store_hours() last looked: of hours, and of the archive (its state, its list of
 * parts, a folder). 0: nothing is silently missing. */
uint64_t vg_store_unread(const struct vg_store *store);
/* The folder is looked through once for each commit; the next time it is, though none came: files may have gone. */
void vg_store_look_again(struct vg_store *store);

/*
 * Looks before a long answer whether it can be whole: opens the parts of [from_us, to_us) in some tables and reads
 * their ends. What is missing or damaged is told as by a question. VG_IO, VG_NOMEM.
 */
enum vg_err vg_store_check_span(struct vg_store *store, unsigned tables, int64_t from_us, int64_t to_us,
                                vg_store_on_damage *on_damage, void *arg);

#endif
