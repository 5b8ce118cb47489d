/* What is told of a deed, and the facts of its row. */
#include <stdio.h>

#include "sim/deed.h"
#include "sim/watch.h"

const struct vg_sim_deed_row vg_sim_deed_rows[DEED_COUNT] = {
#define DEED(key, event, near, far, hours, silence) {#event, near, far, hours, silence},
#define LIFE(key, near, far, hours)                 {NULL, near, far, hours, 0},
#include "sim/deeds.def"
#undef DEED
#undef LIFE
};

static void tell(struct vg_sim_world *world, struct vg_sim_deed *d, bool also, bool open_end)
{
    const struct vg_sim_deed_row *row = &vg_sim_deed_rows[d->id];
    char params[VG_SIM_PARAMS + 80];
    d->told = true;
    if (!row->event)
        return;
    struct vg_sim_event e = {.kind = row->event,
                             .deed = vg_sim_deed_key(d->id),
                             .begin_us = d->begin_us,
                             .end_us = d->end_us ? d->end_us : world->now_us,
                             .lon_deg = d->lon_deg,
                             .lat_deg = d->lat_deg,
                             .params = params,
                             .observable = also && !d->hidden};
    uint32_t heard = UINT32_MAX;
    int64_t quiet_us = 0;
    for (size_t i = 0; i < d->actors && i < 2; i++) {
        const struct vg_sim_vessel *v = vg_deed_actor(world, d, i);
        if (v->no_ais)
            continue;
        uint32_t n = vg_sim_heard_since(v, &d->hearing[i]);
        int64_t q = vg_sim_quiet_since_us(world, v, &d->hearing[i]);
        e.mmsi[i] = v->mmsi;
        heard = n < heard ? n : heard;
        quiet_us = q > quiet_us ? q : quiet_us;
        e.observable &= vg_sim_was_heard(world, v, &d->hearing[i], (int64_t)(row->silence_min * 60e6));
    }
    if (d->was_mmsi)
        e.mmsi[2] = d->was_mmsi;
    if (e.mmsi[1] == e.mmsi[0]) /* a number that two share is one number */
        e.mmsi[1] = 0;
    snprintf(params, sizeof params, "%s%s\"heard\":%u,\"quiet_s\":%lld%s", d->params, *d->params ? "," : "",
             heard == UINT32_MAX ? 0 : heard, (long long)(quiet_us / VG_SECOND_US),
             open_end ? ",\"open_end\":true" : "");
    vg_sim_tell(world, &e);
}

void vg_deed_begin(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    d->begun = true;
    d->begin_us = world->now_us;
    for (size_t i = 0; i < d->actors && i < 2; i++)
        d->hearing[i] = vg_sim_hearing_now(world, vg_deed_actor(world, d, i));
    d->lon_deg = vg_deed_actor(world, d, 0)->lon_deg;
    d->lat_deg = vg_deed_actor(world, d, 0)->lat_deg;
}

void vg_deed_tell(struct vg_sim_world *world, struct vg_sim_deed *d, bool also)
{
    tell(world, d, also, false);
}

void vg_deed_tell_as(struct vg_sim_world *world, struct vg_sim_deed *d, const char *kind, size_t actor, bool observable)
{
    const struct vg_sim_event e = {.kind = kind,
                                   .deed = vg_sim_deed_key(d->id),
                                   .begin_us = d->begin_us,
                                   .end_us = world->now_us,
                                   .mmsi = {vg_deed_actor(world, d, actor)->mmsi},
                                   .lon_deg = d->lon_deg,
                                   .lat_deg = d->lat_deg,
                                   .params = d->params,
                                   .observable = observable};
    vg_sim_tell(world, &e);
}

void vg_deed_tell_open(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    if (d->id == DEED_switch_off)
        d->hidden = !vg_sim_watch_off_well(world, vg_deed_actor(world, d, 0));
    tell(world, d, true, true);
}
