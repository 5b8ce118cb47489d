/* The ring of notices: what it takes, who is told, and who hears a beat. */
#include "serve/notices.h"
#include "transport.h"

static struct vg_serve *serve;
static struct vg_notices *notices;
static size_t state_size;      /* bytes of the state's data */
static int in_hello, in_state; /* notices that come while the next hello or state is written */

static void come(int *count)
{
    for (; *count; --*count)
        vg_notice(notices, "feed", "{}", 2);
}

static void hello(void *context, struct vg_out *out)
{
    (void)context;
    come(&in_hello);
    vg_out_text(out, "\"a\":1");
}

static void state_of_things(void *context, struct vg_out *out)
{
    (void)context;
    come(&in_state);
    vg_notice_begin(out, "state");
    vg_out_char(out, '{');
    for (size_t i = 2; i < state_size; i++)
        vg_out_char(out, ' ');
    vg_out_char(out, '}');
    vg_notice_end(out);
}

static bool handle(struct vg_request *rq)
{
    return vg_reply_notices(rq, notices);
}

static const struct vg_route routes[] = {
    {VG_METHOD_GET, "/events", VG_PERMISSION_ANYONE, 0, {NULL, 0}, handle, "events", "", "text/event-stream", NULL},
    {0}};

static int set_up(void **state)
{
    (void)state;
    struct vg_notice_rules rules = {hello, state_of_things, NULL, 1000};
    state_size = 2;
    serve = transport_new(routes, NULL, 0);
    assert_int_equal(vg_notices_new(serve, &rules, &notices), VG_OK);
    transport_begin(serve);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    vg_serve_stop(serve);
    vg_notices_free(notices);
    return 0;
}

/* Reads until so much text is there. */
static void hears(struct http *h, const char *text)
{
    char buf[4000];
    size_t len = 0, want = strlen(text);
    while (len < want) {
        size_t n = http_read(h, buf + len, want - len);
        assert_true(n > 0);
        len += n;
    }
    buf[len] = '\0';
    assert_string_equal(buf, text);
}

static struct vg_notice_counts counts(void)
{
    struct vg_notice_counts counts;
    vg_notice_counts(notices, &counts);
    return counts;
}

static void the_bytes_are_those_of_the_format(void **state)
{
    (void)state;
    struct http *h = calloc(1, sizeof *h);
    http_open(h, vg_serve_address(serve), "GET", "/events", "", 0);
    assert_string_equal(http_header(h, "Content-Type"), "text/event-stream");
    hears(h, "id: 1000\nevent: hello\ndata: {\"a\":1}\n\nevent: state\ndata: {}\n\n");
    vg_notice(notices, "feed", "{\"x\":2}", 7);
    hears(h, "id: 1001\nevent: feed\ndata: {\"x\":2}\n\n");
    assert_int_equal(counts().readers.now, 1);
    http_close(h);
}

static void what_is_no_notice_is_refused(void **state)
{
    (void)state;
    char longest[VG_NOTICE_SIZE + 1];
    memset(longest, 'a', sizeof longest);
    vg_notice(notices, "feed", longest, sizeof longest);
    vg_notice(notices, "feed", "{\n}", 3);
    vg_notice(notices, "feed", "{\r}", 3);
    vg_notice(notices, "sixteen letters.", "{}", 2);
    assert_int_equal(counts().refused, 4);
    assert_int_equal(counts().told, 0);
    vg_notice(notices, "feed", longest, VG_NOTICE_SIZE);
    vg_notice(notices, "fifteen letters", "{}", 2);
    assert_int_equal(counts().refused, 4);
    assert_int_equal(counts().told, 2);
}

