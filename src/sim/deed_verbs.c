/* What deeds are made of: actors that come, go, lie beside each other and leave; what is told of it. */
#include <stdio.h>

#include "sim/deed.h"

#define PLACE_TRIES   400
#define BEYOND        0.1 /* so many places are where nobody hears much */
#define SMALL_MAST_NM 4.0 /* 2.5 · √h of a small ship's antenna */
#define TRIES         36
#define LATE_US       (90 * VG_MINUTE_US)

struct vg_sim_vessel *vg_deed_actor(const struct vg_sim_world *world, const struct vg_sim_deed *d, size_t i)
{
    return &world->vessels[d->first + i];
}

void vg_deed_away(struct vg_sim_vessel *v)
{
    v->activity = ACTIVITY_AWAY;
    v->motion = MOTION_NONE;
    v->sog_kn = v->water_kn = v->turn_dps = 0;
    v->leaves = v->arrived = false;
}

void vg_deed_enter(struct vg_sim_world *world, struct vg_sim_vessel *v, double lon_deg, double lat_deg)
{
    v->lon_deg = lon_deg;
    v->lat_deg = lat_deg;
    v->mask_us = 0;
    v->activity = ACTIVITY_DRIFTING;
    v->here = NODE_NONE;
    v->next_position_us = world->now_us;
    v->next_static_us = world->now_us + (int64_t)(vg_rng_unit(&v->dice) * 60e6);
}

void vg_deed_drift(struct vg_sim_vessel *v, double kn, double deg)
{
    v->activity = ACTIVITY_DRIFTING;
    v->motion = MOTION_DRIFT;
    v->drift_kn = kn;
    v->drift_deg = deg;
    v->status = 0;
    v->arrived = false;
}

void vg_deed_anchor(struct vg_sim_world *world, struct vg_sim_vessel *v)
{
    v->arrived = false;
    vg_sim_anchor(v, world->now_us, INT64_MAX);
}

void vg_deed_beside(struct vg_sim_world *world, struct vg_sim_vessel *v, const struct vg_sim_vessel *other, double m,
                    double deg)
{
    v->beside = (int32_t)(other - world->vessels);
    v->beside_m = m;
    v->beside_deg = deg;
    v->motion = MOTION_BESIDE;
    v->activity = ACTIVITY_ALONGSIDE;
    v->arrived = false;
}

double vg_deed_between_m(const struct vg_sim_vessel *a, const struct vg_sim_vessel *b)
{
    return vg_sphere_distance_m(a->lon_deg, a->lat_deg, b->lon_deg, b->lat_deg);
}

static void under_way(struct vg_sim_vessel *v, double kn)
{
    v->arrived = false;
    v->wants_berth = false;
    v->goal = v->here = NODE_NONE;
    v->activity = ACTIVITY_SAILING;
    v->motion = MOTION_ROUTE;
    v->cruise_kn = v->want_kn = kn;
    v->status = 0;
    vg_sim_face_route(v);
}

bool vg_deed_go(struct vg_sim_world *world, struct vg_sim_vessel *v, double lon_deg, double lat_deg, double kn)
{
    v->cruise_kn = kn;
    if (vg_sim_world_is_clear(world, v->lon_deg, v->lat_deg, lon_deg, lat_deg)) {
        v->route[0] = (struct vg_sim_point){lon_deg, lat_deg, false};
        v->route_n = 1;
        v->route_at = 0;
        under_way(v, kn);
        return true;
    }
    if (!world->script->is_box && vg_sim_voyage_to_point(v, (struct vg_sim_point){lon_deg, lat_deg, false})) {
        v->arrived = false;
        return true;
    }
    vg_deed_drift(v, 0.3, 310);
    v->arrived = true;
    return false;
}

void vg_deed_follow(struct vg_sim_vessel *v, const struct vg_sim_shape *line, bool back, double aside_m, double kn)
{
    size_t n = line->points < ROUTE_MAX ? line->points : ROUTE_MAX;
    for (size_t i = 0; i < n; i++) {
        size_t all = line->points;
        const struct vg_sim_spot_deg *p = &line->point[back ? all - 1 - i : i];
        const struct vg_sim_spot_deg *q = &line->point[back ? (i ? all - i : all - 2) : i ? i - 1 : 1];
        double east, north;
        vg_sphere_offset_m(p->lon_deg, p->lat_deg, q->lon_deg, q->lat_deg, &east, &north);
        double course = atan2(east, north) / VG_RAD + (i ? 180 : 0);
        v->route[i] = (struct vg_sim_point){p->lon_deg, p->lat_deg, false};
        vg_sphere_move(&v->route[i].lon_deg, &v->route[i].lat_deg, course + 90, aside_m);
    }
    v->route_n = (uint8_t)n;
    v->route_at = 0;
    v->lon_deg = v->route[0].lon_deg;
    v->lat_deg = v->route[0].lat_deg;
    under_way(v, kn);
    vg_sim_along(v, 0.001);
}

