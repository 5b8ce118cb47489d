/* Tracks become contacts: of their own, or beside what a vessel says of herself. */
#include "say.h"

#include "picture/save.h"

#define TRACK UINT64_C(0x1111000011110000)
#define ECHO  UINT64_C(0x2222000022220000)

static struct vg_track track_of(uint64_t id, double seconds, double east_m, double north_m)
{
    return (struct vg_track){.id = id,
                             .number = id & 0xFFFF,
                             .time_us = at(seconds),
                             .seen_us = at(seconds),
                             .began_us = at(0),
                             .journal_offset = 4000,
                             .lat_deg = north_m / 111195.08,
                             .lon_deg = east_m / 111195.08,
                             .sigma_major_m = 41,
                             .sigma_minor_m = 18,
                             .orientation_deg = 12,
                             .speed_kn = 24.14,
                             .course_deg = 281,
                             .existence = 0.9,
                             .seen_by = 2,
                             .source = 3,
                             .mode_3a = VG_MODE_3A_NONE};
}

static bool show(struct vg_picture *p, struct vg_track t)
{
    bool shown = vg_picture_track(p, &t, 0, NULL);
    assert_true(vg_picture_check(p));
    return shown;
}

static void a_track_is_a_contact_without_an_mmsi(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    struct vg_track t = track_of(TRACK, 1, 1000, 2000);
    t.existence = 0.4;
    assert_false(show(p, t)); /* not yet likely */
    assert_int_equal(vg_picture_count(p), 0);
    t.existence = 0.6;
    assert_true(show(p, t));
    const struct vg_contact *c = vg_picture_find_id(p, TRACK);
    assert_non_null(c);
    assert_true(c->from_track);
    assert_int_equal(c->mmsi, 0);
    struct vg_claim claims[VG_CLAIM_KINDS];
    assert_int_equal(vg_contact_claims(c, claims), 0);
    assert_true(same_pos(c->pos, metres(1000, 2000)));
    assert_int_equal(c->sog_dkn, 241);
    assert_int_equal(c->cog_ddeg, 2810);
    assert_int_equal(c->prov[VG_FIELD_POS].journal_offset, 4000);
    assert_int_equal(c->prov[VG_FIELD_POS].source, 3);
    assert_null(vg_picture_find(p, 0)); /* a transponder nobody set up is another thing */
    say_at(p, 0, 2, 5000, 5000);
    assert_non_null(vg_picture_find(p, 0));
    assert_int_equal(vg_picture_count(p), 2);
    const struct vg_track_row *row = vg_picture_track_row(p, TRACK);
    assert_non_null(row);
    assert_ptr_equal(row, vg_picture_track_in(p, c->slot));
    assert_int_equal(row->facts, 0);
    assert_int_equal(row->held[0].sensor, 1);
    t.existence = 0.2; /* what is shown stays until it is over */
    assert_true(show(p, t));
    vg_picture_free(p);
}

static void a_track_joins_the_contact_that_claims_its_mmsi_and_parts_again(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    struct vg_track t = track_of(TRACK, 1, 1000, 2000);
    show(p, t);
    say_at(p, SHIP, 2, 1010, 2000);
    const uint64_t ship = vg_picture_find(p, SHIP)->id;
    assert_int_equal(vg_picture_count(p), 2);
    t.mmsi = SHIP;
    t.seen_us = t.time_us = at(4);
    show(p, t);
    assert_int_equal(vg_picture_count(p), 1);
    assert_null(vg_picture_find_id(p, TRACK));
    const struct vg_contact *c = vg_picture_find(p, SHIP);
    assert_true(same_pos(c->pos, metres(1010, 2000))); /* she says it herself, 2 s ago */
    assert_int_equal(vg_picture_track_in(p, c->slot)->facts, VG_TRACK_BOUND);
    t.seen_us = t.time_us = at(70); /* she has been silent for longer than the measurement allows */
    t.lon_deg = 3000 / 111195.08;
    show(p, t);
    c = vg_picture_find(p, SHIP);
    assert_true(same_pos(c->pos, metres(3000, 2000)));
    assert_int_equal(c->prov[VG_FIELD_POS].message, 0);
    t.mmsi = 0;
    t.seen_us = t.time_us = at(73);
    show(p, t);
    assert_int_equal(vg_picture_count(p), 2);
    assert_int_equal(vg_picture_find(p, SHIP)->id, ship);
    assert_true(vg_picture_track_in(p, vg_picture_find(p, SHIP)->slot)->facts & VG_TRACK_OVER);
    assert_non_null(vg_picture_find_id(p, TRACK)); /* the same thing has the same id again */
    vg_picture_free(p);
}

