/*
 * Trails: where vessels were, in blocks of 30 points from one pool with a budget of bytes.
 *
 * A full pool takes back the block that was begun longest ago: in each trail the first block is the oldest one, so this
 * is always a trail's beginning. A trail's only block gets a second chance, else a ship that came into port last week
 * (two points) would lose them before a ferry loses a thousand.
 *
 * Newcomers (share.c) have an eighth of a full pool and take back from each other above it: a flood of invented ships
 * must not eat the trails of those that were heard for long. So there are two lists by age, and a trail moves from one
 * to the other as its contact becomes established.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "picture/inner.h"

/*
 * What is worth a point. A straight leg is a line: a point for each kilometre, or each minute of what is faster than
 * 32 kn, or each five minutes of a slow ship tells the time along it. Turns are what a trail is for.
 */
#define TURN_DDEG        50 /* 5° */
#define TURN_MIN_MS      5000
#define TURN_MIN_M       20.0 /* below this the course of a slow ship is noise */
#define SPEED_CHANGE_DKN 20   /* 2 kn, or a fifth of the speed */
#define LEG_MAX_M        1000.0
#define LEG_FAST_S       60
#define LEG_MAX_MS       (5 * 60 * 1000)
#define LEG_MIN_M        30.0
#define NO_COURSE_LEG_M  250.0 /* without a course, turns can't be seen: shorter legs */
#define DWELL_STILL_M    150.0 /* swings about its anchor */
#define DWELL_M          20.0  /* position noise */

enum vg_err vg_pic_trails_init(struct trails *t, size_t bytes)
{
    size_t blocks = bytes / sizeof(struct trail_block);
    t->blocks_max = blocks > UINT32_MAX / 2 ? UINT32_MAX / 2 : (uint32_t)blocks;
    t->slabs_max = t->blocks_max / TRAIL_SLAB_BLOCKS + (t->blocks_max % TRAIL_SLAB_BLOCKS != 0);
    t->free = t->oldest = t->newest = t->kept_oldest = t->kept_newest = BLOCK_NONE;
    if (t->slabs_max) {
        t->slab = vg_pic_alloc(t->slabs_max, sizeof *t->slab);
        if (!t->slab)
            return VG_NOMEM;
    }
    return VG_OK;
}

void vg_pic_trails_free(struct trails *t)
{
    for (uint32_t i = 0; i < t->slabs; i++)
        free(t->slab[i]);
    free(t->slab);
}

/* ---- blocks by age ---- */

static void age_append(struct trails *t, uint32_t block, bool kept)
{
    uint32_t *oldest = kept ? &t->kept_oldest : &t->oldest, *newest = kept ? &t->kept_newest : &t->newest;
    struct trail_block *b = vg_pic_block(t, block);
    b->older = *newest;
    b->newer = BLOCK_NONE;
    if (*newest == BLOCK_NONE)
        *oldest = block;
    else
        vg_pic_block(t, *newest)->newer = block;
    *newest = block;
    t->kept += kept;
}

static void age_remove(struct trails *t, uint32_t block, bool kept)
{
    uint32_t *oldest = kept ? &t->kept_oldest : &t->oldest, *newest = kept ? &t->kept_newest : &t->newest;
    const struct trail_block *b = vg_pic_block(t, block);
    if (b->older == BLOCK_NONE)
        *oldest = b->newer;
    else
        vg_pic_block(t, b->older)->newer = b->newer;
    if (b->newer == BLOCK_NONE)
        *newest = b->older;
    else
        vg_pic_block(t, b->newer)->older = b->older;
    t->kept -= kept;
}

static bool is_kept(const struct vg_picture *p, uint32_t slot)
{
    return vg_pic_state(p, slot)->tier == TIER_ESTABLISHED;
}

void vg_pic_trail_keep(struct vg_picture *p, uint32_t slot)
{
    for (uint32_t block = vg_pic_state(p, slot)->trail_first; block != BLOCK_NONE;
         block = vg_pic_block(&p->trails, block)->next) {
        age_remove(&p->trails, block, false);
        age_append(&p->trails, block, true);
    }
}

static unsigned points_in(const struct trail_block *b)
{
    return b->end - b->first;
}

