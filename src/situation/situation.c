#include "situation/situation.h"

#include <stdlib.h>

#include "journal/name.h"
#include "picture/snapshot.h"
#include "situation/handling.h"
#include "situation/inner.h"

static void on_update(void *arg, const struct vg_update *update)
{
    struct vg_situation *s = arg;
    struct vg_notice event;
    enum vg_distress_change change = vg_update_distress(update);
    if (!s->on_event || change == VG_DISTRESS_NONE)
        return;
    vg_notice_of_distress(update->contact, change, &s->sources, &event);
    s->on_event(s->on_event_arg, &event);
}

enum vg_err vg_situation_new(const struct vg_picture_limits *limits, bool data_clock,
                             struct vg_situation **ret_situation)
{
    struct vg_picture_limits use = limits ? *limits : VG_PICTURE_LIMITS_DEFAULT;
    struct vg_situation *s = calloc(1, sizeof *s);
    if (!s)
        return VG_NOMEM;
    vg_picture_clock_init(&s->clock, data_clock);
    vg_picture_clock_limits(&s->clock, &use);
    enum vg_err err = vg_sources_init(&s->sources);
    if (!err)
        err = vg_picture_new(&use, &s->picture);
    if (!err)
        err = vg_hand_new(&s->hand);
    if (!err)
        err = vg_tracking_init(&s->tracking, NULL, s->picture, s->hand);
    s->tracking.behaving = &s->behaving;
    if (err) {
        vg_situation_free(s);
        return err;
    }
    vg_picture_set_sources(s->picture, &s->sources);
    vg_picture_set_on_update(s->picture, on_update, s);
    *ret_situation = s;
    return VG_OK;
}

void vg_situation_free(struct vg_situation *s)
{
    if (!s)
        return;
    vg_tracking_free(&s->tracking);
    vg_behaving_free(&s->behaving);
    vg_hand_free(s->hand);
    vg_picture_free(s->picture);
    vg_sources_free(&s->sources);
    free(s);
}

enum vg_err vg_situation_set_sites(struct vg_situation *s, const struct vg_sites *sites)
{
    vg_tracking_free(&s->tracking);
    enum vg_err err = vg_tracking_init(&s->tracking, sites, s->picture, s->hand);
    s->tracking.on_event = s->on_event;
    s->tracking.on_event_arg = s->on_event_arg;
    s->tracking.behaving = &s->behaving;
    return err;
}

enum vg_err vg_situation_set_behaviours(struct vg_situation *s, const struct vg_behaviours_options *options,
                                        vg_event_sink *on, void *arg)
{
    vg_behaving_free(&s->behaving);
    return vg_behaving_init(&s->behaving, options, on, arg);
}

void vg_situation_set_areas(struct vg_situation *s, struct vg_areas *areas)
{
    if (s->behaving.behaviours)
        vg_behaviours_set_areas(s->behaving.behaviours, areas);
}

void vg_situation_finish(struct vg_situation *s)
{
    if (s->behaving.behaviours)
        vg_behaviours_finish(s->behaving.behaviours);
}

const struct vg_behaviours *vg_situation_behaviours(const struct vg_situation *s)
{
    return s->behaving.behaviours;
}

void vg_situation_set_on_event(struct vg_situation *s, vg_notice_sink *on, void *arg)
{
    s->on_event = on;
    s->on_event_arg = arg;
    s->tracking.on_event = on;
    s->tracking.on_event_arg = arg;
}

void vg_situation_set_journal(struct vg_situation *s, const char *name)
{
    s->journal = vg_journal_number(name);
}

/*
 * The clock went on, perhaps. When names of stations fill their table, those that nothing speaks of any more give their
 * rows to others: before a report is applied, so that it doesn't matter how reports are cut into pieces.
 */
static void age_sources(struct vg_situation *s)
{
    vg_sources_set_time(&s->sources, vg_picture_elapsed_us(s->picture));
    if (!vg_sources_are_aging(&s->sources))
        return;
    bool used[VG_SOURCE_MAX] = {false};
    vg_picture_mark_sources(s->picture, VG_SOURCE_UNHEARD_US, used);
    vg_sources_age(&s->sources, used, s->clock.data_clock ? VG_SOURCE_STEPS_US : VG_SOURCE_LONG_US);
}

