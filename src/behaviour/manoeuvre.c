/*
 * Manoeuvres that a ship on passage has no plain reason for, from what she said at whole ten minutes (anomaly.c keeps
 * the newest two and a half hours).
 *
 * Definition: for 40 min she held one course (within 15°) and one speed (within 15 %, 6 kn or more). Then, within the
 * next 110 min:
 *   zigzag  25° to 110° to one side, to the other and again, two changes of side or more
 *   back    135° and more for 20 min or more, and then on again within 30° of her old course
 *   slow    at 1 kn to half her speed for 20 to 60 min on her course, and then at four fifths or more again
 *   dash    a third faster or more for 20 min or more on her course (within 15°), and then as before
 * 5 km or more from the shore, not where others lie; not of fishing vessels, sailing and pleasure craft, tugs, pilots
 * and others who do so by trade. The numbers are of seamanship; 40 minutes of steady way, 25° and 5 km were chosen on
 * a simulated world (docs/QUALITY.md): an evasion is one turn, a waypoint is one
 * change that stays, an approach to a port does not speed up again.
 *
 * Innocent: weather, traffic, man-overboard drills and trials, an engine that is looked after. What makes it wrong: a
 * search, a survey without the word in her type.
 */
#include <math.h>
#include <stdio.h>

#include "behaviour/method.h"

#define BASE       4 /* samples */
#define HELD_LEAST (BASE + 3)
#define WAY_KN     6.0
#define STEADY_DEG 15.0
#define STEADY     0.15
#define TO_SIDE    25.0
#define SIDES      2
#define BACK_DEG   135.0
#define ON_DEG     30.0
#define TWENTY_MIN 2 /* samples */
#define SLOW_MOST  6
#define SLOW       0.5
#define STOPPED_KN 1.0
#define AGAIN      0.8
#define DASH       1.33
#define CALM       1.2
#define TURNING    2     /* samples: a ship needs some minutes to come about */
#define ASIDE_DEG  110.0 /* farther than any leg of a zigzag: a circle */
#define OFFS       3
#define SHORE_KM   5
#define QUIET_STEP 12 /* two hours until the next one */

enum manoeuvre { ZIGZAG, BACK, SLOWLY, DASHING, MANOEUVRES };
static const struct {
    const char *key;
    double sure;
} manoeuvres[MANOEUVRES] = {{"zigzag", 0.75}, {"back", 0.75}, {"slow", 0.65}, {"dash", 0.65}};

struct passage {
    double kn[VG_ANOMALY_WINDOW], off_deg[VG_ANOMALY_WINDOW]; /* by age; off_deg from her course, −180 to 180 */
    unsigned recent;                                          /* samples behind the steady ones */
    double base_kn, base_deg;
};

/* She held course and speed; the newer samples are measured against that. */
static bool is_passage(const struct vg_anomaly_fix *said, unsigned held, struct passage *ret)
{
    double kn = 0, east = 0, north = 0;
    for (unsigned n = 0; n < held; n++)
        if (isnan(said[n].sog_kn) || isnan(said[n].cog_deg))
            return false;
    for (unsigned n = held - BASE; n < held; n++) {
        kn += said[n].sog_kn / BASE;
        east += sin(said[n].cog_deg * (M_PI / 180)), north += cos(said[n].cog_deg * (M_PI / 180));
    }
    ret->recent = held - BASE;
    ret->base_kn = kn, ret->base_deg = atan2(east, north) * (180 / M_PI);
    for (unsigned n = 0; n < held; n++) {
        ret->kn[n] = said[n].sog_kn;
        ret->off_deg[n] = remainder(said[n].cog_deg - ret->base_deg, 360);
        if (n >= ret->recent && (fabs(ret->off_deg[n]) > STEADY_DEG || fabs(ret->kn[n] - kn) > kn * STEADY))
            return false;
    }
    return kn >= WAY_KN;
}

/* Ages of the first and the last sample of what was done; `from` is the older one. */
struct done {
    unsigned from, to;
};

static bool zigzags(const struct passage *p, struct done *ret)
{
    unsigned changes = 0, off = 0;
    int side = 0;
    for (unsigned n = p->recent; n--;) {
        if (fabs(p->off_deg[n]) > ASIDE_DEG)
            return false;
        if (fabs(p->off_deg[n]) < TO_SIDE || p->kn[n] < p->base_kn * SLOW)
            continue;
        off++;
        const int now = p->off_deg[n] > 0 ? 1 : -1;
        if (!side)
            ret->from = n;
        changes += side && now != side;
        side = now;
        ret->to = n;
    }
    return changes >= SIDES && off >= OFFS;
}

