/*
 * Inside the behaviours: a contact's past, and the table of methods that look at it. Not for other rooms.
 *
 * What they share is laid once for each report: the newest fix, and points every ten minutes (past.h). Each behaviour
 * keeps a part of its own in `struct vessel`. All of it is plain values, written down field by field (save.c).
 */
#ifndef VG_BEHAVIOUR_METHOD_H
#define VG_BEHAVIOUR_METHOD_H

#include "base/map.h"
#include "base/time.h"
#include "behaviour/anomaly_model.h"
#include "behaviour/behaviour.h"
#include "behaviour/fishing_model.h"
#include "behaviour/watch_list.h"
#include "place/coast.h"
#include "vessel/trade.h"

#define STEP_US        (10 * VG_MINUTE_US) /* of the points: as the definitions of encounters have it */
#define BRIDGE_US      VG_HOUR_US          /* no point is laid between fixes that are farther apart */
#define POINTS         24                  /* four hours */
#define NOBODY         UINT32_MAX
#define SHORE_FAR_KM   100 /* the shore is looked for no farther */
#define UNKNOWN_U16    UINT16_MAX
#define NO_FIX_US      (-1) /* the time of a fix that there isn't */
#define WORDS_NAME     20
#define WORDS_CALLSIGN 7
#define STAY_BITS      4 /* of an area: enter, leave, inside, speed */

/* A believed position. Numbers that were not said are UNKNOWN_U16. */
struct fix {
    int64_t time_us;
    uint64_t offset;
    struct vg_pos pos;
    uint16_t sog_dkn, cog_ddeg, heading_deg;
    uint8_t status; /* 15: not said */
    bool still;     /* vg_contact_is_still() */
};

/* Where a vessel was at a whole ten minutes. */
struct point {
    uint64_t offset; /* of the report after it */
    struct vg_pos pos;
    uint32_t step;    /* tens of minutes since 1970; 0: none */
    uint16_t kn100;   /* speed since the point before, 0.01 kn; UNKNOWN_U16: there is none ten minutes before */
    uint8_t shore_km; /* 0–SHORE_FAR_KM, rounded down */
    bool harbour : 1; /* where others lie, too */
    bool sparse : 1;  /* between fixes far apart: a straight line that nobody heard */
    bool still : 1;
};

/* An event that goes on, as its behaviour keeps it: enough to make the same id again. 40 bytes. */
struct going {
    int64_t begin_us, last_us;
    uint64_t first_offset, last_offset;
    uint16_t revision;
    bool told;
};

/* A place that reports of this number told and that the vessel can't have reached. */
struct elsewhere {
    struct vg_pos pos;
    int64_t first_us, last_us;
    uint64_t offset;
    uint16_t sog_dkn;
    uint16_t run;      /* of the newest fixes, how many were there, none here between */
    int64_t run_us;    /* since when */
    int64_t window_us; /* since when switches are counted */
    uint16_t count;    /* fixes there that agree with each other */
    uint16_t alike;    /* of them that say the speed and course that she has here */
    uint16_t switches; /* from here to there and back within an hour */
    bool newest_there; /* the newest report was there */
};

/* How a stay began: she was seen to come; she came unseen; she was found there. */
enum { STAY_SEEN = 1, STAY_UNSEEN, STAY_FOUND };

/* A vessel in an area with a rule (area.c). */
struct stay {
    struct going going[STAY_BITS]; /* by enum vg_area_on_bit */
    int64_t entered_us, last_us, left_us;
    uint64_t left_offset;
    uint32_t next; /* the vessel's next one, or the next free one; NOBODY */
    uint16_t area;
    uint16_t worst_dkn;
    uint8_t inside, outside, breaks; /* fixes in a row; inside 0: free */
    uint8_t entering;                /* STAY_… */
};

