/* Several parts of an hour written as one: for compaction, and for a retraction, which leaves rows out. */
#include <stdlib.h>

#include "archive/store_list.h"

static enum vg_err copy_row(void *arg, const struct vg_table *table, const void *row)
{
    struct vg_store_joining *j = arg;
    uint64_t offset = ((const struct vg_table_key *)row)->journal_offset;
    (void)table;
    if (j->damaged)
        return VG_CORRUPT;
    if (!((j->kept + j->left_out + j->moved) % VG_STORE_GIVE_UP_ROWS) && vg_store_is_given_up(j->writer))
        return VG_EOF;
    if (j->without && offset && vg_offset_ranges_have(j->without, offset)) {
        j->left_out++;
        return VG_OK;
    }
    if (j->cuts && ((const struct vg_table_key *)row)->time_us < j->before_us) {
        j->left_out++;
        return VG_OK;
    }
    j->kept += !j->hour_out;
    j->moved += j->hour_out != NULL;
    return j->err = vg_table_out_row(j->hour_out ? j->hour_out : j->out, row);
}

static struct vg_parquet_options options_of(const struct vg_store_writer *w, bool mixed, uint64_t rows)
{
    struct vg_parquet_options options = VG_PARQUET_OPTIONS_DEFAULT;
    options.level = w->rules.level;
    options.sorted = mixed ? 0 : 2;
    options.page_rows = 0;
    options.rows = rows;
    return options;
}

/* ---- hours that move out of mixed parts ---- */

static struct vg_store_part moved_part(const struct vg_store_writer *w)
{
    return (struct vg_store_part){w->state.commit + 1, w->state.commit + 1};
}

static enum vg_err end_hour(struct vg_store_joining *j)
{
    struct vg_store_writer *w = j->writer;
    const struct vg_store_part part = moved_part(w);
    struct vg_table_written written;
    if (!j->hour_out)
        return VG_OK;
    enum vg_err err = vg_table_out_finish(j->hour_out, &written);
    j->hour_out = NULL;
    return err ? err : vg_store_list_add(w, j->job->table, j->hour_us, &part, &written);
}

/* The rows of this hour come now. */
static enum vg_err on_hour(void *arg, int64_t hour_us)
{
    struct vg_store_joining *j = arg;
    struct vg_store_writer *w = j->writer;
    const struct vg_store_part part = moved_part(w);
    const struct vg_parquet_options options = options_of(w, false, 0);
    char path[VG_ATOMIC_PATH];
    enum vg_err err = end_hour(j);
    if (err || !vg_store_hours_have(&j->job->moves, hour_us))
        return err;
    j->hour_us = hour_us;
    err = vg_store_path(w->dir, j->job->table, hour_us, &part, path);
    if (!err)
        err = vg_store_hours_add(&j->hours, hour_us);
    if (!err)
        err = vg_store_hour_folder(w, j->job->table, hour_us);
    return err ? err : vg_table_out_open(vg_store_table(j->job->table), path, &options, &j->hour_out);
}

void vg_store_unmove(struct vg_store_writer *w, struct vg_store_joining *j)
{
    const struct vg_store_part part = moved_part(w);
    if (j->hours.count)
        vg_store_list_drop(w);
    for (size_t i = 0; i < j->hours.count; i++)
        if (!vg_store_remove_part(w->dir, j->job->table, j->hours.items[i], &part))
            w->stuck = true;
    j->hours.count = 0;
}

static void on_damage(void *arg, size_t file, enum vg_err err)
{
    struct vg_store_joining *j = arg;
    if (j->damaged)
        return;
    j->damaged = true;
    j->file = file;
    j->err = err;
}

/* The rows of the files, in the order of the part that they become. */
static enum vg_err merge(const struct vg_store_job *job, struct vg_table_file **files, struct vg_scan *scans,
                         struct vg_store_joining *j)
{
    static const struct vg_positions_query all = {.from_us = INT64_MIN, .to_us = INT64_MAX};
    struct vg_positions_work work = {0};
    const struct vg_merging m = {.on_row = copy_row, .on_damage = on_damage, .arg = j, .work = &work};
    enum vg_err err = VG_OK;
    if (job->hour_us != VG_STORE_MIXED)
        err = vg_merge(files, job->count, scans, &all, copy_row, on_damage, j, &work);
    else
        err = vg_store_merge_mixed(&m, files, job->count, scans, on_hour);
    if (!err && j->damaged)
        err = j->err;
    if (!err)
        return end_hour(j);
    vg_table_out_abandon(j->hour_out);
    j->hour_out = NULL;
    return err;
}

/* Writes the rows of the files to `path`. j->damaged: file j->file could not be read. */
static enum vg_err copy(struct vg_store_writer *w, struct vg_table_file **files, const struct vg_store_job *job,
                        const char *path, struct vg_store_joining *j)
{
    struct vg_scan *scans = calloc(job->count, sizeof *scans);
    uint64_t rows = 0;
    for (size_t i = 0; i < job->count; i++)
        rows += vg_parquet_rows(files[i]->parquet);
    const struct vg_parquet_options options = options_of(w, job->hour_us == VG_STORE_MIXED, rows);
    enum vg_err err = scans ? vg_table_out_open(vg_store_table(job->table), path, &options, &j->out) : VG_NOMEM;
    if (!err) {
        j->out->vessels.failed |= job->hour_us == VG_STORE_MIXED; /* the index is of vessels whose rows lie together */
        err = merge(job, files, scans, j);
        if (err)
            vg_table_out_abandon(j->out);
        else
            err = vg_table_out_finish(j->out, &j->written);
    }
    for (size_t i = 0; i < job->count && scans; i++)
        vg_scan_free(&scans[i]);
    free(scans);
    return err;
}

static enum vg_err open_parts(const struct vg_store_writer *w, const struct vg_store_job *job,
                              struct vg_table_file **files, struct vg_table_file *rooms, struct vg_store_joining *j)
{
    enum vg_err err = VG_OK;
    for (size_t i = 0; i < job->count && !err; i++) {
        err = vg_store_list_open_part(w, job, job->from + i, &rooms[i]);
        if (err && err != VG_NOMEM)
            on_damage(j, i, err);
        files[i] = &rooms[i];
    }
    return err;
}

enum vg_err vg_store_join(struct vg_store_writer *w, const struct vg_store_job *job,
                          const struct vg_offset_ranges *without, struct vg_store_joining *j)
{
    char path[VG_ATOMIC_PATH];
    struct vg_table_file **files = calloc(job->count, sizeof *files), *rooms = calloc(job->count, sizeof *rooms);
    enum vg_err err = files && rooms ? VG_OK : VG_NOMEM;
    j->without = without;
    j->writer = w;
    j->job = job;
    if (!err)
        err = vg_store_path(w->dir, job->table, job->hour_us, &job->target, path);
    if (!err)
        err = open_parts(w, job, files, rooms, j);
    if (!err) {
        err = copy(w, files, job, path, j);
        if (err && !vg_store_remove_part(w->dir, job->table, job->hour_us, &job->target))
            w->stuck = true;
        if (err)
            vg_store_unmove(w, j);
    }
    for (size_t i = 0; i < job->count && rooms; i++)
        vg_table_file_close(&rooms[i]);
    free(files);
    free(rooms);
    return err;
}
