/* Flows: who is counted, and who is in the list of those that are woken. */
#include <netinet/tcp.h>

#include "serve/flow.h"
#include "serve/inner.h"
#include "transport.h"

#define MOST 2

static struct vg_serve *serve;
static struct vg_flows *flows;
static struct vg_flows *others; /* of a second kind */
static atomic_bool talks;       /* there is always something to say */
static atomic_int says;         /* so many bytes, once; −1: the end */
static atomic_bool once_in_fill;
static atomic_int fills, freed;
static _Atomic int64_t quiet;
static _Atomic size_t most;
static atomic_int send_buffer, keeps_alive, gives_up_ms; /* of the last connection's socket */

static ssize_t fill(void *reader, int64_t quiet_us, void *buf, size_t max)
{
    (void)reader;
    fills++;
    quiet = quiet_us;
    most = max;
    if (once_in_fill && atomic_exchange(&once_in_fill, false)) { /* news comes just now */
        says = 3;
        vg_flows_wake(flows);
        return 0;
    }
    int n = atomic_exchange(&says, 0);
    if (n > 0)
        memset(buf, 'b', (size_t)n);
    if (n)
        return n;
    if (!talks)
        return 0;
    memset(buf, 'a', max);
    return (ssize_t)max;
}

static void free_reader(void *reader)
{
    free(reader);
    freed++;
}

