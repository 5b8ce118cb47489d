/* Vessels of a scenario: its fleet, its kinds, and those that its deeds bring. */
#include <stdlib.h>

#include "sim/deed.h"

enum vg_err vg_sim_script_fleet(struct vg_sim_world *world)
{
    const struct vg_sim_script *s = world->script;
    uint64_t want = s->fleet;
    enum vg_err err;
    for (size_t k = 0; k < vg_sim_kind_count; k++)
        want += s->vessels[k];
    world->cap = (size_t)want + VG_SIM_EXTRAS + vg_sim_deed_crew(world);
    world->vessels = calloc(world->cap, sizeof *world->vessels);
    if (!world->vessels)
        return VG_NOMEM;
    if (!s->is_box) {
        vg_sim_add_fixed(world);
        struct vg_sim_vessel *v = vg_sim_add(world, vg_sim_kind("coast guard cutter"));
        if (v) { /* who carries the demo's radar */
            vg_sim_write(v->name, "GUARDACOSTAS 44");
            vg_sim_begin(world, v);
        }
    }
    if ((err = vg_sim_add_shares(world, s->fleet)))
        return err;
    for (size_t k = 0; k < vg_sim_kind_count; k++)
        if ((err = vg_sim_add_kind(world, k, s->vessels[k])))
            return err;
    world->heard = world->count;
    return vg_sim_deeds_cast(world);
}
