#include "base/time_pattern.h"

#include <string.h>

#include "base/decimal.h"
#include "base/time.h"
#include "base/time_text.h"

enum { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, FIELDS };

struct field {
    char letter;
    int value, least, most;
    bool found;
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

/* ---- counts ---- */

static const struct {
    const char *word;
    int64_t num, den; /* × num / den = microseconds */
} counts[] = {{"epoch_s", 1000000, 1}, {"epoch_ms", 1000, 1}, {"epoch_us", 1, 1}, {"epoch_ns", 1, 1000}};

static const char *number_end(const char *p, const char *end)
{
    const char *at = p;
    while (at < end &&
           (is_digit(*at) || *at == '.' || ((*at == '+' || *at == '-') && (at == p || (at[-1] | 0x20) == 'e')) ||
            ((*at | 0x20) == 'e' && at > p)))
        at++;
    while (at > p && !is_digit(at[-1]))
        at--;
    return at;
}

/* Spreadsheets write 1.5e+12; the value is what counts. */
static bool scan_count(const char *pattern, const char *p, const char *end, struct vg_time_found *ret)
{
    struct vg_decimal d;
    if (*pattern != 'e') /* nearly always: no word of theirs begins in another way */
        return false;
    const char *stop = number_end(p, end);
    bool excel = strcmp(pattern, "excel") == 0;
    size_t i = 0;
    while (i < sizeof counts / sizeof *counts && strcmp(pattern, counts[i].word) != 0)
        i++;
    if (!excel && i == sizeof counts / sizeof *counts)
        return false;
    *ret = (struct vg_time_found){.kind = VG_TIME_KIND_NONE, .end = p};
    if (excel ? !vg_time_text_excel(p, stop, &ret->time_us)
              : stop == p || !vg_decimal_read(p, (size_t)(stop - p), '.', &d))
        return true;
    if (!excel)
        ret->time_us = vg_decimal_times(d, counts[i].num, counts[i].den);
    ret->kind = VG_TIME_KIND_WHOLE;
    ret->zoned = !excel;
    ret->end = stop;
    return true;
}

/* ---- clocks and dates ---- */

/* One field of the pattern, `letters` of it the same. */
static bool take_field(const char **p, const char *end, struct field *f, unsigned letters)
{
    f->found = true;
    if (f->letter == 'M' && letters == 3) {
        f->value = vg_time_month(*p, end);
        *p += 3;
        return f->value > 0;
    }
    if (!take_number(p, end, letters, &f->value))
        return false;
    if (f->letter == 'Y' && letters == 2)
        f->value += 2000;
    return true;
}

static bool take_half(const char **p, const char *end, struct field *hour)
{
    bool pm = end - *p >= 2 && ((*p)[0] | 0x20) == 'p';
    if (end - *p < 2 || (!pm && ((*p)[0] | 0x20) != 'a') || ((*p)[1] | 0x20) != 'm' || hour->value < 1 ||
        hour->value > 12)
        return false;
    hour->value = hour->value % 12 + (pm ? 12 : 0);
    *p += 2;
    return true;
}

static bool take_pattern(const char *pattern, const char **p, const char *end, struct field f[static FIELDS],
                         int32_t *us)
{
    bool half = strstr(pattern, "AP") != NULL;
    while (*pattern) {
        unsigned letters = 1, i = 0;
        while (i < FIELDS && f[i].letter != *pattern)
            i++;
        while (pattern[letters] == *pattern)
            letters++;
        if (half && pattern[0] == 'A' && pattern[1] == 'P') {
            if (!take_half(p, end, &f[HOUR]))
                return false;
            letters = 2;
        } else if (i == FIELDS || letters < 2) { /* stands for itself */
            if (*p == end || **p != *pattern)
                return false;
            ++*p;
            letters = 1;
        } else {
            if (!take_field(p, end, &f[i], letters))
                return false;
            if (i == SECOND)
                take_fraction(p, end, us);
        }
        pattern += letters;
    }
    return true;
}

static bool to_time(const struct field f[static FIELDS], int32_t us, int64_t *ret_us)
{
    for (int i = 0; i < FIELDS; i++)
        if (f[i].value < f[i].least || f[i].value > f[i].most)
            return false;
    if (!vg_time_has_day(f[YEAR].value, f[MONTH].value, f[DAY].value))
        return false;
    struct vg_civil civil = {f[YEAR].value,
                             (uint8_t)f[MONTH].value,
                             (uint8_t)f[DAY].value,
                             (uint8_t)f[HOUR].value,
                             (uint8_t)f[MINUTE].value,
                             (uint8_t)f[SECOND].value,
                             us};
    *ret_us = vg_time_from_civil(&civil);
    return true;
}

/* `year`: where the pattern has a day and no year. */
static struct vg_time_found scan(const char *pattern, const char *p, const char *end, int year)
{
    struct field f[FIELDS] = {{'Y', 1970, 1, 9999, false}, {'M', 1, 1, 12, false}, {'D', 1, 1, 31, false},
                              {'h', 0, 0, 23, false},      {'m', 0, 0, 59, false}, {'s', 0, 0, 60, false}};
    struct vg_time_found none = {.kind = VG_TIME_KIND_NONE, .end = p}, ret = none;
    const char *at = p;
    int32_t us = 0;
    int minutes = 0;
    if (scan_count(pattern, p, end, &ret))
        return ret;
    if (!take_pattern(pattern, &at, end, f, &us))
        return none;
    bool date = f[MONTH].found && f[DAY].found;
    if (date && !f[YEAR].found)
        f[YEAR].value = year;
    if (!to_time(f, us, &ret.time_us))
        return none;
    ret.kind = f[YEAR].found ? VG_TIME_KIND_WHOLE : date ? VG_TIME_KIND_NO_YEAR : VG_TIME_KIND_OF_DAY;
    ret.zoned = vg_time_scan_zone(&at, end, &minutes);
    ret.time_us -= minutes * VG_MINUTE_US;
    ret.end = at;
    return ret;
}

struct vg_time_found vg_time_pattern_scan(const char *pattern, const char *p, const char *end)
{
    return scan(pattern, p, end, 2000); /* it has each day */
}

static bool is_word(char c)
{
    return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

struct vg_time_found vg_time_pattern_find(const char *pattern, const char *p, const char *end)
{
    struct vg_time_found found = {.kind = VG_TIME_KIND_NONE, .end = p};
    for (const char *at = p; at < end && !found.kind; at++)
        if (at == p || !is_word(at[-1]) || !is_word(*at))
            found = vg_time_pattern_scan(pattern, at, end);
    if (found.kind && found.end < end && is_digit(*found.end))
        found.kind = VG_TIME_KIND_NONE;
    return found;
}

bool vg_time_pattern_is(const char *text)
{
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        if (strcmp(text, counts[i].word) == 0)
            return true;
    return strcmp(text, "excel") == 0 || (strlen(text) < VG_TIME_PATTERN && strstr(text, "hh") && strstr(text, "mm"));
}

bool vg_time_by_pattern(const char *pattern, const char *text, size_t len, int64_t *ret_us)
{
    if (!*pattern)
        return vg_time_parse(text, len, ret_us);
    struct vg_time_found f = scan(pattern, text, text + len, 1970);
    if (!f.kind || f.end != text + len)
        return false;
    *ret_us = f.time_us;
    return true;
}