static bool handle(struct vg_request *rq)
{
    bool other = strcmp(vg_request_target(rq)->path, "/other") == 0;
    bool ok = vg_reply_flow(rq, other ? others : flows, "text/x-flow", malloc(1));
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(rq->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    int buffer = 0, alive = 0, ms = 0;
    socklen_t len = sizeof(int);
    getsockopt(info->connect_fd, SOL_SOCKET, SO_SNDBUF, &buffer, &len);
    getsockopt(info->connect_fd, SOL_SOCKET, SO_KEEPALIVE, &alive, &len);
    getsockopt(info->connect_fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, &len);
    send_buffer = buffer;
    keeps_alive = alive;
    gives_up_ms = ms;
    return ok;
}

static const struct vg_route routes[] = {
    {VG_METHOD_GET, "/flow", VG_PERMISSION_ANYONE, 0, {NULL, 0}, handle, "flow", "", "text/plain", NULL},
    {VG_METHOD_GET, "/other", VG_PERMISSION_ANYONE, 0, {NULL, 0}, handle, "other", "", "text/plain", NULL},
    {0}};

static int set_up(void **state)
{
    (void)state;
    struct vg_app app = {.routes = routes};
    struct vg_serve_options options = {.listen = "127.0.0.1:0", .stuck_s = 1};
    struct vg_flow_kind kind = {.fill = fill, .free = free_reader, .full = "full", .most = MOST, .only_newest = true};
    const char *why = NULL;
    talks = once_in_fill = false;
    says = fills = freed = 0;
    assert_int_equal(vg_serve_new(&options, &app, &serve, &why), VG_OK);
    assert_int_equal(vg_flows_new(serve, &kind, &flows), VG_OK);
    kind.only_newest = false;
    kind.most = 1;
    assert_int_equal(vg_flows_new(serve, &kind, &others), VG_OK);
    transport_begin(serve);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    vg_serve_stop(serve);
    return 0;
}

static struct vg_flow_counts counts(void)
{
    struct vg_flow_counts counts;
    memset(&counts, 0x55, sizeof counts);
    vg_flow_counts(flows, &counts);
    return counts;
}

/* Waits until so many readers are there. */
static void readers_become(uint32_t now)
{
    for (int i = 0; i < 2000 && counts().now != now; i++)
        usleep(5000);
    assert_int_equal(counts().now, now);
}

static struct http *open_flow(const char *target)
{
    struct http *h = calloc(1, sizeof *h);
    http_open(h, vg_serve_address(serve), "GET", target, "", 4096);
    return h;
}

static struct http *open_reader(void)
{
    return open_flow("/flow");
}

/* Waits until `fill` was called so often. */
static void fills_become(int n)
{
    for (int i = 0; i < 4000 && fills < n; i++)
        usleep(5000);
    assert_int_equal(fills, n);
}

static void hears(struct http *h, size_t len)
{
    char buf[16];
    for (size_t n; len; len -= n)
        assert_true((n = http_read(h, buf, len < sizeof buf ? len : sizeof buf)) > 0);
}

static void readers_are_counted(void **state)
{
    (void)state;
    struct vg_flow_counts c = counts();
    assert_int_equal(c.now + c.begun + c.refused + c.dropped + c.bytes, 0);
    struct http *h[MOST];
    for (int i = 0; i < MOST; i++) {
        h[i] = open_reader();
        assert_int_equal(h[i]->status, 200);
    }
    struct http *late = http_get(vg_serve_address(serve), "/flow");
    assert_int_equal(late->status, 503);
    assert_non_null(strstr(late->body, "\"full\""));
    assert_int_equal(freed, 1); /* its reader */
    http_close(late);
    c = counts();
    assert_int_equal(c.now, MOST);
    assert_int_equal(c.begun, MOST);
    assert_int_equal(c.refused, 1);
    assert_int_equal(c.bytes, 0);
    for (int i = 0; i < MOST; i++)
        http_close(h[i]);
    talks = true;
    vg_flows_wake(flows); /* writing is how it is found that they went */
    readers_become(0);
    assert_true(counts().bytes > 0);
    assert_int_equal(counts().dropped, 0); /* they went by themselves */
}

static void a_reader_that_takes_nothing_is_dropped_and_counted(void **state)
{
    (void)state;
    talks = true;
    struct http *h = open_reader();
    readers_become(0); /* after stuck_s */
    assert_int_equal(counts().dropped, 1);
    assert_int_equal(counts().begun, 1);
    http_close(h);
}

/* The kernel has room for what it is told, so that writing never fails. */
static void a_reader_that_takes_nothing_of_little_is_dropped_and_counted(void **state)
{
    (void)state;
    struct http *h = open_reader();
    int rounds = 0;
    for (; rounds < 20000 && counts().now; rounds++) {
        says = 200;
        vg_flows_wake(flows);
        usleep(5000);
    }
    assert_int_equal(counts().now, 0);
    assert_int_equal(counts().dropped, 1);
    assert_true(counts().bytes < VG_SEND_BUFFER);
    assert_true(rounds > 20); /* not at once */
    http_close(h);
}

static void a_reader_that_takes_little_by_little_stays(void **state)
{
    (void)state;
    struct http *h = open_reader();
    int64_t until_us = vg_clock_monotonic_us() + 2 * VG_SECOND_US; /* twice stuck_s */
    while (vg_clock_monotonic_us() < until_us) {
        says = 10;
        vg_flows_wake(flows);
        hears(h, 10);
        usleep(5000);
    }
    assert_int_equal(counts().now, 1);
    assert_int_equal(counts().dropped, 0);
    http_close(h);
}

/* News wakes the readers of its own flows, each once; so many bytes as were written are counted. */
static void news_reaches_the_readers_of_its_flows(void **state)
{
    (void)state;
    struct http *h = open_reader(), *other = open_flow("/other");
    assert_string_equal(http_header(h, "Content-Type"), "text/x-flow");
    assert_string_equal(http_header(h, "Cache-Control"), "no-store");
    fills_become(2);
    assert_true(most >= VG_FLOW_BLOCK / 2);
    says = 5;
    vg_flows_wake(flows);
    hears(h, 5);
    fills_become(4); /* and once more, to hear that this was all */
    says = 7;
    vg_flows_wake(others);
    hears(other, 7);
    fills_become(6);
    assert_int_equal(counts().bytes, 5);
    struct vg_flow_counts c;
    vg_flow_counts(others, &c);
    assert_int_equal(c.bytes, 7);
    assert_int_equal(c.now, 1);
    http_close(h);
    http_close(other);
}

static void news_that_comes_while_a_reader_is_asked_is_not_lost(void **state)
{
    (void)state;
    struct http *h = open_reader();
    fills_become(1);
    once_in_fill = true;
    vg_flows_wake(flows);
    hears(h, 3);
    http_close(h);
}

/* Who heard something lately is left alone. */
static void only_quiet_readers_are_woken(void **state)
{
    (void)state;
    struct http *h = open_reader();
    fills_become(1);
    says = 2;
    vg_flows_wake(flows);
    hears(h, 2);
    fills_become(3);
    vg_flows_wake_quiet(flows, VG_HOUR_US);
    usleep(100000);
    assert_int_equal(fills, 3);
    vg_flows_wake_quiet(flows, 50000);
    fills_become(4);
    assert_true(quiet >= 50000);
    says = 2;
    vg_flows_wake_quiet(flows, 50000);
    hears(h, 2);
    fills_become(6);
    assert_true(quiet < VG_MINUTE_US); /* since it heard the last */
    http_close(h);
}

/* The connection is closed without the mark that all was said. */
static void a_reader_that_can_not_be_told_is_let_go(void **state)
{
    (void)state;
    struct http *h = open_reader();
    char byte;
    fills_become(1);
    says = -1;
    vg_flows_wake(flows);
    struct pollfd p = {.fd = h->fd, .events = POLLIN};
    assert_int_equal(poll(&p, 1, HTTP_WAIT_MS), 1);
    assert_true(recv(h->fd, &byte, 1, 0) <= 0);
    readers_become(0);
    for (int i = 0; i < 2000 && freed < 1; i++)
        usleep(5000);
    assert_int_equal(freed, 1);
    assert_int_equal(counts().dropped, 0);
    http_close(h);
}

/* What lies in the kernel's buffer is old news; a place that is given back can be taken again. */
static void the_kernel_keeps_little_for_who_wants_the_newest(void **state)
{
    (void)state;
    struct http *h = open_reader();
    fills_become(1);
    assert_int_equal(send_buffer, 2 * VG_SEND_BUFFER); /* Linux doubles it */
    assert_int_equal(keeps_alive, 1);
    assert_int_equal(gives_up_ms, 2000); /* twice stuck_s: nobody counts what the kernel ends */
    http_close(h);
    h = open_flow("/other");
    fills_become(2);
    assert_int_not_equal(send_buffer, 2 * VG_SEND_BUFFER);
    assert_int_equal(keeps_alive, 0);
    assert_int_equal(gives_up_ms, 0);
    http_close(h);
    talks = true;
    vg_flows_wake(others);
    for (int i = 0; i < 4000; i++) {
        struct vg_flow_counts c;
        vg_flow_counts(others, &c);
        if (!c.now)
            break;
        usleep(5000);
    }
    talks = false;
    h = open_flow("/other");
    assert_int_equal(h->status, 200);
    http_close(h);
}

/* Whoever reads when the server stops hears an end, whichever kind of flow it is. */
static void stopping_ends_all_flows(void **state)
{
    struct http *h[3] = {open_reader(), open_reader(), open_flow("/other")};
    char byte;
    fills_become(3);
    tear_down(state);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(http_read(h[i], &byte, 1), 0);
        http_close(h[i]);
    }
    assert_int_equal(freed, 3);
    set_up(state);
}

