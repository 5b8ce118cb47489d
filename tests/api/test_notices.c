/* Server-sent events: state at the beginning, notices as they come, resumption. */
#include "api/json.h"
#include "server.h"

struct events {
    struct http http;
    char text[65536];
    size_t len, pos, taken; /* taken: bytes of whole lines, since the beginning */
    char id[32], event[32], data[2048];
};

static struct events *events_open(struct server *server, const char *headers)
{
    struct events *e = calloc(1, sizeof *e);
    http_open(&e->http, server->address, "GET", "/api/v1/notices", headers, 0);
    assert_int_equal(e->http.status, 200);
    assert_string_equal(http_header(&e->http, "Content-Type"), "text/event-stream");
    return e;
}

static void events_close(struct events *e)
{
    close(e->http.fd);
    free(e);
}

static char *next_line(struct events *e)
{
    char *end;
    while (!(end = memchr(e->text + e->pos, '\n', e->len - e->pos))) {
        memmove(e->text, e->text + e->pos, e->len - e->pos);
        e->len -= e->pos;
        e->pos = 0;
        size_t n = http_read(&e->http, e->text + e->len, sizeof e->text - e->len);
        if (!n)
            return NULL;
        e->len += n;
    }
    char *line = e->text + e->pos;
    *end = '\0';
    e->taken += (size_t)(end - line) + 1;
    e->pos = (size_t)(end - e->text) + 1;
    return line;
}

/* The next event, comments skipped. False: the end. */
static bool next_event(struct events *e)
{
    char *line;
    e->id[0] = e->event[0] = e->data[0] = '\0';
    while ((line = next_line(e))) {
        if (strncmp(line, "id: ", 4) == 0)
            snprintf(e->id, sizeof e->id, "%s", line + 4);
        else if (strncmp(line, "event: ", 7) == 0)
            snprintf(e->event, sizeof e->event, "%s", line + 7);
        else if (strncmp(line, "data: ", 6) == 0)
            snprintf(e->data, sizeof e->data, "%s", line + 6);
        else if (!*line && *e->event)
            return true;
        else
            assert_true(!*line || *line == ':');
    }
    return false;
}

static json_t *expect(struct events *e, const char *event)
{
    assert_true(next_event(e));
    assert_string_equal(e->event, event);
    json_t *json = json_loads(e->data, 0, NULL);
    assert_non_null(json);
    return json;
}

static void tell_feed(struct server *server, const char *name, enum vg_feed_state state, const char *error)
{
    struct vg_notice event;
    struct vg_feed_status status = {.state = state, .since_us = START_US};
    vg_notice_of_feed(name, &status, error, &event);
    vg_api_notice(server->api, &event);
}

static void notice(struct server *server, int number)
{
    char name[16];
    snprintf(name, sizeof name, "%d", number);
    tell_feed(server, name, VG_FEED_DOWN, NULL);
}

static void begins_with_hello_and_the_state_of_things(void **state)
{
    (void)state;
    struct vg_api_options o = server_options();
    struct server *server = server_open(&o);
    struct vg_report sart = at_position(970012345, START_US, -80, -2);
    sart.class = VG_CLASS_SART;
    sart.status = 14;
    server_apply(server, sart);
    server_publish(server);
    struct vg_feed_board feeds[2] = {{.spec.name = "Manta", .status.state = VG_FEED_LIVE},
                                     {.spec.name = "Sal\"inas\n", .status.state = VG_FEED_DOWN, .error = "refused"}};
    vg_api_feeds(server->api, feeds, 2);
    notice(server, 1); /* before anybody listens */
    struct events *e = events_open(server, "");
    json_t *json = expect(e, "hello");
    assert_string_equal(text_of(json, "epoch"), "abcdef0123456789");
    json_decref(json);
    json = expect(e, "distress");
    assert_int_equal(json_integer_value(json_object_get(json, "mmsi")), 970012345);
    assert_string_equal(text_of(json, "class"), "sart");
    assert_string_equal(text_of(json, "state"), "active");
    assert_true(json_number_value(json_object_get(json, "lon")) == -80);
    json_decref(json);
    json = expect(e, "feed");
    assert_string_equal(text_of(json, "feed"), "Sal\"inas\xEF\xBF\xBD");
    assert_string_equal(text_of(json, "state"), "down");
    json_decref(json);
    notice(server, 2);
    json = expect(e, "feed");
    assert_string_equal(text_of(json, "feed"), "2");
    json_decref(json);
    events_close(e);
    server_close(server);
}

static void call_for_help(struct server *server, uint32_t mmsi, enum vg_distress_change change)
{
    const struct vg_notice event = {
        .kind = VG_NOTICE_DISTRESS,
        .time_us = START_US,
        .distress = {.mmsi = mmsi, .class = VG_CLASS_SART, .change = change, .pos = VG_POS_NONE}};
    vg_api_notice(server->api, &event);
}

