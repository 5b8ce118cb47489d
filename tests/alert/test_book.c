/* The life of alerts: from events to steps of people, by the data's time, whatever is told twice. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "events.h"

#define OPEN         (1u << VG_ALERT_OPEN)
#define ALL          ((1u << VG_ALERT_STATES) - 1)
#define STATE(alert) vg_alert_state_key((enum vg_alert_state)(alert).state)

static const char two_rules[] = "rules:\n"
                                "  - {name: drift, kinds: drift, severity: warning, per_hour: 3, for: guard}\n"
                                "  - {name: any, kinds: [drift, encounter], severity: information, per_hour: 0}\n"
                                "  - {name: help, kinds: distress, severity: distress, per_hour: 0}\n";

static void an_event_becomes_an_alert_of_each_rule_that_wants_it_with_its_evidence(void **state)
{
    (void)state;
    struct vg_alert_book *book = book_open(NULL, two_rules);
    struct vg_alert_told t = told_at(VG_EVENT_DRIFT, 735059037, 0), gap = told_at(VG_EVENT_GAP, 735059037, 0);
    tell(book, t);
    tell(book, gap); /* kept, no alert */
    struct vg_alert a = alert_of(book, &t, "drift");
    assert_string_equal(STATE(a), "open");
    assert_int_equal(a.opened_us, t.event.told_us);
    assert_int_equal(a.due_us, t.event.told_us + 10 * VG_MINUTE_US);
    assert_true(has_alert(book, &t, "any"));
    assert_int_equal(total(book, (struct vg_alert_filter){0}), 2);
    json_t *one = shown(book, a.id);
    const json_t *evidence = json_object_get(one, "evidence");
    assert_int_equal(json_array_size(json_object_get(evidence, "places")), 3);
    assert_true(json_is_true(json_object_get(evidence, "all_named")));
    assert_non_null(json_object_get(json_object_get(one, "reception"), "reception"));
    assert_string_equal(json_string_value(json_object_get(json_array_get(json_object_get(one, "vessels"), 0), "name")),
                        "MANTA EXPRESS");
    assert_true(json_array_size(json_object_get(json_object_get(one, "event"), "innocent")) > 0);
    const json_t *risk = json_array_get(json_object_get(one, "risk"), 0);
    assert_int_equal(json_array_size(json_object_get(risk, "parts")), 2); /* never a bare score */
    json_decref(one);
    vg_alert_book_close(book);
}

static void the_list_has_the_most_urgent_first_and_of_those_who_waits_longest(void **state)
{
    (void)state;
    struct vg_alert_book *book = book_open(NULL, two_rules);
    struct vg_alert_told late = told_at(VG_EVENT_DRIFT, 1, 60), early = told_at(VG_EVENT_DRIFT, 2, 0),
                         help = told_at(VG_EVENT_DISTRESS, 3, 120);
    tell(book, late);
    tell(book, early);
    tell(book, help);
    json_t *list = listed(book, (struct vg_alert_filter){0});
    const char *const expected[] = {"distress", "warning", "warning", "information", "information"};
    const json_t *alerts = json_object_get(list, "alerts");
    assert_int_equal(json_array_size(alerts), 5);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(json_string_value(json_object_get(json_array_get(alerts, i), "severity")), expected[i]);
    const json_t *first = json_object_get(json_array_get(alerts, 1), "event");
    assert_int_equal(json_integer_value(json_array_get(json_object_get(first, "mmsi"), 0)), 2);
    json_decref(list);
    assert_int_equal(total(book, (struct vg_alert_filter){.severities = 1u << VG_SEVERITY_WARNING}), 2);
    assert_int_equal(total(book, (struct vg_alert_filter){.mine = "guard"}), 2);
    assert_int_equal(total(book, (struct vg_alert_filter){.mine = "nobody"}), 0);
    assert_int_equal(total(book, (struct vg_alert_filter){.rule = "any"}), 2);
    assert_int_equal(total(book, (struct vg_alert_filter){.kinds = 1u << VG_EVENT_DISTRESS}), 1);
    list = listed(book, (struct vg_alert_filter){.limit = 2});
    assert_int_equal(json_integer_value(json_object_get(list, "total")), 5);
    assert_int_equal(json_integer_value(json_object_get(list, "count")), 2);
    json_decref(list);
    assert_int_equal(act(book, alert_of(book, &late, "drift").id, VG_ALERT_ACTION_ACKNOWLEDGE, "Ana", ""), VG_OK);
    assert_int_equal(total(book, (struct vg_alert_filter){.mine = "Ana"}), 1);
    vg_alert_book_close(book);
}

