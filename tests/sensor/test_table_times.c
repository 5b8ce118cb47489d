/* When a row was received: forms, dates in columns of their own, times of day, second times, bounds. */
#include "sensor/table_test.h"

#include "base/out.h"

#define NO_ROW INT64_MIN

static struct vg_layout timed_layout(const char *lines)
{
    char text[1024];
    snprintf(text, sizeof text,
             "name: x\n%scolumns:\n  - {column: d, field: date}\n  - {column: t, field: time}\n"
             "  - {column: u, field: other_time}\n  - {column: m, field: mmsi}\n  - {column: y, field: latitude}\n"
             "  - {column: x, field: longitude}\n",
             lines);
    return layout_of(text);
}

/* The time of a row whose cells are these (before identity and position), and why it was refused. */
static int64_t time_of(const struct vg_layout *l, const char *header, const char *cells,
                       enum vg_csv_refusal *ret_refusal)
{
    char text[512];
    snprintf(text, sizeof text, "%s;m;y;x\n%s;224999701;42;-8\n", header, cells);
    struct read r = read_pieces(l, text, strlen(text), 11);
    int64_t us = r.count ? r.report->time_us : NO_ROW;
    *ret_refusal = VG_CSV_REFUSAL_NONE;
    for (int i = 0; i < VG_CSV_REFUSAL_COUNT; i++)
        if (r.refusals.count[i])
            *ret_refusal = (enum vg_csv_refusal)i;
    if (r.count)
        assert_int_equal(r.report->time_source, VG_TIME_SOURCE_LINE);
    free(r.report);
    return us;
}

struct time_case {
    const char *lines, *header, *cells, *utc; /* NULL: refused */
    enum vg_csv_refusal refusal;
};

static void check_cases(const struct time_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        enum vg_csv_refusal refusal;
        struct vg_layout l = timed_layout(cases[i].lines);
        int64_t us = time_of(&l, cases[i].header, cases[i].cells, &refusal);
        char text[VG_TIME_TEXT] = "none";
        if (us != NO_ROW)
            vg_time_text(us, text);
        if (us != (cases[i].utc ? utc(cases[i].utc) : NO_ROW) || refusal != cases[i].refusal)
            fail_msg("%s%s: %s, %s", cases[i].lines, cases[i].cells, text, vg_csv_refusal_key(refusal));
    }
}
#define CHECK(cases) check_cases(cases, sizeof(cases) / sizeof *(cases))

