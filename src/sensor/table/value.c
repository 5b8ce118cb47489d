#include "sensor/table/value.h"

void vg_fields_refuse(struct vg_fields *f, enum vg_csv_refusal refusal)
{
    if (!f->refusal)
        f->refusal = refusal;
}

bool vg_cell_number(struct vg_fields *f, const struct vg_row_cell *c, struct vg_decimal *ret)
{
    if (vg_cell_decimal(c, f->layout->decimal, ret))
        return true;
    vg_fields_refuse(f, VG_CSV_REFUSAL_VALUE);
    return false;
}

int64_t vg_fields_scaled(const struct vg_fields *f, enum vg_cell cell, struct vg_decimal d, int64_t scale)
{
    int64_t num, den;
    vg_unit_factor((enum vg_unit)f->columns->cell[cell].unit, &num, &den);
    return vg_decimal_times(d, num * scale, den);
}

bool vg_fields_number_in(struct vg_fields *f, enum vg_cell cell, int64_t scale, int64_t least, int64_t most,
                         int64_t none, int64_t *ret)
{
    int64_t v;
    if (!vg_fields_number(f, cell, scale, &v) || v == none || (v == 0 && least > 0))
        return false;
    if (v < least || v > most) {
        vg_fields_refuse(f, VG_CSV_REFUSAL_VALUE);
        return false;
    }
    *ret = v;
    return true;
}
