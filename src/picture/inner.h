/*
 * What the files of this room share. Nobody else includes it, but its tests.
 *
 * A vessel lives in a slot; 256 slots are a chunk. The owner keeps a `cell` for each chunk: the version it works on
 * ("live"), the version before it ("spare") and the owner's own state of each slot, which readers never see.
 *
 * Copy on write: publishing hands the live versions to the snapshot as they are and marks the cells shared. The first
 * write to a shared cell needs a version of its own: usually the spare, which no reader holds any more and which
 * differs from the live one in a few known slots, so only those are copied. Each change of a vessel costs one copy of
 * 240 bytes (550 if more than what moves has changed), memory is two versions of a chunk, and nothing is allocated in
 * the steady state. (Rejected: copying dirty chunks at publication: with 5 000 reports a second over 50 000 vessels all
 * chunks are dirty all the time.) If a reader still holds the spare, it keeps it, and the cell gets a fresh copy.
 */
#ifndef VG_PICTURE_INNER_H
#define VG_PICTURE_INNER_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/time.h"
#include "picture/picture.h"
#include "picture/snapshot.h"
#include "vessel/belief.h"
#include "vessel/rules.h"

#define CHUNK_WORDS (VG_CHUNK_VESSELS / 64)

/* One version of 256 vessels. Written by the owner while only its cell refers to it; immutable once published. */
struct vg_picture_chunk {
    _Atomic uint32_t refs; /* the cell (live or spare) and each snapshot that has it */
    uint64_t seq;
    uint64_t used[CHUNK_WORDS];
    uint64_t id[VG_CHUNK_VESSELS];    /* apart from the contacts: a search reads 2 KiB a chunk */
    uint32_t mmsi[VG_CHUNK_VESSELS];  /* likewise */
    uint32_t track[VG_CHUNK_VESSELS]; /* row of its track, from 1 on; 0: none */
    struct vg_contact vessel[VG_CHUNK_VESSELS];
};

#define GROUPS VG_SILENCE_GROUPS /* contacts that may be silent equally long: a list in order of arrival each */

struct list {
    uint32_t head, tail; /* slots */
};

struct link {
    uint32_t prev, next;
};

enum link_kind { LINK_GROUP, LINK_HELD, LINK_POOL, LINK_KINDS };

/* How well a contact is known: what is invented is heard once, or for a while. */
enum tier { TIER_ONCE, TIER_OFTEN, TIER_ESTABLISHED, TIERS };

/* What loses as one when the table is full: share.c. */
enum part { PART_NEWCOMERS, PART_ESTABLISHED, PART_DISTRESS, PARTS };

/* What the contacts of one feed hold of the table. */
struct feed_share {
    struct list pool[VG_SHARES][TIERS]; /* in order of arrival; LINK_POOL */
    uint32_t part[PARTS];               /* how many are in the pools of each */
    uint32_t count;                     /* in all */
    bool known;                         /* it is in shares.known, its pools are lists */
};

struct shares {
    const struct vg_sources *sources; /* who stands behind which feed; NULL: each source is a feed */
    struct feed_share *feed;          /* by the feed's source; VG_SOURCE_MAX of them */
    uint16_t *known;                  /* feeds that told of a contact, in the order of their coming */
    uint32_t known_count;
    uint32_t count[VG_SHARES]; /* contacts of each share */
    uint32_t part[PARTS];
};

/* What the owner knows of a slot and readers don't need. */
struct slot_state {
    struct vg_memory memory;      /* of the rules; its arrival_us is on the clock of arrivals (picture->elapsed_us) */
    struct link link[LINK_KINDS]; /* LINK_GROUP also chains free slots */
    uint64_t arrival_no;          /* arrivals in the same tick have an order too */
    uint64_t trail_dropped;
    int64_t expires_us;               /* on the data's clock: when the next field does, INT64_MAX: none will; 0: look */
    int64_t lasting_expires_us;       /* the same of what most reports don't say (beside VG_CONTACT_MOVING_FIELDS) */
    uint32_t expired;                 /* fields (VG_FIELD_BIT) that had when its rows were told last */
    uint32_t trail_first, trail_last; /* blocks */
    uint32_t trail_points;
    uint16_t source; /* whose share it counts for: the quieter of those that told of it */
    uint16_t feed;   /* that one's */
    uint8_t group;   /* enum vg_silence */
    uint8_t tier;    /* enum tier, at its newest report */
    bool used, held, dwelling;
};

