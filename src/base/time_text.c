#include "base/time_text.h"

#include <string.h>

#include "base/decimal.h"
#include "base/time_scan.h"

#define EXCEL_EPOCH_DAYS 25569 /* from 1899-12-30 to 1970-01-01 */
#define COUNT_DIGITS     9     /* 631152000 is 1990 */

bool vg_time_text_read(const char *p, const char *end, int64_t *ret_us)
{
    struct vg_time_found f = vg_time_scan(p, end, COUNT_DIGITS);
    if (f.kind != VG_TIME_KIND_WHOLE || f.end != end || !vg_time_text_is_within(f.time_us))
        return false;
    *ret_us = f.time_us;
    return true;
}

bool vg_time_text_excel(const char *p, const char *end, int64_t *ret_us)
{
    struct vg_decimal d;
    if (end - p < 5 || !vg_decimal_read(p, (size_t)(end - p), '.', &d) || d.exponent < -18)
        return false;
    int64_t ms = vg_decimal_times(d, VG_DAY_US / 1000, 1); /* finer than that no spreadsheet counts */
    if (ms < 0 || ms > VG_TIME_TEXT_LATEST_US)
        return false;
    int64_t us = ms * 1000, step_us = VG_DAY_US; /* of the last digit that is written */
    for (int decimals = -d.exponent; decimals > 0 && step_us; decimals--)
        step_us /= 10;
    int64_t second_us = (us + VG_SECOND_US / 2) / VG_SECOND_US * VG_SECOND_US, off_us = us - second_us;
    if ((off_us < 0 ? -off_us : off_us) <= step_us / 2 + 1000)
        us = second_us;
    us -= EXCEL_EPOCH_DAYS * VG_DAY_US;
    if (!vg_time_text_is_within(us))
        return false;
    *ret_us = us;
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int two(const char *p)
{
    return (p[0] - '0') * 10 + (p[1] - '0');
}

/* YYYYMMDD, or with one of - _ . between. */
static bool day_at(const char *p, int64_t *ret_us)
{
    size_t part = p[0] && p[1] && p[2] && p[3] && (p[4] == '-' || p[4] == '_' || p[4] == '.');
    const size_t places[] = {0, 1, 2, 3, 4 + part, 5 + part, 6 + 2 * part, 7 + 2 * part};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (strnlen(p, places[i] + 1) <= places[i] || !is_digit(p[places[i]]))
            return false;
    size_t len = 8 + 2 * part;
    struct vg_civil c = {
        .year = two(p) * 100 + two(p + 2), .month = (uint8_t)two(p + 4 + part), .day = (uint8_t)two(p + 6 + 2 * part)};
    size_t clock = 0; /* 20241122052000: a time of day stands behind it */
    while (!part && clock < 7 && is_digit(p[len + clock]))
        clock++;
    if ((part && p[7] != p[4]) || (clock != 0 && clock != 4 && clock != 6) || is_digit(p[len + clock]) ||
        c.year < 1990 || c.year > 2099 || !vg_time_has_day(c.year, c.month, c.day))
        return false;
    *ret_us = vg_time_from_civil(&c);
    return true;
}

bool vg_time_text_day_of_name(const char *name, int64_t *ret_us)
{
    bool found = false;
    for (const char *p = name; *p; p++)
        found |= (p == name || !is_digit(p[-1])) && day_at(p, ret_us);
    return found;
}
