/*
 * ASTERIX from anyone: JSON is valid and has no key twice, reports are sane, a stream cut in pieces is the same as
 * whole, and what a datagram is said to hold lies within it. The first octet is the length of the pieces.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "sensor/asterix/asterix.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define JSON_MOST (4 << 20)

struct heard {
    struct vg_asterix *asterix;
    const uint8_t *data; /* NULL: records come out of a framer's own bytes */
    size_t size;
    uint64_t sum; /* of what was heard */
};

static char json[JSON_MOST];

static void check_json(struct heard *h, const struct vg_asterix_record *record)
{
    struct vg_out out = vg_out_fixed(json, sizeof json);
    vg_asterix_json(record, &out);
    json_t *value = out.err ? NULL : json_loadb(json, out.len, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, NULL);
    if (!value)
        abort();
    json_decref(value);
    for (size_t i = 0; i < out.len; i++)
        h->sum = h->sum * 31 + (uint8_t)json[i];
}

static void check_report(struct heard *h, const struct vg_asterix_record *record)
{
    struct vg_report r;
    if (!vg_asterix_report(h->asterix, record, &r))
        return;
    bool polar = r.measured == VG_MEASURED_RANGE_BEARING || r.measured == VG_MEASURED_BEARING;
    if (r.time_of_day_ms != VG_TIME_OF_DAY_NONE && r.time_of_day_ms >= VG_DAY_US / 1000)
        abort();
    if (polar && r.polar.bearing_mdeg >= 360000)
        abort();
    if (r.measured == VG_MEASURED_POSITION && !vg_pos_valid(r.pos))
        abort();
    if (r.radar.says >= VG_RADAR_SAYS_COUNT || r.cog_ddeg >= 3600 || memchr(r.radar.name, 0, VG_NAME_SIZE) == NULL)
        abort();
    h->sum = h->sum * 31 + r.track;
}

static void on_record(void *arg, const struct vg_asterix_record *record)
{
    struct heard *h = arg;
    if (h->data && (record->at < h->data || record->at + record->len > h->data + h->size))
        abort();
    h->sum = h->sum * 31 + record->offset;
    check_json(h, record);
    check_report(h, record);
}

static uint64_t hear_stream(const uint8_t *data, size_t size, size_t piece, struct vg_refusals *ret)
{
    struct heard h = {0};
    struct vg_asterix_framer *framer;
    if (vg_asterix_new(on_record, &h, &h.asterix) || vg_asterix_framer_new(h.asterix, false, &framer))
        abort();
    for (size_t at = 0; at < size; at += piece)
        vg_asterix_framer_push(framer, data + at, size - at < piece ? size - at : piece, VG_TIME_NONE);
    vg_asterix_framer_end(framer, VG_TIME_NONE);
    vg_asterix_framer_free(framer);
    *ret = *vg_asterix_refusals(h.asterix);
    vg_asterix_free(h.asterix);
    return h.sum;
}

static void hear_datagram(const uint8_t *data, size_t size)
{
    struct heard h = {.data = data, .size = size};
    if (vg_asterix_new(on_record, &h, &h.asterix))
        abort();
    size_t used = vg_asterix_datagram(h.asterix, data, size, 0, VG_TIME_NONE);
    if (used > size || vg_asterix_counters(h.asterix)->octets != used)
        abort();
    if (used < size && vg_asterix_refusals(h.asterix)->count[VG_REFUSAL_ASTERIX_STRAY] != 1)
        abort();
    vg_asterix_datagram(h.asterix, data, size, used, VG_TIME_NONE); /* editions are remembered */
    vg_asterix_free(h.asterix);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct vg_refusals whole, cut;
    if (size < 2 || size > 20000)
        return 0;
    size_t piece = data[0] ? data[0] : 1;
    hear_datagram(data + 1, size - 1);
    uint64_t sum = hear_stream(data + 1, size - 1, size, &whole);
    if (hear_stream(data + 1, size - 1, piece, &cut) != sum || memcmp(whole.count, cut.count, sizeof cut.count) != 0)
        abort();
    return 0;
}
