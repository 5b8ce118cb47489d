/*
 * The rows of the archive's table of tracks (archive/tracks.h), made of the journal: a situation of its own takes the
 * records in their order, with what operators did, and at each step of its clock tells what was shown of contacts with
 * a track. The same records give the same rows, whoever reads the journal, and wherever commits come.
 *
 *     vg_track_rows_new(&options, &rows);
 *     vg_track_rows_load(rows, path, mark);               // what was saved, if it is not behind the mark
 *     vg_track_rows_catch_up(rows, &replay_options, mark); // … and from there to the mark, without rows
 *     vg_track_rows_take(rows, sources, &item);            // each record
 *     for (size_t i = 0; i < vg_track_rows_count(rows); i++)
 *         vg_store_add_track(writer, vg_track_rows_get(rows, i));
 *
 * One thread. Memory: that of a situation (it keeps no trails), and up to VG_TRACK_ROWS_MOST rows of 600 bytes.
 */
#ifndef VG_INGEST_TRACK_ROWS_H
#define VG_INGEST_TRACK_ROWS_H

#include "archive/tracks.h"
#include "intake/journal_replay.h"
#include "site/site.h"

#define VG_TRACK_ROWS_MOST  65536               /* of one record; more are left out and counted */
#define VG_TRACK_STEPS_MOST 6                   /* of one silence by the wall clock: of a longer one, the last ones */
#define VG_TRACK_WARM_US    (30 * VG_MINUTE_US) /* read before the mark where nothing was saved */

struct vg_track_rows; /* opaque */

struct vg_track_rows_options {
    const struct vg_sites *sites; /* copied; one at least */
    bool data_clock;              /* whether the situation lives by the data's clock, as the live one */
    const char *journal_dir;      /* ids are made of its name */
};

/* VG_NOMEM, VG_ARG: no sites. */
enum vg_err vg_track_rows_new(const struct vg_track_rows_options *options, struct vg_track_rows **ret_rows);
void vg_track_rows_free(struct vg_track_rows *rows); /* NULL is fine */

/* The row of tracks that a record leads to. `sources` are those of its reports. A record from before what was taken
 * last gives none. VG_NOMEM: it was not taken whole; rows may be missing. */
enum vg_err vg_track_rows_take(struct vg_track_rows *rows, const struct vg_sources *sources,
                               const struct vg_journal_replay_item *item);
size_t vg_track_rows_count(const struct vg_track_rows *rows);
const struct vg_track_point *vg_track_rows_get(struct vg_track_rows *rows, size_t i); /* valid until the next take */

uint64_t vg_track_rows_taken(const struct vg_track_rows *rows);    /* the end of the last record; 0: none */
uint64_t vg_track_rows_left_out(const struct vg_track_rows *rows); /* rows */

/*
 * Takes all records between what was loaded and the mark, and gives no rows; where nothing was loaded, from
 * VG_TRACK_WARM_US before the mark on. `from` and `from_us` of the options are set here; so are sites and actions.
 * vg_journal_replay_open()'s and _next()'s errors, but VG_EOF.
 */
enum vg_err vg_track_rows_catch_up(struct vg_track_rows *rows, const struct vg_journal_replay_options *options,
                                   uint64_t mark);

/* What was taken, for the next start: to a file, whole or not at all. VG_IO, VG_NOMEM. */
enum vg_err vg_track_rows_save(const struct vg_track_rows *rows, const char *path);
/*
 * VG_NOT_FOUND; VG_UNSUPPORTED: of another version, other sensors, another journal or clock, or from behind the mark;
 * VG_CORRUPT, VG_IO, VG_NOMEM (then good for being freed only). The rows then are as new ones.
 */
enum vg_err vg_track_rows_load(struct vg_track_rows *rows, const char *path, uint64_t mark);

#endif
