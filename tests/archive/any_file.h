/*
 * Parquet files of any writer, made from a description of their columns and pages: none of our writer's code but the
 * Thrift protocol, and the packing libraries themselves.
 */
#ifndef VG_TESTS_ARCHIVE_ANY_FILE_H
#define VG_TESTS_ARCHIVE_ANY_FILE_H

#include <snappy-c.h>
#include <zlib.h>
#include <zstd.h>

#include "archive/parquet_any.h"
#include "archive/thrift.h"
#include "base/bytes.h"
#include "test.h"

struct any_bytes {
    const void *p;
    size_t len;
};
#define ANY_BYTES_OF(text)                                                                                             \
    {                                                                                                                  \
        text, sizeof text - 1                                                                                          \
    } /* in an initializer; else AS_ANY_BYTES() */
#define AS_ANY_BYTES(text) ((struct any_bytes)ANY_BYTES_OF(text))

struct any_page {
    int kind, encoding; /* kinds: 0 data, 2 dictionary, 3 data of version 2 */
    int64_t values;
    struct any_bytes levels; /* of version 2 */
    struct any_bytes body;   /* of version 1 with its levels */
    bool plain;              /* of version 2: not packed */
    bool wrong_sum;
};

#define ANY_PAGES 6

struct any_column {
    const char *name;
    int type, width, repetition, children; /* type −1: a group of columns */
    int logical, one, two, unit;           /* LogicalType's field and its numbers; 0: none */
    int converted;                         /* 0: none, else one more than the format's number */
    int codec;
    struct any_page page[ANY_PAGES]; /* up to the first without a body */
    int64_t more_bytes;              /* added to the chunk's size that is told */
    bool elsewhere;
};

struct any_file {
    const struct any_column *column;
    size_t columns;
    int64_t group_rows;
    size_t groups;        /* each with the same pages; 0: one */
    const char *key_only; /* NULL, or a footer that ends behind the schema */
};

static inline size_t any_pack(int codec, struct any_bytes raw, uint8_t *to, size_t cap)
{
    size_t n = cap;
    z_stream z = {
        .next_in = (uint8_t *)(uintptr_t)raw.p, .avail_in = (uInt)raw.len, .next_out = to, .avail_out = (uInt)cap};
    switch (codec) {
    case 1:
        assert_int_equal(snappy_compress(raw.p, raw.len, (char *)to, &n), SNAPPY_OK);
        return n;
    case 2:
        assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
        assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
        deflateEnd(&z);
        return cap - z.avail_out;
    case 6:
        return ZSTD_compress(to, cap, raw.p, raw.len, 1);
    default:
        if (raw.len)
            memcpy(to, raw.p, raw.len);
        return raw.len;
    }
}

static inline void any_put_page(struct vg_out *out, const struct any_page *p, int codec)
{
    static uint8_t body[1 << 17];
    struct vg_thrift_out t = {.out = out};
    size_t levels = p->levels.len;
    if (levels)
        memcpy(body, p->levels.p, levels);
    size_t n = levels + any_pack(p->plain ? 0 : codec, p->body, body + levels, sizeof body - levels);
    vg_thrift_begin(&t);
    vg_thrift_i32(&t, 1, p->kind);
    vg_thrift_i32(&t, 2, (int32_t)(levels + p->body.len));
    vg_thrift_i32(&t, 3, (int32_t)n);
    if (p->wrong_sum)
        vg_thrift_i32(&t, 4, 1);
    else if (codec == 2) /* some writers do */
        vg_thrift_i32(&t, 4, (int32_t)(uint32_t)crc32(0, body, (uInt)n));
    vg_thrift_struct(&t, p->kind == 3 ? 8 : p->kind == 2 ? 7 : 5);
    vg_thrift_i32(&t, 1, (int32_t)p->values);
    if (p->kind == 3) {
        vg_thrift_i32(&t, 2, 0);
        vg_thrift_i32(&t, 3, (int32_t)p->values);
        vg_thrift_i32(&t, 4, p->encoding);
        vg_thrift_i32(&t, 5, (int32_t)levels);
        vg_thrift_i32(&t, 6, 0);
        vg_thrift_bool(&t, 7, !p->plain);
    } else {
        vg_thrift_i32(&t, 2, p->encoding);
        vg_thrift_i32(&t, 3, 3);
        vg_thrift_i32(&t, 4, 3);
    }
    vg_thrift_end(&t);
    vg_thrift_end(&t);
    vg_out_bytes(out, body, n);
}

