#include "intake/journal_replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "intake/decode_pool.h"
#include "journal/check.h"
#include "journal/reader.h"

/* Three times as long as a fragment waits; a frame is a second, or 256 KiB. */
#define PRIME_US     (30 * VG_SECOND_US)
#define PRIME_FRAMES 64
/* … and as long as transmissions are remembered, but no more than 256 MiB: some seconds of decoding. */
#define PRIME_SAMENESS_FRAMES 1024
#define BATCH_BYTES           ((size_t)3 << 16) /* two of them hold fewer lines than sensor/ais/stations.h says */

_Static_assert(VG_REPLAY_FEEDS == 4096, "the sentence of vg_journal_replay_text() says it");

struct feed {
    char name[VG_SOURCE_NAME];
    struct vg_intake *intake;
    struct vg_intake_counters primed; /* counted before `from` */
};

struct vg_journal_replay {
    struct vg_journal_replay_options options;
    struct vg_journal_reader *reader;
    struct vg_record record; /* read, and for the next batch */
    bool have_record;
    bool lost;   /* reports, for want of memory: nothing more is given */
    bool begun;  /* records from `from` on have been met */
    bool primed; /* … and what was counted before is noted */
    uint64_t damages;
    uint64_t damaged[VG_REPLAY_DAMAGED]; /* segments */
    size_t damaged_count;
    enum vg_err err; /* to be told when what was read before it has been given */
    size_t feeds;
    struct feed **feed;
    struct vg_decode_pool *pool;
    struct vg_decode_batch batch[2]; /* given out, decoded */
    bool pending;                    /* batch[1] is in the pool's workers */
    size_t given;
};

static void on_damage(void *arg, const struct vg_damage *damage)
{
    struct vg_journal_replay *r = arg;
    r->damages += !damage->tail;
    for (size_t i = 0; i < r->damaged_count; i++)
        if (r->damaged[i] == damage->segment)
            return;
    if (!damage->tail && r->damaged_count < VG_REPLAY_DAMAGED &&
        !vg_journal_lost_has(vg_io_posix(), r->options.dir, damage->frame))
        r->damaged[r->damaged_count++] = damage->segment;
}

/* ---- feeds ---- */

/* The number of a record's feed, which is made when it is first met. VG_LIMIT: too many; VG_NOMEM. */
static enum vg_err find_feed(struct vg_journal_replay *r, const struct vg_record *record, unsigned *ret_number)
{
    char name[VG_SOURCE_NAME];
    snprintf(name, sizeof name, "%.*s", (int)record->name_len, record->name ? record->name : "");
    for (size_t i = 0; i < r->feeds; i++)
        if (strcmp(r->feed[i]->name, name) == 0) {
            *ret_number = (unsigned)i;
            return VG_OK;
        }
    if (r->feeds == VG_REPLAY_FEEDS)
        return VG_LIMIT;
    struct feed *f = calloc(1, sizeof *f);
    if (!f)
        return VG_NOMEM;
    const struct vg_intake_options options = {.sources = r->options.sources,
                                              .source = vg_source_feed(r->options.sources, name),
                                              .clock = r->options.clock,
                                              .sites = r->options.sites,
                                              .sameness = r->options.sameness};
    if (vg_intake_new(&options, &f->intake)) {
        free(f);
        return VG_NOMEM;
    }
    memcpy(f->name, name, sizeof name);
    vg_intake_set_own_us(f->intake, vg_own_times_get(r->options.own_times, name));
    *ret_number = (unsigned)r->feeds;
    r->feed[r->feeds++] = f;
    return VG_OK;
}

