/* Times as people ask for them: each form, its neighbours that are none, and days as beginnings and ends. */
#include "base/time.h"
#include "base/time_asked.h"
#include "test.h"

#define NOW INT64_C(1795324833000000) /* 2026-11-22T05:20:33Z */
#define DAY INT64_C(1795305600000000)

static struct vg_time_asked asked(const char *text)
{
    struct vg_time_asked t = {0};
    if (!vg_time_asked(text, strlen(text), NOW, &t))
        fail_msg("'%s' was refused", text);
    return t;
}

static void a_moment_is_what_it_says_whatever_the_time_is(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t us;
    } good[] = {
        {"2026-11-22T05:20:33Z", NOW},
        {"2026-11-22T05:20:33", NOW},
        {"2026-11-22 05:20:33", NOW},
        {"2026-11-22T07:20:33+02:00", NOW},
        {"2026-11-22T00:20:33-05", NOW},
        {"1795324833", NOW},
        {"1795324833000", NOW},
        {"1795324833.5", NOW + 500000},
        {"0", 0},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct vg_time_asked t = asked(good[i].text);
        assert_int_equal(t.from_us, good[i].us);
        assert_int_equal(t.to_us, good[i].us);
        assert_false(t.relative);
    }
}

static void before_now_is_counted_from_now(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t before_us;
    } good[] = {
        {"now", 0},
        {"-0s", 0},
        {"-90s", 90 * VG_SECOND_US},
        {"-30m", 30 * VG_MINUTE_US},
        {"-2h", 2 * VG_HOUR_US},
        {"-7d", 7 * VG_DAY_US},
        {"-2w", 14 * VG_DAY_US},
        {"-2h30m", 150 * VG_MINUTE_US},
        {"-1d12h", 36 * VG_HOUR_US},
        {"-1w1d1h1m1s", 8 * VG_DAY_US + VG_HOUR_US + VG_MINUTE_US + VG_SECOND_US},
        {"-1000000d", 1000000 * VG_DAY_US},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct vg_time_asked t = asked(good[i].text);
        assert_int_equal(t.from_us, NOW - good[i].before_us);
        assert_int_equal(t.to_us, t.from_us);
        assert_true(t.relative);
    }
}

static void a_day_has_a_beginning_and_an_end(void **state)
{
    (void)state;
    struct vg_time_asked t = asked("2026-11-22");
    assert_int_equal(t.from_us, DAY);
    assert_int_equal(t.to_us, DAY + VG_DAY_US);
    assert_false(t.relative);
    static const char *const other[] = {"2026/11/22", "22 Nov 2026"};
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        t = asked(other[i]);
        assert_int_equal(t.from_us, DAY);
        assert_int_equal(t.to_us, DAY + VG_DAY_US);
    }
    t = asked("2024-02-29");
    assert_int_equal(t.to_us, asked("2024-03-01").from_us);
}

static void what_is_no_time_is_refused_and_leaves_the_output(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "-",
                                      "now ",
                                      "NOW",
                                      "nows",
                                      "-1",
                                      "-7", /* days or minutes? */
                                      "-1795324833.5",
                                      "-d",
                                      "7d",
                                      "-7x",
                                      "-7d ",
                                      "-7d2",
                                      "-2m3h",
                                      "-2h2h",
                                      "--7d",
                                      "-7.5d",
                                      "- 7d",
                                      "-1000001d",
                                      "-99999999999999999999d",
                                      "soon",
                                      "-2h-3m",
                                      "2026-13-01",
                                      "2026-02-29",
                                      "2026-11-222",
                                      "03/04/2026",
                                      "2026-11-22 ",
                                      " 2026-11-22",
                                      "05:20",
                                      "00:00"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct vg_time_asked t = {42, 43, true};
        if (vg_time_asked(bad[i], strlen(bad[i]), NOW, &t))
            fail_msg("'%s' was taken", bad[i]);
        assert_int_equal(t.from_us, 42);
        assert_int_equal(t.to_us, 43);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_moment_is_what_it_says_whatever_the_time_is),
        cmocka_unit_test(before_now_is_counted_from_now),
        cmocka_unit_test(a_day_has_a_beginning_and_an_end),
        cmocka_unit_test(what_is_no_time_is_refused_and_leaves_the_output),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
