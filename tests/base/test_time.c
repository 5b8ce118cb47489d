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
                                      "2021-11-01T24:00Z",
                                      "2021-11-01T01:58:29.5Zx",
                                      "2021-11-01T01:58+"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t us = 42;
        assert_false(vg_time_parse(bad[i], strlen(bad[i]), &us));
        assert_int_equal(us, 42);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_instants_convert_both_ways),
        cmocka_unit_test(civil_time_agrees_with_the_c_library_for_many_days),
        cmocka_unit_test(forms_of_time_are_read),
        cmocka_unit_test(what_is_no_time_is_refused_and_leaves_the_output),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
