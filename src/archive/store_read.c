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
    bool held;     /* a question goes through it */
    struct vg_table_file file;
};

/* Which file of the hour at hand, and whether it was told as damaged. */
struct hour_file {
    enum vg_store_table table;
    struct vg_store_part part;
    bool told;
};

/* What there is, as long as the state file stays the same. */
struct overview {
    ino_t inode;
    struct timespec changed;
    struct vg_store_hour *hours;
    size_t count;
    bool known;
};

struct vg_store {
    char *dir;
    struct entry **entries;
    size_t entry_count, entry_room;
    uint64_t questions;
    struct vg_store_parts parts;
    struct overview overview;
    struct vg_table_file *files[FILES_OF_HOUR]; /* of the hour at hand, table by table */
    struct hour_file numbers[FILES_OF_HOUR];
    size_t file_count;
    struct vg_scan scans[FILES_OF_HOUR];
};

/* A mixed part that a question goes through once, beside the hours. */
struct mixed {
    struct hour_file number;
    struct entry *entry;
    struct vg_scan scan;
    struct vg_stream stream;
};

/* One question on its way through the hours. */
struct asking {
    struct vg_store *store;
    unsigned tables; /* bits of enum vg_store_table */
    int64_t hour_us;
    const struct vg_positions_query *query;
    struct vg_merging merging;
    vg_merge_on_row *on_row;
    vg_store_on_damage *on_damage;
    void *arg;
    struct vg_positions_work *work;
    uint64_t commit;             /* of the state that hours and mixed parts were listed by */
    struct vg_store_hours hours; /* that have a folder, from the one at hand on */
    size_t hours_at;
    struct vg_positions_query rest; /* what is asked of the mixed parts */
    struct mixed *mixed;            /* those of all tables that may have rows */
    size_t mixed_count;
    struct vg_stream streams[FILES_OF_HOUR], **all; /* of the hour's files; and those of the mixed parts as well */
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
    free(store->overview.hours);
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

/* A part, opened or still open from before. */
static enum vg_err open_part(struct vg_store *store, enum vg_store_table table, int64_t hour_us,
                             struct vg_store_part part, struct entry **ret_entry)
{
    char path[VG_ATOMIC_PATH];
    struct vg_parquet_file *parquet;
    struct entry *e;
    struct stat st;
    enum vg_err err = vg_store_path(store->dir, table, hour_us, &part, path);
    if (err)
        return err;
    if (stat(path, &st))
        return errno == ENOENT || errno == ENOTDIR ? VG_NOT_FOUND : VG_IO;
    for (size_t i = 0; i < store->entry_count; i++) {
        e = store->entries[i];
        if (e->table != table || e->hour_us != hour_us || e->part.first != part.first || e->part.last != part.last)
            continue;
        if (same_file(e, &st)) {
            e->used = store->questions;
            *ret_entry = e;
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
    *e = (struct entry){.table = table,
                        .hour_us = hour_us,
                        .part = part,
                        .inode = st.st_ino,
                        .size = st.st_size,
                        .changed = st.st_mtim,
                        .used = store->questions};
    err = vg_table_file_init(&e->file, vg_store_table(table), parquet);
    if (err)
        drop_entry(store, store->entry_count - 1);
    else
        *ret_entry = e;
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
    while (store->entry_count > FILES_MOST || bytes > BYTES_MOST) {
        size_t oldest = SIZE_MAX;
        for (size_t i = 0; i < store->entry_count; i++)
            if (!store->entries[i]->held &&
                (oldest == SIZE_MAX || store->entries[i]->used < store->entries[oldest]->used))
                oldest = i;
        if (oldest == SIZE_MAX)
            break;
        bytes -= vg_parquet_memory(store->entries[oldest]->file.parquet);
        drop_entry(store, oldest);
    }
    for (size_t i = SCANS_KEPT; i < store->file_count; i++)
        vg_scan_free(&store->scans[i]);
}

/* ---- an hour ---- */

static void tell(struct asking *a, enum vg_store_table table, int64_t hour_us, struct vg_store_part part,
                 enum vg_err err)
{
    char path[VG_ATOMIC_PATH];
    a->work->damaged++;
    if (a->on_damage && !vg_store_path(a->store->dir, table, hour_us, &part, path))
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
static enum vg_err list_hour(struct vg_store *store, enum vg_store_table table, int64_t hour_us, uint64_t *ret_commit)
{
    struct vg_store_state state = state_of(store), now = state;
    enum vg_err err = VG_OK;
    for (int i = 0; i < LISTINGS && !err; i++, state = now) {
        err = vg_store_list_parts(store->dir, table, hour_us, state.commit, false, &store->parts);
        now = state_of(store);
        *ret_commit = state.commit;
        if (now.commit == state.commit)
            return err;
    }
    return err ? err : VG_IO;
}

/*
 * Adds a table's parts of the hour to the open files; *ret_again: one went away meanwhile, or the mixed parts are not
 * those of the same commit, and rows that moved from one to the other would be there twice or not at all.
 */
static enum vg_err open_table(struct asking *a, enum vg_store_table table, bool *ret_again)
{
    struct vg_store *store = a->store;
    enum vg_err damage[VG_STORE_PARTS_MAX];
    uint64_t commit;
    enum vg_err err = list_hour(store, table, a->hour_us, &commit);
    if (err)
        return err;
    if (store->parts.count > VG_STORE_PARTS_MAX)
        return VG_LIMIT;
    *ret_again = a->mixed_count && commit != a->commit;
    for (size_t i = 0; i < store->parts.count && !*ret_again; i++) {
        struct entry *e;
        damage[i] = open_part(store, table, a->hour_us, store->parts.items[i], &e);
        if (damage[i] == VG_NOMEM)
            return VG_NOMEM;
        *ret_again = damage[i] == VG_NOT_FOUND;
        if (damage[i])
            continue;
        store->files[store->file_count] = &e->file;
        store->numbers[store->file_count++] = (struct hour_file){table, store->parts.items[i], false};
    }
    for (size_t i = 0; i < store->parts.count && !*ret_again; i++)
        if (damage[i])
            tell(a, table, a->hour_us, store->parts.items[i], damage[i]);
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

/* Files of the hour have the numbers below FILES_OF_HOUR, mixed ones those from there on. */
static void damaged(void *arg, size_t file, enum vg_err err)
{
    struct asking *a = arg;
    bool mixed = file >= FILES_OF_HOUR;
    struct hour_file *f = mixed ? &a->mixed[file - FILES_OF_HOUR].number : &a->store->numbers[file];
    if (!f->told)
        tell(a, f->table, mixed ? VG_STORE_MIXED : a->hour_us, f->part, err);
    f->told = true;
}

/* ---- mixed parts ---- */

static void leave_mixed(struct asking *a)
{
    for (size_t i = 0; i < a->mixed_count; i++) {
        if (a->mixed[i].entry)
            a->mixed[i].entry->held = false;
        vg_scan_free(&a->mixed[i].scan);
    }
    free(a->mixed);
    free(a->all);
    a->mixed = NULL;
    a->all = NULL;
    a->mixed_count = 0;
}

/* Adds a table's mixed parts; *ret_again: one went away meanwhile. */
static enum vg_err hold_table(struct asking *a, enum vg_store_table table, bool *ret_again)
{
    struct vg_store *store = a->store;
    enum vg_err err = vg_store_list_parts(store->dir, table, VG_STORE_MIXED, a->commit, false, &store->parts);
    if (!err && store->parts.count > VG_STORE_PARTS_MAX)
        err = VG_LIMIT;
    if (err || !store->parts.count)
        return err;
    struct mixed *more = realloc(a->mixed, (a->mixed_count + store->parts.count) * sizeof *more);
    if (!more)
        return VG_NOMEM;
    a->mixed = more;
    for (size_t i = 0; i < store->parts.count && !err && !*ret_again; i++) {
        struct mixed *m = &a->mixed[a->mixed_count];
        *m = (struct mixed){.number = {table, store->parts.items[i], false}};
        err = open_part(store, table, VG_STORE_MIXED, store->parts.items[i], &m->entry);
        *ret_again = err == VG_NOT_FOUND;
        if (!err) {
            m->entry->held = true;
            a->mixed_count++;
        } else if (err != VG_NOMEM && !*ret_again) {
            tell(a, table, VG_STORE_MIXED, store->parts.items[i], err);
        }
        err = err == VG_NOMEM ? err : VG_OK;
    }
    return err;
}

/* The mixed parts go on from the hour at hand. */
static enum vg_err start_mixed(struct asking *a)
{
    a->all = malloc((FILES_OF_HOUR + a->mixed_count) * sizeof(struct vg_stream *));
    enum vg_err err = a->all ? VG_OK : VG_NOMEM;
    a->rest = *a->query;
    a->rest.senders_only = false; /* the time says which hour it is */
    a->rest.from_us = a->hour_us > a->rest.from_us ? a->hour_us : a->rest.from_us;
    for (size_t i = 0; i < a->mixed_count && !err; i++) {
        struct mixed *m = &a->mixed[i];
        m->stream = (struct vg_stream){.scan = &m->scan, .file = FILES_OF_HOUR + i, .mixed = true};
        err = vg_stream_start(&a->merging, &m->stream, &m->entry->file, &a->rest);
    }
    return err;
}

/* Most archives have none, and need no state to be sure of that. */
static bool has_mixed(const struct asking *a)
{
    struct vg_store_parts *parts = &a->store->parts;
    bool has = false;
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES && !has; t++)
        has = a->tables >> t & 1 && (vg_store_list_parts(a->store->dir, t, VG_STORE_MIXED, VG_STORE_NUMBER_MAX, false,
                                                         parts) != VG_OK ||
                                     parts->count);
    return has;
}

/* What there is from the hour at hand on: folders and mixed parts, of one and the same commit. */
static enum vg_err look(struct asking *a)
{
    bool again = true;
    enum vg_err err = VG_OK;
    for (int i = 0; i < LISTINGS && again && !err; i++) {
        leave_mixed(a);
        again = false;
        bool mixed = has_mixed(a);
        a->commit = mixed ? state_of(a->store).commit : VG_STORE_NUMBER_MAX;
        a->hours.count = a->hours_at = 0;
        int64_t from_us = a->hour_us > a->query->from_us ? a->hour_us : a->query->from_us;
        for (enum vg_store_table t = 0; t < VG_STORE_TABLES && !err; t++)
            if (a->tables >> t & 1)
                err = vg_store_list_hours(a->store->dir, t, from_us, a->query->to_us, &a->hours);
        for (enum vg_store_table t = 0; t < VG_STORE_TABLES && mixed && !err && !again; t++)
            if (a->tables >> t & 1)
                err = hold_table(a, t, &again);
        again = again || (a->mixed_count && state_of(a->store).commit != a->commit);
    }
    if (!err && again)
        err = VG_IO;
    if (a->hours.count && a->hours.items[0] == VG_STORE_MIXED)
        a->hours_at++;
    for (size_t i = a->store->entry_count; i-- > 0;) /* those that count no more */
        if (a->store->entries[i]->hour_us == VG_STORE_MIXED && !a->store->entries[i]->held &&
            a->tables >> a->store->entries[i]->table & 1)
            drop_entry(a->store, i);
    return err ? err : start_mixed(a);
}

/* The next hour that has a folder, or rows in a mixed part; INT64_MAX: none. */
static int64_t next_hour(const struct asking *a)
{
    int64_t hour_us = a->hours_at < a->hours.count ? a->hours.items[a->hours_at] : INT64_MAX;
    for (size_t i = 0; i < a->mixed_count; i++) {
        int64_t other_us = vg_stream_hour(&a->mixed[i].stream);
        hour_us = other_us < hour_us ? other_us : hour_us;
    }
    return hour_us;
}

static enum vg_err merge_hour(struct asking *a)
{
    struct vg_store *store = a->store;
    enum vg_err err = VG_OK;
    size_t count = 0;
    for (size_t i = 0; i < store->file_count && !err; i++) {
        a->streams[i] = (struct vg_stream){.scan = &store->scans[i], .file = i};
        err = vg_stream_start(&a->merging, &a->streams[i], store->files[i], a->query);
        a->all[count++] = &a->streams[i];
    }
    for (size_t i = 0; i < a->mixed_count; i++)
        a->all[count++] = &a->mixed[i].stream;
    return err ? err : vg_merge_hour(&a->merging, a->all, count, a->hour_us);
}

static bool has_folder(const struct asking *a)
{
    return a->hours_at < a->hours.count && a->hours.items[a->hours_at] == a->hour_us;
}

static enum vg_err ask_hour(struct asking *a)
{
    bool again = true;
    enum vg_err err = VG_OK;
    a->store->questions++;
    a->store->file_count = 0;
    for (int i = 0; i < LISTINGS && again && !err; i++) {
        again = false;
        if (has_folder(a))
            err = open_hour(a, &again);
        if (!err && again && a->mixed_count)
            err = look(a);
    }
    if (!err && again)
        err = VG_IO;
    if (!err)
        err = merge_hour(a);
    tidy(a);
    a->hours_at += has_folder(a);
    return err;
}

enum vg_err vg_store_ask(struct vg_store *store, unsigned tables, const struct vg_positions_query *query,
                         vg_merge_on_row *on_row, vg_store_on_damage *on_damage, void *arg,
                         struct vg_positions_work *work)
{
    struct vg_positions_work unasked = {0};
    struct asking *a = malloc(sizeof *a);
    if (!a)
        return VG_NOMEM;
    *a = (struct asking){.store = store,
                         .tables = tables,
                         .hour_us = INT64_MIN,
                         .query = query,
                         .on_row = on_row,
                         .on_damage = on_damage,
                         .arg = arg,
                         .work = work ? work : &unasked};
    a->merging = (struct vg_merging){.on_row = hand_on, .on_damage = damaged, .arg = a, .work = a->work};
    enum vg_err err = look(a);
    while (!err && (a->hour_us = next_hour(a)) != INT64_MAX)
        err = ask_hour(a);
    leave_mixed(a);
    tidy(a);
    free(a->hours.items);
    free(a);
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
                            int64_t hour_us, const struct vg_store_part *part, bool emptied)
{
    struct vg_hour_counts counts = {0};
    char path[VG_ATOMIC_PATH];
    struct stat st;
    struct entry *e;
    bool empty = false;
    if (vg_store_path(store->dir, table, hour_us, part, path) || stat(path, &st) ||
        (emptied && !vg_store_is_empty(store->dir, table, hour_us, part, &empty) && empty))
        return VG_OK;
    if (hour_us != VG_STORE_MIXED)
        return add_hour(o, room, (struct vg_store_hour){hour_us, (uint64_t)st.st_size, 1});
    store->questions++;
    enum vg_err err = open_part(store, table, hour_us, *part, &e);
    if (!err)
        err = vg_hour_counts_add(&counts, &e->file);
    uint64_t rows = err ? 0 : vg_parquet_rows(e->file.parquet);
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

/* Lists all hours, unless nothing changed since that was done. */
static enum vg_err look_over(struct vg_store *store)
{
    struct asking none = {.store = store, .hour_us = INT64_MAX};
    struct overview *o = &store->overview;
    struct stat st;
    size_t room = o->count;
    uint64_t commit;
    if (is_known(store, &st))
        return VG_OK;
    bool emptied = state_of(store).emptied;
    enum vg_err err = VG_OK;
    o->known = false;
    o->count = 0;
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES && !err; t++) {
        struct vg_store_hours hours = {0};
        err = vg_store_list_hours(store->dir, t, INT64_MIN, INT64_MAX, &hours);
        for (size_t h = 0; h < hours.count && !err; h++) {
            if (list_hour(store, t, hours.items[h], &commit))
                continue;
            for (size_t i = 0; i < store->parts.count && !err; i++)
                err = add_part(store, o, &room, t, hours.items[h], &store->parts.items[i], emptied);
        }
        free(hours.items);
    }
    unite_hours(o);
    tidy(&none);
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
