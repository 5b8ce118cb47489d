/*
 * Whose turn it is. A job is judged by who asks: the address (peer.c) first, then the connection. Queues are short
 * (tens), so they are looked through.
 */
#include "serve/job_inner.h"

static unsigned workers(const struct vg_job_queue *queue)
{
    return queue->rules.threads ? queue->rules.threads : 1;
}

static unsigned at_work(const struct vg_job_queue *queue, const struct vg_peer *peer)
{
    unsigned n = 0;
    for (unsigned i = 0; i < workers(queue); i++)
        n += queue->worker[i].now && queue->worker[i].now->peer == peer;
    return n;
}

static unsigned waiting(const struct vg_job_queue *queue, const struct vg_peer *peer)
{
    unsigned n = 0;
    for (const struct vg_job *job = queue->first; job; job = job->next)
        n += job->peer == peer;
    return n;
}

/*
 * True if b, which came later, goes before a: its address has fewer at work, or was served longer ago; of one address,
 * its connection was. What is equal in all this goes in the order in which it came; but when most places are taken the
 * newest is first, for it is the one that is still waited for.
 */
static bool goes_before(const struct vg_job_queue *queue, const struct vg_job *b, const struct vg_job *a)
{
    if (a->peer != b->peer) {
        unsigned of_a = at_work(queue, a->peer), of_b = at_work(queue, b->peer);
        return of_a != of_b ? of_b < of_a : b->peer->turn < a->peer->turn;
    }
    if (a->of->turn != b->of->turn)
        return b->of->turn < a->of->turn;
    return queue->waiting > queue->rules.waiting / 2;
}

void vg_job_unlink(struct vg_job_queue *queue, struct vg_job *job)
{
    struct vg_job **at = &queue->first;
    while (*at != job)
        at = &(*at)->next;
    *at = job->next;
    if (queue->last == &job->next)
        queue->last = at;
    job->next = NULL;
    queue->waiting--;
}

struct vg_job *vg_job_take_turn(struct vg_job_queue *queue)
{
    struct vg_job *next = NULL;
    for (struct vg_job *job = queue->first; job; job = job->next) {
        if (queue->rules.share && at_work(queue, job->peer) >= queue->rules.share)
            continue;
        if (!next || goes_before(queue, job, next))
            next = job;
    }
    if (!next)
        return NULL;
    vg_job_unlink(queue, next);
    next->peer->turn = next->of->turn = ++queue->serve->turns;
    return next;
}

/* The one that goes last: of the address with the most that wait, that of its connection which was answered last. */
static struct vg_job *last_of_all(const struct vg_job_queue *queue)
{
    struct vg_job *last = NULL;
    unsigned most = 0;
    for (struct vg_job *job = queue->first; job; job = job->next) {
        unsigned n = waiting(queue, job->peer);
        if (job->askers > 1) /* many wait for it */
            continue;
        if (n > most || (n == most && job->of->turn > last->of->turn)) {
            last = job;
            most = n;
        }
    }
    return last;
}

bool vg_job_finds_place(struct vg_job_queue *queue, const struct vg_job *newcomer, struct vg_job **ret_out)
{
    struct vg_job *last;
    *ret_out = NULL;
    if (queue->waiting + queue->working < queue->rules.waiting + queue->rules.threads)
        return true;
    last = last_of_all(queue);
    if (!last)
        return false;
    bool makes_room;
    if (last->peer == newcomer->peer) {
        makes_room = newcomer->of->turn < last->of->turn;
    } else {
        unsigned most = waiting(queue, last->peer), own = waiting(queue, newcomer->peer);
        makes_room = most > own + 1 || (most == own + 1 && newcomer->peer->turn < last->peer->turn);
    }
    *ret_out = makes_room ? last : NULL;
    return makes_room;
}
