/* The memory of a scan: what it works with, and nothing that lasts. */
#ifndef VG_TRACK_SCAN_H
#define VG_TRACK_SCAN_H

#include "track/inner.h"

#define GRID_SIDE   64
#define SCAN_EDGES  (1 << 18) /* pairs of a track and a plot that may belong together, at most */
#define TRACK_EDGES 32        /* … of one track: the likeliest */

struct plot {
    double lat_deg, lon_deg, ee, en, nn;
    double sine, cosine, range_m; /* of a polar one: the bearing there, and how far */
    double e, n;                  /* from the site, for the grid and the map of clutter */
    double lag_s;                 /* how much later than the scan's time */
    double false_density;         /* of false plots there … */
    double density;               /* … and of all that has no track */
    double none;                  /* probability that it is of no track */
    uint32_t next;                /* in its cell of the grid */
    uint32_t degree;              /* tracks that it may be of */
    unsigned bit;                 /* … in its cluster, if they are more than one (associate_exact.c) */
    bool usable;
};

/* A track that a site looks at. */
struct look {
    uint32_t slot, first, count; /* its edges */
    double back_s, unfaded_s;    /* filter and existence were moved back by so much */
    double none;                 /* probability that no plot is of it */
    uint32_t cluster, next;      /* the first look of its cluster; the next one in it, NONE */
    bool loopy;                  /* its cluster is too large to be summed exactly */
    double pd;                   /* how likely the site finds it in a scan */
    bool covered;                /* where the site should find it: a scan without it says something */
    double e, n, ee, en, nn, u, v;
};

struct edge {
    uint32_t look, plot, next; /* of the plot's list */
    double weight, from_plot, to_plot, probability;
    struct vg_place place;
    double density[VG_MODELS], total;
};

struct scan_work {
    uint32_t plots_max, edges_max;
    struct meas *meas; /* plots_max of each of these … */
    struct plot *plot;
    uint32_t *list;
    double (*at)[2], *weight;
    uint32_t grid[GRID_SIDE * GRID_SIDE];
    double bias[2];    /* range m, bearing rad: taken out of the plots */
    struct edge *edge; /* … edges_max … */
    struct look *look; /* … and as many as tracks */
    uint32_t edges, looks;
};

/* associate.c: the probabilities of edges, of looks without a plot and of plots without a track. */
void vg_trk_associate(struct scan_work *work, size_t plots);

/* associate_exact.c: those of a cluster's edges and looks. `shared` plots of several tracks have a bit each. */
#define EXACT_LOOKS 8
#define EXACT_PLOTS 6
void vg_trk_associate_exactly(struct scan_work *work, const uint32_t *looks, size_t count, unsigned shared);

/* register.c: a plot that is of a track which says where it is. */
void vg_trk_register(struct vg_tracker *tracker, struct site *s, const struct track *t, const struct meas *m,
                     const struct plot *p);

#endif
