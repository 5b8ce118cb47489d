/*
 * Rules of a YAML text, by libyaml's events. One table of keys reads every value of a rule with its bounds; the first
 * thing that is wrong ends the reading and is told with its line.
 */
#include <stdio.h>
#include <stdlib.h>

#include "alert/rules_inner.h"
#include "vessel/contact.h"

static void on_wrong(void *arg, unsigned line, const char *key, const char *what)
{
    struct reading *r = arg;
    if (!r->err) { /* the first */
        char text[700];
        const int n = snprintf(text, sizeof text, key ? "%s: %s" : "%s%s", key ? key : "", what);
        vg_text_plain(r->error.text, sizeof r->error.text, text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
        r->error.line = line;
        r->err = VG_SYNTAX;
    }
    r->yaml.stopped = true;
}

/* ---- values ---- */

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
            return vg_rules_wrong(r, key, expected);
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

static bool take_trade(struct vg_rule *rule, const char *word)
{
    enum vg_trade trade;
    if (!vg_trade_parse(word, &trade))
        return false;
    rule->not_trades |= UINT32_C(1) << trade;
    return true;
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
        return vg_rules_wrong(r, key, expected);
    rule->timed = true;
    rule->from_minute = (uint16_t)(part[0] * 60 + part[1]);
    rule->to_minute = (uint16_t)(part[2] * 60 + part[3]);
    return true;
}

/* ---- a rule ---- */

struct rule_key {
    const char *name;
    bool (*read)(struct reading *r, const char *key, struct vg_rule *rule);
};

static bool key_name(struct reading *r, const char *key, struct vg_rule *rule)
{
    if (!vg_rules_text(r, key, rule->name, sizeof rule->name))
        return false;
    return is_simple_name(rule->name) || vg_rules_wrong(r, key, "a name of letters, digits, - and _");
}

static bool key_role(struct reading *r, const char *key, struct vg_rule *rule)
{
    return vg_rules_text(r, key, rule->role, sizeof rule->role);
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
        return text ? vg_rules_wrong(r, key, expected) : false;
    rule->severity = (uint8_t)severity;
    return true;
}

static bool key_confidence(struct reading *r, const char *key, struct vg_rule *rule)
{
    return vg_rules_number(r, key, 0, 1, &rule->min_confidence);
}

static bool key_area(struct reading *r, const char *key, struct vg_rule *rule)
{
    return vg_rules_text(r, key, rule->area, sizeof rule->area);
}

static bool key_box(struct reading *r, const char *key, struct vg_rule *rule)
{
    rule->boxed = true;
    return vg_rules_box(r, key, &rule->box);
}

static bool key_classes(struct reading *r, const char *key, struct vg_rule *rule)
{
    return read_words(r, key, "classes (a, b, base, aton, sar, …)", rule, take_class);
}

static bool key_not_trades(struct reading *r, const char *key, struct vg_rule *rule)
{
    return read_words(r, key, "trades (unknown, fishing, service, pleasure, passenger, cargo, tanker, other)", rule,
                      take_trade);
}

static bool key_flags(struct reading *r, const char *key, struct vg_rule *rule)
{
    return read_words(r, key, "at most 24 country codes of two capital letters, as EC", rule, take_flag);
}

static bool key_min_length(struct reading *r, const char *key, struct vg_rule *rule)
{
    return vg_rules_number(r, key, 0, 1000, &rule->min_length_m);
}

static bool key_max_length(struct reading *r, const char *key, struct vg_rule *rule)
{
    return vg_rules_number(r, key, 0, 1000, &rule->max_length_m);
}

static bool key_in_harbour(struct reading *r, const char *key, struct vg_rule *rule)
{
    return vg_yaml_flag(&r->yaml, key, &rule->in_harbour);
}

static bool key_at_anchor(struct reading *r, const char *key, struct vg_rule *rule)
{
    return vg_yaml_flag(&r->yaml, key, &rule->at_anchor);
}

static bool key_min_reports(struct reading *r, const char *key, struct vg_rule *rule)
{
    return vg_rules_whole(r, key, 1e6, &rule->min_reports);
}

static bool key_min_minutes(struct reading *r, const char *key, struct vg_rule *rule)
{
    return vg_rules_number(r, key, 0, 1e6, &rule->min_minutes);
}

static bool key_per_hour(struct reading *r, const char *key, struct vg_rule *rule)
{
    return vg_rules_whole(r, key, 100000, &rule->per_hour);
}

static bool key_enabled(struct reading *r, const char *key, struct vg_rule *rule)
{
    return vg_yaml_flag(&r->yaml, key, &rule->enabled);
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
    {"not_trades", key_not_trades},
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

/* ---- a whole rule ---- */

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
        return vg_rules_wrong(r, "rules", "a rule (name: …, kinds: …)");
    if (r->rules->count == VG_RULES_MAX)
        return vg_rules_too_many(r, "rules", VG_RULES_MAX);
    while (vg_rules_in_mapping(r)) {
        int i = vg_rules_key(r, "a rule", names, RULE_KEYS, &seen);
        if (i < 0 || !rule_keys[i].read(r, names[i], &rule))
            return false;
    }
    if (r->err || r->yaml.stopped || !is_whole_rule(r, line, &rule))
        return false;
    r->rule_line[r->rules->count] = line;
    r->rules->rule[r->rules->count++] = rule;
    return true;
}

static bool read_list(struct reading *r, const char *key, bool (*read)(struct reading *r))
{
    if (vg_yaml_is(&r->yaml, YAML_SCALAR_EVENT) && !r->yaml.event.data.scalar.length)
        return true; /* the key, and nothing */
    if (!vg_yaml_is(&r->yaml, YAML_SEQUENCE_START_EVENT))
        return vg_rules_wrong(r, key, "a list");
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
    while (vg_rules_in_mapping(r)) {
        int i = vg_rules_key(r, "rules of alerts (rules, areas, escalate)", names, 3, &seen);
        bool good = i == 0   ? read_list(r, "rules", read_rule)
                    : i == 1 ? read_list(r, "areas", vg_rules_area)
                             : i == 2 && vg_rules_escalate(r);
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

static enum vg_err read_into(struct reading *r, const char *yaml, size_t len)
{
    vg_rules_default(r->rules);
    r->rules->count = 0;
    if (vg_yaml_begin(&r->yaml, yaml, len, on_wrong, r)) {
        vg_yaml_top(&r->yaml, "'rules:' with a list below it", read_top, r);
        check_areas(r);
    }
    bool no_memory = r->yaml.no_memory;
    vg_yaml_end(&r->yaml);
    return no_memory ? VG_NOMEM : r->err;
}

enum vg_err vg_rules_read(const char *yaml, size_t len, struct vg_rules *ret, struct vg_rules_error *ret_error)
{
    struct reading r = {.err = len > VG_RULES_TEXT_MAX ? VG_LIMIT : VG_OK};
    if (r.err) {
        *ret_error = (struct vg_rules_error){.text = "expected at most 64 KiB of rules, found more"};
        return r.err;
    }
    r.rules = malloc(sizeof *r.rules);
    enum vg_err err = r.rules ? read_into(&r, yaml, len) : VG_NOMEM;
    if (err == VG_NOMEM)
        snprintf(r.error.text, sizeof r.error.text, "%s", vg_err_text(err));
    if (!err)
        memcpy(ret, r.rules, sizeof *ret);
    else
        memcpy(ret_error, &r.error, sizeof *ret_error);
    free(r.rules);
    return err;
}
