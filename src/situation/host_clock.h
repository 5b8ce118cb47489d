/*
 * The clock of the host, by which everything that comes is dated: whether it is synchronised with others, and whether
 * it jumped. Pure: the caller reads clocks, once a second; tests give any values. One thread.
 */
#ifndef VG_SITUATION_HOST_CLOCK_H
#define VG_SITUATION_HOST_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* A correction that is slewed takes 2 000 s for so much; a step between two looks is a jump. */
#define VG_HOST_CLOCK_JUMP_US INT64_C(1000000)

enum vg_synchronised { VG_SYNC_UNKNOWN, VG_SYNC_NO, VG_SYNC_YES };

struct vg_host_clock_reading {
    int64_t wall_us;    /* UTC */
    int64_t elapsed_us; /* of a clock that never jumps and goes on while the host sleeps */
    enum vg_synchronised synchronised;
    int64_t error_us; /* at most, as the system says; negative: not known */
};

/* Starts as zeros. */
struct vg_host_clock {
    enum vg_synchronised synchronised;
    int64_t error_us;     /* negative: not known */
    uint64_t jumps;       /* since the start */
    int64_t last_jump_us; /* when, by the clock after it; valid if jumps */
    int64_t last_by_us;   /* by how much: forwards above 0 */
    int64_t jumped_at_us; /* elapsed_us then */
    bool looked;
    int64_t ahead_us; /* of elapsed_us, at the last look */
};

/* What is to be recorded, and, but for the first look's, told. */
struct vg_host_clock_change {
    int64_t time_us; /* wall */
    int64_t jump_us; /* 0: it did not jump */
    enum vg_synchronised synchronised;
    int64_t error_us;
    bool first; /* the first look: how it is, not a change */
};

/* A look. True, *ret_change set: it jumped, or is synchronised, or no more; or it is the first look, and one of them.
 */
bool vg_host_clock_look(struct vg_host_clock *clock, const struct vg_host_clock_reading *reading,
                        struct vg_host_clock_change *ret_change);

#endif
