/* One contact with its trail, and lists: points, breaks, limits, tags. The size of a question is seen by a wrapper. */
#include "api/inner.h"
#include "server.h"

#define SHIP UINT32_C(735059037)

static struct server *server;
static size_t asked_trails, asked_points;

struct vg_question *__real_vg_question_new(struct vg_api *api, size_t trails, size_t points);
struct vg_question *__wrap_vg_question_new(struct vg_api *api, size_t trails, size_t points);
struct vg_question *__wrap_vg_question_new(struct vg_api *api, size_t trails, size_t points)
{
    asked_trails = trails;
    asked_points = points;
    return __real_vg_question_new(api, trails, points);
}

static int set_up(void **state)
{
    (void)state;
    struct vg_api_options o = server_options();
    server = server_open(&o);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    server_close(server);
    return 0;
}

static void place(int64_t s, double lon, uint32_t fields)
{
    struct vg_report r = at_position(SHIP, START_US + s * VG_SECOND_US, lon, -2);
    r.fields = VG_FIELD_BIT(POS) | fields;
    server_apply(server, r);
}

static void has(const char *target, const char *part)
{
    struct http *h = http_get(server->address, target);
    if (h->status != 200 || !strstr(h->body, part))
        fail_msg("%s: %d %s", target, h->status, h->body);
    http_close(h);
}

static void a_trail_has_null_for_what_was_not_said(void **state)
{
    (void)state;
    place(0, -80, 0);
    place(60, -80.01, VG_FIELD_BIT(SOG));
    server_publish(server);
    has("/api/v1/vessels/735059037",
        ",\"trail\":[[-80.0,-2.0,1700000000.0,null,null],[-80.01,-2.0,1700000060.0,12.3,null]],\"trail_dropped\":0,"
        "\"reports\":2}\n");
    has("/api/v1/trails",
        "{\"trails\":[{\"mmsi\":735059037,\"points\":[[-80.0,-2.0,1700000000.0],[-80.01,-2.0,1700000060.0]]}],"
        "\"truncated\":false}\n");
    assert_int_equal(asked_trails, 1);
    assert_int_equal(asked_points, 100000);
    http_close(http_get(server->address, "/api/v1/vessels/735059037"));
    assert_int_equal(asked_trails, 1);
    assert_int_equal(asked_points, 20000);
}

/* Three words confirm a place that nothing could reach, twice as many the next one. */
static void each_break_of_a_trail_is_told(void **state)
{
    (void)state;
    place(0, -80, 0);
    for (int i = 0; i < 3; i++)
        place(100 + 10 * i, -85, 0);
    for (int i = 0; i < 12; i++)
        place(200 + 10 * i, -90, 0);
    server_publish(server);
    json_t *json = server_json(server, "/api/v1/vessels/735059037", 200), *breaks = json_object_get(json, "breaks");
    assert_int_equal(json_array_size(breaks), 2);
    assert_int_equal(json_integer_value(json_array_get(breaks, 0)), 1);
    assert_int_equal(json_integer_value(json_array_get(breaks, 1)), 2);
    assert_null(json_object_get(json, "held"));
    assert_int_equal(json_integer_value(json_object_get(json, "reports")), 16);
    json_decref(json);
    has("/api/v1/trails", "],\"breaks\":[1,2]}],\"truncated\":false}\n");
}

static void what_is_held_apart_stands_behind_the_trail(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++)
        place(10 * i, -80, 0);
    place(40, -85, 0);
    server_publish(server);
    has("/api/v1/vessels/735059037",
        "\"trail_dropped\":0,\"held\":{\"count\":1,\"lon\":-85.0,\"lat\":-2.0,\"time\":\"2023-11-14T22:14:00Z\"},"
        "\"reports\":4}\n");
}

/* The picture keeps 2 000 points of a vessel. */
static void the_points_that_were_dropped_are_counted(void **state)
{
    (void)state;
    for (int i = 0; i < 2100; i++) {
        place(60 * i, -80 + 0.01 * i, 0);
        vg_picture_advance(server->picture, START_US + i * VG_MINUTE_US);
    }
    server_publish(server);
    json_t *json = server_json(server, "/api/v1/vessels/735059037", 200);
    size_t points = json_array_size(json_object_get(json, "trail"));
    assert_true(points <= 2000 && points > 1000);
    assert_int_equal(json_integer_value(json_object_get(json, "trail_dropped")), 2100 - points);
    json_decref(json);
}

