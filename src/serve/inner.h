/*
 * What the transport's own files share. Nobody else includes it.
 *
 * Threads. Workers (worker.c), each with a libmicrohttpd of its own, run the handlers and `fill` of flows; queues of
 * jobs have threads of their own, or an owner. One more thread sleeps until a waiting job is overdue. `lock` guards who
 * is suspended, the jobs, the lists of flows, the peers. It is never held while something is encoded, read or asked.
 * Lock order: `lock`, then libmicrohttpd's own (suspend and resume take it).
 *
 * Suspension. A connection with nothing to say is suspended. Suspending and the look whether there is news happen under
 * `lock`, as do resuming and the arrival of news, so no wake-up is lost and only what is suspended is resumed.
 *
 * Clocks. Only the monotonic one is asked, for heartbeats and deadlines.
 */
#ifndef VG_SERVE_INNER_H
#define VG_SERVE_INNER_H

#include <microhttpd.h>
#include <pthread.h>

#include "base/address.h"
#include "base/time.h"
#include "serve/flow.h"
#include "serve/job.h"
#include "serve/serve.h"

#define VG_BODIES_MAX      ((size_t)512 << 20) /* all answers that are being sent: one more gets 503 */
#define VG_BODY_CHARGED    ((size_t)64 << 10)  /* an answer of so much counts for the share of who takes it */
#define VG_DRAIN_MAX       ((size_t)1 << 20)   /* of a body that nobody wants is read, so that the answer arrives */
#define VG_POOL_THREADS    2
#define VG_CONNECTION_POOL ((size_t)96 << 10) /* for each connection; half of it is the write buffer: a block fits */
#define VG_SEND_BUFFER     (256 << 10) /* kernel's, for flows: what lies there is old news that a slow reader gets */
#define VG_SWEEP_US        (VG_SECOND_US / 2) /* how often a worker looks through its connections */
#define VG_ANSWER_PACE     ((size_t)32 << 10) /* bytes a second that a reader must take at least, in the long run */
#define VG_STUCK_GIVES_WAY                                                                                             \
    12 /* a reader that takes nothing keeps a thread that others wait for this part of stuck_s                         \
        */
#define VG_REST_US      (10 * VG_SECOND_US) /* a connection without a request gives way to a new one of its address */
#define VG_PEER_BUCKETS 256
#define VG_PEER_OVER    8 /* connections over an address's limit that are told so; the next is closed unheard */

/* Status codes that are counted apart; the last is "other". */
#define VG_CODE_LIST(X)                                                                                                \
    X(200)                                                                                                             \
    X(304) X(400) X(403) X(404) X(405) X(413) X(414) X(415) X(421) X(500) X(503)

enum {
#define X(code) VG_CODE_##code,
    VG_CODE_LIST(X)
#undef X
        VG_CODE_OTHER,
    VG_CODES
};

/* A connection that may be suspended. */
struct vg_suspended {
    struct MHD_Connection *connection;
    struct vg_worker *worker;         /* whose it is */
    bool suspended;                   /* under lock */
    struct vg_suspended *prev, *next; /* list of a flow's readers; under lock */
    bool listed;
};

/* Who connects (peer.c). Under lock. */
struct vg_peer {
    struct vg_net net;
    bool alone;           /* one connection, whose address has others */
    uint32_t connections; /* open; not counted if it is alone */
    uint32_t holders;     /* connections and jobs */
    uint64_t turn;        /* when it was last served by a queue of jobs */
    size_t sending;       /* bytes of large answers that are on their way to it */
    struct vg_peer *next; /* of the bucket */
};

/* One connection (connection.c). Its worker's, but for `turn`, which is under lock. */
struct vg_connection {
    struct vg_worker *worker;
    struct vg_peer *peer;
    int fd;
    bool over;             /* more than its address may have */
    bool used;             /* a request was answered */
    bool ended;            /* its socket is shut */
    bool silent;           /* the other side has closed its half, all is read, and more should come */
    int64_t since_us;      /* opened, or the last request's end; monotonic */
    struct vg_request *rq; /* that is read or answered; NULL: none */
    uint64_t turn;         /* as the peer's */
    struct vg_connection *prev, *next;
};

