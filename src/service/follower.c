#include "service/follower.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/thread.h"
#include "ingest/track_rows.h"
#include "intake/described.h"
#include "intake/journal_replay.h"

#define IDLE_MS         500
#define RETRY_MS        5000                /* after a failure; who commits more often tries more often */
#define FIRST_US        (5 * VG_SECOND_US)  /* the first commit comes soon: there is a past to look at */
#define COMPACT_WAIT_US (10 * VG_MINUTE_US) /* after an hour's end: late words still come */
#define COMPACT_EACH_US (10 * VG_SECOND_US)
#define SAVE_TRACKS_US  (5 * VG_MINUTE_US)
#define COMMIT_SHARE    2 /* of the time that its end may take, this part is for the last commit */

struct vg_follower {
    struct vg_follower_options options;
    char journal_dir[VG_IO_PATH], archive_dir[VG_IO_PATH];
    struct vg_sources sources;
    struct vg_sameness *sameness;
    struct vg_store_writer *writer;
    struct vg_journal_replay *replay;
    struct vg_track_rows *tracks; /* NULL: no sensors are described */
    char tracks_path[VG_IO_PATH];
    int64_t tracks_saved_us; /* monotonic */
    uint64_t left_out;       /* rows of tracks that the store had no room for */
    struct vg_clock_turns turns;
    struct vg_own_times own_times;      /* behind `end` */
    uint64_t end;                       /* of the last record that was added */
    int64_t newest_us;                  /* when it was received */
    bool torn;                          /* a record's rows are not all there: the next start takes it again */
    bool compacting;                    /* what is under way can be done at any time */
    atomic_bool ending;                 /* it is to stop … */
    _Atomic int64_t until_us;           /* … and to be done by then, monotonic */
    int64_t committed_us, compacted_us; /* monotonic */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stop;                        /* under lock */
    struct vg_journal *journal;       /* under lock; NULL: closed, all of it is on the disk */
    struct vg_follower_status status; /* under lock */
    struct vg_store_retirement plan;  /* under lock, if planned */
    int64_t plan_now_us;
    bool planned;
    atomic_bool sparing;
};

static void tell(struct vg_follower *f, enum vg_err err, const char *what)
{
    pthread_mutex_lock(&f->lock);
    f->status.store = *vg_store_counters(f->writer);
    f->status.damages = vg_journal_replay_damages(f->replay);
    f->status.damaged_count = vg_journal_replay_damaged(f->replay, f->status.damaged);
    f->status.tracks_left_out = f->left_out + (f->tracks ? vg_track_rows_left_out(f->tracks) : 0);
    f->status.failing = err != VG_OK;
    if (err)
        snprintf(f->status.error, sizeof f->status.error, "%s: %s", what, vg_journal_replay_text(err));
    pthread_mutex_unlock(&f->lock);
}

/* Sleeps, unless it is to stop. */
static bool rest(struct vg_follower *f, int64_t ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += ms % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&f->lock);
    while (!f->stop && pthread_cond_timedwait(&f->wake, &f->lock, &until) == 0)
        ;
    bool stop = f->stop;
    pthread_mutex_unlock(&f->lock);
    return !stop;
}

/* vg_store_is_stopped: what it may not end with takes too long for a stop. */
static bool is_given_up(void *arg)
{
    const struct vg_follower *f = arg;
    return f->ending && (f->compacting || vg_clock_monotonic_us() >= f->until_us);
}

/* Whether there is time to read on. Without a limit there is. */
static bool has_time(const struct vg_follower *f)
{
    return vg_clock_monotonic_us() < f->until_us - f->options.stop_us / COMMIT_SHARE;
}

static bool has_no_time(void *arg)
{
    return !has_time(arg);
}