static void steps_are_taken_in_their_order_and_each_is_kept_with_who_when_and_why(void **state)
{
    (void)state;
    struct vg_alert_book *book = book_open(NULL, two_rules);
    struct vg_alert_told t = told_at(VG_EVENT_DRIFT, 1, 0);
    tell(book, t);
    const uint64_t id = alert_of(book, &t, "drift").id;
    assert_int_equal(act(book, id, VG_ALERT_ACTION_DISMISS, "Ana", " "), VG_ARG); /* no reason */
    assert_int_equal(act(book, id, VG_ALERT_ACTION_CONFIRM, "", ""), VG_ARG);     /* nobody */
    assert_int_equal(act(book, id + 1, VG_ALERT_ACTION_CONFIRM, "Ana", ""), VG_NOT_FOUND);
    assert_int_equal(act(book, id, VG_ALERT_ACTION_REOPEN, "Ana", "why"), VG_EXISTS);
    assert_int_equal(act(book, id, VG_ALERT_ACTION_ACKNOWLEDGE, "Ana", ""), VG_OK);
    assert_int_equal(act(book, id, VG_ALERT_ACTION_NOTE, "Luis", "called on 16"), VG_OK);
    assert_string_equal(STATE(alert_of(book, &t, "drift")), "acknowledged");
    assert_int_equal(act(book, id, VG_ALERT_ACTION_DISMISS, "Luis", "waits for the pilot"), VG_OK);
    assert_int_equal(act(book, id, VG_ALERT_ACTION_CONFIRM, "Ana", ""), VG_EXISTS);
    assert_int_equal(act(book, id, VG_ALERT_ACTION_REOPEN, "Ana", "she drifts again"), VG_OK);
    assert_int_equal(act(book, id, VG_ALERT_ACTION_CONFIRM, "Ana", "seen by the patrol"), VG_OK);
    json_t *one = shown(book, id);
    static const char *const what[] = {"opened", "acknowledged", "noted", "dismissed", "reopened", "confirmed"};
    const json_t *history = json_object_get(one, "history");
    assert_int_equal(json_array_size(history), 6);
    for (size_t i = 0; i < 6; i++) {
        const json_t *step = json_array_get(history, i);
        assert_string_equal(json_string_value(json_object_get(step, "what")), what[i]);
        assert_non_null(json_string_value(json_object_get(step, "host_time")));
        assert_non_null(json_string_value(json_object_get(step, "time")));
    }
    assert_string_equal(json_string_value(json_object_get(json_array_get(history, 2), "why")), "called on 16");
    json_decref(one);
    assert_int_equal(vg_alert_book_counters(book)->acts, 5);
    assert_int_equal(vg_alert_book_counters(book)->refused, 5);
    vg_alert_book_close(book);
}

static void what_nobody_looks_at_is_escalated_by_the_datas_clock_at_the_same_moment_however_it_ticks(void **state)
{
    (void)state;
    int64_t when[2] = {0, 1};
    for (int often = 0; often < 2; often++) {
        struct vg_alert_book *book = book_open(NULL, two_rules);
        struct vg_alert_told t = told_at(VG_EVENT_DRIFT, 1, 0), seen = told_at(VG_EVENT_DRIFT, 2, 0);
        tell(book, t);
        tell(book, seen);
        assert_int_equal(act(book, alert_of(book, &seen, "drift").id, VG_ALERT_ACTION_ACKNOWLEDGE, "Ana", ""), VG_OK);
        assert_int_equal(vg_alert_book_advance(book, at_minute(19), T0_US), VG_OK);
        assert_int_equal(alert_of(book, &t, "drift").escalated_us, VG_TIME_NONE);
        for (int minute = 20; minute <= 300; minute += often ? 1 : 280)
            assert_int_equal(vg_alert_book_advance(book, at_minute(minute), T0_US), VG_OK);
        when[often] = alert_of(book, &t, "drift").escalated_us;
        assert_int_equal(alert_of(book, &seen, "drift").escalated_us, VG_TIME_NONE);
        assert_int_equal(alert_of(book, &t, "any").escalated_us, VG_TIME_NONE); /* information: never */
        assert_int_equal(total(book, (struct vg_alert_filter){.escalated = true}), 1);
        assert_int_equal(vg_alert_book_counters(book)->escalated, 1);
        vg_alert_book_close(book);
    }
    assert_int_equal(when[0], at_minute(20));
    assert_int_equal(when[1], when[0]);
}