struct vessel {
    /* ---- shared ---- */
    uint64_t key; /* vg_vessel_key() */
    uint64_t id;  /* of the contact as it is now: one that falls silent comes back as another */
    int64_t heard_us;
    struct fix last, before;
    uint32_t mmsi, imo;
    uint8_t class, shiptype, point_count, point_next;
    uint16_t length_m;
    uint8_t shore_km; /* at shore_pos */
    struct vg_pos shore_pos;
    uint32_t cell_next, cell_prev, cell; /* neighbours (nearby.h) */
    uint32_t fixes;
    bool watch_looked; /* her MMSI was looked up in the watch list (watchlist.c) */
    bool inland;       /* there is a row of her in the table of what is odd (inland.c) */
    struct point point[POINTS];
    /* ---- each one's own ---- */
    struct {
        struct going going;
        uint32_t slow;  /* averages in a row that were slow, one a point */
        uint32_t kn100; /* speeds of their points, summed */
    } loitering;
    struct {
        struct going gap, disabling;
        uint32_t step;             /* tens of minutes since 1970, of `now` */
        uint16_t now, just_before; /* fixes in that ten minutes and in those before it */
        uint16_t source;           /* of the newest fix */
        uint16_t heard[12];        /* fixes in each hour of the last twelve, by hour % 12 */
        uint32_t hour;
        uint32_t heard_before;   /* in the 12 h before the gap that goes on */
        uint8_t cut_share, sure; /* per cent */
        uint16_t usual;          /* positions in ten minutes, the most of late */
        uint8_t regular;         /* ten minutes in a row as usual, up to an hour */
        bool cut;                /* heard well up to the end */
        bool far;                /* of satellites' hearing */
        bool goes_on;            /* another number goes on from where this one fell silent */
    } gap;
    struct {
        struct going going;
        struct vg_pos pos; /* of the anchorage */
        int64_t stop_us;   /* since when she is stopped; 0: she isn't */
        uint8_t kinds;     /* bits of enum vg_port_event_kind */
        bool inside;
    } port;
    struct {
        struct going going;
        struct vg_pos from;
        uint16_t wrong_compass; /* times that heading and course differed while she steamed */
        uint16_t worst_deg;
        uint8_t misses;
    } drift;
    struct {
        int64_t fast_us, slow_us; /* the newest fast one; the first slow one behind it */
        uint64_t fast_offset, slow_offset;
        struct vg_pos slow_pos;
        uint16_t fast_dkn, fast_count, slow_count, slow_dkn;
        bool odd; /* the newest reading was none of who lies */
    } stop;
    struct {
        struct elsewhere there;
        struct going shared, jump;
        struct vg_pos jump_from;
        float jump_nm, jump_h;
        uint32_t other_imo; /* a number heard once that is not hers */
        uint16_t jumps;     /* changes of a flickering place */
    } identity;
    struct {
        char name[WORDS_NAME], callsign[WORDS_CALLSIGN]; /* plain words without a terminator; "": not said yet */
        uint32_t new_name, new_callsign;                 /* hashes of others that were said; 0: none */
        uint32_t new_s, new_callsign_s;                  /* seconds since 1970: when they were said first */
        uint8_t faults;                                  /* bits of what can't be that she says, static_data.c */
    } words;
    struct {
        uint32_t old, since_s; /* the MMSI that she may have had; 0: none */
    } renumbered;
    struct {
        struct going going;
        float turned_deg, length_m, course_deg; /* all to one side */
        struct vg_pos mark;                     /* where the last full circle ended */
        uint16_t count;                         /* full circles */
        bool tight;                             /* each of them closed within a tenth of its radius */
    } circle;
    struct {
        uint64_t destination, new_destination; /* hashes; 0: none */
        int64_t said_us;                       /* when the old destination was said last */
        int64_t destination_us, draught_us;    /* when the new one was said first */
        uint16_t draught_dm, new_draught_dm;
    } voyage;
    struct {
        struct going going;
        struct vg_fishing model;
    } fishing;
    struct {
        int64_t looked_us;
    } close;
    struct going distress;
    uint32_t stays; /* the first one; NOBODY */
    struct {
        int64_t crossed_us; /* 0: never */
        uint16_t gate;
    } gate;
    struct {
        struct going going;
        struct vg_pos pos; /* where she was nearest */
        uint8_t least_km;
    } shore;
    struct {
        struct going going;
        uint64_t cell; /* of the lanes, that she counts in */
        struct vg_pos from;
        uint16_t busy, same, opposite;
        uint8_t way, on, odd;
        bool against;
    } deviation;
    struct {
        uint32_t taken, judged, bent; /* points; the model's own … */
        uint32_t first, last, begin_step, end_step;
        uint32_t manoeuvre_step; /* when one was told last (manoeuvre.c) */
        float confidence, speed_off_kn, bend_kn;
        uint8_t speed[VG_ANOMALY_WINDOW], course[VG_ANOMALY_WINDOW]; /* said at the newest points (anomaly.c) */
        bool open;
    } anomaly;
};
_Static_assert(sizeof(struct vessel) <= 2048, "the bar: 2 KiB a vessel");

