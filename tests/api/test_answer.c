/* Large answers: how many are made at once, how many wait, and that what they hold is given back. */
#include <stdatomic.h>
#include <unistd.h>

#include "api/inner.h"
#include "http_client.h"
#include "serve/serve.h"

#define WORK  2
#define WAIT  32
#define SLOTS (WORK + WAIT)

static struct vg_api api;
static const char *address;
static atomic_bool gated;
static atomic_int held;

static size_t length; /* of the text; 0: "large" */

static void write_text(struct vg_api *a, void *arg, struct vg_out *out)
{
    assert_ptr_equal(a, &api);
    assert_int_equal(*(char *)arg, 'x');
    while (gated)
        usleep(1000);
    if (!length)
        vg_out_text(out, "large");
    for (size_t n; length > out->len && !out->err; vg_out_bytes(out, "0123456789abcdef", n))
        n = length - out->len < 16 ? length - out->len : 16;
}

static void write_too_much(struct vg_api *a, void *arg, struct vg_out *out)
{
    (void)a, (void)arg;
    out->err = VG_LIMIT;
}

static void free_arg(void *arg)
{
    held--;
    free(arg);
}

static bool handle(struct vg_request *rq)
{
    if (vg_is_answer(rq))
        return vg_answer_reply(rq);
    const char *path = vg_request_target(rq)->path;
    struct vg_answer answer = {.write = strcmp(path, "/api/endless") ? write_text : write_too_much,
                               .arg = strdup("x"),
                               .free_arg = free_arg,
                               .type = "text/plain",
                               .estimate = strcmp(path, "/api/huge") ? 1 << 20 : 1 << 30};
    if (strcmp(path, "/api/untagged"))
        snprintf(answer.etag, sizeof answer.etag, "\"tag\"");
    held++;
    return vg_answer_make(rq, &answer);
}

#define ROW(path, id)                                                                                                  \
    {                                                                                                                  \
        VG_METHOD_GET, path, VG_PERMISSION_ANYONE, 0, {NULL, 0}, handle, id, "", "text/plain", NULL                    \
    }

static const struct vg_route routes[] = {ROW("/api/large", "large"),
                                         ROW("/api/huge", "huge"),
                                         ROW("/api/endless", "endless"),
                                         ROW("/api/untagged", "untagged"),
                                         {0}};

static int set_up(void **state)
{
    (void)state;
    struct vg_app app = {.routes = routes, .context = &api};
    struct vg_serve_options options = {.listen = "127.0.0.1:0"};
    const char *why = NULL;
    assert_int_equal(vg_serve_new(&options, &app, &api.serve, &why), VG_OK);
    assert_int_equal(vg_answers_start(&api), VG_OK);
    assert_int_equal(vg_serve_begin(api.serve, &why), VG_OK);
    address = vg_serve_address(api.serve);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    gated = false;
    vg_serve_stop(api.serve);
    return 0;
}

static void queue_becomes(unsigned working, unsigned waiting)
{
    struct vg_job_counts c = {0};
    for (int i = 0; i < 2000; i++) {
        vg_job_counts(api.answers, &c);
        if (c.working == working && c.waiting == waiting)
            return;
        usleep(5000);
    }
    fail_msg("%u work and %u wait", c.working, c.waiting);
}

/* A worker lets go of an answer after the reader has its last byte. */
static void all_are_let_go(void)
{
    for (int i = 0; held && i < 2000; i++)
        usleep(1000);
    assert_int_equal(held, 0);
}

static void ask(int *fd, int count)
{
    for (int i = 0; i < count; i++) {
        fd[i] = http_connect(address, 0);
        http_write(fd[i], "GET /api/large HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
}

static void two_are_made_at_once_and_32_wait(void **state)
{
    (void)state;
    int fd[SLOTS];
    gated = true;
    ask(fd, WORK);
    queue_becomes(WORK, 0);
    ask(fd + WORK, WAIT);
    queue_becomes(WORK, WAIT);
    int late;
    char text[12];
    struct vg_job_counts c = {0};
    ask(&late, 1); /* one more is told so at once */
    for (int i = 0; i < 2000 && c.waiting + c.refused <= WAIT; i++) {
        usleep(1000);
        vg_job_counts(api.answers, &c);
    }
    assert_int_equal(c.waiting, WAIT);
    assert_int_equal(c.refused, 1);
    assert_int_equal(recv(late, text, 12, MSG_WAITALL), 12);
    assert_memory_equal(text, "HTTP/1.1 503", 12);
    close(late);
    assert_int_equal(held, SLOTS);
    gated = false;
    for (int i = 0; i < SLOTS; i++) {
        assert_int_equal(recv(fd[i], text, 12, MSG_WAITALL), 12);
        assert_memory_equal(text, "HTTP/1.1 200", 12);
        close(fd[i]);
    }
}

static void what_would_take_too_much_memory_is_refused(void **state)
{
    (void)state;
    struct http *h = http_get(address, "/api/huge");
    assert_int_equal(h->status, 503);
    assert_non_null(strstr(h->body, "\"busy\""));
    http_close(h);
    all_are_let_go();
    h = http_get(address, "/api/large");
    assert_int_equal(h->status, 200);
    assert_string_equal(h->body, "large");
    assert_string_equal(http_header(h, "ETag"), "\"tag\"");
    http_close(h);
}

static void what_becomes_too_large_says_so(void **state)
{
    (void)state;
    struct http *h = http_get(address, "/api/endless");
    assert_int_equal(h->status, 503);
    assert_non_null(
        strstr(h->body, "\"too_large\",\"message\":\"the answer would be too large: ask for less, as with bbox\""));
    http_close(h);
    all_are_let_go();
}

static void answers_of_1_kibibyte_to_64_mebibytes_are_packed(void **state)
{
    (void)state;
    static const struct {
        size_t length;
        bool packed;
    } cases[] = {{1023, false}, {1024, true}, {64 << 20, true}, {(64 << 20) + 1, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        length = cases[i].length;
        struct http *h = http_ask(address, "GET", "/api/untagged", "Accept-Encoding: gzip\r\n");
        assert_int_equal(h->status, 200);
        assert_string_equal(http_header(h, "Content-Type"), "text/plain");
        assert_null(http_header(h, "ETag"));
        assert_int_equal(http_header(h, "Content-Encoding") != NULL, cases[i].packed);
        assert_int_equal(h->body_len < cases[i].length, cases[i].packed);
        http_close(h);
    }
    length = 2000;
    struct http *h = http_get(address, "/api/large"); /* who does not take it gets it as it is */
    assert_int_equal(h->body_len, 2000);
    assert_null(http_header(h, "Content-Encoding"));
    http_close(h);
    length = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_would_take_too_much_memory_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_becomes_too_large_says_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(answers_of_1_kibibyte_to_64_mebibytes_are_packed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(two_are_made_at_once_and_32_wait, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
