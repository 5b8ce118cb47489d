/* Areas and gates from GeoJSON: who is inside, who crossed which way, whom a rule means, and what is said of wrong
 * files. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "place/area.h"
#include "test.h"

#define RULE(text)                                                                                                     \
    "{\"type\":\"FeatureCollection\",\"features\":[\n{\"type\":\"Feature\",\n\"properties\":{\"name\":\"A\","          \
    "\"rule\":" text "},\n\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[2,0],[2,2],[0,2],[0,0]]]}}]}"
#define SHAPE(type, coordinates)                                                                                       \
    "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"name\":\"A\"},"             \
    "\"geometry\":{\"type\":\"" type "\",\"coordinates\":" coordinates "}}]}"

static struct vg_areas *read_right(const char *text)
{
    struct vg_areas *areas = NULL;
    char *error = NULL;
    const enum vg_err err = vg_areas_read(text, strlen(text), "areas.geojson", &areas, &error);
    if (err)
        fail_msg("%s", error ? error : vg_err_text(err));
    return areas;
}

static void read_wrong(const char *text, const char *told)
{
    struct vg_areas *areas = NULL;
    char *error = NULL;
    assert_int_not_equal(vg_areas_read(text, strlen(text), "areas.geojson", &areas, &error), VG_OK);
    assert_null(areas);
    assert_non_null(error);
    if (!strstr(error, told) || !strstr(error, "areas.geojson: line ") || !strstr(error, "expected"))
        fail_msg("not \"%s\": %s", told, error);
    free(error);
}

static size_t holds(struct vg_areas *areas, double lon, double lat)
{
    uint16_t which[4];
    return vg_areas_holding(areas, lon, lat, which, 4);
}

static void areas_hold(void **state)
{
    (void)state;
    struct vg_areas *a =
        read_right(SHAPE("Polygon", "[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[1,1],[2,1],[2,2],[1,2],[1,1]]]"));
    assert_int_equal(holds(a, 3, 3), 1);
    assert_int_equal(holds(a, 363, 3), 1);
    assert_int_equal(holds(a, 1.5, 1.5), 0); /* the hole */
    assert_int_equal(holds(a, 5, 3), 0);
    assert_int_equal(holds(a, 3, -1), 0);
    vg_areas_free(a);
    /* Over the antimeridian, written in both usual ways. */
    a = read_right(SHAPE("MultiPolygon",
                         "[[[[179,-1],[-179,-1],[-179,1],[179,1],[179,-1]]],[[[10,10],[11,10],[11,11],[10,10]]]]"));
    assert_int_equal(holds(a, 179.5, 0), 1);
    assert_int_equal(holds(a, -179.5, 0), 1);
    assert_int_equal(holds(a, 0, 0), 0);
    assert_int_equal(holds(a, 178.5, 0), 0);
    assert_int_equal(holds(a, 10.9, 10.5), 1);
    vg_areas_free(a);
    a = read_right(SHAPE("Polygon", "[[[179,-1],[181,-1],[181,1],[179,1],[179,-1]]]"));
    for (int i = 0; i < 1000; i++) { /* no longitude falls between the turns */
        assert_int_equal(holds(a, -180 + i * 0.00099999, 0), 1);
        assert_int_equal(holds(a, 180 - i * 0.00099999, 0), 1);
    }
    vg_areas_free(a);
}

static void gates_are_crossed_once(void **state)
{
    (void)state;
    struct vg_areas *a = read_right(SHAPE("LineString", "[[0,0],[0,1],[0,2]]")); /* to the north: west is left */
    struct vg_crossing c[4];
    assert_int_equal(vg_areas_crossed(a, 0.1, 0.5, -0.1, 0.5, c, 4), 1);
    assert_true(c[0].to_left && fabs(c[0].lon_deg) < 1e-9 && fabs(c[0].lat_deg - 0.5) < 1e-9);
    assert_int_equal(vg_areas_crossed(a, -0.1, 0.5, 0.1, 0.5, c, 4), 1);
    assert_false(c[0].to_left);
    assert_int_equal(vg_areas_crossed(a, 0.1, 3, -0.1, 3, c, 4), 0);
    /* A way that ends on the line, and goes on: once in all. Along a joint: once. */
    assert_int_equal(vg_areas_crossed(a, 0.1, 0.5, 0, 0.5, c, 4) + vg_areas_crossed(a, 0, 0.5, -0.1, 0.5, c, 4), 1);
    assert_int_equal(vg_areas_crossed(a, 0.1, 1, -0.1, 1, c, 4), 1);
    vg_areas_free(a);
    a = read_right(SHAPE("LineString", "[[180,-1],[180,1]]"));
    assert_int_equal(vg_areas_crossed(a, 179.9, 0, -179.9, 0, c, 4), 1);
    assert_int_equal(vg_areas_crossed(a, -179.9, 0, 179.9, 0, c, 4), 1);
    assert_true(c[0].to_left);
    vg_areas_free(a);
}

static int64_t at(const char *text)
{
    int64_t us = 0;
    assert_true(vg_time_parse(text, strlen(text), &us));
    return us;
}

