/* The same transmission heard again, from the same source or from one that lags, is known; what is new is not. */
#include "intake/sameness.h"
#include "test.h"

#include "base/time.h"
#include "sensor/ais/ais.h"

#define T0_US   INT64_C(1732252800000000)
#define SHIP    224123000
#define MANTA   1
#define SALINAS 2

static int open_sameness(void **state)
{
    struct vg_sameness *s;
    *state = NULL;
    if (vg_sameness_new(1024, &s))
        return -1;
    *state = s;
    return 0;
}

static int close_sameness(void **state)
{
    vg_sameness_free(*state);
    return 0;
}

/* A message as it comes through a source at a second. */
static bool heard(struct vg_sameness *s, const struct vg_ais *msg, uint16_t source, int64_t second)
{
    struct vg_report r;
    assert_true(vg_ais_report(msg, &r));
    r.source = source;
    r.time_us = T0_US + second * VG_SECOND_US;
    r.time_source = VG_TIME_SOURCE_TAG;
    size_t again = vg_sameness_mark(s, &r, 1);
    assert_int_equal(again, r.again);
    return again;
}

static struct vg_ais message(const char *layout, uint32_t mmsi)
{
    struct vg_ais msg;
    assert_int_equal(vg_ais_blank(layout, mmsi, &msg), VG_OK);
    return msg;
}

/* A ship under way, as she says it at a second: each is elsewhere. */
static struct vg_ais under_way(const char *layout, int64_t second)
{
    struct vg_ais msg = message(layout, SHIP);
    vg_ais_set(&msg, "speed", 17);
    vg_ais_set(&msg, "course", 90);
    vg_ais_set_pos(&msg, (struct vg_pos){-5000000 + (int32_t)second * 50, 22000000});
    vg_ais_set_raw(&msg, "second", second % 60); /* VG_NOT_FOUND for type 27, which tells none */
    return msg;
}

static struct vg_ais at_rest(const char *layout, int64_t second)
{
    struct vg_ais msg = under_way(layout, second);
    vg_ais_set(&msg, "speed", 0);
    vg_ais_set_pos(&msg, (struct vg_pos){-5000000, 22000000});
    return msg;
}

static void a_receiver_that_sends_all_again_is_known(void **state)
{
    static const char *const layouts[] = {"1", "2", "3", "9", "18", "19", "27"};
    static const int later_s[] = {1, 5, 12, 15, 60, 68, 120, 600, 899};
    for (size_t l = 0; l < sizeof layouts / sizeof *layouts; l++)
        for (size_t i = 0; i < sizeof later_s / sizeof *later_s; i++) {
            const int64_t at = (int64_t)i * 100;
            const struct vg_ais msg = under_way(layouts[l], (int64_t)l * 1000 + at);
            assert_false(heard(*state, &msg, MANTA, at));
            assert_true(heard(*state, &msg, MANTA, at + later_s[i]));
            assert_true(heard(*state, &msg, MANTA, at + later_s[i])); /* and a third time */
        }
}

static void a_feed_that_lags_is_known_and_what_it_alone_heard_is_new(void **state)
{
    for (int64_t lag = 11; lag < 900; lag += 57) {
        struct vg_sameness *s;
        assert_int_equal(vg_sameness_new(4096, &s), VG_OK);
        for (int64_t second = 0; second < 1500; second += 10) {
            const struct vg_ais now = under_way("1", second), then = under_way("1", second - lag / 10 * 10);
            if (second % 30) /* every third is not heard by Manta */
                assert_false(heard(s, &now, MANTA, second));
            if (second >= lag)
                assert_int_equal(heard(s, &then, SALINAS, second - lag / 10 * 10 + lag),
                                 (second - lag / 10 * 10) % 30 != 0);
        }
        vg_sameness_free(s);
    }
    (void)state;
}

static void what_two_receivers_hear_at_once_is_both_theirs(void **state)
{
    const struct vg_ais msg = under_way("1", 0);
    assert_false(heard(*state, &msg, MANTA, 0));
    assert_false(heard(*state, &msg, SALINAS, 0));
    assert_false(heard(*state, &msg, SALINAS, 10));
    assert_false(heard(*state, &msg, SALINAS, -10));
    assert_true(heard(*state, &msg, SALINAS, 11));
    assert_true(heard(*state, &msg, MANTA, 2));
    assert_false(heard(*state, &msg, MANTA, 0)); /* in the same second it is no later word */
}

