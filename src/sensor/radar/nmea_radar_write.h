/*
 * Sentences of a ship's radar, written: tracked targets (TTM), the radar's settings (RSD), its own ship (OSD), and own
 * position and time (GGA, ZDA), by IEC 61162-1. For simulation and for tests.
 *
 * Each function writes one sentence with its checksum and line end. Pure; any thread. Metres, knots, degrees true;
 * times are UTC microseconds since 1970, written to the hundredth of a second. NAN is an empty field.
 */
#ifndef VG_SENSOR_RADAR_NMEA_RADAR_WRITE_H
#define VG_SENSOR_RADAR_NMEA_RADAR_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/out.h"

#define VG_TTM_NUMBER_MAX 99  /* target numbers are 0 to 99 (1 to 1023 in the newest edition) */
#define VG_TTM_LOST       'L' /* the status of a target … */
#define VG_TTM_ACQUIRING  'Q'
#define VG_TTM_TRACKED    'T'

struct vg_ttm {
    uint16_t number;
    char status;
    double range_m, bearing_deg; /* written to 0.001 nmi and 0.01° */
    double speed_kn, course_deg; /* over ground, true */
    double cpa_m, tcpa_min;      /* to own ship; TCPA is negative if it lies behind */
    const char *name;            /* letters, digits, blanks; "": none */
    int64_t time_us;             /* of the measurement */
    bool by_hand;                /* acquired by the operator */
};

/* `talker`: two letters, "RA". */
void vg_nmea_write_ttm(struct vg_out *out, const char *talker, const struct vg_ttm *ttm);
/* The radar's range scale, true bearings, north up. */
void vg_nmea_write_rsd(struct vg_out *out, const char *talker, double range_scale_m);
void vg_nmea_write_osd(struct vg_out *out, const char *talker, double heading_deg, double course_deg, double speed_kn);
void vg_nmea_write_gga(struct vg_out *out, const char *talker, int64_t time_us, double lat_deg, double lon_deg,
                       double antenna_m);
void vg_nmea_write_zda(struct vg_out *out, const char *talker, int64_t time_us);

#endif
