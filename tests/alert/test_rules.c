/* Rules: what they want, and what is told of a text that is wrong. */
#include "alert/rules.h"

#include <math.h>

#include "../test.h"
#include "base/time.h"

static struct vg_rules *rules_of(const char *yaml)
{
    static struct vg_rules rules;
    struct vg_rules_error error = {0};
    if (vg_rules_read(yaml, strlen(yaml), &rules, &error))
        fail_msg("line %u: %s", error.line, error.text);
    return &rules;
}

static struct vg_event event_at(double lon, double lat)
{
    return (struct vg_event){.kind = VG_EVENT_ENCOUNTER,
                             .begin_us = 1700000000 * VG_SECOND_US, /* 22:13:20 */
                             .end_us = 1700003600 * VG_SECOND_US,
                             .pos = vg_pos_from_deg(lon, lat),
                             .confidence = 0.8,
                             .reports = 20};
}

static struct vg_alert_subject ship(void)
{
    return (struct vg_alert_subject){
        .mmsi = 735059037, .class = VG_CLASS_SHIP_A, .flag = {'E', 'C'}, .known = true, .length_m = 40};
}

static bool wants(const char *yaml, const struct vg_event *event, const struct vg_alert_subject *subject)
{
    const struct vg_rules *rules = rules_of(yaml);
    return vg_rule_wants(rules, &rules->rule[0], event, subject, subject ? 1 : 0);
}

#define RULE "rules:\n  - {name: r, kinds: [encounter], "

static void each_condition_lets_in_what_it_names_and_keeps_out_the_rest(void **state)
{
    (void)state;
    struct vg_event e = event_at(-80.5, -2.5), other = e;
    struct vg_alert_subject s = ship(), unknown = {.mmsi = 1};
    other.kind = VG_EVENT_DRIFT;
    assert_true(wants(RULE "}", &e, NULL));
    assert_false(wants(RULE "}", &other, NULL));
    assert_false(wants(RULE "enabled: false}", &e, NULL));
    assert_true(wants(RULE "min_confidence: 0.8}", &e, NULL));
    assert_false(wants(RULE "min_confidence: 0.81}", &e, NULL));
    assert_true(wants(RULE "box: [-81, -3, -80, -2]}", &e, NULL));
    assert_false(wants(RULE "box: [-80, -3, -79, -2]}", &e, NULL));
    assert_true(wants(RULE "flags: EC}", &e, &s));
    assert_false(wants(RULE "flags: [CN, PE]}", &e, &s));
    assert_false(wants(RULE "flags: EC}", &e, &unknown));
    assert_true(wants(RULE "classes: [b, a]}", &e, &s));
    assert_false(wants(RULE "classes: b}", &e, &s));
    assert_true(wants(RULE "min_length_m: 40, max_length_m: 40}", &e, &s));
    assert_false(wants(RULE "min_length_m: 41}", &e, &s));
    assert_false(wants(RULE "max_length_m: 39}", &e, &s));
    s.length_m = 0; /* not known is neither short nor long */
    assert_false(wants(RULE "max_length_m: 39}", &e, &s));
    assert_true(wants(RULE "min_reports: 20, min_minutes: 60}", &e, NULL));
    assert_false(wants(RULE "min_reports: 21}", &e, NULL));
    assert_false(wants(RULE "min_minutes: 61}", &e, NULL));
    assert_true(wants(RULE "hours: 22:00-05:00}", &e, NULL)); /* over midnight */
    assert_false(wants(RULE "hours: 22:14-22:13}", &e, NULL));
    assert_false(wants(RULE "hours: 05:00-22:13}", &e, NULL));
    assert_true(wants(RULE "hours: 22:13-24:00}", &e, NULL));
}

