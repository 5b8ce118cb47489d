#include "say.h"

static struct vg_trail_point points[5000];

static size_t trail(struct vg_picture *p, uint32_t mmsi)
{
    return vg_picture_trail(p, mmsi, 0, points, 5000, NULL);
}

static void a_moored_ship_is_two_points(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    for (int i = 0; i < 1000; i++) {
        struct vg_report r = position(SHIP, 180 * i, i % 7, -(i % 5)); /* GPS noise */
        r.sog_dkn = 1;
        tick(p, 180 * i);
        say(p, r);
    }
    assert_int_equal(trail(p, SHIP), 2);
    assert_int_equal(points[0].time_us, at(0));
    assert_int_equal(points[1].time_us, at(180 * 999));
    assert_true(same_pos(points[0].pos, points[1].pos));
    vg_picture_free(p);
}

static void a_ship_that_sails_again_leaves_its_dwell_behind(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    for (int i = 0; i < 10; i++) {
        struct vg_report r = position(SHIP, 180 * i, 0, 0);
        r.sog_dkn = 0;
        say(p, r);
    }
    for (int i = 0; i < 30; i++)
        say_at(p, SHIP, 1800 + 10 * i, 51.4 * i, 0);
    size_t n = trail(p, SHIP);
    assert_in_range(n, 4, 6);
    assert_int_equal(points[1].time_us, at(1800)); /* still there then */
    assert_true(points[2].pos.lon_e4min > 0);
    vg_picture_free(p);
}

static void a_straight_leg_is_a_point_a_kilometre(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    for (int i = 0; i < 1000; i++)
        say_at(p, SHIP, 10 * i, 51.4 * i, 0); /* 10 kn for 51 km */
    assert_in_range(trail(p, SHIP), 45, 60);
    vg_picture_free(p);
}

static void a_turn_and_a_change_of_speed_are_worth_a_point(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    say_at(p, SHIP, 0, 0, 0);
    struct vg_report r = position(SHIP, 10, 51, 0);
    r.cog_ddeg = 930; /* 3° */
    say(p, r);
    assert_int_equal(trail(p, SHIP), 1);
    r = position(SHIP, 20, 102, -5);
    r.cog_ddeg = 960;
    say(p, r);
    assert_int_equal(trail(p, SHIP), 2);
    r = position(SHIP, 30, 130, -10);
    r.cog_ddeg = 960;
    r.sog_dkn = 60;
    say(p, r);
    assert_int_equal(trail(p, SHIP), 3);
    assert_int_equal(points[2].sog_dkn, 60);
    vg_picture_free(p);
}

static void north_is_no_turn(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    for (int i = 0; i < 10; i++) {
        struct vg_report r = position(SHIP, 10 * i, 0, 51 * i);
        r.cog_ddeg = i % 2 ? 3590 : 10;
        say(p, r);
    }
    assert_int_equal(trail(p, SHIP), 1);
    vg_picture_free(p);
}

/* A ship that turns at each report: all of them are points. */
static void zigzag(struct vg_picture *p, uint32_t mmsi, int from, int n)
{
    for (int i = from; i < from + n; i++) {
        struct vg_report r = position(mmsi, 10 * i, 40 * i, i % 2 * 30);
        r.cog_ddeg = i % 2 ? 300 : 1500;
        vg_picture_apply(p, &r, NULL);
    }
    assert_true(vg_picture_check(p));
}

static void a_vessels_share_is_bounded_and_the_newest_stay(void **state)
{
    (void)state;
    struct vg_picture *p = picture_of(10, 1 << 20, 100);
    zigzag(p, SHIP, 0, 1000);
    uint64_t dropped;
    assert_int_equal(vg_picture_trail(p, SHIP, 0, points, 5000, &dropped), 100);
    assert_int_equal(dropped, 900);
    assert_int_equal(vg_picture_counters(p)->trail_dropped, 900);
    for (int i = 0; i < 100; i++)
        assert_int_equal(points[i].time_us, at(10 * (900 + i)));
    vg_picture_free(p);
}

static void the_newest_points_since_a_time_are_given(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    zigzag(p, SHIP, 0, 200);
    assert_int_equal(vg_picture_trail(p, SHIP, at(1500), points, 5000, NULL), 50);
    assert_int_equal(points[0].time_us, at(1500));
    assert_int_equal(vg_picture_trail(p, SHIP, at(1500) + 1, points, 5000, NULL), 49);
    assert_int_equal(vg_picture_trail(p, SHIP, at(1500), points, 7, NULL), 7);
    assert_int_equal(points[6].time_us, at(1990));
    assert_int_equal(vg_picture_trail(p, SHIP, INT64_MAX, points, 7, NULL), 0);
    assert_int_equal(vg_picture_trail(p, SHIP, INT64_MIN, points, 0, NULL), 0);
    uint64_t dropped = 5;
    assert_int_equal(vg_picture_trail(p, OTHER, 0, points, 7, &dropped), 0);
    assert_int_equal(dropped, 0);
    vg_picture_free(p);
}

