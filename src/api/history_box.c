/* The box of a question, cut outward to a grid, so that neighbours ask for the same and caches can answer. */
#include <math.h>

#include "api/history.h"

#define GRID_FINEST 14 /* 180/2^14 degrees is 1.2 km */
#define GRID_CELLS  4

/* Outward to multiples of `step` from the south-west corner of the world; longitudes may pass 180. */
static struct vg_box snap_to(const struct vg_box *b, double step)
{
    double width = b->east_deg - b->west_deg + (b->west_deg > b->east_deg ? 360 : 0);
    double west = floor((b->west_deg + 180) / step) * step - 180;
    double east = ceil((b->west_deg + width + 180) / step) * step - 180;
    double south = floor((b->south_deg + 90) / step) * step - 90, north = ceil((b->north_deg + 90) / step) * step - 90;
    return (struct vg_box){west, fmax(south, -90), fmax(east, west + step), fmin(fmax(north, south + step), 90)};
}

struct vg_box vg_history_snap(const struct vg_box *box)
{
    for (int k = GRID_FINEST; k >= 0; k--) {
        double step = 180.0 / (1 << k);
        struct vg_box b = snap_to(box, step);
        if (b.east_deg - b.west_deg > GRID_CELLS * step || b.north_deg - b.south_deg > GRID_CELLS * step)
            continue;
        if (b.east_deg - b.west_deg >= 360)
            return (struct vg_box){-180, b.south_deg, 180, b.north_deg};
        if (b.east_deg > 180)
            b.east_deg -= 360;
        return b;
    }
    return (struct vg_box){-180, -90, 180, 90};
}
