#include "behaviour/gap_model.h"

#include <math.h>

#include "behaviour/trees.h"

static const struct vg_tree trees[] = {
#define VG_TREES_BASE(base)
#define VG_TREE(...) {__VA_ARGS__},
#include "behaviour/gap_model.def"
#undef VG_TREES_BASE
#undef VG_TREE
};

static const double base_log_odds =
#define VG_TREES_BASE(base) base
#define VG_TREE(...)
#include "behaviour/gap_model.def"
#undef VG_TREES_BASE
#undef VG_TREE
    ;

double vg_gap_model(const struct vg_gap_reception *r)
{
    double feature[VG_GAP_FEATURES];
    if (!(r->positions_per_day >= 0 && r->before_12h >= 0 && r->after_12h >= 0 && r->before_long >= 0 &&
          r->after_long >= 0))
        return NAN;
    vg_gap_features(r, feature);
    return vg_logistic(vg_trees_log_odds(base_log_odds, trees, sizeof trees / sizeof *trees, feature));
}
