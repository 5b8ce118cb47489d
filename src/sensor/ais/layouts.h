/* Which layout reads a message. Within sensor/ais. */
#ifndef VG_SENSOR_AIS_LAYOUTS_H
#define VG_SENSOR_AIS_LAYOUTS_H

#include "sensor/ais/ais.h"

/* By type and the bits that tell variants apart. `msg` has type, mmsi, bits and payload. NULL if the type is unknown.
 */
const struct vg_ais_layout *vg_ais_choose_layout(const struct vg_ais *msg);

/* By application identifier, or NULL. */
const struct vg_ais_layout *vg_ais_application_layout(unsigned dac, unsigned fid);

const struct vg_ais_layout *vg_ais_layout_by_name(const char *name);

/* The name of an aid with its extension, as vg_ais_text(). (write.c) */
size_t vg_ais_name_ext(const struct vg_ais *msg, unsigned start, unsigned width, char *out, size_t size);

#endif
