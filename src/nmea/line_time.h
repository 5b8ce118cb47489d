/*
 * The time that a line of a recording says of itself. The pace of a replay and the clock of a recording ask it without
 * decoding the line; it is the time that the line's first timed sentence has in nmea/nmea.h, for the forms and bounds
 * are the same code. Pure; any thread.
 *
 * If a line has several times, the first of these holds:
 *   \s:2573345,c:1430438400*hh\!AIVDM…        tag block; counts only if its checksum is right
 *   !AIVDM…*hh,r003669945,1430438400          behind the sentence (US Coast Guard and others)
 *   2015-05-01T00:00:00Z !AIVDM…, 1430438400.25,!AIVDM…     in front of it, with whatever else a logger writes there
 * What stands behind a sentence counts only if the sentence's own checksum is right. Forms: base/time_scan.h.
 */
#ifndef VG_NMEA_LINE_TIME_H
#define VG_NMEA_LINE_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/time_scan.h"

enum vg_line_timing {
    VG_LINE_OTHER,     /* no sentence: a remark, a time between sentences, an empty line */
    VG_LINE_UNTIMED,   /* a sentence without a time */
    VG_LINE_CONTINUES, /* a further fragment or group member without a time: the first one's holds */
    VG_LINE_TIMED,
};

/*
 * *ret_us is written for VG_LINE_TIMED only. The line may have its end or not. A time before 1990 or after 2099 is
 * taken for some other number.
 */
enum vg_line_timing vg_line_time_read(const char *line, size_t len, int64_t *ret_us);

/* All that a line says of times; for the clock of a recording (nmea/line_clock.h). */
struct vg_line_look {
    enum vg_line_timing what;  /* TIMED: `tag_us` or a WHOLE `text` */
    int64_t tag_us;            /* of the tag block; VG_TIME_NONE */
    struct vg_time_found text; /* around the sentence; OTHER: in the line; or what a sentence says of the time */
    bool clock;                /* `text` is what a ZDA, RMC or $PGHP sentence says */
    bool refused;              /* the tag block has a number that can't be a time */
    bool unread;               /* it has no time, and a text that may be one */
    bool damaged;              /* no sentence of it is whole */
    uint32_t behind;           /* bytes behind the last sentence, its line end not counted */
};

/* `pattern`: times around sentences are of this form only (base/time_pattern.h); NULL: of any. */
void vg_line_look(const char *line, size_t len, const char *pattern, struct vg_line_look *ret);

/* The time of a line that begins with a tag block which has one: the quick way. False: look further. */
bool vg_line_tag_time(const char *line, size_t len, int64_t *ret_us);

#define VG_LINES_TIMED_PCT                                                                                             \
    90 /* a recording with so many timed lines is timed: a line without a time has the last one's */

/*
 * Of the sentences in [p, end) that don't continue another one, how many of a hundred have a time; 0 if there is none.
 * *ret_first_us: the first time, untouched if there is none. A last line without its end counts only if it is the only
 * one: it may be cut.
 */
unsigned vg_lines_timed_pct(const char *p, const char *end, int64_t *ret_first_us);

#endif
