/* TCP as a server: many senders, each a stream of its own. */
#include "feed/adapter.h"

#define BACKLOG 32

struct sender {
    uv_tcp_t tcp; /* its data is the feed */
    enum { FREE, OPEN, CLOSING } use;
    bool begun;
};

struct listen_feed {
    struct vg_feed feed;
    uv_tcp_t tcp;
    uv_tcp_t spare;                             /* for closing what is over the limit */
    bool rejecting;                             /* it is in use … */
    bool waiting;                               /* … and another connection waits for it */
    struct sender senders[VG_FEED_CONNECTIONS]; /* the place is the stream's number */
    char buf[VG_FEED_READ_BYTES];               /* for all: bytes are handed on before the next read */
};

static struct sender *sender_of(uv_handle_t *handle)
{
    return (struct sender *)((char *)handle - offsetof(struct sender, tcp));
}

static void on_sender_closed(uv_handle_t *handle)
{
    struct vg_feed *feed = handle->data;
    sender_of(handle)->use = FREE;
    vg_feed_settled(feed);
}

static void close_sender(struct listen_feed *f, struct sender *sender)
{
    sender->use = CLOSING;
    f->feed.status.connections--;
    uv_close((uv_handle_t *)&sender->tcp, on_sender_closed);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *ret)
{
    struct listen_feed *f = handle->data;
    (void)suggested;
    *ret = uv_buf_init(f->buf, sizeof f->buf);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    struct listen_feed *f = stream->data;
    struct sender *sender = sender_of((uv_handle_t *)stream);
    if (n == 0 || f->feed.closing)
        return;
    struct vg_feed_bytes bytes = {.received_us = VG_TIME_NONE, .stream = (uint32_t)(sender - f->senders)};
    if (n > 0) {
        bytes.at = buf->base;
        bytes.len = (size_t)n;
        bytes.begins = !sender->begun;
        sender->begun = true;
        vg_feed_hand(&f->feed, bytes);
        return;
    }
    close_sender(f, sender);
    bytes.ends = true;
    if (sender->begun && !vg_feed_hand(&f->feed, bytes))
        return;
    if (f->feed.status.connections == 0) {
        vg_feed_unwatch(&f->feed);
        vg_feed_become(&f->feed, VG_FEED_CONNECTING, n == UV_EOF ? NULL : uv_strerror((int)n));
    }
}

static void take_connection(struct listen_feed *f);

static void on_rejected_closed(uv_handle_t *handle)
{
    struct listen_feed *f = handle->data;
    bool waiting = f->waiting;
    f->rejecting = f->waiting = false;
    if (vg_feed_settled(&f->feed) && waiting)
        take_connection(f);
}

/* One too many: it must be accepted to be closed, or it would wait in the system's queue and hide the next. While the
 * one handle for that is busy, libuv keeps the connection and accepts no other. */
static void reject(struct listen_feed *f)
{
    if (f->rejecting) {
        f->waiting = true;
        return;
    }
    uv_tcp_init(f->feed.loop, &f->spare);
    vg_feed_own(&f->feed, (uv_handle_t *)&f->spare);
    f->rejecting = true;
    f->feed.status.rejected++;
    uv_accept((uv_stream_t *)&f->tcp, (uv_stream_t *)&f->spare);
    uv_close((uv_handle_t *)&f->spare, on_rejected_closed);
}

static struct sender *free_sender(struct listen_feed *f)
{
    for (size_t i = 0; i < VG_FEED_CONNECTIONS; i++)
        if (f->senders[i].use == FREE)
            return &f->senders[i];
    return NULL;
}

static void take_connection(struct listen_feed *f)
{
    struct sender *sender = free_sender(f);
    if (!sender) {
        reject(f);
        return;
    }
    uv_tcp_init(f->feed.loop, &sender->tcp);
    vg_feed_own(&f->feed, (uv_handle_t *)&sender->tcp);
    sender->use = OPEN;
    sender->begun = false;
    f->feed.status.connections++;
    if (uv_accept((uv_stream_t *)&f->tcp, (uv_stream_t *)&sender->tcp) ||
        uv_read_start((uv_stream_t *)&sender->tcp, on_alloc, on_read)) {
        close_sender(f, sender);
        return;
    }
    vg_feed_keepalive(&sender->tcp);
    if (f->feed.status.connections == 1) {
        vg_feed_watch(&f->feed);
        vg_feed_become(&f->feed, VG_FEED_LIVE, NULL);
    }
}

static void on_connection(uv_stream_t *server, int status)
{
    struct listen_feed *f = server->data;
    if (f->feed.closing)
        return;
    if (status == 0) {
        take_connection(f);
        return;
    }
    f->feed.status.rejected++; /* out of descriptors, for one: libuv sheds the connection */
    vg_feed_become(&f->feed, f->feed.status.state, uv_strerror(status));
}

static enum vg_err open_listen(struct vg_feed *feed, const char **ret_why)
{
    struct listen_feed *f = (struct listen_feed *)feed;
    struct sockaddr_storage address;
    enum vg_err err = vg_feed_address(&feed->spec, &address, ret_why);
    if (err)
        return err;
    int failed = uv_tcp_init(feed->loop, &f->tcp), len = sizeof address;
    if (failed)
        return vg_feed_uv_failed(failed, feed->spec.name, ret_why);
    vg_feed_own(feed, (uv_handle_t *)&f->tcp);
    failed = uv_tcp_bind(&f->tcp, (struct sockaddr *)&address, 0);
    if (!failed)
        failed = uv_listen((uv_stream_t *)&f->tcp, BACKLOG, on_connection);
    if (!failed)
        failed = uv_tcp_getsockname(&f->tcp, (struct sockaddr *)&address, &len);
    if (failed)
        return vg_feed_uv_failed(failed, feed->spec.name, ret_why);
    feed->port = vg_feed_address_port(&address);
    return VG_OK;
}

static void close_listen(struct vg_feed *feed)
{
    struct listen_feed *f = (struct listen_feed *)feed;
    if (f->tcp.data)
        vg_feed_drop(feed, (uv_handle_t *)&f->tcp);
    for (size_t i = 0; i < VG_FEED_CONNECTIONS; i++)
        if (f->senders[i].use == OPEN)
            close_sender(f, &f->senders[i]);
}

const struct vg_feed_adapter vg_feed_tcp_listen = {
    .size = sizeof(struct listen_feed), .open = open_listen, .close = close_listen};
