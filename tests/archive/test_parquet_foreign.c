/* Values, bounds and attachments of other writers: read as the format says, or refused. */
#include "archive/parquet_forge.h"
#include "archive/parquet_inner.h"

/* ---- values ---- */

struct value_case {
    const char *what;
    int64_t type, encoding;
    struct bytes page;
    enum vg_err err;
    int64_t ints[4]; /* of texts: their lengths */
    const char *texts;
    uint8_t null[4];
};

static void check_values(const struct value_case *c, bool optional)
{
    struct forged f = forge_plain();
    struct vg_parquet_page page = {0};
    struct vg_out out;
    struct vg_parquet_file *file;
    f.number[TYPE] = c->type;
    f.number[ENCODING] = c->encoding;
    f.number[REPETITION] = optional;
    f.page = c->page;
    if (c->encoding == 8)
        f.dict = c->type == 6 ? AS_BYTES("\2\0\0\0ab\0\0\0\0\1\0\0\0c") : AS_BYTES("\x0a\0\0\0\x14\0\0\0\x1e\0\0\0");
    f.number[DICT_VALUES] = 3;
    out = forge(&f);
    assert_int_equal(vg_parquet_open_bytes(out.buf, out.len, &file), VG_OK);
    enum vg_err err = vg_parquet_read_page(file, 0, 0, 0, &page);
    if (err != c->err)
        fail_msg("%s: %s", c->what, vg_err_text(err));
    const char *text = c->texts;
    for (size_t i = 0; i < 4 && !err; i++) {
        if (page.present[i] == c->null[i])
            fail_msg("%s: row %zu", c->what, i);
        if (c->type != 6) {
            assert_int_equal(page.ints[i], c->ints[i]);
            continue;
        }
        assert_int_equal(page.texts[i].len, c->ints[i]);
        assert_memory_equal(page.texts[i].bytes, text, page.texts[i].len);
        text += page.texts[i].len;
    }
    vg_parquet_page_free(&page);
    vg_parquet_close(file);
    vg_out_free(&out);
}

