/*
 * The picture: reports in, contacts out. Who is where, said by whom, when. What one report changes of one contact is
 * vessel/belief.h's; here is the table of them all: ids, silence, trails, snapshots.
 *
 * The key is the contact's id; an MMSI is a claim, and an index over claims finds it.
 *
 * One thread owns a vg_picture and calls everything that takes it ("owner" below). Other threads get immutable,
 * reference-counted snapshots (picture/snapshot.h) that the owner publishes. Nothing here asks a clock: time arrives
 * with reports and with vg_picture_advance().
 *
 * Memory is bounded by the limits given at the start. What a full table drops, and whose trail points a full store, is
 * decided by shares (share.c, docs/picture.md): newcomers before those heard for ten minutes, of the feed that brought
 * most of them; distress devices only among themselves, but no more of them than their share. All of it is counted.
 */
#ifndef VG_PICTURE_PICTURE_H
#define VG_PICTURE_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "track/track.h"
#include "vessel/belief.h"
#include "vessel/contact.h"

#define VG_SLOT_NONE UINT32_MAX

/*
 * One point of a trail; times are whole milliseconds and never go back. A dwell is two points in the same place: when
 * it came and when it was last there.
 */
struct vg_trail_point {
    int64_t time_us;
    struct vg_pos pos;
    uint16_t sog_dkn, cog_ddeg; /* UINT16_MAX: not said */
    uint16_t flags;             /* enum vg_trail_flag */
};

/* BREAK: a new segment begins here; draw no line from the point before (a held position was confirmed). */
enum vg_trail_flag { VG_TRAIL_BREAK = 1 };

struct vg_picture_limits {
    uint32_t vessels;      /* default 200 000 */
    size_t trail_bytes;    /* default 256 MiB for all trails together */
    uint32_t trail_points; /* default 2 000 for one vessel */
    int64_t ahead_us;      /* how far after the clock a report may be dated; 0: a day. With the wall clock: minutes */
};

#define VG_PICTURE_LIMITS_DEFAULT                                                                                      \
    ((struct vg_picture_limits){.vessels = 200000, .trail_bytes = 256u << 20, .trail_points = 2000})

/* Everything that happened, since the start. */
#define VG_PICTURE_COUNTER_LIST(X)                                                                                     \
    X(reports, "reports applied")                                                                                      \
    X(positions, "positions believed")                                                                                 \
    X(late, "reports with a field older than what is known: that field was dropped")                                   \
    X(ahead, "reports dated too far after the clock: taken as of now")                                                 \
    X(anonymous, "reports of other sensors than AIS that claim no identity: dropped")                                  \
    X(duplicate, "the same transmission again, from another receiver or later: left out")                              \
    X(worse, "positions from a worse source than a fresh one: left out (type 27 beside type 1)")                       \
    X(foreign, "reports that speak as another kind of station than the contact is: left out")                          \
    X(held, "positions no vessel could have reached, held apart")                                                      \
    X(moved, "held positions that later reports confirmed")                                                            \
    X(added, "vessels added")                                                                                          \
    X(expired, "vessels not heard for too long, or whose track is over")                                               \
    X(evicted, "vessels dropped because the table was full")                                                           \
    X(trail_dropped, "trail points dropped because the store, or the vessel's share, was full")                        \
    X(no_memory, "reports dropped because memory could not be had")

struct vg_picture_counters {
#define X(name, text) uint64_t name;
    VG_PICTURE_COUNTER_LIST(X)
#undef X
};

/* Whom a full table turned away: by vg_share and how well it was known. */
enum vg_turned_away { VG_TURNED_AWAY_NEWCOMER, VG_TURNED_AWAY_ESTABLISHED, VG_TURNED_AWAY };

struct vg_turned_away_sums {
    uint64_t total, newcomers, established; /* the latter two: but distress */
    uint64_t distress;                      /* devices that call */
};

struct vg_picture; /* opaque */

/* What the stream's MOVE row shows of a contact. Compared as bytes: the gaps are zero. */
struct vg_shown {
    struct vg_pos pos;
    uint64_t pos_time_s, heard_s;
    uint16_t sog_dkn, cog_ddeg, heading_deg, source;
    int8_t turn_raw;
    uint8_t status, class, flags, shiptype, aid_type, said;
};

