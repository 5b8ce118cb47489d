/* Times as they are asked for: any form, and counts beyond the bounds of recordings. */
#include "base/time.h"
#include "base/time_scan.h"

struct cursor {
    const char *p, *end;
};

static bool take(struct cursor *c, char ch)
{
    if (c->p == c->end || *c->p != ch)
        return false;
    c->p++;
    return true;
}

/* `.ddd…` as microseconds; any digits past the sixth are dropped. */
static bool fraction(struct cursor *c, int32_t *ret_us)
{
    *ret_us = 0;
    if (!take(c, '.'))
        return true;
    const char *first = c->p;
    for (int32_t unit = 100000; c->p < c->end && *c->p >= '0' && *c->p <= '9'; c->p++, unit /= 10)
        *ret_us += (*c->p - '0') * unit;
    return c->p > first;
}

static bool parse_epoch(struct cursor c, int64_t *ret_time_us)
{
    bool negative = take(&c, '-');
    const char *first = c.p;
    int64_t v = 0;
    for (; c.p < c.end && *c.p >= '0' && *c.p <= '9'; c.p++) {
        if (c.p - first > 13)
            return false;
        v = v * 10 + (*c.p - '0');
    }
    int32_t us;
    if (c.p == first || !fraction(&c, &us) || c.p != c.end)
        return false;
    int64_t time_us = v >= INT64_C(100000000000) ? v * 1000 : v * VG_SECOND_US + us;
    *ret_time_us = negative ? -time_us : time_us;
    return true;
}

bool vg_time_parse(const char *text, size_t len, int64_t *ret_time_us)
{
    struct vg_time_found found = vg_time_scan(text, text + len, 1);
    if (found.kind != VG_TIME_KIND_WHOLE || found.end != text + len)
        return parse_epoch((struct cursor){text, text + len}, ret_time_us);
    *ret_time_us = found.time_us;
    return true;
}
