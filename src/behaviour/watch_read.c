/* Watch lists from CSV: a table of columns, rows that are held to be law, so one wrong row refuses the whole file. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fnv.h"
#include "base/imo.h"
#include "base/out.h"
#include "base/row.h"
#include "base/text_plain.h"
#include "base/time.h"
#include "behaviour/identity.h"
#include "behaviour/watch_inner.h"

#define CELL_MAX    VG_WATCH_NOTE_MAX
#define ERROR_MAX   2000
#define FOUND_SHOWN 60 /* bytes of what was found */

enum column { LIST, DATE, BASIS, EXPIRES, IMO, MMSI, CALLSIGN, NAME, FLAG, NOTE, COLUMNS };

struct reader {
    struct vg_watch_list *list;
    const char *text, *name;
    size_t len, at;
    uint32_t line, next_line;
    struct vg_row row;
    int place[COLUMNS]; /* of a column in each row; −1: there is none */
    enum vg_err err;
    char *error;
};

/* ---- errors ---- */

static bool wrong(struct reader *r, enum vg_err err, const char *format, ...) __attribute__((format(printf, 3, 4)));

static bool wrong(struct reader *r, enum vg_err err, const char *format, ...)
{
    char what[512];
    va_list args;
    if (r->err)
        return false;
    r->err = err;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    struct vg_out out = vg_out_growing(ERROR_MAX);
    vg_out_plain(&out, r->name, strlen(r->name));
    vg_out_printf(&out, ": line %u: ", r->line);
    vg_out_plain(&out, what, strlen(what));
    vg_out_char(&out, '\0');
    if (out.err)
        vg_out_free(&out);
    else
        r->error = (char *)out.buf;
    return false;
}

static bool no_memory(struct reader *r)
{
    r->err = VG_NOMEM;
    return false;
}

/* ---- cells ---- */

/* A cell without its quotes and the spaces around it; breaks of lines in it are spaces. False: it is too long. */
static bool cell_text(const struct vg_row_cell *cell, char *to, size_t size)
{
    const char *p = cell->at, *end = cell->at + cell->len;
    size_t n = 0;
    while (p < end && *p == ' ')
        p++;
    while (end > p && end[-1] == ' ')
        end--;
    for (; p < end; p++) {
        if (n + 1 >= size)
            return false;
        to[n++] = (char)(*p == '\n' || *p == '\r' || *p == '\t' ? ' ' : *p);
        p += cell->doubled && *p == '"' && p + 1 < end && p[1] == '"';
    }
    to[n] = '\0';
    return memchr(to, '\0', n) == NULL;
}

static bool expected(struct reader *r, enum vg_err err, const char *column, const char *what, const char *found)
{
    char shown[FOUND_SHOWN];
    vg_text_plain(shown, sizeof shown, found, strlen(found));
    return wrong(r, err, "%s: %s was expected, found '%s'", column, what, shown);
}

static bool read_text(struct reader *r, const char *column, const char *found, char *to, size_t size)
{
    char what[64];
    snprintf(what, sizeof what, "text of at most %zu bytes without control characters", size - 1);
    if (strlen(found) >= size || !vg_text_is_plain(found, strlen(found)))
        return expected(r, VG_RANGE, column, what, found);
    memcpy(to, found, strlen(found) + 1);
    return true;
}

static bool read_list(struct reader *r, const char *found, struct vg_watch_row *row)
{
    if (strstr(found, ": ")) /* rules of alerts read the list's name up to there */
        return expected(r, VG_SYNTAX, "list", "a name without ': '", found);
    return read_text(r, "list", found, row->list, sizeof row->list);
}

static bool read_basis(struct reader *r, const char *found, struct vg_watch_row *row)
{
    return read_text(r, "basis", found, row->basis, sizeof row->basis);
}

static int digits(const char *text, int count)
{
    int n = 0;
    while (count--)
        n = n * 10 + (*text++ - '0');
    return n;
}

