/*
 * Of the watch: lanes of the scenario, who sails along them and which way. Against the lane is a deviation when ten
 * ships or more have gone the lane's way by then, and hardly anybody the other: before that nobody can know that it is
 * a lane.
 */
#include "sim/watch_inner.h"

#define BESIDE_M    1852.0 /* of the line */
#define ALONG_DEG   30.0
#define LEAST_US    (20 * VG_MINUTE_US)
#define WITH_LEAST  10
#define AGAINST_ONE 10 /* one in so many, at most */
#define WAY_KN      4.0

/* True if it sails along a leg of the lane; *ret_back: the other way. */
static bool is_along(const struct vg_sim_shape *lane, const struct vg_sim_vessel *v, bool *ret_back)
{
    for (size_t i = 0; i + 1 < lane->points; i++) {
        double leg_e, leg_n, e, n;
        vg_sphere_offset_m(lane->point[i].lon_deg, lane->point[i].lat_deg, lane->point[i + 1].lon_deg,
                           lane->point[i + 1].lat_deg, &leg_e, &leg_n);
        vg_sphere_offset_m(lane->point[i].lon_deg, lane->point[i].lat_deg, v->lon_deg, v->lat_deg, &e, &n);
        const double length = hypot(leg_e, leg_n), along = (e * leg_e + n * leg_n) / fmax(length, 1);
        const double aside = fabs(e * leg_n - n * leg_e) / fmax(length, 1);
        if (along < 0 || along > length || aside > BESIDE_M)
            continue;
        const double off = fabs(vg_angle_180(v->cog_deg - atan2(leg_e, leg_n) / VG_RAD));
        *ret_back = off > 90;
        return off < ALONG_DEG || off > 180 - ALONG_DEG;
    }
    return false;
}

static bool is_known(const struct vg_sim_lane_count *c)
{
    return c->with >= WITH_LEAST && c->against * AGAINST_ONE <= c->with;
}

bool vg_sim_watch_lane_is_known(const struct vg_sim_world *world, size_t lane)
{
    return world->watch && is_known(&world->watch->lane[lane]);
}

static bool is_own(const struct vg_sim_world *world, const struct vg_sim_vessel *v)
{
    return v->deed >= 0 && world->deeds[v->deed].id == DEED_against_lane;
}

/* Who keeps to it for a while counts. */
static void count(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct vg_sim_watched *o)
{
    struct vg_sim_lane_count *c = &world->watch->lane[o->lane - 1];
    if (o->lane_counted || is_own(world, v) || world->now_us - o->lane_spell.from_us < LEAST_US)
        return;
    o->lane_counted = true;
    o->lane_known = is_known(c);
    c->against += o->lane_back;
    c->with += !o->lane_back;
}

/* It has left the lane, or turned. */
static void leave(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct vg_sim_watched *o)
{
    if (o->lane_counted && o->lane_back)
        vg_sim_spell_tell(world, v, &o->lane_spell, "deviation", world->now_us, "",
                          o->lane_known && vg_sim_is_trader(v) ? VG_SIM_MAY : VG_SIM_NEITHER);
    o->lane = 0;
}

/* People of deeds come from anywhere and sail where the deed wants them: that they leave the ways of ships means
 * nothing. */
static void watch_roaming(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct vg_sim_watched *o, bool end)
{
    const bool roams =
        v->deed >= 0 && !vg_sim_is_away(v) && !is_own(world, v) && world->deeds[v->deed].id != DEED_lane_traffic;
    if (roams && o->roam.from_us == VG_TIME_NONE)
        vg_sim_spell_open(world, v, &o->roam);
    if ((roams && !end) || o->roam.from_us == VG_TIME_NONE)
        return;
    vg_sim_spell_tell(world, v, &o->roam, "deviation", world->now_us, "", VG_SIM_NEITHER);
    o->roam.from_us = VG_TIME_NONE;
}

void vg_sim_watch_lanes(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct vg_sim_watched *o, bool end)
{
    const struct vg_sim_shapes *lanes = &world->script->lanes;
    bool back = false;
    size_t now = 0;
    watch_roaming(world, v, o, end);
    for (size_t i = 0; i < lanes->count && !now && !end; i++)
        if (v->class == VG_CLASS_SHIP_A && v->sog_kn >= WAY_KN && !vg_sim_is_away(v) &&
            is_along(&lanes->shape[i], v, &back))
            now = i + 1;
    if (o->lane && (now != o->lane || back != o->lane_back))
        leave(world, v, o);
    if (o->lane)
        count(world, v, o);
    if (!now || o->lane)
        return;
    o->lane_counted = false;
    o->lane = (uint8_t)now;
    o->lane_back = back;
    vg_sim_spell_open(world, v, &o->lane_spell);
}
