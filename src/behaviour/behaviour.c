/* The order of work: the past is laid, then each behaviour looks. */
#include "behaviour/behaviour.h"

#include <stdlib.h>
#include <string.h>

#include "behaviour/method.h"
#include "vessel/rules.h"

#define VESSELS_DEFAULT 200000
#define VESSELS_MAX     4000000
#define QUIET_STEPS     (3 * 144) /* three days: longer than any behaviour waits for somebody who is silent */

static const struct method *const methods[] = {
    &vg_method_gap,        &vg_method_fishing,   &vg_method_encounter, &vg_method_loitering,
    &vg_method_port_visit, &vg_method_drift,     &vg_method_stop,      &vg_method_identity,
    &vg_method_spoofing,   &vg_method_voyage,    &vg_method_distress,  &vg_method_close_quarters,
    &vg_method_area,       &vg_method_gate,      &vg_method_shore,     &vg_method_deviation,
    &vg_method_anomaly,    &vg_method_watchlist, &vg_method_meeting,   &vg_method_static_data,
    &vg_method_renumbered, &vg_method_inland,
};
#define METHODS (sizeof methods / sizeof *methods)

static bool is_on(const struct vg_behaviours *b, const struct method *m)
{
    return !(b->options.kinds_off & UINT32_C(1) << m->kind);
}

enum vg_err vg_behaviours_new(const struct vg_behaviours_options *options, struct vg_behaviours **ret_behaviours)
{
    struct vg_behaviours *b = calloc(1, sizeof *b);
    if (!b)
        return VG_NOMEM;
    if (options)
        b->options = *options;
    if (!b->options.vessels)
        b->options.vessels = VESSELS_DEFAULT;
    if (b->options.vessels > VESSELS_MAX) {
        free(b);
        return VG_ARG;
    }
    b->cap = b->options.vessels;
    b->areas_hash = vg_areas_hash(b->options.areas);
    b->watch_hash = vg_watch_list_hash(b->options.watch_list);
    for (b->cell_mask = 1024; b->cell_mask < b->cap; b->cell_mask *= 2)
        ;
    b->vessel = calloc(b->cap, sizeof *b->vessel);
    b->order = calloc(b->cap, sizeof *b->order);
    b->cell_head = malloc(b->cell_mask * sizeof *b->cell_head);
    b->pair = calloc(PAIRS, sizeof *b->pair);
    b->heard_cell = calloc(HEARD_CELLS, sizeof *b->heard_cell);
    b->lying_cell = calloc(LYING_CELLS, sizeof *b->lying_cell);
    b->sensed = calloc(SENSED_ROWS, sizeof *b->sensed);
    b->stay = calloc(STAYS, sizeof *b->stay);
    b->lane_cell = calloc(LANE_CELLS, sizeof *b->lane_cell);
    b->watched = calloc(WATCHED, sizeof *b->watched);
    b->followed = calloc(FOLLOWED, sizeof *b->followed);
    b->odd = calloc(ODDS, sizeof *b->odd);
    b->water_cell = calloc(WATER_CELLS, sizeof *b->water_cell);
    const bool maps = vg_map_new(&b->by_key, b->cap) && vg_map_new(&b->by_imo, b->cap);
    if (!b->vessel || !b->order || !b->cell_head || !b->pair || !b->heard_cell || !b->lying_cell || !b->sensed ||
        !b->stay || !b->lane_cell || !b->watched || !b->followed || !b->odd || !b->water_cell || !maps ||
        vg_coast_new(&b->coast)) {
        vg_behaviours_free(b);
        return VG_NOMEM;
    }
    b->cell_mask--;
    vg_bhv_clear(b);
    *ret_behaviours = b;
    return VG_OK;
}

void vg_behaviours_free(struct vg_behaviours *b)
{
    if (!b)
        return;
    vg_coast_free(b->coast);
    vg_map_free(&b->by_key);
    vg_map_free(&b->by_imo);
    free(b->vessel);
    free(b->order);
    free(b->cell_head);
    free(b->pair);
    free(b->heard_cell);
    free(b->lying_cell);
    free(b->sensed);
    free(b->stay);
    free(b->lane_cell);
    free(b->watched);
    free(b->followed);
    free(b->odd);
    free(b->water_cell);
    free(b);
}

