#include "alert/desk.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/thread.h"
#include "base/time.h"

struct vg_alert_desk {
    struct vg_alert_book *book; /* under book_lock */
    pthread_mutex_t book_lock, lock;
    pthread_cond_t news;
    pthread_cond_t taken; /* into the book, or the disk failed */
    pthread_t thread;
    bool started, stopping, ticked;
    int64_t data_us, host_us;
    uint32_t first, count;
    uint64_t handed, synced; /* events; the journal's offset that is on the disk */
    struct vg_desk_status status;
    struct vg_alert_told batch[VG_DESK_BATCH]; /* the thread's */
    struct vg_alert_told queue[VG_DESK_QUEUE];
};

/* ---- the thread ---- */

/* There is an event at place i of the queue, and what it rests on is on the disk. */
static bool is_ready(const struct vg_alert_desk *d, size_t i)
{
    return i < d->count && d->queue[(d->first + i) % VG_DESK_QUEUE].journal_end <= d->synced;
}

/* What waits, without taking it away: it stays until the disk has it. Under lock. */
static size_t copy_batch(struct vg_alert_desk *d)
{
    size_t n = 0;
    for (; n < VG_DESK_BATCH && is_ready(d, n); n++)
        d->batch[n] = d->queue[(d->first + n) % VG_DESK_QUEUE];
    return n;
}

/*
 * To when the book's clock may go when the first n are in; VG_TIME_NONE: not yet. Never beyond what waits for the
 * journal: else what is escalated would depend on how fast the disk is.
 */
static int64_t advance_to(const struct vg_alert_desk *d, size_t n)
{
    if (!d->ticked || is_ready(d, n))
        return VG_TIME_NONE;
    const int64_t told_us = n < d->count ? d->queue[(d->first + n) % VG_DESK_QUEUE].event.told_us : INT64_MAX;
    return told_us < d->data_us ? told_us : d->data_us;
}

static void drop_batch(struct vg_alert_desk *d, size_t n)
{
    d->first = (d->first + (uint32_t)n) % VG_DESK_QUEUE;
    d->count -= (uint32_t)n;
}

static void note(struct vg_alert_desk *d, enum vg_err err)
{
    struct vg_desk_status *s = &d->status;
    s->failing = err != VG_OK;
    s->failed += s->failing;
    snprintf(s->error, sizeof s->error, "%s", err ? vg_err_text(err) : "");
}

static enum vg_err work(struct vg_alert_desk *d, size_t n, int64_t data_us, int64_t host_us)
{
    pthread_mutex_lock(&d->book_lock);
    enum vg_err err = n ? vg_alert_book_events(d->book, d->batch, n) : VG_OK;
    if (!err && data_us != VG_TIME_NONE)
        err = vg_alert_book_advance(d->book, data_us, host_us);
    pthread_mutex_unlock(&d->book_lock);
    return err;
}

/*
 * Waits for news; after a failure only for the next tick, or it would try without a pause. The clock is told to the
 * book when all events before it are in.
 */
static void *run(void *arg)
{
    struct vg_alert_desk *d = arg;
    pthread_mutex_lock(&d->lock);
    for (;;) {
        while (!d->stopping && !d->ticked && (!is_ready(d, 0) || d->status.failing))
            pthread_cond_wait(&d->news, &d->lock);
        if (d->stopping && (!d->count || d->status.failing))
            break;
        size_t n = copy_batch(d);
        const int64_t data_us = advance_to(d, n), host_us = d->host_us;
        d->ticked = d->ticked && is_ready(d, n);
        pthread_mutex_unlock(&d->lock);
        enum vg_err err = work(d, n, data_us, host_us);
        pthread_mutex_lock(&d->lock);
        if (err)
            d->ticked = false; /* the next tick tries again */
        else
            drop_batch(d, n);
        note(d, err);
        pthread_cond_broadcast(&d->taken);
    }
    pthread_mutex_unlock(&d->lock);
    return NULL;
}

/* ---- the calls ---- */

