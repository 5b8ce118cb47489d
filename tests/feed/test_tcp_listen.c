#include "feed_test.h"

#include "feed/adapter.h"

static uint32_t connections(const struct ear *ear)
{
    return vg_feed_status(ear->feed)->connections;
}

static void two_senders_are_kept_apart(void **state)
{
    struct ear *ear = *state;
    listen_to(ear, "tcp-listen://127.0.0.1:0");
    assert_int_equal(state_of(ear), VG_FEED_CONNECTING);
    int a = connect_to(SOCK_STREAM, vg_feed_port(ear->feed));
    WAIT_FOR(ear, connections(ear) == 1);
    assert_int_equal(state_of(ear), VG_FEED_LIVE);
    int b = connect_to(SOCK_STREAM, vg_feed_port(ear->feed));
    WAIT_FOR(ear, connections(ear) == 2);
    static const char *const halves[][2] = {{"!AIV", "!BSV"}, {"DM,1", "DO,2"}, {"\r\n", "\r\n"}};
    for (unsigned i = 0; i < 3; i++) {
        put(a, halves[i][0]);
        put(b, halves[i][1]);
        WAIT_FOR(ear, ear->piece_count == 2 * (i + 1));
    }
    assert_string_equal(ear->streams[0].text, "!AIVDM,1\r\n");
    assert_string_equal(ear->streams[1].text, "!BSVDO,2\r\n");
    assert_int_equal(ear->streams[0].begins, 1);
    assert_int_equal(ear->streams[1].begins, 1);
    close(a);
    WAIT_FOR(ear, connections(ear) == 1);
    assert_int_equal(ear->streams[0].ends, 1);
    assert_int_equal(state_of(ear), VG_FEED_LIVE);
    close(b);
    WAIT_FOR(ear, connections(ear) == 0);
    assert_int_equal(state_of(ear), VG_FEED_CONNECTING);
    assert_null(vg_feed_status(ear->feed)->error);
    assert_int_equal(vg_feed_status(ear->feed)->rejected, 0);
    assert_int_equal(ear->streams[1].ends, 1);
    assert_int_equal(ear->state_count, 2);
    assert_false(ear->feed->watching);
}

static void a_sender_that_says_nothing_has_no_stream(void **state)
{
    struct ear *ear = *state;
    listen_to(ear, "tcp-listen://127.0.0.1:0");
    close(connect_to(SOCK_STREAM, vg_feed_port(ear->feed)));
    WAIT_FOR(ear, ear->state_count == 2);
    assert_int_equal(ear->states[0], VG_FEED_LIVE);
    assert_int_equal(state_of(ear), VG_FEED_CONNECTING);
    assert_int_equal(connections(ear), 0);
    assert_int_equal(ear->piece_count, 0);
}

static void who_closes_when_a_sender_leaves_hears_of_no_state(void **state)
{
    struct ear *ear = *state;
    listen_to(ear, "tcp-listen://127.0.0.1:0");
    int a = connect_to(SOCK_STREAM, vg_feed_port(ear->feed));
    put(a, "x");
    close(a);
    ear->close_at_end = true;
    WAIT_FOR(ear, ear->closed);
    turn_for(ear, 20000);
    assert_int_equal(ear->piece_count, 2);
    assert_int_equal(ear->state_count, 1);
}

static void a_freed_place_is_used_again_and_begins(void **state)
{
    struct ear *ear = *state;
    listen_to(ear, "tcp-listen://127.0.0.1:0");
    int a = connect_to(SOCK_STREAM, vg_feed_port(ear->feed));
    put(a, "half a li");
    WAIT_FOR(ear, ear->bytes == 9);
    close(a);
    WAIT_FOR(ear, connections(ear) == 0);
    turn_for(ear, 10000);
    a = connect_to(SOCK_STREAM, vg_feed_port(ear->feed));
    put(a, "new");
    WAIT_FOR(ear, ear->bytes == 12);
    const struct piece *last = &ear->pieces[ear->piece_count - 1];
    assert_int_equal(last->stream, 0);
    assert_true(last->begins);
    assert_int_equal(ear->streams[0].ends, 1);
    close(a);
}

