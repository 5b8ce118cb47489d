/*
 * Ships of a scenario give way: who would pass another of class A within a third of a mile in the next minutes turns
 * aside, as a watch officer does, until it is past. (The scenario "ecuador" has none of it, for its bytes stay.)
 */
#include <stdlib.h>

#include "sim/deed.h"
#include "sim/watch.h"
#include "sim/world.h"

#define EVERY_S  10
#define LOOK_M   5000.0
#define LOOK_DEG (LOOK_M / VG_SPHERE_M_PER_DEG)
#define NEAR_M   650.0
#define AHEAD_S  600.0
#define PAST_S   60.0
#define LEAST_KN 3.0
#define LATE_M   3000.0 /* so near its end a ship has other cares */
#define CLEAR_M  2500.0
#define FORESEEN_M                                                                                                     \
    185.0 /* a tenth of a mile in six minutes, if both hold on: the truth has it, whatever they do then */
#define FORESEEN_S 360.0

struct lookout {
    uint32_t ship;
    double lat_deg;
};

static int by_latitude(const void *a, const void *b)
{
    const struct lookout *x = a, *y = b;
    if (x->lat_deg != y->lat_deg)
        return x->lat_deg < y->lat_deg ? -1 : 1;
    return x->ship < y->ship ? -1 : 1;
}

struct plane {
    double east, north;
};

static struct plane velocity(const struct vg_sim_vessel *v, double turn_deg)
{
    double deg = v->cog_deg + turn_deg, mps = v->sog_kn * VG_MPS_PER_KNOT;
    return (struct plane){mps * sin(deg * VG_RAD), mps * cos(deg * VG_RAD)};
}

/* Metres at the nearest, if one turns by so much; *ret_s: when that is, negative if it has been. */
static double nearest_m(const struct vg_sim_vessel *v, const struct vg_sim_vessel *other, double turn_deg,
                        double *ret_s)
{
    struct plane a = velocity(v, turn_deg), b = velocity(other, 0), d;
    vg_sphere_offset_m(v->lon_deg, v->lat_deg, other->lon_deg, other->lat_deg, &d.east, &d.north);
    double east = b.east - a.east, north = b.north - a.north, square = east * east + north * north;
    *ret_s = square > 0.01 ? -(d.east * east + d.north * north) / square : 0;
    double s = fmax(0, *ret_s);
    return hypot(d.east + east * s, d.north + north * s);
}

static bool is_free(const struct vg_sim_vessel *v)
{
    if (v->deed >= 0 || v->motion != MOTION_ROUTE || v->dodge_deg != 0 || v->route_at >= v->route_n)
        return false;
    const struct vg_sim_point *to = &v->route[v->route_at];
    return !to->narrow && !(v->route_at > 0 && v->route[v->route_at - 1].narrow) &&
           vg_sphere_distance_m(v->lon_deg, v->lat_deg, to->lon_deg, to->lat_deg) > LATE_M;
}

static void give_way(struct vg_sim_world *world, struct vg_sim_vessel *v, const struct vg_sim_vessel *other)
{
    static const double turns_deg[] = {20, 35, 50, -20, -35, -50}; /* to starboard, if that will do */
    double best_m = NEAR_M * 0.5, at_s, best_s = 0, best = 0;
    for (size_t i = 0; i < sizeof turns_deg / sizeof *turns_deg && best_m < NEAR_M; i++) {
        double lon = v->lon_deg, lat = v->lat_deg, m = nearest_m(v, other, turns_deg[i], &at_s);
        vg_sphere_move(&lon, &lat, v->cog_deg + turns_deg[i], CLEAR_M);
        if (m <= best_m || !vg_sim_world_is_clear(world, v->lon_deg, v->lat_deg, lon, lat))
            continue;
        best_m = m;
        best_s = at_s;
        best = turns_deg[i];
    }
    v->dodge_deg = best;
    v->dodge_until_us = world->now_us + (int64_t)(fmax(0, best_s) + PAST_S) * VG_SECOND_US;
}

static void look_at(struct vg_sim_world *world, struct vg_sim_vessel *a, struct vg_sim_vessel *b)
{
    double at_s;
    if (fabs(a->lon_deg - b->lon_deg) * cos(a->lat_deg * VG_RAD) > LOOK_DEG)
        return;
    const double m = nearest_m(a, b, 0, &at_s);
    if (m <= FORESEEN_M && at_s > 0 && at_s <= FORESEEN_S)
        vg_sim_pairs_foreseen(world, a, b);
    if ((a->deed >= 0 && b->deed >= 0) || m > NEAR_M || at_s <= 0 || at_s > AHEAD_S || a->dodge_deg != 0 ||
        b->dodge_deg != 0)
        return;
    bool first = a->to_bow_m + a->to_stern_m < b->to_bow_m + b->to_stern_m; /* the smaller one, if it can */
    if (is_free(first ? a : b))
        give_way(world, first ? a : b, first ? b : a);
    else if (is_free(first ? b : a))
        give_way(world, first ? b : a, first ? a : b);
}

void vg_sim_avoid(struct vg_sim_world *world)
{
    if ((world->now_us - world->start_us) / VG_SECOND_US % EVERY_S)
        return;
    struct lookout *list = world->lookout;
    size_t n = 0;
    for (size_t i = 0; i < world->count; i++) {
        struct vg_sim_vessel *v = &world->vessels[i];
        if (v->dodge_deg != 0 && (world->now_us >= v->dodge_until_us || v->motion != MOTION_ROUTE))
            v->dodge_deg = 0;
        if (v->class == VG_CLASS_SHIP_A && v->sog_kn > LEAST_KN && v->activity != ACTIVITY_AWAY)
            list[n++] = (struct lookout){(uint32_t)i, v->lat_deg};
    }
    qsort(list, n, sizeof *list, by_latitude);
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n && list[k].lat_deg - list[i].lat_deg < LOOK_DEG; k++)
            look_at(world, &world->vessels[list[i].ship], &world->vessels[list[k].ship]);
}

enum vg_err vg_sim_avoid_new(struct vg_sim_world *world)
{
    world->lookout = calloc(world->count ? world->count : 1, sizeof(struct lookout));
    return world->lookout ? VG_OK : VG_NOMEM;
}
