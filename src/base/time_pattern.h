/*
 * Times in a form that somebody told: DD/MM/YYYY hh:mm:ss and the like. Pure; any thread.
 */
#ifndef VG_BASE_TIME_PATTERN_H
#define VG_BASE_TIME_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VG_TIME_PATTERN 40 /* bytes of a pattern, with its terminator */

/*
 * A time by a pattern: YYYY, MM, DD, hh, mm and ss stand for numbers (of one digit less, too, but for the year), all
 * else for itself. A fraction may follow the seconds, and Z may end it. "epoch_ms", "epoch_us": a count since 1970.
 * "" is vg_time_parse(). False, *ret untouched, if the text isn't of the form.
 */
bool vg_time_by_pattern(const char *pattern, const char *text, size_t len, int64_t *ret_us);

#endif
