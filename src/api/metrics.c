/* /metrics in Prometheus' text format 0.0.4, and /healthz. */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "api/history.h"
#include "base/version.h"
#include "serve/metrics.h"

#define METRICS_MAX ((size_t)1 << 20)

static void turned_away_metrics(struct vg_out *out, const struct vg_snapshot *snapshot)
{
    static const char *const known[VG_TURNED_AWAY] = {
        [VG_TURNED_AWAY_NEWCOMER] = "newcomer", [VG_TURNED_AWAY_ESTABLISHED] = "established"};
    vg_metric_head(out, "picture_turned_away_total", "counter",
                   "Contacts dropped because the table was full, by their share of it.");
    for (int share = 0; share < VG_SHARES; share++)
        for (int k = 0; k < VG_TURNED_AWAY; k++)
            vg_out_printf(out, "vigia_picture_turned_away_total{share=\"%s\",known=\"%s\"} %" PRIu64 "\n",
                          vg_share_key((enum vg_share)share), known[k], snapshot->turned_away[share][k]);
}

static void picture_metrics(struct vg_out *out, struct vg_api *s)
{
    const struct vg_snapshot *snapshot = vg_snapshot_acquire(s->picture);
    vg_metric(out, "vessels", "gauge", "Contacts in the picture.", snapshot->vessels);
    vg_metric(out, "snapshot_sequence", "counter", "Number of the newest published picture.", snapshot->seq);
#define X(name, text)                                                                                                  \
    vg_metric(out, "picture_" #name "_total", "counter", "Picture: " text ".", snapshot->counters.name);
    VG_PICTURE_COUNTER_LIST(X)
#undef X
    turned_away_metrics(out, snapshot);
    vg_snapshot_release(snapshot);
}

/* ---- sensors that measure ---- */

static double get_plots(const struct vg_sensor_board *b)
{
    return (double)b->state.plots;
}
static double get_false_plots(const struct vg_sensor_board *b)
{
    return (double)b->state.false_plots;
}
static double get_clock_wrong(const struct vg_sensor_board *b)
{
    return (double)b->state.clock_wrong;
}

static double get_late(const struct vg_sensor_board *b)
{
    return (double)b->state.late;
}
static double get_refused(const struct vg_sensor_board *b)
{
    return (double)(b->state.refused + b->state.out_of_coverage);
}
static double get_tracks(const struct vg_sensor_board *b)
{
    return b->tracks;
}
static double get_bias_range(const struct vg_sensor_board *b)
{
    return b->state.bias_range_m;
}
static double get_bias_bearing(const struct vg_sensor_board *b)
{
    return b->state.bias_bearing_deg;
}
static double get_bias_time(const struct vg_sensor_board *b)
{
    return b->state.bias_time_s;
}

static void sensor_metrics(struct vg_out *out, struct vg_api *s)
{
    static const struct {
        const char *name, *type, *help;
        double (*get)(const struct vg_sensor_board *board);
    } rows[] = {
        {"sensor_plots_total", "counter", "Measurements of a sensor.", get_plots},
        {"sensor_false_plots_total", "counter", "Measurements that belong to no track.", get_false_plots},
        {"sensor_clock_wrong_total", "counter", "Measurements whose time can't be right: when they came is taken.",
         get_clock_wrong},
        {"sensor_late_total", "counter", "Measurements too old to be used.", get_late},
        {"sensor_refused_total", "counter", "Measurements out of what it covers, or not usable.", get_refused},
        {"sensor_tracks", "gauge", "Tracks that a sensor holds now.", get_tracks},
        {"sensor_bias_range_metres", "gauge", "How much too far it measures, as estimated.", get_bias_range},
        {"sensor_bias_bearing_degrees", "gauge", "How far its bearings are turned clockwise.", get_bias_bearing},
        {"sensor_bias_time_seconds", "gauge", "How late its clock is.", get_bias_time},
    };
    const struct vg_sensor_boards *boards = vg_sensors_acquire(s);
    if (!boards)
        return;
#define X(name, text) vg_metric(out, "tracks_" #name "_total", "counter", "Tracks: " text ".", boards->counters.name);
    VG_TRACKER_COUNTER_LIST(X)
#undef X
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        vg_metric_head(out, rows[r].name, rows[r].type, rows[r].help);
        for (size_t i = 0; i < boards->count; i++) {
            const char *name = boards->sensor[i].site.name;
            vg_out_printf(out, "vigia_%s{sensor=", rows[r].name);
            vg_metric_label(out, name, strlen(name));
            vg_out_printf(out, "} %.10g\n", rows[r].get(&boards->sensor[i]));
        }
    }
    vg_sensors_release(boards);
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
static uint64_t get_lost(const struct vg_feed_board *f)
{
    return f->lost;
}
static uint64_t get_duplicates(const struct vg_feed_board *f)
{
    return f->duplicates;
}
static uint64_t get_rejected(const struct vg_feed_board *f)
{
    return f->status.rejected;
}
static uint64_t get_dropped(const struct vg_feed_board *f)
{
    return f->status.dropped;
}

static uint64_t get_given_way(const struct vg_feed_board *f)
{
    return f->status.given_way;
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
    {"feed_lost_total", "counter", "Pieces of bytes not decoded for want of memory.", get_lost},
    {"feed_duplicates_total", "counter", "Messages that were heard before, left out.", get_duplicates},
    {"feed_reconnects_total", "counter", "Connections made again.", get_reconnects},
    {"feed_rejected_total", "counter", "Senders over the limit, closed.", get_rejected},
    {"feed_dropped_total", "counter", "Datagrams that came faster than they were read: the system had no room.",
     get_dropped},
    {"feed_given_way_total", "counter", "Silent senders closed for newcomers.", get_given_way},
    {"feed_connections", "gauge", "Senders connected.", get_connections},
    {"feed_vessels", "gauge", "Vessels whose position came from it last.", get_vessels},
};

static void feed_label(struct vg_out *out, const char *name, const struct vg_feed_board *f)
{
    vg_out_printf(out, "vigia_%s{feed=", name);
    vg_metric_label(out, f->spec.name, sizeof f->spec.name);
}

static void feed_metrics(struct vg_out *out, struct vg_api *s)
{
    const struct vg_board *board = vg_board_acquire(s);
    for (size_t row = 0; row < sizeof feed_rows / sizeof *feed_rows; row++) {
        vg_metric_head(out, feed_rows[row].name, feed_rows[row].type, feed_rows[row].help);
        for (size_t i = 0; i < board->count; i++) {
            feed_label(out, feed_rows[row].name, &board->feed[i]);
            vg_out_printf(out, "} %" PRIu64 "\n", feed_rows[row].get(&board->feed[i]));
        }
    }
    vg_metric_head(out, "feed_state", "gauge", "1 for the state the feed is in.");
    for (size_t i = 0; i < board->count; i++) {
        feed_label(out, "feed_state", &board->feed[i]);
        vg_out_printf(out, ",state=\"%s\"} 1\n", vg_feed_state_key(board->feed[i].status.state));
    }
    vg_metric_head(out, "feed_refused_total", "counter", "What could not be used, by reason.");
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

static void storage_metrics(struct vg_out *out, struct vg_api *s)
{
    struct vg_storage_status k;
    vg_storage_read(s, &k);
    if (!k.kept)
        return;
    vg_metric(out, "storage_failing", "gauge", "1 while the journal's disk fails.", *k.error != '\0');
    vg_metric(out, "storage_archive_failing", "gauge", "1 while the archive can't be written.", k.archive_failing);
#define X(name, kind, suffix, text) vg_metric(out, "storage_" #name suffix, kind, text ".", k.name);
    VG_STORAGE_LIST(X)
#undef X
    if (k.disk.space == VG_SPACE_UNKNOWN)
        return;
    vg_metric(out, "storage_free_bytes", "gauge", "Room on the disk of the data folder.", k.disk.free_bytes);
    vg_metric(out, "storage_total_bytes", "gauge", "Size of that disk.", k.disk.total_bytes);
    vg_metric(out, "storage_space_low", "gauge", "1 while that room is low, 2 while it is critical.",
              (uint64_t)k.disk.space - VG_SPACE_OK);
    if (k.disk.full_in_s != VG_SPACE_UNKNOWN_S)
        vg_metric(out, "storage_full_in_seconds", "gauge", "Until it is full at the growth of the last hours.",
                  (uint64_t)k.disk.full_in_s);
}

static void host_clock_metrics(struct vg_out *out, struct vg_api *api)
{
    struct vg_host_clock c;
    vg_host_clock_get(api, &c);
    vg_metric(out, "host_clock_jumps_total", "counter", "Jumps of the host's clock by more than a second.", c.jumps);
    if (c.synchronised == VG_SYNC_UNKNOWN)
        return;
    vg_metric(out, "host_clock_synchronised", "gauge", "1 while the host's clock is synchronised with others.",
              c.synchronised == VG_SYNC_YES);
    if (c.synchronised == VG_SYNC_YES && c.error_us >= 0)
        vg_metric(out, "host_clock_error_microseconds", "gauge", "How far off it may be, as the host says.",
                  (uint64_t)c.error_us);
}

static void queue_metrics(struct vg_out *out, const char *prefix, const char *what, struct vg_job_queue *queue)
{
    struct vg_job_counts n;
    vg_job_counts(queue, &n);
    const struct {
        const char *name, *type, *help;
        uint64_t value;
    } rows[] = {
        {"", "gauge", " that wait or are at work.", n.waiting + n.working},
        {"_total", "counter", ".", n.asked},
        {"_refused_total", "counter", " over the limit, answered 503.", n.refused},
        {"_overdue_total", "counter", " that got no answer in time.", n.overdue},
        {"_abandoned_total", "counter", " whose reader went.", n.abandoned},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char name[64], help[128];
        snprintf(name, sizeof name, "%s%s", prefix, rows[i].name);
        snprintf(help, sizeof help, "%s%s", what, rows[i].help);
        vg_metric(out, name, rows[i].type, help, rows[i].value);
    }
}

static void reader_metrics(struct vg_out *out, struct vg_api *s)
{
    struct vg_flow_counts streams;
    struct vg_notice_counts notices;
    vg_flow_counts(s->streams, &streams);
    vg_notice_counts(s->notices, &notices);
    vg_metric(out, "streams", "gauge", "Readers of the live stream.", streams.now);
    vg_metric(out, "event_readers", "gauge", "Readers of events.", notices.readers.now);
    const struct {
        const char *name, *help;
        uint64_t value;
    } rows[] = {
        {"answers_made_total", "Large answers that were written.", s->answers_made},
        {"answers_shared_total", "Large answers sent out of one that was written for another request.",
         s->answers_shared},
        {"notices_grouped_total", "Events over the budget: told in groups, or by the state that followed.",
         atomic_load_explicit(&s->notices_grouped, memory_order_relaxed)},
        {"notices_total", "Notices told to readers of events.", notices.told},
        {"streams_total", "Live streams begun.", streams.begun},
        {"streams_refused_total", "Live streams over the limit, answered 503.", streams.refused},
        {"streams_dropped_total", "Live streams dropped because their reader took nothing.", streams.dropped},
        {"stream_bytes_total", "Bytes of live stream frames.", streams.bytes},
        {"event_readers_total", "Event streams begun.", notices.readers.begun},
        {"event_readers_refused_total", "Event streams over the limit, answered 503.", notices.readers.refused},
        {"events_missed_total", "Notices that readers missed because the ring overtook them.", notices.missed},
        {"notices_refused_total", "Notices too long or not of one line.", notices.refused},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        vg_metric(out, rows[i].name, "counter", rows[i].help, rows[i].value);
    queue_metrics(out, "questions", "Questions to the picture", s->questions);
    queue_metrics(out, "answers", "Large answers", s->answers);
    queue_metrics(out, "alert_questions", "Questions about alerts and events", s->book);
    queue_metrics(out, "evidence_questions", "Bundles of evidence and cases", s->proofs);
}

static void process_metrics(struct vg_out *out, struct vg_api *s)
{
    unsigned long pages = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (file) {
        if (fscanf(file, "%lu %lu", &pages, &resident) != 2)
            resident = 0;
        fclose(file);
    }
    int64_t now_us = vg_clock_monotonic_us();
    vg_metric(out, "resident_memory_bytes", "gauge", "Memory of the process.",
              (uint64_t)resident * (uint64_t)getpagesize());
    vg_metric(out, "uptime_seconds", "gauge", "Since the server began.",
              (uint64_t)((now_us - s->begun_us) / VG_SECOND_US));
    vg_metric_head(out, "publication_age_seconds", "gauge", "Since a picture was last published.");
    vg_out_printf(out, "vigia_publication_age_seconds %.3f\n", (double)(now_us - atomic_load(&s->published_us)) / 1e6);
    vg_metric(out, "sources", "gauge", "Names of feeds and stations in use.", vg_sources_used(s->sources));
    vg_metric(out, "sources_overflowed_total", "counter",
              "Words of stations that found the table of sources full: they count for their feed.",
              atomic_load_explicit(&s->sources->overflowed, memory_order_relaxed));
    vg_metric_head(out, "build_info", "gauge", "The version.");
    vg_out_printf(out, "vigia_build_info{version=\"%s\"} 1\n", vg_version());
}

bool vg_handle_metrics(struct vg_request *rq)
{
    struct vg_api *api = vg_api_of(rq);
    struct vg_out out = vg_out_growing(METRICS_MAX);
    picture_metrics(&out, api);
    sensor_metrics(&out, api);
    storage_metrics(&out, api);
    host_clock_metrics(&out, api);
    feed_metrics(&out, api);
    vg_serve_metrics(api->serve, &out);
    reader_metrics(&out, api);
    vg_history_metrics(&out, api);
    vg_alert_metrics(&out, api);
    process_metrics(&out, api);
    return vg_reply_text(rq, 200, "text/plain; version=0.0.4; charset=utf-8", &out, NULL);
}

bool vg_handle_health(struct vg_request *rq)
{
    int64_t age_us = vg_clock_monotonic_us() - atomic_load(&vg_api_of(rq)->published_us);
    if (age_us > VG_UNHEALTHY_US)
        return vg_reply_error(rq, 503, "stale", "no picture was published for more than 10 seconds");
    struct vg_out out = vg_out_growing(64);
    vg_out_text(&out, "ok\n");
    return vg_reply_text(rq, 200, "text/plain; charset=utf-8", &out, NULL);
}
