/*
 * Encounters in recorded tracks, all at once: the published definition (Global Fishing Watch's), held to its cases.
 *
 * Each vessel is put on a grid of times, by interpolation between two fixes that are less than `max_gap_us` apart and
 * never beyond its first or last one. A vessel meets another from a grid time to a later one if at each of its own grid
 * times between them the other is within `near_m`. So each meeting is found twice, once for each vessel; where one was
 * not heard meanwhile the two may differ. The behaviour that runs live (encounter.c) adds speed, shore and harbours.
 *
 * What makes it wrong: two ships alongside in a port, a tow, pilots, fleets that fish side by side; positions that
 * both send from the same wrong receiver. Pure; any thread.
 */
#ifndef VG_BEHAVIOUR_ENCOUNTER_FIND_H
#define VG_BEHAVIOUR_ENCOUNTER_FIND_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct vg_encounter_rule {
    int64_t step_us;    /* of the grid, which counts from 1970; > 0 */
    int64_t max_gap_us; /* between fixes: so long or longer is not bridged */
    double near_m;      /* within, limit included */
    int64_t min_us;     /* from the first to the last grid time, limit included */
};

struct vg_encounter_fix {
    int64_t time_us;
    double lon_deg, lat_deg;
    uint32_t vessel; /* a number of the caller's */
};

struct vg_encounter {
    uint32_t vessel, other;
    int64_t begin_us, end_us; /* grid times */
    double median_distance_m;
    double median_speed_kn; /* of `vessel`, from grid place to grid place */
    uint32_t points;        /* grid times */
};

typedef void vg_encounter_sink(void *arg, const struct vg_encounter *encounter);

#define VG_ENCOUNTER_GRID_MAX (16u << 20) /* grid times of all vessels in one call */

/*
 * Sorts the fixes by vessel and time; of several of a vessel at one time the first given counts. Tells encounters by
 * vessel, other, begin. VG_ARG: a step or a gap that is not positive; VG_LIMIT: more grid times than the limit;
 * VG_NOMEM.
 */
enum vg_err vg_encounter_find(const struct vg_encounter_rule *rule, struct vg_encounter_fix *fixes, size_t count,
                              vg_encounter_sink *on, void *arg);

/* The middle one of a few numbers, which it sorts; NAN of none. */
double vg_median(double *values, size_t count);

#endif
