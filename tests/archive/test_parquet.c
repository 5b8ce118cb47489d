/* What is written is read back, whatever the types, the values, the nulls and the sizes; damage is an error. */
#include "archive/parquet_encode.h"
#include "archive/parquet_table.h"

static void check_bounds(const struct vg_parquet_column *c, struct vg_parquet_bounds b,
                         const struct vg_parquet_page *page)
{
    uint64_t nulls = 0;
    for (uint32_t i = 0; i < page->rows; i++) {
        nulls += !page->present[i];
        if (page->present[i] && c->type != VG_PARQUET_BYTES) {
            assert_true(b.known);
            assert_false(vg_parquet_less(c, page->ints[i], b.min));
            assert_false(vg_parquet_less(c, b.max, page->ints[i]));
        }
    }
    if (b.known || c->type != VG_PARQUET_BYTES)
        assert_int_equal(b.nulls, nulls);
}

/* Some rows of a page are what they are in the whole of it, whose first row is `row` of the table. */
static void check_part(const struct table *t, struct vg_parquet_file *f, size_t g, size_t c, size_t p, size_t row)
{
    static uint64_t seed = 5;
    struct vg_parquet_page page = {0};
    uint64_t first, end;
    vg_parquet_page_rows(f, g, c, p, &first, &end);
    uint32_t from = (uint32_t)(dice(&seed) % (end - first)),
             to = from + (uint32_t)(dice(&seed) % (end - first - from) + 1);
    assert_int_equal(vg_parquet_read_rows(f, g, c, p, from, to, &page), VG_OK);
    assert_int_equal(page.rows, end - first);
    for (uint32_t i = from; i < to; i++) {
        assert_int_equal(page.present[i], t->present[c][row + i]);
        if (COLUMNS[c].type != VG_PARQUET_BYTES)
            assert_int_equal(page.ints[i], page.present[i] ? t->ints[c][row + i] : 0);
        else if (page.present[i])
            assert_memory_equal(page.texts[i].bytes, t->texts[row + i].bytes, t->texts[row + i].len);
    }
    vg_parquet_page_free(&page);
}

static void check_same(const struct table *t, const struct vg_out *bytes)
{
    struct vg_parquet_file *f;
    struct vg_parquet_page page = {0};
    assert_int_equal(vg_parquet_open_bytes(bytes->buf, bytes->len, &f), VG_OK);
    assert_int_equal(vg_parquet_rows(f), t->rows);
    assert_int_equal(vg_parquet_columns(f), COUNT);
    for (size_t c = 0; c < COUNT; c++) {
        size_t row = 0;
        assert_int_equal(vg_parquet_find(f, COLUMNS[c].name), c);
        assert_memory_equal(vg_parquet_column(f, c), &COLUMNS[c], sizeof COLUMNS[c]);
        for (size_t g = 0; g < vg_parquet_groups(f); g++) {
            size_t pages;
            assert_int_equal(vg_parquet_pages(f, g, c, &pages), VG_OK);
            for (size_t p = 0; p < pages; p++) {
                assert_int_equal(vg_parquet_read_page(f, g, c, p, &page), VG_OK);
                check_bounds(&COLUMNS[c], vg_parquet_page_bounds(f, g, c, p), &page);
                check_part(t, f, g, c, p, row);
                for (uint32_t i = 0; i < page.rows; i++, row++) {
                    assert_int_equal(page.present[i], t->present[c][row]);
                    if (!page.present[i])
                        continue;
                    if (COLUMNS[c].type != VG_PARQUET_BYTES) {
                        assert_int_equal(page.ints[i], t->ints[c][row]);
                    } else {
                        assert_int_equal(page.texts[i].len, t->texts[row].len);
                        assert_memory_equal(page.texts[i].bytes, t->texts[row].bytes, page.texts[i].len);
                    }
                }
            }
        }
        assert_int_equal(row, t->rows);
    }
    vg_parquet_page_free(&page);
    vg_parquet_close(f);
}

/* VIGIA_KEEP=FILE leaves a table of every type there, and prints its sums, for looking at it with other readers. */
static void keep(const struct table *t, const struct vg_out *bytes)
{
    const char *path = getenv("VIGIA_KEEP");
    FILE *file = path ? fopen(path, "wb") : NULL;
    if (!file)
        return;
    fwrite(bytes->buf, 1, bytes->len, file);
    fclose(file);
    for (size_t c = 0; c < COUNT; c++) {
        uint64_t sum = 0, present = 0;
        for (size_t i = 0; i < t->rows; i++) {
            bool text = COLUMNS[c].type == VG_PARQUET_BYTES;
            present += t->present[c][i];
            sum += !t->present[c][i] ? 0 : text ? t->texts[i].len : (uint64_t)t->ints[c][i];
        }
        printf("%s %llu %llu\n", COLUMNS[c].name, (unsigned long long)present, (unsigned long long)sum);
    }
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    struct table *t = calloc(1, sizeof *t);
    static const size_t sizes[] = {0,   1,   7,   8,   9,   31,  32,  33,  127, 128,
                                   129, 130, 255, 256, 257, 300, 511, 512, 513, 2999};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (unsigned style = 0; style < 4; style++) {
            struct vg_parquet_options options = {.page_rows = 128, .group_rows = 256, .level = 1};
            fill(t, sizes[s], style, sizes[s] * 4 + style);
            struct vg_out out = write_table(t, &options, 77);
            check_same(t, &out);
            if (style == 1)
                keep(t, &out);
            vg_out_free(&out);
            options = VG_PARQUET_OPTIONS_DEFAULT;
            options.sorted = 1;
            out = write_table(t, &options, ROWS_MOST);
            check_same(t, &out);
            vg_out_free(&out);
        }
    free(t);
}

