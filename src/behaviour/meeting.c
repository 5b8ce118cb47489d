/*
 * Meeting: a contact without AIS comes to a slow ship with AIS and stays beside her. From tracks of radars and AIS
 * together. **It may be a rescue**, castaways or migrants who are helped: help is the first thing to offer.
 *
 * Definition: a track that no MMSI is bound to, which came from 1 km away or more (500 m at 10 kn), is within 250 m of
 * a ship of AIS (or within two sigmas of its own place, at most 600 m), while both make 3 kn or less, for 5 min or
 * more. Alongside there is often one echo alone: then a track that ends (or is taken for the ship's own echo) within
 * 600 m of her, and another that begins there 5 min to 3 h later and goes away, are one meeting. 3 km and more from the
 * shore, not where ships lie, not with pilots, tugs, rescue and law enforcement, whose work it is.
 *
 * A track that comes within 3 m of her antenna is her own.
 *
 * How sure: existence of the track, whether it is of a size or speed that should carry AIS, how near, how long, whether
 * both coming and going were seen. Innocent: rescue, boats that fish together, supply, a tender, a pilot. What makes it
 * wrong: side lobes of a large ship (they don't come from far), two small boats taken for one.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "behaviour/method.h"

#define NEAR_M       250.0
#define OWN_M        3.0 /* no boat lies so near to the antenna */
#define NEAR_MOST_M  600.0
#define GOES_ON      1.5 /* times as far: it isn't over yet */
#define CAME_FROM_M  1000.0
#define CAME_FAST_KN 10.0
#define CAME_FAST_M  500.0 /* of one that was fast: radars find small boats late */
#define LEFT_M       1000.0
#define SLOW_KN      3.0
#define SLOWS_KN     6.0 /* a track's speed lags behind by some scans */
#define MINIMUM_US   (5 * VG_MINUTE_US)
#define ALONGSIDE_US (3 * VG_HOUR_US)
#define FRESH_US     (10 * VG_MINUTE_US) /* of the ship's place: class A at rest says it every 3 min */
#define LIVED_US     VG_MINUTE_US        /* shorter tracks are nobody */
#define LOST_US      (2 * VG_MINUTE_US)  /* a track that wasn't told of any more */
#define SHORE_KM     3
#define REVISE_US    (10 * VG_MINUTE_US)

static bool takes_part(struct vg_behaviours *b, struct vessel *v, int64_t time_us)
{
    return vg_is_ship(v) && !vg_is_service_type(v) && time_us - v->last.time_us <= FRESH_US &&
           (v->last.still || (v->last.sog_dkn != UNKNOWN_U16 && v->last.sog_dkn <= SLOW_KN * 10)) &&
           vg_past_shore_km(b, v, v->last.pos) >= SHORE_KM && !vg_anchorage_at(b, v->last.pos);
}

static double near_m(const struct followed *f)
{
    return fmin(NEAR_MOST_M, fmax(NEAR_M, 2 * f->sigma_m));
}

/* The nearest ship that takes part, within so far; NULL: there is none. */
static struct vessel *ship_at(struct vg_behaviours *b, const struct followed *f, struct vg_pos pos, double within_m,
                              double *ret_m)
{
    struct vessel *near[NEARBY_MOST], *best = NULL;
    const size_t count = vg_nearby_find(b, NULL, pos, within_m + 1000, near);
    for (size_t i = 0; i < count; i++) {
        const double m = vg_geo_distance_m(pos, vg_bhv_place_at(near[i], f->last_us));
        if (m <= within_m && near[i]->id != f->contact && takes_part(b, near[i], f->last_us) && (!best || m < *ret_m))
            best = near[i], *ret_m = m;
    }
    return best;
}

/* Not a side lobe, nor her own echo, nor her own boat. */
static bool came_from_elsewhere(const struct followed *f)
{
    return f->far_m >= (f->fastest_kn >= CAME_FAST_KN ? CAME_FAST_M : CAME_FROM_M);
}

/* ---- telling ---- */

static double sureness(const struct followed *f)
{
    const double minutes = (double)(f->going.last_us - f->going.begin_us) / VG_MINUTE_US;
    const double sure =
        0.5 + 0.15 * f->dark + 0.1 * (minutes >= 10) + 0.1 * (f->least_m <= NEAR_M / 2) + 0.15 * f->left;
    return fmin(0.95, sure * fmin(1, f->existence + 0.05));
}

