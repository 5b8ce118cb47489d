/* Still, silence, distress, and the verdict on a position. */
#include "reports.h"

static struct vg_contact ship_with(int sog_dkn, int status)
{
    struct vg_contact c = {.class = VG_CLASS_SHIP_A, .pos = VG_POS_NONE, .held_pos = VG_POS_NONE};
    if (sog_dkn >= 0) {
        c.sog_dkn = (uint16_t)sog_dkn;
        c.prov[VG_FIELD_SOG] = vg_prov_of(at(0), 1, 1, 0);
    }
    if (status >= 0) {
        c.status = (uint8_t)status;
        c.prov[VG_FIELD_STATUS] = vg_prov_of(at(0), 1, 1, 0);
    }
    return c;
}

static void still_is_what_rests_or_hardly_moves(void **state)
{
    (void)state;
    static const struct {
        int sog_dkn, status;
        bool still;
    } cases[] = {{4, 0, true},  {5, 0, false},  {-1, 0, false}, {-1, -1, false}, {-1, 1, true}, {-1, 5, true},
                 {-1, 6, true}, {-1, 2, false}, {-1, 4, false}, {-1, 7, false},  {19, 1, true}, {20, 1, false},
                 {19, 5, true}, {20, 6, false}, {0, 8, true},   {1023, 5, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_contact c = ship_with(cases[i].sog_dkn, cases[i].status);
        assert_int_equal(vg_contact_is_still(&c), cases[i].still);
        vg_contact_update_flags(&c);
        assert_int_equal(!!(c.flags & VG_CONTACT_STILL), cases[i].still);
    }
    struct vg_contact fixed = ship_with(100, 0);
    fixed.class = VG_CLASS_BASE;
    assert_true(vg_contact_is_still(&fixed));
    fixed.class = VG_CLASS_ATON;
    assert_true(vg_contact_is_still(&fixed));
    fixed.class = VG_CLASS_SAR;
    assert_false(vg_contact_is_still(&fixed));
}

/* Speed lasts for 30 minutes, status for 60: what a contact is heard with later says nothing of either. */
static void what_has_expired_keeps_nobody_still(void **state)
{
    (void)state;
    static const struct {
        int sog_dkn, status;
        double heard_s;
        bool still;
    } cases[] = {{0, -1, 1799.999, true}, {0, -1, 1800, false}, {-1, 5, 3599.999, true},
                 {-1, 5, 3600, false},    {30, 5, 1799, false}, {30, 5, 1800, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_contact c = ship_with(cases[i].sog_dkn, cases[i].status);
        c.heard_us = at(cases[i].heard_s);
        assert_int_equal(vg_contact_is_still(&c), cases[i].still);
        vg_contact_update_flags(&c);
        assert_int_equal(!!(c.flags & VG_CONTACT_STILL), cases[i].still);
    }
}

static void status_14_is_unconfirmed_for_an_hour(void **state)
{
    (void)state;
    const struct vg_contact c = ship_with(-1, 14);
    assert_true(vg_contact_status_unconfirmed(&c, at(3599.999)));
    assert_false(vg_contact_status_unconfirmed(&c, at(3600)));
}

static void a_call_for_help_does_not_expire(void **state)
{
    (void)state;
    struct vg_contact c = ship_with(-1, 14);
    c.class = VG_CLASS_SART;
    c.heard_us = at(7200);
    assert_int_equal(vg_contact_distress(&c), VG_CONTACT_DISTRESS);
    c.status = 15;
    c.pos = placed(1, 0, 0).pos; /* a test never becomes a call by its age */
    assert_int_equal(vg_contact_distress(&c), VG_CONTACT_DISTRESS_TEST);
}

static void only_an_aid_is_virtual_or_off_position(void **state)
{
    (void)state;
    const uint8_t aids = VG_CONTACT_VIRTUAL | VG_CONTACT_OFF_POSITION;
    for (unsigned class = 0; class < VG_CLASS_COUNT; class ++) {
        struct vg_contact c = {.class = (uint8_t) class, .flags = aids | VG_CONTACT_STILL | VG_CONTACT_ACCURATE};
        c.prov[VG_FIELD_AID_FLAGS] = vg_prov_of(at(0), 1, 21, 0);
        assert_int_equal(vg_contact_shown_flags(&c, at(1)),
                         VG_CONTACT_STILL | VG_CONTACT_ACCURATE | (class == VG_CLASS_ATON ? aids : 0));
    }
    struct vg_contact aid = {.class = VG_CLASS_ATON, .flags = aids};
    aid.prov[VG_FIELD_AID_FLAGS] = vg_prov_of(at(0), 1, 21, 0);
    assert_int_equal(vg_contact_shown_flags(&aid, at(3599.999)), aids);
    assert_int_equal(vg_contact_shown_flags(&aid, at(3600)), VG_CONTACT_VIRTUAL); /* what it is stays */
}

static void each_kind_may_be_silent_for_its_own_time(void **state)
{
    (void)state;
    static const struct {
        enum vg_class class;
        uint8_t flags, message;
        int minutes;
    } cases[] = {
        {VG_CLASS_UNKNOWN, 0, 1, 30},
        {VG_CLASS_SHIP_A, 0, 1, 30},
        {VG_CLASS_SHIP_A, VG_CONTACT_STILL, 1, 60},
        {VG_CLASS_SHIP_B, 0, 18, 30},
        {VG_CLASS_SHIP_B, VG_CONTACT_STILL, 18, 60},
        {VG_CLASS_AUX, VG_CONTACT_STILL, 18, 60},
        {VG_CLASS_HANDHELD, 0, 1, 30},
        {VG_CLASS_SHIP_A, 0, 27, 360},
        {VG_CLASS_SHIP_A, VG_CONTACT_STILL, 27, 360},
        {VG_CLASS_BASE, VG_CONTACT_STILL, 4, 1440},
        {VG_CLASS_ATON, VG_CONTACT_STILL, 21, 1440},
        {VG_CLASS_SAR, 0, 9, 15},
        {VG_CLASS_SART, VG_CONTACT_DISTRESS, 1, 720},
        {VG_CLASS_SART, VG_CONTACT_DISTRESS_TEST, 1, 15},
        {VG_CLASS_MOB, 0, 14, 15},
        {VG_CLASS_EPIRB, VG_CONTACT_DISTRESS | VG_CONTACT_STILL, 1, 720},
    };
    int64_t most_us = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_contact c = {.class = (uint8_t)cases[i].class, .flags = cases[i].flags};
        struct vg_memory m = {.arrival_us = VG_DAY_US};
        c.prov[VG_FIELD_POS] = vg_prov_of(at(0), 1, cases[i].message, 0);
        int64_t silence_us = vg_silence_us(vg_contact_silence(&c));
        assert_int_equal(silence_us, cases[i].minutes * VG_MINUTE_US);
        assert_false(vg_belief_is_gone(&c, &m, VG_DAY_US + silence_us - 1));
        assert_true(vg_belief_is_gone(&c, &m, VG_DAY_US + silence_us));
        most_us = silence_us > most_us ? silence_us : most_us;
    }
    assert_int_equal(most_us, VG_SILENCE_MOST_US);
    assert_true(vg_silence_rank(VG_SILENCE_DISTRESS) > vg_silence_rank(VG_SILENCE_DISTRESS_TEST));
    assert_true(vg_silence_rank(VG_SILENCE_DISTRESS_TEST) > vg_silence_rank(VG_SILENCE_FIXED));
}

static void the_shares_of_a_table_are_the_whole(void **state)
{
    (void)state;
    uint32_t sum = 0;
    for (int share = 0; share < VG_SHARES; share++)
        sum += vg_share_twentieths((enum vg_share)share);
    assert_int_equal(sum, VG_SHARE_PARTS);
    assert_int_equal(vg_share_twentieths(VG_SHARE_DISTRESS), 1);
    assert_string_equal(vg_share_key(vg_silence_share(VG_SILENCE_DISTRESS)), "distress");
}

static struct vg_report from_device(double seconds, uint32_t fields, uint8_t status, const char *text)
{
    struct vg_report r = message(fields & VG_FIELD_BIT(TEXT) ? 14 : 1, seconds);
    r.mmsi = SART;
    r.fields = fields;
    r.status = status;
    strncpy(r.text, text, sizeof r.text - 1);
    return r;
}

static uint8_t distress(const struct one *o)
{
    return o->contact.flags & (VG_CONTACT_DISTRESS | VG_CONTACT_DISTRESS_TEST);
}

static void a_test_is_a_test_until_one_call(void **state)
{
    (void)state;
    struct one o = {0};
    hear(&o, from_device(0, VG_FIELD_BIT(TEXT), 0, "SART TEST"));
    assert_int_equal(distress(&o), VG_CONTACT_DISTRESS_TEST);
    hear(&o, from_device(1, VG_FIELD_BIT(STATUS), 15, ""));
    assert_int_equal(distress(&o), VG_CONTACT_DISTRESS_TEST);
    hear(&o, from_device(2, VG_FIELD_BIT(STATUS), 14, ""));
    assert_int_equal(distress(&o), VG_CONTACT_DISTRESS);
}

static struct one calling(void)
{
    struct one o = {0};
    struct vg_report call = placed(1, 0, 0);
    call.mmsi = SART;
    call.fields |= VG_FIELD_BIT(STATUS);
    call.status = 14;
    hear(&o, call);
    hear(&o, from_device(1, VG_FIELD_BIT(TEXT), 0, "SART ACTIVE"));
    return o;
}

/* Whatever one message says, and a dozen of it at once. */
static void no_message_talks_a_call_down(void **state)
{
    (void)state;
    struct vg_report far = placed(1, 200, 900000), name = named(5, 200, "NOBODY"), base = placed(4, 200, 0);
    far.mmsi = name.mmsi = base.mmsi = SART;
    struct vg_report ahead = from_device(200 + 100, VG_FIELD_BIT(STATUS), 15, "");
    struct vg_report both = from_device(200, VG_FIELD_BIT(STATUS) | VG_FIELD_BIT(TEXT), 15, "SART TEST");
    const struct vg_report words[] = {from_device(200, VG_FIELD_BIT(TEXT), 0, "SART TEST"),
                                      from_device(200, VG_FIELD_BIT(TEXT), 0, ""),
                                      from_device(200, VG_FIELD_BIT(TEXT), 0, "CANCELLED"),
                                      from_device(200, VG_FIELD_BIT(STATUS), 15, ""),
                                      from_device(200, VG_FIELD_BIT(STATUS), 0, ""),
                                      from_device(200, VG_FIELD_BIT(STATUS), 13, ""),
                                      from_device(90000, VG_FIELD_BIT(STATUS), 15, ""),
                                      both,
                                      ahead,
                                      far,
                                      name,
                                      base};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct one o = calling();
        for (int k = 0; k < 12; k++)
            hear(&o, words[i]);
        assert_int_equal(distress(&o), VG_CONTACT_DISTRESS);
        hear(&o, from_device(201, VG_FIELD_BIT(STATUS), 14, ""));
        assert_int_equal(distress(&o), VG_CONTACT_DISTRESS);
    }
}

