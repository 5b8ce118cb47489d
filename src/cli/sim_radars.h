/*
 * The radars of `vigia sim`: what its options say of them, where their bytes go, the truth beside them. One thread.
 */
#ifndef VG_CLI_SIM_RADARS_H
#define VG_CLI_SIM_RADARS_H

#include "cli/sim_send.h"
#include "sim/radar.h"
#include "sim/radar_out.h"

#define VG_SIM_OUTPUTS 16
#define VG_SIM_BIASES  64

/* One --radars, one --radar-bias. A name is looked for when all options are known; "": all radars. */
struct vg_sim_wanted {
    enum vg_sim_radar_format format;
    char radar[VG_SITE_NAME];
    uint16_t site;
    struct vg_feed_spec to;
};
struct vg_sim_bias {
    char radar[VG_SITE_NAME];
    struct vg_sim_flaw flaw;
};

/* What the options say; after vg_radar_job_begin(): the demo's radars, and nobody asks for them. */
struct vg_radar_job {
    struct vg_sites sites;
    struct vg_sim_radars_options options;
    struct vg_sim_wanted wanted[VG_SIM_OUTPUTS];
    struct vg_sim_bias bias[VG_SIM_BIASES];
    size_t outputs, biases;
    const char *sensors, *sensors_out, *truth_csv, *echoes_csv; /* files; NULL: not asked for */
    int64_t sea_state, truth_every_s;
    double wind_from_deg;
};

void vg_radar_job_begin(struct vg_radar_job *job);

/* FORMAT[:RADAR]=URL and [RADAR:]METRES,DEGREES[,SECONDS]. False: it is not of the form. */
#define VG_RADARS_EXPECTED                                                                                             \
    "FORMAT[:RADAR]=URL: ttm, asterix, asterix010 or csv, the name of a radar, and the URL of the feed that takes it"
bool vg_radar_job_read_output(struct vg_radar_job *job, const char *text);
#define VG_RADAR_BIAS_EXPECTED "[RADAR:]METRES,DEGREES[,SECONDS]"
bool vg_radar_job_read_bias(struct vg_radar_job *job, const char *text);

/* True if somebody asks for radars. */
bool vg_radar_job_wanted(const struct vg_radar_job *job);

/*
 * Once all options are known: the radars, whom the options mean, and the file that tells a tracker of them. An exit
 * status of cli.h; unless it is VG_EXIT_OK a sentence was said.
 */
int vg_radar_job_ready(struct vg_radar_job *job);

struct vg_radar_play; /* opaque */

/*
 * Opens everything of a job that is ready; `standard_out` is borrowed, as is `sim`. On failure a sentence was said, and
 * the result is an exit status of cli.h; VG_EXIT_OK with *ret_play NULL: there is nothing to play.
 */
int vg_radar_play_open(struct vg_radar_job *job, const struct vg_sim *sim, uint64_t seed, struct vg_out *standard_out,
                       struct vg_radar_play **ret_play);
void vg_radar_play_step(struct vg_radar_play *play); /* after each step of the simulation; NULL is fine */
int vg_radar_play_close(struct vg_radar_play *play); /* an exit status; NULL is fine */

#endif
