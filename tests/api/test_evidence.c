/* The evidence of alerts over HTTP: sentences in the detail, and the bundle that verifies. */
#include "../alert/events.h"
#undef T0_US
#include "../journal/room.h"
#include "alert/desk.h"
#include "journal/exhibit.h"
#include "server.h"

static struct server *server;
static struct vg_alert_desk *desk;
static struct vg_journal *journal;

static enum vg_err nothing(struct vg_alert_book *book, void *arg)
{
    (void)book, (void)arg;
    return VG_OK;
}

/* In the book when this returns; its alert's address in `ret`. */
static void hand_in(struct vg_alert_told told, char ret[static 64])
{
    struct vg_desk_status s;
    assert_true(vg_alert_desk_event(desk, &told));
    do {
        vg_alert_desk_ask(desk, nothing, NULL);
        vg_alert_desk_status(desk, &s);
    } while (s.waiting);
    snprintf(ret, 64, "/api/v1/alerts/%016llx", (unsigned long long)vg_alert_id_of(told.event.id, "all"));
}

static struct vg_alert_told event_at(uint32_t mmsi, const uint64_t *place, size_t count)
{
    struct vg_alert_told told = told_at(VG_EVENT_DRIFT, mmsi, 0);
    told.event.places = 0;
    for (size_t i = 0; i < count; i++)
        vg_event_place(&told.event, place[i]);
    return told;
}

static void open_all(const char *dir)
{
    char why[VG_DB_WHY];
    static const char yaml[] = "rules:\n  - {name: all, kinds: drift, severity: caution}\n";
    static struct vg_rules rules;
    struct vg_rules_error error;
    assert_int_equal(vg_rules_read(yaml, sizeof yaml - 1, &rules, &error), VG_OK);
    const struct vg_alert_book_options book = {.rules = &rules};
    assert_int_equal(vg_alert_desk_open(&book, &desk, why), VG_OK);
    struct vg_api_options options = server_options();
    options.alerts = desk;
    options.may_act = true;
    options.journal_dir = dir;
    server = server_open(&options);
}

static void close_all(void)
{
    vg_alert_desk_stop(desk);
    server_close(server);
    vg_alert_desk_close(desk);
}

static void refuses(const char *alert, int status, const char *code)
{
    char target[96];
    snprintf(target, sizeof target, "%s/evidence", alert);
    json_t *answer = server_json(server, target, status);
    assert_string_equal(text_of(json_object_get(answer, "error"), "code"), code);
    json_decref(answer);
}

static void detail_has(const char *alert, bool bundle, const char *why, size_t sentences)
{
    json_t *answer = server_json(server, alert, 200);
    const json_t *evidence = json_object_get(answer, "evidence");
    assert_int_equal(json_is_true(json_object_get(evidence, "bundle")), bundle);
    if (why)
        assert_string_equal(text_of(evidence, "why"), why);
    assert_int_equal(json_array_size(json_object_get(evidence, "sentences")), sentences);
    json_decref(answer);
}

static void the_bundle_of_an_alert_is_downloaded_and_verifies(void **state)
{
    const char *dir = in(*state, "j");
    char alert[64], target[96], name[96];
    journal = open_journal(dir, NULL);
    uint64_t place[3] = {append(journal, 1), append(journal, 2), 0};
    turn(journal);
    open_all(dir);
    hand_in(event_at(11, place, 2), alert);
    detail_has(alert, true, NULL, 2);
    json_t *detail = server_json(server, alert, 200);
    const json_t *evidence = json_object_get(detail, "evidence");
    const json_t *line = json_array_get(json_object_get(evidence, "sentences"), 0);
    assert_string_equal(text_of(line, "sentence"), "!AIVDM,1,1,,A,0000000115MwkRUOidG?GElEa<iQk1JV06Jd,0*6D");
    assert_string_equal(text_of(line, "source"), "Guayaquil");
    assert_true(json_number_value(json_object_get(json_object_get(detail, "reception"), "reception")) == 0.9);
    assert_string_equal(text_of(json_object_get(detail, "reception"), "source"), "Guayaquil, Bahía/r003669945");
    json_decref(detail);
    snprintf(target, sizeof target, "%s/evidence", alert);
    struct http *h = http_get(server->address, target);
    assert_int_equal(h->status, 200);
    snprintf(name, sizeof name, "attachment; filename=\"alert-%s.json\"", alert + strlen("/api/v1/alerts/"));
    assert_string_equal(http_header(h, "Content-Disposition"), name);
    struct vg_verify_options how = {0};
    struct vg_verify_result result;
    assert_int_equal(vg_verify_bundle(h->body, h->body_len, &how, &result), VG_OK);
    assert_int_equal(result.findings, 0);
    assert_int_equal(result.records, 2);
    http_close(h);
    place[2] = append(journal, 3); /* its frame is not even written */
    hand_in(event_at(12, place, 3), alert);
    detail_has(alert, false, "not_signed_yet", 3);
    refuses(alert, 409, "not_signed_yet");
    turn(journal);
    detail_has(alert, true, NULL, 3);
    hand_in(event_at(13, place, 0), alert);
    detail_has(alert, false, "no_places", 0);
    refuses(alert, 404, "no_places");
    refuses("/api/v1/alerts/00000000000000aa", 404, "not_found");
    refuses("/api/v1/alerts/x", 400, "bad_id");
    json_decref(server_json(server, "/api/v1/alerts/0000000000000000", 404));
    place[0] += 4000;
    hand_in(event_at(14, place, 1), alert);
    detail_has(alert, false, "not_kept", 1);
    refuses(alert, 409, "not_kept");
    close_all();
    vg_journal_close(journal, NULL);
}