struct cell {
    struct vg_picture_chunk *live;
    struct vg_picture_chunk *spare;    /* the version published before, or NULL */
    uint64_t differs[CHUNK_WORDS];     /* slots in which live and spare differ */
    uint64_t all_differs[CHUNK_WORDS]; /* … and not in what moves alone */
    bool shared;                       /* live is in a snapshot: not to be written */
    struct slot_state state[VG_CHUNK_VESSELS];
};

/*
 * From a key to a slot: open addressing, linear probing, at most half full. Eight bytes a row, for each report looks
 * here first: an MMSI is its own key, an id is found by its upper half and then compared as a whole.
 */
struct index {
    struct index_row {
        uint32_t key, slot; /* VG_SLOT_NONE: free */
    } * row;
    uint32_t mask;
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
    uint32_t free;                     /* chain */
    uint32_t oldest, newest;           /* the newcomers' used blocks by age */
    uint32_t kept_oldest, kept_newest; /* those of the established */
    uint32_t kept;                     /* how many */
};

/* Rows of tracks as a snapshot has them: immutable, counted; row numbers are those of the chunks, less one. */
struct vg_track_rows {
    _Atomic uint32_t refs;
    uint32_t count;
    struct vg_track_row row[];
};

/* The owner's: rows in use and free ones (slot VG_SLOT_NONE) in a chain through `kind`'s neighbour. */
struct tracks {
    struct vg_track_row *row;
    uint32_t *next_free;              /* beside each row */
    uint32_t count, room, used, free; /* handed out so far; allocated; in use; chain */
    struct track_index {
        uint64_t id; /* 0: free */
        uint32_t row;
    } * index;
    uint32_t mask;
    bool changed;                    /* since the last snapshot */
    struct vg_track_rows *published; /* what that has */
};

struct vg_picture {
    struct vg_picture_limits limits;
    struct vg_picture_counters counters;
    vg_picture_on_update *on_update;
    void *on_update_arg;
    bool clock_known;
    int64_t clock_us;
    int64_t aged_us;     /* the clock of the newest snapshot, which knows what has expired */
    int64_t age_next_us; /* before then nothing expires */
    int64_t elapsed_us;  /* the clock of arrivals: what the clock went forward in all */
    uint64_t arrivals;
    struct vg_contact_origin origin; /* of the reports that are being applied */
    uint64_t seq;                    /* of the newest snapshot */
    uint32_t count;
    uint32_t slots; /* handed out so far: used or in the free list */
    uint32_t free_slot;
    uint32_t chunks, chunks_max;
    struct cell **cell;
    struct index by_id;   /* every contact */
    struct index by_mmsi; /* … that claims one */
    struct list group[GROUPS];
    struct list held;
    struct shares shares;
    uint64_t turned_away[VG_SHARES][VG_TURNED_AWAY];
    struct trails trails;
    struct tracks tracks;
    uint32_t unclaimed;          /* contacts that are in no index of MMSIs */
    pthread_mutex_t newest_lock; /* guards the pointer and the taking of a reference to what it points to */
    const struct vg_snapshot *newest;
};

/* ---- table.c: memory, slots, identities, lists ---- */

/* Tests: allocations of this thread that still succeed; negative: all do. */
extern _Thread_local int64_t vg_pic_allocations_left;
void *vg_pic_alloc(size_t count, size_t size); /* zeroed */

enum vg_err vg_pic_table_init(struct vg_picture *p);
void vg_pic_table_free(struct vg_picture *p);
uint32_t vg_pic_find(const struct vg_picture *p, uint32_t mmsi);  /* VG_SLOT_NONE */
uint32_t vg_pic_find_id(const struct vg_picture *p, uint64_t id); /* VG_SLOT_NONE */

/* A free slot for `contact`, which is copied, in no group. VG_SLOT_NONE if there is none or memory is out. */
uint32_t vg_pic_slot_take(struct vg_picture *p, const struct vg_contact *contact);

/* Frees a slot that is in no list and was edited since the last publication: so its chunk is ours, and that can't fail.
 */
void vg_pic_slot_give(struct vg_picture *p, uint32_t slot);

/* The vessel, to be changed; NULL if it is published and memory for a copy can't be had. */
struct vg_contact *vg_pic_edit(struct vg_picture *p, uint32_t slot);
/* The same if nothing but what moves is changed (VG_CONTACT_MOVING_SIZE). */
struct vg_contact *vg_pic_edit_moving(struct vg_picture *p, uint32_t slot);
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

/* ---- share.c ---- */

enum vg_err vg_pic_shares_init(struct vg_picture *p);
void vg_pic_shares_free(struct vg_picture *p);

