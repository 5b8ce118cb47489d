#include "archive/parquet_encode.h"

#include <stdlib.h>

#include "archive/parquet_code.h"

#define HEAP_MAX    (1u << 30)
#define SLOTS       (2 * VG_PARQUET_DICT_MAX)
#define TEXTS_KNOWN 64 /* texts that may come again */

enum vg_err vg_column_encoder_init(struct vg_column_encoder *chunk, const struct vg_parquet_column *column,
                                   size_t capacity)
{
    *chunk = (struct vg_column_encoder){.column = *column, .capacity = capacity, .heap = vg_out_growing(HEAP_MAX)};
    chunk->ints = malloc(capacity * sizeof *chunk->ints);
    chunk->present = malloc(capacity);
    return chunk->ints && chunk->present ? VG_OK : VG_NOMEM;
}

void vg_column_encoder_free(struct vg_column_encoder *chunk)
{
    free(chunk->ints);
    free(chunk->present);
    free(chunk->index);
    free(chunk->slots);
    free(chunk->entries);
    vg_out_free(&chunk->heap);
    *chunk = (struct vg_column_encoder){0};
}

void vg_column_encoder_clear(struct vg_column_encoder *chunk)
{
    chunk->rows = chunk->entry_count = chunk->heap.len = 0;
    chunk->any = false;
}

/* All of them are 0. */
static bool no_value(const uint8_t *present, size_t count)
{
    return !count || (!present[0] && !memcmp(present, present + 1, count - 1));
}

/* The least and the greatest value of a column; UINT of 64 bits: any. */
static void limits(const struct vg_parquet_column *c, int64_t *ret_min, int64_t *ret_max)
{
    int64_t most = INT64_MAX, least = INT64_MIN;
    if (c->logical == VG_PARQUET_UINT && c->bits < 64) {
        least = 0;
        most = (INT64_C(1) << c->bits) - 1;
    } else if (c->logical == VG_PARQUET_SIGNED && c->bits < 64) {
        most = (INT64_C(1) << (c->bits - 1)) - 1;
        least = -most - 1;
    } else if (c->logical == VG_PARQUET_DECIMAL) {
        most = 1;
        for (unsigned i = 0; i < c->precision; i++)
            most *= 10;
        least = -(--most);
    }
    *ret_min = least;
    *ret_max = most;
}

static enum vg_err check_text(const struct vg_parquet_text *text)
{
    if (text->len > VG_PARQUET_TEXT_MAX)
        return VG_RANGE;
    for (size_t i = 0; i < text->len;) {
        size_t n = vg_utf8_length((const uint8_t *)text->bytes + i, text->len - i);
        if (!n)
            return VG_SYNTAX;
        i += n;
    }
    return VG_OK;
}

/* Where the run of one text, or of nulls, that begins at i ends: sources and where times come from change seldom. */
static size_t text_run(const struct vg_parquet_cells *cells, size_t i, size_t end)
{
    const struct vg_parquet_text *text = &cells->texts[i]; /* not set where the value is null */
    const uint8_t *present = cells->present;
    const bool null = present && !present[i];
    for (i++; i < end && (present && !present[i]) == null; i++)
        if (!null && (cells->texts[i].bytes != text->bytes || cells->texts[i].len != text->len))
            break;
    return i;
}

static enum vg_err check_texts(const struct vg_column_encoder *chunk, const struct vg_parquet_cells *cells,
                               size_t first, size_t count)
{
    enum vg_err err = VG_OK;
    for (size_t i = first; i < first + count && !err; i = text_run(cells, i, first + count)) {
        if (cells->present && !cells->present[i])
            err = chunk->column.optional ? VG_OK : VG_ARG;
        else
            err = check_text(&cells->texts[i]);
    }
    return err;
}

