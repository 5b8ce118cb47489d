/*
 * A set of journal offsets, as ranges: those of a recording that was taken into a data folder, for instance. Kept
 * sorted; ranges that touch are one. One thread.
 */
#ifndef VG_BASE_OFFSET_RANGES_H
#define VG_BASE_OFFSET_RANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define VG_OFFSET_RANGES_MAX 65536 /* of one set; 16 bytes each */

/* The offsets from…to - 1. */
struct vg_offset_range {
    uint64_t from, to;
};

/* Starts as zeros: empty. */
struct vg_offset_ranges {
    struct vg_offset_range *items; /* ascending, none empty, a gap between any two */
    size_t count, room;
};

/* Adds a range; one with from == to adds nothing. VG_ARG: from > to; VG_LIMIT, VG_NOMEM. On failure the set stays. */
enum vg_err vg_offset_ranges_add(struct vg_offset_ranges *set, struct vg_offset_range range);
/* Adds all of `other`, or nothing. VG_LIMIT, VG_NOMEM. */
enum vg_err vg_offset_ranges_join(struct vg_offset_ranges *set, const struct vg_offset_ranges *other);

bool vg_offset_ranges_have(const struct vg_offset_ranges *set, uint64_t offset);
/* True if an offset of first…last, both ends in it, is in the set. */
bool vg_offset_ranges_meet(const struct vg_offset_ranges *set, uint64_t first, uint64_t last);

void vg_offset_ranges_free(struct vg_offset_ranges *set); /* it is empty then and may be used again */

#endif
