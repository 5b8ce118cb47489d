#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "archive/store_read_inner.h"

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
    bool told;                   /* what no hour's part is to blame for */
    struct vg_store_hours hours; /* that have a folder, from the one at hand on */
    size_t hours_at;
    struct vg_positions_query rest; /* what is asked of the mixed parts */
    struct mixed *mixed;            /* those of all tables that may have rows */
    size_t mixed_count;
    struct vg_stream streams[FILES_OF_HOUR], **all; /* of the hour's files; and those of the mixed parts as well */
};

/* ---- an hour ---- */

static void tell_path(struct asking *a, const char *path, enum vg_err err)
{
    a->work->damaged++;
    if (a->on_damage)
        a->on_damage(a->arg, path, err);
}

/* `part` NULL: the hour's folder. */
static void tell(struct asking *a, enum vg_store_table table, int64_t hour_us, const struct vg_store_part *part,
                 enum vg_err err)
{
    char path[VG_ATOMIC_PATH];
    if (vg_store_path(a->store->dir, table, hour_us, part, path))
        a->work->damaged++;
    else
        tell_path(a, path, err);
}

/* Parts that must be there, and aren't. A folder that can't be read (`err`) is told itself if the list knows none. */
static void tell_missing(struct asking *a, enum vg_store_table table, int64_t hour_us, enum vg_err err)
{
    size_t count, told = 0;
    const struct vg_store_listed *listed = vg_store_list_hour(&a->store->list, table, hour_us, &count);
    for (size_t i = 0; i < count; i++)
        if (vg_store_is_missed(a->store, &listed[i])) {
            tell(a, table, hour_us, &listed[i].part, err ? err : VG_NOT_FOUND);
            told++;
        }
    if (err && !told)
        tell(a, table, hour_us, NULL, err);
}

/*
 * Adds a table's parts of the hour to the open files; *ret_again: one went away meanwhile, or the mixed parts are not
 * those of the same commit, and rows that moved from one to the other would be there twice or not at all.
 */
static enum vg_err open_table(struct asking *a, enum vg_store_table table, bool *ret_again)
{
    struct vg_store *store = a->store;
    enum vg_err damage[VG_STORE_PARTS_MAX];
    bool steady;
    enum vg_err folder = vg_store_look_hour(store, table, a->hour_us, &steady);
    if (folder && !(folder == VG_IO && steady))
        return folder;
    if (store->parts.count > VG_STORE_PARTS_MAX)
        return VG_LIMIT;
    *ret_again = a->mixed_count && store->state.commit != a->commit;
    for (size_t i = 0; i < store->parts.count && !*ret_again; i++) {
        struct entry *e;
        damage[i] = vg_store_enter(store, table, a->hour_us, store->parts.items[i], &e);
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
            tell(a, table, a->hour_us, &store->parts.items[i], damage[i]);
    if (!*ret_again)
        tell_missing(a, table, a->hour_us, folder);
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
        tell(a, f->table, mixed ? VG_STORE_MIXED : a->hour_us, &f->part, err);
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
    if (err == VG_IO) {
        store->parts.count = 0; /* told when it is sure that nothing changed meanwhile */
        err = VG_OK;
    }
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
        err = vg_store_enter(store, table, VG_STORE_MIXED, store->parts.items[i], &m->entry);
        *ret_again = err == VG_NOT_FOUND;
        if (!err) {
            m->entry->held = true;
            a->mixed_count++;
        } else if (err != VG_NOMEM && !*ret_again) {
            tell(a, table, VG_STORE_MIXED, &store->parts.items[i], err);
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

static bool has_listed(const struct vg_store *store, enum vg_store_table table)
{
    size_t count;
    vg_store_list_hour(&store->list, table, VG_STORE_MIXED, &count);
    return count != 0;
}

/* Most archives have none, and need no state to be sure of that. */
static bool has_mixed(const struct asking *a)
{
    struct vg_store_parts *parts = &a->store->parts;
    bool has = false;
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES && !has; t++)
        has = a->tables >> t & 1 &&
              (vg_store_list_parts(a->store->dir, t, VG_STORE_MIXED, VG_STORE_NUMBER_MAX, false, parts) != VG_OK ||
               parts->count || has_listed(a->store, t));
    return has;
}

/* The hours that have a folder or must have one, and the mixed parts; *ret_again: these changed meanwhile. */
static enum vg_err look_once(struct asking *a, bool *ret_unread, bool *ret_again)
{
    struct vg_store *store = a->store;
    enum vg_err err = vg_store_look(store);
    if (err)
        return err;
    store->fresh = true;
    bool mixed = has_mixed(a);
    a->commit = mixed ? store->state.commit : VG_STORE_NUMBER_MAX;
    a->hours.count = a->hours_at = 0;
    *ret_unread = *ret_again = false;
    int64_t from_us = a->hour_us > a->query->from_us ? a->hour_us : a->query->from_us;
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES && !err; t++)
        if (a->tables >> t & 1) {
            bool unread;
            err = vg_store_look_hours(store, t, from_us, a->query->to_us, &a->hours, &unread);
            *ret_unread = *ret_unread || unread;
        }
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES && mixed && !err && !*ret_again; t++)
        if (a->tables >> t & 1)
            err = hold_table(a, t, ret_again);
    if (err || !mixed || *ret_again)
        return err;
    err = vg_store_look(store);
    *ret_again = !err && store->state.commit != a->commit;
    return err;
}

