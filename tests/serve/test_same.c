/* Several who ask the same: one work, one copy of the bytes. */
#include <semaphore.h>

#include "serve/inner.h"
#include "transport.h"

#define MANY 20

static struct vg_serve *serve;
static struct vg_job_queue *queue;
static sem_t go;
static atomic_int runs, freed, told; /* told: runs that have told their version */
static _Atomic uint64_t version;

struct work {
    struct vg_shared *shared;
    char key[8];
};

static void free_work(void *arg)
{
    struct work *w = arg;
    vg_shared_let_go(w->shared);
    free(w);
    freed++;
}

static enum vg_err run(void *arg, struct vg_job *job, void **worker)
{
    (void)worker;
    struct work *w = arg;
    runs++;
    vg_job_set_version(job, version);
    told++;
    while (sem_trywait(&go)) {
        enum vg_err err = vg_job_check(job);
        if (err)
            return err;
        usleep(1000);
    }
    struct vg_out out = vg_out_growing(1 << 20);
    for (int i = 0; i < 50000; i++)
        vg_out_text(&out, w->key);
    w->shared = vg_shared_new(serve, &out);
    return VG_OK;
}

static const struct vg_job_kind kind = {.run = run, .free = free_work};

static bool handle(struct vg_request *rq)
{
    struct vg_job *job = vg_request_job(rq);
    if (job && vg_job_state(job) == VG_JOB_DONE && !vg_job_err(job))
        return vg_reply_shared(rq, "text/plain", ((struct work *)vg_job_work(job))->shared, false, NULL);
    if (job)
        return vg_reply_job_failed(rq, job);
    struct work *w = calloc(1, sizeof *w);
    snprintf(w->key, sizeof w->key, "%s", vg_request_argument(rq));
    struct vg_job_same same = {w->key, strlen(w->key), version};
    return vg_job_ask_same(rq, queue, &kind, w, &same);
}

static const struct vg_route routes[] = {
    {VG_METHOD_GET, "/same/{n}", VG_PERMISSION_ANYONE, 0, {NULL, 0}, handle, "s", "", "text/plain", NULL}, {0}};

static int set_up(void **state)
{
    (void)state;
    sem_init(&go, 0, 0);
    runs = freed = told = 0;
    version = 1;
    serve = transport_new(routes, NULL, 0);
    struct vg_job_rules rules = {.busy = "busy", .slow = "slow", .threads = 1, .waiting = 4};
    assert_int_equal(vg_job_queue_new(serve, &rules, &queue), VG_OK);
    transport_begin(serve);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    vg_serve_stop(serve);
    sem_destroy(&go);
    return 0;
}

static int ask(const char *key)
{
    char text[100];
    int fd = http_connect(vg_serve_address(serve), 0);
    snprintf(text, sizeof text, "GET /same/%s HTTP/1.1\r\nHost: localhost\r\n\r\n", key);
    http_write(fd, text);
    return fd;
}

static struct vg_job_counts counts(void)
{
    struct vg_job_counts c;
    vg_job_counts(queue, &c);
    return c;
}

/* Until so many work, wait and have joined. */
static void becomes(unsigned working, unsigned waiting, unsigned joined)
{
    struct vg_job_counts c = {0};
    for (int i = 0; i < 5000; i++, usleep(1000)) {
        c = counts();
        if (c.working == working && c.waiting == waiting && c.joined == joined)
            return;
    }
    fail_msg("%u work, %u wait, %u joined", c.working, c.waiting, (unsigned)c.joined);
}

/* Until so many works have told their version: from then on others may join them. */
static void is_at_work(int works)
{
    for (int i = 0; i < 5000 && told < works; i++)
        usleep(1000);
    assert_int_equal(told, works);
}

