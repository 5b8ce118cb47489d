/* Events into the book: kept once by id and revision, and made alerts by the rules. */
#include <stdlib.h>

#include "alert/inner.h"
#include "behaviour/event_json.h"
#include "vessel/contact.h"

/* ---- an event's row ---- */

/* What the file has of it: false, *ret_revision untouched, if nothing. */
static enum vg_err known_revision(struct vg_alert_book *book, uint64_t id, bool *ret_known, int64_t *ret_revision,
                                  bool *ret_withdrawn, int64_t *ret_told_us)
{
    struct vg_ask ask;
    vg_ask_begin(&ask, book->db, "SELECT revision, state, told_us FROM event WHERE id = ?");
    vg_ask_int(&ask, (int64_t)id);
    *ret_known = vg_ask_next(&ask);
    if (*ret_known) {
        *ret_revision = vg_ask_get_int(&ask, 0);
        *ret_withdrawn = strcmp(vg_ask_get_text(&ask, 1), vg_event_state_key(VG_EVENT_WITHDRAWN)) == 0;
        *ret_told_us = vg_ask_get_int(&ask, 2);
    }
    return vg_ask_end(&ask);
}

static void put_vessels(struct vg_out *out, const struct vg_alert_told *told)
{
    vg_out_char(out, '[');
    for (int i = 0; i < told->subjects; i++) {
        const struct vg_alert_subject *s = &told->subject[i];
        char id[VG_CONTACT_ID_TEXT];
        vg_contact_id_text(s->contact, id);
        vg_out_printf(out, "%s{\"contact\":", i ? "," : "");
        vg_out_printf(out, s->contact ? "\"%s\"" : "null", id);
        vg_out_printf(out, s->mmsi ? ",\"mmsi\":%u" : ",\"mmsi\":null", s->mmsi);
        vg_out_printf(out, ",\"class\":\"%s\"", vg_class_key((enum vg_class)s->class));
        if (*s->name) {
            vg_out_text(out, ",\"name\":");
            vg_out_json_plain(out, s->name, strnlen(s->name, sizeof s->name));
        }
        if (*s->flag)
            vg_out_printf(out, ",\"flag\":\"%.2s\"", s->flag);
        if (s->shiptype)
            vg_out_printf(out, ",\"shiptype\":%u", s->shiptype);
        if (s->length_m)
            vg_out_printf(out, ",\"length\":%u", s->length_m);
        vg_out_char(out, '}');
    }
    vg_out_char(out, ']');
}

static enum vg_err store_contacts(struct vg_alert_book *book, const struct vg_event *e)
{
    struct vg_ask ask;
    vg_ask_begin(&ask, book->db, "DELETE FROM event_contact WHERE event = ?");
    vg_ask_int(&ask, (int64_t)e->id);
    enum vg_err err = vg_ask_run(&ask);
    for (int i = 0; i < e->contacts && !err; i++) {
        vg_ask_begin(&ask, book->db, "INSERT OR IGNORE INTO event_contact VALUES (?, ?, ?)");
        vg_ask_int(&ask, (int64_t)e->id);
        vg_ask_int(&ask, (int64_t)e->contact[i].id);
        vg_ask_int(&ask, e->contact[i].mmsi);
        err = vg_ask_run(&ask);
    }
    return err;
}

