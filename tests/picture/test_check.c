/* The checker itself: each thing that must hold is broken once, and found. And the counters, one report at a time. */
#include "say.h"

#define SLOTS 3

/* Three contacts (the last is held), a free slot, a trail, a snapshot. */
static struct vg_picture *sound(void)
{
    struct vg_picture *p = picture();
    say_at(p, SHIP, 0, 0, 0);
    say_at(p, SHIP, 60, 1500, 0);
    say_at(p, OTHER, 1, 0, 0);
    say_at(p, SHIP + 7, 2, 0, 0);
    say_at(p, SHIP + 7, 3, 900000, 0);
    assert_int_equal(vg_picture_publish(p), VG_OK);
    say_at(p, OTHER, 11, 100, 0);
    return p;
}

static struct vg_contact *contact(struct vg_picture *p, uint32_t slot)
{
    return &vg_pic_cell(p, slot)->live->vessel[slot];
}

/* Changes `what`, expects the checker to see it, and changes it back. */
#define BREAKS(what, value)                                                                                            \
    do {                                                                                                               \
        __typeof__(what) was = (what);                                                                                 \
        (what) = (value);                                                                                              \
        assert_true(memcmp(&was, &(what), sizeof was) != 0);                                                           \
        assert_false(vg_picture_check(p));                                                                             \
        (what) = was;                                                                                                  \
        assert_true(vg_picture_check(p));                                                                              \
    } while (0)

static void a_broken_contact_is_found(void **state)
{
    (void)state;
    struct vg_picture *p = sound();
    for (uint32_t slot = 0; slot < SLOTS; slot++) {
        struct vg_contact *c = contact(p, slot);
        BREAKS(c->slot, slot + 1);
        BREAKS(c->mmsi, c->mmsi + 1);
        BREAKS(c->id, 0);
        BREAKS(c->id, c->id + 1);
        BREAKS(c->move_seq, p->seq + 2);
        BREAKS(c->static_seq, p->seq + 2);
        BREAKS(c->pos.lat_e4min, VG_POS_NONE.lat_e4min);
        BREAKS(c->flags, c->flags ^ VG_CONTACT_STILL);
        BREAKS(c->flags, c->flags ^ VG_CONTACT_HELD);
        BREAKS(c->class, VG_CLASS_COUNT);
        BREAKS(c->reports, 0);
        BREAKS(c->held_pos, slot == 2 ? VG_POS_NONE : c->pos);
    }
    vg_picture_free(p);
}

static void a_broken_slot_or_list_is_found(void **state)
{
    (void)state;
    struct vg_picture *p = sound();
    for (uint32_t slot = 0; slot < SLOTS; slot++) {
        struct slot_state *s = vg_pic_state(p, slot);
        BREAKS(s->used, !s->used);
        BREAKS(s->held, !s->held);
        BREAKS(s->group, s->group + 1);
        BREAKS(s->memory.arrival_us, p->elapsed_us + 1);
        BREAKS(s->trail_points, s->trail_points + 1);
        BREAKS(s->trail_last, BLOCK_NONE);
        BREAKS(s->link[LINK_GROUP].prev, slot);
        BREAKS(s->link[LINK_POOL].prev, slot);
        BREAKS(s->tier, TIER_ESTABLISHED);
        BREAKS(s->feed, 2);
        BREAKS(s->memory.since_us, s->memory.arrival_us + 1);
        BREAKS(s->arrival_no, slot == 1 ? 0 : 100); /* SHIP, SHIP + 7, OTHER is the order */
    }
    vg_picture_free(p);
}

