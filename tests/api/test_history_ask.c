/* Questions to the archive: what each needs, the edges of their times, which version an answer is, how it fails. */
#include "base/time_asked.h"
#include "served_archive.h"

#define ALFA UINT32_C(735000001)
#define BOX  "bbox=-81,-3,-79,-1"

static int set_up(void **state)
{
    (void)state;
    archive_begin(&archive, "Manta");
    for (int hour = -26; hour <= 3; hour++) /* one position an hour, and in the hour before BEGIN many */
        archive_add(&archive, seen_at(ALFA, hour * 3600, 1, -80, -2));
    for (int s = 1; s < 600; s++)
        archive_add(&archive, seen_at(ALFA, s - 3600, 1, -80, -2));
    return serve_archive();
}

static void refuses(const char *question, const char *message)
{
    struct http *h = history_ask(server, question, "");
    char text[300];
    snprintf(text, sizeof text, "\"code\":\"bad_parameter\",\"message\":\"%s\"", message);
    if (h->status != 400 || !strstr(h->body, text))
        fail_msg("%s: %d %s", question, h->status, h->body);
    http_close(h);
}

static void takes(const char *question)
{
    struct http *h = history_ask(server, question, "");
    if (h->status != 200)
        fail_msg("%s: %d %s", question, h->status, h->body);
    http_close(h);
}

#define NEEDS_BOX        "bbox is needed: four degrees W,S,E,N"
#define NEEDS_MMSI       "mmsi must be a number from 1 to 1073741823"
#define NEEDS_TIME(name) name " must be a time as " VG_TIME_ASKED_FORMS
#define NEEDS_ORDER      "to must be after from, and at most 31 days after it"
#define NEEDS_BLOCK      "from must be a multiple of the block's length"

static void each_question_says_what_it_needs(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"/block?from=0&seconds=600", NEEDS_BOX},
        {"/block?" BOX "&seconds=600", NEEDS_TIME("from")},
        {"/block?" BOX "&from=0", "seconds must be 600 or 3600"},
        {"/block?" BOX "&from=0&seconds=1200", "seconds must be 600 or 3600"},
        {"/block?" BOX "&from=0&seconds=3601", "seconds must be 600 or 3600"},
        {"/block?" BOX "&from=601&seconds=600", NEEDS_BLOCK},
        {"/block?" BOX "&from=600.000001&seconds=600", NEEDS_BLOCK},
        {"/block?" BOX "&from=600&seconds=3600", NEEDS_BLOCK},
        {"/block?" BOX "&from=-3600&seconds=3600", NEEDS_TIME("from")},
        {"/block?" BOX "&from=0&seconds=600&step=3601", "step must be seconds, 0 to 3600"},
        {"/region?at=0", NEEDS_BOX},
        {"/region?" BOX, NEEDS_TIME("at")},
        {"/region?" BOX "&at=0&format=xml", "format must be one of json geojson csv binary"},
        {"/vessels?from=0", NEEDS_BOX},
        {"/vessels?" BOX, NEEDS_TIME("from")},
        {"/vessels?" BOX "&from=1800", "from must be the beginning of an hour"},
        {"/vessels?" BOX "&from=-3600", NEEDS_TIME("from")},
        {"/vessel?at=0", NEEDS_MMSI},
        {"/vessel?mmsi=0&at=0", NEEDS_MMSI},
        {"/vessel?mmsi=1", NEEDS_TIME("at")},
        {"/vessel?mmsi=1&at=0&minutes=0", "minutes must be 1 to 1440"},
        {"/vessel?mmsi=1&at=0&minutes=1441", "minutes must be 1 to 1440"},
        {"/track?from=0&to=1", NEEDS_MMSI},
        {"/track?mmsi=1&to=1", NEEDS_TIME("from")},
        {"/track?mmsi=1&from=0", NEEDS_TIME("to")},
        {"/track?mmsi=1&from=1&to=1", NEEDS_ORDER},
        {"/track?mmsi=1&from=0&to=2678400.000001", NEEDS_ORDER},
        {"/track?mmsi=1&from=0&to=1&format=binary", "format must be one of json geojson csv"},
        {"/density?from=0&to=1&cell=1", NEEDS_BOX},
        {"/density?" BOX "&to=1&cell=1", NEEDS_TIME("from")},
        {"/density?" BOX "&from=0&to=1",
         "cell must be 1, 0.5, 0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.0025 or 0.001 degrees"},
        {"/density?" BOX "&from=0&to=1&cell=0.1001",
         "cell must be 1, 0.5, 0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.0025 or 0.001 degrees"},
        {"/density?" BOX "&from=0&to=1&cell=1&format=geojson", "format must be one of json binary"},
        {"/export?to=1", NEEDS_TIME("from")},
        {"/export?from=0&to=1&mmsi=0", NEEDS_MMSI},
        {"/export?from=0&to=1&format=json", "format must be one of geojson csv"},
    };
    static const char *const well[] = {"/block?" BOX "&from=0&seconds=600&step=3600",
                                       "/block?" BOX "&from=3600&seconds=3600",
                                       "/track?mmsi=1&from=0&to=2678400",
                                       "/track?mmsi=1&from=0&to=0.000001",
                                       "/export?from=0&to=1",
                                       "/export?from=0&to=1&format=csv",
                                       "/vessels?" BOX "&from=3600",
                                       "/density?" BOX "&from=0&to=1&cell=1.0&format=json"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        refuses(rows[i][0], rows[i][1]);
    for (size_t i = 0; i < sizeof well / sizeof *well; i++)
        takes(well[i]);
}

