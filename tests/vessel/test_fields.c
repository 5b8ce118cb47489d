/* Every field from a report to a contact, the flags that come with it, and the times that reports are taken for. */
#include "reports.h"
#include "vessel/fields.h"
#include "vessel/rules.h"

static struct vg_report full(double seconds, uint8_t seed)
{
    struct vg_report r = placed(1, seconds, 0);
    r.fields = (UINT32_C(1) << VG_FIELD_COUNT) - 1;
    r.sog_dkn = 100 + seed;
    r.cog_ddeg = 200 + seed;
    r.heading_deg = 30 + seed;
    r.turn_raw = (int8_t)(4 + seed);
    r.status = seed;
    r.altitude_m = 500 + seed;
    r.imo = 9000000 + seed;
    r.shiptype = 60 + seed;
    r.draught_dm = 70 + seed;
    r.eta_month = 1 + seed, r.eta_day = 2 + seed, r.eta_hour = 3 + seed, r.eta_minute = 4 + seed;
    r.to_bow_m = 80 + seed, r.to_stern_m = 90 + seed;
    r.to_port_m = 10 + seed, r.to_starboard_m = 11 + seed;
    r.aid_type = 12 + seed;
    r.aid_virtual = seed % 2, r.aid_off_position = seed / 2 % 2, r.accurate = seed / 4 % 2;
    r.parent_mmsi = 735000000 + seed;
    snprintf(r.name, sizeof r.name, "NAME %d", seed);
    snprintf(r.callsign, sizeof r.callsign, "HC%d", seed);
    snprintf(r.destination, sizeof r.destination, "DEST %d", seed);
    snprintf(r.text, sizeof r.text, "TEXT %d", seed);
    return r;
}

static void assert_is(const struct vg_contact *c, const struct vg_report *r)
{
    assert_int_equal(c->pos.lon_e4min, r->pos.lon_e4min);
    assert_int_equal(c->pos.lat_e4min, r->pos.lat_e4min);
    assert_int_equal(c->sog_dkn, r->sog_dkn);
    assert_int_equal(c->cog_ddeg, r->cog_ddeg);
    assert_int_equal(c->heading_deg, r->heading_deg);
    assert_int_equal(c->turn_raw, r->turn_raw);
    assert_int_equal(c->status, r->status);
    assert_int_equal(c->altitude_m, r->altitude_m);
    assert_int_equal(c->imo, r->imo);
    assert_int_equal(c->shiptype, r->shiptype);
    assert_int_equal(c->draught_dm, r->draught_dm);
    assert_memory_equal(&c->eta_month, &r->eta_month, 4);
    assert_int_equal(c->eta_minute, r->eta_minute);
    assert_int_equal(c->to_bow_m, r->to_bow_m);
    assert_int_equal(c->to_stern_m, r->to_stern_m);
    assert_int_equal(c->to_port_m, r->to_port_m);
    assert_int_equal(c->to_starboard_m, r->to_starboard_m);
    assert_int_equal(c->aid_type, r->aid_type);
    assert_int_equal(c->parent_mmsi, r->parent_mmsi);
    assert_string_equal(c->name, r->name);
    assert_string_equal(c->callsign, r->callsign);
    assert_string_equal(c->destination, r->destination);
    assert_string_equal(c->text, r->text);
    assert_int_equal(!!(c->flags & VG_CONTACT_VIRTUAL), r->aid_virtual);
    assert_int_equal(!!(c->flags & VG_CONTACT_OFF_POSITION), r->aid_off_position);
    assert_int_equal(!!(c->flags & VG_CONTACT_ACCURATE), r->accurate);
}

static void every_field_is_taken_whole(void **state)
{
    (void)state;
    struct one o = {0};
    for (uint8_t seed = 0; seed < 8; seed++) {
        struct vg_report r = full(seed, seed);
        hear(&o, r);
        assert_int_equal(o.change.fields, r.fields);
        assert_is(&o.contact, &r);
        assert_true(o.change.static_changed);
        for (int f = 0; f < VG_FIELD_COUNT; f++)
            assert_int_equal(o.contact.prov[f].journal_offset, r.journal_offset);
    }
}

static void a_field_that_was_not_said_is_left_alone(void **state)
{
    (void)state;
    for (int f = 0; f < VG_FIELD_COUNT; f++) {
        struct one o = {0};
        struct vg_report first = full(0, 1), second = full(1, 6);
        hear(&o, first);
        struct vg_prov before[VG_FIELD_COUNT];
        memcpy(before, o.contact.prov, sizeof before);
        second.fields = UINT32_C(1) << f;
        hear(&o, second);
        assert_int_equal(o.change.fields, second.fields);
        for (int g = 0; g < VG_FIELD_COUNT; g++)
            assert_int_equal(memcmp(&before[g], &o.contact.prov[g], sizeof before[g]) != 0, f == g);
    }
}

