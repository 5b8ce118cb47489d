#include "feed_test.h"

static void datagrams_come_whole_and_in_order(void **state)
{
    struct ear *ear = *state;
    listen_to(ear, "udp://127.0.0.1:0");
    assert_int_equal(state_of(ear), VG_FEED_CONNECTING);
    assert_int_not_equal(vg_feed_port(ear->feed), 0);
    int64_t before_us = vg_clock_wall_us();
    int fd = connect_to(SOCK_DGRAM, vg_feed_port(ear->feed));
    for (int i = 0; i < 50; i++)
        put(fd, i % 2 ? "!AIVDM,odd*00\r\n" : "!AIVDM,even*00");
    assert_int_equal(send(fd, "", 0, 0), 0); /* an empty one is nothing */
    WAIT_FOR(ear, ear->piece_count == 50);
    turn_for(ear, 20000);
    assert_int_equal(ear->piece_count, 50);
    assert_int_equal(state_of(ear), VG_FEED_LIVE);
    for (int i = 0; i < 50; i++) {
        assert_true(ear->pieces[i].datagram);
        assert_int_equal(ear->pieces[i].begins, i == 0);
        assert_int_equal(ear->pieces[i].len, i % 2 ? 15 : 14);
        assert_true(ear->pieces[i].received_us >= before_us);
    }
    assert_true(vg_feed_status(ear->feed)->last_us >= before_us);
    close(fd);
}

static void large_datagrams_are_not_cut(void **state)
{
    struct ear *ear = *state;
    char *large = malloc(60000);
    listen_to(ear, "udp://127.0.0.1:0");
    int fd = connect_to(SOCK_DGRAM, vg_feed_port(ear->feed));
    memset(large, 'x', 60000);
    assert_int_equal(write(fd, large, 60000), 60000);
    WAIT_FOR(ear, ear->piece_count == 1);
    assert_int_equal(ear->pieces[0].len, 60000);
    free(large);
    close(fd);
}

static void silence_from_the_start_is_a_stall(void **state)
{
    struct ear *ear = *state;
    listen_to(ear, "udp://127.0.0.1:0?stall=0.1");
    WAIT_FOR(ear, state_of(ear) == VG_FEED_STALLED);
    int fd = connect_to(SOCK_DGRAM, vg_feed_port(ear->feed));
    put(fd, "x");
    WAIT_FOR(ear, state_of(ear) == VG_FEED_LIVE);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_STALLED);
    assert_int_equal(ear->state_count, 3);
    close(fd);
}

static void the_shortest_silence_is_a_millisecond(void **state)
{
    struct ear *ear = *state;
    listen_to(ear, "udp://127.0.0.1:0?stall=0.000001");
    WAIT_FOR(ear, state_of(ear) == VG_FEED_STALLED);
}

/* A specification need not come from a URL. */
static void an_address_that_is_none_is_refused_at_once(void **state)
{
    struct ear *ear = *state;
    static const enum vg_feed_kind kinds[] = {VG_FEED_UDP, VG_FEED_TCP_LISTEN};
    const struct vg_feed_events events = {.arg = ear};
    struct vg_feed *feed = NULL;
    const char *why = NULL;
    for (size_t i = 0; i < 2; i++) {
        struct vg_feed_spec spec = {.kind = kinds[i], .host = "256.1.1.1", .name = "none"};
        assert_int_equal(vg_feed_open(&ear->loop, &spec, &events, &feed, &why), VG_IO);
        assert_string_equal(why, "256.1.1.1: invalid argument");
        assert_null(feed);
    }
    struct vg_feed_spec spec = {.kind = VG_FEED_STDIN + 1};
    assert_int_equal(vg_feed_open(&ear->loop, &spec, &events, &feed, &why), VG_ARG);
    assert_string_equal(why, "no such kind of feed");
    listen_to(ear, "udp://127.0.0.1:0");
}

static void silence_can_be_allowed(void **state)
{
    struct ear *ear = *state;
    listen_to(ear, "udp://127.0.0.1:0?stall=0");
    turn_for(ear, 50000);
    assert_int_equal(ear->state_count, 0);
}

