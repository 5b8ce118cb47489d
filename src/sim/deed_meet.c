/* Deeds of two: transfer at sea, near miss, a fast boat without AIS. */
#include <stdio.h>

#include "sim/deed.h"

#define ACTOR(i)       vg_deed_actor(world, d, i)
#define NEAR_M         400.0
#define CLOSE_M        926.0 /* half a mile: where two begin to be close */
#define MEET_HOURS_MAX 20.0

/* Comes alongside one that drifts or sails; true when it lies there. `d->number[5]`: metres between them. */
static bool come_beside(struct vg_sim_world *world, struct vg_sim_vessel *v, const struct vg_sim_vessel *other,
                        double kn, double beside_m, double beside_deg)
{
    double m = vg_deed_between_m(v, other);
    if (v->motion == MOTION_BESIDE)
        return m < fmax(beside_m, 20) * 1.3 + 8;
    if (m < NEAR_M) {
        vg_deed_beside(world, v, other, beside_m, beside_deg);
    } else if (v->arrived || world->now_us / VG_SECOND_US % 20 == 0) { /* to where the other will be */
        double lon = other->lon_deg, lat = other->lat_deg;
        double ahead_m = other->sog_kn * VG_MPS_PER_KNOT * fmin(1800, m / (kn * VG_MPS_PER_KNOT));
        vg_sphere_move(&lon, &lat, other->cog_deg, ahead_m);
        vg_deed_go(world, v, lon, lat, m < 1500 ? fmin(kn, 6 + other->sog_kn) : kn);
    }
    return false;
}

void vg_sim_play_transfer(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    static const char *const fishers[] = {"squid jigger", "tuna seiner", "tuna seiner"};
    double *hours = &d->number[0], *metres = &d->number[1], *kn = &d->number[2];
    switch (d->phase) {
    case 0:
        vg_deed_cast(world, d, VG_DEED_PICK(d, fishers));
        vg_deed_cast(world, d, "fish carrier");
        *hours = fmin(vg_deed_draw_as(d, VG_SIM_HOURS_PACIFIC), MEET_HOURS_MAX);
        *metres = fmax(18, vg_deed_draw_as(d, VG_SIM_METRES)); /* two hulls have a breadth */
        *kn = vg_deed_draw_as(d, VG_SIM_KNOTS);
        break;
    case 1:
        vg_deed_approach(world, d, ACTOR(0), d->lon_deg, d->lat_deg, vg_deed_draw(d, 8, 11));
        vg_deed_approach(world, d, ACTOR(1), d->lon_deg, d->lat_deg, vg_deed_draw(d, 9, 12));
        vg_deed_next(world, d, 0);
        break;
    case 2:
        if (!vg_deed_is_there(world, d, ACTOR(0)))
            break;
        vg_deed_drift(ACTOR(0), *kn, vg_deed_draw(d, 270, 330));
        vg_deed_next(world, d, 0);
        break;
    case 3:
        if (!come_beside(world, ACTOR(1), ACTOR(0), 10, *metres, 90))
            break;
        vg_deed_begin(world, d);
        vg_deed_say(d, "\"hours\":%.3f,\"metres\":%.0f,\"kn\":%.2f", *hours, *metres, *kn);
        vg_deed_next(world, d, *hours * 3600);
        break;
    default:
        vg_deed_tell(world, d, true);
        vg_deed_over(world, d);
    }
}

