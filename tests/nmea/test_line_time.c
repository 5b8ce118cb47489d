#include "test.h"

#include <stdio.h>

#include "base/time.h"
#include "nmea/line_time.h"

#define SENTENCE "!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23"

static enum vg_line_timing look(const char *line, int64_t *ret_us)
{
    *ret_us = VG_TIME_NONE;
    return vg_line_time_read(line, strlen(line), ret_us);
}

static void timed(const char *line, int64_t time_us)
{
    int64_t us;
    if (look(line, &us) != VG_LINE_TIMED)
        fail_msg("no time found in: %s", line);
    assert_int_equal(us, time_us);
}

static void is(const char *line, enum vg_line_timing what)
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
    timed(tagged("S:2573345,C:1430438400"), 1430438400 * VG_SECOND_US); /* some senders write capitals */
    is(tagged("c:1430438400,n:12x"), VG_LINE_UNTIMED);                  /* a field that is none spoils the block */
    is(tagged("c:631151999"), VG_LINE_UNTIMED);
    timed(tagged("c:631152000"), 631152000 * VG_SECOND_US);
    timed(tagged("c:4102444799"), 4102444799 * VG_SECOND_US);
    is(tagged("c:4102444800"), VG_LINE_UNTIMED);
}

static void of_several_forms_the_nearest_to_the_antenna_holds(void **state)
{
    (void)state;
    static char line[512];
    snprintf(line, sizeof line, "1500000000 %s", tagged("c:1430438400"));
    timed(line, 1430438400 * VG_SECOND_US);
    timed("1500000000 " SENTENCE ",rX,1430438400\r\n", 1430438400 * VG_SECOND_US);
    timed("1500000000 " SENTENCE ",rX", 1500000000 * VG_SECOND_US);
    timed(SENTENCE SENTENCE ",1430438400", 1430438400 * VG_SECOND_US); /* of two sentences the first that has one */
    size_t n = (size_t)snprintf(line, sizeof line, "%.*s", (int)strcspn(tagged("s:2573345,g:1-2-99"), "!"),
                                tagged("s:2573345,g:1-2-99"));
    snprintf(line + n, sizeof line - n, "%s", tagged("c:1430438400"));
    timed(line, 1430438400 * VG_SECOND_US); /* two tag blocks */
}

static void a_damaged_sentence_vouches_for_nothing_behind_it(void **state)
{
    (void)state;
    is("!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*24,rX,1430438400", VG_LINE_UNTIMED);
    timed("1430438400 !AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*24", 1430438400 * VG_SECOND_US);
    timed("$AIALR,120000.00,007,A,V,AIS: UTC sync invalid*03,1430438400", 1430438400 * VG_SECOND_US);
}

static void a_recording_is_timed_by_the_share_of_its_lines(void **state)
{
    (void)state;
    static const char whole[] = "1430438400 " SENTENCE;
    char text[8192];
    int64_t first_us = VG_TIME_NONE;
    size_t n = (size_t)snprintf(text, sizeof text, "# remark\n%s\n", SENTENCE);
    for (int i = 0; i < 9; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%d %s\n!AIVDM,2,2,3,B,1@0000000000000,2*55\n", 1430438400 + i,
                              SENTENCE);
    assert_int_equal(vg_lines_timed_pct(text, text + n, &first_us), 90);
    assert_int_equal(first_us, 1430438400 * VG_SECOND_US);
    n += (size_t)snprintf(text + n, sizeof text - n, "!AIVDM,1,1,,A,13HO"); /* cut: it says nothing */
    assert_int_equal(vg_lines_timed_pct(text, text + n, &first_us), 90);
    assert_int_equal(vg_lines_timed_pct(text, text, &first_us), 0);
    assert_int_equal(vg_lines_timed_pct(whole, whole + sizeof whole - 1, &first_us), 100);
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
    is("COM4: !AIVDM,2,2,3,B,1@0000000000000,2*55", VG_LINE_CONTINUES); /* whatever stands around it */
    is("!AIVDM,2,2,3,B,1@0000000000000,2*55,rX", VG_LINE_CONTINUES);
    is("COM4: !AIVDM,2,1,3,B,1@0000000000000,2*56", VG_LINE_UNTIMED);
    is("!AIVDM,9,9,3,B,1@0000000000000,2*55", VG_LINE_CONTINUES);
    is("!AIVDM,2,:,3,B,1@0000000000000,2*55", VG_LINE_UNTIMED);
    is("!AIVDM,2,0,3,B,1@0000000000000,2*57", VG_LINE_UNTIMED);
    is("!AIVDM;2,2,3,B,1@0000000000000,2*42", VG_LINE_UNTIMED);
    is("!AIVDM,2;2,3,B,1@0000000000000,2*42", VG_LINE_UNTIMED);
    is("!AIVDM,2,2;3,B,1@0000000000000,2*42", VG_LINE_UNTIMED);
    int64_t us;
    assert_int_equal(vg_line_time_read("!AIVDM,2,2,3", 10, &us), VG_LINE_UNTIMED); /* it ends before the comma */
    assert_int_equal(vg_line_time_read("!AIVDM,2,2,3", 11, &us), VG_LINE_CONTINUES);
}

