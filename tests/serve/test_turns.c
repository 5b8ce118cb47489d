/* Fair shares of a queue of jobs: by address, then by connection. */
#include <pthread.h>
#include <semaphore.h>

#include "serve/inner.h"
#include "transport.h"

#define WAITING 6
#define CLIENTS 40

static struct vg_serve *serve;
static struct vg_job_queue *owners, *threads;
static sem_t woken, go;
static char order[200]; /* the letters of who was served, in turn */
static pthread_mutex_t order_lock = PTHREAD_MUTEX_INITIALIZER;

static enum vg_err run(void *work, struct vg_job *job, void **worker)
{
    (void)job, (void)worker;
    pthread_mutex_lock(&order_lock);
    size_t n = strlen(order);
    order[n] = *(char *)work;
    order[n + 1] = '\0';
    pthread_mutex_unlock(&order_lock);
    return VG_OK;
}

static enum vg_err run_gated(void *work, struct vg_job *job, void **worker)
{
    run(work, job, worker);
    sem_wait(&go);
    return VG_OK;
}

static bool reply(struct vg_request *rq, struct vg_job_queue *queue, const struct vg_job_kind *kind)
{
    struct vg_job *job = vg_request_job(rq);
    if (!job)
        return vg_job_ask(rq, queue, kind, strdup(vg_request_argument(rq)));
    if (vg_job_state(job) != VG_JOB_DONE)
        return vg_reply_job_failed(rq, job);
    struct vg_out out = vg_out_growing(100);
    vg_out_text(&out, "served");
    return vg_reply_text(rq, 200, "text/plain", &out, NULL);
}

static bool handle_owner(struct vg_request *rq)
{
    static const struct vg_job_kind kind = {.run = run, .free = free};
    return reply(rq, owners, &kind);
}

static bool handle_thread(struct vg_request *rq)
{
    static const struct vg_job_kind kind = {.run = run_gated, .free = free};
    return reply(rq, threads, &kind);
}

static const struct vg_route routes[] = {
    {VG_METHOD_GET, "/owner/{n}", VG_PERMISSION_ANYONE, 0, {NULL, 0}, handle_owner, "o", "", "text/plain", NULL},
    {VG_METHOD_GET, "/thread/{n}", VG_PERMISSION_ANYONE, 0, {NULL, 0}, handle_thread, "t", "", "text/plain", NULL},
    {0}};

static void wake(void *arg)
{
    (void)arg;
    sem_post(&woken);
}

static void begin(bool by_connection)
{
    struct vg_app app = {.routes = routes};
    struct vg_serve_options options = {.listen = "127.0.0.1:0", .loopback_unlimited = by_connection};
    struct vg_job_rules rules = {.busy = "busy", .slow = "slow", .waiting = WAITING, .wake = wake};
    const char *why = "";
    sem_init(&woken, 0, 0);
    sem_init(&go, 0, 0);
    *order = '\0';
    assert_int_equal(vg_serve_new(&options, &app, &serve, &why), VG_OK);
    assert_int_equal(vg_job_queue_new(serve, &rules, &owners), VG_OK);
    rules = (struct vg_job_rules){.busy = "busy", .slow = "slow", .waiting = WAITING, .threads = 3, .share = 2};
    assert_int_equal(vg_job_queue_new(serve, &rules, &threads), VG_OK);
    transport_begin(serve);
}

static void end(void)
{
    vg_serve_stop(serve);
    sem_destroy(&woken);
    sem_destroy(&go);
}

static void send_on(int fd, const char *queue, char who)
{
    char text[100];
    snprintf(text, sizeof text, "GET /%s/%c HTTP/1.1\r\nHost: localhost\r\n\r\n", queue, who);
    http_write(fd, text);
}

static int client(const char *from)
{
    return http_connect_from(from, vg_serve_address(serve), 0);
}

static int ask_owner(const char *from, char who)
{
    int fd = client(from);
    send_on(fd, "owner", who);
    sem_wait(&woken);
    return fd;
}

