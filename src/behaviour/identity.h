/* What identity.c and spoofing.c tell each other. Not for other rooms. */
#ifndef VG_BEHAVIOUR_IDENTITY_H
#define VG_BEHAVIOUR_IDENTITY_H

#include "behaviour/method.h"

/* The held places were believed: `there` is how they came, v->before where she was. */
void vg_spoofing_jumped(struct vg_behaviours *b, struct vessel *v, const struct elsewhere *there);
/* Her own reports come now from here, now from there. */
void vg_spoofing_flickers(struct vg_behaviours *b, struct vessel *v, int64_t begin_us, int64_t time_us,
                          uint64_t offset);
/* It was no jump: two ships use the number. */
void vg_spoofing_withdraw(struct vg_behaviours *b, struct vessel *v);

/* Two transmitters use her number now, or it looks so: what she says of herself may be the other one's words. */
bool vg_identity_is_shared(const struct vessel *v, int64_t now_us);

#endif
