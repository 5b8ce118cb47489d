/*
 * Merkle trees by RFC 6962, section 2.1 (SHA-256), in the tiles of https://c2sp.org/tlog-tiles. Pure; any thread.
 *
 * A tile holds 256 hashes of one tile level; each is the root of a full tile of the level below, at level 0 that of a
 * leaf. The hash of any whole subtree lies in one tile or is computed from one.
 */
#ifndef VG_JOURNAL_MERKLE_H
#define VG_JOURNAL_MERKLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "journal/frame.h"

#define VG_TILE_WIDTH  256
#define VG_TILE_LEVELS 6  /* 256^6 leaves: more than there are frame numbers */
#define VG_PROOF_MAX   63 /* hashes in a proof */

void vg_merkle_leaf(const void *entry, size_t len, uint8_t out[static VG_HASH]);
void vg_merkle_node(const uint8_t left[static VG_HASH], const uint8_t right[static VG_HASH],
                    uint8_t out[static VG_HASH]);

/* The right edge of a growing tree: the unfinished tile of each level. Zero it for the empty tree. */
struct vg_edge {
    uint64_t size;
    uint8_t hash[VG_TILE_LEVELS][VG_TILE_WIDTH][VG_HASH]; /* vg_tile_width() of each level */
};

/* Hashes in the unfinished tile of a level of a tree of this size: 0 … 255. */
static inline unsigned vg_tile_width(uint64_t size, unsigned level)
{
    return (unsigned)(size >> (8 * level)) & (VG_TILE_WIDTH - 1);
}

/* A tile is full: `hashes` are its 256, valid during the call. */
typedef void vg_edge_full(void *arg, unsigned level, uint64_t index, const uint8_t (*hashes)[VG_HASH]);

void vg_edge_push(struct vg_edge *edge, const uint8_t leaf[static VG_HASH], vg_edge_full *full, void *arg);
void vg_edge_root(const struct vg_edge *edge, uint8_t out[static VG_HASH]);

/* Where hashes come from: the root of leaves [index << level, (index + 1) << level). */
typedef enum vg_err vg_merkle_read(void *arg, unsigned level, uint64_t index, uint8_t out[static VG_HASH]);

/* The root of the tree's first `size` leaves. Errors are the reader's. */
enum vg_err vg_merkle_root(vg_merkle_read *read, void *arg, uint64_t size, uint8_t ret_root[static VG_HASH]);

/* The inclusion proof of a leaf: hashes from the leaf upwards. VG_RANGE if index ≥ size. */
enum vg_err vg_merkle_prove(vg_merkle_read *read, void *arg, uint64_t index, uint64_t size,
                            uint8_t ret_proof[static VG_PROOF_MAX][VG_HASH], size_t *ret_count);

/* True if the proof leads from the leaf to the root (RFC 9162, section 2.1.3.2). */
bool vg_merkle_proven(const uint8_t leaf[static VG_HASH], uint64_t index, uint64_t size,
                      const uint8_t (*proof)[VG_HASH], size_t count, const uint8_t root[static VG_HASH]);

/* The root of 1 … 256 hashes, a power of two of them. */
void vg_merkle_perfect(const uint8_t (*hashes)[VG_HASH], unsigned count, uint8_t out[static VG_HASH]);

#define VG_TILE_PATH    64
#define VG_TILE_ENTRIES 64 /* in place of a level: the bundle of entries */

/* `tile/0/x001/234.p/7`. width 256 (or 0): a full one. */
void vg_tile_path(unsigned level, uint64_t index, unsigned width, char out[static VG_TILE_PATH]);

#endif
