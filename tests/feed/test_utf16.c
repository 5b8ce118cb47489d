/* UTF-16 logs and tables, in any pieces; how they are known; what is no character. */
#include "feed_test.h"

#include "feed/file_reader.h"
#include "feed/utf16.h"

#define SENTENCE "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\r\n"

static size_t widen(const char *ascii, bool big, bool mark, uint8_t *out)
{
    size_t n = 0;
    if (mark) {
        out[n++] = big ? 0xFE : 0xFF;
        out[n++] = big ? 0xFF : 0xFE;
    }
    for (; *ascii; ascii++) {
        out[n + big] = (uint8_t)*ascii;
        out[n + !big] = 0;
        n += 2;
    }
    return n;
}

static size_t convert(const uint8_t *in, size_t len, bool big, size_t piece, char *out)
{
    struct vg_utf16 u = {.big_endian = big};
    size_t n = 0;
    for (size_t at = 0; at < len; at += piece)
        n += vg_utf16_push(&u, in + at, len - at < piece ? len - at : piece, out + n);
    return n + vg_utf16_end(&u, out + n);
}

static void units_become_characters_in_any_pieces(void **state)
{
    (void)state;
    static const struct {
        const char *in;
        size_t len;
        const char *out;
    } rows[] = {
        {"", 0, ""},
        {"\xFE\xFF", 2, ""},
        {"\xFE\xFF\0A", 4, "A"},
        {"\0A\xFE\xFF", 4, "A\xEF\xBB\xBF"}, /* a mark is one in front only */
        {"\0\x7f\0\x80\x07\xff\x08\0", 8, "\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80"},
        {"\xd8\x3d\xde\x22", 4, "\xf0\x9f\x98\xa2"},
        {"\xdb\xff\xdf\xff", 4, "\xf4\x8f\xbf\xbf"},
        {"\xd8\x3d\0A", 4,
         "\xef\xbf\xbd"
         "A"},
        {"\xd8\x3d\xd8\x3d\xde\x22", 6, "\xef\xbf\xbd\xf0\x9f\x98\xa2"},
        {"\xde\x22\0A", 4,
         "\xef\xbf\xbd"
         "A"},
        {"\0A\xd8\x3d", 4, "A\xef\xbf\xbd"},
        {"\0A\0", 3, "A\xef\xbf\xbd"},
        {"\0A\xd8\x3d\0", 5, "A\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xff\xff", 2, "\xef\xbf\xbf"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t piece = 1; piece <= 8; piece++)
            for (int big = 0; big < 2; big++) {
                uint8_t in[8];
                char out[64] = "";
                for (size_t k = 0; k < rows[i].len; k++) /* odd bytes at the end stay where they are */
                    in[k] = (uint8_t)rows[i].in[big || (k ^ 1) >= rows[i].len ? k : k ^ 1];
                size_t n = convert(in, rows[i].len, big, piece, out);
                assert_int_equal(n, strlen(rows[i].out));
                assert_memory_equal(out, rows[i].out, n);
            }
}

/* Reads a file of these bytes; NULL: refused. */
static const char *read_as_file(const void *bytes, size_t len)
{
    static char text[100000];
    struct vg_file_reader *reader;
    const char *why;
    const void *block;
    size_t n, total = 0;
    char path[32];
    int fd = temp_file(path);
    assert_int_equal(write(fd, bytes, len), (ssize_t)len);
    close(fd);
    assert_int_equal(vg_file_reader_open(path, &reader, &why), VG_OK);
    unlink(path);
    enum vg_err err;
    while (!(err = vg_file_reader_next(reader, &block, &n, &why))) {
        assert_true(total + n < sizeof text);
        memcpy(text + total, block, n);
        total += n;
    }
    text[total] = '\0';
    vg_file_reader_close(reader);
    return err == VG_EOF ? text : NULL;
}

static void logs_and_tables_come_as_utf8_with_and_without_a_mark(void **state)
{
    (void)state;
    static const char *const texts[] = {SENTENCE, "MMSI,BaseDateTime,LAT,LON\r\n1,2,3,4\r\n",
                                        "2024-11-22T05:20:00Z " SENTENCE "\\c:1*2\\" SENTENCE};
    for (size_t i = 0; i < 3; i++)
        for (int big = 0; big < 2; big++)
            for (int mark = 0; mark < 2; mark++) {
                uint8_t wide[2000];
                size_t len = widen(texts[i], big, mark, wide);
                const char *got = read_as_file(wide, len);
                assert_non_null(got);
                assert_string_equal(got, texts[i]);
            }
}

static void long_logs_come_whole(void **state)
{
    (void)state;
    static char text[90000];
    static uint8_t wide[2 * sizeof text + 2];
    for (size_t i = 0, n = 0; n + 60 < sizeof text; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "!AIVDM,1,1,,A,%zu,0*23\r\n", i);
    size_t len = widen(text, false, true, wide);
    const char *got = read_as_file(wide, len);
    assert_non_null(got);
    assert_string_equal(got, text);
}

static void a_mark_of_utf8_is_dropped_before_a_log_and_left_to_a_table(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } rows[] = {{"\xEF\xBB\xBF" SENTENCE, SENTENCE},
                {"\xEF\xBB\xBF"
                 "2024-11-22 " SENTENCE,
                 "2024-11-22 " SENTENCE},
                {"\xEF\xBB\xBF\\c:1*2\\" SENTENCE, "\\c:1*2\\" SENTENCE},
                {"\xEF\xBB\xBFMMSI,T\n", "\xEF\xBB\xBFMMSI,T\n"},
                {SENTENCE "\xEF\xBB\xBF", SENTENCE "\xEF\xBB\xBF"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *got = read_as_file(rows[i].in, strlen(rows[i].in));
        assert_non_null(got);
        assert_string_equal(got, rows[i].out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_become_characters_in_any_pieces),
        cmocka_unit_test(logs_and_tables_come_as_utf8_with_and_without_a_mark),
        cmocka_unit_test(long_logs_come_whole),
        cmocka_unit_test(a_mark_of_utf8_is_dropped_before_a_log_and_left_to_a_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
