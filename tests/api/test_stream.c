/* The live stream over real sockets: slow, stuck, many and changing readers. */
#include <fcntl.h>

#include "server.h"
#include "stream_mirror.h"

struct stream {
    struct http http;
    struct mirror mirror;
    struct vg_stream_view view;
    uint64_t bytes, seed;
    struct server *server;
    uint64_t until_seq;
};

static struct stream *stream_open(struct server *server, const char *query, int receive_buffer)
{
    struct stream *s = calloc(1, sizeof *s);
    char target[128];
    snprintf(target, sizeof target, "/api/v1/stream%s", query);
    http_open(&s->http, server->address, "GET", target, "", receive_buffer);
    assert_int_equal(s->http.status, 200);
    assert_true(s->http.chunked);
    assert_string_equal(http_header(&s->http, "Content-Type"), "application/octet-stream");
    assert_string_equal(http_header(&s->http, "Cache-Control"), "no-store");
    s->server = server;
    s->seed = 1;
    return s;
}

static void stream_close(struct stream *s)
{
    close(s->http.fd);
    free(s);
}

/* Reads pieces of odd sizes until a TICK says that everything up to seq was told. */
static void stream_until(struct stream *s, uint64_t seq)
{
    uint8_t buf[5000];
    while (s->mirror.told_seq < seq) {
        size_t n = http_read(&s->http, buf, 1 + random_below(&s->seed, sizeof buf));
        assert_true(n > 0);
        s->bytes += n;
        mirror_take(&s->mirror, buf, n);
    }
}

static uint64_t newest_seq(struct server *server)
{
    const struct vg_snapshot *snapshot = vg_snapshot_acquire(server->picture);
    uint64_t seq = snapshot->seq;
    vg_snapshot_release(snapshot);
    return seq;
}

static void compare(struct server *server, struct stream *s)
{
    const struct vg_snapshot *snapshot = vg_snapshot_acquire(server->picture);
    mirror_compare(&s->mirror, snapshot, &s->view);
    vg_snapshot_release(snapshot);
}

static void tells_the_view_then_each_change(void **state)
{
    (void)state;
    struct vg_api_options o = server_options();
    struct server *server = server_open(&o);
    server_apply(server, at_position(735000001, START_US, -80, -2));
    server_apply(server, called(735000001, START_US, "MANTA"));
    server_publish(server);
    struct stream *s = stream_open(server, "?version=2", 0);
    stream_until(s, newest_seq(server));
    assert_int_equal(s->mirror.epoch, 0xABCDEF0123456789);
    assert_int_equal(s->mirror.capacity, 4000);
    assert_int_equal(s->mirror.moves, 1);
    assert_int_equal(s->mirror.statics, 1);
    compare(server, s);
    server_apply(server, at_position(735000001, START_US + VG_SECOND_US, -80.0001, -2));
    server_publish(server);
    stream_until(s, newest_seq(server));
    assert_int_equal(s->mirror.moves, 2);
    assert_int_equal(s->mirror.statics, 1);
    compare(server, s);
    vg_picture_advance(server->picture, START_US + VG_DAY_US);
    server_publish(server);
    stream_until(s, newest_seq(server));
    assert_int_equal(s->mirror.gones, 1);
    assert_int_equal(s->mirror.clock_us, START_US + VG_DAY_US);
    compare(server, s);
    stream_close(s);
    server_close(server);
}

static atomic_bool publishing;

static void *publish_on(void *arg)
{
    for (; publishing; usleep(50000))
        server_publish(arg);
    return NULL;
}

static void ticks_in_quiet_times(void **state)
{
    (void)state;
    struct vg_api_options o = server_options();
    struct server *server = server_open(&o);
    struct stream *s = stream_open(server, "", 0);
    uint8_t buf[1000];
    pthread_t publisher;
    publishing = true;
    pthread_create(&publisher, NULL, publish_on, server);
    int64_t begun_us = vg_clock_monotonic_us();
    while (s->mirror.ticks < 4)
        mirror_take(&s->mirror, buf, http_read(&s->http, buf, sizeof buf));
    int64_t took_us = vg_clock_monotonic_us() - begun_us;
    assert_true(took_us > 2 * VG_SECOND_US && took_us < 60 * VG_SECOND_US);
    publishing = false;
    pthread_join(publisher, NULL);
    stream_close(s);
    server_close(server);
}

