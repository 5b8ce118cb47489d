/* The end of a Parquet file: the index of its pages, and the footer that tells schema and row groups. */
#include <inttypes.h>
#include <stdio.h>

#include "archive/parquet_write_inner.h"
#include "archive/thrift.h"

#define CREATED_BY "vigia version " VG_VERSION

/* A bound as the format writes it: the PLAIN value without a length. */
static struct vg_parquet_text bound_bytes(const struct vg_parquet_writer *w, size_t column, int64_t value,
                                          uint8_t bytes[8])
{
    uint8_t type = w->chunks[column].column.type;
    if (type == VG_PARQUET_BYTES)
        return (struct vg_parquet_text){w->texts.buf ? w->texts.buf + (value >> 16) : "", (uint32_t)(value & 0xffff)};
    vg_put_u64(bytes, (uint64_t)value);
    return (struct vg_parquet_text){(const char *)bytes, type == VG_PARQUET_INT32 ? 4 : 8};
}

static void put_bound_list(struct vg_parquet_writer *w, struct vg_thrift_out *t, int16_t id, size_t column,
                           const struct vg_pw_page *pages, size_t count)
{
    vg_thrift_list(t, id, VG_THRIFT_BINARY, count);
    for (size_t i = 0; i < count; i++) {
        uint8_t bytes[8];
        const struct vg_parquet_bounds *b = &pages[i].bounds;
        struct vg_parquet_text text = {"", 0};
        if (b->known)
            text = bound_bytes(w, column, id == 2 ? b->min : b->max, bytes);
        vg_thrift_element_binary(t, text.bytes, text.len);
    }
}

/* Whether the pages' bounds ascend. Texts: not looked at, unordered is always true to say. */
static bool ascending(const struct vg_parquet_column *column, const struct vg_pw_page *pages, size_t count)
{
    if (column->type == VG_PARQUET_BYTES)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!pages[i].bounds.known || (i && (vg_parquet_less(column, pages[i].bounds.min, pages[i - 1].bounds.min) ||
                                             vg_parquet_less(column, pages[i].bounds.max, pages[i - 1].bounds.max))))
            return false;
    return true;
}

static void put_column_index(struct vg_parquet_writer *w, size_t column, const struct vg_pw_page *pages, size_t count)
{
    struct vg_thrift_out t = {.out = &w->meta};
    w->meta.len = 0;
    vg_thrift_begin(&t);
    vg_thrift_list(&t, 1, VG_THRIFT_TRUE, count);
    for (size_t i = 0; i < count; i++)
        vg_thrift_element_bool(&t, !pages[i].bounds.known);
    put_bound_list(w, &t, 2, column, pages, count);
    put_bound_list(w, &t, 3, column, pages, count);
    vg_thrift_i32(&t, 4, ascending(&w->chunks[column].column, pages, count));
    vg_thrift_list(&t, 5, VG_THRIFT_I64, count);
    for (size_t i = 0; i < count; i++)
        vg_thrift_element_int(&t, (int64_t)pages[i].bounds.nulls);
    vg_thrift_end(&t);
    vg_pw_emit(w, &w->meta);
}

static void put_offset_index(struct vg_parquet_writer *w, const struct vg_pw_page *pages, size_t count)
{
    struct vg_thrift_out t = {.out = &w->meta};
    int64_t row = 0;
    w->meta.len = 0;
    vg_thrift_begin(&t);
    vg_thrift_list(&t, 1, VG_THRIFT_STRUCT, count);
    for (size_t i = 0; i < count; row += pages[i++].rows) {
        vg_thrift_begin(&t);
        vg_thrift_i64(&t, 1, pages[i].offset);
        vg_thrift_i32(&t, 2, (int32_t)pages[i].bytes);
        vg_thrift_i64(&t, 3, row);
        vg_thrift_end(&t);
    }
    vg_thrift_end(&t);
    vg_pw_emit(w, &w->meta);
}

/* First all column indexes, then all offset indexes, as the format asks. */
void vg_pw_put_indexes(struct vg_parquet_writer *w)
{
    for (int pass = 0; pass < 2; pass++)
        for (size_t g = 0; g < w->group_count; g++)
            for (size_t i = 0; i < w->count; i++) {
                struct vg_pw_group *group = &w->groups[g];
                struct vg_pw_column *meta = &group->columns[i];
                int64_t at = (int64_t)w->offset;
                if (pass == 0 && meta->indexed) {
                    put_column_index(w, i, w->pages + meta->first_page, group->pages);
                    meta->column_index = at;
                    meta->column_index_bytes = (uint32_t)(w->offset - (uint64_t)at);
                } else if (pass == 1) {
                    put_offset_index(w, w->pages + meta->first_page, group->pages);
                    meta->offset_index = at;
                    meta->offset_index_bytes = (uint32_t)(w->offset - (uint64_t)at);
                }
            }
}