static void a_repeater_s_copy_is_the_same(void **state)
{
    struct vg_ais msg = under_way("1", 0);
    assert_false(heard(*state, &msg, MANTA, 0));
    msg.payload[0] |= 1; /* the repeat indicator is 1 */
    assert_true(heard(*state, &msg, MANTA, 4));
}

static void a_ship_at_rest_says_the_same_again_only_whole_minutes_later(void **state)
{
    static const char *const layouts[] = {"1", "3", "9", "18", "19"};
    for (size_t l = 0; l < sizeof layouts / sizeof *layouts; l++) {
        struct vg_sameness *s;
        assert_int_equal(vg_sameness_new(1024, &s), VG_OK);
        const struct vg_ais msg = at_rest(layouts[l], 20);
        assert_false(heard(s, &msg, MANTA, 20));
        assert_true(heard(s, &msg, MANTA, 32));
        assert_false(heard(s, &msg, MANTA, 200));
        assert_false(heard(s, &msg, MANTA, 383)); /* in its second, or a little later */
        assert_true(heard(s, &msg, SALINAS, 383 + 68));
        vg_sameness_free(s);
    }
    (void)state;
    struct vg_ais undated = at_rest("18", 20);
    vg_ais_set_raw(&undated, "second", 60);
    assert_false(heard(*state, &undated, MANTA, 0));
    assert_false(heard(*state, &undated, MANTA, 30)); /* nothing in it tells */
}

static void nothing_is_the_same_after_a_quarter_of_an_hour(void **state)
{
    const struct vg_ais msg = under_way("1", 0);
    assert_false(heard(*state, &msg, MANTA, 0));
    assert_true(heard(*state, &msg, MANTA, 900));
    assert_false(heard(*state, &msg, MANTA, 901));
    assert_true(heard(*state, &msg, MANTA, 902)); /* counted from the last that was new */
    assert_false(heard(*state, &msg, MANTA, 20 * 86400));
}

static void a_base_station_s_time_is_said_once(void **state)
{
    const struct vg_civil noon = {.year = 2024, .month = 11, .day = 22, .hour = 12, .minute = 0, .second = 0};
    static const char *const layouts[] = {"4", "11"};
    for (size_t l = 0; l < 2; l++) {
        struct vg_ais msg = message(layouts[l], 2241022);
        vg_ais_set_pos(&msg, (struct vg_pos){-5000000, 22000000});
        assert_false(heard(*state, &msg, MANTA, 0)); /* without a time it may say it again */
        assert_false(heard(*state, &msg, MANTA, 12));
        assert_int_equal(vg_ais_set_time(&msg, "timestamp", &noon), VG_OK);
        assert_false(heard(*state, &msg, MANTA, 20));
        assert_true(heard(*state, &msg, MANTA, 32));
        assert_true(heard(*state, &msg, SALINAS, 80));
    }
}

static struct vg_ais voyage(const char *destination)
{
    struct vg_ais msg = message("5", SHIP);
    vg_ais_set_text(&msg, "shipname", "PINTA");
    vg_ais_set_text(&msg, "destination", destination);
    return msg;
}

static void a_statement_holds_until_another_is_made_and_comes_late_then(void **state)
{
    const struct vg_ais palos = voyage("PALOS"), gomera = voyage("GOMERA");
    struct vg_ais name = message("24A", SHIP), rest = message("24B", SHIP), other = message("5", SHIP + 1);
    vg_ais_set_text(&name, "shipname", "PINTA");
    vg_ais_set_text(&rest, "callsign", "EA1");
    vg_ais_set_text(&other, "destination", "PALOS");
    assert_false(heard(*state, &palos, MANTA, 0));
    assert_false(heard(*state, &palos, MANTA, 360)); /* every six minutes */
    assert_false(heard(*state, &palos, SALINAS, 428));
    assert_false(heard(*state, &name, MANTA, 430)); /* other subjects */
    assert_false(heard(*state, &rest, MANTA, 431));
    assert_false(heard(*state, &other, MANTA, 432));
    assert_false(heard(*state, &name, MANTA, 500));
    assert_false(heard(*state, &palos, MANTA, 501));
    assert_false(heard(*state, &gomera, MANTA, 510));
    assert_true(heard(*state, &palos, SALINAS, 569)); /* her destination does not go back */
    assert_false(heard(*state, &gomera, SALINAS, 578));
    assert_false(heard(*state, &palos, MANTA, 510 + 901)); /* she is bound for Palos again */
}