/* Numbers so large are milliseconds. */
static void times_have_an_end(void **state)
{
    (void)state;
    takes("/region?" BOX "&at=99999999999999");
    refuses("/region?" BOX "&at=100000000000000", NEEDS_TIME("at"));
    refuses("/region?" BOX "&at=-99999999999999", NEEDS_TIME("at"));
    takes("/region?" BOX "&at=9999-12-31T23:59:59.999999Z");
    takes("/region?" BOX "&at=0000-01-01T00:00:00Z");
}

/* ---- which version it is ---- */

static void tag_of(const char *question, char ret[static 64])
{
    struct http *h = history_ask(server, question, "");
    assert_int_equal(h->status, 200);
    assert_non_null(http_header(h, "ETag"));
    snprintf(ret, 64, "%.63s", http_header(h, "ETag"));
    assert_int_equal(strlen(ret), 4 + 16);
    http_close(h);
}

static void have_tags(const char *one, const char *other, bool same)
{
    char a[64], b[64];
    tag_of(one, a);
    tag_of(other, b);
    if (!strcmp(a, b) != same)
        fail_msg("%s and %s: %s, %s", one, other, a, b);
}

static void a_tag_is_that_of_the_question_without_rev(void **state)
{
    (void)state;
    have_tags("/region?" BOX "&at=" BEGIN "&rev=1", "/region?" BOX "&at=" BEGIN "&rev=2", true);
    have_tags("/region?" BOX "&at=" BEGIN "&rev=1", "/region?" BOX "&at=" BEGIN, true);
    have_tags("/region?" BOX "&at=" BEGIN, "/region?" BOX "&at=1700000001", false);
    have_tags("/region?" BOX "&at=" BEGIN, "/region?" BOX "&at=" BEGIN "&format=csv", false);
    have_tags("/track?mmsi=1&from=0&to=1", "/track?mmsi=2&from=0&to=1", false);
}

/* It changes with the hours that the answer may have looked into, and with no other: up to 24 hours before, for names.
 */
static void a_tag_changes_with_the_hours_that_were_looked_into(void **state)
{
    (void)state;
    static const struct {
        int64_t hour; /* that got one more row */
        bool changes;
    } cases[] = {{1, true}, {0, true}, {2, false}, {-24, true}, {-25, false}, {-23, true}};
    static const char question[] = "/track?mmsi=735000001&from=2023-11-14T22:00:00Z&to=2023-11-15T00:00:00Z";
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char before[64], after[64], whole[64], whole_after[64];
        tag_of(question, before);
        tag_of("", whole);
        server_close(server); /* the folder is looked through every two seconds only */
        archive_begin(&archive, "Manta");
        archive_add(&archive, seen_at(ALFA, cases[i].hour * 3600 + 1800 + (int64_t)i, 1, -80, -2));
        archive_end(&archive);
        server = archive_server(&archive);
        tag_of(question, after);
        tag_of("", whole_after);
        if ((strcmp(before, after) != 0) != cases[i].changes)
            fail_msg("hour %lld", (long long)cases[i].hour);
        assert_string_not_equal(whole, whole_after); /* the summary is of all */
    }
}

static void who_has_it_is_not_sent_it_again(void **state)
{
    (void)state;
    static const char question[] = "/track?mmsi=735000001&from=2023-11-14T22:00:00Z&to=2023-11-15T00:00:00Z";
    static const struct {
        size_t length; /* of the header's value: it is kept as far as it fits */
        int status;
    } cases[] = {{20, 304}, {199, 304}, {200, 200}, {300, 200}};
    char tag[64];
    tag_of(question, tag);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char line[400], others[320] = "";
        size_t more = cases[i].length - strlen(tag);
        if (more) { /* an empty one */
            memset(others, ' ', more);
            others[more - 1] = ',';
        }
        snprintf(line, sizeof line, "If-None-Match: %s%s\r\n", tag, others);
        struct http *h = history_ask(server, question, line);
        if (h->status != cases[i].status)
            fail_msg("%zu: %d", cases[i].length, h->status);
        http_close(h);
    }
    struct http *h = history_ask(server, question, "If-None-Match: W/\"0000000000000000\"\r\n");
    assert_int_equal(h->status, 200);
    http_close(h);
}