static void what_is_told_again_or_older_changes_nothing_and_what_is_revised_does_so_once(void **state)
{
    (void)state;
    struct vg_alert_book *book = book_open(NULL, two_rules);
    struct vg_alert_told t = told_at(VG_EVENT_DRIFT, 1, 0), revised = t;
    tell(book, t);
    const uint64_t id = alert_of(book, &t, "drift").id;
    assert_int_equal(act(book, id, VG_ALERT_ACTION_DISMISS, "Ana", "tow"), VG_OK);
    revised.event.revision = 2;
    revised.event.end_us += VG_HOUR_US;
    revised.event.told_us += VG_HOUR_US;
    tell(book, revised);
    for (int i = 0; i < 3; i++) {
        tell(book, t); /* a replay begins at the first revision again */
        tell(book, revised);
    }
    assert_int_equal(vg_alert_book_counters(book)->same, 6);
    assert_int_equal(vg_alert_book_counters(book)->revised, 1);
    json_t *one = shown(book, id);
    assert_string_equal(json_string_value(json_object_get(one, "state")), "dismissed"); /* and stays so */
    assert_int_equal(json_array_size(json_object_get(one, "history")), 2);
    assert_int_equal(json_integer_value(json_object_get(json_object_get(one, "event"), "revision")), 2);
    json_decref(one);
    vg_alert_book_close(book);
}

static void late_data_withdraws_what_is_open_and_leaves_what_people_decided(void **state)
{
    (void)state;
    struct vg_alert_book *book = book_open(NULL, two_rules);
    struct vg_alert_told t = told_at(VG_EVENT_DRIFT, 1, 0), gone = t, back = t;
    gone.event.revision = 1;
    gone.event.state = VG_EVENT_WITHDRAWN;
    back.event.revision = 2;
    tell(book, t);
    assert_int_equal(act(book, alert_of(book, &t, "any").id, VG_ALERT_ACTION_CONFIRM, "Ana", ""), VG_OK);
    tell(book, gone);
    assert_string_equal(STATE(alert_of(book, &t, "drift")), "withdrawn");
    assert_int_equal(alert_of(book, &t, "drift").due_us, VG_TIME_NONE);
    assert_string_equal(STATE(alert_of(book, &t, "any")), "confirmed");
    json_t *one = shown(book, alert_of(book, &t, "any").id);
    const json_t *history = json_object_get(one, "history");
    assert_string_equal(json_string_value(json_object_get(json_array_get(history, 2), "what")), "withdrawn");
    json_decref(one);
    assert_int_equal(act(book, alert_of(book, &t, "drift").id, VG_ALERT_ACTION_REOPEN, "Ana", "x"), VG_EXISTS);
    tell(book, back);
    assert_string_equal(STATE(alert_of(book, &t, "drift")), "open");
    struct vg_alert_told never = told_at(VG_EVENT_DRIFT, 9, 0); /* withdrawn before it was told */
    never.event.state = VG_EVENT_WITHDRAWN;
    tell(book, never);
    assert_false(has_alert(book, &never, "drift"));
    vg_alert_book_close(book);
}

