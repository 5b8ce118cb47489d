/* All of the state, written, read and hashed by one walk (base/state_io.h). */
#include <string.h>

#include "base/state_io.h"
#include "behaviour/method.h"

#define MAGIC UINT32_C(0x48424756) /* "VGBH" */

static void walk_pos(struct io *io, struct vg_pos *p)
{
    IO(p->lon_e4min), IO(p->lat_e4min);
}

static void walk_fix(struct io *io, struct fix *f)
{
    IO(f->time_us), IO(f->offset), IO(f->sog_dkn), IO(f->cog_ddeg), IO(f->heading_deg), IO(f->status), IO(f->still);
    walk_pos(io, &f->pos);
}

static void walk_going(struct io *io, struct going *g)
{
    IO(g->begin_us), IO(g->last_us), IO(g->first_offset), IO(g->last_offset), IO(g->revision), IO(g->told);
}

static void walk_point(struct io *io, struct point *p)
{
    IO(p->offset), IO(p->step), IO(p->sog_dkn), IO(p->cog_ddeg), IO(p->kn100), IO(p->shore_km), IO(p->harbour),
        IO(p->still);
    walk_pos(io, &p->pos);
}

static void walk_elsewhere(struct io *io, struct elsewhere *e)
{
    IO(e->first_us), IO(e->last_us), IO(e->window_us), IO(e->offset), IO(e->sog_dkn), IO(e->count), IO(e->switches);
    IO(e->newest_there);
    walk_pos(io, &e->pos);
}

static void walk_parts(struct io *io, struct vessel *v)
{
    walk_going(io, &v->loitering.going), IO(v->loitering.slow);
    walk_going(io, &v->gap.gap), walk_going(io, &v->gap.disabling);
    IO_EACH(v->gap.heard);
    IO(v->gap.hour);
    walk_going(io, &v->port.going), walk_pos(io, &v->port.pos);
    IO(v->port.stop_us), IO(v->port.kinds), IO(v->port.inside);
    walk_going(io, &v->drift.going), walk_pos(io, &v->drift.from);
    IO(v->drift.wrong_compass), IO(v->drift.worst_deg), IO(v->drift.misses);
    IO(v->stop.fast_us), IO(v->stop.slow_us), IO(v->stop.fast_offset), IO(v->stop.slow_offset);
    walk_pos(io, &v->stop.slow_pos);
    IO(v->stop.fast_dkn), IO(v->stop.fast_count), IO(v->stop.slow_count), IO(v->stop.slow_dkn);
    walk_elsewhere(io, &v->identity.there);
    walk_going(io, &v->identity.shared), walk_going(io, &v->identity.jump), walk_pos(io, &v->identity.jump_from);
    IO(v->identity.jump_nm), IO(v->identity.jump_h), IO(v->identity.other_imo);
    walk_going(io, &v->circle.going), walk_pos(io, &v->circle.mark);
    IO(v->circle.turned_deg), IO(v->circle.length_m), IO(v->circle.course_deg), IO(v->circle.count);
    IO(v->voyage.destination), IO(v->voyage.new_destination), IO(v->voyage.draught_dm), IO(v->voyage.new_draught_dm);
    IO(v->close.looked_us);
    walk_going(io, &v->distress);
    IO(v->stays), IO(v->gate.crossed_us), IO(v->gate.gate);
    walk_going(io, &v->shore.going), walk_pos(io, &v->shore.pos), IO(v->shore.least_km);
    walk_going(io, &v->deviation.going), walk_pos(io, &v->deviation.from);
    IO(v->deviation.cell), IO(v->deviation.busy), IO(v->deviation.same), IO(v->deviation.opposite);
    walk_going(io, &v->fishing.going), walk_pos(io, &v->fishing.pos);
    IO(v->fishing.sum_kn), IO(v->fishing.sum_p), IO(v->fishing.points), IO(v->fishing.travel);
    struct vg_anomaly_span *span = &v->anomaly.span;
    uint8_t kind = (uint8_t)span->kind;
    IO(span->first), IO(span->last), IO(span->begin_us), IO(span->end_us), IO(kind), IO(span->confidence);
    if (io->mode == IO_LOAD)
        span->kind = kind < VG_ANOMALY_KINDS ? (enum vg_anomaly_kind)kind : VG_ANOMALY_SPEED;
    IO(span->speed_off_kn), IO(span->bend_kn);
    IO(v->anomaly.taken), IO(v->anomaly.judged), IO(v->anomaly.bent), IO(v->anomaly.open);
    IO(v->deviation.way), IO(v->deviation.on), IO(v->deviation.odd), IO(v->deviation.against);
}

static void walk_stay(struct io *io, struct stay *s)
{
    for (int i = 0; i < STAY_BITS; i++)
        walk_going(io, &s->going[i]);
    IO(s->entered_us), IO(s->last_us), IO(s->left_us), IO(s->breaks_us), IO(s->left_offset);
    IO(s->next), IO(s->area), IO(s->inside), IO(s->outside), IO(s->breaks), IO(s->seen_entering);
}

