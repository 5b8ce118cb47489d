/*
 * Large answers, made and packed in threads of their own: those of the transport serve the streams, whose data must not
 * get older because somebody asks for 200 000 vessels.
 */
#include <stdlib.h>
#include <string.h>

#include "api/inner.h"

#define THREADS   2
#define WAITING   32
#define WAIT_US   (20 * VG_SECOND_US)
#define BUSY      "too many large answers are on their way: try again soon"
#define GIVES_WAY 5 /* "nice" of the threads */

#define KEPT_BYTES ((size_t)96 << 20) /* of one answer that is kept */

struct work {
    struct vg_api *api;
    struct vg_answer answer;
    bool takes_gzip, packed;
    struct vg_out out;
    struct vg_shared *shared; /* when it is made */
    size_t key_len;
    char key[]; /* the question, and whether it may be packed */
};

static void free_work(void *arg)
{
    struct work *w = arg;
    if (w->answer.free_arg)
        w->answer.free_arg(w->answer.arg);
    vg_out_free(&w->out);
    vg_shared_let_go(w->shared);
    free(w);
}

/* ---- what is kept; under lock ---- */

static void forget(struct vg_kept_answer *kept)
{
    vg_shared_let_go(kept->shared);
    free(kept->key);
    *kept = (struct vg_kept_answer){0};
}

static void keep(const struct work *w, uint64_t version)
{
    struct vg_api *api = w->api;
    char *key = malloc(w->key_len);
    if (!key)
        return;
    memcpy(key, w->key, w->key_len);
    pthread_mutex_lock(&api->lock);
    if (api->stopping) { /* nobody would forget it */
        pthread_mutex_unlock(&api->lock);
        free(key);
        return;
    }
    struct vg_kept_answer *to = &api->kept[api->next_kept++ % VG_ANSWERS_KEPT];
    forget(to);
    vg_shared_hold(w->shared);
    *to = (struct vg_kept_answer){.shared = w->shared,
                                  .version = version,
                                  .type = w->answer.type,
                                  .packed = w->packed,
                                  .key_len = w->key_len,
                                  .key = key};
    memcpy(to->etag, w->answer.etag, sizeof to->etag);
    pthread_mutex_unlock(&api->lock);
}

/* A copy of what is kept for this question, with a hold of its bytes. */
static bool find_kept(struct vg_api *api, const struct work *w, struct vg_kept_answer *ret)
{
    bool found = false;
    pthread_mutex_lock(&api->lock);
    for (size_t i = 0; i < VG_ANSWERS_KEPT && !found; i++) {
        const struct vg_kept_answer *k = &api->kept[i];
        found = k->shared && k->version == w->answer.version && k->key_len == w->key_len &&
                memcmp(k->key, w->key, w->key_len) == 0;
        if (found) {
            *ret = *k;
            vg_shared_hold(k->shared);
        }
    }
    pthread_mutex_unlock(&api->lock);
    return found;
}

void vg_answers_published(struct vg_api *api)
{
    pthread_mutex_lock(&api->lock);
    for (size_t i = 0; i < VG_ANSWERS_KEPT; i++)
        forget(&api->kept[i]);
    pthread_mutex_unlock(&api->lock);
}

/* ---- the job ---- */

static enum vg_err make(struct work *w, uint64_t version)
{
    vg_count(&w->api->answers_made);
    w->out = vg_out_growing(VG_BODY_MAX);
    w->answer.write(w->api, w->answer.arg, &w->out);
    if (!w->out.err && w->takes_gzip && w->out.len >= VG_GZIP_MIN && w->out.len <= VG_GZIP_MAX)
        w->packed = vg_gzip(&w->out);
    enum vg_err err = w->out.err;
    if (err)
        return err;
    w->shared = vg_shared_new(w->api->serve, &w->out);
    w->out = (struct vg_out){0};
    if (!w->shared)
        return VG_NOMEM;
    if (version && vg_shared_len(w->shared) <= KEPT_BYTES)
        keep(w, version);
    return VG_OK;
}

