/* A row a line: CSV, and GeoJSON points. */
#include <string.h>

#include "export/inner.h"

#define SAID(p, f) ((p)->fields >> VG_FIELD_##f & 1)

void vg_export_csv_begin(struct vg_export *e)
{
    vg_export_csv_positions_head(&e->out);
}

void vg_export_csv_row(struct vg_export *e, const struct vg_position *p)
{
    vg_export_csv_position(&e->out, p, vg_names_at(e->names, p->mmsi, p->time_us));
}

static void member(struct vg_out *out, const char *key, bool said, int64_t value, unsigned decimals)
{
    vg_out_printf(out, ",\"%s\":", key);
    if (!said)
        vg_out_text(out, "null");
    else if (decimals)
        vg_out_scaled(out, value, decimals);
    else
        vg_out_int(out, value);
}

void vg_export_points_row(struct vg_export *e, const struct vg_position *p)
{
    struct vg_out *out = &e->out;
    const char *name = vg_names_at(e->names, p->mmsi, p->time_us);
    vg_out_text(out, e->features++ ? ",\n" : "\n");
    vg_out_text(out, "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[");
    vg_out_e4min_deg(out, p->pos.lon_e4min);
    vg_out_char(out, ',');
    vg_out_e4min_deg(out, p->pos.lat_e4min);
    vg_out_text(out, "]},\"properties\":{\"mmsi\":");
    vg_out_uint(out, p->mmsi);
    vg_out_text(out, ",\"time\":\"");
    vg_export_time(out, p->time_us);
    vg_out_char(out, '"');
    if (*name) {
        vg_out_text(out, ",\"name\":");
        vg_out_json_plain(out, name, strlen(name));
    }
    member(out, "sog", SAID(p, SOG), p->sog_dkn, 1);
    member(out, "cog", SAID(p, COG), p->cog_ddeg, 1);
    member(out, "heading", SAID(p, HEADING), p->heading_deg, 0);
    member(out, "turn", SAID(p, TURN), p->turn_raw, 0);
    member(out, "status", SAID(p, STATUS), p->status, 0);
    member(out, "type", true, p->message, 0);
    member(out, "accurate", true, p->accurate, 0);
    vg_out_text(out, ",\"source\":");
    vg_out_json_plain(out, p->source_name.bytes ? p->source_name.bytes : "", p->source_name.len);
    if (p->time_source)
        vg_out_printf(out, ",\"time_source\":\"%s\"", vg_time_source_key((enum vg_time_source)p->time_source));
    if (p->journal_offset) /* as text: numbers of JSON lose what is above 2^53 */
        vg_out_printf(out, ",\"place\":\"%llu\"", (unsigned long long)p->journal_offset);
    vg_out_text(out, "}}");
}
