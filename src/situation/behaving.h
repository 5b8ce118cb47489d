/*
 * Behaviours within a situation: each report and what became of it goes to them, and what the tracker finds of tracks
 * and identities. Within situation. The owner's thread.
 */
#ifndef VG_SITUATION_BEHAVING_H
#define VG_SITUATION_BEHAVING_H

#include "behaviour/behaviour.h"
#include "picture/picture.h"
#include "situation/state_file.h"

struct vg_behaving {
    struct vg_behaviours *behaviours; /* NULL: nothing is looked for */
};

/* NULL options: nothing is looked for. VG_NOMEM: the same. */
enum vg_err vg_behaving_init(struct vg_behaving *ret, const struct vg_behaviours_options *options, vg_event_sink *on,
                             void *arg);
void vg_behaving_free(struct vg_behaving *behaving);

/* What the picture made of a report, also of one that it did not believe. */
void vg_behaving_seen(struct vg_behaving *behaving, const struct vg_report *report, const struct vg_update *update);

/* What the tracker found: other kinds than facts of identities are nothing here. */
void vg_behaving_sensed(struct vg_behaving *behaving, const struct vg_track_event *happened);

/* A track as it is at a moment: one that an MMSI is bound to, or of an aircraft, is nothing here. `over`: it ended, or
 * an MMSI was bound to it. */
void vg_behaving_followed(struct vg_behaving *behaving, const struct vg_track *track, int64_t time_us, bool over);

/* The picture's clock stands at a whole second. */
void vg_behaving_advance(struct vg_behaving *behaving, int64_t clock_us);

/* ---- saved ---- */

uint64_t vg_behaving_size(const void *of);
enum vg_err vg_behaving_write(const void *of, struct vg_out *out);
enum vg_err vg_behaving_read(void *of, struct vg_state_input *in);

#endif
