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
#define GIVES_WAY 5 /* "nice" of the threads */

struct work {
    struct vg_api *api;
    struct vg_answer answer;
    bool takes_gzip, packed;
    struct vg_out out;
};

static void free_work(void *arg)
{
    struct work *w = arg;
    if (w->answer.free_arg)
        w->answer.free_arg(w->answer.arg);
    vg_bodies_return(w->api->serve, w->answer.estimate);
    vg_out_free(&w->out);
    free(w);
}

static enum vg_err run(void *arg, struct vg_job *job, void **worker)
{
    (void)job, (void)worker;
    struct work *w = arg;
    w->out = vg_out_growing(VG_BODY_MAX);
    w->answer.write(w->api, w->answer.arg, &w->out);
    if (!w->out.err && w->takes_gzip && w->out.len >= VG_GZIP_MIN && w->out.len <= VG_GZIP_MAX)
        w->packed = vg_gzip(&w->out);
    return w->out.err;
}

static const struct vg_job_kind kind = {.run = run, .free = free_work};

enum vg_err vg_answers_start(struct vg_api *api)
{
    struct vg_job_rules rules = {
        .busy = "too many large answers are on their way: try again soon",
        .slow = "too many large answers are on their way: try again soon",
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

bool vg_answer_make(struct vg_request *rq, const struct vg_answer *answer)
{
    struct vg_api *api = vg_api_of(rq);
    if (!vg_bodies_reserve(api->serve, answer->estimate)) {
        free_answer(answer);
        return vg_reply_error(rq, 503, "busy", "too many large answers are on their way: try again soon");
    }
    struct work *w = calloc(1, sizeof *w);
    if (!w) {
        vg_bodies_return(api->serve, answer->estimate);
        free_answer(answer);
        return vg_reply_no_memory(rq);
    }
    *w = (struct work){.api = api, .answer = *answer, .takes_gzip = vg_request_takes_gzip(rq)};
    return vg_job_ask(rq, api->answers, &kind, w);
}

bool vg_answer_reply(struct vg_request *rq)
{
    struct vg_job *job = vg_request_job(rq);
    if (vg_job_state(job) != VG_JOB_DONE || vg_job_err(job) == VG_EOF || vg_job_err(job) == VG_NOMEM)
        return vg_reply_job_failed(rq, job);
    struct work *w = vg_job_work(job);
    if (vg_job_err(job))
        return vg_reply_error(rq, 503, "too_large", "the answer would be too large: ask for less, as with bbox");
    struct vg_out body = w->out; /* the reservation goes with the job; the body itself is counted from now on */
    w->out = (struct vg_out){0};
    return vg_reply_bytes(rq, w->answer.type, &body, w->packed, *w->answer.etag ? w->answer.etag : NULL, NULL);
}
