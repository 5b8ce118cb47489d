/* The address that is listened on, and the answers that are counted. */
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

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
    struct vg_serve_options options = {.listen = listen, .trust_network = true};
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
    char wanted[160];
    snprintf(wanted, sizeof wanted, "port %s of 127.0.0.1 is in use: give another with --listen ADDRESS:PORT",
             vg_serve_address(serve) + 10);
    assert_string_equal(why, wanted);
    assert_null(none);
    vg_serve_stop(serve);
}

/* It is known where it ends; what stands in brackets has a colon or is none. */
static void an_address_has_its_form(void **state)
{
    (void)state;
    static const struct {
        const char *listen, *begin;
        bool loopback;
    } rows[] = {{"127.0.0.1:0", "127.0.0.1:", true}, {"127.255.0.1:0", "127.255.0.1:", true},
                {"0.0.0.0:0", "0.0.0.0:", false},    {"localhost:0", "", true},
                {"[::1]:0", "[::1]:", true},         {"[::]:0", "[::]:", false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct vg_serve *serve = NULL;
        const char *why = "";
        enum vg_err err = try(rows[i].listen, &serve, &why);
        if (err == VG_IO && rows[i].listen[0] == '[') /* a machine without IPv6 */
            continue;
        if (err)
            fail_msg("%s: %s", rows[i].listen, why);
        assert_memory_equal(vg_serve_address(serve), rows[i].begin, strlen(rows[i].begin));
        assert_int_equal(serve->loopback, rows[i].loopback);
        assert_memory_equal(serve->listen_host, rows[i].listen + (rows[i].listen[0] == '['),
                            strlen(serve->listen_host));
        vg_serve_stop(serve);
    }
    char text[160];
    struct vg_serve *none = NULL;
    for (size_t len = 126; len < 130; len++) { /* a name may have 127 bytes; this one means nothing */
        const char *why = "";
        memset(text, 'a', sizeof text);
        memcpy(text + len, ":80", 4);
        assert_int_equal(try(text, &none, &why), VG_ARG);
        assert_non_null(strstr(why, len < 128 ? "not known" : "ADDRESS:PORT"));
    }
    const char *why = "";
    assert_int_equal(try("[:]:80", &none, &why), VG_ARG);
    assert_non_null(strstr(why, "ADDRESS:PORT"));
    assert_int_equal(try("192.0.2.1:0", &none, &why), VG_IO); /* of nobody (RFC 5737) */
    assert_string_equal(why, "this machine does not have that address");
    assert_null(none);
}

static void only_an_address_that_nobody_else_reaches_needs_no_trust(void **state)
{
    (void)state;
    static const struct {
        const char *listen;
        bool reached;
    } rows[] = {{"127.0.0.1:0", false},
                {"127.9.9.9:0", false},
                {"[::1]:0", false},
                {"0.0.0.0:0", true},
                {"[::]:0", true},
                {"192.0.2.1:0", true},
                {"126.255.255.255:0", true},
                {"128.0.0.1:0", true},
                {"[::ffff:10.0.0.1]:0", true},
                {"[::2]:0", true}};
    struct vg_app app = {.routes = routes};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct vg_serve_options options = {.listen = rows[i].listen};
        struct vg_serve *serve = NULL;
        const char *why = "";
        assert_int_equal(vg_serve_is_reached(rows[i].listen), rows[i].reached);
        enum vg_err err = vg_serve_new(&options, &app, &serve, &why);
        if (err == VG_IO && rows[i].listen[0] == '[') /* a machine without IPv6 */
            continue;
        assert_int_equal(err, rows[i].reached ? VG_ARG : VG_OK);
        if (rows[i].reached && !strstr(why, "--trust-network"))
            fail_msg("%s: %s", rows[i].listen, why);
        vg_serve_stop(serve);
    }
    assert_false(vg_serve_is_reached("no address"));
}

/* 127.office.lan and the like: what the name stands for is judged, and it is nobody's text. */
static void a_name_is_judged_by_what_it_stands_for(void **state)
{
    (void)state;
    struct sockaddr_in office = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x0A01027F)}; /* 10.1.2.127 */
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7F000001)};
    assert_false(vg_sockaddr_is_loopback((struct sockaddr *)&office));
    assert_true(vg_sockaddr_is_loopback((struct sockaddr *)&here));
    assert_false(vg_serve_is_reached("127.office.lan:80")); /* not known yet … */
    struct vg_app app = {.routes = routes};
    struct vg_serve_options options = {.listen = "localhost:0"};
    struct vg_serve *serve = NULL;
    const char *why = "";
    assert_int_equal(vg_serve_new(&options, &app, &serve, &why), VG_OK);
    assert_true(serve->loopback);
    vg_serve_stop(serve);
    serve = NULL;
    options.listen = "127.office.invalid:0"; /* … and of nobody (RFC 6761) */
    assert_int_equal(vg_serve_new(&options, &app, &serve, &why), VG_ARG);
    assert_null(serve);
}

/* Connections that the server closed stay in the kernel for a minute; the port is free all the same. */
static void a_port_can_be_taken_again_at_once(void **state)
{
    (void)state;
    struct vg_serve *serve = transport_new(routes, NULL, 0), *again = NULL;
    char address[80];
    const char *why = "";
    transport_begin(serve);
    snprintf(address, sizeof address, "%s", vg_serve_address(serve));
    struct http *h = calloc(1, sizeof *h);
    http_open(h, address, "GET", "/api/a", "", 0);
    vg_serve_stop(serve); /* it closes first */
    http_close(h);
    if (try(address, &again, &why))
        fail_msg("%s", why);
    assert_string_equal(vg_serve_address(again), address);
    vg_serve_stop(again);
}

