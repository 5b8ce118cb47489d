/* Rules built in, and what a rule wants. */
#include "alert/rules.h"

#include <math.h>

#include "base/time.h"
#include "vessel/rules.h"

#define KIND(name) (UINT32_C(1) << VG_EVENT_##name)

const char *vg_severity_key(enum vg_severity severity)
{
    static const char *const keys[] = {
#define X(name, key, minutes) key,
        VG_SEVERITY_LIST(X)
#undef X
    };
    return severity < VG_SEVERITIES ? keys[severity] : "none";
}

bool vg_severity_parse(const char *key, enum vg_severity *ret)
{
    for (int i = 0; i < VG_SEVERITIES; i++)
        if (strcmp(vg_severity_key((enum vg_severity)i), key) == 0) {
            *ret = (enum vg_severity)i;
            return true;
        }
    return false;
}

/*
 * What ships with the program. A lone gap, a port visit, fishing and a changed destination are for the archive: they
 * are ordinary. What may be a matter of life comes first and has no limit an hour. What can't be false because a ship
 * lies in a harbour (an identity on two ships, a watch-listed one) is told there, too.
 */
#define TRADE(name) (UINT32_C(1) << VG_TRADE_##name)

static const struct vg_rule built_in[] = {
    {.name = "distress",
     .kinds = KIND(DISTRESS),
     .severity = VG_SEVERITY_DISTRESS,
     .in_harbour = true,
     .at_anchor = true},
    {.name = "meeting-without-ais",
     .kinds = KIND(MEETING),
     .severity = VG_SEVERITY_WARNING,
     .min_confidence = 0.6,
     .per_hour = 20},
    {.name = "close-quarters",
     .kinds = KIND(CLOSE_QUARTERS),
     .severity = VG_SEVERITY_WARNING,
     .min_confidence = 0.7,
     .per_hour = 30},
    {.name = "drift", .kinds = KIND(DRIFT), .severity = VG_SEVERITY_WARNING, .min_confidence = 0.7, .per_hour = 10},
    {.name = "watchlist",
     .kinds = KIND(WATCHLIST),
     .severity = VG_SEVERITY_WARNING,
     .min_confidence = 0.5,
     .per_hour = 30,
     .in_harbour = true,
     .at_anchor = true},
    {.name = "identity",
     .kinds = KIND(IDENTITY) | KIND(TWO_IDENTITIES),
     .severity = VG_SEVERITY_WARNING,
     .min_confidence = 0.8,
     .per_hour = 10,
     .in_harbour = true,
     .at_anchor = true,
     .min_reports = 2},
    {.name = "spoofing",
     .kinds = KIND(SPOOFING),
     .severity = VG_SEVERITY_WARNING,
     .min_confidence = 0.8,
     .per_hour = 10,
     .in_harbour = true,
     .at_anchor = true,
     .min_reports = 2},
    {.name = "disabling",
     .kinds = KIND(DISABLING),
     .severity = VG_SEVERITY_CAUTION,
     .min_confidence = 0.7,
     .per_hour = 10,
     .min_reports = 2},
    {.name = "encounter",
     .kinds = KIND(ENCOUNTER),
     .severity = VG_SEVERITY_CAUTION,
     .min_confidence = 0.7,
     .per_hour = 10},
    {.name = "dark",
     .kinds = KIND(DARK),
     .severity = VG_SEVERITY_CAUTION,
     .min_confidence = 0.8,
     .per_hour = 10,
     .min_reports = 2},
    {.name = "unseen",
     .kinds = KIND(UNSEEN),
     .severity = VG_SEVERITY_CAUTION,
     .min_confidence = 0.8,
     .per_hour = 10,
     .min_reports = 2},
    {.name = "area", .kinds = KIND(AREA), .severity = VG_SEVERITY_CAUTION, .min_confidence = 0.5, .per_hour = 30},
    {.name = "shore", .kinds = KIND(SHORE), .severity = VG_SEVERITY_CAUTION, .min_confidence = 0.7, .per_hour = 10},
    {.name = "stop",
     .kinds = KIND(STOP),
     .severity = VG_SEVERITY_CAUTION,
     .min_confidence = 0.7,
     .not_trades = TRADE(FISHING) | TRADE(SERVICE) | TRADE(PLEASURE), /* they stop so every day */
     .per_hour = 10},
    {.name = "gate", .kinds = KIND(GATE), .severity = VG_SEVERITY_INFORMATION, .min_confidence = 0.5, .per_hour = 60},
    {.name = "loitering",
     .kinds = KIND(LOITERING),
     .severity = VG_SEVERITY_INFORMATION,
     .min_confidence = 0.7,
     /* it is their work; and far out who never said a type is mostly a fishing vessel */
     .not_trades = TRADE(FISHING) | TRADE(SERVICE) | TRADE(PLEASURE) | TRADE(UNKNOWN),
     .per_hour = 10},
    {.name = "anomaly",
     .kinds = KIND(ANOMALY) | KIND(DEVIATION),
     .severity = VG_SEVERITY_INFORMATION,
     .min_confidence = 0.8,
     .not_trades = TRADE(FISHING) | TRADE(SERVICE) | TRADE(PLEASURE),
     .per_hour = 10,
     .min_reports = 2},
};
static const struct vg_rule silent[] = {
    {.name = "gap",
     .kinds = KIND(GAP),
     .severity = VG_SEVERITY_INFORMATION,
     .min_confidence = 0.8,
     .per_hour = 10,
     .min_reports = 2},
    {.name = "fishing",
     .kinds = KIND(FISHING),
     .severity = VG_SEVERITY_INFORMATION,
     .min_confidence = 0.8,
     .per_hour = 10},
    {.name = "port-visit",
     .kinds = KIND(PORT_VISIT),
     .severity = VG_SEVERITY_INFORMATION,
     .min_confidence = 0.8,
     .per_hour = 60,
     .in_harbour = true,
     .at_anchor = true},
    {.name = "voyage",
     .kinds = KIND(VOYAGE),
     .severity = VG_SEVERITY_INFORMATION,
     .min_confidence = 0.5,
     .per_hour = 60,
     .in_harbour = true,
     .at_anchor = true},
};
#define BUILT_IN (sizeof built_in / sizeof *built_in)
#define SILENT   (sizeof silent / sizeof *silent)
_Static_assert(BUILT_IN + SILENT <= VG_RULES_MAX, "they fit");

