/* Which layout reads a message. Within sensor/ais. */
#ifndef VG_SENSOR_AIS_LAYOUTS_H
#define VG_SENSOR_AIS_LAYOUTS_H

#include "sensor/ais/ais.h"

/* All of them, in the order of fields.def. */
extern const struct vg_ais_layout vg_ais_layout_table[];

/* By the six bits of the type: the layout that reads every message of it, if there is only one and it has no
 * application data; else NULL: vg_ais_choose_layout() decides. */
extern const struct vg_ais_layout *const vg_ais_layout_always[64];

/* By type and the bits that tell variants apart. `msg` has type, mmsi, bits and payload. NULL if the type is unknown.
 */
const struct vg_ais_layout *vg_ais_choose_layout(const struct vg_ais *msg);

/* The bits are there (payload and `bits` are set, with zeros behind): fills in the rest, or says why not. (decode.c) */
enum vg_refusal vg_ais_interpret(struct vg_ais *msg);

/* By application identifier, or NULL. */
const struct vg_ais_layout *vg_ais_application_layout(unsigned dac, unsigned fid);

const struct vg_ais_layout *vg_ais_layout_by_name(const char *name);

/* The name of an aid with its extension, as vg_ais_text(). (write.c) */
size_t vg_ais_name_ext(const struct vg_ais *msg, unsigned start, unsigned width, char *out, size_t size);

/* vg_ais_report() by walking the tables, field by field: what the generated code is tested against. (report.c) */
bool vg_ais_report_by_table(const struct vg_ais *msg, struct vg_report *ret);

#endif
