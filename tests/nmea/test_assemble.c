#include "test.h"

#include "base/time.h"
#include "nmea/nmea.h"

struct bench {
    struct vg_assembler *a;
    struct vg_refusals refusals;
    struct vg_payload payload;
    int64_t now_us;
    uint64_t line;
};

static int setup(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    *state = b;
    return vg_assembler_new(&b->a) == VG_OK ? 0 : -1;
}

static int teardown(void **state)
{
    struct bench *b = *state;
    vg_assembler_free(b->a);
    free(b);
    return 0;
}

/* A fragment, "payload" numbered part/count with a sequence id on channel A; true if it completes a message. */
static bool push_on(struct bench *b, char channel, int part, int count, int sequence, const char *payload)
{
    struct vg_sentence s = {
        .text = {payload, (uint32_t)strlen(payload)},
        .talker = "AI",
        .formatter = "VDM",
        .time_us = VG_TIME_NONE,
        .line_count = UINT64_MAX,
        .fragments = (uint8_t)count,
        .fragment = (uint8_t)part,
        .sequence = (int8_t)sequence,
        .channel = channel,
        .payload = {payload, (uint32_t)strlen(payload)},
        .fill_bits = part == count ? 2 : 0,
    };
    b->line++;
    return vg_assembler_push(b->a, &s, b->now_us, b->line * 100, b->line, &b->refusals, &b->payload);
}

/* A first or second half that a station tags. */
static bool push_from(struct bench *b, const char *station, int part, int sequence, const char *payload)
{
    struct vg_sentence s = {
        .text = {payload, (uint32_t)strlen(payload)},
        .talker = "AI",
        .formatter = "VDM",
        .time_us = VG_TIME_NONE,
        .line_count = UINT64_MAX,
        .station = {station, (uint32_t)strlen(station)},
        .fragments = 2,
        .fragment = (uint8_t)part,
        .sequence = (int8_t)(sequence % 10),
        .channel = (char)('A' + sequence / 10 % 26),
        .payload = {payload, (uint32_t)strlen(payload)},
    };
    b->line++;
    return vg_assembler_push(b->a, &s, b->now_us, b->line * 100, b->line, &b->refusals, &b->payload);
}

static bool push(struct bench *b, int part, int count, int sequence, const char *payload)
{
    return push_on(b, 'A', part, count, sequence, payload);
}

static void expect(const struct bench *b, const char *payload)
{
    assert_int_equal(b->payload.len, strlen(payload));
    assert_memory_equal(b->payload.chars, payload, b->payload.len);
}

static void fragments_join_in_any_order(void **state)
{
    struct bench *b = *state;
    assert_false(push(b, 3, 3, 1, "CC"));
    assert_false(push(b, 1, 3, 1, "AA"));
    assert_true(push(b, 2, 3, 1, "BB"));
    expect(b, "AABBCC");
    assert_int_equal(b->payload.fill_bits, 2);
    assert_int_equal(b->payload.line, 2); /* of fragment 1 */
    assert_int_equal(b->payload.journal_offset, 100);
}

/* gpsd joins by channel alone. */
static void interleaved_messages_are_kept_apart_by_sequence_and_channel(void **state)
{
    struct bench *b = *state;
    assert_false(push(b, 1, 2, 1, "a1"));
    assert_false(push(b, 1, 2, 2, "b1"));
    assert_false(push_on(b, 'B', 1, 2, 1, "c1"));
    assert_false(push(b, 1, 3, 1, "d1"));
    assert_true(push(b, 2, 2, 2, "b2"));
    expect(b, "b1b2");
    assert_true(push_on(b, 'B', 2, 2, 1, "c2"));
    expect(b, "c1c2");
    assert_true(push(b, 2, 2, 1, "a2"));
    expect(b, "a1a2");
}

static void a_lost_fragment_is_counted_and_does_not_poison_the_next_message(void **state)
{
    struct bench *b = *state;
    assert_false(push(b, 1, 2, 3, "old1"));
    assert_false(push(b, 1, 2, 3, "new1"));
    assert_true(push(b, 2, 2, 3, "new2"));
    expect(b, "new1new2");
    assert_int_equal(b->refusals.count[VG_REFUSAL_FRAGMENT_LOST], 1);
}

