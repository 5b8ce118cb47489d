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

static void an_escape_is_two_hexadecimal_digits_of_its_own_part(void **state)
{
    (void)state;
    static const struct {
        const char *raw, *path, *value; /* NULL: refused */
    } rows[] = {
        {"/%41%5a%5A?a=%30", "/AZZ", "0"},
        {"/%aF%Fa", "/\xAF\xFA", NULL},
        {"/%01", "/\x01", NULL},
        {"/%10", "/\x10", NULL},
        {"/%0/", NULL, NULL},
        {"/%:0", NULL, NULL},
        {"/%@0", NULL, NULL},
        {"/%G0", NULL, NULL},
        {"/%0g", NULL, NULL},
        {"/%`0", NULL, NULL},
        {"/%2?a=1", NULL, NULL},
        {"/?a=%2&b=1", NULL, NULL},
        {"/?%2=11", NULL, NULL},
        {"/?a=1&b=%4", NULL, NULL},
        {"/?a=%&c=41", NULL, NULL},
        {"/+?a=+", "/+", " "},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *why = NULL;
        enum vg_err err = vg_target_parse(rows[i].raw, &target, &why);
        if (err != (rows[i].path ? VG_OK : VG_SYNTAX))
            fail_msg("%s: %s", rows[i].raw, vg_err_text(err));
        if (err) {
            assert_non_null(strstr(why, "percent-escape"));
            continue;
        }
        assert_string_equal(target.path, rows[i].path);
        if (rows[i].value)
            assert_string_equal(vg_target_get(&target, "a"), rows[i].value);
    }
    assert_int_equal(parse("?"), VG_SYNTAX);
    assert_string_equal(target.path, "/"); /* what is shown of one that can't be read */
    assert_int_equal(target.params, 0);
}

static void damaged_targets_say_why(void **state)
{
    (void)state;
    char text[VG_TARGET_MAX + 2];
    const char *why = NULL;
    memset(text, '/', sizeof text);
    text[VG_TARGET_MAX + 1] = '\0';
    assert_int_equal(vg_target_parse(text, &target, &why), VG_LIMIT);
    assert_string_equal(why, "the address is longer than 4096 bytes");
    assert_int_equal(vg_target_parse("x", &target, &why), VG_SYNTAX);
    assert_string_equal(why, "the address does not begin with '/'");
    assert_int_equal(vg_target_parse("/?a&b&c&d&e&f&g&h&i&j&k&l&m&n&o&p&q&r&s&t&u&v&w&x&y", &target, &why), VG_LIMIT);
    assert_string_equal(why, "more than 24 parameters");
    assert_int_equal(vg_target_parse("/?a&b&c&d&e&f&g&h&i&j&k&l&m&n&o&p&q&r&s&t&u&v&w&x&", &target, &why), VG_OK);
}

/* FNV-1a over the path and the parameters, each with the NUL behind it. */
static uint64_t fnv(const char *text, size_t len)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < len; i++)
        h = (h ^ (uint8_t)text[i]) * UINT64_C(1099511628211);
    return h;
}

/* It stands in ETags: two servers of one version give one target the same. */
static void a_targets_number_is_of_all_that_was_asked(void **state)
{
    (void)state;
    assert_int_equal(parse("/a?b=c&d=e&b=f"), VG_OK);
    assert_true(vg_target_hash(&target, NULL) == fnv("/a\0b\0c\0d\0e\0b\0f", 15));
    assert_true(vg_target_hash(&target, "x") == fnv("/a\0b\0c\0d\0e\0b\0f", 15));
    assert_true(vg_target_hash(&target, "b") == fnv("/a\0d\0e", 7));
    assert_true(vg_target_hash(&target, "d") == fnv("/a\0b\0c\0b\0f", 11));
    assert_int_equal(parse("/\xFF"), VG_OK);
    assert_true(vg_target_hash(&target, NULL) == fnv("/\xFF", 3));
}

static void a_number_is_decimal_and_finite(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
        bool good;
    } rows[] = {
        {"0", 0, true},
        {"9", 9, true},
        {"09", 9, true},
        {"-1.5", -1.5, true},
        {"+1.25", 1.25, true},
        {"-.5", -.5, true},
        {"5.", 5, true},
        {"10.75", 10.75, true},
        {"100000000000000000", 1e17, true},
        {"1000000000000000000", 0, false},
        {"0.00000000000000000000000000009", 0, true}, /* more decimals than a double holds */
        {"1.99999999999999999999999", 2, true},
        {"100000000000000000.", 1e17, true},
        {"", 0, false},
        {"-", 0, false},
        {"+-1", 0, false},
        {".", 0, false},
        {"1.2.3", 0, false},
        {"1/", 0, false},
        {"1:", 0, false},
        {"/1", 0, false},
        {":1", 0, false},
        {"1.:", 0, false},
        {"1./", 0, false},
        {"1.99999999999999999999999x", 0, false},
        {"1.999999999999999999999:", 0, false},
        {"1.999999999999999999999/", 0, false},
        {"1e3", 0, false},
        {"nan", 0, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double v = 77;
        if (vg_number_parse(rows[i].text, &v) != (rows[i].good ? VG_OK : VG_SYNTAX))
            fail_msg("%s", rows[i].text);
        double off = v - (rows[i].good ? rows[i].value : 77);
        if (off > 1e-12 || off < -1e-12)
            fail_msg("%s: %.17g", rows[i].text, v);
    }
}

