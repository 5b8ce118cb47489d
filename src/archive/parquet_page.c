#include <stdlib.h>
#include <string.h>

#include "archive/parquet_code.h"
#include "archive/parquet_encode.h"
#include "archive/parquet_inner.h"
#include "archive/thrift.h"

static bool room(uint8_t **bytes, size_t *have, size_t need)
{
    if (*bytes && need <= *have)
        return true;
    uint8_t *more = realloc(*bytes, need + 1);
    if (!more)
        return false;
    *bytes = more;
    *have = need;
    return true;
}

/* Fetches and unpacks what stands at offset into raw. `whole`: the page must fill len. */
static enum vg_err load(const struct vg_parquet_file *file, const struct vg_column_chunk *chunk, uint64_t offset,
                        size_t len, bool whole, struct vg_parquet_page *page, uint8_t **raw, size_t *raw_room,
                        struct vg_page_header *h)
{
    if (len > VG_PARQUET_PAGE_BYTES)
        return VG_LIMIT;
    if (len > file->input.size)
        return VG_CORRUPT;
    if (!room(&page->packed, &page->packed_room, len))
        return VG_NOMEM;
    enum vg_err err = vg_parquet_fetch(&file->input, offset, page->packed, len);
    if (err)
        return err;
    if (!vg_page_header_read(page->packed, len, h) || (uint64_t)h->packed > len - h->len || h->values < 0 ||
        (whole && h->len + (size_t)h->packed != len) || !vg_page_is_whole(h, page->packed + h->len))
        return VG_CORRUPT;
    if (chunk->codec != 0 && chunk->codec != 6)
        return VG_UNSUPPORTED;
    if (!room(raw, raw_room, (size_t)h->raw))
        return VG_NOMEM;
    return vg_unpack(&page->unpacker, chunk->codec, page->packed + h->len, (size_t)h->packed, *raw, (size_t)h->raw);
}

/* PLAIN values into ints or texts. */
static bool get_plain(const struct vg_parquet_column *c, const uint8_t *p, size_t len, size_t count, int64_t *ints,
                      struct vg_parquet_text *texts)
{
    size_t wide = c->type == VG_PARQUET_INT64 ? 8 : 4;
    for (size_t i = 0; i < count; i++) {
        if (len < wide)
            return false;
        if (c->type != VG_PARQUET_BYTES) {
            ints[i] = vg_parquet_int(c, p);
        } else {
            uint32_t n = p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
            if (n > len - 4)
                return false;
            texts[i] = (struct vg_parquet_text){(const char *)p + 4, n};
            p += n;
            len -= n;
        }
        p += wide;
        len -= wide;
    }
    return true;
}

static enum vg_err load_dictionary(const struct vg_parquet_file *file, const struct vg_parquet_column *c,
                                   const struct vg_column_chunk *chunk, struct vg_parquet_page *page)
{
    struct vg_page_header h;
    if (page->dict_file == file->id && page->dict_chunk == chunk)
        return VG_OK;
    page->dict_file = 0;
    if (!chunk->dict_offset || chunk->data_offset <= chunk->dict_offset)
        return VG_CORRUPT;
    uint64_t len = chunk->data_offset - chunk->dict_offset;
    enum vg_err err = load(file, chunk, chunk->dict_offset, len, true, page, &page->dict_raw, &page->dict_raw_room, &h);
    if (err)
        return err;
    if (h.kind != 2 || (h.encoding != VG_ENCODING_PLAIN && h.encoding != 2)) /* 2: its old name in dictionaries */
        return VG_CORRUPT;
    if (h.values > VG_PARQUET_DICT_MAX)
        return VG_LIMIT;
    if (!page->dict_ints && !(page->dict_ints = malloc(VG_PARQUET_DICT_MAX * sizeof *page->dict_ints)))
        return VG_NOMEM;
    if (!page->dict_texts && c->type == VG_PARQUET_BYTES &&
        !(page->dict_texts = malloc(VG_PARQUET_DICT_MAX * sizeof *page->dict_texts)))
        return VG_NOMEM;
    if (!get_plain(c, page->dict_raw, (size_t)h.raw, (size_t)h.values, page->dict_ints, page->dict_texts))
        return VG_CORRUPT;
    page->dict_count = (uint32_t)h.values;
    page->dict_file = file->id;
    page->dict_chunk = chunk;
    return VG_OK;
}

