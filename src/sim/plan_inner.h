/* What plan.c and plan_found.c share. Nobody else includes it. */
#ifndef VG_SIM_PLAN_INNER_H
#define VG_SIM_PLAN_INNER_H

#include "sim/world.h"

#define VG_SIM_THROUGH_WAYS  10
#define VG_SIM_SUPPLY_STOPS  4
#define VG_SIM_PASSAGE_STOPS 7
extern const uint8_t vg_sim_through_ways[VG_SIM_THROUGH_WAYS][2]; /* from edge to edge */
extern const uint8_t vg_sim_supply_round[VG_SIM_SUPPLY_STOPS], vg_sim_passage_stops[VG_SIM_PASSAGE_STOPS];

/* Hours on the ground and at home, low and high, by ground kind. */
struct vg_sim_trip {
    double trip[2], home[2];
};
extern const struct vg_sim_trip vg_sim_trips[];

#define PICK(dice, table) (table)[vg_rng_below((dice), sizeof(table) / sizeof *(table))]

/* A port of Ecuador where the kind may lie; NODE_NONE if there is no other than `but`. An edge of the world. */
uint8_t vg_sim_plan_port(struct vg_sim_vessel *v, uint8_t but);
uint8_t vg_sim_plan_edge(uint64_t *dice);
uint8_t vg_sim_plan_ground(struct vg_sim_vessel *v);                       /* where it fishes */
const char *vg_sim_plan_code(const struct vg_sim_vessel *v, uint8_t node); /* as the bridge types it; "" */
int64_t vg_sim_plan_departure_us(uint64_t *dice, int64_t now_us);          /* the next ferry's */

void vg_sim_plan_lie(struct vg_sim_world *world, struct vg_sim_vessel *v, double low_hours, double high_hours);
void vg_sim_plan_drift(struct vg_sim_vessel *v, int64_t until_us);
void vg_sim_plan_away(struct vg_sim_vessel *v, int64_t until_us);

#endif
