/*
 * Radars that watch the simulated sea (the scenario "ecuador"): plots of vessels, of the sea and of side lobes, as an
 * antenna turns, with the truth beside each.
 *
 *     vg_sim_radars_new(&options, sim, &radars);
 *     vg_sim_step(sim, &ais);
 *     vg_sim_radars_step(radars, on_event, arg);      // the second that was just played
 *
 * The sites are what a tracker is told (site/site.h). What it is not told is told here: a radar's errors (flaws), its
 * power, the sea. Radars have dice of their own: what vessels do and say is the same with and without them, and a
 * radar's plots are the same whatever other radars there are. Deterministic by the seed; no clock; one thread. The
 * simulation must outlive the radars. Memory is taken in vg_sim_radars_new() only.
 *
 * Not simulated: rain, land behind the coast (ships at a berth and places that land hides from a ship's radar are not
 * seen), second-trip echoes, interference.
 */
#ifndef VG_SIM_RADAR_H
#define VG_SIM_RADAR_H

#include "sim/sim.h"
#include "site/site.h"

#define VG_SIM_SEA_STATE_MAX 6 /* Douglas: 0 calm, 2 smooth, 4 moderate, 6 very rough */

/* Systematic errors of one radar, never told to a tracker. */
struct vg_sim_flaw {
    double range_m;     /* how much too far it measures */
    double bearing_deg; /* … and too far clockwise */
    double clock_s;     /* how much later its clock is than its site says */
};

struct vg_sim_radars_options {
    const struct vg_sites *sites; /* copied; at least one. One that moves is carried by the vessel of its name */
    struct vg_sim_flaw flaw[VG_SITES_MAX + 1];
    int sea_state; /* 0 to VG_SIM_SEA_STATE_MAX */
    double wind_from_deg;
    uint64_t seed;
};

/* Where a plot came from. */
#define VG_SIM_ECHO_LIST(X)                                                                                            \
    X(TARGET, "target")                                                                                                \
    X(MERGED, "merged")       /* several targets within the radar's resolution; `thing` is the strongest */            \
    X(SIDE_LOBE, "side lobe") /* of a large target near by, at another bearing; `thing` is that target */              \
    X(SEA, "sea")                                                                                                      \
    X(NOISE, "noise")

enum vg_sim_echo {
#define X(name, key) VG_SIM_ECHO_##name,
    VG_SIM_ECHO_LIST(X)
#undef X
};
const char *vg_sim_echo_key(enum vg_sim_echo echo);

struct vg_sim_plot {
    double range_m, bearing_deg; /* as measured: noise and flaws are in them */
    double above_db;             /* how far over the threshold */
    int64_t true_us;             /* when the antenna looked there */
    int32_t thing;               /* of vg_sim_truth(); −1: none */
    uint8_t echo;                /* enum vg_sim_echo */
    bool airborne;
};

enum vg_sim_radar_event_kind {
    VG_SIM_RADAR_SECTOR, /* the antenna comes to a sector's border; sector 0: north */
    VG_SIM_RADAR_PLOT,
};

#define VG_SIM_RADAR_SECTORS 32

/* The radar says something. Times are its clock's. */
struct vg_sim_radar_event {
    uint8_t kind; /* enum vg_sim_radar_event_kind */
    uint8_t sector;
    uint16_t site;
    int64_t time_us;
    double lat_deg, lon_deg;                  /* where the radar is */
    double speed_kn, course_deg, heading_deg; /* of the ship that carries it; 0 ashore */
    struct vg_sim_plot plot;                  /* PLOT */
};

typedef void vg_sim_on_radar(void *arg, const struct vg_sim_radar_event *event);

struct vg_sim_radar_counters {
    uint64_t turns; /* of the antenna */
    uint64_t plots, of_sea, of_noise, of_side_lobes;
    uint64_t looked, missed; /* vessels in coverage when the antenna looked at them; … that gave no plot */
    uint64_t dropped;        /* echoes beyond VG_SIM_ECHOES_MAX in one second */
};
#define VG_SIM_ECHOES_MAX 4096

struct vg_sim_radars;

/*
 * VG_ARG: no site, a sea state out of range, a site without a position or period, or a simulation that tells no truth
 * ("load"). VG_NOT_FOUND: no vessel has the name of a site that moves. VG_NOMEM. Free with vg_sim_radars_free() (NULL
 * is fine).
 */
enum vg_err vg_sim_radars_new(const struct vg_sim_radars_options *options, const struct vg_sim *sim,
                              struct vg_sim_radars **ret_radars);
void vg_sim_radars_free(struct vg_sim_radars *radars);

/* What all radars see in the second that the simulation just played: site by site, each in the order of time. */
void vg_sim_radars_step(struct vg_sim_radars *radars, vg_sim_on_radar *on_event, void *arg);

/* True if a thing is in range, sector and horizon of some radar, now. */
bool vg_sim_radars_could_see(const struct vg_sim_radars *radars, size_t thing);

const struct vg_sites *vg_sim_radars_sites(const struct vg_sim_radars *radars);
const struct vg_sim_radar_counters *vg_sim_radars_counters(const struct vg_sim_radars *radars, uint16_t site);

/* ---- the demo's radars (radar_sites.c) ---- */

/* Manta, Salinas, Esmeraldas, and the radar of GUARDACOSTAS 44, which moves; what they are watched with: sea state 2.
 */
void vg_sim_radars_ecuador(struct vg_sites *ret_sites, struct vg_sim_radars_options *ret_options);

#endif
