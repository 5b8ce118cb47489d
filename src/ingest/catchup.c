/*
 * What the journal knows and the archive doesn't: of feeds as the follower archives it, of recordings as the worker
 * does.
 */
#include <stdlib.h>
#include <string.h>

#include "ingest/inner.h"
#include "ingest/track_rows.h"
#include "intake/described.h"
#include "intake/journal_replay.h"

#define RECORDINGS 64 /* open at once; one more closes the one that was silent longest */

struct open_recording {
    struct vg_recording *recording; /* NULL: free */
    uint32_t file_number;           /* in the ledger, … */
    char name[VG_FRAME_NAME_MAX + 1];
    struct vg_ledger_file file; /* id 0: the ledger doesn't know it */
    struct vg_resume_points points;
    uint64_t used;
};

struct catching_up {
    struct vg_ingest *ingest;
    struct vg_report_batch *batch;
    uint64_t uses;
    struct vg_clock_turns turns;
    struct vg_own_times own_times;       /* behind what was passed on */
    struct vg_sameness *sameness;        /* of the feeds */
    const struct vg_offset_ranges *only; /* of a repair: these rows; NULL: all */
    uint64_t mark;                       /* likewise, which stays */
    struct vg_sites sites;               /* that were described when feeds were received */
    struct vg_track_rows *tracks;        /* NULL: none were */
    char tracks_path[VG_IO_PATH];
    struct open_recording open[RECORDINGS];
};

/* Of a repair: the rows that are missing. A commit may come at any time, for the archive says that it is not whole. */
static enum vg_err bring_back(struct catching_up *c)
{
    struct vg_store_writer *store = c->ingest->store;
    enum vg_err err = vg_ingest_is_stopped(c->ingest) ? VG_EOF : VG_OK;
    for (size_t i = 0; i < c->batch->count && !err; i++) {
        const struct vg_report *r = &c->batch->report[i];
        if (!vg_offset_ranges_have(c->only, r->journal_offset))
            continue;
        err = vg_store_add(store, r);
        if (err == VG_LIMIT) {
            err = vg_store_commit(store, c->mark);
            if (!err)
                err = vg_store_add(store, r);
        }
        c->ingest->counts.repaired += !err;
    }
    c->batch->count = 0;
    return err;
}

/* The batch goes to the archive. With an end, all that comes from before it is told. */
static enum vg_err pass_on(struct catching_up *c, uint64_t end, const struct vg_ledger_file *file)
{
    struct vg_report_batch *b = c->batch;
    if (c->only)
        return bring_back(c);
    b->noted = end != 0;
    b->final = false;
    b->mark = end;
    b->file = file ? *file : (struct vg_ledger_file){0};
    c->ingest->counts.caught_up += b->count;
    enum vg_err err = vg_sink_take(&c->ingest->sink, b);
    b->count = 0;
    return err;
}

/* ---- feeds ---- */

/* They belong to the commit that reaches behind what was passed on. */
static enum vg_err note_own_times(struct catching_up *c)
{
    char note[VG_STORE_NOTE];
    if (c->only) /* it is of the mark, which stays */
        return VG_OK;
    vg_own_times_put(&c->own_times, note, sizeof note);
    enum vg_err err = vg_store_set_note(c->ingest->store, note);
    return err ? vg_store_set_note(c->ingest->store, "") : VG_OK; /* names that nobody gives a feed */
}

/* Behind the record's reports: they come with the commit that reaches behind it. */
static enum vg_err pass_tracks(struct catching_up *c)
{
    struct vg_store_writer *store = c->ingest->store;
    enum vg_err err = VG_OK;
    for (size_t i = 0; i < vg_track_rows_count(c->tracks) && !err; i++) {
        const struct vg_track_point *p = vg_track_rows_get(c->tracks, i);
        if (c->only && !vg_offset_ranges_have(c->only, p->journal_offset))
            continue;
        err = vg_store_add_track(store, p);
        if (err != VG_LIMIT)
            continue;
        err = c->only ? vg_store_commit(store, c->mark) : vg_sink_commit(&c->ingest->sink);
        if (!err)
            err = vg_store_add_track(store, p);
    }
    return err;
}

