/*
 * Of the watch: how vessels move. Sudden stops, manoeuvres, approaches to a shore and changes of destination, each by
 * the definition that stands in docs/simulation.md, of everybody; what is ordinary for the kind of vessel counts as
 * neither.
 */
#include <string.h>

#include "base/fnv.h"
#include "sim/watch_inner.h"

/* stop (PEERS: from over 7 kn to under 1 kn within 30 s, held 60 s) */
#define HALT_FROM_KN 7.0
#define HALT_KN      1.0
#define HALT_US      VG_MINUTE_US
/* manoeuvre: within ten minutes */
#define TURN_DEG   40.0
#define SPEED_PART 0.3
#define WAY_KN     3.0
#define TURN_US    (15 * VG_MINUTE_US) /* … without another one: it is over */
/* shore */
#define SHORE_FAR_M   5000.0
#define SHORE_NEAR_M  2000.0
#define SHORE_OFF_M   4000.0
#define SHORE_KN      8.0
#define SHORE_FROM_US (3 * VG_HOUR_US)
#define SHORE_LONG_US (4 * VG_HOUR_US)
#define SHORE_EVERY   2 /* minutes */
/* voyage */
#define BOUND_KN      5.0
#define BOUND_SHORE_M 20000.0
#define BOUND_PORT_US (2 * VG_HOUR_US)

/* ---- sudden stops ---- */

void vg_sim_watch_halt(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct vg_sim_watched *o)
{
    memmove(o->quick_kn + 1, o->quick_kn, sizeof o->quick_kn - sizeof *o->quick_kn);
    o->quick_kn[0] = (float)(vg_sim_is_away(v) ? 0 : v->sog_kn);
    if (o->halt.from_us == VG_TIME_NONE) {
        if (o->quick_kn[3] > HALT_FROM_KN && o->quick_kn[0] < HALT_KN && !vg_sim_is_away(v) &&
            !vg_sim_is_deed(world, v, DEED_sudden_stop)) {
            vg_sim_spell_open(world, v, &o->halt);
            o->halt_lies = vg_sim_lies(v) || v->motion == MOTION_BESIDE;
        }
        return;
    }
    if (o->quick_kn[0] < HALT_KN && !vg_sim_is_away(v))
        return;
    if (world->now_us - o->halt.from_us >=
        HALT_US) /* small and working craft stop so every day, and who comes to lie */
        vg_sim_spell_tell(world, v, &o->halt, "stop", world->now_us, "",
                          vg_sim_is_trader(v) && !o->halt_lies ? VG_SIM_BY_HEARING : VG_SIM_NEITHER);
    o->halt.from_us = VG_TIME_NONE;
}

/* ---- manoeuvres ---- */

/* It turned or changed its speed within ten minutes: a detector of anomalies that says so is not wrong, and nobody
 * needs to be told of it. */
static void watch_turn(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct vg_sim_watched *o, bool end)
{
    struct vg_sim_spell *s = &o->turn;
    const double kn = v->sog_kn;
    double most_deg = 0, least_kn = kn, most_kn = kn;
    for (int i = 0; i < o->minutes; i++) {
        most_deg = fmax(most_deg, fabs(vg_angle_180(v->cog_deg - o->past_deg[i])));
        least_kn = fmin(least_kn, o->past_kn[i]);
        most_kn = fmax(most_kn, o->past_kn[i]);
    }
    const bool turns =
        !vg_sim_is_away(v) && most_kn > WAY_KN && (most_deg >= TURN_DEG || most_kn - least_kn >= SPEED_PART * most_kn);
    if (turns && s->from_us == VG_TIME_NONE) {
        vg_sim_spell_open(world, v, s);
        o->turn_most_deg = 0;
    }
    if (turns) {
        s->last_us = world->now_us;
        o->turn_most_deg = fmax(o->turn_most_deg, most_deg);
    }
    if (s->from_us == VG_TIME_NONE || (!end && world->now_us - s->last_us < TURN_US))
        return;
    if (!vg_sim_is_deed(world, v, DEED_course_speed_anomaly)) {
        char params[60];
        snprintf(params, sizeof params, "\"turn_deg\":%.0f", o->turn_most_deg);
        vg_sim_spell_tell(world, v, s, "anomaly", s->last_us, params, VG_SIM_NEITHER);
    }
    s->from_us = VG_TIME_NONE;
}