/* Found under way: at speed, on its course. */
static void already_sailing(struct vg_sim_vessel *v)
{
    double east, north;
    vg_sphere_offset_m(v->lon_deg, v->lat_deg, v->route[0].lon_deg, v->route[0].lat_deg, &east, &north);
    v->heading_deg = v->cog_deg = vg_angle_360(atan2(east, north) / VG_RAD);
    v->water_kn = v->sog_kn = v->want_kn;
}

void vg_deed_approach(struct vg_sim_world *world, struct vg_sim_deed *d, struct vg_sim_vessel *v, double lon_deg,
                      double lat_deg, double kn)
{
    double far_m = kn * VG_MPS_PER_KNOT * d->lead_s, bearing = vg_deed_draw(d, 0, 360), lon = lon_deg, lat = lat_deg;
    for (int i = 0; i < TRIES; i++) {
        lon = lon_deg;
        lat = lat_deg;
        vg_sphere_move(&lon, &lat, bearing + i * 50, far_m);
        if (vg_sim_world_is_clear(world, lon, lat, lon_deg, lat_deg))
            break;
        lon = lon_deg;
        lat = lat_deg;
    }
    vg_deed_enter(world, v, lon, lat);
    if (vg_deed_go(world, v, lon_deg, lat_deg, kn))
        already_sailing(v);
}

bool vg_deed_leg(struct vg_sim_world *world, struct vg_sim_vessel *v, double bearing_deg, double metres, double kn)
{
    for (int i = 0; i < TRIES; i++) {
        double lon = v->lon_deg, lat = v->lat_deg;
        vg_sphere_move(&lon, &lat, bearing_deg + (i % 2 ? 10.0 : -10.0) * ((i + 1) / 2), metres);
        if (vg_sim_world_is_clear(world, v->lon_deg, v->lat_deg, lon, lat))
            return vg_deed_go(world, v, lon, lat, kn);
    }
    vg_deed_drift(v, 0.3, 310);
    v->arrived = true;
    return false;
}

static const uint8_t ends[] = {NODE_PAN, NODE_FARN, NODE_FARNW, NODE_FARW, NODE_FARSW, NODE_FARS, NODE_CLL};

/* In a box: straight on, about that way. */
static bool leave_box(struct vg_sim_world *world, struct vg_sim_vessel *v, double from_deg)
{
    double far_m = 150 * VG_METRES_PER_NM;
    for (int i = 0; i < TRIES; i++) {
        double lon = v->lon_deg, lat = v->lat_deg;
        vg_sphere_move(&lon, &lat, from_deg + i * 50, far_m);
        if (vg_sim_world_is_clear(world, v->lon_deg, v->lat_deg, lon, lat) &&
            vg_deed_go(world, v, lon, lat, v->cruise_kn))
            return true;
    }
    return false;
}

static void leave(struct vg_sim_world *world, struct vg_sim_vessel *v, uint8_t end, double course_deg)
{
    v->arrived = false;
    v->leaves = true;
    v->until_us = INT64_MAX; /* what its deed waited for is over: it must not be gone in the middle of the sea */
    v->across_deg = v->beside_m = 0;
    v->cruise_kn = fmin(fmax(v->cruise_kn, v->kind->cruise_min_kn), v->kind->cruise_max_kn);
    if (world->script->is_box ? leave_box(world, v, course_deg) : vg_sim_voyage(world, v, end, false))
        return;
    v->leaves = false; /* shut in: it waits at anchor */
    vg_deed_anchor(world, v);
}

void vg_deed_leave(struct vg_sim_world *world, struct vg_sim_vessel *v)
{
    if (v->activity == ACTIVITY_AWAY || v->leaves)
        return;
    uint8_t end = world->script->is_box ? NODE_NONE : ends[vg_rng_below(&v->dice, sizeof ends)];
    leave(world, v, end, world->script->is_box ? vg_rng_range(&v->dice, 0, 360) : 0);
}

void vg_deed_leave_on(struct vg_sim_world *world, struct vg_sim_vessel *v)
{
    double least = HUGE_VAL;
    uint8_t best = ends[0];
    if (v->activity == ACTIVITY_AWAY || v->leaves)
        return;
    for (size_t i = 0; i < sizeof ends; i++) {
        const struct vg_sim_node *n = &vg_sim_nodes[ends[i]];
        double east, north;
        vg_sphere_offset_m(v->lon_deg, v->lat_deg, n->lon_deg, n->lat_deg, &east, &north);
        double off = fabs(vg_angle_180(atan2(east, north) / VG_RAD - v->cog_deg));
        if (off >= least)
            continue;
        least = off;
        best = ends[i];
    }
    leave(world, v, best, v->cog_deg);
}