/* Takes a trail's first block away. */
static void drop_first_block(struct vg_picture *p, uint32_t slot)
{
    struct trails *t = &p->trails;
    struct slot_state *state = vg_pic_state(p, slot);
    uint32_t block = state->trail_first;
    struct trail_block *b = vg_pic_block(t, block);
    state->trail_points -= points_in(b);
    state->trail_first = b->next;
    if (b->next == BLOCK_NONE)
        state->trail_last = BLOCK_NONE;
    if (state->trail_points < 2)
        state->dwelling = false;
    age_remove(t, block, is_kept(p, slot));
    b->owner = VG_SLOT_NONE;
    b->next = t->free;
    t->free = block;
    t->used--;
}

static void note_dropped(struct vg_picture *p, uint32_t slot, uint64_t points)
{
    vg_pic_state(p, slot)->trail_dropped += points;
    p->counters.trail_dropped += points;
}

#define SECOND_CHANCES  16 /* bounds the time of one report */
#define NEWCOMERS_PARTS 8  /* of a full pool: what newcomers have of it */

static bool take_back_oldest(struct vg_picture *p)
{
    struct trails *t = &p->trails;
    const bool over = t->used - t->kept > t->blocks_max / NEWCOMERS_PARTS;
    const bool kept = t->kept && !over;
    const uint32_t *oldest = kept ? &t->kept_oldest : &t->oldest;
    for (int chances = SECOND_CHANCES; *oldest != BLOCK_NONE; chances--) {
        uint32_t block = *oldest;
        const struct trail_block *b = vg_pic_block(t, block);
        if (chances == 0 || b->next != BLOCK_NONE) {
            note_dropped(p, b->owner, points_in(b));
            drop_first_block(p, b->owner);
            return true;
        }
        age_remove(t, block, kept);
        age_append(t, block, kept);
    }
    return false;
}

static bool slab_add(struct trails *t)
{
    if (t->slabs == t->slabs_max)
        return false;
    struct trail_block *slab = vg_pic_alloc(TRAIL_SLAB_BLOCKS, sizeof *slab);
    if (!slab)
        return false;
    t->slab[t->slabs++] = slab;
    return true;
}

/* A block in no list, or BLOCK_NONE. */
static uint32_t block_take(struct vg_picture *p)
{
    struct trails *t = &p->trails;
    bool fresh =
        t->free == BLOCK_NONE && t->blocks < t->blocks_max && (t->blocks < t->slabs * TRAIL_SLAB_BLOCKS || slab_add(t));
    if (fresh) {
        t->used++;
        return t->blocks++;
    }
    if (t->free == BLOCK_NONE && !take_back_oldest(p))
        return BLOCK_NONE;
    uint32_t block = t->free;
    t->free = vg_pic_block(t, block)->next;
    t->used++;
    return block;
}

static bool block_append(struct vg_picture *p, uint32_t slot, int64_t base_ms)
{
    uint32_t block = block_take(p); /* may take this trail's own beginning */
    if (block == BLOCK_NONE)
        return false;
    struct slot_state *state = vg_pic_state(p, slot);
    struct trail_block *b = vg_pic_block(&p->trails, block);
    memset(b, 0, sizeof *b);
    b->owner = slot;
    b->next = BLOCK_NONE;
    b->base_ms = base_ms;
    age_append(&p->trails, block, is_kept(p, slot));
    if (state->trail_last == BLOCK_NONE)
        state->trail_first = block;
    else
        vg_pic_block(&p->trails, state->trail_last)->next = block;
    state->trail_last = block;
    return true;
}

/* ---- points ---- */

struct moment {
    int64_t time_ms;
    struct vg_pos pos;
    uint16_t sog_dkn, cog_ddeg;
};

static struct moment moment_at(const struct trail_block *b, unsigned i)
{
    const struct packed_point *q = &b->point[i];
    return (struct moment){b->base_ms + q->after_ms, q->pos, q->sog_dkn, q->cog_ddeg};
}

/* Takes the first point of a trail away. */
static void drop_first_point(struct vg_picture *p, uint32_t slot)
{
    struct slot_state *state = vg_pic_state(p, slot);
    struct trail_block *b = vg_pic_block(&p->trails, state->trail_first);
    note_dropped(p, slot, 1);
    if (points_in(b) == 1) {
        drop_first_block(p, slot);
        return;
    }
    b->first++;
    state->trail_points--;
    if (state->trail_points < 2)
        state->dwelling = false;
}

