#include "ingest/parquet_rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "archive/parquet_bytes.h"
#include "base/out.h"
#include "base/time.h"
#include "sensor/table/layout.h"

#define BLOCK (256 << 10)
#define ROW   (VG_PARQUET_ANY_COLUMNS * (2 * VG_PARQUET_ROWS_TEXT + 4)) /* a row at most */
#define EXACT 1e9 /* below, a number of six decimals is exact in 53 bits */
#define NONE  VG_PARQUET_ANY_COLUMNS

struct vg_parquet_rows {
    struct vg_parquet_any *file;
    size_t count, geometry; /* columns; the one of points, NONE: there is none */
    bool begun, points_used;
    enum vg_err err; /* sticks, with its sentence */
    const char *why;
    size_t columns_left;
    uint64_t rows, cells_left;
    char note[200];
    struct vg_out out;
    struct vg_parquet_cell cell[VG_PARQUET_ANY_COLUMNS];
};

/* ---- columns ---- */

static bool is_one_of(const char *name, const char *const *plain, size_t count)
{
    char own[VG_COLUMN_NAME];
    vg_name_plain(name, strlen(name), own);
    for (size_t i = 0; i < count; i++)
        if (strcmp(own, plain[i]) == 0)
            return true;
    return false;
}
#define IS_ONE_OF(name, list) is_one_of(name, list, sizeof(list) / sizeof *(list))

static const char *const longitudes[] = {"lon", "long", "longitude", "lng", "x"};
static const char *const latitudes[] = {"lat", "latitude", "y"};
static const char *const geometries[] = {"geometry", "geom", "wkbgeometry", "geog", "geography", "shape"};

static void choose_columns(struct vg_parquet_rows *r)
{
    bool lon = false, lat = false;
    const struct vg_parquet_any_column *c;
    r->geometry = NONE;
    for (; (c = vg_parquet_any_column(r->file, r->count)); r->count++) {
        bool text = c->kind != VG_PARQUET_ANY_NOTHING && c->kind != VG_PARQUET_ANY_BYTES;
        if (c->kind == VG_PARQUET_ANY_BYTES && r->geometry == NONE && IS_ONE_OF(c->name, geometries))
            r->geometry = r->count;
        lon |= text && IS_ONE_OF(c->name, longitudes);
        lat |= text && IS_ONE_OF(c->name, latitudes);
        if (text)
            vg_parquet_any_want(r->file, r->count);
        else
            r->columns_left++;
    }
    r->points_used = r->geometry != NONE && !(lon && lat);
    if (r->points_used) {
        vg_parquet_any_want(r->file, r->geometry);
        r->columns_left--;
    }
}

/* ---- cells ---- */

/* In quotes where CSV needs them; nothing is changed, for this text is the source that is kept. */
static void put_quoted(struct vg_out *out, const char *text, size_t len)
{
    bool quotes = memchr(text, ',', len) || memchr(text, '"', len) || memchr(text, '\n', len) ||
                  memchr(text, '\r', len) || (len && (text[0] == ' ' || text[len - 1] == ' '));
    if (!quotes) {
        vg_out_bytes(out, text, len);
        return;
    }
    vg_out_char(out, '"');
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '"')
            vg_out_char(out, '"');
        vg_out_char(out, text[i]);
    }
    vg_out_char(out, '"');
}

static void put_words(struct vg_parquet_rows *r, struct vg_parquet_text text)
{
    if (text.len > VG_PARQUET_ROWS_TEXT || memchr(text.bytes, 0, text.len))
        r->cells_left++;
    else
        put_quoted(&r->out, text.bytes, text.len);
}

/* number × 10^-decimals, without zeros at its end. */
static void put_scaled(struct vg_out *out, int64_t number, unsigned decimals)
{
    for (; decimals && number % 10 == 0; decimals--)
        number /= 10;
    char digits[24];
    uint64_t size = number < 0 ? -(uint64_t)number : (uint64_t)number;
    int n = snprintf(digits, sizeof digits, "%0*llu", (int)decimals + 1, (unsigned long long)size);
    if (number < 0)
        vg_out_char(out, '-');
    vg_out_bytes(out, digits, (size_t)n - decimals);
    if (!decimals)
        return;
    vg_out_char(out, '.');
    vg_out_bytes(out, digits + n - decimals, decimals);
}

/* True if this number, or the float it came from, has no more than `decimals` of them: *ret = v × 10^decimals. */
static bool has_decimals(double v, bool narrow, double power, int64_t *ret)
{
    double scaled = round(v * power), again = scaled / power;
    *ret = (int64_t)scaled;
    return narrow ? (float)again == (float)v : again == v;
}

