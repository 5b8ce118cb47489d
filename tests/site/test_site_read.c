/* Sensors described in YAML: what is read, what isn't told, and what is wrong, with its line. */
#include "../test.h"

#include <math.h>

#include "site/site.h"

static struct vg_sites sites;
static struct vg_site_error error;

static enum vg_err read_text(const char *yaml)
{
    memset(&sites, 0xEE, sizeof sites);
    memset(&error, 0, sizeof error);
    return vg_sites_read(yaml, strlen(yaml), &sites, &error);
}

/* As ../shared/tools/tracking/scene.py writes them. */
static const char scene[] = "sensors:\n"
                            "  - name: north\n    kind: radar\n    position: {lat: 0.5, lon: -80.25}\n"
                            "    range_m: 75000\n    period_s: 3.0\n    sigma_range_m: 25.0\n"
                            "    sigma_bearing_deg: 0.3\n    detection_probability: 0.9\n"
                            "  - name: west\n    kind: radar\n    position: {lat: -0.9, lon: -80.7256789}\n"
                            "    range_m: 75000\n    period_s: 3.0\n    sigma_range_m: 25.0\n"
                            "    sigma_bearing_deg: 0.3\n    detection_probability: 0.7\n";

static void a_scene_is_read(void **state)
{
    (void)state;
    assert_int_equal(read_text(scene), VG_OK);
    assert_int_equal(sites.count, 2);
    const struct vg_site *s = &sites.site[1];
    assert_string_equal(s->name, "north");
    assert_string_equal(s->feed, "north");
    assert_int_equal(s->kind, VG_SITE_RADAR);
    assert_true(s->lat_deg == 0.5 && s->lon_deg == -80.25 && s->range_m == 75000 && s->period_s == 3);
    assert_true(s->sigma_range_m == 25 && s->sigma_bearing_deg == 0.3 && s->detection_probability == 0.9);
    assert_true(isnan(s->height_m) && s->target_height_m == 2 && s->min_range_m == 0 && s->clock_offset_s == 0);
    assert_true(s->sac == VG_SITE_SAC_NONE && s->sic == VG_SITE_SAC_NONE && !s->moving);
    assert_true(sites.site[2].lon_deg == -80.7256789 && sites.site[2].detection_probability == 0.7);
    assert_int_equal(vg_sites_find(&sites, "west"), 2);
    assert_int_equal(vg_sites_find(&sites, "east"), 0);
}

static void every_key_is_read(void **state)
{
    (void)state;
    assert_int_equal(read_text("title: x\nfeeds:\n  - {url: stdin}\n? [a, b]\n: {c: [d]}\nsensors:\n"
                               "- name: Manta\n  feed: vts\n  sac: 25\n  sic: 0\n  kind: radar\n"
                               "  position:\n    lon: -80.72\n    lat: -0.93\n  moving: false\n  height_m: 90.5\n"
                               "  target_height_m: 3\n  range_m: 9e4\n  min_range_m: 200\n  period_s: 2.5\n"
                               "  sigma_range_m: 20\n  sigma_bearing_deg: .2\n  detection_probability: 1\n"
                               "  clock_offset_s: -1.5\n  sectors:\n  - {from: 200, to: 20}\n  - from: 30\n    to: 40\n"
                               "  blind: [{from: 250, to: 260.5}]\n"
                               "- {name: cutter, moving: true, range_m: 40000, kind: direction-finder}\n"
                               "view: -80,0,7\n"),
                     VG_OK);
    const struct vg_site *s = &sites.site[1];
    assert_string_equal(s->feed, "vts");
    assert_true(s->sac == 25 && s->sic == 0 && s->height_m == 90.5 && s->target_height_m == 3 && s->range_m == 90000);
    assert_true(s->min_range_m == 200 && s->period_s == 2.5 && s->sigma_bearing_deg == 0.2);
    assert_true(s->detection_probability == 1 && s->clock_offset_s == -1.5);
    assert_int_equal(s->sector_count, 2);
    assert_true(s->sector[0].from_deg == 200 && s->sector[0].to_deg == 20 && s->sector[1].to_deg == 40);
    assert_int_equal(s->blind_count, 1);
    assert_true(s->blind[0].from_deg == 250 && s->blind[0].to_deg == 260.5);
    s = &sites.site[2];
    assert_true(s->moving && isnan(s->lat_deg) && s->kind == VG_SITE_DIRECTION_FINDER);
}

