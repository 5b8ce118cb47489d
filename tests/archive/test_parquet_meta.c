/*
 * What our files tell other engines: schema, sizes, bounds and page indexes, read by a second reader of the format
 * (thrift_tree.h) and compared with what is computed from the values that were written.
 */
#include "archive/parquet_encode.h"
#include "archive/parquet_table.h"
#include "archive/thrift_tree.h"

/* ---- what must be told ---- */

struct bounds {
    bool known;
    uint64_t nulls;
    struct vg_parquet_text min, max; /* PLAIN bytes */
    uint8_t number[2][8];
};

static bool text_less(struct vg_parquet_text a, struct vg_parquet_text b)
{
    for (uint32_t i = 0; i < a.len && i < b.len; i++)
        if (a.bytes[i] != b.bytes[i])
            return (uint8_t)a.bytes[i] < (uint8_t)b.bytes[i];
    return a.len < b.len;
}

static struct vg_parquet_text plain(const struct vg_parquet_column *c, int64_t v, uint8_t to[8])
{
    for (int i = 0; i < 8; i++)
        to[i] = (uint8_t)((uint64_t)v >> 8 * i);
    return (struct vg_parquet_text){(const char *)to, c->type == VG_PARQUET_INT32 ? 4 : 8};
}

/* Of rows [first, end) of a column. Texts that are longer than 64 bytes have no bounds, nor has what stands with them.
 */
static void bounds_of(const struct table *t, size_t c, size_t first, size_t end, struct bounds *ret)
{
    bool is_text = COLUMNS[c].type == VG_PARQUET_BYTES;
    int64_t min = 0, max = 0;
    memset(ret, 0, sizeof *ret);
    for (size_t i = first; i < end; i++) {
        if (!t->present[c][i]) {
            ret->nulls++;
        } else if (is_text) {
            if (!ret->known || text_less(t->texts[i], ret->min))
                ret->min = t->texts[i];
            if (!ret->known || text_less(ret->max, t->texts[i]))
                ret->max = t->texts[i];
            ret->known = true;
        } else {
            int64_t v = t->ints[c][i];
            bool is_unsigned = COLUMNS[c].logical == VG_PARQUET_UINT;
            if (!ret->known || (is_unsigned ? (uint64_t)v < (uint64_t)min : v < min))
                min = v;
            if (!ret->known || (is_unsigned ? (uint64_t)v > (uint64_t)max : v > max))
                max = v;
            ret->known = true;
        }
    }
    if (is_text && ret->known && (ret->min.len > VG_PARQUET_BOUND_BYTES || ret->max.len > VG_PARQUET_BOUND_BYTES))
        ret->known = false;
    if (!is_text && ret->known) {
        ret->min = plain(&COLUMNS[c], min, ret->number[0]);
        ret->max = plain(&COLUMNS[c], max, ret->number[1]);
    }
}

static void check_text(const struct tree *told, struct vg_parquet_text want)
{
    assert_int_equal(told->type, T_BINARY);
    assert_int_equal(told->len, want.len);
    assert_memory_equal(told->bytes, want.bytes, want.len);
}

/* ---- the file ---- */

struct file {
    const uint8_t *bytes;
    size_t len;
    struct tree footer;
};

static struct file open_file(const struct vg_out *out)
{
    struct file f = {.bytes = (const uint8_t *)out->buf, .len = out->len};
    const uint8_t *end = f.bytes + f.len;
    tree_clear();
    assert_memory_equal(f.bytes, "PAR1", 4);
    assert_memory_equal(end - 4, "PAR1", 4);
    size_t len = end[-8] | (size_t)end[-7] << 8 | (size_t)end[-6] << 16 | (size_t)end[-5] << 24;
    f.footer = tree_read(end - 8 - len, len);
    return f;
}

