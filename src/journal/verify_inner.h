/* Parts of the verifier: the tree (verify_tree.c), below the frames (verify_frames.c), below the whole (verify.c). */
#ifndef VG_JOURNAL_VERIFY_INNER_H
#define VG_JOURNAL_VERIFY_INNER_H

#include "journal/segment.h"
#include "journal/tree.h"
#include "journal/verify.h"

#define VG_MISSING_MAX    1024 /* runs of missing frames that are named; the frames of more are counted */
#define VG_RENUMBERED_MAX 256  /* how far from its own number a frame that was given another one is looked for */

struct vg_missing {
    uint64_t from, to; /* to is not among them */
};

struct vg_verifier {
    const struct vg_io *io;
    const struct vg_verify_options *options;
    struct vg_verify_result *verdict;
    char dir[VG_IO_PATH];
    struct vg_key keys[VG_KEYS_MAX];
    size_t key_count;
    enum vg_err failed; /* a file couldn't be read: what was found says nothing */
    bool signed_;       /* the checkpoint is good, and the tree is its tree */
    struct vg_checkpoint checkpoint;
    uint64_t first;                /* number of the journal's first frame, which is leaf 0 of the tree */
    uint64_t signed_end;           /* numbers below this are in the checkpoint's tree */
    bool entries_good, tiles_good; /* which of the two gives the checkpoint's root */
    struct vg_tiles tiles;
    struct vg_edge edge, tile_edge;
    uint64_t bundle_index; /* of the bundle held, + 1 */
    uint8_t bundle[VG_TILE_WIDTH * VG_ENTRY_SIZE];
    uint64_t next;            /* signed frame expected next */
    uint64_t newest_recorded; /* size of the newest checkpoint that a frame tells of */
    bool renumbered;
    struct vg_missing missing[VG_MISSING_MAX];
    size_t missing_count;
    uint64_t missing_more; /* frames that found no room in it */
    struct vg_records records;
    uint8_t stored[VG_FRAME_STORED_MAX], ahead[VG_FRAME_STORED_MAX], raw[VG_FRAME_RAW_MAX];
};

/* ---- verify_tree.c ---- */

void vg_found(struct vg_verifier *v, enum vg_found kind, const char *format, ...) __attribute__((format(printf, 3, 4)));

/*
 * Builds the tree twice, from the entries and from the tiles of leaves, and looks which gives the checkpoint's root;
 * and whether there are tiles of a later checkpoint. `kept` (may be NULL) must be of its past. VG_IO, VG_NOMEM.
 */
enum vg_err vg_verify_tree(struct vg_verifier *v, const struct vg_checkpoint *kept);

/* The entry that was signed for a frame. False if entries are not good, or can't be read (v->failed). */
bool vg_signed_entry(struct vg_verifier *v, uint64_t frame, uint8_t out[static VG_FRAME_HEAD]);

/* The leaf that was signed for a frame. False if neither entries nor tiles are good, or can't be read. */
bool vg_signed_leaf(struct vg_verifier *v, uint64_t frame, uint8_t out[static VG_HASH]);

/* ---- verify_frames.c ---- */

/* Goes through all segments. VG_IO, VG_NOMEM. */
enum vg_err vg_verify_frames(struct vg_verifier *v);

#endif
