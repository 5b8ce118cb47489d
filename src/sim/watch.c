#include "sim/watch.h"

#include <stdlib.h>

#include "sim/watch_inner.h"

#define STOP_LEAST_US  (20 * VG_MINUTE_US)
#define FISH_PAUSE_US  (2 * VG_HOUR_US)
#define FISH_LEAST_US  (20 * VG_MINUTE_US)
#define LOITER_US      (4 * VG_HOUR_US)
#define LOITER_KN      2.0
#define LOITER_SHORE_M (20 * VG_METRES_PER_NM)
#define DRIFT_US       (10 * VG_MINUTE_US)
#define DRIFT_M        500.0
#define DRIFT_SHORE_M  2000.0
#define QUICK_EVERY_S  10
#define STILL_KN       0.5
#define STILL_M        6000.0
#define IDLE_KN        5.5
#define NEVER          VG_TIME_NONE

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
        struct vg_sim_watched *o = &w->one[i];
        o->stop.from_us = o->fish.from_us = o->slow.from_us = o->drift.from_us = o->silent_us = o->away_us = NEVER;
        o->off_us = o->turn.from_us = o->halt.from_us = o->shore.from_us = o->far_us = o->rested_us = NEVER;
        o->lane_spell.from_us = o->roam.from_us = o->idle.from_us = o->still.from_us = o->dark.from_us = NEVER;
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

