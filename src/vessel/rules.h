/*
 * Rules about a contact as it stands: what is still, what calls for help, how long it may be silent. Pure; the live
 * picture and history use the same.
 */
#ifndef VG_VESSEL_RULES_H
#define VG_VESSEL_RULES_H

#include "base/time.h"
#include "vessel/contact.h"

/*
 * Shares of a full table (picture/share.c): who holds more than this loses its own first. Twentieths of the table; the
 * sum is the whole. A distress device comes before every other contact within its share, and only there: whoever
 * invents a thousand of them must not push the ships out.
 */
#define VG_SHARE_LIST(X)                                                                                               \
    X(SHIPS, "ships", 11)                                                                                              \
    X(FIXED, "fixed", 4) /* base stations and aids */                                                                  \
    X(AIRCRAFT, "aircraft", 1)                                                                                         \
    X(OTHERS, "others", 2)                                                                                             \
    X(TESTS, "tests", 1) /* distress devices that test, or said nothing yet */                                         \
    X(DISTRESS, "distress", 1)
#define VG_SHARE_PARTS 20

enum vg_share {
#define X(name, key, twentieths) VG_SHARE_##name,
    VG_SHARE_LIST(X)
#undef X
        VG_SHARES
};
const char *vg_share_key(enum vg_share share);     /* "ships", … */
uint32_t vg_share_twentieths(enum vg_share share); /* of the table */

/* Contacts that may be silent equally long. */
#define VG_SILENCE_LIST(X)                                                                                             \
    /* name, minutes of silence, share */                                                                              \
    X(UNKNOWN, 30, OTHERS)                                                                                             \
    X(A_MOVING, 30, SHIPS)      /* says where it is every 2–10 s: 180 words missed */                                \
    X(A_STILL, 60, SHIPS)       /* every 3 min: 20 words missed */                                                     \
    X(B_MOVING, 30, SHIPS)      /* every 5–30 s, at most every 3 min */                                              \
    X(B_STILL, 60, SHIPS)       /* every 3 min */                                                                      \
    X(FAR, 6 * 60, SHIPS)       /* last seen by type 27, so by satellite: passes are 1–3 h apart */                  \
    X(FIXED, 24 * 60, FIXED)    /* base stations and aids stay where they are; that one fell silent is worth seeing */ \
    X(AIRCRAFT, 15, AIRCRAFT)   /* every 10 s; after 15 min at 150 kn its place says nothing */                        \
    X(DISTRESS_TEST, 15, TESTS) /* a test lasts minutes */                                                             \
    X(DISTRESS, 12 * 60, DISTRESS) /* bursts every minute, but a wave or a satellite's pass may hide many of them */

enum vg_silence {
#define X(name, minutes, share) VG_SILENCE_##name,
    VG_SILENCE_LIST(X)
#undef X
        VG_SILENCE_GROUPS
};

enum vg_silence vg_contact_silence(const struct vg_contact *contact);
int64_t vg_silence_us(enum vg_silence group); /* a contact goes when it was unheard for so long */
enum vg_share vg_silence_share(enum vg_silence group);
int vg_silence_rank(enum vg_silence group);  /* within its share a higher one outlasts a lower one: devices that call */
#define VG_SILENCE_MOST_US (24 * VG_HOUR_US) /* of any group: who looks back so far has met everybody */

/* Anchored, moored, aground, fixed, or simply not moving, when it was heard last: what had expired by then says
 * nothing.
 */
bool vg_contact_is_still(const struct vg_contact *contact);

/* What a navigational status says by itself: at anchor; at anchor, moored or aground. */
bool vg_status_is_anchored(uint8_t status);
bool vg_status_is_at_rest(uint8_t status);

/*
 * What the newest words of a contact's fields say: VG_CONTACT_DISTRESS, …_TEST, or 0. Only AIS-SART, man overboard and
 * EPIRB devices call for help; status 14 from an ordinary ship is shown as "14, unconfirmed" and is never an alarm (old
 * logs are full of it). The contact's flags hold longer than these words: see below.
 */
uint8_t vg_contact_distress(const struct vg_contact *contact);

/* True if its navigational status is 14 at that moment though it is no distress device. */
bool vg_contact_status_unconfirmed(const struct vg_contact *contact, int64_t now_us);

/*
 * The contact's flags as they are shown at a moment: VIRTUAL and OFF_POSITION are an aid's, whatever a stray message
 * said of another contact, and OFF_POSITION expires.
 */
uint8_t vg_contact_shown_flags(const struct vg_contact *contact, int64_t now_us);

/* Sets the flag that follows from the fields, STILL, and takes DISTRESS and …_TEST from what is no such device. */
void vg_contact_update_flags(struct vg_contact *contact);

/*
 * A call for help, once heard, is not talked down by one message: it ends when so many tests in a row, over so long a
 * time, were heard from the device and no call among them; or by silence. One call makes it a call at once. The
 * device's empty text, another status, a date in the future or a far place change nothing. vessel/call.c applies it.
 */
#define VG_CALL_TESTS    3
#define VG_CALL_TESTS_US (5 * VG_MINUTE_US)

#endif
