/*
 * What the log says of tables that a flood has filled: the first time, and then at most once a minute, with how many
 * were turned away since. A plain value, zeros at first. Within service. One thread; `now_us` is of a clock that never
 * goes back.
 */
#ifndef VG_SERVICE_FLOOD_LINES_H
#define VG_SERVICE_FLOOD_LINES_H

#include "base/rate_window.h"
#include "picture/picture.h"
#include "service/notice.h"

struct vg_flood_lines {
    struct vg_rate_window full_lines, name_lines, again_lines;
    struct vg_turned_away_sums turned; /* as it was told last */
    uint64_t unnamed;                  /* the same of words of stations that got no name … */
    uint64_t forgotten;                /* … and of transmissions that would not be known again */
};

/* True: the line is to be said. `vessels`: rows of the table of contacts. */
bool vg_flood_line_full(struct vg_flood_lines *lines, const struct vg_turned_away_sums *now, uint32_t vessels,
                        int64_t now_us, char ret[static VG_NOTICE_LINE]);

/* The same of the table of sources (vg_sources, `overflowed`). */
bool vg_flood_line_unnamed(struct vg_flood_lines *lines, uint64_t now, int64_t now_us, char ret[static VG_NOTICE_LINE]);

/* The same of the memory of transmissions (vg_sameness_forgotten()). */
bool vg_flood_line_forgotten(struct vg_flood_lines *lines, uint64_t now, int64_t now_us,
                             char ret[static VG_NOTICE_LINE]);

#endif
