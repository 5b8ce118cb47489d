#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/store_inner.h"

/* What is made one: parts[from…from + count) of an hour. */
struct job {
    enum vg_store_table table;
    int64_t hour_us;
    struct vg_store_parts parts;
    size_t from, count;
    struct vg_store_part target;
};

struct copying {
    struct vg_table_out *out;
    bool damaged;
    size_t file; /* which */
    enum vg_err err;
};

static bool is_bad(const struct vg_store_writer *w, const struct job *job, struct vg_store_part part)
{
    for (size_t i = 0; i < w->bad_count; i++)
        if (w->bad[i].table == job->table && w->bad[i].hour_us == job->hour_us && w->bad[i].part.first == part.first &&
            w->bad[i].part.last == part.last)
            return true;
    return false;
}

static void drop_due(struct vg_store_writer *w, enum vg_store_table table)
{
    struct vg_store_hours *due = &w->due[table];
    memmove(due->items, due->items + 1, --due->count * sizeof *due->items);
}

static void note_bad(struct vg_store_writer *w, const struct job *job, size_t file, enum vg_err err)
{
    char path[VG_ATOMIC_PATH];
    struct vg_store_part part = job->parts.items[job->from + file];
    if (w->bad_count < VG_STORE_BAD_MAX)
        w->bad[w->bad_count++] = (struct vg_store_bad){job->table, job->hour_us, part};
    else
        drop_due(w, job->table); /* too many to remember: the hour is left as it is */
    if (!vg_store_path(w->dir, job->table, job->hour_us, &part, path))
        snprintf(w->why, sizeof w->why, "%s: %s", path, vg_err_text(err));
}

/* A part's range covers all numbers in it, so what is made one must stand side by side, with no bad part between. */
static bool find_run(const struct vg_store_writer *w, struct job *job)
{
    const struct vg_store_parts *parts = &job->parts;
    for (size_t i = 0, end; i < parts->count; i = end) {
        for (end = i; end < parts->count && end - i < VG_STORE_PARTS_MAX && !is_bad(w, job, parts->items[end]);)
            end++;
        bool to_the_end = end == parts->count, fresh = end - i == 1 && parts->items[i].first == parts->items[i].last;
        if (end - i > 1 || (fresh && to_the_end && w->rules.level != w->rules.fresh_level)) {
            job->from = i;
            job->count = end - i;
            job->target.first = parts->items[i].first;
            job->target.last = to_the_end ? w->state.commit + 1 : parts->items[end - 1].last;
            return true;
        }
        end += end == i || (end < parts->count && is_bad(w, job, parts->items[end]));
    }
    return false;
}

static enum vg_err copy_row(void *arg, const struct vg_table *table, const void *row)
{
    struct copying *c = arg;
    (void)table;
    if (c->damaged)
        return VG_CORRUPT;
    return c->err = vg_table_out_row(c->out, row);
}

static void on_damage(void *arg, size_t file, enum vg_err err)
{
    struct copying *c = arg;
    if (c->damaged)
        return;
    c->damaged = true;
    c->file = file;
    c->err = err;
}

/* Writes the rows of the files to `path`. c->damaged: file c->file could not be read. */
static enum vg_err copy(struct vg_store_writer *w, struct vg_table_file **files, const struct job *job,
                        const char *path, struct copying *c)
{
    const struct vg_positions_query all = VG_POSITIONS_ALL;
    struct vg_parquet_options options = VG_PARQUET_OPTIONS_DEFAULT;
    struct vg_positions_work work = {0};
    struct vg_scan *scans = calloc(job->count, sizeof *scans);
    uint64_t rows = 0;
    for (size_t i = 0; i < job->count; i++)
        rows += vg_parquet_rows(files[i]->parquet);
    options.level = w->rules.level;
    options.sorted = 2;
    options.page_rows = 0;
    options.rows = rows;
    enum vg_err err = scans ? vg_table_out_open(vg_store_table(job->table), path, &options, &c->out) : VG_NOMEM;
    if (!err) {
        err = vg_merge(files, job->count, scans, &all, copy_row, on_damage, c, &work);
        if (!err && c->damaged)
            err = c->err;
        if (err)
            vg_table_out_abandon(c->out);
        else
            err = vg_table_out_commit(c->out, NULL, NULL);
    }
    for (size_t i = 0; i < job->count && scans; i++)
        vg_scan_free(&scans[i]);
    free(scans);
    return err;
}