static void other_lines_are_no_sentences(void **state)
{
    (void)state;
    is("", VG_LINE_OTHER);
    is("\r\n", VG_LINE_OTHER);
    is("# 1430438400", VG_LINE_OTHER);
    is("\\", VG_LINE_OTHER);
    is("1430438400", VG_LINE_OTHER);
    is("\\s:x*0B\\", VG_LINE_OTHER);
    is("!", VG_LINE_UNTIMED);
    is("!*", VG_LINE_UNTIMED);
    is("$GPRMC,*00,", VG_LINE_UNTIMED);
}

/* Letters of a checksum as small ones send a line the long way round. */
static void assert_ways_agree(const char *front, const char *body, const char *behind)
{
    static const char *const ends[] = {"", "\n", "\r\n"};
    unsigned char sum = 0;
    for (const char *p = body; *p; p++)
        sum ^= (unsigned char)*p;
    assert_true((sum & 15) > 9 || sum >> 4 > 9);
    for (size_t i = 0; i < 3; i++) {
        char quick[400], slow[400];
        struct vg_line_look a, b;
        int n = snprintf(quick, sizeof quick, "%s!%s*%02X%s%s", front, body, sum, behind, ends[i]);
        snprintf(slow, sizeof slow, "%s!%s*%02x%s%s", front, body, sum, behind, ends[i]);
        vg_line_look(quick, (size_t)n, NULL, &a);
        vg_line_look(slow, (size_t)n, NULL, &b);
        if (a.what != b.what || a.tag_us != b.tag_us || a.text.kind != b.text.kind ||
            a.text.time_us != b.text.time_us || a.text.zoned != b.text.zoned || a.clock != b.clock ||
            a.refused != b.refused || a.unread != b.unread || a.damaged != b.damaged || a.behind != b.behind)
            fail_msg("two ways, two answers (%d, %d): %s", a.what, b.what, quick);
    }
}

static void the_quick_way_says_what_the_long_one_says(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "1430438400 ",
                                        "2015-05-01T00:00:00Z ",
                                        "2015-05-01 00:00:00,123 INFO ",
                                        "12:00:00 ",
                                        "22/11/2024 05:20:00 ",
                                        "May  1 00:00:00 host ais: ",
                                        "20150501000000,",
                                        "[tcp 192.0.2.7] ",
                                        "\t",
                                        "\x01",
                                        "*",
                                        "99999999999999 ",
                                        "ch=A "};
    static const char *const behind[] = {"",
                                         ",1430438400",
                                         ",r003669945,1430438400",
                                         " # 2015-05-01T00:00:00Z",
                                         " 12:00:00",
                                         ",d-103,S1234,t001122.33,T22.33,r12",
                                         ",",
                                         "*",
                                         " \x02",
                                         "\xff",
                                         ",42"};
    static const char *const bodies[] = {"AIVDM,1,1,,A,13FTpdPP11OH5D0H:PT3Q2n00000,0", "AIVDM,2,2,1,A,88888888888,2",
                                         "AIVDM,9,A,,B,88888888880,2", "BSVDM,,,,,,2"};
    for (size_t f = 0; f < sizeof texts / sizeof *texts; f++)
        for (size_t b = 0; b < sizeof behind / sizeof *behind; b++)
            for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
                assert_ways_agree(texts[f], bodies[i], behind[b]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tag_blocks_carry_seconds_or_milliseconds),
        cmocka_unit_test(receivers_append_a_time),
        cmocka_unit_test(loggers_write_a_time_in_front),
        cmocka_unit_test(continuations_belong_to_the_line_before),
        cmocka_unit_test(other_lines_are_no_sentences),
        cmocka_unit_test(of_several_forms_the_nearest_to_the_antenna_holds),
        cmocka_unit_test(a_damaged_sentence_vouches_for_nothing_behind_it),
        cmocka_unit_test(a_recording_is_timed_by_the_share_of_its_lines),
        cmocka_unit_test(the_quick_way_says_what_the_long_one_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