static void date_and_time_stand_in_two_columns(void **state)
{
    (void)state;
    static const struct time_case cases[] = {
        {"", "d;t", "2024-11-22;05:20:00", "2024-11-22T05:20:00Z", 0},
        {"", "t;d", "05:20:00.5;2024-11-22", "2024-11-22T05:20:00.5Z", 0},
        {"", "d;t", "2024-11-22;05:20", "2024-11-22T05:20:00Z", 0},
        {"", "d;t", "2024-11-22;5:20:07 PM", "2024-11-22T17:20:07Z", 0},
        {"date: DD/MM/YYYY\n", "d;t", "22/11/2024;05:20:00", "2024-11-22T05:20:00Z", 0},
        {"date: DD/MM/YYYY\n", "d;t", "22/11/2024;05:20", "2024-11-22T05:20:00Z", 0},
        {"date: MM/DD/YYYY\n", "d;t", "11/22/2024;05:20", "2024-11-22T05:20:00Z", 0},
        {"date: DDMMYY\ntime: hhmmss\n", "d;t", "221124;052000", "2024-11-22T05:20:00Z", 0},
        {"time: DD/MM/YYYY hh:mm:ss\n", "d;t", "22/11/2024;05:20:00", "2024-11-22T05:20:00Z", 0}, /* told for both */
        {"time: MM/DD/YYYY hh:mm AP\n", "d;t", "11/22/2024;05:20 PM", "2024-11-22T17:20:00Z", 0},
        {"date: DD-MMM-YYYY\ntime: hh.mm AP\n", "d;t", "22-Nov-2024;12.05 am", "2024-11-22T00:05:00Z", 0},
        {"time: epoch_s\n", "d;t", "2024-11-22;19200", "2024-11-22T05:20:00Z", 0},
        {"time: epoch_ms\n", "d;t", "2024-11-22;19200500", "2024-11-22T05:20:00.5Z", 0},
        {"time: epoch_s\n", "d;t", "2024-11-22;86400", NULL, VG_CSV_REFUSAL_TIME},
        {"", "d;t", "45618;0.222222", "2024-11-22T05:20:00Z", 0},
        {"time: excel\n", "d;t", "45618;.222222", "2024-11-22T05:20:00Z", 0},
        {"", "d;t", "45618;1.222222", NULL, VG_CSV_REFUSAL_TIME},
        {"", "d;t", "22/11/2024;05:20:00", NULL, VG_CSV_REFUSAL_TIME}, /* 22 can be no month, but who says so? */
        {"", "d;t", ";05:20:00", NULL, VG_CSV_REFUSAL_NO_DATE},
        {"", "d;t", "2024-11-22;", NULL, VG_CSV_REFUSAL_TIME},
        {"", "d;t", "2024-02-30;05:20:00", NULL, VG_CSV_REFUSAL_TIME},
        {"", "d;t", "2024-11-22;2024-11-22T05:20:00Z", "2024-11-22T05:20:00Z", 0}, /* a whole time needs no date */
        {"", "d", "2024-11-22T05:20:00Z", "2024-11-22T05:20:00Z", 0},              /* nor a date beside itself */
    };
    CHECK(cases);
}

static void times_in_all_forms(void **state)
{
    (void)state;
    static const struct time_case cases[] = {
        {"", "t", "2024-11-22 05:20:00 GMT", "2024-11-22T05:20:00Z", 0},
        {"", "t", "2024-11-22 05:20:00 UTC", "2024-11-22T05:20:00Z", 0},
        {"", "t", "2024-11-22 07:20:00+02", "2024-11-22T05:20:00Z", 0},
        {"", "t", "2024-11-22T05:20:10+0000", "2024-11-22T05:20:10Z", 0},
        {"", "t", "2024-11-22 05:20:40 +0000 UTC", "2024-11-22T05:20:40Z", 0},
        {"", "t", "2024-11-22T05:20:50,500", "2024-11-22T05:20:50.5Z", 0},
        {"", "t", "20241122T052000Z", "2024-11-22T05:20:00Z", 0},
        {"", "t", "20241122052000", "2024-11-22T05:20:00Z", 0},
        {"", "t", "1732252800", "2024-11-22T05:20:00Z", 0},
        {"", "t", "1732252800.0", "2024-11-22T05:20:00Z", 0},
        {"", "t", "1732252800500", "2024-11-22T05:20:00.5Z", 0},
        {"", "t", "1732252800000000", "2024-11-22T05:20:00Z", 0},
        {"", "t", "1732252810000000000", "2024-11-22T05:20:10Z", 0},
        {"", "t", "45618.222222", "2024-11-22T05:20:00Z", 0},
        {"time: excel\n", "t", "45618.222338", "2024-11-22T05:20:10Z", 0},
        {"time: epoch_ns\n", "t", "1732252810000000000", "2024-11-22T05:20:10Z", 0},
        {"time: DD/MM/YYYY hh:mm:ss AP\n", "t", "22/11/2024 05:20:10 PM", "2024-11-22T17:20:10Z", 0},
        {"time: DD/MM/YYYY hh:mm:ss AP\n", "t", "22/11/2024 13:20:10 PM", NULL, VG_CSV_REFUSAL_TIME},
        {"time: MM/DD/YY hh:mm\n", "t", "11/22/24 05:20", "2024-11-22T05:20:00Z", 0},
        {"time: DD/MM/YYYY hh:mm\n", "t", "2024-11-22T05:20:00Z", "2024-11-22T05:20:00Z", 0}, /* it says what it is */
        {"time: DD/MM/YYYY hh:mm\n", "t", "1732252800", NULL, VG_CSV_REFUSAL_TIME},
        {"", "t", "22/11/2024 05:20", NULL, VG_CSV_REFUSAL_TIME},
        {"", "t", "03/04/2024 05:20:00", NULL, VG_CSV_REFUSAL_TIME},     /* March or April? */
        {"", "t", "2024-11-22 05:20:00 CST", NULL, VG_CSV_REFUSAL_TIME}, /* Chicago or Beijing? */
        {"", "t", "Nov 22 05:20:00", NULL, VG_CSV_REFUSAL_NO_DATE},
        {"", "t", "", NULL, VG_CSV_REFUSAL_TIME},
    };
    CHECK(cases);
}