/* All places, each address with as many as it may have. */
static void fill_places(struct ear *ear, int fds[static VG_FEED_CONNECTIONS])
{
    for (unsigned i = 0; i < VG_FEED_CONNECTIONS; i++) {
        fds[i] = connect_from(1 + i / VG_FEED_PER_ADDRESS, vg_feed_port(ear->feed));
        WAIT_FOR(ear, connections(ear) == i + 1);
    }
}

static void an_address_has_a_number_of_senders(void **state)
{
    struct ear *ear = *state;
    int fds[VG_FEED_PER_ADDRESS + 3], other;
    listen_to(ear, "tcp-listen://127.0.0.1:0");
    for (unsigned i = 0; i < VG_FEED_PER_ADDRESS + 3; i++)
        fds[i] = connect_from(2, vg_feed_port(ear->feed));
    WAIT_FOR(ear, vg_feed_status(ear->feed)->rejected == 3);
    assert_int_equal(connections(ear), VG_FEED_PER_ADDRESS);
    other = connect_from(3, vg_feed_port(ear->feed));
    WAIT_FOR(ear, connections(ear) == VG_FEED_PER_ADDRESS + 1);
    close(fds[0]);
    WAIT_FOR(ear, connections(ear) == VG_FEED_PER_ADDRESS);
    fds[0] = connect_from(2, vg_feed_port(ear->feed));
    WAIT_FOR(ear, connections(ear) == VG_FEED_PER_ADDRESS + 1);
    assert_int_equal(vg_feed_status(ear->feed)->rejected, 3);
    assert_int_equal(vg_feed_status(ear->feed)->given_way, 0);
    for (unsigned i = 0; i < VG_FEED_PER_ADDRESS + 3; i++)
        close(fds[i]);
    close(other);
}

static void this_machine_may_have_all_places(void **state)
{
    struct ear *ear = *state;
    struct vg_feed_spec spec;
    struct vg_feed_events events = {on_bytes, on_state, ear};
    const char *why = "";
    int fds[VG_FEED_CONNECTIONS];
    assert_int_equal(vg_feed_parse("tcp-listen://127.0.0.1:0", &spec, &why), VG_OK);
    spec.loopback_unlimited = true;
    assert_int_equal(vg_feed_open(&ear->loop, &spec, &events, &ear->feed, &why), VG_OK);
    for (unsigned i = 0; i < VG_FEED_CONNECTIONS; i++) {
        fds[i] = connect_from(2, vg_feed_port(ear->feed));
        WAIT_FOR(ear, connections(ear) == i + 1);
    }
    for (unsigned i = 0; i < VG_FEED_CONNECTIONS; i++)
        close(fds[i]);
}

static void senders_over_the_limit_are_closed_and_counted(void **state)
{
    struct ear *ear = *state;
    int fds[VG_FEED_CONNECTIONS + 5];
    listen_to(ear, "tcp-listen://127.0.0.1:0");
    fill_places(ear, fds);
    for (unsigned i = VG_FEED_CONNECTIONS; i < VG_FEED_CONNECTIONS + 5; i++)
        fds[i] = connect_from(100, vg_feed_port(ear->feed)); /* all at once */
    WAIT_FOR(ear, vg_feed_status(ear->feed)->rejected == 5);
    assert_int_equal(connections(ear), VG_FEED_CONNECTIONS);
    char c;
    for (unsigned i = VG_FEED_CONNECTIONS; i < VG_FEED_CONNECTIONS + 5; i++) {
        assert_true(read(fds[i], &c, 1) <= 0);
        close(fds[i]);
    }
    put(fds[VG_FEED_CONNECTIONS - 1], "x"); /* the others are as they were */
    WAIT_FOR(ear, ear->streams[VG_FEED_CONNECTIONS - 1].len == 1);
    close(fds[7]);
    WAIT_FOR(ear, connections(ear) == VG_FEED_CONNECTIONS - 1);
    turn_for(ear, 10000);
    fds[7] = connect_to(SOCK_STREAM, vg_feed_port(ear->feed)); /* a place is free again */
    put(fds[7], "y");
    WAIT_FOR(ear, ear->streams[7].len == 1);
    assert_int_equal(vg_feed_status(ear->feed)->rejected, 5);
    for (unsigned i = 0; i < VG_FEED_CONNECTIONS; i++)
        close(fds[i]);
}