/* A thread that serves connections (worker.c). */
struct vg_worker {
    struct vg_serve *serve;
    struct MHD_Daemon *daemon;
    pthread_t thread;
    bool running;
    _Atomic bool ends;
    int wake_fd; /* −1: none */
    int64_t sweep_us;
    struct vg_connection *connections;
    unsigned count; /* of them */
};

/* Why a request gets no answer of its route; code 0: it does. */
struct vg_refusal_of_request {
    unsigned code;
    const char *name;
    char why[512];
};

struct vg_request_body {
    char *bytes;
    size_t len, reserved;
    size_t drained; /* bytes that nobody wanted */
    json_t *json;
};

struct vg_flow;

struct vg_request {
    struct vg_serve *serve;
    struct MHD_Connection *connection;
    struct vg_connection *of;
    const struct vg_route *route; /* NULL until found */
    int64_t begun_us;             /* monotonic */
    int64_t answered_us;          /* the answer was queued; 0: not yet */
    size_t answer_bytes;          /* its length, if it has one */
    size_t charged;               /* of it, to the peer's `sending` */
    bool begun, handled, head;
    bool endless; /* the answer is a flow or is made while it is sent: it has limits of its own */
    bool gone;    /* the other side has closed, or took too long: no answer */
    bool closes;  /* the connection ends with the answer */
    enum vg_err target_err;
    const char *target_why;
    char argument[64]; /* of the path's {…} */
    struct vg_job *job;
    struct vg_suspended joined; /* it waits for another's job, as others may; under lock */
    struct vg_request *joined_next;
    bool is_joined;
    struct vg_job *sending; /* the job whose pieces are sent; the response holds it */
    struct vg_flow *flow;   /* freed with the response */
    struct vg_request_body body;
    char allow[40];             /* methods of the path, for 405 */
    const char *number_name[2]; /* headers of the answer with one number; NULL: none */
    uint64_t number;
    char saved_as[96]; /* name of the file that the answer is; "": shown */
    struct vg_refusal_of_request refusal;
    struct vg_target target; /* last: its 4 KiB are written where they are used */
};

struct vg_serve {
    struct vg_app app;
    char *listen_host;
    char *hosts; /* names with commas between; NULL: none */
    bool loopback;
    char address[80];
    int fd; /* listening, until libmicrohttpd has it; −1 */
    uint32_t max_connections, stuck_s, body_s, head_s, per_address;
    bool loopback_unlimited;
    struct vg_worker worker[VG_POOL_THREADS];
    bool lock_ready, watching;
    pthread_t watcher;

    pthread_mutex_t lock;
    pthread_cond_t watch;
    bool stopping;
    struct vg_job_queue *queues;
    struct vg_flows *flows;
    struct vg_peer *peers[VG_PEER_BUCKETS];
    uint64_t turns; /* jobs that were begun */

    _Atomic size_t bodies; /* bytes of answers being sent */
    _Atomic uint64_t requests[VG_ROUTES_MAX][VG_CODES];
    _Atomic uint64_t busy, no_memory, bodies_too_large, bodies_too_slow, heads_too_slow, answers_too_slow, gone;
    _Atomic uint64_t foreign_hosts, cross_site;
    _Atomic uint64_t connections, connections_over, connections_closed, given_way;
};

/* ---- worker.c ---- */
/* What libmicrohttpd calls; their argument is the server. */
struct vg_callbacks {
    void *(*begin)(void *serve, const char *uri, struct MHD_Connection *connection);
    size_t (*leave_escaped)(void *serve, struct MHD_Connection *connection, char *text);
    MHD_AccessHandlerCallback handle;
    MHD_RequestCompletedCallback end;
};
bool vg_workers_start(struct vg_serve *serve, const struct vg_callbacks *callbacks);
void vg_workers_stop(struct vg_serve *serve);

/* ---- connection.c ---- */
void vg_connection_notify(void *worker, struct MHD_Connection *mhd, void **context,
                          enum MHD_ConnectionNotificationCode code);