static void a_told_zone_is_of_times_that_say_none(void **state)
{
    (void)state;
    static const struct time_case cases[] = {
        {"zone: \"+02:00\"\n", "t", "2024-11-22 07:20:00", "2024-11-22T05:20:00Z", 0},
        {"zone: \"-05:30\"\n", "t", "2024-11-21 23:50:00", "2024-11-22T05:20:00Z", 0},
        {"zone: \"+02:00\"\n", "t", "2024-11-22 05:20:00Z", "2024-11-22T05:20:00Z", 0},
        {"zone: \"+02:00\"\n", "t", "2024-11-22 06:20:00+01", "2024-11-22T05:20:00Z", 0},
        {"zone: \"+02:00\"\n", "t", "1732252800", "2024-11-22T05:20:00Z", 0}, /* a count is UTC */
        {"zone: \"+02:00\"\n", "t", "45618.3055556", "2024-11-22T05:20:00Z", 0},
        {"zone: \"+02:00\"\n", "d;t", "2024-11-22;07:20", "2024-11-22T05:20:00Z", 0},
        {"zone: \"+02:00\"\ntime: DD/MM/YYYY hh:mm\n", "t", "22/11/2024 07:20", "2024-11-22T05:20:00Z", 0},
    };
    CHECK(cases);
    struct vg_layout l = *vg_layout_find("plain");
    static const char text[] = "time,mmsi,lat,lon\n23:59:59,224999701,42,-8\n00:00:01,224999701,42,-8\n";
    l.day_us = utc("2024-11-22T00:00:00Z");
    l.zone_minutes = 12 * 60;
    struct read r = read_pieces(&l, text, strlen(text), 9);
    assert_int_equal(r.count, 2);
    assert_int_equal(r.report[0].time_us, utc("2024-11-22T11:59:59Z"));
    assert_int_equal(r.report[1].time_us, utc("2024-11-22T12:00:01Z"));
    free(r.report);
}

