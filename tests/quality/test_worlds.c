/* What was told of a world against what was so: by hand-made worlds, and a small one that is played. */
#include "../test.h"

#include <math.h>

#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "place/area.h"
#include "quality/world.h"
#include "sim/sim.h"

#define BEGIN      INT64_C(1773568800000000) /* 2026-03-15T10:00:00Z */
#define NEAR(a, b) assert_true(fabs((a) - (b)) < 1e-9)

static void say(struct vg_world_run *run, const char *line)
{
    if (!run->truth.max)
        run->truth = vg_out_growing(VG_WORLD_FACT_MAX);
    vg_out_text(&run->truth, line);
    vg_out_char(&run->truth, '\n');
}

/* An event of an hour that begins `at_min` after the begin and is told when it has ended. */
static void tell(struct vg_world_run *run, enum vg_event_kind kind, uint32_t mmsi, int at_min, double confidence)
{
    static struct vg_world_told told[64];
    struct vg_event e = {.kind = (uint8_t)kind, .state = VG_EVENT_ENDED, .contacts = 1, .confidence = confidence};
    e.contact[0].mmsi = mmsi;
    e.begin_us = BEGIN + at_min * VG_MINUTE_US;
    e.end_us = e.told_us = e.begin_us + VG_HOUR_US;
    e.id = vg_event_id_of(&e, "");
    run->told = told;
    told[run->told_count++] = (struct vg_world_told){.id = e.id, .first_us = e.told_us, .thing = -1};
    vg_events_kept_take(&run->kept, &e);
}

static void score_facts(struct vg_world_run *run, struct vg_world_scores *scores)
{
    *scores = (struct vg_world_scores){0};
    vg_events_kept_sort(&run->kept);
    assert_int_equal(vg_world_score(run, scores, NULL), VG_OK);
    run->told = NULL;
    vg_world_run_free(run);
}

static void score(struct vg_world_run *run, struct vg_world_scores *scores)
{
    assert_int_equal(vg_world_facts(run), VG_OK);
    score_facts(run, scores);
}

#define FACT(kind, mmsi, from, to, more)                                                                               \
    "{\"kind\":\"" kind "\",\"deed\":\"life\",\"begin\":\"2026-03-15T" from ":00Z\",\"end\":\"2026-03-15T" to          \
    ":00Z\",\"mmsi\":[" mmsi "],\"lon\":-80,\"lat\":-1,\"params\":{}," more "}"

static void an_event_is_right_by_kind_number_and_time(void **state)
{
    (void)state;
    struct vg_world_run run = {0};
    struct vg_world_scores s;
    say(&run, FACT("drift", "1", "10:00", "11:00", "\"counts\":\"must\""));
    say(&run, FACT("drift", "2", "10:00", "11:00", "\"counts\":\"must\""));
    say(&run, FACT("drift", "3", "10:00", "11:00", "\"counts\":\"must\""));
    tell(&run, VG_EVENT_DRIFT, 1, 85, 0.85);  /* 25 minutes behind it */
    tell(&run, VG_EVENT_DRIFT, 2, 95, 0.95);  /* 35: too late */
    tell(&run, VG_EVENT_DRIFT, 4, 0, 0.95);   /* nobody */
    tell(&run, VG_EVENT_FISHING, 3, 0, 0.95); /* another kind */
    score(&run, &s);
    const struct vg_world_kind *k = &s.kind[VG_EVENT_DRIFT];
    assert_true(k->observable == 3 && k->found == 1 && k->event.said == 3 && k->event.right == 1 &&
                k->event.wrong == 2);
    NEAR(vg_world_recall(k), 1.0 / 3);
    NEAR(vg_world_precision(&k->event), 1.0 / 3);
    NEAR(vg_world_f1(k), 1.0 / 3);
    NEAR(vg_world_delay_s(&s.kind[VG_EVENT_DRIFT], 0.5), 145 * 60);
    NEAR(vg_world_calibration(k), (0.15 + 1.9) / 3);
    assert_true(s.kind[VG_EVENT_FISHING].event.wrong == 1);
    assert_true(isnan(vg_world_recall(&s.kind[VG_EVENT_FISHING])));
    vg_world_scores_free(&s);
}

static void what_is_true_counts_once_and_what_was_hardly_heard_not_at_all(void **state)
{
    (void)state;
    struct vg_world_run run = {0};
    struct vg_world_scores s;
    say(&run, FACT("drift", "1", "10:00", "13:00", "\"counts\":\"must\""));
    say(&run, FACT("drift", "2", "10:00", "11:00", "\"counts\":\"neither\""));
    tell(&run, VG_EVENT_DRIFT, 1, 0, 0.5);
    tell(&run, VG_EVENT_DRIFT, 1, 70, 0.5);
    tell(&run, VG_EVENT_DRIFT, 2, 0, 0.5);
    score(&run, &s);
    const struct vg_world_kind *k = &s.kind[VG_EVENT_DRIFT];
    assert_true(k->observable == 1 && k->found == 1 && k->unobservable == 1);
    assert_true(k->event.right == 1 && k->event.again == 1 && k->event.neither == 1 && k->event.wrong == 0);
    NEAR(vg_world_precision(&k->event), 1);
    vg_world_scores_free(&s);
}

