/* What was told of a world against what was so. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "behaviour/event_json.h"
#include "quality/table.h"
#include "quality/world.h"

struct by_number {
    uint32_t mmsi, fact;
};

/* What was found out of one world. */
struct judging {
    const struct vg_world_run *run;
    struct vg_world_scores *scores;
    struct by_number *index; /* by number */
    size_t indexed;
    struct {
        int64_t first_us; /* told by then; VG_TIME_NONE: not found */
        uint32_t by;      /* bits: kinds of the events that found it */
    } * found;
    uint8_t *verdict;                  /* by event */
    const struct vg_world_told **told; /* by id */
};

const char *vg_world_verdict_key(enum vg_world_verdict verdict)
{
    static const char *const keys[] = {"false", "true", "again", "neither"};
    return keys[verdict];
}

/* ---- looking up ---- */

static int by_mmsi(const void *x, const void *y)
{
    const struct by_number *a = x, *b = y;
    return a->mmsi != b->mmsi ? (a->mmsi > b->mmsi) - (a->mmsi < b->mmsi) : (a->fact > b->fact) - (a->fact < b->fact);
}

static int by_id(const void *x, const void *y)
{
    const struct vg_world_told *a = *(const struct vg_world_told *const *)x,
                               *b = *(const struct vg_world_told *const *)y;
    return (a->id > b->id) - (a->id < b->id);
}

static const struct vg_world_told *told_of(const struct judging *j, uint64_t id)
{
    const struct vg_world_told key = {.id = id}, *k = &key;
    const struct vg_world_told *const *at =
        j->run->told_count ? bsearch(&k, j->told, j->run->told_count, sizeof *j->told, by_id) : NULL;
    return at ? *at : NULL;
}

static enum vg_err look_up(struct judging *j)
{
    const struct vg_world_run *run = j->run;
    j->index = calloc(run->facts * VG_WORLD_SHIPS + 1, sizeof *j->index);
    j->found = calloc(run->facts + 1, sizeof *j->found);
    j->verdict = calloc(run->kept.count + 1, sizeof *j->verdict);
    j->told = calloc(run->told_count + 1, sizeof *j->told);
    if (!j->index || !j->found || !j->verdict || !j->told)
        return VG_NOMEM;
    for (size_t i = 0; i < run->facts; i++) {
        j->found[i].first_us = VG_TIME_NONE;
        for (int k = 0; k < run->fact[i].ships; k++)
            j->index[j->indexed++] = (struct by_number){run->fact[i].mmsi[k], (uint32_t)i};
    }
    for (size_t i = 0; i < run->told_count; i++)
        j->told[i] = &run->told[i];
    qsort(j->index, j->indexed, sizeof *j->index, by_mmsi);
    if (run->told_count)
        qsort(j->told, run->told_count, sizeof *j->told, by_id);
    return VG_OK;
}

