#include "export/events.h"

#include <inttypes.h>
#include <math.h>

#include "base/time.h"
#include "behaviour/event_json.h"
#include "behaviour/innocent.h"
#include "export/csv.h"
#include "vessel/contact.h"

void vg_export_csv_events_head(struct vg_out *out)
{
    vg_out_text(out, "id,kind,state,revision,begin,end,lon,lat,mmsi,contacts,confidence,numbers,places,reports,text,"
                     "innocent,exercise" VG_CSV_END);
}

static void put_time(struct vg_out *out, int64_t time_us)
{
    vg_out_char(out, ',');
    if (time_us != VG_TIME_NONE)
        vg_export_time(out, time_us);
}

static void put_pos(struct vg_out *out, struct vg_pos pos)
{
    vg_out_char(out, ',');
    if (!vg_pos_valid(pos)) {
        vg_out_char(out, ',');
        return;
    }
    vg_out_e4min_deg(out, pos.lon_e4min);
    vg_out_char(out, ',');
    vg_out_e4min_deg(out, pos.lat_e4min);
}

static void put_contacts(struct vg_out *out, const struct vg_event *e)
{
    const char *between = ",";
    for (int i = 0; i < e->contacts; i++)
        if (e->contact[i].mmsi) {
            vg_out_printf(out, "%s%" PRIu32, between, e->contact[i].mmsi);
            between = " ";
        }
    vg_out_text(out, *between == ',' ? ",," : ",");
    between = "";
    for (int i = 0; i < e->contacts; i++)
        if (e->contact[i].id) {
            vg_out_printf(out, "%s%016" PRIx64, between, e->contact[i].id);
            between = " ";
        }
}

/* One cell: "median_distance=212 m (500); …" */
static void put_numbers(struct vg_out *out, const struct vg_event *e)
{
    char cell[2048];
    struct vg_out text = vg_out_fixed(cell, sizeof cell);
    for (int i = 0; i < e->numbers; i++) {
        const struct vg_event_number *n = &e->number[i];
        vg_out_printf(&text, "%s%s=%.10g%s%s", i ? "; " : "", n->key, n->value, *n->unit ? " " : "", n->unit);
        if (isfinite(n->limit))
            vg_out_printf(&text, " (%.10g)", n->limit);
    }
    vg_out_char(out, ',');
    vg_out_csv_string(out, cell, text.len);
}

void vg_export_csv_event(struct vg_out *out, const struct vg_event *e)
{
    vg_out_printf(out, "%016" PRIx64 ",%s,%s,%u", e->id, vg_event_kind_key((enum vg_event_kind)e->kind),
                  vg_event_state_key((enum vg_event_state)e->state), e->revision);
    put_time(out, e->begin_us);
    put_time(out, e->end_us);
    put_pos(out, e->pos);
    put_contacts(out, e);
    vg_out_char(out, ',');
    if (isfinite(e->confidence))
        vg_out_printf(out, "%.10g", e->confidence);
    put_numbers(out, e);
    for (int i = 0; i < e->places; i++)
        vg_out_printf(out, "%s%" PRIu64, i ? " " : ",", e->place[i]);
    vg_out_printf(out, "%s%" PRIu32 ",", e->places ? "," : ",,", e->reports);
    vg_out_csv_string(out, e->text, strnlen(e->text, sizeof e->text));
    const char *between = ",";
    for (const char *const *key = vg_event_innocent((enum vg_event_kind)e->kind); *key; key++) {
        vg_out_text(out, between);
        vg_out_text(out, *key);
        between = " ";
    }
    vg_out_printf(out, "%s,%s" VG_CSV_END, *between == ',' ? "," : "", e->exercise ? "true" : "false");
}

void vg_export_geojson_events_begin(struct vg_out *out)
{
    vg_out_text(out, "{\"type\":\"FeatureCollection\",\"features\":[");
}

void vg_export_geojson_event(struct vg_out *out, const struct vg_event *e, bool first)
{
    vg_out_text(out, first ? "\n" : ",\n");
    vg_out_text(out, "{\"type\":\"Feature\",\"geometry\":");
    if (vg_pos_valid(e->pos)) {
        vg_out_text(out, "{\"type\":\"Point\",\"coordinates\":[");
        vg_out_e4min_deg(out, e->pos.lon_e4min);
        vg_out_char(out, ',');
        vg_out_e4min_deg(out, e->pos.lat_e4min);
        vg_out_text(out, "]}");
    } else {
        vg_out_text(out, "null");
    }
    vg_out_text(out, ",\"properties\":");
    vg_event_json(out, e);
    vg_out_char(out, '}');
}

void vg_export_geojson_events_end(struct vg_out *out)
{
    vg_out_text(out, "\n]}\n");
}
