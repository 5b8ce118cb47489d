#include "place/coast.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

/* A ring: its number of points, the first one, then steps; 1/1000 degree. */
static const int32_t rings[] = {
#define RING(n, ...) n, __VA_ARGS__,
#include "place/coast.def"
#undef RING
};

#define NUMBERS    (sizeof rings / sizeof rings[0])
#define COLUMNS    360
#define ROWS       180
#define CELLS      (COLUMNS * ROWS) /* of a degree each way */
#define RING_BREAK INT32_MAX        /* longitude of what stands between two rings */
#define UNIT       1e-3
#define M_DEGREE   111195.08 /* of a great circle on the mean sphere, WGS-84 */

struct point {
    int32_t lon, lat;
};

/* Segment i goes from point i to i + 1. Those that touch cell c: list[start[c]] … list[start[c + 1] − 1]. */
struct vg_coast {
    struct point *point;
    uint32_t points;
    uint32_t start[CELLS + 1];
    uint32_t *list;
    bool land[CELLS]; /* the middle of the cell */
};

/* ---- made ---- */

/* The points of all rings, each closed, with a break behind it. Returns how many; NULL only counts. */
static uint32_t unfold(struct point *ret)
{
    uint32_t n = 0;
    for (size_t at = 0; at < NUMBERS;) {
        const int32_t count = rings[at++];
        struct point p = {0, 0}, first = {rings[at], rings[at + 1]};
        for (int32_t i = 0; i < count; i++, at += 2, n++) {
            p = (struct point){p.lon + rings[at], p.lat + rings[at + 1]};
            if (ret)
                ret[n] = p;
        }
        if (ret) {
            ret[n] = first;
            ret[n + 1] = (struct point){RING_BREAK, 0};
        }
        n += 2;
    }
    return n;
}

static bool is_segment(const struct vg_coast *c, uint32_t i)
{
    return c->point[i].lon != RING_BREAK && c->point[i + 1].lon != RING_BREAK;
}

static int column_of(double lon_deg)
{
    const int column = (int)floor(lon_deg + 180) % COLUMNS;
    return column < 0 ? column + COLUMNS : column;
}

static int row_of(double lat_deg)
{
    const int row = (int)floor(lat_deg + 90);
    return row < 0 ? 0 : row >= ROWS ? ROWS - 1 : row;
}

/* Counts, or with `list` enters, a segment in the cells that its frame touches. */
static void enter(struct vg_coast *c, uint32_t i, uint32_t *used)
{
    const struct point a = c->point[i], b = c->point[i + 1];
    const double west = fmin(a.lon, b.lon) * UNIT, east = fmax(a.lon, b.lon) * UNIT;
    const int south = row_of(fmin(a.lat, b.lat) * UNIT), north = row_of(fmax(a.lat, b.lat) * UNIT);
    const int columns = (int)floor(east) - (int)floor(west) + 1;
    for (int row = south; row <= north; row++)
        for (int k = 0; k < columns && k < COLUMNS; k++) {
            const int cell = row * COLUMNS + column_of(west + k);
            if (c->list)
                c->list[used[cell]++] = i;
            else
                used[cell]++;
        }
}

static enum vg_err list_cells(struct vg_coast *c)
{
    uint32_t *used = calloc(CELLS, sizeof *used), sum = 0;
    if (!used)
        return VG_NOMEM;
    for (uint32_t i = 0; i + 1 < c->points; i++)
        if (is_segment(c, i))
            enter(c, i, used);
    for (int cell = 0; cell < CELLS; cell++) {
        c->start[cell] = sum;
        sum += used[cell];
        used[cell] = c->start[cell];
    }
    c->start[CELLS] = sum;
    c->list = malloc(sum * sizeof *c->list);
    for (uint32_t i = 0; c->list && i + 1 < c->points; i++)
        if (is_segment(c, i))
            enter(c, i, used);
    free(used);
    return c->list ? VG_OK : VG_NOMEM;
}

/* Even-odd: each shore west of a middle turns it. A ring that goes beyond 180° counts at home and a turn away. */
static void colour_row(struct vg_coast *c, int row)
{
    const double lat = (row - 90 + 0.5) / UNIT;
    uint32_t crossed[3 * COLUMNS + 2] = {0}; /* by the first middle east of it, turns beside each other */
    for (uint32_t i = 0; i + 1 < c->points; i++) {
        const struct point a = c->point[i], b = c->point[i + 1];
        if (!is_segment(c, i) || (a.lat > lat) == (b.lat > lat))
            continue;
        const double lon = (a.lon + (b.lon - a.lon) * (lat - a.lat) / (b.lat - a.lat)) * UNIT;
        for (int turn = -1; turn <= 1; turn++) {
            const double at = ceil(lon + 180 - 0.5 + turn * COLUMNS) + COLUMNS;
            crossed[at < 0 ? 0 : at > 3 * COLUMNS ? 3 * COLUMNS : (int)at]++;
        }
    }
    uint32_t sum = 0;
    for (int k = 0; k < 2 * COLUMNS; k++) {
        sum += crossed[k];
        if (k >= COLUMNS)
            c->land[row * COLUMNS + k - COLUMNS] = sum & 1;
    }
}

