#include "picture/picture.h"

#include "say.h"

static const struct vg_contact *see(struct vg_picture *p, uint32_t mmsi)
{
    const struct vg_contact *v = vg_picture_find(p, mmsi);
    assert_non_null(v);
    return v;
}

static void a_field_knows_who_said_it_and_when(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    say_at(p, SHIP, 0, 0, 0);
    struct vg_report name = named(SHIP, 60, "MARIA");
    name.journal_offset = 77;
    say(p, name);
    const struct vg_contact *v = see(p, SHIP);
    assert_string_equal(v->name, "MARIA");
    assert_int_equal(v->prov[VG_FIELD_NAME].source, 2);
    assert_int_equal(v->prov[VG_FIELD_NAME].message, 5);
    assert_int_equal(v->prov[VG_FIELD_NAME].time_ms, at(60) / 1000);
    assert_int_equal(v->prov[VG_FIELD_POS].source, 1);
    assert_int_equal(v->prov[VG_FIELD_POS].time_ms, at(0) / 1000);
    assert_int_equal(v->prov[VG_FIELD_NAME].journal_offset, 77);
    assert_int_equal(v->heard_us, at(60));
    assert_false(vg_contact_said(v, VG_FIELD_IMO));
    assert_memory_equal(v->flag, "EC", 2);
    vg_picture_free(p);
}

static void an_older_word_does_not_replace_a_newer_one(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    say(p, named(SHIP, 100, "NEW"));
    say(p, named(SHIP, 50, "OLD"));
    assert_string_equal(see(p, SHIP)->name, "NEW");
    assert_int_equal(vg_picture_counters(p)->late, 1);
    assert_int_equal(see(p, SHIP)->heard_us, at(100));
    say_at(p, SHIP, 60, 0, 0); /* older than the name, but the first position */
    assert_true(vg_contact_said(see(p, SHIP), VG_FIELD_POS));
    assert_int_equal(vg_picture_counters(p)->late, 1);
    say_at(p, SHIP, 55, 100, 0);
    assert_true(same_pos(see(p, SHIP)->pos, metres(0, 0)));
    assert_int_equal(vg_picture_counters(p)->late, 2);
    vg_picture_free(p);
}

static void a_shorter_name_leaves_nothing_of_the_longer_one(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    say(p, named(SHIP, 0, "SANTA MARIA DE LA MAR"));
    say(p, named(SHIP, 1, "PINTA"));
    const struct vg_contact *v = see(p, SHIP);
    for (size_t i = 5; i < sizeof v->name; i++)
        assert_int_equal(v->name[i], 0);
    vg_picture_free(p);
}

static void a_date_far_ahead_is_taken_as_now(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    say_at(p, SHIP, 0, 0, 0);
    say_at(p, SHIP, 10 * 365 * 86400.0, 50, 0);
    assert_int_equal(see(p, SHIP)->heard_us, START_US);
    assert_int_equal(vg_picture_counters(p)->ahead, 1);
    struct vg_report timeless = position(SHIP, 0, 60, 0);
    timeless.time_us = VG_TIME_NONE;
    say(p, timeless);
    assert_int_equal(see(p, SHIP)->prov[VG_FIELD_POS].time_ms, START_US / 1000);
    say_at(p, SHIP, 10, 70, 0); /* not poisoned */
    assert_true(same_pos(see(p, SHIP)->pos, metres(70, 0)));
    vg_picture_free(p);
}

static void one_wrong_clock_does_not_silence_the_right_ones(void **state)
{
    (void)state;
    struct vg_picture_limits limits = {100, 1 << 20, 100, .ahead_us = 2 * VG_MINUTE_US};
    struct vg_picture *p;
    assert_int_equal(vg_picture_new(&limits, &p), VG_OK);
    for (int i = 0; i < 20; i++) { /* every second report is from a station that takes its zone's time for UTC */
        tick(p, 10 * i);
        say_at(p, SHIP, i % 2 ? 10 * i + 3 * 3600 : 10 * i, 50 * i, 0);
        assert_true(same_pos(see(p, SHIP)->pos, metres(50 * i, 0)));
        assert_int_equal(see(p, SHIP)->heard_us, at(10 * i));
    }
    assert_int_equal(vg_picture_counters(p)->ahead, 10);
    assert_int_equal(vg_picture_counters(p)->late, 0);
    vg_picture_free(p);
}

static void a_clock_set_back_lets_new_words_win(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    tick(p, 30 * 86400);
    say_at(p, SHIP, 30 * 86400, 0, 0);
    tick(p, 0);
    assert_int_equal(vg_picture_count(p), 1); /* going back is no silence */
    say_at(p, SHIP, 10, 100, 0);
    assert_true(same_pos(see(p, SHIP)->pos, metres(100, 0)));
    assert_int_equal(see(p, SHIP)->heard_us, at(10));
    vg_picture_free(p);
}

