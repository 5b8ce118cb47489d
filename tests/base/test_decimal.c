/* Decimal numbers: products are rounded once, half away from zero, however they are computed. */
#include "test.h"

#include "base/decimal.h"

static uint64_t dice(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33 | *seed << 31;
}

__extension__ typedef __int128 wide;

static int64_t by_the_book(struct vg_decimal d, int64_t num, int64_t den)
{
    wide value = (wide)(d.digits < 0 ? -d.digits : d.digits) * num, divisor = den;
    for (int e = d.exponent; e < 0; e++)
        divisor *= 10;
    for (int e = d.exponent; e > 0; e--)
        value *= 10;
    value = (value + divisor / 2) / divisor;
    if (value > INT64_MAX)
        value = INT64_MAX;
    return d.digits < 0 ? -(int64_t)value : (int64_t)value;
}

static void products_are_the_book_s(void **state)
{
    (void)state;
    static const int64_t factors[] = {1, 10, 600000, 900, 463, 381, 1250, 100000, 999999999};
    uint64_t seed = 3;
    for (int i = 0; i < 300000; i++) {
        struct vg_decimal d = {.digits = (int64_t)(dice(&seed) % UINT64_C(1000000000000000000) >> dice(&seed) % 60),
                               .exponent = (int32_t)(dice(&seed) % 16) - 13};
        int64_t num = factors[dice(&seed) % 9], den = factors[dice(&seed) % 9];
        d.digits = dice(&seed) & 1 ? -d.digits : d.digits;
        if (vg_decimal_times(d, num, den) != by_the_book(d, num, den))
            fail_msg("%lld e%d * %lld / %lld", (long long)d.digits, (int)d.exponent, (long long)num, (long long)den);
    }
}

static void halves_go_away_from_zero(void **state)
{
    (void)state;
    assert_int_equal(vg_decimal_times((struct vg_decimal){25, -1}, 1, 1), 3);
    assert_int_equal(vg_decimal_times((struct vg_decimal){-25, -1}, 1, 1), -3);
    assert_int_equal(vg_decimal_times((struct vg_decimal){24, -1}, 1, 1), 2);
    assert_int_equal(vg_decimal_times((struct vg_decimal){25, -10}, INT64_C(200000000), 1),
                     1); /* a half, in 128 bits */
    assert_int_equal(vg_decimal_times((struct vg_decimal){-5, 0}, 1, 10), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_are_the_book_s),
        cmocka_unit_test(halves_go_away_from_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
