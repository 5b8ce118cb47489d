#include "journal/room.h"

#include <errno.h>
#include <fcntl.h>

#include "base/time.h"
#include "journal/segment.h"

static void what_was_received_comes_back(void **state)
{
    const char *dir = in(*state, "j");
    uint64_t journal_offset[50];
    struct vg_journal *j = open_journal(dir, NULL);
    for (unsigned i = 0; i < 50; i++) {
        journal_offset[i] = append(j, i);
        if (i % 7 == 0)
            turn(j);
    }
    assert_int_equal(vg_journal_close(j, NULL), VG_OK);
    assert_int_equal(count_in_order(dir, 0, NULL, NULL), 50);
    struct vg_journal_reader *r;
    struct vg_record record;
    const char *why;
    size_t offset;
    assert_int_equal(vg_journal_reader_open(dir, NULL, NULL, NULL, &r, &why), VG_OK);
    for (unsigned k = 0; k < 50; k++) {
        unsigned i = k * 17 % 50;
        char text[96];
        size_t len = sentence(i, text);
        assert_int_equal(vg_journal_reader_at(r, journal_offset[i] + 5, &record, &offset), VG_OK);
        assert_int_equal(offset, 5);
        assert_int_equal(record.journal_offset, journal_offset[i]);
        assert_int_equal(record.len, len);
        assert_memory_equal(record.bytes, text, len);
        const char *name = i % 3 == 0 ? "Manta" : i % 3 == 1 ? "Guayaquil" : "Bahía/r003669945";
        assert_int_equal(record.name_len, strlen(name));
        assert_memory_equal(record.name, name, record.name_len);
        assert_int_equal(record.stream, i % 3 == 2 ? i % 5 : 0);
        assert_int_equal(record.flags, i % 3 == 1 ? VG_RECORD_DATAGRAM : 0);
    }
    assert_int_equal(vg_journal_reader_at(r, vg_journal_offset(99, 7), &record, &offset), VG_NOT_FOUND);
    assert_int_equal(vg_journal_reader_at(r, vg_journal_offset(0, 0), &record, &offset), VG_RANGE);
    vg_journal_reader_close(r);
}

static void any_bytes_and_times_are_kept_exactly(void **state)
{
    static const int64_t times[] = {0, INT64_MAX, INT64_MIN, -1, T0_US, T0_US - 1, INT64_MIN};
    const char *dir = in(*state, "j");
    struct vg_journal *j = open_journal(dir, NULL);
    uint8_t *bytes = malloc(VG_JOURNAL_ENTRY_MAX);
    for (unsigned i = 0; i < VG_JOURNAL_ENTRY_MAX; i++)
        bytes[i] = (uint8_t)(i * 2654435761u >> 13);
    for (unsigned i = 0; i < 7; i++) {
        struct vg_journal_entry e = {.source = 4095,
                                     .name = NULL,
                                     .stream = UINT32_MAX,
                                     .flags = 0x70,
                                     .received_us = times[i],
                                     .bytes = bytes,
                                     .len = i == 3   ? 0
                                            : i == 5 ? VG_JOURNAL_ENTRY_MAX
                                                     : i};
        assert_int_not_equal(vg_journal_append(j, &e), 0);
    }
    assert_int_equal(vg_journal_close(j, NULL), VG_OK);
    struct vg_journal_reader *r;
    struct vg_record record;
    const char *why;
    unsigned n = 0;
    assert_int_equal(vg_journal_reader_open(dir, NULL, NULL, NULL, &r, &why), VG_OK);
    while (vg_journal_reader_next(r, &record) == VG_OK) {
        if (record.kind != VG_RECORD_DATA)
            continue;
        assert_int_equal(record.time_us, times[n]);
        assert_int_equal(record.len, n == 3 ? 0 : n == 5 ? VG_JOURNAL_ENTRY_MAX : n);
        assert_memory_equal(record.bytes, bytes, record.len);
        assert_int_equal(record.stream, UINT32_MAX);
        assert_int_equal(record.flags, 0x70);
        assert_int_equal(record.name_len, 0);
        n++;
    }
    assert_int_equal(n, 7);
    vg_journal_reader_close(r);
    free(bytes);
}

