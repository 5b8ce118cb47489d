#include "site/site.h"

#include <math.h>
#include <stdlib.h>
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

#define SERIES_M   120000.0 /* Legendre's series is right to centimetres so far … */
#define SERIES_LAT 60.0     /* … from here to the equator */

/*
 * Legendre's series of a place by range and bearing on the ellipsoid (Jordan, Handbuch der Vermessungskunde III), to
 * the fifth order of range by radius. Trackers ask for the place of each plot: it takes a tenth of the correction's
 * time.
 */
static void place_by_series(double lat_deg, double x, double y, double *ret_dlat_deg, double *ret_dlon_deg)
{
    const double lat = lat_deg * DEGREE, s = sin(lat), c = cos(lat), t = s / c, tt = t * t;
    const double eta = WGS84_E2 / (1 - WGS84_E2) * c * c, n = WGS84_A / sqrt(1 - WGS84_E2 * s * s);
    const double u = y / n, v = x / n, uu = u * u, vv = v * v;
    const double a = 1 + 3 * tt + eta, b = a - 9 * eta * tt;
    const double north = u - t * vv / 2 - 1.5 * eta * t * uu - u * vv * b / 6 - u * uu * eta * (1 - tt) / 2 +
                         vv * vv * t * b / 24 - uu * vv * t * (4 + 6 * tt - 13 * eta - 9 * eta * tt) / 12 +
                         u * vv * vv * (1 + 30 * tt + 45 * tt * tt) / 120 -
                         u * uu * vv * (2 + 15 * tt + 15 * tt * tt) / 30;
    const double east = 1 + t * u + (a * uu - tt * vv) / 3 + t * u * ((a + 1) * uu - a * vv) / 3 +
                        ((1 + 3 * tt) * tt * vv * vv + (2 + 15 * tt + 15 * tt * tt) * uu * uu -
                         (1 + 20 * tt + 30 * tt * tt) * uu * vv) /
                            15;
    *ret_dlat_deg = (1 + eta) * north / DEGREE;
    *ret_dlon_deg = v / c * east / DEGREE;
}

/* The inverse, by steps of correction; north at the target is turned against north at the site. */
void vg_site_place(double site_lat_deg, double site_lon_deg, double range_m, double bearing_deg, double *ret_lat_deg,
                   double *ret_lon_deg)
{
    const double x = range_m * sin(bearing_deg * DEGREE), y = range_m * cos(bearing_deg * DEGREE);
    double lat = site_lat_deg, lon = site_lon_deg, gx = x, gy = y;
    if (range_m < SERIES_M && fabs(site_lat_deg) < SERIES_LAT) {
        double dlat, dlon;
        place_by_series(site_lat_deg, x, y, &dlat, &dlon);
        lat += dlat, lon += dlon;
        gx = gy = 0;
    }
    for (int i = 0; i < 5 && fabs(gx) + fabs(gy) > 1e-4; i++) {
        const double turn = (lon - site_lon_deg) * DEGREE * sin((lat + site_lat_deg) / 2 * DEGREE);
        double m, n, range, bearing;
        radii((lat + site_lat_deg) / 2 * DEGREE, &m, &n);
        lat += (gy * cos(turn) - gx * sin(turn)) / m / DEGREE;
        lon += (gx * cos(turn) + gy * sin(turn)) / (n * cos(lat * DEGREE)) / DEGREE;
        vg_site_measure(site_lat_deg, site_lon_deg, lat, lon, &range, &bearing);
        gx = x - range * sin(bearing * DEGREE);
        gy = y - range * cos(bearing * DEGREE);
    }
    *ret_lat_deg = lat;
    *ret_lon_deg = lon > 180 || lon < -180 ? remainder(lon, 360) : lon;
}

/* An angle in 0 … 360. */
static double turned(double deg)
{
    const double rest = fmod(deg, 360);
    return rest < 0 ? rest + 360 : rest;
}