/* Bytes that a struct takes, at OFFSET and LENGTH of these two fields. */
static struct tree part_of(const struct file *f, const struct tree *s, int offset, int length)
{
    int64_t at = tree_int(s, offset), len = tree_int(s, length);
    assert_true(at > 4 && len > 0 && (size_t)(at + len) <= f->len);
    return tree_read(f->bytes + at, (size_t)len);
}

static void check_schema(const struct file *f, const struct table *t)
{
    static const int converted[COUNT] = {11, 16, 13, 17, 18, 14, 10, 5, 5, 0}; /* UINT_8, INT_16 … UTF8 */
    const struct tree *schema = tree_at(&f->footer, 2);
    assert_int_equal(tree_int(&f->footer, 1), 2);
    assert_int_equal(tree_int(&f->footer, 3), t->rows);
    assert_int_equal(strncmp((const char *)tree_at(&f->footer, 6)->bytes, "vigia version ", 14), 0);
    assert_int_equal(tree_at(&f->footer, 7)->count, COUNT); /* without an order, bounds are not believed */
    assert_int_equal(schema->count, COUNT + 1);
    assert_int_equal(tree_int(&schema->item[0], 5), COUNT);
    for (size_t c = 0; c < COUNT; c++) {
        const struct vg_parquet_column *column = &COLUMNS[c];
        const struct tree *told = &schema->item[c + 1], *logical = tree_at(told, 10);
        check_text(tree_at(told, 4), (struct vg_parquet_text){column->name, (uint32_t)strlen(column->name)});
        assert_int_equal(tree_int(told, 1), column->type);
        assert_int_equal(tree_int(told, 3), column->optional);
        assert_int_equal(tree_int(told, 6), converted[c]);
        if (column->logical == VG_PARQUET_DECIMAL) {
            const struct tree *decimal = tree_at(logical, 5);
            assert_int_equal(tree_int(told, 7), column->scale);
            assert_int_equal(tree_int(told, 8), column->precision);
            assert_int_equal(tree_int(decimal, 1), column->scale);
            assert_int_equal(tree_int(decimal, 2), column->precision);
        } else if (column->logical == VG_PARQUET_TIME_US) {
            assert_int_equal(tree_int(tree_at(logical, 8), 1), 1);
            assert_non_null(tree_find(tree_at(tree_at(logical, 8), 2), 2));
        } else if (column->logical == VG_PARQUET_STRING) {
            assert_non_null(tree_find(logical, 1));
        } else {
            assert_int_equal(tree_int(tree_at(logical, 10), 1), column->bits);
            assert_int_equal(tree_int(tree_at(logical, 10), 2), column->logical == VG_PARQUET_SIGNED);
        }
    }
}

/* The page index of a column of a group: rows [first, end) of the table. Where the pages end. */
static int64_t check_pages(const struct file *f, const struct table *t, const struct vg_parquet_options *o,
                           const struct tree *chunk, size_t c, size_t first, size_t end)
{
    struct tree offsets = part_of(f, chunk, 4, 5), index = {0};
    const struct tree *pages = tree_at(&offsets, 1);
    size_t count = (end - first + o->page_rows - 1) / o->page_rows;
    bool is_text = COLUMNS[c].type == VG_PARQUET_BYTES, all_told = true, ascend = !is_text;
    struct bounds b, before = {0};
    assert_int_equal(pages->count, count);
    int64_t at = tree_int(tree_at(chunk, 3), 9);
    for (size_t p = 0; p < count; p++) {
        size_t from = first + p * o->page_rows, to = from + o->page_rows < end ? from + o->page_rows : end;
        assert_int_equal(tree_int(&pages->item[p], 1), at);
        assert_int_equal(tree_int(&pages->item[p], 3), p * o->page_rows);
        at += tree_int(&pages->item[p], 2);
        bounds_of(t, c, from, to, &b);
        all_told = all_told && (b.known || b.nulls == to - from);
    }
    assert_int_equal(tree_find(chunk, 6) != NULL, all_told);
    if (!all_told)
        return at;
    index = part_of(f, chunk, 6, 7);
    for (int list = 1; list <= 5; list++)
        if (list != 4)
            assert_int_equal(tree_at(&index, list)->count, count);
    for (size_t p = 0; p < count; p++) {
        size_t from = first + p * o->page_rows, to = from + o->page_rows < end ? from + o->page_rows : end;
        bounds_of(t, c, from, to, &b);
        assert_int_equal(tree_at(&index, 1)->item[p].number, !b.known);
        assert_int_equal(tree_at(&index, 5)->item[p].number, b.nulls);
        check_text(&tree_at(&index, 2)->item[p], b.min);
        check_text(&tree_at(&index, 3)->item[p], b.max);
        int64_t min, max, min_before, max_before;
        memcpy(&min, b.number[0], 8), memcpy(&max, b.number[1], 8);
        memcpy(&min_before, before.number[0], 8), memcpy(&max_before, before.number[1], 8);
        ascend =
            ascend && b.known &&
            (!p || (!vg_parquet_less(&COLUMNS[c], min, min_before) && !vg_parquet_less(&COLUMNS[c], max, max_before)));
        before = b;
    }
    assert_int_equal(tree_int(&index, 4), ascend); /* 0 unordered, 1 ascending */
    return at;
}

