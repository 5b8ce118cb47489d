/* Queues of jobs: who waits, who works, and who has gone. See job.h. */
#include "serve/job.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "base/thread.h"
#include "serve/job_inner.h"

#define PIECE ((size_t)128 << 10) /* handed over at once */

/* ---- a job ---- */

static void free_job(struct vg_job *job)
{
    if (job->work)
        job->kind->free(job->work);
    struct vg_serve *s = job->serve;
    pthread_mutex_lock(&s->lock);
    vg_peer_let_go(s, job->peer);
    pthread_mutex_unlock(&s->lock);
    pthread_cond_destroy(&job->taken);
    free(job->piece);
    free(job);
}

static void let_go(struct vg_job *job)
{
    struct vg_serve *s = job->serve;
    pthread_mutex_lock(&s->lock);
    job->unwanted = true;
    pthread_cond_signal(&job->taken);
    bool last = --job->holders == 0;
    pthread_mutex_unlock(&s->lock);
    if (last)
        free_job(job);
}

static struct vg_job *new_job(struct vg_request *rq, struct vg_job_queue *queue, const struct vg_job_kind *kind,
                              void *work)
{
    struct vg_job *job = calloc(1, sizeof *job);
    if (!job)
        return NULL;
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(rq->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    int64_t wait_us = queue->rules.wait_us;
    *job = (struct vg_job){.serve = rq->serve, .queue = queue, .kind = kind, .work = work, .askers = 1, .holders = 2};
    job->fd = info ? info->connect_fd : -1;
    job->overdue_us = wait_us ? vg_clock_monotonic_us() + wait_us : INT64_MAX;
    job->asker = (struct vg_suspended){.connection = rq->connection, .worker = rq->of->worker};
    job->of = rq->of;
    job->peer = rq->of->peer;
    pthread_mutex_lock(&rq->serve->lock);
    job->peer->holders++;
    pthread_mutex_unlock(&rq->serve->lock);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&job->taken, &attr);
    pthread_condattr_destroy(&attr);
    return job;
}

static void give_up(struct vg_job_queue *queue, struct vg_job *job, enum vg_job_state state);

/* Under lock. False: the queue is full, or the server stops. */
static bool enqueue(struct vg_job_queue *queue, struct vg_job *job)
{
    struct vg_serve *s = queue->serve;
    struct vg_job *out;
    if (s->stopping || !vg_job_finds_place(queue, job, &out))
        return false;
    if (out) {
        vg_count(&queue->displaced);
        out->of->turn = ++s->turns; /* to be refused is a turn, too: who asks again at once doesn't come first */
        give_up(queue, out, VG_JOB_DISPLACED);
    }
    queue->waiting++;
    *queue->last = job;
    queue->last = &job->next;
    vg_suspend(&job->asker);
    pthread_cond_signal(&queue->work);
    if (job->overdue_us != INT64_MAX)
        pthread_cond_signal(&s->watch);
    return true;
}

bool vg_job_ask(struct vg_request *rq, struct vg_job_queue *queue, const struct vg_job_kind *kind, void *work)
{
    return vg_job_ask_same(rq, queue, kind, work, NULL);
}

bool vg_job_ask_same(struct vg_request *rq, struct vg_job_queue *queue, const struct vg_job_kind *kind, void *work,
                     const struct vg_job_same *same)
{
    struct vg_serve *s = rq->serve;
    struct vg_job *job = new_job(rq, queue, kind, work), *other;
    if (!job) {
        kind->free(work);
        return vg_reply_no_memory(rq);
    }
    vg_job_done_with(rq); /* the stage before */
    vg_count(&queue->asked);
    if (same)
        job->same = (struct vg_job_same){same->key, same->len, 0};
    pthread_mutex_lock(&s->lock);
    other = same && !s->stopping ? vg_job_find_same(queue, kind, same) : NULL;
    if (other)
        vg_job_join(rq, other);
    bool taken = !other && enqueue(queue, job);
    if (taken)
        rq->job = job;
    else if (!other)
        rq->of->turn = ++s->turns;
    pthread_mutex_unlock(&s->lock);
    if (other) {
        vg_count(&queue->joined);
        free_job(job);
        return true;
    }
    if (taken) {
        if (queue->rules.wake)
            queue->rules.wake(queue->rules.wake_arg);
        return true;
    }
    vg_count(&queue->refused);
    free_job(job);
    return vg_reply_error(rq, 503, "busy", queue->rules.busy);
}

