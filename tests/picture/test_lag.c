/* A source that lags, or hears coarsely, does not set a ship back. */
#include "say.h"

static const struct vg_contact *see(const struct vg_picture *p)
{
    const struct vg_contact *v = vg_picture_find(p, SHIP);
    assert_non_null(v);
    return v;
}

/* A ship that goes east at ten knots, 5.144 m/s, where she was at a second, told by a source at another. */
static struct vg_report was(double second, double told_s, uint16_t source)
{
    struct vg_report r = position(SHIP, told_s, 5.144 * second, 0);
    r.source = source;
    return r;
}

static void what_was_heard_before_changes_nothing(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    say(p, was(0, 0, 1));
    say(p, was(10, 10, 1));
    const struct vg_contact before = *see(p);
    struct vg_report again = was(0, 68, 2);
    again.again = true;
    struct vg_update update = {.verdict = VG_VERDICT_HELD};
    assert_false(vg_picture_apply(p, &again, &update));
    assert_int_equal(update.verdict, VG_VERDICT_HELD); /* untouched */
    assert_memory_equal(see(p), &before, sizeof before);
    assert_int_equal(vg_picture_counters(p)->duplicate, 1);
    again.mmsi = OTHER; /* nor does anybody begin with it */
    assert_false(vg_picture_apply(p, &again, NULL));
    assert_int_equal(vg_picture_count(p), 1);
    assert_int_equal(vg_picture_counters(p)->duplicate, 2);
    assert_true(vg_picture_check(p));
    vg_picture_free(p);
}

/* Of each pair of feeds one lags, and each misses what the other hears: nothing is the same transmission. */
static void a_lagging_source_s_own_reports_do_not_set_her_back(void **state)
{
    (void)state;
    static const double lags_s[] = {15, 20, 45, 60, 68, 120, 170};
    for (size_t i = 0; i < sizeof lags_s / sizeof *lags_s; i++) {
        struct vg_picture *p = picture();
        double late = 0, farthest_m = 0;
        for (double t = 0; t < 600; t += 10) {
            tick(p, t);
            say(p, was(t, t, 1));
            double then = t + 5 - lags_s[i];
            if (then > 0) {
                struct vg_report behind = was(then, t + 5, 2);
                behind.sog_dkn = 50;
                say(p, behind);
                late++;
            }
            double east_m = vg_geo_distance_m(metres(0, 0), see(p)->pos);
            assert_true(east_m >= farthest_m - 1);
            assert_int_equal(see(p)->sog_dkn, 100); /* nor does her speed */
            farthest_m = east_m;
        }
        assert_int_equal(vg_picture_counters(p)->late, (uint64_t)late);
        vg_picture_free(p);
    }
}

static void when_the_first_source_falls_silent_the_other_one_goes_on(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    say(p, was(0, 0, 1));
    for (double t = 10; t <= 300; t += 10)
        say(p, was(t - 68, t, 2));
    assert_int_equal(see(p)->prov[VG_FIELD_POS].source, 2);
    assert_true(same_pos(see(p)->pos, was(232, 0, 2).pos));
    vg_picture_free(p);
}

static void what_is_not_certainly_behind_is_believed(void **state)
{
    (void)state;
    struct vg_report behind = was(-20, 5, 2);
    struct {
        const char *what;
        struct vg_report first, then;
    } cases[] = {
        {"the same source", was(0, 0, 1), was(-20, 5, 1)},
        {"she turned", was(0, 0, 1), behind},
        {"she hardly moves", was(0, 0, 1), behind},
        {"she hardly moved", was(0, 0, 1), behind},
        {"she is ahead", was(0, 0, 1), was(20, 5, 2)},
        {"beside", was(0, 0, 1), position(SHIP, 5, 0, 300)},
        {"no more than the error of a position", was(0, 0, 1), was(-5, 5, 2)},
        {"the first one was coarse", was(0, 0, 1), behind},
        {"what is known is stale", was(0, 0, 1), was(-20, 181, 2)},
        {"a course was not said", was(0, 0, 1), behind},
    };
    cases[1].then.cog_ddeg = 2700;
    cases[2].then.sog_dkn = 10;
    cases[3].first.sog_dkn = 10;
    cases[5].then.source = 2;
    cases[7].first.message = 27;
    cases[9].then.fields &= ~VG_FIELD_BIT(COG);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_picture *p = picture();
        tick(p, 200);
        say(p, cases[i].first);
        say(p, cases[i].then);
        if (!same_pos(see(p)->pos, cases[i].then.pos))
            fail_msg("%s", cases[i].what);
        vg_picture_free(p);
    }
}

static void a_course_across_north_is_one_course(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    struct vg_report first = position(SHIP, 0, 0, 0), then = position(SHIP, 5, 0, -200);
    first.cog_ddeg = 3590;
    then.cog_ddeg = 5;
    then.source = 2;
    say(p, first);
    say(p, then);
    assert_true(same_pos(see(p)->pos, first.pos));
    assert_int_equal(vg_picture_counters(p)->late, 1);
    vg_picture_free(p);
}

static void a_device_in_distress_is_where_it_says(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    struct vg_report first = position(SART, 0, 0, 0), then = position(SART, 5, -200, 0);
    then.source = 2;
    say(p, first);
    say(p, then);
    assert_true(same_pos(vg_picture_find(p, SART)->pos, then.pos));
    vg_picture_free(p);
}

/* Satellites hear type 27 of a ship whose type 1 is heard on the coast. */
static void type_27_between_type_1_changes_nothing(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    for (double t = 0; t < 360; t += 10) {
        tick(p, t);
        struct vg_report fine = was(t, t, 1);
        fine.accurate = true;
        say(p, fine);
        const struct vg_contact before = *see(p);
        struct vg_report coarse = was(t - 3, t + 3, 2);
        coarse.message = 27;
        coarse.pos = metres(5.144 * t - 150, 90);
        coarse.sog_dkn = 110;
        coarse.cog_ddeg = 800;
        coarse.fields |= VG_FIELD_BIT(STATUS);
        coarse.status = 15;
        say(p, coarse);
        const struct vg_contact *v = see(p);
        assert_true(same_pos(v->pos, before.pos));
        assert_int_equal(v->sog_dkn, before.sog_dkn);
        assert_int_equal(v->cog_ddeg, before.cog_ddeg);
        assert_int_equal(v->class, VG_CLASS_SHIP_A);
        assert_int_equal(v->flags, before.flags);
        assert_memory_equal(v->prov, before.prov, sizeof before.prov);
    }
    assert_int_equal(vg_picture_counters(p)->worse, 36);
    vg_picture_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_heard_before_changes_nothing),
        cmocka_unit_test(a_lagging_source_s_own_reports_do_not_set_her_back),
        cmocka_unit_test(when_the_first_source_falls_silent_the_other_one_goes_on),
        cmocka_unit_test(what_is_not_certainly_behind_is_believed),
        cmocka_unit_test(a_course_across_north_is_one_course),
        cmocka_unit_test(a_device_in_distress_is_where_it_says),
        cmocka_unit_test(type_27_between_type_1_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
