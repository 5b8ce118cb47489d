#include "cli/track_order.h"

#include <stdlib.h>

struct vg_track_order_entry {
    int64_t time_us;
    uint64_t sequence;
    uint32_t place;
};

static bool is_before(const struct vg_track_order_entry *a, const struct vg_track_order_entry *b)
{
    return a->time_us != b->time_us ? a->time_us < b->time_us : a->sequence < b->sequence;
}

void vg_track_order_free(struct vg_track_order *o)
{
    free(o->held);
    free(o->spare);
    free(o->entry);
    *o = (struct vg_track_order){0};
}

static bool grow(struct vg_track_order *o)
{
    const uint32_t room = o->room ? o->room * 2 : 1024;
    struct vg_report *held = realloc(o->held, room * sizeof *held);
    if (held)
        o->held = held;
    uint32_t *spare = realloc(o->spare, room * sizeof *spare);
    if (spare)
        o->spare = spare;
    struct vg_track_order_entry *entry = realloc(o->entry, room * sizeof *entry);
    if (entry)
        o->entry = entry;
    if (!held || !spare || !entry)
        return false;
    for (uint32_t i = o->room; i < room; i++) /* it grows when none is free */
        spare[room - 1 - i] = i;
    o->room = room;
    return true;
}

void vg_track_order_put(struct vg_track_order *o, const struct vg_report *report)
{
    if (o->count == o->room && !grow(o)) {
        o->lost++;
        return;
    }
    const struct vg_track_order_entry e = {report->measured_us, ++o->sequence, o->spare[o->room - o->count - 1]};
    uint32_t i = o->count++;
    for (; i && is_before(&e, &o->entry[(i - 1) / 2]); i = (i - 1) / 2)
        o->entry[i] = o->entry[(i - 1) / 2];
    o->entry[i] = e;
    o->held[e.place] = *report;
}

const struct vg_report *vg_track_order_first(const struct vg_track_order *o)
{
    return o->count ? &o->held[o->entry[0].place] : NULL;
}

void vg_track_order_drop(struct vg_track_order *o)
{
    if (!o->count)
        return;
    o->spare[o->room - o->count] = o->entry[0].place;
    const struct vg_track_order_entry last = o->entry[--o->count];
    uint32_t i = 0;
    for (uint32_t child = 1; child < o->count; child = 2 * i + 1) {
        if (child + 1 < o->count && is_before(&o->entry[child + 1], &o->entry[child]))
            child++;
        if (!is_before(&o->entry[child], &last))
            break;
        o->entry[i] = o->entry[child];
        i = child;
    }
    o->entry[i] = last;
}
