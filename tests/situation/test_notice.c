/* Events own what they say, and say what the situation, a feed and the data folder were. */
#include "situation/notice.h"
#include "situation/situation.h"
#include "test.h"

#define NOON_US INT64_C(1773568800000000)
#define SART    970012345u

static void a_feed_s_event_says_state_time_and_reason(void **state)
{
    (void)state;
    struct vg_notice e;
    char reason[] = "connection refused";
    struct vg_feed_status status = {.state = VG_FEED_DOWN, .since_us = NOON_US, .error = reason};
    vg_notice_of_feed("Manta", &status, NULL, &e);
    reason[0] = '?'; /* the event's is its own */
    assert_int_equal(e.kind, VG_NOTICE_FEED);
    assert_int_equal(e.time_us, NOON_US);
    assert_int_equal(e.feed.state, VG_FEED_DOWN);
    assert_string_equal(e.feed.name, "Manta");
    assert_string_equal(e.feed.error, "connection refused");
    vg_notice_of_feed("Manta", &status, "timed out", &e);
    assert_string_equal(e.feed.error, "timed out");
    status.error = NULL;
    vg_notice_of_feed("Manta", &status, NULL, &e);
    assert_string_equal(e.feed.error, "");
}

static void keys_are_those_of_the_interface(void **state)
{
    (void)state;
    assert_string_equal(vg_notice_kind_key(VG_NOTICE_FEED), "feed");
    assert_string_equal(vg_notice_kind_key(VG_NOTICE_DISTRESS), "distress");
    assert_string_equal(vg_notice_kind_key(VG_NOTICE_STORAGE), "storage");
    assert_string_equal(vg_distress_change_key(VG_DISTRESS_ACTIVE), "active");
    assert_string_equal(vg_distress_change_key(VG_DISTRESS_TEST), "test");
    assert_string_equal(vg_distress_change_key(VG_DISTRESS_ENDED), "ended");
}

static void storage_tells_the_journal_s_disk_from_the_archive(void **state)
{
    (void)state;
    struct vg_notice e;
    struct vg_storage_status s = {.kept = true, .failing_us = NOON_US, .lost_entries = 3, .lost_bytes = 99};
    snprintf(s.archive_error, sizeof s.archive_error, "an old reason");
    vg_notice_of_storage(&s, &e);
    assert_int_equal(e.kind, VG_NOTICE_STORAGE);
    assert_int_equal(e.time_us, VG_TIME_NONE);
    assert_false(e.storage.failing);
    assert_int_equal(e.storage.since_us, VG_TIME_NONE); /* nothing fails */
    assert_string_equal(e.storage.archive_error, "");
    s.archive_failing = true;
    vg_notice_of_storage(&s, &e);
    assert_true(e.storage.failing);
    assert_int_equal(e.storage.since_us, VG_TIME_NONE);
    assert_string_equal(e.storage.archive_error, "an old reason");
    assert_string_equal(e.storage.error, "");
    snprintf(s.error, sizeof s.error, "No space left on device");
    s.archive_failing = false;
    vg_notice_of_storage(&s, &e);
    assert_true(e.storage.failing);
    assert_int_equal(e.storage.since_us, NOON_US);
    assert_string_equal(e.storage.error, "No space left on device");
    assert_int_equal(e.storage.lost_entries, 3);
    assert_int_equal(e.storage.lost_bytes, 99);
}

static void storage_turns_when_failing_begins_ends_or_has_another_reason(void **state)
{
    (void)state;
    struct vg_storage_status well = {0}, archive = {.archive_failing = true}, disk = {.error = "full"},
                             other = {.error = "broken"}, more = {.error = "full", .lost_entries = 9};
    assert_false(vg_storage_is_failing(&well));
    assert_true(vg_storage_is_failing(&archive));
    assert_true(vg_storage_is_failing(&disk));
    assert_false(vg_storage_has_turned(&well, &well));
    assert_true(vg_storage_has_turned(&well, &archive));
    assert_true(vg_storage_has_turned(&archive, &well));
    assert_true(vg_storage_has_turned(&well, &disk));
    assert_true(vg_storage_has_turned(&disk, &other));
    assert_false(vg_storage_has_turned(&disk, &more));
}

struct told {
    unsigned count;
    struct vg_notice last;
};

static void hear(void *arg, const struct vg_notice *event)
{
    struct told *t = arg;
    t->count++;
    t->last = *event;
}

