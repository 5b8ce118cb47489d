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
        T(waiting_lasts_to_the_limit_and_ends_behind_it),
        T(a_full_table_gives_up_what_is_finished_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
