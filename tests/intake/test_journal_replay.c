/* A journal read again: from any record on, what was unfinished there is finished. */
#include "journal/room.h"

#include <dirent.h>

#include "base/out.h"
#include "base/time.h"
#include "intake/journal_replay.h"

#define POSITION "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n"
#define HALF_1   "!AIVDM,2,1,1,A,55?MbV02;H;s<HtKR20EHE:0@T4@Dn2222222216L961O5Gf0NSQEp6ClRp8,0*1C\n"
#define HALF_2   "!AIVDM,2,2,1,A,88888888880,2*25\n"
#define DAMAGED  "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*25\n"
#define FRAMES   200

struct reader {
    struct vg_sources sources;
    struct vg_journal_replay *replay;
};

static void open_replay(struct reader *r, const char *journal, uint64_t from, int64_t from_us, bool recordings)
{
    const char *why;
    assert_int_equal(vg_sources_init(&r->sources), VG_OK);
    const struct vg_journal_replay_options o = {
        .dir = journal, .sources = &r->sources, .from = from, .from_us = from_us, .recordings = recordings};
    if (vg_journal_replay_open(&o, &r->replay, &why))
        fail_msg("%s", why);
}

static void close_replay(struct reader *r)
{
    vg_journal_replay_close(r->replay);
    vg_sources_free(&r->sources);
}

static uint64_t put_of(struct vg_journal *j, const char *name, uint32_t stream, int64_t at_us, const char *text)
{
    const struct vg_journal_entry e = {.source = name[0] == 'M' ? 1 : 2,
                                       .name = name,
                                       .stream = stream,
                                       .received_us = at_us,
                                       .bytes = text,
                                       .len = strlen(text)};
    uint64_t offset = vg_journal_append(j, &e);
    assert_int_not_equal(offset, 0);
    return offset;
}

/* A message in two parts, and a line in two pieces, with so many frames of other feeds between them. */
static uint64_t gap_of(const char *journal, unsigned frames)
{
    struct vg_journal *j = open_journal(journal, NULL);
    put_of(j, "Manta", 0, T0_US, HALF_1);
    put_of(j, "Manta", 1, T0_US, "!AIVDM,1,1,,A,13u?etPv2;0n");
    put_of(j, "Manta", 2, T0_US, "# remark\n" DAMAGED POSITION);
    for (unsigned i = 0; i < frames; i++) {
        turn(j);
        put_of(j, "Salinas", 0, T0_US + (int64_t)i, POSITION);
    }
    turn(j);
    uint64_t from = put_of(j, "Manta", 0, T0_US + VG_SECOND_US, HALF_2);
    put_of(j, "Manta", 1, T0_US + VG_SECOND_US, ":dDPwUM1U1Cb069D,0*24\n");
    put_of(j, "Manta", 2, T0_US + VG_SECOND_US, DAMAGED DAMAGED);
    for (unsigned i = 0; i < FRAMES; i++) { /* a long tail behind */
        turn(j);
        put_of(j, "Salinas", 0, T0_US + VG_SECOND_US, POSITION);
    }
    assert_int_equal(vg_journal_close(j, NULL), VG_OK);
    return from;
}

