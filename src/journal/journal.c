/* From opening to closing, and the thread that empties the queue. */
#include "journal/journal.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/thread.h"
#include "journal/journal_inner.h"

/* ---- the thread's side ---- */

static enum vg_err failed(struct vg_journal *j, enum vg_err err)
{
    pthread_mutex_lock(&j->lock);
    j->status.failures++;
    j->status.error = err == VG_NOMEM ? ENOMEM : -j->store.error;
    pthread_cond_broadcast(&j->moved);
    pthread_mutex_unlock(&j->lock);
    return err;
}

/* The thread's own records go behind the data, so that no journal offset changes. */
static void add_controls(struct vg_journal *j, struct vg_journal_batch *b, uint64_t i)
{
    struct vg_out out = vg_batch_out(j, b);
    int64_t now_us = b->last_us;
    if (j->opened_pending) {
        vg_record_put_opened(&out, &b->time_us, now_us, &j->opened);
        b->records++;
        j->opened_pending = false;
    }
    if (j->note_pending) {
        struct vg_record r = {
            .kind = VG_RECORD_CHECKPOINT, .time_us = now_us, .bytes = j->store.note, .len = j->store.note_len};
        vg_record_put(&out, &b->time_us, &r);
        b->records++;
        j->note_pending = false;
    }
    if (j->store.retire.segments && !j->retiring) {
        vg_record_put_retired(&out, &b->time_us, now_us, &j->store.retire);
        b->records++;
        j->retiring = true;
        j->retiring_in = i;
    }
    pthread_mutex_lock(&j->lock);
    for (size_t c = 0; c < j->clock_notes; c++)
        vg_record_put_clock(&out, &b->time_us, now_us, &j->clock_note[c]);
    b->records += (uint32_t)j->clock_notes;
    j->clock_notes = 0;
    pthread_mutex_unlock(&j->lock);
    b->len = out.len;
}

/* Makes the batch's frame, once: when it is written again it is the same, and so is its leaf in the tree. */
static enum vg_err encode(struct vg_journal *j, struct vg_journal_batch *b, uint64_t i)
{
    size_t cap = ZSTD_compressBound(b->len + VG_CONTROL_ROOM);
    uint8_t *frame = j->options.io->alloc(j->options.io->arg, VG_FRAME_HEAD + cap);
    if (!frame)
        return VG_NOMEM;
    add_controls(j, b, i);
    size_t n = ZSTD_compressCCtx(j->zstd, frame + VG_FRAME_HEAD, cap, b->raw, b->len, j->options.rules.level);
    if (ZSTD_isError(n)) { /* of memory only: the bound is kept */
        free(frame);
        return VG_NOMEM;
    }
    b->head = (struct vg_frame_head){.number = j->base + i,
                                     .first_us = b->first_us,
                                     .last_us = b->last_us,
                                     .records = b->records,
                                     .raw_len = (uint32_t)b->len,
                                     .stored_len = (uint32_t)n};
    vg_hash(frame + VG_FRAME_HEAD, n, b->head.payload);
    vg_frame_head_put(&b->head, frame);
    b->frame = frame;
    return VG_OK;
}

/* What is synced enters the tree and leaves the queue. */
static void acknowledge(struct vg_journal *j)
{
    pthread_mutex_lock(&j->lock);
    while (j->base + j->done < j->store.synced_next && j->done < j->written) {
        struct vg_journal_batch *b = vg_batch_at(j, j->done);
        vg_tree_add(&j->store.tree, b->frame);
        free(b->frame);
        b->frame = NULL;
        j->status.synced_entries += b->entries;
        j->status.synced_bytes += b->bytes;
        j->done++;
    }
    j->status.synced_frames = j->base + j->done;
    pthread_cond_broadcast(&j->moved);
    pthread_mutex_unlock(&j->lock);
    if (j->retiring && j->retiring_in < j->done) {
        vg_journal_store_retire(&j->store);
        j->retiring = false;
    }
}

static enum vg_err publish(struct vg_journal *j, int64_t now_us)
{
    j->signed_at_us = now_us;
    if (!j->store.tree.pending_count)
        return VG_OK;
    enum vg_err err = vg_journal_store_publish(&j->store);
    if (!err)
        j->note_pending = true;
    return err;
}

static enum vg_err sync_all(struct vg_journal *j)
{
    enum vg_err err = vg_journal_store_sync(&j->store);
    acknowledge(j);
    if (err)
        j->written = j->done; /* the rest is to be written again */
    return err;
}

