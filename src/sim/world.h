/*
 * The inside of the scenario "ecuador". A vessel's second: plan.c decides what it does, motion.c moves it, radio.c lets
 * it speak. Private to src/sim.
 */
#ifndef VG_SIM_WORLD_H
#define VG_SIM_WORLD_H

#include <string.h>

#include "base/time.h"
#include "sensor/ais/ais.h"
#include "sim/places.h"
#include "sim/rng.h"
#include "sim/script.h"
#include "sim/sim.h"
#include "sim/sphere.h"

/* How a vessel spends its days. */
enum vg_sim_program {
    PROGRAM_LINER,   /* port ↔ over the edge of the world, or another port */
    PROGRAM_THROUGH, /* passes by */
    PROGRAM_COASTER, /* port ↔ port of Ecuador */
    PROGRAM_FISHER,  /* home ↔ ground */
    PROGRAM_SQUID,   /* stays on its ground for months */
    PROGRAM_CARRIER, /* from jigger to jigger, hours alongside each */
    PROGRAM_SUPPLY,  /* Guayaquil ↔ the islands */
    PROGRAM_FERRY,   /* between the islands, by timetable */
    PROGRAM_TOUR,    /* from site to site by night, at anchor by day */
    PROGRAM_PATROL,
    PROGRAM_HARBOUR, /* tugs and pilots */
    PROGRAM_PASSAGE, /* yachts on ocean passage */
    PROGRAM_IDLE,    /* moored for the day */
    PROGRAM_FLIGHT,  /* a rescue helicopter's sorties */
    PROGRAM_STORY,   /* by the script in stories.def */
    PROGRAM_PANGA,   /* near one place all day, without AIS */
    PROGRAM_FIXED,   /* stations and aids */
    PROGRAM_DEED,    /* by a deed (deed.h) */
    PROGRAM_ROAM,    /* to and fro in a box that has no lanes (roam.c) */
};

#define VG_SIM_ACTIVITY_LIST(X)                                                                                        \
    X(MOORED, "moored")                                                                                                \
    X(ANCHORED, "anchored")                                                                                            \
    X(SAILING, "sailing")                                                                                              \
    X(SETTING, "setting")                                                                                              \
    X(TOWING, "towing")                                                                                                \
    X(HAULING, "hauling")                                                                                              \
    X(SEARCHING, "searching")                                                                                          \
    X(SOAKING, "drifting with gear")                                                                                   \
    X(JIGGING, "jigging")                                                                                              \
    X(DRIFTING, "drifting")                                                                                            \
    X(ALONGSIDE, "alongside another")                                                                                  \
    X(AWAY, "outside the world")                                                                                       \
    X(FLYING, "flying")                                                                                                \
    X(FIXED, "fixed")                                                                                                  \
    X(DISTRESS, "distress device")
enum vg_sim_activity {
#define X(name, text) ACTIVITY_##name,
    VG_SIM_ACTIVITY_LIST(X)
#undef X
};

/* How it moves, whatever it calls that. */
enum vg_sim_motion { MOTION_NONE, MOTION_ROUTE, MOTION_CIRCLE, MOTION_DRIFT, MOTION_ANCHOR, MOTION_BESIDE };

struct vg_sim_kind {
    const char *key;
    uint8_t class; /* enum vg_class */
    uint8_t shiptype;
    uint16_t share; /* of the default number of vessels */
    uint8_t program;
    uint32_t uses;
    const char *flags; /* one of these letters at random: identity.c has the registries */
    uint8_t names;
    uint16_t loa_min_m, loa_max_m;
    double beam_ratio;
    uint8_t draught_min_dm, draught_max_dm;
    double cruise_min_kn, cruise_max_kn;
    double turn_dps;  /* the most it turns, degrees a second */
    double accel_kns; /* knots a second */
    uint8_t ground;   /* enum vg_sim_ground_kind */
};
extern const struct vg_sim_kind vg_sim_kinds[];
extern const size_t vg_sim_kind_count;
const struct vg_sim_kind *vg_sim_kind(const char *key);
/* Whether a scenario may ask for some: not of those that stories, stations and deeds bring. */
bool vg_sim_kind_is_free(const struct vg_sim_kind *kind);

