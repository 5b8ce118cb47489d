/*
 * The names of the stations that a stream's tag blocks tell of (`s:`), as numbers from 1 in the order of their coming.
 *
 * A report carries the number while it is decoded; who owns the table of sources asks for the name afterwards. One
 * thread adds. Another may read a name once it has been handed the number: rows never move.
 */
#ifndef VG_SENSOR_AIS_STATIONS_H
#define VG_SENSOR_AIS_STATIONS_H

#include "base/source.h"
#include "nmea/nmea.h"

#define VG_STATIONS_MAX VG_SOURCE_MAX /* the table of sources holds no more either */

struct vg_stations {
    char (*name)[sizeof((struct vg_payload){0}).station];
    uint16_t *slot; /* hash table of numbers; the adding thread's */
    uint16_t count;
};

/*
 * VG_NOMEM: *stations is untouched. The tables (some 144 KiB of addresses, of which only the pages that names fill
 * become memory) are there from the begin on, so that no report loses its station for want of memory.
 */
enum vg_err vg_stations_init(struct vg_stations *stations);

/* The number of a name, given if it is new. 0: the name is empty, or the table is full. */
uint16_t vg_stations_number(struct vg_stations *stations, const char *name);

/* "" for 0. */
const char *vg_stations_name(const struct vg_stations *stations, uint16_t number);

void vg_stations_free(struct vg_stations *stations);

#endif
