/*
 * Which plot is of which track: marginal probabilities. Tracks that may have the same plot are a cluster. A small one
 * is summed exactly (associate_exact.c), a large one by belief propagation on the pairs that are near enough (Williams
 * and Lau 2014), which is exact where a plot has one track or a track one plot and nearly so elsewhere.
 */
#include <math.h>

#include "track/scan.h"

#define ROUNDS 40
#define ENOUGH 1e-4 /* messages that change by less than this share have settled */

/* ---- clusters ---- */

static uint32_t cluster_of(struct scan_work *w, uint32_t look)
{
    while (w->look[look].cluster != look)
        look = w->look[look].cluster = w->look[w->look[look].cluster].cluster;
    return look;
}

/* The smaller look stands for both. */
static void join(struct scan_work *w, uint32_t a, uint32_t b)
{
    a = cluster_of(w, a);
    b = cluster_of(w, b);
    if (a < b)
        w->look[b].cluster = a;
    else
        w->look[a].cluster = b;
}

static void find_clusters(struct scan_work *w, size_t plots)
{
    for (uint32_t k = 0; k < w->looks; k++) {
        w->look[k].cluster = k;
        w->look[k].next = NONE;
        w->look[k].loopy = false;
    }
    for (size_t j = 0; j < plots; j++)
        if (w->plot[j].degree > 1)
            for (uint32_t i = w->edge[w->list[j]].next; i != NONE; i = w->edge[i].next)
                join(w, w->edge[w->list[j]].look, w->edge[i].look);
    for (uint32_t k = w->looks; k-- > 0;) {
        const uint32_t first = cluster_of(w, k);
        if (first != k) {
            w->look[k].next = w->look[first].next;
            w->look[first].next = k;
        }
    }
}

/* The looks of a cluster, and bits for its shared plots. False: it is too large. */
static bool gather(struct scan_work *w, uint32_t first, uint32_t looks[static EXACT_LOOKS], size_t *ret_count,
                   unsigned *ret_shared)
{
    *ret_count = 0;
    *ret_shared = 0;
    for (uint32_t k = first; k != NONE; k = w->look[k].next) {
        if (*ret_count == EXACT_LOOKS)
            return false;
        looks[(*ret_count)++] = k;
        for (uint32_t i = w->look[k].first; i < w->look[k].first + w->look[k].count; i++) {
            struct plot *p = &w->plot[w->edge[i].plot];
            if (p->degree < 2 || p->bit)
                continue;
            if (*ret_shared == EXACT_PLOTS)
                return false;
            p->bit = 1u << (*ret_shared)++;
        }
    }
    return true;
}

/* Those of one track, and small ones. True: larger ones are left. */
static bool solve_small(struct scan_work *w)
{
    bool left = false;
    for (uint32_t first = 0; first < w->looks; first++) {
        uint32_t looks[EXACT_LOOKS];
        size_t count;
        unsigned shared;
        if (w->look[first].cluster != first)
            continue;
        if (gather(w, first, looks, &count, &shared)) {
            vg_trk_associate_exactly(w, looks, count, shared);
            continue;
        }
        left = true;
        for (uint32_t k = first; k != NONE; k = w->look[k].next)
            w->look[k].loopy = true;
    }
    return left;
}

/* ---- large ones ---- */

/* How much each plot is free for a track, as the others see it. Returns the largest change. */
static double tell_tracks(struct scan_work *w, size_t plots)
{
    double most = 0;
    for (size_t j = 0; j < plots; j++) {
        if (w->plot[j].degree < 2 || !w->look[w->edge[w->list[j]].look].loopy)
            continue;
        double sum = 1;
        for (uint32_t i = w->list[j]; i != NONE; i = w->edge[i].next)
            sum += w->edge[i].to_plot;
        for (uint32_t i = w->list[j]; i != NONE; i = w->edge[i].next) {
            struct edge *e = &w->edge[i];
            const double v = 1 / fmax(sum - e->to_plot, 1);
            most = fmax(most, fabs(v - e->from_plot));
            e->from_plot = v;
        }
    }
    return most;
}

static void tell_plots(struct scan_work *w)
{
    for (uint32_t k = 0; k < w->looks; k++) {
        const struct look *l = &w->look[k];
        if (!l->loopy)
            continue;
        double sum = 1;
        for (uint32_t i = l->first; i < l->first + l->count; i++)
            sum += w->edge[i].weight * w->edge[i].from_plot;
        for (uint32_t i = l->first; i < l->first + l->count; i++) {
            struct edge *e = &w->edge[i];
            e->to_plot = e->weight / fmax(sum - e->weight * e->from_plot, 1);
        }
    }
}

static void solve_large(struct scan_work *w, size_t plots)
{
    for (int round = 0; round < ROUNDS; round++) {
        tell_plots(w);
        if (tell_tracks(w, plots) < ENOUGH)
            break;
    }
    for (uint32_t k = 0; k < w->looks; k++) {
        struct look *l = &w->look[k];
        if (!l->loopy)
            continue;
        double sum = 1;
        for (uint32_t i = l->first; i < l->first + l->count; i++)
            sum += w->edge[i].weight * w->edge[i].from_plot;
        l->none = 1 / sum;
        for (uint32_t i = l->first; i < l->first + l->count; i++)
            w->edge[i].probability = w->edge[i].weight * w->edge[i].from_plot / sum;
    }
}

void vg_trk_associate(struct scan_work *w, size_t plots)
{
    for (size_t j = 0; j < plots; j++) {
        w->list[j] = NONE;
        w->plot[j].bit = 0;
        w->plot[j].none = 1;
    }
    for (uint32_t i = w->edges; i-- > 0;) {
        w->edge[i].from_plot = 1;
        w->edge[i].next = w->list[w->edge[i].plot];
        w->list[w->edge[i].plot] = i;
    }
    find_clusters(w, plots);
    if (solve_small(w))
        solve_large(w, plots);
    for (uint32_t i = 0; i < w->edges; i++)
        w->plot[w->edge[i].plot].none -= w->edge[i].probability;
    for (size_t j = 0; j < plots; j++)
        w->plot[j].none = fmin(fmax(w->plot[j].none, 0), 1);
}
