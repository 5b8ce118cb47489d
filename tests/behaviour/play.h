/* Plays the simulated sea through belief into behaviours, as situation does: one contact for each number. */
#ifndef VG_TESTS_BEHAVIOUR_PLAY_H
#define VG_TESTS_BEHAVIOUR_PLAY_H

#include "base/source.h"
#include "base/time.h"
#include "behaviour/behaviour.h"
#include "sensor/ais/ais.h"
#include "sensor/ais/receiver.h"
#include "sim/sim.h"
#include "test.h"

#define PLAY_CONTACTS 32768 /* a power of two */

struct play_contact {
    struct vg_contact contact;
    struct vg_memory memory;
};

struct play {
    struct vg_sim *sim;
    struct vg_receiver *receiver;
    struct vg_sources sources;
    uint16_t feed;
    struct vg_behaviours *behaviours;
    struct play_contact *contact; /* open addressing by MMSI */
    uint64_t reports;
    int64_t clock_us;
    char buf[1 << 16];
    struct vg_out out;
};

static inline struct play_contact *play_contact_of(struct play *p, const struct vg_report *r, bool *ret_added)
{
    uint32_t i = r->mmsi * UINT32_C(2654435761) >> 17;
    while (p->contact[i].contact.id && p->contact[i].contact.mmsi != r->mmsi)
        i = (i + 1) % PLAY_CONTACTS;
    *ret_added = !p->contact[i].contact.id;
    if (*ret_added)
        vg_belief_begin(&p->contact[i].contact, &p->contact[i].memory, r, UINT64_C(1) << 32 | r->mmsi);
    return &p->contact[i];
}

static inline void play_report(struct play *p, const struct vg_report *r)
{
    bool added;
    struct vg_change change = {0};
    if (!r->mmsi)
        return;
    struct play_contact *c = play_contact_of(p, r, &added);
    const struct vg_moment at = {.clock_us = p->clock_us, .ahead_us = VG_AHEAD_DEFAULT_US, .elapsed_us = p->clock_us};
    vg_belief_apply(&c->contact, &c->memory, r, &at, &change);
    const struct vg_sighting s = {.report = r,
                                  .contact = &c->contact,
                                  .verdict = change.verdict,
                                  .added = added,
                                  .static_changed = change.static_changed};
    vg_behaviours_take(p->behaviours, &s);
}

static inline void play_message(void *arg, const struct vg_ais *msg, const struct vg_payload *payload)
{
    struct play *p = arg;
    struct vg_report report;
    if (!vg_ais_report(msg, &report))
        return;
    const size_t len = strlen(payload->station);
    report.time_us = report.measured_us = payload->time_us;
    report.journal_offset = ++p->reports;
    report.source = len ? vg_source_station(&p->sources, p->feed, payload->station, len) : p->feed;
    if (report.time_us > p->clock_us)
        p->clock_us = report.time_us;
    play_report(p, &report);
}

static inline enum vg_err play_bytes(void *arg, const void *bytes, size_t len)
{
    vg_receiver_push(arg, bytes, len, VG_TIME_NONE);
    return VG_OK;
}

static inline struct play *play_new(const struct vg_sim_options *options, vg_event_sink *on, void *arg)
{
    struct play *p = calloc(1, sizeof *p);
    assert_non_null(p);
    p->contact = calloc(PLAY_CONTACTS, sizeof *p->contact);
    assert_non_null(p->contact);
    vg_sources_init(&p->sources);
    p->feed = vg_source_feed(&p->sources, "sea");
    assert_int_equal(vg_sim_new(options, &p->sim), VG_OK);
    assert_int_equal(vg_receiver_new(play_message, p, &p->receiver), VG_OK);
    const struct vg_behaviours_options o = {.vessels = 8192};
    assert_int_equal(vg_behaviours_new(&o, &p->behaviours), VG_OK);
    vg_behaviours_set_on_event(p->behaviours, on, arg);
    p->out = vg_out_stream(p->buf, sizeof p->buf, play_bytes, p->receiver);
    return p;
}

static inline void play_seconds(struct play *p, int seconds)
{
    for (int s = 0; s < seconds; s++) {
        vg_behaviours_advance(p->behaviours, vg_sim_now_us(p->sim));
        vg_sim_step(p->sim, &p->out);
        assert_int_equal(vg_out_flush(&p->out), VG_OK);
    }
}

static inline void play_free(struct play *p)
{
    vg_behaviours_free(p->behaviours);
    vg_receiver_free(p->receiver);
    vg_sim_free(p->sim);
    vg_sources_free(&p->sources);
    free(p->contact);
    free(p);
}

#endif
