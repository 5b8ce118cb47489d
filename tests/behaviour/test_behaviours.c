/*
 * One vessel or two at a time, told by hand: each behaviour where it should be told, where not, and what a state that
 * was written down goes on with.
 */
#include <math.h>

#include "base/time.h"
#include "behaviour/behaviour.h"
#include "test.h"

#define T0 (INT64_C(1790000000) / 600 * 600 * VG_SECOND_US)

struct sea {
    struct vg_behaviours *b;
    struct vg_event event[256]; /* as told */
    size_t count;
    uint64_t offset;
    int64_t clock_us;
};

static void hear(void *arg, const struct vg_event *e)
{
    struct sea *s = arg;
    assert_true(s->count < 256);
    s->event[s->count++] = *e;
}

static struct sea *begin(uint32_t vessels)
{
    static struct sea s;
    memset(&s, 0, sizeof s);
    const struct vg_behaviours_options o = {.vessels = vessels};
    assert_int_equal(vg_behaviours_new(&o, &s.b), VG_OK);
    vg_behaviours_set_on_event(s.b, hear, &s);
    return &s;
}

static const struct vg_event *newest(const struct sea *s, enum vg_event_kind kind)
{
    for (size_t i = s->count; i-- > 0;)
        if (s->event[i].kind == kind)
            return &s->event[i];
    return NULL;
}

/* What a ship says; 0xFFFF: not said. */
struct say {
    uint32_t mmsi;
    double lon, lat;
    uint16_t sog_dkn, cog_ddeg, heading;
    uint8_t type, status, verdict;
    uint32_t imo;
};

static void say_at(struct sea *s, int64_t time_us, const struct say *w)
{
    struct vg_report r = {.time_us = time_us,
                          .measured_us = time_us,
                          .journal_offset = ++s->offset * 100,
                          .mmsi = w->mmsi,
                          .sensor = VG_SENSOR_AIS,
                          .message = w->imo ? 5 : 1,
                          .class = VG_CLASS_SHIP_A,
                          .fields = VG_FIELD_BIT(SHIPTYPE) | VG_FIELD_BIT(STATUS),
                          .source = 1,
                          .shiptype = w->type,
                          .status = w->status,
                          .imo = w->imo,
                          .pos = vg_pos_from_deg(w->lon, w->lat)};
    struct vg_contact c = {.id = w->mmsi, .mmsi = w->mmsi, .class = VG_CLASS_SHIP_A, .heard_us = time_us};
    r.fields |= w->imo ? VG_FIELD_BIT(IMO) : VG_FIELD_BIT(POS);
    if (w->sog_dkn != 0xFFFF)
        r.fields |= VG_FIELD_BIT(SOG), r.sog_dkn = c.sog_dkn = w->sog_dkn;
    if (w->cog_ddeg != 0xFFFF)
        r.fields |= VG_FIELD_BIT(COG), r.cog_ddeg = c.cog_ddeg = w->cog_ddeg;
    if (w->heading != 0xFFFF)
        r.fields |= VG_FIELD_BIT(HEADING), r.heading_deg = c.heading_deg = w->heading;
    for (int f = 0; f < VG_FIELD_COUNT; f++)
        if (r.fields & UINT32_C(1) << f)
            c.prov[f] = vg_prov_of(time_us, 1, r.message, r.journal_offset);
    c.shiptype = w->type, c.status = w->status, c.imo = w->imo, c.pos = r.pos;
    const enum vg_verdict verdict = w->imo ? VG_VERDICT_NO_POSITION : w->verdict ? w->verdict : VG_VERDICT_BELIEVED;
    if (time_us / VG_SECOND_US > s->clock_us / VG_SECOND_US) {
        s->clock_us = time_us / VG_SECOND_US * VG_SECOND_US;
        vg_behaviours_advance(s->b, s->clock_us);
    }
    vg_behaviours_take(s->b, &(struct vg_sighting){.report = &r, .contact = &c, .verdict = verdict});
}

static void minutes_pass(struct sea *s, int minutes)
{
    for (int i = 0; i < minutes; i++)
        vg_behaviours_advance(s->b, s->clock_us += VG_MINUTE_US);
}

#define AT(minute) (T0 + (int64_t)(minute)*VG_MINUTE_US)
#define NAN16      0xFFFF

