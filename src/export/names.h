/* The last name that each vessel gave, for the forms that have a place for it. One thread adds; any may read then. */
#ifndef VG_EXPORT_NAMES_H
#define VG_EXPORT_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "report/report.h"

#define VG_NAMES_MAX (1 << 20) /* vessels; further ones stay without a name */

struct vg_names {
    struct vg_name_slot *slot; /* open addressing */
    size_t count, cap;
};

void vg_names_init(struct vg_names *names);
void vg_names_free(struct vg_names *names);

/* The newest counts. VG_NOMEM. */
enum vg_err vg_names_add(struct vg_names *names, uint32_t mmsi, int64_t time_us, const char *name);

/* "" if none is known; `names` may be NULL. */
const char *vg_names_of(const struct vg_names *names, uint32_t mmsi);

#endif
