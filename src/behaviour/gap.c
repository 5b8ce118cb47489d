/*
 * Gap: a vessel is not heard for an hour or more, where she would have been. Disabling: a gap that looks like
 * switching off.
 *
 * Definition. Gap: 1 h or more since the last position of a vessel under way, 5 nm or more from shore, heard at least
 * 12 times before. That she would have been heard follows from one of two things. "Cut": 60 % or more (class B 75 %) of
 * what she sent in the last full ten minutes was heard, or as many as usual in each ten minutes of an hour (a feed that
 * passes on one a minute); others are heard near there still (or nobody was), and the station that heard her goes on;
 * and where she would be now vessels were heard before: who sails out of a coverage fades, or meets its edge.
 * "Traffic": where she was and where she would be now, nearly all ten-minute times of her class are heard (of 100 or
 * more), two others were heard there in the last half hour, and she herself was heard well (a third of what she sent).
 * It is none if another number goes on from where she fell silent (renumbered.c). Disabling: such a cut of class A (who
 * must send, SOLAS V/19), 80 min or more; or, by satellites far from shore (the published rule of Global Fishing Watch:
 * 12 h or more, 50 nm or more from shore, 14 positions or more in the 12 h before) and others are heard still, where
 * the fitted model (gap_model.h) says that switching off is likelier than reception.
 *
 * Innocent: a transponder or an antenna that failed, power saved, a message storm, a squall, a receiver that was off,
 * piracy waters. What makes it wrong: reception that isn't as it was learnt; a vessel that turned away from the
 * coverage; a station that hears in one direction no more. One missed report is nothing.
 */
#include <math.h>

#include "behaviour/gap_model.h"
#include "behaviour/method.h"
#include "vessel/rules.h"

#define GAP_US          VG_HOUR_US
#define CUT_US          (80 * VG_MINUTE_US)
#define FAR_US          (12 * VG_HOUR_US)
#define OFTEN_LOOKED_US (FAR_US + VG_HOUR_US)
#define GAP_SHORE_KM    9
#define FAR_M           (50 * VG_METRES_PER_NM)
#define FIXES_BEFORE    12
#define BEFORE_12H      14
#define CUT_A           0.6
#define CUT_B           0.75 /* 2 W, a low antenna: at the rim she is heard now and then */
#define SHARE_A         0.97
#define SHARE_B         0.98
#define WELL            0.33
#define REGULAR         6 /* ten minutes each */
#define REGULAR_SHARE   0.8
#define REGULAR_LEAST   2
#define SLOTS           100
#define OTHERS          2
#define OTHERS_FAR_H    3.0 /* satellites pass so often at least */
#define AHEAD_MOST_US   (6 * VG_HOUR_US)

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

static double share_of(const struct vessel *v)
{
    return v->class == VG_CLASS_SHIP_B ? SHARE_B : SHARE_A;
}

static double cut_of(const struct vessel *v)
{
    return v->class == VG_CLASS_SHIP_B ? CUT_B : CUT_A;
}

static bool is_heard(const struct vessel *v, const struct reception *r)
{
    return r->slots >= SLOTS && r->share >= share_of(v) && r->others >= OTHERS;
}

/* What a silence rests on. */
struct silence {
    struct reception here;
    struct abrupt abrupt;
    bool cut, traffic;
    double switched_off; /* the model's probability; NAN: not asked */
};

static struct silence silence_of(const struct vg_behaviours *b, const struct vessel *v, int64_t now_us)
{
    const struct vg_pos ahead =
        vg_bhv_place_at(v, now_us - v->last.time_us > AHEAD_MOST_US ? v->last.time_us + AHEAD_MOST_US : now_us);
    struct silence s = {
        .here = vg_reception_at(b, v->last.pos, now_us, v), .abrupt = abruptness(b, v, now_us), .switched_off = NAN};
    const struct reception there = vg_reception_at(b, ahead, now_us, v);
    const double shore_m = vg_coast_distance_m(b->coast, vg_pos_lon_deg(ahead), vg_pos_lat_deg(ahead), 20e3);
    if (shore_m < GAP_SHORE_KM * 1000)
        return s; /* she may be in port by now */
    const bool heard_there = there.own_slots > 0 && (s.here.others >= 1 || s.here.others_before == 0);
    s.cut = heard_there && (s.abrupt.rate >= cut_of(v) || v->gap.regular >= REGULAR) &&
            (s.abrupt.others || s.here.others >= OTHERS);
    s.traffic = s.abrupt.rate >= WELL && is_heard(v, &s.here) && is_heard(v, &there);
    return s;
}

