/* Whose requests are answered: by Host, Origin and Fetch metadata. */
#include "transport.h"

static struct vg_serve *serve;
static char address[100];

static bool handle(struct vg_request *rq)
{
    struct vg_out out = vg_out_growing(100);
    vg_out_text(&out, "ok");
    return vg_reply_text(rq, 200, "text/plain", &out, NULL);
}

static const struct vg_route routes[] = {
    {VG_METHOD_GET, "/api/a", VG_PERMISSION_ANYONE, 0, {NULL, 0}, handle, "a", "", "text/plain", NULL},
    {VG_METHOD_POST, "/api/a", VG_PERMISSION_ANYONE, 0, {"A", 100}, handle, "b", "", "text/plain", NULL},
    {VG_METHOD_GET, VG_PATH_REST, VG_PERMISSION_ANYONE, 0, {NULL, 0}, handle, "page", "", "text/html", NULL},
    {0}};

static void begin_on(const char *listen, const char *hosts)
{
    struct vg_app app = {.routes = routes};
    struct vg_serve_options options = {.listen = listen, .hosts = hosts, .trust_network = true};
    const char *why = "";
    if (vg_serve_new(&options, &app, &serve, &why))
        fail_msg("%s", why);
    transport_begin(serve);
    const char *port = strrchr(vg_serve_address(serve), ':');
    snprintf(address, sizeof address, "127.0.0.1%s", port);
}

/* PORT in `extra` is the one that is listened on. */
static void gives(const char *method, const char *target, const char *extra, int status)
{
    char lines[700] = "";
    size_t n = 0;
    for (const char *p = extra; *p;) {
        bool port = strncmp(p, "PORT", 4) == 0;
        n += (size_t)snprintf(lines + n, sizeof lines - n, "%.*s", port ? 8 : 1, port ? strrchr(address, ':') + 1 : p);
        p += port ? 4 : 1;
    }
    struct http *h = http_ask(address, method, target, lines);
    if (h->status != status)
        fail_msg("%s %s %s: %d, expected %d", method, target, lines, h->status, status);
    assert_null(http_header(h, "Access-Control-Allow-Origin"));
    http_close(h);
}

static void an_open_address_answers_to_itself_and_to_the_names_given(void **state)
{
    (void)state;
    begin_on("0.0.0.0:0", "Vigia.Example,2001:db8::5,[2001:db8::6],203.0.113.7");
    static const struct {
        const char *host;
        int status;
    } rows[] = {{"127.0.0.1", 200},
                {"127.0.0.1:1", 200},
                {"127.0.0.1.", 200},
                {"[::ffff:127.0.0.1]", 200},
                {"localhost:PORT", 200}, /* of a connection from this machine */
                {"vigia.example", 200},
                {"VIGIA.example.:8443", 200},
                {"[2001:db8::5]", 200},
                {"[2001:DB8::6]:80", 200},
                {"203.0.113.7", 200},
                {"192.0.2.1", 421},
                {"[2001:db8::7]", 421},
                {"a.vigia.example", 421},
                {"vigia.example.evil", 421},
                {"evil.example", 421},
                {"", 421},
                {"vigia.example:x", 421},
                {"vigia.example@evil", 421}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char extra[200];
        snprintf(extra, sizeof extra, "Host: %s\r\n", rows[i].host);
        gives("GET", "/api/a", extra, rows[i].status);
        gives("GET", "/", extra, rows[i].status);
    }
    gives("GET", "/api/a", "Host: evil.example\r\nX-Forwarded-Host: vigia.example\r\n", 421);
    gives("GET", "/api/a", "Host: vigia.example\r\nX-Forwarded-Host: evil.example\r\n", 200);
    gives("GET", "http://vigia.example/api/a", "Host: evil.example\r\n", 421);
    gives("GET", "http://evil.example/api/a", "Host: vigia.example\r\n", 400);
    gives("GET", "/api/a", "Host: vigia.example\r\nHost: evil.example\r\n", 400);
    gives("GET", "/api/a", "Host: vigia.example\r\nhost: vigia.example\r\n", 400);
    assert_true(transport_metric(serve, "http_foreign_hosts_total") >= 17);
    vg_serve_stop(serve);
}

