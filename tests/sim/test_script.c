/* Scenario files: what is wrong is told with its line; what they say of receivers is so in the sentences. */
#include "sim/script.h"
#include "sim/sim_util.h"

#define HEAD "scenario: a\n"

static void what_is_wrong_is_told_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *yaml;
        unsigned line;
        const char *says;
    } cases[] = {
        {"", 0, "found nothing"},
        {"region: ecuador\n", 1, "expected scenario, found none"},
        {"- a\n", 1, "expected a scenario"},
        {HEAD "hour: 3\n", 2, "there is no key 'hour'"},
        {HEAD "hours: 3\nhours: 4\n", 3, "hours: it stands there twice"},
        {HEAD "hours: many\n", 2, "expected a number from 0.01 to 10000, found 'many'"},
        {HEAD "hours: -1\n", 2, "found '-1'"},
        {HEAD "hours: [1]\n", 2, "found a list"},
        {HEAD "seed: 1.5\n", 2, "a whole number"},
        {HEAD "damage: 2\n", 2, "from 0 to 1"},
        {HEAD "start: yesterday\n", 2, "expected a time"},
        {HEAD "region: peru\n", 2, "expected ecuador"},
        {HEAD "fleet: 60000\n", 2, "from 0 to 50000"},
        {HEAD "fleet: 40000\nvessels: {tug: 20000}\n", 1, "at most 50000 in all, found 60000"},
        {HEAD "vessels: {canoe: 3}\n", 2, "a kind of vessel that moves"},
        {HEAD "vessels: {base station: 3}\n", 2, "a kind of vessel that moves"},
        {HEAD "vessels: {tug: 3, tug: 4}\n", 2, "tug: it stands there twice"},
        {HEAD "deeds: {piracy: 3}\n", 2, "expected one of switch_off, transfer"},
        {HEAD "deeds: {pilot: 3}\n", 2, "found 'pilot'"},
        {HEAD "life:\n  transfer: 3\n", 3, "expected one of pilot, tow"},
        {HEAD "deeds: {transfer: 1001}\n", 2, "transfer: expected a number from 0 to 1000"},
        {HEAD "deeds: {area_entry: 1}\n", 1, "areas: expected one for the deed area_entry"},
        {HEAD "placed:\n  - {deed: gate_crossing, at_h: 1}\n", 1, "gates: expected one"},
        {HEAD "life: {lane_traffic: 1}\n", 1, "lanes: expected one"},
        {HEAD "placed:\n  - {deed: transfer}\n", 3, "expected at_h, found none"},
        {HEAD "placed:\n  - {deed: transfer, at_h: 1, position: {lat: 91, lon: 0}}\n", 3, "lat: expected a number"},
        {HEAD "placed:\n  - {deed: transfer, at_h: 1, position: {lat: 1}}\n", 3, "expected lon, found none"},
        {HEAD "box: {west: 1, east: 0, south: 0, north: 1}\n", 2, "west and south"},
        {HEAD "box: {west: 0, east: 1, south: 0, north: 1}\n", 1, "expected receivers or satellites"},
        {HEAD "receivers:\n  - {name: A B, position: {lat: 0, lon: 0}, height_m: 5}\n", 3, "letters, digits"},
        {HEAD "receivers:\n  - {name: A, height_m: 5}\n", 3, "expected position, found none"},
        {HEAD "receivers: {name: A}\n", 2, "expected a list of a receiver"},
        {HEAD "receivers:\n  - &a {name: A, position: {lat: 0, lon: 0}, height_m: 5}\n  - *a\n", 4, "an alias"},
        {HEAD "receivers:\n  - {name: A, position: {lat: 0, lon: 0}, height_m: 5, lost: 1.1}\n", 3, "lost: expected"},
        {HEAD "receivers:\n  - name: A\n    position: {lat: 0, lon: 0}\n    height_m: 5\n    outages:\n"
              "      - {from_h: 3, to_h: 2}\n",
         7, "less than to_h"},
        {HEAD "receivers:\n  - {name: A, position: {lat: 0, lon: 0}, height_m: 5}\n"
              "  - {name: A, position: {lat: 0, lon: 1}, height_m: 5}\n",
         1, "other names than 'A' twice"},
        {HEAD "satellites:\n  - {name: S, period_min: 1, swath_s: 61, probability: 0.1}\n", 3, "at most the period"},
        {HEAD "areas:\n  - {name: x, points: [[0, 0], [1, 1]]}\n", 3, "at least 3 points, found 2"},
        {HEAD "areas:\n  - {name: x, points: [[0, 0, 0], [1, 1], [2, 1]]}\n", 3, "a point of two numbers"},
        {HEAD "areas:\n  - {name: x, points: [0, 0]}\n", 3, "a list of points"},
        {HEAD "hours: 'a\n", 3, "expected YAML"},
        {HEAD "---\nscenario: b\n", 2, "one document"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_sim_script *s = calloc(1, sizeof *s);
        struct vg_sim_script_error error = {.line = 99};
        enum vg_err err = vg_sim_script_read(cases[i].yaml, strlen(cases[i].yaml), s, &error);
        if (err != VG_SYNTAX || error.line != cases[i].line || !strstr(error.text, cases[i].says))
            fail_msg("%s\n%u: %s (%d)\nexpected %u: %s", cases[i].yaml, error.line, error.text, err, cases[i].line,
                     cases[i].says);
        assert_int_equal(*s->name, 0); /* untouched */
        free(s);
    }
}

