#include "site/site.h"

#include <math.h>
#include <string.h>

const char *vg_site_kind_key(enum vg_site_kind kind)
{
    static const char *const keys[] = {
#define X(name, key) key,
        VG_SITE_KIND_LIST(X)
#undef X
    };
    return kind < VG_SITE_KIND_COUNT ? keys[kind] : "unknown";
}

uint16_t vg_sites_find(const struct vg_sites *sites, const char *name)
{
    for (uint16_t i = 1; i <= sites->count; i++)
        if (strcmp(sites->site[i].name, name) == 0)
            return i;
    return 0;
}

/* A site that names its codes is meant before one that takes any. */
uint16_t vg_sites_of_feed(const struct vg_sites *sites, const char *feed, int16_t sac, int16_t sic)
{
    uint16_t any = 0;
    for (uint16_t i = 1; i <= sites->count; i++) {
        const struct vg_site *s = &sites->site[i];
        if (strcmp(s->feed, feed) != 0)
            continue;
        if (s->sac == VG_SITE_SAC_NONE)
            any = any ? any : i;
        else if (s->sac == sac && s->sic == sic)
            return i;
    }
    return any;
}

/* ---- geometry ---- */

#define DEGREE         (M_PI / 180)
#define WGS84_A        6378137.0
#define WGS84_F        (1 / 298.257223563)
#define WGS84_E2       (WGS84_F * (2 - WGS84_F))
#define EARTH_RADIUS_M 6371008.8
#define REFRACTION     (4.0 / 3) /* the radius that bends the usual radar ray straight: ITU-R P.453 */

double vg_site_horizon_m(double antenna_height_m, double target_height_m)
{
    const double r = 2 * REFRACTION * EARTH_RADIUS_M;
    return sqrt(r * fmax(antenna_height_m, 0)) + sqrt(r * fmax(target_height_m, 0));
}

double vg_site_reach_m(const struct vg_site *site)
{
    if (isnan(site->height_m))
        return site->range_m;
    return fmin(site->range_m, vg_site_horizon_m(site->height_m, site->target_height_m));
}

/* Radii of curvature at a latitude: along the meridian, and across it. */
static void radii(double lat, double *ret_m, double *ret_n)
{
    const double s = sin(lat), w = 1 - WGS84_E2 * s * s;
    *ret_n = WGS84_A / sqrt(w);
    *ret_m = *ret_n * (1 - WGS84_E2) / w;
}

/*
 * The triangle with the pole, by Delambre's analogies, on the sphere that touches the ellipsoid midway; the difference
 * of latitude is scaled by the radius along the meridian.
 */
void vg_site_measure(double site_lat_deg, double site_lon_deg, double lat_deg, double lon_deg, double *ret_range_m,
                     double *ret_bearing_deg)
{
    const double dlat = (lat_deg - site_lat_deg) * DEGREE;
    const double half = remainder(lon_deg - site_lon_deg, 360) * DEGREE / 2;
    const double mid = (lat_deg + site_lat_deg) / 2 * DEGREE;
    double m, n;
    radii(mid, &m, &n);
    const double x = sin(half) * cos(mid), y = sin(dlat * m / n / 2) * cos(half);
    const double half_turn = atan2(sin(half) * sin(mid), cos(half) * cos(dlat / 2));
    *ret_range_m = 2 * n * asin(fmin(hypot(x, y), 1));
    *ret_bearing_deg = fmod((atan2(x, y) - half_turn) / DEGREE + 720, 360);
}

/* The inverse, by three steps of correction: each is some thousand times nearer. */
void vg_site_place(double site_lat_deg, double site_lon_deg, double range_m, double bearing_deg, double *ret_lat_deg,
                   double *ret_lon_deg)
{
    const double x = range_m * sin(bearing_deg * DEGREE), y = range_m * cos(bearing_deg * DEGREE);
    double lat = site_lat_deg, lon = site_lon_deg, gx = x, gy = y;
    for (int i = 0; i < 4; i++) {
        double m, n, range, bearing;
        radii((lat + site_lat_deg) / 2 * DEGREE, &m, &n);
        lat += gy / m / DEGREE;
        lon += gx / (n * cos(lat * DEGREE)) / DEGREE;
        vg_site_measure(site_lat_deg, site_lon_deg, lat, lon, &range, &bearing);
        gx = x - range * sin(bearing * DEGREE);
        gy = y - range * cos(bearing * DEGREE);
    }
    *ret_lat_deg = lat;
    *ret_lon_deg = remainder(lon, 360);
}

static bool is_in(const struct vg_site_arc *arc, double bearing_deg)
{
    const double wide = fmod(arc->to_deg - arc->from_deg + 360, 360), at = fmod(bearing_deg - arc->from_deg + 360, 360);
    return at <= wide;
}

static bool is_in_any(const struct vg_site_arc *arcs, size_t count, double bearing_deg)
{
    for (size_t i = 0; i < count; i++)
        if (is_in(&arcs[i], bearing_deg))
            return true;
    return false;
}

bool vg_site_covers(const struct vg_site *site, struct vg_pos from, double lat_deg, double lon_deg)
{
    const bool told = vg_pos_valid(from);
    double range, bearing;
    vg_site_measure(told ? vg_pos_lat_deg(from) : site->lat_deg, told ? vg_pos_lon_deg(from) : site->lon_deg, lat_deg,
                    lon_deg, &range, &bearing);
    return range >= site->min_range_m && range <= vg_site_reach_m(site) &&
           (!site->sector_count || is_in_any(site->sector, site->sector_count, bearing)) &&
           !is_in_any(site->blind, site->blind_count, bearing);
}
