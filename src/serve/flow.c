/* Answers without an end: see flow.h. */
#include "serve/flow.h"

#include <linux/tcp.h> /* tcpi_bytes_acked */
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "serve/inner.h"

#define ASKS 8 /* how often a reader that takes nothing is looked at before it is dropped */

struct vg_flow {
    struct vg_suspended suspended; /* first: the list leads back here */
    struct vg_flows *flows;
    void *reader;
    int64_t written_us; /* when anything was last written, monotonic; under lock */
    /* of the connection's thread */
    int fd;                     /* only_newest: looked at for what its reader takes; else −1 */
    uint64_t acked;             /* bytes that the reader's side has acknowledged … */
    int64_t taken_us, asked_us; /* … the last time that there were more, or nothing waited; when that was asked */
    bool stuck;
    bool gone; /* its reader has closed; under lock */
};

struct vg_flows {
    struct vg_serve *serve;
    struct vg_flow_kind kind;
    struct vg_flows *next; /* of the server */
    /* under lock */
    struct vg_suspended *list;
    uint32_t now;
    uint64_t generation; /* of news */
    _Atomic uint64_t begun, refused, dropped, bytes;
};

enum vg_err vg_flows_new(struct vg_serve *s, const struct vg_flow_kind *kind, struct vg_flows **ret)
{
    struct vg_flows *flows = calloc(1, sizeof *flows);
    if (!flows)
        return VG_NOMEM;
    flows->serve = s;
    flows->kind = *kind;
    flows->next = s->flows;
    s->flows = flows;
    *ret = flows;
    return VG_OK;
}

void vg_flows_free(struct vg_serve *s)
{
    for (struct vg_flows *flows = s->flows, *next; flows; flows = next) {
        next = flows->next;
        free(flows);
    }
}

static void free_flow(void *arg)
{
    struct vg_flow *flow = arg;
    flow->flows->kind.free(flow->reader);
    free(flow);
}

/* Suspends, unless there was news since `generation` was read, or the server stops. */
static bool suspend_flow(struct vg_flow *flow, uint64_t generation)
{
    struct vg_serve *s = flow->flows->serve;
    pthread_mutex_lock(&s->lock);
    bool suspended = !s->stopping && !flow->gone && flow->flows->generation == generation;
    if (suspended)
        vg_suspend(&flow->suspended);
    pthread_mutex_unlock(&s->lock);
    return suspended;
}

/*
 * What the kernel has room for counts as sent, though the reader may be gone; so what was acknowledged counts. Who
 * can't be written to at all never comes here: libmicrohttpd's own limit of time, the same, ends that connection.
 */
static bool takes_nothing(struct vg_flow *flow, int64_t now_us)
{
    int64_t limit_us = flow->flows->serve->stuck_s * VG_SECOND_US;
    struct tcp_info info;
    socklen_t len = sizeof info;
    if (flow->fd < 0 || now_us < flow->asked_us + limit_us / ASKS)
        return false;
    flow->asked_us = now_us;
    if (getsockopt(flow->fd, IPPROTO_TCP, TCP_INFO, &info, &len) ||
        len <= offsetof(struct tcp_info, tcpi_notsent_bytes))
        return false;
    if (info.tcpi_bytes_acked != flow->acked || (!info.tcpi_unacked && !info.tcpi_notsent_bytes)) {
        flow->acked = info.tcpi_bytes_acked;
        flow->taken_us = now_us;
    }
    return now_us - flow->taken_us >= limit_us;
}

/*
 * libmicrohttpd wants bytes: the reader writes them, or the flow is suspended until there is news. The generation is
 * read before the reader looks: news in between makes the suspension fail and the loop go round.
 */
static ssize_t write_flow(void *arg, uint64_t position, char *buf, size_t max)
{
    (void)position;
    struct vg_flow *flow = arg;
    struct vg_flows *flows = flow->flows;
    struct vg_serve *s = flows->serve;
    for (;;) {
        int64_t now_us = vg_clock_monotonic_us();
        pthread_mutex_lock(&s->lock);
        uint64_t generation = flows->generation;
        bool stopping = s->stopping, gone = flow->gone;
        int64_t quiet_us = now_us - flow->written_us;
        pthread_mutex_unlock(&s->lock);
        if (stopping)
            return MHD_CONTENT_READER_END_OF_STREAM;
        if (gone)
            return MHD_CONTENT_READER_END_WITH_ERROR;
        if ((flow->stuck = takes_nothing(flow, now_us)))
            return MHD_CONTENT_READER_END_WITH_ERROR;
        ssize_t n = flows->kind.fill(flow->reader, quiet_us, buf, max);
        if (n < 0)
            return MHD_CONTENT_READER_END_WITH_ERROR;
        if (n) {
            atomic_fetch_add_explicit(&flows->bytes, (uint64_t)n, memory_order_relaxed);
            pthread_mutex_lock(&s->lock);
            flow->written_us = now_us;
            pthread_mutex_unlock(&s->lock);
            return n;
        }
        if (suspend_flow(flow, generation))
            return 0;
    }
}

