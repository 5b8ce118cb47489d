/* The boards that the service publishes: feeds and the data folder. */
#include <stdlib.h>

#include "api/inner.h"

void vg_api_feeds(struct vg_api *s, const struct vg_feed_board *feeds, size_t count)
{
    if (count > VG_FEED_MAX)
        count = VG_FEED_MAX;
    struct vg_board *board = malloc(sizeof *board + count * sizeof *feeds);
    if (!board) /* the old board stays: its times show its age */
        return;
    atomic_init(&board->refs, 1);
    board->count = count;
    if (count)
        memcpy(board->feed, feeds, count * sizeof *feeds);
    pthread_mutex_lock(&s->lock);
    const struct vg_board *old = s->board;
    s->board = board;
    pthread_mutex_unlock(&s->lock);
    vg_board_release(old);
}

const struct vg_board *vg_board_acquire(struct vg_api *s)
{
    pthread_mutex_lock(&s->lock);
    struct vg_board *board = s->board;
    atomic_fetch_add_explicit(&board->refs, 1, memory_order_relaxed);
    pthread_mutex_unlock(&s->lock);
    return board;
}

void vg_board_release(const struct vg_board *board)
{
    struct vg_board *b = (struct vg_board *)board; /* immutable but for the count */
    if (atomic_fetch_sub_explicit(&b->refs, 1, memory_order_acq_rel) == 1)
        free(b);
}

bool vg_storage_set(struct vg_api *s, const struct vg_storage_status *board)
{
    pthread_mutex_lock(&s->lock);
    bool turned = vg_storage_has_turned(&s->storage, board);
    s->storage = *board;
    pthread_mutex_unlock(&s->lock);
    return turned;
}

void vg_storage_read(struct vg_api *s, struct vg_storage_status *ret)
{
    pthread_mutex_lock(&s->lock);
    *ret = s->storage;
    pthread_mutex_unlock(&s->lock);
}

void vg_host_clock_set(struct vg_api *s, const struct vg_host_clock *clock)
{
    pthread_mutex_lock(&s->lock);
    s->host_clock = *clock;
    pthread_mutex_unlock(&s->lock);
}

void vg_host_clock_get(struct vg_api *s, struct vg_host_clock *ret)
{
    pthread_mutex_lock(&s->lock);
    *ret = s->host_clock;
    pthread_mutex_unlock(&s->lock);
}

void vg_api_looking(struct vg_api *s, const struct vg_looking_board *board)
{
    pthread_mutex_lock(&s->lock);
    s->looking = *board;
    pthread_mutex_unlock(&s->lock);
}

void vg_looking_get(struct vg_api *s, struct vg_looking_board *ret)
{
    pthread_mutex_lock(&s->lock);
    *ret = s->looking;
    pthread_mutex_unlock(&s->lock);
}
