/*
 * Who is to go when the table is full. Anybody may send what he invents: no class and no source may push out what
 * others have told, and what was heard for long outlives what has just come.
 *
 *     1  Distress devices that call lose only among themselves, and once they are more than their share.
 *     2  Else newcomers lose: contacts whose first and last report are not ten minutes apart.
 *     3  Else, while newcomers have less than their door of the table, one that is established loses to a newcomer.
 *
 * In each of these: first the feed that has most of them; of it the classes over their share of the table; who was
 * heard once before who was heard often; who was unheard for longest. Where one station has most of the feed's
 * WINDOW longest unheard ones, the longest unheard of that station. The names of stations are invented as easily as
 * ships: a feed's count therefore comes first, and a station loses by having much, never by having little.
 *
 * A choice costs a look at each feed that told of something (a handful; at most VG_SOURCE_MAX) and at WINDOW slots,
 * however large the table is. Everything here follows from the contacts and their order of arrival.
 */
#include <stdlib.h>

#include "picture/inner.h"

#define DOOR_PARTS     128 /* of the table: newcomers have so much of it, whoever is established */
#define WINDOW         16
#define DISTRESS_LEAST 4 /* rows, in a table so small that their share is less */

enum vg_err vg_pic_shares_init(struct vg_picture *p)
{
    struct shares *s = &p->shares;
    s->feed = vg_pic_alloc(VG_SOURCE_MAX, sizeof *s->feed);
    s->known = vg_pic_alloc(VG_SOURCE_MAX, sizeof *s->known);
    return s->feed && s->known ? VG_OK : VG_NOMEM;
}

void vg_pic_shares_free(struct vg_picture *p)
{
    free(p->shares.feed);
    free(p->shares.known);
}

/* ---- pools ---- */

static uint16_t feed_of(const struct shares *s, uint16_t source)
{
    if (s->sources)
        return vg_source_get(s->sources, source)->feed;
    return source < VG_SOURCE_MAX ? source : 0;
}

static enum vg_share share_of(const struct slot_state *state)
{
    return vg_silence_share((enum vg_silence)state->group);
}

static enum part part_of(enum vg_share share, enum tier tier)
{
    return share == VG_SHARE_DISTRESS ? PART_DISTRESS : tier == TIER_ESTABLISHED ? PART_ESTABLISHED : PART_NEWCOMERS;
}

static void begin_feed(struct shares *s, uint16_t feed)
{
    struct feed_share *f = &s->feed[feed];
    for (int share = 0; share < VG_SHARES; share++)
        for (int tier = 0; tier < TIERS; tier++)
            f->pool[share][tier] = (struct list){VG_SLOT_NONE, VG_SLOT_NONE};
    f->known = true;
    s->known[s->known_count++] = feed;
}

static struct feed_share *feed_share_of(struct shares *s, const struct slot_state *state)
{
    if (!s->feed[state->feed].known)
        begin_feed(s, state->feed);
    return &s->feed[state->feed];
}

void vg_pic_share_join(struct vg_picture *p, uint32_t slot)
{
    const struct slot_state *state = vg_pic_state(p, slot);
    struct feed_share *f = feed_share_of(&p->shares, state);
    enum vg_share share = share_of(state);
    enum part part = part_of(share, (enum tier)state->tier);
    vg_pic_list_add(p, &f->pool[share][state->tier], LINK_POOL, slot);
    f->part[part]++;
    f->count++;
    p->shares.part[part]++;
    p->shares.count[share]++;
}

void vg_pic_share_leave(struct vg_picture *p, uint32_t slot)
{
    const struct slot_state *state = vg_pic_state(p, slot);
    struct feed_share *f = feed_share_of(&p->shares, state);
    enum vg_share share = share_of(state);
    enum part part = part_of(share, (enum tier)state->tier);
    vg_pic_list_remove(p, &f->pool[share][state->tier], LINK_POOL, slot);
    f->part[part]--;
    f->count--;
    p->shares.part[part]--;
    p->shares.count[share]--;
}

void vg_pic_share_belongs(struct vg_picture *p, uint32_t slot, uint16_t source)
{
    struct slot_state *state = vg_pic_state(p, slot);
    state->source = source;
    state->feed = feed_of(&p->shares, source); /* kept: it must not change while the slot is in its pool */
}

enum tier vg_pic_tier_of(const struct vg_memory *memory, uint64_t reports)
{
    return vg_memory_is_established(memory) ? TIER_ESTABLISHED : reports > 1 ? TIER_OFTEN : TIER_ONCE;
}

void vg_pic_share_heard(struct vg_picture *p, uint32_t slot, uint16_t source)
{
    struct slot_state *state = vg_pic_state(p, slot);
    struct shares *s = &p->shares;
    /* What a quiet feed tells of as well is not the flooding one's to lose. */
    if (s->feed[feed_of(s, source)].count < s->feed[state->feed].count)
        vg_pic_share_belongs(p, slot, source);
    enum tier tier = vg_pic_tier_of(&state->memory, vg_pic_vessel(p, slot)->reports);
    if (tier == TIER_ESTABLISHED && state->tier != TIER_ESTABLISHED)
        vg_pic_trail_keep(p, slot);
    state->tier = (uint8_t)tier;
}

