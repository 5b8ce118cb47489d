/* The book's file: its form, transactions, and what is written of an alert. */
#include <stdio.h>
#include <stdlib.h>

#include "alert/inner.h"
#include "base/fnv.h"

/*
 * Kinds and states are texts, so that any tool reads them. Ids are 64 bits and stand there with a sign. What people did
 * can't be changed afterwards: the triggers are for tools and mistakes, the journal is the proof.
 */
#define APPEND_ONLY(table)                                                                                             \
    "CREATE TRIGGER " table "_kept BEFORE UPDATE ON " table " BEGIN SELECT RAISE(ABORT, 'only ever added to'); END;"   \
    "CREATE TRIGGER " table "_stays BEFORE DELETE ON " table " BEGIN SELECT RAISE(ABORT, 'only ever added to'); END;"

static const char *const forms[] = {
    "CREATE TABLE event (id INTEGER PRIMARY KEY, revision INTEGER NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL,"
    " begin_us INTEGER NOT NULL, end_us INTEGER NOT NULL, told_us INTEGER NOT NULL, lon_e4min INTEGER, lat_e4min "
    "INTEGER,"
    " mmsi INTEGER NOT NULL, confidence REAL, exercise INTEGER NOT NULL, body TEXT NOT NULL, vessels TEXT NOT NULL);"
    "CREATE INDEX event_begin ON event (begin_us, id);"
    "CREATE TABLE event_contact (event INTEGER NOT NULL REFERENCES event (id) ON DELETE CASCADE, contact INTEGER NOT "
    "NULL, mmsi INTEGER NOT NULL,"
    " PRIMARY KEY (event, contact, mmsi)) WITHOUT ROWID;"
    "CREATE INDEX event_contact_id ON event_contact (contact);"
    "CREATE INDEX event_contact_mmsi ON event_contact (mmsi);"
    "CREATE TABLE alert (id INTEGER PRIMARY KEY, event INTEGER NOT NULL REFERENCES event (id), rule TEXT NOT NULL,"
    " role TEXT NOT NULL, kind TEXT NOT NULL, severity INTEGER NOT NULL, state TEXT NOT NULL, exercise INTEGER NOT "
    "NULL,"
    " opened_us INTEGER NOT NULL, opened_host_us INTEGER NOT NULL, changed_us INTEGER NOT NULL, due_us INTEGER,"
    " escalated_us INTEGER, owner TEXT NOT NULL, reason TEXT NOT NULL, parties INTEGER NOT NULL);"
    "CREATE INDEX alert_state ON alert (state, severity, opened_us);"
    "CREATE INDEX alert_rule ON alert (rule, opened_us);"
    "CREATE INDEX alert_event ON alert (event);"
    "CREATE INDEX alert_parties ON alert (parties, rule);"
    "CREATE INDEX alert_due ON alert (due_us) WHERE due_us IS NOT NULL;"
    "CREATE TABLE step (seq INTEGER PRIMARY KEY AUTOINCREMENT, alert INTEGER NOT NULL, what TEXT NOT NULL,"
    " state TEXT NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL, host_us INTEGER NOT NULL, data_us INTEGER NOT NULL);"
    "CREATE INDEX step_alert ON step (alert, seq);"
    "CREATE TABLE rule_change (seq INTEGER PRIMARY KEY AUTOINCREMENT, rule TEXT NOT NULL, enabled INTEGER NOT NULL,"
    " who TEXT NOT NULL, why TEXT NOT NULL, host_us INTEGER NOT NULL, data_us INTEGER NOT NULL);"
    "CREATE TABLE rule_text (seq INTEGER PRIMARY KEY AUTOINCREMENT, base TEXT NOT NULL, yaml TEXT NOT NULL,"
    " who TEXT NOT NULL, why TEXT NOT NULL, host_us INTEGER NOT NULL, data_us INTEGER NOT NULL);"
    "CREATE TABLE mute (seq INTEGER PRIMARY KEY AUTOINCREMENT, rule TEXT, kind TEXT, contact INTEGER, mmsi INTEGER,"
    " from_us INTEGER NOT NULL, to_us INTEGER NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL, host_us INTEGER NOT NULL,"
    " data_us INTEGER NOT NULL);"
    "CREATE TABLE mute_end (mute INTEGER PRIMARY KEY, who TEXT NOT NULL, why TEXT NOT NULL, host_us INTEGER NOT NULL,"
    " data_us INTEGER NOT NULL);"
    "CREATE TABLE handover (seq INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL);" //
    APPEND_ONLY("step") APPEND_ONLY("rule_change") APPEND_ONLY("rule_text") APPEND_ONLY("mute") APPEND_ONLY("mute_end")
        APPEND_ONLY("handover"),
};

/* ---- rules ---- */

