/*
 * Limits, clocks and counters: what the parts of the interface ask of the transport, and that each counter is shown
 * under its own name. The transport's functions are wrapped (tests/CMakeLists.txt): they tell what they were given.
 */
#include "api/history.h"
#include "api/stream_reader.h"
#include "small_archive.h"

/* ---- what was asked of the transport ---- */

#define QUEUES 6

static struct {
    struct vg_job_rules rules;
    const struct vg_job_queue *queue;
} queue[QUEUES];
static size_t queues;
static struct vg_flow_kind flow[2];
static size_t flows;
static struct vg_notice_rules notice_rules;
static atomic_size_t reserved, held; /* last; in all */
static atomic_bool counted;          /* the counters are those of this test */

enum vg_err __real_vg_job_queue_new(struct vg_serve *serve, const struct vg_job_rules *rules,
                                    struct vg_job_queue **ret);
enum vg_err __wrap_vg_job_queue_new(struct vg_serve *serve, const struct vg_job_rules *rules,
                                    struct vg_job_queue **ret);
enum vg_err __wrap_vg_job_queue_new(struct vg_serve *serve, const struct vg_job_rules *rules, struct vg_job_queue **ret)
{
    enum vg_err err = __real_vg_job_queue_new(serve, rules, ret);
    assert_true(queues < QUEUES);
    queue[queues].rules = *rules;
    queue[queues++].queue = *ret;
    return err;
}

enum vg_err __real_vg_flows_new(struct vg_serve *serve, const struct vg_flow_kind *kind, struct vg_flows **ret);
enum vg_err __wrap_vg_flows_new(struct vg_serve *serve, const struct vg_flow_kind *kind, struct vg_flows **ret);
enum vg_err __wrap_vg_flows_new(struct vg_serve *serve, const struct vg_flow_kind *kind, struct vg_flows **ret)
{
    assert_true(flows < 2);
    flow[flows++] = *kind;
    return __real_vg_flows_new(serve, kind, ret);
}

enum vg_err __real_vg_notices_new(struct vg_serve *serve, const struct vg_notice_rules *rules, struct vg_notices **ret);
enum vg_err __wrap_vg_notices_new(struct vg_serve *serve, const struct vg_notice_rules *rules, struct vg_notices **ret);
enum vg_err __wrap_vg_notices_new(struct vg_serve *serve, const struct vg_notice_rules *rules, struct vg_notices **ret)
{
    notice_rules = *rules;
    return __real_vg_notices_new(serve, rules, ret);
}

bool __real_vg_bodies_reserve(struct vg_serve *serve, size_t bytes);
bool __wrap_vg_bodies_reserve(struct vg_serve *serve, size_t bytes);
bool __wrap_vg_bodies_reserve(struct vg_serve *serve, size_t bytes)
{
    reserved = bytes;
    held += bytes;
    return __real_vg_bodies_reserve(serve, bytes);
}

void __real_vg_bodies_return(struct vg_serve *serve, size_t bytes);
void __wrap_vg_bodies_return(struct vg_serve *serve, size_t bytes);
void __wrap_vg_bodies_return(struct vg_serve *serve, size_t bytes)
{
    held -= bytes;
    __real_vg_bodies_return(serve, bytes);
}

/* Counters of the queue that was made as the k-th: 100 k and its own number. */
void __real_vg_job_counts(struct vg_job_queue *q, struct vg_job_counts *ret);
void __wrap_vg_job_counts(struct vg_job_queue *q, struct vg_job_counts *ret);
void __wrap_vg_job_counts(struct vg_job_queue *q, struct vg_job_counts *ret)
{
    uint64_t k = 0;
    __real_vg_job_counts(q, ret);
    while (k < queues && queue[k].queue != q)
        k++;
    k = 100 * (k + 1);
    if (counted)
        *ret = (struct vg_job_counts){(unsigned)k + 1, (unsigned)k + 2, k + 3, k + 4,  k + 5, k + 6,
                                      k + 7,           k + 8,           k + 9, k + 10, k + 11};
}

