#include "base/time.h"

#include <math.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

/* Days ↔ civil date by Howard Hinnant's "chrono-compatible low-level date algorithms": eras of 400 years from 1 March.
 */
static int64_t days_from_civil(int64_t year, unsigned month, unsigned day)
{
    year += ((int64_t)month - 1) / 12;
    month = (month - 1) % 12 + 1;
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t yoe = year - era * 400;
    int64_t doy = (153 * (int64_t)(month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

struct vg_civil vg_time_civil(int64_t time_us)
{
    int64_t days = floor_div(time_us, VG_DAY_US);
    int64_t rest_us = time_us % VG_DAY_US;
    rest_us += rest_us < 0 ? VG_DAY_US : 0; /* not time − days: the first day there is begins below INT64_MIN */
    int64_t z = days + 719468;
    int64_t era = floor_div(z, 146097);
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    struct vg_civil c;
    c.day = (uint8_t)(doy - (153 * mp + 2) / 5 + 1);
    c.month = (uint8_t)(mp < 10 ? mp + 3 : mp - 9);
    c.year = (int32_t)(yoe + era * 400 + (c.month <= 2));
    c.hour = (uint8_t)(rest_us / VG_HOUR_US);
    c.minute = (uint8_t)(rest_us / VG_MINUTE_US % 60);
    c.second = (uint8_t)(rest_us / VG_SECOND_US % 60);
    c.us = (int32_t)(rest_us % VG_SECOND_US);
    return c;
}

bool vg_time_has_day(int64_t year, int64_t month, int64_t day)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12)
        return false;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return day >= 1 && day <= days[month - 1] + (month == 2 && leap);
}

int64_t vg_time_from_civil(const struct vg_civil *c)
{
    return days_from_civil(c->year, c->month ? c->month : 1, c->day) * VG_DAY_US + c->hour * VG_HOUR_US +
           c->minute * VG_MINUTE_US + c->second * VG_SECOND_US + c->us;
}

static void put_two(char *p, unsigned v)
{
    p[0] = (char)('0' + v / 10);
    p[1] = (char)('0' + v % 10);
}

size_t vg_time_text(int64_t time_us, char out[static VG_TIME_TEXT])
{
    struct vg_civil c = vg_time_civil(time_us);
    if (c.year < 0 || c.year > 9999) { /* what nobody means, but a damaged clock may say */
        char ms[8] = "";
        if (c.us / 1000)
            snprintf(ms, sizeof ms, ".%03u", (unsigned)c.us / 1000 % 1000);
        return (size_t)snprintf(out, VG_TIME_TEXT, "%04d-%02u-%02uT%02u:%02u:%02u%sZ", (int)c.year, c.month, c.day,
                                c.hour, c.minute, c.second, ms);
    }
    static const char form[] = "0000-00-00T00:00:00.000Z";
    memcpy(out, form, sizeof form);
    put_two(out, (unsigned)c.year / 100);
    put_two(out + 2, (unsigned)c.year % 100);
    put_two(out + 5, c.month);
    put_two(out + 8, c.day);
    put_two(out + 11, c.hour);
    put_two(out + 14, c.minute);
    put_two(out + 17, c.second);
    unsigned ms = (unsigned)c.us / 1000;
    if (ms) {
        put_two(out + 20, ms / 10);
        out[22] = (char)('0' + ms % 10);
        return sizeof form - 1;
    }
    memcpy(out + 19, "Z", 2);
    return 20;
}

static int64_t clock_us(clockid_t id)
{
    struct timespec ts;
    clock_gettime(id, &ts);
    return (int64_t)ts.tv_sec * VG_SECOND_US + ts.tv_nsec / 1000;
}

int64_t vg_clock_wall_us(void)
{
    return clock_us(CLOCK_REALTIME);
}

int64_t vg_clock_monotonic_us(void)
{
    return clock_us(CLOCK_MONOTONIC);
}

double vg_sun_hour(int64_t time_us, double lon_deg)
{
    const double hour = fmod((double)(time_us / VG_SECOND_US) / 3600.0 + lon_deg / 15.0, 24.0);
    return hour < 0 ? hour + 24 : hour;
}
