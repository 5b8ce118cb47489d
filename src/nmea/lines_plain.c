/* Lines that can have no time, found sixteen bytes at a time. */
#include <string.h>

#include "nmea/line_clock.h"

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

/* Four bytes further on lines end behind a checksum only; a CR is never alone. */
static bool is_odd(const char *p)
{
    return *p == '\\' || (*p == '\n' && p[1] != '!') || (*p == '\r' && p[1] != '\n') ||
           (*p == '*' && p[3] != '\r' && p[3] != '\n') || (p[4] == '\n' && p[1] != '*' && (p[3] != '\r' || *p != '*'));
}

static bytes16 odd_of(const char *p)
{
    bytes16 here = load(p), next = load(p + 1), third = load(p + 3), fourth = load(p + 4);
    bytes16 lf = here == all('\n'), cr = here == all('\r'), star = here == all('*'), third_cr = third == all('\r');
    bytes16 ends = fourth == all('\n'), behind = (bytes16)(next == all('*')) | (third_cr & star);
    return (bytes16)(here == all('\\')) | (lf & (bytes16)(next != all('!'))) | (cr & (bytes16)(next != all('\n'))) |
           (star & ~third_cr & (bytes16)(third != all('\n'))) | (ends & ~behind);
}

/*
 * A time stands in a tag block, before the sentence, behind the checksum, or on a line without a sentence. So where no
 * line has a backslash, each begins with '!', and each ends three bytes behind a '*', there is none. Sixteen places at
 * a time.
 */
bool vg_lines_plain(const char *p, const char *end)
{
    if (end - p < 8 || *p != '!' || end[-1] != '\n' || memchr(p, '\n', 4))
        return false;
    bytes16 odd = {0};
    const char *last = end - 4; /* up to here p[4] can be looked at */
    for (; last - p > WIDE; p += WIDE)
        odd |= odd_of(p);
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
