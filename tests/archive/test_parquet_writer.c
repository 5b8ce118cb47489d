/* What the writer takes and refuses, at each bound, and how it cuts rows into groups and pages. */
#include "archive/parquet_encode.h"
#include "archive/parquet_test.h"
#include "archive/parquet_write_inner.h"

enum { I32 = VG_PARQUET_INT32, I64 = VG_PARQUET_INT64, TEXT = VG_PARQUET_BYTES };
enum { SIGNED = VG_PARQUET_SIGNED, UINT = VG_PARQUET_UINT, DEC = VG_PARQUET_DECIMAL, TIME = VG_PARQUET_TIME_US };
enum { STRING = VG_PARQUET_STRING };

static const struct vg_parquet_column NUMBER = {"n", I32, SIGNED, 32, 0, 0, false};

static enum vg_err sink_nothing(void *arg, const void *bytes, size_t len)
{
    (void)bytes;
    *(size_t *)arg += len;
    return VG_OK;
}

/* ---- options and columns ---- */

static void options_are_taken_within_their_bounds(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        struct vg_parquet_options o;
        size_t count;
        enum vg_err err;
    } cases[] = {
        {"the least", {.page_rows = 1, .group_rows = 1, .level = 1}, 1, VG_OK},
        {"no pages", {.page_rows = 0, .group_rows = 1, .level = 1}, 1, VG_ARG},
        {"groups of less than a page", {.page_rows = 2, .group_rows = 1, .level = 1}, 1, VG_ARG},
        {"the largest page", {.page_rows = 65536, .group_rows = 65536, .level = 1}, 1, VG_OK},
        {"a larger one", {.page_rows = 65537, .group_rows = 65537, .level = 1}, 1, VG_ARG},
        {"the largest group", {.page_rows = 1, .group_rows = 1 << 22, .level = 1}, 1, VG_OK},
        {"a larger one", {.page_rows = 1, .group_rows = (1 << 22) + 1, .level = 1}, 1, VG_ARG},
        {"level 0", {.page_rows = 1, .group_rows = 1, .level = 0}, 1, VG_ARG},
        {"level 22", {.page_rows = 1, .group_rows = 1, .level = 22}, 1, VG_OK},
        {"level 23", {.page_rows = 1, .group_rows = 1, .level = 23}, 1, VG_ARG},
        {"no columns", {.page_rows = 1, .group_rows = 1, .level = 1}, 0, VG_ARG},
        {"64 columns, all sorted", {.page_rows = 1, .group_rows = 1, .level = 1, .sorted = 64}, 64, VG_OK},
        {"more than all sorted", {.page_rows = 1, .group_rows = 1, .level = 1, .sorted = 65}, 64, VG_ARG},
        {"65 columns", {.page_rows = 1, .group_rows = 1, .level = 1}, 65, VG_ARG},
    };
    struct vg_parquet_column columns[65];
    for (size_t i = 0; i < 65; i++)
        columns[i] = NUMBER;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_parquet_writer *w = NULL;
        size_t len = 0;
        enum vg_err err = vg_parquet_writer_new(columns, cases[i].count, &cases[i].o, sink_nothing, &len, &w);
        if (err != cases[i].err || (w != NULL) != !err || len != (err ? 0u : 4u))
            fail_msg("%s: %s", cases[i].what, vg_err_text(err));
        vg_parquet_writer_free(w);
    }
}

