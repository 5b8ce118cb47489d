/*
 * The same for a small cluster, exactly: all ways of giving its plots to its tracks are summed, a set of used plots at
 * a time. Only plots that two tracks or more may have make a difference; the others count for their track.
 *
 * before[i][used]: sum over all choices of the first i tracks that use just these shared plots; after[i][used]: over
 * those of the tracks from i on that use none of them.
 */
#include "track/scan.h"

#define SETS (1 << EXACT_PLOTS)

static double sum_shared(const struct scan_work *w, const struct look *l, unsigned used, const double *from)
{
    double sum = 0;
    for (uint32_t i = l->first; i < l->first + l->count; i++) {
        const unsigned bit = w->plot[w->edge[i].plot].bit;
        if (bit & used)
            sum += w->edge[i].weight * from[used & ~bit];
    }
    return sum;
}

static double add_shared(const struct scan_work *w, const struct look *l, unsigned used, const double *to)
{
    double sum = 0;
    for (uint32_t i = l->first; i < l->first + l->count; i++) {
        const unsigned bit = w->plot[w->edge[i].plot].bit;
        if (bit && !(bit & used))
            sum += w->edge[i].weight * to[used | bit];
    }
    return sum;
}

/* The weight of all choices of a track that no other feels: no plot, or one of its own. */
static double weight_alone(const struct scan_work *w, const struct look *l)
{
    double sum = 1;
    for (uint32_t i = l->first; i < l->first + l->count; i++)
        if (!w->plot[w->edge[i].plot].bit)
            sum += w->edge[i].weight;
    return sum;
}

void vg_trk_associate_exactly(struct scan_work *w, const uint32_t *looks, size_t count, unsigned shared)
{
    double before[EXACT_LOOKS + 1][SETS], after[EXACT_LOOKS + 1][SETS], alone[EXACT_LOOKS];
    const unsigned sets = 1u << shared;
    for (unsigned used = 0; used < sets; used++) {
        before[0][used] = used == 0;
        after[count][used] = 1;
    }
    for (size_t i = 0; i < count; i++) {
        const struct look *l = &w->look[looks[i]];
        alone[i] = weight_alone(w, l);
        for (unsigned used = 0; used < sets; used++)
            before[i + 1][used] = alone[i] * before[i][used] + sum_shared(w, l, used, before[i]);
    }
    for (size_t i = count; i-- > 0;)
        for (unsigned used = 0; used < sets; used++)
            after[i][used] = alone[i] * after[i + 1][used] + add_shared(w, &w->look[looks[i]], used, after[i + 1]);
    for (size_t i = 0; i < count; i++) {
        struct look *l = &w->look[looks[i]];
        double free = 0;
        for (unsigned used = 0; used < sets; used++)
            free += before[i][used] * after[i + 1][used];
        l->none = free / after[0][0];
        for (uint32_t k = l->first; k < l->first + l->count; k++) {
            struct edge *e = &w->edge[k];
            const unsigned bit = w->plot[e->plot].bit;
            double sum = bit ? 0 : free;
            for (unsigned used = 0; bit && used < sets; used++)
                if (!(used & bit))
                    sum += before[i][used] * after[i + 1][used | bit];
            e->probability = e->weight * sum / after[0][0];
        }
    }
}