/* Two fishing carriers side by side for some minutes, apart by some metres, then they part. */
static void meet(struct sea *s, double lon, double lat, double apart_m, int from, int to, uint8_t type, uint8_t status)
{
    for (int m = from; m <= to; m += 5)
        for (uint32_t k = 0; k < 2; k++)
            say_at(s, AT(m),
                   &(struct say){.mmsi = 200000001 + k,
                                 .lon = lon + 0.0003 * (m - from) / 10,
                                 .lat = lat + k * apart_m / 111195,
                                 .sog_dkn = 8,
                                 .cog_ddeg = 900,
                                 .heading = 90,
                                 .type = type,
                                 .status = status});
}

static void two_ships_that_lie_together_at_sea_meet_once(void **state)
{
    (void)state;
    struct sea *s = begin(16);
    meet(s, 179.998, -20, 60, 0, 240, 70, 0); /* over the 180th meridian */
    const struct vg_event *e = newest(s, VG_EVENT_ENCOUNTER);
    assert_non_null(e);
    assert_int_equal(e->state, VG_EVENT_ONGOING);
    const uint64_t id = e->id;
    minutes_pass(s, 200);
    e = newest(s, VG_EVENT_ENCOUNTER);
    assert_int_equal(e->state, VG_EVENT_ENDED);
    assert_int_equal(e->id, id);
    assert_int_equal(e->contacts, 2);
    assert_int_equal(e->contact[0].mmsi, 200000001);
    assert_int_equal(e->end_us - e->begin_us, AT(240) - AT(20)); /* the first point has no speed yet */
    assert_true(e->number[0].value >= 2);
    assert_true(fabs(e->number[1].value - 60) < 50);
    assert_true(e->places >= 2 && e->reports >= e->places);
    for (size_t i = 0; i < s->count; i++)
        assert_true(s->event[i].kind != VG_EVENT_ENCOUNTER || s->event[i].id == id);
    vg_behaviours_free(s->b);
}

/* Sure: how sure an encounter is told; 0: not at all. */
static void who_is_too_far_too_short_or_too_near_the_shore_does_not_meet_and_a_fleet_or_tug_less_surely(void **state)
{
    (void)state;
    static const struct {
        double lon, lat, apart_m;
        int to;
        uint8_t type, status;
        double sure;
    } pair[] = {
        {-100, -20, 60, 100, 70, 0, 0},    /* 100 minutes */
        {-100, -20, 600, 240, 70, 0, 0},   /* 600 m */
        {-100, -20, 300, 240, 70, 0, 0.6}, /* always at 300 m: they pass the day side by side */
        {-100, -20, 150, 240, 30, 0, 0.6}, /* a fleet that fishes */
        {-100, -20, 150, 240, 70, 0, 0.95}, {-100, -20, 60, 240, 52, 0, 0.6}, /* a tow */
        {-100, -20, 60, 240, 70, 1, 0},                                       /* both at anchor */
        {-80.98, -2.20, 60, 240, 70, 0, 0}                                    /* 1 km off Santa Elena */
    };
    for (size_t i = 0; i < sizeof pair / sizeof *pair; i++) {
        struct sea *s = begin(16);
        meet(s, pair[i].lon, pair[i].lat, pair[i].apart_m, 0, pair[i].to, pair[i].type, pair[i].status);
        minutes_pass(s, 200);
        vg_behaviours_finish(s->b);
        const struct vg_event *e = newest(s, VG_EVENT_ENCOUNTER);
        if ((e ? e->confidence : 0) != pair[i].sure)
            fail_msg("case %zu is told with %f", i, e ? e->confidence : 0);
        vg_behaviours_free(s->b);
    }
}

/* A vessel goes a straight way; what she says of herself is given. */
static void sail(struct sea *s, struct say w, double kn, double course, int from_s, int to_s, int every_s)
{
    struct vg_pos at = vg_pos_from_deg(w.lon, w.lat);
    for (int t = from_s; t <= to_s; t += every_s) {
        w.lon = vg_pos_lon_deg(at), w.lat = vg_pos_lat_deg(at);
        say_at(s, T0 + t * VG_SECOND_US, &w);
        at = vg_geo_destination(at, course, kn * VG_MPS_PER_KNOT * every_s);
    }
}

