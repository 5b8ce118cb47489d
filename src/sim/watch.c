#include "sim/watch.h"

#include <stdio.h>
#include <stdlib.h>

#include "place/coast.h"
#include "sim/deed.h"
#include "sim/event.h"

#define STOP_LEAST_US  (20 * VG_MINUTE_US)
#define FISH_PAUSE_US  (2 * VG_HOUR_US)
#define FISH_LEAST_US  (20 * VG_MINUTE_US)
#define LOITER_US      (4 * VG_HOUR_US)
#define LOITER_KN      2.0
#define LOITER_SHORE_M (20 * VG_METRES_PER_NM)
#define DRIFT_US       (10 * VG_MINUTE_US)
#define DRIFT_M        500.0
#define GAP_US         VG_HOUR_US
#define ROADS_M        4000.0
#define SILENCE_US     VG_HOUR_US /* more makes a long spell unobservable */
#define QUICK_EVERY_S  10
#define NEVER          VG_TIME_NONE

/* A spell of something: since when, where, and what was heard by then. */
struct spell {
    int64_t from_us, last_us;
    double lon_deg, lat_deg, metres;
    struct vg_sim_hearing hearing;
};

struct one {
    struct spell stop, fish, slow, drift;
    uint8_t gear, lay;          /* enum vg_sim_activity: when it began to fish, to lie */
    int64_t silent_us, away_us; /* when its transmitter was last found off; … it outside the world */
    bool silent_at_rest;        /* … moored or at anchor */
    double was_lon_deg, was_lat_deg;
    bool was;
    uint32_t inside;      /* bits of areas */
    struct spell area[2]; /* of the first two that it is in: more overlap hardly ever */
    int8_t area_id[2];
};

struct vg_sim_watch {
    struct one *one; /* by vessel */
    size_t count;
    struct vg_sim_pairs *pairs;
};

enum vg_err vg_sim_watch_new(struct vg_sim_world *world)
{
    struct vg_sim_watch *w = calloc(1, sizeof *w);
    if (!w)
        return VG_NOMEM;
    w->count = world->count;
    w->one = calloc(world->count ? world->count : 1, sizeof *w->one);
    w->pairs = vg_sim_pairs_new();
    world->watch = w;
    if (!w->one || !w->pairs)
        return VG_NOMEM;
    for (size_t i = 0; i < w->count; i++) {
        struct one *o = &w->one[i];
        o->stop.from_us = o->fish.from_us = o->slow.from_us = o->drift.from_us = o->silent_us = o->away_us = NEVER;
        o->area_id[0] = o->area_id[1] = -1;
    }
    return VG_OK;
}

void vg_sim_watch_free(struct vg_sim_watch *watch)
{
    if (!watch)
        return;
    vg_sim_pairs_free(watch->pairs);
    free(watch->one);
    free(watch);
}

/* ---- spells ---- */

static void open_spell(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct spell *s)
{
    *s = (struct spell){.from_us = world->now_us,
                        .last_us = world->now_us,
                        .lon_deg = v->lon_deg,
                        .lat_deg = v->lat_deg,
                        .hearing = vg_sim_hearing_now(world, v)};
}

static void tell(struct vg_sim_world *world, const struct vg_sim_vessel *v, const struct spell *s, const char *kind,
                 int64_t end_us, const char *params, bool also)
{
    const struct vg_sim_event e = {.kind = kind,
                                   .deed = vg_sim_deed_of(world, v),
                                   .begin_us = s->from_us,
                                   .end_us = end_us,
                                   .mmsi = {v->mmsi},
                                   .lon_deg = s->lon_deg,
                                   .lat_deg = s->lat_deg,
                                   .params = params,
                                   .observable =
                                       also && !v->no_ais && vg_sim_was_heard(world, v, &s->hearing, SILENCE_US)};
    vg_sim_tell(world, &e);
}

static bool is_away(const struct vg_sim_vessel *v)
{
    return v->activity == ACTIVITY_AWAY || v->class == VG_CLASS_SAR;
}

