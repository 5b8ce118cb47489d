/* Parquet files of any writer: their columns, pages and groups; what is damaged or too much. */
#include "archive/any_read.h"

/* ---- many columns, pages, groups ---- */

static const struct any_column mixed[] = {
    {.name = "id",
     .type = 1,
     .codec = 1,
     .page = {DICTIONARY(0, "\x0a\0\0\0\x14\0\0\0\x1e\0\0\0"),
              {.encoding = 8, .values = 1, .body = ANY_BYTES_OF("\2\2\1")},
              {.encoding = 8, .values = 3, .body = ANY_BYTES_OF("\2\6\2")}}},
    {.name = "place", .type = -1, .repetition = 1, .children = 2},
    {.name = "x", .type = 5, .repetition = 0, .page = {DATA(0, "nobody reads this")}},
    {.name = "parts", .type = -1, .repetition = 0, .children = 1},
    {.name = "y", .type = 5, .repetition = 2, .page = {DATA(0, "nor this")}},
    {.name = "many", .type = 1, .repetition = 2, .page = {DATA(0, "nor this")}},
    {.name = "uuid", .type = 7, .width = 16, .logical = 14, .page = {DATA(0, "nor this")}},
    {.name = "name",
     .type = 6,
     .logical = 1,
     .repetition = 1,
     .codec = 6,
     .page = {{.kind = 3,
               .encoding = 0,
               .values = 4,
               .levels = ANY_BYTES_OF("\3\x0a"),
               .body = ANY_BYTES_OF("\1\0\0\0a\1\0\0\0b")}}},
};

static void nested_columns_are_passed_over(void **state)
{
    (void)state;
    const struct any_file f = {.column = mixed, .columns = sizeof mixed / sizeof *mixed, .group_rows = 4, .groups = 2};
    check(&f, "mixed", VG_OK, "20|-|/30|a|/30|-|/30|b|/20|-|/30|a|/30|-|/30|b|/");
    struct vg_out out = any_make(&f);
    struct vg_parquet_any *file;
    const char *why;
    static const int kinds[] = {VG_PARQUET_ANY_INT, 0, 0, 0, 0, VG_PARQUET_ANY_TEXT};
    assert_int_equal(vg_parquet_any_open_bytes(out.buf, out.len, &file, &why), VG_OK);
    assert_int_equal(vg_parquet_any_rows(file), 8);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(vg_parquet_any_column(file, i)->kind, kinds[i]);
    assert_null(vg_parquet_any_column(file, 6));
    assert_string_equal(vg_parquet_any_column(file, 5)->name, "name");
    vg_parquet_any_close(file);
    vg_out_free(&out);
}

static void a_table_without_rows_ends_at_once(void **state)
{
    (void)state;
    static const struct any_column c = {.name = "x", .type = 1, .repetition = 1};
    struct any_file f = {.column = &c, .columns = 1, .group_rows = 0, .groups = 3};
    check(&f, "no rows", VG_OK, "");
}

static void pages_without_rows_are_passed(void **state)
{
    (void)state;
    static const struct any_column c = {.name = "x",
                                        .type = 1,
                                        .repetition = 1,
                                        .page = {{.values = 0, .body = ANY_BYTES_OF("\0\0\0\0")},
                                                 {.kind = 1, .values = 0, .body = ANY_BYTES_OF("index")},
                                                 {.kind = 3, .values = 0, .body = ANY_BYTES_OF("")},
                                                 DATA(0, "\2\0\0\0\x08\1\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0")}};
    const struct any_file f = {.column = &c, .columns = 1, .group_rows = 4};
    check(&f, "empty pages", VG_OK, "1|/2|/3|/4|/");
}

/* ---- what is damaged or too much ---- */

static void what_is_wrong_has_a_sentence(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        struct any_column column;
        int64_t rows;
        enum vg_err err;
        const char *why;
    } cases[] = {
        {"a packing of old",
         {.type = 1, .codec = 5, .page = {DATA(0, "\1\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0")}},
         4,
         VG_UNSUPPORTED,
         "packing"},
        {"other files",
         {.type = 1, .elsewhere = true, .page = {DATA(0, "\1\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0")}},
         4,
         VG_UNSUPPORTED,
         "other files"},
        {"beyond the end",
         {.type = 1, .more_bytes = 10000, .page = {DATA(0, "\1\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0")}},
         4,
         VG_CORRUPT,
         "beyond"},
        {"less than nothing",
         {.type = 1, .more_bytes = -10000, .page = {DATA(0, "\1\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0")}},
         4,
         VG_CORRUPT,
         "beyond"},
        {"a byte short",
         {.type = 1, .more_bytes = -1, .page = {DATA(0, "\1\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0")}},
         4,
         VG_CORRUPT,
         "damaged"},
        {"rows that no page has",
         {.type = 1, .page = {DATA(0, "\1\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0")}},
         5,
         VG_CORRUPT,
         "fewer rows"},
        {"rows too many",
         {.type = 1, .page = {DATA(0, "\1\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0")}},
         3,
         VG_CORRUPT,
         "more rows"},
        {"a sum that is wrong",
         {.type = 1,
          .page = {{.values = 4, .wrong_sum = true, .body = ANY_BYTES_OF("\1\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0")}}},
         4,
         VG_CORRUPT,
         "checksum"},
        {"rows beyond number",
         {.type = 1, .page = {{.values = (1 << 22) + 1, .body = ANY_BYTES_OF("\1\0\0\0")}}},
         1 << 23,
         VG_LIMIT,
         "4194304"},
        {"rows below nothing",
         {.type = 1, .page = {{.values = -1, .body = ANY_BYTES_OF("\1\0\0\0")}}},
         4,
         VG_CORRUPT,
         "damaged"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct any_column c = cases[i].column;
        char text[TEXT];
        const char *why;
        c.name = "x";
        const struct any_file f = {.column = &c, .columns = 1, .group_rows = cases[i].rows};
        struct vg_out out = any_make(&f);
        enum vg_err err = read_all(&out, text, &why);
        if (err != cases[i].err || !strstr(why, cases[i].why))
            fail_msg("%s: %s, %s", cases[i].what, vg_err_text(err), why);
        vg_out_free(&out);
    }
}