enum vg_err vg_column_encoder_check(const struct vg_column_encoder *chunk, const struct vg_parquet_cells *cells,
                                    size_t first, size_t count)
{
    int64_t min, max;
    unsigned outside = 0;
    size_t end = first + count;
    if (cells->present && chunk->column.optional && no_value(cells->present + first, count))
        return VG_OK;
    if (chunk->column.type == VG_PARQUET_BYTES)
        return check_texts(chunk, cells, first, count);
    if (cells->present && !chunk->column.optional && memchr(cells->present + first, 0, count))
        return VG_ARG;
    limits(&chunk->column, &min, &max);
    if (min == INT64_MIN && max == INT64_MAX)
        return VG_OK;
    uint64_t span = (uint64_t)max - (uint64_t)min;
    if (!cells->present || !chunk->column.optional)
        for (size_t i = first; i < end; i++)
            outside |= (uint64_t)cells->ints[i] - (uint64_t)min > span;
    else
        for (size_t i = first; i < end; i++)
            outside |= ((uint64_t)cells->ints[i] - (uint64_t)min > span) & (cells->present[i] != 0);
    return outside ? VG_RANGE : VG_OK;
}

static void append_texts(struct vg_column_encoder *chunk, const struct vg_parquet_cells *cells, size_t first,
                         size_t count)
{
    struct vg_parquet_text known[TEXTS_KNOWN] = {0}; /* texts of this call stay where they are */
    int64_t known_cells[TEXTS_KNOWN];
    for (size_t i = first, next; i < first + count; i = next) {
        const struct vg_parquet_text *text = &cells->texts[i];
        bool present = !cells->present || cells->present[i];
        int64_t cell = 0;
        if (present) {
            size_t slot = ((uintptr_t)text->bytes >> 2) % TEXTS_KNOWN;
            if (!known[slot].bytes || known[slot].bytes != text->bytes || known[slot].len != text->len) {
                known[slot] = *text;
                known_cells[slot] = (int64_t)(chunk->heap.len << 16 | text->len);
                vg_out_bytes(&chunk->heap, text->bytes, text->len);
            }
            cell = known_cells[slot];
        }
        next = text_run(cells, i, first + count);
        memset(chunk->present + chunk->rows, present, next - i);
        for (; i < next; i++)
            chunk->ints[chunk->rows++] = cell;
    }
}

enum vg_err vg_column_encoder_append(struct vg_column_encoder *chunk, const struct vg_parquet_cells *cells,
                                     size_t first, size_t count)
{
    if (cells->present && no_value(cells->present + first, count)) {
        memset(chunk->present + chunk->rows, 0, count);
        chunk->rows += count;
        return VG_OK;
    }
    chunk->any = true;
    if (chunk->column.type == VG_PARQUET_BYTES) {
        append_texts(chunk, cells, first, count);
        return chunk->heap.err;
    }
    memcpy(chunk->ints + chunk->rows, cells->ints + first, count * sizeof *chunk->ints);
    if (!cells->present || !memchr(cells->present + first, 0, count)) {
        memset(chunk->present + chunk->rows, 1, count);
    } else {
        for (size_t i = 0; i < count; i++) {
            bool present = cells->present[first + i];
            chunk->present[chunk->rows + i] = present;
            if (!present)
                chunk->ints[chunk->rows + i] = 0;
        }
    }
    chunk->rows += count;
    return VG_OK;
}

struct vg_parquet_text vg_column_encoder_text(const struct vg_column_encoder *chunk, int64_t cell)
{
    return (struct vg_parquet_text){chunk->heap.buf ? chunk->heap.buf + (cell >> 16) : "", (uint32_t)(cell & 0xffff)};
}

static bool same(const struct vg_column_encoder *chunk, int64_t a, int64_t b)
{
    if (a == b || chunk->column.type != VG_PARQUET_BYTES)
        return a == b;
    struct vg_parquet_text x = vg_column_encoder_text(chunk, a), y = vg_column_encoder_text(chunk, b);
    return x.len == y.len && !memcmp(x.bytes, y.bytes, x.len);
}

static uint64_t hash(const struct vg_column_encoder *chunk, int64_t cell)
{
    uint64_t h = (uint64_t)cell;
    if (chunk->column.type == VG_PARQUET_BYTES) {
        struct vg_parquet_text text = vg_column_encoder_text(chunk, cell);
        h = UINT64_C(0xcbf29ce484222325); /* FNV-1a */
        for (size_t i = 0; i < text.len; i++)
            h = (h ^ (uint8_t)text.bytes[i]) * UINT64_C(0x100000001b3);
    }
    h *= UINT64_C(0x9e3779b97f4a7c15);
    return h ^ h >> 32;
}

