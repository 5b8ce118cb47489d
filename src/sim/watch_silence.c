/*
 * Of the watch: silences. A vessel whose transmitter is off for an hour, where it would have been heard well before and
 * meanwhile, is what a gap means; one that lies at a berth has gone to bed. All other silences are the receivers' own.
 */
#include "sim/watch_inner.h"

#define GAP_US    VG_HOUR_US
#define WELL      0.5 /* share of its positions that somebody ashore hears: hardly a minute without one */
#define WELL_PART 0.9 /* of the silence's minutes */
#define HEARD_US  (10 * VG_MINUTE_US)

static bool is_off(const struct vg_sim_vessel *v)
{
    return v->silent && !vg_sim_is_away(v);
}

/* One without AIS, or with it off: a radar that sees it without a name is right. The deed's boat tells of itself. */
static void watch_dark(struct vg_sim_world *world, struct vg_sim_vessel *v, struct vg_sim_watched *o, bool end)
{
    const bool is =
        (v->no_ais || v->silent) && !vg_sim_is_away(v) && !(v->deed >= 0 && world->deeds[v->deed].id == DEED_go_fast);
    if (is && o->dark.from_us == VG_TIME_NONE)
        vg_sim_spell_open(world, v, &o->dark);
    if ((is && !end) || o->dark.from_us == VG_TIME_NONE)
        return;
    char params[40];
    snprintf(params, sizeof params, "\"thing\":%zu", (size_t)(v - world->vessels));
    vg_sim_spell_tell(world, v, &o->dark, "dark", world->now_us, params, VG_SIM_MAY);
    o->dark.from_us = VG_TIME_NONE;
}

void vg_sim_watch_off(struct vg_sim_world *world, struct vg_sim_vessel *v, struct vg_sim_watched *o, bool end)
{
    watch_dark(world, v, o, end);
    if (vg_sim_is_away(v))
        o->away_us = world->now_us;
    if (!is_off(v)) {
        if (o->off_us != VG_TIME_NONE && !v->silent && v->heard_us != VG_TIME_NONE && v->heard_us > o->silent_us)
            o->off_us = VG_TIME_NONE; /* heard again, and told */
        return;
    }
    const bool well = vg_sim_heard_share(world, v) >= WELL;
    if (o->off_us == VG_TIME_NONE) {
        o->off_us = world->now_us;
        o->off_minutes = o->off_well = 0;
        o->off_begun_well = well && v->heard_us != VG_TIME_NONE && world->now_us - v->heard_us < HEARD_US;
        o->silent_at_rest = true;
    }
    o->silent_us = world->now_us;
    o->silent_at_rest &= vg_sim_lies(v);
    o->off_minutes++;
    o->off_well += well;
    if (end && v->heard_us != VG_TIME_NONE && world->now_us - v->heard_us >= GAP_US) {
        v->quiet_from_us = v->heard_us;
        v->quiet_to_us = world->now_us;
        vg_sim_watch_quiet(world, v);
    }
}

bool vg_sim_watch_off_well(const struct vg_sim_world *world, const struct vg_sim_vessel *v)
{
    const struct vg_sim_watched *o = world->watch ? &world->watch->one[v - world->vessels] : NULL;
    return o && o->off_begun_well && o->off_minutes >= GAP_US / VG_MINUTE_US &&
           o->off_well >= WELL_PART * o->off_minutes;
}

void vg_sim_watch_quiet(struct vg_sim_world *world, struct vg_sim_vessel *v)
{
    if (!world->watch || v->quiet_to_us - v->quiet_from_us < GAP_US)
        return;
    const struct vg_sim_watched *o = &world->watch->one[v - world->vessels];
    const char *cause = "reception";
    enum vg_sim_counts counts = VG_SIM_NO;
    if (v->shares_mmsi) /* the other may have been heard */
        return;
    if (o->silent_us != VG_TIME_NONE && o->silent_us >= v->quiet_from_us) {
        cause = o->silent_at_rest ? "berth" : "switched_off";
        counts = !o->silent_at_rest && vg_sim_watch_off_well(world, v) ? VG_SIM_MUST : VG_SIM_NEITHER;
    } else if (o->away_us != VG_TIME_NONE && o->away_us >= v->quiet_from_us) {
        cause = "outside";
    }
    char params[120];
    snprintf(params, sizeof params, "\"cause\":\"%s\",\"minutes\":%.0f,\"off_minutes\":%u,\"well\":%.2f", cause,
             (double)(v->quiet_to_us - v->quiet_from_us) / 60e6, o->off_minutes,
             o->off_minutes ? (double)o->off_well / o->off_minutes : 0);
    const struct vg_sim_event e = {.kind = "gap",
                                   .deed = vg_sim_deed_of(world, v),
                                   .counts = counts,
                                   .begin_us = v->quiet_from_us,
                                   .end_us = v->quiet_to_us,
                                   .mmsi = {v->mmsi},
                                   .lon_deg = v->lon_deg,
                                   .lat_deg = v->lat_deg,
                                   .params = params};
    vg_sim_tell(world, &e);
}