/* {0, 360} is all round, as {-180, 180} is. */
static bool is_in(const struct vg_site_arc *arc, double bearing_deg)
{
    const double wide = turned(arc->to_deg - arc->from_deg);
    return (wide == 0 && arc->to_deg != arc->from_deg) || turned(bearing_deg - arc->from_deg) <= wide;
}

static bool is_in_any(const struct vg_site_arc *arcs, size_t count, double bearing_deg)
{
    for (size_t i = 0; i < count; i++)
        if (is_in(&arcs[i], bearing_deg))
            return true;
    return false;
}

/* Whether it looks into a direction at all. */
static bool is_open(const struct vg_site *site, double bearing_deg)
{
    return (!site->sector_count || is_in_any(site->sector, site->sector_count, bearing_deg)) &&
           !is_in_any(site->blind, site->blind_count, bearing_deg);
}

/* Where it stands: as it says, or as it is described. NAN: not known. */
static void stand(const struct vg_site *site, struct vg_pos from, double *ret_lat_deg, double *ret_lon_deg)
{
    const bool told = vg_pos_valid(from);
    *ret_lat_deg = told ? vg_pos_lat_deg(from) : site->lat_deg;
    *ret_lon_deg = told ? vg_pos_lon_deg(from) : site->lon_deg;
}

bool vg_site_covers(const struct vg_site *site, struct vg_pos from, double lat_deg, double lon_deg)
{
    double lat, lon, range, bearing;
    stand(site, from, &lat, &lon);
    vg_site_measure(lat, lon, lat_deg, lon_deg, &range, &bearing);
    return range >= site->min_range_m && range <= vg_site_reach_m(site) && is_open(site, bearing);
}

/* ---- the outline ---- */

#define STEP_DEG    2.0 /* between points: 15 m inside a circle of 100 km */
#define BORDERS_MAX (2 * 2 * VG_SITE_ARCS)

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The bearings at which an arc begins or ends, in order, each once. */
static size_t borders(const struct vg_site *site, double ret[static BORDERS_MAX])
{
    double all[BORDERS_MAX];
    size_t n = 0, kept = 0;
    for (size_t i = 0; i < site->sector_count; i++) {
        all[n++] = turned(site->sector[i].from_deg);
        all[n++] = turned(site->sector[i].to_deg);
    }
    for (size_t i = 0; i < site->blind_count; i++) {
        all[n++] = turned(site->blind[i].from_deg);
        all[n++] = turned(site->blind[i].to_deg);
    }
    qsort(all, n, sizeof *all, by_size);
    for (size_t i = 0; i < n; i++)
        if (!kept || all[i] > ret[kept - 1])
            ret[kept++] = all[i];
    return kept;
}

/* The open arcs, each as long as it can be; `to` may be over 360. Returns how many. */
static size_t open_arcs(const struct vg_site *site, struct vg_site_arc ret[static BORDERS_MAX])
{
    double at[BORDERS_MAX];
    const size_t n = borders(site, at);
    size_t first = 0, count = 0;
    if (n < 2) { /* all round or nothing; one border: an arc of 360 degrees */
        ret[0] = (struct vg_site_arc){0, 360};
        return is_open(site, n ? at[0] + 180 : 0);
    }
    for (; first < n; first++) /* begin behind a gap */
        if (!is_open(site, (at[first ? first - 1 : n - 1] - (first ? 0 : 360) + at[first]) / 2))
            break;
    if (first == n) {
        ret[0] = (struct vg_site_arc){0, 360};
        return 1;
    }
    bool open = false;
    for (size_t k = 0; k < n; k++) {
        const size_t i = (first + k) % n;
        const double from = at[i] + (first + k >= n ? 360 : 0);
        const double to = at[(i + 1) % n] + (first + k + 1 >= n ? 360 : 0);
        const bool is = is_open(site, (from + to) / 2);
        if (is && !open)
            ret[count++].from_deg = from;
        if (is)
            ret[count - 1].to_deg = to;
        open = is;
    }
    return count;
}

struct outline {
    double lat_deg, lon_deg;
    double (*point)[2];
    size_t cap, len;
};

