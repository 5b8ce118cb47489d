/* The demo's radars. */
#include <math.h>
#include <stdio.h>

#include "sim/radar.h"

/*
 * Coastal radars on the hills by three ports (15 turns a minute, VTS class: 10 m, 0.15°), blanked towards the land,
 * each with something in its way; and an ARPA at sea (24 turns a minute, 30 m, 1°). Heights and arcs are plausible, not
 * surveyed.
 */
static const struct row {
    const char *name;
    bool moving;
    double lon_deg, lat_deg, height_m, target_height_m, range_m, min_range_m, period_s, sigma_range_m,
        sigma_bearing_deg;
    struct vg_site_arc sector, blind;
} rows[] = {
    {"Manta", false, -80.735, -0.965, 140, 2, 60000, 300, 4, 10, 0.15, {245, 75}, {22, 26}},
    {"Salinas", false, -81.005, -2.190, 95, 2, 55000, 300, 4, 10, 0.15, {125, 68}, {186, 189}},
    {"Esmeraldas", false, -79.655, 0.975, 160, 2, 60000, 300, 4, 10, 0.15, {250, 65}, {331, 334}},
    {"Guardacostas 44", true, -80.985, -2.110, 12, 3, 22224, 200, 2.5, 30, 1, {0, 0}, {0, 0}},
};

void vg_sim_radars_ecuador(struct vg_sites *ret_sites, struct vg_sim_radars_options *ret_options)
{
    *ret_sites = (struct vg_sites){.count = sizeof rows / sizeof *rows};
    *ret_options = (struct vg_sim_radars_options){.sites = ret_sites, .sea_state = 2, .wind_from_deg = 215, .seed = 1};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *r = &rows[i];
        struct vg_site *s = &ret_sites->site[i + 1];
        *s = (struct vg_site){.kind = VG_SITE_RADAR,
                              .moving = r->moving,
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
                              .detection_probability = r->moving ? 0.8 : 0.9,
                              .sector_count = r->sector.from_deg != r->sector.to_deg,
                              .blind_count = r->blind.from_deg != r->blind.to_deg};
        s->sector[0] = r->sector;
        s->blind[0] = r->blind;
        snprintf(s->name, sizeof s->name, "%s", r->name);
        snprintf(s->feed, sizeof s->feed, "%s", r->name);
    }
}