void vg_bhv_clear(struct vg_behaviours *b)
{
    memset(b->cell_head, 0xFF, (b->cell_mask + (size_t)1) * sizeof *b->cell_head);
    memset(b->vessel, 0, b->used * sizeof *b->vessel);
    memset(b->pair, 0, PAIRS * sizeof *b->pair);
    memset(b->heard_cell, 0, HEARD_CELLS * sizeof *b->heard_cell);
    memset(b->lying_cell, 0, LYING_CELLS * sizeof *b->lying_cell);
    memset(b->sensed, 0, SENSED_ROWS * sizeof *b->sensed);
    memset(b->lane_cell, 0, LANE_CELLS * sizeof *b->lane_cell);
    memset(b->watched, 0, b->watched_count * sizeof *b->watched);
    b->watched_count = 0;
    memset(b->followed, 0, b->followed_count * sizeof *b->followed);
    b->followed_count = 0;
    memset(b->odd, 0, b->odds * sizeof *b->odd);
    b->odds = 0;
    memset(b->water_cell, 0, WATER_CELLS * sizeof *b->water_cell);
    b->water_cells = 0;
    b->stays = 0;
    b->stay_free = NOBODY;
    vg_map_clear(&b->by_key);
    vg_map_clear(&b->by_imo);
    b->counters = (struct vg_behaviour_counters){0};
    b->used = b->pairs = b->heard_cells = b->lying_cells = b->lane_cells = b->sensed_hand = 0;
    b->step = 0;
    memset(b->source_step, 0, sizeof b->source_step);
    b->oldest = b->newest = NOBODY;
    b->clock_us = VG_TIME_NONE;
}

void vg_behaviours_set_on_event(struct vg_behaviours *b, vg_event_sink *on, void *arg)
{
    b->on = on, b->on_arg = arg;
}

void vg_behaviours_set_watch_list(struct vg_behaviours *b, const struct vg_watch_list *list)
{
    b->options.watch_list = list;
    b->watch_hash = vg_watch_list_hash(list);
    for (uint32_t i = 0; i < b->used; i++)
        b->vessel[i].watch_looked = false;
}

const struct vg_behaviour_counters *vg_behaviours_counters(const struct vg_behaviours *b)
{
    return &b->counters;
}

/* ---- sightings ---- */

/* Numbers of this report where it says them, else UNKNOWN: what is believed may be older. */
static struct fix fix_of(const struct vg_sighting *s)
{
    const struct vg_report *r = s->report;
    const struct vg_contact *c = s->contact;
    const uint32_t said = r->fields;
    return (struct fix){
        .time_us = r->time_us,
        .offset = r->journal_offset,
        .pos = r->pos,
        .sog_dkn = said & VG_FIELD_BIT(SOG) ? r->sog_dkn : UNKNOWN_U16,
        .cog_ddeg = said & VG_FIELD_BIT(COG) ? r->cog_ddeg : UNKNOWN_U16,
        .heading_deg = said & VG_FIELD_BIT(HEADING) ? r->heading_deg : UNKNOWN_U16,
        .status = vg_contact_holds(c, VG_FIELD_STATUS, r->time_us) ? c->status : 15,
        .still = vg_contact_is_still(c),
    };
}

static void learn_what_she_is(struct vessel *v, const struct vg_contact *c)
{
    v->id = c->id;
    v->mmsi = c->mmsi;
    v->class = c->class;
    if (vg_contact_said(c, VG_FIELD_SHIPTYPE))
        v->shiptype = c->shiptype;
    if (vg_contact_said(c, VG_FIELD_DIMENSIONS))
        v->length_m = (uint16_t)(c->to_bow_m + c->to_stern_m);
}

/* A position counts if it is believed. Of type 27 only where nothing better came lately: it is a tenth of a minute
 * coarse. */
