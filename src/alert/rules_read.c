/*
 * Rules of a YAML text, by libyaml's events. One table of keys reads every value of a rule with its bounds; the first
 * thing that is wrong ends the reading and is told with its line.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "alert/rules.h"
#include "base/decimal.h"
#include "site/yaml_events.h"
#include "vessel/contact.h"

struct reading {
    struct vg_yaml yaml;
    struct vg_rules *rules;
    struct vg_rules_error error;
    enum vg_err err;
    unsigned rule_line[VG_RULES_MAX]; /* where each begins */
};

static void on_wrong(void *arg, unsigned line, const char *key, const char *what)
{
    struct reading *r = arg;
    char text[700];
    r->yaml.stopped = true;
    if (r->err)
        return;
    r->err = VG_SYNTAX;
    r->error.line = line;
    snprintf(text, sizeof text, "%s%s%s", key ? key : "", key ? ": " : "", what);
    vg_text_plain(r->error.text, sizeof r->error.text, text, strlen(text));
}

static bool wrong(struct reading *r, const char *key, const char *expected)
{
    return vg_yaml_unexpected(&r->yaml, key, expected);
}

static bool too_many(struct reading *r, const char *key, unsigned most)
{
    vg_yaml_wrong(&r->yaml, vg_yaml_line(&r->yaml), key, "expected at most %u, found more", most);
    r->err = VG_LIMIT;
    return false;
}

/* ---- values ---- */

static bool read_number(struct reading *r, const char *key, double low, double high, double *ret)
{
    char expected[80];
    struct vg_decimal exact;
    snprintf(expected, sizeof expected, "a number from %.10g to %.10g", low, high);
    const char *text = vg_yaml_scalar(&r->yaml, key, expected);
    double value = text && vg_decimal_read(text, strlen(text), '.', &exact) ? strtod(text, NULL) : NAN;
    if (value >= low && value <= high) {
        *ret = value;
        return true;
    }
    if (text && wrong(r, key, expected) == false && !isnan(value))
        r->err = VG_RANGE;
    return false;
}

static bool read_whole(struct reading *r, const char *key, double high, uint32_t *ret)
{
    double value;
    if (!read_number(r, key, 0, high, &value))
        return false;
    if (value != floor(value))
        return wrong(r, key, "a whole number");
    *ret = (uint32_t)value;
    return true;
}

static bool read_flag(struct reading *r, const char *key, bool *ret)
{
    const char *text = vg_yaml_scalar(&r->yaml, key, "true or false");
    bool yes = text && strcmp(text, "true") == 0;
    if (!text || (!yes && strcmp(text, "false") != 0))
        return text ? wrong(r, key, "true or false") : false;
    *ret = yes;
    return true;
}

static bool read_text(struct reading *r, const char *key, char *ret, size_t size)
{
    char expected[80];
    snprintf(expected, sizeof expected, "a name of 1 to %zu bytes, printable", size - 1);
    const char *text = vg_yaml_scalar(&r->yaml, key, expected);
    size_t len = text ? strlen(text) : 0;
    if (!text)
        return false;
    if (!len || len >= size || !vg_text_is_plain(text, len))
        return wrong(r, key, expected);
    memcpy(ret, text, len + 1);
    return true;
}

/* It stands in addresses, logs and metrics. */
static bool is_simple_name(const char *text)
{
    return text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")] == '\0';
}

/* A word, or a list of them: each goes to `take`. */
static bool read_words(struct reading *r, const char *key, const char *expected, struct vg_rule *rule,
                       bool (*take)(struct vg_rule *rule, const char *word))
{
    bool list = vg_yaml_is(&r->yaml, YAML_SEQUENCE_START_EVENT);
    while (!list || (vg_yaml_next(&r->yaml) && !vg_yaml_is(&r->yaml, YAML_SEQUENCE_END_EVENT))) {
        const char *word = vg_yaml_scalar(&r->yaml, key, expected);
        if (!word)
            return false;
        if (!take(rule, word))
            return wrong(r, key, expected);
        if (!list)
            break;
    }
    return !r->err;
}

static bool take_kind(struct vg_rule *rule, const char *word)
{
    enum vg_event_kind kind;
    if (!vg_event_kind_parse(word, &kind))
        return false;
    rule->kinds |= UINT32_C(1) << kind;
    return true;
}

