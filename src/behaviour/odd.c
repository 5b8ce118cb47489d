/* The table of what few vessels say or do: rows without gaps; the last one fills the place of one that goes. */
#include <string.h>

#include "behaviour/method.h"

struct odd *vg_odd_of(struct vg_behaviours *b, const struct vessel *v, uint8_t what)
{
    for (uint32_t i = 0; i < b->odds; i++)
        if (b->odd[i].vessel == v->key && b->odd[i].what == what)
            return &b->odd[i];
    return NULL;
}

struct odd *vg_odd_add(struct vg_behaviours *b, const struct vessel *v, uint8_t what)
{
    if (b->odds == ODDS) {
        b->counters.odds_dropped++;
        return NULL;
    }
    struct odd *o = &b->odd[b->odds++];
    *o = (struct odd){.vessel = v->key, .what = what};
    return o;
}

void vg_odd_drop(struct vg_behaviours *b, struct odd *odd)
{
    *odd = b->odd[--b->odds];
    memset(&b->odd[b->odds], 0, sizeof *odd);
}
