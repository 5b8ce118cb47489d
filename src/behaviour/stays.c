/* The table of stays in areas: a list for each vessel, and one of those that are free again. */
#include "behaviour/method.h"

struct stay *vg_stay_of(struct vg_behaviours *b, struct vessel *v, uint16_t area)
{
    for (uint32_t i = v->stays; i != NOBODY; i = b->stay[i].next)
        if (b->stay[i].area == area)
            return &b->stay[i];
    return NULL;
}

struct stay *vg_stay_add(struct vg_behaviours *b, struct vessel *v, uint16_t area)
{
    uint32_t i = b->stay_free;
    if (i != NOBODY)
        b->stay_free = b->stay[i].next;
    else if (b->stays < STAYS)
        i = b->stays++;
    else {
        b->counters.stays_dropped++;
        return NULL;
    }
    b->stay[i] = (struct stay){.area = area, .next = v->stays};
    v->stays = i;
    return &b->stay[i];
}

void vg_stay_drop(struct vg_behaviours *b, uint32_t *link)
{
    const uint32_t i = *link;
    *link = b->stay[i].next;
    b->stay[i] = (struct stay){.next = b->stay_free};
    b->stay_free = i;
}

void vg_stays_forget(struct vg_behaviours *b, struct vessel *v)
{
    while (v->stays != NOBODY)
        vg_stay_drop(b, &v->stays);
}
