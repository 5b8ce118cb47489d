/* Times as they stand in recordings: their bounds, days of spreadsheets, days in names. */
#include "base/time_text.h"
#include "test.h"

#define S(s) (INT64_C(s) * VG_SECOND_US)

static void a_time_is_a_time_and_nothing_else(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t us; /* VG_TIME_NONE: no time */
    } rows[] = {
        {"1430438400", S(1430438400)},
        {"1430438400.5", S(1430438400) + 500000},
        {"1430438400123", S(1430438400) + 123000},
        {"2015-05-01T00:00:00Z", S(1430438400)},
        {"2026-02-30T10:00:00Z", VG_TIME_NONE},
        {"631152000", S(631152000)},
        {"631151999", VG_TIME_NONE},
        {"631151999.999999", VG_TIME_NONE},
        {"4102444799.999999", S(4102444799) + 999999},
        {"4102444800", VG_TIME_NONE},
        {"", VG_TIME_NONE},
        {" 1430438400", VG_TIME_NONE},
        {"1430438400 ", VG_TIME_NONE},
        {"-1430438400", VG_TIME_NONE},
        {"x", VG_TIME_NONE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t us = VG_TIME_NONE;
        const char *text = rows[i].text;
        if (vg_time_text_read(text, text + strlen(text), &us) != (rows[i].us != VG_TIME_NONE) || us != rows[i].us)
            fail_msg("%s", text);
    }
    int64_t us = 77;
    const char *text = "1430438400";
    assert_false(vg_time_text_read(text + 1, text, &us)); /* an end before its begin */
    assert_int_equal(us, 77);
}

static void days_of_spreadsheets_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text, *utc; /* NULL: none */
    } rows[] = {
        {"45618.222222", "2024-11-22T05:20:00Z"},
        {"45618.222338", "2024-11-22T05:20:10Z"},
        {"45618.2222222222", "2024-11-22T05:20:00Z"},
        {"45618.5", "2024-11-22T12:00:00Z"},
        {"45618", "2024-11-22T00:00:00Z"},
        {"45618.22222801", "2024-11-22T05:20:00.500Z"}, /* as exact as it is written */
        {"32874", "1990-01-01T00:00:00Z"},
        {"32873.9", NULL},
        {"73051", NULL}, /* 2100 */
        {"1e9", NULL},
        {"-45618.2", NULL},
        {"45618,5", NULL},
        {"x", NULL},
        {"", NULL},
        {"99999999999999999999999", NULL},
        {"1e400", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t us = 77, want = 77;
        const char *text = rows[i].text;
        if (rows[i].utc)
            assert_true(vg_time_parse(rows[i].utc, strlen(rows[i].utc), &want));
        if (vg_time_text_excel(text, text + strlen(text), &us) != (rows[i].utc != NULL) || us != want)
            fail_msg("%s: %lld, not %lld", text, (long long)us, (long long)want);
    }
}

static void a_name_may_have_its_day(void **state)
{
    (void)state;
    static const struct {
        const char *name, *day; /* NULL: none */
    } rows[] = {
        {"ais-2024-11-22.txt", "2024-11-22T00:00Z"},
        {"20241122.log", "2024-11-22T00:00Z"},
        {"AIS_2024_01_01.zip/AIS_2024_01_02.csv", "2024-01-02T00:00Z"},
        {"2024.11.22", "2024-11-22T00:00Z"},
        {"log-2024-02-30.txt", NULL},
        {"120241122", NULL},
        {"202411221", NULL},
        {"AIS20241122120000.txt", "2024-11-22T00:00Z"}, /* a time has a day */
        {"202411221200", "2024-11-22T00:00Z"},
        {"2024112212000000", NULL},
        {"2024-11_22", NULL},
        {"1989-01-01", NULL},
        {"2024-11-2", NULL},
        {"", NULL},
        {"plain", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t us = 77, want = 77;
        if (rows[i].day)
            assert_true(vg_time_parse(rows[i].day, strlen(rows[i].day), &want));
        if (vg_time_text_day_of_name(rows[i].name, &us) != (rows[i].day != NULL) || us != want)
            fail_msg("%s", rows[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_time_is_a_time_and_nothing_else),
        cmocka_unit_test(days_of_spreadsheets_are_read),
        cmocka_unit_test(a_name_may_have_its_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
