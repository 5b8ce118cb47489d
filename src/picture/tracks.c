/*
 * Tracks on contacts. The tracker (track/track.h) says what a thing is thought to be; here it becomes a contact of its
 * own, or a row beside the contact that claims the same MMSI. Rows have numbers that last as long as they do, so a
 * chunk refers to one, and a snapshot has them all in one copy, made only if one of them changed.
 */
#include <stdlib.h>
#include <string.h>

#include "picture/inner.h"

#define ROWS_FIRST 64
#define ROW_NONE   UINT32_MAX

/* ---- rows and their index by the track's id ---- */

static uint32_t home_of(const struct tracks *t, uint64_t id)
{
    return (uint32_t)(id * UINT64_C(0x9E3779B97F4A7C15) >> 32) & t->mask;
}

static struct track_index *find_place(const struct tracks *t, uint64_t id)
{
    uint32_t i = home_of(t, id);
    while (t->index[i].id && t->index[i].id != id)
        i = (i + 1) & t->mask;
    return &t->index[i];
}

static struct vg_track_row *find_row(const struct tracks *t, uint64_t id)
{
    const struct track_index *at = find_place(t, id);
    return at->id ? &t->row[at->row] : NULL;
}

static void index_remove(struct tracks *t, uint64_t id)
{
    uint32_t hole = (uint32_t)(find_place(t, id) - t->index);
    for (uint32_t i = hole; t->index[i].id;) { /* Knuth 6.4, algorithm R, as in table.c */
        i = (i + 1) & t->mask;
        if (!t->index[i].id)
            break;
        uint32_t home = home_of(t, t->index[i].id);
        if (((i - home) & t->mask) >= ((i - hole) & t->mask)) {
            t->index[hole] = t->index[i];
            hole = i;
        }
    }
    t->index[hole].id = 0;
}

/* Room for twice as many. The index is at most a quarter full then. False: no memory, nothing changed. */
static bool grow(struct tracks *t)
{
    const uint32_t room = t->room ? 2 * t->room : ROWS_FIRST;
    struct vg_track_row *row = vg_pic_alloc(room, sizeof *row);
    uint32_t *next_free = vg_pic_alloc(room, sizeof *next_free);
    struct track_index *index = vg_pic_alloc((size_t)room * 4, sizeof *index);
    if (!row || !next_free || !index) {
        free(row);
        free(next_free);
        free(index);
        return false;
    }
    if (t->count) {
        memcpy(row, t->row, t->count * sizeof *row);
        memcpy(next_free, t->next_free, t->count * sizeof *next_free);
    }
    free(t->row);
    free(t->next_free);
    free(t->index);
    t->row = row;
    t->next_free = next_free;
    t->index = index;
    t->room = room;
    t->mask = room * 4 - 1;
    for (uint32_t i = 0; i < t->count; i++)
        if (row[i].slot != VG_SLOT_NONE && !(row[i].facts & VG_TRACK_OVER))
            *find_place(t, row[i].track.id) = (struct track_index){.id = row[i].track.id, .row = i};
    return true;
}

enum vg_err vg_pic_tracks_init(struct tracks *t)
{
    t->free = ROW_NONE;
    t->changed = true;
    return grow(t) ? VG_OK : VG_NOMEM;
}

void vg_pic_track_rows_unref(struct vg_track_rows *rows)
{
    if (rows && atomic_fetch_sub_explicit(&rows->refs, 1, memory_order_acq_rel) == 1)
        free(rows);
}

void vg_pic_tracks_free(struct tracks *t)
{
    vg_pic_track_rows_unref(t->published);
    free(t->row);
    free(t->next_free);
    free(t->index);
}

struct vg_track_rows *vg_pic_tracks_publish(struct vg_picture *p)
{
    struct tracks *t = &p->tracks;
    if (t->changed) {
        struct vg_track_rows *rows = vg_pic_alloc(1, sizeof *rows + t->count * sizeof *rows->row);
        if (!rows)
            return NULL;
        atomic_init(&rows->refs, 1);
        rows->count = t->count;
        if (t->count)
            memcpy(rows->row, t->row, t->count * sizeof *rows->row);
        vg_pic_track_rows_unref(t->published);
        t->published = rows;
        t->changed = false;
    }
    atomic_fetch_add_explicit(&t->published->refs, 1, memory_order_relaxed);
    return t->published;
}

/* ---- which contact has which row ---- */

static uint32_t *place_in_chunk(const struct vg_picture *p, uint32_t slot)
{
    return &vg_pic_cell(p, slot)->live->track[slot % VG_CHUNK_VESSELS];
}

static struct vg_track_row *row_in(const struct vg_picture *p, uint32_t slot)
{
    const uint32_t row = *place_in_chunk(p, slot);
    return row ? &p->tracks.row[row - 1] : NULL;
}

