#include "nmea/line_clock.h"

#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "base/time_text.h"
#include "nmea/line.h"
#include "nmea/line_end.h"
#include "nmea/line_time.h"

#define BACK_US        (6 * VG_HOUR_US)  /* a time of day so much earlier is of the next day; less is disorder */
#define AHEAD_US       (18 * VG_HOUR_US) /* and one so much later of the day before */
#define HALF_A_YEAR_US (182 * VG_DAY_US)
#define MOST_DAY       200 /* bytes of a line between sentences in which a day is looked for */

void vg_line_clock_init(struct vg_line_clock *c, const struct vg_line_clock_rules *rules)
{
    *c = (struct vg_line_clock){.rules = *rules, .first_us = VG_TIME_NONE};
    c->state = (struct vg_line_clock_state){.last_us = VG_TIME_NONE, .line_us = VG_TIME_NONE};
}

/* ---- one line ---- */

static bool is_possible(const struct vg_line_clock *c, int64_t time_us)
{
    return time_us >= VG_TIME_TEXT_EARLIEST_US && time_us <= c->rules.latest_us;
}

static int64_t midnight(int64_t time_us)
{
    return time_us - (time_us % VG_DAY_US + VG_DAY_US) % VG_DAY_US;
}

/* In the recording's own zone. */
static int64_t local(const struct vg_line_clock *c, int64_t time_us)
{
    return time_us + c->rules.zone_minutes * VG_MINUTE_US;
}

/* A time of day on the day that was told, else on that of the line before or one beside it. */
static int64_t date_clock(const struct vg_line_clock *c, const struct vg_line_clock_state *s, int64_t clock_us)
{
    if (s->day_us)
        return s->day_us + clock_us;
    if (s->last_us == VG_TIME_NONE)
        return c->rules.day_us ? c->rules.day_us + clock_us : VG_TIME_NONE;
    int64_t last_us = local(c, s->last_us), time_us = midnight(last_us) + clock_us;
    if (time_us < last_us - BACK_US)
        return time_us + VG_DAY_US;
    return time_us > last_us + AHEAD_US ? time_us - VG_DAY_US : time_us;
}

/* A day of the year 2000 in the year that was told, or that is nearest to the line before. */
static int64_t date_day(const struct vg_line_clock *c, const struct vg_line_clock_state *s, int64_t time_us)
{
    int64_t near_us = s->day_us ? s->day_us : s->last_us != VG_TIME_NONE ? local(c, s->last_us) : c->rules.day_us;
    if (!near_us)
        return VG_TIME_NONE;
    struct vg_civil civil = vg_time_civil(time_us);
    civil.year = vg_time_civil(near_us).year;
    time_us = vg_time_from_civil(&civil);
    bool follows = s->last_us != VG_TIME_NONE;
    if (follows && time_us < near_us - HALF_A_YEAR_US)
        civil.year++;
    else if (follows && time_us > near_us + HALF_A_YEAR_US)
        civil.year--;
    return vg_time_has_day(civil.year, civil.month, civil.day) ? vg_time_from_civil(&civil) : VG_TIME_NONE;
}

/* What stands around the sentence, as UTC; VG_TIME_NONE: nothing, or nothing that can be dated. */
static int64_t date_text(const struct vg_line_clock *c, const struct vg_line_clock_state *s,
                         const struct vg_time_found *text)
{
    int64_t time_us = VG_TIME_NONE;
    if (c->rules.undated)
        return VG_TIME_NONE;
    if (text->kind == VG_TIME_KIND_WHOLE)
        time_us = text->time_us;
    else if (text->kind == VG_TIME_KIND_OF_DAY)
        time_us = date_clock(c, s, text->time_us);
    else if (text->kind == VG_TIME_KIND_NO_YEAR)
        time_us = date_day(c, s, text->time_us);
    if (time_us != VG_TIME_NONE && !text->zoned)
        time_us -= c->rules.zone_minutes * VG_MINUTE_US;
    return time_us;
}

