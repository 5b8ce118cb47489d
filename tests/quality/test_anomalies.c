/* Anomalies: tracks in, spans out; each injected event counts once, every other span is false. */
#include "job.h"

#define HEADER "track,unix_s,lat,lon,sog_kn,cog,track_anomalous,kind,first_bad,last_bad\n"
#define FIXES  40

static char text[65536];
static size_t len;

/* A track north at 12 kn; speeds that aren't made good at `at` and the fix behind it (−1: nowhere). */
static void add_track(const char *name, int at, const char *labels)
{
    for (int i = 0; i < FIXES; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s,%d,%.5f,-90.0,%.1f,0.0,%s\n", name,
                                1693526402 + 600 * i, 28 + i * 2.0 / 60,
                                i == at       ? 4.0
                                : i == at + 1 ? 21.0
                                              : 12.0,
                                labels);
}

static void begin_text(void)
{
    len = (size_t)snprintf(text, sizeof text, HEADER);
}

static void an_event_that_is_overlapped_is_hit_and_all_else_is_false(void **state)
{
    (void)state;
    begin_text();
    add_track("hit", 15, "1,speed,14,20");
    add_track("elsewhere", 30, "1,speed,5,9");
    add_track("normal", -9, "0,,0,0");
    add_track("false", 20, "0,,0,0");
    struct came c = run_text(vg_quality_anomalies, text);
    assert_int_equal(c.err, VG_OK);
    assert_number(&c, "events", 2);
    assert_number(&c, "spans", 3);
    assert_number(&c, "precision", 1.0 / 3);
    assert_number(&c, "recall", 0.5);
    assert_number(&c, "f1", 0.4);
    assert_number(&c, "hours", 26);
    assert_number(&c, "false_per_100h", 200.0 / 26);
    assert_number(&c, "tracks", 4);
    assert_number(&c, "rows", 4 * FIXES);
    int first, last;
    assert_int_equal(sscanf(c.predictions, "track,first,last,kind,confidence\r\nhit,%d,%d,speed,0.", &first, &last), 2);
    assert_true(first >= 14 && first <= 16 && last >= first && last <= 17);
    forget(&c);
}

/* Two spans in one event: it counts once, and the other is false. */
static void an_event_counts_once(void **state)
{
    (void)state;
    begin_text();
    add_track("a", 4, "1,speed,3,33");
    const size_t half = len;
    struct came one = run_text(vg_quality_anomalies, text);
    assert_number(&one, "spans", 1);
    len = half;
    begin_text();
    for (int i = 0; i < FIXES; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "a,%d,%.5f,-90.0,%.1f,0.0,1,speed,3,33\n",
                                1693526402 + 600 * i, 28 + i * 2.0 / 60,
                                i == 4 || i == 31   ? 4.0
                                : i == 5 || i == 30 ? 21.0
                                                    : 12.0);
    struct came c = run_text(vg_quality_anomalies, text);
    assert_number(&c, "spans", 2);
    assert_number(&c, "recall", 1);
    assert_number(&c, "precision", 0.5);
    forget(&one);
    forget(&c);
}

static void labels_change_no_prediction_and_are_not_needed(void **state)
{
    (void)state;
    static char bare[65536];
    begin_text();
    add_track("t", 15, "1,speed,14,20");
    struct came want = run_text(vg_quality_anomalies, text);
    begin_text();
    add_track("t", 15, "0,,0,0");
    struct came other = run_text(vg_quality_anomalies, text);
    assert_string_equal(other.predictions, want.predictions);
    size_t n = (size_t)snprintf(bare, sizeof bare, "cog,sog_kn,lon,lat,unix_s,track\n");
    for (int i = 0; i < FIXES; i++)
        n += (size_t)snprintf(bare + n, sizeof bare - n, "0,%.1f,-90,%.5f,%d,t\n",
                              i == 15   ? 4.0
                              : i == 16 ? 21.0
                                        : 12.0,
                              28 + i * 2.0 / 60, 1693526402 + 600 * i);
    struct came none = run_text(vg_quality_anomalies, bare);
    assert_string_equal(none.predictions, want.predictions);
    assert_true(isnan(number(&none, "f1")));
    forget(&want);
    forget(&other);
    forget(&none);
}

/* A row that is there twice has no place in time; indices are those of rows still. */
static void fixes_that_are_not_later_are_passed_over(void **state)
{
    (void)state;
    begin_text();
    for (int i = 0; i < FIXES; i++)
        for (int twice = 0; twice <= (i == 3); twice++)
            len += (size_t)snprintf(text + len, sizeof text - len, "a,%d,%.5f,-90.0,%.1f,0.0,0,,0,0\n",
                                    1693526402 + 600 * i, 28 + i * 2.0 / 60,
                                    i == 20   ? 4.0
                                    : i == 21 ? 21.0
                                              : 12.0);
    struct came c = run_text(vg_quality_anomalies, text);
    int first, last;
    assert_int_equal(sscanf(c.predictions, "track,first,last,kind,confidence\r\na,%d,%d,", &first, &last), 2);
    assert_true(first >= 20 && last <= 23);
    forget(&c);
}

/* Rows in another order than time: the same span, by the rows that say it; hours are never less than none. */
static void rows_may_stand_in_any_order(void **state)
{
    (void)state;
    begin_text();
    for (int i = FIXES - 1; i >= 0; i--)
        len += (size_t)snprintf(text + len, sizeof text - len, "a,%d,%.5f,-90.0,%.1f,0.0,1,speed,20,26\n",
                                1693526402 + 600 * i, 28 + i * 2.0 / 60,
                                i == 15   ? 4.0
                                : i == 16 ? 21.0
                                          : 12.0);
    struct came c = run_text(vg_quality_anomalies, text);
    assert_number(&c, "recall", 1);
    assert_number(&c, "spans", 1);
    assert_number(&c, "hours", 6.5);
    forget(&c);
}

static void what_is_wrong_names_file_line_and_what_was_expected(void **state)
{
    (void)state;
    assert_refused(vg_quality_anomalies, "track,unix_s,lat,lon,sog_kn\n", "some.csv: the header has no column 'cog'");
    assert_refused(vg_quality_anomalies, "track,unix_s,lat,lon,sog_kn,cog,track_anomalous\n",
                   "some.csv: the header has no column 'first_bad'");
    assert_refused(vg_quality_anomalies, HEADER "a,1693526402,28,-90,fast,0,0,,0,0\n",
                   "some.csv:2: column 'sog_kn' says 'fast': a number from 0 to 1000 is expected");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_that_is_overlapped_is_hit_and_all_else_is_false),
        cmocka_unit_test(an_event_counts_once),
        cmocka_unit_test(labels_change_no_prediction_and_are_not_needed),
        cmocka_unit_test(fixes_that_are_not_later_are_passed_over),
        cmocka_unit_test(rows_may_stand_in_any_order),
        cmocka_unit_test(what_is_wrong_names_file_line_and_what_was_expected),
    };
    return cmocka_run_group_tests_name("anomalies", tests, NULL, NULL);
}
