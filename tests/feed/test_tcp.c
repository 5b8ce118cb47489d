#include "feed_test.h"

#include "feed/adapter.h"

/* A listening socket that doesn't block; port 0: any. */
static int serve_at(uint16_t *port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    struct sockaddr_in at = loopback(*port);
    socklen_t len = sizeof at;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    *port = ntohs(at.sin_port);
    return fd;
}

/* A port that nobody listens on. */
static uint16_t dead_port(void)
{
    uint16_t port = 0;
    close(serve_at(&port));
    return port;
}

static int taken; /* what WAIT_FOR_CONNECTION accepted */
#define WAIT_FOR_CONNECTION(ear, server) WAIT_FOR(ear, (taken = accept(server, NULL, NULL)) >= 0)

static void a_server_is_connected_to_and_heard(void **state)
{
    struct ear *ear = *state;
    uint16_t port = 0;
    int server = serve_at(&port);
    listen_to(ear, "tcp://localhost:%u", port); /* which may be ::1 first */
    assert_int_equal(state_of(ear), VG_FEED_CONNECTING);
    WAIT_FOR_CONNECTION(ear, server);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_LIVE);
    assert_int_equal(ear->piece_count, 0);
    put(taken, "!AIVDM,1,");
    WAIT_FOR(ear, ear->bytes == 9);
    put(taken, "1,,A");
    WAIT_FOR(ear, ear->bytes == 13);
    assert_string_equal(ear->streams[0].text, "!AIVDM,1,1,,A");
    assert_true(ear->pieces[0].begins && !ear->pieces[1].begins);
    assert_int_equal(vg_feed_status(ear->feed)->reconnects, 0);
    close(taken);
    close(server);
}

static void after_a_loss_it_reconnects_within_the_back_off(void **state)
{
    struct ear *ear = *state;
    uint16_t port = 0;
    int server = serve_at(&port);
    listen_to(ear, "tcp://127.0.0.1:%u", port);
    WAIT_FOR_CONNECTION(ear, server);
    put(taken, "unfini");
    WAIT_FOR(ear, ear->bytes == 6);
    int64_t lost_us = vg_clock_monotonic_us();
    close(taken);
    close(server);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_DOWN);
    assert_int_equal(ear->streams[0].ends, 1);
    assert_string_equal(vg_feed_status(ear->feed)->error, "the other side closed the connection");
    assert_false(ear->feed->watching);
    server = serve_at(&port);
    WAIT_FOR_CONNECTION(ear, server);
    int64_t waited_us = vg_clock_monotonic_us() - lost_us;
    assert_true(waited_us >= (VG_FEED_BACKOFF_MIN_MS - 10) * 1000);
    assert_true(waited_us < DEADLINE_US / 2);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_LIVE);
    assert_int_equal(vg_feed_status(ear->feed)->reconnects, 1);
    assert_null(vg_feed_status(ear->feed)->error);
    put(taken, "whole");
    WAIT_FOR(ear, ear->bytes == 11);
    assert_int_equal(ear->streams[0].begins, 2);
    assert_true(ear->feed->watching);
    struct linger hard = {.l_onoff = 1, .l_linger = 0};
    setsockopt(taken, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close(taken);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_DOWN);
    assert_string_equal(vg_feed_status(ear->feed)->error, "connection reset by peer");
    assert_int_equal(ear->streams[0].ends, 2);
    WAIT_FOR_CONNECTION(ear, server);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_LIVE);
    assert_int_equal(vg_feed_status(ear->feed)->reconnects, 2);
    close(taken);
    close(server);
}

static void who_closes_when_the_server_leaves_hears_of_no_state(void **state)
{
    struct ear *ear = *state;
    uint16_t port = 0;
    int server = serve_at(&port);
    listen_to(ear, "tcp://127.0.0.1:%u", port);
    WAIT_FOR_CONNECTION(ear, server);
    put(taken, "x");
    close(taken);
    ear->close_at_end = true;
    WAIT_FOR(ear, ear->closed);
    turn_for(ear, 20000);
    assert_int_equal(ear->piece_count, 2);
    assert_int_equal(ear->state_count, 1);
    close(server);
}

