/* Names and tracks: what becomes one, what parts again, and the facts that are told. Registration by who speaks. */
#include "test.h"
#include "track/sea.h"

#define EVENTS 4096

struct told {
    struct vg_track_event event[EVENTS];
    size_t count;
};

static void on_event(void *arg, const struct vg_track_event *e)
{
    struct told *told = arg;
    if (told->count < EVENTS)
        told->event[told->count++] = *e;
}

static int count_of(const struct told *told, enum vg_track_event_kind kind)
{
    int n = 0;
    for (size_t i = 0; i < told->count; i++)
        n += told->event[i].kind == kind;
    return n;
}

static const struct vg_track_event *first_of(const struct told *told, enum vg_track_event_kind kind)
{
    for (size_t i = 0; i < told->count; i++)
        if (told->event[i].kind == kind)
            return &told->event[i];
    return NULL;
}

static struct told told;

static struct vg_tracker *listening(struct sea *sea)
{
    struct vg_tracker *tracker = sea_tracker(&sea->sites, 0);
    told.count = 0;
    vg_tracker_set_on_event(tracker, on_event, &told);
    return tracker;
}

static void step(struct sea *sea, struct vg_tracker *tracker, int t)
{
    sea_sense(sea, t, sea_take, tracker);
    vg_tracker_advance(tracker, sea_time(t));
    sea_step(sea, t);
}

static void everybody_carries_the_own_name_from_its_first_report_on(void **state)
{
    (void)state;
    static struct vg_track track[500];
    struct sea sea = sea_make(21, 50, true);
    struct vg_tracker *tracker = listening(&sea);
    int right = 0, none = 0, wrong = 0, dark = 0, ghost = 0;
    for (int t = 0; t <= 300; t++) {
        sea_sense(&sea, t, sea_take, tracker);
        vg_tracker_advance(tracker, sea_time(t));
        const size_t count = vg_tracker_tracks(tracker, sea_time(t), 0.5, track, 500);
        for (int i = 0; i < sea.count && t > 30; i++) {
            double m;
            const struct vg_track *near = sea_nearest(track, count, sea.vessel[i].e, sea.vessel[i].n, &m);
            const uint32_t is = near && m < 500 ? near->mmsi : 0, want = sea.vessel[i].mmsi;
            right += want && is == want, none += want && !is, wrong += want && is && is != want;
            dark += !want, ghost += !want && is;
        }
        sea_step(&sea, t);
    }
    print_message("%d right, %d none, %d wrong; %d dark, %d of them with a name\n", right, none, wrong, dark, ghost);
    assert_true(none + wrong <= right / 500);
    assert_true(ghost <= dark / 100);
    assert_true(vg_tracker_counters(tracker)->bound > 20);
    const struct vg_track_event *bound = first_of(&told, VG_TRACK_EVENT_BOUND);
    assert_non_null(bound);
    assert_true(bound->log_ratio > 2 && bound->mmsi && bound->track.id);
    vg_tracker_free(tracker);
}

/* A name that says for a while that it is five kilometres away is a thing of its own; the echo keeps its contact. */
static void a_track_parts_from_a_name_that_says_it_is_elsewhere(void **state)
{
    (void)state;
    struct sea sea = sea_make(22, 1, true);
    struct vg_tracker *tracker = listening(&sea);
    struct sea_vessel *v = &sea.vessel[0];
    *v = (struct sea_vessel){.e = 5000, .n = 9000, .u = 5, .v = 2, .until_s = 1e9};
    for (int t = 0; t < 120; t++) {
        step(&sea, tracker, t);
        if (t % 5 == 2 && t > 20) {
            const double off = t > 70 ? 5000 : 0;
            const struct vg_report r = sea_position(v->e + off, v->n, v->u, v->v, 735000009, sea_time(t));
            vg_tracker_take(tracker, &r, NULL);
        }
    }
    assert_int_equal(count_of(&told, VG_TRACK_EVENT_BOUND), 1);
    assert_int_equal(count_of(&told, VG_TRACK_EVENT_PARTED), 1);
    const struct vg_track_event *bound = first_of(&told, VG_TRACK_EVENT_BOUND);
    const struct vg_track_event *parted = first_of(&told, VG_TRACK_EVENT_PARTED);
    assert_true(parted->track.id == bound->track.id);
    assert_true(parted->log_ratio < 0 && parted->mmsi == 735000009);
    static struct vg_track track[100];
    const size_t count = vg_tracker_tracks(tracker, sea_time(120), 0.5, track, 100);
    double m;
    const struct vg_track *echo = sea_nearest(track, count, v->e, v->n, &m),
                          *name = sea_nearest(track, count, v->e + 5000, v->n, &m);
    assert_true(echo && name && echo != name);
    assert_true(echo->id == bound->track.id);
    assert_int_equal(echo->mmsi, 0);
    assert_int_equal(name->mmsi, 735000009);
    vg_tracker_free(tracker);
}

