/* The page's files and the layers: types, caching, and everything that must not be had. */
#include <fcntl.h>
#include <sys/stat.h>

#include "server.h"

static struct server *server;
static char root[] = "/tmp/vigia-page-XXXXXX";

static void put(const char *path, const char *text)
{
    char name[256];
    snprintf(name, sizeof name, "%s/%s", root, path);
    FILE *f = fopen(name, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void put_folder(const char *path)
{
    char name[256];
    snprintf(name, sizeof name, "%s/%s", root, path);
    assert_int_equal(mkdir(name, 0755), 0);
}

static void put_link(const char *to, const char *path)
{
    char name[256];
    snprintf(name, sizeof name, "%s/%s", root, path);
    assert_int_equal(symlink(to, name), 0);
}

static int set_up(void **state)
{
    (void)state;
    char web[64], layers[64];
    assert_non_null(mkdtemp(root));
    put("secret.txt", "secret");
    put_folder("web");
    put_folder("web/assets");
    put_folder("web/.git");
    put_folder("layers");
    put("web/index.html", "<!doctype html>page");
    put("web/app.js", "plain");
    put("web/app.js.gz", "packed");
    put("web/assets/app-3F7A2B4C.js", "hashed");
    put("web/assets/photo.webp", "webp");
    put("web/.git/config", "secret");
    put("web/empty.css", "");
    put("layers/zones.geojson", "{\"type\":\"FeatureCollection\",\"features\":[]}");
    put("layers/ports-2.geojson", "{}");
    put("layers/lanes.off.geojson", "{}");
    put("layers/bad name.geojson", "{}");
    put("layers/notes.txt", "secret");
    put_link("../secret.txt", "web/link.txt");
    put_link("..", "web/up");
    put_link("../secret.txt", "layers/link.geojson");
    char pipe[64];
    snprintf(pipe, sizeof pipe, "%s/web/pipe", root);
    assert_int_equal(mkfifo(pipe, 0644), 0);
    snprintf(web, sizeof web, "%s/web", root);
    snprintf(layers, sizeof layers, "%s/layers", root);
    struct vg_api_options o = server_options();
    o.web_dir = web;
    o.layers_dir = layers;
    server = server_open(&o);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    server_close(server);
    snprintf(command, sizeof command, "rm -r %s", root);
    return system(command);
}

static void gives(const char *target, const char *type, const char *body)
{
    struct http *h = http_get(server->address, target);
    if (h->status != 200)
        fail_msg("%s: %d", target, h->status);
    assert_string_equal(http_header(h, "Content-Type"), type);
    assert_string_equal(h->body, body);
    http_close(h);
}

static void files_have_their_types(void **state)
{
    (void)state;
    gives("/", "text/html; charset=utf-8", "<!doctype html>page");
    gives("/?view=1,2,3", "text/html; charset=utf-8", "<!doctype html>page");
    gives("/index.html", "text/html; charset=utf-8", "<!doctype html>page");
    gives("/app.js", "text/javascript; charset=utf-8", "plain");
    gives("/assets/photo.webp", "image/webp", "webp");
    gives("/empty.css", "text/css; charset=utf-8", "");
    gives("/assets/app%2D3F7A2B4C.js", "text/javascript; charset=utf-8", "hashed");
}

static void hashed_names_are_immutable_others_are_asked_for(void **state)
{
    (void)state;
    struct http *h = http_get(server->address, "/assets/app-3F7A2B4C.js");
    assert_string_equal(http_header(h, "Cache-Control"), "public, max-age=31536000, immutable");
    http_close(h);
    h = http_get(server->address, "/");
    assert_string_equal(http_header(h, "Cache-Control"), "no-cache");
    char line[1200];
    snprintf(line, sizeof line, "If-None-Match: %s\r\n", http_header(h, "ETag"));
    http_close(h);
    h = http_ask(server->address, "GET", "/", line);
    assert_int_equal(h->status, 304);
    http_close(h);
    put("web/index.html", "<!doctype html>another");
    h = http_ask(server->address, "GET", "/", line);
    assert_int_equal(h->status, 200);
    assert_string_equal(h->body, "<!doctype html>another");
    http_close(h);
    put("web/index.html", "<!doctype html>page");
}

static void packed_files_are_given_to_those_who_take_them(void **state)
{
    (void)state;
    struct http *h = http_ask(server->address, "GET", "/app.js", "Accept-Encoding: gzip\r\n");
    assert_string_equal(h->body, "packed");
    assert_string_equal(http_header(h, "Content-Encoding"), "gzip");
    assert_string_equal(http_header(h, "Content-Type"), "text/javascript; charset=utf-8");
    assert_string_equal(http_header(h, "Vary"), "Accept-Encoding");
    http_close(h);
    h = http_ask(server->address, "HEAD", "/app.js", "");
    assert_int_equal(h->status, 200);
    assert_int_equal(h->length, 5);
    http_close(h);
}

static void nothing_outside_the_folder_can_be_had(void **state)
{
    (void)state;
    static const char *const targets[] = {"/../secret.txt",
                                          "/assets/../../secret.txt",
                                          "/%2e%2e/secret.txt",
                                          "/..%2fsecret.txt",
                                          "/%2e%2e%2fsecret.txt",
                                          "/assets/%2e%2e/%2e%2e/secret.txt",
                                          "/....//secret.txt",
                                          "/.%2e/secret.txt",
                                          "/..\\secret.txt",
                                          "/..%5csecret.txt",
                                          "/link.txt",
                                          "/up/secret.txt",
                                          "/up/web/app.js",
                                          "/.git/config",
                                          "//app.js",
                                          "//etc/passwd",
                                          "/%2fetc/passwd",
                                          "/./app.js",
                                          "/assets",
                                          "/assets/",
                                          "/app.js/",
                                          "/app.js/x",
                                          "/pipe",
                                          "/none",
                                          "/%252e%252e/secret.txt",
                                          "/%c0%ae%c0%ae/secret.txt",
                                          "/app.js%0a",
                                          "/assets//photo.webp",
                                          "/api/v1/layers/..%2fsecret",
                                          "/api/v1/layers/notes.txt",
                                          "/api/v1/layers/link",
                                          "/api/v1/layers/bad%20name",
                                          "/api/v1/layers/zones.geojson",
                                          "/api/v1/layers/."};
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        struct http *h = http_get(server->address, targets[i]);
        if (h->status != 404)
            fail_msg("%s: %d", targets[i], h->status);
        assert_null(strstr(h->body, "secret\n"));
        http_close(h);
    }
    static const char *const nul[] = {"/app.js%00", "/app.js%00.png", "/%00"};
    for (size_t i = 0; i < sizeof nul / sizeof *nul; i++) {
        struct http *h = http_get(server->address, nul[i]);
        assert_int_equal(h->status, 400);
        http_close(h);
    }
}

static void layers_are_listed_and_given(void **state)
{
    (void)state;
    json_t *json = server_json(server, "/api/v1/layers", 200), *all = json_object_get(json, "layers");
    assert_int_equal(json_array_size(all), 3); /* not the link */
    assert_string_equal(text_of(json_array_get(all, 0), "id"), "lanes");
    assert_true(json_is_false(json_object_get(json_array_get(all, 0), "shown")));
    assert_string_equal(text_of(json_array_get(all, 1), "id"), "ports-2");
    assert_true(json_is_true(json_object_get(json_array_get(all, 1), "shown")));
    assert_string_equal(text_of(json_array_get(all, 2), "url"), "/api/v1/layers/zones");
    json_decref(json);
    gives("/api/v1/layers/lanes", "application/geo+json", "{}");
    gives("/api/v1/layers/zones", "application/geo+json", "{\"type\":\"FeatureCollection\",\"features\":[]}");
}

#define NAME_60 "abcdefghijklmnopqrstuvwxyz_ABCDEFGHIJKLMNOPQRSTUVWXYZ-012345"

/* What is listed can be had, and nothing else. */
static void a_layer_is_named_by_letters_digits_and_lines(void **state)
{
    (void)state;
    static const struct {
        const char *file, *name; /* NULL: it is no layer */
        bool shown;
    } rows[] = {
        {NAME_60 "678.geojson", NAME_60 "678", true}, /* 63 characters */
        {NAME_60 "6789.geojson", NULL, false},
        {NAME_60 "679.off.geojson", NAME_60 "679", false},
        {"1.geojson", "1", true},
        {"2.off.geojson", "2", false},
        {"off.geojson", "off", true},
        {".geojson", NULL, false},
        {".off.geojson", NULL, false},
        {"a.b.geojson", NULL, false},
        {"a.geojson.gz", NULL, false},
        {"a.GEOJSON", NULL, false},
        {"ageojson", NULL, false},
        {"a b.geojson", NULL, false},
    };
    char path[160];
    struct http *before = http_get(server->address, "/api/v1/layers");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char listed[400];
        const char *name = rows[i].name ? rows[i].name : "";
        snprintf(path, sizeof path, "layers/%s", rows[i].file);
        put(path, "{}");
        struct http *h = http_get(server->address, "/api/v1/layers");
        snprintf(listed, sizeof listed, "{\"id\":\"%s\",\"title\":\"%s\",\"url\":\"/api/v1/layers/%s\",\"shown\":%s}",
                 name, name, name, rows[i].shown ? "true" : "false");
        if (rows[i].name ? !strstr(h->body, listed) : strcmp(h->body, before->body) != 0)
            fail_msg("%s: %s", rows[i].file, h->body);
        http_close(h);
        if (rows[i].name) {
            snprintf(path, sizeof path, "/api/v1/layers/%s", name);
            gives(path, "application/geo+json", "{}");
        }
        snprintf(path, sizeof path, "%s/layers/%s", root, rows[i].file);
        assert_int_equal(unlink(path), 0);
    }
    http_close(before);
    struct http *h = http_get(server->address, "/api/v1/layers/none");
    assert_int_equal(h->status, 404);
    assert_non_null(strstr(h->body, "no such layer; /api/v1/layers lists them"));
    http_close(h);
}

static void at_most_64_layers_are_listed(void **state)
{
    (void)state;
    for (int i = 0; i < 62; i++) { /* with the three that are there, one too many */
        char name[60];
        snprintf(name, sizeof name, "layers/more-%d.geojson", i);
        json_t *json = server_json(server, "/api/v1/layers", 200);
        assert_int_equal(json_array_size(json_object_get(json, "layers")), 3 + i);
        json_decref(json);
        put(name, "{}");
    }
    json_t *json = server_json(server, "/api/v1/layers", 200);
    assert_int_equal(json_array_size(json_object_get(json, "layers")), 64);
    json_decref(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_have_their_types),
        cmocka_unit_test(hashed_names_are_immutable_others_are_asked_for),
        cmocka_unit_test(packed_files_are_given_to_those_who_take_them),
        cmocka_unit_test(nothing_outside_the_folder_can_be_had),
        cmocka_unit_test(layers_are_listed_and_given),
        cmocka_unit_test(a_layer_is_named_by_letters_digits_and_lines),
        cmocka_unit_test(at_most_64_layers_are_listed),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
