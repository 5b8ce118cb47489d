/* The coast: places that everybody knows, a walk that agrees with itself, and distances that a slow way gives, too. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "place/coast.h"
#include "test.h"

static struct vg_coast *coast;

static int make(void **state)
{
    (void)state;
    return vg_coast_new(&coast);
}

static int unmake(void **state)
{
    (void)state;
    vg_coast_free(coast);
    return 0;
}

static void known_places(void **state)
{
    (void)state;
    static const struct {
        double lon, lat;
        bool land;
    } places[] = {
        {-78.5, -0.2, true},   /* Quito */
        {-81.5, -1, false},    /* off Manta */
        {-90.35, -0.6, true},  /* Santa Cruz */
        {-86, -1, false},      /* between */
        {179.5, 68.5, true},   /* Chukotka, west … */
        {-178, 67, true},      /* … and east of the antimeridian */
        {182, 67, true},       /* the same, counted on */
        {180, 0, false},       /* */
        {0, -89, true},        /* Antarctica */
        {-179.9, -85, true},   /* */
        {0, 89, false},        /* */
        {51, 42, false},       /* the Caspian Sea is water */
        {178, -17.8, true},    /* Fiji */
        {37.6, 55.75, true},   /* Moscow */
        {-0.5, 51, true},      /* */
        {4, 56, false},        /* North Sea */
        {-80.7, 28.5, true},   /* */
        {-179.99, -30, false}, /* */
    };
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        if (vg_coast_is_land(coast, places[i].lon, places[i].lat) != places[i].land)
            fail_msg("%g %g", places[i].lon, places[i].lat);
}

/* Wherever land and sea change, the shore is near: the colours of cells and the shores agree. */
static void colours_change_at_the_shore(void **state)
{
    (void)state;
    int changes = 0;
    for (double lat = -84.77; lat < 84; lat += 3.37) {
        bool before = vg_coast_is_land(coast, -180, lat);
        for (double lon = -179.99; lon <= 180; lon += 0.01) {
            const bool now = vg_coast_is_land(coast, lon, lat);
            if (now != before) {
                changes++;
                if (!(vg_coast_distance_m(coast, lon, lat, 20000) < 1200))
                    fail_msg("%g %g changes far from the shore", lon, lat);
            }
            before = now;
        }
    }
    assert_true(changes > 500);
}

/* A step of 100 m changes the distance by no more, and turning round by 360° by nothing. */
static void distance_is_steady(void **state)
{
    (void)state;
    int near = 0;
    for (double lat = -60.3; lat < 70; lat += 1.71) {
        double before = NAN;
        for (double lon = 178; lon < 183; lon += 0.001) {
            const double d = vg_coast_distance_m(coast, lon, lat, 60000);
            const double turned = vg_coast_distance_m(coast, lon - 360, lat, 60000);
            assert_true((isinf(d) && isinf(turned)) || fabs(d - turned) < 1e-3);
            if (isfinite(d) && isfinite(before) && fabs(d - before) > 112)
                fail_msg("%g %g: %g after %g", lon, lat, d, before);
            before = d;
            near += isfinite(d);
        }
    }
    assert_true(near > 1000);
    assert_true(isinf(vg_coast_distance_m(coast, -120, -20, 100000)));
    const double far = vg_coast_distance_m(coast, -86, -1, 1e6); /* from the mainland 560 km, from San Cristobal 360 */
    assert_true(far > 350e3 && far < 380e3);
}

/* Against a finer coast: what thinning, the scale of 1:10m and its missing islands cost. */
static void examples_agree(void **state)
{
    (void)state;
    const char *shared = getenv("VIGIA_SHARED");
    char path[512], line[256];
    snprintf(path, sizeof path, "%s/data/places/coast_distance_examples.csv", shared ? shared : "../shared");
    FILE *file = fopen(path, "r");
    if (!file) {
        print_message("skipped: %s is not there\n", path);
        skip();
    }
    int count = 0, same = 0;
    double sum = 0;
    int within = 0;
    assert_non_null(fgets(line, sizeof line, file));
    while (fgets(line, sizeof line, file)) {
        double lat, lon, km;
        int land;
        if (sscanf(line, "%*[^,],%lf,%lf,%lf,%d", &lat, &lon, &km, &land) != 4)
            continue;
        count++;
        same += vg_coast_is_land(coast, lon, lat) == (land != 0);
        const double differs = fabs(vg_coast_distance_m(coast, lon, lat, 500000) / 1000 - km);
        sum += differs;
        within += differs < 2;
    }
    fclose(file);
    print_message("%d of %d on the same side, %d within 2 km, mean difference %.2f km\n", same, count, within,
                  sum / count);
    assert_true(count == 800 && same > 750 && within > 450 && sum / count < 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_places),
        cmocka_unit_test(colours_change_at_the_shore),
        cmocka_unit_test(distance_is_steady),
        cmocka_unit_test(examples_agree),
    };
    return cmocka_run_group_tests(tests, make, unmake);
}
