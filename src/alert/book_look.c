/* Questions to the book: lists, one alert with all that belongs to it, events. */
#include <math.h>
#include <stdio.h>

#include "alert/inner.h"
#include "behaviour/event_json.h"
#include "vessel/contact.h"

static void put_time(struct vg_out *out, int64_t time_us)
{
    if (time_us == VG_TIME_NONE)
        vg_out_text(out, "null");
    else
        vg_out_json_time(out, time_us);
}

/* An alert with its event and vessels, without the closing brace. */
static void put_alert(struct vg_out *out, const struct vg_ask *ask)
{
    struct vg_alert alert;
    vg_book_alert_of(ask, &alert);
    vg_out_char(out, '{');
    vg_alert_members(out, &alert);
    vg_out_text(out, ",\"vessels\":");
    vg_out_bytes(out, vg_ask_get_text(ask, VG_ALERT_COLUMN_COUNT), vg_ask_get_len(ask, VG_ALERT_COLUMN_COUNT));
    vg_out_text(out, ",\"event\":");
    vg_out_bytes(out, vg_ask_get_text(ask, VG_ALERT_COLUMN_COUNT + 1), vg_ask_get_len(ask, VG_ALERT_COLUMN_COUNT + 1));
}

/* ---- the list ---- */

static bool has_kind(uint32_t kinds, const char *key)
{
    enum vg_event_kind kind;
    return !kinds || (vg_event_kind_parse(key, &kind) && kinds >> kind & 1);
}

static bool is_listed(const struct vg_alert_filter *f, const struct vg_alert *a)
{
    return (!f->severities || f->severities >> a->severity & 1) && (!f->kinds || f->kinds >> a->kind & 1) &&
           (!f->escalated || a->escalated_us != VG_TIME_NONE) && (!*f->rule || strcmp(f->rule, a->rule) == 0) &&
           (!*f->mine || strcmp(f->mine, a->owner) == 0 || (*a->role && strcmp(f->mine, a->role) == 0)) &&
           (!f->timed || (a->opened_us >= f->from_us && a->opened_us < f->to_us));
}

enum vg_err vg_alert_book_list(struct vg_alert_book *book, const struct vg_alert_filter *f, struct vg_out *out)
{
    const uint32_t states = f->states ? f->states : 1u << VG_ALERT_OPEN | 1u << VG_ALERT_ACKNOWLEDGED;
    const uint32_t limit = f->limit ? f->limit : VG_ALERT_LIST_DEFAULT;
    uint64_t total = 0, count = 0;
    struct vg_ask ask;
    vg_out_text(out, "{\"time\":");
    put_time(out, book->data_us);
    vg_out_text(out, ",\"alerts\":[");
    vg_ask_begin(&ask, book->db,
                 "SELECT " VG_ALERT_COLUMNS ", e.vessels, e.body FROM alert a JOIN event e ON e.id = a.event"
                 " WHERE a.exercise = ?1 AND ((a.state = 'open' AND ?2 & 1) OR (a.state = 'acknowledged' AND ?2 & 2) OR"
                 " (a.state = 'confirmed' AND ?2 & 4) OR (a.state = 'dismissed' AND ?2 & 8) OR (a.state = 'withdrawn'"
                 " AND ?2 & 16) OR (a.state = 'silenced' AND ?2 & 32) OR (a.state = 'held' AND ?2 & 64))"
                 " ORDER BY a.severity DESC, a.opened_us, a.id");
    vg_ask_int(&ask, f->exercise);
    vg_ask_int(&ask, states);
    while (vg_ask_next(&ask)) {
        struct vg_alert alert;
        vg_book_alert_of(&ask, &alert);
        if (!is_listed(f, &alert) || ++total > limit)
            continue;
        vg_out_text(out, count++ ? ",\n" : "\n");
        put_alert(out, &ask);
        vg_out_char(out, '}');
    }
    vg_out_printf(out, "],\"total\":%llu,\"count\":%llu}\n", (unsigned long long)total, (unsigned long long)count);
    return vg_ask_end(&ask);
}

/* ---- one alert ---- */

static enum vg_err put_history(struct vg_alert_book *book, uint64_t alert, struct vg_out *out)
{
    struct vg_ask ask;
    const char *between = "";
    vg_out_text(out, ",\"history\":[");
    vg_ask_begin(&ask, book->db,
                 "SELECT what, state, who, why, host_us, data_us FROM step WHERE alert = ? ORDER BY seq");
    vg_ask_int(&ask, (int64_t)alert);
    while (vg_ask_next(&ask)) {
        vg_out_printf(out, "%s{\"what\":\"%s\",\"state\":\"%s\"", between, vg_ask_get_text(&ask, 0),
                      vg_ask_get_text(&ask, 1));
        vg_alert_put_text(out, "who", vg_ask_get_text(&ask, 2));
        vg_alert_put_text(out, "why", vg_ask_get_text(&ask, 3));
        vg_out_text(out, ",\"host_time\":");
        put_time(out, vg_ask_get_int(&ask, 4));
        vg_out_text(out, ",\"time\":");
        put_time(out, vg_ask_get_int(&ask, 5));
        vg_out_char(out, '}');
        between = ",";
    }
    vg_out_char(out, ']');
    return vg_ask_end(&ask);
}