static void remember(const struct vg_sim_vessel *v, struct vg_sim_watched *o)
{
    if (vg_sim_is_away(v)) {
        o->minutes = 0;
        return;
    }
    o->at = (uint8_t)(o->minutes ? (o->at + 1) % VG_SIM_PAST : 0);
    o->minutes = (uint8_t)(o->minutes < VG_SIM_PAST ? o->minutes + 1 : VG_SIM_PAST);
    o->past_kn[o->at] = (float)v->sog_kn;
    o->past_deg[o->at] = (float)v->cog_deg;
}

/* ---- approaches to a shore ---- */

static bool is_night(const struct vg_sim_world *world, const struct vg_sim_vessel *v)
{
    const double sun = vg_sun_hour(world->now_us, v->lon_deg);
    return sun > 20 || sun < 4.5;
}

/* From 5 km off to within 2 km of a shore where nobody lies, slowly, and 4 km off again within four hours. Ordinary
 * boats do so by day; by night it is what the kind means, whoever does it. */
static void watch_shore(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct vg_sim_watched *o)
{
    struct vg_sim_spell *s = &o->shore;
    if (vg_sim_is_away(v) || vg_sim_lies(v)) {
        s->from_us = VG_TIME_NONE;
        return;
    }
    const double m = vg_coast_distance_m(world->coast, v->lon_deg, v->lat_deg, SHORE_FAR_M + 500);
    if (m >= SHORE_FAR_M)
        o->far_us = world->now_us;
    if (s->from_us == VG_TIME_NONE) {
        if (m <= SHORE_NEAR_M && v->sog_kn <= SHORE_KN && o->far_us != VG_TIME_NONE &&
            world->now_us - o->far_us <= SHORE_FROM_US &&
            vg_sim_port_m(world, v->lon_deg, v->lat_deg) > VG_SIM_ROADS_M &&
            !vg_sim_is_deed(world, v, DEED_shore_approach)) {
            vg_sim_spell_open(world, v, s);
            s->metres = is_night(world, v); /* of its nearest part */
        }
        return;
    }
    if (m < SHORE_OFF_M)
        return;
    if (world->now_us - s->from_us <= SHORE_LONG_US)
        vg_sim_spell_tell(world, v, s, "shore", world->now_us, s->metres > 0 ? "\"night\":true" : "\"night\":false",
                          s->metres > 0 && !vg_sim_is_trader(v) ? VG_SIM_MAY : VG_SIM_NEITHER);
    s->from_us = VG_TIME_NONE;
}

/* ---- destinations ---- */

static void watch_bound(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct vg_sim_watched *o)
{
    const uint32_t bound = (uint32_t)vg_fnv_text(VG_FNV_BEGIN, v->destination) | 1;
    const bool changed = o->bound && bound != o->bound;
    if (vg_sim_is_away(v) || vg_sim_lies(v))
        o->rested_us = world->now_us;
    o->bound = vg_sim_is_away(v) ? 0 : bound;
    if (!changed || v->class != VG_CLASS_SHIP_A || vg_sim_is_deed(world, v, DEED_destination_change))
        return;
    struct vg_sim_spell s;
    vg_sim_spell_open(world, v, &s);
    const bool at_sea = v->sog_kn >= BOUND_KN &&
                        (o->rested_us == VG_TIME_NONE || world->now_us - o->rested_us > BOUND_PORT_US) &&
                        vg_coast_distance_m(world->coast, v->lon_deg, v->lat_deg, BOUND_SHORE_M + 500) >= BOUND_SHORE_M;
    vg_sim_spell_tell(world, v, &s, "voyage", world->now_us, "", at_sea ? VG_SIM_MAY : VG_SIM_NEITHER);
}

void vg_sim_watch_moves(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct vg_sim_watched *o, bool end)
{
    remember(v, o);
    watch_turn(world, v, o, end);
    watch_bound(world, v, o);
    if ((world->now_us - world->start_us) / VG_MINUTE_US % SHORE_EVERY == 0)
        watch_shore(world, v, o);
}
