#include <stdlib.h>
#include <string.h>

#include "archive/parquet_read.h"
#include "archive/positions.h"
#include "archive/positions_inner.h"

struct vg_positions_file {
    struct vg_parquet_file *parquet;
    size_t columns[COLUMN_COUNT]; /* where each stands in the file */
    struct vg_parquet_page pages[COLUMN_COUNT];
    bool loaded[COLUMN_COUNT]; /* of the range of rows at hand */
};

/* Files may have more columns, in another order; those of the table must be of its types. */
static enum vg_err wrap(struct vg_parquet_file *parquet, struct vg_positions_file **ret_file)
{
    size_t count;
    const struct vg_parquet_column *columns = vg_positions_columns(&count);
    struct vg_positions_file *file = calloc(1, sizeof *file);
    enum vg_err err = file ? VG_OK : VG_NOMEM;
    for (size_t c = 0; c < count && !err; c++) {
        size_t at = vg_parquet_find(parquet, columns[c].name);
        const struct vg_parquet_column *have = at < VG_PARQUET_COLUMNS ? vg_parquet_column(parquet, at) : NULL;
        if (!have || have->type != columns[c].type || have->logical != columns[c].logical ||
            have->bits != columns[c].bits || have->scale != columns[c].scale)
            err = VG_UNSUPPORTED;
        file->columns[c] = at;
    }
    if (err) {
        free(file);
        vg_parquet_close(parquet);
        return err;
    }
    file->parquet = parquet;
    *ret_file = file;
    return VG_OK;
}

enum vg_err vg_positions_open(const char *path, struct vg_positions_file **ret_file)
{
    struct vg_parquet_file *parquet;
    enum vg_err err = vg_parquet_open(path, &parquet);
    return err ? err : wrap(parquet, ret_file);
}

enum vg_err vg_positions_open_bytes(const void *bytes, size_t len, struct vg_positions_file **ret_file)
{
    struct vg_parquet_file *parquet;
    enum vg_err err = vg_parquet_open_bytes(bytes, len, &parquet);
    return err ? err : wrap(parquet, ret_file);
}

void vg_positions_close(struct vg_positions_file *file)
{
    if (!file)
        return;
    for (size_t c = 0; c < COLUMN_COUNT; c++)
        vg_parquet_page_free(&file->pages[c]);
    vg_parquet_close(file->parquet);
    free(file);
}

uint64_t vg_positions_rows(const struct vg_positions_file *file)
{
    return vg_parquet_rows(file->parquet);
}

/* False only if the bounds of mmsi, time, lon and lat rule out every row. */
static bool possible(const struct vg_positions_query *q, const struct vg_parquet_bounds b[4])
{
    if (q->mmsi && b[COLUMN_MMSI].known && (q->mmsi < b[COLUMN_MMSI].min || q->mmsi > b[COLUMN_MMSI].max))
        return false;
    if (b[COLUMN_TIME].known && (b[COLUMN_TIME].max < q->from_us || b[COLUMN_TIME].min >= q->to_us))
        return false;
    if (!q->box)
        return true;
    /* One unit of slack: a stored value is up to 1/3 off the broadcast one that the box is compared with. */
    double west = q->box->west_deg * 1e6 - 1, east = q->box->east_deg * 1e6 + 1;
    double min = (double)b[COLUMN_LON].min, max = (double)b[COLUMN_LON].max;
    if (b[COLUMN_LAT].known && ((double)b[COLUMN_LAT].max < q->box->south_deg * 1e6 - 1 ||
                                (double)b[COLUMN_LAT].min > q->box->north_deg * 1e6 + 1))
        return false;
    if (!b[COLUMN_LON].known)
        return true;
    bool across = q->box->west_deg > q->box->east_deg;
    return across ? !(min > east && max < west) : !(max < west || min > east);
}

static enum vg_err load(struct vg_positions_file *f, size_t group, enum column c, size_t page, uint32_t rows)
{
    if (f->loaded[c])
        return VG_OK;
    enum vg_err err = vg_parquet_read_page(f->parquet, group, f->columns[c], page, &f->pages[c]);
    if (!err && f->pages[c].rows != rows)
        err = VG_UNSUPPORTED; /* our files have all pages' borders at the same rows */
    f->loaded[c] = !err;
    return err;
}

