/* Pages of any writer's file: fetched one after the other, decoded, and given cell by cell. */
#include <stdlib.h>
#include <string.h>

#include "archive/parquet_any_inner.h"
#include "archive/parquet_code.h"
#include "archive/parquet_encode.h"
#include "base/bytes.h"

#define HEADER      8192      /* bytes in which nearly every page header ends … */
#define HEADER_MOST (1 << 18) /* … and in which it must: bounds of long texts stand in it */

#define ENCODING_DICT_OLD 2
#define ENCODING_JOINED   7 /* DELTA_BYTE_ARRAY */
#define ENCODING_SPLIT    9 /* BYTE_STREAM_SPLIT */

#define DAMAGED "a page is damaged"

/* ---- memory ---- */

/* At least this many bytes; what was in it is lost. */
static enum vg_err make_room(struct vg_parquet_any *file, struct vg_any_room *room, uint64_t bytes)
{
    if (room->p && bytes <= room->bytes)
        return VG_OK;
    if (file->memory - room->bytes + bytes > VG_PARQUET_ANY_MEMORY)
        return vg_any_fail(file, VG_LIMIT, "its pages need more than 512 MiB of memory");
    free(room->p);
    room->p = malloc(bytes ? (size_t)bytes : 1);
    file->memory -= room->bytes;
    room->bytes = room->p ? (size_t)bytes : 0;
    file->memory += room->bytes;
    return room->p ? VG_OK : vg_any_fail(file, VG_NOMEM, "out of memory");
}

void vg_any_free(struct vg_any_column *c)
{
    free(c->values.numbers.p);
    free(c->values.texts.p);
    free(c->dict.numbers.p);
    free(c->dict.texts.p);
    free(c->present.p);
    free(c->words.p);
    free(c->packed.p);
    free(c->raw.p);
    free(c->dict_raw.p);
    free(c->joined.p);
}

void vg_any_begin(struct vg_any_column *c, uint64_t at, uint64_t end, uint64_t rows, int32_t codec)
{
    c->at = at;
    c->end = end;
    c->rows = rows;
    c->codec = codec;
    c->has_dict = false;
    c->page_rows = c->row = 0;
}

/* ---- values ---- */

static bool is_text(const struct vg_any_column *c)
{
    return c->type == ANY_BYTES || c->type == ANY_FIXED;
}

/* Bytes of a value that always has the same; 0: BYTES, and BOOL, which has a bit. */
static size_t width_of(const struct vg_any_column *c)
{
    static const uint8_t widths[] = {
        [ANY_INT32] = 4, [ANY_INT64] = 8, [ANY_INT96] = 12, [ANY_FLOAT] = 4, [ANY_DOUBLE] = 8};
    return c->type == ANY_FIXED ? c->width : c->type < sizeof widths ? widths[c->type] : 0;
}

/* Julian day 2440588 is 1970-01-01. Times that nanoseconds can't hold wrap around: a row's reader refuses them. */
static int64_t from_int96(const uint8_t *p)
{
    uint64_t days = (uint64_t)(int32_t)vg_get_u32(p + 8) - 2440588;
    return (int64_t)(days * 24 * 3600 * UINT64_C(1000000000) + vg_get_u64(p));
}

static int64_t from_bytes(const struct vg_any_column *c, const uint8_t *p)
{
    switch (c->type) {
    case ANY_INT32:
        return c->told.kind == VG_PARQUET_ANY_UINT ? (int64_t)vg_get_u32(p) : (int32_t)vg_get_u32(p);
    case ANY_FLOAT:
        return (int64_t)vg_get_u32(p);
    case ANY_INT96:
        return from_int96(p);
    default:
        return (int64_t)vg_get_u64(p);
    }
}

static enum vg_err make_values(struct vg_parquet_any *file, const struct vg_any_column *c, struct vg_any_values *v,
                               size_t count)
{
    v->count = count;
    return is_text(c) ? make_room(file, &v->texts, (uint64_t)count * sizeof(struct vg_parquet_text))
                      : make_room(file, &v->numbers, (uint64_t)count * sizeof(int64_t));
}

