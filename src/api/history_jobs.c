/* Questions to the archive as jobs: their queues, what a worker does, which version an answer is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/history.h"
#include "serve/metrics.h"

#define OUT_SIZE ((size_t)64 << 10) /* of an export before a piece is handed over */
#define SENDINGS 8                  /* of an export that is small enough to be begun again */
#define USUAL    ((size_t)4 << 20)  /* bytes of an answer: how much it takes is not known before */
#define BUSY     "too many questions to the archive at once: try again soon"

/* ---- the worker's side ---- */

static void free_job(void *arg)
{
    struct vg_history_job *job = arg;
    vg_out_free(&job->out);
    free(job);
}

/* An answer that is a JSON object says at its end what it lacks. */
static void mark_partial(struct vg_history_job *job)
{
    struct vg_out *out = &job->out;
    bool object = job->ask.format == VG_HISTORY_JSON || job->ask.format == VG_HISTORY_GEOJSON;
    if (!job->unread || !object || out->len < 3 || memcmp(out->buf + out->len - 2, "}\n", 2) != 0)
        return;
    out->len -= 2;
    vg_out_printf(out, ",\"partial\":true,\"unread\":%llu}\n", (unsigned long long)job->unread);
}

/* The whole answer, within a bound. */
static enum vg_err make_answer(struct vg_history_job *job, struct vg_store *store)
{
    job->out = vg_out_growing(VG_HISTORY_BODY);
    enum vg_err err = job->run(job, store);
    if (!err)
        mark_partial(job);
    if (!err)
        err = job->out.err;
    if (!err && job->takes_gzip && job->out.len >= VG_GZIP_MIN)
        job->packed = vg_gzip(&job->out);
    return err;
}

static enum vg_err hand_over(void *arg, const void *bytes, size_t len)
{
    struct vg_history_job *job = arg;
    if (!job->sent) /* headers are made while more is read */
        job->unread_ahead = job->unread;
    job->sent = true;
    return vg_job_hand_over(job->job, bytes, len);
}

static enum vg_err send_once(struct vg_history_job *job, struct vg_store *store, char *buf)
{
    job->begun = job->broken = false;
    job->out = vg_out_stream(buf, OUT_SIZE, hand_over, job);
    enum vg_err err = job->run(job, store);
    if (!err && !job->sent) /* else the end is gone, and what it could say was not known at the beginning */
        mark_partial(job);
    if (!err)
        vg_out_flush(&job->out);
    return err ? err : job->out.err;
}

/* The answer piece by piece. What turned out to be damaged before the first piece is known when it is made again. */
static enum vg_err send_answer(struct vg_history_job *job, struct vg_store *store)
{
    char *buf = malloc(OUT_SIZE);
    enum vg_err err = buf ? VG_CORRUPT : VG_NOMEM;
    for (int i = 0; i < SENDINGS && err == VG_CORRUPT && !job->sent && (!i || job->broken); i++)
        err = send_once(job, store, buf);
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
    if (!err) {
        *worker = store;
        job->api->history->seen = true;
    }
    if (err == VG_NOT_FOUND && job->api->history->seen)
        return VG_CORRUPT;                                    /* it was there */
    return err == VG_NOT_FOUND && job->summary ? VG_OK : err; /* it says so */
}

static uint64_t mix(uint64_t h, uint64_t value)
{
    for (int i = 0; i < 8; i++, value >>= 8)
        h = (h ^ (value & 0xFF)) * UINT64_C(1099511628211);
    return h;
}

/* The answer depends on the hours it may have looked into: their parts are what the tag is made of. */
static enum vg_err tag_answer(struct vg_history_job *job, struct vg_store *store)
{
    struct vg_store_hour *hours = NULL;
    size_t count = 0;
    uint64_t h = mix(mix(job->hash, (uint64_t)job->ask.from_us), (uint64_t)job->ask.to_us);
    bool all = job->summary;
    int64_t since_us = job->ask.from_us - VG_HISTORY_NAMES_HOURS * VG_HOUR_US;
    enum vg_err err = store ? vg_history_hours(job, store, &hours, &count) : VG_OK;
    if (err)
        return err;
    size_t first = 0, looked = all ? vg_history_possible(hours, count, job->now_us, &first) : count;
    for (size_t i = first; i < first + looked; i++)
        if (all || (hours[i].from_us + VG_HOUR_US > since_us && hours[i].from_us < job->ask.to_us))
            h = mix(mix(mix(h, (uint64_t)hours[i].from_us), hours[i].bytes), hours[i].parts);
    job->final = !all && !job->ask.relative && job->ask.to_us <= vg_history_final(hours, count, job->now_us);
    free(hours);
    snprintf(job->etag, sizeof job->etag, "W/\"%016llx\"", (unsigned long long)h);
    job->unchanged = *job->has && vg_etag_listed(job->has, job->etag);
    return VG_OK;
}

static enum vg_err make_or_send(struct vg_history_job *job, void **worker)
{
    enum vg_err err = open_store(job, worker);
    if (!err && !job->streamed)
        err = tag_answer(job, *worker);
    if (!err && !job->unchanged)
        err = job->streamed ? send_answer(job, *worker) : make_answer(job, *worker);
    return err;
}

static enum vg_err run(void *work, struct vg_job *handle, void **worker)
{
    struct vg_history_job *job = work;
    size_t reserved = job->streamed ? 0 : USUAL;
    job->job = handle;
    if (reserved && !vg_job_reserve(handle, reserved))
        return VG_LIMIT;
    enum vg_err err = make_or_send(job, worker);
    vg_bodies_return(job->api->serve, reserved);
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
    exports.threads = VG_EXPORT_THREADS;
    exports.waiting = VG_EXPORT_WAITING;
    exports.share = VG_EXPORT_SHARE;
    exports.work_us = VG_HISTORY_EXPORT_US;
    struct vg_history *h = calloc(1, sizeof *h);
    if (!h)
        return VG_NOMEM;
    pthread_mutex_init(&h->lock, NULL);
    api->history = h;
    h->seen = api->options.archive_lost;
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
        {"history_displaced_total", "counter", "Of these, answered 503: they made room for an address that had less.",
         q.displaced + e.displaced},
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
