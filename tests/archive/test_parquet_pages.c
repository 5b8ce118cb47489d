/*
 * Every page that is written, read by a second decoder: bit by bit, as the format's documents say, with none of the
 * reader's code. Values, nulls, sizes and checksums must be those of the table.
 */
#include <zlib.h>
#include <zstd.h>

#include "archive/parquet_encode.h"
#include "archive/parquet_table.h"
#include "archive/thrift_tree.h"

struct bits {
    const uint8_t *p;
    size_t at, end; /* bits */
};

static uint64_t get_bits(struct bits *b, unsigned width)
{
    uint64_t v = 0;
    assert_true(b->at + width <= b->end);
    for (unsigned i = 0; i < width; i++, b->at++)
        v |= (uint64_t)(b->p[b->at / 8] >> b->at % 8 & 1) << i;
    return v;
}

static uint64_t get_varint(struct bits *b)
{
    uint64_t v = 0, byte;
    unsigned shift = 0;
    do {
        byte = get_bits(b, 8);
        v |= (byte & 127) << shift;
        shift += 7;
    } while (byte & 128);
    return v;
}

static int64_t get_zigzag(struct bits *b)
{
    uint64_t z = get_varint(b);
    return z & 1 ? (int64_t) ~(z >> 1) : (int64_t)(z >> 1);
}

/* RLE and bits; what is packed beyond `count` must be 0. */
static void get_hybrid(struct bits *b, unsigned width, uint64_t *values, size_t count)
{
    for (size_t n = 0; n < count;) {
        uint64_t head = get_varint(b), run = head >> 1;
        assert_true(run > 0);
        if (head & 1) {
            for (uint64_t i = 0; i < 8 * run; i++) {
                uint64_t v = get_bits(b, width);
                if (n < count)
                    values[n++] = v;
                else
                    assert_int_equal(v, 0);
            }
        } else {
            uint64_t v = get_bits(b, (width + 7) / 8 * 8);
            assert_true(n + run <= count);
            while (run--)
                values[n++] = v;
        }
    }
}

static void get_deltas(struct bits *b, bool narrow, uint64_t *values, size_t count)
{
    assert_int_equal(get_varint(b), 128); /* a block, in four parts */
    assert_int_equal(get_varint(b), 4);
    assert_int_equal(get_varint(b), count);
    uint64_t v = (uint64_t)get_zigzag(b);
    if (count)
        values[0] = v;
    for (size_t n = 1; n < count;) {
        uint64_t min = (uint64_t)get_zigzag(b), widths[4];
        for (size_t m = 0; m < 4; m++)
            widths[m] = get_bits(b, 8);
        for (size_t m = 0; m < 4 && n < count; m++)
            for (size_t i = 0; i < 32; i++) {
                uint64_t delta = get_bits(b, (unsigned)widths[m]);
                if (n < count)
                    values[n++] = v += min + delta;
            }
    }
    for (size_t i = 0; i < count && narrow; i++)
        values[i] = (uint64_t)(int64_t)(int32_t)(uint32_t)values[i];
}

/* ---- pages ---- */

struct page {
    int64_t kind, raw, packed, values, encoding;
    size_t header;
    uint8_t bytes[1 << 17];
};

static void get_page(const uint8_t *at, const uint8_t *end, int64_t codec, struct page *ret)
{
    struct tree_in in = {at, end};
    struct tree t = tree_struct(&in);
    ret->header = (size_t)(in.p - at);
    ret->kind = tree_int(&t, 1);
    ret->raw = tree_int(&t, 2);
    ret->packed = tree_int(&t, 3);
    assert_true(ret->raw >= 0 && ret->raw <= (int64_t)sizeof ret->bytes && ret->packed <= end - in.p);
    assert_int_equal((uint32_t)tree_int(&t, 4), crc32(0, in.p, (uInt)ret->packed));
    assert_true(ret->kind == 0 || ret->kind == 2);
    const struct tree *head = tree_at(&t, ret->kind ? 7 : 5);
    ret->values = tree_int(head, 1);
    ret->encoding = tree_int(head, 2);
    if (ret->kind == 0) {
        assert_int_equal(tree_int(head, 3), 3); /* RLE of both kinds of levels */
        assert_int_equal(tree_int(head, 4), 3);
    }
    if (codec == 0) {
        assert_int_equal(ret->raw, ret->packed);
        memcpy(ret->bytes, in.p, (size_t)ret->raw);
    } else {
        assert_int_equal(codec, 6);
        assert_int_equal(ZSTD_decompress(ret->bytes, sizeof ret->bytes, in.p, (size_t)ret->packed), ret->raw);
    }
}

static void get_plain(struct bits *b, const struct vg_parquet_column *c, uint64_t *values, size_t count,
                      struct vg_parquet_text *texts)
{
    for (size_t i = 0; i < count; i++)
        if (c->type == VG_PARQUET_BYTES) {
            uint32_t len = (uint32_t)get_bits(b, 32);
            texts[i] = (struct vg_parquet_text){(const char *)b->p + b->at / 8, len};
            b->at += 8 * len;
            assert_true(b->at <= b->end);
        } else if (c->type == VG_PARQUET_INT32) {
            values[i] = (uint64_t)(int64_t)(int32_t)(uint32_t)get_bits(b, 32);
        } else {
            values[i] = get_bits(b, 64);
        }
}