static bool get_plain_texts(const struct vg_any_column *c, const uint8_t *p, size_t len, struct vg_any_values *v)
{
    struct vg_parquet_text *texts = v->texts.p;
    for (size_t i = 0; i < v->count; i++) {
        uint64_t n = c->width;
        if (c->type == ANY_BYTES) {
            if (len < 4)
                return false;
            n = vg_get_u32(p);
            p += 4;
            len -= 4;
        }
        if (n > len)
            return false;
        texts[i] = (struct vg_parquet_text){(const char *)p, (uint32_t)n};
        p += n;
        len -= (size_t)n;
    }
    return true;
}

static bool get_plain(const struct vg_any_column *c, const uint8_t *p, size_t len, struct vg_any_values *v)
{
    int64_t *numbers = v->numbers.p;
    size_t wide = width_of(c);
    if (is_text(c))
        return get_plain_texts(c, p, len, v);
    if (c->type == ANY_BOOL) {
        if (len < (v->count + 7) / 8)
            return false;
        for (size_t i = 0; i < v->count; i++)
            numbers[i] = p[i / 8] >> i % 8 & 1;
        return true;
    }
    if (len / wide < v->count)
        return false;
    for (size_t i = 0; i < v->count; i++)
        numbers[i] = from_bytes(c, p + i * wide);
    return true;
}

/* The bytes of all values that are the first, then all that are the second … */
static bool get_split(const struct vg_any_column *c, const uint8_t *p, size_t len, struct vg_any_values *v)
{
    int64_t *numbers = v->numbers.p;
    size_t wide = width_of(c);
    if (is_text(c) || c->type == ANY_BOOL || wide > 8 || len / wide < v->count)
        return false;
    for (size_t i = 0; i < v->count; i++) {
        uint8_t value[8];
        for (size_t b = 0; b < wide; b++)
            value[b] = p[b * v->count + i];
        numbers[i] = from_bytes(c, value);
    }
    return true;
}

static bool get_flags(const uint8_t *p, size_t len, struct vg_any_values *v, uint8_t *scratch)
{
    int64_t *numbers = v->numbers.p;
    if (len < 4 || vg_get_u32(p) > len - 4 || !vg_flags_decode(p + 4, vg_get_u32(p), scratch, v->count))
        return false;
    for (size_t i = 0; i < v->count; i++)
        numbers[i] = scratch[i];
    return true;
}

static bool get_deltas(const struct vg_any_column *c, const uint8_t *p, size_t len, struct vg_any_values *v)
{
    int64_t *numbers = v->numbers.p;
    if (!vg_delta_decode(p, len, c->type == ANY_INT32 ? 32 : 64, numbers, v->count, v->count))
        return false;
    for (size_t i = 0; c->type == ANY_INT32 && c->told.kind == VG_PARQUET_ANY_UINT && i < v->count; i++)
        numbers[i] = (uint32_t)numbers[i];
    return true;
}

/* Lengths, then the texts one behind the other. `lengths` has room for them. */
static bool get_lengths(const uint8_t *p, size_t len, struct vg_any_values *v, int64_t *lengths)
{
    struct vg_parquet_text *texts = v->texts.p;
    size_t used = vg_delta_decode(p, len, 32, lengths, v->count, v->count);
    if (!used)
        return false;
    for (size_t i = 0; i < v->count; i++) {
        if (lengths[i] < 0 || (uint64_t)lengths[i] > len - used)
            return false;
        texts[i] = (struct vg_parquet_text){(const char *)p + used, (uint32_t)lengths[i]};
        used += (size_t)lengths[i];
    }
    return true;
}

/* Each text begins with so many bytes of the one before. */
static enum vg_err join(struct vg_parquet_any *file, struct vg_any_column *c, const int64_t *prefixes)
{
    struct vg_parquet_text *texts = c->values.texts.p;
    uint64_t all = 0, before = 0;
    for (size_t i = 0; i < c->values.count; i++) {
        if (prefixes[i] < 0 || (uint64_t)prefixes[i] > before)
            return vg_any_fail(file, VG_CORRUPT, DAMAGED);
        before = (uint64_t)prefixes[i] + texts[i].len;
        all += before;
        if (all > VG_PARQUET_PAGE_BYTES)
            return vg_any_fail(file, VG_LIMIT, "a page of more than 64 MiB of text");
    }
    enum vg_err err = make_room(file, &c->joined, all);
    if (err)
        return err;
    char *to = c->joined.p;
    for (size_t i = 0; i < c->values.count; i++) {
        size_t prefix = (size_t)prefixes[i], len = texts[i].len;
        if (prefix)
            memcpy(to, texts[i - 1].bytes, prefix);
        memcpy(to + prefix, texts[i].bytes, len);
        texts[i] = (struct vg_parquet_text){to, (uint32_t)(prefix + len)};
        to += prefix + len;
    }
    return VG_OK;
}

