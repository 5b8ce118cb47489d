#include "base/time_asked.h"

#include <string.h>

#include "base/time.h"

#define DAY_MOST   20 /* characters of a day */
#define UNITS_MOST 1000000

static int64_t unit_us(char letter)
{
    static const struct {
        char letter;
        int64_t us;
    } units[] = {{'w', 7 * VG_DAY_US}, {'d', VG_DAY_US}, {'h', VG_HOUR_US}, {'m', VG_MINUTE_US}, {'s', VG_SECOND_US}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (units[i].letter == letter)
            return units[i].us;
    return 0;
}

/* `-2h30m`: numbers with their units, from the largest to the smallest. */
static bool read_before(const char *p, const char *end, int64_t *ret_us)
{
    int64_t sum_us = 0, last_us = INT64_MAX;
    if (p == end || *p++ != '-' || p == end)
        return false;
    while (p < end) {
        int64_t n = 0;
        const char *digits = p;
        for (; p < end && *p >= '0' && *p <= '9' && n <= UNITS_MOST; p++)
            n = 10 * n + (*p - '0');
        int64_t us = p > digits && p < end && n <= UNITS_MOST ? unit_us(*p++) : 0;
        if (!us || us >= last_us)
            return false;
        sum_us += n * us;
        last_us = us;
    }
    *ret_us = sum_us;
    return true;
}

/* A day in any form is what is a time only with a time of day behind it. A number is a count, not a day. */
static bool read_day(const char *text, size_t len, int64_t *ret_us)
{
    static const char midnight[] = " 00:00";
    char whole[DAY_MOST + sizeof midnight];
    size_t digits = 0;
    while (digits < len && text[digits] >= '0' && text[digits] <= '9')
        digits++;
    if (len > DAY_MOST || digits == len || text[len - 1] == ' ')
        return false;
    memcpy(whole, text, len);
    memcpy(whole + len, midnight, sizeof midnight);
    return vg_time_parse(whole, len + sizeof midnight - 1, ret_us);
}

bool vg_time_asked(const char *text, size_t len, int64_t now_us, struct vg_time_asked *ret)
{
    int64_t us;
    if (len && *text == '-' && !read_before(text, text + len, &us)) /* a unit is missing: no count of before 1970 */
        return false;
    if (len == 3 && memcmp(text, "now", 3) == 0)
        *ret = (struct vg_time_asked){now_us, now_us, true};
    else if (read_before(text, text + len, &us))
        *ret = (struct vg_time_asked){now_us - us, now_us - us, true};
    else if (read_day(text, len, &us))
        *ret = (struct vg_time_asked){us, us + VG_DAY_US, false};
    else if (vg_time_parse(text, len, &us))
        *ret = (struct vg_time_asked){us, us, false};
    else
        return false;
    return true;
}