/* What an operator did has no row; the tracks behind it may be others. */
static enum vg_err take_action(struct catching_up *c, const struct vg_journal_replay_item *item)
{
    enum vg_err err = vg_track_rows_take(c->tracks, &c->ingest->sources, item);
    if (!err)
        err = pass_on(c, item->end, NULL);
    return err ? err : pass_tracks(c);
}

static enum vg_err take_feed(struct catching_up *c, const struct vg_journal_replay_item *item)
{
    enum vg_err err = c->tracks ? vg_track_rows_take(c->tracks, &c->ingest->sources, item) : VG_OK;
    size_t at = 0;
    for (; item->count - at > VG_REPORT_BATCH && !err; at += VG_REPORT_BATCH) {
        c->batch->count = VG_REPORT_BATCH;
        memcpy(c->batch->report, item->reports + at, sizeof c->batch->report);
        err = pass_on(c, 0, NULL);
    }
    if (err)
        return err;
    c->batch->count = item->count - at;
    if (c->batch->count)
        memcpy(c->batch->report, item->reports + at, c->batch->count * sizeof *item->reports);
    err = pass_on(c, item->end, NULL);
    if (!err && c->tracks)
        err = pass_tracks(c);
    if (!err)
        err = vg_own_times_set(&c->own_times, item->feed, item->own_us);
    return err ? err : note_own_times(c);
}

/* ---- recordings ---- */

static struct open_recording *slot_for(struct catching_up *c)
{
    struct open_recording *best = &c->open[0];
    for (int i = 0; i < RECORDINGS; i++) {
        struct open_recording *o = &c->open[i];
        if (!o->recording)
            return o;
        if (o->used < best->used)
            best = o;
    }
    vg_recording_free(best->recording);
    best->recording = NULL;
    return best;
}

static bool is_of(const struct open_recording *o, const struct vg_journal_replay_item *item)
{
    return o->file_number == vg_recording_stream_file(item->stream) && strlen(o->name) == item->name_len &&
           memcmp(o->name, item->name, item->name_len) == 0;
}

/* A recording goes on where the archive left it. One that the ledger doesn't know is sentences, from their begin on. */
static enum vg_err open_recording(struct catching_up *c, const struct vg_journal_replay_item *item,
                                  struct open_recording **ret)
{
    struct vg_ingest *in = c->ingest;
    struct open_recording *o = slot_for(c);
    int64_t last_us;
    memset(o, 0, sizeof *o);
    o->file_number = vg_recording_stream_file(item->stream);
    memcpy(o->name, item->name, item->name_len);
    *ret = o;
    if (!vg_ledger_get(in->ledger, vg_recording_stream_file(item->stream), &o->file) ||
        strcmp(o->file.name, o->name) != 0)
        o->file = (struct vg_ledger_file){.name = o->name};
    if (o->file.bytes && o->file.from_journal_offset)
        return vg_resume_go_on(in->journal_dir, &o->file, &in->sources, &o->points, &o->recording, &last_us);
    return vg_resume_begin(&o->file, o->file.bytes, &in->sources, &o->recording);
}

static enum vg_err find_recording(struct catching_up *c, const struct vg_journal_replay_item *item,
                                  struct open_recording **ret)
{
    for (int i = 0; i < RECORDINGS; i++)
        if (c->open[i].recording && is_of(&c->open[i], item)) {
            *ret = &c->open[i];
            return VG_OK;
        }
    return open_recording(c, item, ret);
}

static enum vg_err make_room(struct catching_up *c)
{
    return VG_REPORT_BATCH - c->batch->count < VG_BATCH_LINE_MAX ? pass_on(c, 0, NULL) : VG_OK;
}

