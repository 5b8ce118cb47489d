#include "base/row.h"

#include <string.h>

/* Behind the quoted cell's end, or NULL: it has none before `end`. *doubled: quotes in it stand twice. */
static const char *skip_quoted(const char *p, const char *end, char quote, bool *doubled, unsigned *breaks)
{
    for (; p < end; p++) {
        if (*p == '\n')
            ++*breaks;
        if (*p != quote)
            continue;
        if (p + 1 < end && p[1] == quote) {
            *doubled = true;
            p++;
            continue;
        }
        return p + 1;
    }
    return NULL;
}

static enum vg_row_end too_long(const char *p, size_t len, size_t *ret_len)
{
    const char *lf = memchr(p, '\n', len);
    *ret_len = lf ? (size_t)(lf - p) + 1 : 0;
    return VG_ROW_LONG;
}

/* The slow way: quotes may hold line ends. */
static enum vg_row_end end_quoted(const char *p, size_t len, char delimiter, char quote, bool last, size_t *ret_len)
{
    const char *end = p + (len < VG_ROW_MAX ? len : VG_ROW_MAX), *q = p;
    unsigned breaks = 0;
    bool doubled, begins = true;
    for (; q < end; q++) {
        if (*q == '\n') {
            *ret_len = (size_t)(q - p) + 1;
            return VG_ROW_WHOLE;
        }
        if (begins && *q == quote) {
            const char *behind = skip_quoted(q + 1, end, quote, &doubled, &breaks);
            if (breaks > VG_ROW_BREAKS)
                return too_long(p, len, ret_len);
            if (!behind || (behind == end && end < p + len))
                break;
            if (behind == end && !last)
                return len >= VG_ROW_MAX ? too_long(p, len, ret_len) : VG_ROW_MORE;
            q = behind - 1;
        }
        begins = *q == delimiter;
    }
    if (len >= VG_ROW_MAX)
        return too_long(p, len, ret_len);
    if (!last)
        return VG_ROW_MORE;
    const char *lf = memchr(p, '\n', len); /* a quote that nobody closes: the line is the row */
    *ret_len = lf ? (size_t)(lf - p) + 1 : len;
    return VG_ROW_WHOLE;
}

enum vg_row_end vg_row_end(const char *p, size_t len, char delimiter, char quote, bool last, size_t *ret_len)
{
    size_t most = len < VG_ROW_MAX ? len : VG_ROW_MAX;
    const char *lf = memchr(p, '\n', most);
    size_t line = lf ? (size_t)(lf - p) + 1 : most;
    if (quote && memchr(p, quote, line))
        return end_quoted(p, len, delimiter, quote, last, ret_len);
    if (lf || (last && len < VG_ROW_MAX)) {
        *ret_len = line;
        return VG_ROW_WHOLE;
    }
    if (len >= VG_ROW_MAX)
        return too_long(p, len, ret_len);
    return VG_ROW_MORE;
}

size_t vg_row_bare(const char **row, size_t len)
{
    if (len && (*row)[len - 1] == '\n')
        len--;
    if (len && (*row)[len - 1] == '\r')
        len--;
    if (len >= 3 && memcmp(*row, "\xEF\xBB\xBF", 3) == 0) {
        *row += 3;
        len -= 3;
    }
    return len;
}

bool vg_row_is_remark(const char *row, size_t len)
{
    return len && (*row == '#' || (len >= 4 && memcmp(row, "sep=", 4) == 0));
}

static void trim(struct vg_row_cell *c)
{
    while (c->len && (*c->at == ' ' || *c->at == '\t'))
        c->at++, c->len--;
    while (c->len && (c->at[c->len - 1] == ' ' || c->at[c->len - 1] == '\t'))
        c->len--;
}

bool vg_row_split(const char *p, size_t len, char delimiter, char quote, struct vg_row *ret)
{
    const char *end = p + len;
    ret->count = 0;
    for (;;) {
        struct vg_row_cell cell = {.at = p};
        if (quote && p < end && *p == quote) {
            unsigned breaks = 0;
            const char *behind = skip_quoted(p + 1, end, quote, &cell.doubled, &breaks);
            if (!behind || (behind < end && *behind != delimiter))
                return true;
            cell.at = p + 1;
            cell.len = (uint32_t)(behind - 1 - cell.at);
            p = behind;
        } else {
            const char *stop = memchr(p, delimiter, (size_t)(end - p));
            p = stop ? stop : end;
            cell.len = (uint32_t)(p - cell.at);
        }
        trim(&cell);
        if (ret->count < VG_ROW_CELLS)
            ret->cell[ret->count] = cell;
        ret->count++;
        if (p == end)
            return false;
        p++;
    }
}
