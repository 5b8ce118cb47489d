#include "service/data_folder.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "base/plural.h"
#include "ingest/contents.h"
#include "ingest/first_frame.h"
#include "ingest/ingest.h"
#include "intake/journal_replay.h"
#include "journal/check.h"
#include "journal/journal.h"
#include "journal/name.h"
#include "journal/reader.h"
#include "service/damage.h"
#include "service/disk_watch.h"
#include "service/follower.h"
#include "service/saver.h"
#include "service/turns.h"

#define UNSAVED_US                                                                                                     \
    (30 * VG_MINUTE_US) /* how far back without a state: a ship under way is unheard for no longer, others begin with  \
                           their next word */
#define WHOLE_BYTES                                                                                                    \
    ((uint64_t)16 << 20) /* … but a journal of so many bytes on the disk is read whole, in seconds: contacts, events \
                            and alerts are then those of before, with the same ids */
#define COMMIT_US       VG_MINUTE_US
#define FOLLOW_AGAIN_US (10 * VG_SECOND_US)

/* An end takes five seconds at most: what is left by then is in the journal, and the next start takes it up. */
#define STOP_ARCHIVE_US (2 * VG_SECOND_US)
#define STOP_SAVE_US    (VG_SECOND_US * 9 / 2)

struct vg_data_folder {
    struct vg_data_folder_options options;
    char dir[VG_IO_PATH], journal_dir[VG_IO_PATH], archive_dir[VG_IO_PATH], state_path[VG_IO_PATH];
    struct vg_journal *journal;
    struct vg_journal_report opened;
    char journal_name[VG_KEY_NAME]; /* of its keys; "": they can't be read */
    struct vg_follower *follower;
    struct vg_saver saver;
    uint64_t journal_offset; /* behind the last byte that was kept */
    uint64_t unsaved;        /* bytes since the state was saved, or began to be */
    uint64_t saving;         /* bytes that were unsaved when that began: they are again if it fails */
    uint64_t told;           /* how much the state that is being saved has told */
    uint64_t set_aside;      /* journals */
    int64_t failing_us;      /* since when the journal's disk fails; VG_TIME_NONE */
    struct vg_turns disk, archive;
    struct vg_rate_window unsaved_lines;
    char archive_why[160]; /* it could not be opened */
    bool archive_lost;     /* it was there: what a new one would say were not the same */
    size_t damaged_told;   /* of the segments that the archive found damaged */
    struct vg_damages damages;
    char repair[VG_STATUS_ERROR]; /* the command */
    struct vg_disk_watch room;
    int64_t follow_again_us; /* monotonic: when the archive is tried again; VG_TIME_NONE: it isn't */
};

