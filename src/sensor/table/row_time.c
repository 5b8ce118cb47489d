#include "sensor/table/row_time.h"

#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "base/time_pattern.h"
#include "base/time_scan.h"
#include "base/time_text.h"

#define DATE_PATTERN "YYYY-MM-DD"
#define HALF_DAY_US  (VG_DAY_US / 2)
#define JOINED       96 /* bytes of a date and a time */
#define COUNT_DIGITS 9  /* of seconds since 1970: 631152000 is 1990 */

static const struct vg_time_found nothing = {.kind = VG_TIME_KIND_NONE};

/* ---- one cell ---- */

/* Days as spreadsheets count them, and counts out of bounds, are times as well. */
static struct vg_time_found read_any(const char *p, const char *end)
{
    struct vg_time_found f = vg_time_scan(p, end, COUNT_DIGITS);
    if (f.kind && f.end == end)
        return f;
    f = (struct vg_time_found){.kind = VG_TIME_KIND_WHOLE, .end = end};
    if (vg_time_text_excel(p, end, &f.time_us))
        return f;
    f.zoned = vg_time_parse(p, (size_t)(end - p), &f.time_us);
    return f.zoned ? f : vg_time_pattern_scan("hh:mm", p, end); /* nothing but a time stands in the cell */
}

static bool begins_as_iso(const char *p, const char *end)
{
    return end - p >= 10 && p[4] == '-' && p[7] == '-';
}

/* The whole text by the pattern; a time in ISO 8601 says itself what it is. */
static struct vg_time_found read_text(const char *pattern, const char *p, const char *end)
{
    struct vg_time_found f = *pattern ? vg_time_pattern_scan(pattern, p, end) : read_any(p, end);
    if (*pattern && (!f.kind || f.end != end) && begins_as_iso(p, end))
        f = read_any(p, end);
    return f.end == end ? f : nothing;
}

/* ---- a date beside it ---- */

/* Seconds since midnight, with the date of another column. */
static struct vg_time_found read_count(const char *date_pattern, const struct vg_row_cell *date, const char *pattern,
                                       const struct vg_row_cell *time)
{
    struct vg_time_found f = read_text(pattern, time->at, time->at + time->len);
    int64_t day;
    if (!f.kind || f.time_us < 0 || f.time_us >= VG_DAY_US ||
        !vg_time_by_pattern(date_pattern, date->at, date->len, &day))
        return nothing;
    f.time_us += day;
    return f;
}

/* 45618 and 0.2222 are 45618.2222, as spreadsheets count days. */
static struct vg_time_found read_days(const struct vg_row_cell *date, const struct vg_row_cell *time)
{
    char text[JOINED];
    const char *point = memchr(time->at, '.', time->len);
    size_t part = point ? time->len - (size_t)(point - time->at) : 0;
    struct vg_time_found f = {.kind = VG_TIME_KIND_WHOLE};
    if (!point || point - time->at > 1 || (point > time->at && *time->at != '0') || date->len + part > sizeof text)
        return nothing;
    memcpy(text, date->at, date->len);
    memcpy(text + date->len, point, part);
    f.end = text + date->len + part;
    return vg_time_text_excel(text, f.end, &f.time_us) ? f : nothing;
}

/* The two cells with a space between, by the two patterns with a space between. */
static struct vg_time_found read_joined(const struct vg_layout *l, const char *pattern, const struct vg_row_cell *date,
                                        const struct vg_row_cell *time)
{
    static const char *const untold[] = {"hh:mm:ss", "hh:mm", "hh:mm:ss AP", "hh:mm AP"};
    char text[JOINED], joined[2 * VG_TIME_PATTERN];
    const char *day = *l->date ? l->date : DATE_PATTERN;
    struct vg_time_found f = nothing;
    if (strncmp(pattern, "epoch", 5) == 0)
        return read_count(day, date, pattern, time);
    if (!*pattern || strcmp(pattern, "excel") == 0)
        f = read_days(date, time);
    if (f.kind || date->len + time->len + 2 > sizeof text)
        return f;
    int len = snprintf(text, sizeof text, "%.*s %.*s", (int)date->len, date->at, (int)time->len, time->at);
    if (*pattern || !*l->date) /* the pattern may be told for both */
        f = read_text(pattern, text, text + len);
    for (size_t i = 0; i < (*pattern ? 1 : sizeof untold / sizeof *untold) && !f.kind; i++) {
        snprintf(joined, sizeof joined, "%s %s", day, *pattern ? pattern : untold[i]);
        f = read_text(joined, text, text + len);
    }
    return f.kind == VG_TIME_KIND_WHOLE ? f : nothing;
}