static void a_broken_table_is_found(void **state)
{
    (void)state;
    struct vg_picture *p = sound();
    BREAKS(p->count, p->count + 1);
    BREAKS(p->counters.added, p->counters.added + 1);
    BREAKS(p->counters.expired, 1);
    BREAKS(p->counters.evicted, 1);
    BREAKS(p->counters.positions, p->counters.reports + 1);
    BREAKS(p->counters.moved, p->counters.held + 1);
    BREAKS(p->slots, p->slots + 1);
    BREAKS(p->trails.used, p->trails.used + 1);
    BREAKS(p->trails.kept, 1);
    BREAKS(p->held.tail, VG_SLOT_NONE);
    BREAKS(p->shares.count[VG_SHARE_SHIPS], 2);
    BREAKS(p->shares.part[PART_NEWCOMERS], 2);
    BREAKS(p->shares.feed[1].count, 2);
    BREAKS(p->shares.feed[1].part[PART_ESTABLISHED], 1);
    BREAKS(p->shares.feed[1].pool[VG_SHARE_SHIPS][TIER_OFTEN].tail, VG_SLOT_NONE);
    BREAKS(p->turned_away[VG_SHARE_SHIPS][VG_TURNED_AWAY_NEWCOMER], 1);
    BREAKS(p->group[VG_SILENCE_A_MOVING].tail, VG_SLOT_NONE);
    struct vg_picture_chunk *live = p->cell[0]->live;
    BREAKS(live->seq, 0);
    BREAKS(live->seq, p->seq + 2);
    BREAKS(live->used[0], 3);
    BREAKS(live->id[1], 1);
    BREAKS(live->mmsi[1], 1);
    for (uint32_t i = 0; i <= p->by_id.mask; i++) {
        if (p->by_id.row[i].slot != VG_SLOT_NONE)
            BREAKS(p->by_id.row[i].key, p->by_id.row[i].key + 1);
        if (p->by_mmsi.row[i].slot != VG_SLOT_NONE)
            BREAKS(p->by_mmsi.row[i].key, p->by_mmsi.row[i].key + 1);
    }
    vg_picture_free(p);
}

static void versions_that_differ_in_silence_are_found(void **state)
{
    (void)state;
    struct vg_picture *p = sound(); /* OTHER, in slot 1, has changed what moves since the publication */
    struct cell *cell = p->cell[0];
    assert_non_null(cell->spare);
    assert_int_equal(cell->differs[0], 2);
    assert_int_equal(cell->all_differs[0], 0);
    BREAKS(cell->spare->vessel[0].sog_dkn, 1);
    BREAKS(cell->spare->vessel[1].imo, 1);
    for (uint32_t slot = 0; slot < SLOTS; slot++) {
        BREAKS(cell->spare->id[slot], cell->spare->id[slot] + 1);
        BREAKS(cell->spare->mmsi[slot], cell->spare->mmsi[slot] + 1);
    }
    cell->spare->vessel[1].sog_dkn = 77; /* may differ */
    assert_true(vg_picture_check(p));
    vg_picture_free(p);
}

/* Two lists of the same length: a wrong place in one is not found by the lengths alone. */
static void a_broken_order_is_found_in_each_list(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    for (uint32_t i = 0; i < 8; i++) { /* four that move, four that rest; of each the last two are held */
        for (int again = 0; again <= (int)(i % 4 / 2); again++) {
            tick(p, 10 * i + again);
            struct vg_report r = position(SHIP + i, 10 * i + again, again ? 900000 : 0, 0);
            r.sog_dkn = i / 4 ? 0 : 100;
            say(p, r);
        }
    }
    assert_int_equal(vg_pic_state(p, 0)->group, VG_SILENCE_A_MOVING);
    assert_int_equal(vg_pic_state(p, 4)->group, VG_SILENCE_A_STILL);
    for (uint32_t slot = 0; slot < 8; slot++) {
        struct slot_state *s = vg_pic_state(p, slot);
        BREAKS(s->link[LINK_GROUP].prev, 7 - slot);
        BREAKS(s->used, false);
        BREAKS(s->group, s->group ^ 3);
        if (slot % 4) {
            BREAKS(s->arrival_no, vg_pic_state(p, slot - 1)->arrival_no);
            BREAKS(s->memory.arrival_us, vg_pic_state(p, slot - 1)->memory.arrival_us - 1);
        }
        if (slot % 4 >= 2) {
            BREAKS(s->link[LINK_HELD].prev, slot);
            BREAKS(s->held, false);
        }
    }
    for (int g = 0; g < GROUPS; g++)
        if (p->group[g].tail != VG_SLOT_NONE)
            BREAKS(p->group[g].tail, p->group[g].head);
    BREAKS(p->held.tail, p->held.head);
    BREAKS(p->held.head, p->held.tail);
    BREAKS(p->free_slot, 1);
    vg_picture_free(p);
}

static void a_broken_list_of_free_slots_is_found(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    for (uint32_t i = 0; i < 4; i++)
        say_at(p, SHIP + i, 0, 0, 0);
    tick(p, 3600); /* all go */
    say_at(p, OTHER, 3600, 0, 0);
    assert_int_equal(p->count, 1);
    assert_int_equal(p->slots, 4);
    uint32_t first = p->free_slot;
    BREAKS(p->free_slot, VG_SLOT_NONE);
    BREAKS(p->free_slot, vg_pic_find(p, OTHER)); /* in use */
    BREAKS(vg_pic_state(p, first)->link[LINK_GROUP].next, VG_SLOT_NONE);
    BREAKS(vg_pic_state(p, first)->link[LINK_GROUP].next, first); /* a ring */
    vg_picture_free(p);
}

