/* What is told one by one, and what in groups: bounded whatever comes, and nothing is missing from the sums. */
#include "situation/notice_budget.h"

#include <stdio.h>
#include <string.h>

#include "test.h"

#define SECOND INT64_C(1000000)
#define NOON   INT64_C(1700000000000000) /* the picture's time; the other clock begins at 5 */

static struct vg_notice_budget *budget(void)
{
    struct vg_notice_budget *b;
    assert_int_equal(vg_notice_budget_new(&b), VG_OK);
    return b;
}

static bool take_distress(struct vg_notice_budget *b, double at_s, const char *source, enum vg_distress_change change)
{
    struct vg_notice e = {.kind = VG_NOTICE_DISTRESS, .distress.change = change};
    snprintf(e.distress.source, sizeof e.distress.source, "%s", source);
    return vg_notice_budget_take(b, &e, 5 + (int64_t)(at_s * SECOND), NOON + (int64_t)(at_s * SECOND));
}

static bool due(struct vg_notice_budget *b, double at_s, struct vg_notice *ret)
{
    return vg_notice_budget_due(b, 5 + (int64_t)(at_s * SECOND), NOON + (int64_t)(at_s * SECOND), 77, ret);
}

static struct vg_notice expect_group(struct vg_notice_budget *b, double at_s)
{
    struct vg_notice e, more;
    assert_true(due(b, at_s, &e));
    assert_int_equal(e.kind, VG_NOTICE_DISTRESS_GROUP);
    assert_false(due(b, at_s, &more));
    return e;
}

static void ten_a_minute_are_told_and_the_rest_every_ten_seconds(void **state)
{
    (void)state;
    struct vg_notice_budget *b = budget();
    struct vg_notice e;
    int told = 0, groups = 0;
    uint64_t sum = 0;
    for (int s = 0; s < 300; s++) { /* 3 000 calls in five minutes */
        for (int k = 0; k < 10; k++)
            told += take_distress(b, s, "Manta/x", VG_DISTRESS_ACTIVE);
        while (due(b, s + 0.5, &e)) {
            groups++;
            sum = e.group.active; /* since the first */
            assert_int_equal(e.group.since_us, NOON + SECOND);
            assert_int_equal(e.group.calling, 77);
        }
    }
    assert_int_equal(told, 5 * 10);
    assert_int_equal(groups, 30);
    e = expect_group(b, 310);
    assert_true(sum < e.group.active);
    assert_int_equal(e.group.active + (unsigned)told, 3000);
    assert_int_equal(vg_notice_budget_grouped(b), e.group.active);
    assert_int_equal(e.group.sources, 1);
    assert_string_equal(e.group.source[0].source, "Manta/x");
    assert_false(due(b, 330, &e)); /* nothing new */
    assert_false(due(b, 400, &e));
    for (int k = 0; k < 11; k++) /* over, and another one */
        take_distress(b, 500, "Manta/x", VG_DISTRESS_ENDED);
    e = expect_group(b, 500);
    assert_int_equal(e.group.since_us, NOON + 500 * SECOND);
    assert_true(e.group.active == 0 && e.group.ended == 11 - VG_DISTRESS_TEST_SINGLES);
    vg_notice_budget_free(b);
}

static void flood(struct vg_notice_budget *b, int from_s, int to_s, bool invented, enum vg_distress_change change)
{
    char source[32] = "Manta/x";
    for (int i = from_s * 50; i < to_s * 50; i++) {
        if (invented)
            snprintf(source, sizeof source, "Manta/x%d", i);
        take_distress(b, i / 50.0, source, change);
    }
}

static void who_is_quiet_is_told_beside_a_flood(void **state)
{
    (void)state;
    for (int invented = 0; invented < 2; invented++) {
        struct vg_notice_budget *b = budget();
        flood(b, 0, 100, invented, VG_DISTRESS_ACTIVE);
        assert_true(take_distress(b, 100, "Salinas", VG_DISTRESS_ACTIVE)); /* another feed */
        assert_true(take_distress(b, 101, "Salinas/roof", VG_DISTRESS_ACTIVE));
        if (!invented) /* behind the same feed, by a station that says little */
            assert_true(take_distress(b, 101, "Manta/roof", VG_DISTRESS_ACTIVE));
        assert_false(take_distress(b, 102, "Manta/x", VG_DISTRESS_ACTIVE) &&
                     take_distress(b, 102, "Manta/x", VG_DISTRESS_ACTIVE) &&
                     take_distress(b, 102, "Manta/x", VG_DISTRESS_ACTIVE));
        vg_notice_budget_free(b);
    }
}

