/* Slots, chunks with copy on write, indexes by id and MMSI, and lists through the slots. See inner.h for the scheme.
 */
#include <stdlib.h>
#include <string.h>

#include "picture/inner.h"

_Thread_local int64_t vg_pic_allocations_left = -1;

void *vg_pic_alloc(size_t count, size_t size)
{
    if (vg_pic_allocations_left == 0)
        return NULL;
    if (vg_pic_allocations_left > 0)
        vg_pic_allocations_left--;
    return calloc(count, size);
}

/* ---- indexes ---- */

static bool index_init(struct index *x, uint32_t entries)
{
    x->row = vg_pic_alloc(entries, sizeof *x->row);
    x->mask = entries - 1;
    for (uint32_t i = 0; x->row && i < entries; i++)
        x->row[i].slot = VG_SLOT_NONE;
    return x->row != NULL;
}

static uint32_t home_of(const struct index *x, uint32_t key)
{
    uint64_t h = key * UINT64_C(0x9E3779B97F4A7C15); /* Fibonacci hashing: MIDs crowd, the high bits of h don't */
    return (uint32_t)(h >> 32) & x->mask;
}

static uint32_t key_of_id(uint64_t id)
{
    return (uint32_t)(id >> 32);
}

static void index_add(struct index *x, uint32_t key, uint32_t slot)
{
    uint32_t i = home_of(x, key);
    while (x->row[i].slot != VG_SLOT_NONE)
        i = (i + 1) & x->mask;
    x->row[i] = (struct index_row){key, slot};
}

/* Closes the hole by moving back what stands behind it (Knuth 6.4, algorithm R): no tombstones that pile up in years.
 */
static void index_remove(struct index *x, uint32_t key, uint32_t slot)
{
    uint32_t hole = home_of(x, key);
    while (x->row[hole].slot != slot)
        hole = (hole + 1) & x->mask;
    for (uint32_t i = hole; x->row[i].slot != VG_SLOT_NONE;) {
        i = (i + 1) & x->mask;
        uint32_t home = home_of(x, x->row[i].key);
        if (x->row[i].slot == VG_SLOT_NONE || ((i - home) & x->mask) >= ((i - hole) & x->mask)) {
            x->row[hole] = x->row[i];
            hole = i;
        }
    }
}

uint32_t vg_pic_find(const struct vg_picture *p, uint32_t mmsi)
{
    const struct index *x = &p->by_mmsi;
    for (uint32_t i = home_of(x, mmsi);; i = (i + 1) & x->mask)
        if (x->row[i].slot == VG_SLOT_NONE || x->row[i].key == mmsi)
            return x->row[i].slot;
}

uint32_t vg_pic_find_id(const struct vg_picture *p, uint64_t id)
{
    const struct index *x = &p->by_id;
    for (uint32_t i = home_of(x, key_of_id(id));; i = (i + 1) & x->mask) {
        uint32_t slot = x->row[i].slot;
        if (slot == VG_SLOT_NONE || (x->row[i].key == key_of_id(id) && vg_pic_vessel(p, slot)->id == id))
            return slot;
    }
}

enum vg_err vg_pic_table_init(struct vg_picture *p)
{
    uint32_t entries = 16;
    while (entries < 2 * p->limits.vessels) /* at most half full: an absent identity takes 2.5 looks on average */
        entries *= 2;
    p->chunks_max = (p->limits.vessels + VG_CHUNK_VESSELS - 1) / VG_CHUNK_VESSELS;
    p->free_slot = VG_SLOT_NONE;
    p->held = (struct list){VG_SLOT_NONE, VG_SLOT_NONE};
    for (int i = 0; i < GROUPS; i++)
        p->group[i] = p->held;
    p->cell = vg_pic_alloc(p->chunks_max, sizeof(struct cell *));
    return p->cell && index_init(&p->by_id, entries) && index_init(&p->by_mmsi, entries) ? VG_OK : VG_NOMEM;
}

