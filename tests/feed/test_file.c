#include "feed_test.h"

#include <zlib.h>

#define T0 1430438400 /* 2015-05-01T00:00:00Z */

static void appendf(char *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void appendf(char *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsprintf(text + strlen(text), format, args);
    va_end(args);
}

/* A sentence with the time T0 + ms/1000 in front. */
static void line_at(char *text, int64_t ms)
{
    int64_t all_ms = (int64_t)T0 * 1000 + ms;
    appendf(text, "%lld.%03d !AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23\r\n", (long long)(all_ms / 1000),
            (int)(all_ms % 1000));
}

static void lines_of_one_time_come_together_at_full_speed(void **state)
{
    struct ear *ear = *state;
    char path[32], text[4096] = "# a remark\r\n";
    line_at(text, 0);
    line_at(text, 0);
    appendf(text, "!AIVDM,2,2,3,B,1@0000000000000,2*55\r\n");
    size_t first = strlen(text);
    line_at(text, 7200000);
    temp_text(path, text);
    listen_to(ear, "file:%s?speed=max", path);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_ENDED);
    assert_string_equal(ear->streams[0].text, text);
    assert_int_equal(ear->piece_count, 3);
    assert_int_equal(ear->pieces[0].len, first);
    assert_true(ear->pieces[0].begins);
    assert_int_equal(ear->pieces[0].received_us, T0 * VG_SECOND_US);
    assert_int_equal(ear->pieces[1].received_us, (T0 + 7200) * VG_SECOND_US);
    assert_false(ear->pieces[1].begins || ear->pieces[1].ends);
    assert_true(ear->pieces[2].ends && ear->pieces[2].len == 0);
    assert_int_equal(ear->state_count, 2);
    assert_int_equal(ear->states[0], VG_FEED_LIVE);
    const struct vg_feed_status *status = vg_feed_status(ear->feed);
    assert_null(status->error);
    assert_true(status->progress == 1);
    assert_int_equal(status->bytes, strlen(text));
    unlink(path);
}

static void a_timed_file_keeps_its_pace(void **state)
{
    struct ear *ear = *state;
    char path[32], text[4096] = "";
    for (int i = 0; i < 6; i++)
        line_at(text, i * 2000);
    temp_text(path, text);
    uint64_t before_us = (uint64_t)vg_clock_monotonic_us();
    listen_to(ear, "%s?speed=20", path); /* 10 s in half a second */
    WAIT_FOR(ear, state_of(ear) == VG_FEED_ENDED);
    assert_string_equal(ear->streams[0].text, text);
    assert_int_equal(ear->piece_count, 7);
    for (unsigned i = 1; i < 6; i++) {
        assert_int_equal(ear->pieces[i].received_us, (T0 + 2 * (int64_t)i) * VG_SECOND_US);
        assert_true(ear->pieces[i].at_us - before_us >= i * 100000); /* never early; late is the machine */
    }
    unlink(path);
}

static void timed_files_are_told_by_their_head(void **state)
{
    struct ear *ear = *state;
    char path[32], text[8192] = "";
    for (int i = 0; i < 20; i++)
        line_at(text, i < 19 ? 0 : 50000);
    appendf(text, "!AIVDM,1,1,,A,untimed,0*23\r\n");
    temp_text(path, text);
    listen_to(ear, "%s", path); /* 20 of 21: its own pace, so the last lines are 50 s away */
    WAIT_FOR(ear, ear->bytes > 0);
    turn_for(ear, 100000);
    assert_int_equal(ear->piece_count, 1);
    assert_int_equal(state_of(ear), VG_FEED_LIVE);
    double progress = vg_feed_status(ear->feed)->progress;
    assert_true(progress > 0.8 && progress < 0.99); /* of what was handed on, not of what was read */
    unlink(path);
}

static void files_without_times_come_at_once_with_the_clock(void **state)
{
    struct ear *ear = *state;
    char path[32], text[8192] = "";
    line_at(text, 0);
    for (int i = 0; i < 20; i++)
        appendf(text, "!AIVDM,1,1,,A,untimed,0*23\r\n");
    temp_text(path, text);
    int64_t before_us = vg_clock_wall_us();
    listen_to(ear, "%s", path);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_ENDED);
    assert_string_equal(ear->streams[0].text, text);
    assert_int_equal(ear->piece_count, 2);
    assert_true(ear->pieces[0].received_us >= before_us);
    unlink(path);
}

static void jumps_over_a_minute_are_not_waited_for(void **state)
{
    struct ear *ear = *state;
    char path[32], text[4096] = "";
    line_at(text, 0);
    line_at(text, 3600000);   /* an hour later */
    line_at(text, 3600300);   /* waited for again */
    line_at(text, -86400000); /* a day back */
    line_at(text, -86400000 + 59000);
    temp_text(path, text);
    listen_to(ear, "%s?speed=1", path);
    WAIT_FOR(ear, ear->piece_count >= 4);
    assert_true(ear->pieces[2].at_us - ear->pieces[0].at_us >= 300000);
    turn_for(ear, 100000);
    assert_int_equal(ear->piece_count, 4); /* the last line is 59 s away */
    assert_int_equal(ear->pieces[3].received_us, (T0 - 86400) * VG_SECOND_US);
    unlink(path);
}

