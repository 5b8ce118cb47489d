/* A journal read again: from any record on, what was unfinished there is finished. */
#include "journal/room.h"

#include "base/time.h"
#include "intake/journal_replay.h"

#define POSITION "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n"
#define HALF_1   "!AIVDM,2,1,1,A,55?MbV02;H;s<HtKR20EHE:0@T4@Dn2222222216L961O5Gf0NSQEp6ClRp8,0*1C\n"
#define HALF_2   "!AIVDM,2,2,1,A,88888888880,2*25\n"
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
    for (unsigned i = 0; i < frames; i++) {
        turn(j);
        put_of(j, "Salinas", 0, T0_US + (int64_t)i, POSITION);
    }
    turn(j);
    uint64_t from = put_of(j, "Manta", 0, T0_US + VG_SECOND_US, HALF_2);
    put_of(j, "Manta", 1, T0_US + VG_SECOND_US, ":dDPwUM1U1Cb069D,0*24\n");
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
        unsigned tail = 0;
        while (vg_journal_replay_next(r.replay, &item) == VG_OK)
            tail += item.count == 1 && item.received_us == T0_US + VG_SECOND_US;
        assert_int_equal(tail, FRAMES);
        struct vg_intake_counters c;
        assert_true(vg_journal_replay_counters(r.replay, "Manta", &c));
        assert_int_equal(c.messages, 2 * reaches); /* of what came since, no more */
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
    assert_int_equal(records, FRAMES + 2);
    assert_int_equal(reports, FRAMES + 2);
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
    put_of(j, "Manta", VG_FEED_CONNECTIONS, T0_US, POSITION); /* no stream of a feed, no recording */
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
        in_a_room(a_journal_that_is_being_written_is_followed),
        in_a_room(records_of_recordings_are_given_as_they_are_to_who_wants_them),
        in_a_room(an_offset_beyond_the_journal_gives_nothing_and_no_journal_is_told),
        in_a_room(one_feed_more_than_a_replay_can_tell_apart_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