static struct vg_report call_for_help(const char *text, uint16_t source)
{
    struct vg_report r = {.time_us = NOON_US,
                          .fields = VG_FIELD_BIT(POS) | VG_FIELD_BIT(TEXT) | VG_FIELD_BIT(STATUS),
                          .mmsi = SART,
                          .source = source,
                          .sensor = VG_SENSOR_AIS,
                          .message = 1,
                          .class = VG_CLASS_SART,
                          .measured = VG_MEASURED_POSITION,
                          .status = 14};
    r.pos = vg_pos_from_deg(-81, -1);
    snprintf(r.text, sizeof r.text, "%s", text);
    return r;
}

static void a_device_that_calls_is_told_once_and_again_when_it_ends(void **state)
{
    (void)state;
    struct vg_situation *s;
    struct told told = {0};
    assert_int_equal(vg_situation_new(NULL, true, &s), VG_OK);
    struct vg_report r = call_for_help("SART ACTIVE", vg_source_feed(vg_situation_sources(s), "Manta"));
    vg_situation_take(s, NOON_US, &r, 1); /* nobody listens: nothing happens */
    vg_situation_free(s);
    assert_int_equal(vg_situation_new(NULL, true, &s), VG_OK);
    vg_source_feed(vg_situation_sources(s), "Manta");
    vg_situation_set_on_event(s, hear, &told);
    vg_situation_take(s, NOON_US, &r, 1);
    vg_situation_take(s, NOON_US, &r, 1);
    assert_int_equal(told.count, 1);
    assert_int_equal(told.last.kind, VG_NOTICE_DISTRESS);
    assert_int_equal(told.last.time_us, NOON_US);
    const struct vg_notice_distress *d = &told.last.distress;
    assert_int_equal(d->mmsi, SART);
    assert_int_equal(d->class, VG_CLASS_SART);
    assert_int_equal(d->change, VG_DISTRESS_ACTIVE);
    assert_true(d->pos.lon_e4min == r.pos.lon_e4min && d->pos.lat_e4min == r.pos.lat_e4min);
    assert_string_equal(d->source, "Manta");
    assert_string_equal(d->text, "SART ACTIVE");
    assert_string_equal(d->name, "");
    struct vg_notice now;
    const struct vg_contact *c = vg_picture_find(vg_situation_picture(s), SART);
    assert_true(vg_notice_of_contact(c, vg_situation_sources(s), &now)); /* for one who comes later */
    assert_int_equal(d->contact, c->id);
    assert_int_equal(now.time_us, told.last.time_us);
    assert_int_equal(now.distress.change, VG_DISTRESS_ACTIVE);
    assert_string_equal(now.distress.text, "SART ACTIVE");
    struct vg_report later = {.mmsi = 735057548, .sensor = VG_SENSOR_AIS, .message = 1, .class = VG_CLASS_SHIP_A};
    for (later.time_us = NOON_US + VG_HOUR_US; told.count == 1; later.time_us += VG_HOUR_US)
        vg_situation_take(s, NOON_US, &later, 1);
    assert_int_equal(told.count, 2);
    assert_int_equal(told.last.distress.change, VG_DISTRESS_ENDED);
    assert_int_equal(told.last.distress.mmsi, SART);
    c = vg_picture_find(vg_situation_picture(s), later.mmsi);
    assert_false(vg_notice_of_contact(c, vg_situation_sources(s), &now));
    vg_situation_free(s);
}

static void a_test_is_told_as_a_test(void **state)
{
    (void)state;
    struct vg_situation *s;
    struct told told = {0};
    struct vg_notice now;
    assert_int_equal(vg_situation_new(NULL, true, &s), VG_OK);
    vg_situation_set_on_event(s, hear, &told);
    struct vg_report r = call_for_help("SART TEST", 0);
    r.status = 15;
    vg_situation_take(s, NOON_US, &r, 1);
    assert_int_equal(told.last.distress.change, VG_DISTRESS_TEST);
    assert_true(vg_notice_of_contact(vg_picture_find(vg_situation_picture(s), SART), vg_situation_sources(s), &now));
    assert_int_equal(now.distress.change, VG_DISTRESS_TEST);
    assert_string_equal(now.distress.source, "unknown");
    vg_situation_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_feed_s_event_says_state_time_and_reason),
        cmocka_unit_test(keys_are_those_of_the_interface),
        cmocka_unit_test(storage_tells_the_journal_s_disk_from_the_archive),
        cmocka_unit_test(storage_turns_when_failing_begins_ends_or_has_another_reason),
        cmocka_unit_test(a_device_that_calls_is_told_once_and_again_when_it_ends),
        cmocka_unit_test(a_test_is_told_as_a_test),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
