/* What vessels say of themselves and of their places, and can't be so: each sibling, and what only looks like it. */
#include "sail.h"

#define LON (-85.0)
#define LAT (-1.0)

/* ---- static data ---- */

static void what_cant_be_is_told_once_it_was_said_twice(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint8_t type;
        uint16_t bow, stern;
        uint8_t port, starboard, draught_dm;
    } cases[] = {
        {"a breadth without a length", 70, 0, 0, 10, 10, 0},
        {"a breadth without a length", 70, 0, 0, 0, 20, 0},
        {"longer than any ship", 70, 500, 500, 20, 20, 0},
        {"longer than any ship", 80, 511, 0, 0, 0, 0},
        {"longer than a ship of", 30, 270, 63, 20, 20, 0},
        {"longer than a ship of", 36, 150, 100, 9, 9, 0},
        {"longer than a ship of", 50, 100, 50, 9, 9, 0},
        {"longer than a ship of", 52, 100, 50, 9, 9, 0},
        {"broader than long", 70, 10, 10, 15, 15, 0},
        {"a draught over half", 70, 10, 10, 3, 3, 120},
        {"", 70, 180, 20, 16, 16, 120} /* a ship */,
        {"", 30, 100, 44, 12, 12, 80} /* the longest trawlers */,
        {"", 80, 400, 58, 34, 34, 246} /* the longest ship */,
        {"", 70, 0, 0, 0, 0, 0} /* nothing was set */,
        {"", 70, 0, 190, 0, 30, 0} /* without a place of the antenna */,
    };
    struct sail *s = sail_new(NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sail_boat b = sail_boat_of(735000001 + (uint32_t)i, cases[i].type, LON, LAT + (double)i);
        s->count = 0;
        sail_on(s, &b, 10, 90, 5, 60);
        for (int said = 0; said < 3; said++) {
            sail_measures(s, &b, cases[i].bow, cases[i].stern, cases[i].port, cases[i].starboard, cases[i].draught_dm);
            if (said == 0)
                assert_int_equal(sail_count(s, VG_EVENT_IDENTITY), 0); /* once is nothing */
            sail_on(s, &b, 10, 90, 6, 60);
        }
        if (sail_count(s, VG_EVENT_IDENTITY) != (*cases[i].text != '\0') ||
            (*cases[i].text && !sail_heard(s, VG_EVENT_IDENTITY, cases[i].text)))
            fail_msg("case %zu: %zu events, %s", i, s->count, s->count ? s->event[0].text : "");
        if (*cases[i].text) {
            sail_measures(s, &b, 100, 20, 10, 10, 50); /* put right */
            assert_int_equal(sail_heard(s, VG_EVENT_IDENTITY, cases[i].text)->state, VG_EVENT_ENDED);
        }
    }
    sail_free(s);
}

static void an_imo_number_is_held_to_its_last_digit_and_stays_with_the_hull(void **state)
{
    (void)state;
    struct sail *s = sail_new(NULL);
    struct sail_boat b = sail_boat_of(735000001, 70, LON, LAT), other = sail_boat_of(735000002, 70, LON, LAT);
    sail_on(s, &b, 10, 90, 5, 60);
    for (int i = 0; i < 2; i++)
        sail_says(s, &b, 9074729, NULL, NULL), sail_on(s, &b, 10, 90, 6, 60);
    assert_int_equal(sail_count(s, VG_EVENT_IDENTITY), 0);
    for (int i = 0; i < 2; i++)
        sail_says(s, &b, 9319466, NULL, NULL), sail_on(s, &b, 10, 90, 6, 60);
    assert_non_null(sail_heard(s, VG_EVENT_IDENTITY, "another IMO number"));
    sail_on(s, &other, 10, 90, 5, 60);
    for (int i = 0; i < 2; i++)
        sail_says(s, &other, 2345678, NULL, NULL), sail_on(s, &other, 10, 90, 6, 60);
    assert_non_null(sail_heard(s, VG_EVENT_IDENTITY, "an IMO number whose last digit"));
    for (int i = 0; i < 2; i++) /* numbers of inland ships have eight digits: they are no IMO numbers */
        sail_says(s, &other, 12345678, NULL, NULL), sail_on(s, &other, 10, 90, 6, 60);
    assert_int_equal(sail_count(s, VG_EVENT_IDENTITY), 2);
    sail_free(s);
}

