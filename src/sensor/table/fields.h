/* From a row's cells to a report. Pure; any thread. Within sensor/table. */
#ifndef VG_SENSOR_TABLE_FIELDS_H
#define VG_SENSOR_TABLE_FIELDS_H

#include "sensor/table/value.h"

/* Time and identity. Anything but NONE: the row is of no use. */
enum vg_csv_refusal vg_fields_begin(struct vg_fields *fields, struct vg_report *ret);

/* Position, speed, course and what else changes by the minute. */
void vg_fields_motion(struct vg_fields *fields, struct vg_report *report);

/* Name, dimensions, voyage. */
void vg_fields_particulars(struct vg_fields *fields, struct vg_report *report);

/* A number of the cells that vg_fields_particulars() reads: the same cells, the same number. */
uint32_t vg_fields_particulars_hash(const struct vg_fields *fields);

#endif