static void tell(struct vg_behaviours *b, struct followed *f, enum vg_event_state state)
{
    struct vg_event e =
        vg_bhv_event_of(VG_EVENT_MEETING, f->contact, 0, f->with_id, f->with_mmsi, &f->going, f->with_pos);
    if (f->came_offset)
        vg_event_place(&e, f->came_offset);
    vg_event_number(&e, "distance", f->least_m, NEAR_M, "m");
    vg_event_number(&e, "duration", (double)(f->going.last_us - f->going.begin_us) / VG_MINUTE_US,
                    (double)MINIMUM_US / VG_MINUTE_US, "min");
    vg_event_number(&e, "came_from", f->far_m, CAME_FROM_M, "m");
    vg_event_number(&e, "fastest", f->fastest_kn, NAN, "kn");
    vg_event_number(&e, "ships_speed", f->with_kn, SLOW_KN, "kn");
    vg_event_number(&e, "existence", f->existence, 0.5, "");
    e.confidence = sureness(f);
    snprintf(e.text, sizeof e.text, "a contact without AIS beside a ship: it may be a rescue");
    vg_bhv_tell(b, &e, &f->going, state, "");
}

static void forget(struct vg_behaviours *b, uint32_t i)
{
    struct followed *f = &b->followed[i];
    if (f->going.told)
        tell(b, f, VG_EVENT_ENDED);
    b->followed[i] = b->followed[--b->followed_count];
    memset(&b->followed[b->followed_count], 0, sizeof *f);
}

/* ---- a track that is followed ---- */

/* She lies beside the ship, from a moment on. */
static void begin(struct followed *f, const struct vessel *v, int64_t time_us, double m)
{
    f->with = v->key, f->with_id = v->id, f->with_mmsi = v->mmsi;
    f->least_m = m;
    f->going = (struct going){
        .begin_us = time_us, .last_us = time_us, .first_offset = f->offset, .last_offset = v->last.offset};
}

static void go_on(struct vg_behaviours *b, struct followed *f, const struct vessel *v, int64_t time_us, double m)
{
    const int64_t was_us = f->going.last_us;
    f->going.last_us = time_us, f->going.last_offset = f->offset;
    f->least_m = fmin(f->least_m, m);
    f->with_pos = v->last.pos;
    f->with_kn = v->last.sog_dkn == UNKNOWN_U16 ? 0 : v->last.sog_dkn / 10.0;
    const int64_t lasted_us = time_us - f->going.begin_us;
    if (f->least_m < OWN_M) { /* her own AIS feeds this track */
        if (f->going.told)
            tell(b, f, VG_EVENT_WITHDRAWN);
        f->going.told = false;
        return;
    }
    if (lasted_us >= MINIMUM_US &&
        (!f->going.told || lasted_us / REVISE_US != (was_us - f->going.begin_us) / REVISE_US))
        tell(b, f, VG_EVENT_ONGOING);
}

static void stop_meeting(struct vg_behaviours *b, struct followed *f)
{
    if (f->going.told) {
        f->left = true;
        tell(b, f, VG_EVENT_ENDED);
    }
    f->going = (struct going){0};
    f->with = 0;
}

static void look(struct vg_behaviours *b, struct followed *f)
{
    double m = 0;
    struct vessel *v = f->with ? vg_vessel_find(b, f->with) : NULL;
    if (v) {
        m = vg_geo_distance_m(f->pos, vg_bhv_place_at(v, f->last_us));
        if (m <= near_m(f) * GOES_ON && f->speed_kn <= SLOWS_KN && takes_part(b, v, f->last_us))
            go_on(b, f, v, f->last_us, m);
        else
            stop_meeting(b, f);
        return;
    }
    if (f->with)
        stop_meeting(b, f);
    if (f->speed_kn > SLOWS_KN || !(v = ship_at(b, f, f->pos, near_m(f), &m)))
        return;
    f->far_m = vg_geo_distance_m(f->from, vg_bhv_place_at(v, f->last_us));
    if (!came_from_elsewhere(f))
        return;
    begin(f, v, f->last_us, m);
    go_on(b, f, v, f->last_us, m);
}

/* ---- one echo for both ---- */

/* The track is over: was that beside a ship? Then it is waited for one that goes away. */
static void vanish(struct vg_behaviours *b, uint32_t i)
{
    double m = 0;
    struct followed *f = &b->followed[i];
    struct vessel *v = f->with ? vg_vessel_find(b, f->with) : ship_at(b, f, f->pos, NEAR_MOST_M, &m);
    if (v && !f->with)
        f->far_m = vg_geo_distance_m(f->from, vg_bhv_place_at(v, f->last_us));
    if (!v || !came_from_elsewhere(f) || f->last_us - f->began_us < LIVED_US) {
        forget(b, i);
        return;
    }
    if (!f->with)
        begin(f, v, f->last_us, m);
    f->with_pos = v->last.pos;
    f->with_kn = v->last.sog_dkn == UNKNOWN_U16 ? 0 : v->last.sog_dkn / 10.0;
    f->alongside = true;
}

