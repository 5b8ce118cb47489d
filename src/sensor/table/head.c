#include "sensor/table/head.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/out.h"

#define REPORTS      256
#define COLUMNS_TOLD 8  /* that are not understood */
#define NAME_TOLD    24 /* bytes of a column's name */

/* ---- the header ---- */

/* The next row that isn't empty. False: there is no whole one. */
static bool next_row(const char **p, const char *end, char delimiter, char quote, bool last, const char **ret_row,
                     size_t *ret_len)
{
    size_t n = 0;
    while (*p < end && (last || memchr(*p, '\n', (size_t)(end - *p))) &&
           vg_row_end(*p, (size_t)(end - *p), delimiter, quote, last, &n) == VG_ROW_WHOLE) {
        *ret_row = *p;
        *ret_len = vg_row_bare(ret_row, n);
        *p += n;
        if (*ret_len)
            return true;
    }
    return false;
}

const struct vg_layout *vg_csv_known(const char *head, size_t len)
{
    const char *p = head, *row;
    size_t count, n;
    struct vg_columns columns;
    const struct vg_layout *all = vg_layouts(&count);
    while (next_row(&p, head + len, ',', '"', false, &row, &n)) {
        for (size_t i = 0; i < count; i++)
            if (vg_layout_match(&all[i], row, n, &columns) && (columns.told || !*all[i].told_by))
                return &all[i];
        if (!vg_row_is_remark(row, n))
            return NULL;
    }
    return NULL;
}

bool vg_csv_header(const struct vg_layout *l, const char *head, size_t len, bool last, const char **ret_row,
                   size_t *ret_len)
{
    const char *p = head, *row;
    size_t n;
    struct vg_columns columns;
    while (next_row(&p, head + len, l->delimiter ? l->delimiter : ',', l->quote, last, &row, &n)) {
        if (vg_layout_match(l, row, n, &columns)) {
            *ret_row = row;
            *ret_len = n;
            return true;
        }
        if (!vg_row_is_remark(row, n))
            return false;
    }
    return false;
}

/* ---- a try ---- */

/* What the rows of the head gave. */
struct trial {
    struct vg_csv *table;
    struct vg_report report[REPORTS];
    bool placed; /* one had a position */
};

static void look_at(struct trial *t, size_t count)
{
    for (size_t i = 0; i < count; i++)
        t->placed |= (t->report[i].fields & VG_FIELD_BIT(POS)) != 0;
}

static void read_head(struct trial *t, const char *head, size_t len, bool last)
{
    size_t n;
    for (size_t at = 0, taken; at < len; at += taken) {
        n = vg_csv_push(t->table, head + at, len - at, t->report, REPORTS, &taken);
        look_at(t, n);
    }
    while (last && (n = vg_csv_end(t->table, t->report, REPORTS)) > 0)
        look_at(t, n);
}

static enum vg_csv_refusal commonest(const struct vg_csv_refusals *r)
{
    enum vg_csv_refusal most = VG_CSV_REFUSAL_NONE;
    for (int i = 0; i < VG_CSV_REFUSAL_COUNT; i++)
        if (r->count[i] > r->count[most])
            most = (enum vg_csv_refusal)i;
    return most;
}

/* What the caller can tell to help. */
static const char *help_for(enum vg_csv_refusal refusal)
{
    switch (refusal) {
    case VG_CSV_REFUSAL_TIME:
        return "; --time tells the form, as --time 'DD/MM/YYYY hh:mm:ss'";
    case VG_CSV_REFUSAL_NO_DATE:
        return "; --time tells the form if that is needed";
    case VG_CSV_REFUSAL_MMSI:
    case VG_CSV_REFUSAL_POSITION:
        return "; --layout FILE tells how it is written";
    default:
        return "";
    }
}

enum vg_err vg_csv_check(const struct vg_layout *l, const char *head, size_t len, bool last, int64_t latest_us,
                         char *why, size_t size)
{
    struct trial *t = calloc(1, sizeof *t);
    enum vg_err err = t ? vg_csv_new(l, 0, &t->table) : VG_NOMEM;
    if (err) {
        free(t);
        return err;
    }
    vg_csv_bound(t->table, latest_us);
    read_head(t, head, len, last);
    const struct vg_csv_counters *n = vg_csv_counters(t->table);
    const struct vg_csv_refusals *r = vg_csv_refusals(t->table);
    enum vg_csv_refusal most = n->reports ? VG_CSV_REFUSAL_POSITION : commonest(r);
    if (n->rows && (!n->reports || (!t->placed && r->count[most]))) {
        snprintf(why, size, "none of its first rows (%llu) %s: %s%s, e.g. %s", (unsigned long long)n->rows,
                 n->reports ? "has a position" : "is of use", vg_csv_refusal_text(most), help_for(most),
                 r->example[most]);
        err = VG_UNSUPPORTED;
    }
    vg_csv_free(t->table);
    free(t);
    return err;
}

