#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ingest/ledger_inner.h"
#include "journal/frame.h"
#include "journal/io.h"

#define FILE_MAX ((size_t)1 << 30)

/* ---- open and close ---- */

static enum vg_err write_line(struct vg_ledger *l, struct vg_out *out)
{
    enum vg_err err = out->err;
    for (size_t done = 0; done < out->len && !err;) {
        ssize_t n = write(l->fd, out->buf + done, out->len - done);
        if (n >= 0)
            done += (size_t)n;
        else if (errno != EINTR)
            err = VG_IO;
    }
    vg_out_free(out);
    return err;
}

static enum vg_err write_anew(const struct vg_ledger *l, const char *path)
{
    struct vg_out out = vg_out_growing(FILE_MAX);
    for (size_t i = 0; i < l->count; i++) {
        ledger_put_begin(&out, &l->file[i]);
        if (l->file[i].bytes)
            ledger_put_note(&out, &l->file[i], l->at[i]);
    }
    for (size_t i = 0; i < l->formers; i++)
        ledger_put_former(&out, &l->former[i]);
    enum vg_err err = out.err;
    if (!err && vg_io_put(vg_io_posix(), path, out.buf, out.len, 0644, true))
        err = VG_IO;
    vg_out_free(&out);
    return err;
}

static enum vg_err load(struct vg_ledger *l, const char *path, uint64_t mark, const char **ret_why)
{
    char *text = NULL;
    size_t len = 0;
    bool dirty = false;
    *ret_why = "the ledger (ingest.log) can't be read";
    enum vg_err err = vg_io_load(vg_io_posix(), path, FILE_MAX, &text, &len);
    if (err == VG_NOT_FOUND) {
        err = VG_OK;
        dirty = true;
    }
    if (!err && text) {
        err = ledger_take_lines(l, text, len, mark, &dirty);
        *ret_why = "the ledger (ingest.log) has a line that is none of its own";
    }
    free(text);
    if (!err && dirty) {
        *ret_why = "the ledger (ingest.log) can't be written";
        err = write_anew(l, path);
    }
    return err;
}

enum vg_err vg_ledger_open(const char *path, uint64_t mark, struct vg_ledger **ret_ledger, const char **ret_why)
{
    struct vg_ledger *l = calloc(1, sizeof *l);
    *ret_why = "out of memory";
    if (!l)
        return VG_NOMEM;
    pthread_mutex_init(&l->lock, NULL);
    l->fd = -1;
    enum vg_err err = load(l, path, mark, ret_why);
    if (!err) {
        l->fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
        err = l->fd < 0 ? VG_IO : VG_OK;
    }
    if (err) {
        vg_ledger_close(l);
        return err;
    }
    *ret_ledger = l;
    return VG_OK;
}

void vg_ledger_close(struct vg_ledger *l)
{
    if (!l)
        return;
    for (size_t i = 0; i < l->count; i++)
        ledger_free_texts(&l->file[i]);
    if (l->fd >= 0)
        close(l->fd);
    free(l->file);
    free(l->at);
    free(l->former);
    pthread_mutex_destroy(&l->lock);
    free(l);
}

enum vg_err vg_ledger_check(const char *path)
{
    struct vg_ledger *l = calloc(1, sizeof *l);
    char *text = NULL;
    size_t len = 0;
    bool dirty = false;
    if (!l)
        return VG_NOMEM;
    pthread_mutex_init(&l->lock, NULL);
    l->fd = -1;
    enum vg_err err = vg_io_load(vg_io_posix(), path, FILE_MAX, &text, &len);
    bool none = err == VG_NOT_FOUND;
    if (!err)
        err = ledger_take_lines(l, text, len, UINT64_MAX, &dirty);
    if (!err && len && !l->count) /* one torn line is a crash's, but the first one is synced */
        err = VG_CORRUPT;
    free(text);
    vg_ledger_close(l);
    return none ? VG_OK : err;
}

/* ---- in use ---- */

enum vg_err vg_ledger_begin(struct vg_ledger *l, const struct vg_ledger_file *file, uint32_t *ret_id)
{
    struct vg_ledger_file f = *file;
    struct vg_out out = vg_out_growing(VG_LEDGER_LINE);
    pthread_mutex_lock(&l->lock);
    f.id = (uint32_t)l->count + 1;
    f.bytes = f.sure = 0;
    ledger_put_begin(&out, &f);
    enum vg_err err = write_line(l, &out);
    if (!err && fdatasync(l->fd))
        err = VG_IO;
    if (!err)
        err = ledger_add_file(l, &f);
    pthread_mutex_unlock(&l->lock);
    if (!err)
        *ret_id = f.id;
    return err;
}

