/*
 * What loggers and receivers write around a sentence: where a time may stand in it. Within nmea. Pure; any thread.
 */
#ifndef VG_NMEA_LINE_TEXT_H
#define VG_NMEA_LINE_TEXT_H

#include "base/time_scan.h"

/*
 * The time in a text in front of a sentence, behind it, or between sentences: the whole text but for blanks and
 * brackets, or the first one in it. `pattern`: in this form only (base/time_pattern.h); NULL: in any.
 */
struct vg_time_found vg_line_text_time(const char *p, const char *end, const char *pattern);

/*
 * The time behind a sentence: of fields behind commas, as the US Coast Guard's receivers append them, the last one that
 * is a time; else as above.
 */
struct vg_time_found vg_line_text_behind(const char *p, const char *end, const char *pattern);

/* vg_line_text_time() in front of a sentence, but only a whole time within the bounds of recordings; VG_TIME_NONE. */
int64_t vg_line_text_whole_time(const char *p, const char *end);

/* Whether something stands in it that may be a time in a form that nobody knows: a word of digits that is no address.
 */
bool vg_line_text_may_be_time(const char *p, const char *end);

/* A line that is no more than digits and what parts them in times: enough of them for a time of its own. */
bool vg_line_text_is_like_times(const char *p, const char *end);

#endif
