/*
 * How much room the data folder's disk has, and how long it lasts: what is told ahead of a full disk. Pure: the caller
 * measures, once a minute or more often, and gives the time of a clock that never goes back. One thread.
 */
#ifndef VG_SITUATION_DISK_SPACE_H
#define VG_SITUATION_DISK_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Below these it is low, or critical; it is so until the disk has a quarter more than that. */
#define VG_SPACE_LOW_SHARE      0.10                     /* of the disk is free */
#define VG_SPACE_LOW_S          (INT64_C(7) * 24 * 3600) /* until it is full */
#define VG_SPACE_CRITICAL_SHARE 0.02
#define VG_SPACE_CRITICAL_S     (INT64_C(24) * 3600)
#define VG_SPACE_CRITICAL_BYTES (UINT64_C(1) << 30) /* of a small disk: a twentieth of it */
#define VG_SPACE_BACK           1.25

#define VG_SPACE_SAMPLES   360                      /* six hours of minutes: the growth is that of these */
#define VG_SPACE_EACH_US   (INT64_C(60) * 1000000)  /* one of these at most, however often it is measured */
#define VG_SPACE_LEAST_US  (INT64_C(600) * 1000000) /* of less than ten minutes nothing is said */
#define VG_SPACE_UNKNOWN_S (-1)

enum vg_space { VG_SPACE_UNKNOWN, VG_SPACE_OK, VG_SPACE_LOW, VG_SPACE_CRITICAL };

/* "unknown", "ok", "low", "critical". */
const char *vg_space_key(enum vg_space space);

struct vg_space_status {
    enum vg_space space;
    uint64_t free_bytes, total_bytes; /* for those who write here; 0 of 0: not known */
    int64_t full_in_s;                /* at the growth of the last hours; VG_SPACE_UNKNOWN_S: not filling, not known */
};

/* Starts as zeros. */
struct vg_disk_space {
    struct vg_space_status status;
    struct {
        int64_t at_us;
        uint64_t free_bytes;
    } sample[VG_SPACE_SAMPLES];
    size_t count, next;
};

/* A measurement. True: status.space is another one now. total_bytes 0: it can't be measured. */
bool vg_disk_space_take(struct vg_disk_space *disk, int64_t monotonic_us, uint64_t free_bytes, uint64_t total_bytes);

/*
 * The last room is the journal's: below this, the archive isn't made smaller by writing it anew, and no state is saved
 * for the next start. 1 GiB, or a twentieth of a small disk.
 */
uint64_t vg_space_reserve(uint64_t total_bytes);
bool vg_space_is_reserved(const struct vg_space_status *status);

#endif
