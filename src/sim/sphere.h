/*
 * Small steps and short distances on the sphere, on doubles: the simulation keeps its truth finer than the 1/10 000
 * minute that base/geo.h rounds to (0.18 m, which a ship at anchor would never leave). Pure; any thread.
 */
#ifndef VG_SIM_SPHERE_H
#define VG_SIM_SPHERE_H

#include <math.h>

#include "base/geo.h"

#define VG_SPHERE_M_PER_DEG (6371008.8 * M_PI / 180.0)
#define VG_RAD              (M_PI / 180.0)

static inline double vg_sphere_distance_m(double lon_a, double lat_a, double lon_b, double lat_b)
{
    return vg_geo_distance_m(vg_pos_from_deg(lon_a, lat_a), vg_pos_from_deg(lon_b, lat_b));
}

/* East and north metres from a to b, by the middle latitude: within 0.1 % up to 100 km near the equator. */
static inline void vg_sphere_offset_m(double lon_a, double lat_a, double lon_b, double lat_b, double *ret_east_m,
                                      double *ret_north_m)
{
    *ret_east_m = (lon_b - lon_a) * VG_SPHERE_M_PER_DEG * cos((lat_a + lat_b) / 2 * VG_RAD);
    *ret_north_m = (lat_b - lat_a) * VG_SPHERE_M_PER_DEG;
}

/* Degrees true, [0, 360). */
static inline double vg_angle_360(double deg)
{
    deg = fmod(deg, 360.0);
    return deg < 0 ? deg + 360.0 : deg;
}

/* Degrees, (−180, 180]. */
static inline double vg_angle_180(double deg)
{
    deg = remainder(deg, 360.0);
    return deg <= -180.0 ? deg + 360.0 : deg;
}

/* Moves a point by east and north metres. */
static inline void vg_sphere_shift(double *lon, double *lat, double east_m, double north_m)
{
    *lon += east_m / (VG_SPHERE_M_PER_DEG * cos(*lat * VG_RAD));
    *lat += north_m / VG_SPHERE_M_PER_DEG;
}

static inline void vg_sphere_move(double *lon, double *lat, double bearing_deg, double distance_m)
{
    vg_sphere_shift(lon, lat, distance_m * sin(bearing_deg * VG_RAD), distance_m * cos(bearing_deg * VG_RAD));
}

#endif
