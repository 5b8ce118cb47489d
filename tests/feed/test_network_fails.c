/* What a network feed asks of libuv, and what it does when that refuses or fails. */
#include "feed_test.h"

#include <poll.h>

#include "feed/adapter.h"

#define WRAPPED(type, name, ...)                                                                                       \
    type __real_##name(__VA_ARGS__);                                                                                   \
    type __wrap_##name(__VA_ARGS__);                                                                                   \
    type __wrap_##name(__VA_ARGS__)

/* ---- the system: the linker puts these in the place of libuv's (tests/CMakeLists.txt) ---- */

static struct {
    int udp_init, udp_recv, tcp_init, tcp_connect, read_start, accept, listen, resolve; /* fails with that */
    bool connects_never, resolves_to_two, resolves_never;
    uv_getaddrinfo_t *asked; /* what never comes, unless it is cancelled */
    uv_getaddrinfo_cb resolved;
    unsigned refuses;           /* so many connections at once */
    int receive_bytes, backlog; /* asked for */
    unsigned cancelled, freed;
    uint64_t timers_ms[8]; /* of the feeds' timers, one after the other */
    size_t timers;
    bool times_out;
    uv_udp_recv_cb on_datagram;
    uv_connection_cb on_connection;
    uv_read_cb on_read;
} uv;

WRAPPED(int, uv_udp_init_ex, uv_loop_t *loop, uv_udp_t *udp, unsigned flags)
{
    return uv.udp_init ? uv.udp_init : __real_uv_udp_init_ex(loop, udp, flags);
}

WRAPPED(int, uv_udp_recv_start, uv_udp_t *udp, uv_alloc_cb alloc, uv_udp_recv_cb call)
{
    uv.on_datagram = call;
    return uv.udp_recv ? uv.udp_recv : __real_uv_udp_recv_start(udp, alloc, call);
}

WRAPPED(int, uv_recv_buffer_size, uv_handle_t *handle, int *value)
{
    uv.receive_bytes = *value;
    return __real_uv_recv_buffer_size(handle, value);
}

WRAPPED(int, uv_tcp_init, uv_loop_t *loop, uv_tcp_t *tcp)
{
    return uv.tcp_init ? uv.tcp_init : __real_uv_tcp_init(loop, tcp);
}

WRAPPED(int, uv_tcp_connect, uv_connect_t *request, uv_tcp_t *tcp, const struct sockaddr *to, uv_connect_cb call)
{
    struct sockaddr_in here = loopback(0);
    here.sin_port = ((const struct sockaddr_in *)to)->sin_port; /* at the same place for IPv6 */
    if (uv.connects_never)
        return 0;
    if (uv.refuses > 0 && uv.refuses--)
        return UV_ECONNREFUSED;
    if (uv.resolves_to_two)
        to = (const struct sockaddr *)&here;
    return uv.tcp_connect ? uv.tcp_connect : __real_uv_tcp_connect(request, tcp, to, call);
}

WRAPPED(int, uv_read_start, uv_stream_t *stream, uv_alloc_cb alloc, uv_read_cb call)
{
    uv.on_read = call;
    return uv.read_start ? uv.read_start : __real_uv_read_start(stream, alloc, call);
}

WRAPPED(int, uv_accept, uv_stream_t *server, uv_stream_t *client)
{
    int done = __real_uv_accept(server, client);
    return uv.accept ? uv.accept : done;
}

WRAPPED(int, uv_listen, uv_stream_t *stream, int backlog, uv_connection_cb call)
{
    uv.backlog = backlog;
    uv.on_connection = call;
    return uv.listen ? uv.listen : __real_uv_listen(stream, backlog, call);
}

WRAPPED(int, uv_getaddrinfo, uv_loop_t *loop, uv_getaddrinfo_t *request, uv_getaddrinfo_cb call, const char *host,
        const char *port, const struct addrinfo *hints)
{
    uv.asked = request;
    uv.resolved = call;
    if (uv.resolve || uv.resolves_never)
        return uv.resolve;
    return __real_uv_getaddrinfo(loop, request, call, uv.resolves_to_two ? NULL : host, port,
                                 hints); /* ::1, 127.0.0.1 */
}