static void expect_call(struct events *e, uint32_t mmsi, const char *state)
{
    json_t *json = expect(e, "distress");
    assert_int_equal(json_integer_value(json_object_get(json, "mmsi")), mmsi);
    assert_string_equal(text_of(json, "state"), state);
    json_decref(json);
}

/* It was told before the reader came, and the picture that has it is not published yet. */
static void a_call_since_the_last_picture_is_told_to_who_comes_then(void **state)
{
    (void)state;
    struct vg_api_options o = server_options();
    struct server *server = server_open(&o);
    call_for_help(server, 970000001, VG_DISTRESS_ACTIVE);
    call_for_help(server, 970000002, VG_DISTRESS_TEST);
    call_for_help(server, 970000001, VG_DISTRESS_ENDED);
    struct events *e = events_open(server, "");
    json_decref(expect(e, "hello"));
    expect_call(e, 970000001, "active"); /* in their order: the last word is the right one */
    expect_call(e, 970000002, "test");
    expect_call(e, 970000001, "ended");
    call_for_help(server, 970000003, VG_DISTRESS_ACTIVE);
    expect_call(e, 970000003, "active");
    events_close(e);
    server_publish(server); /* from here on the picture knows */
    e = events_open(server, "");
    json_decref(expect(e, "hello"));
    call_for_help(server, 970000004, VG_DISTRESS_ACTIVE);
    expect_call(e, 970000004, "active");
    events_close(e);
    server_publish(server);
    for (uint32_t i = 0; i < 70; i++)
        call_for_help(server, 970000000 + i, VG_DISTRESS_ACTIVE);
    e = events_open(server, "");
    json_decref(expect(e, "hello"));
    for (uint32_t i = 70 - 10; i < 70; i++) /* of many the newest */
        expect_call(e, 970000000 + i, "active");
    call_for_help(server, 970000099, VG_DISTRESS_ACTIVE);
    expect_call(e, 970000099, "active");
    events_close(e);
    server_close(server);
}

static void last_event_id_resumes(void **state)
{
    (void)state;
    char headers[128];
    struct vg_api_options o = server_options();
    struct server *server = server_open(&o);
    struct events *e = events_open(server, "");
    json_decref(expect(e, "hello"));
    notice(server, 1);
    json_decref(expect(e, "feed"));
    snprintf(headers, sizeof headers, "Last-Event-ID: %s\r\n", e->id);
    events_close(e);
    for (int i = 2; i <= 5; i++)
        notice(server, i);
    e = events_open(server, headers);
    json_t *json = expect(e, "hello");
    assert_null(json_object_get(json, "missed"));
    json_decref(json);
    for (int i = 2; i <= 5; i++) {
        json = expect(e, "feed");
        assert_int_equal(strtol(text_of(json, "feed"), NULL, 10), i);
        json_decref(json);
    }
    events_close(e);
    for (int i = 6; i < 6 + 2000; i++) /* the ring turns over */
        notice(server, i);
    e = events_open(server, headers);
    json = expect(e, "hello");
    assert_int_equal(json_integer_value(json_object_get(json, "missed")), 2004 - 1024);
    json_decref(json);
    for (int i = 2005 - 1023; i <= 2005; i++) {
        json = expect(e, "feed");
        assert_int_equal(strtol(text_of(json, "feed"), NULL, 10), i);
        json_decref(json);
    }
    events_close(e);
    static const char *const strange[] = {"Last-Event-ID: 99999999999999999999\r\n", "Last-Event-ID: x\r\n",
                                          "Last-Event-ID: 1800000000000\r\n", "Last-Event-ID: \r\n"};
    for (size_t i = 0; i < 4; i++) {
        e = events_open(server, strange[i]);
        json_decref(expect(e, "hello"));
        notice(server, 7);
        json = expect(e, "feed");
        assert_string_equal(text_of(json, "feed"), "7");
        json_decref(json);
        events_close(e);
    }
    server_close(server);
}

/* What the next event of this kind says, byte for byte. */
static void data_of(struct events *e, const char *event, char *ret, size_t size)
{
    do
        assert_true(next_event(e));
    while (strcmp(e->event, event) != 0);
    snprintf(ret, size, "%s", e->data);
}

