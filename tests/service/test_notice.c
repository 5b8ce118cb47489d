/* The lines of the log that tell events: the words that people and tests of the whole program look for. */
#include "service/flood_lines.h"
#include "service/notice.h"
#include "service/turns.h"
#include "test.h"

static void a_feed_s_line_has_its_state_and_perhaps_a_reason(void **state)
{
    (void)state;
    char line[VG_NOTICE_LINE];
    struct vg_notice e = {.kind = VG_NOTICE_FEED, .feed = {.name = "Manta", .state = VG_FEED_LIVE}};
    vg_notice_line(&e, line);
    assert_string_equal(line, "feed Manta: live");
    e.feed.state = VG_FEED_DOWN;
    snprintf(e.feed.error, sizeof e.feed.error, "connection refused");
    vg_notice_line(&e, line);
    assert_string_equal(line, "feed Manta: down: connection refused");
    memset(e.feed.name, 'n', sizeof e.feed.name - 1);
    memset(e.feed.error, 'e', sizeof e.feed.error - 1);
    vg_notice_line(&e, line); /* the longest fits */
    assert_int_equal(strlen(line), 5 + VG_FEED_NAME - 1 + 8 + VG_STATUS_ERROR - 1);
}

static void a_distress_device_s_line_has_number_class_and_change(void **state)
{
    (void)state;
    char line[VG_NOTICE_LINE];
    struct vg_notice e = {.kind = VG_NOTICE_DISTRESS,
                          .distress = {.mmsi = 970012345, .class = VG_CLASS_SART, .change = VG_DISTRESS_ACTIVE}};
    vg_notice_line(&e, line);
    assert_string_equal(line, "distress device 970012345 (sart): active");
    e.distress.change = VG_DISTRESS_ENDED;
    vg_notice_line(&e, line);
    assert_string_equal(line, "distress device 970012345 (sart): ended");
}

static void a_flood_is_one_line_with_its_sums(void **state)
{
    (void)state;
    char line[VG_NOTICE_LINE];
    struct vg_notice e = {.kind = VG_NOTICE_DISTRESS_GROUP,
                          .group = {.since_us = INT64_C(1700000000000000),
                                    .active = 300,
                                    .test = 2,
                                    .ended = 1,
                                    .calling = 310,
                                    .sources = 1,
                                    .source = {{"Manta/x", 290}}}};
    vg_notice_line(&e, line);
    assert_string_equal(line, "distress devices, not told one by one since 2023-11-14T22:13:20Z: 300 active, 2 test, 1 "
                              "ended; 310 call now; most from Manta/x (290)");
    memset(e.group.source[0].source, 'n', VG_SOURCE_NAME - 1);
    e.group.active = e.group.test = e.group.ended = e.group.source[0].count = UINT64_MAX;
    e.group.calling = UINT32_MAX;
    vg_notice_line(&e, line); /* the longest fits */
    assert_int_equal(line[strlen(line) - 1], ')');
    e = (struct vg_notice){.kind = VG_NOTICE_FEED, .feed = {.name = "Manta", .state = VG_FEED_LIVE, .changes = 12}};
    vg_notice_line(&e, line);
    assert_string_equal(line, "feed Manta: live (12 changes)");
}

static void a_state_that_goes_to_and_fro_is_told_a_few_times_a_minute_and_how_it_ends(void **state)
{
    (void)state;
    struct vg_turns t = {0};
    char turns[VG_TURNS_TEXT] = "";
    int told = 0;
    bool is = false, last = false;
    for (int64_t s = 0; s < 601; s++) {
        is = s < 600 ? s % 2 : true; /* 600 turns in ten minutes */
        if (vg_turns_take(&t, is, s * VG_SECOND_US, turns)) {
            told++;
            last = is;
        }
    }
    assert_in_range(told, 20, 44);
    for (int64_t s = 601; s < 700; s++)
        if (vg_turns_take(&t, true, s * VG_SECOND_US, turns))
            last = true;
    assert_true(last);
    assert_string_equal(turns + strlen(turns) - 7, " turns)");
    assert_true(vg_turns_take(&t, false, 1000 * VG_SECOND_US, turns));
    assert_string_equal(turns, "");
}

static void a_full_table_is_told_once_a_minute_with_the_sum(void **state)
{
    (void)state;
    struct vg_flood_lines l = {.unnamed = 7};
    struct vg_turned_away_sums now = {0};
    char line[VG_NOTICE_LINE], first[VG_NOTICE_LINE] = "";
    int told = 0;
    assert_false(vg_flood_line_full(&l, &now, 2000, 0, line));
    for (int64_t s = 0; s < 300; s++) { /* 100 a second */
        now.total += 100;
        now.newcomers += 98;
        now.established += 1;
        now.distress += 1;
        told += vg_flood_line_full(&l, &now, 2000, s * VG_SECOND_US, line);
        if (told == 1 && !*first)
            snprintf(first, sizeof first, "%s", line);
    }
    assert_int_equal(told, 5);
    assert_string_equal(first,
                        "picture: the table of 2000 contacts is full: 100 turned away (98 newcomers, 1 heard for "
                        "long, 1 in distress)");
    assert_string_equal(line, "picture: the table of 2000 contacts is full: 6000 turned away (5880 newcomers, 60 heard "
                              "for long, 60 in distress)");
    assert_false(vg_flood_line_unnamed(&l, 7, 0, line));
    assert_true(vg_flood_line_unnamed(&l, 8, 0, line));
    assert_string_equal(line,
                        "sources: the table of 4096 names is full: 1 message of new stations told under their feed's "
                        "name");
    assert_false(vg_flood_line_unnamed(&l, 9, 59 * VG_SECOND_US, line));
    assert_true(vg_flood_line_unnamed(&l, 9, 60 * VG_SECOND_US, line));
    assert_true(vg_flood_line_forgotten(&l, 12, 0, line));
    assert_string_equal(line, "intake: more came in 15 minutes than is remembered: 12 transmissions would not be known "
                              "again");
    assert_false(vg_flood_line_forgotten(&l, 12, 0, line));
}

static void the_data_folder_tells_of_itself(void **state)
{
    (void)state;
    char line[VG_NOTICE_LINE] = "before";
    vg_notice_line(&(struct vg_notice){.kind = VG_NOTICE_STORAGE}, line);
    assert_string_equal(line, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_feed_s_line_has_its_state_and_perhaps_a_reason),
        cmocka_unit_test(a_distress_device_s_line_has_number_class_and_change),
        cmocka_unit_test(a_flood_is_one_line_with_its_sums),
        cmocka_unit_test(a_state_that_goes_to_and_fro_is_told_a_few_times_a_minute_and_how_it_ends),
        cmocka_unit_test(a_full_table_is_told_once_a_minute_with_the_sum),
        cmocka_unit_test(the_data_folder_tells_of_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
