#include "archive/parquet_write.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include "archive/parquet_encode.h"
#include "archive/thrift.h"

#define CREATED_BY  "vigia version " VG_VERSION
#define CODEC_NONE  0
#define CODEC_ZSTD  6
#define PAGE_DATA   0
#define PAGE_DICT   2
#define INDEX_BYTES (1u << 30) /* most memory for the index of pages of a file */

struct page {
    int64_t offset;
    uint32_t bytes; /* with its header */
    uint32_t rows;
    struct vg_parquet_bounds bounds; /* texts: cells in `texts` below */
};

/* What the footer says of one column of one row group. */
struct column_meta {
    enum vg_coding coding;
    bool stored;                      /* not compressed */
    int64_t dict_offset, data_offset; /* dict_offset 0: none */
    uint64_t bytes, raw_bytes;
    size_t first_page; /* in writer->pages */
    struct vg_parquet_bounds bounds;
    bool indexed; /* it has a column index */
    int64_t column_index, offset_index;
    uint32_t column_index_bytes, offset_index_bytes;
};

struct group {
    uint32_t rows, pages;
    struct column_meta *columns; /* as many as the file has */
};

struct vg_parquet_writer {
    size_t count;
    struct vg_chunk chunks[VG_PARQUET_COLUMNS];
    uint64_t column_bytes[VG_PARQUET_COLUMNS];
    struct vg_parquet_options options;
    struct vg_encoder encoder;
    vg_out_sink *sink;
    void *arg;
    struct vg_out meta;  /* scratch for headers, indexes and the footer */
    struct vg_out texts; /* the texts that bounds point at */
    struct page *pages;
    size_t page_count, page_room;
    struct group *groups;
    size_t group_count, group_room;
    uint64_t offset, rows;
    struct vg_out attached; /* its key is "" if there is none */
    char key[VG_PARQUET_KEY], note[VG_PARQUET_NOTE];
    uint64_t attached_at;
    enum vg_err err;
    bool finished;
};

bool vg_parquet_column_valid(const struct vg_parquet_column *c)
{
    if (!c->name[0] || !memchr(c->name, 0, sizeof c->name))
        return false;
    bool i32 = c->type == VG_PARQUET_INT32, i64 = c->type == VG_PARQUET_INT64;
    switch (c->logical) {
    case VG_PARQUET_SIGNED:
    case VG_PARQUET_UINT:
        return i64 ? c->bits == 64 : i32 && (c->bits == 8 || c->bits == 16 || c->bits == 32);
    case VG_PARQUET_DECIMAL:
        return (i32 || i64) && c->precision >= 1 && c->precision <= (i32 ? 9 : 18) && c->scale <= c->precision;
    case VG_PARQUET_TIME_US:
        return i64;
    case VG_PARQUET_STRING:
        return c->type == VG_PARQUET_BYTES;
    default:
        return false;
    }
}

static void emit(struct vg_parquet_writer *w, const struct vg_out *out)
{
    if (!w->err)
        w->err = out->err;
    if (!w->err && out->len)
        w->err = w->sink(w->arg, out->buf, out->len);
    w->offset += out->len;
}

enum vg_err vg_parquet_writer_new(const struct vg_parquet_column *columns, size_t count,
                                  const struct vg_parquet_options *options, vg_out_sink *sink, void *arg,
                                  struct vg_parquet_writer **ret_writer)
{
    if (!count || count > VG_PARQUET_COLUMNS || !options->page_rows || options->page_rows > VG_PARQUET_PAGE_ROWS ||
        options->group_rows < options->page_rows || options->group_rows > VG_PARQUET_GROUP_ROWS || options->level < 1 ||
        options->level > 22 || options->sorted > count)
        return VG_ARG;
    struct vg_parquet_writer *w = calloc(1, sizeof *w);
    if (!w)
        return VG_NOMEM;
    *w = (struct vg_parquet_writer){.count = count, .options = *options, .sink = sink, .arg = arg};
    if (options->rows && options->rows < options->group_rows)
        w->options.group_rows = options->rows < options->page_rows ? options->page_rows : (uint32_t)options->rows;
    w->meta = vg_out_growing(VG_PARQUET_FOOTER_MAX);
    w->texts = vg_out_growing(INDEX_BYTES);
    w->attached = vg_out_growing(VG_PARQUET_PAGE_BYTES);
    w->encoder = (struct vg_encoder){.zstd = ZSTD_createCCtx(),
                                     .level = options->level,
                                     .page_rows = options->page_rows,
                                     .ints = malloc(options->page_rows * sizeof(int64_t)),
                                     .words = malloc(options->page_rows * sizeof(uint32_t)),
                                     .raw = vg_out_growing(VG_PARQUET_PAGE_BYTES),
                                     .packed = vg_out_growing(ZSTD_compressBound(VG_PARQUET_PAGE_BYTES))};
    enum vg_err err = w->encoder.zstd && w->encoder.ints && w->encoder.words ? VG_OK : VG_NOMEM;
    for (size_t i = 0; i < count && !err; i++)
        err = vg_parquet_column_valid(&columns[i]) ? vg_chunk_init(&w->chunks[i], &columns[i], w->options.group_rows)
                                                   : VG_ARG;
    vg_out_text(&w->meta, "PAR1");
    if (!err) {
        emit(w, &w->meta);
        err = w->err;
    }
    if (err) {
        vg_parquet_writer_free(w);
        return err;
    }
    *ret_writer = w;
    return VG_OK;
}