static void an_orphaned_last_fragment_is_not_joined_to_a_later_first(void **state)
{
    struct bench *b = *state;
    assert_false(push(b, 2, 2, 3, "orphan"));
    b->now_us += VG_ASSEMBLER_REORDER_US + 1;
    assert_false(push(b, 1, 2, 3, "new1"));
    assert_true(push(b, 2, 2, 3, "new2"));
    expect(b, "new1new2");
    assert_int_equal(b->refusals.count[VG_REFUSAL_FRAGMENT_LOST], 1);
}

static void waiting_ends_after_the_time_limit(void **state)
{
    struct bench *b = *state;
    assert_false(push(b, 1, 2, 5, "first"));
    b->now_us += VG_ASSEMBLER_WAIT_US + 1;
    assert_false(push(b, 2, 2, 5, "second"));
    assert_int_equal(b->refusals.count[VG_REFUSAL_FRAGMENT_LOST], 1);
}

static void a_second_receivers_copies_are_repetitions(void **state)
{
    struct bench *b = *state;
    assert_false(push(b, 1, 2, 4, "x1"));
    assert_false(push(b, 1, 2, 4, "x1"));
    assert_true(push(b, 2, 2, 4, "x2"));
    assert_false(push(b, 2, 2, 4, "x2"));
    assert_int_equal(b->refusals.count[VG_REFUSAL_FRAGMENT_REPEATED], 2);
    assert_int_equal(b->refusals.count[VG_REFUSAL_FRAGMENT_LOST], 0);
}

static void a_ship_that_repeats_itself_is_heard_again(void **state)
{
    struct bench *b = *state;
    for (int i = 0; i < 3; i++) {
        assert_false(push(b, 1, 2, 4, "x1"));
        assert_true(push(b, 2, 2, 4, "x2"));
        expect(b, "x1x2");
    }
    assert_int_equal(b->refusals.count[VG_REFUSAL_FRAGMENT_REPEATED], 0);
}

static void a_flood_of_first_fragments_is_bounded_and_counted(void **state)
{
    struct bench *b = *state;
    for (int i = 0; i < 10000; i++) {
        char payload[16];
        snprintf(payload, sizeof payload, "p%d", i);
        push_on(b, (char)('A' + i % 26), 1, 2 + i % 8, i / 26 % 10, payload);
    }
    assert_int_equal(b->refusals.count[VG_REFUSAL_FRAGMENT_TABLE] + b->refusals.count[VG_REFUSAL_FRAGMENT_LOST] +
                         VG_ASSEMBLER_SLOTS,
                     10000);
}

static void a_message_that_is_too_long_is_refused(void **state)
{
    struct bench *b = *state;
    char payload[101];
    memset(payload, '0', 100);
    payload[100] = '\0';
    for (int i = 1; i <= 9; i++)
        assert_false(push(b, i, 9, 0, payload));
    assert_true(b->refusals.count[VG_REFUSAL_PAYLOAD_LENGTH] >= 1);
}

static struct vg_sentence part(int number, int count, const char *payload)
{
    return (struct vg_sentence){.text = {payload, (uint32_t)strlen(payload)},
                                .talker = "BS",
                                .formatter = "VDM",
                                .time_us = VG_TIME_NONE,
                                .line_count = UINT64_MAX,
                                .fragments = (uint8_t)count,
                                .fragment = (uint8_t)number,
                                .sequence = 1,
                                .channel = 'B',
                                .payload = {payload, (uint32_t)strlen(payload)}};
}

static bool push_part(struct bench *b, const struct vg_sentence *s)
{
    b->line++;
    return vg_assembler_push(b->a, s, b->now_us, b->line * 100, b->line, &b->refusals, &b->payload);
}

