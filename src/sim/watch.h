/*
 * What ordinary people do that a definition covers, seen from above: whoever scores detectors must know of it, too.
 * Private to src/sim. It looks at true states, once a minute (areas, gates and near misses every ten seconds, meetings
 * every ten minutes):
 *
 *     port_visit      lies moored or at anchor; `at`: berth, roads (within 4 km of roads or a terminal), sea
 *     fishing         works its gear, pauses up to two hours included
 *     loitering       under 2 knots for 4 hours and more, at least 20 nmi from the shore
 *     drift           1 to 5 knots, heading off the course by more than 45°, for 10 minutes and 500 m
 *     encounter       two within 500 m, under 2 knots, for 2 hours and more, 10 km and more from ports; the same pair
 *                     within four hours is one
 *     close_quarters  two of class A over 3 knots pass within 463 m (a quarter mile), 3 km and more from ports
 *     area, gate      of the scenario: from entry to exit; each crossing of a line with its direction
 *     gap             no position heard for an hour or more between two that were; `cause` is reception,
 *                     switched_off, berth (off while it lay), outside (of the world)
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

/* ---- watch_pairs.c ---- */

struct vg_sim_pairs;
struct vg_sim_pairs *vg_sim_pairs_new(void); /* NULL: out of memory */
void vg_sim_pairs_free(struct vg_sim_pairs *pairs);
/* Meetings and near misses, as they are now. `end`: all are told, for the world ends. */
void vg_sim_pairs_step(struct vg_sim_world *world, struct vg_sim_pairs *pairs, bool end);

#endif
