/*
 * What the files of this room share. Nobody else includes it, but its tests.
 *
 * A vessel lives in a slot; 256 slots are a chunk. The owner keeps a `cell` for each chunk: the version it works on
 * ("live"), the version before it ("spare") and the owner's own state of each slot, which readers never see.
 *
 * Copy on write: publishing hands the live versions to the snapshot as they are and marks the cells shared. The first
 * write to a shared cell needs a version of its own: usually the spare, which no reader holds any more and which
 * differs from the live one in a few known slots, so only those are copied. Each change of a vessel costs one copy of
 * 440 bytes, memory is two versions of a chunk, and nothing is allocated in the steady state. (Rejected: copying dirty
 * chunks at publication: with 5 000 reports a second over 50 000 vessels all chunks are dirty all the time.) If a
 * reader still holds the spare, it keeps it, and the cell gets a fresh copy.
 */
#ifndef VG_PICTURE_INNER_H
#define VG_PICTURE_INNER_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/time.h"
#include "picture/picture.h"
#include "picture/snapshot.h"

#define CHUNK_WORDS (VG_CHUNK_VESSELS / 64)

/* One version of 256 vessels. Written by the owner while only its cell refers to it; immutable once published. */
struct vg_picture_chunk {
    _Atomic uint32_t refs; /* the cell (live or spare) and each snapshot that has it */
    uint64_t seq;
    uint64_t used[CHUNK_WORDS];
    uint32_t mmsi[VG_CHUNK_VESSELS]; /* apart from the vessels: a search reads 1 KiB a chunk */
    struct vg_contact vessel[VG_CHUNK_VESSELS];
};

/* Vessels that may be silent equally long. Each group is a list in order of arrival: its head is the first to go. */
#define GROUP_LIST(X)                                                                                                  \
    /* name, minutes of silence, rank: a lower one is evicted first */                                                 \
    X(UNKNOWN, 30, 0)                                                                                                  \
    X(A_MOVING, 30, 0)      /* says where it is every 2–10 s: 180 words missed */                                    \
    X(A_STILL, 60, 0)       /* every 3 min: 20 words missed */                                                         \
    X(B_MOVING, 30, 0)      /* every 5–30 s, at most every 3 min */                                                  \
    X(B_STILL, 60, 0)       /* every 3 min */                                                                          \
    X(FAR, 6 * 60, 0)       /* last seen by type 27, so by satellite: passes are 1–3 h apart */                      \
    X(FIXED, 24 * 60, 0)    /* base stations and aids stay where they are; that one fell silent is worth seeing */     \
    X(AIRCRAFT, 15, 0)      /* every 10 s; after 15 min at 150 kn its place says nothing */                            \
    X(DISTRESS_TEST, 15, 1) /* a test lasts minutes */                                                                 \
    X(DISTRESS, 12 * 60, 2) /* bursts every minute, but a wave or a satellite's pass may hide many of them */

enum group {
#define X(name, minutes, rank) GROUP_##name,
    GROUP_LIST(X)
#undef X
        GROUPS
};

struct list {
    uint32_t head, tail; /* slots */
};

struct link {
    uint32_t prev, next;
};

enum link_kind { LINK_GROUP, LINK_HELD, LINK_KINDS };

/* A believed position as it was said: to know it again when another receiver brings it. */
struct heard {
    struct vg_pos pos;
    uint32_t time_ms; /* low half */
    uint16_t source, sog_dkn, cog_ddeg;
    uint16_t present;
};

#define HEARD_KEPT 4 /* an internet feed may be four reports of a fast ship behind a receiver on the roof */

/* What the owner knows of a slot and readers don't need. */
struct slot_state {
    struct link link[LINK_KINDS]; /* LINK_GROUP also chains free slots */
    int64_t arrival_us;           /* on the clock of arrivals (picture->elapsed_us) */
    uint64_t arrival_no;          /* arrivals in the same tick have an order too */
    int64_t held_arrival_us;
    int64_t moved_arrival_us;
    uint64_t trail_dropped;
    uint32_t trail_first, trail_last; /* blocks */
    uint32_t trail_points;
    uint16_t held_silence; /* positions held since a believed one came */
    uint8_t held_run;      /* how many of the last ones agree with each other */
    uint8_t moves;         /* held places adopted lately: each one doubles the proof for the next */
    uint8_t believed_run;  /* positions believed since the last of them */
    uint8_t group;
    uint8_t heard_next;
    bool used, held, dwelling;
    struct heard heard[HEARD_KEPT];
};

