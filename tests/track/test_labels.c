/* What a radar's own tracker says: numbers that it gives again, targets that it makes of several things. */
#include "test.h"
#include "track/sea.h"

#define CAP 100

static struct vg_track found[CAP];

/* A target that the radar tracks under a number, going east. */
static void tell(struct vg_tracker *tracker, enum vg_radar_says says, uint32_t number, double e, double speed_kn,
                 double t_s)
{
    struct vg_report r = sea_plot(e, 10000, sea_time(t_s), 1);
    r.radar.says = (uint8_t)says;
    r.track = number;
    r.sog_dkn = (uint16_t)(speed_kn * 10);
    r.cog_ddeg = 900;
    r.fields = VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG);
    vg_tracker_take(tracker, &r, NULL);
}

static double far(double speed_kn, double t_s)
{
    return speed_kn * VG_MPS_PER_KNOT * t_s;
}

static bool is_called(const struct vg_track *t, uint32_t number)
{
    for (int i = 0; i < 4; i++)
        if (t->sensor_track[i] == number)
            return true;
    return false;
}

static void a_number_that_the_radar_lost_is_nobodys(void **state)
{
    (void)state;
    struct sea sea = sea_make(1, 0, false);
    struct vg_tracker *tracker = sea_tracker(&sea.sites, CAP);
    for (int t = 0; t <= 15; t += 3) {
        tell(tracker, VG_RADAR_TRACK, 7, far(10, t), 10, t);
        tell(tracker, VG_RADAR_TRACK, 8, 3000, 0, t);
        vg_tracker_advance(tracker, sea_time(t));
    }
    assert_int_equal(vg_tracker_tracks(tracker, sea_time(15), 0.5, found, CAP), 2);
    assert_true(is_called(&found[0], 7) != is_called(&found[1], 7));
    tell(tracker, VG_RADAR_LOST, 7, far(10, 18), 10, 18);
    tell(tracker, VG_RADAR_TRACK, 8, 3000, 0, 18);
    vg_tracker_advance(tracker, sea_time(18));
    assert_int_equal(vg_tracker_tracks(tracker, sea_time(18), 0.5, found, CAP), 2);
    assert_false(is_called(&found[0], 7) || is_called(&found[1], 7));
    assert_true(is_called(&found[0], 8) != is_called(&found[1], 8));
    vg_tracker_free(tracker);
}

/* Found again under another number, beside a new target that has its old one: it is what lies nearer. */
static void a_number_that_comes_again_is_another_thing(void **state)
{
    (void)state;
    struct sea sea = sea_make(1, 0, false);
    struct vg_tracker *tracker = sea_tracker(&sea.sites, CAP);
    for (int t = 0; t <= 30; t += 3) {
        tell(tracker, VG_RADAR_TRACK, 7, 0, 0, t);
        vg_tracker_advance(tracker, sea_time(t));
    }
    assert_int_equal(vg_tracker_tracks(tracker, sea_time(30), 0.5, found, CAP), 1);
    const uint64_t id = found[0].id;
    for (int t = 33; t <= 60; t += 3) { /* not seen for six scans: another target keeps the radar awake */
        tell(tracker, VG_RADAR_TRACK, 9, -9000, 0, t);
        if (t >= 51) {
            tell(tracker, VG_RADAR_TRACK, 12, 0, 0, t);
            tell(tracker, VG_RADAR_TRACK, 7, 220, 0, t);
        }
        vg_tracker_advance(tracker, sea_time(t));
    }
    double m;
    const size_t count = vg_tracker_tracks(tracker, sea_time(60), 0.5, found, CAP);
    assert_int_equal(count, 3);
    assert_true(sea_nearest(found, count, 0, 10000, &m)->id == id && m < 60);
    assert_true(sea_nearest(found, count, 220, 10000, &m)->id != id && m < 60);
    vg_tracker_free(tracker);
}

static size_t shown_at_a_speed(double speed_kn)
{
    struct sea sea = sea_make(1, 0, false);
    struct vg_tracker *tracker = sea_tracker(&sea.sites, CAP);
    size_t shown = 0;
    for (int t = 0; t <= 60; t += 3) {
        tell(tracker, VG_RADAR_TRACK, 7, far(speed_kn, t), speed_kn, t);
        vg_tracker_advance(tracker, sea_time(t));
        shown += vg_tracker_tracks(tracker, sea_time(t), 0.5, found, CAP);
    }
    vg_tracker_free(tracker);
    return shown;
}

/* A radar's tracker that goes from wave to wave and is reckoned on makes such. */
static void what_goes_faster_than_anything_afloat_is_not_shown(void **state)
{
    (void)state;
    assert_int_equal(shown_at_a_speed(45), 21);
    assert_int_equal(shown_at_a_speed(70), 21);
    assert_int_equal(shown_at_a_speed(140), 0);
    assert_int_equal(shown_at_a_speed(265), 0);
}

/* TLL tells a place and not how sure it is: it was measured by range and bearing all the same. */
static void a_place_without_a_spread_has_that_of_range_and_bearing(void **state)
{
    (void)state;
    struct sea sea = sea_make(1, 0, false);
    struct vg_tracker *tracker = sea_tracker(&sea.sites, CAP);
    struct vg_report r = sea_plot(0, 30000, sea_time(0), 1);
    r.radar.says = VG_RADAR_TRACK;
    r.measured = VG_MEASURED_POSITION;
    r.pos = sea_place(0, 30000);
    vg_tracker_take(tracker, &r, NULL);
    vg_tracker_advance(tracker, sea_time(0));
    assert_int_equal(vg_tracker_tracks(tracker, sea_time(0), 0, found, CAP), 1);
    assert_true(fabs(found[0].sigma_major_m - 30000 * 0.3 * SEA_DEGREE) < 1);
    assert_true(fabs(found[0].sigma_minor_m - 25) < 1);
    assert_true(fabs(found[0].orientation_deg - 90) < 1);
    vg_tracker_free(tracker);
}

/* A number that was given up waits with the plots: the state that has it is sound, and is read again. */
static void a_number_that_waits_is_saved(void **state)
{
    (void)state;
    struct sea sea = sea_make(1, 0, false);
    struct vg_tracker *tracker = sea_tracker(&sea.sites, CAP), *again = sea_tracker(&sea.sites, CAP);
    struct vg_report r = sea_plot(0, 30000, sea_time(0), 1);
    struct vg_out out = vg_out_growing(16 << 20);
    r.track = 7;
    r.radar.says = VG_RADAR_LOST;
    vg_tracker_take(tracker, &r, NULL);
    assert_true(vg_tracker_check(tracker));
    vg_tracker_save(tracker, &out);
    assert_int_equal(vg_tracker_load(again, out.buf, out.len), VG_OK);
    assert_true(vg_tracker_hash(again) == vg_tracker_hash(tracker));
    vg_out_free(&out);
    vg_tracker_free(tracker);
    vg_tracker_free(again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_that_the_radar_lost_is_nobodys),
        cmocka_unit_test(a_number_that_comes_again_is_another_thing),
        cmocka_unit_test(what_goes_faster_than_anything_afloat_is_not_shown),
        cmocka_unit_test(a_place_without_a_spread_has_that_of_range_and_bearing),
        cmocka_unit_test(a_number_that_waits_is_saved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