/* The logical type twice: as the format has it now, and as old readers know it ("converted type"). */
static void put_schema_column(struct vg_thrift_out *t, const struct vg_parquet_column *c)
{
    static const uint8_t old_uint[] = {11, 12, 13, 14}, old_int[] = {15, 16, 17, 18};
    unsigned size = c->bits <= 8 ? 0 : c->bits <= 16 ? 1 : c->bits <= 32 ? 2 : 3;
    static const uint8_t old[] = {[VG_PARQUET_DECIMAL] = 5, [VG_PARQUET_TIME_US] = 10, [VG_PARQUET_STRING] = 0};
    uint8_t converted = c->logical == VG_PARQUET_UINT     ? old_uint[size]
                        : c->logical == VG_PARQUET_SIGNED ? old_int[size]
                                                          : old[c->logical];
    vg_thrift_begin(t);
    vg_thrift_i32(t, 1, c->type);
    vg_thrift_i32(t, 3, c->optional);
    vg_thrift_binary(t, 4, c->name, strlen(c->name));
    vg_thrift_i32(t, 6, converted);
    if (c->logical == VG_PARQUET_DECIMAL) {
        vg_thrift_i32(t, 7, c->scale);
        vg_thrift_i32(t, 8, c->precision);
    }
    vg_thrift_struct(t, 10);
    if (c->logical == VG_PARQUET_STRING) {
        vg_thrift_struct(t, 1);
    } else if (c->logical == VG_PARQUET_DECIMAL) {
        vg_thrift_struct(t, 5);
        vg_thrift_i32(t, 1, c->scale);
        vg_thrift_i32(t, 2, c->precision);
    } else if (c->logical == VG_PARQUET_TIME_US) {
        vg_thrift_struct(t, 8);
        vg_thrift_bool(t, 1, true); /* adjusted to UTC */
        vg_thrift_struct(t, 2);
        vg_thrift_struct(t, 2); /* microseconds */
        vg_thrift_end(t);
        vg_thrift_end(t);
    } else {
        vg_thrift_struct(t, 10);
        vg_thrift_i8(t, 1, (int8_t)c->bits);
        vg_thrift_bool(t, 2, c->logical == VG_PARQUET_SIGNED);
    }
    vg_thrift_end(t);
    vg_thrift_end(t);
    vg_thrift_end(t);
}

static void put_schema(const struct vg_parquet_writer *w, struct vg_thrift_out *t)
{
    vg_thrift_list(t, 2, VG_THRIFT_STRUCT, w->count + 1);
    vg_thrift_begin(t);
    vg_thrift_binary(t, 4, "schema", 6);
    vg_thrift_i32(t, 5, (int32_t)w->count);
    vg_thrift_end(t);
    for (size_t i = 0; i < w->count; i++)
        put_schema_column(t, &w->chunks[i].column);
}

static void put_column_data(const struct vg_parquet_writer *w, struct vg_thrift_out *t, size_t column,
                            const struct vg_pw_column *meta, uint32_t rows)
{
    const struct vg_parquet_column *c = &w->chunks[column].column;
    int encoding = vg_pw_encoding(c, meta->coding);
    vg_thrift_struct(t, 3);
    vg_thrift_i32(t, 1, c->type);
    vg_thrift_list(t, 2, VG_THRIFT_I32, encoding == VG_ENCODING_DICT ? 3 : 2);
    vg_thrift_element_int(t, encoding);
    vg_thrift_element_int(t, VG_ENCODING_RLE);
    if (encoding == VG_ENCODING_DICT)
        vg_thrift_element_int(t, VG_ENCODING_PLAIN); /* of the dictionary page */
    vg_thrift_list(t, 3, VG_THRIFT_BINARY, 1);
    vg_thrift_element_binary(t, c->name, strlen(c->name));
    vg_thrift_i32(t, 4, meta->stored ? CODEC_NONE : CODEC_ZSTD);
    vg_thrift_i64(t, 5, rows);
    vg_thrift_i64(t, 6, (int64_t)meta->raw_bytes);
    vg_thrift_i64(t, 7, (int64_t)meta->bytes);
    vg_thrift_i64(t, 9, meta->data_offset);
    if (meta->dict_offset)
        vg_thrift_i64(t, 11, meta->dict_offset);
    vg_thrift_struct(t, 12);
    vg_thrift_i64(t, 3, (int64_t)meta->bounds.nulls);
    if (meta->bounds.known) {
        uint8_t bytes[8];
        struct vg_parquet_text text = bound_bytes(w, column, meta->bounds.max, bytes);
        vg_thrift_binary(t, 5, text.bytes, text.len);
        text = bound_bytes(w, column, meta->bounds.min, bytes);
        vg_thrift_binary(t, 6, text.bytes, text.len);
    }
    vg_thrift_end(t);
    vg_thrift_end(t);
}

