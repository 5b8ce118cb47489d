/* Jobs: who waits, who works, who is refused, and who has gone. */
#include <pthread.h>
#include <semaphore.h>
#include <sys/resource.h>

#include "serve/job.h"
#include "transport.h"

#define WAIT_US (2 * VG_SECOND_US)
#define SOON_US (VG_SECOND_US / 2) /* of the queue that waits less */
#define NICE    3
#define WORK_US (3 * VG_SECOND_US)

struct work {
    char text[64];
    uint64_t number;
};

static struct vg_serve *serve;
static const char *address;
static struct vg_job_queue *owners, *hasty, *threads, *exports;
static sem_t woken, go;
static atomic_int alive, runs;
static _Atomic enum vg_err result;
static atomic_bool gated; /* work waits for `go` */
static atomic_int own_made, own_freed, thread_nice;
static void (*while_it_works)(void); /* called once */

static void free_work(void *work)
{
    alive--;
    free(work);
}

/* Adds its number to the text; looks whether it is still wanted while it waits. */
static enum vg_err run(void *arg, struct vg_job *job, void **worker)
{
    struct work *w = arg;
    if (!*worker) {
        *worker = malloc(1);
        own_made++;
    }
    thread_nice = getpriority(PRIO_PROCESS, 0);
    runs++;
    if (while_it_works) {
        void (*call)(void) = while_it_works;
        while_it_works = NULL;
        call();
    }
    while (gated && sem_trywait(&go)) {
        enum vg_err err = vg_job_check(job);
        if (err)
            return err;
        usleep(1000);
    }
    snprintf(w->text + strlen(w->text), sizeof w->text - strlen(w->text), "%d", (int)w->number);
    w->number *= 2;
    return result;
}

/* Hands over more at once than a piece and libmicrohttpd's buffer hold. */
static enum vg_err run_export(void *arg, struct vg_job *job, void **worker)
{
    struct work *w = arg;
    enum { THOUSANDS = 150 };
    static char bytes[THOUSANDS * 1000];
    enum vg_err err = VG_OK;
    (void)worker;
    for (uint64_t i = 0; i < w->number && !err; i++) {
        uint64_t at = i % THOUSANDS;
        memset(bytes + at * 1000, 'a' + (int)(i % 26), 1000);
        if (at == THOUSANDS - 1 || i + 1 == w->number)
            err = vg_job_hand_over(job, bytes, (size_t)(at + 1) * 1000);
    }
    return err ? err : result;
}

static void free_own(void *own)
{
    free(own);
    own_freed++;
}

static const struct vg_job_kind kind = {run, free_work, false}, export_kind = {run_export, free_work, true};

static bool ask(struct vg_request *rq, struct vg_job_queue *queue, const struct vg_job_kind *how, uint64_t number)
{
    struct work *w = calloc(1, sizeof *w);
    w->number = number;
    alive++;
    return vg_job_ask(rq, queue, how, w);
}

static bool answer(struct vg_request *rq)
{
    struct vg_job *job = vg_request_job(rq);
    if (vg_job_state(job) != VG_JOB_DONE || vg_job_err(job) == VG_EOF)
        return vg_reply_job_failed(rq, job);
    if (vg_job_err(job))
        return vg_reply_error(rq, 500, "failed", vg_err_text(vg_job_err(job)));
    struct vg_out out = vg_out_growing(1000);
    vg_out_text(&out, ((struct work *)vg_job_work(job))->text);
    return vg_reply_text(rq, 200, "text/plain", &out, NULL);
}

static bool handle_owner(struct vg_request *rq)
{
    return vg_request_job(rq) ? answer(rq) : ask(rq, owners, &kind, 5);
}

static bool handle_hasty(struct vg_request *rq)
{
    return vg_request_job(rq) ? answer(rq) : ask(rq, hasty, &kind, 6);
}

/* Whatever became of the job is told by the transport. */
static bool handle_failed(struct vg_request *rq)
{
    struct vg_job *job = vg_request_job(rq);
    if (!job)
        return ask(rq, threads, &kind, 5);
    assert_ptr_equal(vg_job_kind_of(job), &kind);
    return vg_reply_job_failed(rq, job);
}

