/* The frames of one reader, without a server: nothing is lost, whatever the buffers, the view and the timing. */
#include <stdio.h>

#include "picture_fixture.h"
#include "stream_mirror.h"

static struct vg_stream_reader *new_reader(uint32_t capacity, const struct vg_stream_view *view)
{
    struct vg_greeting greeting = {.epoch = 7, .capacity = capacity, .tick_ms = 250};
    struct vg_stream_reader *r = NULL;
    assert_int_equal(vg_stream_reader_new(&greeting, view, &r), VG_OK);
    return r;
}

/* One call with the newest snapshot. Returns the bytes. */
static size_t step(struct vg_picture *p, struct vg_stream_reader *r, struct mirror *m, int64_t now_us, size_t max)
{
    uint8_t *buf = malloc(max); /* of just this size: an overrun is seen */
    const struct vg_snapshot *s = vg_snapshot_acquire(p);
    size_t n = vg_stream_reader_fill(r, s, now_us, buf, max);
    vg_snapshot_release(s);
    assert_true(n <= max);
    mirror_take(m, buf, n);
    free(buf);
    return n;
}

static void drain(struct vg_picture *p, struct vg_stream_reader *r, struct mirror *m, size_t max)
{
    for (int i = 0; step(p, r, m, 0, max); i++)
        assert_true(i < 10000);
}

static void compare(struct vg_picture *p, const struct mirror *m, const struct vg_stream_view *view)
{
    const struct vg_snapshot *s = vg_snapshot_acquire(p);
    mirror_compare(m, s, view);
    assert_int_equal(m->told_seq <= s->seq, 1);
    vg_snapshot_release(s);
}

static void begins_with_hello_and_the_whole_view(void **state)
{
    (void)state;
    struct vg_stream_view all = {0};
    struct vg_picture *p = picture_new(1000);
    apply(p, at_position(735000001, START_US, -80, -2));
    apply(p, called(735000001, START_US, "MANTA"));
    vg_picture_publish(p);
    struct vg_stream_reader *r = new_reader(1000, &all);
    struct mirror *m = calloc(1, sizeof *m);
    assert_int_equal(step(p, r, m, 0, 4096), 48 + 64 + 16 + 32 + 5 + 9 + 32);
    assert_true(m->greeted);
    assert_int_equal(m->epoch, 7);
    assert_int_equal(m->ticks, 1);
    assert_int_equal(m->clock_us, START_US);
    assert_int_equal(vg_stream_reader_in_view(r), 1);
    compare(p, m, &all);
    assert_int_equal(step(p, r, m, 0, 4096), 0);
    free(m);
    free(r);
    vg_picture_free(p);
}

static void quiet_times_have_ticks_and_nothing_else(void **state)
{
    (void)state;
    struct vg_stream_view all = {0};
    struct vg_picture *p = picture_new(1000);
    struct vg_stream_reader *r = new_reader(1000, &all);
    struct mirror *m = calloc(1, sizeof *m);
    step(p, r, m, 0, 4096);
    uint64_t ticks = m->ticks;
    for (int i = 1; i <= 40; i++) {
        vg_picture_advance(p, START_US + i * 250000);
        vg_picture_publish(p);
        size_t n = step(p, r, m, i * 250000, 4096);
        assert_true(n == 0 || n == 32);
    }
    assert_int_equal(m->ticks - ticks, 10);
    assert_int_equal(m->clock_us, START_US + 10 * VG_SECOND_US);
    free(m);
    free(r);
    vg_picture_free(p);
}

static void leaving_the_box_is_gone_exactly_once(void **state)
{
    (void)state;
    struct vg_stream_view view = {.boxed = true, .box = {-1, -1, 1, 1}};
    struct vg_picture *p = picture_new(1000);
    struct vg_stream_reader *r = new_reader(1000, &view);
    struct mirror *m = calloc(1, sizeof *m);
    apply(p, at_position(735000001, START_US, 0.999, 0));
    apply(p, called(735000002, START_US, "NOWHERE")); /* no position: not in any box */
    vg_picture_publish(p);
    drain(p, r, m, 4096);
    assert_int_equal(m->held, 1);
    for (int i = 1; i <= 5; i++) {
        apply(p, at_position(735000001, START_US + i * VG_MINUTE_US, 0.999 + i * 0.001, 0));
        vg_picture_publish(p);
        drain(p, r, m, 4096);
        compare(p, m, &view);
    }
    assert_int_equal(m->gones, 1);
    apply(p, at_position(735000001, START_US + 10 * VG_MINUTE_US, 0.999, 0));
    vg_picture_publish(p);
    drain(p, r, m, 4096);
    compare(p, m, &view);
    assert_int_equal(m->held, 1);
    free(m);
    free(r);
    vg_picture_free(p);
}