/* What two vessels have between them. */
struct pair {
    uint64_t a, b; /* keys of vessels; a has the smaller MMSI. 0: free */
    uint64_t a_id, b_id;
    uint32_t a_mmsi, b_mmsi;
    struct going going;
    uint32_t last_step, missed; /* encounters: the newest point together */
    uint32_t points;
    uint16_t near[12];  /* distances of the points: histogram, 50 m each */
    uint16_t speed[12]; /* speeds: histogram, 0.25 kn each */
    struct vg_pos pos;
    double cpa_m, tcpa_s; /* close quarters */
    uint8_t kind;         /* enum vg_event_kind */
    uint8_t seen;
};

#define PAIRS 65536

/* What all traffic taught of a cell (reception.c, anchorage.c). */
struct heard_cell {
    uint64_t key;          /* 0: free */
    uint32_t slots, heard; /* tens of minutes at which a vessel that was there was or wasn't heard */
    uint32_t fixes;        /* positions heard in them */
    uint32_t newest_step;  /* the newest report of anybody */
    uint32_t vessel[3];    /* MMSIs of the last three that differ */
    uint32_t vessel_step[3];
};
#define HEARD_CELLS 131072

struct lying_cell {
    uint64_t key;
    uint32_t vessel[4]; /* MMSIs that lay here; 0: none */
    uint8_t vessels;
};
#define LYING_CELLS 262144

#define STAYS 131072

/* How many passed, by eight directions (lanes.c). */
struct lane_cell {
    uint64_t key; /* 0: free */
    uint16_t passed[8];
};
#define LANE_CELLS 262144

/* A thing that is sensed and goes on. */
struct sensed_row {
    uint64_t contact, other; /* 0: free */
    uint32_t mmsi, other_mmsi;
    struct going going;
    struct vg_pos pos;
    double existence, log_ratio, expected, had; /* as it was told last */
    double fastest_kn;                          /* of DARK, since it began */
    uint8_t fact;
};
#define SENSED_ROWS 4096

/* A vessel that a row of the watch list matches (watchlist.c). */
#define WATCHED_PLACES 2
struct watched {
    uint64_t vessel, contact, row; /* keys of vessel and row */
    uint64_t place[WATCHED_PLACES];
    struct going going;
    int64_t date_us, expires_us;
    struct vg_pos pos;
    uint32_t mmsi, imo; /* imo: the row's */
    uint16_t arrivals;  /* in ports and anchorages */
    uint8_t by;         /* enum vg_watch_by */
    bool in_port;
    char text[VG_EVENT_TEXT];
};
#define WATCHED 4096