static void a_drifter_is_told_and_a_ship_that_steams_is_not(void **state)
{
    (void)state;
    struct sea *s = begin(16);
    const struct say drifter = {1, -100, -20, 25, 900, 10, 70, 2, 0, 0};
    sail(s, drifter, 2.5, 90, 0, 3600, 60);
    const struct vg_event *e = newest(s, VG_EVENT_DRIFT);
    assert_non_null(e);
    assert_int_equal(e->begin_us, T0);
    assert_true(e->number[1].value >= 500);
    vg_behaviours_free(s->b);

    s = begin(16);
    const struct say steams = {1, -100, -20, 120, 900, 92, 70, 0, 0, 0};
    sail(s, steams, 12, 90, 0, 7200, 30);
    const struct say wrong_compass = {2, -100, -21, 120, 900, 180, 70, 0, 0, 0};
    sail(s, wrong_compass, 12, 90, 7200, 9000, 60); /* she steams with it … */
    struct say slow = wrong_compass;
    slow.lon += 0.15, slow.sog_dkn = 40;
    sail(s, slow, 4, 90, 9060, 12000, 60); /* … so nothing is said when she is slow */
    const struct say short_way = {3, -100, -22, 12, 900, 0, 70, 0, 0, 0};
    sail(s, short_way, 1.2, 90, 12000, 12540, 60); /* 9 minutes */
    const struct say anchored = {4, -100, -23, 12, 900, 0, 70, 1, 0, 0};
    sail(s, anchored, 1.2, 90, 13000, 18000, 60);
    assert_null(newest(s, VG_EVENT_DRIFT));
    vg_behaviours_free(s->b);
}

static void a_sudden_stop_needs_two_words_before_and_a_minute_behind(void **state)
{
    (void)state;
    struct sea *s = begin(16);
    struct say w = {1, -100, -20, 120, 900, 90, 70, 0, 0, 0};
    sail(s, w, 12, 90, 0, 300, 10);
    w.lon += 0.02, w.sog_dkn = 3;
    say_at(s, T0 + 310 * VG_SECOND_US, &w); /* one slow word */
    w.sog_dkn = 120;
    sail(s, w, 12, 90, 320, 600, 10);
    assert_null(newest(s, VG_EVENT_STOP));
    w.lon += 0.02, w.sog_dkn = 3;
    sail(s, w, 0.3, 90, 610, 700, 10);
    const struct vg_event *e = newest(s, VG_EVENT_STOP);
    assert_non_null(e);
    assert_int_equal(e->begin_us, T0 + 600 * VG_SECOND_US);
    w.sog_dkn = 3;
    sail(s, w, 0.3, 90, 710, 2000, 10);
    size_t stops = 0;
    for (size_t i = 0; i < s->count; i++)
        stops += s->event[i].kind == VG_EVENT_STOP;
    assert_int_equal(stops, 1);
    vg_behaviours_free(s->b);
}

static void a_number_on_two_ships_is_told_and_one_bad_fix_is_not(void **state)
{
    (void)state;
    struct sea *s = begin(16);
    struct say here = {1, -100, -20, 100, 900, 90, 70, 0, 0, 0}, there = here;
    there.lon = -90, there.cog_ddeg = 1800, there.verdict = VG_VERDICT_HELD;
    sail(s, here, 10, 90, 0, 1200, 60);
    say_at(s, AT(21), &there); /* once */
    here.lon += 0.06;
    sail(s, here, 10, 90, 1320, 2400, 60);
    assert_null(newest(s, VG_EVENT_IDENTITY));
    for (int m = 41; m < 60; m += 2) {
        here.lon += 0.006, there.lat -= 0.006;
        say_at(s, AT(m), &there);
        say_at(s, AT(m + 1), &here);
    }
    assert_non_null(newest(s, VG_EVENT_IDENTITY));
    assert_null(newest(s, VG_EVENT_SPOOFING));
    vg_behaviours_free(s->b);
}

