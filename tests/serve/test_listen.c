/* The address that is listened on, and the answers that are counted. */
#include "serve/inner.h"
#include "transport.h"

static bool handle(struct vg_request *rq)
{
    struct vg_out out = vg_out_growing(100);
    vg_out_text(&out, "ok");
    return vg_reply_text(rq, 200, "text/plain", &out, NULL);
}

static const struct vg_route routes[] = {
    {VG_METHOD_GET, "/api/a", VG_PERMISSION_ANYONE, 0, {NULL, 0}, handle, "first", "", "text/plain", NULL},
    {VG_METHOD_POST, "/api/b", VG_PERMISSION_ANYONE, 0, {"B", 10}, handle, "second", "", "text/plain", NULL},
    {.method = VG_METHOD_GET, .path = "/api/c", .handle = handle, .id = "third"},
    {0}};

static enum vg_err try(const char *listen, struct vg_serve **ret, const char **ret_why)
{
    struct vg_app app = {.routes = routes};
    struct vg_serve_options options = {.listen = listen};
    return vg_serve_new(&options, &app, ret, ret_why);
}

static void what_is_no_address_is_refused_with_a_reason(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",        "8080",  "127.0.0.1",       "127.0.0.1:", ":80",          "::1:80",
        "[::1:80", "[]:80", "127.0.0.1:65536", "[::1]80",    "127.0.0.1:-1", "127.0.0.1:http",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct vg_serve *none = NULL;
        const char *why = "";
        if (try(bad[i], &none, &why) != VG_ARG)
            fail_msg("'%s' is taken", bad[i]);
        assert_null(none);
        assert_non_null(strstr(why, "ADDRESS:PORT"));
    }
}

static void an_address_is_taken_once(void **state)
{
    (void)state;
    struct vg_serve *serve = NULL, *none = NULL;
    const char *why = "";
    assert_int_equal(try("127.0.0.1:0", &serve, &why), VG_OK);
    assert_memory_equal(vg_serve_address(serve), "127.0.0.1:", 10);
    assert_true(strtoul(vg_serve_address(serve) + 10, NULL, 10) > 0);
    assert_int_equal(try(vg_serve_address(serve), &none, &why), VG_IO);
    assert_string_equal(why, "the port is in use");
    assert_null(none);
    vg_serve_stop(serve);
}

static void asks(struct vg_serve *serve, const char *method, const char *target, const char *extra, int status)
{
    struct http *h = http_ask(vg_serve_address(serve), method, target, extra);
    assert_int_equal(h->status, status);
    http_close(h);
}

/* The rows are those that were asked and no other, also when the counters beside them are not 0. */
static void answers_are_counted_by_route_and_code(void **state)
{
    (void)state;
    struct vg_serve *serve = transport_new(routes, NULL, 0);
    transport_begin(serve);
    for (int i = 0; i < 3; i++)
        asks(serve, "GET", "/api/a", "", 200);
    asks(serve, "POST", "/api/b", "Content-Type: application/json\r\nContent-Length: 11\r\n", 413);
    asks(serve, "GET", "/api/c", "", 403);
    asks(serve, "GET", "/api/none", "", 404);
    assert_false(vg_bodies_reserve(serve, VG_BODIES_MAX + 1)); /* busy */
    struct vg_out out = vg_out_growing(1 << 16);
    vg_serve_metrics(serve, &out);
    vg_out_char(&out, '\0');
    const char *from = strstr(out.buf, "vigia_http_requests_total{"), *end = strstr(out.buf, "# HELP vigia_http_conn");
    static const char rows[] = "vigia_http_requests_total{route=\"first\",code=\"200\"} 3\n"
                               "vigia_http_requests_total{route=\"second\",code=\"413\"} 1\n"
                               "vigia_http_requests_total{route=\"third\",code=\"403\"} 1\n"
                               "vigia_http_requests_total{route=\"none\",code=\"404\"} 1\n";
    assert_true(from && end);
    if ((size_t)(end - from) != sizeof rows - 1 || memcmp(from, rows, sizeof rows - 1) != 0)
        fail_msg("%.*s", (int)(end - from), from);
    vg_out_free(&out);
    assert_int_equal(transport_metric(serve, "http_busy_total"), 1);
    assert_int_equal(transport_metric(serve, "http_no_memory_total"), 0);
    assert_int_equal(transport_metric(serve, "http_bodies_too_large_total"), 1);
    assert_int_equal(transport_metric(serve, "http_bodies_too_slow_total"), 0);
    vg_serve_stop(serve);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_address_is_refused_with_a_reason),
        cmocka_unit_test(an_address_is_taken_once),
        cmocka_unit_test(answers_are_counted_by_route_and_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