static void what_lies_in_a_harbour_or_at_anchor_belongs_there_unless_a_rule_says_so(void **state)
{
    (void)state;
    struct vg_event e = event_at(-80.5, -2.5);
    struct vg_alert_subject two[2] = {ship(), ship()};
    two[0].lies_still = two[1].lies_still = true;
#define HARBOUR "\nareas:\n  - {name: P, harbour: true, points: [[-81, -3], [-80, -3], [-80, -2], [-81, -2]]}\n"
    assert_false(wants(RULE "}" HARBOUR, &e, NULL));
    assert_true(wants(RULE "in_harbour: true}" HARBOUR, &e, NULL));
    e.pos = vg_pos_from_deg(-79.9, -2.5);
    assert_true(wants(RULE "}" HARBOUR, &e, NULL));
    const struct vg_rules *rules = rules_of(RULE "}");
    assert_false(vg_rule_wants(rules, &rules->rule[0], &e, two, 2));
    two[1].lies_still = false; /* one goes: that is a meeting */
    assert_true(vg_rule_wants(rules, &rules->rule[0], &e, two, 2));
    two[1].lies_still = true;
    assert_true(wants(RULE "at_anchor: true}", &e, two));
}

static void areas_hold_at_their_edges_across_the_antimeridian_and_by_the_name_of_the_event(void **state)
{
    (void)state;
    struct vg_rules *r = rules_of("areas:\n"
                                  "  - {name: ring, points: [[179, -1], [-179, -1], [-179, 1], [179, 1]]}\n"
                                  "  - {name: box, box: [170, -5, -170, 5]}\n"
                                  "  - {name: bay, points: [[0, 0], [4, 0], [4, 4], [2, 1], [0, 4]]}\n");
    assert_true(vg_rule_area_has(&r->area[0], vg_pos_from_deg(179.5, 0)));
    assert_true(vg_rule_area_has(&r->area[0], vg_pos_from_deg(-179.5, 0)));
    assert_false(vg_rule_area_has(&r->area[0], vg_pos_from_deg(0, 0)));
    assert_false(vg_rule_area_has(&r->area[0], vg_pos_from_deg(178.9, 0)));
    assert_true(vg_rule_area_has(&r->area[1], vg_pos_from_deg(-175, 0)));
    assert_false(vg_rule_area_has(&r->area[1], vg_pos_from_deg(-169, 0)));
    assert_true(vg_rule_area_has(&r->area[2], vg_pos_from_deg(1, 1)));
    assert_false(vg_rule_area_has(&r->area[2], vg_pos_from_deg(2, 3))); /* in the notch */
    assert_false(vg_rule_area_has(&r->area[2], VG_POS_NONE));
    struct vg_event e = event_at(100, 50);
    e.kind = VG_EVENT_AREA;
    snprintf(e.text, sizeof e.text, "Reserva");
    assert_true(wants("rules: [{name: r, kinds: area, area: Reserva}]", &e, NULL));
    assert_false(wants("rules: [{name: r, kinds: area, area: Otra}]", &e, NULL));
    snprintf(e.text, sizeof e.text, "Reserva: enter");
    assert_true(wants("rules: [{name: r, kinds: area, area: Reserva}]", &e, NULL));
    assert_false(wants("rules: [{name: r, kinds: area, area: Reser}]", &e, NULL));
    memset(e.text, 'x', sizeof e.text - 1);
    assert_false(wants("rules: [{name: r, kinds: area, area: xx}]", &e, NULL));
}

static void what_is_built_in_is_written_and_read_again_the_same(void **state)
{
    (void)state;
    static struct vg_rules rules;
    vg_rules_default(&rules);
    uint32_t kinds = 0;
    for (int i = 0; i < rules.count; i++)
        kinds |= rules.rule[i].kinds;
    assert_int_equal(kinds, (UINT32_C(1) << VG_EVENT_KINDS) - 1); /* each kind has one */
    assert_int_equal(rules.rule[vg_rules_find(&rules, "distress")].per_hour, 0);
    for (int i = 0; i < rules.count; i++)
        assert_true(rules.rule[i].severity < VG_SEVERITY_DISTRESS || rules.rule[i].kinds == 1u << VG_EVENT_DISTRESS);
    struct vg_out out = vg_out_growing(VG_RULES_TEXT_MAX), again = vg_out_growing(VG_RULES_TEXT_MAX);
    vg_rules_write(&rules, &out);
    vg_out_char(&out, '\0');
    struct vg_rules *read = rules_of(out.buf);
    assert_int_equal(read->count, rules.count);
    vg_rules_write(read, &again);
    assert_memory_equal(again.buf, out.buf, again.len);
    vg_out_free(&out);
    vg_out_free(&again);
}

