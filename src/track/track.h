/*
 * Measurements become tracks: what a radar saw, scan by scan, and what vessels say of themselves, as one estimate a
 * thing, with how sure it is that the thing is there, where it is, and which of the identities heard belongs to it.
 *
 *     vg_tracker_new(&options, &tracker);
 *     vg_tracker_take(tracker, &report, &origin);   // in the order of arrival
 *     vg_tracker_advance(tracker, time_us);         // all that was measured up to then has come: what waited is used
 *     vg_tracker_tracks(tracker, time_us, …);
 *
 * A tracker belongs to one thread, asks no clock and rolls no dice: the same calls give the same tracks, bit for bit,
 * also after save and load between any two calls. It allocates what its limits say, at the start.
 *
 * An MMSI is a claim: a track carries it as long as the likelihood ratio says so (binding). Reports of AIS come in as
 * measurements with a name. Tracks of aircraft stay aircraft.
 */
#ifndef VG_TRACK_TRACK_H
#define VG_TRACK_TRACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/out.h"
#include "report/report.h"
#include "site/site.h"
#include "vessel/contact.h"

#define VG_TRACKS_MAX 32768 /* default of the limit */

struct vg_tracker_options {
    const struct vg_sites *sites; /* borrowed; may have none: then AIS alone */
    uint32_t tracks;              /* most at once; 0: VG_TRACKS_MAX */
    bool everywhere;              /* who speaks is tracked outside all coverage, too; else passed over there */
};

struct vg_tracker; /* opaque */

enum vg_err vg_tracker_new(const struct vg_tracker_options *options, struct vg_tracker **ret_tracker);
void vg_tracker_free(struct vg_tracker *tracker); /* NULL is fine */

/*
 * Takes a report: a radar's plot or track of a described site (`site`), or a position with an MMSI. Others are passed
 * over and counted. `measured_us` is when it was measured; what is older than what was used already is used with its
 * own weight if it is not older than VG_TRACK_LATE_US, else counted as late. `origin`: what ids are made of
 * (vg_contact_id_of()); NULL: zeros.
 */
#define VG_TRACK_LATE_US (30 * VG_SECOND_US)

/*
 * A sensor's own time, less its known offset, is taken if it is at most so much later, or so much earlier, than when
 * the report came; else its clock is wrong, and that time is taken. Nothing is measured after it was heard of.
 */
#define VG_TRACK_AHEAD_US  (30 * VG_SECOND_US)
#define VG_TRACK_BEHIND_US (600 * VG_SECOND_US)
void vg_tracker_take(struct vg_tracker *tracker, const struct vg_report *report,
                     const struct vg_contact_origin *origin);

/*
 * Everything that was measured up to `time_us` has come, or is not waited for any longer: scans that ended by then are
 * used, tracks are carried on, those that have lost belief go. Times before an earlier call's do nothing.
 */
void vg_tracker_advance(struct vg_tracker *tracker, int64_t time_us);

/* What a track is thought to be at a moment. A plain value. */
struct vg_track {
    uint64_t id;             /* of its contact: vg_contact_id_of() its first report; the same in every replay */
    uint64_t number;         /* of this tracker, from 1 on, never given twice */
    int64_t time_us;         /* the moment of this estimate */
    int64_t seen_us;         /* of its newest measurement */
    int64_t began_us;        /* of its first */
    uint64_t journal_offset; /* of its newest measurement; 0: not kept */
    uint64_t began_offset;   /* of its first */
    double lat_deg, lon_deg;
    double sigma_major_m, sigma_minor_m; /* one standard deviation */
    double orientation_deg;              /* of the major axis, 0–180, true */
    double speed_kn, course_deg;
    double sigma_speed_kn, sigma_course_deg;
    double existence;         /* 0–1 */
    double length_m;          /* as radars measure it; 0: not */
    uint64_t seen_by;         /* sensors that held it in their last three scans or reports: bit 0 AIS, bit n site n */
    uint32_t mmsi;            /* bound to it; 0: none */
    double log_ratio;         /* of the binding: natural logarithm of the likelihood ratio for it; 0: none */
    uint32_t sensor_track[4]; /* the sensors' own numbers of it, newest first, 0: none … */
    uint16_t sensor_site[4];  /* … and whose they are */
    int64_t sensor_us[4];     /* … and when each was told last */
    uint16_t source;          /* of its newest measurement */
    bool airborne;
    uint32_t icao;    /* of an aircraft; 0: none */
    uint16_t mode_3a; /* VG_MODE_3A_NONE */
    uint16_t facts;   /* bits 1 << enum vg_track_event_kind: UNSEEN, DARK, TWO_CLAIMS, TWO_ECHOES that hold now */
    bool kept;        /* by an operator's hand: it doesn't end by itself */
    bool has_altitude;
    int32_t altitude_ft;
};

/*
 * Tracks with an existence of at least `at_least`, carried on (or back, by less than a scan) to a moment, in the order
 * of their numbers. Returns how many there are; at most `cap` are written.
 */
size_t vg_tracker_tracks(const struct vg_tracker *tracker, int64_t at_us, double at_least, struct vg_track *ret,
                         size_t cap);
bool vg_tracker_find(const struct vg_tracker *tracker, uint64_t id, int64_t at_us, struct vg_track *ret);

/* ---- what happened ---- */

