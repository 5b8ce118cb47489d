/*
 * A line's time is the same whoever reads it: the pace of a replay, the cutting of recordings, decoding live, decoding
 * a recording.
 */
#include "feed/feed_test.h"

#include "intake/recording.h"
#include "nmea/line_clock.h"
#include "nmea/line_time.h"

#define PLAIN "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24"
#define S(s)  (INT64_C(s) * VG_SECOND_US)
#define NONE  VG_TIME_NONE

/* |…| stands for a tag block with its checksum. */
static const struct {
    const char *line;
    int64_t time_us;
} rows[] = {
    {"|s:2573345,c:1430438400|" PLAIN, S(1430438400)},
    {"|S:2573345,C:1430438401|" PLAIN, S(1430438401)},
    {"|c:1430438402123|" PLAIN, S(1430438402) + 123000},
    {"|g:1-2-73874,n:157036,c:1430438403|" PLAIN, S(1430438403)},
    {"|s:rX||c:1430438404|" PLAIN, S(1430438404)},
    {"|c:1430438405||s:rX|" PLAIN, S(1430438405)},
    {"|c:1430438406| " PLAIN, S(1430438406)},
    {"|c:12|" PLAIN, NONE},
    {"|c:631151999|" PLAIN, NONE},
    {"|c:631152000|" PLAIN, S(631152000)},
    {"|c:4102444799|" PLAIN, S(4102444799)},
    {"|c:4102444800|" PLAIN, NONE},
    {"|c:1430438400,n:x|" PLAIN, NONE},
    {"\\c:1430438400*00\\" PLAIN, NONE},
    {"\\c:1430438400" PLAIN, NONE},
    {PLAIN ",s22728,d-119,T57.16469233,r003669945,1430438407", S(1430438407)},
    {PLAIN ",1430438408.5", S(1430438408) + 500000},
    {PLAIN ",1430438409,rSTATION", S(1430438409)},
    {PLAIN ",1430438409,1430438410", S(1430438410)},
    {PLAIN ",1430438411 \t", S(1430438411)},
    {PLAIN ",12345", NONE},
    {PLAIN ",9999999999", NONE},
    {PLAIN " ,1430438421", S(1430438421)},
    {PLAIN " ( MSG: 1, MMSI: 992191234, timestamp: 20150501000022)", S(1430438422)},
    {PLAIN ",2015-05-01T00:00:23Z", S(1430438423)},
    {"2015-05-01 00:00:24,500 - INFO - " PLAIN, S(1430438424) + 500000},
    {"1430438425000000 " PLAIN, S(1430438425)},
    {"1430438426000000000 " PLAIN, S(1430438426)},
    {"20150501000027 " PLAIN, S(1430438427)},
    {"{\"rxtime\": \"20150501000028\", \"rxuxtime\": 1430438428.75, \"mmsi\": 992191234, \"nmea\": [\"" PLAIN "\"]}",
     S(1430438428) + 750000},
    {"Fri May  1 00:00:29 2015 " PLAIN, S(1430438429)},
    {"2015-05-01T00:00:30.123456789Z,NMEA0183,TCP:192.0.2.7:10110,AIVDM,\"" PLAIN "\"", S(1430438430) + 123456},
    {"01/05/2015 00:00:31 " PLAIN, NONE},
    {"2015-05-01 00:00:31 CET " PLAIN, NONE},
    {"00:00:31 (TCP:192.0.2.7:11111) " PLAIN, NONE},
    {"mmsi 992191234 " PLAIN, NONE},
    {"1430438412 " PLAIN, S(1430438412)},
    {"1430438413.25,\t" PLAIN, S(1430438413) + 250000},
    {"2015-05-01T00:00:14Z " PLAIN, S(1430438414)},
    {"[2015-05-01 02:00:15+02:00]; " PLAIN, S(1430438415)},
    {"\"1430438416\": " PLAIN, S(1430438416)},
    {"17 " PLAIN, NONE},
    {"-1430438400 " PLAIN, NONE},
    {"9999999999 " PLAIN, NONE},
    {"1430438417 |s:rX|" PLAIN, S(1430438417)},
    {"1430438400 |c:1430438418|" PLAIN, S(1430438418)},
    {"1430438400 " PLAIN ",rX,1430438419", S(1430438419)},
    {"|c:1430438420|" PLAIN ",rX,1430438400", S(1430438420)},
    {PLAIN, NONE},
};
#define ROWS (sizeof rows / sizeof *rows)