static bool take_class(struct vg_rule *rule, const char *word)
{
    for (int i = 0; i < VG_CLASS_COUNT; i++)
        if (strcmp(vg_class_key((enum vg_class)i), word) == 0) {
            rule->classes |= UINT32_C(1) << i;
            return true;
        }
    return false;
}

static bool take_flag(struct vg_rule *rule, const char *word)
{
    if (strlen(word) != 2 || rule->flags == VG_RULE_FLAGS || word[0] < 'A' || word[0] > 'Z' || word[1] < 'A' ||
        word[1] > 'Z')
        return false;
    memcpy(rule->flag[rule->flags++], word, 2);
    return true;
}

/* "22:00-05:30" */
static bool read_hours(struct reading *r, const char *key, struct vg_rule *rule)
{
    static const char expected[] = "HH:MM-HH:MM in UTC, as 22:00-05:30";
    const char *text = vg_yaml_scalar(&r->yaml, key, expected);
    unsigned part[4] = {0};
    if (!text)
        return false;
    bool good = strlen(text) == 11;
    for (int i = 0; good && i < 11; i++)
        good = i % 3 == 2 ? text[i] == (i == 5 ? '-' : ':') : text[i] >= '0' && text[i] <= '9';
    for (int i = 0; good && i < 4; i++)
        part[i] = (unsigned)(text[3 * i] - '0') * 10 + (unsigned)(text[3 * i + 1] - '0');
    if (!good || part[0] > 23 || part[2] > 24 || part[1] > 59 || part[3] > 59 || part[2] * 60 + part[3] > 24 * 60)
        return wrong(r, key, expected);
    rule->timed = true;
    rule->from_minute = (uint16_t)(part[0] * 60 + part[1]);
    rule->to_minute = (uint16_t)(part[2] * 60 + part[3]);
    return true;
}

/* [W, S, E, N] */
static bool read_box(struct reading *r, const char *key, struct vg_box *ret)
{
    static const char expected[] = "[west, south, east, north] in degrees";
    static const double most[] = {180, 90, 180, 90};
    double side[4];
    int n = 0;
    if (!vg_yaml_is(&r->yaml, YAML_SEQUENCE_START_EVENT))
        return wrong(r, key, expected);
    while (vg_yaml_next(&r->yaml) && !vg_yaml_is(&r->yaml, YAML_SEQUENCE_END_EVENT)) {
        if (n == 4)
            return wrong(r, key, expected);
        if (!read_number(r, key, -most[n], most[n], &side[n]))
            return false;
        n++;
    }
    if (r->err || n < 4 || side[1] >= side[3] || side[0] == side[2])
        return r->err
                   ? false
                   : vg_yaml_wrong(&r->yaml, vg_yaml_line(&r->yaml), key, "expected %s, south below north", expected);
    *ret = (struct vg_box){side[0], side[1], side[2], side[3]};
    return true;
}

/* ---- a rule ---- */

struct rule_key {
    const char *name;
    bool (*read)(struct reading *r, const char *key, struct vg_rule *rule);
};

static bool key_name(struct reading *r, const char *key, struct vg_rule *rule)
{
    if (!read_text(r, key, rule->name, sizeof rule->name))
        return false;
    return is_simple_name(rule->name) || wrong(r, key, "a name of letters, digits, - and _");
}

static bool key_role(struct reading *r, const char *key, struct vg_rule *rule)
{
    return read_text(r, key, rule->role, sizeof rule->role);
}

static bool key_kinds(struct reading *r, const char *key, struct vg_rule *rule)
{
    return read_words(r, key, "kinds of events (gap, disabling, encounter, …)", rule, take_kind);
}

static bool key_severity(struct reading *r, const char *key, struct vg_rule *rule)
{
    static const char expected[] = "information, caution, warning or distress";
    enum vg_severity severity;
    const char *text = vg_yaml_scalar(&r->yaml, key, expected);
    if (!text || !vg_severity_parse(text, &severity))
        return text ? wrong(r, key, expected) : false;
    rule->severity = (uint8_t)severity;
    return true;
}

