/* Those without AIS: what others say stays as it was, and a fast boat meets a fishing boat under a radar's eye. */
#include "sim/radar_util.h"

static char *played(bool dark, int seconds, size_t *ret_len)
{
    struct vg_sim_options options = {.vessels = 150, .seed = 4, .start_us = START_US, .dark = dark, .damage = 0.001};
    struct vg_sim *sim = NULL;
    struct vg_out out = vg_out_growing(64u << 20);
    assert_int_equal(vg_sim_new(&options, &sim), VG_OK);
    for (int s = 0; s < seconds; s++)
        vg_sim_step(sim, &out);
    assert_int_equal(out.err, VG_OK);
    vg_sim_free(sim);
    *ret_len = out.len;
    return out.buf;
}

static const char *line_end(const char *at, const char *end)
{
    const char *n = memchr(at, '\n', (size_t)(end - at));
    return n ? n + 1 : end;
}

/* Every line of the plain world comes in the other, too, in its order; the rest is of the fishing boats who are met. */
static void what_others_say_stays_as_it_was(void **state)
{
    (void)state;
    size_t plain_len, dark_len, more = 0;
    char *plain = played(false, 2400, &plain_len), *dark = played(true, 2400, &dark_len);
    const char *p = plain, *d = dark, *p_end = plain + plain_len, *d_end = dark + dark_len;
    while (d < d_end) {
        const char *next_p = line_end(p, p_end), *next_d = line_end(d, d_end);
        if (p < p_end && next_p - p == next_d - d && memcmp(p, d, (size_t)(next_p - p)) == 0)
            p = next_p;
        else
            more++;
        d = next_d;
    }
    assert_true(p == p_end);
    assert_true(plain_len > 100000 && more > 10 && more < 2000);
    free(plain);
    free(dark);
}

/*
 * Not only what is heard: a carrier far out, too, chooses the jigger that it would choose without them. Seed 18 has one
 * that chooses within the first minutes.
 */
static void what_others_do_stays_as_it_was(void **state)
{
    (void)state;
    struct vg_sim *sim[2] = {NULL};
    static char buf[65536];
    struct vg_out out = vg_out_stream(buf, sizeof buf, nowhere, NULL);
    size_t carriers_under_way = 0;
    for (int dark = 0; dark < 2; dark++) {
        struct vg_sim_options options = {.vessels = 150, .seed = 18, .start_us = START_US, .dark = dark};
        assert_int_equal(vg_sim_new(&options, &sim[dark]), VG_OK);
        for (int s = 0; s < 600; s++)
            vg_sim_step(sim[dark], &out);
    }
    for (size_t i = 0; i < vg_sim_count(sim[0]); i++) {
        struct vg_sim_truth a, b;
        vg_sim_truth(sim[0], i, &a);
        vg_sim_truth(sim[1], i, &b);
        if (a.lon_deg != b.lon_deg || a.lat_deg != b.lat_deg || a.heading_deg != b.heading_deg)
            fail_msg("%s (%s) is elsewhere", a.name, a.kind);
        carriers_under_way += strcmp(a.kind, "fish carrier") == 0 && !*a.story && strcmp(a.activity, "sailing") == 0;
    }
    assert_true(carriers_under_way > 0);
    vg_sim_free(sim[0]);
    vg_sim_free(sim[1]);
}

/* Dark ones have no number and never speak. */
static void who_has_no_ais_is_not_on_the_air(void **state)
{
    (void)state;
    struct vg_sim_options options = {.vessels = 20, .start_us = START_US, .dark = true};
    struct vg_sim *sim = NULL;
    size_t dark = 0, fast = 0, pangas = 0;
    assert_int_equal(vg_sim_new(&options, &sim), VG_OK);
    for (size_t i = 0; i < vg_sim_count(sim); i++) {
        struct vg_sim_truth t;
        vg_sim_truth(sim, i, &t);
        if (t.has_ais) {
            assert_true(t.mmsi > 0);
            continue;
        }
        dark++;
        fast += strcmp(t.kind, "go-fast") == 0;
        pangas += strcmp(t.kind, "panga") == 0;
        assert_true(t.mmsi == 0 && !t.on_air && *t.name == '\0');
    }
    assert_true(fast == 2 && pangas >= 20 && dark == fast + pangas + 2);
    vg_sim_free(sim);
}

static size_t find(const struct vg_sim *sim, const char *name, const char *story)
{
    for (size_t i = 0; i < vg_sim_count(sim); i++) {
        struct vg_sim_truth t;
        vg_sim_truth(sim, i, &t);
        if (name ? strcmp(t.name, name) == 0 : strncmp(t.story, story, strlen(story)) == 0)
            return i;
    }
    fail_msg("nobody is %s", name ? name : story);
    return 0;
}

struct meeting {
    int first_s, last_s;
    double from_nm; /* of the radar */
    double fastest_kn;
};

