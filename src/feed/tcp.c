/*
 * TCP as a client: resolve, try each address, read; after a loss wait and begin again.
 *
 *     resolve ─► connect ─► LIVE ─► lost
 *        ▲          │ next address    │
 *        └── DOWN: wait ◄─────────────┘
 *
 * The feed stays DOWN until it is connected again, so that `since_us` tells since when nothing could be heard.
 */
#include <netdb.h>
#include <stdio.h>

#include "feed/adapter.h"

#define CONNECT_MS 10000 /* for one address; the system's own limit is two minutes */

struct tcp_feed {
    struct vg_feed feed;
    uv_tcp_t tcp;
    uv_connect_t connect;
    uv_getaddrinfo_t resolve;
    uv_timer_t timer; /* limits connecting; waits between attempts */
    struct addrinfo *addresses, *next;
    bool resolving;
    bool tcp_open;
    bool begun;     /* this connection has brought bytes */
    bool connected; /* there was a connection before */
    char buf[VG_FEED_READ_BYTES];
};

static void try_address(struct tcp_feed *f);

/* ---- losing ---- */

static void on_resolved(uv_getaddrinfo_t *request, int status, struct addrinfo *addresses);

static void begin_attempt(struct tcp_feed *f)
{
    static const struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    char port[8];
    snprintf(port, sizeof port, "%u", f->feed.spec.port);
    int failed = uv_getaddrinfo(f->feed.loop, &f->resolve, on_resolved, f->feed.spec.host, port, &hints);
    if (failed) {
        on_resolved(&f->resolve, failed, NULL);
        return;
    }
    f->resolving = true;
    f->feed.pending++;
}

static void on_retry(uv_timer_t *timer)
{
    begin_attempt(timer->data);
}

/* All addresses failed, or the connection was lost. */
static void wait_and_retry(struct tcp_feed *f, const char *why)
{
    vg_feed_unwatch(&f->feed);
    uv_timer_start(&f->timer, on_retry, vg_feed_backoff_ms(&f->feed), 0);
    vg_feed_become(&f->feed, VG_FEED_DOWN, why);
}

static void on_address_closed(uv_handle_t *handle)
{
    struct tcp_feed *f = handle->data;
    f->tcp_open = false;
    if (vg_feed_settled(&f->feed))
        try_address(f);
}

/* This address failed: the next one, once libuv has let go of the handle. */
static void give_up_address(struct tcp_feed *f, const char *why)
{
    uv_timer_stop(&f->timer);
    if (f->next) {
        uv_close((uv_handle_t *)&f->tcp, on_address_closed);
        return;
    }
    vg_feed_drop(&f->feed, (uv_handle_t *)&f->tcp);
    f->tcp_open = false;
    wait_and_retry(f, why);
}

static void on_connect_timeout(uv_timer_t *timer)
{
    give_up_address(timer->data, uv_strerror(UV_ETIMEDOUT));
}

/* ---- reading ---- */

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *ret)
{
    struct tcp_feed *f = handle->data;
    (void)suggested;
    *ret = uv_buf_init(f->buf, sizeof f->buf);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    struct tcp_feed *f = stream->data;
    if (n == 0 || f->feed.closing)
        return;
    struct vg_feed_bytes bytes = {.received_us = VG_TIME_NONE};
    if (n > 0) {
        bytes.at = buf->base;
        bytes.len = (size_t)n;
        bytes.begins = !f->begun;
        f->begun = true;
        vg_feed_hand(&f->feed, bytes);
        return;
    }
    vg_feed_drop(&f->feed, (uv_handle_t *)stream);
    f->tcp_open = false;
    bytes.ends = true;
    if (f->begun && !vg_feed_hand(&f->feed, bytes))
        return;
    wait_and_retry(f, n == UV_EOF ? "the other side closed the connection" : uv_strerror((int)n));
}

/* ---- connecting ---- */

static void on_connect(uv_connect_t *request, int status)
{
    struct tcp_feed *f = request->data;
    if (status == UV_ECANCELED || f->feed.closing)
        return; /* we closed the handle ourselves */
    if (!status)
        status = uv_read_start((uv_stream_t *)&f->tcp, on_alloc, on_read);
    if (status) {
        give_up_address(f, uv_strerror(status));
        return;
    }
    uv_timer_stop(&f->timer);
    vg_feed_keepalive(&f->tcp);
    f->begun = false;
    f->feed.status.reconnects += f->connected;
    f->connected = true;
    vg_feed_watch(&f->feed);
    vg_feed_become(&f->feed, VG_FEED_LIVE, NULL);
}

static void try_address(struct tcp_feed *f)
{
    struct addrinfo *address = f->next;
    f->next = address->ai_next;
    int failed = uv_tcp_init(f->feed.loop, &f->tcp);
    if (failed) {
        wait_and_retry(f, uv_strerror(failed));
        return;
    }
    vg_feed_own(&f->feed, (uv_handle_t *)&f->tcp);
    f->tcp_open = true;
    f->connect.data = f;
    uv_timer_start(&f->timer, on_connect_timeout, CONNECT_MS, 0);
    failed = uv_tcp_connect(&f->connect, &f->tcp, address->ai_addr, on_connect);
    if (failed)
        give_up_address(f, uv_strerror(failed));
}

static void on_resolved(uv_getaddrinfo_t *request, int status, struct addrinfo *addresses)
{
    struct tcp_feed *f = request->data;
    bool asked = f->resolving;
    uv_freeaddrinfo(f->addresses);
    f->addresses = f->next = addresses;
    f->resolving = false;
    if (asked && !vg_feed_settled(&f->feed))
        return;
    if (status || !addresses)
        wait_and_retry(f, uv_strerror(status ? status : UV_EAI_NONAME));
    else
        try_address(f);
}

/* ---- the adapter ---- */

static enum vg_err open_tcp(struct vg_feed *feed, const char **ret_why)
{
    struct tcp_feed *f = (struct tcp_feed *)feed;
    (void)ret_why;
    feed->port = feed->spec.port;
    f->resolve.data = f;
    uv_timer_init(feed->loop, &f->timer);
    vg_feed_own(feed, (uv_handle_t *)&f->timer);
    uv_timer_start(&f->timer, on_retry, 0, 0);
    return VG_OK;
}

static void close_tcp(struct vg_feed *feed)
{
    struct tcp_feed *f = (struct tcp_feed *)feed;
    vg_feed_drop(feed, (uv_handle_t *)&f->timer);
    if (f->tcp_open)
        vg_feed_drop(feed, (uv_handle_t *)&f->tcp);
    if (f->resolving) /* may be too late; then the feed stays in memory until the system has answered */
        uv_cancel((uv_req_t *)&f->resolve);
}

static void release_tcp(struct vg_feed *feed)
{
    uv_freeaddrinfo(((struct tcp_feed *)feed)->addresses);
}

const struct vg_feed_adapter vg_feed_tcp = {
    .size = sizeof(struct tcp_feed), .open = open_tcp, .close = close_tcp, .release = release_tcp};