/* The clock stands at a whole second: what waited for it is done. */
static void advance(struct vg_situation *s)
{
    vg_tracking_advance(&s->tracking, s->clock.advanced_us);
    vg_behaving_advance(&s->behaving, s->clock.advanced_us);
}

/* A sensor's measurement is nobody's word of itself: it goes to the tracker, and what that makes of it is shown. */
static void apply(struct vg_situation *s, const struct vg_report *report, const struct vg_contact_origin *origin)
{
    struct vg_update update;
    if (vg_tracking_measures(report)) {
        vg_tracking_take(&s->tracking, report, origin);
        return;
    }
    if (!vg_picture_apply(s->picture, report, &update))
        return;
    vg_behaving_seen(&s->behaving, report, &update);
    if (update.verdict == VG_VERDICT_BELIEVED || update.verdict == VG_VERDICT_ADOPTED)
        vg_tracking_said(&s->tracking, report, origin);
}

void vg_situation_take(struct vg_situation *s, int64_t received_us, const struct vg_report *reports, size_t count)
{
    const struct vg_contact_origin origin = {.journal = s->journal, .received_us = received_us};
    vg_picture_set_origin(s->picture, &origin);
    vg_picture_clock_bytes(&s->clock, s->picture, received_us);
    advance(s); /* before its reports, as after a tick of the clock */
    age_sources(s);
    for (size_t i = 0; i < count; i++) {
        if (reports[i].time_source != VG_TIME_SOURCE_NEIGHBOUR) /* it proves nothing that its neighbour didn't */
            vg_picture_clock_report(&s->clock, s->picture, reports[i].time_us);
        advance(s);
        age_sources(s);
        vg_source_heard(&s->sources, reports[i].source);
        apply(s, &reports[i], &origin);
    }
}

enum vg_err vg_situation_hand(struct vg_situation *s, int64_t received_us, struct vg_hand_action *action,
                              const char **ret_why)
{
    const struct vg_contact_origin origin = {.journal = s->journal, .received_us = received_us};
    vg_situation_take(s, received_us, NULL, 0);
    action->time_us = received_us;
    return vg_handling_do(s->hand, &s->tracking, action, &origin, ret_why);
}

void vg_situation_hand_again(struct vg_situation *s, int64_t received_us, uint64_t journal_offset, const char *line,
                             size_t len)
{
    struct vg_hand_action action;
    const char *why;
    if (vg_hand_parse(line, len, &action, &why))
        return;
    action.journal_offset = journal_offset;
    vg_situation_hand(s, received_us, &action, &why);
}

const struct vg_hand *vg_situation_hand_of(const struct vg_situation *s)
{
    return s->hand;
}

void vg_situation_tick(struct vg_situation *s, int64_t now_us)
{
    vg_picture_clock_tick(&s->clock, s->picture, now_us);
    advance(s);
}

enum vg_err vg_situation_publish(struct vg_situation *s)
{
    return vg_picture_publish(s->picture);
}

struct vg_sources *vg_situation_sources(struct vg_situation *s)
{
    return &s->sources;
}

struct vg_picture *vg_situation_picture(struct vg_situation *s)
{
    return s->picture;
}

bool vg_situation_lives_by_data(const struct vg_situation *s)
{
    return s->clock.data_clock;
}

int64_t vg_situation_time_us(const struct vg_situation *s)
{
    return s->clock.advanced_us;
}

uint64_t vg_situation_hash(const struct vg_situation *s)
{
    uint64_t hash = vg_picture_hash(s->picture, &s->sources);
    if (s->tracking.tracker)
        hash ^= vg_tracker_hash(s->tracking.tracker) * UINT64_C(0x9E3779B97F4A7C15);
    if (s->behaving.behaviours)
        hash ^= vg_behaviours_hash(s->behaving.behaviours) * UINT64_C(0xBF58476D1CE4E5B9);
    return hash;
}

const struct vg_tracker *vg_situation_tracker(const struct vg_situation *s)
{
    return s->tracking.tracker;
}

const struct vg_sites *vg_situation_sites(const struct vg_situation *s)
{
    return &s->tracking.sites;
}
