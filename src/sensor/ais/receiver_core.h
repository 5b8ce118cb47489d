/* A receiver from inside, for its two ways out: a call a message (receiver.c) and arrays of reports (batch.c). */
#ifndef VG_SENSOR_AIS_RECEIVER_CORE_H
#define VG_SENSOR_AIS_RECEIVER_CORE_H

#include "sensor/ais/alone.h"
#include "sensor/ais/receiver.h"
#include "sensor/ais/reception.h"

struct vg_receiver {
    struct vg_framer framer;
    struct vg_assembler *assembler;
    struct vg_receiver_counters counters;
    struct vg_refusals refusals;
    int64_t received_us; /* of the bytes being pushed */
    int64_t line_us;     /* the time of all their lines; VG_TIME_NONE: each says its own */
    vg_line_reader *read;
    vg_on_message *on;
    void *arg;
    vg_on_other *on_other;       /* or NULL */
    vg_on_sentence *on_sentence; /* or NULL */
    struct vg_ais msg;
    struct vg_reception reception;
};

/*
 * The common line: reads it into r->msg if its message stands alone, and counts it. Returns the bytes taken; 0: what
 * stands at p is for receiver_plain_line(), which is told by *line what has been read already (`len` 0: nothing).
 */
VG_INLINE size_t receiver_common_line(struct vg_receiver *r, const char *p, const char *end, struct vg_line *line)
{
    line->len = 0;
    if (r->framer.len || r->framer.skipping || r->framer.after_cr || !vg_reception_idle(&r->reception))
        return 0;
    size_t n = r->read(p, end, line, r->msg.payload);
    if (!n) {
        line->len = 0;
        return 0;
    }
    r->msg.bits = line->bits;
    if (line->fragments != 1)
        return 0;
    if (vg_ais_interpret_common(&r->msg)) { /* refused: the plain path says so, with the line */
        line->len = 0;
        return 0;
    }
    r->counters.lines++;
    r->counters.sentences++;
    r->counters.messages++;
    return n;
}

/* Where the line that begins now stands. receiver_passed() when it is done with. */
VG_INLINE struct vg_line_place receiver_place(const struct vg_receiver *r)
{
    return (struct vg_line_place){r->framer.number + 1, r->framer.offset, r->received_us};
}

VG_INLINE void receiver_passed(struct vg_receiver *r, size_t bytes)
{
    r->framer.number++;
    r->framer.offset += bytes;
}

/* Takes one line, or what there is of it, the plain way; calls r->on for each message. Returns the bytes taken, > 0. */
size_t receiver_plain_line(struct vg_receiver *r, const char *p, const char *end, const struct vg_line *line);

#endif
