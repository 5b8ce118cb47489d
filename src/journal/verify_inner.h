/* Between the two halves of the verifier: the tree (verify.c) and the frames (verify_frames.c). */
#ifndef VG_JOURNAL_VERIFY_INNER_H
#define VG_JOURNAL_VERIFY_INNER_H

#include "journal/segment.h"
#include "journal/tree.h"
#include "journal/verify.h"

#define VG_MISSING_MAX 1024

struct vg_missing {
    uint64_t from, to; /* to is not among them */
};

struct vg_verifier {
    const struct vg_io *io;
    const struct vg_verify_options *options;
    struct vg_verdict *verdict;
    char dir[VG_IO_PATH];
    struct vg_key keys[VG_KEYS_MAX];
    size_t key_count;
    bool signed_; /* the checkpoint is good, and the tree is its tree */
    struct vg_checkpoint checkpoint;
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
    struct vg_records records;
    uint8_t stored[VG_FRAME_STORED_MAX], ahead[VG_FRAME_STORED_MAX], raw[VG_FRAME_RAW_MAX];
};

void vg_found(struct vg_verifier *v, enum vg_found kind, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The entry that was signed for a frame, if entries are good; else false. */
bool vg_signed_entry(struct vg_verifier *v, uint64_t frame, uint8_t out[static VG_FRAME_HEAD]);

/* The leaf that was signed for a frame. False if neither entries nor tiles are good. */
bool vg_signed_leaf(struct vg_verifier *v, uint64_t frame, uint8_t out[static VG_HASH]);

/* Goes through all segments. */
enum vg_err vg_verify_frames(struct vg_verifier *v);

#endif