/* What was added is on the disk, so that a power cut can't take a sentence away whose row stays. */
static bool is_safe(struct vg_follower *f)
{
    bool safe = true;
    pthread_mutex_lock(&f->lock);
    if (f->journal && f->end) {
        struct vg_journal_status journal;
        vg_journal_status(f->journal, &journal);
        safe = vg_journal_offset_frame(f->end - 1) < journal.synced_frames;
    }
    pthread_mutex_unlock(&f->lock);
    return safe;
}

/* So that whoever goes on gives lines without a time the same ones. */
static void note_own_times(struct vg_follower *f)
{
    char note[VG_STORE_NOTE];
    vg_own_times_put(&f->own_times, note, sizeof note);
    if (vg_store_set_note(f->writer, note)) /* names that nobody gives a feed */
        vg_store_set_note(f->writer, "");
}

/* Only what goes exactly to the mark: else the next start would give rows twice, or leave some out. */
static void save_tracks(struct vg_follower *f, bool now)
{
    const int64_t now_us = vg_clock_monotonic_us();
    if (!f->tracks || vg_track_rows_taken(f->tracks) != f->end || f->status.mark != f->end ||
        (!now && now_us - f->tracks_saved_us < SAVE_TRACKS_US))
        return;
    f->tracks_saved_us = now_us;
    enum vg_err err = vg_track_rows_save(f->tracks, f->tracks_path);
    if (err)
        tell(f, err, "the tracks can't be saved");
}

static enum vg_err commit(struct vg_follower *f)
{
    while (!is_safe(f))
        if (!rest(f, IDLE_MS))
            return VG_IO; /* it stops, and the journal's disk fails: the next start does this again */
    note_own_times(f);
    enum vg_err err = vg_store_commit(f->writer, f->end);
    f->committed_us = vg_clock_monotonic_us();
    if (err != VG_EOF) /* else: given up; the rows come out of the journal again */
        tell(f, err, "the archive can't be written");
    if (!err && vg_sources_fill_up(&f->sources))
        vg_sources_forget_stations(&f->sources); /* no row that waits speaks of them */
    if (!err) {
        pthread_mutex_lock(&f->lock);
        f->status.mark = f->end;
        f->status.archived_us = f->newest_us;
        pthread_mutex_unlock(&f->lock);
        save_tracks(f, false);
    }
    return err;
}

static int64_t retry_ms(const struct vg_follower *f)
{
    int64_t commit_ms = f->options.commit_us / 1000;
    return commit_ms >= RETRY_MS ? RETRY_MS : commit_ms < IDLE_MS ? IDLE_MS : commit_ms;
}

/* Until it succeeds, or it stops. */
static bool commit_at_last(struct vg_follower *f)
{
    while (commit(f))
        if (!rest(f, retry_ms(f)))
            return false;
    return true;
}

/*
 * A record's rows, at most one in each table for each report and those of tracks, are committed together: a commit
 * between them would give some of them twice after a crash.
 */
static bool has_room(const struct vg_follower *f, const struct vg_journal_replay_item *item)
{
    const size_t tracks = f->tracks ? vg_track_rows_count(f->tracks) : 0;
    return vg_store_waiting(f->writer) + VG_STORE_REPORT_ROWS * item->count + tracks <= f->options.rules.most_rows;
}

/* Waits for memory. False: it stops without. */
static bool wait_for_memory(struct vg_follower *f)
{
    tell(f, VG_NOMEM, "the archive waits");
    f->torn = !rest(f, retry_ms(f));
    return !f->torn;
}

/* What the record leads to: before has_room(). */
static void follow_tracks(struct vg_follower *f, const struct vg_journal_replay_item *item)
{
    enum vg_err err = f->tracks ? vg_track_rows_take(f->tracks, &f->sources, item) : VG_OK;
    if (err)
        tell(f, err, "tracks are not whole");
}

/* False: it stops without the memory for all of them, and nothing of the record may be committed. What no column can
 * hold is counted by the store. More different texts than it keeps: those rows are left out, which can't be with 63
 * sensors but in a record of many hours. */