static void a_dismissed_alert_stays_so_for_its_data_time_even_under_another_id(void **state)
{
    (void)state;
    struct vg_alert_book *book = book_open(NULL, two_rules);
    struct vg_alert_told t = told_at(VG_EVENT_DRIFT, 1, 0), again = told_at(VG_EVENT_DRIFT, 1, 5),
                         later = told_at(VG_EVENT_DRIFT, 1, 30), other = told_at(VG_EVENT_DRIFT, 2, 5),
                         help = told_at(VG_EVENT_DISTRESS, 1, 0), help_again = told_at(VG_EVENT_DISTRESS, 1, 5);
    tell(book, t);
    tell(book, help);
    assert_int_equal(act(book, alert_of(book, &t, "drift").id, VG_ALERT_ACTION_DISMISS, "Ana", "tow"), VG_OK);
    assert_int_equal(act(book, alert_of(book, &help, "help").id, VG_ALERT_ACTION_DISMISS, "Ana", "a test"), VG_OK);
    tell(book, again);
    tell(book, later);
    tell(book, other);
    tell(book, help_again);
    const struct vg_alert inherited = alert_of(book, &again, "drift");
    assert_string_equal(STATE(inherited), "dismissed");
    assert_string_equal(inherited.reason, "tow");
    assert_string_equal(STATE(alert_of(book, &later, "drift")), "open"); /* a new event */
    assert_string_equal(STATE(alert_of(book, &other, "drift")), "open");
    assert_string_equal(STATE(alert_of(book, &again, "any")), "open"); /* another rule's was not dismissed */
    assert_string_equal(STATE(alert_of(book, &help_again, "help")), "open");
    vg_alert_book_close(book);
}

static void silence_keys_on_the_datas_time_and_ends_by_a_step(void **state)
{
    (void)state;
    struct vg_alert_book *book = book_open(NULL, two_rules);
    const struct vg_alert_by ana = by("Ana", "known drifter");
    const char *why;
    struct vg_alert_mute mute = {
        .rule = "drift", .kind = -1, .mmsi = 1, .from_us = at_minute(0), .to_us = at_minute(60)};
    struct vg_alert_mute bare = {.kind = -1, .from_us = 0, .to_us = 1},
                         all = {.kind = VG_EVENT_DISTRESS, .to_us = INT64_MAX};
    assert_int_equal(vg_alert_book_mute(book, &bare, &ana, &why), VG_ARG);
    assert_int_equal(vg_alert_book_mute(book, &mute, &ana, &why), VG_OK);
    assert_int_equal(vg_alert_book_mute(book, &all, &ana, &why), VG_OK);
    struct vg_alert_told late = told_at(VG_EVENT_DRIFT, 1, 300), in = told_at(VG_EVENT_DRIFT, 1, 49),
                         out = told_at(VG_EVENT_DRIFT, 1, 50), other = told_at(VG_EVENT_DRIFT, 2, 20),
                         help = told_at(VG_EVENT_DISTRESS, 4, 20);
    tell(book, late);
    tell(book, in); /* comes late: its own time counts */
    tell(book, out);
    tell(book, other);
    tell(book, help);
    assert_string_equal(STATE(alert_of(book, &in, "drift")), "silenced");
    assert_string_equal(STATE(alert_of(book, &in, "any")), "open");
    assert_string_equal(STATE(alert_of(book, &out, "drift")), "open");
    assert_string_equal(STATE(alert_of(book, &late, "drift")), "open");
    assert_string_equal(STATE(alert_of(book, &other, "drift")), "open");
    assert_string_equal(STATE(alert_of(book, &help, "help")), "open"); /* a kind's mute never silences distress */
    struct vg_alert_mute device = {.kind = -1, .mmsi = 5, .to_us = INT64_MAX};
    assert_int_equal(vg_alert_book_mute(book, &device, &ana, &why), VG_OK);
    struct vg_alert_told test = told_at(VG_EVENT_DISTRESS, 5, 20), after = told_at(VG_EVENT_DISTRESS, 5, 400);
    tell(book, test);
    assert_string_equal(STATE(alert_of(book, &test, "help")), "silenced"); /* that of a named device does */
    assert_int_equal(vg_alert_book_advance(book, at_minute(400), 0), VG_OK);
    assert_int_equal(vg_alert_book_unmute(book, device.id, &ana, &why), VG_OK);
    assert_int_equal(vg_alert_book_unmute(book, device.id, &ana, &why), VG_NOT_FOUND);
    tell(book, after);
    assert_string_equal(STATE(alert_of(book, &after, "help")), "open");
    vg_alert_book_close(book);
}