/* Whichever fragment tells it, the message has it; of two times the first. */
static void time_and_station_are_those_of_any_fragment(void **state)
{
    struct bench *b = *state;
    for (int teller = 1; teller <= 3; teller++) {
        for (int i = 1; i <= 3; i++) {
            struct vg_sentence s = part(i, 3, i == 1 ? "a" : i == 2 ? "b" : "c");
            if (i >= teller) {
                s.time_us = 5000 + i;
                s.station = (struct vg_span){"stA/x" + (i - teller), 5};
                s.station.len = i == teller ? 3 : 0;
                s.group_id = 7;
            }
            assert_int_equal(push_part(b, &s), i == 3);
        }
        assert_int_equal(b->payload.time_us, 5000 + teller);
        assert_string_equal(b->payload.station, "stA");
        assert_string_equal(b->payload.talker, "BS");
        assert_int_equal(b->payload.channel, 'B');
    }
    struct vg_sentence single = part(1, 1, "abc");
    assert_true(push_part(b, &single));
    assert_string_equal(b->payload.talker, "BS");
    assert_string_equal(b->payload.station, "");
    assert_int_equal(b->payload.time_us, VG_TIME_NONE);
}

/* Fragments whose times, stations or groups differ are of different messages. */
static void fragments_of_another_time_station_or_group_are_others(void **state)
{
    struct bench *b = *state;
    struct vg_sentence first = part(1, 2, "first"), second = part(2, 2, "second");
    first.time_us = 1000000;
    second.time_us = first.time_us + VG_ASSEMBLER_WAIT_US + 1;
    assert_false(push_part(b, &first));
    assert_false(push_part(b, &second));
    second.time_us--;
    assert_true(push_part(b, &second));
    first = part(1, 2, "first"), second = part(2, 2, "second");
    first.channel = second.channel = 'A';
    first.station = (struct vg_span){"stA", 3};
    second.station = (struct vg_span){"stB", 3};
    assert_false(push_part(b, &first));
    assert_false(push_part(b, &second));
    second.station = (struct vg_span){"st", 2};
    assert_false(push_part(b, &second));
    second.station = (struct vg_span){"stA", 3};
    assert_true(push_part(b, &second));
    first.channel = second.channel = 'C';
    first.group_id = 1;
    second.group_id = 2;
    assert_false(push_part(b, &first));
    assert_false(push_part(b, &second));
    second.group_id = 1;
    assert_true(push_part(b, &second));
}

/* Where only first fragments have a time, what comes behind one belongs to it, not to an older message whole already.
 */
static void a_fragment_without_a_time_belongs_to_the_message_that_waits(void **state)
{
    struct bench *b = *state;
    static const char *const ends[] = {"end", "end", "other"};
    for (int i = 0; i < 3; i++) {
        struct vg_sentence first = part(1, 2, i == 2 ? "one" : "two"), second = part(2, 2, ends[i]);
        first.time_us = VG_MINUTE_US * (i + 1);
        second.time_us = VG_TIME_NONE;
        assert_false(push_part(b, &first));
        assert_true(push_part(b, &second));
        assert_int_equal(b->payload.time_us, first.time_us);
    }
    assert_int_equal(b->refusals.count[VG_REFUSAL_FRAGMENT_LOST], 0);
    assert_int_equal(b->refusals.count[VG_REFUSAL_FRAGMENT_REPEATED], 0);
}

static void waiting_lasts_to_the_limit_and_ends_behind_it(void **state)
{
    struct bench *b = *state;
    assert_false(push(b, 1, 2, 5, "first"));
    b->now_us += VG_ASSEMBLER_WAIT_US;
    assert_true(push(b, 2, 2, 5, "second")); /* at the limit it still waits */
    assert_false(push(b, 2, 2, 6, "second"));
    b->now_us += VG_ASSEMBLER_REORDER_US;
    assert_true(push(b, 1, 2, 6, "first"));
    assert_false(push(b, 1, 2, 7, "kept"));
    vg_assembler_expire(b->a, b->now_us + VG_ASSEMBLER_WAIT_US, &b->refusals);
    assert_int_equal(b->refusals.count[VG_REFUSAL_FRAGMENT_LOST], 0);
    vg_assembler_expire(b->a, b->now_us + VG_ASSEMBLER_WAIT_US + 1, &b->refusals);
    assert_int_equal(b->refusals.count[VG_REFUSAL_FRAGMENT_LOST], 1);
    assert_false(push(b, 1, 2, 8, "kept"));
    vg_assembler_expire(b->a, INT64_MAX, &b->refusals);
    assert_int_equal(b->refusals.count[VG_REFUSAL_FRAGMENT_LOST], 2);
}

