/* Appending: what comes goes into the open batch, or is counted as lost. All of it under the lock. */
#include <string.h>

#include "journal/journal_inner.h"

static void lose(struct vg_journal *j, const struct vg_journal_entry *e, enum vg_gap_why why)
{
    struct vg_gap *g = &j->gap;
    if (!g->records)
        *g = (struct vg_gap){.from_us = e->received_us, .to_us = e->received_us, .why = why};
    if (e->received_us < g->from_us)
        g->from_us = e->received_us;
    if (e->received_us > g->to_us)
        g->to_us = e->received_us;
    g->records++;
    g->bytes += e->len;
    j->status.lost_entries++;
    j->status.lost_bytes += e->len;
}

/* Begins the next batch. False if the queue is full or memory is. */
static bool open_batch(struct vg_journal *j, enum vg_gap_why *ret_why)
{
    *ret_why = VG_GAP_QUEUE;
    if (j->closed - j->done == j->options.rules.queue)
        return false;
    struct vg_journal_batch *b = vg_batch_at(j, j->closed);
    *ret_why = VG_GAP_MEMORY;
    if (!b->raw)
        b->raw = j->options.io->alloc(j->options.io->arg, VG_BATCH_ROOM(j->options.rules.frame_bytes));
    if (!b->raw)
        return false;
    uint8_t *raw = b->raw;
    memset(b, 0, sizeof *b);
    b->raw = raw;
    j->open = true;
    return true;
}

static void close_batch(struct vg_journal *j)
{
    j->open = false;
    j->closed++;
}

static void note_time(struct vg_journal_batch *b, int64_t time_us)
{
    if (!b->records || time_us < b->first_us)
        b->first_us = time_us;
    if (!b->records || time_us > b->last_us)
        b->last_us = time_us;
    b->records++;
}

static void record_gap(struct vg_journal *j, struct vg_journal_batch *b)
{
    struct vg_out out = vg_batch_out(j, b);
    vg_record_put_gap(&out, &b->time_us, j->gap.to_us, &j->gap);
    b->len = out.len;
    note_time(b, j->gap.to_us);
    j->gap = (struct vg_gap){0};
    j->status.gaps++;
}

static uint64_t record_entry(struct vg_journal *j, struct vg_journal_batch *b, const struct vg_journal_entry *e)
{
    struct vg_out out = vg_batch_out(j, b);
    uint64_t bit = UINT64_C(1) << e->source % 64;
    if (!(b->named[e->source / 64] & bit)) {
        const char *name = e->name ? e->name : "";
        struct vg_record r = {.kind = VG_RECORD_SOURCE,
                              .source = e->source,
                              .time_us = e->received_us,
                              .bytes = name,
                              .len = strnlen(name, VG_FRAME_NAME_MAX)};
        vg_record_put(&out, &b->time_us, &r);
        note_time(b, e->received_us);
        b->named[e->source / 64] |= bit;
    }
    struct vg_record r = {.kind = VG_RECORD_DATA,
                          .flags = e->flags,
                          .source = e->source,
                          .stream = e->stream,
                          .time_us = e->received_us,
                          .bytes = e->bytes,
                          .len = e->len};
    vg_record_put(&out, &b->time_us, &r);
    note_time(b, e->received_us);
    b->len = out.len;
    b->entries++;
    b->bytes += e->len;
    return vg_journal_offset(j->base + j->closed, b->len - e->len);
}

uint64_t vg_journal_append(struct vg_journal *j, const struct vg_journal_entry *e)
{
    uint64_t journal_offset = 0;
    enum vg_gap_why why = VG_GAP_LIMIT;
    bool full = false;
    pthread_mutex_lock(&j->lock);
    if (e->len <= VG_JOURNAL_ENTRY_MAX && e->source < VG_FRAME_SOURCES && (j->open || open_batch(j, &why))) {
        struct vg_journal_batch *b = vg_batch_at(j, j->closed);
        if (j->gap.records)
            record_gap(j, b);
        journal_offset = record_entry(j, b, e);
        j->status.entries++;
        j->status.bytes += e->len;
        full = b->len >= j->options.rules.frame_bytes;
        if (full)
            close_batch(j);
    } else {
        lose(j, e, why);
    }
    if (full && j->threaded)
        pthread_cond_signal(&j->wake);
    pthread_mutex_unlock(&j->lock);
    return journal_offset;
}

uint64_t vg_journal_queue_closed(struct vg_journal *j, bool due)
{
    enum vg_gap_why why;
    pthread_mutex_lock(&j->lock);
    if (due && !j->open && j->gap.records)
        open_batch(j, &why);
    if (due && j->open && j->gap.records)
        record_gap(j, vg_batch_at(j, j->closed));
    if (due && j->open)
        close_batch(j);
    uint64_t closed = j->closed;
    pthread_mutex_unlock(&j->lock);
    return closed;
}

void vg_journal_status(struct vg_journal *j, struct vg_journal_status *ret)
{
    pthread_mutex_lock(&j->lock);
    *ret = j->status;
    ret->queued = (uint32_t)(j->closed - j->done) + j->open;
    ret->queue = j->options.rules.queue;
    pthread_mutex_unlock(&j->lock);
}