static void what_is_not_there_is_no_error(void **state)
{
    (void)state;
    static const char *const none[] = {"", "\n# nothing\n", "---\n", "title: x\n", "sensors:\n", "sensors: []\n"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        assert_int_equal(read_text(none[i]), VG_OK);
        assert_int_equal(sites.count, 0);
    }
}

/* A sensor with one more line; the line stands at 5. */
#define WITH(line) "sensors:\n  - name: a\n    position: {lat: 1, lon: 2}\n    range_m: 1000\n    " line "\n"

static void errors_name_line_and_what_was_expected(void **state)
{
    (void)state;
    static const struct {
        const char *yaml, *text;
        unsigned line;
        enum vg_err err;
    } row[] = {
        {"sensors: 7\n", "sensors: expected a list of sensors, found '7'", 1, VG_SYNTAX},
        {"- name: a\n", "expected 'sensors:' with a list below it, found a list", 1, VG_SYNTAX},
        {"sensors:\n- 7\n", "expected a sensor (name: …, position: …), found '7'", 2, VG_SYNTAX},
        {"sensors:\n- name: a\n  range_m: 1\n", "position: expected {lat: DEGREES, lon: DEGREES} of 'a', which", 2,
         VG_SYNTAX},
        {"sensors:\n- name: a\n  position: {lat: 1, lon: 2}\n", "expected a sensor with range_m", 2, VG_SYNTAX},
        {"sensors:\n- range_m: 1\n", "expected a sensor with name", 2, VG_SYNTAX},
        {"sensors:\n- name: a\n  position: {lat: 1}\n", "found no lon", 3, VG_SYNTAX},
        {"sensors:\n- name: a\n  position: [1, 2]\n", "found a list", 3, VG_SYNTAX},
        {"sensors:\n- name: a\n  position: {lat: 91, lon: 2}\n", "lat: expected a number from -90 to 90, found '91'", 3,
         VG_RANGE},
        {"sensors:\n- name: a\n  position: {lat: 1, lat: 2}\n", "twice", 3, VG_SYNTAX},
        {"sensors:\n- name: a\n  position: {lat: 1, long: 2}\n", "found 'long'", 3, VG_SYNTAX},
        {WITH("range: 5"), "range: there is no such key of a sensor; did you mean 'range_m'?", 5, VG_SYNTAX},
        {WITH("clutter: 5"), "clutter: there is no such key", 5, VG_SYNTAX},
        {WITH("range_m: 5"), "range_m: it stands there twice", 5, VG_SYNTAX},
        {WITH("period_s: fast"), "period_s: expected a number from 0.05 to 3600, found 'fast'", 5, VG_SYNTAX},
        {WITH("period_s: 0x10"), "period_s: expected", 5, VG_SYNTAX},
        {WITH("period_s: nan"), "period_s: expected", 5, VG_SYNTAX},
        {WITH("period_s: .inf"), "period_s: expected", 5, VG_SYNTAX},
        {WITH("period_s: 0"), "period_s: expected", 5, VG_RANGE},
        {WITH("period_s:"), "found ''", 5, VG_SYNTAX},
        {WITH("period_s: *x"), "alias", 5, VG_SYNTAX},
        {WITH("detection_probability: 1.1"), "expected a number from 0.01 to 1", 5, VG_RANGE},
        {WITH("sigma_range_m: -1"), "sigma_range_m: expected", 5, VG_RANGE},
        {WITH("kind: sonar"), "kind: expected radar or direction-finder, found 'sonar'", 5, VG_SYNTAX},
        {WITH("moving: yes"), "moving: expected true or false, found 'yes'", 5, VG_SYNTAX},
        {WITH("sac: 5"), "expected both sac and sic", 2, VG_SYNTAX},
        {WITH("sac: 256"), "sac: expected a number from 0 to 255", 5, VG_RANGE},
        {WITH("sac: 1.5"), "sac: expected a whole number", 5, VG_SYNTAX},
        {WITH("feed: [a]"), "feed: expected a name, found a list", 5, VG_SYNTAX},
        {WITH("feed: \"a\\0b\""), "zero byte", 5, VG_SYNTAX},
        {WITH("feed: \"a\\nb\""), "printable", 5, VG_SYNTAX},
        {WITH("feed: 1234567890123456789012345678901234567890 12345678"), "at most 47 bytes", 5, VG_RANGE},
        {WITH("min_range_m: 1000"), "min_range_m: expected less than range_m of 'a', found 1000", 2, VG_RANGE},
        {WITH("blind: {from: 1, to: 2}"), "blind: expected a list", 5, VG_SYNTAX},
        {WITH("blind: [{from: 7, to: 7}]"), "found one of 0°", 5, VG_RANGE},
        {WITH("sectors: [{from: 1, to: 2}, {from: 1, to: 400}]"), "to: expected a number from -360", 5, VG_RANGE},
        {WITH("- x"), "expected YAML", 5, VG_SYNTAX},
        {WITH("\n  - {name: a, moving: true, range_m: 1}"), "name: expected another than 'a'", 6, VG_SYNTAX},
        {WITH("\n  - {name: b, feed: a, moving: true, range_m: 1}"),
         "feed: expected sac and sic that tell 'b' from 'a'", 6, VG_SYNTAX},
        {"sensors:\n- {name: ais, moving: true, range_m: 1}\n", "another than 'ais'", 2, VG_SYNTAX},
        {"sensors: []\nsensors: []\n", "sensors: it stands there twice", 2, VG_SYNTAX},
        {"sensors: []\n---\nsensors: []\n", "one document", 2, VG_SYNTAX},
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        const enum vg_err err = read_text(row[i].yaml);
        if (err != row[i].err || error.line != row[i].line || !strstr(error.text, row[i].text))
            fail_msg("row %zu: %s, line %u: %s", i, vg_err_text(err), error.line, error.text);
        assert_int_equal(sites.count & 0xFF, 0xEE); /* untouched */
    }
}