enum vg_err vg_alert_desk_open(const struct vg_alert_book_options *options, struct vg_alert_desk **ret_desk,
                               char why[static VG_DB_WHY])
{
    struct vg_alert_desk *d = calloc(1, sizeof *d);
    snprintf(why, VG_DB_WHY, "out of memory");
    if (!d)
        return VG_NOMEM;
    d->synced = UINT64_MAX;
    pthread_mutex_init(&d->book_lock, NULL);
    pthread_mutex_init(&d->lock, NULL);
    pthread_cond_init(&d->news, NULL);
    pthread_cond_init(&d->taken, NULL);
    enum vg_err err = vg_alert_book_open(options, &d->book, why);
    if (!err && vg_thread_start(&d->thread, run, d)) {
        snprintf(why, VG_DB_WHY, "no thread can be started");
        err = VG_LIMIT;
    }
    d->started = !err;
    if (err)
        vg_alert_desk_close(d);
    else
        *ret_desk = d;
    return err;
}

void vg_alert_desk_stop(struct vg_alert_desk *d)
{
    if (!d->started)
        return;
    pthread_mutex_lock(&d->lock);
    d->stopping = true;
    d->synced = UINT64_MAX;
    pthread_cond_signal(&d->news);
    pthread_mutex_unlock(&d->lock);
    pthread_join(d->thread, NULL);
    d->started = false;
}

void vg_alert_desk_close(struct vg_alert_desk *d)
{
    if (!d)
        return;
    vg_alert_desk_stop(d);
    vg_alert_book_close(d->book);
    pthread_cond_destroy(&d->news);
    pthread_cond_destroy(&d->taken);
    pthread_mutex_destroy(&d->lock);
    pthread_mutex_destroy(&d->book_lock);
    free(d);
}

bool vg_alert_desk_event(struct vg_alert_desk *d, const struct vg_alert_told *told)
{
    pthread_mutex_lock(&d->lock);
    bool room = d->count < VG_DESK_QUEUE;
    if (room)
        d->queue[(d->first + d->count++) % VG_DESK_QUEUE] = *told, d->handed++;
    else
        d->status.lost++;
    pthread_cond_signal(&d->news);
    pthread_mutex_unlock(&d->lock);
    return room;
}

void vg_alert_desk_synced(struct vg_alert_desk *d, uint64_t journal_offset)
{
    pthread_mutex_lock(&d->lock);
    d->synced = d->stopping ? UINT64_MAX : journal_offset;
    if (is_ready(d, 0))
        pthread_cond_signal(&d->news);
    pthread_mutex_unlock(&d->lock);
}

uint64_t vg_alert_desk_handed(struct vg_alert_desk *d)
{
    pthread_mutex_lock(&d->lock);
    const uint64_t handed = d->handed;
    pthread_mutex_unlock(&d->lock);
    return handed;
}

bool vg_alert_desk_has(struct vg_alert_desk *d, uint64_t handed)
{
    pthread_mutex_lock(&d->lock);
    const bool has = d->handed - d->count >= handed || d->status.failing;
    pthread_mutex_unlock(&d->lock);
    return has;
}

void vg_alert_desk_wait(struct vg_alert_desk *d, uint32_t most)
{
    pthread_mutex_lock(&d->lock);
    while (d->started && d->count > most && !d->status.failing)
        pthread_cond_wait(&d->taken, &d->lock);
    pthread_mutex_unlock(&d->lock);
}

void vg_alert_desk_advance(struct vg_alert_desk *d, int64_t data_us, int64_t host_us)
{
    pthread_mutex_lock(&d->lock);
    d->data_us = data_us;
    d->host_us = host_us;
    d->ticked = true;
    pthread_cond_signal(&d->news);
    pthread_mutex_unlock(&d->lock);
}

enum vg_err vg_alert_desk_ask(struct vg_alert_desk *d, vg_desk_ask *ask, void *arg)
{
    pthread_mutex_lock(&d->book_lock);
    enum vg_err err = ask(d->book, arg);
    pthread_mutex_unlock(&d->book_lock);
    return err;
}

/* The book's counters are read without its lock by nobody: they are copied when it is free. */
void vg_alert_desk_status(struct vg_alert_desk *d, struct vg_desk_status *ret)
{
    pthread_mutex_lock(&d->lock);
    *ret = d->status;
    ret->waiting = d->count;
    pthread_mutex_unlock(&d->lock);
    if (pthread_mutex_trylock(&d->book_lock))
        return; /* busy: those of before */
    ret->counters = *vg_alert_book_counters(d->book);
    pthread_mutex_unlock(&d->book_lock);
    pthread_mutex_lock(&d->lock);
    d->status.counters = ret->counters;
    pthread_mutex_unlock(&d->lock);
}
