/* What the reader and the finder of watch lists share. Not for other files. */
#ifndef VG_BEHAVIOUR_WATCH_INNER_H
#define VG_BEHAVIOUR_WATCH_INNER_H

#include "behaviour/watch_list.h"

struct vg_watch_entry {
    uint64_t key; /* an IMO number, an MMSI, or vg_watch_name_key() */
    uint32_t row;
};

#define VG_WATCH_BY_KEY  VG_WATCH_BYS /* by the rows' own keys, besides */
#define VG_WATCH_INDEXES (VG_WATCH_BYS + 1)

struct vg_watch_index {
    struct vg_watch_entry *entry; /* by key, then by row */
    size_t count;
};

struct vg_watch_list {
    struct vg_watch_row *row;
    size_t count, cap;
    struct vg_watch_index index[VG_WATCH_INDEXES];
    uint64_t hash;
};

uint64_t vg_watch_name_key(const char *callsign, const char *name); /* of plain words */

#endif