static enum vg_err get_joined(struct vg_parquet_any *file, struct vg_any_column *c, const uint8_t *p, size_t len)
{
    size_t count = c->values.count;
    enum vg_err err = make_room(file, &c->values.numbers, (uint64_t)count * 2 * sizeof(int64_t));
    if (err)
        return err;
    int64_t *prefixes = c->values.numbers.p;
    size_t used = vg_delta_decode(p, len, 32, prefixes, count, count);
    if (!used || !get_lengths(p + used, len - used, &c->values, prefixes + count))
        return vg_any_fail(file, VG_CORRUPT, DAMAGED);
    return join(file, c, prefixes);
}

/* Numbers of the dictionary's entries. */
static enum vg_err get_words(struct vg_parquet_any *file, struct vg_any_column *c, const uint8_t *p, size_t len)
{
    size_t count = c->values.count;
    enum vg_err err = make_room(file, &c->words, (uint64_t)count * sizeof(uint32_t));
    uint32_t *words = c->words.p;
    if (err || !count)
        return err;
    if (!c->has_dict || len < 1 || !vg_hybrid_decode(p + 1, len - 1, p[0], words, count))
        return vg_any_fail(file, VG_CORRUPT, DAMAGED);
    for (size_t i = 0; i < count; i++)
        if (words[i] >= c->dict.count)
            return vg_any_fail(file, VG_CORRUPT, "a page names a value that its dictionary hasn't");
    return VG_OK;
}

static enum vg_err get_values(struct vg_parquet_any *file, struct vg_any_column *c, int64_t encoding, const uint8_t *p,
                              size_t len)
{
    struct vg_any_values *v = &c->values;
    bool number = !is_text(c) && c->type != ANY_BOOL;
    enum vg_err err = VG_OK;
    bool good = false;
    c->by_dict = encoding == VG_ENCODING_DICT || encoding == ENCODING_DICT_OLD;
    if (c->by_dict)
        return get_words(file, c, p, len);
    if ((err = make_values(file, c, v, v->count)) || !v->count)
        return err;
    if (encoding == VG_ENCODING_PLAIN)
        good = get_plain(c, p, len, v);
    else if (encoding == VG_ENCODING_DELTA && (c->type == ANY_INT32 || c->type == ANY_INT64))
        good = get_deltas(c, p, len, v);
    else if (encoding == ENCODING_SPLIT && number)
        good = get_split(c, p, len, v);
    else if (encoding == VG_ENCODING_RLE && c->type == ANY_BOOL)
        good = !(err = make_room(file, &c->words, v->count)) && get_flags(p, len, v, c->words.p);
    else if (encoding == VG_ENCODING_DELTA_LENGTH && c->type == ANY_BYTES)
        good = !(err = make_room(file, &v->numbers, (uint64_t)v->count * sizeof(int64_t))) &&
               get_lengths(p, len, v, v->numbers.p);
    else if (encoding == ENCODING_JOINED && is_text(c))
        return get_joined(file, c, p, len);
    else
        return vg_any_fail(file, VG_UNSUPPORTED, "a page in an encoding that isn't read");
    return err ? err : good ? VG_OK : vg_any_fail(file, VG_CORRUPT, DAMAGED);
}

/* ---- pages ---- */

static enum vg_err fetch_header(struct vg_parquet_any *file, const struct vg_any_column *c, uint8_t *bytes, size_t most,
                                struct vg_page_header *h, bool *ret_read)
{
    size_t n = c->end - c->at < most ? (size_t)(c->end - c->at) : most;
    enum vg_err err = vg_parquet_fetch(&file->input, c->at, bytes, n);
    *ret_read = !err && vg_page_header_read(bytes, n, h) && h->values >= 0;
    return err ? vg_any_fail(file, err, vg_err_text(err)) : VG_OK;
}

