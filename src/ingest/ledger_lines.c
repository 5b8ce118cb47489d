/* The ledger's lines, as JSON out and in, and the files that they tell of. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/time.h"
#include "ingest/ledger_inner.h"

#define HEX (2 * VG_LEDGER_SUM)

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

void ledger_put_begin(struct vg_out *out, const struct vg_ledger_file *f)
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

void ledger_put_note(struct vg_out *out, const struct vg_ledger_file *f, uint64_t mark)
{
    vg_out_printf(out, "{\"took\":%u,\"at\":%llu,\"bytes\":%llu,\"sure\":%llu,\"from\":%llu,\"from_place\":%llu", f->id,
                  (unsigned long long)mark, (unsigned long long)f->bytes, (unsigned long long)f->sure,
                  (unsigned long long)f->from, (unsigned long long)f->from_journal_offset);
    if (f->begun_us)
        vg_out_printf(out, ",\"begun_us\":%lld", (long long)f->begun_us);
    put_hex(out, "sha256", f->sum);
    vg_out_text(out, "}\n");
}

void ledger_put_former(struct vg_out *out, const struct former *f)
{
    vg_out_printf(out, "{\"also\":%u,\"bytes\":%llu", f->id, (unsigned long long)f->bytes);
    put_hex(out, "sha256", f->sum);
    vg_out_text(out, "}\n");
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

void ledger_free_texts(const struct vg_ledger_file *f)
{
    free((char *)(uintptr_t)f->name);
    free((char *)(uintptr_t)f->layout);
    free((char *)(uintptr_t)f->header);
    free((char *)(uintptr_t)f->told.form);
}

/* Takes a file with its texts copied. */
enum vg_err ledger_add_file(struct vg_ledger *l, const struct vg_ledger_file *f)
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
        ledger_free_texts(&copy);
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
    return ledger_add_file(l, &f);
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

enum vg_err ledger_add_former(struct vg_ledger *l, const struct former *f)
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
    return ledger_add_former(l, &f);
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
enum vg_err ledger_take_lines(struct vg_ledger *l, const char *text, size_t len, uint64_t mark, bool *dirty)
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