void vg_rules_default(struct vg_rules *ret)
{
    static const uint16_t minutes[] = {
#define X(name, key, minutes) minutes,
        VG_SEVERITY_LIST(X)
#undef X
    };
    memset(ret, 0, sizeof *ret);
    memcpy(ret->escalate_minutes, minutes, sizeof minutes);
    for (size_t i = 0; i < BUILT_IN + SILENT; i++) {
        ret->rule[i] = i < BUILT_IN ? built_in[i] : silent[i - BUILT_IN];
        ret->rule[i].enabled = i < BUILT_IN;
    }
    ret->count = BUILT_IN + SILENT;
}

int vg_rules_find(const struct vg_rules *rules, const char *name)
{
    for (int i = 0; i < rules->count; i++)
        if (strcmp(rules->rule[i].name, name) == 0)
            return i;
    return -1;
}

/* ---- where ---- */

/* Of a longitude as seen from another one: within 180 degrees of it. */
static double near(double lon_deg, double from_deg)
{
    return from_deg + remainder(lon_deg - from_deg, 360);
}

/* Even-odd. Each point's longitude is taken as the nearest one to its predecessor's: rings may cross 180 degrees. */
static bool ring_has(const struct vg_rule_area *area, double lon, double lat)
{
    bool inside = false;
    double x = near(area->point[0][0], lon), first = x;
    for (int i = 0; i < area->points; i++) {
        const double *a = area->point[i], *b = area->point[(i + 1) % area->points];
        double next = i + 1 == area->points ? first : near(b[0], x);
        if ((a[1] > lat) != (b[1] > lat) && lon < x + (lat - a[1]) / (b[1] - a[1]) * (next - x))
            inside = !inside;
        x = next;
    }
    return inside;
}

bool vg_rule_area_has(const struct vg_rule_area *area, struct vg_pos pos)
{
    if (!vg_pos_valid(pos) || !area->points)
        return false;
    if (area->points == 2) { /* a box: its south-west and its north-east corner */
        const struct vg_box box = {area->point[0][0], area->point[0][1], area->point[1][0], area->point[1][1]};
        return vg_box_contains(&box, pos);
    }
    return ring_has(area, vg_pos_lon_deg(pos), vg_pos_lat_deg(pos));
}

static bool is_in_area(const struct vg_rules *rules, const char *name, const struct vg_event *event)
{
    const size_t len = strlen(name);
    if (strncmp(event->text, name, len) == 0 && (!event->text[len] || strncmp(event->text + len, ": ", 2) == 0))
        return true; /* the event is about it: "Reserva", "Reserva: enter" */
    for (int i = 0; i < rules->areas; i++)
        if (strcmp(rules->area[i].name, name) == 0 && vg_rule_area_has(&rules->area[i], event->pos))
            return true;
    return false;
}

