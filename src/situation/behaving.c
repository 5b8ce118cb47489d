#include "situation/behaving.h"

#include <stdlib.h>

#include "base/time.h"

enum vg_err vg_behaving_init(struct vg_behaving *b, const struct vg_behaviours_options *options, vg_event_sink *on,
                             void *arg)
{
    b->behaviours = NULL;
    enum vg_err err = options ? vg_behaviours_new(options, &b->behaviours) : VG_OK;
    if (b->behaviours)
        vg_behaviours_set_on_event(b->behaviours, on, arg);
    return err;
}

void vg_behaving_free(struct vg_behaving *b)
{
    vg_behaviours_free(b->behaviours);
    b->behaviours = NULL;
}

void vg_behaving_seen(struct vg_behaving *b, const struct vg_report *report, const struct vg_update *update)
{
    if (!b->behaviours || report->again)
        return;
    const struct vg_sighting sighting = {.report = report,
                                         .contact = update->contact,
                                         .verdict = update->verdict,
                                         .added = update->added,
                                         .static_changed = update->static_changed};
    vg_behaviours_take(b->behaviours, &sighting);
}

/* Which fact a kind is, whether it begins or ceases. False: it is none. */
static bool fact_of(const struct vg_track_event *happened, enum vg_sensed_fact *ret)
{
    const bool ceased = happened->kind == VG_TRACK_EVENT_SEEN;
    switch (ceased ? happened->ceased : happened->kind) {
    case VG_TRACK_EVENT_DARK:
        *ret = VG_SENSED_DARK;
        return true;
    case VG_TRACK_EVENT_UNSEEN:
        *ret = VG_SENSED_UNSEEN;
        return true;
    case VG_TRACK_EVENT_TWO_CLAIMS:
        *ret = VG_SENSED_TWO_IDENTITIES;
        return true;
    case VG_TRACK_EVENT_TWO_ECHOES:
        *ret = VG_SENSED_TWO_ECHOES;
        return true;
    default:
        return false;
    }
}

void vg_behaving_sensed(struct vg_behaving *b, const struct vg_track_event *happened)
{
    enum vg_sensed_fact fact;
    if (!b->behaviours || !fact_of(happened, &fact))
        return;
    const struct vg_sensed sensed = {
        .fact = fact,
        .ceased = happened->kind == VG_TRACK_EVENT_SEEN,
        .time_us = happened->time_us,
        .contact = happened->track.id,
        .other = happened->other_id,
        .mmsi = happened->mmsi,
        .other_mmsi = happened->other_mmsi,
        .pos = vg_pos_from_deg(happened->track.lon_deg, happened->track.lat_deg),
        .existence = happened->track.existence,
        .log_ratio = happened->log_ratio,
        .expected = happened->expected,
        .had = happened->had,
        .journal_offset = happened->journal_offset,
    };
    vg_behaviours_sensed(b->behaviours, &sensed);
}

void vg_behaving_followed(struct vg_behaving *b, const struct vg_track *track, int64_t time_us, bool over)
{
    if (!b->behaviours || track->airborne || (!over && (track->mmsi || track->existence < 0.5)))
        return;
    const struct vg_followed followed = {
        .contact = track->id,
        .time_us = time_us,
        .began_us = track->began_us,
        .pos = vg_pos_from_deg(track->lon_deg, track->lat_deg),
        .sigma_m = track->sigma_major_m,
        .speed_kn = track->speed_kn,
        .course_deg = track->course_deg,
        .existence = track->existence,
        .dark = track->facts >> VG_TRACK_EVENT_DARK & 1,
        .over = over,
        .journal_offset = track->journal_offset,
    };
    vg_behaviours_followed(b->behaviours, &followed);
}

void vg_behaving_advance(struct vg_behaving *b, int64_t clock_us)
{
    if (b->behaviours && clock_us != VG_TIME_NONE)
        vg_behaviours_advance(b->behaviours, clock_us);
}

/* ---- saved ---- */

enum vg_err vg_behaving_write(const void *of, struct vg_out *out)
{
    const struct vg_behaving *b = of;
    if (b->behaviours)
        vg_behaviours_save(b->behaviours, out);
    return out->err;
}

uint64_t vg_behaving_size(const void *of)
{
    return vg_state_size_of(vg_behaving_write, of);
}

/* Of another size than it was saved with, or with none: they begin anew. */
enum vg_err vg_behaving_read(void *of, struct vg_state_input *in)
{
    struct vg_behaving *b = of;
    const uint64_t len = vg_state_left(in);
    void *bytes = malloc(len ? len : 1);
    if (!bytes)
        return VG_NOMEM;
    enum vg_err err = vg_state_take(in, bytes, len);
    if (!err && len && b->behaviours) {
        err = vg_behaviours_load(b->behaviours, bytes, len);
        if (err == VG_ARG)
            err = VG_OK;
    }
    free(bytes);
    return err;
}
