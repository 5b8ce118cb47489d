/* What a contact is follows the weight of evidence, not the last message. */
#include "reports.h"

static void a_ship_that_says_type_4_or_21_once_stays_a_ship_and_keeps_her_name_and_place(void **state)
{
    (void)state;
    for (uint8_t type = 4; type <= 21; type += 17) {
        struct one o = {0};
        for (int i = 0; i < 6; i++)
            hear(&o, placed(1, 10 * i, 50 * i));
        hear(&o, named(5, 61, "MARIA"));
        struct vg_report wrong = placed(type, 62, 9000);
        wrong.fields |= VG_FIELD_BIT(NAME);
        memcpy(wrong.name, "BUOY", 5);
        const struct vg_contact *c = hear(&o, wrong);
        assert_int_equal(o.change.verdict, VG_VERDICT_FOREIGN);
        assert_int_equal(o.change.fields, 0);
        assert_int_equal(c->class, VG_CLASS_SHIP_A);
        assert_string_equal(c->name, "MARIA");
        assert_int_equal(c->pos.lon_e4min, placed(1, 0, 250).pos.lon_e4min);
        assert_int_equal(c->prov[VG_FIELD_POS].message, 1);
        assert_false(c->flags & VG_CONTACT_STILL);
        assert_int_equal(vg_contact_silence(c), VG_SILENCE_A_MOVING);
        assert_int_equal(hear(&o, placed(1, 70, 350))->class, VG_CLASS_SHIP_A);
    }
}

static void a_ship_first_heard_by_type_4_is_one_with_the_next_word(void **state)
{
    (void)state;
    struct one o = {0};
    assert_int_equal(hear(&o, placed(4, 0, 0))->class, VG_CLASS_BASE);
    assert_int_equal(hear(&o, named(5, 3, "MARIA"))->class, VG_CLASS_SHIP_A);
    assert_string_equal(o.contact.name, "MARIA");
}

static void a_number_that_went_to_a_base_station_becomes_one_after_some_messages(void **state)
{
    (void)state;
    struct one o = {0};
    for (int i = 0; i < 50; i++)
        hear(&o, placed(1, 10 * i, 0));
    int said = 0;
    while (hear(&o, placed(4, 1000 + 10 * said, 0))->class == VG_CLASS_SHIP_A)
        assert_true(++said < 20);
    assert_int_equal(o.contact.class, VG_CLASS_BASE);
    assert_int_equal(said, 6); /* 20 − 7 < 2 × 7: the seventh */
    assert_int_equal(o.change.verdict, VG_VERDICT_BELIEVED);
    assert_int_equal(vg_contact_silence(&o.contact), VG_SILENCE_FIXED);
}

static void a_ship_that_mixes_now_and_then_a_type_4_never_becomes_a_base_station(void **state)
{
    (void)state;
    struct one o = {0};
    for (int i = 0; i < 300; i++)
        assert_int_equal(hear(&o, placed(i % 4 == 3 ? 4 : 1, 10 * i, 0))->class, VG_CLASS_SHIP_A);
}

static void class_b_that_is_heard_by_type_27_stays_class_b(void **state)
{
    (void)state;
    struct one o = {0};
    hear(&o, placed(18, 0, 0));
    for (int i = 1; i < 30; i++)
        assert_int_equal(hear(&o, placed(27, 600 * i, 0))->class, VG_CLASS_SHIP_B);
    struct one alone = {0};
    assert_int_equal(hear(&alone, placed(27, 0, 0))->class, VG_CLASS_SHIP_A);
    assert_int_equal(hear(&alone, placed(18, 10, 0))->class, VG_CLASS_SHIP_B);
}

/* Whatever was heard of it, if only something: the words that class A and class B share add nothing. */
static void a_shared_word_counts_beside_no_other_one(void **state)
{
    (void)state;
    static const uint8_t types[] = {1, 18, 4, 21, 9}; /* A, B, base station, aid, aircraft */
    for (size_t i = 0; i < sizeof types; i++) {
        struct one o = {0};
        enum vg_class first = (enum vg_class)hear(&o, placed(types[i], 0, 0))->class;
        const struct vg_evidence before = o.memory.evidence;
        assert_int_equal(before.weight[first], 2);
        for (int k = 1; k < 10; k++) {
            assert_int_equal(hear(&o, placed(27, 10 * k, 0))->class, first);
            assert_int_equal(hear(&o, named(24, 10 * k + 1, "X"))->class, first);
            assert_memory_equal(&o.memory.evidence, &before, sizeof before);
        }
    }
}

