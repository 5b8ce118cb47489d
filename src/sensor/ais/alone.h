/*
 * Messages that need no other line: one sentence, one fragment, nothing odd.
 *
 * Such a line is read without a receiver and without memory of what came before, so any thread may read it. Everything
 * else (fragments, refusals, several sentences in a line) is a receiver's business and must come to it in order.
 */
#ifndef VG_SENSOR_AIS_ALONE_H
#define VG_SENSOR_AIS_ALONE_H

#include "nmea/line.h"
#include "sensor/ais/bits.h"
#include "sensor/ais/layouts.h"

#define VG_LINE_US (VG_SECOND_US / 100) /* what a line counts where there is no clock */

/* Where a line stands: its number from 1, the offset of its first byte, and when it came (or VG_TIME_NONE). */
struct vg_line_place {
    uint64_t number, offset;
    int64_t received_us;
};

VG_INLINE int64_t vg_line_place_time(const struct vg_line_place *at)
{
    return at->received_us == VG_TIME_NONE ? (int64_t)at->number * VG_LINE_US : at->received_us;
}

/* As vg_ais_interpret(), with the short way for most messages. */
VG_INLINE enum vg_refusal vg_ais_interpret_common(struct vg_ais *msg)
{
    uint64_t head = bits_word(msg->payload);
    const struct vg_ais_layout *layout = vg_ais_layout_always[head >> 58];
    if (!layout || msg->bits < 38)
        return vg_ais_interpret(msg);
    msg->type = (uint8_t)(head >> 58);
    msg->repeat = (uint8_t)(head >> 56 & 3);
    msg->mmsi = (uint32_t)(head >> 26 & 0x3FFFFFFF);
    msg->application_start = 0;
    msg->layout = layout;
    msg->application = NULL;
    return VG_REFUSAL_NONE;
}

/* What is known of the reception of a line that a vg_line_reader has read: `p` is its begin. */
VG_INLINE void vg_line_payload(const struct vg_line *line, const char *p, const struct vg_line_place *at,
                               struct vg_payload *ret)
{
    clear_words(ret, sizeof *ret);
    ret->chars = line->payload;
    ret->len = line->payload_len;
    ret->fill_bits = line->fill_bits;
    ret->talker[0] = p[1];
    ret->talker[1] = p[2];
    ret->vdo = line->vdo;
    ret->channel = line->channel;
    ret->fragments = 1;
    ret->journal_offset = at->offset;
    ret->line = at->number;
    ret->time_us = VG_TIME_NONE;
    ret->received_us = vg_line_place_time(at);
}

/*
 * Reads the line at p, which ends with LF before `end`, if its message stands alone. Returns the bytes taken, or 0 with
 * *ret_msg and *ret_payload undefined. The caller counts a line, a sentence and a message.
 */
size_t vg_ais_alone(vg_line_reader *read, const char *p, const char *end, const struct vg_line_place *at,
                    struct vg_ais *ret_msg, struct vg_payload *ret_payload);

#endif