WRAPPED(void, uv_freeaddrinfo, struct addrinfo *addresses)
{
    uv.freed += addresses != NULL;
    __real_uv_freeaddrinfo(addresses);
}

WRAPPED(int, uv_cancel, uv_req_t *request)
{
    uv.cancelled++;
    if (!uv.resolves_never)
        return __real_uv_cancel(request);
    uv.resolved(uv.asked, UV_ECANCELED, NULL);
    return 0;
}

WRAPPED(int, uv_timer_start, uv_timer_t *timer, uv_timer_cb call, uint64_t ms, uint64_t repeat_ms)
{
    if (call != on_tick && uv.timers < 8)
        uv.timers_ms[uv.timers++] = ms;
    return __real_uv_timer_start(timer, call, uv.times_out && ms == 10000 ? 1 : ms, repeat_ms);
}

static int setup(void **state)
{
    memset(&uv, 0, sizeof uv);
    return ear_setup(state);
}

/* ---- UDP ---- */

static void a_socket_that_fails_is_told_with_the_feeds_name(void **state)
{
    struct ear *ear = *state;
    static const struct {
        const char *url;
        int *fails;
        int with;
        enum vg_err err;
        const char *why;
    } rows[] = {
        {"udp://127.0.0.1:0?name=Manta", &uv.udp_init, UV_EMFILE, VG_IO, "Manta: too many open files"},
        {"udp://127.0.0.1:0?name=Manta", &uv.udp_recv, UV_ENOMEM, VG_NOMEM, "Manta: not enough memory"},
        {"tcp-listen://127.0.0.1:0?name=Manta", &uv.tcp_init, UV_EMFILE, VG_IO, "Manta: too many open files"},
        {"tcp-listen://127.0.0.1:0?name=Manta", &uv.listen, UV_EADDRINUSE, VG_EXISTS, "Manta: address already in use"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *why = NULL;
        *rows[i].fails = rows[i].with;
        assert_int_equal(ear_open(ear, rows[i].url, &why), rows[i].err);
        assert_string_equal(why, rows[i].why);
        assert_null(ear->feed);
        *rows[i].fails = 0;
        turn_for(ear, 10000);
    }
}

static void a_udp_socket_asks_for_four_mebibytes(void **state)
{
    struct ear *ear = *state;
    listen_to(ear, "udp://127.0.0.1:0");
    assert_int_equal(uv.receive_bytes, 4 * 1024 * 1024);
}

static void what_is_no_datagram_is_not_handed_on(void **state)
{
    struct ear *ear = *state;
    const uv_buf_t buf = uv_buf_init((char[]){"x"}, 1);
    const struct sockaddr_in from = loopback(1);
    const struct sockaddr *sender = (const struct sockaddr *)&from;
    listen_to(ear, "udp://127.0.0.1:0");
    uv_udp_t udp = {.data = ear->feed};
    uv.on_datagram(&udp, 0, &buf, NULL, 0); /* nothing more to read */
    uv.on_datagram(&udp, 0, &buf, sender, 0);
    uv.on_datagram(&udp, 1, &buf, NULL, 0);
    uv.on_datagram(&udp, 1, &buf, sender, UV_UDP_MMSG_FREE); /* libuv gives the buffer back */
    assert_int_equal(ear->piece_count + ear->state_count, 0);
    uv.on_datagram(&udp, UV_ENOBUFS, &buf, NULL, 0);
    assert_int_equal(ear->piece_count, 0);
    assert_int_equal(state_of(ear), VG_FEED_CONNECTING);
    assert_string_equal(vg_feed_status(ear->feed)->error, "no buffer space available");
    uv.on_datagram(&udp, 1, &buf, sender, 0);
    assert_int_equal(ear->piece_count, 1);
    assert_null(vg_feed_status(ear->feed)->error);
}

/* libuv asks for as many datagrams at once as the buffer has room for, each in a piece of 64 KiB. */
static void sixteen_datagrams_are_taken_with_one_call(void **state)
{
    struct ear *ear = *state;
    listen_to(ear, "udp://127.0.0.1:0");
    int fd = connect_to(SOCK_DGRAM, vg_feed_port(ear->feed));
    for (int i = 0; i < 40; i++)
        put(fd, "x");
    WAIT_FOR(ear, ear->piece_count == 40);
    const char *first = ear->pieces[0].at;
    for (size_t i = 0; i < 40; i++)
        assert_int_equal((const char *)ear->pieces[i].at - first, (i % 16) * 65536);
    close(fd);
}

/* ---- TCP as a client ---- */

static int serve(uint16_t *ret_port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in at = loopback(0);
    socklen_t len = sizeof at;
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    *ret_port = ntohs(at.sin_port);
    return fd;
}

static void a_client_that_fails_waits_with_the_reason(void **state)
{
    (void)state;
    static const struct {
        int *fails;
        int with;
        const char *error;
    } rows[] = {
        {&uv.resolve, UV_ENOMEM, "not enough memory"},
        {&uv.tcp_init, UV_EMFILE, "too many open files"},
        {&uv.tcp_connect, UV_EADDRNOTAVAIL, "address not available"},
        {&uv.read_start, UV_ENOTCONN, "socket is not connected"},
    };
    uint16_t port;
    int server = serve(&port);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        void *one = NULL;
        assert_int_equal(setup(&one), 0);
        struct ear *ear = one;
        *rows[i].fails = rows[i].with;
        listen_to(ear, "tcp://127.0.0.1:%u", port);
        assert_int_equal(vg_feed_port(ear->feed), port);
        WAIT_FOR(ear, state_of(ear) == VG_FEED_DOWN);
        assert_string_equal(vg_feed_status(ear->feed)->error, rows[i].error);
        assert_int_equal(uv.timers_ms[uv.timers - 1], VG_FEED_BACKOFF_MIN_MS);
        assert_int_equal(ear->piece_count, 0);
        assert_false(ear->feed->watching);
        *rows[i].fails = 0; /* it gets better by waiting */
        WAIT_FOR(ear, state_of(ear) == VG_FEED_LIVE);
        assert_int_equal(vg_feed_status(ear->feed)->reconnects, 0);
        assert_null(vg_feed_status(ear->feed)->error);
        assert_int_equal(ear_teardown(&one), 0);
        assert_int_equal(uv.freed, i == 0 ? 1 : 2); /* what was resolved is given back */
    }
    close(server);
}

