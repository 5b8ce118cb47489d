#include "service/station.h"

#include <stdio.h>
#include <stdlib.h>

struct vg_station {
    struct vg_feed_spec spec;
    struct vg_feed *feed; /* counts bytes; NULL: the intake does, unless `parted` */
    bool parted;          /* its feed is closed, its counters are in `before` */
    struct vg_intake *intake;
    struct vg_report_list list;        /* of the bytes taken last */
    struct vg_station_counters before; /* of an earlier life */
    uint64_t counted;                  /* messages at the last full second */
    uint32_t bucket[VG_RATE_SECONDS];
    uint32_t buckets; /* filled so far, at most VG_RATE_SECONDS */
    uint32_t next;
};

enum vg_err vg_station_new(const struct vg_feed_spec *spec, const struct vg_intake_options *options,
                           struct vg_station **ret_station)
{
    struct vg_station *st = calloc(1, sizeof *st);
    if (!st)
        return VG_NOMEM;
    enum vg_err err = vg_intake_new(options, &st->intake);
    if (err) {
        free(st);
        return err;
    }
    st->spec = *spec;
    *ret_station = st;
    return VG_OK;
}

void vg_station_free(struct vg_station *st)
{
    if (!st)
        return;
    vg_intake_free(st->intake);
    vg_report_list_free(&st->list);
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

enum vg_err vg_station_take(struct vg_station *st, const struct vg_feed_bytes *bytes, uint64_t journal_offset,
                            const struct vg_report **ret_reports, size_t *ret_count)
{
    st->list.count = 0;
    enum vg_err err = vg_intake_take(st->intake, bytes, journal_offset, &st->list);
    if (err)
        return err;
    vg_intake_name(st->intake, bytes->stream, st->list.report, st->list.count);
    *ret_reports = st->list.report;
    *ret_count = st->list.count;
    return VG_OK;
}

void vg_station_second(struct vg_station *st)
{
    uint64_t now = vg_intake_messages(st->intake);
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

void vg_station_counters_add(struct vg_station_counters *to, const struct vg_station_counters *more)
{
    to->bytes += more->bytes;
    to->reconnects += more->reconnects;
    to->rejected += more->rejected;
    to->dropped += more->dropped;
    to->lines += more->lines;
    to->sentences += more->sentences;
    to->messages += more->messages;
    to->lost += more->lost;
    to->duplicates += more->duplicates;
    vg_refusals_add(&to->refusals, &more->refusals);
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
    struct vg_intake_counters in;
    *ret = st->before;
    if (st->feed)
        add_status(ret, st->feed);
    vg_intake_counters(st->intake, &in);
    if (!st->feed && !st->parted)
        ret->bytes += in.bytes;
    ret->lines += in.lines;
    ret->sentences += in.sentences;
    ret->messages += in.messages;
    ret->lost += in.lost;
    ret->duplicates += in.duplicates;
    vg_refusals_add(&ret->refusals, &in.refusals);
}

void vg_station_carry(struct vg_station *st, const struct vg_station_counters *counters, int64_t own_us)
{
    vg_station_counters_add(&st->before, counters);
    vg_intake_set_own_us(st->intake, own_us);
}

int64_t vg_station_own_us(const struct vg_station *st)
{
    return vg_intake_own_us(st->intake);
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
    ret->lost = c.lost;
    ret->duplicates = c.duplicates;
    ret->refusals = c.refusals;
}
