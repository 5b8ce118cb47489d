/*
 * Targets, filters, boxes, times, header lists and file names from the net; and the frames that a filter's view makes.
 *
 * The input is a request's target up to the first line end, then an Accept-Encoding or If-None-Match value.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "api/filter.h"
#include "api/stream_reader.h"
#include "base/time.h"
#include "base/time_asked.h"
#include "picture/picture.h"
#include "serve/files.h"
#include "serve/http.h"

static struct vg_picture *picture;

/* A few vessels with text that is not UTF-8, around the antimeridian. */
static void make_picture(void)
{
    struct vg_picture_limits limits = VG_PICTURE_LIMITS_DEFAULT;
    limits.vessels = 300;
    limits.trail_bytes = 1 << 16;
    if (vg_picture_new(&limits, &picture))
        abort();
    vg_picture_advance(picture, VG_DAY_US);
    for (uint32_t i = 0; i < 200; i++) {
        struct vg_report r = {.time_us = VG_DAY_US,
                              .mmsi = 200000000 + i * 1000003,
                              .sensor = VG_SENSOR_AIS,
                              .message = 1,
                              .class = (uint8_t)(i % VG_CLASS_COUNT),
                              .fields = VG_FIELD_BIT(POS) | VG_FIELD_BIT(NAME) | VG_FIELD_BIT(SOG),
                              .pos = vg_pos_from_deg(i * 1.8 - 180, i * 0.9 - 90),
                              .name = "\xFF\xC3\xB1\"<"};
        vg_picture_apply(picture, &r, NULL);
    }
    vg_picture_publish(picture);
}

/* Frames are whole, fit, and end. */
static void read_frames(const struct vg_filter *filter, size_t max)
{
    struct vg_stream_view view = {.boxed = filter->boxed, .box = filter->box, .classes = filter->classes};
    struct vg_greeting greeting = {.capacity = 300, .tick_ms = 250};
    struct vg_stream_reader *reader;
    if (vg_stream_reader_new(&greeting, &view, &reader))
        return;
    const struct vg_snapshot *snapshot = vg_snapshot_acquire(picture);
    uint8_t *buf = malloc(max);
    size_t n, calls = 0;
    while ((n = vg_stream_reader_fill(reader, snapshot, 0, buf, max))) {
        assert(n <= max && ++calls < 1000);
        for (size_t at = 0; at < n;) {
            size_t len = buf[at] | (size_t)buf[at + 1] << 8 | (size_t)buf[at + 2] << 16 | (size_t)buf[at + 3] << 24;
            assert(len >= VG_STREAM_FRAME_HEAD - 4 && len + 4 <= VG_FRAME_MAX && at + 4 + len <= n);
            at += 4 + len;
        }
    }
    free(buf);
    vg_snapshot_release(snapshot);
    free(reader);
}

static void match_all(const struct vg_filter *filter)
{
    const struct vg_snapshot *snapshot = vg_snapshot_acquire(picture);
    for (uint32_t slot = 0; slot < 200; slot++) {
        const struct vg_contact *v = vg_snapshot_vessel(snapshot, slot);
        if (v)
            vg_filter_match(filter, v, 0);
    }
    vg_snapshot_release(snapshot);
}

/* What is asked by the clock moves with it, and nothing else does. */
static void read_times(const struct vg_target *target)
{
    for (size_t i = 0; i < target->params; i++) {
        const char *text = target->param[i].value;
        struct vg_time_asked now, later;
        bool is_time = vg_time_asked(text, strlen(text), 0, &now);
        assert(is_time == vg_time_asked(text, strlen(text), VG_DAY_US, &later));
        if (!is_time)
            continue;
        assert(now.from_us <= now.to_us && now.to_us - now.from_us <= VG_DAY_US);
        assert(later.from_us - now.from_us == (now.relative ? VG_DAY_US : 0) && (!now.relative || now.from_us <= 0));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct vg_target target;
    if (!picture)
        make_picture();
    char *raw = malloc(size + 1), *extra;
    memcpy(raw, data, size);
    raw[size] = '\0';
    extra = strchr(raw, '\n');
    if (extra)
        *extra++ = '\0';
    const char *why = NULL;
    if (vg_target_parse(raw, &target, &why) == VG_OK) {
        struct vg_filter filter;
        char text[256];
        read_times(&target);
        vg_file_type(target.path);
        vg_file_is_hashed(target.path);
        if (vg_filter_parse(&target, &filter, text, sizeof text) == VG_OK) {
            match_all(&filter);
            read_frames(&filter, VG_READER_ROOM + size % 3000);
        } else {
            assert(strlen(text) > 0);
        }
    } else {
        assert(why);
    }
    vg_accepts_gzip(extra ? extra : raw);
    vg_etag_listed(extra ? extra : raw, "W/\"a\"");
    free(raw);
    return 0;
}