static void a_call_for_help_is_told_whatever_the_rules_are(void **state)
{
    (void)state;
    static const char *const rules[] = {"rules: []\n", "rules:\n  - {name: r, kinds: [drift], severity: warning}\n",
                                        "rules:\n  - {name: distress, kinds: [distress], severity: distress, "
                                        "enabled: false}\n"};
    for (int i = 0; i < 3; i++) {
        struct vg_alert_book *book = book_open(NULL, rules[i]);
        struct vg_alert_told help = told_at(VG_EVENT_DISTRESS, 1, 0);
        tell(book, help);
        assert_string_equal(STATE(alert_of(book, &help, "distress")), "open");
        vg_alert_book_close(book);
    }
    const struct vg_alert_by ana = by("Ana", "too loud");
    const char *why;
    struct vg_alert_book *book = book_open(NULL, two_rules);
    assert_int_equal(vg_alert_book_enable(book, "help", false, &ana, &why), VG_ARG);
    vg_alert_book_close(book);
}

static void a_rule_tells_so_many_an_hour_of_data_time_and_the_rest_is_kept_and_counted(void **state)
{
    (void)state;
    struct vg_alert_book *book = book_open(NULL, two_rules);
    for (uint32_t i = 0; i < 10; i++)
        tell(book, told_at(VG_EVENT_DRIFT, 100 + i, i));
    assert_int_equal(total(book, (struct vg_alert_filter){.rule = "drift"}), 3);
    assert_int_equal(total(book, (struct vg_alert_filter){.rule = "drift", .states = 1u << VG_ALERT_HELD}), 7);
    assert_int_equal(total(book, (struct vg_alert_filter){.rule = "any"}), 10); /* 0: no limit */
    assert_int_equal(vg_alert_book_counters(book)->held, 7);
    struct vg_alert_told hour = told_at(VG_EVENT_DRIFT, 200, 60); /* the first of the three is an hour old */
    tell(book, hour);
    assert_string_equal(STATE(alert_of(book, &hour, "drift")), "open");
    struct vg_alert_told held = told_at(VG_EVENT_DRIFT, 105, 5);
    assert_int_equal(act(book, alert_of(book, &held, "drift").id, VG_ALERT_ACTION_CONFIRM, "Ana", ""), VG_OK);
    vg_alert_book_close(book);
}

static void exercises_and_the_sea_never_mix(void **state)
{
    (void)state;
    struct vg_alert_book *book = book_open(NULL, two_rules);
    for (uint32_t i = 0; i < 3; i++) {
        struct vg_alert_told t = told_at(VG_EVENT_DRIFT, 1, i);
        t.event.exercise = true;
        tell(book, t);
    }
    struct vg_alert_told real = told_at(VG_EVENT_DRIFT, 1, 5);
    tell(book, real);
    assert_string_equal(STATE(alert_of(book, &real, "drift")), "open"); /* the exercise's rate is its own */
    assert_int_equal(total(book, (struct vg_alert_filter){.rule = "drift"}), 1);
    assert_int_equal(total(book, (struct vg_alert_filter){.rule = "drift", .exercise = true}), 3);
    json_t *one = shown(book, alert_of(book, &real, "drift").id);
    const json_t *parts = json_object_get(json_array_get(json_object_get(one, "risk"), 0), "parts");
    assert_int_equal(json_array_size(parts), 1);
    json_decref(one);
    vg_alert_book_close(book);
}

/* ---- a file ---- */

static void make_dir(char dir[static 32], char path[static 64])
{
    snprintf(dir, 32, "/tmp/vigia-alert-XXXXXX");
    assert_non_null(mkdtemp(dir));
    snprintf(path, 64, "%s/alerts.sqlite", dir);
}

static void remove_dir(const char *dir)
{
    char command[64];
    snprintf(command, sizeof command, "rm -r %s", dir);
    assert_int_equal(system(command), 0);
}

/* All of it as text, but host times, which differ. */
static char *all_of(struct vg_alert_book *book)
{
    json_t *list = listed(book, (struct vg_alert_filter){.states = ALL, .limit = VG_ALERT_LIST_MAX});
    size_t i;
    json_t *alert;
    json_array_foreach(json_object_get(list, "alerts"), i, alert) json_object_del(alert, "opened_host");
    char *text = json_dumps(list, JSON_SORT_KEYS | JSON_INDENT(1));
    json_decref(list);
    return text;
}

static void are_same(const char *a, const char *b)
{
    size_t i = 0;
    while (a[i] && a[i] == b[i])
        i++;
    if (a[i] != b[i])
        fail_msg("differs at %zu: …%.600s\n… and …%.600s", i, a + (i > 300 ? i - 300 : 0), b + (i > 300 ? i - 300 : 0));
}