static void an_entry_too_long_becomes_a_gap(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_journal *j = open_journal(dir, NULL);
    char *bytes = calloc(1, VG_JOURNAL_ENTRY_MAX + 1);
    struct vg_journal_entry e = {.source = 1, .received_us = T0_US, .bytes = bytes, .len = VG_JOURNAL_ENTRY_MAX + 1};
    assert_int_equal(vg_journal_append(j, &e), 0);
    turn(j);
    struct vg_journal_status s;
    vg_journal_status(j, &s);
    assert_int_equal(s.lost_entries, 1);
    assert_int_equal(s.gaps, 1);
    assert_int_equal(vg_journal_close(j, NULL), VG_OK);
    struct vg_journal_reader *r;
    struct vg_record record;
    struct vg_gap gap;
    const char *why;
    assert_int_equal(vg_journal_reader_open(dir, NULL, NULL, NULL, &r, &why), VG_OK);
    assert_int_equal(vg_journal_reader_next(r, &record), VG_OK);
    assert_true(vg_record_gap(&record, &gap));
    assert_int_equal(gap.records, 1);
    assert_int_equal(gap.bytes, VG_JOURNAL_ENTRY_MAX + 1);
    assert_int_equal(gap.why, VG_GAP_LIMIT);
    assert_int_equal(gap.from_us, T0_US);
    vg_journal_reader_close(r);
    free(bytes);
}

static void segments_rotate_by_size_and_by_age(void **state)
{
    const char *by_size = in(*state, "size"), *by_age = in(*state, "age");
    struct vg_journal_options o = plain_options();
    o.rules.segment_bytes = 1500;
    fill(by_size, &o, 0, 40, 10);
    assert_int_equal(count_in_order(by_size, 0, NULL, NULL), 400);
    o = plain_options();
    o.rules.segment_us = 50000; /* 10 sentences are 10 ms */
    fill(by_age, &o, 0, 40, 10);
    assert_int_equal(count_in_order(by_age, 0, NULL, NULL), 400);
    struct vg_journal *j = open_journal(by_age, &o);
    struct vg_journal_status s;
    vg_journal_status(j, &s);
    assert_true(s.segments >= 7 && s.segments <= 10);
    assert_int_equal(s.synced_frames, 40);
    assert_int_equal(s.checkpoint, 40);
    vg_journal_close(j, NULL);
    j = open_journal(by_size, NULL);
    vg_journal_status(j, &s);
    assert_true(s.segments > 5);
    vg_journal_close(j, NULL);
}

static void reading_begins_at_a_time(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_journal_options o = plain_options();
    o.rules.segment_bytes = 1500;
    fill(dir, &o, 0, 40, 10);
    struct vg_journal_reader *r;
    struct vg_record record;
    const char *why;
    assert_int_equal(vg_journal_reader_open(dir, NULL, NULL, NULL, &r, &why), VG_OK);
    for (unsigned i = 0; i < 400; i += 13) {
        int64_t from_us = T0_US + (int64_t)i * 1000;
        assert_int_equal(vg_journal_reader_seek_time(r, from_us), VG_OK);
        unsigned skipped = 0;
        do
            assert_int_equal(vg_journal_reader_next(r, &record), VG_OK);
        while ((record.kind != VG_RECORD_DATA || record.time_us < from_us) && skipped++ < 100);
        assert_int_equal(record.time_us, from_us);
        assert_true(skipped < 16); /* within the frame, and no frame before it */
    }
    assert_int_equal(vg_journal_reader_seek_time(r, T0_US + VG_DAY_US), VG_OK);
    assert_int_equal(vg_journal_reader_next(r, &record), VG_EOF);
    vg_journal_reader_close(r);
}

static void a_reader_follows_the_writer(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_journal_options o = plain_options();
    o.rules.segment_bytes = 1500;
    struct vg_journal *j = open_journal(dir, &o);
    struct vg_journal_reader *r;
    struct vg_record record;
    const char *why;
    unsigned damage = 0, read = 0;
    assert_int_equal(vg_journal_reader_open(dir, NULL, on_any_damage, &damage, &r, &why), VG_OK);
    for (unsigned i = 0; i < 300; i++) {
        append(j, i);
        if (i % 4 == 3)
            turn(j);
        if (i % 9 == 8)
            while (vg_journal_reader_next(r, &record) == VG_OK)
                read += record.kind == VG_RECORD_DATA;
    }
    turn(j);
    while (vg_journal_reader_next(r, &record) == VG_OK)
        read += record.kind == VG_RECORD_DATA;
    assert_int_equal(read, 300);
    assert_int_equal(damage, 0);
    vg_journal_reader_close(r);
    vg_journal_close(j, NULL);
}