void vg_deed_somewhere(const struct vg_sim_world *world, struct vg_sim_deed *d, double *ret_lon, double *ret_lat)
{
    if (world->ears == 0) {
        const struct vg_box *b = &world->script->box;
        *ret_lon = vg_deed_draw(d, b->west_deg, b->east_deg);
        *ret_lat = vg_deed_draw(d, b->south_deg, b->north_deg);
        return;
    }
    const struct vg_sim_ear *e = &world->ear[vg_rng_below(&d->dice, (uint32_t)world->ears)];
    double reach_nm = fmin(e->range_nm, 2.5 * sqrt(e->antenna_m) + SMALL_MAST_NM) * 0.85;
    if (vg_rng_chance(&d->dice, BEYOND))
        reach_nm *= 2;
    for (int i = 0; i < TRIES; i++) { /* a receiver may hear more than the box */
        *ret_lon = e->lon_deg;
        *ret_lat = e->lat_deg;
        vg_sphere_move(ret_lon, ret_lat, vg_deed_draw(d, 0, 360),
                       reach_nm * VG_METRES_PER_NM * sqrt(vg_rng_unit(&d->dice)));
        if (!world->script->is_box || vg_box_contains(&world->script->box, vg_pos_from_deg(*ret_lon, *ret_lat)))
            return;
    }
}

bool vg_deed_place_heard(const struct vg_sim_world *world, struct vg_sim_deed *d, double low_nm, double high_nm,
                         double *ret_lon_deg, double *ret_lat_deg)
{
    for (int i = 0; i < PLACE_TRIES; i++) {
        double lon, lat;
        vg_deed_somewhere(world, d, &lon, &lat);
        double nm = vg_sphere_distance_m(d->lon_deg, d->lat_deg, lon, lat) / VG_METRES_PER_NM;
        if (nm < low_nm || nm > high_nm || vg_sim_world_is_land(world, lon, lat))
            continue;
        *ret_lon_deg = lon;
        *ret_lat_deg = lat;
        return true;
    }
    return false;
}

bool vg_deed_place_near(const struct vg_sim_world *world, struct vg_sim_deed *d, double low_nm, double high_nm,
                        double *ret_lon_deg, double *ret_lat_deg)
{
    for (int i = 0; i < PLACE_TRIES; i++) {
        double lon = d->lon_deg, lat = d->lat_deg;
        vg_sphere_move(&lon, &lat, vg_deed_draw(d, 0, 360), vg_deed_draw(d, low_nm, high_nm) * VG_METRES_PER_NM);
        if (!vg_sim_world_is_clear(world, d->lon_deg, d->lat_deg, lon, lat))
            continue;
        *ret_lon_deg = lon;
        *ret_lat_deg = lat;
        return true;
    }
    return false;
}

const char *const vg_deed_steel[4] = {"general cargo", "bulk carrier", "product tanker", "container ship"};

/* ---- the course of a deed ---- */

bool vg_deed_come(struct vg_sim_world *world, struct vg_sim_deed *d, double kn)
{
    if (d->phase == 1) {
        vg_deed_approach(world, d, vg_deed_actor(world, d, 0), d->lon_deg, d->lat_deg, kn);
        vg_deed_next(world, d, 0);
    }
    return d->phase > 1 && vg_deed_is_there(world, d, vg_deed_actor(world, d, 0));
}

void vg_deed_next(struct vg_sim_world *world, struct vg_sim_deed *d, double seconds)
{
    d->phase++;
    vg_deed_wait(world, d, seconds);
}

void vg_deed_wait(struct vg_sim_world *world, struct vg_sim_deed *d, double seconds)
{
    d->wake_us = world->now_us + (int64_t)fmax(1, seconds) * VG_SECOND_US;
}

void vg_deed_over(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    d->over = true;
    for (size_t i = 0; i < d->actors; i++)
        vg_deed_leave(world, vg_deed_actor(world, d, i));
}

bool vg_deed_is_there(const struct vg_sim_world *world, const struct vg_sim_deed *d, const struct vg_sim_vessel *v)
{
    return v->arrived || world->now_us > d->at_us + LATE_US;
}

bool vg_deed_is_due(const struct vg_sim_world *world, const struct vg_sim_deed *d)
{
    return world->now_us >= d->until_us;
}

void vg_deed_last(struct vg_sim_world *world, struct vg_sim_deed *d, double hours)
{
    d->until_us = world->now_us + (int64_t)(hours * 3600) * VG_SECOND_US;
}

void vg_deed_sail_on(struct vg_sim_world *world, struct vg_sim_deed *d, struct vg_sim_vessel *v, double kn)
{
    if (v->arrived)
        vg_deed_leg(world, v, v->heading_deg + vg_deed_draw(d, -25, 25), vg_deed_draw(d, 8000, 20000), kn);
}

double vg_deed_draw(struct vg_sim_deed *d, double low, double high)
{
    return vg_rng_range(&d->dice, low, high);
}

double vg_deed_draw_as(struct vg_sim_deed *d, enum vg_sim_quantiles which)
{
    static const double at[] = {0, .05, .1, .2, .3, .4, .5, .6, .7, .8, .9, .95, 1};
    static const double value[][13] = {
#define QUANTILES(key, ...) {__VA_ARGS__},
#include "sim/encounters.def"
#undef QUANTILES
    };
    double p = vg_rng_unit(&d->dice);
    size_t i = 0;
    while (p > at[i + 1])
        i++;
    return value[which][i] + (value[which][i + 1] - value[which][i]) * (p - at[i]) / (at[i + 1] - at[i]);
}