static void take_own(const struct vg_line_clock *c, const struct vg_line_look *l, struct vg_dated_line *d)
{
    int64_t text_us = date_text(c, &d->after, &l->text);
    bool marks = l->what == VG_LINE_OTHER || l->clock || (l->damaged && l->what != VG_LINE_TIMED);
    bool too_far = text_us != VG_TIME_NONE && !is_possible(c, text_us);
    if (l->tag_us != VG_TIME_NONE && is_possible(c, l->tag_us)) {
        d->time_us = l->tag_us;
        d->from = VG_LINE_FROM_TAG;
    } else if (text_us != VG_TIME_NONE && !too_far) {
        d->time_us = text_us;
        d->from = marks ? VG_LINE_FROM_NEIGHBOUR : VG_LINE_FROM_LINE;
    } else {
        d->out_of_bounds = l->tag_us != VG_TIME_NONE || l->refused || too_far;
        d->unread = !d->out_of_bounds && !c->rules.undated && (l->unread || l->text.kind);
    }
}

/* What a line that has no time of its own gets. */
static void take_neighbour(const struct vg_line_clock *c, bool continues, struct vg_dated_line *d)
{
    if (continues && d->after.line_us != VG_TIME_NONE) {
        d->time_us = d->after.line_us;
        d->from = d->after.line_from;
    } else if (d->after.last_us != VG_TIME_NONE && c->dated) {
        d->time_us = d->after.last_us;
        d->from = VG_LINE_FROM_NEIGHBOUR;
    } else if (c->first_us != VG_TIME_NONE) {
        d->time_us = c->first_us;
        d->from = VG_LINE_FROM_NEIGHBOUR;
    } else {
        bool given = c->rules.given_us != 0;
        d->time_us = given ? c->rules.given_us : c->rules.file_us;
        d->from = given ? VG_LINE_FROM_GIVEN : VG_LINE_FROM_FILE;
    }
}

/* A line between sentences that tells a day and no time. */
static void look_for_day(const char *p, size_t n, int64_t *day_us)
{
    char text[MOST_DAY];
    size_t len = n < sizeof text - 1 ? n : sizeof text - 1;
    memcpy(text, p, len);
    text[len] = '\0';
    vg_time_text_day_of_name(text, day_us);
}

static void date_line(const struct vg_line_clock *c, const char *p, size_t n, struct vg_dated_line *d)
{
    struct vg_line_look look;
    int64_t tag_us;
    *d = (struct vg_dated_line){.time_us = VG_TIME_NONE, .after = c->state};
    if (vg_line_tag_time(p, n, &tag_us) && is_possible(c, tag_us)) {
        d->time_us = tag_us;
        d->from = VG_LINE_FROM_TAG;
        d->sentence = true;
    } else {
        vg_line_look(p, n, c->rules.pattern[0] ? c->rules.pattern : NULL, &look);
        d->sentence = look.what != VG_LINE_OTHER && !look.damaged;
        take_own(c, &look, d);
        d->unread &= d->sentence || look.what == VG_LINE_OTHER;
        if (d->time_us == VG_TIME_NONE && look.damaged && !c->rules.undated)
            look_for_day(p, n, &d->after.day_us);
    }
    if (d->time_us != VG_TIME_NONE) {
        d->after.last_us = d->time_us;
        d->after.day_us = 0;
    } else {
        take_neighbour(c, look.what == VG_LINE_CONTINUES || !d->sentence, d);
    }
    d->after.line_us = d->time_us;
    d->after.line_from = d->from;
}

static void keep_example(char to[static 96], const char *p, size_t n)
{
    size_t len = 0;
    for (; len < n && len < 95 && p[len] != '\n' && p[len] != '\r'; len++)
        to[len] = (uint8_t)p[len] >= 0x20 && (uint8_t)p[len] < 0x7F ? p[len] : '?';
    to[len] = '\0';
}

static void commit(struct vg_line_clock *c, const struct vg_dated_line *d, const char *p, size_t n)
{
    c->state = d->after;
    c->counts.lines[d->from] += d->sentence;
    if (d->out_of_bounds && !c->counts.out_of_bounds++)
        keep_example(c->counts.bounds_example, p, n);
    if (d->unread && !c->counts.unread++)
        keep_example(c->counts.unread_example, p, n);
}

