#include "test.h"

#include <stdio.h>

#include <jansson.h>

#include "base/out.h"

static const char *scaled(int64_t v, unsigned decimals)
{
    static char buf[64];
    struct vg_out out = vg_out_fixed(buf, sizeof buf - 1);
    vg_out_scaled(&out, v, decimals);
    buf[out.len] = '\0';
    return buf;
}

static void scaled_numbers_drop_trailing_zeros_but_one(void **state)
{
    (void)state;
    assert_string_equal(scaled(1200, 2), "12.0");
    assert_string_equal(scaled(-5, 1), "-0.5");
    assert_string_equal(scaled(0, 1), "0.0");
    assert_string_equal(scaled(7, 0), "7");
    assert_string_equal(scaled(1000001, 6), "1.000001");
    assert_string_equal(scaled(INT64_MIN, 9), "-9223372036.854775808");
}

/* Every 1/10 000 minute has a text of its own: rounding to six decimals loses nothing. */
static void positions_in_degrees_are_invertible(void **state)
{
    (void)state;
    for (int64_t v = -108000000; v <= 108000000; v += 997) {
        char buf[64];
        struct vg_out out = vg_out_fixed(buf, sizeof buf - 1);
        vg_out_e4min_deg(&out, v);
        buf[out.len] = '\0';
        double deg = strtod(buf, NULL);
        assert_int_equal((int64_t)(deg * 600000 + (deg < 0 ? -0.5 : 0.5)), v);
        assert_true(deg - (double)v / 600000 < 0.51e-6 && deg - (double)v / 600000 > -0.51e-6);
    }
}

static void any_bytes_become_a_valid_json_string(void **state)
{
    (void)state;
    uint32_t random = 1;
    for (int round = 0; round < 2000; round++) {
        char text[64], buf[1024];
        size_t len = (size_t)(round % 64);
        for (size_t i = 0; i < len; i++) {
            random = random * 1664525 + 1013904223;
            text[i] = (char)(random >> 24);
        }
        struct vg_out out = vg_out_fixed(buf, sizeof buf);
        vg_out_char(&out, '[');
        vg_out_json_string(&out, text, len);
        vg_out_char(&out, ']');
        json_t *parsed = json_loadb(buf, out.len, JSON_ALLOW_NUL, NULL);
        assert_non_null(parsed);
        json_decref(parsed);
    }
}

static void utf8_passes_and_overlong_forms_do_not(void **state)
{
    (void)state;
    char buf[128];
    struct vg_out out = vg_out_fixed(buf, sizeof buf);
    const char text[] = "V\xC3\xADg\xC3\xAD"
                        "a \xF0\x9F\x9A\xA2 \xC0\xAF \xED\xA0\x80";
    vg_out_json_string(&out, text, sizeof text - 1);
    const char want[] = "\"V\xC3\xADg\xC3\xAD"
                        "a \xF0\x9F\x9A\xA2 \xEF\xBF\xBD\xEF\xBF\xBD \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"";
    assert_int_equal(out.len, sizeof want - 1);
    assert_memory_equal(buf, want, sizeof want - 1);
}

static void a_full_buffer_is_an_error_and_not_an_overflow(void **state)
{
    (void)state;
    char buf[9] = "........";
    struct vg_out out = vg_out_fixed(buf, 4);
    vg_out_text(&out, "abc");
    vg_out_text(&out, "de");
    vg_out_text(&out, "f");
    assert_int_equal(out.err, VG_LIMIT);
    assert_string_equal(buf, "abc.....");
    struct vg_out growing = vg_out_growing(2000);
    for (int i = 0; i < 1000; i++)
        vg_out_text(&growing, "xyz");
    assert_int_equal(growing.err, VG_LIMIT);
    assert_true(growing.len <= 2000);
    vg_out_free(&growing);
}

static enum vg_err collect(void *arg, const void *bytes, size_t len)
{
    vg_out_bytes(arg, bytes, len);
    return VG_OK;
}

static void a_stream_hands_on_every_byte_in_order(void **state)
{
    (void)state;
    char small[7];
    struct vg_out all = vg_out_growing(1 << 20), out = vg_out_stream(small, sizeof small, collect, &all);
    struct vg_out want = vg_out_growing(1 << 20);
    for (int i = 0; i < 3000; i++) {
        vg_out_int(&out, i);
        vg_out_int(&want, i);
        if (i % 100 == 0) {
            vg_out_text(&out, "a text that is longer than the buffer");
            vg_out_text(&want, "a text that is longer than the buffer");
        }
    }
    assert_int_equal(vg_out_flush(&out), VG_OK);
    assert_int_equal(all.len, want.len);
    assert_memory_equal(all.buf, want.buf, want.len);
    vg_out_free(&all);
    vg_out_free(&want);
}

