/*
 * ASTERIX written: plots and tracks of a radar (category 048, edition 1.32; surface movement radar: category 010,
 * edition 1.1) and its north and sector messages (category 034, edition 1.29). For simulation and for tests; it writes
 * what asterix.h reads.
 *
 * Records go into the caller's buffer. Those of one category that follow each other share a block, up to
 * VG_ASTERIX_WRITE_BLOCK bytes, so that a block fits a datagram. The buffer is a sequence of whole blocks after every
 * call. Pure functions: no clock, no allocation; one thread for each writer. Metres, degrees true, milliseconds of the
 * day (UTC).
 */
#ifndef VG_SENSOR_ASTERIX_ASTERIX_WRITE_H
#define VG_SENSOR_ASTERIX_ASTERIX_WRITE_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/geo.h"
#include "report/report.h"

#define VG_ASTERIX_WRITE_BLOCK 1400 /* bytes of a block: a datagram that Ethernet carries whole */
#define VG_ASTERIX_TRACK_MAX   4095 /* 048 and 010: twelve bits */
#define VG_ASTERIX_NAME_CHARS  8

struct vg_asterix_writer {
    uint8_t *bytes;
    size_t cap, len;
    size_t block;     /* where the last block begins */
    uint8_t category; /* … its category; 0: there is none */
};

/* A plot or a track, as one record of 048 or 010. */
struct vg_asterix_target {
    uint8_t sac, sic;
    uint32_t time_of_day_ms; /* VG_TIME_OF_DAY_NONE: not told; below 86 400 000 */
    double range_m;          /* slant range; 048: steps of 1/256 NM below 256 NM; 010: steps of 1 m below 65 536 m */
    double bearing_deg;      /* steps of 360/65 536 */
    uint32_t track;          /* 1 to VG_ASTERIX_TRACK_MAX: a track; 0: a plot */
    bool tentative;          /* of a track: not confirmed yet */
    bool coasted;            /* of a track: no plot in this scan */
    bool lost;               /* of a track: this is its last report */
    bool simulated;          /* a simulated target, as the record says */
    double speed_mps, course_deg;         /* NAN: not told */
    uint16_t mode_3a;                     /* VG_MODE_3A_NONE: not told */
    uint32_t icao;                        /* 24 bits; 0: not told */
    bool has_altitude;                    /* 048 and 010: flight level */
    int32_t altitude_ft;                  /* steps of 25 */
    uint16_t length_m;                    /* 010; 0: not told; at most 127 */
    char name[VG_ASTERIX_NAME_CHARS + 1]; /* letters, digits, blanks; "": not told */
};

/* Everything is "not told". */
#define VG_ASTERIX_TARGET_NONE                                                                                         \
    ((struct vg_asterix_target){.time_of_day_ms = VG_TIME_OF_DAY_NONE,                                                 \
                                .range_m = NAN,                                                                        \
                                .bearing_deg = NAN,                                                                    \
                                .speed_mps = NAN,                                                                      \
                                .course_deg = NAN,                                                                     \
                                .mode_3a = VG_MODE_3A_NONE})

/* A service message of a radar, as one record of 034. */
struct vg_asterix_service {
    uint8_t sac, sic;
    uint32_t time_of_day_ms; /* VG_TIME_OF_DAY_NONE: not told */
    bool north;              /* a north marker; else its antenna crosses the border of a sector … */
    double azimuth_deg;      /* … here: steps of 360/256 */
    double period_s;         /* of a turn; NAN: not told */
    struct vg_pos from;      /* where the radar stands; VG_POS_NONE: not told */
    int16_t height_m;        /* of its antenna, told with `from` */
};

/* Begins with nothing in the buffer, which must last as long as the writer is used. */
void vg_asterix_write_begin(struct vg_asterix_writer *writer, void *bytes, size_t cap);

/*
 * One record more. VG_LIMIT: it does not fit the buffer; VG_RANGE: a value is beyond what the category can say. Nothing
 * is written then. The bytes so far are writer->bytes, writer->len of them; send them and begin anew.
 */
enum vg_err vg_asterix_write_048(struct vg_asterix_writer *writer, const struct vg_asterix_target *target);
enum vg_err vg_asterix_write_010(struct vg_asterix_writer *writer, const struct vg_asterix_target *target);
enum vg_err vg_asterix_write_034(struct vg_asterix_writer *writer, const struct vg_asterix_service *service);

#endif
