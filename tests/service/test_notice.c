/* The lines of the log that tell events: the words that people and tests of the whole program look for. */
#include "service/notice.h"
#include "test.h"

static void a_feed_s_line_has_its_state_and_perhaps_a_reason(void **state)
{
    (void)state;
    char line[VG_NOTICE_LINE];
    struct vg_event e = {.kind = VG_EVENT_FEED, .feed = {.name = "Manta", .state = VG_FEED_LIVE}};
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
    struct vg_event e = {.kind = VG_EVENT_DISTRESS,
                         .distress = {.mmsi = 970012345, .class = VG_CLASS_SART, .change = VG_DISTRESS_ACTIVE}};
    vg_notice_line(&e, line);
    assert_string_equal(line, "distress device 970012345 (sart): active");
    e.distress.change = VG_DISTRESS_ENDED;
    vg_notice_line(&e, line);
    assert_string_equal(line, "distress device 970012345 (sart): ended");
}

static void the_data_folder_tells_of_itself(void **state)
{
    (void)state;
    char line[VG_NOTICE_LINE] = "before";
    vg_notice_line(&(struct vg_event){.kind = VG_EVENT_STORAGE}, line);
    assert_string_equal(line, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_feed_s_line_has_its_state_and_perhaps_a_reason),
        cmocka_unit_test(a_distress_device_s_line_has_number_class_and_change),
        cmocka_unit_test(the_data_folder_tells_of_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
