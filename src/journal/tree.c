#include "journal/tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a publication makes before it writes. */
struct vg_tree_work {
    struct vg_edge edge;
    bool filled[VG_TILE_LEVELS];
    uint64_t filled_index[VG_TILE_LEVELS];
    uint8_t full[VG_TILE_LEVELS][VG_TILE_WIDTH][VG_HASH];
    uint8_t bundle[VG_TILE_WIDTH * VG_ENTRY_SIZE];
};

enum vg_err vg_tree_init(struct vg_tree *t, const struct vg_io *io, const char *dir)
{
    memset(t, 0, sizeof *t);
    t->io = io;
    if (!vg_io_path(t->dir, "%s", dir))
        return VG_LIMIT;
    t->work = io->alloc(io->arg, sizeof *t->work);
    return t->work ? VG_OK : VG_NOMEM;
}

void vg_tree_free(struct vg_tree *t)
{
    free(t->work);
    t->work = NULL;
}

/* ---- reading ---- */

enum vg_err vg_tile_load(const struct vg_io *io, const char *dir, unsigned level, uint64_t index, unsigned width,
                         uint8_t *buf)
{
    char name[VG_TILE_PATH], path[VG_IO_PATH], *bytes;
    size_t piece = level == VG_TILE_ENTRIES ? VG_ENTRY_SIZE : VG_HASH, len;
    enum vg_err err = VG_NOT_FOUND;
    for (int full = 0; full < 2 && err == VG_NOT_FOUND; full++) {
        vg_tile_path(level, index, full ? VG_TILE_WIDTH : width, name);
        if (!vg_io_path(path, "%s/%s", dir, name))
            return VG_LIMIT;
        err = vg_io_load(io, path, VG_TILE_WIDTH * piece, &bytes, &len);
        if (err)
            continue;
        bool whole = len == (full || width == VG_TILE_WIDTH ? VG_TILE_WIDTH : width) * piece;
        if (whole)
            memcpy(buf, bytes, width * piece);
        free(bytes);
        return whole ? VG_OK : VG_CORRUPT;
    }
    return err == VG_LIMIT ? VG_CORRUPT : err;
}

bool vg_bundle_entry(const uint8_t *bundle, unsigned at, uint8_t out[static VG_FRAME_HEAD])
{
    const uint8_t *p = bundle + (size_t)at * VG_ENTRY_SIZE;
    if (p[0] != 0 || p[1] != VG_FRAME_HEAD)
        return false;
    memcpy(out, p + 2, VG_FRAME_HEAD);
    return true;
}

enum vg_err vg_tiles_read(void *arg, unsigned level, uint64_t index, uint8_t out[static VG_HASH])
{
    struct vg_tiles *t = arg;
    unsigned tile_level = level / 8, n = 1u << level % 8;
    uint64_t first = index << level % 8, tile = first / VG_TILE_WIDTH;
    unsigned at = (unsigned)(first % VG_TILE_WIDTH);
    if (tile_level >= VG_TILE_LEVELS)
        return VG_RANGE;
    uint64_t width = (t->size >> (8 * tile_level)) - tile * VG_TILE_WIDTH;
    if (width > VG_TILE_WIDTH)
        width = VG_TILE_WIDTH;
    if (at + n > width)
        return VG_RANGE;
    if (!t->tile[tile_level].held || t->tile[tile_level].index != tile) {
        t->tile[tile_level].held = false;
        enum vg_err err = vg_tile_load(t->io, t->dir, tile_level, tile, (unsigned)width, t->tile[tile_level].hash[0]);
        if (err)
            return err;
        t->tile[tile_level].held = true;
        t->tile[tile_level].index = tile;
    }
    vg_merkle_perfect((const uint8_t(*)[VG_HASH])t->tile[tile_level].hash + at, n, out);
    return VG_OK;
}