/* Behind one feed: a station that begins messages and ends none, and others whose second half comes a little later. */
static void a_station_that_floods_halves_loses_its_own(void **state)
{
    struct bench *b = *state;
    char text[16];
    for (int i = 0; i < 20; i++)
        assert_false(push_from(b, "roof", 1, i, "a"));
    for (int i = 0; i < 200; i++) {
        snprintf(text, sizeof text, "x%d", i);
        assert_false(push_from(b, "flood", 1, i, text));
    }
    for (int i = 0; i < 20; i++)
        assert_true(push_from(b, "roof", 2, i, "b"));
    expect(b, "ab");
    assert_true(b->refusals.count[VG_REFUSAL_FRAGMENT_TABLE] > 100);
}

/* A full table gives up a finished message first, of several the oldest, and only then one in the making. */
static void a_full_table_gives_up_what_is_finished_first(void **state)
{
    struct bench *b = *state;
    for (int i = 0; i < VG_ASSEMBLER_SLOTS; i++) {
        char first[16], second[16];
        snprintf(first, sizeof first, "a%d", i);
        snprintf(second, sizeof second, "b%d", i);
        assert_false(push_on(b, (char)('A' + i / 10), 1, 2, i % 10, first));
        if (i == 20 || i == 40)
            assert_true(push_on(b, (char)('A' + i / 10), 2, 2, i % 10, second));
    }
    assert_false(push_on(b, 'Z', 1, 2, 0, "z0"));
    assert_false(push_on(b, 'Z', 1, 2, 1, "z1"));
    assert_int_equal(b->refusals.count[VG_REFUSAL_FRAGMENT_TABLE], 0); /* 20 and 40 went */
    assert_false(push_on(b, 'Z', 1, 2, 2, "z2"));
    assert_int_equal(b->refusals.count[VG_REFUSAL_FRAGMENT_TABLE], 1);
    assert_true(push_on(b, 'Z', 2, 2, 0, "y0"));
    assert_true(push_on(b, 'B', 2, 2, 5, "b15"));
    expect(b, "a15b15");
    assert_false(push_on(b, 'A', 2, 2, 0, "b0")); /* the oldest went */
}

/* Of all that says which message a fragment is of, each difference alone makes it another. */
static void one_difference_makes_another_message(void **state)
{
    struct bench *b = *state;
    for (int what = 0; what < 7; what++) {
        struct vg_sentence first = part(1, 2, "first"), second = part(2, 2, "second"), other = second;
        first.sequence = second.sequence = other.sequence = (int8_t)what;
        switch (what) {
        case 0:
            other.talker[0] = 'A';
            break;
        case 1:
            other.talker[1] = 'T';
            break;
        case 2:
            other.vdo = true;
            break;
        case 3:
            other.channel = 'A';
            break;
        case 4:
            other.sequence = -1;
            break;
        case 5:
            other.fragments = 3;
            break;
        default:
            other.sequence = 9;
            break;
        }
        assert_false(push_part(b, &first));
        assert_false(push_part(b, &other));
        assert_true(push_part(b, &second));
        expect(b, "firstsecond");
        assert_int_equal(b->payload.fragments, 2);
        assert_false(b->payload.vdo);
        vg_assembler_expire(b->a, INT64_MAX, &b->refusals);
    }
    assert_int_equal(b->refusals.count[VG_REFUSAL_FRAGMENT_LOST], 7);
}