/*
 * What happened to a contact: by a report, or by time (then `verdict` says NO_POSITION). Streams, behaviours, archives
 * of belief and audit live on it.
 */
struct vg_update {
    const struct vg_contact *contact; /* as it is now, or was when it went; valid until the picture's next call */
    enum vg_verdict verdict;
    uint32_t fields; /* bits of the fields whose word was taken */
    bool added, gone;
    bool turned_away; /* it has gone because the table was full: what it said last may still be so */
    bool static_changed;
    struct vg_shown before, after; /* of one that was added or has gone: all zero on that side */
};

/* What an update says of a distress device. */
enum vg_distress_change { VG_DISTRESS_NONE, VG_DISTRESS_ACTIVE, VG_DISTRESS_TEST, VG_DISTRESS_ENDED };
enum vg_distress_change vg_update_distress(const struct vg_update *update);

/* Called for each update, in the owner's thread. It must not call the picture. */
typedef void vg_picture_on_update(void *arg, const struct vg_update *update);

/* NULL limits: the defaults. VG_NOMEM, VG_ARG. Free with vg_picture_free() (NULL is fine). */
enum vg_err vg_picture_new(const struct vg_picture_limits *limits, struct vg_picture **ret_picture);
void vg_picture_free(struct vg_picture *picture);

/* Who is told of updates, those by time as well (contacts that go, held places that are forgotten). NULL: nobody. */
void vg_picture_set_on_update(struct vg_picture *picture, vg_picture_on_update *on, void *arg);

/*
 * Where the reports come from that are applied from now on; zeros at first. Ids of contacts that begin are made of it
 * (vg_contact_id_of()). Not saved. Owner.
 */
void vg_picture_set_origin(struct vg_picture *picture, const struct vg_contact_origin *origin);

/*
 * Takes one report. Never fails on content: what can't be believed is held or counted. Owner. The report's time may lie
 * behind what is known (several receivers): each field keeps the newest word. A report without a time, or dated further
 * than limits.ahead_us after the clock, is taken as of now, lest one wrong clock silences all right ones; where the
 * data's own time is the clock, tell it before applying. False: it belongs to no contact (counted), *ret (which may be
 * NULL) is untouched.
 */
bool vg_picture_apply(struct vg_picture *picture, const struct vg_report *report, struct vg_update *ret);

/*
 * Tells the time: vessels unheard for longer than their class allows go. Silence is measured on this clock from the
 * moment of arrival, not on the times that reports claim, so an old log stays visible while it is replayed. A clock set
 * back adds no silence, and what is then dated further than limits.ahead_us after it loses to any word. Owner.
 */
void vg_picture_advance(struct vg_picture *picture, int64_t now_us);

/*
 * The table of those who tell: a station's contacts count for its feed. NULL, as at first: each source is a feed of its
 * own. Before the first report and before anything is loaded; it must outlive the picture. Owner.
 */
void vg_picture_set_sources(struct vg_picture *picture, const struct vg_sources *sources);

/*
 * Sets used[id] of each source that a contact refers to. Newcomers that were silent for silent_us or longer are told
 * under their feed's name from now on, which is true as well: a base station that somebody invented, with a station
 * that heard it, would keep that name for a day. Not so devices that call. Owner; goes through all contacts (some 0.2
 * µs each).
 */
void vg_picture_mark_sources(struct vg_picture *picture, int64_t silent_us, bool used[static VG_SOURCE_MAX]);
int64_t vg_picture_elapsed_us(const struct vg_picture *picture); /* the clock of arrivals, which never goes back */

uint32_t vg_picture_count(const struct vg_picture *picture);
uint32_t vg_picture_calling(const struct vg_picture *picture); /* distress devices that call now */

/* ---- tracks: what sensors that measure make of a contact ---- */

/* What is so of a track. Bits; part of the stream format. */
enum vg_track_fact {
    VG_TRACK_BOUND = 1,      /* it and the contact's MMSI are one */
    VG_TRACK_UNSEEN = 2,     /* AIS, without the radar that should see it */
    VG_TRACK_DARK = 4,       /* no AIS where it should carry it */
    VG_TRACK_TWO_CLAIMS = 8, /* two MMSIs on its echo */
    VG_TRACK_TWO_ECHOES = 16,
    VG_TRACK_AIRBORNE = 32,
    VG_TRACK_KEPT = 64,  /* by an operator's hand */
    VG_TRACK_OVER = 128, /* the contact has no track any more; nothing else of the row holds */
};

