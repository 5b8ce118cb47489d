/*
 * The names of the stations that a stream's tag blocks tell of (`s:`), as numbers from 1 in the order of their coming.
 *
 * A report carries the number while it is decoded; who owns the table of sources asks for the name afterwards. One
 * thread adds. Another may read a name once it has been handed the number.
 *
 * Anybody may invent names. So the table is a ring: a full one gives the row of the longest given name to a new one. A
 * name that is heard and is in the older half is given a new row at the front, so the row of a number that was handed
 * out keeps its name until VG_STATIONS_MAX / 2 further names have come: as many as no reader of numbers lags behind
 * (intake/journal_replay.c has at most so many lines on the way). `turn` tells that a row has another name than before.
 */
#ifndef VG_SENSOR_AIS_STATIONS_H
#define VG_SENSOR_AIS_STATIONS_H

#include "base/source.h"
#include "nmea/nmea.h"

#define VG_STATIONS_MAX 32768 /* a power of two */

struct vg_station_row {
    char name[sizeof((struct vg_payload){0}).station];
    uint32_t turn; /* how many names had this row before */
};

struct vg_stations {
    struct vg_station_row *row;
    uint16_t *slot; /* hash table of numbers; the adding thread's */
    uint32_t given; /* rows in all: the next one is given % VG_STATIONS_MAX */
};

/*
 * VG_NOMEM: *stations is untouched. The tables (some 1.3 MiB of addresses, of which only the pages that names fill
 * become memory) are there from the begin on, so that no report loses its station for want of memory.
 */
enum vg_err vg_stations_init(struct vg_stations *stations);

/* The number of a name, given if it is new. 0: the name is empty. */
uint16_t vg_stations_number(struct vg_stations *stations, const char *name);

/* "" for 0. */
const char *vg_stations_name(const struct vg_stations *stations, uint16_t number);

/* Differs from what it was if the number has another name by now. 0 for 0. */
uint32_t vg_stations_turn(const struct vg_stations *stations, uint16_t number);

void vg_stations_free(struct vg_stations *stations);

#endif
