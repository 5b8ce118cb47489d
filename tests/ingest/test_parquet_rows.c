/* Parquet tables as the text of CSV tables: what each kind of value becomes, which columns are in it, and points. */
#include "archive/any_file.h"

#include "ingest/parquet_rows.h"

static char text[1 << 21];

/* The whole text; *note is that of its end, or "". */
static enum vg_err read_text(const struct any_file *f, char note[static 256])
{
    struct vg_out out = any_make(f);
    struct vg_parquet_rows *rows;
    const char *why = "";
    const void *bytes;
    size_t len, n = 0;
    *note = *text = '\0';
    enum vg_err err = vg_parquet_rows_open_bytes(out.buf, out.len, &rows, &why);
    if (!err) {
        while (!(err = vg_parquet_rows_next(rows, &bytes, &len, &why))) {
            assert_true(len && n + len < sizeof text);
            memcpy(text + n, bytes, len);
            n += len;
        }
        text[n] = '\0';
        snprintf(note, 256, "%s", vg_parquet_rows_note(rows) ? vg_parquet_rows_note(rows) : "");
        assert_true(err != VG_EOF || vg_parquet_rows_progress(rows) == 1);
        vg_parquet_rows_close(rows);
    } else {
        snprintf(note, 256, "%s", why);
    }
    vg_out_free(&out);
    return err == VG_EOF ? VG_OK : err;
}

static void is(const struct any_column *columns, size_t count, int64_t rows, const char *want, const char *want_note)
{
    char note[256];
    const struct any_file f = {.column = columns, .columns = count, .group_rows = rows};
    assert_int_equal(read_text(&f, note), VG_OK);
    assert_string_equal(text, want);
    if (want_note ? !strstr(note, want_note) : *note)
        fail_msg("%s", note);
}

#define ROWS(n, b)                                                                                                     \
    {                                                                                                                  \
        {                                                                                                              \
            .values = n, .body = ANY_BYTES_OF(b)                                                                       \
        }                                                                                                              \
    }

/* ---- values ---- */