static void watch_stop(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct vg_sim_watched *o, bool end)
{
    struct vg_sim_spell *s = &o->stop;
    bool lies = vg_sim_lies(v);
    if (lies && s->from_us == NEVER) {
        vg_sim_spell_open(world, v, s);
        o->lay = v->activity;
        o->appeared =
            s->from_us == world->start_us || (o->away_us != NEVER && world->now_us - o->away_us <= 2 * VG_MINUTE_US);
    }
    if ((lies && !end) || s->from_us == NEVER)
        return;
    if (world->now_us - s->from_us >= STOP_LEAST_US) {
        char params[120];
        double port_m = vg_sim_port_m(world, s->lon_deg, s->lat_deg);
        snprintf(params, sizeof params, "\"at\":\"%s\"%s%s",
                 port_m > VG_SIM_ROADS_M       ? "sea"
                 : o->lay == ACTIVITY_ANCHORED ? "roads"
                                               : "berth",
                 o->appeared ? ",\"open_begin\":true" : "", end ? ",\"open_end\":true" : "");
        vg_sim_spell_tell(world, v, s, "port_visit", world->now_us, params,
                          o->appeared               ? VG_SIM_NEITHER
                          : port_m > VG_SIM_ROADS_M ? VG_SIM_MAY
                                                    : VG_SIM_BY_HEARING);
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

static bool works_gear(const struct vg_sim_vessel *v)
{
    return v->activity == ACTIVITY_SETTING || v->activity == ACTIVITY_TOWING || v->activity == ACTIVITY_HAULING ||
           v->activity == ACTIVITY_SOAKING || v->activity == ACTIVITY_JIGGING;
}

/* The deed "fishing" tells of itself. */
static void watch_fishing(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct vg_sim_watched *o, bool end)
{
    struct vg_sim_spell *s = &o->fish;
    bool works = works_gear(v);
    if (v->deed >= 0 && world->deeds[v->deed].id == DEED_fishing)
        return;
    if (works && s->from_us == NEVER) {
        vg_sim_spell_open(world, v, s);
        o->gear = v->activity;
    }
    if (works)
        s->last_us = world->now_us;
    if (s->from_us == NEVER || (!end && world->now_us - s->last_us < FISH_PAUSE_US))
        return;
    if (s->last_us - s->from_us >= FISH_LEAST_US) {
        char params[80];
        snprintf(params, sizeof params, "\"gear\":\"%s\"%s", gear_of(v, o->gear), end ? ",\"open_end\":true" : "");
        vg_sim_spell_tell(world, v, s, "fishing", s->last_us, params, VG_SIM_BY_HEARING);
    }
    s->from_us = NEVER;
}

/* Still, but neither moored nor at anchor, where ships lie or near a shore: it looks like a visit, and is a wait. */
static void watch_still(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct vg_sim_watched *o, bool end)
{
    struct vg_sim_spell *s = &o->still;
    const bool still = v->sog_kn < STILL_KN && !vg_sim_is_away(v) && !vg_sim_lies(v);
    if (still && s->from_us == NEVER)
        vg_sim_spell_open(world, v, s);
    if ((still && !end) || s->from_us == NEVER)
        return;
    if (world->now_us - s->from_us >= STOP_LEAST_US &&
        (vg_sim_port_m(world, s->lon_deg, s->lat_deg) < STILL_M ||
         vg_coast_distance_m(world->coast, s->lon_deg, s->lat_deg, STILL_M + 500) < STILL_M))
        vg_sim_spell_tell(world, v, s, "port_visit", world->now_us, "\"at\":\"adrift\"", VG_SIM_NEITHER);
    s->from_us = NEVER;
}

/* A fishing vessel that is slow at sea and does not work its gear: who takes that for fishing is not wrong enough. */
static void watch_idle(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct vg_sim_watched *o, bool end)
{
    struct vg_sim_spell *s = &o->idle;
    const bool idle = vg_sim_is_fisher(v) && !vg_sim_is_away(v) && !vg_sim_lies(v) && !works_gear(v) &&
                      (v->sog_kn < IDLE_KN || v->activity == ACTIVITY_SEARCHING);
    if (idle && s->from_us == NEVER)
        vg_sim_spell_open(world, v, s);
    if ((idle && !end) || s->from_us == NEVER)
        return;
    if (world->now_us - s->from_us >= FISH_LEAST_US)
        vg_sim_spell_tell(world, v, s, "fishing", world->now_us, "\"gear\":\"none\"", VG_SIM_NEITHER);
    s->from_us = NEVER;
}

/* Loitering is of ships that trade or have no work there: a fishing vessel at its gear and two that lie beside each
 * other do what they came for. */
static void watch_slow(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct vg_sim_watched *o, bool end)
{
    struct vg_sim_spell *s = &o->slow;
    bool slow = v->sog_kn < LOITER_KN && !vg_sim_is_away(v) && !vg_sim_lies(v) &&
                !vg_class_is_distress((enum vg_class)v->class);
    bool own = vg_sim_is_deed(world, v, DEED_loiter);
    if (slow && !own && s->from_us == NEVER) {
        vg_sim_spell_open(world, v, s);
        o->beside = false;
    }
    o->beside |= slow && v->motion == MOTION_BESIDE;
    if ((slow && !end) || s->from_us == NEVER)
        return;
    if (world->now_us - s->from_us >= LOITER_US && !own &&
        vg_coast_distance_m(world->coast, s->lon_deg, s->lat_deg, LOITER_SHORE_M + 1000) >= LOITER_SHORE_M)
        vg_sim_spell_tell(world, v, s, "loitering", world->now_us, end ? "\"open_end\":true" : "",
                          vg_sim_is_trader(v) && !o->beside ? VG_SIM_BY_HEARING : VG_SIM_NEITHER);
    s->from_us = NEVER;
}

/* At sea, not where ships lie, and not for its work. Only class A tells its heading here. */
static bool is_castaway(const struct vg_sim_world *world, const struct vg_sim_vessel *v, const struct vg_sim_watched *o)
{
    return v->class == VG_CLASS_SHIP_A && v->motion != MOTION_CIRCLE && !o->adrift_lies &&
           vg_sim_port_m(world, v->lon_deg, v->lat_deg) > VG_SIM_ROADS_M &&
           vg_coast_distance_m(world->coast, v->lon_deg, v->lat_deg, DRIFT_SHORE_M + 500) >= DRIFT_SHORE_M;
}

/* Moved by wind and current. Of vessels that fish, lie beside another, or are adrift where ships lie it is ordinary. */
static void watch_drift(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct vg_sim_watched *o, bool end)
{
    struct vg_sim_spell *s = &o->drift;
    bool drifts =
        !vg_sim_is_away(v) && v->sog_kn >= 1 && v->sog_kn <= 5 && fabs(vg_angle_180(v->heading_deg - v->cog_deg)) > 45;
    if (vg_sim_is_deed(world, v, DEED_drift)) { /* it tells of itself */
        s->from_us = NEVER;
        return;
    }
    if (drifts && s->from_us == NEVER) {
        vg_sim_spell_open(world, v, s);
        o->adrift_lies = false;
    }
    o->adrift_lies |= drifts && (v->motion == MOTION_BESIDE || vg_sim_lies(v) || vg_sim_is_fisher(v));
    if ((drifts && !end) || s->from_us == NEVER)
        return;
    if (world->now_us - s->from_us >= DRIFT_US &&
        vg_sphere_distance_m(s->lon_deg, s->lat_deg, v->lon_deg, v->lat_deg) >= DRIFT_M)
        vg_sim_spell_tell(world, v, s, "drift", world->now_us, end ? "\"open_end\":true" : "",
                          is_castaway(world, v, o) ? VG_SIM_BY_HEARING : VG_SIM_NEITHER);
    s->from_us = NEVER;
}

/* ---- the world ---- */

static bool is_watched(const struct vg_sim_vessel *v)
{
    return v->program != PROGRAM_FIXED;
}

/* Once a minute. */
static void watch_slowly(struct vg_sim_world *world, struct vg_sim_vessel *v, struct vg_sim_watched *o, bool end)
{
    vg_sim_watch_off(world, v, o, end);
    watch_stop(world, v, o, end);
    watch_fishing(world, v, o, end);
    watch_idle(world, v, o, end);
    watch_still(world, v, o, end);
    watch_slow(world, v, o, end);
    watch_drift(world, v, o, end);
    vg_sim_watch_moves(world, v, o, end);
    vg_sim_watch_lanes(world, v, o, end);
}

void vg_sim_watch_step(struct vg_sim_world *world)
{
    struct vg_sim_watch *w = world->watch;
    int64_t second = (world->now_us - world->start_us) / VG_SECOND_US;
    if (second % QUICK_EVERY_S || !world->events)
        return;
    for (size_t i = 0; i < w->count; i++) {
        struct vg_sim_vessel *v = &world->vessels[i];
        struct vg_sim_watched *o = &w->one[i];
        if (!is_watched(v))
            continue;
        vg_sim_watch_areas(world, v, o, false);
        vg_sim_watch_gates(world, v, o);
        vg_sim_watch_halt(world, v, o);
        if (second % 60 == 0)
            watch_slowly(world, v, o, false);
    }
    vg_sim_pairs_step(world, w->pairs, false);
}

void vg_sim_watch_end(struct vg_sim_world *world)
{
    struct vg_sim_watch *w = world->watch;
    if (!w || !world->events)
        return;
    for (size_t i = 0; i < w->count; i++) {
        struct vg_sim_vessel *v = &world->vessels[i];
        if (!is_watched(v))
            continue;
        vg_sim_watch_areas(world, v, &w->one[i], true);
        watch_slowly(world, v, &w->one[i], true);
    }
    vg_sim_pairs_step(world, w->pairs, true);
}