static void a_port_in_use_is_an_error_at_once(void **state)
{
    struct ear *ear = *state;
    char url[64];
    const char *why = NULL;
    struct vg_feed *first;
    listen_to(ear, "udp://127.0.0.1:0");
    first = ear->feed;
    snprintf(url, sizeof url, "udp://127.0.0.1:%u", vg_feed_port(first));
    assert_int_equal(ear_open(ear, url, &why), VG_EXISTS);
    char expected[80];
    snprintf(expected, sizeof expected, "udp 127.0.0.1:%u: address already in use", vg_feed_port(first));
    assert_string_equal(why, expected);
    assert_ptr_equal(ear->feed, first);
}

static void ipv6_is_heard(void **state)
{
    struct ear *ear = *state;
    const char *why = NULL;
    if (ear_open(ear, "udp://[::1]:0", &why))
        skip(); /* a machine without IPv6 */
    struct sockaddr_in6 to = {
        .sin6_family = AF_INET6, .sin6_port = htons(vg_feed_port(ear->feed)), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(AF_INET6, SOCK_DGRAM, 0);
    assert_int_equal(sendto(fd, "x", 1, 0, (struct sockaddr *)&to, sizeof to), 1);
    WAIT_FOR(ear, ear->piece_count == 1);
    close(fd);
}

static void two_feeds_can_join_one_group(void **state)
{
    struct ear *ear = *state;
    char url[64];
    const char *why = NULL;
    if (ear_open(ear, "udp://239.192.0.1:0", &why))
        skip(); /* no route for multicast here */
    struct vg_feed *first = ear->feed;
    uint16_t port = vg_feed_port(first);
    snprintf(url, sizeof url, "udp://239.192.0.1:%u", port);
    assert_int_equal(ear_open(ear, url, &why), VG_OK);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(AF_INET, "239.192.0.1", &to.sin_addr);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (sendto(fd, "x", 1, 0, (struct sockaddr *)&to, sizeof to) == 1)
        WAIT_FOR(ear, ear->piece_count == 2);
    vg_feed_close(first);
    close(fd);
}

/* The socket's buffer is filled while nobody turns the loop; later datagrams show what was lost. */
static void what_the_system_dropped_is_counted(void **state)
{
    struct ear *ear = *state;
    char large[30000] = "";
    listen_to(ear, "udp://127.0.0.1:0");
    int fd = connect_to(SOCK_DGRAM, vg_feed_port(ear->feed));
    for (int i = 0; i < 1000; i++)
        assert_int_equal(write(fd, large, sizeof large), (ssize_t)sizeof large);
    WAIT_FOR(ear, write(fd, "x", 1) == 1 && vg_feed_status(ear->feed)->dropped > 0);
    assert_true(vg_feed_status(ear->feed)->dropped < 1000);
    close(fd);
}

static void no_callback_comes_after_closing_in_one(void **state)
{
    struct ear *ear = *state;
    listen_to(ear, "udp://127.0.0.1:0");
    int fd = connect_to(SOCK_DGRAM, vg_feed_port(ear->feed));
    for (int i = 0; i < 10; i++)
        put(fd, "x");
    ear->close_at_bytes = ear->feed;
    WAIT_FOR(ear, ear->closed);
    turn_for(ear, 20000);
    assert_int_equal(ear->piece_count, 1);
    close(fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ear_setup, ear_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(datagrams_come_whole_and_in_order),      TEST(large_datagrams_are_not_cut),
        TEST(silence_from_the_start_is_a_stall),      TEST(silence_can_be_allowed),
        TEST(the_shortest_silence_is_a_millisecond),  TEST(an_address_that_is_none_is_refused_at_once),
        TEST(a_port_in_use_is_an_error_at_once),      TEST(ipv6_is_heard),
        TEST(two_feeds_can_join_one_group),           TEST(what_the_system_dropped_is_counted),
        TEST(no_callback_comes_after_closing_in_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
