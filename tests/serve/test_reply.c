/* Replies: the headers that all have, what is packed, and the memory that answers may take. */
#include "serve/inner.h"
#include "transport.h"

#define ETAG "\"e1\""

static struct vg_serve *serve;

static uint64_t number(const struct vg_request *rq, const char *name)
{
    const char *text = vg_request_param(rq, name);
    return text ? strtoull(text, NULL, 10) : 0;
}

/* size=N: so many bytes that pack well; err=N: the text failed. */
static bool handle_text(struct vg_request *rq)
{
    struct vg_out out = vg_out_growing((size_t)4 << 20);
    for (uint64_t i = 0; i < number(rq, "size"); i++)
        vg_out_char(&out, (char)('a' + i / 100 % 26));
    out.err = (enum vg_err)number(rq, "err");
    return vg_reply_text(rq, number(rq, "code") ? (unsigned)number(rq, "code") : 200, "text/x", &out,
                         vg_request_param(rq, "tag") ? ETAG : NULL);
}

static bool handle_bytes(struct vg_request *rq)
{
    struct vg_out out = vg_out_growing(100);
    if (vg_request_has(rq, ETAG))
        return vg_reply_unchanged(rq, ETAG, vg_request_param(rq, "cache"));
    vg_out_text(&out, "bytes");
    return vg_reply_bytes(rq, "text/y", &out, number(rq, "packed"), ETAG, vg_request_param(rq, "cache"));
}

static bool handle_error(struct vg_request *rq)
{
    return vg_reply_error(rq, (unsigned)number(rq, "code"), "na\"me", "what \\ it is");
}

static bool handle_head(struct vg_request *rq)
{
    return vg_reply_head(rq, "text/z");
}

/* A sentence that has no end: the answer is an error, and so is that. */
static bool handle_endless(struct vg_request *rq)
{
    static char text[20000];
    memset(text, 'x', sizeof text - 1);
    return vg_reply_error(rq, 400, "long", text);
}

static const struct vg_param_row params[] = {{"size", "", ""}, {"err", "", ""},   {"code", "", ""},
                                             {"tag", "", ""},  {"cache", "", ""}, {"packed", "", ""}};

#define ROUTE(path, handle)                                                                                            \
    {                                                                                                                  \
        VG_METHOD_GET, path, VG_PERMISSION_ANYONE, 63, {NULL, 0}, handle, path + 1, "", "text/plain", NULL             \
    }

static const struct vg_route routes[] = {ROUTE("/text", handle_text),       ROUTE("/bytes", handle_bytes),
                                         ROUTE("/error", handle_error),     ROUTE("/head", handle_head),
                                         ROUTE("/endless", handle_endless), {0}};

static int set_up(void **state)
{
    (void)state;
    struct vg_app app = {.routes = routes, .params = params, .param_count = sizeof params / sizeof *params};
    struct vg_serve_options options = {.listen = "127.0.0.1:0"};
    const char *why = NULL;
    assert_int_equal(vg_serve_new(&options, &app, &serve, &why), VG_OK);
    transport_begin(serve);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    vg_serve_stop(serve);
    return 0;
}

static struct http *ask(const char *target, const char *extra)
{
    return http_ask(vg_serve_address(serve), "GET", target, extra);
}

static void has(const struct http *h, const char *name, const char *value)
{
    const char *got = http_header(h, name);
    if (!got != !value || (got && strcmp(got, value) != 0))
        fail_msg("%s: %s; expected %s", name, got ? got : "none", value ? value : "none");
}

static void every_answer_has_the_headers_that_protect(void **state)
{
    (void)state;
    static const char *const targets[] = {"/text?size=5", "/bytes", "/error?code=500", "/head", "/nowhere"};
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        struct http *h = ask(targets[i], "");
        const char *policy = http_header(h, "Content-Security-Policy");
        assert_true(policy && strstr(policy, "default-src 'self'") && strstr(policy, "frame-ancestors 'none'"));
        has(h, "X-Content-Type-Options", "nosniff");
        has(h, "Referrer-Policy", "no-referrer");
        has(h, "Cross-Origin-Resource-Policy", "same-origin");
        http_close(h);
    }
}