static void a_broken_trail_is_found(void **state)
{
    (void)state;
    struct vg_picture *p = sound();
    struct trail_block *b = vg_pic_block(&p->trails, vg_pic_state(p, 0)->trail_first);
    BREAKS(b->owner, 2);
    BREAKS(b->end, b->first);
    BREAKS(b->end, TRAIL_BLOCK_POINTS + 1);
    BREAKS(b->point[0].after_ms, b->point[1].after_ms + 1);
    BREAKS(b->point[0].pos.lat_e4min, VG_POS_NONE.lat_e4min);
    BREAKS(b->older, 5);
    BREAKS(b->owner, VG_SLOT_NONE);
    BREAKS(b->next, p->trails.blocks);
    BREAKS(b->next, vg_pic_state(p, 0)->trail_first); /* a ring */
    BREAKS(p->trails.newest, 0);
    BREAKS(p->trails.blocks, p->trails.blocks + 1);
    BREAKS(p->trails.blocks_max, p->trails.blocks - 1);
    BREAKS(p->limits.trail_points, 1);
    BREAKS(vg_pic_state(p, 1)->dwelling, true); /* of one point */
    vg_picture_free(p);
}

/* ---- counters ---- */

static void every_report_is_counted_once_for_what_it_was(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    const struct vg_picture_counters *c = vg_picture_counters(p);
    struct vg_picture_counters want = {0};
#define EXPECT(report)                                                                                                 \
    do {                                                                                                               \
        say(p, report);                                                                                                \
        want.reports++;                                                                                                \
        assert_memory_equal(c, &want, sizeof want);                                                                    \
    } while (0)
    want.added = want.positions = 1;
    EXPECT(position(SHIP, 0, 0, 0));
    want.duplicate++;
    struct vg_report again = position(SHIP, 1, 0, 0);
    again.source = 2;
    EXPECT(again);
    want.worse++;
    struct vg_report coarse = position(SHIP, 20, 100, 0);
    coarse.message = 27;
    EXPECT(coarse);
    want.foreign++;
    struct vg_report base = position(SHIP, 21, 100, 0);
    base.message = 4;
    base.class = VG_CLASS_BASE;
    EXPECT(base);
    want.held++;
    EXPECT(position(SHIP, 100, 900000, 0));
    want.held++;
    EXPECT(position(SHIP, 110, 900000, 0));
    want.held++, want.moved++, want.positions++;
    EXPECT(position(SHIP, 120, 900000, 0));
    want.late++;
    EXPECT(position(SHIP, 115, 900000, 0));
    EXPECT(named(SHIP, 121, "MARIA"));
    want.late++;
    EXPECT(named(SHIP, 100, "ELENA"));
    want.ahead++;
    struct vg_report ahead = named(SHIP, 2 * 86400, "FUTURE");
    want.late++; /* as of now, which is before 121 s */
    EXPECT(ahead);
    vg_picture_free(p);
}

/* A MOVE row is told again for each thing it shows, and for nothing else. */
static void each_value_of_a_move_row_moves_it(void **state)
{
    (void)state;
    static const uint32_t fields[] = {VG_FIELD_BIT(SOG), VG_FIELD_BIT(COG), VG_FIELD_BIT(HEADING), VG_FIELD_BIT(TURN),
                                      VG_FIELD_BIT(STATUS)};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        struct vg_picture *p = picture();
        struct vg_update u;
        struct vg_report r = named(SHIP, 0, "MARIA");
        say(p, r);
        r = position(SHIP, 0, 0, 0);
        r.fields = fields[i]; /* said for the first time, as zero */
        r.sog_dkn = r.cog_ddeg = 0;
        assert_true(vg_picture_apply(p, &r, &u));
        assert_int_equal(u.before.said, 0);
        assert_int_equal(u.after.said, 1 << i);
        assert_int_equal(vg_picture_find(p, SHIP)->move_seq, 1);
        vg_picture_free(p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_broken_contact_is_found),
        cmocka_unit_test(a_broken_slot_or_list_is_found),
        cmocka_unit_test(a_broken_table_is_found),
        cmocka_unit_test(versions_that_differ_in_silence_are_found),
        cmocka_unit_test(a_broken_order_is_found_in_each_list),
        cmocka_unit_test(a_broken_list_of_free_slots_is_found),
        cmocka_unit_test(a_broken_trail_is_found),
        cmocka_unit_test(every_report_is_counted_once_for_what_it_was),
        cmocka_unit_test(each_value_of_a_move_row_moves_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
