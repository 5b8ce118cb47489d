/*
 * Bytes → reports, steps of time, the operator's hand, save and load; after each step all that must hold of the tracker
 * holds. A small world (few tracks, two radars, one of them moving), so that every limit is met.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "track/track.h"

#define STEPS_MAX 400
#define TRACKS    24
#define START_US  (INT64_C(1772366400) * VG_SECOND_US)

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

static struct vg_sites sites_of(void)
{
    struct vg_sites sites = {.count = 3};
    for (int i = 1; i <= 3; i++)
        sites.site[i] = (struct vg_site){.name = "a",
                                         .sac = VG_SITE_SAC_NONE,
                                         .sic = VG_SITE_SAC_NONE,
                                         .lat_deg = i == 2 ? 89.5 : -1,
                                         .lon_deg = i == 2 ? 179.9 : -81.2,
                                         .height_m = NAN,
                                         .target_height_m = 2,
                                         .range_m = 60000,
                                         .period_s = i,
                                         .sigma_range_m = 25,
                                         .sigma_bearing_deg = 0.3,
                                         .detection_probability = 0.9};
    sites.site[3].moving = true;
    sites.site[3].lat_deg = sites.site[3].lon_deg = NAN;
    return sites;
}

static struct vg_report take_report(struct input *in, int64_t now_us)
{
    struct vg_report r = {.fields = (uint32_t)take(in, 1)};
    const uint8_t shape = (uint8_t)take(in, 1);
    r.measured_us = shape == 255 ? (int64_t)take(in, 8) : now_us + (int8_t)take(in, 1) * (VG_SECOND_US / 8);
    r.time_us = r.measured_us;
    r.sog_dkn = (uint16_t)take(in, 1);
    r.cog_ddeg = (uint16_t)(take(in, 1) * 14);
    r.journal_offset = take(in, 1);
    if (shape & 1) {
        r.sensor = VG_SENSOR_AIS;
        r.measured = VG_MEASURED_POSITION;
        r.mmsi = 735000000u + shape % 8;
        r.accurate = shape & 16;
        r.suspect = shape & 32;
        r.message = shape & 64 ? 27 : 1;
        r.pos = (struct vg_pos){-48720000 + (int16_t)take(in, 2) * 4, -600000 + (int16_t)take(in, 2) * 4};
        return r;
    }
    r.sensor = VG_SENSOR_RADAR;
    r.site = shape >> 1 & 3;
    r.radar.from = shape & 8 ? (struct vg_pos){-48720000, (int32_t)take(in, 4)} : VG_POS_NONE;
    r.radar.mode_3a = VG_MODE_3A_NONE;
    const uint8_t more = (uint8_t)take(in, 1);
    r.radar.says = more & 7;
    r.radar.airborne = more & 8;
    r.track = more >> 6;
    r.length_m = more;
    r.measured = shape & 16 ? VG_MEASURED_POSITION : shape & 32 ? VG_MEASURED_BEARING : VG_MEASURED_RANGE_BEARING;
    if (r.measured == VG_MEASURED_POSITION) {
        r.pos = (struct vg_pos){-48720000 + (int16_t)take(in, 2) * 4, (int32_t)take(in, 4)};
        r.ellipse.major_dm = (uint16_t)take(in, 2);
        r.ellipse.minor_dm = (uint16_t)take(in, 1);
    } else {
        r.polar.range_m = shape & 64 ? (uint32_t)take(in, 4) : (uint32_t)take(in, 1) * 16;
        r.polar.bearing_mdeg = shape & 128 ? (uint32_t)take(in, 4) : (uint32_t)take(in, 1) * 64;
    }
    return r;
}

static void hand(struct vg_tracker *tracker, struct input *in, int64_t now_us)
{
    struct vg_track track[TRACKS];
    const size_t count = vg_tracker_tracks(tracker, now_us, 0, track, TRACKS);
    const uint64_t id = count ? track[take(in, 1) % count].id : 1;
    uint64_t begun;
    switch (take(in, 1) % 7) {
    case 0:
        vg_tracker_drop(tracker, id);
        break;
    case 1:
        vg_tracker_keep(tracker, id, take(in, 1) & 1);
        break;
    case 2:
        vg_tracker_correct(tracker, id, now_us, -1 + (double)take(in, 1) / 300, -81.2);
        break;
    case 3:
        vg_tracker_bind(tracker, id, 735000000u + (uint32_t)take(in, 1) % 8);
        break;
    case 4:
        vg_tracker_part(tracker, id);
        break;
    case 5:
        vg_tracker_free_hand(tracker, id);
        break;
    default:
        vg_tracker_start(tracker, now_us, -1, -81.2 + (double)take(in, 1) / 300, 10, 45, take(in, 1), NULL, &begun);
    }
}

static struct vg_tracker *hop(struct vg_tracker *tracker, const struct vg_tracker_options *how)
{
    struct vg_tracker *other;
    struct vg_out out = vg_out_growing(16 << 20);
    vg_tracker_save(tracker, &out);
    if (vg_tracker_new(how, &other) || vg_tracker_load(other, out.buf, out.len) ||
        vg_tracker_hash(other) != vg_tracker_hash(tracker))
        abort();
    vg_out_free(&out);
    vg_tracker_free(tracker);
    return other;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct vg_sites sites;
    sites = sites_of();
    const struct vg_tracker_options how = {.sites = &sites, .tracks = TRACKS};
    struct input in = {data, data + size};
    struct vg_tracker *tracker;
    int64_t now_us = START_US;
    if (vg_tracker_new(&how, &tracker))
        return 0;
    for (int step = 0; in.p < in.end && step < STEPS_MAX; step++) {
        const uint8_t what = (uint8_t)take(&in, 1);
        if (what < 200) {
            const struct vg_report r = take_report(&in, now_us);
            vg_tracker_take(tracker, &r, NULL);
        } else if (what < 240) {
            now_us += (int64_t)(what - 200) * VG_SECOND_US / 4;
            vg_tracker_advance(tracker, now_us);
        } else if (what < 254) {
            hand(tracker, &in, now_us);
        } else {
            tracker = hop(tracker, &how);
        }
        if (!vg_tracker_check(tracker))
            abort();
    }
    vg_tracker_free(tracker);
    return 0;
}
