/* Hours with few rows: which have parts of their own, and the parts that many of them share (store_inner.h). */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/store_inner.h"

#define TIME 1 /* the column of every table */

/* ---- how many rows each hour has ---- */

static enum vg_err count_rows(struct vg_hour_counts *counts, int64_t time_us, uint64_t rows)
{
    int64_t hour_us = vg_store_hour_of(time_us);
    if (counts->count && counts->items[counts->count - 1].hour_us == hour_us) {
        counts->items[counts->count - 1].rows += rows;
        return VG_OK;
    }
    if (counts->count == counts->room) {
        size_t room = 2 * counts->room + 64;
        struct vg_hour_count *more = realloc(counts->items, room * sizeof *more);
        if (!more)
            return VG_NOMEM;
        counts->items = more;
        counts->room = room;
    }
    counts->items[counts->count++] = (struct vg_hour_count){hour_us, rows};
    return VG_OK;
}

enum vg_err vg_hour_counts_note(struct vg_hour_counts *counts, int64_t time_us)
{
    return count_rows(counts, time_us, 1);
}

/* True: all rows are of one hour, that of bounds->min. */
static bool is_one_hour(const struct vg_parquet_bounds *bounds)
{
    return bounds->known && !bounds->nulls && vg_store_hour_of(bounds->min) == vg_store_hour_of(bounds->max);
}

static enum vg_err count_page(struct vg_hour_counts *counts, struct vg_table_file *file, size_t group, size_t number,
                              struct vg_parquet_page *page)
{
    size_t column = file->columns[TIME];
    struct vg_parquet_bounds bounds = vg_parquet_page_bounds(file->parquet, group, column, number);
    uint64_t first, end;
    vg_parquet_page_rows(file->parquet, group, column, number, &first, &end);
    if (is_one_hour(&bounds))
        return count_rows(counts, bounds.min, end - first);
    enum vg_err err = vg_parquet_read_page(file->parquet, group, column, number, page);
    for (uint32_t i = 0; !err && i < page->rows; i++)
        err = count_rows(counts, page->ints[i], 1);
    return err;
}

static enum vg_err count_group(struct vg_hour_counts *counts, struct vg_table_file *file, size_t group,
                               struct vg_parquet_page *page)
{
    size_t column = file->columns[TIME], pages = 0;
    struct vg_parquet_bounds bounds = vg_parquet_group_bounds(file->parquet, group, column);
    if (is_one_hour(&bounds))
        return count_rows(counts, bounds.min, vg_parquet_group_rows(file->parquet, group));
    enum vg_err err = vg_parquet_pages(file->parquet, group, column, &pages);
    for (size_t i = 0; i < pages && !err; i++)
        err = count_page(counts, file, group, i, page);
    return err;
}

static int by_hour(const void *a, const void *b)
{
    const struct vg_hour_count *x = a, *y = b;
    return x->hour_us < y->hour_us ? -1 : x->hour_us > y->hour_us;
}

enum vg_err vg_hour_counts_add(struct vg_hour_counts *counts, struct vg_table_file *file)
{
    struct vg_parquet_page page = {0};
    enum vg_err err = VG_OK;
    size_t kept = 0;
    for (size_t g = 0; g < vg_parquet_groups(file->parquet) && !err; g++)
        err = count_group(counts, file, g, &page);
    vg_parquet_page_free(&page);
    if (counts->count)
        qsort(counts->items, counts->count, sizeof *counts->items, by_hour);
    for (size_t i = 0; i < counts->count; i++)
        if (kept && counts->items[kept - 1].hour_us == counts->items[i].hour_us)
            counts->items[kept - 1].rows += counts->items[i].rows;
        else
            counts->items[kept++] = counts->items[i];
    counts->count = kept;
    return err;
}

/* ---- of a commit ---- */

/* The most rows first; of as many, the earlier hour. */
static int by_rows(const void *a, const void *b)
{
    const struct vg_hour_count *x = a, *y = b;
    if (x->rows != y->rows)
        return x->rows > y->rows ? -1 : 1;
    return by_hour(a, b);
}

/* A commit of few hours gives them parts, as long as this writer made few folders so. */
static bool takes_few(struct vg_store_writer *w, enum vg_store_table table, int64_t hour_us)
{
    if (vg_store_hours_have(&w->synced[table], hour_us))
        return true;
    if (w->few_folders[table] == VG_STORE_FEW_FOLDERS)
        return false;
    w->few_folders[table]++;
    return true;
}

enum vg_err vg_store_choose_hours(struct vg_store_writer *w, enum vg_store_table table,
                                  const struct vg_hour_count *hours, size_t count, struct vg_store_hours *ret_own)
{
    struct vg_hour_count *many = malloc((count + 1) * sizeof *many);
    enum vg_err err = many ? VG_OK : VG_NOMEM;
    size_t n = 0;
    for (size_t i = 0; i < count && !err; i++)
        if (hours[i].rows >= VG_STORE_HOUR_ROWS)
            many[n++] = hours[i];
        else if (count <= VG_STORE_FEW_HOURS && takes_few(w, table, hours[i].hour_us))
            err = vg_store_hours_add(ret_own, hours[i].hour_us);
    if (n)
        qsort(many, n, sizeof *many, by_rows);
    for (size_t i = 0; i < n && i < VG_STORE_COMMIT_HOURS && !err; i++)
        err = vg_store_hours_add(ret_own, many[i].hour_us);
    free(many);
    return err;
}