static void who_speaks_and_is_not_seen_is_told_once_and_told_when_seen_again(void **state)
{
    (void)state;
    struct sea sea = sea_make(23, 8, true);
    sea.clutter = 2;
    struct vg_tracker *tracker = listening(&sea);
    struct sea_vessel *v = &sea.vessel[1];
    v->e = 3000, v->n = 12000, v->every_s = 5;
    for (int t = 0; t < 200; t++) {
        v->quiet = t > 40 && t < 120;
        step(&sea, tracker, t);
    }
    assert_int_equal(count_of(&told, VG_TRACK_EVENT_UNSEEN), 1);
    const struct vg_track_event *e = first_of(&told, VG_TRACK_EVENT_UNSEEN);
    assert_int_equal(e->mmsi, v->mmsi);
    assert_int_equal(e->site, 1);
    assert_true(e->log_ratio > 10 && e->had < e->expected - 3);
    assert_in_range(e->time_us, sea_time(43), sea_time(75));
    bool again = false;
    for (size_t i = 0; i < told.count; i++)
        again |= told.event[i].kind == VG_TRACK_EVENT_SEEN && told.event[i].ceased == VG_TRACK_EVENT_UNSEEN &&
                 told.event[i].mmsi == v->mmsi && told.event[i].time_us > sea_time(119);
    assert_true(again);
    vg_tracker_free(tracker);
}

static void a_fast_track_without_ais_is_told_where_ais_is_heard(void **state)
{
    (void)state;
    struct sea sea = sea_make(24, 8, true);
    struct vg_tracker *tracker = listening(&sea);
    sea.vessel[0].u = 9, sea.vessel[0].v = 3, sea.vessel[0].until_s = 1e9;
    sea.vessel[4].u = 0.5, sea.vessel[4].v = 0.5, sea.vessel[4].until_s = 1e9; /* slow and dark: nothing to tell */
    for (int t = 0; t < 300; t++)
        step(&sea, tracker, t);
    assert_int_equal(count_of(&told, VG_TRACK_EVENT_DARK), 1);
    const struct vg_track_event *e = first_of(&told, VG_TRACK_EVENT_DARK);
    assert_true(e->expected > 15 && e->had == 0 && !e->mmsi);
    assert_true(e->track.speed_kn > 12);
    vg_tracker_free(tracker);
}

static void two_names_on_one_echo_are_told(void **state)
{
    (void)state;
    struct sea sea = sea_make(25, 1, true);
    sea.clutter = 2;
    struct vg_tracker *tracker = listening(&sea);
    struct sea_vessel *v = &sea.vessel[0];
    *v = (struct sea_vessel){.e = 4000, .n = 15000, .u = 4, .v = 4, .until_s = 1e9};
    for (int t = 0; t < 150; t++) {
        step(&sea, tracker, t);
        for (uint32_t k = 0; k < 2; k++)
            if (t % 5 == (int)k) {
                const struct vg_report r = sea_position(v->e + 20 * k, v->n, v->u, v->v, 735000100 + k, sea_time(t));
                vg_tracker_take(tracker, &r, NULL);
            }
    }
    assert_int_equal(count_of(&told, VG_TRACK_EVENT_TWO_CLAIMS), 1);
    const struct vg_track_event *e = first_of(&told, VG_TRACK_EVENT_TWO_CLAIMS);
    assert_int_equal(e->mmsi + e->other_mmsi, 2 * 735000100u + 1);
    vg_tracker_free(tracker);
}

