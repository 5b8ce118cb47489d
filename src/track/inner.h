/*
 * The inside of a tracker. What is measured waits in a queue until all of its time has come (queue.c); then it is taken
 * in the order of time: what a radar saw at one moment together as a scan (scan.c, associate.c), what a vessel says of
 * itself by itself (bind.c).
 *
 * A track's filter is about a point of its own on the ellipsoid (frame.c), so there is no common plane that is wrong
 * far away. Existence has three states (Musicki, Evans 2004, IPDA with a chain of Markov): there and to be seen by
 * radar, there and not to be seen, gone.
 */
#ifndef VG_TRACK_INNER_H
#define VG_TRACK_INNER_H

#include "base/map.h"
#include "base/time.h"
#include "track/filter.h"
#include "track/track.h"

#define CLUTTER_SIDE  32 /* cells of a site's map of false plots, each way */
#define CLUTTER_CELLS (CLUTTER_SIDE * CLUTTER_SIDE)
#define QUEUE_MAX     65536 /* measurements that wait, at most; a full queue is used before its time */
#define SCAN_PLOTS    32768 /* plots of one scan, at most; more are a scan of their own */
#define LABELS        4     /* numbers by sensors that a track keeps */
#define HEARD_CELLS   4096
#define NONE          UINT32_MAX

/* The point that coordinates in metres are about, with the lengths of a degree there. */
struct frame {
    double lat_deg, lon_deg;
    double metres_lat, metres_lon, bend; /* a degree north, a degree east, and how that changes with a degree north */
};
struct frame vg_frame_at(double lat_deg, double lon_deg);
void vg_frame_local(const struct frame *frame, double lat_deg, double lon_deg, double *ret_e, double *ret_n);
void vg_frame_place(const struct frame *frame, double e, double n, double *ret_lat_deg, double *ret_lon_deg);

enum meas_kind {
    MEAS_USED,
    MEAS_PLOT,
    MEAS_BEARING,
    MEAS_POSITION,
    MEAS_SCAN,
    MEAS_LOST /* only a number */,
    MEAS_KINDS
};

/* Something measured that waits. Numbers as measured: biases are taken out when it is used. */
struct meas {
    int64_t time_us;
    uint64_t sequence; /* of arrival; equal times are in this order */
    uint64_t journal_offset, journal, arrival;
    int64_t received_us;
    double lat_deg, lon_deg, range_m, bearing_deg; /* place, or range and bearing from lat and lon */
    double ee, en, nn;                             /* covariance of the place; 0: by the site, if it is polar */
    double speed_mps, course_deg;                  /* NAN: not measured */
    uint32_t mmsi, sensor_track, icao;
    int32_t altitude_ft;
    uint16_t site, source, mode_3a, length_m;
    uint8_t kind; /* enum meas_kind */
    bool polar, airborne, has_altitude, accurate, suspect, tracked;
};

/* Who said first what a contact's id is made of. */
struct first {
    uint64_t journal_offset, journal, arrival;
    int64_t received_us;
    uint16_t source;
};

struct track {
    struct vg_filter filter;
    struct frame frame;
    int64_t time_us; /* of the filter */
    int64_t seen_us, began_us;
    uint64_t number, id;     /* id 0: existence was never over 0.5 */
    uint64_t journal_offset; /* of the newest measurement */
    struct first first;
    double seen, hidden;    /* probabilities: there and radar can see it; there and radar can't */
    int64_t existence_us;   /* … at this moment */
    uint64_t looked;        /* sites that looked there in their present turn */
    int64_t site_us[4];     /* the newest plots: when … */
    uint16_t site[4];       /* … and by which site, newest first; 0: none */
    uint32_t hits;          /* measurements in all */
    uint32_t label[LABELS]; /* sensors' own numbers, newest first */
    uint16_t label_site[LABELS];
    int64_t label_us[LABELS]; /* when it was heard last */
    uint16_t source;
    uint32_t mmsi;
    double log_ratio;          /* of the binding */
    int64_t said_us;           /* newest report with the MMSI; VG_TIME_NONE */
    double said_lat, said_lon; /* where it said that it was … */
    double said_e, said_n;     /* … and its speed, m/s */
    double said_every_s;       /* as learnt */
    uint16_t said_source;
    uint32_t said_count;
    uint32_t echoes, misses; /* of radar */
    uint32_t icao;
    int32_t altitude_ft;
    uint16_t mode_3a;
    double length_m;
    bool airborne, has_altitude, kept, by_hand, bound_by_hand, parted_by_hand;
    uint16_t told; /* facts that hold: a bit each, of enum vg_track_event_kind */
    /* facts.c: evidence as logarithms of ratios, never below 0 … */
    double unseen, claims, elsewhere;
    double looks, found; /* … detections that radar should have made since she speaks, and made; older ones fade */
    uint32_t other_mmsi; /* who speaks on the same echo */
    uint64_t other_id;   /* where she says that she is, too */
    uint8_t site_scans;  /* scans since birth, up to 255 */
};

