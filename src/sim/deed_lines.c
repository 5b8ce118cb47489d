/* Deeds of one, by the lines that it crosses: areas, gates, shores, lanes. Where no source is named the numbers are
 * assumed, and stated here. */
#include <stdio.h>

#include "sim/deed.h"
#include "sim/watch.h"

#define ACTOR(i) vg_deed_actor(world, d, i)

/* A place at sea inside an area. */
static bool place_inside(struct vg_sim_world *world, struct vg_sim_deed *d, const struct vg_sim_shape *area)
{
    double west = 180, east = -180, south = 90, north = -90;
    for (size_t i = 0; i < area->points; i++) {
        west = fmin(west, area->point[i].lon_deg);
        east = fmax(east, area->point[i].lon_deg);
        south = fmin(south, area->point[i].lat_deg);
        north = fmax(north, area->point[i].lat_deg);
    }
    for (int i = 0; i < 500; i++) {
        double lon = vg_deed_draw(d, west, east), lat = vg_deed_draw(d, south, north);
        if (!vg_sim_world_is_land(world, lon, lat) && vg_sim_is_inside(area, lon, lat)) {
            d->lon_deg = lon;
            d->lat_deg = lat;
            return true;
        }
    }
    return false;
}

/* Sails into an area, stays 0.3 to 3 hours, and goes. The watch tells of it, as of everybody who is there. */
void vg_sim_play_area_entry(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    static const char *const kinds[] = {"tuna seiner", "trawler", "sardine seiner", "general cargo"};
    switch (d->phase) {
    case 0:
        if (place_inside(world, d,
                         &world->script->areas.shape[vg_rng_below(&d->dice, (uint32_t)world->script->areas.count)]))
            vg_deed_cast(world, d, VG_DEED_PICK(d, kinds));
        break;
    case 1:
        vg_deed_approach(world, d, ACTOR(0), d->lon_deg, d->lat_deg, vg_deed_draw(d, 7, 10));
        vg_deed_next(world, d, 0);
        break;
    case 2:
        if (!vg_deed_is_there(world, d, ACTOR(0)))
            break;
        vg_deed_last(world, d, vg_deed_draw(d, 0.3, 3));
        vg_deed_next(world, d, 0);
        break;
    default:
        if (vg_deed_is_due(world, d))
            vg_deed_over(world, d);
        else if (ACTOR(0)->arrived)
            vg_deed_leg(world, ACTOR(0), ACTOR(0)->heading_deg + vg_deed_draw(d, 120, 240), vg_deed_draw(d, 1500, 3500),
                        vg_deed_draw(d, 3, 7));
    }
}

/* Across a line, from one side or the other. The watch tells of it. */
void vg_sim_play_gate_crossing(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    static const char *const kinds[] = {"general cargo", "product tanker", "tuna seiner", "ocean yacht"};
    const struct vg_sim_shapes *gates = &world->script->gates;
    double east, north, lon, lat;
    switch (d->phase) {
    case 0: {
        const struct vg_sim_shape *g = &gates->shape[vg_rng_below(&d->dice, (uint32_t)gates->count)];
        double share = vg_deed_draw(d, 0.1, 0.9);
        d->lon_deg = g->point[0].lon_deg + share * (g->point[1].lon_deg - g->point[0].lon_deg);
        d->lat_deg = g->point[0].lat_deg + share * (g->point[1].lat_deg - g->point[0].lat_deg);
        vg_sphere_offset_m(g->point[0].lon_deg, g->point[0].lat_deg, g->point[1].lon_deg, g->point[1].lat_deg, &east,
                           &north);
        d->number[0] = atan2(east, north) / VG_RAD + (vg_rng_chance(&d->dice, 0.5) ? 90 : -90);
        if (!vg_sim_world_is_land(world, d->lon_deg, d->lat_deg))
            vg_deed_cast(world, d, VG_DEED_PICK(d, kinds));
        break;
    }
    case 1:
        lon = d->lon_deg;
        lat = d->lat_deg;
        vg_sphere_move(&lon, &lat, d->number[0] + 180, 9000);
        if (vg_sim_world_is_land(world, lon, lat)) {
            vg_deed_over(world, d);
            break;
        }
        d->lead_s = fmin(d->lead_s, 1800);
        vg_deed_approach(world, d, ACTOR(0), lon, lat, vg_deed_draw(d, 8, 12));
        vg_deed_next(world, d, 0);
        break;
    case 2:
        if (!vg_deed_is_there(world, d, ACTOR(0)))
            break;
        vg_deed_leg(world, ACTOR(0), d->number[0], 18000, ACTOR(0)->cruise_kn);
        vg_deed_next(world, d, 0);
        break;
    default:
        if (ACTOR(0)->arrived)
            vg_deed_over(world, d);
    }
}