void vg_parquet_writer_free(struct vg_parquet_writer *w)
{
    if (!w)
        return;
    for (size_t i = 0; i < w->count; i++)
        vg_chunk_free(&w->chunks[i]);
    for (size_t g = 0; g < w->group_count; g++)
        free(w->groups[g].columns);
    ZSTD_freeCCtx(w->encoder.zstd);
    free(w->encoder.ints);
    free(w->encoder.words);
    vg_out_free(&w->encoder.raw);
    vg_out_free(&w->encoder.packed);
    vg_out_free(&w->meta);
    vg_out_free(&w->texts);
    vg_out_free(&w->attached);
    free(w->pages);
    free(w->groups);
    free(w);
}

/* The file keeps its pages' bounds until the end, but the chunk's text goes: texts move to w->texts. */
static struct vg_parquet_bounds keep_bounds(struct vg_parquet_writer *w, const struct vg_chunk *chunk, size_t first,
                                            size_t count)
{
    struct vg_parquet_bounds b = vg_chunk_bounds(chunk, first, count);
    if (!b.known || chunk->column.type != VG_PARQUET_BYTES)
        return b;
    int64_t *ends[2] = {&b.min, &b.max};
    for (size_t i = 0; i < 2; i++) {
        struct vg_parquet_text text = vg_chunk_text(chunk, *ends[i]);
        if (text.len > VG_PARQUET_BOUND_BYTES)
            return (struct vg_parquet_bounds){.nulls = b.nulls};
        *ends[i] = (int64_t)(w->texts.len << 16 | text.len);
        vg_out_bytes(&w->texts, text.bytes, text.len);
    }
    if (!w->err)
        w->err = w->texts.err;
    return b;
}

/* The header and the packed bytes in the encoder. */
static void put_page(struct vg_parquet_writer *w, struct column_meta *meta, int kind, size_t values, int encoding)
{
    struct vg_encoder *e = &w->encoder;
    struct vg_thrift_out t = {.out = &w->meta};
    uLong crc = crc32(0, (const Bytef *)e->packed.buf, (uInt)e->packed.len);
    w->meta.len = 0;
    vg_thrift_begin(&t);
    vg_thrift_i32(&t, 1, kind);
    vg_thrift_i32(&t, 2, (int32_t)e->raw.len);
    vg_thrift_i32(&t, 3, (int32_t)e->packed.len);
    vg_thrift_i32(&t, 4, (int32_t)(uint32_t)crc);
    vg_thrift_struct(&t, kind == PAGE_DICT ? 7 : 5);
    vg_thrift_i32(&t, 1, (int32_t)values);
    vg_thrift_i32(&t, 2, encoding);
    if (kind == PAGE_DATA) {
        vg_thrift_i32(&t, 3, VG_ENCODING_RLE);
        vg_thrift_i32(&t, 4, VG_ENCODING_RLE);
    }
    vg_thrift_end(&t);
    vg_thrift_end(&t);
    meta->bytes += w->meta.len + e->packed.len;
    meta->raw_bytes += w->meta.len + e->raw.len;
    emit(w, &w->meta);
    emit(w, &e->packed);
}

static int encoding_of(const struct vg_parquet_column *column, enum vg_coding coding)
{
    if (coding == VG_CODE_DICT || coding == VG_CODE_DICT_BYTES)
        return VG_ENCODING_DICT;
    if (coding == VG_CODE_PLAIN)
        return VG_ENCODING_PLAIN;
    return column->type == VG_PARQUET_BYTES ? VG_ENCODING_DELTA_LENGTH : VG_ENCODING_DELTA;
}

