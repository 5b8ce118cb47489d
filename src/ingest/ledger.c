#include "ingest/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/out.h"
#include "base/time.h"
#include "journal/frame.h"
#include "journal/io.h"

#define FILE_MAX ((size_t)1 << 30)
#define LINE_MAX (1 << 20) /* a header of 16 KiB and a layout of 64, each byte six in JSON, fit */
#define HEX      (2 * VG_LEDGER_SUM)

/* What a file was before it grew. */
struct former {
    uint32_t id;
    uint64_t bytes;
    uint8_t sum[VG_LEDGER_SUM];
};

struct vg_ledger {
    pthread_mutex_t lock;
    int fd;
    struct vg_ledger_file *file; /* file[i].id == i + 1 */
    uint64_t *at;                /* mark of each one's last note */
    size_t count, cap;
    struct former *former;
    size_t formers, former_cap;
    bool lengths[VG_LEDGER_HEAD + 1]; /* of the heads there are */
};

/* ---- lines out ---- */

static void put_hex(struct vg_out *out, const char *key, const uint8_t *sum)
{
    vg_out_printf(out, ",\"%s\":\"", key);
    vg_out_hex(out, sum, VG_LEDGER_SUM);
    vg_out_char(out, '"');
}

static void put_text(struct vg_out *out, const char *key, const char *text)
{
    vg_out_printf(out, ",\"%s\":", key);
    vg_out_json_string(out, text, strlen(text));
}

static void put_told(struct vg_out *out, const struct vg_ledger_told *t)
{
    if (t->form)
        put_text(out, "form", t->form);
    if (t->day_us)
        vg_out_printf(out, ",\"day_us\":%lld", (long long)t->day_us);
    if (t->given_us)
        vg_out_printf(out, ",\"given_us\":%lld", (long long)t->given_us);
    if (t->zone_minutes)
        vg_out_printf(out, ",\"zone_minutes\":%d", t->zone_minutes);
    if (t->undated)
        vg_out_text(out, ",\"undated\":true");
}

static void put_begin(struct vg_out *out, const struct vg_ledger_file *f)
{
    vg_out_printf(out, "{\"file\":%u", f->id);
    put_text(out, "name", f->name);
    if (f->layout)
        put_text(out, "layout", f->layout);
    if (f->header)
        put_text(out, "header", f->header);
    put_told(out, &f->told);
    vg_out_printf(out, ",\"time_us\":%lld", (long long)f->time_us);
    if (f->begun_us)
        vg_out_printf(out, ",\"begun_us\":%lld", (long long)f->begun_us);
    for (size_t i = 0; i < f->replaced; i++)
        vg_out_printf(out, "%s%u%s", i ? "," : ",\"replaces\":[", f->replaces[i], i + 1 == f->replaced ? "]" : "");
    if (f->remembered) {
        vg_out_printf(out, ",\"head\":%u", f->head_len);
        put_hex(out, "head_sha256", f->head);
    }
    vg_out_text(out, "}\n");
}

static void put_note(struct vg_out *out, const struct vg_ledger_file *f, uint64_t mark)
{
    vg_out_printf(out, "{\"took\":%u,\"at\":%llu,\"bytes\":%llu,\"sure\":%llu,\"from\":%llu,\"from_place\":%llu", f->id,
                  (unsigned long long)mark, (unsigned long long)f->bytes, (unsigned long long)f->sure,
                  (unsigned long long)f->from, (unsigned long long)f->from_journal_offset);
    if (f->begun_us)
        vg_out_printf(out, ",\"begun_us\":%lld", (long long)f->begun_us);
    put_hex(out, "sha256", f->sum);
    vg_out_text(out, "}\n");
}

static void put_former(struct vg_out *out, const struct former *f)
{
    vg_out_printf(out, "{\"also\":%u,\"bytes\":%llu", f->id, (unsigned long long)f->bytes);
    put_hex(out, "sha256", f->sum);
    vg_out_text(out, "}\n");
}

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

/* ---- lines in ---- */

static bool get_hex(const json_t *line, const char *key, uint8_t *ret)
{
    const char *text = json_string_value(json_object_get(line, key));
    if (!text || strlen(text) != HEX)
        return false;
    for (size_t i = 0; i < HEX; i++) {
        char c = text[i];
        int v = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (v < 0)
            return false;
        ret[i / 2] = (uint8_t)(i % 2 ? ret[i / 2] << 4 | v : v);
    }
    return true;
}

