/* The list of parts, written: lines with each commit, and the state that counts them. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/store_list.h"

#define DEAD_LEAST UINT32_C(4096) /* dead lines that a list may always have */

/* ---- lines ---- */

static void put_line(struct vg_out *out, const struct vg_store_listed *l)
{
    char path[VG_ATOMIC_PATH] = "";
    if (vg_store_path(".", l->table, l->hour_us, &l->part, path)) {
        out->err = VG_RANGE;
        return;
    }
    vg_out_printf(out, "%c %s", l->gone ? '-' : '+', path + 2);
    if (!l->gone) {
        const struct vg_table_written *f = &l->file;
        vg_out_printf(out, " %" PRIu64, f->bytes);
        if (f->rows == VG_STORE_ROWS_UNKNOWN)
            vg_out_text(out, " -");
        else
            vg_out_printf(out, " %" PRIu64, f->rows);
        vg_out_printf(out, " %" PRIu64 " %" PRIu64, f->place_first, f->place_last);
        if (f->foot.at)
            vg_out_printf(out, " %" PRIu64 " %08" PRIx32, f->foot.at, f->foot.crc);
        else
            vg_out_text(out, " - -");
    }
    vg_out_char(out, '\n');
}

static enum vg_err note(struct vg_store_writer *w, const struct vg_store_listed *listed)
{
    if (!w->lines.max)
        w->lines = vg_out_growing(VG_STORE_LIST_BYTES);
    if (!w->lines.err)
        put_line(&w->lines, listed);
    w->lines_added++;
    w->lines_removed += listed->gone;
    return w->lines.err;
}

enum vg_err vg_store_list_add(struct vg_store_writer *w, enum vg_store_table table, int64_t hour_us,
                              const struct vg_store_part *part, const struct vg_table_written *file)
{
    return note(w, &(struct vg_store_listed){.table = table, .hour_us = hour_us, .part = *part, .file = *file});
}

enum vg_err vg_store_list_remove(struct vg_store_writer *w, enum vg_store_table table, int64_t hour_us,
                                 const struct vg_store_part *part)
{
    return note(w, &(struct vg_store_listed){.table = table, .hour_us = hour_us, .part = *part, .gone = true});
}

enum vg_err vg_store_list_replace(struct vg_store_writer *w, const struct vg_store_job *job,
                                  const struct vg_table_written *written)
{
    enum vg_err err = vg_store_list_add(w, job->table, job->hour_us, &job->target, written);
    for (size_t i = 0; i < job->count && !err; i++)
        err = vg_store_list_remove(w, job->table, job->hour_us, &job->parts.items[job->from + i]);
    return err;
}

void vg_store_list_drop(struct vg_store_writer *w)
{
    vg_out_free(&w->lines);
    w->lines = (struct vg_out){0};
    w->lines_added = w->lines_removed = 0;
}

/* ---- a list anew ---- */

/* What lies in an hour, as lines: of an archive that has no list. */
static enum vg_err list_hour(const struct vg_store_writer *w, enum vg_store_table table, int64_t hour_us,
                             struct vg_store_parts *parts, struct vg_out *out)
{
    enum vg_err err = vg_store_list_parts(w->dir, table, hour_us, w->state.commit, false, parts);
    for (size_t i = 0; i < parts->count && !err; i++) {
        struct vg_store_listed l = {.table = table, .hour_us = hour_us, .part = parts->items[i]};
        char path[VG_ATOMIC_PATH];
        struct stat st;
        bool empty = false;
        if (vg_store_path(w->dir, table, hour_us, &l.part, path) || stat(path, &st))
            continue;
        if (w->state.emptied && !vg_store_is_empty(w->dir, table, hour_us, &l.part, &empty) && empty)
            continue;
        l.file = (struct vg_table_written){.bytes = (uint64_t)st.st_size, .rows = VG_STORE_ROWS_UNKNOWN};
        put_line(out, &l);
        err = out->err;
    }
    return err;
}

static enum vg_err list_folders(const struct vg_store_writer *w, struct vg_out *out)
{
    struct vg_store_parts parts = {0};
    enum vg_err err = VG_OK;
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES && !err; t++) {
        struct vg_store_hours hours = {0};
        err = vg_store_list_hours(w->dir, t, INT64_MIN, INT64_MAX, &hours);
        for (size_t i = 0; i < hours.count && !err; i++)
            err = list_hour(w, t, hours.items[i], &parts, out);
        free(hours.items);
    }
    free(parts.items);
    return err;
}

/* The lines that count, or those of the folders if there is no list that can be read. */
static enum vg_err list_all(const struct vg_store_writer *w, struct vg_out *out)
{
    struct vg_store_list list = {0};
    enum vg_err err = w->state.list.number ? vg_store_list_read(w->dir, &w->state.list, &list) : VG_NOT_FOUND;
    for (size_t i = 0; i < list.count && !err; i++)
        put_line(out, &list.items[i]);
    vg_store_list_free(&list);
    return err && err != VG_NOMEM ? list_folders(w, out) : err ? err : out->err;
}

static uint32_t count_lines(const struct vg_out *out)
{
    uint32_t count = 0;
    for (size_t i = 0; i < out->len; i++)
        count += out->buf[i] == '\n';
    return count;
}

