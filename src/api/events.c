/*
 * /api/v1/events: server-sent events out of a ring of notices.
 *
 * Each reader knows the number of the last notice it was given. A reader that the ring has overtaken, as every new one,
 * is told the state of things instead: hello (with how many notices it missed), what the ring still has, then the
 * vessels in distress, the feeds that are not live, and the data folder if its disk fails.
 */
#include <stdio.h>
#include <stdlib.h>

#include "api/stream_reader.h"
#include "serve/inner.h"

#define STATE_MAX ((size_t)1 << 20) /* bytes of the state at the beginning */

struct vg_event_reader {
    struct vg_suspended suspended; /* first: the list leads back here */
    struct vg_serve *serve;
    uint64_t told; /* id of the last notice given */
    bool greeted;
    int64_t written_us; /* when anything was last written, monotonic; under lock */
    struct vg_out text; /* to be sent */
    size_t sent;
};

/* ---- the ring ---- */

void vg_serve_notice(struct vg_serve *s, const char *event, const char *json, size_t len)
{
    if (len > VG_NOTICE_SIZE || strlen(event) >= sizeof s->ring->event || memchr(json, '\n', len) ||
        memchr(json, '\r', len)) {
        vg_count(&s->notices_refused);
        return;
    }
    pthread_mutex_lock(&s->lock);
    uint64_t id = ++s->notice_id;
    struct vg_notice *n = &s->ring[id % VG_NOTICES];
    n->id = id;
    n->len = (uint32_t)len;
    snprintf(n->event, sizeof n->event, "%s", event);
    memcpy(n->json, json, len);
    for (struct vg_suspended *p = s->event_readers; p; p = p->next)
        vg_suspended_resume(p);
    pthread_mutex_unlock(&s->lock);
}

void vg_events_wake(struct vg_serve *s, int64_t now_us)
{
    for (struct vg_suspended *p = s->event_readers; p; p = p->next)
        if (now_us - ((struct vg_event_reader *)p)->written_us >= VG_EVENT_BEAT_US)
            vg_suspended_resume(p);
}

/* ---- what a reader gets ---- */

static void begin_event(struct vg_out *out, const char *event)
{
    vg_out_text(out, "event: ");
    vg_out_text(out, event);
    vg_out_text(out, "\ndata: ");
}

static void write_distress(struct vg_out *out, const struct vg_sources *sources, const struct vg_contact *v)
{
    begin_event(out, "distress");
    vg_out_printf(out, "{\"mmsi\":%u,\"class\":\"%s\",\"state\":\"%s\"", v->mmsi, vg_class_key((enum vg_class)v->class),
                  v->flags & VG_CONTACT_DISTRESS ? "active" : "test");
    if (vg_pos_valid(v->pos)) {
        vg_out_char(out, ',');
        vg_json_pos(out, v->pos);
    }
    vg_out_text(out, ",\"time\":");
    vg_out_json_time(out, v->heard_us);
    vg_out_text(out, ",\"source\":");
    vg_json_text(out, vg_source_get(sources, (uint16_t)v->prov[VG_FIELD_POS].source)->name);
    vg_out_text(out, ",\"text\":");
    if (*v->text)
        vg_out_json_string(out, v->text, strnlen(v->text, VG_REPORT_TEXT_SIZE));
    else
        vg_out_text(out, "null");
    vg_out_text(out, "}\n\n");
}

static void write_feed(struct vg_out *out, const struct vg_feed_board *f)
{
    begin_event(out, "feed");
    vg_out_text(out, "{\"feed\":");
    vg_out_json_string(out, f->spec.name, strnlen(f->spec.name, sizeof f->spec.name));
    vg_out_text(out, ",\"state\":");
    vg_json_text(out, vg_feed_state_key(f->status.state));
    if (f->status.since_us != VG_TIME_NONE) {
        vg_out_text(out, ",\"time\":");
        vg_out_json_time(out, f->status.since_us);
    }
    vg_out_text(out, ",\"error\":");
    if (*f->error)
        vg_out_json_string(out, f->error, strnlen(f->error, sizeof f->error));
    else
        vg_out_text(out, "null");
    vg_out_text(out, "}\n\n");
}

