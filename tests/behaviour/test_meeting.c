/* Meetings of a contact without AIS: tracks as a tracker tells them, beside a ship that is sailed by hand. */
#include "base/out.h"
#include "sail.h"

#define LON (-82.0)
#define LAT (-1.0)

struct dark {
    uint64_t contact;
    struct vg_pos pos;
    int64_t began_us;
    uint64_t offset;
};

static struct dark dark_at(uint64_t contact, const struct sail_boat *b, double away_m, double bearing_deg)
{
    const struct vg_pos ship = vg_pos_from_deg(b->lon, b->lat);
    return (struct dark){contact, vg_geo_destination(ship, bearing_deg, away_m), b->time_us, contact * 1000};
}

static void follow(struct sail *s, struct dark *d, int64_t time_us, double kn, double course_deg, bool over)
{
    const struct vg_followed f = {.contact = d->contact,
                                  .time_us = time_us,
                                  .began_us = d->began_us,
                                  .pos = d->pos,
                                  .sigma_m = 20,
                                  .speed_kn = kn,
                                  .course_deg = course_deg,
                                  .existence = 0.99,
                                  .dark = true,
                                  .over = over,
                                  .journal_offset = ++d->offset};
    vg_behaviours_followed(s->behaviours, &f);
}

/* Both go on for some minutes: the ship says it each minute, the track is told of each ten seconds. */
static void together(struct sail *s, struct sail_boat *b, double ship_kn, struct dark *d, double kn, double course_deg,
                     double minutes)
{
    for (int i = 0; i < minutes * 6; i++) {
        sail_move(b, ship_kn, 90, 10);
        if (i % 6 == 0)
            sail_report(s, b, ship_kn, 90);
        vg_behaviours_advance(s->behaviours, b->time_us);
        if (d) {
            d->pos = vg_geo_destination(d->pos, course_deg, kn * VG_MPS_PER_KNOT * 10);
            follow(s, d, b->time_us, kn, course_deg, false);
        }
    }
}

static void come_alongside(struct sail *s, struct sail_boat *b, struct dark *d, double ship_kn)
{
    *d = dark_at(77, b, 4000, 0);
    together(s, b, ship_kn, d, 30, 180, 4.2); /* some 110 m short of her */
}

static void one_that_comes_and_stays_is_told_after_five_minutes(void **state)
{
    (void)state;
    struct sail *s = sail_new(NULL);
    struct sail_boat b = sail_boat_of(735000001, 30, LON, LAT);
    struct dark d;
    come_alongside(s, &b, &d, 0.1);
    together(s, &b, 0.1, &d, 0.1, 90, 4);
    assert_int_equal(sail_count(s, VG_EVENT_MEETING), 0);
    together(s, &b, 0.1, &d, 0.1, 90, 8);
    const struct vg_event *e = sail_heard(s, VG_EVENT_MEETING, "");
    assert_non_null(e);
    assert_true(e->contacts == 2 && e->contact[0].id == 77 && e->contact[1].mmsi == 735000001);
    assert_true(e->state == VG_EVENT_ONGOING && e->confidence > 0.6 && sail_number(e, "distance") < 250);
    together(s, &b, 0.1, &d, 30, 200, 5);
    e = sail_heard(s, VG_EVENT_MEETING, "");
    assert_true(e->state == VG_EVENT_ENDED && e->confidence > 0.8);
    assert_true(fabs(sail_number(e, "duration") - 12) < 1.5);
    assert_int_equal(sail_count(s, VG_EVENT_MEETING), 1);
    sail_free(s);
}

static void one_echo_for_both_is_a_meeting_once_another_track_goes_away(void **state)
{
    (void)state;
    struct sail *s = sail_new(NULL);
    struct sail_boat b = sail_boat_of(735000001, 30, LON, LAT);
    struct dark d;
    come_alongside(s, &b, &d, 0.1);
    follow(s, &d, b.time_us, 5, 180, true);
    together(s, &b, 0.1, NULL, 0, 0, 14);
    struct dark out = dark_at(78, &b, 150, 220);
    together(s, &b, 0.1, &out, 30, 220, 0.5);
    assert_int_equal(sail_count(s, VG_EVENT_MEETING), 0);
    together(s, &b, 0.1, &out, 30, 220, 2);
    const struct vg_event *e = sail_heard(s, VG_EVENT_MEETING, "");
    assert_non_null(e);
    assert_true(e->state == VG_EVENT_ENDED && fabs(sail_number(e, "duration") - 14) < 1.5);
    sail_free(s);
}

/* Nothing lies within 3 m of an antenna: a track that does is made of what she says herself. */
static void a_track_that_is_her_own_is_taken_back(void **state)
{
    (void)state;
    struct sail *s = sail_new(NULL);
    struct sail_boat b = sail_boat_of(735000001, 30, LON, LAT);
    struct dark d;
    come_alongside(s, &b, &d, 0);
    together(s, &b, 0, &d, 0, 90, 8);
    assert_int_equal(sail_count(s, VG_EVENT_MEETING), 1);
    d.pos = vg_pos_from_deg(b.lon, b.lat);
    together(s, &b, 0, &d, 0, 90, 8);
    assert_int_equal(sail_count(s, VG_EVENT_MEETING), 0); /* withdrawn ones are not counted */
    assert_int_equal(s->count, 1);
    sail_free(s);
}