static void the_same_position_from_another_receiver_is_counted_once(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    say_at(p, SHIP, 0, 0, 0);
    say_at(p, SHIP, 10, 50, 0);
    struct vg_report again = position(SHIP, 12, 0, 0); /* an internet feed, a report behind */
    again.source = 9;
    again.time_us = at(9);
    say(p, again);
    again = position(SHIP, 12.5, 50, 0);
    again.source = 9;
    say(p, again);
    const struct vg_contact *v = see(p, SHIP);
    assert_int_equal(vg_picture_counters(p)->duplicate, 2);
    assert_int_equal(vg_picture_counters(p)->late, 0);
    assert_int_equal(v->prov[VG_FIELD_POS].source, 1);
    assert_int_equal(v->prov[VG_FIELD_POS].time_ms, at(10) / 1000);
    assert_int_equal(v->reports, 4);
    again.time_us = at(30); /* not within seconds: it really is there again */
    say(p, again);
    assert_int_equal(see(p, SHIP)->prov[VG_FIELD_POS].source, 9);
    assert_int_equal(vg_picture_counters(p)->positions, 3);
    vg_picture_free(p);
}

static void a_coarse_position_does_not_replace_a_fine_fresh_one(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    say_at(p, SHIP, 0, 0, 0);
    struct vg_report coarse = position(SHIP, 20, 150, 90);
    coarse.message = 27;
    say(p, coarse);
    assert_int_equal(see(p, SHIP)->prov[VG_FIELD_POS].message, 1);
    coarse.time_us = at(200);
    say(p, coarse);
    assert_int_equal(see(p, SHIP)->prov[VG_FIELD_POS].message, 27);
    vg_picture_free(p);
}

static void the_form_of_the_number_says_the_class_where_it_says_anything(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    say_at(p, 987351234, 0, 0, 0); /* craft of a parent ship, talking like a ship */
    assert_int_equal(see(p, 987351234)->class, VG_CLASS_AUX);
    say_at(p, 111735001, 0, 0, 0);
    assert_int_equal(see(p, 111735001)->class, VG_CLASS_SAR);
    vg_picture_free(p);
}

static void still_is_what_rests_or_hardly_moves(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    struct vg_report r = position(SHIP, 0, 0, 0);
    say(p, r);
    assert_false(see(p, SHIP)->flags & VG_CONTACT_STILL);
    r.sog_dkn = 4;
    say(p, r);
    assert_true(see(p, SHIP)->flags & VG_CONTACT_STILL);
    r.fields |= VG_FIELD_BIT(STATUS);
    r.status = 5;
    r.sog_dkn = 12; /* swings on its lines */
    say(p, r);
    assert_true(see(p, SHIP)->flags & VG_CONTACT_STILL);
    r.sog_dkn = 120; /* forgot to change the status */
    say(p, r);
    assert_false(see(p, SHIP)->flags & VG_CONTACT_STILL);
    say_at(p, 997351234, 0, 0, 0);
    assert_true(see(p, 997351234)->flags & VG_CONTACT_STILL);
    vg_picture_free(p);
}

static void radar_without_identity_is_not_a_vessel(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    struct vg_report r = position(0, 0, 0, 0);
    r.sensor = VG_SENSOR_RADAR;
    say(p, r);
    assert_int_equal(vg_picture_count(p), 0);
    assert_int_equal(vg_picture_counters(p)->anonymous, 1);
    r.sensor = VG_SENSOR_AIS; /* a transponder that nobody set up is a ship */
    say(p, r);
    assert_int_equal(vg_picture_count(p), 1);
    vg_picture_free(p);
}

static void each_class_goes_after_its_own_silence(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    say_at(p, SHIP, 0, 0, 0);
    struct vg_report moored = position(OTHER, 0, 0, 0);
    moored.sog_dkn = 0;
    say(p, moored);
    say_at(p, 111735001, 0, 0, 0);
    say_at(p, 2735001, 0, 0, 0);
    tick(p, 15 * 60 - 1);
    assert_int_equal(vg_picture_count(p), 4);
    tick(p, 15 * 60);
    assert_null(vg_picture_find(p, 111735001));
    tick(p, 30 * 60);
    assert_null(vg_picture_find(p, SHIP));
    assert_non_null(vg_picture_find(p, OTHER));
    tick(p, 60 * 60);
    assert_null(vg_picture_find(p, OTHER));
    assert_non_null(vg_picture_find(p, 2735001));
    tick(p, 24 * 3600);
    assert_int_equal(vg_picture_count(p), 0);
    assert_int_equal(vg_picture_counters(p)->expired, 4);
    vg_picture_free(p);
}