struct vg_connection *vg_connection_of(struct MHD_Connection *mhd); /* NULL: there was no memory for it */
/* Ends the peer's connection that rests for longest, if one does for VG_REST_US. It is not in the midst of a request.
 */
bool vg_connection_gives_way(struct vg_worker *worker, const struct vg_peer *peer, int64_t now_us);
void vg_connections_sweep(struct vg_worker *worker, int64_t now_us);

/* ---- peer.c ---- */
struct vg_peer *vg_peer_take(struct vg_serve *serve, const struct sockaddr *address); /* under lock; NULL: no memory */
void vg_peer_let_go(struct vg_serve *serve, struct vg_peer *peer);                    /* under lock */
bool vg_peer_may_connect(struct vg_serve *serve, const struct sockaddr *address);     /* counts a refusal */

/* ---- suspend.c: under lock, but for waking ---- */
void vg_worker_wake(struct vg_worker *worker);
void vg_suspend(struct vg_suspended *suspended);
void vg_suspended_resume(struct vg_suspended *suspended); /* if suspended */
void vg_suspended_list(struct vg_suspended **list, struct vg_suspended *suspended);
void vg_suspended_unlist(struct vg_suspended **list, struct vg_suspended *suspended);

/* ---- reply.c ---- */

/* There is no memory for an answer: counted; false, for the connection is closed. */
bool vg_reply_nothing(struct vg_request *rq);

/* Adds the headers every answer has, counts, queues and lets go of the response. NULL: as vg_reply_nothing(). */
bool vg_reply_send(struct vg_request *rq, unsigned code, struct MHD_Response *response);
void vg_reply_done(struct vg_request *rq); /* the answer is no more on its way */
bool vg_bodies_have_share(const struct vg_serve *serve, size_t sending, size_t bytes); /* under lock */
void vg_reply_add_number(const struct vg_request *rq, struct MHD_Response *response);  /* of vg_reply_number() */

/* ---- request.c ---- */

/* It is answered with this instead of by its route. */
void vg_refuse_request(struct vg_request *rq, unsigned code, const char *name, const char *why);

/* ---- origin.c ---- */
bool vg_request_names_us(struct vg_request *rq);         /* its Host; else it is refused */
bool vg_request_is_foreign(const struct vg_request *rq); /* another site's page sent it */
bool vg_request_is_visit(const struct vg_request *rq);   /* a link was followed in the window itself */

/* ---- dispatch.c ---- */

/* Finds the route and everything that is wrong before a body is read: fills rq->route or rq->refusal. */
void vg_dispatch_begin(struct vg_request *rq, const char *method);
bool vg_dispatch(struct vg_request *rq);

/* ---- body.c ---- */

/* True if the client says that a body follows. */
bool vg_body_is_announced(const struct vg_request *rq);

/* Before the body: its type, its length, memory for it. Refuses the request otherwise. */
void vg_body_begin(struct vg_request *rq);

/* A piece of it. False: the connection is closed. */
bool vg_body_take(struct vg_request *rq, const char *bytes, size_t len);

/* The whole of it is there. */
void vg_body_end(struct vg_request *rq);
void vg_body_free(struct vg_request *rq);

/* ---- job.c, flow.c ---- */
void vg_job_done_with(struct vg_request *rq);                    /* the request ends */
void vg_job_gone(struct vg_request *rq);                         /* under lock: who asked has gone */
void vg_flow_gone(struct vg_request *rq);                        /* under lock */
int64_t vg_jobs_overdue(struct vg_serve *serve, int64_t now_us); /* under lock: gives up, returns when to look again */
void vg_jobs_stop(struct vg_serve *serve);                       /* gives up what waits, joins the threads */
void vg_jobs_free(struct vg_serve *serve);
void vg_flow_done(struct vg_request *rq, bool timed_out);
void vg_flows_stop(struct vg_serve *serve); /* under lock: resumes all */
void vg_flows_free(struct vg_serve *serve);

/* ---- listen.c ---- */
enum vg_err vg_listen(struct vg_serve *serve, const char *text, bool trust_network, const char **ret_why);

#endif
