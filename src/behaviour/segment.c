#include "behaviour/segment.h"

#include <math.h>
#include <string.h>

#include "base/geo.h"
#include "base/time.h"

#define SEGMENT_OVER_US VG_DAY_US

/* Speeds that a transponder sends when it knows none, and one bit wrong of them. */
static double reported(double kn)
{
    return isnan(kn) || (kn > 51.0 && kn < 51.3) || (kn > 102.2 && kn < 103.0) ? 0 : kn;
}

bool vg_segment_joins(double distance_nm, double hours, double reported_kn)
{
    if (distance_nm <= 0)
        return true;
    const double far_kn = fmax(VG_SEGMENT_MAX_KN, reported_kn * VG_SEGMENT_REPORTED);
    return hours > 0 && distance_nm / hours <= far_kn * (1 + VG_SEGMENT_NEAR_NM2 / (distance_nm * distance_nm));
}

/* How well a fix goes on from a segment: 0 is best, negative: it doesn't. *ret_noise grows to 1 (alone if nobody takes
 * it) or 2 (alone in any case). */
static double fit(const struct vg_segment *s, const struct vg_segment_fix *fix, int *ret_noise)
{
    const double hours = (double)(fix->time_us - s->last_us) / VG_HOUR_US;
    if (!s->placed)
        return 24 * VG_SEGMENT_MAX_KN; /* anything may go on from it, and anything else comes before it */
    if (isnan(fix->lon_deg))
        return hours;
    const double lasting = fmax(1.0, (double)(s->last_us - s->first_us) / VG_HOUR_US);
    const double nm = vg_geo_ellipsoid_m(s->lon_deg, s->lat_deg, fix->lon_deg, fix->lat_deg) / VG_SEGMENT_NM_M;
    if (nm < VG_SEGMENT_NOISE_NM && *ret_noise < 1)
        *ret_noise = 1;
    if (nm == 0)
        return hours / lasting;
    if (hours == 0) {
        if (nm < VG_SEGMENT_MAX_KN / 60 * VG_SEGMENT_SAME_SECOND_MIN)
            return nm / lasting;
        *ret_noise = nm < VG_SEGMENT_NOISE_NM || *ret_noise == 2 ? 2 : 1;
        return -1;
    }
    return vg_segment_joins(nm, hours, fmax(reported(s->speed_kn), reported(fix->speed_kn))) ? hours / lasting : -1;
}

static void close_at(struct vg_segments *s, unsigned i)
{
    s->count--;
    memmove(&s->open[i], &s->open[i + 1], (s->count - i) * sizeof *s->open);
}

static void close_silent(struct vg_segments *s, int64_t time_us)
{
    for (unsigned i = s->count; i-- > 0;)
        if (time_us - s->open[i].last_us > SEGMENT_OVER_US)
            close_at(s, i);
}

static void go_on(struct vg_segment *s, const struct vg_segment_fix *fix)
{
    if (isnan(fix->lon_deg))
        return;
    s->placed = true;
    s->last_us = fix->time_us;
    s->lon_deg = fix->lon_deg, s->lat_deg = fix->lat_deg, s->speed_kn = fix->speed_kn;
}

static int64_t free_id(const struct vg_segments *s, int64_t id_us)
{
    for (unsigned i = 0; i < s->count; i++)
        if (s->open[i].id_us == id_us)
            return free_id(s, id_us + 1000);
    return id_us;
}

static int64_t begin(struct vg_segments *s, const struct vg_segment_fix *fix)
{
    if (s->count == s->room) {
        unsigned oldest = 0;
        for (unsigned i = 1; i < s->count; i++)
            if (s->open[i].last_us < s->open[oldest].last_us)
                oldest = i;
        close_at(s, oldest);
    }
    const int64_t id_us = free_id(s, fix->time_us);
    struct vg_segment *new = &s->open[s->count++];
    *new = (struct vg_segment){.id_us = id_us, .first_us = fix->time_us, .last_us = fix->time_us, .speed_kn = NAN};
    go_on(new, fix);
    return id_us;
}

static bool is_place(const struct vg_segment_fix *fix)
{
    return fabs(fix->lon_deg) <= 180 && fabs(fix->lat_deg) <= 90;
}

struct vg_segment_found vg_segments_take(struct vg_segments *s, const struct vg_segment_fix *given)
{
    struct vg_segment_fix fix = *given;
    if (isnan(fix.lon_deg) || isnan(fix.lat_deg))
        fix.lon_deg = fix.lat_deg = NAN;
    else if (!is_place(&fix))
        return (struct vg_segment_found){.id_us = free_id(s, fix.time_us), .noise = true};
    close_silent(s, fix.time_us);
    struct vg_segment *best = NULL;
    double least = 0;
    int noise = 0;
    for (unsigned i = 0; i < s->count; i++) {
        const double value = fit(&s->open[i], &fix, &noise);
        if (value >= 0 && (!best || value < least))
            best = &s->open[i], least = value;
    }
    if (s->count && (noise == 2 || (!best && noise == 1)))
        return (struct vg_segment_found){.id_us = free_id(s, fix.time_us), .noise = true};
    if (!best)
        return (struct vg_segment_found){.id_us = begin(s, &fix), .begun = true};
    go_on(best, &fix);
    return (struct vg_segment_found){.id_us = best->id_us};
}
