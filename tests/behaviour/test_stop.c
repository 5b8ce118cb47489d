/* Sudden stops, and that one odd reading neither makes one nor hides one. */
#include "sail.h"

#define LON (-83.0)
#define LAT (-1.0)

/* Steams for ten minutes, then says these speeds every ten seconds in one place; how many stops are told. */
static size_t stops(const double *kn, int count)
{
    struct sail *s = sail_new(NULL);
    struct sail_boat b = sail_boat_of(636000001, 70, LON, LAT);
    sail_on(s, &b, 14, 90, 10, 10);
    for (int i = 0; i < count; i++) {
        b.time_us += 10 * VG_SECOND_US;
        sail_report(s, &b, kn[i], 90);
    }
    const size_t n = sail_count(s, VG_EVENT_STOP);
    sail_free(s);
    return n;
}
#define STOPS(...) stops((const double[]){__VA_ARGS__}, sizeof((const double[]){__VA_ARGS__}) / sizeof(double))

static void one_odd_reading_hides_no_stop(void **state)
{
    (void)state;
    assert_int_equal(STOPS(0.3, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1), 1);
    assert_int_equal(STOPS(0.3, 0.2, 12, 0.1, 0.1, 0.1, 0.1, 0.1), 1);
    assert_int_equal(STOPS(0.3, 0.2, 5, 0.1, 0.1, 0.1, 0.1, 0.1), 1);
    assert_int_equal(STOPS(0.9, 1.1, 1.0, 0.9, 1.2, 0.9, 1.0, 0.9), 1);
}

static void what_is_no_stop_is_none(void **state)
{
    (void)state;
    assert_int_equal(STOPS(0, 14, 14, 14, 14, 14, 14, 14), 0);            /* one wrong speed */
    assert_int_equal(STOPS(0.3, 0.2, 5, 5, 0.1, 5, 5, 5), 0);             /* she goes on */
    assert_int_equal(STOPS(12, 10, 6, 5, 4, 2, 0.5, 0.2, 0, 0, 0, 0), 0); /* slowly */
    assert_int_equal(STOPS(0.3, 0.2, 0.1, 12, 13, 14, 14, 14), 0);        /* not for a minute */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_odd_reading_hides_no_stop),
        cmocka_unit_test(what_is_no_stop_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