/* What the stream's STATIC row shows changes only with the values of these fields. */
static void a_static_row_changes_with_its_values_alone(void **state)
{
    (void)state;
    const uint32_t shown = VG_FIELD_BIT(NAME) | VG_FIELD_BIT(CALLSIGN) | VG_FIELD_BIT(IMO) | VG_FIELD_BIT(SHIPTYPE) |
                           VG_FIELD_BIT(DIMENSIONS) | VG_FIELD_BIT(DESTINATION) | VG_FIELD_BIT(ETA) |
                           VG_FIELD_BIT(DRAUGHT) | VG_FIELD_BIT(AID_TYPE);
    for (int f = 0; f < VG_FIELD_COUNT; f++) {
        struct one o = {0};
        for (int i = 0; i < 3; i++) { /* the first word, the same again, another */
            struct vg_report r = full(i, i == 2 ? 2 : 1);
            r.fields = UINT32_C(1) << f;
            hear(&o, r);
            assert_int_equal(o.change.static_changed, i != 1 && (shown >> f & 1));
        }
    }
}

static void a_shorter_text_leaves_nothing_of_the_longer_one(void **state)
{
    (void)state;
    struct one o = {0};
    hear(&o, named(5, 0, "A LONG NAME OF A SHIP"));
    hear(&o, named(5, 1, "A LONG"));
    assert_true(o.change.static_changed);
    static const char rest[VG_NAME_SIZE];
    assert_string_equal(o.contact.name, "A LONG");
    assert_memory_equal(o.contact.name + 6, rest, VG_NAME_SIZE - 6);
    hear(&o, named(5, 2, "A LONG N"));
    assert_true(o.change.static_changed);
    assert_string_equal(o.contact.name, "A LONG N");
}

/* ---- from contact to contact ---- */

/* Compares all but what tells of the newest report. */
static void assert_same(struct vg_contact a, const struct vg_contact *b)
{
    vg_contact_update_flags(&a);
    a.heard_us = b->heard_us;
    a.reports = b->reports;
    a.claimed = b->claimed;
    assert_memory_equal(&a, b, sizeof a);
}

static void a_copied_field_is_as_if_it_had_been_heard(void **state)
{
    (void)state;
    for (int f = 0; f < VG_FIELD_COUNT; f++) {
        struct one to = {0}, from = {0}, heard = {0};
        struct vg_report first = full(0, 0), second = full(1, 7);
        hear(&to, first);
        hear(&heard, first);
        hear(&from, second);
        second.fields = UINT32_C(1) << f;
        hear(&heard, second);
        assert_memory_not_equal(&to.contact.prov[f], &heard.contact.prov[f], sizeof(struct vg_prov));
        vg_contact_copy_fields(&to.contact, &from.contact, second.fields);
        assert_same(to.contact, &heard.contact);
    }
}

static void what_was_never_said_is_not_copied(void **state)
{
    (void)state;
    struct one to = {0}, from = {0};
    hear(&to, full(0, 5));
    hear(&from, message(1, 1));
    struct vg_contact before = to.contact;
    vg_contact_copy_fields(&to.contact, &from.contact, UINT32_MAX);
    assert_memory_equal(&to.contact, &before, sizeof before);
}

static void a_forgotten_field_is_as_if_it_had_never_been_said(void **state)
{
    (void)state;
    for (int f = 0; f < VG_FIELD_COUNT; f++) {
        struct one all = {0}, without = {0};
        struct vg_report r = full(0, 7);
        hear(&all, r);
        r.fields &= ~(UINT32_C(1) << f);
        hear(&without, r);
        vg_contact_forget_fields(&all.contact, UINT32_C(1) << f);
        assert_same(all.contact, &without.contact);
    }
}

static void who_it_is_lasts_and_where_it_is_does_not(void **state)
{
    (void)state;
    assert_int_equal(vg_fields_lasting(), VG_FIELD_BIT(NAME) | VG_FIELD_BIT(CALLSIGN) | VG_FIELD_BIT(IMO) |
                                              VG_FIELD_BIT(SHIPTYPE) | VG_FIELD_BIT(DIMENSIONS) |
                                              VG_FIELD_BIT(DESTINATION) | VG_FIELD_BIT(ETA) | VG_FIELD_BIT(DRAUGHT) |
                                              VG_FIELD_BIT(AID_TYPE) | VG_FIELD_BIT(PARENT));
}

/* ---- times ---- */

