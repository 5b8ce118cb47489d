/*
 * Behaviours: what reports mean over time. Sightings go in (a report and what is believed after it), events come out.
 * One file a behaviour behind one method table; what they share (a contact's past, who is near, reception) stands
 * apart.
 *
 *     vg_behaviours_new(&options, &behaviours);
 *     vg_behaviours_take(behaviours, &sighting);     // in the order of arrival
 *     vg_behaviours_advance(behaviours, clock_us);   // whole seconds, before the next second's sightings
 *
 * Constant work for each report; memory is bounded by the options. Nothing here asks a clock: the same calls give the
 * same events with the same ids, bit for bit. One thread owns it.
 */
#ifndef VG_BEHAVIOUR_BEHAVIOUR_H
#define VG_BEHAVIOUR_BEHAVIOUR_H

#include "base/err.h"
#include "base/out.h"
#include "behaviour/event.h"
#include "behaviour/watch_list.h"
#include "place/area.h"
#include "vessel/belief.h"
#include "vessel/contact.h"

struct vg_behaviours; /* opaque */

/* What one report said, and what became of it. Pointers are valid during the call. */
struct vg_sighting {
    const struct vg_report *report;
    const struct vg_contact *contact; /* as believed after it */
    enum vg_verdict verdict;
    bool added;          /* the contact begins here */
    bool static_changed; /* a name, a number, a size changed */
};

/* What is so of a track and an identity: told by who has a tracker (situation). */
enum vg_sensed_fact { VG_SENSED_DARK, VG_SENSED_UNSEEN, VG_SENSED_TWO_IDENTITIES, VG_SENSED_TWO_ECHOES };
struct vg_sensed {
    enum vg_sensed_fact fact;
    bool ceased;
    int64_t time_us;
    uint64_t contact, other;
    uint32_t mmsi, other_mmsi;
    struct vg_pos pos;
    double existence, log_ratio, expected, had;
    uint64_t journal_offset;
};

/* A track that no MMSI is bound to, as it is now. */
struct vg_followed {
    uint64_t contact;
    int64_t time_us, began_us;
    struct vg_pos pos;
    double sigma_m, speed_kn, course_deg, existence;
    bool dark; /* of a size or speed that should carry AIS */
    bool over; /* it ended, or an MMSI is bound to it now */
    uint64_t journal_offset;
};

struct vg_behaviours_options {
    uint32_t vessels;                       /* default 200 000; the one silent for longest makes room, counted */
    uint32_t kinds_off;                     /* bits of enum vg_event_kind that are not looked for */
    struct vg_areas *areas;                 /* areas and gates with their rules; borrowed; NULL: none */
    const struct vg_watch_list *watch_list; /* borrowed; NULL: none */
};

#define VG_BEHAVIOUR_COUNTER_LIST(X)                                                                                   \
    X(sightings, "sightings taken")                                                                                    \
    X(late, "sightings older than what the behaviours hold of their contact: left out")                                \
    X(events, "events begun")                                                                                          \
    X(revised, "events told again with new numbers")                                                                   \
    X(withdrawn, "events withdrawn by later data")                                                                     \
    X(gone_back, "clocks that would have gone back: left out")                                                         \
    X(vessels_dropped, "contacts whose past was dropped because the table was full")                                   \
    X(pairs_dropped, "pairs of neighbours not followed because the table was full")                                    \
    X(stays_dropped, "stays in areas not followed because a vessel is in too many, or the table was full")             \
    X(cells_dropped, "ways of traffic not learnt because the table was full")                                          \
    X(watch_contradicted, "rows of the watch list that matched but for an IMO number that contradicts: no match")      \
    X(watched_dropped, "vessels of the watch list not followed because the table was full")                            \
    X(followed_dropped, "tracks without AIS whose meetings were not looked for because the table was full")            \
    X(odds_dropped, "impossible static data and places on land not followed because the table was full")

struct vg_behaviour_counters {
#define X(name, text) uint64_t name;
    VG_BEHAVIOUR_COUNTER_LIST(X)
#undef X
};

/* NULL options: the defaults. VG_NOMEM, VG_ARG. Free with vg_behaviours_free() (NULL is fine). */
enum vg_err vg_behaviours_new(const struct vg_behaviours_options *options, struct vg_behaviours **ret_behaviours);
void vg_behaviours_free(struct vg_behaviours *behaviours);
void vg_behaviours_set_on_event(struct vg_behaviours *behaviours, vg_event_sink *on, void *arg);

/* Other areas from now on, borrowed; NULL: none. What went on in those of before is told as ended; who is in them is
 * seen anew. */
void vg_behaviours_set_areas(struct vg_behaviours *behaviours, struct vg_areas *areas);

/* Another watch list from now on, borrowed; NULL: none. Who is there is looked up anew when she speaks. */
void vg_behaviours_set_watch_list(struct vg_behaviours *behaviours, const struct vg_watch_list *list);

/* A report and what became of it. Reports that measure (radar) don't come here: their tracks do, by
 * vg_behaviours_sensed(). */
void vg_behaviours_take(struct vg_behaviours *behaviours, const struct vg_sighting *sighting);
void vg_behaviours_sensed(struct vg_behaviours *behaviours, const struct vg_sensed *sensed);

/* Tracks without AIS, each every VG_FOLLOWED_US and when it is over. */
#define VG_FOLLOWED_US (10 * VG_SECOND_US)
void vg_behaviours_followed(struct vg_behaviours *behaviours, const struct vg_followed *followed);

/* The clock stands at a whole second: what silence or the end of a time decides is decided. It never goes back. */
void vg_behaviours_advance(struct vg_behaviours *behaviours, int64_t clock_us);

/* The data is over (a recording): what goes on is told as it stands, and what has lasted long enough ends. */
void vg_behaviours_finish(struct vg_behaviours *behaviours);

const struct vg_behaviour_counters *vg_behaviours_counters(const struct vg_behaviours *behaviours);
uint64_t vg_behaviours_hash(const struct vg_behaviours *behaviours); /* of the whole state, for comparing two runs */

/*
 * The whole state as bytes, for one machine or another. Read into behaviours of the same options; `on_event` stays. On
 * an error there is nobody in them: VG_CORRUPT; VG_ARG: they were of another size.
 */
void vg_behaviours_save(const struct vg_behaviours *behaviours, struct vg_out *out);
enum vg_err vg_behaviours_load(struct vg_behaviours *behaviours, const void *bytes, size_t len);
#define VG_BEHAVIOURS_STATE_VERSION 3

#endif
