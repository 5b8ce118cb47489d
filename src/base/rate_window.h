/*
 * "So many a minute": the last times at which something happened. A plain value, zeros at first; asks no clock, times
 * are of one that never goes back. One thread.
 */
#ifndef VG_BASE_RATE_WINDOW_H
#define VG_BASE_RATE_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"

#define VG_RATE_MOST 10 /* no rate that is asked for is higher */

struct vg_rate_window {
    int64_t at_us[VG_RATE_MOST];
    unsigned next, filled;
};

/* True if fewer than `most` (1 to VG_RATE_MOST) were noted within the last minute. */
static inline bool vg_rate_has_room(const struct vg_rate_window *w, unsigned most, int64_t now_us)
{
    if (w->filled < most)
        return true;
    return now_us - w->at_us[(w->next + VG_RATE_MOST - most) % VG_RATE_MOST] >= VG_MINUTE_US;
}

static inline void vg_rate_note(struct vg_rate_window *w, int64_t now_us)
{
    w->at_us[w->next] = now_us;
    w->next = (w->next + 1) % VG_RATE_MOST;
    w->filled += w->filled < VG_RATE_MOST;
}

/* When the newest was; INT64_MIN: none was. */
static inline int64_t vg_rate_newest_us(const struct vg_rate_window *w)
{
    return w->filled ? w->at_us[(w->next + VG_RATE_MOST - 1) % VG_RATE_MOST] : INT64_MIN;
}

/* True, and noted, if there is room. */
static inline bool vg_rate_take(struct vg_rate_window *w, unsigned most, int64_t now_us)
{
    bool room = vg_rate_has_room(w, most, now_us);
    if (room)
        vg_rate_note(w, now_us);
    return room;
}

#endif
