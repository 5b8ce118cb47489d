/* What can't be is no fact: it is unknown in the report, and the message is suspect where that tells noise. */
#include "report/mmsi.h"
#include "sensor/ais/layouts.h"
#include "test.h"

#define SHIP 224123000

static struct vg_ais message(const char *layout, uint32_t mmsi)
{
    struct vg_ais msg;
    assert_int_equal(vg_ais_blank(layout, mmsi, &msg), VG_OK);
    return msg;
}

static struct vg_report report_of(const struct vg_ais *msg)
{
    struct vg_report r, by_table;
    assert_true(vg_ais_report(msg, &r));
    assert_true(vg_ais_report_by_table(msg, &by_table));
    assert_memory_equal(&r, &by_table, sizeof r);
    return r;
}

/* ---- dates ---- */

static void a_date_that_no_calendar_has_is_suspect(void **state)
{
    (void)state;
    static const struct {
        struct vg_civil time;
        bool suspect;
    } rows[] = {
        {{.year = 2024, .month = 11, .day = 22, .hour = 12}, false},
        {{.year = 2024, .month = 2, .day = 29}, false},
        {{.year = 0, .month = 0, .day = 0, .hour = 24, .minute = 60, .second = 60}, false}, /* not available */
        {{.year = 2024, .month = 0, .day = 0, .hour = 24, .minute = 60, .second = 60}, false},
        {{.year = 4161, .month = 15, .day = 31, .second = 1}, true},
        {{.year = 2024, .month = 13, .day = 1}, true},
        {{.year = 2023, .month = 2, .day = 29}, true},
        {{.year = 2024, .month = 4, .day = 31}, true},
        {{.year = 1979, .month = 1, .day = 1}, true},
        {{.year = 2101, .month = 1, .day = 1}, true},
        {{.year = 2024, .month = 1, .day = 1, .hour = 25}, true},
        {{.year = 2024, .month = 1, .day = 1, .minute = 61}, true},
        {{.year = 2024, .month = 1, .day = 1, .second = 61}, true},
    };
    static const struct {
        const char *layout;
        uint32_t mmsi;
    } senders[] = {{"4", 2241022}, {"4", SHIP}, {"11", SHIP}};
    for (size_t s = 0; s < sizeof senders / sizeof *senders; s++)
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            struct vg_ais msg = message(senders[s].layout, senders[s].mmsi);
            assert_int_equal(vg_ais_set_time(&msg, "timestamp", &rows[i].time), VG_OK);
            if (vg_ais_suspect(&msg) != rows[i].suspect)
                fail_msg("type %s, row %zu", senders[s].layout, i);
            if (rows[i].suspect)
                assert_true(vg_ais_suspicion(&msg).reasons & 1u << VG_SUSPECT_TIME);
        }
}

