/*
 * Sudden anomalies of speed or course: fixes that can't be sailed as they are told. One vessel's fixes go in, spans of
 * fixes come out. Constant work and memory for a fix; the same fixes give the same spans. One thread each.
 *
 *     vg_anomaly_begin(&a);
 *     while (a fix)
 *         if (vg_anomaly_take(&a, &fix, &span)) …     // a span that ended some fixes ago
 *     while (vg_anomaly_finish(&a, &span)) …          // the data is over
 *
 * Fitted by tools/fit_anomalies.py on real tracks with a fix in ten minutes, into which deviations, courses and speeds
 * were put by a program (docs/QUALITY.md). What is synthetic is synthetic: real spoofing and real accidents may look
 * otherwise.
 *
 * What makes it wrong:
 *   - Fixes much nearer or much farther apart than ten minutes: at seconds rounding, at hours any manoeuvre breaks
 *     dead reckoning. Take one fix in ten minutes.
 *   - A speed or a course sensor that is always wrong: the fixes around are no better, so nothing stands out.
 *   - At a berth speed and course say next to nothing: a change of them shows nothing.
 *   - Two ships with one number, and clocks that jump, look like moved positions: both are asked first elsewhere.
 */
#ifndef VG_BEHAVIOUR_ANOMALY_MODEL_H
#define VG_BEHAVIOUR_ANOMALY_MODEL_H

#include <stdbool.h>

#include "base/time.h"
#include "behaviour/anomaly_features.h"

/* A fix with this probability begins a span: the middle of where F1 hardly changes, on tracks kept back. */
#define VG_ANOMALY_PROBABILITY 0.6

/* Spans with no more than this between them are one: a deviation shows where it begins and where it ends. */
#define VG_ANOMALY_JOIN_US (150 * VG_MINUTE_US)

enum vg_anomaly_kind {
    VG_ANOMALY_SPEED,     /* a speed that she did not make good, where positions agree with each other */
    VG_ANOMALY_COURSE,    /* positions to and fro */
    VG_ANOMALY_DEVIATION, /* positions beside the way, and back */
    VG_ANOMALY_KINDS
};
const char *vg_anomaly_kind_key(enum vg_anomaly_kind kind); /* "speed", "course", "deviation" */

struct vg_anomaly_span {
    uint64_t first, last; /* fixes since the begin, from 0 */
    int64_t begin_us, end_us;
    enum vg_anomaly_kind kind; /* the likeliest */
    double confidence;         /* the largest probability of its fixes */
    double speed_off_kn;       /* the most that a speed differed from that made good */
    double bend_kn;            /* the most that a fix lay off the way, over the time to its neighbours */
};

/* One vessel's state; members are the model's own. */
struct vg_anomaly {
    struct vg_anomaly_fix fix[VG_ANOMALY_WINDOW]; /* the newest */
    uint64_t taken, judged;                       /* fixes */
    bool open;
    uint32_t bent; /* fixes of the span that lay off the way */
    struct vg_anomaly_span span;
};

/* The probability that fix `at` of `count` belongs to an anomaly. Pure. */
double vg_anomaly_model(const struct vg_anomaly_fix *fix, size_t count, size_t at);

void vg_anomaly_begin(struct vg_anomaly *a);

/* Times ascend; a fix that is not later than the one before is not taken, and has no number. True: *ret is a span that
 * has ended; else *ret is untouched. */
bool vg_anomaly_take(struct vg_anomaly *a, const struct vg_anomaly_fix *fix, struct vg_anomaly_span *ret);
bool vg_anomaly_finish(struct vg_anomaly *a, struct vg_anomaly_span *ret);

#endif
