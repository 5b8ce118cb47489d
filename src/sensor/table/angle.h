/*
 * Latitudes and longitudes as people write them: 42.23N, 8,72 W, 42°13.8'N, N 42 13 48, 4213.8; and points as
 * well-known text (OGC 06-103r4). Pure; any thread. Within sensor/table.
 */
#ifndef VG_SENSOR_TABLE_ANGLE_H
#define VG_SENSOR_TABLE_ANGLE_H

#include "sensor/table/cell.h"

/* How an angle is written, as far as the text itself leaves that open. */
struct vg_angle_form {
    bool longitude;
    char mark;     /* decimal mark; 0: found */
    char letter_o; /* 'E' or 'W': what O says; 0: nothing */
    bool ddmm;     /* degrees and minutes are one number: 4213.8 */
};

/*
 * In 1/10000 minute, rounded once; north and east are positive. A hemisphere stands in front or behind, as a letter or
 * a word; numbers go from degrees to minutes to seconds, and only the last has decimals. False: it is anything else,
 * *ret untouched.
 */
bool vg_angle_read(const struct vg_row_cell *cell, const struct vg_angle_form *form, int64_t *ret_e4min);

/* 'N', 'S', 'E' or 'W' if the whole cell is a hemisphere of this axis; 0 if not. */
char vg_angle_hemisphere(const struct vg_row_cell *cell, const struct vg_angle_form *form);

/* The two numbers of POINT (x y), with a height or a reference system (SRID=4326;) if any. False: it is none. */
bool vg_angle_point(const struct vg_row_cell *cell, struct vg_row_cell *ret_x, struct vg_row_cell *ret_y);

#endif
