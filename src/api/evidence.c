/* /api/v1/alerts/{id}/evidence: the bundle of what was received at the places of an alert's event, made beside all
 * else. */
#include <stdio.h>
#include <stdlib.h>

#include "api/alerts.h"
#include "evidence/detail.h"
#include "journal/bundle.h"

#define WAITING      16
#define WAIT_US      (20 * VG_SECOND_US)
#define BUNDLE_BYTES ((size_t)24 << 20) /* 16 places in frames of their own, in base 64: the largest there is */

struct proof_job {
    struct vg_api *api;
    uint64_t alert;
    struct vg_out out;
    enum vg_proof_state state;
    enum vg_err err;
    const char *why; /* constant */
};

enum vg_err vg_proof_jobs_start(struct vg_api *api)
{
    struct vg_job_rules rules = {
        .busy = "too many ask for evidence: try again soon",
        .slow = "evidence of others is being made: try again soon",
        .threads = 1,
        .waiting = WAITING,
        .wait_us = WAIT_US,
    };
    return vg_job_queue_new(api->serve, &rules, &api->proofs);
}

static void free_job(void *arg)
{
    struct proof_job *j = arg;
    vg_out_free(&j->out);
    free(j);
}

static enum vg_err make(struct proof_job *j)
{
    const struct vg_evidence_of of = {.desk = j->api->options.alerts, .journal_dir = j->api->journal_dir};
    struct vg_event_read read;
    struct vg_proofs proofs;
    struct vg_bundle_stats stats;
    enum vg_err err = vg_alert_event(&of, j->alert, &read);
    if (!err)
        err = vg_proofs_read(of.journal_dir, read.event.place, read.event.places, &proofs);
    if (err)
        return err;
    uint64_t place[2 * VG_EVENT_PLACES];
    const size_t places = vg_proofs_places(&proofs, place);
    j->state = proofs.state;
    vg_proofs_free(&proofs);
    if (j->state != VG_PROOF_READY)
        return VG_OK;
    const struct vg_bundle_query query = {
        .from_us = INT64_MIN, .to_us = INT64_MAX, .journal_offsets = place, .offset_count = places};
    return vg_bundle_write(of.journal_dir, NULL, &query, &j->out, &stats, &j->why);
}

static enum vg_err run(void *arg, struct vg_job *job, void **worker)
{
    struct proof_job *j = arg;
    (void)worker;
    if (!vg_job_reserve(job, BUNDLE_BYTES))
        return VG_LIMIT;
    j->out = vg_out_growing(VG_BUNDLE_TEXT_MAX);
    j->err = make(j);
    vg_bodies_return(j->api->serve, BUNDLE_BYTES);
    return VG_OK;
}

static const struct vg_job_kind kind = {.run = run, .free = free_job};

static bool answer_error(struct vg_request *rq, const struct proof_job *j)
{
    if (j->err == VG_NOT_FOUND && !j->why)
        return vg_reply_error(rq, 404, "not_found", "there is no such alert");
    if (j->err == VG_RANGE)
        return vg_reply_proof_state(rq, VG_PROOF_NOT_SIGNED);
    if (j->err == VG_NOMEM)
        return vg_reply_no_memory(rq);
    return vg_reply_error(rq, 500, "unreadable", j->why ? j->why : "the file of alerts can't be read");
}

/* 409: it will be there soon, or was. 404: there is nothing to make one of. */
bool vg_reply_proof_state(struct vg_request *rq, enum vg_proof_state state)
{
    const bool conflict = state == VG_PROOF_NOT_SIGNED || state == VG_PROOF_NOT_KEPT;
    return vg_reply_error(rq, conflict ? 409 : 404, vg_proof_state_key(state), vg_proof_state_text(state));
}

static bool answer(struct vg_request *rq)
{
    struct vg_job *job = vg_request_job(rq);
    char name[40];
    if (vg_job_state(job) != VG_JOB_DONE || vg_job_err(job))
        return vg_reply_job_failed(rq, job);
    struct proof_job *j = vg_job_take(rq);
    bool done;
    if (j->err) {
        done = answer_error(rq, j);
    } else if (j->state != VG_PROOF_READY) {
        done = vg_reply_proof_state(rq, j->state);
    } else {
        snprintf(name, sizeof name, "alert-%016llx.json", (unsigned long long)j->alert);
        vg_reply_saved_as(rq, name);
        done = vg_reply_bytes(rq, "application/json", &j->out, false, NULL, "no-store");
        j->out = (struct vg_out){0};
    }
    free_job(j);
    return done;
}

bool vg_handle_alert_evidence(struct vg_request *rq)
{
    struct vg_api *api = vg_api_of(rq);
    uint64_t alert;
    if (vg_request_job(rq))
        return answer(rq);
    if (!api->options.alerts)
        return vg_reply_error(rq, 404, "no_alerts", "this server looks for no events and keeps no alerts");
    if (!vg_contact_id_parse(vg_request_argument(rq), &alert))
        return vg_reply_error(rq, 400, "bad_id", "an alert's id is 16 hexadecimal digits");
    struct proof_job *j = calloc(1, sizeof *j);
    if (!j)
        return vg_reply_no_memory(rq);
    j->api = api;
    j->alert = alert;
    return vg_job_ask(rq, api->proofs, &kind, j);
}
