/* Alerts and events over HTTP: lists, one with its evidence, steps of people, rules, silence, the change of watch. */
#include "../alert/events.h"
#include "alert/desk.h"
#include "base/thread.h"
#include "server.h"

static struct server *server;
static struct vg_alert_desk *desk;

static enum vg_err nothing(struct vg_alert_book *book, void *arg)
{
    (void)book, (void)arg;
    return VG_OK;
}

/* In the book when this returns. */
static void hand_in(struct vg_alert_told told)
{
    struct vg_desk_status s;
    assert_true(vg_alert_desk_event(desk, &told));
    do {
        vg_alert_desk_ask(desk, nothing, NULL);
        vg_alert_desk_status(desk, &s);
    } while (s.waiting);
}

static int64_t wall(void)
{
    return T0_US + VG_DAY_US;
}

static int set_up(void **state)
{
    (void)state;
    char why[VG_DB_WHY];
    static const char yaml[] = "rules:\n"
                               "  - {name: drift, kinds: drift, severity: warning, for: guard}\n"
                               "  - {name: help, kinds: distress, severity: distress, per_hour: 0}\n";
    static struct vg_rules rules;
    struct vg_rules_error error;
    assert_int_equal(vg_rules_read(yaml, sizeof yaml - 1, &rules, &error), VG_OK);
    const struct vg_alert_book_options book = {.rules = &rules};
    assert_int_equal(vg_alert_desk_open(&book, &desk, why), VG_OK);
    struct vg_api_options options = server_options();
    options.alerts = desk;
    options.may_act = true;
    options.wall_us = wall;
    server = server_open(&options);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    vg_alert_desk_stop(desk);
    server_close(server);
    vg_alert_desk_close(desk);
    return 0;
}

static json_t *post(const char *target, const char *body, int status)
{
    struct http *h = http_send(server->address, "POST", target, "application/json", body);
    if (h->status != status)
        fail_msg("%s %s: %d: %s", target, body, h->status, h->body);
    json_t *json = json_loadb(h->body, h->body_len, 0, NULL);
    assert_non_null(json);
    http_close(h);
    return json;
}

static void refused(const char *target, const char *body, int status, const char *has)
{
    json_t *e = post(target, body, status);
    const char *message = text_of(json_object_get(e, "error"), "message");
    if (!strstr(message, has))
        fail_msg("%s: %s", body, message);
    json_decref(e);
}

static size_t count_of(const char *target, const char *key)
{
    json_t *all = server_json(server, target, 200);
    size_t n = json_array_size(json_object_get(all, key));
    json_decref(all);
    return n;
}

static void address_of(const struct vg_alert_told *told, const char *rule, char ret[static 64])
{
    snprintf(ret, 64, "/api/v1/alerts/%016llx", (unsigned long long)vg_alert_id_of(told->event.id, rule));
}

/* Every member is one that the openapi description has. */
static void are_described(const json_t *object, const char *schema)
{
    json_t *api = server_json(server, "/api/v1/openapi.json", 200);
    json_t *all = json_object_get(json_object_get(api, "components"), "schemas");
    json_t *known = json_object_get(json_object_get(all, schema), "properties");
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value)
    {
        if (!json_object_get(known, key))
            fail_msg("%s of %s is not described", key, schema);
    }
    json_decref(api);
}

