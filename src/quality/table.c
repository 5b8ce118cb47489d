#include "quality/table.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "base/text_plain.h"
#include "base/time.h"

#define CHUNK      (1 << 20)
#define WORD_SHOWN 40 /* bytes of a cell that is told */
#define NUMBER_MAX 64 /* bytes of a number */

struct vg_quality_table {
    const char *name;
    char *bytes;
    size_t len, at;
    uint64_t line, next_line; /* of the row; from 1 */
    uint64_t rows;
    struct vg_row header, row;
};

static enum vg_err told(enum vg_err err, char **ret_error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static enum vg_err told(enum vg_err err, char **ret_error, const char *format, ...)
{
    va_list args;
    char *text;
    va_start(args, format);
    const int n = vasprintf(&text, format, args);
    va_end(args);
    if (n < 0)
        return VG_NOMEM;
    *ret_error = text;
    return err;
}

enum vg_err vg_quality_table_wrong(const struct vg_quality_table *t, char **ret_error, const char *format, ...)
{
    va_list args;
    char *text;
    va_start(args, format);
    const int n = vasprintf(&text, format, args);
    va_end(args);
    if (n < 0)
        return VG_NOMEM;
    const enum vg_err err = told(VG_SYNTAX, ret_error, "%s:%llu: %s", t->name, (unsigned long long)t->line, text);
    free(text);
    return err;
}

/* ---- the bytes ---- */

static enum vg_err no_memory(const char *name, char **ret_error)
{
    return told(VG_NOMEM, ret_error, "%s: %s", name, vg_err_text(VG_NOMEM));
}

static enum vg_err unpack(struct vg_quality_table *t, gzFile in, char **ret_error)
{
    size_t cap = 0;
    for (;;) {
        if (t->len + CHUNK > cap) {
            char *more = realloc(t->bytes, cap = cap ? 2 * cap : 2 * CHUNK);
            if (!more)
                return no_memory(t->name, ret_error);
            t->bytes = more;
        }
        const int n = gzread(in, t->bytes + t->len, CHUNK);
        int code;
        if (n < 0) {
            const char *why = gzerror(in, &code);
            return told(VG_IO, ret_error, "%s: %s", t->name, code == Z_ERRNO ? strerror(errno) : why);
        }
        if (n == 0)
            break;
        t->len += (size_t)n;
        if (t->len > VG_QUALITY_FILE_MAX)
            return told(VG_LIMIT, ret_error, "%s: more than %llu MiB", t->name,
                        (unsigned long long)VG_QUALITY_FILE_MAX >> 20);
    }
    int code;
    gzerror(in, &code); /* a file that ends within a block reads like one that ends */
    return code == Z_OK || code == Z_STREAM_END ? VG_OK
                                                : told(VG_IO, ret_error, "%s: it is cut short or damaged", t->name);
}

static enum vg_err load(struct vg_quality_table *t, const struct vg_quality_job *job, char **ret_error)
{
    if (job->bytes) {
        if (!(t->bytes = malloc(job->len + 1)))
            return no_memory(t->name, ret_error);
        memcpy(t->bytes, job->bytes, job->len);
        t->len = job->len;
        return VG_OK;
    }
    gzFile in = gzopen(job->path, "rb");
    if (!in)
        return told(VG_IO, ret_error, "%s: %s", t->name, strerror(errno ? errno : ENOMEM));
    const enum vg_err err = unpack(t, in, ret_error);
    gzclose_r(in);
    return err;
}

/* ---- rows ---- */

/* The next row without its line end; false: there is none. */
static bool next_line(struct vg_quality_table *t, const char **ret_row, size_t *ret_len)
{
    if (t->at >= t->len)
        return false;
    size_t len = 0;
    const char *row = t->bytes + t->at;
    vg_row_end(row, t->len - t->at, ',', '"', true, &len);
    if (!len)
        len = t->len - t->at; /* too long for a row, and nothing behind it */
    t->line = t->next_line;
    for (size_t i = 0; i < len; i++)
        t->next_line += row[i] == '\n';
    t->at += len;
    *ret_len = vg_row_bare(&row, len);
    *ret_row = row;
    return true;
}

static enum vg_err read_header(struct vg_quality_table *t, char **ret_error)
{
    const char *row;
    size_t len;
    t->next_line = 1;
    while (next_line(t, &row, &len))
        if (len && !vg_row_is_remark(row, len)) {
            if (!vg_row_split(row, len, ',', '"', &t->header) && t->header.count <= VG_ROW_CELLS)
                return VG_OK;
            return vg_quality_table_wrong(t, ret_error, "this is no header: names of at most %d columns are expected",
                                          VG_ROW_CELLS);
        }
    return told(VG_SYNTAX, ret_error, "%s: it is empty: a header and rows are expected", t->name);
}

enum vg_err vg_quality_table_open(const struct vg_quality_job *job, struct vg_quality_table **ret_table,
                                  char **ret_error)
{
    struct vg_quality_table *t = calloc(1, sizeof *t);
    if (!t)
        return no_memory(job->path, ret_error);
    t->name = job->path;
    enum vg_err err = load(t, job, ret_error);
    if (!err)
        err = read_header(t, ret_error);
    if (err)
        vg_quality_table_close(t);
    else
        *ret_table = t;
    return err;
}

void vg_quality_table_close(struct vg_quality_table *t)
{
    if (t)
        free(t->bytes);
    free(t);
}

enum vg_err vg_quality_table_next(struct vg_quality_table *t, char **ret_error)
{
    const char *row;
    size_t len;
    do
        if (!next_line(t, &row, &len))
            return VG_EOF;
    while (!len);
    if (++t->rows > VG_QUALITY_ROWS_MAX)
        return told(VG_LIMIT, ret_error, "%s: more than %llu rows", t->name, (unsigned long long)VG_QUALITY_ROWS_MAX);
    if (vg_row_split(row, len, ',', '"', &t->row))
        return vg_quality_table_wrong(t, ret_error, "a quote isn't closed where its cell ends");
    if (t->row.count != t->header.count)
        return vg_quality_table_wrong(t, ret_error, "%zu cells, and the header has %zu", t->row.count, t->header.count);
    return VG_OK;
}

/* ---- columns and cells ---- */

static bool is_text(struct vg_row_cell c, const char *text)
{
    return c.len == strlen(text) && memcmp(c.at, text, c.len) == 0;
}

int vg_quality_table_find(const struct vg_quality_table *t, const char *name)
{
    for (size_t i = 0; i < t->header.count; i++)
        if (is_text(t->header.cell[i], name))
            return (int)i;
    return -1;
}

enum vg_err vg_quality_table_column(const struct vg_quality_table *t, const char *name, int *ret_column,
                                    char **ret_error)
{
    const int at = vg_quality_table_find(t, name);
    if (at < 0)
        return told(VG_SYNTAX, ret_error, "%s: the header has no column '%s'", t->name, name);
    *ret_column = at;
    return VG_OK;
}

struct vg_row_cell vg_quality_table_cell(const struct vg_quality_table *t, int column)
{
    return t->row.cell[column];
}

bool vg_quality_table_says(const struct vg_quality_table *t, int column, const char *word)
{
    return is_text(t->row.cell[column], word);
}

static bool is_absent(struct vg_row_cell c)
{
    static const char *const none[] = {"NA", "NaN", "nan", "null", "NULL"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (is_text(c, none[i]))
            return true;
    return !c.len;
}

/* What was found instead of what was expected, printable. */
static enum vg_err not_expected(const struct vg_quality_table *t, int column, const char *expected, char **ret_error)
{
    char buf[4 * WORD_SHOWN];
    const struct vg_row_cell c = t->row.cell[column], name = t->header.cell[column];
    struct vg_out out = vg_out_fixed(buf, sizeof buf);
    vg_out_plain(&out, name.at, name.len < WORD_SHOWN ? name.len : WORD_SHOWN);
    const int name_len = (int)out.len;
    char shown[4 * WORD_SHOWN];
    struct vg_out cell = vg_out_fixed(shown, sizeof shown);
    vg_out_plain(&cell, c.at, c.len < WORD_SHOWN ? c.len : WORD_SHOWN);
    return vg_quality_table_wrong(t, ret_error, "column '%.*s' says '%.*s': %s is expected", name_len, buf,
                                  (int)cell.len, shown, expected);
}

static bool read_number(struct vg_row_cell c, double *ret)
{
    char text[NUMBER_MAX + 1], *end;
    if (!c.len || c.len > NUMBER_MAX || memchr(c.at, '\0', c.len))
        return false;
    memcpy(text, c.at, c.len);
    text[c.len] = '\0';
    *ret = strtod(text, &end);
    return end == text + c.len && isfinite(*ret) && !strpbrk(text, "xX");
}

enum vg_err vg_quality_table_number(const struct vg_quality_table *t, int column, double low, double high, double *ret,
                                    char **ret_error)
{
    double v;
    char expected[80];
    if (read_number(t->row.cell[column], &v) && v >= low && v <= high) {
        *ret = v;
        return VG_OK;
    }
    snprintf(expected, sizeof expected, "a number from %.9g to %.9g", low, high);
    return not_expected(t, column, expected, ret_error);
}

enum vg_err vg_quality_table_maybe(const struct vg_quality_table *t, int column, double low, double high, double *ret,
                                   char **ret_error)
{
    if (column >= 0 && !is_absent(t->row.cell[column]))
        return vg_quality_table_number(t, column, low, high, ret, ret_error);
    *ret = NAN;
    return VG_OK;
}

enum vg_err vg_quality_table_time(const struct vg_quality_table *t, int column, int64_t *ret_us, char **ret_error)
{
    const struct vg_row_cell c = t->row.cell[column];
    char midnight[32];
    if (vg_time_parse(c.at, c.len, ret_us))
        return VG_OK;
    /* R drops 00:00:00 */
    const int n = snprintf(midnight, sizeof midnight, "%.*sT00:00:00Z", c.len == 10 ? 10 : 0, c.at);
    if (vg_time_parse(midnight, (size_t)n, ret_us))
        return VG_OK;
    return not_expected(t, column, "a time, 2017-05-19T06:50:28Z or seconds since 1970,", ret_error);
}
