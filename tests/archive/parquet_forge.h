/*
 * A Parquet file of one page whose every number can be another: what a reader must see through. Written with none of
 * the writer's code but the Thrift protocol.
 */
#ifndef VG_TESTS_ARCHIVE_PARQUET_FORGE_H
#define VG_TESTS_ARCHIVE_PARQUET_FORGE_H

#include <zlib.h>
#include <zstd.h>

#include "archive/parquet_test.h"
#include "archive/thrift.h"

#define AS_IT_IS INT64_MIN
#define ABSENT   (INT64_MIN + 1)

enum number {
    COLUMNS_SAID, /* of the schema; all are the same */
    CHUNKS_SAID,
    TYPE,
    REPETITION,
    CHILDREN,
    LOGICAL, /* the field of LogicalType: 1 string, 5 decimal, 8 timestamp, 10 integer */
    ONE,     /* its two numbers: scale and precision; UTC and unit; bits and sign */
    TWO,
    FILE_ROWS,
    GROUP_ROWS,
    CODEC,
    DATA_AT,
    DICT_AT,
    NULLS,
    OFFSETS_AT, /* the index of pages */
    OFFSETS_LEN,
    BOUNDS_AT,
    BOUNDS_LEN,
    PAGE_AT,
    PAGE_LEN,
    PAGE_FIRST,
    KIND,
    RAW,
    PACKED,
    CRC,
    VALUES,
    ENCODING,
    DICT_KIND,
    DICT_RAW,
    DICT_PACKED,
    DICT_CRC,
    DICT_VALUES,
    DICT_ENCODING,
    NUMBERS
};

struct bytes {
    const void *p;
    size_t len;
};
#define BYTES(text)                                                                                                    \
    {                                                                                                                  \
        text, sizeof text - 1                                                                                          \
    } /* in an initializer; else AS_BYTES() */
#define AS_BYTES(text) ((struct bytes)BYTES(text))

struct forged {
    int64_t number[NUMBERS]; /* AS_IT_IS: what is right */
    struct bytes name, page, dict, min, max, key, value;
    uint32_t rows;
    bool zstd;
};

struct set {
    enum number n;
    int64_t to;
};

static inline struct forged forge_with(struct forged f, const struct set *sets, size_t count)
{
    for (size_t i = 0; i < count; i++)
        f.number[sets[i].n] = sets[i].to;
    return f;
}

/* Four rows of a column of required INT32, PLAIN: 1, 2, 3, −1. */
static inline struct forged forge_plain(void)
{
    struct forged f = {.name = BYTES("n"), .page = BYTES("\1\0\0\0\2\0\0\0\3\0\0\0\xff\xff\xff\xff"), .rows = 4};
    for (size_t i = 0; i < NUMBERS; i++)
        f.number[i] = AS_IT_IS;
    return f;
}

static inline int64_t forge_number(const struct forged *f, enum number n, int64_t right)
{
    return f->number[n] == AS_IT_IS ? right : f->number[n];
}

static inline void forge_put(struct vg_thrift_out *t, const struct forged *f, int16_t id, enum number n, int64_t right)
{
    int64_t v = forge_number(f, n, right);
    if (v != ABSENT)
        vg_thrift_i64(t, id, v);
}

static inline void forge_page(struct vg_out *out, const struct forged *f, bool dict)
{
    static uint8_t packed[1 << 17];
    struct bytes raw = dict ? f->dict : f->page, p = raw;
    if (f->zstd) {
        size_t n = ZSTD_compress(packed, sizeof packed, raw.p, raw.len, 1);
        assert_false(ZSTD_isError(n));
        p = (struct bytes){packed, n};
    }
    struct vg_thrift_out t = {.out = out};
    vg_thrift_begin(&t);
    forge_put(&t, f, 1, dict ? DICT_KIND : KIND, dict ? 2 : 0);
    forge_put(&t, f, 2, dict ? DICT_RAW : RAW, (int64_t)raw.len);
    forge_put(&t, f, 3, dict ? DICT_PACKED : PACKED, (int64_t)p.len);
    forge_put(&t, f, 4, dict ? DICT_CRC : CRC, (int32_t)(uint32_t)crc32(0, p.p, (uInt)p.len));
    vg_thrift_struct(&t, dict ? 7 : 5);
    forge_put(&t, f, 1, dict ? DICT_VALUES : VALUES, dict ? (int64_t)(raw.len / 4) : f->rows);
    forge_put(&t, f, 2, dict ? DICT_ENCODING : ENCODING, 0);
    vg_thrift_end(&t);
    vg_thrift_end(&t);
    vg_out_bytes(out, p.p, p.len);
}