/* A program may run with its standard input closed. */
static void a_server_may_be_file_number_0(void **state)
{
    (void)state;
    struct vg_serve *serve = NULL;
    const char *why = "";
    int kept = dup(0);
    close(0);
    enum vg_err err = try("127.0.0.1:0", &serve, &why);
    int number = err ? -1 : serve->fd;
    if (!err)
        vg_serve_stop(serve);
    int zero = open("/dev/null", O_RDONLY);
    if (kept >= 0) {
        dup2(kept, 0);
        close(kept);
    }
    assert_int_equal(err, VG_OK);
    assert_int_equal(number, 0);
    assert_int_equal(zero, 0); /* it was closed */
}

static void what_is_left_out_has_its_default(void **state)
{
    (void)state;
    struct vg_app app = {.routes = routes};
    struct vg_serve_options options = {.listen = "127.0.0.1:0"};
    struct vg_serve *serve = NULL;
    const char *why = "";
    assert_int_equal(vg_serve_new(&options, &app, &serve, &why), VG_OK);
    assert_int_equal(serve->max_connections, 1024); /* as serve.h says */
    assert_int_equal(serve->stuck_s, 120);
    assert_int_equal(serve->body_s, 30);
    vg_serve_stop(serve);
    options = (struct vg_serve_options){.listen = "127.0.0.1:0", .max_connections = 3, .stuck_s = 4, .body_s = 5};
    assert_int_equal(vg_serve_new(&options, &app, &serve, &why), VG_OK);
    assert_int_equal(serve->max_connections, 3);
    assert_int_equal(serve->stuck_s, 4);
    assert_int_equal(serve->body_s, 5);
    vg_serve_stop(serve);
}

/* As many connections as were asked for are served at a time; the others wait for one of them to end. */
static void connections_have_a_limit(void **state)
{
    (void)state;
    enum { MOST = 4 };
    struct vg_app app = {.routes = routes};
    struct vg_serve_options options = {.listen = "127.0.0.1:0", .max_connections = MOST};
    struct vg_serve *serve = NULL;
    const char *why = "";
    int fd[2 * MOST];
    assert_int_equal(vg_serve_new(&options, &app, &serve, &why), VG_OK);
    transport_begin(serve);
    for (int i = 0; i < 2 * MOST; i++)
        fd[i] = http_connect(vg_serve_address(serve), 0);
    for (int i = 0; i < 4000 && transport_metric(serve, "http_connections") != MOST; i++)
        usleep(5000);
    usleep(100000); /* time for one too many */
    assert_int_equal(transport_metric(serve, "http_connections"), MOST);
    for (int i = 0; i < 2 * MOST; i++)
        close(fd[i]);
    vg_serve_stop(serve);
}

static void an_application_may_not_be_too_large(void **state)
{
    (void)state;
    struct vg_route many[VG_ROUTES_MAX + 1] = {{0}};
    for (size_t i = 0; i < VG_ROUTES_MAX - 1; i++)
        many[i] = routes[0];
    struct vg_app app = {.routes = many, .param_count = 32};
    struct vg_serve_options options = {.listen = "127.0.0.1:0"};
    struct vg_serve *serve = NULL;
    const char *why = "";
    assert_int_equal(vg_serve_new(&options, &app, &serve, &why), VG_OK);
    vg_serve_stop(serve);
    serve = NULL;
    app.param_count = 33;
    assert_int_equal(vg_serve_new(&options, &app, &serve, &why), VG_ARG);
    assert_string_equal(why, "too many routes or parameters");
    app.param_count = 0;
    many[VG_ROUTES_MAX - 1] = routes[0];
    assert_int_equal(vg_serve_new(&options, &app, &serve, &why), VG_ARG);
    assert_null(serve);
}

/* What can't be listened on is told, and the server can be stopped all the same. */
static void a_server_that_can_not_begin_says_so(void **state)
{
    (void)state;
    struct vg_serve *serve = transport_new(routes, NULL, 0);
    const char *why = NULL;
    int null = open("/dev/null", O_RDONLY);
    assert_true(null >= 0 && dup2(null, serve->fd) >= 0); /* no socket any more */
    close(null);
    assert_int_equal(vg_serve_begin(serve, &why), VG_IO);
    assert_non_null(strstr(why, "can not be started"));
    vg_serve_stop(serve);
    vg_serve_stop(NULL);
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
        cmocka_unit_test(an_address_has_its_form),
        cmocka_unit_test(only_an_address_that_nobody_else_reaches_needs_no_trust),
        cmocka_unit_test(a_name_is_judged_by_what_it_stands_for),
        cmocka_unit_test(a_port_can_be_taken_again_at_once),
        cmocka_unit_test(a_server_may_be_file_number_0),
        cmocka_unit_test(what_is_left_out_has_its_default),
        cmocka_unit_test(connections_have_a_limit),
        cmocka_unit_test(an_application_may_not_be_too_large),
        cmocka_unit_test(a_server_that_can_not_begin_says_so),
        cmocka_unit_test(answers_are_counted_by_route_and_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