/* Each word takes one from all other classes, never from its own, and nothing goes below zero. */
static void a_word_for_one_class_is_one_against_the_others(void **state)
{
    (void)state;
    static const uint8_t types[] = {1, 18, 4, 21, 9};
    for (size_t i = 0; i < sizeof types; i++)
        for (size_t k = 0; k < sizeof types; k++) {
            struct vg_evidence e = {0};
            struct vg_report r = placed(types[i], 0, 0), other = placed(types[k], 0, 0);
            enum vg_class first = vg_class_weigh(&e, SHIP, VG_CLASS_UNKNOWN, &r);
            assert_int_equal(first, r.class);
            assert_int_equal(e.weight[first], 2);
            enum vg_class second = vg_class_weigh(&e, SHIP, first, &other);
            assert_int_equal(e.weight[other.class], i == k ? 4 : 2);
            assert_int_equal(e.weight[first], i == k ? 4 : 1);
            assert_int_equal(second, other.class);
            vg_class_weigh(&e, SHIP, second, &other);
            vg_class_weigh(&e, SHIP, second, &other);
            assert_int_equal(e.weight[first], i == k ? 8 : 0);
        }
}

static void class_a_that_sends_part_a_of_type_24_stays_class_a(void **state)
{
    (void)state;
    struct one o = {0};
    hear(&o, placed(1, 0, 0));
    for (int i = 1; i < 30; i++)
        assert_int_equal(hear(&o, named(24, 360 * i, "MARIA"))->class, VG_CLASS_SHIP_A);
    assert_string_equal(o.contact.name, "MARIA"); /* her word all the same */
    struct one alone = {0};
    assert_int_equal(hear(&alone, named(24, 0, "BOTE"))->class, VG_CLASS_SHIP_B);
    assert_int_equal(hear(&alone, placed(1, 10, 0))->class, VG_CLASS_SHIP_A);
}

static void part_a_of_type_24_with_a_blank_name_is_no_word_for_class_b_either(void **state)
{
    (void)state;
    struct one o = {0};
    hear(&o, placed(1, 0, 0));
    assert_int_equal(hear(&o, message(24, 1))->class, VG_CLASS_SHIP_A);
    assert_int_equal(hear(&o, message(24, 361))->class, VG_CLASS_SHIP_A);
}

static void part_b_of_type_24_is_a_word_for_class_b(void **state)
{
    (void)state;
    struct one o = {0};
    struct vg_report b = message(24, 0);
    b.fields = VG_FIELD_BIT(CALLSIGN) | VG_FIELD_BIT(SHIPTYPE);
    hear(&o, b);
    assert_int_equal(hear(&o, placed(1, 1, 0))->class, VG_CLASS_SHIP_B); /* 4 against 2 */
    assert_int_equal(hear(&o, placed(1, 2, 0))->class, VG_CLASS_SHIP_A);
}

static void equal_weights_change_nothing(void **state)
{
    (void)state;
    struct one o = {0};
    for (int i = 0; i < 3; i++)
        hear(&o, placed(18, 10 * i, 0));                                       /* B: 6 */
    hear(&o, placed(4, 30, 0));                                                /* B: 5 */
    assert_int_equal(hear(&o, named(5, 31, "MARIA"))->class, VG_CLASS_SHIP_B); /* 4 against 4 */
    assert_int_equal(o.memory.evidence.weight[VG_CLASS_SHIP_A], 4);
    assert_int_equal(o.memory.evidence.weight[VG_CLASS_SHIP_B], 4);
    assert_int_equal(hear(&o, placed(1, 40, 0))->class, VG_CLASS_SHIP_A);
}

static void what_leaves_the_class_open_changes_nothing(void **state)
{
    (void)state;
    struct one o = {0};
    assert_int_equal(hear(&o, placed(11, 0, 0))->class, VG_CLASS_UNKNOWN);
    hear(&o, placed(1, 1, 0));
    assert_int_equal(hear(&o, placed(11, 2, 0))->class, VG_CLASS_SHIP_A);
    assert_int_equal(o.change.verdict, VG_VERDICT_BELIEVED);
}

