/* Connections: how many an address may have, how long one may be slow, and that who has gone is noticed. */
#include <netinet/tcp.h>
#include <pthread.h>
#include <semaphore.h>

#include "serve/inner.h"
#include "transport.h"

#define PER_ADDRESS 3

static struct vg_serve *serve;
static struct vg_flows *flows;
static struct vg_job_queue *owners, *exports;
static atomic_int freed;

static bool handle(struct vg_request *rq)
{
    struct vg_out out = vg_out_growing(100);
    vg_out_text(&out, "ok");
    return vg_reply_text(rq, 200, "text/plain", &out, NULL);
}

static ssize_t fill(void *reader, int64_t quiet_us, void *buf, size_t max)
{
    (void)reader, (void)quiet_us, (void)buf, (void)max;
    return 0; /* never any news */
}

static void free_reader(void *reader)
{
    freed++;
    free(reader);
}

static bool handle_flow(struct vg_request *rq)
{
    return vg_reply_flow(rq, flows, "text/plain", malloc(1));
}

static enum vg_err run(void *work, struct vg_job *job, void **worker)
{
    (void)work, (void)worker;
    while (!vg_job_check(job))
        usleep(1000);
    return VG_EOF;
}

/* Sends one piece, then waits for ever. */
static enum vg_err run_export(void *work, struct vg_job *job, void **worker)
{
    enum vg_err err = vg_job_hand_over(job, "begin", 5);
    return err ? err : run(work, job, worker);
}

static void free_work(void *work)
{
    freed++;
    free(work);
}

static bool handle_job(struct vg_request *rq)
{
    static const struct vg_job_kind kind = {.run = run, .free = free_work};
    struct vg_job *job = vg_request_job(rq);
    return job ? vg_reply_job_failed(rq, job) : vg_job_ask(rq, owners, &kind, malloc(1));
}

#define LARGE ((size_t)8 << 20) /* much more than the kernel takes */

static enum vg_err run_large(void *work, struct vg_job *job, void **worker)
{
    (void)work, (void)worker;
    if (!vg_job_reserve(job, LARGE))
        return VG_LIMIT;
    vg_bodies_return(serve, LARGE);
    return VG_OK;
}

/* A large answer as the application makes it: its share is looked at before it is made, and before it is sent. */
static bool handle_large(struct vg_request *rq)
{
    static const struct vg_job_kind kind = {.run = run_large, .free = free_work};
    struct vg_job *job = vg_request_job(rq);
    if (!job)
        return vg_job_ask(rq, exports, &kind, malloc(1));
    if (vg_job_state(job) != VG_JOB_DONE)
        return vg_reply_job_failed(rq, job);
    struct vg_out out = vg_out_growing(LARGE);
    while (out.len < LARGE)
        vg_out_char(&out, 'x');
    if (!vg_reply_has_share(rq)) {
        vg_out_free(&out);
        return vg_reply_error(rq, 503, "busy", "busy");
    }
    struct vg_shared *shared = vg_shared_new(serve, &out);
    bool replied = vg_reply_shared(rq, "text/plain", shared, false, NULL);
    vg_shared_let_go(shared);
    return replied;
}

static bool handle_export(struct vg_request *rq)
{
    static const struct vg_job_kind kind = {.run = run_export, .free = free_work, .sends = true};
    struct vg_job *job = vg_request_job(rq);
    if (!job)
        return vg_job_ask(rq, exports, &kind, malloc(1));
    return vg_job_state(job) == VG_JOB_SENDS ? vg_reply_job(rq, "text/csv", NULL) : vg_reply_job_failed(rq, job);
}

#define ROUTE(method, path, schema, handler)                                                                           \
    {                                                                                                                  \
        VG_METHOD_##method, path, VG_PERMISSION_ANYONE, 0, {schema, 0}, handler, "r", "", "text/plain", NULL           \
    }

static const struct vg_route routes[] = {ROUTE(GET, "/plain", NULL, handle),
                                         ROUTE(POST, "/post", "A", handle),
                                         ROUTE(GET, "/flow", NULL, handle_flow),
                                         ROUTE(GET, "/job", NULL, handle_job),
                                         ROUTE(GET, "/export", NULL, handle_export),
                                         ROUTE(GET, "/large", NULL, handle_large),
                                         {0}};

