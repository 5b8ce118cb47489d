/* What the rules of retention take out of the archive: whole hours, the oldest first (archive/retire.h). */
#include "archive/retire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/store_list.h"

#define TIME 1 /* the column of every table */

/* What is to go: parts of one table and hour each, and how large they are. */
struct going {
    enum vg_store_table table;
    int64_t hour_us;
    struct vg_store_part part;
};

struct retiring {
    struct vg_store_writer *w;
    const struct vg_store_retirement *plan;
    struct going *items;
    size_t count, room;
    struct vg_store_retired found;
    int64_t end_us; /* what ends by then goes */
};

/* ---- how much there is ---- */

/* Only of so many rows hours are counted; of more, the bounds of each part stand for all. */
#define COUNTED_MOST (UINT64_C(1) << 24)

static enum vg_err count_part(struct vg_store_writer *w, const struct vg_store_listed *l, bool bounds_only,
                              struct vg_hour_counts *counts)
{
    struct vg_table_file file = {0};
    enum vg_err err = vg_store_open_part(w->dir, l->table, l->hour_us, &l->part, &file);
    if (err)
        return err == VG_NOMEM ? err : VG_OK; /* it answers no question either */
    if (!bounds_only)
        err = vg_hour_counts_add(counts, &file);
    for (size_t g = 0; bounds_only && g < vg_parquet_groups(file.parquet) && !err; g++) {
        struct vg_parquet_bounds b = vg_parquet_group_bounds(file.parquet, g, file.columns[TIME]);
        for (int end = 0; end < 2 && b.known && !err; end++)
            err = vg_hour_counts_note(counts, end ? b.max : b.min);
    }
    vg_table_file_close(&file);
    return err == VG_NOMEM ? err : VG_OK;
}

/* The hours of mixed parts, into w->mixed_hours; looked for only when the parts are other ones. */
static enum vg_err count_mixed(struct vg_store_writer *w, const struct vg_store_list *list)
{
    uint64_t sign = 1, rows = 0;
    enum vg_err err = VG_OK;
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].hour_us == VG_STORE_MIXED) {
            sign = (sign ^ list->items[i].part.first << 20 ^ list->items[i].part.last) * UINT64_C(0x9E3779B97F4A7C15);
            sign += (uint64_t)list->items[i].table;
            rows += list->items[i].file.rows == VG_STORE_ROWS_UNKNOWN ? COUNTED_MOST : list->items[i].file.rows;
        }
    if (sign == w->mixed_sign)
        return VG_OK;
    w->mixed_hours.count = 0;
    for (size_t i = 0; i < list->count && !err; i++)
        if (list->items[i].hour_us == VG_STORE_MIXED)
            err = count_part(w, &list->items[i], rows > COUNTED_MOST, &w->mixed_hours);
    w->mixed_sign = err ? 0 : sign;
    return err;
}

enum vg_err vg_store_extent(struct vg_store_writer *w, int64_t now_us, struct vg_store_extent *ret)
{
    struct vg_store_extent e = {.oldest_us = VG_TIME_NONE, .newest_us = VG_TIME_NONE, .reference_us = VG_TIME_NONE};
    struct vg_store_hours hours = {0};
    struct vg_store_list *list = w->extent_list ? w->extent_list : calloc(1, sizeof *list);
    w->extent_list = list; /* kept: only what is new in it is read the next time */
    enum vg_err err = list ? vg_store_list_read(w->dir, &w->state.list, list) : VG_NOMEM;
    for (size_t i = 0; !err && i < list->count; i++)
        e.bytes += list->items[i].file.bytes;
    e.parts = err ? 0 : list->count;
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES && !err; t++)
        err = vg_store_list_hours_of(list, t, INT64_MIN + 1, INT64_MAX, &hours);
    if (!err)
        err = count_mixed(w, list);
    for (size_t i = 0; i < w->mixed_hours.count && !err; i++)
        err = vg_store_hours_add(&hours, w->mixed_hours.items[i].hour_us);
    size_t first = hours.count && hours.items[0] == VG_STORE_MIXED, end = hours.count;
    e.hours = end - first;
    if (first < end)
        e.oldest_us = hours.items[first];
    while (end > first && hours.items[end - 1] > now_us)
        end--; /* a clock that was wrong is no reason to let anything go */
    if (end > first)
        e.newest_us = hours.items[end - 1];
    if (end >= first + VG_RETIRE_WITNESSES)
        e.reference_us = hours.items[end - VG_RETIRE_WITNESSES];
    free(hours.items);
    if (!err)
        *ret = e;
    return err;
}