static void a_refused_client_stays_down_until_the_server_comes(void **state)
{
    struct ear *ear = *state;
    uint16_t port = dead_port();
    listen_to(ear, "tcp://127.0.0.1:%u", port);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_DOWN);
    assert_non_null(strstr(vg_feed_status(ear->feed)->error, "refused"));
    int64_t since_us = vg_feed_status(ear->feed)->since_us;
    turn_for(ear, 700000); /* another attempt */
    assert_int_equal(vg_feed_status(ear->feed)->since_us, since_us);
    assert_int_equal(ear->state_count, 1);
    int server = serve_at(&port);
    WAIT_FOR_CONNECTION(ear, server);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_LIVE);
    assert_int_equal(vg_feed_status(ear->feed)->reconnects, 0); /* it was never connected before */
    close(taken);
    close(server);
}

static void a_name_that_nobody_knows_is_tried_again(void **state)
{
    struct ear *ear = *state;
    listen_to(ear, "tcp://no.such.host.invalid:5631");
    WAIT_FOR(ear, state_of(ear) == VG_FEED_DOWN);
    assert_non_null(vg_feed_status(ear->feed)->error);
}

static void the_back_off_doubles_to_its_limit(void **state)
{
    struct vg_feed feed = {.backoff_ms = VG_FEED_BACKOFF_MIN_MS};
    static const uint32_t expected[] = {500, 1000, 2000, 4000, 8000, 16000, 30000, 30000};
    (void)state;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_int_equal(vg_feed_backoff_ms(&feed), expected[i]);
}

static void only_bytes_reset_the_back_off(void **state)
{
    struct ear *ear = *state;
    uint16_t port = 0;
    int server = serve_at(&port);
    listen_to(ear, "tcp://127.0.0.1:%u", port);
    WAIT_FOR_CONNECTION(ear, server);
    close(taken); /* a server that takes us and throws us out */
    WAIT_FOR(ear, state_of(ear) == VG_FEED_DOWN);
    assert_int_equal(ear->feed->backoff_ms, 1000);
    WAIT_FOR_CONNECTION(ear, server);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_LIVE);
    assert_int_equal(ear->feed->backoff_ms, 1000);
    put(taken, "x");
    WAIT_FOR(ear, ear->bytes == 1);
    assert_int_equal(ear->feed->backoff_ms, 500);
    assert_int_equal(ear->streams[0].ends, 0); /* the first stream had no bytes, so it didn't end either */
    close(taken);
    close(server);
}

/* The connection stands and nothing comes: a receiver that hangs, or a half-open connection. */
static void a_silent_server_is_a_stall(void **state)
{
    struct ear *ear = *state;
    uint16_t port = 0;
    int server = serve_at(&port);
    int64_t before_us = vg_clock_monotonic_us();
    listen_to(ear, "tcp://127.0.0.1:%u?stall=0.2", port);
    WAIT_FOR_CONNECTION(ear, server);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_LIVE);

    WAIT_FOR(ear, state_of(ear) == VG_FEED_STALLED);
    assert_true(vg_clock_monotonic_us() - before_us >= 190000);
    put(taken, "x");
    WAIT_FOR(ear, state_of(ear) == VG_FEED_LIVE);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_STALLED);
    close(taken);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_DOWN);
    close(server);
}

static void closing_is_clean_at_every_moment(void **state)
{
    (void)state;
    uint16_t port = 0;
    int server = serve_at(&port);
    for (int turns = 0; turns < 12; turns++) {
        void *one = NULL;
        assert_int_equal(ear_setup(&one), 0);
        listen_to(one, "tcp://localhost:%u", turns % 2 ? port : dead_port());
        for (int i = 0; i < turns; i++)
            uv_run(&((struct ear *)one)->loop, UV_RUN_NOWAIT);
        assert_int_equal(ear_teardown(&one), 0);
        taken = accept(server, NULL, NULL);
        if (taken >= 0)
            close(taken);
    }
    close(server);
}

static void no_callback_comes_after_closing_in_one(void **state)
{
    struct ear *ear = *state;
    uint16_t port = dead_port();
    listen_to(ear, "tcp://127.0.0.1:%u", port);
    ear->close_at_state = ear->feed;
    WAIT_FOR(ear, ear->closed);
    turn_for(ear, 20000);
    assert_int_equal(ear->state_count, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ear_setup, ear_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_server_is_connected_to_and_heard),
        TEST(after_a_loss_it_reconnects_within_the_back_off),
        TEST(who_closes_when_the_server_leaves_hears_of_no_state),
        TEST(a_refused_client_stays_down_until_the_server_comes),
        TEST(a_name_that_nobody_knows_is_tried_again),
        cmocka_unit_test(the_back_off_doubles_to_its_limit),
        TEST(only_bytes_reset_the_back_off),
        TEST(a_silent_server_is_a_stall),
        cmocka_unit_test(closing_is_clean_at_every_moment),
        TEST(no_callback_comes_after_closing_in_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
