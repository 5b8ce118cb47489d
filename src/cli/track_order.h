/*
 * Reports of one file put into the order of time: rows needn't be sorted, only nearer together than
 * VG_TRACK_ORDER_MAX reports. One thread.
 */
#ifndef VG_CLI_TRACK_ORDER_H
#define VG_CLI_TRACK_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "report/report.h"

#define VG_TRACK_ORDER_MAX 131072 /* reports that wait: some 33 MB, taken as they come */

struct vg_track_order {
    struct vg_report *held;             /* in any place of it … */
    uint32_t *spare;                    /* … of which these are free, room − count of them */
    struct vg_track_order_entry *entry; /* a heap: the earliest first */
    uint32_t count, room;
    uint64_t sequence, lost; /* for want of memory */
};                           /* begins with zeros */

void vg_track_order_free(struct vg_track_order *order);

static inline bool vg_track_order_is_full(const struct vg_track_order *order)
{
    return order->count >= VG_TRACK_ORDER_MAX;
}

/* By its measured_us; equal ones stay in the order of their coming. May be done though it is full. */
void vg_track_order_put(struct vg_track_order *order, const struct vg_report *report);

/* The earliest, until the next call; NULL: none is there. */
const struct vg_report *vg_track_order_first(const struct vg_track_order *order);
void vg_track_order_drop(struct vg_track_order *order);

#endif
