/*
 * A small sea for the tracker's tests: vessels on straight legs and turns, one radar or several that see them with
 * errors and false plots, AIS of those who speak. Metres east and north of the first radar; the same seed, the same
 * sea.
 */
#ifndef VG_TESTS_TRACK_SEA_H
#define VG_TESTS_TRACK_SEA_H

#include <math.h>

#include "base/time.h"
#include "track/track.h"

#define SEA_DEGREE   (M_PI / 180)
#define SEA_START_US INT64_C(1772366400000000) /* 2026-03-01T12:00:00Z */
#define SEA_LAT      (-1.0)
#define SEA_LON      (-81.2)
#define SEA_VESSELS  60
#define SEA_PERIOD_S 3

struct sea_vessel {
    double e, n, u, v;
    double turn, until_s; /* rad/s, and when the turn or the straight leg ends */
    uint32_t mmsi;        /* 0: it doesn't speak */
    double speaks_s;      /* next, and … */
    double every_s;       /* … from report to report */
    bool quiet;           /* no radar sees it */
};

struct sea {
    uint64_t dice;
    double side_m, pd, clutter, bias_m, bias_deg, late_s;
    int count;
    struct sea_vessel vessel[SEA_VESSELS];
    struct vg_sites sites;
};

static inline double sea_uniform(struct sea *sea, double low, double high)
{
    sea->dice = sea->dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    uint64_t x = sea->dice ^ sea->dice >> 31;
    x *= UINT64_C(0x9E3779B97F4A7C15);
    return low + (high - low) * (double)(x >> 11) / 9007199254740992.0;
}

static inline double sea_normal(struct sea *sea)
{
    const double a = sea_uniform(sea, 1e-12, 1), b = sea_uniform(sea, 0, 2 * M_PI);
    return sqrt(-2 * log(a)) * cos(b);
}

static inline struct vg_site sea_site(const char *name)
{
    struct vg_site s = {.kind = VG_SITE_RADAR,
                        .sac = VG_SITE_SAC_NONE,
                        .sic = VG_SITE_SAC_NONE,
                        .lat_deg = SEA_LAT,
                        .lon_deg = SEA_LON,
                        .height_m = NAN,
                        .target_height_m = 2,
                        .range_m = 60000,
                        .period_s = SEA_PERIOD_S,
                        .sigma_range_m = 25,
                        .sigma_bearing_deg = 0.3,
                        .detection_probability = 0.9};
    snprintf(s.name, sizeof s.name, "%s", name);
    snprintf(s.feed, sizeof s.feed, "%s", name);
    return s;
}

/* `vessels` of which every fourth doesn't speak; `speak` false: none does. */
static inline struct sea sea_make(uint64_t seed, int vessels, bool speak)
{
    struct sea sea = {.dice = seed * 2654435761u + 1, .side_m = 30000, .pd = 0.9, .clutter = 20, .count = vessels};
    sea.sites.count = 1;
    sea.sites.site[1] = sea_site("north");
    for (int i = 0; i < vessels; i++) {
        struct sea_vessel *v = &sea.vessel[i];
        const double speed = sea_uniform(&sea, 3, 15), course = sea_uniform(&sea, 0, 2 * M_PI);
        *v = (struct sea_vessel){.e = sea_uniform(&sea, -0.5, 0.5) * sea.side_m,
                                 .n = sea_uniform(&sea, 0.1, 1) * sea.side_m,
                                 .u = speed * sin(course),
                                 .v = speed * cos(course),
                                 .until_s = sea_uniform(&sea, 0, 300),
                                 .mmsi = speak && i % 4 ? 735000001u + (uint32_t)i : 0,
                                 .speaks_s = sea_uniform(&sea, 0, 10),
                                 .every_s = i % 3 ? 6 : 20};
    }
    return sea;
}

/* Everything moves for a second. */
static inline void sea_step(struct sea *sea, double t_s)
{
    for (int i = 0; i < sea->count; i++) {
        struct sea_vessel *v = &sea->vessel[i];
        const double c = cos(v->turn), s = sin(v->turn), u = v->u;
        v->e += v->u, v->n += v->v;
        v->u = c * u - s * v->v;
        v->v = s * u + c * v->v;
        if (t_s < v->until_s)
            continue;
        v->turn = v->turn != 0 ? 0 : sea_uniform(sea, -1.5, 1.5) * SEA_DEGREE;
        v->until_s = t_s + (v->turn != 0 ? sea_uniform(sea, 20, 60) : sea_uniform(sea, 60, 300));
    }
}

static inline struct vg_report sea_plot(double e, double n, int64_t time_us, uint16_t site)
{
    struct vg_report r = {
        .sensor = VG_SENSOR_RADAR,
        .site = site,
        .time_us = time_us,
        .measured_us = time_us,
        .measured = VG_MEASURED_RANGE_BEARING,
        .time_of_day_ms = VG_TIME_OF_DAY_NONE,
        .radar = {.from = VG_POS_NONE, .sac = -1, .sic = -1, .says = VG_RADAR_PLOT, .mode_3a = VG_MODE_3A_NONE}};
    r.polar.range_m = (uint32_t)lround(hypot(e, n));
    r.polar.bearing_mdeg = (uint32_t)(lround(atan2(e, n) / SEA_DEGREE * 1000 + 720000) % 360000);
    return r;
}

