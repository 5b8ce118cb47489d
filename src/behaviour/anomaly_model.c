#include "behaviour/anomaly_model.h"

#include <math.h>
#include <string.h>

#include "behaviour/trees.h"

#define BENT_KN    1.5 /* off the way: more than rounded positions give in ten minutes */
#define COURSE_PER 0.8 /* of a span's fixes are bent if she goes to and fro; a deviation bends at its ends */

static const struct vg_tree trees[] = {
#define VG_TREES_BASE(base)
#define VG_TREE(...) {__VA_ARGS__},
#include "behaviour/anomaly_model.def"
#undef VG_TREES_BASE
#undef VG_TREE
};

static const double base_log_odds =
#define VG_TREES_BASE(base) base
#define VG_TREE(...)
#include "behaviour/anomaly_model.def"
#undef VG_TREES_BASE
#undef VG_TREE
    ;

const char *vg_anomaly_kind_key(enum vg_anomaly_kind kind)
{
    static const char *const key[VG_ANOMALY_KINDS] = {"speed", "course", "deviation"};
    return key[kind];
}

static double probability(const double *feature)
{
    return vg_logistic(vg_trees_log_odds(base_log_odds, trees, sizeof trees / sizeof *trees, feature));
}

double vg_anomaly_model(const struct vg_anomaly_fix *fix, size_t count, size_t at)
{
    double feature[VG_ANOMALY_FEATURES];
    vg_anomaly_features(fix, count, at, feature);
    return probability(feature);
}

void vg_anomaly_begin(struct vg_anomaly *a)
{
    memset(a, 0, sizeof *a);
}

static size_t held(const struct vg_anomaly *a)
{
    return a->taken < VG_ANOMALY_WINDOW ? (size_t)a->taken : VG_ANOMALY_WINDOW;
}

static void close_span(struct vg_anomaly *a, struct vg_anomaly_span *ret)
{
    const double flagged = (double)(a->span.last - a->span.first + 1);
    a->span.kind = a->span.bend_kn < BENT_KN && a->span.speed_off_kn > a->span.bend_kn ? VG_ANOMALY_SPEED
                   : a->bent >= COURSE_PER * flagged                                   ? VG_ANOMALY_COURSE
                                                                                       : VG_ANOMALY_DEVIATION;
    *ret = a->span;
    a->open = false;
}

/* Fix number `number` belongs to an anomaly. True: the span before it has ended, and is *ret. */
static bool extend(struct vg_anomaly *a, const struct vg_anomaly_fix *fix, uint64_t number, const double *feature,
                   double p, struct vg_anomaly_span *ret)
{
    const bool ends = a->open && fix->time_us - a->span.end_us > VG_ANOMALY_JOIN_US;
    if (ends)
        close_span(a, ret);
    if (!a->open) {
        a->span = (struct vg_anomaly_span){.first = number, .begin_us = fix->time_us};
        a->bent = 0;
        a->open = true;
    }
    a->span.last = number;
    a->span.end_us = fix->time_us;
    a->span.confidence = fmax(a->span.confidence, p);
    a->span.speed_off_kn = fmax(a->span.speed_off_kn, feature[VG_ANOMALY_AT_speed_off + 2]);
    a->span.bend_kn = fmax(a->span.bend_kn, feature[VG_ANOMALY_AT_bend + 1]);
    a->bent += feature[VG_ANOMALY_AT_bend + 1] >= BENT_KN;
    return ends;
}

/* Judges the next fix that is due; those behind it in the window are all there will be. */
static bool judge(struct vg_anomaly *a, struct vg_anomaly_span *ret)
{
    double feature[VG_ANOMALY_FEATURES];
    const uint64_t number = a->judged++;
    const size_t at = (size_t)(number - (a->taken - held(a)));
    vg_anomaly_features(a->fix, held(a), at, feature);
    const double p = probability(feature);
    if (p >= VG_ANOMALY_PROBABILITY)
        return extend(a, &a->fix[at], number, feature, p, ret);
    if (!a->open || a->fix[at].time_us - a->span.end_us <= VG_ANOMALY_JOIN_US)
        return false;
    close_span(a, ret);
    return true;
}

bool vg_anomaly_take(struct vg_anomaly *a, const struct vg_anomaly_fix *fix, struct vg_anomaly_span *ret)
{
    const size_t n = held(a);
    if (n && fix->time_us <= a->fix[n - 1].time_us)
        return false;
    if (n == VG_ANOMALY_WINDOW)
        memmove(a->fix, a->fix + 1, (VG_ANOMALY_WINDOW - 1) * sizeof *fix);
    a->fix[n == VG_ANOMALY_WINDOW ? n - 1 : n] = *fix;
    a->taken++;
    return a->taken - a->judged > VG_ANOMALY_REACH && judge(a, ret);
}

bool vg_anomaly_finish(struct vg_anomaly *a, struct vg_anomaly_span *ret)
{
    while (a->judged < a->taken)
        if (judge(a, ret))
            return true;
    if (!a->open)
        return false;
    close_span(a, ret);
    return true;
}
