#include "sim/places.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

#include "sim/coast.h"
#include "sim/sphere.h"

#define NODE(key, lon, lat, spread) {#key, lon, lat, spread},
const struct vg_sim_node vg_sim_nodes[NODE_COUNT] = {
#include "sim/places.def"
};
#undef NODE

#define EDGE(a, b) {NODE_##a, NODE_##b},
const struct vg_sim_edge vg_sim_edges[] = {
#include "sim/places.def"
};
#undef EDGE
const size_t vg_sim_edge_count = sizeof vg_sim_edges / sizeof *vg_sim_edges;

#define CHANNEL(a, b, half_width) {NODE_##a, NODE_##b, half_width},
const struct vg_sim_channel vg_sim_channels[] = {
#include "sim/places.def"
};
#undef CHANNEL
const size_t vg_sim_channel_count = sizeof vg_sim_channels / sizeof *vg_sim_channels;

#define TERMINAL(node, ...) {NODE_##node, __VA_ARGS__},
const struct vg_sim_terminal vg_sim_terminals[] = {
#include "sim/places.def"
};
#undef TERMINAL
const size_t vg_sim_terminal_count = sizeof vg_sim_terminals / sizeof *vg_sim_terminals;

#define ROADS(node, ...) {NODE_##node, __VA_ARGS__},
const struct vg_sim_roads vg_sim_roads[] = {
#include "sim/places.def"
};
#undef ROADS
const size_t vg_sim_roads_count = sizeof vg_sim_roads / sizeof *vg_sim_roads;

#define GROUND(key, ...) {__VA_ARGS__},
const struct vg_sim_ground vg_sim_grounds[] = {
#include "sim/places.def"
};
#undef GROUND

#define STATION(...) {__VA_ARGS__},
const struct vg_sim_station vg_sim_stations[] = {
#include "sim/places.def"
};
#undef STATION
const size_t vg_sim_station_count = sizeof vg_sim_stations / sizeof *vg_sim_stations;
static_assert(sizeof vg_sim_stations / sizeof *vg_sim_stations <= VG_SIM_STATIONS_MAX, "station masks are 32 bits");

#define AID(...) {__VA_ARGS__},
const struct vg_sim_aid vg_sim_aids[] = {
#include "sim/places.def"
};
#undef AID
const size_t vg_sim_aid_count = sizeof vg_sim_aids / sizeof *vg_sim_aids;

static double edge_length_m(struct vg_sim_edge e)
{
    const struct vg_sim_node *a = &vg_sim_nodes[e.a], *b = &vg_sim_nodes[e.b];
    return vg_sphere_distance_m(a->lon_deg, a->lat_deg, b->lon_deg, b->lat_deg);
}

/* Bellman–Ford: the graph has some hundred edges, and a voyage is planned every few hours. */
static bool shorten(double *far_m, uint8_t *before)
{
    bool changed = false;
    for (size_t i = 0; i < vg_sim_edge_count; i++) {
        struct vg_sim_edge e = vg_sim_edges[i];
        double length_m = edge_length_m(e);
        if (far_m[e.a] + length_m < far_m[e.b]) {
            far_m[e.b] = far_m[e.a] + length_m;
            before[e.b] = e.a;
            changed = true;
        }
        if (far_m[e.b] + length_m < far_m[e.a]) {
            far_m[e.a] = far_m[e.b] + length_m;
            before[e.a] = e.b;
            changed = true;
        }
    }
    return changed;
}

size_t vg_sim_path(uint8_t from, uint8_t to, uint8_t *ret_path, size_t max)
{
    double far_m[NODE_COUNT];
    uint8_t before[NODE_COUNT];
    for (size_t i = 0; i < NODE_COUNT; i++) {
        far_m[i] = HUGE_VAL;
        before[i] = NODE_NONE;
    }
    if (from >= NODE_COUNT || to >= NODE_COUNT)
        return 0;
    far_m[to] = 0; /* from the end, so that `before` reads forward */
    while (shorten(far_m, before))
        ;
    size_t n = 0;
    for (uint8_t at = from; at != NODE_NONE; at = before[at]) {
        if (n == max)
            return 0;
        ret_path[n++] = at;
        if (at == to)
            return n;
    }
    return 0;
}

uint8_t vg_sim_nearest_node(double lon_deg, double lat_deg)
{
    bool seen[NODE_COUNT] = {false};
    for (int tries = 0; tries < 12; tries++) {
        uint8_t best = NODE_NONE;
        double best_m = HUGE_VAL;
        for (uint8_t i = 0; i < NODE_COUNT; i++) {
            double m = vg_sphere_distance_m(lon_deg, lat_deg, vg_sim_nodes[i].lon_deg, vg_sim_nodes[i].lat_deg);
            if (!seen[i] && m < best_m) {
                best = i;
                best_m = m;
            }
        }
        if (vg_sim_sea_between(lon_deg, lat_deg, vg_sim_nodes[best].lon_deg, vg_sim_nodes[best].lat_deg))
            return best;
        seen[best] = true;
    }
    return NODE_NONE;
}

void vg_sim_berth(const struct vg_sim_terminal *t, unsigned i, double *ret_lon_deg, double *ret_lat_deg)
{
    double lon = t->lon_deg, lat = t->lat_deg;
    vg_sphere_move(&lon, &lat, t->bearing_deg, t->spacing_m * (i % t->row));
    vg_sphere_move(&lon, &lat, t->bearing_deg + 90, t->spacing_m * (i / t->row));
    *ret_lon_deg = lon;
    *ret_lat_deg = lat;
}