static void events_are_listed_by_time_place_kind_and_who_in_three_forms(void **state)
{
    (void)state;
    struct vg_alert_told a = told_at(VG_EVENT_DRIFT, 11, 0), b = told_at(VG_EVENT_GAP, 12, 60),
                         c = told_at(VG_EVENT_GAP, 11, 120), x = told_at(VG_EVENT_GAP, 13, 120);
    b.event.pos = vg_pos_from_deg(10, 50);
    x.event.exercise = true;
    hand_in(a);
    hand_in(b);
    hand_in(c);
    hand_in(x);
    json_t *all = server_json(server, "/api/v1/events", 200);
    const json_t *events = json_object_get(all, "events");
    assert_int_equal(json_array_size(events), 3); /* the newest first, no exercise */
    assert_int_equal(json_integer_value(json_array_get(json_object_get(json_array_get(events, 1), "mmsi"), 0)), 12);
    are_described(json_array_get(events, 0), "Event");
    assert_true(json_is_null(json_object_get(all, "next")));
    json_decref(all);
    assert_int_equal(count_of("/api/v1/events?exercise=true", "events"), 1);
    assert_int_equal(count_of("/api/v1/events?kind=gap", "events"), 2);
    assert_int_equal(count_of("/api/v1/events?kind=gap,drift&mmsi=11", "events"), 2);
    assert_int_equal(count_of("/api/v1/events?contact=f00000000000000c", "events"), 1);
    assert_int_equal(count_of("/api/v1/events?bbox=0,40,20,60", "events"), 1);
    assert_int_equal(count_of("/api/v1/events?state=withdrawn", "events"), 0);
    assert_int_equal(count_of("/api/v1/events?from=2023-11-14T23:13:20Z&to=2023-11-14T23:14:20Z", "events"), 1);
    assert_int_equal(count_of("/api/v1/events?to=2023-11-14T22:13:20Z", "events"), 0);
    size_t seen = 0;
    char target[80] = "/api/v1/events?limit=1";
    for (int pages = 0; pages < 9; pages++) { /* page by page */
        all = server_json(server, target, 200);
        seen += json_array_size(json_object_get(all, "events"));
        const char *next = text_of(all, "next");
        snprintf(target, sizeof target, "/api/v1/events?limit=1&after=%s", next ? next : "");
        json_decref(all);
        if (!next)
            break;
    }
    assert_int_equal(seen, 3);
    struct http *q = http_get(server->address, "/api/v1/events?format=parquet");
    assert_int_equal(q->status, 200);
    assert_string_equal(http_header(q, "Content-Type"), "application/vnd.apache.parquet");
    assert_memory_equal(q->body, "PAR1", 4);
    assert_memory_equal(q->body + q->body_len - 4, "PAR1", 4);
    http_close(q);
    q = http_get(server->address, "/api/v1/alerts?format=parquet");
    assert_int_equal(q->status, 200);
    assert_memory_equal(q->body + q->body_len - 4, "PAR1", 4);
    http_close(q);
    q = http_get(server->address, "/api/v1/alerts?format=csv");
    assert_int_equal(q->status, 400);
    http_close(q);
    struct http *h = http_get(server->address, "/api/v1/events?format=csv");
    assert_int_equal(h->status, 200);
    assert_string_equal(http_header(h, "Content-Type"), "text/csv; charset=utf-8");
    assert_memory_equal(h->body, "id,kind,state,", 14);
    http_close(h);
    all = server_json(server, "/api/v1/events?format=geojson", 200);
    assert_int_equal(json_array_size(json_object_get(all, "features")), 3);
    json_decref(all);
    snprintf(target, sizeof target, "/api/v1/events/%016llx", (unsigned long long)a.event.id);
    all = server_json(server, target, 200);
    assert_int_equal(json_array_size(json_object_get(all, "alerts")), 1);
    json_decref(all);
    static const char *const bad[] = {"kind=x",      "state=x",  "mmsi=0",     "mmsi=x", "contact=1",
                                      "after=z",     "limit=0",  "format=x",   "from=x", "bbox=1,2,3",
                                      "exercise=no", "colour=1", "limit=99999"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        snprintf(target, sizeof target, "/api/v1/events?%s", bad[i]);
        json_decref(server_json(server, target, 400));
    }
    json_decref(server_json(server, "/api/v1/events/0000000000000001", 404));
    json_decref(server_json(server, "/api/v1/events?after=0000000000000001", 404));
    json_decref(server_json(server, "/api/v1/events/x", 400));
}

static void a_reader_of_the_old_stream_is_told_where_it_is(void **state)
{
    (void)state;
    struct http *h = calloc(1, sizeof *h);
    http_open(h, server->address, "GET", "/api/v1/events", "Accept: text/event-stream\r\n", 0);
    http_read_body(h);
    assert_int_equal(h->status, 410);
    assert_non_null(strstr(h->body, "/api/v1/notices"));
    http_close(h);
}

