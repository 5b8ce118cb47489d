/* /api/v1/history/density: in how many minutes a vessel was heard in each cell of a grid. */
#include <math.h>
#include <stdlib.h>

#include "api/history.h"
#include "report/mmsi.h"
#include "vessel/class.h"

#define MAGIC       "VGD1"
#define VERSION     1
#define HEADER_SIZE 64
#define CELL_SIZE   8
#define E4MIN_OF    (VG_E4MIN_PER_DEGREE / 10000) /* 1/10 000 degree in 1/10 000 minute */

struct grid {
    struct vg_history_job *job;
    int32_t west_e4min, south_e4min; /* of the first cell */
    int32_t cell_e4min;
    uint32_t columns, rows;
    uint32_t *count;
    uint64_t minutes, reports;
    uint32_t mmsi;
    int64_t minute; /* counted last, of this vessel */
    uint32_t known; /* of the row before */
    uint8_t class;  /* enum vg_class, as far as its rows told */
    struct vg_evidence evidence;
};

/* Cells are multiples of their side from the south-west corner of the world. False: too many. */
static bool lay_out(struct grid *g)
{
    const struct vg_history_ask *a = &g->job->ask;
    const struct vg_box *b = &a->filter.box;
    double side = a->cell_e4deg / 1e4;
    double width = b->east_deg - b->west_deg + (b->west_deg > b->east_deg ? 360 : 0);
    /* A border that is one up to rounding is that one. */
    double west = floor((b->west_deg + 180) / side + 1e-9), south = floor((b->south_deg + 90) / side + 1e-9);
    double east = ceil((b->west_deg + width + 180) / side - 1e-9), north = ceil((b->north_deg + 90) / side - 1e-9);
    double columns = fmin(fmax(east - west, 1), 360 / side), rows = fmax(north - south, 1);
    if (columns * rows > (double)VG_HISTORY_CELLS || columns > UINT16_MAX || rows > UINT16_MAX)
        return false;
    g->cell_e4min = (int32_t)a->cell_e4deg * E4MIN_OF;
    g->west_e4min = (int32_t)west * g->cell_e4min - 180 * VG_E4MIN_PER_DEGREE;
    g->south_e4min = (int32_t)south * g->cell_e4min - 90 * VG_E4MIN_PER_DEGREE;
    g->columns = (uint32_t)columns;
    g->rows = (uint32_t)rows;
    return true;
}

/* Index of the position's cell; columns × rows if it has none. */
static size_t cell_of(const struct grid *g, struct vg_pos pos)
{
    int64_t x = (int64_t)pos.lon_e4min - g->west_e4min, y = (int64_t)pos.lat_e4min - g->south_e4min;
    if (x < 0)
        x += INT64_C(360) * VG_E4MIN_PER_DEGREE;
    uint64_t column = (uint64_t)(x / g->cell_e4min), row = y < 0 ? g->rows : (uint64_t)(y / g->cell_e4min);
    if (row == g->rows && y == (int64_t)g->rows * g->cell_e4min)
        row--; /* the north edge belongs to the last row */
    return column < g->columns && row < g->rows ? row * g->columns + column : (size_t)g->columns * g->rows;
}

/* True for a base station's or an aid's row: no vessel. */
static bool is_fixed(struct grid *g, const struct vg_position *row)
{
    struct vg_report said = {.mmsi = row->mmsi, .message = row->message, .class = row->class, .fields = row->fields};
    if (row->mmsi != g->known) {
        g->known = row->mmsi;
        g->class = (uint8_t)vg_mmsi_class(row->mmsi);
        g->evidence = (struct vg_evidence){0};
    }
    g->class = (uint8_t)vg_class_weigh(&g->evidence, row->mmsi, (enum vg_class)g->class, &said);
    return vg_class_is_fixed((enum vg_class)g->class);
}

/* A vessel's rows come in the order of time: a minute is counted where it was first heard in it. */
static enum vg_err on_row(void *arg, const struct vg_position *row)
{
    struct grid *g = arg;
    const struct vg_filter *f = &g->job->ask.filter;
    int64_t minute = row->time_us / VG_MINUTE_US;
    if (is_fixed(g, row))
        return vg_history_row(g->job);
    if (f->has_min_speed && (!(row->fields & VG_FIELD_BIT(SOG)) || row->sog_dkn < f->min_speed_kn * 10))
        return vg_history_row(g->job);
    g->reports++;
    if (row->mmsi != g->mmsi || minute != g->minute) {
        size_t cell = cell_of(g, row->pos);
        g->mmsi = row->mmsi;
        g->minute = minute;
        if (cell < (size_t)g->columns * g->rows) {
            g->count[cell]++;
            g->minutes++;
        }
    }
    return vg_history_row(g->job);
}

