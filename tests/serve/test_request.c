/* From a request to its route: the host that was asked, the path, the parameters, and what a handler may know. */
#include "serve/inner.h"
#include "transport.h"

static struct vg_serve *serve;
static int context;

/* Tells what it knows of its request. */
static bool handle(struct vg_request *rq)
{
    struct vg_out out = vg_out_growing(1 << 16);
    static const char *const names[] = {"first", "second"};
    assert_ptr_equal(vg_request_context(rq), &context);
    assert_ptr_equal(vg_request_serve(rq), serve);
    assert_string_equal(vg_request_target(rq)->path, rq->target.path);
    assert_null(vg_request_json(rq));
    vg_out_text(&out, vg_request_route(rq)->id);
    vg_out_printf(&out, " [%s]", vg_request_argument(rq));
    for (int i = 0; i < 2; i++) {
        const char *value = vg_request_param(rq, names[i]);
        vg_out_printf(&out, " %s", value ? value : "-");
    }
    const char *header = vg_request_header(rq, "X-Test");
    vg_out_printf(&out, " %s %d", header ? header : "-", vg_request_is_head(rq));
    return vg_reply_text(rq, 200, "text/plain", &out, NULL);
}

static const struct vg_param_row params[] = {{"first", "", ""}, {"second", "", ""}, {"third", "", ""}};

#define ROW(method, path, params, id)                                                                                  \
    {                                                                                                                  \
        VG_METHOD_##method, path, VG_PERMISSION_ANYONE, params, {NULL, 0}, handle, id, "", "text/plain", NULL          \
    }

static const struct vg_route routes[] = {ROW(GET, "/api/none", 0, "none"),
                                         ROW(GET, "/api/two", 3, "two"),
                                         ROW(DELETE, "/api/two", 4, "deleted"),
                                         ROW(GET, "/api/ship/{id}", 1, "ship"),
                                         ROW(GET, "/api/ship/{id}/proof", 0, "proof"),
                                         ROW(GET, VG_PATH_REST, 0, "rest"),
                                         {0}};

