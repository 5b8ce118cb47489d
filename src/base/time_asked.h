/*
 * Times as people ask for them, in options and in the parameters of a question: one set of forms for all.
 *
 *     2026-11-22T05:20:33Z   what vg_time_parse() reads: UTC unless a zone is said; or a number since 1970
 *     2026-11-22             a day of UTC, in any of those forms: as a beginning its first moment, as an end its last
 *     now
 *     -7d, -2h30m, -90s      before now, in weeks, days, hours, minutes, seconds (w d h m s)
 *
 * Pure: who calls says what time it is. Any thread.
 */
#ifndef VG_BASE_TIME_ASKED_H
#define VG_BASE_TIME_ASKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The forms in few words, for help and for what was expected. */
#define VG_TIME_ASKED_FORMS                                                                                            \
    "2026-11-22, 2026-11-22T05:20:33Z (or +02:00), seconds since 1970, now, or before now: -7d, -2h30m, -90s"

struct vg_time_asked {
    int64_t from_us, to_us; /* a day: [from, to); anything else is a moment, both the same */
    bool relative;          /* it follows the clock: asked again, it is another time */
};

/* False, *ret untouched, if the text is not of one of the forms. */
bool vg_time_asked(const char *text, size_t len, int64_t now_us, struct vg_time_asked *ret);

#endif