static void without_a_host_only_http_1_0_is_answered(void **state)
{
    (void)state;
    begin_on("127.0.0.1:0", NULL);
    for (int i = 0; i < 2; i++) {
        struct http *h = calloc(1, sizeof *h);
        h->fd = http_connect(address, 0);
        http_write(h->fd, i ? "GET /api/a HTTP/1.1\r\n\r\n" : "GET /api/a HTTP/1.0\r\n\r\n");
        http_read_head(h);
        assert_int_equal(h->status, i ? 400 : 200);
        http_close(h);
    }
    vg_serve_stop(serve);
}

#define SITE(word) "Sec-Fetch-Site: " word "\r\n"
#define VISIT      "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n"
#define HOST       "Host: localhost:PORT\r\n"

static void pages_of_other_sites_get_nothing(void **state)
{
    (void)state;
    begin_on("127.0.0.1:0", "vigia.example");
    static const struct {
        const char *target, *extra;
        int status;
    } rows[] = {
        {"/api/a", HOST, 200}, /* curl */
        {"/api/a", HOST SITE("same-origin"), 200},
        {"/api/a", HOST SITE("none"), 200},
        {"/api/a", HOST SITE("cross-site"), 403},
        {"/api/a", HOST SITE("same-site"), 403},
        {"/api/a", HOST SITE("Cross-Site"), 403},
        {"/api/a", HOST SITE("something-new"), 403},
        {"/api/a", HOST SITE(""), 403},
        {"/api/a", HOST SITE("same-origin") SITE("cross-site"), 403},
        {"/api/a", HOST SITE("cross-site") VISIT, 403}, /* a link leads to the page, not to the data */
        {"/", HOST SITE("cross-site") VISIT, 200},
        {"/index.html", HOST SITE("same-site") VISIT, 200},
        {"/app.js", HOST SITE("cross-site") "Sec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: script\r\n", 403},
        {"/", HOST SITE("cross-site") "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n", 403},
        {"/", HOST SITE("cross-site") "Sec-Fetch-Mode: navigate\r\n", 403},
        {"/none/such", HOST SITE("cross-site"), 403},
        {"/api/none", HOST SITE("cross-site") VISIT, 404},
        {"/api/a", HOST "Origin: http://localhost:PORT\r\n", 200},
        {"/api/a", HOST "Origin: HTTP://LOCALHOST:PORT\r\n", 200},
        {"/api/a", HOST "Origin: http://localhost:1\r\n", 403},
        {"/api/a", HOST "Origin: http://localhost\r\n", 403},
        {"/api/a", HOST "Origin: http://127.0.0.1:PORT\r\n", 403},
        {"/api/a", HOST "Origin: http://evil.example\r\n", 403},
        {"/api/a", HOST "Origin: https://vigia.example\r\n", 200}, /* the proxy's name, whatever it does to Host */
        {"/api/a", HOST "Origin: https://vigia.example.evil\r\n", 403},
        {"/api/a", HOST "Origin: null\r\n", 403},
        {"/api/a", HOST "Origin: \r\n", 403},
        {"/api/a", HOST "Origin: file://\r\n", 403},
        {"/api/a", HOST "Origin: http://evil.example, http://localhost:PORT\r\n", 403},
        {"/api/a", HOST SITE("same-origin") "Origin: http://evil.example\r\n", 403},
        {"/", HOST SITE("cross-site") VISIT "Origin: null\r\n", 403},
        {"/api/a", "Host: vigia.example\r\nOrigin: https://vigia.example\r\n", 200},
        {"/api/a", "Host: localhost\r\nOrigin: https://localhost\r\n", 200}, /* a proxy with TLS in front */
        {"/api/a", "Host: localhost\r\nOrigin: http://localhost\r\n", 200},
        {"/api/a", "Host: localhost:443\r\nOrigin: https://localhost\r\n", 200},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        gives("GET", rows[i].target, rows[i].extra, rows[i].status);
    gives("OPTIONS", "/api/a", HOST "Origin: http://evil.example\r\n", 403);
    gives("POST", "/api/a", HOST SITE("cross-site") "Content-Type: text/plain\r\nContent-Length: 0\r\n", 403);
    gives("HEAD", "/api/a", HOST SITE("cross-site"), 403);
    assert_true(transport_metric(serve, "http_cross_site_total") >= 25);
    vg_serve_stop(serve);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_open_address_answers_to_itself_and_to_the_names_given),
        cmocka_unit_test(without_a_host_only_http_1_0_is_answered),
        cmocka_unit_test(pages_of_other_sites_get_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
