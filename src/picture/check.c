/* What must hold of the inner structures, and a number for the whole state. */
#include <string.h>

#include "picture/inner.h"
#include "picture/save_rows.h"

static bool uses(const struct vg_picture_chunk *chunk, unsigned i)
{
    return chunk->used[i / 64] >> i % 64 & 1;
}

/* ---- invariants ---- */

static bool check_vessel(const struct vg_picture *p, uint32_t slot)
{
    const struct vg_contact *v = vg_pic_vessel(p, slot);
    const struct slot_state *state = vg_pic_state(p, slot);
    const struct vg_picture_chunk *live = vg_pic_cell(p, slot)->live;
    if (v->slot != slot || v->mmsi != live->mmsi[slot % VG_CHUNK_VESSELS] ||
        (!v->from_track && vg_pic_find(p, v->mmsi) != slot) || v->id == 0 ||
        v->id != live->id[slot % VG_CHUNK_VESSELS] || vg_pic_find_id(p, v->id) != slot)
        return false;
    if (v->move_seq > p->seq + 1 || v->static_seq > p->seq + 1 || live->seq < v->move_seq || live->seq < v->static_seq)
        return false;
    if (vg_contact_said(v, VG_FIELD_POS) != vg_pos_valid(v->pos) || state->held != !!(v->flags & VG_CONTACT_HELD) ||
        state->held != vg_pos_valid(v->held_pos))
        return false;
    struct vg_contact again;
    memcpy(&again, v, sizeof again);
    vg_contact_update_flags(&again);
    return again.flags == v->flags && state->group == (uint8_t)vg_contact_silence(v) &&
           (state->tier == TIER_ESTABLISHED) == vg_memory_is_established(&state->memory) &&
           state->memory.arrival_us <= p->elapsed_us && state->memory.since_us <= state->memory.arrival_us &&
           v->class < VG_CLASS_COUNT && v->reports > 0;
}

static bool check_chunk(const struct vg_picture *p, uint32_t c)
{
    const struct cell *cell = p->cell[c];
    if (atomic_load_explicit(&cell->live->refs, memory_order_relaxed) < 1 || cell->live->seq > p->seq + 1)
        return false;
    for (unsigned i = 0; i < VG_CHUNK_VESSELS; i++) {
        uint32_t slot = c * VG_CHUNK_VESSELS + i;
        bool used = uses(cell->live, i);
        if (used != cell->state[i].used || (used && (slot >= p->slots || !check_vessel(p, slot))))
            return false;
        bool may_differ = cell->differs[i / 64] >> i % 64 & 1, all = cell->all_differs[i / 64] >> i % 64 & 1;
        size_t from = all ? sizeof(struct vg_contact) : may_differ ? VG_CONTACT_MOVING_SIZE : 0;
        if (cell->spare && !all &&
            (cell->spare->id[i] != cell->live->id[i] || cell->spare->mmsi[i] != cell->live->mmsi[i]))
            return false;
        if (cell->spare && memcmp((const char *)&cell->spare->vessel[i] + from,
                                  (const char *)&cell->live->vessel[i] + from, sizeof(struct vg_contact) - from))
            return false;
    }
    return true;
}

static bool check_list(const struct vg_picture *p, const struct list *list, enum link_kind kind, uint32_t *ret_count)
{
    uint32_t n = 0, before = VG_SLOT_NONE;
    for (uint32_t slot = list->head; slot != VG_SLOT_NONE; n++) {
        const struct slot_state *state = vg_pic_state(p, slot);
        if (n > p->slots || !state->used || state->link[kind].prev != before)
            return false;
        if (before != VG_SLOT_NONE && kind == LINK_GROUP &&
            (vg_pic_state(p, before)->memory.arrival_us > state->memory.arrival_us ||
             vg_pic_state(p, before)->arrival_no >= state->arrival_no))
            return false;
        if (kind == LINK_GROUP ? list != &p->group[state->group] : !state->held)
            return false;
        before = slot;
        slot = state->link[kind].next;
    }
    *ret_count = n;
    return before == list->tail;
}

