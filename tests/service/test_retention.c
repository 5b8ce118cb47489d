/* What goes of journal and archive: the oldest of both, never the newest, and nothing because of a clock. */
#include "base/time.h"
#include "service/host_clock_read.h"
#include "service/retention.h"
#include "test.h"

#define NOW_US INT64_C(1795348800000000) /* a full hour */
#define H(n)   (NOW_US - (n)*VG_HOUR_US)

static struct vg_retention_now things(void)
{
    return (struct vg_retention_now){
        .wall_us = NOW_US,
        .journal_bytes = 600,
        .journal = {100, H(40)},
        .archive = {.bytes = 400, .parts = 50, .oldest_us = H(48), .newest_us = H(1), .reference_us = H(3)}};
}

static void what_is_too_old_is_measured_from_the_third_newest_hour_and_the_clock(void **state)
{
    (void)state;
    const struct vg_retention_rules day = {.keep_us = VG_DAY_US};
    struct vg_store_retirement plan;
    struct vg_retention_now now = things();
    assert_false(vg_retention_plan(&day, &now, &plan)); /* the journal has a rule of its own */
    assert_int_equal(plan.before_us, H(2) - VG_DAY_US);
    assert_int_equal(plan.excess_bytes, 0);
    now.wall_us = NOW_US + 3650 * VG_DAY_US; /* the clock runs ten years ahead: nothing goes because of it */
    vg_retention_plan(&day, &now, &plan);
    assert_int_equal(plan.before_us, H(2) - VG_DAY_US);
    now.wall_us = H(1000); /* or behind */
    vg_retention_plan(&day, &now, &plan);
    assert_int_equal(plan.before_us, H(1000) - VG_DAY_US);
    now = things();
    now.archive.reference_us = VG_TIME_NONE; /* fewer than three hours */
    vg_retention_plan(&day, &now, &plan);
    assert_int_equal(plan.before_us, VG_TIME_NONE);
    now = things();
    now.doubtful = true;
    vg_retention_plan(&day, &now, &plan);
    assert_int_equal(plan.before_us, VG_TIME_NONE);
    const struct vg_retention_rules ever = {0};
    now = things();
    assert_false(vg_retention_plan(&ever, &now, &plan));
    assert_int_equal(plan.before_us, VG_TIME_NONE);
    assert_int_equal(plan.excess_bytes, 0);
}

static void by_size_the_older_of_both_goes_first(void **state)
{
    (void)state;
    const struct vg_retention_rules rules = {.keep_bytes = 900};
    struct vg_store_retirement plan;
    struct vg_retention_now now = things();
    assert_false(vg_retention_plan(&rules, &now, &plan));
    assert_int_equal(plan.excess_bytes, 100);
    assert_int_equal(plan.excess_before_us, H(39)); /* as far as the journal's oldest segment reaches */
    now.archive.oldest_us = H(39);                  /* now the segment is older */
    assert_true(vg_retention_plan(&rules, &now, &plan));
    assert_int_equal(plan.excess_before_us, VG_TIME_NONE);
    now.archive.bytes = 300;
    assert_false(vg_retention_plan(&rules, &now, &plan)); /* no more than may be */
    assert_int_equal(plan.excess_bytes, 0);
}

static void the_newest_stays(void **state)
{
    (void)state;
    const struct vg_retention_rules rules = {.keep_bytes = 1};
    struct vg_store_retirement plan;
    struct vg_retention_now now = things();
    now.journal = (struct vg_journal_oldest){0, INT64_MAX}; /* one segment only */
    assert_false(vg_retention_plan(&rules, &now, &plan));
    assert_int_equal(plan.excess_before_us, now.archive.newest_us); /* hours that end by then: not that one */
    now.archive.oldest_us = now.archive.newest_us;
    assert_false(vg_retention_plan(&rules, &now, &plan));
    assert_int_equal(plan.excess_before_us, VG_TIME_NONE);
    now.archive = (struct vg_store_extent){.oldest_us = VG_TIME_NONE, .newest_us = VG_TIME_NONE};
    assert_false(vg_retention_plan(&rules, &now, &plan));
    now.journal = (struct vg_journal_oldest){100, H(5)}; /* no archive: the journal alone */
    assert_true(vg_retention_plan(&rules, &now, &plan));
    now.journal.last_us = INT64_MAX; /* its times can't be read */
    assert_true(vg_retention_plan(&rules, &now, &plan));
}

static void this_host_has_a_clock(void **state)
{
    (void)state;
    struct vg_host_clock_reading a = vg_host_clock_read(), b = vg_host_clock_read();
    assert_true(a.wall_us > NOW_US / 2 && b.elapsed_us >= a.elapsed_us && a.elapsed_us > 0);
    assert_true(a.synchronised == VG_SYNC_YES ? a.error_us >= 0 : a.error_us < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_too_old_is_measured_from_the_third_newest_hour_and_the_clock),
        cmocka_unit_test(by_size_the_older_of_both_goes_first),
        cmocka_unit_test(the_newest_stays),
        cmocka_unit_test(this_host_has_a_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
