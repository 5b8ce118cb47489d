/*
 * Drift: a vessel is moved by wind and current and not by her engine.
 *
 * Definition (Danish Maritime Authority, AisAbnormal): 1 to 5 kn, heading more than 45° off the course, for 10 min and
 * 500 m or more. Two readings in a row that are not so don't end it; three do. Besides: the way over ground is that of
 * the speeds; 2 km or more from the shore and not where vessels lie; not moored or anchored. A vessel whose
 * heading is off her course while she steams (7 kn or more) has a wrong compass, and nothing is said of her.
 *
 * Innocent: drifting on purpose while waiting, sailing, survey and cable work. It is told for those who may need help.
 * What makes it wrong: a wrong compass of a vessel that never steams; strong tidal streams across a slow ship.
 */
#include <math.h>

#include "behaviour/method.h"
#include "vessel/rules.h"

#define SLOW_DKN         10
#define FAST_DKN         50
#define STEAMS_DKN       70
#define OFF_DEG          45.0
#define LASTS_US         (10 * VG_MINUTE_US)
#define WAY_M            500.0
#define EVERY_US         (10 * VG_MINUTE_US) /* readings farther apart don't belong together */
#define SHORE_KM         2
#define SERVICE_SHORE_KM 10 /* tugs go sideways for a living */
#define MISSES           3
#define FISHES_SURE      0.5 /* confidence of who says that she fishes: hauling lies across, too */
#define FISHING          7   /* navigational status */
#define WRONG_COMPASS    5
#define REVISE_US        (30 * VG_MINUTE_US)

static double off_deg(const struct fix *f)
{
    if (f->heading_deg == UNKNOWN_U16 || f->cog_ddeg == UNKNOWN_U16 || f->sog_dkn == UNKNOWN_U16)
        return NAN;
    return fabs(remainder(f->heading_deg - f->cog_ddeg / 10.0, 360));
}

static void judge_compass(struct vessel *v, double off)
{
    if (v->last.sog_dkn == UNKNOWN_U16 || v->last.sog_dkn < STEAMS_DKN || isnan(off) ||
        v->before.sog_dkn == UNKNOWN_U16 || v->before.sog_dkn < STEAMS_DKN) /* one wrong speed is nothing */
        return;
    if (off > OFF_DEG && v->drift.wrong_compass < 2 * WRONG_COMPASS)
        v->drift.wrong_compass++;
    else if (off < OFF_DEG / 2 && v->drift.wrong_compass)
        v->drift.wrong_compass--;
}

static bool may_drift(struct vg_behaviours *b, struct vessel *v)
{
    const uint8_t status = v->last.status;
    if (!vg_is_ship(v) || v->drift.wrong_compass >= WRONG_COMPASS || vg_status_is_at_rest(status))
        return false;
    const uint8_t km = vg_past_shore_km(b, v, v->last.pos);
    return km >= (vg_is_service_type(v) ? SERVICE_SHORE_KM : SHORE_KM) && !vg_anchorage_at(b, v->last.pos);
}

static void tell(struct vg_behaviours *b, struct vessel *v, enum vg_event_state state)
{
    struct going *g = &v->drift.going;
    struct vg_event e = vg_bhv_event(VG_EVENT_DRIFT, v, NULL, g, v->last.pos);
    const double way_m = vg_geo_distance_m(v->drift.from, v->last.pos);
    const double seconds = (double)(g->last_us - g->begin_us) / VG_SECOND_US;
    vg_event_number(&e, "duration", seconds / 60, 10, "min");
    vg_event_number(&e, "way", way_m, WAY_M, "m");
    vg_event_number(&e, "speed", seconds > 0 ? way_m / seconds / VG_MPS_PER_KNOT : 0, FAST_DKN / 10.0, "kn");
    vg_event_number(&e, "heading_off_course", v->drift.worst_deg, OFF_DEG, "deg");
    vg_bhv_prove(&e, v);
    e.confidence = v->last.status == FISHING ? FISHES_SURE : 0.9;
    vg_bhv_tell(b, &e, g, state, "");
}

static void end(struct vg_behaviours *b, struct vessel *v)
{
    if (v->drift.going.told)
        tell(b, v, VG_EVENT_ENDED);
    v->drift.going = (struct going){0};
    v->drift.misses = 0;
}

static bool is_long_enough(const struct vessel *v)
{
    const int64_t lasts_us = v->drift.going.last_us - v->drift.going.begin_us;
    const double way_m = vg_geo_distance_m(v->drift.from, v->last.pos);
    const double kn = way_m / ((double)lasts_us / VG_SECOND_US) / VG_MPS_PER_KNOT;
    return lasts_us >= LASTS_US && way_m >= WAY_M && kn >= SLOW_DKN / 20.0 && kn <= FAST_DKN / 10.0 * 1.2;
}

static void look(struct vg_behaviours *b, struct vessel *v, const struct vg_sighting *s)
{
    (void)s;
    const struct fix *f = &v->last;
    struct going *g = &v->drift.going;
    const double off = off_deg(f);
    judge_compass(v, off);
    if (g->begin_us && f->time_us - g->last_us > EVERY_US)
        end(b, v);
    const bool drifts = off > OFF_DEG && f->sog_dkn >= SLOW_DKN && f->sog_dkn <= FAST_DKN;
    if (!drifts || !may_drift(b, v)) {
        if (g->begin_us && ++v->drift.misses >= MISSES)
            end(b, v);
        return;
    }
    v->drift.misses = 0;
    if (!g->begin_us) {
        vg_going_begin(g, f);
        v->drift.from = f->pos;
        v->drift.worst_deg = 0;
        return;
    }
    const int64_t was_us = g->last_us;
    vg_going_on(g, f);
    v->drift.worst_deg = (uint16_t)fmax(v->drift.worst_deg, off);
    const bool again = g->told && (g->last_us - g->begin_us) / REVISE_US != (was_us - g->begin_us) / REVISE_US;
    if (again || (!g->told && is_long_enough(v)))
        tell(b, v, VG_EVENT_ONGOING);
}

const struct method vg_method_drift = {.kind = VG_EVENT_DRIFT, .fix = look, .finish = end};