static enum vg_err get_header(struct vg_parquet_any *file, struct vg_any_column *c, struct vg_page_header *h)
{
    uint8_t bytes[HEADER];
    bool read;
    if (c->at >= c->end)
        return vg_any_fail(file, VG_CORRUPT, "a column has fewer rows than it should");
    enum vg_err err = fetch_header(file, c, bytes, sizeof bytes, h, &read);
    if (!err && !read && c->end - c->at > HEADER) {
        err = make_room(file, &c->packed, HEADER_MOST);
        if (!err)
            err = fetch_header(file, c, c->packed.p, HEADER_MOST, h, &read);
    }
    if (!err && (!read || (uint64_t)h->packed > c->end - c->at - h->len))
        err = vg_any_fail(file, VG_CORRUPT, DAMAGED);
    return err;
}

/* The body behind the header: levels of version 2, which are never packed, then the rest, into `raw`. */
static enum vg_err get_body(struct vg_parquet_any *file, struct vg_any_column *c, const struct vg_page_header *h,
                            struct vg_any_room *raw)
{
    size_t packed = (size_t)h->packed, size = (size_t)h->raw, levels = 0;
    if (h->kind == VG_PAGE_DATA_2) {
        if (h->level_bytes < 0 || h->repetition_bytes || (uint64_t)h->level_bytes > packed ||
            (uint64_t)h->level_bytes > size)
            return vg_any_fail(file, VG_CORRUPT, DAMAGED);
        levels = (size_t)h->level_bytes;
    }
    enum vg_err err = make_room(file, &c->packed, packed);
    if (!err)
        err = make_room(file, raw, size);
    if (err)
        return err;
    if ((err = vg_parquet_fetch(&file->input, c->at + h->len, c->packed.p, packed)))
        return vg_any_fail(file, err, vg_err_text(err));
    const uint8_t *body = c->packed.p;
    if (!vg_page_is_whole(h, body))
        return vg_any_fail(file, VG_CORRUPT, "a page's checksum is wrong");
    memcpy(raw->p, body, levels);
    if (size > levels || packed > levels)
        err = vg_unpack(&file->unpacker, h->plain ? 0 : c->codec, body + levels, packed - levels,
                        (uint8_t *)raw->p + levels, size - levels);
    if (err)
        return vg_any_fail(file, err,
                           err == VG_UNSUPPORTED ? "a column in a packing that isn't read (snappy, gzip and zstd are)"
                                                 : DAMAGED);
    c->at += h->len + packed;
    return VG_OK;
}

static enum vg_err take_dictionary(struct vg_parquet_any *file, struct vg_any_column *c, const struct vg_page_header *h)
{
    if (c->has_dict || h->values > VG_PARQUET_ANY_ROWS ||
        (h->encoding != VG_ENCODING_PLAIN && h->encoding != ENCODING_DICT_OLD))
        return vg_any_fail(file, VG_CORRUPT, DAMAGED);
    enum vg_err err = get_body(file, c, h, &c->dict_raw);
    if (!err)
        err = make_values(file, c, &c->dict, (size_t)h->values);
    if (err)
        return err;
    c->has_dict = true;
    return get_plain(c, c->dict_raw.p, (size_t)h->raw, &c->dict) ? VG_OK : vg_any_fail(file, VG_CORRUPT, DAMAGED);
}

/* Which rows have a value; *p moves behind the levels. How many have one is values.count. */
static enum vg_err get_levels(struct vg_parquet_any *file, struct vg_any_column *c, const struct vg_page_header *h,
                              const uint8_t **p, size_t *len)
{
    bool second = h->kind == VG_PAGE_DATA_2;
    size_t head = second ? 0 : 4, n = second ? (size_t)h->level_bytes : 0;
    c->values.count = c->page_rows;
    if (!c->optional) { /* version 2 may say "no bytes" */
        *p += n;
        *len -= n;
        return VG_OK;
    }
    enum vg_err err = make_room(file, &c->present, c->page_rows);
    if (err || !c->page_rows)
        return err;
    if (!second && *len >= 4)
        n = vg_get_u32(*p);
    if (*len < head || n > *len - head || !vg_flags_decode(*p + head, n, c->present.p, c->page_rows))
        return vg_any_fail(file, VG_CORRUPT, DAMAGED);
    *p += head + n;
    *len -= head + n;
    const uint8_t *present = c->present.p;
    c->values.count = 0;
    for (uint32_t i = 0; i < c->page_rows; i++)
        c->values.count += present[i];
    return VG_OK;
}

