#include "nmea/line_time.h"

#include <string.h>

#include "base/time_text.h"
#include "nmea/line_end.h"
#include "nmea/line_text.h"
#include "nmea/other.h"
#include "nmea/sentence_head.h"

/* One whole sentence from '!' to its checksum and nothing else has no time. Most lines are like this: it is quick. */
static bool is_bare(const char *p, const char *end)
{
    size_t n = (size_t)(end - p);
    return n > 3 && *p == '!' && memchr(p, '*', n) == end - 3 && !memchr(p + 1, '!', n - 1) && !memchr(p, '$', n) &&
           !memchr(p, '\\', n);
}

/* !AIVDM,2,2,…: of how many, which. */
static bool is_later_fragment(const char *p, const char *end)
{
    return end - p > 10 && p[0] == '!' && p[6] == ',' && p[8] == ',' && p[10] == ',' && p[9] > '1' && p[9] <= '9';
}

static struct vg_time_found no_time(const char *p)
{
    return (struct vg_time_found){.kind = VG_TIME_KIND_NONE, .end = p};
}

/* ---- sentences that tell the time: of a clock, or of the sentence that follows ---- */

/* $GPRMC,hhmmss.ss,A,lat,N,lon,W,speed,course,ddmmyy,… */
static int64_t rmc_time(const struct vg_sentence *s)
{
    const char *p = s->text.at, *end = p + s->text.len, *field[10] = {0};
    for (int i = 0; i < 10 && p; i++) {
        field[i] = p;
        p = memchr(p, ',', (size_t)(end - p));
        p = p ? p + 1 : NULL;
    }
    if (!field[9] || end - field[9] < 7 || *field[2] != 'A')
        return VG_TIME_NONE;
    char text[20]; /* YYYYMMDDhhmmss of ddmmyy and hhmmss; the century is ours */
    const char *day = field[9], *clock = field[1];
    memcpy(text, "20", 2);
    memcpy(text + 2, day + 4, 2);
    memcpy(text + 4, day + 2, 2);
    memcpy(text + 6, day, 2);
    memcpy(text + 8, clock, 6);
    int64_t time_us = VG_TIME_NONE;
    return vg_time_text_read(text, text + 14, &time_us) ? time_us : VG_TIME_NONE;
}

static int64_t clock_time(const struct vg_sentence *s)
{
    struct vg_other other;
    if (*s->text.at != '$')
        return VG_TIME_NONE;
    if (strcmp(s->formatter, "RMC") == 0)
        return rmc_time(s);
    return vg_other_read(s, &other) ? VG_TIME_NONE : vg_other_time(&other);
}

/* ---- a line ---- */

struct looking {
    const char *pattern; /* NULL: any form */
    struct vg_line_look *ret;
};

/* A whole time that is found counts before one that is not, an earlier one before a later one. */
static void look_at_text(struct looking *l, const char *p, const char *end, bool behind)
{
    struct vg_time_found found = (behind ? vg_line_text_behind : vg_line_text_time)(p, end, l->pattern);
    bool whole = found.kind == VG_TIME_KIND_WHOLE, had = l->ret->text.kind && !l->ret->clock;
    if (found.kind && (!had || (whole && l->ret->text.kind != VG_TIME_KIND_WHOLE))) {
        l->ret->text = found;
        l->ret->clock = false;
    }
    if (!found.kind)
        l->ret->unread |= vg_line_text_may_be_time(p, end);
}

static bool is_whole_sentence(enum vg_refusal refusal)
{
    return refusal != VG_REFUSAL_NO_SENTENCE && refusal != VG_REFUSAL_BINARY && refusal != VG_REFUSAL_TRUNCATED &&
           refusal != VG_REFUSAL_NO_CHECKSUM && refusal != VG_REFUSAL_CHECKSUM;
}