/* Lines of odd length over several blocks of the reader, with the time at their end. */
static void lines_across_blocks_keep_their_time(void **state)
{
    struct ear *ear = *state;
    char path[32], line[256];
    int fd = temp_file(path);
    FILE *file = fdopen(fd, "w");
    size_t total = 0;
    unsigned count = 9000;
    for (unsigned i = 0; i < count; i++) {
        unsigned zeros = i % 61 + 20; /* '0' twice adds nothing to the checksum */
        snprintf(line, sizeof line, "!AIVDM,1,1,,A,%.*s,0*%02X,%lld\n", (int)zeros,
                 "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
                 zeros % 2 ? 0x26 ^ '0' : 0x26, (long long)T0 + i);
        total += strlen(line);
        fputs(line, file);
    }
    fclose(file);
    assert_true(total > 2 * 256 * 1024);
    listen_to(ear, "%s?speed=max", path);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_ENDED);
    assert_int_equal(ear->bytes, total);
    for (unsigned i = 0; i < PIECES_MAX; i++) {
        assert_int_equal(ear->pieces[i].received_us, ((int64_t)T0 + i) * VG_SECOND_US);
        assert_int_equal(ear->pieces[i].len, i % 61 + 20 + 31);
    }
    unlink(path);
}

static void a_line_without_end_is_handed_on_in_pieces(void **state)
{
    struct ear *ear = *state;
    char path[32], text[60000] = "";
    line_at(text, 0);
    memset(text + strlen(text), 'x', 20000);
    appendf(text, "\n");
    line_at(text, 1000);
    appendf(text, "no newline");
    temp_text(path, text);
    listen_to(ear, "%s?speed=max", path);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_ENDED);
    assert_string_equal(ear->streams[0].text, text);
    unlink(path);
}

static void the_loop_lives_while_a_large_file_is_read(void **state)
{
    struct ear *ear = *state;
    char path[32], *block = malloc(1 << 20);
    int fd = temp_file(path);
    memset(block, '\n', 1 << 20);
    for (int i = 0; i < 20; i++)
        assert_int_equal(write(fd, block, 1 << 20), 1 << 20);
    close(fd);
    free(block);
    listen_to(ear, "%s", path);
    unsigned turns = 0;
    for (; state_of(ear) != VG_FEED_ENDED; turns++)
        uv_run(&ear->loop, UV_RUN_NOWAIT);
    assert_true(turns >= 80); /* of 256 KiB */
    assert_int_equal(ear->bytes, 20 << 20);
    unlink(path);
}

static void gzip_is_replayed_and_truncation_reported(void **state)
{
    struct ear *ear = *state;
    char path[32], text[4096] = "";
    for (int i = 0; i < 20; i++)
        line_at(text, i);
    close(temp_file(path));
    gzFile gz = gzopen(path, "wb");
    gzwrite(gz, text, (unsigned)strlen(text));
    gzclose(gz);
    int fd = open(path, O_RDWR);
    assert_int_equal(ftruncate(fd, lseek(fd, 0, SEEK_END) - 4), 0);
    close(fd);
    listen_to(ear, "%s?speed=max", path);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_ENDED);
    assert_string_equal(ear->streams[0].text, text);
    assert_int_equal(ear->streams[0].ends, 1);
    assert_non_null(strstr(vg_feed_status(ear->feed)->error, "gzip"));
    unlink(path);
}

static void what_is_no_file_is_refused_at_once(void **state)
{
    struct ear *ear = *state;
    const char *why = NULL;
    char path[32];
    assert_int_equal(ear_open(ear, "/nowhere/at/all.nmea", &why), VG_NOT_FOUND);
    assert_non_null(strstr(why, "/nowhere/at/all.nmea"));
    assert_int_equal(ear_open(ear, "/tmp", &why), VG_IO);
    assert_int_equal(ear_open(ear, "/dev/null", &why), VG_UNSUPPORTED);
    assert_null(ear->feed);
    temp_text(path, "");
    listen_to(ear, "%s", path);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_ENDED);
    assert_int_equal(ear->piece_count, 0);
    assert_true(vg_feed_status(ear->feed)->progress == 1);
    unlink(path);
}

static void no_callback_comes_after_closing_in_one(void **state)
{
    struct ear *ear = *state;
    char path[32], text[4096] = "";
    for (int i = 0; i < 10; i++)
        line_at(text, i);
    temp_text(path, text);
    listen_to(ear, "%s?speed=max", path);
    ear->close_at_bytes = ear->feed;
    turn_for(ear, 50000);
    assert_int_equal(ear->piece_count, 1);
    assert_true(ear->closed);
    unlink(path);
}

static void no_callback_comes_after_closing_in_a_change_of_state(void **state)
{
    struct ear *ear = *state;
    char path[32];
    temp_text(path, "x\n");
    listen_to(ear, "%s", path);
    ear->close_at_state = ear->feed;
    turn_for(ear, 50000);
    assert_int_equal(ear->piece_count, 0);
    assert_true(ear->closed);
    unlink(path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ear_setup, ear_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(lines_of_one_time_come_together_at_full_speed),
        TEST(a_timed_file_keeps_its_pace),
        TEST(timed_files_are_told_by_their_head),
        TEST(files_without_times_come_at_once_with_the_clock),
        TEST(jumps_over_a_minute_are_not_waited_for),
        TEST(lines_across_blocks_keep_their_time),
        TEST(a_line_without_end_is_handed_on_in_pieces),
        TEST(the_loop_lives_while_a_large_file_is_read),
        TEST(gzip_is_replayed_and_truncation_reported),
        TEST(what_is_no_file_is_refused_at_once),
        TEST(no_callback_comes_after_closing_in_one),
        TEST(no_callback_comes_after_closing_in_a_change_of_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