static void a_text_is_packed_from_a_kib_to_a_mib_for_who_takes_it(void **state)
{
    (void)state;
    static const struct {
        size_t size;
        bool packed;
    } rows[] = {
        {0, false}, {VG_GZIP_MIN - 1, false}, {VG_GZIP_MIN, true}, {VG_GZIP_INLINE, true}, {VG_GZIP_INLINE + 1, false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int takes = 0; takes < 2; takes++) {
            char target[64];
            snprintf(target, sizeof target, "/text?size=%zu%s", rows[i].size, i % 2 ? "&tag=1" : "");
            struct http *h = ask(target, takes ? "Accept-Encoding: gzip\r\n" : "");
            bool packed = takes && rows[i].packed;
            assert_int_equal(h->status, 200);
            has(h, "Content-Encoding", packed ? "gzip" : NULL);
            has(h, "Vary", "Accept-Encoding");
            has(h, "Content-Type", "text/x");
            has(h, "Cache-Control", "no-cache");
            has(h, "ETag", i % 2 ? ETAG : NULL);
            if (packed)
                assert_true(h->length < rows[i].size / 2);
            else
                assert_int_equal(h->length, rows[i].size);
            http_close(h);
        }
}

static void a_text_that_failed_is_an_error(void **state)
{
    (void)state;
    char target[64];
    snprintf(target, sizeof target, "/text?size=10&err=%d", VG_LIMIT);
    struct http *h = ask(target, "");
    assert_int_equal(h->status, 503);
    assert_string_equal(h->body, "{\"error\":{\"code\":\"too_large\",\"message\":\"the answer would be too large: ask "
                                 "for less, as with bbox\"}}\n");
    http_close(h);
    assert_int_equal(transport_metric(serve, "http_no_memory_total"), 0);
    snprintf(target, sizeof target, "/text?size=10&err=%d", VG_NOMEM);
    h = ask(target, "");
    assert_int_equal(h->status, 503);
    assert_non_null(strstr(h->body, "out of memory"));
    http_close(h);
    assert_int_equal(transport_metric(serve, "http_no_memory_total"), 1);
}

static void bytes_go_as_they_are(void **state)
{
    (void)state;
    for (int packed = 0; packed < 2; packed++)
        for (int cache = 0; cache < 2; cache++) {
            char target[64];
            snprintf(target, sizeof target, "/bytes?packed=%d%s", packed, cache ? "&cache=max-age%3D9" : "");
            struct http *h = ask(target, "");
            assert_string_equal(h->body, "bytes");
            has(h, "Content-Type", "text/y");
            has(h, "Content-Encoding", packed ? "gzip" : NULL);
            has(h, "Vary", "Accept-Encoding");
            has(h, "ETag", ETAG);
            has(h, "Cache-Control", cache ? "max-age=9" : "no-cache");
            http_close(h);
            h = ask(target, "If-None-Match: \"e0\", " ETAG "\r\n");
            assert_int_equal(h->status, 304);
            has(h, "Vary", "Accept-Encoding");
            has(h, "ETag", ETAG);
            has(h, "Cache-Control", cache ? "max-age=9" : "no-cache");
            has(h, "Content-Type", NULL);
            http_close(h);
        }
}

static void an_error_is_json_and_says_when_to_come_again(void **state)
{
    (void)state;
    static const unsigned codes[] = {400, 404, 500, 503};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        char target[64];
        snprintf(target, sizeof target, "/error?code=%u", codes[i]);
        struct http *h = ask(target, "");
        assert_int_equal(h->status, codes[i]);
        assert_string_equal(h->body, "{\"error\":{\"code\":\"na\\\"me\",\"message\":\"what \\\\ it is\"}}\n");
        has(h, "Content-Type", "application/json");
        has(h, "Cache-Control", "no-cache");
        has(h, "ETag", NULL);
        has(h, "Retry-After", codes[i] == 503 ? "2" : NULL);
        has(h, "Allow", NULL);
        http_close(h);
    }
}

/* The connection is closed, and the answer is counted as one that there was no memory for. */
static void an_error_without_an_end_is_none(void **state)
{
    (void)state;
    char byte;
    uint64_t before = transport_metric(serve, "http_no_memory_total");
    int fd = http_connect(vg_serve_address(serve), 0);
    http_write(fd, "GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n");
    struct pollfd p = {.fd = fd, .events = POLLIN};
    assert_int_equal(poll(&p, 1, HTTP_WAIT_MS), 1);
    assert_true(recv(fd, &byte, 1, 0) <= 0);
    close(fd);
    assert_int_equal(transport_metric(serve, "http_no_memory_total"), before + 1);
}

static void head_tells_a_type_and_no_more(void **state)
{
    (void)state;
    struct http *h = ask("/head", "");
    assert_int_equal(h->status, 200);
    assert_int_equal(h->length, 0);
    has(h, "Content-Type", "text/z");
    http_close(h);
}

