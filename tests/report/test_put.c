/* Values into a report: what is out of range is refused, "not available" says nothing, and both leave it as it was. */
#include "test.h"

#include "report/put.h"

static struct vg_report blank(enum vg_class class)
{
    return (struct vg_report){.class = (uint8_t) class, .pos = VG_POS_NONE};
}

struct value_case {
    enum vg_put (*put)(struct vg_report *, int64_t);
    enum vg_class class;
    int64_t value;
    enum vg_put want;
    uint32_t field;
};

static void a_value_is_put_refused_or_none(void **state)
{
    (void)state;
    static const struct value_case cases[] = {
        {vg_put_speed, VG_CLASS_SHIP_A, 0, VG_PUT_DONE, VG_FIELD_SOG},
        {vg_put_speed, VG_CLASS_SHIP_A, 1022, VG_PUT_DONE, VG_FIELD_SOG},
        {vg_put_speed, VG_CLASS_SHIP_A, 1023, VG_PUT_NONE, VG_FIELD_SOG},
        {vg_put_speed, VG_CLASS_SHIP_A, 1024, VG_PUT_REFUSED, VG_FIELD_SOG},
        {vg_put_speed, VG_CLASS_SHIP_A, -1, VG_PUT_REFUSED, VG_FIELD_SOG},
        {vg_put_speed, VG_CLASS_SAR, 1024, VG_PUT_DONE, VG_FIELD_SOG},
        {vg_put_speed, VG_CLASS_SAR, 10220, VG_PUT_DONE, VG_FIELD_SOG},
        {vg_put_speed, VG_CLASS_SAR, 10230, VG_PUT_NONE, VG_FIELD_SOG},
        {vg_put_speed, VG_CLASS_SAR, 10221, VG_PUT_REFUSED, VG_FIELD_SOG},
        {vg_put_speed, VG_CLASS_SHIP_B, 10230, VG_PUT_REFUSED, VG_FIELD_SOG},
        {vg_put_heading, VG_CLASS_SHIP_A, 359, VG_PUT_DONE, VG_FIELD_HEADING},
        {vg_put_heading, VG_CLASS_SHIP_A, 360, VG_PUT_REFUSED, VG_FIELD_HEADING},
        {vg_put_heading, VG_CLASS_SHIP_A, 511, VG_PUT_NONE, VG_FIELD_HEADING},
        {vg_put_turn_raw, VG_CLASS_SHIP_A, -127, VG_PUT_DONE, VG_FIELD_TURN},
        {vg_put_turn_raw, VG_CLASS_SHIP_A, -128, VG_PUT_NONE, VG_FIELD_TURN},
        {vg_put_turn_raw, VG_CLASS_SHIP_A, 128, VG_PUT_REFUSED, VG_FIELD_TURN},
        {vg_put_turn_rate, VG_CLASS_SHIP_A, 720000, VG_PUT_DONE, VG_FIELD_TURN},
        {vg_put_turn_rate, VG_CLASS_SHIP_A, -720001, VG_PUT_REFUSED, VG_FIELD_TURN},
        {vg_put_status, VG_CLASS_SHIP_A, 15, VG_PUT_DONE, VG_FIELD_STATUS},
        {vg_put_status, VG_CLASS_SHIP_A, 16, VG_PUT_REFUSED, VG_FIELD_STATUS},
        {vg_put_imo, VG_CLASS_SHIP_A, 9074729, VG_PUT_DONE, VG_FIELD_IMO},
        {vg_put_imo, VG_CLASS_SHIP_A, 0, VG_PUT_NONE, VG_FIELD_IMO},
        {vg_put_imo, VG_CLASS_SHIP_A, 1 << 30, VG_PUT_REFUSED, VG_FIELD_IMO},
        {vg_put_imo, VG_CLASS_SHIP_A, -5, VG_PUT_REFUSED, VG_FIELD_IMO},
        {vg_put_shiptype, VG_CLASS_SHIP_A, 255, VG_PUT_DONE, VG_FIELD_SHIPTYPE},
        {vg_put_shiptype, VG_CLASS_SHIP_A, 0, VG_PUT_NONE, VG_FIELD_SHIPTYPE},
        {vg_put_shiptype, VG_CLASS_SHIP_A, 256, VG_PUT_REFUSED, VG_FIELD_SHIPTYPE},
        {vg_put_draught, VG_CLASS_SHIP_A, 255, VG_PUT_DONE, VG_FIELD_DRAUGHT},
        {vg_put_draught, VG_CLASS_SHIP_A, 0, VG_PUT_NONE, VG_FIELD_DRAUGHT},
        {vg_put_draught, VG_CLASS_SHIP_A, 256, VG_PUT_REFUSED, VG_FIELD_DRAUGHT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_report r = blank(cases[i].class), before = r;
        enum vg_put put = cases[i].put(&r, cases[i].value);
        if (put != cases[i].want || r.fields != (put == VG_PUT_DONE ? UINT32_C(1) << cases[i].field : 0))
            fail_msg("case %zu", i);
        if (put != VG_PUT_DONE)
            assert_memory_equal(&r, &before, sizeof r);
    }
}

static void a_course_is_looked_at_before_it_is_rounded(void **state)
{
    (void)state;
    static const struct {
        int64_t ddeg, e5;
        enum vg_put want;
        uint16_t cog;
    } cases[] = {{3600, 35996000, VG_PUT_DONE, 0},    {3600, 36000000, VG_PUT_NONE, 0},
                 {3601, 36010000, VG_PUT_REFUSED, 0}, {0, 0, VG_PUT_DONE, 0},
                 {-1, -10000, VG_PUT_REFUSED, 0},     {3599, 35990000, VG_PUT_DONE, 3599},
                 {4095, 40950000, VG_PUT_REFUSED, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_report r = blank(VG_CLASS_SHIP_A);
        assert_int_equal(vg_put_course(&r, cases[i].ddeg, cases[i].e5), cases[i].want);
        assert_int_equal(r.cog_ddeg, cases[i].cog);
        assert_int_equal(r.fields != 0, cases[i].want == VG_PUT_DONE);
    }
}

static void a_position_lies_on_the_globe(void **state)
{
    (void)state;
    static const struct {
        int32_t lon, lat;
        enum vg_put want;
    } cases[] = {{180, 90, VG_PUT_DONE},     {-180, -90, VG_PUT_DONE}, {181, 91, VG_PUT_NONE},
                 {181, 40, VG_PUT_NONE},     {8, 91, VG_PUT_NONE},     {182, 40, VG_PUT_REFUSED},
                 {-181, 40, VG_PUT_REFUSED}, {8, 92, VG_PUT_REFUSED},  {8, -91, VG_PUT_REFUSED}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_report r = blank(VG_CLASS_SHIP_A);
        enum vg_put put = vg_put_position(&r, (int64_t)cases[i].lon * VG_E4MIN_PER_DEGREE,
                                          (int64_t)cases[i].lat * VG_E4MIN_PER_DEGREE);
        assert_int_equal(put, cases[i].want);
        assert_int_equal(vg_pos_valid(r.pos), put == VG_PUT_DONE);
    }
    struct vg_report r = blank(VG_CLASS_SHIP_A);
    assert_int_equal(vg_put_position(&r, INT64_MAX, INT64_MIN), VG_PUT_REFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_is_put_refused_or_none),
        cmocka_unit_test(a_course_is_looked_at_before_it_is_rounded),
        cmocka_unit_test(a_position_lies_on_the_globe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