/* ---- no known layout ---- */

static void tell_name(struct vg_out *out, const struct vg_row_cell *c)
{
    vg_out_char(out, '\'');
    for (uint32_t i = 0; i < c->len && i < NAME_TOLD; i++)
        vg_out_char(out, c->at[i] >= 0x20 && c->at[i] < 0x7F ? c->at[i] : '?');
    vg_out_char(out, '\'');
}

static void tell_lacks(struct vg_out *out, const struct vg_columns *c)
{
    const char *mark = " no column of its header is known to be ";
    const struct {
        bool there;
        const char *what;
    } parts[] = {{vg_columns_have(c, VG_CELL_TIME), "the time"},
                 {vg_columns_say_who(c), "the identity"},
                 {vg_columns_say_where(c), "the position"}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].there)
            continue;
        vg_out_text(out, mark);
        vg_out_text(out, parts[i].what);
        mark = " or ";
    }
}

static void tell_unknown(struct vg_out *out, const struct vg_layout *plain, const struct vg_row *row)
{
    size_t told = 0;
    for (size_t i = 0; i < row->count && i < VG_ROW_CELLS; i++) {
        const struct vg_row_cell *c = &row->cell[i];
        if (!c->len || vg_layout_cell(plain, c->at, c->len) != VG_CELL_COUNT)
            continue;
        vg_out_text(out, told == COLUMNS_TOLD ? " …" : told ? ", " : "; not understood: ");
        if (told++ == COLUMNS_TOLD)
            break;
        tell_name(out, c);
    }
}

/* Names begin with letters; a first row that has none is one of values. */
static bool has_names(const struct vg_row *row)
{
    for (size_t i = 0; i < row->count && i < VG_ROW_CELLS; i++) {
        char c = row->cell[i].len ? (char)(*row->cell[i].at | 0x20) : 0;
        if (c >= 'a' && c <= 'z')
            return true;
    }
    return false;
}

void vg_csv_explain(const char *head, size_t len, char *why, size_t size)
{
    static const char help[] = "; --layout FILE tells what its columns are";
    const struct vg_layout *plain = vg_layout_find("plain");
    const char *p = head, *text;
    size_t n;
    struct vg_row row;
    struct vg_columns columns;
    struct vg_out out = vg_out_fixed(why, size - sizeof help);
    bool found;
    do
        found = next_row(&p, head + len, ',', '"', true, &text, &n);
    while (found && vg_row_is_remark(text, n));
    vg_out_text(&out, "a table of no known layout");
    if (found)
        vg_layout_columns(plain, text, n, &columns);
    if (found && !vg_row_split(text, n, columns.delimiter, '"', &row)) {
        vg_out_text(&out, has_names(&row) ? ":" : ": its first row is no header");
        if (has_names(&row)) {
            tell_lacks(&out, &columns);
            tell_unknown(&out, plain, &row);
        }
    }
    memcpy(why + out.len, help, sizeof help);
}

/* ---- the end ---- */

/* Where the line begins that ends at `end`. */
static const char *line_begin(const char *begin, const char *end)
{
    while (end > begin && end[-1] != '\n')
        end--;
    return end;
}

size_t vg_csv_unfinished(const struct vg_layout *layout, const char *header, bool goes_on, const char *rows, size_t len)
{
    struct vg_columns columns;
    struct vg_row row, before;
    const char *end = rows + len, *begin = line_begin(rows, end);
    size_t n = (size_t)(end - begin), header_len = strlen(header);
    if (!n || n > VG_ROW_MAX || !vg_layout_match(layout, header, header_len, &columns) ||
        (n == header_len && memcmp(begin, header, n) == 0))
        return 0;
    if (vg_row_split(begin, n, columns.delimiter, layout->quote, &row) || row.count < columns.count)
        return n;
    if (begin == rows || row.count > VG_ROW_CELLS)
        return goes_on && begin == rows ? n : 0;
    const char *line = line_begin(rows, begin - 1), *stop = begin - 1;
    stop -= stop > line && stop[-1] == '\r';
    size_t before_len = (size_t)(stop - line);
    if ((before_len == header_len && memcmp(line, header, before_len) == 0) ||
        vg_row_split(line, before_len, columns.delimiter, layout->quote, &before) || before.count != row.count)
        return 0;
    return row.cell[row.count - 1].len < before.cell[before.count - 1].len ? n : 0;
}