/* ---- what goes ---- */

static enum vg_err add(struct retiring *r, enum vg_store_table table, int64_t hour_us, struct vg_store_part part)
{
    char path[VG_ATOMIC_PATH];
    struct stat st;
    if (r->count == r->room) {
        size_t room = 2 * r->room + 64;
        struct going *more = realloc(r->items, room * sizeof *more);
        if (!more)
            return VG_NOMEM;
        r->items = more;
        r->room = room;
    }
    r->items[r->count++] = (struct going){table, hour_us, part};
    r->found.parts++;
    if (!vg_store_path(r->w->dir, table, hour_us, &part, path) && !stat(path, &st))
        r->found.bytes += (uint64_t)st.st_size;
    return VG_OK;
}

static enum vg_err add_hour(struct retiring *r, int64_t hour_us, struct vg_store_parts *parts)
{
    enum vg_err err = VG_OK;
    size_t before = r->count;
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES && !err; t++) {
        err = vg_store_list_parts(r->w->dir, t, hour_us, r->w->state.commit, false, parts);
        for (size_t i = 0; i < parts->count && !err; i++)
            err = add(r, t, hour_us, parts->items[i]);
    }
    r->found.hours += r->count > before;
    if (r->count > before)
        r->found.until_us = hour_us + VG_HOUR_US;
    return err;
}

/* Bytes of an hour: of its parts, or its share of the mixed ones, by rows. */
struct weight {
    int64_t hour_us;
    double bytes;
};

static int by_hour(const void *a, const void *b)
{
    const struct weight *x = a, *y = b;
    return x->hour_us < y->hour_us ? -1 : x->hour_us > y->hour_us;
}

static size_t weigh(const struct vg_store_writer *w, struct weight *ret)
{
    const struct vg_store_list *list = w->extent_list;
    double mixed = 0, rows = 0;
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].hour_us == VG_STORE_MIXED)
            mixed += (double)list->items[i].file.bytes;
        else
            ret[count++] = (struct weight){list->items[i].hour_us, (double)list->items[i].file.bytes};
    for (size_t i = 0; i < w->mixed_hours.count; i++)
        rows += (double)w->mixed_hours.items[i].rows;
    for (size_t i = 0; i < w->mixed_hours.count; i++)
        ret[count++] =
            (struct weight){w->mixed_hours.items[i].hour_us, mixed * (double)w->mixed_hours.items[i].rows / rows};
    if (count)
        qsort(ret, count, sizeof *ret, by_hour);
    return count;
}

/* Up to when the oldest hours are as many bytes as room is needed, by what vg_store_extent() saw; no later than may be.
 */
static enum vg_err find_end(struct retiring *r)
{
    const struct vg_store_retirement *p = r->plan;
    const struct vg_store_writer *w = r->w;
    r->end_us = p->before_us;
    if (!p->excess_bytes || !w->extent_list)
        return VG_OK;
    struct weight *all = malloc((w->extent_list->count + w->mixed_hours.count + 1) * sizeof *all);
    if (!all)
        return VG_NOMEM;
    size_t count = weigh(w, all);
    double sum = 0;
    for (size_t i = 0; i < count && sum < (double)p->excess_bytes; i++) {
        int64_t end_us = all[i].hour_us + VG_HOUR_US;
        if (end_us > p->excess_before_us)
            break;
        sum += all[i].bytes;
        r->end_us = end_us > r->end_us ? end_us : r->end_us;
    }
    free(all);
    return VG_OK;
}

static bool goes(const struct retiring *r, int64_t hour_us)
{
    return hour_us + VG_HOUR_US <= r->end_us;
}

