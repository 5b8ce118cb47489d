/*
 * Anomaly: speeds, courses and places that can't have been sailed as they are told (anomaly_model.h): of points ten
 * minutes apart, each judged by seven before and seven behind it. And manoeuvres that a ship on passage has no plain
 * reason for (manoeuvre.c). Not of who made less than 4 kn there, nor across fixes more than 10 min apart, nor while
 * her places are told of as spoofed or of two ships.
 *
 * Not of vessels that lie or fish, nor within 3 km of the shore, where ten minutes hold a whole manoeuvre. Innocent: a
 * manoeuvre, a sensor that fails for some minutes, a pilot's boat on the same number. What makes it wrong: few reports,
 * between which places are a straight line.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "behaviour/anomaly_model.h"
#include "behaviour/method.h"

#define SURE     0.8 /* the model's own threshold is for tracks of which a tenth was made anomalous */
#define SHORE_KM 3
#define WAY_KN   4.0
#define ODD_DKN  30
#define ODD_US   (2 * VG_MINUTE_US)

/* Her places in it, and before and after it, were heard and not drawn between far fixes, and she made way there. */
static bool is_heard_on_her_way(const struct vessel *v, const struct vg_anomaly_span *span)
{
    const uint32_t first = (uint32_t)(span->begin_us / STEP_US) - 1, last = (uint32_t)(span->end_us / STEP_US) + 1;
    double kn100 = 0;
    unsigned count = 0;
    for (unsigned n = 0; n < v->point_count; n++) {
        const struct point *p = vg_past_point(v, n);
        if (p->step < first)
            break;
        if (p->sparse)
            return false;
        if (p->step <= last && p->kn100 != UNKNOWN_U16)
            kn100 += p->kn100, count++;
    }
    return count && kn100 / count >= WAY_KN * 100;
}

/* Another behaviour says already what is wrong with her places. */
static bool is_explained(const struct vessel *v)
{
    return v->identity.shared.told || v->identity.jump.told || v->circle.count || v->inland;
}

static void tell(struct vg_behaviours *b, struct vessel *v, const struct vg_anomaly_span *span)
{
    const struct going g = {.begin_us = span->begin_us, .last_us = span->end_us};
    const struct point *at = vg_past_at(v, (uint32_t)(span->begin_us / STEP_US));
    if (span->confidence < SURE || !is_heard_on_her_way(v, span) || is_explained(v))
        return;
    struct vg_event e = vg_bhv_event(VG_EVENT_ANOMALY, v, NULL, &g, at ? at->pos : v->last.pos);
    for (uint32_t step = (uint32_t)(span->begin_us / STEP_US); step <= (uint32_t)(span->end_us / STEP_US); step++) {
        const struct point *p = vg_past_at(v, step);
        if (p)
            vg_event_place(&e, p->offset);
    }
    snprintf(e.text, sizeof e.text, "%s", vg_anomaly_kind_key(span->kind));
    vg_event_number(&e, "probability", span->confidence, SURE, "");
    vg_event_number(&e, "speed_off", span->speed_off_kn, NAN, "kn");
    vg_event_number(&e, "off_the_way", span->bend_kn, NAN, "kn");
    e.confidence = span->confidence;
    vg_bhv_tell_once(b, &e, e.text);
}

/* What was said is kept in a byte each: 0.2 kn and 1.5°, less than a point of the past is sure of. */
#define ANOMALY_UNSAID UINT8_MAX
#define SPEED_KN       0.2
#define COURSE_DEG     1.5

static uint8_t coded(uint16_t said, double step)
{
    return said == UNKNOWN_U16 ? ANOMALY_UNSAID : (uint8_t)fmin(said / 10.0 / step + 0.5, ANOMALY_UNSAID - 1);
}

static double decoded(uint8_t code, double step)
{
    return code == ANOMALY_UNSAID ? NAN : code * step;
}

/* The n-th newest point with what was said there. */
static struct vg_anomaly_fix fix_at(const struct vessel *v, unsigned n)
{
    const struct point *p = vg_past_point(v, n);
    return (struct vg_anomaly_fix){.time_us = (int64_t)p->step * STEP_US,
                                   .lat_deg = vg_pos_lat_deg(p->pos),
                                   .lon_deg = vg_pos_lon_deg(p->pos),
                                   .sog_kn = decoded(v->anomaly.speed[n], SPEED_KN),
                                   .cog_deg = decoded(v->anomaly.course[n], COURSE_DEG)};
}

