#include "sim/deed.h"

struct vg_sim_vessel *vg_deed_cast(struct vg_sim_world *world, struct vg_sim_deed *d, const char *kind)
{
    struct vg_sim_vessel *v = vg_sim_add(world, vg_sim_kind(kind));
    if (!v) /* vg_sim_deed_crew() counted too few: a mistake of ours, and the deed has fewer actors */
        return NULL;
    v->program = PROGRAM_DEED;
    v->deed = (int16_t)(d - world->deeds);
    vg_deed_away(v);
    if (d->actors == 0)
        d->first = (uint32_t)(world->count - 1);
    d->actors++;
    return v;
}
