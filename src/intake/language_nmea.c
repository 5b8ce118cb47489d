/* Lines of text: the messages of AIS, by a batch, and what radars say between them. */
#include <stdlib.h>

#include "intake/language.h"

struct nmea {
    struct vg_batch *batch;
};

struct vg_batch *vg_language_nmea_batch(void *state)
{
    return ((struct nmea *)state)->batch;
}

static void close_nmea(void *state)
{
    struct nmea *n = state;
    if (!n)
        return;
    vg_batch_free(n->batch);
    free(n);
}

static enum vg_err open_nmea(void **ret_state)
{
    struct nmea *n = calloc(1, sizeof *n);
    if (!n)
        return VG_NOMEM;
    enum vg_err err = vg_batch_new(true, &n->batch);
    if (err)
        close_nmea(n);
    else
        *ret_state = n;
    return err;
}

static void restart_nmea(void *state)
{
    struct nmea *n = state;
    vg_batch_restart(n->batch);
}

static enum vg_err take_nmea(void *state, const struct vg_feed_bytes *bytes, uint64_t journal_offset,
                             struct vg_report_list *list)
{
    struct nmea *n = state;
    const char *p = bytes->at;
    vg_batch_set_journal_offset(n->batch, journal_offset);
    for (size_t left = bytes->len, taken; left; left -= taken, p += taken) {
        if (!vg_report_list_room(list, VG_BATCH_LINE_MAX))
            return VG_NOMEM;
        list->count += vg_batch_push(n->batch, p, left, bytes->received_us, list->report + list->count,
                                     list->room - list->count, &taken);
    }
    if (!bytes->datagram && !bytes->ends)
        return VG_OK;
    if (!vg_report_list_room(list, VG_BATCH_LINE_MAX))
        return VG_NOMEM;
    list->count += (bytes->ends ? vg_batch_end : vg_batch_end_line)(n->batch, list->report + list->count,
                                                                    list->room - list->count);
    return VG_OK;
}

static void count_nmea(const void *state, struct vg_intake_counters *to)
{
    const struct nmea *n = state;
    const struct vg_receiver_counters *c = vg_batch_counters(n->batch);
    to->bytes += c->bytes;
    to->lines += c->lines;
    to->sentences += c->sentences;
    to->messages += c->messages;
    vg_refusals_add(&to->refusals, vg_batch_refusals(n->batch));
}

static uint64_t messages_of_nmea(const void *state)
{
    const struct nmea *n = state;
    return vg_batch_counters(n->batch)->messages;
}

const struct vg_language vg_language_nmea = {
    .open = open_nmea,
    .close = close_nmea,
    .restart = restart_nmea,
    .take = take_nmea,
    .count = count_nmea,
    .messages = messages_of_nmea,
};
