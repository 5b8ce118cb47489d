/* Fields expire without a report: whoever shows a contact must be told its rows anew. */
#include "picture/inner.h"

void vg_pic_changed(struct vg_picture *p, struct vg_contact *v, bool moved, bool static_changed)
{
    uint64_t next = p->seq + 1;
    if (moved)
        v->move_seq = next;
    if (static_changed)
        v->static_seq = next;
    if (moved || static_changed)
        vg_pic_cell(p, v->slot)->live->seq = next;
}

/* Most reports move a contact: what else she said lies elsewhere in memory, and is left alone until it expires. */
bool vg_pic_look_at_age(struct vg_picture *p, const struct vg_contact *v, uint32_t said, uint32_t *ret_fields)
{
    struct slot_state *state = vg_pic_state(p, v->slot);
    uint32_t moving = VG_CONTACT_MOVING_FIELDS, before = state->expired, lasting = before & ~moving;
    int64_t next_us;
    uint32_t expired = vg_contact_expired(v, moving, p->clock_us, &next_us);
    if (said & ~moving || state->lasting_expires_us <= p->clock_us)
        lasting = vg_contact_expired(v, ~moving, p->clock_us, &state->lasting_expires_us);
    state->expired = expired | lasting;
    state->expires_us = next_us < state->lasting_expires_us ? next_us : state->lasting_expires_us;
    if (state->expires_us < p->age_next_us)
        p->age_next_us = state->expires_us;
    *ret_fields = state->expired ^ before;
    return *ret_fields;
}

bool vg_pic_age_is_static(uint32_t fields)
{
    return fields & (VG_FIELD_BIT(DESTINATION) | VG_FIELD_BIT(ETA) | VG_FIELD_BIT(DRAUGHT));
}

/* A slot whose next expiry has come; or any, if the clock went back: then what had expired may hold again. */
static int64_t age(struct vg_picture *p, uint32_t slot, bool back)
{
    struct slot_state *state = vg_pic_state(p, slot);
    uint32_t fields;
    if (!state->used)
        return INT64_MAX;
    if (back || state->expires_us <= p->clock_us) {
        struct vg_contact *v = vg_pic_edit_moving(p, slot); /* the numbers of its changes */
        if (!v)
            return p->clock_us; /* without memory at the next one */
        if (vg_pic_look_at_age(p, v, ~UINT32_C(0), &fields))
            vg_pic_changed(p, v, true, vg_pic_age_is_static(fields));
    }
    return state->expires_us;
}

void vg_pic_age(struct vg_picture *p)
{
    bool back = p->clock_us < p->aged_us;
    if (!p->clock_known || (!back && p->clock_us < p->age_next_us))
        return;
    int64_t next_us = INT64_MAX;
    p->aged_us = p->clock_us;
    for (uint32_t slot = 0; slot < p->slots; slot++) {
        int64_t until_us = age(p, slot, back);
        next_us = until_us < next_us ? until_us : next_us;
    }
    p->age_next_us = next_us;
}