static bool get_uint(const json_t *line, const char *key, uint64_t *ret)
{
    const json_t *v = json_object_get(line, key);
    if (!json_is_integer(v) || json_integer_value(v) < 0)
        return false;
    *ret = (uint64_t)json_integer_value(v);
    return true;
}

static enum vg_err make_room(struct vg_ledger *l)
{
    if (l->count < l->cap)
        return VG_OK;
    size_t cap = l->cap ? 2 * l->cap : 64;
    struct vg_ledger_file *file = realloc(l->file, cap * sizeof *file);
    if (file)
        l->file = file;
    uint64_t *at = realloc(l->at, cap * sizeof *at);
    if (at)
        l->at = at;
    if (!file || !at)
        return VG_NOMEM;
    l->cap = cap;
    return l->count == VG_LEDGER_FILES ? VG_LIMIT : VG_OK;
}

static void free_texts(const struct vg_ledger_file *f)
{
    free((char *)(uintptr_t)f->name);
    free((char *)(uintptr_t)f->layout);
    free((char *)(uintptr_t)f->header);
    free((char *)(uintptr_t)f->told.form);
}

/* Takes a file with its texts copied. */
static enum vg_err add_file(struct vg_ledger *l, const struct vg_ledger_file *f)
{
    enum vg_err err = make_room(l);
    if (err)
        return err;
    struct vg_ledger_file copy = *f;
    copy.name = strdup(f->name);
    copy.layout = f->layout ? strdup(f->layout) : NULL;
    copy.header = f->header ? strdup(f->header) : NULL;
    copy.told.form = f->told.form ? strdup(f->told.form) : NULL;
    if (!copy.name || (f->layout && !copy.layout) || (f->header && !copy.header) || (f->told.form && !copy.told.form)) {
        free_texts(&copy);
        return VG_NOMEM;
    }
    for (size_t i = 0; i < f->replaced; i++)
        l->file[f->replaces[i] - 1].is_replaced = true;
    if (copy.remembered)
        l->lengths[copy.head_len] = true;
    l->at[l->count] = 0;
    l->file[l->count++] = copy;
    return VG_OK;
}

static void take_told(const json_t *line, struct vg_ledger_told *t)
{
    t->form = json_string_value(json_object_get(line, "form"));
    t->day_us = json_integer_value(json_object_get(line, "day_us"));
    t->given_us = json_integer_value(json_object_get(line, "given_us"));
    t->zone_minutes = (int)json_integer_value(json_object_get(line, "zone_minutes"));
    t->undated = json_is_true(json_object_get(line, "undated"));
}

/* Files that were begun before this one. */
static bool take_replaces(const json_t *ids, uint64_t id, struct vg_ledger_file *f)
{
    size_t count = json_array_size(ids);
    if (count > VG_LEDGER_REPLACES)
        return false;
    for (size_t i = 0; i < count; i++) {
        json_int_t other = json_integer_value(json_array_get(ids, i));
        if (other < 1 || (uint64_t)other >= id)
            return false;
        f->replaces[f->replaced++] = (uint32_t)other;
    }
    return true;
}

static enum vg_err take_begin(struct vg_ledger *l, const json_t *line, uint64_t id)
{
    struct vg_ledger_file f = {.id = (uint32_t)id};
    uint64_t head = 0;
    f.name = json_string_value(json_object_get(line, "name"));
    f.layout = json_string_value(json_object_get(line, "layout"));
    f.header = json_string_value(json_object_get(line, "header"));
    f.time_us = json_integer_value(json_object_get(line, "time_us"));
    f.begun_us = json_integer_value(json_object_get(line, "begun_us"));
    take_told(line, &f.told);
    f.remembered = get_uint(line, "head", &head);
    f.head_len = (uint32_t)head;
    if (!f.name || id != l->count + 1 || !take_replaces(json_object_get(line, "replaces"), id, &f) ||
        head > VG_LEDGER_HEAD || (f.remembered && !get_hex(line, "head_sha256", f.head)))
        return VG_CORRUPT;
    return add_file(l, &f);
}

/* A note whose commit never was says nothing. */
static enum vg_err take_note(struct vg_ledger *l, const json_t *line, uint64_t id, uint64_t mark, bool *stale)
{
    struct vg_ledger_file n;
    uint64_t at;
    if (id < 1 || id > l->count || !get_uint(line, "at", &at) || !get_uint(line, "bytes", &n.bytes) ||
        !get_uint(line, "sure", &n.sure) || !get_uint(line, "from", &n.from) ||
        !get_uint(line, "from_place", &n.from_journal_offset) || !get_hex(line, "sha256", n.sum))
        return VG_CORRUPT;
    if (at > mark) {
        *stale = true;
        return VG_OK;
    }
    struct vg_ledger_file *f = &l->file[id - 1];
    f->bytes = n.bytes;
    f->sure = n.sure;
    f->from = n.from;
    f->from_journal_offset = n.from_journal_offset;
    if (json_object_get(line, "begun_us"))
        f->begun_us = json_integer_value(json_object_get(line, "begun_us"));
    memcpy(f->sum, n.sum, sizeof f->sum);
    l->at[id - 1] = at;
    return VG_OK;
}

