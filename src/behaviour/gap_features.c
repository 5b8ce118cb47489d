/* Apart from the model, so that who fits it can do without its table. */
#include <math.h>
#include <stddef.h>

#include "behaviour/gap_model.h"

/* Logarithm of heard over expected; half a position each keeps nothing from being infinite. */
static double share(double heard, double expected)
{
    return log((heard + 0.5) / (expected + 0.5));
}

void vg_gap_features(const struct vg_gap_reception *r, double ret[static VG_GAP_FEATURES])
{
    const double half_day = r->positions_per_day / 2;
    const double before = log1p(r->before_12h), after = log1p(r->after_12h);
    const double long_before = log1p(r->before_long), long_after = log1p(r->after_long);
    const double all[VG_GAP_FEATURES] = {
        log1p(r->positions_per_day),
        before,
        after,
        long_before,
        long_after,
        share(r->before_12h, half_day),
        share(r->after_12h, half_day),
        long_before - before,
        long_after - after,
        fmin(before, after),
        fmax(before, after),
        fmin(long_before, long_after),
        fmax(long_before, long_after),
    };
    for (size_t i = 0; i < VG_GAP_FEATURES; i++)
        ret[i] = all[i];
}
