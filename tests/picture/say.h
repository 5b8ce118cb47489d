/* Short ways to say a report. Times are seconds after a fixed moment; positions are metres east and north of 0° 0°. */
#ifndef VG_TESTS_PICTURE_SAY_H
#define VG_TESTS_PICTURE_SAY_H

#include <math.h>

#include "base/time.h"
#include "picture/inner.h"
#include "picture/snapshot.h"
#include "test.h"

#define START_US INT64_C(1700000000000000)
#define SHIP     UINT32_C(735057548)
#define OTHER    UINT32_C(412345678)
#define SART     UINT32_C(970012345)

static inline int64_t at(double seconds)
{
    return START_US + (int64_t)llround(seconds * 1e6);
}

static inline struct vg_pos metres(double east, double north)
{
    return vg_pos_from_deg(east / 111195.08, north / 111195.08);
}

/* A position of class A from source 1. */
static inline struct vg_report position(uint32_t mmsi, double seconds, double east_m, double north_m)
{
    return (struct vg_report){.time_us = at(seconds),
                              .mmsi = mmsi,
                              .source = 1,
                              .sensor = VG_SENSOR_AIS,
                              .message = 1,
                              .class = VG_CLASS_SHIP_A,
                              .fields = VG_FIELD_BIT(POS) | VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG),
                              .pos = metres(east_m, north_m),
                              .sog_dkn = 100,
                              .cog_ddeg = 900};
}

static inline struct vg_report named(uint32_t mmsi, double seconds, const char *name)
{
    struct vg_report r = {.time_us = at(seconds),
                          .mmsi = mmsi,
                          .source = 2,
                          .sensor = VG_SENSOR_AIS,
                          .message = 5,
                          .class = VG_CLASS_SHIP_A,
                          .fields = VG_FIELD_BIT(NAME)};
    strncpy(r.name, name, sizeof r.name - 1);
    return r;
}

static inline void say(struct vg_picture *p, struct vg_report report)
{
    vg_picture_apply(p, &report, NULL);
    assert_true(vg_picture_check(p));
}

static inline void say_at(struct vg_picture *p, uint32_t mmsi, double seconds, double east_m, double north_m)
{
    say(p, position(mmsi, seconds, east_m, north_m));
}

static inline void tick(struct vg_picture *p, double seconds)
{
    vg_picture_advance(p, at(seconds));
    assert_true(vg_picture_check(p));
}

static inline struct vg_picture *picture_of(uint32_t vessels, size_t trail_bytes, uint32_t trail_points)
{
    struct vg_picture_limits limits = {vessels, trail_bytes, trail_points, 0};
    struct vg_picture *p = NULL;
    assert_int_equal(vg_picture_new(&limits, &p), VG_OK);
    vg_picture_advance(p, START_US);
    return p;
}

static inline struct vg_picture *picture(void)
{
    return picture_of(1000, 1 << 20, 2000);
}

static inline bool same_pos(struct vg_pos a, struct vg_pos b)
{
    return a.lon_e4min == b.lon_e4min && a.lat_e4min == b.lat_e4min;
}

#endif
