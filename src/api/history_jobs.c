/* Questions to the archive as jobs: their queues, what a worker does, and what is known of the archive as a whole. */
#include <stdlib.h>
#include <string.h>

#include "api/history.h"
#include "serve/metrics.h"

#define OUT_SIZE ((size_t)64 << 10) /* of an export before a piece is handed over */
#define BUSY     "too many questions to the archive at once: try again soon"

struct vg_history {
    char *dir;
    struct vg_job_queue *questions, *exports;
    pthread_mutex_t lock;
    struct vg_store_hour *hours; /* under lock, as of looked_us */
    size_t hour_count;
    int64_t looked_us;           /* monotonic; 0: never */
    struct vg_store_hour newest; /* the hour that newest_us was found in; under lock */
    int64_t newest_us;
    _Atomic uint64_t damaged, rows;
};

/* ---- the worker's side ---- */

static void free_job(void *arg)
{
    struct vg_history_job *job = arg;
    vg_out_free(&job->out);
    free(job);
}

enum vg_err vg_history_check(struct vg_history_job *job)
{
    enum vg_err err = vg_job_check(job->job);
    if (err == VG_LIMIT)
        job->why = "this takes too long: ask for a smaller area or a shorter time";
    return err;
}

void vg_history_damage(struct vg_history_job *job)
{
    vg_count(&job->api->history->damaged);
}

/* The whole answer, within a bound. */
static enum vg_err make_answer(struct vg_history_job *job, struct vg_store *store)
{
    job->out = vg_out_growing(VG_HISTORY_BODY);
    enum vg_err err = job->run(job, store);
    if (!err)
        err = job->out.err;
    if (!err && job->takes_gzip && job->out.len >= VG_GZIP_MIN)
        job->packed = vg_gzip(&job->out);
    return err;
}

/* The answer piece by piece. */
static enum vg_err send_answer(struct vg_history_job *job, struct vg_store *store)
{
    char *buf = malloc(OUT_SIZE);
    if (!buf)
        return VG_NOMEM;
    job->out = vg_out_stream(buf, OUT_SIZE, vg_job_hand_over, job->job);
    enum vg_err err = job->run(job, store);
    if (!err)
        vg_out_flush(&job->out);
    if (!err)
        err = job->out.err;
    job->out = (struct vg_out){0};
    free(buf);
    return err;
}

static enum vg_err open_store(const struct vg_history_job *job, void **worker)
{
    struct vg_store *store;
    if (*worker)
        return VG_OK;
    enum vg_err err = vg_store_reader_open(job->api->history->dir, &store);
    if (!err)
        *worker = store;
    return err == VG_NOT_FOUND && job->run == vg_run_summary ? VG_OK : err; /* it says so */
}

static enum vg_err run(void *work, struct vg_job *handle, void **worker)
{
    struct vg_history_job *job = work;
    job->job = handle;
    enum vg_err err = open_store(job, worker);
    if (!err && !job->streamed)
        err = vg_history_tag(job, *worker);
    if (!err && !job->unchanged)
        err = job->streamed ? send_answer(job, *worker) : make_answer(job, *worker);
    if (err == VG_LIMIT && !job->why)
        job->why = "the answer is too large: ask for a smaller area, a shorter time or a larger step";
    atomic_fetch_add_explicit(&job->api->history->rows, job->rows, memory_order_relaxed);
    return err;
}

/* ---- the asker's side ---- */

bool vg_history_ask(struct vg_request *rq, struct vg_history_job *job)
{
    static const struct vg_job_kind kind = {.run = run, .free = free_job};
    struct vg_history *h = job->api->history;
    return vg_job_ask(rq, job->streamed ? h->exports : h->questions, &kind, job);
}

/* ---- life ---- */

static void close_store(void *store)
{
    vg_store_reader_close(store);
}

