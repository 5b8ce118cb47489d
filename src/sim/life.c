/* Normal life that must raise nothing: what looks like deeds to those who have never stood on a pier. */
#include <stdio.h>

#include "sim/deed.h"

#define ACTOR(i) vg_deed_actor(world, d, i)

static void cast_many(struct vg_sim_world *world, struct vg_sim_deed *d, const char *kind, unsigned low, unsigned high)
{
    unsigned n = low + vg_rng_below(&d->dice, high - low + 1);
    for (unsigned i = 0; i < n; i++)
        vg_deed_cast(world, d, kind);
}

/* Everybody within some metres of the place, at sea. */
static void enter_about(struct vg_sim_world *world, struct vg_sim_deed *d, struct vg_sim_vessel *v, double m)
{
    double lon = d->lon_deg, lat = d->lat_deg;
    for (int i = 0; i < 40; i++) {
        lon = d->lon_deg;
        lat = d->lat_deg;
        vg_sphere_move(&lon, &lat, vg_deed_draw(d, 0, 360), m * sqrt(vg_rng_unit(&d->dice)));
        if (vg_sim_world_is_clear(world, d->lon_deg, d->lat_deg, lon, lat))
            break;
        lon = d->lon_deg;
        lat = d->lat_deg;
    }
    vg_deed_enter(world, v, lon, lat);
    v->heading_deg = vg_deed_draw(d, 0, 360);
}

/* A ship under way at 8 kn; the pilot boat goes alongside for 6 to 12 minutes, and home. */
void vg_sim_play_pilot(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    static const char *const kinds[] = {"container ship", "bulk carrier", "product tanker"};
    struct vg_sim_vessel *ship, *boat;
    switch (d->phase) {
    case 0:
        vg_deed_cast(world, d, VG_DEED_PICK(d, kinds));
        vg_deed_cast(world, d, "pilot boat");
        break;
    case 1:
        vg_deed_approach(world, d, ACTOR(0), d->lon_deg, d->lat_deg, 8);
        enter_about(world, d, ACTOR(1), 800);
        vg_deed_drift(ACTOR(1), 0.3, 310);
        vg_deed_last(world, d, 3);
        vg_deed_next(world, d, d->lead_s * 0.7);
        break;
    case 2:
        ship = ACTOR(0);
        boat = ACTOR(1);
        if (vg_deed_between_m(ship, boat) < 250 || vg_deed_is_due(world, d)) {
            vg_deed_beside(world, boat, ship, 0, 0);
            vg_deed_next(world, d, vg_deed_draw(d, 360, 720));
        } else if (world->now_us / VG_SECOND_US % 15 == 0) {
            double lon = ship->lon_deg, lat = ship->lat_deg;
            vg_sphere_move(&lon, &lat, ship->cog_deg, fmin(3000, vg_deed_between_m(ship, boat) * ship->sog_kn / 16));
            vg_deed_go(world, boat, lon, lat, 16);
        }
        break;
    case 3:
        vg_deed_go(world, ACTOR(1), d->lon_deg, d->lat_deg, 14);
        vg_deed_leave(world, ACTOR(0));
        vg_deed_next(world, d, 0);
        break;
    default:
        if (!ACTOR(1)->arrived)
            break;
        vg_deed_anchor(world, ACTOR(1));
        d->over = true;
    }
}

/* A tug, 4 to 6 kn, and behind it what it tows, with or without AIS, 200 to 500 m off. */
void vg_sim_play_tow(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    struct vg_sim_vessel *tow;
    switch (d->phase) {
    case 0:
        vg_deed_cast(world, d, "tug");
        tow = vg_deed_cast(world, d, "laid-up ship");
        if (tow && vg_rng_chance(&d->dice, 0.5)) {
            tow->no_ais = true;
            tow->mmsi = 0;
        }
        break;
    case 1:
        vg_deed_approach(world, d, ACTOR(0), d->lon_deg, d->lat_deg, vg_deed_draw(d, 4, 6));
        vg_deed_enter(world, ACTOR(1), ACTOR(0)->lon_deg, ACTOR(0)->lat_deg);
        vg_sphere_move(&ACTOR(1)->lon_deg, &ACTOR(1)->lat_deg, ACTOR(0)->heading_deg + 180, 300);
        vg_deed_beside(world, ACTOR(1), ACTOR(0), vg_deed_draw(d, 200, 500), 180);
        vg_deed_last(world, d, vg_deed_draw(d, 4, 8));
        vg_deed_next(world, d, 0);
        break;
    default:
        vg_deed_sail_on(world, d, ACTOR(0), 5);
        if (!vg_deed_is_due(world, d))
            break;
        vg_deed_anchor(world, ACTOR(0));
        vg_deed_anchor(world, ACTOR(1));
        d->over = true;
    }
}

