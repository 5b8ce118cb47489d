/*
 * What simulated radars say, in the languages of radars. Each message goes to `send` as a datagram would (at most
 * VG_SIM_DATAGRAM bytes of whole sentences or blocks); put end to end they are the file of the same.
 *
 * One thread. `send` must not fail: whoever sends keeps what went wrong.
 */
#ifndef VG_SIM_RADAR_OUT_H
#define VG_SIM_RADAR_OUT_H

#include "sim/radar.h"

#define VG_SIM_DATAGRAM 1400

enum vg_sim_radar_format {
    VG_SIM_RADAR_TTM,        /* NMEA: the radar's own targets, its position, settings and time */
    VG_SIM_RADAR_ASTERIX,    /* categories 048 and 034: plots, north and sector messages */
    VG_SIM_RADAR_ASTERIX010, /* category 010: plots of a surface movement radar */
    VG_SIM_RADAR_CSV,        /* plots: time,sensor,range_m,bearing_deg */
    VG_SIM_RADAR_FORMATS
};
/* As options call it: "ttm", "asterix", "asterix010", "csv". */
const char *vg_sim_radar_format_key(enum vg_sim_radar_format format);

typedef void vg_sim_send(void *arg, const void *bytes, size_t len);

struct vg_sim_radar_out;

/* `site` 0: of all of them. VG_NOMEM. Sites are borrowed. */
enum vg_err vg_sim_radar_out_new(enum vg_sim_radar_format format, const struct vg_sites *sites, uint16_t site,
                                 vg_sim_send *send, void *arg, struct vg_sim_radar_out **ret_out);
void vg_sim_radar_out_free(struct vg_sim_radar_out *out);

void vg_sim_radar_out_take(struct vg_sim_radar_out *out, const struct vg_sim_radar_event *event);

/* Sends what waits for its sector to end. */
void vg_sim_radar_out_flush(struct vg_sim_radar_out *out);

#endif
