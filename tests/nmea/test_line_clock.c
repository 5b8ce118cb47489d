/* Which time each line of a recording has, and where that comes from. */
#include "base/time.h"
#include "test.h"

#include "nmea/line_clock.h"
#include "nmea/line_time.h"

static const char sentence[] = "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24";

#define S(s) (INT64_C(s) * VG_SECOND_US)
#define NOTHING                                                                                                        \
    {                                                                                                                  \
        .file_us = 0                                                                                                   \
    }
#define NOON S(1732233600) /* 2024-11-22 */

static const struct vg_line_clock_rules nothing_told = {.file_us = 5, .latest_us = S(1800000000)};

static void runs_are_neighbours_of_one_time_from_one_place(void **state)
{
    (void)state;
    char text[1024];
    size_t n = (size_t)snprintf(text, sizeof text, "%s\r\n1700000000 %s\n%s\n1700000000 %s\n1700000001 %s\n# remark\n",
                                sentence, sentence, sentence, sentence, sentence);
    const size_t line = sizeof sentence;
    static const struct {
        int64_t s;
        enum vg_line_from from;
    } want[] = {{1700000000, VG_LINE_FROM_NEIGHBOUR},
                {1700000000, VG_LINE_FROM_LINE},
                {1700000000, VG_LINE_FROM_NEIGHBOUR},
                {1700000000, VG_LINE_FROM_LINE},
                {1700000001, VG_LINE_FROM_LINE}};
    const size_t lengths[] = {line + 1, line + 11, line, line + 11, line + 11 + 9}; /* a remark stays with its line */
    struct vg_line_clock c;
    char why[256];
    vg_line_clock_init(&c, &nothing_told);
    assert_true(vg_line_clock_learn(&c, text, n, why, sizeof why));
    const char *p = text, *end = text + n;
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        int64_t us;
        enum vg_line_from from;
        assert_int_equal(vg_line_clock_next(&c, p, end, &us, &from), lengths[i]);
        assert_true(us == want[i].s * VG_SECOND_US);
        assert_int_equal(from, want[i].from);
        p += lengths[i];
    }
    assert_ptr_equal(p, end);
    assert_int_equal(c.counts.lines[VG_LINE_FROM_LINE], 3);
    assert_int_equal(c.counts.lines[VG_LINE_FROM_NEIGHBOUR], 2); /* a remark is no sentence */
}

/* The times of the lines with a sentence, one behind the other, as "seconds from;"; or why the text is refused. */
static const char *date_all(const struct vg_line_clock_rules *rules, const char *text, struct vg_line_clock *c)
{
    static char told[2048];
    static const char letters[] = "TLNGF";
    const char *p = text, *end = text + strlen(text);
    size_t n = 0;
    vg_line_clock_init(c, rules);
    if (!vg_line_clock_learn(c, text, (size_t)(end - text), told, sizeof told))
        return told;
    told[0] = '\0';
    while (p < end) {
        int64_t us;
        enum vg_line_from from;
        size_t size = vg_line_clock_next(c, p, end, &us, &from);
        for (const char *at = p; (at = memmem(at, (size_t)(p + size - at), "!AIVDM", 6)); at++)
            n +=
                (size_t)snprintf(told + n, sizeof told - n, "%lld%c ", (long long)(us - NOON) / 1000000, letters[from]);
        p += size;
    }
    return told;
}

/* '@' stands for a sentence. */
static char *text_of(const char *pattern)
{
    static char text[4096];
    size_t n = 0;
    for (const char *c = pattern; *c; c++)
        n += *c == '@' ? (size_t)snprintf(text + n, sizeof text - n, "%s", sentence)
                       : (size_t)snprintf(text + n, sizeof text - n, "%c", *c);
    return text;
}

