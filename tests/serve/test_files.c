/* Files below a folder: which may be had, and how they are answered. */
#include <fcntl.h>
#include <sys/stat.h>

#include "serve/files.h"
#include "transport.h"

static char root[] = "/tmp/vigia-files-XXXXXX";
static struct vg_serve *serve;
static atomic_bool packs = true;
static const char *_Atomic instead; /* of the path that was asked; NULL: nothing */

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
    struct vg_reply_file file = {.dir = root,
                                 .path = instead ? instead : vg_request_target(rq)->path,
                                 .type = "text/x-test",
                                 .cache = "max-age=7",
                                 .packs = packs};
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

/* A name is what a file system takes, but for what hides, controls or parts. */
static void a_name_may_be_long_and_have_blanks(void **state)
{
    (void)state;
    char longest[257];
    memset(longest, 'n', sizeof longest);
    longest[0] = '/';
    longest[256] = '\0'; /* 255 behind the slash */
    static const struct {
        const char *path;
        bool found;
    } rows[] = {{"/with blank", true}, {"/ ", true},     {"/~", true},     {"/\x1F", false},
                {"/\x7F", false},      {"/a\nb", false}, {"/.hid", false}, {"/back\\slash", false},
                {"/\xC3\xB1", true}};
    for (size_t i = 0; i <= sizeof rows / sizeof *rows; i++) {
        bool last = i == sizeof rows / sizeof *rows;
        const char *path = last ? longest : rows[i].path;
        struct stat st;
        int fd = -1;
        char file[512];
        snprintf(file, sizeof file, "%s%s", root, path);
        int made = open(file, O_CREAT | O_WRONLY, 0600);
        assert_true(made >= 0);
        close(made);
        if ((vg_file_open(root, path, &fd, &st) == VG_OK) != (last || rows[i].found))
            fail_msg("row %zu: '%s'", i, path);
        if (fd >= 0)
            close(fd);
        unlink(file);
    }
}

/* A program may run with its standard input closed: then a file's number may be 0. */
static void a_file_may_have_any_number(void **state)
{
    (void)state;
    int kept = dup(0), fd = -1;
    struct stat st;
    close(0);
    enum vg_err above = vg_file_open(root, "/a.txt", &fd, &st);
    if (!above)
        close(fd);
    enum vg_err below = vg_file_open(root, "/sub/b.txt", &fd, &st);
    if (!below)
        close(fd);
    enum vg_err missing = vg_file_open(root, "/none.txt", &fd, &st);
    enum vg_err wrong = vg_file_open(root, "none.txt", &fd, &st);
    int zero = open("/dev/null", O_RDONLY); /* nothing was left open */
    if (kept >= 0) {
        dup2(kept, 0);
        close(kept);
    }
    assert_int_equal(above, VG_OK);
    assert_int_equal(below, VG_OK);
    assert_int_equal(missing, VG_NOT_FOUND);
    assert_int_equal(wrong, VG_NOT_FOUND);
    assert_int_equal(zero, 0);
}

/* Whether it is found or not, no number stays behind: a client could use them up. */
static void nothing_stays_open(void **state)
{
    (void)state;
    static const char *const paths[] = {"/a.txt", "/sub/b.txt",     "/",     "a.txt",    "/none.txt",
                                        "/sub",   "/.hidden/c.txt", "/pipe", "/a.txt/b", "//"};
    int before = open("/dev/null", O_RDONLY), after;
    close(before);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct stat st;
        int fd = -1;
        if (vg_file_open(root, paths[i], &fd, &st) == VG_OK) {
            assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
            close(fd);
        }
        after = open("/dev/null", O_RDONLY);
        close(after);
        if (after != before)
            fail_msg("%s", paths[i]);
    }
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

/* The tag is of time, size and form; who may get the one or the other is told so. */
static void an_answer_says_how_it_may_be_kept(void **state)
{
    (void)state;
    struct timespec times[2] = {{1700000000, 5}, {1700000000, 77}};
    char file[300];
    snprintf(file, sizeof file, "%s", at("a.txt"));
    assert_int_equal(utimensat(AT_FDCWD, file, times, 0), 0);
    snprintf(file, sizeof file, "%s", at("a.txt.gz"));
    assert_int_equal(utimensat(AT_FDCWD, file, times, 0), 0);
    struct http *h = http_get(vg_serve_address(serve), "/a.txt");
    assert_string_equal(http_header(h, "ETag"), "\"6553f100-4d-5\"");
    assert_string_equal(http_header(h, "Vary"), "Accept-Encoding");
    http_close(h);
    h = http_ask(vg_serve_address(serve), "GET", "/a.txt", "Accept-Encoding: gzip\r\n");
    assert_string_equal(http_header(h, "ETag"), "\"6553f100-4d-6-gz\"");
    assert_string_equal(http_header(h, "Content-Encoding"), "gzip");
    http_close(h);
    h = http_ask(vg_serve_address(serve), "GET", "/", "Accept-Encoding: gzip\r\n");
    assert_string_equal(h->body, "first"); /* not packed: it is sent as it is */
    http_close(h);
    put("index.html.gz", "first, packed");
    h = http_ask(vg_serve_address(serve), "GET", "/", "Accept-Encoding: gzip\r\n");
    assert_string_equal(h->body, "first, packed");
    http_close(h);
    times[1].tv_nsec = 78; /* the file was changed behind its packed form */
    snprintf(file, sizeof file, "%s", at("a.txt"));
    assert_int_equal(utimensat(AT_FDCWD, file, times, 0), 0);
    h = http_ask(vg_serve_address(serve), "GET", "/a.txt", "Accept-Encoding: gzip\r\n");
    assert_string_equal(h->body, "plain");
    assert_null(http_header(h, "Content-Encoding"));
    assert_string_equal(http_header(h, "ETag"), "\"6553f100-4e-5\"");
    http_close(h);
    packs = false;
    h = http_ask(vg_serve_address(serve), "GET", "/", "Accept-Encoding: gzip\r\n");
    assert_string_equal(h->body, "first");
    assert_null(http_header(h, "Vary"));
    http_close(h);
    packs = true;
    unlink(at("index.html.gz"));
    instead = ""; /* of no file, and no folder */
    h = http_get(vg_serve_address(serve), "/a.txt");
    assert_int_equal(h->status, 404);
    http_close(h);
    instead = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_below_the_folder_is_opened),
        cmocka_unit_test(what_may_not_be_had_is_not_found),
        cmocka_unit_test(a_name_may_be_long_and_have_blanks),
        cmocka_unit_test(a_file_may_have_any_number),
        cmocka_unit_test(nothing_stays_open),
        cmocka_unit_test(a_file_is_sent_or_said_to_be_unchanged),
        cmocka_unit_test(an_answer_says_how_it_may_be_kept),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
