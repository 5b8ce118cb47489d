/* POST /api/v1/alerts…: what people do with alerts, rules, silence, and at the change of watch. */
#include <stdio.h>
#include <stdlib.h>

#include "api/alerts.h"

#define MUTE_MINUTES_MAX (366 * 24 * 60)

/* ---- the body ---- */

/* A text member: false, with a sentence, if it is too long or none. NULL or absent: "". */
static bool take_text(const json_t *body, const char *key, char *to, size_t size, char *why, size_t why_size)
{
    const json_t *value = json_object_get(body, key);
    const char *text = json_string_value(value);
    size_t len = text ? json_string_length(value) : 0;
    if ((value && !text && !json_is_null(value)) || len >= size) {
        snprintf(why, why_size, "%s must be a text of at most %zu bytes", key, size - 1);
        return false;
    }
    vg_text_plain(to, size, text ? text : "", len);
    return true;
}

static bool take_by(const struct vg_request *rq, const json_t *body, struct vg_alert_by *by, const char *why_key,
                    char *why, size_t size)
{
    by->host_us = vg_api_of(rq)->options.wall_us();
    return take_text(body, "who", by->who, sizeof by->who, why, size) &&
           take_text(body, why_key, by->why, sizeof by->why, why, size);
}

/* True: no other members than these. A mistyped one would be left out without a word. */
static bool has_only(json_t *body, const char *const *keys, char *why, size_t size)
{
    const char *key;
    json_t *value;
    json_object_foreach(body, key, value)
    {
        size_t i = 0;
        while (keys[i] && strcmp(keys[i], key) != 0)
            i++;
        if (keys[i])
            continue;
        snprintf(why, size, "there is no member '%.40s' of this request", key);
        return false;
    }
    return true;
}

/* What all of them begin with. NULL: answered. */
static struct vg_book_job *begin(struct vg_request *rq, vg_desk_ask *ask, const char *const *keys, const char *why_key,
                                 bool *ret_replied)
{
    char why[256];
    if (!vg_api_of(rq)->options.may_act) {
        *ret_replied =
            vg_reply_error(rq, 403, "not_allowed",
                           "nothing may be done here: others reach this address, and there are no accounts yet "
                           "(--allow-actions)");
        return NULL;
    }
    struct vg_book_job *job = vg_book_job_new(rq, ask, ret_replied);
    if (!job)
        return NULL;
    json_t *body = (json_t *)vg_request_json(rq); /* read only: jansson's loops take no const */
    if (!json_is_object(body))
        snprintf(why, sizeof why, "expected a JSON object");
    else if (has_only(body, keys, why, sizeof why) && take_by(rq, body, &job->by, why_key, why, sizeof why))
        return job;
    vg_book_job_free(job);
    *ret_replied = vg_reply_error(rq, 400, "bad_action", why);
    return NULL;
}

static bool refuse(struct vg_request *rq, struct vg_book_job *job, const char *why)
{
    vg_book_job_free(job);
    return vg_reply_error(rq, 400, "bad_action", why);
}

/* ---- a step of an alert ---- */

static enum vg_err act(struct vg_alert_book *book, void *arg)
{
    struct vg_book_job *job = arg;
    struct vg_alert alert;
    enum vg_err err = vg_alert_book_act(book, job->is.act.id, job->is.act.action, &job->by, &alert, &job->why);
    job->detail = err ? 0 : alert.id;
    return err;
}

bool vg_handle_alert_act(struct vg_request *rq)
{
    static const char *const keys[] = {"action", "reason", "who", NULL};
    bool replied = false;
    if (vg_request_job(rq))
        return vg_book_job_answer(rq);
    struct vg_book_job *job = begin(rq, act, keys, "reason", &replied);
    if (!job)
        return replied;
    const char *action = json_string_value(json_object_get(vg_request_json(rq), "action"));
    if (!vg_contact_id_parse(vg_request_argument(rq), &job->is.act.id))
        return refuse(rq, job, "an alert's id is 16 hexadecimal digits");
    if (!action || !vg_alert_action_parse(action, &job->is.act.action))
        return refuse(rq, job, "action must be acknowledge, confirm, dismiss, note or reopen");
    return vg_book_job_ask(rq, job);
}

/* ---- rules ---- */

static enum vg_err change_rules(struct vg_alert_book *book, void *arg)
{
    struct vg_book_job *job = arg;
    const char *text = job->is.rules.text;
    enum vg_err err;
    if (!text) {
        err = vg_alert_book_enable(book, job->is.rules.rule, job->is.rules.enabled, &job->by, &job->why);
    } else if (job->is.rules.check) {
        struct vg_rules *rules = malloc(sizeof *rules);
        err = rules ? vg_rules_read(text, strlen(text), rules, &job->rules_error) : VG_NOMEM;
        free(rules);
    } else {
        err = vg_alert_book_set_rules(book, text, strlen(text), &job->by, &job->rules_error, &job->why);
    }
    return err ? err : vg_alert_book_show_rules(book, &job->out);
}