static enum vg_err decode(void *arg, struct vg_decode_record *record, struct vg_report_list *list)
{
    struct vg_journal_replay *r = arg;
    struct vg_intake *intake = r->feed[record->feed]->intake;
    if (r->options.turns)
        vg_intake_set_clock(intake, vg_clock_turns_at(r->options.turns, record->journal_offset));
    const struct vg_feed_bytes bytes = {
        .at = record->bytes,
        .len = record->len,
        .received_us = record->received_us,
        .stream = vg_feed_stream_number(record->stream),
        .begins = record->flags & VG_RECORD_BEGINS,
        .ends = record->flags & VG_RECORD_ENDS,
        .datagram = record->flags & VG_RECORD_DATAGRAM,
        .language = (enum vg_feed_language)vg_feed_stream_language(record->stream),
    };
    enum vg_err err = vg_intake_take(intake, &bytes, record->journal_offset, list);
    record->own_us = vg_intake_own_us(intake);
    return err;
}

/* ---- batches ---- */

static bool is_before(const struct vg_journal_replay *r, const struct vg_record *record)
{
    if (r->options.from)
        return record->journal_offset < r->options.from;
    return r->options.from_us != VG_TIME_NONE && record->time_us < r->options.from_us;
}

static bool is_wanted(const struct vg_journal_replay *r, const struct vg_record *record)
{
    if (record->kind != VG_RECORD_DATA)
        return false;
    if (record->stream >= VG_RECORDING_STREAM)
        return r->options.recordings && !is_before(r, record);
    return vg_feed_stream_number(record->stream) < VG_FEED_CONNECTIONS &&
           vg_feed_stream_language(record->stream) < VG_FEED_LANGUAGES;
}

/* Of what comes long before the beginning, half of the feeds at most: the others' room is for what is given. */
static bool is_far(const struct vg_journal_replay *r, const struct vg_record *record)
{
    uint64_t from = vg_journal_offset_frame(r->options.from), at = vg_journal_offset_frame(record->journal_offset);
    return !r->begun && r->feeds >= VG_REPLAY_FEEDS / 2 && at + PRIME_FRAMES < from;
}

/* The next record that is wanted, into r->record. */
static enum vg_err read_record(struct vg_journal_replay *r)
{
    enum vg_err err = VG_OK;
    while (!r->have_record && !err) {
        err = vg_journal_reader_next(r->reader, &r->record);
        r->have_record = !err && is_wanted(r, &r->record) && !is_far(r, &r->record);
    }
    return err;
}

/* Records into a batch, those before the beginning apart from those after it. VG_EOF: there is none now. */
static enum vg_err fill(struct vg_journal_replay *r, struct vg_decode_batch *batch)
{
    vg_decode_batch_clear(batch);
    batch->silent = !r->begun;
    while (batch->bytes < BATCH_BYTES) {
        enum vg_err err = r->err ? r->err : read_record(r);
        if (err && batch->count) {
            r->err = err;
            return VG_OK;
        }
        r->err = VG_OK;
        if (err)
            return err;
        if (!r->begun && !is_before(r, &r->record)) {
            r->begun = true;
            if (batch->count)
                return VG_OK;
            batch->silent = false;
        }
        unsigned feed = VG_DECODE_NOBODY;
        if (r->record.stream < VG_RECORDING_STREAM)
            err = find_feed(r, &r->record, &feed);
        if (!err && !vg_decode_batch_add(batch, &r->record, feed))
            err = VG_NOMEM;
        if (err) {
            r->err = batch->count ? err : VG_OK; /* told when what was read before it has been given */
            return batch->count ? VG_OK : err;
        }
        r->have_record = false;
    }
    return VG_OK;
}

/* The record's reports, with their sources. In the order of the journal. */
static struct vg_report *name(struct vg_journal_replay *r, const struct vg_decode_record *record)
{
    if (!record->count)
        return NULL;
    struct vg_report *reports = record->list->report + record->first;
    vg_intake_name(r->feed[record->feed]->intake, vg_feed_stream_number(record->stream), reports, record->count);
    return reports;
}

/* What comes before the beginning is not given, but remembered: what comes behind it may be the same again. */
static void pass_silent(struct vg_journal_replay *r)
{
    for (size_t i = 0; r->batch[0].silent && r->options.sameness && i < r->batch[0].count; i++)
        name(r, &r->batch[0].record[i]);
    r->batch[0].count = r->given = 0;
    r->batch[0].silent = false;
}

