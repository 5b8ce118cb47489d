/*
 * Who comes without AIS to a ship with it: the simulated radars and the sentences of the fleet go into a situation as
 * live. The demo's fast boat beside SAN JACINTO 12 is found; nobody else meets anybody.
 */
#include <math.h>

#include "base/source.h"
#include "sensor/ais/ais.h"
#include "sensor/ais/receiver.h"
#include "sim/radar.h"
#include "sim/sim.h"
#include "situation/situation.h"
#include "test.h"

#define START_US INT64_C(1773532800000000) /* 2026-03-15T00:00:00Z */
#define EVENTS   64
#define REPORTS  8192

struct world {
    struct vg_situation *situation;
    struct vg_sim *sim;
    struct vg_sim_radars *radars;
    struct vg_sites sites;
    struct vg_receiver *receiver;
    struct vg_report report[REPORTS];
    size_t reports;
    uint64_t offset;
    uint16_t ais, radar;
    struct vg_event event[EVENTS]; /* meetings, the newest revision of each */
    size_t events;
};

static void on_event(void *arg, const struct vg_event *e)
{
    struct world *w = arg;
    size_t i = 0;
    if (e->kind != VG_EVENT_MEETING)
        return;
    while (i < w->events && w->event[i].id != e->id)
        i++;
    assert_true(i < EVENTS);
    w->event[i] = *e;
    w->events += i == w->events;
}

static void on_message(void *arg, const struct vg_ais *msg, const struct vg_payload *payload)
{
    struct world *w = arg;
    struct vg_report *r = &w->report[w->reports];
    if (!vg_ais_report(msg, r) || w->reports + 1 == REPORTS)
        return;
    r->time_us = r->measured_us = payload->time_us;
    r->journal_offset = ++w->offset;
    r->source = w->ais;
    w->reports++;
}

static void on_radar(void *arg, const struct vg_sim_radar_event *event)
{
    struct world *w = arg;
    if (event->kind != VG_SIM_RADAR_PLOT || w->reports == REPORTS)
        return;
    w->report[w->reports++] = (struct vg_report){
        .time_us = event->time_us,
        .measured_us = event->time_us,
        .journal_offset = ++w->offset,
        .source = w->radar,
        .sensor = VG_SENSOR_RADAR,
        .measured = VG_MEASURED_RANGE_BEARING,
        .site = event->site,
        .time_of_day_ms = VG_TIME_OF_DAY_NONE,
        .polar = {.range_m = (uint32_t)lround(event->plot.range_m),
                  .bearing_mdeg = (uint32_t)lround(fmod(event->plot.bearing_deg + 720, 360) * 1000) % 360000},
        .radar = {.from = VG_POS_NONE, .says = VG_RADAR_PLOT, .sac = -1, .sic = -1, .mode_3a = VG_MODE_3A_NONE}};
}

static enum vg_err hear(void *arg, const void *bytes, size_t len)
{
    vg_receiver_push(arg, bytes, len, VG_TIME_NONE);
    return VG_OK;
}

static void world_begin(struct world *w, bool dark, uint32_t vessels)
{
    struct vg_sim_radars_options radars;
    const struct vg_sim_options sea = {.vessels = vessels, .seed = 1, .start_us = START_US, .dark = dark};
    const struct vg_behaviours_options look = {.vessels = 4096};
    const struct vg_picture_limits limits = {.vessels = 4096, .trail_bytes = 1 << 20, .trail_points = 40};
    *w = (struct world){.reports = 0};
    vg_sim_radars_ecuador(&w->sites, &radars);
    const uint16_t manta = vg_sites_find(&w->sites, "Manta");
    w->sites.site[1] = w->sites.site[manta];
    radars.flaw[1] = radars.flaw[manta];
    w->sites.count = 1;
    radars.sites = &w->sites;
    assert_int_equal(vg_sim_new(&sea, &w->sim), VG_OK);
    assert_int_equal(vg_sim_radars_new(&radars, w->sim, &w->radars), VG_OK);
    assert_int_equal(vg_situation_new(&limits, false, &w->situation), VG_OK);
    assert_int_equal(vg_situation_set_sites(w->situation, &w->sites), VG_OK);
    assert_int_equal(vg_situation_set_behaviours(w->situation, &look, on_event, w), VG_OK);
    w->ais = vg_source_feed(vg_situation_sources(w->situation), "sea");
    w->radar = vg_source_feed(vg_situation_sources(w->situation), "Manta");
    assert_int_equal(vg_receiver_new(on_message, w, &w->receiver), VG_OK);
}

static void world_minutes(struct world *w, int minutes)
{
    char buf[1 << 16];
    struct vg_out out = vg_out_stream(buf, sizeof buf, hear, w->receiver);
    for (int s = 0; s < minutes * 60; s++) {
        w->reports = 0;
        vg_sim_step(w->sim, &out);
        assert_int_equal(vg_out_flush(&out), VG_OK);
        vg_sim_radars_step(w->radars, on_radar, w);
        vg_situation_take(w->situation, vg_sim_now_us(w->sim), w->report, w->reports);
    }
}

static void world_end(struct world *w)
{
    vg_receiver_free(w->receiver);
    vg_situation_free(w->situation);
    vg_sim_radars_free(w->radars);
    vg_sim_free(w->sim);
}

static uint32_t mmsi_of(const struct world *w, const char *name)
{
    for (size_t i = 0;; i++) {
        struct vg_sim_truth truth;
        assert_true(i < vg_sim_count(w->sim));
        vg_sim_truth(w->sim, i, &truth);
        if (truth.name && strcmp(truth.name, name) == 0)
            return truth.mmsi;
    }
}

static void the_fast_boat_beside_the_fishing_boat_is_found_and_nobody_else(void **state)
{
    (void)state;
    static struct world w;
    world_begin(&w, true, 60);
    const uint32_t mmsi = mmsi_of(&w, "SAN JACINTO 12");
    world_minutes(&w, 45);
    vg_situation_finish(w.situation);
    assert_int_equal(w.events, 1);
    const struct vg_event *e = &w.event[0];
    print_message("met from %.1f to %.1f min, sure %.2f\n", (double)(e->begin_us - START_US) / 6e7,
                  (double)(e->end_us - START_US) / 6e7, e->confidence);
    assert_int_equal(e->contacts, 2);
    assert_true(e->contact[0].mmsi == 0 && e->contact[1].mmsi == mmsi);
    assert_true(llabs(e->begin_us - START_US - 17 * VG_MINUTE_US) < 3 * VG_MINUTE_US);
    assert_true(llabs(e->end_us - START_US - 32 * VG_MINUTE_US) < 4 * VG_MINUTE_US);
    assert_true(e->state == VG_EVENT_ENDED && e->confidence >= 0.7 && e->places >= 2);
    world_end(&w);
}

static void without_boats_that_are_dark_nobody_meets_anybody(void **state)
{
    (void)state;
    static struct world w;
    world_begin(&w, false, 150);
    world_minutes(&w, 30);
    vg_situation_finish(w.situation);
    assert_int_equal(w.events, 0);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fast_boat_beside_the_fishing_boat_is_found_and_nobody_else),
        cmocka_unit_test(without_boats_that_are_dark_nobody_meets_anybody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