void vg_job_set_version(struct vg_job *job, uint64_t version)
{
    pthread_mutex_lock(&job->serve->lock);
    job->same.version = version;
    pthread_mutex_unlock(&job->serve->lock);
}

struct vg_job *vg_request_job(const struct vg_request *rq)
{
    return rq->job;
}

enum vg_job_state vg_job_state(const struct vg_job *job)
{
    pthread_mutex_lock(&job->serve->lock);
    enum vg_job_state state = job->state;
    pthread_mutex_unlock(&job->serve->lock);
    return state;
}

enum vg_err vg_job_err(const struct vg_job *job)
{
    return job->err;
}

void *vg_job_work(const struct vg_job *job)
{
    return job->work;
}

const struct vg_job_kind *vg_job_kind_of(const struct vg_job *job)
{
    return job->kind;
}

void vg_job_done_with(struct vg_request *rq)
{
    struct vg_job *job = rq->job;
    if (!job)
        return;
    pthread_mutex_lock(&rq->serve->lock);
    bool others = job->askers > 1;
    if (others)
        vg_job_leave(rq, job);
    else if (rq->is_joined) { /* alone now; the list is nobody's any more */
        job->joined = NULL;
        rq->is_joined = false;
    }
    pthread_mutex_unlock(&rq->serve->lock);
    if (!others)
        let_go(job);
    rq->job = NULL;
}

void *vg_job_take(struct vg_request *rq)
{
    void *work = rq->job->work;
    rq->job->work = NULL;
    vg_job_done_with(rq);
    return work;
}

bool vg_reply_job_failed(struct vg_request *rq, const struct vg_job *job)
{
    enum vg_job_state state = vg_job_state(job);
    if (state == VG_JOB_DISPLACED || state == VG_JOB_CROWDED)
        return vg_reply_error(rq, 503, "busy", job->queue->rules.busy);
    if (state == VG_JOB_OVERDUE)
        return vg_reply_error(rq, 503, "busy", job->queue->rules.slow);
    if (state == VG_JOB_STOPPED || job->err == VG_EOF)
        return vg_reply_error(rq, 503, "stopping", "the server is stopping");
    return vg_reply_no_memory(rq);
}

/* ---- is it still wanted? ---- */

static bool peer_gone(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLRDHUP};
    return fd >= 0 && poll(&p, 1, 0) == 1 && (p.revents & (POLLRDHUP | POLLHUP | POLLERR));
}

enum vg_err vg_job_check(struct vg_job *job)
{
    struct vg_serve *s = job->serve;
    if (job->deadline_us && vg_clock_monotonic_us() > job->deadline_us)
        return VG_LIMIT;
    pthread_mutex_lock(&s->lock);
    /* A suspended connection can't be closed by libmicrohttpd, so its socket is still this reader's. */
    bool gone = job->unwanted || s->stopping || (job->askers == 1 && job->asker.suspended && peer_gone(job->fd));
    pthread_mutex_unlock(&s->lock);
    return gone ? VG_EOF : VG_OK;
}

/* Under lock: of those who ask, what the address has on its way that has the least. */
static size_t least_sending(const struct vg_job *job)
{
    size_t least = job->peer->sending;
    for (const struct vg_request *rq = job->joined; rq; rq = rq->joined_next)
        if (rq->of->peer->sending < least)
            least = rq->of->peer->sending;
    return least;
}

