/* Files below a folder: which may be had, and how they are answered. */
#include <fcntl.h>
#include <sys/stat.h>

#include "serve/files.h"
#include "transport.h"

static char root[] = "/tmp/vigia-files-XXXXXX";
static struct vg_serve *serve;

static char *at(const char *path)
{
    static char name[256];
    snprintf(name, sizeof name, "%s/%s", root, path);
    return name;
}

static void put(const char *path, const char *text)
{
    FILE *f = fopen(at(path), "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static bool handle(struct vg_request *rq)
{
    struct vg_reply_file file = {
        .dir = root, .path = vg_request_target(rq)->path, .type = "text/x-test", .cache = "max-age=7", .packs = true};
    bool sent, result = vg_reply_file(rq, &file, &sent);
    return sent ? result : vg_reply_error(rq, 404, "not_found", "no such file");
}

static const struct vg_route routes[] = {
    {VG_METHOD_GET, VG_PATH_REST, VG_PERMISSION_ANYONE, 0, {NULL, 0}, handle, "files", "", "text/x-test", NULL}, {0}};

static int set_up(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(root));
    assert_int_equal(mkdir(at("sub"), 0755), 0);
    assert_int_equal(mkdir(at(".hidden"), 0755), 0);
    put("a.txt", "plain");
    put("a.txt.gz", "packed");
    put("index.html", "first");
    put("sub/b.txt", "below");
    put(".hidden/c.txt", "secret");
    assert_int_equal(symlink("a.txt", at("link.txt")), 0);
    assert_int_equal(mkfifo(at("pipe"), 0600), 0);
    serve = transport_new(routes, NULL, 0);
    transport_begin(serve);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    static const char *const files[] = {"a.txt",         "a.txt.gz", "index.html", "sub/b.txt",
                                        ".hidden/c.txt", "link.txt", "pipe"};
    vg_serve_stop(serve);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        unlink(at(files[i]));
    rmdir(at("sub"));
    rmdir(at(".hidden"));
    return rmdir(root);
}

static void a_file_below_the_folder_is_opened(void **state)
{
    (void)state;
    static const char *const paths[] = {"/a.txt", "/sub/b.txt", "/"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        char text[6] = "";
        static const char *const texts[] = {"plain", "below", "first"};
        struct stat st;
        int fd = -1;
        assert_int_equal(vg_file_open(root, paths[i], &fd, &st), VG_OK);
        assert_int_equal(st.st_size, 5);
        assert_int_equal(read(fd, text, 5), 5);
        assert_string_equal(text, texts[i]);
        close(fd);
    }
}

static void what_may_not_be_had_is_not_found(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "",         "a.txt",         "sub/b.txt",      "/none.txt", "/sub",  "/sub/",        "//a.txt",
        "/./a.txt", "/sub/../a.txt", "/.hidden/c.txt", "/link.txt", "/pipe", "/a.txt/b.txt", "/sub\\b.txt",
    };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct stat st;
        int fd = -77;
        if (vg_file_open(root, paths[i], &fd, &st) != VG_NOT_FOUND)
            fail_msg("'%s' is found", paths[i]);
        assert_int_equal(fd, -77);
    }
    struct stat st;
    int fd = -77;
    assert_int_equal(vg_file_open("/nowhere/at/all", "/a.txt", &fd, &st), VG_NOT_FOUND);
    assert_int_equal(vg_file_open("/nowhere/at/all", "a.txt", &fd, &st), VG_NOT_FOUND);
    assert_int_equal(fd, -77);
}

static void answers(const char *target, const char *extra, int status, const char *encoding, const char *body)
{
    struct http *h = http_ask(vg_serve_address(serve), "GET", target, extra);
    assert_int_equal(h->status, status);
    assert_string_equal(h->body, body);
    assert_string_equal(http_header(h, "Cache-Control"), "max-age=7");
    if (status == 200)
        assert_string_equal(http_header(h, "Content-Type"), "text/x-test");
    else
        assert_null(http_header(h, "Content-Type"));
    assert_int_equal(!http_header(h, "Content-Encoding"), !encoding);
    http_close(h);
}

static void a_file_is_sent_or_said_to_be_unchanged(void **state)
{
    (void)state;
    static const char *const accepts[] = {"", "Accept-Encoding: gzip\r\n"};
    for (size_t i = 0; i < 2; i++) {
        char extra[1200];
        const char *encoding = i ? "gzip" : NULL;
        answers("/a.txt", accepts[i], 200, encoding, i ? "packed" : "plain");
        struct http *h = http_ask(vg_serve_address(serve), "GET", "/a.txt", accepts[i]);
        snprintf(extra, sizeof extra, "%sIf-None-Match: %s\r\n", accepts[i], http_header(h, "ETag"));
        http_close(h);
        answers("/a.txt", extra, 304, NULL, "");
        answers("/sub/b.txt", extra, 200, NULL, "below"); /* another file, another tag */
    }
    struct http *h = http_get(vg_serve_address(serve), "/none.txt");
    assert_int_equal(h->status, 404);
    http_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_below_the_folder_is_opened),
        cmocka_unit_test(what_may_not_be_had_is_not_found),
        cmocka_unit_test(a_file_is_sent_or_said_to_be_unchanged),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