static bool key_confidence(struct reading *r, const char *key, struct vg_rule *rule)
{
    return read_number(r, key, 0, 1, &rule->min_confidence);
}

static bool key_area(struct reading *r, const char *key, struct vg_rule *rule)
{
    return read_text(r, key, rule->area, sizeof rule->area);
}

static bool key_box(struct reading *r, const char *key, struct vg_rule *rule)
{
    rule->boxed = true;
    return read_box(r, key, &rule->box);
}

static bool key_classes(struct reading *r, const char *key, struct vg_rule *rule)
{
    return read_words(r, key, "classes (a, b, base, aton, sar, …)", rule, take_class);
}

static bool key_flags(struct reading *r, const char *key, struct vg_rule *rule)
{
    return read_words(r, key, "at most 24 country codes of two capital letters, as EC", rule, take_flag);
}

static bool key_min_length(struct reading *r, const char *key, struct vg_rule *rule)
{
    return read_number(r, key, 0, 1000, &rule->min_length_m);
}

static bool key_max_length(struct reading *r, const char *key, struct vg_rule *rule)
{
    return read_number(r, key, 0, 1000, &rule->max_length_m);
}

static bool key_in_harbour(struct reading *r, const char *key, struct vg_rule *rule)
{
    return read_flag(r, key, &rule->in_harbour);
}

static bool key_at_anchor(struct reading *r, const char *key, struct vg_rule *rule)
{
    return read_flag(r, key, &rule->at_anchor);
}

static bool key_min_reports(struct reading *r, const char *key, struct vg_rule *rule)
{
    return read_whole(r, key, 1e6, &rule->min_reports);
}

static bool key_min_minutes(struct reading *r, const char *key, struct vg_rule *rule)
{
    return read_number(r, key, 0, 1e6, &rule->min_minutes);
}

static bool key_per_hour(struct reading *r, const char *key, struct vg_rule *rule)
{
    return read_whole(r, key, 100000, &rule->per_hour);
}

static bool key_enabled(struct reading *r, const char *key, struct vg_rule *rule)
{
    return read_flag(r, key, &rule->enabled);
}

static const struct rule_key rule_keys[] = {
    {"name", key_name},
    {"kinds", key_kinds},
    {"severity", key_severity},
    {"for", key_role},
    {"min_confidence", key_confidence},
    {"area", key_area},
    {"box", key_box},
    {"classes", key_classes},
    {"flags", key_flags},
    {"min_length_m", key_min_length},
    {"max_length_m", key_max_length},
    {"hours", read_hours},
    {"in_harbour", key_in_harbour},
    {"at_anchor", key_at_anchor},
    {"min_reports", key_min_reports},
    {"min_minutes", key_min_minutes},
    {"per_hour", key_per_hour},
    {"enabled", key_enabled},
};
#define RULE_KEYS (sizeof rule_keys / sizeof *rule_keys)

/* ---- mappings ---- */

/* A key that is one of `count` names and stands there once: its number; −1, told, if not. */
static int read_key(struct reading *r, const char *of, const char *const names[], int count, uint32_t *seen)
{
    const char *text = vg_yaml_scalar(&r->yaml, of, "a key");
    int i = 0;
    if (!text)
        return -1;
    while (i < count && strcmp(names[i], text) != 0)
        i++;
    if (i == count) {
        vg_yaml_wrong(&r->yaml, vg_yaml_line(&r->yaml), text, "there is no such key of %s", of);
        return -1;
    }
    if (*seen & UINT32_C(1) << i) {
        vg_yaml_wrong(&r->yaml, vg_yaml_line(&r->yaml), text, "it stands there twice");
        return -1;
    }
    *seen |= UINT32_C(1) << i;
    return vg_yaml_next(&r->yaml) ? i : -1;
}

static bool in_mapping(struct reading *r)
{
    return !r->err && vg_yaml_next(&r->yaml) && !vg_yaml_is(&r->yaml, YAML_MAPPING_END_EVENT);
}

