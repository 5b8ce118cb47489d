/* Sums over the book: rules and how often they were right, handovers, the composite risk of a contact. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "alert/inner.h"
#include "vessel/contact.h"

#define DAYS_SHOWN   366
#define CHANGES      100 /* of rules, and mutes, the newest */
#define RISK_DAYS    30
#define RISK_PARTS   50
#define RISK_HALF_US (7 * VG_DAY_US) /* an event counts half after so long */

/* ---- how often a rule was right ---- */

struct tally {
    int64_t count[VG_ALERT_STATES];
};

static void add(struct tally *t, const char *state, int64_t count)
{
    enum vg_alert_state s;
    if (vg_alert_state_parse(state, &s))
        t->count[s] += count;
}

/* Of what people decided: what is open says nothing yet, and what was withdrawn nobody judged. */
static void put_tally(struct vg_out *out, const struct tally *t)
{
    int64_t told = 0, confirmed = t->count[VG_ALERT_CONFIRMED], dismissed = t->count[VG_ALERT_DISMISSED];
    for (int i = 0; i < VG_ALERT_SILENCED; i++)
        told += t->count[i];
    vg_out_printf(out, "\"opened\":%lld", (long long)told);
    for (int i = 0; i < VG_ALERT_STATES; i++)
        if (i != VG_ALERT_OPEN)
            vg_out_printf(out, ",\"%s\":%lld", vg_alert_state_key((enum vg_alert_state)i), (long long)t->count[i]);
    vg_out_text(out, ",\"precision\":");
    if (confirmed + dismissed)
        vg_out_printf(out, "%.4g", (double)confirmed / (double)(confirmed + dismissed));
    else
        vg_out_text(out, "null");
}

struct rule_sum {
    char rule[VG_RULE_NAME];
    struct tally all;
    struct vg_out days; /* JSON */
    int shown;
    int64_t day;
    struct tally of_day;
};

static void end_day(struct rule_sum *s)
{
    if (s->day == INT64_MIN || s->shown++ >= DAYS_SHOWN)
        return;
    char text[VG_TIME_TEXT];
    vg_time_text(s->day * VG_DAY_US, text);
    vg_out_printf(&s->days, "%s{\"day\":\"%.10s\",", s->days.len ? "," : "", text);
    put_tally(&s->days, &s->of_day);
    vg_out_char(&s->days, '}');
    s->of_day = (struct tally){0};
}

static void end_rule(struct rule_sum *s, struct vg_out *out, bool *first)
{
    if (!*s->rule)
        return;
    end_day(s);
    vg_out_printf(out, "%s{\"rule\":", *first ? "" : ",");
    vg_out_json_plain(out, s->rule, strlen(s->rule));
    vg_out_char(out, ',');
    put_tally(out, &s->all);
    vg_out_text(out, ",\"days\":[");
    vg_out_bytes(out, s->days.buf ? s->days.buf : "", s->days.len);
    vg_out_text(out, "]}");
    if (s->days.err)
        out->err = s->days.err;
    vg_out_free(&s->days);
    *first = false;
}

enum vg_err vg_alert_book_precision(struct vg_alert_book *book, bool exercise, struct vg_out *out)
{
    struct rule_sum s = {.day = INT64_MIN};
    struct vg_ask ask;
    bool first = true;
    vg_out_text(out, "{\"rules\":[");
    vg_ask_begin(&ask, book->db,
                 "SELECT rule, opened_us / ?2, state, count(*) FROM alert WHERE exercise = ?1"
                 " GROUP BY 1, 2, 3 ORDER BY 1, 2 DESC, 3");
    vg_ask_int(&ask, exercise);
    vg_ask_int(&ask, VG_DAY_US);
    while (vg_ask_next(&ask)) {
        if (strcmp(s.rule, vg_ask_get_text(&ask, 0)) != 0) {
            end_rule(&s, out, &first);
            s = (struct rule_sum){.day = INT64_MIN, .days = vg_out_growing((size_t)1 << 20)};
            snprintf(s.rule, sizeof s.rule, "%s", vg_ask_get_text(&ask, 0));
        }
        if (vg_ask_get_int(&ask, 1) != s.day) {
            end_day(&s);
            s.day = vg_ask_get_int(&ask, 1);
        }
        add(&s.all, vg_ask_get_text(&ask, 2), vg_ask_get_int(&ask, 3));
        add(&s.of_day, vg_ask_get_text(&ask, 2), vg_ask_get_int(&ask, 3));
    }
    end_rule(&s, out, &first);
    vg_out_text(out, "]}\n");
    return vg_ask_end(&ask);
}

