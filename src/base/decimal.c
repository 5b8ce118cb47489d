#include "base/decimal.h"

#define DIGITS_MAX   18
#define EXPONENT_MAX 400

/* Digits from *at on, into *digits as far as there is room. Returns how many there were; *dropped: without room. */
static int read_digits(const char *text, size_t len, size_t *at, int64_t *digits, int *kept, int *dropped)
{
    size_t first = *at;
    for (; *at < len && text[*at] >= '0' && text[*at] <= '9'; ++*at) {
        if (*kept < DIGITS_MAX) {
            *digits = *digits * 10 + (text[*at] - '0');
            *kept += *digits != 0;
        } else {
            ++*dropped;
        }
    }
    return (int)(*at - first);
}

static bool read_exponent(const char *text, size_t len, size_t *at, int32_t *exponent)
{
    if (*at == len || (text[*at] != 'e' && text[*at] != 'E'))
        return true;
    ++*at;
    bool negative = *at < len && text[*at] == '-';
    *at += *at < len && (text[*at] == '-' || text[*at] == '+');
    int64_t e = 0;
    int kept = 0, dropped = 0;
    if (!read_digits(text, len, at, &e, &kept, &dropped) || kept > 3)
        return false;
    *exponent += (int32_t)(negative ? -e : e);
    return true;
}

bool vg_decimal_read(const char *text, size_t len, char mark, struct vg_decimal *ret)
{
    size_t at = len && (*text == '-' || *text == '+');
    struct vg_decimal d = {0};
    int kept = 0, dropped = 0;
    if (len > EXPONENT_MAX / 2)
        return false;
    int whole = read_digits(text, len, &at, &d.digits, &kept, &dropped), part = 0, lost = dropped;
    if (at < len && text[at] == mark) {
        at++;
        part = read_digits(text, len, &at, &d.digits, &kept, &dropped);
    }
    if (whole + part == 0)
        return false;
    d.exponent = lost - (part - (dropped - lost));
    if (!read_exponent(text, len, &at, &d.exponent) || at != len || d.exponent > EXPONENT_MAX ||
        d.exponent < -EXPONENT_MAX)
        return false;
    if (*text == '-')
        d.digits = -d.digits;
    *ret = d;
    return true;
}

/* What nearly all numbers are: few decimals, and a product of 64 bits. False: it is something else. */
static bool times_small(struct vg_decimal d, int64_t num, int64_t den, int64_t *ret)
{
    static const int64_t power[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};
    uint64_t size = (uint64_t)(d.digits < 0 ? -d.digits : d.digits);
    if (d.exponent > 0 || d.exponent < -9 || size > UINT64_C(4000000000000000000) / (uint64_t)num)
        return false;
    uint64_t divisor = (uint64_t)(den * power[-d.exponent]), value = (size * (uint64_t)num + divisor / 2) / divisor;
    *ret = d.digits < 0 ? -(int64_t)value : (int64_t)value;
    return true;
}

int64_t vg_decimal_times(struct vg_decimal d, int64_t num, int64_t den)
{
    int64_t small;
    if (times_small(d, num, den, &small))
        return small;
    __extension__ typedef __int128 wide;
    const wide most = (wide)INT64_MAX;
    wide value = (wide)(d.digits < 0 ? -d.digits : d.digits) * num, divisor = den;
    for (; d.exponent > 0 && value && value / divisor <= most; d.exponent--)
        value *= 10;
    for (; d.exponent < 0 && divisor < (wide)1 << 100; d.exponent++)
        divisor *= 10;
    value = d.exponent < 0 ? 0 : (value + divisor / 2) / divisor;
    if (value > most)
        value = most;
    return d.digits < 0 ? -(int64_t)value : (int64_t)value;
}
