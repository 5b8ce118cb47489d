/* Rows on their way into a file: how many a page has, texts that come again or are too many, and what a failure leaves.
 */
#include <unistd.h>

#include "archive/parquet_test.h"
#include "archive/positions.h"
#include "archive/statics.h"
#include "archive/store_folder.h"
#include "archive/table.h"

static struct vg_table_out *open_out(const struct vg_table *table, const char *path, uint32_t page_rows, uint64_t rows)
{
    struct vg_parquet_options options = VG_PARQUET_OPTIONS_DEFAULT;
    struct vg_table_out *out;
    options.page_rows = page_rows;
    options.rows = rows;
    options.level = 1;
    assert_int_equal(vg_table_out_open(table, path, &options, &out), VG_OK);
    return out;
}

/* ---- pages ---- */

static void many_rows_get_smaller_pages(void **state)
{
    static const struct {
        uint32_t page_rows;
        uint64_t told;
        size_t pages; /* of 10 000 rows */
    } cases[] = {{0, 10000, 2},   {0, 1, 2}, {0, (1 << 18) - 1, 2}, {0, 1 << 18, 3},
                 {0, 1 << 20, 3}, {0, 0, 3}, {5000, 10000, 2},      {1000, 0, 10}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[200];
        struct vg_parquet_file *file;
        size_t pages;
        snprintf(path, sizeof path, "%s/%zu", (char *)*state, i);
        struct vg_table_out *out = open_out(&vg_table_positions, path, cases[i].page_rows, cases[i].told);
        for (uint32_t n = 0; n < 10000; n++) {
            struct vg_position p = {.mmsi = n, .source_name = {"", 0}};
            assert_int_equal(vg_table_out_row(out, &p), VG_OK);
        }
        assert_int_equal(vg_table_out_commit(out, NULL, NULL), VG_OK);
        assert_int_equal(vg_parquet_open(path, &file), VG_OK);
        size_t all = 0;
        for (size_t g = 0; g < vg_parquet_groups(file); g++) {
            assert_int_equal(vg_parquet_pages(file, g, 0, &pages), VG_OK);
            all += pages;
        }
        if (cases[i].told != 1) /* told one and given more: groups of a page */
            assert_int_equal(vg_parquet_groups(file), 1);
        assert_int_equal(all, cases[i].pages);
        vg_parquet_close(file);
    }
}

/* ---- texts ---- */

/* The texts of a column, row by row, must be those that `want` gives. */
static void check_texts(const char *path, const char *column, size_t rows,
                        struct vg_parquet_text (*want)(size_t row, char *room))
{
    struct vg_parquet_file *file;
    struct vg_parquet_page page = {0};
    char room[400];
    size_t row = 0, pages;
    assert_int_equal(vg_parquet_open(path, &file), VG_OK);
    size_t c = vg_parquet_find(file, column);
    for (size_t g = 0; g < vg_parquet_groups(file); g++) {
        assert_int_equal(vg_parquet_pages(file, g, c, &pages), VG_OK);
        for (size_t p = 0; p < pages; p++) {
            assert_int_equal(vg_parquet_read_page(file, g, c, p, &page), VG_OK);
            for (uint32_t i = 0; i < page.rows; i++, row++) {
                struct vg_parquet_text text = want(row, room);
                assert_int_equal(page.texts[i].len, text.len);
                assert_memory_equal(page.texts[i].bytes, text.bytes, text.len);
            }
        }
    }
    assert_int_equal(row, rows);
    vg_parquet_page_free(&page);
    vg_parquet_close(file);
}

/* 255 bytes, another text for each row. */
static struct vg_parquet_text long_text(size_t row, char *room)
{
    memset(room, 'a' + (int)(row % 26), 255);
    for (size_t i = 100; row; row /= 10)
        room[i++] = (char)('0' + row % 10);
    return (struct vg_parquet_text){room, 255};
}

static struct vg_parquet_text name_of(size_t row, char *room)
{
    int n = snprintf(room, VG_NAME_SIZE, "%035zu", row);
    return (struct vg_parquet_text){room, (uint32_t)n};
}

static struct vg_parquet_text destination_of(size_t row, char *room)
{
    int n = snprintf(room, VG_DESTINATION_SIZE, "%020zu", row * 7);
    return (struct vg_parquet_text){room, (uint32_t)n};
}

/* A batch of 4096 such rows has 1 300 000 bytes of text, more than it has room for. */
static void texts_that_do_not_fit_a_batch_go_before_it(void **state)
{
    enum { ROWS = 9000 };
    char path[200], room[400];
    snprintf(path, sizeof path, "%s/texts", (char *)*state);
    struct vg_table_out *out = open_out(&vg_table_statics, path, 2000, 0);
    for (uint32_t n = 0; n < ROWS; n++) {
        struct vg_static s = {.mmsi = n,
                              .time_us = 1,
                              .fields = VG_FIELD_BIT(NAME) | VG_FIELD_BIT(DESTINATION),
                              .source_name = long_text(n, room)};
        char text[400];
        memcpy(s.name, name_of(n, text).bytes, sizeof s.name);
        memcpy(s.destination, destination_of(n, text).bytes, sizeof s.destination);
        assert_int_equal(vg_table_out_row(out, &s), VG_OK);
    }
    assert_int_equal(vg_table_out_commit(out, NULL, NULL), VG_OK);
    check_texts(path, "source", ROWS, long_text);
    check_texts(path, "name", ROWS, name_of);
    check_texts(path, "destination", ROWS, destination_of);
}

