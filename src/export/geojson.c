/* GeoJSON (RFC 7946): a feature for each vessel; `times` stand beside the coordinates, one for each. */
#include <string.h>

#include "export/inner.h"

void vg_export_geojson_begin(struct vg_export *e)
{
    vg_out_text(&e->out, "{\"type\":\"FeatureCollection\",\"features\":[");
}

void vg_export_geojson_end(struct vg_export *e)
{
    vg_out_text(&e->out, "\n]}\n");
}

static void coordinates(struct vg_out *out, const struct vg_point *p)
{
    vg_out_char(out, '[');
    vg_out_e4min_said(out, p->pos.lon_e4min, p->coarse);
    vg_out_char(out, ',');
    vg_out_e4min_said(out, p->pos.lat_e4min, p->coarse);
    vg_out_char(out, ']');
}

static void put_time(struct vg_out *out, const struct vg_point *p)
{
    vg_out_char(out, '"');
    vg_export_time(out, p->time_us);
    vg_out_char(out, '"');
}

/* The points of all pieces: in brackets by piece if there are several. */
static void list(struct vg_out *out, const struct vg_track_part *t,
                 void (*put)(struct vg_out *, const struct vg_point *))
{
    for (size_t piece = 0; piece <= t->cuts; piece++) {
        size_t first, end = vg_track_piece(t, piece, &first);
        vg_out_text(out, piece ? ",[" : "[");
        for (size_t i = first; i < end; i++) {
            if (i > first)
                vg_out_char(out, ',');
            put(out, &t->point[i]);
        }
        vg_out_char(out, ']');
    }
}

/* A line has two points at least: a vessel that was seen once is a point. */
void vg_export_geojson_part(struct vg_export *e, const struct vg_track_part *t)
{
    struct vg_out *out = &e->out;
    vg_out_text(out, e->features++ ? ",\n" : "\n");
    vg_out_text(out, "{\"type\":\"Feature\",\"geometry\":{\"type\":\"");
    if (t->count == 1) {
        vg_out_text(out, "Point\",\"coordinates\":");
        coordinates(out, t->point);
    } else {
        vg_out_text(out, t->cuts ? "MultiLineString\",\"coordinates\":[" : "LineString\",\"coordinates\":");
        list(out, t, coordinates);
        if (t->cuts)
            vg_out_char(out, ']');
    }
    vg_out_text(out, "},\"properties\":{\"mmsi\":");
    vg_out_uint(out, t->mmsi);
    if (*t->name) {
        vg_out_text(out, ",\"name\":");
        vg_out_json_plain(out, t->name, strlen(t->name));
    }
    if (t->number)
        vg_out_printf(out, ",\"part\":%u", t->number);
    if (t->time_sources) {
        vg_out_text(out, ",\"time_sources\":[\"");
        vg_track_time_sources(t, out, "\",\"");
        vg_out_text(out, "\"]");
    }
    vg_out_text(out, ",\"begin\":");
    put_time(out, t->point);
    vg_out_text(out, ",\"end\":");
    put_time(out, &t->point[t->count - 1]);
    vg_out_text(out, t->cuts ? ",\"times\":[" : ",\"times\":");
    list(out, t, put_time);
    vg_out_text(out, t->cuts ? "]}}" : "}}");
}
