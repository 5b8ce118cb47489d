/* The model of anomalies: what fixes say about each other, and the spans that come of it. */
#include "../test.h"

#include <math.h>

#include "base/time.h"
#include "behaviour/anomaly_model.h"

#define FIXES 60
#define STEP  (10 * VG_MINUTE_US)

static struct vg_anomaly_fix track[FIXES];
static struct vg_anomaly_span span[FIXES];

/* A ship that goes 12 kn to 060°, a fix in ten minutes, the speed rounded as AIS does. */
static void sail(void)
{
    for (int i = 0; i < FIXES; i++) {
        const double nm = 2.0 * i;
        track[i] = (struct vg_anomaly_fix){.time_us = i * STEP,
                                           .lat_deg = 28 + nm * 0.5 / 60,
                                           .lon_deg = -90 + nm * sin(M_PI / 3) / 60 / cos(28.5 * M_PI / 180),
                                           .sog_kn = 12 + 0.1 * (i % 3 - 1),
                                           .cog_deg = 60 + (i % 5 - 2)};
    }
}

static size_t find(const struct vg_anomaly_fix *fix, size_t count)
{
    struct vg_anomaly a;
    size_t n = 0;
    vg_anomaly_begin(&a);
    for (size_t i = 0; i < count; i++)
        n += vg_anomaly_take(&a, &fix[i], &span[n]);
    while (vg_anomaly_finish(&a, &span[n]))
        n++;
    return n;
}

static void a_ship_that_sails_as_she_says_gives_nothing(void **state)
{
    (void)state;
    sail();
    assert_int_equal(find(track, FIXES), 0);
    for (int i = 0; i < FIXES; i++) { /* and at a berth */
        track[i].lat_deg = 29.05450 + 0.00001 * (i % 3);
        track[i].lon_deg = -90.17150;
        track[i].sog_kn = 0.1 * (i % 4);
        track[i].cog_deg = i * 77 % 360;
    }
    assert_int_equal(find(track, FIXES), 0);
}

static void a_position_beside_the_way_is_a_span_from_where_it_leaves_to_where_it_returns(void **state)
{
    (void)state;
    sail();
    for (int i = 25; i <= 30; i++) {
        track[i].lat_deg += 0.02;
        track[i].lon_deg -= 0.02;
    }
    assert_int_equal(find(track, FIXES), 1);
    assert_true(span[0].first >= 24 && span[0].first <= 26 && span[0].last >= 29 && span[0].last <= 31);
    assert_true(span[0].kind != VG_ANOMALY_SPEED && span[0].confidence > 0.8 && span[0].bend_kn > 3);
    assert_true(span[0].begin_us == (int64_t)span[0].first * STEP && span[0].end_us == (int64_t)span[0].last * STEP);
}

static void a_speed_that_is_not_made_good_is_a_span_of_speed(void **state)
{
    (void)state;
    sail();
    track[20].sog_kn = 6.5;
    track[21].sog_kn = 17;
    track[22].sog_kn = 8;
    assert_int_equal(find(track, FIXES), 1);
    assert_true(span[0].first <= 22 && span[0].last >= 20 && span[0].kind == VG_ANOMALY_SPEED);
    assert_true(span[0].speed_off_kn > 3);
}

static void spans_near_each_other_are_one_and_far_ones_two(void **state)
{
    (void)state;
    sail();
    track[15].sog_kn = 5;
    track[16].sog_kn = 19;
    track[26].sog_kn = 19;
    track[27].sog_kn = 5;
    assert_int_equal(find(track, FIXES), 1);
    sail();
    track[10].sog_kn = 5;
    track[11].sog_kn = 19;
    track[45].sog_kn = 19;
    track[46].sog_kn = 5;
    assert_int_equal(find(track, FIXES), 2);
    assert_true(span[0].last < 15 && span[1].first > 40);
}