/* Memory for a dictionary, when a column first wants one. */
static enum vg_err dictionary_room(struct vg_column_encoder *chunk)
{
    if (chunk->index)
        return VG_OK;
    free(chunk->slots);
    free(chunk->entries);
    chunk->slots = malloc(SLOTS * sizeof *chunk->slots);
    chunk->entries = malloc(VG_PARQUET_DICT_MAX * sizeof *chunk->entries);
    if (chunk->slots && chunk->entries)
        chunk->index = malloc(chunk->capacity * sizeof *chunk->index);
    return chunk->index ? VG_OK : VG_NOMEM;
}

enum vg_err vg_column_encoder_make_dictionary(struct vg_column_encoder *chunk)
{
    chunk->entry_most = chunk->entry_count = 0;
    if (!chunk->any)
        return VG_OK;
    enum vg_err err = dictionary_room(chunk);
    if (err)
        return err;
    /* A dictionary with more than half as many entries as rows can't pay. */
    chunk->entry_most = chunk->rows / 2 + 1 < VG_PARQUET_DICT_MAX ? chunk->rows / 2 + 1 : VG_PARQUET_DICT_MAX;
    size_t slots = 64; /* a power of two, at most half full; no more of the table is touched than the rows need */
    while (slots < 2 * chunk->entry_most)
        slots *= 2;
    memset(chunk->slots, 0, slots * sizeof *chunk->slots);
    for (size_t i = 0; i < chunk->rows; i++) {
        chunk->index[i] = 0;
        if (!chunk->present[i])
            continue;
        if (i && chunk->present[i - 1] && same(chunk, chunk->ints[i], chunk->ints[i - 1])) {
            chunk->index[i] = chunk->index[i - 1];
            continue;
        }
        size_t s = hash(chunk, chunk->ints[i]) % slots;
        while (chunk->slots[s] && !same(chunk, chunk->entries[chunk->slots[s] - 1], chunk->ints[i]))
            s = (s + 1) % slots;
        if (!chunk->slots[s]) {
            if (chunk->entry_count++ == chunk->entry_most)
                return VG_OK;
            chunk->entries[chunk->entry_count - 1] = chunk->ints[i];
            chunk->slots[s] = (uint32_t)chunk->entry_count;
        }
        chunk->index[i] = chunk->slots[s] - 1;
    }
    return VG_OK;
}

void vg_column_encoder_no_dictionary(struct vg_column_encoder *chunk)
{
    chunk->entry_most = 0;
    chunk->entry_count = 1;
}

/* a < b for texts: bytes, unsigned. */
static bool text_less(const struct vg_column_encoder *chunk, int64_t a, int64_t b)
{
    struct vg_parquet_text x = vg_column_encoder_text(chunk, a), y = vg_column_encoder_text(chunk, b);
    int order = memcmp(x.bytes, y.bytes, x.len < y.len ? x.len : y.len);
    return order < 0 || (order == 0 && x.len < y.len);
}

static struct vg_parquet_bounds text_bounds(const struct vg_column_encoder *chunk, size_t first, size_t count)
{
    struct vg_parquet_bounds b = {0};
    for (size_t i = first, next; i < first + count; i = next) {
        const int64_t v = chunk->ints[i];
        const bool present = chunk->present[i];
        for (next = i + 1; next < first + count && (chunk->present[next] != 0) == present; next++)
            if (present && chunk->ints[next] != v)
                break;
        if (!present)
            b.nulls += next - i;
        else if (!b.known)
            b = (struct vg_parquet_bounds){true, v, v, b.nulls};
        else if (v == b.min || v == b.max)
            continue;
        else if (text_less(chunk, v, b.min))
            b.min = v;
        else if (text_less(chunk, b.max, v))
            b.max = v;
    }
    return b;
}