/* ---- the told day ---- */

/* The day that brings it nearest to the row before: rows go over midnight, and some come a little late. */
static int64_t with_day(const struct vg_fields *f, int64_t time_of_day, int64_t east_us)
{
    if (*f->clock_us == VG_TIME_NONE)
        return f->layout->day_us + time_of_day;
    int64_t before = *f->clock_us + east_us, us = before - (before - f->layout->day_us) % VG_DAY_US + time_of_day;
    if (us - before > HALF_DAY_US)
        return us - VG_DAY_US;
    return before - us > HALF_DAY_US ? us + VG_DAY_US : us;
}

/* The year that brings it nearest to the told day. */
static int64_t with_year(const struct vg_fields *f, int64_t time_us)
{
    struct vg_civil day = vg_time_civil(f->layout->day_us), civil = vg_time_civil(time_us);
    int64_t best = VG_TIME_NONE, least = INT64_MAX;
    for (int32_t year = day.year - 1; year <= day.year + 1; year++) {
        civil.year = year;
        int64_t us = vg_time_from_civil(&civil), off = us - f->layout->day_us;
        off = off < 0 ? -off : off;
        if (off < least && vg_time_has_day(year, civil.month, civil.day)) {
            least = off;
            best = us;
        }
    }
    return best;
}

/* ---- one of the two times ---- */

static enum vg_csv_refusal finish(const struct vg_fields *f, struct vg_time_found found, int64_t *ret)
{
    int64_t us = found.time_us, east_us = found.zoned ? 0 : f->layout->zone_minutes * VG_MINUTE_US;
    bool of_day = found.kind == VG_TIME_KIND_OF_DAY, no_year = found.kind == VG_TIME_KIND_NO_YEAR;
    if ((of_day || no_year) && f->layout->day_us == VG_TIME_NONE)
        return VG_CSV_REFUSAL_NO_DATE;
    if (!of_day && !no_year && found.kind != VG_TIME_KIND_WHOLE)
        return VG_CSV_REFUSAL_TIME;
    if (of_day)
        us = with_day(f, us, east_us);
    else if (no_year)
        us = with_year(f, us);
    us -= east_us;
    if (of_day)
        *f->clock_us = us;
    if (us < VG_TIME_TEXT_EARLIEST_US || us > f->latest_us)
        return VG_CSV_REFUSAL_BOUNDS;
    *ret = us;
    return VG_CSV_REFUSAL_NONE;
}

static enum vg_csv_refusal read_cell(const struct vg_fields *f, enum vg_cell cell, const char *pattern, int64_t *ret)
{
    const struct vg_row_cell *c = vg_fields_said(f, cell), *date = vg_fields_said(f, VG_CELL_DATE);
    struct vg_time_found found = nothing;
    if (!c)
        return VG_CSV_REFUSAL_TIME;
    if (date)
        found = read_joined(f->layout, pattern, date, c);
    if (!found.kind)
        found = read_text(pattern, c->at, c->at + c->len);
    if (date && (found.kind != VG_TIME_KIND_WHOLE || !vg_time_text_is_within(found.time_us)))
        return VG_CSV_REFUSAL_TIME; /* a date that isn't understood is no missing one */
    return finish(f, found, ret);
}

/* A cell alone that says a whole time says the same in each row. */
static void remember(const struct vg_fields *f, const struct vg_row_cell *c, int64_t us)
{
    bool alone = !vg_columns_have(f->columns, VG_CELL_DATE) && f->layout->day_us == VG_TIME_NONE;
    f->seen->len = alone && c->len <= sizeof f->seen->text ? c->len : 0;
    memcpy(f->seen->text, c->at, f->seen->len);
    f->seen->us = us;
}

enum vg_csv_refusal vg_fields_time(const struct vg_fields *f, int64_t *ret)
{
    const struct vg_row_cell *c = vg_fields_cell(f, VG_CELL_TIME);
    if (c && c->len && c->len == f->seen->len && memcmp(c->at, f->seen->text, c->len) == 0) {
        *ret = f->seen->us;
        return VG_CSV_REFUSAL_NONE;
    }
    enum vg_csv_refusal first = read_cell(f, VG_CELL_TIME, f->layout->time, ret);
    if (!first)
        remember(f, c, *ret);
    if (!first || !vg_columns_have(f->columns, VG_CELL_OTHER_TIME))
        return first;
    enum vg_csv_refusal other = read_cell(f, VG_CELL_OTHER_TIME, f->layout->other_time, ret);
    return other ? first : VG_CSV_REFUSAL_NONE;
}
