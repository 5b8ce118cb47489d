/* The job queues: threads that read the archive, the jobs that wait for them, and the readers that wait for the jobs.
 */
#include <poll.h>
#include <stdlib.h>

#include "api/history.h"

enum { QUESTIONS, EXPORTS, QUEUES };

#define OUT_SIZE ((size_t)64 << 10) /* of the writer before a piece is handed over */

struct worker {
    struct vg_serve *serve;
    struct job_queue *queue;
    struct vg_store *store;
    struct vg_history_job *now; /* under lock */
    pthread_t thread;
    bool running;
    char out[OUT_SIZE];
};

struct job_queue {
    pthread_cond_t work;
    struct vg_history_job *first, **last; /* that wait; under lock */
    unsigned waiting, working, most_waiting;
    struct worker worker[VG_HISTORY_THREADS];
};

struct vg_history {
    char *dir;
    struct job_queue queue[QUEUES];
    struct vg_store_hour *hours; /* under lock, as of looked_us */
    size_t hour_count;
    int64_t looked_us;           /* monotonic; 0: never */
    struct vg_store_hour newest; /* the hour that newest_us was found in; under lock */
    int64_t newest_us;
    _Atomic uint64_t asked, refused, limited, failed, abandoned, damaged, rows, bytes;
};

/* ---- jobs ---- */

static void free_job(struct vg_history_job *job)
{
    vg_out_free(&job->out);
    pthread_cond_destroy(&job->taken);
    free(job->chunk);
    free(job);
}

void vg_history_let_go(struct vg_history_job *job)
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

enum vg_history_state vg_history_state(const struct vg_history_job *job)
{
    pthread_mutex_lock(&job->serve->lock);
    enum vg_history_state state = job->state;
    pthread_mutex_unlock(&job->serve->lock);
    return state;
}

struct vg_history_job *vg_history_ask(struct vg_request *rq, struct vg_history_job *job)
{
    struct vg_serve *s = rq->serve;
    struct vg_history *h = s->history;
    struct job_queue *queue = &h->queue[job->streamed ? EXPORTS : QUESTIONS];
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(rq->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    job->serve = s;
    job->fd = info ? info->connect_fd : -1;
    job->holders = 2;
    job->suspended = (struct vg_suspended){.connection = rq->connection, .suspended = true};
    pthread_cond_init(&job->taken, NULL);
    vg_count(&h->asked);
    pthread_mutex_lock(&s->lock);
    bool full = s->stopping || queue->waiting + queue->working >= queue->most_waiting + VG_HISTORY_THREADS;
    if (!full) {
        queue->waiting++;
        *queue->last = job;
        queue->last = &job->next;
        rq->history = job;
        MHD_suspend_connection(rq->connection);
        pthread_cond_signal(&queue->work);
    }
    pthread_mutex_unlock(&s->lock);
    if (!full)
        return job;
    vg_count(&h->refused);
    free_job(job);
    return NULL;
}

/* Under lock: the first that waits; NULL if none does. */
static struct vg_history_job *take_job(struct job_queue *queue)
{
    struct vg_history_job *job = queue->first;
    if (!job)
        return NULL;
    queue->first = job->next;
    if (!queue->first)
        queue->last = &queue->first;
    job->next = NULL;
    queue->waiting--;
    return job;
}

/* ---- is it still wanted? ---- */

static bool peer_gone(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLRDHUP};
    return fd >= 0 && poll(&p, 1, 0) == 1 && (p.revents & (POLLRDHUP | POLLHUP | POLLERR));
}

enum vg_err vg_history_check(struct vg_history_job *job)
{
    struct vg_serve *s = job->serve;
    if (vg_clock_monotonic_us() > job->deadline_us) {
        job->why = "this takes too long: ask for a smaller area or a shorter time";
        return VG_LIMIT;
    }
    pthread_mutex_lock(&s->lock);
    /* A suspended connection can't be closed by libmicrohttpd, so its socket is still this reader's. */
    bool gone = job->unwanted || s->stopping || (job->suspended.suspended && peer_gone(job->fd));
    pthread_mutex_unlock(&s->lock);
    return gone ? VG_EOF : VG_OK;
}