/* Numbers of an event that say what could be heard and what was: by what their keys begin with. */
static bool is_of_reception(const char *key)
{
    static const char *const begins[] = {"reception", "expected",  "heard",  "others_heard",
                                         "echoes",    "existence", "silence"};
    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
        if (strncmp(key, begins[i], strlen(begins[i])) == 0)
            return true;
    return false;
}

/* Where it is proved, and what says how well it could be heard there. */
static void put_evidence(struct vg_out *out, const struct vg_event *e, const struct vg_alert_proof *proof)
{
    const char *between = "";
    vg_out_text(out, ",\"evidence\":{\"places\":[");
    for (int i = 0; i < e->places; i++)
        vg_out_printf(out, "%s%llu", i ? "," : "", (unsigned long long)e->place[i]);
    vg_out_printf(out, "],\"reports\":%u,\"all_named\":%s", e->reports, e->reports <= e->places ? "true" : "false");
    vg_out_text(out, proof ? proof->evidence : "");
    vg_out_text(out, "},\"reception\":{");
    for (int i = 0; i < e->numbers; i++) {
        const struct vg_event_number *n = &e->number[i];
        if (!is_of_reception(n->key))
            continue;
        vg_out_text(out, between);
        vg_out_json_plain(out, n->key, strlen(n->key));
        if (isfinite(n->value))
            vg_out_printf(out, ":%.10g", n->value);
        else
            vg_out_text(out, ":null");
        between = ",";
    }
    if (proof)
        vg_out_text(out, *between ? proof->reception : proof->reception + (*proof->reception == ','));
    vg_out_char(out, '}');
}

static enum vg_err put_risks(struct vg_alert_book *book, const struct vg_event *e, struct vg_out *out)
{
    enum vg_err err = VG_OK;
    vg_out_text(out, ",\"risk\":[");
    for (int i = 0; i < e->contacts && !err; i++) {
        vg_out_text(out, i ? "," : "");
        err = vg_alert_book_risk(book, e->contact[i].id, e->contact[i].mmsi, e->exercise, out);
    }
    vg_out_char(out, ']');
    return err;
}

enum vg_err vg_alert_book_event_of(struct vg_alert_book *book, uint64_t id, struct vg_event_read *ret)
{
    struct vg_ask ask;
    vg_ask_begin(&ask, book->db, "SELECT e.body FROM alert a JOIN event e ON e.id = a.event WHERE a.id = ?");
    vg_ask_int(&ask, (int64_t)id);
    bool found = vg_ask_next(&ask);
    enum vg_err err = VG_OK;
    if (found)
        err = vg_event_read(vg_ask_get_text(&ask, 0), vg_ask_get_len(&ask, 0), ret);
    enum vg_err ended = vg_ask_end(&ask);
    if (ended || !found)
        return ended ? ended : VG_NOT_FOUND;
    return err == VG_SYNTAX ? VG_CORRUPT : err;
}

enum vg_err vg_alert_book_show(struct vg_alert_book *book, uint64_t id, const struct vg_alert_proof *proof,
                               struct vg_out *out)
{
    struct vg_event_read read = {.event.contacts = 0};
    struct vg_ask ask;
    vg_ask_begin(&ask, book->db,
                 "SELECT " VG_ALERT_COLUMNS ", e.vessels, e.body FROM alert a JOIN event e ON e.id = a.event"
                 " WHERE a.id = ?");
    vg_ask_int(&ask, (int64_t)id);
    bool found = vg_ask_next(&ask);
    if (found) {
        put_alert(out, &ask);
        if (vg_event_read(vg_ask_get_text(&ask, VG_ALERT_COLUMN_COUNT + 1),
                          vg_ask_get_len(&ask, VG_ALERT_COLUMN_COUNT + 1), &read))
            read.event = (struct vg_event){.pos = VG_POS_NONE};
    }
    enum vg_err err = vg_ask_end(&ask);
    if (err || !found)
        return err ? err : VG_NOT_FOUND;
    put_evidence(out, &read.event, proof);
    err = put_history(book, id, out);
    if (!err)
        err = put_risks(book, &read.event, out);
    vg_out_text(out, "}\n");
    return err;
}

/* ---- events ---- */

static bool is_wanted(const struct vg_event_filter *f, const struct vg_ask *ask)
{
    static const char *const states[] = {"ongoing", "ended", "withdrawn"};
    bool state = !f->states;
    for (int i = 0; i < 3 && !state; i++)
        state = f->states >> i & 1 && strcmp(vg_ask_get_text(ask, 2), states[i]) == 0;
    struct vg_pos pos = vg_ask_is_null(ask, 3)
                            ? VG_POS_NONE
                            : (struct vg_pos){(int32_t)vg_ask_get_int(ask, 3), (int32_t)vg_ask_get_int(ask, 4)};
    return state && has_kind(f->kinds, vg_ask_get_text(ask, 1)) && (!f->boxed || vg_box_contains(&f->box, pos));
}