static void begin(struct vg_serve_options options)
{
    struct vg_app app = {.routes = routes};
    struct vg_flow_kind flow = {.fill = fill, .free = free_reader, .full = "full", .most = 50, .only_newest = true};
    struct vg_job_rules rules = {.busy = "busy", .slow = "slow", .waiting = 50};
    const char *why = "";
    options.listen = "127.0.0.1:0";
    freed = 0;
    assert_int_equal(vg_serve_new(&options, &app, &serve, &why), VG_OK);
    assert_int_equal(vg_flows_new(serve, &flow, &flows), VG_OK);
    assert_int_equal(vg_job_queue_new(serve, &rules, &owners), VG_OK);
    rules.threads = 1;
    assert_int_equal(vg_job_queue_new(serve, &rules, &exports), VG_OK);
    transport_begin(serve);
}

static bool becomes(const char *metric, uint64_t value)
{
    for (int i = 0; i < 5000 && transport_metric(serve, metric) != value; i++)
        usleep(2000);
    return transport_metric(serve, metric) == value;
}

/* ---- how many ---- */

static void an_address_has_a_number_of_connections(void **state)
{
    (void)state;
    enum { MORE = PER_ADDRESS + VG_PEER_OVER + 4 };
    int fd[MORE];
    struct http h = {0};
    begin((struct vg_serve_options){.per_address = PER_ADDRESS});
    for (int i = 0; i < MORE; i++) {
        fd[i] = http_connect_from("127.0.0.2", vg_serve_address(serve), 0);
        if (i < PER_ADDRESS + VG_PEER_OVER) /* one after another, to know which are over */
            assert_true(becomes("http_connections", (uint64_t)i + 1));
    }
    assert_true(becomes("http_connections_closed_total", 4)); /* far too many: unheard */
    for (int i = PER_ADDRESS - 1; i < PER_ADDRESS + VG_PEER_OVER; i++) {
        h = (struct http){.fd = fd[i]};
        http_write(fd[i], "GET /plain HTTP/1.1\r\nHost: localhost\r\n\r\n");
        http_read_head(&h);
        assert_int_equal(h.status, i < PER_ADDRESS ? 200 : 503);
        if (i < PER_ADDRESS)
            continue;
        assert_string_equal(http_header(&h, "Connection"), "close");
        assert_string_equal(http_header(&h, "Retry-After"), "2");
    }
    assert_int_equal(transport_metric(serve, "http_connections_over_total"), VG_PEER_OVER);
    int other = http_connect_from("127.0.0.3", vg_serve_address(serve), 0);
    http_write(other, "GET /plain HTTP/1.1\r\nHost: localhost\r\n\r\n");
    h = (struct http){.fd = other};
    http_read_head(&h);
    assert_int_equal(h.status, 200);
    for (int i = 0; i < MORE; i++)
        close(fd[i]);
    assert_true(becomes("http_connections", 1)); /* what is closed counts no more */
    fd[0] = http_connect_from("127.0.0.2", vg_serve_address(serve), 0);
    http_write(fd[0], "GET /plain HTTP/1.1\r\nHost: localhost\r\n\r\n");
    h = (struct http){.fd = fd[0]};
    http_read_head(&h);
    assert_int_equal(h.status, 200);
    close(fd[0]);
    close(other);
    vg_serve_stop(serve);
}

static void this_machine_may_be_without_a_limit(void **state)
{
    (void)state;
    enum { MANY = 2 * (PER_ADDRESS + VG_PEER_OVER) };
    int fd[MANY];
    begin((struct vg_serve_options){.per_address = PER_ADDRESS, .loopback_unlimited = true});
    for (int i = 0; i < MANY; i++)
        fd[i] = http_connect(vg_serve_address(serve), 0);
    assert_true(becomes("http_connections", MANY));
    for (int i = 0; i < MANY; i++)
        close(fd[i]);
    assert_true(becomes("http_connections", 0));
    vg_serve_stop(serve);
}

/* ---- who has gone ---- */

#define HOST "Host: localhost\r\n"

/*
 * Half-closed or closed, whatever the connection was at: it is gone long before the limit of two minutes. (When a
 * multiple of 128 went together, libmicrohttpd's own threads slept on it: tests/system/attack.test.mjs.)
 */