static void set(struct vg_ledger *l, const struct vg_ledger_file *n)
{
    struct vg_ledger_file *f = &l->file[n->id - 1];
    f->bytes = n->bytes;
    f->sure = n->sure;
    f->from = n->from;
    f->from_journal_offset = n->from_journal_offset;
    memcpy(f->sum, n->sum, sizeof f->sum);
}

enum vg_err vg_ledger_note(struct vg_ledger *l, const struct vg_ledger_file *n, uint64_t mark)
{
    struct vg_out out = vg_out_growing(VG_LEDGER_LINE);
    ledger_put_note(&out, n, mark);
    pthread_mutex_lock(&l->lock);
    enum vg_err err = write_line(l, &out);
    if (!err)
        l->at[n->id - 1] = mark;
    if (!err && n->bytes >= l->file[n->id - 1].bytes) /* who reads ahead may know more */
        set(l, n);
    pthread_mutex_unlock(&l->lock);
    return err;
}

enum vg_err vg_ledger_forget(struct vg_ledger *l, uint32_t id, uint64_t mark)
{
    struct vg_ledger_file nothing = {.id = id};
    struct vg_out out = vg_out_growing(VG_LEDGER_LINE);
    ledger_put_note(&out, &nothing, mark);
    pthread_mutex_lock(&l->lock);
    enum vg_err err = write_line(l, &out);
    if (!err)
        set(l, &nothing);
    pthread_mutex_unlock(&l->lock);
    return err;
}

enum vg_err vg_ledger_sync(struct vg_ledger *l)
{
    return fdatasync(l->fd) ? VG_IO : VG_OK;
}

void vg_ledger_expect(struct vg_ledger *l, const struct vg_ledger_file *file)
{
    pthread_mutex_lock(&l->lock);
    set(l, file);
    pthread_mutex_unlock(&l->lock);
}

enum vg_err vg_ledger_also(struct vg_ledger *l, const struct vg_ledger_file *file)
{
    struct former f = {file->id, file->bytes, {0}};
    struct vg_out out = vg_out_growing(VG_LEDGER_LINE);
    memcpy(f.sum, file->sum, sizeof f.sum);
    ledger_put_former(&out, &f);
    pthread_mutex_lock(&l->lock);
    enum vg_err err = write_line(l, &out);
    if (!err)
        err = ledger_add_former(l, &f);
    pthread_mutex_unlock(&l->lock);
    return err;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

bool vg_ledger_told_alike(const struct vg_ledger_file *a, const struct vg_ledger_file *b)
{
    return same_text(a->layout, b->layout) && same_text(a->told.form, b->told.form) &&
           a->told.day_us == b->told.day_us && a->told.given_us == b->told.given_us &&
           a->told.zone_minutes == b->told.zone_minutes && a->told.undated == b->told.undated;
}

bool vg_ledger_had(struct vg_ledger *l, const struct vg_ledger_file *like, uint64_t bytes,
                   const uint8_t sum[static VG_LEDGER_SUM])
{
    bool had = false;
    pthread_mutex_lock(&l->lock);
    for (size_t i = 0; i < l->formers && !had; i++) {
        const struct vg_ledger_file *f = &l->file[l->former[i].id - 1];
        had = l->former[i].bytes == bytes && memcmp(l->former[i].sum, sum, VG_LEDGER_SUM) == 0 && !f->is_replaced &&
              vg_ledger_told_alike(f, like);
    }
    pthread_mutex_unlock(&l->lock);
    return had;
}

bool vg_ledger_get(struct vg_ledger *l, uint32_t id, struct vg_ledger_file *ret)
{
    pthread_mutex_lock(&l->lock);
    bool there = id >= 1 && id <= l->count;
    if (there)
        *ret = l->file[id - 1];
    pthread_mutex_unlock(&l->lock);
    return there;
}

size_t vg_ledger_find(struct vg_ledger *l, const void *head, size_t len, struct vg_ledger_file *ret, size_t cap)
{
    size_t found = 0;
    uint8_t sum[VG_LEDGER_SUM];
    if (len > VG_LEDGER_HEAD)
        len = VG_LEDGER_HEAD;
    pthread_mutex_lock(&l->lock);
    for (size_t n = 1; n <= len; n++) { /* a short file that grew is known by the head it had */
        if (!l->lengths[n])
            continue;
        vg_hash(head, n, sum);
        for (size_t i = 0; i < l->count && found < cap; i++)
            if (l->file[i].remembered && l->file[i].head_len == n && memcmp(l->file[i].head, sum, sizeof sum) == 0)
                ret[found++] = l->file[i];
    }
    pthread_mutex_unlock(&l->lock);
    return found;
}