static void csv_quotes_only_what_needs_it(void **state)
{
    (void)state;
    char buf[64];
    struct vg_out out = vg_out_fixed(buf, sizeof buf);
    vg_out_csv_string(&out, "plain", 5);
    vg_out_char(&out, ';');
    vg_out_csv_string(&out, "a,\"b\"", 5);
    assert_int_equal(out.len, strlen("plain;\"a,\"\"b\"\"\""));
    assert_memory_equal(buf, "plain;\"a,\"\"b\"\"\"", out.len);
}

static void room_is_given_whole_or_not_at_all(void **state)
{
    (void)state;
    char buf[8];
    struct vg_out fixed = vg_out_fixed(buf, sizeof buf);
    assert_ptr_equal(vg_out_try(&fixed, 8), buf);
    assert_int_equal(fixed.len, 0); /* the writer says how much it wrote */
    assert_null(vg_out_try(&fixed, 9));
    assert_int_equal(fixed.err, VG_OK);
    assert_ptr_equal(vg_out_room(&fixed, 3), buf);
    assert_ptr_equal(vg_out_room(&fixed, 5), buf + 3);
    assert_ptr_equal(vg_out_try(&fixed, 0), buf + 8);
    assert_null(vg_out_try(&fixed, 1));
    assert_null(vg_out_room(&fixed, 1));
    assert_int_equal(fixed.err, VG_LIMIT);
    assert_null(vg_out_try(&fixed, 0)); /* errors stick */
    assert_null(vg_out_room(&fixed, 0));
    struct vg_out growing = vg_out_growing(3000);
    assert_non_null(vg_out_try(&growing, 3000));
    assert_null(vg_out_try(&growing, 3001));
    assert_non_null(vg_out_room(&growing, 1));
    assert_non_null(vg_out_try(&growing, 2999));
    assert_null(vg_out_try(&growing, 3000));
    assert_non_null(vg_out_room(&growing, 2999));
    assert_int_equal(growing.len, 3000);
    assert_int_equal(growing.cap, 3000);
    assert_int_equal(growing.err, VG_OK);
    assert_null(vg_out_room(&growing, 1));
    assert_int_equal(growing.err, VG_LIMIT);
    vg_out_free(&growing);
    assert_null(growing.buf);
    assert_int_equal(growing.err, VG_OK);
    vg_out_free(&fixed); /* not ours to free */
}

static void a_growing_buffer_doubles(void **state)
{
    (void)state;
    struct vg_out out = vg_out_growing(1 << 20);
    vg_out_char(&out, 'a');
    assert_int_equal(out.cap, 1024);
    assert_non_null(vg_out_room(&out, 1024));
    assert_int_equal(out.cap, 2048);
    assert_int_equal(out.buf[0], 'a');
    vg_out_free(&out);
}

static void a_stream_makes_room_by_handing_on(void **state)
{
    (void)state;
    char small[8];
    struct vg_out all = vg_out_growing(1000), out = vg_out_stream(small, sizeof small, collect, &all);
    vg_out_text(&out, "abcdef");
    assert_int_equal(all.len, 0);
    assert_ptr_equal(vg_out_try(&out, 2), small + 6);
    assert_int_equal(all.len, 0);
    assert_ptr_equal(vg_out_try(&out, 3), small);
    assert_int_equal(all.len, 6);
    assert_null(vg_out_try(&out, 9)); /* never fits */
    assert_int_equal(out.err, VG_OK);
    vg_out_text(&out, "12345678");
    assert_int_equal(all.len, 6);
    vg_out_text(&out, "9");
    assert_int_equal(all.len, 14);
    assert_int_equal(vg_out_flush(&out), VG_OK);
    assert_int_equal(vg_out_flush(&out), VG_OK); /* nothing more to hand on */
    assert_int_equal(all.len, 15);
    assert_memory_equal(all.buf, "abcdef123456789", 15);
    assert_null(vg_out_room(&out, 9));
    assert_int_equal(out.err, VG_LIMIT);
    vg_out_free(&all);
}

static unsigned calls;

static enum vg_err refuse(void *arg, const void *bytes, size_t len)
{
    (void)arg, (void)bytes, (void)len;
    calls++;
    return VG_IO;
}

static void a_sink_s_error_sticks_and_ends_the_writing(void **state)
{
    (void)state;
    char small[4];
    struct vg_out out = vg_out_stream(small, sizeof small, refuse, NULL);
    calls = 0;
    assert_int_equal(vg_out_flush(&out), VG_OK); /* nothing to hand on */
    assert_int_equal(calls, 0);
    vg_out_text(&out, "a text longer than the buffer");
    assert_int_equal(out.err, VG_IO);
    assert_int_equal(calls, 1);
    vg_out_text(&out, "more");
    vg_out_printf(&out, "%d", 5);
    assert_null(vg_out_try(&out, 1));
    assert_int_equal(vg_out_flush(&out), VG_IO);
    assert_int_equal(calls, 1);
}

