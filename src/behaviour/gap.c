/*
 * Gap: a vessel is not heard for hours where all traffic taught that vessels are heard. Nothing more is said by it.
 * Disabling: a gap that this reception does not explain.
 *
 * Definition. Gap: 2 h or more since the last position of a vessel under way, 5 nm or more from shore, heard at least
 * 12 times before; at the place where she was and at the place where she would be now, 80 % or more of ten-minute times
 * are heard (of 200 or more), and two others were heard there in the last half hour. Disabling (published rule, Global
 * Fishing Watch): 12 h or more, 50 nm or more from shore, 14 positions or more in the 12 h before.
 *
 * Innocent: a transponder or an antenna that failed, power saved, a message storm, a squall, a receiver that was off,
 * piracy waters. What makes it wrong: reception that isn't as it was learnt; a vessel that turned away from the
 * coverage; class B among many class A. One missed report is nothing.
 */
#include <math.h>

#include "behaviour/method.h"

#define GAP_US          (2 * VG_HOUR_US)
#define DISABLING_US    (12 * VG_HOUR_US)
#define OFTEN_LOOKED_US (DISABLING_US + VG_HOUR_US)
#define GAP_SHORE_KM    9
#define DISABLING_M     (50 * VG_METRES_PER_NM)
#define FIXES_BEFORE    12
#define BEFORE_12H      14
#define SHARE           0.8
#define SLOTS           200
#define OTHERS          2
#define AHEAD_MOST_H    6.0

static void count_hours(struct vessel *v, uint32_t hour)
{
    if (hour > v->gap.hour + 12)
        v->gap.hour = hour - 12;
    while (v->gap.hour < hour)
        v->gap.heard[++v->gap.hour % 12] = 0;
}

static uint32_t heard_12h(const struct vessel *v)
{
    uint32_t sum = 0;
    for (int i = 0; i < 12; i++)
        sum += v->gap.heard[i];
    return sum;
}

/* Where she would be by her last course and speed. */
static struct vg_pos expected_place(const struct fix *f, double hours)
{
    if (f->sog_dkn == UNKNOWN_U16 || f->cog_ddeg == UNKNOWN_U16)
        return f->pos;
    const double m = f->sog_dkn / 10.0 * fmin(hours, AHEAD_MOST_H) * VG_METRES_PER_NM;
    return vg_geo_destination(f->pos, f->cog_ddeg / 10.0, m);
}

static bool is_heard(const struct reception *r)
{
    return r->slots >= SLOTS && r->share >= SHARE && r->others >= OTHERS;
}

static void tell(struct vg_behaviours *b, struct vessel *v, enum vg_event_kind kind, struct going *g, int64_t now_us,
                 enum vg_event_state state, const struct reception *r)
{
    struct vg_event e = vg_bhv_event(kind, v, NULL, g, state == VG_EVENT_ENDED ? v->before.pos : v->last.pos);
    const double hours = (double)((state == VG_EVENT_ENDED ? g->last_us : now_us) - g->begin_us) / VG_HOUR_US;
    vg_event_number(&e, "silence", hours, kind == VG_EVENT_GAP ? 2 : 12, "h");
    vg_event_number(&e, "heard_before_12h", heard_12h(v), kind == VG_EVENT_GAP ? FIXES_BEFORE : BEFORE_12H, "");
    vg_event_number(&e, "reception", r->share, SHARE, "");
    vg_event_number(&e, "reception_learnt_from", r->slots, SLOTS, "");
    vg_event_number(&e, "others_heard", r->others, OTHERS, "");
    /* the chance that ordinary reception misses her so often in a row, each ten minutes by itself, is next to nothing;
     * what limits confidence is what reception does not know */
    e.confidence = kind == VG_EVENT_GAP ? fmin(0.9, r->share) : 0.87;
    vg_bhv_tell(b, &e, g, state, "");
}

static bool may_begin(struct vg_behaviours *b, struct vessel *v)
{
    return vg_is_ship(v) && v->fixes >= FIXES_BEFORE && !v->last.still && v->last.status != 1 && v->last.status != 5 &&
           vg_past_shore_km(b, v, v->last.pos) >= GAP_SHORE_KM && !vg_anchorage_at(b, v->last.pos);
}

static void look(struct vg_behaviours *b, struct vessel *v, int64_t now_us)
{
    const int64_t silent_us = now_us - v->heard_us;
    if (v->last.time_us < 0 || silent_us < GAP_US || silent_us > OFTEN_LOOKED_US || v->gap.disabling.told)
        return;
    if (!v->gap.gap.told && (silent_us / VG_MINUTE_US / 10 % 3 != 0 || !may_begin(b, v)))
        return; /* each half hour */
    const struct vg_pos ahead = expected_place(&v->last, (double)silent_us / VG_HOUR_US);
    const struct reception r = vg_reception_at(b, v->last.pos, now_us, v->mmsi);
    if (!v->gap.gap.told) {
        const struct reception there = vg_reception_at(b, ahead, now_us, v->mmsi);
        const double shore_m = vg_coast_distance_m(b->coast, vg_pos_lon_deg(ahead), vg_pos_lat_deg(ahead), 20e3);
        if (!is_heard(&r) || !is_heard(&there) || shore_m < GAP_SHORE_KM * 1000)
            return;
        vg_going_begin(&v->gap.gap, &v->last);
        tell(b, v, VG_EVENT_GAP, &v->gap.gap, now_us, VG_EVENT_ONGOING, &r);
    } else if (silent_us >= DISABLING_US && heard_12h(v) >= BEFORE_12H && r.share >= SHARE) {
        const struct vg_pos p = v->last.pos;
        if (vg_coast_distance_m(b->coast, vg_pos_lon_deg(p), vg_pos_lat_deg(p), DISABLING_M) < DISABLING_M)
            return;
        vg_going_begin(&v->gap.disabling, &v->last);
        tell(b, v, VG_EVENT_DISABLING, &v->gap.disabling, now_us, VG_EVENT_ONGOING, &r);
    }
}

/* She is heard again: the gap ends with the fix before this one's successor. */
static void heard(struct vg_behaviours *b, struct vessel *v, const struct vg_sighting *s)
{
    (void)s;
    struct going *const both[] = {&v->gap.gap, &v->gap.disabling};
    if (v->gap.gap.told || v->gap.disabling.told) {
        const struct reception r = vg_reception_at(b, v->before.pos, v->last.time_us, v->mmsi);
        for (int i = 0; i < 2; i++)
            if (both[i]->told) {
                vg_going_on(both[i], &v->last);
                tell(b, v, i ? VG_EVENT_DISABLING : VG_EVENT_GAP, both[i], v->last.time_us, VG_EVENT_ENDED, &r);
                *both[i] = (struct going){0};
            }
    }
    if (v->last.time_us >= 0) {
        count_hours(v, (uint32_t)(v->last.time_us / VG_HOUR_US));
        v->gap.heard[v->gap.hour % 12]++;
    }
}

const struct method vg_method_gap = {.kind = VG_EVENT_GAP, .fix = heard, .quiet = look};
