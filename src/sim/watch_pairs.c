/* Who is near whom: meetings and near misses, by a grid of cells. */
#include <stdio.h>
#include <stdlib.h>

#include "sim/watch_inner.h"

#define CELLS        16384 /* a power of two */
#define CELL_DEG     0.006 /* 667 m: who is within 500 m is in this cell or one beside */
#define MEET_EVERY_S 600
#define MEET_M       500.0
#define MEET_KN      2.0
#define MEET_US      (2 * VG_HOUR_US)
#define MEET_AGAIN   (4 * VG_HOUR_US)
#define MEET_PORT_M  10000.0
#define PASS_M       463.0
#define PASS_KN      3.0
#define PASS_PORT_M  3000.0
#define PASS_AGAIN   (5 * VG_MINUTE_US)
#define SILENCE_US   VG_HOUR_US
#define PASS_QUIET   (2 * VG_MINUTE_US)
#define PASS_NEAR_M  185.0   /* 0.1 nm: so near must be told … */
#define PASS_FAST_KN 5.0     /* … of two that steam … */
#define PASS_SHORE_M 10000.0 /* … at sea */

struct pair {
    uint32_t a, b;           /* vessels, a < b */
    bool used, meets, heard; /* … enough of both, up to last_us */
    bool steams;             /* both did, when they were nearest */
    int64_t from_us, last_us, nearest_us;
    double lon_deg, lat_deg, least_m;
    struct vg_sim_hearing hearing[2];
};

struct vg_sim_pairs {
    struct pair pair[VG_SIM_PAIRS_MAX];
    size_t high;         /* those behind are unused */
    int32_t cell[CELLS]; /* the first vessel of a cell's list, −1: none */
    int32_t *next;       /* by vessel */
    size_t next_count;
};

struct vg_sim_pairs *vg_sim_pairs_new(void)
{
    return calloc(1, sizeof(struct vg_sim_pairs));
}

void vg_sim_pairs_free(struct vg_sim_pairs *pairs)
{
    if (pairs)
        free(pairs->next);
    free(pairs);
}

/* The two do something together that is told already. */
static bool is_one_deed(const struct vg_sim_world *world, const struct pair *p)
{
    const struct vg_sim_vessel *a = &world->vessels[p->a], *b = &world->vessels[p->b];
    if (a->deed < 0 || a->deed != b->deed)
        return false;
    return world->deeds[a->deed].id == (p->meets ? DEED_transfer : DEED_close_quarters);
}

/* Two ships of trade under way pass within a tenth of a mile at sea: it must be told. Who comes near by trade, what is
 * not so near, and what was only to be feared may be. */
static enum vg_sim_counts pass_counts(const struct vg_sim_world *world, const struct pair *p)
{
    if (!p->heard)
        return VG_SIM_NEITHER;
    return p->least_m <= PASS_NEAR_M && p->steams &&
                   vg_coast_distance_m(world->coast, p->lon_deg, p->lat_deg, PASS_SHORE_M + 500) >= PASS_SHORE_M
               ? VG_SIM_MUST
               : VG_SIM_MAY;
}

static void tell(struct vg_sim_world *world, const struct pair *p)
{
    const struct vg_sim_vessel *a = &world->vessels[p->a], *b = &world->vessels[p->b];
    char params[160];
    if (is_one_deed(world, p) || (p->meets && p->last_us - p->from_us < MEET_US))
        return;
    if (p->meets)
        snprintf(params, sizeof params, "\"least_m\":%.0f,\"hours\":%.2f", p->least_m,
                 (double)(p->last_us - p->from_us) / 3.6e9);
    else
        snprintf(params, sizeof params, "\"cpa_m\":%.0f", p->least_m);
    const struct vg_sim_event e = {.kind = p->meets ? "encounter" : "close_quarters",
                                   .deed = a->deed == b->deed && a->deed >= 0 ? vg_sim_deed_of(world, a) : "life",
                                   .counts = p->meets ? VG_SIM_BY_HEARING : pass_counts(world, p),
                                   .begin_us = p->from_us,
                                   .end_us = p->last_us,
                                   .mmsi = {a->mmsi, b->mmsi},
                                   .lon_deg = p->lon_deg,
                                   .lat_deg = p->lat_deg,
                                   .params = params,
                                   .observable = p->heard};
    vg_sim_tell(world, &e);
}

static bool may_meet(const struct vg_sim_vessel *v)
{
    return v->sog_kn < MEET_KN && v->activity != ACTIVITY_AWAY && v->program != PROGRAM_FIXED && !v->wants_berth &&
           v->activity != ACTIVITY_MOORED && v->activity != ACTIVITY_DISTRESS;
}

/* Small craft crowd where they like: near misses are told of those with class A only. */
static bool may_pass(const struct vg_sim_vessel *v)
{
    return v->class == VG_CLASS_SHIP_A && v->sog_kn > PASS_KN && v->activity != ACTIVITY_AWAY &&
           v->activity != ACTIVITY_FLYING;
}

static bool is_heard(const struct vg_sim_world *world, const struct pair *p)
{
    const struct vg_sim_vessel *a = &world->vessels[p->a], *b = &world->vessels[p->b];
    int64_t quiet_us = p->meets ? SILENCE_US : PASS_QUIET;
    return !a->no_ais && !b->no_ais && vg_sim_was_heard(world, a, &p->hearing[0], quiet_us) &&
           vg_sim_was_heard(world, b, &p->hearing[1], quiet_us);
}