static void printf_takes_1023_bytes(void **state)
{
    (void)state;
    struct vg_out out = vg_out_growing(1 << 16);
    vg_out_printf(&out, "%*d", 1023, 7);
    assert_int_equal(out.len, 1023);
    assert_int_equal(out.err, VG_OK);
    vg_out_printf(&out, "%*d", 1024, 7);
    assert_int_equal(out.len, 1023);
    assert_int_equal(out.err, VG_LIMIT);
    vg_out_free(&out);
}

static void numbers_are_written_whole(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {0x00, 0x0F, 0xF0, 0xA5};
    struct vg_out out = vg_out_growing(1000);
    vg_out_int(&out, INT64_MIN);
    vg_out_char(&out, ' ');
    vg_out_int(&out, INT64_MAX);
    vg_out_char(&out, ' ');
    vg_out_uint(&out, UINT64_MAX);
    vg_out_char(&out, ' ');
    vg_out_hex(&out, bytes, sizeof bytes);
    vg_out_char(&out, ' ');
    vg_out_scaled(&out, 123, 10); /* nine decimals at most */
    vg_out_char(&out, ' ');
    vg_out_e4min_deg(&out, -1);
    vg_out_char(&out, ' ');
    vg_out_json_time(&out, 0);
    vg_out_json_string(&out, "\"\\\x01\x1F\x7F /", 7);
    vg_out_char(&out, '\0');
    assert_string_equal(out.buf, "-9223372036854775808 9223372036854775807 18446744073709551615 000ff0a5 0.000000123 "
                                 "-0.000002 \"1970-01-01T00:00:00Z\"\"\\\"\\\\\\u0001\\u001f\\u007f /\"");
    vg_out_free(&out);
}

/* RFC 3629: each form's first and last, and their neighbours. */
static void utf8_is_told_from_what_only_looks_so(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t len, size;
    } cases[] = {
        {"\x7F", 1, 1},
        {"\x80", 1, 0},
        {"\xC1\xBF", 2, 0},
        {"\xC2\x80", 2, 2},
        {"\xDF\xBF", 2, 2},
        {"\xC2\x7F", 2, 0},
        {"\xC2\xC0", 2, 0},
        {"\xC2\x80", 1, 0},
        {"\xE0\xA0\x80", 3, 3},
        {"\xE0\x9F\xBF", 3, 0},
        {"\xE0\xA0\x80", 2, 0},
        {"\xE1\x80\xC0", 3, 0},
        {"\xED\x9F\xBF", 3, 3},
        {"\xED\xA0\x80", 3, 0},
        {"\xEE\x80\x80", 3, 3},
        {"\xEF\xBF\xBF", 3, 3},
        {"\xF0\x90\x80\x80", 4, 4},
        {"\xF0\x8F\xBF\xBF", 4, 0},
        {"\xF4\x8F\xBF\xBF", 4, 4},
        {"\xF4\x90\x80\x80", 4, 0},
        {"\xF1\x80\x80\x80", 4, 4},
        {"\xF3\xBF\xBF\xBF", 4, 4},
        {"\xF1\x80\x80\x80", 3, 0},
        {"\xF1\x80\x80\x7F", 4, 0},
        {"\xF1\x80\x41\x80", 4, 0},
        {"\xF5\x80\x80\x80", 4, 0},
        {"\xEC\xBF\xBF", 3, 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (vg_utf8_length((const uint8_t *)cases[i].bytes, cases[i].len) != cases[i].size)
            fail_msg("case %zu", i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scaled_numbers_drop_trailing_zeros_but_one),
        cmocka_unit_test(positions_in_degrees_are_invertible),
        cmocka_unit_test(any_bytes_become_a_valid_json_string),
        cmocka_unit_test(utf8_passes_and_overlong_forms_do_not),
        cmocka_unit_test(a_full_buffer_is_an_error_and_not_an_overflow),
        cmocka_unit_test(a_stream_hands_on_every_byte_in_order),
        cmocka_unit_test(csv_quotes_only_what_needs_it),
        cmocka_unit_test(room_is_given_whole_or_not_at_all),
        cmocka_unit_test(a_growing_buffer_doubles),
        cmocka_unit_test(a_stream_makes_room_by_handing_on),
        cmocka_unit_test(a_sink_s_error_sticks_and_ends_the_writing),
        cmocka_unit_test(printf_takes_1023_bytes),
        cmocka_unit_test(numbers_are_written_whole),
        cmocka_unit_test(utf8_is_told_from_what_only_looks_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
