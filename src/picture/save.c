/*
 * Vessels are written in the order in which they were last heard, trails block by block in the order of their age: so
 * lists and chains come out as they were by appending, and no index of the memory is ever written.
 */
#include "picture/save.h"

#include <stdlib.h>
#include <string.h>

#include "picture/inner.h"

#define SAVE_MAGIC   UINT32_C(0x50475601)
#define SAVE_VERSION 2

struct saved_head {
    uint32_t magic, version;
    uint32_t vessel_size, state_size, block_size; /* another build's are of other sizes */
    uint32_t vessels, held, blocks;
    int64_t clock_us, elapsed_us;
    uint64_t clock_known, arrivals;
    struct vg_picture_counters counters;
};

/* struct slot_state without what is found again by itself. */
struct saved_state {
    struct vg_memory memory;
    uint64_t arrival_no, trail_dropped;
    uint64_t dwelling;
};

struct saved_block {
    int64_t base_ms;
    uint32_t vessel; /* the how-manieth written */
    uint32_t breaks;
    uint32_t first, end;
};

/* ---- writing ---- */

struct by_arrival {
    uint64_t arrival_no;
    uint32_t slot;
};

static int earlier(const void *a, const void *b)
{
    const struct by_arrival *x = a, *y = b;
    return x->arrival_no < y->arrival_no ? -1 : x->arrival_no > y->arrival_no;
}

/* An absent slot's arrival is 0 of nobody. */
static struct by_arrival *sort_by_arrival(const struct vg_picture *p)
{
    struct by_arrival *order = calloc(p->count ? p->count : 1, sizeof *order);
    uint32_t n = 0;
    for (uint32_t slot = 0; order && slot < p->slots; slot++)
        if (vg_pic_state(p, slot)->used)
            order[n++] = (struct by_arrival){vg_pic_state(p, slot)->arrival_no, slot};
    if (order)
        qsort(order, n, sizeof *order, earlier);
    return order;
}

static void save_vessel(const struct vg_picture *p, uint32_t slot, struct vg_out *out)
{
    const struct slot_state *s = vg_pic_state(p, slot);
    struct saved_state state;
    memset(&state, 0, sizeof state);
    memcpy(&state.memory, &s->memory, sizeof state.memory);
    state.arrival_no = s->arrival_no;
    state.trail_dropped = s->trail_dropped;
    state.dwelling = s->dwelling;
    vg_out_bytes(out, vg_pic_vessel(p, slot), sizeof(struct vg_contact));
    vg_out_bytes(out, &state, sizeof state);
}

static void save_trails(const struct vg_picture *p, const uint32_t *number, struct vg_out *out)
{
    for (uint32_t block = p->trails.oldest; block != BLOCK_NONE; block = vg_pic_block(&p->trails, block)->newer) {
        const struct trail_block *b = vg_pic_block(&p->trails, block);
        struct saved_block saved = {
            .base_ms = b->base_ms, .vessel = number[b->owner], .breaks = b->breaks, .first = b->first, .end = b->end};
        vg_out_bytes(out, &saved, sizeof saved);
        vg_out_bytes(out, &b->point[b->first], (size_t)(b->end - b->first) * sizeof b->point[0]);
    }
}

static uint32_t count_held(const struct vg_picture *p)
{
    uint32_t n = 0;
    for (uint32_t slot = p->held.head; slot != VG_SLOT_NONE; slot = vg_pic_state(p, slot)->link[LINK_HELD].next)
        n++;
    return n;
}

uint64_t vg_picture_save_size(const struct vg_picture *p)
{
    uint64_t size = sizeof(struct saved_head) + count_held(p) * sizeof(uint32_t) +
                    (uint64_t)p->count * (sizeof(struct vg_contact) + sizeof(struct saved_state));
    for (uint32_t block = p->trails.oldest; block != BLOCK_NONE; block = vg_pic_block(&p->trails, block)->newer) {
        const struct trail_block *b = vg_pic_block(&p->trails, block);
        size += sizeof(struct saved_block) + (size_t)(b->end - b->first) * sizeof b->point[0];
    }
    return size;
}