static void a_box_ends_at_the_poles_and_at_180_degrees(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum vg_err err;
    } rows[] = {
        {"-180,-90,180,90", VG_OK},   {"180,90,-180,90", VG_OK},   {"170,0,-170,0", VG_OK},
        {"-180.001,0,0,0", VG_RANGE}, {"180.001,0,0,0", VG_RANGE}, {"0,0,-180.001,0", VG_RANGE},
        {"0,0,180.001,0", VG_RANGE},  {"0,-90.001,0,0", VG_RANGE}, {"0,0,0,90.001", VG_RANGE},
        {"0,90.001,0,91", VG_RANGE},  {"0,-92,0,-91", VG_RANGE},   {"0,1.001,0,1", VG_RANGE},
        {"1,2,3,4.", VG_OK},          {"1,2,3,", VG_SYNTAX},       {"1,2,,3", VG_SYNTAX},
        {"1 2 3 4", VG_SYNTAX},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct vg_box box = {77, 77, 77, 77};
        if (vg_box_parse(rows[i].text, &box) != rows[i].err)
            fail_msg("%s", rows[i].text);
        if (rows[i].err)
            assert_true(box.west_deg == 77 && box.south_deg == 77 && box.east_deg == 77 && box.north_deg == 77);
    }
}

static void a_whole_number_is_digits_up_to_its_limit(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t max, value;
        enum vg_err err;
    } rows[] = {
        {"0", 0, 0, VG_OK},
        {"1", 0, 77, VG_RANGE},
        {"9", 9, 9, VG_OK},
        {"9", 8, 77, VG_RANGE},
        {"10", 9, 77, VG_RANGE},
        {"10", 10, 10, VG_OK},
        {"000", 0, 0, VG_OK},
        {"65535", 65535, 65535, VG_OK},
        {"65536", 65535, 77, VG_RANGE},
        {"655350", 65535, 77, VG_RANGE},
        {"/", 99, 77, VG_SYNTAX},
        {":", 99, 77, VG_SYNTAX},
        {"1/", 99, 77, VG_SYNTAX},
        {"", 99, 77, VG_SYNTAX},
        {"-0", 99, 77, VG_SYNTAX},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint64_t v = 77;
        if (vg_uint_parse(rows[i].text, rows[i].max, &v) != rows[i].err || v != rows[i].value)
            fail_msg("%s of %llu: %llu", rows[i].text, (unsigned long long)rows[i].max, (unsigned long long)v);
    }
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

static void a_hash_has_eight_characters_of_its_kind(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        bool hashed;
    } rows[] = {
        {"/app-ABCDEFGH.js", true},
        {"/app-ABCDEFG.js", false},
        {"/app-ABCDEFGHI.js", false},
        {"/app-ABCDEFG1.js", false},
        {"/app-234567AZ.js", true},
        {"/app-ABCDEFGh.js", false},
        {"/app-0123456f.js", true},
        {"/app-012345f.js", false},
        {"/app-01234567.js", true},
        {"/app.0123456f.js", true},
        {"/app_0123456f.js", false},
        {"/0123456f.js", false},
        {"/-0123456f.js", true},
        {"/x/app-0123456f", false},
        {"/app-abcdefaf9.js", true},
        {"/app-0123456g.js", false},
        {"app-ABCDEFGH.js", true},
        {"/app-ABCDEFGH.d/b.js", false},
        {"/a-ABCDEFGH-b.js", false},
        {"/x-ABCDEFGH/app", false},
        {"/app-", false},
        {"", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (vg_file_is_hashed(rows[i].path) != rows[i].hashed)
            fail_msg("%s", rows[i].path);
}

static void a_files_type_is_that_of_its_ending(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"/a.html", "text/html; charset=utf-8"},
        {"/a.js", "text/javascript; charset=utf-8"},
        {"/a.mjs", "text/javascript; charset=utf-8"},
        {"/a.CSS", "text/css; charset=utf-8"},
        {"/a.json", "application/json"},
        {"/a.js.map", "application/json"},
        {"/a.geojson", "application/geo+json"},
        {"/a.webmanifest", "application/manifest+json"},
        {"/a.svg", "image/svg+xml"},
        {"/a.png", "image/png"},
        {"/a.jpg", "image/jpeg"},
        {"/a.jpeg", "image/jpeg"},
        {"/a.webp", "image/webp"},
        {"/a.ico", "image/x-icon"},
        {"/a.woff2", "font/woff2"},
        {"/a.woff", "font/woff"},
        {"/a.ttf", "font/ttf"},
        {"/a.wasm", "application/wasm"},
        {"/a.txt", "text/plain; charset=utf-8"},
        {"/a.pbf", "application/x-protobuf"},
        {"/", "text/html; charset=utf-8"},
        {"/dir.js/", "text/html; charset=utf-8"},
        {"/dir.js/file", "application/octet-stream"},
        {"/a.unknown", "application/octet-stream"},
        {"/a.", "application/octet-stream"},
        {"/js", "application/octet-stream"},
        {"a.png", "image/png"},
        {"", "application/octet-stream"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(vg_file_type(rows[i][0]), rows[i][1]);
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
        cmocka_unit_test(an_escape_is_two_hexadecimal_digits_of_its_own_part),
        cmocka_unit_test(damaged_targets_say_why),
        cmocka_unit_test(a_targets_number_is_of_all_that_was_asked),
        cmocka_unit_test(a_number_is_decimal_and_finite),
        cmocka_unit_test(a_box_ends_at_the_poles_and_at_180_degrees),
        cmocka_unit_test(a_whole_number_is_digits_up_to_its_limit),
        cmocka_unit_test(a_hash_has_eight_characters_of_its_kind),
        cmocka_unit_test(a_files_type_is_that_of_its_ending),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
