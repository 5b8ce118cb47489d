#include <pthread.h>

#include "say.h"

static const struct vg_snapshot *published(struct vg_picture *p)
{
    assert_int_equal(vg_picture_publish(p), VG_OK);
    assert_true(vg_picture_check(p));
    return vg_snapshot_acquire(p);
}

static void nothing_published_is_null(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    assert_null(vg_snapshot_acquire(p));
    vg_snapshot_release(NULL);
    vg_picture_free(p);
}

static void a_snapshot_does_not_change(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    for (uint32_t i = 0; i < 600; i++)
        say_at(p, SHIP + i, 0, 0, 0);
    const struct vg_snapshot *first = published(p);
    say_at(p, SHIP + 300, 10, 100, 0);
    const struct vg_snapshot *second = published(p);
    uint32_t slot = vg_snapshot_find(first, SHIP + 300);
    assert_true(same_pos(vg_snapshot_vessel(first, slot)->pos, metres(0, 0)));
    assert_true(same_pos(vg_snapshot_vessel(second, slot)->pos, metres(100, 0)));
    assert_ptr_equal(first->chunk[0], second->chunk[0]); /* shared: nothing in it changed */
    assert_ptr_not_equal(first->chunk[1], second->chunk[1]);
    assert_int_equal(first->seq, 1);
    assert_int_equal(second->seq, 2);
    assert_int_equal(first->counters.reports, 600); /* and so do its numbers */
    assert_int_equal(second->counters.reports, 601);
    assert_int_equal(second->counters.added, 600);
    assert_int_equal(first->clock_us, START_US);
    assert_int_equal(first->chunks, 3);
    vg_snapshot_release(first);
    vg_picture_free(p);
    assert_int_equal(second->vessels, 600); /* outlives the picture */
    vg_snapshot_release(second);
}

static void sequence_numbers_tell_where_a_change_is_first_seen(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    for (uint32_t i = 0; i < 600; i++)
        say_at(p, SHIP + i, 0, 0, 0);
    const struct vg_snapshot *s = published(p);
    assert_int_equal(vg_snapshot_vessel(s, 3)->move_seq, 1);
    assert_int_equal(vg_snapshot_vessel(s, 3)->static_seq, 1);
    vg_snapshot_release(s);
    say_at(p, SHIP + 3, 10, 100, 0);
    say(p, named(SHIP + 300, 0, "MARIA"));
    say_at(p, SHIP + 4, 0, 0, 0); /* says nothing new */
    s = published(p);
    assert_int_equal(vg_snapshot_vessel(s, 3)->move_seq, 2);
    assert_int_equal(vg_snapshot_vessel(s, 3)->static_seq, 1);
    assert_int_equal(vg_snapshot_vessel(s, 300)->move_seq, 1);
    assert_int_equal(vg_snapshot_vessel(s, 300)->static_seq, 2);
    assert_int_equal(vg_snapshot_vessel(s, 4)->move_seq, 1);
    assert_int_equal(vg_snapshot_chunk_seq(s, 0), 2);
    assert_int_equal(vg_snapshot_chunk_seq(s, 1), 2);
    assert_int_equal(vg_snapshot_chunk_seq(s, 2), 1);
    assert_int_equal(vg_snapshot_chunk_seq(s, 3), 0);
    vg_snapshot_release(s);
    say(p, named(SHIP + 300, 1, "MARIA"));
    s = published(p);
    assert_int_equal(vg_snapshot_vessel(s, 300)->static_seq, 2); /* the same name again is no news … */
    assert_int_equal(vg_snapshot_vessel(s, 300)->move_seq, 3);   /* … but it was heard a second later */
    vg_snapshot_release(s);
    vg_picture_free(p);
}

