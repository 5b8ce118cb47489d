/*
 * Port events to port visits: the published definition (Global Fishing Watch's), held to its cases.
 *
 * Events of one vessel, in any order, are put in the order of time; of one time: entry, gap begin, gap end, stop begin,
 * stop end, exit. A visit begins with an entry, or with whatever comes after the last one; it ends with an exit, before
 * the next entry, or before an event of another segment that is too far away. Pure; any thread.
 */
#ifndef VG_BEHAVIOUR_PORT_VISITS_H
#define VG_BEHAVIOUR_PORT_VISITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In the order within one time. */
enum vg_port_event_kind {
    VG_PORT_ENTRY,
    VG_PORT_GAP_BEGIN,
    VG_PORT_GAP_END,
    VG_PORT_STOP_BEGIN,
    VG_PORT_STOP_END,
    VG_PORT_EXIT,
    VG_PORT_EVENT_KINDS
};
/* Of "PORT_ENTRY", "PORT_GAP_BEGIN" …; false, *ret untouched: no such kind. */
bool vg_port_event_parse(const char *key, enum vg_port_event_kind *ret);

struct vg_port_event {
    int64_t time_us;
    double lon_deg, lat_deg; /* of the anchorage */
    uint32_t kind;           /* enum vg_port_event_kind */
    uint32_t segment;        /* a number of the caller's: which track of the vessel */
};

struct vg_port_visit {
    const struct vg_port_event *event; /* the first; the others stand behind it */
    size_t events;
    int64_t begin_us, end_us;
    int confidence; /* 1–4 */
};

#define VG_PORT_BETWEEN_NM 60.0 /* segments farther apart don't make one visit */

/* 4: entry, exit, and a stop or a silence between; 3: a stop or silence and one of them; 2: a stop or silence alone;
 * 1: entry or exit alone; 0: none of these. `kinds`: bits of enum vg_port_event_kind. */
int vg_port_confidence(uint32_t kinds);

typedef void vg_port_visit_sink(void *arg, const struct vg_port_visit *visit);

/* Sorts the events of one vessel and tells their visits by begin. A visit is valid during the call. */
void vg_port_visits(struct vg_port_event *events, size_t count, vg_port_visit_sink *on, void *arg);

#endif