static enum vg_err add_former(struct vg_ledger *l, const struct former *f)
{
    if (l->formers == VG_LEDGER_FILES)
        return VG_LIMIT;
    if (l->formers == l->former_cap) {
        size_t cap = l->former_cap ? 2 * l->former_cap : 64;
        struct former *more = realloc(l->former, cap * sizeof *more);
        if (!more)
            return VG_NOMEM;
        l->former = more;
        l->former_cap = cap;
    }
    l->former[l->formers++] = *f;
    return VG_OK;
}

static enum vg_err take_former(struct vg_ledger *l, const json_t *line, uint64_t id)
{
    struct former f = {.id = (uint32_t)id};
    if (id < 1 || id > l->count || !get_uint(line, "bytes", &f.bytes) || !get_hex(line, "sha256", f.sum))
        return VG_CORRUPT;
    return add_former(l, &f);
}

static enum vg_err take_line(struct vg_ledger *l, const char *text, size_t len, uint64_t mark, bool *stale)
{
    json_t *line = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
    enum vg_err err = VG_CORRUPT;
    uint64_t id;
    if (line && get_uint(line, "file", &id))
        err = take_begin(l, line, id);
    else if (line && get_uint(line, "took", &id))
        err = take_note(l, line, id, mark, stale);
    else if (line && get_uint(line, "also", &id))
        err = take_former(l, line, id);
    json_decref(line);
    return err;
}

/* What a crash left of the last line is passed over; *dirty: the file is to be written anew. */
static enum vg_err take_lines(struct vg_ledger *l, const char *text, size_t len, uint64_t mark, bool *dirty)
{
    size_t lines = 0;
    for (const char *p = text, *end = text + len, *lf; p < end; p = lf + 1, lines++) {
        lf = memchr(p, '\n', (size_t)(end - p));
        *dirty |= !lf;
        if (!lf)
            break;
        enum vg_err err = take_line(l, p, (size_t)(lf - p), mark, dirty);
        if (err == VG_CORRUPT && lf + 1 == end) {
            *dirty = true;
            break;
        }
        if (err)
            return err;
    }
    *dirty |= lines > 64 + 3 * l->count + l->formers;
    return VG_OK;
}

static enum vg_err write_anew(const struct vg_ledger *l, const char *path)
{
    struct vg_out out = vg_out_growing(FILE_MAX);
    for (size_t i = 0; i < l->count; i++) {
        put_begin(&out, &l->file[i]);
        if (l->file[i].bytes)
            put_note(&out, &l->file[i], l->at[i]);
    }
    for (size_t i = 0; i < l->formers; i++)
        put_former(&out, &l->former[i]);
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
        err = take_lines(l, text, len, mark, &dirty);
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
        free_texts(&l->file[i]);
    if (l->fd >= 0)
        close(l->fd);
    free(l->file);
    free(l->at);
    free(l->former);
    pthread_mutex_destroy(&l->lock);
    free(l);
}

/* ---- in use ---- */

enum vg_err vg_ledger_begin(struct vg_ledger *l, const struct vg_ledger_file *file, uint32_t *ret_id)
{
    struct vg_ledger_file f = *file;
    struct vg_out out = vg_out_growing(LINE_MAX);
    pthread_mutex_lock(&l->lock);
    f.id = (uint32_t)l->count + 1;
    f.bytes = f.sure = 0;
    put_begin(&out, &f);
    enum vg_err err = write_line(l, &out);
    if (!err && fdatasync(l->fd))
        err = VG_IO;
    if (!err)
        err = add_file(l, &f);
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
    struct vg_out out = vg_out_growing(LINE_MAX);
    put_note(&out, n, mark);
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
    struct vg_out out = vg_out_growing(LINE_MAX);
    put_note(&out, &nothing, mark);
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
    struct vg_out out = vg_out_growing(LINE_MAX);
    memcpy(f.sum, file->sum, sizeof f.sum);
    put_former(&out, &f);
    pthread_mutex_lock(&l->lock);
    enum vg_err err = write_line(l, &out);
    if (!err)
        err = add_former(l, &f);
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
