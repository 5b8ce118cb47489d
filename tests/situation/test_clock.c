/* The picture's clock: whole seconds, by the bytes or by the data, and what it does not believe. */
#include "picture/snapshot.h"
#include "situation/picture_clock.h"
#include "test.h"

#define NOON_US INT64_C(1773568800000000)

struct both {
    struct vg_picture_clock clock;
    struct vg_picture *picture;
};

static struct both begin(bool data_clock)
{
    struct both b;
    vg_picture_clock_init(&b.clock, data_clock);
    assert_int_equal(vg_picture_new(NULL, &b.picture), VG_OK);
    return b;
}

/* The picture was told what the clock says it was. */
static int64_t time_of(struct both *b)
{
    assert_int_equal(vg_picture_publish(b->picture), VG_OK);
    const struct vg_snapshot *snapshot = vg_snapshot_acquire(b->picture);
    int64_t time_us = snapshot->clock_us;
    vg_snapshot_release(snapshot);
    if (b->clock.advanced_us != VG_TIME_NONE)
        assert_int_equal(time_us, b->clock.advanced_us);
    assert_true(vg_picture_clock_is_sound(&b->clock));
    return b->clock.advanced_us;
}

static int64_t by_bytes(struct both *b, int64_t us)
{
    vg_picture_clock_bytes(&b->clock, b->picture, us);
    return time_of(b);
}

static int64_t by_report(struct both *b, int64_t us)
{
    vg_picture_clock_report(&b->clock, b->picture, us);
    return time_of(b);
}

static int64_t by_tick(struct both *b, int64_t us)
{
    vg_picture_clock_tick(&b->clock, b->picture, us);
    return time_of(b);
}

static void received_bytes_move_a_wall_clock_in_whole_seconds(void **state)
{
    (void)state;
    struct both b = begin(false);
    assert_int_equal(time_of(&b), VG_TIME_NONE);
    assert_int_equal(by_bytes(&b, VG_TIME_NONE), VG_TIME_NONE);
    assert_int_equal(by_bytes(&b, NOON_US + 700000), NOON_US);
    assert_int_equal(by_bytes(&b, NOON_US + 999999), NOON_US);
    assert_int_equal(by_bytes(&b, NOON_US + 1000000), NOON_US + VG_SECOND_US);
    assert_int_equal(by_bytes(&b, NOON_US - VG_HOUR_US), NOON_US + VG_SECOND_US); /* never back */
    assert_int_equal(by_report(&b, NOON_US + VG_HOUR_US), NOON_US + VG_SECOND_US);
    vg_picture_free(b.picture);
}

static void the_data_moves_its_clock_in_whole_seconds_from_wherever_it_began(void **state)
{
    (void)state;
    struct both b = begin(true);
    assert_int_equal(by_bytes(&b, NOON_US), VG_TIME_NONE);
    assert_int_equal(by_tick(&b, NOON_US), VG_TIME_NONE);
    assert_int_equal(by_report(&b, VG_TIME_NONE), VG_TIME_NONE);
    assert_int_equal(by_report(&b, NOON_US + 700000), NOON_US);
    assert_int_equal(by_report(&b, NOON_US + 999999), NOON_US);
    assert_int_equal(by_report(&b, NOON_US + 1000000), NOON_US + VG_SECOND_US); /* 0.3 s after the first */
    assert_int_equal(by_report(&b, NOON_US + 500000), NOON_US + VG_SECOND_US);
    assert_int_equal(b.clock.clock_us, NOON_US + 1000000);
    vg_picture_free(b.picture);
}

static void seconds_before_1970_are_whole_too(void **state)
{
    (void)state;
    struct both b = begin(true);
    assert_int_equal(by_report(&b, -1500000), -2 * VG_SECOND_US);
    assert_int_equal(by_report(&b, -1000000), -VG_SECOND_US);
    assert_int_equal(by_report(&b, -1), -VG_SECOND_US);
    assert_int_equal(by_report(&b, 0), 0);
    vg_picture_free(b.picture);
}

static void a_tick_follows_a_wall_clock_that_was_set_back(void **state)
{
    (void)state;
    struct both b = begin(false);
    assert_int_equal(by_tick(&b, NOON_US - 100), NOON_US - VG_SECOND_US);
    assert_int_equal(by_tick(&b, NOON_US + 100), NOON_US);
    assert_int_equal(by_tick(&b, NOON_US - 5 * VG_SECOND_US), NOON_US); /* read out of turn */
    assert_int_equal(by_tick(&b, NOON_US - 5 * VG_SECOND_US - 1), NOON_US - 6 * VG_SECOND_US);
    assert_int_equal(by_tick(&b, VG_TIME_NONE), NOON_US - 6 * VG_SECOND_US);
    vg_picture_free(b.picture);
    b = begin(true);
    by_report(&b, NOON_US);
    assert_int_equal(by_tick(&b, NOON_US - VG_HOUR_US), NOON_US);
    vg_picture_free(b.picture);
}