/* Something that few vessels say or do and that goes on: what can't be of static data, places on land. */
enum { ODD_FAULT, ODD_INLAND = 64 }; /* kinds; of static data the fault's number is added */
struct odd {
    uint64_t vessel; /* key */
    struct going going;
    double value[3];
    struct vg_pos pos;
    uint16_t count;
    uint8_t what;
};
#define ODDS 4096

/* Where the coast has land and vessels sail (inland.c). */
#define WATER_VESSELS 4
#define WATER_OTHERS  3
struct water_cell {
    uint64_t key; /* 0: free */
    uint32_t vessel[WATER_VESSELS];
};
#define WATER_CELLS 65536

/* A track that no MMSI is bound to (meeting.c). */
struct followed {
    uint64_t contact, with, with_id,
        after; /* the ship beside her, by key and contact; the track that vanished where this one began; 0: none */
    int64_t began_us, last_us;
    uint64_t came_offset, offset; /* of its first measurement and its newest */
    struct vg_pos from, pos, with_pos;
    struct going going;
    double speed_kn, fastest_kn, sigma_m, existence, least_m, far_m, with_kn;
    uint32_t with_mmsi;
    bool dark, alongside, left;
};
#define FOLLOWED       2048
#define VG_BHV_SOURCES 4096 /* base/source.h: twelve bits */

struct order {
    uint32_t older, newer;
};

struct vg_behaviours {
    struct vg_behaviours_options options;
    struct vg_behaviour_counters counters;
    vg_event_sink *on;
    void *on_arg;
    struct vg_coast *coast;
    struct vessel *vessel; /* 0 … used − 1; none is freed, the oldest is written over */
    struct order *order;   /* by when they were heard last */
    uint32_t cap, used, oldest, newest;
    struct map by_key, by_imo;
    uint32_t *cell_head; /* neighbours */
    uint32_t cell_mask;
    struct pair *pair;
    uint32_t pairs;
    struct heard_cell *heard_cell;
    struct lying_cell *lying_cell;
    struct stay *stay;
    struct lane_cell *lane_cell;
    uint32_t heard_cells, lying_cells, lane_cells;
    uint64_t areas_hash, watch_hash;
    uint32_t stays, stay_free;            /* ever used; the first of those that are free again, NOBODY */
    uint32_t source_step[VG_BHV_SOURCES]; /* when anybody was heard by a source last */
    struct sensed_row *sensed;
    uint32_t sensed_hand;
    struct watched *watched; /* the first watched_count */
    uint32_t watched_count;
    struct water_cell *water_cell;
    uint32_t water_cells;
    struct odd *odd; /* the first odds */
    uint32_t odds;
    struct followed *followed; /* the first followed_count */
    uint32_t followed_count;
    int64_t clock_us; /* the newest of all */
    uint32_t step;    /* up to which silence was looked at */
};

/* One behaviour. NULL: it doesn't ask. `v->last` is the newest fix, `v->before` the one before it. */
struct method {
    enum vg_event_kind kind;
    void (*fix)(struct vg_behaviours *b, struct vessel *v, const struct vg_sighting *s);  /* a believed position */
    void (*point)(struct vg_behaviours *b, struct vessel *v, const struct point *p);      /* another ten minutes */
    void (*told)(struct vg_behaviours *b, struct vessel *v, const struct vg_sighting *s); /* any report */
    void (*quiet)(struct vg_behaviours *b, struct vessel *v, int64_t now_us); /* every ten minutes of data time */
    void (*review)(struct vg_behaviours *b, bool all);         /* pairs that are over; `all`: the data is */
    void (*finish)(struct vg_behaviours *b, struct vessel *v); /* the data is over: what was told ends as it stands */
};
extern const struct method vg_method_encounter, vg_method_loitering, vg_method_gap, vg_method_port_visit,
    vg_method_drift, vg_method_stop, vg_method_identity, vg_method_spoofing, vg_method_voyage, vg_method_close_quarters,
    vg_method_distress, vg_method_fishing, vg_method_area, vg_method_gate, vg_method_shore, vg_method_deviation,
    vg_method_anomaly, vg_method_watchlist, vg_method_meeting, vg_method_static_data, vg_method_renumbered,
    vg_method_inland;

