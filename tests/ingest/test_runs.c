/* Lines cut into runs of one time. */
#include "test.h"

#include "ingest/runs.h"
#include "nmea/line_time.h"

static const char sentence[] = "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24";

static void runs_are_neighbours_of_one_time(void **state)
{
    (void)state;
    char text[1024];
    size_t n = (size_t)snprintf(text, sizeof text, "%s\r\n1700000000 %s\n%s\n1700000000 %s\n1700000001 %s\n# remark\n",
                                sentence, sentence, sentence, sentence, sentence);
    const size_t line = sizeof sentence;
    for (int timed = 0; timed < 2; timed++) {
        struct vg_runs r = {timed, 5, 5};
        int64_t us;
        const char *p = text, *end = text + n;
        size_t first = vg_runs_next(&r, p, end, &us);
        assert_int_equal(us, 5);
        assert_int_equal(first, line + 1);
        p += first;
        size_t second = vg_runs_next(&r, p, end, &us);
        assert_true(us == INT64_C(1700000000000000));
        assert_int_equal(second, timed ? 3 * line + 22 : line + 11);
        p += second;
        while (p < end)
            p += vg_runs_next(&r, p, end, &us);
        assert_true(us == (timed ? INT64_C(1700000001000000) : 5));
        assert_ptr_equal(p, end);
    }
}

static void most_lines_decide(void **state)
{
    (void)state;
    char text[8192] = "";
    size_t n = 0;
    for (int i = 0; i < 50; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%d %s\n", 1700000000 + i, sentence);
    assert_true(vg_runs_are_timed(text, n));
    for (int i = 0; i < 10; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s\n", sentence);
    assert_false(vg_runs_are_timed(text, n));
    assert_false(vg_runs_are_timed("", 0));
}

/* Nine of ten are enough, and not less. */
static void nine_tenths_of_the_lines_are_most(void **state)
{
    (void)state;
    static const struct {
        int timed, others;
        bool most;
    } rows[] = {{9, 1, true}, {90, 10, true}, {89, 11, false}, {17, 2, false}, {1, 0, true}, {0, 1, false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[16384];
        size_t n = 0;
        for (int k = 0; k < rows[i].timed; k++)
            n += (size_t)snprintf(text + n, sizeof text - n, "%d %s\n", 1700000000 + k, sentence);
        for (int k = 0; k < rows[i].others; k++)
            n += (size_t)snprintf(text + n, sizeof text - n, "%s\n", sentence);
        assert_int_equal(vg_runs_are_timed(text, n), rows[i].most);
    }
}

/* Of bytes that are odd each in its own way, wherever in sixteen they stand. */
static void an_odd_byte_is_seen_wherever_it_stands(void **state)
{
    (void)state;
    for (size_t at = 1; at < 150; at++) {
        char text[256];
        size_t n = 0;
        for (int i = 0; i < 4; i++)
            n += (size_t)snprintf(text + n, sizeof text - n, "!%.*s*00\n", 40 + i,
                                  "0000000000000000000000000000000000000000000000");
        assert_true(vg_runs_plain(text, text + n));
        bool end = text[at] == '\n';
        char was = text[at];
        text[at] = '\\';
        assert_false(vg_runs_plain(text, text + n));
        text[at] = '*';
        assert_int_equal(vg_runs_plain(text, text + n), was == '*');
        text[at] = '\n';
        assert_int_equal(vg_runs_plain(text, text + n), end);
        text[at] = was;
        if (was == '!' && at) {
            text[at] = '$';
            assert_false(vg_runs_plain(text, text + n));
            text[at] = was;
        }
        if (end && at + 1 < n) { /* one byte more or less behind the checksum */
            memmove(text + at + 1, text + at, n - at);
            text[at] = ',';
            assert_false(vg_runs_plain(text, text + n + 1));
        }
    }
}

/* Whatever is said to be plain has no line with a time: millions of lines with a few bytes changed. */
static void plain_blocks_hold_no_time(void **state)
{
    (void)state;
    static const char bytes[] = "\\!*$\r\n,c:r1759 A";
    uint32_t seed = 1;
    unsigned plain = 0;
    for (int round = 0; round < 200000; round++) {
        char text[256];
        size_t n = 0;
        for (int i = 0; i < 3; i++)
            n += (size_t)snprintf(text + n, sizeof text - n, "%s%s\n", sentence, round % 2 ? "\r" : "");
        for (int i = 0; i < round % 4; i++) {
            seed = seed * 1664525u + 1013904223u;
            text[(seed >> 8) % n] = bytes[(seed >> 24) % (sizeof bytes - 1)];
        }
        if (!vg_runs_plain(text, text + n))
            continue;
        plain++;
        for (size_t at = 0; at < n;) {
            const char *lf = memchr(text + at, '\n', n - at);
            int64_t us;
            size_t len = (size_t)(lf + 1 - (text + at));
            assert_int_not_equal(vg_line_time_read(text + at, len, &us), VG_LINE_TIMED);
            at += len;
        }
    }
    assert_true(plain > 50000);
    assert_false(vg_runs_plain(sentence, sentence));
}

/* The shortest piece that can be plain, and what makes it something else, at its very end. */
static void the_last_line_is_looked_at_to_its_end(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool plain;
    } rows[] = {
        {"!A,0*24\n", true},
        {"!A,0*2\n", false},
        {"!A,0*24\r\n", true},
        {"!A,0*24 \n", false},
        {"!A,0*24,1\n", false},
        {"!A,0*24", false}, /* it may go on */
        {"$A,0*24\n", false},
        {"!A,0000\n", true},
        {"!A,000*\n", false},
        {"!A,00\\0\n", false},
        {"!A,0000\n\n", false},
        {"!A,0*24\n!B,0*24\n", true},
        {"!A,0*24\n$B,0*24\n", false},
        {"!A,0*24\n!B,0*24,1\n", false},
        {"!A,0*24,1\n!B,0*24\n", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *text = rows[i].text;
        if (vg_runs_plain(text, text + strlen(text)) != rows[i].plain)
            fail_msg("row %zu: %s", i, text);
    }
    /* A time behind the last sentence, wherever sixteen bytes end. */
    for (size_t before = 0; before < 40; before++) {
        char line[256];
        int n = snprintf(line, sizeof line, "!AIVDM,1,1,,A,%.*s,0*00\n%s,1700000000\n", (int)before,
                         "0000000000000000000000000000000000000000", sentence);
        assert_false(vg_runs_plain(line, line + n));
        struct vg_runs r = {true, 5, 5};
        int64_t us;
        size_t first = vg_runs_next(&r, line, line + n, &us);
        assert_int_equal(us, 5);
        assert_int_equal(vg_runs_next(&r, line + first, line + n, &us), (size_t)n - first);
        assert_true(us == INT64_C(1700000000000000));
        assert_true(r.last_us == us);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_are_neighbours_of_one_time),   cmocka_unit_test(most_lines_decide),
        cmocka_unit_test(nine_tenths_of_the_lines_are_most), cmocka_unit_test(an_odd_byte_is_seen_wherever_it_stands),
        cmocka_unit_test(plain_blocks_hold_no_time),         cmocka_unit_test(the_last_line_is_looked_at_to_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