/* Ships off a port that wait for a berth: some at anchor, some drift and steam back. */
void vg_sim_play_queue(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    switch (d->phase) {
    case 0:
        cast_many(world, d, "bulk carrier", 5, 12);
        break;
    case 1:
        for (size_t i = 0; i < d->actors; i++) {
            enter_about(world, d, ACTOR(i), 6000);
            if (i % 3)
                vg_deed_anchor(world, ACTOR(i));
            else
                vg_deed_drift(ACTOR(i), 0.7, 310);
        }
        vg_deed_last(world, d, 18);
        vg_deed_next(world, d, vg_deed_draw(d, 3000, 9000));
        break;
    default: /* one goes in, the drifters steam back */
        for (size_t i = 0; i < d->actors; i += 3)
            if (ACTOR(i)->motion == MOTION_DRIFT && !ACTOR(i)->leaves)
                vg_deed_leg(world, ACTOR(i), 130 + vg_deed_draw(d, -20, 20), vg_deed_draw(d, 2500, 4000), 5);
        if (d->count < d->actors)
            vg_deed_leave(world, ACTOR(d->count++));
        if (vg_deed_is_due(world, d) || d->count >= d->actors)
            vg_deed_over(world, d);
        else
            vg_deed_wait(world, d, vg_deed_draw(d, 3000, 9000));
    }
}

/* In the roads a small tanker comes alongside a ship at anchor for 3 to 7 hours. */
void vg_sim_play_bunkering(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    switch (d->phase) {
    case 0:
        vg_deed_cast(world, d, "container ship");
        vg_deed_cast(world, d, "coastal tanker");
        break;
    case 1:
        vg_deed_enter(world, ACTOR(0), d->lon_deg, d->lat_deg);
        vg_deed_anchor(world, ACTOR(0));
        enter_about(world, d, ACTOR(1), 2500);
        vg_deed_go(world, ACTOR(1), ACTOR(0)->lon_deg, ACTOR(0)->lat_deg, 6);
        vg_deed_next(world, d, 0);
        break;
    case 2:
        if (vg_deed_between_m(ACTOR(0), ACTOR(1)) > 300 && !ACTOR(1)->arrived)
            break;
        vg_deed_beside(world, ACTOR(1), ACTOR(0), 0, 0);
        vg_deed_next(world, d, vg_deed_draw(d, 3, 7) * 3600);
        break;
    default:
        vg_deed_over(world, d);
    }
}

/* Small boats about a point, at 1 to 6 kn, to and fro, and still between. */
void vg_sim_play_fair(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    switch (d->phase) {
    case 0:
        cast_many(world, d, "pleasure craft", 15, 30);
        break;
    case 1:
        for (size_t i = 0; i < d->actors; i++) {
            enter_about(world, d, ACTOR(i), 1500);
            vg_deed_drift(ACTOR(i), 0.3, 300);
        }
        vg_deed_last(world, d, vg_deed_draw(d, 3, 7));
        vg_deed_next(world, d, 0);
        break;
    default:
        for (size_t i = 0; i < d->actors; i++) {
            struct vg_sim_vessel *v = ACTOR(i);
            double lon = d->lon_deg, lat = d->lat_deg;
            if (v->motion != MOTION_DRIFT || !vg_rng_chance(&d->dice, 0.05))
                continue;
            vg_sphere_move(&lon, &lat, vg_deed_draw(d, 0, 360), vg_deed_draw(d, 0, 1500));
            if (vg_sim_world_is_clear(world, v->lon_deg, v->lat_deg, lon, lat))
                vg_deed_go(world, v, lon, lat, vg_deed_draw(d, 1, 6));
        }
        vg_deed_wait(world, d, 20);
        if (vg_deed_is_due(world, d))
            vg_deed_over(world, d);
    }
}

