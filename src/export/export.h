/*
 * Positions of the archive in the forms that other programs read: rows (CSV, GeoJSON points, Parquet) as they come, or
 * tracks (GeoJSON lines, GPX, KML), one for each vessel.
 *
 *     vg_export_new(VG_EXPORT_GPX, &names, sink, arg, &export);
 *     vg_export_row(export, row) …
 *     vg_export_end(export);
 *     vg_export_free(export);
 *
 * Rows may come in any order; tracks are sorted by vessel and time, on the disk if there are many (export/sorter.h), so
 * memory is bounded. A track that crosses the antimeridian is cut there, and one of more than VG_EXPORT_PART points
 * goes on in a further part. One thread for each.
 */
#ifndef VG_EXPORT_EXPORT_H
#define VG_EXPORT_EXPORT_H

#include "archive/positions.h"
#include "base/out.h"
#include "export/names.h"

#define VG_EXPORT_PART 100000 /* of one part of a track */

/* Form, its name on the command line, whether it is of tracks, media type. */
#define VG_EXPORT_LIST(X)                                                                                              \
    X(CSV, "csv", false, "text/csv")                                                                                   \
    X(POINTS, "points", false, "application/geo+json")                                                                 \
    X(PARQUET, "parquet", false, "application/vnd.apache.parquet")                                                     \
    X(GEOJSON, "geojson", true, "application/geo+json")                                                                \
    X(GPX, "gpx", true, "application/gpx+xml")                                                                         \
    X(KML, "kml", true, "application/vnd.google-earth.kml+xml")

enum vg_export_form {
#define X(name, key, tracks, type) VG_EXPORT_##name,
    VG_EXPORT_LIST(X)
#undef X
        VG_EXPORT_FORMS
};

const char *vg_export_key(enum vg_export_form form);
const char *vg_export_type(enum vg_export_form form);

struct vg_export; /* opaque */

/* `names` may be NULL, and must live as long. The text goes to the sink. VG_NOMEM. */
enum vg_err vg_export_new(enum vg_export_form form, const struct vg_names *names, vg_out_sink *sink, void *arg,
                          struct vg_export **ret_export);
void vg_export_free(struct vg_export *export); /* NULL is fine */

/* Takes a row. The sink's error, VG_IO (no room on the disk for sorting), VG_NOMEM; errors stick. */
enum vg_err vg_export_row(struct vg_export *export, const struct vg_position *row);

/* What is left, and the form's end. Once. */
enum vg_err vg_export_end(struct vg_export *export);

uint64_t vg_export_rows(const struct vg_export *export);

#endif
