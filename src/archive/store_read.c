#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "archive/store_inner.h"

#define FILES_MOST 128               /* open files kept for the next question */
#define BYTES_MOST ((size_t)1 << 26) /* of their metadata */
#define SCANS_KEPT 4                 /* their memory, about 1 MiB each, stays for the next question */
#define LISTINGS   64                /* of an hour that goes on changing */

#define FILES_OF_HOUR ((size_t)VG_STORE_TABLES * VG_STORE_PARTS_MAX)

/* A part that is open. Parts don't change, but an archive may be made anew under the same names. */
struct entry {
    enum vg_store_table table;
    int64_t hour_us;
    struct vg_store_part part;
    ino_t inode;
    off_t size;
    struct timespec changed;
    uint64_t used; /* the number of the question */
    struct vg_table_file file;
};

/* Which file of the hour at hand, and whether it was told as damaged. */
struct hour_file {
    enum vg_store_table table;
    struct vg_store_part part;
    bool told;
};

struct vg_store {
    char *dir;
    struct entry **entries;
    size_t entry_count, entry_room;
    uint64_t questions;
    struct vg_store_parts parts;
    struct vg_table_file *files[FILES_OF_HOUR]; /* of the hour at hand, table by table */
    struct hour_file numbers[FILES_OF_HOUR];
    size_t file_count;
    struct vg_scan scans[FILES_OF_HOUR];
};

/* One question on its way through the hours. */
struct asking {
    struct vg_store *store;
    unsigned tables; /* bits of enum vg_store_table */
    int64_t hour_us;
    const struct vg_positions_query *query;
    vg_merge_on_row *on_row;
    vg_store_on_damage *on_damage;
    void *arg;
    struct vg_positions_work *work;
};

enum vg_err vg_store_reader_open(const char *dir, struct vg_store **ret_store)
{
    char path[VG_ATOMIC_PATH];
    struct stat st;
    int n = snprintf(path, sizeof path, "%s/positions", dir);
    struct vg_store_state state;
    if (n <= 0 || (size_t)n >= sizeof path)
        return VG_RANGE;
    if (vg_store_state_read(dir, &state) == VG_NOT_FOUND && (stat(path, &st) || !S_ISDIR(st.st_mode)))
        return VG_NOT_FOUND;
    struct vg_store *store = calloc(1, sizeof *store);
    if (!store || !(store->dir = strdup(dir))) {
        free(store);
        return VG_NOMEM;
    }
    *ret_store = store;
    return VG_OK;
}

static void drop_entry(struct vg_store *store, size_t i)
{
    vg_table_file_close(&store->entries[i]->file);
    free(store->entries[i]);
    store->entries[i] = store->entries[--store->entry_count];
}

void vg_store_reader_close(struct vg_store *store)
{
    if (!store)
        return;
    while (store->entry_count)
        drop_entry(store, 0);
    for (size_t i = 0; i < FILES_OF_HOUR; i++)
        vg_scan_free(&store->scans[i]);
    free(store->entries);
    free(store->parts.items);
    free(store->dir);
    free(store);
}

/* ---- open files ---- */

static bool same_file(const struct entry *e, const struct stat *st)
{
    return e->inode == st->st_ino && e->size == st->st_size && e->changed.tv_sec == st->st_mtim.tv_sec &&
           e->changed.tv_nsec == st->st_mtim.tv_nsec;
}

static enum vg_err add_entry(struct vg_store *store, struct entry **ret_entry)
{
    if (store->entry_count == store->entry_room) {
        size_t room = 2 * store->entry_room + 32;
        struct entry **more = realloc(store->entries, room * sizeof *more);
        if (!more)
            return VG_NOMEM;
        store->entries = more;
        store->entry_room = room;
    }
    struct entry *e = calloc(1, sizeof *e);
    if (!e)
        return VG_NOMEM;
    store->entries[store->entry_count++] = e;
    *ret_entry = e;
    return VG_OK;
}

/* A part of the hour, opened or still open from before. */
static enum vg_err open_part(struct asking *a, enum vg_store_table table, struct vg_store_part part,
                             struct vg_table_file **ret_file)
{
    struct vg_store *store = a->store;
    char path[VG_ATOMIC_PATH];
    struct vg_parquet_file *parquet;
    struct entry *e;
    struct stat st;
    enum vg_err err = vg_store_path(store->dir, table, a->hour_us, &part, path);
    if (err)
        return err;
    if (stat(path, &st))
        return errno == ENOENT || errno == ENOTDIR ? VG_NOT_FOUND : VG_IO;
    for (size_t i = 0; i < store->entry_count; i++) {
        e = store->entries[i];
        if (e->table != table || e->hour_us != a->hour_us || e->part.first != part.first || e->part.last != part.last)
            continue;
        if (same_file(e, &st)) {
            e->used = store->questions;
            *ret_file = &e->file;
            return VG_OK;
        }
        drop_entry(store, i--);
    }
    err = vg_parquet_open(path, &parquet);
    if (err)
        return err;
    err = add_entry(store, &e);
    if (err) {
        vg_parquet_close(parquet);
        return err;
    }
    *e = (struct entry){table, a->hour_us, part, st.st_ino, st.st_size, st.st_mtim, store->questions, {0}};
    err = vg_table_file_init(&e->file, vg_store_table(table), parquet);
    if (err)
        drop_entry(store, store->entry_count - 1);
    else
        *ret_file = &e->file;
    return err;
}

