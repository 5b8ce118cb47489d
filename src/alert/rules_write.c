/* Rules as YAML: what vg_rules_read() makes the same set of. */
#include <stdio.h>
#include <stdlib.h>

#include "alert/rules.h"

/* As few digits as make the same number. */
static void put_number(struct vg_out *out, double value)
{
    char text[40];
    int digits = 1;
    do
        snprintf(text, sizeof text, "%.*g", digits, value);
    while (strtod(text, NULL) != value && ++digits < 18);
    vg_out_text(out, text);
}

static void put_text(struct vg_out *out, const char *key, const char *text)
{
    if (!*text)
        return;
    vg_out_printf(out, "    %s: ", key);
    vg_out_json_string(out, text, strlen(text)); /* JSON's strings are YAML's, too */
    vg_out_char(out, '\n');
}

static void put_limit(struct vg_out *out, const char *key, double value)
{
    if (value <= 0)
        return;
    vg_out_printf(out, "    %s: ", key);
    put_number(out, value);
    vg_out_char(out, '\n');
}

static void put_bits(struct vg_out *out, const char *key, uint32_t bits, const char *(*name)(int bit))
{
    const char *between = "";
    if (!bits)
        return;
    vg_out_printf(out, "    %s: [", key);
    for (int i = 0; i < 32; i++)
        if (bits >> i & 1) {
            vg_out_printf(out, "%s%s", between, name(i));
            between = ", ";
        }
    vg_out_text(out, "]\n");
}

static const char *kind_name(int bit)
{
    return vg_event_kind_key((enum vg_event_kind)bit);
}

static const char *class_name(int bit)
{
    return vg_class_key((enum vg_class)bit);
}

static const char *trade_name(int bit)
{
    return vg_trade_key((enum vg_trade)bit);
}

static void put_box(struct vg_out *out, const double side[static 4])
{
    vg_out_text(out, "    box: [");
    for (int i = 0; i < 4; i++) {
        vg_out_text(out, i ? ", " : "");
        put_number(out, side[i]);
    }
    vg_out_text(out, "]\n");
}

static void put_rule(struct vg_out *out, const struct vg_rule *r)
{
    vg_out_printf(out, "  - name: \"%s\"\n", r->name);
    put_bits(out, "kinds", r->kinds, kind_name);
    vg_out_printf(out, "    severity: %s\n", vg_severity_key((enum vg_severity)r->severity));
    put_text(out, "for", r->role);
    put_limit(out, "min_confidence", r->min_confidence);
    put_text(out, "area", r->area);
    if (r->boxed)
        put_box(out, (double[]){r->box.west_deg, r->box.south_deg, r->box.east_deg, r->box.north_deg});
    put_bits(out, "classes", r->classes, class_name);
    put_bits(out, "not_trades", r->not_trades, trade_name);
    for (int i = 0; i < r->flags; i++)
        vg_out_printf(out, "%s\"%.2s\"", i ? ", " : "    flags: [", r->flag[i]); /* quoted: NO is Norway */
    vg_out_text(out, r->flags ? "]\n" : "");
    put_limit(out, "min_length_m", r->min_length_m);
    put_limit(out, "max_length_m", r->max_length_m);
    if (r->timed)
        vg_out_printf(out, "    hours: \"%02u:%02u-%02u:%02u\"\n", r->from_minute / 60u, r->from_minute % 60u,
                      r->to_minute / 60u, r->to_minute % 60u);
    put_limit(out, "min_reports", r->min_reports);
    put_limit(out, "min_minutes", r->min_minutes);
    vg_out_printf(out, "    per_hour: %u\n", r->per_hour);
    vg_out_text(out, r->in_harbour ? "    in_harbour: true\n" : "");
    vg_out_text(out, r->at_anchor ? "    at_anchor: true\n" : "");
    vg_out_text(out, r->enabled ? "" : "    enabled: false\n");
}

static void put_area(struct vg_out *out, const struct vg_rule_area *a)
{
    vg_out_text(out, "  - name: ");
    vg_out_json_string(out, a->name, strlen(a->name));
    vg_out_text(out, a->harbour ? "\n    harbour: true\n" : "\n");
    if (a->points == 2) {
        put_box(out, (double[]){a->point[0][0], a->point[0][1], a->point[1][0], a->point[1][1]});
        return;
    }
    for (int i = 0; i < a->points; i++) {
        vg_out_text(out, i ? ", [" : "    points: [[");
        put_number(out, a->point[i][0]);
        vg_out_text(out, ", ");
        put_number(out, a->point[i][1]);
        vg_out_char(out, ']');
    }
    vg_out_text(out, "]\n");
}

void vg_rules_write(const struct vg_rules *rules, struct vg_out *out)
{
    vg_out_text(out, rules->count ? "rules:\n" : "rules: []\n");
    for (int i = 0; i < rules->count; i++)
        put_rule(out, &rules->rule[i]);
    vg_out_text(out, rules->areas ? "areas:\n" : "");
    for (int i = 0; i < rules->areas; i++)
        put_area(out, &rules->area[i]);
    for (int i = VG_SEVERITIES - 1; i >= 0; i--)
        vg_out_printf(out, "%s%s: %u", i == VG_SEVERITIES - 1 ? "escalate: {" : ", ",
                      vg_severity_key((enum vg_severity)i), rules->escalate_minutes[i]);
    vg_out_text(out, "}\n");
}
