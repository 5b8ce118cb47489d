/*
 * Events in other programs' forms: CSV and GeoJSON; their JSON is behaviour/event_json.h. Any thread; errors stick in
 * `out`.
 */
#ifndef VG_EXPORT_EVENTS_H
#define VG_EXPORT_EVENTS_H

#include "base/out.h"
#include "behaviour/event.h"

void vg_export_csv_events_head(struct vg_out *out);
void vg_export_csv_event(struct vg_out *out, const struct vg_event *event);

/* A FeatureCollection: begin, a feature for each event (a point, or no geometry where no place is known), end. */
void vg_export_geojson_events_begin(struct vg_out *out);
void vg_export_geojson_event(struct vg_out *out, const struct vg_event *event, bool first);
void vg_export_geojson_events_end(struct vg_out *out);

#endif
