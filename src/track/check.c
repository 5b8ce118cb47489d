/* What must hold of the inside. Also what a saved state must be before it is believed. */
#include <math.h>

#include "track/inner.h"

static bool is_share(double v)
{
    return v >= 0 && v <= 1.000001;
}

static bool is_filter(const struct vg_filter *f)
{
    double sum = 0;
    for (int m = 0; m < VG_MODELS; m++) {
        if (!is_share(f->weight[m]))
            return false;
        sum += f->weight[m];
        for (int i = 0; i < 4; i++)
            if (!(fabs(f->x[i][m]) < 1e9))
                return false;
        for (int i = 0; i < VG_COV; i++)
            if (!(fabs(f->p[i][m]) < 1e15))
                return false;
        if (!(f->p[VG_XX][m] > 0 && f->p[VG_YY][m] > 0 && f->p[VG_UU][m] > 0 && f->p[VG_VV][m] > 0))
            return false;
        if (f->p[VG_XY][m] * f->p[VG_XY][m] > 1.000001 * f->p[VG_XX][m] * f->p[VG_YY][m])
            return false;
    }
    return fabs(sum - 1) < 1e-6;
}

static bool is_track(const struct vg_tracker *tr, const struct track *t)
{
    for (int i = 0; i < LABELS; i++)
        if (t->site[i] > tr->sites->count || t->label_site[i] > tr->sites->count)
            return false;
    return is_filter(&t->filter) && is_share(t->seen) && is_share(t->hidden) && is_share(existence(t)) &&
           fabs(t->frame.lat_deg) <= 90 && fabs(t->frame.lon_deg) <= 360 && t->frame.metres_lat > 1e5 &&
           t->frame.metres_lat < 1.2e5 && t->frame.metres_lon > 100 && fabs(t->frame.bend) < 1e4 && t->number &&
           t->number <= tr->numbers && t->hits;
}

static bool is_site(const struct site *s)
{
    for (int i = 0; i < CLUTTER_CELLS; i++)
        if (!(s->clutter[i] >= 0 && s->clutter[i] < 1e12))
            return false;
    return s->scans >= 0 && s->false_density >= 0 && s->unseen_density >= 0 && s->looks >= 0 &&
           s->hits <= s->looks * 1.000001 && isfinite(s->bias[0]) && isfinite(s->bias[1]) && isfinite(s->bias[2]) &&
           fabs(s->bias[2]) < 1e6 && s->bias_cov[0] > 0 && s->bias_cov[3] > 0 && s->bias_cov[5] > 0;
}

static bool is_queue(const struct vg_tracker *tr)
{
    for (uint32_t i = 0; i < tr->waiting; i++) {
        const struct meas *m = &tr->queue[i];
        if (m->kind == MEAS_USED || m->kind >= MEAS_KINDS || m->site > tr->sites->count ||
            (m->site == 0) != (m->kind == MEAS_POSITION) || !(fabs(m->lat_deg) <= 90) || !(fabs(m->lon_deg) <= 180) ||
            !isfinite(m->range_m) || !isfinite(m->bearing_deg) || !(m->ee >= 0) || !(m->nn >= 0) || !isfinite(m->en))
            return false;
    }
    return tr->waiting <= tr->queue_max;
}

bool vg_tracker_check(const struct vg_tracker *tr)
{
    uint64_t last = 0;
    uint32_t slot;
    for (uint32_t i = 0; i < tr->count; i++) {
        const struct track *t = &tr->track[tr->live[i]];
        if (tr->live[i] >= tr->cap || !is_track(tr, t) || t->number <= last)
            return false;
        if (t->mmsi && (!vg_map_get(&tr->by_mmsi, t->mmsi, &slot) || slot != tr->live[i]))
            return false;
        if (t->id && (!vg_map_get(&tr->by_id, t->id, &slot) || slot != tr->live[i]))
            return false;
        last = t->number;
    }
    for (size_t i = 1; i <= tr->sites->count; i++)
        if (!is_site(&tr->site[i]))
            return false;
    return tr->count <= tr->cap && is_queue(tr);
}
