/*
 * Plots, and the truth beside them, as CSV tables. Times are ISO 8601 UTC. One thread.
 *
 * plots     time,sensor,range_m,bearing_deg                          what a tracker is given
 * truth     time,id,kind,lat,lon,speed_kn,course_deg,mmsi,has_ais    what is in the radars' coverage
 * echoes    time,sensor,range_m,bearing_deg,echo,id                  where each plot came from (enum vg_sim_echo)
 *
 * `time` of the truth is true; that of plots and echoes is the radar's clock. `id` is that of vg_sim_truth(), empty for
 * nobody; `mmsi` is what it says of itself, empty without AIS.
 */
#ifndef VG_SIM_RADAR_CSV_H
#define VG_SIM_RADAR_CSV_H

#include "sim/radar.h"

void vg_sim_plots_csv_head(struct vg_out *out);
void vg_sim_plots_csv(const struct vg_sites *sites, const struct vg_sim_radar_event *event, struct vg_out *out);

void vg_sim_echoes_csv_head(struct vg_out *out);
void vg_sim_echoes_csv(const struct vg_sites *sites, const struct vg_sim_radar_event *event, struct vg_out *out);

/* All things that some radar could see in the second that was just played: in range, sectors and horizon. */
void vg_sim_truth_csv_head(struct vg_out *out);
void vg_sim_truth_csv(const struct vg_sim_radars *radars, const struct vg_sim *sim, struct vg_out *out);

#endif