#define EVENTS 120

static struct vg_alert_told nth(uint32_t i)
{
    struct vg_alert_told t = told_at(i % 3 ? VG_EVENT_DRIFT : VG_EVENT_ENCOUNTER, 1 + i % 7, i * 3);
    if (i % 10 == 9) { /* late data takes an earlier one back */
        t = nth(i - 5);
        t.event.revision = 1;
        t.event.state = VG_EVENT_WITHDRAWN;
    }
    return t;
}

static void play(struct vg_alert_book *book, uint32_t from)
{
    for (uint32_t i = from; i < EVENTS; i++) {
        tell(book, nth(i));
        assert_int_equal(vg_alert_book_advance(book, at_minute(i * 3 + 10), T0_US), VG_OK);
    }
}

/* A child plays the same and is killed at some place; what it had on the disk goes on from the beginning. */
static void killed_midway_and_played_again_the_book_is_the_same(void **state)
{
    (void)state;
    struct vg_alert_book *book = book_open(NULL, two_rules);
    play(book, 0);
    char *expected = all_of(book);
    vg_alert_book_close(book);
    for (uint32_t killed = 1; killed + 1 < EVENTS; killed += 60) {
        char dir[32], path[64];
        int told[2];
        make_dir(dir, path);
        assert_int_equal(pipe(told), 0);
        pid_t child = fork();
        if (child == 0) {
            close(told[0]);
            book = book_open(path, two_rules);
            for (uint32_t i = 0; i < EVENTS; i++) {
                tell(book, nth(i));
                vg_alert_book_advance(book, at_minute(i * 3 + 10), T0_US);
                if (i == killed && write(told[1], "x", 1) == 1)
                    for (;;) /* in the middle of a transaction */
                        vg_alert_book_events(book, (struct vg_alert_told[]){nth(i), nth(i + 1)}, 2);
            }
            _exit(1);
        }
        close(told[1]);
        char x;
        assert_int_equal(read(told[0], &x, 1), 1);
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, NULL, 0), child);
        close(told[0]);
        book = book_open(path, two_rules);
        assert_true(vg_alert_book_counters(book)->events == 0);
        play(book, 0);
        char *text = all_of(book);
        are_same(text, expected);
        free(text);
        vg_alert_book_close(book);
        remove_dir(dir);
    }
    free(expected);
}

static void what_people_did_and_set_is_there_after_a_restart(void **state)
{
    (void)state;
    char dir[32], path[64];
    const struct vg_alert_by ana = by("Ana", "too many");
    const char *why;
    struct vg_rules_error error;
    make_dir(dir, path);
    struct vg_alert_book *book = book_open(path, two_rules);
    struct vg_alert_told t = told_at(VG_EVENT_DRIFT, 1, 0), more = told_at(VG_EVENT_DRIFT, 2, 1);
    tell(book, t);
    assert_int_equal(act(book, alert_of(book, &t, "drift").id, VG_ALERT_ACTION_DISMISS, "Ana", "tow"), VG_OK);
    assert_int_equal(vg_alert_book_enable(book, "drift", false, &ana, &why), VG_OK); /* one click */
    assert_int_equal(vg_alert_book_enable(book, "nothing", false, &ana, &why), VG_NOT_FOUND);
    vg_alert_book_close(book);
    book = book_open(path, two_rules);
    tell(book, t);
    tell(book, more);
    assert_string_equal(STATE(alert_of(book, &t, "drift")), "dismissed");
    assert_false(has_alert(book, &more, "drift"));
    assert_true(has_alert(book, &more, "any"));
    assert_int_equal(vg_alert_book_enable(book, "drift", true, &ana, &why), VG_OK); /* and back */
    static const char other[] = "rules: [{name: only, kinds: drift}]";
    assert_int_equal(vg_alert_book_set_rules(book, "rules: 5", 8, &ana, &error, &why), VG_SYNTAX);
    assert_int_equal(error.line, 1);
    assert_int_equal(vg_alert_book_rules(book)->count, 3);
    assert_int_equal(vg_alert_book_set_rules(book, other, sizeof other - 1, &ana, &error, &why), VG_OK);
    vg_alert_book_close(book);
    book = book_open(path, two_rules);
    assert_int_equal(vg_alert_book_rules(book)->count, 1);
    vg_alert_book_close(book);
    book = book_open(path, NULL); /* other rules of the start: they hold */
    assert_true(vg_alert_book_rules(book)->count > 10);
    vg_alert_book_close(book);
    remove_dir(dir);
}

