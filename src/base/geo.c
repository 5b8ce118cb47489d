#include "base/geo.h"

#include <math.h>

#define EARTH_RADIUS_M   6371008.8 /* mean radius (2a + b) / 3 of WGS-84 */
#define EQUATOR_RADIUS_M 6378137.0
#define FLATTENING       (1 / 298.257223563)
#define RAD              (M_PI / 180.0)

struct vg_pos vg_pos_from_deg(double lon_deg, double lat_deg)
{
    if (!isfinite(lon_deg) || !isfinite(lat_deg))
        return VG_POS_NONE;
    double lon = lon_deg >= -180.0 && lon_deg <= 180.0 ? lon_deg : remainder(lon_deg, 360.0);
    double lat = fmin(90.0, fmax(-90.0, lat_deg));
    return (struct vg_pos){(int32_t)lround(lon * VG_E4MIN_PER_DEGREE), (int32_t)lround(lat * VG_E4MIN_PER_DEGREE)};
}

double vg_geo_distance_m(struct vg_pos a, struct vg_pos b)
{
    if (!vg_pos_valid(a) || !vg_pos_valid(b))
        return NAN;
    return vg_geo_distance_deg_m(vg_pos_lon_deg(a), vg_pos_lat_deg(a), vg_pos_lon_deg(b), vg_pos_lat_deg(b));
}

/* The angle between two places as seen from the middle of a sphere: haversine. Radians. */
static double central_angle(double d_lon, double lat_a, double lat_b)
{
    const double s_lat = sin((lat_b - lat_a) / 2), s_lon = sin(d_lon / 2);
    const double h = s_lat * s_lat + cos(lat_a) * cos(lat_b) * s_lon * s_lon;
    return isnan(h) ? NAN : 2 * asin(fmin(1.0, sqrt(h)));
}

double vg_geo_distance_deg_m(double lon_a_deg, double lat_a_deg, double lon_b_deg, double lat_b_deg)
{
    return EARTH_RADIUS_M * central_angle((lon_b_deg - lon_a_deg) * RAD, lat_a_deg * RAD, lat_b_deg * RAD);
}

double vg_geo_ellipsoid_m(double lon_a_deg, double lat_a_deg, double lon_b_deg, double lat_b_deg)
{
    const double a = atan((1 - FLATTENING) * tan(lat_a_deg * RAD)), b = atan((1 - FLATTENING) * tan(lat_b_deg * RAD));
    const double s = central_angle((lon_b_deg - lon_a_deg) * RAD, a, b);
    if (!(s > 0)) /* the same place, or no number */
        return s;
    const double p = sin((a + b) / 2), q = sin((b - a) / 2), half_s = sin(s / 2), half_c = cos(s / 2);
    const double x = (s - sin(s)) * p * p * (1 - q * q) / fmax(half_c * half_c, 1e-12);
    const double y = (s + sin(s)) * (1 - p * p) * q * q / (half_s * half_s);
    return EQUATOR_RADIUS_M * (s - FLATTENING / 2 * (x + y));
}

double vg_geo_bearing_deg(struct vg_pos a, struct vg_pos b)
{
    if (!vg_pos_valid(a) || !vg_pos_valid(b))
        return NAN;
    double lat_a = vg_pos_lat_deg(a) * RAD, lat_b = vg_pos_lat_deg(b) * RAD;
    double d_lon = (vg_pos_lon_deg(b) - vg_pos_lon_deg(a)) * RAD;
    double east = sin(d_lon) * cos(lat_b);
    double north = cos(lat_a) * sin(lat_b) - sin(lat_a) * cos(lat_b) * cos(d_lon);
    double deg = atan2(east, north) / RAD;
    return deg < 0 ? deg + 360.0 : deg;
}

struct vg_pos vg_geo_destination(struct vg_pos from, double bearing_deg, double distance_m)
{
    if (!vg_pos_valid(from))
        return VG_POS_NONE;
    double lat = vg_pos_lat_deg(from) * RAD, arc = distance_m / EARTH_RADIUS_M, bearing = bearing_deg * RAD;
    double s = sin(lat) * cos(arc) + cos(lat) * sin(arc) * cos(bearing);
    double to_lat = asin(fmax(-1.0, fmin(1.0, s)));
    double d_lon = atan2(sin(bearing) * sin(arc) * cos(lat), cos(arc) - sin(lat) * s);
    return vg_pos_from_deg(vg_pos_lon_deg(from) + d_lon / RAD, to_lat / RAD);
}

bool vg_box_contains(const struct vg_box *box, struct vg_pos p)
{
    if (!vg_pos_valid(p))
        return false;
    double lon = vg_pos_lon_deg(p), lat = vg_pos_lat_deg(p);
    if (lat < box->south_deg || lat > box->north_deg)
        return false;
    if (box->west_deg <= box->east_deg)
        return lon >= box->west_deg && lon <= box->east_deg;
    return lon >= box->west_deg || lon <= box->east_deg;
}