void __real_vg_flow_counts(struct vg_flows *f, struct vg_flow_counts *ret);
void __wrap_vg_flow_counts(struct vg_flows *f, struct vg_flow_counts *ret);
void __wrap_vg_flow_counts(struct vg_flows *f, struct vg_flow_counts *ret)
{
    __real_vg_flow_counts(f, ret);
    if (counted)
        *ret = (struct vg_flow_counts){11, 12, 13, 14, 15};
}

void __real_vg_notice_counts(struct vg_notices *n, struct vg_notice_counts *ret);
void __wrap_vg_notice_counts(struct vg_notices *n, struct vg_notice_counts *ret);
void __wrap_vg_notice_counts(struct vg_notices *n, struct vg_notice_counts *ret)
{
    __real_vg_notice_counts(n, ret);
    if (counted)
        *ret = (struct vg_notice_counts){21, 22, 23, {24, 25, 26, 27, 28}};
}

/* ---- a server ---- */

static struct small_archive archive;

static struct server *open_server(const struct vg_api_options *options)
{
    queues = flows = 0;
    return server_open(options);
}

static struct server *open_with_archive(void)
{
    struct vg_api_options o = server_options();
    o.archive_dir = archive.folder;
    return open_server(&o);
}

static int set_up(void **state)
{
    (void)state;
    archive_begin(&archive, "Manta");
    archive_add(&archive, seen_at(735000001, 0, 1, -80, -2));
    archive_end(&archive);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    archive_drop(&archive);
    return 0;
}

/* ---- tests ---- */

static void each_queue_has_its_limits(void **state)
{
    (void)state;
    static const char large[] = "too many large answers are on their way: try again soon",
                      many[] = "too many questions to the archive at once: try again soon";
    static const struct {
        const char *busy, *slow;
        unsigned threads, waiting;
        int64_t wait_s, work_s;
        int nice;
        bool wakes, has_worker;
    } rows[QUEUES] = {
        {"too many questions wait: try again soon", "the picture did not answer in time: try again soon", 0, 32, 2, 0,
         0, true, false},
        {large, large, 2, 32, 20, 0, 5, false, false},
        {"too many ask for alerts: try again soon", "the file of alerts is busy: try again soon", 1, 64, 20, 0, 0,
         false, false},
        {many, many, 2, 64, 60, 20, 0, false, true},
        {many, many, 4, 12, 60, 30 * 60, 0, false, true},
        {"too many ask for evidence: try again soon", "evidence of others is being made: try again soon", 1, 16, 20, 0,
         0, false, false},
    };
    struct server *server = open_with_archive();
    assert_int_equal(queues, QUEUES);
    for (size_t i = 0; i < QUEUES; i++) {
        const struct vg_job_rules *r = &queue[i].rules;
        assert_string_equal(r->busy, rows[i].busy);
        assert_string_equal(r->slow, rows[i].slow);
        assert_int_equal(r->threads, rows[i].threads);
        assert_int_equal(r->waiting, rows[i].waiting);
        assert_int_equal(r->wait_us, rows[i].wait_s * VG_SECOND_US);
        assert_int_equal(r->work_us, rows[i].work_s * VG_SECOND_US);
        assert_int_equal(r->nice, rows[i].nice);
        assert_int_equal(r->wake != NULL, rows[i].wakes);
        assert_int_equal(r->free_worker != NULL, rows[i].has_worker);
    }
    assert_ptr_equal(queue[0].rules.wake_arg, server);
    server_close(server);
}

static void streams_have_a_limit_and_no_backlog(void **state)
{
    (void)state;
    struct vg_api_options o = server_options();
    o.max_streams = 7;
    struct server *server = open_server(&o);
    assert_int_equal(flows, 2); /* and the events */
    assert_int_equal(flow[0].most, 7);
    assert_true(flow[0].only_newest);
    assert_string_equal(flow[0].full, "as many streams are open as this server allows: try again later");
    char room[VG_READER_ROOM];
    assert_int_equal(flow[0].fill(NULL, 0, room, VG_READER_ROOM - 1), -1);
    server_close(server);
}

