/*
 * What the tracker found of tracks and identities, as events: a track without AIS where it should carry it, AIS without
 * an echo, two identities on one echo, one identity on two echoes. It goes on until the tracker says that it ceased.
 *
 * Definition: what the tracker says (track/facts.c), lasting: DARK three minutes, of a track that more likely than not
 * is something, with no ship of AIS within 500 m of it, less surely under 20 kn within 12 nm of the shore; the others
 * ten minutes in which it can be seen, of class A of 50 m or more that makes 3 kn or more, 2 km or more from the shore
 * and not where ships lie, no tugs and pilots. A small boat, or who lies at a berth, is often not seen by a radar, and
 * that says nothing.
 *
 * Innocent: shadows, clutter, a radar that is off, an antenna's position wrongly set. What makes it wrong: a radar
 * whose coverage is drawn too wide.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "behaviour/method.h"

#define EXISTS           0.5
#define DARK_US          (3 * VG_MINUTE_US)
#define LASTS_US         (10 * VG_MINUTE_US)
#define OWN_ECHO_M       500.0
#define OWN_ECHO_REACH_M 2500.0
#define FRESH_US         (6 * VG_MINUTE_US)
#define STEEL_M          50
#define WAY_DKN          30
#define SHORE_KM         2
#define FAST_KN          20.0
#define COAST_M          (12 * VG_METRES_PER_NM)
#define ORDINARY         0.6 /* so sure is it that one should carry AIS */

static enum vg_event_kind kind_of(enum vg_sensed_fact fact)
{
    static const uint8_t kinds[] = {[VG_SENSED_DARK] = VG_EVENT_DARK,
                                    [VG_SENSED_UNSEEN] = VG_EVENT_UNSEEN,
                                    [VG_SENSED_TWO_IDENTITIES] = VG_EVENT_TWO_IDENTITIES,
                                    [VG_SENSED_TWO_ECHOES] = VG_EVENT_IDENTITY};
    return (enum vg_event_kind)kinds[fact];
}

static int64_t lasts_us(enum vg_sensed_fact fact)
{
    return fact == VG_SENSED_DARK ? DARK_US : LASTS_US;
}

static bool is_row(const struct sensed_row *r, const struct vg_sensed *s)
{
    return r->going.begin_us && r->fact == s->fact && r->contact == s->contact && r->other == s->other &&
           r->mmsi == s->mmsi && r->other_mmsi == s->other_mmsi;
}

/* The row of a fact; a new one takes the place that was taken longest ago. */
static struct sensed_row *row_of(struct vg_behaviours *b, const struct vg_sensed *s)
{
    for (uint32_t i = 0; i < SENSED_ROWS; i++)
        if (is_row(&b->sensed[i], s))
            return &b->sensed[i];
    if (s->ceased)
        return NULL;
    struct sensed_row *r = &b->sensed[b->sensed_hand];
    b->sensed_hand = (b->sensed_hand + 1) % SENSED_ROWS;
    if (r->going.begin_us)
        b->counters.pairs_dropped++;
    *r = (struct sensed_row){.contact = s->contact,
                             .other = s->other,
                             .mmsi = s->mmsi,
                             .other_mmsi = s->other_mmsi,
                             .fact = (uint8_t)s->fact,
                             .going = {.begin_us = s->time_us, .first_offset = s->journal_offset}};
    return r;
}

/* A slow boat near the coast: thousands fish there without AIS, and need none. */
static bool is_ordinary(const struct vg_behaviours *b, const struct sensed_row *r)
{
    return r->fact == VG_SENSED_DARK && r->fastest_kn < FAST_KN &&
           vg_coast_distance_m(b->coast, vg_pos_lon_deg(r->pos), vg_pos_lat_deg(r->pos), COAST_M) < COAST_M;
}

static void tell(struct vg_behaviours *b, struct sensed_row *r, enum vg_event_state state)
{
    struct vg_event e = vg_bhv_event_of(kind_of((enum vg_sensed_fact)r->fact), r->contact, r->mmsi, r->other,
                                        r->other_mmsi, &r->going, r->pos);
    vg_event_number(&e, "existence", r->existence, EXISTS, "");
    if (r->fact == VG_SENSED_UNSEEN) {
        vg_event_number(&e, "echoes_expected", r->expected, NAN, "");
        vg_event_number(&e, "echoes", r->had, NAN, "");
    }
    if (r->fact == VG_SENSED_TWO_IDENTITIES || r->fact == VG_SENSED_TWO_ECHOES)
        vg_event_number(&e, "log_likelihood_ratio", r->log_ratio, NAN, "");
    vg_event_number(&e, "duration", (double)(r->going.last_us - r->going.begin_us) / VG_MINUTE_US,
                    (double)lasts_us((enum vg_sensed_fact)r->fact) / VG_MINUTE_US, "min");
    if (r->fact == VG_SENSED_TWO_ECHOES)
        snprintf(e.text, sizeof e.text, "one identity on two echoes");
    if (r->fact == VG_SENSED_DARK)
        vg_event_number(&e, "fastest", r->fastest_kn, FAST_KN, "kn");
    e.confidence = fmin(0.95, fmax(0.5, r->existence)) * (is_ordinary(b, r) ? ORDINARY : 1);
    vg_bhv_tell(b, &e, &r->going, state, r->fact == VG_SENSED_TWO_ECHOES ? "echoes" : "");
}

