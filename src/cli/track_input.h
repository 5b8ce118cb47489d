/*
 * The files that `vigia track` reads, one report at a time: plots as CSV, AIS sentences,
 * ASTERIX (raw or captured). What a file is its first bytes tell. ASTERIX has no date: that of the capture, of the
 * file's name or of its last change holds.
 *
 *     vg_track_input_open(path, &sites, &input);
 *     while ((report = vg_track_input_peek(input))) { …; vg_track_input_drop(input); }
 *
 * One thread. Rows that can't be read are counted; the first of them are told on standard error, with file and line.
 */
#ifndef VG_CLI_TRACK_INPUT_H
#define VG_CLI_TRACK_INPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "report/report.h"
#include "site/site.h"

struct vg_track_input; /* opaque */

/* NULL, told: it can't be read. `path` and `sites` are lent. */
struct vg_track_input *vg_track_input_open(const char *path, const struct vg_sites *sites);
void vg_track_input_close(struct vg_track_input *input); /* NULL is fine */

/* The next report that has a time; NULL: the end. Valid until it is dropped. */
const struct vg_report *vg_track_input_peek(struct vg_track_input *input);
void vg_track_input_drop(struct vg_track_input *input);

bool vg_track_input_failed(const struct vg_track_input *input);     /* the end came before its time; told */
double vg_track_input_progress(const struct vg_track_input *input); /* 0–1; below 0: not known */

/* "plots.csv: 12 rows, 3 refused" on standard error. */
void vg_track_input_summary(const struct vg_track_input *input);

#endif
