/* The webhook: texts arrive in their order, what fails is tried again, what is too much is counted. */
#include "service/webhook.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../test.h"

/* A server of this machine that answers each request with the next code of a list. */
struct hook {
    int fd;
    char url[64];
};

static void hook_open(struct hook *h)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    h->fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(h->fd >= 0);
    assert_int_equal(bind(h->fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(h->fd, 8), 0);
    assert_int_equal(getsockname(h->fd, (struct sockaddr *)&at, &len), 0);
    snprintf(h->url, sizeof h->url, "http://127.0.0.1:%u/alerts", ntohs(at.sin_port));
}

/* Takes one request, answers, and returns its body. */
static void hook_answer(struct hook *h, int code, char body[static 256])
{
    char text[8192];
    size_t len = 0;
    int fd = accept(h->fd, NULL, NULL);
    assert_true(fd >= 0);
    for (;;) {
        ssize_t n = recv(fd, text + len, sizeof text - 1 - len, 0);
        assert_true(n > 0);
        len += (size_t)n;
        text[len] = '\0';
        const char *end = strstr(text, "\r\n\r\n"), *length = strstr(text, "Content-Length: ");
        if (end && length && len - (size_t)(end + 4 - text) >= strtoul(length + 16, NULL, 10))
            break;
    }
    assert_memory_equal(text, "POST /alerts HTTP/1.1\r\n", 23);
    assert_non_null(strstr(text, "Content-Type: application/json\r\n"));
    snprintf(body, 256, "%s", strstr(text, "\r\n\r\n") + 4);
    int n = snprintf(text, sizeof text, "HTTP/1.1 %d x\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", code);
    assert_int_equal(send(fd, text, (size_t)n, MSG_NOSIGNAL), n);
    close(fd);
}

static struct vg_webhook_counts counts_when(struct vg_webhook *w, uint64_t done)
{
    struct vg_webhook_counts c;
    do {
        sched_yield();
        vg_webhook_counts(w, &c);
    } while (c.posted + c.dropped < done);
    return c;
}

static void texts_arrive_in_their_order_and_a_refused_one_is_tried_again(void **state)
{
    (void)state;
    struct hook h;
    struct vg_webhook *w = NULL;
    char body[256];
    hook_open(&h);
    assert_int_equal(vg_webhook_open(h.url, 1, &w), VG_OK);
    assert_true(vg_webhook_post(w, "{\"n\":1}", 7));
    assert_true(vg_webhook_post(w, "{\"n\":2}", 7));
    hook_answer(&h, 500, body);
    assert_string_equal(body, "{\"n\":1}");
    hook_answer(&h, 302, body); /* a redirection is not followed */
    hook_answer(&h, 204, body);
    assert_string_equal(body, "{\"n\":1}");
    hook_answer(&h, 200, body);
    assert_string_equal(body, "{\"n\":2}");
    struct vg_webhook_counts c = counts_when(w, 2);
    assert_int_equal(c.posted, 2);
    assert_int_equal(c.retried, 2);
    assert_int_equal(c.dropped, 0);
    assert_false(c.failing);
    vg_webhook_close(w);
    close(h.fd);
}

static void what_nobody_takes_is_dropped_and_counted(void **state)
{
    (void)state;
    struct hook h;
    struct vg_webhook *w = NULL;
    hook_open(&h);
    close(h.fd); /* nobody listens there any more */
    assert_int_equal(vg_webhook_open(h.url, 1, &w), VG_OK);
    assert_true(vg_webhook_post(w, "{}", 2));
    struct vg_webhook_counts c = counts_when(w, 1);
    assert_int_equal(c.dropped, 1);
    assert_int_equal(c.retried, VG_WEBHOOK_TRIES - 1);
    assert_true(c.failing);
    vg_webhook_close(w);
}

static void too_many_are_counted_and_an_end_does_not_wait_for_them(void **state)
{
    (void)state;
    struct hook h;
    struct vg_webhook *w = NULL;
    uint64_t refused = 0;
    struct vg_webhook_counts c;
    hook_open(&h); /* takes connections and never answers */
    assert_int_equal(vg_webhook_open(h.url, 60000, &w), VG_OK);
    for (int i = 0; i < VG_WEBHOOK_QUEUE + 100; i++)
        refused += !vg_webhook_post(w, "{}", 2);
    vg_webhook_counts(w, &c);
    assert_int_equal(refused, 100);
    assert_int_equal(c.overflowed, 100);
    vg_webhook_close(w);
    close(h.fd);
}

static void only_http_and_https_are_urls(void **state)
{
    (void)state;
    struct vg_webhook *w = NULL;
    static const char *const bad[] = {"",         "x",          "ftp://a/b",  "file:///etc/passwd", "http://",
                                      "https://", "http://a b", "http://a\n", "gopher://a",         "//a"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_non_null(vg_webhook_refuses(bad[i]));
        assert_int_equal(vg_webhook_open(bad[i], 0, &w), VG_ARG);
    }
    assert_null(vg_webhook_refuses("HTTPS://hooks.example/x?y=z"));
    assert_null(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_arrive_in_their_order_and_a_refused_one_is_tried_again),
        cmocka_unit_test(what_nobody_takes_is_dropped_and_counted),
        cmocka_unit_test(too_many_are_counted_and_an_end_does_not_wait_for_them),
        cmocka_unit_test(only_http_and_https_are_urls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