#define ROUTE_MAX 44

struct vg_sim_point {
    double lon_deg, lat_deg;
    bool narrow; /* a dredged channel: slow */
};

struct vg_sim_vessel {
    const struct vg_sim_kind *kind;
    uint64_t dice;
    /* identity */
    uint32_t mmsi, imo;
    uint8_t class, shiptype, draught_dm;
    uint8_t to_port_m, to_starboard_m;
    uint16_t to_bow_m, to_stern_m;
    char name[21], callsign[8], destination[21];
    int64_t eta_us; /* VG_TIME_NONE: not said */
    bool shares_mmsi;
    /* truth */
    double lon_deg, lat_deg, water_kn, sog_kn, cog_deg, heading_deg, turn_dps;
    int16_t altitude_m;
    uint8_t status;
    /* plan */
    uint8_t activity, motion, program;
    uint8_t home, here, goal; /* nodes */
    uint8_t phase;            /* of a fishing cycle, a tour, a patrol */
    uint8_t ground;
    bool wants_berth; /* at the end of the route */
    bool fishing;     /* between arrival on the ground and the way home */
    int16_t terminal; /* index, −1: none */
    uint16_t berth;
    int32_t beside;   /* vessel it lies next to */
    int64_t until_us; /* the activity ends here, unless a route ends it */
    int64_t trip_end_us;
    double cruise_kn, want_kn, speed_noise;
    double drift_kn, drift_deg; /* also: quay bearing, side of a circle */
    double turned_deg;          /* on the circle so far */
    double anchor_lon_deg, anchor_lat_deg, scope_m, swing_deg;
    double reach_m; /* a waypoint counts as passed at this distance */
    uint8_t route_n, route_at;
    struct vg_sim_point route[ROUTE_MAX];
    /* radio */
    int64_t next_position_us, next_static_us, next_long_us, mask_us;
    uint8_t hears[VG_SIM_STATIONS_MAX]; /* each station's chance to hear it, of 255 */
    bool heard_ashore;
    bool flip;       /* channel B is next */
    bool part_b;     /* of type 24 is next */
    bool silent;     /* transmitter off */
    bool no_ais;     /* there is none */
    bool jumping;    /* its position is wrong at times */
    uint8_t timeout; /* SOTDMA slot time-out */
    /* story */
    int8_t story;
    uint8_t step;
    /* deed (deed.h) */
    int16_t deed;         /* index, −1: none */
    bool arrived, leaves; /* its route has ended; … when it ends, it is gone */
    bool lies;            /* it tells another place than the true one */
    bool torn;            /* its messages of several fragments come apart */
    double lie_lon_deg, lie_lat_deg, lie_kn, lie_deg;
    double beside_m, beside_deg; /* where it lies beside another, from that one's bow; 0: a ship's breadth */
    double dodge_deg;            /* it turns aside by so much (avoid.c), */
    int64_t dodge_until_us;      /* until then */
    double across_deg;           /* adrift: how far the heading is off the course; 0: it swings */
    /* what was heard of its positions, by anybody */
    uint32_t heard;
    int64_t heard_first_us;                       /* if `heard` */
    int64_t heard_us, quiet_from_us, quiet_to_us; /* VG_TIME_NONE: never; the last long silence */
};

/* Who listens ashore, and how well. */
struct vg_sim_ear {
    const char *id;
    double lon_deg, lat_deg, antenna_m, range_nm, lost, collisions;
    int64_t clock_us;
    uint32_t load, counted; /* messages in the last whole minute; in this one */
    bool off;
};

struct vg_sim_deed;
struct vg_sim_watch;
struct vg_coast;