/* Closes what wasn't used longest, until the rest is within the bounds; and parts of the hour that count no more. */
static void tidy(struct asking *a)
{
    struct vg_store *store = a->store;
    size_t bytes = 0;
    for (size_t i = store->entry_count; i-- > 0;) {
        struct entry *e = store->entries[i];
        if (a->tables >> e->table & 1 && e->hour_us == a->hour_us && e->used != store->questions)
            drop_entry(store, i);
        else
            bytes += vg_parquet_memory(e->file.parquet);
    }
    while (store->entry_count && (store->entry_count > FILES_MOST || bytes > BYTES_MOST)) {
        size_t oldest = 0;
        for (size_t i = 1; i < store->entry_count; i++)
            if (store->entries[i]->used < store->entries[oldest]->used)
                oldest = i;
        bytes -= vg_parquet_memory(store->entries[oldest]->file.parquet);
        drop_entry(store, oldest);
    }
    for (size_t i = SCANS_KEPT; i < store->file_count; i++)
        vg_scan_free(&store->scans[i]);
}

/* ---- an hour ---- */

static void tell(struct asking *a, enum vg_store_table table, struct vg_store_part part, enum vg_err err)
{
    char path[VG_ATOMIC_PATH];
    a->work->damaged++;
    if (a->on_damage && !vg_store_path(a->store->dir, table, a->hour_us, &part, path))
        a->on_damage(a->arg, path, err);
}

/* The state, or, where there is none that can be read, one that lets every part count. */
static struct vg_store_state state_of(const struct vg_store *store)
{
    struct vg_store_state state;
    if (vg_store_state_read(store->dir, &state))
        state = (struct vg_store_state){.commit = VG_STORE_NUMBER_MAX};
    return state;
}

/* The hour's parts, into store->parts. While the state stays the same, what is listed is what counts. */
static enum vg_err list_hour(struct vg_store *store, enum vg_store_table table, int64_t hour_us)
{
    struct vg_store_state state = state_of(store), now = state;
    enum vg_err err = VG_OK;
    for (int i = 0; i < LISTINGS && !err; i++, state = now) {
        err = vg_store_list_parts(store->dir, table, hour_us, state.commit, false, &store->parts);
        now = state_of(store);
        if (now.commit == state.commit)
            return err;
    }
    return err ? err : VG_IO;
}

/* Adds a table's parts of the hour to the open files; *ret_again: one went away meanwhile. */
static enum vg_err open_table(struct asking *a, enum vg_store_table table, bool *ret_again)
{
    struct vg_store *store = a->store;
    enum vg_err damage[VG_STORE_PARTS_MAX];
    enum vg_err err = list_hour(store, table, a->hour_us);
    if (err)
        return err;
    if (store->parts.count > VG_STORE_PARTS_MAX)
        return VG_LIMIT;
    for (size_t i = 0; i < store->parts.count; i++) {
        damage[i] = open_part(a, table, store->parts.items[i], &store->files[store->file_count]);
        if (damage[i] == VG_NOMEM)
            return VG_NOMEM;
        if (damage[i] == VG_NOT_FOUND) {
            *ret_again = true;
            return VG_OK;
        }
        if (!damage[i])
            store->numbers[store->file_count++] = (struct hour_file){table, store->parts.items[i], false};
    }
    for (size_t i = 0; i < store->parts.count; i++)
        if (damage[i])
            tell(a, table, store->parts.items[i], damage[i]);
    return VG_OK;
}

/* Opens the parts of the hour. */
static enum vg_err open_hour(struct asking *a, bool *ret_again)
{
    enum vg_err err = VG_OK;
    *ret_again = false;
    a->store->file_count = 0;
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES && !err && !*ret_again; t++)
        if (a->tables >> t & 1)
            err = open_table(a, t, ret_again);
    return err;
}

static enum vg_err hand_on(void *arg, const struct vg_table *table, const void *row)
{
    struct asking *a = arg;
    return a->on_row(a->arg, table, row);
}

static void damaged(void *arg, size_t file, enum vg_err err)
{
    struct asking *a = arg;
    struct hour_file *f = &a->store->numbers[file];
    if (!f->told)
        tell(a, f->table, f->part, err);
    f->told = true;
}

static enum vg_err ask_hour(struct asking *a)
{
    bool again = true;
    enum vg_err err = VG_OK;
    a->store->questions++;
    for (int i = 0; i < LISTINGS && again && !err; i++)
        err = open_hour(a, &again);
    if (!err && again)
        err = VG_IO;
    if (!err)
        err = vg_merge(a->store->files, a->store->file_count, a->store->scans, a->query, hand_on, damaged, a, a->work);
    tidy(a);
    return err;
}

