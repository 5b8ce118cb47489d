/* KML 2.2 with Google's tracks: a gx:MultiTrack for each vessel, so that viewers can play it over time. */
#include "export/inner.h"

void vg_export_kml_begin(struct vg_export *e)
{
    vg_out_text(&e->out,
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                "<kml xmlns=\"http://www.opengis.net/kml/2.2\" xmlns:gx=\"http://www.google.com/kml/ext/2.2\">\n"
                "<Document>\n");
}

void vg_export_kml_end(struct vg_export *e)
{
    vg_out_text(&e->out, "</Document>\n</kml>\n");
}

void vg_export_kml_part(struct vg_export *e, const struct vg_track_part *t)
{
    struct vg_out *out = &e->out;
    vg_out_text(out, "<Placemark><name>");
    if (*t->name)
        vg_export_xml(out, t->name);
    else
        vg_out_uint(out, t->mmsi);
    vg_out_printf(out, "</name><ExtendedData><Data name=\"mmsi\"><value>%u</value></Data>", t->mmsi);
    if (t->time_sources) {
        vg_out_text(out, "<Data name=\"time_source\"><value>");
        vg_track_time_sources(t, out, " ");
        vg_out_text(out, "</value></Data>");
    }
    vg_out_text(out, "</ExtendedData>\n<gx:MultiTrack><gx:interpolate>0</gx:interpolate>\n");
    for (size_t piece = 0; piece <= t->cuts; piece++) {
        size_t first, end = vg_track_piece(t, piece, &first);
        vg_out_text(out, "<gx:Track>\n");
        for (size_t i = first; i < end; i++) {
            vg_out_text(out, "<when>");
            vg_export_time(out, t->point[i].time_us);
            vg_out_text(out, "</when>\n");
        }
        for (size_t i = first; i < end; i++) {
            vg_out_text(out, "<gx:coord>");
            vg_out_e4min_said(out, t->point[i].pos.lon_e4min, t->point[i].coarse);
            vg_out_char(out, ' ');
            vg_out_e4min_said(out, t->point[i].pos.lat_e4min, t->point[i].coarse);
            vg_out_text(out, " 0</gx:coord>\n");
        }
        vg_out_text(out, "</gx:Track>\n");
    }
    vg_out_text(out, "</gx:MultiTrack></Placemark>\n");
}