/* ---- names ---- */

/* Events of identity when she says one name and then another, each three times. */
static const struct vg_event *renamed(struct sail *s, uint32_t mmsi, const char *callsign, const char *name,
                                      const char *new_callsign, const char *new_name)
{
    struct sail_boat b = sail_boat_of(mmsi, 70, LON, LAT + mmsi % 100);
    s->count = 0;
    for (int said = 0; said < 6; said++) {
        sail_on(s, &b, 10, 90, 6, 60);
        sail_says(s, &b, 0, said < 3 ? callsign : new_callsign, said < 3 ? name : new_name);
    }
    return sail_heard(s, VG_EVENT_IDENTITY, "another");
}

static void another_name_is_told_and_a_typing_error_is_none(void **state)
{
    (void)state;
    static const struct {
        const char *callsign, *name, *new_callsign, *new_name, *text;
    } cases[] = {
        {"HC1234", "ANDEAN SONATA", "HC1234", "OCEAN PRIDE", "another name: before ANDEANSONATA"},
        {"HC1234", "ANDEAN SONATA", "3EXY7", "ANDEAN SONATA", "another call sign: before HC1234"},
        {"HC1234", "ANDEAN SONATA", "3EXY7", "OCEAN PRIDE", "another name and call sign: before ANDEANSONATA, HC1234"},
        {"HC1234", "ANDEAN SONATA", "HC1234", "ANDEAN  SONATA", ""},
        {"HC1234", "ANDEAN SONATA", "HC1234", "ANDEAN-SONATA.", ""},
        {"HC1234", "ANDEAN SONATA", "HC1234", "ANDEAM SONATE", ""},
        {"HC1234", "ANDEAN SONATA", "HC1234", "ANDEAN", ""},
        {"HC1234", "ANDEAN SONATA", "HC1235", "ANDEAN SONATA", ""},
        {"HC1234", "ANDEAN SONATA", "HC1234", "", ""},
    };
    struct sail *s = sail_new(NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct vg_event *e = renamed(s, 735000000 + (uint32_t)i, cases[i].callsign, cases[i].name,
                                           cases[i].new_callsign, cases[i].new_name);
        if (!*cases[i].text != !e || (e && strcmp(e->text, cases[i].text) != 0))
            fail_msg("case %zu: %s", i, e ? e->text : "nothing");
        assert_true(!e || (e->confidence > 0.6 && sail_count(s, VG_EVENT_IDENTITY) == 1));
    }
    sail_free(s);
}

static void in_port_owners_rename_ships(void **state)
{
    (void)state;
    struct sail *s = sail_new(NULL);
    struct sail_boat b = sail_boat_of(735000001, 70, -79.9, -2.25); /* Guayaquil */
    for (int said = 0; said < 6; said++) {
        sail_on(s, &b, 0, 0, 6, 60);
        sail_says(s, &b, 0, NULL, said < 3 ? "ANDEAN SONATA" : "OCEAN PRIDE");
    }
    const struct vg_event *e = sail_heard(s, VG_EVENT_IDENTITY, "another name");
    assert_true(e && e->confidence < 0.5);
    sail_free(s);
}

static void a_name_that_is_said_in_turns_is_not_changed(void **state)
{
    (void)state;
    struct sail *s = sail_new(NULL);
    struct sail_boat b = sail_boat_of(735000001, 70, LON, LAT);
    for (int said = 0; said < 20; said++) {
        sail_on(s, &b, 10, 90, 6, 60);
        sail_says(s, &b, 0, NULL, said % 2 ? "ANDEAN SONATA" : "OCEAN PRIDE");
    }
    assert_int_equal(sail_count(s, VG_EVENT_IDENTITY), 0);
    sail_free(s);
}

/* ---- another number ---- */