static enum vg_err find_hours(struct retiring *r)
{
    struct vg_store_hours hours = {0};
    struct vg_store_parts parts = {0};
    enum vg_err err = VG_OK;
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES && !err; t++)
        err = vg_store_list_hours(r->w->dir, t, INT64_MIN + 1, r->end_us, &hours);
    for (size_t i = 0; i < hours.count && !err && r->found.hours < VG_RETIRE_HOURS && goes(r, hours.items[i]); i++)
        err = add_hour(r, hours.items[i], &parts);
    if (r->found.hours == VG_RETIRE_HOURS) /* mixed rows go no further than these; the next step goes on */
        r->end_us = r->found.until_us;
    free(hours.items);
    free(parts.items);
    return err;
}

/* The newest row of a mixed part; INT64_MAX: not known. */
static int64_t newest_in(const struct vg_store_writer *w, enum vg_store_table table, const struct vg_store_part *part)
{
    struct vg_table_file file = {0};
    int64_t newest_us = INT64_MIN;
    if (vg_store_open_part(w->dir, table, VG_STORE_MIXED, part, &file))
        return INT64_MAX;
    for (size_t g = 0; g < vg_parquet_groups(file.parquet); g++) {
        struct vg_parquet_bounds b = vg_parquet_group_bounds(file.parquet, g, file.columns[TIME]);
        int64_t last_us = b.known ? b.max : INT64_MAX;
        newest_us = last_us > newest_us ? last_us : newest_us;
    }
    vg_table_file_close(&file);
    return newest_us;
}

/* A mixed part goes as a whole, when its newest row would. */
static enum vg_err find_mixed(struct retiring *r)
{
    struct vg_store_parts parts = {0};
    enum vg_err err = VG_OK;
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES && !err; t++) {
        err = vg_store_list_parts(r->w->dir, t, VG_STORE_MIXED, r->w->state.commit, false, &parts);
        for (size_t i = 0; i < parts.count && !err; i++) {
            int64_t newest_us = newest_in(r->w, t, &parts.items[i]);
            if (newest_us == INT64_MAX || !goes(r, vg_store_hour_of(newest_us)))
                continue;
            int64_t until_us = vg_store_hour_of(newest_us) + VG_HOUR_US;
            err = add(r, t, VG_STORE_MIXED, parts.items[i]);
            r->found.until_us = until_us > r->found.until_us ? until_us : r->found.until_us;
        }
    }
    free(parts.items);
    return err;
}

/* ---- letting it go ---- */

/* No more than tidy: a folder that isn't empty stays. */
static void remove_folders(const struct vg_store_writer *w, enum vg_store_table table, int64_t hour_us)
{
    char path[VG_ATOMIC_PATH];
    if (vg_store_path(w->dir, table, hour_us, NULL, path) || rmdir(path))
        return;
    *strrchr(path, '/') = 0;
    rmdir(path);
}

/* First the list and the state say that they may be missing: what a crash leaves is found again by the next step. */
static enum vg_err let_go(struct retiring *r)
{
    struct vg_store_writer *w = r->w;
    struct vg_store_state next = w->state;
    enum vg_err err = VG_OK;
    next.commit++;
    for (size_t i = 0; i < r->count && !err; i++)
        err = vg_store_list_remove(w, r->items[i].table, r->items[i].hour_us, &r->items[i].part);
    if (err) {
        vg_store_list_drop(w);
        return err;
    }
    err = vg_store_switch(w, &next);
    for (size_t i = 0; i < r->count && !err; i++) {
        const struct going *g = &r->items[i];
        vg_store_remove_part(w->dir, g->table, g->hour_us, &g->part);
        if (i + 1 == r->count || g[1].hour_us != g->hour_us || g[1].table != g->table)
            remove_folders(w, g->table, g->hour_us);
    }
    return err;
}

/* ---- rows of mixed parts ---- */

