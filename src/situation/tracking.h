/*
 * The tracker within a situation: which reports go to it, when it goes on, and what the picture shows of it. Within
 * situation. The owner's thread.
 */
#ifndef VG_SITUATION_TRACKING_H
#define VG_SITUATION_TRACKING_H

#include "picture/picture.h"
#include "situation/behaving.h"
#include "situation/hand.h"
#include "situation/notice.h"
#include "situation/state_file.h"
#include "track/track.h"

/* Measurements are waited for so long, by the picture's clock: then a scan is used with what has come. */
#define VG_TRACKING_WAIT_US (2 * VG_SECOND_US)

struct vg_tracking {
    struct vg_sites sites; /* none: there is no tracker */
    struct vg_tracker *tracker;
    struct vg_picture *picture;
    const struct vg_hand *hand;   /* what operators did */
    struct vg_behaving *behaving; /* what is found goes there, too; NULL: nowhere */
    struct vg_track *seen;        /* room for all tracks */
    int64_t advanced_us;          /* VG_TIME_NONE: never */
    int64_t taken_us;             /* the clock at the newest report that was taken */
    vg_notice_sink *on_event;
    void *on_event_arg;
    uint64_t events; /* that were told */
};

/* `sites` is copied, `hand` borrowed. VG_NOMEM: *ret has no tracker. */
enum vg_err vg_tracking_init(struct vg_tracking *ret, const struct vg_sites *sites, struct vg_picture *picture,
                             const struct vg_hand *hand);
void vg_tracking_free(struct vg_tracking *tracking);

/* A report of a sensor that measures: it goes to the tracker alone. True if it is one. */
bool vg_tracking_measures(const struct vg_report *report);
void vg_tracking_take(struct vg_tracking *tracking, const struct vg_report *report,
                      const struct vg_contact_origin *origin);

/* A position with an MMSI that was believed: it goes to the tracker, too, if a sensor covers it. */
void vg_tracking_said(struct vg_tracking *tracking, const struct vg_report *report,
                      const struct vg_contact_origin *origin);

/* The picture's clock stands at a whole second: what has waited is used, and the picture shows what came of it. */
void vg_tracking_advance(struct vg_tracking *tracking, int64_t clock_us);

/* What operators did changed what is so of a contact: it is shown so. */
void vg_tracking_marked(struct vg_tracking *tracking, uint64_t contact, const struct vg_hand_action *action);

/* ---- saved ---- */

uint64_t vg_tracking_size(const void *of);
enum vg_err vg_tracking_write(const void *of, struct vg_out *out);
enum vg_err vg_tracking_read(void *of, struct vg_state_input *in);
void vg_tracking_loaded(struct vg_tracking *tracking); /* after the picture, too, was read: rows without a track go */

#endif
