/* The tracker over a small sea: who is there, where, and the same whatever way the state went. */
#include "test.h"
#include "track/sea.h"

#define CAP 2000

struct score {
    double sum_m;             /* distance from vessel to track */
    int found, missed, extra; /* vessel-scans with and without a track within 500 m; tracks without a vessel */
    int inside;               /* … of found: the 90 % ellipse holds the vessel */
};

static void score(const struct sea *sea, const struct vg_tracker *tracker, double t_s, struct score *ret)
{
    static struct vg_track track[CAP];
    const size_t count = vg_tracker_tracks(tracker, sea_time(t_s), 0.5, track, CAP);
    int found = 0;
    for (int i = 0; i < sea->count; i++) {
        const struct sea_vessel *v = &sea->vessel[i];
        double m;
        const struct vg_track *t = sea_nearest(track, count, v->e, v->n, &m);
        if (!t || m > 500) {
            ret->missed++;
            continue;
        }
        double range, bearing;
        vg_site_measure(SEA_LAT, SEA_LON, t->lat_deg, t->lon_deg, &range, &bearing);
        const double de = range * sin(bearing * SEA_DEGREE) - v->e, dn = range * cos(bearing * SEA_DEGREE) - v->n;
        const double s = sin(t->orientation_deg * SEA_DEGREE), c = cos(t->orientation_deg * SEA_DEGREE);
        ret->inside +=
            pow((de * s + dn * c) / t->sigma_major_m, 2) + pow((de * c - dn * s) / t->sigma_minor_m, 2) < 4.605;
        ret->sum_m += m;
        ret->found++;
        found++;
    }
    ret->extra += (int)count > found ? (int)count - found : 0;
}

static struct score play(struct sea *sea, struct vg_tracker *tracker, int from_s, int until_s)
{
    struct score all = {0};
    for (int t = 0; t <= until_s; t++) {
        sea_sense(sea, t, sea_take, tracker);
        vg_tracker_advance(tracker, sea_time(t));
        if (t % SEA_PERIOD_S == 0 && t >= from_s)
            score(sea, tracker, t, &all);
        sea_step(sea, t);
    }
    assert_true(vg_tracker_check(tracker));
    return all;
}

static void vessels_that_do_not_speak_are_tracked_by_radar_alone(void **state)
{
    (void)state;
    struct sea sea = sea_make(11, 40, false);
    struct vg_tracker *tracker = sea_tracker(&sea.sites, 0);
    const struct score s = play(&sea, tracker, 60, 360);
    print_message("radar alone: %.1f m, %d found, %d missed, %d extra, %.3f inside\n", s.sum_m / s.found, s.found,
                  s.missed, s.extra, (double)s.inside / s.found);
    assert_true(s.sum_m / s.found < 40);
    assert_true(s.missed < s.found / 50);
    assert_true(s.extra < s.found / 50);
    assert_in_range((int)(1000.0 * s.inside / s.found), 850, 960);
    vg_tracker_free(tracker);
}

/* The picture asks two seconds ahead of what has been used: four scans of such a radar. */
static void a_radar_that_turns_fast_holds_its_tracks(void **state)
{
    (void)state;
    static struct vg_sites sites = {.count = 1};
    sites.site[1] = (struct vg_site){.name = "fast",
                                     .height_m = NAN,
                                     .range_m = 40000,
                                     .period_s = 0.5,
                                     .sigma_range_m = 30,
                                     .sigma_bearing_deg = 0.5,
                                     .detection_probability = 0.9};
    struct vg_tracker *tracker = sea_tracker(&sites, 0);
    static struct vg_track track[CAP];
    for (int i = 0; i < 40; i++) {
        struct vg_report r = {.sensor = VG_SENSOR_RADAR, .site = 1, .measured = VG_MEASURED_RANGE_BEARING};
        r.measured_us = r.time_us = sea_time(i * 0.5);
        r.radar = (struct vg_radar_part){.from = VG_POS_NONE, .sac = -1, .sic = -1, .says = VG_RADAR_PLOT};
        r.polar.range_m = 5000 + 4 * (uint32_t)i;
        r.polar.bearing_mdeg = 110000;
        vg_tracker_take(tracker, &r, NULL);
        vg_tracker_advance(tracker, sea_time(i * 0.5 - 2));
    }
    assert_int_equal(vg_tracker_tracks(tracker, sea_time(19.5), 0.5, track, CAP), 1);
    assert_int_equal(track[0].seen_by, 2);
    vg_tracker_advance(tracker, sea_time(25)); /* and lets them go when it is silent */
    vg_tracker_tracks(tracker, sea_time(25), 0, track, CAP);
    assert_int_equal(track[0].seen_by, 0);
    vg_tracker_free(tracker);
}