static void a_full_store_takes_from_the_oldest(void **state)
{
    (void)state;
    struct vg_picture *p = picture_of(10, 20 * 512, 2000);
    zigzag(p, OTHER, 0, 300); /* 10 blocks */
    zigzag(p, SHIP, 300, 450);
    assert_int_equal(trail(p, SHIP), 450);
    assert_int_equal(trail(p, OTHER), 150);
    assert_int_equal(points[0].time_us, at(1500));
    uint64_t dropped;
    vg_picture_trail(p, OTHER, 0, points, 0, &dropped);
    assert_int_equal(dropped, 150);
    zigzag(p, SHIP, 750, 2000); /* the other's only block is spared while there is another choice */
    assert_int_equal(trail(p, OTHER), 30);
    assert_true(p->trails.blocks == 20);
    vg_picture_free(p);
}

static void more_vessels_than_blocks_share_what_there_is(void **state)
{
    (void)state;
    struct vg_picture *p = picture_of(200, 30 * 512, 2000);
    for (int i = 0; i < 2000; i++)
        say_at(p, SHIP + (uint32_t)i % 200, i, 10.0 * i, 0);
    assert_true(vg_picture_counters(p)->trail_dropped > 0);
    assert_int_equal(p->trails.used, 30);
    vg_picture_free(p);
}

static void no_budget_means_no_trails(void **state)
{
    (void)state;
    struct vg_picture *p = picture_of(10, 100, 2000);
    zigzag(p, SHIP, 0, 10);
    assert_int_equal(trail(p, SHIP), 0);
    assert_int_equal(vg_picture_counters(p)->trail_dropped, 10);
    vg_picture_free(p);
    p = picture_of(10, 1 << 20, 1);
    zigzag(p, SHIP, 0, 10);
    assert_int_equal(trail(p, SHIP), 1);
    vg_picture_free(p);
}

static void a_trail_goes_with_its_vessel(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    zigzag(p, SHIP, 0, 500);
    assert_true(p->trails.used > 10);
    tick(p, 86400);
    assert_int_equal(p->trails.used, 0);
    assert_int_equal(vg_picture_counters(p)->trail_dropped, 0);
    vg_picture_free(p);
}

/* Points of a straight way of so many seconds, heard each `step` seconds. */
static size_t points_of_a_leg(double speed_kn, int seconds, int step)
{
    struct vg_picture *p = picture();
    struct vg_trail_point trail[100];
    for (int t = 0; t <= seconds; t += step) {
        struct vg_report r = position(SHIP, t, speed_kn * 0.514444 * t, 0);
        r.sog_dkn = (uint16_t)(speed_kn * 10);
        say(p, r);
    }
    size_t n = vg_picture_trail(p, SHIP, 0, trail, 100, NULL);
    vg_picture_free(p);
    return n;
}

static void a_fast_ship_has_a_point_a_minute_and_a_slow_one_one_in_five(void **state)
{
    (void)state;
    assert_int_equal(points_of_a_leg(61, 600, 10),
                     1 + 8); /* the seventh step completes the minute; by kilometres: 16 */
    assert_int_equal(points_of_a_leg(1, 1800, 30), 1 + 6);
}

static void a_second_report_in_the_same_millisecond_leaves_the_trail(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    struct vg_trail_point trail[10];
    say_at(p, SHIP, 0, 0, 0);
    say_at(p, SHIP, 60, 1500, 0);
    say_at(p, SHIP, 60, 1510, 0);
    say_at(p, SHIP, 120, 3000, 0);
    assert_int_equal(vg_picture_trail(p, SHIP, 0, trail, 10, NULL), 3);
    assert_int_equal(trail[0].time_us, at(0));
    assert_int_equal(vg_picture_counters(p)->trail_dropped, 0);
    vg_picture_free(p);
}