/* Leaves the connection open. */
static void answers(int fd, int status)
{
    struct http *h = calloc(1, sizeof *h);
    h->fd = fd;
    http_read_head(h);
    if (h->status != status)
        fail_msg("%d, expected %d", h->status, status);
    if (status == 503)
        assert_string_equal(http_header(h, "Retry-After"), "2");
    for (size_t len = h->raw_len - h->raw_pos; len < h->length; len += h->raw_len - h->raw_pos) {
        h->raw_pos = h->raw_len;
        assert_true(http_more(h));
    }
    free(h);
}

static struct vg_job_counts counts_of(struct vg_job_queue *queue)
{
    struct vg_job_counts counts;
    vg_job_counts(queue, &counts);
    return counts;
}

/* A flood fills all places; another address has one at once, and the next turn but one. */
static void who_floods_makes_room_for_another_address(void **state)
{
    (void)state;
    begin(false);
    int flood[CLIENTS], refused = 0;
    for (int i = 0; i < CLIENTS; i++) {
        flood[i] = client("127.0.0.2");
        send_on(flood[i], "owner", 'f');
        if (i < WAITING)
            sem_wait(&woken);
    }
    for (int i = 0; i < 5000 && counts_of(owners).refused < CLIENTS - WAITING; i++)
        usleep(1000);
    assert_int_equal(counts_of(owners).refused, CLIENTS - WAITING);
    int other = ask_owner("127.0.0.3", 'o');
    assert_int_equal(counts_of(owners).displaced, 1);
    assert_int_equal(counts_of(owners).waiting, WAITING);
    int second = ask_owner("127.0.0.3", 'p'), third = ask_owner("127.0.0.4", 'q');
    assert_int_equal(counts_of(owners).displaced, 3);
    vg_job_queue_run(owners);
    assert_int_equal(strlen(order), WAITING);
    assert_true(strcspn(order, "op") <= 2);
    assert_true(strchr(order, 'q') - order <= 2);
    answers(other, 200);
    answers(second, 200);
    answers(third, 200);
    for (int i = 0; i < CLIENTS; i++) {
        struct http h = {.fd = flood[i]};
        http_read_head(&h);
        refused += h.status == 503;
        close(flood[i]);
    }
    assert_int_equal(refused, CLIENTS - WAITING + 3);
    close(other);
    close(second);
    close(third);
    end();
}

/* What an address with as much as others asks for more is refused: nobody is driven out for it. */
static void equal_shares_drive_nobody_out(void **state)
{
    (void)state;
    begin(false);
    int fd[WAITING];
    for (int i = 0; i < WAITING; i++)
        fd[i] = ask_owner(i % 2 ? "127.0.0.2" : "127.0.0.3", i % 2 ? 'b' : 'c');
    int more = client("127.0.0.2");
    send_on(more, "owner", 'x');
    answers(more, 503);
    assert_int_equal(counts_of(owners).displaced, 0);
    vg_job_queue_run(owners);
    assert_true(strcmp(order, "cbcbcb") == 0 || strcmp(order, "bcbcbc") == 0);
    for (int i = 0; i < WAITING; i++) {
        answers(fd[i], 200);
        close(fd[i]);
    }
    close(more);
    end();
}

/* Behind a reverse proxy all have one address: who was not served yet goes before who asks again. */
static void connections_of_one_address_take_turns(void **state)
{
    for (int by_connection = 0; by_connection < 2; by_connection++) {
        (void)state;
        begin(by_connection);
        int again[WAITING];
        for (int i = 0; i < WAITING; i++)
            again[i] = ask_owner(NULL, 'a');
        vg_job_queue_run(owners);
        for (int i = 0; i < WAITING; i++) {
            answers(again[i], 200);
            send_on(again[i], "owner", 'b');
            sem_wait(&woken);
        }
        *order = '\0';
        int fresh = ask_owner(NULL, 'n'); /* all places are taken */
        vg_job_queue_run(owners);
        assert_int_equal(order[0], 'n');
        answers(fresh, 200);
        assert_int_equal(counts_of(owners).displaced, 1);
        for (int i = 0; i < WAITING; i++)
            close(again[i]);
        close(fresh);
        end();
    }
}

static void with_room_for_all_the_first_is_first(void **state)
{
    (void)state;
    begin(false);
    int fd[3];
    for (int i = 0; i < 3; i++)
        fd[i] = ask_owner(NULL, (char)('1' + i));
    vg_job_queue_run(owners);
    assert_string_equal(order, "123");
    for (int i = 0; i < 3; i++)
        close(fd[i]);
    end();
}

