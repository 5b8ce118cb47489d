#include "base/time_pattern.h"

#include <string.h>

#include "base/decimal.h"
#include "base/time.h"

struct field {
    char letter;
    int value, least, most;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* As many digits as letters stand in the pattern, or one less for those of two. */
static bool take_number(const char **p, const char *end, unsigned letters, int *ret)
{
    unsigned n = 0;
    *ret = 0;
    for (; n < letters && *p < end && is_digit(**p); n++, ++*p)
        *ret = *ret * 10 + (**p - '0');
    return n == letters || (letters == 2 && n == 1);
}

static void take_fraction(const char **p, const char *end, int32_t *us)
{
    if (end - *p < 2 || (**p != '.' && **p != ',') || !is_digit((*p)[1]))
        return;
    int32_t unit = 100000;
    for (++*p; *p < end && is_digit(**p); ++*p, unit /= 10)
        *us += (**p - '0') * unit;
}

/* Spreadsheets write 1.5e+12; the value is what counts. */
static bool take_count(const char *text, size_t len, int64_t unit_us, int64_t *ret_us)
{
    struct vg_decimal d;
    if (!len || !vg_decimal_read(text, len, '.', &d))
        return false;
    *ret_us = vg_decimal_times(d, unit_us, 1);
    return true;
}

static bool to_time(const struct field f[static 6], int32_t us, int64_t *ret_us)
{
    for (int i = 0; i < 6; i++)
        if (f[i].value < f[i].least || f[i].value > f[i].most)
            return false;
    if (!vg_time_has_day(f[0].value, f[1].value, f[2].value))
        return false;
    struct vg_civil civil = {f[0].value,
                             (uint8_t)f[1].value,
                             (uint8_t)f[2].value,
                             (uint8_t)f[3].value,
                             (uint8_t)f[4].value,
                             (uint8_t)f[5].value,
                             us};
    *ret_us = vg_time_from_civil(&civil);
    return true;
}

bool vg_time_by_pattern(const char *pattern, const char *text, size_t len, int64_t *ret_us)
{
    struct field f[6] = {{'Y', 1970, 1, 9999}, {'M', 1, 1, 12}, {'D', 1, 1, 31},
                         {'h', 0, 0, 23},      {'m', 0, 0, 59}, {'s', 0, 0, 60}};
    const char *p = text, *end = text + len;
    int32_t us = 0;
    if (!*pattern)
        return vg_time_parse(text, len, ret_us);
    if (strcmp(pattern, "epoch_ms") == 0 || strcmp(pattern, "epoch_us") == 0)
        return take_count(text, len, pattern[6] == 'm' ? 1000 : 1, ret_us);
    while (*pattern) {
        unsigned letters = 1, i = 0;
        while (i < 6 && f[i].letter != *pattern)
            i++;
        while (pattern[letters] == *pattern)
            letters++;
        if (i == 6 || letters < 2) { /* stands for itself */
            if (p == end || *p != *pattern)
                return false;
            p++, pattern++;
            continue;
        }
        if (!take_number(&p, end, letters, &f[i].value))
            return false;
        if (*pattern == 's')
            take_fraction(&p, end, &us);
        pattern += letters;
    }
    if (p < end && *p == 'Z')
        p++;
    return p == end && to_time(f, us, ret_us);
}