static int set_up(void **state)
{
    (void)state;
    struct vg_app app = {.routes = routes, .params = params, .param_count = 3, .context = &context};
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

static void gives(const char *method, const char *target, const char *extra, int status, const char *part)
{
    struct http *h = http_ask(vg_serve_address(serve), method, target, extra);
    if (h->status != status || !strstr(h->body, part))
        fail_msg("%s %s %s: %d %s; expected %d %s", method, target, extra, h->status, h->body, status, part);
    http_close(h);
}

static void a_handler_knows_its_request(void **state)
{
    (void)state;
    gives("GET", "/api/none", "", 200, "none [] - - - 0");
    gives("GET", "/api/two?second=b%20c", "X-Test: seen\r\n", 200, "two [] - b c seen 0");
    gives("GET", "/api/two?second=2&first=1", "", 200, "two [] 1 2 - 0");
    gives("DELETE", "/api/two?third=3", "", 200, "deleted []");
    gives("GET", "/api/ship/a%20b?first=x", "", 200, "ship [a b] x - - 0");
    gives("GET", "/api/ship/a%20b/proof", "", 200, "proof [a b]");
    gives("GET", "/api/ship//proof", "", 404, "not_found");
    gives("GET", "/api/ship/a/proofs", "", 404, "not_found");
    gives("GET", "/api/ship/a/b/proof", "", 404, "not_found");
    gives("DELETE", "/api/ship/a/proof", "", 405, "method_not_allowed");
    gives("GET", "/some/file.js?v=1&v=2", "", 200, "rest []"); /* files take any parameters */
    struct http *h = http_ask(vg_serve_address(serve), "HEAD", "/api/none", "");
    assert_int_equal(h->status, 200);
    assert_int_equal(h->length, strlen("none [] - - - 1"));
    http_close(h);
}

/* On loopback: names that nobody else can own. */
static void only_our_own_names_are_answered_on_loopback(void **state)
{
    (void)state;
    static const struct {
        const char *host;
        int status;
    } rows[] = {
        {"localhost", 200},         {"LocalHost:80", 200},
        {"a.localhost", 200},       {"a.LOCALHOST:1", 200},
        {".localhost", 421},        {"xlocalhost", 421},
        {"localhost.evil", 421},    {"evil.example", 421},
        {"evil.example:80", 421},   {"127.0.0.1", 200},
        {"127.0.0.1:8080", 200},    {"10.1.2.3", 200},
        {"127.0.0.1.evil", 421},    {"[::1]", 200},
        {"[::1]:80", 200},          {"[fe80::1]:80", 200},
        {"[evil.example]:80", 421}, {"evil.example:127.0.0.1", 421},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char extra[300];
        snprintf(extra, sizeof extra, "Host: %s\r\n", rows[i].host);
        gives("GET", "/api/none", extra, rows[i].status, rows[i].status == 200 ? "none" : "misdirected");
    }
    char extra[400], name[300];
    memset(name, 'a', sizeof name);
    for (size_t len = 253; len < 258; len++) { /* longer than any name */
        snprintf(extra, sizeof extra, "Host: %.*s.localhost\r\n", (int)(len - 10), name);
        gives("GET", "/api/none", extra, len <= 255 ? 200 : 421, "");
    }
}

/* A server that other machines may reach is asked by names, too, which must be said. */
static void other_names_are_answered_where_they_were_given(void **state)
{
    (void)state;
    static const struct {
        const char *listen, *hosts;
        int status;
    } rows[] = {{"0.0.0.0:0", NULL, 421},
                {"0.0.0.0:0", "other.example,Vigia.Example", 200},
                {"127.0.0.1:0", NULL, 421},
                {"127.9.9.9:0", "vigia.example", 200}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct vg_app app = {.routes = routes, .params = params, .param_count = 3, .context = &context};
        struct vg_serve_options options = {.listen = rows[i].listen, .trust_network = true, .hosts = rows[i].hosts};
        struct vg_serve *usual = serve;
        const char *why = NULL;
        char address[100];
        assert_int_equal(vg_serve_new(&options, &app, &serve, &why), VG_OK);
        transport_begin(serve);
        snprintf(address, sizeof address, "%s%s",
                 i > 1 ? "" : "127.0.0.1:", vg_serve_address(serve) + (i > 1 ? 0 : strlen("0.0.0.0:")));
        struct http *h = http_ask(address, "GET", "/api/none", "Host: vigia.example\r\n");
        assert_int_equal(h->status, rows[i].status);
        http_close(h);
        vg_serve_stop(serve);
        serve = usual;
    }
}

static void a_path_leads_to_one_row(void **state)
{
    (void)state;
    char target[200], argument[100];
    gives("GET", "/", "", 200, "rest");
    gives("GET", "/ap", "", 200, "rest");
    gives("GET", "/apis", "", 200, "rest");
    gives("GET", "/api", "", 404, "openapi.json");
    gives("GET", "/api/", "", 404, "not_found");
    gives("GET", "/api/ship/", "", 404, "not_found");
    gives("GET", "/api/ship/a/b", "", 404, "not_found");
    gives("GET", "/api/ship", "", 404, "not_found");
    gives("GET", "/api/two/", "", 404, "not_found");
    gives("POST", "/api/two", "Content-Length: 0\r\n", 405, "other methods");
    gives("POST", "/api/none", "Content-Length: 0\r\n", 405, "only GET and HEAD");
    memset(argument, 'x', sizeof argument);
    for (size_t len = 62; len < 66; len++) {
        snprintf(target, sizeof target, "/api/ship/%.*s", (int)len, argument);
        gives("GET", target, "", len < 64 ? 200 : 404, len < 64 ? "ship [xxx" : "not_found");
    }
}

static void an_address_that_can_not_be_read_is_refused(void **state)
{
    (void)state;
    char *target = malloc(VG_TARGET_MAX + 100);
    memset(target, 'a', VG_TARGET_MAX + 99);
    target[0] = '/';
    target[VG_TARGET_MAX + 1] = '\0';
    gives("GET", target, "", 414, "too_long");
    target[VG_TARGET_MAX] = '\0';
    gives("GET", target, "", 200, "rest");
    free(target);
    gives("GET", "/%zz", "", 400, "bad_address");
    gives("GET", "/api/two?first=%0", "", 400, "two hexadecimal digits");
}

static void a_parameter_is_the_rows_own_and_comes_once(void **state)
{
    (void)state;
    static const char long_name[] = "0123456789012345678901234567890123456789012345678901234567890123456789";
    char target[200], part[200];
    gives("GET", "/api/two?third=1", "", 400, "unknown parameter 'third'; this address takes first second\"");
    gives("GET", "/api/two?first=1&other=2", "", 400, "unknown parameter 'other'; this address takes first second\"");
    gives("GET", "/api/two?first=1&second=2&first=1", "", 400, "given twice: 'first'; this address takes first");
    gives("GET", "/api/two?second=2&second=2", "", 400, "given twice: 'second'");
    gives("GET", "/api/none?x", "", 400, "unknown parameter 'x'; this address takes none\"");
    gives("GET", "/api/ship/a?second=1", "", 400, "unknown parameter 'second'; this address takes first\"");
    gives("DELETE", "/api/two?first=1", "", 400, "this address takes third\"");
    snprintf(target, sizeof target, "/api/two?%s=1", long_name);
    snprintf(part, sizeof part, "unknown parameter '%.64s'; this", long_name);
    gives("GET", target, "", 400, part);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_handler_knows_its_request),
        cmocka_unit_test(only_our_own_names_are_answered_on_loopback),
        cmocka_unit_test(other_names_are_answered_where_they_were_given),
        cmocka_unit_test(a_path_leads_to_one_row),
        cmocka_unit_test(an_address_that_can_not_be_read_is_refused),
        cmocka_unit_test(a_parameter_is_the_rows_own_and_comes_once),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