static void the_form_of_the_number_outweighs_all_messages(void **state)
{
    (void)state;
    struct one o = {0};
    for (int i = 0; i < 30; i++) {
        struct vg_report r = placed(1, 10 * i, 0);
        r.mmsi = BASE;
        assert_int_equal(hear(&o, r)->class, VG_CLASS_BASE);
        assert_int_equal(o.change.verdict, VG_VERDICT_BELIEVED);
    }
}

static void a_number_that_is_no_identity_is_of_no_class(void **state)
{
    (void)state;
    static const uint32_t numbers[] = {1, 12345, 1193046, 9999999, 1000000000};
    static const uint8_t types[] = {1, 18, 5, 4, 21, 9};
    for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++) {
        struct one o = {0};
        for (size_t i = 0; i < sizeof types; i++) {
            struct vg_report r = placed(types[i], (int)(10 * i), 0);
            r.mmsi = numbers[n];
            assert_int_equal(hear(&o, r)->class, VG_CLASS_UNKNOWN);
        }
        assert_true(vg_contact_said(&o.contact, VG_FIELD_POS)); /* it is shown all the same */
    }
}

static void an_aircraft_that_tells_its_name_by_type_5_stays_one(void **state)
{
    (void)state;
    struct one o = {0};
    for (int i = 0; i < 10; i++)
        hear(&o, placed(9, 10 * i, 500 * i));
    assert_int_equal(hear(&o, named(5, 100, "GAVIOTA 1"))->class, VG_CLASS_SAR);
    assert_string_equal(o.contact.name, "GAVIOTA 1");
    assert_int_equal(hear(&o, placed(1, 110, 5000))->class, VG_CLASS_SAR);
    assert_int_equal(o.change.verdict, VG_VERDICT_FOREIGN);
}

static void a_held_report_says_nothing_of_the_class(void **state)
{
    (void)state;
    struct one o = {0};
    hear(&o, placed(1, 0, 0));
    const struct vg_evidence before = o.memory.evidence;
    hear(&o, placed(18, 10, 300000));
    assert_int_equal(o.change.verdict, VG_VERDICT_HELD);
    assert_memory_equal(&o.memory.evidence, &before, sizeof before);
    assert_int_equal(o.contact.class, VG_CLASS_SHIP_A);
}

static void weights_have_a_limit(void **state)
{
    (void)state;
    struct one o = {0};
    for (int i = 0; i < 1000; i++)
        hear(&o, named(5, i, "MARIA"));
    assert_int_equal(o.memory.evidence.weight[VG_CLASS_SHIP_A], VG_EVIDENCE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ship_that_says_type_4_or_21_once_stays_a_ship_and_keeps_her_name_and_place),
        cmocka_unit_test(a_ship_first_heard_by_type_4_is_one_with_the_next_word),
        cmocka_unit_test(a_number_that_went_to_a_base_station_becomes_one_after_some_messages),
        cmocka_unit_test(a_ship_that_mixes_now_and_then_a_type_4_never_becomes_a_base_station),
        cmocka_unit_test(class_b_that_is_heard_by_type_27_stays_class_b),
        cmocka_unit_test(a_shared_word_counts_beside_no_other_one),
        cmocka_unit_test(a_word_for_one_class_is_one_against_the_others),
        cmocka_unit_test(class_a_that_sends_part_a_of_type_24_stays_class_a),
        cmocka_unit_test(part_a_of_type_24_with_a_blank_name_is_no_word_for_class_b_either),
        cmocka_unit_test(part_b_of_type_24_is_a_word_for_class_b),
        cmocka_unit_test(equal_weights_change_nothing),
        cmocka_unit_test(what_leaves_the_class_open_changes_nothing),
        cmocka_unit_test(the_form_of_the_number_outweighs_all_messages),
        cmocka_unit_test(a_number_that_is_no_identity_is_of_no_class),
        cmocka_unit_test(an_aircraft_that_tells_its_name_by_type_5_stays_one),
        cmocka_unit_test(a_held_report_says_nothing_of_the_class),
        cmocka_unit_test(weights_have_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