/* told_us of the first revision stays: when it was found decides what is silenced, and rates. */
static enum vg_err store_event(struct vg_alert_book *book, const struct vg_alert_told *told, int64_t told_us)
{
    const struct vg_event *e = &told->event;
    bool placed = vg_pos_valid(e->pos);
    char vessels[2048];
    struct vg_out body = vg_out_growing(VG_EVENT_JSON_MAX), of = vg_out_fixed(vessels, sizeof vessels);
    struct vg_ask ask;
    vg_event_json(&body, e);
    put_vessels(&of, told);
    vg_ask_begin(&ask, book->db,
                 "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
                 " revision = excluded.revision, kind = excluded.kind, state = excluded.state, begin_us ="
                 " excluded.begin_us, end_us = excluded.end_us, lon_e4min = excluded.lon_e4min, lat_e4min ="
                 " excluded.lat_e4min, mmsi = excluded.mmsi, confidence = excluded.confidence, body = excluded.body,"
                 " vessels = excluded.vessels");
    vg_ask_int(&ask, (int64_t)e->id);
    vg_ask_int(&ask, e->revision);
    vg_ask_text(&ask, vg_event_kind_key((enum vg_event_kind)e->kind));
    vg_ask_text(&ask, vg_event_state_key((enum vg_event_state)e->state));
    vg_ask_int(&ask, e->begin_us);
    vg_ask_int(&ask, e->end_us);
    vg_ask_int(&ask, told_us);
    for (int i = 0; i < 2; i++) {
        if (placed)
            vg_ask_int(&ask, i ? e->pos.lat_e4min : e->pos.lon_e4min);
        else
            vg_ask_null(&ask);
    }
    vg_ask_int(&ask, e->contacts ? e->contact[0].mmsi : 0);
    vg_ask_real(&ask, e->confidence);
    vg_ask_int(&ask, e->exercise);
    vg_ask_bytes(&ask, body.buf, body.err ? 0 : body.len);
    vg_ask_bytes(&ask, of.err ? "[]" : vessels, of.err ? 2 : of.len);
    enum vg_err err = body.err ? VG_NOMEM : VG_OK, done = vg_ask_run(&ask);
    vg_out_free(&body);
    return err ? err : done ? done : store_contacts(book, e);
}

/* ---- what is not told ---- */

/* Who takes part, whatever the order: what tells that two events are about the same. */
static int64_t parties_of(const struct vg_event *e)
{
    uint64_t sum = e->kind;
    for (int i = 0; i < e->contacts; i++) {
        uint64_t who = e->contact[i].mmsi ? e->contact[i].mmsi : e->contact[i].id;
        sum += (who ^ who >> 29) * UINT64_C(0x9E3779B97F4A7C15);
    }
    return (int64_t)sum;
}

/* The mute that covers the data time at which the event was told; 0: none. */
static enum vg_err find_mute(struct vg_alert_book *book, const struct vg_rule *rule, const struct vg_event *e,
                             int64_t *ret)
{
    struct vg_ask ask;
    *ret = 0;
    vg_ask_begin(
        &ask, book->db,
        "SELECT m.seq, m.contact, m.mmsi FROM mute m LEFT JOIN mute_end x ON x.mute = m.seq WHERE m.from_us <= ?1"
        " AND ?1 < min(m.to_us, coalesce(x.data_us, m.to_us)) AND (m.rule IS NULL OR m.rule = ?2)"
        " AND (m.kind IS NULL OR m.kind = ?3) ORDER BY m.seq");
    vg_ask_int(&ask, e->told_us);
    vg_ask_text(&ask, rule->name);
    vg_ask_text(&ask, vg_event_kind_key((enum vg_event_kind)e->kind));
    while (!*ret && vg_ask_next(&ask)) {
        uint64_t contact = (uint64_t)vg_ask_get_int(&ask, 1);
        uint32_t mmsi = (uint32_t)vg_ask_get_int(&ask, 2);
        bool fits = !contact && !mmsi && rule->severity < VG_SEVERITY_DISTRESS;
        for (int i = 0; i < e->contacts && (contact || mmsi); i++)
            fits |= (!contact || e->contact[i].id == contact) && (!mmsi || e->contact[i].mmsi == mmsi);
        if (fits)
            *ret = vg_ask_get_int(&ask, 0);
    }
    return vg_ask_end(&ask);
}

/* How many alerts the rule has told in the hour of data time before. */
static enum vg_err count_hour(struct vg_alert_book *book, const struct vg_rule *rule, const struct vg_event *e,
                              int64_t *ret)
{
    struct vg_ask ask;
    vg_ask_begin(&ask, book->db,
                 "SELECT count(*) FROM alert WHERE rule = ? AND opened_us > ? AND opened_us <= ?"
                 " AND exercise = ? AND state NOT IN ('held', 'silenced')");
    vg_ask_text(&ask, rule->name);
    vg_ask_int(&ask, e->told_us - VG_HOUR_US);
    vg_ask_int(&ask, e->told_us);
    vg_ask_int(&ask, e->exercise);
    *ret = vg_ask_next(&ask) ? vg_ask_get_int(&ask, 0) : 0;
    return vg_ask_end(&ask);
}

/*
 * A dismissed alert stays dismissed for its data time, even if later data gives the event another beginning and so
 * another id. Distress is always told anew.
 */
