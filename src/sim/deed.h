/*
 * Deeds: scripted people among the others, and what is true of them (deeds.def). Private to src/sim. A deed has actors
 * of its own; they come from somewhere, do it, and sail away. Each kind of deed is one function, called with the phase
 * that has come: at phase 0, before the first second, it casts its actors.
 */
#ifndef VG_SIM_DEED_H
#define VG_SIM_DEED_H

#include "sim/event.h"
#include "sim/world.h"

#define VG_SIM_ACTORS_MAX 32
#define VG_SIM_PARAMS     200

struct vg_sim_deed {
    uint8_t id, phase, actors;
    bool begun, told, over, hidden; /* hidden: nobody can have seen it, whatever was heard */
    uint32_t first;                 /* its actors are vessels first … first + actors − 1 */
    uint64_t dice;
    int64_t at_us;            /* when it is to begin */
    int64_t wake_us;          /* nothing to do before */
    int64_t begin_us, end_us; /* end_us 0: when it is told */
    int64_t until_us;
    double lon_deg, lat_deg; /* where */
    double lead_s;           /* its actors come so long before */
    double number[6];        /* what was drawn, and what it counts; each deed says what */
    uint8_t variant, count;
    uint32_t was_mmsi;
    struct vg_sim_hearing hearing[2]; /* of the first actors, since it began */
    char params[VG_SIM_PARAMS];
};

/* A row of deeds.def. */
struct vg_sim_deed_row {
    const char *event; /* its kind; NULL: life */
    double near_nm, far_nm, hours, silence_min;
};
extern const struct vg_sim_deed_row vg_sim_deed_rows[];

typedef void vg_sim_deed_play(struct vg_sim_world *world, struct vg_sim_deed *d);

/* How many vessels all deeds of a scenario bring at most. */
size_t vg_sim_deed_crew(const struct vg_sim_world *world);
/* Plans and casts all deeds; they are the world's. VG_NOMEM. */
enum vg_err vg_sim_deeds_cast(struct vg_sim_world *world);
void vg_sim_deeds_step(struct vg_sim_world *world);
/* At the end of a world: what still goes on is told up to now. */
void vg_sim_deeds_end(struct vg_sim_world *world);

/* ---- verbs for deeds (deed_verbs.c) ---- */

struct vg_sim_vessel *vg_deed_cast(struct vg_sim_world *world, struct vg_sim_deed *d, const char *kind);
struct vg_sim_vessel *vg_deed_actor(const struct vg_sim_world *world, const struct vg_sim_deed *d, size_t i);
void vg_deed_enter(struct vg_sim_world *world, struct vg_sim_vessel *v, double lon_deg, double lat_deg);
/* To a point at a speed: straight where the way is clear, else by the lanes; false: there is no way, and it drifts. */
bool vg_deed_go(struct vg_sim_world *world, struct vg_sim_vessel *v, double lon_deg, double lat_deg, double kn);
/* Along a line of points, from one end or the other, `aside_m` to starboard of it. */
void vg_deed_follow(struct vg_sim_vessel *v, const struct vg_sim_shape *line, bool back, double aside_m, double kn);
/* Comes into the world a deed's lead away from a point, and sails there. */
void vg_deed_approach(struct vg_sim_world *world, struct vg_sim_deed *d, struct vg_sim_vessel *v, double lon_deg,
                      double lat_deg, double kn);
/* A leg from where it is: metres, on about a bearing; another one where that is land. */
bool vg_deed_leg(struct vg_sim_world *world, struct vg_sim_vessel *v, double bearing_deg, double metres, double kn);
void vg_deed_leave(struct vg_sim_world *world, struct vg_sim_vessel *v); /* … and is never seen again */
/* … by the end of the world that lies most ahead. */
void vg_deed_leave_on(struct vg_sim_world *world, struct vg_sim_vessel *v);
void vg_deed_drift(struct vg_sim_vessel *v, double kn, double deg);
void vg_deed_anchor(struct vg_sim_world *world, struct vg_sim_vessel *v);
/* Lies beside another; metres and degrees from its bow, 0: a ship's breadth to starboard. */
void vg_deed_beside(struct vg_sim_world *world, struct vg_sim_vessel *v, const struct vg_sim_vessel *other, double m,
                    double deg);