static bool add(struct vg_follower *f, const struct vg_journal_replay_item *item)
{
    const size_t tracks = f->tracks ? vg_track_rows_count(f->tracks) : 0;
    for (size_t i = 0; i < item->count; i++)
        while (vg_store_add(f->writer, &item->reports[i]))
            if (!wait_for_memory(f))
                return false;
    for (size_t i = 0; i < tracks; i++) {
        enum vg_err err;
        while ((err = vg_store_add_track(f->writer, vg_track_rows_get(f->tracks, i))) == VG_NOMEM)
            if (!wait_for_memory(f))
                return false;
        f->left_out += err != VG_OK;
    }
    f->end = item->end;
    f->newest_us = item->received_us;
    if (item->feed)
        vg_own_times_set(&f->own_times, item->feed, item->own_us); /* no memory: those that fit */
    return true;
}

static void compact(struct vg_follower *f)
{
    const char *why = NULL;
    bool more = false;
    int64_t now_us = vg_clock_monotonic_us();
    if (f->sparing || f->newest_us == VG_TIME_NONE || now_us - f->compacted_us < COMPACT_EACH_US)
        return;
    f->compacted_us = now_us;
    int64_t before_us = f->newest_us - COMPACT_WAIT_US;
    f->compacting = true;
    enum vg_err err = vg_store_compact(f->writer, before_us - before_us % VG_HOUR_US, &more, &why);
    f->compacting = false;
    if (err != VG_EOF)
        tell(f, err, "the archive can't be compacted");
}

/* Lets go what was planned, and looks at how much there is. */
static void retire(struct vg_follower *f)
{
    pthread_mutex_lock(&f->lock);
    bool planned = f->planned;
    const struct vg_store_retirement plan = f->plan;
    const int64_t now_us = f->plan_now_us;
    f->planned = false;
    pthread_mutex_unlock(&f->lock);
    if (!planned)
        return;
    struct vg_store_retired gone = {.until_us = VG_TIME_NONE};
    struct vg_store_extent extent = {0};
    enum vg_err err = vg_store_retire(f->writer, &plan, &gone);
    tell(f, err, "the archive's oldest hours can't be removed");
    err = vg_store_extent(f->writer, now_us, &extent);
    pthread_mutex_lock(&f->lock);
    f->status.steps++;
    f->status.retired.hours += gone.hours;
    f->status.retired.parts += gone.parts;
    f->status.retired.bytes += gone.bytes;
    if (gone.until_us != VG_TIME_NONE)
        f->status.retired.until_us = gone.until_us;
    if (!err) {
        f->status.extent = extent;
        f->status.looked = true;
    }
    pthread_mutex_unlock(&f->lock);
}

/* From the end of what was taken. */
static enum vg_err open_replay(struct vg_follower *f, struct vg_journal_replay **ret_replay, const char **ret_why)
{
    const struct vg_journal_replay_options options = {.dir = f->journal_dir,
                                                      .sources = &f->sources,
                                                      .turns = &f->turns,
                                                      .own_times = &f->own_times,
                                                      .sites = f->options.sites,
                                                      .actions = f->tracks != NULL,
                                                      .sameness = f->sameness,
                                                      .is_stopped = has_no_time,
                                                      .is_stopped_arg = f,
                                                      .from = f->end,
                                                      .from_us = VG_TIME_NONE};
    return vg_journal_replay_open(&options, ret_replay, ret_why);
}

/*
 * After VG_NOMEM: reports may be missing in what the replay has; after VG_LIMIT another one has room for more feeds.
 * Without memory for another one it stays.
 */
static void read_again(struct vg_follower *f)
{
    struct vg_journal_replay *fresh;
    const char *why;
    if (open_replay(f, &fresh, &why))
        return;
    vg_journal_replay_close(f->replay);
    f->replay = fresh;
}

