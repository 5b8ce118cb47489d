/* All of the state, written, read and hashed by one walk (base/state_io.h). */
#include <string.h>

#include "base/state_io.h"
#include "behaviour/method.h"

#define MAGIC UINT32_C(0x48424756) /* "VGBH" */

static void walk_pos(struct io *io, struct vg_pos *p)
{
    IO_OF(p, lon_e4min, lat_e4min);
}

static void walk_fix(struct io *io, struct fix *f)
{
    IO_OF(f, time_us, offset, sog_dkn, cog_ddeg, heading_deg, status, still);
    walk_pos(io, &f->pos);
}

static void walk_going(struct io *io, struct going *g)
{
    IO_OF(g, begin_us, last_us, first_offset, last_offset, revision, told);
}

static void walk_point(struct io *io, struct point *p)
{
    uint8_t bits = (uint8_t)(p->harbour | p->still << 1 | p->sparse << 2);
    IO_OF(p, offset, step, kn100, shore_km);
    IO(bits);
    p->harbour = bits & 1, p->still = bits >> 1 & 1, p->sparse = bits >> 2 & 1;
    walk_pos(io, &p->pos);
}

static void walk_elsewhere(struct io *io, struct elsewhere *e)
{
    IO_OF(e, first_us, last_us, window_us, run_us, run, offset, sog_dkn, count, alike, switches, newest_there);
    walk_pos(io, &e->pos);
}

static void walk_float(struct io *io, float *f)
{
    uint32_t bits;
    memcpy(&bits, f, sizeof bits);
    IO(bits);
    if (io->mode == IO_LOAD)
        memcpy(f, &bits, sizeof bits);
}

static void walk_chars(struct io *io, char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        uint8_t c = (uint8_t)text[i];
        IO(c);
        text[i] = (char)c;
    }
}

static void walk_fishing(struct io *io, struct vg_fishing *f)
{
    uint64_t count = f->count;
    IO(count);
    f->count = count > VG_FISHING_DELAY ? VG_FISHING_DELAY : (size_t)count;
    for (size_t i = 0; i < f->count; i++) {
        IO(f->fix[i].time_us), walk_float(io, &f->fix[i].forward), walk_float(io, &f->fix[i].evidence);
    }
    IO_OF(f, last_us, last_forward, begun);
}

static void walk_parts(struct io *io, struct vessel *v)
{
    walk_going(io, &v->fishing.going), walk_fishing(io, &v->fishing.model);
    walk_going(io, &v->loitering.going), IO_OF(v, loitering.slow, loitering.kn100);
    walk_going(io, &v->gap.gap), walk_going(io, &v->gap.disabling);
    IO_EACH(v->gap.heard);
    IO_OF(v, gap.hour, gap.step, gap.now, gap.just_before, gap.source);
    IO_OF(v, gap.heard_before, gap.cut_share, gap.sure, gap.far, gap.goes_on, gap.cut);
    IO_OF(v, gap.usual, gap.regular);
    walk_going(io, &v->port.going), walk_pos(io, &v->port.pos);
    IO_OF(v, port.stop_us, port.kinds, port.inside);
    walk_going(io, &v->drift.going), walk_pos(io, &v->drift.from);
    IO_OF(v, drift.wrong_compass, drift.worst_deg, drift.misses, stop.fast_us, stop.slow_us, stop.fast_offset,
          stop.slow_offset);
    walk_pos(io, &v->stop.slow_pos);
    IO_OF(v, stop.fast_dkn, stop.fast_count, stop.slow_count, stop.slow_dkn, stop.odd);
    walk_elsewhere(io, &v->identity.there);
    walk_going(io, &v->identity.shared), walk_going(io, &v->identity.jump), walk_pos(io, &v->identity.jump_from);
    walk_float(io, &v->identity.jump_nm), walk_float(io, &v->identity.jump_h),
        IO_OF(v, identity.jumps, identity.other_imo);
    walk_going(io, &v->circle.going), walk_pos(io, &v->circle.mark);
    walk_float(io, &v->circle.turned_deg), walk_float(io, &v->circle.length_m), walk_float(io, &v->circle.course_deg);
    walk_chars(io, v->words.name, sizeof v->words.name), walk_chars(io, v->words.callsign, sizeof v->words.callsign);
    IO_OF(v, words.new_name, words.new_callsign, words.new_s, words.new_callsign_s, words.faults, renumbered.old,
          renumbered.since_s);
    IO_OF(v, circle.count, circle.tight, voyage.destination, voyage.said_us, voyage.destination_us, voyage.draught_us,
          voyage.new_destination, voyage.draught_dm, voyage.new_draught_dm, close.looked_us);
    walk_going(io, &v->distress);
    IO_OF(v, stays, gate.crossed_us, gate.gate);
    walk_going(io, &v->shore.going), walk_pos(io, &v->shore.pos), IO(v->shore.least_km);
    walk_going(io, &v->deviation.going), walk_pos(io, &v->deviation.from);
    IO_OF(v, deviation.cell, deviation.busy, deviation.same, deviation.opposite, deviation.way, deviation.on,
          deviation.odd, deviation.against);
    walk_float(io, &v->anomaly.confidence), walk_float(io, &v->anomaly.speed_off_kn),
        walk_float(io, &v->anomaly.bend_kn);
    IO_OF(v, anomaly.first, anomaly.last, anomaly.begin_step, anomaly.end_step, anomaly.manoeuvre_step);
    IO_EACH(v->anomaly.speed);
    IO_EACH(v->anomaly.course);
    IO_OF(v, anomaly.taken, anomaly.judged, anomaly.bent, anomaly.open);
}

