#include <stdio.h>

#include "report/mmsi.h"
#include "test.h"

static void the_form_gives_the_class(void **state)
{
    (void)state;
    assert_int_equal(vg_mmsi_class(2734560), VG_CLASS_BASE);
    assert_int_equal(vg_mmsi_class(111735001), VG_CLASS_SAR);
    assert_int_equal(vg_mmsi_class(970012345), VG_CLASS_SART);
    assert_int_equal(vg_mmsi_class(972012345), VG_CLASS_MOB);
    assert_int_equal(vg_mmsi_class(974012345), VG_CLASS_EPIRB);
    assert_int_equal(vg_mmsi_class(987351234), VG_CLASS_AUX);
    assert_int_equal(vg_mmsi_class(997351234), VG_CLASS_ATON);
    assert_int_equal(vg_mmsi_class(873512345), VG_CLASS_HANDHELD);
    assert_int_equal(vg_mmsi_class(735057548), VG_CLASS_UNKNOWN);
    assert_int_equal(vg_mmsi_class(73505754), VG_CLASS_UNKNOWN); /* a group of ships */
}

static void typed_in_nonsense_has_no_class(void **state)
{
    (void)state;
    static const uint32_t mmsis[] = {0,         1,          111111111,  888888888, 999999999, 123456789, 800000001,
                                     111111000, 1000000000, UINT32_MAX, 971000000, 973000001, 975000001, 990000000};
    for (size_t i = 0; i < sizeof mmsis / sizeof *mmsis; i++) {
        assert_int_equal(vg_mmsi_class(mmsis[i]), VG_CLASS_UNKNOWN);
        assert_string_equal(vg_mmsi_country(mmsis[i]), "");
    }
}

/* A message has 30 bits: what was heard by such a number must be found by it, and nothing else is a number. */
static void a_number_that_can_be_heard_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t mmsi;
    } good[] = {{"0", 0},
                {"735057548", 735057548},
                {"002734560", 2734560},
                {"999999999", 999999999},
                {"1000000000", 1000000000},
                {"1073741823", VG_MMSI_HEARD_MAX}};
    static const char *const bad[] = {
        "", "1073741824", "9999999999", "00000000001", "18446744074444809164", "-1", "+1", " 1", "1 ", "0x1", "12a"};
    uint32_t mmsi;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(vg_mmsi_parse(good[i].text, strlen(good[i].text), &mmsi));
        assert_int_equal(mmsi, good[i].mmsi);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        mmsi = 7;
        if (vg_mmsi_parse(bad[i], strlen(bad[i]), &mmsi) || mmsi != 7)
            fail_msg("'%s' is taken", bad[i]);
    }
    assert_true(vg_mmsi_parse("12345", 3, &mmsi) && mmsi == 123); /* the length counts */
}

static void the_mid_is_found_wherever_the_form_puts_it(void **state)
{
    (void)state;
    static const uint32_t mmsis[] = {735057548, 73505754, 7350575, 111735001, 873512345, 987351234, 997351234};
    for (size_t i = 0; i < sizeof mmsis / sizeof *mmsis; i++) {
        assert_int_equal(vg_mmsi_mid(mmsis[i]), 735);
        assert_string_equal(vg_mmsi_country(mmsis[i]), "EC");
    }
}

static void a_makers_number_is_no_country(void **state)
{
    (void)state;
    assert_string_equal(vg_mmsi_country(970735123), "");
    assert_string_equal(vg_mmsi_country(972735123), "");
    assert_string_equal(vg_mmsi_country(974735123), "");
}

static void unallocated_digits_have_no_country(void **state)
{
    (void)state;
    assert_string_equal(vg_mmsi_country(200000001), "");
    assert_string_equal(vg_mmsi_country(777000001), "");
    assert_string_equal(vg_mmsi_country(217000001), "");
    assert_string_equal(vg_mmsi_country(201000001), "AL");
    assert_string_equal(vg_mmsi_country(775000001), "VE");
}

static void the_table_agrees_with_the_published_list(void **state)
{
    (void)state;
    char path[1024], line[256], listed[1000][3] = {{0}};
    const char *dir = shared_dir();
    snprintf(path, sizeof path, "%s/data/places/mmsi_mid.csv", dir ? dir : ".");
    FILE *file = fopen(path, "r");
    if (!file) {
        print_message("SKIPPED: no %s (set VIGIA_SHARED)\n", path);
        skip();
    }
    while (fgets(line, sizeof line, file)) {
        unsigned mid;
        char country[3];
        if (sscanf(line, "%3u,%2[A-Z],", &mid, country) == 2 && mid < 1000)
            memcpy(listed[mid], country, 3);
    }
    fclose(file);
    for (unsigned mid = 200; mid < 800; mid++)
        assert_string_equal(vg_mmsi_country(mid * 1000000 + 123456), listed[mid]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_form_gives_the_class),
        cmocka_unit_test(typed_in_nonsense_has_no_class),
        cmocka_unit_test(a_number_that_can_be_heard_is_read),
        cmocka_unit_test(the_mid_is_found_wherever_the_form_puts_it),
        cmocka_unit_test(a_makers_number_is_no_country),
        cmocka_unit_test(unallocated_digits_have_no_country),
        cmocka_unit_test(the_table_agrees_with_the_published_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
