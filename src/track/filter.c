#include "track/filter.h"

#include <math.h>
#include <string.h>

#define DEGREE (M_PI / 180)
#define TURNS  (VG_MODELS - 1)

/* Vessels turn at 0.3 to 1.5 degrees a second; a rate in the middle of each half stands for it. */
static const double rate[VG_MODELS] = {0, 0.55 * DEGREE, -0.55 * DEGREE, 1.15 * DEGREE, -1.15 * DEGREE};

#define STRAIGHT_S 180.0 /* until a turn, on average */
#define TURN_S     55.0  /* of a turn */

const struct vg_motion vg_motion_ship = {0.03, 0.04}, vg_motion_aircraft = {1.5, 4};

void vg_filter_begin(struct vg_filter *f, const struct vg_place *z, const double speed[2], double sigma_mps)
{
    memset(f, 0, sizeof *f);
    f->weight[0] = 1;
    for (int m = 0; m < VG_MODELS; m++) {
        f->x[0][m] = z->e, f->x[1][m] = z->n;
        f->x[2][m] = speed[0], f->x[3][m] = speed[1];
        f->p[VG_XX][m] = z->ee, f->p[VG_XY][m] = z->en, f->p[VG_YY][m] = z->nn;
        f->p[VG_UU][m] = f->p[VG_VV][m] = sigma_mps * sigma_mps;
    }
}

void vg_filter_set_turns(struct vg_filter *f)
{
    if (f->turns)
        return;
    f->turns = true;
    const double turning = TURN_S / (STRAIGHT_S + TURN_S) / 4;
    for (int m = 1; m < VG_MODELS; m++) {
        f->weight[m] = turning / TURNS;
        for (int i = 0; i < 4; i++)
            f->x[i][m] = f->x[i][0];
        for (int i = 0; i < VG_COV; i++)
            f->p[i][m] = f->p[i][0];
    }
    f->weight[0] = 1 - turning;
}

static const signed char row_of[VG_COV] = {0, 0, 0, 0, 1, 1, 1, 2, 2, 3},
                         column_of[VG_COV] = {0, 1, 2, 3, 1, 2, 3, 2, 3, 3};

/* What a model has after some time in which models may have changed: a turn begins and ends on a straight. */
static void mix(struct vg_filter *f, double dt_s)
{
    const double leave = 1 - exp(-dt_s / STRAIGHT_S), end = 1 - exp(-dt_s / TURN_S);
    double to_straight[VG_MODELS], from_straight = f->weight[0] * leave / TURNS, sum = f->weight[0] * (1 - leave);
    to_straight[0] = sum;
    for (int m = 1; m < VG_MODELS; m++)
        sum += to_straight[m] = f->weight[m] * end;
    double x0[4], p0[VG_COV];
    for (int i = 0; i < 4; i++) {
        double v = 0;
        for (int m = 0; m < VG_MODELS; m++)
            v += to_straight[m] * f->x[i][m];
        x0[i] = v / sum;
    }
    for (int i = 0; i < VG_COV; i++) {
        const int r = row_of[i], c = column_of[i];
        double v = 0;
        for (int m = 0; m < VG_MODELS; m++)
            v += to_straight[m] * (f->p[i][m] + (f->x[r][m] - x0[r]) * (f->x[c][m] - x0[c]));
        p0[i] = v / sum;
    }
    double was[4], share[VG_MODELS], weight[VG_MODELS];
    for (int i = 0; i < 4; i++)
        was[i] = f->x[i][0];
    for (int m = 1; m < VG_MODELS; m++) {
        weight[m] = from_straight + f->weight[m] * (1 - end);
        share[m] = weight[m] > 0 ? from_straight / weight[m] : 0; /* of what comes from the straight */
    }
    for (int i = 0; i < VG_COV; i++) {
        const int r = row_of[i], c = column_of[i];
        for (int m = 1; m < VG_MODELS; m++)
            f->p[i][m] += share[m] * (f->p[i][0] - f->p[i][m]) +
                          share[m] * (1 - share[m]) * (was[r] - f->x[r][m]) * (was[c] - f->x[c][m]);
        f->p[i][0] = p0[i];
    }
    for (int i = 0; i < 4; i++) {
        for (int m = 1; m < VG_MODELS; m++)
            f->x[i][m] += share[m] * (was[i] - f->x[i][m]);
        f->x[i][0] = x0[i];
    }
    memcpy(f->weight + 1, weight + 1, TURNS * sizeof *weight);
    f->weight[0] = sum;
}

