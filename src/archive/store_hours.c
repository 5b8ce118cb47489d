/* What there is, hour by hour: for a time bar, and to know which answer an answer is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/store_read_inner.h"

/* Whether the state file is the one that the overview was made by. It is written anew with each change. */
static bool is_known(const struct vg_store *store, struct stat *ret_st)
{
    char path[VG_ATOMIC_PATH];
    int n = snprintf(path, sizeof path, "%s/state.json", store->dir);
    if (n <= 0 || (size_t)n >= sizeof path || stat(path, ret_st))
        *ret_st = (struct stat){0};
    const struct overview *o = &store->overview;
    return o->known && ret_st->st_ino && o->inode == ret_st->st_ino && o->changed.tv_sec == ret_st->st_mtim.tv_sec &&
           o->changed.tv_nsec == ret_st->st_mtim.tv_nsec;
}

static enum vg_err add_hour(struct overview *o, size_t *room, struct vg_store_hour hour)
{
    if (o->count == *room) {
        size_t more = 2 * *room + 256;
        struct vg_store_hour *hours = realloc(o->hours, more * sizeof *hours);
        if (!hours)
            return VG_NOMEM;
        o->hours = hours;
        *room = more;
    }
    o->hours[o->count++] = hour;
    return VG_OK;
}

/* A part's size in its hour; a mixed part's, by the rows that each hour has of it. */
static enum vg_err add_part(struct vg_store *store, struct overview *o, size_t *room, enum vg_store_table table,
                            int64_t hour_us, const struct vg_store_part *part)
{
    struct vg_hour_counts counts = {0};
    char path[VG_ATOMIC_PATH];
    struct stat st;
    struct entry *e;
    bool empty = false;
    if (vg_store_path(store->dir, table, hour_us, part, path) || stat(path, &st) ||
        (store->state.emptied && !vg_store_is_empty(store->dir, table, hour_us, part, &empty) && empty))
        return VG_OK;
    const struct vg_store_listed *listed = vg_store_list_find(&store->list, table, hour_us, part);
    bool other = listed && listed->file.bytes && listed->file.bytes != (uint64_t)st.st_size;
    o->unread += other;
    if (hour_us != VG_STORE_MIXED)
        return add_hour(o, room, (struct vg_store_hour){hour_us, (uint64_t)st.st_size, 1});
    store->questions++;
    enum vg_err err = vg_store_enter(store, table, hour_us, *part, &e);
    if (!err)
        err = vg_hour_counts_add(&counts, &e->file);
    uint64_t rows = err ? 0 : vg_parquet_rows(e->file.parquet);
    o->unread += err && !other;
    err = err == VG_NOMEM ? err : VG_OK; /* who asks for its rows is told */
    for (size_t i = 0; i < counts.count && !err && rows; i++) {
        uint64_t bytes = (uint64_t)((double)st.st_size * (double)counts.items[i].rows / (double)rows);
        err = add_hour(o, room, (struct vg_store_hour){counts.items[i].hour_us, bytes ? bytes : 1, 1});
    }
    free(counts.items);
    return err;
}

static int by_hour(const void *a, const void *b)
{
    const struct vg_store_hour *x = a, *y = b;
    return x->from_us < y->from_us ? -1 : x->from_us > y->from_us;
}

/* One line for each hour. */
static void unite_hours(struct overview *o)
{
    size_t kept = 0;
    if (o->count)
        qsort(o->hours, o->count, sizeof *o->hours, by_hour);
    for (size_t i = 0; i < o->count; i++) {
        struct vg_store_hour *last = kept ? &o->hours[kept - 1] : NULL;
        if (last && last->from_us == o->hours[i].from_us) {
            last->bytes += o->hours[i].bytes;
            last->parts += o->hours[i].parts;
        } else {
            o->hours[kept++] = o->hours[i];
        }
    }
    o->count = kept;
}

/* Parts that must be there and aren't. Of mixed ones nobody knows the hours. */
static enum vg_err add_missed(const struct vg_store *store, struct overview *o, size_t *room, enum vg_store_table table,
                              int64_t hour_us, bool unread)
{
    size_t count;
    uint32_t missed = 0;
    const struct vg_store_listed *listed = vg_store_list_hour(&store->list, table, hour_us, &count);
    for (size_t i = 0; i < count; i++)
        missed += vg_store_is_missed(store, &listed[i]);
    if (!missed && unread)
        missed = 1;
    o->unread += missed;
    return missed && hour_us != VG_STORE_MIXED ? add_hour(o, room, (struct vg_store_hour){hour_us, 0, missed}) : VG_OK;
}

static enum vg_err look_over_hour(struct vg_store *store, struct overview *o, size_t *room, enum vg_store_table table,
                                  int64_t hour_us)
{
    bool steady;
    enum vg_err err = vg_store_look_hour(store, table, hour_us, &steady);
    if (err && !steady)
        return err == VG_NOMEM ? err : VG_OK;
    bool unread = err != VG_OK;
    err = VG_OK;
    for (size_t i = 0; i < store->parts.count && !err; i++)
        err = add_part(store, o, room, table, hour_us, &store->parts.items[i]);
    return err ? err : add_missed(store, o, room, table, hour_us, unread);
}

/* Lists all hours, unless nothing changed since that was done. */
static enum vg_err look_over(struct vg_store *store)
{
    struct overview *o = &store->overview;
    struct stat st;
    size_t room = o->count;
    bool any = false;
    if (is_known(store, &st))
        return VG_OK;
    enum vg_err err = vg_store_look(store);
    o->known = false;
    o->count = 0;
    o->unread = 0;
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES && !err; t++) {
        struct vg_store_hours hours = {0};
        bool unread = false;
        err = vg_store_look_hours(store, t, INT64_MIN, INT64_MAX, &hours, &unread);
        o->unread += unread;
        any = any || hours.count;
        for (size_t h = 0; h < hours.count && !err; h++)
            err = look_over_hour(store, o, &room, t, hours.items[h]);
        free(hours.items);
    }
    o->unread += vg_store_is_unsure(store, any);
    o->unread += store->list_err != VG_OK;
    unite_hours(o);
    vg_store_tidy(store, 0, INT64_MAX);
    o->inode = st.st_ino;
    o->changed = st.st_mtim;
    o->known = !err;
    return err;
}

enum vg_err vg_store_span(struct vg_store *store, int64_t *ret_from_us, int64_t *ret_to_us)
{
    const struct overview *o = &store->overview;
    enum vg_err err = look_over(store);
    if (err)
        return err;
    *ret_from_us = o->count ? o->hours[0].from_us : VG_TIME_NONE;
    *ret_to_us = o->count ? o->hours[o->count - 1].from_us + VG_HOUR_US : VG_TIME_NONE;
    return VG_OK;
}

size_t vg_store_hours(struct vg_store *store, struct vg_store_hour *ret, size_t cap)
{
    const struct overview *o = &store->overview;
    size_t count = look_over(store) ? 0 : o->count;
    if (count && cap)
        memcpy(ret, o->hours, (count < cap ? count : cap) * sizeof *ret);
    return count;
}

uint64_t vg_store_unread(const struct vg_store *store)
{
    return store->overview.unread;
}

void vg_store_look_again(struct vg_store *store)
{
    store->overview.known = false;
}