static void a_time_out_of_bounds_is_refused_and_the_other_one_counts(void **state)
{
    (void)state;
    static const struct time_case cases[] = {
        {"", "t", "1989-12-31T23:59:59Z", NULL, VG_CSV_REFUSAL_BOUNDS},
        {"", "t", "1990-01-01T00:00:00Z", "1990-01-01T00:00:00Z", 0},
        {"", "t", "2100-01-01T00:00:00Z", NULL, VG_CSV_REFUSAL_BOUNDS},
        {"", "t", "17", NULL, VG_CSV_REFUSAL_BOUNDS},
        {"time: DD/MM/YYYY hh:mm\n", "t", "01/01/2611 00:00", NULL, VG_CSV_REFUSAL_BOUNDS},
        {"", "t;u", "2611-11-22T05:20:00Z;2024-11-22T05:20:00Z", "2024-11-22T05:20:00Z", 0},
        {"", "u;t", "2024-11-22T05:20:00Z;1970-01-01T05:20:00Z", "2024-11-22T05:20:00Z", 0},
        {"", "t;u", "2024-11-22T05:20:00Z;2611-11-22T05:20:00Z", "2024-11-22T05:20:00Z", 0},
        {"", "t;u", "2024-11-22T05:20:00Z;2024-11-22T05:20:07Z", "2024-11-22T05:20:00Z", 0}, /* the first of two */
        {"", "t;u", ";2024-11-22T05:20:00Z", "2024-11-22T05:20:00Z", 0},
        {"", "t;u", "yesterday;2024-11-22T05:20:00Z", "2024-11-22T05:20:00Z", 0},
        {"", "t;u", "2611-11-22T05:20:00Z;", NULL, VG_CSV_REFUSAL_BOUNDS},
        {"", "t;u", "2611-11-22T05:20:00Z;1970-11-22T05:20:00Z", NULL, VG_CSV_REFUSAL_BOUNDS},
        {"other_time: DD/MM/YYYY hh:mm\n", "t;u", "0;22/11/2024 05:20", "2024-11-22T05:20:00Z", 0},
        {"", "t;t", "0;2024-11-22T05:20:00Z", "2024-11-22T05:20:00Z", 0}, /* two columns of one name */
    };
    CHECK(cases);
}

static void the_caller_says_how_late_a_row_can_be(void **state)
{
    (void)state;
    static const char text[] = "time,mmsi,lat,lon\n2024-11-22T05:20:00Z,224999701,42,-8\n"
                               "2024-11-23T05:20:00.000001Z,224999701,42,-8\n2024-11-23T05:20:00Z,224999701,42,-8\n";
    struct vg_report report[4];
    struct vg_csv *t;
    size_t taken;
    assert_int_equal(vg_csv_new(vg_layout_find("plain"), 1, &t), VG_OK);
    vg_csv_bound(t, utc("2024-11-23T05:20:00Z"));
    assert_int_equal(vg_csv_push(t, text, strlen(text), report, 4, &taken), 2);
    assert_int_equal(report[1].time_us, utc("2024-11-23T05:20:00Z"));
    assert_int_equal(vg_csv_refusals(t)->count[VG_CSV_REFUSAL_BOUNDS], 1);
    assert_non_null(strstr(vg_csv_refusals(t)->example[VG_CSV_REFUSAL_BOUNDS], "05:20:00.000001Z"));
    vg_csv_bound(t, utc("2024-11-23T05:19:59Z")); /* the same row is now too late */
    assert_int_equal(vg_csv_push(t, strrchr(text, 'Z') - 19, strlen(strrchr(text, 'Z') - 19), report, 4, &taken), 0);
    assert_int_equal(vg_csv_refusals(t)->count[VG_CSV_REFUSAL_BOUNDS], 2);
    vg_csv_free(t);
}