static void tell(struct vg_behaviours *b, struct vessel *v, enum vg_event_kind kind, int64_t now_us,
                 enum vg_event_state state, const struct silence *s)
{
    struct going *g = kind == VG_EVENT_GAP ? &v->gap.gap : &v->gap.disabling;
    struct vg_event e = vg_bhv_event(kind, v, NULL, g, state == VG_EVENT_ENDED ? v->before.pos : v->last.pos);
    const double hours = (double)((state == VG_EVENT_ENDED ? g->last_us : now_us) - g->begin_us) / VG_HOUR_US;
    const bool far = v->gap.far;
    const double limit_us = kind == VG_EVENT_GAP ? GAP_US : far ? FAR_US : CUT_US;
    vg_event_number(&e, "silence", hours, limit_us / VG_HOUR_US, "h");
    vg_event_number(&e, "heard_before_12h", v->gap.heard_before, far ? BEFORE_12H : FIXES_BEFORE, "");
    vg_event_number(&e, "heard_of_sent_before", v->gap.cut_share / 100.0, cut_of(v), "");
    if (s && !isnan(s->here.share)) {
        vg_event_number(&e, "reception", s->here.share, share_of(v), "");
        vg_event_number(&e, "positions_per_day", s->here.per_day, NAN, "");
    }
    if (s) {
        vg_event_number(&e, "reception_learnt_from", s->here.slots, SLOTS, "");
        vg_event_number(&e, "others_heard", s->here.others, OTHERS, "");
    }
    if (kind == VG_EVENT_DISABLING && far)
        vg_event_number(&e, "switched_off", v->gap.sure / 100.0, VG_GAP_SWITCHED_OFF, "");
    e.confidence = v->gap.sure / 100.0;
    vg_bhv_tell(b, &e, g, state, "");
}

static bool may_begin(struct vg_behaviours *b, struct vessel *v)
{
    return vg_is_ship(v) && v->fixes >= FIXES_BEFORE && !vg_status_is_at_rest(v->last.status) &&
           vg_past_shore_km(b, v, v->last.pos) >= GAP_SHORE_KM && !vg_anchorage_at(b, v->last.pos) && !v->gap.goes_on;
}

/* How sure: of a cut by what was heard of her; where traffic says it, by what it taught. Fitted to nothing: see
 * docs/QUALITY.md for how often it is right. */
static double sure_of(const struct vessel *v, const struct silence *s)
{
    if (s->cut)
        return v->class == VG_CLASS_SHIP_B ? 0.8 : 0.93;
    return 0.75;
}

static void begin_gap(struct vg_behaviours *b, struct vessel *v, int64_t now_us)
{
    const struct silence s = silence_of(b, v, now_us);
    if (!s.cut && !s.traffic)
        return;
    v->gap.far = false;
    v->gap.heard_before = heard_12h(v);
    v->gap.cut_share = (uint8_t)(100 * fmin(1, s.abrupt.rate));
    v->gap.cut = s.cut;
    v->gap.sure = (uint8_t)(100 * sure_of(v, &s));
    vg_going_begin(&v->gap.gap, &v->last);
    tell(b, v, VG_EVENT_GAP, now_us, VG_EVENT_ONGOING, &s);
}

