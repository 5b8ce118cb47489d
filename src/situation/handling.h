/* Doing what an operator asked, within a situation. Within situation; the owner's thread. */
#ifndef VG_SITUATION_HANDLING_H
#define VG_SITUATION_HANDLING_H

#include "situation/hand.h"
#include "situation/tracking.h"

/*
 * Does an action: in the tracker, in the picture, and among what was done; it gets its number, and START its contact.
 * VG_NOT_FOUND, VG_ARG, VG_UNSUPPORTED: *ret_why is a constant sentence, nothing was done.
 */
enum vg_err vg_handling_do(struct vg_hand *hand, struct vg_tracking *tracking, struct vg_hand_action *action,
                           const struct vg_contact_origin *origin, const char **ret_why);

#endif