static void one_name_on_two_echoes_is_told(void **state)
{
    (void)state;
    struct sea sea = sea_make(26, 2, true);
    sea.clutter = 2;
    struct vg_tracker *tracker = listening(&sea);
    sea.vessel[0] = (struct sea_vessel){.e = 4000, .n = 15000, .u = 4, .v = 4, .until_s = 1e9};
    sea.vessel[1] = (struct sea_vessel){.e = -6000, .n = 9000, .u = 4, .v = -4, .until_s = 1e9};
    for (int t = 0; t < 150; t++) {
        step(&sea, tracker, t);
        if (t > 30 && t % 6 == 0) {
            const struct sea_vessel *v = &sea.vessel[t / 6 % 2];
            const struct vg_report r = sea_position(v->e, v->n, v->u, v->v, 735000200, sea_time(t));
            vg_tracker_take(tracker, &r, NULL);
        }
    }
    assert_int_equal(count_of(&told, VG_TRACK_EVENT_TWO_ECHOES), 1);
    const struct vg_track_event *e = first_of(&told, VG_TRACK_EVENT_TWO_ECHOES);
    assert_int_equal(e->mmsi, 735000200);
    assert_true(e->other_id && e->other_id != e->track.id);
    assert_true(count_of(&told, VG_TRACK_EVENT_BOUND) <= 2); /* it doesn't go to and fro */
    vg_tracker_free(tracker);
}

static void an_aircraft_never_becomes_a_ship(void **state)
{
    (void)state;
    struct sea sea = sea_make(27, 4, true);
    struct vg_tracker *tracker = listening(&sea);
    for (int t = 0; t < 120; t++) {
        const double e = -15000 + 120.0 * t, n = 12000;
        if (t % SEA_PERIOD_S == 0) {
            struct vg_report r = sea_see(&sea, e, n, t, 1);
            r.radar.airborne = true;
            r.radar.icao = 0xABCDEF;
            r.radar.mode_3a = 01234;
            vg_tracker_take(tracker, &r, NULL);
        }
        if (t % 7 == 0) { /* a ship says that she is right below */
            const struct vg_report r = sea_position(e, n, 5, 5, 735000300, sea_time(t));
            vg_tracker_take(tracker, &r, NULL);
        }
        step(&sea, tracker, t);
    }
    static struct vg_track track[100];
    const size_t count = vg_tracker_tracks(tracker, sea_time(119), 0.5, track, 100);
    int aircraft = 0;
    for (size_t i = 0; i < count; i++) {
        if (!track[i].airborne)
            continue;
        aircraft++;
        assert_int_equal(track[i].mmsi, 0);
        assert_int_equal(track[i].icao, 0xABCDEF);
        assert_int_equal(track[i].mode_3a, 01234);
        assert_true(track[i].speed_kn > 180 && track[i].speed_kn < 290);
    }
    assert_int_equal(aircraft, 1);
    vg_tracker_free(tracker);
}

static void a_radars_bias_and_clock_are_found_and_taken_out(void **state)
{
    (void)state;
    struct sea sea = sea_make(28, 50, true);
    sea.bias_m = 80, sea.bias_deg = 0.5, sea.late_s = 2;
    struct vg_tracker *tracker = listening(&sea);
    for (int t = 0; t < 600; t++)
        step(&sea, tracker, t);
    struct vg_site_state s;
    vg_tracker_site(tracker, 1, &s);
    print_message("bias %.1f ± %.1f m, %.3f ± %.3f°, %.2f ± %.2f s of %llu pairs\n", s.bias_range_m,
                  s.sigma_bias_range_m, s.bias_bearing_deg, s.sigma_bias_bearing_deg, s.bias_time_s,
                  s.sigma_bias_time_s, (unsigned long long)s.registered);
    assert_true(fabs(s.bias_range_m - 80) < 4);
    assert_true(fabs(s.bias_bearing_deg - 0.5) < 0.03);
    assert_true(fabs(s.bias_time_s - 2) < 0.3);
    assert_true(s.sigma_bias_range_m < 3 && s.sigma_bias_bearing_deg < 0.03 && s.sigma_bias_time_s < 0.3);
    assert_true(s.registered > 3000);
    assert_in_range(vg_tracker_tracks(tracker, sea_time(600), 0.5, NULL, 0), 46, 52); /* nobody is there twice */
    vg_tracker_free(tracker);
}