/* ---- runs ---- */

static size_t line_size(const char *p, const char *end)
{
    return (size_t)(vg_line_end(p, end) - p);
}

static size_t take_plain(struct vg_line_clock *c, const char *p, const char *end, int64_t *ret_us,
                         enum vg_line_from *ret_from)
{
    struct vg_dated_line d = {.after = c->state};
    take_neighbour(c, false, &d);
    c->counts.lines[d.from] += vg_count_lines(p, end);
    c->state.line_us = d.time_us;
    c->state.line_from = d.from;
    *ret_us = d.time_us;
    *ret_from = d.from;
    return (size_t)(end - p);
}

size_t vg_line_clock_next(struct vg_line_clock *c, const char *p, const char *end, int64_t *ret_us,
                          enum vg_line_from *ret_from)
{
    struct vg_dated_line first, more;
    if (vg_lines_plain(p, end))
        return take_plain(c, p, end, ret_us, ret_from);
    size_t n = line_size(p, end);
    if (p == c->peeked && end == c->peeked_end)
        first = c->peeked_as;
    else
        date_line(c, p, n, &first);
    c->peeked = NULL;
    commit(c, &first, p, n);
    while (p + n < end) {
        size_t size = line_size(p + n, end);
        date_line(c, p + n, size, &more);
        if (more.time_us != first.time_us || more.from != first.from) {
            c->peeked = p + n;
            c->peeked_end = end;
            c->peeked_as = more;
            break;
        }
        commit(c, &more, p + n, size);
        n += size;
    }
    *ret_us = first.time_us;
    *ret_from = first.from;
    return n;
}

/* ---- the first lines ---- */

struct findings {
    uint64_t sentences, dated, unread, kind[VG_TIME_KIND_ZONE + 1];
    char example[VG_TIME_KIND_ZONE + 1][96], unread_example[96];
};

/* A day for times of day that stand before it: that of the first whole time. */
static void find_day(struct vg_line_clock *c, const char *p, const char *end)
{
    struct vg_line_look look;
    for (size_t n; p < end && !c->rules.day_us; p += n) {
        n = line_size(p, end);
        vg_line_look(p, n, c->rules.pattern[0] ? c->rules.pattern : NULL, &look);
        int64_t time_us = look.tag_us != VG_TIME_NONE            ? look.tag_us
                          : look.text.kind == VG_TIME_KIND_WHOLE ? look.text.time_us
                                                                 : VG_TIME_NONE;
        if (time_us != VG_TIME_NONE && is_possible(c, time_us))
            c->rules.day_us = midnight(local(c, time_us));
        else if (look.damaged)
            look_for_day(p, n, &c->rules.day_us);
    }
}

static void count_line(const struct vg_line_clock *c, const char *p, size_t n, const struct vg_dated_line *d,
                       struct findings *f)
{
    struct vg_line_look look;
    vg_line_look(p, n, c->rules.pattern[0] ? c->rules.pattern : NULL, &look);
    bool marks = look.what == VG_LINE_OTHER || look.damaged;
    f->sentences += d->sentence;
    if (d->time_us != VG_TIME_NONE && d->after.last_us == d->time_us && d->after.last_us != c->state.last_us)
        f->dated += d->sentence || marks;
    if (look.text.kind && !f->kind[look.text.kind]++)
        keep_example(f->example[look.text.kind], p, n);
    if (d->unread && !f->unread++)
        keep_example(f->unread_example, p, n);
}

static void find_times(struct vg_line_clock *c, const char *p, const char *end, struct findings *f)
{
    struct vg_line_clock scratch = *c;
    for (size_t n; p < end; p += n) {
        struct vg_dated_line d;
        n = line_size(p, end);
        date_line(&scratch, p, n, &d);
        count_line(&scratch, p, n, &d, f);
        bool own =
            d.after.last_us == d.time_us && scratch.state.last_us != d.time_us && d.after.last_us != VG_TIME_NONE;
        if (own && c->first_us == VG_TIME_NONE)
            c->first_us = d.time_us;
        scratch.state = d.after;
    }
}

