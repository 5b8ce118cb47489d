#include "service/pace.h"

#include <stdlib.h>

#include "base/time.h"

#define STEP_US     VG_SECOND_US
#define SET_BACK_US (5 * VG_SECOND_US) /* a wall clock that is further back was set, not read out of turn */
#define LEAP_PROOFS 3
#define AHEAD_US    (2 * VG_MINUTE_US) /* by the wall clock: a station that takes local time for UTC is not believed */

void vg_pace_init(struct vg_pace *pace, bool data_clock)
{
    *pace = (struct vg_pace){
        .data_clock = data_clock, .clock_us = VG_TIME_NONE, .advanced_us = VG_TIME_NONE, .leap_us = VG_TIME_NONE};
}

void vg_pace_limits(const struct vg_pace *pace, struct vg_picture_limits *limits)
{
    if (!pace->data_clock && !limits->ahead_us)
        limits->ahead_us = AHEAD_US;
}

static void advance(struct vg_pace *pace, struct vg_picture *picture, int64_t to_us)
{
    vg_picture_advance(picture, to_us);
    pace->advanced_us = to_us;
}

void vg_pace_bytes(struct vg_pace *pace, struct vg_picture *picture, int64_t received_us)
{
    if (pace->data_clock || received_us == VG_TIME_NONE)
        return;
    int64_t second_us = received_us / STEP_US * STEP_US;
    if (pace->advanced_us == VG_TIME_NONE || second_us > pace->advanced_us)
        advance(pace, picture, second_us);
}

void vg_pace_tick(struct vg_pace *pace, struct vg_picture *picture, int64_t now_us)
{
    if (!pace->data_clock && pace->advanced_us != VG_TIME_NONE && now_us < pace->advanced_us - SET_BACK_US)
        advance(pace, picture, now_us / STEP_US * STEP_US);
    else
        vg_pace_bytes(pace, picture, now_us);
}

/*
 * The data's clock goes with the newest time, but one tag block that lies must not carry it off for good: a leap of
 * more than a day needs LEAP_PROOFS reports in a row that agree within an hour.
 */
void vg_pace_report(struct vg_pace *pace, struct vg_picture *picture, int64_t time_us)
{
    if (!pace->data_clock || time_us == VG_TIME_NONE)
        return;
    if (pace->clock_us != VG_TIME_NONE && time_us > pace->clock_us + VG_DAY_US) {
        pace->leaps = pace->leaps && llabs(time_us - pace->leap_us) < VG_HOUR_US ? pace->leaps + 1 : 1;
        pace->leap_us = time_us;
        if (pace->leaps < LEAP_PROOFS)
            return;
    }
    pace->leaps = 0;
    if (pace->clock_us != VG_TIME_NONE && time_us <= pace->clock_us)
        return;
    pace->clock_us = time_us;
    if (pace->advanced_us == VG_TIME_NONE || pace->clock_us - pace->advanced_us >= STEP_US)
        advance(pace, picture, pace->clock_us);
}
