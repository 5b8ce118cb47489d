/*
 * Rows of tracks beside the slots of their contacts. They have numbers that last as long as they do, so a chunk refers
 * to one, and a snapshot has them all in one copy, made only if one of them changed.
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

struct vg_track_row *vg_pic_row_find(const struct tracks *t, uint64_t id)
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

struct vg_track_row *vg_pic_row_in(const struct vg_picture *p, uint32_t slot)
{
    const uint32_t row = *place_in_chunk(p, slot);
    return row ? &p->tracks.row[row - 1] : NULL;
}

void vg_pic_track_leave(struct vg_picture *p, uint32_t slot)
{
    struct tracks *t = &p->tracks;
    struct vg_track_row *row = vg_pic_row_in(p, slot);
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

struct vg_track_row *vg_pic_row_give(struct vg_picture *p, uint32_t slot, uint64_t id)
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

void vg_pic_row_end(struct vg_picture *p, struct vg_track_row *row)
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
    return track_id ? vg_pic_row_find(&p->tracks, track_id) : NULL;
}

const struct vg_track_row *vg_picture_track_in(const struct vg_picture *p, uint32_t slot)
{
    return slot < p->slots ? vg_pic_row_in(p, slot) : NULL;
}

uint32_t vg_picture_slots(const struct vg_picture *p)
{
    return p->slots;
}

uint32_t vg_picture_tracks(const struct vg_picture *p)
{
    return p->tracks.used;
}

/* ---- a picture that is loaded, and checked ---- */

bool vg_pic_track_restore(struct vg_picture *p, const struct vg_track_row *saved)
{
    if (saved->slot >= p->slots || !vg_pic_state(p, saved->slot)->used || vg_pic_row_in(p, saved->slot) ||
        !saved->track.id || vg_pic_row_find(&p->tracks, saved->track.id) || saved->facts & VG_TRACK_OVER ||
        !vg_pic_edit(p, saved->slot))
        return false;
    struct vg_track_row *row = vg_pic_row_give(p, saved->slot, saved->track.id);
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
        if (row->slot >= p->slots || !vg_pic_state(p, row->slot)->used || vg_pic_row_in(p, row->slot) != row ||
            row->seq > p->seq + 1)
            return false;
        if (!(row->facts & VG_TRACK_OVER) && vg_pic_row_find(t, row->track.id) != row)
            return false;
        indexed += !(row->facts & VG_TRACK_OVER);
    }
    for (uint32_t slot = 0; slot < p->slots; slot++)
        unclaimed += vg_pic_state(p, slot)->used && vg_pic_vessel(p, slot)->from_track;
    for (uint32_t i = 0; i <= t->mask; i++)
        indexed -= t->index[i].id != 0;
    return used == t->used && unclaimed == p->unclaimed && indexed == 0;
}