static void write_state(struct vg_out *out, struct vg_serve *s)
{
    const struct vg_snapshot *snapshot = vg_snapshot_acquire(s->picture);
    for (uint32_t slot = 0; slot < snapshot->chunks * VG_CHUNK_VESSELS && out->len < STATE_MAX / 2; slot++) {
        const struct vg_contact *v = vg_snapshot_vessel(snapshot, slot);
        if (v && v->flags & (VG_CONTACT_DISTRESS | VG_CONTACT_DISTRESS_TEST))
            write_distress(out, s->sources, v);
    }
    vg_snapshot_release(snapshot);
    const struct vg_board *board = vg_board_acquire(s);
    for (size_t i = 0; i < board->count; i++)
        if (board->feed[i].status.state != VG_FEED_LIVE)
            write_feed(out, &board->feed[i]);
    vg_board_release(board);
    struct vg_storage_status storage;
    vg_storage_read(s, &storage);
    if (storage.kept && vg_storage_fails(&storage)) {
        begin_event(out, "storage");
        vg_write_storage_event(out, &storage);
        vg_out_text(out, "\n\n");
    }
}

/* The id makes a client that reconnects begin here and not at what it heard before. */
static void write_hello(struct vg_out *out, struct vg_serve *s, uint64_t id, uint64_t missed)
{
    const struct vg_snapshot *snapshot = vg_snapshot_acquire(s->picture);
    vg_out_printf(out, "id: %llu\nevent: hello\ndata: {\"epoch\":\"%016llx\",\"time\":", (unsigned long long)id,
                  (unsigned long long)s->options.epoch);
    vg_out_json_time(out, snapshot->clock_us);
    vg_snapshot_release(snapshot);
    if (missed) {
        vg_out_text(out, ",\"missed\":");
        vg_out_uint(out, missed);
    }
    vg_out_text(out, "}\n\n");
}

/* Under lock: the id of the oldest notice in the ring, minus one. */
static uint64_t ring_begin(const struct vg_serve *s)
{
    return s->notice_id - s->notice_base > VG_NOTICES ? s->notice_id - VG_NOTICES : s->notice_base;
}

static void write_notices(struct vg_event_reader *r)
{
    struct vg_serve *s = r->serve;
    pthread_mutex_lock(&s->lock);
    uint64_t begin = ring_begin(s);
    for (r->told = r->told < begin ? begin : r->told; r->told < s->notice_id && r->text.len < STATE_MAX / 4;
         r->told++) {
        const struct vg_notice *n = &s->ring[(r->told + 1) % VG_NOTICES];
        vg_out_text(&r->text, "id: ");
        vg_out_uint(&r->text, n->id);
        vg_out_char(&r->text, '\n');
        begin_event(&r->text, n->event);
        vg_out_bytes(&r->text, n->json, n->len);
        vg_out_text(&r->text, "\n\n");
    }
    pthread_mutex_unlock(&s->lock);
}

/* Puts the next text to be sent into r->text, if there is any. */
static void compose(struct vg_event_reader *r)
{
    struct vg_serve *s = r->serve;
    pthread_mutex_lock(&s->lock);
    uint64_t begin = ring_begin(s);
    pthread_mutex_unlock(&s->lock);
    bool behind = r->told < begin, greet = !r->greeted || behind;
    if (greet) {
        write_hello(&r->text, s, behind ? begin : r->told, behind ? begin - r->told : 0);
        if (behind)
            atomic_fetch_add_explicit(&s->events_missed, begin - r->told, memory_order_relaxed);
    }
    write_notices(r);
    if (greet)
        write_state(&r->text, s);
    r->greeted = true;
}

/* False: stay and say something; true: suspended. */
static bool park(struct vg_event_reader *r, int64_t now_us, bool *ret_stopping)
{
    struct vg_serve *s = r->serve;
    pthread_mutex_lock(&s->lock);
    *ret_stopping = s->stopping;
    bool suspended = !s->stopping && r->told == s->notice_id && now_us - r->written_us < VG_EVENT_BEAT_US;
    if (suspended) {
        r->suspended.suspended = true;
        MHD_suspend_connection(r->suspended.connection);
    }
    pthread_mutex_unlock(&s->lock);
    return suspended;
}