/* In milliseconds, so that they are greater than all ids of the run before. */
static void ids_of_events_begin_with_the_time_of_the_start(void **state)
{
    (void)state;
    static const struct {
        int64_t started_us;
        uint64_t first;
    } cases[] = {{START_US, UINT64_C(1700000000000)}, {0, 0}, {-5000, 0}, {VG_TIME_NONE, 0}, {999, 0}, {1000, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_api_options o = server_options();
        o.started_us = cases[i].started_us;
        struct server *server = open_server(&o);
        assert_true(notice_rules.first == cases[i].first);
        server_close(server);
    }
}

static void what_is_not_given_is_the_default(void **state)
{
    (void)state;
    struct vg_api_options o = {.listen = "127.0.0.1:0"};
    struct server *server = open_server(&o);
    json_t *json = server_json(server, "/api/v1/status", 200), *limits = json_object_get(json, "limits");
    assert_string_equal(text_of(json, "title"), "Vigía");
    assert_string_equal(text_of(json, "clock"), "wall");
    assert_true(json_is_false(json_object_get(json, "demo")));
    assert_true(json_is_null(json_object_get(json, "view")));
    assert_int_equal(json_integer_value(json_object_get(limits, "vessels")), 200000);
    assert_int_equal(json_integer_value(json_object_get(limits, "streams")), 256);
    assert_int_equal(flow[0].most, 256);
    json_decref(json);
    struct http *h = calloc(1, sizeof *h);
    uint8_t hello[48];
    http_open(h, server->address, "GET", "/api/v1/stream", "", 0);
    for (size_t n = 0; n < sizeof hello;)
        n += http_read(h, hello + n, sizeof hello - n);
    assert_int_equal(hello[22] | hello[23] << 8, 250); /* milliseconds between pictures */
    assert_int_equal(hello[40] | hello[41] << 8 | hello[42] << 16, 200000);
    http_close(h);
    server_close(server);
}

static void what_is_given_is_told(void **state)
{
    (void)state;
    char title[] = "Puesto";
    struct vg_api_options o = {.listen = "127.0.0.1:0",
                               .title = title,
                               .demo = true,
                               .data_clock = true,
                               .view_given = true,
                               .view_lon_deg = -84.1234567,
                               .view_lat_deg = -1.5,
                               .view_zoom = 5.256,
                               .max_streams = 8,
                               .max_vessels = 4001,
                               .started_us = START_US + VG_HOUR_US,
                               .epoch = 0x12AB};
    struct server *server = open_server(&o);
    memset(title, 'x', sizeof title - 1); /* strings are copied */
    server_apply(server, at_position(735000001, START_US, -80, -2));
    vg_picture_advance(server->picture, START_US + VG_SECOND_US);
    server_publish(server);
    struct http *h = http_get(server->address, "/api/v1/status");
    char *rest = strstr(h->body, ",\"title\"");
    assert_non_null(rest);
    assert_string_equal(
        rest, ",\"title\":\"Puesto\",\"demo\":true,\"clock\":\"data\",\"time\":\"2023-11-14T22:13:21Z\","
              "\"epoch\":\"00000000000012ab\",\"seq\":2,\"started\":\"2023-11-14T23:13:20Z\","
              "\"vessels\":1,\"turned_away\":{\"total\":0,\"newcomers\":0,\"established\":0,\"distress\":0},"
              "\"host_clock\":{\"jumps\":0,\"synchronised\":null,\"error_ms\":null,\"last_jump\":null,"
              "\"last_jump_s\":null},\"limits\":{\"vessels\":4001,\"streams\":8},\"view\":{\"lon\":-84.123457,"
              "\"lat\":-1.500000,\"zoom\":5.26},\"stream\":\"/api/v1/stream\"}\n");
    http_close(h);
    server_close(server);
}

static void at_most_64_feeds_are_shown(void **state)
{
    (void)state;
    static struct vg_feed_board feeds[VG_FEED_MAX + 1];
    struct vg_api_options o = server_options();
    struct server *server = open_server(&o);
    for (size_t i = 0; i <= VG_FEED_MAX; i++)
        snprintf(feeds[i].spec.name, sizeof feeds[i].spec.name, "f%zu", i);
    for (size_t count = VG_FEED_MAX - 1; count <= VG_FEED_MAX + 1; count++) {
        vg_api_feeds(server->api, feeds, count);
        json_t *json = server_json(server, "/api/v1/feeds", 200), *all = json_object_get(json, "feeds");
        size_t shown = count < VG_FEED_MAX ? count : VG_FEED_MAX;
        assert_int_equal(json_array_size(all), shown);
        assert_string_equal(text_of(json_array_get(all, shown - 1), "name"), feeds[shown - 1].spec.name);
        json_decref(json);
    }
    server_close(server);
}

/* ---- memory ---- */

static void reserves(struct server *server, const char *target, size_t bytes)
{
    reserved = 0;
    http_close(http_get(server->address, target));
    if (reserved != bytes)
        fail_msg("%s: %zu", target, (size_t)reserved);
    for (int i = 0; held && i < 2000; i++)
        usleep(1000);
    assert_int_equal(held, 0); /* given back */
}

static void large_answers_reserve_memory_by_their_size(void **state)
{
    (void)state;
    struct vg_api_options o = server_options();
    struct server *server = open_server(&o);
    reserves(server, "/api/v1/vessels", 8 * 512);
    for (uint32_t i = 0; i < 10; i++)
        server_apply(server, at_position(735000000 + i, START_US, -80, -2));
    server_publish(server);
    reserves(server, "/api/v1/vessels", 18 * 512);
    reserves(server, "/api/v1/vessels?format=csv", 18 * 512);
    reserves(server, "/api/v1/contacts", 18 * 768);
    reserves(server, "/api/v1/trails", 10 * 48); /* a point each */
    reserves(server, "/api/v1/trails?bbox=0,0,1,1", 0);
    server_close(server);
}

/* ---- counters ---- */

static void each_counter_is_shown_under_its_name(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double value;
    } rows[] = {
        {"streams", 11},
        {"streams_total", 12},
        {"streams_refused_total", 13},
        {"streams_dropped_total", 14},
        {"stream_bytes_total", 15},
        {"notices_total", 21},
        {"notices_refused_total", 22},
        {"events_missed_total", 23},
        {"event_readers", 24},
        {"event_readers_total", 25},
        {"event_readers_refused_total", 26},
        {"questions", 101 + 102},
        {"questions_total", 103},
        {"questions_refused_total", 104},
        {"questions_overdue_total", 105},
        {"questions_abandoned_total", 108},
        {"answers", 201 + 202},
        {"answers_total", 203},
        {"answers_refused_total", 204},
        {"answers_overdue_total", 205},
        {"answers_abandoned_total", 208},
        {"alert_questions", 301 + 302},
        {"alert_questions_total", 303},
        {"alert_questions_refused_total", 304},
        {"evidence_questions", 601 + 602},
        {"evidence_questions_total", 603},
        {"evidence_questions_refused_total", 604},
        {"history_waiting", 401},
        {"history_working", 402},
        {"history_exports", 502},
        {"history_asked_total", 403 + 503},
        {"history_refused_total", 404 + 504},
        {"history_limited_total", 406 + 506},
        {"history_failed_total", 407 + 507},
        {"history_abandoned_total", 408 + 508},
        {"history_export_bytes_total", 509},
        {"history_damaged_total", 51},
        {"history_rows_total", 52},
        {"vessels", 1},
        {"picture_reports_total", 2},
        {"picture_positions_total", 1},
        {"feed_lost_total{feed=\"one\"}", 19},
    };
    struct server *server = open_with_archive();
    struct vg_feed_board feed = {.spec.name = "one", .lost = 19};
    vg_api_feeds(server->api, &feed, 1);
    server_apply(server, at_position(735000001, START_US, -80, -2));
    server_apply(server, called(735000001, START_US, "MANTA"));
    server_publish(server);
    server->api->history->damaged = 51;
    server->api->history->rows = 52;
    counted = true;
    struct http *h = http_get(server->address, "/metrics");
    counted = false;
    assert_string_equal(http_header(h, "Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        metrics_show(h, rows[i].name, rows[i].value);
    http_close(h);
    server_close(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_queue_has_its_limits),
        cmocka_unit_test(streams_have_a_limit_and_no_backlog),
        cmocka_unit_test(ids_of_events_begin_with_the_time_of_the_start),
        cmocka_unit_test(what_is_not_given_is_the_default),
        cmocka_unit_test(what_is_given_is_told),
        cmocka_unit_test(at_most_64_feeds_are_shown),
        cmocka_unit_test(large_answers_reserve_memory_by_their_size),
        cmocka_unit_test(each_counter_is_shown_under_its_name),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