/* What the answer may lack, and no hour's part is to blame for. Once for each question. */
static void tell_folder(struct asking *a, bool unread)
{
    char path[VG_ATOMIC_PATH];
    struct vg_store *store = a->store;
    if (a->told)
        return;
    a->told = true;
    if (unread)
        tell_path(a, store->dir, VG_IO);
    if (vg_store_is_unsure(store, a->hours.count > 0)) {
        snprintf(path, sizeof path, "%s/state.json", store->dir);
        tell_path(a, path, store->state_err ? store->state_err : VG_CORRUPT);
    }
    if (store->list_err && !vg_store_list_path(store->dir, store->state.list.number, path))
        tell_path(a, path, store->list_err);
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES; t++)
        if (a->tables >> t & 1 && has_listed(store, t)) {
            enum vg_err err = vg_store_list_parts(store->dir, t, VG_STORE_MIXED, a->commit, false, &store->parts);
            if (err)
                store->parts.count = 0;
            tell_missing(a, t, VG_STORE_MIXED, err);
        }
}

/* What there is from the hour at hand on: folders and mixed parts, of one and the same commit. */
static enum vg_err look(struct asking *a)
{
    bool again = true, unread = false;
    enum vg_err err = VG_OK;
    for (int i = 0; i < LISTINGS && again && !err; i++) {
        leave_mixed(a);
        err = look_once(a, &unread, &again);
    }
    if (!err && again)
        err = VG_IO;
    if (!err)
        tell_folder(a, unread);
    if (a->hours.count && a->hours.items[0] == VG_STORE_MIXED)
        a->hours_at++;
    for (size_t i = a->store->entry_count; i-- > 0;) /* those that count no more */
        if (a->store->entries[i]->hour_us == VG_STORE_MIXED && !a->store->entries[i]->held &&
            a->tables >> a->store->entries[i]->table & 1)
            vg_store_leave(a->store, i);
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
    if (store->file_count > store->scans_used)
        store->scans_used = store->file_count;
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
    vg_store_tidy(a->store, a->tables, a->hour_us);
    a->hours_at += has_folder(a);
    return err;
}

static struct asking *new_asking(struct vg_store *store, unsigned tables, const struct vg_positions_query *query,
                                 vg_store_on_damage *on_damage, void *arg, struct vg_positions_work *work)
{
    struct asking *a = malloc(sizeof *a);
    if (!a)
        return NULL;
    *a = (struct asking){.store = store,
                         .tables = tables,
                         .hour_us = INT64_MIN,
                         .query = query,
                         .on_damage = on_damage,
                         .arg = arg,
                         .work = work};
    a->merging = (struct vg_merging){.on_row = hand_on, .on_damage = damaged, .arg = a, .work = work};
    return a;
}

static void end_asking(struct asking *a)
{
    leave_mixed(a);
    vg_store_tidy(a->store, a->tables, a->hour_us);
    free(a->hours.items);
    free(a);
}

enum vg_err vg_store_ask(struct vg_store *store, unsigned tables, const struct vg_positions_query *query,
                         vg_merge_on_row *on_row, vg_store_on_damage *on_damage, void *arg,
                         struct vg_positions_work *work)
{
    struct vg_positions_work unasked = {0};
    struct asking *a = new_asking(store, tables, query, on_damage, arg, work ? work : &unasked);
    if (!a)
        return VG_NOMEM;
    a->on_row = on_row;
    enum vg_err err = look(a);
    while (!err && (a->hour_us = next_hour(a)) != INT64_MAX)
        err = ask_hour(a);
    end_asking(a);
    return err;
}

enum vg_err vg_store_check_span(struct vg_store *store, unsigned tables, int64_t from_us, int64_t to_us,
                                vg_store_on_damage *on_damage, void *arg)
{
    struct vg_positions_query query = {.from_us = from_us, .to_us = to_us};
    struct vg_positions_work work = {0};
    struct asking *a = new_asking(store, tables, &query, on_damage, arg, &work);
    if (!a)
        return VG_NOMEM;
    enum vg_err err = look(a);
    for (; a->hours_at < a->hours.count && !err; a->hours_at++) {
        bool again = true;
        a->hour_us = a->hours.items[a->hours_at];
        store->questions++;
        for (int i = 0; i < LISTINGS && again && !err; i++) {
            err = open_hour(a, &again);
            a->commit = again ? store->state.commit : a->commit; /* rows that move are of no matter here */
        }
        vg_store_tidy(store, tables, a->hour_us);
    }
    end_asking(a);
    return err;
}
