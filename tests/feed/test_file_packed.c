/* Plain, gzip and zstd bytes up to the edges of blocks, headers and limits; each refusal by its sentence. */
#include "feed_test.h"

#include <zlib.h>
#include <zstd.h>

#include "feed/adapter.h"
#include "feed/packed.h"

#define BLOCK 262144
#define MOST  (3 * BLOCK)

static uint8_t bytes[MOST], packed[2 * MOST];

static int make_bytes(void **state)
{
    uint32_t random = 1;
    (void)state;
    for (size_t i = 0; i < MOST; i++) { /* hardly to be packed: blocks of input and of output end at different places */
        random = random * 1664525 + 1013904223;
        bytes[i] = (uint8_t)(random >> 24);
    }
    bytes[0] = '!';
    return 0;
}

static size_t plain(uint8_t *out, const uint8_t *in, size_t len)
{
    memcpy(out, in, len);
    return len;
}

static size_t gzip(uint8_t *out, const uint8_t *in, size_t len)
{
    z_stream z = {.next_in = (Bytef *)(uintptr_t)in, .avail_in = (uInt)len, .next_out = out, .avail_out = 2 * MOST};
    assert_int_equal(deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return 2 * MOST - z.avail_out;
}

static size_t zstd(uint8_t *out, const uint8_t *in, size_t len)
{
    size_t n = ZSTD_compress(out, 2 * MOST, in, len, 1);
    assert_false(ZSTD_isError(n));
    return n;
}

typedef size_t pack(uint8_t *out, const uint8_t *in, size_t len);

/* What a file of these bytes gives: how many, in how many blocks, and how it ends. */
struct reading {
    size_t len, blocks, first;
    double progress; /* after the first block */
    enum vg_err err;
    const char *why;
};

static struct reading read_bytes(const uint8_t *in, size_t len, const uint8_t *expected)
{
    struct reading r = {.why = ""};
    struct vg_packed *reader;
    const void *block;
    size_t n;
    char path[32];
    int fd = temp_file(path);
    assert_int_equal(write(fd, in, len), (ssize_t)len);
    close(fd);
    assert_int_equal(vg_packed_adopt(open(path, O_RDONLY | O_CLOEXEC), &reader, &r.why), VG_OK);
    unlink(path);
    while (!(r.err = vg_packed_next(reader, &block, &n, &r.why))) {
        assert_in_range(n, 1, BLOCK);
        if (expected)
            assert_memory_equal(block, expected + r.len, n);
        if (r.blocks++ == 0) {
            r.first = n;
            r.progress = vg_packed_progress(reader);
        }
        r.len += n;
    }
    if (r.err == VG_EOF)
        assert_true(vg_packed_progress(reader) == 1);
    vg_packed_close(reader);
    return r;
}

static void every_length_comes_whole_in_blocks_of_256_kib(void **state)
{
    (void)state;
    static pack *const packs[] = {plain, gzip, zstd};
    static const size_t lens[] = {1, 2, 3, 4, 5, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, MOST - 1, MOST};
    for (size_t p = 0; p < 3; p++)
        for (size_t i = 0; i < sizeof lens / sizeof *lens; i++) {
            size_t n = packs[p](packed, bytes, lens[i]);
            struct reading r = read_bytes(packed, n, bytes);
            assert_int_equal(r.err, VG_EOF);
            assert_string_equal(r.why, "");
            assert_int_equal(r.len, lens[i]);
            if (p > 0)
                continue;
            assert_int_equal(r.first, lens[i] < BLOCK ? lens[i] : BLOCK);
            assert_int_equal(r.blocks, (lens[i] + BLOCK - 1) / BLOCK);
            assert_true(r.progress == (double)r.first / (double)lens[i]);
        }
}

/* Much comes of little: all of the input is read with the first block, and its share tells how far unpacking is. What
 * repeats itself after 30,000 bytes needs the whole window of gzip across blocks. */
static void what_packs_well_comes_in_full_blocks_too(void **state)
{
    (void)state;
    static uint8_t zeros[MOST], repeated[MOST];
    static const uint8_t *const texts[] = {zeros, repeated};
    static pack *const packs[] = {gzip, zstd};
    for (size_t i = 0; i < MOST; i++)
        repeated[i] = bytes[i % 30000];
    for (size_t i = 0; i < 8; i++) {
        const uint8_t *text = texts[i % 2];
        size_t len = MOST - i / 2 % 2;
        struct reading r = read_bytes(packed, packs[i / 4](packed, text, len), text);
        assert_int_equal(r.err, VG_EOF);
        assert_int_equal(r.len, len);
        assert_int_equal(r.first, BLOCK);
        assert_int_equal(r.blocks, 3);
        assert_true(r.progress > 0 && r.progress <= 1);
    }
}

static void packing_is_told_by_the_first_bytes_as_soon_as_they_tell(void **state)
{
    (void)state;
    static const struct {
        const char *head;
        size_t len;
        enum vg_err err; /* VG_EOF: it is plain */
    } rows[] = {
        {"\x1f", 1, VG_EOF},
        {"\x1f\x8c", 2, VG_EOF},
        {"\x1e\x8b", 2, VG_EOF},
        {"\x1f\x8b", 2, VG_CORRUPT},
        {"\x28", 1, VG_EOF},
        {"\x28\xb5", 2, VG_EOF},
        {"\x28\xb5\x2f", 3, VG_EOF},
        {"\x28\xb5\x2f\xfc", 4, VG_EOF},
        {"\x28\xb5\x2f\xfd", 4, VG_CORRUPT},
        {"\x50\x2a\x4d", 3, VG_EOF},
        {"\x50\x2a\x4d\x19", 4, VG_EOF},
        {"\x50\x2b\x4d\x18", 4, VG_EOF},
        {"\x4f\x2a\x4d\x18", 4, VG_EOF},
        {"\x60\x2a\x4d\x18", 4, VG_EOF},
        {"\x50\x2a\x4d\x18", 4, VG_CORRUPT},
        {"\x5f\x2a\x4d\x18", 4, VG_CORRUPT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct reading r = read_bytes((const uint8_t *)rows[i].head, rows[i].len, (const uint8_t *)rows[i].head);
        assert_int_equal(r.err, rows[i].err);
        assert_int_equal(r.len, rows[i].err == VG_EOF ? rows[i].len : 0);
    }
}

/* A live line is not held back for want of a fourth byte; what may become a magic number is. */
static void a_step_waits_only_for_what_may_be_packed(void **state)
{
    (void)state;
    static const struct {
        const char *first, *second;
        size_t after_first, after_second;
    } rows[] = {{"!", "A", 1, 1}, {"P", "*", 0, 0}, {"P", "!", 0, 2}, {"P*M", "!", 0, 4}, {"(", "x", 0, 2}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct vg_packed *reader;
        const void *at;
        const char *why;
        size_t len;
        bool wait;
        int ends[2];
        assert_int_equal(pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
        assert_int_equal(vg_packed_adopt(ends[0], &reader, &why), VG_OK);
        assert_int_equal(vg_packed_step(reader, &at, &len, &wait, &why), VG_OK);
        assert_true(wait && len == 0); /* nothing yet */
        put(ends[1], rows[i].first);
        assert_int_equal(vg_packed_step(reader, &at, &len, &wait, &why), VG_OK);
        assert_int_equal(len, rows[i].after_first);
        assert_false(wait);
        put(ends[1], rows[i].second);
        assert_int_equal(vg_packed_step(reader, &at, &len, &wait, &why), VG_OK);
        assert_int_equal(len, rows[i].after_second);
        assert_true(vg_packed_progress(reader) < 0);
        close(ends[1]);
        vg_packed_close(reader);
    }
}

/* Bytes to be packed, and what stands behind or is missing. */
static void each_damage_has_its_sentence_behind_what_is_good(void **state)
{
    (void)state;
    static const struct {
        pack *pack;
        int cut, zeros; /* bytes taken away at the end, then zeros added */
        const char *behind;
        size_t len;
        enum vg_err err;
        const char *why;
    } rows[] = {
        {gzip, 0, 0, "x", 1000, VG_CORRUPT, "other bytes follow the gzip data"},
        {gzip, 0, 0, "\x1f", 1000, VG_CORRUPT, "the gzip data ends too early"},
        {gzip, 0, 0, "\x1f!", 1000, VG_CORRUPT, "the gzip data is damaged"},
        {gzip, 0, 1, "x", 1000, VG_CORRUPT, "other bytes follow the gzip data"},
        {gzip, 0, 1, "\x1f", 1000, VG_CORRUPT, "other bytes follow the gzip data"},
        {gzip, 0, BLOCK, "x", 1000, VG_CORRUPT, "other bytes follow the gzip data"},
        {gzip, 0, 1, "", 1000, VG_EOF, ""},
        {gzip, 0, BLOCK, "", 1000, VG_EOF, ""},
        {gzip, 1, 0, "", 1000, VG_CORRUPT, "the gzip data ends too early"},
        {gzip, 8, 0, "", 1000, VG_CORRUPT, "the gzip data ends too early"},
        {gzip, 1, 0, "x", 1000, VG_CORRUPT, "the gzip data is damaged"},
        {zstd, 0, 0, "xxxx", 1000, VG_CORRUPT, "other bytes follow the zstd data"},
        {zstd, 0, 4, "", 1000, VG_CORRUPT, "other bytes follow the zstd data"},
        {zstd, 0, 0, "\x28\xb5\x2f\xfd", 1000, VG_CORRUPT, "the zstd data ends too early"},
        {zstd, 0, 0, "\x50\x2a\x4d\x18\x01", 1000, VG_CORRUPT, "the zstd data ends too early"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t n = rows[i].pack(packed, bytes, 1000) - (size_t)rows[i].cut;
        memset(packed + n, 0, (size_t)rows[i].zeros);
        n += (size_t)rows[i].zeros;
        memcpy(packed + n, rows[i].behind, strlen(rows[i].behind));
        struct reading r = read_bytes(packed, n + strlen(rows[i].behind), bytes);
        if (r.err != rows[i].err || strcmp(r.why, rows[i].why) != 0 || r.len != rows[i].len)
            fail_msg("row %zu: %zu bytes, %s", i, r.len, r.why);
    }
}

/* RFC 8878, 3.1.1.1.2: a window of 2^(10 + exponent); then one block, the last, of one byte as it is. */
static void a_window_of_128_mib_is_the_largest(void **state)
{
    (void)state;
    uint8_t frame[] = {0x28, 0xb5, 0x2f, 0xfd, 0x00, 17 << 3, 9, 0, 0, '!'};
    struct reading r = read_bytes(frame, sizeof frame, bytes);
    assert_int_equal(r.err, VG_EOF);
    assert_int_equal(r.len, 1);
    frame[5] = 17 << 3 | 1;
    r = read_bytes(frame, sizeof frame, bytes);
    assert_int_equal(r.err, VG_LIMIT);
    assert_int_equal(r.len, 0);
    assert_string_equal(r.why, "the zstd data needs a window of more than 128 MiB");
    frame[4] = 0x08; /* a reserved bit */
    r = read_bytes(frame, sizeof frame, bytes);
    assert_int_equal(r.err, VG_CORRUPT);
    assert_string_equal(r.why, "the zstd data is damaged");
}

static void progress_counts_from_where_the_file_stood_to_its_size_at_first(void **state)
{
    (void)state;
    struct vg_packed *reader;
    const void *at;
    const char *why;
    size_t len;
    char path[32];
    int fd = temp_file(path);
    assert_int_equal(write(fd, bytes, 1000), 1000);
    assert_int_equal(lseek(fd, 250, SEEK_SET), 250);
    assert_int_equal(vg_packed_adopt(dup(fd), &reader, &why), VG_OK);
    assert_true(vg_packed_progress(reader) == 0.25);
    assert_int_equal(pwrite(fd, bytes, 1000, 1000), 1000); /* it grows */
    assert_int_equal(vg_packed_next(reader, &at, &len, &why), VG_OK);
    assert_int_equal(len, 1750);
    assert_true(vg_packed_progress(reader) == 1);
    vg_packed_close(reader);
    assert_int_equal(ftruncate(fd, 0), 0);
    assert_int_equal(vg_packed_adopt(fd, &reader, &why), VG_OK);
    assert_true(vg_packed_progress(reader) == 1); /* of nothing, all */
    assert_int_equal(vg_packed_next(reader, &at, &len, &why), VG_EOF);
    vg_packed_close(reader);
    vg_packed_close(NULL);
    unlink(path);
}

static void what_cannot_be_read_is_an_error_with_its_sentence(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        enum vg_err err;
        const char *why;
    } rows[] = {
        {"/nowhere/x", VG_NOT_FOUND, "/nowhere/x: no such file or directory"},
        {"/dev/null/x", VG_IO, "/dev/null/x: not a directory"},
        {"/tmp", VG_IO, "/tmp: a folder, where a file was expected; name the files in it"},
        {"-", VG_IO, "standard input: bad file descriptor"},
    };
    struct vg_file_reader *reader = NULL;
    const char *why = NULL;
    int saved = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 10);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        close(STDIN_FILENO);
        assert_int_equal(vg_file_reader_open(rows[i].path, &reader, &why), rows[i].err);
        assert_string_equal(why, rows[i].why);
    }
    assert_int_equal(open("/tmp", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
    assert_int_equal(vg_file_reader_open("-", &reader, &why), VG_IO);
    assert_string_equal(why, "standard input: a folder, where a file was expected; name the files in it");
    assert_int_equal(vg_file_reader_adopt(-1, &reader, &why), VG_IO);
    assert_string_equal(why, "bad file descriptor");
    assert_null(reader);
    close(STDIN_FILENO);
    assert_int_equal(vg_file_reader_open("/dev/null", &reader, &why), VG_OK); /* it gets the first descriptor */
    vg_file_reader_close(reader);
    if (saved >= 0) {
        dup2(saved, STDIN_FILENO);
        close(saved);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_length_comes_whole_in_blocks_of_256_kib),
        cmocka_unit_test(what_packs_well_comes_in_full_blocks_too),
        cmocka_unit_test(packing_is_told_by_the_first_bytes_as_soon_as_they_tell),
        cmocka_unit_test(a_step_waits_only_for_what_may_be_packed),
        cmocka_unit_test(each_damage_has_its_sentence_behind_what_is_good),
        cmocka_unit_test(a_window_of_128_mib_is_the_largest),
        cmocka_unit_test(progress_counts_from_where_the_file_stood_to_its_size_at_first),
        cmocka_unit_test(what_cannot_be_read_is_an_error_with_its_sentence),
    };
    return cmocka_run_group_tests(tests, make_bytes, NULL);
}