static void a_connection_that_never_comes_is_given_up_after_ten_seconds(void **state)
{
    struct ear *ear = *state;
    uv.connects_never = uv.times_out = true;
    listen_to(ear, "tcp://127.0.0.1:1");
    WAIT_FOR(ear, state_of(ear) == VG_FEED_DOWN);
    assert_string_equal(vg_feed_status(ear->feed)->error, "connection timed out");
    assert_int_equal(uv.timers, 3);
    assert_int_equal(uv.timers_ms[0], 0);
    assert_int_equal(uv.timers_ms[1], 10000);
    assert_int_equal(uv.timers_ms[2], VG_FEED_BACKOFF_MIN_MS);
}

static void note_timer(uv_handle_t *handle, void *arg)
{
    struct ear *ear = arg;
    if (handle->type == UV_TIMER && uv_is_active(handle))
        assert_true(handle == (uv_handle_t *)&ear->tick || handle == (uv_handle_t *)&ear->feed->stall);
}

static void a_connection_that_stands_has_no_limit_but_silence(void **state)
{
    struct ear *ear = *state;
    uint16_t port;
    int server = serve(&port);
    listen_to(ear, "tcp://127.0.0.1:%u", port);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_LIVE);
    uv_walk(&ear->loop, note_timer, ear);
    close(server);
}

