/*
 * A full table under floods of what is invented: who was heard for ten minutes stays, whatever is sent and from where.
 * The tables are small; the ratios are those of 200 000 rows.
 */
#include <stdio.h>

#include "say.h"

#define ROWS   1000
#define SHIPS  500 /* half of the table */
#define FLOOD  3000
#define FAKE   UINT32_C(412000000)
#define BEACON UINT32_C(970000000)
#define BASE   UINT32_C(2240000) /* 00MIDxxxx */
#define AID    UINT32_C(992240000)
#define PLANE  UINT32_C(111224000)

struct sea {
    struct vg_sources sources;
    struct vg_picture *p;
    uint16_t feed, station, other;
    double now_s;
    uint64_t journal_offset;
};

static struct sea *open_sea(uint32_t rows, size_t trail_bytes)
{
    struct sea *s = calloc(1, sizeof *s);
    assert_int_equal(vg_sources_init(&s->sources), VG_OK);
    s->feed = vg_source_feed(&s->sources, "Manta");
    s->station = vg_source_station(&s->sources, s->feed, "roof", 4);
    s->other = vg_source_feed(&s->sources, "Otro");
    s->p = picture_of(rows, trail_bytes, 1000);
    vg_picture_set_sources(s->p, &s->sources);
    vg_picture_advance(s->p, at(0));
    return s;
}

static void close_sea(struct sea *s)
{
    assert_true(vg_picture_check(s->p));
    vg_picture_free(s->p);
    vg_sources_free(&s->sources);
    free(s);
}

static void hear(struct sea *s, struct vg_report r, uint16_t source)
{
    r.time_us = at(s->now_s);
    r.source = source;
    r.journal_offset = ++s->journal_offset;
    vg_picture_apply(s->p, &r, NULL);
}

static void wait(struct sea *s, double seconds)
{
    s->now_s += seconds;
    vg_picture_advance(s->p, at(s->now_s));
}

/* Real ships: each is heard every three minutes. */
static void sail(struct sea *s, uint32_t ships, double for_s, uint16_t source)
{
    for (double end_s = s->now_s + for_s;; wait(s, 180)) {
        for (uint32_t i = 0; i < ships; i++)
            hear(s, position(SHIP + i, 0, 20000.0 * i + s->now_s * 5, 0), source);
        if (s->now_s >= end_s)
            return;
    }
}

static uint32_t afloat(const struct sea *s, uint32_t ships)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < ships; i++)
        n += vg_picture_find(s->p, SHIP + i) != NULL;
    return n;
}

static struct vg_turned_away_sums turned_away(const struct sea *s)
{
    struct vg_turned_away_sums sums;
    vg_picture_turned_away(s->p, &sums);
    return sums;
}

/* ---- floods ---- */

enum from { FROM_OTHER, FROM_SAME, FROM_STATIONS, FROM_NEW_FEEDS };
enum what { SHIPS_ONLY, BEACONS, TESTS, BASES, AIDS, PLANES, MIX };

static struct vg_report invented(enum what what, uint32_t i)
{
    static const uint32_t first[] = {FAKE, BEACON, BEACON, BASE, AID, PLANE};
    static const enum vg_class class[] = {VG_CLASS_SHIP_A, VG_CLASS_SART, VG_CLASS_SART,
                                          VG_CLASS_BASE,   VG_CLASS_ATON, VG_CLASS_SAR};
    static const uint8_t message[] = {1, 1, 1, 4, 21, 9};
    if (what == MIX)
        what = (enum what)(i % MIX);
    struct vg_report r = position(first[what] + i, 0, 900.0 * i, 2e6);
    r.class = (uint8_t) class[what];
    r.message = message[what];
    if (what == BEACONS || what == TESTS) {
        r.fields |= VG_FIELD_BIT(STATUS);
        r.status = what == TESTS ? 15 : 14;
    }
    return r;
}

