/* Events as they are told: contacts in order, an id that every replay makes again, revisions counted. */
#include "behaviour/method.h"

static void put_contact(struct vg_event *e, uint64_t id, uint32_t mmsi)
{
    if (e->contacts == VG_EVENT_CONTACTS)
        return;
    unsigned at = e->contacts++;
    for (; at && e->contact[at - 1].mmsi > mmsi; at--)
        e->contact[at] = e->contact[at - 1];
    e->contact[at].id = id, e->contact[at].mmsi = mmsi;
}

struct vg_event vg_bhv_event_of(enum vg_event_kind kind, uint64_t a, uint32_t a_mmsi, uint64_t b, uint32_t b_mmsi,
                                const struct going *going, struct vg_pos pos)
{
    struct vg_event e = {
        .kind = (uint8_t)kind, .begin_us = going->begin_us, .end_us = going->last_us, .pos = pos, .confidence = 0.5};
    put_contact(&e, a, a_mmsi);
    if (b || b_mmsi)
        put_contact(&e, b, b_mmsi);
    vg_event_place(&e, going->first_offset);
    if (going->last_offset != going->first_offset)
        vg_event_place(&e, going->last_offset);
    return e;
}

struct vg_event vg_bhv_event_of_pair(enum vg_event_kind kind, const struct pair *p)
{
    return vg_bhv_event_of(kind, p->a_id, p->a_mmsi, p->b_id, p->b_mmsi, &p->going, p->pos);
}

struct vg_event vg_bhv_event(enum vg_event_kind kind, const struct vessel *a, const struct vessel *b,
                             const struct going *going, struct vg_pos pos)
{
    return vg_bhv_event_of(kind, a->id, a->mmsi, b ? b->id : 0, b ? b->mmsi : 0, going, pos);
}

#define PROOFS 6 /* of one vessel */

void vg_bhv_prove(struct vg_event *event, const struct vessel *v)
{
    unsigned in = 0, seen = 0;
    for (int pass = 0; pass < 2; pass++)
        for (unsigned n = 0; n < v->point_count; n++) {
            const struct point *p = vg_past_point(v, n);
            const int64_t time_us = (int64_t)p->step * STEP_US;
            if (time_us < event->begin_us || time_us > event->end_us)
                continue;
            if (!pass)
                in++;
            else if (seen++ % (in / PROOFS + 1) == 0)
                vg_event_place(event, p->offset);
        }
}

void vg_bhv_tell(struct vg_behaviours *b, struct vg_event *event, struct going *going, enum vg_event_state state,
                 const char *about)
{
    event->state = (uint8_t)state;
    event->revision = going->revision;
    event->told_us = b->clock_us != VG_TIME_NONE && b->clock_us > going->last_us ? b->clock_us : going->last_us;
    event->id = vg_event_id_of(event, about);
    if (!going->told)
        b->counters.events++;
    else if (state == VG_EVENT_WITHDRAWN)
        b->counters.withdrawn++;
    else
        b->counters.revised++;
    going->told = true;
    if (going->revision < UINT16_MAX)
        going->revision++;
    if (b->on)
        b->on(b->on_arg, event);
}

void vg_bhv_tell_once(struct vg_behaviours *b, struct vg_event *event, const char *about)
{
    struct going over = {.begin_us = event->begin_us, .last_us = event->end_us};
    vg_bhv_tell(b, event, &over, VG_EVENT_ENDED, about);
}

void vg_going_begin(struct going *going, const struct fix *fix)
{
    *going = (struct going){
        .begin_us = fix->time_us, .last_us = fix->time_us, .first_offset = fix->offset, .last_offset = fix->offset};
}

void vg_going_on(struct going *going, const struct fix *fix)
{
    going->last_us = fix->time_us, going->last_offset = fix->offset;
}
