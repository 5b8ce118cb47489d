/* Flows: who is counted, and who is in the list of those that are woken. */
#include "serve/flow.h"
#include "serve/inner.h"
#include "transport.h"

#define MOST 2

static struct vg_serve *serve;
static struct vg_flows *flows;
static atomic_bool talks; /* there is always something to say */

static ssize_t fill(void *reader, int64_t quiet_us, void *buf, size_t max)
{
    (void)reader, (void)quiet_us;
    if (!talks)
        return 0;
    memset(buf, 'a', max);
    return (ssize_t)max;
}

static void free_reader(void *reader)
{
    free(reader);
}

static bool handle(struct vg_request *rq)
{
    return vg_reply_flow(rq, flows, "text/plain", malloc(1));
}

static const struct vg_route routes[] = {
    {VG_METHOD_GET, "/flow", VG_PERMISSION_ANYONE, 0, {NULL, 0}, handle, "flow", "", "text/plain", NULL}, {0}};

static int set_up(void **state)
{
    (void)state;
    struct vg_app app = {.routes = routes};
    struct vg_serve_options options = {.listen = "127.0.0.1:0", .stuck_s = 1};
    struct vg_flow_kind kind = {.fill = fill, .free = free_reader, .full = "full", .most = MOST, .only_newest = true};
    const char *why = NULL;
    talks = false;
    assert_int_equal(vg_serve_new(&options, &app, &serve, &why), VG_OK);
    assert_int_equal(vg_flows_new(serve, &kind, &flows), VG_OK);
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

static struct http *open_reader(void)
{
    struct http *h = calloc(1, sizeof *h);
    http_open(h, vg_serve_address(serve), "GET", "/flow", "", 4096);
    return h;
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
        cmocka_unit_test(the_list_holds_who_was_put_in_and_not_taken_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
