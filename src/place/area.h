/*
 * Areas and gates that people drew, with the rule that each stands for: which vessels may not be where, when, how fast.
 * From GeoJSON (docs/formats/areas.md): a Polygon or MultiPolygon is an area, a LineString a gate, a line with two
 * sides.
 *
 * Made once, then one thread's: vg_areas_holding() uses memory of the areas.
 */
#ifndef VG_PLACE_AREA_H
#define VG_PLACE_AREA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/geo.h"
#include "base/out.h"

#define VG_AREAS_MAX       2048
#define VG_AREA_POINTS_MAX 1000000 /* of all areas of a file */
#define VG_AREA_NAME       64
#define VG_AREA_BASIS      160
#define VG_AREA_FLAGS      16

/* What about an area is told. Bits. */
#define VG_AREA_ON_LIST(X)                                                                                             \
    X(ENTER, "enter")                                                                                                  \
    X(LEAVE, "leave")                                                                                                  \
    X(INSIDE, "inside") /* for `minutes` or more */                                                                    \
    X(SPEED, "speed")   /* inside and over or under a speed */                                                         \
    X(CROSS, "cross")   /* a gate */
enum vg_area_on_bit {
#define X(name, key) VG_AREA_ON_BIT_##name,
    VG_AREA_ON_LIST(X)
#undef X
        VG_AREA_ON_COUNT
};
#define VG_AREA_ON(name) (1u << VG_AREA_ON_BIT_##name)
const char *vg_area_on_key(unsigned bit); /* "enter", … of one bit's number */

enum vg_gate_way { VG_GATE_BOTH, VG_GATE_TO_LEFT, VG_GATE_TO_RIGHT }; /* as seen along the line's points */

/* Whom a rule means, and when. All that is said must hold. */
struct vg_area_rule {
    uint32_t on;                      /* VG_AREA_ON(…) */
    uint64_t types[4];                /* AIS ship types, a bit each; all zero: any */
    char flags[VG_AREA_FLAGS][2];     /* countries, ISO 3166-1 alpha-2 */
    uint8_t flag_count;               /* 0: any */
    bool flags_except;                /* those are the ones that it does not mean */
    int64_t from_us, to_us;           /* UTC; VG_TIME_NONE: no such border */
    int16_t day_from_min, day_to_min; /* of the day, UTC, may go over midnight; −1: all day */
    double over_kn, under_kn;         /* NAN: none */
    double minutes;                   /* of INSIDE */
    uint8_t way;                      /* enum vg_gate_way */
};

struct vg_area {
    char name[VG_AREA_NAME], basis[VG_AREA_BASIS]; /* `basis`: the law or notice that it rests on, "" */
    bool gate;
    struct vg_area_rule rule;
    double west_deg, south_deg, east_deg, north_deg; /* its frame; east may be over 180 */
};

struct vg_areas; /* opaque */

/*
 * Reads a FeatureCollection. Wrong files: VG_SYNTAX, VG_RANGE, VG_LIMIT, and *ret_error, which the caller frees, names
 * file, line and what was expected; nothing of such a file is taken. VG_NOMEM. `name` is what errors call the file.
 */
enum vg_err vg_areas_read(const char *text, size_t len, const char *name, struct vg_areas **ret_areas,
                          char **ret_error);
void vg_areas_free(struct vg_areas *areas); /* NULL is fine */

size_t vg_areas_count(const struct vg_areas *areas); /* 0 of NULL */
const struct vg_area *vg_areas_get(const struct vg_areas *areas, size_t i);
uint64_t vg_areas_hash(const struct vg_areas *areas); /* of the text that they were read from; 0 of NULL */

/* The areas (no gates) that hold a place, by number, ascending. Returns how many there are, which may be more than max.
 */
size_t vg_areas_holding(struct vg_areas *areas, double lon_deg, double lat_deg, uint16_t *ret, size_t max);

/* A gate that a vessel crossed on the straight line between two places less than a degree apart. */
struct vg_crossing {
    uint16_t gate;
    bool to_left; /* as seen along the gate's points */
    double share; /* of the way, 0–1 */
    double lon_deg, lat_deg;
};
size_t vg_areas_crossed(const struct vg_areas *areas, double lon_a, double lat_a, double lon_b, double lat_b,
                        struct vg_crossing *ret, size_t max);

/* Whether a rule means a vessel at a time. `flag` may be two zero bytes: not known, which no list of flags names. */
bool vg_area_means(const struct vg_area_rule *rule, uint8_t shiptype, const char flag[static 2], int64_t time_us);
bool vg_area_speed_breaks(const struct vg_area_rule *rule, double sog_kn); /* NAN never does */

#endif
