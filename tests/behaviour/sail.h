/* Vessels that are sailed by hand: each report as one test wants it, believed as it says. */
#ifndef VG_TESTS_BEHAVIOUR_SAIL_H
#define VG_TESTS_BEHAVIOUR_SAIL_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "behaviour/behaviour.h"
#include "test.h"

#define SAIL_START_US (INT64_C(1773532800) * VG_SECOND_US) /* 2026-03-15T00:00:00Z */
#define SAIL_HEARD    64

struct sail {
    struct vg_behaviours *behaviours;
    struct vg_event event[SAIL_HEARD]; /* the newest revision of each */
    size_t count, told;
    uint64_t offset;
};

struct sail_boat {
    struct vg_contact contact;
    double lon, lat;
    int64_t time_us;
    uint8_t message;
};

static inline void sail_hear(void *arg, const struct vg_event *e)
{
    struct sail *s = arg;
    s->told++;
    for (size_t i = 0; i < s->count; i++)
        if (s->event[i].id == e->id) {
            s->event[i] = *e;
            return;
        }
    assert_true(s->count < SAIL_HEARD);
    s->event[s->count++] = *e;
}

/* The newest of a kind whose text begins so, withdrawn ones left out; NULL: there is none. */
static inline const struct vg_event *sail_heard(const struct sail *s, enum vg_event_kind kind, const char *text)
{
    for (size_t i = s->count; i--;)
        if (s->event[i].kind == kind && strncmp(s->event[i].text, text, strlen(text)) == 0 &&
            s->event[i].state != VG_EVENT_WITHDRAWN)
            return &s->event[i];
    return NULL;
}

static inline size_t sail_count(const struct sail *s, enum vg_event_kind kind)
{
    size_t n = 0;
    for (size_t i = 0; i < s->count; i++)
        n += s->event[i].kind == kind && s->event[i].state != VG_EVENT_WITHDRAWN;
    return n;
}

static inline double sail_number(const struct vg_event *e, const char *key)
{
    for (int i = 0; i < e->numbers; i++)
        if (strcmp(e->number[i].key, key) == 0)
            return e->number[i].value;
    return NAN;
}

static inline struct sail *sail_new(const struct vg_watch_list *list)
{
    struct sail *s = calloc(1, sizeof *s);
    assert_non_null(s);
    const struct vg_behaviours_options options = {.vessels = 1000, .watch_list = list};
    assert_int_equal(vg_behaviours_new(&options, &s->behaviours), VG_OK);
    vg_behaviours_set_on_event(s->behaviours, sail_hear, s);
    return s;
}

static inline void sail_free(struct sail *s)
{
    vg_behaviours_free(s->behaviours);
    free(s);
}

static inline struct sail_boat sail_boat_of(uint32_t mmsi, uint8_t shiptype, double lon, double lat)
{
    struct sail_boat b = {.lon = lon, .lat = lat, .time_us = SAIL_START_US, .message = 1};
    b.contact = (struct vg_contact){.id = mmsi, .mmsi = mmsi, .class = VG_CLASS_SHIP_A, .shiptype = shiptype};
    b.contact.prov[VG_FIELD_SHIPTYPE] = vg_prov_of(b.time_us, 1, 5, 1);
    return b;
}

static inline void sail_take(struct sail *s, struct sail_boat *b, struct vg_report *r, enum vg_verdict verdict)
{
    r->time_us = r->measured_us = b->time_us;
    r->journal_offset = ++s->offset;
    r->mmsi = b->contact.mmsi;
    r->sensor = VG_SENSOR_AIS;
    r->class = b->contact.class;
    for (int f = 0; f < VG_FIELD_COUNT; f++)
        if (r->fields >> f & 1)
            b->contact.prov[f] = vg_prov_of(r->time_us, 1, r->message, r->journal_offset);
    b->contact.heard_us = r->time_us;
    const struct vg_sighting seen = {.report = r, .contact = &b->contact, .verdict = verdict};
    vg_behaviours_advance(s->behaviours, r->time_us / VG_SECOND_US * VG_SECOND_US);
    vg_behaviours_take(s->behaviours, &seen);
}

