#include "nmea/line_text.h"

#include <string.h>

#include "base/time_pattern.h"
#include "base/time_text.h"

#define COUNT_DIGITS 9 /* of a count that stands alone */
#define LEAST_DIGITS 3 /* of a word that may be a time */
#define LEAST_ALONE  6 /* digits of a time that stands on a line of its own */
#define LEAST_TIME   8 /* characters of a time behind a sentence */

static bool is_around(char c)
{
    static const char around[] = " \t,;:|\"'[](){}";
    return memchr(around, c, sizeof around - 1) != NULL;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* AIS-catcher says it twice; this one has the fraction. */
static struct vg_time_found find_key(const char *p, const char *end)
{
    static const char key[] = "\"rxuxtime\":";
    const char *at = memmem(p, (size_t)(end - p), key, sizeof key - 1);
    if (!at)
        return (struct vg_time_found){.kind = VG_TIME_KIND_NONE, .end = p};
    for (at += sizeof key - 1; at < end && (*at == ' ' || *at == '"');)
        at++;
    return vg_time_scan(at, end, COUNT_DIGITS);
}

struct vg_time_found vg_line_text_time(const char *p, const char *end, const char *pattern)
{
    struct vg_time_found found;
    while (p < end && is_around(*p))
        p++;
    while (end > p && is_around(end[-1]))
        end--;
    if (p == end)
        return (struct vg_time_found){.kind = VG_TIME_KIND_NONE, .end = p};
    if (pattern)
        return vg_time_pattern_find(pattern, p, end);
    found = vg_time_scan(p, end, COUNT_DIGITS);
    if (found.kind && found.end == end)
        return found;
    found = find_key(p, end);
    return found.kind ? found : vg_time_find(p, end);
}

struct vg_time_found vg_line_text_behind(const char *p, const char *end, const char *pattern)
{
    struct vg_time_found last = {.kind = VG_TIME_KIND_NONE, .end = p};
    while (end > p && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
        end--;
    for (const char *at = p, *comma; !pattern && at < end && *at == ','; at = comma) {
        comma = memchr(at + 1, ',', (size_t)(end - at - 1));
        comma = comma ? comma : end;
        if (at + 1 == end || !is_digit(at[1]))
            continue;
        struct vg_time_found found = vg_time_scan(at + 1, comma, COUNT_DIGITS);
        if (found.kind == VG_TIME_KIND_WHOLE && found.end == comma && vg_time_text_is_within(found.time_us))
            last = found;
    }
    return last.kind || end - p < LEAST_TIME ? last : vg_line_text_time(p, end, pattern);
}

int64_t vg_line_text_whole_time(const char *p, const char *end)
{
    struct vg_time_found found = vg_line_text_time(p, end, NULL);
    return found.kind == VG_TIME_KIND_WHOLE && vg_time_text_is_within(found.time_us) ? found.time_us : VG_TIME_NONE;
}

/* A word from p on, up to a blank or bracket: digits and what parts them in times, and no address. */
static bool is_like_time(const char *p, const char *end)
{
    static const char parts[] = ":./-,TZ";
    unsigned digits = 0, points = 0;
    for (; p < end; p++) {
        digits += is_digit(*p);
        points += *p == '.';
        if (!is_digit(*p) && !memchr(parts, *p, sizeof parts - 1))
            return false;
    }
    return digits >= LEAST_DIGITS && points < 3;
}

bool vg_line_text_is_like_times(const char *p, const char *end)
{
    static const char marks[] = " \t#;:./-,+TZ\"[]()";
    unsigned digits = 0;
    for (; p < end; p++) {
        if (!is_digit(*p) && !memchr(marks, *p, sizeof marks - 1))
            return false;
        digits += is_digit(*p);
    }
    return digits >= LEAST_ALONE;
}

bool vg_line_text_may_be_time(const char *p, const char *end)
{
    while (p < end) {
        const char *word = p;
        while (p < end && *p != ' ' && !strchr("\t;|\"'[](){}", *p))
            p++;
        const char *stop = p;
        while (word < stop && is_around(*word))
            word++;
        while (stop > word && is_around(stop[-1]))
            stop--;
        if (stop > word && is_digit(*word) && is_like_time(word, stop))
            return true;
        p++;
    }
    return false;
}
