/* POST /api/v1/cases: alerts with all that they rest on as one signed file, made beside all else. */
#include <stdio.h>
#include <stdlib.h>

#include "api/alerts.h"
#include "evidence/case.h"

#define ALERT_BYTES ((size_t)1 << 20) /* of a case, of one alert: a usual one */

struct case_job {
    struct vg_api *api;
    struct vg_case of;
    struct vg_clock_note clock;
    struct vg_out out;
    enum vg_proof_state state;
    enum vg_err err;
    const char *why;
};

static void free_job(void *arg)
{
    struct case_job *j = arg;
    vg_out_free(&j->out);
    free(j);
}

static enum vg_err run(void *arg, struct vg_job *job, void **worker)
{
    struct case_job *j = arg;
    const struct vg_evidence_of of = {.desk = j->api->options.alerts, .journal_dir = j->api->journal_dir};
    const size_t estimate = (j->of.count + 1) * ALERT_BYTES;
    (void)worker;
    if (!vg_job_reserve(job, estimate))
        return VG_LIMIT;
    j->out = vg_out_growing(VG_CASE_BYTES_MAX);
    j->err = vg_case_write(&of, &j->of, &j->out, &j->state, &j->why);
    vg_bodies_return(j->api->serve, estimate);
    return VG_OK;
}

static const struct vg_job_kind kind = {.run = run, .free = free_job};

static bool answer_error(struct vg_request *rq, const struct case_job *j)
{
    static const struct {
        enum vg_err err;
        unsigned code;
        const char *name;
    } rows[] = {{VG_NOT_FOUND, 404, "not_found"},
                {VG_ARG, 400, "bad_case"},
                {VG_LIMIT, 413, "too_large"},
                {VG_NOMEM, 503, "no_memory"},
                {VG_RANGE, 409, "not_signed_yet"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].err == j->err)
            return vg_reply_error(rq, rows[i].code, rows[i].name, j->why);
    return vg_reply_error(rq, 500, "unreadable", j->why);
}

static bool answer(struct vg_request *rq)
{
    struct vg_job *job = vg_request_job(rq);
    char name[VG_CASE_FILE];
    if (vg_job_state(job) != VG_JOB_DONE || vg_job_err(job))
        return vg_reply_job_failed(rq, job);
    struct case_job *j = vg_job_take(rq);
    bool done;
    if (j->err) {
        done = answer_error(rq, j);
    } else if (j->state != VG_PROOF_READY) {
        done = vg_reply_proof_state(rq, j->state);
    } else {
        vg_case_file_name(j->of.name, name);
        vg_reply_saved_as(rq, name);
        done = vg_reply_bytes(rq, "text/html; charset=utf-8", &j->out, false, NULL, "no-store");
        j->out = (struct vg_out){0};
    }
    free_job(j);
    return done;
}

/* ---- the request ---- */

/* Plain but for its lines. */
static bool take_notes(const json_t *value, char to[static VG_CASE_NOTES])
{
    const char *text = value ? json_string_value(value) : "";
    if (!text || strlen(text) >= VG_CASE_NOTES)
        return false;
    snprintf(to, VG_CASE_NOTES, "%s", text); /* shown through a sheet, which makes it harmless */
    return true;
}

static bool take_text(const json_t *body, const char *key, char *to, size_t size)
{
    const json_t *value = json_object_get(body, key);
    if (!json_is_string(value) || json_string_length(value) >= size)
        return false;
    vg_text_plain(to, size, json_string_value(value), json_string_length(value));
    return true;
}

/* NULL, or what is wrong. */
static const char *read_case(json_t *body, struct vg_case *c)
{
    static const char *const keys[] = {"name", "notes", "who", "language", "alerts"};
    const char *key, *language = json_string_value(json_object_get(body, "language"));
    json_t *value, *alerts = json_object_get(body, "alerts");
    size_t i;
    if (!json_is_object(body))
        return "expected a JSON object";
    json_object_foreach(body, key, value)
    {
        bool known = false;
        for (i = 0; i < sizeof keys / sizeof *keys; i++)
            known |= strcmp(keys[i], key) == 0;
        if (!known)
            return "a case has name, notes, who, language and alerts, and nothing else";
    }
    if (!take_text(body, "name", c->name, sizeof c->name) || !*c->name)
        return "name must be a text of 1 to 199 bytes";
    if (!take_text(body, "who", c->who, sizeof c->who) || !*c->who)
        return "who must be a text of 1 to 63 bytes: who makes the case";
    if (!take_notes(json_object_get(body, "notes"), c->notes))
        return "notes must be a text of at most 20000 bytes";
    c->language = VG_LANGUAGE_EN;
    if (json_object_get(body, "language") && (!language || !vg_language_parse(language, &c->language)))
        return "language must be en or es";
    if (!json_array_size(alerts) || json_array_size(alerts) > VG_CASE_ALERTS)
        return "alerts must be a list of 1 to 200 ids";
    json_array_foreach(alerts, i, value)
    {
        uint64_t id;
        bool twice = false;
        if (!json_is_string(value) || !vg_contact_id_parse(json_string_value(value), &id))
            return "an alert's id is 16 hexadecimal digits";
        for (size_t k = 0; k < c->count; k++)
            twice |= c->alert[k] == id;
        if (!twice)
            c->alert[c->count++] = id;
    }
    return NULL;
}

static const struct vg_clock_note *clock_of(struct vg_api *api, struct vg_clock_note *ret)
{
    struct vg_host_clock clock;
    vg_host_clock_get(api, &clock);
    if (!clock.looked)
        return NULL;
    *ret = (struct vg_clock_note){.time_us = api->options.wall_us(),
                                  .state = clock.synchronised == VG_SYNC_YES  ? VG_CLOCK_STATE_SYNCHRONISED
                                           : clock.synchronised == VG_SYNC_NO ? VG_CLOCK_STATE_FREE
                                                                              : VG_CLOCK_STATE_UNKNOWN,
                                  .error_us = clock.error_us};
    return ret;
}

bool vg_handle_case_make(struct vg_request *rq)
{
    struct vg_api *api = vg_api_of(rq);
    if (vg_request_job(rq))
        return answer(rq);
    if (!api->options.may_act)
        return vg_reply_error(rq, 403, "not_allowed",
                              "nothing may be done here: others reach this address, and there are no accounts yet "
                              "(--allow-actions)");
    if (!api->options.alerts)
        return vg_reply_error(rq, 404, "no_alerts", "this server looks for no events and keeps no alerts");
    if (!api->journal_dir)
        return vg_reply_proof_state(rq, VG_PROOF_NO_JOURNAL);
    struct case_job *j = calloc(1, sizeof *j);
    if (!j)
        return vg_reply_no_memory(rq);
    const char *wrong = read_case((json_t *)vg_request_json(rq), &j->of); /* read only: jansson's loops take no const */
    if (wrong) {
        free_job(j);
        return vg_reply_error(rq, 400, "bad_case", wrong);
    }
    j->api = api;
    j->of.made_us = api->options.wall_us();
    j->of.installation = api->title;
    j->of.clock_now = clock_of(api, &j->clock);
    return vg_job_ask(rq, api->proofs, &kind, j);
}
