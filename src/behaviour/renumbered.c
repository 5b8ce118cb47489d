/*
 * One ship, another MMSI: a number that nobody heard before begins where another one should be now, with her speed and
 * course, and that one is not heard any more.
 *
 * Definition: both make half a knot or more, 2 km or more from the shore and not where ships lie; the new one begins
 * within 400 m and a tenth of the way of the place where the old one, silent for at most 30 min and within 5.4 km
 * (farther nobody is looked for), should be; speeds within 2 kn, courses within 20° (from 2 kn on), or within 5 kn and
 * 45° if it begins within 2 min and 150 m of where the old one was; that had been heard twice within 7 min. Told if 10
 * min later the new one was heard 5 times and the old one never again; not if both said a length and the lengths
 * differ. An IMO number that both say is identity.c's.
 *
 * Innocent: a transponder set anew, reflagging. What makes it wrong: two ships in company, one that falls silent as the
 * other begins.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "behaviour/method.h"

#define WAY_DKN     5
#define STEERS_DKN  20 /* slower: the course says nothing */
#define FAST_DKN    600
#define SHORE_KM    2
#define SILENT_US   (30 * VG_MINUTE_US)
#define HEARD_US    (7 * VG_MINUTE_US) /* class B, slow: every three minutes */
#define REACH_M     5400.0
#define NEAR_M      400.0
#define NEAR_SHARE  0.1
#define ALIKE_DKN   20
#define ALIKE_DEG   20.0
#define AT_ONCE_US  (2 * VG_MINUTE_US)
#define AT_ONCE_M   150.0
#define AT_ONCE_DKN 50
#define AT_ONCE_DEG 45.0
#define SURE_US     (10 * VG_MINUTE_US)
#define GIVE_UP_US  VG_HOUR_US
#define FIXES       5
#define LENGTH_M    2

static bool makes_way(const struct fix *f)
{
    return f->sog_dkn != UNKNOWN_U16 && f->cog_ddeg != UNKNOWN_U16 && f->sog_dkn >= WAY_DKN && f->sog_dkn < FAST_DKN;
}

/* How far she is from where the other one should be now; INFINITY: they are not alike. */
static double away_m(const struct vessel *old, const struct fix *now)
{
    const struct fix *f = &old->last;
    const int64_t since_us = now->time_us - f->time_us;
    if (!vg_is_ship(old) || since_us <= 0 || since_us > SILENT_US || !makes_way(f) ||
        f->time_us - old->before.time_us > HEARD_US)
        return INFINITY;
    /* in her very place she may be changing speed and course, too */
    const bool at_once = since_us <= AT_ONCE_US && vg_geo_distance_m(f->pos, now->pos) <= AT_ONCE_M;
    if (abs((int)f->sog_dkn - now->sog_dkn) > (at_once ? AT_ONCE_DKN : ALIKE_DKN) ||
        (f->sog_dkn >= STEERS_DKN &&
         fabs(remainder((f->cog_ddeg - now->cog_ddeg) / 10.0, 360)) > (at_once ? AT_ONCE_DEG : ALIKE_DEG)))
        return INFINITY;
    const double way_m = f->sog_dkn / 10.0 * VG_MPS_PER_KNOT * ((double)since_us / VG_SECOND_US);
    const double m = vg_geo_distance_m(vg_bhv_place_at(old, now->time_us), now->pos);
    return m <= NEAR_M + NEAR_SHARE * way_m ? m : INFINITY;
}

/* A number's first fix: whose place is it? */
static void note_whom(struct vg_behaviours *b, struct vessel *v)
{
    struct vessel *near[NEARBY_MOST], *best = NULL;
    if (!makes_way(&v->last) || vg_past_shore_km(b, v, v->last.pos) < SHORE_KM || vg_anchorage_at(b, v->last.pos))
        return;
    double least_m = INFINITY;
    const size_t count = vg_nearby_find(b, v, v->last.pos, REACH_M, near);
    for (size_t i = 0; i < count; i++) {
        const double m = near[i]->mmsi ? away_m(near[i], &v->last) : INFINITY;
        if (m < least_m)
            least_m = m, best = near[i];
    }
    if (!best)
        return;
    best->gap.goes_on = true; /* if that one is silent from now on, it is no gap */
    v->renumbered.old = best->mmsi;
    v->renumbered.since_s = (uint32_t)(v->last.time_us / VG_SECOND_US);
}

static void tell(struct vg_behaviours *b, struct vessel *v, const struct vessel *old, bool same_length)
{
    const struct going g = {.begin_us = (int64_t)v->renumbered.since_s * VG_SECOND_US,
                            .last_us = v->last.time_us,
                            .first_offset = old->last.offset,
                            .last_offset = v->last.offset};
    struct vg_event e = vg_bhv_event(VG_EVENT_IDENTITY, v, old, &g, v->last.pos);
    vg_event_number(&e, "other_silent", (double)(v->last.time_us - old->heard_us) / VG_MINUTE_US,
                    (double)SURE_US / VG_MINUTE_US, "min");
    if (same_length)
        vg_event_number(&e, "length", v->length_m, NAN, "m");
    e.confidence = same_length ? 0.95 : 0.8;
    snprintf(e.text, sizeof e.text, "one ship, another MMSI");
    vg_bhv_tell_once(b, &e, "renumbered");
}

static void look(struct vg_behaviours *b, struct vessel *v, const struct vg_sighting *s)
{
    (void)s;
    if (v->fixes == 1 && vg_is_ship(v) && v->mmsi)
        note_whom(b, v);
    if (!v->renumbered.old)
        return;
    const int64_t since_us = (int64_t)v->renumbered.since_s * VG_SECOND_US, lasted_us = v->last.time_us - since_us;
    if (lasted_us < SURE_US || (v->fixes < FIXES && lasted_us < GIVE_UP_US))
        return;
    const struct vessel *old = vg_vessel_find(b, v->renumbered.old);
    const bool both = old && v->length_m && old->length_m;
    if (old && old->heard_us <= since_us && v->fixes >= FIXES && !(v->imo && v->imo == old->imo) &&
        (!both || abs((int)v->length_m - old->length_m) <= LENGTH_M))
        tell(b, v, old, both);
    v->renumbered.old = 0;
}

const struct method vg_method_renumbered = {.kind = VG_EVENT_IDENTITY, .fix = look};