static bool is_whole_rule(struct reading *r, unsigned line, const struct vg_rule *rule)
{
    if (!*rule->name)
        return vg_yaml_wrong(&r->yaml, line, "rules", "expected a rule with name, found none");
    if (!rule->kinds)
        return vg_yaml_wrong(&r->yaml, line, "kinds", "expected at least one kind of '%s', found none", rule->name);
    if (rule->max_length_m > 0 && rule->max_length_m < rule->min_length_m)
        return vg_yaml_wrong(&r->yaml, line, "max_length_m", "expected at least min_length_m of '%s', found less",
                             rule->name);
    if (vg_rules_find(r->rules, rule->name) >= 0)
        return vg_yaml_wrong(&r->yaml, line, "name", "expected another than '%s', which stands there before",
                             rule->name);
    return true;
}

static bool read_rule(struct reading *r)
{
    struct vg_rule rule = {.enabled = true, .severity = VG_SEVERITY_CAUTION, .per_hour = 10};
    const char *names[RULE_KEYS];
    unsigned line = vg_yaml_line(&r->yaml);
    uint32_t seen = 0;
    for (size_t i = 0; i < RULE_KEYS; i++)
        names[i] = rule_keys[i].name;
    if (!vg_yaml_is(&r->yaml, YAML_MAPPING_START_EVENT))
        return wrong(r, "rules", "a rule (name: …, kinds: …)");
    if (r->rules->count == VG_RULES_MAX)
        return too_many(r, "rules", VG_RULES_MAX);
    while (in_mapping(r)) {
        int i = read_key(r, "a rule", names, RULE_KEYS, &seen);
        if (i < 0 || !rule_keys[i].read(r, names[i], &rule))
            return false;
    }
    if (r->err || r->yaml.stopped || !is_whole_rule(r, line, &rule))
        return false;
    r->rule_line[r->rules->count] = line;
    r->rules->rule[r->rules->count++] = rule;
    return true;
}

/* [[lon, lat], …] */
static bool read_points(struct reading *r, struct vg_rule_area *area)
{
    static const char expected[] = "a list of 3 to 64 [lon, lat]";
    if (!vg_yaml_is(&r->yaml, YAML_SEQUENCE_START_EVENT))
        return wrong(r, "points", expected);
    while (vg_yaml_next(&r->yaml) && !vg_yaml_is(&r->yaml, YAML_SEQUENCE_END_EVENT)) {
        if (area->points == VG_RULE_AREA_POINTS || !vg_yaml_is(&r->yaml, YAML_SEQUENCE_START_EVENT))
            return wrong(r, "points", expected);
        double *at = area->point[area->points++];
        if (!vg_yaml_next(&r->yaml) || !read_number(r, "points", -180, 180, &at[0]) || !vg_yaml_next(&r->yaml) ||
            !read_number(r, "points", -90, 90, &at[1]) || !vg_yaml_next(&r->yaml))
            return false;
        if (!vg_yaml_is(&r->yaml, YAML_SEQUENCE_END_EVENT))
            return wrong(r, "points", expected);
    }
    return !r->err && (area->points >= 3 || wrong(r, "points", expected));
}

static bool read_area(struct reading *r)
{
    static const char *const names[] = {"name", "box", "points", "harbour"};
    struct vg_rule_area area = {.points = 0};
    struct vg_box box;
    unsigned line = vg_yaml_line(&r->yaml);
    uint32_t seen = 0;
    if (!vg_yaml_is(&r->yaml, YAML_MAPPING_START_EVENT))
        return wrong(r, "areas", "an area (name: …, box: … or points: …)");
    if (r->rules->areas == VG_RULE_AREAS_MAX)
        return too_many(r, "areas", VG_RULE_AREAS_MAX);
    while (in_mapping(r)) {
        int i = read_key(r, "an area", names, 4, &seen);
        bool good = i == 0   ? read_text(r, "name", area.name, sizeof area.name)
                    : i == 1 ? read_box(r, "box", &box)
                    : i == 2 ? read_points(r, &area)
                             : i == 3 && read_flag(r, "harbour", &area.harbour);
        if (!good)
            return false;
    }
    if (r->err || r->yaml.stopped)
        return false;
    if (!*area.name || ((seen >> 1 & 1) == (seen >> 2 & 1)))
        return vg_yaml_wrong(&r->yaml, line, "areas", "expected an area with name and either box or points");
    if (seen >> 1 & 1) {
        area.points = 2;
        memcpy(area.point, (double[2][2]){{box.west_deg, box.south_deg}, {box.east_deg, box.north_deg}},
               sizeof(double[2][2]));
    }
    r->rules->area[r->rules->areas++] = area;
    return true;
}

