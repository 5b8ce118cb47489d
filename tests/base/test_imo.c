/* The check digit of IMO numbers, by the example of the resolution's explanations and around it. */
#include "base/imo.h"
#include "test.h"

static void the_last_digit_checks_the_others(void **state)
{
    (void)state;
    assert_true(vg_imo_valid(9074729));
    assert_int_equal(vg_imo_of(907472), 9074729);
    for (uint32_t d = 0; d < 10; d++)
        assert_int_equal(vg_imo_valid(9074720 + d), d == 9);
    assert_false(vg_imo_valid(9704729)); /* two digits changed about */
    assert_false(vg_imo_valid(0));
    assert_false(vg_imo_valid(vg_imo_of(90747)));
    assert_false(vg_imo_valid(90747290));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_last_digit_checks_the_others)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