/* ---- rules ---- */

static enum vg_err tally_of(struct vg_alert_book *book, const char *rule, struct tally *ret)
{
    struct vg_ask ask;
    *ret = (struct tally){0};
    vg_ask_begin(&ask, book->db, "SELECT state, count(*) FROM alert WHERE rule = ? AND exercise = 0 GROUP BY 1");
    vg_ask_text(&ask, rule);
    while (vg_ask_next(&ask))
        add(ret, vg_ask_get_text(&ask, 0), vg_ask_get_int(&ask, 1));
    return vg_ask_end(&ask);
}

static enum vg_err put_rule(struct vg_alert_book *book, const struct vg_rule *r, struct vg_out *out)
{
    struct tally tally;
    const char *between = "";
    enum vg_err err = tally_of(book, r->name, &tally);
    vg_out_printf(out, "{\"name\":\"%s\",\"kinds\":[", r->name);
    for (int i = 0; i < VG_EVENT_KINDS; i++)
        if (r->kinds >> i & 1) {
            vg_out_printf(out, "%s\"%s\"", between, vg_event_kind_key((enum vg_event_kind)i));
            between = ",";
        }
    vg_out_printf(out, "],\"severity\":\"%s\"", vg_severity_key((enum vg_severity)r->severity));
    vg_alert_put_text(out, "for", r->role);
    vg_out_printf(out, ",\"enabled\":%s,\"min_confidence\":%.10g,\"per_hour\":%u", r->enabled ? "true" : "false",
                  r->min_confidence, r->per_hour);
    vg_alert_put_text(out, "area", r->area);
    vg_out_char(out, ',');
    put_tally(out, &tally);
    vg_out_char(out, '}');
    return err;
}

static enum vg_err put_changes(struct vg_alert_book *book, struct vg_out *out)
{
    struct vg_ask ask;
    const char *between = "";
    vg_out_text(out, ",\"changes\":[");
    vg_ask_begin(&ask, book->db,
                 "SELECT rule, enabled, who, why, host_us, data_us FROM rule_change UNION ALL SELECT '', 2, who, why,"
                 " host_us, data_us FROM rule_text ORDER BY host_us DESC LIMIT ?");
    vg_ask_int(&ask, CHANGES);
    while (vg_ask_next(&ask)) {
        static const char *const words[] = {"off", "on", "text"};
        vg_out_printf(out, "%s{\"what\":\"%s\"", between, words[vg_ask_get_int(&ask, 1) % 3]);
        vg_alert_put_text(out, "rule", vg_ask_get_text(&ask, 0));
        vg_alert_put_text(out, "who", vg_ask_get_text(&ask, 2));
        vg_alert_put_text(out, "why", vg_ask_get_text(&ask, 3));
        vg_alert_put_time(out, "host_time", vg_ask_get_int(&ask, 4));
        vg_alert_put_time(out, "time", vg_ask_get_int(&ask, 5));
        vg_out_char(out, '}');
        between = ",";
    }
    vg_out_char(out, ']');
    return vg_ask_end(&ask);
}