static void several_trails_stand_in_one_answer(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 3; i++) {
        server_apply(server, at_position(735000001 + i, START_US, -80, -2));
        server_apply(server, at_position(735000001 + i, START_US + VG_MINUTE_US, -80.01 - i * 0.001, -2));
    }
    server_apply(server, called(735000009, START_US, "NO PLACE"));
    server_publish(server);
    has("/api/v1/trails",
        "{\"trails\":[{\"mmsi\":735000001,\"points\":[[-80.0,-2.0,1700000000.0],[-80.01,-2.0,1700000060.0]]},\n"
        "{\"mmsi\":735000002,\"points\":[[-80.0,-2.0,1700000000.0],[-80.011,-2.0,1700000060.0]]},\n"
        "{\"mmsi\":735000003,\"points\":[[-80.0,-2.0,1700000000.0],[-80.012,-2.0,1700000060.0]]}],"
        "\"truncated\":false}\n");
    assert_int_equal(asked_trails, 3); /* who has no place has no trail */
    static const char *const minutes[] = {"0", "1441", "", "x"};
    for (size_t i = 0; i < 4; i++) {
        char target[60];
        snprintf(target, sizeof target, "/api/v1/trails?minutes=%s", minutes[i]);
        struct http *h = http_get(server->address, target);
        assert_int_equal(h->status, 400);
        assert_non_null(strstr(h->body, "\"minutes must be 1 to 1440\""));
        http_close(h);
    }
}

/* ---- lists ---- */

static void a_limit_cuts_what_is_given_not_what_is_counted(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 3; i++)
        server_apply(server, at_position(735000001 + i, START_US, -80, -2));
    server_apply(server, called(735000009, START_US, "NO PLACE"));
    server_publish(server);
    static const struct {
        const char *question, *end;
    } rows[] = {
        {"", "],\"time\":\"2023-11-14T22:13:20Z\",\"seq\":2,\"total\":4,\"count\":4}\n"},
        {"?limit=3", "],\"time\":\"2023-11-14T22:13:20Z\",\"seq\":2,\"total\":4,\"count\":3}\n"},
        {"?limit=0", "[],\"time\":\"2023-11-14T22:13:20Z\",\"seq\":2,\"total\":4,\"count\":0}\n"},
        {"?limit=2&format=geojson", "],\"time\":\"2023-11-14T22:13:20Z\",\"seq\":2,\"total\":3,\"count\":2}\n"},
    };
    static const char *const lists[] = {"/api/v1/vessels", "/api/v1/contacts"};
    for (size_t i = 0; i < 2 * sizeof rows / sizeof *rows; i++) {
        char target[100];
        snprintf(target, sizeof target, "%s%s", lists[i % 2], rows[i / 2].question);
        has(target, rows[i / 2].end);
    }
    struct http *h = http_get(server->address, "/api/v1/vessels?format=csv&limit=2");
    size_t lines = 0;
    for (const char *at = h->body; (at = strstr(at, "\r\n")); at += 2)
        lines++;
    assert_int_equal(lines, 1 + 2);
    assert_int_equal(h->body[h->body_len - 1], '\n');
    http_close(h);
}

/* A tag is that of the start, the picture and the question. */
static void a_list_is_tagged_by_start_picture_and_question(void **state)
{
    (void)state;
    char tags[4][64];
    static const char *const targets[] = {"/api/v1/vessels", "/api/v1/vessels?limit=1", "/api/v1/contacts"};
    for (size_t i = 0; i < 4; i++) {
        if (i == 3)
            server_publish(server);
        struct http *h = http_get(server->address, targets[i % 3]);
        const char *tag = http_header(h, "ETag");
        assert_non_null(tag);
        assert_true(strlen(tag) < sizeof tags[i]);
        memcpy(tags[i], tag, strlen(tag) + 1);
        const char *begin = i == 3 ? "W/\"abcdef0123456789-2-" : "W/\"abcdef0123456789-1-";
        assert_memory_equal(tags[i], begin, strlen(begin));
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(tags[i], tags[k]);
        char line[100];
        snprintf(line, sizeof line, "If-None-Match: %.63s\r\n", tags[i]);
        http_close(h);
        h = http_ask(server->address, "GET", targets[i % 3], line);
        assert_int_equal(h->status, 304);
        assert_string_equal(http_header(h, "ETag"), tags[i]);
        http_close(h);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_trail_has_null_for_what_was_not_said),
        TEST(each_break_of_a_trail_is_told),
        TEST(what_is_held_apart_stands_behind_the_trail),
        TEST(the_points_that_were_dropped_are_counted),
        TEST(several_trails_stand_in_one_answer),
        TEST(a_limit_cuts_what_is_given_not_what_is_counted),
        TEST(a_list_is_tagged_by_start_picture_and_question),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
