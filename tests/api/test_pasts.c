/* Contacts as the archive's reports tell of them: the table of them, and what one report changes. */
#include "api/history.h"
#include "report/mmsi.h"
#include "test.h"

#define NOW_US (INT64_C(1700000000) * VG_SECOND_US)
#define SHIP   UINT32_C(735000001)

static struct vg_pasts pasts;

static int set_up(void **state)
{
    (void)state;
    return vg_pasts_init(&pasts);
}

static int tear_down(void **state)
{
    (void)state;
    vg_pasts_free(&pasts);
    return 0;
}

static struct vg_past *take(uint32_t mmsi)
{
    struct vg_past *past = NULL;
    assert_int_equal(vg_pasts_take(&pasts, mmsi, &past), VG_OK);
    assert_int_equal(past->mmsi, mmsi);
    return past;
}

/* ---- the table ---- */

/* In no order, close together and far apart. */
static uint32_t number(uint32_t i)
{
    return i % 3 ? 735000000 + i : i * 2654435u % 1073741824;
}

static void each_ship_is_found_by_her_number(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 5000; i++) {
        assert_null(vg_pasts_find(&pasts, number(i)));
        take(number(i));
        assert_int_equal(pasts.count, i + 1);
    }
    for (uint32_t i = 0; i < 5000; i++) {
        struct vg_past *past = vg_pasts_find(&pasts, number(i));
        assert_ptr_equal(past, &pasts.row[i]);
        assert_int_equal(past->mmsi, number(i));
        assert_ptr_equal(take(number(i)), past); /* not added again */
    }
    assert_int_equal(pasts.count, 5000);
    assert_null(vg_pasts_find(&pasts, 999999999));
}

static void the_numbers_of_all_are_given_in_order(void **state)
{
    (void)state;
    size_t count = 1;
    uint32_t *numbers = vg_pasts_numbers(&pasts, &count);
    assert_non_null(numbers);
    assert_int_equal(count, 0);
    free(numbers);
    for (uint32_t i = 0; i < 1000; i++)
        take(number(i));
    numbers = vg_pasts_numbers(&pasts, &count);
    assert_int_equal(count, 1000);
    for (size_t i = 0; i < count; i++) {
        assert_non_null(vg_pasts_find(&pasts, numbers[i]));
        assert_true(i == 0 || numbers[i - 1] < numbers[i]);
    }
    free(numbers);
}

static void there_are_200000_at_most(void **state)
{
    (void)state;
    struct vg_past *past = NULL;
    for (uint32_t i = 0; i < 200000; i++)
        if (vg_pasts_take(&pasts, 1000 + i, &past))
            fail_msg("%u", i);
    past = NULL;
    assert_int_equal(vg_pasts_take(&pasts, 5, &past), VG_LIMIT);
    assert_null(past);
    assert_int_equal(vg_pasts_take(&pasts, 1000, &past), VG_OK); /* who is there is found */
    assert_int_equal(past->mmsi, 1000);
    assert_int_equal(pasts.count, 200000);
}

static void is_as_if_nothing_was_heard(const struct vg_past *past)
{
    assert_int_equal(past->mmsi, SHIP);
    assert_true(past->from_us == INT64_MAX);
    assert_true(past->clock_us == VG_TIME_NONE);
    assert_false(past->far || past->fixed || past->unsure || past->again || past->placed);
    assert_int_equal(past->near, 0);
    assert_int_equal(past->contact.id, 0);
    assert_int_equal(past->contact.mmsi, SHIP);
    assert_int_equal(past->contact.class, VG_CLASS_UNKNOWN);
    assert_memory_equal(past->contact.flag, "EC", 2); /* of her number */
    assert_int_equal(past->contact.reports, 0);
    assert_false(vg_pos_valid(past->contact.pos));
    assert_false(vg_past_is_there(past, NOW_US));
}

/* ---- reports ---- */

static struct vg_report said(int64_t s, uint8_t message)
{
    return (struct vg_report){.time_us = NOW_US + s * VG_SECOND_US,
                              .mmsi = SHIP,
                              .sensor = VG_SENSOR_AIS,
                              .message = message,
                              .class = (uint8_t)vg_message_class(message),
                              .journal_offset = 1,
                              .pos = VG_POS_NONE};
}