static void an_arrival_at_a_time_that_can_t_be_is_not_said(void **state)
{
    (void)state;
    static const struct {
        struct vg_civil time;
        bool said;
    } rows[] = {
        {{.month = 11, .day = 23, .hour = 10, .minute = 30}, true},
        {{.month = 11, .day = 23, .hour = 24, .minute = 60}, true}, /* the day alone */
        {{.month = 0, .day = 0, .hour = 24, .minute = 60}, false},
        {{.month = 13, .day = 1, .hour = 1}, false},
        {{.month = 15, .day = 31, .hour = 31, .minute = 63}, false},
        {{.month = 2, .day = 29, .hour = 1}, true}, /* in a leap year */
        {{.month = 2, .day = 30, .hour = 1}, false},
        {{.month = 2, .day = 31, .hour = 24, .minute = 60}, false},
        {{.month = 4, .day = 31, .hour = 1}, false},
        {{.month = 12, .day = 31, .hour = 23, .minute = 59}, true},
        {{.month = 11, .day = 23, .hour = 25}, false},
        {{.month = 11, .day = 23, .hour = 10, .minute = 61}, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct vg_ais msg = message("5", SHIP);
        assert_int_equal(vg_ais_set_time(&msg, "eta", &rows[i].time), VG_OK);
        assert_int_equal(!!(report_of(&msg).fields & VG_FIELD_BIT(ETA)), rows[i].said);
    }
}

/* ---- dimensions ---- */

static void dimensions_of_all_ones_are_unknown(void **state)
{
    (void)state;
    static const struct {
        int bow, stern, port, starboard;
        int length, beam; /* 0: not known */
        bool suspect;
    } rows[] = {
        {100, 50, 10, 12, 150, 22, false}, {511, 511, 63, 63, 0, 0, true},    {511, 511, 10, 12, 0, 22, true},
        {100, 50, 63, 63, 150, 0, false},  {511, 50, 10, 12, 0, 22, false},   {50, 511, 10, 12, 0, 22, false},
        {100, 50, 63, 12, 150, 75, false}, {460, 40, 10, 12, 500, 22, false},
    };
    static const char *const layouts[] = {"5", "19", "24B"};
    for (size_t l = 0; l < 3; l++)
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            struct vg_ais msg = message(layouts[l], SHIP);
            vg_ais_set_raw(&msg, "to_bow", rows[i].bow);
            vg_ais_set_raw(&msg, "to_stern", rows[i].stern);
            vg_ais_set_raw(&msg, "to_port", rows[i].port);
            vg_ais_set_raw(&msg, "to_starboard", rows[i].starboard);
            const struct vg_report r = report_of(&msg);
            assert_int_equal(r.to_bow_m + r.to_stern_m, rows[i].length);
            assert_int_equal(r.to_port_m + r.to_starboard_m, rows[i].beam);
            assert_int_equal(!!(r.fields & VG_FIELD_BIT(DIMENSIONS)), rows[i].length || rows[i].beam);
            if (vg_ais_suspect(&msg) != rows[i].suspect)
                fail_msg("type %s, row %zu", layouts[l], i);
        }
}

static void an_aid_may_mark_a_large_area(void **state)
{
    (void)state;
    struct vg_ais msg = message("21", 992241234);
    vg_ais_set_raw(&msg, "to_bow", 511);
    vg_ais_set_raw(&msg, "to_stern", 100);
    const struct vg_report r = report_of(&msg);
    assert_int_equal(r.to_bow_m, 511);
    assert_true(r.fields & VG_FIELD_BIT(DIMENSIONS));
    assert_false(vg_ais_suspect(&msg));
}

/* ---- identities ---- */

static void a_number_that_is_no_identity_is_suspect(void **state)
{
    (void)state;
    static const uint32_t none[] = {
        0,       1,       12345,    99999,    123456,   999999,   1193046,    1999999,
        8000000, 9999999, 10000000, 19999999, 80000000, 99999999, 1000000000, VG_MMSI_HEARD_MAX};
    static const uint32_t some[] = {2241022,   22412300,  SHIP,      111224001, 822412345,
                                    970012345, 972012345, 974012345, 982241234, 992241234};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        const struct vg_ais msg = message("1", none[i]);
        assert_false(vg_mmsi_has_digits(none[i]));
        assert_int_equal(vg_mmsi_class(none[i]), VG_CLASS_UNKNOWN);
        if (!vg_ais_suspect(&msg))
            fail_msg("%u", none[i]);
        assert_true(vg_ais_suspicion(&msg).reasons & 1u << VG_SUSPECT_MMSI);
    }
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        const struct vg_ais msg = message("14", some[i]);
        assert_true(vg_mmsi_has_digits(some[i]));
        if (vg_ais_suspect(&msg))
            fail_msg("%u", some[i]);
    }
    assert_true(vg_mmsi_has_digits(123456789)); /* nobody's, but a number of nine digits */
}

/* ---- "not available" ---- */