struct vg_parquet_bounds vg_column_encoder_bounds(const struct vg_column_encoder *chunk, size_t first, size_t count)
{
    if (no_value(chunk->present + first, count))
        return (struct vg_parquet_bounds){.nulls = count};
    if (chunk->column.type == VG_PARQUET_BYTES)
        return text_bounds(chunk, first, count);
    /* Unsigned order is signed order with the highest bit turned. */
    uint64_t turn = chunk->column.logical == VG_PARQUET_UINT ? UINT64_C(1) << 63 : 0;
    int64_t min = INT64_MAX, max = INT64_MIN;
    uint64_t nulls = 0;
    bool whole = !memchr(chunk->present + first, 0, count);
    for (size_t i = first; i < first + count; i++) {
        int64_t v = (int64_t)((uint64_t)chunk->ints[i] ^ turn);
        if (!whole && !chunk->present[i]) {
            nulls++;
            continue;
        }
        min = v < min ? v : min;
        max = v > max ? v : max;
    }
    return (struct vg_parquet_bounds){true, (int64_t)((uint64_t)min ^ turn), (int64_t)((uint64_t)max ^ turn), nulls};
}

static void put_plain(const struct vg_column_encoder *chunk, struct vg_out *out, const int64_t *cells, size_t count)
{
    if (chunk->column.type == VG_PARQUET_BYTES) {
        uint8_t bytes[4];
        for (size_t i = 0; i < count; i++) {
            struct vg_parquet_text text = vg_column_encoder_text(chunk, cells[i]);
            vg_put_u32(bytes, text.len);
            vg_out_bytes(out, bytes, 4);
            vg_out_bytes(out, text.bytes, text.len);
        }
        return;
    }
    bool narrow = chunk->column.type == VG_PARQUET_INT32;
    uint8_t *to = (uint8_t *)vg_out_room(out, count * (narrow ? 4 : 8));
    for (size_t i = 0; i < count && to; i++) {
        if (narrow)
            vg_put_u32(to + 4 * i, (uint32_t)cells[i]);
        else
            vg_put_u64(to + 8 * i, (uint64_t)cells[i]);
    }
}

/* Lengths as deltas, then all the bytes. `cells` may be encoder->ints, which becomes the lengths. */
static void put_delta_length(const struct vg_column_encoder *chunk, struct vg_encoder *e, const int64_t *cells,
                             size_t count)
{
    struct vg_out text = vg_out_growing(VG_PARQUET_PAGE_BYTES);
    for (size_t i = 0; i < count; i++) {
        struct vg_parquet_text t = vg_column_encoder_text(chunk, cells[i]);
        vg_out_bytes(&text, t.bytes, t.len);
        e->ints[i] = t.len;
    }
    vg_delta_encode(&e->raw, e->ints, count, 32, false);
    vg_out_bytes(&e->raw, text.buf, text.len);
    if (text.err && !e->raw.err)
        e->raw.err = text.err;
    vg_out_free(&text);
}

/* The definition levels of rows [first, first + count), with their length before them. */
static void put_levels(const struct vg_column_encoder *chunk, struct vg_encoder *e, size_t first, size_t count)
{
    size_t at = e->raw.len;
    vg_out_bytes(&e->raw, "\0\0\0", 4);
    vg_flags_encode(&e->raw, chunk->present + first, count);
    if (!e->raw.err)
        vg_put_u32((uint8_t *)e->raw.buf + at, (uint32_t)(e->raw.len - at - 4));
}

static enum vg_err pack(struct vg_encoder *e)
{
    e->packed.len = 0;
    if (e->raw.err)
        return e->raw.err;
    if (e->store) {
        vg_out_bytes(&e->packed, e->raw.buf ? e->raw.buf : "", e->raw.len);
        return e->packed.err ? e->packed.err : e->packed.len <= VG_PARQUET_PAGE_BYTES ? VG_OK : VG_LIMIT;
    }
    size_t bound = ZSTD_compressBound(e->raw.len);
    char *room = vg_out_room(&e->packed, bound);
    if (!room)
        return e->packed.err;
    size_t n = ZSTD_compressCCtx(e->zstd, room, bound, e->raw.buf ? e->raw.buf : "", e->raw.len, e->level);
    if (ZSTD_isError(n))
        return VG_NOMEM;
    e->packed.len = n;
    return n <= VG_PARQUET_PAGE_BYTES ? VG_OK : VG_LIMIT;
}