/* True if the point was stored. */
static bool append(struct vg_picture *p, uint32_t slot, const struct moment *m, bool segment)
{
    struct slot_state *state = vg_pic_state(p, slot);
    if (p->limits.trail_points == 0 || p->trails.blocks_max == 0) {
        note_dropped(p, slot, 1);
        return false;
    }
    if (state->trail_points >= p->limits.trail_points)
        drop_first_point(p, slot);
    const struct trail_block *last =
        state->trail_last == BLOCK_NONE ? NULL : vg_pic_block(&p->trails, state->trail_last);
    bool fits = last && last->end < TRAIL_BLOCK_POINTS && m->time_ms - last->base_ms <= UINT32_MAX;
    if (!fits && !block_append(p, slot, m->time_ms)) {
        note_dropped(p, slot, 1);
        return false;
    }
    struct trail_block *b = vg_pic_block(&p->trails, state->trail_last);
    b->breaks |= (uint32_t)segment << b->end;
    b->point[b->end++] = (struct packed_point){(uint32_t)(m->time_ms - b->base_ms), m->pos, m->sog_dkn, m->cog_ddeg};
    state->trail_points++;
    return true;
}

void vg_pic_trail_clear(struct vg_picture *p, uint32_t slot)
{
    struct slot_state *state = vg_pic_state(p, slot);
    while (state->trail_first != BLOCK_NONE)
        drop_first_block(p, slot);
    state->dwelling = false;
}

/* ---- thinning ---- */

/* Metres, flat: within 1 % over the few kilometres that matter here, and cheap enough for each report. */
static double near_distance_m(struct vg_pos a, struct vg_pos b)
{
    const double metres = VG_METRES_PER_NM / 10000, rad = M_PI / 180;
    double north = (double)(b.lat_e4min - a.lat_e4min), east = (double)b.lon_e4min - a.lon_e4min;
    if (fabs(east) > 180.0 * VG_E4MIN_PER_DEGREE)
        east -= copysign(360.0 * VG_E4MIN_PER_DEGREE, east);
    east *= cos(vg_pos_lat_deg(a) * rad);
    return metres * sqrt(north * north + east * east);
}

static bool turned(const struct moment *a, const struct moment *b)
{
    if (a->cog_ddeg == UINT16_MAX || b->cog_ddeg == UINT16_MAX)
        return false;
    int turn = abs(a->cog_ddeg - b->cog_ddeg) % 3600;
    return (turn > 1800 ? 3600 - turn : turn) > TURN_DDEG;
}

static bool changed_speed(const struct moment *a, const struct moment *b)
{
    if (a->sog_dkn == UINT16_MAX || b->sog_dkn == UINT16_MAX)
        return false;
    int limit = a->sog_dkn / 5 > SPEED_CHANGE_DKN ? a->sog_dkn / 5 : SPEED_CHANGE_DKN;
    return abs(a->sog_dkn - b->sog_dkn) > limit;
}

static bool worth_a_point(const struct moment *last, const struct moment *now, double moved_m)
{
    int64_t after_ms = now->time_ms - last->time_ms;
    double minute_m = now->sog_dkn == UINT16_MAX ? 0 : now->sog_dkn / 10.0 * VG_MPS_PER_KNOT * LEG_FAST_S;
    if (moved_m >= fmax(LEG_MAX_M, minute_m) || (now->cog_ddeg == UINT16_MAX && moved_m >= NO_COURSE_LEG_M))
        return true;
    if (after_ms >= LEG_MAX_MS && moved_m >= LEG_MIN_M)
        return true;
    return after_ms >= TURN_MIN_MS && moved_m >= TURN_MIN_M && (turned(last, now) || changed_speed(last, now));
}

/* The vessel is where it was: the first time adds the dwell's second point, later ones move that point's time on. */
static void dwell(struct vg_picture *p, uint32_t slot, const struct moment *last, const struct moment *now)
{
    struct slot_state *state = vg_pic_state(p, slot);
    struct moment here = {now->time_ms, last->pos, now->sog_dkn, now->cog_ddeg};
    struct trail_block *b = vg_pic_block(&p->trails, state->trail_last);
    if (!state->dwelling || now->time_ms - b->base_ms > UINT32_MAX) {
        if (p->limits.trail_points >= 2)
            state->dwelling = append(p, slot, &here, false) && state->trail_points >= 2;
        return;
    }
    b->point[b->end - 1].after_ms = (uint32_t)(now->time_ms - b->base_ms);
    b->point[b->end - 1].sog_dkn = now->sog_dkn;
    b->point[b->end - 1].cog_ddeg = now->cog_ddeg;
}

