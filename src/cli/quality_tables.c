#include "cli/quality_tables.h"

#include <math.h>
#include <string.h>

#define LATE_SHARE 0.95
#define BAR        0.95 /* of recall and of precision, each kind */

static bool is_told(const struct vg_world_scores *s, uint32_t kinds, int kind)
{
    const struct vg_world_kind *k = &s->kind[kind];
    return (!kinds || kinds >> kind & 1) && (k->observable || k->unobservable || k->event.said);
}

static double in_1000_hours(const struct vg_world_scores *s, uint64_t count)
{
    return s->vessel_hours ? (double)count / (double)s->vessel_hours * 1000 : NAN;
}

/* ---- for people ---- */

static void put_share(struct vg_out *out, double share)
{
    if (isnan(share))
        vg_out_text(out, "      -");
    else
        vg_out_printf(out, " %6.3f", share);
}

static void put_minutes(struct vg_out *out, double seconds)
{
    if (isnan(seconds))
        vg_out_text(out, "      -");
    else
        vg_out_printf(out, " %6.1f", seconds / 60);
}

#define COUNT(n) (unsigned long long)(n)

static void put_kind(struct vg_out *out, struct vg_world_scores *s, int kind)
{
    struct vg_world_kind *k = &s->kind[kind];
    vg_out_printf(out, "%-15s %6llu %6llu", vg_event_kind_key((enum vg_event_kind)kind), COUNT(k->observable),
                  COUNT(k->found));
    put_share(out, vg_world_recall(k));
    vg_out_printf(out, " %6llu %6llu %6llu %6llu %6llu", COUNT(k->event.said), COUNT(k->event.right),
                  COUNT(k->event.again), COUNT(k->event.neither), COUNT(k->event.wrong));
    put_share(out, vg_world_precision(&k->event));
    put_share(out, vg_world_f1(k));
    put_minutes(out, vg_world_delay_s(k, 0.5));
    put_minutes(out, vg_world_delay_s(k, LATE_SHARE));
    put_share(out, vg_world_calibration(k));
    put_share(out, in_1000_hours(s, k->event.wrong));
    vg_out_char(out, '\n');
}

static void put_deeds(struct vg_out *out, const struct vg_world_scores *s, uint32_t kinds)
{
    vg_out_printf(out, "\n%-22s %-15s %6s %6s %6s\n", "deed", "kind", "could", "found", "recall");
    for (size_t i = 0; i < s->deeds; i++) {
        const struct vg_world_deed *d = &s->deed[i];
        if (kinds && !(kinds >> d->kind & 1))
            continue;
        vg_out_printf(out, "%-22s %-15s %6llu %6llu", d->deed, vg_event_kind_key((enum vg_event_kind)d->kind),
                      COUNT(d->observable), COUNT(d->found));
        put_share(out, d->observable ? (double)d->found / (double)d->observable : NAN);
        vg_out_char(out, '\n');
    }
}

static void put_rule(struct vg_out *out, const struct vg_world_scores *s, const char *rule, const char *kind,
                     const struct vg_world_said *a)
{
    vg_out_printf(out, "%-22s %-15s %6llu %6llu %6llu %6llu %6llu", rule, kind, COUNT(a->said), COUNT(a->right),
                  COUNT(a->again), COUNT(a->neither), COUNT(a->wrong));
    put_share(out, vg_world_precision(a));
    put_share(out, in_1000_hours(s, a->wrong));
    put_share(out, in_1000_hours(s, a->wrong + a->neither));
    vg_out_char(out, '\n');
}

static void put_rules(struct vg_out *out, const struct vg_world_scores *s, uint32_t kinds)
{
    vg_out_printf(out, "\n%-22s %-15s %6s %6s %6s %6s %6s %6s %6s %6s\n", "rule", "kind", "alerts", "true", "again",
                  "neith.", "false", "precis", "in1000", "+neith");
    for (size_t i = 0; i < s->rules; i++)
        if (!kinds || kinds >> s->rule[i].kind & 1)
            put_rule(out, s, s->rule[i].rule, vg_event_kind_key((enum vg_event_kind)s->rule[i].kind),
                     &s->rule[i].alert);
    put_rule(out, s, "all rules", "", &s->alert);
}