/* One by one through the window of the state, or with the whole track at hand. */
static void judged_as_it_comes_is_judged_as_a_whole(void **state)
{
    (void)state;
    sail();
    for (int i = 3; i < FIXES; i += 9) {
        track[i].sog_kn += i % 2 ? 6 : -6;
        track[i].lat_deg += 0.001 * i;
    }
    for (size_t count = 1; count <= FIXES; count++) {
        bool in_span[FIXES] = {false};
        double most = 0;
        const size_t n = find(track, count);
        for (size_t k = 0; k < n; k++) {
            for (uint64_t i = span[k].first; i <= span[k].last; i++)
                in_span[i] = true;
            most = fmax(most, span[k].confidence);
        }
        double whole = 0;
        for (size_t i = 0; i < count; i++) {
            const double p = vg_anomaly_model(track, count, i);
            assert_true(p < VG_ANOMALY_PROBABILITY || in_span[i]);
            whole = fmax(whole, p >= VG_ANOMALY_PROBABILITY ? p : 0);
        }
        assert_true(fabs(whole - most) < 1e-15);
    }
}

static void the_place_on_the_globe_changes_nothing(void **state)
{
    (void)state;
    double here[VG_ANOMALY_FEATURES], there[VG_ANOMALY_FEATURES];
    sail();
    vg_anomaly_features(track, FIXES, 30, here);
    for (int i = 0; i < FIXES; i++) { /* the 30th fix stands near the antimeridian: some are beyond it */
        track[i].lon_deg += 180 - track[FIXES - 1].lon_deg + 0.5;
        if (track[i].lon_deg > 180)
            track[i].lon_deg -= 360;
    }
    vg_anomaly_features(track, FIXES, 30, there);
    for (size_t i = 0; i < VG_ANOMALY_FEATURES; i++)
        assert_true(fabs(here[i] - there[i]) < 1e-6);
}

static void what_is_not_said_is_absent_and_never_a_number(void **state)
{
    (void)state;
    double f[VG_ANOMALY_FEATURES];
    sail();
    for (int i = 0; i < FIXES; i++)
        track[i].cog_deg = i % 2 ? NAN : track[i].cog_deg;
    track[30].sog_kn = NAN;
    for (size_t at = 0; at < FIXES; at++) {
        vg_anomaly_features(track, FIXES, at, f);
        for (size_t i = 0; i < VG_ANOMALY_FEATURES; i++)
            assert_true(isfinite(f[i]));
    }
    vg_anomaly_features(track, FIXES, 30, f);
    assert_true(f[VG_ANOMALY_AT_speed] < 0 && f[VG_ANOMALY_AT_speed_off + 2] < 0);
    vg_anomaly_features(track, 1, 0, f);
    assert_true(f[VG_ANOMALY_AT_mismatch_largest] < 0 && f[VG_ANOMALY_AT_made_good] < 0);
    assert_int_equal(find(track, 1), 0);
    assert_int_equal(find(track, 0), 0);
}

static void fixes_that_are_not_later_are_not_taken(void **state)
{
    (void)state;
    struct vg_anomaly a;
    sail();
    vg_anomaly_begin(&a);
    vg_anomaly_take(&a, &track[1], &span[0]);
    vg_anomaly_take(&a, &track[1], &span[0]);
    vg_anomaly_take(&a, &track[0], &span[0]);
    assert_int_equal(a.taken, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ship_that_sails_as_she_says_gives_nothing),
        cmocka_unit_test(a_position_beside_the_way_is_a_span_from_where_it_leaves_to_where_it_returns),
        cmocka_unit_test(a_speed_that_is_not_made_good_is_a_span_of_speed),
        cmocka_unit_test(spans_near_each_other_are_one_and_far_ones_two),
        cmocka_unit_test(judged_as_it_comes_is_judged_as_a_whole),
        cmocka_unit_test(the_place_on_the_globe_changes_nothing),
        cmocka_unit_test(what_is_not_said_is_absent_and_never_a_number),
        cmocka_unit_test(fixes_that_are_not_later_are_not_taken),
    };
    return cmocka_run_group_tests_name("anomaly_model", tests, NULL, NULL);
}