/* Two on crossing courses that pass within 30 to 150 m (drawn evenly; assumed) at the place of the deed. */
void vg_sim_play_close_quarters(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    static const char *const kinds[] = {"container ship", "bulk carrier", "general cargo", "product tanker"};
    double *cpa_m = &d->number[0], *kn = &d->number[1], *least_m = &d->number[2], *course = &d->number[3];
    switch (d->phase) {
    case 0:
        vg_deed_cast(world, d, VG_DEED_PICK(d, kinds));
        vg_deed_cast(world, d, VG_DEED_PICK(d, kinds));
        *cpa_m = vg_deed_draw(d, 30, 150);
        *kn = vg_deed_draw(d, 9, 13);
        *least_m = HUGE_VAL;
        break;
    case 1:
        vg_deed_approach(world, d, ACTOR(0), d->lon_deg, d->lat_deg, *kn);
        vg_deed_approach(world, d, ACTOR(1), d->lon_deg, d->lat_deg, *kn * vg_deed_draw(d, 0.85, 1.1));
        if (fabs(vg_angle_180(ACTOR(0)->heading_deg - ACTOR(1)->heading_deg)) < 25) { /* not one behind the other */
            vg_deed_away(ACTOR(0));
            vg_deed_away(ACTOR(1));
            vg_deed_wait(world, d, 0);
            break;
        }
        *course = ACTOR(0)->heading_deg;
        vg_sphere_move(&d->lon_deg, &d->lat_deg, *course + 180, *cpa_m);
        for (int i = 0; i < 2; i++) { /* on and past the place */
            struct vg_sim_vessel *v = ACTOR(i);
            v->route[v->route_n] = (struct vg_sim_point){d->lon_deg, d->lat_deg, false};
            vg_sphere_move(&v->route[v->route_n].lon_deg, &v->route[v->route_n].lat_deg, v->heading_deg, 6000);
            if (v->route_n == 1 &&
                vg_sim_world_is_clear(world, d->lon_deg, d->lat_deg, v->route[1].lon_deg, v->route[1].lat_deg))
                v->route_n = 2;
        }
        vg_deed_next(world, d, 0);
        break;
    default: {
        struct vg_sim_vessel *a = ACTOR(0), *b = ACTOR(1);
        double m = vg_deed_between_m(a, b);
        double left_a = vg_sphere_distance_m(a->lon_deg, a->lat_deg, d->lon_deg, d->lat_deg);
        double left_b = vg_sphere_distance_m(b->lon_deg, b->lat_deg, d->lon_deg, d->lat_deg);
        if (!d->begun && left_a > 800) /* the one keeps the other's time */
            b->want_kn = fmax(6, fmin(b->kind->cruise_max_kn + 2, left_b / fmax(left_a, 1) * fmax(a->sog_kn, 3)));
        if (!d->begun && m < CLOSE_M)
            vg_deed_begin(world, d);
        *least_m = fmin(*least_m, m);
        vg_deed_say(d, "\"cpa_m\":%.0f", *least_m);
        if (d->begun && m > CLOSE_M) {
            vg_deed_tell(world, d, true);
            vg_deed_over(world, d);
        } else if (!d->begun && a->arrived && b->arrived) { /* they missed each other by far: nothing to tell */
            vg_deed_over(world, d);
        }
    }
    }
}

/*
 * A boat of 12 m without AIS comes at 25 to 36 kn to a fishing boat with AIS, lies beside it for 5 to 25 minutes, goes
 * on (as reports of boardings tell; assumed). Two true events: the dark boat, and their meeting.
 */
void vg_sim_play_go_fast(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    double *kn = &d->number[0], *minutes = &d->number[1];
    struct vg_sim_vessel *fast;
    switch (d->phase) {
    case 0:
        vg_deed_cast(world, d, "mother ship");
        fast = vg_deed_cast(world, d, "go-fast");
        if (fast) {
            fast->no_ais = true;
            fast->mmsi = 0;
            fast->name[0] = '\0';
        }
        *kn = vg_deed_draw(d, 25, 36);
        *minutes = vg_deed_draw(d, 5, 25);
        break;
    case 1:
        vg_deed_approach(world, d, ACTOR(0), d->lon_deg, d->lat_deg, 7);
        vg_deed_next(world, d, d->lead_s * 0.6);
        break;
    case 2:
        d->lead_s *= 0.4;
        vg_deed_approach(world, d, ACTOR(1), d->lon_deg, d->lat_deg, *kn);
        d->number[2] = (double)(world->now_us - world->start_us) / 1e6;
        vg_deed_next(world, d, 0);
        break;
    case 3:
        if (!ACTOR(0)->arrived && ACTOR(0)->motion != MOTION_DRIFT)
            break;
        vg_deed_drift(ACTOR(0), 0.5, 300);
        vg_deed_next(world, d, 0);
        break;
    case 4:
        if (!come_beside(world, ACTOR(1), ACTOR(0), *kn, 0, 0))
            break;
        vg_deed_begin(world, d);
        vg_deed_say(d, "\"minutes\":%.0f,\"kn\":%.0f,\"thing\":%zu", *minutes, *kn,
                    (size_t)(ACTOR(1) - world->vessels));
        vg_deed_next(world, d, *minutes * 60);
        break;
    case 5:
        vg_deed_tell(world, d, true); /* whether radars see so far is for the scorer to say */
        vg_deed_leg(world, ACTOR(1), vg_deed_draw(d, 200, 340), 35000, *kn);
        vg_deed_next(world, d, 0);
        break;
    default:
        if (!ACTOR(1)->arrived)
            break;
        d->begin_us = world->start_us + (int64_t)d->number[2] * VG_SECOND_US;
        vg_deed_tell_as(world, d, "dark", 1, true);
        vg_deed_away(ACTOR(1));
        vg_deed_over(world, d);
    }
}
