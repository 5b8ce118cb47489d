/* What commands are given beside their input: areas and gates, watch lists. */
#ifndef VG_CLI_AREAS_H
#define VG_CLI_AREAS_H

#include "behaviour/watch_list.h"
#include "place/area.h"

/*
 * Reads a file of areas (docs/formats/areas.md). False: it can't be read, or is wrong; *ret_error, which the caller
 * frees, is a sentence with file and line, NULL: out of memory.
 */
bool vg_cli_areas_read(const char *path, struct vg_areas **ret_areas, char **ret_error);
bool vg_cli_areas(const char *path, struct vg_areas **ret_areas); /* the same, told on standard error */

/*
 * Reads a watch list (docs/formats/watchlist.md). False: it can't be read, or is wrong; *ret_error, which the caller
 * frees, is a sentence with file and line, NULL: out of memory.
 */
bool vg_cli_watch_list_read(const char *path, struct vg_watch_list **ret_list, char **ret_error);
bool vg_cli_watch_list(const char *path, struct vg_watch_list **ret_list); /* the same, told on standard error */

#endif
