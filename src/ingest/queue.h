/*
 * Pointers from one thread to another, in order, at most VG_QUEUE_MAX of them. A closed queue gives what is left and
 * then NULL; an aborted one gives NULL at once.
 */
#ifndef VG_INGEST_QUEUE_H
#define VG_INGEST_QUEUE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#define VG_QUEUE_MAX 32

struct vg_queue {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool closed;
    size_t first, count;
    void *slot[VG_QUEUE_MAX];
};

void vg_queue_init(struct vg_queue *queue);
void vg_queue_free(struct vg_queue *queue);

/* Waits for room. False: it is closed, and nothing was put. */
bool vg_queue_put(struct vg_queue *queue, void *item);

/* Waits for an item. */
void *vg_queue_take(struct vg_queue *queue);

void vg_queue_close(struct vg_queue *queue);
void vg_queue_abort(struct vg_queue *queue);

#endif