static void check_column(const struct file *f, const struct table *t, const struct vg_parquet_options *o,
                         const struct tree *chunk, size_t c, size_t first, size_t end)
{
    const struct tree *meta = tree_at(chunk, 3), *told = tree_at(meta, 12), *dict = tree_find(meta, 11);
    struct bounds b;
    bounds_of(t, c, first, end, &b);
    assert_int_equal(tree_int(told, 3), b.nulls);
    assert_int_equal(tree_find(told, 5) != NULL, b.known);
    assert_int_equal(tree_find(told, 6) != NULL, b.known);
    if (b.known) {
        check_text(tree_at(told, 5), b.max);
        check_text(tree_at(told, 6), b.min);
    }
    assert_int_equal(tree_int(meta, 1), COLUMNS[c].type);
    assert_int_equal(tree_int(meta, 5), end - first);
    const struct tree *encodings = tree_at(meta, 2);
    bool says_dict = false;
    for (size_t i = 0; i < encodings->count; i++)
        says_dict |= encodings->item[i].number == 8;
    assert_int_equal(says_dict, dict != NULL);
    if (dict)
        assert_true(dict->number < tree_int(meta, 9));
    int64_t begin = dict ? dict->number : tree_int(meta, 9);
    assert_int_equal(check_pages(f, t, o, chunk, c, first, end) - begin, tree_int(meta, 7));
    assert_true(tree_int(meta, 6) > 0);
    if (tree_int(meta, 4) == 0) /* not compressed */
        assert_int_equal(tree_int(meta, 6), tree_int(meta, 7));
    else
        assert_int_equal(tree_int(meta, 4), 6);
}

static void check_file(const struct table *t, const struct vg_parquet_options *o, const struct vg_out *out)
{
    struct file f = open_file(out);
    const struct tree *groups = tree_at(&f.footer, 4);
    check_schema(&f, t);
    assert_int_equal(groups->count, (t->rows + o->group_rows - 1) / o->group_rows);
    int64_t behind = 4;
    for (size_t g = 0; g < groups->count; g++) {
        const struct tree *group = &groups->item[g], *chunks = tree_at(group, 1), *sorted = tree_find(group, 4);
        size_t first = g * o->group_rows, end = first + o->group_rows < t->rows ? first + o->group_rows : t->rows;
        int64_t packed = 0, raw = 0;
        assert_int_equal(chunks->count, COUNT);
        assert_int_equal(tree_int(group, 5), behind);
        for (size_t c = 0; c < COUNT; c++) {
            const struct tree *meta = tree_at(&chunks->item[c], 3), *dict = tree_find(meta, 11);
            assert_int_equal(dict ? dict->number : tree_int(meta, 9), behind);
            check_column(&f, t, o, &chunks->item[c], c, first, end);
            packed += tree_int(meta, 7);
            raw += tree_int(meta, 6);
            behind += tree_int(meta, 7);
        }
        assert_int_equal(tree_int(group, 2), raw);
        assert_int_equal(tree_int(group, 3), end - first);
        assert_int_equal(tree_int(group, 6), packed);
        assert_int_equal(tree_int(group, 7), g);
        assert_int_equal(sorted ? sorted->count : 0, o->sorted);
        for (size_t i = 0; i < o->sorted; i++) {
            assert_int_equal(tree_int(&sorted->item[i], 1), i);
            assert_int_equal(tree_int(&sorted->item[i], 2), 0);
        }
    }
}

