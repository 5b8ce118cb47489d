/*
 * The tracker that a simulated ARPA has inside: plots of a turn to numbered targets, by nearest neighbour and an
 * alpha-beta filter. Plain on purpose: it loses targets, swaps them when they meet, follows a wave now and then, and
 * gives the number of a lost target to the next. Private to src/sim; one thread; no dice.
 */
#ifndef VG_SIM_RADAR_ARPA_H
#define VG_SIM_RADAR_ARPA_H

#include "sensor/radar/nmea_radar_write.h"
#include "sim/radar.h"

#define VG_SIM_ARPA_TARGETS 200 /* followed at once, those without a number among them */
#define VG_SIM_ARPA_PLOTS   400 /* of one turn; more are left out */

struct vg_sim_arpa;

enum vg_err vg_sim_arpa_new(const struct vg_site *site, struct vg_sim_arpa **ret_arpa);
void vg_sim_arpa_free(struct vg_sim_arpa *arpa);

/* Takes an event of its radar. True: a turn is complete and targets may be read. */
bool vg_sim_arpa_take(struct vg_sim_arpa *arpa, const struct vg_sim_radar_event *event);

/*
 * The next target with a number, as told after this turn; `*at` is 0 at first. False: there is no more. *ret_thing:
 * whom its last plot came from, −1 for nobody.
 */
bool vg_sim_arpa_next(struct vg_sim_arpa *arpa, const struct vg_sim_radar_event *now, size_t *at,
                      struct vg_ttm *ret_ttm, int32_t *ret_thing);

#endif