enum tier vg_pic_tier_of(const struct vg_memory *memory, uint64_t reports);

void vg_pic_share_belongs(struct vg_picture *p, uint32_t slot, uint16_t source); /* while it is in no pool */

/* A slot whose state, group and tier are set joins its pool, or leaves it. */
void vg_pic_share_join(struct vg_picture *p, uint32_t slot);
void vg_pic_share_leave(struct vg_picture *p, uint32_t slot);

/* A report of `source` came: for whom the contact counts from now on, how well it is known. While it is in no pool. */
void vg_pic_share_heard(struct vg_picture *p, uint32_t slot, uint16_t source);

/* Who is to go when the table is full; VG_SLOT_NONE: nobody is there. */
uint32_t vg_pic_share_choice(const struct vg_picture *p);
void vg_pic_turned_away_sums(const uint64_t counts[VG_SHARES][VG_TURNED_AWAY], struct vg_turned_away_sums *ret);
bool vg_pic_shares_check(const struct vg_picture *p);
bool vg_pic_share_comes_after(const struct vg_picture *p, uint32_t slot); /* before it joins: its pool stays in order */

/* ---- picture.c ---- */

void vg_pic_show(const struct vg_contact *vessel, struct vg_shown *row);
uint32_t vg_pic_add(struct vg_picture *p, const struct vg_contact *begun, const struct vg_memory *memory,
                    uint16_t source); /* VG_SLOT_NONE: no room, or no memory */
void vg_pic_arrived(struct vg_picture *p, const struct vg_contact *vessel, uint16_t source);
bool vg_pic_drop(struct vg_picture *p, uint32_t slot, bool turned_away); /* false: no memory, nothing changed */
void vg_pic_tell(const struct vg_picture *p, const struct vg_update *update);
struct vg_moment vg_pic_moment(const struct vg_picture *p);

/* ---- track_rows.c ---- */

struct vg_track_row *vg_pic_row_find(const struct tracks *tracks, uint64_t track_id); /* NULL */
struct vg_track_row *vg_pic_row_in(const struct vg_picture *p, uint32_t slot);        /* NULL */

/* A row for a slot that has none; the slot's chunk was edited. NULL: no memory. */
struct vg_track_row *vg_pic_row_give(struct vg_picture *p, uint32_t slot, uint64_t track_id);

/* The contact stays, and readers are told that no track holds it. The slot's chunk was edited. */
void vg_pic_row_end(struct vg_picture *p, struct vg_track_row *row);

enum vg_err vg_pic_tracks_init(struct tracks *tracks);
void vg_pic_tracks_free(struct tracks *tracks);
void vg_pic_track_leave(struct vg_picture *p, uint32_t slot);      /* its contact goes; the chunk was edited */
struct vg_track_rows *vg_pic_tracks_publish(struct vg_picture *p); /* a reference; NULL: no memory */
void vg_pic_track_rows_unref(struct vg_track_rows *rows);
bool vg_pic_track_restore(struct vg_picture *p, const struct vg_track_row *saved); /* of a picture that is loaded */
bool vg_pic_tracks_check(const struct vg_picture *p);

/* ---- age.c ---- */

/* A vessel's rows are to be told anew; it was edited since the last publication. */
void vg_pic_changed(struct vg_picture *p, struct vg_contact *vessel, bool moved, bool static_changed);

/*
 * Looks at what has expired at the data's clock, once fields (VG_FIELD_BIT) were said anew. True if that differs from
 * what was told; then in *ret_fields, in what.
 */
bool vg_pic_look_at_age(struct vg_picture *p, const struct vg_contact *vessel, uint32_t said, uint32_t *ret_fields);
bool vg_pic_age_is_static(uint32_t fields); /* one of them is in the STATIC row */

/* Before a snapshot: tells the rows anew of which a field has expired since the last one. Most do nothing; a look goes
 * through the state of all slots. */
void vg_pic_age(struct vg_picture *p);

/* ---- trail.c ---- */

enum vg_err vg_pic_trails_init(struct trails *trails, size_t bytes);
void vg_pic_trails_free(struct trails *trails);

/* A believed position: adds a point, extends a dwell, or leaves it out. */
void vg_pic_trail_add(struct vg_picture *p, uint32_t slot, const struct vg_contact *vessel, bool segment);
void vg_pic_trail_clear(struct vg_picture *p, uint32_t slot);
void vg_pic_trail_keep(struct vg_picture *p, uint32_t slot); /* before its tier says that it is established */
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

#endif