static void every_form_is_dated(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
        struct vg_line_clock_rules told;
    } rows[] = {
        {"2024-11-22 00:00:01,5 - INFO - @\n2024-11-22 00:00:02,5 - INFO - @\n", "1L 2L ", NOTHING},
        {"1732233601000000 @\n1732233602000000000 @\n", "1L 2L ", NOTHING},
        {"20241122000001 @\n20241122T000002Z @\n", "1L 2L ", NOTHING},
        {"2024-11-22T02:00:01.000+02:00 host prog[12]: @\n", "1L ", NOTHING},
        {"2024/11/22 00:00:01 @\n2024.11.22 00:00:02 @\n", "1L 2L ", NOTHING},
        {"22 Nov 2024 00:00:01 @\n22-nov-2024 00:00:02 @\n22/Nov/2024:00:00:03 +0000 @\n", "1L 2L 3L ", NOTHING},
        {"Nov 22, 2024 12:00:01 AM @\nFri Nov 22 00:00:02 2024 @\n", "1L 2L ", NOTHING},
        {"@ ( MSG: 1, MMSI: 992191234, timestamp: 20241122000001)\n", "1L ", NOTHING},
        {"@,2024-11-22 00:00:01 +0000 UTC\n", "1L ", NOTHING},
        /* what must be told */
        {"22/11/2024 00:00:01 @\n", "DD/MM/YYYY", NOTHING},
        {"22/11/2024 00:00:01 @\n", "1L ", {.pattern = "DD/MM/YYYY hh:mm:ss"}},
        {"11/22/2024 12:00:01 AM @\n", "1L ", {.pattern = "MM/DD/YYYY hh:mm:ss AP"}},
        {"22.11.24 00:00:01 @\n", "DD/MM/YYYY", NOTHING},
        {"22.11.24 00:00:01 @\n", "1L ", {.pattern = "DD.MM.YY hh:mm:ss"}},
        {"22/11/2024 00:00:01 @\n", "no line has a time of the form", {.pattern = "YYYYMMDD hhmmss"}},
        {"2024-11-22 00:00:01 CET @\n", "--zone", NOTHING},
        {"123456 @\n123789 @\n", "--time", NOTHING},
        {"123456 @\n123789 @\n", "0F 0F ", {.undated = true, .file_us = NOON}},
        {"123456 @\n123789 @\n", "7G 7G ", {.given_us = NOON + S(7)}},
        {"45618.0000116 @\n", "--time", NOTHING},
        {"45618.0000116 @\n", "1L ", {.pattern = "excel"}},
        {"1732233601 @\n", "1L ", {.pattern = "epoch_s"}},
        /* a date that stands elsewhere */
        {"00:00:01 (TCP:192.0.2.7:11111) @\n", "--date", NOTHING},
        {"00:00:01 (TCP:192.0.2.7:11111) @\n00:00:02.5 @\n", "1L 2L ", {.day_us = NOON}},
        {"# 2024-11-22\n00:00:01 @\n", "1L ", NOTHING},
        {"00:00:01 @\n# 2024-11-22T00:00:02Z\n@\n", "1L 2N ", NOTHING},
        {"23:59:59 @\n00:00:01 @\n23:59:58 @\n00:00:02 @\n", "-1L 1L -2L 2L ", {.day_us = NOON - S(86400)}},
        {"Nov 22 00:00:01 host app: @\n", "--date YYYY", NOTHING},
        {"Nov 22 00:00:01 host app: @\n", "1L ", {.day_us = S(1704067200)}},
        {"Dec 31 23:59:59 @\nJan  1 00:00:01 @\n", "3455999L 3456001L ", {.day_us = S(1704067200)}},
        {"$GPZDA,000001,22,11,2024,00,00*4D\n00:00:02 @\n@\n", "2L 2N ", NOTHING},
        {"$GPRMC,000001.00,A,0210.0,S,08000.0,W,0.0,0.0,221124,,,A*5D\n@\n", "1N ", NOTHING},
        /* times between sentences */
        {"!DATE-TIME,23:59:59\n@\n!DATE-TIME,00:00:01\n@\n", "-1N 1N ", {.day_us = NOON - S(86400)}},
        {"!DATE-TIME,23:59:59\n@\n", "--date", NOTHING},
        {"241122 000001\n@\n241122 000002\n@\n", "--time", NOTHING},
        {"241122 000001\n@\n241122 000002\n@\n", "1N 2N ", {.pattern = "YYMMDD hhmmss"}},
        {"# 45618.0000116\n@\n", "--time", NOTHING},
        {"# 45618.0000116\n@\n", "0F ", {.undated = true, .file_us = NOON}},
        {"# station 12 at 192.0.2.7:11111\n# 3\n@\n", "0F ", {.file_us = NOON}},
        {"INFO:2024-11-22 00:00:01,123:root:@\n", "1L ", NOTHING},
        {"[2024-11-22] [00:00:01] @\n2024-11-22_00-00-02 @\n", "1L 2L ", NOTHING},
        {"2024-11-22 02:00:01 GMT+2 @\n2024-11-21T24:00:00Z @\n", "1L 0L ", NOTHING},
        {"2024-11-22 00:00:01 @\n0000-00-00 00:00:00 @\n2024-02-30 00:00:05 @\n", "1L 1N 1N ", NOTHING},
        {"@\n@\n", "0F 0F ", {.file_us = NOON}},
        {"@\n@\n", "3G 3G ", {.given_us = NOON + S(3), .file_us = NOON}},
        {"@\n1732233601 @\n@\n", "1N 1L 1N ", {.file_us = NOON}},
        {"INFO - @\nAIS1: @\n-65.2 @\n", "0F 0F 0F ", {.file_us = NOON}},
        /* zones, line ends */
        {"2024-11-21 19:00:01 @\n", "1L ", {.zone_minutes = -300}},
        {"2024-11-22 00:00:01Z @\n1732233602 @\n", "1L 2L ", {.zone_minutes = -300}},
        {"19:00:01 @\n", "1L ", {.zone_minutes = -300, .day_us = NOON - S(86400)}},
        {"1732233601 @\r1732233602 @\r1732233603 @\r", "1L 2L 3L ", NOTHING},
        {"1732233601 @\r\n1732233602 @\n1732233603 @\r1732233604 @", "1L 2L 3L 4L ", NOTHING},
        /* bounds */
        {"1732233601 @\n1900000000 @\n", "1L 1N ", NOTHING},
        {"1900000000 @,rX,1732233602\n", "2L ", NOTHING},
        {"600000000000 @\n1732233602 @\n", "2N 2L ", NOTHING},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct vg_line_clock c;
        struct vg_line_clock_rules rules = rows[i].told;
        rules.latest_us = S(1800000000);
        const char *told = date_all(&rules, text_of(rows[i].text), &c);
        bool refused = !strchr("0123456789-", rows[i].want[0]) || strncmp(rows[i].want, "--", 2) == 0;
        if (refused ? !strstr(told, rows[i].want) : strcmp(told, rows[i].want) != 0)
            fail_msg("%s: %s, not %s", rows[i].text, told, rows[i].want);
    }
}