static void what_may_be_told_is_right_and_what_is_spared_is_neither(void **state)
{
    (void)state;
    struct vg_world_run run = {0};
    struct vg_world_scores s;
    say(&run, FACT("drift", "1", "10:00", "13:00", "\"counts\":\"may\""));
    say(&run, FACT("encounter", "2", "10:00", "11:00", "\"counts\":\"must\",\"neither\":[\"drift\",\"loitering\"]"));
    tell(&run, VG_EVENT_DRIFT, 1, 0, 0.5);
    tell(&run, VG_EVENT_DRIFT, 2, 0, 0.5);
    tell(&run, VG_EVENT_STOP, 2, 0, 0.5);
    score(&run, &s);
    const struct vg_world_kind *k = &s.kind[VG_EVENT_DRIFT];
    assert_true(k->observable == 0 && k->found == 0 && k->unobservable == 1);
    assert_true(k->event.right == 1 && k->event.neither == 1 && k->event.wrong == 0);
    assert_true(s.kind[VG_EVENT_ENCOUNTER].observable == 1 && s.kind[VG_EVENT_ENCOUNTER].found == 0);
    assert_true(s.kind[VG_EVENT_STOP].event.wrong == 1);
    vg_world_scores_free(&s);
}

/* What only a radar sees has no number: it is the same if it is the same thing. */
static void what_has_no_number_is_known_by_the_thing(void **state)
{
    (void)state;
    struct vg_world_run run = {0};
    struct vg_world_scores s;
    say(&run, FACT("dark", "", "10:00", "11:00", "\"counts\":\"must\""));
    say(&run, FACT("dark", "", "10:00", "11:00", "\"counts\":\"may\""));
    tell(&run, VG_EVENT_DARK, 0, 0, 0.9);
    tell(&run, VG_EVENT_DARK, 0, 10, 0.9);
    tell(&run, VG_EVENT_DARK, 0, 20, 0.9);
    for (int i = 0; i < 3; i++)
        run.told[i].thing = i + 7;
    assert_int_equal(vg_world_facts(&run), VG_OK);
    assert_int_equal(run.fact[0].thing, -1);
    run.fact[0].thing = 7, run.fact[1].thing = 8;
    score_facts(&run, &s);
    const struct vg_world_kind *k = &s.kind[VG_EVENT_DARK];
    assert_true(k->observable == 1 && k->found == 1 && k->event.right == 2 && k->event.wrong == 1);
    vg_world_scores_free(&s);
}

static void a_hole_in_the_reception_justifies_no_gap(void **state)
{
    (void)state;
    struct vg_world_run run = {0};
    struct vg_world_scores s;
    say(&run, FACT("gap", "1", "10:00", "13:00", "\"counts\":\"no\""));
    say(&run, FACT("gap", "2", "10:00", "13:00", "\"counts\":\"must\",\"also\":[\"disabling\"]"));
    say(&run, FACT("disabling", "2", "10:00", "13:00", "\"counts\":\"must\""));
    say(&run, FACT("gap", "3", "10:00", "13:00", "\"counts\":\"must\",\"also\":[\"disabling\"]"));
    say(&run, FACT("disabling", "3", "10:00", "13:00", "\"counts\":\"must\""));
    tell(&run, VG_EVENT_GAP, 1, 0, 0.5);
    tell(&run, VG_EVENT_DISABLING, 2, 0, 0.5); /* finds both */
    tell(&run, VG_EVENT_GAP, 3, 0, 0.5);       /* finds the gap alone */
    score(&run, &s);
    const struct vg_world_kind *gap = &s.kind[VG_EVENT_GAP], *off = &s.kind[VG_EVENT_DISABLING];
    assert_true(gap->observable == 2 && gap->found == 2 && gap->unobservable == 0);
    assert_true(gap->event.right == 1 && gap->event.wrong == 1);
    assert_true(off->observable == 2 && off->found == 1 && off->event.right == 1 && off->event.wrong == 0);
    vg_world_scores_free(&s);
}

static void a_line_that_is_no_truth_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "{}",
        FACT("drift", "1", "10:00", "11:00", "\"counts\":\"perhaps\""),
        "{\"kind\":\"flying\"}",
        "no",
        FACT("drift", "1", "25:00", "11:00", "\"counts\":\"must\""),
        FACT("drift", "1", "10:00", "11:00", "\"counts\":\"must\",\"also\":[\"sinking\"]")};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct vg_world_run run = {0};
        say(&run, wrong[i]);
        assert_int_equal(vg_world_facts(&run), VG_SYNTAX);
        vg_world_run_free(&run);
    }
}

static const char small[] = "scenario: Small\n"
                            "start: 2026-05-11T00:00:00Z\n"
                            "hours: 1\n"
                            "fleet: 20\n"
                            "areas:\n"
                            "  - name: All of \"Manta\"\n"
                            "    points: [[-82, -2], [-80, -2], [-80, 0], [-82, 0]]\n"
                            "gates:\n"
                            "  - name: Gate\n"
                            "    points: [[-81, -3], [-81, -2]]\n"
                            "placed:\n"
                            "  - {deed: distress, at_h: 0.3, position: {lat: -0.9, lon: -80.95}}\n";