static void an_aid_s_state_does_not_go_back(void **state)
{
    struct vg_ais in_place = message("21", 992241234), adrift;
    vg_ais_set_pos(&in_place, (struct vg_pos){-5000000, 22000000});
    adrift = in_place;
    vg_ais_set_raw(&adrift, "off_position", 1);
    assert_false(heard(*state, &in_place, MANTA, 0));
    assert_false(heard(*state, &in_place, MANTA, 180));
    assert_false(heard(*state, &adrift, MANTA, 200));
    assert_true(heard(*state, &in_place, SALINAS, 248));
    assert_false(heard(*state, &adrift, MANTA, 380));
}

/* Lit, dark, lit again, three minutes apart: each is new, and a copy that comes by another source or at once is not. */
static void an_aid_whose_state_goes_to_and_fro_stays_heard(void **state)
{
    struct vg_ais state_of[2] = {message("21", 992241234), message("21", 992241234)};
    for (int i = 0; i < 2; i++) {
        vg_ais_set_raw(&state_of[i], "second", 60);
        vg_ais_set_raw(&state_of[i], "off_position", i);
    }
    for (int i = 0; i < 10; i++)
        assert_false(heard(*state, &state_of[i % 2], MANTA, i * 180));
    assert_true(heard(*state, &state_of[0], MANTA, 9 * 180 + 12));
    assert_true(heard(*state, &state_of[0], SALINAS, 9 * 180 + 60));
}

static void a_call_for_help_is_never_left_out(void **state)
{
    struct vg_ais sart = under_way("1", 0), text = message("14", 970123456), of_ship = message("14", SHIP);
    struct vg_ais call = message("1", 970123456);
    vg_ais_set(&call, "speed", 3);
    vg_ais_set_pos(&call, (struct vg_pos){-5000000, 22000000});
    vg_ais_set_text(&text, "text", "SART ACTIVE");
    vg_ais_set_text(&of_ship, "text", "MAYDAY");
    const struct vg_ais *calls[] = {&call, &text, &of_ship};
    for (size_t i = 0; i < 3; i++)
        for (int64_t second = 0; second < 100; second += 2)
            assert_false(heard(*state, calls[i], MANTA, second));
    assert_false(heard(*state, &sart, MANTA, 0));
    assert_true(heard(*state, &sart, MANTA, 2));
}

static void what_has_no_time_of_its_own_is_not_judged(void **state)
{
    static const enum vg_time_source none[] = {VG_TIME_SOURCE_FILE, VG_TIME_SOURCE_GIVEN};
    static const enum vg_time_source some[] = {VG_TIME_SOURCE_RECEIVED, VG_TIME_SOURCE_TAG, VG_TIME_SOURCE_LINE,
                                               VG_TIME_SOURCE_NEIGHBOUR};
    const struct vg_ais msg = under_way("1", 0);
    struct vg_report r;
    assert_true(vg_ais_report(&msg, &r));
    r.time_us = T0_US;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        r.time_source = (uint8_t)none[i];
        for (int k = 0; k < 3; k++)
            assert_int_equal(vg_sameness_mark(*state, &r, 1), 0);
    }
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        r.time_source = (uint8_t)some[i];
        r.time_us = T0_US + (int64_t)i * VG_SECOND_US;
        assert_int_equal(vg_sameness_mark(*state, &r, 1), i != 0);
    }
    r.transmission = 0; /* a row of a table */
    assert_int_equal(vg_sameness_mark(*state, &r, 1), 0);
    assert_false(r.again);
    r.time_us = VG_TIME_NONE;
    r.transmission = 1;
    assert_int_equal(vg_sameness_mark(*state, &r, 1), 0);
}