struct dictionary {
    struct page page;
    uint64_t values[ROWS_MOST];
    struct vg_parquet_text texts[ROWS_MOST];
    size_t count;
};

/* The values of a page that are there, into values or texts; all of its bytes must be used. */
static void get_values(const struct vg_parquet_column *c, const struct page *page, struct bits b, size_t count,
                       const struct dictionary *dict, uint64_t *values, struct vg_parquet_text *texts)
{
    bool text = c->type == VG_PARQUET_BYTES;
    if (page->encoding == 8) {
        static uint64_t index[ROWS_MOST];
        unsigned width = (unsigned)get_bits(&b, 8);
        get_hybrid(&b, width, index, count);
        for (size_t i = 0; i < count; i++) {
            assert_true(index[i] < dict->count);
            values[i] = dict->values[index[i]];
            texts[i] = dict->texts[index[i]];
        }
    } else if (page->encoding == 6) {
        assert_true(text);
        get_deltas(&b, true, values, count);
        for (size_t i = 0; i < count; i++) {
            texts[i] = (struct vg_parquet_text){(const char *)b.p + b.at / 8, (uint32_t)values[i]};
            b.at += 8 * values[i];
        }
    } else if (page->encoding == 5) {
        assert_false(text);
        get_deltas(&b, c->type == VG_PARQUET_INT32, values, count);
    } else {
        assert_int_equal(page->encoding, 0);
        get_plain(&b, c, values, count, texts);
    }
    assert_int_equal(b.at, b.end);
}

/* A page of rows from `first` on. */
static void check_page(const struct table *t, size_t c, const struct page *page, size_t first, size_t rows,
                       const struct dictionary *dict)
{
    static uint64_t levels[ROWS_MOST], values[ROWS_MOST];
    static struct vg_parquet_text texts[ROWS_MOST];
    struct bits b = {page->bytes, 0, 8 * (size_t)page->raw};
    size_t count = 0;
    assert_int_equal(page->kind, 0);
    assert_int_equal(page->values, rows);
    for (size_t i = 0; i < rows; i++)
        levels[i] = 1;
    if (COLUMNS[c].optional) {
        size_t len = (size_t)get_bits(&b, 32);
        struct bits of_levels = {page->bytes + 4, 0, 8 * len};
        get_hybrid(&of_levels, 1, levels, rows);
        assert_int_equal(of_levels.at, of_levels.end);
        b.at += 8 * len;
    }
    for (size_t i = 0; i < rows; i++) {
        assert_int_equal(levels[i], t->present[c][first + i]);
        count += levels[i];
    }
    get_values(&COLUMNS[c], page, b, count, dict, values, texts);
    for (size_t i = 0, n = 0; i < rows; i++) {
        if (!levels[i])
            continue;
        if (COLUMNS[c].type == VG_PARQUET_BYTES) {
            assert_int_equal(texts[n].len, t->texts[first + i].len);
            assert_memory_equal(texts[n].bytes, t->texts[first + i].bytes, texts[n].len);
        } else if (COLUMNS[c].type == VG_PARQUET_INT32) {
            assert_int_equal((uint32_t)values[n], (uint32_t)t->ints[c][first + i]);
        } else {
            assert_int_equal(values[n], t->ints[c][first + i]);
        }
        n++;
    }
}

/* Entries come in the order in which their values are first met, and each once. */
static void get_dictionary(const uint8_t *at, const uint8_t *end, const struct vg_parquet_column *c, int64_t codec,
                           struct dictionary *ret)
{
    get_page(at, end, codec, &ret->page);
    assert_int_equal(ret->page.kind, 2);
    assert_int_equal(ret->page.encoding, 0);
    ret->count = (size_t)ret->page.values;
    assert_in_range(ret->count, 1, ROWS_MOST);
    struct bits b = {ret->page.bytes, 0, 8 * (size_t)ret->page.raw};
    get_plain(&b, c, ret->values, ret->count, ret->texts);
    assert_int_equal(b.at, b.end);
    for (size_t i = 0; i < ret->count; i++)
        for (size_t k = 0; k < i; k++)
            if (c->type == VG_PARQUET_BYTES)
                assert_false(ret->texts[i].len == ret->texts[k].len &&
                             !memcmp(ret->texts[i].bytes, ret->texts[k].bytes, ret->texts[i].len));
            else
                assert_int_not_equal(ret->values[i], ret->values[k]);
}

static int expected_encoding(const struct vg_parquet_column *c, unsigned coding)
{
    if (coding == VG_CODE_PLAIN && c->type != VG_PARQUET_BYTES)
        return 0;
    if (coding == VG_CODE_DICT || coding == VG_CODE_DICT_BYTES)
        return 8;
    return c->type == VG_PARQUET_BYTES ? 6 : 5;
}