/* A text that reads as this number again, and a short one if it has few decimals. */
static void put_real(struct vg_parquet_rows *r, double v, bool narrow)
{
    char text[40];
    int64_t number;
    if (!isfinite(v)) {
        r->cells_left += isinf(v) != 0;
    } else if (fabs(v) < EXACT && has_decimals(v, narrow, 1e4, &number)) {
        put_scaled(&r->out, number, 4);
    } else if (fabs(v) < EXACT && has_decimals(v, narrow, 1e6, &number)) {
        put_scaled(&r->out, number, 6);
    } else {
        snprintf(text, sizeof text, narrow ? "%.9g" : "%.17g", v);
        vg_out_text(&r->out, text);
    }
}

/* `units` of 10^-decimals seconds since 1970, with as many decimals as there are. */
static void put_time(struct vg_out *out, int64_t units, unsigned decimals)
{
    static const int64_t powers[] = {1, 1000, 1000000, 1000000000};
    int64_t power = powers[decimals / 3], seconds = units / power, rest = units % power;
    char text[VG_TIME_TEXT];
    if (rest < 0) {
        rest += power;
        seconds--;
    }
    if (seconds < INT64_MIN / VG_SECOND_US || seconds > INT64_MAX / VG_SECOND_US)
        return;
    size_t n = vg_time_text(seconds * VG_SECOND_US, text);
    vg_out_bytes(out, text, n - 1);
    if (rest)
        vg_out_printf(out, ".%0*lld", (int)decimals, (long long)rest);
    vg_out_char(out, 'Z');
}

static void put_date(struct vg_out *out, int64_t days)
{
    char text[VG_TIME_TEXT];
    if (days < INT64_MIN / VG_DAY_US || days > INT64_MAX / VG_DAY_US)
        return;
    size_t n = vg_time_text(days * VG_DAY_US, text);
    vg_out_bytes(out, text, n - sizeof "T00:00:00Z" + 1);
}

static void put_clock(struct vg_out *out, int64_t units, unsigned decimals)
{
    char text[VG_TIME_TEXT];
    int64_t us = decimals == 3 ? units % (VG_DAY_US / 1000) * 1000 : decimals == 6 ? units : units / 1000;
    if (us < 0 || us >= VG_DAY_US)
        return;
    size_t n = vg_time_text(us, text), from = sizeof "1970-01-01T" - 1;
    vg_out_bytes(out, text + from, n - from - 1);
}

static void put_cell(struct vg_parquet_rows *r, const struct vg_parquet_any_column *c, const struct vg_parquet_cell *v)
{
    struct vg_out *out = &r->out;
    if (!v->present)
        return;
    switch ((enum vg_parquet_kind)c->kind) {
    case VG_PARQUET_ANY_INT:
    case VG_PARQUET_ANY_BOOL:
        vg_out_int(out, v->number);
        break;
    case VG_PARQUET_ANY_UINT:
        vg_out_uint(out, (uint64_t)v->number);
        break;
    case VG_PARQUET_ANY_DECIMAL:
        put_scaled(out, v->number, c->scale);
        break;
    case VG_PARQUET_ANY_FLOAT:
    case VG_PARQUET_ANY_DOUBLE:
        put_real(r, v->real, c->kind == VG_PARQUET_ANY_FLOAT);
        break;
    case VG_PARQUET_ANY_DATE:
        put_date(out, v->number);
        break;
    case VG_PARQUET_ANY_CLOCK:
        put_clock(out, v->number, c->scale);
        break;
    case VG_PARQUET_ANY_TIME:
        put_time(out, v->number, c->scale);
        break;
    case VG_PARQUET_ANY_TEXT:
        put_words(r, v->text);
        break;
    default:
        break;
    }
}

/* ---- points ---- */

static uint64_t get(const uint8_t *p, size_t bytes, bool little)
{
    uint64_t v = 0;
    for (size_t i = 0; i < bytes; i++)
        v = v << 8 | p[little ? bytes - 1 - i : i];
    return v;
}

static double get_double(const uint8_t *p, bool little)
{
    double v;
    uint64_t bits = get(p, 8, little);
    memcpy(&v, &bits, sizeof v);
    return v;
}

/* WKB (OGC 06-103r4, 8.2.4; EWKB's flags and ISO's thousands for Z and M): true for a point. */
static bool get_point(struct vg_parquet_text wkb, double *ret_x, double *ret_y)
{
    const uint8_t *p = (const uint8_t *)wkb.bytes;
    if (wkb.len < 21 || p[0] > 1)
        return false;
    uint64_t type = get(p + 1, 4, p[0]);
    size_t at = 5 + (type & 0x20000000 ? 4 : 0); /* EWKB: the reference system stands first */
    if ((type & 0x0FFFFFFF) % 1000 != 1 || wkb.len < at + 16)
        return false;
    *ret_x = get_double(p + at, p[0]);
    *ret_y = get_double(p + at + 8, p[0]);
    return isfinite(*ret_x) && isfinite(*ret_y);
}

static void put_point(struct vg_parquet_rows *r)
{
    const struct vg_parquet_cell *v = &r->cell[r->geometry];
    double x, y;
    bool point = v->present && get_point(v->text, &x, &y);
    r->cells_left += v->present && !point;
    if (point)
        put_real(r, x, false);
    vg_out_char(&r->out, ',');
    if (point)
        put_real(r, y, false);
}

