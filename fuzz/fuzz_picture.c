/*
 * Bytes → reports, ticks and publications; after each step all that must hold of the picture holds. A small world (few
 * identities, few slots, a trail store of a few blocks), so that every limit is met.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "picture/save.h"
#include "picture/snapshot.h"

#define STEPS_MAX  300
#define KEPT       3
#define IDENTITIES 8

struct input {
    const uint8_t *p, *end;
};

static uint64_t take(struct input *in, unsigned bytes)
{
    uint64_t v = 0;
    for (; bytes; bytes--)
        v = v << 8 | (in->p < in->end ? *in->p++ : 0);
    return v;
}

static uint32_t take_mmsi(struct input *in)
{
    static const uint32_t mmsis[IDENTITIES] = {0,         735057548, 970012345, 972012345,
                                               997351234, 2735001,   111735001, 412345678};
    uint8_t choice = (uint8_t)take(in, 1);
    return choice < 224 ? mmsis[choice % IDENTITIES] + choice / 32 : (uint32_t)take(in, 4);
}

static struct vg_report take_report(struct input *in, int64_t now_us)
{
    struct vg_report r = {.mmsi = take_mmsi(in), .fields = (uint32_t)take(in, 3)};
    uint8_t shape = (uint8_t)take(in, 1);
    r.time_us = shape & 1 ? (int64_t)take(in, 8) : now_us + (int8_t)take(in, 1) * VG_SECOND_US;
    r.sensor = shape & 2 ? VG_SENSOR_RADAR : VG_SENSOR_AIS;
    r.class = shape & 4 ? (uint8_t)take(in, 1) : shape >> 6;
    r.source = shape & 8 ? (uint16_t)take(in, 2) : shape >> 6;
    r.message = shape & 16 ? 27 : 1;
    r.pos.lon_e4min = shape & 32 ? (int32_t)take(in, 4) : (int8_t)take(in, 1) * 1000;
    r.pos.lat_e4min = shape & 32 ? (int32_t)take(in, 4) : (int8_t)take(in, 1) * 1000;
    r.journal_offset = take(in, 1);
    /* The plain members between position and names, whatever they say. */
    uint8_t *plain = (uint8_t *)&r.sog_dkn, *names = (uint8_t *)r.name;
    uint64_t word = take(in, 4);
    for (size_t i = 0; plain + i < names; i++)
        plain[i] = (uint8_t)(word >> (i * 5 % 29));
    r.aid_virtual = word & 1;
    r.aid_off_position = word & 2;
    memset(r.name, 'A' + (int)take(in, 1) % 26, sizeof r.name); /* not terminated */
    memset(r.callsign, 'B', take(in, 1) % (sizeof r.callsign + 1));
    memset(r.destination, 'C', take(in, 1) % (sizeof r.destination + 1));
    static const char *const texts[] = {"SART ACTIVE", "SART TEST", "", "MOB ACTIVE TEST"};
    snprintf(r.text, sizeof r.text, "%s", texts[take(in, 1) % 4]);
    return r;
}

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void on_update(void *arg, const struct vg_update *update)
{
    const struct vg_contact *vessel = update->contact;
    enum vg_distress_change change = vg_update_distress(update);
    if (change == VG_DISTRESS_NONE)
        return;
    (void)arg;
    uint8_t flag = change == VG_DISTRESS_ACTIVE ? VG_CONTACT_DISTRESS
                   : change == VG_DISTRESS_TEST ? VG_CONTACT_DISTRESS_TEST
                                                : 0;
    require((vessel->flags & (VG_CONTACT_DISTRESS | VG_CONTACT_DISTRESS_TEST)) == flag);
}

struct saved {
    const char *at;
    size_t len;
};

static enum vg_err give(void *arg, void *bytes, size_t len)
{
    struct saved *s = arg;
    if (s->len < len)
        return VG_EOF;
    memcpy(bytes, s->at, len);
    s->at += len;
    s->len -= len;
    return VG_OK;
}

/* Saved and loaded it is the same; with some bytes changed it is refused, or all that must hold holds. */
static void save_and_load(const struct vg_picture *p, const struct vg_picture_limits *limits, struct input *in)
{
    struct vg_out out = vg_out_growing((size_t)16 << 20);
    require(vg_picture_save(p, &out) == VG_OK);
    uint8_t changes = (uint8_t)(take(in, 1) % 4);
    for (uint8_t i = 0; i < changes; i++)
        out.buf[take(in, 3) % out.len] = (char)take(in, 1);
    struct vg_picture *again;
    require(vg_picture_new(limits, &again) == VG_OK);
    enum vg_err err = vg_picture_load(again, give, &(struct saved){out.buf, out.len});
    require(err || vg_picture_check(again));
    require(changes || (!err && vg_picture_hash(again, NULL) == vg_picture_hash(p, NULL)));
    vg_picture_free(again);
    vg_out_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, data + size};
    uint8_t limits = (uint8_t)take(&in, 1);
    struct vg_picture_limits small = {1 + limits % 16, (limits / 16) * 512u, limits % 64,
                                      limits & 1 ? VG_MINUTE_US : 0};
    struct vg_picture *p;
    require(vg_picture_new(&small, &p) == VG_OK);
    vg_picture_set_on_update(p, on_update, NULL);
    const struct vg_snapshot *kept[KEPT] = {0};
    int64_t now_us = 0;
    for (int step = 0; step < STEPS_MAX && in.p < in.end; step++) {
        uint8_t what = (uint8_t)take(&in, 1);
        if (what < 200) {
            struct vg_report r = take_report(&in, now_us);
            vg_picture_apply(p, &r, NULL);
            struct vg_trail_point points[4];
            require(vg_picture_trail(p, r.mmsi, r.time_us, points, 4, NULL) <= 4);
        } else if (what < 230) {
            uint8_t unit = (uint8_t)take(&in, 1);
            int64_t by = (int16_t)take(&in, 2);
            now_us = unit == 255 ? (int64_t)take(&in, 8)
                     : unit % 2  ? now_us % (INT64_C(1) << 60) + by * VG_MINUTE_US
                                 : now_us % (INT64_C(1) << 60) + by * VG_SECOND_US;
            vg_picture_advance(p, now_us);
        } else if (what < 235) {
            save_and_load(p, &small, &in);
        } else {
            require(vg_picture_publish(p) == VG_OK);
            vg_snapshot_release(kept[what % KEPT]);
            kept[what % KEPT] = what & 1 ? vg_snapshot_acquire(p) : NULL;
        }
        require(vg_picture_check(p));
    }
    (void)vg_picture_hash(p, NULL);
    for (int k = 0; k < KEPT; k++)
        vg_snapshot_release(kept[k]);
    vg_picture_free(p);
    return 0;
}
