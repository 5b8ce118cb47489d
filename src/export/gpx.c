/* GPX 1.1: a <trk> for each vessel, a <trkseg> for each piece. */
#include "export/inner.h"

void vg_export_gpx_begin(struct vg_export *e)
{
    vg_out_text(&e->out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                         "<gpx version=\"1.1\" creator=\"vigia\" xmlns=\"http://www.topografix.com/GPX/1/1\">\n");
}

void vg_export_gpx_end(struct vg_export *e)
{
    vg_out_text(&e->out, "</gpx>\n");
}

void vg_export_gpx_part(struct vg_export *e, const struct vg_track_part *t)
{
    struct vg_out *out = &e->out;
    vg_out_text(out, "<trk><name>");
    if (*t->name) {
        vg_export_xml(out, t->name);
        vg_out_char(out, ' ');
    }
    vg_out_printf(out, "%u</name>", t->mmsi);
    if (t->time_sources) {
        vg_out_text(out, "<desc>time_source: ");
        vg_track_time_sources(t, out, " ");
        vg_out_text(out, "</desc>");
    }
    vg_out_printf(out, "<number>%u</number>\n", t->mmsi);
    for (size_t piece = 0; piece <= t->cuts; piece++) {
        size_t first, end = vg_track_piece(t, piece, &first);
        vg_out_text(out, "<trkseg>\n");
        for (size_t i = first; i < end; i++) {
            vg_out_text(out, "<trkpt lat=\"");
            vg_out_e4min_said(out, t->point[i].pos.lat_e4min, t->point[i].coarse);
            vg_out_text(out, "\" lon=\"");
            vg_out_e4min_said(out, t->point[i].pos.lon_e4min, t->point[i].coarse);
            vg_out_text(out, "\"><time>");
            vg_export_time(out, t->point[i].time_us);
            vg_out_text(out, "</time></trkpt>\n");
        }
        vg_out_text(out, "</trkseg>\n");
    }
    vg_out_text(out, "</trk>\n");
}