/* The last water before the nearest beach within 8 nmi; false: there is none. */
static bool find_beach(const struct vg_sim_world *world, struct vg_sim_deed *d, double *ret_bearing)
{
    double best = 8 * VG_METRES_PER_NM + 1, bearing_of_best = 0;
    for (int b = 0; b < 360; b += 10)
        for (double m = 300; m < best; m += 200) {
            double lon = d->lon_deg, lat = d->lat_deg;
            vg_sphere_move(&lon, &lat, b, m);
            if (!vg_sim_world_is_land(world, lon, lat))
                continue;
            best = m;
            bearing_of_best = b;
        }
    if (best > 8 * VG_METRES_PER_NM)
        return false;
    *ret_bearing = bearing_of_best;
    vg_sphere_move(&d->lon_deg, &d->lat_deg, bearing_of_best, best - 350);
    return true;
}

/* To the first hour of night (sun before 4.5, after 20), if the world has one. */
static void at_night(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    for (int i = 0; i < 48; i++) {
        double sun = vg_sun_hour(d->at_us, d->lon_deg);
        if (sun > 20 || sun < 4.5)
            return;
        d->at_us += VG_HOUR_US / 2;
        if (d->at_us > world->start_us + (int64_t)(fmax(world->options.hours, 1) * 0.95 * 3600) * VG_SECOND_US)
            d->at_us = world->start_us + VG_HOUR_US / 2;
    }
}

/* A small boat comes in from sea by night, slow near the beach, lies 5 to 25 minutes 150 to 400 m off, and goes. */
void vg_sim_play_shore_approach(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    struct vg_sim_vessel *v;
    switch (d->phase) {
    case 0:
        if (!find_beach(world, d, &d->number[0]))
            break;
        at_night(world, d);
        vg_deed_cast(world, d, "fibre boat");
        break;
    case 1:
        v = ACTOR(0);
        vg_deed_enter(world, v, d->lon_deg, d->lat_deg);
        vg_sphere_move(&v->lon_deg, &v->lat_deg, d->number[0] + 180 + vg_deed_draw(d, -30, 30),
                       vg_deed_draw(d, 5, 9) * VG_METRES_PER_NM);
        if (!vg_sim_world_is_clear(world, v->lon_deg, v->lat_deg, d->lon_deg, d->lat_deg)) {
            if (++d->count < 60)
                vg_deed_wait(world, d, 0);
            else
                vg_deed_over(world, d);
            vg_deed_away(v);
            break;
        }
        d->number[1] = d->lon_deg;
        d->number[2] = d->lat_deg;
        vg_deed_go(world, v, d->lon_deg, d->lat_deg, vg_deed_draw(d, 9, 15));
        vg_deed_begin(world, d);
        d->lon_deg = d->number[1]; /* the beach, not where it comes from */
        d->lat_deg = d->number[2];
        vg_deed_next(world, d, 0);
        break;
    case 2: /* the last mile slowly */
        v = ACTOR(0);
        if (v->route_n == 1 &&
            vg_sphere_distance_m(v->lon_deg, v->lat_deg, v->route[0].lon_deg, v->route[0].lat_deg) < VG_METRES_PER_NM)
            v->want_kn = fmin(v->want_kn, 4);
        if (!v->arrived)
            break;
        vg_deed_drift(v, 0.1, d->number[0]);
        vg_deed_next(world, d, vg_deed_draw(d, 300, 1500));
        break;
    case 3:
        v = ACTOR(0);
        vg_deed_say(d, "\"sun_hour\":%.1f", vg_sun_hour(world->now_us, v->lon_deg));
        vg_deed_leg(world, v, d->number[0] + 180, 10000, vg_deed_draw(d, 9, 15));
        vg_deed_next(world, d, 0);
        break;
    default:
        if (!ACTOR(0)->arrived)
            break;
        vg_deed_tell(world, d, true);
        vg_deed_over(world, d);
    }
}

/* Down a lane the wrong way; lane_traffic goes the right one. */
void vg_sim_play_against_lane(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    static const char *const kinds[] = {"general cargo", "bulk carrier", "product tanker"};
    const struct vg_sim_shapes *lanes = &world->script->lanes;
    switch (d->phase) {
    case 0:
        d->variant = (uint8_t)vg_rng_below(&d->dice, (uint32_t)lanes->count);
        vg_deed_cast(world, d, VG_DEED_PICK(d, kinds));
        break;
    case 1:
        vg_deed_enter(world, ACTOR(0), d->lon_deg, d->lat_deg);
        vg_deed_follow(ACTOR(0), &lanes->shape[d->variant], true, vg_deed_draw(d, -600, 600), vg_deed_draw(d, 10, 13));
        vg_deed_begin(world, d);
        d->hidden = !vg_sim_watch_lane_is_known(world, d->variant);
        vg_deed_say(d, "\"lane\":%u,\"known\":%s", d->variant, d->hidden ? "false" : "true");
        vg_deed_next(world, d, 0);
        break;
    default:
        if (!ACTOR(0)->arrived)
            break;
        vg_deed_tell(world, d, true);
        vg_deed_leave_on(world, ACTOR(0));
        d->over = true;
    }
}