void vg_history_damage(struct vg_history_job *job)
{
    vg_count(&job->serve->history->damaged);
}

/* ---- what is sent as it is read ---- */

/* The writer's sink: waits until the reader took the piece before, then lays this one out. */
static enum vg_err hand_over(void *arg, const void *bytes, size_t len)
{
    struct vg_history_job *job = arg;
    struct vg_serve *s = job->serve;
    const char *from = bytes;
    enum vg_err err = VG_OK;
    pthread_mutex_lock(&s->lock);
    while (len && !err) {
        while (job->chunk_len && !job->unwanted && !s->stopping)
            pthread_cond_wait(&job->taken, &s->lock);
        if (job->unwanted || s->stopping) {
            err = VG_EOF;
            break;
        }
        size_t n = len < VG_HISTORY_CHUNK ? len : VG_HISTORY_CHUNK;
        memcpy(job->chunk, from, n);
        job->chunk_len = n;
        job->chunk_taken = 0;
        job->state = VG_HISTORY_SENDS;
        vg_suspended_resume(&job->suspended);
        from += n;
        len -= n;
    }
    pthread_mutex_unlock(&s->lock);
    return err;
}

ssize_t vg_history_send(void *arg, uint64_t position, char *buf, size_t max)
{
    (void)position;
    struct vg_history_job *job = arg;
    struct vg_serve *s = job->serve;
    ssize_t ret = 0;
    pthread_mutex_lock(&s->lock);
    size_t n = job->chunk_len - job->chunk_taken;
    if (n) {
        n = n < max ? n : max;
        memcpy(buf, job->chunk + job->chunk_taken, n);
        job->chunk_taken += n;
        if (job->chunk_taken == job->chunk_len) {
            job->chunk_len = job->chunk_taken = 0;
            pthread_cond_signal(&job->taken);
        }
        ret = (ssize_t)n;
    } else if (job->state == VG_HISTORY_DONE) {
        ret = job->err ? MHD_CONTENT_READER_END_WITH_ERROR : MHD_CONTENT_READER_END_OF_STREAM;
    } else if (s->stopping) {
        ret = MHD_CONTENT_READER_END_WITH_ERROR;
    } else {
        job->suspended.suspended = true;
        MHD_suspend_connection(job->suspended.connection);
    }
    pthread_mutex_unlock(&s->lock);
    if (ret > 0)
        atomic_fetch_add_explicit(&s->history->bytes, (uint64_t)ret, memory_order_relaxed);
    return ret;
}

/* ---- the threads ---- */

/* Makes the answer; nothing of it is seen by others yet, but for what is streamed. */
static enum vg_err work(struct worker *w, struct vg_history_job *job)
{
    struct vg_history *h = w->serve->history;
    enum vg_err err = VG_OK;
    job->deadline_us = vg_clock_monotonic_us() + (job->streamed ? VG_HISTORY_EXPORT_US : VG_HISTORY_US);
    err = vg_history_check(job); /* it may have waited */
    if (!err && !w->store)
        err = vg_store_reader_open(h->dir, &w->store);
    if (err == VG_NOT_FOUND && job->run == vg_run_summary)
        err = VG_OK; /* it says so */
    if (!err && !job->streamed)
        err = vg_history_tag(job, w->store);
    if (err || job->unchanged)
        return err;
    if (job->streamed) {
        job->out = vg_out_stream(w->out, sizeof w->out, hand_over, job);
        job->chunk = malloc(VG_HISTORY_CHUNK);
        if (!job->chunk)
            return VG_NOMEM;
    } else {
        job->out = vg_out_growing(VG_HISTORY_BODY);
    }
    err = job->run(job, w->store);
    if (!err && job->streamed)
        vg_out_flush(&job->out);
    if (!err)
        err = job->out.err;
    if (err == VG_LIMIT && !job->why)
        job->why = "the answer is too large: ask for a smaller area, a shorter time or a larger step";
    if (!err && !job->streamed && job->takes_gzip && job->out.len >= VG_GZIP_MIN)
        job->packed = vg_gzip(&job->out);
    return err;
}

