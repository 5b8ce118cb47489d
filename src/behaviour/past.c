/* A vessel's past: a point every ten minutes of data time, by interpolation between two fixes of the same hour. */
#include <math.h>

#include "behaviour/method.h"

const struct point *vg_past_point(const struct vessel *v, unsigned n)
{
    return n < v->point_count ? &v->point[(v->point_next + 2 * POINTS - 1 - n) % POINTS] : NULL;
}

const struct point *vg_past_at(const struct vessel *v, uint32_t step)
{
    for (unsigned n = 0; n < v->point_count; n++) {
        const struct point *p = vg_past_point(v, n);
        if (p->step <= step)
            return p->step == step ? p : NULL;
    }
    return NULL;
}

#define STAYED_M 300 /* so far the shore's distance is taken to be the same */

uint8_t vg_past_shore_km(struct vg_behaviours *b, struct vessel *v, struct vg_pos pos)
{
    if (vg_pos_valid(v->shore_pos)) {
        const double moved_m = vg_geo_distance_m(v->shore_pos, pos);
        if (moved_m < STAYED_M)
            return v->shore_km;
    }
    const double lon = vg_pos_lon_deg(pos), lat = vg_pos_lat_deg(pos);
    const double m = vg_coast_distance_m(b->coast, lon, lat, SHORE_FAR_KM * 1000.0);
    v->shore_km = vg_coast_is_land(b->coast, lon, lat) ? 0 : (uint8_t)fmin(m / 1000, SHORE_FAR_KM);
    v->shore_pos = pos;
    return v->shore_km;
}

#define SPARSE_US (10 * VG_MINUTE_US)

static void lay(struct vg_behaviours *b, struct vessel *v, uint32_t step, vg_past_on_point *on)
{
    const struct fix *from = &v->before, *to = &v->last;
    const double share = (double)((int64_t)step * STEP_US - from->time_us) / (double)(to->time_us - from->time_us);
    const double d_lon = remainder((double)to->pos.lon_e4min - from->pos.lon_e4min, 360.0 * VG_E4MIN_PER_DEGREE);
    const double lon = from->pos.lon_e4min + share * d_lon;
    const double lat = from->pos.lat_e4min + share * ((double)to->pos.lat_e4min - from->pos.lat_e4min);
    struct point p = {.step = step, .offset = to->offset, .kn100 = UNKNOWN_U16, .still = to->still && from->still};
    p.pos = vg_pos_from_deg(lon / VG_E4MIN_PER_DEGREE, lat / VG_E4MIN_PER_DEGREE);
    const struct point *was = vg_past_point(v, 0);
    if (was && was->step + 1 == step) {
        const double kn = vg_geo_distance_m(was->pos, p.pos) / (STEP_US / VG_SECOND_US) / VG_MPS_PER_KNOT;
        p.kn100 = (uint16_t)fmin(lround(kn * 100), UNKNOWN_U16 - 1);
    }
    p.sparse = to->time_us - from->time_us > SPARSE_US;
    p.shore_km = vg_past_shore_km(b, v, p.pos);
    if (p.kn100 < 20 && p.still)
        vg_anchorage_learn(b, v, p.pos);
    p.harbour = vg_anchorage_at(b, p.pos);
    v->point[v->point_next] = p;
    v->point_next = (uint8_t)((v->point_next + 1) % POINTS);
    v->point_count += v->point_count < POINTS;
    on(b, v, vg_past_point(v, 0));
}

void vg_past_lay(struct vg_behaviours *b, struct vessel *v, vg_past_on_point *on)
{
    if (v->before.time_us < 0)
        return;
    const uint32_t first = (uint32_t)(v->before.time_us / STEP_US) + 1, last = (uint32_t)(v->last.time_us / STEP_US);
    if (first > last || v->last.time_us - v->before.time_us >= BRIDGE_US)
        return;
    for (uint32_t step = first; step <= last; step++)
        lay(b, v, step, on);
}

struct vg_pos vg_bhv_place_at(const struct vessel *v, int64_t time_us)
{
    const double s = (double)(time_us - v->last.time_us) / VG_SECOND_US;
    if (v->last.sog_dkn == UNKNOWN_U16 || v->last.cog_ddeg == UNKNOWN_U16 || s <= 0)
        return v->last.pos;
    return vg_geo_destination(v->last.pos, v->last.cog_ddeg / 10.0, v->last.sog_dkn / 10.0 * VG_MPS_PER_KNOT * s);
}
