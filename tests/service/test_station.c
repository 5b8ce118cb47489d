/* What is shown of a feed: counters that survive its closing and an earlier life, and the rate of the last minute. */
#include "feed/feed_test.h"

#include "service/station.h"

#define POSITION "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n"
#define DAMAGED  "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*25\n"

static struct vg_station *new_station(void)
{
    static const struct vg_feed_spec spec = {.kind = VG_FEED_TCP, .name = "Manta"};
    static struct vg_sources sources;
    struct vg_station *st;
    if (!sources.rows)
        assert_int_equal(vg_sources_init(&sources), VG_OK);
    const struct vg_intake_options o = {.sources = &sources, .source = vg_source_feed(&sources, "Manta")};
    assert_int_equal(vg_station_new(&spec, &o, &st), VG_OK);
    return st;
}

static size_t take_at(struct vg_station *st, const char *text, int64_t at_us)
{
    const struct vg_feed_bytes bytes = {.at = text, .len = strlen(text), .received_us = at_us};
    const struct vg_report *reports = NULL;
    size_t count = 0;
    assert_int_equal(vg_station_take(st, &bytes, VG_JOURNAL_OFFSET_NONE, &reports, &count), VG_OK);
    for (size_t i = 0; i < count; i++)
        assert_true(reports[i].time_us == at_us);
    return count;
}

static void counters_go_on_from_an_earlier_life(void **state)
{
    (void)state;
    struct vg_station *st = new_station();
    struct vg_station_counters before = {.bytes = 1000,
                                         .reconnects = 2,
                                         .rejected = 3,
                                         .dropped = 4,
                                         .lines = 50,
                                         .sentences = 40,
                                         .messages = 30,
                                         .lost = 5};
    struct vg_station_counters c;
    vg_refuse(&before.refusals, VG_REFUSAL_CHECKSUM, "old", 3, 10);
    vg_refuse(&before.refusals, VG_REFUSAL_BINARY, "binary", 6, 10);
    vg_station_carry(st, &before, 77);
    assert_int_equal(take_at(st, POSITION POSITION DAMAGED, 20), 2);
    vg_station_counters(st, &c);
    assert_int_equal(c.bytes, 1000 + strlen(POSITION POSITION DAMAGED));
    assert_int_equal(c.reconnects, 2);
    assert_int_equal(c.rejected, 3);
    assert_int_equal(c.dropped, 4);
    assert_int_equal(c.lines, 53);
    assert_int_equal(c.sentences, 42);
    assert_int_equal(c.messages, 32);
    assert_int_equal(c.lost, 5);
    assert_true(vg_station_own_us(st) == 77);
    assert_int_equal(c.refusals.count[VG_REFUSAL_CHECKSUM], 2);
    assert_int_equal(c.refusals.time_us[VG_REFUSAL_CHECKSUM], 20);
    assert_memory_equal(c.refusals.example[VG_REFUSAL_CHECKSUM], "!AIVDM", 6); /* the newer one */
    assert_int_equal(c.refusals.count[VG_REFUSAL_BINARY], 1);
    assert_string_equal(c.refusals.example[VG_REFUSAL_BINARY], "binary");
    vg_station_free(st);
}

static void sums_keep_the_newer_example(void **state)
{
    (void)state;
    struct vg_station_counters a = {.bytes = 1,
                                    .reconnects = 2,
                                    .rejected = 3,
                                    .dropped = 4,
                                    .lines = 5,
                                    .sentences = 6},
                               b = a;
    b.messages = 7;
    vg_refuse(&a.refusals, VG_REFUSAL_CHECKSUM, "newer", 5, 9);
    vg_refuse(&b.refusals, VG_REFUSAL_CHECKSUM, "older", 5, 8);
    vg_refuse(&b.refusals, VG_REFUSAL_CHECKSUM, "older", 5, 8);
    vg_refuse(&b.refusals, VG_REFUSAL_FIELDS, "only", 4, 8);
    vg_station_counters_add(&a, &b);
    assert_int_equal(a.bytes, 2);
    assert_int_equal(a.reconnects, 4);
    assert_int_equal(a.rejected, 6);
    assert_int_equal(a.dropped, 8);
    assert_int_equal(a.lines, 10);
    assert_int_equal(a.sentences, 12);
    assert_int_equal(a.messages, 7);
    assert_int_equal(a.refusals.count[VG_REFUSAL_CHECKSUM], 3);
    assert_string_equal(a.refusals.example[VG_REFUSAL_CHECKSUM], "newer");
    assert_string_equal(a.refusals.example[VG_REFUSAL_FIELDS], "only");
    assert_int_equal(a.refusals.time_us[VG_REFUSAL_CHECKSUM], 9);
    vg_refuse(&b.refusals, VG_REFUSAL_CHECKSUM, "equal", 5, 9);
    vg_station_counters_add(&a, &b); /* of the same moment the one that comes */
    assert_string_equal(a.refusals.example[VG_REFUSAL_CHECKSUM], "equal");
}

