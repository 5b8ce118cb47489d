/*
 * The names that vessels gave, each since when: for the forms that have a place for a name. One thread adds; any may
 * read then.
 */
#ifndef VG_EXPORT_NAMES_H
#define VG_EXPORT_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "report/report.h"

#define VG_NAMES_MAX         (1 << 20) /* vessels */
#define VG_NAMES_CHANGES_MAX (1 << 21) /* names of all together, 48 bytes each */

struct vg_names {
    struct vg_name_slot *slot; /* open addressing */
    size_t count, cap, changes;
    uint64_t left_out; /* names that had no room: the vessel stays with the one before, or without */
};

void vg_names_init(struct vg_names *names);
void vg_names_free(struct vg_names *names);

/*
 * A vessel said her name at a time. Those of one vessel come in the order of time; an earlier one than the last is not
 * taken. `dated` false: the time is that of a file (VG_TIME_SOURCE_FILE), and the name counts only as long as there is
 * none with a date. VG_NOMEM.
 */
enum vg_err vg_names_add(struct vg_names *names, uint32_t mmsi, int64_t time_us, bool dated, const char *name);

/* The name in force at a time; before the first one, that. "" if none is known; `names` may be NULL. */
const char *vg_names_at(const struct vg_names *names, uint32_t mmsi, int64_t time_us);

#endif