/* The row of a slot goes; the slot's chunk was edited. */
static void take_row_away(struct vg_picture *p, uint32_t slot)
{
    struct tracks *t = &p->tracks;
    struct vg_track_row *row = row_in(p, slot);
    if (!row)
        return;
    if (!(row->facts & VG_TRACK_OVER))
        index_remove(t, row->track.id);
    const uint32_t number = (uint32_t)(row - t->row);
    memset(row, 0, sizeof *row);
    row->slot = VG_SLOT_NONE;
    t->next_free[number] = t->free;
    t->free = number;
    t->used--;
    t->changed = true;
    *place_in_chunk(p, slot) = 0;
}

void vg_pic_track_leave(struct vg_picture *p, uint32_t slot)
{
    take_row_away(p, slot);
}

/* A row for a slot that has none; the slot's chunk was edited. NULL: no memory. */
static struct vg_track_row *give_row(struct vg_picture *p, uint32_t slot, uint64_t id)
{
    struct tracks *t = &p->tracks;
    if (t->free == ROW_NONE && t->count == t->room && !grow(t))
        return NULL;
    const uint32_t number = t->free != ROW_NONE ? t->free : t->count++;
    if (number == t->free)
        t->free = t->next_free[number];
    struct vg_track_row *row = &t->row[number];
    memset(row, 0, sizeof *row);
    row->slot = slot;
    row->track.id = id;
    t->used++;
    *find_place(t, id) = (struct track_index){.id = id, .row = number};
    *place_in_chunk(p, slot) = number + 1;
    return row;
}

/* The contact stays, and readers are told that no track holds it. The slot's chunk was edited. */
static void end_row(struct vg_picture *p, struct vg_track_row *row)
{
    index_remove(&p->tracks, row->track.id);
    const uint32_t slot = row->slot;
    memset(row, 0, sizeof *row);
    row->slot = slot;
    row->facts = VG_TRACK_OVER;
    row->seq = p->seq + 1;
    vg_pic_cell(p, slot)->live->seq = p->seq + 1;
    p->tracks.changed = true;
}

const struct vg_track_row *vg_picture_track_row(const struct vg_picture *p, uint64_t track_id)
{
    return track_id ? find_row(&p->tracks, track_id) : NULL;
}

const struct vg_track_row *vg_picture_track_in(const struct vg_picture *p, uint32_t slot)
{
    return slot < p->slots ? row_in(p, slot) : NULL;
}

uint32_t vg_picture_slots(const struct vg_picture *p)
{
    return p->slots;
}

uint32_t vg_picture_tracks(const struct vg_picture *p)
{
    return p->tracks.used;
}

/* ---- what a contact gets of its track ---- */

static uint16_t rounded(double value, double most)
{
    return (uint16_t)(value < 0 ? 0 : value > most ? most : value + 0.5);
}

/* Place, speed and course are the track's. True if it moved to another place. */
static bool take_estimate(struct vg_contact *v, const struct vg_track *t)
{
    const struct vg_pos before = v->pos;
    const struct vg_prov said = vg_prov_of(t->seen_us, t->source, 0, t->journal_offset);
    v->pos = vg_pos_from_deg(t->lon_deg, t->lat_deg);
    v->sog_dkn = rounded(t->speed_kn * 10, 1022);
    v->cog_ddeg = rounded(t->course_deg * 10, 3599);
    v->prov[VG_FIELD_POS] = v->prov[VG_FIELD_SOG] = v->prov[VG_FIELD_COG] = said;
    if (t->seen_us > v->heard_us)
        v->heard_us = t->seen_us / 1000 * 1000;
    vg_contact_update_flags(v);
    return v->pos.lon_e4min != before.lon_e4min || v->pos.lat_e4min != before.lat_e4min;
}

/* The measurement is the newest word of where the contact is. A contact of AIS says it itself as long as it speaks. */
static bool is_placed_by_track(const struct vg_contact *v, const struct vg_track *t)
{
    const int64_t said_us = (int64_t)v->prov[VG_FIELD_POS].time_ms * 1000;
    if (v->from_track || !vg_contact_said(v, VG_FIELD_POS))
        return true;
    return (t->seen_by & ~UINT64_C(1)) && t->seen_us > said_us + VG_TRACK_TAKES_OVER_US;
}

static uint32_t begin_contact(struct vg_picture *p, const struct vg_track *t)
{
    struct vg_contact begun = {0};
    struct vg_memory memory = {0};
    if ((t->existence < 0.5 || !(t->seen_by & ~UINT64_C(1))) && !t->kept)
        return VG_SLOT_NONE; /* what speaks for itself has its contact already */
    begun.id = t->id;
    begun.from_track = true;
    begun.class = VG_CLASS_UNKNOWN;
    begun.pos = begun.held_pos = VG_POS_NONE;
    uint32_t slot = vg_pic_add(p, &begun, &memory, t->source);
    if (slot == VG_SLOT_NONE)
        p->counters.no_memory++;
    return slot;
}

