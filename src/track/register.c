/*
 * Registration: a radar's bias in range, bearing and time, estimated from vessels that say where they are. A Kalman
 * filter of three states for each site; what is measured is the difference between a plot and the place that its vessel
 * said last, moved on by the speed that it said.
 */
#include <math.h>

#include "track/inner.h"

#define DEGREE        (M_PI / 180)
#define FRESH_S       12.0 /* what was said longer ago doesn't count */
#define PLACE_SIGMA_M 12.0 /* of what was said */
#define SPEED_SIGMA   0.4  /* m/s */
#define TURN_MPS2     0.06 /* how fast the speed changes since then */
#define AGAIN         1.5  /* the same words stand against several plots: each counts less */
#define FAR           16.0 /* squared sigmas */

void vg_trk_unbias(const struct site *s, const struct vg_site *told, const struct meas *m, double *ret_range_m,
                   double *ret_bearing_deg)
{
    (void)told;
    *ret_range_m = fmax(m->range_m - s->bias[0], 1);
    *ret_bearing_deg = m->bearing_deg - s->bias[1] / DEGREE;
}

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

void vg_trk_register(struct vg_tracker *tr, struct site *s, const struct track *t, const struct meas *m)
{
    const struct vg_site *told = &tr->sites->site[m->site];
    if (!m->polar || !t->mmsi || t->said_us == VG_TIME_NONE || isnan(t->said_e))
        return;
    const double stamp_s = seconds(m->time_us - t->said_us) - told->clock_offset_s;
    if (fabs(stamp_s) > FRESH_S)
        return;
    drift(s, m->time_us);
    const struct frame frame = vg_frame_at(t->said_lat, t->said_lon);
    double lat, lon, range, bearing;
    vg_frame_place(&frame, t->said_e * stamp_s, t->said_n * stamp_s, &lat, &lon);
    vg_site_measure(m->lat_deg, m->lon_deg, lat, lon, &range, &bearing);
    if (range < 500)
        return;
    const double sine = sin(bearing * DEGREE), cosine = cos(bearing * DEGREE);
    const double going = t->said_e * sine + t->said_n * cosine,
                 turning = (t->said_e * cosine - t->said_n * sine) / range;
    const double later = fabs(stamp_s - s->bias[2]), sigma = SPEED_SIGMA * later,
                 turn = 0.5 * TURN_MPS2 * later * later;
    const double said = PLACE_SIGMA_M * PLACE_SIGMA_M + sigma * sigma + turn * turn;
    const double by_bearing = told->sigma_bearing_deg * DEGREE;
    take(s, m->range_m - range, (const double[]){1, 0, -going},
         AGAIN * (told->sigma_range_m * told->sigma_range_m + said));
    take(s, remainder(m->bearing_deg - bearing, 360) * DEGREE, (const double[]){0, 1, -turning},
         AGAIN * (by_bearing * by_bearing + said / (range * range)));
    s->state.registered++;
    s->state.bias_range_m = s->bias[0];
    s->state.bias_bearing_deg = s->bias[1] / DEGREE;
    s->state.bias_time_s = s->bias[2];
    s->state.sigma_bias_range_m = sqrt(fmax(s->bias_cov[0], 0));
    s->state.sigma_bias_bearing_deg = sqrt(fmax(s->bias_cov[3], 0)) / DEGREE;
    s->state.sigma_bias_time_s = sqrt(fmax(s->bias_cov[5], 0));
}