static size_t goes_on_as_another(struct sail *s, double away_m, double kn, double course_deg, bool old_speaks_on,
                                 uint16_t length_m)
{
    static uint32_t pair; /* each somewhere else */
    const double lat = LAT + ++pair;
    struct sail_boat a = sail_boat_of(735000000 + pair, 70, LON, lat), b = sail_boat_of(354000000 + pair, 70, LON, lat);
    s->count = 0;
    sail_measures(s, &a, 100, 20, 10, 10, 0);
    sail_on(s, &a, 12, 90, 30, 10);
    b.lon = a.lon, b.lat = a.lat, b.time_us = a.time_us;
    sail_move(&b, away_m / 60 / VG_MPS_PER_KNOT, 0, 60);
    sail_on(s, &b, kn, course_deg, 1, 10);
    if (length_m)
        sail_measures(s, &b, length_m, 0, 10, 10, 0);
    for (int i = 0; i < 15; i++) {
        if (old_speaks_on)
            a.time_us = b.time_us, sail_report(s, &a, 12, 90);
        sail_on(s, &b, kn, course_deg, 1, 10);
    }
    const size_t n = sail_count(s, VG_EVENT_IDENTITY);
    assert_true(!n || sail_heard(s, VG_EVENT_IDENTITY, "one ship, another MMSI")->contacts == 2);
    return n;
}

/* Another number begins ten minutes after one falls silent, at so many metres ahead of her last place. */
static size_t begins_later(double ahead_m)
{
    struct sail *s = sail_new(NULL);
    struct sail_boat a = sail_boat_of(735000001, 70, LON, LAT), b = sail_boat_of(354000001, 70, LON, LAT);
    sail_on(s, &a, 12, 90, 30, 10);
    b.lon = a.lon, b.lat = a.lat, b.time_us = a.time_us;
    sail_move(&b, ahead_m / 600 / VG_MPS_PER_KNOT, 90, 600);
    sail_on(s, &b, 12, 90, 15, 10);
    const size_t n = sail_count(s, VG_EVENT_IDENTITY);
    sail_free(s);
    return n;
}

static void another_number_begins_where_the_old_one_should_be_not_where_it_was(void **state)
{
    (void)state;
    assert_int_equal(begins_later(12 * VG_MPS_PER_KNOT * 600), 1);
    assert_int_equal(begins_later(0), 0);
}

static void one_ship_that_goes_on_under_another_mmsi_is_told(void **state)
{
    (void)state;
    struct sail *s = sail_new(NULL);
    assert_int_equal(goes_on_as_another(s, 0, 12, 90, false, 0), 1);
    assert_int_equal(goes_on_as_another(s, 100, 12.5, 95, false, 120), 1);
    assert_int_equal(goes_on_as_another(s, 0, 12, 90, true, 0), 0);    /* two ships */
    assert_int_equal(goes_on_as_another(s, 0, 12, 90, false, 200), 0); /* another hull */
    assert_int_equal(goes_on_as_another(s, 3000, 12, 90, false, 0), 0);
    assert_int_equal(goes_on_as_another(s, 300, 20, 90, false, 0), 0);
    assert_int_equal(goes_on_as_another(s, 300, 12, 180, false, 0), 0);
    assert_int_equal(goes_on_as_another(s, 0, 15, 90, false, 0), 1); /* in her very place, gaining speed */
    sail_free(s);
}

/* ---- places ---- */

/* So many minutes there, held apart, and back again. Between, the place here speaks, too, if `in_turns`. */
static void away(struct sail *s, struct sail_boat *b, double km, int minutes, bool in_turns)
{
    for (int i = 0; i < minutes * 6; i++) {
        sail_move(b, 10, 90, 10);
        struct sail_boat there = *b;
        sail_move(&there, km * 1000 / 10 / VG_MPS_PER_KNOT, 0, 10);
        there.time_us = b->time_us;
        sail_report_as(s, &there, 10, 90, VG_VERDICT_HELD);
        if (in_turns)
            b->time_us += 2 * VG_SECOND_US, sail_report(s, b, 15, 200);
    }
    sail_on(s, b, 10, 90, 10, 10);
}

static void away_and_back_is_a_wrong_place_and_in_turns_are_two_ships(void **state)
{
    (void)state;
    for (int in_turns = 0; in_turns < 2; in_turns++) {
        struct sail *s = sail_new(NULL);
        struct sail_boat b = sail_boat_of(735000001, 70, LON, LAT);
        sail_on(s, &b, 10, 90, 20, 10);
        away(s, &b, 60, 4, in_turns);
        away(s, &b, 60, 12, in_turns);
        assert_int_equal(sail_count(s, VG_EVENT_SPOOFING), !in_turns);
        assert_int_equal(sail_count(s, VG_EVENT_IDENTITY), in_turns);
        sail_free(s);
    }
}

