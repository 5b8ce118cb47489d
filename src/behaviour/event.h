/*
 * vg_event: a behaviour that was observed: what, who, where, from when to when, the numbers that decided it, and where
 * in the journal the reports stand that show it. It says what was seen and never who is guilty.
 *
 * A plain value that owns what it says. Its id is made of what began it, so every replay of a journal gives the same.
 * Later data may revise it: `revision` counts up, and the newest revision holds. Pure; any thread.
 */
#ifndef VG_BEHAVIOUR_EVENT_H
#define VG_BEHAVIOUR_EVENT_H

#include "report/report.h"

/* Kinds, in the order of their files; keys are part of formats. (name, key) */
#define VG_EVENT_KIND_LIST(X)                                                                                          \
    X(GAP, "gap")                       /* not heard where the reception was learnt: nothing more */                   \
    X(DISABLING, "disabling")           /* a gap that reception does not explain */                                    \
    X(ENCOUNTER, "encounter")           /* two ships close together and slow, at sea */                                \
    X(LOITERING, "loitering")           /* slow for hours, far from shore */                                           \
    X(PORT_VISIT, "port_visit")         /* */                                                                          \
    X(FISHING, "fishing")               /* */                                                                          \
    X(DRIFT, "drift")                   /* moved by wind and current, not by her engine */                             \
    X(STOP, "stop")                     /* a sudden one */                                                             \
    X(AREA, "area")                     /* in an area with a rule */                                                   \
    X(GATE, "gate")                     /* crossed a line */                                                           \
    X(IDENTITY, "identity")             /* one identity on two ships, or another identity on one */                    \
    X(SPOOFING, "spoofing")             /* positions that can't be: jumps, circles, on land */                         \
    X(SHORE, "shore")                   /* approach to shore */                                                        \
    X(DEVIATION, "deviation")           /* off the routes that ships take there */                                     \
    X(ANOMALY, "anomaly")               /* a sudden change of speed or course */                                       \
    X(CLOSE_QUARTERS, "close_quarters") /* a small CPA soon */                                                         \
    X(VOYAGE, "voyage")                 /* destination, ETA or draught changed */                                      \
    X(WATCHLIST, "watchlist")           /* a vessel of a list was seen */                                              \
    X(DARK, "dark")                     /* a radar's track without AIS where it should carry it */                     \
    X(UNSEEN, "unseen")                 /* AIS without an echo */                                                      \
    X(TWO_IDENTITIES, "two_identities") /* on one echo */                                                              \
    X(MEETING, "meeting")               /* of a contact without AIS with another */                                    \
    X(DISTRESS, "distress")

enum vg_event_kind {
#define X(name, key) VG_EVENT_##name,
    VG_EVENT_KIND_LIST(X)
#undef X
        VG_EVENT_KINDS
};

const char *vg_event_kind_key(enum vg_event_kind kind);
/* False, *ret untouched: there is no such key. */
bool vg_event_kind_parse(const char *key, enum vg_event_kind *ret);

enum vg_event_state { VG_EVENT_ONGOING, VG_EVENT_ENDED, VG_EVENT_WITHDRAWN };
const char *vg_event_state_key(enum vg_event_state state); /* "ongoing", "ended", "withdrawn" */

#define VG_EVENT_CONTACTS 4
#define VG_EVENT_NUMBERS  12
#define VG_EVENT_PLACES   16
#define VG_EVENT_TEXT     160

/* One number that decided. `key` and `unit` are constant strings of the behaviour that told it. */
struct vg_event_number {
    const char *key, *unit; /* "median_distance", "m"; unit "": none */
    double value, limit;    /* limit NAN: none */
};

struct vg_event {
    uint64_t id;
    uint8_t kind, state; /* enum vg_event_kind, vg_event_state */
    uint16_t revision;   /* 0 at first */
    int64_t begin_us;    /* data time */
    int64_t end_us;      /* of the newest report that belongs to it; once it has ended, its end */
    int64_t told_us;     /* data time at which it was found, or revised */
    struct vg_pos pos;   /* where it is shown */
    uint8_t contacts, numbers, places;
    struct {
        uint64_t id; /* 0: not known */
        uint32_t mmsi;
    } contact[VG_EVENT_CONTACTS]; /* of two alike the one with the smaller MMSI first */
    double confidence;            /* 0–1, calibrated where its behaviour says so */
    struct vg_event_number number[VG_EVENT_NUMBERS];
    uint64_t place[VG_EVENT_PLACES]; /* journal offsets, ascending */
    uint32_t reports;                /* that it rests on; more than `places` if not all are named */
    bool exercise;                   /* of an exercise or a simulation: never mixed with the real sea */
    char text[VG_EVENT_TEXT];        /* what it is about: an area's name, an anchorage's, a list's; "" */
};

/*
 * The id: of kind, contacts (ids, or MMSIs where none is known), begin and `about` (its text or a key of its own).
 * Never 0.
 */
uint64_t vg_event_id_of(const struct vg_event *event, const char *about);

/* Adds what decided, or proves. What is too much is left out; `reports` still counts it. Offset 0 is not added. */
void vg_event_number(struct vg_event *event, const char *key, double value, double limit, const char *unit);
void vg_event_place(struct vg_event *event, uint64_t journal_offset);

/* Takes events, in the thread of whoever finds them. It must not call back. The event is valid during the call. */
typedef void vg_event_sink(void *arg, const struct vg_event *event);

#endif
