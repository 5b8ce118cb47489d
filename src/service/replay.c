#include "service/replay.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "journal/reader.h"
#include "service/decode_pool.h"

/* Three times as long as a fragment waits; a frame is a second, or 256 KiB. */
#define PRIME_US     (30 * VG_SECOND_US)
#define PRIME_FRAMES 64
#define BATCH_BYTES  ((size_t)1 << 20)
#define FEEDS_MAX    VG_SOURCE_MAX

struct feed {
    char name[VG_SOURCE_NAME];
    struct vg_station *station;
    struct vg_station_counters primed; /* counted before `from` */
    struct vg_decode_output *output;   /* of the batch being decoded */
    uint16_t source;
    unsigned worker; /* that decodes it */
};

struct vg_replay {
    struct vg_replay_options options;
    struct vg_journal_reader *reader;
    struct vg_record record; /* read, and for the next batch */
    bool have_record;
    bool begun;  /* records from `from` on have been met */
    bool primed; /* … and what was counted before is noted */
    uint64_t damages;
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
    struct vg_replay *r = arg;
    r->damages += !damage->tail;
}

/* ---- feeds ---- */

static void on_report(void *arg, const struct vg_report *report, const char *sender)
{
    struct feed *f = arg;
    vg_decode_pool_found(f->output, report, sender);
}

static struct vg_feed_spec spec_of(const struct vg_replay *r, const char *name)
{
    for (size_t i = 0; i < r->options.feed_count; i++)
        if (strcmp(r->options.feeds[i].name, name) == 0)
            return r->options.feeds[i];
    struct vg_feed_spec spec = {.kind = VG_FEED_FILE};
    snprintf(spec.name, sizeof spec.name, "%.*s", (int)sizeof spec.name - 1, name);
    return spec;
}

/* The feed of a record, made when it is first met. NULL: no memory, or too many. */
static struct feed *feed_of(struct vg_replay *r, const struct vg_record *record)
{
    char name[VG_SOURCE_NAME];
    snprintf(name, sizeof name, "%.*s", (int)record->name_len, record->name ? record->name : "");
    for (size_t i = 0; i < r->feeds; i++)
        if (strcmp(r->feed[i]->name, name) == 0)
            return r->feed[i];
    struct feed *f = r->feeds < FEEDS_MAX ? calloc(1, sizeof *f) : NULL;
    if (!f)
        return NULL;
    struct vg_feed_spec spec = spec_of(r, name);
    const struct vg_station_rules rules = {.data_clock = r->options.data_clock, .on_report = on_report, .arg = f};
    if (vg_station_new(&spec, &rules, &f->station)) {
        free(f);
        return NULL;
    }
    memcpy(f->name, name, sizeof name);
    f->source = vg_source_feed(r->options.sources, name);
    f->worker = (unsigned)r->feeds;
    r->feed[r->feeds++] = f;
    return f;
}

static void decode(void *arg, const struct vg_decode_record *record, struct vg_decode_output *output)
{
    struct vg_replay *r = arg;
    struct feed *f = r->feed[record->feed];
    const struct vg_feed_bytes bytes = {
        .at = record->bytes,
        .len = record->len,
        .received_us = record->received_us,
        .stream = record->stream,
        .begins = record->flags & VG_RECORD_BEGINS,
        .ends = record->flags & VG_RECORD_ENDS,
        .datagram = record->flags & VG_RECORD_DATAGRAM,
    };
    f->output = output;
    vg_station_take(f->station, &bytes, record->journal_offset);
}

/* ---- batches ---- */

static bool is_before(const struct vg_replay *r, const struct vg_record *record)
{
    if (r->options.from)
        return record->journal_offset < r->options.from;
    return r->options.from_us != VG_TIME_NONE && record->time_us < r->options.from_us;
}

/* The next record of a feed into r->record; recorded files that were taken in are nobody's present. */
static enum vg_err read_record(struct vg_replay *r)
{
    enum vg_err err = VG_OK;
    while (!r->have_record && !err) {
        err = vg_journal_reader_next(r->reader, &r->record);
        r->have_record = !err && r->record.kind == VG_RECORD_DATA && r->record.stream < VG_FEED_CONNECTIONS;
    }
    return err;
}

/* Records into a batch, those before the beginning apart from those after it. VG_EOF: there is none now. */
static enum vg_err fill(struct vg_replay *r, struct vg_decode_batch *batch)
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
        const struct feed *f = feed_of(r, &r->record);
        if (!f || !vg_decode_batch_add(batch, &r->record, f->worker))
            return VG_NOMEM;
        r->have_record = false;
    }
    return VG_OK;
}

