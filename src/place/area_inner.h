/* What the files of areas share. Nobody else includes it. */
#ifndef VG_PLACE_AREA_INNER_H
#define VG_PLACE_AREA_INNER_H

#include <geos_c.h>

#include "place/area.h"

struct shape {
    struct vg_area area;
    double (*point)[2]; /* of a gate */
    size_t points;
    GEOSGeometry *polygon; /* of an area … */
    const GEOSPreparedGeometry *prepared;
};

#define AREA_ROWS    180
#define AREA_COLUMNS 360

struct vg_areas {
    GEOSContextHandle_t geos;
    struct shape *shape;
    size_t count, points;
    uint64_t hash;                          /* of the text */
    bool touched[AREA_ROWS * AREA_COLUMNS]; /* degrees that some area's frame touches: most questions end here */
};

/* area.c: the frame is known: it is entered in `touched`. */
void vg_areas_touch(struct vg_areas *areas, const struct vg_area *area);

/* area_words.c: words for ship types. False: it is none. */
bool vg_area_types_add(const char *word, uint64_t types[static 4]);

#endif
