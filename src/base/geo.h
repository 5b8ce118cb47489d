/*
 * Positions and the geometry of the Earth.
 *
 * A position is kept as the integers that AIS broadcasts: 1/10 000 minute (1/600 000 degree), WGS-84, east and north
 * positive. All functions are pure and may be called from any thread.
 */
#ifndef VG_BASE_GEO_H
#define VG_BASE_GEO_H

#include <stdbool.h>
#include <stdint.h>

#define VG_E4MIN_PER_DEGREE 600000
#define VG_E4MIN_NONE       INT32_MIN
#define VG_METRES_PER_NM    1852.0
#define VG_MPS_PER_KNOT     (1852.0 / 3600.0)

struct vg_pos {
    int32_t lon_e4min; /* ±108 000 000 */
    int32_t lat_e4min; /* ±54 000 000 */
};

#define VG_POS_NONE ((struct vg_pos){VG_E4MIN_NONE, VG_E4MIN_NONE})

/* True if the position is on the globe (and so not "none"). */
static inline bool vg_pos_valid(struct vg_pos p)
{
    return p.lon_e4min >= -108000000 && p.lon_e4min <= 108000000 && p.lat_e4min >= -54000000 && p.lat_e4min <= 54000000;
}

static inline double vg_pos_lon_deg(struct vg_pos p)
{
    return p.lon_e4min / (double)VG_E4MIN_PER_DEGREE;
}

static inline double vg_pos_lat_deg(struct vg_pos p)
{
    return p.lat_e4min / (double)VG_E4MIN_PER_DEGREE;
}

/* The nearest position in 1/10 000 minute. Longitude is wrapped into ±180; latitude is clamped. NAN gives none. */
struct vg_pos vg_pos_from_deg(double lon_deg, double lat_deg);

/*
 * Great-circle distance in metres on the sphere of WGS-84's mean radius (6 371 008.8 m; haversine). Within 0.56 % of
 * the geodesic. NAN if either position is absent.
 */
double vg_geo_distance_m(struct vg_pos a, struct vg_pos b);

/* The same between places in degrees, of any precision. NAN if a number is none. */
double vg_geo_distance_deg_m(double lon_a_deg, double lat_a_deg, double lon_b_deg, double lat_b_deg);

/*
 * The same on WGS-84's ellipsoid (Lambert's formula of 1942, first order in the flattening): within 20 m of the
 * geodesic over 5000 km, within 1 part in 100 000 up to 200 km. Places opposite each other on the Earth: worse.
 */
double vg_geo_ellipsoid_m(double lon_a_deg, double lat_a_deg, double lon_b_deg, double lat_b_deg);

/* Initial bearing from a to b, degrees true in [0, 360). NAN if either is absent, 0 if they are the same. */
double vg_geo_bearing_deg(struct vg_pos a, struct vg_pos b);

/* The place reached from `from` by going distance_m along a great circle that starts on bearing_deg. */
struct vg_pos vg_geo_destination(struct vg_pos from, double bearing_deg, double distance_m);

/* A box of longitudes and latitudes, degrees; west > east crosses the antimeridian. */
struct vg_box {
    double west_deg, south_deg, east_deg, north_deg;
};

/* True if p is a valid position inside the box, edges included. */
bool vg_box_contains(const struct vg_box *box, struct vg_pos p);

#endif