/* One reading that is far from the one before it, and farther from what she made good than that one: a wrong one. */
static bool is_odd_speed(const struct vessel *v)
{
    const struct point *p = vg_past_point(v, 0);
    const uint16_t now = v->last.sog_dkn, was = v->before.sog_dkn;
    if (!p || p->kn100 == UNKNOWN_U16 || now == UNKNOWN_U16 || was == UNKNOWN_U16 ||
        v->last.time_us - v->before.time_us > ODD_US)
        return false;
    const int made = p->kn100 / 10;
    return abs((int)now - was) > ODD_DKN && abs((int)now - made) > abs((int)was - made);
}

static void note_said(struct vessel *v)
{
    memmove(v->anomaly.speed + 1, v->anomaly.speed, VG_ANOMALY_WINDOW - 1);
    memmove(v->anomaly.course + 1, v->anomaly.course, VG_ANOMALY_WINDOW - 1);
    v->anomaly.speed[0] = coded(is_odd_speed(v) ? v->before.sog_dkn : v->last.sog_dkn, SPEED_KN);
    v->anomaly.course[0] = coded(v->last.cog_ddeg, COURSE_DEG);
}

/* The model's state, of which the window stands in her past already. */
static void restore(const struct vessel *v, struct vg_anomaly *ret)
{
    *ret = (struct vg_anomaly){.taken = v->anomaly.taken,
                               .judged = v->anomaly.judged,
                               .open = v->anomaly.open,
                               .bent = v->anomaly.bent,
                               .span = {.first = v->anomaly.first,
                                        .last = v->anomaly.last,
                                        .begin_us = (int64_t)v->anomaly.begin_step * STEP_US,
                                        .end_us = (int64_t)v->anomaly.end_step * STEP_US,
                                        .confidence = (double)v->anomaly.confidence,
                                        .speed_off_kn = (double)v->anomaly.speed_off_kn,
                                        .bend_kn = (double)v->anomaly.bend_kn}};
    const unsigned held = ret->taken < VG_ANOMALY_WINDOW ? (unsigned)ret->taken : VG_ANOMALY_WINDOW;
    for (unsigned i = held == VG_ANOMALY_WINDOW; i < held; i++) /* of a full window the oldest goes */
        ret->fix[i] = fix_at(v, held - i);
}

static void keep(struct vessel *v, const struct vg_anomaly *a)
{
    v->anomaly.taken = (uint32_t)a->taken, v->anomaly.judged = (uint32_t)a->judged;
    v->anomaly.open = a->open, v->anomaly.bent = a->bent;
    v->anomaly.first = (uint32_t)a->span.first, v->anomaly.last = (uint32_t)a->span.last;
    v->anomaly.begin_step = (uint32_t)(a->span.begin_us / STEP_US);
    v->anomaly.end_step = (uint32_t)(a->span.end_us / STEP_US);
    v->anomaly.confidence = (float)a->span.confidence;
    v->anomaly.speed_off_kn = (float)a->span.speed_off_kn, v->anomaly.bend_kn = (float)a->span.bend_kn;
}

static void take(struct vg_behaviours *b, struct vessel *v)
{
    struct vg_anomaly a;
    struct vg_anomaly_span span;
    note_said(v);
    restore(v, &a);
    const struct vg_anomaly_fix newest = fix_at(v, 0);
    if (vg_anomaly_take(&a, &newest, &span))
        tell(b, v, &span);
    keep(v, &a);
    const unsigned held = v->anomaly.taken < VG_ANOMALY_WINDOW ? v->anomaly.taken : VG_ANOMALY_WINDOW;
    struct vg_anomaly_fix said[VG_ANOMALY_WINDOW];
    for (unsigned n = 0; n < held; n++)
        said[n] = fix_at(v, n);
    if (!is_explained(v))
        vg_manoeuvre_look(b, v, said, held);
}

static void over(struct vessel *v)
{
    v->anomaly.taken = v->anomaly.judged = v->anomaly.bent = 0;
    v->anomaly.open = false;
}

static void look(struct vg_behaviours *b, struct vessel *v, const struct point *p)
{
    if (!vg_is_ship(v) || vg_is_fishing_type(v) || vg_is_service_type(v) || p->harbour || p->still ||
        p->shore_km < SHORE_KM)
        over(v);
    else
        take(b, v);
}

const struct method vg_method_anomaly = {.kind = VG_EVENT_ANOMALY, .point = look};
