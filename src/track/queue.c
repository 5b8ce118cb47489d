/* What was measured waits here until all of its time has come, and is used in the order of time. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "track/inner.h"
#include "track/scan.h"

static int by_time(const void *a, const void *b)
{
    const struct meas *m = a, *n = b;
    if (m->time_us != n->time_us)
        return m->time_us < n->time_us ? -1 : 1;
    return m->sequence < n->sequence ? -1 : m->sequence > n->sequence;
}

/* Mostly they came in this order. */
static void sort(struct vg_tracker *tr)
{
    for (uint32_t i = 1; i < tr->waiting; i++)
        if (by_time(&tr->queue[i - 1], &tr->queue[i]) > 0) {
            qsort(tr->queue, tr->waiting, sizeof *tr->queue, by_time);
            return;
        }
}

void vg_trk_put(struct vg_tracker *tr, const struct meas *m)
{
    if (tr->now_us != VG_TIME_NONE && m->time_us < tr->now_us - VG_TRACK_LATE_US) {
        tr->counters.late++;
        tr->site[m->site].state.late++;
        return;
    }
    if (tr->waiting == tr->queue_max) {
        sort(tr);
        vg_trk_use(tr, tr->queue[tr->queue_max / 2].time_us);
    }
    tr->queue[tr->waiting] = *m;
    tr->queue[tr->waiting++].sequence = ++tr->sequence;
}

/* The plots of a site that belong together with queue[first]: of a quarter of a turn, so that a turning antenna's are
 * used as they come. They are moved to `ret`, and marked as used. */
static size_t gather(struct vg_tracker *tr, uint32_t first, uint32_t end, struct meas *ret)
{
    const struct meas *head = &tr->queue[first];
    const uint16_t site = head->site;
    const int64_t until_us = head->time_us + (int64_t)(tr->sites->site[site].period_s * 0.25e6);
    size_t count = 0;
    for (uint32_t i = first; i < end && tr->queue[i].time_us <= until_us && count < tr->work->plots_max; i++)
        if (tr->queue[i].site == site && tr->queue[i].kind != MEAS_USED && tr->queue[i].kind != MEAS_POSITION) {
            ret[count++] = tr->queue[i];
            tr->queue[i].kind = MEAS_USED;
        }
    return count;
}

void vg_trk_use(struct vg_tracker *tr, int64_t until_us)
{
    sort(tr);
    uint32_t end = 0;
    while (end < tr->waiting && tr->queue[end].time_us <= until_us)
        end++;
    for (uint32_t i = 0; i < end; i++) {
        if (tr->queue[i].kind == MEAS_USED)
            continue;
        if (tr->queue[i].kind == MEAS_POSITION)
            vg_trk_said(tr, &tr->queue[i]);
        else
            vg_trk_scan(tr, tr->work->meas, gather(tr, i, end, tr->work->meas));
    }
    tr->waiting -= end;
    memmove(tr->queue, tr->queue + end, tr->waiting * sizeof *tr->queue);
}