static void the_history_can_not_be_changed_and_a_backup_is_whole(void **state)
{
    (void)state;
    char dir[32], path[64], copy[80], why[VG_DB_WHY];
    make_dir(dir, path);
    snprintf(copy, sizeof copy, "%s.copy", path);
    struct vg_alert_book *book = book_open(path, two_rules);
    struct vg_alert_told t = told_at(VG_EVENT_DRIFT, 1, 0);
    tell(book, t);
    assert_int_equal(vg_alert_book_backup(book, copy), VG_OK);
    vg_alert_book_close(book);
    struct vg_db *db = NULL;
    static const char *const none[32] = {""};
    assert_int_equal(vg_db_open(copy, none, 1, &db, why), VG_OK);
    assert_int_not_equal(vg_db_run(db, "UPDATE step SET who = 'nobody'"), VG_OK);
    assert_int_not_equal(vg_db_run(db, "DELETE FROM step"), VG_OK);
    assert_int_equal(vg_db_run(db, "SELECT count(*) FROM step"), VG_OK);
    vg_db_close(db);
    remove_dir(dir);
}

static void old_events_without_an_alert_make_room_and_are_counted(void **state)
{
    (void)state;
    struct vg_rules rules;
    struct vg_alert_book *book = NULL;
    char why[VG_DB_WHY];
    vg_rules_default(&rules);
    const struct vg_alert_book_options options = {.rules = &rules, .events_kept = 50};
    assert_int_equal(vg_alert_book_open(&options, &book, why), VG_OK);
    struct vg_alert_told kept = told_at(VG_EVENT_DRIFT, 1, 0);
    tell(book, kept);
    for (uint32_t i = 0; i < 200; i++)
        tell(book, told_at(VG_EVENT_GAP, 1, i));
    assert_true(has_alert(book, &kept, "drift"));
    assert_int_equal(vg_alert_book_counters(book)->forgotten, 151);
    for (uint32_t i = 0; i < 200; i++) /* ten of them are told, the others held: those make room, too */
        tell(book, told_at(VG_EVENT_DRIFT, 1000 + i, 0));
    assert_int_equal(vg_alert_book_counters(book)->held, 191);
    assert_int_equal(vg_alert_book_counters(book)->forgotten, 351);
    assert_int_equal(total(book, (struct vg_alert_filter){.states = 1u << VG_ALERT_OPEN}), 10);
    vg_alert_book_close(book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_becomes_an_alert_of_each_rule_that_wants_it_with_its_evidence),
        cmocka_unit_test(the_list_has_the_most_urgent_first_and_of_those_who_waits_longest),
        cmocka_unit_test(steps_are_taken_in_their_order_and_each_is_kept_with_who_when_and_why),
        cmocka_unit_test(what_nobody_looks_at_is_escalated_by_the_datas_clock_at_the_same_moment_however_it_ticks),
        cmocka_unit_test(what_is_told_again_or_older_changes_nothing_and_what_is_revised_does_so_once),
        cmocka_unit_test(late_data_withdraws_what_is_open_and_leaves_what_people_decided),
        cmocka_unit_test(a_dismissed_alert_stays_so_for_its_data_time_even_under_another_id),
        cmocka_unit_test(silence_keys_on_the_datas_time_and_ends_by_a_step),
        cmocka_unit_test(a_call_for_help_is_told_whatever_the_rules_are),
        cmocka_unit_test(a_rule_tells_so_many_an_hour_of_data_time_and_the_rest_is_kept_and_counted),
        cmocka_unit_test(exercises_and_the_sea_never_mix),
        cmocka_unit_test(killed_midway_and_played_again_the_book_is_the_same),
        cmocka_unit_test(what_people_did_and_set_is_there_after_a_restart),
        cmocka_unit_test(the_history_can_not_be_changed_and_a_backup_is_whole),
        cmocka_unit_test(old_events_without_an_alert_make_room_and_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
