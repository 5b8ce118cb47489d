#include "service/station.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A tag block's time is believed if it lies no further in the future than this; clocks of stations drift. */
#define FUTURE_US VG_MINUTE_US

struct vg_station {
    struct vg_feed_spec spec;
    struct vg_feed *feed; /* counts bytes; NULL: the receivers do, unless `parted` */
    bool parted;          /* its feed is closed, its counters are in `before` */
    struct vg_station_rules rules;
    struct vg_station_counters before; /* of an earlier life */
    int64_t received_us;               /* of the bytes being taken */
    int64_t own_us;                    /* the newest time that the data gave itself; VG_TIME_NONE before any */
    uint64_t counted;                  /* messages at the last full second */
    uint32_t bucket[VG_RATE_SECONDS];
    uint32_t buckets; /* filled so far, at most VG_RATE_SECONDS */
    uint32_t next;
    struct vg_receiver *receiver[VG_FEED_CONNECTIONS]; /* made when a stream first speaks */
};

enum vg_err vg_station_new(const struct vg_feed_spec *spec, const struct vg_station_rules *rules,
                           struct vg_station **ret_station)
{
    struct vg_station *st = calloc(1, sizeof *st);
    if (!st)
        return VG_NOMEM;
    st->spec = *spec;
    st->rules = *rules;
    st->own_us = VG_TIME_NONE;
    *ret_station = st;
    return VG_OK;
}

void vg_station_free(struct vg_station *st)
{
    if (!st)
        return;
    for (size_t i = 0; i < VG_FEED_CONNECTIONS; i++)
        vg_receiver_free(st->receiver[i]);
    free(st);
}

void vg_station_set_feed(struct vg_station *st, struct vg_feed *feed)
{
    st->feed = feed;
}

struct vg_feed *vg_station_feed(const struct vg_station *st)
{
    return st->feed;
}

const struct vg_feed_spec *vg_station_spec(const struct vg_station *st)
{
    return &st->spec;
}

/* When it was received: the receiver's own word if it can be true, else when it came to us. */
static int64_t time_of(struct vg_station *st, const struct vg_payload *payload)
{
    int64_t own_us = payload->time_us;
    bool told = own_us != VG_TIME_NONE && own_us > 0;
    if (st->rules.data_clock) {
        if (told)
            st->own_us = own_us;
        else if (st->spec.kind != VG_FEED_FILE && st->own_us != VG_TIME_NONE) /* a file feed dates its lines itself */
            return st->own_us;
        return told ? own_us : st->received_us;
    }
    return told && own_us <= st->received_us + FUTURE_US ? own_us : st->received_us;
}

static void on_message(void *arg, const struct vg_ais *msg, const struct vg_payload *payload)
{
    struct vg_station *st = arg;
    struct vg_report report;
    if (!vg_ais_report(msg, &report))
        return;
    report.time_us = time_of(st, payload);
    report.journal_offset = payload->journal_offset < VG_JOURNAL_OFFSET_NONE ? payload->journal_offset : 0;
    report.suspect = vg_ais_suspect(msg);
    st->rules.on_report(st->rules.arg, &report, payload->station);
}

void vg_station_take(struct vg_station *st, const struct vg_feed_bytes *bytes, uint64_t journal_offset)
{
    if (bytes->stream >= VG_FEED_CONNECTIONS)
        return;
    struct vg_receiver **r = &st->receiver[bytes->stream];
    if (!*r && vg_receiver_new(on_message, st, r))
        return; /* out of memory: this stream is lost until it begins again */
    if (bytes->begins)
        vg_receiver_restart(*r);
    st->received_us = bytes->received_us;
    if (journal_offset != VG_JOURNAL_OFFSET_OF_FEED)
        vg_receiver_set_journal_offset(*r, journal_offset);
    if (bytes->len)
        vg_receiver_push(*r, bytes->at, bytes->len, bytes->received_us);
    if (bytes->datagram)
        vg_receiver_end_line(*r);
    if (bytes->ends)
        vg_receiver_end(*r);
}