void vg_quality_worlds_table(struct vg_out *out, struct vg_world_scores *s, uint32_t kinds)
{
    vg_out_printf(
        out, "%llu simulated world%s: %llu reports, %llu vessels, %llu vessel-hours; all of it is synthetic\n",
        COUNT(s->worlds), s->worlds == 1 ? "" : "s", COUNT(s->reports), COUNT(s->vessels), COUNT(s->vessel_hours));
    if (s->left_out)
        vg_out_printf(out, "%llu deeds and meetings had no room in these worlds or their truth\n", COUNT(s->left_out));
    vg_out_printf(out, "\n%-15s %6s %6s %6s %6s %6s %6s %6s %6s %6s %6s %6s %6s %6s %6s\n", "kind", "could", "found",
                  "recall", "events", "true", "again", "neith.", "false", "precis", "F1", "min50", "min95", "calib",
                  "in1000");
    for (int i = 0; i < VG_EVENT_KINDS; i++)
        if (is_told(s, kinds, i))
            put_kind(out, s, i);
    put_deeds(out, s, kinds);
    put_rules(out, s, kinds);
    if (s->held)
        vg_out_printf(out, "%llu more alerts were kept but not told: their rule had told enough that hour\n",
                      COUNT(s->held));
    vg_out_text(out, "\ncould: true and heard well enough; again: one more event about the same; neith.: about what is "
                     "true but was hardly heard;\nmin50, min95: minutes from its beginning until it was told, half and "
                     "95 % of those found; calib: how far confidences\nare from shares that are true; in1000: false "
                     "ones in 1,000 vessel-hours; +neith: those and neither\n");
}

/* ---- for docs/QUALITY.md ---- */

static void put_cell(struct vg_out *out, double value, int decimals)
{
    if (isnan(value))
        vg_out_text(out, " – |");
    else
        vg_out_printf(out, " %.*f |", decimals, value);
}

static void put_kind_row(struct vg_out *out, struct vg_world_scores *s, int kind)
{
    struct vg_world_kind *k = &s->kind[kind];
    const double recall = vg_world_recall(k), precision = vg_world_precision(&k->event);
    vg_out_printf(out, "| %s | %llu | %llu |", vg_event_kind_key((enum vg_event_kind)kind), COUNT(k->observable),
                  COUNT(k->found));
    put_cell(out, recall, 3);
    vg_out_printf(out, " %llu | %llu | %llu | %llu | %llu |", COUNT(k->event.said), COUNT(k->event.right),
                  COUNT(k->event.again), COUNT(k->event.neither), COUNT(k->event.wrong));
    put_cell(out, precision, 3);
    put_cell(out, vg_world_f1(k), 3);
    put_cell(out, vg_world_delay_s(k, 0.5) / 60, 0);
    put_cell(out, vg_world_delay_s(k, LATE_SHARE) / 60, 0);
    put_cell(out, vg_world_calibration(k), 3);
    put_cell(out, in_1000_hours(s, k->event.wrong), 3);
    vg_out_text(out, recall >= BAR && precision >= BAR ? " held |\n" : isnan(recall) ? " |\n" : " missed |\n");
}

static void put_rule_row(struct vg_out *out, const struct vg_world_scores *s, const char *rule, const char *kind,
                         const struct vg_world_said *a)
{
    vg_out_printf(out, "| %s | %s | %llu | %llu | %llu | %llu | %llu |", rule, kind, COUNT(a->said), COUNT(a->right),
                  COUNT(a->again), COUNT(a->neither), COUNT(a->wrong));
    put_cell(out, in_1000_hours(s, a->wrong), 3);
    put_cell(out, in_1000_hours(s, a->wrong + a->neither), 3);
    vg_out_char(out, '\n');
}

