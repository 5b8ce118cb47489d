/*
 * The Merkle tree on disk: tiles, bundles of entries and the checkpoint, in the layout of https://c2sp.org/tlog-tiles
 * below one folder. An entry is a frame's head, VG_FRAME_HEAD bytes.
 *
 * Publishing goes in this order, each step synced before the next: `checkpoint.next`, the tiles, and then `checkpoint`
 * takes its place. So tiles wider than the checkpoint without a `checkpoint.next` mean that somebody put an old one
 * back. One thread.
 */
#ifndef VG_JOURNAL_TREE_H
#define VG_JOURNAL_TREE_H

#include "journal/io.h"
#include "journal/merkle.h"
#include "journal/note.h"

#define VG_TREE_PENDING VG_TILE_WIDTH /* entries between two checkpoints: at most one tile of a level is filled */
#define VG_ENTRY_SIZE   (2 + VG_FRAME_HEAD)

struct vg_tree {
    const struct vg_io *io;
    char dir[VG_IO_PATH];
    struct vg_edge edge;                          /* of the published tree */
    uint8_t bundle[VG_TILE_WIDTH][VG_FRAME_HEAD]; /* entries of its unfinished bundle */
    uint8_t pending[VG_TREE_PENDING][VG_FRAME_HEAD];
    unsigned pending_count;
    struct vg_tree_work *work; /* for publishing */
};

/* Allocates what publishing needs. VG_NOMEM, VG_LIMIT (path). vg_tree_free() frees, also after a failure. */
enum vg_err vg_tree_init(struct vg_tree *tree, const struct vg_io *io, const char *dir);
void vg_tree_free(struct vg_tree *tree);

/* Takes up the tree where a checkpoint left it. VG_CORRUPT, *ret_why: its tiles are not those of the checkpoint. */
enum vg_err vg_tree_load(struct vg_tree *tree, const struct vg_checkpoint *checkpoint, const char **ret_why);

static inline uint64_t vg_tree_size(const struct vg_tree *tree)
{
    return tree->edge.size + tree->pending_count;
}

/* Appends an entry to what the next checkpoint will cover. False: VG_TREE_PENDING wait already. */
bool vg_tree_add(struct vg_tree *tree, const uint8_t head[static VG_FRAME_HEAD]);

/*
 * Publishes tiles and a checkpoint of everything added, signed by `count` keys. 0 or −errno; on failure nothing has
 * changed but files that a second try will write again. The note goes to note[VG_NOTE_MAX], its length to *ret_len.
 */
int vg_tree_publish(struct vg_tree *tree, const struct vg_key *keys, size_t count, char *note, size_t *ret_len);

/* ---- reading ---- */

/*
 * Reads one tile or bundle of a tree of this size into buf: `width` pieces of `piece` bytes; the partial file, or the
 * full one in its place. VG_NOT_FOUND, VG_IO, VG_CORRUPT (of another length).
 */
enum vg_err vg_tile_load(const struct vg_io *io, const char *dir, unsigned level, uint64_t index, unsigned width,
                         uint8_t *buf);

/* Hashes of a tree of `size` leaves, out of its tiles. Keeps the last tile of each level. */
struct vg_tiles {
    const struct vg_io *io;
    const char *dir;
    uint64_t size;
    struct {
        bool held;
        uint64_t index;
        uint8_t hash[VG_TILE_WIDTH][VG_HASH];
    } tile[VG_TILE_LEVELS];
};

/* A vg_merkle_read over a struct vg_tiles. */
enum vg_err vg_tiles_read(void *tiles, unsigned level, uint64_t index, uint8_t out[static VG_HASH]);

/* Copies the entry of a frame out of its bundle's bytes; false if it has another length than a head. */
bool vg_bundle_entry(const uint8_t *bundle, unsigned at, uint8_t out[static VG_FRAME_HEAD]);

#endif