/* Yachts round three marks, 1.5 nmi apart, three times. */
void vg_sim_play_regatta(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    struct vg_sim_vessel *v;
    switch (d->phase) {
    case 0:
        cast_many(world, d, "ocean yacht", 10, 20);
        break;
    case 1:
        for (size_t i = 0; i < d->actors; i++) {
            v = ACTOR(i);
            enter_about(world, d, v, 400);
            v->phase = 0;
            v->arrived = true;
            v->cruise_kn = vg_deed_draw(d, 4.5, 6.5);
        }
        vg_deed_last(world, d, 5);
        vg_deed_next(world, d, 0);
        break;
    default:
        for (size_t i = 0; i < d->actors; i++) {
            v = ACTOR(i);
            double lon = d->lon_deg, lat = d->lat_deg;
            if (!v->arrived || v->leaves)
                continue;
            if (v->phase++ == 9) {
                vg_deed_leave(world, v);
                continue;
            }
            if (v->phase % 3)
                vg_sphere_move(&lon, &lat, v->phase % 3 == 1 ? 200 : 260, 1.5 * VG_METRES_PER_NM);
            vg_deed_go(world, v, lon, lat, v->cruise_kn);
            v->status = 8;
        }
        if (vg_deed_is_due(world, d))
            vg_deed_over(world, d);
    }
}

/* Digs at 2 kn for 40 minutes, carries it 2 nmi at 8 kn, dumps, comes back; all day. */
void vg_sim_play_dredger(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    struct vg_sim_vessel *v;
    switch (d->phase) {
    case 0:
        v = vg_deed_cast(world, d, "island supply");
        if (v)
            v->shiptype = 33; /* dredging (M.1371-5, table 53) */
        break;
    case 1:
        v = ACTOR(0);
        vg_deed_enter(world, v, d->lon_deg, d->lat_deg);
        v->arrived = true;
        vg_deed_last(world, d, vg_deed_draw(d, 8, 15));
        if (!vg_deed_place_near(world, d, 1.5, 2.5, &d->number[0], &d->number[1])) {
            vg_deed_anchor(world, v);
            d->over = true;
            break;
        }
        vg_deed_next(world, d, 0);
        break;
    default:
        v = ACTOR(0);
        if (vg_deed_is_due(world, d)) {
            vg_deed_over(world, d);
        } else if (v->arrived) {
            int step = d->count++ % 3;
            if (step == 0)
                vg_deed_leg(world, v, vg_deed_draw(d, 0, 360), 2400, 2);
            else if (step == 1)
                vg_deed_go(world, v, d->number[0], d->number[1], 8);
            else
                vg_deed_go(world, v, d->lon_deg, d->lat_deg, 9);
            v->status = 3; /* restricted manoeuvrability */
        }
    }
}

/* Trawlers side by side, 250 to 450 m apart, at 3 kn, turning together. */
void vg_sim_play_pair_trawl(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    struct vg_sim_vessel *v;
    switch (d->phase) {
    case 0:
        cast_many(world, d, "trawler", 4, 8);
        d->number[0] = vg_deed_draw(d, 250, 450);
        break;
    case 1:
        vg_deed_approach(world, d, ACTOR(0), d->lon_deg, d->lat_deg, vg_deed_draw(d, 2.8, 3.5));
        for (size_t i = 1; i < d->actors; i++) {
            v = ACTOR(i);
            vg_deed_enter(world, v, ACTOR(0)->lon_deg, ACTOR(0)->lat_deg);
            vg_sphere_move(&v->lon_deg, &v->lat_deg, ACTOR(0)->heading_deg + 90, d->number[0] * (double)i);
            vg_deed_beside(world, v, ACTOR(0), d->number[0] * (double)i, 90);
        }
        vg_deed_last(world, d, vg_deed_draw(d, 4, 9));
        vg_deed_next(world, d, 0);
        break;
    default:
        vg_deed_sail_on(world, d, ACTOR(0), 3.2);
        for (size_t i = 0; i < d->actors; i++) {
            ACTOR(i)->activity = ACTIVITY_TOWING;
            ACTOR(i)->status = 7;
        }
        if (vg_deed_is_due(world, d))
            vg_deed_over(world, d);
    }
}