static void watch_stop(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct one *o, bool end)
{
    struct spell *s = &o->stop;
    bool lies = v->activity == ACTIVITY_MOORED || v->activity == ACTIVITY_ANCHORED;
    if (lies && s->from_us == NEVER) {
        open_spell(world, v, s);
        o->lay = v->activity;
    }
    if ((lies && !end) || s->from_us == NEVER)
        return;
    if (world->now_us - s->from_us >= STOP_LEAST_US) {
        char params[120];
        double port_m = vg_sim_port_m(world, s->lon_deg, s->lat_deg);
        snprintf(params, sizeof params, "\"at\":\"%s\"%s%s",
                 port_m > ROADS_M              ? "sea"
                 : o->lay == ACTIVITY_ANCHORED ? "roads"
                                               : "berth",
                 s->from_us == world->start_us ? ",\"open_begin\":true" : "", end ? ",\"open_end\":true" : "");
        tell(world, v, s, "port_visit", world->now_us, params, true);
    }
    s->from_us = NEVER;
}

static const char *gear_of(const struct vg_sim_vessel *v, uint8_t activity)
{
    switch ((enum vg_sim_activity)activity) {
    case ACTIVITY_TOWING:
        return "trawl";
    case ACTIVITY_JIGGING:
        return "jig";
    default:
        return v->kind->ground == GROUND_TUNA || v->kind->ground == GROUND_SEINE ? "seine" : "set";
    }
}

/* The deed "fishing" tells of itself. */
static void watch_fishing(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct one *o, bool end)
{
    struct spell *s = &o->fish;
    bool works = v->activity == ACTIVITY_SETTING || v->activity == ACTIVITY_TOWING || v->activity == ACTIVITY_HAULING ||
                 v->activity == ACTIVITY_SOAKING || v->activity == ACTIVITY_JIGGING;
    if (v->deed >= 0 && world->deeds[v->deed].id == DEED_fishing)
        return;
    if (works && s->from_us == NEVER) {
        open_spell(world, v, s);
        o->gear = v->activity;
    }
    if (works)
        s->last_us = world->now_us;
    if (s->from_us == NEVER || (!end && world->now_us - s->last_us < FISH_PAUSE_US))
        return;
    if (s->last_us - s->from_us >= FISH_LEAST_US) {
        char params[80];
        snprintf(params, sizeof params, "\"gear\":\"%s\"%s", gear_of(v, o->gear), end ? ",\"open_end\":true" : "");
        tell(world, v, s, "fishing", s->last_us, params, true);
    }
    s->from_us = NEVER;
}

static void watch_slow(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct one *o, bool end)
{
    struct spell *s = &o->slow;
    bool slow = v->sog_kn < LOITER_KN && !is_away(v) && v->activity != ACTIVITY_MOORED &&
                v->activity != ACTIVITY_ANCHORED && v->class != VG_CLASS_SART && v->class != VG_CLASS_MOB &&
                v->class != VG_CLASS_EPIRB;
    bool own = v->deed >= 0 && world->deeds[v->deed].id == DEED_loiter && world->deeds[v->deed].begun;
    if (slow && !own && s->from_us == NEVER)
        open_spell(world, v, s);
    if ((slow && !end) || s->from_us == NEVER)
        return;
    if (world->now_us - s->from_us >= LOITER_US && !own &&
        vg_coast_distance_m(world->coast, s->lon_deg, s->lat_deg, LOITER_SHORE_M + 1000) >= LOITER_SHORE_M)
        tell(world, v, s, "loitering", world->now_us, end ? "\"open_end\":true" : "", true);
    s->from_us = NEVER;
}