static double rate_of(const struct vg_station *st)
{
    struct vg_feed_board board;
    vg_station_board(st, &board);
    return board.rate;
}

static void the_rate_is_that_of_the_last_minute(void **state)
{
    (void)state;
    struct vg_station *st = new_station();
    struct vg_station_counters before = {.messages = 1000000};
    vg_station_carry(st, &before, VG_TIME_NONE); /* an earlier life's are no rate */
    assert_true(rate_of(st) == 0);
    take_at(st, POSITION POSITION POSITION, 1);
    assert_true(rate_of(st) == 0); /* the second isn't over */
    vg_station_second(st);
    assert_true(rate_of(st) == 3);
    vg_station_second(st);
    assert_true(rate_of(st) == 1.5);
    for (int i = 2; i < VG_RATE_SECONDS; i++)
        vg_station_second(st);
    assert_true(rate_of(st) == 3.0 / VG_RATE_SECONDS);
    take_at(st, POSITION, 1);
    vg_station_second(st); /* the first second goes, this one comes */
    assert_true(rate_of(st) == 1.0 / VG_RATE_SECONDS);
    for (int i = 1; i < VG_RATE_SECONDS; i++)
        vg_station_second(st);
    assert_true(rate_of(st) == 1.0 / VG_RATE_SECONDS);
    vg_station_second(st);
    assert_true(rate_of(st) == 0);
    vg_station_free(st);
}

/* Bytes are the feed's to count while it is there; what it counted stays when it is closed. */
static void a_feed_that_is_closed_leaves_its_counters(void **state)
{
    struct ear *ear = *state;
    char path[32];
    temp_text(path, POSITION POSITION);
    listen_to(ear, "%s?speed=max", path);
    struct vg_station *st = new_station();
    struct vg_station_counters c;
    struct vg_feed_board board;
    vg_station_set_feed(st, ear->feed);
    assert_ptr_equal(vg_station_feed(st), ear->feed);
    take_at(st, POSITION, 1);
    vg_station_counters(st, &c);
    assert_int_equal(c.bytes, 0); /* the feed has read nothing */
    assert_int_equal(c.messages, 1);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_ENDED);
    unlink(path);
    vg_station_board(st, &board);
    assert_int_equal(board.status.state, VG_FEED_ENDED);
    assert_int_equal(board.status.bytes, strlen(POSITION POSITION));
    assert_string_equal(board.spec.name, "Manta");
    assert_string_equal(board.error, "");
    assert_null(board.status.error);
    assert_int_equal(board.messages, 1);
    assert_int_equal(board.sentences, 1);
    assert_int_equal(board.lines, 1);
    vg_station_part(st);
    assert_null(vg_station_feed(st));
    take_at(st, POSITION, 1);
    vg_station_counters(st, &c);
    assert_int_equal(c.bytes, strlen(POSITION POSITION));
    assert_int_equal(c.messages, 2);
    vg_station_free(st);
}

/* What only the feed counts is added to what was before, once, while it is there and when it is gone. */
static void what_the_feed_counts_is_added_to_what_was_before(void **state)
{
    struct ear *ear = *state;
    char path[32];
    temp_text(path, "");
    listen_to(ear, "%s?speed=max", path);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_ENDED);
    unlink(path);
    struct vg_feed_status *status = (struct vg_feed_status *)vg_feed_status(ear->feed); /* as if it had come so far */
    status->bytes = 10;
    status->reconnects = 20;
    status->rejected = 30;
    status->dropped = 40;
    struct vg_station *st = new_station();
    struct vg_station_counters before = {.bytes = 1, .reconnects = 2, .rejected = 3, .dropped = 4}, c;
    struct vg_feed_board board;
    vg_station_carry(st, &before, VG_TIME_NONE);
    vg_station_set_feed(st, ear->feed);
    for (int parted = 0; parted < 2; parted++) {
        vg_station_counters(st, &c);
        assert_int_equal(c.bytes, 11);
        assert_int_equal(c.reconnects, 22);
        assert_int_equal(c.rejected, 33);
        assert_int_equal(c.dropped, 44);
        vg_station_board(st, &board);
        assert_int_equal(board.status.bytes, 11);
        assert_int_equal(board.status.reconnects, 22);
        assert_int_equal(board.status.rejected, 33);
        assert_int_equal(board.status.dropped, 44);
        vg_station_part(st);
    }
    vg_station_free(st);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counters_go_on_from_an_earlier_life),
        cmocka_unit_test(sums_keep_the_newer_example),
        cmocka_unit_test(the_rate_is_that_of_the_last_minute),
        cmocka_unit_test_setup_teardown(a_feed_that_is_closed_leaves_its_counters, ear_setup, ear_teardown),
        cmocka_unit_test_setup_teardown(what_the_feed_counts_is_added_to_what_was_before, ear_setup, ear_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