void vg_deed_away(struct vg_sim_vessel *v);
double vg_deed_between_m(const struct vg_sim_vessel *a, const struct vg_sim_vessel *b);

/* The next phase, after so many seconds; 0: in the next one, for what must be looked at all the time. */
void vg_deed_next(struct vg_sim_world *world, struct vg_sim_deed *d, double seconds);
void vg_deed_wait(struct vg_sim_world *world, struct vg_sim_deed *d, double seconds); /* the same phase again */

/* It begins, now; its actors sail away and it is over. */
void vg_deed_begin(struct vg_sim_world *world, struct vg_sim_deed *d);
void vg_deed_over(struct vg_sim_world *world, struct vg_sim_deed *d);
/* Tells that it has ended, now, with what `params` has; heard enough as its row in deeds.def says, and `also`. */
void vg_deed_tell(struct vg_sim_world *world, struct vg_sim_deed *d, bool also);
/* … that it still goes on, at the end of the world. */
void vg_deed_tell_open(struct vg_sim_world *world, struct vg_sim_deed *d);
/* … as an event of another kind, of one actor. */
void vg_deed_tell_as(struct vg_sim_world *world, struct vg_sim_deed *d, const char *kind, size_t actor,
                     bool observable);
/* Somewhere that a receiver hears, mostly; it may be land. Without receivers anywhere in the box. */
void vg_deed_somewhere(const struct vg_sim_world *world, struct vg_sim_deed *d, double *ret_lon_deg,
                       double *ret_lat_deg);
/* … at sea, at a distance from the deed's place; false: there is none. */
bool vg_deed_place_heard(const struct vg_sim_world *world, struct vg_sim_deed *d, double low_nm, double high_nm,
                         double *ret_lon_deg, double *ret_lat_deg);
/* A place at sea at a distance from a point, with a clear way there; false: there is none. */
bool vg_deed_place_near(const struct vg_sim_world *world, struct vg_sim_deed *d, double low_nm, double high_nm,
                        double *ret_lon_deg, double *ret_lat_deg);
#define vg_deed_say(d, ...) snprintf((d)->params, sizeof(d)->params, __VA_ARGS__)

extern const char *const vg_deed_steel[4]; /* kinds of ships that trade */
/* Phase 1: sends its first actor to its place, and goes to phase 2. True when it is there. */
bool vg_deed_come(struct vg_sim_world *world, struct vg_sim_deed *d, double kn);
/* Has come where it was sent; or should have, long ago. */
bool vg_deed_is_there(const struct vg_sim_world *world, const struct vg_sim_deed *d, const struct vg_sim_vessel *v);
bool vg_deed_is_due(const struct vg_sim_world *world, const struct vg_sim_deed *d); /* `until_us` has come */
void vg_deed_last(struct vg_sim_world *world, struct vg_sim_deed *d, double hours); /* sets `until_us` */
/* Goes on sailing: another leg of some miles when one has ended. */
void vg_deed_sail_on(struct vg_sim_world *world, struct vg_sim_deed *d, struct vg_sim_vessel *v, double kn);
double vg_deed_draw(struct vg_sim_deed *d, double low, double high);
/* By quantiles of encounters.def. */
enum vg_sim_quantiles {
#define QUANTILES(key, ...) VG_SIM_##key,
#include "sim/encounters.def"
#undef QUANTILES
};
double vg_deed_draw_as(struct vg_sim_deed *d, enum vg_sim_quantiles which);
#define VG_DEED_PICK(d, table) (table)[vg_rng_below(&(d)->dice, sizeof(table) / sizeof *(table))]

/* The ways of "watch_listed": by IMO number, call sign and name, MMSI; expired, a name alone (deed_list.c). */
#define VG_SIM_LISTED_WAYS 5
enum vg_sim_listed_way { LISTED_IMO, LISTED_CALLSIGN, LISTED_MMSI, LISTED_EXPIRED, LISTED_NAME };
bool vg_sim_is_listed(const struct vg_sim_deed *d); /* the list has it, and the entry holds */

void vg_sim_deed_list(const struct vg_sim_world *world, struct vg_out *out); /* as CSV */

/* One function a row of deeds.def. */
#define DEED(key, ...) vg_sim_deed_play vg_sim_play_##key;
#define LIFE(key, ...) vg_sim_deed_play vg_sim_play_##key;
#include "sim/deeds.def"
#undef DEED
#undef LIFE

#endif
