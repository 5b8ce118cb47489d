/*
 * Vessels are written in the order in which they were last heard, trails block by block in the order of their age: so
 * lists and chains come out as they were by appending, and no index of the memory is ever written.
 */
#include "picture/save.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "picture/save_rows.h"

#define COUNTERS (sizeof(struct vg_picture_counters) / sizeof(uint64_t))

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

static void save_contact(const struct vg_picture *p, uint32_t slot, struct vg_out *out)
{
    const struct slot_state *s = vg_pic_state(p, slot);
    const struct saved_contact saved = {.contact = *vg_pic_vessel(p, slot),
                                        .memory = s->memory,
                                        .arrival_no = s->arrival_no,
                                        .trail_dropped = s->trail_dropped,
                                        .dwelling = s->dwelling,
                                        .source = s->source};
    char *row = vg_out_room(out, vg_save_contact_size);
    if (row)
        vg_save_put_contact((uint8_t *)row, &saved);
}

static void save_held(const struct vg_picture *p, const uint32_t *number, struct vg_out *out)
{
    for (uint32_t slot = p->held.head; slot != VG_SLOT_NONE; slot = vg_pic_state(p, slot)->link[LINK_HELD].next) {
        uint8_t row[VG_SAVE_HELD_SIZE];
        vg_put_u32(row, number[slot]);
        vg_out_bytes(out, row, sizeof row);
    }
}

static uint32_t points_of(const struct trail_block *b)
{
    return (uint32_t)b->end - b->first;
}

static void save_block(const struct trail_block *b, uint32_t vessel, struct vg_out *out)
{
    const struct saved_block saved = {
        .base_ms = b->base_ms, .vessel = vessel, .breaks = b->breaks, .first = b->first, .end = b->end};
    uint8_t *row = (uint8_t *)vg_out_room(out, VG_SAVE_BLOCK_SIZE + points_of(b) * VG_SAVE_POINT_SIZE);
    if (!row)
        return;
    vg_save_put_block(row, &saved);
    row += VG_SAVE_BLOCK_SIZE;
    for (uint32_t i = b->first; i < b->end; i++, row += VG_SAVE_POINT_SIZE)
        vg_save_put_point(row, &b->point[i]);
}

static uint32_t first_block(const struct vg_picture *p, bool kept)
{
    return kept ? p->trails.kept_oldest : p->trails.oldest;
}

static void save_blocks(const struct vg_picture *p, const uint32_t *number, bool kept, struct vg_out *out)
{
    for (uint32_t block = first_block(p, kept); block != BLOCK_NONE; block = vg_pic_block(&p->trails, block)->newer) {
        const struct trail_block *b = vg_pic_block(&p->trails, block);
        save_block(b, number[b->owner], out);
    }
}

static uint32_t count_held(const struct vg_picture *p)
{
    uint32_t n = 0;
    for (uint32_t slot = p->held.head; slot != VG_SLOT_NONE; slot = vg_pic_state(p, slot)->link[LINK_HELD].next)
        n++;
    return n;
}

/* Rows of tracks that are over only tell readers so, and a program that starts anew has none. */
static bool is_track(const struct vg_track_row *row)
{
    return row->slot != VG_SLOT_NONE && !(row->facts & VG_TRACK_OVER);
}

static uint32_t count_tracks(const struct vg_picture *p)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < p->tracks.count; i++)
        n += is_track(&p->tracks.row[i]);
    return n;
}

static void save_tracks(const struct vg_picture *p, const uint32_t *number, struct vg_out *out)
{
    char *head = vg_out_room(out, 4);
    if (head)
        vg_put_u32((uint8_t *)head, count_tracks(p));
    for (uint32_t i = 0; i < p->tracks.count; i++) {
        if (!is_track(&p->tracks.row[i]))
            continue;
        const struct saved_track saved = {.row = p->tracks.row[i], .vessel = number[p->tracks.row[i].slot]};
        char *row = vg_out_room(out, vg_save_track_size);
        if (row)
            vg_save_put_track((uint8_t *)row, &saved);
    }
}

