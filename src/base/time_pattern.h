/*
 * Times in a form that somebody told: DD/MM/YYYY hh:mm:ss and the like. Pure; any thread.
 *
 * In a pattern YYYY (or YY: 20YY), MM (or MMM: Jan …), DD, hh, mm, ss and AP (AM or PM) stand for what they say, all
 * else for itself; numbers may have a digit less, but for the year. A fraction may follow the seconds behind a point or
 * a comma, and a zone all of it, as in base/time_scan.h. "epoch_s", "epoch_ms", "epoch_us", "epoch_ns": a count since
 * 1970. "excel": days since 1899-12-30. "": what vg_time_parse() takes.
 */
#ifndef VG_BASE_TIME_PATTERN_H
#define VG_BASE_TIME_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/time_scan.h"

#define VG_TIME_PATTERN 40 /* bytes of a pattern, with its terminator */

/* Whether the text is a pattern that times can be read by: one of the words, or with hours and minutes in it. */
bool vg_time_pattern_is(const char *text);

/* The time at p by a pattern: a WHOLE one, NO_YEAR or OF_DAY by what the pattern has, or NONE. Something may follow. */
struct vg_time_found vg_time_pattern_scan(const char *pattern, const char *p, const char *end);

/* The first one in a text, at the beginning of one of its words. */
struct vg_time_found vg_time_pattern_find(const char *pattern, const char *p, const char *end);

/* The whole text is of the form; of a date, what is not said is the first, the year 1970. False, *ret untouched, if the
 * text isn't of the form. */
bool vg_time_by_pattern(const char *pattern, const char *text, size_t len, int64_t *ret_us);

#endif