enum vg_err vg_tree_load(struct vg_tree *t, const struct vg_checkpoint *cp, const char **ret_why)
{
    uint8_t root[VG_HASH];
    struct vg_edge *e = &t->work->edge;
    memset(e, 0, sizeof *e);
    e->size = cp->size;
    enum vg_err err = VG_OK;
    *ret_why = "a tile that the checkpoint needs is missing or damaged";
    for (unsigned level = 0; level < VG_TILE_LEVELS && !err; level++) {
        unsigned width = vg_tile_width(cp->size, level);
        if (width)
            err = vg_tile_load(t->io, t->dir, level, cp->size >> (8 * (level + 1)), width, e->hash[level][0]);
    }
    unsigned width = vg_tile_width(cp->size, 0);
    if (!err && width)
        err = vg_tile_load(t->io, t->dir, VG_TILE_ENTRIES, cp->size >> 8, width, t->work->bundle);
    if (err)
        return err == VG_NOMEM || err == VG_IO ? err : VG_CORRUPT;
    *ret_why = "the tiles are not those that the checkpoint signed";
    vg_edge_root(e, root);
    if (memcmp(root, cp->root, VG_HASH) != 0)
        return VG_CORRUPT;
    *ret_why = "the entries are not those that the checkpoint signed";
    for (unsigned i = 0; i < width; i++) {
        uint8_t leaf[VG_HASH];
        if (!vg_bundle_entry(t->work->bundle, i, t->bundle[i]))
            return VG_CORRUPT;
        vg_merkle_leaf(t->bundle[i], VG_FRAME_HEAD, leaf);
        if (memcmp(leaf, e->hash[0][i], VG_HASH) != 0)
            return VG_CORRUPT;
    }
    t->edge = *e;
    t->pending_count = 0;
    return VG_OK;
}

/* ---- writing ---- */

bool vg_tree_add(struct vg_tree *t, const uint8_t head[static VG_FRAME_HEAD])
{
    if (t->pending_count == VG_TREE_PENDING)
        return false;
    memcpy(t->pending[t->pending_count++], head, VG_FRAME_HEAD);
    return true;
}

static void on_full(void *arg, unsigned level, uint64_t index, const uint8_t (*hashes)[VG_HASH])
{
    struct vg_tree_work *w = arg;
    w->filled[level] = true;
    w->filled_index[level] = index;
    memcpy(w->full[level], hashes, sizeof w->full[level]);
}

static int put_tile(struct vg_tree *t, unsigned level, uint64_t index, unsigned width, const void *bytes)
{
    char name[VG_TILE_PATH], path[VG_IO_PATH], folder[VG_IO_PATH];
    vg_tile_path(level, index, width, name);
    if (!vg_io_path(path, "%s/%s", t->dir, name) || !vg_io_path(folder, "%s", path))
        return -ENAMETOOLONG;
    *strrchr(folder, '/') = '\0';
    int result = vg_io_mkdirs(t->io, t->dir, folder);
    size_t piece = level == VG_TILE_ENTRIES ? VG_ENTRY_SIZE : VG_HASH;
    return result < 0 ? result : vg_io_put(t->io, path, bytes, width * piece, 0644, true);
}

/* Entry i of those from the beginning of the unfinished bundle: published ones, then pending ones. */
static int put_bundle(struct vg_tree *t, uint64_t index, unsigned from, unsigned width)
{
    unsigned held = vg_tile_width(t->edge.size, 0);
    for (unsigned i = 0; i < width; i++) {
        const uint8_t *head = from + i < held ? t->bundle[from + i] : t->pending[from + i - held];
        uint8_t *p = t->work->bundle + (size_t)i * VG_ENTRY_SIZE;
        p[0] = 0;
        p[1] = VG_FRAME_HEAD;
        memcpy(p + 2, head, VG_FRAME_HEAD);
    }
    return put_tile(t, VG_TILE_ENTRIES, index, width, t->work->bundle);
}