static void positions_that_jump_are_told_and_withdrawn_when_there_were_two(void **state)
{
    (void)state;
    struct sea *s = begin(16);
    struct say here = {1, -100, -20, 100, 900, 90, 70, 0, 0, 0}, there = here;
    there.lon = -90, there.cog_ddeg = 1800, there.verdict = VG_VERDICT_HELD;
    sail(s, here, 10, 90, 0, 1200, 60);
    for (int m = 21; m < 25; m++)
        say_at(s, AT(m), &there);
    there.verdict = VG_VERDICT_ADOPTED;
    say_at(s, AT(25), &there);
    const struct vg_event *e = newest(s, VG_EVENT_SPOOFING);
    assert_non_null(e);
    assert_int_equal(e->state, VG_EVENT_ONGOING);
    assert_int_equal(e->begin_us, AT(21));
    const uint64_t id = e->id;
    there.verdict = VG_VERDICT_BELIEVED, here.verdict = VG_VERDICT_HELD;
    for (int m = 26; m < 50; m += 2) {
        here.lon += 0.006, there.lat -= 0.006;
        say_at(s, AT(m), &here);
        say_at(s, AT(m + 1), &there);
    }
    e = newest(s, VG_EVENT_SPOOFING);
    assert_int_equal(e->state, VG_EVENT_WITHDRAWN);
    assert_int_equal(e->id, id);
    assert_true(e->revision > 0);
    assert_non_null(newest(s, VG_EVENT_IDENTITY));
    vg_behaviours_free(s->b);
}

static void full_circles_are_told_and_one_turn_is_not(void **state)
{
    (void)state;
    for (int circles = 1; circles <= 5; circles += 4) {
        struct sea *s = begin(16);
        const struct vg_pos middle = vg_pos_from_deg(-100, 60);
        for (int i = 0; i <= 36 * circles + 2; i++) {
            const struct vg_pos p = vg_geo_destination(middle, i * 10.0, 900);
            const struct say w = {
                1, vg_pos_lon_deg(p), vg_pos_lat_deg(p), 100, (uint16_t)((i * 100 + 950) % 3600), 0xFFFF, 70, 0, 0, 0};
            say_at(s, T0 + i * 30 * VG_SECOND_US, &w);
        }
        assert_int_equal(newest(s, VG_EVENT_SPOOFING) != NULL, circles > 1);
        vg_behaviours_free(s->b);
    }
}

static void an_imo_number_under_another_mmsi_is_told_when_it_is_said_twice(void **state)
{
    (void)state;
    struct sea *s = begin(16);
    const struct say a = {1, 0, 0, NAN16, NAN16, NAN16, 70, 0, 0, 9074729},
                     b = {2, 0, 0, NAN16, NAN16, NAN16, 70, 0, 0, 9074729};
    struct say wrong = a;
    wrong.imo = 9074728; /* its check digit is wrong */
    say_at(s, AT(0), &a), say_at(s, AT(6), &a), say_at(s, AT(12), &wrong), say_at(s, AT(18), &wrong);
    say_at(s, AT(30), &b);
    assert_int_equal(newest(s, VG_EVENT_IDENTITY)->contacts, 1); /* of the check digit alone */
    say_at(s, AT(36), &b);
    const struct vg_event *e = newest(s, VG_EVENT_IDENTITY);
    assert_non_null(e);
    assert_int_equal(e->contacts, 2);
    assert_int_equal(e->number[0].value, 9074729);
    vg_behaviours_free(s->b);
}

static void ships_on_collision_courses_are_told_and_those_who_pass_are_not(void **state)
{
    (void)state;
    for (int passing = 0; passing < 2; passing++) {
        struct sea *s = begin(16);
        const double off = passing ? 0.01 : 0; /* 0.6 nm */
        for (int t = 0; t < 600; t += 10) {
            const double gone = t * 15 * VG_MPS_PER_KNOT / 111195;
            say_at(s, T0 + t * VG_SECOND_US, &(struct say){1, -100 - 0.05 + gone, off, 150, 900, 90, 70, 0, 0, 0});
            say_at(s, T0 + t * VG_SECOND_US, &(struct say){2, -100 + 0.05 - gone, 0, 150, 2700, 270, 80, 0, 0, 0});
        }
        const struct vg_event *e = newest(s, VG_EVENT_CLOSE_QUARTERS);
        assert_int_equal(e != NULL, !passing);
        if (e)
            assert_true(e->number[0].value < 185);
        vg_behaviours_free(s->b);
    }
}

static void a_full_table_forgets_who_was_silent_for_longest(void **state)
{
    (void)state;
    struct sea *s = begin(4);
    for (uint32_t i = 1; i <= 12; i++)
        say_at(s, AT(i), &(struct say){i, -100 + i * 0.001, -20, 50, 900, 90, 70, 0, 0, 0});
    assert_int_equal(vg_behaviours_counters(s->b)->vessels_dropped, 8);
    say_at(s, AT(11), &(struct say){12, -100, -20, 50, 900, 90, 70, 0, 0, 0}); /* older than her newest word */
    assert_int_equal(vg_behaviours_counters(s->b)->late, 1);
    vg_behaviours_free(s->b);
}