static inline void any_put_logical(struct vg_thrift_out *t, const struct any_column *c)
{
    if (!c->logical)
        return;
    vg_thrift_struct(t, 10);
    if (c->logical > 15) { /* too far for the short form of a field's head */
        vg_out_char(t->out, VG_THRIFT_STRUCT);
        vg_varint_put(t->out, vg_zigzag(c->logical));
        vg_thrift_begin(t);
    } else {
        vg_thrift_struct(t, (int16_t)c->logical);
    }
    if (c->logical == 5) {
        vg_thrift_i32(t, 1, c->one);
        vg_thrift_i32(t, 2, c->two);
    } else if (c->logical == 7 || c->logical == 8) {
        vg_thrift_bool(t, 1, c->one);
        vg_thrift_struct(t, 2);
        vg_thrift_struct(t, (int16_t)c->unit);
        vg_thrift_end(t);
        vg_thrift_end(t);
    } else if (c->logical == 10) {
        vg_thrift_i8(t, 1, (int8_t)c->one);
        vg_thrift_bool(t, 2, c->two);
    }
    vg_thrift_end(t);
    vg_thrift_end(t);
}

static inline void any_put_schema(struct vg_thrift_out *t, const struct any_file *f)
{
    size_t top = f->columns;
    for (size_t i = 0; i < f->columns; i++)
        top -= (size_t)f->column[i].children;
    vg_thrift_list(t, 2, VG_THRIFT_STRUCT, f->columns + 1);
    vg_thrift_begin(t);
    vg_thrift_binary(t, 4, "schema", 6);
    vg_thrift_i32(t, 5, (int32_t)top);
    vg_thrift_end(t);
    for (size_t i = 0; i < f->columns; i++) {
        const struct any_column *c = &f->column[i];
        vg_thrift_begin(t);
        if (c->type >= 0)
            vg_thrift_i32(t, 1, c->type);
        if (c->width)
            vg_thrift_i32(t, 2, c->width);
        vg_thrift_i32(t, 3, c->repetition);
        vg_thrift_binary(t, 4, c->name, strlen(c->name));
        if (c->children)
            vg_thrift_i32(t, 5, c->children);
        if (c->converted) {
            vg_thrift_i32(t, 6, c->converted - 1);
            vg_thrift_i32(t, 7, c->one);
        }
        any_put_logical(t, c);
        vg_thrift_end(t);
    }
}

static inline void any_put_chunk(struct vg_thrift_out *t, const struct any_column *c, int64_t dict_at, int64_t data_at,
                                 int64_t bytes, int64_t rows)
{
    vg_thrift_begin(t);
    if (c->elsewhere)
        vg_thrift_binary(t, 1, "part-2", 6);
    vg_thrift_i64(t, 2, 0);
    vg_thrift_struct(t, 3);
    vg_thrift_i32(t, 1, c->type);
    vg_thrift_i32(t, 4, c->codec);
    vg_thrift_i64(t, 5, rows);
    vg_thrift_i64(t, 6, 0);
    vg_thrift_i64(t, 7, bytes + c->more_bytes);
    vg_thrift_i64(t, 9, data_at);
    if (dict_at)
        vg_thrift_i64(t, 11, dict_at);
    vg_thrift_end(t);
    vg_thrift_end(t);
}

/* The file; the caller frees. */
static inline struct vg_out any_make(const struct any_file *f)
{
    struct vg_out out = vg_out_growing(1 << 22), meta = vg_out_growing(1 << 22);
    struct vg_thrift_out t = {.out = &meta};
    size_t groups = f->groups ? f->groups : 1, leaves = 0;
    uint8_t tail[8] = {0, 0, 0, 0, 'P', 'A', 'R', '1'};
    vg_out_text(&out, "PAR1");
    vg_thrift_begin(&t);
    vg_thrift_i32(&t, 1, 2);
    any_put_schema(&t, f);
    vg_thrift_i64(&t, 3, f->group_rows * (int64_t)groups);
    for (size_t i = 0; i < f->columns; i++)
        leaves += !f->column[i].children;
    if (!f->key_only) {
        vg_thrift_list(&t, 4, VG_THRIFT_STRUCT, groups);
        for (size_t g = 0; g < groups; g++) {
            vg_thrift_begin(&t);
            vg_thrift_list(&t, 1, VG_THRIFT_STRUCT, leaves);
            for (size_t i = 0; i < f->columns; i++) {
                const struct any_column *c = &f->column[i];
                int64_t begin = (int64_t)out.len, dict = c->page[0].kind == 2 ? begin : 0, data = begin;
                if (c->children)
                    continue;
                for (size_t p = 0; p < ANY_PAGES && c->page[p].body.p; p++) {
                    any_put_page(&out, &c->page[p], c->codec);
                    if (c->page[p].kind == 2)
                        data = (int64_t)out.len;
                }
                any_put_chunk(&t, c, dict, data, (int64_t)out.len - begin, f->group_rows);
            }
            vg_thrift_i64(&t, 2, 0);
            vg_thrift_i64(&t, 3, f->group_rows);
            vg_thrift_end(&t);
        }
    }
    vg_thrift_binary(&t, 6, "another writer", 14);
    vg_thrift_end(&t);
    vg_out_bytes(&out, meta.buf, meta.len);
    vg_put_u32(tail, (uint32_t)meta.len);
    vg_out_bytes(&out, tail, 8);
    assert_int_equal(out.err | meta.err, VG_OK);
    vg_out_free(&meta);
    return out;
}

#endif
