#include "service/alerting.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "api/json.h"
#include "base/plural.h"
#include "journal/io.h"
#include "service/webhook.h"

#define LINE       512
#define TELL_US    VG_MINUTE_US /* the log has one line a minute of what is held, at most */
#define WHY        512
#define BODY_BYTES 2048

struct vg_alerting {
    struct vg_alerting_options options;
    struct vg_alert_desk *desk;
    struct vg_webhook *webhook;
    _Atomic(struct vg_api *) api;
    size_t pending;
    struct vg_alert_told event[VG_ALERTING_PENDING];
    struct vg_situation *situation; /* NULL: none yet */
    const bool *exercise;
    struct vg_desk_status told; /* as the log had it last */
    int64_t told_us;
    uint64_t hook_dropped;
    char why[WHY];
};

static void say(struct vg_alerting *a, const char *line)
{
    if (a->options.log)
        a->options.log(a->options.log_arg, line);
}

/* ---- what became of an alert: the desk's thread, or that of who acts ---- */

static void fill_notice(const struct vg_alert *alert, const char *what, struct vg_notice *ret)
{
    *ret = (struct vg_notice){.kind = VG_NOTICE_ALERT, .time_us = alert->changed_us};
    struct vg_notice_alert *n = &ret->alert;
    n->id = alert->id;
    n->event = alert->event;
    snprintf(n->what, sizeof n->what, "%s", what);
    snprintf(n->state, sizeof n->state, "%s", vg_alert_state_key((enum vg_alert_state)alert->state));
    snprintf(n->severity, sizeof n->severity, "%s", vg_severity_key((enum vg_severity)alert->severity));
    snprintf(n->kind, sizeof n->kind, "%s", vg_event_kind_key((enum vg_event_kind)alert->kind));
    snprintf(n->rule, sizeof n->rule, "%s", alert->rule);
    n->mmsi = alert->mmsi;
    n->pos = alert->pos;
    n->exercise = alert->exercise;
}

static void post(struct vg_alerting *a, const struct vg_notice *notice)
{
    char body[BODY_BYTES];
    const char *title = a->options.title ? a->options.title : "Vigía";
    struct vg_out out = vg_out_fixed(body, sizeof body);
    vg_json_notice(&out, notice);
    out.len--; /* its brace comes behind the title */
    vg_out_text(&out, ",\"title\":");
    vg_out_json_plain(&out, title, strlen(title));
    vg_out_char(&out, '}');
    if (!out.err)
        vg_webhook_post(a->webhook, body, out.len);
}

/* What is silenced or held is kept, and nobody is told: that is what it means. */
static void on_change(void *arg, const struct vg_alert *alert, const char *what)
{
    struct vg_alerting *a = arg;
    struct vg_api *api = atomic_load(&a->api);
    struct vg_notice notice;
    if (strcmp(what, "silenced") == 0 || strcmp(what, "held") == 0)
        return;
    fill_notice(alert, what, &notice);
    if (api)
        vg_api_notice(api, &notice);
    if (a->webhook)
        post(a, &notice);
}

/* ---- from start to end ---- */

static enum vg_err open_desk(struct vg_alerting *a, const char *path, char why[static VG_DB_WHY])
{
    const struct vg_alert_book_options book = {
        .path = path, .rules = a->options.rules, .on_change = on_change, .arg = a};
    return vg_alert_desk_open(&book, &a->desk, why);
}

/* With what SQLite keeps beside it: an old log must never be read into a new file. */
static bool set_aside(const char *path, const char *aside)
{
    static const char *const beside[] = {"-wal", "-shm"};
    char from[VG_IO_PATH], to[VG_IO_PATH];
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++)
        if (!vg_io_path(from, "%s%s", path, beside[i]) || !vg_io_path(to, "%s%s", aside, beside[i]) ||
            (rename(from, to) && errno != ENOENT))
            return false;
    return rename(path, aside) == 0;
}