/* 05:20 is a time when somebody says of which day; behind midnight it is the next one. */
static void times_of_day_are_of_the_told_day_and_those_after_it(void **state)
{
    (void)state;
    static const struct {
        const char *cell, *utc;
    } rows[] = {{"22:10:00", "2024-11-22T22:10:00Z"}, {"23:59:59.5", "2024-11-22T23:59:59.5Z"},
                {"00:00:01", "2024-11-23T00:00:01Z"}, {"23:59:58", "2024-11-22T23:59:58Z"}, /* a little late */
                {"00:00:02", "2024-11-23T00:00:02Z"}, {"11:00:00", "2024-11-23T11:00:00Z"},
                {"21:00:00", "2024-11-23T21:00:00Z"}, {"03:00", "2024-11-24T03:00:00Z"}};
    struct vg_out text = vg_out_growing(4096);
    vg_out_text(&text, "time,mmsi,lat,lon\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        vg_out_printf(&text, "%s,224999701,42,-8\n", rows[i].cell);
    struct vg_layout l = *vg_layout_find("plain");
    struct read undated = read_pieces(&l, text.buf, text.len, 9);
    assert_int_equal(undated.count, 0);
    assert_int_equal(undated.refusals.count[VG_CSV_REFUSAL_NO_DATE], sizeof rows / sizeof *rows);
    l.day_us = utc("2024-11-22T00:00:00Z");
    struct read r = read_pieces(&l, text.buf, text.len, 9);
    assert_int_equal(r.count, sizeof rows / sizeof *rows);
    for (size_t i = 0; i < r.count; i++)
        assert_int_equal(r.report[i].time_us, utc(rows[i].utc));
    snprintf(l.time, sizeof l.time, "hh:mm:ss"); /* told as well: the last row has no seconds */
    struct read told = read_pieces(&l, text.buf, text.len, 9);
    assert_int_equal(told.count, r.count - 1);
    assert_int_equal(told.report[6].time_us, r.report[6].time_us);
    free(told.report);
    free(r.report);
    free(undated.report);
    vg_out_free(&text);
}

/* A log over New Year whose lines say day and month. */
static void dates_without_a_year_are_near_the_told_day(void **state)
{
    (void)state;
    static const char text[] = "time,mmsi,lat,lon\nDec 31 23:59:59,224999701,42,-8\nJan  1 00:00:01,224999701,42,-8\n";
    struct vg_layout l = *vg_layout_find("plain");
    l.day_us = utc("2024-12-31T00:00:00Z");
    struct read r = read_pieces(&l, text, strlen(text), 9);
    assert_int_equal(r.count, 2);
    assert_int_equal(r.report[0].time_us, utc("2024-12-31T23:59:59Z"));
    assert_int_equal(r.report[1].time_us, utc("2025-01-01T00:00:01Z"));
    free(r.report);
}

static void reading_on_needs_the_clock_of_the_row_before(void **state)
{
    (void)state;
    static const char header[] = "time,mmsi,lat,lon\n";
    static const char first[] = "time,mmsi,lat,lon\n23:59:00,224999701,42,-8\n00:01:00,224999701,42,-8\n";
    static const char second[] = "00:02:00,224999701,42,-8\n";
    struct vg_report report[4];
    struct vg_layout l = *vg_layout_find("plain");
    struct vg_csv *t;
    size_t taken;
    l.day_us = utc("2024-11-22T00:00:00Z");
    assert_int_equal(vg_csv_new(&l, 1, &t), VG_OK);
    assert_true(vg_csv_clock(t) == VG_TIME_NONE);
    assert_int_equal(vg_csv_push(t, first, strlen(first), report, 4, &taken), 2);
    int64_t clock_us = vg_csv_clock(t);
    assert_int_equal(clock_us, utc("2024-11-23T00:01:00Z"));
    vg_csv_free(t);
    assert_int_equal(vg_csv_new(&l, 1, &t), VG_OK);
    assert_true(vg_csv_resume(t, header, strlen(header), strlen(first)));
    vg_csv_set_clock(t, clock_us);
    assert_int_equal(vg_csv_push(t, second, strlen(second), report, 4, &taken), 1);
    assert_int_equal(report->time_us, utc("2024-11-23T00:02:00Z"));
    vg_csv_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(date_and_time_stand_in_two_columns),
        cmocka_unit_test(times_in_all_forms),
        cmocka_unit_test(a_told_zone_is_of_times_that_say_none),
        cmocka_unit_test(a_time_out_of_bounds_is_refused_and_the_other_one_counts),
        cmocka_unit_test(the_caller_says_how_late_a_row_can_be),
        cmocka_unit_test(times_of_day_are_of_the_told_day_and_those_after_it),
        cmocka_unit_test(dates_without_a_year_are_near_the_told_day),
        cmocka_unit_test(reading_on_needs_the_clock_of_the_row_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