static void count_end(struct vg_history *h, const struct vg_history_job *job, enum vg_err err)
{
    atomic_fetch_add_explicit(&h->rows, job->rows, memory_order_relaxed);
    if (err == VG_LIMIT)
        vg_count(&h->limited);
    else if (err == VG_EOF)
        vg_count(&h->abandoned);
    else if (err && err != VG_NOT_FOUND)
        vg_count(&h->failed);
}

static void *serve_queue(void *arg)
{
    struct worker *w = arg;
    struct job_queue *queue = w->queue;
    struct vg_serve *s = w->serve;
    pthread_mutex_lock(&s->lock);
    while (!s->stopping) {
        struct vg_history_job *job = take_job(queue);
        if (!job) {
            pthread_cond_wait(&queue->work, &s->lock);
            continue;
        }
        job->state = VG_HISTORY_WORKS;
        queue->working++;
        w->now = job;
        pthread_mutex_unlock(&s->lock);
        enum vg_err err = work(w, job);
        count_end(s->history, job, err);
        pthread_mutex_lock(&s->lock);
        w->now = NULL;
        queue->working--;
        job->err = err;
        job->state = VG_HISTORY_DONE;
        vg_suspended_resume(&job->suspended);
        bool last = --job->holders == 0;
        if (last) {
            pthread_mutex_unlock(&s->lock);
            free_job(job);
            pthread_mutex_lock(&s->lock);
        }
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

/* ---- life ---- */

static bool start_queue(struct vg_serve *s, struct job_queue *queue, unsigned most_waiting)
{
    queue->most_waiting = most_waiting;
    queue->last = &queue->first;
    pthread_cond_init(&queue->work, NULL);
    for (unsigned i = 0; i < VG_HISTORY_THREADS; i++) {
        struct worker *w = &queue->worker[i];
        w->serve = s;
        w->queue = queue;
        if (pthread_create(&w->thread, NULL, serve_queue, w))
            return false;
        w->running = true;
    }
    return true;
}

enum vg_err vg_history_start(struct vg_serve *s, const char *dir)
{
    struct vg_history *h = calloc(1, sizeof *h);
    if (!h)
        return VG_NOMEM;
    h->dir = strdup(dir);
    s->history = h;
    bool ok = h->dir && start_queue(s, &h->queue[QUESTIONS], VG_HISTORY_WAITING);
    return ok && start_queue(s, &h->queue[EXPORTS], 0) ? VG_OK : VG_NOMEM;
}

/* Under lock. What waits is answered with an error; who waits for what is made is woken. */
static void give_up(struct job_queue *queue)
{
    for (struct vg_history_job *job; queue->last && (job = take_job(queue));) {
        job->err = VG_EOF;
        job->state = VG_HISTORY_DONE;
        job->holders--; /* the request holds it: it is suspended */
        vg_suspended_resume(&job->suspended);
    }
    for (unsigned i = 0; i < VG_HISTORY_THREADS; i++)
        if (queue->worker[i].now) {
            pthread_cond_signal(&queue->worker[i].now->taken);
            if (queue->worker[i].now->state == VG_HISTORY_SENDS)
                vg_suspended_resume(&queue->worker[i].now->suspended);
        }
}

void vg_history_stop(struct vg_serve *s)
{
    struct vg_history *h = s->history;
    if (!h)
        return;
    pthread_mutex_lock(&s->lock);
    s->stopping = true;
    for (int d = 0; d < QUEUES; d++) {
        give_up(&h->queue[d]);
        if (h->queue[d].last)
            pthread_cond_broadcast(&h->queue[d].work);
    }
    pthread_mutex_unlock(&s->lock);
    for (int d = 0; d < QUEUES; d++)
        for (unsigned i = 0; i < VG_HISTORY_THREADS; i++)
            if (h->queue[d].worker[i].running)
                pthread_join(h->queue[d].worker[i].thread, NULL);
}

void vg_history_free(struct vg_history *h)
{
    if (!h)
        return;
    for (int d = 0; d < QUEUES; d++) {
        for (unsigned i = 0; i < VG_HISTORY_THREADS; i++)
            vg_store_reader_close(h->queue[d].worker[i].store);
        if (h->queue[d].last)
            pthread_cond_destroy(&h->queue[d].work);
    }
    free(h->hours);
    free(h->dir);
    free(h);
}

/* ---- what there is ---- */

static struct vg_store_hour *copy_hours(const struct vg_store_hour *hours, size_t count)
{
    struct vg_store_hour *copy = malloc((count ? count : 1) * sizeof *copy);
    if (copy && count)
        memcpy(copy, hours, count * sizeof *copy);
    return copy;
}

enum vg_err vg_history_hours(struct vg_history_job *job, struct vg_store *store, struct vg_store_hour **ret_hours,
                             size_t *ret_count)
{
    struct vg_serve *s = job->serve;
    struct vg_history *h = s->history;
    int64_t now_us = vg_clock_monotonic_us();
    struct vg_store_hour *copy = NULL;
    size_t count = 0;
    pthread_mutex_lock(&s->lock);
    bool fresh = h->looked_us && now_us - h->looked_us < VG_HISTORY_LOOK_US;
    if (fresh) {
        count = h->hour_count;
        copy = copy_hours(h->hours, count);
    }
    pthread_mutex_unlock(&s->lock);
    if (!fresh) {
        count = vg_store_hours(store, NULL, 0);
        copy = malloc((count ? count : 1) * sizeof *copy);
        size_t found = copy ? vg_store_hours(store, copy, count) : 0;
        count = found < count ? found : count;
        struct vg_store_hour *kept = copy ? copy_hours(copy, count) : NULL;
        pthread_mutex_lock(&s->lock);
        if (kept) {
            free(h->hours);
            h->hours = kept;
            h->hour_count = count;
            h->looked_us = now_us;
        }
        pthread_mutex_unlock(&s->lock);
    }
    if (!copy)
        return VG_NOMEM;
    *ret_hours = copy;
    *ret_count = count;
    return VG_OK;
}

bool vg_history_newest(struct vg_serve *s, const struct vg_store_hour *hour, int64_t *ret_time_us)
{
    struct vg_history *h = s->history;
    pthread_mutex_lock(&s->lock);
    bool known = h->newest.parts == hour->parts && h->newest.bytes == hour->bytes && h->newest.from_us == hour->from_us;
    if (known)
        *ret_time_us = h->newest_us;
    pthread_mutex_unlock(&s->lock);
    return known;
}

void vg_history_set_newest(struct vg_serve *s, const struct vg_store_hour *hour, int64_t time_us)
{
    pthread_mutex_lock(&s->lock);
    s->history->newest = *hour;
    s->history->newest_us = time_us;
    pthread_mutex_unlock(&s->lock);
}

void vg_history_metrics(struct vg_out *out, struct vg_serve *s)
{
    struct vg_history *h = s->history;
    if (!h)
        return;
    pthread_mutex_lock(&s->lock);
    unsigned waiting = h->queue[QUESTIONS].waiting, working = h->queue[QUESTIONS].working;
    unsigned exports = h->queue[EXPORTS].working;
    pthread_mutex_unlock(&s->lock);
    const struct {
        const char *name, *type, *help;
        uint64_t value;
    } rows[] = {
        {"history_waiting", "gauge", "Questions to the archive that wait.", waiting},
        {"history_working", "gauge", "Questions to the archive at work.", working},
        {"history_exports", "gauge", "Exports being sent.", exports},
        {"history_asked_total", "counter", "Questions to the archive and exports.", h->asked},
        {"history_refused_total", "counter", "Of these, answered 503: too many at once.", h->refused},
        {"history_limited_total", "counter", "Of these, ended at a limit of rows, bytes or time.", h->limited},
        {"history_failed_total", "counter", "Of these, ended because the archive could not be read.", h->failed},
        {"history_abandoned_total", "counter", "Of these, ended because the reader went.", h->abandoned},
        {"history_damaged_total", "counter", "Parts of the archive passed over because they can't be read.",
         h->damaged},
        {"history_rows_total", "counter", "Rows of the archive that were taken.", h->rows},
        {"history_export_bytes_total", "counter", "Bytes of exports sent.", h->bytes},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        vg_out_printf(out, "# HELP vigia_%s %s\n# TYPE vigia_%s %s\nvigia_%s %llu\n", rows[i].name, rows[i].help,
                      rows[i].name, rows[i].type, rows[i].name, (unsigned long long)rows[i].value);
}