/* Last-Event-ID: what the ring still has follows; before an earlier run, all of this one. */
static void a_reader_goes_on_where_it_was(void **state)
{
    (void)state;
    for (int i = 1; i <= 3; i++)
        vg_notice(notices, "feed", "{}", 2);
    struct http *h = calloc(1, sizeof *h);
    http_open(h, vg_serve_address(serve), "GET", "/events", "Last-Event-ID: 1002\r\n", 0);
    hears(h,
          "id: 1002\nevent: hello\ndata: {\"a\":1}\n\nid: 1003\nevent: feed\ndata: {}\n\nevent: state\ndata: {}\n\n");
    http_close(h);
    h = calloc(1, sizeof *h);
    http_open(h, vg_serve_address(serve), "GET", "/events", "Last-Event-ID: 7\r\n", 0);
    hears(h, "id: 1000\nevent: hello\ndata: {\"a\":1}\n\nid: 1001\nevent: feed\n");
    http_close(h);
    h = calloc(1, sizeof *h);
    http_open(h, vg_serve_address(serve), "GET", "/events", "Last-Event-ID: 1004\r\n", 0);
    hears(h, "id: 1003\nevent: hello\n"); /* one of the future: begin at the newest */
    http_close(h);
}

/* Exactly as many as the ring holds are no loss; one more is. */
static void a_reader_that_was_overtaken_is_told_how_many_it_missed(void **state)
{
    (void)state;
    for (int i = 1; i <= VG_NOTICES; i++)
        vg_notice(notices, "feed", "{}", 2);
    struct http *h = calloc(1, sizeof *h);
    http_open(h, vg_serve_address(serve), "GET", "/events", "Last-Event-ID: 1000\r\n", 0);
    hears(h, "id: 1000\nevent: hello\ndata: {\"a\":1}\n\nid: 1001\n");
    http_close(h);
    vg_notice(notices, "feed", "{}", 2);
    h = calloc(1, sizeof *h);
    http_open(h, vg_serve_address(serve), "GET", "/events", "Last-Event-ID: 1000\r\n", 0);
    hears(h, "id: 1001\nevent: hello\ndata: {\"a\":1,\"missed\":1}\n\nid: 1002\n");
    http_close(h);
    assert_int_equal(counts().missed, 1);
}

/* The ring goes on while a reader is greeted: what it loses between two looks is told, too. */
static void what_is_lost_while_a_reader_is_greeted_is_told(void **state)
{
    (void)state;
    in_hello = VG_NOTICES + 3;
    struct http *h = calloc(1, sizeof *h);
    http_open(h, vg_serve_address(serve), "GET", "/events", "Last-Event-ID: 1000\r\n", 0);
    hears(h, "id: 1003\nevent: hello\ndata: {\"a\":1,\"missed\":3}\n\nid: 1004\nevent: feed\n");
    assert_int_equal(counts().missed, 3);
    http_close(h);
}

/* Which it is told by another hello. */
static void a_greeted_reader_that_falls_behind_is_told_how_many_it_missed(void **state)
{
    (void)state;
    in_state = VG_NOTICES + 2;
    struct http *h = calloc(1, sizeof *h);
    http_open(h, vg_serve_address(serve), "GET", "/events", "", 0);
    hears(h, "id: 1000\nevent: hello\ndata: {\"a\":1}\n\nevent: state\ndata: {}\n\n"
             "id: 1002\nevent: hello\ndata: {\"a\":1,\"missed\":2}\n\nid: 1003\nevent: feed\n");
    assert_int_equal(counts().missed, 2);
    http_close(h);
}

