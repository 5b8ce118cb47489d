/* What people do: steps of alerts, rules turned on and off or replaced, mutes, the change of watch. */
#include <stdio.h>
#include <stdlib.h>

#include "alert/inner.h"
#include "vessel/contact.h"

bool vg_alert_action_parse(const char *key, enum vg_alert_action_kind *ret)
{
    static const char *const keys[] = {"acknowledge", "confirm", "dismiss", "note", "reopen"};
    _Static_assert(sizeof keys / sizeof *keys == VG_ALERT_ACTION_EXPORT, "each that people say has a word");
    for (int i = 0; i < VG_ALERT_ACTION_EXPORT; i++)
        if (strcmp(keys[i], key) == 0) {
            *ret = (enum vg_alert_action_kind)i;
            return true;
        }
    return false;
}

static enum vg_err refuse(struct vg_alert_book *book, enum vg_err err, const char *why, const char **ret_why)
{
    book->counters.refused++;
    *ret_why = why;
    return err;
}

static bool is_blank(const char *text)
{
    return text[strspn(text, "\n\r\t ")] == '\0';
}

static enum vg_err check_by(struct vg_alert_book *book, const struct vg_alert_by *by, bool reasoned,
                            const char **ret_why)
{
    if (is_blank(by->who))
        return refuse(book, VG_ARG, "who does it? ('who')", ret_why);
    if (reasoned && is_blank(by->why))
        return refuse(book, VG_ARG, "a reason is needed ('reason')", ret_why);
    return VG_OK;
}

/* Of the disk. */
static enum vg_err failed(enum vg_err err, const char **ret_why)
{
    if (err)
        *ret_why = "the file of alerts does not take it: nothing is done without a record";
    return err;
}

static int64_t now_us(const struct vg_alert_book *book, const struct vg_alert_by *by)
{
    return book->data_us == VG_TIME_NONE ? by->host_us : book->data_us;
}

/* ---- a step of an alert ---- */

#define BIT(state) (1u << VG_ALERT_##state)

/* From which states a step may be taken, where it leads (-1: it stays), and what is said otherwise. */
static const struct {
    unsigned from;
    int to;
    bool reasoned;
    const char *what, *otherwise;
} steps[VG_ALERT_ACTIONS] = {
    [VG_ALERT_ACTION_ACKNOWLEDGE] = {BIT(OPEN) | BIT(ACKNOWLEDGED) | BIT(SILENCED) | BIT(HELD), VG_ALERT_ACKNOWLEDGED,
                                     false, "acknowledged", "it is decided or withdrawn: reopen it first"},
    [VG_ALERT_ACTION_CONFIRM] = {BIT(OPEN) | BIT(ACKNOWLEDGED) | BIT(SILENCED) | BIT(HELD), VG_ALERT_CONFIRMED, false,
                                 "confirmed", "it is decided or withdrawn: reopen it first"},
    [VG_ALERT_ACTION_DISMISS] = {BIT(OPEN) | BIT(ACKNOWLEDGED) | BIT(SILENCED) | BIT(HELD), VG_ALERT_DISMISSED, true,
                                 "dismissed", "it is decided or withdrawn: reopen it first"},
    [VG_ALERT_ACTION_NOTE] = {(1u << VG_ALERT_STATES) - 1, -1, true, "noted", ""},
    [VG_ALERT_ACTION_REOPEN] = {BIT(ACKNOWLEDGED) | BIT(CONFIRMED) | BIT(DISMISSED) | BIT(SILENCED) | BIT(HELD),
                                VG_ALERT_OPEN, true, "reopened", "it is open, or later data took its event back"},
    [VG_ALERT_ACTION_EXPORT] = {(1u << VG_ALERT_STATES) - 1, -1, true, "exported", ""},
};

static void move(const struct vg_alert_book *book, struct vg_alert *a, int to, const struct vg_alert_by *by)
{
    a->changed_us = now_us(book, by);
    if (to < 0)
        return;
    a->state = (uint8_t)to;
    a->escalated_us = to == VG_ALERT_OPEN ? VG_TIME_NONE : a->escalated_us;
    a->due_us = to == VG_ALERT_OPEN ? vg_book_due_us(book, a->severity, a->changed_us) : VG_TIME_NONE;
    snprintf(a->owner, sizeof a->owner, "%s", to == VG_ALERT_OPEN ? "" : by->who);
    snprintf(a->reason, sizeof a->reason, "%s", to == VG_ALERT_OPEN ? "" : by->why);
}

