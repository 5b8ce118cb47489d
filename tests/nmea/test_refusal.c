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
        {"!AIVDM|next", 6, "!AIVDM"},           {"|", 0, ""}, {"a\x01z|", 3, "a\\x01z"}, {"\x80|", 1, "\\x80"},
        {"a b~\x1F\x7F|", 6, "a b~\\x1f\\x7f"},
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

static void what_is_no_reason_is_not_counted(void **state)
{
    (void)state;
    static const struct vg_refusals none;
    static const int wrong[] = {VG_REFUSAL_COUNT, VG_REFUSAL_COUNT + 1, -1};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct vg_refusals r;
        memset(&r, 0, sizeof r);
        vg_refuse(&r, (enum vg_refusal)wrong[i], "x", 1, 5);
        assert_memory_equal(&r, &none, sizeof r);
    }
}

/* The first sixteen and then one of sixty-four leave an example; all are counted, with the time of the newest. */
static void a_flood_leaves_few_examples(void **state)
{
    (void)state;
    struct vg_refusals r = {0};
    char kept[16] = "";
    for (int i = 0; i < 200; i++) {
        char text[16];
        int n = snprintf(text, sizeof text, "%d", i);
        vg_refuse(&r, VG_REFUSAL_BINARY, text, (size_t)n, 1000 - i);
        if (i < 16 || i == 64 || i == 128 || i == 192)
            snprintf(kept, sizeof kept, "%s", text);
        assert_string_equal(r.example[VG_REFUSAL_BINARY], kept);
        assert_int_equal(r.count[VG_REFUSAL_BINARY], i + 1);
        assert_int_equal(r.time_us[VG_REFUSAL_BINARY], 1000 - i);
    }
}

static void counts_are_added_and_the_newer_example_stays(void **state)
{
    (void)state;
    static const struct {
        int64_t mine, more; /* times; 0: none was refused */
        const char *example;
    } rows[] = {{5, 0, "mine"}, {0, 5, "more"}, {5, 4, "mine"}, {5, 5, "more"}, {5, 6, "more"}, {0, -7, "more"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int reason = 0; reason < VG_REFUSAL_COUNT; reason++) {
            struct vg_refusals to = {0}, more = {0};
            for (int n = 0; n < 3 && rows[i].mine; n++)
                vg_refuse(&to, (enum vg_refusal)reason, "mine", 4, rows[i].mine);
            for (int n = 0; n < 2 && rows[i].more; n++)
                vg_refuse(&more, (enum vg_refusal)reason, "more", 4, rows[i].more);
            vg_refusals_add(&to, &more);
            assert_int_equal(to.count[reason], 3 * (rows[i].mine != 0) + 2 * (rows[i].more != 0));
            assert_string_equal(to.example[reason], rows[i].example);
            assert_int_equal(to.time_us[reason], rows[i].example[1] == 'o' ? rows[i].more : rows[i].mine);
            for (int other = 0; other < VG_REFUSAL_COUNT; other++)
                assert_true(other == reason || (!to.count[other] && !*to.example[other]));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_refusal_has_a_name_and_what_is_none_is_unknown),
        cmocka_unit_test(an_example_is_the_line_and_nothing_behind_it),
        cmocka_unit_test(a_long_example_is_cut_and_never_within_an_escape),
        cmocka_unit_test(what_is_no_reason_is_not_counted),
        cmocka_unit_test(a_flood_leaves_few_examples),
        cmocka_unit_test(counts_are_added_and_the_newer_example_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
