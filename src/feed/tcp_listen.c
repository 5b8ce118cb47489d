/* TCP as a server: many senders, each a stream of its own. */
#include "base/address.h"
#include "feed/adapter.h"

#define BACKLOG 32
#define PLACES  (VG_FEED_CONNECTIONS + 1) /* one for a newcomer, who must be accepted before it is known who that is */

struct sender {
    uv_tcp_t tcp; /* its data is the feed */
    enum { FREE, OPEN, CLOSING } use;
    bool begun;
    uint32_t stream;
    struct vg_net net; /* where it comes from */
    uint64_t heard_ms; /* loop time of its last byte, or of its coming */
};

struct listen_feed {
    struct vg_feed feed;
    uv_tcp_t tcp;
    bool waiting; /* a connection waits for a place that is being given up */
    struct sender senders[PLACES];
    char buf[VG_FEED_READ_BYTES]; /* for all: bytes are handed on before the next read */
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
    if (vg_feed_settled(&f->feed))
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
    struct vg_feed_bytes bytes = {.received_us = VG_TIME_NONE, .stream = sender->stream};
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

static struct sender *free_sender(struct listen_feed *f)
{
    for (size_t i = 0; i < PLACES; i++)
        if (f->senders[i].use == FREE)
            return &f->senders[i];
    return NULL;
}

/* The least number that no sender has; there is one while fewer than VG_FEED_CONNECTIONS are open. */
static uint32_t free_stream(const struct listen_feed *f)
{
    uint64_t used = 0;
    _Static_assert(VG_FEED_CONNECTIONS <= 64, "a bit each");
    for (const struct sender *s = f->senders; s < f->senders + PLACES; s++)
        used |= s->use == OPEN ? UINT64_C(1) << s->stream : 0;
    return (uint32_t)__builtin_ctzll(~used);
}

/* ---- who gives way ---- */

static bool is_silent(const struct sender *sender, uint64_t now_ms)
{
    return now_ms - sender->heard_ms >= (sender->begun ? VG_FEED_SILENT_MS : VG_FEED_MUTE_MS);
}

static uint32_t senders_of(const struct listen_feed *f, const struct vg_net *net)
{
    uint32_t count = 0;
    for (const struct sender *s = f->senders; s < f->senders + PLACES; s++)
        count += s->use == OPEN && vg_net_is_same(&s->net, net);
    return count;
}

/*
 * Of those that are silent for long, the one that gives way: of one address if `net` is given, else of the address that
 * has most; there the one that is silent for longest. NULL: none is.
 */
static struct sender *most_silent(struct listen_feed *f, const struct vg_net *net)
{
    struct sender *most = NULL;
    uint32_t has = 0;
    for (struct sender *s = f->senders; s < f->senders + PLACES; s++) {
        if (s->use != OPEN || (net && !vg_net_is_same(&s->net, net)) || !is_silent(s, uv_now(f->feed.loop)))
            continue;
        uint32_t count = senders_of(f, &s->net);
        if (!most || count > has || (count == has && s->heard_ms < most->heard_ms)) {
            most = s;
            has = count;
        }
    }
    return most;
}

/* False: the feed was closed in a callback. */
static bool give_way(struct listen_feed *f, struct sender *sender)
{
    struct vg_feed_bytes end = {.received_us = VG_TIME_NONE, .stream = sender->stream, .ends = true};
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
    uint32_t most = spec->per_address ? spec->per_address : VG_FEED_PER_ADDRESS;
    if (spec->loopback_unlimited && vg_net_is_loopback(net))
        return true;
    if (senders_of(f, net) < most)
        return true;
    struct sender *old = most_silent(f, net);
    return old && give_way(f, old);
}

/* The same of all places together. */
static bool feed_has_room(struct listen_feed *f)
{
    if (f->feed.status.connections < VG_FEED_CONNECTIONS)
        return true;
    struct sender *old = most_silent(f, NULL);
    return old && give_way(f, old);
}

static void refuse_sender(struct listen_feed *f, struct sender *sender)
{
    sender->use = CLOSING;
    f->feed.status.rejected++;
    uv_close((uv_handle_t *)&sender->tcp, on_sender_closed);
}

static void take_connection(struct listen_feed *f)
{
    struct sender *sender = free_sender(f);
    if (!sender) { /* one is being closed: libuv keeps the connection until then, and accepts no other */
        f->waiting = true;
        return;
    }
    uv_tcp_init(f->feed.loop, &sender->tcp);
    vg_feed_own(&f->feed, (uv_handle_t *)&sender->tcp);
    sender->use = CLOSING; /* counts for nothing yet */
    bool accepted = uv_accept((uv_stream_t *)&f->tcp, (uv_stream_t *)&sender->tcp) == 0;
    struct vg_net net = net_of(&sender->tcp);
    if (accepted && !(address_has_room(f, &net) && feed_has_room(f))) {
        refuse_sender(f, sender);
        return;
    }
    sender->stream = free_stream(f);
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
    for (size_t i = 0; i < PLACES; i++)
        if (f->senders[i].use == OPEN)
            close_sender(f, &f->senders[i]);
}

const struct vg_feed_adapter vg_feed_tcp_listen = {
    .size = sizeof(struct listen_feed), .open = open_listen, .close = close_listen};