static struct meeting follow(struct watch *w, size_t fast, size_t fisher, int seconds)
{
    struct meeting m = {.first_s = -1};
    for (int s = 0; s < seconds; s++) {
        struct vg_sim_truth a, b;
        double bearing, apart_m;
        watch_step(w);
        vg_sim_truth(w->sim, fast, &a);
        vg_sim_truth(w->sim, fisher, &b);
        vg_site_measure(a.lat_deg, a.lon_deg, b.lat_deg, b.lon_deg, &apart_m, &bearing);
        if (strcmp(a.activity, "outside the world") != 0)
            m.fastest_kn = fmax(m.fastest_kn, a.sog_kn);
        if (apart_m > 30)
            continue;
        m.first_s = m.first_s < 0 ? s : m.first_s;
        m.last_s = s;
        vg_site_measure(w->sites.site[1].lat_deg, w->sites.site[1].lon_deg, a.lat_deg, a.lon_deg, &m.from_nm, &bearing);
        m.from_nm /= 1852;
    }
    return m;
}

/* From north at 25–40 knots, alongside for 10–20 minutes 15–20 nmi off, within the first twenty; then again. */
static void a_fast_boat_meets_a_fishing_boat_and_the_radar_sees_it(void **state)
{
    (void)state;
    struct watch w;
    watch_make(&w);
    watch_only(&w, "Manta");
    watch_begin(&w, 20);
    size_t fast = find(w.sim, NULL, "a fast boat without AIS"), fisher = find(w.sim, "SAN JACINTO 12", NULL);
    struct meeting m = follow(&w, fast, fisher, 45 * 60);
    if (!(m.first_s > 600 && m.first_s < 20 * 60 && m.last_s - m.first_s > 600 && m.last_s - m.first_s < 1200 &&
          m.from_nm > 15 && m.from_nm < 20 && m.fastest_kn > 25 && m.fastest_kn < 40))
        fail_msg("from %d to %d s, %.1f nmi off, %.1f kn", m.first_s, m.last_s, m.from_nm, m.fastest_kn);
    size_t seen = 0, merged = 0;
    int64_t last_us = 0;
    for (size_t i = 0; i < w.events; i++) {
        const struct vg_sim_radar_event *e = &w.event[i];
        if (e->kind != VG_SIM_RADAR_PLOT || e->plot.thing < 0)
            continue;
        seen += e->plot.thing == (int32_t)fast && e->plot.echo == VG_SIM_ECHO_TARGET;
        bool of_them = (e->plot.thing == (int32_t)fast || e->plot.thing == (int32_t)fisher) &&
                       e->plot.echo != VG_SIM_ECHO_SIDE_LOBE;
        merged += of_them && e->plot.echo == VG_SIM_ECHO_MERGED;
        int64_t at_s = (e->time_us - START_US) / VG_SECOND_US;
        if (!of_them || at_s <= m.first_s || at_s >= m.last_s)
            continue;
        if (e->time_us - last_us < 3 * VG_SECOND_US) /* two boats side by side are one echo */
            fail_msg("two plots of them in one turn, at %d s", (int)at_s);
        last_us = e->time_us;
    }
    double turns = 45 * 60 / 4;
    if (!((double)seen > 0.3 * turns && merged > 100))
        fail_msg("alone in %zu, merged in %zu of %.0f turns", seen, merged, turns);
    watch_end(&w);
}

static void a_meeting_comes_again_and_again(void **state)
{
    (void)state;
    static const struct {
        const char *fast, *fisher;
        int from_min, until_min; /* within which a meeting begins */
    } cases[] = {{"another fast boat", "LUZ DEL PACIFICO", 60, 85}, {"a fast boat", "SAN JACINTO 12", 250, 265}};
    struct watch w;
    watch_make(&w);
    watch_only(&w, "Manta");
    w.sites.site[1].period_s = 3600; /* it is about the boats */
    watch_begin(&w, 20);
    int played_min = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        watch_seconds(&w, (cases[i].from_min - played_min) * 60);
        struct meeting m = follow(&w, find(w.sim, NULL, cases[i].fast), find(w.sim, cases[i].fisher, NULL), 45 * 60);
        played_min = cases[i].from_min + 45;
        if (!(m.first_s > 0 && m.first_s < (cases[i].until_min - cases[i].from_min) * 60 && m.last_s - m.first_s > 600))
            fail_msg("%s: from %d to %d s after minute %d", cases[i].fast, m.first_s, m.last_s, cases[i].from_min);
    }
    watch_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_others_say_stays_as_it_was),
        cmocka_unit_test(what_others_do_stays_as_it_was),
        cmocka_unit_test(who_has_no_ais_is_not_on_the_air),
        cmocka_unit_test(a_fast_boat_meets_a_fishing_boat_and_the_radar_sees_it),
        cmocka_unit_test(a_meeting_comes_again_and_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
