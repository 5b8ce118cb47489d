/* A recording is read in blocks of 256 KiB; what lies across two of them comes as if it did not. */
#include "feed_test.h"

#include <sys/stat.h>
#include <zlib.h>

#define BLOCK 262144
#define T0    1430438400 /* 2015-05-01T00:00:00Z */
#define LINE  "1430438400.000 !AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23\r\n"
#define LAST  "1430438409.000 !AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23\r\n"

/* Lines of T0, and a remark, up to a length. */
static void fill_to(FILE *file, size_t len)
{
    size_t at = 0;
    for (; at + sizeof LINE - 1 + 10 < len; at += sizeof LINE - 1)
        fputs(LINE, file);
    fprintf(file, "#%*s\n", (int)(len - at - 2), "");
    assert_int_equal(ftell(file), len);
}

/* A line of n bytes that is seven seconds later; the time stands in front or at the end. */
static void put_line(FILE *file, size_t n, bool in_front)
{
    long before = ftell(file);
    if (in_front) {
        int rest = (int)n - fprintf(file, "1430438407.000 !AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23");
        fprintf(file, "%*s\n", rest - 1, "");
    } else {
        fprintf(file, "%*s!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23,1430438407\n", (int)n - 59, "");
    }
    assert_int_equal(ftell(file) - before, n);
}

/* Each piece is so long and so late, and the progress is the share of the file that was handed on. */
static void expect_pieces(const struct ear *ear, const size_t *len, const int *late_s, size_t count, size_t size)
{
    size_t total = 0;
    assert_int_equal(ear->piece_count, count + 1);
    for (size_t i = 0; i < count; i++) {
        total += len[i];
        double share = (double)total / (double)size;
        assert_int_equal(ear->pieces[i].len, len[i]);
        assert_int_equal(ear->pieces[i].received_us, (T0 + late_s[i]) * VG_SECOND_US);
        assert_true(ear->progress[i] > share - 1e-9 && ear->progress[i] < share + 1e-9);
    }
    assert_int_equal(total, size);
    assert_true(ear->pieces[count].ends);
}

static void a_line_of_2048_bytes_keeps_its_time_wherever_it_is_cut(void **state)
{
    (void)state;
    static const struct {
        size_t before, n; /* bytes of the line in the first block, and in all */
        bool in_front;
        size_t pieces, len[3];
        int late_s[3];
    } rows[] = {
        {0, 100, false, 1, {100}, {7}},
        {1, 100, false, 1, {100}, {7}},
        {99, 100, false, 1, {100}, {7}}, /* its newline is behind */
        {100, 100, false, 1, {100}, {7}},
        {1, 2048, false, 1, {2048}, {7}},
        {1000, 2048, false, 1, {2048}, {7}},
        {2047, 2048, false, 1, {2048}, {7}},
        {1000, 2049, false, 2, {2048, 1}, {7, 7}},
        {1000, 2050, false, 2, {2048, 2}, {0, 0}}, /* loses its time, not its bytes */
        {2047, 2050, false, 2, {2048, 2}, {0, 0}},
        {2047, 2100, true, 2, {2048, 52}, {7, 7}},
        {2048, 2100, true, 2, {2048, 52}, {0, 0}},
        {2060, 2100, true, 2, {2048, 52}, {0, 0}},
        {2048, 2048, false, 1, {2048}, {7}},
        {5000, 5000, false, 1, {5000}, {7}}, /* not cut at all */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        void *one = NULL;
        char path[32];
        size_t begin = BLOCK - rows[i].before, last = sizeof LAST - 1, len[5] = {begin}, n = rows[i].pieces;
        int late_s[5] = {0};
        FILE *file = fdopen(temp_file(path), "w");
        fill_to(file, begin);
        put_line(file, rows[i].n, rows[i].in_front);
        fputs(LAST, file);
        fclose(file);
        for (size_t j = 0; j < n; j++) {
            len[j + 1] = rows[i].len[j];
            late_s[j + 1] = rows[i].late_s[j];
        }
        len[n + 1] = last;
        late_s[n + 1] = 9;
        assert_int_equal(ear_setup(&one), 0);
        struct ear *ear = one;
        listen_to(ear, "%s?speed=max", path);
        WAIT_FOR(ear, state_of(ear) == VG_FEED_ENDED);
        expect_pieces(ear, len, late_s, n + 2, begin + rows[i].n + last);
        assert_int_equal(ear->pieces[n + 2].received_us, (T0 + 9) * VG_SECOND_US);
        assert_int_equal(ear_teardown(&one), 0);
        unlink(path);
    }
}

