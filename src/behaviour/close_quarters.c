/*
 * Close quarters: two ships under way will pass very near soon, if both hold course and speed.
 *
 * Definition: class A, both 5 kn or more, both 10 km or more from the shore and not where vessels lie; the closest
 * point of approach within 0.1 nm in at most 6 min, found at two looks a minute apart or more. Both are carried on to
 * one moment. Not at anchor, alongside, moored, aground, fishing, nor tugs, pilots, rescue, law enforcement and craft
 * under 25 m, who come near by trade. It is over when the moment has passed.
 *
 * Innocent: a pass that both agreed on; overtaking in a lane. What makes it wrong: positions of the antenna, not of the
 * hull; a course that is old.
 */
#include <math.h>

#include "behaviour/method.h"
#include "vessel/rules.h"

#define WAY_DKN     50
#define SHORE_KM    10
#define REACH_M     5400.0
#define CPA_M       185.2
#define TCPA_S      360.0
#define LOOK_US     VG_MINUTE_US
#define FRESH_US    (2 * VG_MINUTE_US)
#define OVER_US     (5 * VG_MINUTE_US)
#define SMALL_M     25 /* shorter: pilot boats that say another type, launches */
#define LOOKS       2
#define FASTEST_DKN 600 /* more is a wrong speed */
#define FISHING     7   /* navigational status */
#define DEGREE      (M_PI / 180)

static bool takes_part(struct vg_behaviours *b, struct vessel *v)
{
    const struct fix *f = &v->last;
    if (v->class != VG_CLASS_SHIP_A || (v->length_m && v->length_m < SMALL_M) || vg_is_service_type(v) ||
        vg_is_fishing_type(v) || f->still || f->sog_dkn == UNKNOWN_U16 || f->sog_dkn < WAY_DKN ||
        f->sog_dkn > FASTEST_DKN || f->cog_ddeg == UNKNOWN_U16 || vg_status_is_at_rest(f->status) ||
        f->status == FISHING)
        return false;
    return vg_past_shore_km(b, v, f->pos) >= SHORE_KM && !vg_anchorage_at(b, f->pos);
}

/* On a plane about the first, in metres and seconds. False: they part. */
static bool approach(const struct fix *a, const struct fix *c, double *ret_cpa_m, double *ret_tcpa_s)
{
    const double later_s = (double)(a->time_us - c->time_us) / VG_SECOND_US;
    const double way = VG_MPS_PER_KNOT / 10, bearing = vg_geo_bearing_deg(a->pos, c->pos) * DEGREE;
    const double range_m = vg_geo_distance_m(a->pos, c->pos);
    const double ca = a->cog_ddeg / 10.0 * DEGREE, cc = c->cog_ddeg / 10.0 * DEGREE;
    const double ue = c->sog_dkn * way * sin(cc), un = c->sog_dkn * way * cos(cc);
    const double e = range_m * sin(bearing) + ue * later_s, n = range_m * cos(bearing) + un * later_s;
    const double ve = ue - a->sog_dkn * way * sin(ca), vn = un - a->sog_dkn * way * cos(ca);
    const double v2 = ve * ve + vn * vn;
    if (v2 < 0.25) /* a knot between them: they go together */
        return false;
    const double t = -(e * ve + n * vn) / v2;
    *ret_tcpa_s = t;
    *ret_cpa_m = hypot(e + ve * t, n + vn * t);
    return t > 0;
}

static void tell(struct vg_behaviours *b, struct pair *p, enum vg_event_state state)
{
    struct vg_event e = vg_bhv_event_of_pair(VG_EVENT_CLOSE_QUARTERS, p);
    vg_event_number(&e, "cpa", p->cpa_m, CPA_M, "m");
    vg_event_number(&e, "tcpa", p->tcpa_s, TCPA_S, "s");
    e.confidence = 0.95;
    vg_bhv_tell(b, &e, &p->going, state, "");
}

static void look_at(struct vg_behaviours *b, struct vessel *v, struct vessel *other)
{
    double cpa_m, tcpa_s;
    if (v->last.time_us - other->last.time_us > FRESH_US || v->mmsi == other->mmsi || !takes_part(b, other) ||
        !approach(&v->last, &other->last, &cpa_m, &tcpa_s) || cpa_m > CPA_M || tcpa_s > TCPA_S)
        return;
    struct pair *p = vg_pair_of(b, VG_EVENT_CLOSE_QUARTERS, v, other, true);
    if (!p)
        return;
    if (p->seen && v->last.time_us - p->going.last_us < LOOK_US && v->last.time_us != p->going.begin_us)
        return; /* each pair once a minute, whoever of them speaks */
    if (!p->seen)
        vg_going_begin(&p->going, &v->last);
    else
        vg_going_on(&p->going, &v->last);
    p->seen += p->seen < UINT8_MAX;
    p->cpa_m = cpa_m, p->tcpa_s = tcpa_s, p->pos = v->last.pos;
    if (p->seen >= LOOKS && (!p->going.told || p->seen % 2 == 0))
        tell(b, p, VG_EVENT_ONGOING);
}

static void look(struct vg_behaviours *b, struct vessel *v, const struct vg_sighting *s)
{
    (void)s;
    if (v->last.time_us - v->close.looked_us < LOOK_US || v->last.sog_dkn == UNKNOWN_U16 || v->last.sog_dkn < WAY_DKN ||
        !takes_part(b, v))
        return;
    v->close.looked_us = v->last.time_us;
    struct vessel *near[NEARBY_MOST];
    const size_t count = vg_nearby_find(b, v, v->last.pos, REACH_M, near);
    for (size_t i = 0; i < count; i++)
        look_at(b, v, near[i]);
}

static void review(struct vg_behaviours *b, bool all)
{
    for (uint32_t i = 0; i < PAIRS; i++) {
        struct pair *p = &b->pair[i];
        if (!p->a || p->kind != VG_EVENT_CLOSE_QUARTERS ||
            (!all && p->going.last_us + (int64_t)(p->tcpa_s * VG_SECOND_US) + OVER_US > b->clock_us))
            continue;
        if (p->going.told)
            tell(b, p, VG_EVENT_ENDED);
        vg_pair_free(b, p);
        i--;
    }
}

const struct method vg_method_close_quarters = {.kind = VG_EVENT_CLOSE_QUARTERS, .fix = look, .review = review};