/* One writer: who listens when it happens is told the same bytes as who comes later. */
static void the_ring_and_the_state_say_the_same_bytes(void **state)
{
    (void)state;
    struct vg_api_options o = server_options();
    struct server *server = server_open(&o);
    struct events *early = events_open(server, ""), *late;
    char heard[3][2048], found[3][2048];
    static const char *const kinds[] = {"distress", "feed", "storage"};
    json_decref(expect(early, "hello"));
    struct vg_report sart = at_position(970012345, START_US, -80, -2);
    sart.class = VG_CLASS_SART;
    sart.status = 14;
    sart.fields |= VG_FIELD_BIT(TEXT);
    snprintf(sart.text, sizeof sart.text, "SART \"ACTIVE\"");
    server_apply(server, sart);
    server_publish(server);
    struct vg_notice event;
    vg_notice_of_distress(vg_picture_find(server->picture, 970012345), VG_DISTRESS_ACTIVE, &server->sources, &event);
    vg_api_notice(server->api, &event);
    struct vg_feed_board feed = {
        .spec.name = "Sal\"inas\n", .status = {.state = VG_FEED_STALLED, .since_us = START_US}, .error = "no data"};
    vg_api_feeds(server->api, &feed, 1);
    tell_feed(server, feed.spec.name, VG_FEED_STALLED, "no data");
    struct vg_storage_status storage = {
        .kept = true, .error = "No space left", .failing_us = START_US, .lost_entries = 3, .lost_bytes = 99};
    vg_api_storage(server->api, &storage); /* the ring hears of it by itself */
    for (int i = 0; i < 3; i++)
        data_of(early, kinds[i], heard[i], sizeof heard[i]);
    late = events_open(server, "");
    json_decref(expect(late, "hello"));
    for (int i = 0; i < 3; i++) {
        data_of(late, kinds[i], found[i], sizeof found[i]);
        assert_string_equal(heard[i], found[i]);
    }
    char contact[64];
    snprintf(contact, sizeof contact, "\"contact\":\"%016llx\"",
             (unsigned long long)vg_picture_find(server->picture, 970012345)->id);
    assert_non_null(strstr(heard[0], contact));
    assert_non_null(strstr(heard[0], "\"text\":\"SART \\\"ACTIVE\\\"\""));
    assert_string_equal(heard[1],
                        "{\"feed\":\"Sal\\\"inas\xEF\xBF\xBD\",\"state\":\"stalled\",\"time\":\"2023-11-14T22:13:20Z\","
                        "\"error\":\"no data\"}");
    assert_string_equal(heard[2],
                        "{\"state\":\"failing\",\"error\":\"No space left\",\"archive_error\":null,"
                        "\"since\":\"2023-11-14T22:13:20Z\",\"lost_entries\":3,\"lost_bytes\":99,\"damages\":0,"
                        "\"space\":null,\"free_bytes\":null,\"total_bytes\":null,\"full_in_s\":null}");
    events_close(early);
    events_close(late);
    server_close(server);
}

/* A reader who comes in a flood: the newest ten, and the whole in one event. */
static void of_many_calls_the_newest_are_told_and_the_rest_in_one(void **state)
{
    (void)state;
    struct vg_api_options o = server_options();
    struct server *server = server_open(&o);
    const uint32_t calls = 3000, tests = 30;
    for (uint32_t i = 0; i < calls + tests; i++) {
        struct vg_report sart = at_position(970000000 + i, START_US + (int64_t)(i * 37 % calls) * 1000000, -80, -2);
        sart.class = VG_CLASS_SART;
        sart.status = i < calls ? 14 : 15;
        sart.fields |= VG_FIELD_BIT(STATUS);
        server_apply(server, sart);
    }
    server_publish(server);
    struct events *e = events_open(server, "");
    json_decref(expect(e, "hello"));
    for (int64_t k = 10; k > 0; k--) {
        json_t *json = expect(e, "distress");
        uint32_t i = (uint32_t)json_integer_value(json_object_get(json, "mmsi")) - 970000000;
        assert_string_equal(text_of(json, "state"), "active");
        assert_int_equal(i * 37 % calls, calls - k); /* in their order */
        json_decref(json);
    }
    json_t *json = expect(e, "distress_group");
    assert_int_equal(json_integer_value(json_object_get(json, "calling")), calls);
    assert_int_equal(json_integer_value(json_object_get(json, "active")), calls);
    assert_int_equal(json_integer_value(json_object_get(json, "test")), tests);
    assert_int_equal(json_array_size(json_object_get(json, "sources")), 1);
    assert_string_equal(text_of(json, "since"), "2023-11-14T22:13:20Z");
    json_decref(json);
    json = expect(e, "left_out");
    assert_int_equal(json_integer_value(json_object_get(json, "distress")), calls + tests - 10);
    json_decref(json);
    events_close(e);
    server_close(server);
}