/* ---- tests ---- */

static void other_readers_are_told_the_truth(void **state)
{
    (void)state;
    struct table *t = calloc(1, sizeof *t);
    static const size_t sizes[] = {1, 127, 128, 129, 300, 1000};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (unsigned style = 0; style < 4; style++)
            for (int coding = 0; coding <= VG_CODE_COUNT; coding++) {
                uint8_t codings[COUNT];
                struct vg_parquet_options o = {
                    .page_rows = 128, .group_rows = 384, .level = 1, .sorted = (uint8_t)style};
                memset(codings, coding | (style == 1 ? VG_CODE_RAW : 0), sizeof codings);
                o.codings = codings;
                fill(t, sizes[s], style, sizes[s] * 4 + style);
                struct vg_out out = write_table(t, &o, 77);
                check_file(t, &o, &out);
                vg_out_free(&out);
            }
    free(t);
}

/* Texts at the border of what may be a bound, and pages of nothing but nulls. */
static void long_texts_have_no_bounds_and_hide_none(void **state)
{
    (void)state;
    static char text[66];
    struct table *t = calloc(1, sizeof *t);
    struct vg_parquet_options o = {.page_rows = 16, .group_rows = 64, .level = 1};
    memset(text, 'x', 65);
    for (uint32_t len = 63; len <= 65; len++)
        for (size_t where = 0; where < 48; where += 20) {
            fill(t, 48, 1, len);
            for (size_t i = 16; i < 32; i++)
                t->present[COUNT - 1][i] = 0;
            t->present[COUNT - 1][where] = 1;
            t->texts[where] = (struct vg_parquet_text){text, len};
            struct vg_out out = write_table(t, &o, 48);
            check_file(t, &o, &out);
            vg_out_free(&out);
        }
    free(t);
}

/* Another engine's `WHERE name = …`: pages whose bounds exclude the name are not read. No row may be lost. */
static void a_filter_by_name_loses_no_row(void **state)
{
    (void)state;
    static const char *const names[] = {"",
                                        "ANA",
                                        "ANA MARIA",
                                        "ANB",
                                        "B",
                                        "Zorro",
                                        "a",
                                        "\xC3\x91"
                                        "ANDU",
                                        "\xC3\x91",
                                        "z"};
    enum { NAMES = sizeof names / sizeof *names };
    struct table *t = calloc(1, sizeof *t);
    struct vg_parquet_options o = {.page_rows = 4, .group_rows = 256, .level = 1};
    uint64_t seed = 3;
    unsigned skipped = 0;
    fill(t, 1000, 1, 1);
    for (size_t i = 0; i < t->rows; i++) {
        const char *name = names[dice(&seed) % NAMES];
        t->texts[i] = (struct vg_parquet_text){name, (uint32_t)strlen(name)};
        t->present[COUNT - 1][i] = dice(&seed) % 5 != 0;
    }
    struct vg_out out = write_table(t, &o, 100);
    struct file f = open_file(&out);
    for (size_t n = 0; n < NAMES; n++) {
        struct vg_parquet_text name = {names[n], (uint32_t)strlen(names[n])};
        size_t kept = 0, there = 0;
        for (size_t g = 0; g < 4; g++) {
            struct tree index = part_of(&f, &tree_at(&tree_at(&f.footer, 4)->item[g], 1)->item[COUNT - 1], 6, 7);
            for (size_t i = g * 256; i < t->rows && i < g * 256 + 256; i++) {
                size_t p = (i - g * 256) / 4;
                const struct tree *min = &tree_at(&index, 2)->item[p], *max = &tree_at(&index, 3)->item[p];
                struct vg_parquet_text low = {(const char *)min->bytes, (uint32_t)min->len},
                                       high = {(const char *)max->bytes, (uint32_t)max->len};
                bool out_of = tree_at(&index, 1)->item[p].number || text_less(name, low) || text_less(high, name);
                bool is = t->present[COUNT - 1][i] && t->texts[i].len == name.len &&
                          memcmp(t->texts[i].bytes, name.bytes, name.len) == 0;
                there += is;
                kept += is && !out_of;
                skipped += out_of;
            }
        }
        assert_true(there > 0);
        assert_int_equal(kept, there);
    }
    assert_true(skipped > 1000); /* the bounds are worth something */
    vg_out_free(&out);
    free(t);
}

