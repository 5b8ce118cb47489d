/*
 * Times as they stand in recordings: one set of forms and bounds for lines, cells and whoever else reads them.
 *
 * The forms are those of base/time_scan.h; a table's cell may also hold days since 1899-12-30, as spreadsheets count
 * them. Pure; any thread.
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

/* What was heard before `received_us` can't be of later than a day after it: clocks and zones differ, but not more. */
#define VG_TIME_AHEAD_US VG_DAY_US

/* [p, end) is a whole time and nothing else; false, *ret_us untouched, if not, or if it lies outside the bounds. */
bool vg_time_text_read(const char *p, const char *end, int64_t *ret_us);

/* The same for days since 1899-12-30 (45618.222222). To the second where the text isn't more exact than that. */
bool vg_time_text_excel(const char *p, const char *end, int64_t *ret_us);

/* The midnight of the day that a name has in it, as 2024-11-22, 2024_11_22 or 20241122; the last one if it has
 * several. False: none. */
bool vg_time_text_day_of_name(const char *name, int64_t *ret_us);

#endif