static enum vg_err find_dismissed(struct vg_alert_book *book, const struct vg_rule *rule, const struct vg_event *e,
                                  struct vg_alert *alert, bool *ret)
{
    struct vg_ask ask;
    vg_ask_begin(&ask, book->db,
                 "SELECT a.owner, a.reason FROM alert a JOIN event e ON e.id = a.event WHERE a.parties = ?1 AND"
                 " a.rule = ?2 AND a.exercise = ?3 AND a.state = 'dismissed' AND e.begin_us <= ?4 AND e.end_us >= ?5");
    vg_ask_int(&ask, parties_of(e));
    vg_ask_text(&ask, rule->name);
    vg_ask_int(&ask, e->exercise);
    vg_ask_int(&ask, e->end_us);
    vg_ask_int(&ask, e->begin_us);
    *ret = rule->severity < VG_SEVERITY_DISTRESS && vg_ask_next(&ask);
    if (*ret) {
        vg_text_plain(alert->owner, sizeof alert->owner, vg_ask_get_text(&ask, 0), vg_ask_get_len(&ask, 0));
        vg_text_plain(alert->reason, sizeof alert->reason, vg_ask_get_text(&ask, 1), vg_ask_get_len(&ask, 1));
    }
    return vg_ask_end(&ask);
}

/* ---- an alert ---- */

/* The state in which it begins, and the word for its first step. */
static enum vg_err judge(struct vg_alert_book *book, const struct vg_rule *rule, const struct vg_event *e,
                         struct vg_alert *alert, const char **ret_what)
{
    int64_t mute = 0, told = 0;
    bool dismissed = false;
    enum vg_err err = find_mute(book, rule, e, &mute);
    if (!err)
        err = find_dismissed(book, rule, e, alert, &dismissed);
    if (!err && rule->per_hour)
        err = count_hour(book, rule, e, &told);
    alert->state = mute                                       ? VG_ALERT_SILENCED
                   : dismissed                                ? VG_ALERT_DISMISSED
                   : rule->per_hour && told >= rule->per_hour ? VG_ALERT_HELD
                                                              : VG_ALERT_OPEN;
    *ret_what = alert->state == VG_ALERT_OPEN ? "opened" : vg_alert_state_key((enum vg_alert_state)alert->state);
    return err;
}

static void count(struct vg_alert_counters *c, uint8_t state)
{
    c->opened += state == VG_ALERT_OPEN;
    c->silenced += state == VG_ALERT_SILENCED;
    c->held += state == VG_ALERT_HELD;
    c->inherited += state == VG_ALERT_DISMISSED;
}

static enum vg_err insert(struct vg_alert_book *book, const struct vg_alert *a, const struct vg_event *e)
{
    struct vg_ask ask;
    vg_ask_begin(&ask, book->db, "INSERT INTO alert VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, ?)");
    vg_ask_int(&ask, (int64_t)a->id);
    vg_ask_int(&ask, (int64_t)a->event);
    vg_ask_text(&ask, a->rule);
    vg_ask_text(&ask, a->role);
    vg_ask_text(&ask, vg_event_kind_key((enum vg_event_kind)a->kind));
    vg_ask_int(&ask, a->severity);
    vg_ask_text(&ask, vg_alert_state_key((enum vg_alert_state)a->state));
    vg_ask_int(&ask, a->exercise);
    vg_ask_int(&ask, a->opened_us);
    vg_ask_int(&ask, a->opened_host_us);
    vg_ask_int(&ask, a->changed_us);
    if (a->due_us == VG_TIME_NONE)
        vg_ask_null(&ask);
    else
        vg_ask_int(&ask, a->due_us);
    vg_ask_text(&ask, a->owner);
    vg_ask_text(&ask, a->reason);
    vg_ask_int(&ask, parties_of(e));
    return vg_ask_run(&ask);
}