/* One sentence with what stands around it. What stands in front of the next one is behind this one. */
static bool look_at_sentence(struct looking *l, const struct vg_sentence *s, enum vg_refusal refusal,
                             const char *before, const char *front_end, const char *next)
{
    if (!is_whole_sentence(refusal) || !s->text.len)
        return false;
    const char *behind = s->text.at + s->text.len;
    if (s->tagged && l->ret->tag_us == VG_TIME_NONE)
        l->ret->tag_us = s->time_us;
    l->ret->refused |= s->time_refused;
    int64_t clock_us = clock_time(s);
    if (clock_us != VG_TIME_NONE && !l->ret->text.kind) {
        l->ret->text = (struct vg_time_found){VG_TIME_KIND_WHOLE, clock_us, true, behind};
        l->ret->clock = true;
    }
    l->ret->behind = (uint32_t)(next - behind);
    if (l->ret->behind)
        look_at_text(l, behind, next, true);
    if (front_end > before)
        look_at_text(l, before, front_end, false);
    return true;
}

static const char *front_end_of(const char *p, const char *end)
{
    while (p < end && *p != '!' && *p != '$' && *p != '\\')
        p++;
    return p;
}

/* From '!' to the checksum, which is right. NULL: look closer. */
static const char *plain_sentence_end(const char *start, const char *end)
{
    const char *star = memchr(start, '*', (size_t)(end - start));
    uint8_t sum = 0, odd = 0;
    if (!star || end - star < 3 || star - start < 7 || memcmp(start + 3, "VDM,", 4) != 0)
        return NULL;
    for (const char *p = start + 1; p < star; p++) {
        sum ^= (uint8_t)*p;
        odd |= (uint8_t)*p < 0x20 || (uint8_t)*p > 0x7E;
    }
    static const char hex[] = "0123456789ABCDEF";
    return !odd && star[1] == hex[sum >> 4] && star[2] == hex[sum & 15] ? star + 3 : NULL;
}

/*
 * Most lines with a time have one AIS sentence and text in front of it or behind: they are read without looking for
 * anything else. Where the sentence begins; NULL: look closer. The same comes out either way.
 */
static const char *look_at_plain(struct looking *l, const char *line, const char *end)
{
    size_t n = (size_t)(end - line);
    const char *start = memchr(line, '!', n);
    if (!start || memchr(line, '\\', n) || memchr(line, '$', n) || memchr(start + 1, '!', (size_t)(end - start - 1)))
        return NULL;
    const char *behind = plain_sentence_end(start, end);
    if (!behind)
        return NULL;
    l->ret->behind = (uint32_t)(end - behind);
    if (behind < end)
        look_at_text(l, behind, end, true);
    if (line < start)
        look_at_text(l, line, start, false);
    return start;
}

static bool look_at_sentences(struct looking *l, const char *line, const char *end)
{
    struct vg_sentence s = {.time_us = VG_TIME_NONE};
    enum vg_refusal refusal;
    size_t pos = 0, len = (size_t)(end - line);
    bool whole = false;
    while (pos < len) {
        const char *before = line + pos, *front_end = pos ? before : front_end_of(before, end);
        s.text.len = 0;
        s.formatter[0] = '\0';
        if (!vg_nmea_next(line, len, &pos, &s, &refusal))
            break;
        whole |= look_at_sentence(l, &s, refusal, before, front_end, line + pos);
    }
    return whole;
}

/* A damaged sentence that would tell of a ship; else it may be a time between sentences. */
static bool is_of_ships(const char *start, const char *end)
{
    return end - start > 6 && (memcmp(start + 3, "VDM", 3) == 0 || memcmp(start + 3, "VDO", 3) == 0);
}