void vg_pic_table_free(struct vg_picture *p)
{
    for (uint32_t i = 0; i < p->chunks; i++) {
        vg_pic_chunk_unref(p->cell[i]->live);
        vg_pic_chunk_unref(p->cell[i]->spare);
        free(p->cell[i]);
    }
    free(p->cell);
    free(p->by_id.row);
    free(p->by_mmsi.row);
}

/* ---- chunks ---- */

void vg_pic_chunk_unref(const struct vg_picture_chunk *chunk)
{
    struct vg_picture_chunk *c =
        (struct vg_picture_chunk *)chunk; /* readers hold it const; the count is not theirs to keep still */
    if (c && atomic_fetch_sub_explicit(&c->refs, 1, memory_order_acq_rel) == 1)
        free(c);
}

/* The count aside, which stands first. */
static void chunk_copy(struct vg_picture_chunk *to, const struct vg_picture_chunk *from)
{
    size_t skip = offsetof(struct vg_picture_chunk, seq);
    memcpy((char *)to + skip, (const char *)from + skip, sizeof *to - skip);
}

static void chunk_catch_up(struct vg_picture_chunk *to, const struct vg_picture_chunk *from, const struct cell *cell)
{
    to->seq = from->seq;
    memcpy(to->used, from->used, sizeof to->used);
    for (unsigned word = 0; word < CHUNK_WORDS; word++)
        for (uint64_t bits = cell->differs[word]; bits; bits &= bits - 1) {
            unsigned i = word * 64 + (unsigned)__builtin_ctzll(bits);
            to->track[i] = from->track[i];
            if (!(cell->all_differs[word] & bits & -bits)) {
                memcpy(&to->vessel[i], &from->vessel[i], VG_CONTACT_MOVING_SIZE);
                continue;
            }
            to->id[i] = from->id[i];
            to->mmsi[i] = from->mmsi[i];
            memcpy(&to->vessel[i], &from->vessel[i], sizeof to->vessel[i]);
        }
}

/* Gives a shared cell a version of its own to write. */
static bool cell_own(struct cell *cell)
{
    struct vg_picture_chunk *live = cell->live, *spare = cell->spare;
    /* 1: ours alone, and stays so, for new references are only taken by us (publication). Acquire: what readers read of
     * it comes before what we write. */
    if (spare && atomic_load_explicit(&spare->refs, memory_order_acquire) == 1) {
        chunk_catch_up(spare, live, cell);
    } else {
        struct vg_picture_chunk *fresh = vg_pic_alloc(1, sizeof *fresh);
        if (!fresh)
            return false;
        atomic_init(&fresh->refs, 1);
        chunk_copy(fresh, live);
        vg_pic_chunk_unref(spare);
        spare = fresh;
    }
    cell->live = spare;
    cell->spare = live;
    cell->shared = false;
    memset(cell->differs, 0, sizeof cell->differs);
    memset(cell->all_differs, 0, sizeof cell->all_differs);
    return true;
}

/* The chunk of a slot, for writing; the slot is noted as changed. NULL: no memory. */
static struct vg_picture_chunk *edit_chunk(struct vg_picture *p, uint32_t slot, bool all)
{
    struct cell *cell = vg_pic_cell(p, slot);
    if (cell->shared && !cell_own(cell))
        return NULL;
    unsigned i = slot % VG_CHUNK_VESSELS;
    cell->differs[i / 64] |= UINT64_C(1) << i % 64;
    cell->all_differs[i / 64] |= (uint64_t)all << i % 64;
    return cell->live;
}

struct vg_contact *vg_pic_edit(struct vg_picture *p, uint32_t slot)
{
    struct vg_picture_chunk *chunk = edit_chunk(p, slot, true);
    return chunk ? &chunk->vessel[slot % VG_CHUNK_VESSELS] : NULL;
}

struct vg_contact *vg_pic_edit_moving(struct vg_picture *p, uint32_t slot)
{
    struct vg_picture_chunk *chunk = edit_chunk(p, slot, false);
    return chunk ? &chunk->vessel[slot % VG_CHUNK_VESSELS] : NULL;
}