struct vg_sim_world {
    struct vg_sim_options options;
    int64_t start_us, now_us;
    uint64_t dice;
    struct vg_sim_vessel *vessels;
    size_t count, cap;
    size_t heard;    /* the first so many are there whether the dark ones are or not */
    uint32_t serial; /* of identities given out */
    uint8_t sequence[VG_SIM_STATIONS_MAX + 1];
    uint8_t taken[64][VG_SIM_BERTHS_MAX]; /* berths by terminal */
    struct vg_sim_counters counters;
    struct vg_sim_ear ear[VG_SIM_STATIONS_MAX];
    size_t ears;
    /* of a scenario (script.h); else empty */
    const struct vg_sim_script *script;
    struct vg_coast *coast;
    struct vg_sim_deed *deeds;
    size_t deed_count;
    struct vg_sim_watch *watch;
    void *lookout;         /* of avoid.c */
    struct vg_out *events; /* where true events go; NULL: nobody asks */
};

/* A silence of this length is noted (vg_sim_vessel.quiet_from_us). */
#define VG_SIM_QUIET_US (10 * VG_MINUTE_US)

/* water.c: land and clear water as this world has them. */
bool vg_sim_world_is_land(const struct vg_sim_world *world, double lon_deg, double lat_deg);
bool vg_sim_world_is_clear(const struct vg_sim_world *world, double lon_a, double lat_a, double lon_b, double lat_b);

/* Metres to the nearest terminal or roads; in a box to the shore; INFINITY beyond 20 km. */
double vg_sim_port_m(const struct vg_sim_world *world, double lon_deg, double lat_deg);

/* Inside a closed ring of points. */
bool vg_sim_is_inside(const struct vg_sim_shape *area, double lon_deg, double lat_deg);

/* reception.c: who listens, before the first second; what changes for them each second. */
void vg_sim_listen(struct vg_sim_world *world);
void vg_sim_listen_step(struct vg_sim_world *world);

/* hearing.c: the chance of one message at one station; whether nobody ashore hears there. */
double vg_sim_chance_at(const struct vg_sim_ear *ear, const struct vg_sim_vessel *v);
bool vg_sim_is_in_hole(const struct vg_sim_world *world, const struct vg_sim_vessel *v);
/* The share of a vessel's messages that some station ashore hears, if it sends. */
double vg_sim_heard_share(const struct vg_sim_world *world, const struct vg_sim_vessel *v);

/* avoid.c: ships of a scenario give way to each other. VG_NOMEM; the world frees `lookout`. */
enum vg_err vg_sim_avoid_new(struct vg_sim_world *world);
void vg_sim_avoid(struct vg_sim_world *world);

/* roam.c: a vessel of a box: where it is found, what comes next. */
void vg_sim_roam_begin(struct vg_sim_world *world, struct vg_sim_vessel *v);
void vg_sim_roam(struct vg_sim_world *world, struct vg_sim_vessel *v);

/* fleet.c: all vessels with names, placed somewhere in the middle of their day. */
enum vg_err vg_sim_fleet(struct vg_sim_world *world);
/* … so many in the shares of kinds.def; some of one kind; stations and aids. */
enum vg_err vg_sim_add_shares(struct vg_sim_world *world, uint32_t want);
enum vg_err vg_sim_add_kind(struct vg_sim_world *world, size_t kind, uint32_t want);
void vg_sim_add_fixed(struct vg_sim_world *world);
#define VG_SIM_EXTRAS 96 /* stations, aids, people of the stories, helicopters */
/* script_fleet.c: the same for a scenario, its deeds' people among them. */
enum vg_err vg_sim_script_fleet(struct vg_sim_world *world);
/* A new vessel of a kind with an identity, nowhere yet; NULL when the table is full. */
struct vg_sim_vessel *vg_sim_add(struct vg_sim_world *world, const struct vg_sim_kind *kind);
/* identity.c */
void vg_sim_give_names(struct vg_sim_world *world, struct vg_sim_vessel *v);

/* plan.c: decides what comes next; called when the activity has ended. */
void vg_sim_decide(struct vg_sim_world *world, struct vg_sim_vessel *v);
/* The state a vessel is found in when the world begins. */
void vg_sim_begin(struct vg_sim_world *world, struct vg_sim_vessel *v);
/* The world inside a simulation, for what watches it (radar.c). */
const struct vg_sim_world *vg_sim_world_of(const struct vg_sim *sim);

