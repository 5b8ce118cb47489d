/*
 * Areas with rules: who enters, leaves, stays in or speeds through an area that somebody drew (place/area.h).
 *
 * Definition: a vessel is inside from the second fix in a row within the border, and outside from the second one
 * without it, so one bad fix is nothing. The rule says whom it means (ship type, flag), when (dates, hours of the day),
 * what is told (entering, leaving, staying so many minutes, a speed for two fixes in a row), and it is asked at each
 * fix.
 *
 * Who is heard for the first time, or after an hour, when she is inside has entered unseen: it is told, less surely.
 * Who was there when the area was drawn has not.
 *
 * Innocent: a pilot's order, shelter from weather, rescue, a permit that the file doesn't know, a type or flag wrongly
 * said. What makes it wrong: borders drawn coarsely; a place between two fixes is a straight line that nobody saw.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "behaviour/method.h"
#include "vessel/rules.h"

#define SURE_FIXES    2
#define SPEED_OVER_US (10 * VG_MINUTE_US)
#define SURE          0.95
#define UNSEEN_SURE   0.8        /* she is there, but nobody saw when she came */
#define LONG_US       VG_HOUR_US /* between two fixes: then nobody saw her enter or leave */

static void tell(struct vg_behaviours *b, struct vessel *v, struct stay *s, unsigned bit, enum vg_event_state state)
{
    const struct vg_area *a = vg_areas_get(b->options.areas, s->area);
    struct vg_event e = vg_bhv_event(VG_EVENT_AREA, v, NULL, &s->going[bit], v->last.pos);
    snprintf(e.text, sizeof e.text, "%s: %s", a->name, vg_area_on_key(bit));
    vg_event_number(&e, "inside", (double)(s->last_us - s->entered_us) / VG_MINUTE_US,
                    bit == VG_AREA_ON_BIT_INSIDE ? a->rule.minutes : NAN, "min");
    vg_event_number(&e, "seen_entering", s->entering == STAY_SEEN, NAN, "");
    if (bit != VG_AREA_ON_BIT_SPEED && v->last.sog_dkn != UNKNOWN_U16)
        vg_event_number(&e, "speed", v->last.sog_dkn / 10.0, NAN, "kn");
    if (bit == VG_AREA_ON_BIT_SPEED) {
        const double worst = s->worst_dkn / 10.0;
        if (worst > a->rule.over_kn)
            vg_event_number(&e, "most_speed", worst, a->rule.over_kn, "kn");
        else
            vg_event_number(&e, "least_speed", worst, a->rule.under_kn, "kn");
    }
    e.confidence = bit != VG_AREA_ON_BIT_ENTER || s->entering == STAY_SEEN ? SURE : UNSEEN_SURE;
    vg_bhv_tell(b, &e, &s->going[bit], state, e.text);
}

static void begin(struct vg_behaviours *b, struct vessel *v, struct stay *s, unsigned bit, int64_t since_us)
{
    vg_going_begin(&s->going[bit], &v->last);
    s->going[bit].begin_us = since_us;
    tell(b, v, s, bit, VG_EVENT_ONGOING);
}

static bool means(const struct vg_area *a, const struct vessel *v, const struct vg_sighting *sighting)
{
    return vg_area_means(&a->rule, v->shiptype, sighting->contact->flag, v->last.time_us);
}

/* Two fixes in a row break a limit: it is told, and ends when none did for ten minutes. */
static void look_at_speed(struct vg_behaviours *b, struct vessel *v, struct stay *s)
{
    const struct vg_area_rule *rule = &vg_areas_get(b->options.areas, s->area)->rule;
    struct going *g = &s->going[VG_AREA_ON_BIT_SPEED];
    const uint16_t dkn = v->last.sog_dkn;
    if (!vg_area_speed_breaks(rule, dkn / 10.0)) {
        if (g->told && v->last.time_us - g->last_us <= SPEED_OVER_US)
            return;
        if (g->told)
            tell(b, v, s, VG_AREA_ON_BIT_SPEED, VG_EVENT_ENDED);
        *g = (struct going){0};
        s->breaks = 0;
        return;
    }
    if (!s->breaks) {
        vg_going_begin(g, &v->last);
        s->worst_dkn = dkn;
    }
    vg_going_on(g, &v->last);
    const bool over = dkn / 10.0 > rule->over_kn;
    s->worst_dkn = over ? (dkn > s->worst_dkn ? dkn : s->worst_dkn) : (dkn < s->worst_dkn ? dkn : s->worst_dkn);
    s->breaks += s->breaks < SURE_FIXES;
    if (s->breaks == SURE_FIXES && !g->told)
        tell(b, v, s, VG_AREA_ON_BIT_SPEED, VG_EVENT_ONGOING);
}

/* She is inside, and surely so. */
static void look_inside(struct vg_behaviours *b, struct vessel *v, struct stay *s, const struct vg_sighting *sighting)
{
    const struct vg_area *a = vg_areas_get(b->options.areas, s->area);
    const uint32_t on = a->rule.on;
    for (unsigned bit = 0; bit < STAY_BITS; bit++)
        if (s->going[bit].told && bit != VG_AREA_ON_BIT_SPEED)
            vg_going_on(&s->going[bit], &v->last);
    if (!means(a, v, sighting))
        return;
    if (on & VG_AREA_ON(ENTER) && s->entering != STAY_FOUND && !s->going[VG_AREA_ON_BIT_ENTER].told)
        begin(b, v, s, VG_AREA_ON_BIT_ENTER, s->entered_us);
    if (on & VG_AREA_ON(INSIDE) && !s->going[VG_AREA_ON_BIT_INSIDE].told &&
        (double)(v->last.time_us - s->entered_us) >= a->rule.minutes * VG_MINUTE_US)
        begin(b, v, s, VG_AREA_ON_BIT_INSIDE, s->entered_us);
    if (on & VG_AREA_ON(SPEED) && v->last.sog_dkn != UNKNOWN_U16)
        look_at_speed(b, v, s);
}

