/* From settings to what the service takes. */
#include "cli/journal_dir.h"
#include "cli/watch.h"

/* A feed's own words stand above the settings for all feeds. */
static void take_feed(struct vg_cli_service *to, const struct vg_settings *s, const char *url)
{
    struct vg_feed_spec *spec = &to->feed[to->service.feed_count++];
    const char *why;
    vg_feed_parse(url, spec, &why); /* vg_settings_check() has read it */
    if (!spec->speed_given && s->speed >= 0 && spec->kind == VG_FEED_FILE) {
        spec->speed = s->speed;
        spec->speed_given = true;
    }
    spec->per_address = (uint32_t)s->senders_per_address;
    spec->loopback_unlimited = s->loopback_unlimited;
    if (!spec->stall_given)
        spec->stall_us = (int64_t)(s->stall_s * 1e6);
}

static void fill_serve(struct vg_api_options *serve, const struct vg_settings *s)
{
    serve->listen = s->listen;
    serve->web_dir = s->web;
    serve->layers_dir = s->layers;
    serve->archive_dir = s->history;
    serve->title = s->title;
    serve->trust_network = s->trust_network;
    serve->hosts = *s->hosts ? s->hosts : NULL;
    serve->per_address = (uint32_t)s->per_address;
    serve->loopback_unlimited = s->loopback_unlimited;
    serve->demo = s->demo;
    serve->view_given = s->view.given;
    serve->view_lon_deg = s->view.lon_deg;
    serve->view_lat_deg = s->view.lat_deg;
    serve->view_zoom = s->view.zoom;
    serve->max_streams = (uint32_t)s->max_streams;
    serve->max_connections = s->max_streams > 512 ? (uint32_t)s->max_streams * 2 : 1024;
    serve->tick_ms = (uint16_t)s->tick_ms;
}

void vg_cli_service_fill(struct vg_cli_service *to, const struct vg_settings *s)
{
    struct vg_service_options *o = &to->service;
    *o = (struct vg_service_options){.feeds = to->feed, .limits = VG_PICTURE_LIMITS_DEFAULT};
    for (size_t i = 0; i < s->feed_count; i++)
        take_feed(to, s, s->feed[i]);
    o->sites = &s->sites;
    o->alert_rules = s->rules;
    o->areas = s->areas;
    o->watch_list = s->watched;
    o->alert_webhook = s->alert_webhook;
    o->allow_actions = !s->trust_network || s->allow_actions;
    o->clock = (enum vg_service_clock)s->clock;
    o->data_dir = s->data;
    o->keep_us = (int64_t)(s->keep_days * (double)VG_DAY_US);
    double gib = s->keep_gib * (1 << 30); /* the same under its former name: of the two the smaller holds */
    o->keep_bytes = (int64_t)(s->keep_bytes > 0 && (gib <= 0 || s->keep_bytes < gib) ? s->keep_bytes : gib);
    o->limits.vessels = (uint32_t)s->vessels;
    o->limits.trail_bytes = (size_t)s->trail_mib << 20;
    fill_serve(&o->serve, s);
    if (s->history && vg_cli_archive_dir(s->history, to->archive)) /* else: what is given, which nobody can open */
        o->serve.archive_dir = to->archive;
}
