/* The table of contacts: no slot is freed; when it is full the one silent for longest is written over. */
#include <string.h>

#include "behaviour/method.h"

static void unlink_slot(struct vg_behaviours *b, uint32_t slot)
{
    const struct order o = b->order[slot];
    if (o.older == NOBODY)
        b->oldest = o.newer;
    else
        b->order[o.older].newer = o.newer;
    if (o.newer == NOBODY)
        b->newest = o.older;
    else
        b->order[o.newer].older = o.older;
}

static void link_newest(struct vg_behaviours *b, uint32_t slot)
{
    b->order[slot] = (struct order){.older = b->newest, .newer = NOBODY};
    if (b->newest == NOBODY)
        b->oldest = slot;
    else
        b->order[b->newest].newer = slot;
    b->newest = slot;
}

static uint32_t free_slot(struct vg_behaviours *b)
{
    if (b->used < b->cap)
        return b->used++;
    const uint32_t slot = b->oldest;
    struct vessel *v = &b->vessel[slot];
    uint32_t imo_slot;
    unlink_slot(b, slot);
    vg_nearby_remove(b, v);
    vg_stays_forget(b, v);
    vg_map_remove(&b->by_key, v->key);
    if (v->imo && vg_map_get(&b->by_imo, v->imo, &imo_slot) && imo_slot == slot)
        vg_map_remove(&b->by_imo, v->imo);
    b->counters.vessels_dropped++;
    return slot;
}

uint64_t vg_vessel_key(const struct vg_contact *contact)
{
    return contact->mmsi ? contact->mmsi : contact->id;
}

struct vessel *vg_vessel_of(struct vg_behaviours *b, uint64_t key)
{
    uint32_t slot;
    if (vg_map_get(&b->by_key, key, &slot)) {
        if (slot != b->newest) {
            unlink_slot(b, slot);
            link_newest(b, slot);
        }
        return &b->vessel[slot];
    }
    slot = free_slot(b);
    struct vessel *v = &b->vessel[slot];
    memset(v, 0, sizeof *v);
    v->key = key, v->cell = v->cell_next = v->cell_prev = v->stays = NOBODY;
    v->last.time_us = v->before.time_us = NO_FIX_US;
    v->last.pos = v->before.pos = v->shore_pos = VG_POS_NONE;
    vg_map_set(&b->by_key, key, slot);
    link_newest(b, slot);
    return v;
}

struct vessel *vg_vessel_find(struct vg_behaviours *b, uint64_t key)
{
    uint32_t slot;
    return key && vg_map_get(&b->by_key, key, &slot) ? &b->vessel[slot] : NULL;
}
