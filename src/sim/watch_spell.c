/* What the parts of the watch do alike: spells, and who it is. */
#include "sim/watch_inner.h"

bool vg_sim_is_trader(const struct vg_sim_vessel *v)
{
    return v->class == VG_CLASS_SHIP_A && v->kind->shiptype >= 60 && v->kind->shiptype < 90;
}

bool vg_sim_is_fisher(const struct vg_sim_vessel *v)
{
    return v->kind->shiptype == 30;
}

bool vg_sim_is_deed(const struct vg_sim_world *world, const struct vg_sim_vessel *v, enum vg_sim_deed_id deed)
{
    return v->deed >= 0 && world->deeds[v->deed].id == deed && world->deeds[v->deed].begun;
}

void vg_sim_spell_open(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct vg_sim_spell *s)
{
    *s = (struct vg_sim_spell){.from_us = world->now_us,
                               .last_us = world->now_us,
                               .lon_deg = v->lon_deg,
                               .lat_deg = v->lat_deg,
                               .hearing = vg_sim_hearing_now(world, v)};
}

void vg_sim_spell_tell(struct vg_sim_world *world, const struct vg_sim_vessel *v, const struct vg_sim_spell *s,
                       const char *kind, int64_t end_us, const char *params, enum vg_sim_counts counts)
{
    const struct vg_sim_event e = {.kind = kind,
                                   .deed = vg_sim_deed_of(world, v),
                                   .counts = v->no_ais && counts == VG_SIM_MUST ? VG_SIM_NEITHER : counts,
                                   .begin_us = s->from_us,
                                   .end_us = end_us,
                                   .mmsi = {v->mmsi},
                                   .lon_deg = s->lon_deg,
                                   .lat_deg = s->lat_deg,
                                   .params = params,
                                   .observable =
                                       !v->no_ais && vg_sim_was_heard(world, v, &s->hearing, VG_SIM_SILENCE_US)};
    vg_sim_tell(world, &e);
}
