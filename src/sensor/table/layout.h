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
    X(TIME, "time", "when it was received, UTC; with a date beside it, the time of day")                               \
    X(DATE, "date", "the day of `time`, where that is a column of its own")                                            \
    X(OTHER_TIME, "other_time", "a second time, which counts where the first is none or out of bounds")                \
    X(MMSI, "mmsi", "claimed identity, a number of 30 bits")                                                           \
    X(TRACK, "track", "the table's own number of the ship, 1-999999: no MMSI")                                         \
    X(SEGMENT, "segment", "the identity, then a minus and more (Global Fishing Watch)")                                \
    X(LON, "longitude", "degrees east")                                                                                \
    X(LAT, "latitude", "degrees north")                                                                                \
    X(EAST_WEST, "east_west", "E or W, of the longitude")                                                              \
    X(NORTH_SOUTH, "north_south", "N or S, of the latitude")                                                           \
    X(POSITION, "position", "both as well-known text: POINT (longitude latitude)")                                     \
    X(SOG, "speed", "over ground, knots; 102.3: not available")                                                        \
    X(COG, "course", "over ground, degrees true; 360: not available")                                                  \
    X(HEADING, "heading", "degrees true; 511: not available")                                                          \
    X(TURN, "turn", "rate of turn, degrees a minute")                                                                  \
    X(TURN_AIS, "turn_ais", "rate of turn as it is sent, -127 to 127; -128: not available")                            \
    X(STATUS, "status", "navigational status, 0-15 or in words")                                                       \
    X(ACCURATE, "accurate", "position better than 10 m, 0 or 1")                                                       \
    X(MESSAGE, "message", "AIS message type, 1-27")                                                                    \
    X(CLASS, "class", "A, B, Base Station, AtoN, SAR ...")                                                             \
    X(NAME, "name", "the ship's name")                                                                                 \
    X(CALLSIGN, "callsign", "call sign")                                                                               \
    X(IMO, "imo", "IMO number, with or without the letters")                                                           \
    X(SHIPTYPE, "shiptype", "type of ship and cargo, 1-255, 1001-1025 (MarineCadastre) or in words")                   \
    X(LENGTH, "length", "metres, where the parts before and behind the antenna are not known")                         \
    X(WIDTH, "width", "metres, likewise")                                                                              \
    X(TO_BOW, "to_bow", "metres from the antenna")                                                                     \
    X(TO_STERN, "to_stern", "metres from the antenna")                                                                 \
    X(TO_PORT, "to_port", "metres from the antenna")                                                                   \
    X(TO_STARBOARD, "to_starboard", "metres from the antenna")                                                         \
    X(DRAUGHT, "draught", "metres")                                                                                    \
    X(DESTINATION, "destination", "where she says she is bound")                                                       \
    X(ETA, "eta", "when she says she will arrive, UTC")

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
    X(DEGREES_MINUTES, "ddmm", 'p', 1, 1) /* of positions: 4213.8 is 42°13.8', as NMEA 0183 writes it */              \
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
    char delimiter;  /* 0: the one of , ; tab | with which the header makes sense */
    char quote;      /* 0: none */
    char decimal;    /* '.' or ','; 0: found, see vg_cell_decimal() */
    char letter_o;   /* 'E' (Ost, oost) or 'W' (oeste, ouest): what an O beside a longitude says; 0: it isn't read */
    bool headless;   /* no header: the columns' names are their numbers, from 1 */
    bool json;       /* no table: a log of JSON objects (sensor/json/log.h); nothing else counts but `si` */
    bool si;         /* of canboat, with angles in radians */
    bool wraps;      /* speeds and courses below zero are 102.4 kn and 409.6° too small (MarineCadastre, some years) */
    bool within_180; /* longitudes of 180 to 360 are refused; else they are west */
    int zone_minutes;                 /* east of UTC, of times that don't say their zone */
    int64_t day_us;                   /* midnight of the first row's day, for times of day; VG_TIME_NONE: none */
    char time[VG_TIME_PATTERN];       /* see vg_time_by_pattern(); "": any form that says itself what it is */
    char date[VG_TIME_PATTERN];       /* of the field `date`; "": YYYY-MM-DD, or in any such form with its time */
    char other_time[VG_TIME_PATTERN]; /* of the field `other_time` */
    char eta[VG_TIME_PATTERN];        /* "": as `time` */
    char told_by[VG_COLUMN_NAME];     /* known ones: a header without this column isn't theirs; "": any */
    size_t columns;
    struct vg_layout_column column[VG_LAYOUT_COLUMNS];
};

/* The layouts that are told by their header, in the order they are tried. (known.c) */
const struct vg_layout *vg_layouts(size_t *ret_count);

/* By name: a known layout, or "json" and "json-si", which stand for logs of JSON objects. NULL if there is none.
 * (known.c) */
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
    bool told;    /* the header has the column that the layout is told by */
    size_t count; /* cells in the header; headless: what the layout names at most */
    struct {
        uint16_t at; /* of the row's cells; VG_COLUMN_NOWHERE: there is none */
        uint8_t unit;
    } cell[VG_CELL_COUNT];
};
#define VG_COLUMN_NOWHERE UINT16_MAX

/*
 * Finds the layout's columns in a header row (BOM and line end taken off). False unless time, identity and position are
 * all there. Where two columns are a time, the second is the other time; a date without a time beside it is the time.
 */
bool vg_layout_match(const struct vg_layout *layout, const char *header, size_t len, struct vg_columns *ret);

/* Whether the columns hold this: who, where, when. */
bool vg_columns_have(const struct vg_columns *columns, enum vg_cell cell);
bool vg_columns_say_who(const struct vg_columns *columns);
bool vg_columns_say_where(const struct vg_columns *columns);

/* The columns of the layout that are in the header, whatever they are: as vg_layout_match(), but never false. The
 * delimiter is the layout's, or else the one that finds most. */
void vg_layout_columns(const struct vg_layout *layout, const char *header, size_t len, struct vg_columns *ret);

/* The cell that a column of this name has in the layout; VG_CELL_COUNT: it has no such column. */
enum vg_cell vg_layout_cell(const struct vg_layout *layout, const char *name, size_t len);

#endif