void vg_pic_trail_add(struct vg_picture *p, uint32_t slot, const struct vg_contact *v, bool segment)
{
    struct slot_state *state = vg_pic_state(p, slot);
    int64_t now_us = (int64_t)v->prov[VG_FIELD_POS].time_ms * 1000;
    struct moment now = {
        .time_ms = (int64_t)v->prov[VG_FIELD_POS].time_ms,
        .pos = v->pos,
        .sog_dkn = vg_contact_holds(v, VG_FIELD_SOG, now_us) ? v->sog_dkn : UINT16_MAX,
        .cog_ddeg = vg_contact_holds(v, VG_FIELD_COG, now_us) ? v->cog_ddeg : UINT16_MAX,
    };
    if (state->trail_last == BLOCK_NONE) {
        append(p, slot, &now, segment);
        return;
    }
    const struct trail_block *b = vg_pic_block(&p->trails, state->trail_last);
    struct moment last = moment_at(b, b->end - 1u);
    if (now.time_ms < last.time_ms) { /* what was dated ahead of the clock gave way: those points were never true */
        note_dropped(p, slot, state->trail_points);
        vg_pic_trail_clear(p, slot);
        append(p, slot, &now, true);
        return;
    }
    double moved_m = near_distance_m(last.pos, now.pos);
    if (segment) {
        state->dwelling = false;
        append(p, slot, &now, true);
    } else if (moved_m <= (v->flags & VG_CONTACT_STILL ? DWELL_STILL_M : DWELL_M)) {
        if (v->flags & VG_CONTACT_STILL || state->dwelling)
            dwell(p, slot, &last, &now);
    } else if (state->dwelling || worth_a_point(&last, &now, moved_m)) {
        state->dwelling = false;
        append(p, slot, &now, false);
    }
}

/* ---- taking up a saved one ---- */

bool vg_pic_trail_restore(struct vg_picture *p, uint32_t slot, const struct trail_block *saved)
{
    struct slot_state *state = vg_pic_state(p, slot);
    int64_t time_ms = 0;
    if (saved->base_ms < 0 || saved->base_ms >= INT64_C(1) << 44)
        return false;
    if (state->trail_last != BLOCK_NONE) {
        const struct trail_block *last = vg_pic_block(&p->trails, state->trail_last);
        time_ms = moment_at(last, last->end - 1u).time_ms;
    }
    for (unsigned i = saved->first; i < saved->end; i++) {
        struct moment m = moment_at(saved, i);
        if (m.time_ms < time_ms || !vg_pos_valid(m.pos))
            return false;
        time_ms = m.time_ms;
    }
    if (p->limits.trail_points == 0 || !block_append(p, slot, saved->base_ms)) {
        note_dropped(p, slot, points_in(saved));
        return true;
    }
    struct trail_block *b = vg_pic_block(&p->trails, state->trail_last);
    b->first = saved->first;
    b->end = saved->end;
    b->breaks = saved->breaks;
    memcpy(b->point, saved->point, sizeof b->point);
    state->trail_points += points_in(b);
    return true;
}

void vg_pic_trail_fit(struct vg_picture *p, uint32_t slot)
{
    struct slot_state *state = vg_pic_state(p, slot);
    while (state->trail_points > p->limits.trail_points)
        drop_first_point(p, slot);
    if (state->trail_points < 2)
        state->dwelling = false;
}

/* ---- checking ---- */

