/* Publishing, and what readers may do with what was published. */
#include "picture/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "picture/inner.h"

/* A snapshot stands behind its count of references: the public struct ends in the array of chunks. */
struct box {
    _Atomic uint32_t refs;
    uint32_t reserved;
};

_Static_assert(sizeof(struct box) % _Alignof(struct vg_snapshot) == 0, "the snapshot follows the box");

static struct box *box_of(const struct vg_snapshot *snapshot)
{
    return (struct box *)snapshot - 1; /* immutable but for the count */
}

void vg_snapshot_release(const struct vg_snapshot *snapshot)
{
    if (!snapshot || atomic_fetch_sub_explicit(&box_of(snapshot)->refs, 1, memory_order_acq_rel) != 1)
        return;
    for (uint32_t i = 0; i < snapshot->chunks; i++)
        vg_pic_chunk_unref(snapshot->chunk[i]);
    vg_pic_track_rows_unref(snapshot->tracks);
    free(box_of(snapshot));
}

enum vg_err vg_picture_publish(struct vg_picture *p)
{
    struct box *box =
        vg_pic_alloc(1, sizeof *box + sizeof(struct vg_snapshot) + p->chunks * sizeof(struct vg_picture_chunk *));
    struct vg_track_rows *tracks = box ? vg_pic_tracks_publish(p) : NULL;
    if (!tracks) {
        free(box);
        return VG_NOMEM;
    }
    struct vg_snapshot *snapshot = (struct vg_snapshot *)(box + 1);
    atomic_init(&box->refs, 1);
    vg_pic_age(p);
    p->seq++;
    snapshot->seq = p->seq;
    snapshot->clock_us = p->clock_us;
    snapshot->vessels = p->count;
    snapshot->chunks = p->chunks;
    snapshot->counters = p->counters;
    snapshot->tracks = tracks;
    memcpy(snapshot->turned_away, p->turned_away, sizeof p->turned_away);
    for (uint32_t i = 0; i < p->chunks; i++) {
        struct cell *cell = p->cell[i];
        cell->shared = true;
        atomic_fetch_add_explicit(&cell->live->refs, 1, memory_order_relaxed);
        snapshot->chunk[i] = cell->live;
    }
    pthread_mutex_lock(&p->newest_lock);
    const struct vg_snapshot *before = p->newest;
    p->newest = snapshot;
    pthread_mutex_unlock(&p->newest_lock);
    vg_snapshot_release(before);
    return VG_OK;
}

const struct vg_snapshot *vg_snapshot_acquire(struct vg_picture *p)
{
    /* The lock closes the gap between reading the pointer and counting: without it the owner could free in between. */
    pthread_mutex_lock(&p->newest_lock);
    const struct vg_snapshot *snapshot = p->newest;
    if (snapshot)
        atomic_fetch_add_explicit(&box_of(snapshot)->refs, 1, memory_order_relaxed);
    pthread_mutex_unlock(&p->newest_lock);
    return snapshot;
}

void vg_snapshot_turned_away(const struct vg_snapshot *snapshot, struct vg_turned_away_sums *ret)
{
    vg_pic_turned_away_sums(snapshot->turned_away, ret);
}

uint64_t vg_snapshot_chunk_seq(const struct vg_snapshot *snapshot, uint32_t chunk)
{
    return chunk < snapshot->chunks ? snapshot->chunk[chunk]->seq : 0;
}

static inline bool chunk_uses(const struct vg_picture_chunk *chunk, unsigned i)
{
    return chunk->used[i / 64] >> i % 64 & 1;
}

const struct vg_contact *vg_snapshot_vessel(const struct vg_snapshot *snapshot, uint32_t slot)
{
    if (slot / VG_CHUNK_VESSELS >= snapshot->chunks)
        return NULL;
    const struct vg_picture_chunk *chunk = snapshot->chunk[slot / VG_CHUNK_VESSELS];
    unsigned i = slot % VG_CHUNK_VESSELS;
    return chunk_uses(chunk, i) ? &chunk->vessel[i] : NULL;
}

const struct vg_track_row *vg_snapshot_track(const struct vg_snapshot *snapshot, uint32_t slot)
{
    if (slot / VG_CHUNK_VESSELS >= snapshot->chunks)
        return NULL;
    uint32_t row = snapshot->chunk[slot / VG_CHUNK_VESSELS]->track[slot % VG_CHUNK_VESSELS];
    return row ? &snapshot->tracks->row[row - 1] : NULL;
}

uint32_t vg_snapshot_find(const struct vg_snapshot *snapshot, uint32_t mmsi)
{
    for (uint32_t c = 0; c < snapshot->chunks; c++) {
        const struct vg_picture_chunk *chunk = snapshot->chunk[c];
        unsigned hits = 0; /* counted without a branch, so that the compiler makes vectors of it */
        for (unsigned i = 0; i < VG_CHUNK_VESSELS; i++)
            hits += chunk->mmsi[i] == mmsi;
        for (unsigned i = 0; hits && i < VG_CHUNK_VESSELS; i++)
            if (chunk->mmsi[i] == mmsi && chunk_uses(chunk, i) && !chunk->vessel[i].from_track)
                return c * VG_CHUNK_VESSELS + i;
    }
    return VG_SLOT_NONE;
}

uint32_t vg_snapshot_find_id(const struct vg_snapshot *snapshot, uint64_t id)
{
    for (uint32_t c = 0; c < snapshot->chunks; c++) {
        const struct vg_picture_chunk *chunk = snapshot->chunk[c];
        unsigned hits = 0;
        for (unsigned i = 0; i < VG_CHUNK_VESSELS; i++)
            hits += chunk->id[i] == id;
        for (unsigned i = 0; hits && i < VG_CHUNK_VESSELS; i++)
            if (chunk->id[i] == id && chunk_uses(chunk, i))
                return c * VG_CHUNK_VESSELS + i;
    }
    return VG_SLOT_NONE;
}