bool vg_job_reserve(struct vg_job *job, size_t bytes)
{
    struct vg_serve *s = job->serve;
    pthread_mutex_lock(&s->lock);
    bool has_share = vg_bodies_have_share(s, least_sending(job), bytes);
    job->crowded = !has_share || !vg_bodies_reserve(s, bytes); /* which counts by itself */
    bool crowded = job->crowded;
    pthread_mutex_unlock(&s->lock);
    if (!has_share)
        vg_count(&s->busy);
    return !crowded;
}

/* ---- what is sent while it is made ---- */

/*
 * Under lock: waits until the piece before was taken. A reader that takes nothing at all has a limit of time, a shorter
 * one while others wait for its thread.
 */
static enum vg_err await_taken(struct vg_job *job)
{
    struct vg_serve *s = job->serve;
    int64_t stuck_us = s->stuck_s * VG_SECOND_US, now_us = vg_clock_monotonic_us(), since_us = now_us;
    size_t taken = job->piece_taken;
    while (job->piece_len && !job->unwanted && !s->stopping) {
        int64_t look_us = now_us + stuck_us / VG_STUCK_GIVES_WAY;
        struct timespec at = {.tv_sec = look_us / VG_SECOND_US, .tv_nsec = look_us % VG_SECOND_US * 1000};
        pthread_cond_timedwait(&job->taken, &s->lock, &at);
        now_us = vg_clock_monotonic_us();
        if (job->piece_taken != taken) {
            taken = job->piece_taken;
            since_us = now_us;
        }
        if (now_us - since_us >= (job->queue->waiting ? stuck_us / VG_STUCK_GIVES_WAY : stuck_us) ||
            (job->deadline_us && now_us >= job->deadline_us))
            return job->piece_len ? VG_LIMIT : VG_OK;
    }
    return job->unwanted || s->stopping ? VG_EOF : VG_OK;
}

enum vg_err vg_job_hand_over(void *arg, const void *bytes, size_t len)
{
    struct vg_job *job = arg;
    struct vg_serve *s = job->serve;
    const char *from = bytes;
    enum vg_err err = VG_OK;
    if (!job->piece && !(job->piece = malloc(PIECE)))
        return VG_NOMEM;
    pthread_mutex_lock(&s->lock);
    while (len && !err) {
        err = await_taken(job);
        if (err)
            break;
        size_t n = len < PIECE ? len : PIECE;
        memcpy(job->piece, from, n);
        job->piece_len = n;
        job->piece_taken = 0;
        job->state = VG_JOB_SENDS;
        vg_suspended_resume(&job->asker);
        from += n;
        len -= n;
    }
    pthread_mutex_unlock(&s->lock);
    return err;
}

/* libmicrohttpd wants bytes of the piece that is there, or waits for the next. */
static ssize_t send_piece(void *arg, uint64_t position, char *buf, size_t max)
{
    (void)position;
    struct vg_job *job = arg;
    struct vg_serve *s = job->serve;
    ssize_t ret = 0;
    pthread_mutex_lock(&s->lock);
    size_t n = job->piece_len - job->piece_taken;
    if (job->unwanted) {
        ret = MHD_CONTENT_READER_END_WITH_ERROR;
    } else if (n) {
        n = n < max ? n : max;
        memcpy(buf, job->piece + job->piece_taken, n);
        job->piece_taken += n;
        if (job->piece_taken == job->piece_len) {
            job->piece_len = job->piece_taken = 0;
            pthread_cond_signal(&job->taken);
        }
        ret = (ssize_t)n;
    } else if (job->state == VG_JOB_DONE) {
        ret = job->err ? MHD_CONTENT_READER_END_WITH_ERROR : MHD_CONTENT_READER_END_OF_STREAM;
    } else if (s->stopping) {
        ret = MHD_CONTENT_READER_END_WITH_ERROR;
    } else {
        vg_suspend(&job->asker);
    }
    pthread_mutex_unlock(&s->lock);
    if (ret > 0)
        atomic_fetch_add_explicit(&job->queue->sent_bytes, (uint64_t)ret, memory_order_relaxed);
    return ret;
}