/* The contact that claims the track's MMSI, unless another track holds it; else the track's own, which may begin. */
static uint32_t find_contact(struct vg_picture *p, const struct vg_track *t, bool *ret_added)
{
    uint32_t slot = t->mmsi ? vg_pic_find(p, t->mmsi) : VG_SLOT_NONE;
    const struct vg_track_row *there = slot == VG_SLOT_NONE ? NULL : row_in(p, slot);
    *ret_added = false;
    if (slot != VG_SLOT_NONE && (!there || there->facts & VG_TRACK_OVER || there->track.id == t->id))
        return slot;
    slot = vg_pic_find_id(p, t->id);
    if (slot != VG_SLOT_NONE)
        return slot;
    slot = begin_contact(p, t);
    *ret_added = slot != VG_SLOT_NONE;
    return slot;
}

/* The track is shown on another contact from now on: what was its own goes, another's stays without it. */
static bool leave_contact(struct vg_picture *p, struct vg_track_row *row)
{
    const uint32_t slot = row->slot;
    if (vg_pic_vessel(p, slot)->from_track) {
        if (!vg_pic_drop(p, slot, false))
            return false;
        p->counters.expired++;
        return true;
    }
    if (!vg_pic_edit_moving(p, slot))
        return false;
    end_row(p, row);
    return true;
}

/* Which sensor held it when: a span goes on, or a new one begins and the one that ended first gives way. */
static void note_held(struct vg_track_row *row, const struct vg_track *t)
{
    const uint32_t now_s = t->seen_us > 0 ? (uint32_t)(t->seen_us / VG_SECOND_US) : 0;
    for (uint64_t bits = t->seen_by; bits; bits &= bits - 1) {
        const uint8_t sensor = (uint8_t)__builtin_ctzll(bits);
        struct vg_held_span *oldest = &row->held[0], *own = NULL;
        for (size_t i = 0; i < VG_HELD_SPANS; i++) {
            struct vg_held_span *span = &row->held[i];
            if (span->to_s && span->sensor == sensor && span->to_s + VG_HELD_GAP_S >= now_s)
                own = span;
            if (span->to_s < oldest->to_s)
                oldest = span;
        }
        if (!own)
            *oldest = (struct vg_held_span){.sensor = sensor, .from_s = now_s, .to_s = now_s};
        else if (own->to_s < now_s)
            own->to_s = now_s;
    }
}

static uint16_t facts_of(const struct vg_track *t, const struct vg_contact *v)
{
    static const struct {
        uint8_t kind;
        uint16_t fact;
    } same[] = {{VG_TRACK_EVENT_UNSEEN, VG_TRACK_UNSEEN},
                {VG_TRACK_EVENT_DARK, VG_TRACK_DARK},
                {VG_TRACK_EVENT_TWO_CLAIMS, VG_TRACK_TWO_CLAIMS},
                {VG_TRACK_EVENT_TWO_ECHOES, VG_TRACK_TWO_ECHOES}};
    unsigned facts =
        (v->from_track ? 0 : VG_TRACK_BOUND) | (t->airborne ? VG_TRACK_AIRBORNE : 0) | (t->kept ? VG_TRACK_KEPT : 0);
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        if (t->facts >> same[i].kind & 1)
            facts |= same[i].fact;
    return (uint16_t)facts;
}

