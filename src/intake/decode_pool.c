#include "intake/decode_pool.h"

#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/thread.h"

struct worker {
    struct vg_decode_pool *pool;
    pthread_t thread;
    unsigned number;
};

struct vg_decode_pool {
    vg_decode_function *decode;
    void *arg;
    struct vg_decode_batch *batch;
    unsigned workers; /* threads; 0: the caller */
    unsigned busy;
    uint64_t round;
    bool end, failed;
    pthread_mutex_t lock;
    pthread_cond_t sent, done;
    struct worker worker[VG_DECODE_THREADS_MAX];
};

/* ---- batches ---- */

void vg_decode_batch_clear(struct vg_decode_batch *b)
{
    b->count = 0;
    b->bytes = 0;
    for (unsigned i = 0; i < b->outputs; i++)
        b->output[i].count = 0;
}

void vg_decode_batch_free(struct vg_decode_batch *b)
{
    for (unsigned i = 0; i < b->outputs; i++)
        vg_report_list_free(&b->output[i]);
    free(b->output);
    free(b->failed);
    free(b->record);
    free(b->at);
    *b = (struct vg_decode_batch){0};
}

/* Room for `count` things of `size`, at least doubled. False: no memory, nothing changed. */
static bool grow(void *array, size_t *room, size_t count, size_t size)
{
    if (count <= *room)
        return true;
    size_t more = *room ? *room * 2 : 256;
    while (more < count)
        more *= 2;
    void *was, *now;
    memcpy(&was, array, sizeof was);
    now = realloc(was, more * size);
    if (!now)
        return false;
    memcpy(array, &now, sizeof now);
    *room = more;
    return true;
}

bool vg_decode_batch_add(struct vg_decode_batch *b, const struct vg_record *record, unsigned feed)
{
    size_t name_len = feed == VG_DECODE_NOBODY ? record->name_len : 0;
    if (!grow(&b->record, &b->room, b->count + 1, sizeof *b->record) ||
        !grow(&b->at, &b->bytes_room, b->bytes + record->len + name_len + 1, 1))
        return false;
    b->record[b->count++] = (struct vg_decode_record){.journal_offset = record->journal_offset,
                                                      .received_us = record->time_us,
                                                      .at = b->bytes,
                                                      .len = record->len,
                                                      .name_len = name_len,
                                                      .stream = record->stream,
                                                      .feed = feed,
                                                      .flags = record->flags};
    if (record->len)
        memcpy(b->at + b->bytes, record->bytes, record->len);
    if (name_len)
        memcpy(b->at + b->bytes + record->len, record->name, name_len);
    b->bytes += record->len + name_len;
    return true;
}

/* ---- workers ---- */

static void work(struct vg_decode_pool *c, unsigned number)
{
    struct vg_decode_batch *b = c->batch;
    struct vg_report_list *list = &b->output[number];
    unsigned workers = c->workers ? c->workers : 1;
    b->failed[number] = false;
    for (size_t i = 0; i < b->count; i++) {
        struct vg_decode_record *record = &b->record[i];
        if (record->feed == VG_DECODE_NOBODY || record->feed % workers != number)
            continue;
        record->list = list;
        record->first = list->count;
        if (c->decode(c->arg, record, list))
            b->failed[number] = true;
        record->count = list->count - record->first;
    }
}

static void *run(void *arg)
{
    struct worker *worker = arg;
    struct vg_decode_pool *c = worker->pool;
    pthread_mutex_lock(&c->lock);
    for (uint64_t seen = 0;;) {
        while (c->round == seen && !c->end)
            pthread_cond_wait(&c->sent, &c->lock);
        if (c->end)
            break;
        seen = c->round;
        pthread_mutex_unlock(&c->lock);
        work(c, worker->number);
        pthread_mutex_lock(&c->lock);
        if (--c->busy == 0)
            pthread_cond_signal(&c->done);
    }
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

enum vg_err vg_decode_pool_new(unsigned threads, vg_decode_function *decode, void *arg,
                               struct vg_decode_pool **ret_pool)
{
    struct vg_decode_pool *c = calloc(1, sizeof *c);
    if (!c)
        return VG_NOMEM;
    c->decode = decode;
    c->arg = arg;
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->sent, NULL);
    pthread_cond_init(&c->done, NULL);
    unsigned wanted = threads > 1 ? threads < VG_DECODE_THREADS_MAX ? threads : VG_DECODE_THREADS_MAX : 0;
    for (unsigned i = 0; i < wanted; i++) {
        c->worker[i] = (struct worker){.pool = c, .number = i};
        if (vg_thread_start(&c->worker[i].thread, run, &c->worker[i])) {
            vg_decode_pool_free(c);
            return VG_NOMEM;
        }
        c->workers++;
    }
    *ret_pool = c;
    return VG_OK;
}

void vg_decode_pool_free(struct vg_decode_pool *c)
{
    if (!c)
        return;
    pthread_mutex_lock(&c->lock);
    while (c->busy)
        pthread_cond_wait(&c->done, &c->lock);
    c->end = true;
    pthread_cond_broadcast(&c->sent);
    pthread_mutex_unlock(&c->lock);
    for (unsigned i = 0; i < c->workers; i++)
        pthread_join(c->worker[i].thread, NULL);
    pthread_cond_destroy(&c->done);
    pthread_cond_destroy(&c->sent);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

bool vg_decode_pool_is_apart(const struct vg_decode_pool *c)
{
    return c->workers > 0;
}

void vg_decode_pool_send(struct vg_decode_pool *c, struct vg_decode_batch *b)
{
    unsigned outputs = c->workers ? c->workers : 1;
    c->failed = false;
    if (!b->output) {
        b->output = calloc(outputs, sizeof *b->output);
        b->failed = calloc(outputs, sizeof *b->failed);
        b->outputs = b->output ? outputs : 0;
    }
    if (!b->output || !b->failed) {
        c->failed = true;
        return;
    }
    for (size_t i = 0; i < b->count; i++)
        b->record[i].bytes = b->at + b->record[i].at;
    c->batch = b;
    if (!c->workers) {
        work(c, 0);
        return;
    }
    pthread_mutex_lock(&c->lock);
    c->busy = c->workers;
    c->round++;
    pthread_cond_broadcast(&c->sent);
    pthread_mutex_unlock(&c->lock);
}

enum vg_err vg_decode_pool_wait(struct vg_decode_pool *c)
{
    if (c->workers) {
        pthread_mutex_lock(&c->lock);
        while (c->busy)
            pthread_cond_wait(&c->done, &c->lock);
        pthread_mutex_unlock(&c->lock);
    }
    for (unsigned i = 0; !c->failed && i < c->batch->outputs; i++)
        c->failed = c->batch->failed[i];
    return c->failed ? VG_NOMEM : VG_OK;
}
