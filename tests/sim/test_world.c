/* The truth of the world: the same again by its seed, at sea, at speeds that ships can do. */
#include <jansson.h>

#include "sim/coast.h"
#include "sim/places.h"
#include "sim/sim_util.h"

static void same_seed_gives_the_same_bytes_and_another_seed_others(void **state)
{
    (void)state;
    struct vg_sim_options options = {.vessels = 300, .seed = 7, .start_us = START_US, .damage = 0.001};
    struct digest a = digest_of(&options, 1200), b = digest_of(&options, 1200);
    assert_true(a.bytes > 100000);
    assert_true(a.hash == b.hash && a.bytes == b.bytes);
    options.seed = 8;
    assert_true(digest_of(&options, 1200).hash != a.hash);
}

static void options_out_of_range_are_refused(void **state)
{
    (void)state;
    struct vg_sim *sim = NULL;
    struct vg_sim_options wrong[] = {{.vessels = 20001}, {.damage = 1.5}, {.damage = NAN}, {.start_us = -1}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(vg_sim_new(&wrong[i], &sim), VG_ARG);
    assert_null(sim);
    vg_sim_free(NULL);
}

static void no_lane_crosses_land(void **state)
{
    (void)state;
    for (size_t i = 0; i < vg_sim_edge_count; i++) {
        const struct vg_sim_node *a = &vg_sim_nodes[vg_sim_edges[i].a], *b = &vg_sim_nodes[vg_sim_edges[i].b];
        if (!vg_sim_sea_between(a->lon_deg, a->lat_deg, b->lon_deg, b->lat_deg))
            fail_msg("lane %s-%s crosses land", a->key, b->key);
    }
    uint8_t path[NODE_COUNT];
    for (uint8_t i = 0; i < NODE_COUNT; i++)
        assert_true(vg_sim_path(NODE_GYE, i, path, NODE_COUNT) > 0);
    assert_true(vg_sim_is_land(-79.0, -1.5));   /* Riobamba's latitude, in the Andes */
    assert_true(vg_sim_is_land(-90.37, -0.63)); /* Santa Cruz */
    assert_false(vg_sim_is_land(-80.6, -3.0));  /* the Gulf */
    assert_true(vg_sim_open_sea(-30.5, 30.5));
    assert_false(vg_sim_open_sea(10.5, 50.5));
}

/* At all times of a day and at each second's step, for each vessel afloat. */
static void nobody_is_on_land_and_nobody_leaps(void **state)
{
    (void)state;
    struct vg_sim *sim = new_sim(VG_SIM_ECUADOR, 400, 3);
    size_t n = vg_sim_count(sim);
    struct vg_sim_truth *was = calloc(n, sizeof *was);
    static char buf[65536];
    struct vg_out out = vg_out_stream(buf, sizeof buf, nowhere, NULL);
    for (size_t i = 0; i < n; i++)
        vg_sim_truth(sim, i, &was[i]);
    for (int s = 1; s <= 5 * 3600; s++) {
        vg_sim_step(sim, &out);
        for (size_t i = 0; i < n; i++) {
            struct vg_sim_truth now;
            vg_sim_truth(sim, i, &now);
            if (now.afloat && now.on_air && was[i].on_air) {
                double cos_lat = cos(now.lat_deg * M_PI / 180);
                double m = hypot((now.lon_deg - was[i].lon_deg) * cos_lat, now.lat_deg - was[i].lat_deg) * 111195;
                if (m > 30 * 1852.0 / 3600 || now.sog_kn > 30)
                    fail_msg("%s (%s, %s) made %.1f m in a second, says %.1f kn", now.name, now.kind, now.activity, m,
                             now.sog_kn);
                if (s % 60 == 0 && vg_sim_is_land(now.lon_deg, now.lat_deg))
                    fail_msg("%s (%s, %s) is on land at %.4f %.4f", now.name, now.kind, now.activity, now.lon_deg,
                             now.lat_deg);
            }
            was[i] = now;
        }
    }
    free(was);
    vg_sim_free(sim);
}

static void ships_turn_no_faster_than_they_can(void **state)
{
    (void)state;
    struct vg_sim *sim = new_sim(VG_SIM_ECUADOR, 500, 5);
    size_t n = vg_sim_count(sim);
    double *was = calloc(n, sizeof *was);
    static char buf[65536];
    struct vg_out out = vg_out_stream(buf, sizeof buf, nowhere, NULL);
    for (int s = 0; s < 3600; s++) {
        for (size_t i = 0; i < n; i++) {
            struct vg_sim_truth now;
            vg_sim_truth(sim, i, &now);
            double turned = fabs(remainder(now.heading_deg - was[i], 360));
            bool large = strcmp(now.kind, "crude tanker") == 0 || strcmp(now.kind, "container ship") == 0;
            if (s > 1 && large && strcmp(now.activity, "sailing") == 0 && turned > 0.6)
                fail_msg("%s (%s) turned %.2f° in a second", now.name, now.kind, turned);
            was[i] = now.heading_deg;
        }
        vg_sim_step(sim, &out);
    }
    free(was);
    vg_sim_free(sim);
}

static void numbers_are_unique_but_for_the_one_shared(void **state)
{
    (void)state;
    struct vg_sim *sim = new_sim(VG_SIM_ECUADOR, 3000, 1);
    size_t n = vg_sim_count(sim), shared = 0;
    for (size_t i = 0; i < n; i++) {
        struct vg_sim_truth a, b;
        vg_sim_truth(sim, i, &a);
        for (size_t k = i + 1; k < n; k++) {
            vg_sim_truth(sim, k, &b);
            if (a.mmsi != b.mmsi)
                continue;
            assert_false(a.true_mmsi);
            assert_false(b.true_mmsi);
            shared++;
        }
    }
    assert_int_equal(shared, 1);
    assert_in_range(n, 3000, 3100);
    vg_sim_free(sim);
}

/* The picture of a day has its parts: somebody lies in port, somebody fishes, somebody is under way. */
static void all_walks_of_life_are_there(void **state)
{
    (void)state;
    struct vg_sim *sim = new_sim(VG_SIM_ECUADOR, 0, 1);
    static const char *const activities[] = {"moored",  "anchored", "sailing",
                                             "jigging", "towing",   "drifting with gear"};
    for (size_t a = 0; a < sizeof activities / sizeof *activities; a++) {
        size_t found = 0;
        for (size_t i = 0; i < vg_sim_count(sim); i++) {
            struct vg_sim_truth t;
            vg_sim_truth(sim, i, &t);
            found += strcmp(t.activity, activities[a]) == 0;
        }
        if (found < 4)
            fail_msg("only %zu are %s", found, activities[a]);
    }
    assert_in_range(vg_sim_count(sim), 820, 920);
    vg_sim_free(sim);
}

/* Two hours in, a seiner and a carrier lie a ship's breadth apart, far out. */
static void the_two_meet(void **state)
{
    (void)state;
    struct vg_sim *sim = new_sim(VG_SIM_ECUADOR, 20, 1);
    static char buf[65536];
    struct vg_out out = vg_out_stream(buf, sizeof buf, nowhere, NULL);
    for (int s = 0; s < 2 * 3600; s++)
        vg_sim_step(sim, &out);
    struct vg_sim_truth t, one = {0}, two = {0};
    for (size_t i = 0; i < vg_sim_count(sim); i++) {
        vg_sim_truth(sim, i, &t);
        if (strcmp(t.name, "DON TEODORO II") == 0)
            one = t;
        else if (strcmp(t.name, "ANDEAN SONATA") == 0)
            two = t;
    }
    double m = hypot(one.lon_deg - two.lon_deg, one.lat_deg - two.lat_deg) * 111195;
    if (!(m > 5 && m < 60))
        fail_msg("they are %.0f m apart", m);
    assert_true(one.sog_kn < 1.5);
    vg_sim_free(sim);
}

static void truth_and_places_are_json(void **state)
{
    (void)state;
    struct vg_sim *sim = new_sim(VG_SIM_ECUADOR, 50, 1);
    struct vg_out out = vg_out_growing(8u << 20);
    for (size_t i = 0; i < vg_sim_count(sim); i++) {
        out.len = 0;
        vg_sim_truth_json(sim, i, &out);
        json_error_t why;
        json_t *line = json_loadb(out.buf, out.len, JSON_DISABLE_EOF_CHECK, &why);
        assert_non_null(line);
        assert_true(json_is_number(json_object_get(line, "lon")));
        json_decref(line);
    }
    out.len = 0;
    vg_sim_places_geojson(NULL, &out);
    assert_int_equal(out.err, VG_OK);
    json_error_t why;
    json_t *places = json_loadb(out.buf, out.len, 0, &why);
    if (!places)
        fail_msg("line %d: %s", why.line, why.text);
    json_t *features = json_object_get(places, "features"), *feature;
    size_t i, zones = 0;
    json_array_foreach(features, i, feature)
    {
        const char *kind = json_string_value(json_object_get(json_object_get(feature, "properties"), "kind"));
        assert_non_null(kind);
        if (strcmp(kind, "zone"))
            continue;
        zones++;
        json_t *ring = json_array_get(json_object_get(json_object_get(feature, "geometry"), "coordinates"), 0);
        assert_true(json_equal(json_array_get(ring, 0), json_array_get(ring, json_array_size(ring) - 1)));
    }
    assert_int_equal(zones, 2);
    json_decref(places);
    vg_out_free(&out);
    vg_sim_free(sim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_seed_gives_the_same_bytes_and_another_seed_others),
        cmocka_unit_test(options_out_of_range_are_refused),
        cmocka_unit_test(no_lane_crosses_land),
        cmocka_unit_test(nobody_is_on_land_and_nobody_leaps),
        cmocka_unit_test(ships_turn_no_faster_than_they_can),
        cmocka_unit_test(numbers_are_unique_but_for_the_one_shared),
        cmocka_unit_test(all_walks_of_life_are_there),
        cmocka_unit_test(the_two_meet),
        cmocka_unit_test(truth_and_places_are_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