/* Makes a column's bounds hold those of one more page. */
static void widen(const struct vg_parquet_column *column, struct vg_parquet_bounds *all,
                  const struct vg_parquet_bounds *page)
{
    uint64_t nulls = all->nulls + page->nulls;
    if (page->known && !all->known)
        *all = *page;
    if (page->known && vg_parquet_less(column, page->min, all->min))
        all->min = page->min;
    if (page->known && vg_parquet_less(column, all->max, page->max))
        all->max = page->max;
    all->nulls = nulls;
}

static enum vg_err put_column(struct vg_parquet_writer *w, struct vg_chunk *chunk, struct column_meta *meta)
{
    size_t page_rows = w->options.page_rows;
    enum vg_err err = VG_OK;
    int hint = w->options.codings ? w->options.codings[chunk - w->chunks] : VG_CODE_COUNT;
    meta->stored = w->encoder.store = hint & VG_CODE_RAW;
    hint &= ~VG_CODE_RAW;
    if (hint == VG_CODE_COUNT || hint == VG_CODE_DICT || hint == VG_CODE_DICT_BYTES)
        err = vg_chunk_make_dictionary(chunk);
    else
        vg_chunk_no_dictionary(chunk);
    bool text = chunk->column.type == VG_PARQUET_BYTES;
    if (text)
        meta->bounds = keep_bounds(w, chunk, 0, chunk->rows);
    meta->indexed = !text || meta->bounds.known || meta->bounds.nulls == chunk->rows;
    if (err)
        return err;
    if (hint < VG_CODE_COUNT && vg_chunk_usable(chunk, (enum vg_coding)hint))
        meta->coding = (enum vg_coding)hint;
    else
        err = vg_chunk_choose(chunk, &w->encoder, &meta->coding);
    if (!err && (meta->coding == VG_CODE_DICT || meta->coding == VG_CODE_DICT_BYTES)) {
        meta->dict_offset = (int64_t)w->offset;
        err = vg_chunk_dictionary_page(chunk, &w->encoder);
        if (!err)
            put_page(w, meta, PAGE_DICT, chunk->entry_count, VG_ENCODING_PLAIN);
    }
    meta->data_offset = (int64_t)w->offset;
    meta->first_page = w->page_count;
    for (size_t first = 0; first < chunk->rows && !err && !w->err; first += page_rows) {
        size_t n = chunk->rows - first < page_rows ? chunk->rows - first : page_rows;
        struct page *page = &w->pages[w->page_count++];
        err = vg_chunk_page(chunk, &w->encoder, meta->coding, first, n);
        *page = (struct page){.offset = (int64_t)w->offset, .rows = (uint32_t)n};
        if (err)
            break;
        page->bounds = keep_bounds(w, chunk, first, n);
        if (!text)
            widen(&chunk->column, &meta->bounds, &page->bounds);
        /* One page without bounds, and the column goes without an index: a page there has bounds or only nulls. */
        meta->indexed = meta->indexed && (page->bounds.known || page->bounds.nulls == n);
        put_page(w, meta, PAGE_DATA, n, encoding_of(&chunk->column, meta->coding));
        page->bytes = (uint32_t)(w->offset - (uint64_t)page->offset);
    }
    return err;
}

static enum vg_err grow(struct vg_parquet_writer *w, size_t pages)
{
    if (w->page_count + pages > INDEX_BYTES / sizeof *w->pages || w->group_count == INT16_MAX) /* the ordinal's type */
        return VG_LIMIT;
    if (w->page_count + pages > w->page_room) {
        size_t room = 2 * w->page_room + pages;
        struct page *more = realloc(w->pages, room * sizeof *more);
        if (!more)
            return VG_NOMEM;
        w->pages = more;
        w->page_room = room;
    }
    if (w->group_count == w->group_room) {
        size_t room = 2 * w->group_room + 8;
        struct group *more = realloc(w->groups, room * sizeof *more);
        if (!more)
            return VG_NOMEM;
        w->groups = more;
        w->group_room = room;
    }
    return VG_OK;
}

static enum vg_err put_group(struct vg_parquet_writer *w)
{
    size_t rows = w->chunks[0].rows, pages = (rows + w->options.page_rows - 1) / w->options.page_rows;
    enum vg_err err = grow(w, pages * w->count);
    if (err)
        return err;
    struct group *group = &w->groups[w->group_count];
    *group = (struct group){.rows = (uint32_t)rows, .pages = (uint32_t)pages};
    group->columns = calloc(w->count, sizeof *group->columns);
    if (!group->columns)
        return VG_NOMEM;
    w->group_count++;
    for (size_t i = 0; i < w->count && !err && !w->err; i++) {
        err = put_column(w, &w->chunks[i], &group->columns[i]);
        w->column_bytes[i] += group->columns[i].bytes;
        vg_chunk_clear(&w->chunks[i]);
    }
    return err ? err : w->err;
}

