/* What all feeds share: opening and closing, states, silence, back-off, counting. */
#include "feed/feed.h"

#include <assert.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feed/adapter.h"

static const struct vg_feed_adapter *const adapters[] = {
    [VG_FEED_UDP] = &vg_feed_udp,       [VG_FEED_TCP] = &vg_feed_tcp,   [VG_FEED_TCP_LISTEN] = &vg_feed_tcp_listen,
    [VG_FEED_SERIAL] = &vg_feed_serial, [VG_FEED_FILE] = &vg_feed_file, [VG_FEED_STDIN] = &vg_feed_stdin,
};

const char *vg_feed_state_key(enum vg_feed_state state)
{
    static const char *const keys[] = {
#define X(name, key) [VG_FEED_##name] = key,
        VG_FEED_STATE_LIST(X)
#undef X
    };
    return (unsigned)state < sizeof keys / sizeof *keys ? keys[state] : "unknown";
}

/* ---- sentences ---- */

const char *vg_feed_why(const char *format, ...)
{
    static _Thread_local char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return text;
}

const char *vg_feed_errno_text(int error)
{
    return uv_strerror(uv_translate_sys_error(error));
}

enum vg_err vg_feed_uv_failed(int uv_error, const char *what, const char **ret_why)
{
    *ret_why = vg_feed_why("%s: %s", what, uv_strerror(uv_error));
    switch (uv_error) {
    case UV_ENOENT:
        return VG_NOT_FOUND;
    case UV_ENOMEM:
        return VG_NOMEM;
    case UV_EADDRINUSE:
        return VG_EXISTS;
    default:
        return VG_IO;
    }
}

/* ---- memory ---- */

static void free_if_done(struct vg_feed *feed)
{
    if (!feed->closing || feed->pending > 0)
        return;
    if (feed->adapter->release)
        feed->adapter->release(feed);
    free(feed);
}

bool vg_feed_settled(struct vg_feed *feed)
{
    assert(feed->pending > 0);
    feed->pending--;
    bool open = !feed->closing;
    free_if_done(feed);
    return open;
}

void vg_feed_own(struct vg_feed *feed, uv_handle_t *handle)
{
    handle->data = feed;
    feed->pending++;
}

static void on_dropped(uv_handle_t *handle)
{
    vg_feed_settled(handle->data);
}

void vg_feed_drop(struct vg_feed *feed, uv_handle_t *handle)
{
    (void)feed;
    if (!uv_is_closing(handle))
        uv_close(handle, on_dropped);
}

/* ---- state ---- */

bool vg_feed_become(struct vg_feed *feed, enum vg_feed_state state, const char *error)
{
    struct vg_feed_status *status = &feed->status;
    if (feed->closing)
        return false;
    if (status->state == state && status->error == error)
        return true;
    if (status->state != state)
        status->since_us = vg_clock_wall_us();
    status->state = state;
    status->error = error;
    if (feed->opened && feed->events.state)
        feed->events.state(feed->events.arg, feed, status);
    return !feed->closing;
}

static uint64_t stall_ms(const struct vg_feed *feed)
{
    return feed->spec.stall_us > 0 ? ((uint64_t)feed->spec.stall_us + 999) / 1000 : 0;
}

static void on_stall_timer(uv_timer_t *timer)
{
    struct vg_feed *feed = timer->data;
    uint64_t silent_ms = uv_now(feed->loop) - feed->heard_ms;
    uint64_t limit_ms = stall_ms(feed);
    if (silent_ms < limit_ms)
        uv_timer_start(timer, on_stall_timer, limit_ms - silent_ms, 0);
    else
        vg_feed_become(feed, VG_FEED_STALLED, feed->status.error);
}

/* The timer is not moved with every read: when it fires it looks how long the silence was, and goes on waiting. */
static void arm_stall_timer(struct vg_feed *feed)
{
    uint64_t limit_ms = stall_ms(feed);
    if (limit_ms > 0 && !uv_is_active((uv_handle_t *)&feed->stall))
        uv_timer_start(&feed->stall, on_stall_timer, limit_ms, 0);
}

void vg_feed_watch(struct vg_feed *feed)
{
    feed->watching = true;
    feed->heard_ms = uv_now(feed->loop);
    arm_stall_timer(feed);
}

void vg_feed_unwatch(struct vg_feed *feed)
{
    feed->watching = false;
    uv_timer_stop(&feed->stall);
}

uint32_t vg_feed_backoff_ms(struct vg_feed *feed)
{
    uint32_t now_ms = feed->backoff_ms;
    feed->backoff_ms = now_ms > VG_FEED_BACKOFF_MAX_MS / 2 ? VG_FEED_BACKOFF_MAX_MS : now_ms * 2;
    return now_ms;
}

