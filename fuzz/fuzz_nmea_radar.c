/*
 * Any lines as sentences of radars: the same reports in any cut, each within its bounds; JSON of a line is an object.
 * The first byte says how large the pieces are.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/time.h"
#include "sensor/radar/nmea_radar.h"
#include "sensor/radar/sentences.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int ok)
{
    if (!ok)
        abort();
}

struct run {
    struct vg_framer framer;
    struct vg_refusals refusals;
    struct vg_radar_stream *radar;
    uint64_t hash;
    size_t reports;
};

static void mix(struct run *r, uint64_t value)
{
    r->hash = (r->hash ^ value) * UINT64_C(0x100000001b3);
}

static void check_radar(const struct vg_report *p)
{
    check(p->radar.says > VG_RADAR_NOTHING && p->radar.says < VG_RADAR_SAYS_COUNT);
    check(p->measured <= VG_MEASURED_BEARING && p->radar.sac == -1 && !p->mmsi && p->cog_ddeg < 3600);
    check(p->measured != VG_MEASURED_RANGE_BEARING || p->polar.range_m <= 1000000);
    check(p->measured < VG_MEASURED_RANGE_BEARING || p->polar.bearing_mdeg < 360000);
    check(p->measured != VG_MEASURED_POSITION || vg_pos_valid(p->pos));
    check(p->radar.from.lat_e4min == VG_E4MIN_NONE || vg_pos_valid(p->radar.from));
    check(p->time_of_day_ms < 86400000 || p->time_of_day_ms == VG_TIME_OF_DAY_NONE);
    check(memchr(p->radar.name, 0, sizeof p->radar.name) != NULL && p->heading_deg < 360);
}

static void take(struct run *r, const struct vg_report *report, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct vg_report *p = &report[i];
        check(p->sensor == VG_SENSOR_RADAR);
        check_radar(p);
        mix(r, (uint64_t)p->time_us), mix(r, p->track), mix(r, p->fields);
        mix(r, p->polar.range_m), mix(r, p->polar.bearing_mdeg), mix(r, p->sog_dkn), mix(r, p->cog_ddeg);
        mix(r, p->sensor), mix(r, p->measured), mix(r, p->time_of_day_ms);
    }
    r->reports += count;
}

/* A line counts as 10 ms, as without a clock. */
static void on_line(void *arg, const char *line, size_t len, uint64_t number, uint64_t offset)
{
    static struct vg_report report[VG_RADAR_REPORT_MAX];
    struct run *r = arg;
    struct vg_sentence s;
    enum vg_refusal refusal;
    for (size_t pos = 0, count; vg_nmea_next(line, len, &pos, &s, &refusal);) {
        if (refusal != VG_REFUSAL_OTHER_SENTENCE)
            continue;
        refusal = vg_radar_stream_take(r->radar, &s, (int64_t)number * 10000, report, VG_RADAR_REPORT_MAX, &count);
        check(count <= VG_RADAR_REPORT_MAX && (unsigned)refusal < VG_REFUSAL_COUNT);
        check(refusal != VG_REFUSAL_OTHER_SENTENCE || !count);
        mix(r, offset), mix(r, (uint64_t)refusal);
        take(r, report, count);
    }
}

static void run(struct run *r, const uint8_t *data, size_t size, size_t piece)
{
    memset(r, 0, sizeof *r);
    vg_framer_init(&r->framer);
    check(!vg_radar_stream_new(&r->radar));
    for (size_t at = 0; at < size; at += piece)
        vg_framer_push(&r->framer, data + at, size - at < piece ? size - at : piece, &r->refusals, on_line, r);
    vg_framer_end(&r->framer, &r->refusals, on_line, r);
    vg_radar_stream_free(r->radar);
}

static void check_json(const char *line, size_t len)
{
    struct vg_out out = vg_out_growing(1 << 20);
    if (vg_radar_json(line, len, 1, &out)) {
        json_t *object = json_loadb(out.buf, out.len, 0, NULL);
        check(json_is_object(object) && json_is_array(json_object_get(object, "fields")));
        json_decref(object);
    } else {
        check(!out.len);
    }
    vg_out_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size || size > 20000)
        return 0;
    static struct run whole, cut;
    run(&whole, data + 1, size - 1, size);
    run(&cut, data + 1, size - 1, 1u + data[0]);
    check(whole.hash == cut.hash && whole.reports == cut.reports);
    for (size_t at = 1; at < size;) {
        const uint8_t *lf = memchr(data + at, '\n', size - at);
        const size_t len = lf ? (size_t)(lf - data) - at : size - at;
        check_json((const char *)data + at, len < VG_LINE_MAX ? len : VG_LINE_MAX);
        at += len + 1;
    }
    return 0;
}
