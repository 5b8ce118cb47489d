/* Pieces of a feed's bytes become reports with source, time and journal offset, however they are cut. */
#include "test.h"

#include "base/time.h"
#include "intake/intake.h"
#include "intake/recording.h"

#define T0_US    INT64_C(1700000000000000)
#define POSITION "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n"
#define HALF_1   "!AIVDM,2,1,1,A,55?MbV02;H;s<HtKR20EHE:0@T4@Dn2222222216L961O5Gf0NSQEp6ClRp8,0*1C\n"
#define HALF_2   "!AIVDM,2,2,1,A,88888888880,2*25\n"
#define FROM_A   "\\s:stA*0F\\" POSITION
#define FROM_B   "\\s:stB*0C\\" POSITION

struct ear {
    struct vg_sources sources;
    struct vg_intake *intake;
    struct vg_report_list list;
};

static int open_ear(void **state)
{
    struct ear *e = calloc(1, sizeof *e);
    if (vg_sources_init(&e->sources))
        return -1;
    vg_source_feed(&e->sources, "another");
    const struct vg_intake_options o = {.sources = &e->sources, .source = vg_source_feed(&e->sources, "Manta")};
    *state = e;
    return vg_intake_new(&o, &e->intake) ? -1 : 0;
}

static int close_ear(void **state)
{
    struct ear *e = *state;
    vg_intake_free(e->intake);
    vg_report_list_free(&e->list);
    vg_sources_free(&e->sources);
    free(e);
    return 0;
}

/* How many reports came of a piece; they are the list. */
static size_t take(struct ear *e, struct vg_feed_bytes bytes, const char *text, uint64_t journal_offset)
{
    bytes.at = text;
    bytes.len = text ? strlen(text) : 0;
    bytes.received_us = bytes.received_us ? bytes.received_us : T0_US;
    e->list.count = 0;
    assert_int_equal(vg_intake_take(e->intake, &bytes, journal_offset, &e->list), VG_OK);
    vg_intake_name(e->intake, bytes.stream, e->list.report, e->list.count);
    return e->list.count;
}

static const char *source_of(const struct ear *e, size_t i)
{
    return vg_source_get(&e->sources, e->list.report[i].source)->name;
}

static void a_plain_line_has_the_feed_and_a_tagged_one_its_station(void **state)
{
    struct ear *e = *state;
    assert_int_equal(take(e, (struct vg_feed_bytes){0}, POSITION FROM_A FROM_B FROM_A POSITION, 1000), 5);
    static const char *const names[] = {"Manta", "Manta/stA", "Manta/stB", "Manta/stA", "Manta"};
    uint64_t at = 1000;
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(source_of(e, i), names[i]);
        assert_int_equal(e->list.report[i].journal_offset, at);
        assert_true(e->list.report[i].time_us == T0_US);
        at += sizeof POSITION - 1 + (names[i][5] ? sizeof FROM_A - sizeof POSITION : 0);
    }
    assert_int_equal(take(e, (struct vg_feed_bytes){.stream = 1}, FROM_B, 1), 1); /* each stream numbers its own */
    assert_string_equal(source_of(e, 0), "Manta/stB");
}

static void a_line_in_pieces_stands_where_it_began(void **state)
{
    struct ear *e = *state;
    static const char text[] = FROM_A;
    for (size_t i = 0; i + 1 < sizeof text; i++) {
        char piece[2] = {text[i], '\0'};
        size_t n = take(e, (struct vg_feed_bytes){.received_us = T0_US + (int64_t)i}, piece, 5000 + 10 * i);
        assert_int_equal(n, i + 2 == sizeof text);
    }
    assert_int_equal(e->list.report[0].journal_offset, 5000);
    assert_true(e->list.report[0].time_us == T0_US + (int64_t)sizeof text - 2); /* it came with its last byte */
}

static void streams_do_not_mix(void **state)
{
    struct ear *e = *state;
    assert_int_equal(take(e, (struct vg_feed_bytes){.stream = 0}, HALF_1, 1), 0);
    assert_int_equal(take(e, (struct vg_feed_bytes){.stream = 63}, HALF_2, 2), 0);
    assert_int_equal(take(e, (struct vg_feed_bytes){.stream = 0}, HALF_2, 3), 1);
    assert_int_equal(e->list.report[0].journal_offset, 1);
    const struct vg_feed_bytes beyond = {.at = POSITION, .len = 1, .stream = VG_FEED_CONNECTIONS};
    assert_int_equal(vg_intake_take(e->intake, &beyond, 0, &e->list), VG_ARG);
}