static uint16_t source_of(struct sea *s, enum from from, uint32_t i)
{
    char name[16];
    int n = snprintf(name, sizeof name, "x%u", i % 1000);
    switch (from) {
    case FROM_OTHER:
        return s->other;
    case FROM_STATIONS:
        return vg_source_station(&s->sources, s->feed, name, (size_t)n);
    case FROM_NEW_FEEDS:
        return vg_source_feed(&s->sources, name);
    default:
        return s->station;
    }
}

/* So many identities, each heard `times` times, 500 a second. */
static void flood(struct sea *s, enum what what, enum from from, uint32_t count, int times)
{
    for (int k = 0; k < times; k++)
        for (uint32_t i = 0; i < count; i++) {
            if (i % 500 == 0)
                wait(s, 1);
            hear(s, invented(what, i), source_of(s, from, i));
        }
}

static void who_was_heard_for_ten_minutes_outlives_every_flood(void **state)
{
    (void)state;
    for (enum what what = SHIPS_ONLY; what <= MIX; what++)
        for (enum from from = FROM_OTHER; from <= FROM_NEW_FEEDS; from++) {
            struct sea *s = open_sea(ROWS, 1 << 20);
            sail(s, SHIPS, 660, s->station);
            flood(s, what, from, FLOOD, 1 + (from == FROM_SAME));
            assert_int_equal(vg_picture_count(s->p), ROWS);
            assert_int_equal(afloat(s, SHIPS), SHIPS);
            assert_true(turned_away(s).total >= FLOOD - (ROWS - SHIPS));
            assert_int_equal(turned_away(s).established, 0);
            close_sea(s);
        }
}

/* A house full of ships that were heard for long: what knocks has a door, and no more than that. */
static void a_table_full_of_known_ships_loses_a_hundredth_at_most(void **state)
{
    (void)state;
    for (enum from from = FROM_OTHER; from <= FROM_STATIONS; from++) {
        struct sea *s = open_sea(ROWS, 1 << 20);
        sail(s, ROWS, 660, s->station);
        flood(s, SHIPS_ONLY, from, FLOOD, 1);
        assert_in_range(afloat(s, ROWS), ROWS - ROWS / 100, ROWS - 1);
        assert_int_equal(turned_away(s).established, ROWS - afloat(s, ROWS));
        close_sea(s);
    }
}

static void devices_that_call_have_a_twentieth_and_lose_among_themselves(void **state)
{
    (void)state;
    struct sea *s = open_sea(ROWS, 1 << 20);
    sail(s, ROWS / 2, 660, s->station);
    sail(s, ROWS, 0, s->station); /* and half a thousand that have just come */
    hear(s, invented(BEACONS, 999999), s->station);
    flood(s, BEACONS, FROM_OTHER, FLOOD, 2);
    assert_in_range(vg_picture_calling(s->p), ROWS / 20, ROWS / 20 + 1);
    assert_non_null(vg_picture_find(s->p, BEACON + 999999)); /* from the quiet feed */
    assert_int_equal(afloat(s, ROWS / 2), ROWS / 2);
    assert_in_range(afloat(s, ROWS), ROWS - ROWS / 20 - 1, ROWS);
    assert_true(turned_away(s).distress >= FLOOD - ROWS / 20 - 1);
    close_sea(s);
}

static void count_ends(void *arg, const struct vg_update *update)
{
    int *ends = arg;
    *ends += vg_update_distress(update) == VG_DISTRESS_ENDED;
}

static void who_is_turned_away_is_not_told_to_have_ended_a_call(void **state)
{
    (void)state;
    int ends = 0;
    struct sea *s = open_sea(100, 1 << 16);
    vg_picture_set_on_update(s->p, count_ends, &ends);
    flood(s, BEACONS, FROM_OTHER, 200, 1);
    assert_true(turned_away(s).distress >= 90);
    assert_int_equal(ends, 0);
    wait(s, 13 * 3600);
    assert_in_range(ends, 90, 100); /* by silence */
    close_sea(s);
}