static bool check_lists(const struct vg_picture *p)
{
    uint32_t all = 0, n, held = 0;
    for (int g = 0; g < GROUPS; g++) {
        if (!check_list(p, &p->group[g], LINK_GROUP, &n))
            return false;
        all += n;
    }
    if (!check_list(p, &p->held, LINK_HELD, &n))
        return false;
    for (uint32_t slot = 0; slot < p->slots; slot++)
        held += vg_pic_state(p, slot)->used && vg_pic_state(p, slot)->held;
    uint32_t unused = 0;
    for (uint32_t slot = p->free_slot; slot != VG_SLOT_NONE && unused <= p->slots;) {
        if (vg_pic_state(p, slot)->used)
            return false;
        unused++;
        slot = vg_pic_state(p, slot)->link[LINK_GROUP].next;
    }
    return all == p->count && held == n && unused + p->count == p->slots && p->slots <= p->limits.vessels;
}

static bool check_index(const struct vg_picture *p, const struct index *x, bool by_id)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i <= x->mask; i++) {
        const struct index_row *row = &x->row[i];
        if (row->slot == VG_SLOT_NONE)
            continue;
        n++;
        if (row->slot >= p->slots || !vg_pic_state(p, row->slot)->used)
            return false;
        const struct vg_contact *v = vg_pic_vessel(p, row->slot);
        if (row->key != (by_id ? (uint32_t)(v->id >> 32) : v->mmsi))
            return false;
    }
    return n == p->count - (by_id ? 0 : p->unclaimed);
}

static bool check_counters(const struct vg_picture *p)
{
    const struct vg_picture_counters *c = &p->counters;
    struct vg_turned_away_sums gone;
    vg_picture_turned_away(p, &gone);
    return gone.total <= c->evicted && c->added == p->count + c->expired + c->evicted && c->positions <= c->reports &&
           c->moved <= c->held;
}

bool vg_picture_check(const struct vg_picture *p)
{
    for (uint32_t c = 0; c < p->chunks; c++)
        if (!check_chunk(p, c))
            return false;
    return check_lists(p) && check_index(p, &p->by_id, true) && check_index(p, &p->by_mmsi, false) &&
           check_counters(p) && vg_pic_shares_check(p) && vg_pic_trails_check(p) && vg_pic_tracks_check(p) &&
           (!p->newest || p->newest->seq == p->seq);
}

/* ---- hash ---- */

/* FNV-1a's step on 64-bit words, then mixed (the finaliser of splitmix64): for comparing, not against an adversary. */
static uint64_t mix(uint64_t h, uint64_t word)
{
    h = (h ^ word) * UINT64_C(0x100000001B3);
    h ^= h >> 29;
    return h * UINT64_C(0xBF58476D1CE4E5B9);
}

static uint64_t mix_bytes(uint64_t h, const void *bytes, size_t len)
{
    const unsigned char *b = bytes;
    uint64_t word;
    for (; len >= 8; b += 8, len -= 8) {
        memcpy(&word, b, 8);
        h = mix(h, word);
    }
    word = 0;
    memcpy(&word, b, len);
    return mix(h, word);
}

static uint64_t hash_trail(const struct vg_picture *p, const struct slot_state *state, uint64_t h)
{
    for (uint32_t block = state->trail_first; block != BLOCK_NONE;) {
        const struct trail_block *b = vg_pic_block(&p->trails, block);
        for (unsigned i = b->first; i < b->end; i++) {
            h = mix(h, (uint64_t)b->base_ms + b->point[i].after_ms);
            h = mix(h, b->breaks >> i & 1);
            h = mix_bytes(h, &b->point[i].pos, sizeof b->point[i] - offsetof(struct packed_point, pos));
        }
        block = b->next;
    }
    return h;
}

