/*
 * Registration: a radar's bias in range, bearing and time, estimated from vessels that say where they are. A Kalman
 * filter of three states for each site; what is measured is the difference between a plot and the place that its vessel
 * said last, moved on by the speed that it said.
 */
#include <math.h>

#include "track/scan.h"

#define DEGREE        (M_PI / 180)
#define FRESH_S       12.0  /* what was said longer ago doesn't count */
#define PLACE_SIGMA_M 12.0  /* of what was said */
#define SPEED_SIGMA   0.4   /* m/s */
#define TURN_MPS2     0.06  /* how fast the speed changes since then */
#define AGAIN         1.5   /* the same words stand against several plots: each counts less */
#define FAR           16.0  /* squared sigmas */
#define NEAR_M        500.0 /* what is nearer tells little of bearings */

static const unsigned char at[3][3] = {{0, 1, 2}, {1, 3, 4}, {2, 4, 5}};

/* One value: what was measured more than expected, how it depends on the biases. */
static void take(struct site *s, double more, const double h[3], double variance)
{
    double ph[3], sum = variance, d = more;
    for (int i = 0; i < 3; i++) {
        ph[i] = 0;
        for (int k = 0; k < 3; k++)
            ph[i] += s->bias_cov[at[i][k]] * h[k];
        sum += ph[i] * h[i];
        d -= h[i] * s->bias[i];
    }
    if (d * d > FAR * sum)
        return;
    for (int i = 0; i < 3; i++)
        s->bias[i] += ph[i] * d / sum;
    for (int i = 0; i < 3; i++)
        for (int k = i; k < 3; k++)
            s->bias_cov[at[i][k]] -= ph[i] * ph[k] / sum;
}

static void drift(struct site *s, int64_t time_us)
{
    const double dt = s->bias_us == VG_TIME_NONE ? 0 : seconds(time_us - s->bias_us);
    if (dt > 0) { /* a metre, a hundredth of a degree and 20 ms in ten minutes */
        s->bias_cov[0] += dt / 600;
        s->bias_cov[3] += dt / 600 * (0.01 * DEGREE) * (0.01 * DEGREE);
        s->bias_cov[5] += dt / 600 * 0.02 * 0.02;
    }
    if (dt > 0 || s->bias_us == VG_TIME_NONE)
        s->bias_us = time_us;
}

/* The plot stands where it is without the biases that were known before the scan: they are added again. */
void vg_trk_register(struct vg_tracker *tr, struct site *s, const struct track *t, const struct meas *m,
                     const struct plot *p)
{
    const struct vg_site *told = &tr->sites->site[m->site];
    if (!m->polar || !t->mmsi || t->said_us == VG_TIME_NONE || isnan(t->said_e) || p->range_m < NEAR_M)
        return;
    const double stamp_s = seconds(m->time_us - t->said_us);
    if (fabs(stamp_s) > FRESH_S)
        return;
    drift(s, m->time_us);
    double e, n, said_e, said_n;
    vg_frame_local(&t->frame, p->lat_deg, p->lon_deg, &e, &n);
    vg_frame_local(&t->frame, t->said_lat, t->said_lon, &said_e, &said_n);
    e -= said_e + t->said_e * stamp_s;
    n -= said_n + t->said_n * stamp_s;
    const double going = t->said_e * p->sine + t->said_n * p->cosine;
    const double turning = (t->said_e * p->cosine - t->said_n * p->sine) / p->range_m;
    const double later = fabs(stamp_s - s->bias[2]), sigma = SPEED_SIGMA * later,
                 turn = 0.5 * TURN_MPS2 * later * later;
    const double said = PLACE_SIGMA_M * PLACE_SIGMA_M + sigma * sigma + turn * turn;
    const double by_bearing = told->sigma_bearing_deg * DEGREE;
    take(s, e * p->sine + n * p->cosine + tr->work->bias[0], (const double[]){1, 0, -going},
         AGAIN * (told->sigma_range_m * told->sigma_range_m + said));
    take(s, (e * p->cosine - n * p->sine) / p->range_m + tr->work->bias[1], (const double[]){0, 1, -turning},
         AGAIN * (by_bearing * by_bearing + said / (p->range_m * p->range_m)));
    s->state.registered++;
    s->state.bias_range_m = s->bias[0];
    s->state.bias_bearing_deg = s->bias[1] / DEGREE;
    s->state.bias_time_s = s->bias[2];
    s->state.sigma_bias_range_m = sqrt(fmax(s->bias_cov[0], 0));
    s->state.sigma_bias_bearing_deg = sqrt(fmax(s->bias_cov[3], 0)) / DEGREE;
    s->state.sigma_bias_time_s = sqrt(fmax(s->bias_cov[5], 0));
}
