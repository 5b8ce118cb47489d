#include "intake/intake.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sensor/ais/stations.h"

/* The source of a station's number, as long as neither means something else. */
struct named {
    uint16_t source; /* 0: not asked for yet */
    uint32_t turn, renamed;
};

struct stream {
    struct vg_batch *batch; /* NULL: the stream has not spoken */
    struct named *named;    /* by station number. The naming thread's */
};

struct vg_intake {
    struct vg_intake_options options;
    struct vg_receive_time time;
    uint64_t lost;       /* pieces */
    uint64_t duplicates; /* the naming thread's */
    struct stream stream[VG_FEED_CONNECTIONS];
};

/* Makes all that a stream will need: its reports then come whole, or the error does. */
static enum vg_err open_stream(struct stream *s)
{
    struct vg_batch *batch;
    if (s->batch)
        return VG_OK;
    struct named *named = calloc(VG_STATIONS_MAX + 1, sizeof *named);
    if (!named || vg_batch_new(true, &batch)) {
        free(named);
        return VG_NOMEM;
    }
    *s = (struct stream){.batch = batch, .named = named};
    return VG_OK;
}

enum vg_err vg_intake_new(const struct vg_intake_options *options, struct vg_intake **ret_intake)
{
    struct vg_intake *in = calloc(1, sizeof *in);
    if (!in)
        return VG_NOMEM;
    in->options = *options;
    in->time = (struct vg_receive_time){.clock = options->clock, .own_us = VG_TIME_NONE};
    if (options->clock == VG_INTAKE_RECORDING && open_stream(&in->stream[0])) {
        vg_intake_free(in);
        return VG_NOMEM;
    }
    *ret_intake = in;
    return VG_OK;
}

void vg_intake_free(struct vg_intake *in)
{
    if (!in)
        return;
    for (size_t i = 0; i < VG_FEED_CONNECTIONS; i++) {
        vg_batch_free(in->stream[i].batch);
        free(in->stream[i].named);
    }
    free(in);
}

/* ---- decoding ---- */

static void finish(struct vg_intake *in, struct vg_report *r, size_t count, int64_t received_us)
{
    vg_receive_time_set(&in->time, r, count, received_us);
    for (size_t i = 0; i < count; i++)
        if (r[i].journal_offset >= VG_JOURNAL_OFFSET_NONE)
            r[i].journal_offset = 0;
}

/* Whoever took the recording has dated its lines; those of before left it to us. */
static void set_line_time(struct vg_intake *in, int64_t received_us, enum vg_time_source from)
{
    in->time.from = from;
    vg_batch_set_line_time(in->stream[0].batch, from ? received_us : VG_TIME_NONE);
}

size_t vg_intake_push(struct vg_intake *in, const void *bytes, size_t len, int64_t received_us,
                      enum vg_time_source from, struct vg_report *ret, size_t cap, size_t *ret_taken)
{
    assert(in->options.clock == VG_INTAKE_RECORDING);
    set_line_time(in, received_us, from);
    size_t n = vg_batch_push(in->stream[0].batch, bytes, len, VG_TIME_NONE, ret, cap, ret_taken);
    finish(in, ret, n, received_us);
    return n;
}

size_t vg_intake_end(struct vg_intake *in, int64_t received_us, enum vg_time_source from, struct vg_report *ret,
                     size_t cap)
{
    assert(in->options.clock == VG_INTAKE_RECORDING);
    set_line_time(in, received_us, from);
    size_t n = vg_batch_end(in->stream[0].batch, ret, cap);
    finish(in, ret, n, received_us);
    return n;
}

void vg_intake_set_journal_offset(struct vg_intake *in, uint64_t journal_offset)
{
    assert(in->options.clock == VG_INTAKE_RECORDING);
    vg_batch_set_journal_offset(in->stream[0].batch, journal_offset);
}

/* ---- a feed's pieces ---- */

void vg_report_list_free(struct vg_report_list *list)
{
    free(list->report);
    *list = (struct vg_report_list){0};
}

/* Room for what a line can say. */
static bool make_room(struct vg_report_list *list)
{
    if (list->room - list->count >= VG_BATCH_LINE_MAX)
        return true;
    size_t room = list->room ? list->room * 2 : 2 * VG_BATCH_LINE_MAX;
    struct vg_report *more = realloc(list->report, room * sizeof *more);
    if (!more)
        return false;
    list->report = more;
    list->room = room;
    return true;
}