static void who_has_gone_is_noticed_whatever_was_asked(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "GET /pl",
        "GET /plain HTTP/1.1\r\nHost: loc",
        "GET /plain HTTP/1.1\r\n" HOST "\r\n",
        "GET /flow HTTP/1.1\r\n" HOST "\r\n",
        "GET /job HTTP/1.1\r\n" HOST "\r\n",
        "GET /export HTTP/1.1\r\n" HOST "\r\n",
        "POST /post HTTP/1.1\r\n" HOST "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
        "POST /post HTTP/1.1\r\n" HOST "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
        "POST /plain HTTP/1.1\r\n" HOST "Content-Length: 100\r\n\r\n{",
        "GET /plain HTTP/1.1\r\n" HOST "\r\nGET /flow HTTP/1.1\r\n" HOST "\r\n",
    };
    enum { KINDS = sizeof texts / sizeof *texts };
    int fd[2][KINDS];
    begin((struct vg_serve_options){.per_address = 100});
    for (int half = 0; half < 2; half++)
        for (int i = 0; i < KINDS; i++) {
            fd[half][i] = http_connect(vg_serve_address(serve), 0);
            if (*texts[i])
                http_write(fd[half][i], texts[i]);
        }
    struct vg_job_counts c;
    struct vg_flow_counts f;
    for (int i = 0; i < 5000; i++, usleep(1000)) { /* all are where they stay; one export works, the other waits */
        vg_job_counts(owners, &c);
        unsigned waiting = c.waiting;
        vg_job_counts(exports, &c);
        vg_flow_counts(flows, &f);
        if (waiting == 2 && c.working && c.waiting && f.now == 4)
            break;
    }
    for (int i = 0; i < KINDS; i++) {
        close(fd[0][i]);
        shutdown(fd[1][i], SHUT_WR);
    }
    assert_true(becomes("http_connections", 0));
    vg_job_counts(owners, &c);
    assert_int_equal(c.waiting, 0); /* nothing waits for who has gone */
    assert_int_equal(c.abandoned, 2);
    assert_true(transport_metric(serve, "http_gone_total") >= 6); /* an export sees it itself */
    for (int i = 0; i < 5000 && freed < 8; i++)
        usleep(1000);
    assert_int_equal(freed, 8); /* flows and jobs, two of each and of the pipelined */
    for (int i = 0; i < KINDS; i++)
        close(fd[1][i]);
    vg_serve_stop(serve);
}

/* The end may come in one packet with the last bytes. What was asked is answered before. */
static void who_closes_with_the_last_bytes_has_gone_too(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "GET /plain HTTP/1.1\r\n" HOST "\r\n",
        "GET /plain HTTP/1.1\r\n" HOST "\r\nGET /plain HTTP/1.1\r\n" HOST "\r\n",
        "GET /plain HTTP/1.1\r\n" HOST "\r\nGET /plain HT",
        "GET /pl",
        "GET /plain HTTP/1.1\r\nHost: loc",
        "POST /post HTTP/1.1\r\n" HOST "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
    };
    enum { KINDS = sizeof texts / sizeof *texts };
    static const int answers[KINDS] = {1, 2, 1};
    int fd[KINDS];
    begin((struct vg_serve_options){.per_address = 100});
    for (int i = 0; i < KINDS; i++)
        fd[i] = http_connect(vg_serve_address(serve), 0);
    assert_true(becomes("http_connections", KINDS));
    for (int i = 0; i < KINDS; i++) {
        int on = 1;
        setsockopt(fd[i], IPPROTO_TCP, TCP_CORK, &on, sizeof on); /* the end goes with the bytes */
        http_write(fd[i], texts[i]);
        shutdown(fd[i], SHUT_WR);
    }
    assert_true(becomes("http_connections", 0));
    for (int i = 0; i < KINDS; i++) {
        char text[4096];
        size_t len = 0;
        for (ssize_t n; len < sizeof text - 1 && (n = recv(fd[i], text + len, sizeof text - 1 - len, 0)) > 0;)
            len += (size_t)n;
        text[len] = '\0';
        int found = 0;
        for (const char *p = text; (p = strstr(p, "200 OK")); p++)
            found++;
        assert_int_equal(found, answers[i]);
        close(fd[i]);
    }
    vg_serve_stop(serve);
}

/* ---- the memory of answers ---- */

static int ask_for_large(const char *from)
{
    struct http h = {.fd = http_connect_from(from, vg_serve_address(serve), 4096)};
    http_write(h.fd, "GET /large HTTP/1.1\r\n" HOST "\r\n");
    http_read_head(&h); /* and takes no more */
    if (h.status == 200)
        return h.fd;
    assert_int_equal(h.status, 503);
    close(h.fd);
    return -1;
}

/* Who asks for many large answers and takes none of them has half of the memory at most; the next has half of the rest.
 */