static void walk_vessel(struct io *io, struct vessel *v)
{
    IO(v->id), IO(v->heard_us), IO(v->mmsi), IO(v->imo), IO(v->class), IO(v->shiptype), IO(v->point_count);
    IO(v->point_next), IO(v->length_m), IO(v->shore_km), IO(v->cell), IO(v->cell_prev), IO(v->cell_next), IO(v->fixes);
    walk_fix(io, &v->last), walk_fix(io, &v->before), walk_pos(io, &v->shore_pos);
    for (int i = 0; i < POINTS; i++)
        walk_point(io, &v->point[i]);
    walk_parts(io, v);
}

static void walk_pair(struct io *io, struct pair *p)
{
    IO(p->a), IO(p->b), IO(p->a_mmsi), IO(p->b_mmsi), IO(p->last_step), IO(p->missed), IO(p->points), IO(p->cpa_m);
    IO(p->tcpa_s), IO(p->kind), IO(p->seen);
    IO_EACH(p->near);
    IO_EACH(p->speed);
    walk_going(io, &p->going), walk_pos(io, &p->pos);
}

static void walk_heard(struct io *io, struct heard_cell *c)
{
    IO(c->key), IO(c->slots), IO(c->heard), IO(c->newest_step);
    IO_EACH(c->vessel);
    IO_EACH(c->vessel_step);
}

static void walk_lying(struct io *io, struct lying_cell *c)
{
    IO(c->key), IO(c->vessels);
    IO_EACH(c->vessel);
}

static void walk_lane(struct io *io, struct lane_cell *c)
{
    IO(c->key);
    IO_EACH(c->passed);
}

static void walk_sensed(struct io *io, struct sensed_row *r)
{
    IO(r->contact), IO(r->other), IO(r->mmsi), IO(r->other_mmsi), IO(r->fact);
    walk_going(io, &r->going);
}

/* Rows of a table that are taken, each with its place; NOBODY behind the last. */
#define WALK_TABLE(table, rows, taken, walk_row)                                                                       \
    do {                                                                                                               \
        uint32_t io_at = 0;                                                                                            \
        if (io->mode == IO_LOAD) {                                                                                     \
            for (IO(io_at); io_at < (rows) && !io->short_of; IO(io_at))                                                \
                walk_row(io, &(table)[io_at]);                                                                         \
            if (io_at != NOBODY)                                                                                       \
                return false;                                                                                          \
        } else {                                                                                                       \
            for (; io_at < (rows); io_at++)                                                                            \
                if ((table)[io_at].taken) {                                                                            \
                    IO(io_at);                                                                                         \
                    walk_row(io, &(table)[io_at]);                                                                     \
                }                                                                                                      \
            io_at = NOBODY;                                                                                            \
            IO(io_at);                                                                                                 \
        }                                                                                                              \
    } while (0)

static bool walk(struct io *io, struct vg_behaviours *b)
{
    IO(b->clock_us), IO(b->step), IO(b->used), IO(b->oldest), IO(b->newest), IO(b->pairs), IO(b->heard_cells);
    IO(b->lying_cells), IO(b->sensed_hand), IO(b->lane_cells), IO(b->stays), IO(b->stay_free), IO(b->areas_hash);
#define X(name, text) IO(b->counters.name);
    VG_BEHAVIOUR_COUNTER_LIST(X)
#undef X
    if (b->used > b->cap || b->stays > STAYS)
        return b->used = 0, false;
    for (uint32_t i = 0; i < b->used && !io->short_of; i++) {
        IO(b->order[i].older), IO(b->order[i].newer);
        walk_vessel(io, &b->vessel[i]);
    }
    for (uint32_t i = 0; i < b->stays && !io->short_of; i++)
        walk_stay(io, &b->stay[i]);
    WALK_TABLE(b->lane_cell, LANE_CELLS, key, walk_lane);
    WALK_TABLE(b->pair, PAIRS, a, walk_pair);
    WALK_TABLE(b->heard_cell, HEARD_CELLS, key, walk_heard);
    WALK_TABLE(b->lying_cell, LYING_CELLS, key, walk_lying);
    WALK_TABLE(b->sensed, SENSED_ROWS, going.begin_us, walk_sensed);
    return !io->short_of;
}

static void walk_head(struct io *io, uint32_t *magic, uint32_t *version, uint32_t *cap)
{
    IO(*magic), IO(*version), IO(*cap);
}

/* Only a reader writes: what is saved may be const. */
void vg_behaviours_save(const struct vg_behaviours *b, struct vg_out *out)
{
    struct io io = {.mode = IO_SAVE, .out = out};
    uint32_t magic = MAGIC, version = VG_BEHAVIOURS_STATE_VERSION, cap = b->cap;
    walk_head(&io, &magic, &version, &cap);
    walk(&io, (struct vg_behaviours *)b);
}