enum vg_err vg_alert_book_act(struct vg_alert_book *book, uint64_t id, enum vg_alert_action_kind action,
                              const struct vg_alert_by *by, struct vg_alert *ret, const char **ret_why)
{
    struct vg_alert a;
    enum vg_err err = check_by(book, by, steps[action].reasoned, ret_why);
    if (err)
        return err;
    err = vg_alert_book_get(book, id, &a);
    if (err == VG_NOT_FOUND)
        return refuse(book, err, "there is no such alert", ret_why);
    if (!err && !(steps[action].from >> a.state & 1))
        return refuse(book, VG_EXISTS, steps[action].otherwise, ret_why);
    if (!err)
        err = vg_book_begin(book);
    if (err)
        return failed(err, ret_why);
    move(book, &a, steps[action].to, by);
    book->counters.acts++;
    err = vg_book_store(book, &a);
    if (!err)
        err = vg_book_step(book, &a, steps[action].what, by, by->why, by->host_us);
    err = vg_book_end(book, err);
    if (!err)
        *ret = a;
    return failed(err, ret_why);
}

/* ---- rules ---- */

enum vg_err vg_alert_book_enable(struct vg_alert_book *book, const char *rule, bool enabled,
                                 const struct vg_alert_by *by, const char **ret_why)
{
    struct vg_ask ask;
    int i = vg_rules_find(&book->rules, rule);
    enum vg_err err = check_by(book, by, false, ret_why);
    if (err)
        return err;
    if (i < 0)
        return refuse(book, VG_NOT_FOUND, "there is no such rule", ret_why);
    if (!enabled && vg_rule_tells_distress(&book->rules.rule[i]))
        return refuse(book, VG_ARG, "a rule that tells calls for help can't be turned off", ret_why);
    vg_ask_begin(&ask, book->db,
                 "INSERT INTO rule_change (rule, enabled, who, why, host_us, data_us)"
                 " VALUES (?, ?, ?, ?, ?, ?)");
    vg_ask_text(&ask, rule);
    vg_ask_int(&ask, enabled);
    vg_ask_text(&ask, by->who);
    vg_ask_text(&ask, by->why);
    vg_ask_int(&ask, by->host_us);
    vg_ask_int(&ask, now_us(book, by));
    err = vg_ask_run(&ask);
    if (!err) {
        book->rules.rule[i].enabled = enabled;
        book->counters.acts++;
    }
    return failed(err, ret_why);
}

enum vg_err vg_alert_book_set_rules(struct vg_alert_book *book, const char *yaml, size_t len,
                                    const struct vg_alert_by *by, struct vg_rules_error *ret_error,
                                    const char **ret_why)
{
    struct vg_ask ask;
    enum vg_err err = check_by(book, by, false, ret_why);
    *ret_error = (struct vg_rules_error){0};
    if (err)
        return err;
    struct vg_rules *rules = malloc(sizeof *rules);
    if (!rules)
        return failed(VG_NOMEM, ret_why);
    err = vg_rules_read(yaml, len, rules, ret_error);
    if (err) {
        free(rules);
        return refuse(book, err, "the rules are wrong", ret_why);
    }
    vg_ask_begin(&ask, book->db,
                 "INSERT INTO rule_text (base, yaml, who, why, host_us, data_us)"
                 " VALUES (?, ?, ?, ?, ?, ?)");
    vg_ask_text(&ask, book->base);
    vg_ask_bytes(&ask, yaml, len);
    vg_ask_text(&ask, by->who);
    vg_ask_text(&ask, by->why);
    vg_ask_int(&ask, by->host_us);
    vg_ask_int(&ask, now_us(book, by));
    err = vg_ask_run(&ask);
    if (!err) {
        book->rules = *rules;
        book->counters.acts++;
    }
    free(rules);
    return failed(err, ret_why);
}

/* ---- mutes ---- */

static void ask_id(struct vg_ask *ask, uint64_t id)
{
    if (id)
        vg_ask_int(ask, (int64_t)id);
    else
        vg_ask_null(ask);
}