/* The second block begins where the last line that was looked at began in the first. */
static void the_first_line_of_a_block_has_its_own_time(void **state)
{
    struct ear *ear = *state;
    char path[32];
    size_t len[129];
    int late_s[129] = {0};
    FILE *file = fdopen(temp_file(path), "w");
    fputs("1430438400.000 !AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23", file);
    fprintf(file, "%*s\n", 2047 - (int)ftell(file), "");
    fprintf(file, "%*s", BLOCK - 2048, ""); /* a line beyond all measure */
    fputs(LAST, file);
    fclose(file);
    for (size_t i = 0; i < 128; i++)
        len[i] = 2048;
    len[128] = sizeof LAST - 1;
    late_s[128] = 9;
    listen_to(ear, "%s?speed=max", path);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_ENDED);
    expect_pieces(ear, len, late_s, 129, BLOCK + sizeof LAST - 1);
    unlink(path);
}

static void an_unfinished_last_line_comes_with_its_time(void **state)
{
    struct ear *ear = *state;
    char path[32];
    const char *last = "1430438407.000 !AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23";
    FILE *file = fdopen(temp_file(path), "w");
    fill_to(file, 1000);
    fputs(last, file);
    fclose(file);
    listen_to(ear, "%s?speed=max", path);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_ENDED);
    expect_pieces(ear, (const size_t[]){1000, strlen(last)}, (const int[]){0, 7}, 2, 1000 + strlen(last));
    unlink(path);
}

static void an_ended_file_says_nothing_more(void **state)
{
    struct ear *ear = *state;
    char path[32];
    temp_text(path, LINE);
    listen_to(ear, "%s", path);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_ENDED);
    turn_for(ear, 20000);
    assert_int_equal(ear->piece_count, 2);
    assert_int_equal(ear->state_count, 2);
    unlink(path);
}

static void who_closes_a_file_at_its_end_hears_of_no_state(void **state)
{
    struct ear *ear = *state;
    char path[32];
    temp_text(path, LINE);
    listen_to(ear, "%s", path);
    ear->close_at_end = true;
    turn_for(ear, 20000);
    assert_true(ear->closed);
    assert_int_equal(ear->piece_count, 2);
    assert_int_equal(ear->state_count, 1);
    unlink(path);
}

static void a_damaged_file_ends_where_it_is_damaged(void **state)
{
    struct ear *ear = *state;
    char path[32];
    uint32_t random = 1;
    close(temp_file(path));
    gzFile gz = gzopen(path, "wb1");
    for (int i = 0; i < 300000; i++) {
        random = random * 1664525 + 1013904223;
        gzprintf(gz, "%08x\n", random);
    }
    gzclose(gz);
    FILE *file = fopen(path, "r+");
    fseek(file, 0, SEEK_END);
    fseek(file, ftell(file) / 2, SEEK_SET);
    for (int i = 0; i < 1000; i++)
        fputc(0xff, file);
    fclose(file);
    listen_to(ear, "%s", path);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_ENDED);
    assert_string_equal(vg_feed_status(ear->feed)->error, "the gzip data is damaged");
    assert_true(vg_feed_status(ear->feed)->progress > 0 && vg_feed_status(ear->feed)->progress < 1);
    assert_true(ear->bytes > 0 && ear->bytes < 300000 * 9);
    assert_int_equal(ear->streams[0].ends, 1);
    unlink(path);
}

static void what_would_stop_the_loop_is_no_file(void **state)
{
    struct ear *ear = *state;
    char path[32], url[64], expected[128];
    const char *why = NULL;
    assert_int_equal(ear_open(ear, "file:-", &why), VG_UNSUPPORTED);
    assert_string_equal(why, "standard input is no file: write stdin: or -, and ./- for a file of that name");
    close(temp_file(path));
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    snprintf(url, sizeof url, "file:%s", path);
    snprintf(expected, sizeof expected, "%s: not a regular file: serial: reads devices, stdin: pipes", path);
    assert_int_equal(ear_open(ear, url, &why), VG_UNSUPPORTED);
    assert_string_equal(why, expected);
    assert_int_equal(ear_open(ear, "file:/tmp", &why), VG_IO);
    assert_string_equal(why, "/tmp: a folder, where a file was expected; name the files in it");
    assert_int_equal(ear_open(ear, "file:/nowhere/x", &why), VG_NOT_FOUND);
    assert_string_equal(why, "/nowhere/x: no such file or directory");
    assert_null(ear->feed);
    unlink(path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ear_setup, ear_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_of_2048_bytes_keeps_its_time_wherever_it_is_cut),
        TEST(the_first_line_of_a_block_has_its_own_time),
        TEST(an_unfinished_last_line_comes_with_its_time),
        TEST(an_ended_file_says_nothing_more),
        TEST(who_closes_a_file_at_its_end_hears_of_no_state),
        TEST(a_damaged_file_ends_where_it_is_damaged),
        TEST(what_would_stop_the_loop_is_no_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