uint64_t vg_behaviours_hash(const struct vg_behaviours *b)
{
    struct io io = {.mode = IO_HASH, .hash = VG_BEHAVIOURS_STATE_VERSION};
    walk(&io, (struct vg_behaviours *)b);
    return io.hash;
}

/* Each stay is in one list, of a vessel or of the free ones. */
static bool stays_are_sound(const struct vg_behaviours *b)
{
    uint32_t met = 0;
    for (uint32_t v = 0; v <= b->used; v++)
        for (uint32_t i = v < b->used ? b->vessel[v].stays : b->stay_free; i != NOBODY; i = b->stay[i].next)
            if (i >= b->stays || met++ >= b->stays)
                return false;
    return met == b->stays;
}

/* The model looks at points that are there, and back no farther than they reach. */
static bool anomaly_is_sound(const struct vessel *v)
{
    const uint32_t held = v->anomaly.taken < VG_ANOMALY_WINDOW ? v->anomaly.taken : VG_ANOMALY_WINDOW;
    return v->anomaly.judged <= v->anomaly.taken && v->anomaly.taken - v->anomaly.judged <= VG_ANOMALY_REACH &&
           held <= v->point_count;
}

/* Links that lead out of the table, or numbers that stand twice: bytes that nobody wrote. */
static bool is_sound(const struct vg_behaviours *b)
{
    const uint32_t n = b->used;
#define LINK(i) ((i) == NOBODY || (i) < n)
    if (!LINK(b->oldest) || !LINK(b->newest) || (n == 0) != (b->oldest == NOBODY) || (n == 0) != (b->newest == NOBODY))
        return false;
    for (uint32_t i = 0; i < n; i++) {
        const struct vessel *v = &b->vessel[i];
        if (!LINK(b->order[i].older) || !LINK(b->order[i].newer) || !LINK(v->cell_prev) || !LINK(v->cell_next) ||
            !v->id || !anomaly_is_sound(v) || v->point_count > POINTS || v->point_next >= POINTS)
            return false;
    }
    uint32_t steps = 0;
    for (uint32_t i = b->oldest, before = NOBODY; i != NOBODY; before = i, i = b->order[i].newer)
        if (steps++ >= n || b->order[i].older != before)
            return false;
    if (steps != n)
        return false;
    for (uint32_t i = 0; i < LYING_CELLS; i++)
        if (b->lying_cell[i].vessels > 4)
            return false;
    return stays_are_sound(b);
}

/* Counts what is taken: a table that is full would be searched without end. */
static bool find_all(struct vg_behaviours *b)
{
    uint32_t other, pairs = 0, heard = 0, lying = 0, lanes = 0;
    for (uint32_t i = 0; i < PAIRS; i++)
        pairs += b->pair[i].a != 0;
    for (uint32_t i = 0; i < HEARD_CELLS; i++)
        heard += b->heard_cell[i].key != 0;
    for (uint32_t i = 0; i < LYING_CELLS; i++)
        lying += b->lying_cell[i].key != 0;
    for (uint32_t i = 0; i < LANE_CELLS; i++)
        lanes += b->lane_cell[i].key != 0;
    if (lanes != b->lane_cells || lanes >= LANE_CELLS || pairs != b->pairs || heard != b->heard_cells ||
        lying != b->lying_cells || pairs >= PAIRS || heard >= HEARD_CELLS || lying >= LYING_CELLS)
        return false;
    for (uint32_t i = 0; i < b->used; i++) {
        struct vessel *v = &b->vessel[i];
        if (vg_map_get(&b->by_id, v->id, &other))
            return false;
        vg_map_set(&b->by_id, v->id, i);
    }
    for (uint32_t i = b->oldest; i != NOBODY; i = b->order[i].newer)
        if (b->vessel[i].imo)
            vg_map_set(&b->by_imo, b->vessel[i].imo, i);
    return vg_nearby_relink(b);
}

enum vg_err vg_behaviours_load(struct vg_behaviours *b, const void *bytes, size_t len)
{
    struct io io = {.mode = IO_LOAD, .at = bytes, .end = (const uint8_t *)bytes + len};
    uint32_t magic = 0, version = 0, cap = 0;
    vg_bhv_clear(b);
    walk_head(&io, &magic, &version, &cap);
    if (io.short_of || magic != MAGIC || version != VG_BEHAVIOURS_STATE_VERSION)
        return VG_CORRUPT;
    if (cap != b->cap)
        return VG_ARG;
    const uint64_t areas_hash = b->areas_hash;
    if (walk(&io, b) && io.at == io.end && is_sound(b) && find_all(b)) {
        for (uint32_t i = 0; b->areas_hash != areas_hash && i < b->used; i++)
            vg_area_forget(b, &b->vessel[i]); /* other areas: who is in them is seen anew */
        b->areas_hash = areas_hash;
        return VG_OK;
    }
    b->areas_hash = areas_hash;
    b->used = b->used > b->cap ? 0 : b->used;
    vg_bhv_clear(b);
    return VG_CORRUPT;
}