/* An event whose JSON has so many bytes. */
static struct vg_notice event_of(size_t len)
{
    struct vg_notice event = {.kind = VG_NOTICE_STORAGE,
                              .storage = {.since_us = START_US, .lost_entries = INT64_MAX, .lost_bytes = INT64_MAX}};
    char buf[4096];
    char *texts[] = {event.storage.error, event.storage.archive_error};
    for (size_t i = 0; i < 2 * (VG_STATUS_ERROR - 1); i++) {
        struct vg_out out = vg_out_fixed(buf, sizeof buf);
        texts[i / (VG_STATUS_ERROR - 1)][i % (VG_STATUS_ERROR - 1)] = '\1'; /* three bytes in JSON */
        vg_json_notice(&out, &event);
        if (out.len == len)
            return event;
        if (out.len < len)
            continue;
        for (const char *shorter = "x\""; *shorter; shorter++) { /* one byte, and two */
            texts[i / (VG_STATUS_ERROR - 1)][i % (VG_STATUS_ERROR - 1)] = *shorter;
            out.len = 0;
            vg_json_notice(&out, &event);
            if (out.len == len)
                return event;
        }
    }
    fail_msg("no event of %zu bytes", len);
    return event;
}

static void an_event_of_1024_bytes_is_told(void **state)
{
    (void)state;
    struct vg_api_options o = server_options();
    struct server *server = server_open(&o);
    struct events *e = events_open(server, "");
    json_decref(expect(e, "hello"));
    for (size_t len = 1023; len <= 1026; len++) {
        struct vg_notice event = event_of(len);
        vg_api_notice(server->api, &event);
    }
    notice(server, 1);
    for (size_t len = 1023; len <= 1024; len++) {
        json_decref(expect(e, "storage"));
        assert_int_equal(strlen(e->data), len);
    }
    json_decref(expect(e, "feed"));
    struct http *h = http_get(server->address, "/metrics");
    assert_non_null(strstr(h->body, "\nvigia_notices_refused_total 2\n"));
    http_close(h);
    events_close(e);
    server_close(server);
}

/* Control characters take three bytes each in JSON (U+FFFD): what no notice can hold is refused, and the next one
 * comes. */
static void an_event_that_is_too_long_is_refused(void **state)
{
    (void)state;
    struct vg_api_options o = server_options();
    struct server *server = server_open(&o);
    struct vg_storage_status storage = {.kept = true, .archive_failing = true};
    memset(storage.error, 1, sizeof storage.error - 1);
    memset(storage.archive_error, 1, sizeof storage.archive_error - 1);
    vg_api_storage(server->api, &storage);
    notice(server, 1);
    struct http *h = http_get(server->address, "/metrics");
    assert_non_null(strstr(h->body, "\nvigia_notices_refused_total 1\n"));
    assert_non_null(strstr(h->body, "\nvigia_notices_total 1\n"));
    http_close(h);
    server_close(server);
}

struct listener {
    struct server *server;
    int last;
};

static void *listen_along(void *arg)
{
    struct listener *l = arg;
    struct events *e = events_open(l->server, "");
    int before = 0;
    while (before != l->last && next_event(e)) {
        if (strcmp(e->event, "feed") != 0)
            continue;
        json_t *json = json_loads(e->data, 0, NULL);
        int number = (int)strtol(text_of(json, "feed"), NULL, 10);
        assert_true(number > before);
        before = number;
        json_decref(json);
    }
    events_close(e);
    return NULL;
}

static void many_listeners_hear_the_end(void **state)
{
    (void)state;
    struct vg_api_options o = server_options();
    struct server *server = server_open(&o);
    struct listener l = {server, 3000};
    pthread_t thread[4];
    for (int i = 0; i < 4; i++)
        pthread_create(&thread[i], NULL, listen_along, &l);
    for (int i = 1; i <= 2999; i++) {
        notice(server, i);
        if (i % 100 == 0) {
            server_publish(server);
            usleep(1000);
        }
    }
    usleep(300000); /* all are connected */
    notice(server, 3000);
    for (int i = 0; i < 4; i++)
        pthread_join(thread[i], NULL);
    struct events *e = events_open(server, "");
    json_decref(expect(e, "hello"));
    server_close(server); /* a waiting reader is ended */
    assert_false(next_event(e));
    events_close(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(begins_with_hello_and_the_state_of_things),
        cmocka_unit_test(a_call_since_the_last_picture_is_told_to_who_comes_then),
        cmocka_unit_test(last_event_id_resumes),
        cmocka_unit_test(the_ring_and_the_state_say_the_same_bytes),
        cmocka_unit_test(of_many_calls_the_newest_are_told_and_the_rest_in_one),
        cmocka_unit_test(an_event_of_1024_bytes_is_told),
        cmocka_unit_test(an_event_that_is_too_long_is_refused),
        cmocka_unit_test(many_listeners_hear_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
