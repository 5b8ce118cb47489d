/* /api/v1/stream: the connection's side of reader.h. */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "api/stream_reader.h"
#include "serve/inner.h"

#define TEXT_OF(number) #number
#define TEXT(macro)     TEXT_OF(macro)
#define VERSION_TEXT    TEXT(VG_STREAM_VERSION)

struct vg_live_stream {
    struct vg_suspended suspended; /* first: the list leads back here */
    struct vg_serve *serve;
    struct vg_stream_reader *reader;
};

static void free_stream(void *arg)
{
    struct vg_live_stream *stream = arg;
    free(stream->reader);
    free(stream);
}

/*
 * libmicrohttpd wants bytes: cuts them from the newest snapshot, or suspends until the next. The generation is read
 * before the snapshot is taken: a publication in between makes the suspension fail and the loop go round.
 */
static ssize_t write_stream(void *arg, uint64_t position, char *buf, size_t max)
{
    (void)position;
    struct vg_live_stream *stream = arg;
    struct vg_serve *s = stream->serve;
    for (;;) {
        pthread_mutex_lock(&s->lock);
        uint64_t generation = s->generation;
        bool stopping = s->stopping;
        pthread_mutex_unlock(&s->lock);
        if (stopping)
            return MHD_CONTENT_READER_END_OF_STREAM;
        if (max < VG_READER_ROOM)
            return MHD_CONTENT_READER_END_WITH_ERROR;
        const struct vg_snapshot *snapshot = vg_snapshot_acquire(s->picture);
        size_t n = vg_stream_reader_fill(stream->reader, snapshot, vg_clock_monotonic_us(), (uint8_t *)buf, max);
        vg_snapshot_release(snapshot);
        if (n) {
            atomic_fetch_add_explicit(&s->stream_bytes, n, memory_order_relaxed);
            return (ssize_t)n;
        }
        pthread_mutex_lock(&s->lock);
        bool suspended = !s->stopping && s->generation == generation;
        if (suspended) {
            stream->suspended.suspended = true;
            MHD_suspend_connection(stream->suspended.connection);
        }
        pthread_mutex_unlock(&s->lock);
        if (suspended)
            return 0;
    }
}

void vg_stream_done(struct vg_request *rq, enum MHD_RequestTerminationCode toe)
{
    struct vg_live_stream *stream = rq->stream;
    struct vg_serve *s = rq->serve;
    if (!stream)
        return;
    pthread_mutex_lock(&s->lock);
    vg_suspended_unlist(&s->streams, &stream->suspended);
    s->streams_now--;
    pthread_mutex_unlock(&s->lock);
    if (toe == MHD_REQUEST_TERMINATED_TIMEOUT_REACHED)
        vg_count(&s->streams_dropped);
    rq->stream = NULL; /* freed with the response */
}

/* Without these a slow reader would find megabytes of old news in the kernel's buffer, a vanished one stay for hours.
 */
static void set_socket(struct vg_request *rq)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(rq->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (!info)
        return;
    int size = VG_SEND_BUFFER, on = 1;
    unsigned wait_ms = rq->serve->options.stuck_s * 1000u;
    setsockopt(info->connect_fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    setsockopt(info->connect_fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(info->connect_fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &wait_ms, sizeof wait_ms);
}

static struct vg_live_stream *new_stream(struct vg_request *rq, const struct vg_filter *filter)
{
    struct vg_serve *s = rq->serve;
    struct vg_view view = {.boxed = filter->boxed, .box = filter->box, .classes = filter->classes};
    struct vg_greeting greeting = {s->options.epoch, s->options.max_vessels, s->options.tick_ms};
    struct vg_live_stream *stream = calloc(1, sizeof *stream);
    if (stream && !vg_stream_reader_new(&greeting, &view, &stream->reader)) {
        stream->serve = s;
        stream->suspended.connection = rq->connection;
        return stream;
    }
    free(stream);
    vg_count(&s->no_memory);
    return NULL;
}

/* Takes one of the places for readers; false: there is none. */
static bool take_place(struct vg_serve *s, struct vg_live_stream *stream)
{
    pthread_mutex_lock(&s->lock);
    bool free_place = s->streams_now < s->options.max_streams && !s->stopping;
    if (free_place) {
        s->streams_now++;
        vg_suspended_list(&s->streams, &stream->suspended);
    }
    pthread_mutex_unlock(&s->lock);
    return free_place;
}

static enum MHD_Result reply_head(struct vg_request *rq)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(0, "", MHD_RESPMEM_PERSISTENT);
    if (response)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, rq->route->type);
    return vg_reply_send(rq, 200, response);
}

enum MHD_Result vg_handle_stream(struct vg_request *rq)
{
    struct vg_serve *s = rq->serve;
    struct vg_filter filter;
    char why[256];
    if (vg_filter_parse(&rq->target, &filter, why, sizeof why))
        return vg_reply_error(rq, 400, "bad_parameter", why);
    const char *version = vg_target_get(&rq->target, "version");
    if (version && strcmp(version, VERSION_TEXT) != 0)
        return vg_reply_error(rq, 400, "bad_version",
                              "this server sends version " VERSION_TEXT " of the stream only (docs/formats/stream.md)");
    if (rq->head)
        return reply_head(rq);
    struct vg_live_stream *stream = new_stream(rq, &filter);
    if (!stream)
        return vg_reply_error(rq, 503, "no_memory", "out of memory");
    if (!take_place(s, stream)) {
        free_stream(stream);
        vg_count(&s->streams_refused);
        return vg_reply_error(rq, 503, "busy", "as many streams are open as this server allows: try again later");
    }
    vg_count(&s->streams_total);
    rq->stream = stream;
    set_socket(rq);
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, VG_FRAME_MAX, write_stream, stream, free_stream);
    if (!response) {
        vg_stream_done(rq, MHD_REQUEST_TERMINATED_WITH_ERROR);
        free_stream(stream);
        return vg_reply_send(rq, 503, NULL);
    }
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, rq->route->type);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    return vg_reply_send(rq, 200, response);
}