/* 31 bytes of a station count, those behind them don't. */
static void a_long_station_is_cut(void **state)
{
    struct bench *b = *state;
    static const char name[] = "0123456789012345678901234567890123456789";
    for (uint32_t len = 29; len < 34; len++) {
        struct vg_sentence first = part(1, 2, "first"), second = part(2, 2, "second");
        first.station = (struct vg_span){name, len};
        second.station = (struct vg_span){name, len < 31 ? len : len + 5};
        assert_false(push_part(b, &first));
        assert_true(push_part(b, &second));
        assert_int_equal(strlen(b->payload.station), len < 31 ? len : 31);
        struct vg_sentence single = part(1, 1, "abc");
        single.station = (struct vg_span){name, len};
        single.vdo = true;
        single.fill_bits = 3;
        single.time_us = 9;
        assert_true(push_part(b, &single));
        assert_int_equal(strlen(b->payload.station), len < 31 ? len : 31);
        assert_true(b->payload.vdo);
        assert_int_equal(b->payload.fill_bits, 3);
        assert_int_equal(b->payload.time_us, 9);
        assert_int_equal(b->payload.fragments, 1);
        assert_int_equal(b->payload.channel, 'B');
        assert_int_equal(b->payload.line, b->line);
        assert_int_equal(b->payload.journal_offset, b->line * 100);
        assert_int_equal(b->payload.received_us, b->now_us);
    }
}

/* 448 characters in all, in however many fragments. */
static void a_payload_has_its_limit(void **state)
{
    struct bench *b = *state;
    static char text[VG_PAYLOAD_CHARS + 2];
    memset(text, 'w', VG_PAYLOAD_CHARS + 1);
    for (uint32_t more = 0; more < 2; more++) {
        uint64_t before = b->refusals.count[VG_REFUSAL_PAYLOAD_LENGTH];
        struct vg_sentence s = part(1, 1, text), first = part(1, 2, text), second = part(2, 2, text);
        s.payload.len = VG_PAYLOAD_CHARS + more;
        assert_int_equal(push_part(b, &s), !more);
        if (!more)
            assert_int_equal(b->payload.len, VG_PAYLOAD_CHARS);
        first.payload.len = 300;
        second.payload.len = VG_PAYLOAD_CHARS - 300 + more;
        assert_false(push_part(b, &first));
        assert_int_equal(push_part(b, &second), !more);
        if (!more)
            assert_int_equal(b->payload.len, VG_PAYLOAD_CHARS);
        assert_int_equal(b->refusals.count[VG_REFUSAL_PAYLOAD_LENGTH], before + 2 * more);
        assert_int_equal(b->refusals.count[VG_REFUSAL_FRAGMENT_LOST], 0);
        assert_false(push_part(b, &second)); /* what was given up is known no more: its end begins another */
        vg_assembler_expire(b->a, INT64_MAX, &(struct vg_refusals){0});
    }
}

/* A message is received when its first fragment came, wherever it stands; line and fill bits are those of their own. */
static void a_message_knows_where_it_began(void **state)
{
    struct bench *b = *state;
    struct vg_sentence s[3] = {part(1, 3, "a"), part(2, 3, "b"), part(3, 3, "c")};
    s[0].fill_bits = 1;
    s[1].fill_bits = 2;
    s[2].fill_bits = 4;
    b->now_us = 1000;
    assert_false(push_part(b, &s[1]));
    b->now_us += VG_SECOND_US;
    assert_false(push_part(b, &s[2]));
    assert_true(push_part(b, &s[0]));
    expect(b, "abc");
    assert_int_equal(b->payload.received_us, 1000);
    assert_int_equal(b->payload.journal_offset, 100);
    assert_int_equal(b->payload.line, 3);
    assert_int_equal(b->payload.fill_bits, 4);
}

/* What is dropped is shown, with the time when it began. */
static void a_dropped_message_is_an_example(void **state)
{
    struct bench *b = *state;
    b->now_us = 5000;
    assert_false(push(b, 1, 3, 5, "first"));
    b->now_us = 6000;
    assert_false(push(b, 2, 3, 5, "second"));
    assert_false(push(b, 2, 3, 5, "second")); /* came twice */
    assert_string_equal(b->refusals.example[VG_REFUSAL_FRAGMENT_REPEATED], "second");
    assert_int_equal(b->refusals.time_us[VG_REFUSAL_FRAGMENT_REPEATED], 5000);
    vg_assembler_expire(b->a, INT64_MAX, &b->refusals);
    assert_string_equal(b->refusals.example[VG_REFUSAL_FRAGMENT_LOST], "firstsecond");
    assert_int_equal(b->refusals.time_us[VG_REFUSAL_FRAGMENT_LOST], 5000);
    vg_assembler_expire(b->a, INT64_MAX, &b->refusals);
    assert_int_equal(b->refusals.count[VG_REFUSAL_FRAGMENT_LOST], 1); /* once */
}

