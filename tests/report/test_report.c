/* Names of fields and classes, and what each AIS message says of its sender. */
#include "base/time.h"
#include "report/report.h"
#include "test.h"

static void each_field_and_class_has_a_key(void **state)
{
    (void)state;
#define X(name, key) assert_string_equal(vg_field_key(VG_FIELD_##name), key);
    VG_FIELD_LIST(X)
#undef X
#define X(name, key) assert_string_equal(vg_class_key(VG_CLASS_##name), key);
    VG_CLASS_LIST(X)
#undef X
    assert_string_equal(vg_field_key(VG_FIELD_POS), "position"); /* the first and the last, in words */
    assert_string_equal(vg_field_key(VG_FIELD_PARENT), "mothership_mmsi");
    assert_string_equal(vg_class_key(VG_CLASS_SHIP_A), "a");
    assert_string_equal(vg_class_key(VG_CLASS_HANDHELD), "handheld");
}

static void what_is_no_field_or_class_is_unknown(void **state)
{
    (void)state;
    assert_string_equal(vg_field_key(VG_FIELD_COUNT), "unknown");
    assert_string_equal(vg_field_key((enum vg_field) - 1), "unknown");
    assert_string_equal(vg_class_key(VG_CLASS_COUNT), "unknown");
    assert_string_equal(vg_class_key((enum vg_class) - 1), "unknown");
}

static void a_message_speaks_of_its_sender_s_class_or_of_others(void **state)
{
    (void)state;
    static const struct {
        uint8_t message;
        enum vg_class class;
    } speaks[] = {{1, VG_CLASS_SHIP_A},  {2, VG_CLASS_SHIP_A},  {3, VG_CLASS_SHIP_A},   {4, VG_CLASS_BASE},
                  {5, VG_CLASS_SHIP_A},  {9, VG_CLASS_SAR},     {11, VG_CLASS_UNKNOWN}, {14, VG_CLASS_UNKNOWN},
                  {17, VG_CLASS_BASE},   {18, VG_CLASS_SHIP_B}, {19, VG_CLASS_SHIP_B},  {21, VG_CLASS_ATON},
                  {24, VG_CLASS_SHIP_B}, {27, VG_CLASS_SHIP_A}, {28, VG_CLASS_UNKNOWN}};
    size_t next = 0;
    for (unsigned message = 0; message <= UINT8_MAX; message++) {
        bool one = next < sizeof speaks / sizeof *speaks && speaks[next].message == message;
        assert_int_equal(vg_message_speaks((uint8_t)message), one);
        assert_int_equal(vg_message_class((uint8_t)message), one ? speaks[next].class : VG_CLASS_UNKNOWN);
        next += one;
    }
    assert_int_equal(next, sizeof speaks / sizeof *speaks);
}

static void distress_devices_are_three(void **state)
{
    (void)state;
    for (unsigned class = 0; class < VG_CLASS_COUNT; class ++)
        assert_int_equal(vg_class_is_distress((enum vg_class) class),
                         class == VG_CLASS_SART || class == VG_CLASS_MOB || class == VG_CLASS_EPIRB);
}

static void a_time_of_day_is_of_the_nearest_day(void **state)
{
    (void)state;
    const int64_t day = 20000 * VG_DAY_US;
    static const struct {
        int64_t received_s, of_day_s, measured_s; /* of the same midnight */
    } row[] = {
        {43200, 43199, 43199}, {2, 86399, -1},
        {86399, 2, 86402},     {0, 0, 0},
        {0, 43199, 43199},     {0, 43200, 43200 - 86400}, /* as near: the earlier */
        {43200, 0, 0},         {43201, 0, 86400},
        {86399, 43199, 43199}, {86399, 43198, 43198 + 86400},
        {43199, 86399, -1},
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        const int64_t got =
            vg_measured_us(day + row[i].received_s * VG_SECOND_US + 250000, (uint32_t)row[i].of_day_s * 1000 + 250);
        if (got != day + row[i].measured_s * VG_SECOND_US + 250000)
            fail_msg("row %zu: %.3f s", i, (double)(got - day) / 1e6);
    }
    assert_true(vg_measured_us(-VG_SECOND_US, 1000) == VG_SECOND_US); /* before 1970, too */
    assert_true(vg_measured_us(day + 7, VG_TIME_OF_DAY_NONE) == day + 7);
    assert_true(vg_measured_us(day + 7, 86400000) == day + 7); /* a leap second is no time of this day */
    assert_true(vg_measured_us(VG_TIME_NONE, 5) == VG_TIME_NONE);
    assert_true(vg_measured_us(INT64_MAX, 5) == INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_field_and_class_has_a_key),
        cmocka_unit_test(what_is_no_field_or_class_is_unknown),
        cmocka_unit_test(a_message_speaks_of_its_sender_s_class_or_of_others),
        cmocka_unit_test(distress_devices_are_three),
        cmocka_unit_test(a_time_of_day_is_of_the_nearest_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
