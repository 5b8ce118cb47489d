/* The demo's radars, and sites as the file that a tracker reads. */
#include <math.h>
#include <stdio.h>

#include "sim/radar.h"

/*
 * Coastal radars on the hills by three ports (15 turns a minute, VTS class: 10 m, 0.15°), blanked towards the land,
 * each with something in its way; and an ARPA at sea (24 turns a minute, 30 m, 1°). Heights and arcs are plausible, not
 * surveyed.
 */
static const struct row {
    const char *name, *aboard;
    double lon_deg, lat_deg, height_m, target_height_m, range_m, min_range_m, period_s, sigma_range_m,
        sigma_bearing_deg;
    struct vg_site_arc sector, blind;
} rows[] = {
    {"Manta", NULL, -80.735, -0.965, 140, 2, 60000, 300, 4, 10, 0.15, {245, 75}, {22, 26}},
    {"Salinas", NULL, -81.005, -2.190, 95, 2, 55000, 300, 4, 10, 0.15, {125, 68}, {186, 189}},
    {"Esmeraldas", NULL, -79.655, 0.975, 160, 2, 60000, 300, 4, 10, 0.15, {250, 65}, {331, 334}},
    {"Guardacostas 44", "GUARDACOSTAS 44", -80.985, -2.110, 12, 3, 22000, 200, 2.5, 30, 1, {0, 0}, {0, 0}},
};

void vg_sim_radars_ecuador(struct vg_sites *ret_sites, struct vg_sim_radars_options *ret_options)
{
    *ret_sites = (struct vg_sites){.count = sizeof rows / sizeof *rows};
    *ret_options = (struct vg_sim_radars_options){.sites = ret_sites, .sea_state = 2, .wind_from_deg = 215, .seed = 1};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *r = &rows[i];
        struct vg_site *s = &ret_sites->site[i + 1];
        *s = (struct vg_site){.kind = VG_SITE_RADAR,
                              .moving = r->aboard,
                              .sac = 0, /* "local": nobody's */
                              .sic = (int16_t)(i + 1),
                              .lat_deg = r->lat_deg,
                              .lon_deg = r->lon_deg,
                              .height_m = r->height_m,
                              .target_height_m = r->target_height_m,
                              .range_m = r->range_m,
                              .min_range_m = r->min_range_m,
                              .period_s = r->period_s,
                              .sigma_range_m = r->sigma_range_m,
                              .sigma_bearing_deg = r->sigma_bearing_deg,
                              .detection_probability = r->aboard ? 0.8 : 0.9,
                              .sector_count = r->sector.from_deg != r->sector.to_deg,
                              .blind_count = r->blind.from_deg != r->blind.to_deg};
        s->sector[0] = r->sector;
        s->blind[0] = r->blind;
        snprintf(s->name, sizeof s->name, "%s", r->name);
        snprintf(s->feed, sizeof s->feed, "%s", r->name);
        ret_options->aboard[i + 1] = r->aboard;
    }
}

/* ---- YAML ---- */

static void put_text(struct vg_out *out, const char *key, const char *text)
{
    vg_out_printf(out, "%s: ", key);
    vg_out_json_string(out, text, strlen(text)); /* a JSON string is a YAML string */
    vg_out_char(out, '\n');
}

static void put_arcs(struct vg_out *out, const char *key, const struct vg_site_arc *arc, size_t count)
{
    for (size_t i = 0; i < count; i++)
        vg_out_printf(out, "%s{from: %.10g, to: %.10g}", i ? ", " : key, arc[i].from_deg, arc[i].to_deg);
    if (count)
        vg_out_text(out, "]\n");
}

static void put_number(struct vg_out *out, const char *key, double value, double silent)
{
    if (!isnan(value) && value != silent)
        vg_out_printf(out, "    %s: %.10g\n", key, value);
}

void vg_sim_sensors_yaml(const struct vg_sites *sites, struct vg_out *out)
{
    vg_out_text(out, "sensors:\n");
    for (size_t i = 1; i <= sites->count; i++) {
        const struct vg_site *s = &sites->site[i];
        put_text(out, "  - name", s->name);
        if (strcmp(s->feed, s->name) != 0)
            put_text(out, "    feed", s->feed);
        vg_out_printf(out, "    kind: %s\n    position: {lat: %.7f, lon: %.7f}\n",
                      vg_site_kind_key((enum vg_site_kind)s->kind), s->lat_deg, s->lon_deg);
        if (s->moving)
            vg_out_text(out, "    moving: true\n");
        if (s->sac != VG_SITE_SAC_NONE)
            vg_out_printf(out, "    sac: %d\n    sic: %d\n", s->sac, s->sic);
        put_number(out, "height_m", s->height_m, NAN);
        put_number(out, "target_height_m", s->target_height_m, NAN);
        put_number(out, "range_m", s->range_m, NAN);
        put_number(out, "min_range_m", s->min_range_m, 0);
        put_number(out, "period_s", s->period_s, NAN);
        put_number(out, "sigma_range_m", s->sigma_range_m, NAN);
        put_number(out, "sigma_bearing_deg", s->sigma_bearing_deg, NAN);
        put_number(out, "detection_probability", s->detection_probability, NAN);
        put_number(out, "clock_offset_s", s->clock_offset_s, 0);
        put_arcs(out, "    sectors: [", s->sector, s->sector_count);
        put_arcs(out, "    blind: [", s->blind, s->blind_count);
    }
}
