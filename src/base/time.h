/*
 * UTC time as int64_t microseconds since 1970-01-01T00:00:00Z, proleptic Gregorian, no leap seconds.
 *
 * Library code is given the time; only `cli` and `feed` ask a clock, through the functions at the end. All functions
 * may be called from any thread. VG_TIME_NONE says "no time is known".
 */
#ifndef VG_BASE_TIME_H
#define VG_BASE_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VG_TIME_NONE INT64_MIN
#define VG_SECOND_US INT64_C(1000000)
#define VG_MINUTE_US (60 * VG_SECOND_US)
#define VG_HOUR_US   (60 * VG_MINUTE_US)
#define VG_DAY_US    (24 * VG_HOUR_US)

struct vg_civil {
    int32_t year;
    uint8_t month, day, hour, minute, second; /* 1–12, 1–31, 0–23, 0–59, 0–59 */
    int32_t us;                               /* 0–999999 */
};

struct vg_civil vg_time_civil(int64_t time_us);

/* Whether the calendar has this day: 29 February only in leap years. What reads a date asks this. */
bool vg_time_has_day(int64_t year, int64_t month, int64_t day);

/* The inverse. Fields are taken as they are: month 13 is January of the next year. */
int64_t vg_time_from_civil(const struct vg_civil *civil);

/* The local mean hour of the sun at a longitude, 0–24. */
double vg_sun_hour(int64_t time_us, double lon_deg);

/* Room for any time that vg_time_text() writes, with its terminator. */
#define VG_TIME_TEXT 40

/* ISO 8601 in UTC, `2026-11-22T05:20:33.123Z`, with milliseconds when they are not zero. Returns the length. */
size_t vg_time_text(int64_t time_us, char out[static VG_TIME_TEXT]);

/*
 * Reads a whole time of any form of base/time_scan.h, or a count of seconds since 1970 (at least 10^11: milliseconds)
 * beyond the bounds of recordings. The whole text must fit. False, *ret_time_us untouched, if it doesn't.
 */
bool vg_time_parse(const char *text, size_t len, int64_t *ret_time_us);

/* The wall clock and a clock that never goes back. For the edges of the program only. */
int64_t vg_clock_wall_us(void);
int64_t vg_clock_monotonic_us(void);

#endif