static bool chunk_add(struct vg_picture *p)
{
    struct cell *cell = vg_pic_alloc(1, sizeof *cell);
    struct vg_picture_chunk *chunk = vg_pic_alloc(1, sizeof *chunk);
    if (!cell || !chunk) {
        free(cell);
        free(chunk);
        return false;
    }
    atomic_init(&chunk->refs, 1);
    cell->live = chunk;
    p->cell[p->chunks++] = cell;
    return true;
}

/* ---- slots ---- */

uint32_t vg_pic_slot_take(struct vg_picture *p, const struct vg_contact *contact)
{
    bool reuse = p->free_slot != VG_SLOT_NONE;
    uint32_t slot = reuse ? p->free_slot : p->slots;
    if (slot >= p->limits.vessels || (slot / VG_CHUNK_VESSELS == p->chunks && !chunk_add(p)))
        return VG_SLOT_NONE;
    struct vg_picture_chunk *chunk = edit_chunk(p, slot, true);
    if (!chunk)
        return VG_SLOT_NONE;
    unsigned i = slot % VG_CHUNK_VESSELS;
    struct slot_state *state = vg_pic_state(p, slot);
    if (reuse)
        p->free_slot = state->link[LINK_GROUP].next;
    else
        p->slots++;
    memset(state, 0, sizeof *state);
    state->used = true;
    state->trail_first = state->trail_last = BLOCK_NONE;
    for (int kind = 0; kind < LINK_KINDS; kind++)
        state->link[kind] = (struct link){VG_SLOT_NONE, VG_SLOT_NONE};
    chunk->used[i / 64] |= UINT64_C(1) << i % 64;
    chunk->id[i] = contact->id;
    chunk->mmsi[i] = contact->mmsi;
    memcpy(&chunk->vessel[i], contact, sizeof *contact);
    chunk->vessel[i].slot = slot;
    index_add(&p->by_id, key_of_id(contact->id), slot);
    chunk->track[i] = 0;
    if (contact->from_track)
        p->unclaimed++;
    else
        index_add(&p->by_mmsi, contact->mmsi, slot);
    p->count++;
    return slot;
}

void vg_pic_slot_give(struct vg_picture *p, uint32_t slot)
{
    struct vg_picture_chunk *chunk = edit_chunk(p, slot, true);
    unsigned i = slot % VG_CHUNK_VESSELS;
    index_remove(&p->by_id, key_of_id(chunk->id[i]), slot);
    if (chunk->vessel[i].from_track)
        p->unclaimed--;
    else
        index_remove(&p->by_mmsi, chunk->mmsi[i], slot);
    chunk->used[i / 64] &= ~(UINT64_C(1) << i % 64);
    chunk->id[i] = 0;
    chunk->mmsi[i] = 0;
    chunk->seq = p->seq + 1;
    memset(&chunk->vessel[i], 0, sizeof chunk->vessel[i]);
    struct slot_state *state = vg_pic_state(p, slot);
    state->used = false;
    state->link[LINK_GROUP].next = p->free_slot;
    p->free_slot = slot;
    p->count--;
}

/* ---- lists ---- */

void vg_pic_list_add(struct vg_picture *p, struct list *list, enum link_kind kind, uint32_t slot)
{
    vg_pic_state(p, slot)->link[kind] = (struct link){.prev = list->tail, .next = VG_SLOT_NONE};
    if (list->tail == VG_SLOT_NONE)
        list->head = slot;
    else
        vg_pic_state(p, list->tail)->link[kind].next = slot;
    list->tail = slot;
}

void vg_pic_list_remove(struct vg_picture *p, struct list *list, enum link_kind kind, uint32_t slot)
{
    struct link *link = &vg_pic_state(p, slot)->link[kind];
    if (link->prev == VG_SLOT_NONE)
        list->head = link->next;
    else
        vg_pic_state(p, link->prev)->link[kind].next = link->next;
    if (link->next == VG_SLOT_NONE)
        list->tail = link->prev;
    else
        vg_pic_state(p, link->next)->link[kind].prev = link->prev;
    *link = (struct link){VG_SLOT_NONE, VG_SLOT_NONE};
}
