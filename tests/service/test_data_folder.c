/*
 * The data folder on a real disk: opened, taken up again, set aside when it was changed, torn, full; and what its
 * status says.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <time.h>
#include <zstd.h>

#include "base/time.h"
#include "room.h"
#include "service/data_folder.h"
#include "speak.h"

static const struct vg_feed_spec MANTA = {.kind = VG_FEED_TCP, .name = "Manta"};

/* ---- the service, without its loop ---- */

struct log {
    char text[8000];
    size_t len;
};

static void hear_line(void *arg, const char *line)
{
    struct log *log = arg;
    log->len += (size_t)snprintf(log->text + log->len, sizeof log->text - log->len, "%s\n", line);
    assert_true(log->len < sizeof log->text);
}

static bool logged(const struct log *log, const char *words)
{
    return strstr(log->text, words) != NULL;
}

struct life {
    struct log log;
    struct vg_data_folder *folder;
    struct vg_saved saved;
    struct vg_station *station;
    uint16_t source;
};

static struct vg_data_folder_options options_of(void **state, struct life *l)
{
    return (struct vg_data_folder_options){.dir = room_path(state, "data"), .log = hear_line, .log_arg = &l->log};
}

static struct life *begin_with(const struct vg_data_folder_options *options, struct life *l)
{
    const char *why;
    assert_int_equal(vg_data_folder_open(options, &l->folder, &why), VG_OK);
    assert_int_equal(vg_data_folder_restore(l->folder, &SMALL, &l->saved), VG_OK);
    l->source = vg_source_feed(vg_situation_sources(l->saved.situation), "Manta");
    const struct vg_intake_options intake = {.sources = vg_situation_sources(l->saved.situation),
                                             .source = l->source,
                                             .clock = options->data_clock ? VG_INTAKE_DATA : VG_INTAKE_WALL};
    assert_int_equal(vg_station_new(&MANTA, &intake, &l->station), VG_OK);
    const struct vg_saved_feed *before = vg_saved_feed(&l->saved, "Manta");
    vg_station_carry(l->station, &before->counters, before->own_us);
    return l;
}

static struct life *begin(void **state)
{
    struct life *l = calloc(1, sizeof *l);
    const struct vg_data_folder_options options = options_of(state, l);
    return begin_with(&options, l);
}

static void fill(void *arg, struct vg_saved *saved)
{
    struct life *l = arg;
    saved->situation = l->saved.situation;
    struct vg_saved_feed *feed = vg_saved_feed(saved, "Manta");
    vg_station_counters(l->station, &feed->counters);
    feed->own_us = vg_station_own_us(l->station);
}

/* `save` false: as if it was killed, but that the journal is whole. */
static void end(struct life *l, bool save)
{
    vg_data_folder_close(l->folder, save ? fill : NULL, l);
    l->folder = NULL;
    vg_station_free(l->station);
    vg_situation_free(l->saved.situation);
    free(l->saved.feed);
    free(l);
}

static void take(struct life *l, const char *text, int64_t now_us)
{
    const struct listeners to = {l->folder, l->station, l->saved.situation, l->source};
    speak(&to, text, now_us);
}

static const struct vg_contact *find(const struct life *l, uint32_t mmsi)
{
    return vg_picture_find(vg_situation_picture(l->saved.situation), mmsi);
}

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
}

/* ---- opening ---- */

