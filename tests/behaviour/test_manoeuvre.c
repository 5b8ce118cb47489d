/* Manoeuvres of a ship on passage: what is asked about, and what every ship does. */
#include "sail.h"

#define LON (-86.0)
#define LAT (-3.0)

struct leg {
    double kn, course_deg, minutes;
};

/* Events of anomaly after an hour's passage at 11 kn to the east and some legs; *ret_text: the newest one's. */
static size_t sailed(struct sail *s, uint8_t type, const struct leg *legs, size_t count, const char **ret_text)
{
    static uint32_t mmsi = 735000000;
    mmsi++;
    struct sail_boat b = sail_boat_of(mmsi, type, LON, LAT + mmsi % 40 * 0.3);
    s->count = 0;
    sail_on(s, &b, 11, 90, 70, 60);
    for (size_t i = 0; i < count; i++)
        sail_on(s, &b, legs[i].kn, legs[i].course_deg, legs[i].minutes, 60);
    sail_on(s, &b, 11, 90, 60, 60);
    const struct vg_event *e = sail_heard(s, VG_EVENT_ANOMALY, "");
    *ret_text = e ? e->text : "";
    return sail_count(s, VG_EVENT_ANOMALY);
}

#define LEGS(...) (const struct leg[]){__VA_ARGS__}, sizeof((const struct leg[]){__VA_ARGS__}) / sizeof(struct leg)

static void zigzag_back_slow_and_dash_are_told_once_each(void **state)
{
    (void)state;
    const char *text;
    struct sail *s = sail_new(NULL);
    assert_int_equal(
        sailed(s, 70, LEGS({11, 140, 12}, {11, 40, 12}, {11, 140, 12}, {11, 40, 12}, {11, 140, 12}), &text), 1);
    assert_string_equal(text, "zigzag");
    assert_int_equal(sailed(s, 80, LEGS({11, 270, 30}), &text), 1);
    assert_string_equal(text, "back");
    assert_int_equal(sailed(s, 70, LEGS({3, 90, 40}), &text), 1);
    assert_string_equal(text, "slow");
    assert_int_equal(sailed(s, 70, LEGS({16.5, 90, 40}), &text), 1);
    assert_string_equal(text, "dash");
    sail_free(s);
}

static void evasions_waypoints_stops_and_trades_are_none(void **state)
{
    (void)state;
    const char *text;
    struct sail *s = sail_new(NULL);
    assert_int_equal(sailed(s, 70, LEGS({11, 90, 10}), &text), 0);                /* nothing */
    assert_int_equal(sailed(s, 70, LEGS({11, 130, 10}, {11, 60, 10}), &text), 0); /* gives way */
    assert_int_equal(sailed(s, 70, LEGS({11, 150, 120}), &text), 0);              /* a waypoint */
    assert_int_equal(sailed(s, 70, LEGS({11, 270, 8}), &text), 0);                /* looks at something */
    assert_int_equal(sailed(s, 70, LEGS({9, 90, 40}), &text), 0);                 /* a bit slower */
    assert_int_equal(sailed(s, 70, LEGS({13, 90, 120}), &text), 0);               /* makes up time */
    assert_int_equal(sailed(s, 36, LEGS({11, 140, 12}, {11, 40, 12}, {11, 140, 12}, {11, 40, 12}), &text),
                     0);                                            /* tacks */
    assert_int_equal(sailed(s, 30, LEGS({11, 270, 30}), &text), 0); /* fishes */
    assert_int_equal(sailed(s, 52, LEGS({3, 90, 40}), &text), 0);   /* a tug */
    sail_free(s);
}

/* The same passage heard every quarter of an hour: what lies between was heard by nobody. */
static void a_way_between_far_fixes_is_no_anomaly(void **state)
{
    (void)state;
    struct sail *s = sail_new(NULL);
    struct sail_boat b = sail_boat_of(735000001, 70, LON, LAT);
    for (int i = 0; i < 24; i++) {
        sail_move(&b, 11, i == 12 ? 150 : 90, 900);
        sail_report(s, &b, i == 12 ? 2 : 11, 90);
    }
    assert_int_equal(sail_count(s, VG_EVENT_ANOMALY), 0);
    sail_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zigzag_back_slow_and_dash_are_told_once_each),
        cmocka_unit_test(evasions_waypoints_stops_and_trades_are_none),
        cmocka_unit_test(a_way_between_far_fixes_is_no_anomaly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
