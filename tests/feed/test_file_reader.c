#include "feed_test.h"

#include <sys/stat.h>
#include <zlib.h>
#include <zstd.h>

#include "feed/file_reader.h"

#define LINES 40000 /* about 2 MB: several blocks */

static char *text;
static size_t text_len;

static int make_text(void **state)
{
    (void)state;
    text = malloc((size_t)LINES * 64);
    if (!text)
        return -1;
    for (unsigned i = 0; i < LINES; i++) /* differs enough not to shrink to nothing */
        text_len +=
            (size_t)snprintf(text + text_len, 64, "!AIVDM,1,1,,A,%08x%08x,0*23\r\n", i * 2654435761u, i * 40503u);
    return 0;
}

static int free_text(void **state)
{
    (void)state;
    free(text);
    return 0;
}

/* One gzip member or zstd frame behind the other; returns the new length. */
static size_t gzip(uint8_t *out, size_t cap, const void *bytes, size_t len)
{
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (Bytef *)(uintptr_t)bytes;
    z.avail_in = (uInt)len;
    z.next_out = out;
    z.avail_out = (uInt)cap;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return cap - z.avail_out;
}

static size_t zstd(uint8_t *out, size_t cap, const void *bytes, size_t len)
{
    size_t n = ZSTD_compress(out, cap, bytes, len, 3);
    assert_false(ZSTD_isError(n));
    return n;
}

static void write_file(char path[static 32], const void *bytes, size_t len)
{
    int fd = temp_file(path);
    assert_int_equal(write(fd, bytes, len), (ssize_t)len);
    close(fd);
}

/* Reads a file to its end; compares what came with the beginning of `expected`. Returns how it ended. */
static enum vg_err read_all(const char *path, const char *expected, size_t *ret_len, const char **ret_why)
{
    struct vg_file_reader *reader;
    const void *bytes;
    size_t len, total = 0;
    enum vg_err err = vg_file_reader_open(path, &reader, ret_why);
    if (err)
        return err;
    double progress = 0;
    while (!(err = vg_file_reader_next(reader, &bytes, &len, ret_why))) {
        assert_true(len > 0 && len <= 256 * 1024);
        assert_memory_equal(bytes, expected + total, len);
        total += len;
        assert_true(vg_file_reader_progress(reader) < 0 || vg_file_reader_progress(reader) >= progress);
        progress = vg_file_reader_progress(reader);
    }
    assert_int_equal(vg_file_reader_next(reader, &bytes, &len, ret_why), err); /* it stays so */
    if (err == VG_EOF && progress >= 0)
        assert_true(vg_file_reader_progress(reader) == 1);
    if (err != VG_EOF)
        assert_true(*ret_why && strlen(*ret_why) > 10);
    vg_file_reader_close(reader);
    *ret_len = total;
    return err;
}

static void expect(const void *packed, size_t len, enum vg_err end, size_t unpacked)
{
    char path[32];
    const char *why = NULL;
    size_t total;
    write_file(path, packed, len);
    assert_int_equal(read_all(path, text, &total, &why), end);
    if (unpacked != SIZE_MAX)
        assert_int_equal(total, unpacked);
    unlink(path);
}

static void plain_files_come_as_they_are(void **state)
{
    (void)state;
    expect(text, text_len, VG_EOF, text_len);
    expect(text, 1, VG_EOF, 1);
    expect("", 0, VG_EOF, 0);
}

static void short_files_that_begin_like_magic_are_plain(void **state)
{
    (void)state;
    char *saved = text;
    text = "\x1f";
    expect("\x1f", 1, VG_UNSUPPORTED, 0); /* but this is no text */
    text = "\x28\xb5\x2f";
    expect("\x28\xb5\x2f", 3, VG_EOF, 3);
    text = "P*M";
    expect("P*M", 3, VG_EOF, 3);
    text = "\x28\xb5!AIVDM";
    expect("\x28\xb5!AIVDM", 8, VG_EOF, 8);
    text = saved;
}

static void gzip_files_are_unpacked(void **state)
{
    (void)state;
    uint8_t *buf = malloc(text_len + 4096);
    size_t n = gzip(buf, text_len, text, text_len);
    expect(buf, n, VG_EOF, text_len);
    memset(buf + n, 0, 1000); /* tape padding */
    expect(buf, n + 1000, VG_EOF, text_len);
    n = gzip(buf, text_len, text, 1000);
    n += gzip(buf + n, text_len, text + 1000, 0);
    n += gzip(buf + n, text_len - n, text + 1000, text_len - 1000);
    expect(buf, n, VG_EOF, text_len);
    free(buf);
}

static void zstd_files_are_unpacked(void **state)
{
    (void)state;
    uint8_t *buf = malloc(text_len + 4096);
    size_t n = zstd(buf, text_len, text, text_len);
    expect(buf, n, VG_EOF, text_len);
    static const uint8_t skippable[] = {0x5e, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 'a', 'b', 'c'};
    memcpy(buf, skippable, sizeof skippable);
    n = sizeof skippable + zstd(buf + sizeof skippable, text_len, text, 5000);
    n += zstd(buf + n, text_len - n, text + 5000, text_len - 5000);
    expect(buf, n, VG_EOF, text_len);
    free(buf);
}

