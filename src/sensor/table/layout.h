/*
 * The layout of a table of positions: which column holds what, in which unit, and how times are written.
 *
 * Known ones are told by their header; others by a layout file (docs/formats/layout.md, examples in share/layouts). All
 * functions are pure and may be called from any thread. A layout is a plain value of about 4 KiB.
 */
#ifndef VG_SENSOR_TABLE_LAYOUT_H
#define VG_SENSOR_TABLE_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/time_pattern.h"

/* What a cell can be: name, name in layout files, meaning. */
#define VG_CELL_LIST(X)                                                                                                \
    X(IGNORED, "ignored", "nothing that is used")                                                                      \
    X(TIME, "time", "when it was received, UTC")                                                                       \
    X(MMSI, "mmsi", "claimed identity, a number of 30 bits")                                                           \
    X(LON, "longitude", "degrees east")                                                                                \
    X(LAT, "latitude", "degrees north")                                                                                \
    X(SOG, "speed", "over ground, knots; 102.3: not available")                                                        \
    X(COG, "course", "over ground, degrees true; 360: not available")                                                  \
    X(HEADING, "heading", "degrees true; 511: not available")                                                          \
    X(TURN, "turn", "rate of turn, degrees a minute")                                                                  \
    X(STATUS, "status", "navigational status, 0-15 or in words")                                                       \
    X(ACCURATE, "accurate", "position better than 10 m, 0 or 1")                                                       \
    X(MESSAGE, "message", "AIS message type, 1-27")                                                                    \
    X(CLASS, "class", "A, B, Base Station, AtoN, SAR ...")                                                             \
    X(NAME, "name", "the ship's name")                                                                                 \
    X(CALLSIGN, "callsign", "call sign")                                                                               \
    X(IMO, "imo", "IMO number, with or without the letters")                                                           \
    X(SHIPTYPE, "shiptype", "type of ship and cargo, 1-255 or in words")                                               \
    X(LENGTH, "length", "metres, where the parts before and behind the antenna are not known")                         \
    X(WIDTH, "width", "metres, likewise")                                                                              \
    X(TO_BOW, "to_bow", "metres from the antenna")                                                                     \
    X(TO_STERN, "to_stern", "metres from the antenna")                                                                 \
    X(TO_PORT, "to_port", "metres from the antenna")                                                                   \
    X(TO_STARBOARD, "to_starboard", "metres from the antenna")                                                         \
    X(DRAUGHT, "draught", "metres")                                                                                    \
    X(DESTINATION, "destination", "where she says she is bound")                                                       \
    X(ETA, "eta", "when she says she will arrive, UTC, written as `time` is")

enum vg_cell {
#define X(name, key, what) VG_CELL_##name,
    VG_CELL_LIST(X)
#undef X
        VG_CELL_COUNT
};

const char *vg_cell_key(enum vg_cell cell);
const char *vg_cell_text(enum vg_cell cell);

/* Units: name, which cells may have it (a sort), and value × num / den = the sort's own unit. */
#define VG_UNIT_LIST(X)                                                                                                \
    X(NONE, "", 'x', 1, 1)                                                                                             \
    X(KNOTS, "kn", 'v', 1, 1)                                                                                          \
    X(TENTHS_KNOT, "dkn", 'v', 1, 10)                                                                                  \
    X(MPS, "m/s", 'v', 900, 463)                                                                                       \
    X(KMH, "km/h", 'v', 250, 463)                                                                                      \
    X(DEGREES, "deg", 'a', 1, 1)                                                                                       \
    X(TENTHS_DEGREE, "ddeg", 'a', 1, 10)                                                                               \
    X(MINUTES_E4, "min/10000", 'a', 1, 600000)                                                                         \
    X(DEGREES_E7, "deg/10000000", 'a', 1, 10000000)                                                                    \
    X(METRES, "m", 'l', 1, 1)                                                                                          \
    X(DECIMETRES, "dm", 'l', 1, 10)                                                                                    \
    X(FEET, "ft", 'l', 381, 1250)

enum vg_unit {
#define X(name, key, sort, num, den) VG_UNIT_##name,
    VG_UNIT_LIST(X)
#undef X
        VG_UNIT_COUNT
};

#define VG_LAYOUT_COLUMNS 64    /* of one layout */
#define VG_LAYOUT_NAME    32    /* bytes with the terminator */
#define VG_COLUMN_NAME    48    /* likewise */
#define VG_LAYOUT_FILE    16384 /* most bytes of a layout file */

struct vg_layout_column {
    char name[VG_COLUMN_NAME]; /* in the header; letters and digits count, and not their case */
    uint8_t cell;              /* enum vg_cell */
    uint8_t unit;              /* enum vg_unit */
};

struct vg_layout {
    char name[VG_LAYOUT_NAME];
    char delimiter; /* 0: the one of , ; tab | with which the header makes sense */
    char quote;     /* 0: none */
    char decimal;   /* '.' or ',' */
    bool headless;  /* no header: the columns' names are their numbers, from 1 */
    bool json;      /* no table: a log of JSON objects (sensor/json/log.h); nothing else counts but `si` */
    bool si;        /* of canboat, with angles in radians */
    bool wraps;     /* speeds and courses below zero are 102.4 kn and 409.6° too small (MarineCadastre, some years) */
    char time[VG_TIME_PATTERN]; /* see vg_time_by_pattern(); "": ISO 8601 or seconds since 1970 */
    size_t columns;
    struct vg_layout_column column[VG_LAYOUT_COLUMNS];
};

/* The layouts that are told by their header, in the order they are tried. */
const struct vg_layout *vg_layouts(size_t *ret_count);

/* By name: a known layout, or "json" and "json-si", which stand for logs of JSON objects. NULL if there is none. */
const struct vg_layout *vg_layout_find(const char *name);

/*
 * Reads the text of a layout file (YAML). VG_SYNTAX: *ret_why says what is wrong, with the line; it is written into
 * why[size].
 */
enum vg_err vg_layout_read(const char *text, size_t len, struct vg_layout *ret_layout, char *why, size_t size);

/* The letters and digits of a name in lower case. */
void vg_name_plain(const char *name, size_t len, char ret[static VG_COLUMN_NAME]);

/* Which column of a row holds what. */
struct vg_columns {
    char delimiter;
    size_t count; /* cells in the header; headless: what the layout names at most */
    struct {
        uint16_t at; /* of the row's cells; VG_COLUMN_NOWHERE: there is none */
        uint8_t unit;
    } cell[VG_CELL_COUNT];
};
#define VG_COLUMN_NOWHERE UINT16_MAX

/* Finds the layout's columns in a header row (BOM and line end taken off). False unless time, identity and position
 * are all there. */
bool vg_layout_match(const struct vg_layout *layout, const char *header, size_t len, struct vg_columns *ret);

#endif