static void a_state_that_is_read_again_is_the_same_and_rubbish_is_refused(void **state)
{
    (void)state;
    struct sea *s = begin(64);
    meet(s, 179.998, -20, 60, 0, 180, 70, 0);
    for (uint32_t i = 1; i <= 40; i++)
        say_at(s, AT(181), &(struct say){i, -100 + i * 0.01, 80 + i * 0.2, 3, 900, 90, 70, 0, 0, 0});
    struct vg_out out = vg_out_growing(1 << 26);
    vg_behaviours_save(s->b, &out);
    assert_int_equal(out.err, VG_OK);
    struct vg_behaviours *other = NULL;
    const struct vg_behaviours_options o = {.vessels = 64}, small = {.vessels = 63};
    assert_int_equal(vg_behaviours_new(&o, &other), VG_OK);
    assert_int_equal(vg_behaviours_load(other, out.buf, out.len), VG_OK);
    assert_true(vg_behaviours_hash(other) == vg_behaviours_hash(s->b));
    struct vg_out again = vg_out_growing(1 << 26);
    vg_behaviours_save(other, &again);
    assert_int_equal(again.len, out.len);
    assert_memory_equal(again.buf, out.buf, out.len);
    for (size_t cut = 0; cut < out.len; cut += 1 + out.len / 11)
        assert_int_equal(vg_behaviours_load(other, out.buf, cut), VG_CORRUPT);
    uint64_t dice = 1;
    int refused = 0;
    for (int i = 0; i < 16; i++) {
        dice = dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        const size_t at = 12 + (size_t)(dice >> 33) % (out.len - 12); /* behind the head */
        out.buf[at] ^= (char)(1 + (dice >> 20) % 255);
        const enum vg_err err = vg_behaviours_load(other, out.buf, out.len);
        if (err) /* else a bit that says nothing */
            assert_int_equal(err, VG_CORRUPT);
        else
            assert_true(vg_behaviours_hash(other) == vg_behaviours_hash(s->b));
        refused += err != VG_OK;
        memcpy(out.buf, again.buf, again.len);
    }
    assert_true(refused > 10);
    vg_behaviours_free(other);
    assert_int_equal(vg_behaviours_new(&small, &other), VG_OK);
    assert_int_equal(vg_behaviours_load(other, out.buf, out.len), VG_ARG);
    vg_behaviours_free(other);
    vg_out_free(&out), vg_out_free(&again);
    vg_behaviours_free(s->b);
}

static void kinds_that_are_off_are_not_told(void **state)
{
    (void)state;
    struct sea *s = begin(16);
    vg_behaviours_free(s->b);
    const struct vg_behaviours_options o = {.vessels = 16, .kinds_off = UINT32_C(1) << VG_EVENT_DRIFT};
    assert_int_equal(vg_behaviours_new(&o, &s->b), VG_OK);
    vg_behaviours_set_on_event(s->b, hear, s);
    sail(s, (struct say){1, -100, -20, 25, 900, 10, 70, 2, 0, 0}, 2.5, 90, 0, 3600, 60);
    assert_null(newest(s, VG_EVENT_DRIFT));
    vg_behaviours_free(s->b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_ships_that_lie_together_at_sea_meet_once),
        cmocka_unit_test(who_is_too_far_too_short_or_too_near_the_shore_does_not_meet_and_a_fleet_or_tug_less_surely),
        cmocka_unit_test(a_drifter_is_told_and_a_ship_that_steams_is_not),
        cmocka_unit_test(a_sudden_stop_needs_two_words_before_and_a_minute_behind),
        cmocka_unit_test(a_number_on_two_ships_is_told_and_one_bad_fix_is_not),
        cmocka_unit_test(positions_that_jump_are_told_and_withdrawn_when_there_were_two),
        cmocka_unit_test(full_circles_are_told_and_one_turn_is_not),
        cmocka_unit_test(an_imo_number_under_another_mmsi_is_told_when_it_is_said_twice),
        cmocka_unit_test(ships_on_collision_courses_are_told_and_those_who_pass_are_not),
        cmocka_unit_test(a_full_table_forgets_who_was_silent_for_longest),
        cmocka_unit_test(a_state_that_is_read_again_is_the_same_and_rubbish_is_refused),
        cmocka_unit_test(kinds_that_are_off_are_not_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
