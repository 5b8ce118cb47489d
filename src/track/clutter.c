/* How many false plots a sensor gives where: learnt from what belongs to no track. */
#include <math.h>

#include "track/inner.h"

#define KEEP        0.985 /* what a scan weighs after the next */
#define PRIOR_SCANS 3.0   /* the usual density counts as so many scans of a cell */
#define LEAST       0.05  /* no place has less than this share of the usual density */

static int cell_of(double reach_m, double v)
{
    return (int)fmin(fmax(floor((v / reach_m + 1) * (CLUTTER_SIDE / 2)), 0), CLUTTER_SIDE - 1);
}

static double cell_area(double reach_m)
{
    const double side = 2 * reach_m / CLUTTER_SIDE;
    return side * side;
}

/* Of a cell and its eight neighbours. */
double vg_trk_false_density(const struct site *s, double reach_m, double e, double n)
{
    const int x = cell_of(reach_m, e), y = cell_of(reach_m, n);
    double sum = 0, cells = 0;
    for (int i = y > 0 ? y - 1 : 0; i <= y + 1 && i < CLUTTER_SIDE; i++)
        for (int j = x > 0 ? x - 1 : 0; j <= x + 1 && j < CLUTTER_SIDE; j++) {
            sum += s->clutter[i * CLUTTER_SIDE + j];
            cells++;
        }
    const double area = cell_area(reach_m);
    const double v = (sum + PRIOR_SCANS * area * s->false_density) / (area * (cells * s->scans + PRIOR_SCANS));
    return fmax(v, LEAST * s->false_density);
}

void vg_trk_clutter_add(struct site *s, double reach_m, const double (*at)[2], const double *weight, size_t count)
{
    for (size_t j = 0; j < count; j++)
        s->clutter[cell_of(reach_m, at[j][1]) * CLUTTER_SIDE + cell_of(reach_m, at[j][0])] += weight[j];
}

void vg_trk_clutter_turn(struct site *s, double reach_m)
{
    double sum = 0;
    int touched = 0;
    s->scans++;
    for (int i = 0; i < CLUTTER_CELLS; i++) {
        sum += s->clutter[i];
        touched += s->clutter[i] > 0.02 * s->scans;
    }
    s->state.clutter_per_scan = sum / s->scans;
    s->false_density = fmax(sum / s->scans / (fmax(touched, 1) * cell_area(reach_m)), 1e-12);
    s->scans *= KEEP;
    for (int i = 0; i < CLUTTER_CELLS; i++)
        s->clutter[i] *= KEEP;
}