/* first, middle, last and only: what is taken out is found no more, and taking it out twice changes nothing. */
static void the_list_holds_who_was_put_in_and_not_taken_out(void **state)
{
    (void)state;
    static const int orders[][3] = {{0, 1, 2}, {2, 1, 0}, {1, 0, 2}, {1, 2, 0}};
    for (size_t o = 0; o < sizeof orders / sizeof *orders; o++) {
        struct vg_suspended s[3] = {0}, *list = NULL;
        bool in[3] = {true, true, true};
        for (int i = 0; i < 3; i++)
            vg_suspended_list(&list, &s[i]);
        for (int step = 0; step < 6; step++) {
            int out = orders[o][step / 2];
            vg_suspended_unlist(&list, &s[out]);
            in[out] = false;
            bool found[3] = {false};
            for (struct vg_suspended *p = list, *before = NULL; p; before = p, p = p->next) {
                assert_ptr_equal(p->prev, before);
                found[p - s] = true;
            }
            assert_memory_equal(found, in, sizeof in);
        }
        assert_null(list);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(readers_are_counted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reader_that_takes_nothing_is_dropped_and_counted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reader_that_takes_nothing_of_little_is_dropped_and_counted, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_reader_that_takes_little_by_little_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(news_reaches_the_readers_of_its_flows, set_up, tear_down),
        cmocka_unit_test_setup_teardown(news_that_comes_while_a_reader_is_asked_is_not_lost, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_quiet_readers_are_woken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reader_that_can_not_be_told_is_let_go, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_kernel_keeps_little_for_who_wants_the_newest, set_up, tear_down),
        cmocka_unit_test_setup_teardown(stopping_ends_all_flows, set_up, tear_down),
        cmocka_unit_test(the_list_holds_who_was_put_in_and_not_taken_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