enum vg_err vg_store_ask(struct vg_store *store, unsigned tables, const struct vg_positions_query *query,
                         vg_merge_on_row *on_row, vg_store_on_damage *on_damage, void *arg,
                         struct vg_positions_work *work)
{
    struct vg_positions_work unasked = {0};
    struct vg_store_hours hours = {0};
    struct asking a = {.store = store,
                       .tables = tables,
                       .query = query,
                       .on_row = on_row,
                       .on_damage = on_damage,
                       .arg = arg,
                       .work = work ? work : &unasked};
    enum vg_err err = VG_OK;
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES && !err; t++)
        if (tables >> t & 1)
            err = vg_store_list_hours(store->dir, t, query->from_us, query->to_us, &hours);
    for (size_t i = 0; i < hours.count && !err; i++) {
        a.hour_us = hours.items[i];
        err = ask_hour(&a);
    }
    free(hours.items);
    return err;
}

/* Who is called, with the type of the table's rows. */
struct call {
    vg_positions_on_row *on_position;
    vg_statics_on_row *on_static;
    vg_store_on_damage *on_damage;
    void *arg;
};

static enum vg_err call_row(void *arg, const struct vg_table *table, const void *row)
{
    struct call *c = arg;
    (void)table;
    return c->on_position ? c->on_position(c->arg, row) : c->on_static(c->arg, row);
}

static void call_damage(void *arg, const char *path, enum vg_err err)
{
    struct call *c = arg;
    if (c->on_damage)
        c->on_damage(c->arg, path, err);
}

enum vg_err vg_store_positions(struct vg_store *store, const struct vg_positions_query *query,
                               vg_positions_on_row *on_row, vg_store_on_damage *on_damage, void *arg,
                               struct vg_positions_work *work)
{
    struct call c = {.on_position = on_row, .on_damage = on_damage, .arg = arg};
    return vg_store_ask(store, 1u << VG_STORE_POSITIONS, query, call_row, call_damage, &c, work);
}

enum vg_err vg_store_statics(struct vg_store *store, const struct vg_positions_query *query, vg_statics_on_row *on_row,
                             vg_store_on_damage *on_damage, void *arg)
{
    struct call c = {.on_static = on_row, .on_damage = on_damage, .arg = arg};
    return query->box ? VG_ARG : vg_store_ask(store, 1u << VG_STORE_STATICS, query, call_row, call_damage, &c, NULL);
}

/* ---- what there is ---- */

static enum vg_err all_hours(const struct vg_store *store, struct vg_store_hours *hours)
{
    enum vg_err err = VG_OK;
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES && !err; t++)
        err = vg_store_list_hours(store->dir, t, INT64_MIN, INT64_MAX, hours);
    return err;
}

/* `emptied`: the state says that there may be parts without rows, which are none. */
static struct vg_store_hour describe(struct vg_store *store, int64_t hour_us, bool emptied)
{
    struct vg_store_hour hour = {.from_us = hour_us};
    char path[VG_ATOMIC_PATH];
    struct stat st;
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES; t++) {
        if (list_hour(store, t, hour_us))
            continue;
        for (size_t i = 0; i < store->parts.count; i++) {
            const struct vg_store_part *part = &store->parts.items[i];
            bool empty = false;
            if (vg_store_path(store->dir, t, hour_us, part, path) || stat(path, &st) ||
                (emptied && !vg_store_is_empty(store->dir, t, hour_us, part, &empty) && empty))
                continue;
            hour.bytes += (uint64_t)st.st_size;
            hour.parts++;
        }
    }
    return hour;
}

enum vg_err vg_store_span(struct vg_store *store, int64_t *ret_from_us, int64_t *ret_to_us)
{
    struct vg_store_hours hours = {0};
    enum vg_err err = all_hours(store, &hours);
    size_t first = 0, end = hours.count;
    bool emptied = state_of(store).emptied;
    while (!err && first < end && !describe(store, hours.items[first], emptied).parts)
        first++;
    while (!err && end > first && !describe(store, hours.items[end - 1], emptied).parts)
        end--;
    if (!err) {
        *ret_from_us = first < end ? hours.items[first] : VG_TIME_NONE;
        *ret_to_us = first < end ? hours.items[end - 1] + VG_HOUR_US : VG_TIME_NONE;
    }
    free(hours.items);
    return err;
}

size_t vg_store_hours(struct vg_store *store, struct vg_store_hour *ret, size_t cap)
{
    struct vg_store_hours hours = {0};
    size_t count = 0;
    bool emptied = state_of(store).emptied;
    if (!all_hours(store, &hours))
        for (size_t i = 0; i < hours.count; i++) {
            struct vg_store_hour hour = describe(store, hours.items[i], emptied);
            if (hour.parts && count < cap)
                ret[count] = hour;
            count += hour.parts > 0;
        }
    free(hours.items);
    return count;
}
