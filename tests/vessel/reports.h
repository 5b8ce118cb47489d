/* Short ways to make reports for tests of belief. Times are seconds after a fixed moment. */
#ifndef VG_TESTS_VESSEL_REPORTS_H
#define VG_TESTS_VESSEL_REPORTS_H

#include <math.h>

#include "base/time.h"
#include "test.h"
#include "vessel/belief.h"
#include "vessel/rules.h"

#define START_US INT64_C(1700000000000000)
#define SHIP     UINT32_C(735057548)
#define BASE     UINT32_C(7350001) /* 00MIDxxxx */
#define SART     UINT32_C(970012345)

static const struct vg_contact_origin NO_JOURNAL = {0};

static inline int64_t at(double seconds)
{
    return START_US + (int64_t)llround(seconds * 1e6);
}

/* An AIS message of a type; what it says of its sender's class is the type's. */
static inline struct vg_report message(uint8_t type, double seconds)
{
    return (struct vg_report){.time_us = at(seconds),
                              .journal_offset = 1000 + (uint64_t)(seconds * 10),
                              .mmsi = SHIP,
                              .source = 1,
                              .sensor = VG_SENSOR_AIS,
                              .message = type,
                              .class = (uint8_t)vg_message_class(type),
                              .pos = VG_POS_NONE};
}

static inline struct vg_report placed(uint8_t type, double seconds, double east_m)
{
    struct vg_report r = message(type, seconds);
    r.fields = VG_FIELD_BIT(POS) | VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG);
    r.measured = VG_MEASURED_POSITION;
    r.pos = vg_pos_from_deg(east_m / 111195.08, 0);
    r.sog_dkn = 100;
    r.cog_ddeg = 900;
    return r;
}

static inline struct vg_report named(uint8_t type, double seconds, const char *name)
{
    struct vg_report r = message(type, seconds);
    r.fields = VG_FIELD_BIT(NAME);
    strncpy(r.name, name, sizeof r.name - 1);
    return r;
}

/* One contact and what is remembered of it. */
struct one {
    struct vg_contact contact;
    struct vg_memory memory;
    struct vg_change change; /* of the last report */
    bool begun;
};

/* Applies a report as the live picture does, its time being the clock. */
static inline struct vg_contact *hear(struct one *o, struct vg_report r)
{
    const struct vg_moment now = {
        .clock_us = r.time_us, .ahead_us = VG_AHEAD_DEFAULT_US, .elapsed_us = r.time_us - START_US + VG_DAY_US};
    if (!o->begun)
        vg_belief_begin(&o->contact, &o->memory, &r, vg_contact_id_of(&r, &NO_JOURNAL, 1, 0));
    o->begun = true;
    vg_belief_apply(&o->contact, &o->memory, &r, &now, &o->change);
    return &o->contact;
}

#endif