static void what_was_unfinished_sixty_four_frames_before_is_finished(void **state)
{
    static const unsigned gaps[] = {0, 1, 30, 63, 64};
    for (size_t g = 0; g < sizeof gaps / sizeof *gaps; g++) {
        char name[32];
        snprintf(name, sizeof name, "%u", gaps[g]);
        const char *journal = in(*state, name);
        uint64_t from = gap_of(journal, gaps[g]);
        bool reaches = gaps[g] < 64;
        struct reader r;
        open_replay(&r, journal, from, VG_TIME_NONE, false);
        struct vg_journal_replay_item item;
        assert_int_equal(vg_journal_replay_next(r.replay, &item), VG_OK);
        assert_int_equal(item.journal_offset, from); /* nothing before it is given */
        assert_int_equal(item.end, from + strlen(HALF_2));
        assert_int_equal(item.count, reaches);
        if (reaches)
            assert_int_equal(item.reports[0].message, 5);
        assert_int_equal(vg_journal_replay_next(r.replay, &item), VG_OK);
        assert_int_equal(item.count, reaches);
        assert_int_equal(vg_journal_replay_next(r.replay, &item), VG_OK);
        assert_int_equal(item.count, 0);
        assert_int_equal(item.stream, 2);
        unsigned tail = 0;
        while (vg_journal_replay_next(r.replay, &item) == VG_OK)
            tail += item.count == 1 && item.received_us == T0_US + VG_SECOND_US;
        assert_int_equal(tail, FRAMES);
        struct vg_intake_counters c;
        assert_true(vg_journal_replay_counters(r.replay, "Manta", &c));
        assert_int_equal(c.messages, 2 * reaches); /* of what came since, no more */
        assert_int_equal(c.refusals.count[VG_REFUSAL_CHECKSUM], 2);
        assert_int_equal(c.bytes, strlen(HALF_2) + strlen(":dDPwUM1U1Cb069D,0*24\n") + 2 * strlen(DAMAGED));
        assert_int_equal(c.lines, 4);
        assert_int_equal(c.sentences, 2 * reaches + !reaches);
        assert_true(vg_journal_replay_counters(r.replay, "Salinas", &c));
        assert_int_equal(c.messages, FRAMES);
        assert_int_equal(c.bytes, FRAMES * strlen(POSITION));
        assert_false(vg_journal_replay_counters(r.replay, "Baltra", &c));
        close_replay(&r);
    }
}

static void reading_may_begin_at_a_time(void **state)
{
    const char *journal = in(*state, "journal");
    gap_of(journal, 10);
    struct reader r;
    open_replay(&r, journal, 0, T0_US + VG_SECOND_US, false);
    struct vg_journal_replay_item item;
    unsigned records = 0, reports = 0;
    while (vg_journal_replay_next(r.replay, &item) == VG_OK) {
        assert_true(item.received_us >= T0_US + VG_SECOND_US);
        records++;
        reports += (unsigned)item.count;
    }
    assert_int_equal(records, FRAMES + 3);
    assert_int_equal(reports, FRAMES + 2);
    close_replay(&r);
}

/* Thirty seconds before: a fragment waits ten. */
static void what_was_unfinished_thirty_seconds_before_is_finished(void **state)
{
    static const int64_t ages[] = {5 * VG_SECOND_US, 29 * VG_SECOND_US, 32 * VG_SECOND_US};
    for (size_t i = 0; i < sizeof ages / sizeof *ages; i++) {
        char name[32];
        snprintf(name, sizeof name, "age%zu", i);
        const char *journal = in(*state, name);
        struct vg_journal *j = open_journal(journal, NULL);
        for (int64_t us = T0_US - VG_HOUR_US; us < T0_US - VG_MINUTE_US; us += VG_MINUTE_US) {
            put_of(j, "Salinas", 0, us, POSITION);
            turn(j);
        }
        put_of(j, "Manta", 1, T0_US - ages[i], "!AIVDM,1,1,,A,13u?etPv2;0n");
        for (int k = 0; k < 40; k++) {
            turn(j);
            put_of(j, "Salinas", 0, T0_US - ages[i] + (ages[i] * k) / 41 + 1, POSITION);
        }
        turn(j);
        put_of(j, "Manta", 1, T0_US, ":dDPwUM1U1Cb069D,0*24\n");
        assert_int_equal(vg_journal_close(j, NULL), VG_OK);
        struct reader r;
        struct vg_journal_replay_item item;
        open_replay(&r, journal, 0, T0_US, false);
        assert_int_equal(vg_journal_replay_next(r.replay, &item), VG_OK);
        assert_true(item.received_us == T0_US);
        assert_int_equal(item.count, ages[i] < 30 * VG_SECOND_US);
        assert_int_equal(vg_journal_replay_next(r.replay, &item), VG_EOF);
        close_replay(&r);
    }
}

