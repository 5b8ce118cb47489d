#include "test.h"

#include <stdio.h>
#include <time.h>

#include "base/time.h"

static void known_instants_convert_both_ways(void **state)
{
    (void)state;
    static const struct {
        int64_t s;
        const char *text;
    } known[] = {
        {0, "1970-01-01T00:00:00Z"},          {951782400, "2000-02-29T00:00:00Z"}, {1616198400, "2021-03-20T00:00:00Z"},
        {4107542399, "2100-02-28T23:59:59Z"}, {-1, "1969-12-31T23:59:59Z"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char text[VG_TIME_TEXT];
        int64_t back;
        vg_time_text(known[i].s * VG_SECOND_US, text);
        assert_string_equal(text, known[i].text);
        assert_true(vg_time_parse(text, strlen(text), &back));
        assert_int_equal(back, known[i].s * VG_SECOND_US);
    }
}

static void civil_time_agrees_with_the_c_library_for_many_days(void **state)
{
    (void)state;
    for (int64_t s = -4000000000; s < 8000000000; s += 86399 * 7 + 1) {
        time_t t = (time_t)s;
        struct tm tm;
        gmtime_r(&t, &tm);
        struct vg_civil c = vg_time_civil(s * VG_SECOND_US);
        assert_int_equal(c.year, tm.tm_year + 1900);
        assert_int_equal(c.month, tm.tm_mon + 1);
        assert_int_equal(c.day, tm.tm_mday);
        assert_int_equal(c.hour, tm.tm_hour);
        assert_int_equal(c.second, tm.tm_sec);
        assert_int_equal(vg_time_from_civil(&c), s * VG_SECOND_US);
    }
}

static void forms_of_time_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t us;
    } good[] = {
        {"1635731909", 1635731909000000},
        {"1635731909.25", 1635731909250000},
        {"1635731909123", 1635731909123000},
        {"2021-11-01T01:58:29.5Z", 1635731909500000},
        {"2021-11-01 01:58:29", 1635731909000000},
        {"2021-10-31T20:58:29-05:00", 1635731909000000},
        {"2021-11-01T07:28:29+0530", 1635731909000000},
        {"2021-11-01T01:58Z", 1635731880000000},
        {"2021-11-01T01:58", 1635731880000000},
        {"2021-11-01T01:57:60Z", 1635731880000000}, /* a leap second is the next minute's first */
        {"2021-11-01T01:58:29.1234567Z", 1635731909123456},
        {"2021-11-01T03:58+02", 1635731880000000},
        {"2021-11-01T01:00-00:58", 1635731880000000},
        {"2024-02-29T00:00Z", 1709164800000000},
        {"2000-02-29T00:00Z", 951782400000000},
        {"0000-01-01T00:00Z", -62167219200000000},
        {"9999-12-31T23:59:59.999999Z", 253402300799999999},
        {"-1", -1000000},
        {"-1.5", -1500000},
        {"0", 0},
        {"99999999999", 99999999999000000}, /* the last that is seconds, the first that is milliseconds */
        {"100000000000", 100000000000000},
        {"-100000000000", -100000000000000},
        {"99999999999999", 99999999999999000},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        int64_t us = 0;
        assert_true(vg_time_parse(good[i].text, strlen(good[i].text), &us));
        assert_int_equal(us, good[i].us);
    }
}

static void what_is_no_time_is_refused_and_leaves_the_output(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "-",
                                      "12x",
                                      "1.",
                                      "99999999999999999999",
                                      "2021-13-01T00:00Z",
                                      "2021-11-01",
                                      "2021-11-01T01:58:29.5Zx",
                                      "2021-11-01T01:58+",
                                      "2021-11-01T01:58+5",
                                      "2021-11-01T01:58+05:3",
                                      "2021-11-01T01:58 05:30",
                                      "2021-00-01T00:00Z",
                                      "2021-01-00T00:00Z",
                                      "2021-01-32T00:00Z",
                                      "2026-02-30T10:00:00Z",
                                      "2026-02-29T00:00Z",
                                      "1900-02-29T00:00Z",
                                      "2024-02-30T00:00Z",
                                      "2021-04-31T00:00Z",
                                      "2021-06-31T23:59:60Z",
                                      "2021-01-01T00:60Z",
                                      "2021-01-01T00:00:61Z",
                                      "2021-01-01T00:00:5Z",
                                      "2021-01-01T00:00:05.Z",
                                      "21-01-01T00:00Z",
                                      "1.2.3",
                                      "--1",
                                      "+1",
                                      " 1",
                                      "100000000000000"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t us = 42;
        if (vg_time_parse(bad[i], strlen(bad[i]), &us))
            fail_msg("%s is taken", bad[i]);
        assert_int_equal(us, 42);
    }
}