static enum vg_err put_mutes(struct vg_alert_book *book, struct vg_out *out)
{
    struct vg_ask ask;
    const char *between = "";
    vg_out_text(out, ",\"mutes\":[");
    vg_ask_begin(
        &ask, book->db,
        "SELECT m.seq, m.rule, m.kind, m.contact, m.mmsi, m.from_us, min(m.to_us, coalesce(x.data_us, m.to_us)),"
        " m.who, m.why, x.who FROM mute m LEFT JOIN mute_end x ON x.mute = m.seq ORDER BY m.seq DESC LIMIT ?");
    vg_ask_int(&ask, CHANGES);
    while (vg_ask_next(&ask)) {
        char id[VG_CONTACT_ID_TEXT];
        vg_contact_id_text((uint64_t)vg_ask_get_int(&ask, 3), id);
        vg_out_printf(out, "%s{\"id\":%lld", between, (long long)vg_ask_get_int(&ask, 0));
        vg_alert_put_text(out, "rule", vg_ask_get_text(&ask, 1));
        vg_alert_put_text(out, "kind", vg_ask_get_text(&ask, 2));
        vg_alert_put_text(out, "contact", vg_ask_is_null(&ask, 3) ? "" : id);
        vg_alert_put_text(out, "mmsi", "");
        if (!vg_ask_is_null(&ask, 4)) {
            out->len -= 4; /* a number instead of null */
            vg_out_int(out, vg_ask_get_int(&ask, 4));
        }
        vg_alert_put_time(out, "from", vg_ask_get_int(&ask, 5));
        vg_alert_put_time(out, "to", vg_ask_get_int(&ask, 6));
        vg_alert_put_text(out, "who", vg_ask_get_text(&ask, 7));
        vg_alert_put_text(out, "why", vg_ask_get_text(&ask, 8));
        vg_alert_put_text(out, "ended_by", vg_ask_get_text(&ask, 9));
        vg_out_char(out, '}');
        between = ",";
    }
    vg_out_char(out, ']');
    return vg_ask_end(&ask);
}

enum vg_err vg_alert_book_show_rules(struct vg_alert_book *book, struct vg_out *out)
{
    struct vg_out yaml = vg_out_growing(4 * VG_RULES_TEXT_MAX);
    enum vg_err err = VG_OK;
    vg_out_text(out, "{\"rules\":[");
    for (int i = 0; i < book->rules.count && !err; i++) {
        vg_out_text(out, i ? ",\n" : "\n");
        err = put_rule(book, &book->rules.rule[i], out);
    }
    vg_rules_write(&book->rules, &yaml);
    vg_out_text(out, "],\"text\":");
    vg_out_json_string(out, yaml.err ? "" : yaml.buf, yaml.err ? 0 : yaml.len);
    vg_out_free(&yaml);
    if (!err)
        err = put_changes(book, out);
    if (!err)
        err = put_mutes(book, out);
    vg_out_text(out, "}\n");
    return err;
}

enum vg_err vg_alert_book_handovers(struct vg_alert_book *book, struct vg_out *out)
{
    struct vg_ask ask;
    const char *between = "\n";
    vg_out_text(out, "{\"handovers\":[");
    vg_ask_begin(&ask, book->db, "SELECT body FROM handover ORDER BY seq DESC LIMIT 50");
    while (vg_ask_next(&ask)) {
        vg_out_text(out, between);
        vg_out_bytes(out, vg_ask_get_text(&ask, 0), vg_ask_get_len(&ask, 0));
        between = ",\n";
    }
    vg_out_text(out, "]}\n");
    return vg_ask_end(&ask);
}

/* ---- the composite risk ---- */

/*
 * How much an event of a kind says at full confidence that a contact deserves a look. They are a convention, not a
 * measurement: docs/formats/alerts.md says so. Ordinary behaviour says nothing.
 */
