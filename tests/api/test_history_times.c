/* Times of history: what bounds them, how people ask for them, where they come from, and the names of each time. */
#include "small_archive.h"

#define ALFA  UINT32_C(735000001) /* renamed */
#define BRAVO UINT32_C(735000002) /* with a date and without */
#define CARLA UINT32_C(735000003) /* without a date only */
#define YEARS (INT64_C(365) * 24 * 3600)

static struct small_archive archive;
static struct server *server;
static int64_t wall_us;

static int64_t wall(void)
{
    return wall_us;
}

static void add(struct vg_report r, enum vg_time_source from)
{
    r.time_source = (uint8_t)from;
    archive_add(&archive, r);
}

/* Positions at 0, 10, … 50 s, and 1 h later, named from 20 and from 40 s on. */
static void add_renamed(void)
{
    for (int s = 0; s < 6; s++)
        add(seen_at(ALFA, 10 * s, 1, -80, -2), (enum vg_time_source)(s + 1));
    add(seen_at(ALFA, 3600, 1, -80, -2), VG_TIME_SOURCE_UNKNOWN);
    add(named_as(ALFA, 20, 5, "OLD"), VG_TIME_SOURCE_TAG);
    add(named_as(ALFA, 40, 5, "NEW"), VG_TIME_SOURCE_TAG);
}

static void add_undated(void)
{
    add(named_as(BRAVO, 5, 5, "DATED"), VG_TIME_SOURCE_LINE);
    add(seen_at(BRAVO, 6, 1, -80.5, -2.5), VG_TIME_SOURCE_LINE);
    add(named_as(BRAVO, 3605, 5, "OF A FILE"), VG_TIME_SOURCE_FILE);
    add(seen_at(BRAVO, 3606, 1, -80.5, -2.5), VG_TIME_SOURCE_FILE);
    add(named_as(CARLA, 3605, 5, "OF A FILE"), VG_TIME_SOURCE_FILE);
    add(seen_at(CARLA, 3606, 1, -80.5, -2.5), VG_TIME_SOURCE_FILE);
}

static int set_up(void **state)
{
    (void)state;
    archive_begin(&archive, "Manta");
    add_renamed();
    add_undated();
    add(seen_at(ALFA, 588 * YEARS, 1, -80, -2), VG_TIME_SOURCE_TAG); /* absurd: in 2611 */
    add(seen_at(ALFA, -53 * YEARS, 1, -80, -2), VG_TIME_SOURCE_TAG); /* and in 1970 */
    add(seen_at(ALFA, 5 * 3600, 1, -80, -2), VG_TIME_SOURCE_TAG);    /* and hours ahead of now */
    archive_end(&archive);
    struct vg_api_options o = server_options();
    o.archive_dir = archive.folder;
    o.wall_us = wall;
    wall_us = BEGIN_US + 90 * VG_MINUTE_US;
    server = server_open(&o);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    server_close(server);
    archive_drop(&archive);
    return 0;
}

static json_t *ask(const char *question)
{
    struct http *h = history_ask(server, question, "");
    json_t *json = json_loadb(h->body, h->body_len, 0, NULL);
    if (h->status != 200 || !json)
        fail_msg("%s: %d %s", question, h->status, h->body);
    http_close(h);
    return json;
}

/* ---- bounds ---- */

static void summary_is(const char *from, const char *to, const char *last, const char *final, size_t hours, int absurd)
{
    json_t *j = ask("");
    assert_string_equal(text_of(j, "from"), from);
    assert_string_equal(text_of(j, "to"), to);
    assert_string_equal(text_of(j, "last"), last);
    assert_string_equal(text_of(j, "final"), final);
    assert_int_equal(json_array_size(json_object_get(j, "hours")), hours);
    assert_int_equal(json_integer_value(json_object_get(j, "absurd_hours")), absurd);
    json_decref(j);
}