static void an_alert_is_opened_taken_and_decided_with_who_and_why(void **state)
{
    (void)state;
    char at[64];
    struct vg_alert_told t = told_at(VG_EVENT_DRIFT, 21, 0), help = told_at(VG_EVENT_DISTRESS, 22, 5);
    hand_in(t);
    hand_in(help);
    address_of(&t, "drift", at);
    json_t *all = server_json(server, "/api/v1/alerts", 200);
    const json_t *first = json_array_get(json_object_get(all, "alerts"), 0);
    assert_string_equal(text_of(first, "severity"), "distress");
    are_described(first, "Alert");
    json_decref(all);
    refused(at, "{\"action\":\"dismiss\",\"who\":\"Ana\"}", 400, "reason");
    refused(at, "{\"action\":\"acknowledge\"}", 400, "who");
    refused(at, "{\"action\":\"shoot\",\"who\":\"Ana\"}", 400, "action must be");
    refused(at, "{\"action\":\"note\",\"who\":\"Ana\",\"resaon\":\"x\"}", 400, "resaon");
    refused(at, "{\"action\":\"acknowledge\",\"who\":5}", 400, "who must be");
    refused(at, "[]", 400, "object");
    refused("/api/v1/alerts/0000000000000001", "{\"action\":\"acknowledge\",\"who\":\"Ana\"}", 404, "no such alert");
    refused("/api/v1/alerts/1", "{\"action\":\"acknowledge\",\"who\":\"Ana\"}", 400, "16 hexadecimal");
    json_t *done = post(at, "{\"action\":\"acknowledge\",\"who\":\"Ana\"}", 200);
    assert_string_equal(text_of(done, "state"), "acknowledged");
    json_decref(done);
    done = post(at, "{\"action\":\"dismiss\",\"who\":\"Ana\",\"reason\":\"tow, \\u202eevil\"}", 200);
    assert_string_equal(text_of(done, "state"), "dismissed");
    assert_string_equal(text_of(done, "reason"), "tow, ?evil");
    assert_int_equal(json_array_size(json_object_get(done, "history")), 3);
    json_decref(done);
    refused(at, "{\"action\":\"confirm\",\"who\":\"Ana\"}", 409, "reopen it first");
    assert_int_equal(count_of("/api/v1/alerts?mine=Ana&state=dismissed", "alerts"), 1);
    assert_int_equal(count_of("/api/v1/alerts?severity=warning&mine=guard&state=dismissed&kind=drift", "alerts"), 1);
    assert_int_equal(count_of("/api/v1/alerts?rule=drift&mine=nobody", "alerts"), 0);
    vg_alert_desk_advance(desk, at_minute(600), 0);
    struct vg_desk_status s;
    do
        vg_alert_desk_status(desk, &s);
    while (!s.counters.escalated);
    assert_true(count_of("/api/v1/alerts?state=escalated", "alerts") >= 1);
    json_decref(server_json(server, "/api/v1/alerts?state=red", 400));
    json_decref(server_json(server, "/api/v1/alerts?severity=red", 400));
    struct http *h = http_get(server->address, "/metrics");
    assert_non_null(strstr(h->body, "\nvigia_alerts_acts_total "));
    assert_non_null(strstr(h->body, "\nvigia_alerts_queue_lost_total 0\n"));
    http_close(h);
}

static void a_rule_is_turned_off_by_one_click_and_rules_are_checked_before_they_hold(void **state)
{
    (void)state;
    struct vg_alert_told t = told_at(VG_EVENT_DRIFT, 31, 1000), u = told_at(VG_EVENT_DRIFT, 32, 1001);
    json_decref(post("/api/v1/alerts/rules", "{\"rule\":\"drift\",\"enabled\":false,\"who\":\"Ana\"}", 200));
    hand_in(t);
    json_decref(post("/api/v1/alerts/rules", "{\"rule\":\"drift\",\"enabled\":true,\"who\":\"Ana\"}", 200));
    hand_in(u);
    char at[64];
    address_of(&t, "drift", at);
    json_decref(server_json(server, at, 404));
    address_of(&u, "drift", at);
    json_decref(server_json(server, at, 200));
    refused("/api/v1/alerts/rules", "{\"rule\":\"x\",\"enabled\":true,\"who\":\"Ana\"}", 404, "no such rule");
    refused("/api/v1/alerts/rules", "{\"rule\":\"x\",\"who\":\"Ana\"}", 400, "expected either");
    refused("/api/v1/alerts/rules", "{\"text\":\"rules:\\n  - {name: r}\\n\",\"who\":\"Ana\"}", 400, "line 2: ");
    refused("/api/v1/alerts/rules", "{\"text\":\"rules: 5\",\"check\":true,\"who\":\"Ana\"}", 400, "line 1: ");
    json_decref(post("/api/v1/alerts/rules", "{\"text\":\"rules: []\",\"check\":true,\"who\":\"Ana\"}", 200));
    assert_int_equal(count_of("/api/v1/alerts/rules", "rules"), 2); /* it was only checked */
    json_t *rules = server_json(server, "/api/v1/alerts/rules", 200);
    assert_non_null(strstr(text_of(rules, "text"), "name: \"drift\""));
    assert_int_equal(json_array_size(json_object_get(rules, "changes")), 2);
    are_described(rules, "AlertRules");
    json_decref(rules);
    rules = server_json(server, "/api/v1/alerts/precision", 200);
    const json_t *drift = json_array_get(json_object_get(rules, "rules"), 0);
    assert_string_equal(text_of(drift, "rule"), "drift");
    assert_true(json_real_value(json_object_get(drift, "precision")) == 0 &&
                json_array_size(json_object_get(drift, "days")) > 0);
    json_decref(rules);
}