static void who_passes_or_is_lost_for_a_moment_meets_nobody(void **state)
{
    (void)state;
    struct sail *s = sail_new(NULL);
    struct sail_boat b = sail_boat_of(735000001, 30, LON, LAT);
    struct dark d;
    come_alongside(s, &b, &d, 0.1);
    follow(s, &d, b.time_us, 30, 180, true); /* lost beside her, found again two minutes later */
    together(s, &b, 0.1, NULL, 0, 0, 2);
    struct dark again = dark_at(78, &b, 300, 180);
    together(s, &b, 0.1, &again, 30, 180, 10);
    struct dark never = dark_at(79, &b, 4000, 0); /* comes and is not seen again */
    together(s, &b, 0.1, &never, 30, 180, 4.2);
    follow(s, &never, b.time_us, 5, 180, true);
    together(s, &b, 0.1, NULL, 0, 0, 240);
    assert_int_equal(sail_count(s, VG_EVENT_MEETING), 0);
    sail_free(s);
}

static void a_side_lobe_and_her_own_boat_come_from_nowhere(void **state)
{
    (void)state;
    struct sail *s = sail_new(NULL);
    struct sail_boat b = sail_boat_of(735000001, 30, LON, LAT);
    struct dark d = dark_at(77, &b, 120, 90);
    together(s, &b, 1, &d, 1, 90, 30);
    assert_int_equal(sail_count(s, VG_EVENT_MEETING), 0);
    sail_free(s);
}

static void a_pilot_boat_a_ship_under_way_and_one_at_the_shore_are_none(void **state)
{
    (void)state;
    static const struct {
        uint8_t type;
        double kn, lon;
    } cases[] = {{50, 0.1, LON}, {51, 0.1, LON}, {30, 6, LON}, {30, 0.1, -80.84}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sail *s = sail_new(NULL);
        struct sail_boat b = sail_boat_of(735000001, cases[i].type, cases[i].lon, LAT);
        struct dark d;
        come_alongside(s, &b, &d, cases[i].kn);
        together(s, &b, cases[i].kn, &d, cases[i].kn, 90, 20);
        assert_int_equal(sail_count(s, VG_EVENT_MEETING), 0);
        sail_free(s);
    }
}

static enum vg_err keep(void *arg, const void *bytes, size_t len)
{
    vg_out_bytes(arg, bytes, len);
    return VG_OK;
}

static void what_was_saved_alongside_goes_on(void **state)
{
    (void)state;
    struct sail *s = sail_new(NULL), *again = sail_new(NULL);
    struct sail_boat b = sail_boat_of(735000001, 30, LON, LAT);
    struct dark d;
    char buf[4096];
    come_alongside(s, &b, &d, 0.1);
    follow(s, &d, b.time_us, 5, 180, true);
    together(s, &b, 0.1, NULL, 0, 0, 10);
    struct vg_out bytes = vg_out_growing(64 << 20);
    struct vg_out out = vg_out_stream(buf, sizeof buf, keep, &bytes);
    vg_behaviours_save(s->behaviours, &out);
    vg_out_flush(&out);
    assert_int_equal(vg_behaviours_load(again->behaviours, bytes.buf, bytes.len), VG_OK);
    assert_true(vg_behaviours_hash(again->behaviours) == vg_behaviours_hash(s->behaviours));
    again->offset = s->offset;
    struct sail_boat same = b;
    struct dark out_a = dark_at(78, &b, 150, 220), out_b = out_a;
    together(s, &b, 0.1, &out_a, 30, 220, 3);
    together(again, &same, 0.1, &out_b, 30, 220, 3);
    assert_int_equal(sail_count(again, VG_EVENT_MEETING), 1);
    assert_true(sail_heard(s, VG_EVENT_MEETING, "")->id == sail_heard(again, VG_EVENT_MEETING, "")->id);
    assert_true(vg_behaviours_hash(again->behaviours) == vg_behaviours_hash(s->behaviours));
    vg_out_free(&bytes);
    sail_free(s);
    sail_free(again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_comes_and_stays_is_told_after_five_minutes),
        cmocka_unit_test(one_echo_for_both_is_a_meeting_once_another_track_goes_away),
        cmocka_unit_test(a_track_that_is_her_own_is_taken_back),
        cmocka_unit_test(who_passes_or_is_lost_for_a_moment_meets_nobody),
        cmocka_unit_test(a_side_lobe_and_her_own_boat_come_from_nowhere),
        cmocka_unit_test(a_pilot_boat_a_ship_under_way_and_one_at_the_shore_are_none),
        cmocka_unit_test(what_was_saved_alongside_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
