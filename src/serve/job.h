/*
 * Jobs: work that a handler gives away. There is one kind for everything that takes longer than a thread of the server
 * may be held: questions that only the picture's owner can answer, questions to the archive, exports, large answers.
 *
 * The handler puts the work on a queue; its request is suspended, no thread waits. When the work is done, or is not
 * going to be done, the handler is called again and finds the job by vg_request_job(). A queue either has threads of
 * its own or is run by an owner's loop. One that is full answers 503 at once; one that is too slow answers 503 when
 * the job has waited long enough. Work ends early when the reader has gone, when it takes too long, or when the server
 * stops: vg_job_check() says so to whoever works.
 *
 * Fair shares (job_turns.c). Threads and places are shared by address, then by connection: whoever has the fewest at
 * work and was served longest ago is next, and when all places are taken, the address that has the most makes room for
 * one that has less. So a flood waits for itself, and others are answered within their turn.
 *
 * A job has two holders, the request and the queue; the last one frees the work.
 */
#ifndef VG_SERVE_JOB_H
#define VG_SERVE_JOB_H

#include "serve/http.h"

struct vg_job;       /* opaque */
struct vg_job_queue; /* opaque */

struct vg_job_kind {
    /*
     * Does the work, in a thread of the queue or in the owner's. *worker is that thread's own (NULL at first; the
     * queue's rules say how it is freed). VG_LIMIT: too much; VG_EOF: nobody wants it any more.
     */
    enum vg_err (*run)(void *work, struct vg_job *job, void **worker);
    void (*free)(void *work); /* any thread */
    bool sends;               /* the work hands over pieces while it runs, by vg_job_hand_over() */
};

struct vg_job_rules {
    const char *busy;        /* sentence of the 503 of a full queue */
    const char *slow;        /* of that after waiting too long */
    unsigned threads;        /* 0: run by vg_job_queue_run() */
    unsigned waiting;        /* at most so many wait, besides those at work */
    unsigned share;          /* threads that one address may hold; 0: all. For work that lasts as long as its reader */
    int64_t wait_us;         /* a job may wait; 0: as long as it takes */
    int64_t work_us;         /* and work; 0: as long as it takes */
    int nice;                /* of the threads: large answers give way to the streams */
    void (*wake)(void *arg); /* called when a job waits for the owner */
    void *wake_arg;
    void (*free_worker)(void *worker);
};

/* Before vg_serve_begin(). The server frees it when it stops. VG_NOMEM: nothing is left behind. */
enum vg_err vg_job_queue_new(struct vg_serve *serve, const struct vg_job_rules *rules, struct vg_job_queue **ret);

/* Does everything that waits. The owner's thread, after a wake. */
void vg_job_queue_run(struct vg_job_queue *queue);

/* ---- the handler's side ---- */

/*
 * Gives the work away and suspends the request, or answers 503; a handler's result in both cases. `work` is taken over,
 * and freed if it is refused. A request has one job at a time: the one before is let go.
 */
bool vg_job_ask(struct vg_request *rq, struct vg_job_queue *queue, const struct vg_job_kind *kind, void *work);

/*
 * What makes two works one: the same question to the same version of the data. `key` belongs to the work. One that
 * waits takes in all who ask the same; one at work those who ask for the version that it is made of, which run() tells
 * by vg_job_set_version(). They all find the same job, whose work none may take out, and it ends when none is left.
 */
struct vg_job_same {
    const void *key;
    size_t len;
    uint64_t version; /* not 0 */
};

/* As vg_job_ask(), or joins the request to the same job, and `work` is freed. Not for kinds that send. */
bool vg_job_ask_same(struct vg_request *rq, struct vg_job_queue *queue, const struct vg_job_kind *kind, void *work,
                     const struct vg_job_same *same);

/* Joins the request to the same job, if there is one. */
bool vg_job_join_same(struct vg_request *rq, struct vg_job_queue *queue, const struct vg_job_kind *kind,
                      const struct vg_job_same *same);

void vg_job_set_version(struct vg_job *job, uint64_t version);

/* The request's job, once it has ended or sends; NULL: none was asked yet. */
struct vg_job *vg_request_job(const struct vg_request *rq);

enum vg_job_state {
    VG_JOB_WAITS,
    VG_JOB_WORKS,
    VG_JOB_SENDS,     /* pieces come: vg_reply_job() */
    VG_JOB_DONE,      /* vg_job_err() */
    VG_JOB_OVERDUE,   /* nobody took it in time */
    VG_JOB_DISPLACED, /* it made room for one of an address that has less */
    VG_JOB_CROWDED,   /* vg_job_reserve() */
    VG_JOB_STOPPED,   /* the server stops */
};
enum vg_job_state vg_job_state(const struct vg_job *job);
enum vg_err vg_job_err(const struct vg_job *job); /* what run() returned */
void *vg_job_work(const struct vg_job *job);
const struct vg_job_kind *vg_job_kind_of(const struct vg_job *job);

/* The work, taken out of the ended job: for another job, or to free it. */
void *vg_job_take(struct vg_request *rq);

/* 503 with the sentence of what ended it: overdue, stopped, out of memory. */
bool vg_reply_job_failed(struct vg_request *rq, const struct vg_job *job);

/* Sends what the job hands over, for as long as it takes. disposition NULL: shown, not saved. */
bool vg_reply_job(struct vg_request *rq, const char *type, const char *disposition);

/* ---- the worker's side ---- */

/* Now and then: VG_EOF if nobody wants the answer, VG_LIMIT if it took too long. */
enum vg_err vg_job_check(struct vg_job *job);

/*
 * Memory for an answer of about `bytes`, as vg_bodies_reserve(), and within the share of an address that asks. False:
 * run() returns VG_LIMIT, the request finds the job crowded and answers 503.
 */
bool vg_job_reserve(struct vg_job *job, size_t bytes);

/* A vg_out_sink; `arg` is the job. Waits until the reader took the piece before. VG_EOF: it has gone. */
enum vg_err vg_job_hand_over(void *job, const void *bytes, size_t len);

/* ---- counters ---- */

struct vg_job_counts {
    unsigned waiting, working;
    uint64_t asked, refused, overdue, limited, failed, abandoned, sent_bytes, displaced, joined;
};
void vg_job_counts(struct vg_job_queue *queue, struct vg_job_counts *ret);

#endif