/* A day as 2026-11-22. */
static bool is_day(const char *text, int64_t *ret_us)
{
    for (int i = 0; i < 10; i++)
        if (i == 4 || i == 7 ? text[i] != '-' : text[i] < '0' || text[i] > '9')
            return false;
    const int year = digits(text, 4), month = digits(text + 5, 2), day = digits(text + 8, 2);
    if (text[10] || year < 1900 || year > 2500 || !vg_time_has_day(year, month, day))
        return false;
    const struct vg_civil civil = {.year = year, .month = (uint8_t)month, .day = (uint8_t)day};
    *ret_us = vg_time_from_civil(&civil);
    return true;
}

static bool read_date(struct reader *r, const char *found, struct vg_watch_row *row)
{
    return is_day(found, &row->date_us) || expected(r, VG_SYNTAX, "date", "a day such as 2026-11-22", found);
}

static bool read_expires(struct reader *r, const char *found, struct vg_watch_row *row)
{
    int64_t day_us;
    if (!is_day(found, &day_us))
        return expected(r, VG_SYNTAX, "expires", "a day such as 2027-11-22, or nothing", found);
    row->expires_us = day_us + VG_DAY_US;
    return true;
}

/* So many digits and nothing else. */
static bool is_number(const char *text, size_t digits, uint32_t *ret)
{
    uint32_t n = 0;
    if (strlen(text) != digits)
        return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9')
            return false;
        n = n * 10 + (uint32_t)(*text - '0');
    }
    *ret = n;
    return true;
}

static bool read_imo(struct reader *r, const char *found, struct vg_watch_row *row)
{
    const char *digits = found;
    if (strncmp(digits, "IMO", 3) == 0)
        digits += 3 + (digits[3] == ' ');
    uint32_t imo;
    if (!is_number(digits, 7, &imo))
        return expected(r, VG_SYNTAX, "imo", "an IMO number, seven digits,", found);
    if (!vg_imo_valid(imo))
        return expected(r, VG_RANGE, "imo", "an IMO number whose last digit fits the others", found);
    row->imo = imo;
    return true;
}

static bool read_mmsi(struct reader *r, const char *found, struct vg_watch_row *row)
{
    uint32_t mmsi;
    if (!is_number(found, 9, &mmsi) || !mmsi)
        return expected(r, VG_SYNTAX, "mmsi", "an MMSI, nine digits,", found);
    row->mmsi = mmsi;
    return true;
}

static bool read_callsign(struct reader *r, const char *found, struct vg_watch_row *row)
{
    char whole[2 * VG_CALLSIGN_SIZE];
    vg_watch_plain_word(whole, sizeof whole, found);
    if (!*whole || strlen(whole) >= sizeof row->callsign)
        return expected(r, VG_SYNTAX, "callsign", "one to seven letters A to Z and digits", found);
    memcpy(row->callsign, whole, strlen(whole) + 1);
    return true;
}

/* Whatever the script: of a name that AIS can't say nothing is left, and then something else must identify. */
static bool read_name(struct reader *r, const char *found, struct vg_watch_row *row)
{
    if (!vg_text_is_plain(found, strlen(found)))
        return expected(r, VG_SYNTAX, "name", "text without control characters", found);
    vg_watch_plain_word(row->name, sizeof row->name, found);
    return true;
}

static bool read_flag(struct reader *r, const char *found, struct vg_watch_row *row)
{
    if (strlen(found) != 2 || found[0] < 'A' || found[0] > 'Z' || found[1] < 'A' || found[1] > 'Z')
        return expected(r, VG_SYNTAX, "flag", "a country of two capitals (ISO 3166-1), such as EC, or nothing", found);
    memcpy(row->flag, found, 3);
    return true;
}

static bool read_note(struct reader *r, const char *found, struct vg_watch_row *row)
{
    (void)row, (void)r, (void)found; /* for people who read the file */
    return true;
}

