/*
 * The motion of one track: several models at once (straight, and turns of some fixed rates), each a Kalman filter of
 * place and speed, with how likely each is (IMM; Blom and Bar-Shalom 1988). A turn of a known rate is linear, so no
 * model needs a linearisation.
 *
 * East, north, speed east, speed north in metres and seconds about a point that the owner keeps. Plain values; pure
 * functions; any thread.
 */
#ifndef VG_TRACK_FILTER_H
#define VG_TRACK_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#define VG_MODELS 5 /* straight, and two rates of turn each way */

/* A symmetric 4 by 4 matrix, upper half by rows. */
enum { VG_XX, VG_XY, VG_XU, VG_XV, VG_YY, VG_YU, VG_YV, VG_UU, VG_UV, VG_VV, VG_COV };

/* Arrays run over the models innermost: the compiler makes vectors of them. */
struct vg_filter {
    double weight[VG_MODELS]; /* their sum is 1 */
    double x[4][VG_MODELS];
    double p[VG_COV][VG_MODELS];
    bool turns; /* false: only the straight model is used, which is enough for what was seen once */
};

struct vg_estimate {
    double x[4], p[VG_COV];
};

/* What was measured of the place: where, and the covariance of that. */
struct vg_place {
    double e, n, ee, en, nn;
};

/* What a thing may do: how fast its speed changes by chance. */
struct vg_motion {
    double straight, turning; /* m/s/√s */
};
extern const struct vg_motion vg_motion_ship, vg_motion_aircraft;

void vg_filter_begin(struct vg_filter *filter, const struct vg_place *place, const double speed[2], double sigma_mps);
void vg_filter_set_turns(struct vg_filter *filter); /* from now on all models */

/* Goes on by dt seconds. */
void vg_filter_predict(struct vg_filter *filter, double dt_s, const struct vg_motion *motion);
/* Moves to another moment without a loss: what is moved back is as before. For what was measured earlier. */
void vg_filter_shift(struct vg_filter *filter, double dt_s);

void vg_filter_estimate(const struct vg_filter *filter, struct vg_estimate *ret);

/* The density of a measured place under each model; returns that of all. */
double vg_filter_density(const struct vg_filter *filter, const struct vg_place *place, double ret[static VG_MODELS]);

/*
 * Takes places with the probability that each is of this thing; `none`: that none is; together 1. `density` and
 * `total` as vg_filter_density() gave them.
 */
void vg_filter_update(struct vg_filter *filter, const struct vg_place *place, const double *probability,
                      const double (*density)[VG_MODELS], const double *total, size_t count, double none);

/* Takes one value surely: h·x is measured as z with this variance. Adds the logarithm of each model's density to
 * `ret_log`. */
void vg_filter_take(struct vg_filter *filter, const double h[4], double z, double variance,
                    double ret_log[static VG_MODELS]);
/* Weighs the models by logarithms of their densities. Returns the logarithm of the density of all. */
double vg_filter_weigh(struct vg_filter *filter, const double log_density[static VG_MODELS]);

void vg_filter_offset(struct vg_filter *filter, double e, double n); /* the point that it is about moves */

#endif
