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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