struct site {
    struct vg_site_state state;
    double lat_deg, lon_deg;       /* where it stands now; NAN: not known */
    int64_t own_us;                /* when it said so */
    int64_t group_us;              /* begin of the newest group of plots */
    int64_t turn_us;               /* begin of the present turn of the antenna */
    int64_t newest_us;             /* of all groups */
    int64_t parts_us;              /* when a group came that was not of a whole turn; VG_TIME_NONE: never */
    double clutter[CLUTTER_CELLS]; /* false plots in all scans, older ones weigh less … */
    double scans;                  /* … and as many scans they are of */
    double false_density;          /* of a usual place, in 1/m² */
    double unseen_density;         /* of things that are there and have no track, in 1/m² */
    double looks, hits;            /* of sure tracks */
    double bias[3], bias_cov[6];   /* range m, bearing rad, time s; upper half by rows */
    int64_t bias_us;
};

struct vg_tracker {
    const struct vg_sites *sites;
    struct vg_sites none;
    bool everywhere;
    uint32_t cap, count; /* of live tracks */
    uint32_t *live;      /* their slots, in the order of their numbers */
    uint32_t *spare;     /* slots that are free, cap − count of them */
    struct track *track;
    struct map by_mmsi, by_id;
    struct meas *queue;
    uint32_t waiting, queue_max;
    uint64_t sequence, arrivals, numbers;
    int64_t now_us;                /* of the newest vg_tracker_advance() */
    struct site *site;             /* by the sites' numbers */
    int64_t heard_us[HEARD_CELLS]; /* when AIS was heard last, by a quarter of a degree (facts.c) */
    int64_t facts_us;              /* when tracks were last asked whether they are dark */
    struct vg_tracker_counters counters;
    vg_track_on_event *on_event;
    void *on_event_arg;
    struct scan_work *work; /* memory of a scan, nothing that lasts */
};

static inline double seconds(int64_t us)
{
    return (double)us * 1e-6;
}

static inline double existence(const struct track *t)
{
    return t->seen + t->hidden;
}

/* ---- table.c ---- */
enum vg_err vg_trk_table_new(struct vg_tracker *tracker);
void vg_trk_table_clear(struct vg_tracker *tracker);
struct track *vg_trk_add(struct vg_tracker *tracker, const struct meas *first); /* NULL: the table is full */
void vg_trk_sweep(struct vg_tracker *tracker);                                  /* those that are gone go */
void vg_trk_set_mmsi(struct vg_tracker *tracker, struct track *t, uint32_t mmsi);
struct track *vg_trk_of_mmsi(struct vg_tracker *tracker, uint32_t mmsi);
void vg_trk_begin(struct vg_tracker *tracker, struct track *t, int64_t time_us); /* if it is sure enough: an id */

/* ---- state.c: what a track is thought to be ---- */
void vg_trk_go(struct track *t, int64_t time_us);   /* filter and existence go on; earlier times do nothing */
void vg_trk_fade(struct track *t, int64_t time_us); /* existence alone */
void vg_trk_unfade(struct track *t, double dt_s);   /* existence is as it was so long ago; below 0: as it will be */
void vg_trk_recentre(struct track *t);
void vg_trk_fill(const struct vg_tracker *tracker, const struct track *t, int64_t at_us, struct vg_track *ret);
void vg_trk_event(struct vg_tracker *tracker, enum vg_track_event_kind kind, const struct track *t, int64_t time_us,
                  const struct vg_track_event *more);
static inline const struct vg_motion *motion_of(const struct track *t)
{
    return t->airborne ? &vg_motion_aircraft : &vg_motion_ship;
}

/* ---- tracker.c ---- */
void vg_trk_begin_sites(struct vg_tracker *tracker); /* nothing is known of them but what is described */

/* ---- queue.c ---- */
void vg_trk_put(struct vg_tracker *tracker, const struct meas *m);
void vg_trk_use(struct vg_tracker *tracker, int64_t until_us);

/* ---- scan.c ---- */
void vg_trk_scan(struct vg_tracker *tracker, const struct meas *plots, size_t count);

/* ---- clutter.c ---- */
double vg_trk_false_density(const struct site *site, double reach_m, double e, double n);
void vg_trk_clutter_add(struct site *site, double reach_m, const double (*at)[2], const double *weight, size_t count);
void vg_trk_clutter_turn(struct site *site, double reach_m); /* the antenna has gone round */

/* ---- bind.c ---- */
void vg_trk_said(struct vg_tracker *tracker, const struct meas *m);
void vg_trk_touch(struct track *t, const struct meas *m);

/* ---- label.c: the sensors' own numbers ---- */
double vg_trk_label_factor(const struct track *t, const struct meas *m, double period_s);  /* for a pair of the two */
void vg_trk_label(struct track *t, const struct meas *m);                                  /* it is called so now */
void vg_trk_forget_labels(struct vg_tracker *tracker, const struct meas *m, size_t count); /* of those that are lost */

#define SPEED_SIGMA_MPS 8.0 /* of a vessel of which only the place is known, each way */

/* ---- facts.c: what is told to those who watch ---- */
void vg_trk_fact_look(struct vg_tracker *tracker, struct track *t, uint16_t site, double pd, double found,
                      int64_t time_us);
void vg_trk_fact_claims(struct vg_tracker *tracker, struct track *a, struct track *b, double pd, double found,
                        int64_t time_us);
void vg_trk_fact_elsewhere(struct vg_tracker *tracker, struct track *t, const struct track *other, const struct meas *m,
                           double ratio);
void vg_trk_fact_heard(struct vg_tracker *tracker, const struct meas *m);
void vg_trk_fact_dark(struct vg_tracker *tracker, int64_t time_us); /* all tracks, from time to time */
void vg_trk_fact_ends(struct vg_tracker *tracker, struct track *t, enum vg_track_event_kind kind, int64_t time_us);

#endif
