/*
 * True events: what was done in a world, told when it has ended, one JSON object a line (docs/simulation.md). Private
 * to src/sim.
 *
 *     kind        of a fixed list, as detectors tell it
 *     deed        the deed of deeds.def, or "life" for what ordinary people did
 *     counts      what it means to who scores detectors: enum vg_sim_counts
 *     also        kinds that are right about it, too
 *     neither     kinds that are neither right nor wrong about it
 */
#ifndef VG_SIM_EVENT_H
#define VG_SIM_EVENT_H

#include "sim/world.h"

#define VG_SIM_EVENT_SHIPS 4

/* Whether it must be found. */
enum vg_sim_counts {
    VG_SIM_BY_HEARING, /* MUST if `observable`, else NEITHER */
    VG_SIM_MUST,       /* found, or missed */
    VG_SIM_MAY,        /* an event about it is right, but nobody needs to find it */
    VG_SIM_NEITHER,    /* it is so, but ordinary, or nobody heard enough of it */
    VG_SIM_NO,         /* it explains what was heard, and is none of its kind: an event about it is wrong */
};

struct vg_sim_event {
    const char *kind, *deed;
    enum vg_sim_counts counts;
    int64_t begin_us, end_us;
    uint32_t mmsi[VG_SIM_EVENT_SHIPS]; /* 0: it says none; left out */
    double lon_deg, lat_deg;
    const char *params; /* members of a JSON object, without braces; "" */
    bool observable;
};

void vg_sim_tell(struct vg_sim_world *world, const struct vg_sim_event *event);

const char *vg_sim_deed_of(const struct vg_sim_world *world, const struct vg_sim_vessel *v); /* "life": no deed */

/* Of a vessel since a moment: how often its position was heard, and the longest time that it wasn't. */
struct vg_sim_hearing {
    int64_t from_us;
    uint32_t heard;
};
struct vg_sim_hearing vg_sim_hearing_now(const struct vg_sim_world *world, const struct vg_sim_vessel *v);
uint32_t vg_sim_heard_since(const struct vg_sim_vessel *v, const struct vg_sim_hearing *since);
int64_t vg_sim_quiet_since_us(const struct vg_sim_world *world, const struct vg_sim_vessel *v,
                              const struct vg_sim_hearing *since);

/* Heard at least twice, and never silent for longer than that. */
bool vg_sim_was_heard(const struct vg_sim_world *world, const struct vg_sim_vessel *v,
                      const struct vg_sim_hearing *since, int64_t silence_us);

#endif