/* A source by its name, so that two runs compare which gave it different numbers. */
static uint64_t hash_source(const struct vg_sources *sources, uint16_t id, uint64_t h)
{
    if (!sources)
        return mix(h, id);
    const char *name = vg_source_get(sources, id)->name;
    return mix_bytes(h, name, strlen(name));
}

static uint64_t hash_prov(struct vg_prov *prov, const struct vg_sources *sources, uint64_t h)
{
    if (prov->time_ms)
        h = hash_source(sources, prov->source, h);
    prov->source = 0;
    return h;
}

static uint64_t hash_contact(const struct vg_contact *contact, const struct vg_sources *sources)
{
    struct vg_contact v; /* contacts are zeroed when they begin and copied as bytes: the gaps between members are 0 */
    uint64_t h = 0;
    memcpy(&v, contact, sizeof v);
    v.slot = 0;
    v.move_seq = v.static_seq = 0;
    for (int f = 0; f < VG_FIELD_COUNT; f++)
        h = hash_prov(&v.prov[f], sources, h);
    h = hash_prov(&v.claimed, sources, h);
    return mix_bytes(h, &v, sizeof v);
}

static uint64_t hash_memory(const struct vg_memory *m, const struct vg_sources *sources, uint64_t h)
{
    h = mix(h, (uint64_t)m->arrival_us);
    h = mix(h, (uint64_t)m->since_us);
    h = mix(h, (uint64_t)m->tests_since_us);
    h = mix(h, (uint64_t)m->held_arrival_us);
    h = mix(h, (uint64_t)m->moved_arrival_us);
    h = mix(h, (uint64_t)m->held_silence << 32 | (uint64_t)m->held_run << 16 | m->moves);
    h = mix(h, (uint64_t)m->tests << 8 | m->believed_run);
    h = mix_bytes(h, &m->evidence, sizeof m->evidence);
    for (unsigned i = 0; i < VG_HEARD_KEPT; i++) { /* from the oldest on */
        struct vg_heard heard = m->heard[(m->heard_next + i) % VG_HEARD_KEPT];
        h = hash_source(sources, heard.source, h);
        heard.source = 0;
        h = mix_bytes(h, &heard, sizeof heard);
    }
    return h;
}

static uint64_t hash_state(const struct slot_state *state, const struct vg_sources *sources, uint64_t h)
{
    h = hash_memory(&state->memory, sources, h);
    h = hash_source(sources, state->source, h);
    h = mix(h, state->arrival_no);
    h = mix(h, state->trail_dropped);
    return mix(h, (uint64_t)state->group << 16 | (uint64_t)state->dwelling << 8 | state->held);
}

/* As it is saved: without slot, sequence and the gaps between members. */
static uint64_t hash_track(const struct vg_track_row *row, const struct vg_sources *sources)
{
    if (!row || row->facts & VG_TRACK_OVER)
        return 0;
    uint8_t bytes[VG_SAVE_TRACK_MOST];
    struct saved_track saved = {.row = *row};
    saved.row.track.source = 0;
    vg_save_put_track(bytes, &saved);
    return mix_bytes(hash_source(sources, row->track.source, 1), bytes, vg_save_track_size);
}

uint64_t vg_picture_hash(const struct vg_picture *p, const struct vg_sources *sources)
{
    uint64_t sum = 0; /* of the vessels' hashes: whatever the slots */
    for (uint32_t slot = 0; slot < p->slots; slot++) {
        const struct slot_state *state = vg_pic_state(p, slot);
        if (!state->used)
            continue;
        sum += hash_trail(p, state, hash_state(state, sources, hash_contact(vg_pic_vessel(p, slot), sources)));
        sum += hash_track(vg_picture_track_in(p, slot), sources);
    }
    uint64_t h = mix(mix(sum, (uint64_t)p->clock_us), (uint64_t)p->elapsed_us);
    return mix_bytes(h, &p->counters, sizeof p->counters);
}