/* ---- damaged indexes ---- */

/* Writes a number over one that takes at least as many bytes. */
static void overwrite(const struct tree *old, int64_t number)
{
    uint64_t z = ((uint64_t)number << 1) ^ (uint64_t)(number >> 63);
    uint8_t *p = (uint8_t *)(uintptr_t)old->bytes;
    for (size_t i = 0; i < old->len; i++, z >>= 7)
        p[i] = (uint8_t)((z & 127) | (i + 1 < old->len ? 128 : 0));
    assert_int_equal(z, 0);
}

/* *ret_index: whether the index was taken; returned: whether all pages could be read by it. */
static enum vg_err read_pages(const struct vg_out *out, size_t group, size_t column, enum vg_err *ret_index)
{
    struct vg_parquet_file *f;
    struct vg_parquet_page page = {0};
    size_t count = 0;
    assert_int_equal(vg_parquet_open_bytes(out->buf, out->len, &f), VG_OK);
    enum vg_err err = *ret_index = vg_parquet_pages(f, group, column, &count);
    for (size_t p = 0; p < count && !err; p++)
        err = vg_parquet_read_page(f, group, column, p, &page);
    vg_parquet_page_free(&page);
    vg_parquet_close(f);
    return err;
}

static void a_page_index_that_can_not_be_is_refused(void **state)
{
    (void)state;
    struct table *t = calloc(1, sizeof *t);
    struct vg_parquet_options o = {.page_rows = 128, .group_rows = 384, .level = 1};
    fill(t, 384, 1, 5);
    struct vg_out out = write_table(t, &o, 384);
    struct file f = open_file(&out);
    const struct tree *chunk = &tree_at(&tree_at(&f.footer, 4)->item[0], 1)->item[3];
    struct tree offsets = part_of(&f, chunk, 4, 5);
    const struct tree *pages = tree_at(&offsets, 1);
    assert_int_equal(pages->count, 3);
    enum vg_err index;
    const struct {
        size_t page;
        int field;
        int64_t to;
        bool of_index; /* the index alone says so; else the pages do */
    } cases[] = {
        {0, 2, 0, true},     /* a page of no bytes */
        {2, 2, 0, true},     /* … */
        {1, 2, -1, true},    /* … of less */
        {0, 3, 1, true},     /* the first row is in no page */
        {1, 3, 0, true},     /* a page of no rows */
        {2, 3, 128, true},   /* … */
        {2, 3, 100, true},   /* rows that go back */
        {2, 3, 384, true},   /* a last page of no rows */
        {2, 3, 385, true},   /* … behind the group */
        {1, 3, -1, true},    /* … before it */
        {1, 3, 127, false},  /* the pages' own heads say otherwise */
        {1, 1, 4, false},    /* another page's bytes */
        {1, 1, 0, false},    /* … the file's magic */
        {2, 1, 8191, false}, /* … the middle of one */
    };
    assert_int_equal(read_pages(&out, 0, 3, &index), VG_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct tree *number = tree_at(&pages->item[cases[i].page], cases[i].field);
        int64_t was = number->number;
        if (cases[i].to > 63 && number->len < 2)
            fail_msg("case %zu: no room", i);
        overwrite(number, cases[i].to);
        enum vg_err err = read_pages(&out, 0, 3, &index);
        if (err != VG_CORRUPT || (cases[i].of_index && index != VG_CORRUPT))
            fail_msg("case %zu: page %zu, field %d, %lld is taken", i, cases[i].page, cases[i].field,
                     (long long)cases[i].to);
        overwrite(number, was);
    }
    assert_int_equal(read_pages(&out, 0, 3, &index), VG_OK);
    vg_out_free(&out);
    free(t);
}

