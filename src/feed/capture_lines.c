#include "feed/capture_inner.h"
#include "nmea/nmea.h"

#include "base/time.h"

static void hand_on(const struct vg_capture_sink *sink, const char *line, size_t len, int64_t time_us)
{
    if (!vg_nmea_has_sentence(line, len)) {
        sink->counts->other_lines++;
        return;
    }
    sink->counts->lines++;
    vg_out_printf(sink->out, "%lld.%06lld ", (long long)(time_us / VG_SECOND_US), (long long)(time_us % VG_SECOND_US));
    vg_out_bytes(sink->out, line, len);
    vg_out_char(sink->out, '\n');
}

static void hand_on_payload(struct vg_capture_line *line, const struct vg_capture_sink *sink, const uint8_t *bytes,
                            size_t len, int64_t time_us)
{
    const struct vg_file_block block = {
        .datagram = !line->stream, .fresh = line->fresh, .stream = line->number, .time_us = time_us};
    uint32_t size = (uint32_t)len;
    if (len == 0)
        return;
    line->fresh = false;
    sink->counts->lines++;
    vg_out_bytes(sink->out, &block, sizeof block);
    vg_out_bytes(sink->out, &size, sizeof size);
    vg_out_bytes(sink->out, bytes, len);
}

static void keep(struct vg_capture_line *line, const struct vg_capture_sink *sink, const uint8_t *bytes, size_t len)
{
    if (line->skipping)
        return;
    if (len > sizeof line->bytes - line->len) {
        vg_capture_line_cut(line, sink);
        return;
    }
    memcpy(line->bytes + line->len, bytes, len);
    line->len += len;
}

void vg_capture_line_end(struct vg_capture_line *line, const struct vg_capture_sink *sink, int64_t time_us)
{
    line->fresh = true;
    if (!line->skipping && line->len)
        hand_on(sink, line->bytes, line->len, time_us);
    line->len = 0;
    line->skipping = false;
}

void vg_capture_line_cut(struct vg_capture_line *line, const struct vg_capture_sink *sink)
{
    line->fresh = true;
    sink->counts->cut_lines += !line->skipping && !sink->payloads;
    line->len = 0;
    line->skipping = true;
}

void vg_capture_line_push(struct vg_capture_line *line, const struct vg_capture_sink *sink, const uint8_t *bytes,
                          size_t len, int64_t time_us)
{
    if (sink->payloads) {
        hand_on_payload(line, sink, bytes, len, time_us);
        return;
    }
    const uint8_t *p = bytes, *end = bytes + len;
    while (p < end) {
        const uint8_t *q = p;
        while (q < end && *q != '\n' && *q != '\r')
            q++;
        keep(line, sink, p, (size_t)(q - p));
        if (q == end)
            return;
        vg_capture_line_end(line, sink, time_us);
        p = q + 1;
    }
}
