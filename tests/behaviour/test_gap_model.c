/* The model of gaps, and the trees that it is made of. */
#include "../test.h"

#include <math.h>

#include "behaviour/gap_model.h"
#include "behaviour/trees.h"

static double chance(double day, double before, double after, double long_before, double long_after)
{
    const struct vg_gap_reception r = {day, before, after, long_before, long_after};
    return vg_gap_model(&r);
}

/* Each node asks another feature, so that each leaf has a path of its own. */
static void a_tree_leads_to_the_leaf_of_its_answers(void **state)
{
    (void)state;
    const struct vg_tree tree = {{0, 1, 2, 3, 4, 5, 6}, {0, 0, 0, 0, 0, 0, 0}, {1, 2, 3, 4, 5, 6, 7, 8}};
    const struct {
        double feature[7];
        double leaf;
    } path[] = {
        {{-1, -1, 9, -1, 9, 9, 9}, 1},   {{-1, -1, -9, 1, -9, -9, -9}, 2}, {{-1, 1, 9, 9, -1, 9, 9}, 3},
        {{-1, 1, -9, -9, 1, -9, -9}, 4}, {{1, 9, -1, 9, 9, -1, 9}, 5},     {{1, -9, -1, -9, -9, 1, -9}, 6},
        {{1, 9, 1, 9, 9, 9, -1}, 7},     {{1, -9, 1, -9, -9, -9, 1}, 8},
    };
    for (size_t i = 0; i < 8; i++)
        assert_true(fabs(vg_trees_log_odds(0.5, &tree, 1, path[i].feature) - path[i].leaf - 0.5) < 1e-12);
    assert_true(fabs(vg_trees_log_odds(0, &tree, 1, (double[7]){0}) - 1) < 1e-12); /* at a threshold: to the left */
    const struct vg_tree two[2] = {tree, tree};
    assert_true(fabs(vg_trees_log_odds(0, two, 2, path[3].feature) - 8) < 1e-12);
    assert_true(fabs(vg_logistic(0) - 0.5) < 1e-12 && vg_logistic(800) <= 1 && vg_logistic(-800) >= 0);
}

static void silence_where_much_was_heard_is_likelier_than_where_little_was(void **state)
{
    (void)state;
    assert_true(chance(150, 60, 55, 300, 280) > 0.9);
    assert_true(chance(9, 2, 2, 2, 2) < 0.5);
    assert_true(chance(150, 60, 55, 300, 280) > chance(30, 12, 11, 60, 56));
}

static void every_reception_has_a_probability(void **state)
{
    (void)state;
    static const double some[] = {0, 0.3, 1, 5, 14, 100, 1e4, 1e9};
    const size_t n = sizeof some / sizeof *some;
    for (size_t i = 0; i < n * n * n; i++) {
        const double p = chance(some[i % n], some[i / n % n], some[i / n / n], some[i / n % n], some[i % n]);
        assert_true(p > 0 && p < 1);
    }
}

static void what_is_no_reception_has_none(void **state)
{
    (void)state;
    assert_true(isnan(chance(NAN, 1, 1, 1, 1)));
    assert_true(isnan(chance(10, -1, 1, 1, 1)));
    assert_true(isnan(chance(10, 1, -1, 1, 1)));
    assert_true(isnan(chance(10, 1, 1, NAN, 1)));
    assert_true(isnan(chance(10, 1, 1, 1, -0.5)));
}

static void features_are_what_the_header_says(void **state)
{
    (void)state;
    const struct vg_gap_reception r = {20, 9.5, 31, 99, 63};
    double f[VG_GAP_FEATURES];
    const double want[VG_GAP_FEATURES] = {log(21),        log(10.5),        log(32),         log(100), log(64),
                                          log(10 / 10.5), log(31.5 / 10.5), log(100 / 10.5), log(2),   log(10.5),
                                          log(32),        log(64),          log(100)};
    vg_gap_features(&r, f);
    for (size_t i = 0; i < VG_GAP_FEATURES; i++)
        assert_true(fabs(f[i] - want[i]) < 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_leads_to_the_leaf_of_its_answers),
        cmocka_unit_test(silence_where_much_was_heard_is_likelier_than_where_little_was),
        cmocka_unit_test(every_reception_has_a_probability),
        cmocka_unit_test(what_is_no_reception_has_none),
        cmocka_unit_test(features_are_what_the_header_says),
    };
    return cmocka_run_group_tests_name("gap_model", tests, NULL, NULL);
}