/* Between two points near the shore, all day, a quarter of an hour at each end. */
void vg_sim_play_ferry(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    struct vg_sim_vessel *v;
    switch (d->phase) {
    case 0:
        vg_deed_cast(world, d, "island ferry");
        break;
    case 1:
        v = ACTOR(0);
        vg_deed_enter(world, v, d->lon_deg, d->lat_deg);
        vg_deed_last(world, d, 15);
        if (!vg_deed_place_near(world, d, 3, 9, &d->number[0], &d->number[1])) {
            vg_deed_anchor(world, v);
            d->over = true;
            break;
        }
        v->arrived = true;
        vg_deed_next(world, d, 0);
        break;
    default:
        v = ACTOR(0);
        if (vg_deed_is_due(world, d)) {
            vg_deed_over(world, d);
        } else if (v->arrived && v->motion == MOTION_DRIFT) {
            v->motion = MOTION_NONE;
            v->sog_kn = v->water_kn = 0;
            v->activity = ACTIVITY_MOORED;
            vg_deed_wait(world, d, 900);
        } else if (v->arrived) {
            bool out = d->count++ % 2 == 0;
            vg_deed_go(world, v, out ? d->number[0] : d->lon_deg, out ? d->number[1] : d->lat_deg, 18);
        }
    }
}

/* Fifteen to thirty ships at anchor. */
void vg_sim_play_anchorage(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    static const char *const kinds[] = {"bulk carrier", "product tanker", "container ship", "tuna seiner"};
    switch (d->phase) {
    case 0:
        cast_many(world, d, VG_DEED_PICK(d, kinds), 15, 30);
        d->at_us = world->start_us;
        break;
    default:
        for (size_t i = 0; i < d->actors; i++) {
            enter_about(world, d, ACTOR(i), 4000);
            vg_deed_anchor(world, ACTOR(i));
        }
        d->over = true;
    }
}

/* Sets gone mad: names every eight seconds, in fragments of which some are missing or come in another order. */
void vg_sim_play_fragments(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    switch (d->phase) {
    case 0:
        cast_many(world, d, "general cargo", 4, 8);
        break;
    case 1:
        for (size_t i = 0; i < d->actors; i++)
            vg_deed_approach(world, d, ACTOR(i), d->lon_deg, d->lat_deg, vg_deed_draw(d, 9, 12));
        vg_deed_last(world, d, vg_deed_draw(d, 1, 2.5));
        vg_deed_next(world, d, 0);
        break;
    default:
        for (size_t i = 0; i < d->actors; i++) {
            vg_deed_sail_on(world, d, ACTOR(i), 10);
            ACTOR(i)->torn = !vg_deed_is_due(world, d);
            if (ACTOR(i)->torn && ACTOR(i)->next_static_us > world->now_us + 8 * VG_SECOND_US)
                ACTOR(i)->next_static_us = world->now_us;
        }
        if (vg_deed_is_due(world, d))
            vg_deed_over(world, d);
    }
}

/* Down a lane of the scenario the right way. */
void vg_sim_play_lane_traffic(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    static const char *const kinds[] = {"container ship", "bulk carrier", "product tanker", "general cargo"};
    const struct vg_sim_shapes *lanes = &world->script->lanes;
    switch (d->phase) {
    case 0:
        d->variant = (uint8_t)vg_rng_below(&d->dice, (uint32_t)lanes->count);
        vg_deed_cast(world, d, VG_DEED_PICK(d, kinds));
        break;
    case 1:
        vg_deed_enter(world, ACTOR(0), d->lon_deg, d->lat_deg);
        vg_deed_follow(ACTOR(0), &lanes->shape[d->variant], false, vg_deed_draw(d, -900, 900), vg_deed_draw(d, 10, 15));
        vg_deed_next(world, d, 0);
        break;
    default: /* on as it goes: who turned back would teach the lane the other way */
        if (!ACTOR(0)->arrived)
            break;
        vg_deed_leave_on(world, ACTOR(0));
        d->over = true;
    }
}
