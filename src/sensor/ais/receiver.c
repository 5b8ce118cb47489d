#include "sensor/ais/receiver.h"

#include <stdlib.h>

#define LINE_US (VG_SECOND_US / 100) /* what a line counts where there is no clock */

struct vg_receiver {
    struct vg_framer framer;
    struct vg_assembler *assembler;
    struct vg_receiver_counters counters;
    struct vg_refusals refusals;
    int64_t received_us; /* of the bytes being pushed */
    vg_on_message *on;
    void *arg;
    struct vg_ais msg;
};

enum vg_err vg_receiver_new(vg_on_message *on, void *arg, struct vg_receiver **ret_receiver)
{
    struct vg_receiver *r = calloc(1, sizeof *r);
    if (!r)
        return VG_NOMEM;
    enum vg_err err = vg_assembler_new(&r->assembler);
    if (err) {
        free(r);
        return err;
    }
    vg_framer_init(&r->framer);
    r->on = on;
    r->arg = arg;
    r->received_us = VG_TIME_NONE;
    *ret_receiver = r;
    return VG_OK;
}

void vg_receiver_free(struct vg_receiver *r)
{
    if (!r)
        return;
    vg_assembler_free(r->assembler);
    free(r);
}

static void take_sentence(struct vg_receiver *r, const struct vg_sentence *s, int64_t now_us, uint64_t line,
                          uint64_t place)
{
    struct vg_payload payload;
    if (!vg_assembler_push(r->assembler, s, now_us, place, line, &r->refusals, &payload))
        return;
    enum vg_refusal refusal = vg_ais_decode(payload.chars, payload.len, payload.fill_bits, &r->msg);
    if (refusal) {
        vg_refuse(&r->refusals, refusal, s->text.at, s->text.len, now_us);
        return;
    }
    r->counters.messages++;
    r->on(r->arg, &r->msg, &payload);
}

static void take_line(void *arg, const char *line, size_t len, uint64_t number, uint64_t offset)
{
    struct vg_receiver *r = arg;
    int64_t now_us = r->received_us == VG_TIME_NONE ? (int64_t)number * LINE_US : r->received_us;
    size_t pos = 0;
    struct vg_sentence s;
    enum vg_refusal refusal;
    r->counters.lines++;
    while (vg_nmea_next(line, len, &pos, &s, &refusal)) {
        if (refusal)
            vg_refuse(&r->refusals, refusal, line, len, now_us);
        bool usable = refusal == VG_REFUSAL_NONE || (refusal == VG_REFUSAL_TAG_BLOCK && s.text.len);
        if (usable || refusal == VG_REFUSAL_OTHER_SENTENCE)
            r->counters.sentences++;
        if (usable)
            take_sentence(r, &s, now_us, number, offset);
    }
}

void vg_receiver_push(struct vg_receiver *r, const void *bytes, size_t len, int64_t received_us)
{
    r->received_us = received_us;
    r->counters.bytes += len;
    vg_framer_push(&r->framer, bytes, len, &r->refusals, take_line, r);
}

void vg_receiver_end_line(struct vg_receiver *r)
{
    vg_framer_end(&r->framer, &r->refusals, take_line, r);
}

void vg_receiver_end(struct vg_receiver *r)
{
    vg_receiver_end_line(r);
    vg_assembler_expire(r->assembler, INT64_MAX, &r->refusals);
}

void vg_receiver_restart(struct vg_receiver *r)
{
    if (r->framer.len || r->framer.skipping)
        vg_refuse(&r->refusals, VG_REFUSAL_TRUNCATED, r->framer.buf, r->framer.len, r->received_us);
    uint64_t number = r->framer.number, offset = r->framer.offset;
    vg_framer_init(&r->framer);
    r->framer.number = number;
    r->framer.offset = offset;
    vg_assembler_expire(r->assembler, INT64_MAX, &r->refusals);
}

const struct vg_receiver_counters *vg_receiver_counters(const struct vg_receiver *r)
{
    return &r->counters;
}

const struct vg_refusals *vg_receiver_refusals(const struct vg_receiver *r)
{
    return &r->refusals;
}
