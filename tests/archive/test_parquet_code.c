/* Parquet's encodings and Thrift's compact protocol, against the examples of their specifications and bytes that are
 * none. */
#include "archive/parquet_code.h"
#include "archive/parquet_test.h"
#include "archive/thrift.h"

static struct vg_out start(void)
{
    return vg_out_growing(1 << 20);
}

static void assert_bytes(struct vg_out *out, const void *want, size_t len)
{
    assert_int_equal(out->len, len);
    assert_memory_equal(out->buf, want, len);
    vg_out_free(out);
}

/* ---- runs and packed bits ---- */

/* Encodings.md, "Run Length Encoding / Bit-Packing Hybrid": 0 … 7 at three bits; a run of 100. */
static void the_hybrid_is_as_the_specification_shows(void **state)
{
    (void)state;
    const uint32_t steps[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    uint32_t same[100], back[108];
    struct vg_out out = start();
    vg_hybrid_encode(&out, steps, 8, 3);
    assert_bytes(&out, "\x03\x88\xC6\xFA", 4);
    for (int i = 0; i < 100; i++)
        same[i] = 4;
    out = start();
    vg_hybrid_encode(&out, same, 100, 3);
    assert_bytes(&out, "\xC8\x01\x04", 3);
    /* Both, one behind the other; a run of a value of 9 bits takes two bytes. */
    assert_int_equal(vg_hybrid_decode((const uint8_t *)"\x03\x88\xC6\xFA\xC8\x01\x04", 7, 3, back, 108), 7);
    assert_memory_equal(back, steps, sizeof steps);
    assert_memory_equal(back + 8, same, sizeof same);
    assert_int_equal(vg_hybrid_decode((const uint8_t *)"\x04\x01\x01", 3, 9, back, 2), 3);
    assert_int_equal(back[0], 257);
    assert_int_equal(back[1], 257);
}

static void bit_widths_are_the_least(void **state)
{
    (void)state;
    assert_int_equal(vg_bit_width(0, 1), 1);
    assert_int_equal(vg_bit_width(1, 1), 1);
    assert_int_equal(vg_bit_width(2, 1), 2);
    assert_int_equal(vg_bit_width(255, 1), 8);
    assert_int_equal(vg_bit_width(256, 1), 9);
    assert_int_equal(vg_bit_width(255, 8), 8);
    assert_int_equal(vg_bit_width(256, 8), 16);
    assert_int_equal(vg_bit_width(UINT64_MAX, 1), 64);
}

/* Decodes from a block of exactly `len` bytes, so that the sanitizer sees one too many. */
static size_t hybrid_exact(const char *bytes, size_t len, unsigned width, uint32_t *values, size_t count)
{
    void *exact = malloc(len ? len : 1);
    memcpy(exact, bytes, len);
    size_t used = vg_hybrid_decode(exact, len, width, values, count);
    free(exact);
    return used;
}

static void every_width_gives_back_what_was_encoded(void **state)
{
    (void)state;
    uint64_t seed = 1;
    static uint32_t values[700], back[700];
    static uint8_t flags[20000], flags_back[20000];
    for (unsigned width = 1; width <= 32; width++)
        for (unsigned style = 0; style < 3; style++) {
            size_t count = dice(&seed) % 700;
            for (size_t i = 0; i < count; i++) {
                uint32_t v = (uint32_t)(dice(&seed) >> (64 - width));
                bool again = i && (style == 1 ? dice(&seed) % 40 : style == 2 && dice(&seed) % 3);
                values[i] = again ? values[i - 1] : v;
            }
            struct vg_out out = start();
            vg_hybrid_encode(&out, values, count, width);
            assert_int_equal(hybrid_exact(out.buf ? out.buf : "", out.len, width, back, count), out.len);
            assert_memory_equal(back, values, count * sizeof *values);
            for (size_t cut = 0; cut < out.len; cut++)
                assert_int_equal(hybrid_exact(out.buf, cut, width, back, count), 0);
            vg_out_free(&out);
        }
    for (size_t count = 0; count < 20000; count = count * 3 / 2 + 1)
        for (unsigned style = 0; style < 4; style++) {
            for (size_t i = 0; i < count; i++)
                flags[i] = style == 0 ? 0 : style == 1 ? 1 : style == 2 ? dice(&seed) & 1 : i % 97 < 60;
            struct vg_out out = start();
            vg_flags_encode(&out, flags, count);
            size_t used = vg_flags_decode((const uint8_t *)(out.buf ? out.buf : ""), out.len, flags_back, count);
            assert_int_equal(used, out.len);
            assert_memory_equal(flags, flags_back, count);
            if (style < 2)
                assert_true(out.len < 5);
            vg_out_free(&out);
        }
}

static void damaged_runs_are_refused(void **state)
{
    (void)state;
    uint32_t v[64];
    uint8_t f[64];
    assert_int_equal(hybrid_exact("", 0, 3, v, 1), 0);
    assert_int_equal(hybrid_exact("\x00\x01", 2, 3, v, 1), 0);          /* a run of none */
    assert_int_equal(hybrid_exact("\x01\x01", 2, 3, v, 1), 0);          /* packed values: none */
    assert_int_equal(hybrid_exact("\x03\x88\xC6", 3, 3, v, 1), 0);      /* three bytes are wanted */
    assert_int_equal(hybrid_exact("\x02", 1, 3, v, 1), 0);              /* a run without its value */
    assert_int_equal(hybrid_exact("\x02\x01", 2, 9, v, 1), 0);          /* … without half of it */
    assert_int_equal(hybrid_exact("\x02\x01", 2, 3, v, 2), 0);          /* fewer than wanted */
    assert_int_equal(hybrid_exact("\x02\x01\0\0\0\0", 6, 33, v, 1), 0); /* no such width */
    assert_int_equal(hybrid_exact("\x02\x01", 2, 3, v, 1), 2);
    assert_int_equal(vg_flags_decode((const uint8_t *)"\x02\x02", 2, f, 1), 0); /* a flag of 2 */
    assert_int_equal(vg_flags_decode((const uint8_t *)"\x02\x01", 2, f, 1), 2);
    assert_int_equal(f[0], 1);
}

/* ---- differences ---- */

/* Encodings.md, "Delta Encoding": both examples, in blocks of 128 with four parts. */
static void differences_are_as_the_specification_shows(void **state)
{
    (void)state;
    const int64_t up[5] = {1, 2, 3, 4, 5}, down[8] = {7, 5, 3, 1, 2, 3, 4, 5};
    struct vg_out out = start();
    vg_delta_encode(&out, up, 5, 32, false);
    assert_bytes(&out, "\x80\x01\x04\x05\x02\x02\0\0\0\0", 10);
    out = start();
    vg_delta_encode(&out, down, 8, 32, false);
    assert_bytes(&out, "\x80\x01\x04\x08\x0E\x03\x02\0\0\0\xC0\x3F\0\0\0\0\0\0", 18);
    out = start();
    vg_delta_encode(&out, NULL, 0, 64, false);
    assert_bytes(&out, "\x80\x01\x04\x00\x00", 5);
    /* Framed: −128 and one byte for all. */
    out = start();
    vg_delta_encode(&out, up, 5, 32, true);
    assert_int_equal(out.len, 5 + 2 + 4 + 32);
    assert_memory_equal(out.buf, "\x80\x01\x04\x05\x02\xFF\x01\x08\x08\x08\x08\x81\x81\x81\x81\x00", 16);
    vg_out_free(&out);
}

static size_t delta_exact(const void *bytes, size_t len, unsigned bits, int64_t *values, size_t count, size_t need)
{
    void *exact = malloc(len ? len : 1);
    memcpy(exact, bytes, len);
    size_t used = vg_delta_decode(exact, len, bits, values, count, need);
    free(exact);
    return used;
}

static void differences_of_any_size_come_back(void **state)
{
    (void)state;
    uint64_t seed = 2;
    static int64_t values[600], back[600];
    for (unsigned shift = 0; shift < 64; shift++)
        for (int bits = 32; bits <= 64; bits += 32)
            for (int framed = 0; framed < 2; framed++) {
                size_t count = 1 + dice(&seed) % 600, need = 1 + dice(&seed) % count;
                for (size_t i = 0; i < count; i++) {
                    int64_t v = (int64_t)dice(&seed) >> shift;
                    values[i] = bits == 32 ? (int32_t)v : v;
                }
                if (count > 3) { /* differences that wrap around */
                    values[1] = bits == 32 ? INT32_MIN : INT64_MIN;
                    values[2] = bits == 32 ? INT32_MAX : INT64_MAX;
                }
                struct vg_out out = start();
                vg_delta_encode(&out, values, count, (unsigned)bits, framed);
                assert_int_equal(delta_exact(out.buf, out.len, (unsigned)bits, back, count, count), out.len);
                assert_memory_equal(back, values, count * sizeof *values);
                memset(back, 0, sizeof back);
                assert_int_not_equal(delta_exact(out.buf, out.len, (unsigned)bits, back, count, need), 0);
                assert_memory_equal(back, values, need * sizeof *values);
                for (size_t i = need; i < count; i++)
                    assert_int_equal(back[i], 0);
                for (size_t cut = 0; cut < out.len; cut += 1 + cut / 16)
                    assert_int_equal(delta_exact(out.buf, cut, (unsigned)bits, back, count, count), 0);
                vg_out_free(&out);
            }
}

static void damaged_differences_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *what, *bytes;
        size_t len, used;
    } cases[] = {
        {"good", "\x80\x01\x04\x02\x02\x02\0\0\0\0", 10, 10},
        {"a block of none", "\x00\x04\x02\x02\x02\0\0\0\0", 9, 0},
        {"a block of 64", "\x40\x02\x02\x02\x02\0\0", 7, 0},
        {"a block of 192", "\xC0\x01\x06\x02\x02\x02\0\0\0\0\0\0", 12, 0},
        {"a block of 2^20", "\x80\x80\x40\x01\x02\x02\x02\0", 8, 8},
        {"a block of 2^20 + 128", "\x80\x81\x40\x01\x02\x02\x02\0", 8, 0},
        {"no parts", "\x80\x01\x00\x02\x02\x02", 6, 0},
        {"three parts", "\x80\x01\x03\x02\x02\x02\0\0\0", 9, 0},
        {"parts of 16", "\x80\x01\x08\x02\x02\x02\0\0\0\0\0\0\0\0", 14, 0},
        {"another count", "\x80\x01\x04\x03\x02\x02\0\0\0\0", 10, 0},
        {"33 bits of 32", "\x80\x01\x04\x02\x02\x02\x21\0\0\0", 10, 0},
        {"no bytes", "\x80\x01\x04\x02\x02\x02\x01\0\0\0", 10, 0},
    };
    int64_t v[4];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (delta_exact(cases[i].bytes, cases[i].len, 32, v, 2, 2) != cases[i].used)
            fail_msg("%s", cases[i].what);
    char wide[10 + 132] = "\x80\x01\x04\x02\x02\x02\x21";
    assert_int_equal(delta_exact(wide, sizeof wide, 32, v, 2, 2), 0);
    assert_int_equal(delta_exact(wide, sizeof wide, 64, v, 2, 2), sizeof wide);
    wide[6] = 0x20;
    assert_int_equal(delta_exact(wide, sizeof wide, 32, v, 2, 2), sizeof wide - 4);
    assert_int_equal(delta_exact(cases[0].bytes, 10, 32, v, 2, 3), 0);
}

