#include "sensor/table/identity.h"

#include <string.h>

#include "report/mmsi.h"

#define TRACK_MAX   999999  /* an MMSI as a number has seven digits at least: 00MIDxxxx */
#define SHORT_MAX   99999   /* one to five digits: nobody's MMSI */
#define PART_DIGITS 1000000 /* parts of a number that are looked at: a millionth */

static bool is_whole(struct vg_decimal d, int64_t *ret)
{
    int64_t v = vg_decimal_times(d, 1, 1), fine = vg_decimal_times(d, PART_DIGITS, 1);
    if (v < INT64_MAX / PART_DIGITS && v > INT64_MIN / PART_DIGITS && fine != v * PART_DIGITS)
        return false;
    *ret = v;
    return true;
}

static bool is_digits(const struct vg_row_cell *c)
{
    for (uint32_t i = 0; i < c->len; i++)
        if (!vg_is_digit(c->at[i]))
            return false;
    return true;
}

static enum vg_csv_refusal read_mmsi(const struct vg_fields *f, const struct vg_row_cell *c, uint32_t *ret)
{
    struct vg_decimal d;
    int64_t v;
    if (vg_mmsi_parse(c->at, c->len, ret))
        return *ret ? VG_CSV_REFUSAL_NONE : VG_CSV_REFUSAL_MMSI;
    if (!vg_cell_decimal(c, f->layout->decimal, &d))
        return VG_CSV_REFUSAL_MMSI;
    if (!is_whole(d, &v) || v > VG_MMSI_MAX)
        return VG_CSV_REFUSAL_ANONYMOUS;
    if (v <= 0 || is_digits(c)) /* digits alone were read above, as many as there may be */
        return VG_CSV_REFUSAL_MMSI;
    *ret = (uint32_t)v;
    return VG_CSV_REFUSAL_NONE;
}

/* What was typed in or damaged rather than allocated. */
static bool is_doubtful(uint32_t mmsi)
{
    return mmsi <= SHORT_MAX || mmsi > VG_MMSI_MAX;
}

static enum vg_csv_refusal read_segment(const struct vg_row_cell *c, uint32_t *ret)
{
    const char *minus = memchr(c->at, '-', c->len);
    bool ok = minus && vg_mmsi_parse(c->at, (size_t)(minus - c->at), ret) && *ret;
    return ok ? VG_CSV_REFUSAL_NONE : VG_CSV_REFUSAL_MMSI;
}

static enum vg_csv_refusal read_track(const struct vg_fields *f, const struct vg_row_cell *c, struct vg_report *r)
{
    struct vg_decimal d;
    int64_t v;
    if (!vg_cell_decimal(c, f->layout->decimal, &d) || !is_whole(d, &v) || v < 1 || v > TRACK_MAX)
        return VG_CSV_REFUSAL_MMSI;
    r->mmsi = r->track = (uint32_t)v;
    return VG_CSV_REFUSAL_NONE;
}

enum vg_csv_refusal vg_fields_identity(const struct vg_fields *f, struct vg_report *r)
{
    const struct vg_row_cell *c;
    if ((c = vg_fields_said(f, VG_CELL_MMSI))) {
        enum vg_csv_refusal refusal = read_mmsi(f, c, &r->mmsi);
        r->suspect = !refusal && is_doubtful(r->mmsi);
        return refusal;
    }
    if ((c = vg_fields_said(f, VG_CELL_SEGMENT)))
        return read_segment(c, &r->mmsi);
    if ((c = vg_fields_said(f, VG_CELL_TRACK)))
        return read_track(f, c, r);
    return VG_CSV_REFUSAL_MMSI;
}