static void a_place_that_is_wrong_for_some_seconds_is_nothing(void **state)
{
    (void)state;
    struct sail *s = sail_new(NULL);
    struct sail_boat b = sail_boat_of(735000001, 70, LON, LAT);
    for (int i = 0; i < 2; i++) {
        sail_on(s, &b, 10, 90, 20, 10);
        struct sail_boat there = b;
        there.lat += 1;
        sail_report_as(s, &there, 10, 90, VG_VERDICT_HELD);
        b.time_us = there.time_us;
    }
    assert_int_equal(sail_count(s, VG_EVENT_SPOOFING) + sail_count(s, VG_EVENT_IDENTITY), 0);
    sail_free(s);
}

static void who_sails_over_land_is_told_until_others_taught_that_it_is_water(void **state)
{
    (void)state;
    struct sail *s = sail_new(NULL);
    for (uint32_t k = 0; k < 5; k++) {
        struct sail_boat b = sail_boat_of(735000001 + k, 70, -81.4, -1.3);
        b.time_us += k * 5 * VG_HOUR_US;
        sail_on(s, &b, 12, 90, 240, 30); /* 89 km to the east: some 40 of them over Manabí */
        const struct vg_event *e = sail_heard(s, VG_EVENT_SPOOFING, "positions on land");
        assert_non_null(e);
        assert_true(e->contact[0].mmsi == 735000001 + (k < 3 ? k : 2) && sail_number(e, "inland") > 2);
    }
    assert_int_equal(sail_count(s, VG_EVENT_SPOOFING), 3);
    sail_free(s);
}

static void who_lies_in_port_or_never_was_at_sea_is_not_on_land(void **state)
{
    (void)state;
    struct sail *s = sail_new(NULL);
    struct sail_boat lies = sail_boat_of(735000001, 70, -79.9, -2.25), river = sail_boat_of(735000002, 60, -79.6, -1.9),
                     coast = sail_boat_of(735000003, 60, -81.15, -0.8);
    sail_on(s, &lies, 0, 0, 60, 60);
    sail_on(s, &river, 8, 10, 120, 60);
    coast.time_us = SAIL_START_US;
    sail_on(s, &coast, 10, 0, 60, 60);
    assert_int_equal(sail_count(s, VG_EVENT_SPOOFING), 0);
    sail_free(s);
}

static void circles_of_even_radius_need_two_and_uneven_ones_more(void **state)
{
    (void)state;
    for (int uneven = 0; uneven < 2; uneven++) {
        struct sail *s = sail_new(NULL);
        struct sail_boat b = sail_boat_of(735000001, 70, LON, LAT);
        sail_on(s, &b, 10, 20, 1, 30);
        sail_on(s, &b, 10, 350, 1, 30);
        for (int i = 0; i < 36 * 2 + 8; i++) {
            sail_report(s, &b, 10, i * 10);
            sail_move(&b, uneven ? 10 + 3 * (i % 36 < 12) : 10, i * 10, 30);
        }
        assert_int_equal(sail_count(s, VG_EVENT_SPOOFING), !uneven);
        sail_free(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cant_be_is_told_once_it_was_said_twice),
        cmocka_unit_test(an_imo_number_is_held_to_its_last_digit_and_stays_with_the_hull),
        cmocka_unit_test(another_name_is_told_and_a_typing_error_is_none),
        cmocka_unit_test(in_port_owners_rename_ships),
        cmocka_unit_test(a_name_that_is_said_in_turns_is_not_changed),
        cmocka_unit_test(another_number_begins_where_the_old_one_should_be_not_where_it_was),
        cmocka_unit_test(one_ship_that_goes_on_under_another_mmsi_is_told),
        cmocka_unit_test(away_and_back_is_a_wrong_place_and_in_turns_are_two_ships),
        cmocka_unit_test(a_place_that_is_wrong_for_some_seconds_is_nothing),
        cmocka_unit_test(who_sails_over_land_is_told_until_others_taught_that_it_is_water),
        cmocka_unit_test(who_lies_in_port_or_never_was_at_sea_is_not_on_land),
        cmocka_unit_test(circles_of_even_radius_need_two_and_uneven_ones_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