static struct vg_sim_script *script_of(const char *yaml)
{
    struct vg_sim_script *s = calloc(1, sizeof *s);
    struct vg_sim_script_error error = {0};
    if (vg_sim_script_read(yaml, strlen(yaml), s, &error))
        fail_msg("line %u: %s", error.line, error.text);
    return s;
}

/* A box of sea in the Pacific; the places of its receivers are up to the test. */
#define BOX                                                                                                            \
    "scenario: box\nstart: 2026-03-15T00:00:00Z\nbox: {west: -100.2, east: -99.8, south: -10.2, north: -9.8}\n"        \
    "vessels: {general cargo: 6, trawler: 3, tuna seiner: 3}\n"

struct heard {
    char *text;
    size_t len;
};

static struct heard play(const char *yaml, uint64_t seed, int seconds, char **ret_events)
{
    struct vg_sim_script *script = script_of(yaml);
    struct vg_sim_options options = {
        .script = script, .seed = seed, .start_us = script->start_us, .hours = seconds / 3600.0};
    struct vg_sim *sim = NULL;
    struct vg_out out = vg_out_growing(32u << 20), events = vg_out_growing(4u << 20);
    assert_int_equal(vg_sim_new(&options, &sim), VG_OK);
    vg_sim_tell_events(sim, &events);
    for (int s = 0; s < seconds; s++)
        vg_sim_step(sim, &out);
    vg_sim_end(sim);
    vg_out_char(&out, '\0');
    vg_out_char(&events, '\0');
    assert_int_equal(out.err, VG_OK);
    assert_int_equal(events.err, VG_OK);
    vg_sim_free(sim);
    free(script);
    if (ret_events)
        *ret_events = events.buf;
    else
        vg_out_free(&events);
    return (struct heard){out.buf, out.len - 1};
}

/* Lines of a station, from one second of the tag's time to another. */
static size_t lines(const struct heard *h, const char *station, int64_t from_s, int64_t to_s)
{
    char mark[40];
    size_t n = 0;
    snprintf(mark, sizeof mark, "s:%s,c:", station);
    for (const char *at = h->text; (at = strstr(at, mark)); at++) {
        long long second = strtoll(at + strlen(mark), NULL, 10);
        n += second >= from_s && second < to_s;
    }
    return n;
}

#define T0 INT64_C(1773532800) /* 2026-03-15T00:00:00Z */