enum vg_err vg_column_encoder_page(const struct vg_column_encoder *chunk, struct vg_encoder *e, enum vg_coding coding,
                                   size_t first, size_t count)
{
    bool dict = coding == VG_CODE_DICT || coding == VG_CODE_DICT_BYTES;
    bool whole = !memchr(chunk->present + first, 0, count);
    const int64_t *ints = whole ? chunk->ints + first : e->ints;
    const uint32_t *words = whole && dict ? chunk->index + first : e->words;
    size_t n = whole ? count : 0;
    e->raw.len = 0;
    if (chunk->column.optional)
        put_levels(chunk, e, first, count);
    bool mixed = !whole && !no_value(chunk->present + first, count);
    for (size_t i = first; i < first + count && mixed; i++) {
        e->ints[n] = chunk->ints[i];
        if (dict)
            e->words[n] = chunk->index[i];
        n += chunk->present[i];
    }
    if (dict) {
        unsigned width =
            vg_bit_width(chunk->entry_count ? chunk->entry_count - 1 : 0, coding == VG_CODE_DICT_BYTES ? 8 : 1);
        vg_out_char(&e->raw, (char)width);
        vg_hybrid_encode(&e->raw, words, n, width);
    } else if (coding == VG_CODE_PLAIN) {
        put_plain(chunk, &e->raw, ints, n);
    } else if (chunk->column.type == VG_PARQUET_BYTES) {
        put_delta_length(chunk, e, ints, n);
    } else {
        vg_delta_encode(&e->raw, ints, n, chunk->column.type == VG_PARQUET_INT32 ? 32 : 64,
                        coding == VG_CODE_DELTA_BYTES);
    }
    return pack(e);
}

enum vg_err vg_column_encoder_dictionary_page(const struct vg_column_encoder *chunk, struct vg_encoder *e)
{
    e->raw.len = 0;
    put_plain(chunk, &e->raw, chunk->entries, chunk->entry_count);
    return pack(e);
}

bool vg_column_encoder_usable(const struct vg_column_encoder *chunk, enum vg_coding coding)
{
    if (coding == VG_CODE_DICT || coding == VG_CODE_DICT_BYTES)
        return vg_column_encoder_has_dictionary(chunk) && chunk->entry_count; /* of nulls alone there is none */
    return chunk->column.type != VG_PARQUET_BYTES || coding == VG_CODE_DELTA;
}

enum vg_err vg_column_encoder_choose(const struct vg_column_encoder *chunk, struct vg_encoder *e,
                                     enum vg_coding *ret_coding)
{
    enum vg_coding best = VG_CODE_DELTA;
    if (!chunk->any) { /* all write the same */
        *ret_coding = best;
        return VG_OK;
    }
    size_t least = SIZE_MAX, pages = (chunk->rows + e->page_rows - 1) / e->page_rows;
    for (enum vg_coding coding = 0; coding < VG_CODE_COUNT; coding++) {
        size_t size = 0, tried = 0;
        if (!vg_column_encoder_usable(chunk, coding))
            continue;
        for (size_t page = 0; page < pages; page += pages / 2 + 1, tried++) { /* the first and one from the middle */
            size_t first = page * e->page_rows, left = chunk->rows - first;
            enum vg_err err =
                vg_column_encoder_page(chunk, e, coding, first, left < e->page_rows ? left : e->page_rows);
            if (err)
                return err;
            size += e->packed.len;
        }
        if (coding == VG_CODE_DICT || coding == VG_CODE_DICT_BYTES) {
            enum vg_err err = vg_column_encoder_dictionary_page(chunk, e);
            if (err)
                return err;
            size += e->packed.len * tried / pages;
        }
        if (size < least) {
            least = size;
            best = coding;
        }
    }
    *ret_coding = best;
    return VG_OK;
}