/* Which of a page's values are wanted: [skip, need) of `count`. */
struct wanted {
    size_t skip, need, count;
};

static bool get_dictionary_values(const struct vg_parquet_column *c, struct vg_parquet_page *page, const uint8_t *p,
                                  size_t len, struct wanted w)
{
    uint32_t most = 0;
    if (w.need && (len < 1 || !vg_hybrid_decode(p + 1, len - 1, p[0], page->words, w.need)))
        return false;
    for (size_t i = w.skip; i < w.need; i++)
        most = page->words[i] > most ? page->words[i] : most;
    if (w.skip < w.need && most >= page->dict_count)
        return false;
    if (c->type == VG_PARQUET_BYTES)
        for (size_t i = w.skip; i < w.need; i++)
            page->texts[i] = page->dict_texts[page->words[i]];
    else
        for (size_t i = w.skip; i < w.need; i++)
            page->ints[i] = page->dict_ints[page->words[i]];
    return true;
}

/* PLAIN integers stand at known offsets. */
static bool get_plain_ints(const struct vg_parquet_column *c, const uint8_t *p, size_t len, struct wanted w,
                           int64_t *ints)
{
    size_t wide = c->type == VG_PARQUET_INT64 ? 8 : 4;
    if (len / wide < w.count)
        return false;
    for (size_t i = w.skip; i < w.need; i++)
        ints[i] = vg_parquet_int(c, p + i * wide);
    return true;
}

static bool get_delta_length(struct vg_parquet_page *page, const uint8_t *p, size_t len, size_t count)
{
    size_t used = vg_delta_decode(p, len, 32, page->ints, count, count);
    if (!used)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (page->ints[i] < 0 || (uint64_t)page->ints[i] > len - used)
            return false;
        page->texts[i] = (struct vg_parquet_text){(const char *)p + used, (uint32_t)page->ints[i]};
        used += (size_t)page->ints[i];
    }
    return true;
}

static enum vg_err get_values(const struct vg_parquet_column *c, struct vg_parquet_page *page,
                              const struct vg_page_header *h, const uint8_t *p, size_t len, struct wanted w)
{
    bool text = c->type == VG_PARQUET_BYTES, good = false;
    if (h->encoding == VG_ENCODING_DICT || h->encoding == 2) {
        good = get_dictionary_values(c, page, p, len, w);
    } else if (h->encoding == VG_ENCODING_PLAIN) {
        good = text ? get_plain(c, p, len, w.count, page->ints, page->texts) : get_plain_ints(c, p, len, w, page->ints);
    } else if (h->encoding == VG_ENCODING_DELTA && !text) {
        good = vg_delta_decode(p, len, c->type == VG_PARQUET_INT32 ? 32 : 64, page->ints, w.count, w.need);
        if (c->type == VG_PARQUET_INT32 && c->logical == VG_PARQUET_UINT)
            for (size_t i = w.skip; i < w.need && good; i++)
                page->ints[i] = (uint32_t)page->ints[i];
    } else if (h->encoding == VG_ENCODING_DELTA_LENGTH && text) {
        good = get_delta_length(page, p, len, w.count);
    } else {
        return VG_UNSUPPORTED;
    }
    return good ? VG_OK : VG_CORRUPT;
}

static enum vg_err make_room(struct vg_parquet_page *page, uint32_t rows, bool texts)
{
    if (rows > page->room || (texts && !page->with_texts)) {
        uint32_t n = rows > page->room ? rows : page->room;
        free(page->ints);
        free(page->texts);
        free(page->present);
        free(page->words);
        page->ints = malloc(n * sizeof *page->ints);
        page->texts = texts || page->with_texts ? malloc(n * sizeof *page->texts) : NULL;
        page->present = malloc(n);
        page->words = malloc(n * sizeof *page->words);
        page->with_texts = page->texts != NULL;
        page->room = n;
        if (!page->ints || !page->present || !page->words || (texts && !page->texts)) {
            page->room = 0;
            return VG_NOMEM;
        }
    }
    return VG_OK;
}

/* Of bytes that are 0 or 1: eight at a time, as their sum fits into one byte. */
static size_t count_ones(const uint8_t *flags, size_t count)
{
    size_t sum = 0, i = 0;
    for (; i + 8 <= count; i += 8)
        sum += (size_t)(vg_get_u64(flags + i) * UINT64_C(0x0101010101010101) >> 56);
    for (; i < count; i++)
        sum += flags[i];
    return sum;
}