static bool is_in_harbour(const struct vg_rules *rules, struct vg_pos pos)
{
    for (int i = 0; i < rules->areas; i++)
        if (rules->area[i].harbour && vg_rule_area_has(&rules->area[i], pos))
            return true;
    return false;
}

static bool is_where(const struct vg_rules *rules, const struct vg_rule *rule, const struct vg_event *event)
{
    return (!rule->boxed || vg_box_contains(&rule->box, event->pos)) &&
           (!*rule->area || is_in_area(rules, rule->area, event)) &&
           (rule->in_harbour || !is_in_harbour(rules, event->pos));
}

/* ---- who ---- */

static bool has_flag(const struct vg_rule *rule, const char flag[static 2])
{
    for (int i = 0; i < rule->flags; i++)
        if (memcmp(rule->flag[i], flag, 2) == 0)
            return true;
    return rule->flags == 0;
}

static bool is_wanted(const struct vg_rule *rule, const struct vg_alert_subject *s)
{
    return s->known && (!rule->classes || rule->classes >> s->class & 1) && has_flag(rule, s->flag) &&
           (rule->min_length_m <= 0 || (s->length_m && s->length_m >= rule->min_length_m)) &&
           (rule->max_length_m <= 0 || (s->length_m && s->length_m <= rule->max_length_m));
}

static bool is_left_out(const struct vg_rule *rule, const struct vg_alert_subject *s)
{
    return rule->not_trades >> vg_trade_of(s->known ? s->shiptype : 0) & 1;
}

/* One of its contacts is enough; but what lies at anchor, or does what its trade does, belongs there only if all of
 * them do. */
static bool is_who(const struct vg_rule *rule, const struct vg_alert_subject *subject, size_t subjects)
{
    bool asks = rule->classes || rule->flags || rule->min_length_m > 0 || rule->max_length_m > 0;
    bool wanted = !asks, moves = !subjects, other = !subjects;
    for (size_t i = 0; i < subjects; i++) {
        wanted |= is_wanted(rule, &subject[i]);
        moves |= !subject[i].lies_still;
        other |= !is_left_out(rule, &subject[i]);
    }
    return wanted && other && (moves || rule->at_anchor);
}

/* ---- when ---- */

static bool is_when(const struct vg_rule *rule, int64_t time_us)
{
    if (!rule->timed)
        return true;
    int64_t of_day = time_us % VG_DAY_US;
    int64_t minute = (of_day < 0 ? of_day + VG_DAY_US : of_day) / VG_MINUTE_US;
    bool after = minute >= rule->from_minute, before = minute < rule->to_minute;
    return rule->from_minute <= rule->to_minute ? after && before : after || before;
}

void vg_rules_distress(struct vg_rule *ret)
{
    *ret = built_in[0];
    ret->enabled = true;
}

bool vg_rules_tell_distress(const struct vg_rules *rules)
{
    for (int i = 0; i < rules->count; i++)
        if (vg_rule_tells_distress(&rules->rule[i]))
            return true;
    return false;
}

bool vg_rule_tells_distress(const struct vg_rule *r)
{
    return r->enabled && r->kinds >> VG_EVENT_DISTRESS & 1;
}

bool vg_rule_wants(const struct vg_rules *rules, const struct vg_rule *rule, const struct vg_event *event,
                   const struct vg_alert_subject *subject, size_t subjects)
{
    double minutes = ((double)event->end_us - (double)event->begin_us) / (double)VG_MINUTE_US;
    return rule->enabled && rule->kinds >> event->kind & 1 &&
           !(event->confidence < rule->min_confidence) && /* one that has none is told */
           event->reports >= rule->min_reports && (rule->min_minutes <= 0 || minutes >= rule->min_minutes) &&
           is_when(rule, event->begin_us) && is_where(rules, rule, event) && is_who(rule, subject, subjects);
}

void vg_alert_subject_of(const struct vg_contact *c, struct vg_alert_subject *ret)
{
    int length_m = vg_contact_said(c, VG_FIELD_DIMENSIONS) ? c->to_bow_m + c->to_stern_m : 0;
    ret->known = true;
    ret->contact = c->id;
    ret->mmsi = c->mmsi;
    ret->class = c->class;
    memcpy(ret->flag, c->flag, sizeof ret->flag);
    ret->lies_still = vg_contact_is_still(c);
    ret->shiptype = vg_contact_said(c, VG_FIELD_SHIPTYPE) ? c->shiptype : 0;
    ret->length_m = (uint16_t)(length_m > UINT16_MAX ? UINT16_MAX : length_m);
    if (vg_contact_said(c, VG_FIELD_NAME))
        memcpy(ret->name, c->name, sizeof ret->name);
}
