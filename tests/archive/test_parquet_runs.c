/* Runs and differences at their edges: where a run begins to pay, blocks of other writers, and nothing is read that
 * lies behind the bytes. */
#include <sys/mman.h>

#include "archive/parquet_code.h"
#include "archive/parquet_test.h"
#include "archive/thrift.h"

#define GUARDED 65536

/* Bytes at the end of a page behind which nothing may be read: a byte too many ends the program. */
static const uint8_t *guarded(const void *bytes, size_t len)
{
    static uint8_t *room;
    if (!room) {
        room = mmap(NULL, 2 * GUARDED, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        assert_true(room != MAP_FAILED);
        assert_int_equal(mprotect(room + GUARDED, GUARDED, PROT_NONE), 0);
    }
    assert_true(len <= GUARDED);
    if (len)
        memcpy(room + GUARDED - len, bytes, len);
    return room + GUARDED - len;
}

static void check_hybrid(const char *what, const uint32_t *values, size_t count, unsigned width, const char *want,
                         size_t len)
{
    struct vg_out out = vg_out_growing(1 << 16);
    vg_hybrid_encode(&out, values, count, width);
    if (out.len != len || (len && memcmp(out.buf, want, len)))
        fail_msg("%s: %zu bytes", what, out.len);
    vg_out_free(&out);
}

/* Packed values come in eights: a run gives what is missing and must still be 16 long. */
static void a_run_is_one_from_sixteen_on(void **state)
{
    (void)state;
    uint32_t v[48];
    for (size_t i = 0; i < 48; i++)
        v[i] = 1;
    check_hybrid("16 alone", v, 16, 1, "\x20\x01", 2);
    check_hybrid("15 alone", v, 15, 1, "\x05\xff\x7f", 3);
    check_hybrid("16 of 9 bits", v, 16, 9, "\x20\x01\0", 3);
    v[0] = 0; /* seven of the run fill the first eight up */
    check_hybrid("22 behind one", v, 23, 1, "\x07\xfe\xff\x7f", 4);
    check_hybrid("23 behind one", v, 24, 1, "\x03\xfe\x20\x01", 4);
    for (size_t i = 1; i < 8; i++)
        v[i] = i % 2;
    v[8] = 0;
    check_hybrid("15 behind eight", v + 1, 23, 1, "\x07\x55\xff\x7f", 4);
    check_hybrid("16 behind eight", v + 1, 24, 1, "\x03\x55\x20\x01", 4);
    v[24] = 0;
    for (size_t i = 9; i < 24; i++)
        v[i] = 1;
    check_hybrid("a value behind the run", v + 1, 24, 1, "\x07\x55\xff\x7f", 4);
    for (size_t i = 0; i < 20; i++)
        v[i] = 1;
    v[20] = 0;
    check_hybrid("a run, then packed ones", v, 21, 1, "\x28\x01\x03\0", 4);
    check_hybrid("none", v, 0, 1, "", 0);
}

/* Flags are taken 8192 at a time; what is left of one part waits for the next, and a run may end at a part's border. */
static void flags_are_packed_across_the_parts(void **state)
{
    (void)state;
    static uint8_t flags[20000];
    struct vg_out out = vg_out_growing(1 << 16);
    for (size_t i = 0; i < sizeof flags; i++)
        flags[i] = i % 2;
    vg_flags_encode(&out, flags, 8192 + 9);
    assert_int_equal(out.len, 2 + 1024 + 1 + 2);
    assert_memory_equal(out.buf, "\x81\x10\xaa", 3); /* 1024 eights */
    assert_memory_equal(out.buf + 1025, "\xaa\x05\xaa\0", 4);
    out.len = 0;
    for (size_t i = 8190; i < 8210; i++)
        flags[i] = 1; /* two at the end of the first part, eighteen at the start of the next */
    vg_flags_encode(&out, flags, 8210);
    assert_int_equal(out.len, 2 + 1024 + 2);
    assert_memory_equal(out.buf + 1025, "\xea\x24\x01", 3);
    out.len = 0;
    memset(flags, 1, 20000);
    flags[19999] = 0;
    vg_flags_encode(&out, flags, 20000); /* 8192, 8192 and 3615 of one run, and the last */
    assert_memory_equal(out.buf, "\x80\x80\x01\x01\x80\x80\x01\x01\xbe\x38\x01\x03\0", out.len);
    assert_int_equal(out.len, 13);
    out.len = 0;
    vg_flags_encode(&out, flags, 19999); /* all the same: one run */
    assert_int_equal(out.len, 4);
    assert_memory_equal(out.buf, "\xbe\xb8\x02\x01", 4);
    vg_out_free(&out);
}

static void a_run_has_at_most_as_many_as_its_head_can_say(void **state)
{
    (void)state;
    static const struct {
        const char *what, *bytes;
        size_t len;
        unsigned width;
        size_t count, used;
        uint32_t first;
    } cases[] = {
        {"2^32 − 1 of one", "\xfe\xff\xff\xff\x1f\x05", 6, 3, 4, 6, 5},
        {"2^32 of one", "\x80\x80\x80\x80\x20\x05", 6, 3, 4, 0, 0},
        {"2^32 eights of no bits", "\x81\x80\x80\x80\x20", 5, 0, 4, 0, 0},
        {"2^60 eights", "\x81\x80\x80\x80\x80\x80\x80\x80\x20\0\0", 11, 8, 4, 0, 0},
        {"a run of no bits", "\x08", 1, 0, 4, 1, 0},
        {"eights of no bits", "\x03", 1, 0, 4, 1, 0},
        {"32 bits", "\x02\x01\x02\x03\x04", 5, 32, 1, 5, 0x04030201},
        {"33 bits", "\x02\x01\x02\x03\x04\x05", 6, 33, 1, 0, 0},
        {"17 bits", "\x02\xff\xff\x01", 4, 17, 1, 4, 0x1ffff},
        {"nothing is wanted", "\xff\xff", 2, 3, 0, 2, 0},
        {"a head without end", "\xff\xff", 2, 3, 1, 0, 0},
        {"more than is wanted", "\x03\x88\xc6\xfa", 4, 3, 3, 4, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t v[4] = {77, 77, 77, 77};
        size_t used =
            vg_hybrid_decode(guarded(cases[i].bytes, cases[i].len), cases[i].len, cases[i].width, v, cases[i].count);
        if (used != cases[i].used || (used && cases[i].count && v[0] != cases[i].first))
            fail_msg("%s: %zu", cases[i].what, used);
        for (size_t k = cases[i].count; k < 4; k++)
            assert_int_equal(v[k], 77);
    }
    uint8_t flags[9] = {0};
    assert_int_equal(vg_flags_decode(guarded("\xff", 1), 1, flags, 0), 1);
    assert_int_equal(vg_flags_decode(guarded("\x02", 1), 1, flags, 1), 0);
    assert_int_equal(vg_flags_decode(guarded("\x03\xa5\x02\x01", 4), 4, flags, 9), 4);
    assert_memory_equal(flags, "\1\0\1\0\0\1\0\1\1", 9);
}

/* Each width and number of values, the bytes up to the guarded page. */
static void no_byte_behind_the_last_is_read(void **state)
{
    (void)state;
    static uint32_t values[80], back[80];
    static int64_t wide[80], wide_back[80];
    uint64_t seed = 8;
    for (unsigned width = 1; width <= 32; width++)
        for (size_t count = 1; count <= 80; count += 1 + count / 5) {
            for (size_t i = 0; i < count; i++)
                values[i] = (uint32_t)(dice(&seed) >> (64 - width));
            struct vg_out out = vg_out_growing(1 << 16);
            vg_hybrid_encode(&out, values, count, width);
            assert_int_equal(vg_hybrid_decode(guarded(out.buf, out.len), out.len, width, back, count), out.len);
            assert_memory_equal(values, back, count * sizeof *values);
            vg_out_free(&out);
        }
    for (unsigned width = 1; width <= 64; width++)
        for (size_t count = 2; count <= 80; count += 1 + count / 5) {
            for (size_t i = 0; i < count; i++)
                wide[i] = (int64_t)((uint64_t)(i ? wide[i - 1] : 0) + (dice(&seed) >> (64 - width)));
            struct vg_out out = vg_out_growing(1 << 16);
            vg_delta_encode(&out, wide, count, 64, false);
            assert_int_equal(vg_delta_decode(guarded(out.buf, out.len), out.len, 64, wide_back, count, count), out.len);
            assert_memory_equal(wide, wide_back, count * sizeof *wide);
            vg_out_free(&out);
        }
}

/* ---- differences ---- */

static void other_writers_blocks_are_read(void **state)
{
    (void)state;
    /* A block of 256 in two parts of 128: from 10 on, a step of 3 or 4 a value; the second part has no bits. */
    uint8_t bytes[64] = {0x80, 0x02, 0x02, 0xc8, 0x01, 0x14, 0x06, 0x01, 0x00};
    int64_t v[200], want = 10;
    memset(bytes + 9, 0xf0, 16);
    assert_int_equal(vg_delta_decode(guarded(bytes, 25), 25, 32, v, 200, 200), 25);
    for (size_t i = 0; i < 200; i++) {
        assert_int_equal(v[i], want);
        want += i < 128 && i % 8 >= 4 ? 4 : 3;
    }
    assert_int_equal(vg_delta_decode(guarded(bytes, 24), 24, 32, v, 200, 200), 0);
    assert_int_equal(vg_delta_decode(guarded(bytes, 25), 25, 32, v, 200, 1), 6); /* the first stands in the head */
    assert_int_equal(vg_delta_decode(guarded(bytes, 25), 25, 32, v, 200, 0), 6);
    assert_int_equal(vg_delta_decode(guarded(bytes, 25), 25, 32, v, 200, 129), 25);
    assert_int_equal(vg_delta_decode(guarded(bytes, 25), 25, 32, v, 199, 199), 0);
    assert_int_equal(vg_delta_decode(guarded(bytes, 5), 5, 32, v, 200, 0), 0);
    assert_int_equal(vg_delta_decode(guarded(bytes, 8), 8, 32, v, 200, 200), 0); /* a width is missing */
}

/* 129 values are one block, 130 are two; of the last block only the parts that are needed stand there. */
static void differences_take_the_bytes_that_they_need(void **state)
{
    (void)state;
    static const struct {
        size_t count, head, blocks, parts;
    } cases[] = {{1, 5, 0, 0},   {2, 5, 1, 1},   {33, 5, 1, 1},  {34, 5, 1, 2},  {97, 5, 1, 3},
                 {98, 5, 1, 4},  {127, 5, 1, 4}, {128, 6, 1, 4}, {129, 6, 1, 4}, {130, 6, 2, 5},
                 {161, 6, 2, 5}, {162, 6, 2, 6}, {257, 6, 2, 8}, {258, 6, 3, 9}};
    int64_t v[300];
    struct vg_out out = vg_out_growing(1 << 16);
    for (size_t i = 0; i < 300; i++)
        v[i] = 10 + i % 2; /* steps of 1 and −1: two bits, 8 bytes a part; a block of one step has none */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        out.len = 0;
        vg_delta_encode(&out, v, cases[i].count, 32, false);
        size_t none = cases[i].count % 128 == 2 ? 8 : 0;
        assert_int_equal(out.len, cases[i].head + 5 * cases[i].blocks + 8 * cases[i].parts - none);
    }
    vg_out_free(&out);
}

static void a_frame_has_as_few_bytes_as_hold_the_largest_step(void **state)
{
    (void)state;
    static const struct {
        int64_t step;
        unsigned bits, bytes;
    } cases[] = {
        {0, 64, 1},
        {127, 64, 1},
        {-128, 64, 1},
        {128, 64, 2},
        {-129, 64, 2},
        {32767, 32, 2},
        {32768, 32, 3},
        {-32769, 32, 3},
        {8388607, 32, 3},
        {8388608, 32, 4},
        {INT32_MAX, 32, 4},
        {INT32_MIN, 32, 4},
        {INT64_C(1) << 31, 64, 5},
        {INT64_MAX, 64, 8},
        {INT64_MIN, 64, 8},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t v[3] = {0, cases[i].step, cases[i].step}, back[3];
        struct vg_out out = vg_out_growing(1 << 16);
        vg_delta_encode(&out, v, 3, cases[i].bits, true);
        struct vg_thrift_in in = {.p = (uint8_t *)out.buf, .end = (uint8_t *)out.buf + out.len};
        for (int k = 0; k < 5; k++)
            vg_varint_get(&in);
        for (int k = 0; k < 4; k++)
            assert_int_equal(in.p[k], 8 * cases[i].bytes);
        assert_int_equal(in.end - in.p, 4 + 32 * cases[i].bytes);
        assert_int_equal(vg_delta_decode((uint8_t *)out.buf, out.len, cases[i].bits, back, 3, 3), out.len);
        assert_memory_equal(v, back, sizeof v);
        vg_out_free(&out);
    }
}

/* ---- Thrift ---- */

static void lists_and_texts_are_as_long_as_there_are_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t len;
        enum vg_thrift_type element;
        uint32_t count;
        bool bad;
    } cases[] = {
        {"\x25\1\2", 3, VG_THRIFT_I32, 2, false},  {"\x35\1\2", 3, VG_THRIFT_I32, 0, true},
        {"\x25\1\2", 3, VG_THRIFT_I64, 0, true},   {"\x22\1\2", 3, VG_THRIFT_TRUE, 2, false},
        {"\x21\1\2", 3, VG_THRIFT_TRUE, 2, false}, {"\x21\1\2", 3, VG_THRIFT_FALSE, 0, true},
        {"\x06", 1, VG_THRIFT_I32, 0, false},      {"\xf5\2\1\2", 4, VG_THRIFT_I32, 2, false},
        {"\xf5\3\1\2", 4, VG_THRIFT_I32, 0, true}, {"\xf5\xff\xff\xff\xff\xff\1\1", 8, VG_THRIFT_I32, 0, true},
        {"", 0, VG_THRIFT_I32, 0, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const uint8_t *p = guarded(cases[i].bytes, cases[i].len);
        struct vg_thrift_in in = {.p = p, .end = p + cases[i].len};
        struct vg_thrift_list l = vg_thrift_get_list(&in, VG_THRIFT_LIST, cases[i].element);
        if (l.count != cases[i].count || in.bad != cases[i].bad)
            fail_msg("list %zu", i);
    }
    static const struct {
        const char *bytes;
        size_t len;
        uint32_t count;
        bool bad;
    } texts[] = {{"\2ab", 3, 2, false},
                 {"\3ab", 3, 0, true},
                 {"\0", 1, 0, false},
                 {"", 0, 0, true},
                 {"\x80\x80\x80\x80\x10", 5, 0, true}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const uint8_t *p = guarded(texts[i].bytes, texts[i].len);
        struct vg_thrift_in in = {.p = p, .end = p + texts[i].len};
        struct vg_thrift_bytes b = vg_thrift_get_binary(&in, VG_THRIFT_BINARY);
        assert_int_equal(b.len, texts[i].count);
        assert_int_equal(in.bad, texts[i].bad);
        if (b.len)
            assert_ptr_equal(b.bytes, p + 1);
    }
}