static bool handle_saved(struct vg_request *rq)
{
    return vg_request_job(rq) ? vg_reply_job(rq, "text/csv", "attachment; filename=\"a.csv\"")
                              : ask(rq, exports, &export_kind, 3);
}

static bool handle_thread(struct vg_request *rq)
{
    return vg_request_job(rq) ? answer(rq) : ask(rq, threads, &kind, 5);
}

/* First the owner, then, with the same work, a thread. */
static bool handle_both(struct vg_request *rq)
{
    if (!vg_request_job(rq))
        return ask(rq, owners, &kind, 5);
    if (((struct work *)vg_job_work(vg_request_job(rq)))->number > 10)
        return answer(rq);
    return vg_job_ask(rq, threads, &kind, vg_job_take(rq));
}

static bool handle_export(struct vg_request *rq)
{
    struct vg_job *job = vg_request_job(rq);
    if (!job)
        return ask(rq, exports, &export_kind, strtoull(vg_request_argument(rq), NULL, 10));
    enum vg_job_state state = vg_job_state(job);
    if (state == VG_JOB_SENDS || (state == VG_JOB_DONE && !vg_job_err(job)))
        return vg_reply_job(rq, "text/plain", NULL);
    return vg_reply_job_failed(rq, job);
}

#define ROUTE(path, handle)                                                                                            \
    {                                                                                                                  \
        VG_METHOD_GET, path, VG_PERMISSION_ANYONE, 0, {NULL, 0}, handle, "r", "", "text/plain", NULL                   \
    }

static const struct vg_route routes[] = {ROUTE("/owner", handle_owner),       ROUTE("/hasty", handle_hasty),
                                         ROUTE("/failed", handle_failed),     ROUTE("/saved", handle_saved),
                                         ROUTE("/thread", handle_thread),     ROUTE("/both", handle_both),
                                         ROUTE("/export/{n}", handle_export), {0}};

static void wake(void *arg)
{
    (void)arg;
    sem_post(&woken);
}

static int set_up(void **state)
{
    (void)state;
    sem_init(&woken, 0, 0);
    sem_init(&go, 0, 0);
    alive = runs = own_made = own_freed = 0;
    while_it_works = NULL;
    result = VG_OK;
    gated = false;
    serve = transport_new(routes, NULL, 0);
    struct vg_job_rules rules = {.busy = "the owner is busy",
                                 .slow = "the owner is slow",
                                 .waiting = 3,
                                 .wait_us = WAIT_US,
                                 .wake = wake,
                                 .free_worker = free_own};
    assert_int_equal(vg_job_queue_new(serve, &rules, &owners), VG_OK);
    rules.slow = "it has no time";
    rules.wait_us = SOON_US;
    assert_int_equal(vg_job_queue_new(serve, &rules, &hasty), VG_OK);
    rules = (struct vg_job_rules){.busy = "the threads are busy",
                                  .slow = "slow",
                                  .threads = 2,
                                  .waiting = 1,
                                  .work_us = WORK_US,
                                  .nice = NICE,
                                  .free_worker = free_own};
    assert_int_equal(vg_job_queue_new(serve, &rules, &threads), VG_OK);
    rules.waiting = 0;
    rules.work_us = 0;
    rules.threads = 1;
    assert_int_equal(vg_job_queue_new(serve, &rules, &exports), VG_OK);
    transport_begin(serve);
    address = vg_serve_address(serve);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    vg_serve_stop(serve);
    assert_int_equal(alive, 0); /* every work was freed, once */
    assert_int_equal(own_freed, own_made);
    sem_destroy(&woken);
    sem_destroy(&go);
    return 0;
}

static int send_get(const char *target)
{
    char text[128];
    int fd = http_connect(address, 0);
    snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", target);
    http_write(fd, text);
    return fd;
}

/* Reads the answer's status and, if it has a length, that it holds `part`. */
static void answers(int fd, int status, const char *part)
{
    struct http *h = calloc(1, sizeof *h);
    h->fd = fd;
    http_read_head(h);
    size_t len = 0;
    char body[1000];
    while (!h->chunked && len < h->length && len + 1 < sizeof body) {
        if (h->raw_pos == h->raw_len && !http_more(h))
            break;
        body[len++] = h->raw[h->raw_pos++];
    }
    body[len] = '\0';
    if (h->status != status || !strstr(body, part))
        fail_msg("%d %s; expected %d %s", h->status, body, status, part);
    http_close(h);
}