enum vg_err vg_picture_save(const struct vg_picture *p, struct vg_out *out)
{
    struct by_arrival *order = sort_by_arrival(p);
    uint32_t *number = calloc(p->slots ? p->slots : 1, sizeof *number);
    if (!order || !number) {
        free(order);
        free(number);
        return VG_NOMEM;
    }
    struct saved_head head = {.magic = SAVE_MAGIC,
                              .version = SAVE_VERSION,
                              .vessel_size = sizeof(struct vg_contact),
                              .state_size = sizeof(struct saved_state),
                              .block_size = sizeof(struct packed_point),
                              .vessels = p->count,
                              .blocks = p->trails.used,
                              .clock_us = p->clock_us,
                              .elapsed_us = p->elapsed_us,
                              .clock_known = p->clock_known,
                              .arrivals = p->arrivals,
                              .counters = p->counters};
    head.held = count_held(p);
    vg_out_bytes(out, &head, sizeof head);
    for (uint32_t i = 0; i < p->count; i++) {
        number[order[i].slot] = i;
        save_vessel(p, order[i].slot, out);
    }
    for (uint32_t slot = p->held.head; slot != VG_SLOT_NONE; slot = vg_pic_state(p, slot)->link[LINK_HELD].next)
        vg_out_bytes(out, &number[slot], sizeof number[slot]);
    save_trails(p, number, out);
    free(order);
    free(number);
    return out->err;
}

/* ---- loading ---- */

struct loading {
    struct vg_picture *p;
    vg_picture_source *source;
    void *arg;
    uint32_t vessels;
    uint32_t skip;  /* vessels that are too many */
    uint32_t *slot; /* by number; VG_SLOT_NONE: left out */
};

static enum vg_err take(struct loading *l, void *bytes, size_t len)
{
    enum vg_err err = l->source(l->arg, bytes, len);
    return err == VG_EOF ? VG_CORRUPT : err;
}

static bool head_is_sound(const struct saved_head *head)
{
    const struct vg_picture_counters *c = &head->counters;
    const int64_t most_us = INT64_C(1) << 60;
    return head->clock_known <= 1 && head->held <= head->vessels && head->elapsed_us >= 0 &&
           head->elapsed_us <= most_us + most_us && head->clock_us >= -most_us && head->clock_us <= most_us &&
           head->vessels <= (1u << 24) && c->added == head->vessels + c->expired + c->evicted &&
           c->positions <= c->reports && c->moved <= c->held;
}

static bool text_ends(const char *text, size_t size)
{
    return memchr(text, '\0', size) != NULL;
}

static bool memory_is_sound(const struct vg_picture *p, const struct vg_memory *m)
{
    for (unsigned c = 0; c <= VG_CLASS_SAR; c++)
        if (m->evidence.weight[c] > VG_EVIDENCE_MAX)
            return false;
    return m->heard_next < VG_HEARD_KEPT && m->arrival_us <= p->elapsed_us && m->held_arrival_us <= p->elapsed_us &&
           m->moved_arrival_us <= p->elapsed_us && m->arrival_us >= 0 && m->held_arrival_us >= 0 &&
           m->moved_arrival_us >= 0;
}

/* What is taken for granted elsewhere, and vg_picture_check() asks for. */
static bool vessel_is_sound(const struct vg_picture *p, const struct vg_contact *v, const struct saved_state *s)
{
    if (v->class >= VG_CLASS_COUNT || v->reports == 0 || vg_pic_find(p, v->mmsi) != VG_SLOT_NONE || v->id == 0 ||
        vg_pic_find_id(p, v->id) != VG_SLOT_NONE || vg_contact_said(v, VG_FIELD_POS) != vg_pos_valid(v->pos) ||
        vg_pos_valid(v->held_pos) != !!(v->flags & VG_CONTACT_HELD))
        return false;
    if (!text_ends(v->name, sizeof v->name) || !text_ends(v->callsign, sizeof v->callsign) ||
        !text_ends(v->destination, sizeof v->destination) || !text_ends(v->text, sizeof v->text))
        return false;
    struct vg_contact again = *v;
    vg_contact_update_flags(&again);
    return again.flags == v->flags && s->dwelling <= 1 && s->arrival_no <= p->arrivals &&
           memory_is_sound(p, &s->memory);
}

static bool comes_after(const struct vg_picture *p, const struct list *list, const struct saved_state *s)
{
    if (list->tail == VG_SLOT_NONE)
        return true;
    const struct slot_state *before = vg_pic_state(p, list->tail);
    return before->memory.arrival_us <= s->memory.arrival_us && before->arrival_no < s->arrival_no;
}

static void put_state(struct slot_state *to, const struct saved_state *s)
{
    memcpy(&to->memory, &s->memory, sizeof to->memory);
    to->arrival_no = s->arrival_no;
    to->trail_dropped = s->trail_dropped;
    to->dwelling = s->dwelling;
}

