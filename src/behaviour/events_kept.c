#include "behaviour/events_kept.h"

#include <stdlib.h>

static size_t place_of(const struct vg_events_kept *k, uint64_t id)
{
    size_t i = (size_t)(id * UINT64_C(0x9E3779B97F4A7C15) >> 20) & k->mask;
    while (k->slot[i] && k->event[k->slot[i] - 1].id != id)
        i = (i + 1) & k->mask;
    return i;
}

static bool grow(struct vg_events_kept *k)
{
    const size_t room = k->room ? 2 * k->room : 256;
    struct vg_event *event = realloc(k->event, room * sizeof *event);
    if (!event)
        return false;
    k->event = event;
    uint32_t *slot = calloc(2 * room, sizeof *slot);
    if (!slot)
        return false;
    free(k->slot);
    k->slot = slot, k->room = room, k->mask = 2 * room - 1;
    for (size_t i = 0; i < k->count; i++)
        k->slot[place_of(k, k->event[i].id)] = (uint32_t)i + 1;
    return true;
}

size_t vg_events_kept_find(const struct vg_events_kept *k, uint64_t id)
{
    const uint32_t number = k->room ? k->slot[place_of(k, id)] : 0;
    return number ? number - 1 : k->count;
}

void vg_events_kept_take(void *kept, const struct vg_event *event)
{
    struct vg_events_kept *k = kept;
    if (k->count == k->room && !grow(k)) {
        k->no_memory = true;
        return;
    }
    const size_t i = place_of(k, event->id);
    if (!k->slot[i])
        k->slot[i] = (uint32_t)++k->count;
    k->event[k->slot[i] - 1] = *event;
}

static int by_begin(const void *x, const void *y)
{
    const struct vg_event *a = x, *b = y;
    if (a->begin_us != b->begin_us)
        return a->begin_us < b->begin_us ? -1 : 1;
    return (a->id > b->id) - (a->id < b->id);
}

void vg_events_kept_sort(struct vg_events_kept *k)
{
    if (k->count)
        qsort(k->event, k->count, sizeof *k->event, by_begin);
}

void vg_events_kept_free(struct vg_events_kept *k)
{
    free(k->event);
    free(k->slot);
    *k = (struct vg_events_kept){0};
}
