#include "sensor/ais/batch.h"

#include <stdlib.h>
#include <string.h>

#include "sensor/ais/receiver_core.h"
#include "sensor/ais/stations.h"

struct vg_batch {
    struct vg_receiver *receiver;
    struct vg_stations stations;
    bool judge;
    vg_batch_on_sentence *on_sentence;
    void *arg;
    /* during a call */
    struct vg_report *ret;
    size_t count, cap;
};

/* A message that took the plain way: of fragments, with a tag block, one of several in its line. */
static void on_message(void *arg, const struct vg_ais *msg, const struct vg_payload *payload)
{
    struct vg_batch *b = arg;
    if (b->count == b->cap) /* `cap` was less than a line can need: the rest is lost */
        return;
    struct vg_report *r = &b->ret[b->count];
    if (!vg_ais_report(msg, r))
        return;
    r->time_us = payload->time_us;
    if (payload->time_us != VG_TIME_NONE)
        r->time_source = payload->tagged ? VG_TIME_SOURCE_TAG : VG_TIME_SOURCE_LINE;
    r->journal_offset = payload->journal_offset;
    r->source = vg_stations_number(&b->stations, payload->station);
    r->suspect = b->judge && vg_ais_suspect(msg);
    b->count++;
}

static enum vg_refusal on_sentence(void *arg, const struct vg_sentence *s, int64_t now_us, uint64_t offset)
{
    struct vg_batch *b = arg;
    char station[sizeof((struct vg_payload){0}).station];
    size_t count = 0;
    if (b->count == b->cap)
        return VG_REFUSAL_NONE;
    const enum vg_refusal refusal = b->on_sentence(b->arg, s, now_us, b->ret + b->count, b->cap - b->count, &count);
    const size_t n = s->station.len < sizeof station - 1 ? s->station.len : sizeof station - 1;
    memcpy(station, n ? s->station.at : "", n);
    station[n] = '\0';
    for (size_t i = 0; i < count; i++) {
        struct vg_report *r = &b->ret[b->count++];
        r->journal_offset = offset;
        r->source = vg_stations_number(&b->stations, station);
    }
    return refusal;
}

void vg_batch_set_on_sentence(struct vg_batch *b, vg_batch_on_sentence *on, void *arg)
{
    b->on_sentence = on;
    b->arg = arg;
    vg_receiver_on_sentence(b->receiver, on ? on_sentence : NULL);
}

enum vg_err vg_batch_new(bool judge, struct vg_batch **ret_batch)
{
    struct vg_batch *b = calloc(1, sizeof *b);
    if (!b)
        return VG_NOMEM;
    enum vg_err err = vg_stations_init(&b->stations);
    if (!err)
        err = vg_receiver_new(on_message, b, &b->receiver);
    if (err) {
        vg_batch_free(b);
        return err;
    }
    b->judge = judge;
    *ret_batch = b;
    return VG_OK;
}

void vg_batch_free(struct vg_batch *b)
{
    if (!b)
        return;
    vg_receiver_free(b->receiver);
    vg_stations_free(&b->stations);
    free(b);
}

/* Reports go there during a call. */
static void begin_call(struct vg_batch *b, struct vg_report *ret, size_t cap)
{
    b->ret = ret;
    b->cap = cap;
    b->count = 0;
}

size_t vg_batch_push(struct vg_batch *b, const void *bytes, size_t len, int64_t received_us, struct vg_report *ret,
                     size_t cap, size_t *ret_taken)
{
    struct vg_receiver *r = b->receiver;
    const char *p = bytes, *end = p + len;
    begin_call(b, ret, cap);
    r->received_us = received_us;
    while (p < end && cap - b->count >= VG_BATCH_LINE_MAX) {
        struct vg_line line;
        size_t n = receiver_common_line(r, p, end, &line);
        if (n) {
            struct vg_report *report = &ret[b->count];
            if (vg_ais_report(&r->msg, report)) { /* without a time or a station of its own */
                report->journal_offset = r->framer.offset;
                report->suspect = b->judge && vg_ais_suspect(&r->msg);
                b->count++;
            }
            receiver_passed(r, n);
        } else {
            n = receiver_plain_line(r, p, end, &line);
        }
        p += n;
    }
    *ret_taken = (size_t)(p - (const char *)bytes);
    r->counters.bytes += *ret_taken;
    return b->count;
}

size_t vg_batch_end_line(struct vg_batch *b, struct vg_report *ret, size_t cap)
{
    begin_call(b, ret, cap);
    vg_receiver_end_line(b->receiver);
    return b->count;
}

size_t vg_batch_end(struct vg_batch *b, struct vg_report *ret, size_t cap)
{
    begin_call(b, ret, cap);
    vg_receiver_end(b->receiver);
    return b->count;
}

void vg_batch_restart(struct vg_batch *b)
{
    begin_call(b, NULL, 0); /* a batch holds no message back, so none comes */
    vg_receiver_restart(b->receiver);
}

void vg_batch_set_line_time(struct vg_batch *b, int64_t time_us)
{
    vg_receiver_set_line_time(b->receiver, time_us);
}

void vg_batch_set_journal_offset(struct vg_batch *b, uint64_t journal_offset)
{
    vg_receiver_set_journal_offset(b->receiver, journal_offset);
}

const char *vg_batch_station(const struct vg_batch *b, uint16_t number)
{
    return vg_stations_name(&b->stations, number);
}

uint32_t vg_batch_station_turn(const struct vg_batch *b, uint16_t number)
{
    return vg_stations_turn(&b->stations, number);
}

const struct vg_receiver_counters *vg_batch_counters(const struct vg_batch *b)
{
    return vg_receiver_counters(b->receiver);
}

const struct vg_refusals *vg_batch_refusals(const struct vg_batch *b)
{
    return vg_receiver_refusals(b->receiver);
}
