/*
 * Anomaly: speeds, courses and places that can't have been sailed as they are told (anomaly_model.h): of points ten
 * minutes apart, each judged by seven before and seven behind it.
 *
 * Not of vessels that lie or fish, nor within 3 km of the shore, where ten minutes hold a whole manoeuvre. Innocent: a
 * manoeuvre, a sensor that fails for some minutes, a pilot's boat on the same number. What makes it wrong: few reports,
 * between which places are a straight line.
 */
#include <math.h>
#include <stdio.h>

#include "behaviour/anomaly_model.h"
#include "behaviour/method.h"

#define SURE     0.8 /* the model's own threshold is for tracks of which a tenth was made anomalous */
#define SHORE_KM 3

static void tell(struct vg_behaviours *b, struct vessel *v, const struct vg_anomaly_span *span)
{
    const struct going g = {.begin_us = span->begin_us, .last_us = span->end_us};
    const struct point *at = vg_past_at(v, (uint32_t)(span->begin_us / STEP_US));
    if (span->confidence < SURE)
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

static struct vg_anomaly_fix fix_of(const struct point *p)
{
    return (struct vg_anomaly_fix){.time_us = (int64_t)p->step * STEP_US,
                                   .lat_deg = vg_pos_lat_deg(p->pos),
                                   .lon_deg = vg_pos_lon_deg(p->pos),
                                   .sog_kn = p->sog_dkn == UNKNOWN_U16 ? NAN : p->sog_dkn / 10.0,
                                   .cog_deg = p->cog_ddeg == UNKNOWN_U16 ? NAN : p->cog_ddeg / 10.0};
}

/* The model's state: what isn't in the past already. */
static void take(struct vg_behaviours *b, struct vessel *v, const struct point *p)
{
    struct vg_anomaly a = {.taken = v->anomaly.taken,
                           .judged = v->anomaly.judged,
                           .open = v->anomaly.open,
                           .bent = v->anomaly.bent,
                           .span = v->anomaly.span};
    struct vg_anomaly_span span;
    const unsigned held = a.taken < VG_ANOMALY_WINDOW ? (unsigned)a.taken : VG_ANOMALY_WINDOW;
    for (unsigned i = 0; i < held; i++)
        a.fix[i] = fix_of(vg_past_point(v, held - i));
    const struct vg_anomaly_fix newest = fix_of(p);
    if (vg_anomaly_take(&a, &newest, &span))
        tell(b, v, &span);
    v->anomaly.taken = a.taken, v->anomaly.judged = a.judged, v->anomaly.open = a.open, v->anomaly.bent = a.bent;
    v->anomaly.span = a.span;
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
        take(b, v, p);
}

const struct method vg_method_anomaly = {.kind = VG_EVENT_ANOMALY, .point = look};
