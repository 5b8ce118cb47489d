#include "quality/scores.h"

#include <math.h>
#include <stdlib.h>

#define PARTS 10

void vg_quality_tally_add(struct vg_quality_tally *t, bool said, bool so)
{
    if (said)
        ++*(so ? &t->hits : &t->wrong);
    else
        ++*(so ? &t->missed : &t->rejected);
}

static double share(uint64_t part, uint64_t other)
{
    return part + other ? (double)part / (double)(part + other) : NAN;
}

double vg_quality_precision(const struct vg_quality_tally *t)
{
    return share(t->hits, t->wrong);
}

double vg_quality_recall(const struct vg_quality_tally *t)
{
    return share(t->hits, t->missed);
}

double vg_quality_rejected(const struct vg_quality_tally *t)
{
    return share(t->rejected, t->wrong);
}

double vg_quality_f(const struct vg_quality_tally *t, double beta)
{
    const double b2 = beta * beta, hits = (double)t->hits;
    if (!(t->hits + t->missed))
        return NAN;
    return (1 + b2) * hits / ((1 + b2) * hits + b2 * (double)t->missed + (double)t->wrong);
}

/* Equal probabilities stand in an order that doesn't depend on the sort. */
static int by_probability(const void *a, const void *b)
{
    const struct vg_quality_judged *x = a, *y = b;
    if (x->probability < y->probability || x->probability > y->probability)
        return x->probability < y->probability ? -1 : 1;
    return x->so - y->so;
}

double vg_quality_auc(struct vg_quality_judged *j, size_t count)
{
    double pairs = 0;
    uint64_t so = 0, not_so = 0;
    if (count)
        qsort(j, count, sizeof *j, by_probability);
    for (size_t i = 0, end; i < count; i = end) {
        uint64_t here = 0, not_here = 0;
        for (end = i; end < count && j[end].probability <= j[i].probability; end++)
            ++*(j[end].so ? &here : &not_here);
        pairs += (double)here * ((double)not_so + (double)not_here / 2);
        so += here;
        not_so += not_here;
    }
    return so && not_so ? pairs / ((double)so * (double)not_so) : NAN;
}

double vg_quality_decile_error(struct vg_quality_judged *j, size_t count)
{
    double most = 0;
    if (count < PARTS)
        return NAN;
    qsort(j, count, sizeof *j, by_probability);
    for (size_t part = 0; part < PARTS; part++) {
        const size_t from = part * count / PARTS, to = (part + 1) * count / PARTS;
        double said = 0, so = 0;
        for (size_t i = from; i < to; i++) {
            said += j[i].probability;
            so += j[i].so;
        }
        most = fmax(most, fabs(said - so) / (double)(to - from));
    }
    return most;
}