/* A run of samples of one sort that has ended: behind it those of another sort, the newest. */
static bool has_run(const struct passage *p, bool (*is)(const struct passage *p, unsigned n),
                    bool (*ends)(const struct passage *p, unsigned n), unsigned most, struct done *ret)
{
    unsigned n = 0, length = 0;
    if (!ends(p, 0))
        return false;
    while (n < p->recent && ends(p, n))
        n++;
    for (unsigned turning = 0; turning < TURNING && n < p->recent && !is(p, n); turning++)
        n++;
    ret->to = n;
    for (; n < p->recent && is(p, n); n++)
        length++;
    ret->from = n ? n - 1 : 0;
    return length >= TWENTY_MIN && length <= most;
}

static bool goes_back(const struct passage *p, unsigned n)
{
    return fabs(p->off_deg[n]) >= BACK_DEG && p->kn[n] >= p->base_kn * SLOW;
}

static bool goes_on(const struct passage *p, unsigned n)
{
    return fabs(p->off_deg[n]) <= ON_DEG && p->kn[n] >= p->base_kn * AGAIN;
}

static bool is_slow(const struct passage *p, unsigned n)
{
    return fabs(p->off_deg[n]) <= ON_DEG && p->kn[n] >= STOPPED_KN && p->kn[n] <= p->base_kn * SLOW;
}

static bool is_as_before(const struct passage *p, unsigned n)
{
    return p->kn[n] <= p->base_kn * CALM;
}

static bool dashes(const struct passage *p, unsigned n)
{
    return fabs(p->off_deg[n]) <= STEADY_DEG && p->kn[n] >= p->base_kn * DASH;
}

static bool does(const struct passage *p, enum manoeuvre *ret, struct done *ret_done)
{
    if (zigzags(p, ret_done))
        *ret = ZIGZAG;
    else if (has_run(p, goes_back, goes_on, p->recent, ret_done))
        *ret = BACK;
    else if (has_run(p, is_slow, goes_on, SLOW_MOST, ret_done))
        *ret = SLOWLY;
    else if (has_run(p, dashes, is_as_before, p->recent, ret_done))
        *ret = DASHING;
    else
        return false;
    return true;
}

static void tell(struct vg_behaviours *b, struct vessel *v, const struct passage *p, enum manoeuvre what,
                 const struct done *done)
{
    const struct point *from = vg_past_point(v, done->from), *to = vg_past_point(v, done->to);
    const struct going g = {.begin_us = (int64_t)from->step * STEP_US,
                            .last_us = (int64_t)to->step * STEP_US,
                            .first_offset = from->offset,
                            .last_offset = to->offset};
    struct vg_event e = vg_bhv_event(VG_EVENT_ANOMALY, v, NULL, &g, from->pos);
    double least_kn = INFINITY, most_kn = 0, most_deg = 0;
    for (unsigned n = done->to; n <= done->from; n++) {
        least_kn = fmin(least_kn, p->kn[n]), most_kn = fmax(most_kn, p->kn[n]);
        most_deg = fmax(most_deg, fabs(p->off_deg[n]));
        vg_event_place(&e, vg_past_point(v, n)->offset);
    }
    vg_event_number(&e, "speed_before", p->base_kn, WAY_KN, "kn");
    vg_event_number(&e, "least_speed", least_kn, NAN, "kn");
    vg_event_number(&e, "most_speed", most_kn, NAN, "kn");
    vg_event_number(&e, "off_the_course", most_deg, what == BACK ? BACK_DEG : TO_SIDE, "°");
    e.confidence = manoeuvres[what].sure;
    snprintf(e.text, sizeof e.text, "%s", manoeuvres[what].key);
    vg_bhv_tell_once(b, &e, e.text);
    v->anomaly.manoeuvre_step = vg_past_point(v, 0)->step;
}

void vg_manoeuvre_look(struct vg_behaviours *b, struct vessel *v, const struct vg_anomaly_fix *said, unsigned held)
{
    const struct point *now = vg_past_point(v, 0);
    struct passage p;
    struct done done = {0, 0};
    enum manoeuvre what;
    if (held < HELD_LEAST || now->shore_km < SHORE_KM || vg_trade_of(v->shiptype) == VG_TRADE_PLEASURE ||
        now->step - v->anomaly.manoeuvre_step < QUIET_STEP || vg_past_point(v, held - 1)->step != now->step - held + 1)
        return;
    if (is_passage(said, held, &p) && does(&p, &what, &done))
        tell(b, v, &p, what, &done);
}