static void retention_removes_whole_segments_and_says_so(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_journal_options o = plain_options();
    o.rules.segment_bytes = 1500;
    o.rules.keep_bytes = 6000;
    fill(dir, &o, 0, 100, 10);
    struct vg_journal *j = open_journal(dir, &o);
    struct vg_journal_status s;
    vg_journal_status(j, &s);
    assert_true(s.stored_bytes < 9000);
    vg_journal_close(j, NULL);
    struct vg_journal_reader *r;
    struct vg_record record;
    struct vg_retired retired;
    const char *why;
    unsigned said = 0;
    uint64_t kept = 0, first = UINT64_MAX;
    assert_int_equal(vg_journal_reader_open(dir, NULL, NULL, NULL, &r, &why), VG_OK);
    while (vg_journal_reader_next(r, &record) == VG_OK) {
        if (first == UINT64_MAX)
            first = vg_journal_offset_frame(record.journal_offset);
        if (!vg_record_retired(&record, &retired))
            continue;
        said++;
        assert_int_equal(retired.why, VG_RETIRED_SIZE);
        assert_true(retired.kept > kept);
        kept = retired.kept;
    }
    assert_true(said > 0);
    assert_int_equal(first, kept);
    vg_journal_reader_close(r);
}

/* Whoever counts other files as well asks: the oldest segment goes, one at a time, recorded, never the newest. */
static void the_oldest_segment_goes_when_it_is_asked_for(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_journal_options o = plain_options();
    struct vg_journal_status s;
    o.rules.segment_bytes = 1500;
    struct vg_journal *j = open_journal(dir, &o);
    vg_journal_retire_oldest(j); /* there is one only, or none */
    append(j, 0);
    turn(j);
    vg_journal_status(j, &s);
    assert_int_equal(s.retired_segments, 0);
    assert_int_equal(s.oldest.bytes, 0);
    for (unsigned i = 1; i < 100; i++) {
        append(j, i);
        if (i % 10 == 9)
            turn(j);
    }
    vg_journal_status(j, &s);
    uint64_t segments = s.segments, asked = 0;
    assert_true(segments > 3);
    int64_t last_us = 0;
    for (unsigned i = 100; s.segments > 1 && asked < 50; i++, asked++) {
        assert_true(s.oldest.bytes > 0 && s.oldest.last_us > last_us && s.oldest.last_us < INT64_MAX);
        last_us = s.oldest.last_us;
        uint64_t before = s.retired_segments;
        vg_journal_retire_oldest(j);
        vg_journal_retire_oldest(j); /* twice is once */
        append(j, i);
        turn(j); /* recorded and synced */
        append(j, i);
        turn(j);
        vg_journal_status(j, &s);
        assert_in_range(s.retired_segments, before, before + 1);
    }
    assert_int_equal(s.segments, 1);
    assert_int_equal(s.oldest.bytes, 0);
    vg_journal_close(j, NULL);
}

/* What the host's clock did stands in the journal, in its place between the records. */
static void what_the_host_s_clock_did_is_recorded(void **state)
{
    const char *dir = in(*state, "j"), *why;
    struct vg_journal_options o = plain_options();
    struct vg_journal *j = open_journal(dir, &o);
    append(j, 0);
    for (int i = 0; i < 20; i++) { /* of too many the last ones are kept beside the first */
        const struct vg_clock_note note = {.time_us = T0_US + i,
                                           .jump_us = i % 2 ? -5000000 : 0,
                                           .state = i % 2 ? VG_CLOCK_STATE_FREE : VG_CLOCK_STATE_SYNCHRONISED,
                                           .error_us = i % 2 ? -1 : 12};
        vg_journal_note_clock(j, &note);
    }
    turn(j);
    append(j, 1);
    assert_int_equal(vg_journal_close(j, NULL), VG_OK);
    struct vg_journal_reader *r;
    struct vg_record record;
    struct vg_clock_note note;
    unsigned said = 0, data = 0;
    assert_int_equal(vg_journal_reader_open(dir, NULL, NULL, NULL, &r, &why), VG_OK);
    while (vg_journal_reader_next(r, &record) == VG_OK) {
        data += record.kind == VG_RECORD_DATA;
        if (!vg_record_clock(&record, &note))
            continue;
        said++;
        bool jumped = note.state == VG_CLOCK_STATE_FREE;
        assert_int_equal(note.jump_us, jumped ? -5000000 : 0);
        assert_int_equal(note.error_us, jumped ? -1 : 12);
        assert_in_range(note.time_us, T0_US, T0_US + 19);
    }
    assert_int_equal(said, VG_JOURNAL_CLOCK_NOTES);
    assert_int_equal(note.time_us, T0_US + 19);
    assert_int_equal(data, 2);
    vg_journal_reader_close(r);
}

