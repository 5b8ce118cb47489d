/*
 * Who is near: the newest place of each vessel in a cell of about 5.5 km. Rows of cells are 0.05° of latitude; a row
 * has as many columns as keep them 5.5 km wide, so it works at the poles and across the 180th meridian.
 */
#include <math.h>
#include <stdlib.h>

#include "behaviour/method.h"

#define ROW_E4MIN  30000 /* 0.05° */
#define ROWS       3600
#define TRIED_MOST 512 /* vessels looked at in one search: a full harbour has thousands */

static uint32_t columns_of(uint32_t row)
{
    const double lat = fabs((row + 0.5) * ROW_E4MIN / VG_E4MIN_PER_DEGREE - 90) + 0.025; /* its narrower border */
    return (uint32_t)fmax(1, floor(7200 * cos(fmin(lat, 90) * (M_PI / 180))));
}

static uint32_t row_of(int32_t lat_e4min)
{
    const int32_t row = (lat_e4min + 90 * VG_E4MIN_PER_DEGREE) / ROW_E4MIN;
    return (uint32_t)(row < 0 ? 0 : row >= ROWS ? ROWS - 1 : row);
}

static uint32_t column_of(double lon_e4min, uint32_t columns)
{
    const double turn = (lon_e4min + 180.0 * VG_E4MIN_PER_DEGREE) / (360.0 * VG_E4MIN_PER_DEGREE);
    return (uint32_t)((turn - floor(turn)) * columns) % columns;
}

/* Rows have up to 7200 columns; the number fits in 32 bits and is never NOBODY. */
static uint32_t cell_of(uint32_t row, uint32_t column)
{
    return row << 13 | column;
}

static uint32_t bucket_of(const struct vg_behaviours *b, uint32_t cell)
{
    return (uint32_t)(cell * UINT64_C(0x9E3779B97F4A7C15) >> 40) & b->cell_mask;
}

void vg_nearby_remove(struct vg_behaviours *b, struct vessel *v)
{
    if (v->cell == NOBODY)
        return;
    if (v->cell_prev == NOBODY)
        b->cell_head[bucket_of(b, v->cell)] = v->cell_next;
    else
        b->vessel[v->cell_prev].cell_next = v->cell_next;
    if (v->cell_next != NOBODY)
        b->vessel[v->cell_next].cell_prev = v->cell_prev;
    v->cell = v->cell_next = v->cell_prev = NOBODY;
}

static void link_first(struct vg_behaviours *b, struct vessel *v)
{
    uint32_t *head = &b->cell_head[bucket_of(b, v->cell)];
    const uint32_t slot = (uint32_t)(v - b->vessel);
    v->cell_prev = NOBODY;
    v->cell_next = *head;
    if (*head != NOBODY)
        b->vessel[*head].cell_prev = slot;
    *head = slot;
}

void vg_nearby_put(struct vg_behaviours *b, struct vessel *v, struct vg_pos pos)
{
    const uint32_t row = row_of(pos.lat_e4min);
    const uint32_t cell = cell_of(row, column_of(pos.lon_e4min, columns_of(row)));
    if (cell == v->cell)
        return;
    vg_nearby_remove(b, v);
    v->cell = cell;
    link_first(b, v);
}

/* Chains keep the order that they had: each head is who has nobody before. False: a chain is broken. */
bool vg_nearby_relink(struct vg_behaviours *b)
{
    uint32_t in_cells = 0, found = 0;
    for (uint32_t i = 0; i < b->used; i++) {
        struct vessel *v = &b->vessel[i];
        in_cells += v->cell != NOBODY;
        if (v->cell == NOBODY || v->cell_prev != NOBODY)
            continue;
        uint32_t *head = &b->cell_head[bucket_of(b, v->cell)];
        if (*head != NOBODY)
            return false;
        *head = i;
    }
    for (uint32_t k = 0; k <= b->cell_mask; k++)
        for (uint32_t i = b->cell_head[k], before = NOBODY; i != NOBODY; before = i, i = b->vessel[i].cell_next) {
            const struct vessel *v = &b->vessel[i];
            if (found++ >= in_cells || v->cell == NOBODY || v->cell_prev != before || bucket_of(b, v->cell) != k)
                return false;
        }
    return found == in_cells;
}

static int by_key(const void *a, const void *b)
{
    const struct vessel *x = *(struct vessel *const *)a, *y = *(struct vessel *const *)b;
    return (x->key > y->key) - (x->key < y->key);
}

struct search {
    struct vg_behaviours *b;
    const struct vessel * not ;
    struct vg_pos pos;
    double reach_m;
    struct vessel **ret;
    size_t count, tried;
};

static void look_in(struct search *s, uint32_t cell)
{
    for (uint32_t i = s->b->cell_head[bucket_of(s->b, cell)]; i != NOBODY && s->tried < TRIED_MOST;
         i = s->b->vessel[i].cell_next) {
        struct vessel *v = &s->b->vessel[i];
        s->tried++;
        if (v->cell == cell && v != s->not &&s->count < NEARBY_MOST &&
            vg_geo_distance_m(v->last.pos, s->pos) <= s->reach_m)
            s->ret[s->count++] = v;
    }
}

size_t vg_nearby_find(struct vg_behaviours *b, const struct vessel *v, struct vg_pos pos, double reach_m,
                      struct vessel *ret[static NEARBY_MOST])
{
    struct search s = {.b = b, .not = v, .pos = pos, .reach_m = reach_m, .ret = ret};
    const double reach_e4min = reach_m / 110500 * VG_E4MIN_PER_DEGREE;
    const uint32_t south = row_of((int32_t)(pos.lat_e4min - reach_e4min));
    const uint32_t north = row_of((int32_t)(pos.lat_e4min + reach_e4min));
    for (uint32_t row = south; row <= north; row++) {
        const uint32_t columns = columns_of(row), own = column_of(pos.lon_e4min, columns);
        const uint32_t wide = columns > 3 ? 1 : columns - 1; /* near a pole: the whole row */
        for (uint32_t i = 0; i < (columns > 3 ? 3 : columns); i++)
            look_in(&s, cell_of(row, (own + columns - (columns > 3 ? wide : 0) + i) % columns));
    }
    qsort(ret, s.count, sizeof *ret, by_key);
    return s.count;
}