static void two_sensors_share_a_feed_by_their_codes(void **state)
{
    (void)state;
    assert_int_equal(read_text("sensors:\n"
                               "- {name: a, feed: f, sac: 25, sic: 1, moving: true, range_m: 1}\n"
                               "- {name: b, feed: f, sac: 25, sic: 2, moving: true, range_m: 1}\n"
                               "- {name: c, feed: f, moving: true, range_m: 1}\n"),
                     VG_OK);
    assert_int_equal(vg_sites_of_feed(&sites, "f", 25, 2), 2);
    assert_int_equal(vg_sites_of_feed(&sites, "f", 25, 1), 1);
    assert_int_equal(vg_sites_of_feed(&sites, "f", 25, 9), 3);
    assert_int_equal(vg_sites_of_feed(&sites, "f", VG_SITE_SAC_NONE, VG_SITE_SAC_NONE), 3);
    assert_int_equal(vg_sites_of_feed(&sites, "g", 25, 1), 0);
}

static void there_is_room_for_63(void **state)
{
    (void)state;
    char yaml[8000];
    for (int n = VG_SITES_MAX; n <= VG_SITES_MAX + 1; n++) {
        size_t len = (size_t)snprintf(yaml, sizeof yaml, "sensors:\n");
        for (int i = 0; i < n; i++)
            len += (size_t)snprintf(yaml + len, sizeof yaml - len, "- {name: s%d, moving: true, range_m: 1}\n", i);
        assert_int_equal(read_text(yaml), n == VG_SITES_MAX ? VG_OK : VG_LIMIT);
    }
    assert_int_equal(error.line, VG_SITES_MAX + 2);
}

static void the_hash_knows_every_value(void **state)
{
    (void)state;
    assert_int_equal(read_text(scene), VG_OK);
    const uint64_t was = vg_sites_hash(&sites);
    static const char *const more[] = {"height_m: 5",       "target_height_m: 5",        "min_range_m: 5",
                                       "clock_offset_s: 1", "sac: 1\n    sic: 2",        "moving: true",
                                       "feed: x",           "blind: [{from: 1, to: 2}]", "sectors: [{from: 1, to: 2}]"};
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
        char yaml[2000];
        snprintf(yaml, sizeof yaml, "%s    %s\n", scene, more[i]);
        assert_int_equal(read_text(yaml), VG_OK);
        assert_true(vg_sites_hash(&sites) != was);
    }
    assert_int_equal(read_text(scene), VG_OK);
    assert_true(vg_sites_hash(&sites) == was);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scene_is_read),
        cmocka_unit_test(every_key_is_read),
        cmocka_unit_test(what_is_not_there_is_no_error),
        cmocka_unit_test(errors_name_line_and_what_was_expected),
        cmocka_unit_test(two_sensors_share_a_feed_by_their_codes),
        cmocka_unit_test(there_is_room_for_63),
        cmocka_unit_test(the_hash_knows_every_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
