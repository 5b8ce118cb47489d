/* Room on the disk: its limits, that it doesn't go to and fro at them, and how long it lasts. */
#include "situation/disk_space.h"
#include "test.h"

#define MINUTE_US INT64_C(60000000)
#define GIB       (UINT64_C(1) << 30)

static enum vg_space at(struct vg_disk_space *d, int64_t minute, uint64_t free_bytes, uint64_t total)
{
    vg_disk_space_take(d, minute * MINUTE_US, free_bytes, total);
    return d->status.space;
}

static void a_disk_is_low_and_critical_by_its_share_and_comes_back_later_than_it_went(void **state)
{
    (void)state;
    static const struct {
        uint64_t percent_10; /* tenths of a per cent of 1000 GiB */
        enum vg_space space;
    } cases[] = {{500, VG_SPACE_OK},      {100, VG_SPACE_OK}, {99, VG_SPACE_LOW},      {110, VG_SPACE_LOW},
                 {125, VG_SPACE_OK},      {99, VG_SPACE_LOW}, {20, VG_SPACE_LOW},      {19, VG_SPACE_CRITICAL},
                 {24, VG_SPACE_CRITICAL}, {25, VG_SPACE_LOW}, {19, VG_SPACE_CRITICAL}, {600, VG_SPACE_OK}};
    struct vg_disk_space d = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_disk_space fresh = d; /* the growth is not what is meant here */
        fresh.count = fresh.next = 0;
        d = fresh;
        if (at(&d, (int64_t)i, cases[i].percent_10 * GIB, 1000 * GIB) != cases[i].space)
            fail_msg("case %zu: %s", i, vg_space_key(d.status.space));
    }
}

static void a_small_disk_has_a_small_reserve(void **state)
{
    (void)state;
    struct vg_disk_space d = {0};
    assert_int_equal(vg_space_reserve(1000 * GIB), GIB);
    assert_int_equal(vg_space_reserve(GIB), GIB / 20);
    assert_int_equal(at(&d, 0, GIB / 2, GIB), VG_SPACE_OK);
    assert_false(vg_space_is_reserved(&d.status));
    at(&d, 1, GIB / 21, GIB);
    assert_int_equal(d.status.space, VG_SPACE_CRITICAL);
    assert_true(vg_space_is_reserved(&d.status));
    struct vg_disk_space none = {0};
    assert_false(vg_space_is_reserved(&none.status)); /* nothing is known: nothing gives way */
}

/* 1 GiB a minute. */
static void how_long_it_lasts_is_told_from_ten_minutes_on(void **state)
{
    (void)state;
    struct vg_disk_space d = {0};
    for (int64_t minute = 0; minute < 10; minute++) {
        at(&d, minute, 2000 * GIB - (uint64_t)minute * GIB, 4000 * GIB);
        assert_int_equal(d.status.full_in_s, VG_SPACE_UNKNOWN_S);
        assert_int_equal(d.status.space, VG_SPACE_OK);
    }
    at(&d, 10, 1990 * GIB, 4000 * GIB);
    assert_int_equal(d.status.full_in_s, 1990 * 60);
    assert_int_equal(d.status.space, VG_SPACE_LOW); /* a day and a half */
    for (int64_t minute = 11; minute < 700; minute++)
        at(&d, minute, 2000 * GIB - (uint64_t)minute * GIB, 4000 * GIB);
    assert_int_equal(d.status.space, VG_SPACE_CRITICAL); /* less than a day, though a third is free */
    for (int64_t minute = 700; minute < 1400;
         minute++) /* it doesn't grow any more: six hours later nothing is left of it */
        at(&d, minute, 1300 * GIB, 4000 * GIB);
    assert_int_equal(d.status.full_in_s, VG_SPACE_UNKNOWN_S);
    assert_int_equal(d.status.space, VG_SPACE_OK);
}

static void room_that_is_freed_is_no_growth(void **state)
{
    (void)state;
    struct vg_disk_space d = {0};
    for (int64_t minute = 0; minute < 60; minute++)
        at(&d, minute, (500 + (uint64_t)minute) * GIB, 1000 * GIB);
    assert_int_equal(d.status.full_in_s, VG_SPACE_UNKNOWN_S);
}

static void what_can_t_be_measured_is_not_known_and_says_nothing(void **state)
{
    (void)state;
    struct vg_disk_space d = {0};
    assert_false(vg_disk_space_take(&d, 0, 0, 0));
    assert_int_equal(d.status.space, VG_SPACE_UNKNOWN);
    assert_true(vg_disk_space_take(&d, 1, 1, GIB));
    assert_true(vg_disk_space_take(&d, 2, 0, 0));
    assert_int_equal(d.status.space, VG_SPACE_UNKNOWN);
    assert_int_equal(d.status.full_in_s, VG_SPACE_UNKNOWN_S);
    for (enum vg_space s = VG_SPACE_UNKNOWN; s <= VG_SPACE_CRITICAL; s++)
        assert_non_null(vg_space_key(s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_disk_is_low_and_critical_by_its_share_and_comes_back_later_than_it_went),
        cmocka_unit_test(a_small_disk_has_a_small_reserve),
        cmocka_unit_test(how_long_it_lasts_is_told_from_ten_minutes_on),
        cmocka_unit_test(room_that_is_freed_is_no_growth),
        cmocka_unit_test(what_can_t_be_measured_is_not_known_and_says_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