static ssize_t write_events(void *arg, uint64_t position, char *buf, size_t max)
{
    (void)position;
    struct vg_event_reader *r = arg;
    int64_t now_us = vg_clock_monotonic_us();
    bool stopping = false;
    if (r->sent == r->text.len) {
        r->sent = r->text.len = 0;
        if (r->greeted && park(r, now_us, &stopping))
            return 0;
        if (stopping)
            return MHD_CONTENT_READER_END_OF_STREAM;
        compose(r);
        if (!r->text.len)
            vg_out_text(&r->text, ": beat\n\n");
        if (r->text.err)
            return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    size_t n = r->text.len - r->sent < max ? r->text.len - r->sent : max;
    memcpy(buf, r->text.buf + r->sent, n);
    r->sent += n;
    if (r->sent == r->text.len && r->text.cap > 16384) { /* the beginning may have been long */
        vg_out_free(&r->text);
        r->text = vg_out_growing(STATE_MAX);
        r->sent = 0;
    }
    pthread_mutex_lock(&r->serve->lock);
    r->written_us = now_us;
    pthread_mutex_unlock(&r->serve->lock);
    return (ssize_t)n;
}

/* ---- the connection ---- */

static void free_reader(void *arg)
{
    struct vg_event_reader *r = arg;
    vg_out_free(&r->text);
    free(r);
}

void vg_events_done(struct vg_request *rq)
{
    struct vg_serve *s = rq->serve;
    if (!rq->events)
        return;
    pthread_mutex_lock(&s->lock);
    vg_suspended_unlist(&s->event_readers, &rq->events->suspended);
    s->event_readers_now--;
    pthread_mutex_unlock(&s->lock);
    rq->events = NULL; /* freed with the response */
}

/* Where to begin: behind Last-Event-ID; without one, or with one of the future, at the newest. An id of an earlier run
 * lies below the base, as ids begin with the time of the start: all of this run is news to it. Under lock. */
static uint64_t begin_at(const struct vg_serve *s, const char *last)
{
    uint64_t id;
    if (!last || vg_uint_parse(last, UINT64_MAX / 2, &id) || id > s->notice_id)
        return s->notice_id;
    return id < s->notice_base ? s->notice_base : id;
}

static bool take_place(struct vg_request *rq, struct vg_event_reader *r)
{
    struct vg_serve *s = rq->serve;
    const char *last = MHD_lookup_connection_value(rq->connection, MHD_HEADER_KIND, "Last-Event-ID");
    pthread_mutex_lock(&s->lock);
    bool free_place = s->event_readers_now < VG_EVENT_READERS && !s->stopping;
    if (free_place) {
        s->event_readers_now++;
        r->told = begin_at(s, last);
        vg_suspended_list(&s->event_readers, &r->suspended);
    }
    pthread_mutex_unlock(&s->lock);
    return free_place;
}

enum MHD_Result vg_handle_events(struct vg_request *rq)
{
    struct vg_serve *s = rq->serve;
    if (rq->head) {
        struct MHD_Response *response = MHD_create_response_from_buffer(0, "", MHD_RESPMEM_PERSISTENT);
        if (response)
            MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, rq->route->type);
        return vg_reply_send(rq, 200, response);
    }
    struct vg_event_reader *r = calloc(1, sizeof *r);
    if (!r) {
        vg_count(&s->no_memory);
        return vg_reply_error(rq, 503, "no_memory", "out of memory");
    }
    r->serve = s;
    r->suspended.connection = rq->connection;
    r->text = vg_out_growing(STATE_MAX);
    r->written_us = vg_clock_monotonic_us();
    if (!take_place(rq, r)) {
        free_reader(r);
        vg_count(&s->events_refused);
        return vg_reply_error(rq, 503, "busy", "256 readers of events are connected already: try again later");
    }
    vg_count(&s->events_total);
    rq->events = r;
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, VG_FRAME_MAX, write_events, r, free_reader);
    if (!response) {
        vg_events_done(rq);
        free_reader(r);
        return vg_reply_send(rq, 503, NULL);
    }
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "text/event-stream");
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    return vg_reply_send(rq, 200, response);
}
