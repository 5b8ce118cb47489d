/* What the cells of the row at hand say, as numbers. Pure; any thread. Within sensor/table. */
#ifndef VG_SENSOR_TABLE_VALUE_H
#define VG_SENSOR_TABLE_VALUE_H

#include "sensor/table/cell.h"
#include "sensor/table/table.h"

/* A time that was read, as it was written: the next rows often have the same. len 0: none yet. */
struct vg_seen_time {
    int64_t us;
    uint32_t len;
    char text[40];
};

/* The row at hand. */
struct vg_fields {
    const struct vg_layout *layout;
    const struct vg_columns *columns;
    const struct vg_row *row;
    int64_t latest_us;           /* a time behind it is out of bounds */
    struct vg_seen_time *seen;   /* of a row before; kept as long as layout and bound stay */
    int64_t *clock_us;           /* times of day: of the row before; VG_TIME_NONE: there is none */
    enum vg_csv_refusal refusal; /* of a value; NONE: all is well */
};

/* The row's cell; NULL: there is no such column. Inline, as the next one: they are asked for a dozen cells a row. */
static inline const struct vg_row_cell *vg_fields_cell(const struct vg_fields *fields, enum vg_cell cell)
{
    unsigned at = fields->columns->cell[cell].at;
    return at < fields->row->count && at < VG_ROW_CELLS ? &fields->row->cell[at] : NULL;
}

static inline bool vg_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The cell if something was said in it. */
static inline const struct vg_row_cell *vg_fields_said(const struct vg_fields *fields, enum vg_cell cell)
{
    const struct vg_row_cell *c = vg_fields_cell(fields, cell);
    if (!c || !c->len)
        return NULL;
    if (vg_is_digit(*c->at) || (*c->at == '-' && c->len > 1 && vg_is_digit(c->at[1])))
        return c;
    return vg_cell_is_absent(c) ? NULL : c;
}

/* Notes why a value was not used; the first one counts. */
void vg_fields_refuse(struct vg_fields *fields, enum vg_csv_refusal refusal);

/* True for what statisticians write for a number that is missing; as a name it would be one. */
static inline bool vg_cell_is_na(const struct vg_row_cell *c)
{
    return c->len <= 3 && c->len >= 2 && *c->at == 'N' &&
           (c->at[1] == 'A' ? c->len == 2 : c->len == 3 && c->at[1] == '/' && c->at[2] == 'A');
}

/* The cell's number as it is written. False: nothing was said, or (refused) no number. */
bool vg_cell_number(struct vg_fields *fields, const struct vg_row_cell *cell, struct vg_decimal *ret);

static inline bool vg_fields_decimal(struct vg_fields *fields, enum vg_cell cell, struct vg_decimal *ret)
{
    const struct vg_row_cell *c = vg_fields_said(fields, cell);
    return c && !vg_cell_is_na(c) && vg_cell_number(fields, c, ret);
}

/* A number of this column times `scale`, in the cell's own unit. */
int64_t vg_fields_scaled(const struct vg_fields *fields, enum vg_cell cell, struct vg_decimal number, int64_t scale);

/* Both: the cell's number times `scale`. */
static inline bool vg_fields_number(struct vg_fields *fields, enum vg_cell cell, int64_t scale, int64_t *ret)
{
    struct vg_decimal d;
    if (!vg_fields_decimal(fields, cell, &d))
        return false;
    *ret = vg_fields_scaled(fields, cell, d, scale);
    return true;
}

/* A number that must lie in [least, most]; `none` and zero, if they are out of it, say nothing. */
bool vg_fields_number_in(struct vg_fields *fields, enum vg_cell cell, int64_t scale, int64_t least, int64_t most,
                         int64_t none, int64_t *ret);

#endif
