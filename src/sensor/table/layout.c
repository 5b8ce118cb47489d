/* Which of a header's columns is which. */
#include "sensor/table/layout.h"

#include <stdlib.h>
#include <string.h>

#include "base/row.h"

const char *vg_cell_key(enum vg_cell cell)
{
    static const char *const keys[] = {
#define X(name, key, what) key,
        VG_CELL_LIST(X)
#undef X
    };
    return (unsigned)cell < VG_CELL_COUNT ? keys[cell] : "unknown";
}

const char *vg_cell_text(enum vg_cell cell)
{
    static const char *const texts[] = {
#define X(name, key, what) what,
        VG_CELL_LIST(X)
#undef X
    };
    return (unsigned)cell < VG_CELL_COUNT ? texts[cell] : "unknown";
}

void vg_name_plain(const char *name, size_t len, char ret[static VG_COLUMN_NAME])
{
    size_t n = 0;
    for (size_t i = 0; i < len && n < VG_COLUMN_NAME - 1; i++) {
        char c = name[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (uint8_t)c >= 0x80)
            ret[n++] = c;
    }
    ret[n] = '\0';
}

bool vg_columns_have(const struct vg_columns *c, enum vg_cell cell)
{
    return c->cell[cell].at != VG_COLUMN_NOWHERE;
}

bool vg_columns_say_who(const struct vg_columns *c)
{
    return vg_columns_have(c, VG_CELL_MMSI) || vg_columns_have(c, VG_CELL_TRACK) || vg_columns_have(c, VG_CELL_SEGMENT);
}

bool vg_columns_say_where(const struct vg_columns *c)
{
    return vg_columns_have(c, VG_CELL_POSITION) || (vg_columns_have(c, VG_CELL_LON) && vg_columns_have(c, VG_CELL_LAT));
}

static bool is_enough(const struct vg_columns *c)
{
    return vg_columns_have(c, VG_CELL_TIME) && vg_columns_say_who(c) && vg_columns_say_where(c);
}

static void take_column(struct vg_columns *columns, const struct vg_layout_column *c, size_t at)
{
    enum vg_cell cell = (enum vg_cell)c->cell;
    if (cell == VG_CELL_TIME && vg_columns_have(columns, cell))
        cell = VG_CELL_OTHER_TIME;
    if (vg_columns_have(columns, cell))
        return; /* the first of two counts */
    columns->cell[cell].at = (uint16_t)at;
    columns->cell[cell].unit = c->unit;
}

static void begin(struct vg_columns *ret, char delimiter)
{
    memset(ret, 0, sizeof *ret);
    ret->delimiter = delimiter;
    for (size_t i = 0; i < VG_CELL_COUNT; i++)
        ret->cell[i].at = VG_COLUMN_NOWHERE;
}

/* A date without a time beside it is all there is of a time. */
static void finish(struct vg_columns *c)
{
    if (!vg_columns_have(c, VG_CELL_TIME) && vg_columns_have(c, VG_CELL_DATE)) {
        c->cell[VG_CELL_TIME] = c->cell[VG_CELL_DATE];
        c->cell[VG_CELL_DATE].at = VG_COLUMN_NOWHERE;
    }
}

static void match_numbers(const struct vg_layout *l, struct vg_columns *ret)
{
    begin(ret, l->delimiter ? l->delimiter : ',');
    for (size_t i = 0; i < l->columns; i++) {
        unsigned long n = strtoul(l->column[i].name, NULL, 10);
        if (n < 1 || n > VG_ROW_CELLS)
            continue;
        take_column(ret, &l->column[i], n - 1);
        if (n > ret->count)
            ret->count = n;
    }
    finish(ret);
}

static bool is_named(const char *plain, const char *name)
{
    char wanted[VG_COLUMN_NAME];
    vg_name_plain(name, strlen(name), wanted);
    return *plain && strcmp(plain, wanted) == 0;
}

enum vg_cell vg_layout_cell(const struct vg_layout *l, const char *name, size_t len)
{
    char plain[VG_COLUMN_NAME];
    vg_name_plain(name, len, plain);
    for (size_t i = 0; i < l->columns; i++)
        if (is_named(plain, l->column[i].name))
            return (enum vg_cell)l->column[i].cell;
    return VG_CELL_COUNT;
}

/* Returns how many of the header's columns are the layout's. */
static size_t match_with(const struct vg_layout *l, const char *header, size_t len, char delimiter,
                         struct vg_columns *ret)
{
    struct vg_row row;
    size_t matched = 0;
    begin(ret, delimiter);
    if (vg_row_split(header, len, delimiter, l->quote, &row))
        return 0;
    ret->count = row.count;
    for (size_t at = 0; at < row.count && at < VG_ROW_CELLS; at++) {
        char plain[VG_COLUMN_NAME];
        vg_name_plain(row.cell[at].at, row.cell[at].len, plain);
        for (size_t i = 0; i < l->columns; i++)
            if (is_named(plain, l->column[i].name)) {
                take_column(ret, &l->column[i], at);
                matched++;
            }
        ret->told |= is_named(plain, l->told_by);
    }
    finish(ret);
    return matched;
}

void vg_layout_columns(const struct vg_layout *l, const char *header, size_t len, struct vg_columns *ret)
{
    static const char delimiters[] = ",;\t|";
    if (l->headless) {
        match_numbers(l, ret);
        return;
    }
    if (l->delimiter) {
        match_with(l, header, len, l->delimiter, ret);
        return;
    }
    size_t most = match_with(l, header, len, *delimiters, ret);
    for (const char *d = delimiters + 1; *d; d++) {
        struct vg_columns other;
        size_t n = match_with(l, header, len, *d, &other);
        if (n > most) {
            most = n;
            *ret = other;
        }
    }
}

bool vg_layout_match(const struct vg_layout *l, const char *header, size_t len, struct vg_columns *ret)
{
    struct vg_columns found;
    vg_layout_columns(l, header, len, &found);
    if (!is_enough(&found))
        return false;
    *ret = found;
    return true;
}