static void a_call_for_help_is_told_wherever_the_reader_looks(void **state)
{
    (void)state;
    struct vg_stream_view view = {.boxed = true, .box = {-1, -1, 1, 1}, .classes = 1u << VG_CLASS_SHIP_B};
    struct vg_picture *p = picture_new(1000);
    struct vg_stream_reader *r = new_reader(1000, &view);
    struct mirror *m = calloc(1, sizeof *m);
    struct vg_report nowhere = {.time_us = START_US,
                                .mmsi = 970000002,
                                .source = 1,
                                .sensor = VG_SENSOR_AIS,
                                .message = 14,
                                .fields = VG_FIELD_BIT(TEXT),
                                .text = "SART ACTIVE"};
    apply(p, at_position(735000001, START_US, 50, 0)); /* elsewhere */
    apply(p, at_position(970000001, START_US, 50, 0)); /* elsewhere, but calls */
    apply(p, nowhere);
    vg_picture_publish(p);
    drain(p, r, m, 4096);
    assert_int_equal(m->held, 2);
    compare(p, m, &view);
    vg_picture_advance(p, START_US);
    vg_picture_advance(p, START_US + 13 * 60 * VG_MINUTE_US); /* who is silent for so long calls no more */
    vg_picture_publish(p);
    drain(p, r, m, 4096);
    assert_int_equal(m->held, 0);
    free(m);
    free(r);
    vg_picture_free(p);
}

/* A ship that is still heard, but no longer with her heading and status; nothing else of her row changes then. */
static void a_field_that_expires_is_told_without_a_report(void **state)
{
    (void)state;
    struct vg_stream_view all = {0};
    struct vg_picture *p = picture_new(1000);
    struct vg_stream_reader *r = new_reader(1000, &all);
    struct mirror *m = calloc(1, sizeof *m);
    struct vg_report far = at_position(735000001, START_US, 3, 3);
    far.message = 27; /* she may be silent for six hours */
    apply(p, far);
    apply(p, called(735000001, START_US, "MANTA"));
    vg_picture_publish(p);
    drain(p, r, m, 4096);
    assert_int_equal(get_u16(m->row[0].move + 24), 123);
    static const struct {
        int64_t us;
        uint16_t speed;
        uint8_t status;
    } moments[] = {{30 * VG_MINUTE_US - 1, 123, 0},
                   {30 * VG_MINUTE_US, 65535, 0},
                   {60 * VG_MINUTE_US, 65535, 255},
                   {29 * VG_MINUTE_US, 123, 0} /* the clock was set back */};
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        vg_picture_advance(p, START_US + moments[i].us);
        vg_picture_publish(p);
        drain(p, r, m, 4096);
        assert_int_equal(get_u16(m->row[0].move + 24), moments[i].speed);
        assert_int_equal(m->row[0].move[31], moments[i].status);
        compare(p, m, &all);
        size_t quiet = step(p, r, m, 0, 4096);
        assert_int_equal(quiet, 0);
    }
    for (int hour = 1; hour <= 24; hour++) { /* her destination holds for a day */
        far.time_us = START_US + hour * VG_HOUR_US;
        vg_picture_advance(p, far.time_us);
        apply(p, far);
        vg_picture_publish(p);
        drain(p, r, m, 4096);
        compare(p, m, &all);
        assert_int_equal(m->row[0].stat[4], hour < 24 ? 9 : 0);
    }
    far = called(735000001, START_US + 24 * VG_HOUR_US, "MANTA"); /* the same again */
    apply(p, far);
    vg_picture_publish(p);
    drain(p, r, m, 4096);
    assert_int_equal(m->row[0].stat[4], 9);
    assert_true(vg_picture_check(p));
    free(m);
    free(r);
    vg_picture_free(p);
}

static void dropped_vessels_and_reused_slots(void **state)
{
    (void)state;
    struct vg_stream_view all = {0};
    struct vg_picture *p = picture_new(1000);
    struct vg_stream_reader *r = new_reader(1000, &all);
    struct mirror *m = calloc(1, sizeof *m);
    apply(p, called(735000001, START_US, "FIRST"));
    vg_picture_publish(p);
    drain(p, r, m, 4096);
    vg_picture_advance(p, START_US + VG_DAY_US); /* silent for too long */
    apply(p, at_position(735000002, START_US + VG_DAY_US, 3, 3));
    vg_picture_publish(p);
    drain(p, r, m, 4096);
    compare(p, m, &all); /* the slot's new vessel has no name */
    vg_picture_advance(p, START_US + 2 * VG_DAY_US);
    vg_picture_publish(p);
    drain(p, r, m, 4096);
    compare(p, m, &all);
    assert_int_equal(m->held, 0);
    free(m);
    free(r);
    vg_picture_free(p);
}