static void numbers_of_every_width_and_sign_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t len;
        enum vg_thrift_type type;
        int64_t value;
        bool bad;
    } cases[] = {
        {"\x80", 1, VG_THRIFT_I8, -128, false},
        {"\x7f", 1, VG_THRIFT_I8, 127, false},
        {"\x01", 1, VG_THRIFT_I16, -1, false},
        {"\x80\x01", 2, VG_THRIFT_I32, 64, false},
        {"\xff\x01", 2, VG_THRIFT_I32, -128, false},
        {"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10, VG_THRIFT_I64, INT64_MAX, false},
        {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10, VG_THRIFT_I64, INT64_MIN, false},
        {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10, VG_THRIFT_I64, 0, true},
        {"\x80", 1, VG_THRIFT_I64, 0, true},
        {"\x02", 1, VG_THRIFT_DOUBLE, 0, true},
        {"\x02", 1, VG_THRIFT_TRUE, 0, true},
        {"\x02", 1, VG_THRIFT_FALSE, 0, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const uint8_t *p = guarded(cases[i].bytes, cases[i].len);
        struct vg_thrift_in in = {.p = p, .end = p + cases[i].len};
        int64_t v = vg_thrift_get_int(&in, cases[i].type);
        if (v != cases[i].value || in.bad != cases[i].bad || in.p != in.end)
            fail_msg("number %zu", i);
    }
    static const uint64_t edges[] = {0, 127, 128, 16383, 16384, UINT32_MAX, UINT64_MAX};
    static const size_t lens[] = {1, 1, 2, 2, 3, 5, 10};
    for (size_t i = 0; i < 7; i++) {
        struct vg_out out = vg_out_growing(64);
        vg_varint_put(&out, edges[i]);
        assert_int_equal(out.len, lens[i]);
        struct vg_thrift_in in = {.p = (uint8_t *)out.buf, .end = (uint8_t *)out.buf + out.len};
        assert_int_equal(vg_varint_get(&in), edges[i]);
        assert_false(in.bad);
        vg_out_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_is_one_from_sixteen_on),
        cmocka_unit_test(flags_are_packed_across_the_parts),
        cmocka_unit_test(a_run_has_at_most_as_many_as_its_head_can_say),
        cmocka_unit_test(no_byte_behind_the_last_is_read),
        cmocka_unit_test(other_writers_blocks_are_read),
        cmocka_unit_test(differences_take_the_bytes_that_they_need),
        cmocka_unit_test(a_frame_has_as_few_bytes_as_hold_the_largest_step),
        cmocka_unit_test(lists_and_texts_are_as_long_as_there_are_bytes),
        cmocka_unit_test(numbers_of_every_width_and_sign_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
