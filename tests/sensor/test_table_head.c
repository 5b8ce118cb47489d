/* What a table's begin tells before the table is taken. */
#include "sensor/table_test.h"

static void what_is_wrong_with_a_table_is_said_before_it_is_taken(void **state)
{
    (void)state;
    static const struct {
        const char *layout, *text;
        const char *says[3]; /* none: all is well */
    } cases[] = {
        {"plain", "time,mmsi,lat,lon\n2024-11-22T05:20:00Z,224000701,42,-8\n", {NULL}},
        {"plain", "time,mmsi,lat,lon\n", {NULL}}, /* a header and no more: nothing is lost */
        {"plain", "time,mmsi,lat,lon\nx,224000701,42,-8\n2024-11-22T05:20:00Z,224000701,42,-8\n", {NULL}},
        {"plain", "time,mmsi,lat,lon\n05:20:00,224000701,42,-8\n", {"time of day", "--date", "05:20:00,224"}},
        {"plain",
         "time,mmsi,lat,lon\n22/11/2024 05:20,224000701,42,-8\n",
         {"not of the expected form", "--time", "22/11"}},
        {"plain", "time,mmsi,lat,lon\n2611-11-22T05:20:00Z,224000701,42,-8\n", {"out of bounds", "2611-11-22", NULL}},
        {"plain", "time,mmsi,lat,lon\n2024-11-22T05:20:00Z,1.2639560807e+14,42,-8\n", {"anonymised", "1.26395", NULL}},
        {"plain", "time,mmsi,lat,lon\n2024-11-22T05:20:00Z,8a4f,42,-8\n", {"identity", "--layout", "8a4f"}},
        {"plain",
         "time,mmsi,lat,lon,name\n2024-11-22T05:20:00Z,224000701,25338000,-5232000,A\n",
         {"has a position", "--layout", "25338000"}},
        {"plain", "time,mmsi,lat,lon,name\n2024-11-22T05:20:00Z,224000701,91,181,A\n", {NULL}}, /* said: none */
        {"plain", "time,mmsi,lat,lon\n2024-11-22T05:20:00Z,224000701,42\n", {"number of cells", NULL, NULL}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char why[512] = "";
        enum vg_err err = vg_csv_check(vg_layout_find(cases[i].layout), cases[i].text, strlen(cases[i].text), true,
                                       VG_CSV_LATEST_US, why, sizeof why);
        if (err != (cases[i].says[0] ? VG_UNSUPPORTED : VG_OK))
            fail_msg("case %zu: %s", i, why);
        for (size_t k = 0; k < 3 && cases[i].says[k]; k++)
            if (!strstr(why, cases[i].says[k]))
                fail_msg("case %zu: %s", i, why);
    }
}

static void the_commonest_reason_is_told(void **state)
{
    (void)state;
    static const char text[] = "time,mmsi,lat,lon\nx,224000701,42,-8\n2024-11-22T05:20:00Z,abc,42,-8\n"
                               "2024-11-22T05:20:00Z,def,42,-8\n";
    char why[512];
    assert_int_equal(vg_csv_check(vg_layout_find("plain"), text, strlen(text), true, VG_CSV_LATEST_US, why, sizeof why),
                     VG_UNSUPPORTED);
    assert_non_null(strstr(why, "first rows (3)"));
    assert_non_null(strstr(why, "identity"));
}

/* A head ends where it ends: a row that is not whole is not looked at, unless nothing comes behind. */
static void an_unfinished_row_counts_at_the_end_only(void **state)
{
    (void)state;
    static const char text[] = "time,mmsi,lat,lon\n2024-11-22T05:20:00Z,abc,42,-8";
    char why[512];
    const struct vg_layout *l = vg_layout_find("plain");
    assert_int_equal(vg_csv_check(l, text, strlen(text), false, VG_CSV_LATEST_US, why, sizeof why), VG_OK);
    assert_int_equal(vg_csv_check(l, text, strlen(text), true, VG_CSV_LATEST_US, why, sizeof why), VG_UNSUPPORTED);
}

static void a_told_day_and_a_told_bound_are_part_of_the_check(void **state)
{
    (void)state;
    static const char text[] = "time,mmsi,lat,lon\n05:20:00,224000701,42,-8\n";
    struct vg_layout l = *vg_layout_find("plain");
    char why[512];
    l.day_us = utc("2024-11-22T00:00:00Z");
    assert_int_equal(vg_csv_check(&l, text, strlen(text), true, VG_CSV_LATEST_US, why, sizeof why), VG_OK);
    assert_int_equal(vg_csv_check(&l, text, strlen(text), true, l.day_us, why, sizeof why), VG_UNSUPPORTED);
    assert_non_null(strstr(why, "out of bounds"));
}

static void unknown_tables_are_explained(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *says[4], *not ;
    } cases[] = {
        {"WHEN,SHIP,lat,lon\n1,2,3,4\n", {"the time or the identity", "'WHEN'", "'SHIP'", "--layout FILE"}, "'lat'"},
        {"time;mmsi;x;y\n1;2;3;4\n", {"known to be the position", "'x', 'y'", NULL, NULL}, "identity"},
        {"# remark\ntime;mmsi;x;y\n", {"the position", "'x', 'y'", NULL, NULL}, "remark"},
        {"503000714,2024-11-22T05:20:00Z,-33.85,151.2\n", {"no header", "--layout FILE", NULL, NULL}, "503"},
        {"a\x1B[1m,b,c\n", {"'a?[1m'", NULL, NULL, NULL}, "\x1B"},
        {"a,b,c,d,e,f,g,h,i,j\n", {"'h' …;", NULL, NULL, NULL}, "'i'"},
        {"", {"a table of no known layout; --layout", NULL, NULL, NULL}, ":"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char why[768];
        assert_null(vg_csv_known(cases[i].text, strlen(cases[i].text)));
        vg_csv_explain(cases[i].text, strlen(cases[i].text), why, sizeof why);
        for (size_t k = 0; k < 4 && cases[i].says[k]; k++)
            if (!strstr(why, cases[i].says[k]))
                fail_msg("case %zu: %s", i, why);
        if (strstr(why, cases[i].not ))
            fail_msg("case %zu: %s", i, why);
        for (size_t size = 64; size < 200; size++) /* whatever room there is, it ends with what to do */
            vg_csv_explain(cases[i].text, strlen(cases[i].text), why, size);
        assert_non_null(strstr(why, "--layout FILE tells what its columns are"));
    }
}

static void the_header_is_found_behind_remarks(void **state)
{
    (void)state;
    static const struct {
        const char *text, *header; /* NULL: none */
    } cases[] = {{"time,mmsi,lat,lon\nx\n", "time,mmsi,lat,lon"},
                 {"\xEF\xBB\xBFtime,mmsi,lat,lon\r\nx\n", "time,mmsi,lat,lon"},
                 {"\xEF\xBB\xBFsep=;\r\n\r\ntime;mmsi;lat;lon\r\n", "time;mmsi;lat;lon"},
                 {"# made by hand\n#\ntime,mmsi,lat,lon\n", "time,mmsi,lat,lon"},
                 {"# time,mmsi,lat,lon\nx\n", "# time,mmsi,lat,lon"},
                 {"title\ntime,mmsi,lat,lon\n", NULL},
                 {"time,mmsi,lat\n", NULL},
                 {"time,mmsi,lat,lon", NULL}, /* more may come */
                 {"", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *row = NULL;
        size_t len = 0;
        bool found = vg_csv_header(vg_layout_find("plain"), cases[i].text, strlen(cases[i].text), false, &row, &len);
        assert_int_equal(found, cases[i].header != NULL);
        assert_int_equal(vg_csv_known(cases[i].text, strlen(cases[i].text)) != NULL, found);
        if (found && (len != strlen(cases[i].header) || memcmp(row, cases[i].header, len) != 0))
            fail_msg("case %zu: %.*s", i, (int)len, row);
    }
}

static void a_row_that_is_cut_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *rows;
        size_t waits;
    } cases[] = {
        {"2024-11-22T05:20:00Z,735059000,-2.1,-80.25\n", 0},
        {"2024-11-22T05:20:00Z,735059000,-2.1,-80.25\r\n2024-11-22T05:20:01Z,735059000,-2.1,-80.26", 0},
        {"2024-11-22T05:20:00Z,735059000,-2.1,-80.25\n2024-11-22T05:20:01Z,735059000,-2.1,-80.2", 41}, /* -80.2… */
        {"2024-11-22T05:20:00Z,735059000,-2.1,-80.2\n2024-11-22T05:20:01Z,735059000,-2.1,-80.25", 0},
        {"2024-11-22T05:20:00Z,735059000,-2.1,-80.25\n2024-11-22T05:20:01Z,735059000,-2.1", 35},
        {"2024-11-22T05:20:00Z,735059000,-2.1,-80.25\n2024", 4},
        {"2024-11-22T05:20:00Z,735059000,-2.1,-80.25\n\"2024", 5},
        {"2024-11-22T05:20:00Z,735059000,-2.1,-80.25", 0}, /* nothing to compare it with */
        {"time,mmsi,lat,lon\n2024-11-22T05:20:00Z,735059000,-2.1,-8", 0},
        {"time,mmsi,lat,lon", 0},
        {"", 0},
    };
    const struct vg_layout *plain = vg_layout_find("plain");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t waits = vg_csv_unfinished(plain, "time,mmsi,lat,lon", false, cases[i].rows, strlen(cases[i].rows));
        if (waits != cases[i].waits)
            fail_msg("%s: %zu", cases[i].rows, waits);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_that_is_cut_is_told),
        cmocka_unit_test(what_is_wrong_with_a_table_is_said_before_it_is_taken),
        cmocka_unit_test(the_commonest_reason_is_told),
        cmocka_unit_test(an_unfinished_row_counts_at_the_end_only),
        cmocka_unit_test(a_told_day_and_a_told_bound_are_part_of_the_check),
        cmocka_unit_test(unknown_tables_are_explained),
        cmocka_unit_test(the_header_is_found_behind_remarks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
