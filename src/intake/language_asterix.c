/* Blocks of ASTERIX: datagrams as they are, streams by a framer. */
#include <stdlib.h>

#include "intake/language.h"
#include "sensor/asterix/asterix.h"

/* Pieces of a stream that its carried bytes may lie in; of more the oldest one's offset stands for those before it. */
#define PIECES 64

struct asterix {
    struct vg_asterix *decoder;
    struct vg_asterix_framer *framer;
    uint64_t bytes;
    uint64_t pushed; /* of them through the framer, which counts offsets by them */
    struct {
        uint64_t stream, journal; /* where the piece begins in the one and in the other */
    } piece[PIECES];
    uint64_t pieces;
    bool datagram;               /* during a call … */
    struct vg_report_list *list; /* … where reports go */
    bool lost;                   /* … one had no room */
};

static uint64_t journal_offset_of(const struct asterix *a, uint64_t offset)
{
    const uint64_t least = a->pieces > PIECES ? a->pieces - PIECES : 0;
    if (a->datagram)
        return offset;
    for (uint64_t i = a->pieces; i > least; i--) {
        const uint64_t begin = a->piece[(i - 1) % PIECES].stream;
        if (begin <= offset)
            return a->piece[(i - 1) % PIECES].journal + (offset - begin);
    }
    return a->piece[least % PIECES].journal;
}

static void on_record(void *arg, const struct vg_asterix_record *record)
{
    struct asterix *a = arg;
    if (!a->list) /* the stream is begun anew: nobody waits for its end */
        return;
    a->lost |= !vg_report_list_room(a->list, 1);
    struct vg_report *r = &a->list->report[a->list->count];
    if (a->lost || !vg_asterix_report(a->decoder, record, r))
        return;
    r->journal_offset = journal_offset_of(a, record->block_offset);
    a->list->count++;
}

static void close_asterix(void *state)
{
    struct asterix *a = state;
    if (!a)
        return;
    vg_asterix_framer_free(a->framer);
    vg_asterix_free(a->decoder);
    free(a);
}

static enum vg_err open_asterix(void **ret_state)
{
    struct asterix *a = calloc(1, sizeof *a);
    enum vg_err err = a ? vg_asterix_new(on_record, a, &a->decoder) : VG_NOMEM;
    if (!err)
        err = vg_asterix_framer_new(a->decoder, false, &a->framer);
    if (err) {
        close_asterix(a);
        return err;
    }
    *ret_state = a;
    return VG_OK;
}

static void restart_asterix(void *state)
{
    struct asterix *a = state;
    vg_asterix_framer_end(a->framer, VG_TIME_NONE);
}

static enum vg_err push(struct asterix *a, const struct vg_feed_bytes *bytes, uint64_t journal_offset)
{
    a->piece[a->pieces % PIECES].stream = a->pushed;
    a->piece[a->pieces++ % PIECES].journal = journal_offset;
    a->pushed += bytes->len;
    return vg_asterix_framer_push(a->framer, bytes->at, bytes->len, bytes->received_us);
}

static enum vg_err take_asterix(void *state, const struct vg_feed_bytes *bytes, uint64_t journal_offset,
                                struct vg_report_list *list)
{
    struct asterix *a = state;
    enum vg_err err = VG_OK;
    a->list = list;
    a->lost = false;
    a->datagram = bytes->datagram;
    a->bytes += bytes->len;
    if (bytes->len && bytes->datagram)
        vg_asterix_datagram(a->decoder, bytes->at, bytes->len, journal_offset, bytes->received_us);
    else if (bytes->len)
        err = push(a, bytes, journal_offset);
    if (!err && bytes->ends) {
        a->datagram = false;
        vg_asterix_framer_end(a->framer, bytes->received_us);
    }
    a->list = NULL;
    return a->lost ? VG_NOMEM : err;
}

static uint64_t messages_of_asterix(const void *state)
{
    const struct asterix *a = state;
    return vg_asterix_counters(a->decoder)->reports;
}

/* A block is what a line is, and a record what a sentence is. */
static void count_asterix(const void *state, struct vg_intake_counters *to)
{
    const struct asterix *a = state;
    const struct vg_asterix_counters *c = vg_asterix_counters(a->decoder);
    to->bytes += a->bytes;
    to->lines += c->blocks;
    to->sentences += c->records;
    to->messages += c->reports;
    vg_refusals_add(&to->refusals, vg_asterix_refusals(a->decoder));
}

const struct vg_language vg_language_asterix = {
    .open = open_asterix,
    .close = close_asterix,
    .restart = restart_asterix,
    .take = take_asterix,
    .count = count_asterix,
    .messages = messages_of_asterix,
};
