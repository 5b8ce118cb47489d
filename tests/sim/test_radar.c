/* Simulated radars: what they see, what they can't, what is false, and how wrong it is. */
#include "sim/radar_util.h"

#include "sim/radar_model.h"

#define NM 1852.0

static struct vg_site coastal(void)
{
    return (struct vg_site){
        .kind = VG_SITE_RADAR, .height_m = 140, .range_m = 60000, .sigma_range_m = 10, .sigma_bearing_deg = 0.15};
}

static double chance(const struct vg_site *site, int sea_state, double area_m2, double height_m, double nm)
{
    struct vg_sim_power power = vg_sim_power_of(site);
    struct vg_sim_sea sea = {sea_state, 0};
    struct vg_sim_target t = {area_m2, height_m, false};
    return vg_sim_detection(vg_sim_signal(site, &power, &sea, &t, 45, nm * NM, 90));
}

static void detection_falls_with_range_and_ends_at_the_horizon(void **state)
{
    (void)state;
    static const struct {
        double area_m2, height_m;
    } targets[] = {{0.3, 0.5}, {2, 1.5}, {8, 2}, {300, 4}, {20000, 30}};
    struct vg_site site = coastal();
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        double area = targets[i].area_m2, height = targets[i].height_m, was = 1;
        double horizon_nm = vg_site_horizon_m(site.height_m, height) / NM;
        for (double nm = 1; nm < horizon_nm; nm += 0.5) {
            double p = chance(&site, 0, area, height, nm);
            if (p > was + 1e-12 || p < 0)
                fail_msg("%.1f m² at %.1f nmi: %.3f, nearer %.3f", area, nm, p, was);
            was = p;
        }
        assert_true(chance(&site, 0, area, height, horizon_nm * 0.5) > 0);
        assert_true(chance(&site, 0, area, height, horizon_nm * 1.0001) == 0);
        assert_true(chance(&site, 0, area, height, horizon_nm * 2) == 0);
    }
}

