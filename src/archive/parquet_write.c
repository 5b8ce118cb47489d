#include "archive/parquet_write.h"

#include <stdlib.h>
#include <zlib.h>

#include "archive/parquet_write_inner.h"
#include "archive/thrift.h"

#define PAGE_DATA   0
#define PAGE_DICT   2
#define INDEX_BYTES (1u << 30) /* most memory for the index of pages of a file */

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
        err = vg_parquet_column_valid(&columns[i])
                  ? vg_column_encoder_init(&w->chunks[i], &columns[i], w->options.group_rows)
                  : VG_ARG;
    vg_out_text(&w->meta, "PAR1");
    if (!err) {
        vg_pw_emit(w, &w->meta);
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
        vg_column_encoder_free(&w->chunks[i]);
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
static struct vg_parquet_bounds keep_bounds(struct vg_parquet_writer *w, const struct vg_column_encoder *chunk,
                                            size_t first, size_t count)
{
    struct vg_parquet_bounds b = vg_column_encoder_bounds(chunk, first, count);
    if (!b.known || chunk->column.type != VG_PARQUET_BYTES)
        return b;
    int64_t *ends[2] = {&b.min, &b.max};
    for (size_t i = 0; i < 2; i++) {
        struct vg_parquet_text text = vg_column_encoder_text(chunk, *ends[i]);
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
static void put_page(struct vg_parquet_writer *w, struct vg_pw_column *meta, int kind, size_t values, int encoding)
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
    vg_pw_emit(w, &w->meta);
    vg_pw_emit(w, &e->packed);
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

static enum vg_err put_column(struct vg_parquet_writer *w, struct vg_column_encoder *chunk, struct vg_pw_column *meta)
{
    size_t page_rows = w->options.page_rows;
    enum vg_err err = VG_OK;
    int hint = w->options.codings ? w->options.codings[chunk - w->chunks] : VG_CODE_COUNT;
    meta->stored = w->encoder.store = hint & VG_CODE_RAW;
    hint &= ~VG_CODE_RAW;
    if (hint == VG_CODE_COUNT || hint == VG_CODE_DICT || hint == VG_CODE_DICT_BYTES)
        err = vg_column_encoder_make_dictionary(chunk);
    else
        vg_column_encoder_no_dictionary(chunk);
    bool text = chunk->column.type == VG_PARQUET_BYTES;
    if (text)
        meta->bounds = keep_bounds(w, chunk, 0, chunk->rows);
    meta->indexed = !text || meta->bounds.known || meta->bounds.nulls == chunk->rows;
    if (err)
        return err;
    if (hint < VG_CODE_COUNT && vg_column_encoder_usable(chunk, (enum vg_coding)hint))
        meta->coding = (enum vg_coding)hint;
    else
        err = vg_column_encoder_choose(chunk, &w->encoder, &meta->coding);
    if (!err && (meta->coding == VG_CODE_DICT || meta->coding == VG_CODE_DICT_BYTES)) {
        meta->dict_offset = (int64_t)w->offset;
        err = vg_column_encoder_dictionary_page(chunk, &w->encoder);
        if (!err)
            put_page(w, meta, PAGE_DICT, chunk->entry_count, VG_ENCODING_PLAIN);
    }
    meta->data_offset = (int64_t)w->offset;
    meta->first_page = w->page_count;
    for (size_t first = 0; first < chunk->rows && !err && !w->err; first += page_rows) {
        size_t n = chunk->rows - first < page_rows ? chunk->rows - first : page_rows;
        struct vg_pw_page *page = &w->pages[w->page_count++];
        err = vg_column_encoder_page(chunk, &w->encoder, meta->coding, first, n);
        *page = (struct vg_pw_page){.offset = (int64_t)w->offset, .rows = (uint32_t)n};
        if (err)
            break;
        page->bounds = keep_bounds(w, chunk, first, n);
        if (!text)
            widen(&chunk->column, &meta->bounds, &page->bounds);
        /* One page without bounds, and the column goes without an index: a page there has bounds or only nulls. */
        meta->indexed = meta->indexed && (page->bounds.known || page->bounds.nulls == n);
        put_page(w, meta, PAGE_DATA, n, vg_pw_encoding(&chunk->column, meta->coding));
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
        struct vg_pw_page *more = realloc(w->pages, room * sizeof *more);
        if (!more)
            return VG_NOMEM;
        w->pages = more;
        w->page_room = room;
    }
    if (w->group_count == w->group_room) {
        size_t room = 2 * w->group_room + 8;
        struct vg_pw_group *more = realloc(w->groups, room * sizeof *more);
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
    struct vg_pw_group *group = &w->groups[w->group_count];
    *group = (struct vg_pw_group){.rows = (uint32_t)rows, .pages = (uint32_t)pages};
    group->columns = calloc(w->count, sizeof *group->columns);
    if (!group->columns)
        return VG_NOMEM;
    w->group_count++;
    for (size_t i = 0; i < w->count && !err && !w->err; i++) {
        err = put_column(w, &w->chunks[i], &group->columns[i]);
        w->column_bytes[i] += group->columns[i].bytes;
        vg_column_encoder_clear(&w->chunks[i]);
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
        enum vg_err err = vg_column_encoder_check(&w->chunks[i], &cells[i], 0, rows);
        if (err)
            return err;
    }
    for (size_t done = 0; done < rows && !w->err;) {
        size_t room = w->options.group_rows - w->chunks[0].rows, n = rows - done < room ? rows - done : room;
        for (size_t i = 0; i < w->count && !w->err; i++)
            w->err = vg_column_encoder_append(&w->chunks[i], &cells[i], done, n);
        done += n;
        if (!w->err && n == room)
            w->err = put_group(w);
    }
    if (!w->err)
        w->rows += rows;
    return w->err;
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
        vg_pw_emit(w, &w->attached);
    }
    w->foot.at = w->offset;
    if (!w->err)
        vg_pw_put_indexes(w);
    if (!w->err)
        vg_pw_put_footer(w);
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

struct vg_parquet_foot vg_parquet_written_foot(const struct vg_parquet_writer *w)
{
    return w->foot;
}
