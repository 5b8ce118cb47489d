/*
 * Values into a report, for all who read them as numbers (tables, JSON logs): what is out of range is refused, and what
 * ITU-R M.1371 means by "not available" says nothing. The AIS decoder has its own way, by the fields' bits.
 *
 * Each function puts a value and its bit, or leaves the report as it was. Pure; any thread.
 */
#ifndef VG_REPORT_PUT_H
#define VG_REPORT_PUT_H

#include "report/report.h"

enum vg_put {
    VG_PUT_DONE,
    VG_PUT_NONE,    /* it says "not available" */
    VG_PUT_REFUSED, /* out of range */
};

enum vg_put vg_put_position(struct vg_report *report, int64_t lon_e4min, int64_t lat_e4min);

/* Tenths of a knot. The class must be set: a SAR aircraft may do up to 1022 kn. */
enum vg_put vg_put_speed(struct vg_report *report, int64_t dkn);

/* Tenths of a degree, and the same in 1/100 000: 359.96 is a course of 0.0, but 360 is none. */
enum vg_put vg_put_course(struct vg_report *report, int64_t ddeg, int64_t deg_e5);

enum vg_put vg_put_heading(struct vg_report *report, int64_t deg);

/* A rate in 1/1000 degree a minute, or ROT_AIS as it is sent: −127…127, −128 none. */
enum vg_put vg_put_turn_rate(struct vg_report *report, int64_t mdeg_min);
enum vg_put vg_put_turn_raw(struct vg_report *report, int64_t raw);

enum vg_put vg_put_status(struct vg_report *report, int64_t status);
enum vg_put vg_put_imo(struct vg_report *report, int64_t imo);
enum vg_put vg_put_shiptype(struct vg_report *report, int64_t shiptype);
enum vg_put vg_put_draught(struct vg_report *report, int64_t dm);

#endif