/* A sensor held it without a gap of VG_HELD_GAP_S. Seconds since 1970; to_s 0: none. */
#define VG_HELD_SPANS 12
#define VG_HELD_GAP_S 60
struct vg_held_span {
    uint32_t from_s, to_s;
    uint8_t sensor; /* 0 AIS, else the site */
};

/* The track of the contact in a slot. */
struct vg_track_row {
    struct vg_track track;
    uint64_t seq; /* of its last change, as the contact's move_seq */
    uint32_t slot;
    uint16_t facts;                          /* enum vg_track_fact */
    uint8_t kind;                            /* what an operator called it; 0: nothing */
    struct vg_held_span held[VG_HELD_SPANS]; /* in no order: the newest ones */
};

/*
 * Shows a track as it is estimated at a moment: on the contact that claims its MMSI, else as a contact of its own,
 * which begins here and has the track's id. A contact of AIS keeps the place that it tells itself until that is
 * VG_TRACK_TAKES_OVER_US older than the track's newest measurement. Owner. False: nothing is shown (memory, a full
 * table, or neither existence nor contact), *ret (which may be NULL) is untouched.
 */
#define VG_TRACK_TAKES_OVER_US VG_MINUTE_US
bool vg_picture_track(struct vg_picture *picture, const struct vg_track *track, uint8_t kind, struct vg_update *ret);

/*
 * A track is no more. A contact of its own stays for as long as its kind may be silent if it was followed for
 * VG_TRACK_WORTH_US, else, or if it is to be hidden, it goes. Owner.
 */
#define VG_TRACK_WORTH_US (2 * VG_MINUTE_US)
void vg_picture_track_over(struct vg_picture *picture, uint64_t track_id, bool hide);

/*
 * What an operator calls a contact: shown as its name unless it says one itself; "" takes it away. Owner. False: there
 * is no such contact, or no memory.
 */
bool vg_picture_set_name(struct vg_picture *picture, uint64_t id, const char *name, const struct vg_prov *said);

/* The row of a track by its id, of a contact by its slot; NULL: none. Valid until the picture's next call. Owner. */
const struct vg_track_row *vg_picture_track_row(const struct vg_picture *picture, uint64_t track_id);
const struct vg_track_row *vg_picture_track_in(const struct vg_picture *picture, uint32_t slot);
uint32_t vg_picture_slots(const struct vg_picture *picture);  /* slots are below this */
uint32_t vg_picture_tracks(const struct vg_picture *picture); /* rows in use */

/* Since the picture was made: not saved. Owner; the snapshot has them for others. */
void vg_picture_turned_away(const struct vg_picture *picture, struct vg_turned_away_sums *ret);
const struct vg_picture_counters *vg_picture_counters(const struct vg_picture *picture);

/* The contact, or NULL. Valid until the next call that changes the picture. Owner. */
const struct vg_contact *vg_picture_find(const struct vg_picture *picture, uint32_t mmsi);
const struct vg_contact *vg_picture_find_id(const struct vg_picture *picture, uint64_t id);

/*
 * Copies the newest `max` points of a vessel's trail with time ≥ since_us, oldest first. Returns how many; *ret_dropped
 * (may be NULL) how many older ones the store let go. Owner.
 */
size_t vg_picture_trail(const struct vg_picture *picture, uint32_t mmsi, int64_t since_us,
                        struct vg_trail_point *points, size_t max, uint64_t *ret_dropped);

/* The same of the contact in a slot that is in use. */
size_t vg_picture_trail_in(const struct vg_picture *picture, uint32_t slot, int64_t since_us,
                           struct vg_trail_point *points, size_t max, uint64_t *ret_dropped);

/*
 * A number for the whole state, for comparing two runs: vessels with provenance, trails, held places, counters, clock.
 * It depends on the reports and advances only; not on slots, sequence numbers or when snapshots were published. With
 * `sources`, it is their names that count, not the numbers that they got; NULL: the numbers. Owner.
 */
uint64_t vg_picture_hash(const struct vg_picture *picture, const struct vg_sources *sources);

/* True if all that must hold of the inner structures holds; for tests and on demand. Owner; slow. */
bool vg_picture_check(const struct vg_picture *picture);

#endif