/* Against the other way around: a day is in the calendar if it is the same one after it was counted. */
static void the_calendar_has_the_days_that_count_back(void **state)
{
    (void)state;
    for (int year = 1599; year <= 2401; year++)
        for (int month = 0; month <= 13; month++)
            for (int day = 0; day <= 32; day++) {
                const struct vg_civil c = {.year = year, .month = (uint8_t)month, .day = (uint8_t)day};
                struct vg_civil back = vg_time_civil(vg_time_from_civil(&c));
                if (vg_time_has_day(year, month, day) != (back.year == year && back.month == month && back.day == day))
                    fail_msg("%04d-%02d-%02d", year, month, day);
            }
}

static void a_text_has_milliseconds_where_there_are_some_and_any_year(void **state)
{
    (void)state;
    static const struct {
        int64_t us;
        const char *text;
    } known[] = {
        {1635731909123456, "2021-11-01T01:58:29.123Z"},    {1635731909000999, "2021-11-01T01:58:29Z"},
        {1635731909001000, "2021-11-01T01:58:29.001Z"},    {1635731909099000, "2021-11-01T01:58:29.099Z"},
        {1635731909999999, "2021-11-01T01:58:29.999Z"},    {-1, "1969-12-31T23:59:59.999Z"},
        {-62167219200000000, "0000-01-01T00:00:00Z"},      {-62167219200000001, "-001-12-31T23:59:59.999Z"},
        {253402300799000000, "9999-12-31T23:59:59Z"},      {253402300800000000, "10000-01-01T00:00:00Z"},
        {253402300800007000, "10000-01-01T00:00:00.007Z"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char text[VG_TIME_TEXT];
        assert_int_equal(vg_time_text(known[i].us, text), strlen(known[i].text));
        assert_string_equal(text, known[i].text);
    }
    char text[VG_TIME_TEXT];
    assert_true(vg_time_text(INT64_MIN, text) < VG_TIME_TEXT);
    assert_true(vg_time_text(INT64_MAX, text) < VG_TIME_TEXT);
}

static void every_part_of_a_civil_time_counts(void **state)
{
    (void)state;
    struct vg_civil c = vg_time_civil(INT64_C(1635731909123456));
    assert_int_equal(c.minute, 58);
    assert_int_equal(c.us, 123456);
    assert_int_equal(vg_time_from_civil(&c), INT64_C(1635731909123456));
    c.us = 0, c.second = 0, c.minute = 0, c.hour = 0, c.day = 1;
    c.month = 13; /* January of the next year */
    assert_int_equal(vg_time_from_civil(&c), INT64_C(1640995200000000));
    c.month = 0; /* not said: the first */
    assert_int_equal(vg_time_from_civil(&c), INT64_C(1609459200000000));
    c.month = 1, c.day = 60; /* after 31 and 28 days comes 1 March */
    assert_int_equal(vg_time_from_civil(&c), INT64_C(1614556800000000));
}

static void the_clocks_go(void **state)
{
    (void)state;
    int64_t monotonic_us = vg_clock_monotonic_us(), wall_us = vg_clock_wall_us();
    struct timespec ts;
    clock_gettime(CLOCK_REALTIME, &ts);
    assert_true(llabs((int64_t)ts.tv_sec * VG_SECOND_US + ts.tv_nsec / 1000 - wall_us) < VG_HOUR_US);
    nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    assert_true(vg_clock_monotonic_us() - monotonic_us >= 2000);
    clock_gettime(CLOCK_MONOTONIC, &ts);
    assert_true(llabs((int64_t)ts.tv_sec * VG_SECOND_US + ts.tv_nsec / 1000 - monotonic_us) < VG_HOUR_US);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_instants_convert_both_ways),
        cmocka_unit_test(civil_time_agrees_with_the_c_library_for_many_days),
        cmocka_unit_test(forms_of_time_are_read),
        cmocka_unit_test(what_is_no_time_is_refused_and_leaves_the_output),
        cmocka_unit_test(the_calendar_has_the_days_that_count_back),
        cmocka_unit_test(a_text_has_milliseconds_where_there_are_some_and_any_year),
        cmocka_unit_test(every_part_of_a_civil_time_counts),
        cmocka_unit_test(the_clocks_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