static const struct {
    const char *name;
    bool demanded;
    bool (*read)(struct reader *r, const char *found, struct vg_watch_row *row);
} columns[COLUMNS] = {
    [LIST] = {"list", true, read_list},
    [DATE] = {"date", true, read_date},
    [BASIS] = {"basis", true, read_basis},
    [EXPIRES] = {"expires", false, read_expires},
    [IMO] = {"imo", false, read_imo},
    [MMSI] = {"mmsi", false, read_mmsi},
    [CALLSIGN] = {"callsign", false, read_callsign},
    [NAME] = {"name", false, read_name},
    [FLAG] = {"flag", false, read_flag},
    [NOTE] = {"note", false, read_note},
};

/* ---- rows ---- */

/* The next row that isn't empty, cut. False: there is none, or it is wrong. */
static bool next_row(struct reader *r)
{
    while (r->at < r->len) {
        size_t len = 0;
        const char *row = r->text + r->at;
        const enum vg_row_end end = vg_row_end(row, r->len - r->at, ',', '"', true, &len);
        r->line = r->next_line;
        if (end != VG_ROW_WHOLE)
            return wrong(r, VG_SYNTAX, "a row of at most %d bytes was expected, with quotes that are closed",
                         VG_ROW_MAX);
        for (size_t i = 0; i < len; i++)
            r->next_line += row[i] == '\n';
        r->at += len;
        len = vg_row_bare(&row, len);
        if (!len)
            continue;
        if (vg_row_split(row, len, ',', '"', &r->row) || r->row.count > VG_ROW_CELLS)
            return wrong(r, VG_SYNTAX, "a row of CSV (RFC 4180) was expected: its quotes are not those of one");
        return true;
    }
    return false;
}

#define COLUMN_NAMES "list, date, basis, expires, imo, mmsi, callsign, name, flag, note"

static bool read_header(struct reader *r)
{
    char word[CELL_MAX + 1];
    if (!next_row(r)) {
        r->line = r->line ? r->line : 1;
        return wrong(r, VG_SYNTAX, "a header was expected: " COLUMN_NAMES);
    }
    for (int c = 0; c < COLUMNS; c++)
        r->place[c] = -1;
    for (size_t i = 0; i < r->row.count; i++) {
        int c = 0;
        if (!cell_text(&r->row.cell[i], word, sizeof word))
            return wrong(r, VG_SYNTAX, "a header was expected: " COLUMN_NAMES);
        while (c < COLUMNS && strcmp(columns[c].name, word) != 0)
            c++;
        if (c == COLUMNS)
            return expected(r, VG_SYNTAX, "header", "one of " COLUMN_NAMES, word);
        if (r->place[c] >= 0)
            return wrong(r, VG_SYNTAX, "header: each column once was expected, found '%s' twice", word);
        r->place[c] = (int)i;
    }
    for (int c = 0; c < COLUMNS; c++)
        if (columns[c].demanded && r->place[c] < 0)
            return wrong(r, VG_SYNTAX, "header: a column '%s' was expected", columns[c].name);
    return true;
}

static bool read_cells(struct reader *r, struct vg_watch_row *row, size_t count)
{
    char text[CELL_MAX + 1];
    if (r->row.count != count)
        return wrong(r, VG_SYNTAX, "%zu cells were expected, as the header has, found %zu", count, r->row.count);
    for (int c = 0; c < COLUMNS; c++) {
        if (r->place[c] < 0)
            continue;
        if (!cell_text(&r->row.cell[r->place[c]], text, sizeof text))
            return wrong(r, VG_RANGE, "%s: text of at most %d bytes was expected", columns[c].name, CELL_MAX);
        if (*text ? !columns[c].read(r, text, row) : columns[c].demanded)
            return wrong(r, VG_SYNTAX, "%s: it is demanded, but empty", columns[c].name);
    }
    if (!row->imo && !row->mmsi && !(*row->callsign && *row->name))
        return wrong(r, VG_SYNTAX,
                     "imo, mmsi, or callsign and name together were expected: a name alone is no identity");
    if (row->expires_us <= row->date_us)
        return wrong(r, VG_RANGE, "expires: a day that is not before the list's date was expected");
    return true;
}

