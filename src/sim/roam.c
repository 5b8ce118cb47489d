/* Vessels of a box that has no lanes and ports: to and fro between places that a straight way joins. */
#include "sim/deed.h"
#include "sim/world.h"

#define TRIES 60

static void some_place(struct vg_sim_world *world, struct vg_sim_vessel *v, struct vg_sim_point *ret)
{
    const struct vg_box *b = &world->script->box;
    for (int i = 0; i < TRIES; i++) {
        *ret = (struct vg_sim_point){vg_rng_range(&v->dice, b->west_deg, b->east_deg),
                                     vg_rng_range(&v->dice, b->south_deg, b->north_deg), false};
        if (!vg_sim_world_is_land(world, ret->lon_deg, ret->lat_deg))
            return;
    }
}

static bool works(const struct vg_sim_vessel *v)
{
    return v->kind->ground != GROUND_NO;
}

/* Hauls between two runs. */
static void lie(struct vg_sim_world *world, struct vg_sim_vessel *v, double hours)
{
    v->activity = works(v) ? ACTIVITY_HAULING : ACTIVITY_DRIFTING;
    v->motion = MOTION_DRIFT;
    v->drift_kn = vg_rng_range(&v->dice, 0.2, 0.8);
    v->drift_deg = vg_rng_range(&v->dice, 0, 360);
    v->until_us = world->now_us + vg_sim_hours(hours);
}

void vg_sim_roam(struct vg_sim_world *world, struct vg_sim_vessel *v)
{
    if (v->activity == ACTIVITY_TOWING || v->activity == ACTIVITY_SEARCHING) {
        lie(world, v, vg_rng_range(&v->dice, 0.5, 2));
        return;
    }
    for (int i = 0; i < TRIES; i++) {
        struct vg_sim_point p = {v->lon_deg, v->lat_deg, false};
        if (works(v))
            vg_sphere_move(&p.lon_deg, &p.lat_deg, vg_rng_range(&v->dice, 0, 360), vg_rng_range(&v->dice, 4000, 20000));
        else
            some_place(world, v, &p);
        if (!vg_box_contains(&world->script->box, vg_pos_from_deg(p.lon_deg, p.lat_deg)))
            continue;
        bool tows = v->kind->ground == GROUND_TRAWL;
        double kn = tows ? vg_rng_range(&v->dice, 2.8, 3.9) : v->cruise_kn;
        if (!vg_sim_world_is_clear(world, v->lon_deg, v->lat_deg, p.lon_deg, p.lat_deg) ||
            !vg_deed_go(world, v, p.lon_deg, p.lat_deg, kn))
            continue;
        if (works(v))
            v->activity = tows ? ACTIVITY_TOWING : ACTIVITY_SEARCHING;
        v->status = works(v) && v->class == VG_CLASS_SHIP_A ? 7 : 0;
        return;
    }
    vg_sim_anchor(v, world->now_us, world->now_us + vg_sim_hours(6));
}

void vg_sim_roam_begin(struct vg_sim_world *world, struct vg_sim_vessel *v)
{
    struct vg_sim_point p = {0, 0, false};
    v->program = PROGRAM_ROAM;
    some_place(world, v, &p);
    v->lon_deg = p.lon_deg;
    v->lat_deg = p.lat_deg;
    v->heading_deg = vg_rng_range(&v->dice, 0, 360);
    vg_sim_roam(world, v);
    if (v->motion == MOTION_ROUTE)
        vg_sim_along(v, vg_rng_range(&v->dice, 0, 0.9));
}
