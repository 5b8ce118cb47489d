/* The ring of notices and its readers: see notices.h. */
#include "serve/notices.h"

#include <stdio.h>
#include <stdlib.h>

#include "serve/inner.h"

#define TEXT_MAX ((size_t)1 << 20) /* bytes of the state at the beginning */
#define TEXT_LOW ((size_t)16384)   /* of a reader that has nothing left to send */

struct notice {
    uint64_t id;
    char event[16];
    uint32_t len;
    char json[VG_NOTICE_SIZE];
};

struct vg_notices {
    struct vg_notice_rules rules;
    struct vg_flows *readers;
    pthread_mutex_t lock; /* of the ring; nothing else is locked while it is held */
    uint64_t newest;      /* id; ids above rules.first are or were in the ring */
    struct notice ring[VG_NOTICES];
    _Atomic uint64_t refused, missed;
};

struct reader {
    struct vg_notices *notices;
    uint64_t told; /* id of the last notice given */
    bool greeted;
    struct vg_out text; /* to be sent */
    size_t sent;
};

/* ---- the ring ---- */

void vg_notice(struct vg_notices *n, const char *event, const char *json, size_t len)
{
    if (len > VG_NOTICE_SIZE || strlen(event) >= sizeof n->ring->event || memchr(json, '\n', len) ||
        memchr(json, '\r', len)) {
        vg_count(&n->refused);
        return;
    }
    pthread_mutex_lock(&n->lock);
    uint64_t id = ++n->newest;
    struct notice *at = &n->ring[id % VG_NOTICES];
    at->id = id;
    at->len = (uint32_t)len;
    snprintf(at->event, sizeof at->event, "%s", event);
    memcpy(at->json, json, len);
    pthread_mutex_unlock(&n->lock);
    vg_flows_wake(n->readers);
}

/* Under lock: the id of the oldest notice in the ring, minus one. */
static uint64_t ring_begin(const struct vg_notices *n)
{
    return n->newest - n->rules.first > VG_NOTICES ? n->newest - VG_NOTICES : n->rules.first;
}

void vg_notices_beat(struct vg_notices *n)
{
    vg_flows_wake_quiet(n->readers, VG_NOTICE_BEAT_US);
}

/* ---- what a reader gets ---- */

void vg_notice_begin(struct vg_out *out, const char *event)
{
    vg_out_text(out, "event: ");
    vg_out_text(out, event);
    vg_out_text(out, "\ndata: ");
}

void vg_notice_end(struct vg_out *out)
{
    vg_out_text(out, "\n\n");
}

/* The id makes a client that reconnects begin here and not at what it heard before. */
static void write_hello(struct vg_out *out, const struct vg_out *members, uint64_t id, uint64_t missed)
{
    vg_out_text(out, "id: ");
    vg_out_uint(out, id);
    vg_out_char(out, '\n');
    vg_notice_begin(out, "hello");
    vg_out_char(out, '{');
    vg_out_bytes(out, members->buf, members->len);
    if (missed) {
        vg_out_text(out, ",\"missed\":");
        vg_out_uint(out, missed);
    }
    vg_out_char(out, '}');
    vg_notice_end(out);
}

static void write_notices(struct reader *r)
{
    const struct vg_notices *n = r->notices;
    for (; r->told < n->newest && r->text.len < TEXT_MAX / 4; r->told++) {
        const struct notice *at = &n->ring[(r->told + 1) % VG_NOTICES];
        vg_out_text(&r->text, "id: ");
        vg_out_uint(&r->text, at->id);
        vg_out_char(&r->text, '\n');
        vg_notice_begin(&r->text, at->event);
        vg_out_bytes(&r->text, at->json, at->len);
        vg_notice_end(&r->text);
    }
}

/*
 * Writes what the ring has for the reader, behind a hello where it is given (its members) or the ring has overtaken it.
 * All in one look at the ring: between two of them more may be lost, and nobody would tell. False, nothing written: it
 * was overtaken, and no hello was given.
 */
static bool take_from_ring(struct reader *r, const struct vg_out *hello)
{
    struct vg_notices *n = r->notices;
    pthread_mutex_lock(&n->lock);
    uint64_t begin = ring_begin(n), missed = r->told < begin ? begin - r->told : 0;
    bool well = hello || !missed;
    if (well) {
        r->told += missed;
        if (hello)
            write_hello(&r->text, hello, r->told, missed);
        write_notices(r);
    }
    pthread_mutex_unlock(&n->lock);
    if (well && missed)
        atomic_fetch_add_explicit(&n->missed, missed, memory_order_relaxed);
    return well;
}