static void the_second_address_is_tried_when_the_first_refuses(void **state)
{
    struct ear *ear = *state;
    uint16_t port;
    int server = serve(&port);
    uv.resolves_to_two = true;
    uv.refuses = 1;
    listen_to(ear, "tcp://localhost:%u", port);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_LIVE);
    assert_int_equal(ear->state_count, 1); /* the first refusal is no state */
    close(server);
    vg_feed_close(ear->feed);
    ear->closed = true;
    assert_int_equal(uv.cancelled, 0);
}

static void who_closes_while_a_name_is_looked_up_cancels_that(void **state)
{
    struct ear *ear = *state;
    uv.resolves_never = true;
    listen_to(ear, "tcp://127.0.0.1:1");
    WAIT_FOR(ear, uv.asked);
    vg_feed_close(ear->feed);
    ear->closed = true;
    assert_int_equal(uv.cancelled, 1);
}

static void a_read_of_nothing_says_nothing(void **state)
{
    struct ear *ear = *state;
    uint16_t port;
    int server = serve(&port);
    listen_to(ear, "tcp://127.0.0.1:%u", port);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_LIVE);
    uv_tcp_t tcp = {.data = ear->feed};
    uv.on_read((uv_stream_t *)&tcp, 0, NULL);
    assert_int_equal(state_of(ear), VG_FEED_LIVE);
    assert_int_equal(ear->piece_count, 0);
    close(server);
}

/* ---- TCP as a server ---- */

static void a_sender_that_cannot_be_taken_is_closed(void **state)
{
    struct ear *ear = *state;
    int *const fails[] = {&uv.accept, &uv.read_start};
    char c;
    listen_to(ear, "tcp-listen://127.0.0.1:0");
    assert_int_equal(uv.backlog, 32);
    for (size_t i = 0; i < 2; i++) {
        *fails[i] = UV_ECONNABORTED;
        int fd = connect_to(SOCK_STREAM, vg_feed_port(ear->feed));
        struct pollfd over = {.fd = fd, .events = POLLIN};
        WAIT_FOR(ear, poll(&over, 1, 0) == 1);
        assert_true(read(fd, &c, 1) <= 0);
        assert_int_equal(vg_feed_status(ear->feed)->connections, 0);
        assert_int_equal(state_of(ear), VG_FEED_CONNECTING);
        assert_false(ear->feed->watching);
        *fails[i] = 0;
        close(fd);
    }
}

static void a_connection_that_the_system_refused_is_counted_and_told(void **state)
{
    struct ear *ear = *state;
    listen_to(ear, "tcp-listen://127.0.0.1:0");
    uv_tcp_t server = {.data = ear->feed};
    uv.on_connection((uv_stream_t *)&server, UV_EMFILE);
    assert_int_equal(vg_feed_status(ear->feed)->rejected, 1);
    assert_int_equal(vg_feed_status(ear->feed)->connections, 0);
    assert_string_equal(vg_feed_status(ear->feed)->error, "too many open files");
    assert_int_equal(state_of(ear), VG_FEED_CONNECTING);
    assert_int_equal(ear->state_count, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, ear_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_socket_that_fails_is_told_with_the_feeds_name),
        TEST(a_udp_socket_asks_for_four_mebibytes),
        TEST(what_is_no_datagram_is_not_handed_on),
        TEST(sixteen_datagrams_are_taken_with_one_call),
        cmocka_unit_test(a_client_that_fails_waits_with_the_reason),
        TEST(a_connection_that_never_comes_is_given_up_after_ten_seconds),
        TEST(a_connection_that_stands_has_no_limit_but_silence),
        TEST(the_second_address_is_tried_when_the_first_refuses),
        TEST(who_closes_while_a_name_is_looked_up_cancels_that),
        TEST(a_read_of_nothing_says_nothing),
        TEST(a_sender_that_cannot_be_taken_is_closed),
        TEST(a_connection_that_the_system_refused_is_counted_and_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
