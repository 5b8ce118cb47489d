/*
 * What ordinary people do that a definition covers, seen from above: whoever scores detectors must know of it, too.
 * Private to src/sim. It looks at true states, once a minute (areas, gates, stops and near misses every ten seconds,
 * meetings every ten minutes). docs/simulation.md has what is told of each kind, and what it counts:
 *
 *     watch.c          lying, fishing, loitering, drifting
 *     watch_lines.c    areas and gates
 *     watch_silence.c  gaps
 *     watch_moves.c    sudden stops, manoeuvres, approaches to a shore, other destinations
 *     watch_lanes.c    against a lane
 *     watch_pairs.c    meetings, near misses
 */
#ifndef VG_SIM_WATCH_H
#define VG_SIM_WATCH_H

#include "sim/world.h"

#define VG_SIM_PAIRS_MAX 8192 /* that are near each other at once */

enum vg_err vg_sim_watch_new(struct vg_sim_world *world);
void vg_sim_watch_free(struct vg_sim_watch *watch);
void vg_sim_watch_step(struct vg_sim_world *world);
void vg_sim_watch_end(struct vg_sim_world *world);

/* A position was heard after a silence (quiet_from_us to quiet_to_us). */
void vg_sim_watch_quiet(struct vg_sim_world *world, struct vg_sim_vessel *v);

/* Its transmitter was, or is, off for an hour where it was heard well. */
bool vg_sim_watch_off_well(const struct vg_sim_world *world, const struct vg_sim_vessel *v);
/* So many have sailed down a lane of the scenario that one knows which way it goes. */
bool vg_sim_watch_lane_is_known(const struct vg_sim_world *world, size_t lane);

/* ---- watch_pairs.c ---- */

/* Two that will pass very near if both hold on. */
void vg_sim_pairs_foreseen(struct vg_sim_world *world, const struct vg_sim_vessel *a, const struct vg_sim_vessel *b);

struct vg_sim_pairs;
struct vg_sim_pairs *vg_sim_pairs_new(void); /* NULL: out of memory */
void vg_sim_pairs_free(struct vg_sim_pairs *pairs);
/* Meetings and near misses, as they are now. `end`: all are told, for the world ends. */
void vg_sim_pairs_step(struct vg_sim_world *world, struct vg_sim_pairs *pairs, bool end);

#endif