static void many_columns_of_great_pages_are_too_much(void **state)
{
    (void)state;
    static struct any_column c[40]; /* each with 4 194 304 numbers in some bytes: 48 MiB and more */
    for (size_t i = 0; i < 40; i++)
        c[i] = (struct any_column){
            .name = "x",
            .type = 2,
            .page = {DICTIONARY(0, "\1\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0"),
                     {.encoding = 8, .values = 1 << 22, .body = ANY_BYTES_OF("\2\x80\x80\x80\x04\1")}}};
    char text[TEXT];
    const char *why;
    const struct any_file f = {.column = c, .columns = 40, .group_rows = 1 << 22};
    struct vg_out out = any_make(&f);
    assert_int_equal(read_all(&out, text, &why), VG_LIMIT);
    assert_non_null(strstr(why, "512 MiB"));
    vg_out_free(&out);
}

static void a_schema_has_its_bounds(void **state)
{
    (void)state;
    static struct any_column c[258];
    for (size_t i = 0; i < 258; i++)
        c[i] = (struct any_column){.name = "x", .type = 1};
    struct any_file f = {.column = c, .columns = 256, .group_rows = 0};
    check(&f, "256 columns", VG_OK, "");
    f.columns = 257;
    check(&f, "257 columns", VG_LIMIT, NULL);
    f.columns = 0;
    check(&f, "no columns", VG_CORRUPT, NULL);
    f.columns = 1;
    f.key_only = "no groups";
    check(&f, "no groups", VG_CORRUPT, NULL);
}

/* No byte that is another, and no end that comes early, does more than an error. */
static void any_damage_ends_well(void **state)
{
    (void)state;
    const struct any_file f = {.column = mixed, .columns = sizeof mixed / sizeof *mixed, .group_rows = 4, .groups = 2};
    struct vg_out out = any_make(&f);
    char text[TEXT];
    const char *why;
    for (size_t i = 0; i < out.len; i++)
        for (unsigned bit = 0; bit < 8; bit++) {
            out.buf[i] = (char)(out.buf[i] ^ (1 << bit));
            read_all(&out, text, &why);
            out.buf[i] = (char)(out.buf[i] ^ (1 << bit));
        }
    for (struct vg_out cut = out; cut.len--;) {
        enum vg_err err = read_all(&cut, text, &why);
        assert_true(err == VG_SYNTAX || err == VG_CORRUPT);
    }
    vg_out_free(&out);
}

static void bytes_between_marks_are_no_metadata(void **state)
{
    (void)state;
    char bytes[524], text[TEXT];
    const char *why;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)i;
    memcpy(bytes, "PAR1", 4);
    memcpy(bytes + sizeof bytes - 4, "PAR1", 4);
    for (uint32_t len = 0; len < 600; len += 50) {
        vg_put_u32((uint8_t *)bytes + sizeof bytes - 8, len);
        struct vg_out out = {.buf = bytes, .len = sizeof bytes};
        assert_int_equal(read_all(&out, text, &why), VG_CORRUPT);
        assert_non_null(strstr(why, "metadata"));
    }
    struct vg_parquet_any *file;
    assert_int_equal(vg_parquet_any_open("no/such/file", &file, &why), VG_NOT_FOUND);
    assert_int_equal(vg_parquet_any_open("/", &file, &why), VG_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nested_columns_are_passed_over),
        cmocka_unit_test(a_table_without_rows_ends_at_once),
        cmocka_unit_test(pages_without_rows_are_passed),
        cmocka_unit_test(what_is_wrong_has_a_sentence),
        cmocka_unit_test(many_columns_of_great_pages_are_too_much),
        cmocka_unit_test(a_schema_has_its_bounds),
        cmocka_unit_test(any_damage_ends_well),
        cmocka_unit_test(bytes_between_marks_are_no_metadata),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
