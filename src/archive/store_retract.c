/* Rows that leave the archive: the hours that have them are written anew with the next commit. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/store_list.h"

void vg_store_tell(struct vg_store_writer *w, const char *what, enum vg_err err)
{
    if (!w->why[0])
        snprintf(w->why, sizeof w->why, "%s: %s", what, vg_err_text(err));
}

void vg_store_retraction_free(struct vg_store_retraction *retraction)
{
    vg_offset_ranges_free(&retraction->ranges);
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES; t++)
        free(retraction->hours[t].items);
    *retraction = (struct vg_store_retraction){0};
}

bool vg_store_retracts(const struct vg_store_writer *w)
{
    return w->retraction.ranges.count != 0;
}

/* ---- finding ---- */

static void tell_part(struct vg_store_writer *w, enum vg_store_table table, int64_t hour_us,
                      const struct vg_store_part *part, enum vg_err err)
{
    char path[VG_ATOMIC_PATH];
    if (!vg_store_path(w->dir, table, hour_us, part, path))
        vg_store_tell(w, path, err);
}

/* The part can't be read, now or later; of other errors, the next try may know. */
static bool is_damage(enum vg_err err)
{
    return err == VG_CORRUPT || err == VG_SYNTAX || err == VG_UNSUPPORTED || err == VG_LIMIT || err == VG_NOT_FOUND;
}

/*
 * How many rows of a part are meant. One that can't be opened answers no question, so it is passed over, unless it has
 * to be written anew (`needed`).
 */
static enum vg_err count_part(struct vg_store_writer *w, const struct vg_store_job *job, size_t part, bool needed,
                              const struct vg_offset_ranges *ranges, struct vg_parquet_page *page, uint64_t *ret_rows)
{
    struct vg_table_file file = {0};
    enum vg_err err = vg_store_list_open_part(w, job, part, &file);
    bool passed_over = is_damage(err) && !needed;
    *ret_rows = 0;
    if (!err)
        err = vg_table_count_offsets(&file, ranges, page, ret_rows);
    if (err && !passed_over)
        w->why[0] = 0; /* it matters more than what is told of others */
    if (err)
        tell_part(w, job->table, job->hour_us, &job->parts.items[part], err);
    vg_table_file_close(&file);
    return passed_over ? VG_OK : err;
}

/*
 * The parts of the hour that are written anew, into job->from and job->count: from the first that has rows that are
 * meant, to the last, for the range of the new one covers all. None: count is 0.
 */
static enum vg_err find_parts(struct vg_store_writer *w, struct vg_store_job *job,
                              const struct vg_offset_ranges *ranges, struct vg_parquet_page *page)
{
    enum vg_err err = VG_OK;
    job->from = job->parts.count;
    for (size_t i = 0; i < job->parts.count && !err; i++) {
        uint64_t rows;
        err = count_part(w, job, i, job->from < i, ranges, page, &rows);
        if (rows && i < job->from)
            job->from = i;
    }
    job->count = job->parts.count - job->from;
    return err;
}

/* The hours of a table that have such rows, into retraction->hours. */
static enum vg_err find_hours(struct vg_store_writer *w, enum vg_store_table table,
                              struct vg_store_retraction *retraction, struct vg_parquet_page *page)
{
    struct vg_store_job job = {.table = table};
    struct vg_store_hours hours = {0};
    enum vg_err err = vg_store_list_hours(w->dir, table, INT64_MIN, INT64_MAX, &hours);
    for (size_t i = 0; i < hours.count && !err; i++) {
        job.hour_us = hours.items[i];
        err = vg_store_is_given_up(w)
                  ? VG_EOF
                  : vg_store_list_parts(w->dir, table, job.hour_us, w->state.commit, false, &job.parts);
        if (!err)
            err = find_parts(w, &job, &retraction->ranges, page);
        if (!err && job.count)
            err = vg_store_hours_add(&retraction->hours[table], job.hour_us);
    }
    free(job.parts.items);
    free(hours.items);
    return err;
}

/* Adds what was found to what is to go already. */
static enum vg_err unite(struct vg_store_retraction *all, const struct vg_store_retraction *found)
{
    size_t hours = 0;
    enum vg_err err = VG_OK;
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES; t++)
        for (size_t i = 0; i < found->hours[t].count && !err; i++, hours++)
            err = vg_store_hours_add(&all->hours[t], found->hours[t].items[i]);
    return err || !hours ? err : vg_offset_ranges_join(&all->ranges, &found->ranges);
}

/* Takes the rows out of those that wait; the others stay in their order. */
static void drop_waiting(struct vg_store_writer *w, const struct vg_offset_ranges *ranges)
{
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES; t++) {
        struct vg_store_rows *rows = &w->rows[t];
        size_t size = vg_store_table(t)->row_size, kept = 0;
        for (size_t i = 0; i < rows->count; i++) {
            const char *row = (const char *)rows->items + i * size;
            uint64_t offset = ((const struct vg_table_key *)(const void *)row)->journal_offset;
            if (offset && vg_offset_ranges_have(ranges, offset))
                continue;
            if (kept != i)
                memcpy((char *)rows->items + kept * size, row, size);
            kept++;
        }
        rows->count = kept;
    }
}