static const double weights[VG_EVENT_KINDS] = {
    [VG_EVENT_GAP] = 0.05,     [VG_EVENT_DISABLING] = 0.4,      [VG_EVENT_ENCOUNTER] = 0.25, [VG_EVENT_LOITERING] = 0.1,
    [VG_EVENT_DRIFT] = 0.1,    [VG_EVENT_STOP] = 0.05,          [VG_EVENT_AREA] = 0.3,       [VG_EVENT_GATE] = 0.02,
    [VG_EVENT_IDENTITY] = 0.4, [VG_EVENT_SPOOFING] = 0.4,       [VG_EVENT_SHORE] = 0.2,      [VG_EVENT_DEVIATION] = 0.1,
    [VG_EVENT_ANOMALY] = 0.05, [VG_EVENT_VOYAGE] = 0.02,        [VG_EVENT_WATCHLIST] = 0.5,  [VG_EVENT_DARK] = 0.3,
    [VG_EVENT_UNSEEN] = 0.2,   [VG_EVENT_TWO_IDENTITIES] = 0.3, [VG_EVENT_MEETING] = 0.3,
};

/* 1 − Π(1 − part): parts that are independent. An event that somebody dismissed counts nothing, and is shown. */
enum vg_err vg_alert_book_risk(struct vg_alert_book *book, uint64_t contact, uint32_t mmsi, bool exercise,
                               struct vg_out *out)
{
    struct vg_ask ask;
    double rest = 1;
    char id[VG_CONTACT_ID_TEXT];
    const char *between = "";
    vg_contact_id_text(contact, id);
    vg_out_printf(out, contact ? "{\"contact\":\"%s\"" : "{\"contact\":null", id);
    vg_out_printf(out, mmsi ? ",\"mmsi\":%u,\"parts\":[" : ",\"mmsi\":null,\"parts\":[", mmsi);
    vg_ask_begin(
        &ask, book->db,
        "SELECT e.id, e.kind, e.confidence, e.end_us, EXISTS (SELECT 1 FROM alert a WHERE a.event = e.id AND"
        " a.state = 'dismissed') FROM event e WHERE e.id IN (SELECT event FROM event_contact WHERE (?1 <> 0 AND"
        " contact = ?1) OR (?1 = 0 AND mmsi = ?2)) AND e.exercise = ?3 AND e.state <> 'withdrawn' AND"
        " e.end_us >= ?4 ORDER BY e.end_us DESC, e.id LIMIT ?5");
    vg_ask_int(&ask, (int64_t)contact);
    vg_ask_int(&ask, mmsi);
    vg_ask_int(&ask, exercise);
    vg_ask_int(&ask, book->data_us == VG_TIME_NONE ? 0 : book->data_us - RISK_DAYS * VG_DAY_US);
    vg_ask_int(&ask, RISK_PARTS);
    while (contact + mmsi && vg_ask_next(&ask)) {
        enum vg_event_kind kind = VG_EVENT_GAP;
        char event[VG_CONTACT_ID_TEXT];
        bool dismissed = vg_ask_get_int(&ask, 4) != 0;
        double confidence = fmin(fmax(vg_ask_get_real(&ask, 2), 0), 1); /* NAN: 0 */
        double age_us = fmax(0, (double)book->data_us - (double)vg_ask_get_int(&ask, 3));
        vg_event_kind_parse(vg_ask_get_text(&ask, 1), &kind);
        double part = dismissed ? 0 : weights[kind] * confidence * exp2(-age_us / (double)RISK_HALF_US);
        rest *= 1 - part;
        vg_contact_id_text((uint64_t)vg_ask_get_int(&ask, 0), event);
        vg_out_printf(out,
                      "%s{\"event\":\"%s\",\"kind\":\"%s\",\"confidence\":%.4g,\"weight\":%.4g,\"age_days\":%.3g,"
                      "\"dismissed\":%s,\"part\":%.4g}",
                      between, event, vg_event_kind_key(kind), confidence, weights[kind], age_us / (double)VG_DAY_US,
                      dismissed ? "true" : "false", part);
        between = ",";
    }
    vg_out_printf(out, "],\"value\":%.4g}", 1 - rest);
    return vg_ask_end(&ask);
}