static void ais_makes_it_better_and_costs_no_track(void **state)
{
    (void)state;
    struct sea sea = sea_make(12, 40, true);
    struct vg_tracker *tracker = sea_tracker(&sea.sites, 0);
    const struct score s = play(&sea, tracker, 60, 360);
    print_message("radar and AIS: %.1f m, %d found, %d missed, %d extra, %.3f inside\n", s.sum_m / s.found, s.found,
                  s.missed, s.extra, (double)s.inside / s.found);
    assert_true(s.sum_m / s.found < 20);
    assert_true(s.missed < s.found / 50);
    assert_true(s.extra < s.found / 50);
    vg_tracker_free(tracker);
}

static void a_tracker_loaded_at_any_step_goes_on_bit_for_bit(void **state)
{
    (void)state;
    struct sea sea = sea_make(13, 12, true);
    struct vg_tracker *straight = sea_tracker(&sea.sites, CAP), *hopping = sea_tracker(&sea.sites, CAP);
    for (int t = 0; t <= 60; t++) {
        struct sea twin = sea;
        sea_sense(&sea, t, sea_take, straight);
        sea_sense(&twin, t, sea_take, hopping);
        for (int between = 0; between < 2; between++) { /* with measurements that wait, and without */
            struct vg_out out = vg_out_growing(64 << 20);
            vg_tracker_save(hopping, &out);
            assert_int_equal(out.err, VG_OK);
            struct vg_tracker *other = sea_tracker(&sea.sites, CAP);
            assert_int_equal(vg_tracker_load(other, out.buf, out.len), VG_OK);
            vg_out_free(&out);
            vg_tracker_free(hopping);
            hopping = other;
            assert_true(vg_tracker_hash(hopping) == vg_tracker_hash(straight));
            if (!between) {
                vg_tracker_advance(straight, sea_time(t));
                vg_tracker_advance(hopping, sea_time(t));
                assert_true(vg_tracker_hash(hopping) == vg_tracker_hash(straight));
            }
        }
        sea_step(&sea, t);
    }
    assert_true(vg_tracker_counters(straight)->begun > 8);
    vg_tracker_free(straight);
    vg_tracker_free(hopping);
}

static void a_damaged_state_is_refused_and_leaves_an_empty_tracker(void **state)
{
    (void)state;
    struct sea sea = sea_make(14, 6, true);
    struct vg_tracker *tracker = sea_tracker(&sea.sites, 100), *other = sea_tracker(&sea.sites, 100);
    play(&sea, tracker, 0, 15);
    struct vg_out out = vg_out_growing(64 << 20);
    vg_tracker_save(tracker, &out);
    const uint64_t empty = vg_tracker_hash(other);
    for (size_t cut = 0; cut < out.len; cut += 1 + out.len / 97) {
        assert_int_equal(vg_tracker_load(other, out.buf, cut), VG_CORRUPT);
        assert_true(vg_tracker_hash(other) == empty);
    }
    assert_int_equal(vg_tracker_load(other, out.buf, out.len), VG_OK);
    sea.sites.site[1].period_s = 4;
    struct vg_tracker *stranger = sea_tracker(&sea.sites, 100);
    assert_int_equal(vg_tracker_load(stranger, out.buf, out.len), VG_ARG);
    vg_out_free(&out);
    vg_tracker_free(tracker);
    vg_tracker_free(other);
    vg_tracker_free(stranger);
}

/* Keeps what is taken, so that a scan can come late. */
struct held {
    struct vg_report report[200];
    size_t count;
};

static void hold(void *arg, const struct vg_report *r)
{
    struct held *h = arg;
    h->report[h->count++] = *r;
}