static void on_damage(void *arg, const char *path, enum vg_err err)
{
    vg_history_damage(((struct grid *)arg)->job, path, err);
}

/* ---- the answer ---- */

static uint32_t filled(const struct grid *g, uint32_t *ret_most)
{
    uint32_t cells = 0, most = 0;
    for (size_t i = 0; i < (size_t)g->columns * g->rows; i++) {
        cells += g->count[i] > 0;
        most = g->count[i] > most ? g->count[i] : most;
    }
    *ret_most = most;
    return cells;
}

static void write_binary(const struct grid *g, struct vg_out *out)
{
    const struct vg_history_ask *a = &g->job->ask;
    uint8_t h[HEADER_SIZE] = MAGIC, cell[CELL_SIZE];
    uint32_t most, cells = filled(g, &most);
    vg_put_u16(h + 4, VERSION);
    vg_put_u16(h + 6, HEADER_SIZE);
    vg_put_u64(h + 8, (uint64_t)a->from_us);
    vg_put_u64(h + 16, (uint64_t)a->to_us);
    vg_put_u32(h + 24, (uint32_t)g->west_e4min);
    vg_put_u32(h + 28, (uint32_t)g->south_e4min);
    vg_put_u32(h + 32, (uint32_t)g->cell_e4min);
    vg_put_u32(h + 36, g->columns);
    vg_put_u32(h + 40, g->rows);
    vg_put_u32(h + 44, cells);
    vg_put_u64(h + 48, g->minutes);
    vg_put_u64(h + 56, g->reports);
    vg_out_bytes(out, h, sizeof h);
    for (uint32_t row = 0; row < g->rows; row++)
        for (uint32_t column = 0; column < g->columns; column++) {
            uint32_t count = g->count[(size_t)row * g->columns + column];
            if (!count)
                continue;
            vg_put_u16(cell, (uint16_t)column);
            vg_put_u16(cell + 2, (uint16_t)row);
            vg_put_u32(cell + 4, count);
            vg_out_bytes(out, cell, sizeof cell);
        }
}

static void write_json(const struct grid *g, struct vg_out *out)
{
    const struct vg_history_ask *a = &g->job->ask;
    uint32_t most, cells = filled(g, &most);
    const char *comma = "";
    vg_out_text(out, "{\"from\":");
    vg_out_json_time(out, a->from_us);
    vg_out_text(out, ",\"to\":");
    vg_out_json_time(out, a->to_us);
    vg_out_text(out, ",\"west\":");
    vg_out_e4min_deg(out, g->west_e4min);
    vg_out_text(out, ",\"south\":");
    vg_out_e4min_deg(out, g->south_e4min);
    vg_out_text(out, ",\"cell\":");
    vg_out_scaled(out, a->cell_e4deg, 4);
    vg_out_printf(out, ",\"columns\":%u,\"rows\":%u,\"filled\":%u,\"most\":%u,\"minutes\":%llu,\"reports\":%llu",
                  g->columns, g->rows, cells, most, (unsigned long long)g->minutes, (unsigned long long)g->reports);
    vg_out_text(out, ",\"cells\":[");
    for (size_t i = 0; i < (size_t)g->columns * g->rows && !out->err; i++) {
        if (!g->count[i])
            continue;
        vg_out_printf(out, "%s[%zu,%zu,%u]", comma, i % g->columns, i / g->columns, g->count[i]);
        comma = ",";
    }
    vg_out_text(out, "]}\n");
}

enum vg_err vg_run_density(struct vg_history_job *job, struct vg_store *store)
{
    const struct vg_history_ask *a = &job->ask;
    struct vg_positions_query q = {.box = &a->filter.box, .from_us = a->from_us, .to_us = a->to_us};
    struct grid g = {.job = job};
    if (!lay_out(&g)) {
        job->why = "more than 1048576 cells: ask for a smaller area or a larger cell";
        return VG_LIMIT;
    }
    g.count = calloc((size_t)g.columns * g.rows, sizeof *g.count);
    if (!g.count)
        return VG_NOMEM;
    enum vg_err err = vg_store_positions(store, &q, on_row, on_damage, &g, NULL);
    if (!err && a->format == VG_HISTORY_BINARY)
        write_binary(&g, &job->out);
    else if (!err)
        write_json(&g, &job->out);
    free(g.count);
    return err;
}