static void let_go_of(void *job)
{
    let_go(job);
}

bool vg_reply_job(struct vg_request *rq, const char *type, const char *disposition)
{
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, VG_FLOW_BLOCK, send_piece, rq->job, let_go_of);
    if (!response)
        return vg_reply_nothing(rq);
    rq->sending = rq->job;
    rq->job = NULL; /* the response holds it now */
    rq->endless = true;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    if (disposition)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_DISPOSITION, disposition);
    vg_reply_add_number(rq, response);
    return vg_reply_send(rq, 200, response);
}

/* ---- those who work ---- */

static void count_end(struct vg_job_queue *queue, enum vg_err err)
{
    if (err == VG_LIMIT)
        vg_count(&queue->limited);
    else if (err == VG_EOF)
        vg_count(&queue->abandoned);
    else if (err && err != VG_NOT_FOUND)
        vg_count(&queue->failed);
}

/* Under lock, which is open while it works. */
static void work_on(struct vg_job_worker *w, struct vg_job *job)
{
    struct vg_job_queue *queue = w->queue;
    struct vg_serve *s = queue->serve;
    job->state = VG_JOB_WORKS;
    queue->working++;
    w->now = job;
    pthread_mutex_unlock(&s->lock);
    job->deadline_us = queue->rules.work_us ? vg_clock_monotonic_us() + queue->rules.work_us : 0;
    enum vg_err err = vg_job_check(job); /* it may have waited */
    if (!err)
        err = job->kind->run(job->work, job, &w->own);
    count_end(queue, err);
    pthread_mutex_lock(&s->lock);
    w->now = NULL;
    queue->working--;
    if (queue->waiting) /* one that waits for a thread of its share may work now */
        pthread_cond_signal(&queue->work);
    job->err = err;
    job->state = job->crowded ? VG_JOB_CROWDED : VG_JOB_DONE;
    vg_job_resume_askers(job);
    if (--job->holders)
        return;
    pthread_mutex_unlock(&s->lock);
    free_job(job);
    pthread_mutex_lock(&s->lock);
}