/* Bounds that are missing, of another length or too many: the page counts as one that may hold anything. */
static void bounds_that_can_not_be_read_exclude_nothing(void **state)
{
    (void)state;
    struct table *t = calloc(1, sizeof *t);
    struct vg_parquet_options o = {.page_rows = 128, .group_rows = 384, .level = 1};
    enum { COLUMN = 1 }; /* INT32, never null */
    fill(t, 384, 2, 5);
    for (int how = 0; how < 5; how++) {
        struct vg_out out = write_table(t, &o, 384);
        struct file f = open_file(&out);
        const struct tree *chunk = &tree_at(&tree_at(&f.footer, 4)->item[0], 1)->item[COLUMN];
        struct tree index = part_of(&f, chunk, 6, 7);
        uint8_t *min = (uint8_t *)(uintptr_t)tree_at(&index, 2)->item[0].bytes;
        uint8_t *nulls = (uint8_t *)(uintptr_t)f.bytes + tree_int(chunk, 6) + 2; /* behind the head of field and list */
        struct vg_parquet_file *file;
        size_t count;
        if (how == 1)
            min[-1] = 5, min[5] = 3; /* 5 bytes, then 3, which end where 4 and 4 did */
        if (how == 2)
            nulls[1] = T_TRUE; /* page 1 is said to be all null */
        if (how == 3)
            min[-2] = 2 << 4 | T_BINARY; /* two instead of three: what follows is no field */
        if (how == 4)
            overwrite(tree_at(chunk, 7), tree_int(chunk, 7) - 3); /* cut */
        assert_int_equal(vg_parquet_open_bytes(out.buf, out.len, &file), VG_OK);
        enum vg_err err = vg_parquet_pages(file, 0, COLUMN, &count);
        if (how < 3) {
            assert_int_equal(err, VG_OK);
            assert_int_equal(count, 3);
            assert_int_equal(vg_parquet_page_bounds(file, 0, COLUMN, 0).known, how != 1);
            assert_int_equal(vg_parquet_page_bounds(file, 0, COLUMN, 1).known, how == 0);
            assert_true(vg_parquet_page_bounds(file, 0, COLUMN, 2).known);
        } else {
            assert_int_equal(err, VG_CORRUPT);
        }
        vg_parquet_close(file);
        vg_out_free(&out);
    }
    free(t);
}

/* ---- files that are none, or not ours ---- */

static enum vg_err open_bytes(const void *bytes, size_t len)
{
    struct vg_parquet_file *f;
    enum vg_err err = vg_parquet_open_bytes(bytes, len, &f);
    if (!err)
        vg_parquet_close(f);
    return err;
}

