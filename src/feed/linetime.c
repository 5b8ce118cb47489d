#include "feed/linetime.h"

#include <stdbool.h>
#include <string.h>

#include "base/time.h"

#define EARLIEST_US  (INT64_C(631152000) * VG_SECOND_US)  /* 1990-01-01 */
#define LATEST_US    (INT64_C(4102444800) * VG_SECOND_US) /* 2100-01-01 */
#define PREFIX_BYTES 64

struct cursor {
    const char *p, *end;
};

static bool read_time(const char *text, const char *end, int64_t *ret_us)
{
    int64_t time_us;
    if (end <= text || !vg_time_parse(text, (size_t)(end - text), &time_us) || time_us < EARLIEST_US ||
        time_us >= LATEST_US)
        return false;
    *ret_us = time_us;
    return true;
}

static int hex(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

/* The fields of a tag block, from behind its first \ to the *. */
static void tag_fields(const char *p, const char *end, bool *timed, bool *continues, int64_t *ret_us)
{
    while (p < end) {
        const char *comma = memchr(p, ',', (size_t)(end - p));
        const char *stop = comma ? comma : end;
        if (stop - p > 2 && p[0] == 'c' && p[1] == ':')
            *timed = read_time(p + 2, stop, ret_us) || *timed;
        else if (stop - p > 4 && p[0] == 'g' && p[1] == ':') /* g:2-3-1234: the second of three */
            *continues = p[2] != '1' || p[3] != '-';
        p = stop + 1;
    }
}

/* Goes over tag blocks, as many as there are. False: one has no end, so the line is not a sentence. */
static bool skip_tags(struct cursor *c, bool *timed, bool *continues, int64_t *ret_us)
{
    while (c->p < c->end && *c->p == '\\') {
        const char *first = c->p + 1;
        const char *last = memchr(first, '\\', (size_t)(c->end - first));
        if (!last)
            return false;
        unsigned char sum = 0;
        const char *star = first;
        for (; star < last && *star != '*'; star++)
            sum ^= (unsigned char)*star;
        if (last - star == 3 && hex(star[1]) * 16 + hex(star[2]) == sum)
            tag_fields(first, star, timed, continues, ret_us);
        c->p = last + 1;
    }
    return true;
}

/* The last field behind *hh that is a time. */
static bool trailing_time(struct cursor c, int64_t *ret_us)
{
    const char *star = memchr(c.p, '*', (size_t)(c.end - c.p));
    if (!star || c.end - star < 4 || star[3] != ',')
        return false;
    bool found = false;
    for (const char *p = star + 4; p <= c.end;) {
        const char *comma = memchr(p, ',', (size_t)(c.end - p));
        const char *stop = comma ? comma : c.end;
        found = read_time(p, stop, ret_us) || found;
        p = stop + 1;
    }
    return found;
}

static bool prefix_time(const char *p, const char *end, int64_t *ret_us)
{
    static const char around[] = " \t,;|\"'[]()";
    while (p < end && strchr(around, *p))
        p++;
    while (end > p && strchr(around, end[-1]))
        end--;
    return read_time(p, end, ret_us);
}

/* !AIVDM,2,2,…: of how many, which. */
static bool is_later_fragment(struct cursor c)
{
    return c.end - c.p > 10 && c.p[0] == '!' && c.p[6] == ',' && c.p[8] == ',' && c.p[10] == ',' && c.p[9] > '1' &&
           c.p[9] <= '9';
}

enum vg_line_time vg_line_time(const char *line, size_t len, int64_t *ret_us)
{
    struct cursor c = {line, line + len};
    while (c.end > line && (c.end[-1] == '\n' || c.end[-1] == '\r' || c.end[-1] == ' '))
        c.end--;
    const char *limit = c.end - line > PREFIX_BYTES ? line + PREFIX_BYTES : c.end;
    while (c.p < limit && *c.p != '\\' && *c.p != '!' && *c.p != '$')
        c.p++;
    const char *prefix_end = c.p;
    bool timed = false, continues = false;
    if (!skip_tags(&c, &timed, &continues, ret_us))
        return VG_LINE_OTHER;
    while (c.p < c.end && *c.p == ' ')
        c.p++;
    if (c.p >= c.end || (*c.p != '!' && *c.p != '$'))
        return VG_LINE_OTHER;
    if (timed || trailing_time(c, ret_us) || prefix_time(line, prefix_end, ret_us))
        return VG_LINE_TIMED;
    return continues || is_later_fragment(c) ? VG_LINE_CONTINUES : VG_LINE_UNTIMED;
}
