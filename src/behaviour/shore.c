/*
 * Approach to shore: from the open sea close to a shore where nobody lies, slowly, and back.
 *
 * Definition (after EMSA's automated behaviour monitoring, which gives no numbers): a vessel that was 3 km or more from
 * the shore within the last three hours comes by night (sun's hour from 19 to 5) within 1 km of it, at 8 kn or less,
 * where no vessels are known to lie. It is told at once; it ends when she is 4 km off again or has been there for four
 * hours, and is withdrawn if others come to lie where she is.
 *
 * Not of ships of trade (cargo, tankers, passengers, 50 m and more) nor of vessels whose work it is: pilots, tugs,
 * rescue, dredgers, law enforcement. Innocent: anglers, divers, bathers, landings of fishermen at home, shelter, engine
 * trouble, castaways. What makes it wrong: a shore known to a kilometre only (place/coast.h); a landing place that is
 * not learnt yet.
 */
#include <math.h>

#include "behaviour/method.h"

#define SHIP_M       50 /* and longer: a ship, whatever type she says */
#define NEAR_KM      1
#define OFF_KM       4
#define FAR_KM       3
#define BACK_POINTS  18 /* three hours */
#define SLOW_KN100   800
#define LONGEST_US   (4 * VG_HOUR_US)
#define NIGHT_FROM_H 19.0
#define NIGHT_TO_H   5.0
#define CONFIDENCE   0.9 /* by night few look for fish or bathe */

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
    const enum vg_trade trade = vg_trade_of(v->shiptype);
    return vg_is_ship(v) && trade != VG_TRADE_SERVICE && trade != VG_TRADE_PASSENGER && trade != VG_TRADE_CARGO &&
           trade != VG_TRADE_TANKER && v->length_m < SHIP_M;
}

static bool is_night(const struct point *p)
{
    const double hour = vg_sun_hour((int64_t)p->step * STEP_US, vg_pos_lon_deg(p->pos));
    return hour >= NIGHT_FROM_H || hour < NIGHT_TO_H;
}

static void tell(struct vg_behaviours *b, struct vessel *v, enum vg_event_state state)
{
    struct going *g = &v->shore.going;
    struct vg_event e = vg_bhv_event(VG_EVENT_SHORE, v, NULL, g, v->shore.pos);
    vg_event_number(&e, "shore", v->shore.least_km, NEAR_KM, "km");
    vg_event_number(&e, "duration", (double)(g->last_us - g->begin_us) / VG_MINUTE_US, LONGEST_US / VG_MINUTE_US,
                    "min");
    vg_event_number(&e, "sun_hour", vg_sun_hour(g->begin_us, vg_pos_lon_deg(v->shore.pos)), NAN, "h");
    vg_bhv_prove(&e, v);
    e.confidence = CONFIDENCE;
    vg_bhv_tell(b, &e, g, state, "");
}

static void begin(struct vg_behaviours *b, struct vessel *v, const struct point *p)
{
    if (p->shore_km >= NEAR_KM || p->harbour || p->kn100 == UNKNOWN_U16 || p->kn100 > SLOW_KN100 || !may_come(v) ||
        !is_night(p) || !was_far(v))
        return;
    v->shore.going = (struct going){.begin_us = (int64_t)p->step * STEP_US, .first_offset = p->offset};
    v->shore.going.last_us = v->shore.going.begin_us, v->shore.going.last_offset = p->offset;
    v->shore.pos = p->pos, v->shore.least_km = p->shore_km;
    tell(b, v, VG_EVENT_ONGOING);
}

static void end(struct vg_behaviours *b, struct vessel *v, enum vg_event_state state)
{
    if (v->shore.going.told)
        tell(b, v, state);
    v->shore.going = (struct going){0};
}

static void look(struct vg_behaviours *b, struct vessel *v, const struct point *p)
{
    struct going *g = &v->shore.going;
    if (!g->begin_us) {
        begin(b, v, p);
        return;
    }
    g->last_us = (int64_t)p->step * STEP_US, g->last_offset = p->offset;
    if (p->shore_km < v->shore.least_km)
        v->shore.least_km = p->shore_km, v->shore.pos = p->pos;
    if (p->harbour)
        end(b, v, VG_EVENT_WITHDRAWN); /* others lie there, too: a landing place that was not learnt yet */
    else if (p->shore_km >= OFF_KM || g->last_us - g->begin_us > LONGEST_US)
        end(b, v, VG_EVENT_ENDED);
}

static void finish(struct vg_behaviours *b, struct vessel *v)
{
    end(b, v, VG_EVENT_ENDED);
}

const struct method vg_method_shore = {.kind = VG_EVENT_SHORE, .point = look, .finish = finish};