static enum vg_err write_file(struct vg_store_writer *w, uint64_t number, const struct vg_out *out)
{
    char path[VG_ATOMIC_PATH];
    struct vg_atomic file;
    enum vg_err err = vg_store_list_path(w->dir, number, path);
    if (!err)
        err = vg_atomic_open(&file, path);
    if (err)
        return err;
    err = vg_atomic_write(&file, out->buf, out->len);
    if (err)
        vg_atomic_abandon(&file);
    else
        err = vg_atomic_commit(&file);
    return err;
}

static enum vg_err write_anew(struct vg_store_writer *w, struct vg_store_list_at *ret_at)
{
    struct vg_out out = vg_out_growing(VG_STORE_LIST_BYTES);
    enum vg_err err = list_all(w, &out);
    if (!err && w->lines.len)
        vg_out_bytes(&out, w->lines.buf, w->lines.len);
    if (!err)
        err = out.err;
    if (!err)
        err = write_file(w, w->list_last + 1, &out);
    if (!err) {
        *ret_at = (struct vg_store_list_at){++w->list_last, out.len};
        w->list_lines = count_lines(&out);
        w->list_dead = 0;
    }
    vg_out_free(&out);
    return err;
}

/* ---- appending ---- */

static enum vg_err write_at(int fd, const char *bytes, size_t len, uint64_t at)
{
    for (size_t done = 0; done < len;) {
        ssize_t n = pwrite(fd, bytes + done, len - done, (off_t)(at + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return VG_IO;
        done += (size_t)n;
    }
    return VG_OK;
}

/* VG_CORRUPT: the list is not the one that it was. */
static enum vg_err append(struct vg_store_writer *w, struct vg_store_list_at *ret_at)
{
    const struct vg_store_list_at *at = &w->state.list;
    char path[VG_ATOMIC_PATH];
    struct stat st;
    enum vg_err err = vg_store_list_path(w->dir, at->number, path);
    if (err)
        return err;
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR || errno == EISDIR ? VG_CORRUPT : VG_IO;
    err = fstat(fd, &st) ? VG_IO : (uint64_t)st.st_size < at->bytes ? VG_CORRUPT : VG_OK;
    if (!err && (uint64_t)st.st_size > at->bytes && ftruncate(fd, (off_t)at->bytes)) /* of a commit that failed */
        err = VG_IO;
    if (!err)
        err = write_at(fd, w->lines.buf, w->lines.len, at->bytes);
    if (!err && fsync(fd))
        err = VG_IO;
    close(fd);
    if (!err)
        *ret_at = (struct vg_store_list_at){at->number, at->bytes + w->lines.len};
    return err;
}

static bool is_due(const struct vg_store_writer *w)
{
    return !w->state.list.number || w->list_lost || (w->list_dead > DEAD_LEAST && w->list_dead > w->list_lines / 2) ||
           w->state.list.bytes + w->lines.len > VG_STORE_LIST_BYTES / 2;
}

static enum vg_err write_lines(struct vg_store_writer *w, struct vg_store_list_at *ret_at)
{
    enum vg_err err = VG_CORRUPT;
    if (!is_due(w)) {
        err = w->lines.len ? append(w, ret_at) : VG_OK;
        if (!err)
            w->list_lines += w->lines_added;
    }
    if (err == VG_CORRUPT)
        err = write_anew(w, ret_at);
    return err;
}

/* ---- states ---- */

enum vg_err vg_store_switch(struct vg_store_writer *w, const struct vg_store_state *next)
{
    struct vg_store_state state = *next;
    const struct vg_store_list_at before = w->state.list;
    state.list = before;
    enum vg_err err = w->lines.err;
    if (!err)
        err = write_lines(w, &state.list);
    if (!err)
        err = vg_store_state_write(w->dir, &state);
    if (!err) {
        char path[VG_ATOMIC_PATH];
        w->state = state;
        w->list_lost = false;
        w->list_dead += 2 * w->lines_removed;
        if (before.number && before.number != state.list.number && !vg_store_list_path(w->dir, before.number, path))
            unlink(path); /* else: the next opening does */
    }
    vg_store_list_drop(w);
    return err;
}

/* `parts-0000000003.list`, with or without ".tmp": its number; 0: none. */
static uint64_t list_number(const char *name)
{
    uint64_t number = 0;
    int len = 0;
    if (sscanf(name, "parts-%10" SCNu64 ".list%n", &number, &len) != 1 || len != 21 ||
        (name[len] && strcmp(name + len, ".tmp") != 0))
        return 0;
    return number;
}

static void remove_others(struct vg_store_writer *w)
{
    struct dirent *entry;
    DIR *folder = opendir(w->dir);
    if (!folder)
        return;
    while ((entry = readdir(folder))) {
        uint64_t number = list_number(entry->d_name);
        if (number > w->list_last)
            w->list_last = number;
        if (number && (number != w->state.list.number || strlen(entry->d_name) > 21))
            unlinkat(dirfd(folder), entry->d_name, 0);
    }
    closedir(folder);
}

void vg_store_list_open(struct vg_store_writer *w)
{
    w->list_last = w->state.list.number;
    remove_others(w);
    w->known = calloc(1, sizeof *w->known);
    if (!w->known || !w->state.list.number)
        return;
    w->list_lost = vg_store_list_read(w->dir, &w->state.list, w->known) != VG_OK;
    w->list_lines = w->known->lines;
    w->list_dead = w->known->lines - (uint32_t)w->known->count;
}