static enum vg_err load_vessel(struct loading *l, uint32_t number)
{
    struct vg_picture *p = l->p;
    struct vg_contact v;
    struct saved_state s;
    enum vg_err err = take(l, &v, sizeof v);
    if (!err)
        err = take(l, &s, sizeof s);
    if (err)
        return err;
    if (!vessel_is_sound(p, &v, &s))
        return VG_CORRUPT;
    enum vg_silence group = vg_contact_silence(&v);
    l->slot[number] = VG_SLOT_NONE;
    if (l->skip && vg_silence_rank(group) == 0) {
        l->skip--;
        p->counters.evicted++;
        return VG_OK;
    }
    if (!comes_after(p, &p->group[group], &s))
        return VG_CORRUPT;
    uint32_t slot = vg_pic_slot_take(p, &v);
    if (slot == VG_SLOT_NONE)
        return p->count >= p->limits.vessels ? VG_LIMIT : VG_NOMEM;
    struct vg_picture_chunk *live = vg_pic_cell(p, slot)->live;
    v.slot = slot;
    v.move_seq = v.static_seq = live->seq = p->seq + 1;
    memcpy(vg_pic_edit(p, slot), &v, sizeof v); /* just made, never published: can't fail */
    put_state(vg_pic_state(p, slot), &s);
    vg_pic_state(p, slot)->group = (uint8_t)group;
    vg_pic_list_add(p, &p->group[group], LINK_GROUP, slot);
    l->slot[number] = slot;
    return VG_OK;
}

static enum vg_err load_held(struct loading *l)
{
    uint32_t number;
    enum vg_err err = take(l, &number, sizeof number);
    if (err || number >= l->vessels)
        return err ? err : VG_CORRUPT;
    uint32_t slot = l->slot[number];
    if (slot == VG_SLOT_NONE)
        return VG_OK;
    struct slot_state *state = vg_pic_state(l->p, slot);
    if (state->held || !(vg_pic_vessel(l->p, slot)->flags & VG_CONTACT_HELD))
        return VG_CORRUPT;
    state->held = true;
    vg_pic_list_add(l->p, &l->p->held, LINK_HELD, slot);
    return VG_OK;
}

static enum vg_err load_block(struct loading *l)
{
    struct saved_block saved;
    struct trail_block block = {0};
    enum vg_err err = take(l, &saved, sizeof saved);
    if (err)
        return err;
    if (saved.vessel >= l->vessels || saved.first >= saved.end || saved.end > TRAIL_BLOCK_POINTS)
        return VG_CORRUPT;
    err = take(l, &block.point[saved.first], (saved.end - saved.first) * sizeof block.point[0]);
    if (err)
        return err;
    block.first = (uint8_t)saved.first;
    block.end = (uint8_t)saved.end;
    block.breaks = saved.breaks;
    block.base_ms = saved.base_ms;
    uint32_t slot = l->slot[saved.vessel];
    if (slot == VG_SLOT_NONE) {
        l->p->counters.trail_dropped += saved.end - saved.first;
        return VG_OK;
    }
    return vg_pic_trail_restore(l->p, slot, &block) ? VG_OK : VG_CORRUPT;
}

/* What the pieces can't tell one by one. */
static bool fits_together(struct vg_picture *p)
{
    for (uint32_t slot = 0; slot < p->slots; slot++) {
        struct slot_state *state = vg_pic_state(p, slot);
        if (state->held != !!(vg_pic_vessel(p, slot)->flags & VG_CONTACT_HELD))
            return false;
        vg_pic_trail_fit(p, slot);
    }
    return true;
}

static enum vg_err load_all(struct loading *l, const struct saved_head *head)
{
    enum vg_err err = VG_OK;
    for (uint32_t i = 0; i < head->vessels && !err; i++)
        err = load_vessel(l, i);
    for (uint32_t i = 0; i < head->held && !err; i++)
        err = load_held(l);
    for (uint32_t i = 0; i < head->blocks && !err; i++)
        err = load_block(l);
    return err ? err : fits_together(l->p) ? VG_OK : VG_CORRUPT;
}

enum vg_err vg_picture_load(struct vg_picture *p, vg_picture_source *source, void *arg)
{
    struct saved_head head;
    struct loading l = {.p = p, .source = source, .arg = arg};
    enum vg_err err = take(&l, &head, sizeof head);
    if (err)
        return err;
    if (head.magic != SAVE_MAGIC || head.version != SAVE_VERSION || head.vessel_size != sizeof(struct vg_contact) ||
        head.state_size != sizeof(struct saved_state) || head.block_size != sizeof(struct packed_point))
        return VG_UNSUPPORTED;
    if (!head_is_sound(&head))
        return VG_CORRUPT;
    p->counters = head.counters;
    p->clock_known = head.clock_known;
    p->clock_us = head.clock_us;
    p->elapsed_us = head.elapsed_us;
    p->arrivals = head.arrivals;
    l.vessels = head.vessels;
    l.skip = head.vessels > p->limits.vessels ? head.vessels - p->limits.vessels : 0;
    l.slot = calloc(head.vessels ? head.vessels : 1, sizeof *l.slot);
    if (!l.slot)
        return VG_NOMEM;
    err = load_all(&l, &head);
    free(l.slot);
    return err;
}