/* Whether enough of a part's rows are before the cut. */
static enum vg_err is_worth_it(struct vg_store_writer *w, const struct vg_store_job *job, size_t part, int64_t cut_us,
                               uint64_t *rows, bool *ret_worth)
{
    struct vg_table_file file = {0};
    struct vg_hour_counts counts = {0};
    uint64_t old = 0;
    enum vg_err err = vg_store_open_part(w->dir, job->table, VG_STORE_MIXED, &job->parts.items[part], &file);
    if (!err)
        err = vg_hour_counts_add(&counts, &file);
    for (size_t i = 0; i < counts.count && !err && counts.items[i].hour_us < cut_us; i++)
        old += counts.items[i].rows;
    if (!err) {
        *rows = vg_parquet_rows(file.parquet);
        *ret_worth = old && old >= *rows / VG_RETIRE_SHARE;
    }
    vg_table_file_close(&file);
    free(counts.items);
    return err;
}

/* From the first part that is worth it on: the new one stands for all of them. Too many rows: not now. */
static enum vg_err find_cut(struct vg_store_writer *w, struct vg_store_job *job, int64_t cut_us)
{
    uint64_t all = 0, rows = 0;
    enum vg_err err = VG_OK;
    job->count = 0;
    for (size_t i = 0; i < job->parts.count && !err; i++) {
        bool worth = false;
        err = is_worth_it(w, job, i, cut_us, &rows, &worth);
        if (worth && !job->count)
            job->from = i;
        if (worth || job->count) {
            job->count++;
            all += rows;
        }
    }
    if (err || all > VG_STORE_MIXED_MOST || job->count > VG_STORE_PARTS_MAX)
        job->count = 0;
    return err == VG_NOMEM ? err : VG_OK; /* what can't be read is told by whoever asks for it */
}

static enum vg_err cut_table(struct retiring *r, enum vg_store_table table, int64_t cut_us)
{
    struct vg_store_writer *w = r->w;
    struct vg_store_job job = {.table = table, .hour_us = VG_STORE_MIXED};
    struct vg_store_joining j = {.cuts = true, .before_us = cut_us};
    uint64_t before = 0;
    enum vg_err err = vg_store_list_parts(w->dir, table, VG_STORE_MIXED, w->state.commit, false, &job.parts);
    if (!err)
        err = find_cut(w, &job, cut_us);
    char path[VG_ATOMIC_PATH];
    struct stat st;
    for (size_t i = 0; i < job.count && !err; i++)
        if (!vg_store_path(w->dir, table, VG_STORE_MIXED, &job.parts.items[job.from + i], path) && !stat(path, &st))
            before += (uint64_t)st.st_size;
    if (!err && job.count) {
        job.target = (struct vg_store_part){job.parts.items[job.from].first, w->state.commit + 1};
        err = vg_store_join(w, &job, NULL, &j);
        if (!err)
            err = vg_store_switch_over(w, &job, &j);
        if (!err) {
            uint64_t after = j.written.bytes;
            r->found.parts++;
            r->found.bytes += before > after ? before - after : 0;
            r->found.until_us = cut_us > r->found.until_us ? cut_us : r->found.until_us;
        }
    }
    free(j.hours.items);
    free(job.parts.items);
    return err == VG_EOF ? VG_OK : err;
}

enum vg_err vg_store_retire(struct vg_store_writer *w, const struct vg_store_retirement *plan,
                            struct vg_store_retired *ret)
{
    struct retiring r = {.w = w, .plan = plan, .found = {.until_us = VG_TIME_NONE}};
    w->why[0] = 0;
    enum vg_err err = !vg_store_can_number(w) ? VG_IO : w->state.commit == VG_STORE_NUMBER_MAX ? VG_LIMIT : VG_OK;
    if (!err)
        err = find_end(&r);
    if (!err)
        err = find_hours(&r);
    if (!err)
        err = find_mixed(&r);
    if (!err && r.count)
        err = let_go(&r);
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES && !err && r.end_us != VG_TIME_NONE; t++)
        err = cut_table(&r, t, vg_store_hour_of(r.end_us));
    free(r.items);
    if (err) {
        w->counters.failures++;
        vg_store_tell(w, w->dir, err);
        return err;
    }
    w->counters.retired_hours += r.found.hours;
    w->counters.retired_bytes += r.found.bytes;
    *ret = r.found;
    return VG_OK;
}