static void the_view_is_a_box_and_classes(void **state)
{
    (void)state;
    struct vg_api_options o = server_options();
    struct server *server = server_open(&o);
    struct stream *box = stream_open(server, "?bbox=179,-20,-179,-10", 0),
                  *class = stream_open(server, "?class=b,sart", 0);
    box->view = (struct vg_stream_view){.boxed = true, .box = {179, -20, -179, -10}};
    class->view = (struct vg_stream_view){.classes = 1u << VG_CLASS_SHIP_B | 1u << VG_CLASS_SART};
    struct vg_report r = at_position(735000001, START_US, 179.9, -15);
    server_apply(server, r);
    server_apply(server, at_position(735000002, START_US, -179.9, -15));
    server_apply(server, at_position(735000003, START_US, 0, -15));
    r = at_position(735000004, START_US, 178.9999, -15);
    r.class = VG_CLASS_SHIP_B;
    server_apply(server, r);
    server_publish(server);
    stream_until(box, newest_seq(server));
    stream_until(class, newest_seq(server));
    assert_int_equal(box->mirror.held, 2);
    assert_int_equal(class->mirror.held, 1);
    compare(server, box);
    compare(server, class);
    r.time_us += VG_MINUTE_US;
    r.pos = vg_pos_from_deg(179.0001, -15); /* class B sails into the box */
    server_apply(server, r);
    server_publish(server);
    stream_until(box, newest_seq(server));
    assert_int_equal(box->mirror.held, 3);
    compare(server, box);
    stream_close(box);
    stream_close(class);
    server_close(server);
}

static void all_move(struct server *server, uint32_t vessels, int64_t now_us, double lat)
{
    pthread_mutex_lock(&server->lock);
    vg_picture_advance(server->picture, now_us);
    for (uint32_t i = 0; i < vessels; i++)
        apply(server->picture, at_position(735000000 + i, now_us, i * 0.01, lat));
    pthread_mutex_unlock(&server->lock);
    server_publish(server);
}

/* 400 publications of 3 000 vessels are 48 MB of rows; who sleeps through them is told a few passes. */
static void a_slow_reader_gets_the_latest_not_the_backlog(void **state)
{
    (void)state;
    struct vg_api_options o = server_options();
    o.stuck_s = 3600; /* however slow the machine, it only sleeps */
    struct server *server = server_open(&o);
    struct stream *s = stream_open(server, "", 4096);
    for (int i = 1; i <= 400; i++)
        all_move(server, 3000, START_US + i * VG_SECOND_US, i * 0.00005);
    stream_until(s, newest_seq(server));
    compare(server, s);
    assert_true(s->bytes < 3u << 20);
    stream_close(s);
    server_close(server);
}

static json_int_t metric(struct server *server, const char *name)
{
    struct http *h = http_get(server->address, "/metrics");
    char key[128];
    snprintf(key, sizeof key, "\nvigia_%s ", name);
    const char *at = strstr(h->body, key);
    assert_non_null(at);
    json_int_t value = strtoll(at + strlen(key), NULL, 10);
    http_close(h);
    return value;
}

/* Publishes until the metric has the value, 20 s at most. */
static void wait_for(struct server *server, const char *name, json_int_t value)
{
    for (int i = 0; i < 400 && metric(server, name) != value; i++) {
        server_publish(server);
        usleep(50000);
    }
    assert_int_equal(metric(server, name), value);
}

static void one_too_many_is_told_to_come_later(void **state)
{
    (void)state;
    struct vg_api_options o = server_options();
    o.max_streams = 2;
    struct server *server = server_open(&o);
    struct stream *a = stream_open(server, "", 0), *b = stream_open(server, "", 0);
    struct http *h = http_get(server->address, "/api/v1/stream");
    assert_int_equal(h->status, 503);
    assert_non_null(http_header(h, "Retry-After"));
    http_close(h);
    assert_int_equal(metric(server, "streams"), 2);
    stream_close(a);
    wait_for(server, "streams", 1);
    a = stream_open(server, "", 0);
    assert_int_equal(metric(server, "streams_refused_total"), 1);
    assert_int_equal(metric(server, "streams_total"), 3);
    stream_close(a);
    stream_close(b);
    server_close(server);
}

static void a_stuck_reader_is_dropped_others_do_not_notice(void **state)
{
    (void)state;
    struct vg_api_options o = server_options();
    o.stuck_s = 2;
    struct server *server = server_open(&o);
    /* The good one looks at a few ships, so that a round costs little: the kernel's buffers must be full first. */
    struct stream *stuck = stream_open(server, "", 4096), *good = stream_open(server, "?bbox=-0.05,-1,0.095,1", 0);
    good->view = (struct vg_stream_view){.boxed = true, .box = {-0.05, -1, 0.095, 1}};
    int64_t now_us = START_US;
    for (int i = 0; metric(server, "streams_dropped_total") == 0; i++) {
        now_us += VG_SECOND_US;
        all_move(server, 3000, now_us, i * 0.00005);
        stream_until(good, newest_seq(server));
        compare(server, good);
        assert_int_equal(good->mirror.held, 10);
    }
    assert_int_equal(metric(server, "streams"), 1);
    stream_close(stuck);
    stream_close(good);
    server_close(server);
}

