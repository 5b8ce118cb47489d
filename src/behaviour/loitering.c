/*
 * Loitering: a ship that makes hardly any way for hours, far from shore.
 *
 * Definition (Global Fishing Watch): average speed under 2 kn for 4 h or more, 20 nm or more from the shore. The
 * average is that of the last twenty minutes, and once it has begun that of an hour, unless twenty minutes reach 2.5
 * kn. Not at anchor, nor where vessels lie. Of whom it is told is left to rules: of fishing vessels it is their work.
 * Who is half a mile or less from where she was four hours ago lies at something, and it is told with little
 * confidence.
 *
 * Innocent: fishing, waiting for a berth, for orders, for daylight; engine repair; riding out weather; cleaning holds.
 * What makes it wrong: an anchorage not learnt; few positions; a vessel that says a wrong type.
 */
#include <math.h>

#include "behaviour/method.h"
#include "vessel/rules.h"

#define SLOW_KN      2.0
#define BREAKS_KN    2.5 /* positions are noisy: a little faster for twenty minutes breaks nothing */
#define HOUR_POINTS  6
#define AVERAGED     2
#define LASTS_POINTS 24    /* four hours */
#define ADRIFT_M     926.0 /* half a mile in four hours */
#define SHORE_KM     37    /* 20 nm */
#define REVISE       6
#define STAYS_SURE   0.4 /* confidence of who hardly moves */

static double average_kn(const struct vessel *v, unsigned points)
{
    double sum = 0;
    for (unsigned n = 0; n < points; n++) {
        const struct point *p = vg_past_point(v, n);
        if (!p || p->kn100 == UNKNOWN_U16)
            return NAN;
        sum += p->kn100 / 100.0;
    }
    return sum / points;
}

/* She moved from where she was, so she neither lies at anchor nor is moored to something at sea. */
static bool is_adrift(const struct vessel *v)
{
    const struct point *was = vg_past_point(v, LASTS_POINTS - 1);
    return was && vg_geo_distance_m(was->pos, v->last.pos) >= ADRIFT_M;
}

static bool is_slow_still(const struct vessel *v)
{
    const unsigned since = v->loitering.slow + AVERAGED < HOUR_POINTS ? v->loitering.slow + AVERAGED : HOUR_POINTS;
    return average_kn(v, AVERAGED) < BREAKS_KN && average_kn(v, since) < SLOW_KN;
}

static void tell(struct vg_behaviours *b, struct vessel *v, enum vg_event_state state)
{
    struct going *g = &v->loitering.going;
    struct vg_event e = vg_bhv_event(VG_EVENT_LOITERING, v, NULL, g, v->last.pos);
    const double hours = (double)(g->last_us - g->begin_us) / VG_HOUR_US;
    vg_event_number(&e, "duration", hours, LASTS_POINTS / 6.0, "h");
    vg_event_number(&e, "average_speed", v->loitering.kn100 / 100.0 / v->loitering.slow, SLOW_KN, "kn");
    if (v->shore_km < SHORE_FAR_KM) /* else: that far or farther */
        vg_event_number(&e, "shore", v->shore_km, SHORE_KM, "km");
    vg_bhv_prove(&e, v);
    e.confidence = is_adrift(v) ? fmin(0.97, 0.9 + 0.01 * hours) : STAYS_SURE;
    vg_bhv_tell(b, &e, g, state, "");
}

static void look(struct vg_behaviours *b, struct vessel *v, const struct point *p)
{
    struct going *g = &v->loitering.going;
    const bool out = vg_is_ship(v) && p->shore_km >= SHORE_KM && !p->harbour && !vg_status_is_anchored(v->last.status);
    if (!out || !(v->loitering.slow ? is_slow_still(v) : average_kn(v, AVERAGED) < SLOW_KN)) {
        if (g->told)
            tell(b, v, VG_EVENT_ENDED);
        *g = (struct going){0};
        v->loitering.slow = v->loitering.kn100 = 0;
        return;
    }
    if (!v->loitering.slow++) { /* what was averaged belongs to it */
        const struct point *first = vg_past_point(v, AVERAGED - 1);
        *g = (struct going){.begin_us = ((int64_t)first->step - 1) * STEP_US, .first_offset = first->offset};
    }
    v->loitering.kn100 += p->kn100;
    g->last_us = (int64_t)p->step * STEP_US;
    g->last_offset = p->offset;
    const uint32_t points = v->loitering.slow + AVERAGED - 1;
    if (points >= LASTS_POINTS && (!g->told || points % REVISE == 0))
        tell(b, v, VG_EVENT_ONGOING);
}

static void finish(struct vg_behaviours *b, struct vessel *v)
{
    if (v->loitering.going.told)
        tell(b, v, VG_EVENT_ENDED);
    v->loitering.going = (struct going){0};
    v->loitering.slow = v->loitering.kn100 = 0;
}

const struct method vg_method_loitering = {.kind = VG_EVENT_LOITERING, .point = look, .finish = finish};