static void note_primed(struct vg_replay *r)
{
    for (size_t i = 0; i < r->feeds; i++)
        vg_station_counters(r->feed[i]->station, &r->feed[i]->primed);
    r->primed = true;
}

static enum vg_err send_next(struct vg_replay *r)
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

static enum vg_err refill(struct vg_replay *r)
{
    if (!r->pending) {
        enum vg_err err = send_next(r);
        if (err)
            return err;
    }
    enum vg_err err = vg_decode_pool_wait(r->pool);
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

enum vg_err vg_replay_next(struct vg_replay *r, struct vg_replay_item *ret)
{
    while (r->given == r->batch[0].count || r->batch[0].silent) {
        r->batch[0].count = r->given = 0;
        r->batch[0].silent = false;
        enum vg_err err = refill(r);
        if (err)
            return err;
    }
    const struct vg_decode_record *record = &r->batch[0].record[r->given++];
    struct feed *f = r->feed[record->feed];
    struct vg_report *reports = record->count ? record->output->report + record->first : NULL;
    for (size_t i = 0; i < record->count; i++) {
        const char *sender = record->output->sender[record->first + i];
        size_t len = strlen(sender);
        reports[i].source = len ? vg_source_station(r->options.sources, f->source, sender, len) : f->source;
    }
    *ret = (struct vg_replay_item){.journal_offset = record->journal_offset,
                                   .end = record->journal_offset + (record->len ? record->len : 1),
                                   .received_us = record->received_us,
                                   .reports = reports,
                                   .count = record->count};
    return VG_OK;
}

/* ---- from open to close ---- */

/* To somewhat before the beginning, or to the oldest that there is. */
static enum vg_err go_to_start(struct vg_replay *r)
{
    const struct vg_replay_options *o = &r->options;
    if (!o->from)
        return o->from_us == VG_TIME_NONE ? VG_OK : vg_journal_reader_seek_time(r->reader, o->from_us - PRIME_US);
    uint64_t frame = vg_journal_offset_frame(o->from);
    enum vg_err err = vg_journal_reader_seek_frame(r->reader, frame > PRIME_FRAMES ? frame - PRIME_FRAMES : 0);
    if (err == VG_NOT_FOUND)
        err = vg_journal_reader_seek_time(r->reader, INT64_MIN);
    return err == VG_NOT_FOUND ? VG_OK : err;
}

enum vg_err vg_replay_open(const struct vg_replay_options *options, struct vg_replay **ret_replay, const char **ret_why)
{
    struct vg_replay *r = calloc(1, sizeof *r);
    *ret_why = "out of memory";
    if (!r)
        return VG_NOMEM;
    r->options = *options;
    r->feed = calloc(FEEDS_MAX, sizeof(struct feed *));
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
        vg_replay_close(r);
        return err;
    }
    *ret_replay = r;
    return VG_OK;
}

void vg_replay_close(struct vg_replay *r)
{
    if (!r)
        return;
    vg_decode_pool_free(r->pool);
    vg_journal_reader_close(r->reader);
    for (size_t i = 0; i < r->feeds; i++) {
        vg_station_free(r->feed[i]->station);
        free(r->feed[i]);
    }
    free(r->feed);
    vg_decode_batch_free(&r->batch[0]);
    vg_decode_batch_free(&r->batch[1]);
    free(r);
}

uint64_t vg_replay_damages(const struct vg_replay *r)
{
    return r->damages;
}

static void subtract(struct vg_station_counters *from, const struct vg_station_counters *less)
{
    from->bytes -= less->bytes;
    from->lines -= less->lines;
    from->sentences -= less->sentences;
    from->messages -= less->messages;
    for (int i = 0; i < VG_REFUSAL_COUNT; i++)
        from->refusals.count[i] -= less->refusals.count[i];
}

bool vg_replay_counters(const struct vg_replay *r, const char *feed, struct vg_station_counters *ret)
{
    for (size_t i = 0; i < r->feeds; i++) {
        if (strcmp(r->feed[i]->name, feed) != 0)
            continue;
        vg_station_counters(r->feed[i]->station, ret);
        subtract(ret, &r->feed[i]->primed);
        return r->primed;
    }
    return false;
}

const char *vg_replay_feed(const struct vg_replay *r, size_t i)
{
    return i < r->feeds ? r->feed[i]->name : NULL;
}
