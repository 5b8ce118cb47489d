#include "situation/tracking.h"

#include <stdlib.h>
#include <string.h>

#define QUIET_US   VG_MINUTE_US     /* more than a scan, or a late measurement, is waited for */
#define LEAP_US    (6 * VG_HOUR_US) /* a clock that goes so far at once was set, or a log has a gap: no track lasts */
#define SHOWN_FROM 0.5              /* the existence with which a track becomes a contact */

enum vg_err vg_tracking_init(struct vg_tracking *t, const struct vg_sites *sites, struct vg_picture *picture,
                             const struct vg_hand *hand)
{
    *t = (struct vg_tracking){.picture = picture, .hand = hand, .advanced_us = VG_TIME_NONE};
    if (!sites || !sites->count)
        return VG_OK;
    t->sites = *sites;
    const struct vg_tracker_options options = {.sites = &t->sites};
    t->seen = calloc(VG_TRACKS_MAX, sizeof *t->seen);
    enum vg_err err = t->seen ? vg_tracker_new(&options, &t->tracker) : VG_NOMEM;
    if (err)
        vg_tracking_free(t);
    return err;
}

void vg_tracking_free(struct vg_tracking *t)
{
    vg_tracker_free(t->tracker);
    free(t->seen);
    t->tracker = NULL;
    t->seen = NULL;
}

bool vg_tracking_measures(const struct vg_report *report)
{
    return vg_report_measures(report);
}

void vg_tracking_take(struct vg_tracking *t, const struct vg_report *report, const struct vg_contact_origin *origin)
{
    if (!t->tracker)
        return;
    vg_tracker_take(t->tracker, report, origin);
    t->taken_us = t->advanced_us;
}

/* A world of AIS costs nothing more than this look. A radar that moves sees wherever it is. */
static bool is_covered(const struct vg_sites *sites, struct vg_pos pos)
{
    const double lat = vg_pos_lat_deg(pos), lon = vg_pos_lon_deg(pos);
    for (uint16_t i = 1; i <= sites->count; i++) {
        const struct vg_site *site = &sites->site[i];
        const double reach_deg = vg_site_reach_m(site) / 110000;
        if (site->moving)
            return true;
        if (lat < site->lat_deg - reach_deg || lat > site->lat_deg + reach_deg)
            continue;
        if (vg_site_covers(site, VG_POS_NONE, lat, lon))
            return true;
    }
    return false;
}

void vg_tracking_said(struct vg_tracking *t, const struct vg_report *report, const struct vg_contact_origin *origin)
{
    if (t->tracker && is_covered(&t->sites, report->pos))
        vg_tracking_take(t, report, origin);
}

/* What an operator says of a track: of its own contact, and of the one that it is shown on. */
static const struct vg_hand_mark *mark_of(const struct vg_tracking *t, const struct vg_track *track)
{
    const struct vg_hand_mark *own = vg_hand_mark(t->hand, track->id);
    if (own || !track->mmsi)
        return own;
    const struct vg_contact *c = vg_picture_find(t->picture, track->mmsi);
    return c ? vg_hand_mark(t->hand, c->id) : NULL;
}

static void show_anew(struct vg_tracking *t, const struct vg_track *track)
{
    const struct vg_hand_mark *mark = mark_of(t, track);
    struct vg_update update;
    if (mark && mark->hidden && mark->contact == track->id) {
        vg_picture_track_over(t->picture, track->id, true);
        return;
    }
    if (vg_picture_track(t->picture, track, mark ? mark->thing : 0, &update) && update.added && mark && *mark->name) {
        const struct vg_prov said = vg_prov_of(track->seen_us, 0, 0, 0);
        vg_picture_set_name(t->picture, track->id, mark->name, &said);
    }
}

/* A track is shown once it is likely, and from then on until it is over. Only what was measured anew is shown anew. */
static void show(struct vg_tracking *t, const struct vg_track *track)
{
    const struct vg_track_row *row = vg_picture_track_row(t->picture, track->id);
    if (!row && track->existence < SHOWN_FROM && !track->kept)
        return;
    if (!row || row->track.seen_us != track->seen_us || row->track.mmsi != track->mmsi ||
        row->track.facts != track->facts || row->track.kept != track->kept)
        show_anew(t, track);
}

void vg_tracking_marked(struct vg_tracking *t, uint64_t contact, const struct vg_hand_action *action)
{
    const struct vg_hand_mark *mark = vg_hand_mark(t->hand, contact);
    const struct vg_prov said = vg_prov_of(action->time_us, 0, 0, action->journal_offset);
    const struct vg_contact *c = vg_picture_find_id(t->picture, contact);
    const struct vg_track_row *row = c ? vg_picture_track_in(t->picture, c->slot) : NULL;
    const uint64_t id = row && row->track.id ? row->track.id : contact;
    struct vg_track track;
    if (c)
        vg_picture_set_name(t->picture, contact, mark ? mark->name : "", &said);
    if (t->tracker && t->advanced_us != VG_TIME_NONE && vg_tracker_find(t->tracker, id, t->advanced_us, &track))
        show_anew(t, &track);
}

