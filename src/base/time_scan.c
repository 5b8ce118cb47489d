#include "base/time_scan.h"

#include <string.h>

#include "base/time.h"
#include "base/time_text.h"

struct cursor {
    const char *p, *end;
};

struct parts {
    int year, month, day, hour, minute, second;
    int32_t us;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static unsigned digits_at(const char *p, const char *end)
{
    unsigned n = 0;
    while (p + n < end && n < 32 && is_digit(p[n]))
        n++;
    return n;
}

static bool take(struct cursor *c, char ch)
{
    if (c->p == c->end || *c->p != ch)
        return false;
    c->p++;
    return true;
}

static bool take_any(struct cursor *c, const char *set)
{
    if (c->p == c->end || !*c->p || !strchr(set, *c->p))
        return false;
    c->p++;
    return true;
}

/* `least` to `most` digits. */
static bool take_number(struct cursor *c, unsigned least, unsigned most, int *ret)
{
    unsigned n = 0;
    int v = 0;
    for (; n < most && c->p < c->end && is_digit(*c->p); n++, c->p++)
        v = v * 10 + (*c->p - '0');
    *ret = v;
    return n >= least;
}

/* Letters, without regard to their case; no letter may follow. */
static bool take_word(struct cursor *c, const char *word)
{
    if (c->p == c->end || (*c->p | 0x20) != (*word | 0x20)) /* nearly always: cheaper than what follows */
        return false;
    size_t n = strlen(word);
    if ((size_t)(c->end - c->p) < n || (c->p + n < c->end && is_letter(c->p[n])))
        return false;
    for (size_t i = 0; i < n; i++)
        if ((c->p[i] | 0x20) != (word[i] | 0x20))
            return false;
    c->p += n;
    return true;
}

static void take_blanks(struct cursor *c)
{
    while (c->p < c->end && (*c->p == ' ' || *c->p == '\t'))
        c->p++;
}

/* ---- parts of a time ---- */

/* Behind a point or a comma; any digits past the sixth are dropped. */
static void take_fraction(struct cursor *c, int32_t *us)
{
    if (c->end - c->p < 2 || (*c->p != '.' && *c->p != ',') || !is_digit(c->p[1]))
        return;
    int32_t unit = 100000;
    const char *begin = c->p;
    for (c->p++; c->p < c->end && is_digit(*c->p); c->p++, unit /= 10)
        *us += (*c->p - '0') * unit;
    if (*begin == ',' && c->p - begin > 7) { /* the comma parts two fields */
        c->p = begin;
        *us = 0;
    }
}

static bool take_half(struct cursor *c, int *hour)
{
    struct cursor at = *c;
    take_blanks(&at);
    if (at.p == at.end)
        return true;
    bool am = take_word(&at, "AM"), pm = !am && take_word(&at, "PM");
    if (!am && !pm)
        return true;
    if (*hour < 1 || *hour > 12)
        return false;
    *hour = *hour % 12 + (pm ? 12 : 0);
    *c = at;
    return true;
}

/* Behind a date 24:00:00 is the midnight that ends it. */
static bool is_clock(const struct parts *t, bool dated)
{
    bool ends = dated && t->hour == 24 && !t->minute && !t->second && !t->us;
    return (t->hour < 24 || ends) && t->minute < 60 && t->second <= 60;
}

/* hh:mm[:ss[.f]] [AM|PM]; `sure`: a date stands before it: hh:mm is enough, and `.` or `-` may part the numbers. */
static bool take_clock(struct cursor *c, bool sure, struct parts *t)
{
    struct cursor at = *c;
    if (!take_number(&at, 1, 2, &t->hour) || !(take(&at, ':') || (sure && take_any(&at, ".-"))))
        return false;
    char mark = at.p[-1];
    if (!take_number(&at, 2, 2, &t->minute))
        return false;
    bool seconds = take(&at, mark);
    if (seconds && !take_number(&at, 2, 2, &t->second))
        return false;
    if (!seconds && (!sure || mark != ':'))
        return false;
    if (seconds)
        take_fraction(&at, &t->us);
    if (!take_half(&at, &t->hour) || !is_clock(t, sure))
        return false;
    *c = at;
    return true;
}

/* hhmm[ss[.f]] */
static bool take_short_clock(struct cursor *c, struct parts *t)
{
    unsigned n = digits_at(c->p, c->end);
    if ((n != 4 && n != 6 && n != 9) || !take_number(c, 2, 2, &t->hour) || !take_number(c, 2, 2, &t->minute))
        return false;
    if (n >= 6 && !take_number(c, 2, 2, &t->second))
        return false;
    int ms = 0;
    if (n == 9 && take_number(c, 3, 3, &ms))
        t->us = ms * 1000;
    if (n == 6)
        take_fraction(c, &t->us);
    return is_clock(t, true);
}

int vg_time_month(const char *p, const char *end)
{
    static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec"
                                 "ene      abr         agoset      dic"; /* where Spanish differs */
    for (size_t i = 0; end - p >= 3 && i + 3 < sizeof months; i += 3)
        if ((p[0] | 0x20) == months[i] && (p[1] | 0x20) == months[i + 1] && (p[2] | 0x20) == months[i + 2])
            return (int)(i / 3 % 12) + 1;
    return 0;
}

/* Its three letters alone, or its whole English name. */
static int month_at(struct cursor *c)
{
    static const char *const full[] = {"january", "february", "march",     "april",   "may",      "june",
                                       "july",    "august",   "september", "october", "november", "december"};
    int month = vg_time_month(c->p, c->end);
    if (!month || take_word(c, full[month - 1]))
        return month;
    if (c->end - c->p > 3 && is_letter(c->p[3]))
        return 0;
    c->p += 3;
    return month;
}

/* Fri, and what parts it from the date. */
static bool take_weekday(struct cursor *c)
{
    static const char *const days[] = {"Mon",    "Tue",     "Wed",       "Thu",      "Fri",    "Sat",      "Sun",
                                       "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
    struct cursor at = *c;
    for (size_t i = 0; i < sizeof days / sizeof *days; i++)
        if (take_word(&at, days[i])) {
            take(&at, ',');
            take_blanks(&at);
            *c = at;
            return true;
        }
    return false;
}

/* What may stand between a date and its time. */
static bool take_between(struct cursor *c)
{
    const char *begin = c->p;
    if (c->end - c->p > 1 && (*c->p == 'T' || *c->p == 't' || *c->p == '_') && is_digit(c->p[1])) {
        c->p++;
        return true;
    }
    take_any(c, "\"']");
    take_any(c, ",;:|-");
    take_blanks(c);
    take_any(c, "\"'[");
    return c->p > begin && c->p - begin <= 4;
}

/* ---- zones ---- */

/* The typographic minus counts, too. */
static int take_sign(struct cursor *c)
{
    static const char minus[] = "\u2212";
    if (take(c, '+'))
        return 1;
    if (take(c, '-'))
        return -1;
    if (c->end - c->p < 3 || memcmp(c->p, minus, 3) != 0)
        return 0;
    c->p += 3;
    return -1;
}

static bool take_offset(struct cursor *c, unsigned least, int *ret_minutes)
{
    struct cursor at = *c;
    int sign = take_sign(&at), h, m = 0;
    if (!sign || !take_number(&at, least, 2, &h))
        return false;
    struct cursor whole = at;
    if (take(&whole, ':') ? take_number(&whole, 2, 2, &m) : take_number(&whole, 2, 2, &m))
        at = whole;
    else
        m = 0;
    if (digits_at(at.p, at.end) || h > 14 || m > 59 || (at.p < at.end && *at.p == '.'))
        return false;
    *ret_minutes = sign * (h * 60 + m);
    *c = at;
    return true;
}

static bool take_utc(struct cursor *c)
{
    return take_word(c, "UTC") || take_word(c, "GMT") || take_word(c, "Z");
}

bool vg_time_scan_zone(const char **p, const char *end, int *ret_minutes)
{
    struct cursor c = {*p, end};
    bool found = true;
    int minutes = 0;
    take_blanks(&c);
    if (take_utc(&c)) {
        struct cursor at = c; /* UTC+2 */
        if (c.p[-1] != 'Z' && c.p[-1] != 'z' && take_offset(&at, 1, &minutes))
            c = at;
    } else if ((found = take_offset(&c, 2, &minutes))) {
        struct cursor at = c;
        take_blanks(&at);
        if (at.p > c.p && take_utc(&at)) /* as Go writes it; of other letters the offset says enough */
            c = at;
    }
    if (!found)
        return false;
    *p = c.p;
    *ret_minutes = minutes;
    return true;
}

/* Letters that stand for a zone. Most of them for several, so none is read. */
static bool take_lettered_zone(struct cursor *c)
{
    static const char *const zones[] = {"CET",  "CEST", "EET",  "EEST", "WET",  "WEST", "BST", "IST",  "EST",
                                        "EDT",  "CST",  "CDT",  "MST",  "MDT",  "PST",  "PDT", "AKST", "AKDT",
                                        "HST",  "AST",  "ADT",  "ECT",  "COT",  "PET",  "CLT", "CLST", "ART",
                                        "BRT",  "GALT", "VET",  "BOT",  "MSK",  "JST",  "KST", "HKT",  "SGT",
                                        "AEST", "AEDT", "ACST", "AWST", "NZST", "NZDT", "MEZ", "MESZ", "local"};
    struct cursor at = *c;
    take_blanks(&at);
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
        if (take_word(&at, zones[i])) {
            *c = at;
            return true;
        }
    return false;
}

/* ---- whole times ---- */

static struct vg_time_found none(const char *p)
{
    return (struct vg_time_found){.kind = VG_TIME_KIND_NONE, .end = p};
}

static bool has_day(const struct parts *t)
{
    return vg_time_has_day(t->year, t->month, t->day);
}

static int64_t to_us(const struct parts *t)
{
    struct vg_civil civil = {
        t->year, (uint8_t)t->month, (uint8_t)t->day, (uint8_t)t->hour, (uint8_t)t->minute, (uint8_t)t->second, t->us};
    return vg_time_from_civil(&civil);
}

/* What stands behind date and time. */
static struct vg_time_found finish(struct cursor c, const struct parts *t, enum vg_time_kind kind)
{
    struct vg_time_found f = {.kind = kind, .time_us = to_us(t)};
    int minutes = 0;
    f.end = c.p;
    if (c.p == c.end)
        return f;
    f.zoned = vg_time_scan_zone(&c.p, c.end, &minutes);
    if (!f.zoned && take_lettered_zone(&c))
        f.kind = VG_TIME_KIND_ZONE;
    f.time_us -= minutes * VG_MINUTE_US;
    f.end = c.p;
    return f;
}

/* YYYY-MM-DD and a time; `/` and `.` part as well. */
static struct vg_time_found scan_year_first(struct cursor c)
{
    const char *begin = c.p;
    struct parts t = {0};
    if (!take_number(&c, 4, 4, &t.year) || !take_any(&c, "-/."))
        return none(begin);
    char mark = c.p[-1];
    if (!take_number(&c, 1, 2, &t.month) || !take(&c, mark) || !take_number(&c, 1, 2, &t.day) || !has_day(&t) ||
        !take_between(&c))
        return none(begin);
    struct cursor at = c;
    if (!take_clock(&c, true, &t) && !take_short_clock(&at, &t))
        return none(begin);
    return finish(c.p > at.p ? c : at, &t, VG_TIME_KIND_WHOLE);
}

/* YYYYMMDD, with or without something between, hhmmss or hh:mm:ss. */
static struct vg_time_found scan_compact(struct cursor c, unsigned n)
{
    const char *begin = c.p;
    struct parts t = {0};
    if ((n != 8 && n != 12 && n != 14 && n != 17) || !take_number(&c, 4, 4, &t.year) ||
        !take_number(&c, 2, 2, &t.month) || !take_number(&c, 2, 2, &t.day) || !has_day(&t) || t.year < 1990 ||
        t.year > 2099 || (n == 8 && !take_between(&c)))
        return none(begin);
    struct cursor at = c;
    if (n == 8 && take_clock(&c, true, &t))
        return finish(c, &t, VG_TIME_KIND_WHOLE);
    if (!take_short_clock(&at, &t))
        return none(begin);
    return finish(at, &t, VG_TIME_KIND_WHOLE);
}

/* 22 Nov 2024 05:20:00, 22-Nov-2024 …, 22/Nov/2024:05:20:00 */
static struct vg_time_found scan_day_month_word(struct cursor c)
{
    const char *begin = c.p;
    struct parts t = {0};
    if (!take_number(&c, 1, 2, &t.day) || !take_any(&c, " -/."))
        return none(begin);
    char mark = c.p[-1];
    take_blanks(&c);
    if (!(t.month = month_at(&c)))
        return none(begin);
    if (!take(&c, mark) && !take_any(&c, " ."))
        return none(begin);
    take_blanks(&c);
    if (!take_number(&c, 4, 4, &t.year) || digits_at(c.p, c.end) || !has_day(&t) || !take_between(&c) ||
        !take_clock(&c, true, &t))
        return none(begin);
    return finish(c, &t, VG_TIME_KIND_WHOLE);
}

/* Nov 22 05:20:00 [2024], Nov 22, 2024 05:20:00, Nov 22 05:20:00 UTC 2024 */
static struct vg_time_found scan_month_word(struct cursor c)
{
    const char *begin = c.p;
    struct parts t = {.year = 2000};
    if (!(t.month = month_at(&c)) || !take_any(&c, " ."))
        return none(begin);
    take_blanks(&c);
    if (!take_number(&c, 1, 2, &t.day))
        return none(begin);
    take(&c, ',');
    take_blanks(&c);
    struct cursor at = c;
    bool year = digits_at(at.p, at.end) == 4 && take_number(&at, 4, 4, &t.year) && take_between(&at);
    if (year)
        c = at;
    else
        t.year = 2000;
    if (!take_clock(&c, year, &t))
        return none(begin);
    struct vg_time_found f = finish(c, &t, year ? VG_TIME_KIND_WHOLE : VG_TIME_KIND_NO_YEAR);
    at = (struct cursor){f.end, c.end};
    take_blanks(&at);
    int last_year = 0;
    if (!year && digits_at(at.p, at.end) == 4 && take_number(&at, 4, 4, &last_year) && last_year >= 1990 &&
        last_year < 2100 && f.kind == VG_TIME_KIND_NO_YEAR) {
        int64_t zone_us = to_us(&t) - f.time_us;
        t.year = last_year;
        f = (struct vg_time_found){VG_TIME_KIND_WHOLE, to_us(&t) - zone_us, f.zoned, at.p};
        year = true;
    }
    if (!(year ? has_day(&t) : vg_time_has_day(2000, t.month, t.day)))
        return none(begin);
    return f;
}

/* 22/11/2024 05:20:00, 22.11.24 05:20, 3-4-2024 …: which number is the day is a custom of countries. */
static struct vg_time_found scan_day_or_month_first(struct cursor c)
{
    const char *begin = c.p;
    struct parts t = {0};
    int a, b, year;
    if (!take_number(&c, 1, 2, &a) || !take_any(&c, "/.-"))
        return none(begin);
    char mark = c.p[-1];
    if (!take_number(&c, 1, 2, &b) || !take(&c, mark) || (digits_at(c.p, c.end) != 4 && digits_at(c.p, c.end) != 2) ||
        !take_number(&c, 2, 4, &year) || !take_between(&c) || !take_clock(&c, true, &t))
        return none(begin);
    return (struct vg_time_found){.kind = VG_TIME_KIND_ORDER, .end = c.p};
}

static struct vg_time_found scan_clock(struct cursor c)
{
    struct parts t = {.year = 1970, .month = 1, .day = 1};
    const char *begin = c.p;
    if (!take_clock(&c, false, &t) || (c.p < c.end && (is_digit(*c.p) || *c.p == ':')))
        return none(begin);
    return finish(c, &t, VG_TIME_KIND_OF_DAY);
}

/* ---- counts ---- */

static struct vg_time_found scan_count(struct cursor c, unsigned n, unsigned digits)
{
    const char *begin = c.p;
    int64_t v = 0;
    int32_t us = 0;
    if (n < digits || n > 19)
        return none(begin);
    for (unsigned i = 0; i < n; i++, c.p++)
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, *c.p - '0', &v))
            return none(begin);
    struct cursor at = c;
    if (take(&at, '.')) {
        int32_t unit = 100000;
        for (; at.p < at.end && is_digit(*at.p); at.p++, unit /= 10)
            us += (*at.p - '0') * unit;
        c = at;
    }
    int64_t time_us = n <= 10 ? v * VG_SECOND_US + us : n <= 13 ? v * 1000 + us / 1000 : n <= 16 ? v : v / 1000;
    if (!vg_time_text_is_within(time_us))
        return none(begin);
    return (struct vg_time_found){VG_TIME_KIND_WHOLE, time_us, true, c.p};
}

/* ---- the way in ---- */

static struct vg_time_found scan(struct cursor c, unsigned digits)
{
    struct vg_time_found f;
    if (c.p == c.end)
        return none(c.p);
    if (is_letter(*c.p) && take_weekday(&c) && c.p == c.end)
        return none(c.p);
    if (is_letter(*c.p))
        return scan_month_word(c);
    unsigned n = digits_at(c.p, c.end);
    if (n == 0)
        return none(c.p);
    char next = c.p + n < c.end ? c.p[n] : '\0';
    if (n == 4 && (f = scan_year_first(c)).kind)
        return f;
    if (n >= 8 && (f = scan_compact(c, n)).kind)
        return f;
    if (n <= 2 && next == ':')
        return scan_clock(c);
    if (n <= 2 && (f = scan_day_month_word(c)).kind)
        return f;
    if (n <= 2 && (f = scan_day_or_month_first(c)).kind)
        return f;
    return scan_count(c, n, digits);
}

struct vg_time_found vg_time_scan(const char *p, const char *end, unsigned digits)
{
    struct vg_time_found f = scan((struct cursor){p, end}, digits);
    return f.kind ? f : none(p);
}
