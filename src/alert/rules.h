/*
 * Rules: which events become alerts, how urgent, for whom, how many an hour. A set of them is a plain value, made of a
 * YAML text or built in; docs/formats/alerts.md has the keys.
 *
 *     rules:
 *       - name: meeting-at-sea
 *         kinds: [encounter, meeting]
 *         severity: caution
 *         min_confidence: 0.7
 *         area: Golfo
 *         per_hour: 10
 *     areas:
 *       - name: Golfo
 *         box: [-81.5, -3.5, -79.7, -2]
 *     escalate: {distress: 2, warning: 10, caution: 30, information: 0}
 *
 * Pure; any thread. Nothing is allocated but while reading.
 */
#ifndef VG_ALERT_RULES_H
#define VG_ALERT_RULES_H

#include "base/err.h"
#include "base/out.h"
#include "behaviour/event.h"
#include "vessel/contact.h"
#include "vessel/trade.h"

#define VG_RULES_MAX        64 /* in a set */
#define VG_RULE_NAME        48 /* bytes with the terminator */
#define VG_RULE_ROLE        32
#define VG_RULE_FLAGS       24
#define VG_RULE_AREAS_MAX   64
#define VG_RULE_AREA_POINTS 64
#define VG_RULES_TEXT_MAX   (64 * 1024) /* bytes of YAML */

/* In the order of urgency. Distress outranks every other alert. (name, key, minutes until it is escalated) */
#define VG_SEVERITY_LIST(X)                                                                                            \
    X(INFORMATION, "information", 0)                                                                                   \
    X(CAUTION, "caution", 30)                                                                                          \
    X(WARNING, "warning", 10)                                                                                          \
    X(DISTRESS, "distress", 2)

enum vg_severity {
#define X(name, key, minutes) VG_SEVERITY_##name,
    VG_SEVERITY_LIST(X)
#undef X
        VG_SEVERITIES
};
const char *vg_severity_key(enum vg_severity severity);
/* False, *ret untouched: there is no such key. */
bool vg_severity_parse(const char *key, enum vg_severity *ret);

/* A named place: a box, or a ring of points (planar in degrees; closed by itself; may cross the antimeridian). */
struct vg_rule_area {
    char name[VG_EVENT_TEXT];
    bool harbour; /* what lies there belongs there: see vg_rule.in_harbour */
    uint8_t points;
    double point[VG_RULE_AREA_POINTS][2]; /* lon, lat */
};

struct vg_rule {
    char name[VG_RULE_NAME];  /* its id in alerts: letters, digits, - and _ */
    char role[VG_RULE_ROLE];  /* for whom; "": everybody */
    char area[VG_EVENT_TEXT]; /* of an area of the set, or of the event's own text; "": anywhere */
    uint32_t kinds;           /* bits of enum vg_event_kind */
    uint32_t classes;         /* bits of enum vg_class; 0: any */
    uint32_t not_trades;      /* bits of enum vg_trade: not of who has these alone; 0: of all */
    uint8_t flags;            /* how many of `flag`; 0: any */
    char flag[VG_RULE_FLAGS][2];
    bool boxed, enabled;
    bool in_harbour;  /* also of what lies in a harbour */
    bool at_anchor;   /* also of what is anchored or moored */
    bool timed;       /* only from from_minute to to_minute of the day, UTC; to < from: over midnight */
    uint8_t severity; /* enum vg_severity */
    uint16_t from_minute, to_minute;
    struct vg_box box;
    double min_confidence, min_length_m, max_length_m, min_minutes;
    uint32_t min_reports;
    uint32_t per_hour; /* of data time; 0: no limit */
};

struct vg_rules {
    uint16_t count, areas;
    uint16_t escalate_minutes[VG_SEVERITIES]; /* of data time; 0: never */
    struct vg_rule rule[VG_RULES_MAX];
    struct vg_rule_area area[VG_RULE_AREAS_MAX];
};

/* Those built in. */
void vg_rules_default(struct vg_rules *ret);

struct vg_rules_error {
    unsigned line;  /* 0: of no line */
    char text[240]; /* one printable sentence: the key, what was expected, what was found */
};

/*
 * Reads a YAML text. VG_SYNTAX, VG_RANGE, VG_LIMIT, VG_NOMEM: *ret_error says what is wrong first; *ret is untouched.
 * What the text doesn't say (`escalate`) is as built in; without `rules` there are none.
 */
enum vg_err vg_rules_read(const char *yaml, size_t len, struct vg_rules *ret, struct vg_rules_error *ret_error);

/* YAML of which vg_rules_read() makes the same set. */
void vg_rules_write(const struct vg_rules *rules, struct vg_out *out);

/* The one built in for calls for help, which holds where no rule of a set tells any. */
void vg_rules_distress(struct vg_rule *ret);
/* True if calls for help become alerts by this rule, by one of these. */
bool vg_rule_tells_distress(const struct vg_rule *rule);
bool vg_rules_tell_distress(const struct vg_rules *rules);

/* -1: there is none of that name. */
int vg_rules_find(const struct vg_rules *rules, const char *name);

/* What is known of the contacts of an event besides it, when it was told. */
struct vg_alert_subject {
    uint64_t contact; /* 0: not known */
    uint32_t mmsi;
    uint8_t class;   /* enum vg_class */
    char flag[2];    /* or two zero bytes */
    bool known;      /* the rest is */
    bool lies_still; /* says that it is anchored, moored or aground, and doesn't move */
    uint8_t shiptype;
    uint16_t length_m; /* 0: not known */
    char name[VG_NAME_SIZE];
};

/* What is believed of a contact, as a subject. */
void vg_alert_subject_of(const struct vg_contact *contact, struct vg_alert_subject *ret);

/*
 * True if a rule wants an event; `subject` has `subjects` of its contacts. A rule that asks for what isn't known (a
 * class, a flag, a length, a place) doesn't want it.
 */
bool vg_rule_wants(const struct vg_rules *rules, const struct vg_rule *rule, const struct vg_event *event,
                   const struct vg_alert_subject *subject, size_t subjects);

/* True if a position lies in an area. */
bool vg_rule_area_has(const struct vg_rule_area *area, struct vg_pos pos);

#endif