static int64_t taken_at(int64_t time_us, int64_t clock_us, bool *ret_ahead)
{
    struct vg_report r = placed(1, 0, 0);
    struct vg_contact c;
    struct vg_memory m;
    struct vg_change change;
    const struct vg_moment now = {.clock_us = clock_us, .ahead_us = VG_MINUTE_US, .elapsed_us = 7};
    r.time_us = time_us;
    vg_belief_begin(&c, &m, &r, 1);
    vg_belief_apply(&c, &m, &r, &now, &change);
    *ret_ahead = change.ahead;
    assert_int_equal(c.heard_us / 1000, c.prov[VG_FIELD_POS].time_ms);
    assert_int_equal(m.arrival_us, 7);
    return c.heard_us;
}

static void a_report_is_taken_for_its_own_time_or_for_now(void **state)
{
    (void)state;
    bool ahead;
    const int64_t now_us = at(0);
    assert_int_equal(taken_at(now_us + VG_MINUTE_US, now_us, &ahead), now_us + VG_MINUTE_US);
    assert_false(ahead);
    assert_int_equal(taken_at(now_us + VG_MINUTE_US + 1, now_us, &ahead), now_us);
    assert_true(ahead);
    assert_int_equal(taken_at(VG_TIME_NONE, now_us, &ahead), now_us);
    assert_false(ahead);
    assert_int_equal(taken_at(999, now_us, &ahead), now_us); /* no millisecond: no time */
    assert_int_equal(taken_at(1000, now_us, &ahead), 1000);
    assert_int_equal(taken_at(2000, VG_TIME_NONE, &ahead), 2000);
    assert_int_equal(taken_at(VG_TIME_NONE, VG_TIME_NONE, &ahead), 1000);
    assert_int_equal(taken_at(at(0), VG_TIME_NONE, &ahead), at(0));
    assert_false(ahead);
    assert_int_equal(taken_at(INT64_MAX, INT64_MAX - VG_HOUR_US, &ahead), VG_PROV_TIME_MS_MAX * 1000);
}

static void words_dated_beyond_the_clock_give_way_when_it_is_set_back(void **state)
{
    (void)state;
    struct one o = {0};
    struct vg_moment now = {.clock_us = at(10000), .ahead_us = VG_MINUTE_US, .elapsed_us = 1};
    struct vg_report r = named(5, 10000, "FUTURE");
    hear(&o, r);
    now.clock_us = at(10000 - 60);
    r = named(5, 9930, "BEFORE");
    vg_belief_apply(&o.contact, &o.memory, &r, &now, &o.change);
    assert_string_equal(o.contact.name, "FUTURE"); /* within what the clock allows */
    assert_true(o.change.late);
    now.clock_us = at(10000 - 61);
    vg_belief_apply(&o.contact, &o.memory, &r, &now, &o.change);
    assert_string_equal(o.contact.name, "BEFORE");
    assert_false(o.change.late);
    assert_int_equal(o.contact.heard_us, at(9930));
}

static void a_contact_begins_with_what_its_number_says(void **state)
{
    (void)state;
    struct vg_contact c;
    struct vg_memory m;
    struct vg_report r = placed(1, 0, 0);
    memset(&c, 0xAA, sizeof c);
    memset(&m, 0xAA, sizeof m);
    vg_belief_begin(&c, &m, &r, 42);
    assert_int_equal(c.id, 42);
    assert_int_equal(c.mmsi, SHIP);
    assert_memory_equal(c.flag, "EC", 2);
    assert_int_equal(c.class, VG_CLASS_UNKNOWN);
    assert_false(vg_pos_valid(c.pos) || vg_pos_valid(c.held_pos));
    assert_int_equal(c.reports, 0);
    r.mmsi = BASE;
    vg_belief_begin(&c, &m, &r, 43);
    assert_int_equal(c.class, VG_CLASS_BASE);
    r.mmsi = 111111111;
    vg_belief_begin(&c, &m, &r, 44);
    assert_memory_equal(c.flag, "\0\0", 2);
    assert_int_equal(m.arrival_us, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_is_taken_whole),
        cmocka_unit_test(a_field_that_was_not_said_is_left_alone),
        cmocka_unit_test(a_static_row_changes_with_its_values_alone),
        cmocka_unit_test(a_copied_field_is_as_if_it_had_been_heard),
        cmocka_unit_test(what_was_never_said_is_not_copied),
        cmocka_unit_test(a_forgotten_field_is_as_if_it_had_never_been_said),
        cmocka_unit_test(who_it_is_lasts_and_where_it_is_does_not),
        cmocka_unit_test(a_shorter_text_leaves_nothing_of_the_longer_one),
        cmocka_unit_test(a_report_is_taken_for_its_own_time_or_for_now),
        cmocka_unit_test(words_dated_beyond_the_clock_give_way_when_it_is_set_back),
        cmocka_unit_test(a_contact_begins_with_what_its_number_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
