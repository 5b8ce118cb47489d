/* One kind of job for all that is asked of the book of alerts, and the parameters that its questions share. */
#include <stdio.h>
#include <stdlib.h>

#include "api/alerts.h"
#include "evidence/detail.h"

#define WAITING 64
#define WAIT_US (20 * VG_SECOND_US)

/* ---- the job ---- */

void vg_book_job_free(void *arg)
{
    struct vg_book_job *job = arg;
    vg_out_free(&job->out);
    free(job->owned);
    free(job);
}

static enum vg_err run(void *arg, struct vg_job *job, void **worker)
{
    struct vg_book_job *j = arg;
    (void)worker;
    if (j->estimate && !vg_job_reserve(job, j->estimate))
        return VG_LIMIT;
    j->out = vg_out_growing(VG_BODY_MAX);
    j->err = j->ask ? vg_alert_desk_ask(j->desk, j->ask, j) : j->detail ? VG_OK : VG_NOT_FOUND;
    if (!j->err && j->detail) {
        const struct vg_evidence_of of = {.desk = j->desk, .journal_dir = j->api->journal_dir};
        j->err = vg_alert_detail(&of, j->detail, &j->out);
    }
    if (j->estimate)
        vg_bodies_return(j->api->serve, j->estimate);
    return VG_OK;
}

static const struct vg_job_kind kind = {.run = run, .free = vg_book_job_free};

enum vg_err vg_book_jobs_start(struct vg_api *api)
{
    struct vg_job_rules rules = {
        .busy = "too many ask for alerts: try again soon",
        .slow = "the file of alerts is busy: try again soon",
        .threads = 1,
        .waiting = WAITING,
        .wait_us = WAIT_US,
    };
    return vg_job_queue_new(api->serve, &rules, &api->book);
}

struct vg_book_job *vg_book_job_new(struct vg_request *rq, vg_desk_ask *ask, bool *ret_replied)
{
    struct vg_api *api = vg_api_of(rq);
    struct vg_book_job *job = NULL;
    if (!api->options.alerts) {
        *ret_replied = vg_reply_error(rq, 404, "no_alerts", "this server looks for no events and keeps no alerts");
        return NULL;
    }
    job = calloc(1, sizeof *job);
    if (!job) {
        *ret_replied = vg_reply_no_memory(rq);
        return NULL;
    }
    job->desk = api->options.alerts;
    job->ask = ask;
    job->api = api;
    job->type = "application/json";
    return job;
}

bool vg_book_job_ask(struct vg_request *rq, struct vg_book_job *job)
{
    return vg_job_ask(rq, vg_api_of(rq)->book, &kind, job);
}

static bool answer_error(struct vg_request *rq, const struct vg_book_job *j)
{
    static const struct {
        enum vg_err err;
        unsigned code;
        const char *name, *text;
    } rows[] = {{VG_NOT_FOUND, 404, "not_found", "there is no such id"},
                {VG_EXISTS, 409, "not_done", "its state does not allow that"},
                {VG_ARG, 400, "bad_action", "the request is wrong"},
                {VG_SYNTAX, 400, "bad_rules", "the rules are wrong"},
                {VG_RANGE, 400, "bad_rules", "the rules are wrong"},
                {VG_NOMEM, 503, "no_memory", "out of memory"}};
    char text[300];
    if (j->rules_error.text[0]) {
        snprintf(text, sizeof text, "line %u: %s", j->rules_error.line, j->rules_error.text);
        return vg_reply_error(rq, 400, "bad_rules", text);
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].err == j->err)
            return vg_reply_error(rq, rows[i].code, rows[i].name, j->why ? j->why : rows[i].text);
    return vg_reply_error(rq, 503, "alerts_failing", j->why ? j->why : "the file of alerts can't be read");
}

bool vg_book_job_answer(struct vg_request *rq)
{
    struct vg_job *job = vg_request_job(rq);
    if (vg_job_state(job) != VG_JOB_DONE || vg_job_err(job))
        return vg_reply_job_failed(rq, job);
    struct vg_book_job *j = vg_job_take(rq);
    bool done;
    if (j->err) {
        done = answer_error(rq, j);
    } else {
        done = vg_reply_text(rq, 200, j->type, &j->out, NULL);
        j->out = (struct vg_out){0};
    }
    vg_book_job_free(j);
    return done;
}

/* ---- parameters ---- */

bool vg_kind_word(const char *word, unsigned *ret)
{
    enum vg_event_kind kind_of;
    if (!vg_event_kind_parse(word, &kind_of))
        return false;
    *ret = kind_of;
    return true;
}

bool vg_bits_of_param(const struct vg_request *rq, const char *name, bool (*parse)(const char *word, unsigned *ret),
                      uint32_t *ret, char *why, size_t size)
{
    const char *text = vg_request_param(rq, name);
    uint32_t bits = 0;
    while (text && *text) {
        char word[32];
        unsigned bit;
        size_t n = strcspn(text, ",");
        snprintf(word, sizeof word, "%.*s", (int)(n < sizeof word ? n : sizeof word - 1), text);
        if (n >= sizeof word || !parse(word, &bit)) {
            snprintf(why, size, "%s: there is no '%s' (docs/formats/alerts.md lists them)", name, word);
            return false;
        }
        bits |= UINT32_C(1) << bit;
        text += n + (text[n] == ',');
    }
    *ret = bits;
    return true;
}

bool vg_span_of_params(const struct vg_request *rq, bool *ret_timed, int64_t *ret_from_us, int64_t *ret_to_us,
                       char *why, size_t size)
{
    const char *from = vg_request_param(rq, "from"), *to = vg_request_param(rq, "to");
    const struct vg_snapshot *snapshot = vg_snapshot_acquire(vg_api_of(rq)->picture);
    int64_t now_us = snapshot->clock_us == VG_TIME_NONE ? vg_api_of(rq)->options.wall_us() : snapshot->clock_us;
    struct vg_time_asked begin = {.from_us = INT64_MIN}, end = {.to_us = INT64_MAX};
    vg_snapshot_release(snapshot);
    if ((from && !vg_time_asked(from, strlen(from), now_us, &begin)) ||
        (to && !vg_time_asked(to, strlen(to), now_us, &end))) {
        snprintf(why, size, "from and to must be times: " VG_TIME_ASKED_FORMS);
        return false;
    }
    if (begin.from_us >= end.to_us) {
        snprintf(why, size, "to must be after from");
        return false;
    }
    *ret_timed = from || to;
    *ret_from_us = begin.from_us;
    *ret_to_us = end.to_us;
    return true;
}

bool vg_exercise_of_param(const struct vg_request *rq, bool *ret, char *why, size_t size)
{
    const char *text = vg_request_param(rq, "exercise");
    if (text && strcmp(text, "true") != 0 && strcmp(text, "false") != 0) {
        snprintf(why, size, "exercise must be true or false: exercises and the sea are never mixed");
        return false;
    }
    *ret = text && *text == 't';
    return true;
}