static enum vg_err decode(struct catching_up *c, struct vg_recording *recording,
                          const struct vg_journal_replay_item *item)
{
    struct vg_report_batch *b = c->batch;
    vg_recording_map_offset(recording, vg_recording_offset(recording), item->journal_offset);
    for (size_t at = 0, taken; at < item->len; at += taken) {
        enum vg_err err = make_room(c);
        if (err)
            return err;
        size_t n = vg_recording_decode(recording, item->bytes + at, item->len - at, item->received_us,
                                       vg_recording_stream_time(item->stream), b->report + b->count,
                                       VG_REPORT_BATCH - b->count, &taken);
        vg_recording_set_journal_offsets(recording, b->report + b->count, n);
        b->count += n;
    }
    return VG_OK;
}

static enum vg_err end_recording(struct catching_up *c, struct open_recording *o)
{
    struct vg_report_batch *b = c->batch;
    enum vg_err err = VG_OK;
    for (size_t n = 1; n && !err;) {
        err = make_room(c);
        if (err)
            break;
        n = vg_recording_end(o->recording, b->report + b->count, VG_REPORT_BATCH - b->count);
        vg_recording_set_journal_offsets(o->recording, b->report + b->count, n);
        b->count += n;
    }
    vg_recording_free(o->recording);
    o->recording = NULL;
    return err;
}

/* Its rows take the place of others that the archive has, or got out of the journal a moment ago. */
static enum vg_err begin_replacing(struct catching_up *c, const struct vg_ledger_file *file)
{
    const char *why;
    enum vg_err err = file->replaced ? pass_on(c, 0, NULL) : VG_OK;
    if (!err)
        err = vg_ingest_replace(c->ingest, file, &why);
    if (err && why && *why)
        c->ingest->sink.why = why;
    return err;
}

/* The end of a stream may be a record of its own, without a byte: what waits for more bytes is told then. */
static enum vg_err take_recording(struct catching_up *c, const struct vg_journal_replay_item *item)
{
    struct open_recording *o;
    bool ends = item->flags & VG_RECORD_ENDS;
    if (!item->len && !ends)
        return VG_OK;
    enum vg_err err = find_recording(c, item, &o);
    if (!err && item->flags & VG_RECORD_BEGINS)
        err = begin_replacing(c, &o->file);
    if (err)
        return err;
    uint64_t offset = vg_recording_offset(o->recording);
    if (item->len) {
        err = decode(c, o->recording, item);
        vg_resume_points_move(&o->points, offset, offset + item->len, item->journal_offset);
    }
    o->used = ++c->uses;
    o->file.bytes = vg_recording_offset(o->recording);
    vg_resume_points_note(&o->points, ends && vg_recording_is_within_line(o->recording), &o->file);
    if (!err && ends) {
        err = end_recording(c, o);
        if (o->file.id) /* it may have grown later: what follows goes on here */
            vg_ledger_expect(c->ingest->ledger, &o->file);
    }
    return err ? err : pass_on(c, item->end, &o->file);
}

/* ---- the whole ---- */

static enum vg_err catch_all(struct catching_up *c, struct vg_journal_replay *replay)
{
    struct vg_journal_replay_item item;
    enum vg_err err = VG_OK;
    while (!vg_ingest_is_stopped(c->ingest) && (err = vg_journal_replay_next(replay, &item)) == VG_OK) {
        err = item.stream == VG_HAND_STREAM       ? take_action(c, &item)
              : item.stream < VG_RECORDING_STREAM ? take_feed(c, &item)
                                                  : take_recording(c, &item);
        if (err)
            return err;
    }
    return err == VG_EOF || vg_ingest_is_stopped(c->ingest) ? VG_OK : err;
}

static bool is_stopped(void *arg)
{
    return vg_ingest_is_stopped(arg);
}

