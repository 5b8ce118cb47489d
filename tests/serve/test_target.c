/* Targets, boxes, lists, ETags and encodings: the pure parts. */
#include <stdio.h>

#include "serve/files.h"
#include "serve/http.h"
#include "test.h"

static struct vg_target target;

static enum vg_err parse(const char *raw)
{
    const char *why = NULL;
    enum vg_err err = vg_target_parse(raw, &target, &why);
    assert_true(err == VG_OK || why);
    return err;
}

static void a_target_is_decoded_once(void **state)
{
    (void)state;
    assert_int_equal(parse("/a%2Fb+c/%C3%B1?q=a+b%2B%26&empty=&bare&%71%71=x=y&&"), VG_OK);
    assert_string_equal(target.path, "/a/b+c/\xC3\xB1");
    assert_int_equal(target.params, 4);
    assert_string_equal(vg_target_get(&target, "q"), "a b+&");
    assert_string_equal(vg_target_get(&target, "empty"), "");
    assert_string_equal(vg_target_get(&target, "bare"), "");
    assert_string_equal(vg_target_get(&target, "qq"), "x=y");
    assert_null(vg_target_get(&target, "other"));
    assert_int_equal(parse("/%252e"), VG_OK);
    assert_string_equal(target.path, "/%2e");
}

static void damaged_targets_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "a", "http://x/", "*", "/%", "/%2", "/%g0", "/%00", "/?a=%00", "/?%=1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(parse(bad[i]), VG_SYNTAX);
    char text[VG_TARGET_MAX + 2];
    memset(text, 'a', sizeof text);
    text[0] = '/';
    text[VG_TARGET_MAX + 1] = '\0';
    assert_int_equal(parse(text), VG_LIMIT);
    text[VG_TARGET_MAX] = '\0';
    assert_int_equal(parse(text), VG_OK);
    for (size_t i = 0; i < VG_PARAMS_MAX; i++) /* the most that decoding can add */
        memcpy(text + VG_TARGET_MAX - 2 * VG_PARAMS_MAX + 2 * i, "&a", 2);
    text[VG_TARGET_MAX - 2 * VG_PARAMS_MAX] = '?';
    assert_int_equal(parse(text), VG_OK);
    assert_int_equal(target.params, VG_PARAMS_MAX);
    assert_int_equal(parse("/?a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a"), VG_LIMIT);
}

static void boxes(void **state)
{
    (void)state;
    struct vg_box box;
    assert_int_equal(vg_box_parse("-80.5,-3,170,+4.25", &box), VG_OK);
    assert_true(box.west_deg == -80.5 && box.south_deg == -3 && box.east_deg == 170 && box.north_deg == 4.25);
    assert_int_equal(vg_box_parse("1.23456789012345678901234567890,.5,2.,3", &box), VG_OK);
    static const char *const bad[] = {"",
                                      "1,2,3",
                                      "1,2,3,4,",
                                      "1,2,3,4,5",
                                      " 1,2,3,4",
                                      "1,2,3,4 ",
                                      "0x1,2,3,4",
                                      "inf,2,3,4",
                                      "1e1,2,3,4",
                                      "-,2,3,4",
                                      ".,2,3,4",
                                      "1;2;3;4",
                                      "123456789012345678901,2,3,4"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(vg_box_parse(bad[i], &box), VG_SYNTAX);
    static const char *const off[] = {"-181,0,0,0", "0,0,180.1,0", "0,-91,0,0", "0,0,0,91", "0,1,0,0"};
    for (size_t i = 0; i < sizeof off / sizeof *off; i++)
        assert_int_equal(vg_box_parse(off[i], &box), VG_RANGE);
}

static void whole_numbers(void **state)
{
    (void)state;
    uint64_t v;
    assert_int_equal(vg_uint_parse("18446744073709551615", UINT64_MAX, &v), VG_OK);
    assert_true(v == UINT64_MAX);
    assert_int_equal(vg_uint_parse("18446744073709551616", UINT64_MAX, &v), VG_RANGE);
    assert_int_equal(vg_uint_parse("5", 4, &v), VG_RANGE);
    assert_int_equal(vg_uint_parse("14", 15, &v), VG_OK);
    assert_int_equal(vg_uint_parse("16", 15, &v), VG_RANGE);
    assert_int_equal(vg_uint_parse("", 15, &v), VG_SYNTAX);
    assert_int_equal(vg_uint_parse("+1", 15, &v), VG_SYNTAX);
    assert_int_equal(vg_uint_parse("1 ", 15, &v), VG_SYNTAX);
}

static void etags_are_compared_weakly(void **state)
{
    (void)state;
    assert_true(vg_etag_listed("\"a\"", "\"a\""));
    assert_true(vg_etag_listed("\"b\" , W/\"a\"", "\"a\""));
    assert_true(vg_etag_listed("\"a\"", "W/\"a\""));
    assert_true(vg_etag_listed("*", "\"a\""));
    assert_false(vg_etag_listed("\"aa\"", "\"a\""));
    assert_false(vg_etag_listed("", "\"a\""));
    assert_false(vg_etag_listed(",,, ", "\"a\""));
}

static void encodings(void **state)
{
    (void)state;
    assert_true(vg_accepts_gzip("gzip"));
    assert_true(vg_accepts_gzip("br;q=1, GZIP ; q=0.001"));
    assert_true(vg_accepts_gzip("*"));
    assert_false(vg_accepts_gzip("gzip;q=0.000, br"));
    assert_false(vg_accepts_gzip("gzipped, x-gzip"));
    assert_false(vg_accepts_gzip(""));
}

static void names_with_hashes(void **state)
{
    (void)state;
    assert_true(vg_file_is_hashed("/assets/app-3F7A2B4C.js") == true);
    assert_true(vg_file_is_hashed("/app.0123456789abcdef.css"));
    assert_false(vg_file_is_hashed("/app.js"));
    assert_false(vg_file_is_hashed("/maplibre-worker.js"));
    assert_false(vg_file_is_hashed("/chart-deadbeef.js")); /* a word, as far as one can tell */
    assert_false(vg_file_is_hashed("/3F7A2B4C.js"));
    assert_false(vg_file_is_hashed("/app-0123456789abcdef.d/x"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_target_is_decoded_once),
        cmocka_unit_test(damaged_targets_are_refused),
        cmocka_unit_test(boxes),
        cmocka_unit_test(whole_numbers),
        cmocka_unit_test(etags_are_compared_weakly),
        cmocka_unit_test(encodings),
        cmocka_unit_test(names_with_hashes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