/* Every record with its reports, as one text. */
static char *told_by(const char *journal, unsigned threads, uint64_t from)
{
    struct vg_sources sources;
    struct vg_journal_replay *replay;
    struct vg_journal_replay_item item;
    struct vg_out out = vg_out_growing(1 << 24);
    const char *why;
    assert_int_equal(vg_sources_init(&sources), VG_OK);
    const struct vg_journal_replay_options o = {.dir = journal,
                                                .sources = &sources,
                                                .threads = threads,
                                                .recordings = true,
                                                .from = from,
                                                .from_us = VG_TIME_NONE};
    assert_int_equal(vg_journal_replay_open(&o, &replay, &why), VG_OK);
    enum vg_err err;
    while ((err = vg_journal_replay_next(replay, &item)) == VG_OK) {
        vg_out_printf(&out, "%llu-%llu %u:", (unsigned long long)item.journal_offset, (unsigned long long)item.end,
                      item.stream);
        for (size_t i = 0; i < item.count; i++)
            vg_out_printf(&out, " %llu %u %s", (unsigned long long)item.reports[i].journal_offset, item.reports[i].mmsi,
                          vg_source_get(&sources, item.reports[i].source)->name);
        vg_out_char(&out, '\n');
    }
    assert_int_equal(err, VG_EOF);
    assert_int_equal(vg_journal_replay_next(replay, &item), VG_EOF); /* and again */
    for (size_t i = 0; i < 9; i++)
        assert_int_equal(vg_journal_replay_feed(replay, i)[0], 'M');
    assert_null(vg_journal_replay_feed(replay, 9));
    struct vg_intake_counters c;
    assert_true(vg_journal_replay_counters(replay, "M3", &c));
    vg_out_printf(&out, "%llu of M3\n", (unsigned long long)c.messages);
    vg_journal_replay_close(replay);
    vg_sources_free(&sources);
    vg_out_char(&out, '\0');
    assert_int_equal(out.err, VG_OK);
    return out.buf;
}

/* Nine feeds, several MiB, in any order: what is told, and in which order, does not depend on the threads. */
static void threads_change_nothing(void **state)
{
    const char *journal = in(*state, "journal");
    struct vg_journal *j = open_journal(journal, NULL);
    static char many[40 * sizeof POSITION];
    uint64_t middle = 0;
    for (int i = 0; i < 40; i++)
        memcpy(many + (size_t)i * (sizeof POSITION - 1), POSITION, sizeof POSITION);
    for (unsigned i = 0; i < 2000; i++) {
        const char name[] = {'M', (char)('0' + (i * 7) % 9), '\0'};
        const struct vg_journal_entry e = {.source = (uint16_t)(1 + (i * 7) % 9),
                                           .name = name,
                                           .stream = i % 100 == 99 ? VG_RECORDING_STREAM : i % 3,
                                           .received_us = T0_US + i,
                                           .bytes = i % 5 == 4 ? HALF_2
                                                    : i % 5    ? many
                                                               : HALF_1,
                                           .len = i % 5 == 4 ? strlen(HALF_2)
                                                  : i % 5    ? sizeof many - 40
                                                             : strlen(HALF_1)};
        uint64_t offset = vg_journal_append(j, &e);
        assert_int_not_equal(offset, 0);
        if (i == 1000)
            middle = offset;
    }
    assert_int_equal(vg_journal_close(j, NULL), VG_OK);
    for (int part = 0; part < 2; part++) {
        char *one = told_by(journal, 0, part ? middle : 0);
        for (unsigned threads = 1; threads < 5; threads++) {
            char *more = told_by(journal, threads, part ? middle : 0);
            assert_string_equal(more, one);
            free(more);
        }
        free(one);
    }
}

