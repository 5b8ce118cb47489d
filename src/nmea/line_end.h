/* Where a line ends: LF, CR LF, or a CR alone, as some loggers write. One rule for all who cut lines. Any thread. */
#ifndef VG_NMEA_LINE_END_H
#define VG_NMEA_LINE_END_H

#include <stdbool.h>
#include <string.h>

static inline bool vg_line_ends_with(char c)
{
    return c == '\n' || c == '\r';
}

/* Behind the end of the line that begins at p; `end` if it has none. */
static inline const char *vg_line_end(const char *p, const char *end)
{
    const char *lf = (const char *)memchr(p, '\n', (size_t)(end - p)), *stop = lf ? lf + 1 : end;
    const char *cr = (const char *)memchr(p, '\r', (size_t)(stop - p));
    return cr && cr + 1 < stop && cr[1] != '\n' ? cr + 1 : stop;
}

#endif