static enum vg_err push_all(struct vg_batch *b, const struct vg_feed_bytes *bytes, struct vg_report_list *list)
{
    const char *p = bytes->at;
    for (size_t left = bytes->len, taken; left; left -= taken, p += taken) {
        if (!make_room(list))
            return VG_NOMEM;
        list->count +=
            vg_batch_push(b, p, left, bytes->received_us, list->report + list->count, list->room - list->count, &taken);
    }
    if (!bytes->datagram && !bytes->ends)
        return VG_OK;
    if (!make_room(list))
        return VG_NOMEM;
    list->count +=
        (bytes->ends ? vg_batch_end : vg_batch_end_line)(b, list->report + list->count, list->room - list->count);
    return VG_OK;
}

enum vg_err vg_intake_take(struct vg_intake *in, const struct vg_feed_bytes *bytes, uint64_t journal_offset,
                           struct vg_report_list *list)
{
    size_t before = list->count;
    if (bytes->stream >= VG_FEED_CONNECTIONS)
        return VG_ARG;
    struct stream *s = &in->stream[bytes->stream];
    enum vg_err err = open_stream(s);
    if (!err && bytes->begins)
        vg_batch_restart(s->batch);
    if (!err) {
        vg_batch_set_journal_offset(s->batch, journal_offset);
        err = push_all(s->batch, bytes, list);
    }
    if (err) { /* a piece is told whole or not at all */
        if (s->batch)
            vg_batch_restart(s->batch);
        list->count = before;
        in->lost++;
        return err;
    }
    finish(in, list->report + before, list->count - before, bytes->received_us);
    return VG_OK;
}

/* ---- names ---- */

/* A station without a row of its own asks again each time: rows become free. */
static uint16_t source_of(struct vg_intake *in, struct stream *s, uint16_t station)
{
    struct vg_sources *sources = in->options.sources;
    struct named *known = &s->named[station];
    const uint32_t turn = vg_batch_station_turn(s->batch, station), renamed = vg_sources_renamed(sources);
    if (known->source && known->turn == turn && known->renamed == renamed)
        return known->source;
    const char *name = vg_batch_station(s->batch, station);
    uint16_t source = vg_source_station(sources, in->options.source, name, strlen(name));
    *known = (struct named){.source = source == in->options.source ? 0 : source, .turn = turn, .renamed = renamed};
    return source;
}

void vg_intake_name(struct vg_intake *in, uint32_t stream, struct vg_report *r, size_t count)
{
    struct stream *s = &in->stream[stream];
    for (size_t i = 0; i < count; i++)
        r[i].source = r[i].source ? source_of(in, s, r[i].source) : in->options.source;
    if (in->options.sameness)
        in->duplicates += vg_sameness_mark(in->options.sameness, r, count);
}

/* ---- what goes on after a restart ---- */

int64_t vg_intake_own_us(const struct vg_intake *in)
{
    return in->time.own_us;
}

void vg_intake_set_own_us(struct vg_intake *in, int64_t own_us)
{
    in->time.own_us = own_us;
}

void vg_intake_set_clock(struct vg_intake *in, enum vg_intake_clock clock)
{
    in->time.clock = clock;
}

/* ---- counters ---- */

void vg_intake_counters(const struct vg_intake *in, struct vg_intake_counters *ret)
{
    memset(ret, 0, sizeof *ret);
    ret->lost = in->lost;
    ret->duplicates = in->duplicates;
    for (size_t i = 0; i < VG_FEED_CONNECTIONS; i++) {
        const struct vg_batch *b = in->stream[i].batch;
        if (!b)
            continue;
        const struct vg_receiver_counters *c = vg_batch_counters(b);
        ret->bytes += c->bytes;
        ret->lines += c->lines;
        ret->sentences += c->sentences;
        ret->messages += c->messages;
        vg_refusals_add(&ret->refusals, vg_batch_refusals(b));
    }
}

uint64_t vg_intake_messages(const struct vg_intake *in)
{
    uint64_t n = 0;
    for (size_t i = 0; i < VG_FEED_CONNECTIONS; i++)
        n += in->stream[i].batch ? vg_batch_counters(in->stream[i].batch)->messages : 0;
    return n;
}