static void hash_rules(const struct vg_rules *rules, char ret[static 17])
{
    struct vg_out out = vg_out_growing(4 * VG_RULES_TEXT_MAX);
    vg_rules_write(rules, &out);
    snprintf(ret, 17, "%016llx", (unsigned long long)vg_fnv(VG_FNV_BEGIN, out.buf, out.len));
    vg_out_free(&out);
}

/* The newest text that was made of these rules, then which rules were turned on or off since. */
enum vg_err vg_book_load_rules(struct vg_alert_book *book)
{
    struct vg_ask ask;
    struct vg_rules_error error;
    int64_t since_us = INT64_MIN;
    vg_ask_begin(&ask, book->db,
                 "SELECT yaml, host_us FROM rule_text WHERE seq = (SELECT max(seq) FROM rule_text)"
                 " AND base = ?");
    vg_ask_text(&ask, book->base);
    if (vg_ask_next(&ask) && !vg_rules_read(vg_ask_get_text(&ask, 0), vg_ask_get_len(&ask, 0), &book->rules, &error))
        since_us = vg_ask_get_int(&ask, 1);
    enum vg_err err = vg_ask_end(&ask);
    if (err)
        return err;
    vg_ask_begin(&ask, book->db, "SELECT rule, enabled FROM rule_change WHERE host_us >= ? ORDER BY seq");
    vg_ask_int(&ask, since_us);
    while (vg_ask_next(&ask)) {
        int i = vg_rules_find(&book->rules, vg_ask_get_text(&ask, 0));
        if (i >= 0)
            book->rules.rule[i].enabled = vg_ask_get_int(&ask, 1) != 0;
    }
    return vg_ask_end(&ask);
}

/* ---- opening ---- */

static enum vg_err look_around(struct vg_alert_book *book)
{
    struct vg_ask ask;
    vg_ask_begin(&ask, book->db, "SELECT count(*), max(told_us) FROM event");
    if (vg_ask_next(&ask)) {
        book->events = (uint64_t)vg_ask_get_int(&ask, 0);
        book->data_us = vg_ask_is_null(&ask, 1) ? VG_TIME_NONE : vg_ask_get_int(&ask, 1);
    }
    return vg_ask_end(&ask);
}

enum vg_err vg_alert_book_open(const struct vg_alert_book_options *o, struct vg_alert_book **ret_book,
                               char why[static VG_DB_WHY])
{
    struct vg_alert_book *book = calloc(1, sizeof *book);
    snprintf(why, VG_DB_WHY, "out of memory");
    if (!book)
        return VG_NOMEM;
    if (o->rules)
        book->rules = *o->rules;
    else
        vg_rules_default(&book->rules);
    hash_rules(&book->rules, book->base);
    book->data_us = VG_TIME_NONE;
    book->events_kept = o->events_kept ? o->events_kept : o->path ? VG_ALERT_EVENTS_KEPT : VG_ALERT_EVENTS_KEPT / 20;
    book->on_change = o->on_change;
    book->arg = o->arg;
    const size_t count = sizeof forms / sizeof *forms;
    enum vg_err err = o->to_read && o->path ? vg_db_open_to_read(o->path, count, &book->db, why)
                                            : vg_db_open(o->path, forms, count, &book->db, why);
    if (!err && ((err = vg_book_load_rules(book)) || (err = look_around(book))))
        snprintf(why, VG_DB_WHY, "%s", vg_db_error(book->db));
    if (err)
        vg_alert_book_close(book);
    else
        *ret_book = book;
    return err;
}

void vg_alert_book_close(struct vg_alert_book *book)
{
    if (!book)
        return;
    vg_db_close(book->db);
    free(book);
}

const struct vg_alert_counters *vg_alert_book_counters(const struct vg_alert_book *book)
{
    return &book->counters;
}

const struct vg_rules *vg_alert_book_rules(const struct vg_alert_book *book)
{
    return &book->rules;
}

int64_t vg_alert_book_time_us(const struct vg_alert_book *book)
{
    return book->data_us;
}

enum vg_err vg_alert_book_backup(struct vg_alert_book *book, const char *path)
{
    return vg_db_backup(book->db, path);
}

/* ---- an alert in the file ---- */

int64_t vg_book_due_us(const struct vg_alert_book *book, uint8_t severity, int64_t from_us)
{
    int64_t minutes = book->rules.escalate_minutes[severity];
    return minutes ? from_us + minutes * VG_MINUTE_US : VG_TIME_NONE;
}

static int64_t time_of(const struct vg_ask *ask, int column)
{
    return vg_ask_is_null(ask, column) ? VG_TIME_NONE : vg_ask_get_int(ask, column);
}

static void ask_time(struct vg_ask *ask, int64_t time_us)
{
    if (time_us == VG_TIME_NONE)
        vg_ask_null(ask);
    else
        vg_ask_int(ask, time_us);
}

static void text_of(const struct vg_ask *ask, int column, char *to, size_t size)
{
    snprintf(to, size, "%s", vg_ask_get_text(ask, column));
}