/* A file that is damaged must not keep the program from watching: it is set aside, as a journal is. */
static enum vg_err open_at(struct vg_alerting *a)
{
    char path[VG_IO_PATH], aside[VG_IO_PATH], line[LINE], why[VG_DB_WHY];
    if (!a->options.data_dir) {
        enum vg_err err = open_desk(a, NULL, why);
        snprintf(a->why, sizeof a->why, "alerts: %s", why);
        return err;
    }
    if (!vg_io_path(path, "%s/alerts.sqlite", a->options.data_dir) || !vg_io_path(aside, "%s.damaged", path)) {
        snprintf(a->why, sizeof a->why, "alerts: the path is too long");
        return VG_ARG;
    }
    enum vg_err err = open_desk(a, path, why);
    if (err == VG_CORRUPT && set_aside(path, aside)) {
        snprintf(line, sizeof line, "alerts: %.200s is damaged (%.150s): set aside as alerts.sqlite.damaged", path,
                 why);
        say(a, line);
        err = open_desk(a, path, why);
    }
    if (err)
        snprintf(a->why, sizeof a->why, "alerts: %.200s: %.200s", path, why);
    return err;
}

enum vg_err vg_alerting_open(const struct vg_alerting_options *options, struct vg_alerting **ret, const char **ret_why)
{
    static char why[WHY];
    struct vg_alerting *a = calloc(1, sizeof *a);
    *ret_why = "out of memory";
    if (!a)
        return VG_NOMEM;
    a->options = *options;
    a->told_us = VG_TIME_NONE;
    enum vg_err err = open_at(a);
    if (!err && options->webhook && (err = vg_webhook_open(options->webhook, 0, &a->webhook)))
        snprintf(a->why, sizeof a->why, "alert-webhook: %s", vg_err_text(err));
    if (err) {
        snprintf(why, sizeof why, "%s", a->why);
        *ret_why = why;
        vg_alerting_close(a);
        return err;
    }
    *ret = a;
    return VG_OK;
}

struct vg_alert_desk *vg_alerting_desk(struct vg_alerting *a)
{
    return a->desk;
}

void vg_alerting_tell(struct vg_alerting *a, struct vg_api *api)
{
    atomic_store(&a->api, api);
}

void vg_alerting_stop(struct vg_alerting *a)
{
    vg_alert_desk_stop(a->desk);
    vg_alerting_tell(a, NULL);
}

void vg_alerting_close(struct vg_alerting *a)
{
    if (!a)
        return;
    vg_alert_desk_close(a->desk);
    vg_webhook_close(a->webhook);
    free(a);
}

/* ---- events ---- */

/* One of its contacts comes from an exercise: then all of it is one. */
static bool is_exercise(struct vg_situation *situation, const struct vg_contact *c, const bool *exercise)
{
    const struct vg_sources *sources = vg_situation_sources(situation);
    return exercise[vg_source_get(sources, c->prov[VG_FIELD_POS].source)->feed] ||
           exercise[vg_source_get(sources, c->claimed.source)->feed];
}

static void fill_told(const struct vg_alerting *a, struct vg_alert_told *told)
{
    const struct vg_picture *picture = a->situation ? vg_situation_picture(a->situation) : NULL;
    for (int i = 0; i < told->event.contacts; i++) {
        struct vg_alert_subject *s = &told->subject[told->subjects++];
        const uint64_t id = told->event.contact[i].id;
        const uint32_t mmsi = told->event.contact[i].mmsi;
        const struct vg_contact *c = !picture ? NULL
                                     : id     ? vg_picture_find_id(picture, id)
                                              : vg_picture_find(picture, mmsi);
        s->contact = id;
        s->mmsi = mmsi;
        if (!c)
            continue;
        vg_alert_subject_of(c, s);
        told->event.exercise |= is_exercise(a->situation, c, a->exercise);
    }
}

