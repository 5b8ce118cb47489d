/*
 * Where the simulated ships may float: a coarse coast (Natural Earth 1:10m, thinned to about 500 m off Ecuador) for
 * 93°–76° W, 20° S–10° N, and a 1° map of the world's sea. West of the region everything counts as sea. Pure; any
 * thread.
 */
#ifndef VG_SIM_COAST_H
#define VG_SIM_COAST_H

#include <stdbool.h>

/* True on land. The dredged channels and basins of places.def that the coarse coast closes count as water. */
bool vg_sim_is_land(double lon_deg, double lat_deg);

/* True if the straight line between two points stays off land, looked at every 300 m. */
bool vg_sim_sea_between(double lon_a, double lat_a, double lon_b, double lat_b);

/* True if the whole one-degree cell of the world is sea, 70° S–75° N. */
bool vg_sim_open_sea(double lon_deg, double lat_deg);

#endif