static uint64_t messages_of(const struct vg_station *st)
{
    uint64_t n = 0;
    for (size_t i = 0; i < VG_FEED_CONNECTIONS; i++)
        if (st->receiver[i])
            n += vg_receiver_counters(st->receiver[i])->messages;
    return n;
}

void vg_station_second(struct vg_station *st)
{
    uint64_t now = messages_of(st);
    st->bucket[st->next] = (uint32_t)(now - st->counted);
    st->next = (st->next + 1) % VG_RATE_SECONDS;
    st->buckets += st->buckets < VG_RATE_SECONDS;
    st->counted = now;
}

static double rate_of(const struct vg_station *st)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < st->buckets; i++)
        sum += st->bucket[i];
    return st->buckets ? (double)sum / st->buckets : 0;
}

static void add_refusals(struct vg_refusals *to, const struct vg_refusals *from)
{
    for (int i = 0; i < VG_REFUSAL_COUNT; i++) {
        if (!from->count[i])
            continue;
        if (!to->count[i] || from->time_us[i] >= to->time_us[i]) {
            to->time_us[i] = from->time_us[i];
            memcpy(to->example[i], from->example[i], VG_EXAMPLE_SIZE);
        }
        to->count[i] += from->count[i];
    }
}

void vg_station_counters_add(struct vg_station_counters *to, const struct vg_station_counters *more)
{
    to->bytes += more->bytes;
    to->reconnects += more->reconnects;
    to->rejected += more->rejected;
    to->dropped += more->dropped;
    to->lines += more->lines;
    to->sentences += more->sentences;
    to->messages += more->messages;
    add_refusals(&to->refusals, &more->refusals);
}

static void add_status(struct vg_station_counters *to, struct vg_feed *feed)
{
    const struct vg_feed_status *status = vg_feed_status(feed);
    to->bytes += status->bytes;
    to->reconnects += status->reconnects;
    to->rejected += status->rejected;
    to->dropped += status->dropped;
}

void vg_station_part(struct vg_station *st)
{
    if (st->feed)
        add_status(&st->before, st->feed);
    st->feed = NULL;
    st->parted = true;
}

void vg_station_counters(const struct vg_station *st, struct vg_station_counters *ret)
{
    *ret = st->before;
    if (st->feed)
        add_status(ret, st->feed);
    for (size_t i = 0; i < VG_FEED_CONNECTIONS; i++) {
        if (!st->receiver[i])
            continue;
        const struct vg_receiver_counters *c = vg_receiver_counters(st->receiver[i]);
        if (!st->feed && !st->parted)
            ret->bytes += c->bytes;
        ret->lines += c->lines;
        ret->sentences += c->sentences;
        ret->messages += c->messages;
        add_refusals(&ret->refusals, vg_receiver_refusals(st->receiver[i]));
    }
}

void vg_station_carry(struct vg_station *st, const struct vg_station_counters *counters)
{
    vg_station_counters_add(&st->before, counters);
}

void vg_station_board(const struct vg_station *st, struct vg_feed_board *ret)
{
    struct vg_station_counters c;
    *ret = (struct vg_feed_board){.spec = st->spec, .rate = rate_of(st)};
    if (st->feed)
        ret->status = *vg_feed_status(st->feed);
    if (ret->status.error)
        snprintf(ret->error, sizeof ret->error, "%s", ret->status.error);
    ret->status.error = NULL;
    vg_station_counters(st, &c);
    ret->status.bytes = c.bytes;
    ret->status.reconnects = c.reconnects;
    ret->status.rejected = c.rejected;
    ret->status.dropped = c.dropped;
    ret->lines = c.lines;
    ret->sentences = c.sentences;
    ret->messages = c.messages;
    ret->refusals = c.refusals;
}