static inline void forge_logical(struct vg_thrift_out *t, const struct forged *f)
{
    int64_t kind = forge_number(f, LOGICAL, 0), one = forge_number(f, ONE, 0), two = forge_number(f, TWO, 0);
    if (!kind)
        return;
    vg_thrift_struct(t, 10);
    vg_thrift_struct(t, (int16_t)kind);
    if (kind == 5) {
        vg_thrift_i32(t, 1, (int32_t)one);
        vg_thrift_i32(t, 2, (int32_t)two);
    } else if (kind == 8) {
        vg_thrift_bool(t, 1, one);
        vg_thrift_struct(t, 2);
        vg_thrift_struct(t, (int16_t)two);
        vg_thrift_end(t);
        vg_thrift_end(t);
    } else if (kind == 10) {
        vg_thrift_i8(t, 1, (int8_t)one);
        vg_thrift_bool(t, 2, two);
    }
    vg_thrift_end(t);
    vg_thrift_end(t);
}

static inline void forge_schema(struct vg_thrift_out *t, const struct forged *f)
{
    int64_t columns = forge_number(f, COLUMNS_SAID, 1);
    vg_thrift_list(t, 2, VG_THRIFT_STRUCT, (size_t)columns + 1);
    vg_thrift_begin(t);
    vg_thrift_binary(t, 4, "root", 4);
    vg_thrift_i32(t, 5, (int32_t)columns);
    vg_thrift_end(t);
    for (int64_t i = 0; i < columns; i++) {
        vg_thrift_begin(t);
        forge_put(t, f, 1, TYPE, 1);
        forge_put(t, f, 3, REPETITION, 0);
        vg_thrift_binary(t, 4, f->name.p, f->name.len);
        forge_put(t, f, 5, CHILDREN, ABSENT);
        forge_logical(t, f);
        vg_thrift_end(t);
    }
}

/* A struct that readers pass over, though its fields have the numbers of some that they know. */
static inline void forge_unknown(struct vg_thrift_out *t, int16_t id)
{
    vg_thrift_struct(t, id);
    for (int16_t field = 1; field <= 7; field++)
        vg_thrift_i64(t, field, 99);
    vg_thrift_end(t);
}

/* Where the parts lie. */
struct forge_places {
    size_t dict, data, end, offsets, offsets_len, bounds, bounds_len;
};

static inline void forge_chunk(struct vg_thrift_out *t, const struct forged *f, const struct forge_places *at)
{
    vg_thrift_begin(t);
    vg_thrift_struct(t, 3);
    forge_put(t, f, 4, CODEC, f->zstd ? 6 : 0);
    forge_put(t, f, 9, DATA_AT, (int64_t)at->data);
    forge_put(t, f, 11, DICT_AT, f->dict.p ? (int64_t)at->dict : ABSENT);
    vg_thrift_struct(t, 12);
    forge_put(t, f, 3, NULLS, 0);
    if (f->max.p)
        vg_thrift_binary(t, 5, f->max.p, f->max.len);
    if (f->min.p)
        vg_thrift_binary(t, 6, f->min.p, f->min.len);
    vg_thrift_end(t);
    forge_unknown(t, 16);
    vg_thrift_end(t);
    forge_put(t, f, 4, OFFSETS_AT, (int64_t)at->offsets);
    forge_put(t, f, 5, OFFSETS_LEN, (int64_t)at->offsets_len);
    forge_put(t, f, 6, BOUNDS_AT, at->bounds ? (int64_t)at->bounds : ABSENT);
    forge_put(t, f, 7, BOUNDS_LEN, at->bounds ? (int64_t)at->bounds_len : ABSENT);
    forge_unknown(t, 8);
    vg_thrift_end(t);
}