static enum vg_err open_alert(struct vg_alert_book *book, const struct vg_rule *rule, const struct vg_alert_told *told)
{
    const struct vg_event *e = &told->event;
    const char *what = NULL;
    struct vg_alert a = {.id = vg_alert_id_of(e->id, rule->name),
                         .event = e->id,
                         .kind = e->kind,
                         .severity = rule->severity,
                         .exercise = e->exercise,
                         .opened_us = e->told_us,
                         .opened_host_us = told->host_us,
                         .changed_us = e->told_us,
                         .due_us = VG_TIME_NONE,
                         .escalated_us = VG_TIME_NONE};
    memcpy(a.rule, rule->name, sizeof a.rule);
    memcpy(a.role, rule->role, sizeof a.role);
    enum vg_err err = judge(book, rule, e, &a, &what);
    if (!err && a.state == VG_ALERT_OPEN)
        a.due_us = vg_book_due_us(book, a.severity, a.opened_us);
    if (!err)
        err = insert(book, &a, e);
    count(&book->counters, a.state);
    return err ? err : vg_book_step(book, &a, what, NULL, a.reason, told->host_us);
}

/* Later data took the event back, or gave it again. What a person has decided stays, and the history says so. */
static enum vg_err follow(struct vg_alert_book *book, struct vg_alert *a, const struct vg_alert_told *told,
                          bool was_withdrawn)
{
    const struct vg_event *e = &told->event;
    bool withdrawn = e->state == VG_EVENT_WITHDRAWN;
    if (withdrawn == was_withdrawn)
        return VG_OK;
    a->changed_us = e->told_us;
    bool decided = a->state == VG_ALERT_CONFIRMED || a->state == VG_ALERT_DISMISSED;
    if (withdrawn && !decided) {
        a->state = VG_ALERT_WITHDRAWN;
        a->due_us = VG_TIME_NONE;
        book->counters.withdrawn++;
    } else if (!withdrawn && a->state == VG_ALERT_WITHDRAWN) {
        a->state = VG_ALERT_OPEN;
        a->due_us = vg_book_due_us(book, a->severity, e->told_us);
        book->counters.opened++;
    }
    enum vg_err err = vg_book_store(book, a);
    return err ? err
               : vg_book_step(book, a, withdrawn ? "withdrawn" : "opened", NULL,
                              withdrawn ? "later data takes the event back" : "later data gives the event again",
                              told->host_us);
}

static enum vg_err apply_rule(struct vg_alert_book *book, const struct vg_rule *rule, const struct vg_alert_told *told,
                              bool was_withdrawn)
{
    struct vg_alert alert;
    enum vg_err err = vg_alert_book_get(book, vg_alert_id_of(told->event.id, rule->name), &alert);
    if (!err)
        return follow(book, &alert, told, was_withdrawn);
    if (err != VG_NOT_FOUND)
        return err;
    if (told->event.state == VG_EVENT_WITHDRAWN ||
        !vg_rule_wants(&book->rules, rule, &told->event, told->subject, told->subjects))
        return VG_OK;
    return open_alert(book, rule, told);
}

/* Of rules that are no more, too: their alerts are withdrawn like others. */
static enum vg_err follow_others(struct vg_alert_book *book, const struct vg_alert_told *told, bool was_withdrawn)
{
    struct vg_alert alert[VG_RULES_MAX];
    struct vg_ask ask;
    size_t count = 0;
    if (was_withdrawn == (told->event.state == VG_EVENT_WITHDRAWN))
        return VG_OK;
    vg_ask_begin(&ask, book->db,
                 "SELECT " VG_ALERT_COLUMNS " FROM alert a JOIN event e ON e.id = a.event WHERE a.event = ?");
    vg_ask_int(&ask, (int64_t)told->event.id);
    while (count < VG_RULES_MAX && vg_ask_next(&ask)) {
        vg_book_alert_of(&ask, &alert[count]);
        count += vg_rules_find(&book->rules, alert[count].rule) < 0;
    }
    enum vg_err err = vg_ask_end(&ask);
    for (size_t i = 0; i < count && !err; i++)
        err = follow(book, &alert[i], told, was_withdrawn);
    return err;
}

/* ---- the calls ---- */

