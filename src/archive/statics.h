/*
 * The table of static reports: one row is one report of who a vessel says it is (name, callsign, IMO number, type,
 * dimensions, draught, destination, ETA), kept as plain Parquet (docs/formats/archive.md), partitioned and sorted as
 * positions are. A part of it alone (type 24 comes in two) is a row, too; what wasn't said is null.
 */
#ifndef VG_ARCHIVE_STATICS_H
#define VG_ARCHIVE_STATICS_H

#include "archive/parquet.h"
#include "base/source.h"
#include "base/time.h"
#include "report/report.h"

/* One row. `fields` has the VG_FIELD_BIT()s of what was said among those named above; the rest is zero or "". */
struct vg_static {
    int64_t time_us;
    uint64_t journal_offset; /* journal offset of the first sentence; 0: not kept */
    uint32_t mmsi;
    uint32_t fields;
    uint32_t imo;
    uint16_t source;
    uint8_t message, class;
    uint8_t shiptype, draught_dm;
    uint8_t eta_month, eta_day, eta_hour, eta_minute;
    uint16_t to_bow_m, to_stern_m;
    uint8_t to_port_m, to_starboard_m;
    uint8_t parts;       /* VG_PARTS_…: where else the report has rows */
    uint8_t time_source; /* enum vg_time_source, of time_us */
    char name[VG_NAME_SIZE];
    char callsign[VG_CALLSIGN_SIZE];
    char destination[VG_DESTINATION_SIZE];
    struct vg_parquet_text source_name; /* read only; valid during the call */
};

#define VG_STATIC_FIELDS                                                                                               \
    (VG_FIELD_BIT(NAME) | VG_FIELD_BIT(CALLSIGN) | VG_FIELD_BIT(IMO) | VG_FIELD_BIT(SHIPTYPE) |                        \
     VG_FIELD_BIT(DIMENSIONS) | VG_FIELD_BIT(DESTINATION) | VG_FIELD_BIT(ETA) | VG_FIELD_BIT(DRAUGHT))

/* True if a report gives a row of static reports: it says something of the kind, and has a time. */
static inline bool vg_static_is_given(const struct vg_report *r)
{
    return r->fields & VG_STATIC_FIELDS && !vg_report_measures(r) && r->time_us != VG_TIME_NONE;
}

/* False, *ret untouched, if the report gives none. */
bool vg_static_from_report(const struct vg_report *report, struct vg_static *ret_static);

/* Called for each row found, in the file's order. Anything but VG_OK ends the reading and is returned. */
typedef enum vg_err vg_statics_on_row(void *arg, const struct vg_static *row);

#endif
