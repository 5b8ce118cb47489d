#include "service/picture_clock.h"

#include <stdlib.h>

#include "base/time.h"

#define STEP_US     VG_SECOND_US
#define SET_BACK_US (5 * VG_SECOND_US) /* a wall clock that is further back was set, not read out of turn */
#define LEAP_PROOFS 3
#define AHEAD_US    (2 * VG_MINUTE_US) /* by the wall clock: a station that takes local time for UTC is not believed */

void vg_picture_clock_init(struct vg_picture_clock *clock, bool data_clock)
{
    *clock = (struct vg_picture_clock){
        .data_clock = data_clock, .clock_us = VG_TIME_NONE, .advanced_us = VG_TIME_NONE, .leap_us = VG_TIME_NONE};
}

void vg_picture_clock_limits(const struct vg_picture_clock *clock, struct vg_picture_limits *limits)
{
    if (!clock->data_clock && !limits->ahead_us)
        limits->ahead_us = AHEAD_US;
}

static void advance(struct vg_picture_clock *clock, struct vg_picture *picture, int64_t to_us)
{
    vg_picture_advance(picture, to_us);
    clock->advanced_us = to_us;
}

void vg_picture_clock_bytes(struct vg_picture_clock *clock, struct vg_picture *picture, int64_t received_us)
{
    if (clock->data_clock || received_us == VG_TIME_NONE)
        return;
    int64_t second_us = received_us / STEP_US * STEP_US;
    if (clock->advanced_us == VG_TIME_NONE || second_us > clock->advanced_us)
        advance(clock, picture, second_us);
}

void vg_picture_clock_tick(struct vg_picture_clock *clock, struct vg_picture *picture, int64_t now_us)
{
    if (!clock->data_clock && clock->advanced_us != VG_TIME_NONE && now_us < clock->advanced_us - SET_BACK_US)
        advance(clock, picture, now_us / STEP_US * STEP_US);
    else
        vg_picture_clock_bytes(clock, picture, now_us);
}

/*
 * The data's clock goes with the newest time, but one tag block that lies must not carry it off for good: a leap of
 * more than a day needs LEAP_PROOFS reports in a row that agree within an hour.
 */
void vg_picture_clock_report(struct vg_picture_clock *clock, struct vg_picture *picture, int64_t time_us)
{
    if (!clock->data_clock || time_us == VG_TIME_NONE)
        return;
    if (clock->clock_us != VG_TIME_NONE && time_us > clock->clock_us + VG_DAY_US) {
        clock->leaps = clock->leaps && llabs(time_us - clock->leap_us) < VG_HOUR_US ? clock->leaps + 1 : 1;
        clock->leap_us = time_us;
        if (clock->leaps < LEAP_PROOFS)
            return;
    }
    clock->leaps = 0;
    if (clock->clock_us != VG_TIME_NONE && time_us <= clock->clock_us)
        return;
    clock->clock_us = time_us;
    if (clock->advanced_us == VG_TIME_NONE || clock->clock_us - clock->advanced_us >= STEP_US)
        advance(clock, picture, clock->clock_us);
}