/* Nobody is known, nothing was learnt. */
void vg_bhv_clear(struct vg_behaviours *b);

/* ---- contacts (vessels.c) ---- */

/* By what a vessel is known for longer than a contact lasts: her MMSI, else the contact's id. Never 0. */
uint64_t vg_vessel_key(const struct vg_contact *contact);
/* The one of a key, as the one heard last; one that begins may take the place of the one silent for longest. */
struct vessel *vg_vessel_of(struct vg_behaviours *b, uint64_t key);
struct vessel *vg_vessel_find(struct vg_behaviours *b, uint64_t key); /* NULL: not there any more */

/* ---- events (tell.c) ---- */

struct vg_event vg_bhv_event_of(enum vg_event_kind kind, uint64_t a, uint32_t a_mmsi, uint64_t b, uint32_t b_mmsi,
                                const struct going *going, struct vg_pos pos);
struct vg_event vg_bhv_event_of_pair(enum vg_event_kind kind, const struct pair *pair);

/* An event of one vessel, or two. `b` may be NULL. */
struct vg_event vg_bhv_event(enum vg_event_kind kind, const struct vessel *a, const struct vessel *b,
                             const struct going *going, struct vg_pos pos);
/* Adds some of the reports of her way while it went on, evenly. */
void vg_bhv_prove(struct vg_event *event, const struct vessel *v);
/* Gives it its id, counts and tells it, and counts its revision on. */
void vg_bhv_tell(struct vg_behaviours *b, struct vg_event *event, struct going *going, enum vg_event_state state,
                 const char *about);
/* An event that is over once it is told. */
void vg_bhv_tell_once(struct vg_behaviours *b, struct vg_event *event, const char *about);
void vg_going_begin(struct going *going, const struct fix *fix);
void vg_going_on(struct going *going, const struct fix *fix);

/* What is sensed and has lasted long enough is told: of a track at each word of it, of the others every ten minutes. */
void vg_bhv_sensed_followed(struct vg_behaviours *b, const struct vg_followed *followed);
void vg_bhv_sensed_review(struct vg_behaviours *b, int64_t now_us);
void vg_bhv_meeting_followed(struct vg_behaviours *b, const struct vg_followed *followed);

/* ---- the past (past.c) ---- */

/* Where she would be by her last fix. */
struct vg_pos vg_bhv_place_at(const struct vessel *v, int64_t time_us);

/* The n-th newest point, 0 the newest; NULL: there is none. */
const struct point *vg_past_point(const struct vessel *v, unsigned n);
const struct point *vg_past_at(const struct vessel *v, uint32_t step);
/* Kilometres to the shore, rounded down; SHORE_FAR_KM: that or more. Remembered while she stays. */
uint8_t vg_past_shore_km(struct vg_behaviours *b, struct vessel *v, struct vg_pos pos);
/* Lays the points between the last fix but one and the newest, and asks the methods. */
typedef void vg_past_on_point(struct vg_behaviours *b, struct vessel *v, const struct point *p);
void vg_past_lay(struct vg_behaviours *b, struct vessel *v, vg_past_on_point *on);

/* ---- neighbours (nearby.c) ---- */

void vg_nearby_put(struct vg_behaviours *b, struct vessel *v, struct vg_pos pos);
void vg_nearby_remove(struct vg_behaviours *b, struct vessel *v);
bool vg_nearby_relink(struct vg_behaviours *b); /* vessels and their links were read from a saved state */
#define NEARBY_MOST 64
/* Vessels that were put within about reach_m (≤ 5500), by id; v itself is not among them. At most NEARBY_MOST. */
size_t vg_nearby_find(struct vg_behaviours *b, const struct vessel *v, struct vg_pos pos, double reach_m,
                      struct vessel *ret[static NEARBY_MOST]);

