/* What the parts of libvigia-ais share. Its own words are in <vigia/ais.h>. */
#ifndef VG_SENSOR_AIS_LIBRARY_H
#define VG_SENSOR_AIS_LIBRARY_H

#include "sensor/ais/ais.h"

struct vigia_ais_message {
    const struct vg_ais *msg;
    const struct vg_payload *payload;
};

/* As snprintf(): as much as fits, with the terminator; returns `len`. */
size_t vg_library_text(const char *text, size_t len, char *buf, size_t size);

#endif