static uint64_t key_of(const struct vg_watch_row *row)
{
    uint64_t h = vg_fnv_text(VG_FNV_BEGIN, row->list);
    h = vg_fnv_number(vg_fnv_number(h, row->imo), row->mmsi);
    h = vg_fnv_text(vg_fnv_number(vg_fnv_text(h, row->callsign), 0), row->name);
    return h ? h : 1;
}

static bool add_row(struct reader *r, const struct vg_watch_row *row)
{
    struct vg_watch_list *l = r->list;
    if (l->count == VG_WATCH_ROWS_MAX)
        return wrong(r, VG_LIMIT, "at most %d rows were expected", VG_WATCH_ROWS_MAX);
    if (l->count == l->cap) {
        const size_t cap = l->cap ? 2 * l->cap : 64;
        struct vg_watch_row *more = realloc(l->row, cap * sizeof *more);
        if (!more)
            return no_memory(r);
        l->row = more, l->cap = cap;
    }
    l->row[l->count++] = *row;
    return true;
}

/* ---- the index ---- */

static uint64_t index_key(const struct vg_watch_row *row, int by)
{
    switch (by) {
    case VG_WATCH_BY_KEY:
        return row->key;
    case VG_WATCH_BY_IMO:
        return row->imo;
    case VG_WATCH_BY_MMSI:
        return row->mmsi;
    default:
        return *row->callsign && *row->name ? vg_watch_name_key(row->callsign, row->name) : 0;
    }
}

static int by_key(const void *a, const void *b)
{
    const struct vg_watch_entry *x = a, *y = b;
    return x->key != y->key ? (x->key > y->key) - (x->key < y->key) : (x->row > y->row) - (x->row < y->row);
}

static bool make_index(struct reader *r)
{
    struct vg_watch_list *l = r->list;
    for (int by = 0; by < VG_WATCH_INDEXES; by++) {
        struct vg_watch_index *index = &l->index[by];
        if (!(index->entry = malloc((l->count ? l->count : 1) * sizeof *index->entry)))
            return no_memory(r);
        for (size_t i = 0; i < l->count; i++) {
            const uint64_t key = index_key(&l->row[i], by);
            if (key)
                index->entry[index->count++] = (struct vg_watch_entry){key, (uint32_t)i};
        }
        qsort(index->entry, index->count, sizeof *index->entry, by_key);
    }
    return true;
}

static bool read_all(struct reader *r)
{
    if (r->len > VG_WATCH_FILE_MAX) {
        r->line = 1;
        return wrong(r, VG_LIMIT, "a file of at most %zu MiB was expected", VG_WATCH_FILE_MAX >> 20);
    }
    if (!read_header(r))
        return false;
    const size_t count = r->row.count;
    while (next_row(r)) {
        struct vg_watch_row row = {.expires_us = INT64_MAX, .line = r->line};
        if (!read_cells(r, &row, count))
            return false;
        row.key = key_of(&row);
        if (!add_row(r, &row))
            return false;
    }
    return !r->err && make_index(r);
}

enum vg_err vg_watch_list_read(const char *text, size_t len, const char *name, struct vg_watch_list **ret_list,
                               char **ret_error)
{
    struct vg_watch_list *list = calloc(1, sizeof *list);
    if (!list)
        return VG_NOMEM;
    struct reader r = {.list = list, .text = text, .name = name, .len = len, .next_line = 1};
    list->hash = vg_fnv(VG_FNV_BEGIN, text, len);
    if (read_all(&r)) {
        *ret_list = list;
        return VG_OK;
    }
    vg_watch_list_free(list);
    *ret_error = r.error;
    return r.err;
}