static void one_contact_has_one_track(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    say_at(p, SHIP, 1, 1000, 2000);
    struct vg_track a = track_of(TRACK, 2, 1000, 2000), b = track_of(ECHO, 2, 1300, 2000);
    a.mmsi = b.mmsi = SHIP;
    a.facts = b.facts = 1 << VG_TRACK_EVENT_TWO_ECHOES;
    show(p, a);
    show(p, b);
    assert_int_equal(vg_picture_count(p), 2);
    assert_int_equal(vg_picture_track_row(p, TRACK)->slot, vg_picture_find(p, SHIP)->slot);
    assert_int_equal(vg_picture_track_row(p, TRACK)->facts, VG_TRACK_BOUND | VG_TRACK_TWO_ECHOES);
    assert_int_equal(vg_picture_track_row(p, ECHO)->slot, vg_picture_find_id(p, ECHO)->slot);
    vg_picture_track_over(p, TRACK, false);
    show(p, b); /* her place is free now */
    assert_int_equal(vg_picture_track_row(p, ECHO)->slot, vg_picture_find(p, SHIP)->slot);
    assert_int_equal(vg_picture_count(p), 1);
    vg_picture_free(p);
}

static void what_was_followed_for_long_is_remembered(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    show(p, track_of(TRACK, 1, 1000, 2000));
    show(p, track_of(ECHO, 1, 9000, 2000));
    tick(p, 130);
    show(p, track_of(ECHO, 130, 9000, 2500));
    vg_picture_track_over(p, TRACK, false); /* a flash: false, as likely as not */
    vg_picture_track_over(p, ECHO, false);
    assert_true(vg_picture_check(p));
    assert_null(vg_picture_find_id(p, TRACK));
    const struct vg_contact *c = vg_picture_find_id(p, ECHO);
    assert_non_null(c);
    assert_true(vg_picture_track_in(p, c->slot)->facts & VG_TRACK_OVER);
    tick(p, 130 + 31 * 60);
    assert_null(vg_picture_find_id(p, ECHO));
    struct vg_track aircraft = track_of(TRACK, 2000, 0, 0);
    aircraft.airborne = true;
    show(p, aircraft);
    assert_int_equal(vg_picture_track_row(p, TRACK)->facts, VG_TRACK_AIRBORNE);
    aircraft.seen_us = aircraft.time_us = at(2600);
    show(p, aircraft);
    vg_picture_track_over(p, TRACK, false); /* where an aircraft was says nothing */
    assert_null(vg_picture_find_id(p, TRACK));
    vg_picture_free(p);
}

static void spans_tell_who_held_it_when(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    for (int s = 0; s <= 300; s += 3) {
        struct vg_track t = track_of(TRACK, s, 1000 + s, 2000);
        t.seen_by = s < 100 ? 2 : s < 200 ? 4 : 6; /* the first sensor again after more than a minute */
        show(p, t);
    }
    const struct vg_held_span *held = vg_picture_track_row(p, TRACK)->held;
    unsigned spans = 0;
    for (size_t i = 0; i < VG_HELD_SPANS; i++)
        spans += held[i].to_s != 0;
    assert_int_equal(spans, 3);
    const uint32_t begin = (uint32_t)(START_US / VG_SECOND_US);
    assert_int_equal(held[0].sensor, 1);
    assert_int_equal(held[0].to_s - begin, 99);
    assert_int_equal(held[1].sensor, 2);
    assert_int_equal(held[1].from_s - begin, 102);
    assert_int_equal(held[1].to_s - begin, 300);
    assert_int_equal(held[2].sensor, 1);
    assert_int_equal(held[2].from_s - begin, 201);
    for (int i = 0; i < 40; i++) { /* never more than there is room for: the oldest goes */
        struct vg_track t = track_of(TRACK, 1000 + 100 * i, 1000, 2000);
        show(p, t);
    }
    vg_picture_free(p);
}

