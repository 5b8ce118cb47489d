/*
 * What a simulated radar sees of a thing: radar equation, sea clutter, detection. Private to src/sim. Pure but for the
 * dice that are handed in.
 *
 * Sources: target sizes and ranges as in the literature on ships' and coastal radars (an inflatable of 5.2 m has
 * 1.4 m², small craft 1–10 m², seen by a ship's radar at 4–5 nmi); Swerling's first case for detection; the
 * reflectivity of the sea near −41 dB at sea state 2 and 5–6 dB more a state, at half a degree of grazing.
 */
#ifndef VG_SIM_RADAR_MODEL_H
#define VG_SIM_RADAR_MODEL_H

#include <math.h>

#include "sim/world.h"
#include "site/site.h"

struct vg_sim_target {
    double area_m2;  /* radar cross-section, broad on the bow's quarter */
    double height_m; /* above the sea */
    bool airborne;
};

/* False: no radar sees it (a person in the water, a virtual aid, a ship at a berth, whoever is away). */
bool vg_sim_target_of(const struct vg_sim_vessel *v, struct vg_sim_target *ret_target);

/* What a radar is able to, of its site's description. */
struct vg_sim_power {
    double one_m2_m;         /* it sees 1 m² half of the time at this distance */
    double beam_deg, cell_m; /* its resolution */
};
struct vg_sim_power vg_sim_power_of(const struct vg_site *site);

struct vg_sim_sea {
    int state;
    double wind_from_deg;
};

/* 1 upwind, less across and downwind; mean 1 / 1.6. */
double vg_sim_sea_upwind(const struct vg_sim_sea *sea, double bearing_deg);

/* False plots that the sea gives in a turn, all round, and how fast they thin out with distance. */
double vg_sim_sea_plots(const struct vg_sim_sea *sea);
double vg_sim_sea_scale_m(const struct vg_sim_sea *sea);
/* Beyond this there is no clutter: the waves are under the horizon. */
double vg_sim_sea_reach_m(const struct vg_site *site, const struct vg_sim_sea *sea);

/* Signal of a target over noise and sea, as a ratio, at a range within its horizon; 0 beyond. */
double vg_sim_signal(const struct vg_site *site, const struct vg_sim_power *power, const struct vg_sim_sea *sea,
                     const struct vg_sim_target *target, double aspect_deg, double range_m, double bearing_deg);

/* The chance to detect a signal in one turn. */
double vg_sim_detection(double signal);
/* Rolls it: the power received if it was detected, else 0; the threshold is VG_SIM_THRESHOLD. */
#define VG_SIM_THRESHOLD 13.8 /* −ln of a false alarm's chance, 10⁻⁶ */
double vg_sim_detect(uint64_t *dice, double signal);

/* Normal with mean 0 and deviation 1; exponential with mean 1; a count with a mean below 10 000. */
double vg_rng_normal(uint64_t *dice);
double vg_rng_exponential(uint64_t *dice);
uint32_t vg_rng_poisson(uint64_t *dice, double mean);

#endif