static void on_event(void *arg, const struct vg_track_event *happened)
{
    struct vg_tracking *t = arg;
    if (happened->kind == VG_TRACK_EVENT_ENDED)
        vg_picture_track_over(t->picture, happened->track.id, false);
    if (t->behaving) {
        vg_behaving_sensed(t->behaving, happened);
        if (happened->kind == VG_TRACK_EVENT_ENDED || happened->kind == VG_TRACK_EVENT_BOUND)
            vg_behaving_followed(t->behaving, &happened->track, happened->time_us, true);
    }
    if (!t->on_event || happened->kind == VG_TRACK_EVENT_BEGUN || happened->kind == VG_TRACK_EVENT_ENDED)
        return;
    struct vg_notice event;
    vg_notice_of_track(happened, &t->sites, &event);
    t->events++;
    t->on_event(t->on_event_arg, &event);
}

static size_t go_to(struct vg_tracking *t, int64_t second_us)
{
    vg_tracker_advance(t->tracker, second_us - VG_TRACKING_WAIT_US);
    const size_t count = vg_tracker_tracks(t->tracker, second_us, 0, t->seen, VG_TRACKS_MAX);
    for (size_t i = 0; i < count && i < VG_TRACKS_MAX; i++)
        show(t, &t->seen[i]);
    for (size_t i = 0; t->behaving && second_us % VG_FOLLOWED_US == 0 && i < count && i < VG_TRACKS_MAX; i++)
        vg_behaving_followed(t->behaving, &t->seen[i], second_us, false);
    t->advanced_us = second_us;
    return count;
}

/*
 * Second by second, whether the clock ticked in each of them or not: so ticks leave no trace. Once nothing is followed
 * and nothing came for a while, nothing can happen.
 */
void vg_tracking_advance(struct vg_tracking *t, int64_t clock_us)
{
    if (!t->tracker || clock_us == t->advanced_us || clock_us == VG_TIME_NONE)
        return;
    vg_tracker_set_on_event(t->tracker, on_event, t);
    if (t->advanced_us == VG_TIME_NONE || clock_us < t->advanced_us || clock_us - t->advanced_us > LEAP_US)
        t->advanced_us = clock_us - VG_SECOND_US;
    while (t->advanced_us < clock_us) {
        const size_t count = go_to(t, t->advanced_us + VG_SECOND_US);
        if (!count && t->advanced_us > t->taken_us + QUIET_US)
            t->advanced_us = clock_us;
        if (t->behaving) /* in step, so that what is found next is found at the same time, ticks or not */
            vg_behaving_advance(t->behaving, t->advanced_us);
    }
}

/* ---- saved ---- */

#define HEAD_SIZE 24 /* the times of the last advance and report, and of how many bytes the tracker's state is */

static enum vg_err write_tracker(const void *of, struct vg_out *out)
{
    vg_tracker_save(of, out);
    return out->err;
}

static uint64_t tracker_size(const struct vg_tracking *t)
{
    return t->tracker ? vg_state_size_of(write_tracker, t->tracker) : 0;
}

uint64_t vg_tracking_size(const void *of)
{
    const struct vg_tracking *t = of;
    return HEAD_SIZE + tracker_size(t);
}

enum vg_err vg_tracking_write(const void *of, struct vg_out *out)
{
    const struct vg_tracking *t = of;
    uint8_t head[HEAD_SIZE];
    vg_put_u64(head, (uint64_t)t->advanced_us);
    vg_put_u64(head + 8, (uint64_t)t->taken_us);
    vg_put_u64(head + 16, tracker_size(t));
    vg_out_bytes(out, head, sizeof head);
    if (t->tracker)
        vg_tracker_save(t->tracker, out);
    return out->err;
}

/* Other sensors than it was saved with: tracks begin anew. */
enum vg_err vg_tracking_read(void *of, struct vg_state_input *in)
{
    struct vg_tracking *t = of;
    uint8_t head[HEAD_SIZE];
    enum vg_err err = vg_state_take(in, head, sizeof head);
    const uint64_t len = err ? 0 : vg_get_u64(head + 16);
    if (err || len != vg_state_left(in))
        return err ? err : VG_CORRUPT;
    void *bytes = malloc(len ? len : 1);
    if (!bytes)
        return VG_NOMEM;
    err = vg_state_take(in, bytes, len);
    if (!err && len && t->tracker) {
        err = vg_tracker_load(t->tracker, bytes, len);
        if (!err) {
            t->advanced_us = (int64_t)vg_get_u64(head);
            t->taken_us = (int64_t)vg_get_u64(head + 8);
        }
        if (err == VG_ARG)
            err = VG_OK;
    }
    free(bytes);
    if (!err)
        vg_tracking_loaded(t);
    return err;
}

void vg_tracking_loaded(struct vg_tracking *t)
{
    struct vg_track track;
    for (uint32_t slot = 0; slot < vg_picture_slots(t->picture); slot++) {
        const struct vg_track_row *row = vg_picture_track_in(t->picture, slot);
        if (row && !(row->facts & VG_TRACK_OVER) &&
            (!t->tracker || !vg_tracker_find(t->tracker, row->track.id, row->track.time_us, &track)))
            vg_picture_track_over(t->picture, row->track.id, false);
    }
}
