#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/store_list.h"

/* vg_store_is_bad */
static bool is_bad(const struct vg_store_writer *w, const struct vg_store_job *job, struct vg_store_part part)
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

static void note_bad(struct vg_store_writer *w, const struct vg_store_job *job, size_t file, enum vg_err err)
{
    char path[VG_ATOMIC_PATH];
    struct vg_store_part part = job->parts.items[job->from + file];
    if (w->bad_count < VG_STORE_BAD_MAX)
        w->bad[w->bad_count++] = (struct vg_store_bad){job->table, job->hour_us, part};
    else
        drop_due(w, job->table); /* too many to remember: the hour is left as it is */
    if (!vg_store_path(w->dir, job->table, job->hour_us, &part, path))
        vg_store_tell(w, path, err);
}

/* A part's range covers all numbers in it, so what is made one must stand side by side, with no bad part between. */
static bool find_run(const struct vg_store_writer *w, struct vg_store_job *job)
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

/* The hours that rows were moved to may have more than one part now. */
static enum vg_err note_moved(struct vg_store_writer *w, enum vg_store_table table, const struct vg_store_hours *moved)
{
    enum vg_err err = VG_OK;
    for (size_t i = 0; i < moved->count && !err; i++)
        err = vg_store_hours_add(&w->due[table], moved->items[i]);
    return err;
}

enum vg_err vg_store_switch_over(struct vg_store_writer *w, const struct vg_store_job *job, struct vg_store_joining *j)
{
    struct vg_store_state next = w->state;
    bool settled = !w->state.emptied;
    next.commit++;
    next.emptied = next.emptied || !j->kept;
    enum vg_err err = note_moved(w, job->table, &j->hours);
    if (!err)
        err = vg_store_list_replace(w, job, &j->written);
    if (!err)
        err = vg_store_switch(w, &next);
    if (err) {
        vg_store_list_drop(w);
        vg_store_unmove(w, j);
        if (!vg_store_remove_part(w->dir, job->table, job->hour_us, &job->target))
            w->stuck = true;
        return err;
    }
    w->counters.moved += j->moved;
    for (size_t i = 0; i < job->count; i++)
        /* one that stays lies within the new one and counts no more */
        vg_store_remove_part(w->dir, job->table, job->hour_us, &job->parts.items[job->from + i]);
    if (!j->kept)
        vg_store_settle_one(w, job->table, job->hour_us, settled);
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
static enum vg_err find_job(struct vg_store_writer *w, int64_t before_us, struct vg_store_job *job,
                            struct vg_store_joining *j, bool *ret_found)
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
        if (job->hour_us == VG_STORE_MIXED)
            err = vg_store_mixed_run(w, job, is_bad, j, ret_found);
        else
            *ret_found = find_run(w, job);
        if (err || *ret_found)
            return err;
        drop_due(w, job->table);
    }
}

enum vg_err vg_store_compact(struct vg_store_writer *w, int64_t before_us, bool *ret_more, const char **ret_why)
{
    struct vg_store_job job = {0};
    struct vg_store_joining c = {0};
    bool found = false;
    w->why[0] = 0;
    *ret_why = w->why;
    enum vg_err err = !vg_store_can_number(w) ? VG_IO : w->state.commit == VG_STORE_NUMBER_MAX ? VG_LIMIT : VG_OK;
    if (before_us < INT64_MIN + VG_HOUR_US)
        before_us = INT64_MIN + VG_HOUR_US;
    if (!err)
        err = find_job(w, before_us, &job, &c, &found);
    if (!err && found)
        err = vg_store_join(w, &job, NULL, &c);
    if (!err && found)
        err = vg_store_switch_over(w, &job, &c);
    if (!err && found)
        w->counters.compactions++;
    if (c.damaged) {
        found = true;
        note_bad(w, &job, c.file, c.err);
        err = VG_OK;
    }
    w->counters.failures += (err && err != VG_EOF) || c.damaged;
    if (err)
        vg_store_tell(w, w->dir, err);
    else
        *ret_more = found && oldest_due(w, before_us) != VG_STORE_TABLES;
    free(c.hours.items);
    free(job.moves.items);
    free(job.parts.items);
    return err;
}
