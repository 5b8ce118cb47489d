#include "ingest/queue.h"

void vg_queue_init(struct vg_queue *q)
{
    *q = (struct vg_queue){.closed = false};
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->changed, NULL);
}

void vg_queue_free(struct vg_queue *q)
{
    pthread_cond_destroy(&q->changed);
    pthread_mutex_destroy(&q->lock);
}

bool vg_queue_put(struct vg_queue *q, void *item)
{
    pthread_mutex_lock(&q->lock);
    while (q->count == VG_QUEUE_MAX && !q->closed)
        pthread_cond_wait(&q->changed, &q->lock);
    bool open = !q->closed;
    if (open)
        q->slot[(q->first + q->count++) % VG_QUEUE_MAX] = item;
    pthread_cond_broadcast(&q->changed);
    pthread_mutex_unlock(&q->lock);
    return open;
}

void *vg_queue_take(struct vg_queue *q)
{
    void *item = NULL;
    pthread_mutex_lock(&q->lock);
    while (!q->count && !q->closed)
        pthread_cond_wait(&q->changed, &q->lock);
    if (q->count) {
        item = q->slot[q->first];
        q->first = (q->first + 1) % VG_QUEUE_MAX;
        q->count--;
    }
    pthread_cond_broadcast(&q->changed);
    pthread_mutex_unlock(&q->lock);
    return item;
}

static void shut(struct vg_queue *q, bool drop)
{
    pthread_mutex_lock(&q->lock);
    q->closed = true;
    if (drop)
        q->count = 0;
    pthread_cond_broadcast(&q->changed);
    pthread_mutex_unlock(&q->lock);
}

void vg_queue_close(struct vg_queue *q)
{
    shut(q, false);
}

void vg_queue_abort(struct vg_queue *q)
{
    shut(q, true);
}