void vg_alerting_watch(struct vg_alerting *a, struct vg_situation *situation, const bool *exercise)
{
    a->situation = situation;
    a->exercise = exercise;
}

void vg_alerting_event(void *arg, const struct vg_event *event)
{
    struct vg_alerting *a = arg;
    if (a->pending == VG_ALERTING_PENDING)
        vg_alerting_flush(a, 0, event->told_us);
    struct vg_alert_told *told = &a->event[a->pending++];
    *told = (struct vg_alert_told){.event = *event};
    fill_told(a, told);
}

void vg_alerting_flush(struct vg_alerting *a, uint64_t journal_end, int64_t host_us)
{
    for (size_t i = 0; i < a->pending; i++) {
        a->event[i].journal_end = journal_end;
        a->event[i].host_us = host_us;
        vg_alert_desk_event(a->desk, &a->event[i]);
    }
    a->pending = 0;
}

void vg_alerting_flush_waiting(struct vg_alerting *a, int64_t host_us)
{
    if (!a->pending)
        return;
    vg_alert_desk_wait(a->desk, VG_DESK_QUEUE - 4 * VG_ALERTING_PENDING);
    vg_alerting_flush(a, 0, host_us); /* it is on the disk: it comes from there */
}

/* ---- what is counted ---- */

void vg_alerting_board(struct vg_alerting *a, struct vg_looking_board *board)
{
    struct vg_webhook_counts c;
    board->hooked = a->webhook != NULL;
    if (!a->webhook)
        return;
    vg_webhook_counts(a->webhook, &c);
    board->hook_failing = c.failing;
    board->hook_waiting = c.waiting;
    board->hook_posted = c.posted;
    board->hook_retried = c.retried;
    board->hook_dropped = c.dropped + c.overflowed;
}

/* ---- the log ---- */

static void tell_disk(struct vg_alerting *a, const struct vg_desk_status *s)
{
    char line[LINE];
    if (s->failing == a->told.failing)
        return;
    snprintf(line, sizeof line,
             s->failing ? "alerts: the file does not take them: %.200s" : "alerts: the file takes them again%.0s",
             s->error);
    say(a, line);
}

/* What was kept and not told, and what was lost, since the line before. */
static void tell_sums(struct vg_alerting *a, const struct vg_desk_status *s)
{
    char line[LINE];
    struct vg_webhook_counts hook = {0};
    const uint64_t held = s->counters.held - a->told.counters.held, lost = s->lost - a->told.lost;
    if (a->webhook)
        vg_webhook_counts(a->webhook, &hook);
    if (held) {
        snprintf(line, sizeof line, "alerts: %llu more %s kept but not told: the rules had told enough that hour",
                 (unsigned long long)held, vg_plural(held, "is", "are"));
        say(a, line);
    }
    if (lost) {
        snprintf(line, sizeof line, "alerts: %llu event%s LOST: too many waited for the file", (unsigned long long)lost,
                 vg_plural(lost, "", "s"));
        say(a, line);
    }
    if (hook.dropped + hook.overflowed > a->hook_dropped) {
        snprintf(line, sizeof line, "alert-webhook: %llu more could not be posted",
                 (unsigned long long)(hook.dropped + hook.overflowed - a->hook_dropped));
        say(a, line);
        a->hook_dropped = hook.dropped + hook.overflowed;
    }
}

void vg_alerting_second(struct vg_alerting *a, int64_t data_us, int64_t host_us)
{
    struct vg_desk_status s;
    if (data_us != VG_TIME_NONE)
        vg_alert_desk_advance(a->desk, data_us, host_us);
    vg_alert_desk_status(a->desk, &s);
    tell_disk(a, &s);
    a->told.failing = s.failing;
    if (a->told_us != VG_TIME_NONE && host_us - a->told_us < TELL_US && host_us >= a->told_us)
        return;
    tell_sums(a, &s);
    a->told_us = host_us;
    a->told = s;
}
