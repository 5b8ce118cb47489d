/*
 * The time that a line of a recording says of itself. The pace of a replay and the cutting of recordings ask it without
 * decoding the line; it is the time that the line's first timed sentence has in nmea/nmea.h, for the forms and bounds
 * are the same code. Pure; any thread.
 *
 * Three forms are known. If a line has several, the first of these holds:
 *   \s:2573345,c:1430438400*hh\!AIVDM…        tag block, seconds or milliseconds; counts only if its checksum is right
 *   !AIVDM…*hh,r003669945,1430438400          appended by the receiver (US Coast Guard); the last field that is a time
 *   2015-05-01T00:00:00Z !AIVDM…, 1430438400.25,!AIVDM…     written in front by a logger
 * What stands behind a sentence counts only if the sentence's own checksum is right.
 */
#ifndef VG_NMEA_LINE_TIME_H
#define VG_NMEA_LINE_TIME_H

#include <stddef.h>
#include <stdint.h>

enum vg_line_timing {
    VG_LINE_OTHER,     /* no sentence: a remark, an empty line */
    VG_LINE_UNTIMED,   /* a sentence without a time */
    VG_LINE_CONTINUES, /* a further fragment or group member without a time: the first one's holds */
    VG_LINE_TIMED,
};

/*
 * *ret_us is written for VG_LINE_TIMED only. The line may have its end (LF, CR LF) or not. A time before 1990 or after
 * 2099 is taken for some other number.
 */
enum vg_line_timing vg_line_time_read(const char *line, size_t len, int64_t *ret_us);

#define VG_LINES_TIMED_PCT                                                                                             \
    90 /* a recording with so many timed lines is timed: a line without a time has the last one's */

/*
 * Of the sentences in [p, end) that don't continue another one, how many of a hundred have a time; 0 if there is none.
 * *ret_first_us: the first time, untouched if there is none. A last line without its end counts only if it is the only
 * one: it may be cut.
 */
unsigned vg_lines_timed_pct(const char *p, const char *end, int64_t *ret_first_us);

#endif