static void an_old_log_stays_visible_while_it_is_replayed(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    tick(p, 5 * 365 * 86400.0);
    say_at(p, SHIP, 0, 0, 0);
    tick(p, 5 * 365 * 86400.0 + 1700);
    assert_int_equal(vg_picture_count(p), 1);
    vg_picture_free(p);
}

static void a_full_table_drops_who_was_heard_longest_ago(void **state)
{
    (void)state;
    struct vg_picture *p = picture_of(3, 1 << 16, 10);
    for (uint32_t i = 0; i < 3; i++) {
        tick(p, i);
        say_at(p, SHIP + i, i, 0, 0);
    }
    tick(p, 3);
    say_at(p, SHIP, 3, 10, 0);
    say_at(p, OTHER, 4, 0, 0);
    assert_null(vg_picture_find(p, SHIP + 1));
    assert_non_null(vg_picture_find(p, SHIP));
    assert_int_equal(vg_picture_count(p), 3);
    assert_int_equal(vg_picture_counters(p)->evicted, 1);
    vg_picture_free(p);
}

static void a_distress_device_is_the_last_to_go(void **state)
{
    (void)state;
    struct vg_picture *p = picture_of(3, 1 << 16, 10);
    say_at(p, SART, 0, 0, 0);
    for (uint32_t i = 0; i < 20; i++) {
        tick(p, i + 1);
        say_at(p, SHIP + i, i + 1, 0, 0);
        assert_non_null(vg_picture_find(p, SART));
    }
    for (uint32_t i = 1; i < 4; i++) /* only devices left: the oldest of them goes */
        say_at(p, SART + i, 30, 0, 0);
    assert_null(vg_picture_find(p, SART));
    assert_non_null(vg_picture_find(p, SART + 3));
    vg_picture_free(p);
}

/* ---- distress ---- */

struct told {
    int count;
    enum vg_distress_change last;
    uint32_t mmsi;
};

static void on_update(void *arg, const struct vg_update *update)
{
    const struct vg_contact *vessel = update->contact;
    enum vg_distress_change change = vg_update_distress(update);
    if (change == VG_DISTRESS_NONE)
        return;
    struct told *told = arg;
    told->count++;
    told->last = change;
    told->mmsi = vessel->mmsi;
}

static struct vg_report spoken(uint32_t mmsi, double seconds, const char *text)
{
    struct vg_report r = {.time_us = at(seconds),
                          .mmsi = mmsi,
                          .source = 1,
                          .sensor = VG_SENSOR_AIS,
                          .message = 14,
                          .fields = VG_FIELD_BIT(TEXT)};
    strncpy(r.text, text, sizeof r.text - 1);
    return r;
}

static struct vg_report with_status(uint32_t mmsi, double seconds, uint8_t status)
{
    struct vg_report r = position(mmsi, seconds, 0, 0);
    r.fields |= VG_FIELD_BIT(STATUS);
    r.status = status;
    return r;
}

static void a_device_of_which_only_the_place_is_known_calls(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    struct told told = {0};
    vg_picture_set_on_update(p, on_update, &told);
    say_at(p, SART, 0, 0, 0);
    assert_int_equal(told.count, 1);
    assert_int_equal(told.last, VG_DISTRESS_ACTIVE);
    assert_true(see(p, SART)->flags & VG_CONTACT_DISTRESS);
    say_at(p, SART, 60, 0, 0);
    assert_int_equal(told.count, 1);
    tick(p, 12 * 3600 + 1);
    assert_int_equal(told.count, 2);
    assert_int_equal(told.last, VG_DISTRESS_ENDED);
    assert_int_equal(told.mmsi, SART);
    vg_picture_free(p);
}

static void a_test_is_a_test_until_it_calls(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    struct told told = {0};
    vg_picture_set_on_update(p, on_update, &told);
    say(p, spoken(SART, 0, "SART TEST"));
    assert_int_equal(told.last, VG_DISTRESS_TEST);
    say(p, with_status(SART, 1, 15));
    assert_int_equal(told.count, 1);
    assert_true(see(p, SART)->flags & VG_CONTACT_DISTRESS_TEST);
    say(p, spoken(SART, 120, "SART ACTIVE"));
    assert_int_equal(told.count, 2);
    assert_int_equal(told.last, VG_DISTRESS_ACTIVE);
    say(p, with_status(SART, 130, 15)); /* within a minute of a call: believe the call */
    assert_int_equal(told.count, 2);
    for (int i = 0; i < 2; i++) { /* nor does a test later on: three of them, over five minutes, do */
        assert_int_equal(told.count, 2);
        tick(p, 300 + 150 * i);
        say(p, with_status(SART, 300 + 150 * i, 15));
    }
    assert_int_equal(told.last, VG_DISTRESS_TEST);
    vg_picture_free(p);
}

