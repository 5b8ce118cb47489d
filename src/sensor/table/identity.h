/* Who a row is about. Pure; any thread. Within sensor/table. */
#ifndef VG_SENSOR_TABLE_IDENTITY_H
#define VG_SENSOR_TABLE_IDENTITY_H

#include "sensor/table/value.h"

/*
 * Fills `mmsi`, and `track` where the number is the table's own: such a number has at most six digits, so that it is
 * never an MMSI, and stands in `mmsi` as well, so that history keeps the ships apart. Numbers may be written as
 * 224999707.0 or 2.24999707E8. MMSI: none, or of another form. ANONYMOUS: a number that can be nobody's.
 */
enum vg_csv_refusal vg_fields_identity(const struct vg_fields *fields, struct vg_report *report);

#endif