enum vg_err vg_parquet_write(struct vg_parquet_writer *w, const struct vg_parquet_cells *cells, size_t rows)
{
    if (w->err)
        return w->err;
    if (w->finished)
        return VG_ARG;
    for (size_t i = 0; i < w->count; i++) {
        enum vg_err err = vg_chunk_check(&w->chunks[i], &cells[i], 0, rows);
        if (err)
            return err;
    }
    for (size_t done = 0; done < rows && !w->err;) {
        size_t room = w->options.group_rows - w->chunks[0].rows, n = rows - done < room ? rows - done : room;
        for (size_t i = 0; i < w->count && !w->err; i++)
            w->err = vg_chunk_append(&w->chunks[i], &cells[i], done, n);
        done += n;
        if (!w->err && n == room)
            w->err = put_group(w);
    }
    if (!w->err)
        w->rows += rows;
    return w->err;
}

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
                           const struct page *pages, size_t count)
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
static bool ascending(const struct vg_parquet_column *column, const struct page *pages, size_t count)
{
    if (column->type == VG_PARQUET_BYTES)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!pages[i].bounds.known || (i && (vg_parquet_less(column, pages[i].bounds.min, pages[i - 1].bounds.min) ||
                                             vg_parquet_less(column, pages[i].bounds.max, pages[i - 1].bounds.max))))
            return false;
    return true;
}

static void put_column_index(struct vg_parquet_writer *w, size_t column, const struct page *pages, size_t count)
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
    emit(w, &w->meta);
}

static void put_offset_index(struct vg_parquet_writer *w, const struct page *pages, size_t count)
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
    emit(w, &w->meta);
}

/* First all column indexes, then all offset indexes, as the format asks. */
static void put_indexes(struct vg_parquet_writer *w)
{
    for (int pass = 0; pass < 2; pass++)
        for (size_t g = 0; g < w->group_count; g++)
            for (size_t i = 0; i < w->count; i++) {
                struct group *group = &w->groups[g];
                struct column_meta *meta = &group->columns[i];
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
                            const struct column_meta *meta, uint32_t rows)
{
    const struct vg_parquet_column *c = &w->chunks[column].column;
    int encoding = encoding_of(c, meta->coding);
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
    const struct group *group = &w->groups[g];
    uint64_t bytes = 0, raw_bytes = 0;
    vg_thrift_begin(t);
    vg_thrift_list(t, 1, VG_THRIFT_STRUCT, w->count);
    for (size_t i = 0; i < w->count; i++) {
        const struct column_meta *meta = &group->columns[i];
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

static void put_footer(struct vg_parquet_writer *w)
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
    emit(w, &w->meta);
}

enum vg_err vg_parquet_attach(struct vg_parquet_writer *w, const char *key, const char *note, const void *bytes,
                              size_t len)
{
    if (w->finished || w->key[0] || !*key || strlen(key) >= sizeof w->key || strlen(note) >= sizeof w->note)
        return VG_ARG;
    vg_out_bytes(&w->attached, bytes, len);
    if (w->attached.err)
        return w->attached.err;
    memcpy(w->key, key, strlen(key) + 1);
    memcpy(w->note, note, strlen(note) + 1);
    return VG_OK;
}

enum vg_err vg_parquet_finish(struct vg_parquet_writer *w)
{
    if (w->finished && !w->err)
        return VG_ARG;
    w->finished = true;
    if (!w->err && w->chunks[0].rows)
        w->err = put_group(w);
    if (!w->err && w->key[0]) {
        w->attached_at = w->offset;
        emit(w, &w->attached);
    }
    if (!w->err)
        put_indexes(w);
    if (!w->err)
        put_footer(w);
    return w->err;
}

uint64_t vg_parquet_written_rows(const struct vg_parquet_writer *w)
{
    return w->rows;
}

uint64_t vg_parquet_written_bytes(const struct vg_parquet_writer *w)
{
    return w->offset;
}

uint64_t vg_parquet_written_column_bytes(const struct vg_parquet_writer *w, size_t column)
{
    return column < w->count ? w->column_bytes[column] : 0;
}