#define VG_TRACK_EVENT_LIST(X)                                                                                         \
    X(BEGUN, "begun")           /* existence went over 0.5 for the first time */                                       \
    X(ENDED, "ended")           /* its existence is gone */                                                            \
    X(BOUND, "bound")           /* the track and the MMSI are one */                                                   \
    X(PARTED, "parted")         /* … and are not any more */                                                         \
    X(UNSEEN, "unseen")         /* AIS says that she is where a radar should see her, and it sees nothing */           \
    X(DARK, "dark")             /* a track without AIS, of a size or speed that should carry it, where AIS is heard */ \
    X(TWO_CLAIMS, "two-claims") /* two MMSIs on one echo */                                                            \
    X(TWO_ECHOES, "two-echoes") /* one MMSI on two echoes */                                                           \
    X(SEEN, "seen")             /* UNSEEN, DARK, TWO_… ceased */

enum vg_track_event_kind {
#define X(name, key) VG_TRACK_EVENT_##name,
    VG_TRACK_EVENT_LIST(X)
#undef X
        VG_TRACK_EVENT_KINDS
};
const char *vg_track_event_key(enum vg_track_event_kind kind);

struct vg_track_event {
    uint8_t kind;   /* enum vg_track_event_kind */
    uint8_t ceased; /* of SEEN: what ceased */
    int64_t time_us;
    struct vg_track track;   /* as it was then */
    uint32_t mmsi;           /* whom it is about */
    uint32_t other_mmsi;     /* of TWO_CLAIMS */
    uint64_t other_id;       /* of TWO_ECHOES: the other track's */
    uint16_t site;           /* of UNSEEN: the radar that should see her */
    double log_ratio;        /* that decided it */
    double expected;         /* of UNSEEN, DARK: how many detections or reports were expected since it began … */
    double had;              /* … and came */
    uint64_t journal_offset; /* of the report that decided it */
};
typedef void vg_track_on_event(void *arg, const struct vg_track_event *event);
/* Called in take and advance. It must not call the tracker. NULL: nobody. */
void vg_tracker_set_on_event(struct vg_tracker *tracker, vg_track_on_event *on, void *arg);

/* ---- what is known of the sensors ---- */

struct vg_site_state {
    uint64_t plots, used, false_plots; /* taken; on a track; on none */
    uint64_t late, out_of_coverage, refused;
    uint64_t clock_wrong;                               /* its clock can't be right: when they came is taken */
    int64_t heard_us;                                   /* newest measurement; VG_TIME_NONE */
    double detection_probability;                       /* as learnt; NAN: not yet */
    double clutter_per_scan;                            /* false plots a scan, as learnt */
    double bias_range_m, bias_bearing_deg, bias_time_s; /* estimated, and taken out */
    double sigma_bias_range_m, sigma_bias_bearing_deg, sigma_bias_time_s;
    uint64_t registered; /* pairs of AIS and echo that the bias rests on */
};
void vg_tracker_site(const struct vg_tracker *tracker, uint16_t site, struct vg_site_state *ret);

#define VG_TRACKER_COUNTER_LIST(X)                                                                                     \
    X(plots, "plots of radars")                                                                                        \
    X(positions, "positions of vessels that say who they are")                                                         \
    X(elsewhere, "positions outside the coverage of all sensors: passed over")                                         \
    X(late, "measurements too old to be used")                                                                         \
    X(clock_wrong, "measurements of a sensor whose clock can't be right: when they came is taken")                     \
    X(no_time, "measurements of no possible time")                                                                     \
    X(no_site, "reports of sensors that are not described")                                                            \
    X(no_place, "reports of a moving sensor that doesn't say where it is")                                             \
    X(begun, "tracks begun")                                                                                           \
    X(ended, "tracks ended")                                                                                           \
    X(turned_away, "tracks not begun because the table was full")                                                      \
    X(bound, "tracks bound to an identity")                                                                            \
    X(parted, "tracks parted from an identity")

struct vg_tracker_counters {
#define X(name, text) uint64_t name;
    VG_TRACKER_COUNTER_LIST(X)
#undef X
};
const struct vg_tracker_counters *vg_tracker_counters(const struct vg_tracker *tracker);

/* ---- the operator's hand ---- */

/* A track is begun by hand at a place, and kept for as long as it is asked for. Its contact's id is made of
 * `journal_offset`. */
enum vg_err vg_tracker_start(struct vg_tracker *tracker, int64_t time_us, double lat_deg, double lon_deg,
                             double speed_kn, double course_deg, uint64_t journal_offset,
                             const struct vg_contact_origin *origin, uint64_t *ret_id);
/* VG_NOT_FOUND in all of these: there is no such track. */
enum vg_err vg_tracker_drop(struct vg_tracker *tracker, uint64_t id);
enum vg_err vg_tracker_keep(struct vg_tracker *tracker, uint64_t id, bool keep); /* it doesn't end by itself */
enum vg_err vg_tracker_correct(struct vg_tracker *tracker, uint64_t id, int64_t time_us, double lat_deg,
                               double lon_deg);
enum vg_err vg_tracker_bind(struct vg_tracker *tracker, uint64_t id, uint32_t mmsi); /* merged by hand; stays */
enum vg_err vg_tracker_part(struct vg_tracker *tracker, uint64_t id);                /* split by hand; stays */
enum vg_err vg_tracker_free_hand(struct vg_tracker *tracker, uint64_t id);           /* binding is automatic again */

/* ---- saved ---- */

/* All of the state, so that what follows is bit for bit the same. The sites must be the same when it is loaded (the
 * loader compares vg_sites_hash()): else VG_ARG, and the tracker stays empty. VG_CORRUPT, VG_NOMEM. */
void vg_tracker_save(const struct vg_tracker *tracker, struct vg_out *out);
enum vg_err vg_tracker_load(struct vg_tracker *tracker, const void *bytes, size_t len);

/* A number for the whole state, for comparing two runs. */
uint64_t vg_tracker_hash(const struct vg_tracker *tracker);
/* True if all that must hold of the inner structures holds; for tests. Slow. */
bool vg_tracker_check(const struct vg_tracker *tracker);

#endif