static void ends_and_begins_are_those_of_the_stream(void **state)
{
    struct ear *e = *state;
    static const char unfinished[] = "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24";
    assert_int_equal(take(e, (struct vg_feed_bytes){.datagram = true}, unfinished, 1), 1);
    assert_int_equal(take(e, (struct vg_feed_bytes){0}, unfinished, 2), 0);
    assert_int_equal(take(e, (struct vg_feed_bytes){.ends = true}, NULL, 100), 1);
    assert_int_equal(e->list.report[0].journal_offset, 2);
    assert_int_equal(take(e, (struct vg_feed_bytes){0}, HALF_1, 3), 0);
    assert_int_equal(take(e, (struct vg_feed_bytes){.begins = true}, HALF_2, 4), 0); /* its first half was another's */
    struct vg_intake_counters c;
    vg_intake_counters(e->intake, &c);
    assert_int_equal(c.refusals.count[VG_REFUSAL_FRAGMENT_LOST], 1);
    assert_int_equal(c.messages, 2);
    assert_int_equal(vg_intake_messages(e->intake), 2);
    assert_int_equal(c.lines, 4);
    assert_int_equal(c.sentences, 4);
    assert_int_equal(c.bytes, 2 * strlen(unfinished) + strlen(HALF_1 HALF_2));
}

/* All streams together, with the newest example. */
static void streams_are_counted_together(void **state)
{
    struct ear *e = *state;
    static const char bad[] = "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*25\n";
    struct vg_intake_counters c;
    vg_intake_counters(e->intake, &c);
    assert_int_equal(c.bytes + c.lines + c.sentences + c.messages + vg_intake_messages(e->intake), 0);
    for (uint32_t stream = 0; stream < VG_FEED_CONNECTIONS; stream += 21) {
        assert_int_equal(take(e, (struct vg_feed_bytes){.stream = stream}, POSITION POSITION "# x\n", 1), 2);
        assert_int_equal(take(e, (struct vg_feed_bytes){.stream = stream}, bad, 1), 0);
    }
    vg_intake_counters(e->intake, &c);
    assert_int_equal(c.lines, 4 * 4);
    assert_int_equal(c.sentences, 4 * 2);
    assert_int_equal(c.messages, 4 * 2);
    assert_int_equal(c.bytes, 4 * (strlen(POSITION) * 2 + 4 + strlen(bad)));
    assert_int_equal(c.refusals.count[VG_REFUSAL_CHECKSUM], 4);
    assert_memory_equal(c.refusals.example[VG_REFUSAL_CHECKSUM], bad, strlen(bad) - 1);
    assert_int_equal(vg_intake_messages(e->intake), 4 * 2);
}

/* A recording's bytes into an array of the caller's. */
static void bytes_may_be_pushed_and_ended(void **state)
{
    struct ear *e = *state;
    static struct vg_report r[2 * VG_BATCH_LINE_MAX];
    static const char unfinished[] = "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24";
    const struct vg_intake_options o = {.sources = &e->sources, .clock = VG_INTAKE_RECORDING};
    struct vg_intake *in = NULL;
    size_t taken = 0, cap = 2 * VG_BATCH_LINE_MAX;
    assert_int_equal(vg_intake_new(&o, &in), VG_OK);
    assert_int_equal(vg_intake_end(in, T0_US, VG_TIME_SOURCE_UNKNOWN, r, cap), 0); /* nothing spoke yet */
    vg_intake_set_journal_offset(in, 500);
    r[1].journal_offset = UINT64_MAX;
    r[1].time_us = 99;
    assert_int_equal(vg_intake_push(in, POSITION, strlen(POSITION), T0_US, VG_TIME_SOURCE_UNKNOWN, r, cap, &taken), 1);
    assert_int_equal(taken, strlen(POSITION));
    assert_int_equal(r[0].journal_offset, 500);
    assert_true(r[0].time_us == T0_US);
    assert_true(r[1].journal_offset == UINT64_MAX && r[1].time_us == 99); /* not one of them */
    vg_intake_set_journal_offset(in, VG_JOURNAL_OFFSET_NONE);
    assert_int_equal(vg_intake_push(in, unfinished, strlen(unfinished), T0_US, VG_TIME_SOURCE_UNKNOWN, r, cap, &taken),
                     0);
    assert_int_equal(vg_intake_end(in, T0_US + 5, VG_TIME_SOURCE_UNKNOWN, r, cap), 1);
    assert_int_equal(r[0].journal_offset, 0);
    assert_true(r[0].time_us == T0_US + 5);
    vg_intake_free(in);
}

