/* Where sensors see: horizon, range and bearing against the geodesic, coverage and its outline. */
#include "../test.h"

#include <geodesic.h> /* PROJ's: the reference */
#include <math.h>

#include "site/site.h"

static void near(double is, double want, double within)
{
    if (!(fabs(is - want) <= within))
        fail_msg("%.9g, not %.9g", is, want);
}

/* PEERS.md of the shared design: target 0.5 m, mast of 30 m 14 nmi, 100 m 24 nmi; aircraft at 305 m 40 nmi. */
static void the_horizon_is_where_others_have_it(void **state)
{
    (void)state;
    near(vg_site_horizon_m(30, 0.5) / 1852, 14, 0.5);
    near(vg_site_horizon_m(100, 0.5) / 1852, 24, 0.5);
    near(vg_site_horizon_m(305, 0.5) / 1852, 40, 1);
    near(vg_site_horizon_m(0, 0), 0, 0);
    struct vg_site s = {.range_m = 50000, .height_m = NAN, .target_height_m = 2};
    near(vg_site_reach_m(&s), 50000, 0); /* without a height coverage is the range alone */
    s.height_m = 30;
    near(vg_site_reach_m(&s), vg_site_horizon_m(30, 2), 0);
    s.range_m = 10000;
    near(vg_site_reach_m(&s), 10000, 0);
}

static void range_and_bearing_agree_with_the_geodesic(void **state)
{
    (void)state;
    static const double lat[] = {0, -0.93, 45, -60, 80}, range[] = {50, 1000, 45000, 200000};
    struct geod_geodesic earth;
    geod_init(&earth, 6378137, 1 / 298.257223563);
    for (size_t i = 0; i < sizeof lat / sizeof *lat; i++)
        for (size_t k = 0; k < sizeof range / sizeof *range; k++)
            for (double bearing = 0; bearing < 360; bearing += 17.5) {
                double tlat, tlon, azimuth, r, b;
                geod_direct(&earth, lat[i], 179.9, bearing, range[k], &tlat, &tlon, &azimuth);
                vg_site_measure(lat[i], 179.9, tlat, tlon, &r, &b);
                near(r, range[k], 1);
                near(remainder(b - bearing, 360) * range[k] * M_PI / 180, 0, 2);
                vg_site_place(lat[i], 179.9, range[k], bearing, &tlat, &tlon);
                vg_site_measure(lat[i], 179.9, tlat, tlon, &r, &b);
                near(r, range[k], 1);
            }
}

static struct vg_site radar(void)
{
    return (struct vg_site){.lat_deg = -0.93, .lon_deg = -80.72, .height_m = NAN, .range_m = 40000};
}

static bool sees(const struct vg_site *s, double range_m, double bearing_deg)
{
    double lat, lon;
    vg_site_place(s->lat_deg, s->lon_deg, range_m, bearing_deg, &lat, &lon);
    return vg_site_covers(s, VG_POS_NONE, lat, lon);
}

static void coverage_has_range_sectors_and_blind_arcs(void **state)
{
    (void)state;
    struct vg_site s = radar();
    s.min_range_m = 100;
    assert_true(sees(&s, 39990, 10) && !sees(&s, 40010, 10) && sees(&s, 110, 200) && !sees(&s, 90, 200));
    s.sector[s.sector_count++] = (struct vg_site_arc){200, 20}; /* over north */
    s.blind[s.blind_count++] = (struct vg_site_arc){-5, 5};
    assert_true(sees(&s, 5000, 201) && sees(&s, 5000, 340) && sees(&s, 5000, 19));
    assert_false(sees(&s, 5000, 199) || sees(&s, 5000, 21) || sees(&s, 5000, 0) || sees(&s, 5000, 356));
    s.sector[0] = (struct vg_site_arc){0, 360}; /* all round */
    assert_true(sees(&s, 5000, 100) && sees(&s, 5000, 300) && !sees(&s, 5000, 2));
}

static void a_moving_one_sees_from_where_it_says(void **state)
{
    (void)state;
    struct vg_site s = radar();
    s.moving = true;
    s.lat_deg = s.lon_deg = NAN;
    assert_false(vg_site_covers(&s, VG_POS_NONE, 0, 0));
    assert_true(vg_site_covers(&s, vg_pos_from_deg(0.1, 0.1), 0, 0));
}

static size_t ring_count;
static size_t begin[VG_SITE_RINGS + 1];
static double point[VG_SITE_OUTLINE_POINTS][2];