/* A frame in the middle is damaged: the others are given, and it is counted. */
static void damage_is_counted_and_passed_over(void **state)
{
    const char *journal = in(*state, "journal");
    struct vg_journal *j = open_journal(journal, NULL);
    char path[600] = "";
    for (unsigned i = 0; i < 10; i++) {
        put_of(j, "Manta", 0, T0_US + i, POSITION);
        turn(j);
    }
    assert_int_equal(vg_journal_close(j, NULL), VG_OK);
    DIR *dir = opendir(in(journal, "segments"));
    for (struct dirent *d; (d = readdir(dir));)
        if (strstr(d->d_name, ".vgj"))
            assert_in_range(snprintf(path, sizeof path, "%s/segments/%s", journal, d->d_name), 1, sizeof path - 1);
    closedir(dir);
    size_t len;
    uint8_t *bytes = slurp(path, &len);
    bytes[len / 2] ^= 0x55;
    spill(path, bytes, len);
    free(bytes);
    struct reader r;
    struct vg_journal_replay_item item;
    unsigned n = 0;
    open_replay(&r, journal, 0, VG_TIME_NONE, false);
    assert_int_equal(vg_journal_replay_damages(r.replay), 0);
    while (vg_journal_replay_next(r.replay, &item) == VG_OK)
        n++;
    assert_true(n >= 8 && n < 10);
    assert_int_equal(vg_journal_replay_damages(r.replay), 1);
    close_replay(&r);
}

static void a_journal_that_is_being_written_is_followed(void **state)
{
    const char *journal = in(*state, "journal");
    struct vg_journal *j = open_journal(journal, NULL);
    struct reader r;
    open_replay(&r, journal, 0, VG_TIME_NONE, false);
    struct vg_journal_replay_item item;
    assert_int_equal(vg_journal_replay_next(r.replay, &item), VG_EOF);
    for (int i = 0; i < 3; i++) {
        put_of(j, "Manta", 0, T0_US, POSITION);
        turn(j);
        assert_int_equal(vg_journal_replay_next(r.replay, &item), VG_OK);
        assert_int_equal(item.count, 1);
        assert_int_equal(vg_journal_replay_next(r.replay, &item), VG_EOF);
    }
    assert_int_equal(vg_journal_close(j, NULL), VG_OK);
    close_replay(&r);
}

static void records_of_recordings_are_given_as_they_are_to_who_wants_them(void **state)
{
    const char *journal = in(*state, "journal");
    struct vg_journal *j = open_journal(journal, NULL);
    put_of(j, "Salinas", VG_RECORDING_STREAM + 3, T0_US, "a,b\n");
    uint64_t from = put_of(j, "Manta", 0, T0_US, POSITION);
    put_of(j, "Salinas", VG_RECORDING_STREAM + 3, T0_US + 1, POSITION);
    put_of(j, "Salinas", VG_RECORDING_STREAM, T0_US + 1, POSITION); /* the first of them */
    put_of(j, "Manta", VG_FEED_CONNECTIONS, T0_US, POSITION);       /* no stream of a feed, no recording */
    put_of(j, "Manta", VG_FEED_CONNECTIONS - 1, T0_US, POSITION);
    assert_int_equal(vg_journal_close(j, NULL), VG_OK);
    struct vg_journal_replay_item item;
    struct reader r;
    open_replay(&r, journal, from, VG_TIME_NONE, true);
    assert_int_equal(vg_journal_replay_next(r.replay, &item), VG_OK);
    assert_int_equal(item.stream, 0);
    assert_int_equal(item.count, 1);
    assert_int_equal(vg_journal_replay_next(r.replay, &item), VG_OK);
    assert_int_equal(item.stream, VG_RECORDING_STREAM + 3);
    assert_int_equal(item.count, 0);
    assert_int_equal(item.name_len, 7);
    assert_memory_equal(item.name, "Salinas", 7);
    assert_int_equal(item.len, strlen(POSITION));
    assert_memory_equal(item.bytes, POSITION, item.len);
    assert_int_equal(vg_journal_replay_next(r.replay, &item), VG_OK);
    assert_int_equal(item.stream, VG_RECORDING_STREAM);
    assert_int_equal(item.count, 0);
    assert_int_equal(item.name_len, 7);
    assert_int_equal(vg_journal_replay_next(r.replay, &item), VG_OK);
    assert_int_equal(item.stream, VG_FEED_CONNECTIONS - 1);
    assert_int_equal(vg_journal_replay_next(r.replay, &item), VG_EOF);
    assert_null(vg_journal_replay_feed(r.replay, 1)); /* a recording is no feed */
    close_replay(&r);
    open_replay(&r, journal, 0, VG_TIME_NONE, false);
    assert_int_equal(vg_journal_replay_next(r.replay, &item), VG_OK);
    assert_int_equal(vg_journal_replay_next(r.replay, &item), VG_OK);
    assert_int_equal(vg_journal_replay_next(r.replay, &item), VG_EOF);
    close_replay(&r);
}