static struct vg_job_counts counts_of(struct vg_job_queue *queue)
{
    struct vg_job_counts counts;
    vg_job_counts(queue, &counts);
    return counts;
}

/* Until so many wait or work; fails after five seconds. */
static void wait_for(struct vg_job_queue *queue, unsigned waiting, unsigned working)
{
    struct vg_job_counts c;
    for (int i = 0; i < 5000; i++, usleep(1000)) {
        c = counts_of(queue);
        if (c.waiting == waiting && c.working == working)
            return;
    }
    fail_msg("%u wait and %u work", c.waiting, c.working);
}

static void the_owner_works_in_its_own_thread(void **state)
{
    (void)state;
    int fd = send_get("/owner");
    sem_wait(&woken);
    assert_int_equal(runs, 0);
    vg_job_queue_run(owners);
    assert_int_equal(runs, 1);
    answers(fd, 200, "5");
    assert_int_equal(counts_of(owners).asked, 1);
}

static void one_work_may_go_through_two_queues(void **state)
{
    (void)state;
    int fd = send_get("/both");
    sem_wait(&woken);
    vg_job_queue_run(owners);
    answers(fd, 200, "510"); /* both have written to it */
    assert_int_equal(counts_of(threads).asked, 1);
}

static void a_full_queue_refuses_at_once(void **state)
{
    (void)state;
    int fd[4];
    for (int i = 0; i < 3; i++) {
        fd[i] = send_get("/owner");
        sem_wait(&woken);
    }
    answers(send_get("/owner"), 503, "the owner is busy");
    assert_int_equal(counts_of(owners).refused, 1);
    assert_int_equal(counts_of(owners).waiting, 3);
    vg_job_queue_run(owners);
    for (int i = 0; i < 3; i++)
        answers(fd[i], 200, "5");
    gated = true;
    for (int i = 0; i < 3; i++)
        fd[i] = send_get("/thread");
    wait_for(threads, 1, 2); /* two work, one waits */
    answers(send_get("/thread"), 503, "the threads are busy");
    for (int i = 0; i < 3; i++)
        sem_post(&go);
    for (int i = 0; i < 3; i++)
        answers(fd[i], 200, "5");
}

static void who_waits_too_long_is_told_so(void **state)
{
    (void)state;
    int64_t begun_us = vg_clock_monotonic_us();
    answers(send_get("/owner"), 503, "the owner is slow");
    int64_t took_us = vg_clock_monotonic_us() - begun_us;
    assert_true(took_us > WAIT_US - 50000); /* who is never told runs into the test's own limit */
    assert_int_equal(counts_of(owners).overdue, 1);
    assert_int_equal(counts_of(owners).waiting, 0);
    vg_job_queue_run(owners); /* nothing is left of it */
    assert_int_equal(runs, 0);
}

static void work_that_takes_too_long_is_ended(void **state)
{
    (void)state;
    gated = true;
    answers(send_get("/thread"), 500, "limit");
    assert_int_equal(counts_of(threads).limited, 1);
}

static void a_failure_is_counted(void **state)
{
    (void)state;
    result = VG_CORRUPT;
    answers(send_get("/thread"), 500, "damaged");
    assert_int_equal(counts_of(threads).failed, 1);
    result = VG_NOT_FOUND; /* an answer, not a failure */
    answers(send_get("/thread"), 500, "not found");
    assert_int_equal(counts_of(threads).failed, 1);
}

static void nobody_works_for_who_has_gone(void **state)
{
    (void)state;
    int fd = send_get("/owner");
    sem_wait(&woken);
    close(fd);
    usleep(50000);
    vg_job_queue_run(owners);
    assert_int_equal(runs, 0);
    assert_int_equal(counts_of(owners).abandoned, 1);
    gated = true;
    fd = send_get("/thread");
    wait_for(threads, 0, 1);
    close(fd);
    wait_for(threads, 0, 0);
    assert_int_equal(counts_of(threads).abandoned, 1);
}