/* The figures that the models are made for; between bounds, for they are no law. */
static void small_craft_are_seen_as_near_as_they_are_in_life(void **state)
{
    (void)state;
    struct vg_site shore = coastal(), ship = coastal();
    ship.moving = true;
    ship.height_m = 15;
    ship.sigma_range_m = 30;
    ship.sigma_bearing_deg = 1;
    static const struct {
        bool ship;
        int sea;
        double area_m2, height_m, nm, low, high;
        const char *what;
    } cases[] = {
        {true, 0, 1.4, 1, 3, 0.6, 1, "an inflatable 3 nmi from a ship"},
        {true, 0, 1.4, 1, 8, 0, 0.2, "… and at 8"},
        {true, 0, 5, 2, 4.5, 0.5, 1, "small craft at 4.5 nmi"},
        {false, 2, 8, 2, 18, 0.55, 1, "a go-fast 18 nmi from a coastal radar"},
        {false, 5, 8, 2, 8, 0, 0.4, "… on a rough sea at 8"},
        {false, 2, 0.3, 0.5, 15, 0, 0.2, "a low-profile vessel at 15"},
        {false, 2, 20000, 30, 25, 0.9, 1, "a ship at 25"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double p =
            chance(cases[i].ship ? &ship : &shore, cases[i].sea, cases[i].area_m2, cases[i].height_m, cases[i].nm);
        if (!(p >= cases[i].low && p <= cases[i].high))
            fail_msg("%s: %.3f", cases[i].what, p);
    }
    for (int sea = 1; sea <= VG_SIM_SEA_STATE_MAX; sea++)
        for (double nm = 1; nm < 12; nm += 1)
            assert_true(chance(&shore, sea, 8, 2, nm) <= chance(&shore, sea - 1, 8, 2, nm));
}

static void dice_have_their_distributions(void **state)
{
    (void)state;
    uint64_t dice = 5;
    double sum = 0, squares = 0, beyond = 0, n = 40000;
    for (int i = 0; i < n; i++) {
        double x = vg_rng_normal(&dice);
        sum += x;
        squares += x * x;
        beyond += fabs(x) > 1.96;
    }
    assert_true(fabs(sum / n) < 0.02 && fabs(squares / n - 1) < 0.03 && fabs(beyond / n - 0.05) < 0.005);
    for (double mean = 0.5; mean < 100; mean *= 3) {
        sum = squares = 0;
        for (int i = 0; i < 4000; i++) {
            double x = vg_rng_poisson(&dice, mean);
            sum += x;
            squares += x * x;
        }
        double variance = squares / 4000 - sum / 4000 * (sum / 4000);
        assert_true(fabs(sum / 4000 - mean) < 0.05 * mean + 0.03 && fabs(variance - mean) < 0.12 * mean + 0.05);
    }
}

/* ---- the antenna over the sea ---- */

/* Where a thing was when the antenna looked: of the truth at the second's beginning, carried on. */
static void true_polar(const struct watch *w, const struct vg_sim_radar_event *e, double *ret_range_m,
                       double *ret_bearing_deg)
{
    struct vg_sim_truth t;
    vg_sim_truth(w->sim, (size_t)e->plot.thing, &t);
    double lon = t.lon_deg, lat = t.lat_deg;
    double seconds = (double)(e->plot.true_us - (vg_sim_now_us(w->sim) - VG_SECOND_US)) / 1e6;
    vg_sphere_move(&lon, &lat, t.cog_deg, t.sog_kn * VG_MPS_PER_KNOT * seconds);
    vg_site_measure(e->lat_deg, e->lon_deg, lat, lon, ret_range_m, ret_bearing_deg);
}

struct errors {
    const struct watch *w;
    double n[5], range[5], range2[5], bearing[5], bearing2[5], clock[5];
    size_t beyond;
};

static void add_error(void *arg, const struct vg_sim_radar_event *e)
{
    struct errors *x = arg;
    double range_m, bearing_deg;
    if (e->kind != VG_SIM_RADAR_PLOT || e->plot.echo != VG_SIM_ECHO_TARGET)
        return;
    true_polar(x->w, e, &range_m, &bearing_deg);
    double dr = e->plot.range_m - range_m, db = vg_angle_180(e->plot.bearing_deg - bearing_deg);
    x->n[e->site]++;
    x->range[e->site] += dr;
    x->range2[e->site] += dr * dr;
    x->bearing[e->site] += db;
    x->bearing2[e->site] += db * db;
    x->clock[e->site] += (double)(e->time_us - e->plot.true_us) / 1e6;
    struct vg_sim_truth t;
    vg_sim_truth(x->w->sim, (size_t)e->plot.thing, &t);
    const struct vg_site *s = &x->w->sites.site[e->site];
    x->beyond += range_m > s->range_m || range_m > vg_site_horizon_m(s->height_m, 40) || range_m < s->min_range_m;
}

static void errors_are_those_that_were_asked_for(void **state)
{
    (void)state;
    static const struct vg_sim_flaw flaws[] = {{0}, {80, 0.5, 0}, {0, 0, 2}, {-120, -0.4, -1.5}, {30, 2, 0}};
    struct watch w;
    struct errors x = {.w = &w};
    watch_make(&w);
    memcpy(w.options.flaw, flaws, sizeof flaws);
    w.sites.site[3].clock_offset_s = 0.25; /* told, and on top of what isn't */
    w.on_event = add_error;
    w.arg = &x;
    watch_begin(&w, 60);
    watch_seconds(&w, 400);
    for (int i = 1; i <= 4; i++) {
        const struct vg_site *s = &w.sites.site[i];
        double n = x.n[i], mean_r = x.range[i] / n, mean_b = x.bearing[i] / n;
        double sd_r = sqrt(x.range2[i] / n - mean_r * mean_r), sd_b = sqrt(x.bearing2[i] / n - mean_b * mean_b);
        double late_s = flaws[i].clock_s + s->clock_offset_s;
        if (!(n > 300 && fabs(mean_r - flaws[i].range_m) < 5 * s->sigma_range_m / sqrt(n) &&
              fabs(mean_b - flaws[i].bearing_deg) < 5 * s->sigma_bearing_deg / sqrt(n) &&
              fabs(sd_r / s->sigma_range_m - 1) < 0.1 && fabs(sd_b / s->sigma_bearing_deg - 1) < 0.1 &&
              fabs(x.clock[i] / n - late_s) < 1e-5))
            fail_msg("%s: %.0f plots, %.2f ± %.2f m, %.4f ± %.4f°, %.3f s", s->name, n, mean_r, sd_r, mean_b, sd_b,
                     x.clock[i] / n);
    }
    assert_int_equal(x.beyond, 0);
    watch_end(&w);
}

static void a_blind_arc_and_what_is_behind_the_sector_are_empty(void **state)
{
    (void)state;
    struct watch w;
    size_t all = 0;
    watch_make(&w);
    watch_only(&w, "Manta");
    w.sites.site[1].blind[0] = (struct vg_site_arc){300, 350};
    watch_begin(&w, 60);
    watch_seconds(&w, 400);
    for (size_t i = 0; i < w.events; i++) {
        const struct vg_sim_radar_event *e = &w.event[i];
        double b = e->plot.bearing_deg, slack = 5 * 0.15;
        if (e->kind != VG_SIM_RADAR_PLOT)
            continue;
        all++;
        if ((b > 300 + slack && b < 350 - slack) || (b > 75 + slack && b < 245 - slack))
            fail_msg("a plot (%s) at %.1f°", vg_sim_echo_key((enum vg_sim_echo)e->plot.echo), b);
    }
    assert_true(all > 500);
    watch_end(&w);
}

/* Each vessel in coverage is looked at once a turn, the beam going round clockwise. */
static void the_antenna_turns_clockwise_and_looks_once_a_turn(void **state)
{
    (void)state;
    struct watch w;
    int64_t last[1200] = {0}, was_us = 0;
    int sector = -1, turns = 0;
    watch_make(&w);
    watch_only(&w, "Salinas");
    watch_begin(&w, 60);
    watch_seconds(&w, 200);
    for (size_t i = 0; i < w.events; i++) {
        const struct vg_sim_radar_event *e = &w.event[i];
        assert_true(e->time_us >= was_us);
        was_us = e->time_us;
        if (e->kind == VG_SIM_RADAR_SECTOR) {
            assert_true(sector < 0 || e->sector == (sector + 1) % VG_SIM_RADAR_SECTORS);
            sector = e->sector;
            turns += sector == 0;
            continue;
        }
        double into = vg_angle_180(e->plot.bearing_deg - sector * 11.25);
        assert_true(sector < 0 || (into > -1 && into < 12.25));
        if (e->plot.echo != VG_SIM_ECHO_TARGET)
            continue;
        int64_t *seen = &last[e->plot.thing];
        if (*seen && e->time_us - *seen < 3900000)
            fail_msg("thing %d seen again after %.2f s", e->plot.thing, (double)(e->time_us - *seen) / 1e6);
        *seen = e->time_us;
    }
    assert_in_range(turns, 49, 50);
    assert_int_equal(vg_sim_radars_counters(w.radars, 1)->turns, turns);
    watch_end(&w);
}

/* ---- what is false ---- */

static void the_sea_is_seen_more_when_rough_near_and_upwind(void **state)
{
    (void)state;
    size_t was = 0;
    for (int sea = 0; sea <= VG_SIM_SEA_STATE_MAX; sea += 2) {
        struct watch w;
        size_t n, inner = 0, outer = 0, upwind = 0, downwind = 0;
        watch_make(&w);
        watch_only(&w, "Manta");
        w.sites.site[1].sector_count = w.sites.site[1].blind_count = 0; /* all round: an islet */
        w.options.sea_state = sea;
        w.options.wind_from_deg = 30;
        watch_begin(&w, 20);
        watch_seconds(&w, 400);
        n = count_plots(&w, VG_SIM_ECHO_SEA);
        for (size_t i = 0; i < w.events; i++) {
            const struct vg_sim_plot *p = &w.event[i].plot;
            if (w.event[i].kind != VG_SIM_RADAR_PLOT || p->echo != VG_SIM_ECHO_SEA)
                continue;
            assert_int_equal(p->thing, -1);
            inner += p->range_m < 3000;
            outer += p->range_m >= 3000 && p->range_m < 6000; /* three times the area */
            *(cos((p->bearing_deg - 30) * VG_RAD) > 0 ? &upwind : &downwind) += 1;
        }
        if (!(n > was * 2))
            fail_msg("sea state %d: %zu plots of the sea, before %zu", sea, n, was);
        if (sea >= 2 && !(inner * 3 > outer * 2 && (double)upwind > 1.5 * (double)downwind))
            fail_msg("sea state %d: %zu near, %zu farther, %zu upwind, %zu downwind", sea, inner, outer, upwind,
                     downwind);
        was = n;
        watch_end(&w);
    }
}

static void side_lobes_are_of_large_ships_at_their_range(void **state)
{
    (void)state;
    struct watch w;
    size_t n = 0;
    watch_make(&w);
    watch_only(&w, "Manta");
    w.sites.site[1].lon_deg = -81.48; /* where ANDEAN SONATA comes by, a ship of more than 100 m */
    w.sites.site[1].lat_deg = -0.66;
    w.options.sea_state = 0;
    w.sites.site[1].sector_count = 0;
    watch_begin(&w, 20);
    watch_seconds(&w, 900);
    for (size_t i = 0; i < w.events; i++) {
        const struct vg_sim_radar_event *e = &w.event[i];
        double range_m, bearing_deg;
        struct vg_sim_truth t;
        if (e->kind != VG_SIM_RADAR_PLOT || e->plot.echo != VG_SIM_ECHO_SIDE_LOBE)
            continue;
        vg_sim_truth(w.sim, (size_t)e->plot.thing, &t);
        vg_site_measure(e->lat_deg, e->lon_deg, t.lat_deg, t.lon_deg, &range_m, &bearing_deg);
        double off_deg = fabs(vg_angle_180(e->plot.bearing_deg - bearing_deg));
        if (!(fabs(e->plot.range_m - range_m) < 4000 && range_m < 25000) || off_deg < 0.5)
            fail_msg("of %s at %.0f m, seen at %.0f m, %.1f° off", t.kind, range_m, e->plot.range_m, off_deg);
        n++;
    }
    size_t targets = count_plots(&w, VG_SIM_ECHO_TARGET);
    if (!(n >= 3 && n < targets / 4))
        fail_msg("%zu plots of side lobes, %zu of targets", n, targets);
    watch_end(&w);
}

/* ---- dice of their own ---- */

static uint64_t hash_of(const struct watch *w, uint16_t site)
{
    uint64_t h = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < w->events; i++) {
        const struct vg_sim_radar_event *e = &w->event[i];
        if (e->site != site)
            continue;
        char text[160];
        int n = snprintf(text, sizeof text, "%d %d %lld %a %a %d %d", e->kind, e->sector, (long long)e->time_us,
                         e->plot.range_m, e->plot.bearing_deg, e->plot.thing, e->plot.echo);
        for (int c = 0; c < n; c++)
            h = (h ^ (uint8_t)text[c]) * UINT64_C(0x100000001B3);
    }
    return h;
}