static void watch_drift(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct one *o, bool end)
{
    struct spell *s = &o->drift;
    bool drifts = !is_away(v) && v->sog_kn >= 1 && v->sog_kn <= 5 &&
                  fabs(vg_angle_180(v->heading_deg - v->cog_deg)) > 45 && v->motion != MOTION_BESIDE;
    bool own = v->deed >= 0 && world->deeds[v->deed].id == DEED_drift && world->deeds[v->deed].begun;
    if (drifts && !own && s->from_us == NEVER)
        open_spell(world, v, s);
    if ((drifts && !end) || s->from_us == NEVER)
        return;
    double m = vg_sphere_distance_m(s->lon_deg, s->lat_deg, v->lon_deg, v->lat_deg);
    if (world->now_us - s->from_us >= DRIFT_US && m >= DRIFT_M && !own) /* only class A tells its heading here */
        tell(world, v, s, "drift", world->now_us, end ? "\"open_end\":true" : "", v->class == VG_CLASS_SHIP_A);
    s->from_us = NEVER;
}

/* ---- areas and gates ---- */

static void enter_area(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct one *o, size_t area)
{
    int slot = o->area_id[0] < 0 ? 0 : o->area_id[1] < 0 ? 1 : -1;
    o->inside |= UINT32_C(1) << area;
    if (slot < 0)
        return;
    o->area_id[slot] = (int8_t)area;
    open_spell(world, v, &o->area[slot]);
}

static void leave_area(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct one *o, size_t area, bool end)
{
    o->inside &= ~(UINT32_C(1) << area);
    for (int slot = 0; slot < 2; slot++) {
        if (o->area_id[slot] != (int8_t)area)
            continue;
        char params[VG_SIM_NAME * 6 + 80];
        struct vg_out text = vg_out_fixed(params, sizeof params - 1);
        vg_out_text(&text, "\"area\":");
        vg_out_json_string(&text, world->script->areas.shape[area].name, strlen(world->script->areas.shape[area].name));
        if (o->area[slot].from_us == world->start_us)
            vg_out_text(&text, ",\"open_begin\":true");
        if (end)
            vg_out_text(&text, ",\"open_end\":true");
        params[text.len] = '\0';
        tell(world, v, &o->area[slot], "area", world->now_us, params, true);
        o->area_id[slot] = -1;
    }
}

static void watch_areas(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct one *o, bool end)
{
    const struct vg_sim_shapes *areas = &world->script->areas;
    for (size_t i = 0; i < areas->count; i++) {
        bool was = o->inside & UINT32_C(1) << i;
        bool is = !end && !is_away(v) && vg_sim_is_inside(&areas->shape[i], v->lon_deg, v->lat_deg);
        if (is && !was)
            enter_area(world, v, o, i);
        else if (was && !is)
            leave_area(world, v, o, i, end);
    }
}

/* Twice the area of a triangle; its sign is the side on which the third point lies. */
static double side(struct vg_sim_spot_deg a, struct vg_sim_spot_deg b, struct vg_sim_spot_deg p)
{
    return (b.lon_deg - a.lon_deg) * (p.lat_deg - a.lat_deg) - (b.lat_deg - a.lat_deg) * (p.lon_deg - a.lon_deg);
}

static void watch_gates(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct one *o)
{
    const struct vg_sim_shapes *gates = &world->script->gates;
    struct vg_sim_spot_deg was = {o->was_lon_deg, o->was_lat_deg}, is = {v->lon_deg, v->lat_deg};
    for (size_t i = 0; i < gates->count && o->was; i++)
        for (size_t k = 0; k + 1 < gates->shape[i].points; k++) {
            struct vg_sim_spot_deg a = gates->shape[i].point[k], b = gates->shape[i].point[k + 1];
            double before = side(a, b, was), after = side(a, b, is);
            if ((before > 0) == (after > 0) || (side(was, is, a) > 0) == (side(was, is, b) > 0))
                continue;
            char params[VG_SIM_NAME * 6 + 80];
            struct spell s;
            struct vg_out text = vg_out_fixed(params, sizeof params - 1);
            vg_out_text(&text, "\"gate\":");
            vg_out_json_string(&text, gates->shape[i].name, strlen(gates->shape[i].name));
            /* As one stands at the first point and looks to the second. */
            vg_out_printf(&text, ",\"to\":\"%s\"", after > 0 ? "left" : "right");
            params[text.len] = '\0';
            open_spell(world, v, &s);
            const struct vg_sim_event e = {.kind = "gate",
                                           .deed = vg_sim_deed_of(world, v),
                                           .begin_us = world->now_us,
                                           .end_us = world->now_us,
                                           .mmsi = {v->mmsi},
                                           .lon_deg = v->lon_deg,
                                           .lat_deg = v->lat_deg,
                                           .params = params,
                                           .observable = !v->no_ais && v->heard_us != NEVER &&
                                                         world->now_us - v->heard_us < 10 * VG_MINUTE_US};
            vg_sim_tell(world, &e);
        }
    o->was = !is_away(v);
    o->was_lon_deg = v->lon_deg;
    o->was_lat_deg = v->lat_deg;
}