static void what_is_not_believed_or_read_is_counted(void **state)
{
    (void)state;
    struct vg_line_clock c;
    date_all(&nothing_told, text_of("1732233601 @\n1900000000 @\n22/11/2024 00:00:03 @\n@\n"), &c);
    assert_int_equal(c.counts.lines[VG_LINE_FROM_LINE], 1);
    assert_int_equal(c.counts.lines[VG_LINE_FROM_NEIGHBOUR], 3);
    assert_int_equal(c.counts.out_of_bounds, 1);
    assert_non_null(strstr(c.counts.bounds_example, "1900000000"));
    assert_int_equal(c.counts.unread, 1);
    assert_non_null(strstr(c.counts.unread_example, "22/11/2024"));
}

/* Where none of the first lines has a time, one further on dates itself alone, and what continues it. */
static void an_undated_recording_stays_so(void **state)
{
    (void)state;
    static char text[1 << 17];
    const struct vg_line_clock_rules rules = {.file_us = NOON, .latest_us = S(1800000000)};
    struct vg_line_clock c;
    char why[256], told[64] = "";
    size_t n = 0;
    while (n < 70000)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s\n", sentence);
    size_t head = n;
    n += (size_t)snprintf(text + n, sizeof text - n,
                          "1732233605 !AIVDM,2,1,3,A,0,0*00\n!AIVDM,2,2,3,A,0,2*00\n%s\n00:00:07 %s\n", sentence,
                          sentence);
    vg_line_clock_init(&c, &rules);
    assert_true(vg_line_clock_learn(&c, text, 65536, why, sizeof why));
    for (size_t at = head; at < n;) {
        int64_t us;
        enum vg_line_from from;
        at += vg_line_clock_next(&c, text + at, text + n, &us, &from);
        snprintf(told + strlen(told), sizeof told - strlen(told), "%lld%c ", (long long)(us - NOON) / 1000000,
                 "TLNGF"[from]);
    }
    assert_string_equal(told, "5L 0F 7L ");
}