static void silence_and_the_change_of_watch(void **state)
{
    (void)state;
    struct vg_alert_told t = told_at(VG_EVENT_DRIFT, 41, 2000);
    json_t *muted = post("/api/v1/alerts/silence",
                         "{\"rule\":\"drift\",\"mmsi\":41,\"from\":\"2023-11-14T22:13:20Z\",\"minutes\":100000,"
                         "\"who\":\"Ana\",\"reason\":\"drifts always\"}",
                         200);
    const json_t *mute = json_array_get(json_object_get(muted, "mutes"), 0);
    assert_int_equal(json_integer_value(json_object_get(mute, "mmsi")), 41);
    long long id = json_integer_value(json_object_get(mute, "id"));
    json_decref(muted);
    hand_in(t);
    char at[64], body[100];
    address_of(&t, "drift", at);
    json_t *one = server_json(server, at, 200);
    assert_string_equal(text_of(one, "state"), "silenced");
    json_decref(one);
    snprintf(body, sizeof body, "{\"undo\":%lld,\"who\":\"Ana\"}", id);
    json_decref(post("/api/v1/alerts/silence", body, 200));
    refused("/api/v1/alerts/silence", body, 404, "no such mute");
    refused("/api/v1/alerts/silence", "{\"minutes\":5,\"who\":\"Ana\",\"reason\":\"x\"}", 400, "what is to be muted");
    refused("/api/v1/alerts/silence", "{\"mmsi\":5,\"who\":\"Ana\",\"reason\":\"x\"}", 400, "minutes");
    refused("/api/v1/alerts/silence", "{\"mmsi\":5,\"minutes\":5,\"who\":\"Ana\"}", 400, "reason");
    size_t open = count_of("/api/v1/alerts", "alerts");
    json_t *done = post("/api/v1/alerts/handover", "{\"who\":\"Ana\",\"to\":\"Luis\",\"note\":\"fog\"}", 200);
    assert_int_equal(json_array_size(json_object_get(done, "alerts")), open);
    json_decref(done);
    refused("/api/v1/alerts/handover", "{\"who\":\"Ana\",\"note\":\"fog\"}", 400, "to whom");
    assert_int_equal(count_of("/api/v1/alerts/handover", "handovers"), 1);
}

static void without_the_right_nothing_is_done_and_without_alerts_there_are_none(void **state)
{
    (void)state;
    static const char *const targets[] = {"/api/v1/alerts/0000000000000001", "/api/v1/alerts/rules",
                                          "/api/v1/alerts/silence", "/api/v1/alerts/handover"};
    struct vg_api_options options = server_options();
    struct server *other = server_open(&options);
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        struct http *h = http_send(other->address, "POST", targets[i], "application/json", "{}");
        assert_int_equal(h->status, 403);
        http_close(h);
        char *text; /* a page of another site may not even ask where it is allowed */
        h = calloc(1, sizeof *h);
        assert_true(asprintf(&text,
                             "POST %s HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\nContent-Type: "
                             "application/json\r\nContent-Length: 2\r\n\r\n{}",
                             targets[i]) > 0);
        h->fd = http_connect(server->address, 0);
        http_write(h->fd, text);
        free(text);
        http_read_head(h);
        http_read_body(h);
        assert_int_equal(h->status, 403);
        http_close(h);
    }
    json_decref(server_json(other, "/api/v1/alerts", 404));
    json_decref(server_json(other, "/api/v1/events", 404));
    server_close(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_are_listed_by_time_place_kind_and_who_in_three_forms),
        cmocka_unit_test(a_reader_of_the_old_stream_is_told_where_it_is),
        cmocka_unit_test(an_alert_is_opened_taken_and_decided_with_who_and_why),
        cmocka_unit_test(a_rule_is_turned_off_by_one_click_and_rules_are_checked_before_they_hold),
        cmocka_unit_test(silence_and_the_change_of_watch),
        cmocka_unit_test(without_the_right_nothing_is_done_and_without_alerts_there_are_none),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
