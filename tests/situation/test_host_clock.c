/* The host's clock: what is a jump, what is told, and what stays quiet. */
#include "base/time.h"
#include "situation/host_clock.h"
#include "test.h"

#define NOON_US INT64_C(1795348800000000)

static bool look(struct vg_host_clock *c, int64_t wall_us, int64_t elapsed_us, enum vg_synchronised synchronised,
                 struct vg_host_clock_change *change)
{
    const struct vg_host_clock_reading r = {wall_us, elapsed_us, synchronised, synchronised == VG_SYNC_YES ? 5000 : -1};
    return vg_host_clock_look(c, &r, change);
}

static void only_a_difference_of_more_than_a_second_is_a_jump(void **state)
{
    (void)state;
    static const struct {
        int64_t by_us;
        bool jumps;
    } cases[] = {{0, false},
                 {999999, false},
                 {1000000, false},
                 {1000001, true},
                 {-1000000, false},
                 {-1000001, true},
                 {INT64_C(86400000000), true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_host_clock c = {0};
        struct vg_host_clock_change change = {0};
        assert_false(look(&c, NOON_US, 50, VG_SYNC_UNKNOWN, &change));
        /* half an hour between two looks, as of a host that slept, is none */
        assert_int_equal(
            look(&c, NOON_US + VG_HOUR_US / 2 + cases[i].by_us, 50 + VG_HOUR_US / 2, VG_SYNC_UNKNOWN, &change),
            cases[i].jumps);
        assert_int_equal(c.jumps, cases[i].jumps);
        if (!cases[i].jumps)
            continue;
        assert_int_equal(change.jump_us, cases[i].by_us);
        assert_int_equal(c.last_by_us, cases[i].by_us);
        assert_int_equal(c.last_jump_us, NOON_US + VG_HOUR_US / 2 + cases[i].by_us);
        assert_int_equal(change.time_us, c.last_jump_us);
    }
}

static void being_synchronised_is_told_when_it_turns(void **state)
{
    (void)state;
    struct vg_host_clock c = {0};
    struct vg_host_clock_change change;
    assert_true(look(&c, NOON_US, 0, VG_SYNC_NO, &change));
    assert_true(change.first); /* how it is, no change */
    for (int i = 1; i < 5; i++)
        assert_false(look(&c, NOON_US + i, i, VG_SYNC_NO, &change));
    assert_true(look(&c, NOON_US + 5, 5, VG_SYNC_YES, &change));
    assert_false(change.first);
    assert_int_equal(change.synchronised, VG_SYNC_YES);
    assert_int_equal(change.error_us, 5000);
    assert_int_equal(change.jump_us, 0);
    assert_int_equal(c.error_us, 5000);
    assert_true(look(&c, NOON_US + 6, 6, VG_SYNC_NO, &change));
    assert_int_equal(c.jumps, 0);
}

/* A clock that is set again and again: each is counted, the last is told. */
static void jumps_are_counted(void **state)
{
    (void)state;
    struct vg_host_clock c = {0};
    struct vg_host_clock_change change;
    int64_t wall_us = NOON_US;
    look(&c, wall_us, 0, VG_SYNC_UNKNOWN, &change);
    for (int i = 1; i <= 10; i++) {
        wall_us += i % 2 ? VG_HOUR_US : -VG_HOUR_US;
        assert_true(look(&c, wall_us, 0, VG_SYNC_UNKNOWN, &change));
    }
    assert_int_equal(c.jumps, 10);
    assert_int_equal(c.last_by_us, -VG_HOUR_US);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_a_difference_of_more_than_a_second_is_a_jump),
        cmocka_unit_test(being_synchronised_is_told_when_it_turns),
        cmocka_unit_test(jumps_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