/* ---- Thrift ---- */

static void structs_are_written_as_the_protocol_says(void **state)
{
    (void)state;
    struct vg_out out = start();
    struct vg_thrift_out t = {.out = &out};
    vg_thrift_begin(&t);
    vg_thrift_i32(&t, 1, -1);
    vg_thrift_bool(&t, 2, true);
    vg_thrift_bool(&t, 3, false);
    vg_thrift_i64(&t, 18, 64);
    vg_thrift_struct(&t, 19);
    vg_thrift_i8(&t, 1, -2);
    vg_thrift_i16(&t, 2, 150);
    vg_thrift_end(&t);
    vg_thrift_binary(&t, 20, "ab", 2);
    vg_thrift_list(&t, 21, VG_THRIFT_I32, 14);
    for (int i = 0; i < 14; i++)
        vg_thrift_element_int(&t, i);
    vg_thrift_list(&t, 22, VG_THRIFT_TRUE, 15);
    for (int i = 0; i < 15; i++)
        vg_thrift_element_bool(&t, i % 2);
    vg_thrift_list(&t, 23, VG_THRIFT_BINARY, 1);
    vg_thrift_element_binary(&t, "c", 1);
    vg_thrift_end(&t);
    static const uint8_t want[] = {0x15, 0x01, 0x11, 0x12, 0xF6, 0x80, 0x01, 0x1C, 0x13, 0xFE, 0x14, 0xAC,
                                   0x02, 0x00, 0x18, 0x02, 'a',  'b',  0x19, 0xE5, 0,    2,    4,    6,
                                   8,    10,   12,   14,   16,   18,   20,   22,   24,   26,   0x19, 0xF1,
                                   15,   2,    1,    2,    1,    2,    1,    2,    1,    2,    1,    2,
                                   1,    2,    1,    2,    0x19, 0x18, 1,    'c',  0x00};
    struct vg_thrift_in in = {.p = want, .end = want + sizeof want};
    struct vg_thrift_field f = {0};
    unsigned fields = 0;
    while (vg_thrift_field(&in, &f)) {
        fields++;
        if (f.id == 1)
            assert_int_equal(vg_thrift_get_int(&in, f.type), -1);
        else if (f.id == 2 || f.id == 3)
            assert_int_equal(vg_thrift_get_bool(&in, f.type), f.id == 2);
        else if (f.id == 18)
            assert_int_equal(vg_thrift_get_int(&in, f.type), 64);
        else if (f.id == 20)
            assert_int_equal(vg_thrift_get_binary(&in, f.type).len, 2);
        else
            vg_thrift_skip(&in, f.type);
    }
    assert_int_equal(fields, 9);
    assert_false(in.bad);
    assert_ptr_equal(in.p, in.end);
    assert_bytes(&out, want, sizeof want);
}