static enum vg_err open_parts(const struct vg_store_writer *w, const struct job *job, struct vg_table_file **files,
                              struct vg_table_file *rooms, struct copying *c)
{
    char path[VG_ATOMIC_PATH];
    enum vg_err err = VG_OK;
    for (size_t i = 0; i < job->count && !err; i++) {
        struct vg_parquet_file *parquet;
        err = vg_store_path(w->dir, job->table, job->hour_us, &job->parts.items[job->from + i], path);
        if (!err)
            err = vg_parquet_open(path, &parquet);
        if (!err)
            err = vg_table_file_init(&rooms[i], vg_store_table(job->table), parquet);
        if (err && err != VG_NOMEM)
            on_damage(c, i, err);
        files[i] = &rooms[i];
    }
    return err;
}

static enum vg_err make_one(struct vg_store_writer *w, const struct job *job, struct copying *c)
{
    char path[VG_ATOMIC_PATH];
    struct vg_table_file **files = calloc(job->count, sizeof *files), *rooms = calloc(job->count, sizeof *rooms);
    enum vg_err err = files && rooms ? VG_OK : VG_NOMEM;
    if (!err)
        err = vg_store_path(w->dir, job->table, job->hour_us, &job->target, path);
    if (!err)
        err = open_parts(w, job, files, rooms, c);
    if (!err) {
        err = copy(w, files, job, path, c);
        if (err && !vg_store_remove_part(w->dir, job->table, job->hour_us, &job->target))
            w->stuck = true;
    }
    for (size_t i = 0; i < job->count && rooms; i++)
        vg_table_file_close(&rooms[i]);
    free(files);
    free(rooms);
    return err;
}

/* The new part is there: it counts from the state's next number on, and the old ones may go. */
static enum vg_err switch_over(struct vg_store_writer *w, const struct job *job)
{
    struct vg_store_state next = w->state;
    next.commit++;
    enum vg_err err = vg_store_state_write(w->dir, &next);
    if (err) {
        if (!vg_store_remove_part(w->dir, job->table, job->hour_us, &job->target))
            w->stuck = true;
        return err;
    }
    w->state = next;
    w->counters.compactions++;
    for (size_t i = 0; i < job->count; i++)
        /* one that stays lies within the new one and counts no more */
        vg_store_remove_part(w->dir, job->table, job->hour_us, &job->parts.items[job->from + i]);
    return VG_OK;
}

/* The table whose oldest due hour is the oldest, if that ends by `before_us`; VG_STORE_TABLES: none. */
static enum vg_store_table oldest_due(const struct vg_store_writer *w, int64_t before_us)
{
    enum vg_store_table found = VG_STORE_TABLES;
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES; t++)
        if (w->due[t].count && w->due[t].items[0] <= before_us - VG_HOUR_US &&
            (found == VG_STORE_TABLES || w->due[t].items[0] < w->due[found].items[0]))
            found = t;
    return found;
}

/* The next run of parts to make one of; false if there is none before `before_us`. */
static enum vg_err find_job(struct vg_store_writer *w, int64_t before_us, struct job *job, bool *ret_found)
{
    for (;;) {
        job->table = oldest_due(w, before_us);
        if (job->table == VG_STORE_TABLES) {
            *ret_found = false;
            return VG_OK;
        }
        job->hour_us = w->due[job->table].items[0];
        enum vg_err err = vg_store_list_parts(w->dir, job->table, job->hour_us, w->state.commit, true, &job->parts);
        if (err)
            return err;
        *ret_found = find_run(w, job);
        if (*ret_found)
            return VG_OK;
        drop_due(w, job->table);
    }
}

enum vg_err vg_store_compact(struct vg_store_writer *w, int64_t before_us, bool *ret_more, const char **ret_why)
{
    struct job job = {0};
    struct copying c = {0};
    bool found = false;
    w->why[0] = 0;
    *ret_why = w->why;
    enum vg_err err = !vg_store_can_number(w) ? VG_IO : w->state.commit == VG_STORE_NUMBER_MAX ? VG_LIMIT : VG_OK;
    if (before_us < INT64_MIN + VG_HOUR_US)
        before_us = INT64_MIN + VG_HOUR_US;
    if (!err)
        err = find_job(w, before_us, &job, &found);
    if (!err && found) {
        err = make_one(w, &job, &c);
        if (!err)
            err = switch_over(w, &job);
        if (c.damaged) {
            note_bad(w, &job, c.file, c.err);
            err = VG_OK;
        }
    }
    w->counters.failures += err || c.damaged;
    if (err)
        snprintf(w->why, sizeof w->why, "%s: %s", w->dir, vg_err_text(err));
    else
        *ret_more = found && oldest_due(w, before_us) != VG_STORE_TABLES;
    free(job.parts.items);
    return err;
}