static inline struct vg_pos sea_place(double e, double n)
{
    double lat, lon;
    vg_site_place(SEA_LAT, SEA_LON, hypot(e, n), atan2(e, n) / SEA_DEGREE, &lat, &lon);
    return vg_pos_from_deg(lon, lat);
}

static inline struct vg_report sea_position(double e, double n, double u, double v, uint32_t mmsi, int64_t time_us)
{
    struct vg_report r = {.sensor = VG_SENSOR_AIS,
                          .message = 1,
                          .class = VG_CLASS_SHIP_A,
                          .mmsi = mmsi,
                          .time_us = time_us,
                          .measured_us = time_us,
                          .measured = VG_MEASURED_POSITION,
                          .time_of_day_ms = VG_TIME_OF_DAY_NONE,
                          .accurate = true,
                          .fields = VG_FIELD_BIT(POS) | VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG),
                          .pos = sea_place(e, n)};
    r.sog_dkn = (uint16_t)lround(hypot(u, v) / VG_MPS_PER_KNOT * 10);
    r.cog_ddeg = (uint16_t)(lround(atan2(u, v) / SEA_DEGREE * 10 + 7200) % 3600);
    return r;
}

static inline int64_t sea_time(double t_s)
{
    return SEA_START_US + (int64_t)llround(t_s * 1e6);
}

/* A plot with the errors of a radar that stands where the first one does. */
static inline struct vg_report sea_see(struct sea *sea, double e, double n, double t_s, uint16_t site)
{
    const double range = hypot(e, n) + 25 * sea_normal(sea) + sea->bias_m;
    const double bearing = atan2(e, n) + (0.3 * sea_normal(sea) + sea->bias_deg) * SEA_DEGREE;
    return sea_plot(range * sin(bearing), range * cos(bearing), sea_time(t_s + sea->late_s), site);
}

typedef void sea_on_report(void *arg, const struct vg_report *report);

/* What is heard and seen in the second that begins at t_s; a scan every SEA_PERIOD_S. */
static inline void sea_sense(struct sea *sea, int t_s, sea_on_report *on, void *arg)
{
    for (int i = 0; i < sea->count; i++) {
        struct sea_vessel *v = &sea->vessel[i];
        if (!v->mmsi || v->speaks_s >= t_s + 1)
            continue;
        const double dt = v->speaks_s - t_s;
        const struct vg_report r =
            sea_position(v->e + v->u * dt + 8 * sea_normal(sea), v->n + v->v * dt + 8 * sea_normal(sea), v->u, v->v,
                         v->mmsi, sea_time(v->speaks_s));
        v->speaks_s += v->every_s;
        on(arg, &r);
    }
    if (t_s % SEA_PERIOD_S)
        return;
    for (int i = 0; i < sea->count; i++)
        if (!sea->vessel[i].quiet && sea_uniform(sea, 0, 1) < sea->pd) {
            const struct vg_report r = sea_see(sea, sea->vessel[i].e, sea->vessel[i].n, t_s, 1);
            on(arg, &r);
        }
    for (double left = sea->clutter; left > sea_uniform(sea, 0, 1); left--) {
        const struct vg_report r = sea_plot(sea_uniform(sea, -0.5, 0.5) * sea->side_m,
                                            sea_uniform(sea, 0, 1) * sea->side_m, sea_time(t_s + sea->late_s), 1);
        on(arg, &r);
    }
}

static inline void sea_take(void *tracker, const struct vg_report *report)
{
    vg_tracker_take(tracker, report, NULL);
}

/* The track that is nearest to a place, and how far it is; NULL: there is none. */
static inline const struct vg_track *sea_nearest(const struct vg_track *track, size_t count, double e, double n,
                                                 double *ret_m)
{
    const struct vg_track *best = NULL;
    *ret_m = INFINITY;
    for (size_t i = 0; i < count; i++) {
        double range, bearing;
        vg_site_measure(SEA_LAT, SEA_LON, track[i].lat_deg, track[i].lon_deg, &range, &bearing);
        const double de = range * sin(bearing * SEA_DEGREE) - e, dn = range * cos(bearing * SEA_DEGREE) - n;
        if (hypot(de, dn) < *ret_m) {
            *ret_m = hypot(de, dn);
            best = &track[i];
        }
    }
    return best;
}

static inline struct vg_tracker *sea_tracker(const struct vg_sites *sites, uint32_t tracks)
{
    struct vg_tracker *tracker = NULL;
    const struct vg_tracker_options how = {.sites = sites, .tracks = tracks};
    return vg_tracker_new(&how, &tracker) == VG_OK ? tracker : NULL;
}

#endif
