/*
 * Times as they stand in and around a sentence: one set of forms and bounds for all who read them.
 *
 * Seconds since 1970 with a fraction if any, milliseconds since 1970, or ISO 8601. Pure; any thread.
 */
#ifndef VG_BASE_TIME_TEXT_H
#define VG_BASE_TIME_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"

/* A number outside these bounds is no time: a line number, a counter, a clock that nobody set. */
#define VG_TIME_TEXT_EARLIEST_US (INT64_C(631152000) * VG_SECOND_US)  /* 1990-01-01 */
#define VG_TIME_TEXT_LATEST_US   (INT64_C(4102444800) * VG_SECOND_US) /* 2100-01-01: no time from here on */

static inline bool vg_time_text_is_within(int64_t time_us)
{
    return time_us >= VG_TIME_TEXT_EARLIEST_US && time_us < VG_TIME_TEXT_LATEST_US;
}

/* [p, end) is a time and nothing else; false, *ret_us untouched, if not, or if it lies outside the bounds. */
bool vg_time_text_read(const char *p, const char *end, int64_t *ret_us);

/* What a logger wrote in front of a sentence: a time with blanks, separators or brackets around it. */
bool vg_time_text_prefix(const char *p, const char *end, int64_t *ret_us);

#endif