/* The places that it tells instead of ranges and bearings have its bias, too. */
static void take_as_place(void *tracker, const struct vg_report *report)
{
    struct vg_report r = *report;
    if (r.measured == VG_MEASURED_RANGE_BEARING) {
        const double bearing = r.polar.bearing_mdeg * 1e-3 * SEA_DEGREE, range = r.polar.range_m;
        r.measured = VG_MEASURED_POSITION;
        r.pos = sea_place(range * sin(bearing), range * cos(bearing));
    }
    vg_tracker_take(tracker, &r, NULL);
}

static void a_radar_that_tells_places_is_registered_as_well(void **state)
{
    (void)state;
    struct sea sea = sea_make(42, 40, true);
    sea.bias_m = 80;
    sea.bias_deg = 0.5;
    struct vg_tracker *tracker = sea_tracker(&sea.sites, 0);
    for (int t = 0; t <= 300; t++) {
        sea_sense(&sea, t, take_as_place, tracker);
        vg_tracker_advance(tracker, sea_time(t));
        sea_step(&sea, t);
    }
    struct vg_site_state s;
    vg_tracker_site(tracker, 1, &s);
    assert_true(fabs(s.bias_range_m - 80) < 12);
    assert_true(fabs(s.bias_bearing_deg - 0.5) < 0.05);
    vg_tracker_free(tracker);
}

static void the_hand_is_obeyed_until_it_says_otherwise(void **state)
{
    (void)state;
    struct sea sea = sea_make(29, 2, true);
    sea.vessel[1].mmsi = 735000002;
    struct vg_tracker *tracker = listening(&sea);
    for (int t = 0; t < 60; t++)
        step(&sea, tracker, t);
    struct vg_track track;
    uint64_t id;
    assert_int_equal(vg_tracker_start(tracker, sea_time(60), -0.8, -81.1, 10, 90, 4711, NULL, &id), VG_OK);
    for (int t = 60; t < 300; t++)
        step(&sea, tracker, t);
    assert_true(vg_tracker_find(tracker, id, sea_time(300), &track)); /* nobody sees it, and it is kept */
    assert_int_equal(track.began_offset, 4711);
    assert_true(track.existence < 0.5);
    assert_int_equal(vg_tracker_correct(tracker, id, sea_time(300), -0.7, -81.0), VG_OK);
    assert_true(vg_tracker_find(tracker, id, sea_time(300), &track));
    assert_true(fabs(track.lat_deg + 0.7) < 1e-6 && fabs(track.lon_deg + 81.0) < 1e-6);
    assert_int_equal(vg_tracker_bind(tracker, id, 735000077), VG_OK);
    assert_true(vg_tracker_find(tracker, id, sea_time(300), &track));
    assert_int_equal(track.mmsi, 735000077);
    assert_int_equal(vg_tracker_part(tracker, id), VG_OK);
    assert_true(vg_tracker_find(tracker, id, sea_time(300), &track));
    assert_int_equal(track.mmsi, 0);
    assert_true(vg_tracker_check(tracker));
    assert_int_equal(vg_tracker_free_hand(tracker, id), VG_OK);
    assert_int_equal(vg_tracker_keep(tracker, id, true), VG_OK);
    assert_int_equal(vg_tracker_drop(tracker, id), VG_OK);
    assert_false(vg_tracker_find(tracker, id, sea_time(300), &track));
    assert_int_equal(vg_tracker_drop(tracker, id), VG_NOT_FOUND);
    assert_int_equal(vg_tracker_bind(tracker, id, 1), VG_NOT_FOUND);
    assert_int_equal(vg_tracker_start(tracker, 0, 91, 0, 0, 0, 1, NULL, &id), VG_ARG);
    vg_tracker_free(tracker);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_carries_the_own_name_from_its_first_report_on),
        cmocka_unit_test(a_track_parts_from_a_name_that_says_it_is_elsewhere),
        cmocka_unit_test(who_speaks_and_is_not_seen_is_told_once_and_told_when_seen_again),
        cmocka_unit_test(a_fast_track_without_ais_is_told_where_ais_is_heard),
        cmocka_unit_test(two_names_on_one_echo_are_told),
        cmocka_unit_test(one_name_on_two_echoes_is_told),
        cmocka_unit_test(an_aircraft_never_becomes_a_ship),
        cmocka_unit_test(a_radars_bias_and_clock_are_found_and_taken_out),
        cmocka_unit_test(a_radar_that_tells_places_is_registered_as_well),
        cmocka_unit_test(the_hand_is_obeyed_until_it_says_otherwise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
