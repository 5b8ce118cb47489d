/* Sensors in the configuration: as a list, in a file of their own, and which of them holds. */
#include "settings.h"

#include <sys/stat.h>
#include <unistd.h>

#define ONE "sensors:\n- {name: a, position: {lat: 1, lon: 2}, range_m: 1000}\n"
#define TWO "sensors:\n- {name: b, moving: true, range_m: 1}\n- {name: c, moving: true, range_m: 1, sac: 1, sic: 2}\n"

static char dir[64];

static int make_here(void **state)
{
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/vigia-sensors-XXXXXX");
    return mkdtemp(dir) && chdir(dir) == 0 ? 0 : -1;
}

static int leave_here(void **state)
{
    (void)state;
    unlink("s.yaml");
    return chdir("/") == 0 && rmdir(dir) == 0 ? 0 : -1;
}

static void put_file(const char *text)
{
    FILE *f = fopen("s.yaml", "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    chmod("s.yaml", 0644);
}

static void a_list_stands_among_the_settings(void **state)
{
    (void)state;
    struct vg_settings s;
    assert_true(read_text(&s, "listen: 127.0.0.1:1\n" ONE "tick: 300\n"));
    assert_int_equal(s.sites.count, 1);
    assert_string_equal(s.sites.site[1].name, "a");
    assert_int_equal(s.sites_origin.line, 3);
    assert_int_equal(s.tick_ms, 300);
    assert_true(vg_config_read(&s, "later.yaml", TWO, strlen(TWO), on_problem, &told));
    assert_int_equal(s.sites.count, 2);
    vg_settings_free(&s);
    has_problem("tick: 300\nsensors:\n- name: a\n  position: {lat: 1, lon: 2}\n  range: 5\n",
                "v.yaml:5: range: there is no such key of a sensor; did you mean 'range_m'?");
    has_problem(ONE "sensors: []\n", "v.yaml:3: sensors: it stands there twice");
    has_problem("sensors: {a: b}\n", "v.yaml:1: sensors: expected a list of sensors, found a mapping");
}

static void a_list_is_shown_as_it_can_be_read(void **state)
{
    (void)state;
    struct vg_settings s, again;
    struct vg_out out = vg_out_growing(1 << 16);
    assert_true(
        read_text(&s, "sensors:\n- {name: 'a\"\\', feed: \"\xC3\xA9\", position: {lat: 0.1, lon: -80.123456789},"
                      " range_m: 1e5, height_m: 33.3, blind: [{from: 1, to: 2.5}, {from: 3, to: 4}], sac: 0, sic: 9,"
                      " sectors: [{from: -10, to: 350}], kind: direction-finder, clock_offset_s: -0.1}\n"
                      "- {name: b, moving: true, range_m: 12}\n"));
    vg_settings_show(&s, &out);
    vg_settings_init(&again);
    assert_true(vg_config_read(&again, "shown", out.buf, out.len, on_problem, &told));
    assert_int_equal(again.sites.count, 2);
    assert_true(vg_sites_hash(&again.sites) == vg_sites_hash(&s.sites));
    vg_settings_free(&again);
    vg_settings_free(&s);
    vg_out_free(&out);
}

static void a_file_is_named_and_loaded(void **state)
{
    (void)state;
    struct vg_settings s;
    put_file(TWO);
    assert_true(read_text(&s, "sensors: s.yaml\n"));
    assert_int_equal(s.sites.count, 0);
    assert_true(vg_settings_load_sensors(&s, on_problem, &told));
    assert_int_equal(s.sites.count, 2);
    assert_true(vg_config_read(&s, "later.yaml", ONE, strlen(ONE), on_problem, &told)); /* the later word wins */
    assert_true(vg_settings_load_sensors(&s, on_problem, &told));
    assert_int_equal(s.sites.count, 1);
    vg_settings_free(&s);
}

static void is_refused(const char *settings, const char *sentence)
{
    struct vg_settings s;
    assert_true(read_text(&s, settings));
    assert_false(vg_settings_load_sensors(&s, on_problem, &told));
    assert_string_equal(told.text, sentence);
    assert_int_equal(s.sites.count, 0);
    vg_settings_free(&s);
}

static void what_is_wrong_names_the_file(void **state)
{
    (void)state;
    put_file("x: 1\nsensors:\n- name: a\n  moving: perhaps\n");
    is_refused("sensors: s.yaml\n", "s.yaml:4: moving: expected true or false, found 'perhaps'\n");
    put_file("x: 1\n");
    is_refused("sensors: s.yaml\n", "s.yaml: expected 'sensors:' with a list below it, found none\n");
    is_refused("tick: 300\nsensors: none.yaml\n", "v.yaml:2: sensors: none.yaml: No such file or directory\n");
    is_refused("sensors: /\n", "/: a folder, where a file was expected\n");
}

static void a_sensor_s_feed_is_looked_for(void **state)
{
    (void)state;
    struct vg_settings s;
    assert_true(read_text(&s, "feeds: ['udp://:1?name=b']\n" TWO));
    assert_false(vg_settings_check_paths(&s, on_problem, &told));
    assert_string_equal(told.text, "v.yaml:3: sensors: no feed is called 'c', which brings 'c'\n");
    vg_settings_free(&s);
    assert_true(
        read_text(&s, "feeds: ['udp://:1?name=b']\nsensors:\n- {name: x, feed: b/hill, moving: true, range_m: 1}\n"));
    assert_true(vg_settings_check_paths(&s, on_problem, &told));
    vg_settings_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_stands_among_the_settings), cmocka_unit_test(a_list_is_shown_as_it_can_be_read),
        cmocka_unit_test(a_file_is_named_and_loaded),       cmocka_unit_test(what_is_wrong_names_the_file),
        cmocka_unit_test(a_sensor_s_feed_is_looked_for),
    };
    return cmocka_run_group_tests(tests, make_here, leave_here);
}
