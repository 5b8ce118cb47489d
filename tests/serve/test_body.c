/* Routes, methods, permissions, and bodies of requests. */
#include "serve/inner.h"
#include "transport.h"

#define BODY_MOST 100
#define SLOW_S    2 /* of the server that waits no longer for a body */

static struct vg_serve *serve;
static const char *address;

static bool handle_echo(struct vg_request *rq)
{
    struct vg_out out = vg_out_growing(1 << 20);
    const json_t *json = vg_request_json(rq);
    vg_out_text(&out, vg_method_name(vg_request_route(rq)->method));
    vg_out_char(&out, ' ');
    vg_out_text(&out, vg_request_argument(rq));
    if (json)
        vg_out_printf(&out, " %lld", (long long)json_integer_value(json_object_get(json, "n")));
    return vg_reply_text(rq, 200, "text/plain", &out, NULL);
}

#define ECHO handle_echo, "echo", "Says what it heard", "text/plain", NULL

static const struct vg_route routes[] = {
    {VG_METHOD_GET, "/api/thing", VG_PERMISSION_ANYONE, 0, {NULL, 0}, ECHO},
    {VG_METHOD_POST, "/api/thing", VG_PERMISSION_ANYONE, 0, {"Thing", BODY_MOST}, ECHO},
    {VG_METHOD_PUT, "/api/thing/{id}", VG_PERMISSION_ANYONE, 0, {"Thing", 0}, ECHO},
    {VG_METHOD_DELETE, "/api/thing/{id}", VG_PERMISSION_ANYONE, 0, {NULL, 0}, ECHO},
    {.method = VG_METHOD_GET, .path = "/api/forgotten", .handle = handle_echo, .id = "forgotten"},
    {VG_METHOD_GET, VG_PATH_REST, VG_PERMISSION_ANYONE, 0, {NULL, 0}, ECHO},
    {0},
};

static int set_up(void **state)
{
    (void)state;
    serve = transport_new(routes, NULL, 0);
    transport_begin(serve);
    address = vg_serve_address(serve);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    vg_serve_stop(serve);
    return 0;
}

static struct http *post(const char *method, const char *target, const char *type, const char *body)
{
    return http_send(address, method, target, type, body);
}

static void gives(struct http *h, int status, const char *part)
{
    if (h->status != status || !strstr(h->body, part))
        fail_msg("%d %s; expected %d %s", h->status, h->body, status, part);
    http_close(h);
}

#define JSON "application/json"

static void a_body_reaches_its_handler_as_json(void **state)
{
    (void)state;
    gives(post("POST", "/api/thing", JSON, "{\"n\":42}"), 200, "POST  42");
    gives(post("PUT", "/api/thing/a1", "application/json; charset=utf-8", "{\"n\":7}"), 200, "PUT a1 7");
    gives(post("DELETE", "/api/thing/a1", NULL, ""), 200, "DELETE a1");
}