static void status_14_of_an_ordinary_ship_is_no_call(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    struct told told = {0};
    vg_picture_set_on_update(p, on_update, &told);
    for (int status = 0; status < 16; status++)
        say(p, with_status(SHIP, 10 * status, (uint8_t)status));
    assert_int_equal(told.count, 0);
    assert_int_equal(see(p, SHIP)->flags & (VG_CONTACT_DISTRESS | VG_CONTACT_DISTRESS_TEST), 0);
    vg_picture_free(p);
}

static void bad_limits_are_refused(void **state)
{
    (void)state;
    struct vg_picture *p = NULL;
    assert_int_equal(vg_picture_new(&(struct vg_picture_limits){0, 0, 0, 0}, &p), VG_ARG);
    assert_int_equal(vg_picture_new(&(struct vg_picture_limits){UINT32_MAX, 0, 0, 0}, &p), VG_ARG);
    assert_int_equal(vg_picture_new(&(struct vg_picture_limits){10, 0, 0, -1}, &p), VG_ARG);
    assert_int_equal(vg_picture_new(&(struct vg_picture_limits){10, 0, 0, (INT64_C(1) << 60) + 1}, &p), VG_ARG);
    assert_null(p);
    vg_pic_allocations_left = 0; /* the largest ones are taken, if only there is memory */
    assert_int_equal(vg_picture_new(&(struct vg_picture_limits){1u << 24, 0, 0, 0}, &p), VG_NOMEM);
    assert_int_equal(vg_picture_new(&(struct vg_picture_limits){10, 0, 0, INT64_C(1) << 60}, &p), VG_NOMEM);
    assert_int_equal(vg_picture_new(NULL, &p), VG_NOMEM);
    assert_int_equal(vg_picture_new(&(struct vg_picture_limits){(1u << 24) + 1, 0, 0, 0}, &p), VG_ARG);
    vg_pic_allocations_left = -1;
    assert_null(p);
    vg_picture_free(NULL);
}

static void the_clock_stops_at_its_limits(void **state)
{
    (void)state;
    const int64_t most_us = INT64_C(1) << 60;
    struct vg_picture *p = NULL;
    assert_int_equal(vg_picture_new(&(struct vg_picture_limits){10, 0, 0, 0}, &p), VG_OK);
    vg_picture_advance(p, INT64_MIN);
    assert_int_equal(p->clock_us, -most_us);
    assert_int_equal(p->elapsed_us, 0); /* the first word of the clock is no time that passed */
    vg_picture_advance(p, -most_us + 5);
    assert_int_equal(p->elapsed_us, 5);
    vg_picture_advance(p, -most_us + 2); /* set back: no time passes */
    assert_int_equal(p->elapsed_us, 5);
    vg_picture_advance(p, INT64_MAX);
    assert_int_equal(p->clock_us, most_us);
    assert_int_equal(p->elapsed_us, 5 + 2 * most_us - 2);
    vg_picture_advance(p, 0);
    vg_picture_advance(p, most_us); /* what has passed is enough */
    assert_int_equal(p->elapsed_us, 5 + 2 * most_us - 2);
    vg_picture_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_field_knows_who_said_it_and_when),
        cmocka_unit_test(an_older_word_does_not_replace_a_newer_one),
        cmocka_unit_test(a_shorter_name_leaves_nothing_of_the_longer_one),
        cmocka_unit_test(a_date_far_ahead_is_taken_as_now),
        cmocka_unit_test(one_wrong_clock_does_not_silence_the_right_ones),
        cmocka_unit_test(a_clock_set_back_lets_new_words_win),
        cmocka_unit_test(the_same_position_from_another_receiver_is_counted_once),
        cmocka_unit_test(a_coarse_position_does_not_replace_a_fine_fresh_one),
        cmocka_unit_test(the_form_of_the_number_says_the_class_where_it_says_anything),
        cmocka_unit_test(still_is_what_rests_or_hardly_moves),
        cmocka_unit_test(radar_without_identity_is_not_a_vessel),
        cmocka_unit_test(each_class_goes_after_its_own_silence),
        cmocka_unit_test(an_old_log_stays_visible_while_it_is_replayed),
        cmocka_unit_test(a_full_table_drops_who_was_heard_longest_ago),
        cmocka_unit_test(a_distress_device_is_the_last_to_go),
        cmocka_unit_test(a_device_of_which_only_the_place_is_known_calls),
        cmocka_unit_test(a_test_is_a_test_until_it_calls),
        cmocka_unit_test(status_14_of_an_ordinary_ship_is_no_call),
        cmocka_unit_test(bad_limits_are_refused),
        cmocka_unit_test(the_clock_stops_at_its_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