enum vg_err vg_alert_book_mute(struct vg_alert_book *book, struct vg_alert_mute *mute, const struct vg_alert_by *by,
                               const char **ret_why)
{
    struct vg_ask ask;
    enum vg_err err = check_by(book, by, true, ret_why);
    if (err)
        return err;
    if (!*mute->rule && mute->kind < 0 && !mute->contact && !mute->mmsi)
        return refuse(book, VG_ARG, "what is to be muted? (rule, kind, contact or mmsi)", ret_why);
    if (mute->from_us >= mute->to_us)
        return refuse(book, VG_ARG, "the time to be muted ends before it begins", ret_why);
    if (*mute->rule && vg_rules_find(&book->rules, mute->rule) < 0)
        return refuse(book, VG_NOT_FOUND, "there is no such rule", ret_why);
    vg_ask_begin(&ask, book->db,
                 "INSERT INTO mute (rule, kind, contact, mmsi, from_us, to_us, who, why, host_us,"
                 " data_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    vg_ask_text(&ask, *mute->rule ? mute->rule : NULL);
    vg_ask_text(&ask, mute->kind < 0 ? NULL : vg_event_kind_key((enum vg_event_kind)mute->kind));
    ask_id(&ask, mute->contact);
    ask_id(&ask, mute->mmsi);
    vg_ask_int(&ask, mute->from_us);
    vg_ask_int(&ask, mute->to_us);
    vg_ask_text(&ask, by->who);
    vg_ask_text(&ask, by->why);
    vg_ask_int(&ask, by->host_us);
    vg_ask_int(&ask, now_us(book, by));
    err = vg_ask_run(&ask);
    if (!err) {
        mute->id = vg_db_row(book->db);
        book->counters.acts++;
    }
    return failed(err, ret_why);
}

enum vg_err vg_alert_book_unmute(struct vg_alert_book *book, int64_t mute, const struct vg_alert_by *by,
                                 const char **ret_why)
{
    struct vg_ask ask;
    enum vg_err err = check_by(book, by, false, ret_why);
    if (err)
        return err;
    vg_ask_begin(&ask, book->db, "INSERT OR IGNORE INTO mute_end SELECT seq, ?, ?, ?, ? FROM mute WHERE seq = ?");
    vg_ask_text(&ask, by->who);
    vg_ask_text(&ask, by->why);
    vg_ask_int(&ask, by->host_us);
    vg_ask_int(&ask, now_us(book, by));
    vg_ask_int(&ask, mute);
    err = vg_ask_run(&ask);
    if (!err && !vg_db_changes(book->db))
        return refuse(book, VG_NOT_FOUND, "there is no such mute, or it has ended", ret_why);
    book->counters.acts += !err;
    return failed(err, ret_why);
}

/* ---- the change of watch ---- */

static void put_text(struct vg_out *out, const char *key, const char *text)
{
    vg_out_printf(out, ",\"%s\":", key);
    vg_out_json_plain(out, text, strlen(text));
}

/* What is open then: ids alone, for what they are stands in the book. */
static enum vg_err put_open(struct vg_alert_book *book, struct vg_out *out)
{
    struct vg_ask ask;
    const char *between = ",\"alerts\":[";
    int64_t count[VG_SEVERITIES] = {0}, taken = 0;
    vg_ask_begin(&ask, book->db,
                 "SELECT id, severity, state FROM alert WHERE state IN ('open', 'acknowledged') AND"
                 " exercise = 0 ORDER BY severity DESC, opened_us, id");
    while (vg_ask_next(&ask)) {
        char id[VG_CONTACT_ID_TEXT];
        vg_contact_id_text((uint64_t)vg_ask_get_int(&ask, 0), id);
        vg_out_printf(out, "%s\"%s\"", between, id);
        between = ",";
        count[vg_ask_get_int(&ask, 1) & 3]++;
        taken += *vg_ask_get_text(&ask, 2) == 'a';
    }
    vg_out_text(out, *between == ',' && !between[1] ? "]" : ",\"alerts\":[]");
    for (int i = VG_SEVERITIES - 1; i >= 0; i--)
        vg_out_printf(out, ",\"%s\":%lld", vg_severity_key((enum vg_severity)i), (long long)count[i]);
    vg_out_printf(out, ",\"acknowledged\":%lld}", (long long)taken);
    return vg_ask_end(&ask);
}

enum vg_err vg_alert_book_handover(struct vg_alert_book *book, const char *to, const struct vg_alert_by *by,
                                   struct vg_out *out, const char **ret_why)
{
    struct vg_ask ask;
    const size_t begun = out->len;
    enum vg_err err = check_by(book, by, false, ret_why);
    if (err)
        return err;
    if (is_blank(to))
        return refuse(book, VG_ARG, "to whom? ('to')", ret_why);
    vg_out_text(out, "{\"time\":");
    vg_out_json_time(out, now_us(book, by));
    vg_out_text(out, ",\"host_time\":");
    vg_out_json_time(out, by->host_us);
    put_text(out, "from", by->who);
    put_text(out, "to", to);
    put_text(out, "note", by->why);
    err = put_open(book, out);
    if (err || out->err)
        return failed(err ? err : VG_NOMEM, ret_why);
    vg_ask_begin(&ask, book->db, "INSERT INTO handover (body) VALUES (?)");
    vg_ask_bytes(&ask, out->buf + begun, out->len - begun);
    err = vg_ask_run(&ask);
    book->counters.acts += !err;
    return failed(err, ret_why);
}
