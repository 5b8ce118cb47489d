/*
 * Snapshots: what other threads see of the picture. Immutable, reference-counted, shared chunk by chunk.
 *
 * The owner publishes every tick; a chunk of vessels is copied only if one of them changed since the last time, so a
 * quiet picture costs nothing. A reader takes a reference to the newest, reads without a lock, and lets go. Holding one
 * for long keeps its chunks in memory: streams take a new one each time they write.
 */
#ifndef VG_PICTURE_SNAPSHOT_H
#define VG_PICTURE_SNAPSHOT_H

#include "picture/picture.h"
#include "vessel/rules.h"

#define VG_CHUNK_VESSELS 256

struct vg_picture_chunk; /* opaque: 256 vessels */
struct vg_track_rows;    /* opaque */

struct vg_snapshot {
    uint64_t seq;     /* of this publication; every vessel's move_seq and static_seq are ≤ it */
    int64_t clock_us; /* the picture's time */
    uint32_t vessels; /* alive */
    uint32_t chunks;  /* slots 0 … chunks × VG_CHUNK_VESSELS − 1 may be in use */
    struct vg_picture_counters counters;
    uint64_t turned_away[VG_SHARES][VG_TURNED_AWAY]; /* since the start, because the table was full */
    struct vg_track_rows *tracks;                    /* use the functions below */
    const struct vg_picture_chunk *chunk[];
};

/*
 * Publishes the present state as the newest snapshot, even if nothing changed (the clock did). VG_NOMEM: the newest
 * stays what it was and nothing is lost, the next publication shows it. Owner.
 */
enum vg_err vg_picture_publish(struct vg_picture *picture);

void vg_snapshot_turned_away(const struct vg_snapshot *snapshot, struct vg_turned_away_sums *ret);

/*
 * A reference to the newest snapshot, never NULL once something was published. Any thread. Let go with …_release()
 * (NULL is fine), which may happen after the picture was freed.
 */
const struct vg_snapshot *vg_snapshot_acquire(struct vg_picture *picture);
void vg_snapshot_release(const struct vg_snapshot *snapshot);

/* The largest move_seq or static_seq (or freeing) in a chunk: nothing in it is newer. Any thread. */
uint64_t vg_snapshot_chunk_seq(const struct vg_snapshot *snapshot, uint32_t chunk);

/* The vessel in a slot, or NULL if it is free. Valid while the snapshot is held. Any thread. */
const struct vg_contact *vg_snapshot_vessel(const struct vg_snapshot *snapshot, uint32_t slot);

/* The track of the contact in a slot, or NULL. Valid while the snapshot is held. Any thread. */
const struct vg_track_row *vg_snapshot_track(const struct vg_snapshot *snapshot, uint32_t slot);

/* The slot of the contact that claims an MMSI, or VG_SLOT_NONE. Scans arrays of them, 4 bytes a slot: some 10 µs for 50
 * 000. */
uint32_t vg_snapshot_find(const struct vg_snapshot *snapshot, uint32_t mmsi);
uint32_t vg_snapshot_find_id(const struct vg_snapshot *snapshot, uint64_t id); /* the same for a contact's id */

#endif