bool vg_pic_share_comes_after(const struct vg_picture *p, uint32_t slot)
{
    const struct slot_state *state = vg_pic_state(p, slot);
    const struct feed_share *f = &p->shares.feed[state->feed];
    uint32_t before = f->known ? f->pool[share_of(state)][state->tier].tail : VG_SLOT_NONE;
    return before == VG_SLOT_NONE || vg_pic_state(p, before)->arrival_no < state->arrival_no;
}

/* ---- who is to go ---- */

static uint64_t arrival_no(const struct vg_picture *p, uint32_t slot)
{
    return slot == VG_SLOT_NONE ? UINT64_MAX : vg_pic_state(p, slot)->arrival_no;
}

static bool is_over(const struct vg_picture *p, enum vg_share share)
{
    return (uint64_t)p->shares.count[share] * VG_SHARE_PARTS > (uint64_t)p->limits.vessels * vg_share_twentieths(share);
}

static bool calls_are_over(const struct vg_picture *p)
{
    return is_over(p, VG_SHARE_DISTRESS) && p->shares.count[VG_SHARE_DISTRESS] > DISTRESS_LEAST;
}

static enum part part_to_lose(const struct vg_picture *p)
{
    const uint32_t *part = p->shares.part, door = 1 + p->limits.vessels / DOOR_PARTS;
    if (calls_are_over(p))
        return PART_DISTRESS;
    if (part[PART_NEWCOMERS] >= door || (part[PART_NEWCOMERS] && !part[PART_ESTABLISHED]))
        return PART_NEWCOMERS;
    return part[PART_ESTABLISHED] ? PART_ESTABLISHED : PART_DISTRESS;
}

/*
 * Of a part of a feed: the pool that loses. Classes over their share come first, then who was heard once; of several
 * pools, the one with the contact that was unheard for longest.
 */
static const struct list *pool_to_lose(const struct vg_picture *p, const struct feed_share *f, enum part part)
{
    const struct list *choice = NULL;
    int choice_rank = 0;
    for (int share = 0; share < VG_SHARES; share++) {
        bool over = is_over(p, (enum vg_share)share);
        for (int tier = 0; tier < TIERS; tier++) {
            const struct list *pool = &f->pool[share][tier];
            if (part_of((enum vg_share)share, (enum tier)tier) != part || pool->head == VG_SLOT_NONE)
                continue;
            int rank = (over ? 0 : TIERS) + tier; /* the least loses */
            if (!choice || rank < choice_rank ||
                (rank == choice_rank && arrival_no(p, pool->head) < arrival_no(p, choice->head))) {
                choice = pool;
                choice_rank = rank;
            }
        }
    }
    return choice;
}

/* The feed that has most of a part; of two with as many, that of the contact which would go. */
static const struct feed_share *feed_to_lose(const struct vg_picture *p, enum part part)
{
    const struct shares *s = &p->shares;
    const struct feed_share *choice = NULL;
    for (uint32_t i = 0; i < s->known_count; i++) {
        const struct feed_share *f = &s->feed[s->known[i]];
        if (!f->part[part] || (choice && f->part[part] < choice->part[part]))
            continue;
        if (!choice || f->part[part] > choice->part[part] ||
            arrival_no(p, pool_to_lose(p, f, part)->head) < arrival_no(p, pool_to_lose(p, choice, part)->head))
            choice = f;
    }
    return choice;
}

/* The longest unheard of the station that has most of the window, else of all. */
static uint32_t slot_to_lose(const struct vg_picture *p, const struct list *pool)
{
    uint32_t window[WINDOW], n = 0;
    for (uint32_t slot = pool->head; slot != VG_SLOT_NONE && n < WINDOW; n++) {
        window[n] = slot;
        slot = vg_pic_state(p, slot)->link[LINK_POOL].next;
    }
    for (uint32_t i = 0; i <= n / 2; i++) {
        uint32_t same = 0;
        for (uint32_t k = i; k < n; k++)
            same += vg_pic_state(p, window[k])->source == vg_pic_state(p, window[i])->source;
        if (same > n / 2)
            return window[i];
    }
    return pool->head;
}

uint32_t vg_pic_share_choice(const struct vg_picture *p)
{
    enum part part = part_to_lose(p);
    const struct feed_share *feed = feed_to_lose(p, part);
    return feed ? slot_to_lose(p, pool_to_lose(p, feed, part)) : VG_SLOT_NONE;
}

/* ---- who is spoken of ---- */

static void mark(bool *used, uint16_t source)
{
    if (source < VG_SOURCE_MAX)
        used[source] = true;
}