static void say(struct vg_data_folder *k, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(struct vg_data_folder *k, const char *format, ...)
{
    char line[512];
    va_list args;
    if (!k->options.log)
        return;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    k->options.log(k->options.log_arg, line);
}

/* ---- damage ---- */

/* Shown, and said once for each file. */
static void on_damage(void *arg, const struct vg_storage_damage *d)
{
    struct vg_data_folder *k = arg;
    k->archive_lost = k->archive_lost || strcmp(d->path, vg_content_name(VG_CONTENT_ARCHIVE)) == 0;
    if (vg_damages_add(&k->damages, d))
        say(k, "%s: DAMAGED: %s: %s. '%s' tells what is lost and mends the rest", d->what, d->path, d->error,
            k->repair);
}

bool vg_data_folder_archive_is_lost(const struct vg_data_folder *k)
{
    return k->archive_lost;
}

void vg_data_folder_damage(struct vg_data_folder *k, const struct vg_storage_damage *damage)
{
    on_damage(k, damage);
}

static void tell_damage(struct vg_data_folder *k, const char *what, const char *path, const char *error)
{
    struct vg_storage_damage d = {0};
    snprintf(d.what, sizeof d.what, "%s", what);
    snprintf(d.path, sizeof d.path, "%s", path);
    snprintf(d.error, sizeof d.error, "%s", error);
    on_damage(k, &d);
}

/* Segments that were found damaged while they were read. */
static void tell_segments(struct vg_data_folder *k, const uint64_t *segments, size_t count)
{
    char path[64];
    for (size_t i = 0; i < count; i++) {
        snprintf(path, sizeof path, "journal/segments/%016llx.vgj", (unsigned long long)segments[i]);
        tell_damage(k, vg_content_name(VG_CONTENT_JOURNAL), path, "frames are missing or damaged in it or before it");
    }
}

/* ---- opening ---- */

static enum vg_err open_journal(struct vg_data_folder *k, const char **ret_why)
{
    struct vg_journal_options o = VG_JOURNAL_OPTIONS_DEFAULT;
    o.rules.keep_us = k->options.keep_us;
    o.monotonic_us = vg_clock_monotonic_us;
    o.dice = randombytes_buf;
    o.io = k->options.io;
    *ret_why =
        "where a new journal would begin can't be told: the archive's state or a journal set aside can't be read";
    enum vg_err err = vg_first_frame(k->dir, &o.first);
    if (err)
        return err == VG_CORRUPT ? VG_IO : err; /* VG_CORRUPT is the journal's own */
    return vg_journal_open(k->journal_dir, &o, &k->journal, &k->opened, ret_why);
}

/*
 * A journal that can't be gone on with doesn't cost the live picture: it is set aside. But for what another process, or
 * a disk that takes nothing, is to blame for: a new one would fare no better.
 */
static bool may_set_aside(enum vg_err err, int error)
{
    static const int disk[] = {ENOSPC, EDQUOT, EROFS, EACCES, EPERM, EMFILE, ENFILE, ENOMEM};
    for (size_t i = 0; i < sizeof disk / sizeof *disk; i++)
        if (error == -disk[i])
            return false;
    return err == VG_CORRUPT || err == VG_NOT_FOUND || err == VG_SYNTAX || err == VG_IO || err == VG_RANGE;
}

/* A journal that isn't what it signed is evidence: kept as it is, under another name. */
static enum vg_err set_journal_aside(struct vg_data_folder *k, enum vg_err err, const char *why)
{
    char aside[VG_IO_PATH];
    enum vg_err moved = vg_set_journal_aside(k->dir, vg_clock_wall_us(), aside);
    if (moved)
        return moved;
    k->set_aside++;
    if (err == VG_CORRUPT)
        say(k, "journal: NOT what its last checkpoint signed: %s", why);
    tell_damage(k, strstr(why, "key") ? "key" : "journal", strrchr(aside, '/') + 1, why);
    say(k, "journal: it was set aside, untouched, as %s; a new one with a new key begins. 'vigia verify %s' tells more",
        aside, aside);
    return VG_OK;
}

/* An ingest that was interrupted left what only its own ledger can explain: it is archived before anything else. */
static void finish_ingest(struct vg_data_folder *k)
{
    static const struct vg_ingest_options options = {.threads = 1, .journal_level = 3, .archive_level = 1};
    struct vg_ingest *ingest;
    const char *why;
    char ledger[VG_IO_PATH];
    if (k->archive_lost || !vg_io_path(ledger, "%s/ingest.log", k->dir) || access(ledger, F_OK) ||
        vg_ingest_open(k->dir, &options, &ingest, &why)) /* what is wrong with the journal is told when it is opened */
        return;
    if (vg_ingest_counts(ingest)->caught_up)
        say(k, "archive: %llu report%s of an interrupted ingest added",
            (unsigned long long)vg_ingest_counts(ingest)->caught_up,
            vg_plural(vg_ingest_counts(ingest)->caught_up, "", "s"));
    vg_ingest_close(ingest);
}

static void say_opened(struct vg_data_folder *k)
{
    const struct vg_journal_report *r = &k->opened;
    if (r->made && r->first)
        say(k,
            "journal: new, in %s; its public key is %s/key.pub. Its frames begin at %llu, behind those that the "
            "archive's rows may lead to",
            k->journal_dir, k->journal_dir, (unsigned long long)r->first);
    else if (r->made)
        say(k, "journal: new, in %s; its public key is %s/key.pub", k->journal_dir, k->journal_dir);
    else
        say(k, "journal: %llu frame%s in %s", (unsigned long long)r->frames, vg_plural(r->frames, "", "s"),
            k->journal_dir);
    if (r->dropped_bytes)
        say(k, "journal: a crash had torn its end: %llu byte%s cut off %s at %lld (%llu whole frame%s among them)",
            (unsigned long long)r->dropped_bytes, vg_plural(r->dropped_bytes, "", "s"), r->dropped_from,
            (long long)r->dropped_at, (unsigned long long)r->dropped_frames, vg_plural(r->dropped_frames, "", "s"));
}

enum vg_err vg_data_folder_open(const struct vg_data_folder_options *options, struct vg_data_folder **ret_folder,
                                const char **ret_why)
{
    static char why[VG_IO_PATH + 256];
    struct vg_data_folder *k = calloc(1, sizeof *k);
    *ret_why = "out of memory";
    if (!k)
        return VG_NOMEM;
    k->options = *options;
    k->options.io = options->io ? options->io : vg_io_posix();
    k->options.commit_us = options->commit_us ? options->commit_us : COMMIT_US;
    k->failing_us = VG_TIME_NONE;
    bool fits = vg_io_path(k->dir, "%s", options->dir) && vg_io_path(k->journal_dir, "%s/journal", options->dir) &&
                vg_io_path(k->archive_dir, "%s/archive", options->dir) &&
                vg_io_path(k->state_path, "%s/state", options->dir) && strlen(k->dir) < VG_IO_PATH / 2;
    const char *detail = "its path is too long";
    enum vg_err err = fits ? VG_OK : VG_LIMIT;
    if (!err && mkdir(k->dir, 0700) && errno != EEXIST) {
        err = VG_IO;
        detail = strerror(errno);
    }
    snprintf(k->repair, sizeof k->repair, "vigia repair --data %s", options->dir);
    if (!err) {
        vg_folder_check(k->dir, on_damage, k);
        finish_ingest(k);
        err = open_journal(k, &detail);
    }
    if (err && may_set_aside(err, k->opened.error) && set_journal_aside(k, err, detail) == VG_OK)
        err = open_journal(k, &detail);
    if (err) {
        snprintf(why, sizeof why, "data folder %s: %s", options->dir,
                 err == VG_EXISTS ? "another process writes its journal" : detail);
        *ret_why = why;
        free(k);
        return err;
    }
    vg_folder_check_journal(k->dir, on_damage, k);
    vg_contents_note(k->dir, VG_CONTENTS_MORE);                      /* else: what is lost from now on is not told */
    vg_journal_name(k->options.io, k->journal_dir, k->journal_name); /* else: "" */
    say_opened(k);
    vg_saver_init(&k->saver, k->options.io, k->state_path, vg_clock_monotonic_us());
    k->follow_again_us = VG_TIME_NONE;
    vg_disk_watch_init(&k->room, k->dir, k->options.io,
                       (struct vg_retention_rules){k->options.keep_us, k->options.keep_bytes});
    k->room.log = k->options.log;
    k->room.log_arg = k->options.log_arg;
    *ret_folder = k;
    return VG_OK;
}

/* ---- coming back ---- */

/* What was saved; if that can't be had, a situation without anything in it. */
static enum vg_err load_saved(struct vg_data_folder *k, const struct vg_picture_limits *limits, struct vg_saved *ret)
{
    char why[VG_STATE_WHY];
    bool data_clock = k->options.data_clock;
    enum vg_err err = vg_saved_read_looking(k->options.io, k->state_path, limits, data_clock, k->options.sites,
                                            &k->options.looking, ret, why);
    bool foreign = !err && (strcmp(ret->journal, k->journal_name) != 0 ||
                            vg_journal_offset_frame(ret->journal_offset) > k->opened.next);
    if (!err && !foreign)
        return VG_OK;
    if (foreign) {
        vg_situation_free(ret->situation);
        free(ret->feed);
        snprintf(why, sizeof why, "it belongs to another journal");
    }
    if (err && err != VG_NOT_FOUND && err != VG_UNSUPPORTED) /* one of another version is whole */
        tell_damage(k, vg_content_what(VG_CONTENT_STATE), vg_content_name(VG_CONTENT_STATE), why);
    if (err != VG_NOT_FOUND)
        say(k, "state: not taken: %s; the journal's last half hour is read instead, and contacts begin anew", why);
    *ret = (struct vg_saved){0};
    return vg_saved_new_situation(limits, data_clock, k->options.sites, &k->options.looking, &ret->situation);
}

/* What the feeds of the journal's tail counted goes to what was saved of them. */
static void carry_counters(struct vg_saved *saved, const struct vg_journal_replay *replay)
{
    const char *name;
    for (size_t i = 0; (name = vg_journal_replay_feed(replay, i)) != NULL; i++) {
        struct vg_intake_counters since;
        if (!vg_journal_replay_counters(replay, name, &since))
            continue;
        struct vg_saved_feed *feed = vg_saved_feed(saved, name);
        const struct vg_station_counters more = {.bytes = since.bytes,
                                                 .lines = since.lines,
                                                 .sentences = since.sentences,
                                                 .messages = since.messages,
                                                 .lost = since.lost,
                                                 .duplicates = since.duplicates,
                                                 .refusals = since.refusals};
        if (feed)
            vg_station_counters_add(&feed->counters, &more);
    }
}

/* The times that the feeds told themselves last, for lines without one: of what was saved … */
static enum vg_err take_own_times(const struct vg_saved *saved, struct vg_own_times *ret)
{
    enum vg_err err = VG_OK;
    for (size_t i = 0; i < saved->feeds && !err; i++)
        err = vg_own_times_set(ret, saved->feed[i].name, saved->feed[i].own_us);
    return err;
}

/* … and behind the journal's tail. */
static void carry_own_times(struct vg_saved *saved, const struct vg_own_times *times)
{
    for (size_t i = 0; i < times->count; i++) {
        struct vg_saved_feed *feed = vg_saved_feed(saved, times->item[i].name);
        if (feed)
            feed->own_us = times->item[i].own_us;
    }
}

/* When the last frame's first bytes were received. */
static int64_t last_received_us(const struct vg_data_folder *k)
{
    const char *why;
    struct vg_journal_reader *reader;
    struct vg_record record;
    int64_t time_us = VG_TIME_NONE;
    if (!k->opened.frames || vg_journal_reader_open(k->journal_dir, NULL, NULL, NULL, &reader, &why))
        return VG_TIME_NONE;
    if (vg_journal_reader_seek_frame(reader, k->opened.next - 1) == VG_OK &&
        vg_journal_reader_next(reader, &record) == VG_OK)
        time_us = record.time_us;
    vg_journal_reader_close(reader);
    return time_us;
}

static bool is_small(const struct vg_data_folder *k)
{
    struct vg_journal_status journal;
    vg_journal_status(k->journal, &journal);
    return journal.stored_bytes <= (k->options.whole_bytes ? k->options.whole_bytes : WHOLE_BYTES);
}

static enum vg_err read_tail(struct vg_data_folder *k, struct vg_saved *saved, uint64_t *ret_records)
{
    const char *why;
    struct vg_journal_replay *replay;
    struct vg_journal_replay_item item;
    struct vg_own_times own_times = {0};
    struct vg_clock_turns turns;
    const enum vg_intake_clock clock = k->options.data_clock ? VG_INTAKE_DATA : VG_INTAKE_WALL;
    /* The tail gets the times that its own session gave, as in the archive; what comes from now on is by this clock. */
    bool known = !vg_clock_turns_save(k->dir, clock, vg_journal_offset(k->opened.next, 0), &turns); /* else: told when
                                                                                     the archive is taken up */
    int64_t last_us = saved->journal_offset || is_small(k) ? VG_TIME_NONE : last_received_us(k);
    const struct vg_journal_replay_options options = {
        .dir = k->journal_dir,
        .sources = vg_situation_sources(saved->situation),
        .clock = clock,
        .turns = known ? &turns : NULL,
        .own_times = &own_times,
        .sites = k->options.sites,
        .sameness = k->options.sameness,
        .threads = k->options.threads,
        .actions = true,
        .from = saved->journal_offset,
        .from_us = last_us == VG_TIME_NONE ? VG_TIME_NONE : last_us - UNSAVED_US,
    };
    enum vg_err err = take_own_times(saved, &own_times);
    if (!err)
        err = vg_journal_replay_open(&options, &replay, &why);
    if (err) {
        vg_own_times_free(&own_times);
        return err;
    }
    if (k->options.on_taken)
        k->options.on_taken(k->options.arg, saved->situation);
    while (!err && (err = vg_journal_replay_next(replay, &item)) == VG_OK) {
        if (item.stream == VG_HAND_STREAM)
            vg_situation_hand_again(saved->situation, item.received_us, item.journal_offset, item.bytes, item.len);
        else
            vg_situation_take(saved->situation, item.received_us, item.reports, item.count);
        if (k->options.on_taken)
            k->options.on_taken(k->options.arg, saved->situation);
        saved->journal_offset = item.end;
        (*ret_records)++;
        if (item.feed)
            err = vg_own_times_set(&own_times, item.feed, item.own_us);
    }
    uint64_t damaged[VG_REPLAY_DAMAGED];
    tell_segments(k, damaged, vg_journal_replay_damaged(replay, damaged));
    carry_counters(saved, replay);
    carry_own_times(saved, &own_times);
    vg_journal_replay_close(replay);
    vg_own_times_free(&own_times);
    return err == VG_EOF ? VG_OK : err;
}

static uint32_t contacts_of(const struct vg_saved *saved)
{
    return vg_picture_count(vg_situation_picture(saved->situation));
}

enum vg_err vg_data_folder_restore(struct vg_data_folder *k, const struct vg_picture_limits *limits,
                                   struct vg_saved *ret)
{
    int64_t began_us = vg_clock_monotonic_us();
    uint64_t records = 0;
    struct vg_saved saved;
    enum vg_err err = load_saved(k, limits, &saved);
    if (err)
        return err;
    vg_situation_set_journal(saved.situation, k->journal_name);
    uint32_t loaded = contacts_of(&saved);
    err = read_tail(k, &saved, &records);
    if (err == VG_NOMEM) {
        vg_situation_free(saved.situation);
        free(saved.feed);
        return err;
    }
    if (err)
        say(k, "journal: its end can't be read again: %s", vg_journal_replay_text(err));
    k->journal_offset = saved.journal_offset;
    if (!k->opened.made)
        say(k, "state: %u vessel%s back in %.1f s (%u saved, then %llu record%s of the journal)", contacts_of(&saved),
            vg_plural(contacts_of(&saved), "", "s"), (double)(vg_clock_monotonic_us() - began_us) / 1e6, loaded,
            (unsigned long long)records, vg_plural(records, "", "s"));
    *ret = saved;
    return VG_OK;
}

void vg_data_folder_follow(struct vg_data_folder *k)
{
    const char *why = "the archive was lost; a new one begins with a repair";
    const struct vg_follower_options options = {.dir = k->dir,
                                                .journal_dir = k->journal_dir,
                                                .archive_dir = k->archive_dir,
                                                .journal = k->journal,
                                                .first = k->opened.first,
                                                .next = k->opened.next,
                                                .data_clock = k->options.data_clock,
                                                .rules = VG_STORE_RULES_DEFAULT,
                                                .sites = k->options.sites,
                                                .commit_us = k->options.commit_us,
                                                .stop_us = STOP_ARCHIVE_US};
    enum vg_err err = k->archive_lost ? VG_CORRUPT : vg_follower_start(&options, &k->follower, &why);
    bool told = k->follow_again_us != VG_TIME_NONE;
    int64_t again_us = k->options.commit_us < FOLLOW_AGAIN_US ? k->options.commit_us : FOLLOW_AGAIN_US;
    k->follow_again_us = err == VG_IO || err == VG_NOMEM ? vg_clock_monotonic_us() + again_us : VG_TIME_NONE;
    if (!err) {
        if (told)
            say(k, "archive: written again");
        *k->archive_why = 0;
        return;
    }
    if (!k->archive_lost && !told)
        tell_damage(k, "archive", "archive", why);
    snprintf(k->archive_why, sizeof k->archive_why, "%s", why);
    if (!told)
        say(k, "archive: not written: %s", why);
}

/* A disk that was full at the start may have room now. */
static void follow_again(struct vg_data_folder *k)
{
    if (!k->follower && k->follow_again_us != VG_TIME_NONE && vg_clock_monotonic_us() >= k->follow_again_us)
        vg_data_folder_follow(k);
}

/* ---- while it runs ---- */

uint64_t vg_data_folder_bytes(struct vg_data_folder *k, const char *name, uint16_t source,
                              const struct vg_feed_bytes *bytes)
{
    const struct vg_journal_entry entry = {
        .source = source,
        .name = name,
        .stream = vg_feed_stream(bytes->stream, bytes->language),
        .flags = (uint8_t)((bytes->begins ? VG_RECORD_BEGINS : 0) | (bytes->ends ? VG_RECORD_ENDS : 0) |
                           (bytes->datagram ? VG_RECORD_DATAGRAM : 0)),
        .received_us = bytes->received_us,
        .bytes = bytes->at,
        .len = bytes->len,
    };
    uint64_t journal_offset = vg_journal_append(k->journal, &entry);
    if (!journal_offset)
        return VG_JOURNAL_OFFSET_NONE;
    k->journal_offset = journal_offset + (bytes->len ? bytes->len : 1);
    k->unsaved += bytes->len;
    return journal_offset;
}

uint64_t vg_data_folder_end(const struct vg_data_folder *k)
{
    return k->journal_offset;
}

uint64_t vg_data_folder_synced(struct vg_data_folder *k)
{
    struct vg_journal_status journal;
    vg_journal_status(k->journal, &journal);
    return journal.error ? UINT64_MAX : vg_journal_offset(journal.synced_frames, 0);
}

static void watch_disk(struct vg_data_folder *k, const struct vg_journal_status *journal)
{
    const int64_t now_us = vg_clock_monotonic_us();
    const bool fails = journal->error != 0;
    char turns[VG_TURNS_TEXT];
    if (fails != (k->failing_us != VG_TIME_NONE))
        k->failing_us = fails ? vg_clock_wall_us() : VG_TIME_NONE;
    bool told = vg_turns_take(&k->disk, fails, now_us, turns);
    if (told && fails)
        say(k, "journal: the disk FAILS: %s. The picture goes on; what can't be kept is counted%s",
            strerror(journal->error), turns);
    else if (told)
        say(k, "journal: the disk takes it again; %llu %s lost, which is recorded%s",
            (unsigned long long)journal->lost_entries, vg_plural(journal->lost_entries, "entry was", "entries were"),
            turns);
    if (!k->follower)
        return;
    struct vg_follower_status archive;
    vg_follower_status(k->follower, &archive);
    tell_segments(k, archive.damaged + k->damaged_told, archive.damaged_count - k->damaged_told);
    k->damaged_told = archive.damaged_count;
    if (vg_turns_take(&k->archive, archive.failing, now_us, turns))
        say(k, "archive: %s%s", archive.failing ? archive.error : "written again", turns);
}

void vg_data_folder_clock(struct vg_data_folder *k, const struct vg_host_clock_change *change)
{
    const struct vg_clock_note note = {.time_us = change->time_us,
                                       .jump_us = change->jump_us,
                                       .state = change->synchronised == VG_SYNC_YES  ? VG_CLOCK_STATE_SYNCHRONISED
                                                : change->synchronised == VG_SYNC_NO ? VG_CLOCK_STATE_FREE
                                                                                     : VG_CLOCK_STATE_UNKNOWN,
                                       .error_us = change->error_us};
    vg_journal_note_clock(k->journal, &note);
    if (change->jump_us)
        vg_disk_watch_jumped(&k->room, vg_clock_monotonic_us());
}

static struct vg_saved begin_saved(const struct vg_data_folder *k)
{
    struct vg_saved saved = {.journal_offset = k->journal_offset};
    memcpy(saved.journal, k->journal_name, sizeof saved.journal);
    return saved;
}

static void begin_to_save(struct vg_data_folder *k, vg_data_folder_fill *fill, void *arg)
{
    struct vg_saved saved = begin_saved(k);
    fill(arg, &saved);
    k->told = k->options.count_told ? k->options.count_told(k->options.arg) : 0;
    if (vg_saver_begin(&k->saver, vg_clock_monotonic_us(), &saved)) {
        k->saving = k->unsaved;
        k->unsaved = 0;
    }
    free(saved.feed);
}

void vg_data_folder_second(struct vg_data_folder *k, vg_data_folder_fill *fill, void *arg)
{
    struct vg_journal_status journal;
    vg_journal_status(k->journal, &journal);
    watch_disk(k, &journal);
    /* A state that has told something must not be older than who keeps that: it would never be told again. */
    const bool kept = !k->options.is_told_kept || k->options.is_told_kept(k->options.arg, k->told);
    enum vg_saver_event event = vg_saver_second(&k->saver, vg_clock_monotonic_us(), kept ? journal.synced_frames : 0);
    if (event == VG_SAVER_FAILED) {
        if (vg_rate_take(&k->unsaved_lines, 1, vg_clock_monotonic_us()))
            say(k, "state: it could not be saved: %s", vg_saver_error(&k->saver));
        k->unsaved += k->saving;
    }
    follow_again(k);
    vg_disk_watch_second(&k->room, vg_clock_monotonic_us(), vg_clock_wall_us(), k->journal, k->follower);
    if (vg_saver_is_due(&k->saver, vg_clock_monotonic_us(), k->unsaved) && !journal.error &&
        !vg_space_is_reserved(&k->room.space.status))
        begin_to_save(k, fill, arg);
}

void vg_data_folder_hurry(struct vg_data_folder *k)
{
    k->saver.hurried = true;
}

void vg_data_folder_status(struct vg_data_folder *k, struct vg_storage_status *ret)
{
    struct vg_journal_status j;
    vg_journal_status(k->journal, &j);
    *ret = (struct vg_storage_status){
        .kept = true,
        .failing_us = k->failing_us,
        .entries = j.entries,
        .bytes = j.bytes,
        .synced_bytes = j.synced_bytes,
        .frames = j.synced_frames - j.first,
        .checkpoint = j.checkpoint,
        .lost_entries = j.lost_entries,
        .lost_bytes = j.lost_bytes,
        .gaps = j.gaps,
        .failures = j.failures,
        .stored_bytes = j.stored_bytes,
        .segments = j.segments,
        .retired_segments = j.retired_segments,
        .queued = j.queued,
        .queue = j.queue,
        .set_aside = k->set_aside,
        .saved_us = k->saver.saved_us,
        .saves = k->saver.saves,
        .save_failures = k->saver.failures,
        .archived_us = VG_TIME_NONE,
        .archive_from_us = VG_TIME_NONE,
        .retired_until_us = VG_TIME_NONE,
        .disk = k->room.space.status,
        .archive_failing = !k->follower,
    };
    if (j.error)
        snprintf(ret->error, sizeof ret->error, "%s", strerror(j.error));
    snprintf(ret->archive_error, sizeof ret->archive_error, "%s", k->archive_why);
    ret->damages = k->damages.total;
    ret->damage_count = k->damages.count;
    memcpy(ret->damage, k->damages.item, k->damages.count * sizeof *ret->damage);
    snprintf(ret->repair, sizeof ret->repair, "%s", k->damages.total ? k->repair : "");
    if (!k->follower)
        return;
    struct vg_follower_status f;
    vg_follower_status(k->follower, &f);
    ret->archived_us = f.archived_us;
    ret->archive_failing = f.failing;
    ret->positions = f.store.rows[VG_STORE_POSITIONS];
    ret->statics = f.store.rows[VG_STORE_STATICS];
    ret->commits = f.store.commits;
    ret->compactions = f.store.compactions;
    ret->archive_refused = f.store.refused + f.tracks_left_out;
    ret->archive_bytes = f.extent.bytes;
    ret->archive_parts = f.extent.parts;
    ret->archive_from_us = f.looked ? f.extent.oldest_us : VG_TIME_NONE;
    ret->retired_hours = f.retired.hours;
    ret->retired_bytes = f.retired.bytes;
    ret->retired_until_us = f.retired.until_us;
    ret->archive_failures = f.store.failures;
    if (f.failing)
        snprintf(ret->archive_error, sizeof ret->archive_error, "%s", f.error);
}

/* The journal is closed and has all of it. */
static void save_last(struct vg_data_folder *k, vg_data_folder_fill *fill, void *arg, int64_t until_us)
{
    struct vg_saved saved = begin_saved(k);
    fill(arg, &saved);
    enum vg_err err = vg_saver_by(&k->saver, &saved, until_us);
    free(saved.feed);
    if (err == VG_EOF)
        say(k, "state: it could not be saved in time; the next start reads the journal from the one before on");
    else if (err)
        say(k, "state: it could not be saved: %s", vg_err_text(err));
    else
        say(k, "state: %u vessel%s saved, picture %016llx", contacts_of(&saved),
            vg_plural(contacts_of(&saved), "", "s"), (unsigned long long)vg_situation_hash(saved.situation));
}

void vg_data_folder_close(struct vg_data_folder *k, vg_data_folder_fill *fill, void *arg)
{
    uint64_t lost = 0;
    int64_t began_us = vg_clock_monotonic_us();
    if (!k)
        return;
    vg_follower_journal_closes(k->follower);
    enum vg_err err = vg_journal_close(k->journal, &lost);
    if (err)
        say(k, "journal: closed, but %llu %s not on the disk: %s", (unsigned long long)lost,
            vg_plural(lost, "entry is", "entries are"), vg_err_text(err));
    if (!vg_follower_stop(k->follower))
        say(k, "archive: what came last is in the journal only; the next start takes it up");
    vg_saver_abandon(&k->saver);
    if (fill && !err)
        save_last(k, fill, arg, began_us + STOP_SAVE_US);
    vg_contents_note(k->dir, VG_CONTENTS_MORE);
    free(k);
}