static void note_primed(struct vg_journal_replay *r)
{
    pass_silent(r);
    for (size_t i = 0; i < r->feeds; i++)
        vg_intake_counters(r->feed[i]->intake, &r->feed[i]->primed);
    r->primed = true;
}

static enum vg_err send_next(struct vg_journal_replay *r)
{
    enum vg_err err = fill(r, &r->batch[1]);
    if (err)
        return err;
    if (!r->batch[1].silent && !r->primed)
        note_primed(r); /* nothing is being decoded now */
    vg_decode_pool_send(r->pool, &r->batch[1]);
    r->pending = true;
    return VG_OK;
}

static enum vg_err refill(struct vg_journal_replay *r)
{
    if (!r->pending) {
        enum vg_err err = send_next(r);
        if (err)
            return err;
    }
    enum vg_err err = vg_decode_pool_wait(r->pool);
    r->lost = err != VG_OK; /* reports are missing: none of this batch, nor what follows, is given */
    struct vg_decode_batch done = r->batch[1];
    r->batch[1] = r->batch[0];
    r->batch[0] = done;
    r->pending = false;
    r->given = 0;
    if (!err && vg_decode_pool_is_apart(r->pool)) {
        enum vg_err next = send_next(r);
        if (next && next != VG_EOF)
            r->err = next;
    }
    return err;
}

enum vg_err vg_journal_replay_next(struct vg_journal_replay *r, struct vg_journal_replay_item *ret)
{
    if (r->lost)
        return VG_NOMEM;
    while (r->given == r->batch[0].count || r->batch[0].silent) {
        pass_silent(r);
        if (!r->primed && r->options.is_stopped && r->options.is_stopped(r->options.is_stopped_arg))
            return VG_NOT_FOUND;
        enum vg_err err = refill(r);
        if (err)
            return err;
    }
    const struct vg_decode_record *record = &r->batch[0].record[r->given++];
    const bool is_feed = record->feed != VG_DECODE_NOBODY;
    struct vg_report *reports = name(r, record);
    *ret = (struct vg_journal_replay_item){.journal_offset = record->journal_offset,
                                           .end = record->journal_offset + (record->len ? record->len : 1),
                                           .received_us = record->received_us,
                                           .reports = reports,
                                           .count = record->count,
                                           .stream = record->stream,
                                           .flags = record->flags,
                                           .feed = is_feed ? r->feed[record->feed]->name : NULL,
                                           .own_us = is_feed ? record->own_us : VG_TIME_NONE,
                                           .name = (const char *)record->bytes + record->len,
                                           .name_len = record->name_len,
                                           .bytes = (const char *)record->bytes,
                                           .len = record->len};
    return VG_OK;
}

/* ---- from open to close ---- */

/* The frame where the first record behind the reader's place stands, and its time. False: there is none. */
static bool look(struct vg_journal_replay *r, uint64_t *ret_frame, int64_t *ret_time_us)
{
    struct vg_record record;
    if (vg_journal_reader_next(r->reader, &record))
        return false;
    *ret_frame = vg_journal_offset_frame(record.journal_offset);
    *ret_time_us = record.time_us;
    return true;
}

/* Where to begin so that what comes from `frame` on is known again; at least from `near` on. */
static uint64_t sameness_start(struct vg_journal_replay *r, uint64_t frame, uint64_t near)
{
    const uint64_t far = frame > PRIME_SAMENESS_FRAMES ? frame - PRIME_SAMENESS_FRAMES : 0;
    uint64_t found;
    int64_t time_us;
    if (vg_journal_reader_seek_frame(r->reader, frame - 1) || !look(r, &found, &time_us) ||
        vg_journal_reader_seek_time(r->reader, time_us - VG_SAMENESS_US) || !look(r, &found, &time_us))
        return near;
    return found < far ? far : found > near ? near : found;
}

