/* Areas and gates that a command is given. */
#ifndef VG_CLI_AREAS_H
#define VG_CLI_AREAS_H

#include "place/area.h"

/* Reads a file of areas (docs/formats/areas.md). False, told on standard error: it can't be read, or is wrong. */
bool vg_cli_areas(const char *path, struct vg_areas **ret_areas);

#endif
