/* Ids, claims, provenance, ages, and better and worse sources. */
#include "reports.h"

static void an_id_comes_from_where_the_first_report_stands(void **state)
{
    (void)state;
    struct vg_report a = placed(1, 0, 0), b = placed(1, 0, 0);
    a.journal_offset = 77;
    b.journal_offset = 78;
    assert_int_equal(vg_contact_id_of(&a, &NO_JOURNAL, 1, 0),
                     vg_contact_id_of(&a, &NO_JOURNAL, 2, 0)); /* whatever came before */
    a.source = 9;
    assert_int_equal(vg_contact_id_of(&a, &NO_JOURNAL, 1, 0), vg_contact_id_of(&a, &NO_JOURNAL, 1, 0));
    assert_int_not_equal(vg_contact_id_of(&a, &NO_JOURNAL, 1, 0), vg_contact_id_of(&b, &NO_JOURNAL, 1, 0));
    assert_int_not_equal(vg_contact_id_of(&a, &NO_JOURNAL, 1, 0), vg_contact_id_of(&a, &NO_JOURNAL, 1, 1));
    assert_int_not_equal(vg_contact_id_of(&a, &NO_JOURNAL, 1, 1), vg_contact_id_of(&a, &NO_JOURNAL, 1, 2));
    /* Ids outlive programs, as they stand in state files: splitmix64's finaliser of 77, and of that plus 1. */
    assert_true(vg_contact_id_of(&a, &NO_JOURNAL, 1, 0) == UINT64_C(0x2cfa56b4a2af9298));
    assert_true(vg_contact_id_of(&a, &NO_JOURNAL, 1, 1) == UINT64_C(0x417d25fd220909ee));
}