static bool read_escalate(struct reading *r)
{
    const char *names[VG_SEVERITIES];
    uint32_t seen = 0;
    for (int i = 0; i < VG_SEVERITIES; i++)
        names[i] = vg_severity_key((enum vg_severity)i);
    if (!vg_yaml_is(&r->yaml, YAML_MAPPING_START_EVENT))
        return wrong(r, "escalate", "{SEVERITY: MINUTES, …}; 0: never");
    while (in_mapping(r)) {
        uint32_t minutes;
        int i = read_key(r, "escalate", names, VG_SEVERITIES, &seen);
        if (i < 0 || !read_whole(r, names[i], 10080, &minutes))
            return false;
        r->rules->escalate_minutes[i] = (uint16_t)minutes;
    }
    return !r->err;
}

static bool read_list(struct reading *r, const char *key, bool (*read)(struct reading *r))
{
    if (vg_yaml_is(&r->yaml, YAML_SCALAR_EVENT) && !r->yaml.event.data.scalar.length)
        return true; /* the key, and nothing */
    if (!vg_yaml_is(&r->yaml, YAML_SEQUENCE_START_EVENT))
        return wrong(r, key, "a list");
    while (vg_yaml_next(&r->yaml) && !vg_yaml_is(&r->yaml, YAML_SEQUENCE_END_EVENT))
        if (!read(r))
            return false;
    return !r->err;
}

static void read_top(void *arg, struct vg_yaml *y)
{
    static const char *const names[] = {"rules", "areas", "escalate"};
    struct reading *r = arg;
    uint32_t seen = 0;
    (void)y;
    while (in_mapping(r)) {
        int i = read_key(r, "rules of alerts (rules, areas, escalate)", names, 3, &seen);
        bool good = i == 0   ? read_list(r, "rules", read_rule)
                    : i == 1 ? read_list(r, "areas", read_area)
                             : i == 2 && read_escalate(r);
        if (!good)
            return;
    }
}

/* Areas may stand behind the rules that name them. Of an area's own events the area may be known elsewhere. */
static void check_areas(struct reading *r)
{
    const uint32_t own = UINT32_C(1) << VG_EVENT_AREA | UINT32_C(1) << VG_EVENT_GATE |
                         UINT32_C(1) << VG_EVENT_PORT_VISIT | UINT32_C(1) << VG_EVENT_WATCHLIST;
    for (int i = 0; i < r->rules->count && !r->err; i++) {
        const struct vg_rule *rule = &r->rules->rule[i];
        bool known = !*rule->area || !(rule->kinds & ~own);
        for (int k = 0; k < r->rules->areas && !known; k++)
            known = strcmp(r->rules->area[k].name, rule->area) == 0;
        if (!known)
            vg_yaml_wrong(&r->yaml, r->rule_line[i], "area", "expected the name of one of the areas, found '%s'",
                          rule->area);
    }
}

enum vg_err vg_rules_read(const char *yaml, size_t len, struct vg_rules *ret, struct vg_rules_error *ret_error)
{
    struct reading r = {.rules = calloc(1, sizeof *r.rules)};
    if (len > VG_RULES_TEXT_MAX) {
        free(r.rules);
        *ret_error = (struct vg_rules_error){.text = "expected at most 64 KiB of rules, found more"};
        return VG_LIMIT;
    }
    if (r.rules) {
        vg_rules_default(r.rules);
        r.rules->count = 0;
    }
    if (vg_yaml_begin(&r.yaml, yaml, len, on_wrong, &r) && r.rules) {
        vg_yaml_top(&r.yaml, "'rules:' with a list below it", read_top, &r);
        check_areas(&r);
    }
    if (!r.rules || r.yaml.no_memory) {
        r.err = VG_NOMEM;
        r.error = (struct vg_rules_error){.text = "out of memory"};
    }
    vg_yaml_end(&r.yaml);
    if (r.err)
        *ret_error = r.error;
    else
        *ret = *r.rules;
    free(r.rules);
    return r.err;
}
