/* What the tests of the simulated radars share: a world with boats without AIS, its radars, and all that they said. */
#ifndef VG_TESTS_RADAR_UTIL_H
#define VG_TESTS_RADAR_UTIL_H

#include "sim/radar.h"
#include "sim/sim_util.h"

#define EVENTS_MAX 400000

struct watch {
    struct vg_sites sites;
    struct vg_sim_radars_options options;
    struct vg_sim *sim;
    struct vg_sim_radars *radars;
    struct vg_sim_radar_event *event;
    size_t events;
    void (*on_event)(void *arg, const struct vg_sim_radar_event *event); /* also told; may be NULL */
    void *arg;
};

static inline void keep_event(void *arg, const struct vg_sim_radar_event *event)
{
    struct watch *w = arg;
    assert_true(w->events < EVENTS_MAX);
    w->event[w->events++] = *event;
    if (w->on_event)
        w->on_event(w->arg, event);
}

/* The demo's radars, as yet with nothing to watch: change sites and options, then watch_begin(). */
static inline void watch_make(struct watch *w)
{
    *w = (struct watch){0};
    vg_sim_radars_ecuador(&w->sites, &w->options);
    w->event = malloc(EVENTS_MAX * sizeof *w->event);
    assert_non_null(w->event);
}

static inline void watch_begin(struct watch *w, uint32_t vessels)
{
    struct vg_sim_options options = {.vessels = vessels, .seed = 1, .start_us = START_US, .dark = true};
    w->options.sites = &w->sites;
    assert_int_equal(vg_sim_new(&options, &w->sim), VG_OK);
    assert_int_equal(vg_sim_radars_new(&w->options, w->sim, &w->radars), VG_OK);
}

static inline void watch_step(struct watch *w)
{
    static char buf[65536];
    struct vg_out out = vg_out_stream(buf, sizeof buf, nowhere, NULL);
    vg_sim_step(w->sim, &out);
    vg_sim_radars_step(w->radars, keep_event, w);
}

static inline void watch_seconds(struct watch *w, int seconds)
{
    for (int s = 0; s < seconds; s++)
        watch_step(w);
}

static inline void watch_end(struct watch *w)
{
    vg_sim_radars_free(w->radars);
    vg_sim_free(w->sim);
    free(w->event);
    *w = (struct watch){0};
}

/* Only the radar of this name. */
static inline void watch_only(struct watch *w, const char *name)
{
    uint16_t i = vg_sites_find(&w->sites, name);
    assert_true(i > 0);
    w->sites.site[1] = w->sites.site[i];
    w->sites.count = 1;
}

static inline size_t count_plots(const struct watch *w, enum vg_sim_echo echo)
{
    size_t n = 0;
    for (size_t i = 0; i < w->events; i++)
        n += w->event[i].kind == VG_SIM_RADAR_PLOT && w->event[i].plot.echo == echo;
    return n;
}

#endif