static void past_256_readers_it_says_busy(void **state)
{
    (void)state;
    int fd[VG_NOTICE_READERS];
    for (int i = 0; i < VG_NOTICE_READERS; i++) {
        char answer[16];
        fd[i] = http_connect(vg_serve_address(serve), 0);
        http_write(fd[i], "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assert_int_equal(recv(fd[i], answer, 12, MSG_WAITALL), 12);
        assert_memory_equal(answer, "HTTP/1.1 200", 12);
    }
    struct http *h = http_get(vg_serve_address(serve), "/events");
    assert_int_equal(h->status, 503);
    assert_non_null(strstr(h->body, "256 readers"));
    http_close(h);
    assert_int_equal(counts().readers.refused, 1);
    assert_int_equal(counts().readers.begun, VG_NOTICE_READERS);
    for (int i = 0; i < VG_NOTICE_READERS; i++)
        close(fd[i]);
}

/* Skips `len` bytes. False: the connection ends before. */
static bool passes(struct http *h, size_t len)
{
    char buf[4096];
    while (len) {
        size_t n = http_read(h, buf, len < sizeof buf ? len : sizeof buf);
        if (!n)
            return false;
        len -= n;
    }
    return true;
}

/* A MiB in all: what is larger is an error, and the connection is closed. */
static void the_state_may_be_long_but_not_without_end(void **state)
{
    (void)state;
    static const struct {
        size_t size;
        bool comes;
    } rows[] = {{2000, true}, {100000, true}, {1000000, true}, {1 << 20, false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct http *h = calloc(1, sizeof *h);
        state_size = rows[i].size;
        http_open(h, vg_serve_address(serve), "GET", "/events", "", 0);
        bool came = passes(h, strlen("id: 1000\nevent: hello\ndata: {\"a\":1}\n\nevent: state\ndata: ") + state_size);
        assert_int_equal(came, rows[i].comes);
        if (came)
            hears(h, "\n\n");
        http_close(h);
    }
}

/* The whole ring of the longest notices: more than is put together at once. */
static void a_reader_far_behind_gets_every_notice(void **state)
{
    (void)state;
    static char longest[VG_NOTICE_SIZE], expected[VG_NOTICE_SIZE + 100];
    for (int i = 1; i <= VG_NOTICES; i++) {
        memset(longest, 'a' + i % 26, sizeof longest);
        vg_notice(notices, "feed", longest, sizeof longest);
    }
    struct http *h = calloc(1, sizeof *h);
    http_open(h, vg_serve_address(serve), "GET", "/events", "Last-Event-ID: 1000\r\n", 0);
    hears(h, "id: 1000\nevent: hello\ndata: {\"a\":1}\n\n");
    bool greeted = false;
    for (int i = 1; i <= VG_NOTICES; i++) {
        char begin[3] = "";
        assert_int_equal(http_read(h, begin, 1), 1);
        if (begin[0] == 'e') { /* the state, behind the first piece */
            assert_false(greeted);
            greeted = true;
            hears(h, "vent: state\ndata: {}\n\n");
            assert_int_equal(http_read(h, begin, 1), 1);
        }
        memset(longest, 'a' + i % 26, sizeof longest);
        snprintf(expected, sizeof expected, "d: %d\nevent: feed\ndata: %.*s\n\n", 1000 + i, VG_NOTICE_SIZE, longest);
        assert_int_equal(begin[0], 'i');
        hears(h, expected);
    }
    assert_true(greeted);
    http_close(h);
}

/* HEAD: the type, no body, no place for a reader taken. */
static void head_tells_the_type_and_ends(void **state)
{
    (void)state;
    struct http *h = http_ask(vg_serve_address(serve), "HEAD", "/events", "");
    assert_int_equal(h->status, 200);
    assert_non_null(http_header(h, "Content-Type"));
    assert_string_equal(http_header(h, "Content-Type"), "text/event-stream");
    assert_string_equal(http_header(h, "X-Content-Type-Options"), "nosniff");
    assert_int_equal(counts().readers.begun, 0);
    http_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_bytes_are_those_of_the_format, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_notice_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reader_goes_on_where_it_was, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reader_that_was_overtaken_is_told_how_many_it_missed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_lost_while_a_reader_is_greeted_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_greeted_reader_that_falls_behind_is_told_how_many_it_missed, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(past_256_readers_it_says_busy, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_state_may_be_long_but_not_without_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reader_far_behind_gets_every_notice, set_up, tear_down),
        cmocka_unit_test_setup_teardown(head_tells_the_type_and_ends, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
