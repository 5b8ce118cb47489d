/*
 * Rows of detections and of tracks as CSV (docs/formats/csv.md): a head, then a line a row. Empty cells were not said.
 * Times are UTC; degrees, metres and knots as in the tables (docs/formats/archive.md). The
 * output keeps its error.
 */
#ifndef VG_EXPORT_SENSED_H
#define VG_EXPORT_SENSED_H

#include "archive/detections.h"
#include "archive/tracks.h"
#include "base/out.h"

void vg_export_detections_head(struct vg_out *out);
void vg_export_detection(struct vg_out *out, const struct vg_detection *row);

void vg_export_tracks_head(struct vg_out *out);
void vg_export_track_point(struct vg_out *out, const struct vg_track_point *row);

#endif