bool vg_feed_hand(struct vg_feed *feed, struct vg_feed_bytes bytes)
{
    if (feed->closing)
        return false;
    int64_t wall_us = vg_clock_wall_us();
    bytes.language = feed->spec.language;
    if (bytes.received_us == VG_TIME_NONE)
        bytes.received_us = wall_us;
    if (bytes.len > 0) {
        feed->status.bytes += bytes.len;
        feed->status.last_us = wall_us;
        feed->heard_ms = uv_now(feed->loop);
        feed->backoff_ms = VG_FEED_BACKOFF_MIN_MS;
        if (feed->watching)
            arm_stall_timer(feed);
        if (!vg_feed_become(feed, VG_FEED_LIVE, NULL))
            return false;
    }
    if (feed->events.bytes)
        feed->events.bytes(feed->events.arg, feed, &bytes);
    return !feed->closing;
}

void vg_feed_as_block(struct vg_feed_bytes *bytes, const struct vg_file_block *block)
{
    bytes->datagram = block->datagram;
    bytes->stream = block->datagram ? 0 : block->stream % VG_FEED_CONNECTIONS;
    bytes->begins |= block->fresh && !block->datagram;
    if (bytes->received_us == VG_TIME_NONE)
        bytes->received_us = block->time_us;
}

/* ---- opening and closing ---- */

enum vg_err vg_feed_open(uv_loop_t *loop, const struct vg_feed_spec *spec, const struct vg_feed_events *events,
                         struct vg_feed **ret_feed, const char **ret_why)
{
    if ((unsigned)spec->kind >= sizeof adapters / sizeof *adapters) {
        *ret_why = "no such kind of feed";
        return VG_ARG;
    }
    const struct vg_feed_adapter *adapter = adapters[spec->kind];
    struct vg_feed *feed = calloc(1, adapter->size);
    if (!feed) {
        *ret_why = vg_err_text(VG_NOMEM);
        return VG_NOMEM;
    }
    feed->adapter = adapter;
    feed->loop = loop;
    feed->spec = *spec;
    feed->events = *events;
    feed->backoff_ms = VG_FEED_BACKOFF_MIN_MS;
    feed->status = (struct vg_feed_status){
        .state = VG_FEED_CONNECTING,
        .since_us = vg_clock_wall_us(),
        .last_us = VG_TIME_NONE,
        .progress = -1,
    };
    enum vg_err err = adapter->open(feed, ret_why);
    if (err) {
        feed->closing = true;
        adapter->close(feed);
        free_if_done(feed);
        return err;
    }
    uv_update_time(loop); /* or time that the caller spent outside the loop would count as silence */
    uv_timer_init(loop, &feed->stall);
    vg_feed_own(feed, (uv_handle_t *)&feed->stall);
    if (adapter->awaits)
        vg_feed_watch(feed);
    feed->opened = true;
    *ret_feed = feed;
    return VG_OK;
}

void vg_feed_close(struct vg_feed *feed)
{
    if (!feed || feed->closing)
        return;
    feed->closing = true;
    feed->adapter->close(feed);
    vg_feed_drop(feed, (uv_handle_t *)&feed->stall);
}

const struct vg_feed_spec *vg_feed_spec(const struct vg_feed *feed)
{
    return &feed->spec;
}

const struct vg_feed_status *vg_feed_status(const struct vg_feed *feed)
{
    return &feed->status;
}

uint16_t vg_feed_port(const struct vg_feed *feed)
{
    return feed->port;
}

/* ---- addresses ---- */

enum vg_err vg_feed_address(const struct vg_feed_spec *spec, struct sockaddr_storage *ret, const char **ret_why)
{
    int failed = strchr(spec->host, ':') ? uv_ip6_addr(spec->host, spec->port, (struct sockaddr_in6 *)ret)
                                         : uv_ip4_addr(spec->host, spec->port, (struct sockaddr_in *)ret);
    return failed ? vg_feed_uv_failed(failed, spec->host, ret_why) : VG_OK;
}

uint16_t vg_feed_address_port(const struct sockaddr_storage *address)
{
    return ntohs(address->ss_family == AF_INET6 ? ((const struct sockaddr_in6 *)address)->sin6_port
                                                : ((const struct sockaddr_in *)address)->sin_port);
}

void vg_feed_keepalive(uv_tcp_t *tcp)
{
    int fd, every = VG_FEED_PROBE_S, probes = VG_FEED_PROBES;
    uv_tcp_keepalive(tcp, 1, VG_FEED_KEEPALIVE_S);
    if (uv_fileno((uv_handle_t *)tcp, &fd))
        return;
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &every, sizeof every); /* the system's own would be 75 s, 9 times */
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
}