static void columns_are_valid_within_their_bounds(void **state)
{
    (void)state;
    static const struct {
        struct vg_parquet_column c;
        bool valid;
    } cases[] = {
        {{"n", I32, SIGNED, 8, 0, 0, 0}, true},
        {{"n", I32, SIGNED, 16, 0, 0, 0}, true},
        {{"n", I32, UINT, 32, 0, 0, 0}, true},
        {{"n", I32, UINT, 64, 0, 0, 0}, false},
        {{"n", I32, UINT, 7, 0, 0, 0}, false},
        {{"n", I32, UINT, 9, 0, 0, 0}, false},
        {{"n", I32, UINT, 15, 0, 0, 0}, false},
        {{"n", I32, UINT, 31, 0, 0, 0}, false},
        {{"n", I64, UINT, 64, 0, 0, 0}, true},
        {{"n", I64, UINT, 32, 0, 0, 0}, false},
        {{"n", I64, SIGNED, 63, 0, 0, 0}, false},
        {{"n", TEXT, UINT, 8, 0, 0, 0}, false},
        {{"n", I32, DEC, 0, 0, 0, 0}, false},
        {{"n", I32, DEC, 0, 1, 0, 0}, true},
        {{"n", I32, DEC, 0, 1, 1, 0}, true},
        {{"n", I32, DEC, 0, 1, 2, 0}, false},
        {{"n", I32, DEC, 0, 9, 9, 0}, true},
        {{"n", I32, DEC, 0, 10, 0, 0}, false},
        {{"n", I64, DEC, 0, 18, 18, 0}, true},
        {{"n", I64, DEC, 0, 19, 0, 0}, false},
        {{"n", TEXT, DEC, 0, 9, 0, 0}, false},
        {{"n", I64, TIME, 0, 0, 0, 0}, true},
        {{"n", I32, TIME, 0, 0, 0, 0}, false},
        {{"n", TEXT, STRING, 0, 0, 0, 0}, true},
        {{"n", I64, STRING, 0, 0, 0, 0}, false},
        {{"n", I32, 5, 32, 0, 0, 0}, false},
        {{"n", 5, SIGNED, 64, 0, 0, 0}, false},
        {{"", I32, UINT, 8, 0, 0, 0}, false},
        {{"0123456789012345678901234567890", I32, UINT, 8, 0, 0, 0}, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (vg_parquet_column_valid(&cases[i].c) != cases[i].valid)
            fail_msg("case %zu", i);
    struct vg_parquet_column endless = NUMBER;
    memset(endless.name, 'n', sizeof endless.name);
    assert_false(vg_parquet_column_valid(&endless));
}

/* ---- values ---- */

static enum vg_err try_value(struct vg_parquet_column column, int64_t value, bool optional, const uint8_t *present)
{
    struct vg_column_encoder chunk;
    int64_t values[3] = {0, value, 0};
    const struct vg_parquet_cells cells = {.ints = values, .present = present};
    column.optional = optional;
    assert_int_equal(vg_column_encoder_init(&chunk, &column, 4), VG_OK);
    enum vg_err err = vg_column_encoder_check(&chunk, &cells, 0, 3);
    assert_int_equal(vg_column_encoder_check(&chunk, &cells, 0, 1), VG_OK); /* only what is asked is looked at */
    assert_int_equal(vg_column_encoder_check(&chunk, &cells, 2, 1), VG_OK);
    vg_column_encoder_free(&chunk);
    return err;
}

static void values_are_taken_within_their_bounds(void **state)
{
    (void)state;
    static const struct {
        struct vg_parquet_column c;
        int64_t min, max;
    } cases[] = {
        {{"n", I32, UINT, 8, 0, 0, 0}, 0, 255},
        {{"n", I32, UINT, 16, 0, 0, 0}, 0, 65535},
        {{"n", I32, UINT, 32, 0, 0, 0}, 0, UINT32_MAX},
        {{"n", I32, SIGNED, 8, 0, 0, 0}, -128, 127},
        {{"n", I32, SIGNED, 16, 0, 0, 0}, -32768, 32767},
        {{"n", I32, SIGNED, 32, 0, 0, 0}, INT32_MIN, INT32_MAX},
        {{"n", I32, DEC, 0, 1, 0, 0}, -9, 9},
        {{"n", I32, DEC, 0, 9, 6, 0}, -999999999, 999999999},
        {{"n", I64, DEC, 0, 18, 0, 0}, -INT64_C(999999999999999999), INT64_C(999999999999999999)},
        {{"n", I64, SIGNED, 64, 0, 0, 0}, INT64_MIN, INT64_MAX},
        {{"n", I64, UINT, 64, 0, 0, 0}, INT64_MIN, INT64_MAX},
        {{"n", I64, TIME, 0, 0, 0, 0}, INT64_MIN, INT64_MAX},
    };
    static const uint8_t all[3] = {1, 1, 1}, not_it[3] = {1, 0, 1}, it[3] = {0, 1, 0}, none[3] = {0, 0, 0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct vg_parquet_column c = cases[i].c;
        const int64_t ends[] = {cases[i].min, cases[i].max};
        for (int e = 0; e < 2; e++) {
            bool outside = ends[e] != INT64_MIN && ends[e] != INT64_MAX;
            int64_t beyond = outside ? ends[e] + (e ? 1 : -1) : ends[e];
            enum vg_err err = outside ? VG_RANGE : VG_OK;
            assert_int_equal(try_value(c, ends[e], false, NULL), VG_OK);
            assert_int_equal(try_value(c, ends[e], true, all), VG_OK);
            assert_int_equal(try_value(c, beyond, false, NULL), err);
            assert_int_equal(try_value(c, beyond, true, NULL), err);
            assert_int_equal(try_value(c, beyond, false, all), err);
            assert_int_equal(try_value(c, beyond, true, all), err);
            assert_int_equal(try_value(c, beyond, true, it), err);
            assert_int_equal(try_value(c, beyond, true, not_it), VG_OK); /* nobody looks at it */
            assert_int_equal(try_value(c, beyond, true, none), VG_OK);
        }
    }
}

static void nulls_and_texts_are_taken_where_they_may_be(void **state)
{
    (void)state;
    static char text[65536];
    struct vg_column_encoder number, name;
    const struct vg_parquet_column texts = {"s", TEXT, STRING, 0, 0, 0, false};
    int64_t ints[3] = {0};
    struct vg_parquet_text words[3] = {{"a", 1}, {"b", 1}, {"c", 1}};
    static const uint8_t present[3] = {1, 0, 1}, last[3] = {1, 1, 0}, none[3] = {0};
    memset(text, 'x', sizeof text);
    assert_int_equal(vg_column_encoder_init(&number, &NUMBER, 4), VG_OK);
    assert_int_equal(vg_column_encoder_init(&name, &texts, 4), VG_OK);
    for (struct vg_column_encoder *chunk = &number; chunk; chunk = chunk == &number ? &name : NULL) {
        const uint8_t *const some[] = {present, last, none};
        for (size_t i = 0; i < 3; i++) {
            const struct vg_parquet_cells cells = {ints, words, some[i]};
            chunk->column.optional = false;
            assert_int_equal(vg_column_encoder_check(chunk, &cells, 0, 3), VG_ARG);
            chunk->column.optional = true;
            assert_int_equal(vg_column_encoder_check(chunk, &cells, 0, 3), VG_OK);
        }
    }
    static const struct {
        const char *bytes;
        uint32_t len;
        enum vg_err err;
    } cases[] = {
        {text, 65535, VG_OK},       {text, 65536, VG_RANGE},    {"", 0, VG_OK},
        {"\xc3\xb1", 2, VG_OK},     {"\xc3\xb1", 1, VG_SYNTAX}, {"x\xff", 2, VG_SYNTAX},
        {"\xc0\x80", 2, VG_SYNTAX},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t at = 0; at < 3; at++) {
            struct vg_parquet_cells cells = {.texts = words};
            const struct vg_parquet_text was = words[at];
            words[at] = (struct vg_parquet_text){cases[i].bytes, cases[i].len};
            assert_int_equal(vg_column_encoder_check(&name, &cells, 0, 3), cases[i].err);
            cells.present = present;
            assert_int_equal(vg_column_encoder_check(&name, &cells, 0, 3), at == 1 ? VG_OK : cases[i].err);
            words[at] = was;
        }
    /* The same bytes of another length are looked at again. */
    words[1] = (struct vg_parquet_text){"a\xff", 1};
    words[2] = (struct vg_parquet_text){words[1].bytes, 2};
    assert_int_equal(vg_column_encoder_check(&name, &(struct vg_parquet_cells){.texts = words}, 0, 3), VG_SYNTAX);
    vg_column_encoder_free(&number);
    vg_column_encoder_free(&name);
}

/* ---- groups and pages ---- */

static void rows_are_cut_into_groups_and_pages(void **state)
{
    (void)state;
    static const struct {
        uint32_t page_rows, group_rows;
        uint64_t told;
        size_t rows, groups, first, last, pages; /* rows of the first and the last group; pages of the last */
    } cases[] = {
        {10, 100, 0, 250, 3, 100, 50, 5}, {10, 100, 0, 200, 2, 100, 100, 10}, {10, 100, 0, 201, 3, 100, 1, 1},
        {10, 100, 30, 70, 3, 30, 10, 1},  {10, 100, 5, 25, 3, 10, 5, 1},      {10, 100, 10, 25, 3, 10, 5, 1},
        {10, 100, 99, 99, 1, 99, 99, 10}, {10, 100, 100, 150, 2, 100, 50, 5}, {10, 100, 500, 150, 2, 100, 50, 5},
        {10, 10, 0, 10, 1, 10, 10, 1},    {10, 100, 11, 22, 2, 11, 11, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t step = 7; step <= 300; step *= 40) {
            static int64_t ints[300];
            struct vg_out out = vg_out_growing(1 << 20);
            struct vg_parquet_options o = {
                .page_rows = cases[i].page_rows, .group_rows = cases[i].group_rows, .level = 1, .rows = cases[i].told};
            struct vg_parquet_cells cells = {.ints = ints};
            struct vg_parquet_writer *w;
            struct vg_parquet_file *file;
            size_t pages = 0;
            assert_int_equal(vg_parquet_writer_new(&NUMBER, 1, &o, to_memory, &out, &w), VG_OK);
            for (size_t done = 0; done < cases[i].rows; done += step)
                assert_int_equal(vg_parquet_write(w, &cells, cases[i].rows - done < step ? cases[i].rows - done : step),
                                 VG_OK);
            assert_int_equal(vg_parquet_finish(w), VG_OK);
            assert_int_equal(vg_parquet_write(w, &cells, 1), VG_ARG);
            assert_int_equal(vg_parquet_attach(w, "k", "", "", 0), VG_ARG);
            assert_int_equal(vg_parquet_written_rows(w), cases[i].rows);
            assert_int_equal(vg_parquet_written_bytes(w), out.len);
            assert_int_equal(vg_parquet_written_column_bytes(w, 1), 0);
            assert_true(vg_parquet_written_column_bytes(w, 0) > 20 * cases[i].groups);
            vg_parquet_writer_free(w);
            assert_int_equal(vg_parquet_open_bytes(out.buf, out.len, &file), VG_OK);
            assert_int_equal(vg_parquet_groups(file), cases[i].groups);
            assert_int_equal(vg_parquet_group_rows(file, 0), cases[i].first);
            assert_int_equal(vg_parquet_group_rows(file, cases[i].groups - 1), cases[i].last);
            assert_int_equal(vg_parquet_pages(file, cases[i].groups - 1, 0, &pages), VG_OK);
            assert_int_equal(pages, cases[i].pages);
            vg_parquet_close(file);
            vg_out_free(&out);
        }
}

/* The format numbers groups by 16 bits with a sign. */
static void a_file_has_at_most_32767_groups(void **state)
{
    (void)state;
    static int64_t ints[32768];
    struct vg_parquet_writer *w;
    struct vg_parquet_cells cells = {.ints = ints};
    size_t len = 0;
    uint8_t plain = VG_CODE_PLAIN | VG_CODE_RAW;
    struct vg_parquet_options o = {.page_rows = 1, .group_rows = 1, .level = 1, .codings = &plain};
    for (size_t rows = 32767; rows <= 32768; rows++) {
        assert_int_equal(vg_parquet_writer_new(&NUMBER, 1, &o, sink_nothing, &len, &w), VG_OK);
        assert_int_equal(vg_parquet_write(w, &cells, rows), rows == 32767 ? VG_OK : VG_LIMIT);
        assert_int_equal(vg_parquet_finish(w), rows == 32767 ? VG_OK : VG_LIMIT);
        assert_int_equal(vg_parquet_written_rows(w), rows == 32767 ? rows : 0);
        vg_parquet_writer_free(w);
    }
}

/* 1024 texts of 65535 bytes and their lengths are just below 2^26 bytes, 1025 are above; packed they are little. */
static void a_page_is_not_larger_than_readers_take(void **state)
{
    (void)state;
    static char text[65535];
    static struct vg_parquet_text texts[1025];
    const struct vg_parquet_column column = {"s", TEXT, STRING, 0, 0, 0, false};
    struct vg_parquet_options o = {.page_rows = 1025, .group_rows = 1025, .level = 1};
    uint8_t coding = VG_CODE_DELTA;
    memset(text, 'x', sizeof text);
    for (size_t i = 0; i < 1025; i++)
        texts[i] = (struct vg_parquet_text){text, sizeof text};
    o.codings = &coding;
    for (size_t rows = 1023; rows <= 1025; rows += 2) {
        struct vg_parquet_writer *w;
        struct vg_parquet_cells cells = {.texts = texts};
        size_t len = 0;
        assert_int_equal(vg_parquet_writer_new(&column, 1, &o, sink_nothing, &len, &w), VG_OK);
        enum vg_err err = vg_parquet_write(w, &cells, rows);
        if (!err)
            err = vg_parquet_finish(w);
        assert_int_equal(err, rows == 1023 ? VG_OK : VG_LIMIT);
        vg_parquet_writer_free(w);
    }
}

static void an_attachment_is_taken_within_its_bounds(void **state)
{
    (void)state;
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";
    for (size_t key = 0; key <= 33; key++)
        for (size_t note = 62; note <= 65; note++) {
            struct vg_parquet_writer *w;
            size_t len = 0;
            char k[40], n[80];
            snprintf(k, sizeof k, "%.*s", (int)key, letters);
            snprintf(n, sizeof n, "%.*s", (int)note, letters);
            assert_int_equal(vg_parquet_writer_new(&NUMBER, 1, &VG_PARQUET_OPTIONS_DEFAULT, sink_nothing, &len, &w),
                             VG_OK);
            assert_int_equal(vg_parquet_attach(w, k, n, "x", 1), key && key < 32 && note < 64 ? VG_OK : VG_ARG);
            vg_parquet_writer_free(w);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_are_taken_within_their_bounds),
        cmocka_unit_test(columns_are_valid_within_their_bounds),
        cmocka_unit_test(values_are_taken_within_their_bounds),
        cmocka_unit_test(nulls_and_texts_are_taken_where_they_may_be),
        cmocka_unit_test(rows_are_cut_into_groups_and_pages),
        cmocka_unit_test(a_file_has_at_most_32767_groups),
        cmocka_unit_test(a_page_is_not_larger_than_readers_take),
        cmocka_unit_test(an_attachment_is_taken_within_its_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
