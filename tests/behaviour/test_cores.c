/* The pure cores of encounters, port visits and segments: what they make of odd input. */
#include <math.h>

#include "base/time.h"
#include "behaviour/encounter_find.h"
#include "behaviour/port_visits.h"
#include "behaviour/segment.h"
#include "test.h"

#define T0     (INT64_C(1577836800) * VG_SECOND_US) /* a grid time */
#define MIN(n) (T0 + (n)*VG_MINUTE_US)

struct found {
    struct vg_encounter e[32];
    size_t count;
};

static void keep(void *arg, const struct vg_encounter *e)
{
    struct found *f = arg;
    assert_true(f->count < 32);
    f->e[f->count++] = *e;
}

static struct found find(struct vg_encounter_fix *fixes, size_t n)
{
    const struct vg_encounter_rule rule = {10 * VG_MINUTE_US, 70 * VG_MINUTE_US, 500, 30 * VG_MINUTE_US};
    struct found f = {.count = 0};
    assert_int_equal(vg_encounter_find(&rule, fixes, n, keep, &f), VG_OK);
    return f;
}

static void two_that_stay_together_meet_twice_in_any_order_of_fixes(void **state)
{
    (void)state;
    struct vg_encounter_fix fixes[] = {
        {MIN(60), 179.9995, 1, 5}, {MIN(0), -179.9995, 1, 9},  {MIN(0), 179.9995, 1, 5}, {MIN(60), -179.9995, 1, 9},
        {MIN(30), 179.9995, 1, 5}, {MIN(30), -179.9995, 1, 9}, {MIN(30), 100, 80, 9}, /* a second word of that time */
    };
    const struct found f = find(fixes, sizeof fixes / sizeof *fixes);
    assert_int_equal(f.count, 2);
    assert_int_equal(f.e[0].vessel, 5);
    assert_int_equal(f.e[0].other, 9);
    assert_int_equal(f.e[1].vessel, 9);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(f.e[i].begin_us, MIN(0));
        assert_int_equal(f.e[i].end_us, MIN(60));
        assert_int_equal(f.e[i].points, 7);
        assert_true(fabs(f.e[i].median_distance_m - 111.2) < 1);
        assert_true(f.e[i].median_speed_kn < 0.01);
    }
}

static void who_crosses_the_180th_meridian_does_not_go_round_the_world(void **state)
{
    (void)state;
    struct vg_encounter_fix fixes[] = {
        {MIN(0), 179.99, 0, 1}, {MIN(60), -179.99, 0, 1}, {MIN(0), 179.99, 0.001, 2}, {MIN(60), -179.99, 0.001, 2}};
    const struct found f = find(fixes, 4);
    assert_int_equal(f.count, 2);
    assert_true(f.e[0].median_speed_kn < 2);
}

static void a_gap_as_long_as_the_limit_is_not_bridged(void **state)
{
    (void)state;
    struct vg_encounter_fix fixes[] = {{MIN(0), 0, 0, 1}, {MIN(70), 0, 0, 1}, {MIN(0), 0, 0, 2}, {MIN(70), 0, 0, 2}};
    assert_int_equal(find(fixes, 4).count, 0);
    fixes[1].time_us--, fixes[3].time_us--;
    assert_int_equal(find(fixes, 4).count, 2);
}

static void nobody_meets_alone_or_too_shortly(void **state)
{
    (void)state;
    struct vg_encounter_fix alone[] = {{MIN(0), 0, 0, 1}, {MIN(0), 0, 0, 1}, {MIN(60), 0, 0, 1}};
    assert_int_equal(find(alone, 3).count, 0);
    assert_int_equal(find(alone, 1).count, 0);
    assert_int_equal(find(NULL, 0).count, 0);
    struct vg_encounter_fix brief[] = {{MIN(1), 0, 0, 1}, {MIN(39), 0, 0, 1}, {MIN(1), 0, 0, 2}, {MIN(39), 0, 0, 2}};
    assert_int_equal(find(brief, 4).count, 0); /* 10, 20, 30: twenty minutes */
    const struct vg_encounter_rule bad = {0, 1, 1, 1};
    assert_int_equal(vg_encounter_find(&bad, brief, 4, keep, NULL), VG_ARG);
}

static void each_pair_of_three_meets(void **state)
{
    (void)state;
    struct vg_encounter_fix fixes[6];
    for (uint32_t v = 0; v < 3; v++)
        for (int k = 0; k < 2; k++)
            fixes[v * 2 + (uint32_t)k] = (struct vg_encounter_fix){MIN(k * 50), 10 + v * 0.001, -90 + v * 0.001, v};
    assert_int_equal(find(fixes, 6).count, 6);
}

static void confidence_counts_borders_and_what_lies_between(void **state)
{
    (void)state;
#define B(kind) (1u << VG_PORT_##kind)
    assert_int_equal(vg_port_confidence(B(ENTRY) | B(EXIT) | B(GAP_END)), 4);
    assert_int_equal(vg_port_confidence(B(ENTRY) | B(STOP_BEGIN)), 3);
    assert_int_equal(vg_port_confidence(B(EXIT) | B(STOP_END)), 3);
    assert_int_equal(vg_port_confidence(B(GAP_BEGIN)), 2);
    assert_int_equal(vg_port_confidence(B(ENTRY) | B(EXIT)), 1);
    assert_int_equal(vg_port_confidence(0), 0);
}