static void a_dwell_of_years_keeps_its_time(void **state)
{
    (void)state;
    struct vg_picture *p = picture_of(10, 1 << 20, 100);
    for (int day = 0; day < 3650; day++) {
        tick(p, 86400.0 * day);
        struct vg_report r = position(2735001, 86400.0 * day, 0, 0);
        r.fields = VG_FIELD_BIT(POS);
        say(p, r);
        tick(p, 86400.0 * day + 3600);
    }
    vg_picture_free(p);
    p = picture_of(10, 1 << 20, 100);
    for (int month = 0; month < 20; month++) { /* more than 32 bits of milliseconds apart */
        struct vg_report r = position(2735001, 60 * 86400.0 * month, 0, 0);
        vg_picture_advance(p, r.time_us);
        vg_picture_advance(p, START_US); /* keeps it alive */
        p->elapsed_us = 0;
        vg_picture_advance(p, r.time_us);
        p->elapsed_us = 0;
        vg_picture_apply(p, &r, NULL);
        p->elapsed_us = 0;
    }
    size_t n = trail(p, 2735001);
    assert_true(n >= 1);
    assert_int_equal(points[n - 1].time_us, at(60 * 86400.0 * 19));
    vg_picture_free(p);
}

/* Two reports: after so many milliseconds, metres, with such speeds and courses (−1: not said). Points they leave. */
struct leg {
    int ms;
    double metres;
    int sog[2], cog[2];
    size_t points;
};

static struct vg_report end_of(const struct leg *leg, int end)
{
    struct vg_report r = position(SHIP, end * leg->ms / 1000.0, end * leg->metres, 0);
    r.sog_dkn = (uint16_t)(leg->sog[end] < 0 ? 0 : leg->sog[end]);
    r.cog_ddeg = (uint16_t)(leg->cog[end] < 0 ? 0 : leg->cog[end]);
    r.fields &= leg->sog[end] < 0 ? ~VG_FIELD_BIT(SOG) : ~0u;
    r.fields &= leg->cog[end] < 0 ? ~VG_FIELD_BIT(COG) : ~0u;
    return r;
}

static void a_point_is_worth_its_place_from_these_bounds_on(void **state)
{
    (void)state;
    static const struct leg legs[] = {
        {60000, 998, {100, 100}, {0, 0}, 1},  /* a kilometre */
        {60000, 1002, {100, 100}, {0, 0}, 2}, /* of a slow ship */
        {60000, 1845, {600, 600}, {0, 0}, 1}, /* a minute of a fast one: 60 kn, a nautical mile */
        {60000, 1860, {600, 600}, {0, 0}, 2},
        {60000, 247, {100, 100}, {-1, -1}, 1}, /* without a course */
        {60000, 253, {100, 100}, {-1, -1}, 2},
        {60000, 253, {100, 100}, {0, 0}, 1},
        {60000, 998, {-1, -1}, {0, 0}, 1}, /* without a speed */
        {60000, 1002, {-1, -1}, {0, 0}, 2},
        {299999, 200, {100, 100}, {0, 0}, 1}, /* five minutes */
        {300000, 200, {100, 100}, {0, 0}, 2},
        {300000, 28, {100, 100}, {0, 0}, 1}, /* and thirty metres */
        {300000, 32, {100, 100}, {0, 0}, 2},
        {10000, 50, {100, 100}, {0, 50}, 1}, /* a turn of five degrees, to either side, over north */
        {10000, 50, {100, 100}, {0, 51}, 2},
        {10000, 50, {100, 100}, {51, 0}, 2},
        {10000, 50, {100, 100}, {3590, 40}, 1},
        {10000, 50, {100, 100}, {3590, 41}, 2},
        {10000, 50, {100, 100}, {41, 3590}, 2},
        {10000, 50, {100, 100}, {0, 1800}, 2},
        {10000, 50, {100, 100}, {900, -1}, 1}, /* nobody knows whether it turned */
        {10000, 50, {100, 100}, {-1, 900}, 1},
        {10000, 50, {100, 100}, {0, 3549}, 2},
        {10000, 50, {100, 100}, {0, 3550}, 1},
        {4999, 50, {100, 100}, {0, 900}, 1}, /* not within five seconds */
        {5000, 50, {100, 100}, {0, 900}, 2},
        {10000, 22, {100, 100}, {0, 900}, 2}, /* nor within what positions waver */
        {10000, 18, {100, 100}, {0, 900}, 1},
        {10000, 50, {50, 70}, {0, 0}, 1}, /* two knots */
        {10000, 50, {50, 71}, {0, 0}, 2},
        {10000, 50, {71, 50}, {0, 0}, 2},
        {10000, 50, {200, 240}, {0, 0}, 1}, /* or a fifth */
        {10000, 50, {200, 241}, {0, 0}, 2},
        {10000, 50, {200, 159}, {0, 0}, 2},
        {10000, 50, {200, -1}, {0, 0}, 1},
        {10000, 50, {-1, 200}, {0, 0}, 1},
        {180000, 148, {0, 0}, {0, 0}, 2}, /* it swings about its anchor: the dwell's second point, at the first place */
        {180000, 152, {0, 0}, {0, 0}, 1}, /* farther, but not worth a point */
        {300000, 152, {0, 0}, {0, 0}, 2},
    };
    for (size_t i = 0; i < sizeof legs / sizeof *legs; i++) {
        struct vg_picture *p = picture();
        say(p, end_of(&legs[i], 0));
        say(p, end_of(&legs[i], 1));
        if (trail(p, SHIP) != legs[i].points)
            fail_msg("leg %zu: %zu points", i, trail(p, SHIP));
        vg_picture_free(p);
    }
}

