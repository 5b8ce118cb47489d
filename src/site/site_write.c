/* A table of sensors as YAML: what vg_sites_read() makes the same table of. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "site/site.h"

/* As few digits as make the same number. */
static void put_number(struct vg_out *out, const char *before, double value)
{
    char text[40];
    for (int digits = 6; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    vg_out_printf(out, "%s%s", before, text);
}

/* A name has printable characters alone. */
static void put_name(struct vg_out *out, const char *before, const char *text)
{
    vg_out_printf(out, "%s\"", before);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            vg_out_char(out, '\\');
        vg_out_char(out, *text);
    }
    vg_out_text(out, "\"\n");
}

static void put_arcs(struct vg_out *out, const char *key, const struct vg_site_arc *arc, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i)
            vg_out_text(out, ", {");
        else
            vg_out_printf(out, "    %s: [{", key);
        put_number(out, "from: ", arc[i].from_deg);
        put_number(out, ", to: ", arc[i].to_deg);
        vg_out_char(out, '}');
    }
    if (count)
        vg_out_text(out, "]\n");
}

static void put_site(struct vg_out *out, const struct vg_site *s)
{
    put_name(out, "  - name: ", s->name);
    if (strcmp(s->feed, s->name) != 0)
        put_name(out, "    feed: ", s->feed);
    if (s->sac != VG_SITE_SAC_NONE)
        vg_out_printf(out, "    sac: %d\n    sic: %d\n", s->sac, s->sic);
    vg_out_printf(out, "    kind: %s\n", vg_site_kind_key(s->kind));
    if (s->moving)
        vg_out_text(out, "    moving: true\n");
    if (!isnan(s->lat_deg)) {
        put_number(out, "    position: {lat: ", s->lat_deg);
        put_number(out, ", lon: ", s->lon_deg);
        vg_out_text(out, "}\n");
    }
    if (!isnan(s->height_m))
        put_number(out, "    height_m: ", s->height_m);
    put_number(out, isnan(s->height_m) ? "    target_height_m: " : "\n    target_height_m: ", s->target_height_m);
    put_number(out, "\n    range_m: ", s->range_m);
    put_number(out, "\n    min_range_m: ", s->min_range_m);
    put_number(out, "\n    period_s: ", s->period_s);
    put_number(out, "\n    sigma_range_m: ", s->sigma_range_m);
    put_number(out, "\n    sigma_bearing_deg: ", s->sigma_bearing_deg);
    put_number(out, "\n    detection_probability: ", s->detection_probability);
    put_number(out, "\n    clock_offset_s: ", s->clock_offset_s);
    vg_out_char(out, '\n');
    put_arcs(out, "sectors", s->sector, s->sector_count);
    put_arcs(out, "blind", s->blind, s->blind_count);
}

void vg_sites_write(const struct vg_sites *sites, struct vg_out *out)
{
    vg_out_text(out, sites->count ? "sensors:\n" : "sensors: []\n");
    for (size_t i = 1; i <= sites->count; i++)
        put_site(out, &sites->site[i]);
}