static void fragments_wait_by_the_receive_time(void **state)
{
    struct ear *e = *state;
    assert_int_equal(take(e, (struct vg_feed_bytes){.received_us = T0_US}, HALF_1, 1), 0);
    assert_int_equal(take(e, (struct vg_feed_bytes){.received_us = T0_US + 11 * VG_SECOND_US}, HALF_2, 2), 0);
    assert_int_equal(take(e, (struct vg_feed_bytes){.received_us = T0_US + 30 * VG_SECOND_US}, HALF_1, 3), 0);
    assert_int_equal(take(e, (struct vg_feed_bytes){.received_us = T0_US + 39 * VG_SECOND_US}, HALF_2, 4), 1);
}

static void without_a_journal_there_are_no_journal_offsets(void **state)
{
    struct ear *e = *state;
    assert_int_equal(take(e, (struct vg_feed_bytes){0}, POSITION, VG_JOURNAL_OFFSET_NONE), 1);
    assert_int_equal(e->list.report[0].journal_offset, 0);
    assert_int_equal(take(e, (struct vg_feed_bytes){0}, POSITION POSITION, VG_JOURNAL_OFFSET_NONE), 2);
    assert_int_equal(e->list.report[1].journal_offset, 0);
    assert_int_equal(take(e, (struct vg_feed_bytes){0}, POSITION, 77), 1);
    assert_int_equal(e->list.report[0].journal_offset, 77);
}

static void a_piece_may_hold_thousands_of_lines(void **state)
{
    struct ear *e = *state;
    const size_t lines = 5000, line = sizeof POSITION - 1;
    char *text = malloc(lines * line + 1);
    for (size_t i = 0; i < lines; i++)
        memcpy(text + i * line, POSITION, line + 1);
    assert_int_equal(take(e, (struct vg_feed_bytes){0}, text, 0), lines);
    for (size_t i = 0; i < lines; i++)
        assert_int_equal(e->list.report[i].journal_offset, i * line);
    free(text);
}

static void more_stations_than_there_is_room_for_are_the_feeds_own(void **state)
{
    struct ear *e = *state;
    unsigned own = 0;
    for (unsigned i = 0; i < VG_SOURCE_MAX + 10; i++) {
        char tag[32], line[128];
        uint8_t sum = 0;
        snprintf(tag, sizeof tag, "s:station%u", i);
        for (const char *c = tag; *c; c++)
            sum ^= (uint8_t)*c;
        snprintf(line, sizeof line, "\\%s*%02X\\%s", tag, sum, POSITION);
        assert_int_equal(take(e, (struct vg_feed_bytes){0}, line, 1), 1);
        own += strcmp(source_of(e, 0), "Manta") == 0;
    }
    assert_int_equal(own, 10 + 3); /* 0, another and Manta have their places */
    assert_int_equal(take(e, (struct vg_feed_bytes){0}, "\\s:station0*03\\" POSITION, 1), 1);
    assert_string_equal(source_of(e, 0), "Manta/station0");
}

/* Live and of a recording alike: what is archived must say it, for history applies the same rules. */
static void a_report_says_if_it_is_suspect(void **state)
{
    struct ear *e = *state;
    static const char odd[] = "!AIVDM,1,1,,A,1wwwwwwwwwwwwwwwwwwwwwwwwwww,0*60\n";
    static struct vg_report report[2 * VG_BATCH_LINE_MAX];
    struct vg_recording *recording;
    size_t taken;
    assert_int_equal(take(e, (struct vg_feed_bytes){0}, odd, 1), 1);
    assert_true(e->list.report[0].suspect);
    assert_int_equal(take(e, (struct vg_feed_bytes){0}, POSITION, 1), 1);
    assert_false(e->list.report[0].suspect);
    assert_int_equal(vg_recording_new(NULL, &e->sources, 2, &recording), VG_OK);
    vg_recording_map_offset(recording, 0, 1000);
    assert_int_equal(vg_recording_decode(recording, odd, sizeof odd - 1, T0_US, VG_TIME_SOURCE_UNKNOWN, report,
                                         2 * VG_BATCH_LINE_MAX, &taken),
                     1);
    assert_true(report[0].suspect);
    assert_int_equal(report[0].journal_offset, 1000);
    vg_recording_free(recording);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_ear, close_ear)
    const struct CMUnitTest tests[] = {
        TEST(a_plain_line_has_the_feed_and_a_tagged_one_its_station),
        TEST(a_line_in_pieces_stands_where_it_began),
        TEST(streams_do_not_mix),
        TEST(ends_and_begins_are_those_of_the_stream),
        TEST(streams_are_counted_together),
        TEST(bytes_may_be_pushed_and_ended),
        TEST(fragments_wait_by_the_receive_time),
        TEST(without_a_journal_there_are_no_journal_offsets),
        TEST(a_piece_may_hold_thousands_of_lines),
        TEST(more_stations_than_there_is_room_for_are_the_feeds_own),
        TEST(a_report_says_if_it_is_suspect),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
