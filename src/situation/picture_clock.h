/*
 * Which time the picture is told, and when: the same for bytes that come now and for a journal that is read again.
 *
 * The picture's time is always a whole second, the one in which the clock stands: history keeps the seconds of reports
 * and reckons the same silences from them.
 *
 * By the wall clock the picture goes on at the first bytes of a second or at a tick of the clock, whichever is first:
 * whether there were ticks in between leaves no trace. By the data's clock it goes with the newest believable time of
 * the reports. Neither goes back, but for a wall clock that was set back.
 *
 * A plain value; one thread. Within situation: others use situation/situation.h.
 */
#ifndef VG_SITUATION_PICTURE_CLOCK_H
#define VG_SITUATION_PICTURE_CLOCK_H

#include "base/time.h"
#include "picture/picture.h"

#define VG_PICTURE_CLOCK_MAX_US (INT64_C(1) << 60) /* times beyond it, either way, are none: the year 38 000 */

struct vg_picture_clock {
    bool data_clock;
    int64_t clock_us;    /* data clock: the newest believable time; VG_TIME_NONE before any */
    int64_t advanced_us; /* the picture's time, a whole second; VG_TIME_NONE before any */
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

/* The wall clock's time is now_us: the only way by which the picture's time goes back. */
void vg_picture_clock_tick(struct vg_picture_clock *clock, struct vg_picture *picture, int64_t now_us);

/* True if it can be a clock that went its way: of one that was saved. */
bool vg_picture_clock_is_sound(const struct vg_picture_clock *clock);

#endif
