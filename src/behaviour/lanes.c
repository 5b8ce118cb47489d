/*
 * The ways that ships take, learnt from all traffic: for each tenth of a degree how many passed in each of eight
 * directions. Who stays in a cell and direction counts once. Open addressing; a full table learns no new cells,
 * counted.
 */
#include <math.h>

#include "behaviour/method.h"

#define CELL_DEG 0.1
#define COLUMNS  3600
#define WAYS     8
#define WAY_DEG  (360.0 / WAYS)
#define FULL     (LANE_CELLS / 4 * 3)

static uint64_t key_of(int row, int column)
{
    return (uint64_t)(row + 1000) * 10000 + (uint64_t)((column % COLUMNS + COLUMNS) % COLUMNS) + 1;
}

static int row_of(struct vg_pos pos)
{
    return (int)floor(vg_pos_lat_deg(pos) / CELL_DEG);
}

static int column_of(struct vg_pos pos)
{
    return (int)floor(vg_pos_lon_deg(pos) / CELL_DEG);
}

static int way_of(double course_deg)
{
    return (int)floor(fmod(course_deg + WAY_DEG / 2, 360) / WAY_DEG) % WAYS;
}

/* The cell of a key; `make`: it is taken if it isn't there. NULL: it isn't, or no room. */
static struct lane_cell *cell_of(const struct vg_behaviours *b, uint64_t key, bool make)
{
    uint64_t i = key * UINT64_C(0x9E3779B97F4A7C15) >> 40;
    for (;; i++) {
        struct lane_cell *c = &b->lane_cell[i % LANE_CELLS];
        if (c->key == key)
            return c;
        if (!c->key)
            return make && b->lane_cells < FULL ? c : NULL;
    }
}

void vg_lanes_learn(struct vg_behaviours *b, struct vessel *v, struct vg_pos pos, double course_deg)
{
    const uint64_t key = key_of(row_of(pos), column_of(pos));
    const int way = way_of(course_deg);
    if (v->deviation.cell == key && v->deviation.way == way)
        return;
    v->deviation.cell = key, v->deviation.way = (uint8_t)way;
    struct lane_cell *c = cell_of(b, key, true);
    if (!c) {
        b->counters.cells_dropped++;
        return;
    }
    if (!c->key)
        c->key = key, b->lane_cells++;
    c->passed[way] += c->passed[way] < UINT16_MAX;
}

struct lanes vg_lanes_at(const struct vg_behaviours *b, struct vg_pos pos, double course_deg)
{
    struct lanes l = {0};
    const int way = way_of(course_deg);
    for (int row = -1; row <= 1; row++)
        for (int column = -1; column <= 1; column++) {
            const struct lane_cell *c = cell_of(b, key_of(row_of(pos) + row, column_of(pos) + column), false);
            for (int w = 0; c && w < WAYS; w++) {
                const int off = (w - way + WAYS) % WAYS;
                l.any += c->passed[w];
                l.same += off == 0 || off == 1 || off == WAYS - 1 ? c->passed[w] : 0;
                if (!row && !column) {
                    l.here_same += off == 0 || off == 1 || off == WAYS - 1 ? c->passed[w] : 0;
                    l.here_head_on += off == WAYS / 2 ? c->passed[w] : 0;
                }
                l.opposite += off >= WAYS / 2 - 1 && off <= WAYS / 2 + 1 ? c->passed[w] : 0;
            }
        }
    return l;
}