static void values_are_read_as_the_format_says(void **state)
{
    (void)state;
    static const struct value_case cases[] = {
        {"INT32",
         1,
         0,
         BYTES("\1\0\0\0\0\0\0\x80\xff\xff\xff\x7f\xff\xff\xff\xff"),
         VG_OK,
         {1, INT32_MIN, INT32_MAX, -1},
         "",
         {0}},
        {"INT64",
         2,
         0,
         BYTES("\1\2\3\4\5\6\7\x08\0\0\0\0\0\0\0\x80\xff\xff\xff\xff\xff\xff\xff\x7f\0\0\0\0\0\0\0\0"),
         VG_OK,
         {INT64_C(0x0807060504030201), INT64_MIN, INT64_MAX, 0},
         "",
         {0}},
        {"bytes behind", 1, 0, BYTES("\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0x"), VG_OK, {1, 2, 3, 4}, "", {0}},
        {"a byte short", 1, 0, BYTES("\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0"), VG_CORRUPT, {0}, "", {0}},
        {"a dictionary", 1, 8, BYTES("\x02\x03\x98\0"), VG_OK, {10, 30, 20, 30}, "", {0}},
        {"a run of a dictionary", 1, 8, BYTES("\x02\x08\x01"), VG_OK, {20, 20, 20, 20}, "", {0}},
        {"a run too short", 1, 8, BYTES("\x02\x06\x01"), VG_CORRUPT, {0}, "", {0}},
        {"deltas", 1, 5, BYTES("\x80\x01\x04\x04\x0e\x03\x02\0\0\0\xc0\x3f\0\0\0\0\0\0"), VG_OK, {7, 5, 3, 1}, "", {0}},
        {"deltas of another count",
         1,
         5,
         BYTES("\x80\x01\x04\x05\x0e\x03\x02\0\0\0\xc0\x3f\0\0\0\0\0\0"),
         VG_CORRUPT,
         {0},
         "",
         {0}},
        {"texts", 6, 0, BYTES("\1\0\0\0a\0\0\0\0\2\0\0\0bc\1\0\0\0d"), VG_OK, {1, 0, 2, 1}, "abcd", {0}},
        {"a text too short", 6, 0, BYTES("\1\0\0\0a\0\0\0\0\2\0\0\0bc\2\0\0\0d"), VG_CORRUPT, {0}, "", {0}},
        {"a length too short", 6, 0, BYTES("\1\0\0\0a\0\0\0\0\2\0\0\0bc\0\0\0"), VG_CORRUPT, {0}, "", {0}},
        {"a text of 4 GB", 6, 0, BYTES("\1\0\0\0a\0\0\0\0\xff\xff\xff\xff\0\0\0\0"), VG_CORRUPT, {0}, "", {0}},
        {"texts of a dictionary", 6, 8, BYTES("\x02\x03\x18\0"), VG_OK, {2, 1, 0, 2}, "abcab", {0}},
        {"lengths, then bytes",
         6,
         6,
         BYTES("\x80\x01\x04\x04\x02\x01\x02\0\0\0\x0c\0\0\0\0\0\0\0abcd"),
         VG_OK,
         {1, 0, 2, 1},
         "abcd",
         {0}},
        {"a byte of them missing",
         6,
         6,
         BYTES("\x80\x01\x04\x04\x02\x01\x02\0\0\0\x0c\0\0\0\0\0\0\0abc"),
         VG_CORRUPT,
         {0},
         "",
         {0}},
        {"a length below 0",
         6,
         6,
         BYTES("\x80\x01\x04\x04\x01\x01\x02\0\0\0\x0c\0\0\0\0\0\0\0abcd"),
         VG_CORRUPT,
         {0},
         "",
         {0}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_values(&cases[i], false);
}

static void nulls_are_put_where_the_levels_say(void **state)
{
    (void)state;
    static const struct value_case cases[] = {
        {"all are there", 1, 0, BYTES("\2\0\0\0\x08\1\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0"), VG_OK, {1, 2, 3, 4}, "", {0}},
        {"the second and the last",
         1,
         0,
         BYTES("\2\0\0\0\3\x0a\5\0\0\0\6\0\0\0"),
         VG_OK,
         {0, 5, 0, 6},
         "",
         {1, 0, 1, 0}},
        {"the first", 1, 0, BYTES("\2\0\0\0\3\1\5\0\0\0"), VG_OK, {5, 0, 0, 0}, "", {0, 1, 1, 1}},
        {"none", 1, 0, BYTES("\2\0\0\0\x08\0"), VG_OK, {0}, "", {1, 1, 1, 1}},
        {"none of a dictionary", 1, 8, BYTES("\2\0\0\0\x08\0"), VG_OK, {0}, "", {1, 1, 1, 1}},
        {"the third of a dictionary", 1, 8, BYTES("\2\0\0\0\3\4\2\2\2"), VG_OK, {0, 0, 30, 0}, "", {1, 1, 0, 1}},
        {"a value short", 1, 0, BYTES("\2\0\0\0\3\x0a\5\0\0\0\6\0\0"), VG_CORRUPT, {0}, "", {0}},
        {"a level of 2", 1, 0, BYTES("\2\0\0\0\x08\2"), VG_CORRUPT, {0}, "", {0}},
        {"levels of three rows", 1, 0, BYTES("\2\0\0\0\6\0"), VG_CORRUPT, {0}, "", {0}},
        {"levels up to the end", 1, 0, BYTES("\3\0\0\0\x08\0\0"), VG_OK, {0}, "", {1, 1, 1, 1}},
        {"levels beyond the end", 1, 0, BYTES("\4\0\0\0\x08\0\0"), VG_CORRUPT, {0}, "", {0}},
        {"levels without end", 1, 0, BYTES("\xff\xff\xff\xff\x08\0"), VG_CORRUPT, {0}, "", {0}},
        {"no levels", 1, 0, BYTES("\0\0\0"), VG_CORRUPT, {0}, "", {0}},
        {"texts", 6, 0, BYTES("\2\0\0\0\3\x0a\1\0\0\0a\2\0\0\0bc"), VG_OK, {0, 1, 0, 2}, "abc", {1, 0, 1, 0}},
        {"lengths",
         6,
         6,
         BYTES("\2\0\0\0\3\5\x80\x01\x04\x02\x02\x02\0\0\0\0abc"),
         VG_OK,
         {1, 0, 2, 0},
         "abc",
         {0, 1, 0, 1}},
        {"deltas",
         2,
         5,
         BYTES("\2\0\0\0\3\6\x80\x01\x04\x02\x05\x02\0\0\0\0"),
         VG_OK,
         {0, -3, -2, 0},
         "",
         {1, 0, 0, 1}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_values(&cases[i], true);
}

/* ---- bounds ---- */

static void bounds_have_the_columns_width(void **state)
{
    (void)state;
    static const struct {
        int64_t type, logical, one;
        struct bytes min, max;
        bool known, both; /* both: there is an index of bounds, too */
        int64_t least, most;
    } cases[] = {
        {1, 0, 0, BYTES("\1\0\0\0"), BYTES("\xfe\xff\xff\xff"), true, true, 1, -2},
        {1, 10, 32, BYTES("\1\0\0\0"), BYTES("\xfe\xff\xff\xff"), true, true, 1, INT64_C(0xfffffffe)},
        {2, 0, 0, BYTES("\1\0\0\0\0\0\0\0"), BYTES("\0\0\0\0\0\0\0\x40"), true, true, 1, INT64_C(1) << 62},
        {1, 0, 0, BYTES("\1\0\0"), BYTES("\2\0\0\0"), false, true, 0, 0},
        {1, 0, 0, BYTES("\1\0\0\0"), BYTES("\2\0\0\0\0"), false, true, 0, 0},
        {2, 0, 0, BYTES("\1\0\0\0"), BYTES("\2\0\0\0"), false, true, 0, 0},
        {1, 0, 0, {NULL, 0}, BYTES("\2\0\0\0"), false, false, 0, 0},
        {1, 0, 0, BYTES("\2\0\0\0"), {NULL, 0}, false, false, 0, 0},
        {6, 0, 0, BYTES("abcd"), BYTES("efgh"), false, true, 0, 0},
        {6, 0, 0, BYTES("abcdefgh"), BYTES("efghijkl"), false, true, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct forged f = forge_plain();
        struct vg_parquet_file *file;
        size_t count;
        const struct set sets[] = {{TYPE, cases[i].type}, {LOGICAL, cases[i].logical}, {ONE, cases[i].one}, {NULLS, 3}};
        f = forge_with(f, sets, 4);
        f.min = cases[i].min;
        f.max = cases[i].max;
        struct vg_out out = forge(&f);
        assert_int_equal(vg_parquet_open_bytes(out.buf, out.len, &file), VG_OK);
        assert_int_equal(vg_parquet_pages(file, 0, 0, &count), VG_OK);
        for (int of_page = 0; of_page < 1 + cases[i].both; of_page++) {
            struct vg_parquet_bounds b =
                of_page ? vg_parquet_page_bounds(file, 0, 0, 0) : vg_parquet_group_bounds(file, 0, 0);
            assert_int_equal(b.known, cases[i].known);
            assert_int_equal(b.nulls, 3);
            if (b.known) {
                assert_int_equal(b.min, cases[i].least);
                assert_int_equal(b.max, cases[i].most);
            }
        }
        vg_parquet_close(file);
        vg_out_free(&out);
    }
}

/* ---- what stands beside ---- */

static void an_attachments_place_is_read_or_passed_over(void **state)
{
    (void)state;
    static char long_note[130];
    static const char letters[] = "vigia.abcdefghijklmnopqrstuvwxyz0123456789";
    memset(long_note, 'n', sizeof long_note);
    memcpy(long_note, "7 8 ", 4);
    const struct {
        struct bytes key, value;
        bool found;
        uint64_t offset;
        uint32_t bytes;
        size_t note;
    } cases[] = {
        {BYTES("vigia.x"), BYTES("100 5 a note"), true, 100, 5, 6},
        {BYTES("vigia.x"), BYTES("100 5"), true, 100, 5, 0},
        {BYTES("vigia."), BYTES("1 2 x"), true, 1, 2, 1},
        {{letters, 31}, BYTES("1 2 x"), true, 1, 2, 1},
        {{letters, 32}, BYTES("1 2 x"), false, 0, 0, 0},
        {BYTES("vigia"), BYTES("1 2 x"), false, 0, 0, 0},
        {BYTES("vigib.x"), BYTES("1 2 x"), false, 0, 0, 0},
        {BYTES("other.x"), BYTES("1 2 x"), false, 0, 0, 0},
        {BYTES("vigia.x"), BYTES("100"), false, 0, 0, 0},
        {BYTES("vigia.x"), BYTES("x 5 a"), false, 0, 0, 0},
        {BYTES("vigia.x"), BYTES(""), false, 0, 0, 0},
        {BYTES("vigia.x"), {NULL, 0}, false, 0, 0, 0},
        {BYTES("vigia.x"), {long_note, 4 + 63}, true, 7, 8, 63},
        {BYTES("vigia.x"), {long_note, 4 + 64}, false, 0, 0, 0},
        {BYTES("vigia.x"), {long_note, 112}, false, 0, 0, 0},
        {BYTES("vigia.x"), {long_note, 130}, false, 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct forged f = forge_plain();
        struct vg_parquet_file *file;
        char key[64] = "";
        f.key = cases[i].key;
        f.value = cases[i].value;
        memcpy(key, f.key.p, f.key.len);
        struct vg_out out = forge(&f);
        assert_int_equal(vg_parquet_open_bytes(out.buf, out.len, &file), VG_OK);
        const struct vg_parquet_attachment *a = vg_parquet_attachment(file, key);
        if ((a != NULL) != cases[i].found)
            fail_msg("case %zu", i);
        assert_null(vg_parquet_attachment(file, ""));
        assert_null(vg_parquet_attachment(file, "vigia.other"));
        if (a) {
            assert_int_equal(a->offset, cases[i].offset);
            assert_int_equal(a->bytes, cases[i].bytes);
            assert_int_equal(strlen(a->note), cases[i].note);
        }
        vg_parquet_close(file);
        vg_out_free(&out);
    }
}

static void what_is_asked_beyond_the_file_is_refused(void **state)
{
    (void)state;
    struct forged f = forge_plain();
    struct vg_out out = forge(&f);
    struct vg_parquet_file *file;
    struct vg_parquet_page page = {0};
    size_t count = 77;
    assert_int_equal(vg_parquet_open_bytes(out.buf, out.len, &file), VG_OK);
    assert_int_equal(vg_parquet_rows(file), 4);
    assert_int_equal(vg_parquet_groups(file), 1);
    assert_int_equal(vg_parquet_group_rows(file, 0), 4);
    assert_int_equal(vg_parquet_find(file, "n"), 0);
    assert_int_equal(vg_parquet_find(file, "m"), VG_PARQUET_COLUMNS);
    size_t before = vg_parquet_memory(file);
    assert_int_equal(before, sizeof *file + sizeof(struct vg_row_group) + sizeof(struct vg_column_chunk));
    assert_int_equal(vg_parquet_pages(file, 1, 0, &count), VG_ARG);
    assert_int_equal(vg_parquet_pages(file, 0, 1, &count), VG_ARG);
    assert_int_equal(count, 77);
    assert_int_equal(vg_parquet_read_page(file, 1, 0, 0, &page), VG_ARG);
    assert_int_equal(vg_parquet_read_page(file, 0, 0, 1, &page), VG_ARG);
    assert_int_equal(vg_parquet_memory(file) - before,
                     sizeof(struct vg_page_location)); /* one page's place and bounds */
    for (uint32_t from = 0; from <= 5; from++)
        for (uint32_t to = 0; to <= 5; to++) {
            assert_int_equal(vg_parquet_read_rows(file, 0, 0, 0, from, to, &page), VG_OK);
            assert_int_equal(page.rows, 4);
            for (uint32_t i = from; i < to && i < 4; i++)
                assert_int_equal(page.ints[i], i == 3 ? -1 : (int64_t)i + 1);
        }
    assert_int_equal(vg_parquet_page_of_nulls(&page, 3), VG_OK);
    assert_int_equal(page.rows, 3);
    for (size_t i = 0; i < 3; i++)
        assert_true(!page.present[i] && !page.ints[i] && !page.texts[i].len);
    vg_parquet_page_free(&page);
    vg_parquet_close(file);
    vg_parquet_close(NULL);
    vg_out_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_read_as_the_format_says),
        cmocka_unit_test(nulls_are_put_where_the_levels_say),
        cmocka_unit_test(bounds_have_the_columns_width),
        cmocka_unit_test(an_attachments_place_is_read_or_passed_over),
        cmocka_unit_test(what_is_asked_beyond_the_file_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
