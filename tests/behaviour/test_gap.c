/* Silences: one ship's among others who are heard, everybody's, at the edge of what is heard, and of a thin feed. */
#include "sail.h"

#define LON    (-83.0)
#define LAT    (-1.0)
#define SHIPS  6
#define FAR    1 /* one more, elsewhere: the source goes on */
#define HOUR   60
#define BEFORE (3 * HOUR)
#define AFTER  (5 * HOUR)

struct fleet {
    struct sail *s;
    struct sail_boat boat[SHIPS + FAR];
};

static void begin(struct fleet *f)
{
    f->s = sail_new(NULL);
    for (uint32_t i = 0; i < SHIPS + FAR; i++)
        f->boat[i] = sail_boat_of(636000001 + i, 70, LON + (i < SHIPS ? 0.01 * i : -4), LAT);
}

/* Minute by minute; the first `silent` ships say nothing from the third to the fifth hour. */
static void pass(struct fleet *f, uint32_t silent, double every_s, double kn)
{
    for (double t = 0; t < (AFTER + HOUR) * 60.0; t += every_s)
        for (uint32_t i = 0; i < SHIPS + FAR; i++) {
            struct sail_boat *b = &f->boat[i];
            sail_move(b, i < silent ? kn : 0, 90, every_s);
            if (i >= silent || t < BEFORE * 60.0 || t >= AFTER * 60.0)
                sail_report(f->s, b, i < silent ? kn : 0, 90);
        }
}

static size_t told(uint32_t silent, double every_s, double kn, enum vg_event_kind kind)
{
    struct fleet f;
    begin(&f);
    pass(&f, silent, every_s, kn);
    const size_t n = sail_count(f.s, kind);
    for (size_t i = 0; i < f.s->count; i++)
        if (f.s->event[i].kind == kind) {
            assert_int_equal(f.s->event[i].state, VG_EVENT_ENDED);
            assert_true(f.s->event[i].begin_us < SAIL_START_US + BEFORE * VG_MINUTE_US + VG_MINUTE_US);
            assert_true(f.s->event[i].end_us >= SAIL_START_US + AFTER * VG_MINUTE_US);
        }
    sail_free(f.s);
    return n;
}

static void one_among_others_who_are_heard_is_told_however_thin_the_feed(void **state)
{
    (void)state;
    static const double every_s[] = {10, 60, 120, 300};
    for (int i = 0; i < 4; i++) {
        assert_int_equal(told(1, every_s[i], 0, VG_EVENT_GAP), 1);
        assert_int_equal(told(1, every_s[i], 0, VG_EVENT_DISABLING), 1);
    }
}

/* A contact that was silent for long comes back as another one: it is the same vessel, and her gap ends. */
static void who_comes_back_as_another_contact_is_the_same_vessel(void **state)
{
    (void)state;
    struct fleet f;
    begin(&f);
    for (int minute = 0; minute < AFTER + HOUR; minute++)
        for (uint32_t i = 0; i < SHIPS + FAR; i++) {
            struct sail_boat *b = &f.boat[i];
            b->time_us += VG_MINUTE_US;
            if (i == 0 && minute == AFTER)
                b->contact.id = 4711;
            if (i || minute < BEFORE || minute >= AFTER)
                sail_report(f.s, b, 0, 90);
        }
    assert_int_equal(sail_count(f.s, VG_EVENT_GAP), 1);
    const struct vg_event *e = sail_heard(f.s, VG_EVENT_GAP, "");
    assert_int_equal(e->state, VG_EVENT_ENDED);
    assert_true(e->contact[0].id == 4711 && e->contact[0].mmsi == 636000001);
    sail_free(f.s);
}

static void when_all_there_are_silent_a_receiver_is(void **state)
{
    (void)state;
    assert_int_equal(told(SHIPS, 10, 0, VG_EVENT_GAP), 0);
    assert_int_equal(told(SHIPS, 60, 0, VG_EVENT_GAP), 0);
}

static void who_sails_to_where_nobody_was_heard_has_left_the_coverage(void **state)
{
    (void)state;
    assert_int_equal(told(1, 10, 20, VG_EVENT_GAP), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_among_others_who_are_heard_is_told_however_thin_the_feed),
        cmocka_unit_test(who_comes_back_as_another_contact_is_the_same_vessel),
        cmocka_unit_test(when_all_there_are_silent_a_receiver_is),
        cmocka_unit_test(who_sails_to_where_nobody_was_heard_has_left_the_coverage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
