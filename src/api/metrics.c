/* /metrics in Prometheus' text format 0.0.4, and /healthz. */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "api/history.h"
#include "base/version.h"

#define METRICS_MAX ((size_t)1 << 20)

static void head(struct vg_out *out, const char *name, const char *type, const char *help)
{
    vg_out_printf(out, "# HELP vigia_%s %s\n# TYPE vigia_%s %s\n", name, help, name, type);
}

static void simple(struct vg_out *out, const char *name, const char *type, const char *help, uint64_t value)
{
    head(out, name, type, help);
    vg_out_printf(out, "vigia_%s %" PRIu64 "\n", name, value);
}

/* A label's value: \ " and line ends escaped, what is not UTF-8 or a control character replaced. */
static void label(struct vg_out *out, const char *text, size_t size)
{
    size_t len = strnlen(text, size);
    vg_out_char(out, '"');
    for (size_t i = 0; i < len;) {
        size_t n = vg_utf8_length((const uint8_t *)text + i, len - i);
        if (text[i] == '\n')
            vg_out_text(out, "\\n");
        else if (text[i] == '"' || text[i] == '\\')
            vg_out_printf(out, "\\%c", text[i]);
        else if (!n || (unsigned char)text[i] < 0x20 || text[i] == 0x7F)
            vg_out_char(out, '?');
        else
            vg_out_bytes(out, text + i, n);
        i += n ? n : 1;
    }
    vg_out_char(out, '"');
}

static void picture_metrics(struct vg_out *out, struct vg_serve *s)
{
    const struct vg_snapshot *snapshot = vg_snapshot_acquire(s->picture);
    simple(out, "vessels", "gauge", "Vessels in the picture.", snapshot->vessels);
    simple(out, "snapshot_sequence", "counter", "Number of the newest published picture.", snapshot->seq);
#define X(name, text) simple(out, "picture_" #name "_total", "counter", "Picture: " text ".", snapshot->counters.name);
    VG_PICTURE_COUNTER_LIST(X)
#undef X
    vg_snapshot_release(snapshot);
}

static uint64_t get_bytes(const struct vg_feed_board *f)
{
    return f->status.bytes;
}
static uint64_t get_lines(const struct vg_feed_board *f)
{
    return f->lines;
}
static uint64_t get_sentences(const struct vg_feed_board *f)
{
    return f->sentences;
}
static uint64_t get_messages(const struct vg_feed_board *f)
{
    return f->messages;
}
static uint64_t get_reconnects(const struct vg_feed_board *f)
{
    return f->status.reconnects;
}
static uint64_t get_rejected(const struct vg_feed_board *f)
{
    return f->status.rejected;
}
static uint64_t get_connections(const struct vg_feed_board *f)
{
    return f->status.connections;
}
static uint64_t get_vessels(const struct vg_feed_board *f)
{
    return f->vessels;
}
static uint64_t get_live(const struct vg_feed_board *f)
{
    return f->status.state == VG_FEED_LIVE;
}

static const struct {
    const char *name, *type, *help;
    uint64_t (*get)(const struct vg_feed_board *f);
} feed_rows[] = {
    {"feed_up", "gauge", "1 if the feed is live.", get_live},
    {"feed_bytes_total", "counter", "Bytes received.", get_bytes},
    {"feed_lines_total", "counter", "Lines received.", get_lines},
    {"feed_sentences_total", "counter", "Sentences used.", get_sentences},
    {"feed_messages_total", "counter", "Messages decoded.", get_messages},
    {"feed_reconnects_total", "counter", "Connections made again.", get_reconnects},
    {"feed_rejected_total", "counter", "Senders over the limit, closed.", get_rejected},
    {"feed_connections", "gauge", "Senders connected.", get_connections},
    {"feed_vessels", "gauge", "Vessels whose position came from it last.", get_vessels},
};

static void feed_label(struct vg_out *out, const char *name, const struct vg_feed_board *f)
{
    vg_out_printf(out, "vigia_%s{feed=", name);
    label(out, f->spec.name, sizeof f->spec.name);
}

static void feed_metrics(struct vg_out *out, struct vg_serve *s)
{
    const struct vg_board *board = vg_board_acquire(s);
    for (size_t row = 0; row < sizeof feed_rows / sizeof *feed_rows; row++) {
        head(out, feed_rows[row].name, feed_rows[row].type, feed_rows[row].help);
        for (size_t i = 0; i < board->count; i++) {
            feed_label(out, feed_rows[row].name, &board->feed[i]);
            vg_out_printf(out, "} %" PRIu64 "\n", feed_rows[row].get(&board->feed[i]));
        }
    }
    head(out, "feed_state", "gauge", "1 for the state the feed is in.");
    for (size_t i = 0; i < board->count; i++) {
        feed_label(out, "feed_state", &board->feed[i]);
        vg_out_printf(out, ",state=\"%s\"} 1\n", vg_feed_state_key(board->feed[i].status.state));
    }
    head(out, "feed_refused_total", "counter", "What could not be used, by reason.");
    for (size_t i = 0; i < board->count; i++)
        for (unsigned r = VG_REFUSAL_NONE + 1; r < VG_REFUSAL_COUNT; r++) {
            if (!board->feed[i].refusals.count[r])
                continue;
            feed_label(out, "feed_refused_total", &board->feed[i]);
            vg_out_printf(out, ",reason=\"%s\"} %" PRIu64 "\n", vg_refusal_key((enum vg_refusal)r),
                          board->feed[i].refusals.count[r]);
        }
    vg_board_release(board);
}