/* A track begins: from beside a ship with which another vanished? */
static void note_departure(struct vg_behaviours *b, struct followed *f)
{
    for (uint32_t i = 0; i < b->followed_count; i++) {
        struct followed *was = &b->followed[i];
        if (!was->alongside || f->began_us <= was->last_us || f->began_us - was->last_us > ALONGSIDE_US)
            continue;
        const struct vessel *v = vg_vessel_find(b, was->with);
        if (v && vg_geo_distance_m(f->from, vg_bhv_place_at(v, f->began_us)) <= NEAR_MOST_M)
            f->after = was->contact;
    }
}

/* It has gone away: the two tracks are one meeting. */
static void look_at_departure(struct vg_behaviours *b, struct followed *f)
{
    if (!f->after || vg_geo_distance_m(f->from, f->pos) < LEFT_M)
        return;
    for (uint32_t i = 0; i < b->followed_count; i++) {
        struct followed *was = &b->followed[i];
        if (was->contact != f->after || !was->alongside)
            continue;
        was->going.last_us = f->began_us, was->going.last_offset = f->offset;
        was->fastest_kn = fmax(was->fastest_kn, f->speed_kn);
        was->existence = fmax(was->existence, f->existence);
        was->dark |= f->dark;
        was->left = true;
        if (was->going.told || was->going.last_us - was->going.begin_us >= MINIMUM_US)
            tell(b, was, VG_EVENT_ENDED);
        was->going.told = false; /* told to its end */
        f->after = 0;
        forget(b, i);
        return;
    }
    f->after = 0;
}

/* ---- what the tracker tells ---- */

static uint32_t row_of(struct vg_behaviours *b, uint64_t contact)
{
    for (uint32_t i = 0; i < b->followed_count; i++)
        if (b->followed[i].contact == contact && !b->followed[i].alongside)
            return i;
    return NOBODY;
}

/* Where it was when it began: it is told of some scans later. */
static struct vg_pos origin_of(const struct vg_followed *t)
{
    const double s = (double)(t->time_us - t->began_us) / VG_SECOND_US;
    if (s <= 0 || s > (double)LIVED_US / VG_SECOND_US)
        return t->pos;
    return vg_geo_destination(t->pos, fmod(t->course_deg + 180, 360), t->speed_kn * VG_MPS_PER_KNOT * s);
}

static uint32_t add(struct vg_behaviours *b, const struct vg_followed *t)
{
    if (b->followed_count == FOLLOWED) {
        b->counters.followed_dropped++;
        return NOBODY;
    }
    struct followed *f = &b->followed[b->followed_count];
    *f = (struct followed){.contact = t->contact, .began_us = t->began_us, .from = origin_of(t)};
    f->came_offset = t->journal_offset;
    return b->followed_count++;
}

void vg_bhv_meeting_followed(struct vg_behaviours *b, const struct vg_followed *t)
{
    if (b->options.kinds_off & UINT32_C(1) << VG_EVENT_MEETING)
        return;
    uint32_t i = row_of(b, t->contact);
    if (t->over) {
        if (i != NOBODY)
            vanish(b, i);
        return;
    }
    const bool begins = i == NOBODY;
    if (begins && (!vg_pos_valid(t->pos) || (i = add(b, t)) == NOBODY))
        return;
    struct followed *f = &b->followed[i];
    f->last_us = t->time_us, f->pos = t->pos, f->offset = t->journal_offset;
    f->speed_kn = t->speed_kn, f->sigma_m = t->sigma_m, f->existence = t->existence;
    f->fastest_kn = fmax(f->fastest_kn, t->speed_kn);
    f->dark |= t->dark;
    if (begins)
        note_departure(b, f);
    look_at_departure(b, f);
    if ((i = row_of(b, t->contact)) != NOBODY) /* rows move up when one is forgotten */
        look(b, &b->followed[i]);
}

static void review(struct vg_behaviours *b, bool all)
{
    for (uint32_t i = 0; i < b->followed_count; i++) {
        const struct followed *f = &b->followed[i];
        if (all || b->clock_us - f->last_us > (f->alongside ? ALONGSIDE_US : LOST_US))
            forget(b, i--);
    }
}

const struct method vg_method_meeting = {.kind = VG_EVENT_MEETING, .review = review};