/* Texts of one length whose first, middle and last characters are the same, and such that are mended; longer than 255.
 */
static const struct {
    const char *given, *kept;
} ODD[] = {
    {"", ""},
    {"abcde", "abcde"},
    {"axcye", "axcye"},
    {"abcde", "abcde"},
    {"abcd", "abcd"},
    {"\xff", "?"},
    {"\xff", "?"},
    {"?", "?"},
    {"\xff", "?"},
    {"a\xc3", "a?"},
    {"\xc3\xb1", "\xc3\xb1"},
    {"\xe2\x82", "??"},
    {"\xe2\x82\xac", "\xe2\x82\xac"},
    {"\xf5z", "?z"},
};
enum { ODDS = sizeof ODD / sizeof *ODD };

static struct vg_parquet_text odd_text(size_t row, char *room)
{
    const char *text = ODD[row % ODDS].kept;
    (void)room;
    return (struct vg_parquet_text){text, (uint32_t)strlen(text)};
}

static void texts_that_look_alike_are_kept_apart_and_bad_ones_mended(void **state)
{
    enum { ROWS = 5000 };
    char path[200];
    snprintf(path, sizeof path, "%s/odd", (char *)*state);
    struct vg_table_out *out = open_out(&vg_table_positions, path, 1000, 0);
    for (uint32_t n = 0; n < ROWS; n++) {
        const char *text = ODD[n % ODDS].given;
        struct vg_position p = {.mmsi = n, .source_name = {text, (uint32_t)strlen(text)}};
        assert_int_equal(vg_table_out_row(out, &p), VG_OK);
    }
    assert_int_equal(vg_table_out_commit(out, NULL, NULL), VG_OK);
    check_texts(path, "source", ROWS, odd_text);
}

static struct vg_parquet_text cut_text(size_t row, char *room)
{
    size_t len = 253 + row;
    memset(room, 'x', 400);
    if (len == 256)
        room[254] = '?'; /* half a character was left */
    return (struct vg_parquet_text){room, (uint32_t)(len < 255 ? len : 255)};
}

static void a_text_has_at_most_255_bytes(void **state)
{
    char path[200], text[400];
    snprintf(path, sizeof path, "%s/cut", (char *)*state);
    struct vg_table_out *out = open_out(&vg_table_positions, path, 1000, 0);
    for (uint32_t n = 0; n < 5; n++) { /* 253 to 257 bytes */
        memset(text, 'x', sizeof text);
        if (n == 3)
            memcpy(text + 254, "\xc3\xb1", 2);
        struct vg_position p = {.mmsi = n, .source_name = {text, 253 + n}};
        assert_int_equal(vg_table_out_row(out, &p), VG_OK);
    }
    assert_int_equal(vg_table_out_commit(out, NULL, NULL), VG_OK);
    check_texts(path, "source", 5, cut_text);
}

/* ---- failures ---- */

static void what_fails_leaves_no_file(void **state)
{
    char path[200], temporary[220];
    struct vg_parquet_options options = VG_PARQUET_OPTIONS_DEFAULT;
    struct vg_table_out *out = NULL;
    uint64_t bytes = 77, columns[VG_PARQUET_COLUMNS] = {78};
    snprintf(path, sizeof path, "%s/file", (char *)*state);
    snprintf(temporary, sizeof temporary, "%s.tmp", path);
    options.level = 0;
    assert_int_equal(vg_table_out_open(&vg_table_positions, path, &options, &out), VG_ARG);
    assert_null(out);
    assert_true(access(path, F_OK) && access(temporary, F_OK));
    assert_int_equal(vg_table_out_open(&vg_table_positions, "/nowhere/at/all", &VG_PARQUET_OPTIONS_DEFAULT, &out),
                     VG_NOT_FOUND);
    /* A value that its column can't hold is told when the batch is written, then by every call, and by the commit. */
    out = open_out(&vg_table_positions, path, 100, 0);
    struct vg_position p = {.sog_dkn = 0, .fields = VG_FIELD_BIT(COG), .cog_ddeg = 10000, .source_name = {"", 0}};
    for (int i = 0; i < 4096; i++)
        assert_int_equal(vg_table_out_row(out, &p), VG_OK);
    assert_int_equal(vg_table_out_row(out, &p), VG_RANGE);
    assert_int_equal(vg_table_out_row(out, &p), VG_RANGE);
    assert_false(access(temporary, F_OK));
    assert_int_equal(vg_table_out_commit(out, &bytes, columns), VG_RANGE);
    assert_true(bytes == 77 && columns[0] == 78);
    assert_true(access(path, F_OK) && access(temporary, F_OK));
    out = open_out(&vg_table_positions, path, 100, 0);
    vg_table_out_abandon(out);
    vg_table_out_abandon(NULL);
    assert_true(access(path, F_OK) && access(temporary, F_OK));
    out = open_out(&vg_table_positions, path, 100, 0);
    assert_int_equal(vg_table_out_commit(out, &bytes, NULL), VG_OK); /* without a row */
    struct vg_positions_file *file;
    assert_int_equal(vg_positions_open(path, &file), VG_OK);
    assert_int_equal(vg_positions_rows(file), 0);
    vg_positions_close(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(many_rows_get_smaller_pages),
        IN_FOLDER(texts_that_do_not_fit_a_batch_go_before_it),
        IN_FOLDER(texts_that_look_alike_are_kept_apart_and_bad_ones_mended),
        IN_FOLDER(a_text_has_at_most_255_bytes),
        IN_FOLDER(what_fails_leaves_no_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
