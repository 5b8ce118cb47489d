#include "situation/handling.h"

#include <math.h>

#define GONE      "there is no such contact now"
#define NO_TRACK  "no sensor follows this contact now"
#define NO_SENSOR "there is no sensor that could follow it"

struct doing {
    struct vg_hand *hand;
    struct vg_tracking *tracking;
    const struct vg_contact_origin *origin;
    const char *why;
};

static enum vg_err refuse(struct doing *d, enum vg_err err, const char *why)
{
    d->why = why;
    return err;
}

/* The track of a contact, 0: none. */
static uint64_t track_of(const struct doing *d, uint64_t contact)
{
    const struct vg_contact *c = vg_picture_find_id(d->tracking->picture, contact);
    const struct vg_track_row *row = c ? vg_picture_track_in(d->tracking->picture, c->slot) : NULL;
    return row && !(row->facts & VG_TRACK_OVER) ? row->track.id : 0;
}

static bool is_there(const struct doing *d, uint64_t contact)
{
    return vg_picture_find_id(d->tracking->picture, contact) != NULL;
}

static enum vg_err track_or_refuse(struct doing *d, uint64_t contact, uint64_t *ret_track)
{
    *ret_track = track_of(d, contact);
    if (*ret_track)
        return VG_OK;
    return refuse(d, VG_NOT_FOUND, is_there(d, contact) ? NO_TRACK : GONE);
}

static enum vg_err told(struct doing *d, enum vg_err err)
{
    return err ? refuse(d, err, err == VG_LIMIT ? "too many tracks" : NO_TRACK) : VG_OK;
}

/* ---- each kind ---- */

static enum vg_err start(struct doing *d, struct vg_hand_action *a)
{
    struct vg_tracker *tracker = d->tracking->tracker;
    const bool moves = !isnan(a->speed_kn) && !isnan(a->course_deg);
    if (!tracker)
        return refuse(d, VG_UNSUPPORTED, NO_SENSOR);
    return told(d, vg_tracker_start(tracker, a->time_us, a->lat_deg, a->lon_deg, moves ? a->speed_kn : 0,
                                    moves ? a->course_deg : 0, a->journal_offset ? a->journal_offset : a->number,
                                    d->origin, &a->contact));
}

/* One of the two says an MMSI, and then the other's echo is hers; or the other is the same echo once more. */
static enum vg_err merge(struct doing *d, const struct vg_hand_action *a)
{
    const struct vg_picture *p = d->tracking->picture;
    const struct vg_contact *one = vg_picture_find_id(p, a->contact), *two = vg_picture_find_id(p, a->other);
    if (!one || !two)
        return refuse(d, VG_NOT_FOUND, GONE);
    if (!one->from_track && !two->from_track)
        return refuse(d, VG_ARG, "both say an MMSI of their own: they are two");
    if (one->from_track && two->from_track)
        return VG_OK; /* the other is hidden by its mark */
    const struct vg_contact *ship = one->from_track ? two : one, *echo = one->from_track ? one : two;
    uint64_t track;
    enum vg_err err = track_or_refuse(d, echo->id, &track);
    return err ? err : told(d, vg_tracker_bind(d->tracking->tracker, track, ship->mmsi));
}

static enum vg_err split(struct doing *d, const struct vg_hand_action *a)
{
    uint64_t track;
    enum vg_err err = track_or_refuse(d, a->contact, &track);
    return err ? err : told(d, vg_tracker_part(d->tracking->tracker, track));
}

static enum vg_err correct(struct doing *d, struct vg_hand_action *a)
{
    uint64_t track;
    enum vg_err err = track_or_refuse(d, a->contact, &track);
    if (err)
        return err;
    const struct vg_track_row *row = vg_picture_track_row(d->tracking->picture, track);
    a->lat_before_deg = row->track.lat_deg;
    a->lon_before_deg = row->track.lon_deg;
    return told(d, vg_tracker_correct(d->tracking->tracker, track, a->time_us, a->lat_deg, a->lon_deg));
}