/* ---- rows ---- */

static bool is_told(const struct vg_parquet_rows *r, size_t column)
{
    return vg_parquet_any_column(r->file, column)->wanted && column != r->geometry;
}

static void put_row(struct vg_parquet_rows *r, bool header)
{
    bool first = true;
    for (size_t i = 0; i < r->count; i++) {
        const struct vg_parquet_any_column *c = vg_parquet_any_column(r->file, i);
        if (!is_told(r, i))
            continue;
        if (!first)
            vg_out_char(&r->out, ',');
        if (header)
            put_quoted(&r->out, c->name, strlen(c->name));
        else
            put_cell(r, c, &r->cell[i]);
        first = false;
    }
    if (r->points_used) {
        if (!first)
            vg_out_char(&r->out, ',');
        if (header)
            vg_out_text(&r->out, "longitude,latitude");
        else
            put_point(r);
    }
    vg_out_char(&r->out, '\n');
}

enum vg_err vg_parquet_rows_next(struct vg_parquet_rows *r, const void **ret_bytes, size_t *ret_len,
                                 const char **ret_why)
{
    r->out.len = 0;
    if (!r->begun)
        put_row(r, true);
    r->begun = true;
    while (!r->err && r->out.len < BLOCK) {
        r->err = vg_parquet_any_next(r->file, r->cell, &r->why);
        if (r->err)
            break;
        put_row(r, false);
        r->rows++;
        if (r->out.err) {
            r->why = vg_err_text(r->out.err);
            r->err = r->out.err;
        }
    }
    if (r->err && (!r->out.len || r->out.err)) {
        *ret_why = r->why;
        return r->err;
    }
    *ret_bytes = r->out.buf;
    *ret_len = r->out.len;
    return VG_OK; /* the end, or what is wrong, comes with the next call */
}

/* ---- opening ---- */

bool vg_parquet_rows_fits(const char *path)
{
    char head[sizeof VG_PARQUET_MAGIC - 1];
    struct vg_parquet_input input;
    struct stat st;
    if (stat(path, &st) || !S_ISREG(st.st_mode) || vg_parquet_input_open(path, &input)) /* a pipe isn't even opened */
        return false;
    bool fits = !vg_parquet_fetch(&input, 0, head, sizeof head) && memcmp(head, VG_PARQUET_MAGIC, sizeof head) == 0;
    vg_parquet_input_close(&input);
    return fits;
}

static enum vg_err new_rows(struct vg_parquet_any *file, struct vg_parquet_rows **ret, const char **ret_why)
{
    struct vg_parquet_rows *r = calloc(1, sizeof *r);
    if (!r) {
        vg_parquet_any_close(file);
        *ret_why = "out of memory";
        return VG_NOMEM;
    }
    r->file = file;
    r->out = vg_out_growing(BLOCK + ROW);
    choose_columns(r);
    if (r->columns_left == r->count) {
        vg_parquet_rows_close(r);
        *ret_why = "none of its columns can be read";
        return VG_UNSUPPORTED;
    }
    *ret = r;
    return VG_OK;
}

enum vg_err vg_parquet_rows_open(const char *path, struct vg_parquet_rows **ret, const char **ret_why)
{
    struct vg_parquet_any *file;
    enum vg_err err = vg_parquet_any_open(path, &file, ret_why);
    return err ? err : new_rows(file, ret, ret_why);
}

enum vg_err vg_parquet_rows_open_bytes(const void *bytes, size_t len, struct vg_parquet_rows **ret,
                                       const char **ret_why)
{
    struct vg_parquet_any *file;
    enum vg_err err = vg_parquet_any_open_bytes(bytes, len, &file, ret_why);
    return err ? err : new_rows(file, ret, ret_why);
}

void vg_parquet_rows_close(struct vg_parquet_rows *r)
{
    if (!r)
        return;
    vg_parquet_any_close(r->file);
    vg_out_free(&r->out);
    free(r);
}

double vg_parquet_rows_progress(const struct vg_parquet_rows *r)
{
    uint64_t all = vg_parquet_any_rows(r->file);
    return !all || r->rows >= all ? 1 : (double)r->rows / (double)all;
}

const char *vg_parquet_rows_note(struct vg_parquet_rows *r)
{
    if (!r->columns_left && !r->cells_left)
        return NULL;
    int n = 0;
    *r->note = '\0';
    if (r->columns_left)
        n = snprintf(r->note, sizeof r->note, "%zu of its %zu columns passed over: nested, or bytes%s", r->columns_left,
                     r->count, r->cells_left ? "; " : "");
    if (r->cells_left)
        snprintf(r->note + n, sizeof r->note - (size_t)n, "%llu cell%s left empty: too long, or no point",
                 (unsigned long long)r->cells_left, r->cells_left == 1 ? "" : "s");
    return r->note;
}