static void who_dwells_moves_the_second_point_s_time_until_it_leaves(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    for (int i = 0; i < 3; i++) {
        struct vg_report r = position(SHIP, 180 * i, 10 * i, 0);
        r.sog_dkn = (uint16_t)i;
        r.cog_ddeg = (uint16_t)(100 * i);
        say(p, r);
    }
    assert_int_equal(trail(p, SHIP), 2);
    assert_int_equal(points[1].time_us, at(360));
    assert_int_equal(points[1].sog_dkn, 2);
    assert_int_equal(points[1].cog_ddeg, 200);
    assert_true(same_pos(points[1].pos, points[0].pos));
    say_at(p, SHIP, 400, 15, 0); /* she makes way, but is there yet */
    assert_int_equal(trail(p, SHIP), 2);
    assert_int_equal(points[1].time_us, at(400));
    say_at(p, SHIP, 410, 30, 0); /* the first point away from it, however near */
    assert_int_equal(trail(p, SHIP), 3);
    say_at(p, SHIP, 420, 45, 0); /* and no dwell any more */
    assert_int_equal(trail(p, SHIP), 3);
    vg_picture_free(p);
}

static void a_leg_over_the_antimeridian_is_as_long_as_any_other(void **state)
{
    (void)state;
    for (int east = -1; east <= 1; east += 2)
        for (int lat = 0; lat <= 60; lat += 60) {
            struct vg_picture *p = picture();
            for (int i = 0; i < 100; i++) { /* 10 kn for 5.1 km */
                double deg = 180 + east * (i - 50) * 51.4 / 111195 / (lat ? 0.5 : 1);
                struct vg_report r = position(SHIP, 10 * i, 0, 0);
                r.pos = vg_pos_from_deg(deg > 180 ? deg - 360 : deg, lat);
                say(p, r);
            }
            assert_int_equal(trail(p, SHIP), 1 + 4);
            vg_picture_free(p);
        }
}

static void a_segment_begins_where_a_held_place_was_adopted(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    say_at(p, SHIP, 0, 0, 0);
    for (int i = 0; i < 3; i++)
        say_at(p, SHIP, 100 + 10 * i, 300000, 0);
    say_at(p, SHIP, 220, 301500, 0);
    assert_int_equal(trail(p, SHIP), 3);
    assert_int_equal(points[0].flags, 0);
    assert_int_equal(points[1].flags, VG_TRAIL_BREAK);
    assert_int_equal(points[1].time_us, at(120));
    assert_int_equal(points[2].flags, 0);
    vg_picture_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_moored_ship_is_two_points),
        cmocka_unit_test(a_ship_that_sails_again_leaves_its_dwell_behind),
        cmocka_unit_test(a_straight_leg_is_a_point_a_kilometre),
        cmocka_unit_test(a_turn_and_a_change_of_speed_are_worth_a_point),
        cmocka_unit_test(north_is_no_turn),
        cmocka_unit_test(a_vessels_share_is_bounded_and_the_newest_stay),
        cmocka_unit_test(the_newest_points_since_a_time_are_given),
        cmocka_unit_test(a_full_store_takes_from_the_oldest),
        cmocka_unit_test(more_vessels_than_blocks_share_what_there_is),
        cmocka_unit_test(no_budget_means_no_trails),
        cmocka_unit_test(a_trail_goes_with_its_vessel),
        cmocka_unit_test(a_fast_ship_has_a_point_a_minute_and_a_slow_one_one_in_five),
        cmocka_unit_test(a_second_report_in_the_same_millisecond_leaves_the_trail),
        cmocka_unit_test(a_dwell_of_years_keeps_its_time),
        cmocka_unit_test(a_point_is_worth_its_place_from_these_bounds_on),
        cmocka_unit_test(who_dwells_moves_the_second_point_s_time_until_it_leaves),
        cmocka_unit_test(a_leg_over_the_antimeridian_is_as_long_as_any_other),
        cmocka_unit_test(a_segment_begins_where_a_held_place_was_adopted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