static void without_a_journal_an_id_comes_from_source_and_arrival(void **state)
{
    (void)state;
    struct vg_report r = placed(1, 0, 0);
    r.journal_offset = 0;
    uint64_t one = vg_contact_id_of(&r, &NO_JOURNAL, 1, 0), two = vg_contact_id_of(&r, &NO_JOURNAL, 2, 0);
    assert_int_not_equal(one, two);
    assert_int_equal(one, vg_contact_id_of(&r, &NO_JOURNAL, 1, 0));
    r.source = 2;
    assert_int_not_equal(one, vg_contact_id_of(&r, &NO_JOURNAL, 1, 0));
    assert_int_not_equal(one, 0);
    /* The finaliser of bit 63, the source's twelve bits from 48 on, and the number of the arrival. */
    r.source = 1;
    assert_true(vg_contact_id_of(&r, &NO_JOURNAL, 1, 0) == UINT64_C(0xc8ebbabddbed461d));
    r.source = 0xFFFF;
    assert_true(vg_contact_id_of(&r, &NO_JOURNAL, UINT64_MAX, 0) == UINT64_C(0x4f630626b9aa30e4));
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static void a_hundred_thousand_ids_differ(void **state)
{
    enum { MANY = 100000 };
    static uint64_t ids[2 * MANY];
    (void)state;
    struct vg_report r = placed(1, 0, 0);
    for (uint64_t i = 0; i < MANY; i++) {
        r.journal_offset = 1 + i * 48;
        ids[i] = vg_contact_id_of(&r, &NO_JOURNAL, 1, 0);
        r.journal_offset = 0;
        ids[MANY + i] = vg_contact_id_of(&r, &NO_JOURNAL, i, 0);
    }
    qsort(ids, 2 * MANY, sizeof *ids, by_value);
    assert_int_not_equal(ids[0], 0);
    for (int i = 1; i < 2 * MANY; i++)
        assert_true(ids[i] != ids[i - 1]);
}

/* The same place of two journals, and a place that was given out again after a crash. */
static void an_id_is_of_one_journal_and_one_moment(void **state)
{
    (void)state;
    const struct vg_contact_origin here = {.journal = 11, .received_us = START_US}, other = {12, START_US},
                                   later = {11, START_US + 1};
    struct vg_report r = placed(1, 0, 0), next = r;
    for (int kept = 0; kept < 2; kept++) { /* by a full disk, not */
        r.journal_offset = kept ? 77 : 0;
        next.journal_offset = kept ? 78 : 0;
        uint64_t id = vg_contact_id_of(&r, &here, 1, 0);
        assert_true(id == vg_contact_id_of(&r, &here, 1, 0));
        assert_true(id != vg_contact_id_of(&r, &other, 1, 0));
        assert_true(id != vg_contact_id_of(&r, &later, 1, 0));
        assert_true(id != vg_contact_id_of(&next, &here, 2, 0));
        assert_true(id != vg_contact_id_of(&r, &here, 1, 1));
        assert_true(id != vg_contact_id_of(&r, &NO_JOURNAL, 1, 0));
    }
    r.journal_offset = 77; /* ids outlive programs */
    assert_true(vg_contact_id_of(&r, &here, 1, 0) == UINT64_C(0x0062f5ac962012e5));
}

static void an_id_is_sixteen_digits_of_text(void **state)
{
    (void)state;
    char text[VG_CONTACT_ID_TEXT];
    uint64_t id = 5;
    vg_contact_id_text(UINT64_C(0x00a1b2c3d4e5f607), text);
    assert_string_equal(text, "00a1b2c3d4e5f607");
    assert_true(vg_contact_id_parse(text, &id));
    assert_int_equal(id, UINT64_C(0x00a1b2c3d4e5f607));
    assert_true(vg_contact_id_parse("FFFFFFFFFFFFFFFF", &id));
    assert_true(id == UINT64_MAX);
    static const char *const bad[] = {"",
                                      "0",
                                      "00a1b2c3d4e5f60",
                                      "00a1b2c3d4e5f6077",
                                      "00a1b2c3d4e5f60g",
                                      "+0a1b2c3d4e5f607",
                                      " 0a1b2c3d4e5f607",
                                      "0x00a1b2c3d4e5f6"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        id = 5;
        assert_false(vg_contact_id_parse(bad[i], &id));
        assert_int_equal(id, 5);
    }
}

static void each_field_names_the_very_report_that_said_it(void **state)
{
    (void)state;
    struct one o = {0};
    struct vg_report a = named(24, 0, "BOTE"), b = message(24, 1), p = placed(18, 2, 0);
    a.journal_offset = 100;
    b.journal_offset = 200;
    b.source = 2;
    b.fields = VG_FIELD_BIT(CALLSIGN) | VG_FIELD_BIT(SHIPTYPE);
    memcpy(b.callsign, "HC1234", 7);
    b.shiptype = 30;
    p.journal_offset = 300;
    hear(&o, a);
    hear(&o, b);
    const struct vg_contact *c = hear(&o, p);
    assert_int_equal(c->prov[VG_FIELD_NAME].journal_offset, 100); /* part B carries no name */
    assert_int_equal(c->prov[VG_FIELD_NAME].source, 1);
    assert_int_equal(c->prov[VG_FIELD_CALLSIGN].journal_offset, 200);
    assert_int_equal(c->prov[VG_FIELD_SHIPTYPE].journal_offset, 200);
    assert_int_equal(c->prov[VG_FIELD_SHIPTYPE].source, 2);
    assert_int_equal(c->prov[VG_FIELD_SHIPTYPE].message, 24);
    assert_int_equal(c->prov[VG_FIELD_POS].journal_offset, 300);
    assert_int_equal(c->prov[VG_FIELD_SOG].journal_offset, 300);
    assert_int_equal(c->claimed.journal_offset, 300);
    struct vg_report later = placed(18, 12, 50); /* says no speed: the speed stays the earlier report's */
    later.fields = VG_FIELD_BIT(POS);
    later.journal_offset = 400;
    hear(&o, later);
    assert_int_equal(c->prov[VG_FIELD_POS].journal_offset, 400);
    assert_int_equal(c->prov[VG_FIELD_SOG].journal_offset, 300);
}

static void claims_say_who_said_them_and_how_sure_they_are(void **state)
{
    (void)state;
    struct vg_claim claim[VG_CLAIM_KINDS];
    struct one o = {0};
    hear(&o, placed(1, 0, 0));
    assert_int_equal(vg_contact_claims(&o.contact, claim), 1);
    assert_int_equal(claim[0].kind, VG_CLAIM_MMSI);
    assert_int_equal(claim[0].value, SHIP);
    assert_int_equal(claim[0].said.time_ms, at(0) / 1000);
    assert_int_equal(claim[0].probability_pct, 99); /* as docs/picture.md says */
    struct vg_report imo = message(5, 10);
    imo.fields = VG_FIELD_BIT(IMO);
    imo.imo = 9074729; /* 9×7 + 0×6 + 7×5 + 4×4 + 7×3 + 2×2 = 139 */
    hear(&o, imo);
    assert_int_equal(vg_contact_claims(&o.contact, claim), 2);
    assert_int_equal(claim[1].value, 9074729);
    assert_int_equal(claim[1].said.message, 5);
    assert_int_equal(claim[1].probability_pct, 95);
    imo.imo = 9074728;
    imo.time_us = at(11);
    hear(&o, imo);
    vg_contact_claims(&o.contact, claim);
    assert_int_equal(claim[1].probability_pct, 5);
    hear(&o, placed(1, 20, 300000)); /* two may send this number */
    vg_contact_claims(&o.contact, claim);
    assert_int_equal(claim[0].probability_pct, 50);
}

static void a_number_that_is_no_identity_is_hardly_sure(void **state)
{
    (void)state;
    static const struct {
        uint32_t mmsi;
        uint8_t probability_pct;
    } rows[] = {{1, 5},        {12345, 5}, {123456, 5},   {1000000000, 5}, {1073741823, 5},
                {2241234, 99}, {SHIP, 99}, {97012345, 5}, {992241234, 99}, {970123456, 99}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct vg_claim claim[VG_CLAIM_KINDS];
        struct one o = {0};
        struct vg_report r = placed(1, 0, 0);
        r.mmsi = rows[i].mmsi;
        hear(&o, r);
        assert_int_equal(vg_contact_claims(&o.contact, claim), 1);
        if (claim[0].probability_pct != rows[i].probability_pct)
            fail_msg("%u: %u %%", rows[i].mmsi, claim[0].probability_pct);
    }
}

static void a_field_grows_old_by_its_kind(void **state)
{
    (void)state;
    const struct vg_prov said = vg_prov_of(at(0), 1, 1, 0);
    assert_int_equal(vg_field_age(VG_FIELD_POS, &said, at(179)), VG_AGE_FRESH);
    assert_int_equal(vg_field_age(VG_FIELD_POS, &said, at(180)), VG_AGE_STALE);
    assert_int_equal(vg_field_age(VG_FIELD_SOG, &said, at(1800)), VG_AGE_EXPIRED);
    assert_int_equal(vg_field_age(VG_FIELD_SOG, &said, at(1799)), VG_AGE_STALE);
    assert_int_equal(vg_field_age(VG_FIELD_NAME, &said, at(719)), VG_AGE_FRESH);
    assert_int_equal(vg_field_age(VG_FIELD_NAME, &said, at(1e6)), VG_AGE_STALE); /* a name stays hers */
    assert_int_equal(vg_field_age(VG_FIELD_DESTINATION, &said, at(86400)), VG_AGE_EXPIRED);
    assert_int_equal(vg_field_age(VG_FIELD_POS, &said, at(-10)), VG_AGE_FRESH);
    assert_string_equal(vg_age_key(VG_AGE_STALE), "stale");
}

static void a_field_holds_until_it_expires_and_a_position_as_long_as_its_contact(void **state)
{
    (void)state;
    struct vg_contact c = {.pos = VG_POS_NONE};
    int64_t next_us;
    assert_false(vg_contact_holds(&c, VG_FIELD_SOG, at(0)));
    assert_int_equal(vg_contact_expired(&c, ~0u, at(1e7), &next_us), 0);
    assert_true(next_us == INT64_MAX);
    for (int f = 0; f < VG_FIELD_COUNT; f++)
        c.prov[f] = vg_prov_of(at(0), 1, 1, 0);
    c.flags = VG_CONTACT_OFF_POSITION;
    for (double s = 0; s < 100000; s += 599.5) {
        uint32_t expired = vg_contact_expired(&c, ~0u, at(s), &next_us);
        for (int f = 0; f < VG_FIELD_COUNT; f++)
            assert_int_equal(vg_contact_holds(&c, (enum vg_field)f, at(s)), !(expired >> f & 1));
        assert_false(expired & VG_FIELD_BIT(POS));
        if (next_us == INT64_MAX)
            continue;
        assert_int_equal(vg_contact_expired(&c, ~0u, next_us - 1, &(int64_t){0}), expired);
        assert_int_not_equal(vg_contact_expired(&c, ~0u, next_us, &(int64_t){0}), expired);
    }
    assert_true(vg_contact_expired(&c, ~0u, at(3600), &next_us) & VG_FIELD_BIT(AID_FLAGS));
    assert_int_equal(vg_contact_expired(&c, VG_FIELD_BIT(SOG) | VG_FIELD_BIT(NAME), at(3600), &next_us),
                     VG_FIELD_BIT(SOG));
    assert_true(next_us == INT64_MAX); /* of these */
    c.flags = 0;                       /* nothing is shown that could expire */
    assert_false(vg_contact_expired(&c, ~0u, at(3600), &next_us) & VG_FIELD_BIT(AID_FLAGS));
}

static void a_worse_source_does_not_overwrite_a_better_one_until_that_is_stale(void **state)
{
    (void)state;
    struct one o = {0};
    hear(&o, placed(1, 0, 0));
    hear(&o, placed(27, 179, 500));
    assert_int_equal(o.change.verdict, VG_VERDICT_WORSE);
    assert_int_equal(o.contact.prov[VG_FIELD_POS].message, 1);
    assert_int_equal(o.contact.prov[VG_FIELD_SOG].message, 1);
    hear(&o, placed(27, 180, 500));
    assert_int_equal(o.change.verdict, VG_VERDICT_BELIEVED);
    assert_int_equal(o.contact.prov[VG_FIELD_POS].message, 27);
    hear(&o, placed(1, 181, 500)); /* a better one overwrites at once */
    assert_int_equal(o.contact.prov[VG_FIELD_POS].message, 1);
}

static void a_suspect_word_does_not_overwrite_a_sound_fresh_one(void **state)
{
    (void)state;
    struct one o = {0};
    struct vg_report noise = named(5, 100, "Q@#Z");
    noise.suspect = true;
    hear(&o, named(5, 0, "MARIA"));
    hear(&o, noise);
    assert_string_equal(o.contact.name, "MARIA");
    noise.time_us = at(720); /* nobody else has said it for two intervals */
    hear(&o, noise);
    assert_string_equal(o.contact.name, "Q@#Z");
    assert_true(o.contact.prov[VG_FIELD_NAME].suspect);
    hear(&o, named(5, 721, "MARIA"));
    assert_string_equal(o.contact.name, "MARIA");
    struct vg_report jump = placed(1, 730, 0);
    hear(&o, jump);
    jump.suspect = true;
    jump.time_us = at(740);
    hear(&o, jump);
    assert_int_equal(o.change.verdict, VG_VERDICT_WORSE);
}

static void an_imo_number_of_another_length_is_doubtful(void **state)
{
    (void)state;
    struct one o = {0};
    struct vg_claim claim[VG_CLAIM_KINDS];
    static const uint32_t bad[] = {1, 907472, 90747290, 1073741823};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct vg_report imo = message(5, (double)i);
        imo.fields = VG_FIELD_BIT(IMO);
        imo.imo = bad[i];
        hear(&o, imo);
        assert_int_equal(vg_contact_claims(&o.contact, claim), 2);
        assert_true(claim[1].probability_pct < 50);
    }
}