enum vg_err vg_coast_new(struct vg_coast **ret_coast)
{
    struct vg_coast *c = calloc(1, sizeof *c);
    if (!c)
        return VG_NOMEM;
    c->points = unfold(NULL);
    c->point = malloc(c->points * sizeof *c->point);
    if (!c->point) {
        vg_coast_free(c);
        return VG_NOMEM;
    }
    unfold(c->point);
    if (list_cells(c)) {
        vg_coast_free(c);
        return VG_NOMEM;
    }
    for (int row = 0; row < ROWS; row++)
        colour_row(c, row);
    *ret_coast = c;
    return VG_OK;
}

void vg_coast_free(struct vg_coast *coast)
{
    if (coast) {
        free(coast->point);
        free(coast->list);
        free(coast);
    }
}

/* ---- asked ---- */

static double around(double lon_deg)
{
    return lon_deg - 360 * floor((lon_deg + 180) / 360);
}

/* From the middle of the cell east or west, then north or south: each shore on the way turns it. */
bool vg_coast_is_land(const struct vg_coast *c, double lon_deg, double lat_deg)
{
    const int column = column_of(lon_deg), row = row_of(lat_deg), cell = row * COLUMNS + column;
    const double x = (around(lon_deg) - (column - 180 + 0.5)) / UNIT, y = (lat_deg - (row - 90 + 0.5)) / UNIT;
    bool land = c->land[cell];
    for (uint32_t k = c->start[cell]; k < c->start[cell + 1]; k++) {
        const struct point a = c->point[c->list[k]], b = c->point[c->list[k] + 1];
        const double ax = around(a.lon * UNIT - (column - 180 + 0.5)) / UNIT, bx = ax + (b.lon - a.lon);
        const double ay = a.lat - (row - 90 + 0.5) / UNIT, by = ay + (b.lat - a.lat);
        if ((ay > 0) != (by > 0)) {
            const double at = ax - ay * (bx - ax) / (by - ay);
            land ^= x > 0 ? at > 0 && at <= x : at <= 0 && at > x;
        }
        if ((ax > x) != (bx > x)) {
            const double at = ay + (x - ax) * (by - ay) / (bx - ax);
            land ^= y > 0 ? at > 0 && at <= y : at <= 0 && at > y;
        }
    }
    return land;
}

static double segment_m2(const struct vg_coast *c, uint32_t i, double lon_deg, double lat_deg, double shrink)
{
    const struct point a = c->point[i], b = c->point[i + 1];
    const double ax = around(a.lon * UNIT - lon_deg) * shrink, ay = a.lat * UNIT - lat_deg;
    const double dx = (b.lon - a.lon) * UNIT * shrink, dy = (b.lat - a.lat) * UNIT;
    const double square = dx * dx + dy * dy;
    const double t = square > 0 ? fmin(fmax(-(ax * dx + ay * dy) / square, 0), 1) : 0;
    const double x = ax + t * dx, y = ay + t * dy;
    return (x * x + y * y) * M_DEGREE * M_DEGREE;
}

static double nearest_in_cell(const struct vg_coast *c, int row, int column, double lon_deg, double lat_deg,
                              double shrink, double best_m2)
{
    const int cell = row * COLUMNS + (column % COLUMNS + COLUMNS) % COLUMNS;
    for (uint32_t k = c->start[cell]; k < c->start[cell + 1]; k++)
        best_m2 = fmin(best_m2, segment_m2(c, c->list[k], lon_deg, lat_deg, shrink));
    return best_m2;
}

double vg_coast_distance_m(const struct vg_coast *c, double lon_deg, double lat_deg, double at_most_m)
{
    const double shrink = fmax(cos(lat_deg * (M_PI / 180)), 0.01);
    const int row = row_of(lat_deg), column = (int)floor(around(lon_deg) + 180);
    const double inside_x = around(lon_deg) + 180 - column, inside_y = lat_deg + 90 - row;
    double best = at_most_m * at_most_m;
    for (int north = 0; north < ROWS; north++) { /* rows outwards, south and north of it */
        bool near = false;
        for (int side = north ? -1 : 1; side <= 1; side += 2) {
            const int r = row + side * north;
            const double dy = north == 0 ? 0 : side > 0 ? north - inside_y : inside_y + north - 1;
            if (r < 0 || r >= ROWS || dy * M_DEGREE * dy * M_DEGREE > best)
                continue;
            near = true;
            for (int east = 0; east <= COLUMNS / 2; east++) {
                const double right = fmax(east - inside_x, 0) * shrink, left = fmax(inside_x + east - 1, 0) * shrink;
                const bool go_right = (right * right + dy * dy) * M_DEGREE * M_DEGREE <= best;
                const bool go_left = east && (left * left + dy * dy) * M_DEGREE * M_DEGREE <= best;
                if (go_right)
                    best = nearest_in_cell(c, r, column + east, lon_deg, lat_deg, shrink, best);
                if (go_left)
                    best = nearest_in_cell(c, r, column - east, lon_deg, lat_deg, shrink, best);
                if (!go_right && !go_left)
                    break;
            }
        }
        if (!near)
            break;
    }
    return best < at_most_m * at_most_m ? sqrt(best) : INFINITY;
}