static void what_is_wrong_is_told_with_its_line_and_what_was_expected(void **state)
{
    (void)state;
    static const struct {
        const char *yaml, *has;
        unsigned line;
    } rows[] = {
        {"rules:\n  - {name: r, kinds: [nonsense]}\n", "expected kinds of events", 2},
        {"rules:\n  - name: r\n    kinds: gap\n    severity: red\n", "expected information, caution", 4},
        {"rules:\n  - name: r\n", "expected at least one kind", 2},
        {"rules:\n  - kinds: gap\n", "expected a rule with name", 2},
        {"rules:\n  - {name: r, kinds: gap}\n  - {name: r, kinds: gap}\n", "stands there before", 3},
        {"rules:\n  - {name: r, kinds: gap,\n     name: s}\n", "twice", 3},
        {"rules:\n  - {name: a/b, kinds: gap}\n", "letters, digits", 2},
        {"rules:\n  - {name: r, kinds: gap, min_confidence: 1.5}\n", "from 0 to 1", 2},
        {"rules:\n  - {name: r, kinds: gap, min_confidence: nan}\n", "from 0 to 1", 2},
        {"rules:\n  - {name: r, kinds: gap, per_hour: -1}\n", "from 0 to 100000", 2},
        {"rules:\n  - {name: r, kinds: gap, per_hour: 1.5}\n", "whole number", 2},
        {"rules:\n  - {name: r, kinds: gap, box: [1, 2, 3]}\n", "west, south", 2},
        {"rules:\n  - {name: r, kinds: gap, box: [1, 5, 3, 2]}\n", "south below north", 2},
        {"rules:\n  - {name: r, kinds: gap, hours: 25:00-03:00}\n", "HH:MM", 2},
        {"rules:\n  - {name: r, kinds: gap, hours: always}\n", "HH:MM", 2},
        {"rules:\n  - {name: r, kinds: gap, flags: ec}\n", "two capital letters", 2},
        {"rules:\n  - {name: r, kinds: gap, classes: z}\n", "classes (a, b", 2},
        {"rules:\n  - {name: r, kinds: gap, enabled: yes}\n", "true or false", 2},
        {"rules:\n  - {name: r, kinds: gap, colour: red}\n", "no such key of a rule", 2},
        {"rules:\n  - {name: r, kinds: gap, area: Nowhere}\n", "one of the areas", 2},
        {"rules:\n  - {name: r, kinds: gap, min_length_m: 5, max_length_m: 4}\n", "min_length_m", 2},
        {"rules:\n  - r\n", "expected a rule (name", 2},
        {"rules: red\n", "expected a list", 1},
        {"rulez: []\n", "no such key of rules", 1},
        {"- a\n", "expected 'rules:'", 1},
        {"rules: [\n", "expected YAML", 2},
        {"areas:\n  - {name: x}\n", "either box or points", 2},
        {"areas:\n  - {name: x, points: [[1, 2], [3, 4]]}\n", "3 to 64", 2},
        {"areas:\n  - {name: x, points: [[1, 2, 3], [3, 4], [5, 6]]}\n", "3 to 64", 2},
        {"escalate: {red: 5}\n", "no such key of escalate", 1},
        {"escalate: 5\n", "SEVERITY: MINUTES", 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static struct vg_rules rules;
        struct vg_rules_error error = {0};
        rules.count = 77;
        if (!vg_rules_read(rows[i].yaml, strlen(rows[i].yaml), &rules, &error))
            fail_msg("taken: %s", rows[i].yaml);
        assert_int_equal(rules.count, 77);
        if (!strstr(error.text, rows[i].has) || error.line != rows[i].line)
            fail_msg("%sline %u: %s", rows[i].yaml, error.line, error.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_condition_lets_in_what_it_names_and_keeps_out_the_rest),
        cmocka_unit_test(what_lies_in_a_harbour_or_at_anchor_belongs_there_unless_a_rule_says_so),
        cmocka_unit_test(areas_hold_at_their_edges_across_the_antimeridian_and_by_the_name_of_the_event),
        cmocka_unit_test(what_is_built_in_is_written_and_read_again_the_same),
        cmocka_unit_test(what_is_wrong_is_told_with_its_line_and_what_was_expected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
