/* TCP's segments in order (RFC 9293), each direction of a connection by itself. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "feed/capture_inner.h"

#define HEADER      20
#define FLAG_FIN    0x01
#define FLAG_SYN    0x02
#define FLAG_RST    0x04
#define HELD_STREAM (256 << 10)         /* bytes of one stream that wait for a segment before them */
#define HELD_COUNT  256                 /* and segments … */
#define HELD_US     (30 * VG_SECOND_US) /* … for so long by the capture's time: then it is not in the capture */
#define FAR         (1 << 28)           /* a number so far back is another connection between the same ports */

/* A segment that came before one that precedes it. */
struct held {
    struct held *next; /* by number */
    uint32_t number;
    size_t len, full;
    int64_t time_us;
    uint8_t bytes[];
};

struct stream {
    uint8_t from[16], to[16];
    bool v6;
    uint8_t ports[4];
    uint64_t used;   /* 0: free */
    bool known;      /* `next` is */
    uint32_t next;   /* number of the next byte */
    int64_t time_us; /* of its last segment */
    struct held *held;
    size_t held_bytes, held_count;
    struct vg_capture_line line;
};

struct vg_streams {
    uint64_t count;
    size_t held_bytes;
    struct stream stream[VG_CAPTURE_STREAMS];
};

struct segment {
    uint32_t number;
    const uint8_t *bytes;
    size_t len, full; /* captured, sent */
    int64_t time_us;
    uint8_t flags;
};

struct vg_streams *vg_streams_new(void)
{
    return calloc(1, sizeof(struct vg_streams));
}

static void forget_held(struct vg_streams *s, struct stream *t)
{
    struct held *h = t->held;
    t->held = h->next;
    t->held_bytes -= h->len;
    t->held_count--;
    s->held_bytes -= h->len;
    free(h);
}

void vg_streams_free(struct vg_streams *s)
{
    for (int i = 0; s && i < VG_CAPTURE_STREAMS; i++)
        while (s->stream[i].held)
            forget_held(s, &s->stream[i]);
    free(s);
}

/* ---- in order ---- */

static void gap(struct stream *t, uint32_t next, const struct vg_capture_sink *sink)
{
    sink->counts->gaps++;
    vg_capture_line_cut(&t->line, sink);
    t->next = next;
}

/* Takes what a segment has from t->next on; it begins there or before. */
static void take(struct stream *t, const struct segment *g, const struct vg_capture_sink *sink)
{
    size_t known = t->next - g->number; /* sent before */
    if (known >= g->full)
        return;
    if (known < g->len)
        vg_capture_line_push(&t->line, sink, g->bytes + known, g->len - known, g->time_us);
    t->next = g->number + (uint32_t)g->full;
    if (g->len < g->full)
        gap(t, t->next, sink);
}

/* Takes from the held ones what is due now. */
static void take_held(struct vg_streams *s, struct stream *t, const struct vg_capture_sink *sink)
{
    while (t->held && (int32_t)(t->held->number - t->next) <= 0) {
        const struct held *h = t->held;
        take(t, &(struct segment){h->number, h->bytes, h->len, h->full, h->time_us, 0}, sink);
        forget_held(s, t);
    }
}

/* What the first held one waits for is not in the capture. */
static void give_up(struct vg_streams *s, struct stream *t, const struct vg_capture_sink *sink)
{
    gap(t, t->held->number, sink);
    take_held(s, t, sink);
}

static void finish(struct vg_streams *s, struct stream *t, const struct vg_capture_sink *sink)
{
    while (t->held)
        give_up(s, t, sink);
    vg_capture_line_end(&t->line, sink, t->time_us);
    t->known = false;
}

static void hold(struct vg_streams *s, struct stream *t, const struct segment *g)
{
    struct held **at = &t->held, *h = malloc(sizeof *h + g->len);
    if (!h) /* a gap, as if it had not been captured */
        return;
    *h = (struct held){.number = g->number, .len = g->len, .full = g->full, .time_us = g->time_us};
    memcpy(h->bytes, g->bytes, g->len);
    while (*at && (int32_t)((*at)->number - g->number) <= 0)
        at = &(*at)->next;
    h->next = *at;
    *at = h;
    t->held_bytes += g->len;
    t->held_count++;
    s->held_bytes += g->len;
}

