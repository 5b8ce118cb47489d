/* /api/v1/alerts…: what people should look at, and what became of it. */
#include <stdio.h>
#include <stdlib.h>

#include "api/alerts.h"
#include "serve/metrics.h"

#define ALERT_BYTES 2500 /* of JSON, a usual one */

static bool refuse(struct vg_request *rq, struct vg_book_job *job, const char *why)
{
    vg_book_job_free(job);
    return vg_reply_error(rq, 400, "bad_parameter", why);
}

/* ---- the list ---- */

static bool state_word(const char *word, unsigned *ret)
{
    enum vg_alert_state state;
    if (strcmp(word, "escalated") == 0) { /* no state of its own: open, and due */
        *ret = VG_ALERT_STATES;
        return true;
    }
    if (!vg_alert_state_parse(word, &state))
        return false;
    *ret = state;
    return true;
}

static bool severity_word(const char *word, unsigned *ret)
{
    enum vg_severity severity;
    if (!vg_severity_parse(word, &severity))
        return false;
    *ret = severity;
    return true;
}

static bool take_text(const struct vg_request *rq, const char *name, char *to, size_t size, char *why, size_t why_size)
{
    const char *text = vg_request_param(rq, name);
    if (text && strlen(text) >= size) {
        snprintf(why, why_size, "%s: at most %zu bytes", name, size - 1);
        return false;
    }
    snprintf(to, size, "%s", text ? text : "");
    return true;
}

static bool take_limit(const struct vg_request *rq, uint32_t *ret, char *why, size_t size)
{
    struct vg_filter filter;
    if (vg_filter_parse(vg_request_target(rq), &filter, why, size))
        return false;
    if (filter.limit != UINT64_MAX && (filter.limit < 1 || filter.limit > VG_ALERT_LIST_MAX)) {
        snprintf(why, size, "limit must be from 1 to %d", VG_ALERT_LIST_MAX);
        return false;
    }
    *ret = filter.limit == UINT64_MAX ? VG_ALERT_LIST_DEFAULT : (uint32_t)filter.limit;
    return true;
}

