/*
 * A table of plots, as `vigia track` reads it: a header, then a row a plot. Columns may stand in any order, and others
 * beside them; names without regard to capitals and blanks around; cells may be quoted; commas, semicolons or tabs part
 * them. Pure; any thread.
 */
#ifndef VG_CLI_TRACK_PLOTS_H
#define VG_CLI_TRACK_PLOTS_H

#include <stdbool.h>
#include <stddef.h>

#include "report/report.h"
#include "site/site.h"

#define VG_TRACK_PLOTS_COLUMNS(X) X(time) X(sensor) X(range_m) X(bearing_deg) X(lat) X(lon) X(sigma_m)

enum vg_track_plots_column {
#define X(name) VG_TRACK_PLOTS_##name,
    VG_TRACK_PLOTS_COLUMNS(X)
#undef X
        VG_TRACK_PLOTS_COLUMN_COUNT
};

struct vg_track_plots {
    int column[VG_TRACK_PLOTS_COLUMN_COUNT]; /* which cell holds it; −1: none */
    char delimiter;
    uint64_t header_line; /* counted from 1 */
};

/* Finds the header: the first line that is neither empty nor a remark. False: it is none of plots; *ret is undefined.
 */
bool vg_track_plots_head(const char *text, size_t len, struct vg_track_plots *ret);

/* Reads a row, without its line end. NULL, or what is wrong with it: *ret is undefined then. */
const char *vg_track_plots_row(const struct vg_track_plots *table, const struct vg_sites *sites, const char *row,
                               size_t len, struct vg_report *ret);

#endif
