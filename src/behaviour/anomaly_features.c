#include "behaviour/anomaly_features.h"

#include <math.h>
#include <stdlib.h>

#include "base/time.h"
#include <stdbool.h>

#define LEGS        (2 * VG_ANOMALY_REACH) /* of a window */
#define NM_PER_DEG  60.0                   /* of latitude */
#define LEAST_HOURS (1.0 / 3600)           /* of a leg: nearer fixes make a speed of nothing but rounding */
#define MOVES_KN    1.0                    /* a course says something */

struct vector {
    double east, north;
};

struct leg {
    double speed_kn, bearing_deg, mismatch_kn, excess_kn, turn_deg;
};

/* Fixes and legs around the one in the middle; what is not there has `have` false. */
struct window {
    const struct vg_anomaly_fix *fix[VG_ANOMALY_WINDOW];
    bool have[LEGS];
    struct leg leg[LEGS]; /* leg[i] is from fix[i] to fix[i + 1] */
};

static double hours(const struct vg_anomaly_fix *a, const struct vg_anomaly_fix *b)
{
    return fmax((double)(b->time_us - a->time_us) / (double)VG_HOUR_US, LEAST_HOURS);
}

/* Nautical miles from a to b on a plane; a leg is short. The way around the globe is the shorter one. */
static struct vector way_nm(const struct vg_anomaly_fix *a, const struct vg_anomaly_fix *b)
{
    const double mid_rad = (a->lat_deg + b->lat_deg) / 2 * M_PI / 180;
    return (struct vector){remainder(b->lon_deg - a->lon_deg, 360) * NM_PER_DEG * cos(mid_rad),
                           (b->lat_deg - a->lat_deg) * NM_PER_DEG};
}

static double angle_deg(double a, double b)
{
    return fabs(remainder(a - b, 360));
}

/* Half of each end's velocity; an end without a course gives its speed along the leg. */
static struct vector velocity(const struct vg_anomaly_fix *f, double bearing_deg)
{
    const double course = (isnan(f->cog_deg) ? bearing_deg : f->cog_deg) * M_PI / 180;
    return (struct vector){f->sog_kn * sin(course), f->sog_kn * cos(course)};
}

static struct leg leg_of(const struct vg_anomaly_fix *a, const struct vg_anomaly_fix *b)
{
    const struct vector way = way_nm(a, b);
    const double h = hours(a, b);
    struct leg leg = {.speed_kn = hypot(way.east, way.north) / h,
                      .bearing_deg = atan2(way.east, way.north) * 180 / M_PI,
                      .mismatch_kn = VG_ANOMALY_ABSENT,
                      .turn_deg = VG_ANOMALY_ABSENT};
    if (!isnan(a->cog_deg) && !isnan(b->cog_deg))
        leg.turn_deg = angle_deg(a->cog_deg, b->cog_deg);
    if (isnan(a->sog_kn) || isnan(b->sog_kn))
        return leg;
    const struct vector u = velocity(a, leg.bearing_deg), v = velocity(b, leg.bearing_deg);
    leg.mismatch_kn = hypot(way.east / h - (u.east + v.east) / 2, way.north / h - (u.north + v.north) / 2);
    leg.excess_kn = leg.speed_kn - (a->sog_kn + b->sog_kn) / 2;
    return leg;
}