static void the_same_seed_sees_the_same_whatever_other_radars_there_are(void **state)
{
    (void)state;
    uint64_t hash[4];
    for (int run = 0; run < 4; run++) {
        struct watch w;
        watch_make(&w);
        if (run == 1)
            w.sites.count = 1;
        if (run == 3)
            w.options.seed = 2;
        watch_begin(&w, 60);
        watch_seconds(&w, 120);
        hash[run] = hash_of(&w, 1);
        watch_end(&w);
    }
    assert_true(hash[0] == hash[1] && hash[0] == hash[2] && hash[0] != hash[3]);
}

static void what_makes_no_radar_is_refused(void **state)
{
    (void)state;
    struct watch w;
    struct vg_sim_radars *radars = NULL;
    watch_make(&w);
    watch_begin(&w, 20);
    struct vg_sim *load = new_sim(VG_SIM_LOAD, 100, 1);
    assert_int_equal(vg_sim_radars_new(&w.options, load, &radars), VG_ARG);
    vg_sim_free(load);
    struct vg_sim_radars_options o = w.options;
    o.sea_state = VG_SIM_SEA_STATE_MAX + 1;
    assert_int_equal(vg_sim_radars_new(&o, w.sim, &radars), VG_ARG);
    struct vg_sites sites = w.sites;
    o = w.options;
    o.sites = &sites;
    snprintf(sites.site[4].name, sizeof sites.site[4].name, "Nobody");
    assert_int_equal(vg_sim_radars_new(&o, w.sim, &radars), VG_NOT_FOUND);
    sites = w.sites;
    sites.site[1].period_s = 0;
    assert_int_equal(vg_sim_radars_new(&o, w.sim, &radars), VG_ARG);
    sites.count = 0;
    assert_int_equal(vg_sim_radars_new(&o, w.sim, &radars), VG_ARG);
    assert_null(radars);
    vg_sim_radars_free(NULL);
    watch_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(detection_falls_with_range_and_ends_at_the_horizon),
        cmocka_unit_test(small_craft_are_seen_as_near_as_they_are_in_life),
        cmocka_unit_test(dice_have_their_distributions),
        cmocka_unit_test(errors_are_those_that_were_asked_for),
        cmocka_unit_test(a_blind_arc_and_what_is_behind_the_sector_are_empty),
        cmocka_unit_test(the_antenna_turns_clockwise_and_looks_once_a_turn),
        cmocka_unit_test(the_sea_is_seen_more_when_rough_near_and_upwind),
        cmocka_unit_test(side_lobes_are_of_large_ships_at_their_range),
        cmocka_unit_test(the_same_seed_sees_the_same_whatever_other_radars_there_are),
        cmocka_unit_test(what_makes_no_radar_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