static struct vg_report at(int64_t s, double lon)
{
    struct vg_report r = said(s, 1);
    r.fields = VG_FIELD_BIT(POS) | VG_FIELD_BIT(SOG);
    r.measured = VG_MEASURED_POSITION;
    r.pos = vg_pos_from_deg(lon, -2);
    r.sog_dkn = 100;
    return r;
}

static struct vg_report named(int64_t s, const char *name)
{
    struct vg_report r = said(s, 5);
    r.fields = VG_FIELD_BIT(NAME) | VG_FIELD_BIT(TEXT);
    snprintf(r.name, sizeof r.name, "%s", name);
    snprintf(r.text, sizeof r.text, "TEXT");
    return r;
}

static bool apply(struct vg_past *past, struct vg_report r)
{
    struct vg_change change;
    return vg_past_apply(past, &r, &change);
}

static void nothing_is_known_of_who_is_new_or_forgotten(void **state)
{
    (void)state;
    struct vg_past *past = take(SHIP);
    is_as_if_nothing_was_heard(past);
    assert_true(apply(past, at(0, -80)));
    past->from_us = 1;
    past->far = past->fixed = past->unsure = past->again = past->placed = true;
    past->near = 3;
    vg_past_forget(past);
    is_as_if_nothing_was_heard(past);
}

static void who_was_silent_for_too_long_begins_anew_and_keeps_her_name(void **state)
{
    (void)state;
    static const struct {
        int64_t silent_us;
        bool begins;
    } cases[] = {{30 * VG_MINUTE_US - 1000, false}, {30 * VG_MINUTE_US, true}};
    for (size_t i = 0; i < 2; i++) {
        struct vg_past *past = take(SHIP);
        vg_past_forget(past);
        assert_true(apply(past, at(0, -80)));
        assert_false(apply(past, named(0, "MANTA")));
        assert_true(vg_past_is_there(past, NOW_US + cases[i].silent_us) == !cases[i].begins);
        struct vg_report r = said(0, 1);
        r.time_us += cases[i].silent_us;
        assert_true(apply(past, r) == cases[i].begins);
        assert_true(past->clock_us == r.time_us);
        assert_int_equal(past->contact.id, 0);
        assert_string_equal(past->contact.name, "MANTA");
        assert_int_equal(past->contact.prov[VG_FIELD_NAME].time_ms, NOW_US / 1000);
        assert_true(vg_pos_valid(past->contact.pos) == !cases[i].begins);
        assert_true(vg_contact_said(&past->contact, VG_FIELD_SOG) == !cases[i].begins);
        assert_true(vg_contact_said(&past->contact, VG_FIELD_TEXT) == !cases[i].begins);
        assert_true(vg_past_is_there(past, r.time_us) == !cases[i].begins);
        assert_int_equal(past->contact.reports, cases[i].begins ? 1 : 3);
    }
}

/* Who was only named does not begin with a name from the future. */
static void her_first_report_begins_her_whatever_was_learned(void **state)
{
    (void)state;
    struct vg_past *past = take(SHIP);
    struct vg_report r = named(-60, "MANTA");
    vg_past_learn(past, &r);
    assert_string_equal(past->contact.name, "MANTA");
    assert_true(apply(past, at(0, -80)));
    assert_string_equal(past->contact.name, "");
}

static void the_clock_of_a_ship_never_goes_back(void **state)
{
    (void)state;
    struct vg_past *past = take(SHIP);
    apply(past, at(100, -80));
    assert_false(apply(past, named(40, "LATE")));
    assert_true(past->clock_us == NOW_US + 100 * VG_SECOND_US);
    assert_true(past->memory.arrival_us == NOW_US + 100 * VG_SECOND_US);
    assert_string_equal(past->contact.name, "LATE");
    assert_false(apply(past, at(101, -80)));
    assert_true(past->clock_us == NOW_US + 101 * VG_SECOND_US);
}

