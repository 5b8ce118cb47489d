#include "sensor/table/place.h"

#include "report/put.h"
#include "sensor/table/angle.h"

#define DEGREE ((int64_t)VG_E4MIN_PER_DEGREE)

/* One of the two numbers of a position. */
struct coordinate {
    const struct vg_row_cell *cell;       /* NULL: nothing was said */
    const struct vg_row_cell *hemisphere; /* a column of its own; NULL: none */
    enum vg_unit unit;
    bool longitude;
};

static bool is_plain(enum vg_unit unit)
{
    return unit == VG_UNIT_NONE || unit == VG_UNIT_DEGREES || unit == VG_UNIT_DEGREES_MINUTES;
}

static bool read_coordinate(const struct vg_layout *l, const struct coordinate *c, int64_t *ret)
{
    struct vg_decimal d;
    struct vg_angle_form form = {c->longitude, l->decimal, l->letter_o, c->unit == VG_UNIT_DEGREES_MINUTES};
    int64_t num, den, v;
    if (!form.ddmm && vg_cell_decimal(c->cell, l->decimal, &d)) {
        vg_unit_factor(c->unit, &num, &den);
        v = vg_decimal_times(d, num * DEGREE, den);
    } else if (!is_plain(c->unit) || !vg_angle_read(c->cell, &form, &v)) {
        return false;
    }
    char letter = c->hemisphere ? vg_angle_hemisphere(c->hemisphere, &form) : 0;
    if (c->hemisphere && (!letter || v < 0))
        return false;
    *ret = letter == 'S' || letter == 'W' ? -v : v;
    return true;
}

static struct coordinate coordinate_of(const struct vg_fields *f, enum vg_cell cell, enum vg_cell hemisphere)
{
    struct coordinate c = {.cell = vg_fields_said(f, cell),
                           .hemisphere = vg_fields_said(f, hemisphere),
                           .unit = (enum vg_unit)f->columns->cell[cell].unit,
                           .longitude = cell == VG_CELL_LON};
    if (c.cell && vg_cell_is_na(c.cell))
        c.cell = NULL;
    return c;
}

/* False: nothing was said, or (refused) no position. */
static bool read_columns(struct vg_fields *f, int64_t *lon, int64_t *lat)
{
    struct coordinate x = coordinate_of(f, VG_CELL_LON, VG_CELL_EAST_WEST);
    struct coordinate y = coordinate_of(f, VG_CELL_LAT, VG_CELL_NORTH_SOUTH);
    bool bad = (x.cell && !read_coordinate(f->layout, &x, lon)) || (y.cell && !read_coordinate(f->layout, &y, lat));
    if (bad)
        vg_fields_refuse(f, VG_CSV_REFUSAL_POSITION);
    return !bad && x.cell && y.cell;
}

static bool read_point(struct vg_fields *f, int64_t *lon, int64_t *lat)
{
    const struct vg_row_cell *c = vg_fields_said(f, VG_CELL_POSITION);
    struct vg_row_cell cell[2];
    if (!c || (c->len >= 5 && c->at[c->len - 1] == 'Y')) /* POINT EMPTY */
        return false;
    struct coordinate x = {.cell = &cell[0], .longitude = true}, y = {.cell = &cell[1]};
    if (vg_angle_point(c, &cell[0], &cell[1]) && read_coordinate(f->layout, &x, lon) &&
        read_coordinate(f->layout, &y, lat))
        return true;
    vg_fields_refuse(f, VG_CSV_REFUSAL_POSITION);
    return false;
}

void vg_fields_place(struct vg_fields *f, struct vg_report *r)
{
    int64_t lon = 0, lat = 0, accurate;
    bool columns = vg_columns_have(f->columns, VG_CELL_LON) && vg_columns_have(f->columns, VG_CELL_LAT);
    if (!(columns ? read_columns(f, &lon, &lat) : read_point(f, &lon, &lat)))
        return;
    if (lon > 180 * DEGREE && lon != 181 * DEGREE && lon <= 360 * DEGREE && !f->layout->within_180)
        lon -= 360 * DEGREE;
    enum vg_put put = vg_put_position(r, lon, lat);
    if (put == VG_PUT_REFUSED)
        vg_fields_refuse(f, VG_CSV_REFUSAL_POSITION);
    if (put == VG_PUT_DONE && vg_fields_number_in(f, VG_CELL_ACCURATE, 1, 0, 1, -1, &accurate))
        r->accurate = accurate == 1;
}