static void cases(const char *body, int status, const char *has)
{
    struct http *h = http_send(server->address, "POST", "/api/v1/cases", "application/json", body);
    if (h->status != status || !strstr(h->body, has))
        fail_msg("%s: %d: %.300s", body, h->status, h->body);
    http_close(h);
}

static void a_case_is_one_file_that_verifies(void **state)
{
    const char *dir = in(*state, "j"), *id;
    char alert[64], body[300];
    journal = open_journal(dir, NULL);
    uint64_t place[2] = {append(journal, 1), append(journal, 2)};
    turn(journal);
    open_all(dir);
    hand_in(event_at(11, place, 2), alert);
    id = alert + strlen("/api/v1/alerts/");
    snprintf(
        body, sizeof body,
        "{\"name\":\"Night 3\",\"notes\":\"a\\nb\",\"who\":\"Ana\",\"language\":\"es\",\"alerts\":[\"%s\",\"%s\"]}", id,
        id);
    struct http *h = http_send(server->address, "POST", "/api/v1/cases", "application/json", body);
    assert_int_equal(h->status, 200);
    assert_string_equal(http_header(h, "Content-Disposition"), "attachment; filename=\"case-Night-3.html\"");
    assert_string_equal(http_header(h, "Content-Type"), "text/html; charset=utf-8");
    struct vg_verify_options how = {0};
    struct vg_verify_result result;
    assert_int_equal(vg_verify_exhibit(h->body, h->body_len, &how, &result), VG_OK);
    assert_int_equal(result.findings, 0);
    assert_non_null(strstr(h->body, "Exportada en un caso"));
    http_close(h);
    json_t *detail = server_json(server, alert, 200); /* chain of custody */
    const json_t *history = json_object_get(detail, "history");
    assert_string_equal(text_of(json_array_get(history, json_array_size(history) - 1), "what"), "exported");
    assert_string_equal(text_of(json_array_get(history, json_array_size(history) - 1), "who"), "Ana");
    json_decref(detail);
    cases("{\"name\":\"x\",\"who\":\"Ana\",\"alerts\":[]}", 400, "1 to 200");
    cases("{\"name\":\"x\",\"alerts\":[\"00000000000000aa\"]}", 400, "who");
    cases("{\"name\":\"\",\"who\":\"Ana\",\"alerts\":[\"00000000000000aa\"]}", 400, "name");
    cases("{\"name\":\"x\",\"who\":\"Ana\",\"alerts\":[\"aa\"]}", 400, "16 hexadecimal");
    cases("{\"name\":\"x\",\"who\":\"Ana\",\"alerts\":[\"00000000000000aa\"],\"language\":\"fr\"}", 400, "es");
    cases("{\"name\":\"x\",\"who\":\"Ana\",\"alerts\":[\"00000000000000aa\"],\"lang\":\"es\"}", 400, "nothing else");
    cases("{\"name\":\"x\",\"who\":\"Ana\",\"alerts\":[\"00000000000000aa\"]}", 404, "not_found");
    place[1] = append(journal, 3);
    hand_in(event_at(12, place, 2), alert);
    snprintf(body, sizeof body, "{\"name\":\"x\",\"who\":\"Ana\",\"alerts\":[\"%s\"]}",
             alert + strlen("/api/v1/alerts/"));
    cases(body, 409, "not_signed_yet");
    close_all();
    vg_journal_close(journal, NULL);
}

static void who_may_not_act_makes_no_case(void **state)
{
    (void)state;
    struct vg_api_options options = server_options();
    options.journal_dir = "/nonexistent";
    server = server_open(&options);
    cases("{\"name\":\"x\",\"who\":\"Ana\",\"alerts\":[\"00000000000000aa\"]}", 403, "not_allowed");
    server_close(server);
}

static void without_a_journal_there_is_no_evidence(void **state)
{
    char alert[64];
    const uint64_t place = 4096;
    (void)state;
    open_all(NULL);
    hand_in(event_at(11, &place, 1), alert);
    detail_has(alert, false, "no_journal", 0);
    refuses(alert, 404, "no_journal");
    cases("{\"name\":\"x\",\"who\":\"Ana\",\"alerts\":[\"00000000000000aa\"]}", 404, "no_journal");
    close_all();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_room(the_bundle_of_an_alert_is_downloaded_and_verifies), in_a_room(a_case_is_one_file_that_verifies),
        cmocka_unit_test(who_may_not_act_makes_no_case), cmocka_unit_test(without_a_journal_there_is_no_evidence)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
