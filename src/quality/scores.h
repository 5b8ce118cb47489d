/*
 * Scores, each in one place: what precision, recall, F, AUC and calibration are. Pure but for sorting in place; any
 * thread. NAN where a score has no meaning, as precision has where nothing was said.
 */
#ifndef VG_QUALITY_SCORES_H
#define VG_QUALITY_SCORES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vg_quality_tally {
    uint64_t hits, wrong, missed, rejected; /* said and so, said and not so, not said and so, not said and not so */
};

void vg_quality_tally_add(struct vg_quality_tally *tally, bool said, bool so);
double vg_quality_precision(const struct vg_quality_tally *tally);
double vg_quality_recall(const struct vg_quality_tally *tally);
double vg_quality_rejected(const struct vg_quality_tally *tally); /* of what was not so, the share not said */

/* F of this beta: recall counts beta times as much as precision. 0 if there are no hits, but NAN if nothing was so. */
double vg_quality_f(const struct vg_quality_tally *tally, double beta);

struct vg_quality_judged {
    double probability;
    bool so;
};

/* The chance that of one that is so and one that isn't the former has the greater probability; equal ones count half.
 * Sorts by probability. */
double vg_quality_auc(struct vg_quality_judged *judged, size_t count);

/* Ten parts of equal size by probability: the greatest difference of the mean probability of a part and the share of
 * it that is so. Sorts. NAN with less than ten. */
double vg_quality_decile_error(struct vg_quality_judged *judged, size_t count);

#endif
