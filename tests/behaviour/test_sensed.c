/* What a tracker finds of radars and AIS together: when it is told, and of whom. */
#include "sail.h"

#define LON (-82.0)
#define LAT (-1.0)

static void sense(struct sail *s, enum vg_sensed_fact fact, const struct sail_boat *b, bool ceased, double existence)
{
    const struct vg_sensed sensed = {.fact = fact,
                                     .ceased = ceased,
                                     .time_us = b->time_us,
                                     .contact = 77,
                                     .mmsi = fact == VG_SENSED_DARK ? 0 : b->contact.mmsi,
                                     .pos = vg_pos_from_deg(b->lon, b->lat),
                                     .existence = existence,
                                     .journal_offset = ++s->offset};
    vg_behaviours_sensed(s->behaviours, &sensed);
}

/* A dark track, followed for some minutes from where the boat is; how many were told. */
static size_t dark_told(double minutes, double existence, bool beside_a_ship)
{
    struct sail *s = sail_new(NULL);
    struct sail_boat ship = sail_boat_of(636000001, 70, LON, LAT);
    struct sail_boat echo = sail_boat_of(0, 0, LON + (beside_a_ship ? 0.001 : 0.1), LAT);
    sail_report(s, &ship, 0, 0);
    sense(s, VG_SENSED_DARK, &echo, false, existence);
    for (int i = 0; i < minutes * 6; i++) {
        echo.time_us += 10 * VG_SECOND_US;
        vg_behaviours_advance(s->behaviours, echo.time_us);
        const struct vg_followed f = {.contact = 77,
                                      .time_us = echo.time_us,
                                      .began_us = SAIL_START_US,
                                      .pos = vg_pos_from_deg(echo.lon, echo.lat),
                                      .sigma_m = 20,
                                      .existence = existence,
                                      .dark = true,
                                      .journal_offset = ++s->offset};
        vg_behaviours_followed(s->behaviours, &f);
    }
    sense(s, VG_SENSED_DARK, &echo, true, existence);
    const size_t n = sail_count(s, VG_EVENT_DARK);
    if (n) {
        const struct vg_event *e = sail_heard(s, VG_EVENT_DARK, "");
        assert_int_equal(e->state, VG_EVENT_ENDED);
        assert_true(e->confidence > 0.8 && e->begin_us == SAIL_START_US && e->end_us == echo.time_us && e->places);
    }
    sail_free(s);
    return n;
}

static void a_dark_track_is_told_once_it_lasts_and_is_nobody(void **state)
{
    (void)state;
    assert_int_equal(dark_told(2.5, 0.9, false), 0);
    assert_int_equal(dark_told(4, 0.9, false), 1);
    assert_int_equal(dark_told(4, 0.2, false), 0);
    assert_int_equal(dark_told(4, 0.9, true), 0); /* her own echo, more likely than not */
}

/* A ship that a radar does not see for so long; how many were told, and that an end ends it. */
static size_t told_of_ship(enum vg_sensed_fact fact, uint16_t length_m, double kn, uint8_t shiptype, double lon,
                           double minutes)
{
    struct sail *s = sail_new(NULL);
    struct sail_boat b = sail_boat_of(636000001, shiptype, lon, LAT);
    sail_measures(s, &b, (uint16_t)(length_m / 2), (uint16_t)(length_m - length_m / 2), 10, 10, 0);
    sail_on(s, &b, kn, 180, 5, 10);
    sense(s, fact, &b, false, 0.9);
    sail_on(s, &b, kn, 180, minutes, 10);
    sense(s, fact, &b, true, 0.9);
    sense(s, fact, &b, true, 0.9); /* nothing goes on */
    const enum vg_event_kind kind = fact == VG_SENSED_UNSEEN ? VG_EVENT_UNSEEN : VG_EVENT_IDENTITY;
    const size_t n = sail_count(s, kind);
    assert_true(!n || sail_heard(s, kind, "")->state == VG_EVENT_ENDED);
    sail_free(s);
    return n;
}

static void only_steel_under_way_is_plain_to_see(void **state)
{
    (void)state;
    static const enum vg_sensed_fact facts[] = {VG_SENSED_UNSEEN, VG_SENSED_TWO_ECHOES};
    for (int i = 0; i < 2; i++) {
        assert_int_equal(told_of_ship(facts[i], 150, 12, 70, LON, 25), 1);
        assert_int_equal(told_of_ship(facts[i], 150, 12, 70, LON, 8), 0); /* too short */
        assert_int_equal(told_of_ship(facts[i], 20, 12, 30, LON, 25), 0); /* a boat */
        assert_int_equal(told_of_ship(facts[i], 150, 0, 70, LON, 25), 0); /* she lies */
        assert_int_equal(told_of_ship(facts[i], 60, 12, 52, LON, 25), 0); /* a tug */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dark_track_is_told_once_it_lasts_and_is_nobody),
        cmocka_unit_test(only_steel_under_way_is_plain_to_see),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