/* Writes the closed batches. The tree takes only so many frames between two checkpoints. */
static enum vg_err write_closed(struct vg_journal *j, uint64_t closed, int64_t now_us)
{
    enum vg_err err = VG_OK;
    while (!err && j->written < closed) {
        if (j->store.tree.pending_count + (j->written - j->done) >= VG_TREE_PENDING) {
            err = sync_all(j);
            if (!err)
                err = publish(j, now_us);
            continue;
        }
        struct vg_journal_batch *b = vg_batch_at(j, j->written);
        if (!b->frame)
            err = encode(j, b, j->written);
        if (err)
            break;
        uint64_t segments = j->store.segments;
        err = vg_journal_store_append(&j->store, &b->head, b->frame);
        acknowledge(j); /* a rotation syncs what stood before it */
        if (err)
            j->written = j->done;
        else
            j->written++;
        if (!err && j->store.segments != segments) /* the frames of a closed segment are signed */
            err = publish(j, now_us);
    }
    return err;
}

static void succeed(struct vg_journal *j)
{
    struct vg_journal_oldest oldest = vg_journal_store_oldest(&j->store);
    pthread_mutex_lock(&j->lock);
    j->status.error = 0;
    j->status.checkpoint = j->store.tree.edge.size;
    j->status.stored_bytes = (uint64_t)vg_journal_store_bytes(&j->store);
    j->status.segments = j->store.segments;
    j->status.oldest = oldest;
    j->status.retired_segments = j->store.retired_segments;
    pthread_mutex_unlock(&j->lock);
}

static enum vg_err take_turn(struct vg_journal *j, int64_t now_us, bool flush, bool asked)
{
    const struct vg_journal_rules *r = &j->options.rules;
    bool due = flush || asked || now_us - j->synced_at_us >= r->sync_us;
    pthread_mutex_lock(&j->lock);
    bool retire = j->retire_oldest;
    j->retire_oldest = false;
    pthread_mutex_unlock(&j->lock);
    if (retire)
        vg_journal_store_plan_oldest(&j->store);
    enum vg_err err = write_closed(j, vg_journal_queue_closed(j, due), now_us);
    if (!err && (due || j->written - j->done >= r->queue / 2))
        err = sync_all(j);
    if (due)
        j->synced_at_us = now_us;
    if (!err && (flush || now_us - j->signed_at_us >= r->checkpoint_us))
        err = publish(j, now_us);
    if (err)
        return failed(j, err);
    succeed(j);
    return VG_OK;
}

enum vg_err vg_journal_turn(struct vg_journal *j, int64_t now_us, bool flush)
{
    return take_turn(j, now_us, flush, false);
}

void vg_journal_note_clock(struct vg_journal *j, const struct vg_clock_note *note)
{
    pthread_mutex_lock(&j->lock);
    j->clock_notes -= j->clock_notes == VG_JOURNAL_CLOCK_NOTES;
    j->clock_note[j->clock_notes++] = *note;
    pthread_mutex_unlock(&j->lock);
}

void vg_journal_retire_oldest(struct vg_journal *j)
{
    pthread_mutex_lock(&j->lock);
    j->retire_oldest = true;
    pthread_mutex_unlock(&j->lock);
}

static bool is_asked(const struct vg_journal *j)
{
    return j->asked > j->base + j->done && j->done < j->closed + j->open;
}

static void *run(void *arg)
{
    struct vg_journal *j = arg;
    bool stopping = false, failing = false;
    j->synced_at_us = j->signed_at_us = j->options.monotonic_us();
    while (!stopping) {
        int64_t deadline_us = j->synced_at_us + j->options.rules.sync_us;
        struct timespec until = {deadline_us / 1000000, deadline_us % 1000000 * 1000};
        pthread_mutex_lock(&j->lock);
        while (!j->stopping && (failing || (j->closed == j->written && !is_asked(j))) &&
               pthread_cond_timedwait(&j->wake, &j->lock, &until) != ETIMEDOUT)
            ;
        stopping = j->stopping;
        bool asked = is_asked(j);
        pthread_mutex_unlock(&j->lock);
        if (!stopping) /* a failing disk is tried again once an interval; vg_journal_close() does the last turn */
            failing = take_turn(j, j->options.monotonic_us(), false, asked) != VG_OK;
    }
    return NULL;
}

/* ---- waiting for the disk ---- */

static enum vg_err error_of(const struct vg_journal *j)
{
    return j->status.error == ENOMEM ? VG_NOMEM : j->status.error ? VG_IO : VG_OK;
}

enum vg_err vg_journal_make_room(struct vg_journal *j)
{
    uint32_t most = j->options.rules.queue / 2;
    if (!j->threaded)
        return j->closed > j->written ? vg_journal_turn(j, j->synced_at_us, false) : VG_OK;
    pthread_mutex_lock(&j->lock);
    while (j->closed - j->done > most && !j->status.error) {
        if (j->asked < j->base + j->closed - most)
            j->asked = j->base + j->closed - most;
        pthread_cond_signal(&j->wake);
        pthread_cond_wait(&j->moved, &j->lock);
    }
    enum vg_err err = j->closed - j->done > most ? error_of(j) : VG_OK;
    pthread_mutex_unlock(&j->lock);
    return err;
}