static void a_row_with_an_absurd_time_moves_no_bound(void **state)
{
    (void)state;
    summary_is(BEGIN, "2023-11-15T00:00:00Z", "2023-11-14T23:00:06Z", "2023-11-14T22:50:00Z", 2, 3);
    wall_us = BEGIN_US + 5 * VG_HOUR_US; /* the time has come */
    summary_is(BEGIN, "2023-11-15T04:00:00Z", "2023-11-15T03:00:00Z", "2023-11-15T02:50:00Z", 3, 2);
    wall_us = BEGIN_US + VG_HOUR_US + 3 * VG_SECOND_US; /* three seconds before the newest */
    summary_is(BEGIN, "2023-11-15T00:00:00Z", "2023-11-14T23:00:03Z", "2023-11-14T22:50:00Z", 2, 3);
    wall_us = BEGIN_US - 1;
    json_t *j = ask("");
    static const char *const none[] = {"from", "to", "last", "final"};
    for (size_t i = 0; i < 4; i++)
        assert_true(json_is_null(json_object_get(j, none[i])));
    assert_int_equal(json_integer_value(json_object_get(j, "absurd_hours")), 5);
    json_decref(j);
    wall_us = BEGIN_US + 90 * VG_MINUTE_US;
}

static void cache_is(const char *question, const char *control)
{
    struct http *h = history_ask(server, question, "");
    if (h->status != 200 || strcmp(http_header(h, "Cache-Control"), control) != 0)
        fail_msg("%s: %d %s", question, h->status, http_header(h, "Cache-Control"));
    http_close(h);
}

static void nothing_after_now_is_final(void **state)
{
    (void)state;
    cache_is("/track?mmsi=735000001&from=2023-11-14T22:00:00Z&to=2023-11-14T22:50:00Z", "public, max-age=3600");
    cache_is("/track?mmsi=735000001&from=2023-11-14T22:00:00Z&to=2023-11-14T22:50:01Z", "public, max-age=5");
    cache_is("/track?mmsi=735000001&from=2400-01-01&to=2400-01-02", "public, max-age=5");
}

/* What is absurd can be asked for, if somebody wants it. */
static void rows_of_absurd_times_are_not_lost(void **state)
{
    (void)state;
    json_t *j = ask("/track?mmsi=735000001&from=2611-06-01&to=2611-06-30");
    assert_int_equal(json_integer_value(json_object_get(j, "count")), 1);
    json_decref(j);
}

/* ---- as people ask ---- */

static void count_is(const char *span, int count)
{
    char question[200];
    snprintf(question, sizeof question, "/track?mmsi=735000001&%s", span);
    json_t *j = ask(question);
    if (json_integer_value(json_object_get(j, "count")) != count)
        fail_msg("%s: %d", span, (int)json_integer_value(json_object_get(j, "count")));
    json_decref(j);
}