static void readers_of_a_snapshot_see_the_rows_of_then(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    show(p, track_of(TRACK, 1, 1000, 2000));
    assert_int_equal(vg_picture_publish(p), VG_OK);
    const struct vg_snapshot *then = vg_snapshot_acquire(p);
    const uint32_t slot = vg_snapshot_find_id(then, TRACK);
    assert_int_not_equal(slot, VG_SLOT_NONE);
    assert_int_equal(vg_snapshot_find(then, 0), VG_SLOT_NONE);
    for (int i = 0; i < 200; i++) /* the table grows, rows move */
        show(p, track_of(ECHO + (uint64_t)i, 2, 5000 + 100 * i, 0));
    struct vg_track t = track_of(TRACK, 4, 1000, 2100);
    t.sigma_major_m = 55;
    show(p, t);
    assert_int_equal(vg_picture_publish(p), VG_OK);
    const struct vg_snapshot *now = vg_snapshot_acquire(p);
    assert_true(vg_snapshot_track(then, slot)->track.sigma_major_m == 41);
    assert_true(vg_snapshot_track(now, slot)->track.sigma_major_m == 55);
    assert_int_equal(vg_picture_publish(p), VG_OK); /* nothing changed: the same rows */
    const struct vg_snapshot *same = vg_snapshot_acquire(p);
    assert_ptr_equal(vg_snapshot_track(same, slot), vg_snapshot_track(now, slot));
    vg_picture_track_over(p, TRACK, false);
    assert_non_null(vg_snapshot_track(now, slot));
    vg_snapshot_release(now);
    vg_snapshot_release(same);
    vg_picture_free(p);
    assert_true(vg_snapshot_track(then, slot)->track.sigma_major_m == 41);
    vg_snapshot_release(then);
}

struct bytes {
    const uint8_t *at;
    size_t left;
};

static enum vg_err give(void *arg, void *to, size_t len)
{
    struct bytes *b = arg;
    if (len > b->left)
        return VG_EOF;
    memcpy(to, b->at, len);
    b->at += len;
    b->left -= len;
    return VG_OK;
}

static void tracks_are_saved_with_their_contacts(void **state)
{
    (void)state;
    struct vg_picture *p = picture(), *again = picture();
    say_at(p, SHIP, 1, 1000, 2000);
    struct vg_track bound = track_of(ECHO, 3, 1000, 2000);
    bound.mmsi = SHIP;
    bound.log_ratio = 12.5;
    show(p, bound);
    for (int i = 0; i < 100; i++)
        show(p, track_of(TRACK + (uint64_t)i, 3, 100 * i, 9000));
    struct vg_out out = vg_out_growing(1 << 20);
    assert_int_equal(vg_picture_save(p, &out), VG_OK);
    assert_int_equal(out.len, vg_picture_save_size(p));
    struct bytes bytes = {(const uint8_t *)out.buf, out.len};
    assert_int_equal(vg_picture_load(again, give, &bytes), VG_OK);
    assert_true(vg_picture_check(again));
    assert_int_equal(vg_picture_hash(again, NULL), vg_picture_hash(p, NULL));
    assert_int_equal(vg_picture_tracks(again), 101);
    assert_int_equal(vg_picture_track_row(again, ECHO)->slot, vg_picture_find(again, SHIP)->slot);
    bound.log_ratio = 13;
    show(again, bound);
    assert_int_not_equal(vg_picture_hash(again, NULL), vg_picture_hash(p, NULL));
    vg_out_free(&out);
    vg_picture_free(p);
    vg_picture_free(again);
}

static void a_full_table_and_want_of_memory_lose_no_row(void **state)
{
    (void)state;
    struct vg_picture *p = picture_of(50, 1 << 20, 100);
    for (int i = 0; i < 300; i++) {
        show(p, track_of(TRACK + (uint64_t)i, 1 + i, 100 * i, 0));
        assert_true(vg_picture_tracks(p) <= 50);
    }
    assert_int_equal(vg_picture_count(p), 50);
    assert_int_equal(vg_picture_publish(p), VG_OK);
    for (int64_t left = 0; left < 6; left++) {
        vg_pic_allocations_left = left;
        vg_picture_publish(p);
        show(p, track_of(ECHO + (uint64_t)left, 400, 0, 100));
        show(p, track_of(TRACK + 299, 400 + (double)left, 0, 100));
        vg_pic_allocations_left = -1;
        assert_true(vg_picture_check(p));
    }
    vg_picture_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_track_is_a_contact_without_an_mmsi),
        cmocka_unit_test(a_track_joins_the_contact_that_claims_its_mmsi_and_parts_again),
        cmocka_unit_test(one_contact_has_one_track),
        cmocka_unit_test(what_was_followed_for_long_is_remembered),
        cmocka_unit_test(spans_tell_who_held_it_when),
        cmocka_unit_test(readers_of_a_snapshot_see_the_rows_of_then),
        cmocka_unit_test(tracks_are_saved_with_their_contacts),
        cmocka_unit_test(a_full_table_and_want_of_memory_lose_no_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