static void a_slot_set_free_moves_its_chunk_on(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    say_at(p, SHIP, 0, 0, 0);
    say_at(p, 2735001, 0, 0, 0);
    vg_snapshot_release(published(p));
    tick(p, 3600);
    const struct vg_snapshot *s = published(p);
    assert_null(vg_snapshot_vessel(s, 0));
    assert_non_null(vg_snapshot_vessel(s, 1));
    assert_null(vg_snapshot_vessel(s, 100000));
    assert_int_equal(vg_snapshot_chunk_seq(s, 0), 2);
    assert_int_equal(vg_snapshot_find(s, SHIP), VG_SLOT_NONE);
    assert_int_equal(vg_snapshot_find(s, 0), VG_SLOT_NONE); /* free slots aren't the identity 0 */
    assert_int_equal(s->clock_us, at(3600));
    vg_snapshot_release(s);
    say_at(p, OTHER, 3600, 0, 0); /* the slot again, for another: both rows are told anew */
    s = published(p);
    assert_int_equal(vg_snapshot_find(s, OTHER), 0);
    assert_int_equal(vg_snapshot_vessel(s, 0)->move_seq, 3);
    assert_int_equal(vg_snapshot_vessel(s, 0)->static_seq, 3);
    vg_snapshot_release(s);
    vg_picture_free(p);
}

static void a_steady_picture_uses_two_versions_of_a_chunk(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    const struct vg_picture_chunk *seen[20];
    for (int i = 0; i < 20; i++) {
        say_at(p, SHIP, 10 * i, 50 * i, 0);
        const struct vg_snapshot *s = published(p);
        seen[i] = s->chunk[0];
        vg_snapshot_release(s);
        if (i >= 3)
            assert_ptr_equal(seen[i], seen[i - 2]);
    }
    vg_picture_free(p);
}

static void without_memory_reports_are_dropped_and_counted(void **state)
{
    (void)state;
    uint64_t dropped = 0, evicted = 0, unpublished = 0;
    for (int64_t left = 0; left < 30; left++) {
        struct vg_picture *p = NULL;
        vg_pic_allocations_left = left;
        enum vg_err err = vg_picture_new(&(struct vg_picture_limits){600, 1 << 20, 100, 0}, &p);
        if (err) {
            assert_int_equal(err, VG_NOMEM);
            assert_null(p);
            vg_pic_allocations_left = -1;
            continue;
        }
        const struct vg_snapshot *kept[5] = {0};
        uint64_t seq = 0;
        for (uint32_t i = 0; i < 300; i++) {
            say_at(p, SHIP + i, i, 0, 0);
            if (i % 60 == 0) { /* readers keep every version: each write after wants memory */
                enum vg_err shown = vg_picture_publish(p);
                assert_true(shown == VG_OK || shown == VG_NOMEM);
                seq += shown == VG_OK;
                unpublished += shown == VG_NOMEM;
                kept[i / 60] = vg_snapshot_acquire(p);
                assert_true(!kept[i / 60] || kept[i / 60]->seq == seq);
            }
            tick(p, i);
        }
        const struct vg_picture_counters *c = vg_picture_counters(p);
        assert_int_equal(c->reports + c->no_memory, 300);
        dropped += c->no_memory;
        evicted += c->evicted;
        vg_pic_allocations_left = -1;
        say_at(p, OTHER, 9000, 0, 0); /* memory is back, and so are we */
        assert_non_null(vg_picture_find(p, OTHER));
        for (int i = 0; i < 5; i++)
            vg_snapshot_release(kept[i]);
        vg_picture_free(p);
    }
    assert_true(dropped > 0 && evicted > 0 && unpublished > 0);
}

static void without_memory_a_published_picture_still_does_not_change(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    say_at(p, SHIP, 0, 0, 0);
    const struct vg_snapshot *s = published(p);
    vg_pic_allocations_left = 0;
    say_at(p, SHIP, 10, 100, 0);
    vg_pic_allocations_left = -1;
    assert_int_equal(vg_picture_counters(p)->no_memory, 1);
    assert_true(same_pos(vg_snapshot_vessel(s, 0)->pos, metres(0, 0)));
    assert_int_equal(vg_snapshot_vessel(s, 0)->move_seq, 1);
    say_at(p, SHIP, 20, 200, 0); /* memory is back */
    assert_true(same_pos(vg_snapshot_vessel(s, 0)->pos, metres(0, 0)));
    assert_true(same_pos(vg_picture_find(p, SHIP)->pos, metres(200, 0)));
    vg_snapshot_release(s);
    vg_picture_free(p);
}

