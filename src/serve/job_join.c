/* Several requests that wait for one job: see struct vg_job_same in job.h. */
#include "serve/job_inner.h"

static bool is_same(const struct vg_job *job, const struct vg_job_kind *kind, const struct vg_job_same *same)
{
    return job->kind == kind && job->same.key && job->same.len == same->len && !job->unwanted &&
           memcmp(job->same.key, same->key, same->len) == 0;
}

struct vg_job *vg_job_find_same(const struct vg_job_queue *queue, const struct vg_job_kind *kind,
                                const struct vg_job_same *same)
{
    for (struct vg_job *job = queue->first; job; job = job->next)
        if (is_same(job, kind, same))
            return job;
    for (unsigned i = 0; i < (queue->rules.threads ? queue->rules.threads : 1); i++) {
        struct vg_job *job = queue->worker[i].now;
        if (job && is_same(job, kind, same) && job->same.version == same->version)
            return job;
    }
    return NULL;
}

bool vg_job_join_same(struct vg_request *rq, struct vg_job_queue *queue, const struct vg_job_kind *kind,
                      const struct vg_job_same *same)
{
    struct vg_serve *s = rq->serve;
    pthread_mutex_lock(&s->lock);
    struct vg_job *job = s->stopping ? NULL : vg_job_find_same(queue, kind, same);
    if (job) {
        vg_job_join(rq, job);
        vg_count(&queue->asked);
        vg_count(&queue->joined);
    }
    pthread_mutex_unlock(&s->lock);
    return job;
}

void vg_job_join(struct vg_request *rq, struct vg_job *job)
{
    job->holders++;
    job->askers++;
    rq->job = job;
    rq->is_joined = true;
    rq->joined = (struct vg_suspended){.connection = rq->connection, .worker = rq->of->worker};
    rq->joined_next = job->joined;
    job->joined = rq;
    vg_suspend(&rq->joined);
}

void vg_job_resume_askers(struct vg_job *job)
{
    vg_suspended_resume(&job->asker);
    for (struct vg_request *rq = job->joined; rq; rq = rq->joined_next)
        vg_suspended_resume(&rq->joined);
}

void vg_job_leave(struct vg_request *rq, struct vg_job *job)
{
    if (rq->is_joined) {
        struct vg_request **at = &job->joined;
        while (*at != rq)
            at = &(*at)->joined_next;
        *at = rq->joined_next;
        rq->is_joined = false;
        vg_suspended_resume(&rq->joined);
    } else {
        vg_suspended_resume(&job->asker);
    }
    if (job->of == rq->of && job->joined) /* whose turn it is, is told by one who is left */
        job->of = job->joined->of;
    job->askers--;
    job->holders--;
    rq->job = NULL;
}