/* Which of them is told first: the one that says most. */
static bool explain(const struct vg_line_clock *c, const struct findings *f, char *why, size_t size)
{
    if (c->rules.pattern[0])
        snprintf(why, size, "no line has a time of the form that --time tells, '%s'; the first one with text: %s",
                 c->rules.pattern, f->unread ? f->unread_example : "none");
    else if (f->kind[VG_TIME_KIND_ORDER])
        snprintf(
            why, size,
            "its lines have dates whose order can't be seen; --time 'DD/MM/YYYY hh:mm:ss' or 'MM/DD/YYYY hh:mm:ss' "
            "tells it: %s",
            f->example[VG_TIME_KIND_ORDER]);
    else if (f->kind[VG_TIME_KIND_ZONE])
        snprintf(why, size,
                 "its lines have times in a zone that is told by letters only; --zone +hh:mm and --time 'YYYY-MM-DD "
                 "hh:mm:ss' tell how to read them: %s",
                 f->example[VG_TIME_KIND_ZONE]);
    else if (f->kind[VG_TIME_KIND_NO_YEAR])
        snprintf(why, size, "its lines have dates without a year; --date YYYY tells it: %s",
                 f->example[VG_TIME_KIND_NO_YEAR]);
    else if (f->kind[VG_TIME_KIND_OF_DAY])
        snprintf(why, size,
                 "its lines have a time of day and no date; --date YYYY-MM-DD tells that of the first one: %s",
                 f->example[VG_TIME_KIND_OF_DAY]);
    else if (2 * f->unread >= f->sentences && f->unread)
        snprintf(why, size,
                 "its lines have text that may be a time in no form that is known; --time tells the form ('DD/MM/YYYY "
                 "hh:mm:ss', epoch_ms …), or 'file' that there is none: %s",
                 f->unread_example);
    else
        return false;
    return true;
}

bool vg_line_clock_learn(struct vg_line_clock *c, const char *head, size_t len, char *why, size_t size)
{
    struct findings f = {0};
    const char *end = head + len;
    if (vg_lines_plain(head, end))
        return true;
    while (end > head && !vg_line_ends_with(end[-1]) && (memchr(head, '\n', len) || memchr(head, '\r', len)))
        end--; /* the last line may be cut */
    find_day(c, head, end);
    find_times(c, head, end, &f);
    c->dated = f.dated > 0;
    bool given = c->rules.given_us || c->rules.undated;
    return !f.sentences || f.dated || (given && !c->rules.pattern[0]) || !explain(c, &f, why, size);
}

void vg_line_clock_go_on(struct vg_line_clock *c, int64_t line_us)
{
    c->state.line_us = line_us;
    c->state.line_from = VG_LINE_FROM_NEIGHBOUR;
    if (c->dated)
        c->state.last_us = line_us;
}

/* ---- the last line ---- */

size_t vg_lines_whole(const char *p, size_t len, bool goes_on)
{
    struct vg_line_look last, before;
    const char *end = p + len, *begin = end;
    if (!len || vg_line_ends_with(end[-1]))
        return len;
    while (begin > p && !vg_line_ends_with(begin[-1]))
        begin--;
    if (end - begin > VG_LINE_MAX) /* none that grows */
        return len;
    vg_line_look(begin, (size_t)(end - begin), NULL, &last);
    if (last.damaged)
        return (size_t)(begin - p);
    const char *stop = begin;
    while (stop > p && vg_line_ends_with(stop[-1]))
        stop--;
    const char *line = stop;
    while (line > p && !vg_line_ends_with(line[-1]))
        line--;
    if (line == stop)
        return goes_on && last.behind ? 0 : len;
    vg_line_look(line, (size_t)(stop - line), NULL, &before);
    /* What is written behind sentences may be cut as well. */
    return before.behind > last.behind && !before.damaged ? (size_t)(begin - p) : len;
}