/* ---- readers in other threads ---- */

#define FLEET 1500

struct reader {
    struct vg_picture *p;
    _Atomic bool *stop;
    uint64_t passes, wrong;
};

/* The owner moves all ships to longitude = latitude = round; a torn vessel would show two numbers. */
static void *read_all(void *arg)
{
    struct reader *r = arg;
    uint64_t seq = 0;
    while (!atomic_load_explicit(r->stop, memory_order_relaxed)) {
        const struct vg_snapshot *s = vg_snapshot_acquire(r->p);
        uint32_t alive = 0;
        r->wrong += s->seq < seq;
        seq = s->seq;
        for (uint32_t slot = 0; slot < s->chunks * VG_CHUNK_VESSELS; slot++) {
            const struct vg_contact *v = vg_snapshot_vessel(s, slot);
            if (!v)
                continue;
            alive++;
            r->wrong += v->pos.lon_e4min != v->pos.lat_e4min || v->slot != slot || v->move_seq > s->seq ||
                        v->move_seq > vg_snapshot_chunk_seq(s, slot / VG_CHUNK_VESSELS);
        }
        r->wrong += alive != s->vessels;
        r->wrong += vg_snapshot_find(s, SHIP) == VG_SLOT_NONE;
        vg_snapshot_release(s);
        r->passes++;
    }
    return NULL;
}

static void readers_see_whole_pictures_while_the_owner_writes(void **state)
{
    (void)state;
    struct vg_picture *p = picture_of(FLEET, 1 << 20, 50);
    _Atomic bool stop = false;
    assert_int_equal(vg_picture_publish(p), VG_OK);
    say_at(p, SHIP, 0, 0, 0);
    assert_int_equal(vg_picture_publish(p), VG_OK);
    struct reader readers[3];
    pthread_t threads[3];
    for (int i = 0; i < 3; i++) {
        readers[i] = (struct reader){p, &stop, 0, 0};
        assert_int_equal(pthread_create(&threads[i], NULL, read_all, &readers[i]), 0);
    }
    for (int round = 0; round < 150; round++) {
        for (uint32_t i = 0; i < FLEET; i += 1 + (uint32_t)round % 7) {
            struct vg_report r = position(SHIP + i, round, 0, 0);
            r.pos = (struct vg_pos){round, round};
            vg_picture_apply(p, &r, NULL);
        }
        if (round % 20 == 19) { /* all but the first fall silent */
            for (int half_hour = 0; half_hour < 2; half_hour++) {
                struct vg_report r = position(SHIP, round, 0, 0);
                r.pos = (struct vg_pos){round, round};
                vg_picture_advance(p, p->clock_us + 1700 * VG_SECOND_US);
                vg_picture_apply(p, &r, NULL);
            }
        }
        assert_int_equal(vg_picture_publish(p), VG_OK);
    }
    atomic_store(&stop, true);
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(readers[i].wrong, 0);
    }
    assert_true(vg_picture_check(p));
    vg_picture_free(p);
}

/* The rows of who fell silent are told again when a field expires, and only then; nothing else of the picture changes.
 */
static void a_field_that_expires_is_a_change_of_its_row_alone(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    struct vg_report far = position(SHIP, 0, 0, 0);
    far.message = 27; /* may be silent for six hours */
    say(p, far);
    static const struct {
        double seconds;
        bool told;
    } moments[] = {{0, true}, {1799, false}, {1800, true}, {1801, false}, {7200, false}, {1000, true}, {1001, false}};
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        tick(p, moments[i].seconds);
        uint64_t hash = vg_picture_hash(p, NULL);
        assert_int_equal(vg_picture_publish(p), VG_OK);
        assert_true(vg_picture_check(p));
        assert_true(vg_picture_hash(p, NULL) == hash);
        const struct vg_snapshot *s = vg_snapshot_acquire(p);
        assert_int_equal(vg_snapshot_vessel(s, 0)->move_seq == s->seq, moments[i].told);
        assert_int_equal(vg_snapshot_chunk_seq(s, 0) == s->seq, moments[i].told);
        assert_true(vg_snapshot_vessel(s, 0)->static_seq < 2);
        vg_snapshot_release(s);
    }
    vg_picture_free(p);
}

