/*
 * The table of detections: one row is what a sensor that measures said of one thing once: a plot, its own track, or
 * that it lost it (docs/formats/archive.md). Whatever else it says (where it stands, that it lives) is in the journal
 * alone. Partitioned and sorted as positions are.
 */
#ifndef VG_ARCHIVE_DETECTIONS_H
#define VG_ARCHIVE_DETECTIONS_H

#include "archive/parquet.h"
#include "base/source.h"
#include "base/time.h"
#include "report/report.h"

/* One row. Names and numbers are as in struct vg_report; `fields` has the VG_FIELD_BIT()s of SOG, COG and HEADING. */
struct vg_detection {
    int64_t time_us;
    uint64_t journal_offset; /* journal offset of its first byte; 0: not kept */
    uint32_t mmsi;
    uint32_t fields;
    int64_t measured_us; /* VG_TIME_NONE: the sensor doesn't say when */
    struct vg_pos pos;   /* VG_POS_NONE unless measured as a position */
    struct vg_pos from;  /* where the sensor stood, as it says; VG_POS_NONE */
    uint32_t sensor_track;
    uint32_t range_m;      /* UINT32_MAX: not measured */
    uint32_t bearing_mdeg; /* likewise */
    uint32_t icao;
    int32_t altitude_ft; /* if has_altitude */
    int16_t sac, sic;
    uint16_t mode_3a;
    uint16_t sog_dkn, cog_ddeg, heading_deg, length_m;
    uint16_t major_dm, minor_dm, direction_deg; /* of the ellipse; zeros: not said */
    uint16_t source;
    uint8_t says; /* enum vg_radar_says: PLOT, TRACK or LOST */
    uint8_t parts;
    uint8_t time_source; /* enum vg_time_source, of time_us */
    bool has_altitude, simulated, airborne, suspect;
    char name[VG_NAME_SIZE];
    struct vg_parquet_text source_name; /* read only; valid during the call */
    struct vg_parquet_text sensor_name; /* likewise: of the described sensor; empty: none is described */
};

/* False, *ret untouched, if the report gives none. */
bool vg_detection_from_report(const struct vg_report *report, struct vg_detection *ret_detection);

/* The word of PLOT, TRACK or LOST in the table; "": of none. */
const char *vg_detection_word(uint8_t says);

/* Called for each row found, in the file's order. Anything but VG_OK ends the reading and is returned. */
typedef enum vg_err vg_detections_on_row(void *arg, const struct vg_detection *row);

#endif