/* To somewhat before the beginning, or to the oldest that there is. */
static enum vg_err go_to_start(struct vg_journal_replay *r)
{
    const struct vg_journal_replay_options *o = &r->options;
    if (!o->from)
        return o->from_us == VG_TIME_NONE
                   ? VG_OK
                   : vg_journal_reader_seek_time(r->reader, o->from_us - (o->sameness ? VG_SAMENESS_US : PRIME_US));
    uint64_t frame = vg_journal_offset_frame(o->from);
    uint64_t start = frame > PRIME_FRAMES ? frame - PRIME_FRAMES : 0;
    if (o->sameness && start)
        start = sameness_start(r, frame, start);
    enum vg_err err = vg_journal_reader_seek_frame(r->reader, start);
    if (err == VG_NOT_FOUND)
        err = vg_journal_reader_seek_time(r->reader, INT64_MIN);
    return err == VG_NOT_FOUND ? VG_OK : err;
}

enum vg_err vg_journal_replay_open(const struct vg_journal_replay_options *options,
                                   struct vg_journal_replay **ret_replay, const char **ret_why)
{
    struct vg_journal_replay *r = calloc(1, sizeof *r);
    *ret_why = "out of memory";
    if (!r)
        return VG_NOMEM;
    r->options = *options;
    r->feed = calloc(VG_REPLAY_FEEDS, sizeof(struct feed *));
    enum vg_err err = r->feed ? VG_OK : VG_NOMEM;
    if (!err)
        err = vg_decode_pool_new(options->threads, decode, r, &r->pool);
    if (!err)
        err = vg_journal_reader_open(options->dir, NULL, on_damage, r, &r->reader, ret_why);
    if (!err) {
        err = go_to_start(r);
        *ret_why = vg_err_text(err);
    }
    if (err) {
        vg_journal_replay_close(r);
        return err;
    }
    *ret_replay = r;
    return VG_OK;
}

void vg_journal_replay_close(struct vg_journal_replay *r)
{
    if (!r)
        return;
    vg_decode_pool_free(r->pool);
    vg_journal_reader_close(r->reader);
    for (size_t i = 0; i < r->feeds; i++) {
        vg_intake_free(r->feed[i]->intake);
        free(r->feed[i]);
    }
    free(r->feed);
    vg_decode_batch_free(&r->batch[0]);
    vg_decode_batch_free(&r->batch[1]);
    free(r);
}

const char *vg_journal_replay_text(enum vg_err err)
{
    return err == VG_LIMIT ? "the journal has more than 4096 names of feeds" : vg_err_text(err);
}

uint64_t vg_journal_replay_damages(const struct vg_journal_replay *r)
{
    return r->damages;
}

size_t vg_journal_replay_damaged(const struct vg_journal_replay *r, uint64_t ret_segments[static VG_REPLAY_DAMAGED])
{
    memcpy(ret_segments, r->damaged, sizeof r->damaged);
    return r->damaged_count;
}

static void subtract(struct vg_intake_counters *from, const struct vg_intake_counters *less)
{
    from->bytes -= less->bytes;
    from->lines -= less->lines;
    from->sentences -= less->sentences;
    from->messages -= less->messages;
    from->lost -= less->lost;
    from->duplicates -= less->duplicates;
    for (int i = 0; i < VG_REFUSAL_COUNT; i++)
        from->refusals.count[i] -= less->refusals.count[i];
}

bool vg_journal_replay_counters(const struct vg_journal_replay *r, const char *feed, struct vg_intake_counters *ret)
{
    for (size_t i = 0; i < r->feeds; i++) {
        if (strcmp(r->feed[i]->name, feed) != 0)
            continue;
        vg_intake_counters(r->feed[i]->intake, ret);
        subtract(ret, &r->feed[i]->primed);
        return r->primed;
    }
    return false;
}

const char *vg_journal_replay_feed(const struct vg_journal_replay *r, size_t i)
{
    return i < r->feeds ? r->feed[i]->name : NULL;
}
