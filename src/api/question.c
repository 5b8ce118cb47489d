/*
 * Questions to the picture's owner, for what only it may read: trails.
 *
 * The asking connection is suspended, so no server thread ever waits. The owner answers after a wake; if it does not,
 * the deadline_thread wakes the connection at the deadline, and it answers 503. The question belongs to the request,
 * which can't go while it is suspended: so only from "waiting" can it become overdue, never while the owner works on
 * it.
 */
#include <stdlib.h>
#include <time.h>

#include "serve/inner.h"

struct vg_question *vg_question_new(size_t trails, size_t points)
{
    struct vg_question *q = calloc(1, sizeof *q);
    if (!q)
        return NULL;
    q->asked = calloc(trails ? trails : 1, sizeof *q->asked);
    q->points = malloc((points ? points : 1) * sizeof *q->points); /* pages cost nothing until they are written */
    q->trails = trails;
    q->points_max = points;
    if (q->asked && q->points)
        return q;
    vg_question_free(q);
    return NULL;
}

void vg_question_free(struct vg_question *q)
{
    free(q->asked);
    free(q->points);
    free(q);
}

bool vg_question_ask(struct vg_request *rq, struct vg_question *q)
{
    struct vg_serve *s = rq->serve;
    q->deadline_us = vg_clock_monotonic_us() + VG_QUESTION_US;
    pthread_mutex_lock(&s->lock);
    if (s->stopping || s->questions == VG_QUESTIONS_MAX) {
        pthread_mutex_unlock(&s->lock);
        vg_count(&s->questions_refused);
        vg_question_free(q);
        return false;
    }
    s->questions++;
    rq->suspended = (struct vg_suspended){.connection = rq->connection, .suspended = true};
    rq->question = q;
    q->asker = &rq->suspended;
    q->state = VG_WAITING;
    q->next = NULL;
    *s->waiting_end = q;
    s->waiting_end = &q->next;
    MHD_suspend_connection(rq->connection);
    pthread_cond_signal(&s->watch);
    pthread_mutex_unlock(&s->lock);
    vg_count(&s->questions_total);
    s->wake(s->wake_arg);
    return true;
}

static void unqueue(struct vg_serve *s, struct vg_question *q)
{
    struct vg_question **at = &s->waiting;
    while (*at && *at != q)
        at = &(*at)->next;
    if (!*at)
        return;
    *at = q->next;
    if (s->waiting_end == &q->next)
        s->waiting_end = at;
}

struct vg_question *vg_question_take(struct vg_request *rq)
{
    struct vg_serve *s = rq->serve;
    struct vg_question *q = rq->question;
    rq->question = NULL;
    pthread_mutex_lock(&s->lock);
    enum vg_question_state state = q->state;
    if (state == VG_WAITING)
        unqueue(s, q);
    s->questions--;
    pthread_mutex_unlock(&s->lock);
    if (state == VG_ANSWERED)
        return q;
    vg_question_free(q);
    vg_count(&s->questions_overdue);
    return NULL;
}

static void answer(const struct vg_picture *picture, struct vg_question *q, int64_t clock_us)
{
    int64_t since_us = q->back ? clock_us - q->since_us : INT64_MIN;
    size_t used = 0;
    for (size_t i = 0; i < q->trails; i++) {
        struct vg_question_item *a = &q->asked[i];
        const struct vg_contact *v = vg_picture_find(picture, a->mmsi);
        if (!v)
            continue;
        if (used == q->points_max) {
            q->truncated = true;
            break;
        }
        a->found = true;
        a->vessel = *v;
        a->points = vg_picture_trail(picture, a->mmsi, since_us, q->points + used, q->points_max - used, &a->dropped);
        used += a->points;
    }
}

static struct vg_question *next_waiting(struct vg_serve *s)
{
    pthread_mutex_lock(&s->lock);
    struct vg_question *q = s->waiting;
    if (q) {
        s->waiting = q->next;
        if (!s->waiting)
            s->waiting_end = &s->waiting;
        q->state = VG_ANSWERING;
    }
    pthread_mutex_unlock(&s->lock);
    return q;
}

void vg_serve_answer(struct vg_serve *s)
{
    struct vg_question *q;
    while ((q = next_waiting(s))) {
        const struct vg_snapshot *snapshot = vg_snapshot_acquire(s->picture);
        int64_t clock_us = snapshot->clock_us;
        vg_snapshot_release(snapshot);
        answer(s->picture, q, clock_us);
        pthread_mutex_lock(&s->lock);
        q->state = VG_ANSWERED;
        vg_suspended_resume(q->asker);
        pthread_mutex_unlock(&s->lock);
    }
}

/* Under lock: gives up what is overdue, returns when to look again. */
static int64_t give_up(struct vg_serve *s, int64_t now_us)
{
    while (s->waiting && (s->stopping || s->waiting->deadline_us <= now_us)) {
        struct vg_question *q = s->waiting;
        unqueue(s, q);
        q->state = VG_OVERDUE;
        vg_suspended_resume(q->asker);
    }
    return s->waiting ? s->waiting->deadline_us : INT64_MAX;
}

/* A question the owner has begun is answered: answering takes milliseconds, so only waiting ones can be overdue. */
void *vg_deadline_thread(void *arg)
{
    struct vg_serve *s = arg;
    pthread_mutex_lock(&s->lock);
    for (;;) {
        int64_t next_us = give_up(s, vg_clock_monotonic_us());
        if (s->stopping)
            break;
        if (next_us == INT64_MAX) {
            pthread_cond_wait(&s->watch, &s->lock);
        } else {
            struct timespec at = {.tv_sec = next_us / VG_SECOND_US, .tv_nsec = next_us % VG_SECOND_US * 1000};
            pthread_cond_timedwait(&s->watch, &s->lock, &at);
        }
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}
