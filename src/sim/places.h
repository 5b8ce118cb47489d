/*
 * The places of the scenario "ecuador": sea nodes and the lanes between them, terminals, roads, fishing grounds,
 * receiving stations and aids to navigation. Constant tables made from places.def; any thread.
 */
#ifndef VG_SIM_PLACES_H
#define VG_SIM_PLACES_H

#include <stddef.h>
#include <stdint.h>

enum vg_sim_node_id {
#define NODE(key, ...) NODE_##key,
#include "sim/places.def"
#undef NODE
    NODE_COUNT,
    NODE_NONE = 255
};

struct vg_sim_node {
    const char *key;
    double lon_deg, lat_deg, spread_nm;
};
extern const struct vg_sim_node vg_sim_nodes[NODE_COUNT];

struct vg_sim_edge {
    uint8_t a, b;
};
extern const struct vg_sim_edge vg_sim_edges[];
extern const size_t vg_sim_edge_count;

struct vg_sim_channel {
    uint8_t from, to;
    double half_width_m;
};
extern const struct vg_sim_channel vg_sim_channels[];
extern const size_t vg_sim_channel_count;

/* Who may lie at a terminal or in roads. */
/* clang-format off */
#define VG_SIM_USE_LIST(X) \
    X(BOX) X(BULK) X(REEFER) X(TANK) X(ROLL) X(CRUISE) X(TUNA) X(SEINE) X(TRAWL) X(PANGA) X(MOTHER) X(TUG) X(PILOT) \
    X(NAVY) X(YACHT) X(TOUR) X(FERRY) X(SUPPLY) X(RESEARCH)
/* clang-format on */
enum vg_sim_use_bit {
#define X(name) USE_BIT_##name,
    VG_SIM_USE_LIST(X)
#undef X
};
enum vg_sim_use {
#define X(name) USE_##name = 1 << USE_BIT_##name,
    VG_SIM_USE_LIST(X)
#undef X
};

struct vg_sim_terminal {
    uint8_t node;
    const char *code, *name; /* code: as ships write it in their destination */
    double lon_deg, lat_deg, bearing_deg, spacing_m;
    uint16_t berths, row;
    uint32_t uses;
};
extern const struct vg_sim_terminal vg_sim_terminals[];
extern const size_t vg_sim_terminal_count;
#define VG_SIM_BERTHS_MAX 96

struct vg_sim_roads {
    uint8_t node;
    const char *name;
    double lon_deg, lat_deg, radius_nm;
    uint32_t uses;
};
extern const struct vg_sim_roads vg_sim_roads[];
extern const size_t vg_sim_roads_count;

enum vg_sim_ground_kind {
    GROUND_NO,
    GROUND_SQUID,
    GROUND_TUNA,
    GROUND_TRAWL,
    GROUND_SEINE,
    GROUND_ARTISANAL,
    GROUND_OFFSHORE,
    GROUND_ISLAND
};
enum vg_sim_ground_id {
#define GROUND(key, ...) GROUND_##key,
#include "sim/places.def"
#undef GROUND
    GROUND_COUNT
};
struct vg_sim_ground {
    const char *name;
    double lon_deg, lat_deg, radius_nm;
    uint8_t kind;
};
extern const struct vg_sim_ground vg_sim_grounds[];

struct vg_sim_station {
    const char *id, *name;
    double lon_deg, lat_deg;
    uint32_t mmsi;
    double antenna_m;
};
extern const struct vg_sim_station vg_sim_stations[];
extern const size_t vg_sim_station_count;
#define VG_SIM_STATIONS_MAX 32

struct vg_sim_aid {
    uint32_t mmsi;
    const char *name;
    double lon_deg, lat_deg;
    uint8_t type;
    uint8_t is_virtual;
    uint16_t off_m;
};
extern const struct vg_sim_aid vg_sim_aids[];
extern const size_t vg_sim_aid_count;

/*
 * The shortest way over the lanes from one node to another, both ends included: at most `max` node ids into `ret_path`.
 * Returns their number, 0 if there is no way or it is longer.
 */
size_t vg_sim_path(uint8_t from, uint8_t to, uint8_t *ret_path, size_t max);

/* The node nearest to a point that can be reached from it without crossing land; NODE_NONE if there is none. */
uint8_t vg_sim_nearest_node(double lon_deg, double lat_deg);

/* Where berth `i` of a terminal is. */
void vg_sim_berth(const struct vg_sim_terminal *terminal, unsigned i, double *ret_lon_deg, double *ret_lat_deg);

#endif