static void answers_may_be_kept_as_long_as_they_hold(void **state)
{
    (void)state;
    static const struct {
        const char *question, *cache;
    } rows[] = {
        /* The newest hour is 01:00 of the next day: what ends ten minutes before it changes no more. */
        {"/track?mmsi=1&from=0&to=1", "public, max-age=3600"},
        {"/region?" BOX "&at=2023-11-15T00:49:59.999999Z&rev=1", "public, max-age=31536000, immutable"},
        {"/region?" BOX "&at=2023-11-15T00:50:00Z&rev=1", "public, max-age=5"},
        {"/density?" BOX "&from=0&to=2678400&cell=1&rev=1", "public, max-age=31536000, immutable"},
        {"", "no-cache"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct http *h = history_ask(server, rows[i].question, "");
        assert_string_equal(http_header(h, "Cache-Control"), rows[i].cache);
        assert_null(http_header(h, "X-Vigia-Unread-Parts"));
        assert_null(http_header(h, "Content-Disposition"));
        http_close(h);
    }
}

static void answers_of_a_kibibyte_are_packed(void **state)
{
    (void)state;
    static const char *const questions[] = {"/track?mmsi=735000001&from=2023-11-14T21:00:00Z&to=2023-11-14T21:10:00Z",
                                            "/track?mmsi=735000001&from=2023-11-14T21:00:00Z&to=2023-11-14T21:00:03Z"};
    for (size_t i = 0; i < 2; i++) {
        struct http *h = history_ask(server, questions[i], "Accept-Encoding: gzip\r\n");
        assert_int_equal(http_header(h, "Content-Encoding") != NULL, i == 0);
        http_close(h);
        h = history_ask(server, questions[i], "");
        assert_null(http_header(h, "Content-Encoding"));
        assert_int_equal(h->body_len >= 1024, i == 0);
        http_close(h);
    }
}

static void a_head_says_what_a_get_would(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"/api/v1/history/export?from=0&to=1", "text/csv; charset=utf-8"},
        {"/api/v1/history/export?from=0&to=1&format=geojson", "application/geo+json"},
        {"/api/v1/history/track?mmsi=1&from=0&to=1", "application/json"},
        {"/api/v1/history/block?" BOX "&from=0&seconds=600", "application/octet-stream"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct http *h = http_ask(server->address, "HEAD", rows[i][0], "");
        assert_int_equal(h->status, 200);
        assert_string_equal(http_header(h, "Content-Type"), rows[i][1]);
        http_close(h);
    }
}

static void an_export_is_a_file_with_a_name(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"/export?from=0&to=1", "attachment; filename=\"vigia-positions.csv\""},
        {"/export?from=0&to=1&format=geojson", "attachment; filename=\"vigia-positions.geojson\""}};
    for (size_t i = 0; i < 2; i++) {
        struct http *h = history_ask(server, rows[i][0], "");
        assert_string_equal(http_header(h, "Content-Disposition"), rows[i][1]);
        http_close(h);
    }
}

/* ---- no archive, and one that can't be read ---- */

static void without_an_archive_the_summary_says_so(void **state)
{
    (void)state;
    static const char none[] =
        "{\"archive\":false,\"from\":null,\"to\":null,\"last\":null,\"final\":null,\"hours\":[]}\n";
    struct server *kept = server;
    for (int i = 0; i < 2; i++) { /* none is kept; none is there yet */
        struct vg_api_options o = server_options();
        o.archive_dir = i ? "/tmp/vigia-no-such-archive" : NULL;
        server = server_open(&o);
        struct http *h = history_ask(server, "", "");
        assert_int_equal(h->status, 200);
        assert_string_equal(h->body, none);
        http_close(h);
        h = history_ask(server, "/track?mmsi=1&from=0&to=1", "");
        assert_int_equal(h->status, 404);
        assert_non_null(strstr(h->body, i ? "\"not_found\",\"message\":\"there is no archive yet\""
                                          : "\"no_history\",\"message\":\"this server keeps no archive\""));
        http_close(h);
        server_close(server);
    }
    server = kept;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_question_says_what_it_needs),
        cmocka_unit_test(times_have_an_end),
        cmocka_unit_test(a_tag_is_that_of_the_question_without_rev),
        cmocka_unit_test(who_has_it_is_not_sent_it_again),
        cmocka_unit_test(answers_may_be_kept_as_long_as_they_hold),
        cmocka_unit_test(answers_of_a_kibibyte_are_packed),
        cmocka_unit_test(a_head_says_what_a_get_would),
        cmocka_unit_test(an_export_is_a_file_with_a_name),
        cmocka_unit_test(without_an_archive_the_summary_says_so),
        cmocka_unit_test(a_tag_changes_with_the_hours_that_were_looked_into),
    };
    return cmocka_run_group_tests(tests, set_up, drop_served_archive);
}