static struct vg_sim_script *script(void)
{
    struct vg_sim_script *s = calloc(1, sizeof *s);
    struct vg_sim_script_error error;
    if (vg_sim_script_read(small, strlen(small), s, &error))
        fail_msg("%u: %s", error.line, error.text);
    return s;
}

static void play_small(const struct vg_sim_script *s, double hours, struct vg_world_run *ret)
{
    const struct vg_world_play play = {.script = s, .seed = 3, .hours = hours};
    assert_int_equal(vg_world_play(&play, ret), VG_OK);
}

static void a_small_world_is_played_and_its_distress_found(void **state)
{
    (void)state;
    struct vg_sim_script *s = script();
    struct vg_world_run run;
    struct vg_world_scores scores = {0};
    struct vg_out lines = vg_out_growing(1 << 24);
    play_small(s, 0, &run);
    assert_true(run.reports > 2000 && run.vessels > 10 && run.vessel_hours >= run.vessels);
    assert_int_equal(vg_world_score(&run, &scores, &lines), VG_OK);
    const struct vg_world_kind *k = &scores.kind[VG_EVENT_DISTRESS];
    assert_true(k->observable == 1 && k->found == 1 && k->event.wrong == 0);
    assert_true(scores.alert.said >= 1 && scores.rules >= 1);
    assert_true(vg_world_delay_s(&scores.kind[VG_EVENT_DISTRESS], 0.5) < 300);
    vg_out_char(&lines, '\0');
    assert_non_null(strstr(lines.buf, "{\"verdict\":\"true\",\"rules\":[\"distress\"],\"truly\":[\""));
    print_message("%llu reports, %llu vessels, %zu events, %zu facts\n", (unsigned long long)run.reports,
                  (unsigned long long)run.vessels, run.kept.count, run.facts);
    vg_out_free(&lines);
    vg_world_scores_free(&scores);
    vg_world_run_free(&run);
    free(s);
}

static void the_same_world_gives_the_same(void **state)
{
    (void)state;
    struct vg_sim_script *s = script();
    struct vg_world_run a, b;
    play_small(s, 0.25, &a), play_small(s, 0.25, &b);
    assert_true(a.kept.count == b.kept.count && a.reports == b.reports && a.truth.len == b.truth.len);
    assert_memory_equal(a.truth.buf, b.truth.buf, a.truth.len);
    for (size_t i = 0; i < a.kept.count; i++)
        assert_true(a.kept.event[i].id == b.kept.event[i].id && a.kept.event[i].told_us == b.kept.event[i].told_us);
    vg_world_run_free(&a), vg_world_run_free(&b);
    free(s);
}

static bool not_any_more(void *arg, double done)
{
    (void)arg;
    return done < 0.5;
}

static void whoever_has_seen_enough_ends_it(void **state)
{
    (void)state;
    struct vg_sim_script *s = script();
    const struct vg_world_play play = {.script = s, .seed = 3, .hours = 0.05, .on_minute = not_any_more};
    struct vg_world_run run;
    assert_int_equal(vg_world_play(&play, &run), VG_EOF);
    vg_world_run_free(&run);
    free(s);
}

static void areas_and_gates_are_as_people_write_them(void **state)
{
    (void)state;
    struct vg_sim_script *s = script();
    struct vg_out out = vg_out_growing(1 << 20);
    struct vg_areas *areas;
    char *error = NULL;
    vg_sim_script_areas(s, &out);
    assert_int_equal(vg_areas_read(out.buf, out.len, "small", &areas, &error), VG_OK);
    assert_int_equal(vg_areas_count(areas), 2);
    assert_string_equal(vg_areas_get(areas, 0)->name, "All of \"Manta\"");
    assert_true(!vg_areas_get(areas, 0)->gate && vg_areas_get(areas, 1)->gate);
    uint16_t of[4];
    assert_int_equal(vg_areas_holding(areas, -81, -1, of, 4), 1);
    assert_int_equal(vg_areas_holding(areas, -79.9, -1, of, 4), 0);
    vg_areas_free(areas);
    vg_out_free(&out);
    free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_is_right_by_kind_number_and_time),
        cmocka_unit_test(what_is_true_counts_once_and_what_was_hardly_heard_not_at_all),
        cmocka_unit_test(what_may_be_told_is_right_and_what_is_spared_is_neither),
        cmocka_unit_test(what_has_no_number_is_known_by_the_thing),
        cmocka_unit_test(a_hole_in_the_reception_justifies_no_gap),
        cmocka_unit_test(a_line_that_is_no_truth_is_refused),
        cmocka_unit_test(a_small_world_is_played_and_its_distress_found),
        cmocka_unit_test(the_same_world_gives_the_same),
        cmocka_unit_test(whoever_has_seen_enough_ends_it),
        cmocka_unit_test(areas_and_gates_are_as_people_write_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