static void *read_along(void *arg)
{
    struct stream *s = arg;
    stream_until(s, s->until_seq);
    return NULL;
}

static atomic_bool churning;

/* Opens and closes streams and asks other things all the time. */
static void *churn(void *arg)
{
    struct server *server = arg;
    static const char *const targets[] = {"/api/v1/vessels?limit=50",
                                          "/api/v1/vessels/735000001",
                                          "/metrics",
                                          "/api/v1/trails?bbox=-1,-1,1,1",
                                          "/api/v1/feeds",
                                          "/api/v1/status"};
    for (unsigned i = 0; churning; i++) {
        struct stream *s = stream_open(server, i % 2 ? "?bbox=-0.05,-0.05,0.05,0.05" : "", 0);
        uint8_t buf[3000];
        mirror_take(&s->mirror, buf, http_read(&s->http, buf, sizeof buf));
        http_close(http_get(server->address, targets[i % 6]));
        stream_close(s);
    }
    return NULL;
}

static void readers_and_publisher_at_once(void **state)
{
    (void)state;
    enum { READERS = 5, ROUNDS = 4 };
    static const char *const queries[READERS] = {"", "?bbox=-0.05,-0.05,0.06,0.02", "?class=b", "",
                                                 "?bbox=-0.02,-0.1,-0.01,0.1"};
    static const struct vg_stream_view views[READERS] = {{0},
                                                         {.boxed = true, .box = {-0.05, -0.05, 0.06, 0.02}},
                                                         {.classes = 1u << VG_CLASS_SHIP_B},
                                                         {0},
                                                         {.boxed = true, .box = {-0.02, -0.1, -0.01, 0.1}}};
    struct vg_api_options o = server_options();
    struct server *server = server_open(&o);
    struct stream *s[READERS];
    pthread_t thread[READERS], churner;
    uint64_t seed = 42;
    int64_t now_us = START_US;
    for (int i = 0; i < READERS; i++) {
        s[i] = stream_open(server, queries[i], i == 3 ? 8192 : 0);
        s[i]->view = views[i];
    }
    churning = true;
    pthread_create(&churner, NULL, churn, server);
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t last = newest_seq(server) + 100;
        for (int i = 0; i < READERS; i++) {
            s[i]->until_seq = last;
            pthread_create(&thread[i], NULL, read_along, s[i]);
        }
        for (int i = 0; i < 100; i++) {
            now_us += random_below(&seed, 20) == 0 ? 10 * VG_MINUTE_US : VG_SECOND_US;
            pthread_mutex_lock(&server->lock);
            picture_change(server->picture, &seed, 4500, random_below(&seed, 500), now_us);
            vg_picture_publish(server->picture);
            pthread_mutex_unlock(&server->lock);
            vg_api_published(server->api);
            usleep(random_below(&seed, 2000));
        }
        for (int i = 0; i < READERS; i++) {
            pthread_join(thread[i], NULL);
            compare(server, s[i]);
        }
    }
    churning = false;
    pthread_join(churner, NULL);
    for (int i = 0; i < READERS; i++)
        stream_close(s[i]);
    server_close(server);
}

static int open_files(void)
{
    int count = 0, fd = dup(0);
    for (int i = 0; i < 1024; i++)
        count += fcntl(i, F_GETFD) >= 0;
    close(fd);
    return count;
}

static void stopping_ends_the_streams(void **state)
{
    (void)state;
    struct vg_api_options o = server_options();
    int files = open_files();
    struct server *server = server_open(&o);
    struct stream *suspended = stream_open(server, "", 0);
    stream_until(suspended, newest_seq(server));
    usleep(50000);
    server_close(server);
    uint8_t buf[100];
    assert_int_equal(http_read(&suspended->http, buf, sizeof buf), 0);
    stream_close(suspended);
    assert_int_equal(open_files(), files);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_the_view_then_each_change),
        cmocka_unit_test(ticks_in_quiet_times),
        cmocka_unit_test(the_view_is_a_box_and_classes),
        cmocka_unit_test(a_slow_reader_gets_the_latest_not_the_backlog),
        cmocka_unit_test(one_too_many_is_told_to_come_later),
        cmocka_unit_test(a_stuck_reader_is_dropped_others_do_not_notice),
        cmocka_unit_test(readers_and_publisher_at_once),
        cmocka_unit_test(stopping_ends_the_streams),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