/* What she said long ago expires at its second, however often she moves; said again it holds, and expires again. */
static void a_destination_expires_under_way(void **state)
{
    (void)state;
    enum { DAY = 24 * 3600 };
    struct vg_picture *p = picture();
    struct vg_report voyage = {.time_us = at(0), .mmsi = SHIP, .message = 5, .class = VG_CLASS_SHIP_A};
    voyage.fields = VG_FIELD_BIT(DESTINATION);
    snprintf(voyage.destination, sizeof voyage.destination, "MANTA");
    say(p, voyage);
    for (int s = 0; s <= 2 * DAY + 1200; s += 600) {
        tick(p, s);
        say_at(p, SHIP, s, 0, 0);
        if (s == DAY + 600) {
            voyage.time_us = at(s);
            say(p, voyage);
        }
        assert_int_equal(vg_picture_publish(p), VG_OK);
        const struct vg_snapshot *snapshot = vg_snapshot_acquire(p);
        const struct vg_contact *v = vg_snapshot_vessel(snapshot, 0);
        assert_int_equal(vg_contact_holds(v, VG_FIELD_DESTINATION, snapshot->clock_us), s != DAY && s < 2 * DAY + 600);
        assert_int_equal(v->static_seq == snapshot->seq, s == 0 || s == DAY || s == DAY + 600 || s == 2 * DAY + 600);
        vg_snapshot_release(snapshot);
    }
    vg_picture_free(p);
}

/* An aid says nothing that moves: her flag is the only thing that expires, and is told when it does. */
static void a_silent_aid_is_off_position_for_an_hour(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    struct vg_report aid = position(993570001, 0, 0, 0);
    aid.message = 21;
    aid.class = VG_CLASS_ATON;
    aid.fields = VG_FIELD_BIT(POS) | VG_FIELD_BIT(AID_FLAGS);
    aid.aid_off_position = true;
    say(p, aid);
    static const int moments[] = {0, 3599, 3600, 3601};
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        tick(p, moments[i]);
        assert_int_equal(vg_picture_publish(p), VG_OK);
        const struct vg_snapshot *snapshot = vg_snapshot_acquire(p);
        const struct vg_contact *v = vg_snapshot_vessel(snapshot, 0);
        assert_int_equal(v->move_seq == snapshot->seq, moments[i] == 0 || moments[i] == 3600);
        assert_int_equal(vg_contact_shown_flags(v, snapshot->clock_us) & VG_CONTACT_OFF_POSITION,
                         moments[i] < 3600 ? VG_CONTACT_OFF_POSITION : 0);
        vg_snapshot_release(snapshot);
    }
    vg_picture_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_published_is_null),
        cmocka_unit_test(a_snapshot_does_not_change),
        cmocka_unit_test(sequence_numbers_tell_where_a_change_is_first_seen),
        cmocka_unit_test(a_field_that_expires_is_a_change_of_its_row_alone),
        cmocka_unit_test(a_destination_expires_under_way),
        cmocka_unit_test(a_silent_aid_is_off_position_for_an_hour),
        cmocka_unit_test(a_slot_set_free_moves_its_chunk_on),
        cmocka_unit_test(a_steady_picture_uses_two_versions_of_a_chunk),
        cmocka_unit_test(without_memory_reports_are_dropped_and_counted),
        cmocka_unit_test(without_memory_a_published_picture_still_does_not_change),
        cmocka_unit_test(readers_see_whole_pictures_while_the_owner_writes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