/* One trail: its chain, its counts, its times. Returns how many blocks it has, or BLOCK_NONE if something is wrong. */
static uint32_t check_trail(const struct vg_picture *p, uint32_t slot)
{
    const struct slot_state *state = vg_pic_state(p, slot);
    uint32_t blocks = 0, points = 0, last = BLOCK_NONE;
    int64_t time_ms = 0;
    for (uint32_t block = state->trail_first; block != BLOCK_NONE; blocks++) {
        if (block >= p->trails.blocks || blocks > p->trails.used)
            return BLOCK_NONE;
        const struct trail_block *b = vg_pic_block(&p->trails, block);
        if (b->owner != slot || b->first >= b->end || b->end > TRAIL_BLOCK_POINTS)
            return BLOCK_NONE;
        for (unsigned i = b->first; i < b->end; i++, points++) {
            struct moment m = moment_at(b, i);
            if (m.time_ms < time_ms || !vg_pos_valid(m.pos))
                return BLOCK_NONE;
            time_ms = m.time_ms;
        }
        last = block;
        block = b->next;
    }
    bool ok = last == state->trail_last && points == state->trail_points && points <= p->limits.trail_points &&
              (!state->dwelling || points >= 2);
    return ok ? blocks : BLOCK_NONE;
}

/* Returns how many blocks the list has, or BLOCK_NONE. */
static uint32_t check_age(const struct vg_picture *p, bool kept)
{
    const struct trails *t = &p->trails;
    uint32_t n = 0, before = BLOCK_NONE;
    for (uint32_t block = kept ? t->kept_oldest : t->oldest; block != BLOCK_NONE; n++) {
        const struct trail_block *b = vg_pic_block(t, block);
        if (n > t->used || b->older != before || b->owner == VG_SLOT_NONE || is_kept(p, b->owner) != kept)
            return BLOCK_NONE;
        before = block;
        block = b->newer;
    }
    return before == (kept ? t->kept_newest : t->newest) ? n : BLOCK_NONE;
}

static bool check_ages(const struct vg_picture *p)
{
    const struct trails *t = &p->trails;
    uint32_t kept = check_age(p, true), others = check_age(p, false), unused = 0;
    for (uint32_t block = t->free; block != BLOCK_NONE && unused <= t->blocks; block = vg_pic_block(t, block)->next)
        unused++;
    return kept == t->kept && others != BLOCK_NONE && kept + others == t->used && t->used + unused == t->blocks &&
           t->blocks <= t->blocks_max;
}

bool vg_pic_trails_check(const struct vg_picture *p)
{
    uint32_t blocks = 0;
    for (uint32_t slot = 0; slot < p->slots; slot++) {
        if (!vg_pic_state(p, slot)->used)
            continue;
        uint32_t n = check_trail(p, slot);
        if (n == BLOCK_NONE)
            return false;
        blocks += n;
    }
    return blocks == p->trails.used && check_ages(p);
}

/* ---- reading ---- */

static struct vg_trail_point point_out(const struct trail_block *b, unsigned i)
{
    struct moment m = moment_at(b, i);
    return (struct vg_trail_point){
        .time_us = m.time_ms * 1000,
        .pos = m.pos,
        .sog_dkn = m.sog_dkn,
        .cog_ddeg = m.cog_ddeg,
        .flags = b->breaks >> i & 1 ? VG_TRAIL_BREAK : 0,
    };
}

size_t vg_picture_trail_in(const struct vg_picture *p, uint32_t slot, int64_t since_us, struct vg_trail_point *points,
                           size_t max, uint64_t *ret_dropped)
{
    const struct slot_state *state = vg_pic_state(p, slot);
    if (ret_dropped)
        *ret_dropped = state->trail_dropped;
    int64_t since_ms = since_us / 1000 + (since_us % 1000 > 0);
    size_t skip = state->trail_points > max ? state->trail_points - max : 0, n = 0;
    for (uint32_t block = state->trail_first; block != BLOCK_NONE;) {
        const struct trail_block *b = vg_pic_block(&p->trails, block);
        for (unsigned i = b->first; i < b->end; i++) {
            if (skip)
                skip--;
            else if (b->base_ms + b->point[i].after_ms >= since_ms)
                points[n++] = point_out(b, i);
        }
        block = b->next;
    }
    return n;
}

size_t vg_picture_trail(const struct vg_picture *p, uint32_t mmsi, int64_t since_us, struct vg_trail_point *points,
                        size_t max, uint64_t *ret_dropped)
{
    uint32_t slot = vg_pic_find(p, mmsi);
    if (slot != VG_SLOT_NONE)
        return vg_picture_trail_in(p, slot, since_us, points, max, ret_dropped);
    if (ret_dropped)
        *ret_dropped = 0;
    return 0;
}
