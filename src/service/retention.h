/*
 * What goes of journal and archive together, when their disk may hold no more: the oldest first, an hour of the archive
 * or a segment of the journal, whichever is older. Pure. Within service.
 *
 * What is too old goes from the journal by its own rule (journal.h: two segments at a time), and from the archive by
 * the third newest hour and the host's clock, whichever is earlier, so that a clock that is wrong lets nothing go.
 * After a jump of the host's clock nothing is too old for a day.
 */
#ifndef VG_SERVICE_RETENTION_H
#define VG_SERVICE_RETENTION_H

#include "archive/retire.h"
#include "journal/journal.h"

#define VG_RETENTION_JUMP_US (INT64_C(24) * 3600 * 1000000)

struct vg_retention_rules {
    int64_t keep_us, keep_bytes; /* of journal and archive; 0: no limit */
};

struct vg_retention_now {
    int64_t wall_us;
    bool doubtful; /* the clock jumped within VG_RETENTION_JUMP_US */
    uint64_t journal_bytes;
    struct vg_journal_oldest journal;
    struct vg_store_extent archive;
};

/* *ret_plan: for the archive; true: the journal's oldest segment is to go, too. */
bool vg_retention_plan(const struct vg_retention_rules *rules, const struct vg_retention_now *now,
                       struct vg_store_retirement *ret_plan);

#endif