static void claims_and_ages_have_keys(void **state)
{
    (void)state;
    assert_string_equal(vg_claim_key(VG_CLAIM_MMSI), "mmsi");
    assert_string_equal(vg_claim_key(VG_CLAIM_IMO), "imo");
    assert_string_equal(vg_claim_key(VG_CLAIM_KINDS), "unknown");
    assert_string_equal(vg_claim_key((enum vg_claim_kind) - 1), "unknown");
    assert_string_equal(vg_age_key(VG_AGE_FRESH), "fresh");
    assert_string_equal(vg_age_key(VG_AGE_STALE), "stale");
    assert_string_equal(vg_age_key(VG_AGE_EXPIRED), "expired");
    assert_string_equal(vg_age_key((enum vg_age)(VG_AGE_EXPIRED + 1)), "unknown");
    assert_string_equal(vg_age_key((enum vg_age) - 1), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_id_comes_from_where_the_first_report_stands),
        cmocka_unit_test(without_a_journal_an_id_comes_from_source_and_arrival),
        cmocka_unit_test(a_hundred_thousand_ids_differ),
        cmocka_unit_test(an_id_is_of_one_journal_and_one_moment),
        cmocka_unit_test(an_id_is_sixteen_digits_of_text),
        cmocka_unit_test(each_field_names_the_very_report_that_said_it),
        cmocka_unit_test(claims_say_who_said_them_and_how_sure_they_are),
        cmocka_unit_test(a_number_that_is_no_identity_is_hardly_sure),
        cmocka_unit_test(a_field_grows_old_by_its_kind),
        cmocka_unit_test(a_field_holds_until_it_expires_and_a_position_as_long_as_its_contact),
        cmocka_unit_test(a_worse_source_does_not_overwrite_a_better_one_until_that_is_stale),
        cmocka_unit_test(a_suspect_word_does_not_overwrite_a_sound_fresh_one),
        cmocka_unit_test(an_imo_number_of_another_length_is_doubtful),
        cmocka_unit_test(claims_and_ages_have_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