static void a_full_memory_forgets_the_oldest_and_counts_them(void **state)
{
    struct vg_sameness *s;
    (void)state;
    assert_int_equal(vg_sameness_new(4, &s), VG_ARG);
    assert_int_equal(vg_sameness_new(24, &s), VG_ARG);
    assert_int_equal(vg_sameness_new(8, &s), VG_OK);
    for (int i = 0; i < 9; i++) {
        assert_int_equal(vg_sameness_forgotten(s), 0);
        const struct vg_ais msg = under_way("1", 10 * i);
        assert_false(heard(s, &msg, MANTA, 10 * i));
    }
    assert_int_equal(vg_sameness_forgotten(s), 1);
    const struct vg_ais first = under_way("1", 0), second = under_way("1", 10);
    assert_true(heard(s, &second, MANTA, 95));
    assert_false(heard(s, &first, MANTA, 95));
    for (int i = 0; i < 8; i++) { /* what is older than a quarter of an hour may go */
        const struct vg_ais msg = under_way("1", 10 * i + 2000);
        assert_false(heard(s, &msg, MANTA, 10 * i + 2000));
    }
    assert_int_equal(vg_sameness_forgotten(s), 2);
    vg_sameness_free(s);
}

static void other_bits_are_another_transmission(void **state)
{
    const struct vg_ais msg = under_way("1", 0);
    struct vg_report r;
    assert_true(vg_ais_report(&msg, &r));
    const uint64_t number = r.transmission;
    for (unsigned bit = 38; bit < 168; bit++) {
        struct vg_ais other = msg;
        other.payload[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
        assert_true(vg_ais_report(&other, &r));
        assert_true(r.transmission != number);
    }
    struct vg_ais longer = msg;
    assert_int_equal(vg_ais_set_length(&longer, 176), VG_OK);
    assert_true(vg_ais_report(&longer, &r));
    assert_true(r.transmission != number);
    struct vg_ais dirty = msg; /* what stands behind the end is not the message */
    dirty.payload[21] = 0xFF;
    assert_true(vg_ais_report(&dirty, &r));
    assert_true(r.transmission == number);
    (void)state;
}

/* Room for 1 024 transmissions, and 20 000 of them from one source. */
static void who_floods_the_memory_forgets_his_own_words(void **state)
{
    struct vg_sameness *s = *state;
    unsigned known = 0;
    for (uint32_t i = 0; i < 100; i++) {
        struct vg_ais msg = under_way("1", i);
        assert_false(heard(s, &msg, SALINAS, i));
    }
    for (uint32_t i = 0; i < 20000; i++) {
        struct vg_ais msg = message("1", 412000000 + i);
        vg_ais_set(&msg, "speed", 17);
        vg_ais_set_pos(&msg, (struct vg_pos){-4000000 + (int32_t)i, 22000000});
        heard(s, &msg, MANTA, 100 + i / 500);
    }
    for (uint32_t i = 0; i < 100; i++) { /* a feed that lags by three minutes */
        struct vg_ais msg = under_way("1", i);
        known += heard(s, &msg, SALINAS, 180 + i);
    }
    assert_true(known >= 99);
    assert_true(vg_sameness_forgotten(s) > 10000);
}

int main(void)
{
#define WITH(test) cmocka_unit_test_setup_teardown(test, open_sameness, close_sameness)
    const struct CMUnitTest tests[] = {
        WITH(a_receiver_that_sends_all_again_is_known),
        cmocka_unit_test(a_feed_that_lags_is_known_and_what_it_alone_heard_is_new),
        WITH(what_two_receivers_hear_at_once_is_both_theirs),
        WITH(a_repeater_s_copy_is_the_same),
        WITH(a_ship_at_rest_says_the_same_again_only_whole_minutes_later),
        WITH(nothing_is_the_same_after_a_quarter_of_an_hour),
        WITH(who_floods_the_memory_forgets_his_own_words),
        WITH(a_base_station_s_time_is_said_once),
        WITH(a_statement_holds_until_another_is_made_and_comes_late_then),
        WITH(an_aid_s_state_does_not_go_back),
        WITH(an_aid_whose_state_goes_to_and_fro_stays_heard),
        WITH(a_call_for_help_is_never_left_out),
        WITH(what_has_no_time_of_its_own_is_not_judged),
        cmocka_unit_test(a_full_memory_forgets_the_oldest_and_counts_them),
        cmocka_unit_test(other_bits_are_another_transmission),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