static void wait_until_at_work(unsigned n)
{
    for (int i = 0; i < 5000 && counts_of(threads).working != n; i++)
        usleep(1000);
    assert_int_equal(counts_of(threads).working, n);
}

/* Work that lasts as long as its reader: one address never has all threads. */
static void one_address_never_holds_all_threads(void **state)
{
    (void)state;
    begin(false);
    int fd[4];
    for (int i = 0; i < 4; i++) {
        fd[i] = client("127.0.0.2");
        send_on(fd[i], "thread", 'f');
    }
    for (int i = 0; i < 5000 && counts_of(threads).asked < 4; i++)
        usleep(1000);
    wait_until_at_work(2);
    assert_int_equal(counts_of(threads).waiting, 2);
    int other = client("127.0.0.3");
    send_on(other, "thread", 'o');
    wait_until_at_work(3);
    assert_int_equal(counts_of(threads).waiting, 2);
    for (int i = 0; i < 5; i++)
        sem_post(&go);
    for (int i = 0; i < 4; i++) { /* and those that waited for their own share come, too */
        answers(fd[i], 200);
        close(fd[i]);
    }
    answers(other, 200);
    close(other);
    assert_non_null(strchr(order, 'o'));
    end();
}

/* Far more than the kernel's buffers hold. */
static enum vg_err run_export(void *work, struct vg_job *job, void **worker)
{
    (void)work, (void)worker;
    static const char bytes[100000];
    enum vg_err err = VG_OK;
    for (int i = 0; i < 1000 && !err; i++)
        err = vg_job_hand_over(job, bytes, sizeof bytes);
    return err;
}

static bool handle_export(struct vg_request *rq)
{
    static const struct vg_job_kind kind = {.run = run_export, .free = free, .sends = true};
    struct vg_job *job = vg_request_job(rq);
    if (!job)
        return vg_job_ask(rq, threads, &kind, strdup(""));
    return vg_job_state(job) == VG_JOB_SENDS ? vg_reply_job(rq, "text/csv", NULL) : vg_reply_job_failed(rq, job);
}

/* Also behind a reverse proxy, where all have one address: who takes nothing loses the thread that others wait for. */
static void a_reader_that_takes_nothing_gives_way(void **state)
{
    (void)state;
    static const struct vg_route exports[] = {
        {VG_METHOD_GET, "/export", VG_PERMISSION_ANYONE, 0, {NULL, 0}, handle_export, "e", "", "text/csv", NULL}, {0}};
    struct vg_app app = {.routes = exports};
    struct vg_serve_options options = {.listen = "127.0.0.1:0", .stuck_s = VG_STUCK_GIVES_WAY};
    struct vg_job_rules rules = {.busy = "busy", .slow = "slow", .waiting = 3, .threads = 1};
    const char *why = "";
    int fd[2];
    assert_int_equal(vg_serve_new(&options, &app, &serve, &why), VG_OK);
    assert_int_equal(vg_job_queue_new(serve, &rules, &threads), VG_OK);
    transport_begin(serve);
    for (int i = 0; i < 2; i++) {
        fd[i] = http_connect(vg_serve_address(serve), 4096);
        http_write(fd[i], "GET /export HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
    int64_t begun_us = vg_clock_monotonic_us();
    for (int i = 0; i < 2; i++) {
        struct http h = {.fd = fd[i]};
        http_read_head(&h);
        assert_int_equal(h.status, 200);
    }
    assert_true(vg_clock_monotonic_us() - begun_us >= VG_SECOND_US / 2); /* not at once */
    assert_int_equal(counts_of(threads).limited, 1);
    for (int i = 0; i < 2; i++)
        close(fd[i]);
    vg_serve_stop(serve);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_floods_makes_room_for_another_address),
        cmocka_unit_test(equal_shares_drive_nobody_out),
        cmocka_unit_test(connections_of_one_address_take_turns),
        cmocka_unit_test(with_room_for_all_the_first_is_first),
        cmocka_unit_test(one_address_never_holds_all_threads),
        cmocka_unit_test(a_reader_that_takes_nothing_gives_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