static void put_row_group(const struct vg_parquet_writer *w, struct vg_thrift_out *t, size_t g)
{
    const struct vg_pw_group *group = &w->groups[g];
    uint64_t bytes = 0, raw_bytes = 0;
    vg_thrift_begin(t);
    vg_thrift_list(t, 1, VG_THRIFT_STRUCT, w->count);
    for (size_t i = 0; i < w->count; i++) {
        const struct vg_pw_column *meta = &group->columns[i];
        bytes += meta->bytes;
        raw_bytes += meta->raw_bytes;
        vg_thrift_begin(t);
        vg_thrift_i64(t, 2, 0); /* file_offset: long given up, must be there */
        put_column_data(w, t, i, meta, group->rows);
        vg_thrift_i64(t, 4, meta->offset_index);
        vg_thrift_i32(t, 5, (int32_t)meta->offset_index_bytes);
        if (meta->indexed) {
            vg_thrift_i64(t, 6, meta->column_index);
            vg_thrift_i32(t, 7, (int32_t)meta->column_index_bytes);
        }
        vg_thrift_end(t);
    }
    vg_thrift_i64(t, 2, (int64_t)raw_bytes);
    vg_thrift_i64(t, 3, group->rows);
    if (w->options.sorted) {
        vg_thrift_list(t, 4, VG_THRIFT_STRUCT, w->options.sorted);
        for (int32_t i = 0; i < w->options.sorted; i++) {
            vg_thrift_begin(t);
            vg_thrift_i32(t, 1, i);
            vg_thrift_bool(t, 2, false); /* descending */
            vg_thrift_bool(t, 3, false); /* nulls first */
            vg_thrift_end(t);
        }
    }
    vg_thrift_i64(t, 5, group->columns[0].dict_offset ? group->columns[0].dict_offset : group->columns[0].data_offset);
    vg_thrift_i64(t, 6, (int64_t)bytes);
    vg_thrift_i16(t, 7, (int16_t)g);
    vg_thrift_end(t);
}

void vg_pw_put_footer(struct vg_parquet_writer *w)
{
    struct vg_thrift_out t = {.out = &w->meta};
    uint8_t tail[8];
    w->meta.len = 0;
    vg_thrift_begin(&t);
    vg_thrift_i32(&t, 1, 2);
    put_schema(w, &t);
    vg_thrift_i64(&t, 3, (int64_t)w->rows);
    vg_thrift_list(&t, 4, VG_THRIFT_STRUCT, w->group_count);
    for (size_t g = 0; g < w->group_count; g++)
        put_row_group(w, &t, g);
    if (w->key[0]) {
        char value[VG_PARQUET_NOTE + 48];
        int len = snprintf(value, sizeof value, "%" PRIu64 " %zu %s", w->attached_at, w->attached.len, w->note);
        vg_thrift_list(&t, 5, VG_THRIFT_STRUCT, 1);
        vg_thrift_begin(&t);
        vg_thrift_binary(&t, 1, w->key, strlen(w->key));
        vg_thrift_binary(&t, 2, value, (size_t)len);
        vg_thrift_end(&t);
    }
    vg_thrift_binary(&t, 6, CREATED_BY, sizeof CREATED_BY - 1);
    vg_thrift_list(&t, 7, VG_THRIFT_STRUCT, w->count);
    for (size_t i = 0; i < w->count; i++) { /* each column's order is that of its type: makes the bounds valid */
        vg_thrift_begin(&t);
        vg_thrift_struct(&t, 1);
        vg_thrift_end(&t);
        vg_thrift_end(&t);
    }
    vg_thrift_end(&t);
    vg_put_u32(tail, (uint32_t)w->meta.len);
    memcpy(tail + 4, "PAR1", 4);
    vg_out_bytes(&w->meta, tail, 8);
    vg_pw_emit(w, &w->meta);
}