static void walk_stay(struct io *io, struct stay *s)
{
    for (int i = 0; i < STAY_BITS; i++)
        walk_going(io, &s->going[i]);
    IO_OF(s, entered_us, last_us, left_us, worst_dkn, left_offset, next, area, inside, outside, breaks, entering);
}

static void walk_vessel(struct io *io, struct vessel *v)
{
    IO_OF(v, key, id),
        IO_OF(v, heard_us, mmsi, imo, class, shiptype, point_count, point_next, length_m, shore_km, cell, cell_prev),
        IO_OF(v, cell_next, fixes, watch_looked, inland);
    walk_fix(io, &v->last), walk_fix(io, &v->before), walk_pos(io, &v->shore_pos);
    for (int i = 0; i < v->point_count && i < POINTS; i++) /* the first ones, until the ring is full */
        walk_point(io, &v->point[i]);
    walk_parts(io, v);
}

static void walk_pair(struct io *io, struct pair *p)
{
    IO_OF(p, a, b, a_id, b_id);
    IO_OF(p, a_mmsi, b_mmsi, last_step, missed, points, cpa_m, tcpa_s, kind, seen);
    IO_EACH(p->near);
    IO_EACH(p->speed);
    walk_going(io, &p->going), walk_pos(io, &p->pos);
}

static void walk_heard(struct io *io, struct heard_cell *c)
{
    IO_OF(c, key, slots, heard, fixes, newest_step);
    IO_EACH(c->vessel);
    IO_EACH(c->vessel_step);
}

static void walk_lying(struct io *io, struct lying_cell *c)
{
    IO_OF(c, key, vessels);
    IO_EACH(c->vessel);
}

static void walk_lane(struct io *io, struct lane_cell *c)
{
    IO(c->key);
    IO_EACH(c->passed);
}

static void walk_sensed(struct io *io, struct sensed_row *r)
{
    IO_OF(r, contact, other, mmsi, other_mmsi, fact, existence, log_ratio, expected, had, fastest_kn);
    walk_going(io, &r->going), walk_pos(io, &r->pos);
}

static void walk_watched(struct io *io, struct watched *w)
{
    IO_OF(w, vessel, contact, row, date_us, expires_us, mmsi, imo, arrivals, by, in_port);
    IO_EACH(w->place);
    walk_chars(io, w->text, sizeof w->text);
    walk_going(io, &w->going), walk_pos(io, &w->pos);
    w->text[sizeof w->text - 1] = '\0';
}

static void walk_followed(struct io *io, struct followed *f)
{
    IO_OF(f, contact, with, with_id, after, began_us, last_us, came_offset, offset);
    IO_OF(f, speed_kn, fastest_kn, sigma_m, existence, least_m, far_m, with_kn, with_mmsi, dark, alongside, left);
    walk_going(io, &f->going), walk_pos(io, &f->from), walk_pos(io, &f->pos), walk_pos(io, &f->with_pos);
}

static void walk_water(struct io *io, struct water_cell *c)
{
    IO(c->key);
    IO_EACH(c->vessel);
}

static void walk_odd(struct io *io, struct odd *o)
{
    IO_OF(o, vessel, count, what);
    IO_EACH(o->value);
    walk_going(io, &o->going), walk_pos(io, &o->pos);
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
    IO_OF(b, clock_us, step, used, oldest, newest, pairs, heard_cells, lying_cells, sensed_hand, lane_cells, stays,
          stay_free),
        IO_OF(b, areas_hash, watch_hash, watched_count, followed_count, odds, water_cells);
#define X(name, text) IO(b->counters.name);
    VG_BEHAVIOUR_COUNTER_LIST(X)
#undef X
    if (b->used > b->cap || b->stays > STAYS || b->watched_count > WATCHED || b->followed_count > FOLLOWED ||
        b->odds > ODDS)
        return b->used = b->watched_count = b->followed_count = b->odds = 0, false;
    for (uint32_t i = 0; i < b->used && !io->short_of; i++) {
        IO(b->order[i].older), IO(b->order[i].newer);
        walk_vessel(io, &b->vessel[i]);
    }
    for (uint32_t i = 0; i < b->stays && !io->short_of; i++)
        walk_stay(io, &b->stay[i]);
    for (uint32_t i = 0; i < b->watched_count && !io->short_of; i++)
        walk_watched(io, &b->watched[i]);
    for (uint32_t i = 0; i < b->followed_count && !io->short_of; i++)
        walk_followed(io, &b->followed[i]);
    for (uint32_t i = 0; i < b->odds && !io->short_of; i++)
        walk_odd(io, &b->odd[i]);
    WALK_TABLE(b->water_cell, WATER_CELLS, key, walk_water);
    WALK_TABLE(b->lane_cell, LANE_CELLS, key, walk_lane);
    IO_EACH(b->source_step);
    WALK_TABLE(b->pair, PAIRS, a, walk_pair);
    WALK_TABLE(b->heard_cell, HEARD_CELLS, key, walk_heard);
    WALK_TABLE(b->lying_cell, LYING_CELLS, key, walk_lying);
    WALK_TABLE(b->sensed, SENSED_ROWS, going.begin_us, walk_sensed);
    return !io->short_of;
}

