/*
 * Gap: a vessel is not heard for hours where all traffic taught that vessels are heard. Nothing more is said by it.
 * Disabling: a gap that this reception does not explain.
 *
 * Definition. Gap: 2 h or more since the last position of a vessel under way, 5 nm or more from shore, heard at least
 * 12 times before; at the place where she was and at the place where she would be now, 90 % or more of ten-minute times
 * are heard (class B 95 %) (of 100 or more), and two others were heard there in the last half hour. Or, where traffic
 * taught nothing: half or more of what she sent in the last ten minutes was heard, and the station that heard it goes
 * on to hear others. Disabling (published rule, Global Fishing Watch): 12 h or more, 50 nm or more from shore, 14
 * positions or more in the 12 h before.
 *
 * Innocent: a transponder or an antenna that failed, power saved, a message storm, a squall, a receiver that was off,
 * piracy waters. What makes it wrong: reception that isn't as it was learnt; a vessel that turned away from the
 * coverage; class B among many class A. One missed report is nothing.
 */
#include <math.h>

#include "behaviour/method.h"
#include "vessel/rules.h"

#define GAP_US          (2 * VG_HOUR_US)
#define DISABLING_US    (12 * VG_HOUR_US)
#define OFTEN_LOOKED_US (DISABLING_US + VG_HOUR_US)
#define GAP_SHORE_KM    9
#define DISABLING_M     (50 * VG_METRES_PER_NM)
#define FIXES_BEFORE    12
#define BEFORE_12H      14
#define SHARE_A         0.9
#define SHARE_B         0.95 /* 2 W, a low antenna: at the rim she is heard now and then */
#define RATE            0.5
#define SLOTS           100
#define OTHERS          2
#define AHEAD_MOST_H    6.0

static void count_hours(struct vessel *v, uint32_t hour)
{
    if (hour > v->gap.hour + 12)
        v->gap.hour = hour - 12;
    while (v->gap.hour < hour)
        v->gap.heard[++v->gap.hour % 12] = 0;
}

/* How many position reports she sends in ten minutes (ITU-R M.1371, table 1). */
static double sent_in_ten_minutes(const struct vessel *v)
{
    const struct fix *f = &v->last;
    const uint16_t sog = f->sog_dkn == UNKNOWN_U16 ? 0 : f->sog_dkn;
    if (v->class == VG_CLASS_SHIP_B)
        return sog > 20 ? 20 : 3.3;
    if (vg_status_is_at_rest(f->status) && sog <= 30)
        return 3.3;
    return sog > 230 ? 300 : sog > 140 ? 100 : 60;
}

/* She was heard well up to the end, and the station that heard her goes on to hear others. */
struct abrupt {
    double rate; /* share of what she sent in the last full ten minutes that was heard */
    bool others; /* its source is heard still */
};