/* ---- the connection ---- */

/*
 * Without these a slow reader would find megabytes of old news in the kernel's buffer, a vanished one stay for hours.
 * The kernel gives up later than we do: what it ends is counted by nobody.
 */
static void set_socket(struct vg_request *rq, struct vg_flow *flow)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(rq->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (!info)
        return;
    int size = VG_SEND_BUFFER, on = 1;
    unsigned wait_ms = rq->serve->stuck_s * 2000u;
    flow->fd = info->connect_fd;
    setsockopt(flow->fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    setsockopt(flow->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(flow->fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &wait_ms, sizeof wait_ms);
}

/* Takes one of the places for readers; false: there is none. */
static bool take_place(struct vg_flow *flow)
{
    struct vg_flows *flows = flow->flows;
    struct vg_serve *s = flows->serve;
    pthread_mutex_lock(&s->lock);
    bool free_place = flows->now < flows->kind.most && !s->stopping;
    if (free_place) {
        flows->now++;
        vg_suspended_list(&flows->list, &flow->suspended);
    }
    pthread_mutex_unlock(&s->lock);
    return free_place;
}

void vg_flow_done(struct vg_request *rq, bool timed_out)
{
    struct vg_flow *flow = rq->flow;
    if (!flow)
        return;
    struct vg_flows *flows = flow->flows;
    pthread_mutex_lock(&rq->serve->lock);
    vg_suspended_unlist(&flows->list, &flow->suspended);
    flows->now--;
    pthread_mutex_unlock(&rq->serve->lock);
    if (timed_out || flow->stuck)
        vg_count(&flows->dropped);
    rq->flow = NULL; /* freed with the response */
}

void vg_flow_gone(struct vg_request *rq)
{
    if (!rq->flow)
        return;
    rq->flow->gone = true;
    vg_suspended_resume(&rq->flow->suspended);
}

static bool send_flow(struct vg_request *rq, struct vg_flow *flow, const char *type)
{
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, VG_FLOW_BLOCK, write_flow, flow, free_flow);
    if (!response) {
        vg_flow_done(rq, false);
        free_flow(flow);
        return vg_reply_nothing(rq);
    }
    rq->endless = true;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    return vg_reply_send(rq, 200, response);
}

bool vg_reply_flow(struct vg_request *rq, struct vg_flows *flows, const char *type, void *reader)
{
    struct vg_flow *flow = calloc(1, sizeof *flow);
    if (!flow) {
        flows->kind.free(reader);
        return vg_reply_no_memory(rq);
    }
    int64_t now_us = vg_clock_monotonic_us();
    *flow = (struct vg_flow){.suspended = {.connection = rq->connection, .worker = rq->of->worker},
                             .flows = flows,
                             .reader = reader,
                             .written_us = now_us,
                             .fd = -1,
                             .taken_us = now_us,
                             .asked_us = now_us};
    if (!take_place(flow)) {
        free_flow(flow);
        vg_count(&flows->refused);
        return vg_reply_error(rq, 503, "busy", flows->kind.full);
    }
    vg_count(&flows->begun);
    rq->flow = flow;
    if (flows->kind.only_newest)
        set_socket(rq, flow);
    return send_flow(rq, flow, type);
}

/* ---- news ---- */

void vg_flows_wake(struct vg_flows *flows)
{
    pthread_mutex_lock(&flows->serve->lock);
    flows->generation++;
    for (struct vg_suspended *p = flows->list; p; p = p->next)
        vg_suspended_resume(p);
    pthread_mutex_unlock(&flows->serve->lock);
}

void vg_flows_wake_quiet(struct vg_flows *flows, int64_t quiet_us)
{
    int64_t since_us = vg_clock_monotonic_us() - quiet_us;
    pthread_mutex_lock(&flows->serve->lock);
    for (struct vg_suspended *p = flows->list; p; p = p->next)
        if (((struct vg_flow *)p)->written_us <= since_us)
            vg_suspended_resume(p);
    pthread_mutex_unlock(&flows->serve->lock);
}

void vg_flows_stop(struct vg_serve *s)
{
    for (struct vg_flows *flows = s->flows; flows; flows = flows->next)
        for (struct vg_suspended *p = flows->list; p; p = p->next)
            vg_suspended_resume(p);
}

void vg_flow_counts(struct vg_flows *flows, struct vg_flow_counts *ret)
{
    pthread_mutex_lock(&flows->serve->lock);
    ret->now = flows->now;
    pthread_mutex_unlock(&flows->serve->lock);
    ret->begun = flows->begun;
    ret->refused = flows->refused;
    ret->dropped = flows->dropped;
    ret->bytes = flows->bytes;
}