static void silent_senders_are_a_stall_and_none_is_waiting(void **state)
{
    struct ear *ear = *state;
    listen_to(ear, "tcp-listen://127.0.0.1:0?stall=0.1");
    turn_for(ear, 250000);
    assert_int_equal(state_of(ear), VG_FEED_CONNECTING); /* nobody is silent */
    int a = connect_to(SOCK_STREAM, vg_feed_port(ear->feed));
    WAIT_FOR(ear, state_of(ear) == VG_FEED_LIVE);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_STALLED);
    put(a, "x");
    WAIT_FOR(ear, state_of(ear) == VG_FEED_LIVE);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_STALLED);
    close(a);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_CONNECTING);
}

static void a_reset_connection_ends_its_stream(void **state)
{
    struct ear *ear = *state;
    struct linger hard = {.l_onoff = 1, .l_linger = 0};
    listen_to(ear, "tcp-listen://127.0.0.1:0");
    int a = connect_to(SOCK_STREAM, vg_feed_port(ear->feed));
    put(a, "x");
    WAIT_FOR(ear, ear->bytes == 1);
    setsockopt(a, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close(a);
    WAIT_FOR(ear, ear->streams[0].ends == 1);
    assert_int_equal(state_of(ear), VG_FEED_CONNECTING);
    assert_string_equal(vg_feed_status(ear->feed)->error, "connection reset by peer");
}

static void a_port_in_use_is_an_error_at_once(void **state)
{
    struct ear *ear = *state;
    char url[64];
    const char *why = NULL;
    listen_to(ear, "tcp-listen://127.0.0.1:0");
    snprintf(url, sizeof url, "tcp-listen://127.0.0.1:%u", vg_feed_port(ear->feed));
    assert_int_equal(ear_open(ear, url, &why), VG_EXISTS);
    char expected[80];
    snprintf(expected, sizeof expected, "listen 127.0.0.1:%u: address already in use", vg_feed_port(ear->feed));
    assert_string_equal(why, expected);
}

static void closing_drops_all_senders(void **state)
{
    struct ear *ear = *state;
    listen_to(ear, "tcp-listen://127.0.0.1:0");
    int a = connect_to(SOCK_STREAM, vg_feed_port(ear->feed)), b = connect_to(SOCK_STREAM, vg_feed_port(ear->feed));
    WAIT_FOR(ear, connections(ear) == 2);
    put(a, "x");
    put(b, "y");
    ear->close_at_bytes = ear->feed;
    WAIT_FOR(ear, ear->closed);
    char c;
    turn_for(ear, 20000);
    assert_true(read(a, &c, 1) <= 0);
    assert_true(read(b, &c, 1) <= 0);
    assert_int_equal(ear->piece_count, 1);
    close(a);
    close(b);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ear_setup, ear_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(two_senders_are_kept_apart),
        TEST(a_sender_that_says_nothing_has_no_stream),
        TEST(who_closes_when_a_sender_leaves_hears_of_no_state),
        TEST(a_freed_place_is_used_again_and_begins),
        TEST(senders_over_the_limit_are_closed_and_counted),
        TEST(an_address_has_a_number_of_senders),
        TEST(this_machine_may_have_all_places),
        TEST(silent_senders_are_a_stall_and_none_is_waiting),
        TEST(a_reset_connection_ends_its_stream),
        TEST(a_port_in_use_is_an_error_at_once),
        TEST(closing_drops_all_senders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