uint64_t vg_picture_save_size(const struct vg_picture *p)
{
    uint64_t size =
        vg_save_head_size + p->count * (uint64_t)vg_save_contact_size + count_held(p) * (uint64_t)VG_SAVE_HELD_SIZE;
    for (int kept = 0; kept < 2; kept++)
        for (uint32_t block = first_block(p, kept); block != BLOCK_NONE; block = vg_pic_block(&p->trails, block)->newer)
            size += VG_SAVE_BLOCK_SIZE + (uint64_t)points_of(vg_pic_block(&p->trails, block)) * VG_SAVE_POINT_SIZE;
    return size + 4 + count_tracks(p) * (uint64_t)vg_save_track_size;
}

static void save_head(const struct vg_picture *p, struct vg_out *out)
{
    const struct saved_head head = {.vessels = p->count,
                                    .held = count_held(p),
                                    .blocks = p->trails.used,
                                    .counters = COUNTERS,
                                    .clock_us = p->clock_us,
                                    .elapsed_us = p->elapsed_us,
                                    .arrivals = p->arrivals,
                                    .clock_known = p->clock_known,
                                    .count = p->counters};
    char *row = vg_out_room(out, vg_save_head_size);
    if (row)
        vg_save_put_head((uint8_t *)row, &head);
}

enum vg_err vg_picture_save(const struct vg_picture *p, struct vg_out *out)
{
    struct by_arrival *order = sort_by_arrival(p);
    uint32_t *number = calloc(p->slots ? p->slots : 1, sizeof *number);
    enum vg_err err = order && number ? VG_OK : VG_NOMEM;
    if (!err) {
        save_head(p, out);
        for (uint32_t i = 0; i < p->count; i++) {
            number[order[i].slot] = i;
            save_contact(p, order[i].slot, out);
        }
        save_held(p, number, out);
        save_blocks(p, number, false, out);
        save_blocks(p, number, true, out);
        save_tracks(p, number, out);
        err = out->err;
    }
    free(order);
    free(number);
    return err;
}

/* ---- loading ---- */

struct loading {
    struct vg_picture *p;
    vg_picture_source *source;
    void *arg;
    uint32_t version;
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
    const struct vg_picture_counters *c = &head->count;
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
           m->moved_arrival_us >= 0 && m->since_us >= 0 && m->since_us <= m->arrival_us && m->tests_since_us >= 0 &&
           m->tests_since_us <= p->elapsed_us;
}