static bool is_fix(const struct vessel *v, const struct vg_sighting *s)
{
    const struct vg_report *r = s->report;
    if ((s->verdict != VG_VERDICT_BELIEVED && s->verdict != VG_VERDICT_ADOPTED) || !vg_pos_valid(r->pos) ||
        !(r->fields & VG_FIELD_BIT(POS)))
        return false;
    if (r->time_us == v->last.time_us && r->pos.lon_e4min == v->last.pos.lon_e4min &&
        r->pos.lat_e4min == v->last.pos.lat_e4min)
        return false; /* the same report, heard by another station or read again */
    return !vg_message_is_coarse(r->message) || r->time_us - v->last.time_us > STEP_US;
}

/* Asks the methods about a new point. */
static void on_point(struct vg_behaviours *b, struct vessel *v, const struct point *p)
{
    for (size_t i = 0; i < METHODS; i++)
        if (methods[i]->point && is_on(b, methods[i]))
            methods[i]->point(b, v, p);
}

void vg_behaviours_take(struct vg_behaviours *b, const struct vg_sighting *s)
{
    const struct vg_report *r = s->report;
    if (!s->contact->id || r->time_us == VG_TIME_NONE)
        return;
    b->counters.sightings++;
    struct vessel *v = vg_vessel_of(b, vg_vessel_key(s->contact));
    if (r->time_us < v->heard_us) {
        b->counters.late++;
        return;
    }
    learn_what_she_is(v, s->contact);
    v->heard_us = r->time_us;
    b->source_step[r->source % VG_BHV_SOURCES] = (uint32_t)(r->time_us / STEP_US);
    const bool fixed = is_fix(v, s);
    if (fixed) {
        v->before = v->last;
        v->last = fix_of(s);
        v->fixes++;
        vg_reception_learn(b, v);
        vg_nearby_put(b, v, r->pos);
        vg_past_lay(b, v, on_point);
    }
    for (size_t i = 0; i < METHODS; i++) {
        if (!is_on(b, methods[i]))
            continue;
        if (methods[i]->told)
            methods[i]->told(b, v, s);
        if (fixed && methods[i]->fix)
            methods[i]->fix(b, v, s);
    }
}

void vg_behaviours_followed(struct vg_behaviours *b, const struct vg_followed *followed)
{
    if (!followed->over && !(b->options.kinds_off & UINT32_C(1) << VG_EVENT_DARK))
        vg_bhv_sensed_followed(b, followed);
    vg_bhv_meeting_followed(b, followed);
}

/* ---- time ---- */

/* What no report of one vessel decides: pairs. */
static void review(struct vg_behaviours *b, bool all)
{
    for (size_t m = 0; m < METHODS; m++)
        if (methods[m]->review && is_on(b, methods[m]))
            methods[m]->review(b, all);
}

static void look_at_silence(struct vg_behaviours *b, int64_t now_us)
{
    for (uint32_t i = 0; i < b->used; i++)
        for (size_t m = 0; m < METHODS; m++)
            if (methods[m]->quiet && is_on(b, methods[m]))
                methods[m]->quiet(b, &b->vessel[i], now_us);
    vg_bhv_sensed_review(b, now_us);
    review(b, false);
}

void vg_behaviours_advance(struct vg_behaviours *b, int64_t clock_us)
{
    if (clock_us < 0)
        return;
    if (b->clock_us != VG_TIME_NONE && clock_us < b->clock_us) {
        b->counters.gone_back++;
        return;
    }
    /* Step by step, as ticks of a clock would do it. After so long without a report nothing is left to be decided. */
    const uint32_t step = (uint32_t)(clock_us / STEP_US);
    for (uint32_t n = 0; b->step && b->step < step && n < QUIET_STEPS; n++) {
        b->step++;
        b->clock_us = (int64_t)b->step * STEP_US;
        look_at_silence(b, b->clock_us);
    }
    b->clock_us = clock_us;
    b->step = step;
}

void vg_behaviours_finish(struct vg_behaviours *b)
{
    if (b->clock_us == VG_TIME_NONE)
        return;
    review(b, true);
    for (uint32_t i = 0; i < b->used; i++)
        for (size_t m = 0; m < METHODS; m++)
            if (methods[m]->finish && is_on(b, methods[m]))
                methods[m]->finish(b, &b->vessel[i]);
}
