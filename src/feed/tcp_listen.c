/* TCP as a server: many senders, each a stream of its own. */
#include "base/address.h"
#include "feed/adapter.h"

#define BACKLOG 32

struct sender {
    uv_tcp_t tcp; /* its data is the feed */
    enum { FREE, OPEN, CLOSING } use;
    bool begun;
    struct vg_net net; /* where it comes from */
    uint64_t heard_ms; /* loop time of its last byte, or of its coming */
};

struct listen_feed {
    struct vg_feed feed;
    uv_tcp_t tcp;
    uv_tcp_t spare;                             /* for closing what is over the limit */
    bool rejecting;                             /* it is in use */
    bool waiting;                               /* a connection waits for it, or for a place that is given up */
    struct sender senders[VG_FEED_CONNECTIONS]; /* the place is the stream's number */
    char buf[VG_FEED_READ_BYTES];               /* for all: bytes are handed on before the next read */
};

static struct sender *sender_of(uv_handle_t *handle)
{
    return (struct sender *)((char *)handle - offsetof(struct sender, tcp));
}

static void take_connection(struct listen_feed *f);

/* The connection that waits, if one does. libuv keeps it, and accepts no other. */
static void take_waiting(struct listen_feed *f)
{
    bool waiting = f->waiting;
    f->waiting = false;
    if (waiting)
        take_connection(f);
}

static void on_sender_closed(uv_handle_t *handle)
{
    struct listen_feed *f = handle->data;
    sender_of(handle)->use = FREE;
    if (vg_feed_settled(&f->feed) && !f->rejecting)
        take_waiting(f);
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
        sender->heard_ms = uv_now(f->feed.loop);
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

static void on_rejected_closed(uv_handle_t *handle)
{
    struct listen_feed *f = handle->data;
    f->rejecting = false;
    if (vg_feed_settled(&f->feed))
        take_waiting(f);
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

/* ---- who gives way ---- */

static bool is_silent(const struct sender *sender, uint64_t now_ms)
{
    return now_ms - sender->heard_ms >= (sender->begun ? VG_FEED_SILENT_MS : VG_FEED_MUTE_MS);
}

/* The one that is silent for longest, of one address if `net` is given; NULL: none is silent for long. */
static struct sender *most_silent(struct listen_feed *f, const struct vg_net *net)
{
    struct sender *most = NULL;
    for (struct sender *s = f->senders; s < f->senders + VG_FEED_CONNECTIONS; s++)
        if (s->use == OPEN && (!net || vg_net_is_same(&s->net, net)) && is_silent(s, uv_now(f->feed.loop)) &&
            (!most || s->heard_ms < most->heard_ms))
            most = s;
    return most;
}

/* False: the feed was closed in a callback. */
static bool give_way(struct listen_feed *f, struct sender *sender)
{
    struct vg_feed_bytes end = {.received_us = VG_TIME_NONE, .stream = (uint32_t)(sender - f->senders), .ends = true};
    f->feed.status.given_way++;
    close_sender(f, sender);
    return !sender->begun || vg_feed_hand(&f->feed, end);
}

static struct vg_net net_of(const uv_tcp_t *tcp)
{
    struct sockaddr_storage from = {.ss_family = AF_UNSPEC};
    int len = sizeof from;
    uv_tcp_getpeername(tcp, (struct sockaddr *)&from, &len);
    return vg_net_of((struct sockaddr *)&from);
}

/* True if the newcomer's address may have one more, perhaps because its most silent one gave way. */
static bool address_has_room(struct listen_feed *f, const struct vg_net *net)
{
    const struct vg_feed_spec *spec = &f->feed.spec;
    uint32_t most = spec->per_address ? spec->per_address : VG_FEED_PER_ADDRESS, count = 0;
    if (spec->loopback_unlimited && vg_net_is_loopback(net))
        return true;
    for (const struct sender *s = f->senders; s < f->senders + VG_FEED_CONNECTIONS; s++)
        count += s->use == OPEN && vg_net_is_same(&s->net, net);
    struct sender *old = count < most ? NULL : most_silent(f, net);
    return count < most || (old && give_way(f, old));
}

static void refuse_sender(struct listen_feed *f, struct sender *sender)
{
    sender->use = CLOSING;
    f->feed.status.rejected++;
    uv_close((uv_handle_t *)&sender->tcp, on_sender_closed);
}

static void take_connection(struct listen_feed *f)
{
    struct sender *sender = free_sender(f), *silent = sender ? NULL : most_silent(f, NULL);
    if (silent) {
        f->waiting = true; /* until its place is free */
        give_way(f, silent);
        return;
    }
    if (!sender) {
        reject(f);
        return;
    }
    uv_tcp_init(f->feed.loop, &sender->tcp);
    vg_feed_own(&f->feed, (uv_handle_t *)&sender->tcp);
    sender->use = CLOSING; /* counts for nothing yet */
    bool accepted = uv_accept((uv_stream_t *)&f->tcp, (uv_stream_t *)&sender->tcp) == 0;
    struct vg_net net = net_of(&sender->tcp);
    if (accepted && !address_has_room(f, &net)) {
        refuse_sender(f, sender);
        return;
    }
    sender->use = OPEN;
    sender->begun = false;
    sender->net = net;
    sender->heard_ms = uv_now(f->feed.loop);
    f->feed.status.connections++;
    if (!accepted || uv_read_start((uv_stream_t *)&sender->tcp, on_alloc, on_read)) {
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
