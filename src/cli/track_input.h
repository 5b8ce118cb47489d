/*
 * The files that `vigia track` reads, one report at a time, in the order of time (cli/track_order.h): plots as CSV
 * (cli/track_plots.h), sentences of AIS and of radars, ASTERIX (raw or captured). What a file is its first bytes tell.
 * A time of day without a date is of the day of what was said before, of the capture, of the file's name or of its
 * last change. A radar's sentences are of the sensor whose feed (else, which itself) has the name of the station in
 * their tag block, or the file's with or without its ending; of the only sensor if there is no other.
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
