/*
 * Rules about a contact as it stands: what is still, what calls for help, how long it may be silent. Pure; the live
 * picture and history use the same.
 */
#ifndef VG_VESSEL_RULES_H
#define VG_VESSEL_RULES_H

#include "base/time.h"
#include "vessel/contact.h"

/* Contacts that may be silent equally long. */
#define VG_SILENCE_LIST(X)                                                                                             \
    /* name, minutes of silence, rank: a lower one is evicted first */                                                 \
    X(UNKNOWN, 30, 0)                                                                                                  \
    X(A_MOVING, 30, 0)      /* says where it is every 2–10 s: 180 words missed */                                    \
    X(A_STILL, 60, 0)       /* every 3 min: 20 words missed */                                                         \
    X(B_MOVING, 30, 0)      /* every 5–30 s, at most every 3 min */                                                  \
    X(B_STILL, 60, 0)       /* every 3 min */                                                                          \
    X(FAR, 6 * 60, 0)       /* last seen by type 27, so by satellite: passes are 1–3 h apart */                      \
    X(FIXED, 24 * 60, 0)    /* base stations and aids stay where they are; that one fell silent is worth seeing */     \
    X(AIRCRAFT, 15, 0)      /* every 10 s; after 15 min at 150 kn its place says nothing */                            \
    X(DISTRESS_TEST, 15, 1) /* a test lasts minutes */                                                                 \
    X(DISTRESS, 12 * 60, 2) /* bursts every minute, but a wave or a satellite's pass may hide many of them */

enum vg_silence {
#define X(name, minutes, rank) VG_SILENCE_##name,
    VG_SILENCE_LIST(X)
#undef X
        VG_SILENCE_GROUPS
};

enum vg_silence vg_contact_silence(const struct vg_contact *contact);
int64_t vg_silence_us(enum vg_silence group); /* a contact goes when it was unheard for so long */
int vg_silence_rank(enum vg_silence group);
#define VG_SILENCE_MOST_US (24 * VG_HOUR_US) /* of any group: who looks back so far has met everybody */

/* Anchored, moored, aground, fixed, or simply not moving, when it was heard last: what had expired by then says
 * nothing.
 */
bool vg_contact_is_still(const struct vg_contact *contact);

/*
 * VG_CONTACT_DISTRESS, …_TEST, or 0. Only AIS-SART, man overboard and EPIRB devices call for help; status 14 from an
 * ordinary ship is shown as "14, unconfirmed" and is never an alarm (old logs are full of it). A call does not expire:
 * it ends when the device says so, or is silent for long enough.
 */
uint8_t vg_contact_distress(const struct vg_contact *contact);

/* True if its navigational status is 14 at that moment though it is no distress device. */
bool vg_contact_status_unconfirmed(const struct vg_contact *contact, int64_t now_us);

/*
 * The contact's flags as they are shown at a moment: VIRTUAL and OFF_POSITION are an aid's, whatever a stray message
 * said of another contact, and OFF_POSITION expires.
 */
uint8_t vg_contact_shown_flags(const struct vg_contact *contact, int64_t now_us);

/* Sets the flags that follow from the fields: STILL, DISTRESS, DISTRESS_TEST. */
void vg_contact_update_flags(struct vg_contact *contact);

#endif