static void each_kind_of_value_has_its_text(void **state)
{
    (void)state;
    static const struct {
        struct any_column column;
        const char *want; /* of two rows */
    } cases[] = {
        {{.type = 1, .page = ROWS(2, "\1\0\0\0\xff\xff\xff\xff")}, "x\n1\n-1\n"},
        {{.type = 2, .logical = 10, .one = 64, .page = ROWS(2, "\1\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff")},
         "x\n1\n18446744073709551615\n"},
        {{.type = 0, .page = ROWS(2, "\1")}, "x\n1\n0\n"},
        {{.type = 1, .logical = 5, .one = 6, .two = 9, .page = ROWS(2, "\x40\x42\x0f\0\xfb\xff\xff\xff")},
         "x\n1\n-0.000005\n"},
        {{.type = 2, .converted = 6, .one = 18, .page = ROWS(2, "\0\0\0\0\0\0\0\x80\0\0\0\0\0\0\0\0")},
         "x\n-9.223372036854775808\n0\n"},
        {{.type = 1, .logical = 6, .page = ROWS(2, "\xb4\x4e\0\0\xff\xff\xff\xff")},
         "x\n2025-03-01\n1969-12-31\n"}, /* day 20148 */
        {{.type = 1, .converted = 7, .page = ROWS(2, "\0\0\0\x80\xff\xff\xff\x7f")}, NULL},
        {{.type = 1, .logical = 7, .unit = 1, .page = ROWS(2, "\x01\0\0\0\xff\x5b\x26\x05")},
         "x\n00:00:00.001\n23:59:59.999\n"},
        {{.type = 2,
          .logical = 7,
          .unit = 2,
          .page = ROWS(2, "\x40\x42\x0f\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff")},
         "x\n00:00:01\n\n"},
        {{.type = 2,
          .logical = 8,
          .one = 1,
          .unit = 1,
          .page = ROWS(2, "\xe8\x03\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff")},
         "x\n1970-01-01T00:00:01Z\n1969-12-31T23:59:59.999Z\n"},
        {{.type = 2, .logical = 8, .one = 0, .unit = 2, .page = ROWS(2, "\x41\x42\x0f\0\0\0\0\0\0\0\0\0\0\0\0\0")},
         "x\n1970-01-01T00:00:01.000001Z\n1970-01-01T00:00:00Z\n"},
        {{.type = 2,
          .logical = 8,
          .one = 0,
          .unit = 3,
          .page = ROWS(2, "\x01\xca\x9a\x3b\0\0\0\0\0\xca\x9a\x3b\0\0\0\0")},
         "x\n1970-01-01T00:00:01.000000001Z\n1970-01-01T00:00:01Z\n"},
        {{.type = 2, .converted = 10, .page = ROWS(2, "\xe8\x03\0\0\0\0\0\0\0\0\0\0\0\0\0\x80")}, NULL},
        {{.type = 3,
          .page = ROWS(2, "\0\0\0\0\0\0\0\0\x8c\x3d\x25\0"
                          "\0\xca\x9a\x3b\0\0\0\0\x8d\x3d\x25\0")},
         "x\n1970-01-01T00:00:00Z\n1970-01-02T00:00:01Z\n"},
        {{.type = 4, .page = ROWS(2, "\x7b\x14\xce\x41\x79\xe9\xf6\xc2")}, "x\n25.76\n-123.456\n"},
        {{.type = 4, .page = ROWS(2, "\0\0\xc0\x7f\xec\x78\xad\x60")}, NULL}, /* not a number; 1e20 */
        {{.type = 5, .page = ROWS(2, "\xc3\xf5\x28\x5c\x8f\xc2\x39\x40\x13\x0a\x11\x70\x08\x55\x5e\xc0")}, NULL},
        {{.type = 5, .page = ROWS(2, "\0\0\0\0\0\0\0\x80\0\0\0\0\0\0\xf0\x7f")}, "x\n0\n\n"},
        {{.type = 6, .logical = 1, .page = ROWS(2, "\3\0\0\0a,b\4\0\0\0say\"")}, "x\n\"a,b\"\n\"say\"\"\"\n"},
        {{.type = 6, .logical = 1, .page = ROWS(2, "\3\0\0\0a\nb\2\0\0\0 b")}, "x\n\"a\nb\"\n\" b\"\n"},
        {{.type = 6, .logical = 1, .page = ROWS(2, "\2\0\0\0=1\0\0\0\0")},
         "x\n=1\n\n"}, /* as it is: this text is the source */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char note[256];
        struct any_column c = cases[i].column;
        c.name = "x";
        const struct any_file f = {.column = &c, .columns = 1, .group_rows = 2};
        assert_int_equal(read_text(&f, note), VG_OK);
        if (cases[i].want ? strcmp(text, cases[i].want) != 0 : strncmp(text, "x\n", 2) != 0)
            fail_msg("case %zu: %s", i, text);
    }
}

/* Whatever the number, its text is that number again. */
static void numbers_are_read_again_as_they_were(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (int i = 0; i < 20000; i++) {
        uint8_t wide[8], narrow[4];
        char note[256];
        double v;
        float w;
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
        double degrees = (double)(int64_t)(seed >> 20) / (double)(UINT64_C(1) << 44) * 360 - 180;
        v = i % 3 == 0 ? degrees : i % 3 == 1 ? (double)(int64_t)(degrees * 1e5) / 1e5 : degrees * 1e12;
        w = (float)v;
        memcpy(wide, &v, 8);
        memcpy(narrow, &w, 4);
        const struct any_column c[] = {{.name = "x", .type = 5, .page = {{.values = 1, .body = {wide, 8}}}},
                                       {.name = "y", .type = 4, .page = {{.values = 1, .body = {narrow, 4}}}}};
        const struct any_file f = {.column = c, .columns = 2, .group_rows = 1};
        assert_int_equal(read_text(&f, note), VG_OK);
        char *comma;
        double again = strtod(text + 4, &comma);
        if (again != v || *comma != ',' || strtof(comma + 1, NULL) != w)
            fail_msg("%.17g, %.9g: %s", v, (double)w, text + 4);
        if (i % 3 == 1)
            assert_true(comma - text - 4 <= 10); /* few decimals stay few */
    }
}