static void a_leap_of_more_than_a_day_needs_three_reports_in_a_row_that_agree(void **state)
{
    (void)state;
    struct both b = begin(true);
    const int64_t far_us = NOON_US + 30 * VG_DAY_US;
    by_report(&b, NOON_US);
    assert_int_equal(by_report(&b, NOON_US + VG_DAY_US), NOON_US + VG_DAY_US); /* a day is no leap */
    assert_int_equal(by_report(&b, NOON_US + 2 * VG_DAY_US + 1), NOON_US + VG_DAY_US);
    assert_int_equal(by_report(&b, far_us), NOON_US + VG_DAY_US);
    assert_int_equal(by_report(&b, far_us), NOON_US + VG_DAY_US);
    assert_int_equal(by_report(&b, NOON_US + VG_DAY_US), NOON_US + VG_DAY_US); /* one that doesn't agree: anew */
    assert_int_equal(by_report(&b, far_us), NOON_US + VG_DAY_US);
    assert_int_equal(by_report(&b, far_us + VG_HOUR_US), NOON_US + VG_DAY_US); /* an hour apart is no agreement */
    assert_int_equal(by_report(&b, far_us + 1), NOON_US + VG_DAY_US);
    assert_int_equal(b.clock.leaps, 2);
    assert_int_equal(by_report(&b, far_us + VG_HOUR_US), far_us + VG_HOUR_US);
    assert_int_equal(b.clock.leaps, 0);
    vg_picture_free(b.picture);
}

static void times_that_can_be_none_move_nothing(void **state)
{
    (void)state;
    for (int data = 0; data < 2; data++) {
        struct both b = begin(data);
        static const int64_t times[] = {INT64_MAX, INT64_MIN + 1, VG_PICTURE_CLOCK_MAX_US, -VG_PICTURE_CLOCK_MAX_US};
        for (size_t i = 0; i < 4; i++) {
            assert_int_equal(by_bytes(&b, times[i]), VG_TIME_NONE);
            assert_int_equal(by_report(&b, times[i]), VG_TIME_NONE);
            assert_int_equal(by_tick(&b, times[i]), VG_TIME_NONE);
        }
        const int64_t last_us = (VG_PICTURE_CLOCK_MAX_US - 1) / VG_SECOND_US * VG_SECOND_US;
        assert_int_equal(data ? by_report(&b, VG_PICTURE_CLOCK_MAX_US - 1) : by_bytes(&b, VG_PICTURE_CLOCK_MAX_US - 1),
                         last_us);
        vg_picture_free(b.picture);
    }
}

static void by_the_wall_clock_a_report_may_be_dated_two_minutes_ahead(void **state)
{
    (void)state;
    struct both b = begin(false);
    struct vg_picture_limits limits = VG_PICTURE_LIMITS_DEFAULT;
    vg_picture_clock_limits(&b.clock, &limits);
    assert_int_equal(limits.ahead_us, INT64_C(120000000));
    limits.ahead_us = 7;
    vg_picture_clock_limits(&b.clock, &limits); /* what was asked for stays */
    assert_int_equal(limits.ahead_us, 7);
    vg_picture_free(b.picture);
    b = begin(true);
    limits.ahead_us = 0;
    vg_picture_clock_limits(&b.clock, &limits);
    assert_int_equal(limits.ahead_us, 0); /* the picture's default */
    vg_picture_free(b.picture);
}

static void a_clock_that_never_went_so_is_not_sound(void **state)
{
    (void)state;
    struct vg_picture_clock good, c;
    vg_picture_clock_init(&good, true);
    assert_true(vg_picture_clock_is_sound(&good));
    good.clock_us = good.leap_us = NOON_US + 1;
    good.advanced_us = NOON_US;
    good.leaps = 2;
    assert_true(vg_picture_clock_is_sound(&good));
    c = good, c.advanced_us = NOON_US + 1; /* no whole second */
    assert_false(vg_picture_clock_is_sound(&c));
    c = good, c.leaps = 3;
    assert_false(vg_picture_clock_is_sound(&c));
    c = good, c.leap_us = VG_TIME_NONE;
    assert_false(vg_picture_clock_is_sound(&c));
    c = good, c.leap_us = INT64_MAX;
    assert_false(vg_picture_clock_is_sound(&c));
    c = good, c.clock_us = VG_PICTURE_CLOCK_MAX_US;
    assert_false(vg_picture_clock_is_sound(&c));
    c = good, c.advanced_us = -VG_PICTURE_CLOCK_MAX_US / VG_SECOND_US * VG_SECOND_US - VG_SECOND_US;
    assert_false(vg_picture_clock_is_sound(&c));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(received_bytes_move_a_wall_clock_in_whole_seconds),
        cmocka_unit_test(the_data_moves_its_clock_in_whole_seconds_from_wherever_it_began),
        cmocka_unit_test(seconds_before_1970_are_whole_too),
        cmocka_unit_test(a_tick_follows_a_wall_clock_that_was_set_back),
        cmocka_unit_test(a_leap_of_more_than_a_day_needs_three_reports_in_a_row_that_agree),
        cmocka_unit_test(times_that_can_be_none_move_nothing),
        cmocka_unit_test(by_the_wall_clock_a_report_may_be_dated_two_minutes_ahead),
        cmocka_unit_test(a_clock_that_never_went_so_is_not_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