static void an_address_has_its_share_of_the_memory(void **state)
{
    (void)state;
    enum { FREE = 8, ASKED = 20 };
    static const char *const from[] = {"127.0.0.2", "127.0.0.3", "127.0.0.4"};
    static const int most[] = {FREE / 2 + 1, 3, 1}, least[] = {FREE / 2 - 1, 1, 1};
    int fd[3][ASKED];
    begin((struct vg_serve_options){.per_address = 100});
    assert_true(vg_bodies_reserve(serve, VG_BODIES_MAX - FREE * LARGE));
    for (int turn = 0; turn < 2; turn++) { /* what is taken back is there again */
        for (int k = 0; k < 3; k++) {
            int given = 0;
            for (int i = 0; i < ASKED; i++)
                given += (fd[k][i] = ask_for_large(from[k])) >= 0;
            if (given < least[k] || given > most[k])
                fail_msg("%s has %d of %d, %zu bytes", from[k], given, FREE,
                         (size_t)serve->bodies - (VG_BODIES_MAX - FREE * LARGE));
        }
        for (int i = 0; i < 3 * ASKED; i++)
            if (fd[i / ASKED][i % ASKED] >= 0)
                close(fd[i / ASKED][i % ASKED]);
        assert_true(becomes("http_connections", 0));
    }
    assert_int_equal(transport_metric(serve, "http_body_bytes"), VG_BODIES_MAX - FREE * LARGE);
    assert_true(transport_metric(serve, "http_busy_total") > 0);
    vg_bodies_return(serve, VG_BODIES_MAX - FREE * LARGE);
    vg_serve_stop(serve);
}

/* ---- how slow: a connection of each kind before and behind its limit ---- */

static void each_slowness_has_its_limit_and_counter(void **state)
{
    (void)state;
    enum { STUCK = 120, HEAD = 20, BODY = 30 };
    const size_t bytes = 10 * VG_ANSWER_PACE;
    const struct {
        const char *what;
        bool used, over, request, begun, handled, answered, endless;
        int64_t limit_s; /* 0: none here */
        size_t counter;  /* of struct vg_serve; 0: none */
    } rows[] = {
        {"nothing yet", 0, 0, 0, 0, 0, 0, 0, HEAD, offsetof(struct vg_serve, heads_too_slow)},
        {"resting", 1, 0, 0, 0, 0, 0, 0, STUCK, 0},
        {"over the limit", 1, 1, 0, 0, 0, 0, 0, HEAD, 0},
        {"its head", 1, 0, 1, 0, 0, 0, 0, HEAD, offsetof(struct vg_serve, heads_too_slow)},
        {"its body", 1, 0, 1, 1, 0, 0, 0, BODY, offsetof(struct vg_serve, bodies_too_slow)},
        {"a job", 1, 0, 1, 1, 1, 0, 0, 0, 0},
        {"its answer", 1, 0, 1, 1, 1, 1, 0, STUCK + 10, offsetof(struct vg_serve, answers_too_slow)},
        {"refused before its body", 1, 0, 1, 1, 0, 1, 0, STUCK + 10, offsetof(struct vg_serve, answers_too_slow)},
        {"a flow", 1, 0, 1, 1, 1, 1, 1, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct vg_serve *s = calloc(1, sizeof *s);
        struct vg_worker *w = &s->worker[0];
        struct vg_peer peer = {.holders = 1};
        struct vg_connection c = {
            .worker = w, .peer = &peer, .since_us = VG_SECOND_US, .used = rows[i].used, .over = rows[i].over};
        struct vg_request *rq = calloc(1, sizeof *rq);
        int pair[2];
        char byte;
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
        pthread_mutex_init(&s->lock, NULL);
        s->stuck_s = STUCK;
        s->head_s = HEAD;
        s->body_s = BODY;
        w->serve = s;
        w->connections = &c;
        c.fd = pair[0];
        *rq = (struct vg_request){.serve = s, .of = &c, .begun_us = VG_SECOND_US, .begun = rows[i].begun};
        rq->handled = rows[i].handled;
        rq->answered_us = rows[i].answered ? VG_SECOND_US : 0;
        rq->answer_bytes = bytes;
        rq->endless = rows[i].endless;
        c.rq = rows[i].request ? rq : NULL;
        int64_t limit_us = rows[i].limit_s ? (1 + rows[i].limit_s) * VG_SECOND_US : INT64_C(1) << 60;
        const _Atomic uint64_t *counter = (const _Atomic uint64_t *)((const char *)s + rows[i].counter);
        vg_connections_sweep(w, limit_us - 1);
        if (recv(pair[1], &byte, 1, 0) == 0)
            fail_msg("%s: ended too early", rows[i].what);
        vg_connections_sweep(w, limit_us);
        vg_connections_sweep(w, limit_us + 1); /* counted once */
        bool ended = recv(pair[1], &byte, 1, 0) == 0;
        if (ended != (rows[i].limit_s != 0))
            fail_msg("%s: %s", rows[i].what, ended ? "ended" : "not ended");
        uint64_t sum = s->heads_too_slow + s->bodies_too_slow + s->answers_too_slow;
        assert_int_equal(sum, rows[i].counter ? 1 : 0);
        if (rows[i].counter)
            assert_int_equal(*counter, 1);
        close(pair[0]);
        close(pair[1]);
        pthread_mutex_destroy(&s->lock);
        free(rq);
        free(s);
    }
}

/* The one that rests for longest, of the same address; none that is at a request, none that has just come. */
static void a_resting_connection_gives_way(void **state)
{
    (void)state;
    enum { N = 5 };
    struct vg_serve *s = calloc(1, sizeof *s);
    struct vg_worker *w = &s->worker[0];
    struct vg_peer own = {.holders = N}, other = {.holders = 1};
    struct vg_connection c[N];
    struct vg_request *rq = calloc(1, sizeof *rq);
    int pair[N][2];
    char byte;
    pthread_mutex_init(&s->lock, NULL);
    w->serve = s;
    for (int i = 0; i < N; i++) {
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair[i]), 0);
        c[i] =
            (struct vg_connection){.worker = w, .peer = &own, .fd = pair[i][0], .since_us = i, .next = w->connections};
        w->connections = &c[i];
    }
    c[0].peer = &other;
    c[1].rq = rq;
    assert_false(vg_connection_gives_way(w, &own, VG_REST_US + 1));
    assert_true(vg_connection_gives_way(w, &own, VG_REST_US + 2));
    assert_int_equal(recv(pair[2][1], &byte, 1, 0), 0);
    assert_false(vg_connection_gives_way(w, &own, VG_REST_US + 2)); /* it went already */
    assert_true(vg_connection_gives_way(w, &own, VG_REST_US + 3));
    assert_int_equal(s->given_way, 2);
    for (int i = 0; i < N; i++) {
        assert_int_equal(recv(pair[i][1], &byte, 1, 0) == 0, i == 2 || i == 3);
        close(pair[i][0]);
        close(pair[i][1]);
    }
    pthread_mutex_destroy(&s->lock);
    free(rq);
    free(s);
}