/* What stands before the state. */
struct head {
    uint32_t magic, version, vessels;
};

static struct head head_of(const struct vg_behaviours *b)
{
    return (struct head){MAGIC, VG_BEHAVIOURS_STATE_VERSION, b->cap};
}

/* Only a reader writes: what is saved may be const. */
void vg_behaviours_save(const struct vg_behaviours *b, struct vg_out *out)
{
    struct io io_out = {.mode = IO_SAVE, .out = out}, *io = &io_out;
    struct head head = head_of(b);
    uint64_t hash = vg_behaviours_hash(b);
    IO_OF(&head, magic, version, vessels);
    walk(io, (struct vg_behaviours *)b);
    IO(hash);
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
            !v->key || !anomaly_is_sound(v) || v->point_count > POINTS || v->point_next >= POINTS)
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
    uint32_t other, pairs = 0, heard = 0, lying = 0, lanes = 0, water = 0;
    for (uint32_t i = 0; i < PAIRS; i++)
        pairs += b->pair[i].a != 0;
    for (uint32_t i = 0; i < HEARD_CELLS; i++)
        heard += b->heard_cell[i].key != 0;
    for (uint32_t i = 0; i < LYING_CELLS; i++)
        lying += b->lying_cell[i].key != 0;
    for (uint32_t i = 0; i < LANE_CELLS; i++)
        lanes += b->lane_cell[i].key != 0;
    for (uint32_t i = 0; i < WATER_CELLS; i++)
        water += b->water_cell[i].key != 0;
    if (water != b->water_cells || water >= WATER_CELLS || lanes != b->lane_cells || lanes >= LANE_CELLS ||
        pairs != b->pairs || heard != b->heard_cells || lying != b->lying_cells || pairs >= PAIRS ||
        heard >= HEARD_CELLS || lying >= LYING_CELLS)
        return false;
    for (uint32_t i = 0; i < b->used; i++) {
        struct vessel *v = &b->vessel[i];
        if (vg_map_get(&b->by_key, v->key, &other))
            return false;
        vg_map_set(&b->by_key, v->key, i);
    }
    for (uint32_t i = b->oldest; i != NOBODY; i = b->order[i].newer)
        if (b->vessel[i].imo)
            vg_map_set(&b->by_imo, b->vessel[i].imo, i);
    return vg_nearby_relink(b);
}

/* The state, and behind it its hash: rubbish that is well formed would be worse than none, with places beyond the poles
 * and times of no year. */
static bool read_state(struct io *io, struct vg_behaviours *b)
{
    uint64_t hash = 0;
    if (!walk(io, b))
        return false;
    IO(hash);
    return !io->short_of && io->at == io->end && hash == vg_behaviours_hash(b) && is_sound(b) && find_all(b);
}

enum vg_err vg_behaviours_load(struct vg_behaviours *b, const void *bytes, size_t len)
{
    struct io in = {.mode = IO_LOAD, .at = bytes, .end = (const uint8_t *)bytes + len}, *io = &in;
    struct head head = {0};
    const struct head own = head_of(b);
    const uint64_t areas_hash = b->areas_hash, watch_hash = b->watch_hash;
    vg_bhv_clear(b);
    IO_OF(&head, magic, version, vessels);
    if (in.short_of || head.magic != own.magic || head.version != own.version)
        return VG_CORRUPT;
    if (head.vessels != own.vessels)
        return VG_ARG;
    const bool read = read_state(io, b);
    if (!read) {
        b->used = b->used > b->cap ? 0 : b->used;
        b->watched_count = b->watched_count > WATCHED ? 0 : b->watched_count;
        b->followed_count = b->followed_count > FOLLOWED ? 0 : b->followed_count;
        b->odds = b->odds > ODDS ? 0 : b->odds;
        vg_bhv_clear(b);
    }
    for (uint32_t i = 0; b->areas_hash != areas_hash && i < b->used; i++)
        vg_stays_forget(b, &b->vessel[i]); /* other areas: who is in them is seen anew */
    b->areas_hash = areas_hash;
    if (b->watch_hash != watch_hash) /* another list: rows that are not on it end with the next review */
        vg_behaviours_set_watch_list(b, b->options.watch_list);
    return read ? VG_OK : VG_CORRUPT;
}