enum vg_err vg_journal_sync_to(struct vg_journal *j, uint64_t journal_offset)
{
    uint64_t frames = journal_offset ? vg_journal_offset_frame(journal_offset - 1) + 1 : 0;
    if (!j->threaded)
        return j->base + j->done < frames ? take_turn(j, j->synced_at_us, false, true) : VG_OK;
    pthread_mutex_lock(&j->lock);
    if (frames > j->asked)
        j->asked = frames;
    while (j->base + j->done < frames && j->done < j->closed + j->open && !j->status.error) {
        pthread_cond_signal(&j->wake);
        pthread_cond_wait(&j->moved, &j->lock);
    }
    enum vg_err err = j->base + j->done < frames ? error_of(j) : VG_OK;
    pthread_mutex_unlock(&j->lock);
    return err;
}

/* ---- from opening to closing ---- */

static bool rules_are_good(const struct vg_journal_rules *r)
{
    return r->sync_us > 0 && r->checkpoint_us >= 0 && r->frame_bytes > 0 &&
           VG_BATCH_ROOM(r->frame_bytes) <= VG_FRAME_RAW_MAX && r->segment_bytes > 0 && r->segment_us > 0 &&
           r->keep_bytes >= 0 && r->keep_us >= 0 && r->queue >= 2 && r->queue <= VG_JOURNAL_QUEUE_MAX &&
           r->level >= -50 && r->level <= 19 && r->level != 0;
}

static void free_journal(struct vg_journal *j)
{
    for (uint32_t i = 0; j->ring && i < j->options.rules.queue; i++) {
        free(j->ring[i].raw);
        free(j->ring[i].frame);
    }
    free(j->ring);
    ZSTD_freeCCtx(j->zstd);
    pthread_cond_destroy(&j->wake);
    pthread_cond_destroy(&j->moved);
    pthread_mutex_destroy(&j->lock);
    free(j);
}

static bool begin_thread(struct vg_journal *j)
{
    if (!j->options.monotonic_us)
        return true;
    j->threaded = true;
    if (vg_thread_start(&j->thread, run, j))
        j->threaded = false;
    return j->threaded;
}

enum vg_err vg_journal_open(const char *dir, const struct vg_journal_options *options, struct vg_journal **ret_journal,
                            struct vg_journal_report *ret_report, const char **ret_why)
{
    const struct vg_io *io = options->io ? options->io : vg_io_posix();
    *ret_why = "the journal's rules are out of range";
    if (!rules_are_good(&options->rules))
        return VG_RANGE;
    *ret_why = "out of memory";
    struct vg_journal *j = io->alloc(io->arg, sizeof *j);
    if (!j)
        return VG_NOMEM;
    j->options = *options;
    j->options.io = io;
    pthread_mutex_init(&j->lock, NULL);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&j->wake, &attr);
    pthread_condattr_destroy(&attr);
    pthread_cond_init(&j->moved, NULL);
    j->ring = io->alloc(io->arg, options->rules.queue * sizeof *j->ring);
    j->zstd = ZSTD_createCCtx();
    enum vg_err err = j->ring && j->zstd ? VG_OK : VG_NOMEM;
    if (!err)
        err = vg_journal_store_open(&j->store, dir, &j->options, ret_report, ret_why);
    if (!err) {
        j->base = j->store.next;
        j->opened_pending = j->note_pending = true;
        j->opened = (struct vg_opened){ret_report->dropped_bytes, ret_report->dropped_frames};
        j->status.synced_frames = j->base;
        j->status.first = j->store.first;
        succeed(j);
        if (!begin_thread(j)) {
            vg_journal_store_close(&j->store);
            *ret_why = "a thread can't be made";
            err = VG_NOMEM;
        }
    }
    if (err) {
        free_journal(j);
        return err;
    }
    *ret_journal = j;
    return VG_OK;
}

enum vg_err vg_journal_close(struct vg_journal *j, uint64_t *ret_lost)
{
    if (!j)
        return VG_OK;
    if (j->threaded) {
        pthread_mutex_lock(&j->lock);
        j->stopping = true;
        pthread_cond_signal(&j->wake);
        pthread_mutex_unlock(&j->lock);
        pthread_join(j->thread, NULL);
    }
    enum vg_err err = vg_journal_turn(j, j->synced_at_us, true);
    if (err) /* once more: the first may have found the file in a bad state and mended it */
        err = vg_journal_turn(j, j->synced_at_us, true);
    if (ret_lost)
        *ret_lost = j->status.entries - j->status.synced_entries;
    vg_journal_store_close(&j->store);
    free_journal(j);
    return err;
}

enum vg_err vg_journal_rotate_key(struct vg_journal *j, const uint8_t seed[static 32])
{
    enum vg_err err = vg_journal_turn(j, j->synced_at_us, true);
    if (!err)
        err = vg_journal_store_rotate_key(&j->store, seed);
    if (!err)
        j->note_pending = true;
    return err;
}
