/*
 * What the transport's own files share. Nobody else includes it.
 *
 * Threads. libmicrohttpd's pool runs the handlers and `fill` of flows; queues of jobs have threads of their own, or an
 * owner. One more thread sleeps until a waiting job is overdue. `lock` guards who is suspended, the jobs, the lists of
 * flows. It is never held while something is encoded, read or asked. Lock order: `lock`, then libmicrohttpd's own
 * (suspend and resume take it).
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

#include "base/time.h"
#include "serve/flow.h"
#include "serve/job.h"
#include "serve/serve.h"

#define VG_BODIES_MAX      ((size_t)512 << 20) /* all answers that are being sent: one more gets 503 */
#define VG_DRAIN_MAX       ((size_t)1 << 20)   /* of a body that nobody wants is read, so that the answer arrives */
#define VG_POOL_THREADS    2
#define VG_CONNECTION_POOL ((size_t)96 << 10) /* for each connection; half of it is the write buffer: a block fits */
#define VG_SEND_BUFFER     (256 << 10) /* kernel's, for flows: what lies there is old news that a slow reader gets */

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
    bool suspended;                   /* under lock */
    struct vg_suspended *prev, *next; /* list of a flow's readers; under lock */
    bool listed;
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
    const struct vg_route *route; /* NULL until found */
    int64_t begun_us;             /* monotonic */
    bool begun, handled, head;
    enum vg_err target_err;
    const char *target_why;
    char argument[64]; /* of the path's {…} */
    struct vg_job *job;
    struct vg_flow *flow; /* freed with the response */
    struct vg_request_body body;
    char allow[40];             /* methods of the path, for 405 */
    const char *number_name[2]; /* headers of the answer with one number; NULL: none */
    uint64_t number;
    struct vg_refusal_of_request refusal;
    struct vg_target target; /* last: its 4 KiB are written where they are used */
};

struct vg_serve {
    struct vg_app app;
    char *listen_host;
    bool loopback;
    char address[80];
    int fd; /* listening, until libmicrohttpd has it; −1 */
    uint32_t max_connections, stuck_s, body_s;
    struct MHD_Daemon *daemon;
    bool lock_ready, watching;
    pthread_t watcher;

    pthread_mutex_t lock;
    pthread_cond_t watch;
    bool stopping;
    struct vg_job_queue *queues;
    struct vg_flows *flows;

    _Atomic size_t bodies; /* bytes of answers being sent */
    _Atomic uint64_t requests[VG_ROUTES_MAX][VG_CODES];
    _Atomic uint64_t busy, no_memory, bodies_too_large, bodies_too_slow;
};

/* ---- suspend.c: under lock ---- */
void vg_suspend(struct vg_suspended *suspended);
void vg_suspended_resume(struct vg_suspended *suspended); /* if suspended */
void vg_suspended_list(struct vg_suspended **list, struct vg_suspended *suspended);
void vg_suspended_unlist(struct vg_suspended **list, struct vg_suspended *suspended);

/* ---- reply.c ---- */

/* There is no memory for an answer: counted; false, for the connection is closed. */
bool vg_reply_nothing(struct vg_request *rq);

/* Adds the headers every answer has, counts, queues and lets go of the response. NULL: as vg_reply_nothing(). */
bool vg_reply_send(struct vg_request *rq, unsigned code, struct MHD_Response *response);
void vg_reply_add_number(const struct vg_request *rq, struct MHD_Response *response); /* of vg_reply_number() */

/* ---- request.c ---- */

/* It is answered with this instead of by its route. */
void vg_refuse_request(struct vg_request *rq, unsigned code, const char *name, const char *why);

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
int64_t vg_jobs_overdue(struct vg_serve *serve, int64_t now_us); /* under lock: gives up, returns when to look again */
void vg_jobs_stop(struct vg_serve *serve);                       /* gives up what waits, joins the threads */
void vg_jobs_free(struct vg_serve *serve);
void vg_flow_done(struct vg_request *rq, bool timed_out);
void vg_flows_stop(struct vg_serve *serve); /* under lock: resumes all */
void vg_flows_free(struct vg_serve *serve);

/* ---- listen.c ---- */
enum vg_err vg_listen(struct vg_serve *serve, const char *text, bool trust_network, const char **ret_why);
bool vg_sockaddr_is_loopback(const struct sockaddr *address);

#endif
