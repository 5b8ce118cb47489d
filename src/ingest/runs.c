#include "ingest/runs.h"

#include <string.h>

#include "nmea/line_time.h"

#define WIDE 16

typedef uint8_t bytes16 __attribute__((vector_size(WIDE)));

static bytes16 load(const char *p)
{
    bytes16 v;
    memcpy(&v, p, sizeof v);
    return v;
}

static bytes16 all(char c)
{
    return (bytes16){0} + (uint8_t)c;
}

static bool any(bytes16 v)
{
    uint64_t two[2];
    memcpy(two, &v, sizeof two);
    return two[0] | two[1];
}

static bool is_odd(const char *p)
{
    return *p == '\\' || (*p == '\n' && p[1] != '!') || (*p == '*' && p[3] != '\r' && p[3] != '\n');
}

/*
 * A time stands in a tag block, before the sentence or behind the checksum. So where no line has a backslash, each
 * begins with '!', and each '*' has its line's end three bytes further on, there is none. Sixteen places at a time.
 */
bool vg_runs_plain(const char *p, const char *end)
{
    if (end - p < 8 || *p != '!' || end[-1] != '\n')
        return false;
    bytes16 odd = {0};
    const char *last = end - 4; /* up to here p[3] can be looked at */
    for (; last - p >= WIDE; p += WIDE) {
        bytes16 here = load(p), next = load(p + 1), third = load(p + 3);
        odd |= (bytes16)(here == all('\\')) | ((bytes16)(here == all('\n')) & (bytes16)(next != all('!'))) |
               ((bytes16)(here == all('*')) & (bytes16)(third != all('\r')) & (bytes16)(third != all('\n')));
    }
    if (any(odd))
        return false;
    for (; p < last; p++)
        if (is_odd(p))
            return false;
    for (; p < end - 1; p++) /* a '*' here is a sentence cut short */
        if (*p == '\\' || *p == '*' || *p == '\n')
            return *p == '*' && end - p == 4;
    return true;
}

static size_t line_size(const char *p, const char *end)
{
    const char *lf = memchr(p, '\n', (size_t)(end - p));
    return (size_t)((lf ? lf + 1 : end) - p);
}

bool vg_runs_are_timed(const char *head, size_t len)
{
    int64_t first_us;
    return vg_lines_timed_pct(head, head + len, &first_us) >= VG_LINES_TIMED_PCT;
}

static int64_t time_of(struct vg_runs *r, const char *p, size_t n)
{
    int64_t us;
    if (vg_line_time_read(p, n, &us) == VG_LINE_TIMED) {
        r->last_us = us;
        return us;
    }
    return r->timed ? r->last_us : r->default_us;
}

size_t vg_runs_next(struct vg_runs *r, const char *p, const char *end, int64_t *ret_us)
{
    if (vg_runs_plain(p, end)) {
        *ret_us = r->timed ? r->last_us : r->default_us;
        return (size_t)(end - p);
    }
    size_t n = line_size(p, end);
    int64_t us = time_of(r, p, n);
    while (p + n < end) {
        size_t more = line_size(p + n, end);
        struct vg_runs before = *r;
        if (time_of(r, p + n, more) != us) {
            *r = before;
            break;
        }
        n += more;
    }
    *ret_us = us;
    return n;
}
