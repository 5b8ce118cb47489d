/* Refusals: their names, their counts and their examples. */
#include "test.h"

#include "nmea/nmea.h"

static void every_refusal_has_a_name_and_what_is_none_is_unknown(void **state)
{
    (void)state;
    for (int i = 0; i < VG_REFUSAL_COUNT; i++) {
        assert_string_not_equal(vg_refusal_key((enum vg_refusal)i), "unknown");
        assert_string_not_equal(vg_refusal_text((enum vg_refusal)i), "unknown");
    }
    static const int none[] = {VG_REFUSAL_COUNT, VG_REFUSAL_COUNT + 1, -1};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        assert_string_equal(vg_refusal_key((enum vg_refusal)none[i]), "unknown");
        assert_string_equal(vg_refusal_text((enum vg_refusal)none[i]), "unknown");
    }
}

static void an_example_is_the_line_and_nothing_behind_it(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t len;
        const char *example;
    } rows[] = {
        {"!AIVDM|next", 6, "!AIVDM"},
        {"|", 0, ""},
        {"a\x01z|", 3, "a\\x01z"},
        {"\x80|", 1, "\\x80"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct vg_refusals r = {0};
        vg_refuse(&r, VG_REFUSAL_CHECKSUM, rows[i].text, rows[i].len, 5);
        assert_string_equal(r.example[VG_REFUSAL_CHECKSUM], rows[i].example);
        assert_int_equal(r.count[VG_REFUSAL_CHECKSUM], 1);
        assert_int_equal(r.time_us[VG_REFUSAL_CHECKSUM], 5);
    }
}

static void a_long_example_is_cut_and_never_within_an_escape(void **state)
{
    (void)state;
    char line[2 * VG_EXAMPLE_SIZE];
    for (size_t plain = VG_EXAMPLE_SIZE - 8; plain <= VG_EXAMPLE_SIZE; plain++) {
        struct vg_refusals r = {0};
        memset(line, 'x', sizeof line);
        line[plain] = '\x01';
        vg_refuse(&r, VG_REFUSAL_CHECKSUM, line, plain + 1, 0);
        const char *example = r.example[VG_REFUSAL_CHECKSUM];
        size_t len = strlen(example), fit = plain < VG_EXAMPLE_SIZE - 1 ? plain : VG_EXAMPLE_SIZE - 1;
        bool whole = plain + 4 <= VG_EXAMPLE_SIZE - 1;
        assert_int_equal(len, whole ? plain + 4 : fit);
        assert_string_equal(example + fit, whole ? "\\x01" : "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_refusal_has_a_name_and_what_is_none_is_unknown),
        cmocka_unit_test(an_example_is_the_line_and_nothing_behind_it),
        cmocka_unit_test(a_long_example_is_cut_and_never_within_an_escape),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
