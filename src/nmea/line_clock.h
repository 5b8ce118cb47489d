/*
 * The clock of a recording of sentences: which time each of its lines has, and where that comes from.
 *
 * A line's own time counts, read as nmea/line_time.h reads it; else that of the line before, which may be a mere time
 * between sentences; in front of the first timed line, that one's; where none of the first lines has any, what was told
 * for all, or the file's date. A time of day gets its date from what was told, from the file's name, or from a line
 * before; over midnight it goes on with the next day. A time out of bounds is none, and counted.
 *
 *     vg_line_clock_init(&clock, &rules);
 *     if (!vg_line_clock_learn(&clock, head, len, why, sizeof why)) … the file is refused, for `why`
 *     while (p < end) p += vg_line_clock_next(&clock, p, end, &time_us, &from);
 *
 * Pure; a plain value of 1 KiB; one thread for each.
 */
#ifndef VG_NMEA_LINE_CLOCK_H
#define VG_NMEA_LINE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/time_pattern.h"

/* Where a line's time comes from. */
enum vg_line_from {
    VG_LINE_FROM_TAG,
    VG_LINE_FROM_LINE,
    VG_LINE_FROM_NEIGHBOUR,
    VG_LINE_FROM_GIVEN,
    VG_LINE_FROM_FILE,
    VG_LINE_FROM_COUNT
};

/* What is told of a recording. */
struct vg_line_clock_rules {
    char pattern[VG_TIME_PATTERN]; /* of the times around sentences; "": any that can be read in one way only */
    int64_t day_us;                /* midnight of the first line's day; 0: not told */
    int zone_minutes;              /* east of UTC, of times that don't say their zone */
    int64_t given_us;              /* of all lines, where none has a time; 0: not told */
    bool undated;                  /* told that the lines have no time: no text in them is taken for one */
    int64_t file_us;               /* the file's date */
    int64_t latest_us;             /* a time beyond it is none */
};

struct vg_line_clock_counts {
    uint64_t lines[VG_LINE_FROM_COUNT]; /* with a sentence */
    uint64_t out_of_bounds;             /* whose time was before 1990 or too late */
    uint64_t unread;                    /* with text that may be a time, but in no known form */
    char unread_example[96], bounds_example[96];
};

/* What a line leaves for the next one. */
struct vg_line_clock_state {
    int64_t last_us; /* the last time that a line said; VG_TIME_NONE: none did */
    int64_t line_us; /* the time of the line before, wherever from; VG_TIME_NONE: this is the first one */
    int64_t day_us;  /* midnight of a day that a line between sentences told, for the next time of day; 0: none */
    enum vg_line_from line_from;
};

struct vg_dated_line {
    int64_t time_us;
    enum vg_line_from from;
    bool sentence, out_of_bounds, unread;
    struct vg_line_clock_state after;
};

struct vg_line_clock {
    struct vg_line_clock_rules rules;
    struct vg_line_clock_state state;
    bool dated;         /* some of the first lines have a time: others have their neighbour's */
    int64_t first_us;   /* of the first timed line, as far as was looked ahead; VG_TIME_NONE */
    const char *peeked; /* the line that begins here and ends at peeked_end … */
    const char *peeked_end;
    struct vg_dated_line peeked_as; /* … was dated already */
    struct vg_line_clock_counts counts;
};

void vg_line_clock_init(struct vg_line_clock *clock, const struct vg_line_clock_rules *rules);

/*
 * Looks at the first lines. False: they have times that nobody can read or date without being told; *why is one
 * sentence (at most `size` bytes) that names the options of `vigia ingest`.
 */
bool vg_line_clock_learn(struct vg_line_clock *clock, const char *head, size_t len, char *why, size_t size);

/* Goes on behind a line of this time, in a recording that grew; after vg_line_clock_learn(). */
void vg_line_clock_go_on(struct vg_line_clock *clock, int64_t line_us);

/*
 * The length of the run that begins at p < end: neighbouring lines of one time from one place. Bytes end where a line
 * does, or the recording.
 */
size_t vg_line_clock_next(struct vg_line_clock *clock, const char *p, const char *end, int64_t *ret_us,
                          enum vg_line_from *ret_from);

/* True if every line in [p, end) is `!….*hh`, with its end: nothing in it can be a time. */
bool vg_lines_plain(const char *p, const char *end);

/*
 * How many bytes of a recording's last piece are whole: all of them, or those before a last line that has no end and is
 * cut within its sentence, or has less behind it than the line before. `goes_on`: lines that aren't here stand in
 * front, so that one alone with something behind it, which can't be compared, counts as cut.
 */
size_t vg_lines_whole(const char *p, size_t len, bool goes_on);

#endif