static void count_visit(void *arg, const struct vg_port_visit *v)
{
    struct vg_port_visit *visits = arg;
    while (visits->events)
        visits++;
    *visits = *v;
}

static void visits_part_at_entries_exits_and_far_segments(void **state)
{
    (void)state;
    struct vg_port_event events[] = {
        {9, 0, 0, VG_PORT_STOP_BEGIN, 1},     {9, 0, 0, VG_PORT_ENTRY, 1}, /* one time: the entry comes first */
        {20, 0, 0.9, VG_PORT_STOP_END, 2},                                 /* 54 nm: the same visit */
        {30, 0, 5, VG_PORT_STOP_BEGIN, 3},                                 /* 246 nm: another */
        {40, 0, 0, VG_PORT_STOP_END, 3},      {50, 179.9, 0, VG_PORT_ENTRY, 3},
        {60, -179.9, 0, VG_PORT_STOP_END, 4}, {5, 0, 0, VG_PORT_EXIT, 1},
    };
    struct vg_port_visit v[8] = {{0}};
    vg_port_visits(events, 8, count_visit, v);
    static const struct {
        int64_t begin, end;
        int confidence;
    } want[] = {{5, 5, 1}, {9, 20, 3}, {30, 40, 2}, {50, 60, 3}};
    for (int i = 0; i < 4; i++) {
        assert_int_equal(v[i].begin_us, want[i].begin);
        assert_int_equal(v[i].end_us, want[i].end);
        assert_int_equal(v[i].confidence, want[i].confidence);
    }
    assert_int_equal(v[4].events, 0);
    vg_port_visits(NULL, 0, count_visit, v);
}

static struct vg_segment_found take(struct vg_segments *s, int minute, double lon, double lat, double kn)
{
    return vg_segments_take(s, &(struct vg_segment_fix){MIN(minute), lon, lat, kn});
}

static void two_ships_of_one_number_become_two_segments(void **state)
{
    (void)state;
    struct vg_segment open[4];
    struct vg_segments s = {.open = open, .room = 4};
    const int64_t a = take(&s, 0, -80, 0, 10).id_us;
    const struct vg_segment_found other = take(&s, 1, -90, 0, 10);
    assert_true(other.begun && !other.noise && other.id_us == MIN(1));
    for (int m = 2; m < 40; m += 2) {
        assert_int_equal(take(&s, m, -80 + m * 10 / 3600.0, 0, 10).id_us, a);
        assert_int_equal(take(&s, m + 1, -90, m * 10 / 3600.0, 10).id_us, other.id_us);
    }
    assert_int_equal(vg_segments_take(&s, &(struct vg_segment_fix){MIN(41), NAN, NAN, NAN}).id_us, other.id_us);
    assert_int_equal(s.count, 2);
}

static void what_is_near_but_impossible_is_alone_and_nobody_goes_on_from_it(void **state)
{
    (void)state;
    struct vg_segment open[2];
    struct vg_segments s = {.open = open, .room = 2};
    take(&s, 0, -80, 0, 10);
    for (int m = 1; m < 4; m++) {
        const struct vg_segment_found f = take(&s, m, -79, 0, 10); /* 60 nm */
        assert_true(f.noise);
        assert_int_equal(f.id_us, MIN(m));
    }
    assert_false(take(&s, 4, -79.99, 0, 10).noise);
    assert_true(take(&s, 4, -79.9, 0, 10).noise);    /* the same minute, 5 nm away */
    assert_false(take(&s, 4, -79.991, 0, 10).noise); /* 110 m */
    assert_true(take(&s, 5, 200, 0, 1).noise);       /* no place */
}

static void silence_of_a_day_ends_a_segment_and_a_full_table_the_oldest(void **state)
{
    (void)state;
    struct vg_segment open[2];
    struct vg_segments s = {.open = open, .room = 2};
    take(&s, 0, -80, 0, 10);
    assert_true(take(&s, 24 * 60 + 1, -80, 0, 10).begun);
    take(&s, 24 * 60 + 2, 0, 0, 10), take(&s, 24 * 60 + 3, 80, 0, 10);
    assert_int_equal(s.count, 2);
    assert_true(take(&s, 24 * 60 + 4, -80, 0, 10).begun);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_that_stay_together_meet_twice_in_any_order_of_fixes),
        cmocka_unit_test(who_crosses_the_180th_meridian_does_not_go_round_the_world),
        cmocka_unit_test(a_gap_as_long_as_the_limit_is_not_bridged),
        cmocka_unit_test(nobody_meets_alone_or_too_shortly),
        cmocka_unit_test(each_pair_of_three_meets),
        cmocka_unit_test(confidence_counts_borders_and_what_lies_between),
        cmocka_unit_test(visits_part_at_entries_exits_and_far_segments),
        cmocka_unit_test(two_ships_of_one_number_become_two_segments),
        cmocka_unit_test(what_is_near_but_impossible_is_alone_and_nobody_goes_on_from_it),
        cmocka_unit_test(silence_of_a_day_ends_a_segment_and_a_full_table_the_oldest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