/* A tag block's time that is out of bounds gives way to the line's other one. */
static void the_other_time_counts_if_one_is_out_of_bounds(void **state)
{
    (void)state;
    struct vg_line_clock c;
    assert_string_equal(date_all(&nothing_told, text_of("1732233601 \\c:1900000000*51\\@\n"), &c), "1L ");
    assert_string_equal(date_all(&nothing_told, text_of("1732233601 \\c:1732233602*58\\@\n"), &c), "2T ");
    assert_string_equal(date_all(&nothing_told, text_of("\\c:1732233602*58\\@,1732233603\n"), &c), "2T ");
}

static void an_unfinished_line_waits(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t waits;
    } rows[] = {
        {"@\n@\n", 0},
        {"@\n@", 0},
        {"@\n!AIVDM,1,1", 10},
        {"@\n1732252850 !AIVDM,1,", 20},
        {"@\r!AIV", 4},
        {"!AIV", 4},
        {"@,2024-11-22T00:00:01Z\n@,2024-11-22T00:0", sizeof sentence - 1 + 16},
        {"@,1732233601\n@,1732233602", 0},
        {"", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *text = text_of(rows[i].text);
        size_t len = *rows[i].text ? strlen(text) : 0;
        if (len - vg_lines_whole(text, len, false) != rows[i].waits)
            fail_msg("%s: %zu wait", rows[i].text, len - vg_lines_whole(text, len, false));
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
        assert_true(vg_lines_plain(text, text + n));
        bool end = text[at] == '\n';
        char was = text[at];
        text[at] = '\\';
        assert_false(vg_lines_plain(text, text + n));
        text[at] = '*';
        assert_int_equal(vg_lines_plain(text, text + n), was == '*');
        text[at] = '\n';
        assert_int_equal(vg_lines_plain(text, text + n), end);
        text[at] = was;
        if (was == '!' && at) {
            text[at] = '$';
            assert_false(vg_lines_plain(text, text + n));
            text[at] = was;
        }
        if (end && at + 1 < n) { /* one byte more or less behind the checksum */
            memmove(text + at + 1, text + at, n - at);
            text[at] = ',';
            assert_false(vg_lines_plain(text, text + n + 1));
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
        if (!vg_lines_plain(text, text + n))
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
    assert_false(vg_lines_plain(sentence, sentence));
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
        {"!A,0000\n", false}, /* perhaps a time between sentences */
        {"!A,000*\n", false},
        {"!A,00\\0\n", false},
        {"!A,0000\n\n", false},
        {"!A,0*24\n!B,0*24\n", true},
        {"!A,0*24\n!B,0000\n", false},
        {"!A,0*24\n!B,0000\n!C,0*24\n", false},
        {"!A,0*24\r!B,0*24\n", false},
        {"!A,0*24\r\n!B,0*24\r\n", true},
        {"!A,0*24\n$B,0*24\n", false},
        {"!A,0*24\n!B,0*24,1\n", false},
        {"!A,0*24,1\n!B,0*24\n", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *text = rows[i].text;
        if (vg_lines_plain(text, text + strlen(text)) != rows[i].plain)
            fail_msg("row %zu: %s", i, text);
    }
    /* A time behind the last sentence, wherever sixteen bytes end. */
    for (size_t before = 0; before < 40; before++) {
        char line[256];
        int n = snprintf(line, sizeof line, "!AIVDM,1,1,,A,%.*s,0*00\n%s,1700000000\n", (int)before,
                         "0000000000000000000000000000000000000000", sentence);
        assert_false(vg_lines_plain(line, line + n));
        struct vg_line_clock c;
        enum vg_line_from from;
        int64_t us;
        vg_line_clock_init(&c, &nothing_told);
        size_t first = vg_line_clock_next(&c, line, line + n, &us, &from);
        assert_int_equal(us, 5);
        assert_int_equal(vg_line_clock_next(&c, line + first, line + n, &us, &from), (size_t)n - first);
        assert_true(us == INT64_C(1700000000000000));
        assert_true(c.state.last_us == us);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_are_neighbours_of_one_time_from_one_place),
        cmocka_unit_test(every_form_is_dated),
        cmocka_unit_test(what_is_not_believed_or_read_is_counted),
        cmocka_unit_test(an_undated_recording_stays_so),
        cmocka_unit_test(the_other_time_counts_if_one_is_out_of_bounds),
        cmocka_unit_test(an_unfinished_line_waits),
        cmocka_unit_test(an_odd_byte_is_seen_wherever_it_stands),
        cmocka_unit_test(plain_blocks_hold_no_time),
        cmocka_unit_test(the_last_line_is_looked_at_to_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