static void invented_stations_are_told_twenty_a_minute_at_most(void **state)
{
    (void)state;
    struct vg_notice_budget *b = budget();
    int told = 0;
    for (int i = 0; i < 6000; i++) {
        char source[32];
        snprintf(source, sizeof source, "Manta/x%d", i);
        told += take_distress(b, i / 100.0, source, VG_DISTRESS_ACTIVE);
    }
    assert_in_range(told, 10, 20);
    struct vg_notice e = expect_group(b, 60);
    assert_int_equal(e.group.active + (unsigned)told, 6000);
    assert_int_equal(e.group.sources, VG_GROUP_SOURCES);
    assert_string_equal(e.group.source[0].source, "Manta"); /* those that have no row of their own */
    assert_true(e.group.source[0].count > e.group.source[1].count);
    vg_notice_budget_free(b);
}

static void tests_and_ends_leave_room_for_a_call(void **state)
{
    (void)state;
    struct vg_notice_budget *b = budget();
    flood(b, 0, 30, false, VG_DISTRESS_TEST);
    flood(b, 30, 50, false, VG_DISTRESS_ENDED);
    for (int i = 0; i < VG_DISTRESS_SINGLES - VG_DISTRESS_TEST_SINGLES; i++)
        assert_true(take_distress(b, 50, "Manta/x", VG_DISTRESS_ACTIVE));
    assert_false(take_distress(b, 50, "Manta/x", VG_DISTRESS_ACTIVE));
    vg_notice_budget_free(b);
}

static bool take_feed(struct vg_notice_budget *b, double at_s, const char *name, enum vg_feed_state to,
                      uint32_t *ret_changes)
{
    struct vg_notice e = {.kind = VG_NOTICE_FEED, .feed.state = to};
    snprintf(e.feed.name, sizeof e.feed.name, "%s", name);
    bool told = vg_notice_budget_take(b, &e, 5 + (int64_t)(at_s * SECOND), NOON);
    *ret_changes = e.feed.changes;
    return told;
}

static void a_feed_that_flaps_is_told_a_few_times_and_how_it_ends(void **state)
{
    (void)state;
    struct vg_notice_budget *b = budget();
    struct vg_notice e;
    uint32_t told = 0, stands_for = 0, changes;
    for (int i = 0; i < 1000; i++) {
        enum vg_feed_state to = i % 2 ? VG_FEED_LIVE : VG_FEED_DOWN;
        if (take_feed(b, i / 10.0, "Manta", to, &changes)) {
            told++;
            stands_for += changes ? changes : 1;
        }
        while (due(b, i / 10.0, &e)) {
            told++;
            stands_for += e.feed.changes ? e.feed.changes : 1;
        }
    }
    assert_in_range(told, 6, 20); /* of 1 000 */
    assert_true(take_feed(b, 100, "Salinas", VG_FEED_LIVE, &changes));
    while (due(b, 115, &e)) {
        stands_for += e.feed.changes ? e.feed.changes : 1;
        assert_string_equal(e.feed.name, "Manta");
        assert_int_equal(e.feed.state, VG_FEED_LIVE); /* as it was in the end */
    }
    assert_int_equal(stands_for, 1000);
    vg_notice_budget_free(b);
}

static void a_disk_that_flaps_is_told_a_few_times(void **state)
{
    (void)state;
    struct vg_notice_budget *b = budget();
    struct vg_notice e;
    int told = 0;
    for (int i = 0; i < 120; i++) {
        e = (struct vg_notice){.kind = VG_NOTICE_STORAGE, .storage.failing = i % 2};
        told += vg_notice_budget_take(b, &e, i * SECOND, NOON);
        while (vg_notice_budget_due(b, i * SECOND, NOON, 0, &e))
            told++;
    }
    assert_in_range(told, 6, 20);
    vg_notice_budget_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_a_minute_are_told_and_the_rest_every_ten_seconds),
        cmocka_unit_test(who_is_quiet_is_told_beside_a_flood),
        cmocka_unit_test(invented_stations_are_told_twenty_a_minute_at_most),
        cmocka_unit_test(tests_and_ends_leave_room_for_a_call),
        cmocka_unit_test(a_feed_that_flaps_is_told_a_few_times_and_how_it_ends),
        cmocka_unit_test(a_disk_that_flaps_is_told_a_few_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
