/*
 * Port visit: a vessel comes to where vessels lie, lies there, and leaves.
 *
 * Definition (after Global Fishing Watch): a stop begins at 0.2 kn or less, or when she says that she is anchored or
 * moored, and ends at 0.5 kn or more; half an hour of it, at an anchorage learnt from where vessels lie (anchorage.c),
 * within 3 km of the shore, or within 20 km if she says that she lies, is a visit; it ends when she is more than 4 km
 * away. Entry: she was seen under way outside. A silence of 4 h within is a gap of the visit.
 * Confidence 1–4 as published (port_visits.h), told as a number; of whom nobody saw come it is told
 * when she leaves, or after four hours.
 *
 * It is the ordinary life of ships, told so that other events and voyages can be read. What makes it wrong: places
 * where vessels lie to their sea anchors; a speed that the transponder has wrong.
 */
#include <math.h>

#include "behaviour/method.h"
#include "behaviour/port_visits.h"
#include "vessel/rules.h"

#define STOP_DKN         2
#define START_DKN        5
#define STOPPED_US       (30 * VG_MINUTE_US)
#define GAP_US           (4 * VG_HOUR_US)
#define SHORE_KM         3
#define ROADS_KM         20  /* of who says that she is anchored or moored */
#define NOBODY_LIES_SURE 0.6 /* near a shore, but where nobody else was seen to lie */
#define NOBODY_LIES_SURE 0.6
#define LONG_US          (4 * VG_HOUR_US) /* then it is told though nobody saw her come */
#define ENTRY_M          3000.0
#define EXIT_M           4000.0
#define BIT(kind)        (1u << VG_PORT_##kind)

static void tell(struct vg_behaviours *b, struct vessel *v, enum vg_event_state state)
{
    struct going *g = &v->port.going;
    struct vg_event e = vg_bhv_event(VG_EVENT_PORT_VISIT, v, NULL, g, v->port.pos);
    const int confidence = vg_port_confidence(v->port.kinds);
    vg_event_number(&e, "duration", (double)(g->last_us - g->begin_us) / VG_HOUR_US, NAN, "h");
    vg_event_number(&e, "visit_confidence", confidence, NAN, "");
    vg_bhv_prove(&e, v);
    e.confidence = confidence / 4.0 * (vg_anchorage_at(b, v->port.pos) ? 1 : NOBODY_LIES_SURE);
    vg_bhv_tell(b, &e, g, state, "");
}

/* She lies. The newest point outside is where she came from; without one she was here when we began to listen. */
static void arrive(struct vg_behaviours *b, struct vessel *v)
{
    v->port.inside = true;
    v->port.pos = v->last.pos;
    v->port.kinds = BIT(STOP_BEGIN);
    vg_going_begin(&v->port.going, &v->last);
    v->port.going.begin_us = v->port.stop_us;
    for (unsigned n = 0; n < v->point_count; n++) {
        const struct point *p = vg_past_point(v, n);
        if (vg_geo_distance_m(p->pos, v->port.pos) > ENTRY_M) {
            v->port.kinds |= BIT(ENTRY);
            v->port.going.begin_us = ((int64_t)p->step + 1) * STEP_US;
            v->port.going.first_offset = p->offset;
            break;
        }
    }
    if (v->port.going.begin_us > v->last.time_us)
        v->port.going.begin_us = v->last.time_us;
    if (v->port.kinds & BIT(ENTRY))
        tell(b, v, VG_EVENT_ONGOING);
}

static void leave(struct vg_behaviours *b, struct vessel *v)
{
    v->port.kinds |= BIT(STOP_END) | BIT(EXIT);
    vg_going_on(&v->port.going, &v->last);
    tell(b, v, VG_EVENT_ENDED);
    v->port.inside = false;
    v->port.stop_us = 0;
}

static void look(struct vg_behaviours *b, struct vessel *v, const struct vg_sighting *s)
{
    (void)s;
    const struct fix *f = &v->last;
    if (!vg_is_ship(v))
        return;
    if (v->port.inside) {
        if (f->time_us - v->before.time_us >= GAP_US)
            v->port.kinds |= BIT(GAP_BEGIN) | BIT(GAP_END);
        vg_going_on(&v->port.going, f);
        if (!v->port.going.told && f->time_us - v->port.going.begin_us >= LONG_US)
            tell(b, v, VG_EVENT_ONGOING);
        if (f->sog_dkn != UNKNOWN_U16 && f->sog_dkn >= START_DKN && vg_geo_distance_m(f->pos, v->port.pos) > EXIT_M)
            leave(b, v);
        return;
    }
    if (f->sog_dkn == UNKNOWN_U16)
        return;
    const bool says_so = vg_status_is_at_rest(f->status) && f->still;
    if (f->sog_dkn >= START_DKN && !says_so)
        v->port.stop_us = 0;
    else if ((f->sog_dkn <= STOP_DKN || says_so) && !v->port.stop_us)
        v->port.stop_us = f->time_us;
    if (v->port.stop_us && f->time_us - v->port.stop_us >= STOPPED_US) {
        if (vg_anchorage_at(b, f->pos) || vg_past_shore_km(b, v, f->pos) < (says_so ? ROADS_KM : SHORE_KM))
            arrive(b, v);
        else
            v->port.stop_us = f->time_us; /* stopped at sea: asked again in half an hour */
    }
}

static void finish(struct vg_behaviours *b, struct vessel *v)
{
    if (v->port.inside) {
        vg_going_on(&v->port.going, &v->last);
        tell(b, v, VG_EVENT_ONGOING); /* she is still there */
    }
}

const struct method vg_method_port_visit = {.kind = VG_EVENT_PORT_VISIT, .fix = look, .finish = finish};