/* x' = x + A v, v' = R v, with A = (a −b; b a) and R = (c −s; s c). */
static void move(struct vg_filter *f, const double *a, const double *b, const double *c, const double *s, int models)
{
    double(*x)[VG_MODELS] = f->x, (*p)[VG_MODELS] = f->p;
    for (int m = 0; m < models; m++) {
        const double u = x[2][m], v = x[3][m];
        x[0][m] += a[m] * u - b[m] * v;
        x[1][m] += b[m] * u + a[m] * v;
        x[2][m] = c[m] * u - s[m] * v;
        x[3][m] = s[m] * u + c[m] * v;
        const double uu = p[VG_UU][m], uv = p[VG_UV][m], vv = p[VG_VV][m];
        const double xu = p[VG_XU][m], xv = p[VG_XV][m], yu = p[VG_YU][m], yv = p[VG_YV][m];
        const double c00 = xu + a[m] * uu - b[m] * uv, c01 = xv + a[m] * uv - b[m] * vv;
        const double c10 = yu + b[m] * uu + a[m] * uv, c11 = yv + b[m] * uv + a[m] * vv;
        p[VG_XX][m] += a[m] * xu - b[m] * xv + c00 * a[m] - c01 * b[m];
        p[VG_XY][m] += a[m] * yu - b[m] * yv + c00 * b[m] + c01 * a[m];
        p[VG_YY][m] += b[m] * yu + a[m] * yv + c10 * b[m] + c11 * a[m];
        p[VG_XU][m] = c00 * c[m] - c01 * s[m];
        p[VG_XV][m] = c00 * s[m] + c01 * c[m];
        p[VG_YU][m] = c10 * c[m] - c11 * s[m];
        p[VG_YV][m] = c10 * s[m] + c11 * c[m];
        const double d00 = c[m] * uu - s[m] * uv, d01 = c[m] * uv - s[m] * vv;
        const double d10 = s[m] * uu + c[m] * uv, d11 = s[m] * uv + c[m] * vv;
        p[VG_UU][m] = d00 * c[m] - d01 * s[m];
        p[VG_UV][m] = d00 * s[m] + d01 * c[m];
        p[VG_VV][m] = d10 * s[m] + d11 * c[m];
    }
}

static int models_of(const struct vg_filter *f)
{
    return f->turns ? VG_MODELS : 1;
}

void vg_filter_shift(struct vg_filter *f, double dt_s)
{
    double a[VG_MODELS], b[VG_MODELS], c[VG_MODELS], s[VG_MODELS];
    a[0] = dt_s, b[0] = 0, c[0] = 1, s[0] = 0;
    if (f->turns)
        for (int m = 1; m < VG_MODELS; m += 2) { /* they come in pairs, left and right */
            const double w = rate[m], sine = sin(w * dt_s), cosine = cos(w * dt_s);
            a[m] = a[m + 1] = sine / w;
            b[m] = (1 - cosine) / w, b[m + 1] = -b[m];
            c[m] = c[m + 1] = cosine;
            s[m] = sine, s[m + 1] = -sine;
        }
    move(f, a, b, c, s, models_of(f));
}

void vg_filter_predict(struct vg_filter *f, double dt_s, const struct vg_motion *motion)
{
    if (dt_s <= 0)
        return;
    if (f->turns)
        mix(f, dt_s);
    vg_filter_shift(f, dt_s);
    for (int m = 0, models = models_of(f); m < models; m++) {
        const double sigma = m ? motion->turning : motion->straight, q = sigma * sigma * dt_s;
        f->p[VG_XX][m] += q * dt_s * dt_s / 3;
        f->p[VG_YY][m] += q * dt_s * dt_s / 3;
        f->p[VG_XU][m] += q * dt_s / 2;
        f->p[VG_YV][m] += q * dt_s / 2;
        f->p[VG_UU][m] += q;
        f->p[VG_VV][m] += q;
    }
}

void vg_filter_estimate(const struct vg_filter *f, struct vg_estimate *ret)
{
    const int models = models_of(f);
    for (int i = 0; i < 4; i++) {
        ret->x[i] = 0;
        for (int m = 0; m < models; m++)
            ret->x[i] += f->weight[m] * f->x[i][m];
    }
    for (int i = 0; i < VG_COV; i++) {
        const int r = row_of[i], c = column_of[i];
        ret->p[i] = 0;
        for (int m = 0; m < models; m++)
            ret->p[i] += f->weight[m] * (f->p[i][m] + (f->x[r][m] - ret->x[r]) * (f->x[c][m] - ret->x[c]));
    }
}

double vg_filter_density(const struct vg_filter *f, const struct vg_place *z, double ret[static VG_MODELS])
{
    double total = 0;
    for (int m = 0, models = models_of(f); m < models; m++) {
        const double ee = f->p[VG_XX][m] + z->ee, en = f->p[VG_XY][m] + z->en, nn = f->p[VG_YY][m] + z->nn;
        const double det = ee * nn - en * en, de = z->e - f->x[0][m], dn = z->n - f->x[1][m];
        const double d2 = (nn * de * de - 2 * en * de * dn + ee * dn * dn) / det;
        ret[m] = exp(-0.5 * d2) / (2 * M_PI * sqrt(det));
        total += f->weight[m] * ret[m];
    }
    return total;
}