static inline void forge_footer(struct vg_out *out, const struct forged *f, const struct forge_places *at)
{
    struct vg_thrift_out t = {.out = out};
    size_t from = out->len;
    vg_thrift_begin(&t);
    vg_thrift_i32(&t, 1, 2);
    forge_schema(&t, f);
    forge_put(&t, f, 3, FILE_ROWS, f->rows);
    vg_thrift_list(&t, 4, VG_THRIFT_STRUCT, 1);
    vg_thrift_begin(&t);
    int64_t chunks = forge_number(f, CHUNKS_SAID, forge_number(f, COLUMNS_SAID, 1));
    vg_thrift_list(&t, 1, VG_THRIFT_STRUCT, (size_t)chunks);
    for (int64_t i = 0; i < chunks; i++)
        forge_chunk(&t, f, at);
    forge_put(&t, f, 3, GROUP_ROWS, f->rows);
    vg_thrift_end(&t);
    if (f->key.p) {
        vg_thrift_list(&t, 5, VG_THRIFT_STRUCT, 1);
        vg_thrift_begin(&t);
        vg_thrift_binary(&t, 1, f->key.p, f->key.len);
        if (f->value.p)
            vg_thrift_binary(&t, 2, f->value.p, f->value.len);
        vg_thrift_end(&t);
    }
    vg_thrift_end(&t);
    uint8_t tail[8] = {0, 0, 0, 0, 'P', 'A', 'R', '1'};
    vg_put_u32(tail, (uint32_t)(out->len - from));
    vg_out_bytes(out, tail, 8);
}

static inline void forge_bounds(struct vg_out *out, const struct forged *f)
{
    struct vg_thrift_out t = {.out = out};
    vg_thrift_begin(&t);
    vg_thrift_list(&t, 1, VG_THRIFT_TRUE, 1);
    vg_thrift_element_bool(&t, false);
    vg_thrift_list(&t, 2, VG_THRIFT_BINARY, 1);
    vg_thrift_element_binary(&t, f->min.p, f->min.len);
    vg_thrift_list(&t, 3, VG_THRIFT_BINARY, 1);
    vg_thrift_element_binary(&t, f->max.p, f->max.len);
    vg_thrift_i32(&t, 4, 1);
    vg_thrift_list(&t, 5, VG_THRIFT_I64, 1);
    vg_thrift_element_int(&t, forge_number(f, NULLS, 0));
    vg_thrift_end(&t);
}

static inline void forge_offsets(struct vg_out *out, const struct forged *f, const struct forge_places *at)
{
    struct vg_thrift_out t = {.out = out};
    vg_thrift_begin(&t);
    vg_thrift_list(&t, 1, VG_THRIFT_STRUCT, 1);
    vg_thrift_begin(&t);
    forge_put(&t, f, 1, PAGE_AT, (int64_t)at->data);
    forge_put(&t, f, 2, PAGE_LEN, (int64_t)(at->end - at->data));
    forge_put(&t, f, 3, PAGE_FIRST, 0);
    vg_thrift_end(&t);
    vg_thrift_end(&t);
}

/* The file; the caller frees. */
static inline struct vg_out forge(const struct forged *f)
{
    struct vg_out out = vg_out_growing(1 << 22);
    struct forge_places at = {0};
    vg_out_text(&out, "PAR1");
    at.dict = out.len;
    if (f->dict.p)
        forge_page(&out, f, true);
    at.data = out.len;
    forge_page(&out, f, false);
    at.end = out.len;
    if (f->min.p && f->max.p) {
        at.bounds = out.len;
        forge_bounds(&out, f);
        at.bounds_len = out.len - at.bounds;
    }
    at.offsets = out.len;
    forge_offsets(&out, f, &at);
    at.offsets_len = out.len - at.offsets;
    forge_footer(&out, f, &at);
    assert_int_equal(out.err, VG_OK);
    return out;
}

/* How far reading comes: *ret_stage is 'o' for opening, 'i' for the index of pages, 'p' for the page; ' ': to the end.
 */
static inline enum vg_err forge_read(const struct forged *f, char *ret_stage, struct vg_parquet_page *page)
{
    struct vg_out out = forge(f);
    struct vg_parquet_file *file;
    size_t pages = 0;
    *ret_stage = 'o';
    enum vg_err err = vg_parquet_open_bytes(out.buf, out.len, &file);
    if (!err) {
        *ret_stage = 'i';
        err = vg_parquet_pages(file, 0, 0, &pages);
        if (!err) {
            assert_int_equal(pages, 1);
            *ret_stage = 'p';
            err = vg_parquet_read_page(file, 0, 0, 0, page);
        }
        vg_parquet_close(file);
    }
    if (!err)
        *ret_stage = ' ';
    vg_out_free(&out);
    return err;
}

#endif
