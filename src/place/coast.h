/*
 * The coast of the world: is it land, and how far is the shore? Natural Earth 1:10m, thinned to about 1.5 km (300 m off
 * Ecuador): for questions of kilometres, not for navigation. Small islands are missing (Genovesa, Marchena), and where
 * mangroves and islets are the shore it differs by kilometres: off Ecuador 1 km in the median, 10 km at worst tenth.
 *
 * Some 3 MB once made; then read by any number of threads.
 */
#ifndef VG_PLACE_COAST_H
#define VG_PLACE_COAST_H

#include <stdbool.h>

#include "base/err.h"

struct vg_coast; /* opaque */

/* VG_NOMEM. Free with vg_coast_free() (NULL is fine). */
enum vg_err vg_coast_new(struct vg_coast **ret_coast);
void vg_coast_free(struct vg_coast *coast);

/* Degrees; longitudes may go beyond ±180. */
bool vg_coast_is_land(const struct vg_coast *coast, double lon_deg, double lat_deg);

/*
 * Metres to the nearest shore, of a lake too, on land as at sea; INFINITY: more than at_most_m. Within 1 % of the great
 * circle up to 200 km and 80° of latitude. It costs more the farther the shore: say no more than matters.
 */
double vg_coast_distance_m(const struct vg_coast *coast, double lon_deg, double lat_deg, double at_most_m);

#endif
