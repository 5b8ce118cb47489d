/* Names of fields and classes, and what each AIS message says of its sender. */
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_field_and_class_has_a_key),
        cmocka_unit_test(what_is_no_field_or_class_is_unknown),
        cmocka_unit_test(a_message_speaks_of_its_sender_s_class_or_of_others),
        cmocka_unit_test(distress_devices_are_three),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
