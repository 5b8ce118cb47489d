/* Starting, stopping, and the two callbacks through which libmicrohttpd brings requests. */
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/thread.h"
#include "serve/inner.h"

#define MAX_CONNECTIONS 1024
#define STUCK_S         120
#define BODY_S          30
#define HEAD_S          20
#define PER_ADDRESS     64

/* ---- requests ---- */

/* Called with the raw target before anything is decoded. NULL: no memory; the handler answers for it. */
static void *begin_request(void *arg, const char *uri, struct MHD_Connection *connection)
{
    struct vg_connection *of = vg_connection_of(connection);
    struct vg_request *rq = of ? malloc(sizeof *rq) : NULL;
    if (!rq)
        return NULL;
    memset(rq, 0, offsetof(struct vg_request, target));
    rq->serve = arg;
    rq->connection = connection;
    rq->of = of;
    of->rq = rq;
    of->silent = false;
    rq->begun_us = vg_clock_monotonic_us();
    rq->target_why = "";
    rq->target_err = vg_target_parse(uri, &rq->target, &rq->target_why);
    return rq;
}

/* libmicrohttpd must not decode: target.c does, and sees NULs. */
static size_t leave_escaped(void *arg, struct MHD_Connection *connection, char *text)
{
    (void)arg, (void)connection;
    return strlen(text);
}

/* The head is there. What is refused already is said before its body comes, which closes the connection; otherwise
 * nothing is answered yet, and the connection stays. */
static enum MHD_Result begin(struct vg_request *rq, const char *method)
{
    rq->begun = true;
    vg_dispatch_begin(rq, method);
    if (rq->refusal.code && vg_body_is_announced(rq))
        return vg_dispatch(rq) ? MHD_YES : MHD_NO;
    return MHD_YES;
}

/* Comes with the head, with each piece of a body, at the request's end, and again after each job. */
static enum MHD_Result handle(void *arg, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *upload, size_t *upload_size, void **state)
{
    (void)connection, (void)url, (void)version;
    struct vg_serve *serve = arg;
    struct vg_request *rq = *state;
    if (!rq) {
        vg_count(&serve->no_memory);
        return MHD_NO;
    }
    if (!rq->begun)
        return begin(rq, method);
    if (*upload_size) {
        bool goes_on = vg_body_take(rq, upload, *upload_size);
        *upload_size = 0;
        return goes_on ? MHD_YES : MHD_NO;
    }
    return vg_dispatch(rq) ? MHD_YES : MHD_NO;
}

static void end_request(void *arg, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode toe)
{
    (void)arg, (void)connection;
    struct vg_request *rq = *state;
    if (!rq)
        return;
    vg_flow_done(rq, toe == MHD_REQUEST_TERMINATED_TIMEOUT_REACHED);
    vg_job_done_with(rq);
    vg_body_free(rq);
    vg_reply_done(rq);
    rq->of->rq = NULL;
    rq->of->silent = false; /* another request may have been read with it */
    rq->of->used = rq->of->used || rq->answered_us;
    rq->of->since_us = vg_clock_monotonic_us();
    free(rq);
    *state = NULL;
}

/* ---- waiting jobs ---- */

/* Answers those whose queue did not take them in time. */
static void *watch_jobs(void *arg)
{
    struct vg_serve *s = arg;
    pthread_mutex_lock(&s->lock);
    while (!s->stopping) {
        int64_t next_us = vg_jobs_overdue(s, vg_clock_monotonic_us());
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

/* ---- life ---- */

static enum vg_err init_lock(struct vg_serve *s)
{
    pthread_condattr_t attr;
    if (pthread_mutex_init(&s->lock, NULL))
        return VG_NOMEM;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    int failed = pthread_cond_init(&s->watch, &attr);
    pthread_condattr_destroy(&attr);
    if (failed) {
        pthread_mutex_destroy(&s->lock);
        return VG_NOMEM;
    }
    s->lock_ready = true;
    return VG_OK;
}

static void free_serve(struct vg_serve *s)
{
    vg_jobs_free(s);
    vg_flows_free(s);
    if (s->lock_ready) {
        pthread_mutex_destroy(&s->lock);
        pthread_cond_destroy(&s->watch);
    }
    if (s->fd >= 0)
        close(s->fd);
    free(s->listen_host);
    free(s->hosts);
    free(s);
}

static size_t route_count(const struct vg_app *app)
{
    size_t n = 0;
    while (app->routes[n].path)
        n++;
    return n;
}

enum vg_err vg_serve_new(const struct vg_serve_options *options, const struct vg_app *app, struct vg_serve **ret_serve,
                         const char **ret_why)
{
    *ret_why = "out of memory";
    if (app->param_count > 32 || route_count(app) >= VG_ROUTES_MAX) {
        *ret_why = "too many routes or parameters";
        return VG_ARG;
    }
    struct vg_serve *s = calloc(1, sizeof *s);
    if (!s)
        return VG_NOMEM;
    s->fd = -1;
    s->app = *app;
    s->max_connections = options->max_connections ? options->max_connections : MAX_CONNECTIONS;
    s->stuck_s = options->stuck_s ? options->stuck_s : STUCK_S;
    s->body_s = options->body_s ? options->body_s : BODY_S;
    s->head_s = options->head_s ? options->head_s : HEAD_S;
    s->per_address = options->per_address ? options->per_address : PER_ADDRESS;
    s->loopback_unlimited = options->loopback_unlimited;
    for (unsigned i = 0; i < VG_POOL_THREADS; i++)
        s->worker[i] = (struct vg_worker){.serve = s, .wake_fd = -1};
    enum vg_err err = init_lock(s);
    if (!err && options->hosts && !(s->hosts = strdup(options->hosts)))
        err = VG_NOMEM;
    if (!err)
        err = vg_listen(s, options->listen, options->trust_network, ret_why);
    if (err) {
        free_serve(s);
        return err;
    }
    *ret_serve = s;
    return VG_OK;
}

enum vg_err vg_serve_begin(struct vg_serve *s, const char **ret_why)
{
    *ret_why = "the threads of the server can not be started";
    if (vg_thread_start(&s->watcher, watch_jobs, s))
        return VG_IO;
    s->watching = true;
    static const struct vg_callbacks callbacks = {begin_request, leave_escaped, handle, end_request};
    return vg_workers_start(s, &callbacks) ? VG_OK : VG_IO;
}

const char *vg_serve_address(const struct vg_serve *serve)
{
    return serve->address;
}

void vg_serve_stop(struct vg_serve *s)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    s->stopping = true; /* from now on nobody suspends: libmicrohttpd can't stop with suspended connections */
    vg_flows_stop(s);
    pthread_cond_signal(&s->watch);
    pthread_mutex_unlock(&s->lock);
    if (s->watching)
        pthread_join(s->watcher, NULL);
    vg_jobs_stop(s);
    vg_workers_stop(s);
    free_serve(s);
}
