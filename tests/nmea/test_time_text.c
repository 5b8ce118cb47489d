/* Times as they stand in and around a sentence: their forms, their bounds, and what stands around them. */
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

static void separators_and_brackets_may_stand_around_it(void **state)
{
    (void)state;
    static const char around[] = " \t,;:|\"'[](){}", others[] = "-+x0.!/~\\\n";
    for (const char *c = around; *c; c++) {
        char text[64];
        int64_t us = VG_TIME_NONE;
        int n = snprintf(text, sizeof text, "%c%c1430438400%c%c", *c, *c, *c, *c);
        assert_true(vg_time_text_prefix(text, text + n, &us));
        assert_true(us == S(1430438400));
        us = 77;
        assert_false(vg_time_text_prefix(text, text + 2, &us)); /* nothing but these */
        assert_int_equal(us, 77);
    }
    for (const char *c = others; *c; c++)
        for (int behind = 0; behind < 2; behind++) {
            char text[64];
            int64_t us = 77;
            int n = snprintf(text, sizeof text, behind ? "1430438400%c" : "%c1430438400", *c);
            bool number = (*c == '0' && !behind) || (*c == '.' && behind) || *c == '+';
            if (!number) {
                assert_false(vg_time_text_prefix(text, text + n, &us));
                assert_int_equal(us, 77);
            }
        }
    char nul[] = "\0001430438400";
    int64_t us = 77;
    assert_false(vg_time_text_prefix(nul, nul + 11, &us)); /* NUL is none of them */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_time_is_a_time_and_nothing_else),
        cmocka_unit_test(separators_and_brackets_may_stand_around_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