static bool waits_too_long(const struct vg_streams *s, const struct stream *t, int64_t now_us)
{
    return t->held && (t->held_bytes > HELD_STREAM || t->held_count > HELD_COUNT || s->held_bytes > VG_CAPTURE_HELD ||
                       now_us - t->held->time_us > HELD_US);
}

/* ---- segments ---- */

/* The stream of a segment; a new one takes the place of that which was silent longest. */
static struct stream *find(struct vg_streams *s, const struct vg_ip_packet *p, const struct vg_capture_sink *sink)
{
    struct stream *oldest = s->stream;
    for (struct stream *t = s->stream; t < s->stream + VG_CAPTURE_STREAMS; t++) {
        if (t->used && t->v6 == p->v6 && memcmp(t->ports, p->payload, sizeof t->ports) == 0 &&
            memcmp(t->from, p->from, sizeof t->from) == 0 && memcmp(t->to, p->to, sizeof t->to) == 0)
            return t;
        if (t->used < oldest->used)
            oldest = t;
    }
    if (oldest->used)
        finish(s, oldest, sink);
    *oldest = (struct stream){.v6 = p->v6};
    oldest->line.stream = oldest->line.fresh = true;
    oldest->line.number = (uint16_t)(oldest - s->stream);
    memcpy(oldest->ports, p->payload, sizeof oldest->ports);
    memcpy(oldest->from, p->from, sizeof oldest->from);
    memcpy(oldest->to, p->to, sizeof oldest->to);
    return oldest;
}

static bool read_segment(const struct vg_ip_packet *p, int64_t time_us, struct segment *ret)
{
    if (p->len < HEADER)
        return false;
    size_t header = (size_t)(p->payload[12] >> 4) * 4;
    if (header < HEADER || header > p->len)
        return false;
    *ret = (struct segment){.number = (uint32_t)p->payload[4] << 24 | (uint32_t)p->payload[5] << 16 |
                                      (uint32_t)p->payload[6] << 8 | p->payload[7],
                            .bytes = p->payload + header,
                            .len = p->len - header,
                            .full = p->full - header,
                            .time_us = time_us,
                            .flags = p->payload[13]};
    return true;
}

static void place(struct vg_streams *s, struct stream *t, struct segment *g, const struct vg_capture_sink *sink)
{
    int32_t ahead = (int32_t)(g->number - t->next);
    if (ahead > 0) {
        hold(s, t, g);
    } else if (ahead < -FAR) {
        gap(t, g->number, sink);
        take(t, g, sink);
    } else {
        take(t, g, sink);
        take_held(s, t, sink);
    }
}

/* Another connection between the same ports: the line that was open did not end here. */
static void start_anew(struct vg_streams *s, struct stream *t, const struct vg_capture_sink *sink)
{
    while (t->held)
        give_up(s, t, sink);
    if (t->line.len)
        vg_capture_line_cut(&t->line, sink);
    finish(s, t, sink);
}

bool vg_streams_take(struct vg_streams *s, const struct vg_ip_packet *p, int64_t time_us,
                     const struct vg_capture_sink *sink)
{
    struct segment g;
    if (!read_segment(p, time_us, &g))
        return false;
    struct stream *t = find(s, p, sink);
    t->used = ++s->count;
    t->time_us = time_us;
    if (g.flags & FLAG_SYN) {
        g.number++;
        if (!t->known || g.number != t->next) /* not the same SYN once more */
            start_anew(s, t, sink);
    }
    if (!t->known) {
        t->known = true;
        t->next = g.number;
    }
    if (g.full)
        place(s, t, &g, sink);
    while (waits_too_long(s, t, time_us))
        give_up(s, t, sink);
    if (g.flags & (FLAG_FIN | FLAG_RST) && !t->held)
        vg_capture_line_end(&t->line, sink, time_us);
    return true;
}

void vg_streams_end(struct vg_streams *s, const struct vg_capture_sink *sink)
{
    for (int i = 0; i < VG_CAPTURE_STREAMS; i++)
        if (s->stream[i].used)
            finish(s, &s->stream[i], sink);
}
