/*
 * The time that a line of a recording carries of itself: the one thing that a feed reads in the bytes it passes on,
 * for the pace of a replay. Pure; any thread.
 *
 * Three forms are known, looked for in this order:
 *   \s:2573345,c:1430438400*hh\!AIVDM…        tag block, seconds or milliseconds; counts only if its checksum is right
 *   !AIVDM…*hh,r003669945,1430438400          appended by the receiver (US Coast Guard)
 *   2015-05-01T00:00:00Z !AIVDM…, 1430438400.25,!AIVDM…     written in front by a logger
 */
#ifndef VG_FEED_LINETIME_H
#define VG_FEED_LINETIME_H

#include <stddef.h>
#include <stdint.h>

enum vg_line_time {
    VG_LINE_OTHER,     /* no sentence: a remark, an empty line */
    VG_LINE_UNTIMED,   /* a sentence without a time */
    VG_LINE_CONTINUES, /* a further fragment or group member without a time: the first one's holds */
    VG_LINE_TIMED,
};

/* *ret_us is written for VG_LINE_TIMED only. A time before 1990 or after 2099 is taken for some other number. */
enum vg_line_time vg_line_time(const char *line, size_t len, int64_t *ret_us);

#endif
