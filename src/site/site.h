/*
 * Sensors described: where each stands, what it can see and how well it measures. Read from YAML
 * (docs/formats/sensors.md), held as a table that doesn't change while it is used.
 *
 * A plain value; pure functions; any thread. Metres, degrees, true north, seconds. NAN is "not told". What false plots
 * a sensor gives is never told: the tracker learns it.
 */
#ifndef VG_SITE_SITE_H
#define VG_SITE_SITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/geo.h"
#include "base/out.h"
#include "report/report.h"

#define VG_SITES_MAX     63 /* a bit each in a mask of 64, bit 0 is AIS */
#define VG_SITE_NAME     48
#define VG_SITE_ARCS     8
#define VG_SITE_SAC_NONE (-1)

#define VG_SITE_KIND_LIST(X)                                                                                           \
    X(RADAR, "radar")                       /* range and bearing */                                                    \
    X(DIRECTION_FINDER, "direction-finder") /* bearing alone */

enum vg_site_kind {
#define X(name, key) VG_SITE_##name,
    VG_SITE_KIND_LIST(X)
#undef X
        VG_SITE_KIND_COUNT
};

const char *vg_site_kind_key(enum vg_site_kind kind);

/* Clockwise from one bearing to the other, degrees true. */
struct vg_site_arc {
    double from_deg, to_deg;
};

struct vg_site {
    char name[VG_SITE_NAME];
    char feed[VG_SITE_NAME]; /* the name of the feed that brings it; as `name` unless told otherwise */
    uint8_t kind;            /* enum vg_site_kind */
    bool moving;             /* it says itself where it is; lat and lon are where it is expected, if told */
    int16_t sac, sic;        /* ASTERIX: its codes, if one feed brings several; VG_SITE_SAC_NONE: any */
    double lat_deg, lon_deg; /* WGS-84 */
    double height_m;         /* of the antenna above the sea; NAN: coverage is range_m alone */
    double target_height_m;  /* of what is looked for; default 2 */
    double range_m, min_range_m;
    double period_s;
    double sigma_range_m, sigma_bearing_deg; /* one standard deviation */
    double detection_probability;            /* of one scan, of what is in coverage */
    double clock_offset_s;                   /* how much later its clock is, as far as known; taken out */
    uint8_t sector_count, blind_count;
    struct vg_site_arc sector[VG_SITE_ARCS]; /* what it looks at; none: all round */
    struct vg_site_arc blind[VG_SITE_ARCS];  /* what stands in its way */
};

struct vg_sites {
    size_t count; /* site[1] to site[count]; 0 is nobody */
    struct vg_site site[VG_SITES_MAX + 1];
};

/* Where in a file something is wrong. */
struct vg_site_error {
    unsigned line;
    char text[200]; /* one sentence: the key, what was found, what was expected */
};

/*
 * Reads `sensors:` of a YAML text (other keys of the top are passed over; without it there are none). VG_SYNTAX,
 * VG_RANGE, VG_LIMIT (more than VG_SITES_MAX), VG_NOMEM: *ret_error says where and what is wrong first; *ret is
 * untouched.
 */
enum vg_err vg_sites_read(const char *yaml, size_t len, struct vg_sites *ret, struct vg_site_error *ret_error);

/* `sensors:` and its list, of which vg_sites_read() makes the same table. */
void vg_sites_write(const struct vg_sites *sites, struct vg_out *out);

/* 0: there is none of that name. */
uint16_t vg_sites_find(const struct vg_sites *sites, const char *name);

/* The site whose reports a feed brings, by the sensor's own codes (VG_SITE_SAC_NONE: it says none). 0: none is
 * described. */
uint16_t vg_sites_of_feed(const struct vg_sites *sites, const char *feed, int16_t sac, int16_t sic);

/* A number of all that is told, for comparing two tables. */
uint64_t vg_sites_hash(const struct vg_sites *sites);

/* How far a target of some height is seen over the sea's horizon, by 4/3 of the earth's radius. */
double vg_site_horizon_m(double antenna_height_m, double target_height_m);

/* The farthest that a site sees its usual targets: range_m, or the horizon if that is nearer and known. */
double vg_site_reach_m(const struct vg_site *site);

/* True if a site at `from` (VG_POS_NONE: where it is described) sees a place: range, horizon, sectors, blind arcs. */
bool vg_site_covers(const struct vg_site *site, struct vg_pos from, double lat_deg, double lon_deg);

/* Range (metres, geodesic) and bearing (degrees true) of a place from a site. Within 1 m to 200 km. */
void vg_site_measure(double site_lat_deg, double site_lon_deg, double lat_deg, double lon_deg, double *ret_range_m,
                     double *ret_bearing_deg);
/* … and the place at a range and bearing. */
void vg_site_place(double site_lat_deg, double site_lon_deg, double range_m, double bearing_deg, double *ret_lat_deg,
                   double *ret_lon_deg);

/*
 * The outline of what a site covers, for a map: rings of [lon, lat] in degrees, closed, each a sector without its blind
 * arcs; ring i is the points from ret_begin[i] on, before ret_begin[i + 1]. Longitudes go on over ±180 rather than
 * jump. What is nearer than min_range_m is drawn as covered. Nothing if nobody knows where the site is. Returns the
 * number of points written to `ret`; rings that have no room in `cap` (VG_SITE_OUTLINE_POINTS are enough) are left out.
 */
#define VG_SITE_OUTLINE_POINTS 256
#define VG_SITE_RINGS          (VG_SITE_ARCS * 2 + 2)
size_t vg_site_outline(const struct vg_site *site, struct vg_pos from, double (*ret)[2], size_t cap,
                       size_t ret_begin[static VG_SITE_RINGS + 1], size_t *ret_rings);

#endif
