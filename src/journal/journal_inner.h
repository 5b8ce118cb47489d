/*
 * A journal from inside: the queue between the appender (journal_queue.c) and the thread that empties it (journal.c).
 *
 * The queue is a ring of batches, each a frame in the making; batch i is frame base + i. Counters only grow:
 *
 *     done ≤ written ≤ closed ≤ closed + 1
 *     synced  in the    waiting   the open batch, which the appender fills
 *             file
 *
 * The appender owns the open batch (under the lock, for the thread closes it when it grows old), the thread those from
 * `done` to `closed`. A batch leaves the ring only when its frame is synced: until then it can be written again.
 */
#ifndef VG_JOURNAL_JOURNAL_INNER_H
#define VG_JOURNAL_JOURNAL_INNER_H

#include <pthread.h>

#include <zstd.h>

#include "journal/store.h"

#define VG_CONTROL_ROOM (VG_NOTE_MAX + 1024) /* for what the thread adds behind the data */
#define VG_BATCH_ROOM(frame_bytes)                                                                                     \
    ((size_t)(frame_bytes) + VG_JOURNAL_ENTRY_MAX + VG_FRAME_NAME_MAX + VG_CONTROL_ROOM + 1024)

struct vg_journal_batch {
    uint8_t *raw; /* VG_BATCH_ROOM bytes, made when first needed, kept */
    size_t len;
    int64_t time_us; /* of the last record: times are differences */
    int64_t first_us, last_us;
    uint32_t records;
    uint64_t entries, bytes; /* of data */
    uint8_t *frame;          /* head and payload, once encoded */
    struct vg_frame_head head;
    uint64_t named[VG_FRAME_SOURCES / 64]; /* sources with a name in it */
};

struct vg_journal {
    struct vg_journal_options options;
    struct vg_journal_store store;
    ZSTD_CCtx *zstd;
    pthread_t thread;
    bool threaded;

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t wake;  /* the thread */
    pthread_cond_t moved; /* the callers that wait for room or for the disk */
    bool stopping;
    bool retire_oldest;                                      /* was asked for */
    struct vg_clock_note clock_note[VG_JOURNAL_CLOCK_NOTES]; /* to be recorded */
    size_t clock_notes;
    uint64_t asked; /* frames below this are to be synced without delay */
    struct vg_journal_batch *ring;
    uint64_t base; /* frame number of batch 0 */
    uint64_t done, closed;
    bool open;         /* ring[closed % queue] is being filled */
    struct vg_gap gap; /* .records > 0: what could not be kept and isn't recorded yet */
    struct vg_journal_status status;

    /* the thread's own */
    uint64_t written;
    int64_t synced_at_us, signed_at_us; /* monotonic */
    bool note_pending;                  /* the last checkpoint isn't recorded yet */
    bool opened_pending;
    struct vg_opened opened;
    bool retiring; /* store.retire is recorded in batch retiring_in */
    uint64_t retiring_in;
};

static inline struct vg_journal_batch *vg_batch_at(struct vg_journal *j, uint64_t i)
{
    return &j->ring[i % j->options.rules.queue];
}

/* Writes behind what the batch has; its len is the caller's to move. */
static inline struct vg_out vg_batch_out(struct vg_journal *j, struct vg_journal_batch *b)
{
    struct vg_out out = vg_out_fixed(b->raw, VG_BATCH_ROOM(j->options.rules.frame_bytes));
    out.len = b->len;
    return out;
}

/* Batches below this are closed. `due`: the open one is closed first, with the gap that isn't recorded yet. */
uint64_t vg_journal_queue_closed(struct vg_journal *journal, bool due);

#endif