enum vg_err vg_history_start(struct vg_api *api, const char *dir)
{
    struct vg_job_rules questions = {.busy = BUSY,
                                     .slow = BUSY,
                                     .threads = VG_HISTORY_THREADS,
                                     .waiting = VG_HISTORY_WAITING,
                                     .wait_us = VG_HISTORY_WAIT_US,
                                     .work_us = VG_HISTORY_US,
                                     .free_worker = close_store};
    struct vg_job_rules exports = questions;
    exports.waiting = 0;
    exports.work_us = VG_HISTORY_EXPORT_US;
    struct vg_history *h = calloc(1, sizeof *h);
    if (!h)
        return VG_NOMEM;
    pthread_mutex_init(&h->lock, NULL);
    api->history = h;
    h->dir = strdup(dir);
    if (!h->dir || vg_job_queue_new(api->serve, &questions, &h->questions))
        return VG_NOMEM;
    return vg_job_queue_new(api->serve, &exports, &h->exports);
}

void vg_history_free(struct vg_history *h)
{
    if (!h)
        return;
    pthread_mutex_destroy(&h->lock);
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
    struct vg_history *h = job->api->history;
    int64_t now_us = vg_clock_monotonic_us();
    struct vg_store_hour *copy = NULL;
    size_t count = 0;
    pthread_mutex_lock(&h->lock);
    bool fresh = h->looked_us && now_us - h->looked_us < VG_HISTORY_LOOK_US;
    if (fresh) {
        count = h->hour_count;
        copy = copy_hours(h->hours, count);
    }
    pthread_mutex_unlock(&h->lock);
    if (!fresh) {
        count = vg_store_hours(store, NULL, 0);
        copy = malloc((count ? count : 1) * sizeof *copy);
        size_t found = copy ? vg_store_hours(store, copy, count) : 0;
        count = found < count ? found : count;
        struct vg_store_hour *kept = copy ? copy_hours(copy, count) : NULL;
        pthread_mutex_lock(&h->lock);
        if (kept) {
            free(h->hours);
            h->hours = kept;
            h->hour_count = count;
            h->looked_us = now_us;
        }
        pthread_mutex_unlock(&h->lock);
    }
    if (!copy)
        return VG_NOMEM;
    *ret_hours = copy;
    *ret_count = count;
    return VG_OK;
}

bool vg_history_newest(struct vg_api *api, const struct vg_store_hour *hour, int64_t *ret_time_us)
{
    struct vg_history *h = api->history;
    pthread_mutex_lock(&h->lock);
    bool known = h->newest.parts == hour->parts && h->newest.bytes == hour->bytes && h->newest.from_us == hour->from_us;
    if (known)
        *ret_time_us = h->newest_us;
    pthread_mutex_unlock(&h->lock);
    return known;
}

void vg_history_set_newest(struct vg_api *api, const struct vg_store_hour *hour, int64_t time_us)
{
    struct vg_history *h = api->history;
    pthread_mutex_lock(&h->lock);
    h->newest = *hour;
    h->newest_us = time_us;
    pthread_mutex_unlock(&h->lock);
}

void vg_history_metrics(struct vg_out *out, struct vg_api *api)
{
    struct vg_history *h = api->history;
    struct vg_job_counts q, e;
    if (!h)
        return;
    vg_job_counts(h->questions, &q);
    vg_job_counts(h->exports, &e);
    const struct {
        const char *name, *type, *help;
        uint64_t value;
    } rows[] = {
        {"history_waiting", "gauge", "Questions to the archive that wait.", q.waiting},
        {"history_working", "gauge", "Questions to the archive at work.", q.working},
        {"history_exports", "gauge", "Exports being sent.", e.working},
        {"history_asked_total", "counter", "Questions to the archive and exports.", q.asked + e.asked},
        {"history_refused_total", "counter", "Of these, answered 503: too many at once.", q.refused + e.refused},
        {"history_limited_total", "counter", "Of these, ended at a limit of rows, bytes or time.",
         q.limited + e.limited},
        {"history_failed_total", "counter", "Of these, ended because the archive could not be read.",
         q.failed + e.failed},
        {"history_abandoned_total", "counter", "Of these, ended because the reader went.", q.abandoned + e.abandoned},
        {"history_damaged_total", "counter", "Parts of the archive passed over because they can't be read.",
         h->damaged},
        {"history_rows_total", "counter", "Rows of the archive that were taken.", h->rows},
        {"history_export_bytes_total", "counter", "Bytes of exports sent.", e.sent_bytes},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        vg_metric(out, rows[i].name, rows[i].type, rows[i].help, rows[i].value);
}
