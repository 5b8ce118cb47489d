/* /api/v1/stream: readers of stream_reader.h on flows. */
#include <stdlib.h>
#include <string.h>

#include "api/inner.h"
#include "api/stream_reader.h"

#define TEXT_OF(number) #number
#define TEXT(macro)     TEXT_OF(macro)
#define VERSION_TEXT    TEXT(VG_STREAM_VERSION)

struct live_stream {
    struct vg_api *api;
    struct vg_stream_reader *reader;
};

static void free_stream(void *arg)
{
    struct live_stream *stream = arg;
    free(stream->reader);
    free(stream);
}

/* The next frames out of the newest snapshot. */
static ssize_t fill(void *arg, int64_t quiet_us, void *buf, size_t max)
{
    (void)quiet_us;
    struct live_stream *stream = arg;
    if (max < VG_READER_ROOM)
        return -1;
    const struct vg_snapshot *snapshot = vg_snapshot_acquire(stream->api->picture);
    size_t n = vg_stream_reader_fill(stream->reader, snapshot, vg_clock_monotonic_us(), buf, max);
    vg_snapshot_release(snapshot);
    return (ssize_t)n;
}

enum vg_err vg_streams_start(struct vg_api *api)
{
    struct vg_flow_kind kind = {.fill = fill,
                                .free = free_stream,
                                .full = "as many streams are open as this server allows: try again later",
                                .most = api->options.max_streams,
                                .only_newest = true};
    return vg_flows_new(api->serve, &kind, &api->streams);
}

static struct live_stream *new_stream(struct vg_api *api, const struct vg_filter *filter)
{
    struct vg_stream_view view = {.boxed = filter->boxed, .box = filter->box, .classes = filter->classes};
    struct vg_greeting greeting = {api->options.epoch, api->options.max_vessels, api->options.tick_ms};
    struct live_stream *stream = calloc(1, sizeof *stream);
    if (stream && !vg_stream_reader_new(&greeting, &view, &stream->reader)) {
        stream->api = api;
        return stream;
    }
    free(stream);
    return NULL;
}

bool vg_handle_stream(struct vg_request *rq)
{
    struct vg_filter filter;
    char why[256];
    const char *version = vg_request_param(rq, "version"), *type = vg_request_route(rq)->type;
    if (vg_filter_parse(vg_request_target(rq), &filter, why, sizeof why))
        return vg_reply_error(rq, 400, "bad_parameter", why);
    if (version && strcmp(version, VERSION_TEXT) != 0)
        return vg_reply_error(rq, 400, "bad_version",
                              "this server sends version " VERSION_TEXT " of the stream only (docs/formats/stream.md)");
    if (vg_request_is_head(rq))
        return vg_reply_head(rq, type);
    struct vg_api *api = vg_api_of(rq);
    struct live_stream *stream = new_stream(api, &filter);
    return stream ? vg_reply_flow(rq, api->streams, type, stream) : vg_reply_no_memory(rq);
}