static void receivers_satellites_and_placed_deeds_are_as_the_scenario_says(void **state)
{
    (void)state;
    char *events;
    struct heard h = play(BOX "placed:\n  - {deed: distress, at_h: 0.3, position: {lat: -10.05, lon: -100.05}}\n"
                              "receivers:\n"
                              "  - {name: GOOD, position: {lat: -10, lon: -100}, height_m: 300}\n"
                              "  - {name: OFF, position: {lat: -10, lon: -100}, height_m: 300,\n"
                              "     outages: [{from_h: 0.25, to_h: 0.5}]}\n"
                              "  - {name: POOR, position: {lat: -10, lon: -100}, height_m: 300, lost: 0.5}\n"
                              "  - {name: LATE, position: {lat: -10, lon: -100}, height_m: 300, clock_s: 7200}\n"
                              "  - {name: NEAR, position: {lat: -10, lon: -100}, height_m: 300, range_nm: 1}\n"
                              "  - {name: FULL, position: {lat: -10, lon: -100}, height_m: 300, collisions: 1}\n"
                              "holes:\n  - {position: {lat: -10, lon: -100}, radius_nm: 40, from_h: 0.75, to_h: 1}\n"
                              "satellites:\n  - {name: SAT, period_min: 60, first_min: 48, swath_s: 300, "
                              "probability: 0.5}\n",
                          3, 3600, &events);
    const char *e = strstr(events, "\"deed\":\"distress\"");
    assert_non_null(e);
    assert_non_null(strstr(e, "\"begin\":\"2026-03-15T00:"));
    assert_non_null(strstr(e, "\"lon\":-100.05"));
    assert_non_null(strstr(e, "\"lat\":-10.05"));
    free(events);
    size_t good = lines(&h, "GOOD", T0, T0 + 2700);
    assert_true(good > 1000);
    assert_int_equal(lines(&h, "OFF", T0 + 900, T0 + 1800), 0);
    assert_true(lines(&h, "OFF", T0 + 1800, T0 + 2700) * 10 > lines(&h, "GOOD", T0 + 1800, T0 + 2700) * 9);
    size_t poor = lines(&h, "POOR", T0, T0 + 2700);
    assert_true(poor * 10 > good * 4 && poor * 10 < good * 6);
    assert_int_equal(lines(&h, "LATE", T0, T0 + 3600), 0);
    assert_true(lines(&h, "LATE", T0 + 7200, T0 + 9900) * 10 > good * 9);
    assert_true(lines(&h, "NEAR", T0, T0 + 2700) * 4 < good);
    assert_true(lines(&h, "FULL", T0, T0 + 2700) < good);
    assert_int_equal(lines(&h, "GOOD", T0 + 2770, T0 + 3600), 0); /* who hears whom is looked at once a minute */
    assert_int_equal(lines(&h, "SAT", T0, T0 + 2880), 0);
    assert_true(lines(&h, "SAT", T0 + 2880, T0 + 3180) > 50);
    assert_int_equal(lines(&h, "SAT", T0 + 3180, T0 + 3600), 0);
    free(h.text);
}

#define SOME                                                                                                           \
    BOX "receivers:\n  - {name: A, position: {lat: -10, lon: -100}, height_m: 200}\n"                                  \
        "deeds: {sudden_stop: 40, close_quarters: 40, drift: 30}\nlife: {tow: 20}\n"

static void same_seed_gives_the_same_sentences_and_events(void **state)
{
    (void)state;
    char *ea, *eb;
    struct heard a = play(SOME, 5, 1800, &ea), b = play(SOME, 5, 1800, &eb);
    assert_int_equal(a.len, b.len);
    assert_memory_equal(a.text, b.text, a.len);
    assert_string_equal(ea, eb);
    assert_true(strlen(ea) > 100);
    free(a.text), free(b.text);
    free(ea), free(eb);
}

/* Nothing that a file asks for is unbounded: what has no room is counted. */
static void too_many_deeds_are_counted(void **state)
{
    (void)state;
    struct vg_sim_script *s = script_of(BOX "receivers:\n  - {name: A, position: {lat: -10, lon: -100}, height_m: 9}\n"
                                            "lanes:\n  - {name: l, points: [[-100, -10], [-99.9, -10]]}\n"
                                            "deeds: {against_lane: 1000}\nlife: {lane_traffic: 1000}\n");
    struct vg_sim_options options = {.script = s, .start_us = s->start_us, .hours = 72};
    struct vg_sim *sim = NULL;
    assert_int_equal(vg_sim_new(&options, &sim), VG_OK);
    assert_int_equal(vg_sim_counters(sim)->deeds_left_out, 2 * 3000 - VG_SIM_DEEDS_MAX);
    assert_true(vg_sim_count(sim) <= 12 + VG_SIM_DEEDS_MAX);
    vg_sim_free(sim);
    free(s);
}