static void nulls_and_long_texts_are_empty(void **state)
{
    (void)state;
    static uint8_t body[2000 + 16] = {0xe8, 3}; /* 1000, then as many more */
    memset(body + 4, 'a', 1000);
    const struct any_column c[] = {
        {.name = "a", .type = 1, .repetition = 1, .page = ROWS(2, "\2\0\0\0\4\0")},
        {.name = "b",
         .type = 6,
         .logical = 1,
         .page = {{.values = 1, .body = {body, 1004}}, {.values = 1, .body = {body, 1004}}}}};
    char want[2100], note[256];
    snprintf(want, sizeof want, "a,b\n,%.1000s\n,%.1000s\n", (char *)body + 4, (char *)body + 4);
    is(c, 2, 2, want, NULL);
    static uint8_t longer[VG_PARQUET_ROWS_TEXT + 5] = {1, 4}; /* 1025 */
    memset(longer + 4, 'a', VG_PARQUET_ROWS_TEXT + 1);
    const struct any_column d = {
        .name = "b", .type = 6, .logical = 1, .page = {{.values = 1, .body = {longer, sizeof longer}}}};
    const struct any_file f = {.column = &d, .columns = 1, .group_rows = 1};
    assert_int_equal(read_text(&f, note), VG_OK);
    assert_string_equal(text, "b\n\n");
    assert_non_null(strstr(note, "1 cell "));
}

/* ---- columns ---- */

#define POINT                                                                                                          \
    "\1\1\0\0\0"                                                                                                       \
    "\0\0\0\0\0\0\x54\xc0"                                                                                             \
    "\0\0\0\0\0\xc0\x39\x40" /* −80, 25.75 */
#define POINT_BIG                                                                                                      \
    "\0\0\0\0\1"                                                                                                       \
    "\xc0\x54\0\0\0\0\0\0"                                                                                             \
    "\x40\x39\xc0\0\0\0\0\0"
#define POINT_SRID                                                                                                     \
    "\1\1\0\0\x20\xe6\x10\0\0"                                                                                         \
    "\0\0\0\0\0\0\x54\xc0"                                                                                             \
    "\0\0\0\0\0\xc0\x39\x40"
#define POINT_Z                                                                                                        \
    "\1\xe9\3\0\0"                                                                                                     \
    "\0\0\0\0\0\0\x54\xc0"                                                                                             \
    "\0\0\0\0\0\xc0\x39\x40"                                                                                           \
    "\0\0\0\0\0\0\0\0"
#define LINE                                                                                                           \
    "\1\2\0\0\0\0\0\0\0"                                                                                               \
    "\0\0\0\0\0\0\x54\xc0"                                                                                             \
    "\0\0\0\0\0\xc0\x39\x40"

static void points_are_a_longitude_and_a_latitude(void **state)
{
    (void)state;
    struct any_column c[] = {{.name = "mmsi", .type = 1, .page = ROWS(1, "\1\0\0\0")},
                             {.name = "geometry", .type = 6, .page = ROWS(1, "\x15\0\0\0" POINT)},
                             {.name = "sog", .type = 1, .page = ROWS(1, "\2\0\0\0")}};
    is(c, 3, 1, "mmsi,sog,longitude,latitude\n1,2,-80,25.75\n", NULL);
    c[1].page[0].body = AS_ANY_BYTES("\x15\0\0\0" POINT_BIG);
    is(c, 3, 1, "mmsi,sog,longitude,latitude\n1,2,-80,25.75\n", NULL);
    c[1].page[0].body = AS_ANY_BYTES("\x19\0\0\0" POINT_SRID);
    is(c, 3, 1, "mmsi,sog,longitude,latitude\n1,2,-80,25.75\n", NULL);
    c[1].page[0].body = AS_ANY_BYTES("\x1d\0\0\0" POINT_Z);
    c[1].logical = 17;
    is(c, 3, 1, "mmsi,sog,longitude,latitude\n1,2,-80,25.75\n", NULL);
    c[1].page[0].body = AS_ANY_BYTES("\x19\0\0\0" LINE);
    is(c, 3, 1, "mmsi,sog,longitude,latitude\n1,2,,\n", "1 cell ");
    c[1].page[0].body = AS_ANY_BYTES("\4\0\0\0abcd");
    is(c, 3, 1, "mmsi,sog,longitude,latitude\n1,2,,\n", "1 cell ");
    is(c + 1, 1, 1, "longitude,latitude\n,\n", "1 cell ");
}

