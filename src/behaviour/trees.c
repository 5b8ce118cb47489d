#include "behaviour/trees.h"

#include <math.h>

double vg_trees_log_odds(double base, const struct vg_tree *tree, size_t count, const double *feature)
{
    double sum = base;
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (k < VG_TREE_NODES)
            k = 2 * k + 1 + (feature[tree[i].feature[k]] > tree[i].threshold[k]);
        sum += tree[i].leaf[k - VG_TREE_NODES];
    }
    return sum;
}

double vg_logistic(double log_odds)
{
    return 1 / (1 + exp(-log_odds));
}
