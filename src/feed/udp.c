/* Receives datagrams, several for each system call; joins the group if the address is one. */
#include <netinet/in.h>

#ifdef __linux__
#include <linux/sock_diag.h>
#endif

#include "feed/adapter.h"

#define DATAGRAM_BYTES (64 * 1024) /* libuv cuts the buffer into pieces of this size */
#define BATCH          16
#define SOCKET_BYTES   (4 * 1024 * 1024) /* asked of the system, which may give less */
#define ASK_EVERY_MS   1000

struct udp_feed {
    struct vg_feed feed;
    uv_udp_t udp;
    bool begun;
    uint32_t dropped;                 /* the socket's own counter, as last seen: it wraps */
    uint64_t asked_ms;                /* when that was */
    char buf[BATCH * DATAGRAM_BYTES]; /* the pages that nothing is received into are never touched */
};

static bool is_multicast(const struct sockaddr_storage *address)
{
    return address->ss_family == AF_INET6 ? IN6_IS_ADDR_MULTICAST(&((const struct sockaddr_in6 *)address)->sin6_addr)
                                          : IN_MULTICAST(ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr));
}

/* Datagrams that found the socket's buffer full are gone before libuv hears of them; Linux counts them. */
static void ask_dropped(struct udp_feed *f)
{
#ifdef SO_MEMINFO
    uint32_t info[SK_MEMINFO_VARS] = {0};
    socklen_t len = sizeof info;
    int fd;
    uint64_t now_ms = uv_now(f->feed.loop);
    if (now_ms - f->asked_ms < ASK_EVERY_MS || uv_fileno((uv_handle_t *)&f->udp, &fd) ||
        getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &len))
        return;
    f->asked_ms = now_ms;
    f->feed.status.dropped += (uint32_t)(info[SK_MEMINFO_DROPS] - f->dropped);
    f->dropped = info[SK_MEMINFO_DROPS];
#else
    (void)f;
#endif
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *ret)
{
    struct udp_feed *f = handle->data;
    (void)suggested;
    *ret = uv_buf_init(f->buf, sizeof f->buf);
}

static void on_datagram(uv_udp_t *udp, ssize_t n, const uv_buf_t *buf, const struct sockaddr *from, unsigned flags)
{
    struct udp_feed *f = udp->data;
    if (f->feed.closing)
        return;
    if (n < 0)
        vg_feed_become(&f->feed, f->feed.status.state, uv_strerror((int)n));
    if (n <= 0 || !from || flags & UV_UDP_MMSG_FREE)
        return;
    ask_dropped(f);
    bool begins = !f->begun;
    f->begun = true;
    vg_feed_hand(
        &f->feed,
        (struct vg_feed_bytes){
            .at = buf->base, .len = (size_t)n, .received_us = VG_TIME_NONE, .begins = begins, .datagram = true});
}

static enum vg_err open_udp(struct vg_feed *feed, const char **ret_why)
{
    struct udp_feed *f = (struct udp_feed *)feed;
    struct sockaddr_storage address;
    enum vg_err err = vg_feed_address(&feed->spec, &address, ret_why);
    if (err)
        return err;
    int failed = uv_udp_init_ex(feed->loop, &f->udp, address.ss_family | UV_UDP_RECVMMSG);
    if (failed)
        return vg_feed_uv_failed(failed, feed->spec.name, ret_why);
    vg_feed_own(feed, (uv_handle_t *)&f->udp);
    /* Several programs may listen to a group, and each gets everything. On an ordinary address the last one to come
     * would silently take the datagrams from the first: there, a port in use is an error. */
    bool multicast = is_multicast(&address);
    failed = uv_udp_bind(&f->udp, (struct sockaddr *)&address, multicast ? UV_UDP_REUSEADDR : 0);
    /* For IPv6 the %zone says which network, and is read from the second address. */
    const char *network = address.ss_family == AF_INET6 ? feed->spec.host
                          : *feed->spec.interface       ? feed->spec.interface
                                                        : NULL;
    if (!failed && multicast)
        failed = uv_udp_set_membership(&f->udp, feed->spec.host, network, UV_JOIN_GROUP);
    if (!failed)
        failed = uv_udp_recv_start(&f->udp, on_alloc, on_datagram);
    if (failed)
        return vg_feed_uv_failed(failed, feed->spec.name, ret_why);
    int wanted = SOCKET_BYTES, len = sizeof address;
    uv_recv_buffer_size((uv_handle_t *)&f->udp, &wanted);
    uv_udp_getsockname(&f->udp, (struct sockaddr *)&address, &len);
    feed->port = vg_feed_address_port(&address);
    return VG_OK;
}

static void close_udp(struct vg_feed *feed)
{
    struct udp_feed *f = (struct udp_feed *)feed;
    if (f->udp.data)
        vg_feed_drop(feed, (uv_handle_t *)&f->udp);
}

const struct vg_feed_adapter vg_feed_udp = {
    .size = sizeof(struct udp_feed), .awaits = true, .open = open_udp, .close = close_udp};