/* What follows an offset whose frame is gone begins with the oldest there is. */
static void an_offset_beyond_the_journal_gives_nothing_and_no_journal_is_told(void **state)
{
    const char *journal = in(*state, "journal"), *why;
    gap_of(journal, 1);
    struct vg_journal_replay_item item;
    struct reader r;
    open_replay(&r, journal, vg_journal_offset(100000, 5), VG_TIME_NONE, false);
    assert_int_equal(vg_journal_replay_next(r.replay, &item), VG_EOF);
    assert_int_equal(vg_journal_replay_damages(r.replay), 0);
    close_replay(&r);
    struct vg_sources sources;
    assert_int_equal(vg_sources_init(&sources), VG_OK);
    const struct vg_journal_replay_options o = {.dir = in(*state, "nowhere"), .sources = &sources};
    assert_int_equal(vg_journal_replay_open(&o, &r.replay, &why), VG_NOT_FOUND);
    vg_sources_free(&sources);
}

/* The table of sources holds no more; and it is no want of memory. */
static void one_feed_more_than_a_replay_can_tell_apart_is_told(void **state)
{
    const char *journal = in(*state, "journal");
    char name[VG_SOURCE_NAME];
    struct vg_journal *j = open_journal(journal, NULL);
    for (unsigned i = 0; i <= VG_REPLAY_FEEDS; i++) {
        snprintf(name, sizeof name, "feed %u", i);
        const struct vg_journal_entry e = {.source = (uint16_t)(1 + i % 4000),
                                           .name = name,
                                           .received_us = T0_US,
                                           .bytes = POSITION,
                                           .len = sizeof POSITION - 1};
        assert_int_not_equal(vg_journal_append(j, &e), 0);
        if (i % 20 == 0)
            turn(j);
    }
    assert_int_equal(vg_journal_close(j, NULL), VG_OK);
    struct reader r;
    struct vg_journal_replay_item item;
    uint64_t end = 0;
    open_replay(&r, journal, 0, VG_TIME_NONE, false);
    for (unsigned i = 0; i < VG_REPLAY_FEEDS; i++) {
        assert_int_equal(vg_journal_replay_next(r.replay, &item), VG_OK);
        end = item.end;
    }
    for (int again = 0; again < 2; again++)
        assert_int_equal(vg_journal_replay_next(r.replay, &item), VG_LIMIT);
    assert_string_equal(vg_journal_replay_text(VG_LIMIT), "the journal has more than 4096 names of feeds");
    assert_string_equal(vg_journal_replay_text(VG_IO), vg_err_text(VG_IO));
    close_replay(&r);
    open_replay(&r, journal, end, VG_TIME_NONE, false); /* another one goes on behind it */
    assert_int_equal(vg_journal_replay_next(r.replay, &item), VG_OK);
    assert_int_equal(item.count, 1);
    assert_int_equal(vg_journal_replay_next(r.replay, &item), VG_EOF);
    close_replay(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_room(what_was_unfinished_sixty_four_frames_before_is_finished),
        in_a_room(reading_may_begin_at_a_time),
        in_a_room(what_was_unfinished_thirty_seconds_before_is_finished),
        in_a_room(threads_change_nothing),
        in_a_room(damage_is_counted_and_passed_over),
        in_a_room(a_journal_that_is_being_written_is_followed),
        in_a_room(records_of_recordings_are_given_as_they_are_to_who_wants_them),
        in_a_room(an_offset_beyond_the_journal_gives_nothing_and_no_journal_is_told),
        in_a_room(one_feed_more_than_a_replay_can_tell_apart_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
