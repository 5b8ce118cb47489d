/* A reader of the archive, and the parts that it holds open. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/store_read_inner.h"

/* Whatever is left of an archive is a damaged archive, and no folder without one. */
static bool has_anything(const char *dir)
{
    DIR *folder = opendir(dir);
    const struct dirent *e;
    bool found = false;
    while (folder && !found && (e = readdir(folder)))
        for (enum vg_store_table t = 0; t < VG_STORE_TABLES && !found; t++)
            found = strcmp(e->d_name, vg_store_table(t)->folder) == 0;
    if (folder)
        closedir(folder);
    return found;
}

enum vg_err vg_store_reader_open(const char *dir, struct vg_store **ret_store)
{
    struct stat st;
    struct vg_store_state state;
    if (strlen(dir) >= VG_ATOMIC_PATH - sizeof "/positions")
        return VG_RANGE;
    if (vg_store_state_read(dir, &state) == VG_NOT_FOUND && !has_anything(dir))
        return stat(dir, &st) || S_ISDIR(st.st_mode) ? VG_NOT_FOUND : VG_CORRUPT; /* a file in its place */
    struct vg_store *store = calloc(1, sizeof *store);
    if (!store || !(store->dir = strdup(dir))) {
        free(store);
        return VG_NOMEM;
    }
    *ret_store = store;
    return VG_OK;
}

void vg_store_leave(struct vg_store *store, size_t i)
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
        vg_store_leave(store, 0);
    for (size_t i = 0; i < store->scans_used; i++)
        vg_scan_free(&store->scans[i]);
    free(store->entries);
    free(store->overview.hours);
    vg_store_list_free(&store->list);
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
enum vg_err vg_store_enter(struct vg_store *store, enum vg_store_table table, int64_t hour_us,
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
        vg_store_leave(store, i--);
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
    const struct vg_store_listed *listed = vg_store_list_find(&store->list, table, hour_us, &part);
    err = vg_table_file_init(&e->file, vg_store_table(table), parquet);
    if (!err && listed)
        err = vg_store_listed_check(listed, path);
    if (err)
        vg_store_leave(store, store->entry_count - 1);
    else
        *ret_entry = e;
    return err;
}

void vg_store_tidy(struct vg_store *store, unsigned tables, int64_t hour_us)
{
    size_t bytes = 0;
    for (size_t i = store->entry_count; i-- > 0;) {
        struct entry *e = store->entries[i];
        if (tables >> e->table & 1 && e->hour_us == hour_us && e->used != store->questions)
            vg_store_leave(store, i);
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
        vg_store_leave(store, oldest);
    }
    for (size_t i = SCANS_KEPT; i < store->file_count; i++)
        vg_scan_free(&store->scans[i]);
}
