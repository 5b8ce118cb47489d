/*
 * The newest word of each event, for who wants all of a run: a vg_event_sink with a table by id. Memory grows with the
 * events. One thread.
 */
#ifndef VG_BEHAVIOUR_EVENTS_KEPT_H
#define VG_BEHAVIOUR_EVENTS_KEPT_H

#include <stddef.h>

#include "behaviour/event.h"

struct vg_events_kept {
    struct vg_event *event;
    uint32_t *slot; /* open addressing by id: number + 1; 0: free */
    size_t count, room, mask;
    bool no_memory; /* some are missing */
};                  /* begins with zeros */

void vg_events_kept_take(void *kept, const struct vg_event *event); /* a vg_event_sink */
/* The place of an event in `event`; `count` if it isn't there. Not after sorting. */
size_t vg_events_kept_find(const struct vg_events_kept *kept, uint64_t id);
void vg_events_kept_sort(struct vg_events_kept *kept); /* by begin, then id; nothing is taken behind it */
void vg_events_kept_free(struct vg_events_kept *kept);

#endif
