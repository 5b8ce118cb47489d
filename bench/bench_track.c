/*
 * What tracking costs: processor time a scan, of 100 vessels under one radar, and of 10,000 under 20 radars that see
 * them all. Straight legs, three of four vessels speak.
 *
 * usage: bench_track [vessels radars seconds]…   without arguments: 100 1 600, then 10000 20 30
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/time.h"
#include "track/track.h"

#define DEGREE   (M_PI / 180)
#define START_US (INT64_C(1772366400) * VG_SECOND_US)
#define PERIOD_S 3
#define PD       0.9

struct vessel {
    double e, n, u, v;
    uint32_t mmsi;
};

static uint64_t dice = 1;

static double uniform(double low, double high)
{
    dice = dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return low + (high - low) * (double)(dice >> 11) / 9007199254740992.0;
}

static double normal(void)
{
    const double a = uniform(1e-12, 1), b = uniform(0, 2 * M_PI);
    return sqrt(-2 * log(a)) * cos(b);
}

static double processor_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* The radars stand around the middle, some kilometres from each other. */
static void describe(struct vg_sites *sites, int radars, double side_m)
{
    sites->count = (size_t)radars;
    for (int i = 1; i <= radars; i++) {
        struct vg_site *s = &sites->site[i];
        *s = (struct vg_site){.sac = VG_SITE_SAC_NONE,
                              .sic = VG_SITE_SAC_NONE,
                              .lat_deg = -1 + (i % 5) * 0.01,
                              .lon_deg = -81.2 + (i / 5) * 0.01,
                              .height_m = NAN,
                              .target_height_m = 2,
                              .range_m = side_m,
                              .period_s = PERIOD_S,
                              .sigma_range_m = 25,
                              .sigma_bearing_deg = 0.3,
                              .detection_probability = PD};
        snprintf(s->name, sizeof s->name, "radar %d", i);
        snprintf(s->feed, sizeof s->feed, "radar %d", i);
    }
}

static void plot(struct vg_tracker *tracker, const struct vg_site *site, uint16_t number, double lat, double lon,
                 int64_t time_us)
{
    double range, bearing;
    vg_site_measure(site->lat_deg, site->lon_deg, lat, lon, &range, &bearing);
    struct vg_report r = {.sensor = VG_SENSOR_RADAR,
                          .site = number,
                          .time_us = time_us,
                          .measured_us = time_us,
                          .measured = VG_MEASURED_RANGE_BEARING,
                          .radar = {.from = VG_POS_NONE, .says = VG_RADAR_PLOT, .mode_3a = VG_MODE_3A_NONE}};
    r.polar.range_m = (uint32_t)fmax(range + 25 * normal(), 1);
    r.polar.bearing_mdeg = (uint32_t)(lround((bearing + 360 + 0.3 * normal()) * 1000) % 360000);
    vg_tracker_take(tracker, &r, NULL);
}

static void speak(struct vg_tracker *tracker, const struct vessel *v, double lat, double lon, int64_t time_us)
{
    struct vg_report r = {.sensor = VG_SENSOR_AIS,
                          .message = 1,
                          .mmsi = v->mmsi,
                          .accurate = true,
                          .time_us = time_us,
                          .measured_us = time_us,
                          .measured = VG_MEASURED_POSITION,
                          .fields = VG_FIELD_BIT(POS) | VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG),
                          .pos = vg_pos_from_deg(lon + 1e-4 * normal(), lat + 1e-4 * normal())};
    r.sog_dkn = (uint16_t)(hypot(v->u, v->v) / VG_MPS_PER_KNOT * 10);
    r.cog_ddeg = (uint16_t)(lround(atan2(v->u, v->v) / DEGREE * 10 + 7200) % 3600);
    vg_tracker_take(tracker, &r, NULL);
}

static int measure(int vessels, int radars, int duration_s)
{
    static struct vg_sites sites;
    static struct vg_track track[VG_TRACKS_MAX];
    const double side_m = 50000 * fmax(sqrt(vessels / 1000.0), 1), clutter = 50.0 * side_m / 50000 * side_m / 50000;
    struct vessel *vessel = calloc((size_t)vessels, sizeof *vessel);
    struct vg_tracker *tracker;
    describe(&sites, radars, side_m);
    const struct vg_tracker_options how = {.sites = &sites};
    if (!vessel || vg_tracker_new(&how, &tracker))
        return 1;
    for (int i = 0; i < vessels; i++) {
        const double speed = uniform(3, 18), course = uniform(0, 2 * M_PI);
        vessel[i] = (struct vessel){.e = uniform(-0.5, 0.5) * side_m,
                                    .n = uniform(-0.5, 0.5) * side_m,
                                    .u = speed * sin(course),
                                    .v = speed * cos(course),
                                    .mmsi = i % 4 ? 735000000u + (uint32_t)i : 0};
    }
    double busy_s = 0, worst_s = 0;
    size_t tracks = 0;
    int scans = 0;
    for (int t = 0; t < duration_s; t += PERIOD_S) {
        const int64_t time_us = START_US + t * VG_SECOND_US;
        for (int i = 0; i < vessels; i++) {
            struct vessel *v = &vessel[i];
            double lat, lon;
            v->e += v->u * PERIOD_S, v->n += v->v * PERIOD_S;
            vg_site_place(-1, -81.2, hypot(v->e, v->n), atan2(v->e, v->n) / DEGREE, &lat, &lon);
            for (int k = 1; k <= radars; k++)
                if (uniform(0, 1) < PD)
                    plot(tracker, &sites.site[k], (uint16_t)k, lat, lon, time_us + k * 1000);
            if (v->mmsi && (t / PERIOD_S + i) % 3 == 0)
                speak(tracker, v, lat, lon, time_us);
        }
        for (int k = 1; k <= radars; k++)
            for (double left = clutter; left > 0; left--) {
                double lat, lon;
                vg_site_place(-1, -81.2, uniform(0, 0.7) * side_m, uniform(0, 360), &lat, &lon);
                plot(tracker, &sites.site[k], (uint16_t)k, lat, lon, time_us + k * 1000);
            }
        const double begun_s = processor_s();
        vg_tracker_advance(tracker, time_us + VG_SECOND_US);
        tracks = vg_tracker_tracks(tracker, time_us + VG_SECOND_US, 0.5, track, VG_TRACKS_MAX);
        const double took_s = processor_s() - begun_s;
        if (t) { /* the first scan finds nothing to go on from */
            busy_s += took_s;
            worst_s = fmax(worst_s, took_s);
            scans++;
        }
    }
    printf("%d vessels, %d radars: %.3f ms a scan of all (worst %.3f), %zu tracks, %.1f %% of a core\n", vessels,
           radars, busy_s / scans * 1e3, worst_s * 1e3, tracks, busy_s / scans / PERIOD_S * 100);
    vg_tracker_free(tracker);
    free(vessel);
    return 0;
}

static int number(const char *text)
{
    return (int)strtol(text, NULL, 10);
}

int main(int argc, char **argv)
{
    if (argc < 4)
        return measure(100, 1, 600) || measure(10000, 20, 30);
    for (int i = 1; i + 2 < argc; i += 3)
        if (measure(number(argv[i]), number(argv[i + 1]), number(argv[i + 2])))
            return 1;
    return 0;
}