static void times_are_asked_as_on_the_command_line(void **state)
{
    (void)state;
    static const struct {
        const char *span;
        int count;
    } cases[] = {
        {"from=2023-11-14&to=2023-11-14", 7}, /* a day alone as an end is its end */
        {"from=2023-11-14&to=2023-11-15", 8},
        {"from=2023-11-15&to=2023-11-15", 1},
        {"from=2023-11-13&to=2023-11-13", 0},
        {"from=-90m&to=now", 7},
        {"from=-1h30m&to=-1h29m10s", 5},
        {"from=-1w&to=-30m", 6},
        {"from=-1w&to=-29m59s", 7},
        {"from=2023-11-14T17:00-05:00&to=2023-11-14T17:00:30-0500", 3},
        {"from=2023-11-15T00:00%2B02:00&to=2023-11-15T00:00:30%2B02:00", 3},
        {"from=2023-11-15T00:00+02:00&to=2023-11-15T00:00:30+02:00", 3}, /* nobody escapes a plus */
        {"from=2023-11-14%2022:00:00&to=2023-11-14+22:00:30", 3},
        {"from=1699999200&to=1699999230000", 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        count_is(cases[i].span, cases[i].count);
}

static void what_follows_the_clock_is_asked_anew(void **state)
{
    (void)state;
    static const char question[] = "/track?mmsi=735000001&from=-90m&to=-80m";
    struct http *h = history_ask(server, question, "");
    char tag[80], has[120];
    assert_string_equal(http_header(h, "Cache-Control"), "public, max-age=5");
    snprintf(tag, sizeof tag, "%.79s", http_header(h, "ETag"));
    snprintf(has, sizeof has, "If-None-Match: %s\r\n", tag);
    http_close(h);
    h = history_ask(server, question, has);
    assert_int_equal(h->status, 304);
    http_close(h);
    wall_us += VG_SECOND_US;
    h = history_ask(server, question, has);
    assert_int_equal(h->status, 200);
    http_close(h);
    wall_us -= VG_SECOND_US;
}

/* ---- where times come from ---- */

static void each_row_tells_where_its_time_comes_from(void **state)
{
    (void)state;
    static const char *const words[] = {"received", "tag", "line", "neighbour", "given", "file", NULL};
    json_t *j = ask("/track?mmsi=735000001&from=2023-11-14&to=2023-11-14"), *points = json_object_get(j, "points");
    json_t *g = ask("/track?mmsi=735000001&from=2023-11-14&to=2023-11-14&format=geojson");
    struct http *h = history_ask(server, "/export?mmsi=735000001&from=2023-11-14&to=2023-11-14", "");
    const char *line = strchr(h->body, '\n') + 1;
    for (size_t i = 0; i < 7; i++, line = strchr(line, '\n') + 1) {
        const json_t *feature = json_array_get(json_object_get(g, "features"), i);
        const char *said = text_of(json_array_get(points, i), "time_source");
        const char *shown = text_of(json_object_get(feature, "properties"), "time_source");
        char end[40];
        snprintf(end, sizeof end, ",%s\r\n", words[i] ? words[i] : "");
        assert_memory_equal(strchr(line, '\n') + 1 - strlen(end), end, strlen(end));
        assert_true(!said == !words[i] && !shown == !words[i]);
        if (words[i])
            assert_string_equal(said, words[i]);
        if (words[i])
            assert_string_equal(shown, words[i]);
    }
    assert_string_equal(line, "");
    http_close(h);
    json_decref(g);
    json_decref(j);
}

static void a_vessel_at_a_moment_tells_where_her_time_comes_from(void **state)
{
    (void)state;
    static const struct {
        const char *question, *word;
    } cases[] = {
        {"/vessel?mmsi=735000001&at=2023-11-14T22:00:05Z", "received"},
        {"/vessel?mmsi=735000001&at=2023-11-14T22:00:35Z", "neighbour"},
        {"/vessel?mmsi=735000001&at=2023-11-14T22:00:45Z", "given"}, /* of the position, not of the name behind it */
        {"/vessel?mmsi=735000003&at=2023-11-14T23:30:00Z", "file"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *j = ask(cases[i].question);
        assert_string_equal(text_of(j, "time_source"), cases[i].word);
        json_decref(j);
    }
    json_t *g = ask("/region?bbox=-81,-3,-79,-1&at=2023-11-14T22:00:35Z&format=geojson");
    const json_t *feature = json_array_get(json_object_get(g, "features"), 0);
    assert_string_equal(text_of(json_object_get(feature, "properties"), "time_source"), "neighbour");
    json_decref(g);
    json_t *j = ask("/vessel?mmsi=735000001&at=2023-11-14T23:30:00Z");
    assert_null(json_object_get(j, "time_source"));
    json_decref(j);
}

/* ---- names ---- */

static void each_row_has_the_name_of_its_time(void **state)
{
    (void)state;
    static const char *const names[] = {"OLD", "OLD", "OLD", "OLD", "NEW", "NEW", "NEW"}; /* the first is OLD before */
    static const char *const questions[] = {"/track?mmsi=735000001&from=2023-11-14&to=2023-11-14&format=geojson",
                                            "/export?mmsi=735000001&from=2023-11-14&to=2023-11-14&format=geojson"};
    for (size_t q = 0; q < 2; q++) {
        json_t *j = ask(questions[q]), *features = json_object_get(j, "features");
        assert_int_equal(json_array_size(features), 7);
        for (size_t i = 0; i < 7; i++)
            assert_string_equal(text_of(json_object_get(json_array_get(features, i), "properties"), "name"), names[i]);
        json_decref(j);
    }
    json_t *j = ask("/track?mmsi=735000001&from=2023-11-14&to=2023-11-14"), *points = json_object_get(j, "points");
    for (size_t i = 0; i < 7; i++)
        assert_string_equal(text_of(json_array_get(points, i), "name"), names[i]);
    assert_string_equal(text_of(json_object_get(j, "vessel"), "name"), "NEW");
    json_decref(j);
}

/* The names of the 24 hours before count, too. */
static void a_name_of_before_is_in_force(void **state)
{
    (void)state;
    static const struct {
        const char *question, *name;
    } cases[] = {
        {"/track?mmsi=735000001&from=2023-11-14T22:00:50Z&to=2023-11-14T22:00:51Z", "NEW"},
        {"/track?mmsi=735000001&from=2023-11-14T22:00:30Z&to=2023-11-14T22:00:31Z", "OLD"},
        {"/track?mmsi=735000001&from=2023-11-14T22:00:00Z&to=2023-11-14T22:00:01Z", NULL}, /* not yet told */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *j = ask(cases[i].question);
        const char *name = text_of(json_array_get(json_object_get(j, "points"), 0), "name");
        assert_true(!name == !cases[i].name);
        if (name)
            assert_string_equal(name, cases[i].name);
        json_decref(j);
    }
}

static void a_word_without_a_date_is_never_newer_than_one_with_a_date(void **state)
{
    (void)state;
    static const struct {
        const char *question, *name;
    } cases[] = {
        {"/vessel?mmsi=735000002&at=2023-11-14T23:30:00Z", "DATED"},
        {"/vessel?mmsi=735000003&at=2023-11-14T23:30:00Z", "OF A FILE"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *j = ask(cases[i].question);
        assert_string_equal(text_of(j, "name"), cases[i].name);
        json_decref(j);
    }
    static const char *const spans[] = {"&from=2023-11-14&to=2023-11-14",
                                        "&from=2023-11-14T23:00:00Z&to=2023-11-15T00:00:00Z"};
    for (size_t i = 0; i < 4; i++) { /* also where the undated word is read first, as the newest hour is */
        char question[160];
        snprintf(question, sizeof question, "/track?mmsi=73500000%d%s", i % 2 ? 3 : 2, spans[i / 2]);
        json_t *j = ask(question), *points = json_object_get(j, "points");
        const char *name = i % 2 ? "OF A FILE" : "DATED";
        assert_string_equal(text_of(json_object_get(j, "vessel"), "name"), name);
        assert_string_equal(text_of(json_array_get(points, json_array_size(points) - 1), "name"), name);
        json_decref(j);
    }
    json_t *j = ask("/region?bbox=-81,-3,-79,-1&at=2023-11-14T23:05:00Z"), *vessels = json_object_get(j, "vessels");
    for (size_t i = 0; i < json_array_size(vessels); i++) {
        const json_t *v = json_array_get(vessels, i);
        if (json_integer_value(json_object_get(v, "mmsi")) == BRAVO)
            assert_string_equal(text_of(v, "name"), "DATED");
        if (json_integer_value(json_object_get(v, "mmsi")) != ALFA)
            assert_string_equal(text_of(v, "time_source"), "file");
    }
    assert_int_equal(json_array_size(vessels), 3);
    json_decref(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_with_an_absurd_time_moves_no_bound),
        cmocka_unit_test(nothing_after_now_is_final),
        cmocka_unit_test(rows_of_absurd_times_are_not_lost),
        cmocka_unit_test(times_are_asked_as_on_the_command_line),
        cmocka_unit_test(what_follows_the_clock_is_asked_anew),
        cmocka_unit_test(each_row_tells_where_its_time_comes_from),
        cmocka_unit_test(a_vessel_at_a_moment_tells_where_her_time_comes_from),
        cmocka_unit_test(each_row_has_the_name_of_its_time),
        cmocka_unit_test(a_name_of_before_is_in_force),
        cmocka_unit_test(a_word_without_a_date_is_never_newer_than_one_with_a_date),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