static enum vg_err run(void *arg, struct vg_job *job, void **worker)
{
    (void)worker;
    struct work *w = arg;
    uint64_t version = 0;
    if (w->answer.renew) { /* it may have waited: all who wait for it get the newest */
        version = w->answer.renew(w->api, w->answer.arg, w->answer.etag, sizeof w->answer.etag);
        vg_job_set_version(job, version);
    }
    if (!vg_job_reserve(job, w->answer.estimate)) /* not before: what waits holds no memory of others */
        return VG_LIMIT;
    enum vg_err err = make(w, version);
    vg_bodies_return(w->api->serve, w->answer.estimate); /* what it really takes is counted now */
    return err;
}

static const struct vg_job_kind kind = {.run = run, .free = free_work};

enum vg_err vg_answers_start(struct vg_api *api)
{
    struct vg_job_rules rules = {
        .busy = BUSY,
        .slow = BUSY,
        .threads = THREADS,
        .waiting = WAITING,
        .wait_us = WAIT_US,
        .nice = GIVES_WAY,
    };
    return vg_job_queue_new(api->serve, &rules, &api->answers);
}

bool vg_is_answer(const struct vg_request *rq)
{
    struct vg_job *job = vg_request_job(rq);
    return job && vg_job_kind_of(job) == &kind;
}

static void free_answer(const struct vg_answer *answer)
{
    if (answer->free_arg)
        answer->free_arg(answer->arg);
}

/* The question as bytes: what the path and the parameters say, each with its end. */
static size_t key_of(struct vg_request *rq, bool takes_gzip, char *to)
{
    const struct vg_target *t = vg_request_target(rq);
    size_t len = 0;
    for (size_t i = 0; i < 1 + 2 * t->params; i++) {
        const char *text = !i ? t->path : i % 2 ? t->param[i / 2].name : t->param[i / 2 - 1].value;
        size_t n = strlen(text) + 1;
        if (to)
            memcpy(to + len, text, n);
        len += n;
    }
    if (to)
        to[len] = (char)takes_gzip;
    return len + 1;
}

static bool reply(struct vg_request *rq, const char *type, struct vg_shared *shared, bool packed, const char *etag)
{
    if (!vg_reply_has_share(rq))
        return vg_reply_error(rq, 503, "busy", BUSY);
    return vg_reply_shared(rq, type, shared, packed, *etag ? etag : NULL);
}

bool vg_answer_make(struct vg_request *rq, const struct vg_answer *answer)
{
    struct vg_api *api = vg_api_of(rq);
    bool takes_gzip = vg_request_takes_gzip(rq);
    size_t key_len = key_of(rq, takes_gzip, NULL);
    struct work *w = calloc(1, sizeof *w + key_len);
    if (!w) {
        free_answer(answer);
        return vg_reply_no_memory(rq);
    }
    *w = (struct work){.api = api, .answer = *answer, .takes_gzip = takes_gzip, .key_len = key_len};
    key_of(rq, takes_gzip, w->key);
    struct vg_job_same same = {w->key, key_len, answer->version};
    struct vg_kept_answer kept;
    if (answer->renew && find_kept(api, w, &kept)) {
        vg_count(&api->answers_shared);
        bool replied = reply(rq, kept.type, kept.shared, kept.packed, kept.etag);
        vg_shared_let_go(kept.shared);
        free_work(w);
        return replied;
    }
    if (answer->renew && vg_job_join_same(rq, api->answers, &kind, &same)) {
        vg_count(&api->answers_shared);
        free_work(w);
        return true;
    }
    return vg_job_ask_same(rq, api->answers, &kind, w, answer->renew ? &same : NULL);
}

bool vg_answer_reply(struct vg_request *rq)
{
    struct vg_job *job = vg_request_job(rq);
    if (vg_job_state(job) != VG_JOB_DONE || vg_job_err(job) == VG_EOF || vg_job_err(job) == VG_NOMEM)
        return vg_reply_job_failed(rq, job);
    struct work *w = vg_job_work(job);
    if (vg_job_err(job))
        return vg_reply_error(rq, 503, "too_large", "the answer would be too large: ask for less, as with bbox");
    return reply(rq, w->answer.type, w->shared, w->packed, w->answer.etag);
}
