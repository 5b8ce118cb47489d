/*
 * Belief: one report at a time changes what is believed of one contact. The live picture and history apply the same
 * function, so what is played back is what was shown. Pure; one thread for each contact; nothing is allocated.
 *
 *     struct vg_contact contact;
 *     struct vg_memory memory;
 *     vg_belief_begin(&contact, &memory, &report, id);
 *     vg_belief_apply(&contact, &memory, &report, &moment, &change);
 *
 * Which positions to believe: one that nothing of its class could have reached is held apart: kept, shown as held,
 * never drawn (docs/picture.md).
 */
#ifndef VG_VESSEL_BELIEF_H
#define VG_VESSEL_BELIEF_H

#include "vessel/class.h"
#include "vessel/contact.h"

/* A believed position as it was said: to know it again when another receiver brings it. */
struct vg_heard {
    struct vg_pos pos;
    uint32_t time_ms; /* low half */
    uint16_t source, sog_dkn, cog_ddeg;
    uint16_t present;
};

#define VG_HEARD_KEPT 4 /* an internet feed may be four reports of a fast ship behind a receiver on the roof */

/* What the rules remember of a contact besides what is believed. Starts with zeros. */
struct vg_memory {
    int64_t arrival_us; /* of the newest report, on the clock of arrivals */
    int64_t since_us;   /* of the first one */
    int64_t held_arrival_us, moved_arrival_us;
    int64_t tests_since_us; /* of the first of `tests` */
    uint16_t held_silence;  /* positions held since a believed one came */
    uint8_t held_run;       /* how many of the last ones agree with each other */
    uint8_t moves;          /* held places adopted lately: each one doubles the proof for the next */
    uint8_t believed_run;   /* positions believed since the last of them */
    uint8_t heard_next;
    uint8_t tests; /* of a device that calls: in a row since its last call */
    struct vg_evidence evidence;
    struct vg_heard heard[VG_HEARD_KEPT];
};

/* When a report is judged. */
struct vg_moment {
    int64_t clock_us;   /* VG_TIME_NONE: not known yet */
    int64_t ahead_us;   /* how far after the clock a report may be dated; more: taken as of now */
    int64_t elapsed_us; /* the clock of arrivals: never goes back */
};

#define VG_AHEAD_DEFAULT_US VG_DAY_US /* more than a wrong time zone; a file replayed fast may run so far ahead */

/* What one report's position turned out to be. */
enum vg_verdict {
    VG_VERDICT_NO_POSITION,
    VG_VERDICT_BELIEVED,
    VG_VERDICT_ADOPTED,   /* believed, and it is where the held ones were */
    VG_VERDICT_DUPLICATE, /* the same word from another receiver */
    VG_VERDICT_WORSE,     /* from a worse source than the one that is known and not stale: type 27 beside type 1 */
    VG_VERDICT_LATE,      /* older than what is known */
    VG_VERDICT_BEHIND,    /* another source lags: it tells where the ship was before she came to the known place */
    VG_VERDICT_HELD,      /* nothing of its class could have reached it */
    VG_VERDICT_FOREIGN,   /* the report speaks as another kind of thing than the contact is */
};

/* What a report changed. */
struct vg_change {
    enum vg_verdict verdict;
    uint32_t fields;     /* bits of the fields whose word was taken, changed in value or not */
    bool static_changed; /* a value of the stream's STATIC row changed */
    bool late;           /* a field was older than what is known, and left out */
    bool ahead;          /* it was dated too far after the clock */
};

/* A contact that begins with a report, without applying it: identity, class and country by the MMSI's form. */
void vg_belief_begin(struct vg_contact *contact, struct vg_memory *memory, const struct vg_report *report, uint64_t id);

void vg_belief_apply(struct vg_contact *contact, struct vg_memory *memory, const struct vg_report *report,
                     const struct vg_moment *at, struct vg_change *ret_change);

/* Time goes on without a report: after a quiet half hour the held place is forgotten. True if something changed. */
bool vg_belief_tick(struct vg_contact *contact, struct vg_memory *memory, int64_t elapsed_us);
#define VG_HELD_SHOWN_US (30 * VG_MINUTE_US)

/* The held place is no longer kept apart. */
void vg_belief_unhold(struct vg_contact *contact, struct vg_memory *memory);

/*
 * True if its first and its last report came so far apart: what is invented comes and goes. A full table drops others
 * before it.
 */
bool vg_memory_is_established(const struct vg_memory *memory);
#define VG_ESTABLISHED_US (10 * VG_MINUTE_US)

/* True if it was unheard for longer than its kind may be. */
bool vg_belief_is_gone(const struct vg_contact *contact, const struct vg_memory *memory, int64_t elapsed_us);

#endif
