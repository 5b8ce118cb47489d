/*
 * Connections, one record each, and what ends them: time. libmicrohttpd's own limit counts since the last byte, so that
 * one byte now and then holds a connection for ever; and it can't see that the other side has gone while a connection
 * is suspended. So a worker looks through its connections twice a second.
 *
 * All is the worker's own thread's, but for what `lock` guards: peers, jobs and who is suspended.
 */
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "serve/inner.h"

/* ---- ends ---- */

/*
 * The socket is shut, so that libmicrohttpd finds it closed, and what is suspended is resumed, or it would not look.
 */
static void end_connection(struct vg_worker *w, struct vg_connection *c)
{
    shutdown(c->fd, SHUT_RDWR);
    c->ended = true;
    if (!c->rq)
        return;
    pthread_mutex_lock(&w->serve->lock);
    c->rq->gone = true;
    vg_flow_gone(c->rq);
    vg_job_gone(c->rq);
    pthread_mutex_unlock(&w->serve->lock);
}

bool vg_connection_gives_way(struct vg_worker *w, const struct vg_peer *peer, int64_t now_us)
{
    struct vg_connection *most = NULL;
    for (struct vg_connection *c = w->connections; c; c = c->next)
        if (c->peer == peer && !c->rq && !c->ended && now_us - c->since_us >= VG_REST_US &&
            (!most || c->since_us < most->since_us))
            most = c;
    if (!most)
        return false;
    vg_count(&w->serve->given_way);
    end_connection(w, most);
    return true;
}

/* ---- life ---- */

static struct vg_connection *new_connection(struct vg_worker *w, struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    struct sockaddr_storage nobody = {.ss_family = AF_UNSPEC};
    struct vg_connection *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->worker = w;
    c->since_us = vg_clock_monotonic_us();
    pthread_mutex_lock(&w->serve->lock);
    c->peer = vg_peer_take(w->serve, info && info->client_addr ? info->client_addr : (struct sockaddr *)&nobody);
    c->over = c->peer && !c->peer->alone && ++c->peer->connections > w->serve->per_address;
    pthread_mutex_unlock(&w->serve->lock);
    if (!c->peer) {
        free(c);
        return NULL;
    }
    if (c->over && vg_connection_gives_way(w, c->peer, c->since_us))
        c->over = false;
    info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
    c->fd = info ? info->connect_fd : -1;
    c->next = w->connections;
    if (c->next)
        c->next->prev = c;
    w->connections = c;
    w->count++;
    vg_count(&w->serve->connections);
    return c;
}

static void free_connection(struct vg_worker *w, struct vg_connection *c)
{
    atomic_fetch_sub_explicit(&w->serve->connections, 1, memory_order_relaxed);
    w->count--;
    if (c->prev)
        c->prev->next = c->next;
    else
        w->connections = c->next;
    if (c->next)
        c->next->prev = c->prev;
    pthread_mutex_lock(&w->serve->lock);
    if (!c->peer->alone)
        c->peer->connections--;
    vg_peer_let_go(w->serve, c->peer);
    pthread_mutex_unlock(&w->serve->lock);
    free(c);
}

void vg_connection_notify(void *worker, struct MHD_Connection *mhd, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        *context = new_connection(worker, mhd);
    } else if (*context) {
        free_connection(worker, *context);
        *context = NULL;
    }
}

struct vg_connection *vg_connection_of(struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

/* ---- time ---- */

static int64_t seconds_us(uint32_t s)
{
    return s * VG_SECOND_US;
}

/* When the connection's patience ends, and what is counted then; INT64_MAX: others look after it. */
static int64_t deadline(struct vg_serve *s, const struct vg_connection *c, _Atomic uint64_t **ret_counter)
{
    const struct vg_request *rq = c->rq;
    *ret_counter = &s->heads_too_slow;
    if (!rq) /* the first request must come soon; between two, the connection may rest */
        return c->since_us + seconds_us(c->over || !c->used ? s->head_s : s->stuck_s);
    if (!rq->begun)
        return rq->begun_us + seconds_us(s->head_s);
    *ret_counter = &s->bodies_too_slow;
    if (!rq->handled && !rq->answered_us)
        return rq->begun_us + seconds_us(s->body_s);
    *ret_counter = &s->answers_too_slow;
    if (rq->answered_us && !rq->endless)
        return rq->answered_us + seconds_us(s->stuck_s) + (int64_t)(rq->answer_bytes / VG_ANSWER_PACE) * VG_SECOND_US;
    return INT64_MAX;
}

/* ---- who has gone ---- */

/* True if the request waits, or its answer has no end: a side that will say no more is one that has gone. */
static bool is_watched(const struct vg_connection *c)
{
    return c->rq && (c->rq->job || c->rq->endless);
}

/* True if the next word is theirs: a request, or the rest of one. */
static bool is_listened_to(const struct vg_connection *c)
{
    return !c->rq || !c->rq->begun || (!c->rq->handled && !c->rq->answered_us);
}

/*
 * Who closes together with the last bytes: libmicrohttpd reads them and never learns of the end, for epoll told of both
 * at once. What still lies in the socket is read first, and what was read has until the next look to be answered.
 */
static bool says_no_more(struct vg_connection *c)
{
    int unread = 0;
    bool silent = is_listened_to(c) && ioctl(c->fd, FIONREAD, &unread) == 0 && unread == 0;
    bool again = silent && c->silent;
    c->silent = silent;
    return again;
}

static void end_overdue(struct vg_worker *w, int64_t now_us)
{
    for (struct vg_connection *c = w->connections; c; c = c->next) {
        _Atomic uint64_t *counter;
        if (c->ended || deadline(w->serve, c, &counter) > now_us)
            continue;
        if (c->rq || !c->used) /* one that rests after its answers ends in peace */
            vg_count(counter);
        end_connection(w, c);
    }
}

#define LOOKED_AT 256 /* sockets in one call */

static void end_gone(struct vg_worker *w)
{
    struct pollfd polled[LOOKED_AT];
    struct vg_connection *of[LOOKED_AT];
    for (struct vg_connection *c = w->connections; c;) {
        unsigned n = 0;
        for (; c && n < LOOKED_AT; c = c->next)
            if (!c->ended && (is_watched(c) || is_listened_to(c))) {
                polled[n] = (struct pollfd){.fd = c->fd, .events = POLLRDHUP};
                of[n++] = c;
            }
        if (!n || poll(polled, n, 0) <= 0)
            continue;
        for (unsigned i = 0; i < n; i++)
            if (polled[i].revents && (is_watched(of[i]) || says_no_more(of[i]))) {
                if (of[i]->rq || !of[i]->used)
                    vg_count(&w->serve->gone);
                end_connection(w, of[i]);
            }
    }
}

void vg_connections_sweep(struct vg_worker *w, int64_t now_us)
{
    end_overdue(w, now_us);
    end_gone(w);
}