/* A report of where she is, as she says it, and what belief makes of it. */
static inline void sail_report_as(struct sail *s, struct sail_boat *b, double kn, double course_deg,
                                  enum vg_verdict verdict)
{
    struct vg_report r = {.message = b->message,
                          .measured = VG_MEASURED_POSITION,
                          .fields = VG_FIELD_BIT(POS) | VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG),
                          .pos = vg_pos_from_deg(b->lon, b->lat),
                          .sog_dkn = (uint16_t)lround(kn * 10),
                          .cog_ddeg = (uint16_t)lround(fmod(course_deg + 360, 360) * 10)};
    b->contact.pos = r.pos;
    b->contact.sog_dkn = r.sog_dkn;
    b->contact.cog_ddeg = r.cog_ddeg;
    sail_take(s, b, &r, verdict);
}

static inline void sail_report(struct sail *s, struct sail_boat *b, double kn, double course_deg)
{
    sail_report_as(s, b, kn, course_deg, VG_VERDICT_BELIEVED);
}

static inline void sail_move(struct sail_boat *b, double kn, double course_deg, double seconds)
{
    const struct vg_pos to =
        vg_geo_destination(vg_pos_from_deg(b->lon, b->lat), course_deg, kn * VG_MPS_PER_KNOT * seconds);
    b->lon = vg_pos_lon_deg(to), b->lat = vg_pos_lat_deg(to);
    b->time_us += (int64_t)(seconds * VG_SECOND_US);
}

/* Sails for some minutes, a report each `every_s`. */
static inline void sail_on(struct sail *s, struct sail_boat *b, double kn, double course_deg, double minutes,
                           double every_s)
{
    for (double t = 0; t < minutes * 60; t += every_s) {
        sail_move(b, kn, course_deg, every_s);
        sail_report(s, b, kn, course_deg);
    }
}

/* What she says of herself; NULL, 0: she doesn't say it. */
static inline void sail_says(struct sail *s, struct sail_boat *b, uint32_t imo, const char *callsign, const char *name)
{
    struct vg_report r = {.message = 5};
    if (imo)
        r.imo = b->contact.imo = imo, r.fields |= VG_FIELD_BIT(IMO);
    if (callsign) {
        snprintf(r.callsign, sizeof r.callsign, "%s", callsign);
        snprintf(b->contact.callsign, sizeof b->contact.callsign, "%s", callsign);
        r.fields |= VG_FIELD_BIT(CALLSIGN);
    }
    if (name) {
        snprintf(r.name, sizeof r.name, "%s", name);
        snprintf(b->contact.name, sizeof b->contact.name, "%s", name);
        r.fields |= VG_FIELD_BIT(NAME);
    }
    sail_take(s, b, &r, VG_VERDICT_BELIEVED);
}

/* Her size, and of what type she is. */
static inline void sail_measures(struct sail *s, struct sail_boat *b, uint16_t bow_m, uint16_t stern_m, uint8_t port_m,
                                 uint8_t starboard_m, uint8_t draught_dm)
{
    struct vg_report r = {.message = 5,
                          .fields = VG_FIELD_BIT(DIMENSIONS) | VG_FIELD_BIT(SHIPTYPE),
                          .shiptype = b->contact.shiptype,
                          .to_bow_m = bow_m,
                          .to_stern_m = stern_m,
                          .to_port_m = port_m,
                          .to_starboard_m = starboard_m,
                          .draught_dm = draught_dm};
    if (draught_dm)
        r.fields |= VG_FIELD_BIT(DRAUGHT);
    b->contact.to_bow_m = bow_m, b->contact.to_stern_m = stern_m;
    b->contact.to_port_m = port_m, b->contact.to_starboard_m = starboard_m;
    sail_take(s, b, &r, VG_VERDICT_BELIEVED);
}

#endif