static enum vg_err take_data(struct vg_parquet_any *file, struct vg_any_column *c, const struct vg_page_header *h)
{
    if (h->values > VG_PARQUET_ANY_ROWS)
        return vg_any_fail(file, VG_LIMIT, "a page of more than 4194304 rows");
    if ((uint64_t)h->values > c->rows)
        return vg_any_fail(file, VG_CORRUPT, "a column has more rows than it should");
    enum vg_err err = get_body(file, c, h, &c->raw);
    if (err)
        return err;
    const uint8_t *p = c->raw.p;
    size_t len = (size_t)h->raw;
    c->page_rows = (uint32_t)h->values;
    c->rows -= c->page_rows;
    c->row = 0;
    c->value = 0;
    err = get_levels(file, c, h, &p, &len);
    return err ? err : get_values(file, c, h->encoding, p, len);
}

static enum vg_err next_page(struct vg_parquet_any *file, struct vg_any_column *c)
{
    struct vg_page_header h;
    enum vg_err err = get_header(file, c, &h);
    if (err)
        return err;
    if (h.kind == VG_PAGE_DICT)
        return take_dictionary(file, c, &h);
    if (h.kind == VG_PAGE_DATA || h.kind == VG_PAGE_DATA_2)
        return take_data(file, c, &h);
    c->at += h.len + (uint64_t)h.packed; /* an index, or what is to come */
    return VG_OK;
}

/* ---- cells ---- */

/* IEEE 754, 16 bits. */
static double from_half(const uint8_t *p)
{
    unsigned v = p[0] | (unsigned)p[1] << 8, exponent = v >> 10 & 31, part = v & 1023;
    double size = exponent ? (double)(part + 1024) : (double)part;
    for (unsigned e = exponent ? exponent : 1; e < 25; e++)
        size /= 2;
    for (unsigned e = 25; e < exponent; e++)
        size *= 2;
    if (exponent == 31)
        size = part ? __builtin_nan("") : __builtin_inf();
    return v >> 15 ? -size : size;
}

/* Big-endian, two's complement. False: more than 64 bits. */
static bool from_decimal(struct vg_parquet_text t, int64_t *ret)
{
    const uint8_t *p = (const uint8_t *)t.bytes;
    uint8_t sign = t.len && p[0] & 0x80 ? 0xFF : 0;
    uint64_t v = sign ? UINT64_MAX : 0;
    for (uint32_t i = 0; i < t.len; i++) {
        if (i + 8 < t.len && p[i] != sign)
            return false;
        v = v << 8 | p[i];
    }
    *ret = (int64_t)v;
    return t.len <= 8 || (*ret < 0) == (sign != 0);
}

static void set_text(const struct vg_any_column *c, struct vg_parquet_text text, struct vg_parquet_cell *ret)
{
    if (c->type == ANY_FIXED && text.len != c->width) /* of DELTA_BYTE_ARRAY */
        ret->present = false;
    else if (c->told.kind == VG_PARQUET_ANY_DECIMAL)
        ret->present = from_decimal(text, &ret->number);
    else if (c->told.kind == VG_PARQUET_ANY_FLOAT)
        ret->real = from_half((const uint8_t *)text.bytes);
    else
        ret->text = text;
}

static void set_number(const struct vg_any_column *c, int64_t number, struct vg_parquet_cell *ret)
{
    uint32_t low = (uint32_t)number;
    float narrow;
    ret->number = number;
    if (c->type == ANY_FLOAT) {
        memcpy(&narrow, &low, sizeof narrow);
        ret->real = (double)narrow;
    } else if (c->type == ANY_DOUBLE) {
        memcpy(&ret->real, &number, sizeof ret->real);
    }
}

enum vg_err vg_any_cell(struct vg_parquet_any *file, struct vg_any_column *c, struct vg_parquet_cell *ret)
{
    while (c->row == c->page_rows) {
        enum vg_err err = next_page(file, c);
        if (err) {
            c->row = c->page_rows = 0;
            return err;
        }
    }
    *ret = (struct vg_parquet_cell){.present = !c->optional || ((const uint8_t *)c->present.p)[c->row]};
    c->row++;
    if (!ret->present)
        return VG_OK;
    const struct vg_any_values *from = c->by_dict ? &c->dict : &c->values;
    size_t at = c->by_dict ? ((const uint32_t *)c->words.p)[c->value] : c->value;
    c->value++;
    if (is_text(c))
        set_text(c, ((const struct vg_parquet_text *)from->texts.p)[at], ret);
    else
        set_number(c, ((const int64_t *)from->numbers.p)[at], ret);
    return VG_OK;
}