/* Skips one value of a type; true if the bytes were good and all used. */
static bool skips(enum vg_thrift_type type, const char *bytes, size_t len)
{
    uint8_t *exact = malloc(len ? len : 1);
    memcpy(exact, bytes, len);
    struct vg_thrift_in in = {.p = exact, .end = exact + len};
    vg_thrift_skip(&in, type);
    bool good = !in.bad && in.p == in.end && !in.depth;
    free(exact);
    return good;
}

static void values_that_are_skipped_are_looked_at(void **state)
{
    (void)state;
    assert_true(skips(VG_THRIFT_TRUE, "", 0));
    assert_true(skips(VG_THRIFT_I8, "\x80", 1));
    assert_false(skips(VG_THRIFT_I8, "", 0));
    assert_true(skips(VG_THRIFT_I64, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", 10));
    assert_false(skips(VG_THRIFT_I64, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02", 10));
    assert_false(skips(VG_THRIFT_I64, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00", 11));
    assert_false(skips(VG_THRIFT_I32, "\x80", 1));
    assert_true(skips(VG_THRIFT_DOUBLE, "12345678", 8));
    assert_false(skips(VG_THRIFT_DOUBLE, "1234567", 7));
    assert_true(skips(VG_THRIFT_BINARY,
                      "\x02"
                      "ab",
                      3));
    assert_false(skips(VG_THRIFT_BINARY,
                       "\x02"
                       "a",
                       2));
    assert_true(skips(VG_THRIFT_LIST, "\x25\x01\x02", 3));
    assert_true(skips(VG_THRIFT_SET, "\x21\x01\x02", 3));
    assert_true(skips(VG_THRIFT_LIST, "\x22\x01\x02", 3));
    assert_false(skips(VG_THRIFT_LIST, "\x25\x01", 2));
    assert_false(skips(VG_THRIFT_LIST, "\xF5\x03\x01\x02", 4));
    assert_true(skips(VG_THRIFT_STRUCT, "\x15\x01\x05\x40\x01\x00", 6)); /* the second id is written out: 32 */
    assert_false(skips(VG_THRIFT_STRUCT, "\x15\x01", 2));
    assert_false(skips(VG_THRIFT_STRUCT, "\x10\x00", 2)); /* no such type */
    assert_false(skips(VG_THRIFT_STRUCT, "\x1D\x00", 2));
    assert_false(skips(VG_THRIFT_STRUCT, "\x05\x80\x80\x04\x01\x00", 6)); /* id 32768 */
    assert_true(skips(VG_THRIFT_STRUCT, "\x05\xFE\xFF\x03\x01\x00", 6));  /* id 32767 */
    assert_false(skips(VG_THRIFT_MAP, "\x00", 1));
    /* Structs in structs, down to the limit. */
    char deep[2 * VG_THRIFT_DEPTH + 2];
    memset(deep, 0x1C, VG_THRIFT_DEPTH - 1);
    memset(deep + VG_THRIFT_DEPTH - 1, 0, VG_THRIFT_DEPTH);
    assert_true(skips(VG_THRIFT_STRUCT, deep, 2 * VG_THRIFT_DEPTH - 1));
    memset(deep, 0x1C, VG_THRIFT_DEPTH);
    memset(deep + VG_THRIFT_DEPTH, 0, VG_THRIFT_DEPTH + 1);
    assert_false(skips(VG_THRIFT_STRUCT, deep, 2 * VG_THRIFT_DEPTH + 1));
}

static void a_value_of_another_type_is_bad_for_good(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {0x24, 2, 4, 6, 8};
    struct vg_thrift_in in = {.p = bytes, .end = bytes + sizeof bytes};
    assert_int_equal(vg_thrift_get_list(&in, VG_THRIFT_LIST, VG_THRIFT_I16).count, 2);
    assert_int_equal(vg_thrift_get_int(&in, VG_THRIFT_I16), 1);
    assert_int_equal(vg_thrift_get_int(&in, VG_THRIFT_BINARY), 0);
    assert_true(in.bad);
    assert_int_equal(vg_thrift_get_int(&in, VG_THRIFT_I16), 0); /* though bytes were left */
    struct vg_thrift_field f = {0};
    assert_false(vg_thrift_field(&in, &f));
    for (int what = 0; what < 4; what++) {
        in = (struct vg_thrift_in){.p = bytes, .end = bytes + sizeof bytes};
        if (what == 0)
            assert_int_equal(vg_thrift_get_list(&in, VG_THRIFT_LIST, VG_THRIFT_I32).count, 0);
        else if (what == 1)
            assert_int_equal(vg_thrift_get_list(&in, VG_THRIFT_STRUCT, VG_THRIFT_I16).count, 0);
        else if (what == 2)
            assert_int_equal(vg_thrift_get_binary(&in, VG_THRIFT_LIST).len, 0);
        else
            assert_false(vg_thrift_get_bool(&in, VG_THRIFT_I8));
        assert_true(in.bad);
    }
    in = (struct vg_thrift_in){.p = (const uint8_t *)"\x05", .end = (const uint8_t *)"\x05"};
    in.end = in.p + 1;
    assert_int_equal(vg_thrift_get_list(&in, VG_THRIFT_LIST, VG_THRIFT_I16).count, 0);
    assert_false(in.bad); /* an empty list is of any type */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hybrid_is_as_the_specification_shows),
        cmocka_unit_test(bit_widths_are_the_least),
        cmocka_unit_test(every_width_gives_back_what_was_encoded),
        cmocka_unit_test(damaged_runs_are_refused),
        cmocka_unit_test(differences_are_as_the_specification_shows),
        cmocka_unit_test(differences_of_any_size_come_back),
        cmocka_unit_test(damaged_differences_are_refused),
        cmocka_unit_test(structs_are_written_as_the_protocol_says),
        cmocka_unit_test(values_that_are_skipped_are_looked_at),
        cmocka_unit_test(a_value_of_another_type_is_bad_for_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