static void look(const struct vg_anomaly_fix *fix, size_t count, size_t at, struct window *w)
{
    for (int i = 0; i < VG_ANOMALY_WINDOW; i++) {
        const int64_t k = (int64_t)at + i - VG_ANOMALY_REACH;
        w->fix[i] = k >= 0 && (size_t)k < count ? &fix[k] : NULL;
    }
    for (int i = 0; i < LEGS; i++) {
        w->have[i] = w->fix[i] && w->fix[i + 1];
        if (w->have[i])
            w->leg[i] = leg_of(w->fix[i], w->fix[i + 1]);
    }
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double largest(const struct window *w, int from, int to)
{
    double most = VG_ANOMALY_ABSENT;
    for (int i = from; i < to; i++)
        if (w->have[i] && w->leg[i].mismatch_kn > most)
            most = w->leg[i].mismatch_kn;
    return most;
}

static double usual(const struct window *w)
{
    double all[LEGS];
    size_t n = 0;
    for (int i = 0; i < LEGS; i++)
        if (w->have[i])
            all[n++] = w->leg[i].mismatch_kn;
    qsort(all, n, sizeof *all, by_size);
    return n ? all[n / 2] : VG_ANOMALY_ABSENT;
}

/* How far fix i lies off the straight way between its neighbours, over the mean time to them. */
static double bend_kn(const struct window *w, int i)
{
    if (!w->have[i - 1] || !w->have[i])
        return VG_ANOMALY_ABSENT;
    const struct vg_anomaly_fix *a = w->fix[i - 1], *f = w->fix[i], *b = w->fix[i + 1];
    const double all = hours(a, f) + hours(f, b), share = hours(a, f) / all;
    const struct vector whole = way_nm(a, b), part = way_nm(a, f);
    return hypot(part.east - share * whole.east, part.north - share * whole.north) / (all / 2);
}

static double burst_kn(const struct window *w, int i)
{
    if (!w->have[i - 1] || !w->have[i])
        return 0;
    const double d = w->fix[i]->sog_kn - (w->fix[i - 1]->sog_kn + w->fix[i + 1]->sog_kn) / 2;
    return isnan(d) ? 0 : d;
}

static double speed_off_kn(const struct window *w, int i)
{
    double least = INFINITY;
    for (int k = i - 1; k <= i; k++)
        if (k >= 0 && k < LEGS && w->have[k] && !isnan(w->fix[i]->sog_kn))
            least = fmin(least, fabs(w->fix[i]->sog_kn - w->leg[k].speed_kn));
    return isinf(least) ? VG_ANOMALY_ABSENT : least;
}

static double course_off_deg(const struct window *w, int i)
{
    double least = INFINITY;
    for (int k = i - 1; k <= i; k++)
        if (w->have[k] && !isnan(w->fix[i]->cog_deg) && w->leg[k].speed_kn > MOVES_KN)
            least = fmin(least, angle_deg(w->fix[i]->cog_deg, w->leg[k].bearing_deg));
    return isinf(least) ? VG_ANOMALY_ABSENT : least;
}

static double speed_off_mean(const struct window *w)
{
    double sum = 0;
    int n = 0;
    for (int i = 0; i < VG_ANOMALY_WINDOW; i++) {
        const double off = w->fix[i] ? speed_off_kn(w, i) : VG_ANOMALY_ABSENT;
        if (off >= 0) {
            sum += off;
            n++;
        }
    }
    return n ? sum / n : VG_ANOMALY_ABSENT;
}

static double made_good(const struct window *w)
{
    double sum = 0;
    int n = 0;
    for (int i = 0; i < LEGS; i++)
        if (w->have[i]) {
            sum += w->leg[i].speed_kn;
            n++;
        }
    return n ? sum / n : VG_ANOMALY_ABSENT;
}

void vg_anomaly_features(const struct vg_anomaly_fix *fix, size_t count, size_t at,
                         double ret[static VG_ANOMALY_FEATURES])
{
    enum { MID = VG_ANOMALY_REACH };
    struct window w;
    size_t n = 0;
    look(fix, count, at, &w);
    for (int i = MID - 3; i < MID + 3; i++)
        ret[n++] = w.have[i] ? w.leg[i].mismatch_kn : VG_ANOMALY_ABSENT;
    for (int i = MID - 3; i < MID + 3; i++)
        ret[n++] = w.have[i] ? w.leg[i].excess_kn : 0;
    for (int i = MID - 3; i < MID + 3; i++)
        ret[n++] = w.have[i] ? w.leg[i].turn_deg : VG_ANOMALY_ABSENT;
    ret[n++] = largest(&w, 0, MID - 3);
    ret[n++] = largest(&w, MID + 3, LEGS);
    ret[n++] = usual(&w);
    ret[n++] = largest(&w, 0, LEGS);
    for (int i = MID - 1; i <= MID + 1; i++)
        ret[n++] = bend_kn(&w, i);
    for (int i = MID - 1; i <= MID + 1; i++)
        ret[n++] = burst_kn(&w, i);
    for (int i = MID - 2; i <= MID + 2; i++)
        ret[n++] = w.fix[i] ? speed_off_kn(&w, i) : VG_ANOMALY_ABSENT;
    for (int i = MID - 2; i <= MID + 2; i++)
        ret[n++] = w.fix[i] ? course_off_deg(&w, i) : VG_ANOMALY_ABSENT;
    ret[n++] = speed_off_mean(&w);
    ret[n++] = isnan(fix[at].sog_kn) ? VG_ANOMALY_ABSENT : fix[at].sog_kn;
    ret[n++] = made_good(&w);
}