static void time_passes_for_who_was_heard(void **state)
{
    (void)state;
    struct vg_past *past = take(SHIP);
    past->contact.flags = VG_CONTACT_HELD;
    vg_past_tick(past, NOW_US + VG_DAY_US);
    assert_int_equal(past->contact.flags, VG_CONTACT_HELD); /* nothing was heard */
    vg_past_forget(past);
    for (int i = 0; i < 3; i++)
        apply(past, at(10 * i, -80));
    apply(past, at(30, -60)); /* nothing gets there */
    assert_true(past->contact.flags & VG_CONTACT_HELD);
    vg_past_tick(past, NOW_US + 30 * VG_SECOND_US + 30 * VG_MINUTE_US - 1);
    assert_true(past->contact.flags & VG_CONTACT_HELD);
    vg_past_tick(past, NOW_US + 30 * VG_SECOND_US + 30 * VG_MINUTE_US);
    assert_false(past->contact.flags & VG_CONTACT_HELD);
}

/* Ten positions are all that the past may weigh: then one other word is no doubt. */
static void what_a_ship_is_may_be_doubted_until_it_is_sure(void **state)
{
    (void)state;
    static const struct {
        uint32_t mmsi;
        int words; /* of type 1 */
        uint8_t message;
        bool unsure;
    } cases[] = {{SHIP, 0, 18, false},
                 {SHIP, 1, 18, true},
                 {SHIP, 9, 18, true},
                 {SHIP, 10, 18, false},
                 {SHIP, 1, 1, false},
                 {SHIP, 1, 14, false}, /* says nothing of its class */
                 {SHIP, 1, 9, true},
                 {SHIP, 1, 4, true},
                 {SHIP, 12, 4, false},
                 {970000001, 1, 18, false} /* a SART by its number */,
                 {2735001, 1, 4, false} /* a base station by it */,
                 {111735001, 1, 9, false},
                 {997350001, 1, 21, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_past *past = take(cases[i].mmsi);
        vg_past_forget(past);
        for (int k = 0; k < cases[i].words; k++) {
            struct vg_report r = said(k, 1);
            r.mmsi = cases[i].mmsi;
            apply(past, r);
            assert_false(past->unsure && vg_mmsi_class(cases[i].mmsi) != VG_CLASS_UNKNOWN);
        }
        struct vg_report r = said(60, cases[i].message);
        r.mmsi = cases[i].mmsi;
        apply(past, r);
        if (past->unsure != cases[i].unsure)
            fail_msg("case %zu", i);
        apply(past, said(61, 1));
        assert_true(past->unsure || !cases[i].unsure); /* it stays so */
    }
}

/* ---- who she says to be ---- */

#define CRAFT  (VG_FIELD_BIT(NAME) | VG_FIELD_BIT(CALLSIGN) | VG_FIELD_BIT(SHIPTYPE) | VG_FIELD_BIT(DIMENSIONS))
#define VOYAGE (VG_FIELD_BIT(IMO) | VG_FIELD_BIT(DESTINATION) | VG_FIELD_BIT(ETA) | VG_FIELD_BIT(DRAUGHT))
#define AID    (VG_FIELD_BIT(NAME) | VG_FIELD_BIT(AID_TYPE) | VG_FIELD_BIT(DIMENSIONS))

static bool is_told(uint8_t class, uint32_t fields)
{
    struct vg_past past = {.contact.class = class};
    for (unsigned f = 0; f < VG_FIELD_COUNT; f++)
        past.contact.prov[f].time_ms = fields >> f & 1;
    return vg_past_is_told(&past);
}

static void each_class_tells_what_its_messages_have(void **state)
{
    (void)state;
    static const uint32_t wanted[VG_CLASS_COUNT] = {[VG_CLASS_UNKNOWN] = CRAFT | VOYAGE,
                                                    [VG_CLASS_SHIP_A] = CRAFT | VOYAGE,
                                                    [VG_CLASS_SHIP_B] = CRAFT,
                                                    [VG_CLASS_BASE] = 0,
                                                    [VG_CLASS_ATON] = AID,
                                                    [VG_CLASS_SAR] = CRAFT | VOYAGE,
                                                    [VG_CLASS_SART] = CRAFT | VOYAGE,
                                                    [VG_CLASS_MOB] = CRAFT | VOYAGE,
                                                    [VG_CLASS_EPIRB] = CRAFT | VOYAGE,
                                                    [VG_CLASS_AUX] = CRAFT | VOYAGE,
                                                    [VG_CLASS_HANDHELD] = CRAFT | VOYAGE};
    for (uint8_t class = 0; class < VG_CLASS_COUNT; class ++) {
        assert_true(is_told(class, wanted[class]));
        assert_true(is_told(class, UINT32_MAX));
        for (unsigned f = 0; f < VG_FIELD_COUNT; f++)
            if (is_told(class, UINT32_MAX & ~(UINT32_C(1) << f)) != !(wanted[class] >> f & 1))
                fail_msg("class %u, field %u", class, f);
    }
}

static void an_older_word_fills_what_no_newer_one_has_told(void **state)
{
    (void)state;
    static const struct {
        int64_t known_s, learned_s; /* when her name was told */
        const char *name;
    } cases[] = {{0, -60, "KNOWN"}, {0, 60, "LEARNED"}, {0, -30 * 86400, "KNOWN"}, {-30 * 86400, 0, "LEARNED"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_past *past = take(SHIP);
        vg_past_forget(past);
        apply(past, named(cases[i].known_s, "KNOWN"));
        struct vg_report r = named(cases[i].learned_s, "LEARNED");
        r.fields |= VG_FIELD_BIT(CALLSIGN) | VG_FIELD_BIT(SOG);
        r.sog_dkn = 77;
        snprintf(r.callsign, sizeof r.callsign, "HC1");
        vg_past_learn(past, &r);
        assert_string_equal(past->contact.name, cases[i].name);
        assert_string_equal(past->contact.callsign, "HC1");
        assert_int_equal(past->contact.prov[VG_FIELD_CALLSIGN].time_ms, r.time_us / 1000);
        assert_false(vg_contact_said(&past->contact, VG_FIELD_SOG)); /* that is of a moment */
        assert_int_equal(past->contact.reports, 1);
        assert_true(past->clock_us == NOW_US + cases[i].known_s * VG_SECOND_US);
        assert_true(past->contact.heard_us == past->clock_us);
    }
}

static void what_was_never_heard_is_what_it_said(void **state)
{
    (void)state;
    struct vg_past *past = take(SHIP);
    struct vg_report r = named(0, "BOAT");
    r.message = 19;
    r.class = VG_CLASS_SHIP_B;
    vg_past_learn(past, &r);
    assert_int_equal(past->contact.class, VG_CLASS_SHIP_B);
    assert_int_equal(past->memory.evidence.weight[VG_CLASS_SHIP_B], 4);
    vg_past_learn(past, &r);
    assert_int_equal(past->memory.evidence.weight[VG_CLASS_SHIP_B], 8);
    vg_past_forget(past);
    apply(past, at(0, -80));
    vg_past_learn(past, &r);
    vg_past_learn(past, &r);
    assert_int_equal(past->contact.class, VG_CLASS_SHIP_A); /* as she was heard */
    assert_int_equal(past->memory.evidence.weight[VG_CLASS_SHIP_B], 0);
    assert_int_equal(past->memory.evidence.weight[VG_CLASS_SHIP_A], 2);
    assert_string_equal(past->contact.name, "BOAT");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_ship_is_found_by_her_number),
        TEST(the_numbers_of_all_are_given_in_order),
        TEST(there_are_200000_at_most),
        TEST(nothing_is_known_of_who_is_new_or_forgotten),
        TEST(who_was_silent_for_too_long_begins_anew_and_keeps_her_name),
        TEST(her_first_report_begins_her_whatever_was_learned),
        TEST(the_clock_of_a_ship_never_goes_back),
        TEST(time_passes_for_who_was_heard),
        TEST(what_a_ship_is_may_be_doubted_until_it_is_sure),
        TEST(each_class_tells_what_its_messages_have),
        TEST(an_older_word_fills_what_no_newer_one_has_told),
        TEST(what_was_never_heard_is_what_it_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