bool vg_handle_alert_rules_change(struct vg_request *rq)
{
    static const char *const keys[] = {"rule", "enabled", "text", "check", "who", "reason", NULL};
    bool replied = false;
    char why[256];
    if (vg_request_job(rq))
        return vg_book_job_answer(rq);
    struct vg_book_job *job = begin(rq, change_rules, keys, "reason", &replied);
    if (!job)
        return replied;
    const json_t *body = vg_request_json(rq), *enabled = json_object_get(body, "enabled");
    const json_t *text = json_object_get(body, "text");
    if (!take_text(body, "rule", job->is.rules.rule, sizeof job->is.rules.rule, why, sizeof why))
        return refuse(rq, job, why);
    if ((*job->is.rules.rule != '\0') == (text != NULL) || (text ? !json_is_string(text) : !json_is_boolean(enabled)))
        return refuse(rq, job, "expected either rule and enabled (true or false), or text: the rules as YAML");
    job->is.rules.enabled = json_is_true(enabled);
    job->is.rules.check = json_is_true(json_object_get(body, "check"));
    if (text && strlen(json_string_value(text)) != json_string_length(text))
        return refuse(rq, job, "text has a zero byte");
    if (text && !(job->owned = strdup(json_string_value(text)))) {
        vg_book_job_free(job);
        return vg_reply_no_memory(rq);
    }
    job->is.rules.text = job->owned;
    return vg_book_job_ask(rq, job);
}

/* ---- silence ---- */

static enum vg_err change_mutes(struct vg_alert_book *book, void *arg)
{
    struct vg_book_job *job = arg;
    struct vg_alert_mute *mute = &job->is.silence.mute;
    enum vg_err err;
    if (job->is.silence.undo) {
        err = vg_alert_book_unmute(book, job->is.silence.undo, &job->by, &job->why);
    } else {
        int64_t now_us = vg_alert_book_time_us(book); /* the data's */
        if (mute->from_us == VG_TIME_NONE)
            mute->from_us = now_us == VG_TIME_NONE ? job->by.host_us : now_us;
        mute->to_us = mute->from_us + job->is.silence.lasts_us;
        err = vg_alert_book_mute(book, mute, &job->by, &job->why);
    }
    return err ? err : vg_alert_book_show_rules(book, &job->out);
}

/* Which: a rule, a kind, a contact, an MMSI. */
static const char *read_mute(const json_t *body, struct vg_alert_mute *mute)
{
    const json_t *kind = json_object_get(body, "kind"), *contact = json_object_get(body, "contact");
    const json_t *mmsi = json_object_get(body, "mmsi"), *from = json_object_get(body, "from");
    enum vg_event_kind event;
    mute->kind = -1;
    if (kind && (!json_is_string(kind) || !vg_event_kind_parse(json_string_value(kind), &event)))
        return "kind must be one of the kinds of events";
    if (kind)
        mute->kind = event;
    if (contact && (!json_is_string(contact) || !vg_contact_id_parse(json_string_value(contact), &mute->contact)))
        return "a contact's id is 16 hexadecimal digits";
    if (mmsi && (json_integer_value(mmsi) < 1 || json_integer_value(mmsi) > 0x3FFFFFFF))
        return "mmsi must be a number from 1 to 1073741823";
    mute->mmsi = (uint32_t)json_integer_value(mmsi);
    mute->from_us = VG_TIME_NONE;
    if (from &&
        (!json_is_string(from) || !vg_time_parse(json_string_value(from), json_string_length(from), &mute->from_us)))
        return "from must be a time, as 2026-11-22T05:20:33Z";
    return NULL;
}

bool vg_handle_alert_silence(struct vg_request *rq)
{
    static const char *const keys[] = {"rule",    "kind", "contact", "mmsi",   "from",
                                       "minutes", "undo", "who",     "reason", NULL};
    bool replied = false;
    char why[256];
    if (vg_request_job(rq))
        return vg_book_job_answer(rq);
    struct vg_book_job *job = begin(rq, change_mutes, keys, "reason", &replied);
    if (!job)
        return replied;
    const json_t *body = vg_request_json(rq), *minutes = json_object_get(body, "minutes");
    struct vg_alert_mute *mute = &job->is.silence.mute;
    job->is.silence.undo = json_integer_value(json_object_get(body, "undo"));
    if (job->is.silence.undo)
        return vg_book_job_ask(rq, job);
    const char *wrong = read_mute(body, mute);
    if (wrong)
        return refuse(rq, job, wrong);
    if (!take_text(body, "rule", mute->rule, sizeof mute->rule, why, sizeof why))
        return refuse(rq, job, why);
    if (!(json_number_value(minutes) >= 1 && json_number_value(minutes) <= MUTE_MINUTES_MAX))
        return refuse(rq, job, "minutes must be a number from 1 to 527040 (a year), of data time");
    job->is.silence.lasts_us = (int64_t)(json_number_value(minutes) * (double)VG_MINUTE_US);
    return vg_book_job_ask(rq, job);
}

/* ---- the change of watch ---- */

static enum vg_err hand_over(struct vg_alert_book *book, void *arg)
{
    struct vg_book_job *job = arg;
    enum vg_err err = vg_alert_book_handover(book, job->is.to, &job->by, &job->out, &job->why);
    vg_out_char(&job->out, '\n');
    return err;
}

bool vg_handle_handover(struct vg_request *rq)
{
    static const char *const keys[] = {"to", "note", "who", NULL};
    bool replied = false;
    char why[256];
    if (vg_request_job(rq))
        return vg_book_job_answer(rq);
    struct vg_book_job *job = begin(rq, hand_over, keys, "note", &replied);
    if (!job)
        return replied;
    if (!take_text(vg_request_json(rq), "to", job->is.to, sizeof job->is.to, why, sizeof why))
        return refuse(rq, job, why);
    return vg_book_job_ask(rq, job);
}