/* Opens and reads everything; whether that succeeded. */
static bool reads(const void *bytes, size_t len)
{
    struct vg_parquet_file *f;
    struct vg_parquet_page page = {0};
    bool good = true;
    if (vg_parquet_open_bytes(bytes, len, &f))
        return false;
    for (size_t g = 0; g < vg_parquet_groups(f); g++)
        for (size_t c = 0; c < vg_parquet_columns(f); c++) {
            size_t pages = 0;
            good = !vg_parquet_pages(f, g, c, &pages) && good;
            for (size_t p = 0; p < pages; p++)
                good = !vg_parquet_read_page(f, g, c, p, &page) && good;
        }
    vg_parquet_page_free(&page);
    vg_parquet_close(f);
    return good;
}

static struct vg_out small_file(void)
{
    struct vg_parquet_options options = {.page_rows = 128, .group_rows = 256, .level = 3};
    struct table *t = calloc(1, sizeof *t);
    fill(t, 300, 1, 5);
    struct vg_out out = write_table(t, &options, 300);
    free(t);
    return out;
}

static void a_cut_file_is_refused_at_every_length(void **state)
{
    (void)state;
    struct vg_out out = small_file();
    assert_true(reads(out.buf, out.len));
    for (size_t len = 0; len < out.len; len++) {
        void *exact = malloc(len ? len : 1); /* so that the sanitizer sees a byte read too far */
        memcpy(exact, out.buf, len);
        assert_false(reads(exact, len));
        free(exact);
    }
    vg_out_free(&out);
}

static void a_flipped_bit_never_crashes(void **state)
{
    (void)state;
    struct vg_out out = small_file();
    size_t found = 0, tried = 0;
    for (size_t i = 0; i < out.len; i++, tried++) {
        char bit = (char)(1 << i % 8);
        out.buf[i] ^= bit;
        found += !reads(out.buf, out.len);
        out.buf[i] ^= bit;
    }
    print_message("%zu of %zu flipped bits were seen\n", found, tried);
    assert_true(found * 2 > tried);
    assert_true(reads(out.buf, out.len));
    vg_out_free(&out);
}

static void a_value_that_does_not_fit_is_refused_and_takes_nothing(void **state)
{
    (void)state;
    struct vg_out out = vg_out_growing(1 << 20);
    struct vg_parquet_writer *w;
    const struct vg_parquet_column columns[] = {{"u8", VG_PARQUET_INT32, VG_PARQUET_UINT, 8, 0, 0, false},
                                                {"s", VG_PARQUET_BYTES, VG_PARQUET_STRING, 0, 0, 0, true}};
    struct vg_parquet_text text = {"x", 1};
    uint8_t absent = 0;
    int64_t value = 256;
    struct vg_parquet_cells cells[2] = {{.ints = &value}, {.texts = &text}};
    assert_int_equal(vg_parquet_writer_new(columns, 2, &VG_PARQUET_OPTIONS_DEFAULT, to_memory, &out, &w), VG_OK);
    assert_int_equal(vg_parquet_write(w, cells, 1), VG_RANGE);
    value = 255;
    text = (struct vg_parquet_text){"\xff", 1};
    assert_int_equal(vg_parquet_write(w, cells, 1), VG_SYNTAX);
    text.bytes = "x";
    cells[0].present = &absent;
    assert_int_equal(vg_parquet_write(w, cells, 1), VG_ARG);
    cells[0].present = NULL;
    assert_int_equal(vg_parquet_write(w, cells, 1), VG_OK);
    assert_int_equal(vg_parquet_finish(w), VG_OK);
    assert_int_equal(vg_parquet_finish(w), VG_ARG);
    assert_int_equal(vg_parquet_written_rows(w), 1);
    vg_parquet_writer_free(w);
    assert_true(reads(out.buf, out.len));
    vg_out_free(&out);
}

static enum vg_err failing(void *arg, const void *bytes, size_t len)
{
    (void)bytes;
    size_t *left = arg;
    if (len > *left)
        return VG_IO;
    *left -= len;
    return VG_OK;
}