enum vg_err vg_store_retract(struct vg_store_writer *w, const struct vg_offset_range *ranges, size_t count,
                             const char **ret_why)
{
    struct vg_store_retraction found = {0};
    struct vg_parquet_page page = {0};
    enum vg_err err = VG_OK;
    w->why[0] = 0;
    *ret_why = w->why;
    for (size_t i = 0; i < count && !err; i++)
        err = vg_offset_ranges_add(&found.ranges, ranges[i]);
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES && !err && found.ranges.count; t++)
        err = find_hours(w, t, &found, &page);
    if (!err)
        err = unite(&w->retraction, &found);
    if (!err)
        drop_waiting(w, &found.ranges);
    else
        vg_store_tell(w, w->dir, err);
    w->counters.failures += err && err != VG_EOF;
    vg_parquet_page_free(&page);
    vg_store_retraction_free(&found);
    return err;
}

void vg_store_retract_none(struct vg_store_writer *w)
{
    vg_store_retraction_free(&w->retraction);
}

/* ---- writing anew ---- */

static enum vg_err write_hour(struct vg_store_writer *w, struct vg_store_job *job, struct vg_parquet_page *page,
                              struct vg_store_hours *written, struct vg_store_joining *j)
{
    enum vg_err err = vg_store_list_parts(w->dir, job->table, job->hour_us, w->state.commit, true, &job->parts);
    if (!err)
        err = find_parts(w, job, &w->retraction.ranges, page);
    if (err || !job->count)
        return err;
    job->target = (struct vg_store_part){job->parts.items[job->from].first, w->state.commit + 1};
    w->why[0] = 0; /* of parts that are passed over */
    if (job->count > VG_STORE_PARTS_MAX)
        err = VG_LIMIT; /* compaction makes them fewer */
    if (!err)
        err = vg_store_hours_add(written, job->hour_us);
    if (!err)
        err = vg_store_join(w, job, &w->retraction.ranges, j);
    if (!err)
        err = vg_store_list_replace(w, job, &j->written);
    if (err)
        tell_part(w, job->table, job->hour_us, &job->parts.items[job->from + j->file], err);
    return err;
}

enum vg_err vg_store_write_retraction(struct vg_store_writer *w, struct vg_store_hours written[VG_STORE_TABLES],
                                      uint64_t ret_rows[VG_STORE_TABLES], bool *ret_emptied)
{
    struct vg_parquet_page page = {0};
    struct vg_store_job job = {0};
    enum vg_err err = VG_OK;
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES && !err; t++)
        for (size_t i = 0; i < w->retraction.hours[t].count && !err; i++) {
            struct vg_store_joining j = {0};
            job.table = t;
            job.hour_us = w->retraction.hours[t].items[i];
            err = write_hour(w, &job, &page, &written[t], &j);
            free(j.hours.items);
            ret_rows[t] += j.left_out;
            *ret_emptied = *ret_emptied || (j.left_out && !j.kept);
        }
    free(job.parts.items);
    vg_parquet_page_free(&page);
    return err;
}

/* ---- behind the commit ---- */

/* Removes what counts no more in an hour, and parts without rows. False: one stays. */
static bool settle_hour(struct vg_store_writer *w, enum vg_store_table table, int64_t hour_us,
                        struct vg_store_parts *parts)
{
    bool settled = vg_store_list_parts(w->dir, table, hour_us, w->state.commit, true, parts) == VG_OK;
    for (size_t i = 0; i < parts->count && settled; i++) {
        bool empty = false;
        enum vg_err err = vg_store_is_empty(w->dir, table, hour_us, &parts->items[i], &empty);
        settled =
            (!err || is_damage(err)) && (!empty || vg_store_remove_empty(w->dir, table, hour_us, &parts->items[i]));
        if (settled && empty)
            vg_store_list_remove(w, table, hour_us, &parts->items[i]); /* no memory: a part without rows may be gone */
    }
    return settled;
}

static bool settle(struct vg_store_writer *w, enum vg_store_table table, const struct vg_store_hours *hours)
{
    struct vg_store_parts parts = {0};
    bool settled = true;
    for (size_t i = 0; i < hours->count; i++)
        settled = settle_hour(w, table, hours->items[i], &parts) && settled;
    free(parts.items);
    return settled;
}

/* Says that there are no parts without rows. Where it can't, the next opening looks for them in vain. */
static void say_settled(struct vg_store_writer *w)
{
    struct vg_store_state next = w->state;
    next.emptied = false;
    if (w->state.emptied)
        vg_store_switch(w, &next);
}

void vg_store_conclude_retraction(struct vg_store_writer *w, bool settled)
{
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES; t++)
        settled = settle(w, t, &w->retraction.hours[t]) && settled;
    if (settled)
        say_settled(w);
    vg_store_retraction_free(&w->retraction);
}

void vg_store_settle_one(struct vg_store_writer *w, enum vg_store_table table, int64_t hour_us, bool settled)
{
    const struct vg_store_hours one = {.items = &hour_us, .count = 1};
    if (settle(w, table, &one) && settled)
        say_settled(w);
}

void vg_store_settle_all(struct vg_store_writer *w)
{
    bool settled = true;
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES && w->state.emptied; t++) {
        struct vg_store_hours hours = {0};
        settled =
            vg_store_list_hours(w->dir, t, INT64_MIN, INT64_MAX, &hours) == VG_OK && settle(w, t, &hours) && settled;
        free(hours.items);
    }
    if (settled)
        say_settled(w);
}
