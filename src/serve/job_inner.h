/*
 * A queue of jobs from inside: job.c, which knows what becomes of a job, and job_turns.c, which knows whose turn it is.
 */
#ifndef VG_SERVE_JOB_INNER_H
#define VG_SERVE_JOB_INNER_H

#include "serve/inner.h"

struct vg_job {
    struct vg_serve *serve;
    struct vg_job_queue *queue;
    const struct vg_job_kind *kind;
    void *work;
    int fd;                   /* of the asker */
    struct vg_peer *peer;     /* held */
    struct vg_connection *of; /* as long as the asker waits */
    int64_t overdue_us;       /* waiting; INT64_MAX: never */
    int64_t deadline_us;      /* at work, monotonic; the worker's */

    /* under lock */
    enum vg_job_state state;
    enum vg_err err;
    struct vg_suspended asker;
    struct vg_request *joined; /* others who wait for it */
    struct vg_job_same same;   /* key NULL: it is nobody else's */
    unsigned askers;           /* requests that want it */
    unsigned holders;          /* they, or the response, and the queue */
    bool unwanted;             /* all have gone */
    bool crowded;              /* there was no memory for the answer, or none for its address */
    struct vg_job *next;

    /* what the reader has not taken; under lock */
    char *piece;
    size_t piece_len, piece_taken;
    pthread_cond_t taken;
};

struct vg_job_worker {
    struct vg_job_queue *queue;
    pthread_t thread;
    bool running;
    void *own;          /* the kind's */
    struct vg_job *now; /* under lock */
};

struct vg_job_queue {
    struct vg_serve *serve;
    struct vg_job_rules rules;
    struct vg_job_queue *next; /* of the server */
    pthread_cond_t work;
    struct vg_job *first, **last; /* that wait; under lock */
    unsigned waiting, working;
    _Atomic uint64_t asked, refused, displaced, joined, overdue, limited, failed, abandoned, sent_bytes;
    struct vg_job_worker worker[]; /* rules.threads of them; one for an owner */
};

/* ---- job_join.c: under lock ---- */

/* The job in the queue that a request for the same may join; NULL: there is none. */
struct vg_job *vg_job_find_same(const struct vg_job_queue *queue, const struct vg_job_kind *kind,
                                const struct vg_job_same *same);
void vg_job_join(struct vg_request *rq, struct vg_job *job); /* and suspends it */
void vg_job_resume_askers(struct vg_job *job);

/* The request wants the job no more; it is resumed. It is not the last that does. */
void vg_job_leave(struct vg_request *rq, struct vg_job *job);

/* ---- job_turns.c: under lock ---- */

/* Takes the job whose turn it is out of those that wait; NULL: nobody may work now. */
struct vg_job *vg_job_take_turn(struct vg_job_queue *queue);

/* Takes one that waits out, wherever it stands. */
void vg_job_unlink(struct vg_job_queue *queue, struct vg_job *job);

/*
 * True if a newcomer may wait. If all places are taken, *ret_out is the job that has to make room, which is not taken
 * out; else NULL.
 */
bool vg_job_finds_place(struct vg_job_queue *queue, const struct vg_job *newcomer, struct vg_job **ret_out);

#endif