static void storage_metrics(struct vg_out *out, struct vg_serve *s)
{
    struct vg_storage_status k;
    vg_storage_read(s, &k);
    if (!k.kept)
        return;
    simple(out, "storage_failing", "gauge", "1 while the journal's disk fails.", *k.error != '\0');
    simple(out, "storage_archive_failing", "gauge", "1 while the archive can't be written.", k.archive_failing);
#define X(name, kind, suffix, text) simple(out, "storage_" #name suffix, kind, text ".", k.name);
    VG_STORAGE_LIST(X)
#undef X
}

static void request_metrics(struct vg_out *out, struct vg_serve *s)
{
    static const char *const codes[] = {
#define X(code) #code,
        VG_CODE_LIST(X)
#undef X
            "other"};
    head(out, "http_requests_total", "counter", "Answers by route and status code.");
    for (unsigned route = 0; route < VG_ROUTES_MAX; route++)
        for (unsigned code = 0; code < VG_CODES; code++) {
            uint64_t n = atomic_load_explicit(&s->requests[route][code], memory_order_relaxed);
            if (n)
                vg_out_printf(out, "vigia_http_requests_total{route=\"%s\",code=\"%s\"} %" PRIu64 "\n",
                              route == VG_ROUTES_MAX - 1 ? "none" : vg_routes[route].id, codes[code], n);
        }
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);
    simple(out, "http_connections", "gauge", "Connections open.", info ? info->num_connections : 0);
    simple(out, "http_body_bytes", "gauge", "Memory of answers that are being sent.", atomic_load(&s->bodies));
}

static void reader_metrics(struct vg_out *out, struct vg_serve *s)
{
    pthread_mutex_lock(&s->lock);
    uint32_t streams = s->streams_now, readers = s->event_readers_now, questions = s->questions;
    uint64_t notices = s->notice_id - s->notice_base;
    pthread_mutex_unlock(&s->lock);
    simple(out, "streams", "gauge", "Readers of the live stream.", streams);
    simple(out, "event_readers", "gauge", "Readers of events.", readers);
    simple(out, "questions", "gauge", "Questions to the picture that wait.", questions);
    simple(out, "notices_total", "counter", "Notices told to readers of events.", notices);
    const struct {
        const char *name, *help;
        _Atomic uint64_t *value;
    } rows[] = {
        {"streams_total", "Live streams begun.", &s->streams_total},
        {"streams_refused_total", "Live streams over the limit, answered 503.", &s->streams_refused},
        {"streams_dropped_total", "Live streams dropped because their reader took nothing.", &s->streams_dropped},
        {"stream_bytes_total", "Bytes of live stream frames.", &s->stream_bytes},
        {"event_readers_total", "Event streams begun.", &s->events_total},
        {"event_readers_refused_total", "Event streams over the limit, answered 503.", &s->events_refused},
        {"events_missed_total", "Notices that readers missed because the ring overtook them.", &s->events_missed},
        {"notices_refused_total", "Notices too long or not of one line.", &s->notices_refused},
        {"questions_total", "Questions to the picture.", &s->questions_total},
        {"questions_refused_total", "Questions over the limit, answered 503.", &s->questions_refused},
        {"questions_overdue_total", "Questions that got no answer in time.", &s->questions_overdue},
        {"http_busy_total", "Answers refused because too many bytes were being sent.", &s->busy},
        {"http_no_memory_total", "Answers that failed for want of memory.", &s->no_memory},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        simple(out, rows[i].name, "counter", rows[i].help, atomic_load_explicit(rows[i].value, memory_order_relaxed));
}

static void process_metrics(struct vg_out *out, struct vg_serve *s)
{
    unsigned long pages = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (file) {
        if (fscanf(file, "%lu %lu", &pages, &resident) != 2)
            resident = 0;
        fclose(file);
    }
    int64_t now_us = vg_clock_monotonic_us();
    simple(out, "resident_memory_bytes", "gauge", "Memory of the process.",
           (uint64_t)resident * (uint64_t)getpagesize());
    simple(out, "uptime_seconds", "gauge", "Since the server began.",
           (uint64_t)((now_us - s->begun_us) / VG_SECOND_US));
    head(out, "publication_age_seconds", "gauge", "Since a picture was last published.");
    vg_out_printf(out, "vigia_publication_age_seconds %.3f\n", (double)(now_us - atomic_load(&s->published_us)) / 1e6);
    simple(out, "sources_overflowed_total", "counter", "Stations that found the table of sources full.",
           atomic_load_explicit(&s->sources->overflowed, memory_order_relaxed));
    head(out, "build_info", "gauge", "The version.");
    vg_out_printf(out, "vigia_build_info{version=\"%s\"} 1\n", vg_version());
}

enum MHD_Result vg_handle_metrics(struct vg_request *rq)
{
    struct vg_out out = vg_out_growing(METRICS_MAX);
    picture_metrics(&out, rq->serve);
    storage_metrics(&out, rq->serve);
    feed_metrics(&out, rq->serve);
    request_metrics(&out, rq->serve);
    reader_metrics(&out, rq->serve);
    vg_history_metrics(&out, rq->serve);
    process_metrics(&out, rq->serve);
    return vg_reply_text(rq, 200, "text/plain; version=0.0.4; charset=utf-8", &out, NULL);
}

enum MHD_Result vg_handle_health(struct vg_request *rq)
{
    int64_t age_us = vg_clock_monotonic_us() - atomic_load(&rq->serve->published_us);
    if (age_us > VG_UNHEALTHY_US)
        return vg_reply_error(rq, 503, "stale", "no picture was published for more than 10 seconds");
    struct vg_out out = vg_out_growing(64);
    vg_out_text(&out, "ok\n");
    return vg_reply_text(rq, 200, "text/plain; charset=utf-8", &out, NULL);
}