static void begin_disabling(struct vg_behaviours *b, struct vessel *v, int64_t now_us)
{
    const int64_t silent_us = now_us - v->last.time_us;
    struct silence s = silence_of(b, v, now_us);
    if (v->gap.gap.told && silent_us >= CUT_US && v->class == VG_CLASS_SHIP_A && v->gap.cut) {
        vg_going_begin(&v->gap.disabling, &v->last);
        tell(b, v, VG_EVENT_DISABLING, now_us, VG_EVENT_ONGOING, &s);
        return;
    }
    if (silent_us < FAR_US || heard_12h(v) < BEFORE_12H || s.here.slots < SLOTS || !(s.here.silent_h <= OTHERS_FAR_H))
        return;
    const struct vg_pos p = v->last.pos;
    if (vg_coast_distance_m(b->coast, vg_pos_lon_deg(p), vg_pos_lat_deg(p), FAR_M) < FAR_M)
        return;
    /* what comes after is not known yet: taken to be as before */
    const double heard = heard_12h(v);
    const double switched_off = vg_gap_model(&(struct vg_gap_reception){s.here.per_day, heard, heard, heard, heard});
    if (!(switched_off >= VG_GAP_SWITCHED_OFF))
        return;
    v->gap.far = true;
    v->gap.heard_before = (uint32_t)heard;
    v->gap.cut_share = (uint8_t)(100 * fmin(1, s.abrupt.rate));
    v->gap.sure = (uint8_t)(100 * switched_off);
    vg_going_begin(&v->gap.disabling, &v->last);
    tell(b, v, VG_EVENT_DISABLING, now_us, VG_EVENT_ONGOING, &s);
}

static void look(struct vg_behaviours *b, struct vessel *v, int64_t now_us)
{
    const int64_t silent_us = now_us - v->last.time_us;
    if (v->last.time_us < 0 || silent_us < GAP_US || silent_us > OFTEN_LOOKED_US || v->gap.disabling.told)
        return;
    const bool gap = v->gap.gap.told;
    if (!gap && !may_begin(b, v))
        return;
    if (!gap)
        begin_gap(b, v, now_us);
    if (silent_us >= CUT_US)
        begin_disabling(b, v, now_us);
}

/* Ten minutes are over: were as many heard in them as usual? */
static void close_slot(struct vessel *v, bool next)
{
    const bool as_usual = next && v->gap.now >= REGULAR_LEAST && v->gap.now >= REGULAR_SHARE * v->gap.usual;
    v->gap.regular = as_usual ? (uint8_t)(v->gap.regular + (v->gap.regular < REGULAR)) : 0;
    v->gap.usual = v->gap.now > v->gap.usual ? v->gap.now : (uint16_t)(v->gap.usual - v->gap.usual / 16);
}

/* The slot that was open closes: what was heard in it is of the cut, and of the hour. */
static void count(struct vessel *v, const struct vg_sighting *s)
{
    const uint32_t step = (uint32_t)(v->last.time_us / STEP_US);
    if (step != v->gap.step) {
        close_slot(v, step == v->gap.step + 1);
        v->gap.just_before = step == v->gap.step + 1 ? v->gap.now : 0;
        v->gap.now = 0;
        v->gap.step = step;
    }
    v->gap.now += v->gap.now < UINT16_MAX;
    v->gap.source = s->report->source;
    v->gap.goes_on = false;
    count_hours(v, (uint32_t)(v->last.time_us / VG_HOUR_US));
    v->gap.heard[v->gap.hour % 12] += v->gap.heard[v->gap.hour % 12] < UINT16_MAX;
}

/* She is heard: a gap ends. */
static void heard(struct vg_behaviours *b, struct vessel *v, const struct vg_sighting *s)
{
    struct going *const both[] = {&v->gap.gap, &v->gap.disabling};
    for (int i = 0; i < 2; i++)
        if (both[i]->told) {
            vg_going_on(both[i], &v->last);
            tell(b, v, i ? VG_EVENT_DISABLING : VG_EVENT_GAP, v->last.time_us, VG_EVENT_ENDED, NULL);
            *both[i] = (struct going){0};
        }
    count(v, s);
}

const struct method vg_method_gap = {.kind = VG_EVENT_GAP, .fix = heard, .quiet = look};