/* The contact's words count as its feeds': where its journal offset leads says who heard them. */
static void tell_under_feeds(struct vg_picture *p, uint32_t slot)
{
    struct slot_state *state = vg_pic_state(p, slot);
    struct vg_contact *v = p->shares.sources ? vg_pic_edit(p, slot) : NULL;
    if (!v) /* without memory at the next look */
        return;
    v->claimed.source = feed_of(&p->shares, (uint16_t)v->claimed.source) & 0xFFF;
    for (int f = 0; f < VG_FIELD_COUNT; f++)
        v->prov[f].source = feed_of(&p->shares, (uint16_t)v->prov[f].source) & 0xFFF;
    for (int i = 0; i < VG_HEARD_KEPT; i++)
        state->memory.heard[i].source = feed_of(&p->shares, state->memory.heard[i].source);
    state->source = state->feed;
    vg_pic_changed(p, v, true, false);
}

void vg_picture_mark_sources(struct vg_picture *p, int64_t silent_us, bool used[static VG_SOURCE_MAX])
{
    for (uint32_t slot = 0; slot < p->slots; slot++) {
        const struct slot_state *state = vg_pic_state(p, slot);
        if (!state->used)
            continue;
        if (state->tier != TIER_ESTABLISHED && share_of(state) != VG_SHARE_DISTRESS &&
            p->elapsed_us - state->memory.arrival_us >= silent_us)
            tell_under_feeds(p, slot);
        const struct vg_contact *v = vg_pic_vessel(p, slot);
        mark(used, state->source);
        mark(used, (uint16_t)v->claimed.source);
        for (int f = 0; f < VG_FIELD_COUNT; f++)
            mark(used, (uint16_t)v->prov[f].source);
        for (int i = 0; i < VG_HEARD_KEPT; i++)
            mark(used, state->memory.heard[i].source);
    }
}

/* ---- counts ---- */

void vg_pic_turned_away_sums(const uint64_t counts[VG_SHARES][VG_TURNED_AWAY], struct vg_turned_away_sums *ret)
{
    *ret = (struct vg_turned_away_sums){0};
    for (int share = 0; share < VG_SHARES; share++) {
        uint64_t newcomers = counts[share][VG_TURNED_AWAY_NEWCOMER], known = counts[share][VG_TURNED_AWAY_ESTABLISHED];
        ret->total += newcomers + known;
        if (share == VG_SHARE_DISTRESS) {
            ret->distress += newcomers + known;
        } else {
            ret->newcomers += newcomers;
            ret->established += known;
        }
    }
}

/* ---- what must hold ---- */

/* Returns how many are in the pool, or UINT32_MAX if something is wrong. */
static uint32_t check_pool(const struct vg_picture *p, uint16_t feed, enum vg_share share, enum tier tier)
{
    const struct list *pool = &p->shares.feed[feed].pool[share][tier];
    uint32_t n = 0, before = VG_SLOT_NONE;
    for (uint32_t slot = pool->head; slot != VG_SLOT_NONE; n++) {
        const struct slot_state *state = vg_pic_state(p, slot);
        if (n >= p->count || !state->used || state->link[LINK_POOL].prev != before || share_of(state) != share ||
            state->tier != tier || state->feed != feed ||
            (before != VG_SLOT_NONE && vg_pic_state(p, before)->arrival_no >= state->arrival_no))
            return UINT32_MAX;
        before = slot;
        slot = state->link[LINK_POOL].next;
    }
    return before == pool->tail ? n : UINT32_MAX;
}

static bool check_feed(const struct vg_picture *p, uint16_t feed, struct shares *sum)
{
    const struct feed_share *f = &p->shares.feed[feed];
    uint32_t part[PARTS] = {0}, count = 0;
    for (int share = 0; share < VG_SHARES; share++)
        for (int tier = 0; tier < TIERS; tier++) {
            uint32_t n = check_pool(p, feed, (enum vg_share)share, (enum tier)tier);
            if (n == UINT32_MAX)
                return false;
            part[part_of((enum vg_share)share, (enum tier)tier)] += n;
            sum->count[share] += n;
            count += n;
        }
    for (int i = 0; i < PARTS; i++) {
        sum->part[i] += part[i];
        if (part[i] != f->part[i])
            return false;
    }
    return f->known && count == f->count;
}

bool vg_pic_shares_check(const struct vg_picture *p)
{
    struct shares sum = {0};
    uint32_t all = 0;
    for (uint32_t i = 0; i < p->shares.known_count; i++)
        if (!check_feed(p, p->shares.known[i], &sum))
            return false;
    for (int share = 0; share < VG_SHARES; share++) {
        all += sum.count[share];
        if (sum.count[share] != p->shares.count[share])
            return false;
    }
    for (int i = 0; i < PARTS; i++)
        if (sum.part[i] != p->shares.part[i])
            return false;
    return all == p->count;
}