/* The first of a number's facts in the index. */
static size_t first_of(const struct judging *j, uint32_t mmsi)
{
    size_t low = 0, high = j->indexed;
    while (low < high) {
        const size_t mid = (low + high) / 2;
        if (j->index[mid].mmsi < mmsi)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* ---- events ---- */

static bool is_about(const struct vg_event *e, const struct vg_world_fact *f)
{
    return (f->kinds | f->spared) >> e->kind & 1 && e->begin_us <= f->end_us + VG_WORLD_SLACK_US &&
           e->end_us >= f->begin_us - VG_WORLD_SLACK_US;
}

static void find(struct judging *j, size_t fact, int64_t told_us)
{
    if (j->found[fact].first_us == VG_TIME_NONE || told_us < j->found[fact].first_us)
        j->found[fact].first_us = told_us;
}

/* What one fact makes of an event that is about it. */
static enum vg_world_verdict judge_by(struct judging *j, const struct vg_event *e, size_t fact, int64_t told_us)
{
    const struct vg_world_fact *f = &j->run->fact[fact];
    if (f->counts == VG_WORLD_NO)
        return VG_WORLD_FALSE;
    if (f->counts == VG_WORLD_SPARE || !(f->kinds >> e->kind & 1))
        return VG_WORLD_NEITHER;
    find(j, fact, told_us);
    return j->found[fact].by >> e->kind & 1 ? VG_WORLD_AGAIN : VG_WORLD_TRUE;
}

/* An event finds each fact that it is about; it is right if it finds one that nothing of its kind had found. */
static enum vg_world_verdict judge(struct judging *j, const struct vg_event *e)
{
    static const int rank[] = {[VG_WORLD_FALSE] = 0, [VG_WORLD_NEITHER] = 1, [VG_WORLD_AGAIN] = 2, [VG_WORLD_TRUE] = 3};
    const struct vg_world_told *told = told_of(j, e->id);
    const int64_t told_us = told ? told->first_us : e->told_us;
    enum vg_world_verdict best = VG_WORLD_FALSE;
    for (size_t i = 0; told && told->thing >= 0 && i < j->run->facts; i++)
        if (j->run->fact[i].thing == told->thing && is_about(e, &j->run->fact[i])) {
            const enum vg_world_verdict v = judge_by(j, e, i, told_us);
            best = rank[v] > rank[best] ? v : best;
        }
    for (int c = 0; c < e->contacts; c++)
        for (size_t i = first_of(j, e->contact[c].mmsi); i < j->indexed && j->index[i].mmsi == e->contact[c].mmsi;
             i++) {
            if (!e->contact[c].mmsi || !is_about(e, &j->run->fact[j->index[i].fact]))
                continue;
            const enum vg_world_verdict v = judge_by(j, e, j->index[i].fact, told_us);
            best = rank[v] > rank[best] ? v : best;
        }
    return best;
}

/* Only when an event was judged: two numbers of it must not look like two events. */
static void mark(struct judging *j, const struct vg_event *e)
{
    for (int c = 0; c < e->contacts; c++)
        for (size_t i = first_of(j, e->contact[c].mmsi); i < j->indexed && j->index[i].mmsi == e->contact[c].mmsi; i++)
            if (is_about(e, &j->run->fact[j->index[i].fact]))
                j->found[j->index[i].fact].by |= UINT32_C(1) << e->kind;
    const struct vg_world_told *told = told_of(j, e->id);
    for (size_t i = 0; told && told->thing >= 0 && i < j->run->facts; i++)
        if (j->run->fact[i].thing == told->thing && is_about(e, &j->run->fact[i]))
            j->found[i].by |= UINT32_C(1) << e->kind;
}

static void add_said(struct vg_world_said *said, enum vg_world_verdict verdict)
{
    said->said++;
    said->right += verdict == VG_WORLD_TRUE;
    said->again += verdict == VG_WORLD_AGAIN;
    said->neither += verdict == VG_WORLD_NEITHER;
    said->wrong += verdict == VG_WORLD_FALSE;
}

static void judge_events(struct judging *j)
{
    for (size_t i = 0; i < j->run->kept.count; i++) {
        const struct vg_event *e = &j->run->kept.event[i];
        struct vg_world_kind *k = &j->scores->kind[e->kind];
        if (e->state == VG_EVENT_WITHDRAWN)
            continue; /* its verdict stays false: an alert of it was one */
        const enum vg_world_verdict verdict = judge(j, e);
        mark(j, e);
        j->verdict[i] = (uint8_t)verdict;
        add_said(&k->event, verdict);
        if (verdict == VG_WORLD_NEITHER)
            continue;
        const size_t bin = (size_t)fmin(e->confidence * VG_WORLD_BINS, VG_WORLD_BINS - 1);
        k->bin[bin].count++;
        k->bin[bin].right += verdict != VG_WORLD_FALSE;
        k->bin[bin].said += e->confidence;
    }
}

/* ---- facts ---- */

static struct vg_world_deed *deed_of(struct vg_world_scores *s, const struct vg_world_fact *f)
{
    for (size_t i = 0; i < s->deeds; i++)
        if (s->deed[i].kind == f->kind && strcmp(s->deed[i].deed, f->deed) == 0)
            return &s->deed[i];
    if (s->deeds == VG_WORLD_DEEDS)
        return NULL;
    struct vg_world_deed *d = &s->deed[s->deeds++];
    memcpy(d->deed, f->deed, sizeof d->deed);
    d->kind = f->kind;
    return d;
}

static enum vg_err add_delay(struct vg_world_kind *k, double seconds)
{
    void *delays = k->delay_s;
    enum vg_err err = vg_quality_grow(&delays, &k->delay_room, k->delays, sizeof *k->delay_s);
    k->delay_s = delays;
    if (!err)
        k->delay_s[k->delays++] = seconds;
    return err;
}

static enum vg_err count_facts(struct judging *j)
{
    enum vg_err err = VG_OK;
    for (size_t i = 0; i < j->run->facts && !err; i++) {
        const struct vg_world_fact *f = &j->run->fact[i];
        struct vg_world_kind *k = &j->scores->kind[f->kind];
        if (f->counts != VG_WORLD_MUST) {
            k->unobservable += f->counts != VG_WORLD_NO;
            continue;
        }
        const bool found = j->found[i].first_us != VG_TIME_NONE;
        struct vg_world_deed *d = deed_of(j->scores, f);
        k->observable++;
        k->found += found;
        if (d) {
            d->observable++;
            d->found += found;
        }
        if (found)
            err = add_delay(k, (double)(j->found[i].first_us - f->begin_us) / VG_SECOND_US);
    }
    return err;
}

/* ---- alerts ---- */

static struct vg_world_rule *rule_of(struct vg_world_scores *s, const char *rule, uint8_t kind)
{
    for (size_t i = 0; i < s->rules; i++)
        if (s->rule[i].kind == kind && strcmp(s->rule[i].rule, rule) == 0)
            return &s->rule[i];
    if (s->rules == VG_WORLD_RULES)
        return NULL;
    struct vg_world_rule *r = &s->rule[s->rules++];
    memcpy(r->rule, rule, sizeof r->rule);
    r->kind = kind;
    return r;
}

static int by_event(const void *x, const void *y)
{
    const struct vg_world_alert *a = *(const struct vg_world_alert *const *)x,
                                *b = *(const struct vg_world_alert *const *)y;
    return (a->event > b->event) - (a->event < b->event);
}

static size_t first_alert(const struct vg_world_alert **alert, size_t count, uint64_t event)
{
    size_t low = 0, high = count;
    while (low < high) {
        const size_t mid = (low + high) / 2;
        if (alert[mid]->event < event)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static void put_line(struct judging *j, size_t i, const struct vg_world_alert **alert, size_t first, size_t end,
                     struct vg_out *out)
{
    const struct vg_event *e = &j->run->kept.event[i];
    const struct vg_world_told *t = told_of(j, e->id);
    vg_out_printf(out, "{\"verdict\":\"%s\",\"rules\":[",
                  e->state == VG_EVENT_WITHDRAWN ? "withdrawn"
                                                 : vg_world_verdict_key((enum vg_world_verdict)j->verdict[i]));
    for (size_t a = first; a < end; a++) {
        vg_out_text(out, a > first ? "," : "");
        vg_out_json_string(out, alert[a]->rule, strlen(alert[a]->rule));
    }
    vg_out_text(out, "],\"truly\":[");
    for (int k = 0; t && k < 2 && *t->was[k]; k++) {
        vg_out_text(out, k ? "," : "");
        vg_out_json_string(out, t->was[k], strlen(t->was[k]));
    }
    vg_out_text(out, "],\"told\":");
    vg_out_json_time(out, t ? t->first_us : e->told_us);
    vg_out_text(out, ",\"event\":");
    vg_event_json(out, e);
    vg_out_text(out, "}\n");
}

static enum vg_err judge_alerts(struct judging *j, struct vg_out *lines)
{
    const size_t count = j->run->alerts;
    const struct vg_world_alert **alert = calloc(count + 1, sizeof(const struct vg_world_alert *));
    if (!alert)
        return VG_NOMEM;
    for (size_t i = 0; i < count; i++)
        alert[i] = &j->run->alert[i];
    if (count)
        qsort(alert, count, sizeof(const struct vg_world_alert *), by_event);
    for (size_t i = 0; i < j->run->kept.count; i++) {
        const struct vg_event *e = &j->run->kept.event[i];
        const size_t first = first_alert(alert, count, e->id);
        size_t end = first;
        for (; end < count && alert[end]->event == e->id; end++) {
            struct vg_world_rule *r = rule_of(j->scores, alert[end]->rule, e->kind);
            if (r)
                add_said(&r->alert, (enum vg_world_verdict)j->verdict[i]);
            add_said(&j->scores->alert, (enum vg_world_verdict)j->verdict[i]);
        }
        if (lines)
            put_line(j, i, alert, first, end, lines);
    }
    free(alert);
    return VG_OK;
}

/* ---- the whole ---- */

enum vg_err vg_world_score(const struct vg_world_run *run, struct vg_world_scores *s, struct vg_out *lines)
{
    struct judging j = {.run = run, .scores = s};
    enum vg_err err = look_up(&j);
    if (!err) {
        judge_events(&j);
        err = count_facts(&j);
    }
    if (!err)
        err = judge_alerts(&j, lines);
    s->worlds++;
    s->reports += run->reports;
    s->vessels += run->vessels;
    s->vessel_hours += run->vessel_hours;
    s->held += run->held;
    s->left_out += run->left_out;
    free(j.index);
    free(j.found);
    free(j.verdict);
    free(j.told);
    return err;
}

void vg_world_scores_free(struct vg_world_scores *s)
{
    for (int i = 0; i < VG_EVENT_KINDS; i++)
        free(s->kind[i].delay_s);
    *s = (struct vg_world_scores){0};
}

/* ---- what it comes to ---- */

double vg_world_precision(const struct vg_world_said *said)
{
    return said->right + said->wrong ? (double)said->right / (double)(said->right + said->wrong) : NAN;
}

double vg_world_recall(const struct vg_world_kind *k)
{
    return k->observable ? (double)k->found / (double)k->observable : NAN;
}

double vg_world_f1(const struct vg_world_kind *k)
{
    const double p = vg_world_precision(&k->event), r = vg_world_recall(k);
    if (isnan(r))
        return NAN;
    return isnan(p) || p + r <= 0 ? 0 : 2 * p * r / (p + r);
}

static int ascending(const void *x, const void *y)
{
    const double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

double vg_world_delay_s(struct vg_world_kind *k, double share)
{
    if (!k->delays)
        return NAN;
    qsort(k->delay_s, k->delays, sizeof *k->delay_s, ascending);
    return k->delay_s[(size_t)(share * (double)(k->delays - 1) + 0.5)];
}

double vg_world_calibration(const struct vg_world_kind *k)
{
    double sum = 0;
    uint64_t count = 0;
    for (int i = 0; i < VG_WORLD_BINS; i++) {
        sum += fabs(k->bin[i].said - (double)k->bin[i].right);
        count += k->bin[i].count;
    }
    return count ? sum / (double)count : NAN;
}