static void a_new_folder_is_made_and_said_to_be_new(void **state)
{
    struct life *l = begin(state);
    struct stat st;
    assert_true(logged(&l->log, "journal: new, in"));
    assert_true(logged(&l->log, "key.pub"));
    assert_false(logged(&l->log, "state:"));
    assert_int_equal(stat(room_path(state, "data"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    take(l, SHIP_1, NOON_US);
    const struct vg_feed_bytes lost = {.received_us = NOON_US, .ends = true}; /* no bytes, but a record */
    vg_data_folder_bytes(l->folder, "Manta", l->source, &lost);
    end(l, true);
    assert_true(room_has(state, "data/state"));
    l = begin(state);
    assert_true(logged(&l->log, "journal: 1 frame in"));
    assert_false(logged(&l->log, "torn"));
    assert_true(logged(&l->log, "state: 1 vessel back in"));
    assert_true(logged(&l->log, "(1 saved, then 0 records of the journal)"));
    end(l, false);
}

static void what_can_t_be_opened_is_told_in_a_sentence(void **state)
{
    struct life *l = begin(state), *other = calloc(1, sizeof *other);
    struct vg_data_folder_options options = options_of(state, other);
    const char *why = NULL;
    char words[400];
    assert_int_equal(vg_data_folder_open(&options, &other->folder, &why), VG_EXISTS);
    snprintf(words, sizeof words, "data folder %s: another process writes its journal", options.dir);
    assert_string_equal(why, words);
    options.dir = room_path(state, "not/there");
    assert_int_equal(vg_data_folder_open(&options, &other->folder, &why), VG_IO);
    assert_non_null(strstr(why, "No such file or directory"));
    char path[VG_IO_PATH + 300]; /* the folder, with as many slashes as make it so long */
    memset(path, '/', sizeof path);
    snprintf(path + sizeof path - 300, 300, "%s", room_path(state, "other"));
    size_t len = strlen(path + sizeof path - 300);
    options.dir = path + sizeof path - 300 - (VG_IO_PATH / 2 - len); /* names of files in it need the other half */
    assert_int_equal(strlen(options.dir), VG_IO_PATH / 2);
    assert_int_equal(vg_data_folder_open(&options, &other->folder, &why), VG_LIMIT);
    assert_non_null(strstr(why, "its path is too long"));
    assert_null(other->folder);
    options.dir++;
    assert_int_equal(vg_data_folder_open(&options, &other->folder, &why), VG_OK);
    vg_data_folder_close(other->folder, NULL, NULL);
    free(other);
    end(l, false);
    vg_data_folder_close(NULL, NULL, NULL);
}

/* The newest segment of the journal. */
static void segment_of(void **state, char path[static 400])
{
    DIR *dir = opendir(room_path(state, "data/journal/segments"));
    struct dirent *e;
    char name[100] = "";
    assert_non_null(dir);
    while ((e = readdir(dir)))
        if (strstr(e->d_name, ".vgj") && strcmp(e->d_name, name) > 0)
            snprintf(name, sizeof name, "%.99s", e->d_name);
    closedir(dir);
    assert_true(*name);
    snprintf(path, 400, "%s/%.99s", room_path(state, "data/journal/segments"), name);
}

static void a_journal_that_is_not_what_it_signed_is_set_aside_untouched(void **state)
{
    char path[400], aside[300] = "";
    struct vg_storage_status status;
    struct life *l = begin(state);
    take(l, SHIP_1, NOON_US);
    const uint64_t id = find(l, MMSI_1)->id, offset = find(l, MMSI_1)->prov[VG_FIELD_POS].journal_offset;
    vg_data_folder_status(l->folder, &status);
    assert_int_equal(status.set_aside, 0);
    end(l, true);
    segment_of(state, path);
    int fd = open(path, O_RDWR);
    char byte;
    assert_int_equal(pread(fd, &byte, 1, 120), 1);
    byte ^= 1;
    assert_int_equal(pwrite(fd, &byte, 1, 120), 1);
    close(fd);
    l = begin(state);
    assert_true(logged(&l->log, "journal: NOT what its last checkpoint signed"));
    assert_true(logged(&l->log, "it was set aside, untouched, as"));
    assert_true(logged(&l->log, "journal: new, in"));
    assert_true(logged(&l->log, "state: not taken: it belongs to another journal"));
    vg_data_folder_status(l->folder, &status);
    assert_int_equal(status.set_aside, 1);
    assert_null(find(l, MMSI_1)); /* nothing of it is believed */
    DIR *dir = opendir(room_path(state, "data"));
    for (struct dirent *e; (e = readdir(dir));)
        if (strncmp(e->d_name, "journal.aside-", 14) == 0)
            snprintf(aside, sizeof aside, "%.100s", e->d_name);
    closedir(dir);
    assert_true(*aside);
    assert_null(strchr(aside, ':')); /* a name for every file system */
    assert_true(logged(&l->log, "Its frames begin at 1000000, behind those that the archive's rows may lead to"));
    take(l, SHIP_1, NOON_US); /* the same bytes and moment: another contact at another offset */
    assert_true(find(l, MMSI_1)->prov[VG_FIELD_POS].journal_offset == vg_journal_offset(1000000, 0) + offset);
    assert_true(find(l, MMSI_1)->id != id);
    vg_data_folder_status(l->folder, &status);
    assert_int_equal(status.frames, 0); /* frames there are, not their numbers */
    end(l, true);
    l = begin(state); /* the state is this journal's, and its frames are found */
    assert_true(logged(&l->log, "(1 saved, then 0 records of the journal)"));
    assert_true(logged(&l->log, "journal: 1 frame in"));
    end(l, false);
    assert_int_equal(unlink(room_path(state, "data/state")), 0);
    l = begin(state);
    assert_non_null(find(l, MMSI_1));
    end(l, false);
}

/* Under another clock than the one that its bytes came by. */
static struct life *begin_by(void **state, bool data_clock)
{
    struct life *l = calloc(1, sizeof *l);
    struct vg_data_folder_options options = options_of(state, l);
    options.data_clock = data_clock;
    return begin_with(&options, l);
}

static void what_came_under_one_clock_keeps_its_time_under_another(void **state)
{
    const int64_t told_us = INT64_C(1700000000000000), later_us = told_us + 5 * VG_MINUTE_US;
    struct life *l = begin_by(state, true);
    take(l, "\\c:1700000000*5F\\" SHIP_1, told_us + VG_SECOND_US);
    take(l, SHIP_2, later_us);
    assert_true(find(l, MMSI_2)->heard_us == told_us);
    end(l, false);
    l = begin_by(state, false); /* the tail is read again by the clock of its session */
    assert_true(find(l, MMSI_2)->heard_us == told_us);
    take(l, SHIP_3, later_us + VG_SECOND_US);
    assert_true(find(l, MMSI_3)->heard_us == later_us + VG_SECOND_US);
    end(l, false);
    l = begin_by(state, true);
    assert_true(find(l, MMSI_2)->heard_us == told_us);
    assert_true(find(l, MMSI_3)->heard_us == later_us + VG_SECOND_US);
    end(l, false);
}

static void a_torn_end_is_cut_off_and_said_how_much(void **state)
{
    char path[400];
    struct life *l = begin(state);
    take(l, SHIP_1, NOON_US);
    end(l, false);
    segment_of(state, path);
    FILE *f = fopen(path, "ab");
    assert_non_null(f);
    fputs("half a frame", f);
    fclose(f);
    l = begin(state);
    assert_true(logged(&l->log, "journal: a crash had torn its end: 12 bytes cut off"));
    assert_non_null(find(l, MMSI_1));
    end(l, false);
}

/* ---- coming back ---- */

/* Nothing of a life reached the disk: the next one gives out the same offsets, but no id a second time. */
static void an_id_that_a_crash_forgot_is_not_given_again(void **state)
{
    uint64_t id[3], offset[3];
    end(begin(state), true);
    assert_int_equal(rename(room_path(state, "data"), room_path(state, "kept")), 0);
    for (int life = 0; life < 3; life++) {
        char copy[700];
        snprintf(copy, sizeof copy, "cp -a %s %s", room_path(state, "kept"), room_path(state, "data"));
        assert_int_equal(system(copy), 0);
        struct life *l = begin(state);
        take(l, life == 1 ? SHIP_2 : SHIP_1, NOON_US + (life == 1 ? 5 * VG_SECOND_US : 0));
        const struct vg_contact *v = find(l, life == 1 ? MMSI_2 : MMSI_1);
        id[life] = v->id;
        offset[life] = v->prov[VG_FIELD_POS].journal_offset;
        end(l, false);
        snprintf(copy, sizeof copy, "rm -r %s", room_path(state, "data"));
        assert_int_equal(system(copy), 0);
    }
    assert_true(offset[0] == offset[1] && offset[0] == offset[2]);
    assert_true(id[0] != id[1]);
    assert_true(id[0] == id[2]); /* what is the same in the journal is the same contact */
}

static struct life *begin_by_data(void **state)
{
    return begin_by(state, true);
}

/* By the data's clock, long after the last line with one: in the tail that is read again, and in what comes then. */
static void a_line_without_a_time_has_the_feeds_last_one_after_a_restart(void **state)
{
    const int64_t first_us = INT64_C(1700000000000000), second_us = INT64_C(1700000007000000);
    struct life *l = begin_by_data(state);
    take(l, "\\c:1700000000*5F\\" SHIP_1, first_us);
    assert_true(find(l, MMSI_1)->heard_us == first_us);
    end(l, true);
    const struct vg_feed_bytes nothing = {.received_us = first_us, .ends = true};
    for (int i = 0; i < 70; i++) { /* more frames than are read to find what was unfinished */
        l = begin_by_data(state);
        vg_data_folder_bytes(l->folder, "Salinas", 2, &nothing);
        end(l, i == 69);
    }
    l = begin_by_data(state);
    take(l, SHIP_2, first_us + VG_MINUTE_US);
    assert_true(find(l, MMSI_2)->heard_us == first_us);
    end(l, false);
    l = begin_by_data(state);
    assert_true(find(l, MMSI_2)->heard_us == first_us); /* out of the journal */
    take(l, "\\c:1700000007*58\\" SHIP_1, first_us + 2 * VG_MINUTE_US);
    end(l, false);
    l = begin_by_data(state); /* the state knows the first time, the journal the second */
    take(l, SHIP_3, first_us + 3 * VG_MINUTE_US);
    assert_true(find(l, MMSI_3)->heard_us == second_us);
    end(l, false);
}

static void ids_are_the_same_after_a_restart_and_in_a_replay(void **state)
{
    struct life *l = begin(state);
    take(l, SHIP_1, NOON_US);
    end(l, true);
    l = begin(state);
    take(l, SHIP_2, NOON_US + VG_SECOND_US);
    const uint64_t one = find(l, MMSI_1)->id, two = find(l, MMSI_2)->id;
    end(l, false); /* the state knows the first, the journal the second */
    l = begin(state);
    assert_true(find(l, MMSI_1)->id == one && find(l, MMSI_2)->id == two);
    end(l, false);
    assert_int_equal(unlink(room_path(state, "data/state")), 0);
    l = begin(state); /* all of it from the journal */
    assert_true(find(l, MMSI_1)->id == one && find(l, MMSI_2)->id == two);
    end(l, false);
}

static void state_and_tail_of_the_journal_give_everything_back(void **state)
{
    struct vg_station_counters counters;
    struct life *l = begin(state);
    take(l, SHIP_1 "garbage\r\n", NOON_US);
    end(l, true);
    l = begin(state);
    take(l, SHIP_2, NOON_US + VG_SECOND_US);
    take(l, SHIP_3, NOON_US + 2 * VG_SECOND_US);
    uint64_t hash = vg_situation_hash(l->saved.situation);
    vg_station_counters(l->station, &counters);
    assert_int_equal(counters.messages, 3);
    end(l, false); /* killed: the state is the one before */
    for (unsigned threads = 1; threads <= 3; threads++) {
        l = calloc(1, sizeof *l);
        struct vg_data_folder_options options = options_of(state, l);
        struct vg_station_counters again;
        options.threads = threads;
        begin_with(&options, l);
        assert_true(logged(&l->log, "state: 3 vessels back in"));
        assert_true(logged(&l->log, "(1 saved, then 2 records of the journal)"));
        assert_true(vg_situation_hash(l->saved.situation) == hash);
        vg_station_counters(l->station, &again);
        assert_int_equal(again.lines, counters.lines);
        assert_int_equal(again.messages, 3);
        assert_int_equal(again.bytes, counters.bytes);
        assert_memory_equal(again.refusals.count, counters.refusals.count, sizeof again.refusals.count);
        end(l, false);
    }
    l = begin(state);
    end(l, true);
    l = begin(state); /* saved once more: nothing of the journal is read */
    assert_true(logged(&l->log, "(3 saved, then 0 records of the journal)"));
    assert_true(vg_situation_hash(l->saved.situation) == hash);
    end(l, false);
}

/* A small journal whole, a larger one its last half hour. */
static void without_a_state_the_journal_or_its_last_half_hour_is_read(void **state)
{
    const int64_t half_hour_us = 30 * VG_MINUTE_US;
    struct life *l = begin(state);
    take(l, SHIP_1, NOON_US - half_hour_us - 1);
    take(l, SHIP_2, NOON_US - half_hour_us);
    end(l, false);
    l = begin(state);
    take(l, SHIP_3, NOON_US); /* in a frame of its own */
    end(l, false);
    assert_false(room_has(state, "data/state"));
    l = begin(state);
    assert_true(logged(&l->log, "(0 saved, then 3 records of the journal)"));
    end(l, false);
    l = calloc(1, sizeof *l);
    struct vg_data_folder_options options = options_of(state, l);
    options.whole_bytes = 1;
    begin_with(&options, l);
    assert_true(logged(&l->log, "(0 saved, then 2 records of the journal)"));
    assert_false(logged(&l->log, "not taken"));
    assert_null(find(l, MMSI_1));
    assert_int_equal(vg_picture_counters(vg_situation_picture(l->saved.situation))->reports, 2);
    assert_non_null(find(l, MMSI_3));
    end(l, false);
}

/* The state stays, the journal is another one, of as many frames. */
static void exchange_journal(void **state)
{
    assert_int_equal(rename(room_path(state, "data/journal"), room_path(state, "data/other")), 0);
    assert_int_equal(rename(room_path(state, "data/state"), room_path(state, "data/kept")), 0);
    for (int i = 0; i < 4; i++) {
        struct life *l = begin(state);
        take(l, SHIP_2, NOON_US);
        end(l, false);
    }
    assert_int_equal(rename(room_path(state, "data/kept"), room_path(state, "data/state")), 0);
}

static void a_state_that_does_not_fit_is_left_with_one_sentence(void **state)
{
    static const char *const reasons[] = {"an earlier version of this program wrote it", "it ends too early",
                                          "section 'clock' belongs to a picture that lived by another clock",
                                          "it belongs to another journal"};
    for (size_t i = 0; i < 4; i++) {
        char packed[200], sentence[300];
        struct life *l = calloc(1, sizeof *l);
        struct vg_data_folder_options options = options_of(state, l);
        begin_with(&options, l);
        take(l, SHIP_1, NOON_US + (int64_t)i);
        end(l, true);
        if (i < 2) {
            const char *old = i ? "VIGSTAT2" : "VIGSTAT1 raw structs";
            size_t len = ZSTD_compress(packed, sizeof packed, old, strlen(old), 1);
            assert_int_equal(vg_io_put(vg_io_posix(), room_path(state, "data/state"), packed, len, 0600, false), 0);
        } else if (i == 3) {
            exchange_journal(state);
        }
        l = calloc(1, sizeof *l);
        options = options_of(state, l);
        options.data_clock = i == 2;
        begin_with(&options, l);
        snprintf(sentence, sizeof sentence,
                 "state: not taken: %s; the journal's last half hour is read instead, and contacts begin anew\n",
                 reasons[i]);
        assert_true(logged(&l->log, sentence));
        assert_true(logged(&l->log, "state: 1 vessel back in"));
        assert_true(logged(&l->log, "(0 saved, then"));
        assert_non_null(find(l, i == 3 ? MMSI_2 : MMSI_1));
        end(l, false);
    }
}

static void a_state_that_ends_at_the_journal_s_end_is_taken(void **state)
{
    char why[VG_STATE_WHY];
    struct vg_saved last;
    struct life *l = begin(state);
    take(l, SHIP_1, NOON_US);
    end(l, true);
    for (uint64_t frame = 1; frame <= 2; frame++) { /* one frame: its end is where frame 1 would begin */
        assert_int_equal(vg_saved_read(vg_io_posix(), room_path(state, "data/state"), &SMALL, false, NULL, &last, why),
                         VG_OK);
        last.journal_offset = frame << 20;
        assert_int_equal(vg_saved_write(vg_io_posix(), room_path(state, "data/state"), &last), VG_OK);
        vg_situation_free(last.situation);
        free(last.feed);
        l = begin(state);
        assert_true(logged(&l->log, "not taken: it belongs to another journal") == (frame == 2));
        assert_non_null(find(l, MMSI_1));
        end(l, false);
    }
}

static void a_state_of_long_ago_reads_the_whole_tail_behind_it(void **state)
{
    struct life *l = begin(state);
    end(l, true);
    for (int i = 0; i < 70; i++) { /* so many frames: reading begins somewhat before the place, never behind it */
        l = begin(state);
        take(l, i % 2 ? SHIP_1 : SHIP_2, NOON_US + i * VG_SECOND_US);
        end(l, i == 1);
    }
    l = begin(state);
    assert_true(logged(&l->log, "(2 saved, then 68 records of the journal)"));
    assert_int_equal(vg_picture_counters(vg_situation_picture(l->saved.situation))->reports, 70);
    end(l, true);
    l = begin(state);
    take(l, SHIP_3, NOON_US + VG_HOUR_US);
    end(l, false);
    l = begin(state); /* a place beyond frame 64 */
    assert_true(logged(&l->log, "then 1 record of the journal)"));
    assert_non_null(find(l, MMSI_3));
    end(l, false);
}

/* ---- the status ---- */

static void the_status_counts_what_was_kept(void **state)
{
    struct vg_storage_status s;
    struct life *l = begin(state);
    vg_data_folder_status(l->folder, &s);
    assert_true(s.kept);
    assert_true(s.archive_failing); /* nobody writes it yet */
    assert_string_equal(s.error, "");
    assert_string_equal(s.archive_error, "");
    assert_int_equal(s.entries, 0);
    assert_int_equal(s.failing_us, VG_TIME_NONE);
    assert_int_equal(s.saved_us, VG_TIME_NONE);
    assert_int_equal(s.archived_us, VG_TIME_NONE);
    take(l, SHIP_1, NOON_US);
    take(l, SHIP_2, NOON_US);
    vg_data_folder_status(l->folder, &s);
    assert_int_equal(s.entries, 2);
    assert_int_equal(s.bytes, strlen(SHIP_1) + strlen(SHIP_2));
    assert_int_equal(s.lost_entries, 0);
    assert_true(s.queue > 0);
    end(l, true);
    l = begin(state);
    take(l, SHIP_3, NOON_US);
    for (int i = 0; i < 500; i++) { /* the journal's own thread puts it on the disk after a second */
        vg_data_folder_status(l->folder, &s);
        if (s.synced_bytes)
            break;
        nap();
    }
    assert_int_equal(s.frames, 2);
    assert_true(s.checkpoint >= 1 && s.checkpoint <= s.frames);
    assert_int_equal(s.synced_bytes, strlen(SHIP_3));
    assert_int_equal(s.segments, 1);
    assert_true(s.stored_bytes > 0);
    assert_int_equal(s.gaps + s.failures + s.lost_bytes + s.retired_segments + s.save_failures, 0);
    end(l, false);
}

/* The real disk, which is full while the flag is set. */
static _Atomic bool full;

static ssize_t full_pwrite(void *arg, int fd, const void *buf, size_t len, int64_t at)
{
    return full ? -ENOSPC : vg_io_posix()->pwrite(arg, fd, buf, len, at);
}

static void second_until(struct life *l, const char *words)
{
    for (int i = 0; i < 1000 && !logged(&l->log, words); i++) {
        vg_data_folder_second(l->folder, fill, l);
        nap();
    }
    if (!logged(&l->log, words))
        print_error("%s", l->log.text);
    assert_true(logged(&l->log, words));
}

static void a_full_disk_is_told_and_so_is_its_end(void **state)
{
    struct vg_storage_status s;
    struct vg_io io = *vg_io_posix();
    struct life *l = calloc(1, sizeof *l);
    struct vg_data_folder_options options = options_of(state, l);
    io.pwrite = full_pwrite;
    options.io = &io;
    full = false;
    begin_with(&options, l);
    full = true;
    take(l, SHIP_1, NOON_US);
    second_until(l, "journal: the disk FAILS: No space left on device. The picture goes on");
    vg_data_folder_status(l->folder, &s);
    assert_string_equal(s.error, "No space left on device");
    assert_true(s.failing_us > NOON_US);
    assert_true(s.failures > 0);
    assert_non_null(find(l, MMSI_1));
    size_t len = l->log.len;
    vg_data_folder_second(l->folder, fill, l);
    assert_int_equal(l->log.len, len); /* once */
    full = false;
    second_until(l, "journal: the disk takes it again; 0 entries were lost");
    vg_data_folder_status(l->folder, &s);
    assert_string_equal(s.error, "");
    assert_int_equal(s.failing_us, VG_TIME_NONE);
    full = true; /* at the end, too: the state would tell of what the journal has not */
    take(l, SHIP_2, NOON_US);
    struct log *log = calloc(1, sizeof *log);
    vg_data_folder_close(l->folder, fill, l);
    *log = l->log;
    l->folder = NULL;
    end(l, false);
    assert_true(logged(log, "journal: closed, but 1 entry is not on the disk"));
    assert_false(logged(log, "state:"));
    assert_false(room_has(state, "data/state"));
    free(log);
    full = false;
}

static void an_archive_that_can_t_be_opened_is_told_and_the_journal_goes_on(void **state)
{
    struct vg_storage_status s;
    struct life *l = begin(state);
    FILE *f = fopen(room_path(state, "data/archive"), "w"); /* no folder can be there */
    assert_non_null(f);
    fclose(f);
    vg_data_folder_follow(l->folder);
    assert_true(logged(&l->log, "archive: not written: "));
    vg_data_folder_status(l->folder, &s);
    assert_true(s.archive_failing);
    assert_true(strlen(s.archive_error) > 5);
    assert_true(logged(&l->log, s.archive_error));
    take(l, SHIP_1, NOON_US);
    vg_data_folder_second(l->folder, fill, l);
    end(l, true);
    unlink(room_path(state, "data/archive"));
    l = begin(state);
    assert_non_null(find(l, MMSI_1));
    vg_data_folder_follow(l->folder); /* it catches up */
    assert_false(logged(&l->log, "archive: not written"));
    end(l, false);
    l = begin(state);
    vg_data_folder_follow(l->folder);
    vg_data_folder_status(l->folder, &s);
    assert_false(s.archive_failing);
    assert_string_equal(s.archive_error, "");
    end(l, false);
    assert_true(room_has(state, "data/archive/positions"));
}

static void an_archive_that_fails_for_a_while_is_told_and_written_later(void **state)
{
    struct vg_storage_status s;
    struct life *l = calloc(1, sizeof *l);
    struct vg_data_folder_options options = options_of(state, l);
    options.commit_us = VG_SECOND_US / 10;
    begin_with(&options, l);
    vg_data_folder_follow(l->folder);
    assert_false(room_has(state, "data/archive/positions"));
    assert_int_equal(symlink("nowhere", room_path(state, "data/archive/positions")), 0); /* no folder can be made */
    take(l, SHIP_1, NOON_US);
    second_until(l, "archive: the archive can't be written: ");
    vg_data_folder_status(l->folder, &s);
    assert_true(s.archive_failing);
    assert_non_null(strstr(s.archive_error, "the archive can't be written: "));
    assert_int_equal(s.commits, 0);
    assert_true(s.archive_failures > 0);
    assert_int_equal(s.archived_us, VG_TIME_NONE);
    unlink(room_path(state, "data/archive/positions"));
    second_until(l, "archive: written again");
    vg_data_folder_status(l->folder, &s);
    assert_false(s.archive_failing);
    assert_string_equal(s.archive_error, "");
    assert_int_equal(s.positions, 1);
    assert_int_equal(s.statics, 0);
    assert_int_equal(s.commits, 1);
    assert_int_equal(s.archived_us, NOON_US);
    end(l, false);
}

static void a_state_that_can_t_be_saved_is_told(void **state)
{
    struct life *l = begin(state);
    take(l, SHIP_1, NOON_US);
    assert_int_equal(mkdir(room_path(state, "data/state.tmp"), 0700), 0);
    struct log *log = calloc(1, sizeof *log);
    vg_data_folder_close(l->folder, fill, l);
    *log = l->log;
    l->folder = NULL;
    end(l, false);
    assert_true(logged(log, "state: it could not be saved: input or output failed"));
    free(log);
}

/* Bytes that bring no report: to the journal only. */
static void keep_bytes(struct life *l, size_t count)
{
    static char piece[128 << 10];
    memset(piece, '#', sizeof piece);
    for (size_t len; count; count -= len) {
        len = count < sizeof piece ? count : sizeof piece;
        const struct vg_feed_bytes bytes = {.at = piece, .len = len, .received_us = NOON_US};
        while (vg_data_folder_bytes(l->folder, "Manta", l->source, &bytes) == VG_JOURNAL_OFFSET_NONE)
            nap(); /* its memory is full until its thread has written */
    }
}

static void after_64_mib_the_state_is_saved_while_it_runs(void **state)
{
    struct vg_storage_status s;
    struct life *l = begin(state);
    take(l, SHIP_1, NOON_US);
    keep_bytes(l, (64 << 20) - strlen(SHIP_1) - 1);
    vg_data_folder_second(l->folder, fill, l);
    assert_false(room_has(state, "data/state.tmp"));
    keep_bytes(l, 1);
    uint64_t hash = vg_situation_hash(l->saved.situation);
    for (int i = 0; i < 1000; i++) {
        vg_data_folder_second(l->folder, fill, l);
        vg_data_folder_status(l->folder, &s);
        if (s.saves + s.save_failures)
            break;
        nap();
    }
    assert_int_equal(s.saves, 1);
    assert_true(s.saved_us > NOON_US);
    vg_data_folder_second(l->folder, fill, l);
    assert_false(room_has(state, "data/state.tmp")); /* nothing is unsaved */
    end(l, false);
    l = begin(state);
    assert_true(logged(&l->log, "(1 saved, then 0 records of the journal)"));
    assert_true(vg_situation_hash(l->saved.situation) == hash);
    end(l, false);
}

static void the_last_state_is_said_with_the_picture_s_number(void **state)
{
    char words[100];
    struct life *l = begin(state);
    take(l, SHIP_1 SHIP_2, NOON_US);
    snprintf(words, sizeof words, "state: 2 vessels saved, picture %016llx\n",
             (unsigned long long)vg_situation_hash(l->saved.situation));
    struct log *log = calloc(1, sizeof *log);
    vg_data_folder_close(l->folder, fill, l);
    *log = l->log;
    l->folder = NULL;
    end(l, false);
    assert_true(logged(log, words));
    free(log);
}

#define IN_A_ROOM(test) cmocka_unit_test_setup_teardown(test, room_make, room_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_ROOM(a_new_folder_is_made_and_said_to_be_new),
        IN_A_ROOM(what_can_t_be_opened_is_told_in_a_sentence),
        IN_A_ROOM(a_journal_that_is_not_what_it_signed_is_set_aside_untouched),
        IN_A_ROOM(what_came_under_one_clock_keeps_its_time_under_another),
        IN_A_ROOM(a_torn_end_is_cut_off_and_said_how_much),
        IN_A_ROOM(an_id_that_a_crash_forgot_is_not_given_again),
        IN_A_ROOM(a_line_without_a_time_has_the_feeds_last_one_after_a_restart),
        IN_A_ROOM(ids_are_the_same_after_a_restart_and_in_a_replay),
        IN_A_ROOM(state_and_tail_of_the_journal_give_everything_back),
        IN_A_ROOM(without_a_state_the_journal_or_its_last_half_hour_is_read),
        IN_A_ROOM(a_state_that_does_not_fit_is_left_with_one_sentence),
        IN_A_ROOM(a_state_that_ends_at_the_journal_s_end_is_taken),
        IN_A_ROOM(a_state_of_long_ago_reads_the_whole_tail_behind_it),
        IN_A_ROOM(the_status_counts_what_was_kept),
        IN_A_ROOM(a_full_disk_is_told_and_so_is_its_end),
        IN_A_ROOM(an_archive_that_can_t_be_opened_is_told_and_the_journal_goes_on),
        IN_A_ROOM(an_archive_that_fails_for_a_while_is_told_and_written_later),
        IN_A_ROOM(a_state_that_can_t_be_saved_is_told),
        IN_A_ROOM(after_64_mib_the_state_is_saved_while_it_runs),
        IN_A_ROOM(the_last_state_is_said_with_the_picture_s_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
