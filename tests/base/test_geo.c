#include "test.h"

#include <math.h>

#include <geodesic.h> /* PROJ's: the reference */

#include "base/geo.h"

#define WGS84_A 6378137.0
#define WGS84_F (1 / 298.257223563)

static double next(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(*seed >> 11) / 9007199254740992.0;
}

static void distance_and_bearing_agree_with_the_geodesic(void **state)
{
    (void)state;
    struct geod_geodesic earth;
    geod_init(&earth, WGS84_A, WGS84_F);
    uint64_t seed = 7;
    for (int i = 0; i < 20000; i++) {
        struct vg_pos a = vg_pos_from_deg(next(&seed) * 360 - 180, next(&seed) * 170 - 85);
        struct vg_pos b = i % 2 ? vg_geo_destination(a, next(&seed) * 360, next(&seed) * 100000)
                                : vg_pos_from_deg(next(&seed) * 360 - 180, next(&seed) * 170 - 85);
        double want_m, azimuth;
        geod_inverse(&earth, vg_pos_lat_deg(a), vg_pos_lon_deg(a), vg_pos_lat_deg(b), vg_pos_lon_deg(b), &want_m,
                     &azimuth, NULL);
        assert_true(fabs(vg_geo_distance_m(a, b) - want_m) <= 0.0057 * want_m + 0.01);
        if (want_m > 1000 && want_m < 200000)
            assert_true(fabs(remainder(vg_geo_bearing_deg(a, b) - azimuth, 360)) < 0.3);
    }
}

static void going_somewhere_and_measuring_gives_the_way_back(void **state)
{
    (void)state;
    uint64_t seed = 3;
    for (int i = 0; i < 20000; i++) {
        struct vg_pos a = vg_pos_from_deg(next(&seed) * 360 - 180, next(&seed) * 160 - 80);
        double bearing = next(&seed) * 360, distance = 100 + next(&seed) * 500000;
        struct vg_pos b = vg_geo_destination(a, bearing, distance);
        assert_true(vg_pos_valid(b));
        assert_true(fabs(vg_geo_distance_m(a, b) - distance) < 0.5);
    }
}

/* By hand: a sixtieth of a great circle's degree to each side. */
static void a_known_way_ends_at_a_known_place(void **state)
{
    (void)state;
    const double degree_m = 6371008.8 * 3.14159265358979 / 180;
    static const struct {
        double lon, lat, bearing, degrees, to_lon, to_lat;
    } ways[] = {{0, 0, 0, 1, 0, 1},        {0, 0, 90, 1, 1, 0},       {0, 0, 180, 1, 0, -1},
                {0, 0, 270, 1, -1, 0},     {10, 50, 0, 2, 10, 52},    {10, 50, 180, 2, 10, 48},
                {10, -50, 0, 2, 10, -48},  {179, 0, 90, 2, -179, 0},  {-179, 0, 270, 2, 179, 0},
                {20, 60, 0, 40, -160, 80}, {5, 45, 90, 90, 95, 0},    {5, 45, 0, 0, 5, 45},
                {5, 45, 360, 1, 5, 46},    {0, -89, 180, 2, 180, -89}};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct vg_pos from = vg_pos_from_deg(ways[i].lon, ways[i].lat);
        struct vg_pos to = vg_geo_destination(from, ways[i].bearing, ways[i].degrees * degree_m);
        struct vg_pos expected = vg_pos_from_deg(ways[i].to_lon, ways[i].to_lat);
        if (vg_geo_distance_m(to, expected) > 1)
            fail_msg("way %zu: %f %f", i, vg_pos_lon_deg(to), vg_pos_lat_deg(to));
        assert_true(fabs(vg_geo_distance_m(from, to) - ways[i].degrees * degree_m) < 1);
    }
    assert_true(fabs(vg_geo_bearing_deg(vg_pos_from_deg(0, 0), vg_pos_from_deg(-1, 0)) - 270) < 1e-9);
    assert_true(fabs(vg_geo_bearing_deg(vg_pos_from_deg(0, 0), vg_pos_from_deg(0, -1)) - 180) < 1e-9);
}

static void absent_positions_have_no_distance(void **state)
{
    (void)state;
    struct vg_pos here = vg_pos_from_deg(-80, -1);
    assert_true(isnan(vg_geo_distance_m(here, VG_POS_NONE)));
    assert_false(vg_pos_valid(vg_pos_from_deg(NAN, 0)));
    assert_false(vg_pos_valid((struct vg_pos){108600000, 54600000}));
    assert_false(vg_pos_valid(vg_geo_destination(VG_POS_NONE, 0, 1)));
}

static void boxes_may_cross_the_antimeridian(void **state)
{
    (void)state;
    struct vg_box across = {170, -10, -170, 10}, plain = {-92, -2, -89, 2};
    assert_true(vg_box_contains(&across, vg_pos_from_deg(175, 0)));
    assert_true(vg_box_contains(&across, vg_pos_from_deg(-175, 0)));
    assert_false(vg_box_contains(&across, vg_pos_from_deg(0, 0)));
    assert_true(vg_box_contains(&plain, vg_pos_from_deg(-90, 0)));
    assert_false(vg_box_contains(&plain, vg_pos_from_deg(-90, 3)));
    assert_false(vg_box_contains(&plain, VG_POS_NONE));
}

static void the_ellipsoid_agrees_with_the_geodesic(void **state)
{
    (void)state;
    struct geod_geodesic g;
    geod_init(&g, WGS84_A, WGS84_F);
    uint64_t seed = 5;
    for (int i = 0; i < 20000; i++) {
        const double lat = next(&seed) * 178 - 89, lon = next(&seed) * 360 - 180;
        const double reach = pow(10, 1 + next(&seed) * 5.7); /* 10 m to 5000 km */
        double lat_b, lon_b, azimuth;
        geod_direct(&g, lat, lon, next(&seed) * 360, reach, &lat_b, &lon_b, &azimuth);
        const double off = fabs(vg_geo_ellipsoid_m(lon, lat, lon_b, lat_b) - reach);
        if (off > fmax(reach <= 200e3 ? reach * 1e-5 : 20, 1e-3))
            fail_msg("%.3f m of %.1f m at %f %f", off, reach, lon, lat);
    }
    assert_true(vg_geo_ellipsoid_m(180, 12, -180, 12) < 1e-6);
    assert_true(vg_geo_ellipsoid_m(-80, 1, -80, 1) == 0);
    assert_true(isnan(vg_geo_ellipsoid_m(NAN, 1, -80, 1)));
    assert_true(isnan(vg_geo_distance_deg_m(0, 1, 0, NAN)));
    assert_true(vg_geo_distance_deg_m(180, 12, -180, 12) < 1e-6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distance_and_bearing_agree_with_the_geodesic),
        cmocka_unit_test(going_somewhere_and_measuring_gives_the_way_back),
        cmocka_unit_test(a_known_way_ends_at_a_known_place),
        cmocka_unit_test(absent_positions_have_no_distance),
        cmocka_unit_test(boxes_may_cross_the_antimeridian),
        cmocka_unit_test(the_ellipsoid_agrees_with_the_geodesic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