/* Where the list goes on: the begin of the event that was the last. */
static enum vg_err begin_of(struct vg_alert_book *book, uint64_t event, int64_t *ret)
{
    struct vg_ask ask;
    vg_ask_begin(&ask, book->db, "SELECT begin_us FROM event WHERE id = ?");
    vg_ask_int(&ask, (int64_t)event);
    bool found = vg_ask_next(&ask);
    if (found)
        *ret = vg_ask_get_int(&ask, 0);
    enum vg_err err = vg_ask_end(&ask);
    return err || found ? err : VG_NOT_FOUND;
}

#define EVENT_COLUMNS "SELECT e.body, e.kind, e.state, e.lon_e4min, e.lat_e4min FROM event e"
#define EVENT_WHERE                                                                                                    \
    " e.exercise = ?1 AND e.begin_us < ?2 AND e.end_us >= ?3 AND (e.begin_us, e.id) < (?4, ?5)"                        \
    " ORDER BY e.begin_us DESC, e.id DESC"

enum vg_err vg_alert_book_each_event(struct vg_alert_book *book, const struct vg_event_filter *f, vg_alert_on_event *on,
                                     void *arg)
{
    const uint32_t limit = f->limit ? f->limit : VG_ALERT_LIST_DEFAULT;
    int64_t behind_us = INT64_MAX;
    uint32_t count = 0;
    struct vg_ask ask;
    enum vg_err err = f->after ? begin_of(book, f->after, &behind_us) : VG_OK, stop = VG_OK;
    if (err)
        return err;
    if (f->mmsi || f->contact)
        vg_ask_begin(&ask, book->db,
                     EVENT_COLUMNS " WHERE e.id IN (SELECT event FROM event_contact WHERE (?6 = 0 OR contact = ?6) AND"
                                   " (?7 = 0 OR mmsi = ?7)) AND" EVENT_WHERE);
    else
        vg_ask_begin(&ask, book->db, EVENT_COLUMNS " WHERE" EVENT_WHERE);
    vg_ask_int(&ask, f->exercise);
    vg_ask_int(&ask, f->timed ? f->to_us : INT64_MAX);
    vg_ask_int(&ask, f->timed ? f->from_us : INT64_MIN);
    vg_ask_int(&ask, behind_us);
    vg_ask_int(&ask, f->after ? (int64_t)f->after : INT64_MAX);
    if (f->mmsi || f->contact) {
        vg_ask_int(&ask, (int64_t)f->contact);
        vg_ask_int(&ask, f->mmsi);
    }
    while (count < limit && !stop && vg_ask_next(&ask))
        if (is_wanted(f, &ask)) {
            count++;
            stop = on(arg, vg_ask_get_text(&ask, 0), vg_ask_get_len(&ask, 0));
        }
    err = vg_ask_end(&ask);
    return err ? err : stop == VG_EOF ? VG_OK : stop;
}

static enum vg_err put_alerts_of(struct vg_alert_book *book, uint64_t event, struct vg_out *out)
{
    struct vg_ask ask;
    const char *between = "";
    vg_out_text(out, ",\"alerts\":[");
    vg_ask_begin(&ask, book->db,
                 "SELECT " VG_ALERT_COLUMNS " FROM alert a JOIN event e ON e.id = a.event WHERE"
                 " a.event = ? ORDER BY a.severity DESC, a.rule");
    vg_ask_int(&ask, (int64_t)event);
    while (vg_ask_next(&ask)) {
        struct vg_alert alert;
        vg_book_alert_of(&ask, &alert);
        vg_out_printf(out, "%s{", between);
        vg_alert_members(out, &alert);
        vg_out_char(out, '}');
        between = ",";
    }
    vg_out_char(out, ']');
    return vg_ask_end(&ask);
}

enum vg_err vg_alert_book_show_event(struct vg_alert_book *book, uint64_t id, struct vg_out *out)
{
    struct vg_ask ask;
    vg_ask_begin(&ask, book->db, "SELECT vessels, body FROM event WHERE id = ?");
    vg_ask_int(&ask, (int64_t)id);
    bool found = vg_ask_next(&ask);
    if (found) {
        vg_out_bytes(out, vg_ask_get_text(&ask, 1), vg_ask_get_len(&ask, 1) - 1); /* its brace is closed below */
        vg_out_text(out, ",\"vessels\":");
        vg_out_bytes(out, vg_ask_get_text(&ask, 0), vg_ask_get_len(&ask, 0));
    }
    enum vg_err err = vg_ask_end(&ask);
    if (err || !found)
        return err ? err : VG_NOT_FOUND;
    err = put_alerts_of(book, id, out);
    vg_out_text(out, "}\n");
    return err;
}