struct cell {
    struct vg_picture_chunk *live;
    struct vg_picture_chunk *spare; /* the version published before, or NULL */
    uint64_t differs[CHUNK_WORDS];  /* slots in which live and spare differ */
    bool shared;                    /* live is in a snapshot: not to be written */
    struct slot_state state[VG_CHUNK_VESSELS];
};

struct identity {
    uint32_t mmsi, slot;
};

/* 30 points that follow each other in one trail. 512 bytes. */
struct trail_block {
    uint32_t owner; /* slot; VG_SLOT_NONE: free */
    uint32_t next;  /* in the trail, or in the free list */
    uint32_t older, newer;
    uint8_t first, end; /* points first … end − 1 are in use */
    uint16_t reserved;
    uint32_t breaks; /* bit i: point i begins a segment */
    int64_t base_ms;
    struct packed_point {
        uint32_t after_ms; /* base_ms */
        struct vg_pos pos;
        uint16_t sog_dkn, cog_ddeg;
    } point[30];
};

#define TRAIL_BLOCK_POINTS 30
#define TRAIL_SLAB_BLOCKS  512
_Static_assert(sizeof(struct trail_block) == 512, "a slab is 256 KiB");

#define BLOCK_NONE UINT32_MAX

struct trails {
    struct trail_block **slab; /* allocated on demand */
    uint32_t slabs, slabs_max;
    uint32_t blocks, blocks_max; /* handed out so far (in use or free), and the budget */
    uint32_t used;
    uint32_t free;           /* chain */
    uint32_t oldest, newest; /* all used blocks by age */
};

struct vg_picture {
    struct vg_picture_limits limits;
    struct vg_picture_counters counters;
    vg_picture_on_distress *on_distress;
    void *on_distress_arg;
    bool clock_known;
    int64_t clock_us;
    int64_t elapsed_us; /* the clock of arrivals: what the clock went forward in all */
    uint64_t arrivals;
    uint64_t seq; /* of the newest snapshot */
    uint32_t count;
    uint32_t slots; /* handed out so far: used or in the free list */
    uint32_t free_slot;
    uint32_t chunks, chunks_max;
    struct cell **cell;
    struct identity *identity; /* open addressing, linear probing, at most half full */
    uint32_t identity_mask;
    struct list group[GROUPS];
    struct list held;
    struct trails trails;
    pthread_mutex_t newest_lock; /* guards the pointer and the taking of a reference to what it points to */
    const struct vg_snapshot *newest;
};

/* What one report's position turned out to be. */
enum verdict {
    VERDICT_NO_POSITION,
    VERDICT_BELIEVED,
    VERDICT_ADOPTED, /* believed, and it is where the held ones were */
    VERDICT_DUPLICATE,
    VERDICT_LATE,
    VERDICT_HELD,
};

/* ---- table.c: memory, slots, identities, lists ---- */

/* Tests: allocations of this thread that still succeed; negative: all do. */
extern _Thread_local int64_t vg_pic_allocations_left;
void *vg_pic_alloc(size_t count, size_t size); /* zeroed */

enum vg_err vg_pic_table_init(struct vg_picture *p);
void vg_pic_table_free(struct vg_picture *p);
uint32_t vg_pic_find(const struct vg_picture *p, uint32_t mmsi);
uint32_t vg_pic_home(const struct vg_picture *p, uint32_t mmsi);

/* A free slot for a new identity, its vessel blank, in no group. VG_SLOT_NONE if there is none or memory is out. */
uint32_t vg_pic_slot_take(struct vg_picture *p, uint32_t mmsi);

/* Frees a slot that is in no list. False, nothing changed, if memory is out. */
bool vg_pic_slot_give(struct vg_picture *p, uint32_t slot);

