/*
 * The table of details: what a report says that no column of the two other tables holds (altitude, kind and state of an
 * aid, safety text, mother ship), and the reports that have a row in neither (a ship without a position). So each
 * report leaves a row somewhere, and none of what it says is lost. Partitioned and sorted as positions are.
 */
#ifndef VG_ARCHIVE_DETAILS_H
#define VG_ARCHIVE_DETAILS_H

#include "archive/parquet.h"
#include "base/source.h"
#include "report/report.h"

/* One row. `fields` has the VG_FIELD_BIT()s of what it says; what stands in a row of positions is not said again. */
struct vg_detail {
    int64_t time_us;
    uint64_t journal_offset; /* journal offset of the first sentence; 0: not kept */
    uint32_t mmsi;
    uint32_t fields;
    uint32_t parent_mmsi;
    uint16_t source;
    uint16_t sog_dkn, cog_ddeg, heading_deg;
    int16_t altitude_m;
    int8_t turn_raw;
    uint8_t status, message, class, aid_type;
    bool aid_virtual, aid_off_position, suspect;
    uint8_t parts;       /* VG_PARTS_…: where else the report has rows */
    uint8_t time_source; /* enum vg_time_source, of time_us */
    char text[VG_REPORT_TEXT_SIZE];
    struct vg_parquet_text source_name; /* read only; valid during the call */
};

/* False, *ret untouched, if the other tables hold all that the report says, it has no time, or it measures. */
bool vg_detail_from_report(const struct vg_report *report, struct vg_detail *ret_detail);

#endif
