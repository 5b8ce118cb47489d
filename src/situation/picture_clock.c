#include "situation/picture_clock.h"

#include <stdlib.h>

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

/* A time that can be one: VG_TIME_NONE is not, nor what differences would overflow with. */
static bool is_time(int64_t time_us)
{
    return time_us > -VG_PICTURE_CLOCK_MAX_US && time_us < VG_PICTURE_CLOCK_MAX_US;
}

/* The whole second in which a time lies, before 1970 as well. */
static int64_t second_of(int64_t time_us)
{
    int64_t into_us = time_us % STEP_US;
    return time_us - into_us - (into_us < 0 ? STEP_US : 0);
}

static void go_to(struct vg_picture_clock *clock, struct vg_picture *picture, int64_t second_us)
{
    vg_picture_advance(picture, second_us);
    clock->advanced_us = second_us;
}

static void go_on(struct vg_picture_clock *clock, struct vg_picture *picture, int64_t time_us)
{
    int64_t second_us = second_of(time_us);
    if (clock->advanced_us == VG_TIME_NONE || second_us > clock->advanced_us)
        go_to(clock, picture, second_us);
}

void vg_picture_clock_bytes(struct vg_picture_clock *clock, struct vg_picture *picture, int64_t received_us)
{
    if (!clock->data_clock && is_time(received_us))
        go_on(clock, picture, received_us);
}

void vg_picture_clock_tick(struct vg_picture_clock *clock, struct vg_picture *picture, int64_t now_us)
{
    if (!clock->data_clock && is_time(now_us) && clock->advanced_us != VG_TIME_NONE &&
        now_us < clock->advanced_us - SET_BACK_US)
        go_to(clock, picture, second_of(now_us));
    else
        vg_picture_clock_bytes(clock, picture, now_us);
}

/*
 * The data's clock goes with the newest time, but one tag block that lies must not carry it off for good: a leap of
 * more than a day needs LEAP_PROOFS reports in a row that agree within an hour.
 */
void vg_picture_clock_report(struct vg_picture_clock *clock, struct vg_picture *picture, int64_t time_us)
{
    if (!clock->data_clock || !is_time(time_us))
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
    go_on(clock, picture, time_us);
}

bool vg_picture_clock_is_sound(const struct vg_picture_clock *c)
{
    const int64_t times[] = {c->clock_us, c->advanced_us, c->leap_us};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        if (times[i] != VG_TIME_NONE && !is_time(times[i]))
            return false;
    if (c->advanced_us != VG_TIME_NONE && c->advanced_us != second_of(c->advanced_us))
        return false;
    return c->leaps < LEAP_PROOFS && (!c->leaps || c->leap_us != VG_TIME_NONE);
}