static void a_beacon_is_heard_beside_a_station_that_floods_its_feed(void **state)
{
    (void)state;
    struct sea *s = open_sea(ROWS, 1 << 20);
    uint16_t flooding = vg_source_station(&s->sources, s->feed, "x", 1);
    sail(s, SHIPS, 660, s->station);
    sail(s, ROWS, 0, s->station);
    hear(s, invented(BEACONS, 999999), s->station);
    for (uint32_t i = 0; i < FLOOD; i++)
        hear(s, invented(BEACONS, i), flooding);
    assert_non_null(vg_picture_find(s->p, BEACON + 999999));
    assert_true(vg_picture_find(s->p, BEACON + 999999)->flags & VG_CONTACT_DISTRESS);
    close_sea(s);
}

/* A device that tests has no rank: else invented tests would push the ships out, as invented calls did. */
static void invented_tests_push_no_newcomer_of_another_feed_out(void **state)
{
    (void)state;
    struct sea *s = open_sea(ROWS, 1 << 20);
    sail(s, ROWS / 4, 0, s->station); /* heard once, a moment ago */
    flood(s, TESTS, FROM_OTHER, FLOOD, 1);
    flood(s, SHIPS_ONLY, FROM_OTHER, FLOOD, 1);
    flood(s, MIX, FROM_OTHER, FLOOD, 1);
    assert_int_equal(afloat(s, ROWS / 4), ROWS / 4);
    close_sea(s);
}

static void of_the_newcomers_of_one_feed_who_is_heard_again_stays(void **state)
{
    (void)state;
    struct sea *s = open_sea(ROWS, 1 << 20);
    sail(s, 100, 180, s->station);
    flood(s, SHIPS_ONLY, FROM_SAME, FLOOD, 1);
    assert_int_equal(afloat(s, 100), 100);
    flood(s, AIDS, FROM_STATIONS, FLOOD, 1);
    assert_int_equal(afloat(s, 100), 100);
    close_sea(s);
}

/* The flooding feed names real ships first; they count for the quiet one that tells of them as well. */
static void a_ship_counts_for_the_quieter_of_those_that_tell_of_her(void **state)
{
    (void)state;
    struct sea *s = open_sea(ROWS, 1 << 20);
    flood(s, SHIPS_ONLY, FROM_OTHER, ROWS / 2, 1);
    sail(s, 100, 0, s->other);
    sail(s, 100, 0, s->station);
    flood(s, SHIPS_ONLY, FROM_OTHER, FLOOD, 2);
    assert_int_equal(afloat(s, 100), 100);
    close_sea(s);
}

static void new_ships_get_in_though_the_table_is_full_of_invented_ones_that_last(void **state)
{
    (void)state;
    struct sea *s = open_sea(ROWS, 1 << 20);
    for (int k = 0; k < 5; k++) {
        flood(s, SHIPS_ONLY, FROM_OTHER, ROWS, 1);
        wait(s, 170);
    }
    sail(s, 5, 900, s->station); /* the door has 8 rows */
    flood(s, SHIPS_ONLY, FROM_OTHER, FLOOD, 1);
    assert_int_equal(afloat(s, 5), 5);
    close_sea(s);
}

static void what_is_turned_away_is_counted_by_kind(void **state)
{
    (void)state;
    struct sea *s = open_sea(100, 1 << 16);
    flood(s, AIDS, FROM_OTHER, 150, 1);
    assert_int_equal(vg_picture_publish(s->p), VG_OK);
    const struct vg_snapshot *snapshot = vg_snapshot_acquire(s->p);
    struct vg_turned_away_sums sums;
    vg_snapshot_turned_away(snapshot, &sums);
    assert_int_equal(snapshot->turned_away[VG_SHARE_FIXED][VG_TURNED_AWAY_NEWCOMER], 50);
    assert_true(sums.total == 50 && sums.newcomers == 50 && sums.established == 0 && sums.distress == 0);
    vg_snapshot_release(snapshot);
    assert_int_equal(vg_picture_counters(s->p)->evicted, 50);
    flood(s, BEACONS, FROM_OTHER, 100, 1);
    assert_true(turned_away(s).distress >= 94 && turned_away(s).newcomers >= 55);
    assert_int_equal(turned_away(s).total, vg_picture_counters(s->p)->evicted);
    close_sea(s);
}