static size_t outline(const struct vg_site *s, struct vg_pos from)
{
    const size_t n = vg_site_outline(s, from, point, VG_SITE_OUTLINE_POINTS, begin, &ring_count);
    assert_true(begin[ring_count] == n);
    for (size_t i = 0; i < ring_count; i++) {
        assert_true(begin[i + 1] - begin[i] >= 4);
        assert_memory_equal(point[begin[i]], point[begin[i + 1] - 1], sizeof *point); /* closed */
    }
    return n;
}

/* Even-odd: is a place in any of the rings? */
static bool is_inside(double lon, double lat)
{
    bool in = false;
    for (size_t r = 0; r < ring_count; r++)
        for (size_t i = begin[r]; i + 1 < begin[r + 1]; i++) {
            const double *a = point[i], *b = point[i + 1];
            if ((a[1] > lat) != (b[1] > lat) && lon < a[0] + (b[0] - a[0]) * (lat - a[1]) / (b[1] - a[1]))
                in = !in;
        }
    return in;
}

static void the_outline_holds_what_is_covered(void **state)
{
    (void)state;
    static const struct {
        uint8_t sectors, blind;
        struct vg_site_arc sector[3], gap[3];
        size_t rings;
    } row[] = {
        {0, 0, {{0, 0}}, {{0, 0}}, 1},
        {1, 0, {{200, 20}}, {{0, 0}}, 1},
        {1, 1, {{200, 20}}, {{300, 310}}, 2},
        {0, 1, {{0, 0}}, {{350, 10}}, 1},
        {2, 0, {{10, 50}, {40, 90}}, {{0, 0}}, 1},
        {2, 2, {{0, 180}, {180, 360}}, {{45, 46}, {225, 226}}, 2},
        {1, 0, {{0, 360}}, {{0, 0}}, 1},
        {1, 1, {{10, 20}}, {{0, 90}}, 0},
        {3, 3, {{0, 30}, {100, 130}, {200, 230}}, {{10, 20}, {110, 120}, {210, 220}}, 6},
        {0, 1, {{0, 0}}, {{-180, 180}}, 0},
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct vg_site s = radar();
        s.sector_count = row[i].sectors;
        s.blind_count = row[i].blind;
        memcpy(s.sector, row[i].sector, sizeof row[i].sector);
        memcpy(s.blind, row[i].gap, sizeof row[i].gap);
        outline(&s, VG_POS_NONE);
        assert_int_equal(ring_count, row[i].rings);
        for (double b = 0.55; b < 360; b += 0.9)
            for (double r = 3000; r < 48000; r += 4400) {
                double lat, lon;
                vg_site_place(s.lat_deg, s.lon_deg, r, b, &lat, &lon);
                if (is_inside(lon, lat) != sees(&s, r, b))
                    fail_msg("row %zu: %g m, %g degrees", i, r, b);
            }
    }
}

static void the_outline_has_its_limits(void **state)
{
    (void)state;
    struct vg_site s = radar();
    for (int i = 0; i < VG_SITE_ARCS; i++) {
        s.sector[s.sector_count++] = (struct vg_site_arc){i * 45, i * 45 + 44};
        s.blind[s.blind_count++] = (struct vg_site_arc){i * 45 + 20.5, i * 45 + 21};
    }
    assert_true(outline(&s, VG_POS_NONE) <= VG_SITE_OUTLINE_POINTS); /* the most that there can be */
    assert_int_equal(ring_count, 16);
    assert_true(vg_site_outline(&s, VG_POS_NONE, point, 20, begin, &ring_count) <= 20);
    assert_int_equal(ring_count, 1);
    s = radar();
    s.lon_deg = 179.99; /* goes on rather than jumps */
    const size_t n = outline(&s, VG_POS_NONE);
    for (size_t i = 0; i < n; i++)
        assert_true(point[i][0] > 179 && point[i][0] < 181);
    s.lat_deg = NAN;
    assert_int_equal(outline(&s, VG_POS_NONE), 0);
    assert_true(outline(&s, vg_pos_from_deg(0, 0)) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_horizon_is_where_others_have_it),
        cmocka_unit_test(range_and_bearing_agree_with_the_geodesic),
        cmocka_unit_test(coverage_has_range_sectors_and_blind_arcs),
        cmocka_unit_test(a_moving_one_sees_from_where_it_says),
        cmocka_unit_test(the_outline_holds_what_is_covered),
        cmocka_unit_test(the_outline_has_its_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