static void measurements_that_come_ten_seconds_late_are_used(void **state)
{
    (void)state;
    struct sea sea = sea_make(15, 20, false);
    struct vg_tracker *tracker = sea_tracker(&sea.sites, 0);
    static struct held late[16];
    struct score s = {0};
    for (int t = 0; t <= 240; t++) {
        struct held *now = &late[t % 16];
        now->count = 0;
        sea_sense(&sea, t, hold, now);
        const bool is_late = t / SEA_PERIOD_S % 3 == 0; /* every third scan comes ten seconds later */
        for (size_t i = 0; !is_late && i < now->count; i++)
            vg_tracker_take(tracker, &now->report[i], NULL);
        const int then = t - 10;
        if (then >= 0 && then / SEA_PERIOD_S % 3 == 0)
            for (size_t i = 0; i < late[then % 16].count; i++)
                vg_tracker_take(tracker, &late[then % 16].report[i], NULL);
        vg_tracker_advance(tracker, sea_time(t));
        if (t > 60 && t % SEA_PERIOD_S == 0)
            score(&sea, tracker, t, &s);
        sea_step(&sea, t);
    }
    assert_int_equal(vg_tracker_counters(tracker)->late, 0);
    print_message("a third late: %.1f m, %d missed of %d, %d extra\n", s.sum_m / s.found, s.missed, s.found, s.extra);
    assert_true(s.sum_m / s.found < 45);
    assert_true(s.missed < s.found / 30);
    struct vg_report old = sea_plot(1000, 1000, sea_time(240 - 31), 1);
    vg_tracker_take(tracker, &old, NULL);
    assert_int_equal(vg_tracker_counters(tracker)->late, 1);
    vg_tracker_free(tracker);
}

/* The plots of a scan come one by one as the antenna turns, each with its own time. */
static void an_antenna_that_turns_is_followed(void **state)
{
    (void)state;
    struct sea sea = sea_make(16, 20, false);
    struct vg_tracker *tracker = sea_tracker(&sea.sites, 0);
    struct score s = {0};
    for (int t = 0; t <= 240; t++) {
        struct held scan = {.count = 0};
        sea_sense(&sea, t - t % SEA_PERIOD_S, hold, &scan);
        for (size_t i = 0; i < scan.count; i++) {
            struct vg_report *r = &scan.report[i];
            const double at_s = r->polar.bearing_mdeg / 360000.0 * SEA_PERIOD_S;
            if ((int)at_s != t % SEA_PERIOD_S)
                continue;
            r->time_us = r->measured_us = sea_time(t + at_s - (int)at_s - 1);
            vg_tracker_take(tracker, r, NULL);
        }
        vg_tracker_advance(tracker, sea_time(t));
        if (t > 90 && t % SEA_PERIOD_S == 0)
            score(&sea, tracker, t - 1, &s);
        sea_step(&sea, t);
    }
    print_message("turning: %.1f m, %d missed of %d, %d extra\n", s.sum_m / s.found, s.missed, s.found, s.extra);
    assert_true(s.sum_m / s.found < 60);
    assert_true(s.missed < s.found / 10);
    vg_tracker_free(tracker);
}

static void a_full_table_turns_away_and_counts(void **state)
{
    (void)state;
    struct sea sea = sea_make(17, 30, true);
    struct vg_tracker *tracker = sea_tracker(&sea.sites, 16);
    play(&sea, tracker, 0, 60);
    assert_true(vg_tracker_counters(tracker)->turned_away > 0);
    assert_true(vg_tracker_tracks(tracker, sea_time(60), 0, NULL, 0) <= 16);
    vg_tracker_free(tracker);
}

static void a_scan_of_more_plots_than_fit_is_used_in_parts(void **state)
{
    (void)state;
    struct sea sea = sea_make(18, 1, false);
    struct vg_tracker *tracker = sea_tracker(&sea.sites, 1000);
    for (int i = 0; i < 70000; i++) {
        const struct vg_report r =
            sea_plot(sea_uniform(&sea, -1, 1) * 4e4, sea_uniform(&sea, -1, 1) * 4e4, sea_time(0), 1);
        vg_tracker_take(tracker, &r, NULL);
    }
    vg_tracker_advance(tracker, sea_time(1));
    assert_int_equal(vg_tracker_counters(tracker)->plots, 70000);
    assert_true(vg_tracker_check(tracker));
    vg_tracker_free(tracker);
}

static void what_belongs_to_no_sensor_is_counted(void **state)
{
    (void)state;
    struct sea sea = sea_make(19, 1, false);
    sea.sites.site[2] = sea_site("ship");
    sea.sites.site[2].moving = true;
    sea.sites.site[2].lat_deg = sea.sites.site[2].lon_deg = NAN;
    sea.sites.count = 2;
    struct vg_tracker *tracker = sea_tracker(&sea.sites, 100);
    struct vg_report r = sea_plot(5000, 5000, sea_time(0), 9);
    vg_tracker_take(tracker, &r, NULL);
    assert_int_equal(vg_tracker_counters(tracker)->no_site, 1);
    r.site = 2;
    vg_tracker_take(tracker, &r, NULL);
    assert_int_equal(vg_tracker_counters(tracker)->no_place, 1);
    r.radar.from = sea_place(100, 100);
    vg_tracker_take(tracker, &r, NULL);
    assert_int_equal(vg_tracker_counters(tracker)->no_place, 1);
    const struct vg_report far = sea_position(900000, 0, 1, 1, 735000001, sea_time(0));
    vg_tracker_take(tracker, &far, NULL);
    assert_int_equal(vg_tracker_counters(tracker)->elsewhere, 1);
    vg_tracker_free(tracker);
}