/* No sentence in it is whole. What stands in front of a damaged one still counts, what is behind does not. */
static void look_at_damaged(struct looking *l, const char *line, const char *end, const struct vg_sentence_head *head)
{
    struct vg_line_look *ret = l->ret;
    bool ships = head && is_of_ships(head->start, end);
    ret->damaged = true;
    look_at_text(l, line, ships ? front_end_of(line, end) : end, false);
    ret->unread = !head && !ret->text.kind && vg_line_text_is_like_times(line, end);
    ret->what = ships && is_later_fragment(head->start, end) ? VG_LINE_CONTINUES
                : head                                       ? VG_LINE_UNTIMED
                                                             : VG_LINE_OTHER;
    if (head && head->told.tagged)
        ret->tag_us = head->told.time_us;
    bool whole = ret->text.kind == VG_TIME_KIND_WHOLE && vg_time_text_is_within(ret->text.time_us);
    if (ret->tag_us != VG_TIME_NONE || (ships && whole))
        ret->what = VG_LINE_TIMED;
}

bool vg_line_tag_time(const char *line, size_t len, int64_t *ret_us)
{
    struct vg_sentence_head head;
    if (!len || *line != '\\' || !vg_sentence_head_read(line, line + len, &head) || head.start == line + len ||
        !head.told.tagged)
        return false;
    *ret_us = head.told.time_us;
    return true;
}

static void classify(struct vg_line_look *ret, const char *start, const char *end, unsigned group_part)
{
    bool whole = ret->text.kind == VG_TIME_KIND_WHOLE && !ret->clock && vg_time_text_is_within(ret->text.time_us);
    if (ret->tag_us != VG_TIME_NONE || whole)
        ret->what = VG_LINE_TIMED;
    else if (group_part > 1 || is_later_fragment(start, end))
        ret->what = VG_LINE_CONTINUES;
    else
        ret->what = VG_LINE_UNTIMED;
    ret->unread &= ret->what != VG_LINE_TIMED && !ret->text.kind;
}

void vg_line_look(const char *line, size_t len, const char *pattern, struct vg_line_look *ret)
{
    const char *end = line + len;
    struct vg_sentence_head head;
    struct looking l = {pattern, ret};
    while (end > line && vg_line_ends_with(end[-1]))
        end--;
    *ret = (struct vg_line_look){.what = VG_LINE_OTHER, .tag_us = VG_TIME_NONE, .text = no_time(line)};
    if (is_bare(line, end)) {
        ret->what = is_later_fragment(line, end) ? VG_LINE_CONTINUES : VG_LINE_UNTIMED;
        return;
    }
    const char *plain = look_at_plain(&l, line, end);
    if (plain) {
        classify(ret, plain, end, 0);
        return;
    }
    bool sentence = vg_sentence_head_read(line, end, &head) && head.start < end;
    if (sentence && look_at_sentences(&l, line, end))
        classify(ret, head.start, end, head.told.group_part);
    else
        look_at_damaged(&l, line, end, sentence ? &head : NULL);
}

enum vg_line_timing vg_line_time_read(const char *line, size_t len, int64_t *ret_us)
{
    struct vg_line_look look;
    vg_line_look(line, len, NULL, &look);
    if (look.what == VG_LINE_TIMED)
        *ret_us = look.tag_us != VG_TIME_NONE ? look.tag_us : look.text.time_us;
    return look.what;
}

unsigned vg_lines_timed_pct(const char *p, const char *end, int64_t *ret_first_us)
{
    unsigned timed = 0, sentences = 0;
    while (p < end) {
        const char *stop = vg_line_end(p, end);
        int64_t time_us;
        enum vg_line_timing what = vg_line_time_read(p, (size_t)(stop - p), &time_us);
        bool ended = vg_line_ends_with(stop[-1]);
        if ((ended || !sentences) && (what == VG_LINE_TIMED || what == VG_LINE_UNTIMED)) {
            if (what == VG_LINE_TIMED && timed++ == 0)
                *ret_first_us = time_us;
            sentences++;
        }
        p = stop;
    }
    return sentences ? timed * 100 / sentences : 0;
}