/* To the last byte, and all of it comes back; who is refused holds nothing. */
static void the_memory_of_answers_has_a_limit(void **state)
{
    (void)state;
    uint64_t busy = transport_metric(serve, "http_busy_total");
    for (int i = 0; i < 1000 && transport_metric(serve, "http_body_bytes"); i++)
        usleep(5000); /* answers of before that are on their way */
    assert_true(vg_bodies_reserve(serve, VG_BODIES_MAX));
    assert_int_equal(transport_metric(serve, "http_body_bytes"), VG_BODIES_MAX);
    assert_false(vg_bodies_reserve(serve, 1));
    assert_true(vg_bodies_reserve(serve, 0));
    vg_bodies_return(serve, 1);
    assert_true(vg_bodies_reserve(serve, 1));
    assert_false(vg_bodies_reserve(serve, 1));
    vg_bodies_return(serve, VG_BODIES_MAX);
    assert_int_equal(transport_metric(serve, "http_body_bytes"), 0);
    assert_int_equal(transport_metric(serve, "http_busy_total"), busy + 2);
}

static char *metrics(void)
{
    struct vg_out out = vg_out_growing(1 << 16);
    vg_serve_metrics(serve, &out);
    vg_out_char(&out, '\0');
    assert_int_equal(out.err, VG_OK);
    return out.buf;
}

static void every_code_is_counted_as_itself_or_as_other(void **state)
{
    (void)state;
    static const unsigned known[] = {304, 400, 403, 404, 405, 413, 414, 415, 421, 500, 503}, others[] = {201, 429, 502};
    char target[64], row[100];
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        for (size_t n = 0; n <= i; n++) {
            snprintf(target, sizeof target, "/text?size=1&code=%u", known[i]);
            http_close(ask(target, ""));
        }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        snprintf(target, sizeof target, "/text?size=1&code=%u", others[i]);
        http_close(ask(target, ""));
    }
    char *text = metrics();
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (known[i] == 503)
            continue; /* other tests had some */
        snprintf(row, sizeof row, "\nvigia_http_requests_total{route=\"text\",code=\"%u\"} %zu\n", known[i], i + 1);
        if (!strstr(text, row))
            fail_msg("no %s in %s", row, text);
    }
    assert_non_null(strstr(text, "\nvigia_http_requests_total{route=\"text\",code=\"other\"} 3\n"));
    free(text);
}

static void samples_are_written_in_prometheus_format(void **state)
{
    (void)state;
    char buf[300];
    struct vg_out out = vg_out_fixed(buf, sizeof buf - 1);
    vg_metric(&out, "ships_total", "counter", "What it is.", UINT64_MAX);
    buf[out.len] = '\0';
    assert_string_equal(buf, "# HELP vigia_ships_total What it is.\n# TYPE vigia_ships_total counter\n"
                             "vigia_ships_total 18446744073709551615\n");
    char *text = metrics();
    assert_non_null(strstr(text, "\n# TYPE vigia_http_connections gauge\n"));
    assert_non_null(strstr(text, "\n# TYPE vigia_http_busy_total counter\n"));
    free(text);
    struct http *h = calloc(1, sizeof *h); /* it keeps its connection */
    http_open(h, vg_serve_address(serve), "GET", "/head", "", 0);
    for (int i = 0; i < 1000 && transport_metric(serve, "http_connections") != 1; i++)
        usleep(5000); /* others close */
    assert_int_equal(transport_metric(serve, "http_connections"), 1);
    http_close(h);
}

static void a_label_is_quoted_and_cut(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t size;
        const char *label;
    } rows[] = {
        {"plain", 100, "\"plain\""},
        {"plain", 3, "\"pla\""},
        {"", 100, "\"\""},
        {"a\"b\\c\nd", 100, "\"a\\\"b\\\\c\\nd\""},
        {"\x01 \x1F \x20", 100, "\"? ?  \""},
        {"\x7E\x7F", 100, "\"~?\""},
        {"\xC3\xB1\xE2\x82\xAC!", 100, "\"\xC3\xB1\xE2\x82\xAC!\""},
        {"\xC3\xB1", 1, "\"?\""},
        {"\xFF\x80z", 100, "\"??z\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char buf[100];
        struct vg_out out = vg_out_fixed(buf, sizeof buf - 1);
        vg_metric_label(&out, rows[i].text, rows[i].size);
        buf[out.len] = '\0';
        assert_string_equal(buf, rows[i].label);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_answer_has_the_headers_that_protect),
        cmocka_unit_test(a_text_is_packed_from_a_kib_to_a_mib_for_who_takes_it),
        cmocka_unit_test(a_text_that_failed_is_an_error),
        cmocka_unit_test(bytes_go_as_they_are),
        cmocka_unit_test(an_error_is_json_and_says_when_to_come_again),
        cmocka_unit_test(an_error_without_an_end_is_none),
        cmocka_unit_test(head_tells_a_type_and_no_more),
        cmocka_unit_test(the_memory_of_answers_has_a_limit),
        cmocka_unit_test(every_code_is_counted_as_itself_or_as_other),
        cmocka_unit_test(samples_are_written_in_prometheus_format),
        cmocka_unit_test(a_label_is_quoted_and_cut),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