static void put_point(struct outline *o, double lat_deg, double lon_deg)
{
    o->point[o->len][0] = o->lon_deg + remainder(lon_deg - o->lon_deg, 360);
    o->point[o->len++][1] = lat_deg;
}

/* A closed ring; false, and nothing written, where it has no room. */
static bool put_ring(struct outline *o, const struct vg_site_arc *arc, double reach_m)
{
    const double wide = arc->to_deg - arc->from_deg;
    const bool round = wide >= 360;
    const size_t steps = (size_t)ceil(wide / STEP_DEG), begin = o->len;
    if (o->cap - o->len < steps + 3)
        return false;
    if (!round)
        put_point(o, o->lat_deg, o->lon_deg);
    for (size_t i = 0; i <= steps - round; i++) {
        double lat, lon;
        vg_site_place(o->lat_deg, o->lon_deg, reach_m, arc->from_deg + wide * (double)i / (double)steps, &lat, &lon);
        put_point(o, lat, lon);
    }
    memcpy(o->point[o->len++], o->point[begin], sizeof *o->point);
    return true;
}

size_t vg_site_outline(const struct vg_site *site, struct vg_pos from, double (*ret)[2], size_t cap,
                       size_t ret_begin[static VG_SITE_RINGS + 1], size_t *ret_rings)
{
    struct vg_site_arc arc[BORDERS_MAX];
    struct outline o = {.point = ret, .cap = cap};
    const double reach = vg_site_reach_m(site);
    size_t rings = 0;
    stand(site, from, &o.lat_deg, &o.lon_deg);
    const size_t count = isnan(o.lat_deg) || !(reach > 0) ? 0 : open_arcs(site, arc);
    for (size_t i = 0; i < count && rings < VG_SITE_RINGS; i++) {
        ret_begin[rings] = o.len;
        if (!put_ring(&o, &arc[i], reach))
            break;
        rings++;
    }
    ret_begin[rings] = o.len;
    *ret_rings = rings;
    return o.len;
}

/* ---- comparing ---- */

/* FNV-1a, 64 bits. */
static uint64_t hash_bytes(uint64_t h, const void *bytes, size_t len)
{
    for (const uint8_t *p = bytes; len--; p++)
        h = (h ^ *p) * UINT64_C(0x100000001b3);
    return h;
}

static uint64_t hash_number(uint64_t h, double value)
{
    uint64_t bits;
    const double plain = isnan(value) ? (double)NAN : value + 0.0; /* −0 is 0 */
    memcpy(&bits, &plain, sizeof bits);
    return hash_bytes(h, &bits, sizeof bits);
}

static uint64_t hash_arcs(uint64_t h, const struct vg_site_arc *arcs, size_t count)
{
    h = hash_number(h, (double)count);
    for (size_t i = 0; i < count; i++)
        h = hash_number(hash_number(h, arcs[i].from_deg), arcs[i].to_deg);
    return h;
}

uint64_t vg_sites_hash(const struct vg_sites *sites)
{
    uint64_t h = hash_number(UINT64_C(0xcbf29ce484222325), (double)sites->count);
    for (size_t i = 1; i <= sites->count; i++) {
        const struct vg_site *s = &sites->site[i];
        const double number[] = {
            s->kind,
            s->moving,
            s->sac,
            s->sic,
            s->lat_deg,
            s->lon_deg,
            s->height_m,
            s->target_height_m,
            s->range_m,
            s->min_range_m,
            s->period_s,
            s->sigma_range_m,
            s->sigma_bearing_deg,
            s->detection_probability,
            s->clock_offset_s,
        };
        h = hash_bytes(h, s->name, strlen(s->name) + 1);
        h = hash_bytes(h, s->feed, strlen(s->feed) + 1);
        for (size_t k = 0; k < sizeof number / sizeof *number; k++)
            h = hash_number(h, number[k]);
        h = hash_arcs(h, s->sector, s->sector_count);
        h = hash_arcs(h, s->blind, s->blind_count);
    }
    return h;
}
