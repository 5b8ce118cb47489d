/*
 * Reception as all traffic taught it: in each cell of a quarter of a degree, for class A and B apart, at what share of
 * ten minutes a vessel that was there was heard. A vessel counts from one fix to the next: the ten minutes in which she
 * spoke as heard, those between as not heard, but never more than a day of them. So a hole in the coverage, an hour of
 * satellites or a receiver that is off shows as it is.
 *
 * What makes it wrong: vessels that leave the coverage and never come back are not counted, so the rim of a coverage
 * looks better than it is. Who asks must look at both ends of a gap.
 */
#include <math.h>

#include "behaviour/method.h"

#define CELL_E4MIN   (VG_E4MIN_PER_DEGREE / 4)
#define FORGET_AT    20000 /* ten-minute times of one cell; then both numbers are halved */
#define OTHERS_STEPS 3     /* half an hour */
#define BEFORE_STEPS 18    /* three hours */
#define ALONE_SLOTS  400
#define MISSED_MOST  144 /* a day */
#define FULL_AT      (HEARD_CELLS / 4 * 3)

static uint64_t key_of(struct vg_pos pos, bool class_b)
{
    const uint32_t lon = (uint32_t)(pos.lon_e4min + 540 * VG_E4MIN_PER_DEGREE) / CELL_E4MIN % 1440;
    const uint32_t lat = (uint32_t)(pos.lat_e4min + 90 * VG_E4MIN_PER_DEGREE) / CELL_E4MIN;
    return ((uint64_t)lat * 1440 + lon) * 2 + class_b + 1;
}

static struct heard_cell *cell_at(const struct vg_behaviours *b, uint64_t key)
{
    uint32_t i = (uint32_t)(key * UINT64_C(0x9E3779B97F4A7C15) >> 40) % HEARD_CELLS;
    while (b->heard_cell[i].key && b->heard_cell[i].key != key)
        i = (i + 1) % HEARD_CELLS;
    return &b->heard_cell[i];
}

static struct heard_cell *cell_to_learn(struct vg_behaviours *b, struct vg_pos pos, bool class_b)
{
    const uint64_t key = key_of(pos, class_b);
    struct heard_cell *c = cell_at(b, key);
    if (!c->key) {
        if (b->heard_cells >= FULL_AT)
            return NULL; /* the world's sea has 180 000; where ships are, some 20 000 */
        c->key = key;
        b->heard_cells++;
    }
    return c;
}

static void note_vessel(struct heard_cell *c, uint32_t mmsi, uint32_t step)
{
    int at = 0;
    for (int i = 0; i < 3; i++) {
        if (c->vessel[i] == mmsi || !c->vessel[i]) {
            at = i;
            break;
        }
        if (c->vessel_step[i] < c->vessel_step[at])
            at = i;
    }
    c->vessel[at] = mmsi, c->vessel_step[at] = step;
}

static void count(struct heard_cell *c, uint32_t heard, uint32_t missed, uint32_t fixes)
{
    c->slots += heard + missed;
    c->heard += heard;
    c->fixes += fixes;
    if (c->slots >= FORGET_AT)
        c->slots /= 2, c->heard /= 2, c->fixes /= 2;
}

void vg_reception_learn(struct vg_behaviours *b, const struct vessel *v)
{
    const uint32_t step = (uint32_t)(v->last.time_us / STEP_US);
    const uint32_t before = v->before.time_us < 0 ? step : (uint32_t)(v->before.time_us / STEP_US);
    if (!vg_is_ship(v) || (v->before.time_us >= 0 && step == before))
        return;
    const bool class_b = v->class == VG_CLASS_SHIP_B;
    struct heard_cell *c = cell_to_learn(b, v->last.pos, class_b);
    if (!c)
        return;
    count(c, 1, 0, v->gap.now); /* of the slot before: it is over now */
    c->newest_step = step > c->newest_step ? step : c->newest_step;
    note_vessel(c, v->mmsi, step);
    uint32_t missed = step > before + 1 ? step - before - 1 : 0;
    if (!missed || missed > MISSED_MOST)
        return;
    struct heard_cell *from = cell_to_learn(b, v->before.pos, class_b);
    if (from)
        count(from, 0, (missed + 1) / 2, 0); /* she was in both, and nobody knows how long */
    count(c, 0, missed / 2, 0);
}

struct pooled {
    uint32_t step, but_mmsi, slots, heard, fixes, others, others_before, newest_step;
    bool class_b;
};

/* Of her class: class B has 2 W where class A has 12, and lower antennas. */
static void pool(const struct vg_behaviours *b, struct vg_pos pos, struct pooled *p)
{
    const struct heard_cell *c = cell_at(b, key_of(pos, p->class_b));
    if (!c->key)
        return;
    p->slots += c->slots, p->heard += c->heard, p->fixes += c->fixes;
    p->newest_step = c->newest_step > p->newest_step ? c->newest_step : p->newest_step;
    for (int i = 0; i < 3; i++)
        p->others += c->vessel[i] && c->vessel[i] != p->but_mmsi && c->vessel_step[i] + OTHERS_STEPS >= p->step;
    for (int i = 0; i < 3; i++)
        p->others_before += c->vessel[i] && c->vessel[i] != p->but_mmsi && c->vessel_step[i] + BEFORE_STEPS >= p->step;
}

struct reception vg_reception_at(const struct vg_behaviours *b, struct vg_pos pos, int64_t time_us,
                                 const struct vessel *v)
{
    struct pooled p = {
        .step = (uint32_t)(time_us / STEP_US), .but_mmsi = v->mmsi, .class_b = v->class == VG_CLASS_SHIP_B};
    pool(b, pos, &p);
    const uint32_t own_slots = p.slots;
    if (p.slots < ALONE_SLOTS) /* little traffic: what its neighbours taught counts, too */
        for (int i = 0; i < 9; i++) {
            const struct vg_pos near = {pos.lon_e4min + (i % 3 - 1) * CELL_E4MIN,
                                        pos.lat_e4min + (i / 3 - 1) * CELL_E4MIN};
            if (i != 4 && near.lat_e4min > -90 * VG_E4MIN_PER_DEGREE && near.lat_e4min < 90 * VG_E4MIN_PER_DEGREE)
                pool(b, near, &p);
        }
    return (struct reception){.share = p.slots ? (double)p.heard / p.slots : NAN,
                              .slots = p.slots,
                              .own_slots = own_slots,
                              .per_day = p.slots ? (double)p.fixes / p.slots * (VG_DAY_US / STEP_US) : NAN,
                              .others = p.others,
                              .others_before = p.others_before,
                              .silent_h =
                                  p.newest_step ? ((double)p.step - p.newest_step) * STEP_US / VG_HOUR_US : NAN};
}