void vg_quality_worlds_markdown(struct vg_out *out, struct vg_world_scores *s)
{
    vg_out_printf(out, "%llu world%s, all of it synthetic: %llu reports, %llu vessels, %llu vessel-hours.\n\n",
                  COUNT(s->worlds), s->worlds == 1 ? "" : "s", COUNT(s->reports), COUNT(s->vessels),
                  COUNT(s->vessel_hours));
    vg_out_text(out,
                "| kind | could be found | found | recall | events | true | again | neither | false | precision | F1 "
                "| minutes, median | 95 % | calibration error | false in 1,000 h | .95 and .95 |\n"
                "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
    for (int i = 0; i < VG_EVENT_KINDS; i++)
        if (is_told(s, 0, i))
            put_kind_row(out, s, i);
    vg_out_text(out, "\n| rule | kind | alerts | true | again | neither | false | false in 1,000 h | and neither |\n"
                     "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
    for (size_t i = 0; i < s->rules; i++)
        put_rule_row(out, s, s->rule[i].rule, vg_event_kind_key((enum vg_event_kind)s->rule[i].kind),
                     &s->rule[i].alert);
    put_rule_row(out, s, "all", "", &s->alert);
    if (s->held)
        vg_out_printf(out, "\n%llu more alerts were kept but not told, for their rule had told enough that hour.\n",
                      COUNT(s->held));
}

/* ---- for programs ---- */

static void put_number(struct vg_out *out, const char *key, double value)
{
    if (isnan(value))
        vg_out_printf(out, ",\"%s\":null", key);
    else
        vg_out_printf(out, ",\"%s\":%.6f", key, value);
}

static void put_said(struct vg_out *out, const struct vg_world_scores *s, const char *key,
                     const struct vg_world_said *a)
{
    vg_out_printf(out, ",\"%s\":%llu,\"true\":%llu,\"again\":%llu,\"neither\":%llu,\"false\":%llu", key, COUNT(a->said),
                  COUNT(a->right), COUNT(a->again), COUNT(a->neither), COUNT(a->wrong));
    put_number(out, "precision", vg_world_precision(a));
    put_number(out, "false_per_1000h", in_1000_hours(s, a->wrong));
}

static void put_kind_json(struct vg_out *out, struct vg_world_scores *s, int kind)
{
    struct vg_world_kind *k = &s->kind[kind];
    vg_out_printf(out, "{\"kind\":\"%s\",\"observable\":%llu,\"found\":%llu,\"unobservable\":%llu",
                  vg_event_kind_key((enum vg_event_kind)kind), COUNT(k->observable), COUNT(k->found),
                  COUNT(k->unobservable));
    put_number(out, "recall", vg_world_recall(k));
    put_said(out, s, "events", &k->event);
    put_number(out, "f1", vg_world_f1(k));
    put_number(out, "delay_s", vg_world_delay_s(k, 0.5));
    put_number(out, "delay95_s", vg_world_delay_s(k, LATE_SHARE));
    put_number(out, "calibration", vg_world_calibration(k));
    vg_out_text(out, ",\"bins\":[");
    for (int i = 0; i < VG_WORLD_BINS; i++)
        vg_out_printf(out, "%s{\"count\":%llu,\"true\":%llu,\"said\":%.6f}", i ? "," : "", COUNT(k->bin[i].count),
                      COUNT(k->bin[i].right), k->bin[i].count ? k->bin[i].said / (double)k->bin[i].count : 0);
    vg_out_text(out, "]}");
}

static void put_deeds_json(struct vg_out *out, const struct vg_world_scores *s, uint32_t kinds)
{
    bool first = true;
    for (size_t i = 0; i < s->deeds; i++) {
        const struct vg_world_deed *d = &s->deed[i];
        if (kinds && !(kinds >> d->kind & 1))
            continue;
        vg_out_printf(out, "%s{\"deed\":\"%s\",\"kind\":\"%s\",\"observable\":%llu,\"found\":%llu}", first ? "" : ",",
                      d->deed, vg_event_kind_key((enum vg_event_kind)d->kind), COUNT(d->observable), COUNT(d->found));
        first = false;
    }
}

static void put_rules_json(struct vg_out *out, const struct vg_world_scores *s, uint32_t kinds)
{
    for (size_t i = 0; i < s->rules; i++) {
        if (kinds && !(kinds >> s->rule[i].kind & 1))
            continue;
        vg_out_text(out, "{\"rule\":");
        vg_out_json_string(out, s->rule[i].rule, strlen(s->rule[i].rule));
        vg_out_printf(out, ",\"kind\":\"%s\"", vg_event_kind_key((enum vg_event_kind)s->rule[i].kind));
        put_said(out, s, "alerts", &s->rule[i].alert);
        vg_out_text(out, "},");
    }
    vg_out_text(out, "{\"rule\":null,\"kind\":null");
    put_said(out, s, "alerts", &s->alert);
    vg_out_text(out, "}");
}

void vg_quality_worlds_json(struct vg_out *out, struct vg_world_scores *s, uint32_t kinds)
{
    bool first = true;
    vg_out_printf(out,
                  "{\"synthetic\":true,\"worlds\":%llu,\"reports\":%llu,\"vessels\":%llu,\"vessel_hours\":%llu,"
                  "\"left_out\":%llu,\"held\":%llu,\"kinds\":[",
                  COUNT(s->worlds), COUNT(s->reports), COUNT(s->vessels), COUNT(s->vessel_hours), COUNT(s->left_out),
                  COUNT(s->held));
    for (int i = 0; i < VG_EVENT_KINDS; i++) {
        if (!is_told(s, kinds, i))
            continue;
        vg_out_text(out, first ? "" : ",");
        put_kind_json(out, s, i);
        first = false;
    }
    vg_out_text(out, "],\"deeds\":[");
    put_deeds_json(out, s, kinds);
    vg_out_text(out, "],\"alerts\":[");
    put_rules_json(out, s, kinds);
    vg_out_text(out, "]}\n");
}
