/*
 * What a vessel's fixes say about each other: the numbers that the model of speed and course anomalies decides by.
 *
 * A fix says where she is and how fast she goes which way. Over the time between two fixes the one follows from the
 * other: the displacement of a leg is what speed and course at its ends promise. A position that was moved, or a speed
 * or course that was not sailed, breaks that at some legs and not at those around.
 *
 * Pure; any thread. No labels, names or clocks come in.
 */
#ifndef VG_BEHAVIOUR_ANOMALY_FEATURES_H
#define VG_BEHAVIOUR_ANOMALY_FEATURES_H

#include <stddef.h>
#include <stdint.h>

struct vg_anomaly_fix {
    int64_t time_us;         /* ascending within a track */
    double lat_deg, lon_deg; /* WGS-84 */
    double sog_kn, cog_deg;  /* over ground, degrees true; NAN: not said */
};

/* A fix is judged by those around it: so many before and after, fewer at the ends of a track. */
#define VG_ANOMALY_REACH  7
#define VG_ANOMALY_WINDOW (2 * VG_ANOMALY_REACH + 1)

/* Of a leg or fix that is not there, or of a course not said. All other features that can't be negative are ≥ 0. */
#define VG_ANOMALY_ABSENT (-1.0)

/* The features, in the order of the model's table: name, how many, what. Legs count from the fix: −1 ends, 0 begins
 * there. */
#define VG_ANOMALY_FEATURE_LIST(X)                                                                                     \
    X(mismatch, 6, "kn, legs −3 … 2: displacement less what the mean velocity of both ends gives")                     \
    X(excess, 6, "kn, legs −3 … 2: speed of the leg less the mean speed of its ends")                                  \
    X(turn, 6, "degrees, legs −3 … 2: between the courses at both ends; a ship that turns breaks dead reckoning")      \
    X(mismatch_before, 1, "kn: the largest of legs −7 … −4")                                                           \
    X(mismatch_after, 1, "kn: the largest of legs 3 … 6")                                                              \
    X(mismatch_usual, 1, "kn: the median of all legs of the window")                                                   \
    X(mismatch_largest, 1, "kn: the largest of all legs of the window")                                                \
    X(bend, 3, "kn, fixes −1 … 1: off the straight way between the fixes beside it, over the mean time to them")       \
    X(burst, 3, "kn, fixes −1 … 1: speed less that between the speeds beside it")                                      \
    X(speed_off, 5, "kn, fixes −2 … 2: speed less that of the leg before or behind, the nearer one")                   \
    X(course_off, 5, "degrees, fixes −2 … 2: course against the leg before or behind, the nearer one, if she moves")   \
    X(speed_off_spread, 1, "kn: mean of speed_off over the window")                                                    \
    X(speed, 1, "kn, as said")                                                                                         \
    X(made_good, 1, "kn: mean speed of all legs of the window")

/* Where the numbers of each begin: VG_ANOMALY_AT_bend and so on. */
enum vg_anomaly_place {
#define X(name, count, about) VG_ANOMALY_AT_##name, VG_ANOMALY_END_##name = VG_ANOMALY_AT_##name + (count)-1,
    VG_ANOMALY_FEATURE_LIST(X)
#undef X
        VG_ANOMALY_FEATURES
};

/* The features of fix `at` of `count` fixes; only those within VG_ANOMALY_REACH of it are looked at. */
void vg_anomaly_features(const struct vg_anomaly_fix *fix, size_t count, size_t at,
                         double ret[static VG_ANOMALY_FEATURES]);

#endif