static struct abrupt abruptness(const struct vg_behaviours *b, const struct vessel *v, int64_t now_us)
{
    const uint32_t step = (uint32_t)(now_us / STEP_US);
    const uint16_t most = v->gap.now > v->gap.just_before ? v->gap.now : v->gap.just_before;
    return (struct abrupt){.rate = most / sent_in_ten_minutes(v),
                           .others = b->source_step[v->gap.source % VG_BHV_SOURCES] + 2 >= step};
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

static double share_of(const struct vessel *v)
{
    return v->class == VG_CLASS_SHIP_B ? SHARE_B : SHARE_A;
}

static bool is_heard(const struct vessel *v, const struct reception *r)
{
    return r->slots >= SLOTS && r->share >= share_of(v) && r->others >= OTHERS;
}

static void tell(struct vg_behaviours *b, struct vessel *v, enum vg_event_kind kind, struct going *g, int64_t now_us,
                 enum vg_event_state state, const struct reception *r, const struct abrupt *a)
{
    struct vg_event e = vg_bhv_event(kind, v, NULL, g, state == VG_EVENT_ENDED ? v->before.pos : v->last.pos);
    const double hours = (double)((state == VG_EVENT_ENDED ? g->last_us : now_us) - g->begin_us) / VG_HOUR_US;
    vg_event_number(&e, "silence", hours, kind == VG_EVENT_GAP ? 2 : 12, "h");
    vg_event_number(&e, "heard_before_12h", heard_12h(v), kind == VG_EVENT_GAP ? FIXES_BEFORE : BEFORE_12H, "");
    if (!isnan(r->share))
        vg_event_number(&e, "reception", r->share, share_of(v), "");
    vg_event_number(&e, "reception_learnt_from", r->slots, SLOTS, "");
    vg_event_number(&e, "others_heard", r->others, OTHERS, "");
    if (a)
        vg_event_number(&e, "heard_of_sent_before", fmin(a->rate, 1), RATE, "");
    /* the chance that ordinary reception misses her so often in a row, each ten minutes by itself, is next to nothing;
     * what limits confidence is what reception does not know */
    e.confidence = kind == VG_EVENT_DISABLING ? 0.87 : isnan(r->share) ? 0.6 : fmin(0.9, fmax(0.6, r->share));
    vg_bhv_tell(b, &e, g, state, "");
}

static bool may_begin(struct vg_behaviours *b, struct vessel *v)
{
    return vg_is_ship(v) && v->fixes >= FIXES_BEFORE && !vg_status_is_at_rest(v->last.status) &&
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
    const struct reception r = vg_reception_at(b, v->last.pos, now_us, v);
    const struct abrupt a = abruptness(b, v, now_us);
    if (!v->gap.gap.told) {
        const struct reception there = vg_reception_at(b, ahead, now_us, v);
        const double shore_m = vg_coast_distance_m(b->coast, vg_pos_lon_deg(ahead), vg_pos_lat_deg(ahead), 20e3);
        const bool by_traffic = is_heard(v, &r) && is_heard(v, &there);
        if ((!by_traffic && !(a.rate >= RATE && a.others)) || shore_m < GAP_SHORE_KM * 1000)
            return;
        vg_going_begin(&v->gap.gap, &v->last);
        tell(b, v, VG_EVENT_GAP, &v->gap.gap, now_us, VG_EVENT_ONGOING, &r, &a);
    } else if (silent_us >= DISABLING_US && heard_12h(v) >= BEFORE_12H && (a.rate >= RATE || r.share >= share_of(v))) {
        const struct vg_pos p = v->last.pos;
        if (vg_coast_distance_m(b->coast, vg_pos_lon_deg(p), vg_pos_lat_deg(p), DISABLING_M) < DISABLING_M)
            return;
        vg_going_begin(&v->gap.disabling, &v->last);
        tell(b, v, VG_EVENT_DISABLING, &v->gap.disabling, now_us, VG_EVENT_ONGOING, &r, &a);
    }
}

/* She is heard: a gap ends. */
static void heard(struct vg_behaviours *b, struct vessel *v, const struct vg_sighting *s)
{
    struct going *const both[] = {&v->gap.gap, &v->gap.disabling};
    if (v->gap.gap.told || v->gap.disabling.told) {
        const struct reception r = vg_reception_at(b, v->before.pos, v->last.time_us, v);
        for (int i = 0; i < 2; i++)
            if (both[i]->told) {
                vg_going_on(both[i], &v->last);
                tell(b, v, i ? VG_EVENT_DISABLING : VG_EVENT_GAP, both[i], v->last.time_us, VG_EVENT_ENDED, &r, NULL);
                *both[i] = (struct going){0};
            }
    }
    const uint32_t step = (uint32_t)(v->last.time_us / STEP_US);
    if (step != v->gap.step) {
        v->gap.just_before = step == v->gap.step + 1 ? v->gap.now : 0;
        v->gap.now = 0;
        v->gap.step = step;
    }
    v->gap.now += v->gap.now < UINT16_MAX;
    v->gap.source = s->report->source;
    count_hours(v, (uint32_t)(v->last.time_us / VG_HOUR_US));
    v->gap.heard[v->gap.hour % 12]++;
}

const struct method vg_method_gap = {.kind = VG_EVENT_GAP, .fix = heard, .quiet = look};