static void tests_alone_end_a_call_after_three_and_five_minutes(void **state)
{
    (void)state;
    static const struct {
        double at_s[4]; /* of tests; 0: no more */
        bool ends;
    } cases[] = {
        {{300, 400, 599}, false},      {{300, 400, 600}, true},      {{300, 600}, false},
        {{300, 301, 302, 599}, false}, {{300, 301, 302, 600}, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int between = 0; between < 2; between++) {
            struct one o = calling();
            for (int k = 0; k < 4 && cases[i].at_s[k] > 0; k++) {
                hear(&o, from_device(cases[i].at_s[k], VG_FIELD_BIT(STATUS), 15, ""));
                if (between && k == 0)
                    hear(&o, from_device(cases[i].at_s[k], VG_FIELD_BIT(TEXT), 0, "SART ACTIVE"));
            }
            assert_int_equal(distress(&o), cases[i].ends && !between ? VG_CONTACT_DISTRESS_TEST : VG_CONTACT_DISTRESS);
            hear(&o, from_device(700, VG_FIELD_BIT(STATUS), 14, ""));
            assert_int_equal(distress(&o), VG_CONTACT_DISTRESS);
        }
}

/* Who dates a test ahead of all clocks makes the calls that follow it late: they count all the same. */
static void a_call_that_is_late_counts(void **state)
{
    (void)state;
    struct one o = calling();
    for (int i = 1; i <= 6; i++) {
        struct vg_report test = from_device(60 * i + 110, VG_FIELD_BIT(STATUS), 15, "");
        const struct vg_moment now = {
            .clock_us = at(60 * i), .ahead_us = 2 * VG_MINUTE_US, .elapsed_us = at(60 * i) - START_US + VG_DAY_US};
        vg_belief_apply(&o.contact, &o.memory, &test, &now, &o.change);
        struct vg_report call = from_device(60 * i, VG_FIELD_BIT(STATUS), 14, "");
        vg_belief_apply(&o.contact, &o.memory, &call, &now, &o.change);
        assert_true(o.change.late);
        assert_int_equal(distress(&o), VG_CONTACT_DISTRESS);
    }
}

static void a_late_test_ends_no_call(void **state)
{
    (void)state;
    struct one o = calling();
    hear(&o, from_device(1000, VG_FIELD_BIT(STATUS), 14, ""));
    for (int i = 0; i < 20; i++) {
        struct vg_report test = from_device(30 * i, VG_FIELD_BIT(STATUS), 15, "");
        const struct vg_moment now = {.clock_us = at(1000 + 30 * i),
                                      .ahead_us = 2 * VG_MINUTE_US,
                                      .elapsed_us = at(1000 + 30 * i) - START_US + VG_DAY_US};
        vg_belief_apply(&o.contact, &o.memory, &test, &now, &o.change);
        assert_int_equal(distress(&o), VG_CONTACT_DISTRESS);
    }
}

static void a_device_that_says_nothing_calls_by_its_place_alone(void **state)
{
    (void)state;
    struct one o = {0};
    hear(&o, from_device(0, VG_FIELD_BIT(STATUS), 0, ""));
    assert_int_equal(distress(&o), 0);
    struct vg_report p = placed(1, 1, 0);
    p.mmsi = SART;
    hear(&o, p);
    assert_int_equal(distress(&o), VG_CONTACT_DISTRESS);
}

static void a_call_for_help_from_an_implausible_place_is_heard(void **state)
{
    (void)state;
    struct one o = {0};
    struct vg_report p = placed(1, 0, 0);
    p.mmsi = SART;
    p.fields |= VG_FIELD_BIT(STATUS);
    p.status = 15;
    hear(&o, p);
    assert_int_equal(distress(&o), VG_CONTACT_DISTRESS_TEST);
    p = placed(1, 120, 900000);
    p.mmsi = SART;
    p.fields |= VG_FIELD_BIT(STATUS);
    p.status = 14;
    hear(&o, p);
    assert_int_equal(o.change.verdict, VG_VERDICT_HELD);
    assert_int_equal(distress(&o), VG_CONTACT_DISTRESS);
}

static void status_14_of_an_ordinary_ship_is_shown_as_unconfirmed_and_never_alarms(void **state)
{
    (void)state;
    struct one o = {0};
    struct vg_report r = placed(1, 0, 0);
    r.fields |= VG_FIELD_BIT(STATUS);
    r.status = 14;
    hear(&o, r);
    assert_int_equal(distress(&o), 0);
    assert_true(vg_contact_status_unconfirmed(&o.contact, 0));
    r.time_us = at(10);
    r.status = 0;
    hear(&o, r);
    assert_false(vg_contact_status_unconfirmed(&o.contact, 0));
    r.pos = placed(1, 0, 900000).pos; /* nor from an implausible place */
    r.time_us = at(20);
    r.status = 14;
    hear(&o, r);
    assert_int_equal(o.change.verdict, VG_VERDICT_HELD);
    assert_int_equal(o.contact.status, 0);
    struct one device = {0};
    hear(&device, from_device(0, VG_FIELD_BIT(STATUS), 14, ""));
    assert_false(vg_contact_status_unconfirmed(&device.contact, 0));
}

static void a_held_place_is_adopted_by_the_third_that_agrees_and_not_before(void **state)
{
    (void)state;
    struct one o = {0};
    hear(&o, placed(1, 0, 0));
    static const enum vg_verdict expected[] = {VG_VERDICT_HELD, VG_VERDICT_HELD, VG_VERDICT_ADOPTED};
    for (int i = 0; i < 3; i++) {
        hear(&o, placed(1, 100 + 10 * i, 300000));
        assert_int_equal(o.change.verdict, expected[i]);
        assert_int_equal(!!(o.contact.flags & VG_CONTACT_HELD), i < 2);
        assert_int_equal(o.memory.held_run, i < 2 ? i + 1 : 0);
        assert_int_equal(o.contact.held_us, i < 2 ? at(100 + 10 * i) : 0);
        if (i < 2)
            assert_int_equal(o.contact.held_pos.lon_e4min, placed(1, 0, 300000).pos.lon_e4min);
    }
    assert_int_equal(o.contact.held_count, 3);
    assert_false(vg_pos_valid(o.contact.held_pos));
}

static void a_held_place_waits_for_a_minute_of_silence(void **state)
{
    (void)state;
    struct one o = {0};
    hear(&o, placed(1, 0, 0));
    for (int i = 1; i < 6; i++) {
        hear(&o, placed(1, 10 * i, 300000));
        assert_int_equal(o.change.verdict, VG_VERDICT_HELD);
    }
    hear(&o, placed(1, 59.9, 300000));
    assert_int_equal(o.change.verdict, VG_VERDICT_HELD);
    hear(&o, placed(1, 60, 300000));
    assert_int_equal(o.change.verdict, VG_VERDICT_ADOPTED);
}

/* Held reports each 10 s after the last believed one at 0 s: after how many seconds is the place adopted? */
static double adopted_after(uint8_t type, int believed_before, bool still)
{
    struct one o = {0};
    for (int i = believed_before; i >= 0; i--) {
        struct vg_report r = placed(type, -10 * i, 0);
        r.sog_dkn = still ? 0 : 100;
        hear(&o, r);
    }
    double t = 0;
    do {
        struct vg_report r = placed(type, t += 10, 3e6); /* too far for every class at every time here */
        r.sog_dkn = still ? 0 : 100;
        hear(&o, r);
        assert_true(t < 2000);
    } while (o.change.verdict == VG_VERDICT_HELD);
    assert_int_equal(o.change.verdict, VG_VERDICT_ADOPTED);
    return t;
}

static void the_better_a_place_is_known_the_longer_is_it_believed(void **state)
{
    (void)state;
    assert_true(adopted_after(1, 0, false) == 60);
    assert_true(adopted_after(18, 0, false) == 180);
    assert_true(adopted_after(1, 0, true) == 420);
    assert_true(adopted_after(18, 0, true) == 420);
    assert_true(adopted_after(1, 3, false) == 60);  /* four believed */
    assert_true(adopted_after(1, 4, false) == 900); /* five: established */
}

/* A log without times: so many held ones in a row, all within as many seconds. */
static void where_times_prove_nothing_ten_held_in_a_row_do(void **state)
{
    (void)state;
    struct one o = {0};
    for (int i = 0; i < 6; i++)
        hear(&o, placed(1, 0.01 * i, 0));
    int held = 0;
    while (hear(&o, placed(1, 0.1 + 0.01 * held, 3e6)), o.change.verdict == VG_VERDICT_HELD)
        assert_true(++held < 50);
    assert_int_equal(o.change.verdict, VG_VERDICT_ADOPTED);
    assert_int_equal(held, 9); /* the tenth */
    held = 0;
    while (hear(&o, placed(1, 0.5 + 0.01 * held, 0)), o.change.verdict == VG_VERDICT_HELD)
        assert_true(++held < 50);
    assert_int_equal(held, 19); /* twice the proof */
}

static void hundreds_of_held_positions_are_counted_and_stay_held(void **state)
{
    (void)state;
    struct one o = {0};
    for (int i = 0; i < 700; i++) { /* the believed place goes on talking */
        hear(&o, placed(1, 10 * i, 0));
        hear(&o, placed(1, 10 * i + 5, i % 2 ? 3e6 : 6e6)); /* and these don't agree with each other */
        assert_int_equal(o.change.verdict, VG_VERDICT_HELD);
    }
    assert_int_equal(o.contact.held_count, 700);
    struct one far = {0};
    struct vg_moment now = {.clock_us = at(0), .ahead_us = VG_DAY_US, .elapsed_us = 0};
    struct vg_report there = placed(1, 0, 0);
    for (int i = 0; i < 10; i++)
        hear(&far, placed(1, -i, 0));
    there = placed(1, -3600, 6e6); /* long ago: nothing that it could replace */
    for (int i = 0; i < 400; i++)
        vg_belief_apply(&far.contact, &far.memory, &there, &now, &far.change);
    assert_int_equal(far.memory.held_run, UINT8_MAX);
    assert_int_equal(far.memory.held_silence, 400);
    assert_int_equal(far.change.verdict, VG_VERDICT_HELD);
}

static void each_move_doubles_the_proof_for_the_next_within_two_hours(void **state)
{
    (void)state;
    struct one o = {0};
    double t = 0, first = 0;
    hear(&o, placed(1, t, 0));
    for (int move = 0; move < 3; move++) {
        double began = t;
        do
            hear(&o, placed(1, t += 5, move % 2 ? 0 : 300000));
        while (o.change.verdict == VG_VERDICT_HELD);
        assert_int_equal(o.change.verdict, VG_VERDICT_ADOPTED);
        first = move ? first : t - began;
        assert_true(fabs((t - began) - first * (1 << move)) <= 5);
    }
    assert_int_equal(o.memory.moves, 3);
    t += 2 * 3600 + 10;
    for (int i = 0; i < 4; i++)
        hear(&o, placed(1, t + 20 * i, 5e6)); /* too far for two hours, too */
    assert_int_equal(o.memory.moves, 1);
}

static void a_held_place_is_forgotten_after_a_quiet_half_hour(void **state)
{
    (void)state;
    struct one o = {0};
    hear(&o, placed(1, 0, 0));
    hear(&o, placed(1, 10, 300000));
    int64_t held_us = o.memory.held_arrival_us;
    assert_false(vg_belief_tick(&o.contact, &o.memory, held_us + VG_HELD_SHOWN_US - 1));
    assert_true(o.contact.flags & VG_CONTACT_HELD);
    assert_true(vg_belief_tick(&o.contact, &o.memory, held_us + VG_HELD_SHOWN_US));
    assert_false(o.contact.flags & VG_CONTACT_HELD);
    assert_false(vg_pos_valid(o.contact.held_pos));
    assert_int_equal(o.contact.held_us, 0);
    assert_int_equal(o.memory.held_silence, 0);
    assert_int_equal(o.memory.held_run, 0);
    assert_false(vg_belief_tick(&o.contact, &o.memory, held_us + 2 * VG_HELD_SHOWN_US));
}

static void each_class_has_its_own_reach(void **state)
{
    (void)state;
    static const struct {
        uint8_t type;
        uint32_t mmsi;
        double metres; /* in 60 s, and 10 s of slack */
    } cases[] = {
        {1, SHIP, 1000 + 60 * 0.514444 * 70},
        {18, SHIP, 1000 + 80 * 0.514444 * 70},
        {4, BASE, 1852},
        {9, SHIP, 1000 + 600 * 0.514444 * 70},
        {1, SART, 1000 + 60 * 0.514444 * 70},
        {18, 987351234, 1000 + 60 * 0.514444 * 70},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int far = 0; far < 2; far++) {
            struct one o = {0};
            struct vg_report r = placed(cases[i].type, 0, 0);
            r.mmsi = cases[i].mmsi;
            hear(&o, r);
            r = placed(cases[i].type, 60, cases[i].metres * (far ? 1.0005 : 0.9995));
            r.mmsi = cases[i].mmsi;
            hear(&o, r);
            assert_int_equal(o.change.verdict, far ? VG_VERDICT_HELD : VG_VERDICT_BELIEVED);
        }
}

static void the_same_word_from_another_receiver_is_known_within_ten_seconds(void **state)
{
    (void)state;
    struct one o = {0};
    hear(&o, placed(1, 0, 0));
    struct vg_report again = placed(1, 10, 0);
    again.source = 2;
    hear(&o, again);
    assert_int_equal(o.change.verdict, VG_VERDICT_DUPLICATE);
    assert_int_equal(o.contact.prov[VG_FIELD_POS].source, 1); /* the first keeps the credit */
    assert_int_equal(o.contact.prov[VG_FIELD_SOG].source, 1);
    again.time_us = at(10.1);
    hear(&o, again);
    assert_int_equal(o.change.verdict, VG_VERDICT_BELIEVED);
    struct one same = {0};
    hear(&same, placed(1, 0, 0));
    hear(&same, placed(1, 5, 0)); /* the same receiver: she lies still */
    assert_int_equal(same.change.verdict, VG_VERDICT_BELIEVED);
}

static void a_late_position_is_left_out_and_told(void **state)
{
    (void)state;
    struct one o = {0};
    hear(&o, placed(1, 60, 600));
    const struct vg_moment now = {.clock_us = at(61), .ahead_us = VG_DAY_US, .elapsed_us = VG_DAY_US};
    struct vg_report late = placed(1, 30, 300);
    vg_belief_apply(&o.contact, &o.memory, &late, &now, &o.change);
    assert_int_equal(o.change.verdict, VG_VERDICT_LATE);
    assert_true(o.change.late);
    assert_int_equal(o.change.fields, 0);
    assert_int_equal(o.contact.heard_us, at(60));
    assert_int_equal(o.contact.claimed.time_ms, at(60) / 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(still_is_what_rests_or_hardly_moves),
        cmocka_unit_test(what_has_expired_keeps_nobody_still),
        cmocka_unit_test(status_14_is_unconfirmed_for_an_hour),
        cmocka_unit_test(a_call_for_help_does_not_expire),
        cmocka_unit_test(only_an_aid_is_virtual_or_off_position),
        cmocka_unit_test(each_kind_may_be_silent_for_its_own_time),
        cmocka_unit_test(the_shares_of_a_table_are_the_whole),
        cmocka_unit_test(a_test_is_a_test_until_one_call),
        cmocka_unit_test(no_message_talks_a_call_down),
        cmocka_unit_test(a_call_that_is_late_counts),
        cmocka_unit_test(a_late_test_ends_no_call),
        cmocka_unit_test(tests_alone_end_a_call_after_three_and_five_minutes),
        cmocka_unit_test(a_device_that_says_nothing_calls_by_its_place_alone),
        cmocka_unit_test(a_call_for_help_from_an_implausible_place_is_heard),
        cmocka_unit_test(status_14_of_an_ordinary_ship_is_shown_as_unconfirmed_and_never_alarms),
        cmocka_unit_test(a_held_place_is_adopted_by_the_third_that_agrees_and_not_before),
        cmocka_unit_test(a_held_place_waits_for_a_minute_of_silence),
        cmocka_unit_test(the_better_a_place_is_known_the_longer_is_it_believed),
        cmocka_unit_test(where_times_prove_nothing_ten_held_in_a_row_do),
        cmocka_unit_test(hundreds_of_held_positions_are_counted_and_stay_held),
        cmocka_unit_test(each_move_doubles_the_proof_for_the_next_within_two_hours),
        cmocka_unit_test(a_held_place_is_forgotten_after_a_quiet_half_hour),
        cmocka_unit_test(each_class_has_its_own_reach),
        cmocka_unit_test(the_same_word_from_another_receiver_is_known_within_ten_seconds),
        cmocka_unit_test(a_late_position_is_left_out_and_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