/* Of many that wait, each goes at its own time. */
static void each_waits_its_own_time(void **state)
{
    struct bench *b = *state;
    for (int i = 0; i < 10; i++) {
        b->now_us = i * VG_SECOND_US;
        assert_false(push(b, 1, 2, i, "first"));
    }
    for (int i = 0; i < 10; i++) {
        int64_t gone_us = i * VG_SECOND_US + VG_ASSEMBLER_WAIT_US;
        vg_assembler_expire(b->a, gone_us, &b->refusals);
        assert_int_equal(b->refusals.count[VG_REFUSAL_FRAGMENT_LOST], i);
        vg_assembler_expire(b->a, gone_us + 1, &b->refusals);
        assert_int_equal(b->refusals.count[VG_REFUSAL_FRAGMENT_LOST], i + 1);
    }
    vg_assembler_expire(b->a, 100 * VG_SECOND_US, &b->refusals); /* nothing waits */
    assert_int_equal(b->refusals.count[VG_REFUSAL_FRAGMENT_LOST], 10);
    b->now_us = 200 * VG_SECOND_US; /* and it works on */
    assert_false(push(b, 1, 2, 0, "x1"));
    b->now_us += VG_ASSEMBLER_WAIT_US;
    assert_true(push(b, 2, 2, 0, "x2"));
}

/* A repetition counts as one if it is byte for byte the same; another text of the same length is another message. */
static void what_differs_is_no_repetition(void **state)
{
    struct bench *b = *state;
    assert_false(push(b, 2, 3, 1, "bb"));
    assert_false(push(b, 2, 3, 1, "bb"));
    assert_int_equal(b->refusals.count[VG_REFUSAL_FRAGMENT_REPEATED], 1);
    assert_false(push(b, 2, 3, 1, "bc"));
    assert_int_equal(b->refusals.count[VG_REFUSAL_FRAGMENT_LOST], 1);
    assert_false(push(b, 2, 3, 1, "bcd"));
    assert_int_equal(b->refusals.count[VG_REFUSAL_FRAGMENT_LOST], 2);
    assert_false(push(b, 1, 3, 1, "a"));
    assert_true(push(b, 3, 3, 1, "e"));
    expect(b, "abcde");
    assert_false(push(b, 3, 3, 1, "e")); /* of a message that is whole: the second receiver's */
    assert_int_equal(b->refusals.count[VG_REFUSAL_FRAGMENT_REPEATED], 2);
    assert_false(push(b, 1, 3, 1, "x")); /* the next one with the same numbers */
    assert_int_equal(b->refusals.count[VG_REFUSAL_FRAGMENT_LOST], 2);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(fragments_join_in_any_order),
        T(interleaved_messages_are_kept_apart_by_sequence_and_channel),
        T(a_lost_fragment_is_counted_and_does_not_poison_the_next_message),
        T(an_orphaned_last_fragment_is_not_joined_to_a_later_first),
        T(waiting_ends_after_the_time_limit),
        T(a_second_receivers_copies_are_repetitions),
        T(a_ship_that_repeats_itself_is_heard_again),
        T(a_flood_of_first_fragments_is_bounded_and_counted),
        T(a_message_that_is_too_long_is_refused),
        T(time_and_station_are_those_of_any_fragment),
        T(fragments_of_another_time_station_or_group_are_others),
        T(a_fragment_without_a_time_belongs_to_the_message_that_waits),
        T(waiting_lasts_to_the_limit_and_ends_behind_it),
        T(a_full_table_gives_up_what_is_finished_first),
        T(a_station_that_floods_halves_loses_its_own),
        T(one_difference_makes_another_message),
        T(a_long_station_is_cut),
        T(a_payload_has_its_limit),
        T(a_message_knows_where_it_began),
        T(a_dropped_message_is_an_example),
        T(each_waits_its_own_time),
        T(what_differs_is_no_repetition),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