/* Its ship's GPS is silent: where it was half a minute ago is not where it is. */
static void a_moving_radar_is_where_it_said_lately(void **state)
{
    (void)state;
    struct sea sea = sea_make(3, 0, false);
    sea.sites.site[1].moving = true;
    struct vg_tracker *tracker = sea_tracker(&sea.sites, CAP);
    struct vg_report own = sea_plot(0, 1, sea_time(0), 1), plot;
    own.measured = VG_MEASURED_NOTHING;
    own.radar.says = VG_RADAR_OWN;
    own.radar.from = sea_place(0, 0);
    vg_tracker_take(tracker, &own, NULL);
    for (int t = 0; t <= 60; t += 10) {
        plot = sea_plot(0, 5000, sea_time(t), 1);
        vg_tracker_take(tracker, &plot, NULL);
        assert_int_equal(vg_tracker_counters(tracker)->no_place, t <= 30 ? 0 : t / 10 - 3);
    }
    plot.radar.from = sea_place(0, 0); /* it says so itself */
    vg_tracker_take(tracker, &plot, NULL);
    assert_int_equal(vg_tracker_counters(tracker)->no_place, 3);
    vg_tracker_free(tracker);
}

/* It looks at half of the circle: its turn is two parts and a pause. What it finds must be learnt as it is. */
static void a_radar_with_a_sector_learns_how_well_it_finds(void **state)
{
    (void)state;
    struct sea sea = sea_make(37, 20, false);
    sea.clutter = 0;
    sea.sites.site[1].period_s = 4;
    struct vg_tracker *tracker = sea_tracker(&sea.sites, 0);
    struct vg_site_state site;
    for (int t = 0; t <= 400; t++) {
        for (int i = 0; i < sea.count; i++) {
            const struct sea_vessel *v = &sea.vessel[i];
            const double bearing = atan2(v->e, v->n) / SEA_DEGREE + 90, at_s = bearing / 360 * 4; /* north is at 1 s */
            if ((int)at_s != t % 4 || sea_uniform(&sea, 0, 1) >= sea.pd)
                continue;
            const struct vg_report r = sea_see(&sea, v->e, v->n, t + at_s - (int)at_s, 1);
            vg_tracker_take(tracker, &r, NULL);
        }
        vg_tracker_advance(tracker, sea_time(t - 1));
        sea_step(&sea, t);
    }
    vg_tracker_site(tracker, 1, &site);
    print_message("a sector: finds %.3f\n", site.detection_probability);
    assert_true(site.detection_probability > 0.8 && site.detection_probability < 0.97);
    assert_true(vg_tracker_check(tracker));
    vg_tracker_free(tracker);
}

/* A tall ship over the horizon of low things, or a radar that sees where its description says that it doesn't. */
static void what_is_seen_outside_of_coverage_is_one_thing(void **state)
{
    (void)state;
    struct sea sea = sea_make(23, 0, false);
    for (int kind = 0; kind < 4; kind++) {
        struct vg_site *site = &sea.sites.site[1];
        *site = sea_site("north");
        if (kind == 0)
            site->height_m = 5;
        else if (kind == 1)
            site->blind[site->blind_count++] = (struct vg_site_arc){.from_deg = 0, .to_deg = 20};
        else if (kind == 2)
            site->sector[site->sector_count++] = (struct vg_site_arc){.from_deg = 90, .to_deg = 180};
        else
            site->range_m = 28500; /* plots are taken up to a twentieth more */
        struct vg_tracker *tracker = sea_tracker(&sea.sites, 0);
        struct vg_track track[CAP];
        for (int t = 0; t <= 120; t += SEA_PERIOD_S) {
            struct vg_report r = sea_see(&sea, 5000 + 4.0 * t, 28500, t, 1);
            r.track = kind % 2 ? 7 : 0;
            r.radar.says = kind % 2 ? VG_RADAR_TRACK : VG_RADAR_PLOT;
            vg_tracker_take(tracker, &r, NULL);
            vg_tracker_advance(tracker, sea_time(t));
            if (t > 30)
                assert_int_equal(vg_tracker_tracks(tracker, sea_time(t), 0.5, track, CAP), 1);
        }
        assert_true(track[0].existence > 0.9);
        assert_in_range(lround(track[0].speed_kn * 10), 30, 130);
        assert_true(vg_tracker_check(tracker));
        vg_tracker_free(tracker);
    }
}