/* Who has done its deed sails away to the edge of the world: it is not gone in the middle of the sea. */
static void who_has_fished_sails_away(void **state)
{
    (void)state;
    struct vg_sim_script *s = calloc(1, sizeof *s);
    struct vg_sim_script_error error;
    const char *yaml =
        "scenario: Away\nregion: ecuador\nstart: 2026-05-11T00:00:00Z\nhours: 14\ndeeds: {fishing: 40}\n";
    assert_int_equal(vg_sim_script_read(yaml, strlen(yaml), s, &error), VG_OK);
    const struct vg_sim_options options = {.script = s, .seed = 2, .start_us = s->start_us};
    struct vg_sim *sim;
    static char buf[65536];
    static bool was[256];
    struct vg_out out = vg_out_stream(buf, sizeof buf, nowhere, NULL);
    assert_int_equal(vg_sim_new(&options, &sim), VG_OK);
    size_t sailed = 0;
    assert_true(vg_sim_count(sim) < 256);
    for (int second = 0; second < 14 * 3600; second++) {
        vg_sim_step(sim, &out);
        for (size_t i = 0; second % 60 == 0 && i < vg_sim_count(sim); i++) {
            struct vg_sim_truth t;
            vg_sim_truth(sim, i, &t);
            const bool here = strcmp(t.activity, "outside the world") != 0;
            if (was[i] && !here && t.lon_deg > -93 && t.lat_deg > -4 && t.lat_deg < 3)
                fail_msg("%s is gone at %.2f %.2f", t.kind, t.lon_deg, t.lat_deg);
            sailed += here && !was[i] && strcmp(t.story, "fishing") == 0;
            was[i] = here;
        }
    }
    assert_true(sailed > 10);
    vg_sim_free(sim);
    free(s);
}

/* Each of the deed's ships is in the list by one thing; what looks like one and isn't is in it as well. */
static void a_watch_list_has_those_whom_the_deed_brings(void **state)
{
    (void)state;
    struct vg_sim_script *s = calloc(1, sizeof *s);
    struct vg_sim_script_error error;
    const char *yaml =
        "scenario: List\nregion: ecuador\nstart: 2026-05-11T00:00:00Z\nhours: 24\ndeeds: {watch_listed: 40}\n";
    assert_int_equal(vg_sim_script_read(yaml, strlen(yaml), s, &error), VG_OK);
    const struct vg_sim_options options = {.script = s, .seed = 2, .start_us = s->start_us};
    struct vg_sim *sim;
    struct vg_out out = vg_out_growing(1 << 20);
    assert_int_equal(vg_sim_new(&options, &sim), VG_OK);
    vg_sim_watch_list(sim, &out);
    vg_out_char(&out, '\0');
    const char *head = "list,date,basis,expires,imo,mmsi,callsign,name,flag,note\r\n";
    assert_int_equal(strncmp(out.buf, head, strlen(head)), 0);
    size_t rows = 0, expired = 0;
    for (const char *p = out.buf + strlen(head); *p; p = strchr(p, '\n') + 1, rows++) {
        assert_int_equal(strncmp(p, "Fictitious IUU list,2025-10-23,\"Fictitious measure", 50), 0);
        expired += strstr(p, "\",2025-11-27,") && strstr(p, "\",2025-11-27,") < strchr(p, '\n');
    }
    print_message("%zu rows, %zu expired\n", rows, expired);
    assert_true(rows >= 38 && rows <= 41);
    assert_true(expired >= 2 && expired <= 16);
    vg_out_free(&out);
    vg_sim_free(sim);
    free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_wrong_is_told_with_its_line),
        cmocka_unit_test(receivers_satellites_and_placed_deeds_are_as_the_scenario_says),
        cmocka_unit_test(same_seed_gives_the_same_sentences_and_events),
        cmocka_unit_test(too_many_deeds_are_counted),
        cmocka_unit_test(who_has_fished_sails_away),
        cmocka_unit_test(a_watch_list_has_those_whom_the_deed_brings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
