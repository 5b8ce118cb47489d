/*
 * Which time the picture is told, and when: the same for bytes that come now and for a journal that is read again.
 *
 * By the wall clock the picture goes on in whole seconds, at the first bytes of a second or at a tick of the clock,
 * whichever is first: whether there were ticks in between leaves no trace. By the data's clock it goes with the
 * newest believable time of the reports, in steps of a second.
 */
#ifndef VG_SERVICE_PICTURE_CLOCK_H
#define VG_SERVICE_PICTURE_CLOCK_H

#include "picture/picture.h"

struct vg_picture_clock {
    bool data_clock;
    int64_t clock_us;    /* data clock: the newest believable time; VG_TIME_NONE before any */
    int64_t advanced_us; /* the picture's time; VG_TIME_NONE before any */
    int64_t leap_us;     /* data clock: a time far ahead that further reports may confirm */
    uint64_t leaps;      /* how many have */
};

void vg_picture_clock_init(struct vg_picture_clock *clock, bool data_clock);

/* Limits of a picture that lives by this clock: `ahead_us`, if it is 0. */
void vg_picture_clock_limits(const struct vg_picture_clock *clock, struct vg_picture_limits *limits);

/* Before the reports of bytes that came at received_us are applied. */
void vg_picture_clock_bytes(struct vg_picture_clock *clock, struct vg_picture *picture, int64_t received_us);

/* Before a report of time_us is applied. */
void vg_picture_clock_report(struct vg_picture_clock *clock, struct vg_picture *picture, int64_t time_us);

/* The wall clock's time is now_us. */
void vg_picture_clock_tick(struct vg_picture_clock *clock, struct vg_picture *picture, int64_t now_us);

#endif