/* A byte now and then is always in time for libmicrohttpd. */
static void a_trickle_of_bytes_ends(void **state)
{
    (void)state;
    static const char *const begins[] = {"", "GET /plain HTTP/1.1\r\nX: ",
                                         "POST /post HTTP/1.1\r\n" HOST "Content-Type: application/json\r\n"
                                         "Content-Length: 1000\r\n\r\n"};
    enum { KINDS = sizeof begins / sizeof *begins };
    int fd[KINDS], open = KINDS;
    begin((struct vg_serve_options){.head_s = 1, .body_s = 1});
    for (int i = 0; i < KINDS; i++) {
        fd[i] = http_connect(vg_serve_address(serve), 0);
        http_write(fd[i], begins[i]);
    }
    for (int turn = 0; turn < 500 && open; turn++, usleep(20000)) {
        open = 0;
        for (int i = 0; i < KINDS; i++)
            open += send(fd[i], "x", 1, MSG_NOSIGNAL | MSG_DONTWAIT) == 1;
    }
    assert_int_equal(open, 0);
    assert_int_equal(transport_metric(serve, "http_heads_too_slow_total"), 2);
    assert_int_equal(transport_metric(serve, "http_bodies_too_slow_total"), 1);
    for (int i = 0; i < KINDS; i++)
        close(fd[i]);
    assert_true(becomes("http_connections", 0));
    vg_serve_stop(serve);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_has_a_number_of_connections),
        cmocka_unit_test(this_machine_may_be_without_a_limit),
        cmocka_unit_test(who_has_gone_is_noticed_whatever_was_asked),
        cmocka_unit_test(who_closes_with_the_last_bytes_has_gone_too),
        cmocka_unit_test(an_address_has_its_share_of_the_memory),
        cmocka_unit_test(each_slowness_has_its_limit_and_counter),
        cmocka_unit_test(a_resting_connection_gives_way),
        cmocka_unit_test(a_trickle_of_bytes_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