/* The line with its tag blocks. */
static const char *line_of(size_t i)
{
    static char line[512];
    size_t n = 0;
    uint8_t sum = 0;
    bool within = false;
    for (const char *c = rows[i].line; *c; c++) {
        if (*c != '|') {
            line[n++] = *c;
            sum ^= (uint8_t)*c;
            continue;
        }
        if (within)
            n += (size_t)snprintf(line + n, sizeof line - n, "*%02X", sum);
        line[n++] = '\\';
        within = !within;
        sum = 0;
    }
    line[n++] = '\n';
    line[n] = '\0';
    return line;
}

static int64_t asked(const char *line)
{
    int64_t us = NONE;
    enum vg_line_timing what = vg_line_time_read(line, strlen(line), &us);
    assert_true((what == VG_LINE_TIMED) == (us != NONE));
    return us;
}

static int64_t cut(const char *line)
{
    const struct vg_line_clock_rules rules = {.file_us = 1, .latest_us = S(4102444799)};
    struct vg_line_clock clock;
    enum vg_line_from from;
    int64_t us;
    vg_line_clock_init(&clock, &rules);
    assert_int_equal(vg_line_clock_next(&clock, line, line + strlen(line), &us, &from), strlen(line));
    assert_true((us == 1) == (from == VG_LINE_FROM_FILE));
    return us == 1 ? NONE : us;
}

static int64_t recorded(const char *line)
{
    struct vg_sources sources;
    struct vg_recording *r;
    struct vg_report report[VG_BATCH_LINE_MAX];
    size_t taken;
    assert_int_equal(vg_sources_init(&sources), VG_OK);
    assert_int_equal(vg_recording_new(NULL, &sources, 0, &r), VG_OK);
    assert_int_equal(
        vg_recording_decode(r, line, strlen(line), 1, VG_TIME_SOURCE_UNKNOWN, report, VG_BATCH_LINE_MAX, &taken), 1);
    vg_recording_free(r);
    vg_sources_free(&sources);
    return report[0].time_us == 1 ? NONE : report[0].time_us;
}

static int64_t live(const char *line, enum vg_intake_clock clock, int64_t now_us)
{
    struct vg_sources sources;
    struct vg_intake *in;
    struct vg_report_list list = {0};
    assert_int_equal(vg_sources_init(&sources), VG_OK);
    assert_int_equal(vg_intake_new(&(struct vg_intake_options){.sources = &sources, .clock = clock}, &in), VG_OK);
    const struct vg_feed_bytes bytes = {.at = line, .len = strlen(line), .received_us = now_us};
    assert_int_equal(vg_intake_take(in, &bytes, 1, &list), VG_OK);
    assert_int_equal(list.count, 1);
    int64_t us = list.report[0].time_us == now_us ? NONE : list.report[0].time_us;
    vg_report_list_free(&list);
    vg_intake_free(in);
    vg_sources_free(&sources);
    return us;
}

static void a_line_has_one_time_whoever_reads_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        const char *line = line_of(i);
        int64_t told[] = {asked(line), cut(line), recorded(line), live(line, VG_INTAKE_DATA, S(4102444800)),
                          live(line, VG_INTAKE_WALL, S(4102444800))};
        for (size_t k = 0; k < sizeof told / sizeof *told; k++)
            if (told[k] != rows[i].time_us)
                fail_msg("reader %zu takes %lld of: %s", k, (long long)told[k], line);
    }
}

/* The pace: a file in which a timed line stands before each. */
static void the_pace_of_a_file_goes_by_the_same_times(void **state)
{
    struct ear *ear = *state;
    static const char first[] = "1400000000 " PLAIN "\n";
    char path[32];
    struct vg_out out = vg_out_growing(1 << 20);
    for (int i = 0; i < 400; i++) /* clearly timed, whatever comes */
        vg_out_text(&out, first);
    for (size_t i = 0; i < ROWS; i++) {
        vg_out_text(&out, line_of(i));
        vg_out_text(&out, first);
    }
    vg_out_char(&out, '\0');
    temp_text(path, out.buf);
    listen_to(ear, "%s?speed=max", path);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_ENDED);
    unlink(path);
    vg_out_free(&out);
    size_t piece = 1; /* the first holds all lines up to one with another time */
    for (size_t i = 0; i < ROWS; i++) {
        if (rows[i].time_us == NONE)
            continue;
        assert_true(piece < PIECES_MAX);
        assert_int_equal(ear->pieces[piece].received_us, rows[i].time_us);
        assert_int_equal(ear->pieces[piece].len, strlen(line_of(i)));
        assert_int_equal(ear->pieces[piece + 1].received_us, S(1400000000));
        piece += 2;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_has_one_time_whoever_reads_it),
        cmocka_unit_test_setup_teardown(the_pace_of_a_file_goes_by_the_same_times, ear_setup, ear_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
