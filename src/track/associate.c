/*
 * Which plot is of which track: marginal probabilities by belief propagation on the pairs that are near enough
 * (Williams and Lau 2014). Exact where a plot has one track or a track one plot; nearly so elsewhere.
 */
#include <math.h>

#include "track/scan.h"

#define ROUNDS 40
#define ENOUGH 1e-4 /* messages that change by less than this share have settled */

/* How much each plot is free for a track, as the others see it. Returns the largest change. */
static double tell_tracks(struct scan_work *w, size_t plots)
{
    double most = 0;
    for (size_t j = 0; j < plots; j++) {
        double sum = 1;
        for (uint32_t i = w->list[j]; i != NONE; i = w->edge[i].next)
            sum += w->edge[i].to_plot;
        for (uint32_t i = w->list[j]; i != NONE; i = w->edge[i].next) {
            struct edge *e = &w->edge[i];
            const double v = w->plot[j].degree == 1 ? 1 : 1 / fmax(sum - e->to_plot, 1);
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
        double sum = 1;
        for (uint32_t i = l->first; i < l->first + l->count; i++)
            sum += w->edge[i].weight * w->edge[i].from_plot;
        for (uint32_t i = l->first; i < l->first + l->count; i++) {
            struct edge *e = &w->edge[i];
            e->to_plot = e->weight / fmax(sum - e->weight * e->from_plot, 1);
        }
    }
}

static void conclude(struct scan_work *w, size_t plots)
{
    for (size_t j = 0; j < plots; j++)
        w->plot[j].none = 1;
    for (uint32_t k = 0; k < w->looks; k++) {
        struct look *l = &w->look[k];
        double sum = 1;
        for (uint32_t i = l->first; i < l->first + l->count; i++)
            sum += w->edge[i].weight * w->edge[i].from_plot;
        l->none = 1 / sum;
        for (uint32_t i = l->first; i < l->first + l->count; i++) {
            struct edge *e = &w->edge[i];
            e->probability = e->weight * e->from_plot / sum;
            w->plot[e->plot].none -= e->probability;
        }
    }
    for (size_t j = 0; j < plots; j++)
        w->plot[j].none = fmin(fmax(w->plot[j].none, 0), 1);
}

void vg_trk_associate(struct scan_work *w, size_t plots)
{
    bool shared = false;
    for (size_t j = 0; j < plots; j++)
        w->list[j] = NONE;
    for (uint32_t i = w->edges; i-- > 0;) {
        w->edge[i].from_plot = 1;
        w->edge[i].next = w->list[w->edge[i].plot];
        w->list[w->edge[i].plot] = i;
        shared |= w->plot[w->edge[i].plot].degree > 1;
    }
    for (int round = 0; shared && round < ROUNDS; round++) {
        tell_plots(w);
        if (tell_tracks(w, plots) < ENOUGH)
            break;
    }
    conclude(w, plots);
}