/* fishing.c: the next leg on the ground. */
void vg_sim_fish(struct vg_sim_world *world, struct vg_sim_vessel *v);
/* … of a small boat near its place (anchor_lon_deg, anchor_lat_deg, reach of scope_m). */
void vg_sim_fish_near(struct vg_sim_world *world, struct vg_sim_vessel *v);
/* A random place on a ground, at sea. */
void vg_sim_spot(uint64_t *dice, double lon_deg, double lat_deg, double radius_nm, struct vg_sim_point *ret);
/* voyage.c: routes, berths, anchorages. False if there is no way. */
bool vg_sim_voyage(struct vg_sim_world *world, struct vg_sim_vessel *v, uint8_t goal, bool wants_berth);
bool vg_sim_voyage_to_point(struct vg_sim_vessel *v, struct vg_sim_point to);
void vg_sim_moor(struct vg_sim_world *world, struct vg_sim_vessel *v, int64_t until_us);
void vg_sim_anchor(struct vg_sim_vessel *v, int64_t now_us, int64_t until_us);
void vg_sim_leave_berth(struct vg_sim_world *world, struct vg_sim_vessel *v);
/* How far from its mean direction a ship at anchor lies at a time. */
double vg_sim_swing_deg(int64_t now_us, double phase_deg);
/* Takes a berth or a place in the roads of a node; false: there is none for its kind. */
bool vg_sim_find_berth(struct vg_sim_world *world, struct vg_sim_vessel *v, uint8_t node, struct vg_sim_point *ret);
/* Moves it to a share 0–1 of its route at once. For the beginning only. */
void vg_sim_along(struct vg_sim_vessel *v, double share);

/* motion.c: one second. True when a route or a circle has ended. */
bool vg_sim_move(struct vg_sim_world *world, struct vg_sim_vessel *v);
void vg_sim_face_route(struct vg_sim_vessel *v);

/* radio.c: what it says in this second. */
void vg_sim_speak(struct vg_sim_world *world, struct vg_sim_vessel *v, struct vg_out *out);
/* reception.c: a message on the air, as the stations that hear it write it down. */
void vg_sim_air(struct vg_sim_world *world, struct vg_sim_vessel *v, const struct vg_ais *msg, int64_t time_us,
                struct vg_out *out);
/* Writes the lines in `text`, some of them spoiled. */
void vg_sim_damage(uint64_t *dice, double damage, const char *text, size_t len, struct vg_sim_counters *counters,
                   struct vg_out *out);
/* The time between position reports. M.1371-5, Annex 1, tables 1 and 2. */
int64_t vg_sim_interval_us(const struct vg_sim_vessel *v);

/* stories.c */
void vg_sim_stories(struct vg_sim_world *world);
/* The people of the stories without AIS, whom they meet, and the small boats near the coast. */
void vg_sim_dark(struct vg_sim_world *world);
void vg_sim_story_step(struct vg_sim_world *world, struct vg_sim_vessel *v);
const char *vg_sim_story_key(int story);

/* load.c */
struct vg_sim_load;
enum vg_err vg_sim_load_new(const struct vg_sim_options *options, struct vg_sim_load **ret_load);
void vg_sim_load_free(struct vg_sim_load *load);
void vg_sim_load_step(struct vg_sim_load *load, int64_t now_us, struct vg_sim_counters *counters, struct vg_out *out);

/* Text into a field of a vessel, cut to what it holds. */
#define vg_sim_write(field, text) vg_sim_copy((field), sizeof(field), (text))
static inline void vg_sim_copy(char *to, size_t size, const char *text)
{
    size_t n = strlen(text);
    if (n >= size)
        n = size - 1;
    memcpy(to, text, n);
    to[n] = '\0';
}

static inline int64_t vg_sim_hours(double hours)
{
    return (int64_t)(hours * 3600.0) * VG_SECOND_US;
}

#endif
