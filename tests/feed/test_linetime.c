#include "test.h"

#include <stdio.h>

#include "base/time.h"
#include "feed/linetime.h"

#define SENTENCE "!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23"

static enum vg_line_time look(const char *line, int64_t *ret_us)
{
    *ret_us = VG_TIME_NONE;
    return vg_line_time(line, strlen(line), ret_us);
}

static void timed(const char *line, int64_t time_us)
{
    int64_t us;
    if (look(line, &us) != VG_LINE_TIMED)
        fail_msg("no time found in: %s", line);
    assert_int_equal(us, time_us);
}

static void is(const char *line, enum vg_line_time what)
{
    int64_t us;
    if (look(line, &us) != what)
        fail_msg("taken for something else: %s", line);
    assert_int_equal(us, VG_TIME_NONE);
}

/* A tag block of some text, with its checksum, and a sentence. */
static const char *tagged(const char *text)
{
    static char line[256];
    unsigned char sum = 0;
    for (const char *p = text; *p; p++)
        sum ^= (unsigned char)*p;
    snprintf(line, sizeof line, "\\%s*%02X\\%s\r\n", text, sum, SENTENCE);
    return line;
}

static void tag_blocks_carry_seconds_or_milliseconds(void **state)
{
    (void)state;
    timed(tagged("s:2573345,c:1430438400"), 1430438400 * VG_SECOND_US);
    timed(tagged("c:1430438400123,s:x"), INT64_C(1430438400123000));
    timed(tagged("g:1-2-73874,n:157036,c:1241544035"), 1241544035 * VG_SECOND_US);
    is(tagged("s:2573345"), VG_LINE_UNTIMED);
    is(tagged("c:12"), VG_LINE_UNTIMED);
    is("\\c:1430438400*00\\" SENTENCE, VG_LINE_UNTIMED); /* the checksum is wrong: so may be the time */
    is("\\c:1430438400*", VG_LINE_OTHER);
}

static void receivers_append_a_time(void **state)
{
    (void)state;
    timed(SENTENCE ",s22728,d-119,T57.16469233,r003669945,1430438400\r\n", 1430438400 * VG_SECOND_US);
    timed(SENTENCE ",1430438400.5", INT64_C(1430438400500000));
    timed(SENTENCE ",1430438400,rSTATION", 1430438400 * VG_SECOND_US);
    is(SENTENCE ",12345", VG_LINE_UNTIMED);
    is(SENTENCE ",", VG_LINE_UNTIMED);
    is(SENTENCE, VG_LINE_UNTIMED);
}

static void loggers_write_a_time_in_front(void **state)
{
    (void)state;
    timed("1430438400 " SENTENCE, 1430438400 * VG_SECOND_US);
    timed("1430438400.25,\t" SENTENCE, INT64_C(1430438400250000));
    timed("2015-05-01T00:00:00Z " SENTENCE, 1430438400 * VG_SECOND_US);
    timed("[2015-05-01 02:00:00+02:00]; " SENTENCE, 1430438400 * VG_SECOND_US);
    is("17 " SENTENCE, VG_LINE_UNTIMED); /* a line number */
    is("-1430438400 " SENTENCE, VG_LINE_UNTIMED);
    is("9999999999 " SENTENCE, VG_LINE_UNTIMED);
}

static void continuations_belong_to_the_line_before(void **state)
{
    (void)state;
    is(tagged("g:2-2-73874,n:157037"), VG_LINE_CONTINUES);
    is("!AIVDM,2,2,3,B,1@0000000000000,2*55", VG_LINE_CONTINUES);
    is("!AIVDM,2,1,3,B,55P5TL01VIaAL@7WKO@mBplU@<PDhh,0*1C", VG_LINE_UNTIMED);
    timed("!AIVDM,2,2,3,B,1@0000000000000,2*55,1430438400", 1430438400 * VG_SECOND_US);
}

static void other_lines_are_no_sentences(void **state)
{
    (void)state;
    is("", VG_LINE_OTHER);
    is("\r\n", VG_LINE_OTHER);
    is("# 1430438400", VG_LINE_OTHER);
    is("\\", VG_LINE_OTHER);
    is("1430438400", VG_LINE_OTHER);
    is("!", VG_LINE_UNTIMED);
    is("!*", VG_LINE_UNTIMED);
    is("$GPRMC,*00,", VG_LINE_UNTIMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tag_blocks_carry_seconds_or_milliseconds),
        cmocka_unit_test(receivers_append_a_time),
        cmocka_unit_test(loggers_write_a_time_in_front),
        cmocka_unit_test(continuations_belong_to_the_line_before),
        cmocka_unit_test(other_lines_are_no_sentences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
