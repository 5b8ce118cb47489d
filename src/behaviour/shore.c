/*
 * Approach to shore: from the open sea close to a shore where nobody lies, and slowly.
 *
 * Definition (after EMSA's automated behaviour monitoring, which gives no numbers): a vessel that was 5 km or more from
 * the shore within the last three hours comes within 2 km of it, at 8 kn or less, where no vessels are known to lie. By
 * night (the sun's hour there from 19 to 5) it is told at once, by day only if she stays there for half an hour. It
 * ends 4 km off, or where she lies in a harbour: then it is withdrawn, for she was on her way there.
 *
 * Not of vessels whose trade it is: pilots, tugs, rescue, dredgers, law enforcement, passengers. Innocent: anglers,
 * divers, beach landings of fishermen at home, shelter, engine trouble, castaways. What makes it wrong: a shore known
 * to a kilometre only (place/coast.h); a landing place that is not learnt yet.
 */
#include <math.h>

#include "behaviour/method.h"

#define NEAR_KM     2
#define OFF_KM      4
#define FAR_KM      5
#define BACK_POINTS 18 /* three hours */
#define SLOW_KN100  800
#define STAYS_US    (30 * VG_MINUTE_US)

static double sun_hour(int64_t time_us, double lon_deg)
{
    return fmod((double)(time_us / VG_SECOND_US) / 3600.0 + lon_deg / 15.0 + 48.0, 24.0);
}

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
    return vg_is_ship(v) && !vg_is_service_type(v) && !(v->shiptype >= 60 && v->shiptype <= 69);
}

static void tell(struct vg_behaviours *b, struct vessel *v, const struct point *p, enum vg_event_state state)
{
    struct going *g = &v->shore.going;
    struct vg_event e = vg_bhv_event(VG_EVENT_SHORE, v, NULL, g, v->shore.pos);
    const double hour = sun_hour(g->begin_us, vg_pos_lon_deg(v->shore.pos));
    vg_event_number(&e, "shore", v->shore.least_km, NEAR_KM, "km");
    vg_event_number(&e, "speed", p->kn100 / 100.0, SLOW_KN100 / 100.0, "kn");
    vg_event_number(&e, "duration", (double)(g->last_us - g->begin_us) / VG_MINUTE_US, NAN, "min");
    vg_event_number(&e, "sun_hour", hour, NAN, "h");
    e.confidence = hour >= 19 || hour < 5 ? 0.7 : 0.5;
    vg_bhv_tell(b, &e, g, state, "");
}

static void over(struct vg_behaviours *b, struct vessel *v, const struct point *p, enum vg_event_state state)
{
    if (v->shore.going.told)
        tell(b, v, p, state);
    v->shore.going = (struct going){0};
}

static void look(struct vg_behaviours *b, struct vessel *v, const struct point *p)
{
    struct going *g = &v->shore.going;
    const int64_t at_us = (int64_t)p->step * STEP_US;
    if (!g->begin_us) {
        if (p->shore_km >= NEAR_KM || p->harbour || p->kn100 == UNKNOWN_U16 || p->kn100 > SLOW_KN100 || !may_come(v) ||
            !was_far(v))
            return;
        *g = (struct going){.begin_us = at_us, .first_offset = p->offset};
        v->shore.pos = p->pos, v->shore.least_km = p->shore_km;
    }
    g->last_us = at_us, g->last_offset = p->offset;
    if (p->harbour) {
        over(b, v, p, VG_EVENT_WITHDRAWN);
        return;
    }
    if (p->shore_km >= OFF_KM) {
        over(b, v, p, VG_EVENT_ENDED);
        return;
    }
    if (p->shore_km < v->shore.least_km)
        v->shore.least_km = p->shore_km, v->shore.pos = p->pos;
    const double hour = sun_hour(g->begin_us, vg_pos_lon_deg(p->pos));
    if (!g->told && (hour >= 19 || hour < 5 || at_us - g->begin_us >= STAYS_US))
        tell(b, v, p, VG_EVENT_ONGOING);
}

static void finish(struct vg_behaviours *b, struct vessel *v)
{
    const struct point *p = vg_past_point(v, 0);
    if (p)
        over(b, v, p, VG_EVENT_ENDED);
}

const struct method vg_method_shore = {.kind = VG_EVENT_SHORE, .point = look, .finish = finish};