/* Tracks are known again: as they were saved, and by what the journal has from there to the mark. */
static void begin_tracks(struct vg_follower *f)
{
    const struct vg_journal_replay_options options = {
        .dir = f->journal_dir, .turns = &f->turns, .is_stopped = has_no_time, .is_stopped_arg = f};
    if (!f->tracks || !f->end)
        return;
    enum vg_err err = vg_track_rows_load(f->tracks, f->tracks_path, f->end);
    if (err != VG_NOMEM)
        err = vg_track_rows_catch_up(f->tracks, &options, f->end);
    if (err && !f->ending)
        tell(f, err, "tracks begin anew");
}

static void *run(void *arg)
{
    struct vg_follower *f = arg;
    begin_tracks(f);
    const size_t enough = f->options.rules.most_rows / 2;
    for (bool go_on = true; go_on && !f->ending;) {
        struct vg_journal_replay_item item;
        enum vg_err err = vg_journal_replay_next(f->replay, &item);
        if (!err) {
            follow_tracks(f, &item);
            go_on = has_room(f, &item) || commit_at_last(f);
            go_on = go_on && add(f, &item);
        } else {
            if (err != VG_EOF && !f->ending)
                tell(f, err, "the journal can't be read");
            go_on = rest(f, err == VG_EOF ? IDLE_MS : retry_ms(f));
            if (err == VG_NOMEM || err == VG_LIMIT)
                read_again(f);
        }
        retire(f);
        size_t waiting = vg_store_waiting(f->writer);
        bool due = vg_clock_monotonic_us() - f->committed_us >= f->options.commit_us;
        if (go_on && (waiting >= enough || (waiting && due)))
            go_on = commit_at_last(f);
        else if (go_on && err == VG_EOF)
            compact(f);
    }
    return NULL;
}

/*
 * The journal is closed: what it has is read to the end and committed, as far as there is time. What is left is taken
 * up by the next start, from the mark on. True: nothing is.
 */
static bool finish(struct vg_follower *f)
{
    struct vg_journal_replay_item item;
    enum vg_err err = VG_OK;
    if (f->torn)
        return false;
    while ((err = vg_journal_replay_next(f->replay, &item)) == VG_OK) {
        follow_tracks(f, &item);
        if ((!has_room(f, &item) && commit(f)) || !add(f, &item))
            return false;
        if (!has_time(f))
            break;
    }
    bool whole = err == VG_EOF;
    if (vg_store_waiting(f->writer) && commit(f))
        return false;
    save_tracks(f, true);
    return whole;
}

static void release(struct vg_follower *f)
{
    vg_journal_replay_close(f->replay);
    vg_track_rows_free(f->tracks);
    vg_store_close(f->writer);
    vg_sources_free(&f->sources);
    vg_sameness_free(f->sameness);
    vg_own_times_free(&f->own_times);
    pthread_cond_destroy(&f->wake);
    pthread_mutex_destroy(&f->lock);
    free(f);
}

/* What was described is kept beside the journal, for whoever makes the archive anew. */
static enum vg_err open_sensors(struct vg_follower *f, const char **ret_why)
{
    const struct vg_sites *sites = f->options.sites;
    const struct vg_track_rows_options options = {
        .sites = sites, .data_clock = f->options.data_clock, .journal_dir = f->journal_dir};
    if (!sites || !sites->count)
        return VG_OK;
    for (uint16_t i = 1; i <= sites->count; i++)
        vg_store_name_sensor(f->writer, i, sites->site[i].name);
    enum vg_err err = vg_described_save(f->options.dir, sites);
    *ret_why = "which sensors are described can't be written to the file 'sensors.yaml'";
    if (err)
        return err;
    err = vg_io_path(f->tracks_path, "%s/tracks", f->options.dir) ? vg_track_rows_new(&options, &f->tracks) : VG_LIMIT;
    *ret_why = vg_err_text(err);
    return err;
}

