#include "base/time_text.h"

#include <string.h>

bool vg_time_text_read(const char *p, const char *end, int64_t *ret_us)
{
    int64_t time_us;
    if (p >= end || !vg_time_parse(p, (size_t)(end - p), &time_us) || !vg_time_text_is_within(time_us))
        return false;
    *ret_us = time_us;
    return true;
}

static bool is_around(char c)
{
    static const char around[] = " \t,;:|\"'[](){}";
    return memchr(around, c, sizeof around - 1) != NULL;
}

bool vg_time_text_prefix(const char *p, const char *end, int64_t *ret_us)
{
    while (p < end && is_around(*p))
        p++;
    while (end > p && is_around(end[-1]))
        end--;
    return vg_time_text_read(p, end, ret_us);
}