void vg_book_alert_of(const struct vg_ask *ask, struct vg_alert *ret)
{
    enum vg_event_kind kind = VG_EVENT_GAP;
    enum vg_alert_state state = VG_ALERT_OPEN;
    *ret = (struct vg_alert){.id = (uint64_t)vg_ask_get_int(ask, 0), .event = (uint64_t)vg_ask_get_int(ask, 1)};
    text_of(ask, 2, ret->rule, sizeof ret->rule);
    text_of(ask, 3, ret->role, sizeof ret->role);
    vg_event_kind_parse(vg_ask_get_text(ask, 4), &kind);
    ret->kind = (uint8_t)kind;
    ret->severity = (uint8_t)vg_ask_get_int(ask, 5);
    vg_alert_state_parse(vg_ask_get_text(ask, 6), &state);
    ret->state = (uint8_t)state;
    ret->exercise = vg_ask_get_int(ask, 7) != 0;
    ret->opened_us = vg_ask_get_int(ask, 8);
    ret->opened_host_us = vg_ask_get_int(ask, 9);
    ret->changed_us = vg_ask_get_int(ask, 10);
    ret->due_us = time_of(ask, 11);
    ret->escalated_us = time_of(ask, 12);
    text_of(ask, 13, ret->owner, sizeof ret->owner);
    text_of(ask, 14, ret->reason, sizeof ret->reason);
    ret->pos = vg_ask_is_null(ask, 15)
                   ? VG_POS_NONE
                   : (struct vg_pos){(int32_t)vg_ask_get_int(ask, 15), (int32_t)vg_ask_get_int(ask, 16)};
    ret->mmsi = (uint32_t)vg_ask_get_int(ask, 17);
}

enum vg_err vg_alert_book_get(struct vg_alert_book *book, uint64_t id, struct vg_alert *ret)
{
    struct vg_ask ask;
    vg_ask_begin(&ask, book->db,
                 "SELECT " VG_ALERT_COLUMNS " FROM alert a JOIN event e ON e.id = a.event WHERE a.id = ?");
    vg_ask_int(&ask, (int64_t)id);
    bool found = vg_ask_next(&ask);
    if (found)
        vg_book_alert_of(&ask, ret);
    enum vg_err err = vg_ask_end(&ask);
    return err || found ? err : VG_NOT_FOUND;
}

enum vg_err vg_book_store(struct vg_alert_book *book, const struct vg_alert *a)
{
    struct vg_ask ask;
    vg_ask_begin(&ask, book->db,
                 "UPDATE alert SET state = ?, changed_us = ?, due_us = ?, escalated_us = ?, owner = ?,"
                 " reason = ? WHERE id = ?");
    vg_ask_text(&ask, vg_alert_state_key((enum vg_alert_state)a->state));
    vg_ask_int(&ask, a->changed_us);
    ask_time(&ask, a->due_us);
    ask_time(&ask, a->escalated_us);
    vg_ask_text(&ask, a->owner);
    vg_ask_text(&ask, a->reason);
    vg_ask_int(&ask, (int64_t)a->id);
    return vg_ask_run(&ask);
}

enum vg_err vg_book_step(struct vg_alert_book *book, const struct vg_alert *a, const char *what,
                         const struct vg_alert_by *by, const char *why, int64_t host_us)
{
    struct vg_ask ask;
    vg_ask_begin(&ask, book->db,
                 "INSERT INTO step (alert, what, state, who, why, host_us, data_us)"
                 " VALUES (?, ?, ?, ?, ?, ?, ?)");
    vg_ask_int(&ask, (int64_t)a->id);
    vg_ask_text(&ask, what);
    vg_ask_text(&ask, vg_alert_state_key((enum vg_alert_state)a->state));
    vg_ask_text(&ask, by ? by->who : "");
    vg_ask_text(&ask, why);
    vg_ask_int(&ask, host_us);
    vg_ask_int(&ask, a->changed_us);
    if (book->changes < VG_ALERT_CHANGES) {
        book->change[book->changes].alert = a->id;
        book->change[book->changes++].what = what;
    } else {
        book->counters.untold++;
    }
    return vg_ask_run(&ask);
}

/* ---- transactions ---- */

enum vg_err vg_book_begin(struct vg_alert_book *book)
{
    book->before = book->counters;
    book->changes = 0;
    return vg_db_begin(book->db);
}

static void tell(struct vg_alert_book *book)
{
    struct vg_alert alert;
    for (size_t i = 0; i < book->changes && book->on_change; i++)
        if (!vg_alert_book_get(book, book->change[i].alert, &alert))
            book->on_change(book->arg, &alert, book->change[i].what);
    book->changes = 0;
}

enum vg_err vg_book_end(struct vg_alert_book *book, enum vg_err err)
{
    if (err)
        vg_db_rollback(book->db);
    else
        err = vg_db_commit(book->db);
    if (!err) {
        tell(book);
        return VG_OK;
    }
    book->counters = book->before;
    book->changes = 0;
    return err;
}
