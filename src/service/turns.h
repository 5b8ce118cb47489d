/*
 * A state that may go to and fro, as a disk that fails by turns: told in the log so often a minute at most, with how
 * many turns were not told; the last one always is. A plain value, zeros at first: it is not so, and nothing was told.
 * Within service. One thread; `now_us` is of a clock that never goes back.
 */
#ifndef VG_SERVICE_TURNS_H
#define VG_SERVICE_TURNS_H

#include <stdio.h>

#include "base/rate_window.h"

#define VG_TURNS_LINES 4 /* a minute */
#define VG_TURNS_TEXT  40

struct vg_turns {
    bool is, told;
    uint32_t turns; /* since it was told last */
    struct vg_rate_window lines;
};

/* To be called often. True: it is to be told now how it is; then ret_text is " (N turns)", "" if it is one. */
static inline bool vg_turns_take(struct vg_turns *t, bool is, int64_t now_us, char ret_text[static VG_TURNS_TEXT])
{
    t->turns += is != t->is;
    t->is = is;
    if (is == t->told || !vg_rate_take(&t->lines, VG_TURNS_LINES, now_us))
        return false;
    ret_text[0] = '\0';
    if (t->turns > 1)
        snprintf(ret_text, VG_TURNS_TEXT, " (%u turns)", t->turns);
    t->turns = 0;
    t->told = is;
    return true;
}

#endif