/* The vessel, to be changed; NULL if it is published and memory for a copy can't be had. */
struct vg_contact *vg_pic_edit(struct vg_picture *p, uint32_t slot);
void vg_pic_chunk_unref(const struct vg_picture_chunk *chunk);

void vg_pic_list_add(struct vg_picture *p, struct list *list, enum link_kind kind, uint32_t slot); /* at the tail */
void vg_pic_list_remove(struct vg_picture *p, struct list *list, enum link_kind kind, uint32_t slot);

static inline struct cell *vg_pic_cell(const struct vg_picture *p, uint32_t slot)
{
    return p->cell[slot / VG_CHUNK_VESSELS];
}

static inline struct slot_state *vg_pic_state(const struct vg_picture *p, uint32_t slot)
{
    return &vg_pic_cell(p, slot)->state[slot % VG_CHUNK_VESSELS];
}

static inline const struct vg_contact *vg_pic_vessel(const struct vg_picture *p, uint32_t slot)
{
    return &vg_pic_cell(p, slot)->live->vessel[slot % VG_CHUNK_VESSELS];
}

/* ---- trail.c ---- */

enum vg_err vg_pic_trails_init(struct trails *trails, size_t bytes);
void vg_pic_trails_free(struct trails *trails);

/* A believed position: adds a point, extends a dwell, or leaves it out. */
void vg_pic_trail_add(struct vg_picture *p, uint32_t slot, const struct vg_contact *vessel, bool segment);
void vg_pic_trail_clear(struct vg_picture *p, uint32_t slot);
bool vg_pic_trails_check(const struct vg_picture *p);

/*
 * Appends a block of a saved trail; `first`, `end`, `base_ms`, `breaks` and the points count. False if it can't stand
 * behind what the trail has. A store that is full drops the oldest, or this one, and counts.
 */
bool vg_pic_trail_restore(struct vg_picture *p, uint32_t slot, const struct trail_block *saved);
void vg_pic_trail_fit(struct vg_picture *p, uint32_t slot); /* after the last: within the vessel's share */

static inline struct trail_block *vg_pic_block(const struct trails *trails, uint32_t block)
{
    return &trails->slab[block / TRAIL_SLAB_BLOCKS][block % TRAIL_SLAB_BLOCKS];
}

/* ---- gate.c: which positions to believe ---- */

/* Judges the report's position and keeps the books of the held ones; the vessel's position is the caller's to set. */
enum verdict vg_pic_gate(struct vg_picture *p, uint32_t slot, struct vg_contact *vessel, const struct vg_report *report,
                         int64_t time_ms);

/* The held place is no longer kept apart. */
void vg_pic_unhold(struct vg_picture *p, uint32_t slot, struct vg_contact *vessel);

/* ---- believe.c: fields, class, flags ---- */

/* More than a wrong time zone; a file that is replayed fast may run this far before its clock. */
#define AHEAD_DEFAULT_US VG_DAY_US

/* The time to take a report for, in whole milliseconds, 1 … 2^44 − 1. */
int64_t vg_pic_report_time_ms(struct vg_picture *p, const struct vg_report *report);

/* True if a word of time_ms may replace one of known_ms (0: never said). */
bool vg_pic_newer(const struct vg_picture *p, int64_t time_ms, uint64_t known_ms);

/* Writes the report's fields, but those of position and movement only if its position is believed. */
void vg_pic_believe(struct vg_picture *p, struct vg_contact *vessel, const struct vg_report *report, int64_t time_ms,
                    enum verdict verdict, bool *ret_static_changed);

/* Under way or not, calling for help or not, from the fields. */
void vg_pic_update_state(struct vg_contact *vessel);
bool vg_pic_is_still(const struct vg_contact *vessel);
uint8_t vg_pic_distress_of(const struct vg_contact *vessel); /* VG_CONTACT_DISTRESS, …_TEST, or 0 */

enum group vg_pic_group_of(const struct vg_contact *vessel);
int64_t vg_pic_group_silence_us(enum group group);
int vg_pic_group_rank(enum group group);

#endif