static void *serve_queue(void *arg)
{
    struct vg_job_worker *w = arg;
    struct vg_serve *s = w->queue->serve;
    if (w->queue->rules.nice) /* of this thread only; if it is not to be had, it is not */
        setpriority(PRIO_PROCESS, 0, w->queue->rules.nice);
    pthread_mutex_lock(&s->lock);
    while (!s->stopping) {
        struct vg_job *job = vg_job_take_turn(w->queue);
        if (job)
            work_on(w, job);
        else
            pthread_cond_wait(&w->queue->work, &s->lock);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

void vg_job_queue_run(struct vg_job_queue *queue)
{
    pthread_mutex_lock(&queue->serve->lock);
    unsigned left = queue->waiting; /* who comes meanwhile wakes the owner again: its own work isn't kept waiting */
    for (struct vg_job *job; left && (job = vg_job_take_turn(queue)); left--)
        work_on(queue->worker, job);
    pthread_mutex_unlock(&queue->serve->lock);
}

/* ---- life ---- */

enum vg_err vg_job_queue_new(struct vg_serve *s, const struct vg_job_rules *rules, struct vg_job_queue **ret)
{
    unsigned workers = rules->threads ? rules->threads : 1;
    struct vg_job_queue *queue = calloc(1, sizeof *queue + workers * sizeof *queue->worker);
    if (!queue)
        return VG_NOMEM;
    queue->serve = s;
    queue->rules = *rules;
    queue->last = &queue->first;
    pthread_cond_init(&queue->work, NULL);
    for (unsigned i = 0; i < workers; i++)
        queue->worker[i].queue = queue;
    queue->next = s->queues;
    s->queues = queue; /* from here on the server stops and frees it */
    for (unsigned i = 0; i < rules->threads; i++) {
        if (vg_thread_start(&queue->worker[i].thread, serve_queue, &queue->worker[i]))
            return VG_NOMEM;
        queue->worker[i].running = true;
    }
    *ret = queue;
    return VG_OK;
}

/* Under lock: what waits gets no answer. */
static void give_up(struct vg_job_queue *queue, struct vg_job *job, enum vg_job_state state)
{
    vg_job_unlink(queue, job);
    job->state = state;
    job->holders--; /* the requests hold it: they are suspended */
    vg_job_resume_askers(job);
}

void vg_job_gone(struct vg_request *rq)
{
    struct vg_job *job = rq->job ? rq->job : rq->sending;
    if (!job)
        return;
    if (job->askers > 1) {
        vg_job_leave(rq, job);
        return;
    }
    if (job->state == VG_JOB_WAITS) {
        vg_count(&job->queue->abandoned);
        give_up(job->queue, job, VG_JOB_STOPPED);
        return;
    }
    job->unwanted = true;
    pthread_cond_signal(&job->taken);
    vg_job_resume_askers(job);
}

/* A queue's jobs wait equally long: the first is overdue first. One that is at work is not given up. */
int64_t vg_jobs_overdue(struct vg_serve *s, int64_t now_us)
{
    int64_t next_us = INT64_MAX;
    for (struct vg_job_queue *queue = s->queues; queue; queue = queue->next) {
        while (queue->first && queue->first->overdue_us <= now_us) {
            vg_count(&queue->overdue);
            give_up(queue, queue->first, VG_JOB_OVERDUE);
        }
        if (queue->first && queue->first->overdue_us < next_us)
            next_us = queue->first->overdue_us;
    }
    return next_us;
}

/* Under lock, stopping: nobody waits any more. */
static void stop_queue(struct vg_job_queue *queue)
{
    while (queue->first)
        give_up(queue, queue->first, VG_JOB_STOPPED);
    for (unsigned i = 0; i < queue->rules.threads; i++) {
        struct vg_job *now = queue->worker[i].now;
        if (!now)
            continue;
        pthread_cond_signal(&now->taken);
        if (now->state == VG_JOB_SENDS)
            vg_suspended_resume(&now->asker);
    }
    pthread_cond_broadcast(&queue->work);
}

void vg_jobs_stop(struct vg_serve *s)
{
    pthread_mutex_lock(&s->lock);
    for (struct vg_job_queue *queue = s->queues; queue; queue = queue->next)
        stop_queue(queue);
    pthread_mutex_unlock(&s->lock);
    for (struct vg_job_queue *queue = s->queues; queue; queue = queue->next)
        for (unsigned i = 0; i < queue->rules.threads; i++)
            if (queue->worker[i].running)
                pthread_join(queue->worker[i].thread, NULL);
}

void vg_jobs_free(struct vg_serve *s)
{
    for (struct vg_job_queue *queue = s->queues, *next; queue; queue = next) {
        next = queue->next;
        unsigned workers = queue->rules.threads ? queue->rules.threads : 1;
        for (unsigned i = 0; i < workers && queue->rules.free_worker; i++)
            if (queue->worker[i].own)
                queue->rules.free_worker(queue->worker[i].own);
        pthread_cond_destroy(&queue->work);
        free(queue);
    }
}

void vg_job_counts(struct vg_job_queue *queue, struct vg_job_counts *ret)
{
    pthread_mutex_lock(&queue->serve->lock);
    *ret = (struct vg_job_counts){.waiting = queue->waiting, .working = queue->working};
    pthread_mutex_unlock(&queue->serve->lock);
    ret->asked = queue->asked;
    ret->refused = queue->refused;
    ret->displaced = queue->displaced;
    ret->joined = queue->joined;
    ret->overdue = queue->overdue;
    ret->limited = queue->limited;
    ret->failed = queue->failed;
    ret->abandoned = queue->abandoned;
    ret->sent_bytes = queue->sent_bytes;
}
