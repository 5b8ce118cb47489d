#include "behaviour/fishing_model.h"

#include <math.h>
#include <string.h>

#include "base/time.h"
#include "behaviour/trees.h"

/*
 * What a speed says, as a log-odds: so much a knot below 5, and no more than that. The most is above what both
 * neighbours at 5 minutes can say together (5.0), so that they decide only between 4 and 6 kn.
 */
#define EVIDENCE_PER_KN 5.0
#define EVIDENCE_MOST   6.0

#define HOLDS_HOURS 1.0  /* the mean time of a state */
#define LEAST_FLIP  1e-6 /* of fixes at the same time */

void vg_fishing_begin(struct vg_fishing *f)
{
    memset(f, 0, sizeof *f);
}

static double evidence_of(double speed_kn)
{
    if (isnan(speed_kn))
        return 0;
    return fmax(-EVIDENCE_MOST, fmin(EVIDENCE_MOST, (VG_FISHING_SPEED_KN - speed_kn) * EVIDENCE_PER_KN));
}

/* What a log-odds is worth at another time: the state may have changed between, from either to the other. */
static double passed(double log_odds, int64_t from_us, int64_t to_us)
{
    if (to_us < from_us)
        return 0;
    const double hours = (double)(to_us - from_us) / (double)VG_HOUR_US;
    const double flip = fmax(LEAST_FLIP, (1 - exp(-2 * hours / HOLDS_HOURS)) / 2);
    const double odds = exp(log_odds);
    return log(((1 - flip) * odds + flip) / (flip * odds + 1 - flip));
}

/* The oldest fix, by all before it and by all that are held behind it. */
static void decide(struct vg_fishing *f, struct vg_fishing_word *ret)
{
    double backward = 0;
    for (size_t i = f->count - 1; i > 0; i--)
        backward = passed(backward + (double)f->fix[i].evidence, f->fix[i - 1].time_us, f->fix[i].time_us);
    const double log_odds = (double)f->fix[0].forward + backward;
    *ret = (struct vg_fishing_word){f->fix[0].time_us, vg_logistic(log_odds), log_odds >= 0};
    memmove(f->fix, f->fix + 1, --f->count * sizeof *f->fix);
}

bool vg_fishing_take(struct vg_fishing *f, int64_t time_us, double speed_kn, struct vg_fishing_word *ret)
{
    const double own = evidence_of(speed_kn);
    const double forward = own + (f->begun ? passed(f->last_forward, f->last_us, time_us) : 0);
    f->fix[f->count].time_us = time_us;
    f->fix[f->count].evidence = (float)own;
    f->fix[f->count++].forward = (float)forward;
    f->last_us = time_us;
    f->last_forward = forward;
    f->begun = true;
    if (f->count <= VG_FISHING_DELAY)
        return false;
    decide(f, ret);
    return true;
}

bool vg_fishing_finish(struct vg_fishing *f, struct vg_fishing_word *ret)
{
    if (!f->count)
        return false;
    decide(f, ret);
    return true;
}