static enum vg_err open_all(struct vg_follower *f, const char **ret_why)
{
    uint64_t mark;
    enum vg_err err = vg_clock_turns_save(f->options.dir, f->options.data_clock ? VG_INTAKE_DATA : VG_INTAKE_WALL,
                                          vg_journal_offset(f->options.next, 0), &f->turns);
    *ret_why = "by which clock its bytes came can't be read or written in the file 'clock'";
    if (err)
        return err;
    err = vg_sources_init(&f->sources);
    if (!err)
        err = vg_sameness_new(VG_SAMENESS_FEEDS, &f->sameness);
    *ret_why = vg_err_text(err);
    if (!err)
        err = vg_store_open(f->archive_dir, &f->options.rules, &f->sources, &f->writer, &mark, ret_why);
    if (err)
        return err;
    if (vg_journal_offset_frame(mark) > f->options.next || vg_journal_offset_frame(mark) < f->options.first)
        mark = 0; /* of a journal that was set aside */
    vg_store_stop_by(f->writer, is_given_up, f);
    f->end = f->status.mark = mark;
    err = mark ? vg_own_times_parse(&f->own_times, vg_store_note(f->writer)) : VG_OK;
    *ret_why = vg_err_text(err);
    if (!err)
        err = open_sensors(f, ret_why);
    return err ? err : open_replay(f, &f->replay, ret_why);
}

enum vg_err vg_follower_start(const struct vg_follower_options *options, struct vg_follower **ret_follower,
                              const char **ret_why)
{
    struct vg_follower *f = calloc(1, sizeof *f);
    *ret_why = "out of memory";
    if (!f)
        return VG_NOMEM;
    f->options = *options;
    f->journal = options->journal;
    f->newest_us = f->status.archived_us = f->status.retired.until_us = VG_TIME_NONE;
    f->until_us = INT64_MAX;
    int64_t first_us = options->commit_us < FIRST_US ? options->commit_us : FIRST_US;
    f->committed_us = vg_clock_monotonic_us() - options->commit_us + first_us;
    pthread_condattr_t attr;
    pthread_mutex_init(&f->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&f->wake, &attr);
    pthread_condattr_destroy(&attr);
    snprintf(f->journal_dir, sizeof f->journal_dir, "%s", options->journal_dir);
    snprintf(f->archive_dir, sizeof f->archive_dir, "%s", options->archive_dir);
    enum vg_err err = open_all(f, ret_why);
    if (!err && vg_thread_start(&f->thread, run, f))
        err = VG_NOMEM;
    if (err) {
        release(f);
        return err;
    }
    *ret_follower = f;
    return VG_OK;
}

void vg_follower_status(struct vg_follower *f, struct vg_follower_status *ret)
{
    pthread_mutex_lock(&f->lock);
    *ret = f->status;
    pthread_mutex_unlock(&f->lock);
}

void vg_follower_retire(struct vg_follower *f, const struct vg_store_retirement *plan, int64_t now_us)
{
    pthread_mutex_lock(&f->lock);
    f->plan = *plan;
    f->plan_now_us = now_us;
    f->planned = true;
    pthread_mutex_unlock(&f->lock);
}

void vg_follower_set_sparing(struct vg_follower *f, bool sparing)
{
    f->sparing = sparing;
}

void vg_follower_journal_closes(struct vg_follower *f)
{
    if (!f)
        return;
    if (f->options.stop_us)
        f->until_us = vg_clock_monotonic_us() + f->options.stop_us;
    f->ending = true;
    pthread_mutex_lock(&f->lock);
    f->stop = true;
    pthread_cond_broadcast(&f->wake);
    pthread_mutex_unlock(&f->lock);
    pthread_join(f->thread, NULL);
    f->journal = NULL;
}

bool vg_follower_stop(struct vg_follower *f)
{
    if (!f)
        return true;
    bool whole = finish(f);
    release(f);
    return whole;
}
