/* Server-sent events: state at the beginning, notices as they come, resumption. */
#include "house.h"

struct events {
    struct http http;
    char text[65536];
    size_t len, pos;
    char id[32], event[32], data[2048];
};

static struct events *events_open(struct house *house, const char *headers)
{
    struct events *e = calloc(1, sizeof *e);
    http_open(&e->http, house->address, "GET", "/api/v1/events", headers, 0);
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

static void notice(struct house *house, int number)
{
    char json[64];
    int n = snprintf(json, sizeof json, "{\"feed\":\"%d\"}", number);
    vg_serve_notice(house->serve, "feed", json, (size_t)n);
}

static void begins_with_hello_and_the_state_of_things(void **state)
{
    (void)state;
    struct vg_serve_options o = house_options();
    struct house *house = house_open(&o);
    struct vg_report sart = at_position(970012345, START_US, -80, -2);
    sart.class = VG_CLASS_SART;
    sart.status = 14;
    house_apply(house, sart);
    house_publish(house);
    struct vg_feed_board feeds[2] = {{.spec.name = "Manta", .status.state = VG_FEED_LIVE},
                                     {.spec.name = "Sal\"inas\n", .status.state = VG_FEED_DOWN, .error = "refused"}};
    vg_serve_feeds(house->serve, feeds, 2);
    notice(house, 1); /* before anybody listens */
    struct events *e = events_open(house, "");
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
    assert_string_equal(text_of(json, "feed"), "Sal\"inas\n");
    assert_string_equal(text_of(json, "state"), "down");
    json_decref(json);
    notice(house, 2);
    json = expect(e, "feed");
    assert_string_equal(text_of(json, "feed"), "2");
    json_decref(json);
    events_close(e);
    house_close(house);
}

static void last_event_id_resumes(void **state)
{
    (void)state;
    char headers[128];
    struct vg_serve_options o = house_options();
    struct house *house = house_open(&o);
    struct events *e = events_open(house, "");
    json_decref(expect(e, "hello"));
    notice(house, 1);
    json_decref(expect(e, "feed"));
    snprintf(headers, sizeof headers, "Last-Event-ID: %s\r\n", e->id);
    events_close(e);
    for (int i = 2; i <= 5; i++)
        notice(house, i);
    e = events_open(house, headers);
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
        notice(house, i);
    e = events_open(house, headers);
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
        e = events_open(house, strange[i]);
        json_decref(expect(e, "hello"));
        notice(house, 7);
        json = expect(e, "feed");
        assert_string_equal(text_of(json, "feed"), "7");
        json_decref(json);
        events_close(e);
    }
    house_close(house);
}

static void damaged_notices_are_refused(void **state)
{
    (void)state;
    struct vg_serve_options o = house_options();
    struct house *house = house_open(&o);
    char longest[2000];
    memset(longest, 'a', sizeof longest);
    vg_serve_notice(house->serve, "feed", longest, sizeof longest);
    vg_serve_notice(house->serve, "feed", "{\n}", 3);
    vg_serve_notice(house->serve, "a name that is too long", "{}", 2);
    struct http *h = http_get(house->address, "/metrics");
    assert_non_null(strstr(h->body, "\nvigia_notices_refused_total 3\n"));
    assert_non_null(strstr(h->body, "\nvigia_notices_total 0\n"));
    http_close(h);
    house_close(house);
}

struct listener {
    struct house *house;
    int last;
};

static void *listen_along(void *arg)
{
    struct listener *l = arg;
    struct events *e = events_open(l->house, "");
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
    struct vg_serve_options o = house_options();
    struct house *house = house_open(&o);
    struct listener l = {house, 3000};
    pthread_t thread[4];
    for (int i = 0; i < 4; i++)
        pthread_create(&thread[i], NULL, listen_along, &l);
    for (int i = 1; i <= 2999; i++) {
        notice(house, i);
        if (i % 100 == 0) {
            house_publish(house);
            usleep(1000);
        }
    }
    usleep(300000); /* all are connected */
    notice(house, 3000);
    for (int i = 0; i < 4; i++)
        pthread_join(thread[i], NULL);
    struct events *e = events_open(house, "");
    json_decref(expect(e, "hello"));
    house_close(house); /* a waiting reader is ended */
    assert_false(next_event(e));
    events_close(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(begins_with_hello_and_the_state_of_things),
        cmocka_unit_test(last_event_id_resumes),
        cmocka_unit_test(damaged_notices_are_refused),
        cmocka_unit_test(many_listeners_hear_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