static void truncated_files_give_what_is_good_and_say_so(void **state)
{
    (void)state;
    uint8_t *buf = malloc(text_len + 4096);
    size_t n = gzip(buf, text_len, text, text_len);
    expect(buf, n - 1, VG_CORRUPT, text_len); /* in the trailer: all bytes are there */
    expect(buf, n / 2, VG_CORRUPT, SIZE_MAX);
    expect(buf, 5, VG_CORRUPT, 0);
    n = gzip(buf, text_len, text, 1000);
    size_t all = n + gzip(buf + n, text_len - n, text + 1000, 1000);
    expect(buf, all - 8, VG_CORRUPT, 2000);
    n = zstd(buf, text_len, text, text_len);
    expect(buf, n - 1, VG_CORRUPT, SIZE_MAX);
    expect(buf, n / 2, VG_CORRUPT, SIZE_MAX);
    expect(buf, 5, VG_CORRUPT, 0);
    n = zstd(buf, text_len, text, 1000);
    all = n + zstd(buf + n, text_len - n, text + 1000, 1000);
    expect(buf, all - 1, VG_CORRUPT, SIZE_MAX);
    free(buf);
}

static void damaged_files_give_what_is_good_and_say_so(void **state)
{
    (void)state;
    uint8_t *buf = malloc(text_len + 4096);
    size_t n = gzip(buf, text_len, text, 1000);
    memcpy(buf + n, "garbage!", 8);
    expect(buf, n + 8, VG_CORRUPT, 1000);
    buf[n - 6] ^= 1; /* the checksum */
    expect(buf, n, VG_CORRUPT, 1000);
    n = zstd(buf, text_len, text, 1000);
    memcpy(buf + n, "garbage!", 8);
    expect(buf, n + 8, VG_CORRUPT, 1000);
    static const uint8_t wide[] = {0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 1, 2, 3}; /* a window of 2 GiB */
    expect(wide, sizeof wide, VG_LIMIT, 0);
    free(buf);
}

static void what_cannot_be_opened_is_an_error_with_a_sentence(void **state)
{
    (void)state;
    struct vg_file_reader *reader = NULL;
    const char *why = NULL;
    assert_int_equal(vg_file_reader_open("/nowhere/at/all", &reader, &why), VG_NOT_FOUND);
    assert_non_null(strstr(why, "/nowhere/at/all"));
    assert_int_equal(vg_file_reader_open("/tmp", &reader, &why), VG_IO);
    assert_non_null(strstr(why, "a folder, where a file was expected"));
    assert_null(reader);
}

static void standard_input_can_be_a_pipe(void **state)
{
    (void)state;
    uint8_t buf[4096];
    const char *why = NULL;
    size_t n = gzip(buf, sizeof buf, text, 1000), total;
    int ends[2], saved = dup(STDIN_FILENO);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], buf, n), (ssize_t)n);
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    assert_int_equal(read_all("-", text, &total, &why), VG_EOF);
    assert_int_equal(total, 1000);
    dup2(saved, STDIN_FILENO);
    close(saved);
}

static void a_live_pipe_gives_what_it_has(void **state)
{
    (void)state;
    char path[64];
    int ends[2];
    struct vg_file_reader *reader;
    const void *bytes;
    size_t len;
    const char *why;
    assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", ends[0]);
    assert_int_equal(vg_file_reader_open(path, &reader, &why), VG_OK);
    put(ends[1], "!");
    assert_int_equal(vg_file_reader_next(reader, &bytes, &len, &why), VG_OK);
    assert_int_equal(len, 1);
    assert_true(vg_file_reader_progress(reader) < 0);
    put(ends[1], "AIVDM");
    assert_int_equal(vg_file_reader_next(reader, &bytes, &len, &why), VG_OK);
    assert_int_equal(len, 5);
    close(ends[1]);
    assert_int_equal(vg_file_reader_next(reader, &bytes, &len, &why), VG_EOF);
    vg_file_reader_close(reader);
    close(ends[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_files_come_as_they_are),
        cmocka_unit_test(short_files_that_begin_like_magic_are_plain),
        cmocka_unit_test(gzip_files_are_unpacked),
        cmocka_unit_test(zstd_files_are_unpacked),
        cmocka_unit_test(truncated_files_give_what_is_good_and_say_so),
        cmocka_unit_test(damaged_files_give_what_is_good_and_say_so),
        cmocka_unit_test(what_cannot_be_opened_is_an_error_with_a_sentence),
        cmocka_unit_test(standard_input_can_be_a_pipe),
        cmocka_unit_test(a_live_pipe_gives_what_it_has),
    };
    return cmocka_run_group_tests(tests, make_text, free_text);
}