static void points_beside_longitudes_are_passed_over(void **state)
{
    (void)state;
    struct any_column c[] = {{.name = "LON", .type = 1, .page = ROWS(1, "\1\0\0\0")},
                             {.name = "Lat.", .type = 1, .page = ROWS(1, "\2\0\0\0")},
                             {.name = "geometry", .type = 6, .page = ROWS(1, "\x15\0\0\0" POINT)}};
    is(c, 3, 1, "LON,Lat.\n1,2\n", "1 of its 3 columns");
    c[1].name = "later";
    is(c, 3, 1, "LON,later,longitude,latitude\n1,2,-80,25.75\n", NULL);
    c[2].name = "blob";
    is(c, 3, 1, "LON,later\n1,2\n", "1 of its 3 columns");
}

static void names_are_quoted_like_cells(void **state)
{
    (void)state;
    static const struct any_column c[] = {{.name = "a,b", .type = 1, .page = ROWS(1, "\1\0\0\0")},
                                          {.name = "", .type = 1, .page = ROWS(1, "\1\0\0\0")}};
    is(c, 2, 1, "\"a,b\",\n1,1\n", NULL);
}

static void a_table_of_nothing_readable_is_told(void **state)
{
    (void)state;
    char note[256];
    static const struct any_column c = {.name = "blob", .type = 6, .page = ROWS(1, "\1\0\0\0x")};
    const struct any_file f = {.column = &c, .columns = 1, .group_rows = 1};
    assert_int_equal(read_text(&f, note), VG_UNSUPPORTED);
    assert_string_equal(note, "none of its columns can be read");
}

static void a_long_table_comes_in_blocks(void **state)
{
    (void)state;
    static const struct any_column c = {
        .name = "x",
        .type = 1,
        .page = {{.kind = 2, .values = 1, .body = ANY_BYTES_OF("\x15\xcd\x5b\7")},
                 {.encoding = 8, .values = 50000, .body = ANY_BYTES_OF("\1\xa0\x8d\6\0")}}};
    char note[256];
    const struct any_file f = {.column = &c, .columns = 1, .group_rows = 50000, .groups = 2};
    assert_int_equal(read_text(&f, note), VG_OK);
    assert_int_equal(strlen(text), 2 + 100000 * 10);
    assert_memory_equal(text + 2 + 99999 * 10, "123456789\n", 10);
}

/* What comes before the damage is not lost by it; what it is, is told. */
static void damage_is_told_behind_what_is_whole(void **state)
{
    (void)state;
    static const struct any_column c = {.name = "x",
                                        .type = 1,
                                        .page = {{.values = 1, .body = ANY_BYTES_OF("\1\0\0\0")},
                                                 {.values = 1, .wrong_sum = true, .body = ANY_BYTES_OF("\2\0\0\0")}}};
    const struct any_file f = {.column = &c, .columns = 1, .group_rows = 2};
    struct vg_out out = any_make(&f);
    struct vg_parquet_rows *rows;
    const char *why = "";
    const void *bytes;
    size_t len = 0;
    assert_int_equal(vg_parquet_rows_open_bytes(out.buf, out.len, &rows, &why), VG_OK);
    assert_int_equal(vg_parquet_rows_next(rows, &bytes, &len, &why), VG_OK);
    assert_memory_equal(bytes, "x\n1\n", 4);
    assert_int_equal(len, 4);
    assert_int_equal(vg_parquet_rows_next(rows, &bytes, &len, &why), VG_CORRUPT);
    assert_string_equal(why, "a page's checksum is wrong");
    assert_int_equal(vg_parquet_rows_next(rows, &bytes, &len, &why), VG_CORRUPT);
    vg_parquet_rows_close(rows);
    vg_out_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_value_has_its_text),
        cmocka_unit_test(numbers_are_read_again_as_they_were),
        cmocka_unit_test(nulls_and_long_texts_are_empty),
        cmocka_unit_test(points_are_a_longitude_and_a_latitude),
        cmocka_unit_test(points_beside_longitudes_are_passed_over),
        cmocka_unit_test(names_are_quoted_like_cells),
        cmocka_unit_test(a_table_of_nothing_readable_is_told),
        cmocka_unit_test(a_long_table_comes_in_blocks),
        cmocka_unit_test(damage_is_told_behind_what_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