/* The longest waiting first, each in its own queue's time; who came later is not lost with who gave up. */
static void the_first_overdue_is_told_first(void **state)
{
    (void)state;
    int slow[2], fast[2];
    slow[0] = send_get("/owner");
    sem_wait(&woken);
    for (int i = 0; i < 2; i++) {
        fast[i] = send_get("/hasty");
        sem_wait(&woken);
    }
    slow[1] = send_get("/owner");
    sem_wait(&woken);
    int64_t begun_us = vg_clock_monotonic_us();
    for (int i = 0; i < 2; i++)
        answers(fast[i], 503, "it has no time");
    if (vg_clock_monotonic_us() - begun_us < WAIT_US - SOON_US) /* else the machine was too slow to tell */
        assert_int_equal(counts_of(owners).waiting, 2);
    assert_int_equal(counts_of(hasty).overdue, 2);
    fast[0] = send_get("/hasty"); /* the queue goes on */
    sem_wait(&woken);
    assert_int_equal(counts_of(hasty).waiting, 1);
    vg_job_queue_run(hasty);
    answers(fast[0], 200, "6");
    for (int i = 0; i < 2; i++)
        answers(slow[i], 503, "the owner is slow");
    assert_int_equal(counts_of(owners).overdue, 2);
    slow[0] = send_get("/owner");
    sem_wait(&woken);
    vg_job_queue_run(owners);
    answers(slow[0], 200, "5");
}

static int late;

static void one_more_comes(void)
{
    late = send_get("/owner");
    sem_wait(&woken);
}

/* Who keeps coming can't hold the owner: it does what waited when it began. */
static void the_owner_does_what_waits_and_no_more(void **state)
{
    (void)state;
    int fd[2];
    for (int i = 0; i < 2; i++) {
        fd[i] = send_get("/owner");
        sem_wait(&woken);
    }
    while_it_works = one_more_comes;
    vg_job_queue_run(owners);
    assert_int_equal(runs, 2);
    assert_int_equal(counts_of(owners).waiting, 1);
    assert_int_equal(counts_of(owners).working, 0);
    vg_job_queue_run(owners);
    assert_int_equal(runs, 3);
    vg_job_queue_run(owners); /* nothing waits */
    assert_int_equal(runs, 3);
    for (int i = 0; i < 2; i++)
        answers(fd[i], 200, "5");
    answers(late, 200, "5");
    assert_int_equal(counts_of(owners).asked, 3);
    assert_int_equal(own_made, 1); /* the owner's own was kept from job to job */
}

static void large_answers_give_way(void **state)
{
    (void)state;
    int usual = getpriority(PRIO_PROCESS, 0);
    answers(send_get("/thread"), 200, "5");
    assert_true(thread_nice == NICE || (usual > NICE && thread_nice == usual)); /* to be less nice is not for all */
    int fd = send_get("/owner");
    sem_wait(&woken);
    vg_job_queue_run(owners);
    answers(fd, 200, "5");
    assert_int_equal(thread_nice, usual);
    assert_int_equal(getpriority(PRIO_PROCESS, 0), usual);
}

/* 503 in every case; the sentence tells which. Time is counted as such, want of memory as a failure. */
static void what_ended_a_job_is_told(void **state)
{
    (void)state;
    static const struct {
        enum vg_err err;
        const char *part;
        unsigned limited, abandoned, failed;
    } rows[] = {{VG_NOMEM, "no_memory", 0, 0, 1},
                {VG_EOF, "the server is stopping", 0, 1, 1},
                {VG_LIMIT, "no_memory", 1, 1, 1},
                {VG_IO, "no_memory", 1, 1, 2}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        result = rows[i].err;
        answers(send_get("/failed"), 503, rows[i].part);
        struct vg_job_counts c = counts_of(threads);
        assert_int_equal(c.asked, i + 1);
        assert_int_equal(c.limited, rows[i].limited);
        assert_int_equal(c.abandoned, rows[i].abandoned);
        assert_int_equal(c.failed, rows[i].failed);
        assert_int_equal(c.refused + c.overdue + c.sent_bytes, 0);
    }
}