static bool matches(const struct vg_positions_file *f, const struct vg_positions_query *q, size_t i,
                    struct vg_position *p)
{
    int64_t time = f->pages[COLUMN_TIME].ints[i];
    if ((q->mmsi && f->pages[COLUMN_MMSI].ints[i] != q->mmsi) || time < q->from_us || time >= q->to_us)
        return false;
    p->mmsi = (uint32_t)f->pages[COLUMN_MMSI].ints[i];
    p->time_us = time;
    p->pos.lon_e4min = vg_e4min_from_e6deg((int32_t)f->pages[COLUMN_LON].ints[i]);
    p->pos.lat_e4min = vg_e4min_from_e6deg((int32_t)f->pages[COLUMN_LAT].ints[i]);
    return !q->box || vg_box_contains(q->box, p->pos);
}

static int64_t optional(const struct vg_positions_file *f, enum column c, size_t i, enum vg_field field,
                        struct vg_position *p)
{
    if (f->pages[c].present[i])
        p->fields |= UINT32_C(1) << field;
    return f->pages[c].ints[i];
}

static void complete(const struct vg_positions_file *f, size_t i, struct vg_position *p)
{
    p->sog_dkn = (uint16_t)optional(f, COLUMN_SOG, i, VG_FIELD_SOG, p);
    p->cog_ddeg = (uint16_t)optional(f, COLUMN_COG, i, VG_FIELD_COG, p);
    p->heading_deg = (uint16_t)optional(f, COLUMN_HEADING, i, VG_FIELD_HEADING, p);
    p->turn_raw = (int8_t)optional(f, COLUMN_TURN, i, VG_FIELD_TURN, p);
    p->status = (uint8_t)optional(f, COLUMN_STATUS, i, VG_FIELD_STATUS, p);
    p->message = (uint8_t)f->pages[COLUMN_MESSAGE].ints[i];
    p->accurate = f->pages[COLUMN_ACCURATE].ints[i] != 0;
    p->source_name = f->pages[COLUMN_SOURCE].texts[i];
    p->place = (uint64_t)f->pages[COLUMN_PLACE].ints[i];
}

/* One range of rows: the four columns that decide first, the others only if a row is wanted. */
static enum vg_err read_range(struct vg_positions_file *f, const struct vg_positions_query *q, size_t group,
                              size_t page, uint32_t rows, vg_positions_on_row *on_row, void *arg)
{
    enum vg_err err = VG_OK;
    memset(f->loaded, 0, sizeof f->loaded);
    for (enum column c = COLUMN_MMSI; c <= COLUMN_LAT && !err; c++)
        err = load(f, group, c, page, rows);
    for (size_t i = 0; i < rows && !err; i++) {
        struct vg_position p = {0};
        if (!matches(f, q, i, &p))
            continue;
        for (enum column c = COLUMN_SOG; c < COLUMN_COUNT && !err; c++)
            err = load(f, group, c, page, rows);
        if (err)
            return err;
        complete(f, i, &p);
        err = on_row(arg, &p);
    }
    return err;
}

static enum vg_err read_group(struct vg_positions_file *f, const struct vg_positions_query *q, size_t group,
                              vg_positions_on_row *on_row, void *arg, struct vg_positions_work *work)
{
    struct vg_parquet_bounds bounds[4];
    size_t pages = 0, other = 0;
    enum vg_err err = VG_OK;
    work->groups++;
    for (enum column c = COLUMN_MMSI; c <= COLUMN_LAT; c++)
        bounds[c] = vg_parquet_group_bounds(f->parquet, group, f->columns[c]);
    if (!possible(q, bounds)) {
        work->groups_skipped++;
        return VG_OK;
    }
    for (enum column c = COLUMN_MMSI; c <= COLUMN_LAT && !err; c++) {
        err = vg_parquet_pages(f->parquet, group, f->columns[c], c ? &other : &pages);
        if (!err && c && other != pages)
            err = VG_UNSUPPORTED;
    }
    for (size_t page = 0; page < pages && !err; page++) {
        uint64_t first, end;
        vg_parquet_page_rows(f->parquet, group, f->columns[COLUMN_MMSI], page, &first, &end);
        work->pages++;
        for (enum column c = COLUMN_MMSI; c <= COLUMN_LAT; c++)
            bounds[c] = vg_parquet_page_bounds(f->parquet, group, f->columns[c], page);
        if (!possible(q, bounds)) {
            work->pages_skipped++;
            continue;
        }
        work->rows += end - first;
        err = read_range(f, q, group, page, (uint32_t)(end - first), on_row, arg);
    }
    return err;
}

enum vg_err vg_positions_read(struct vg_positions_file *f, const struct vg_positions_query *query,
                              vg_positions_on_row *on_row, void *arg, struct vg_positions_work *work)
{
    struct vg_positions_work unasked = {0};
    enum vg_err err = VG_OK;
    for (size_t g = 0; g < vg_parquet_groups(f->parquet) && !err; g++)
        err = read_group(f, query, g, on_row, arg, work ? work : &unasked);
    return err;
}