static enum vg_err take(struct vg_alert_book *book, const struct vg_alert_told *told)
{
    const struct vg_event *e = &told->event;
    struct vg_alert_counters *c = &book->counters;
    bool known = false, withdrawn = false;
    int64_t revision = -1, told_us = e->told_us;
    enum vg_err err = known_revision(book, e->id, &known, &revision, &withdrawn, &told_us);
    if (err)
        return err;
    c->events++;
    if (e->told_us > book->data_us)
        book->data_us = e->told_us;
    if (known && e->revision <= revision) {
        c->same++;
        return VG_OK;
    }
    c->revised += known;
    err = store_event(book, told, told_us);
    book->events += !known && !err;
    for (int i = 0; i < book->rules.count && !err; i++)
        if (book->rules.rule[i].kinds >> e->kind & 1)
            err = apply_rule(book, &book->rules.rule[i], told, withdrawn);
    if (!err && e->kind == VG_EVENT_DISTRESS && !vg_rules_tell_distress(&book->rules)) {
        struct vg_rule distress; /* whatever the rules are: a call for help is told */
        vg_rules_distress(&distress);
        err = apply_rule(book, &distress, told, withdrawn);
    }
    return err ? err : follow_others(book, told, withdrawn);
}

/* Events that nobody was told of, the oldest first. */
#define UNTOLD                                                                                                         \
    "(SELECT id FROM event e WHERE NOT EXISTS (SELECT 1 FROM alert a WHERE a.event = e.id AND a.state NOT IN"          \
    " ('held', 'silenced')) ORDER BY e.begin_us, e.id LIMIT ?)"

/* A thousandth at a time, so that it isn't done for each event. Histories stay. */
static enum vg_err forget(struct vg_alert_book *book)
{
    struct vg_ask ask;
    const int64_t most = (int64_t)(book->events - book->events_kept + book->events_kept / 1000);
    if (book->events <= book->events_kept)
        return VG_OK;
    vg_ask_begin(&ask, book->db, "DELETE FROM alert WHERE state IN ('held', 'silenced') AND event IN " UNTOLD);
    vg_ask_int(&ask, most);
    enum vg_err err = vg_ask_run(&ask);
    if (err)
        return err;
    vg_ask_begin(&ask, book->db, "DELETE FROM event WHERE id IN " UNTOLD);
    vg_ask_int(&ask, most);
    err = vg_ask_run(&ask);
    int64_t gone = err ? 0 : vg_db_changes(book->db);
    book->events -= (uint64_t)gone;
    book->counters.forgotten += (uint64_t)gone;
    return err;
}

enum vg_err vg_alert_book_events(struct vg_alert_book *book, const struct vg_alert_told *told, size_t count)
{
    const uint64_t events = book->events;
    const int64_t data_us = book->data_us;
    enum vg_err err = vg_book_begin(book);
    if (err)
        return err;
    for (size_t i = 0; i < count && !err; i++)
        err = take(book, &told[i]);
    if (!err)
        err = forget(book);
    err = vg_book_end(book, err);
    if (err) {
        book->events = events;
        book->data_us = data_us;
    }
    return err;
}

static enum vg_err escalate(struct vg_alert_book *book, struct vg_alert *a, int64_t host_us)
{
    a->changed_us = a->escalated_us = a->due_us; /* not when it was noticed: that depends on who asks how often */
    a->due_us = VG_TIME_NONE;
    book->counters.escalated++;
    enum vg_err err = vg_book_store(book, a);
    return err ? err : vg_book_step(book, a, "escalated", NULL, "nobody has looked", host_us);
}

enum vg_err vg_alert_book_advance(struct vg_alert_book *book, int64_t data_us, int64_t host_us)
{
    struct vg_alert due[64];
    size_t count = sizeof due / sizeof *due;
    if (data_us > book->data_us)
        book->data_us = data_us;
    while (count == sizeof due / sizeof *due) {
        struct vg_ask ask;
        count = 0;
        vg_ask_begin(&ask, book->db,
                     "SELECT " VG_ALERT_COLUMNS " FROM alert a JOIN event e ON e.id = a.event WHERE"
                     " a.due_us IS NOT NULL AND a.due_us <= ? ORDER BY a.due_us, a.id");
        vg_ask_int(&ask, book->data_us);
        while (count < sizeof due / sizeof *due && vg_ask_next(&ask))
            vg_book_alert_of(&ask, &due[count++]);
        enum vg_err err = vg_ask_end(&ask);
        if (err || !count)
            return err;
        err = vg_book_begin(book);
        if (err)
            return err;
        for (size_t i = 0; i < count && !err; i++)
            err = escalate(book, &due[i], host_us);
        err = vg_book_end(book, err);
        if (err)
            return err;
    }
    return VG_OK;
}