static struct http *open_export(const char *target, int receive_buffer)
{
    struct http *h = calloc(1, sizeof *h);
    http_open(h, address, "GET", target, "", receive_buffer);
    assert_int_equal(h->status, 200);
    return h;
}

static void pieces_arrive_in_their_order(void **state)
{
    (void)state;
    struct http *h = open_export("/export/3000", 0);
    char buf[5000];
    size_t len = 0, n;
    while ((n = http_read(h, buf, sizeof buf)))
        for (size_t i = 0; i < n; i++, len++)
            if (buf[i] != (char)('a' + len / 1000 % 26))
                fail_msg("byte %zu is %c", len, buf[i]);
    assert_int_equal(len, 3000000);
    assert_true(counts_of(exports).sent_bytes == 3000000);
    http_close(h);
    h = open_export("/export/0", 0); /* done before anything was handed over */
    assert_int_equal(http_read(h, buf, sizeof buf), 0);
    http_close(h);
}

static void an_export_ends_with_its_reader(void **state)
{
    (void)state;
    struct http *h = open_export("/export/1000000", 4096);
    answers(send_get("/export/1"), 503, "the threads are busy");
    http_close(h);
    wait_for(exports, 0, 0);
    assert_int_equal(counts_of(exports).abandoned, 1);
}

/* A client sees whether it has all: the mark of the end stands only behind what is whole. */
static void an_export_that_fails_has_no_end(void **state)
{
    (void)state;
    struct http *h = calloc(1, sizeof *h);
    char buf[4096], byte;
    result = VG_IO;
    http_open(h, address, "GET", "/export/300", "", 0);
    size_t len = 0;
    for (size_t n; (n = http_read(h, buf, sizeof buf)); len += n)
        assert_memory_equal(h->head, "HTTP/1.1 200", 12);
    assert_true(len <= 300000);
    assert_true(h->raw_len == h->raw_pos); /* no "0" chunk was there */
    assert_true(recv(h->fd, &byte, 1, 0) <= 0);
    http_close(h);
    wait_for(exports, 0, 0);
    assert_int_equal(counts_of(exports).failed, 1);
}

static void an_export_may_be_saved_under_a_name(void **state)
{
    (void)state;
    struct http *h = open_export("/saved", 0);
    char buf[5000];
    assert_string_equal(http_header(h, "Content-Type"), "text/csv");
    assert_string_equal(http_header(h, "Content-Disposition"), "attachment; filename=\"a.csv\"");
    assert_string_equal(http_header(h, "Cache-Control"), "no-store");
    size_t len = 0;
    for (size_t n; (n = http_read(h, buf, sizeof buf)); len += n)
        assert_true(buf[0] >= 'a' && buf[0] <= 'c');
    assert_int_equal(len, 3000);
    assert_int_equal(counts_of(exports).sent_bytes, 3000);
    http_close(h);
    h = open_export("/export/1", 0);
    assert_null(http_header(h, "Content-Disposition"));
    http_close(h);
}

/* Whoever waits, works or reads when the server stops gets an end, and the stop does not wait for them. */
static void stopping_ends_everything(void **state)
{
    int fd[3] = {send_get("/owner"), -1, -1};
    sem_wait(&woken);
    gated = true;
    fd[1] = send_get("/thread");
    wait_for(threads, 0, 1);
    struct http *h = open_export("/export/1000000", 4096);
    int64_t begun_us = vg_clock_monotonic_us();
    tear_down(state);
    assert_true(vg_clock_monotonic_us() - begun_us <
                20 * VG_SECOND_US); /* a fault waits for good; machines may be slow */
    close(fd[0]);
    close(fd[1]);
    http_close(h);
    set_up(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_owner_works_in_its_own_thread, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_work_may_go_through_two_queues, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_full_queue_refuses_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_waits_too_long_is_told_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(work_that_takes_too_long_is_ended, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_failure_is_counted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_works_for_who_has_gone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pieces_arrive_in_their_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_export_ends_with_its_reader, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_first_overdue_is_told_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_owner_does_what_waits_and_no_more, set_up, tear_down),
        cmocka_unit_test_setup_teardown(large_answers_give_way, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_ended_a_job_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_export_that_fails_has_no_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_export_may_be_saved_under_a_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(stopping_ends_everything, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
