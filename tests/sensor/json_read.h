/* What the tests of JSON logs share: a text read in pieces, and records of three kinds. */
#ifndef VG_TESTS_SENSOR_JSON_READ_H
#define VG_TESTS_SENSOR_JSON_READ_H

#include "test.h"

#include "base/out.h"
#include "base/time.h"
#include "sensor/json/log.h"

#define CAP 256

struct read {
    struct vg_report report[CAP];
    size_t count;
    struct vg_csv_counters counters;
    struct vg_csv_refusals refusals;
};

/* The text in pieces of `piece` bytes. */
static inline struct read *read_pieces(const char *text, size_t len, size_t piece, bool si)
{
    struct read *r = calloc(1, sizeof *r);
    struct vg_json_log *l;
    size_t n;
    assert_int_equal(vg_json_log_new(si, 3, &l), VG_OK);
    for (size_t at = 0; at < len; at += piece) {
        size_t taken, give = len - at < piece ? len - at : piece;
        char *copy = malloc(give); /* so that a sanitizer sees a look behind the end */
        memcpy(copy, text + at, give);
        for (size_t done = 0; done < give; done += taken)
            r->count += vg_json_log_push(l, copy + done, give - done, r->report + r->count, CAP - r->count, &taken);
        free(copy);
    }
    while ((n = vg_json_log_end(l, r->report + r->count, CAP - r->count)) > 0)
        r->count += n;
    r->counters = *vg_json_log_counters(l);
    r->refusals = *vg_json_log_refusals(l);
    vg_json_log_free(l);
    return r;
}

static inline struct read *read_text(const char *text)
{
    return read_pieces(text, strlen(text), SIZE_MAX / 2, false);
}

/* A text so often, between a beginning and an end; the caller frees. */
static inline char *repeated(const char *begin, const char *text, int times, const char *end)
{
    struct vg_out out = vg_out_growing(1 << 20);
    vg_out_text(&out, begin);
    for (int i = 0; i < times; i++)
        vg_out_text(&out, text);
    vg_out_text(&out, end);
    vg_out_char(&out, '\0');
    assert_int_equal(out.err, VG_OK);
    return out.buf;
}

/* One report of one line. */
static inline struct vg_report only(const char *text)
{
    struct read *r = read_text(text);
    if (r->count != 1)
        fail_msg("%zu reports of %s", r->count, text);
    for (int i = 1; i < VG_CSV_REFUSAL_COUNT; i++)
        if (r->refusals.count[i])
            fail_msg("%s: %s", vg_csv_refusal_text((enum vg_csv_refusal)i), text);
    struct vg_report report = r->report[0];
    free(r);
    return report;
}

static inline int64_t at(const char *text)
{
    int64_t time_us;
    assert_true(vg_time_parse(text, strlen(text), &time_us));
    return time_us;
}

static inline void check_place(const struct vg_report *r, double lon, double lat)
{
    assert_true(r->fields & VG_FIELD_BIT(POS));
    assert_int_equal(r->measured, VG_MEASURED_POSITION);
    assert_int_equal(r->pos.lon_e4min, (int32_t)(lon * 600000 + (lon < 0 ? -0.5 : 0.5)));
    assert_int_equal(r->pos.lat_e4min, (int32_t)(lat * 600000 + (lat < 0 ? -0.5 : 0.5)));
}

/* ---- records ---- */

#define STREAM(type, message)                                                                                          \
    "{\"MessageType\":\"" type                                                                                         \
    "\",\"MetaData\":{\"MMSI\":224999720,\"time_utc\":\"2024-11-22T05:20:00.1Z\"},\"Message\":{\"" type                \
    "\":{\"Valid\":true,\"UserID\":224999720," message "}}}"

#define DELTA(context, values)                                                                                         \
    "{\"context\":\"" context "\",\"updates\":[{\"timestamp\":\"2024-11-22T05:20:00.000Z\",\"values\":[" values "]}]}"
#define VESSEL "vessels.urn:mrn:imo:mmsi:224999721"

#define PGN(number, fields)                                                                                            \
    "{\"timestamp\":\"2024-11-22T05:20:00.120Z\",\"prio\":4,\"src\":43,\"dst\":255,\"pgn\":" number                    \
    ",\"description\":\"AIS\",\"fields\":{" fields "}}"

#endif
