/* Land, clear water and ports, as a world has them: Ecuador's own coast, or in a box that of the world. */
#include "place/coast.h"
#include "sim/coast.h"
#include "sim/world.h"

#define CLEAR_STEP_M 700.0 /* the coast of the world is good to a kilometre */
#define PORT_MOST_M  20000.0

bool vg_sim_world_is_land(const struct vg_sim_world *world, double lon_deg, double lat_deg)
{
    return world->script && world->script->is_box ? vg_coast_is_land(world->coast, lon_deg, lat_deg)
                                                  : vg_sim_is_land(lon_deg, lat_deg);
}

bool vg_sim_world_is_clear(const struct vg_sim_world *world, double lon_a, double lat_a, double lon_b, double lat_b)
{
    if (!world->script || !world->script->is_box)
        return vg_sim_sea_between(lon_a, lat_a, lon_b, lat_b);
    double m = vg_sphere_distance_m(lon_a, lat_a, lon_b, lat_b);
    int steps = (int)(m / CLEAR_STEP_M) + 1;
    for (int i = 0; i <= steps; i++) {
        double t = (double)i / steps;
        if (vg_coast_is_land(world->coast, lon_a + t * (lon_b - lon_a), lat_a + t * (lat_b - lat_a)))
            return false;
    }
    return true;
}

double vg_sim_port_m(const struct vg_sim_world *world, double lon_deg, double lat_deg)
{
    double least = INFINITY;
    if (world->script->is_box)
        return vg_coast_distance_m(world->coast, lon_deg, lat_deg, PORT_MOST_M);
    for (size_t i = 0; i < vg_sim_terminal_count; i++)
        least = fmin(least,
                     vg_sphere_distance_m(lon_deg, lat_deg, vg_sim_terminals[i].lon_deg, vg_sim_terminals[i].lat_deg));
    for (size_t i = 0; i < vg_sim_roads_count; i++)
        least = fmin(least, vg_sphere_distance_m(lon_deg, lat_deg, vg_sim_roads[i].lon_deg, vg_sim_roads[i].lat_deg));
    return least <= PORT_MOST_M ? least : INFINITY;
}

bool vg_sim_is_inside(const struct vg_sim_shape *area, double lon_deg, double lat_deg)
{
    bool inside = false;
    for (size_t i = 0, k = area->points - 1; i < area->points; k = i++) {
        const struct vg_sim_spot_deg *a = &area->point[i], *b = &area->point[k];
        if ((a->lat_deg > lat_deg) != (b->lat_deg > lat_deg) &&
            lon_deg < (b->lon_deg - a->lon_deg) * (lat_deg - a->lat_deg) / (b->lat_deg - a->lat_deg) + a->lon_deg)
            inside = !inside;
    }
    return inside;
}