static void what_is_not_available_is_not_said(void **state)
{
    (void)state;
    static const char *const layouts[] = {"1", "2", "3", "4", "5", "9", "11", "18", "19", "21", "24B", "27"};
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
        const struct vg_ais msg = message(layouts[i], SHIP);
        const struct vg_report r = report_of(&msg);
        uint32_t says = r.fields & ~(VG_FIELD_BIT(STATUS) | VG_FIELD_BIT(AID_TYPE) | VG_FIELD_BIT(AID_FLAGS));
        if (says)
            fail_msg("type %s says %x", layouts[i], says);
        assert_false(vg_pos_valid(r.pos));
        assert_int_equal(r.second, VG_SECOND_NONE);
    }
}

static void values_that_can_t_be_are_not_said(void **state)
{
    (void)state;
    static const struct {
        const char *layout, *key;
        int64_t raw;
        uint32_t field;
    } rows[] = {
        {"1", "speed", 1023, VG_FIELD_BIT(SOG)},      {"1", "course", 3600, VG_FIELD_BIT(COG)},
        {"1", "course", 4095, VG_FIELD_BIT(COG)},     {"1", "heading", 360, VG_FIELD_BIT(HEADING)},
        {"1", "heading", 400, VG_FIELD_BIT(HEADING)}, {"1", "heading", 511, VG_FIELD_BIT(HEADING)},
        {"9", "alt", 4095, VG_FIELD_BIT(ALTITUDE)},   {"9", "speed", 1023, VG_FIELD_BIT(SOG)},
        {"18", "course", 4000, VG_FIELD_BIT(COG)},    {"27", "speed", 63, VG_FIELD_BIT(SOG)},
        {"27", "course", 360, VG_FIELD_BIT(COG)},     {"27", "course", 511, VG_FIELD_BIT(COG)},
        {"5", "draught", 0, VG_FIELD_BIT(DRAUGHT)},   {"5", "imo", 0, VG_FIELD_BIT(IMO)},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct vg_ais msg = message(rows[i].layout, SHIP);
        assert_int_equal(vg_ais_set_raw(&msg, rows[i].key, rows[i].raw), VG_OK);
        if (report_of(&msg).fields & rows[i].field)
            fail_msg("type %s %s %d", rows[i].layout, rows[i].key, (int)rows[i].raw);
    }
    for (int second = 0; second < 64; second++) {
        struct vg_ais msg = message("1", SHIP);
        vg_ais_set_raw(&msg, "second", second);
        assert_int_equal(report_of(&msg).second, second < 60 ? second : VG_SECOND_NONE);
    }
    struct vg_ais text = message("5", SHIP);
    vg_ais_set_text(&text, "callsign", "@@@@@@@");
    vg_ais_set_text(&text, "shipname", "@HIDDEN");
    assert_int_equal(report_of(&text).fields & (VG_FIELD_BIT(CALLSIGN) | VG_FIELD_BIT(NAME)), 0);
}

/* ---- type 27 ---- */

static void a_tenth_of_a_minute_is_never_better_than_ten_metres(void **state)
{
    (void)state;
    static const char *const layouts[] = {"1", "27"};
    for (size_t i = 0; i < 2; i++) {
        struct vg_ais msg = message(layouts[i], SHIP);
        vg_ais_set_raw(&msg, "accuracy", 1);
        vg_ais_set_pos(&msg, (struct vg_pos){-5000000, 22000000});
        const struct vg_report r = report_of(&msg);
        assert_int_equal(r.accurate, i == 0);
        assert_int_equal(vg_message_is_coarse(r.message), i == 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_date_that_no_calendar_has_is_suspect),
        cmocka_unit_test(an_arrival_at_a_time_that_can_t_be_is_not_said),
        cmocka_unit_test(dimensions_of_all_ones_are_unknown),
        cmocka_unit_test(an_aid_may_mark_a_large_area),
        cmocka_unit_test(a_number_that_is_no_identity_is_suspect),
        cmocka_unit_test(what_is_not_available_is_not_said),
        cmocka_unit_test(values_that_can_t_be_are_not_said),
        cmocka_unit_test(a_tenth_of_a_minute_is_never_better_than_ten_metres),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