static bool steam(const struct vg_sim_vessel *a, const struct vg_sim_vessel *b)
{
    return vg_sim_is_trader(a) && vg_sim_is_trader(b) && a->sog_kn >= PASS_FAST_KN && b->sog_kn >= PASS_FAST_KN;
}

static void near_each_other(struct vg_sim_world *world, struct vg_sim_pairs *w, uint32_t a, uint32_t b, bool meets,
                            double m)
{
    const struct vg_sim_vessel *one = &world->vessels[a];
    size_t empty = w->high;
    for (size_t i = 0; i < w->high; i++) {
        struct pair *p = &w->pair[i];
        if (!p->used) {
            empty = i;
        } else if (p->a == a && p->b == b && p->meets == meets) {
            p->last_us = world->now_us;
            p->steams = m < p->least_m ? steam(one, &world->vessels[b]) : p->steams;
            p->least_m = fmin(p->least_m, m);
            p->heard = is_heard(world, p);
            return;
        }
    }
    if (vg_sim_port_m(world, one->lon_deg, one->lat_deg) < (meets ? MEET_PORT_M : PASS_PORT_M))
        return;
    if (empty == VG_SIM_PAIRS_MAX) {
        world->counters.pairs_left_out++;
        return;
    }
    w->pair[empty] =
        (struct pair){.a = a,
                      .b = b,
                      .used = true,
                      .meets = meets,
                      .steams = steam(one, &world->vessels[b]),
                      .from_us = world->now_us,
                      .last_us = world->now_us,
                      .lon_deg = one->lon_deg,
                      .lat_deg = one->lat_deg,
                      .least_m = m,
                      .hearing = {vg_sim_hearing_now(world, one), vg_sim_hearing_now(world, &world->vessels[b])}};
    if (empty == w->high)
        w->high++;
}

void vg_sim_pairs_foreseen(struct vg_sim_world *world, const struct vg_sim_vessel *a, const struct vg_sim_vessel *b)
{
    if (!world->watch || !world->events || !may_pass(a) || !may_pass(b) || a->motion == MOTION_BESIDE ||
        b->motion == MOTION_BESIDE)
        return;
    const uint32_t i = (uint32_t)(a - world->vessels), k = (uint32_t)(b - world->vessels);
    near_each_other(world, world->watch->pairs, i < k ? i : k, i < k ? k : i, false, vg_deed_between_m(a, b));
}

static unsigned cell_of(int64_t x, int64_t y)
{
    uint64_t h = (uint64_t)x * UINT64_C(0x9E3779B97F4A7C15) ^ (uint64_t)y * UINT64_C(0xD1342543DE82EF95);
    return (unsigned)(h >> 40) & (CELLS - 1);
}

static void look(struct vg_sim_world *world, struct vg_sim_pairs *w, bool meets)
{
    double most_m = meets ? MEET_M : PASS_M;
    for (size_t i = 0; i < CELLS; i++)
        w->cell[i] = -1;
    for (size_t i = 0; i < world->count; i++) {
        const struct vg_sim_vessel *v = &world->vessels[i];
        if (!(meets ? may_meet(v) : may_pass(v)))
            continue;
        int64_t x = (int64_t)floor(v->lon_deg / CELL_DEG), y = (int64_t)floor(v->lat_deg / CELL_DEG);
        /* Beyond 40° of latitude a cell is narrower than 500 m: look farther. */
        int wide = 1 + (fabs(v->lat_deg) > 40) + 2 * (fabs(v->lat_deg) > 65);
        for (int64_t dx = -wide; dx <= wide; dx++)
            for (int64_t dy = -1; dy <= 1; dy++)
                for (int32_t k = w->cell[cell_of(x + dx, y + dy)]; k >= 0; k = w->next[k]) {
                    const struct vg_sim_vessel *o = &world->vessels[k];
                    if (fabs(o->lat_deg - v->lat_deg) > CELL_DEG || (int64_t)floor(o->lon_deg / CELL_DEG) != x + dx ||
                        (int64_t)floor(o->lat_deg / CELL_DEG) != y + dy)
                        continue;
                    double m = vg_sphere_distance_m(o->lon_deg, o->lat_deg, v->lon_deg, v->lat_deg);
                    if (m <= most_m && !(v->motion == MOTION_BESIDE && !meets) &&
                        !(o->motion == MOTION_BESIDE && !meets))
                        near_each_other(world, w, (uint32_t)k, (uint32_t)i, meets, m);
                }
        unsigned c = cell_of(x, y);
        w->next[i] = w->cell[c];
        w->cell[c] = (int32_t)i;
    }
}

void vg_sim_pairs_step(struct vg_sim_world *world, struct vg_sim_pairs *pairs, bool end)
{
    int64_t second = (world->now_us - world->start_us) / VG_SECOND_US;
    if (!pairs->next) {
        pairs->next = calloc(world->count ? world->count : 1, sizeof *pairs->next);
        if (!pairs->next) /* nobody's meetings are told: the truth says so by its counter */
            world->counters.pairs_left_out++;
    }
    if (!pairs->next)
        return;
    if (!end)
        look(world, pairs, false);
    if (!end && second % MEET_EVERY_S == 0)
        look(world, pairs, true);
    for (size_t i = 0; i < pairs->high; i++) {
        struct pair *p = &pairs->pair[i];
        if (p->used && (end || world->now_us - p->last_us > (p->meets ? MEET_AGAIN : PASS_AGAIN))) {
            tell(world, p);
            p->used = false;
        }
    }
    while (pairs->high && !pairs->pair[pairs->high - 1].used)
        pairs->high--;
}