static void a_sink_that_fails_anywhere_fails_the_writer(void **state)
{
    (void)state;
    struct table *t = calloc(1, sizeof *t);
    struct vg_parquet_options options = {.page_rows = 128, .group_rows = 256, .level = 1};
    struct vg_parquet_cells cells[COUNT];
    fill(t, 300, 1, 9);
    for (size_t c = 0; c < COUNT; c++)
        cells[c] = (struct vg_parquet_cells){t->ints[c], t->texts, t->present[c]};
    struct vg_out out = write_table(t, &options, 300);
    for (size_t most = 0; most < out.len; most += 97) {
        struct vg_parquet_writer *w = NULL;
        size_t left = most;
        enum vg_err err = vg_parquet_writer_new(COLUMNS, COUNT, &options, failing, &left, &w);
        if (!err) {
            vg_parquet_write(w, cells, 300);
            err = vg_parquet_finish(w);
            assert_int_equal(vg_parquet_write(w, cells, 1), VG_IO);
        }
        assert_int_equal(err, VG_IO);
        vg_parquet_writer_free(w);
    }
    vg_out_free(&out);
    free(t);
}

static void impossible_columns_are_refused(void **state)
{
    (void)state;
    static const struct vg_parquet_column bad[] = {
        {"", VG_PARQUET_INT32, VG_PARQUET_UINT, 8, 0, 0, false},
        {"a", VG_PARQUET_INT32, VG_PARQUET_DECIMAL, 0, 10, 7, false}, /* the format allows 9 digits on INT32 */
        {"a", VG_PARQUET_INT32, VG_PARQUET_UINT, 64, 0, 0, false},
        {"a", VG_PARQUET_INT32, VG_PARQUET_TIME_US, 0, 0, 0, false},
        {"a", VG_PARQUET_INT64, VG_PARQUET_STRING, 0, 0, 0, false},
    };
    struct vg_parquet_writer *w;
    struct vg_out out = vg_out_growing(1 << 10);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(vg_parquet_writer_new(&bad[i], 1, &VG_PARQUET_OPTIONS_DEFAULT, to_memory, &out, &w), VG_ARG);
    vg_out_free(&out);
}

static void every_coding_gives_back_what_was_written(void **state)
{
    (void)state;
    struct table *t = malloc(sizeof *t);
    uint8_t codings[COUNT];
    for (unsigned coding = 0; coding <= VG_CODE_COUNT; coding++)
        for (unsigned style = 0; style < 4; style++)
            for (unsigned raw = 0; raw <= VG_CODE_RAW; raw += VG_CODE_RAW) {
                struct vg_parquet_options options = {
                    .page_rows = 500, .group_rows = 2000, .level = 1, .codings = codings};
                memset(codings, (int)(coding | raw), sizeof codings);
                fill(t, 2700, style, coding * 8 + style);
                options.rows = raw ? t->rows : 0;
                struct vg_out bytes = write_table(t, &options, 900);
                check_same(t, &bytes);
                vg_out_free(&bytes);
            }
    free(t);
}

static void an_attachment_is_found_again(void **state)
{
    (void)state;
    static const char bytes[] = "anything";
    struct vg_parquet_writer *w;
    struct vg_parquet_file *f;
    struct vg_out out = vg_out_growing(1 << 20);
    assert_int_equal(vg_parquet_writer_new(COLUMNS, COUNT, &VG_PARQUET_OPTIONS_DEFAULT, to_memory, &out, &w), VG_OK);
    assert_int_equal(vg_parquet_attach(w, "vigia.this", "a note", bytes, sizeof bytes), VG_OK);
    assert_int_equal(vg_parquet_attach(w, "vigia.that", "", bytes, sizeof bytes), VG_ARG);
    assert_int_equal(vg_parquet_finish(w), VG_OK);
    vg_parquet_writer_free(w);
    assert_int_equal(vg_parquet_open_bytes(out.buf, out.len, &f), VG_OK);
    assert_null(vg_parquet_attachment(f, "vigia.that"));
    const struct vg_parquet_attachment *a = vg_parquet_attachment(f, "vigia.this");
    assert_non_null(a);
    assert_string_equal(a->note, "a note");
    assert_int_equal(a->bytes, sizeof bytes);
    assert_memory_equal(out.buf + a->offset, bytes, sizeof bytes);
    vg_parquet_close(f);
    vg_out_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(a_cut_file_is_refused_at_every_length),
        cmocka_unit_test(a_flipped_bit_never_crashes),
        cmocka_unit_test(a_value_that_does_not_fit_is_refused_and_takes_nothing),
        cmocka_unit_test(a_sink_that_fails_anywhere_fails_the_writer),
        cmocka_unit_test(impossible_columns_are_refused),
        cmocka_unit_test(every_coding_gives_back_what_was_written),
        cmocka_unit_test(an_attachment_is_found_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