static void rules_mean(void **state)
{
    (void)state;
    struct vg_areas *a =
        read_right(RULE("{\"on\":[\"enter\",\"speed\"],\"types\":[\"fishing\",\"70-79\",80],\"flags_except\":"
                        "[\"EC\",\"CO\"],\"from\":\"2026-03-01T00:00:00Z\",\"to\":\"2026-04-01T00:00:00Z\","
                        "\"hours_utc\":\"22:00-05:30\",\"over_kn\":10}"));
    const struct vg_area_rule *r = &vg_areas_get(a, 0)->rule;
    const int64_t night = at("2026-03-10T23:00:00Z");
    assert_int_equal(r->on, VG_AREA_ON(ENTER) | VG_AREA_ON(SPEED));
    assert_true(vg_area_means(r, 30, "PE", night));
    assert_true(vg_area_means(r, 75, "PE", night));
    assert_true(vg_area_means(r, 80, "PE", night));
    assert_false(vg_area_means(r, 81, "PE", night));
    assert_false(vg_area_means(r, 30, "EC", night));
    assert_true(vg_area_means(r, 30, "\0", night));
    assert_true(vg_area_means(r, 30, "PE", at("2026-03-11T05:29:00Z")));
    assert_false(vg_area_means(r, 30, "PE", at("2026-03-11T05:30:00Z")));
    assert_false(vg_area_means(r, 30, "PE", at("2026-02-28T23:00:00Z")));
    assert_false(vg_area_means(r, 30, "PE", at("2026-04-01T00:00:00Z")));
    assert_true(vg_area_speed_breaks(r, 10.1) && !vg_area_speed_breaks(r, 10) && !vg_area_speed_breaks(r, NAN));
    vg_areas_free(a);
}

static void wrong_files_are_told(void **state)
{
    (void)state;
    read_wrong("{", "line 1");
    read_wrong("{\"features\":\n{}}", "FeatureCollection");
    read_wrong(RULE("{\"on\":[\"entr\"]}"), "line 2: feature 1: \"on\"");
    read_wrong(RULE("{\"on\":[\"cross\"]}"), "\"on\"");
    read_wrong(RULE("{\"on\":\"enter\"}"), "\"on\"");
    read_wrong(RULE("{\"typ\":1}"), "a rule has no \"typ\"");
    read_wrong(RULE("{\"types\":[\"boat\"]}"), "\"types\"");
    read_wrong(RULE("{\"types\":[\"80-70\"]}"), "\"types\"");
    read_wrong(RULE("{\"flags\":[\"ec\"]}"), "\"flags\"");
    read_wrong(RULE("{\"flags\":[\"EC\"],\"flags_except\":[\"EC\"]}"), "flags");
    read_wrong(RULE("{\"from\":\"soon\"}"), "\"from\"");
    read_wrong(RULE("{\"from\":\"2026-02-01T00:00:00Z\",\"to\":\"2026-01-01T00:00:00Z\"}"), "after \"from\"");
    read_wrong(RULE("{\"hours_utc\":\"25:00-05:00\"}"), "hours_utc");
    read_wrong(RULE("{\"hours_utc\":\"22:00\"}"), "hours_utc");
    read_wrong(RULE("{\"on\":[\"speed\"]}"), "over_kn");
    read_wrong(RULE("{\"over_kn\":-1}"), "from 0 to 200");
    read_wrong(RULE("{\"way\":\"up\"}"), "left or right");
    read_wrong(RULE("[]"), "an object");
    read_wrong(SHAPE("Point", "[0,0]"), "geometry of type");
    read_wrong(SHAPE("LineString", "[[0,0]]"), "two points");
    read_wrong(SHAPE("Polygon", "[[[0,0],[1,1],[0,0]]]"), "four points");
    read_wrong(SHAPE("Polygon", "[[[0,0],[1,0],[1,1],[0,1]]]"), "their first again");
    read_wrong(SHAPE("Polygon", "[[[0,0],[1,1],[1,0],[0,1],[0,0]]]"), "simple polygon");
    read_wrong(SHAPE("Polygon", "[[[0,0],[1,0],[1,91],[0,1],[0,0]]]"), "latitudes");
    read_wrong(SHAPE("Polygon", "[[[0,0],[1,0],[\"1\",1],[0,1],[0,0]]]"), "latitudes");
    read_wrong(SHAPE("Polygon", "[]"), "rings");
    read_wrong(SHAPE("MultiPolygon", "[]"), "polygons");
    read_wrong("{\"features\":[{\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[]}}]}", "\"name\"");
    read_wrong(
        "{\"features\":[\n{\"properties\":{\"name\":\"a{\\\"\"},\"geometry\":{\"type\":\"LineString\",\"coordinates\":"
        "[[0,0],[1,1]]}},\n\n{\"properties\":{\"name\":\"\"},\"geometry\":{\"type\":\"LineString\"}}]}",
        "line 4: feature 2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(areas_hold),
        cmocka_unit_test(gates_are_crossed_once),
        cmocka_unit_test(rules_mean),
        cmocka_unit_test(wrong_files_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