static void text_that_is_not_utf8_is_mended(void **state)
{
    (void)state;
    struct vg_stream_view all = {0};
    struct vg_picture *p = picture_new(1000);
    struct vg_stream_reader *r = new_reader(1000, &all);
    struct mirror *m = calloc(1, sizeof *m);
    apply(p, called(735000001, START_US, "A\xFFZ\xC3\xB1\xC3"));
    vg_picture_publish(p);
    drain(p, r, m, 4096);
    assert_int_equal(m->row[0].stat[2], 6);
    assert_memory_equal(m->row[0].stat + VG_STATIC_SIZE, "A?Z\xC3\xB1?", 6);
    free(m);
    free(r);
    vg_picture_free(p);
}

/* Tracks begin, move, are bound to vessels that were heard, part, and end. */
static void change_tracks(struct vg_picture *p, uint64_t *seed, uint32_t vessels, int64_t now_us)
{
    const uint64_t id = UINT64_C(0xABCD000000000000) + random_below(seed, 200);
    if (random_below(seed, 8) == 0) {
        vg_picture_track_over(p, id, false);
        return;
    }
    const struct vg_track t = {.id = id,
                               .number = id & 0xFFFF,
                               .time_us = now_us,
                               .seen_us = now_us,
                               .began_us = now_us - random_below(seed, 300) * VG_SECOND_US,
                               .lat_deg = random_below(seed, 200) / 1000.0 - 0.1,
                               .lon_deg = random_below(seed, 200) / 1000.0 - 0.1,
                               .sigma_major_m = random_below(seed, 1000) / 10.0,
                               .existence = random_below(seed, 1000) / 1000.0,
                               .speed_kn = random_below(seed, 30),
                               .seen_by = 1 + random_below(seed, 7),
                               .mmsi = random_below(seed, 3) ? 0 : 735000000 + random_below(seed, vessels),
                               .airborne = random_below(seed, 10) == 0,
                               .mode_3a = VG_MODE_3A_NONE};
    vg_picture_track(p, &t, 0, NULL);
}

/* The picture changes between any two calls; buffers are of any size; the view is one of several. */
static void random_picture(uint64_t seed, const struct vg_stream_view *view, size_t max_buffer)
{
    uint32_t vessels = 3000;
    struct vg_picture *p = picture_new(2500); /* evicts, too */
    struct vg_stream_reader *r = new_reader(2500, view);
    struct mirror *m = calloc(1, sizeof *m);
    int64_t now_us = START_US;
    for (int round = 0; round < 60; round++) {
        uint32_t calls = random_below(&seed, 40);
        for (uint32_t i = 0; i < calls; i++) {
            now_us += random_below(&seed, 20) == 0 ? 10 * VG_MINUTE_US : VG_SECOND_US;
            picture_change(p, &seed, vessels, random_below(&seed, 100), now_us);
            for (int k = 0; k < 5; k++)
                change_tracks(p, &seed, vessels, now_us);
            if (random_below(&seed, 2))
                vg_picture_publish(p);
            step(p, r, m, now_us, VG_READER_ROOM + random_below(&seed, (uint32_t)(max_buffer - VG_READER_ROOM)));
        }
        vg_picture_publish(p);
        drain(p, r, m, VG_READER_ROOM + random_below(&seed, (uint32_t)(max_buffer - VG_READER_ROOM)));
        compare(p, m, view);
    }
    assert_true(m->moves > 1000 && m->statics > 500 && m->gones > 10);
    assert_true(view->classes || m->tracks > 100);
    assert_true(vg_picture_check(p));
    free(m);
    free(r);
    vg_picture_free(p);
}

static void a_random_picture_is_seen_whole_through_small_buffers(void **state)
{
    (void)state;
    struct vg_stream_view all = {0}, box = {.boxed = true, .box = {-0.05, -0.05, 0.06, 0.02}},
                          b = {.classes = 1u << VG_CLASS_SHIP_B},
                          none = {.boxed = true, .box = {-0.02, -0.1, -0.01, 0.1}};
    for (uint64_t seed = 1; seed <= 2; seed++) {
        random_picture(seed, &all, 1500);
        random_picture(seed + 100, &all, 100000);
        random_picture(seed + 200, &box, 2000);
        random_picture(seed + 300, &b, 3000);
        random_picture(seed + 400, &none, 3000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(begins_with_hello_and_the_whole_view),
        cmocka_unit_test(quiet_times_have_ticks_and_nothing_else),
        cmocka_unit_test(leaving_the_box_is_gone_exactly_once),
        cmocka_unit_test(a_call_for_help_is_told_wherever_the_reader_looks),
        cmocka_unit_test(a_field_that_expires_is_told_without_a_report),
        cmocka_unit_test(dropped_vessels_and_reused_slots),
        cmocka_unit_test(text_that_is_not_utf8_is_mended),
        cmocka_unit_test(a_random_picture_is_seen_whole_through_small_buffers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