static void a_body_comes_in_pieces(void **state)
{
    (void)state;
    struct http *h = calloc(1, sizeof *h);
    h->fd = http_connect(address, 0);
    http_write(h->fd, "POST /api/thing HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                      "Transfer-Encoding: chunked\r\n\r\n3\r\n{\"n\r\n");
    http_write(h->fd, "4\r\n\":12\r\n1\r\n}\r\n0\r\n\r\n");
    http_read_head(h);
    assert_int_equal(h->status, 200);
    http_close(h);
}

/* {"n":1} and spaces: `len` bytes in all. */
static char *padded(size_t len)
{
    char *body = malloc(len + 1);
    memset(body, ' ', len);
    memcpy(body, "{\"n\":1}", 7);
    body[len] = '\0';
    return body;
}

static void a_body_may_be_as_large_as_its_route_says(void **state)
{
    (void)state;
    static const struct {
        const char *method, *target;
        size_t most;
    } rows[] = {{"POST", "/api/thing", BODY_MOST}, {"PUT", "/api/thing/x", 65536}};
    for (size_t i = 0; i < 2; i++) {
        char *body = padded(rows[i].most), number[32];
        gives(post(rows[i].method, rows[i].target, JSON, body), 200, rows[i].method);
        free(body);
        uint64_t before = transport_metric(serve, "http_bodies_too_large_total");
        body = padded(rows[i].most + 1);
        snprintf(number, sizeof number, "the %zu bytes", rows[i].most);
        gives(post(rows[i].method, rows[i].target, JSON, body), 413, number);
        free(body);
        assert_int_equal(transport_metric(serve, "http_bodies_too_large_total"), before + 1);
    }
}

/* Without a length the limit is found on the way; the sender still hears of it. */
static void a_body_without_a_length_is_limited_too(void **state)
{
    (void)state;
    struct http *h = calloc(1, sizeof *h);
    h->fd = http_connect(address, 0);
    http_write(h->fd, "POST /api/thing HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                      "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 11; i++)
        http_write(h->fd, "a\r\n          \r\n");
    http_write(h->fd, "0\r\n\r\n");
    http_read_head(h);
    assert_int_equal(h->status, 413);
    http_close(h);
}

/* Nobody is read for ever: after a megabyte of what is not wanted the connection is closed. */
static void who_sends_without_end_is_cut_off(void **state)
{
    (void)state;
    int fd = http_connect(address, 0);
    char chunk[16384 + 16];
    int head = snprintf(chunk, sizeof chunk, "4000\r\n");
    memset(chunk + head, 'x', 16384);
    memcpy(chunk + head + 16384, "\r\n", 2);
    http_write(fd, "POST /api/thing HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                   "Transfer-Encoding: chunked\r\n\r\n");
    size_t sent = 0;
    while (send(fd, chunk, (size_t)head + 16386, MSG_NOSIGNAL) > 0 && sent < (size_t)64 << 20)
        sent += 16384;
    assert_true(sent < (size_t)16 << 20); /* and what lies in the sockets' buffers */
    close(fd);
}

static void what_is_not_json_is_refused(void **state)
{
    (void)state;
    gives(post("POST", "/api/thing", "text/plain", "{\"n\":1}"), 415, "application/json");
    gives(post("POST", "/api/thing", "application/jsonx", "{\"n\":1}"), 415, "application/json");
    gives(post("POST", "/api/thing", NULL, "{\"n\":1}"), 415, "application/json");
    gives(post("POST", "/api/thing", JSON "\r\nContent-Encoding: gzip", "{\"n\":1}"), 415, "Content-Encoding");
    gives(post("POST", "/api/thing", JSON, ""), 400, "needs a body");
    gives(post("POST", "/api/thing", JSON, "{\"n\":\n1,}"), 400, "line 2, column 3");
    gives(post("POST", "/api/thing", JSON, "{\"n\":1,\"n\":2}"), 400, "duplicate");
    gives(post("POST", "/api/thing", JSON, "{\"n\":1} x"), 400, "line 1");
    gives(post("POST", "/api/thing", JSON, "\xFF\""), 400, "not JSON");
}

/* Two threads serve all; eight who send half a body and pause hold none of them. */
static void slow_senders_hold_no_thread(void **state)
{
    (void)state;
    int slow[8];
    for (int i = 0; i < 8; i++) {
        slow[i] = http_connect(address, 0);
        http_write(slow[i], "POST /api/thing HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            "Content-Length: 7\r\n\r\n{\"n");
    }
    for (int i = 0; i < 20; i++)
        http_close(http_get(address, "/api/thing")); /* else it would run into the client's own limit */
    for (int i = 0; i < 8; i++) {
        char answer[16];
        http_write(slow[i], "\":1}");
        assert_int_equal(recv(slow[i], answer, 12, MSG_WAITALL), 12);
        assert_memory_equal(answer, "HTTP/1.1 200", 12);
        close(slow[i]);
    }
}

/* One byte now and then would keep a connection for ever. */
static void a_body_must_be_there_in_time(void **state)
{
    (void)state;
    struct vg_serve *slow = transport_new(routes, NULL, SLOW_S);
    transport_begin(slow);
    int fd = http_connect(vg_serve_address(slow), 0);
    http_write(fd, "POST /api/thing HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                   "Content-Length: 100\r\n\r\n{");
    int64_t begun_us = vg_clock_monotonic_us();
    char byte;
    while (send(fd, " ", 1, MSG_NOSIGNAL) == 1) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (poll(&p, 1, 200) == 1)
            break;
        assert_true(vg_clock_monotonic_us() - begun_us < 60 * VG_SECOND_US);
    }
    assert_true(recv(fd, &byte, 1, 0) <= 0);
    assert_true(vg_clock_monotonic_us() - begun_us > SLOW_S * VG_SECOND_US - 100000);
    assert_int_equal(transport_metric(slow, "http_bodies_too_slow_total"), 1);
    close(fd);
    vg_serve_stop(slow);
}

static void other_methods_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *method, *target;
        int status;
        const char *allow;
    } rows[] = {
        {"PUT", "/api/thing", 405, "GET, HEAD, POST"}, {"GET", "/api/thing/a", 405, "PUT, DELETE"},
        {"PATCH", "/api/thing/a", 405, "PUT, DELETE"}, {"HEAD", "/api/thing", 200, NULL},
        {"POST", "/anything", 405, "GET, HEAD"},       {"GET", "/anything", 200, NULL},
        {"POST", "/api/nothing", 404, NULL},           {"GET", "/api", 404, NULL},
        {"GET", "/api/thing/a/b", 404, NULL},          {"POST", "/api/forgotten", 405, "GET, HEAD"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct http *h = http_ask(address, rows[i].method, rows[i].target, "Content-Length: 0\r\n");
        const char *allow = http_header(h, "Allow");
        if (h->status != rows[i].status || !allow != !rows[i].allow || (allow && strcmp(allow, rows[i].allow) != 0))
            fail_msg("%s %s: %d, Allow: %s", rows[i].method, rows[i].target, h->status, allow ? allow : "-");
        http_close(h);
    }
}

/* The answer comes before the body is sent, so that nobody sends megabytes for nothing. */
static void what_is_refused_is_refused_before_its_body(void **state)
{
    (void)state;
    static const char *const heads[][2] = {
        {"PUT /api/thing", "405"}, {"POST /api/nothing", "404"}, {"POST /api/thing?a=1", "400"}};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        char text[256], answer[16];
        int fd = http_connect(address, 0);
        snprintf(text, sizeof text,
                 "%s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n",
                 heads[i][0]);
        http_write(fd, text);
        assert_int_equal(recv(fd, answer, 12, MSG_WAITALL), 12);
        assert_memory_equal(answer + 9, heads[i][1], 3);
        close(fd);
    }
}

static void a_body_that_nobody_wants_is_read_and_dropped(void **state)
{
    (void)state;
    gives(post("GET", "/api/thing", NULL, "{\"n\":1}"), 200, "GET");
    char *body = padded(200000);
    gives(post("DELETE", "/api/thing/x", JSON, body), 200, "DELETE x");
    free(body);
}

static void a_json_type_may_have_parameters(void **state)
{
    (void)state;
    static const char *const good[] = {"Application/JSON", "application/json;charset=utf-8", "application/json\t; x"};
    static const char *const bad[] = {"application/jso", "application/json5", "text/json", "application/json/x"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        gives(post("POST", "/api/thing", good[i], "{\"n\":1}"), 200, "POST  1");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        gives(post("POST", "/api/thing", bad[i], "{\"n\":1}"), 415, "not_json");
}

/* No length, or one of zeros, is no body; one that is sent in chunks is. */
static void a_body_is_announced_by_its_length_or_its_chunks(void **state)
{
    (void)state;
    gives(http_ask(address, "POST", "/api/thing", "Content-Type: application/json\r\n"), 400, "no_body");
    gives(http_ask(address, "POST", "/api/thing", "Content-Type: application/json\r\nContent-Length: 000\r\n"), 400,
          "no_body");
    gives(http_ask(address, "POST", "/api/thing", "Content-Type: application/json\r\nContent-Length: 101\r\n"), 413,
          "the 100 bytes");
    gives(http_ask(address, "PUT", "/api/thing/a",
                   "Content-Type: application/json\r\nContent-Length: 9223372036854775808\r\n"),
          413, "the 65536 bytes");
}

/* Waits until answers that are on their way have arrived. */
static void bodies_become(uint64_t bytes)
{
    for (int i = 0; i < 4000 && transport_metric(serve, "http_body_bytes") != bytes; i++)
        usleep(5000);
    assert_int_equal(transport_metric(serve, "http_body_bytes"), bytes);
}

/* Each body holds as much as its row allows; all of it comes back, whatever became of the request. */
static void the_memory_of_bodies_is_limited_and_comes_back(void **state)
{
    (void)state;
    bodies_become(0);
    assert_true(vg_bodies_reserve(serve, VG_BODIES_MAX - BODY_MOST + 1));
    gives(post("POST", "/api/thing", JSON, "{\"n\":1}"), 503, "too many large bodies");
    bodies_become(VG_BODIES_MAX - BODY_MOST + 1);
    vg_bodies_return(serve, 1);
    gives(post("POST", "/api/thing", JSON, "{\"n\":1}"), 200, "POST  1");
    vg_bodies_return(serve, VG_BODIES_MAX - BODY_MOST);
    gives(post("POST", "/api/thing", JSON, "{"), 400, "bad_body");
    gives(post("POST", "/api/thing", "text/plain", "{}"), 415, "not_json");
    bodies_become(0);
}

/* Up to a MiB of what nobody wants is read; the answer comes behind it. One byte more closes the connection. */
static void a_mib_that_nobody_wants_is_read_and_no_more(void **state)
{
    (void)state;
    for (size_t more = 0; more < 2; more++) {
        size_t len = VG_DRAIN_MAX + more, head;
        char *text = malloc(len + 300);
        head = (size_t)snprintf(text, 300,
                                "DELETE /api/thing/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: %zu\r\n\r\n", len);
        memset(text + head, 'x', len);
        int fd = http_connect(address, 0);
        char answer[16] = "";
        for (size_t at = 0; at < head + len;) {
            ssize_t n = send(fd, text + at, head + len - at, MSG_NOSIGNAL);
            if (n <= 0)
                break;
            at += (size_t)n;
        }
        ssize_t got = recv(fd, answer, 12, MSG_WAITALL);
        if (more)
            assert_true(got <= 0);
        else
            assert_memory_equal(answer, "HTTP/1.1 200", 12);
        close(fd);
        free(text);
    }
}

static void a_row_without_a_permission_opens_nothing(void **state)
{
    (void)state;
    gives(http_get(address, "/api/forgotten"), 403, "forbidden");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_body_reaches_its_handler_as_json),
        cmocka_unit_test(a_body_comes_in_pieces),
        cmocka_unit_test(a_body_may_be_as_large_as_its_route_says),
        cmocka_unit_test(a_body_without_a_length_is_limited_too),
        cmocka_unit_test(who_sends_without_end_is_cut_off),
        cmocka_unit_test(what_is_not_json_is_refused),
        cmocka_unit_test(slow_senders_hold_no_thread),
        cmocka_unit_test(a_body_must_be_there_in_time),
        cmocka_unit_test(other_methods_are_named),
        cmocka_unit_test(what_is_refused_is_refused_before_its_body),
        cmocka_unit_test(a_body_that_nobody_wants_is_read_and_dropped),
        cmocka_unit_test(a_json_type_may_have_parameters),
        cmocka_unit_test(a_body_is_announced_by_its_length_or_its_chunks),
        cmocka_unit_test(the_memory_of_bodies_is_limited_and_comes_back),
        cmocka_unit_test(a_mib_that_nobody_wants_is_read_and_no_more),
        cmocka_unit_test(a_row_without_a_permission_opens_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