static enum vg_err list(struct vg_alert_book *book, void *arg)
{
    struct vg_book_job *job = arg;
    return vg_alert_book_list(book, &job->is.alerts, &job->out);
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static int64_t time_of(const json_t *object, const char *key)
{
    const char *text = text_of(object, key);
    int64_t time_us = VG_TIME_NONE;
    vg_time_parse(text, strlen(text), &time_us);
    return time_us;
}

static enum vg_err put_row(struct vg_events_parquet *file, const json_t *alert)
{
    struct vg_event_read read;
    const struct vg_alert_row row = {.id = text_of(alert, "id"),
                                     .rule = text_of(alert, "rule"),
                                     .severity = text_of(alert, "severity"),
                                     .state = text_of(alert, "state"),
                                     .role = text_of(alert, "for"),
                                     .owner = text_of(alert, "owner"),
                                     .reason = text_of(alert, "reason"),
                                     .opened_us = time_of(alert, "opened"),
                                     .changed_us = time_of(alert, "changed")};
    char *event = json_dumps(json_object_get(alert, "event"), JSON_COMPACT);
    if (!event)
        return VG_NOMEM;
    enum vg_err err = vg_event_read(event, strlen(event), &read);
    free(event);
    return err ? VG_CORRUPT : vg_events_parquet_row(file, &read.event, &row);
}

/* The same list, of the same text: what an alert is stands in one place. */
static enum vg_err list_parquet(struct vg_alert_book *book, void *arg)
{
    struct vg_book_job *job = arg;
    struct vg_events_parquet *file = NULL;
    struct vg_out text = vg_out_growing(VG_BODY_MAX);
    json_t *alert, *all = NULL;
    size_t i;
    enum vg_err err = vg_alert_book_list(book, &job->is.alerts, &text);
    if (!err)
        err = text.err;
    if (!err && !(all = json_loadb(text.buf, text.len, 0, NULL)))
        err = VG_NOMEM;
    vg_out_free(&text);
    if (!err)
        err = vg_events_parquet_new(true, vg_parquet_to_out, &job->out, &file);
    json_array_foreach(json_object_get(all, "alerts"), i, alert)
    {
        if (!err)
            err = put_row(file, alert);
    }
    if (!err)
        err = vg_events_parquet_end(file);
    vg_events_parquet_free(file);
    json_decref(all);
    return err;
}

static bool take_format(const struct vg_request *rq, struct vg_book_job *job, char *why, size_t size)
{
    const char *format = vg_request_param(rq, "format");
    if (format && strcmp(format, "parquet") == 0) {
        job->ask = list_parquet;
        job->type = VG_TYPE_PARQUET;
        return true;
    }
    snprintf(why, size, "format must be json or parquet");
    return !format || strcmp(format, "json") == 0;
}

bool vg_handle_alerts(struct vg_request *rq)
{
    bool replied = false;
    char why[256];
    if (vg_request_job(rq))
        return vg_book_job_answer(rq);
    struct vg_book_job *job = vg_book_job_new(rq, list, &replied);
    if (!job)
        return replied;
    struct vg_alert_filter *f = &job->is.alerts;
    if (!vg_bits_of_param(rq, "state", state_word, &f->states, why, sizeof why) ||
        !vg_bits_of_param(rq, "severity", severity_word, &f->severities, why, sizeof why) ||
        !vg_bits_of_param(rq, "kind", vg_kind_word, &f->kinds, why, sizeof why) ||
        !take_text(rq, "rule", f->rule, sizeof f->rule, why, sizeof why) ||
        !take_text(rq, "mine", f->mine, sizeof f->mine, why, sizeof why) ||
        !vg_span_of_params(rq, &f->timed, &f->from_us, &f->to_us, why, sizeof why) ||
        !vg_exercise_of_param(rq, &f->exercise, why, sizeof why) || !take_limit(rq, &f->limit, why, sizeof why) ||
        !take_format(rq, job, why, sizeof why))
        return refuse(rq, job, why);
    f->escalated = f->states >> VG_ALERT_STATES & 1;
    f->states &= (1u << VG_ALERT_STATES) - 1;
    if (f->escalated && !f->states)
        f->states = 1u << VG_ALERT_OPEN;
    job->estimate = (size_t)f->limit * ALERT_BYTES;
    return vg_book_job_ask(rq, job);
}

/* ---- one, and the sums ---- */

bool vg_handle_alert(struct vg_request *rq)
{
    bool replied = false;
    if (vg_request_job(rq))
        return vg_book_job_answer(rq);
    struct vg_book_job *job = vg_book_job_new(rq, NULL, &replied);
    if (!job)
        return replied;
    if (!vg_contact_id_parse(vg_request_argument(rq), &job->detail)) {
        vg_book_job_free(job);
        return vg_reply_error(rq, 400, "bad_id", "an alert's id is 16 hexadecimal digits");
    }
    return vg_book_job_ask(rq, job);
}

static enum vg_err show_rules(struct vg_alert_book *book, void *arg)
{
    return vg_alert_book_show_rules(book, &((struct vg_book_job *)arg)->out);
}

static enum vg_err show_precision(struct vg_alert_book *book, void *arg)
{
    struct vg_book_job *job = arg;
    return vg_alert_book_precision(book, job->is.exercise, &job->out);
}

static enum vg_err show_handovers(struct vg_alert_book *book, void *arg)
{
    return vg_alert_book_handovers(book, &((struct vg_book_job *)arg)->out);
}

static bool ask_simple(struct vg_request *rq, vg_desk_ask *ask)
{
    bool replied = false;
    char why[256];
    if (vg_request_job(rq))
        return vg_book_job_answer(rq);
    struct vg_book_job *job = vg_book_job_new(rq, ask, &replied);
    if (!job)
        return replied;
    if (!vg_exercise_of_param(rq, &job->is.exercise, why, sizeof why))
        return refuse(rq, job, why);
    return vg_book_job_ask(rq, job);
}

bool vg_handle_alert_rules(struct vg_request *rq)
{
    return ask_simple(rq, show_rules);
}

bool vg_handle_alert_precision(struct vg_request *rq)
{
    return ask_simple(rq, show_precision);
}

bool vg_handle_handovers(struct vg_request *rq)
{
    return ask_simple(rq, show_handovers);
}

/* ---- metrics ---- */

static void looking_metrics(struct vg_out *out, struct vg_api *api)
{
    struct vg_looking_board b;
    vg_looking_get(api, &b);
#define X(name, text)                                                                                                  \
    vg_metric(out, "behaviours_" #name "_total", "counter", "Behaviours: " text ".", b.behaviours.name);
    VG_BEHAVIOUR_COUNTER_LIST(X)
#undef X
    if (!b.hooked)
        return;
    vg_metric(out, "alert_webhook_posted_total", "counter", "Changes of alerts posted.", b.hook_posted);
    vg_metric(out, "alert_webhook_retried_total", "counter", "Tries after one that failed.", b.hook_retried);
    vg_metric(out, "alert_webhook_dropped_total", "counter", "Changes that could not be posted.", b.hook_dropped);
    vg_metric(out, "alert_webhook_waiting", "gauge", "Changes that wait to be posted.", b.hook_waiting);
    vg_metric(out, "alert_webhook_failing", "gauge", "1 while the last try failed.", b.hook_failing);
}

void vg_alert_metrics(struct vg_out *out, struct vg_api *api)
{
    struct vg_desk_status s;
    if (!api->options.alerts)
        return;
    vg_alert_desk_status(api->options.alerts, &s);
    looking_metrics(out, api);
#define X(name, text) vg_metric(out, "alerts_" #name "_total", "counter", "Alerts: " text ".", s.counters.name);
    VG_ALERT_COUNTER_LIST(X)
#undef X
    vg_metric(out, "alerts_queue", "gauge", "Events that wait for the file of alerts.", s.waiting);
    vg_metric(out, "alerts_queue_lost_total", "counter", "Events that found that queue full.", s.lost);
    vg_metric(out, "alerts_failed_total", "counter", "Transactions that the disk did not take.", s.failed);
    vg_metric(out, "alerts_failing", "gauge", "1 while the file of alerts can't be written.", s.failing);
}
