/* What the tests of the simulation share. */
#ifndef VG_TESTS_SIM_UTIL_H
#define VG_TESTS_SIM_UTIL_H

#include <math.h>
#include <stdio.h>

#include "base/time.h"
#include "sim/sim.h"
#include "test.h"

#define START_US (INT64_C(1773568800) * VG_SECOND_US) /* 2026-03-15T10:00:00Z */

/* FNV-1a over everything written. */
struct digest {
    uint64_t hash, bytes;
};

static inline enum vg_err digest_sink(void *arg, const void *bytes, size_t len)
{
    struct digest *d = arg;
    const uint8_t *p = bytes;
    for (size_t i = 0; i < len; i++)
        d->hash = (d->hash ^ p[i]) * UINT64_C(0x100000001B3);
    d->bytes += len;
    return VG_OK;
}

static inline struct vg_sim *new_sim(enum vg_sim_scenario scenario, uint32_t vessels, uint64_t seed)
{
    struct vg_sim_options options = {.scenario = scenario, .vessels = vessels, .seed = seed, .start_us = START_US};
    struct vg_sim *sim = NULL;
    assert_int_equal(vg_sim_new(&options, &sim), VG_OK);
    return sim;
}

static inline struct digest digest_of(const struct vg_sim_options *options, int seconds)
{
    static char buf[65536];
    struct digest d = {.hash = UINT64_C(0xCBF29CE484222325)};
    struct vg_out out = vg_out_stream(buf, sizeof buf, digest_sink, &d);
    struct vg_sim *sim = NULL;
    assert_int_equal(vg_sim_new(options, &sim), VG_OK);
    for (int s = 0; s < seconds; s++)
        vg_sim_step(sim, &out);
    assert_int_equal(vg_out_flush(&out), VG_OK);
    vg_sim_free(sim);
    return d;
}

static inline enum vg_err nowhere(void *arg, const void *bytes, size_t len)
{
    (void)arg, (void)bytes, (void)len;
    return VG_OK;
}

#endif