/* ---- trails ---- */

static uint32_t points_of(const struct sea *s, uint32_t mmsi)
{
    static struct vg_trail_point points[1000];
    return (uint32_t)vg_picture_trail(s->p, mmsi, 0, points, 1000, NULL);
}

static void a_flood_takes_no_trail_of_a_ship_that_was_heard_for_long(void **state)
{
    (void)state;
    for (enum from from = FROM_OTHER; from <= FROM_SAME; from++) {
        struct sea *s = open_sea(ROWS, 300 * 512); /* 300 blocks of 30 points */
        for (int k = 0; k < 60; k++, wait(s, 60))
            for (uint32_t i = 0; i < 100; i++)
                hear(s, position(SHIP + i, 0, 20000.0 * i, k * 1500.0), s->station);
        for (uint32_t i = 0; i < 100; i++)
            assert_int_equal(points_of(s, SHIP + i), 60);
        for (int k = 0; k < 3; k++)
            for (uint32_t i = 0; i < FLOOD; i++) {
                struct vg_report r = invented(SHIPS_ONLY, i % 700);
                r.pos = metres(900.0 * i, 2e6 + 1100 * k);
                hear(s, r, from == FROM_OTHER ? s->other : s->station);
            }
        uint32_t kept = 0;
        for (uint32_t i = 0; i < 100; i++)
            kept += points_of(s, SHIP + i);
        assert_int_equal(kept, 6000);
        close_sea(s);
    }
}

/* ---- the same each time ---- */

static void the_same_flood_leaves_the_same_picture_whatever_the_numbers_of_sources(void **state)
{
    (void)state;
    uint64_t hash[2];
    for (int k = 0; k < 2; k++) {
        struct sea *s = open_sea(300, 100 * 512);
        for (int i = 0; i < 7 * k; i++)
            source_of(s, FROM_NEW_FEEDS, (uint32_t)i + 900); /* other numbers for those that come */
        sail(s, 100, 660, s->station);
        flood(s, MIX, FROM_NEW_FEEDS, 800, 2);
        flood(s, MIX, FROM_STATIONS, 800, 1);
        hash[k] = vg_picture_hash(s->p, &s->sources);
        close_sea(s);
    }
    assert_true(hash[0] == hash[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_was_heard_for_ten_minutes_outlives_every_flood),
        cmocka_unit_test(a_table_full_of_known_ships_loses_a_hundredth_at_most),
        cmocka_unit_test(devices_that_call_have_a_twentieth_and_lose_among_themselves),
        cmocka_unit_test(who_is_turned_away_is_not_told_to_have_ended_a_call),
        cmocka_unit_test(a_beacon_is_heard_beside_a_station_that_floods_its_feed),
        cmocka_unit_test(invented_tests_push_no_newcomer_of_another_feed_out),
        cmocka_unit_test(of_the_newcomers_of_one_feed_who_is_heard_again_stays),
        cmocka_unit_test(a_ship_counts_for_the_quieter_of_those_that_tell_of_her),
        cmocka_unit_test(new_ships_get_in_though_the_table_is_full_of_invented_ones_that_last),
        cmocka_unit_test(what_is_turned_away_is_counted_by_kind),
        cmocka_unit_test(a_flood_takes_no_trail_of_a_ship_that_was_heard_for_long),
        cmocka_unit_test(the_same_flood_leaves_the_same_picture_whatever_the_numbers_of_sources),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