/* Puts the next text to be sent into r->text, if there is any. */
static void compose(struct reader *r)
{
    struct vg_notices *n = r->notices;
    if (r->greeted && take_from_ring(r, NULL))
        return;
    struct vg_out hello = vg_out_growing(TEXT_MAX); /* made before the ring is locked */
    n->rules.hello(n->rules.context, &hello);
    if (hello.err)
        r->text.err = hello.err;
    else
        take_from_ring(r, &hello);
    vg_out_free(&hello);
    n->rules.state(n->rules.context, &r->text);
    r->greeted = true;
}

static ssize_t fill(void *arg, int64_t quiet_us, void *buf, size_t max)
{
    struct reader *r = arg;
    if (r->sent == r->text.len) {
        r->sent = r->text.len = 0;
        compose(r);
        if (!r->text.len && quiet_us < VG_NOTICE_BEAT_US)
            return 0;
        if (!r->text.len)
            vg_out_text(&r->text, ": beat\n\n");
        if (r->text.err)
            return -1;
    }
    size_t n = r->text.len - r->sent < max ? r->text.len - r->sent : max;
    memcpy(buf, r->text.buf + r->sent, n);
    r->sent += n;
    if (r->sent == r->text.len && r->text.cap > TEXT_LOW) { /* the beginning may have been long */
        vg_out_free(&r->text);
        r->text = vg_out_growing(TEXT_MAX);
        r->sent = 0;
    }
    return (ssize_t)n;
}

static void free_reader(void *arg)
{
    struct reader *r = arg;
    vg_out_free(&r->text);
    free(r);
}

/* ---- the connection ---- */

/* Where to begin: behind Last-Event-ID; without one, or with one of the future, at the newest. An id of an earlier run
 * lies below the first, as ids begin with the time of the start: all of this run is news to it. */
static uint64_t begin_at(struct vg_notices *n, const char *last)
{
    uint64_t id;
    pthread_mutex_lock(&n->lock);
    uint64_t newest = n->newest, first = n->rules.first;
    pthread_mutex_unlock(&n->lock);
    if (!last || vg_uint_parse(last, UINT64_MAX / 2, &id) || id > newest)
        return newest;
    return id < first ? first : id;
}

bool vg_reply_notices(struct vg_request *rq, struct vg_notices *n)
{
    if (rq->head)
        return vg_reply_head(rq, "text/event-stream");
    struct reader *r = calloc(1, sizeof *r);
    if (!r)
        return vg_reply_no_memory(rq);
    r->notices = n;
    r->text = vg_out_growing(TEXT_MAX);
    r->told = begin_at(n, vg_request_header(rq, "Last-Event-ID"));
    return vg_reply_flow(rq, n->readers, "text/event-stream", r);
}

/* ---- life ---- */

enum vg_err vg_notices_new(struct vg_serve *s, const struct vg_notice_rules *rules, struct vg_notices **ret)
{
    static const struct vg_flow_kind kind = {
        .fill = fill,
        .free = free_reader,
        .full = "256 readers of events are connected already: try again later",
        .most = VG_NOTICE_READERS,
    };
    struct vg_notices *n = calloc(1, sizeof *n);
    if (!n)
        return VG_NOMEM;
    if (vg_flows_new(s, &kind, &n->readers) || pthread_mutex_init(&n->lock, NULL)) {
        free(n);
        return VG_NOMEM;
    }
    n->rules = *rules;
    n->newest = rules->first;
    *ret = n;
    return VG_OK;
}

void vg_notices_free(struct vg_notices *n)
{
    if (!n)
        return;
    pthread_mutex_destroy(&n->lock);
    free(n);
}

void vg_notice_counts(struct vg_notices *n, struct vg_notice_counts *ret)
{
    pthread_mutex_lock(&n->lock);
    ret->told = n->newest - n->rules.first;
    pthread_mutex_unlock(&n->lock);
    ret->refused = n->refused;
    ret->missed = n->missed;
    vg_flow_counts(n->readers, &ret->readers);
}