bool vg_picture_track(struct vg_picture *p, const struct vg_track *t, uint8_t kind, struct vg_update *ret)
{
    struct vg_update update = {0};
    const uint32_t slot = find_contact(p, t, &update.added);
    struct vg_track_row *row = find_row(&p->tracks, t->id);
    if (slot == VG_SLOT_NONE)
        return false;
    if (row && row->slot != slot && !leave_contact(p, row))
        return false;
    struct vg_contact *v = vg_pic_edit(p, slot);
    if (!v)
        return false;
    if (!update.added)
        vg_pic_show(v, &update.before);
    row = row_in(p, slot);
    if (row && row->facts & VG_TRACK_OVER)
        take_row_away(p, slot);
    row = row_in(p, slot) ? row_in(p, slot) : give_row(p, slot, t->id);
    if (!row) {
        p->counters.no_memory++;
        return false;
    }
    const bool measured = t->seen_us > row->track.seen_us;
    row->track = *t;
    row->facts = facts_of(t, v);
    note_held(row, t);
    row->kind = kind;
    row->seq = p->seq + 1;
    p->tracks.changed = true;
    update.verdict = VG_VERDICT_NO_POSITION;
    if (is_placed_by_track(v, t)) {
        update.verdict = VG_VERDICT_BELIEVED;
        update.fields = VG_FIELD_BIT(POS) | VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG);
        if (take_estimate(v, t))
            vg_pic_trail_add(p, slot, v, false);
    }
    if (v->from_track)
        v->reports += measured || !v->reports;
    struct slot_state *state = vg_pic_state(p, slot);
    if (update.added)
        state->memory.since_us = p->elapsed_us;
    if (update.added || (measured && t->seen_by & ~UINT64_C(1))) {
        state->memory.arrival_us = p->elapsed_us;
        vg_pic_arrived(p, v, t->source);
    }
    uint32_t aged;
    vg_pic_look_at_age(p, v, update.fields, &aged);
    vg_pic_show(v, &update.after);
    update.contact = v;
    update.static_changed = update.added;
    vg_pic_changed(p, v, update.added || memcmp(&update.before, &update.after, sizeof update.before) != 0,
                   update.added);
    vg_pic_cell(p, slot)->live->seq = p->seq + 1; /* its row is to be told */
    vg_pic_tell(p, &update);
    if (ret)
        *ret = update;
    return true;
}

void vg_picture_track_over(struct vg_picture *p, uint64_t track_id, bool hide)
{
    struct vg_track_row *row = track_id ? find_row(&p->tracks, track_id) : NULL;
    if (!row)
        return;
    const uint32_t slot = row->slot;
    const struct vg_track *t = &row->track;
    const bool worth = t->seen_us - t->began_us >= VG_TRACK_WORTH_US && !t->airborne && !hide;
    if (vg_pic_vessel(p, slot)->from_track && !worth) {
        p->counters.expired += vg_pic_drop(p, slot, false);
        return;
    }
    if (vg_pic_edit_moving(p, slot)) /* without memory it is shown until its contact goes */
        end_row(p, row);
}

bool vg_picture_set_name(struct vg_picture *p, uint64_t id, const char *name, const struct vg_prov *said)
{
    const uint32_t slot = vg_pic_find_id(p, id);
    struct vg_contact *v = slot == VG_SLOT_NONE ? NULL : vg_pic_edit(p, slot);
    if (!v)
        return false;
    if (vg_contact_said(v, VG_FIELD_NAME) && v->prov[VG_FIELD_NAME].message)
        return true; /* her own word */
    struct vg_update update = {.contact = v, .verdict = VG_VERDICT_NO_POSITION, .static_changed = true};
    vg_pic_show(v, &update.before);
    memset(v->name, 0, sizeof v->name);
    memcpy(v->name, name, strnlen(name, sizeof v->name - 1));
    v->prov[VG_FIELD_NAME] = *name ? *said : (struct vg_prov){0};
    vg_pic_show(v, &update.after);
    vg_pic_changed(p, v, false, true);
    vg_pic_tell(p, &update);
    return true;
}

/* ---- a picture that is loaded, and checked ---- */

bool vg_pic_track_restore(struct vg_picture *p, const struct vg_track_row *saved)
{
    if (saved->slot >= p->slots || !vg_pic_state(p, saved->slot)->used || row_in(p, saved->slot) || !saved->track.id ||
        find_row(&p->tracks, saved->track.id) || saved->facts & VG_TRACK_OVER || !vg_pic_edit(p, saved->slot))
        return false;
    struct vg_track_row *row = give_row(p, saved->slot, saved->track.id);
    if (!row)
        return false;
    *row = *saved;
    row->seq = p->seq + 1;
    p->tracks.changed = true;
    return true;
}

bool vg_pic_tracks_check(const struct vg_picture *p)
{
    const struct tracks *t = &p->tracks;
    uint32_t used = 0, unclaimed = 0, indexed = 0;
    for (uint32_t i = 0; i < t->count; i++) {
        const struct vg_track_row *row = &t->row[i];
        if (row->slot == VG_SLOT_NONE)
            continue;
        used++;
        if (row->slot >= p->slots || !vg_pic_state(p, row->slot)->used || row_in(p, row->slot) != row ||
            row->seq > p->seq + 1)
            return false;
        if (!(row->facts & VG_TRACK_OVER) && find_row(t, row->track.id) != row)
            return false;
        indexed += !(row->facts & VG_TRACK_OVER);
    }
    for (uint32_t slot = 0; slot < p->slots; slot++)
        unclaimed += vg_pic_state(p, slot)->used && vg_pic_vessel(p, slot)->from_track;
    for (uint32_t i = 0; i <= t->mask; i++)
        indexed -= t->index[i].id != 0;
    return used == t->used && unclaimed == p->unclaimed && indexed == 0;
}