/* What is taken for granted elsewhere, and vg_picture_check() asks for. */
static bool contact_is_sound(const struct vg_picture *p, const struct saved_contact *s)
{
    const struct vg_contact *v = &s->contact;
    if (v->class >= VG_CLASS_COUNT || v->reports == 0 ||
        (v->from_track ? v->mmsi != 0 : vg_pic_find(p, v->mmsi) != VG_SLOT_NONE) || v->id == 0 ||
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

static bool comes_after(const struct vg_picture *p, const struct list *list, const struct saved_contact *s)
{
    if (list->tail == VG_SLOT_NONE)
        return true;
    const struct slot_state *before = vg_pic_state(p, list->tail);
    return before->memory.arrival_us <= s->memory.arrival_us && before->arrival_no < s->arrival_no;
}

static void put_state(struct slot_state *to, const struct saved_contact *s)
{
    to->memory = s->memory;
    to->arrival_no = s->arrival_no;
    to->trail_dropped = s->trail_dropped;
    to->dwelling = s->dwelling;
    to->tier = (uint8_t)vg_pic_tier_of(&s->memory, s->contact.reports);
}

static enum vg_err load_contact(struct loading *l, uint32_t number)
{
    struct vg_picture *p = l->p;
    struct saved_contact s;
    uint8_t row[VG_SAVE_CONTACT_MOST];
    const size_t size[] = {vg_save_contact_size_1, vg_save_contact_size_2, vg_save_contact_size};
    enum vg_err err = take(l, row, size[l->version - 1]);
    if (err)
        return err;
    static void (*const get[])(const uint8_t *, struct saved_contact *) = {vg_save_get_contact_1, vg_save_get_contact_2,
                                                                           vg_save_get_contact};
    get[l->version - 1](row, &s);
    struct vg_contact v = s.contact;
    if (!contact_is_sound(p, &s))
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
    vg_pic_share_belongs(p, slot, s.source);
    vg_pic_state(p, slot)->group = (uint8_t)group;
    vg_pic_list_add(p, &p->group[group], LINK_GROUP, slot);
    l->slot[number] = slot;
    if (!vg_pic_share_comes_after(p, slot))
        return VG_CORRUPT;
    vg_pic_share_join(p, slot);
    return VG_OK;
}

static enum vg_err load_held(struct loading *l)
{
    uint8_t row[VG_SAVE_HELD_SIZE];
    enum vg_err err = take(l, row, sizeof row);
    uint32_t number = err ? 0 : vg_get_u32(row);
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
    uint8_t row[TRAIL_BLOCK_POINTS * VG_SAVE_POINT_SIZE];
    enum vg_err err = take(l, row, VG_SAVE_BLOCK_SIZE);
    if (err)
        return err;
    vg_save_get_block(row, &saved);
    if (saved.vessel >= l->vessels || saved.first >= saved.end || saved.end > TRAIL_BLOCK_POINTS)
        return VG_CORRUPT;
    err = take(l, row, (size_t)(saved.end - saved.first) * VG_SAVE_POINT_SIZE);
    if (err)
        return err;
    for (uint32_t i = saved.first; i < saved.end; i++)
        vg_save_get_point(row + (i - saved.first) * VG_SAVE_POINT_SIZE, &block.point[i]);
    block.first = saved.first;
    block.end = saved.end;
    block.breaks = saved.breaks;
    block.base_ms = saved.base_ms;
    uint32_t slot = l->slot[saved.vessel];
    if (slot == VG_SLOT_NONE) {
        l->p->counters.trail_dropped += points_of(&block);
        return VG_OK;
    }
    return vg_pic_trail_restore(l->p, slot, &block) ? VG_OK : VG_CORRUPT;
}

static bool track_is_sound(const struct vg_track *t)
{
    const double finite[] = {t->lat_deg,          t->lon_deg,   t->sigma_major_m, t->sigma_minor_m,
                             t->orientation_deg,  t->speed_kn,  t->course_deg,    t->sigma_speed_kn,
                             t->sigma_course_deg, t->existence, t->length_m,      t->log_ratio};
    for (size_t i = 0; i < sizeof finite / sizeof *finite; i++)
        if (!isfinite(finite[i]))
            return false;
    return fabs(t->lat_deg) <= 90 && fabs(t->lon_deg) <= 180;
}

static enum vg_err load_tracks(struct loading *l)
{
    uint8_t row[VG_SAVE_TRACK_MOST];
    if (l->version < 3)
        return VG_OK;
    enum vg_err err = take(l, row, 4);
    const uint32_t count = err ? 0 : vg_get_u32(row);
    for (uint32_t i = 0; i < count && !err; i++) {
        struct saved_track saved;
        err = take(l, row, vg_save_track_size);
        if (err)
            return err;
        vg_save_get_track(row, &saved);
        if (saved.vessel >= l->vessels || !track_is_sound(&saved.row.track))
            return VG_CORRUPT;
        saved.row.slot = l->slot[saved.vessel];
        if (saved.row.slot != VG_SLOT_NONE && !vg_pic_track_restore(l->p, &saved.row))
            return VG_CORRUPT;
    }
    return err;
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
        err = load_contact(l, i);
    for (uint32_t i = 0; i < head->held && !err; i++)
        err = load_held(l);
    for (uint32_t i = 0; i < head->blocks && !err; i++)
        err = load_block(l);
    if (!err)
        err = load_tracks(l);
    return err ? err : fits_together(l->p) ? VG_OK : VG_CORRUPT;
}

enum vg_err vg_picture_load(struct vg_picture *p, vg_picture_source *source, void *arg)
{
    return vg_picture_load_version(p, VG_PICTURE_SAVE_VERSION, source, arg);
}

enum vg_err vg_picture_load_version(struct vg_picture *p, uint32_t version, vg_picture_source *source, void *arg)
{
    struct saved_head head;
    uint8_t row[VG_SAVE_HEAD_MOST];
    struct loading l = {.p = p, .source = source, .arg = arg, .version = version};
    enum vg_err err = take(&l, row, vg_save_head_size);
    if (err)
        return err;
    vg_save_get_head(row, &head);
    if (head.counters != COUNTERS)
        return VG_UNSUPPORTED;
    if (!head_is_sound(&head))
        return VG_CORRUPT;
    p->counters = head.count;
    p->clock_known = head.clock_known;
    p->clock_us = head.clock_us;
    p->age_next_us = INT64_MIN; /* each row is looked at once */
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
