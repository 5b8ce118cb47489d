/*
 * Anchorages as vessels taught them: cells of about 1 km in which different vessels lay still. What three vessels chose
 * to lie at is a place to lie at, whatever a list says.
 *
 * What makes it wrong: a fleet that lies to its sea anchors in one place; three wrecks. Places that one vessel uses
 * alone are not learnt: near the shore the behaviours ask for the shore besides.
 */
#include "behaviour/method.h"

#define CELL_E4MIN 6000 /* 0.01° */
#define WIDE       36000
#define FULL_AT    (LYING_CELLS / 4 * 3)

static uint64_t key_of(int64_t lon_cell, int64_t lat_cell)
{
    return (uint64_t)(lat_cell * WIDE + (lon_cell + WIDE) % WIDE) + 1;
}

static struct lying_cell *cell_at(const struct vg_behaviours *b, uint64_t key)
{
    uint32_t i = (uint32_t)(key * UINT64_C(0x9E3779B97F4A7C15) >> 40) % LYING_CELLS;
    while (b->lying_cell[i].key && b->lying_cell[i].key != key)
        i = (i + 1) % LYING_CELLS;
    return &b->lying_cell[i];
}

static int64_t lon_cell(struct vg_pos pos)
{
    return (pos.lon_e4min + 180 * (int64_t)VG_E4MIN_PER_DEGREE) / CELL_E4MIN;
}

static int64_t lat_cell(struct vg_pos pos)
{
    return (pos.lat_e4min + 90 * (int64_t)VG_E4MIN_PER_DEGREE) / CELL_E4MIN;
}

void vg_anchorage_learn(struct vg_behaviours *b, const struct vessel *v, struct vg_pos pos)
{
    const uint64_t key = key_of(lon_cell(pos), lat_cell(pos));
    struct lying_cell *c = cell_at(b, key);
    if (!c->key) {
        if (b->lying_cells >= FULL_AT)
            return;
        c->key = key;
        b->lying_cells++;
    }
    if (c->vessels >= 4)
        return;
    for (int i = 0; i < c->vessels; i++)
        if (c->vessel[i] == v->mmsi)
            return;
    c->vessel[c->vessels++] = v->mmsi;
}

/* The cell and its eight neighbours together: an anchorage doesn't end at the border of a cell. */
bool vg_anchorage_at(const struct vg_behaviours *b, struct vg_pos pos)
{
    uint32_t found[ANCHORAGE_VESSELS];
    int count = 0;
    for (int64_t d_lat = -1; d_lat <= 1; d_lat++)
        for (int64_t d_lon = -1; d_lon <= 1; d_lon++) {
            const struct lying_cell *c = cell_at(b, key_of(lon_cell(pos) + d_lon, lat_cell(pos) + d_lat));
            for (int i = 0; c->key && i < c->vessels; i++) {
                int k = 0;
                while (k < count && found[k] != c->vessel[i])
                    k++;
                if (k == count)
                    found[count++] = c->vessel[i];
                if (count == ANCHORAGE_VESSELS)
                    return true;
            }
        }
    return false;
}