/* ---- silence ---- */

void vg_sim_watch_quiet(struct vg_sim_world *world, struct vg_sim_vessel *v)
{
    if (!world->watch || v->quiet_to_us - v->quiet_from_us < GAP_US)
        return;
    const struct one *o = &world->watch->one[v - world->vessels];
    const char *cause = "reception";
    if (v->shares_mmsi) /* the other may have been heard */
        return;
    if (o->silent_us != NEVER && o->silent_us >= v->quiet_from_us)
        cause = o->silent_at_rest ? "berth" : "switched_off";
    else if (o->away_us != NEVER && o->away_us >= v->quiet_from_us)
        cause = "outside";
    char params[120];
    snprintf(params, sizeof params, "\"cause\":\"%s\",\"minutes\":%.0f", cause,
             (double)(v->quiet_to_us - v->quiet_from_us) / 60e6);
    const struct vg_sim_event e = {.kind = "gap",
                                   .deed = vg_sim_deed_of(world, v),
                                   .begin_us = v->quiet_from_us,
                                   .end_us = v->quiet_to_us,
                                   .mmsi = {v->mmsi},
                                   .lon_deg = v->lon_deg,
                                   .lat_deg = v->lat_deg,
                                   .params = params,
                                   .observable = true};
    vg_sim_tell(world, &e);
}

/* ---- the world ---- */

static bool is_watched(const struct vg_sim_vessel *v)
{
    return v->program != PROGRAM_FIXED;
}

void vg_sim_watch_step(struct vg_sim_world *world)
{
    struct vg_sim_watch *w = world->watch;
    int64_t second = (world->now_us - world->start_us) / VG_SECOND_US;
    if (second % QUICK_EVERY_S || !world->events)
        return;
    for (size_t i = 0; i < w->count; i++) {
        const struct vg_sim_vessel *v = &world->vessels[i];
        struct one *o = &w->one[i];
        if (!is_watched(v))
            continue;
        if (is_away(v)) {
            o->away_us = world->now_us;
        } else if (v->silent) {
            o->silent_us = world->now_us;
            o->silent_at_rest = v->activity == ACTIVITY_MOORED || v->activity == ACTIVITY_ANCHORED;
        }
        watch_areas(world, v, o, false);
        watch_gates(world, v, o);
        if (second % 60)
            continue;
        watch_stop(world, v, o, false);
        watch_fishing(world, v, o, false);
        watch_slow(world, v, o, false);
        watch_drift(world, v, o, false);
    }
    vg_sim_pairs_step(world, w->pairs, false);
}

void vg_sim_watch_end(struct vg_sim_world *world)
{
    struct vg_sim_watch *w = world->watch;
    if (!w || !world->events)
        return;
    for (size_t i = 0; i < w->count; i++) {
        const struct vg_sim_vessel *v = &world->vessels[i];
        struct one *o = &w->one[i];
        if (!is_watched(v))
            continue;
        watch_areas(world, v, o, true);
        watch_stop(world, v, o, true);
        watch_fishing(world, v, o, true);
        watch_slow(world, v, o, true);
        watch_drift(world, v, o, true);
    }
    vg_sim_pairs_step(world, w->pairs, true);
}
