/* Fishing: both forms of tables, fixes of several vessels in any order. */
#include "job.h"

#define TABLE "\"vessel_id\",\"lat\",\"lon\",\"time\",\"bearing\",\"speed\",\"gear\",\"fish.val\"\n"

static void a_table_with_speeds_is_judged_by_them(void **state)
{
    (void)state;
    struct came c = run_text(vg_quality_fishing, TABLE "\"a\",1,2,\"2012-05-01 00:00:00\",10,2.5,\"trawl\",\"fish\"\n"
                                                       "\"a\",1,2,\"2012-05-01 03:00:00\",10,9.5,\"trawl\",\"travel\"\n"
                                                       "\"a\",1,2,\"2012-05-01 06:00:00\",10,3.5,\"trawl\",\"NA\"\n"
                                                       "\"a\",1,2,\"2012-05-01 09:00:00\",10,3.5,\"trawl\",\"travel\"\n"
                                                       "\"b\",1,2,2012-05-01,NA,8,\"trawl\",\"fish\"\n");
    assert_int_equal(c.err, VG_OK);
    assert_string_equal(c.predictions, "row,fishing\r\n0,1\r\n1,0\r\n2,1\r\n3,1\r\n4,0\r\n");
    assert_number(&c, "rows", 5);
    assert_number(&c, "scored", 4);
    assert_number(&c, "vessels", 2);
    assert_number(&c, "precision", 0.5);
    assert_number(&c, "recall", 0.5);
    assert_number(&c, "f1", 0.5);
    assert_number(&c, "travel_rejected", 0.5);
    forget(&c);
}

/* A minute at 58° N: 0.001° of latitude is 3.6 kn, 0.003° 10.8. */
static void a_trip_without_speeds_is_judged_by_its_positions(void **state)
{
    (void)state;
    char text[16384];
    size_t n = (size_t)snprintf(text, sizeof text, "id,rowid,time,x,y,lon,lat,behaviour\n");
    double lat = 58;
    for (int i = 0; i < 60; i++) {
        const bool slow = i >= 20 && i < 40;
        lat += slow ? 0.0005 : 0.003;
        n += (size_t)snprintf(text + n, sizeof text - n, "1,%d,2017-05-19T06:%02d:28Z,0,0,-4.1,%.6f,%s\n", i, i, lat,
                              !slow   ? "steaming"
                              : i % 2 ? "shooting"
                                      : "hauling");
    }
    struct came c = run_text(vg_quality_fishing, text);
    assert_int_equal(c.err, VG_OK);
    assert_number(&c, "scored", 60);
    assert_true(number(&c, "recall") >= 0.9 && number(&c, "precision") >= 0.9 && number(&c, "travel_rejected") >= 0.95);
    forget(&c);
}

/* Vessels by turns, times backwards: each row has its own word still. */
static void the_order_of_rows_and_all_labels_change_no_word(void **state)
{
    (void)state;
    static const char *const form[] = {"fish", "travel", "NA"};
    char forward[16384], backward[16384];
    size_t n = (size_t)snprintf(forward, sizeof forward, TABLE);
    size_t m = (size_t)snprintf(backward, sizeof backward, "fish.val,fish.a,speed,time,lon,lat,vessel_id\n");
    for (int i = 0; i < 100; i++) {
        const int vessel = i % 2, minute = i / 2;
        n += (size_t)snprintf(forward + n, sizeof forward - n, "v%d,1,2,2012-05-01 01:%02d:00,0,%d,x,%s\n", vessel,
                              minute, minute / 10 % 2 == vessel ? 3 : 9, form[i % 3]);
        const int j = 99 - i, other = j % 2, late = j / 2;
        m += (size_t)snprintf(backward + m, sizeof backward - m, "%s,fish,%d,2012-05-01T01:%02d:00Z,2,1,v%d\n",
                              form[i % 3], late / 10 % 2 == other ? 3 : 9, late, other);
    }
    struct came a = run_text(vg_quality_fishing, forward), b = run_text(vg_quality_fishing, backward);
    assert_true(!a.err && !b.err);
    const char *p = a.predictions, *q = b.predictions;
    int word[100], fishing = 0;
    for (int i = 0; i < 100; i++) {
        p = strchr(p, '\n') + 1;
        word[i] = *(strchr(p, ',') + 1);
        fishing += word[i] == '1';
    }
    for (int i = 0; i < 100; i++) {
        q = strchr(q, '\n') + 1;
        assert_int_equal(*(strchr(q, ',') + 1), word[99 - i]);
    }
    assert_true(fishing > 30 && fishing < 70);
    forget(&a);
    forget(&b);
}

static void speeds_that_nobody_said_come_from_positions(void **state)
{
    (void)state;
    struct came c = run_text(vg_quality_fishing, "vessel_id,lat,lon,time,speed\na,10,2,2012-05-01 00:00:00,NA\n"
                                                 "a,10.2,2,2012-05-01 01:00:00,\na,10.4,2,2012-05-01 02:00:00,102.3\n");
    assert_int_equal(c.err, VG_OK);
    assert_string_equal(c.predictions, "row,fishing\r\n0,0\r\n1,0\r\n2,0\r\n"); /* 12 kn */
    assert_number(&c, "scored", 0);
    assert_true(isnan(number(&c, "f1")));
    forget(&c);
}

static void what_is_wrong_names_file_line_and_what_was_expected(void **state)
{
    (void)state;
    assert_refused(vg_quality_fishing, "lat,lon,time\n", "some.csv: the header has no column 'id'");
    assert_refused(vg_quality_fishing, "vessel_id,lat,lon\n", "some.csv: the header has no column 'time'");
    assert_refused(vg_quality_fishing, TABLE "a,1,2,yesterday,0,1,x,fish\n",
                   "some.csv:2: column 'time' says 'yesterday': a time, 2017-05-19T06:50:28Z or seconds since 1970, is "
                   "expected");
    assert_refused(vg_quality_fishing, TABLE "a,1,2,2012-05-01 00:00:00,0,1,x,maybe\n",
                   "some.csv:2: column 'fish.val': fish, travel or NA is expected");
    assert_refused(vg_quality_fishing, TABLE "a,91,2,2012-05-01 00:00:00,0,1,x,fish\n",
                   "some.csv:2: column 'lat' says '91': a number from -90 to 90 is expected");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_with_speeds_is_judged_by_them),
        cmocka_unit_test(a_trip_without_speeds_is_judged_by_its_positions),
        cmocka_unit_test(the_order_of_rows_and_all_labels_change_no_word),
        cmocka_unit_test(speeds_that_nobody_said_come_from_positions),
        cmocka_unit_test(what_is_wrong_names_file_line_and_what_was_expected),
    };
    return cmocka_run_group_tests_name("fishing", tests, NULL, NULL);
}
