/*
 * Is a vessel that fishes for a living fishing now? Speed and time alone, the same for every gear: slow is fishing,
 * fast is travel, and what is between is what the time around it is. One vessel's fixes go in, a word for each comes
 * out some fixes later. Constant work and memory for a fix; the same fixes give the same words. One thread each.
 *
 *     vg_fishing_begin(&f);
 *     while (a fix)
 *         if (vg_fishing_take(&f, time_us, speed_kn, &word)) …   // of a fix some fixes ago; in order, one each
 *     while (vg_fishing_finish(&f, &word)) …                     // the data is over
 *
 * A hidden Markov model with two states. What a speed says grows with its distance from 5 kn and is bounded; states
 * hold for an hour in the mean, by time and not by rows, so that fixes an hour apart stand alone. Nothing is fitted:
 * what is labelled here is one gear, and trees trained on one gear failed on others (docs/QUALITY.md).
 *
 * What makes it wrong:
 *   - She is no fishing vessel, or lies in a harbour or at anchor: she is slow, and that is all that is seen. Ask
 *     class and place first.
 *   - Gear that is set at speed: purse seines, pots shot at 6 kn, trolling for tuna at 7.
 *   - Slow travel: bad weather, tides, towing, waiting.
 */
#ifndef VG_BEHAVIOUR_FISHING_MODEL_H
#define VG_BEHAVIOUR_FISHING_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* At this speed neither is likelier. Trawlers tow at 2–5 kn, longliners set and haul below; few travel slower. */
#define VG_FISHING_SPEED_KN 5.0

/* A fix is decided when so many newer ones are known, or the data is over. */
#define VG_FISHING_DELAY 16

struct vg_fishing_word {
    int64_t time_us;
    double probability; /* 0–1 that she is fishing by her speed; not calibrated */
    bool fishing;       /* at least as likely as not */
};

/* One vessel's state; members are the model's own. */
struct vg_fishing {
    struct {
        int64_t time_us;
        float forward, evidence; /* log-odds: of all up to it, of its own speed */
    } fix[VG_FISHING_DELAY + 1]; /* those not decided, the oldest first */
    size_t count;
    int64_t last_us; /* of the newest, decided or not */
    double last_forward;
    bool begun;
};

void vg_fishing_begin(struct vg_fishing *f);

/*
 * A speed that is not known is NAN: the fix is decided by those around it. Times don't descend: one that does begins
 * anew, as if hours lay between. True: *ret is the word of the oldest fix that had none; else *ret is untouched.
 */
bool vg_fishing_take(struct vg_fishing *f, int64_t time_us, double speed_kn, struct vg_fishing_word *ret);
bool vg_fishing_finish(struct vg_fishing *f, struct vg_fishing_word *ret);

#endif
