/* Looking through a whole archive: what is missing, of another size, or (deep) can't be read. */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/store_read_inner.h"

struct checking {
    struct vg_store *store;
    bool deep;
    vg_store_on_damage *on_damage;
    void *arg;
};

static void tell(struct checking *c, const char *path, enum vg_err err)
{
    c->on_damage(c->arg, path, err);
}

static void tell_part(struct checking *c, enum vg_store_table table, int64_t hour_us, const struct vg_store_part *part,
                      enum vg_err err)
{
    char path[VG_ATOMIC_PATH];
    if (!vg_store_path(c->store->dir, table, hour_us, part, path))
        tell(c, path, err);
}

/* Every page of every column. */
static enum vg_err read_all(struct vg_table_file *file)
{
    struct vg_parquet_page page = {0};
    enum vg_err err = VG_OK;
    for (size_t c = 0; c < file->table->count && !err; c++)
        for (size_t g = 0; g < vg_parquet_groups(file->parquet) && !err; g++) {
            size_t pages = 0;
            if (file->columns[c] == VG_TABLE_MISSING)
                break;
            err = vg_parquet_pages(file->parquet, g, file->columns[c], &pages);
            for (size_t i = 0; i < pages && !err; i++)
                err = vg_parquet_read_page(file->parquet, g, file->columns[c], i, &page);
        }
    vg_parquet_page_free(&page);
    return err;
}

static enum vg_err check_deep(struct checking *c, enum vg_store_table table, int64_t hour_us,
                              const struct vg_store_part *part)
{
    struct entry *e;
    c->store->questions++;
    enum vg_err err = vg_store_enter(c->store, table, hour_us, *part, &e);
    return err ? err : read_all(&e->file);
}

static enum vg_err check_part(struct checking *c, enum vg_store_table table, int64_t hour_us,
                              const struct vg_store_part *part)
{
    const struct vg_store_listed *listed = vg_store_list_find(&c->store->list, table, hour_us, part);
    char path[VG_ATOMIC_PATH];
    struct stat st;
    enum vg_err err = vg_store_path(c->store->dir, table, hour_us, part, path);
    if (err)
        return err;
    if (stat(path, &st))
        return VG_NOT_FOUND;
    if (!S_ISREG(st.st_mode) || !st.st_size ||
        (listed && listed->file.bytes && listed->file.bytes != (uint64_t)st.st_size))
        return VG_CORRUPT;
    return c->deep ? check_deep(c, table, hour_us, part) : VG_OK;
}

static enum vg_err check_hour(struct checking *c, enum vg_store_table table, int64_t hour_us)
{
    bool steady;
    size_t count;
    enum vg_err folder = vg_store_look_hour(c->store, table, hour_us, &steady);
    if (folder && !(folder == VG_IO && steady))
        return folder;
    for (size_t i = 0; i < c->store->parts.count; i++) {
        enum vg_err err = check_part(c, table, hour_us, &c->store->parts.items[i]);
        if (err == VG_NOMEM)
            return err;
        if (err)
            tell_part(c, table, hour_us, &c->store->parts.items[i], err);
    }
    const struct vg_store_listed *listed = vg_store_list_hour(&c->store->list, table, hour_us, &count);
    for (size_t i = 0; i < count; i++)
        if (vg_store_is_missed(c->store, &listed[i]))
            tell_part(c, table, hour_us, &listed[i].part, VG_NOT_FOUND);
    if (folder)
        tell_part(c, table, hour_us, NULL, folder);
    vg_store_tidy(c->store, VG_STORE_ALL, INT64_MAX);
    return VG_OK;
}

static enum vg_err check(struct checking *c)
{
    struct vg_store *store = c->store;
    char path[VG_ATOMIC_PATH];
    bool any = false;
    enum vg_err err = vg_store_look(store);
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES && !err; t++) {
        struct vg_store_hours hours = {0};
        bool unread = false;
        err = vg_store_look_hours(store, t, INT64_MIN, INT64_MAX, &hours, &unread);
        any = any || hours.count;
        if (unread && snprintf(path, sizeof path, "%s/%s", store->dir, vg_store_table(t)->folder) > 0)
            tell(c, path, VG_IO);
        for (size_t i = 0; i < hours.count && !err; i++)
            err = check_hour(c, t, hours.items[i]);
        free(hours.items);
    }
    if (vg_store_is_unsure(store, any) && snprintf(path, sizeof path, "%s/state.json", store->dir) > 0)
        tell(c, path, store->state_err ? store->state_err : VG_CORRUPT);
    if (store->list_err && !vg_store_list_path(store->dir, store->state.list.number, path))
        tell(c, path, store->list_err);
    return err;
}

enum vg_err vg_store_check(const char *dir, bool deep, vg_store_on_damage *on_damage, void *arg)
{
    struct checking c = {.deep = deep, .on_damage = on_damage, .arg = arg};
    enum vg_err err = vg_store_reader_open(dir, &c.store);
    if (err == VG_NOT_FOUND)
        return VG_OK;
    if (err == VG_CORRUPT) {
        on_damage(arg, dir, err);
        return VG_OK;
    }
    if (err)
        return err;
    err = check(&c);
    vg_store_reader_close(c.store);
    return err;
}

/* ---- the last place, when the mark can't be read ---- */

/* The greatest of a file's places, by the bounds of its groups. */
static uint64_t last_place(struct vg_table_file *file)
{
    uint64_t last = 0;
    size_t column = file->columns[file->table->place];
    for (size_t g = 0; column != VG_TABLE_MISSING && g < vg_parquet_groups(file->parquet); g++) {
        struct vg_parquet_bounds b = vg_parquet_group_bounds(file->parquet, g, column);
        if (b.known && b.max > 0 && (uint64_t)b.max > last)
            last = (uint64_t)b.max;
    }
    return last;
}

enum vg_err vg_store_last_place(const char *dir, uint64_t *ret_place)
{
    struct vg_store_parts parts = {0};
    uint64_t last = 0;
    enum vg_err err = VG_OK;
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES && err != VG_NOMEM; t++) {
        struct vg_store_hours hours = {0};
        err = vg_store_list_hours(dir, t, INT64_MIN, INT64_MAX, &hours);
        for (size_t h = 0; h < hours.count && err != VG_NOMEM; h++) {
            err = vg_store_list_parts(dir, t, hours.items[h], VG_STORE_NUMBER_MAX, false, &parts);
            for (size_t i = 0; i < parts.count && !err; i++) {
                struct vg_table_file file = {0};
                if (vg_store_open_part(dir, t, hours.items[h], &parts.items[i], &file) == VG_OK) {
                    uint64_t place = last_place(&file);
                    last = place > last ? place : last;
                    vg_table_file_close(&file);
                }
            }
        }
        free(hours.items);
    }
    free(parts.items);
    if (err == VG_NOMEM)
        return err;
    *ret_place = last;
    return VG_OK;
}