/* ---- pairs (pairs.c) ---- */

/* The pair of two vessels and a kind; makes it if `make`. NULL: there is none, or no room (counted). */
struct pair *vg_pair_of(struct vg_behaviours *b, enum vg_event_kind kind, const struct vessel *x,
                        const struct vessel *y, bool make);
void vg_pair_free(struct vg_behaviours *b, struct pair *p);

/* ---- reception and anchorages ---- */

void vg_reception_learn(struct vg_behaviours *b, const struct vessel *v);
struct reception {
    double share;           /* of ten minutes at which a vessel there is heard; NAN: not learnt */
    uint32_t slots;         /* that it is learnt from */
    double per_day;         /* positions of a vessel there in a day */
    uint32_t own_slots;     /* of that in her very cell alone */
    uint32_t others;        /* vessels heard there in the last half hour */
    uint32_t others_before; /* in the last three hours */
    double silent_h;        /* since anybody of her class was heard there; NAN: nobody ever was */
};
struct reception vg_reception_at(const struct vg_behaviours *b, struct vg_pos pos, int64_t time_us,
                                 const struct vessel *v);

void vg_anchorage_learn(struct vg_behaviours *b, const struct vessel *v, struct vg_pos pos);
/* True where at least ANCHORAGE_VESSELS lay within about 1 km. */
bool vg_anchorage_at(const struct vg_behaviours *b, struct vg_pos pos);
#define ANCHORAGE_VESSELS 3

/* ---- the ways of traffic (lanes.c) ---- */

/* How many passed within about 15 km: in about the same direction, about the opposite one, in any. */
struct lanes {
    double same, opposite, any;
    double here_same, here_head_on; /* in her own tenth of a degree; head on: within 22.5° of the opposite */
};
struct lanes vg_lanes_at(const struct vg_behaviours *b, struct vg_pos pos, double course_deg);
void vg_lanes_learn(struct vg_behaviours *b, struct vessel *v, struct vg_pos pos, double course_deg);

/* ---- stays in areas (stays.c) ---- */

struct stay *vg_stay_of(struct vg_behaviours *b, struct vessel *v, uint16_t area);  /* NULL: she isn't there */
struct stay *vg_stay_add(struct vg_behaviours *b, struct vessel *v, uint16_t area); /* NULL: no room, counted */
void vg_stay_drop(struct vg_behaviours *b, uint32_t *link); /* the stay at a link of a vessel's list */
void vg_stays_forget(struct vg_behaviours *b, struct vessel *v);

/* ---- manoeuvres (manoeuvre.c) ---- */

/* What she said at the newest `held` whole ten minutes, the newest first: is it something to ask about? */
void vg_manoeuvre_look(struct vg_behaviours *b, struct vessel *v, const struct vg_anomaly_fix *said, unsigned held);

/* ---- what is odd (odd.c) ---- */

struct odd *vg_odd_of(struct vg_behaviours *b, const struct vessel *v, uint8_t what);  /* NULL: there is none */
struct odd *vg_odd_add(struct vg_behaviours *b, const struct vessel *v, uint8_t what); /* NULL: no room, counted */
void vg_odd_drop(struct vg_behaviours *b, struct odd *odd);

/* ---- what she is ---- */

static inline bool vg_is_fishing_type(const struct vessel *v)
{
    return vg_trade_of(v->shiptype) == VG_TRADE_FISHING;
}
/* They meet and wait by trade. */
static inline bool vg_is_service_type(const struct vessel *v)
{
    return vg_trade_of(v->shiptype) == VG_TRADE_SERVICE;
}
static inline bool vg_is_ship(const struct vessel *v)
{
    return v->class == VG_CLASS_SHIP_A || v->class == VG_CLASS_SHIP_B;
}

#endif
