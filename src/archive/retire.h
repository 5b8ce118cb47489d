/*
 * Retention in the archive: how much there is, and letting its oldest hours go. The writer's thread. Nothing here asks
 * a clock: what is too old is told, and by what it is measured is in the extent.
 */
#ifndef VG_ARCHIVE_RETIRE_H
#define VG_ARCHIVE_RETIRE_H

#include "archive/store.h"

/* What is too old is measured from the third newest hour, so that one or two of a wrong clock let nothing go. */
#define VG_RETIRE_WITNESSES 3
#define VG_RETIRE_HOURS     64 /* with parts of their own, that one step lets go, at most */
#define VG_RETIRE_SHARE     8  /* a mixed part is written anew when so large a part of its rows is too old: an eighth */

struct vg_store_extent {
    uint64_t bytes, parts;        /* by the list of parts */
    uint64_t hours;               /* that have rows */
    int64_t oldest_us, newest_us; /* when they begin; newest: of those not later than now. VG_TIME_NONE: none */
    int64_t reference_us;         /* the third newest hour not later than now; VG_TIME_NONE: there are fewer */
};
/* VG_IO, VG_CORRUPT (the list of parts can't be read), VG_NOMEM. */
enum vg_err vg_store_extent(struct vg_store_writer *writer, int64_t now_us, struct vg_store_extent *ret);

/* What is to go. Times are ends of hours; zeros are not "nothing": VG_TIME_NONE is. */
struct vg_store_retirement {
    int64_t before_us;        /* hours that end by then */
    uint64_t excess_bytes;    /* and more of the oldest, about so many, by the last vg_store_extent() … */
    int64_t excess_before_us; /* … but none that ends later than this */
};

struct vg_store_retired {
    uint64_t hours, parts, bytes;
    int64_t until_us; /* the end of the newest hour that went; VG_TIME_NONE: none did */
};

/*
 * Lets the oldest hours go, VG_RETIRE_HOURS at most in a step: their parts of all tables, mixed parts whose newest row
 * is as old, and the rows of other mixed parts, if there are many. Readers see all of it or nothing gone; a crash
 * leaves files that the next step finds. VG_IO, VG_NOMEM: nothing went; vg_store_why() tells.
 */
enum vg_err vg_store_retire(struct vg_store_writer *writer, const struct vg_store_retirement *plan,
                            struct vg_store_retired *ret);

#endif
