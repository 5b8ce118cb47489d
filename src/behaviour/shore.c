/*
 * Approach to shore: from the open sea close to a shore where nobody lies, slowly, and back.
 *
 * Definition (after EMSA's automated behaviour monitoring, which gives no numbers): a vessel that was 5 km or more from
 * the shore within the last three hours comes within 2 km of it, at 8 kn or less, where no vessels are known to lie,
 * and is 4 km off again within four hours. It is told when she is off again: who comes to lie there was on her way
 * there.
 *
 * Not of ships of trade (cargo, tankers, passengers) nor of vessels whose work it is: pilots, tugs, rescue, dredgers,
 * law enforcement. Innocent: anglers, divers, bathers, landings of fishermen at home, shelter, engine trouble,
 * castaways. What makes it wrong: a shore known to a kilometre only (place/coast.h); a landing place that is not learnt
 * yet.
 */
#include <math.h>

#include "behaviour/method.h"

#define NEAR_KM     2
#define OFF_KM      4
#define FAR_KM      5
#define BACK_POINTS 18 /* three hours */
#define SLOW_KN100  800
#define LONGEST_US  (4 * VG_HOUR_US)

static bool was_far(const struct vessel *v)
{
    for (unsigned n = 1; n <= BACK_POINTS; n++) {
        const struct point *p = vg_past_point(v, n);
        if (!p)
            return false;
        if (p->shore_km >= FAR_KM)
            return true;
    }
    return false;
}

static bool may_come(const struct vessel *v)
{
    return vg_is_ship(v) && !vg_is_service_type(v) && !(v->shiptype >= 60 && v->shiptype <= 89);
}

static void tell(struct vg_behaviours *b, struct vessel *v)
{
    const struct going *g = &v->shore.going;
    struct vg_event e = vg_bhv_event(VG_EVENT_SHORE, v, NULL, g, v->shore.pos);
    const double hour = vg_sun_hour(g->begin_us, vg_pos_lon_deg(v->shore.pos));
    vg_event_number(&e, "shore", v->shore.least_km, NEAR_KM, "km");
    vg_event_number(&e, "duration", (double)(g->last_us - g->begin_us) / VG_MINUTE_US, LONGEST_US / VG_MINUTE_US,
                    "min");
    vg_event_number(&e, "sun_hour", hour, NAN, "h");
    e.confidence = hour >= 19 || hour < 5 ? 0.7 : 0.5; /* by night few look for fish or bathe */
    vg_bhv_tell_once(b, &e, "");
}

static void begin(struct vessel *v, const struct point *p)
{
    if (p->shore_km >= NEAR_KM || p->harbour || p->kn100 == UNKNOWN_U16 || p->kn100 > SLOW_KN100 || !may_come(v) ||
        !was_far(v))
        return;
    v->shore.going = (struct going){.begin_us = (int64_t)p->step * STEP_US, .first_offset = p->offset};
    v->shore.pos = p->pos, v->shore.least_km = p->shore_km;
}

static void look(struct vg_behaviours *b, struct vessel *v, const struct point *p)
{
    struct going *g = &v->shore.going;
    if (!g->begin_us) {
        begin(v, p);
        return;
    }
    g->last_us = (int64_t)p->step * STEP_US, g->last_offset = p->offset;
    if (p->shore_km < v->shore.least_km)
        v->shore.least_km = p->shore_km, v->shore.pos = p->pos;
    const bool off = p->shore_km >= OFF_KM, lies = p->harbour || p->still;
    if (off && !lies && g->last_us - g->begin_us <= LONGEST_US)
        tell(b, v);
    if (off || lies || g->last_us - g->begin_us > LONGEST_US)
        *g = (struct going){0};
}

const struct method vg_method_shore = {.kind = VG_EVENT_SHORE, .point = look};
