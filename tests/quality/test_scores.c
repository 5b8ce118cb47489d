/* Scores on numbers that can be reckoned by hand. */
#include "../test.h"

#include <math.h>

#include "quality/scores.h"

#define NEAR(a, b) assert_true(fabs((a) - (b)) < 1e-12)

static void a_tally_counts_what_was_said_against_what_is_so(void **state)
{
    (void)state;
    struct vg_quality_tally t = {0};
    vg_quality_tally_add(&t, true, true);
    vg_quality_tally_add(&t, true, false);
    vg_quality_tally_add(&t, true, false);
    vg_quality_tally_add(&t, false, true);
    vg_quality_tally_add(&t, false, true);
    vg_quality_tally_add(&t, false, true);
    vg_quality_tally_add(&t, false, false);
    assert_true(t.hits == 1 && t.wrong == 2 && t.missed == 3 && t.rejected == 1);
    NEAR(vg_quality_precision(&t), 1.0 / 3);
    NEAR(vg_quality_recall(&t), 1.0 / 4);
    NEAR(vg_quality_rejected(&t), 1.0 / 3);
}

static void f_weighs_recall_by_its_beta(void **state)
{
    (void)state;
    const struct vg_quality_tally t = {.hits = 6, .wrong = 2, .missed = 6, .rejected = 1};
    const double p = 0.75, r = 0.5;
    NEAR(vg_quality_f(&t, 1), 2 * p * r / (p + r));
    NEAR(vg_quality_f(&t, 0.5), 1.25 * p * r / (0.25 * p + r));
    NEAR(vg_quality_f(&t, 2), 5 * p * r / (4 * p + r));
}

static void what_has_no_meaning_is_no_number(void **state)
{
    (void)state;
    const struct vg_quality_tally none = {0}, missed = {.missed = 3}, wrong = {.wrong = 1};
    assert_true(isnan(vg_quality_precision(&none)) && isnan(vg_quality_recall(&none)) && isnan(vg_quality_f(&none, 1)));
    assert_true(isnan(vg_quality_precision(&missed)) && isnan(vg_quality_rejected(&missed)));
    NEAR(vg_quality_recall(&missed), 0);
    NEAR(vg_quality_f(&missed, 1), 0);
    assert_true(isnan(vg_quality_f(&wrong, 1)));
    assert_true(isnan(vg_quality_auc(NULL, 0)) && isnan(vg_quality_decile_error(NULL, 0)));
}

static void auc_is_the_share_of_pairs_in_order(void **state)
{
    (void)state;
    struct vg_quality_judged all[] = {{0.9, true}, {0.1, false}, {0.4, true}, {0.6, false}};
    NEAR(vg_quality_auc(all, 4), 0.75);
    struct vg_quality_judged equal[] = {{0.5, true}, {0.5, false}, {0.5, false}};
    NEAR(vg_quality_auc(equal, 3), 0.5);
    struct vg_quality_judged half[] = {{0.5, true}, {0.5, false}, {0.2, false}};
    NEAR(vg_quality_auc(half, 3), 0.75);
    struct vg_quality_judged one[] = {{0.5, true}, {0.6, true}};
    assert_true(isnan(vg_quality_auc(one, 2)));
}

static void auc_is_that_of_all_pairs_one_by_one(void **state)
{
    (void)state;
    struct vg_quality_judged all[200];
    double pairs = 0, right = 0;
    for (size_t i = 0; i < 200; i++)
        all[i] = (struct vg_quality_judged){(double)(i * 37 % 50) / 50, i * 7919 % 11 < 4};
    for (size_t i = 0; i < 200; i++)
        for (size_t j = 0; j < 200; j++)
            if (all[i].so && !all[j].so) {
                pairs++;
                right += all[i].probability > all[j].probability   ? 1
                         : all[i].probability < all[j].probability ? 0
                                                                   : 0.5;
            }
    NEAR(vg_quality_auc(all, 200), right / pairs);
}

static void the_worst_tenth_is_the_error_of_calibration(void **state)
{
    (void)state;
    struct vg_quality_judged all[100];
    for (size_t i = 0; i < 100; i++) /* each tenth: all of one probability, and just so many are so */
        all[i] = (struct vg_quality_judged){(double)(i / 10) / 10, i % 10 < i / 10};
    NEAR(vg_quality_decile_error(all, 100), 0);
    for (size_t i = 0; i < 100; i++)
        if (fabs(all[i].probability - 0.3) < 1e-9)
            all[i].so = true;
    NEAR(vg_quality_decile_error(all, 100), 0.7);
    assert_true(isnan(vg_quality_decile_error(all, 9)));
    for (size_t i = 0; i < 10; i++)
        all[i] = (struct vg_quality_judged){0.5, true};
    NEAR(vg_quality_decile_error(all, 10), 0.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tally_counts_what_was_said_against_what_is_so),
        cmocka_unit_test(f_weighs_recall_by_its_beta),
        cmocka_unit_test(what_has_no_meaning_is_no_number),
        cmocka_unit_test(auc_is_the_share_of_pairs_in_order),
        cmocka_unit_test(auc_is_that_of_all_pairs_one_by_one),
        cmocka_unit_test(the_worst_tenth_is_the_error_of_calibration),
    };
    return cmocka_run_group_tests_name("scores", tests, NULL, NULL);
}
