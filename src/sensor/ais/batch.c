#include "sensor/ais/batch.h"

#include <stdlib.h>

#include "sensor/ais/receiver_core.h"

struct vg_batch {
    struct vg_receiver *receiver;
    uint16_t source;
    /* during a call */
    int64_t received_us;
    struct vg_report *ret;
    size_t count, cap;
};

/* A message that took the plain way: of fragments, with a tag block, one of several in its line. */
static void on_message(void *arg, const struct vg_ais *msg, const struct vg_payload *payload)
{
    struct vg_batch *b = arg;
    if (b->count == b->cap) /* the caller broke its word: `cap` was too small */
        return;
    struct vg_report *r = &b->ret[b->count];
    if (!vg_ais_report(msg, r))
        return;
    r->time_us = payload->time_us != VG_TIME_NONE ? payload->time_us : b->received_us;
    r->journal_offset = payload->journal_offset;
    r->source = b->source;
    b->count++;
}

enum vg_err vg_batch_new(uint16_t source, struct vg_batch **ret_batch)
{
    struct vg_batch *b = calloc(1, sizeof *b);
    if (!b)
        return VG_NOMEM;
    enum vg_err err = vg_receiver_new(on_message, b, &b->receiver);
    if (err) {
        free(b);
        return err;
    }
    b->source = source;
    b->received_us = VG_TIME_NONE;
    *ret_batch = b;
    return VG_OK;
}

void vg_batch_free(struct vg_batch *b)
{
    if (!b)
        return;
    vg_receiver_free(b->receiver);
    free(b);
}

size_t vg_batch_push(struct vg_batch *b, const void *bytes, size_t len, int64_t received_us, struct vg_report *ret,
                     size_t cap, size_t *ret_taken)
{
    struct vg_receiver *r = b->receiver;
    const char *p = bytes, *end = p + len;
    b->ret = ret;
    b->cap = cap;
    b->count = 0;
    b->received_us = r->received_us = received_us;
    while (p < end && cap - b->count >= VG_BATCH_LINE_MAX) {
        struct vg_line line;
        size_t n = receiver_common_line(r, p, end, &line);
        if (n) {
            struct vg_report *report = &ret[b->count];
            if (vg_ais_report(&r->msg, report)) {
                report->time_us = received_us;
                report->journal_offset = r->framer.offset;
                report->source = b->source;
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

size_t vg_batch_end(struct vg_batch *b, struct vg_report *ret, size_t cap)
{
    b->ret = ret;
    b->cap = cap;
    b->count = 0;
    vg_receiver_end(b->receiver);
    return b->count;
}

const struct vg_receiver_counters *vg_batch_counters(const struct vg_batch *b)
{
    return vg_receiver_counters(b->receiver);
}

const struct vg_refusals *vg_batch_refusals(const struct vg_batch *b)
{
    return vg_receiver_refusals(b->receiver);
}
