/* When a row says that it was received. Pure; any thread. Within sensor/table. */
#ifndef VG_SENSOR_TABLE_ROW_TIME_H
#define VG_SENSOR_TABLE_ROW_TIME_H

#include "sensor/table/value.h"

/*
 * The row's time: the first one, or the other one where the first is none or out of bounds. A date in a column of its
 * own is joined to it. A time of day without any date lies in the layout's day at first, and then within twelve hours
 * of the row before. TIME: none, or of another form. NO_DATE: only a time of day, and no day is told. BOUNDS: before
 * 1990 or behind fields->latest_us. *ret_us is untouched then.
 */
enum vg_csv_refusal vg_fields_time(const struct vg_fields *fields, int64_t *ret_us);

#endif