/* ---- of a compaction ---- */

static bool has_parts(const struct vg_store_writer *w, enum vg_store_table table, int64_t hour_us)
{
    struct vg_store_parts parts = {0};
    char path[VG_ATOMIC_PATH];
    bool has = !vg_store_path(w->dir, table, hour_us, NULL, path) && !access(path, F_OK) &&
               !vg_store_list_parts(w->dir, table, hour_us, w->state.commit, false, &parts) && parts.count;
    free(parts.items);
    return has;
}

/* The hours that have enough rows in the job's parts for a part of their own, the oldest first. */
static enum vg_err choose_moves(struct vg_store_writer *w, const struct vg_hour_counts *counts,
                                struct vg_store_job *job)
{
    enum vg_err err = VG_OK;
    for (size_t i = 0; i < counts->count && job->moves.count < VG_STORE_COMMIT_HOURS && !err; i++) {
        const struct vg_hour_count *c = &counts->items[i];
        if (c->rows >= VG_STORE_HOUR_ROWS ||
            (c->rows >= VG_STORE_HOUR_ROWS_MORE && has_parts(w, job->table, c->hour_us)))
            err = vg_store_hours_add(&job->moves, c->hour_us);
    }
    return err;
}

/* Whether a part comes along with those behind it: writing a large one anew for a few rows more would never end. */
static bool comes_along(uint64_t rows, uint64_t behind, size_t count)
{
    return !count || (count < VG_STORE_MIXED_PARTS && rows + behind <= VG_STORE_MIXED_MOST && rows / 2 <= behind);
}

/* Takes the part before those of the job along, if it is not too large; *ret_more: it was. */
static enum vg_err take_along(struct vg_store_writer *w, struct vg_store_job *job, struct vg_hour_counts *counts,
                              uint64_t *rows, bool *ret_more)
{
    struct vg_table_file file = {0};
    enum vg_err err = vg_store_open_part(w->dir, job->table, VG_STORE_MIXED, &job->parts.items[job->from - 1], &file);
    *ret_more = !err && comes_along(vg_parquet_rows(file.parquet), *rows, job->count);
    if (*ret_more) {
        *rows += vg_parquet_rows(file.parquet);
        err = vg_hour_counts_add(counts, &file);
    }
    vg_table_file_close(&file);
    if (*ret_more || err) {
        job->from--;
        job->count++;
    }
    return err;
}

enum vg_err vg_store_mixed_run(struct vg_store_writer *w, struct vg_store_job *job, vg_store_is_bad *is_bad,
                               struct vg_store_joining *j, bool *ret_found)
{
    const struct vg_store_parts *parts = &job->parts;
    struct vg_hour_counts counts = {0};
    uint64_t rows = 0;
    enum vg_err err = VG_OK;
    job->from = parts->count;
    job->count = job->moves.count = 0;
    for (bool more = true; job->from && more && !err && !is_bad(w, job, parts->items[job->from - 1]);)
        err = vg_store_is_given_up(w) ? VG_EOF : take_along(w, job, &counts, &rows, &more);
    if (err && err != VG_NOMEM && err != VG_EOF)
        *j = (struct vg_store_joining){.damaged = true, .err = err}; /* the first of the job's parts */
    if (!err)
        err = choose_moves(w, &counts, job);
    free(counts.items);
    if (err || !job->count)
        return err;
    const struct vg_store_part *first = &parts->items[job->from];
    job->target = (struct vg_store_part){first->first, w->state.commit + 1};
    bool fresh = first->first == first->last && w->rules.level != w->rules.fresh_level;
    *ret_found = job->count > 1 || fresh || job->moves.count;
    return VG_OK;
}

/* ---- writing ---- */

enum vg_err vg_store_merge_mixed(const struct vg_merging *m, struct vg_table_file **files, size_t count,
                                 struct vg_scan *scans, vg_store_on_hour *on_hour)
{
    static const struct vg_positions_query all = {.from_us = INT64_MIN, .to_us = INT64_MAX};
    struct vg_stream *streams = calloc(count, sizeof *streams), **list = calloc(count, sizeof(struct vg_stream *));
    enum vg_err err = streams && list ? VG_OK : VG_NOMEM;
    for (size_t i = 0; i < count && !err; i++) {
        streams[i] = (struct vg_stream){.scan = &scans[i], .file = i, .mixed = true};
        list[i] = &streams[i];
        err = vg_stream_start(m, &streams[i], files[i], &all);
    }
    while (!err) {
        int64_t hour_us = INT64_MAX;
        for (size_t i = 0; i < count; i++)
            hour_us = vg_stream_hour(&streams[i]) < hour_us ? vg_stream_hour(&streams[i]) : hour_us;
        if (hour_us == INT64_MAX)
            break;
        err = on_hour(m->arg, hour_us);
        if (!err)
            err = vg_merge_hour(m, list, count, hour_us);
    }
    free(streams);
    free(list);
    return err;
}