static int put_tiles(struct vg_tree *t)
{
    struct vg_tree_work *w = t->work;
    int result = 0;
    for (unsigned level = 0; level < VG_TILE_LEVELS && !result; level++) {
        unsigned width = vg_tile_width(w->edge.size, level);
        if (w->filled[level])
            result = put_tile(t, level, w->filled_index[level], VG_TILE_WIDTH, w->full[level]);
        if (!result && width && (!level || w->filled[level - 1]))
            result = put_tile(t, level, w->edge.size >> (8 * (level + 1)), width, w->edge.hash[level]);
    }
    unsigned width = vg_tile_width(w->edge.size, 0);
    if (!result && w->filled[0])
        result = put_bundle(t, w->filled_index[0], 0, VG_TILE_WIDTH);
    if (!result && width)
        result = put_bundle(t, w->edge.size >> 8, w->filled[0] ? VG_TILE_WIDTH : 0, width);
    return result;
}

struct sweep {
    struct vg_tree *tree;
    const char *folder;
};

static void remove_one(void *arg, const char *name)
{
    struct sweep *s = arg;
    char path[VG_IO_PATH];
    if (vg_io_path(path, "%s/%s", s->folder, name))
        s->tree->io->unlink(s->tree->io->arg, path);
}

/* Partial tiles go once the full one is there. What can't be removed stays, and does no harm. */
static void sweep_partial(struct vg_tree *t, unsigned level, uint64_t index)
{
    char name[VG_TILE_PATH], folder[VG_IO_PATH];
    vg_tile_path(level, index, VG_TILE_WIDTH, name);
    if (!vg_io_path(folder, "%s/%s.p", t->dir, name))
        return;
    struct sweep s = {t, folder};
    if (!t->io->list(t->io->arg, folder, remove_one, &s))
        t->io->unlink(t->io->arg, folder);
}

/* The published state moves on: the edge, and the entries of its unfinished bundle. */
static void take_over(struct vg_tree *t)
{
    unsigned held = vg_tile_width(t->edge.size, 0), all = held + t->pending_count;
    unsigned skip = t->work->filled[0] ? VG_TILE_WIDTH : 0;
    if (skip)
        held = 0;
    for (unsigned i = skip + held; i < all; i++) /* a filled bundle's rest begins a new one */
        memcpy(t->bundle[i - skip], t->pending[i - (all - t->pending_count)], VG_FRAME_HEAD);
    t->edge = t->work->edge;
    t->pending_count = 0;
}

int vg_tree_publish(struct vg_tree *t, const struct vg_key *keys, size_t count, char *note, size_t *ret_len)
{
    struct vg_tree_work *w = t->work;
    char next[VG_IO_PATH], path[VG_IO_PATH];
    struct vg_checkpoint cp;
    memset(w->filled, 0, sizeof w->filled);
    w->edge = t->edge;
    for (unsigned i = 0; i < t->pending_count; i++) {
        uint8_t leaf[VG_HASH];
        vg_merkle_leaf(t->pending[i], VG_FRAME_HEAD, leaf);
        vg_edge_push(&w->edge, leaf, on_full, w);
    }
    cp.size = w->edge.size;
    vg_edge_root(&w->edge, cp.root);
    memcpy(cp.origin, keys[0].name, sizeof cp.origin);
    struct vg_out out = vg_out_fixed(note, VG_NOTE_MAX);
    vg_checkpoint_sign(&out, &cp, keys, count);
    if (out.err || !vg_io_path(next, "%s/checkpoint.next", t->dir) || !vg_io_path(path, "%s/checkpoint", t->dir))
        return -ENAMETOOLONG;
    int result = vg_io_put(t->io, next, note, out.len, 0644, true);
    if (!result && t->pending_count)
        result = put_tiles(t);
    if (!result)
        result = t->io->rename(t->io->arg, next, path);
    if (!result)
        result = vg_io_sync_parent(t->io, path);
    if (result)
        return result;
    for (unsigned level = 0; level < VG_TILE_LEVELS; level++)
        if (w->filled[level])
            sweep_partial(t, level, w->filled_index[level]);
    if (w->filled[0])
        sweep_partial(t, VG_TILE_ENTRIES, w->filled_index[0]);
    take_over(t);
    *ret_len = out.len;
    return 0;
}
