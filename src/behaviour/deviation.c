/*
 * Route deviation: off the ways that ships take there, or against them, as learnt from all traffic (lanes.c).
 *
 * Definition (ours; EMSA names the behaviour and gives no numbers), of a cargo ship, tanker or passenger ship under
 * way. "Off": for an hour she was where 80 others or more had passed in her direction, and is for half an hour where
 * at most one in a hundred of them passed in any direction. "Against": for an hour she is in cells of a tenth of a
 * degree where 20 or more passed head on and at most an eighth of them her way; such a passage teaches no way. It ends
 * when she is back, stops, or lies in a harbour.
 *
 * Innocent: weather, a port call, rescue, avoiding somebody, orders on the way, a new traffic rule. What makes it
 * wrong: ways not learnt yet (a new data folder tells nothing for days); seasons.
 */
#include <math.h>
#include <stdio.h>

#include "behaviour/method.h"

#define BUSY           20
#define ON_POINTS      6 /* an hour */
#define ODD_POINTS     3 /* half an hour */
#define AGAINST_POINTS 6
#define BUSY_OFF       80
#define UNDERWAY_K100  600
#define OFF_SHARE      0.01
#define OWN_CELLS      3 /* around her that she herself passed on her way */
#define AGAINST_SHARE  0.12
#define BUSY_AGAINST   20

static bool keeps_to_ways(const struct vessel *v)
{
    const enum vg_trade trade = vg_trade_of(v->shiptype);
    return v->class == VG_CLASS_SHIP_A &&
           (trade == VG_TRADE_PASSENGER || trade == VG_TRADE_CARGO || trade == VG_TRADE_TANKER);
}

static void tell(struct vg_behaviours *b, struct vessel *v, enum vg_event_state state)
{
    struct going *g = &v->deviation.going;
    struct vg_event e = vg_bhv_event(VG_EVENT_DEVIATION, v, NULL, g, v->deviation.from);
    const char *about = v->deviation.against ? "against" : "off";
    snprintf(e.text, sizeof e.text, "%s", about);
    vg_event_number(&e, "passed_before", v->deviation.busy, BUSY, "");
    vg_event_number(&e, "passed_same_way", v->deviation.same, NAN, "");
    vg_event_number(&e, "passed_other_way", v->deviation.opposite, v->deviation.against ? BUSY : NAN, "");
    vg_event_number(&e, "duration", (double)(g->last_us - g->begin_us) / VG_MINUTE_US, ODD_POINTS * 10, "min");
    e.confidence = fmin(0.9, 0.5 + 0.01 * v->deviation.busy);
    vg_bhv_tell(b, &e, g, state, about);
}

static void over(struct vg_behaviours *b, struct vessel *v)
{
    if (v->deviation.going.told)
        tell(b, v, VG_EVENT_ENDED);
    v->deviation.going = (struct going){0};
    v->deviation.odd = 0;
}

static void look(struct vg_behaviours *b, struct vessel *v, const struct point *p)
{
    const struct point *was = vg_past_point(v, 1);
    if (!keeps_to_ways(v))
        return;
    if (!was || p->kn100 == UNKNOWN_U16 || p->kn100 < UNDERWAY_K100 || p->harbour) {
        over(b, v);
        v->deviation.on = 0;
        return;
    }
    const double course_deg = vg_geo_bearing_deg(was->pos, p->pos);
    const struct lanes l = vg_lanes_at(b, p->pos, course_deg);
    const bool against = l.here_head_on >= BUSY_AGAINST && l.here_same <= AGAINST_SHARE * l.here_head_on;
    if (!against) /* who goes against a way does not make it one */
        vg_lanes_learn(b, v, p->pos, course_deg);
    const bool usual = l.same >= BUSY && !against;
    const bool off = l.any <= fmax(OFF_SHARE * v->deviation.busy, OWN_CELLS);
    if (usual) {
        over(b, v);
        v->deviation.on += v->deviation.on < ON_POINTS;
        v->deviation.busy = (uint16_t)fmin(l.same, UINT16_MAX);
        return;
    }
    if (!against && !(off && v->deviation.on == ON_POINTS && v->deviation.busy >= BUSY_OFF)) {
        over(b, v);
        return;
    }
    if (v->deviation.odd && v->deviation.against != against)
        over(b, v);
    struct going *g = &v->deviation.going;
    if (!v->deviation.odd++) {
        *g = (struct going){.begin_us = (int64_t)p->step * STEP_US, .first_offset = p->offset};
        v->deviation.from = p->pos, v->deviation.against = against;
    }
    v->deviation.same = (uint16_t)fmin(l.same, UINT16_MAX),
    v->deviation.opposite = (uint16_t)fmin(l.opposite, UINT16_MAX);
    g->last_us = (int64_t)p->step * STEP_US, g->last_offset = p->offset;
    if (v->deviation.odd == (against ? AGAINST_POINTS : ODD_POINTS))
        tell(b, v, VG_EVENT_ONGOING);
}

static void finish(struct vg_behaviours *b, struct vessel *v)
{
    over(b, v);
}

const struct method vg_method_deviation = {.kind = VG_EVENT_DEVIATION, .point = look, .finish = finish};
