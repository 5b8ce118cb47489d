/* The operator's hand. What it says holds until it says otherwise. */
#include <math.h>

#include "track/inner.h"

#define DEGREE       (M_PI / 180)
#define BY_HAND_M    200.0 /* one standard deviation of a place that somebody points to … */
#define BY_HAND_MPS  3.0   /* … and of the speed that he gives */
#define CORRECTED_M  50.0
#define BY_HAND_SURE 0.9
#define NEVER_KNOWN  8.0 /* m/s, if no speed was given */

static struct track *find(const struct vg_tracker *tr, uint64_t id)
{
    uint32_t slot;
    return vg_map_get(&tr->by_id, id, &slot) ? &tr->track[slot] : NULL;
}

enum vg_err vg_tracker_start(struct vg_tracker *tr, int64_t time_us, double lat_deg, double lon_deg, double speed_kn,
                             double course_deg, uint64_t journal_offset, const struct vg_contact_origin *origin,
                             uint64_t *ret_id)
{
    if (!(fabs(lat_deg) <= 90) || !(fabs(lon_deg) <= 180))
        return VG_ARG;
    struct meas m = {.time_us = time_us, .journal_offset = journal_offset, .arrival = ++tr->arrivals};
    if (origin)
        m.journal = origin->journal, m.received_us = origin->received_us;
    struct track *t = vg_trk_add(tr, &m);
    if (!t)
        return VG_LIMIT;
    const bool moves = speed_kn >= 0 && isfinite(speed_kn) && isfinite(course_deg);
    const double v = moves ? speed_kn * VG_MPS_PER_KNOT : 0, c = moves ? course_deg * DEGREE : 0;
    const struct vg_place place = {0, 0, BY_HAND_M * BY_HAND_M, 0, BY_HAND_M * BY_HAND_M};
    t->frame = vg_frame_at(lat_deg, lon_deg);
    vg_filter_begin(&t->filter, &place, (const double[]){v * sin(c), v * cos(c)}, moves ? BY_HAND_MPS : NEVER_KNOWN);
    t->seen = BY_HAND_SURE;
    t->hits = 2;
    t->kept = t->by_hand = true;
    t->seen_us = time_us;
    t->journal_offset = journal_offset;
    vg_trk_begin(tr, t, time_us);
    *ret_id = t->id;
    return VG_OK;
}

enum vg_err vg_tracker_drop(struct vg_tracker *tr, uint64_t id)
{
    struct track *t = find(tr, id);
    if (!t)
        return VG_NOT_FOUND;
    t->kept = false;
    t->seen = t->hidden = 0;
    vg_trk_sweep(tr);
    return VG_OK;
}

enum vg_err vg_tracker_keep(struct vg_tracker *tr, uint64_t id, bool keep)
{
    struct track *t = find(tr, id);
    if (!t)
        return VG_NOT_FOUND;
    t->kept = keep;
    return VG_OK;
}

/* It is where it is said to be, with the speed that it had. */
enum vg_err vg_tracker_correct(struct vg_tracker *tr, uint64_t id, int64_t time_us, double lat_deg, double lon_deg)
{
    struct track *t = find(tr, id);
    if (!t)
        return VG_NOT_FOUND;
    if (!(fabs(lat_deg) <= 90) || !(fabs(lon_deg) <= 180))
        return VG_ARG;
    vg_trk_go(t, time_us);
    struct vg_estimate e;
    vg_filter_estimate(&t->filter, &e);
    const struct vg_place place = {0, 0, CORRECTED_M * CORRECTED_M, 0, CORRECTED_M * CORRECTED_M};
    t->frame = vg_frame_at(lat_deg, lon_deg);
    vg_filter_begin(&t->filter, &place, e.x + 2, sqrt(fmax(e.p[VG_UU] + e.p[VG_VV], 1) / 2));
    vg_filter_set_turns(&t->filter);
    return VG_OK;
}

enum vg_err vg_tracker_bind(struct vg_tracker *tr, uint64_t id, uint32_t mmsi)
{
    struct track *t = find(tr, id), *other = vg_trk_of_mmsi(tr, mmsi);
    if (!t)
        return VG_NOT_FOUND;
    if (!mmsi)
        return VG_ARG;
    if (other && other != t) { /* what had the MMSI goes into this one, but for what radar sees apart from it */
        const bool seen_by_radar = other->site[0] && seconds(tr->now_us - other->site_us[0]) < 30;
        t->said_us = other->said_us, t->said_lat = other->said_lat, t->said_lon = other->said_lon;
        t->said_e = other->said_e, t->said_n = other->said_n;
        t->said_every_s = other->said_every_s, t->said_count = other->said_count;
        vg_trk_set_mmsi(tr, other, 0);
        if (!seen_by_radar)
            other->kept = false, other->seen = other->hidden = 0;
    }
    vg_trk_set_mmsi(tr, t, mmsi);
    t->bound_by_hand = true;
    t->parted_by_hand = false;
    tr->counters.bound++;
    vg_trk_sweep(tr);
    return VG_OK;
}

enum vg_err vg_tracker_part(struct vg_tracker *tr, uint64_t id)
{
    struct track *t = find(tr, id);
    if (!t)
        return VG_NOT_FOUND;
    if (t->mmsi)
        tr->counters.parted++;
    vg_trk_set_mmsi(tr, t, 0);
    t->said_us = VG_TIME_NONE;
    t->said_count = 0;
    t->log_ratio = 0;
    t->bound_by_hand = false;
    t->parted_by_hand = true;
    return VG_OK;
}

enum vg_err vg_tracker_free_hand(struct vg_tracker *tr, uint64_t id)
{
    struct track *t = find(tr, id);
    if (!t)
        return VG_NOT_FOUND;
    t->bound_by_hand = t->parted_by_hand = false;
    return VG_OK;
}
