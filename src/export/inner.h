/* Between the export's parts: rows as they come (rows.c, parquet.c), tracks (tracks.c, geojson.c, gpx.c, kml.c). */
#ifndef VG_EXPORT_INNER_H
#define VG_EXPORT_INNER_H

#include "export/csv.h"
#include "export/export.h"
#include "export/sorter.h"

struct vg_export {
    enum vg_export_form form;
    const struct vg_names *names;
    struct vg_out out;
    uint64_t rows, features;
    enum vg_err err;
    struct vg_sorter *sorter;          /* of tracks */
    struct vg_export_parquet *parquet; /* of Parquet */
    char buf[1 << 16];
};

/* A part of one vessel's track: pieces between which the antimeridian lies; cut[i] is the first point of piece i + 1.
 */
struct vg_track_part {
    uint32_t mmsi;
    unsigned number;       /* from 0 */
    const char *name;      /* in force at all of its points */
    unsigned time_sources; /* of its points: bits 1 << enum vg_time_source, of those that are known */
    const struct vg_point *point;
    size_t count;
    const size_t *cut;
    size_t cuts;
};

/* Where the times of a part come from, in words. */
void vg_track_time_sources(const struct vg_track_part *part, struct vg_out *out, const char *between);

/* The pieces one by one: [*ret_first, returned). Start with piece 0. */
static inline size_t vg_track_piece(const struct vg_track_part *t, size_t piece, size_t *ret_first)
{
    *ret_first = piece ? t->cut[piece - 1] : 0;
    return piece < t->cuts ? t->cut[piece] : t->count;
}

void vg_export_csv_begin(struct vg_export *e);
void vg_export_csv_row(struct vg_export *e, const struct vg_position *p);
void vg_export_points_row(struct vg_export *e, const struct vg_position *p);

void vg_export_geojson_begin(struct vg_export *e);
void vg_export_geojson_part(struct vg_export *e, const struct vg_track_part *t);
void vg_export_geojson_end(struct vg_export *e);
void vg_export_gpx_begin(struct vg_export *e);
void vg_export_gpx_part(struct vg_export *e, const struct vg_track_part *t);
void vg_export_gpx_end(struct vg_export *e);
void vg_export_kml_begin(struct vg_export *e);
void vg_export_kml_part(struct vg_export *e, const struct vg_track_part *t);
void vg_export_kml_end(struct vg_export *e);

enum vg_err vg_export_parquet_begin(struct vg_export *e);
enum vg_err vg_export_parquet_row(struct vg_export *e, const struct vg_position *p);
enum vg_err vg_export_parquet_end(struct vg_export *e);
void vg_export_parquet_free(struct vg_export *e);

/* All tracks, in order: calls `part` for each. */
enum vg_err vg_export_tracks(struct vg_export *e, void (*part)(struct vg_export *, const struct vg_track_part *));

/* Text of XML: what may not stand there becomes a reference, or U+FFFD for what can't. */
void vg_export_xml(struct vg_out *out, const char *text);

#endif