/* She is out, and surely so. */
static void leave(struct vg_behaviours *b, struct vessel *v, struct stay *s, const struct vg_sighting *sighting)
{
    const struct vg_area *a = vg_areas_get(b->options.areas, s->area);
    for (unsigned bit = 0; bit < STAY_BITS; bit++)
        if (s->going[bit].told)
            tell(b, v, s, bit, VG_EVENT_ENDED);
    if (sighting && a->rule.on & VG_AREA_ON(LEAVE) && s->inside >= SURE_FIXES &&
        v->last.time_us - s->last_us < LONG_US && means(a, v, sighting)) {
        s->going[VG_AREA_ON_BIT_LEAVE] = (struct going){.begin_us = s->left_us,
                                                        .last_us = v->last.time_us,
                                                        .first_offset = s->left_offset,
                                                        .last_offset = v->last.offset};
        tell(b, v, s, VG_AREA_ON_BIT_LEAVE, VG_EVENT_ENDED);
    }
}

/* ---- which areas she is in ---- */

static void enter(struct vg_behaviours *b, struct vessel *v, uint16_t area)
{
    struct stay *s = vg_stay_add(b, v, area);
    if (!s)
        return;
    s->inside = 1;
    s->entered_us = s->last_us = v->last.time_us;
    s->entering = v->before.time_us < 0                           ? STAY_FOUND
                  : v->last.time_us - v->before.time_us < LONG_US ? STAY_SEEN
                                                                  : STAY_UNSEEN;
}

/* She is not in this area by her newest fix. True: she is out, and its stay goes. */
static bool is_out(struct vg_behaviours *b, struct vessel *v, struct stay *s, const struct vg_sighting *sighting)
{
    if (s->inside < SURE_FIXES) /* one fix inside, the next one out: nothing */
        return true;
    if (!s->outside++)
        s->left_us = v->last.time_us, s->left_offset = v->last.offset;
    if (s->outside < SURE_FIXES)
        return false;
    leave(b, v, s, sighting);
    return true;
}

#define AREAS_AT_ONCE 32

static void look(struct vg_behaviours *b, struct vessel *v, const struct vg_sighting *sighting)
{
    uint16_t area[AREAS_AT_ONCE];
    if (!b->options.areas || !vg_is_ship(v))
        return;
    if (vg_status_is_at_rest(v->last.status) && v->last.still && v->before.time_us >= 0)
        return; /* she swings at her anchor: that is no coming and going */
    size_t n = vg_areas_holding(b->options.areas, vg_pos_lon_deg(v->last.pos), vg_pos_lat_deg(v->last.pos), area,
                                AREAS_AT_ONCE);
    if (n > AREAS_AT_ONCE) {
        b->counters.stays_dropped += n - AREAS_AT_ONCE;
        n = AREAS_AT_ONCE;
    }
    for (uint32_t *link = &v->stays; *link != NOBODY;) {
        struct stay *s = &b->stay[*link];
        bool holds = false;
        for (size_t k = 0; k < n; k++)
            holds |= area[k] == s->area;
        if (!holds && is_out(b, v, s, sighting))
            vg_stay_drop(b, link);
        else
            link = &s->next;
    }
    for (size_t k = 0; k < n; k++) {
        struct stay *s = vg_stay_of(b, v, area[k]);
        if (!s) {
            enter(b, v, area[k]);
            continue;
        }
        s->outside = 0;
        s->inside += s->inside < SURE_FIXES;
        s->last_us = v->last.time_us;
        if (s->inside >= SURE_FIXES)
            look_inside(b, v, s, sighting);
    }
}

static void finish(struct vg_behaviours *b, struct vessel *v)
{
    for (uint32_t i = v->stays; i != NOBODY; i = b->stay[i].next)
        leave(b, v, &b->stay[i], NULL);
    vg_stays_forget(b, v);
}

const struct method vg_method_area = {.kind = VG_EVENT_AREA, .fix = look, .finish = finish};

/* Who lies in an area when it is drawn did not enter it then. */
static void find_inside(struct vg_behaviours *b, struct vessel *v)
{
    uint16_t area[AREAS_AT_ONCE];
    if (!b->options.areas || v->last.time_us < 0)
        return;
    size_t n = vg_areas_holding(b->options.areas, vg_pos_lon_deg(v->last.pos), vg_pos_lat_deg(v->last.pos), area,
                                AREAS_AT_ONCE);
    for (size_t k = 0; k < n && k < AREAS_AT_ONCE; k++) {
        enter(b, v, area[k]);
        struct stay *s = vg_stay_of(b, v, area[k]);
        if (s)
            s->entering = STAY_FOUND;
    }
}

void vg_behaviours_set_areas(struct vg_behaviours *b, struct vg_areas *areas)
{
    for (uint32_t i = 0; i < b->used; i++)
        finish(b, &b->vessel[i]); /* while the areas that they were in are there: what goes on in them has ended */
    b->options.areas = areas;
    b->areas_hash = vg_areas_hash(areas);
    for (uint32_t i = 0; i < b->used; i++)
        find_inside(b, &b->vessel[i]);
}
