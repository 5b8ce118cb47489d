/*
 * The radars that watch a world: what they see goes in as ASTERIX, as a feed would bring it; and which of those that
 * say nothing they can see, and where, so that the truth knows what could be told. Within quality; the world's thread.
 */
#ifndef VG_QUALITY_WORLD_RADAR_H
#define VG_QUALITY_WORLD_RADAR_H

#include "base/source.h"
#include "intake/intake.h"
#include "quality/world.h"
#include "sim/radar.h"

struct vg_world_radar;

/* `sites` is copied, `sim` and `sources` borrowed. VG_ARG: they can't watch this world. VG_NOMEM. */
enum vg_err vg_world_radar_new(const struct vg_sites *sites, const struct vg_sim *sim, struct vg_sources *sources,
                               uint64_t seed, struct vg_world_radar **ret_radar);
void vg_world_radar_free(struct vg_world_radar *radar); /* NULL is fine */

/* As a tracker is told of them: before the first report. */
const struct vg_sites *vg_world_radar_sites(const struct vg_world_radar *radar);

/* After a step of the simulation: the reports of that second are added. VG_NOMEM. */
enum vg_err vg_world_radar_step(struct vg_world_radar *radar, struct vg_report_list *list);

/* Looks who says nothing and could be seen, every VG_WORLD_LOOK_S seconds. VG_NOMEM. */
#define VG_WORLD_LOOK_S 20
enum vg_err vg_world_radar_look(struct vg_world_radar *radar);

/* For how long a thing (vg_sim_truth()) that says nothing could be seen in [from, to). */
int64_t vg_world_radar_seen_us(const struct vg_world_radar *radar, size_t thing, int64_t from_us, int64_t to_us);

/* Which of them was nearest to a place at about that time, and within `most_m`; -1: none. */
int32_t vg_world_radar_nearest(const struct vg_world_radar *radar, struct vg_pos pos, int64_t time_us, double most_m);

#endif