static void receives(int fd, char first)
{
    struct http *h = calloc(1, sizeof *h);
    h->fd = fd;
    http_read_head(h);
    assert_int_equal(h->status, 200);
    size_t len = 0;
    while (len < h->length) {
        if (h->raw_pos == h->raw_len)
            assert_true(http_more(h));
        assert_int_equal(h->raw[h->raw_pos], first);
        len += h->raw_len - h->raw_pos;
        h->raw_pos = h->raw_len;
    }
    http_close(h);
}

static void who_asks_the_same_gets_the_same_bytes(void **state)
{
    (void)state;
    int fd[MANY];
    for (int i = 0; i < MANY; i++) {
        fd[i] = ask("aaaa");
        is_at_work(1);
    }
    becomes(1, 0, MANY - 1);
    int other = ask("bbbb");
    becomes(1, 1, MANY - 1);
    sem_post(&go);
    sem_post(&go);
    for (int i = 0; i < MANY; i++)
        receives(fd[i], 'a');
    receives(other, 'b');
    assert_int_equal(runs, 2);
    for (int i = 0; i < 5000 && transport_metric(serve, "http_body_bytes"); i++)
        usleep(1000);
    assert_int_equal(transport_metric(serve, "http_body_bytes"), 0);
}

/* Work that has begun is of the data as it was: who comes behind a newer version waits for one work more. */
static void newer_data_are_another_work(void **state)
{
    (void)state;
    int old = ask("aaaa"), fd[4];
    is_at_work(1);
    version = 2;
    for (int i = 0; i < 4; i++)
        fd[i] = ask("aaaa");
    becomes(1, 1, 3);
    sem_post(&go);
    receives(old, 'a');
    becomes(1, 0, 3);
    sem_post(&go);
    for (int i = 0; i < 4; i++)
        receives(fd[i], 'a');
    assert_int_equal(runs, 2);
}

/* The work goes on as long as one is left, whoever was first; it ends with the last. */
static void it_ends_with_the_last_who_wants_it(void **state)
{
    (void)state;
    for (int at_work = 0; at_work < 2; at_work++) {
        int before = runs, joined = (int)counts().joined;
        int holder = at_work ? -1 : ask("hhhh"), fd[3];
        if (!at_work)
            becomes(1, 0, (unsigned)joined);
        for (int i = 0; i < 3; i++) {
            fd[i] = ask("aaaa");
            becomes(1, !at_work, (unsigned)(joined + i)); /* one after another: fd[0] is the first */
            if (at_work)
                is_at_work(before + 1);
        }
        uint64_t gone = transport_metric(serve, "http_gone_total");
        close(fd[0]);
        close(fd[2]);
        for (int i = 0; i < 5000 && transport_metric(serve, "http_gone_total") != gone + 2; i++)
            usleep(1000);
        becomes(1, !at_work, (unsigned)joined + 2);
        if (!at_work) {
            sem_post(&go);
            receives(holder, 'h');
        }
        sem_post(&go);
        receives(fd[1], 'a');
        assert_int_equal(runs, before + 2 - at_work);
    }
    int before = runs, fd[2] = {ask("aaaa"), -1};
    is_at_work(before + 1);
    fd[1] = ask("aaaa");
    becomes(1, 0, 5);
    close(fd[0]);
    close(fd[1]);
    becomes(0, 0, 5);
    for (int i = 0; i < 5000 && (uint64_t)freed != counts().asked; i++)
        usleep(1000);
    assert_int_equal(counts().abandoned, 1);
}

static void all_who_wait_hear_that_the_server_stops(void **state)
{
    int fd[4];
    for (int i = 0; i < 4; i++) {
        fd[i] = ask("aaaa");
        is_at_work(1);
    }
    becomes(1, 0, 3);
    tear_down(state);
    for (int i = 0; i < 4; i++)
        close(fd[i]);
    assert_int_equal(runs, 1);
    set_up(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_asks_the_same_gets_the_same_bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(newer_data_are_another_work, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_ends_with_the_last_who_wants_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(all_who_wait_hear_that_the_server_stops, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