static void check_chunk(const struct table *t, size_t c, const uint8_t *file, const struct tree *meta, size_t first,
                        size_t rows, size_t page_rows)
{
    static struct page page;
    static struct dictionary dict;
    const struct tree *dict_at = tree_find(meta, 11);
    int64_t codec = tree_int(meta, 4), raw = 0, packed = tree_int(meta, 7);
    const uint8_t *at = file + tree_int(meta, 9), *end = (dict_at ? file + dict_at->number : at) + packed;
    if (dict_at) {
        get_dictionary(file + dict_at->number, at, &COLUMNS[c], codec, &dict);
        raw += (int64_t)dict.page.header + dict.page.raw;
        assert_ptr_equal(file + dict_at->number + dict.page.header + dict.page.packed, at);
    }
    for (size_t done = 0; done < rows; done += page_rows) {
        get_page(at, end, codec, &page);
        check_page(t, c, &page, first + done, rows - done < page_rows ? rows - done : page_rows, &dict);
        at += page.header + (size_t)page.packed;
        raw += (int64_t)page.header + page.raw;
        assert_int_equal(tree_at(meta, 2)->item[0].number, page.encoding);
    }
    assert_ptr_equal(at, end);
    assert_int_equal(tree_int(meta, 6), raw);
    assert_int_equal(tree_at(meta, 2)->count, dict_at ? 3 : 2);
    assert_int_equal(tree_at(meta, 2)->item[1].number, 3);
    if (dict_at)
        assert_int_equal(tree_at(meta, 2)->item[2].number, 0);
}

static void check_file(const struct table *t, const struct vg_parquet_options *o, const struct vg_out *out)
{
    const uint8_t *file = (const uint8_t *)out->buf, *end = file + out->len;
    size_t len = end[-8] | (size_t)end[-7] << 8 | (size_t)end[-6] << 16, first = 0;
    tree_clear();
    struct tree footer = tree_read(end - 8 - len, len);
    const struct tree *groups = tree_at(&footer, 4);
    for (size_t g = 0; g < groups->count; g++) {
        size_t rows = (size_t)tree_int(&groups->item[g], 3);
        for (size_t c = 0; c < COUNT; c++) {
            const struct tree *meta = tree_at(&tree_at(&groups->item[g], 1)->item[c], 3);
            const struct tree *name = &tree_at(meta, 3)->item[0];
            assert_int_equal(tree_at(meta, 3)->count, 1);
            assert_int_equal(name->len, strlen(COLUMNS[c].name));
            assert_memory_equal(name->bytes, COLUMNS[c].name, name->len);
            check_chunk(t, c, file, meta, first, rows, o->page_rows);
        }
        first += rows;
    }
    assert_int_equal(first, t->rows);
}

static void a_second_decoder_reads_what_was_written(void **state)
{
    (void)state;
    struct table *t = calloc(1, sizeof *t);
    static const size_t sizes[] = {1, 2, 16, 33, 129, 300, 1500};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (unsigned style = 0; style < 4; style++)
            for (unsigned coding = 0; coding <= VG_CODE_COUNT; coding++) {
                uint8_t codings[COUNT];
                struct vg_parquet_options o = {.page_rows = 200, .group_rows = 600, .level = 1, .codings = codings};
                memset(codings, (int)(coding | (style % 2 ? VG_CODE_RAW : 0)), sizeof codings);
                fill(t, sizes[s], style, sizes[s] * 8 + style);
                struct vg_out out = write_table(t, &o, 77);
                check_file(t, &o, &out);
                vg_out_free(&out);
            }
    free(t);
}

/* The encoding that is asked for is the one that is written, where the column's values allow it. */
static void the_encoding_is_the_one_asked_for(void **state)
{
    (void)state;
    struct table *t = calloc(1, sizeof *t);
    fill(t, 300, 1, 3); /* few values */
    for (unsigned coding = 0; coding < VG_CODE_COUNT; coding++)
        for (unsigned raw = 0; raw <= VG_CODE_RAW; raw += VG_CODE_RAW) {
            uint8_t codings[COUNT];
            struct vg_parquet_options o = {.page_rows = 300, .group_rows = 300, .level = 1, .codings = codings};
            memset(codings, (int)(coding | raw), sizeof codings);
            struct vg_out out = write_table(t, &o, 300);
            const uint8_t *end = (const uint8_t *)out.buf + out.len;
            size_t len = end[-8] | (size_t)end[-7] << 8;
            tree_clear();
            struct tree footer = tree_read(end - 8 - len, len);
            for (size_t c = 0; c < COUNT; c++) {
                const struct tree *meta = tree_at(&tree_at(&tree_at(&footer, 4)->item[0], 1)->item[c], 3);
                bool left_to_us = coding == VG_CODE_PLAIN || coding == VG_CODE_DELTA_BYTES; /* none for texts */
                if (COLUMNS[c].type != VG_PARQUET_BYTES || !left_to_us)
                    assert_int_equal(tree_at(meta, 2)->item[0].number, expected_encoding(&COLUMNS[c], coding));
                assert_int_equal(tree_int(meta, 4), raw ? 0 : 6);
            }
            vg_out_free(&out);
        }
    free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_decoder_reads_what_was_written),
        cmocka_unit_test(the_encoding_is_the_one_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