/* Reads the definition levels into `present`; moves *p behind them. False if damaged. */
static bool get_levels(struct vg_parquet_page *page, const uint8_t **p, size_t *len, uint32_t rows)
{
    if (*len < 4)
        return false;
    const uint8_t *b = *p;
    uint32_t n = b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
    if (n > *len - 4 || !vg_flags_decode(b + 4, n, page->present, rows))
        return false;
    *p += 4 + n;
    *len -= 4 + n;
    return true;
}

/* The values stand close together: moves each to its row, from the last. */
static void spread(struct vg_parquet_page *page, bool text, uint32_t from, uint32_t to, size_t need)
{
    for (uint32_t i = to; i-- > from;) {
        bool there = page->present[i];
        need -= there;
        if (text)
            page->texts[i] = there ? page->texts[need] : (struct vg_parquet_text){"", 0};
        else
            page->ints[i] = there ? page->ints[need] : 0;
    }
}

enum vg_err vg_parquet_page_of_nulls(struct vg_parquet_page *page, uint32_t rows)
{
    enum vg_err err = make_room(page, rows, true);
    page->rows = err ? 0 : rows;
    if (err)
        return err;
    memset(page->ints, 0, rows * sizeof *page->ints);
    memset(page->texts, 0, rows * sizeof *page->texts);
    memset(page->present, 0, rows);
    return VG_OK;
}

enum vg_err vg_parquet_read_rows(struct vg_parquet_file *file, size_t group, size_t column, size_t number,
                                 uint32_t from, uint32_t to, struct vg_parquet_page *page)
{
    size_t pages = 0;
    uint64_t first, end;
    struct vg_page_header h;
    page->rows = 0;
    enum vg_err err = vg_parquet_pages(file, group, column, &pages);
    if (err || number >= pages)
        return err ? err : VG_ARG;
    const struct vg_parquet_column *c = &file->columns[column];
    const struct vg_column_chunk *chunk = &file->groups[group].chunks[column];
    const struct vg_page_location *location = &chunk->pages[number];
    vg_parquet_page_rows(file, group, column, number, &first, &end);
    uint32_t rows = (uint32_t)(end - first);
    to = to < rows ? to : rows;
    from = from < to ? from : to;
    err = make_room(page, rows, c->type == VG_PARQUET_BYTES);
    if (!err)
        err = load(file, chunk, location->offset, location->bytes, true, page, &page->raw, &page->raw_room, &h);
    if (err)
        return err;
    if (h.kind != 0)
        return h.kind == 3 ? VG_UNSUPPORTED : VG_CORRUPT;
    if (h.values != rows)
        return VG_CORRUPT;
    const uint8_t *p = page->raw;
    size_t len = (size_t)h.raw;
    struct wanted w = {from, to, rows};
    if (!c->optional) {
        memset(page->present, 1, rows);
    } else if (!get_levels(page, &p, &len, rows)) {
        return VG_CORRUPT;
    } else if (memchr(page->present, 0, rows)) {
        w.skip = count_ones(page->present, from);
        w.need = w.skip + count_ones(page->present + from, to - from);
        w.count = w.need + count_ones(page->present + to, rows - to);
    }
    /* The dictionary is read into `packed` as well: nothing of this page is needed there any more. */
    if (h.encoding == VG_ENCODING_DICT || h.encoding == 2)
        err = load_dictionary(file, c, chunk, page);
    if (!err)
        err = get_values(c, page, &h, p, len, w);
    if (err)
        return err;
    if (w.count < rows)
        spread(page, c->type == VG_PARQUET_BYTES, from, to, w.need);
    page->rows = rows;
    return VG_OK;
}

enum vg_err vg_parquet_read_page(struct vg_parquet_file *file, size_t group, size_t column, size_t number,
                                 struct vg_parquet_page *page)
{
    return vg_parquet_read_rows(file, group, column, number, 0, UINT32_MAX, page);
}

void vg_parquet_page_free(struct vg_parquet_page *page)
{
    free(page->ints);
    free(page->texts);
    free(page->present);
    free(page->words);
    free(page->raw);
    free(page->packed);
    free(page->dict_ints);
    free(page->dict_texts);
    free(page->dict_raw);
    vg_unpacker_free(&page->unpacker);
    *page = (struct vg_parquet_page){0};
}
