/*
 * Was a gap in a vessel's AIS made by switching off? A calibrated probability from the reception around it, by the
 * satellites that hear her, before and after. Pure; any thread.
 *
 * Fitted by tools/fit_gaps.py on 47,411 gaps of fishing vessels far from shore, each judged by a second receiver
 * network (docs/QUALITY.md). Of all features only reception is known: neither place, nor flag, nor what she is.
 *
 * What makes it wrong:
 *   - Reception that isn't learnt from the traffic around the gap, or changes within it: an outage, a storm of
 * messages.
 *   - Little reception. Under 14 positions a day it is right little more often than a guess. So an alert must show the
 *     reception it rests on, and how sure that makes anybody.
 *   - Other vessels than it was fitted on: near shore, class B, receivers on land. About half of the gaps it was
 *     fitted on were made by switching off; where that is rare, the probability is too high.
 *   - A transponder that fails looks like one that is switched off.
 */
#ifndef VG_BEHAVIOUR_GAP_MODEL_H
#define VG_BEHAVIOUR_GAP_MODEL_H

struct vg_gap_reception {
    double positions_per_day; /* that the vessel would be heard with there, as learnt; > 0 */
    double before_12h;        /* positions heard in the 12 h before the gap */
    double after_12h;         /* … and in the 12 h after it */
    double before_long;       /* … in the longer time X before it, which holds the 12 h; the columns' …_Xh_… */
    double after_long;        /* … after it */
};

/* At this probability precision counts twice as much as recall (F0.5 is largest, on folds kept back). */
#define VG_GAP_SWITCHED_OFF 0.63

/* 0–1: the share of gaps with such a reception that were made by switching off. NAN if a number is NAN or negative. */
double vg_gap_model(const struct vg_gap_reception *reception);

#define VG_GAP_FEATURES 13

/* What the model's table decides by, for it and for who fits it: five logarithms of what was heard, what the 12 hours
 * had of half a day's reception, what the longer time had over them, and the lesser and the greater of both sides. */
void vg_gap_features(const struct vg_gap_reception *reception, double ret[static VG_GAP_FEATURES]);

#endif
