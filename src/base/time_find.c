/* The first time in a text: where one may begin, and what only looks like one. */
#include "base/time_scan.h"

#include <string.h>

#define LEAST_WORD 3 /* letters of a word that says what follows its colon; two may be of a hardware address */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* INFO:05:20:00, but not the middle of 12:05:20:00 or of 00:1e:c0:05:20:00. */
static bool is_behind_word(const char *p, const char *at)
{
    const char *colon = at - 1, *word = colon;
    while (word > p && is_letter(word[-1]))
        word--;
    return colon - word >= LEAST_WORD && (word == p || !is_digit(word[-1]));
}

static bool begins(const char *p, const char *at)
{
    if (at == p)
        return true;
    char before = at[-1];
    if (before == ':')
        return is_behind_word(p, at);
    bool sign = (before == '-' || before == '+') && (at - 1 == p || strchr(" \t,;([", at[-2]));
    return !sign && !is_digit(before) && !is_letter(before) && before != '.';
}

/* Digits back from `end`: at most four. */
static unsigned digits_before(const char *p, const char *end)
{
    unsigned n = 0;
    while (n < 4 && end > p && is_digit(end[-1])) {
        end--;
        n++;
    }
    return n;
}

/* 0000-00-00 05:20:00 is no time of day: its date can't be, and nobody knows what else is wrong. */
static bool follows_date(const char *p, const char *at)
{
    while (at > p && strchr(" \t,;T_", at[-1]))
        at--;
    unsigned n[3] = {0};
    char mark = '\0';
    for (int i = 0; i < 3; i++) {
        n[i] = digits_before(p, at);
        at -= n[i];
        if (!n[i] || (i < 2 && (at == p || !strchr("-/.", at[-1]) || (mark && at[-1] != mark))))
            return false;
        if (i < 2)
            mark = *--at;
    }
    return n[1] <= 2 && ((n[0] == 4 && n[2] <= 2) || (n[0] <= 2 && n[2] == 4));
}

struct vg_time_found vg_time_find(const char *p, const char *end)
{
    const struct vg_time_found none = {.kind = VG_TIME_KIND_NONE, .end = p};
    for (const char *at = p; at < end; at++) {
        if (!(is_digit(*at) || is_letter(*at)) || !begins(p, at))
            continue;
        struct vg_time_found f = vg_time_scan(at, end, 10);
        if (f.kind == VG_TIME_KIND_OF_DAY && follows_date(p, at))
            return none;
        if (f.kind && (f.end == end || !(is_digit(*f.end) || is_letter(*f.end))))
            return f;
        while (at + 1 < end && (is_digit(at[1]) || is_letter(at[1])))
            at++;
    }
    return none;
}