static void what_is_no_parquet_file_is_told(void **state)
{
    (void)state;
    struct vg_parquet_file *file;
    struct table *t = calloc(1, sizeof *t);
    fill(t, 10, 1, 5);
    struct vg_out out = write_table(t, &VG_PARQUET_OPTIONS_DEFAULT, 10);
    uint8_t *bytes = (uint8_t *)out.buf, *tail = bytes + out.len - 8;
    assert_int_equal(open_bytes(bytes, out.len), VG_OK);
    assert_int_equal(open_bytes("PAR1PAR1PAR1", 11), VG_SYNTAX);
    assert_int_equal(open_bytes("PAR1\0\0\0\0PAR1", 12), VG_CORRUPT); /* no schema */
    assert_int_equal(open_bytes("PAR1\1\0\0\0PAR1", 12), VG_CORRUPT); /* a footer before the file */
    assert_int_equal(open_bytes("PAR2\0\0\0\0PAR1", 12), VG_SYNTAX);
    assert_int_equal(open_bytes("PAR1\0\0\0\0PARE", 12), VG_SYNTAX); /* encrypted */
    tail[3] = 0x7F;
    assert_int_equal(open_bytes(bytes, out.len), VG_CORRUPT);
    tail[3] = 0;
    assert_int_equal(vg_parquet_open("/nowhere/at/all", &file), VG_NOT_FOUND);
    assert_int_equal(vg_parquet_open("/dev/null/x", &file), VG_NOT_FOUND);
    assert_int_equal(vg_parquet_open("/", &file), VG_IO);
    vg_out_free(&out);
    free(t);
}

/* A number of the metadata is changed: the file is refused at opening or at reading, with the reason. */
static void metadata_that_is_wrong_or_foreign_is_told(void **state)
{
    (void)state;
    struct table *t = calloc(1, sizeof *t);
    struct vg_parquet_options o = {.page_rows = 128, .group_rows = 384, .level = 1};
    fill(t, 500, 1, 5);
    struct vg_out out = write_table(t, &o, 500);
    struct file f = open_file(&out);
    const struct tree *schema = tree_at(&f.footer, 2), *group = &tree_at(&f.footer, 4)->item[1];
    const struct tree *chunk = &tree_at(group, 1)->item[3], *meta = tree_at(chunk, 3);
    const struct {
        const char *what;
        const struct tree *number;
        int64_t to;
        enum vg_err err;
    } cases[] = {
        {"the file's rows", tree_at(&f.footer, 3), 501, VG_CORRUPT},
        {"the group's rows", tree_at(group, 3), 117, VG_CORRUPT},
        {"a repeated column", tree_at(&schema->item[4], 3), 2, VG_UNSUPPORTED},
        {"a double", tree_at(&schema->item[4], 1), 5, VG_UNSUPPORTED},
        {"another compression", tree_at(meta, 4), 1, VG_UNSUPPORTED},
        {"an offset index of no bytes", tree_at(chunk, 5), 0, VG_CORRUPT},
        {"an offset index before the file", tree_at(chunk, 4), -1, VG_CORRUPT},
        {"a column index of no bytes", tree_at(chunk, 7), 0, VG_CORRUPT},
    };
    enum vg_err index;
    assert_int_equal(read_pages(&out, 1, 3, &index), VG_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        overwrite(cases[i].number, cases[i].to);
        enum vg_err err = open_bytes(out.buf, out.len);
        if (!err)
            err = read_pages(&out, 1, 3, &index);
        if (err != cases[i].err)
            fail_msg("%s: %s", cases[i].what, vg_err_text(err));
        overwrite(cases[i].number, cases[i].number->number);
    }
    assert_int_equal(read_pages(&out, 1, 3, &index), VG_OK);
    vg_out_free(&out);
    free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_readers_are_told_the_truth),
        cmocka_unit_test(long_texts_have_no_bounds_and_hide_none),
        cmocka_unit_test(a_filter_by_name_loses_no_row),
        cmocka_unit_test(a_page_index_that_can_not_be_is_refused),
        cmocka_unit_test(bounds_that_can_not_be_read_exclude_nothing),
        cmocka_unit_test(what_is_no_parquet_file_is_told),
        cmocka_unit_test(metadata_that_is_wrong_or_foreign_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
