/* Sets of journal offsets: ranges that touch become one, and what is in the set is what was added. */
#include "base/offset_ranges.h"
#include "test.h"

static const char *text_of(const struct vg_offset_ranges *set)
{
    static char text[400];
    int len = 0;
    text[0] = 0;
    for (size_t i = 0; i < set->count && len < 300; i++)
        len += snprintf(text + len, sizeof text - (size_t)len, "%s%llu-%llu", i ? " " : "",
                        (unsigned long long)set->items[i].from, (unsigned long long)set->items[i].to);
    return text;
}

static void ranges_that_touch_are_one(void **state)
{
    (void)state;
    static const struct {
        struct vg_offset_range add;
        const char *set;
    } steps[] = {
        {{10, 20}, "10-20"},
        {{30, 40}, "10-20 30-40"},
        {{5, 5}, "10-20 30-40"},
        {{1, 3}, "1-3 10-20 30-40"},
        {{20, 22}, "1-3 10-22 30-40"},
        {{28, 30}, "1-3 10-22 28-40"},
        {{12, 15}, "1-3 10-22 28-40"},
        {{50, 60}, "1-3 10-22 28-40 50-60"},
        {{9, 45}, "1-3 9-45 50-60"},
        {{46, 47}, "1-3 9-45 46-47 50-60"},
        {{45, 46}, "1-3 9-47 50-60"},
        {{UINT64_MAX - 1, UINT64_MAX}, "1-3 9-47 50-60 18446744073709551614-18446744073709551615"},
        {{0, UINT64_MAX}, "0-18446744073709551615"},
    };
    struct vg_offset_ranges set = {0};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        assert_int_equal(vg_offset_ranges_add(&set, steps[i].add), VG_OK);
        assert_string_equal(text_of(&set), steps[i].set);
    }
    assert_int_equal(vg_offset_ranges_add(&set, (struct vg_offset_range){2, 1}), VG_ARG);
    vg_offset_ranges_free(&set);
    assert_false(vg_offset_ranges_have(&set, 0));
    assert_int_equal(vg_offset_ranges_add(&set, (struct vg_offset_range){3, 4}), VG_OK);
    assert_string_equal(text_of(&set), "3-4");
    vg_offset_ranges_free(&set);
}

/* Against a set of flags, for every pair of ends. */
static void what_was_added_is_in_the_set(void **state)
{
    (void)state;
    enum { MOST = 24 };
    for (unsigned seed = 1; seed < 200; seed++) {
        struct vg_offset_ranges set = {0};
        bool have[MOST + 1] = {false};
        unsigned dice = seed * 2654435761u;
        for (int n = 0; n < 5; n++) {
            uint64_t from = (dice >> 8) % MOST, len = (dice >> 20) % 6;
            dice = dice * 1664525u + 1013904223u;
            uint64_t to = from + len < MOST ? from + len : MOST;
            assert_int_equal(vg_offset_ranges_add(&set, (struct vg_offset_range){from, to}), VG_OK);
            for (uint64_t i = from; i < to; i++)
                have[i] = true;
        }
        for (size_t i = 0; i + 1 < set.count; i++)
            assert_true(set.items[i].to < set.items[i + 1].from);
        for (uint64_t first = 0; first <= MOST; first++) {
            bool meets = false;
            assert_int_equal(vg_offset_ranges_have(&set, first), have[first]);
            for (uint64_t last = first; last <= MOST; last++) {
                meets = meets || have[last];
                assert_int_equal(vg_offset_ranges_meet(&set, first, last), meets);
            }
            assert_false(first && vg_offset_ranges_meet(&set, first, first - 1));
        }
        assert_false(vg_offset_ranges_have(&set, UINT64_MAX));
        vg_offset_ranges_free(&set);
    }
}

static void a_full_set_refuses_and_stays(void **state)
{
    (void)state;
    struct vg_offset_ranges set = {0}, other = {0};
    for (uint64_t i = 0; i < VG_OFFSET_RANGES_MAX; i++)
        assert_int_equal(vg_offset_ranges_add(&set, (struct vg_offset_range){4 * i, 4 * i + 1}), VG_OK);
    assert_int_equal(vg_offset_ranges_add(&set, (struct vg_offset_range){2, 3}), VG_LIMIT);
    assert_int_equal(set.count, VG_OFFSET_RANGES_MAX);
    for (uint64_t i = 0; i < 3; i++) /* the first makes two one, so that there is room for the next */
        assert_int_equal(vg_offset_ranges_add(&other, (struct vg_offset_range){i ? 4 * i + 2 : 1, 4 * i + 4 - !!i}),
                         VG_OK);
    assert_int_equal(vg_offset_ranges_join(&set, &other), VG_LIMIT);
    assert_int_equal(set.count, VG_OFFSET_RANGES_MAX);
    assert_false(vg_offset_ranges_have(&set, 2));
    assert_int_equal(vg_offset_ranges_add(&set, (struct vg_offset_range){13, 16}), VG_OK); /* makes two one */
    assert_int_equal(set.count, VG_OFFSET_RANGES_MAX - 1);
    assert_int_equal(vg_offset_ranges_join(&set, &other), VG_OK);
    assert_int_equal(set.count, VG_OFFSET_RANGES_MAX);
    assert_true(vg_offset_ranges_have(&set, 2) && vg_offset_ranges_have(&set, 10));
    assert_int_equal(vg_offset_ranges_join(&other, &set), VG_OK);
    assert_int_equal(other.count, VG_OFFSET_RANGES_MAX);
    vg_offset_ranges_free(&set);
    vg_offset_ranges_free(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_that_touch_are_one),
        cmocka_unit_test(what_was_added_is_in_the_set),
        cmocka_unit_test(a_full_set_refuses_and_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
