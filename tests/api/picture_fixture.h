/* A picture that changes at random, by a seed. Times are seconds after a fixed moment. */
#ifndef VG_TESTS_API_PICTURE_FIXTURE_H
#define VG_TESTS_API_PICTURE_FIXTURE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/time.h"
#include "picture/snapshot.h"
#include "test.h"

#define START_US INT64_C(1700000000000000)

static inline uint64_t random_next(uint64_t *state) /* splitmix64 */
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static inline uint32_t random_below(uint64_t *state, uint32_t n)
{
    return (uint32_t)(random_next(state) % n);
}

static inline struct vg_picture *picture_new(uint32_t vessels)
{
    struct vg_picture_limits limits = VG_PICTURE_LIMITS_DEFAULT;
    limits.vessels = vessels;
    limits.trail_bytes = 1 << 20;
    struct vg_picture *p = NULL;
    assert_int_equal(vg_picture_new(&limits, &p), VG_OK);
    vg_picture_advance(p, START_US);
    assert_int_equal(vg_picture_publish(p), VG_OK);
    return p;
}

static inline struct vg_report at_position(uint32_t mmsi, int64_t time_us, double lon, double lat)
{
    return (struct vg_report){.time_us = time_us,
                              .mmsi = mmsi,
                              .source = 1,
                              .sensor = VG_SENSOR_AIS,
                              .message = 1,
                              .class = VG_CLASS_SHIP_A,
                              .fields =
                                  VG_FIELD_BIT(POS) | VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG) | VG_FIELD_BIT(STATUS),
                              .pos = vg_pos_from_deg(lon, lat),
                              .sog_dkn = 123,
                              .cog_ddeg = 901,
                              .status = 0};
}

static inline struct vg_report called(uint32_t mmsi, int64_t time_us, const char *name)
{
    struct vg_report r = {.time_us = time_us,
                          .mmsi = mmsi,
                          .source = 1,
                          .sensor = VG_SENSOR_AIS,
                          .message = 5,
                          .class = VG_CLASS_SHIP_A,
                          .fields = VG_FIELD_BIT(NAME) | VG_FIELD_BIT(IMO) | VG_FIELD_BIT(DESTINATION),
                          .imo = 9000000 + mmsi % 1000,
                          .destination = "GUAYAQUIL"};
    strncpy(r.name, name, sizeof r.name - 1);
    return r;
}

static inline void apply(struct vg_picture *p, struct vg_report r)
{
    vg_picture_apply(p, &r, NULL);
}

/* Some reports about up to `vessels` identities in a box of 0.2°, so that they wander in and out of views. */
static inline void picture_change(struct vg_picture *p, uint64_t *seed, uint32_t vessels, uint32_t reports,
                                  int64_t now_us)
{
    vg_picture_advance(p, now_us);
    for (uint32_t i = 0; i < reports; i++) {
        uint32_t id = random_below(seed, vessels), mmsi = 735000000 + id;
        if (random_below(seed, 4) == 0) {
            char name[16];
            snprintf(name, sizeof name, "N%u", random_below(seed, 1000));
            apply(p, called(mmsi, now_us, random_below(seed, 8) ? name : ""));
        } else {
            struct vg_report r = at_position(mmsi, now_us, random_below(seed, 2000) / 10000.0 - 0.1,
                                             random_below(seed, 2000) / 10000.0 - 0.1);
            r.class = id % 3 ? VG_CLASS_SHIP_A : VG_CLASS_SHIP_B;
            r.sog_dkn = (uint16_t)random_below(seed, 300);
            apply(p, r);
        }
    }
}

#endif
