/*
 * Points sorted by vessel and time in bounded memory: what doesn't fit is sorted in parts, which lie in a temporary
 * file that has no name and goes with the process, and are merged when read. One thread.
 */
#ifndef VG_EXPORT_SORTER_H
#define VG_EXPORT_SORTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/geo.h"

struct vg_point {
    int64_t time_us;
    uint64_t order; /* as they came: decides between two of one time */
    uint32_t mmsi;
    struct vg_pos pos;
    uint8_t time_source; /* enum vg_time_source */
    bool coarse;         /* in tenths of a minute */
};

#define VG_SORTER_POINTS (1 << 20) /* in memory: 32 MiB */

struct vg_sorter; /* opaque */

/* `most` in memory; 0: VG_SORTER_POINTS. VG_NOMEM. */
enum vg_err vg_sorter_new(size_t most, struct vg_sorter **ret_sorter);
void vg_sorter_free(struct vg_sorter *sorter); /* NULL is fine */

/* VG_IO, VG_NOMEM; VG_LIMIT: more than a thousand parts. */
enum vg_err vg_sorter_add(struct vg_sorter *sorter, const struct vg_point *point);

/* The next one in order; the first call ends adding. VG_EOF behind the last; VG_IO, VG_NOMEM. */
enum vg_err vg_sorter_next(struct vg_sorter *sorter, struct vg_point *ret);

#endif