static enum vg_err catch_up(struct catching_up *c, uint64_t mark)
{
    struct vg_ingest *in = c->ingest;
    const struct vg_journal_replay_options options = {.dir = in->journal_dir,
                                                      .sources = &in->sources,
                                                      .turns = &c->turns,
                                                      .own_times = &c->own_times,
                                                      .sites = &c->sites,
                                                      .sameness = c->sameness,
                                                      .recordings = true,
                                                      .actions = c->tracks != NULL,
                                                      .is_stopped = is_stopped,
                                                      .is_stopped_arg = in,
                                                      .from = mark,
                                                      .from_us = VG_TIME_NONE};
    struct vg_journal_replay *replay;
    const char *why;
    enum vg_err err = vg_journal_replay_open(&options, &replay, &why);
    if (err)
        return err == VG_NOT_FOUND ? VG_OK : err;
    err = catch_all(c, replay);
    vg_journal_replay_close(replay);
    bool stopped = vg_ingest_is_stopped(in);
    err = err || c->only ? err : vg_sink_commit(&in->sink);
    if (!err && c->tracks && !c->only) /* where the service goes on; if it can't be, that reads the journal */
        vg_track_rows_save(c->tracks, c->tracks_path);
    return err ? err : stopped ? VG_EOF : VG_OK;
}

/* Every recording begins anew; what was written down of it stays. */
static void forget_files(struct vg_ledger *ledger)
{
    struct vg_ledger_file file;
    for (uint32_t id = 1; vg_ledger_get(ledger, id, &file); id++)
        vg_ledger_expect(ledger, &(struct vg_ledger_file){.id = id});
}

/* The sensors' names, and the tracks as the follower left them. */
static enum vg_err open_sensors(struct catching_up *c, uint64_t mark)
{
    struct vg_ingest *in = c->ingest;
    enum vg_err err = vg_described_load(in->dir, &c->sites);
    if (err == VG_IO || err == VG_CORRUPT)
        in->sink.why = "which sensors were described can't be read in the file 'sensors.yaml'";
    if (err || !c->sites.count)
        return err;
    const struct vg_track_rows_options options = {.sites = &c->sites,
                                                  .data_clock = vg_clock_turns_at(&c->turns, mark) == VG_INTAKE_DATA,
                                                  .journal_dir = in->journal_dir};
    const struct vg_journal_replay_options replay = {
        .dir = in->journal_dir, .turns = &c->turns, .is_stopped = is_stopped, .is_stopped_arg = in};
    for (uint16_t i = 1; i <= c->sites.count; i++)
        vg_store_name_sensor(in->store, i, c->sites.site[i].name);
    err = vg_io_path(c->tracks_path, "%s/tracks", in->dir) ? vg_track_rows_new(&options, &c->tracks) : VG_LIMIT;
    if (err || !mark)
        return err;
    err = vg_track_rows_load(c->tracks, c->tracks_path, mark);
    if (err != VG_NOMEM)
        err = vg_track_rows_catch_up(c->tracks, &replay, mark);
    return err == VG_NOMEM ? err : VG_OK; /* else: they begin anew */
}

static enum vg_err make_ready(struct catching_up *c, uint64_t mark)
{
    enum vg_err err = vg_clock_turns_load(c->ingest->dir, &c->turns);
    if (err && err != VG_NOMEM)
        c->ingest->sink.why = "by which clock its feeds' bytes came can't be read in the file 'clock'";
    if (!err && mark)
        err = vg_own_times_parse(&c->own_times, vg_store_note(c->ingest->store));
    if (!err)
        err = vg_sameness_new(VG_SAMENESS_FEEDS, &c->sameness);
    if (!err && !(c->batch = calloc(1, sizeof *c->batch)))
        err = VG_NOMEM;
    return err ? err : open_sensors(c, mark);
}

enum vg_err vg_ingest_catch_up(struct vg_ingest *in, uint64_t mark, const struct vg_offset_ranges *only)
{
    struct catching_up *c = calloc(1, sizeof *c);
    if (!c)
        return VG_NOMEM;
    c->ingest = in;
    c->only = only;
    c->mark = mark;
    if (only)
        forget_files(in->ledger);
    enum vg_err err = make_ready(c, only ? 0 : mark);
    if (!err)
        err = catch_up(c, only ? 0 : mark);
    for (int i = 0; i < RECORDINGS; i++)
        vg_recording_free(c->open[i].recording);
    vg_track_rows_free(c->tracks);
    vg_own_times_free(&c->own_times);
    vg_sameness_free(c->sameness);
    free(c->batch);
    free(c);
    return err;
}
