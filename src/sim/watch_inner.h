/* What the parts of the watch share (sim/watch.h). Nobody else includes it. */
#ifndef VG_SIM_WATCH_INNER_H
#define VG_SIM_WATCH_INNER_H

#include <stdio.h>

#include "place/coast.h"
#include "sim/deed.h"
#include "sim/event.h"
#include "sim/watch.h"

#define VG_SIM_SILENCE_US VG_HOUR_US /* more makes a long spell unobservable */
#define VG_SIM_ROADS_M    4000.0     /* … of roads or a terminal: there ships lie */
#define VG_SIM_PAST       11         /* minutes that are remembered, the present one included */

/* A spell of something: since when, where, and what was heard by then. from_us VG_TIME_NONE: none. */
struct vg_sim_spell {
    int64_t from_us, last_us;
    double lon_deg, lat_deg, metres;
    struct vg_sim_hearing hearing;
};

/* What is remembered of a vessel. Times VG_TIME_NONE: never. */
struct vg_sim_watched {
    struct vg_sim_spell stop, fish, slow, drift, idle, still, dark;
    uint8_t gear, lay; /* enum vg_sim_activity: when it began to fish, to lie */
    bool appeared;     /* it lay when it came into the world: nobody saw it arrive */
    bool beside;       /* it lay beside another while it was slow, … */
    bool adrift_lies;  /* … was adrift where ships lie */
    /* silence */
    int64_t silent_us, away_us;     /* when its transmitter was last found off; … it outside the world */
    int64_t off_us;                 /* since when its transmitter is off … */
    uint16_t off_minutes, off_well; /* … minutes of that, and those in which it would have been heard well */
    bool off_begun_well;            /* it was heard well when that began */
    bool silent_at_rest;            /* … moored or at anchor */
    /* lines */
    double was_lon_deg, was_lat_deg;
    bool was;
    uint32_t inside;             /* bits of areas */
    struct vg_sim_spell area[2]; /* of the first two that it is in: more overlap hardly ever */
    int8_t area_id[2];
    bool area_appeared[2];    /* it came into the world there */
    int64_t area_heard_us[2]; /* when it was last heard before it came in */
    /* moves */
    float past_kn[VG_SIM_PAST], past_deg[VG_SIM_PAST]; /* a minute each, a ring */
    float quick_kn[4];                                 /* ten seconds each: now first */
    uint8_t minutes, at;                               /* that the ring has; the newest */
    struct vg_sim_spell turn, halt, shore;
    double turn_most_deg;
    bool halt_lies;    /* it stopped to lie there */
    int64_t far_us;    /* when it was last 5 km off the shore */
    int64_t rested_us; /* … moored, at anchor or outside the world */
    uint32_t bound;    /* of the destination that it says */
    /* lanes */
    uint8_t lane;                             /* that it sails along, from 1; 0: none */
    bool lane_back, lane_counted, lane_known; /* known: when it was counted */
    struct vg_sim_spell lane_spell, roam;
};

struct vg_sim_lane_count {
    uint32_t with, against; /* ships that have sailed so far */
};

struct vg_sim_watch {
    struct vg_sim_watched *one; /* by vessel */
    size_t count;
    struct vg_sim_pairs *pairs;
    struct vg_sim_lane_count lane[VG_SIM_AREAS_MAX];
};

static inline bool vg_sim_is_away(const struct vg_sim_vessel *v)
{
    return v->activity == ACTIVITY_AWAY || v->class == VG_CLASS_SAR;
}

static inline bool vg_sim_lies(const struct vg_sim_vessel *v)
{
    return v->activity == ACTIVITY_MOORED || v->activity == ACTIVITY_ANCHORED;
}

/* Cargo, tankers, passenger ships: who steams from here to there, and is watched for what is unusual. */
bool vg_sim_is_trader(const struct vg_sim_vessel *v);
/* Who catches fish. */
bool vg_sim_is_fisher(const struct vg_sim_vessel *v);
bool vg_sim_is_deed(const struct vg_sim_world *world, const struct vg_sim_vessel *v, enum vg_sim_deed_id deed);

void vg_sim_spell_open(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct vg_sim_spell *s);
/* Tells a spell that ended; BY_HEARING: it must be found if enough was heard of it. */
void vg_sim_spell_tell(struct vg_sim_world *world, const struct vg_sim_vessel *v, const struct vg_sim_spell *s,
                       const char *kind, int64_t end_us, const char *params, enum vg_sim_counts counts);

/* Each: now, of one vessel. `end`: the world ends. */
void vg_sim_watch_areas(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct vg_sim_watched *o, bool end);
void vg_sim_watch_gates(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct vg_sim_watched *o);
void vg_sim_watch_off(struct vg_sim_world *world, struct vg_sim_vessel *v, struct vg_sim_watched *o, bool end);
void vg_sim_watch_halt(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct vg_sim_watched *o);
void vg_sim_watch_moves(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct vg_sim_watched *o, bool end);
void vg_sim_watch_lanes(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct vg_sim_watched *o, bool end);

#endif
