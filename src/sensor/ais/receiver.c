#include "sensor/ais/receiver.h"

#include <stdlib.h>

#include "sensor/ais/receiver_core.h"

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
    r->read = vg_line_reader_best();
    vg_reception_init(&r->reception);
    r->on = on;
    r->arg = arg;
    r->received_us = r->line_us = VG_TIME_NONE;
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

void vg_receiver_wait_for_signal(struct vg_receiver *r, bool wait)
{
    r->reception.wait = wait;
}

void vg_receiver_on_other(struct vg_receiver *r, vg_on_other *on)
{
    r->on_other = on;
}

void vg_receiver_on_sentence(struct vg_receiver *r, vg_on_sentence *on)
{
    r->on_sentence = on;
}

static void release(struct vg_receiver *r)
{
    if (!r->reception.held)
        return;
    r->reception.held = false;
    r->on(r->arg, &r->reception.msg, &r->reception.payload);
}

static void take_sentence(struct vg_receiver *r, struct vg_sentence *s, int64_t now_us, uint64_t line,
                          uint64_t journal_offset)
{
    struct vg_payload payload;
    release(r);
    vg_reception_before(&r->reception, s);
    if (!vg_assembler_push(r->assembler, s, now_us, journal_offset, line, &r->refusals, &payload))
        return;
    enum vg_refusal refusal = vg_ais_decode(payload.chars, payload.len, payload.fill_bits, &r->msg);
    if (refusal) {
        vg_refuse(&r->refusals, refusal, s->text.at, s->text.len, now_us);
        return;
    }
    r->counters.messages++;
    if (!vg_reception_keep(&r->reception, s, &r->msg, &payload))
        r->on(r->arg, &r->msg, &payload);
}

/* Who reads other sentences gets those of base stations, too: a ZDA tells both the time. */
static enum vg_refusal hand_on(struct vg_receiver *r, struct vg_sentence *s, int64_t now_us, uint64_t offset,
                               enum vg_refusal refusal)
{
    if (!r->on_sentence)
        return refusal;
    if (r->line_us != VG_TIME_NONE)
        s->time_us = r->line_us;
    const enum vg_refusal theirs = r->on_sentence(r->arg, s, now_us, offset);
    return refusal == VG_REFUSAL_OTHER_SENTENCE ? theirs : refusal;
}

/* VSI, ZDA, $PGHP …: NONE if it is understood. */
static enum vg_refusal take_other(struct vg_receiver *r, const struct vg_sentence *s, uint64_t line)
{
    struct vg_other other;
    enum vg_refusal refusal = vg_other_read(s, &other);
    r->counters.sentences++;
    if (!refusal) {
        r->counters.others++;
        if (!vg_reception_other(&r->reception, s, &other))
            release(r);
        if (r->on_other)
            r->on_other(r->arg, &other, s, line);
    }
    return refusal;
}

static void take_line(void *arg, const char *line, size_t len, uint64_t number, uint64_t offset)
{
    struct vg_receiver *r = arg;
    int64_t now_us = vg_line_place_time(&(struct vg_line_place){number, offset, r->received_us});
    size_t pos = 0;
    struct vg_sentence s;
    enum vg_refusal refusal;
    r->counters.lines++;
    while (vg_nmea_next(line, len, &pos, &s, &refusal)) {
        bool usable = refusal == VG_REFUSAL_NONE || (refusal == VG_REFUSAL_TAG_BLOCK && s.text.len);
        if (refusal == VG_REFUSAL_OTHER_SENTENCE)
            refusal = hand_on(r, &s, now_us, offset, take_other(r, &s, number));
        if (refusal)
            vg_refuse(&r->refusals, refusal, line, len, now_us);
        if (usable) {
            r->counters.sentences++;
            if (r->line_us != VG_TIME_NONE)
                s.time_us = r->line_us;
            take_sentence(r, &s, now_us, number, offset);
        }
    }
}

/* A fragment in a common line: no need to read it again. */
static void take_fragment(struct vg_receiver *r, const char *p, const struct vg_line *line)
{
    struct vg_line_place at = receiver_place(r);
    struct vg_sentence s = {
        .text = {p, line->len},
        .talker = {p[1], p[2]},
        .formatter = {p[3], p[4], p[5]},
        .vdo = line->vdo,
        .time_us = r->line_us,
        .line_count = UINT64_MAX,
        .fragments = line->fragments,
        .fragment = line->fragment,
        .sequence = line->sequence,
        .channel = line->channel,
        .payload = {line->payload, line->payload_len},
        .fill_bits = line->fill_bits,
    };
    r->counters.lines++;
    r->counters.sentences++;
    take_sentence(r, &s, vg_line_place_time(&at), at.number, at.offset);
}

size_t receiver_plain_line(struct vg_receiver *r, const char *p, const char *end, const struct vg_line *line)
{
    const char *lf = memchr(p + line->len, '\n', (size_t)(end - p) - line->len);
    size_t n = (size_t)((lf ? lf + 1 : end) - p);
    if (line->len) {
        take_fragment(r, p, line);
        receiver_passed(r, n);
    } else {
        vg_framer_push(&r->framer, p, n, &r->refusals, take_line, r);
    }
    return n;
}

void vg_receiver_push(struct vg_receiver *r, const void *bytes, size_t len, int64_t received_us)
{
    const char *p = bytes, *end = p + len;
    r->received_us = received_us;
    r->counters.bytes += len;
    while (p < end) {
        struct vg_line line;
        size_t n = receiver_common_line(r, p, end, &line);
        if (n) {
            struct vg_payload payload;
            struct vg_line_place at = receiver_place(r);
            vg_line_payload(&line, p, &at, &payload);
            receiver_passed(r, n);
            r->on(r->arg, &r->msg, &payload);
        } else {
            n = receiver_plain_line(r, p, end, &line);
        }
        p += n;
    }
}

void vg_receiver_set_line_time(struct vg_receiver *r, int64_t time_us)
{
    r->line_us = time_us;
}

void vg_receiver_set_journal_offset(struct vg_receiver *r, uint64_t journal_offset)
{
    r->framer.offset = journal_offset;
}

void vg_receiver_skip(struct vg_receiver *r, const struct vg_receiver_counters *done, int64_t clock_us)
{
    r->framer.number += done->lines;
    r->framer.offset += done->bytes;
    r->counters.bytes += done->bytes;
    r->counters.lines += done->lines;
    r->counters.sentences += done->sentences;
    r->counters.messages += done->messages;
    if (clock_us != VG_TIME_NONE)
        r->reception.clock_us = clock_us;
}

bool vg_receiver_idle(const struct vg_receiver *r)
{
    return vg_reception_idle(&r->reception);
}

void vg_receiver_end_line(struct vg_receiver *r)
{
    vg_framer_end(&r->framer, &r->refusals, take_line, r);
}

void vg_receiver_end(struct vg_receiver *r)
{
    vg_receiver_end_line(r);
    release(r);
    vg_assembler_expire(r->assembler, INT64_MAX, &r->refusals);
}

void vg_receiver_restart(struct vg_receiver *r)
{
    if (r->framer.len || r->framer.skipping)
        vg_refuse(&r->refusals, VG_REFUSAL_TRUNCATED, r->framer.buf, r->framer.len, r->received_us);
    uint64_t number = r->framer.number, offset = r->framer.offset;
    release(r);
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