static unsigned open_files(void)
{
    unsigned n = 0;
    for (int fd = 0; fd < 256; fd++)
        n += fcntl(fd, F_GETFD) >= 0;
    return n;
}

/* Rotation, retention by age and reading open many files, and leave none open. */
static void no_file_stays_open(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_journal_options o = plain_options();
    struct vg_journal_status s;
    unsigned before = open_files();
    o.rules.segment_bytes = 1500;
    o.rules.keep_us = 20000; /* two frames' time */
    struct vg_journal *j = open_journal(dir, &o);
    for (unsigned i = 0; i < 400; i++) {
        append(j, i);
        if (i % 10 == 9)
            turn(j);
    }
    vg_journal_status(j, &s);
    assert_true(s.retired_segments > 3);
    vg_journal_close(j, NULL);
    assert_int_equal(open_files(), before);
    struct vg_journal_reader *r;
    struct vg_record record;
    const char *why;
    assert_int_equal(vg_journal_reader_open(dir, NULL, NULL, NULL, &r, &why), VG_OK);
    for (unsigned i = 0; i < 400; i += 50)
        assert_int_equal(vg_journal_reader_seek_time(r, T0_US + i * 1000), VG_OK);
    while (vg_journal_reader_next(r, &record) == VG_OK)
        ;
    vg_journal_reader_close(r);
    assert_int_equal(open_files(), before);
}

static void retention_by_age_survives_one_wrong_clock(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_journal_options o = plain_options();
    o.rules.segment_bytes = 1500;
    fill(dir, &o, 0, 60, 10);
    o.rules.keep_us = 10 * VG_DAY_US;
    struct vg_journal_status before, after;
    struct vg_journal *j = open_journal(dir, &o);
    vg_journal_status(j, &before);
    struct vg_journal_entry e = {.source = 1, .received_us = T0_US + 100 * 365 * VG_DAY_US, .bytes = "x", .len = 1};
    vg_journal_append(j, &e);
    for (unsigned i = 0; i < 30; i++) {
        append(j, i);
        turn(j);
    }
    vg_journal_status(j, &after);
    assert_true(after.retired_segments <= 2);
    assert_true(before.segments > 6);
    vg_journal_close(j, NULL);
}

static void a_second_writer_is_refused(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_journal *a = open_journal(dir, NULL), *b;
    struct vg_journal_options o = plain_options();
    struct vg_journal_report report;
    const char *why;
    assert_int_equal(vg_journal_open(dir, &o, &b, &report, &why), VG_EXISTS);
    assert_non_null(strstr(why, "another process"));
    vg_journal_close(a, NULL);
    vg_journal_close(open_journal(dir, NULL), NULL);
}

