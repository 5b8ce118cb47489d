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

static void write_text(struct vg_api *a, void *arg, struct vg_out *out)
{
    (void)a, (void)arg;
    while (gated)
        usleep(1000);
    vg_out_text(out, "large");
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
    struct vg_answer answer = {.write = write_text,
                               .arg = malloc(1),
                               .free_arg = free_arg,
                               .type = "text/plain",
                               .etag = "\"tag\"",
                               .estimate = strcmp(vg_request_target(rq)->path, "/api/huge") ? 1 << 20 : 1 << 30};
    held++;
    return vg_answer_make(rq, &answer);
}

#define ROW(path, id)                                                                                                  \
    {                                                                                                                  \
        VG_METHOD_GET, path, VG_PERMISSION_ANYONE, 0, {NULL, 0}, handle, id, "", "text/plain", NULL                    \
    }

static const struct vg_route routes[] = {ROW("/api/large", "large"), ROW("/api/huge", "huge"), {0}};

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
    assert_int_equal(held, 0);
    h = http_get(address, "/api/large");
    assert_int_equal(h->status, 200);
    assert_string_equal(h->body, "large");
    assert_string_equal(http_header(h, "ETag"), "\"tag\"");
    http_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_would_take_too_much_memory_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(two_are_made_at_once_and_32_wait, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
