/*
 * Boosted trees as a table: the sum of one leaf a tree, through the logistic function. The tables are .def files that
 * tools/fit_*.py write. Pure; any thread.
 */
#ifndef VG_BEHAVIOUR_TREES_H
#define VG_BEHAVIOUR_TREES_H

#include <stddef.h>
#include <stdint.h>

#define VG_TREE_DEPTH  3
#define VG_TREE_NODES  ((1 << VG_TREE_DEPTH) - 1)
#define VG_TREE_LEAVES (1 << VG_TREE_DEPTH)

/* Node k asks whether its feature is above the threshold: no leads to node 2k+1, yes to 2k+2. */
struct vg_tree {
    uint8_t feature[VG_TREE_NODES];
    double threshold[VG_TREE_NODES];
    double leaf[VG_TREE_LEAVES];
};

/* The sum of base and leaves: a log-odds. No feature is NAN, and each tree's features are within `feature`. */
double vg_trees_log_odds(double base, const struct vg_tree *tree, size_t count, const double *feature);

/* A log-odds as a probability. */
double vg_logistic(double log_odds);

#endif
