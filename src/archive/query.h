/*
 * What is asked of the archive's tables, how much was looked at, and how degrees stand in them.
 */
#ifndef VG_ARCHIVE_QUERY_H
#define VG_ARCHIVE_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/geo.h"

/* What to look for: rows that meet all of it. Times are [from_us, to_us). Zeros and NULL: no condition. */
struct vg_positions_query {
    uint32_t mmsi;                  /* 0: all */
    const struct vg_box *box;       /* NULL: everywhere. Of tables that have positions only */
    int64_t from_us, to_us;         /* INT64_MIN, INT64_MAX: always */
    const uint32_t *mmsis;          /* these only: ascending, each once, `mmsi_count` of them */
    size_t mmsi_count;              /* */
    uint32_t mmsi_first, mmsi_last; /* this range, both ends in it; last 0: all */
    uint32_t messages;              /* bit n: AIS message type n; 0: all. Found before other columns are read */
    bool senders_only;              /* of a row, only its MMSI and message type are wanted; the rest may be zero */
};
#define VG_POSITIONS_ALL ((struct vg_positions_query){.from_us = INT64_MIN, .to_us = INT64_MAX})

/* How much was looked at. */
struct vg_positions_work {
    uint64_t groups, groups_skipped; /* row groups in all, and ruled out by their statistics */
    uint64_t pages, pages_skipped;   /* row ranges of the groups left, and ruled out by the page index */
    uint64_t rows;                   /* that were compared one by one */
    uint64_t damaged;                /* store.h: parts that could not be read, or not all of them */
};

/* Millionths of a degree of 1/10 000 minute, and back. Exact inverses for every position on the globe. */
static inline int32_t vg_e6deg_from_e4min(int32_t e4min)
{
    return (int32_t)((5 * (int64_t)e4min + (e4min < 0 ? -1 : 1)) / 3);
}
static inline int32_t vg_e4min_from_e6deg(int32_t e6deg)
{
    return (int32_t)((3 * (int64_t)e6deg + (e6deg < 0 ? -2 : 2)) / 5);
}

#endif
