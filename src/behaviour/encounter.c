/*
 * Encounter: two vessels close together and slow for hours, far from shore. What may be a transfer at sea.
 *
 * Definition (Global Fishing Watch; shared data's PEERS has the numbers): at each ten minutes within 0.5 km, for 2 h or
 * more, median speed under 2 kn, 10 km or more from the shore and from where vessels lie. One missed ten minutes is
 * bridged; the same pair again within 4 h is the same event; not two that say they are at anchor or moored. Of two
 * hours twelve points are enough: they begin and end between points. It is told less surely if the median distance is
 * over 250 m (95 % of the published ones are within 144 m), of two fishing vessels over 100 m, for fleets work side by
 * side; and of tugs, pilots and rescue, who meet by trade.
 *
 * Innocent: help, medical, crew change, a visit between friends, bunkering with a permit, a tow, drifting side by side.
 * What makes it wrong: positions of both from one wrong receiver; two transponders on one ship; an anchorage not
 * learnt.
 */
#include <math.h>

#include "behaviour/method.h"
#include "vessel/rules.h"

#define NEAR_M           500.0
#define TOGETHER_STEPS   11 /* from the first to the last of twelve points */
#define MISSED_MOST      1  /* ten-minute times in a row at which they were not together */
#define SAME_STEPS       24 /* four hours */
#define SLOW_KN          2.0
#define CANDIDATE_KN100  500 /* faster at a point: not looked at */
#define SHORE_KM         10
#define MEDIAN_M         250.0
#define MEDIAN_FISHING_M 100.0
#define REVISE_STEPS     6
#define SURE             0.95
#define WIDE_SURE        0.6
#define DISTANCE_BIN_M   50.0
#define SPEED_BIN_KN     0.25
#define BINS             12

static double median_of(const uint16_t *bins, double width)
{
    uint32_t all = 0, sum = 0;
    for (int i = 0; i < BINS; i++)
        all += bins[i];
    for (int i = 0; i < BINS; i++) {
        if ((sum + bins[i]) * 2 >= all && bins[i]) /* within the bin, by rank */
            return width * (i + (all / 2.0 - sum) / bins[i]);
        sum += bins[i];
    }
    return NAN;
}

static void count_bin(uint16_t *bins, double value, double width)
{
    const int i = value >= width * BINS ? BINS - 1 : (int)(value / width);
    if (bins[i] < UINT16_MAX)
        bins[i]++;
}

static bool is_encounter(const struct pair *p)
{
    return p->points > TOGETHER_STEPS && p->going.last_us - p->going.begin_us >= TOGETHER_STEPS * STEP_US &&
           median_of(p->speed, SPEED_BIN_KN) < SLOW_KN;
}

/* NULL: not known any more. */
static double sure_of(const struct vessel *x, const struct vessel *y, double apart_m)
{
    const bool fishing = x && y && vg_is_fishing_type(x) && vg_is_fishing_type(y);
    const bool service = (x && vg_is_service_type(x)) || (y && vg_is_service_type(y));
    if (service || apart_m > (fishing ? MEDIAN_FISHING_M : MEDIAN_M))
        return WIDE_SURE;
    return SURE;
}

static void tell(struct vg_behaviours *b, struct pair *p, enum vg_event_state state)
{
    struct vg_event e = vg_bhv_event_of_pair(VG_EVENT_ENCOUNTER, p);
    const double hours = (double)(p->going.last_us - p->going.begin_us) / VG_HOUR_US;
    const double apart_m = median_of(p->near, DISTANCE_BIN_M);
    vg_event_number(&e, "duration", hours, 2, "h");
    vg_event_number(&e, "median_distance", apart_m, NEAR_M, "m");
    vg_event_number(&e, "median_speed", median_of(p->speed, SPEED_BIN_KN), SLOW_KN, "kn");
    vg_event_number(&e, "points", p->points, TOGETHER_STEPS + 1, "");
    if (p->seen < SHORE_FAR_KM) /* else: that far or farther */
        vg_event_number(&e, "shore", p->seen, SHORE_KM, "km");
    struct vessel *const both[] = {vg_vessel_find(b, p->a), vg_vessel_find(b, p->b)};
    for (int i = 0; i < 2; i++)
        if (both[i])
            vg_bhv_prove(&e, both[i]);
    e.confidence = sure_of(both[0], both[1], apart_m);
    vg_bhv_tell(b, &e, &p->going, state, "");
}