/* A ship of AIS whose own echo it is, more likely than not. */
static bool is_somebody(struct vg_behaviours *b, struct vg_pos pos, int64_t now_us)
{
    struct vessel *near[NEARBY_MOST];
    const size_t count = vg_nearby_find(b, NULL, pos, OWN_ECHO_REACH_M, near);
    for (size_t i = 0; i < count; i++)
        if (now_us - near[i]->last.time_us <= FRESH_US &&
            vg_geo_distance_m(vg_bhv_place_at(near[i], now_us), pos) <= OWN_ECHO_M)
            return true;
    return false;
}

/* Steel under way, off the shore: what a radar that reaches so far can't help seeing. */
static bool is_plain_to_see(struct vg_behaviours *b, struct vessel *v)
{
    return v && v->class == VG_CLASS_SHIP_A && v->length_m >= STEEL_M && !v->last.still &&
           v->last.sog_dkn != UNKNOWN_U16 && v->last.sog_dkn >= WAY_DKN && !vg_is_service_type(v) &&
           vg_past_shore_km(b, v, v->last.pos) >= SHORE_KM && !vg_anchorage_at(b, v->last.pos);
}

static bool is_told(struct vg_behaviours *b, struct sensed_row *r, int64_t now_us)
{
    struct vessel *v = r->mmsi ? vg_vessel_find(b, r->mmsi) : NULL;
    struct vessel *other = r->other_mmsi ? vg_vessel_find(b, r->other_mmsi) : NULL;
    if (r->fact != VG_SENSED_DARK && !(is_plain_to_see(b, v) && (!r->other_mmsi || is_plain_to_see(b, other)))) {
        r->going.begin_us = now_us, r->going.first_offset = r->going.last_offset; /* what was at the berth counts not */
        return false;
    }
    if (now_us - r->going.begin_us < lasts_us((enum vg_sensed_fact)r->fact))
        return false;
    switch ((enum vg_sensed_fact)r->fact) {
    case VG_SENSED_DARK:
        return r->existence >= EXISTS && !is_somebody(b, r->pos, now_us);
    case VG_SENSED_UNSEEN:
    case VG_SENSED_TWO_IDENTITIES:
        return true;
    case VG_SENSED_TWO_ECHOES:
        return r->existence >= EXISTS;
    }
    return false;
}

static void look(struct vg_behaviours *b, struct sensed_row *r, int64_t now_us)
{
    if (r->going.told || !is_told(b, r, now_us))
        return;
    r->going.last_us = now_us;
    tell(b, r, VG_EVENT_ONGOING);
}

void vg_behaviours_sensed(struct vg_behaviours *b, const struct vg_sensed *s)
{
    if (b->options.kinds_off & UINT32_C(1) << kind_of(s->fact))
        return;
    struct sensed_row *r = row_of(b, s);
    if (!r)
        return;
    r->going.last_us = s->time_us;
    r->going.last_offset = s->journal_offset;
    r->pos = s->pos;
    r->existence = s->existence, r->log_ratio = s->log_ratio;
    r->expected = s->expected, r->had = s->had;
    if (!s->ceased) {
        look(b, r, s->time_us);
        return;
    }
    if (r->going.told)
        tell(b, r, VG_EVENT_ENDED);
    memset(r, 0, sizeof *r);
}

void vg_bhv_sensed_followed(struct vg_behaviours *b, const struct vg_followed *f)
{
    for (uint32_t i = 0; i < SENSED_ROWS; i++) {
        struct sensed_row *r = &b->sensed[i];
        if (!r->going.begin_us || r->fact != VG_SENSED_DARK || r->contact != f->contact)
            continue;
        r->pos = f->pos, r->existence = f->existence;
        r->fastest_kn = fmax(r->fastest_kn, f->speed_kn);
        r->going.last_offset = f->journal_offset;
        look(b, r, f->time_us);
        return;
    }
}

void vg_bhv_sensed_review(struct vg_behaviours *b, int64_t now_us)
{
    for (uint32_t i = 0; i < SENSED_ROWS; i++)
        if (b->sensed[i].going.begin_us && b->sensed[i].fact != VG_SENSED_DARK)
            look(b, &b->sensed[i], now_us);
}
