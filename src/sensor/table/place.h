/* A row's position. Pure; any thread. Within sensor/table. */
#ifndef VG_SENSOR_TABLE_PLACE_H
#define VG_SENSOR_TABLE_PLACE_H

#include "sensor/table/value.h"

/*
 * Longitude and latitude of two columns, or of one with a point. "Not available" (latitude 91, longitude 181) says
 * nothing; longitudes between 180 and 360 are west unless the layout says that there are none. One of the two alone
 * says nothing. Refused (POSITION): no number, or off the globe.
 */
void vg_fields_place(struct vg_fields *fields, struct vg_report *report);

#endif