static enum vg_err keep(struct doing *d, uint64_t contact, bool yes)
{
    uint64_t track;
    enum vg_err err = track_or_refuse(d, contact, &track);
    return err ? err : told(d, vg_tracker_keep(d->tracking->tracker, track, yes));
}

/* What an action did in the tracker is done back as far as it can be; its mark goes with it. */
static enum vg_err undo(struct doing *d, const struct vg_hand_action *a)
{
    const struct vg_hand_action *was = vg_hand_find(d->hand, a->undoes);
    struct vg_tracker *tracker = d->tracking->tracker;
    if (!was)
        return refuse(d, VG_NOT_FOUND, "there is no such action");
    if (was->undone || was->kind == VG_HAND_UNDO)
        return refuse(d, VG_ARG, "it was undone before, or is an undo itself");
    const uint64_t track = track_of(d, was->contact), other = track_of(d, was->other);
    switch ((enum vg_hand_kind)was->kind) {
    case VG_HAND_START:
        if (track)
            vg_tracker_drop(tracker, track);
        break;
    case VG_HAND_MERGE:
    case VG_HAND_SPLIT:
        if (track)
            vg_tracker_free_hand(tracker, track);
        if (other)
            vg_tracker_free_hand(tracker, other);
        break;
    case VG_HAND_CORRECT:
        if (track)
            vg_tracker_correct(tracker, track, a->time_us, was->lat_before_deg, was->lon_before_deg);
        break;
    case VG_HAND_KEEP:
    case VG_HAND_RELEASE:
        if (track)
            vg_tracker_keep(tracker, track, was->kind == VG_HAND_RELEASE);
        break;
    default:
        break;
    }
    vg_hand_set_undone(d->hand, was->number);
    return VG_OK;
}

static enum vg_err do_it(struct doing *d, struct vg_hand_action *a)
{
    switch ((enum vg_hand_kind)a->kind) {
    case VG_HAND_START:
        return start(d, a);
    case VG_HAND_NAME:
    case VG_HAND_CLASSIFY:
        return is_there(d, a->contact) ? VG_OK : refuse(d, VG_NOT_FOUND, GONE);
    case VG_HAND_MERGE:
        return merge(d, a);
    case VG_HAND_SPLIT:
        return split(d, a);
    case VG_HAND_DROP: {
        uint64_t track; /* hidden by its mark: a vessel that says who she is can't be */
        const struct vg_contact *c = vg_picture_find_id(d->tracking->picture, a->contact);
        if (c && !c->from_track)
            return refuse(d, VG_ARG, "she says who she is: only an echo can be dropped");
        return track_or_refuse(d, a->contact, &track);
    }
    case VG_HAND_CORRECT:
        return correct(d, a);
    case VG_HAND_KEEP:
    case VG_HAND_RELEASE:
        return keep(d, a->contact, a->kind == VG_HAND_KEEP);
    case VG_HAND_UNDO:
        return undo(d, a);
    case VG_HAND_KINDS:
        break;
    }
    return refuse(d, VG_ARG, "there is no such action");
}

enum vg_err vg_handling_do(struct vg_hand *hand, struct vg_tracking *tracking, struct vg_hand_action *a,
                           const struct vg_contact_origin *origin, const char **ret_why)
{
    struct doing d = {.hand = hand, .tracking = tracking, .origin = origin};
    a->number = a->journal_offset ? a->journal_offset : vg_hand_next(hand);
    enum vg_err err = do_it(&d, a);
    if (err) {
        *ret_why = d.why;
        return err;
    }
    const struct vg_hand_action *was = a->kind == VG_HAND_UNDO ? vg_hand_find(hand, a->undoes) : NULL;
    const uint64_t touched[] = {a->contact, a->other, was ? was->contact : 0, was ? was->other : 0};
    if (was) /* shown with the contact that it is about */
        a->contact = was->contact;
    err = vg_hand_add(hand, a);
    for (size_t i = 0; i < sizeof touched / sizeof *touched; i++)
        if (touched[i])
            vg_tracking_marked(tracking, touched[i], a);
    return err;
}