/* Two radars that take turns each say their own number; both stand, once. */
static void each_number_of_a_sensor_stands_once(void **state)
{
    (void)state;
    struct sea sea = sea_make(29, 0, false);
    sea.sites.site[2] = sea_site("south");
    sea.sites.count = 2;
    struct vg_tracker *tracker = sea_tracker(&sea.sites, 0);
    struct vg_track track[CAP];
    for (int t = 0; t <= 60; t++) {
        struct vg_report r = sea_see(&sea, 5000, 9000, t, t % 2 ? 1 : 2);
        r.track = t % 2 ? 41 : 42;
        r.radar.says = VG_RADAR_TRACK;
        if (t % SEA_PERIOD_S == 0 || t % SEA_PERIOD_S == 1)
            vg_tracker_take(tracker, &r, NULL);
        vg_tracker_advance(tracker, sea_time(t));
    }
    assert_int_equal(vg_tracker_tracks(tracker, sea_time(60), 0.5, track, CAP), 1);
    int numbers[2] = {0};
    for (size_t i = 0; i < sizeof track->sensor_track / sizeof *track->sensor_track; i++)
        if (track[0].sensor_track[i])
            numbers[track[0].sensor_track[i] == 42]++;
    assert_int_equal(numbers[0], 1);
    assert_int_equal(numbers[1], 1);
    vg_tracker_free(tracker);
}

/* A clock that is known to be off by minutes is put right; one that is off by hours is not believed, and counted. */
static void a_sensor_whose_clock_is_off_is_used_all_the_same(void **state)
{
    (void)state;
    static const struct {
        double off_s, told_s;
        bool wrong;
    } cases[] = {{600, 600, false}, {-900, -900, false}, {7200, 0, true}, {-7200, 0, true}, {40000, 600, true}};
    struct sea sea = sea_make(31, 0, false);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        sea.sites.site[1].clock_offset_s = cases[k].told_s;
        struct vg_tracker *tracker = sea_tracker(&sea.sites, 0);
        struct vg_track track[CAP];
        struct vg_site_state site;
        for (int t = 0; t <= 60; t++) {
            struct vg_report r = sea_see(&sea, 5000, 9000, t, 1);
            r.measured_us += (int64_t)(cases[k].off_s * 1e6);
            if (t % SEA_PERIOD_S == 0)
                vg_tracker_take(tracker, &r, NULL);
            vg_tracker_advance(tracker, sea_time(t));
        }
        assert_int_equal(vg_tracker_tracks(tracker, sea_time(60), 0.5, track, CAP), 1);
        assert_int_equal(track[0].seen_us, sea_time(60));
        vg_tracker_site(tracker, 1, &site);
        assert_int_equal(site.heard_us, sea_time(60));
        assert_int_equal(site.late, 0);
        assert_int_equal(site.clock_wrong, cases[k].wrong ? 21 : 0);
        vg_tracker_free(tracker);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vessels_that_do_not_speak_are_tracked_by_radar_alone),
        cmocka_unit_test(a_radar_that_turns_fast_holds_its_tracks),
        cmocka_unit_test(ais_makes_it_better_and_costs_no_track),
        cmocka_unit_test(a_tracker_loaded_at_any_step_goes_on_bit_for_bit),
        cmocka_unit_test(a_damaged_state_is_refused_and_leaves_an_empty_tracker),
        cmocka_unit_test(measurements_that_come_ten_seconds_late_are_used),
        cmocka_unit_test(an_antenna_that_turns_is_followed),
        cmocka_unit_test(a_radar_with_a_sector_learns_how_well_it_finds),
        cmocka_unit_test(a_full_table_turns_away_and_counts),
        cmocka_unit_test(a_scan_of_more_plots_than_fit_is_used_in_parts),
        cmocka_unit_test(a_moving_radar_is_where_it_said_lately),
        cmocka_unit_test(what_is_seen_outside_of_coverage_is_one_thing),
        cmocka_unit_test(a_sensor_whose_clock_is_off_is_used_all_the_same),
        cmocka_unit_test(each_number_of_a_sensor_stands_once),
        cmocka_unit_test(what_belongs_to_no_sensor_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