static void the_key_is_secret_and_stays(void **state)
{
    const char *dir = in(*state, "j");
    struct stat st;
    size_t len, again;
    fill(dir, NULL, 0, 3, 3);
    assert_int_equal(stat(in(dir, "key"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    uint8_t *key = slurp(in(dir, "key.pub"), &len);
    fill(dir, NULL, 9, 3, 3);
    uint8_t *second = slurp(in(dir, "key.pub"), &again);
    assert_int_equal(len, again);
    assert_memory_equal(key, second, len);
    free(key);
    free(second);
    unlink(in(dir, "key"));
    struct vg_journal_options o = plain_options();
    struct vg_journal_report report;
    struct vg_journal *j;
    const char *why;
    assert_int_equal(vg_journal_open(dir, &o, &j, &report, &why), VG_NOT_FOUND);
    assert_non_null(strstr(why, "key is gone"));
}

static void rules_out_of_range_are_refused(void **state)
{
    struct vg_journal_options o = plain_options();
    struct vg_journal_report report;
    struct vg_journal *j;
    const char *why;
    o.rules.queue = 1;
    assert_int_equal(vg_journal_open(*state, &o, &j, &report, &why), VG_RANGE);
    o = plain_options();
    o.rules.frame_bytes = 1 << 20;
    assert_int_equal(vg_journal_open(*state, &o, &j, &report, &why), VG_RANGE);
}

/* Ten times what the queue holds, as fast as it goes; with the journal's thread and without. */
static void who_waits_loses_nothing(void **state)
{
    for (int threaded = 0; threaded < 2; threaded++) {
        const char *dir = in(*state, threaded ? "threaded" : "alone");
        struct vg_journal_options o = plain_options();
        struct vg_journal_status status;
        uint64_t journal_offset = 0;
        o.monotonic_us = threaded ? vg_clock_monotonic_us : NULL;
        o.rules.frame_bytes = 1024;
        o.rules.queue = 4;
        o.rules.level = -5;
        struct vg_journal *j = open_journal(dir, &o);
        for (unsigned i = 0; i < 1000; i++) {
            assert_int_equal(vg_journal_make_room(j), VG_OK);
            journal_offset = append(j, i);
            assert_int_not_equal(journal_offset, 0);
        }
        assert_int_equal(vg_journal_sync_to(j, journal_offset + 1), VG_OK);
        vg_journal_status(j, &status);
        assert_int_equal(status.lost_entries, 0);
        assert_int_equal(status.synced_entries, 1000);
        assert_int_equal(vg_journal_sync_to(j, 0), VG_OK);
        vg_journal_close(j, NULL);
        assert_int_equal(count_in_order(dir, 0, NULL, NULL), 1000);
    }
}

/* Between two checkpoints lie at most 256 frames, and those of a closed segment are all signed. */
static void frames_are_signed_in_time(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_journal_options o = plain_options();
    struct vg_journal_status s;
    uint64_t most = 0;
    o.rules.checkpoint_us = INT64_MAX / 2;
    struct vg_journal *j = open_journal(dir, &o);
    for (unsigned i = 0; i < 600; i++) {
        append(j, i);
        assert_int_equal(vg_journal_turn(j, (int64_t)(i + 1) * 1000000, false), VG_OK);
        vg_journal_status(j, &s);
        assert_int_equal(s.synced_frames, i + 1);
        assert_true(s.synced_frames - s.checkpoint <= 256);
        most = s.synced_frames - s.checkpoint > most ? s.synced_frames - s.checkpoint : most;
    }
    assert_int_equal(most, 256);
    vg_journal_close(j, NULL);
    o.rules.segment_bytes = 1500;
    dir = in(*state, "k");
    j = open_journal(dir, &o);
    for (unsigned i = 0; i < 40; i++) {
        uint64_t *firsts;
        size_t count, strange;
        append(j, i);
        assert_int_equal(vg_journal_turn(j, (int64_t)(i + 1) * 1000000, false), VG_OK);
        vg_journal_status(j, &s);
        assert_int_equal(vg_segments_list(vg_io_posix(), dir, &firsts, &count, &strange), VG_OK);
        assert_int_equal(s.segments, count);
        assert_true(s.checkpoint >= firsts[count - 1]);
        free(firsts);
    }
    assert_true(s.segments > 3);
    vg_journal_close(j, NULL);
}

/* The thread's clock: nothing is written before the interval is over, and the checkpoint has an interval of its own. */
static void intervals_are_kept(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_journal_options o = plain_options();
    struct vg_journal_status s;
    struct vg_journal *j = open_journal(dir, &o); /* a second, ten seconds */
    append(j, 0);
    assert_int_equal(vg_journal_turn(j, 999999, false), VG_OK);
    vg_journal_status(j, &s);
    assert_int_equal(s.synced_entries, 0);
    assert_int_equal(s.queued, 1);
    assert_int_equal(vg_journal_turn(j, 1000000, false), VG_OK);
    vg_journal_status(j, &s);
    assert_int_equal(s.synced_entries, 1);
    assert_int_equal(s.queued, 0);
    assert_int_equal(s.checkpoint, 0);
    append(j, 1);
    assert_int_equal(vg_journal_turn(j, 1999999, false), VG_OK);
    vg_journal_status(j, &s);
    assert_int_equal(s.synced_entries, 1);
    assert_int_equal(vg_journal_turn(j, 2000000, false), VG_OK);
    assert_int_equal(vg_journal_turn(j, 10999999, false), VG_OK); /* the interval began with the segment */
    vg_journal_status(j, &s);
    assert_int_equal(s.synced_entries, 2);
    assert_int_equal(s.checkpoint, 0);
    assert_int_equal(vg_journal_turn(j, 11000000, false), VG_OK);
    vg_journal_status(j, &s);
    assert_int_equal(s.checkpoint, 2);
    vg_journal_close(j, NULL);
}

/* Frames are closed when they are full; half a queue of them is synced without waiting for the interval. */
static void a_filling_queue_is_emptied_before_its_time(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_journal_options o = plain_options();
    struct vg_journal_status s;
    o.rules.queue = 4;
    o.rules.frame_bytes = 200;
    o.rules.sync_us = INT64_MAX / 2;
    struct vg_journal *j = open_journal(dir, &o);
    unsigned i = 0;
    do
        assert_int_not_equal(append(j, i++), 0);
    while (vg_journal_status(j, &s), s.queued < 2);
    assert_int_equal(vg_journal_turn(j, 1, false), VG_OK);
    vg_journal_status(j, &s);
    assert_int_equal(s.synced_entries, 0); /* one is written, one open */
    do
        assert_int_not_equal(append(j, i++), 0);
    while (vg_journal_status(j, &s), s.queued < 3);
    assert_int_equal(vg_journal_turn(j, 1, false), VG_OK);
    vg_journal_status(j, &s);
    assert_true(s.synced_entries > 0);
    assert_int_equal(s.queued, 1);
    assert_int_equal(s.queue, 4);
    /* Full: what comes is lost, and counted. */
    while (append(j, i))
        i++;
    vg_journal_status(j, &s);
    assert_int_equal(s.queued, 4);
    assert_int_equal(s.lost_entries, 1);
    assert_int_equal(s.entries, i);
    vg_journal_close(j, NULL);
    assert_int_equal(count_in_order(dir, 0, NULL, NULL), i);
}

static void every_rule_has_its_limits(void **state)
{
    const char *dir = in(*state, "j");
    static const struct {
        const char *name;
        size_t at, size;
        int64_t to;
        bool good;
    } cases[] = {
        {"", 0, 0, 0, true},
#define BAD(member, value)                                                                                             \
    {#member " = " #value, offsetof(struct vg_journal_rules, member), sizeof((struct vg_journal_rules *)0)->member,    \
     (int64_t)(value), false}
#define GOOD(member, value)                                                                                            \
    {                                                                                                                  \
#member " = " #value, offsetof(struct vg_journal_rules, member), sizeof((struct vg_journal_rules *)0)->member, \
            (int64_t)(value), true                                                                                     \
    }
        BAD(sync_us, 0),
        GOOD(sync_us, 1),
        BAD(checkpoint_us, -1),
        GOOD(checkpoint_us, 0),
        BAD(frame_bytes, 0),
        GOOD(frame_bytes, 1),
        GOOD(frame_bytes, VG_FRAME_RAW_MAX - 2 * VG_JOURNAL_ENTRY_MAX),
        BAD(frame_bytes, VG_FRAME_RAW_MAX - VG_JOURNAL_ENTRY_MAX),
        BAD(frame_bytes, UINT32_MAX),
        BAD(segment_bytes, 0),
        GOOD(segment_bytes, 1),
        BAD(segment_us, 0),
        GOOD(segment_us, 1),
        BAD(keep_bytes, -1),
        BAD(keep_us, -1),
        GOOD(keep_us, 0),
        BAD(queue, 1),
        GOOD(queue, 2),
        GOOD(queue, VG_JOURNAL_QUEUE_MAX),
        BAD(queue, VG_JOURNAL_QUEUE_MAX + 1),
        BAD(level, 0),
        GOOD(level, 19),
        BAD(level, 20),
        GOOD(level, -50),
        BAD(level, -51),
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_journal_options o = plain_options();
        struct vg_journal_report report;
        struct vg_journal *j = NULL;
        const char *why;
        memcpy((char *)&o.rules + cases[i].at, &cases[i].to, cases[i].size); /* little-endian */
        enum vg_err err = vg_journal_open(dir, &o, &j, &report, &why);
        if (err != (cases[i].good ? VG_OK : VG_RANGE))
            fail_msg("%s: %s", cases[i].name, vg_err_text(err));
        if (!err) { /* the longest entry fits whatever the rules are */
            static char bytes[VG_JOURNAL_ENTRY_MAX];
            struct vg_journal_entry e = {
                .source = 1, .name = "n", .received_us = T0_US, .bytes = bytes, .len = sizeof bytes};
            assert_int_not_equal(vg_journal_append(j, &e), 0);
            assert_int_not_equal(vg_journal_append(j, &e), 0);
            turn(j);
            vg_journal_close(j, NULL);
        }
    }
}

/* A name is written once in a frame for each source, cut to its longest; ids that are too large are refused. */
static void names_belong_to_their_frame(void **state)
{
    const char *dir = in(*state, "j"), *why;
    char name[400];
    struct vg_journal_reader *r;
    struct vg_record record;
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = 0;
    struct vg_journal *j = open_journal(dir, NULL);
    for (int i = 0; i < 6; i++) {
        struct vg_journal_entry e = {.source = (uint16_t)(i % 2 ? 65 : 1),
                                     .name = i % 2 ? name : "one",
                                     .received_us = T0_US,
                                     .bytes = "x",
                                     .len = 1};
        assert_int_not_equal(vg_journal_append(j, &e), 0);
        if (i == 3)
            turn(j);
    }
    struct vg_journal_entry e = {.source = VG_FRAME_SOURCES, .received_us = T0_US, .bytes = "x", .len = 1};
    assert_int_equal(vg_journal_append(j, &e), 0);
    vg_journal_close(j, NULL);
    unsigned names = 0, data = 0, gaps = 0;
    assert_int_equal(vg_journal_reader_open(dir, NULL, NULL, NULL, &r, &why), VG_OK);
    while (vg_journal_reader_next(r, &record) == VG_OK) {
        names += record.kind == VG_RECORD_SOURCE;
        gaps += record.kind == VG_RECORD_GAP;
        if (record.kind != VG_RECORD_DATA)
            continue;
        data++;
        assert_int_equal(record.name_len, record.source == 1 ? 3 : VG_FRAME_NAME_MAX);
    }
    assert_int_equal(names, 4);
    assert_int_equal(data, 6);
    assert_int_equal(gaps, 1);
    vg_journal_reader_close(r);
}

/* What the head of a frame and the index of a segment tell of times is the least and the greatest. */
static void times_of_frames_are_their_bounds(void **state)
{
    const char *dir = in(*state, "j"), *why;
    static const int64_t times[] = {5, -3, 9, 9, 0};
    struct vg_journal *j = open_journal(dir, NULL);
    for (int i = 0; i < 5; i++) {
        struct vg_journal_entry e = {.source = 1, .received_us = T0_US + times[i], .bytes = "x", .len = 1};
        vg_journal_append(j, &e);
    }
    vg_journal_close(j, NULL);
    struct vg_journal_reader *r;
    struct vg_record record;
    assert_int_equal(vg_journal_reader_open(dir, NULL, NULL, NULL, &r, &why), VG_OK);
    assert_int_equal(vg_journal_reader_next(r, &record), VG_OK);
    const struct vg_frame_head *head = vg_journal_reader_frame(r, NULL, NULL);
    assert_int_equal(head->first_us, T0_US - 3);
    assert_int_equal(head->last_us, T0_US + 9);
    assert_int_equal(head->number, 0);
    assert_int_equal(head->records, 8); /* a name, five entries, what opening found, the first checkpoint */
    vg_journal_reader_close(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_room(who_waits_loses_nothing),
        in_a_room(what_was_received_comes_back),
        in_a_room(any_bytes_and_times_are_kept_exactly),
        in_a_room(an_entry_too_long_becomes_a_gap),
        in_a_room(segments_rotate_by_size_and_by_age),
        in_a_room(reading_begins_at_a_time),
        in_a_room(a_reader_follows_the_writer),
        in_a_room(retention_removes_whole_segments_and_says_so),
        in_a_room(the_oldest_segment_goes_when_it_is_asked_for),
        in_a_room(what_the_host_s_clock_did_is_recorded),
        in_a_room(retention_by_age_survives_one_wrong_clock),
        in_a_room(no_file_stays_open),
        in_a_room(a_second_writer_is_refused),
        in_a_room(the_key_is_secret_and_stays),
        in_a_room(rules_out_of_range_are_refused),
        in_a_room(frames_are_signed_in_time),
        in_a_room(intervals_are_kept),
        in_a_room(a_filling_queue_is_emptied_before_its_time),
        in_a_room(every_rule_has_its_limits),
        in_a_room(names_belong_to_their_frame),
        in_a_room(times_of_frames_are_their_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