/* They are together at a point of both. */
static void together(struct vg_behaviours *b, struct pair *p, const struct point *at, const struct point *other,
                     double m, double kn)
{
    const int64_t time_us = (int64_t)at->step * STEP_US;
    if (p->points && at->step <= p->last_step)
        return;
    if (p->points && at->step > p->last_step + 1 + MISSED_MOST && !p->going.told)
        p->points = 0; /* too short to be told: another beginning */
    if (!p->points) {
        const struct pair fresh = {.a = p->a,
                                   .b = p->b,
                                   .a_id = p->a_id,
                                   .b_id = p->b_id,
                                   .a_mmsi = p->a_mmsi,
                                   .b_mmsi = p->b_mmsi,
                                   .kind = p->kind};
        *p = fresh;
        p->going = (struct going){.begin_us = time_us, .first_offset = at->offset};
        p->pos = at->pos;
        p->seen = at->shore_km;
    }
    p->points++;
    p->last_step = at->step;
    p->going.last_us = time_us;
    p->going.last_offset = other->offset > at->offset ? other->offset : at->offset;
    count_bin(p->near, m, DISTANCE_BIN_M);
    count_bin(p->speed, kn, SPEED_BIN_KN);
    if ((!p->going.told && is_encounter(p)) || (p->going.told && p->points % REVISE_STEPS == 0))
        tell(b, p, VG_EVENT_ONGOING);
}

static void look(struct vg_behaviours *b, struct vessel *v, const struct point *p)
{
    if (!vg_is_ship(v) || p->kn100 >= CANDIDATE_KN100 || p->shore_km < SHORE_KM || p->harbour)
        return;
    struct vessel *near[NEARBY_MOST];
    const size_t count = vg_nearby_find(b, v, p->pos, 3000, near); /* the other may have gone on since */
    for (size_t i = 0; i < count; i++) {
        const struct point *q = vg_past_at(near[i], p->step);
        if (!q || q->kn100 >= CANDIDATE_KN100 || q->harbour || !vg_is_ship(near[i]) || near[i]->mmsi == v->mmsi ||
            (vg_status_is_at_rest(v->last.status) && vg_status_is_at_rest(near[i]->last.status)))
            continue;
        const double m = vg_geo_distance_m(p->pos, q->pos);
        struct pair *pair = m <= NEAR_M ? vg_pair_of(b, VG_EVENT_ENCOUNTER, v, near[i], true) : NULL;
        if (pair)
            together(b, pair, p, q, m, (p->kn100 + q->kn100) / 200.0);
    }
}

static bool is_over(const struct vg_behaviours *b, const struct pair *p)
{
    return p->last_step + 1 + MISSED_MOST + 6 < b->step; /* an hour later: points come with the next fix */
}

static void review(struct vg_behaviours *b, bool all)
{
    for (uint32_t i = 0; i < PAIRS; i++) {
        struct pair *p = &b->pair[i];
        if (!p->a || p->kind != VG_EVENT_ENCOUNTER || !(all || is_over(b, p)))
            continue;
        if (p->going.told && !p->missed) {
            tell(b, p, VG_EVENT_ENDED);
            p->missed = 1; /* said once; together again it is said anew */
        }
        if (all || !p->going.told || p->last_step + SAME_STEPS < b->step) {
            vg_pair_free(b, p);
            i--; /* another may have moved here */
        }
    }
}

const struct method vg_method_encounter = {.kind = VG_EVENT_ENCOUNTER, .point = look, .review = review};