/* One model takes what was measured: the mixture of all that may be true becomes one Gaussian again. */
static void update_model(struct vg_filter *f, int m, const struct vg_place *z, const double *beta, size_t count)
{
    double p[VG_COV], mean[4] = {0}, less[VG_COV] = {0}, spread[VG_COV] = {0};
    for (int i = 0; i < VG_COV; i++)
        p[i] = f->p[i][m];
    const double px[4] = {p[VG_XX], p[VG_XY], p[VG_XU], p[VG_XV]}, py[4] = {p[VG_XY], p[VG_YY], p[VG_YU], p[VG_YV]};
    for (size_t j = 0; j < count; j++) {
        const double ee = px[0] + z[j].ee, en = px[1] + z[j].en, nn = py[1] + z[j].nn;
        const double scale = 1 / (ee * nn - en * en), de = z[j].e - f->x[0][m], dn = z[j].n - f->x[1][m];
        double ke[4], kn[4], d[4];
        for (int i = 0; i < 4; i++) {
            ke[i] = (px[i] * nn - py[i] * en) * scale;
            kn[i] = (py[i] * ee - px[i] * en) * scale;
            d[i] = ke[i] * de + kn[i] * dn;
            mean[i] += beta[j] * d[i];
        }
        for (int i = 0; i < VG_COV; i++) {
            const int r = row_of[i], c = column_of[i];
            less[i] += beta[j] * (ke[r] * px[c] + kn[r] * py[c]);
            spread[i] += beta[j] * d[r] * d[c];
        }
    }
    for (int i = 0; i < VG_COV; i++)
        f->p[i][m] = p[i] - less[i] + spread[i] - mean[row_of[i]] * mean[column_of[i]];
    for (int i = 0; i < 4; i++)
        f->x[i][m] += mean[i];
}

void vg_filter_update(struct vg_filter *f, const struct vg_place *z, const double *probability,
                      const double (*density)[VG_MODELS], const double *total, size_t count, double none)
{
    double beta[64], sum = 0;
    if (count > 64)
        count = 64;
    const int models = models_of(f);
    for (int m = 0; m < models; m++) {
        double all = none;
        for (size_t j = 0; j < count; j++)
            all += beta[j] = probability[j] * density[j][m] / total[j];
        if (all > 1e-100) {
            for (size_t j = 0; j < count; j++)
                beta[j] /= all;
            update_model(f, m, z, beta, count);
        }
        f->weight[m] *= all;
        sum += f->weight[m];
    }
    for (int m = 0; m < models; m++)
        f->weight[m] /= sum;
}

void vg_filter_take(struct vg_filter *f, const double h[4], double z, double variance, double ret_log[static VG_MODELS])
{
    for (int m = 0, models = models_of(f); m < models; m++) {
        double ph[4], s = variance, d = z;
        for (int i = 0; i < 4; i++) {
            static const unsigned char at[4][4] = {{VG_XX, VG_XY, VG_XU, VG_XV},
                                                   {VG_XY, VG_YY, VG_YU, VG_YV},
                                                   {VG_XU, VG_YU, VG_UU, VG_UV},
                                                   {VG_XV, VG_YV, VG_UV, VG_VV}};
            ph[i] = 0;
            for (int k = 0; k < 4; k++)
                ph[i] += f->p[at[i][k]][m] * h[k];
            s += h[i] * ph[i];
            d -= h[i] * f->x[i][m];
        }
        for (int i = 0; i < 4; i++)
            f->x[i][m] += ph[i] * d / s;
        for (int i = 0; i < VG_COV; i++)
            f->p[i][m] -= ph[row_of[i]] * ph[column_of[i]] / s;
        ret_log[m] -= 0.5 * (d * d / s + log(2 * M_PI * s));
    }
}

double vg_filter_weigh(struct vg_filter *f, const double log_density[static VG_MODELS])
{
    const int models = models_of(f);
    double most = log_density[0], sum = 0;
    for (int m = 1; m < models; m++)
        most = fmax(most, log_density[m]);
    for (int m = 0; m < models; m++)
        sum += f->weight[m] *= exp(log_density[m] - most);
    if (!(sum > 1e-200)) { /* the likely model says that it can't be: all models count again */
        for (int m = 0; m < models; m++)
            f->weight[m] = 1.0 / models;
        return most - 460;
    }
    for (int m = 0; m < models; m++)
        f->weight[m] /= sum;
    return most + log(sum);
}

void vg_filter_offset(struct vg_filter *f, double e, double n)
{
    for (int m = 0; m < VG_MODELS; m++) {
        f->x[0][m] -= e;
        f->x[1][m] -= n;
    }
}
