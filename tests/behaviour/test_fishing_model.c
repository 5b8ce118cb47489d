/* The model of fishing: speeds in, a word for each fix out. */
#include "../test.h"

#include <math.h>

#include "base/time.h"
#include "behaviour/fishing_model.h"

#define MOST 400

static char said[MOST + 1]; /* 'f' or '.', a fix each */
static int64_t said_us[MOST];

/* Fixes `step` apart; what the model says of each. */
static const char *judge(const double *kn, size_t count, int64_t step_us)
{
    struct vg_fishing f;
    struct vg_fishing_word word;
    size_t n = 0;
    vg_fishing_begin(&f);
    for (size_t i = 0; i < count; i++)
        if (vg_fishing_take(&f, (int64_t)i * step_us, kn[i], &word)) {
            assert_true(i >= VG_FISHING_DELAY); /* not before so many newer ones are known */
            said_us[n] = word.time_us;
            said[n++] = word.fishing ? 'f' : '.';
        }
    while (vg_fishing_finish(&f, &word)) {
        said_us[n] = word.time_us;
        said[n++] = word.fishing ? 'f' : '.';
        assert_true(word.probability > 0 && word.probability < 1 && word.fishing == (word.probability >= 0.5));
    }
    said[n] = '\0';
    return said;
}

static void each_fix_gets_one_word_in_its_order(void **state)
{
    (void)state;
    double kn[MOST];
    static const size_t counts[] = {0, 1, 2, VG_FISHING_DELAY, VG_FISHING_DELAY + 1, 50, MOST};
    for (size_t i = 0; i < MOST; i++)
        kn[i] = (double)(i * 7 % 13);
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        assert_int_equal(strlen(judge(kn, counts[c], VG_MINUTE_US)), counts[c]);
        for (size_t i = 0; i < counts[c]; i++)
            assert_true(said_us[i] == (int64_t)i * VG_MINUTE_US);
    }
}

static void slow_is_fishing_and_fast_is_travel(void **state)
{
    (void)state;
    assert_string_equal(judge((double[]){2, 3, 4, 2, 9, 10, 9, 9, 3, 2, 3}, 11, 15 * VG_MINUTE_US), "ffff....fff");
    assert_string_equal(judge((double[]){0, 0, 0}, 3, VG_MINUTE_US), "fff");
}

/* 4 to 6 kn: what is around decides, by time. */
static void a_speed_between_is_what_the_time_around_it_is(void **state)
{
    (void)state;
    assert_string_equal(judge((double[]){2, 2, 5.2, 2, 2}, 5, 5 * VG_MINUTE_US), "fffff");
    assert_string_equal(judge((double[]){9, 9, 4.8, 9, 9}, 5, 5 * VG_MINUTE_US), ".....");
    assert_string_equal(judge((double[]){2, 2, 6.5, 2, 2}, 5, 5 * VG_MINUTE_US), "ff.ff");
    assert_string_equal(judge((double[]){9, 9, 3.5, 9, 9}, 5, 5 * VG_MINUTE_US), "..f..");
}

static void fixes_hours_apart_stand_alone(void **state)
{
    (void)state;
    assert_string_equal(judge((double[]){2, 2, 5.2, 2, 2}, 5, 4 * VG_HOUR_US), "ff.ff");
    assert_string_equal(judge((double[]){9, 9, 4.8, 9, 9}, 5, 4 * VG_HOUR_US), "..f..");
    assert_string_equal(judge((double[]){5}, 1, VG_HOUR_US), "f"); /* at most 5 kn */
}

/* A steady voyage at 5.2 kn is none the more fishing for being near the edge. */
static void steady_speeds_keep_to_their_side(void **state)
{
    (void)state;
    double kn[60];
    for (size_t i = 0; i < 60; i++)
        kn[i] = i < 30 ? 5.2 : 4.8;
    const char *s = judge(kn, 60, 5 * VG_MINUTE_US);
    assert_true(strspn(s, ".") >= 29 && strspn(s, ".") <= 31 && strspn(s + strspn(s, "."), "f") >= 29);
}

static void a_speed_that_is_not_known_is_decided_by_those_around_it(void **state)
{
    (void)state;
    assert_string_equal(judge((double[]){2, NAN, 2, 9, NAN, 9}, 6, 10 * VG_MINUTE_US), "fff...");
}

static void equal_times_and_times_that_descend_do_no_harm(void **state)
{
    (void)state;
    struct vg_fishing f;
    struct vg_fishing_word word;
    size_t n = 0;
    vg_fishing_begin(&f);
    for (int i = 0; i < 100; i++) {
        n += vg_fishing_take(&f, i < 50 ? 1000 : -i, i % 2 ? 12 : 1, &word);
        if (n)
            assert_true(word.probability >= 0 && word.probability <= 1);
    }
    while (vg_fishing_finish(&f, &word))
        n++;
    assert_int_equal(n, 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fix_gets_one_word_in_its_order),
        cmocka_unit_test(slow_is_fishing_and_fast_is_travel),
        cmocka_unit_test(a_speed_between_is_what_the_time_around_it_is),
        cmocka_unit_test(fixes_hours_apart_stand_alone),
        cmocka_unit_test(steady_speeds_keep_to_their_side),
        cmocka_unit_test(a_speed_that_is_not_known_is_decided_by_those_around_it),
        cmocka_unit_test(equal_times_and_times_that_descend_do_no_harm),
    };
    return cmocka_run_group_tests_name("fishing_model", tests, NULL, NULL);
}
