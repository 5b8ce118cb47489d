/*
 * Looks after the room on the data folder's disk: how much there is and how long it lasts, told ahead; what goes by the
 * rules of retention; and that the journal gets the last of it. Within service; the loop's thread.
 */
#ifndef VG_SERVICE_DISK_WATCH_H
#define VG_SERVICE_DISK_WATCH_H

#include "service/follower.h"
#include "service/retention.h"
#include "situation/disk_space.h"

struct vg_disk_watch {
    const char *dir;        /* borrowed, as all that follows */
    const struct vg_io *io; /* NULL: vg_io_posix() */
    struct vg_retention_rules rules;
    void (*log)(void *arg, const char *line); /* may be NULL */
    void *log_arg;

    struct vg_disk_space space;
    int64_t look_us, keep_us; /* monotonic: when the disk, and what is kept, is looked at next */
    int64_t jumped_us;        /* monotonic: when the host's clock did; VG_TIME_NONE: it did not */
    bool due;                 /* something was to go at the last look */
    bool failing;             /* the journal's disk did, a second ago */
    uint64_t steps;           /* that the follower was asked for */
    uint64_t segments;        /* of the journal that had gone at the last look */
    uint64_t told_parts;      /* of the archive, that have gone and that the log has */
};

void vg_disk_watch_init(struct vg_disk_watch *watch, const char *dir, const struct vg_io *io,
                        struct vg_retention_rules rules);

/* Once a second. `follower` may be NULL: no archive is written. */
void vg_disk_watch_second(struct vg_disk_watch *watch, int64_t monotonic_us, int64_t wall_us,
                          struct vg_journal *journal, struct vg_follower *follower);

/* The host's clock jumped: for a day nothing is too old. */
void vg_disk_watch_jumped(struct vg_disk_watch *watch, int64_t monotonic_us);

#endif
