/* Verifying the tree: what was found, the signed entries and leaves, tiles, and tiles of a later checkpoint. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/plural.h"
#include "journal/verify_inner.h"

const char *vg_finding_key(enum vg_found kind)
{
    static const char *const keys[] = {
#define X(name, key) [VG_FOUND_##name] = key,
        VG_FOUND_LIST(X)
#undef X
    };
    return (unsigned)kind < sizeof keys / sizeof *keys ? keys[kind] : "unknown";
}

void vg_found(struct vg_verifier *v, enum vg_found kind, const char *format, ...)
{
    struct vg_finding f = {.kind = kind};
    va_list args;
    va_start(args, format);
    vsnprintf(f.text, sizeof f.text, format, args);
    va_end(args);
    if (kind == VG_FOUND_NOTE)
        v->verdict->notes++;
    else
        v->verdict->findings++;
    if (v->options->on_finding)
        v->options->on_finding(v->options->arg, &f);
}

/* ---- the tree ---- */

/* A file that can't be read is no finding: the verification ends with this error. */
static bool is_failure(struct vg_verifier *v, enum vg_err err)
{
    if (err != VG_IO && err != VG_NOMEM)
        return false;
    v->failed = err;
    return true;
}

static bool load_bundle(struct vg_verifier *v, uint64_t index)
{
    uint64_t left = v->checkpoint.size - index * VG_TILE_WIDTH;
    if (v->bundle_index == index + 1)
        return true;
    v->bundle_index = 0;
    enum vg_err err = vg_tile_load(v->io, v->dir, VG_TILE_ENTRIES, index,
                                   left < VG_TILE_WIDTH ? (unsigned)left : VG_TILE_WIDTH, v->bundle);
    if (err) {
        is_failure(v, err);
        return false;
    }
    v->bundle_index = index + 1;
    return true;
}

static bool entry_of(struct vg_verifier *v, uint64_t leaf, uint8_t out[static VG_FRAME_HEAD])
{
    return load_bundle(v, leaf / VG_TILE_WIDTH) && vg_bundle_entry(v->bundle, leaf % VG_TILE_WIDTH, out);
}

static bool tile_leaf_of(struct vg_verifier *v, uint64_t leaf, uint8_t out[static VG_HASH])
{
    enum vg_err err = vg_tiles_read(&v->tiles, 0, leaf, out);
    is_failure(v, err);
    return err == VG_OK;
}

bool vg_signed_entry(struct vg_verifier *v, uint64_t frame, uint8_t out[static VG_FRAME_HEAD])
{
    return v->signed_ && v->entries_good && frame >= v->first && frame < v->signed_end &&
           entry_of(v, frame - v->first, out);
}

bool vg_signed_leaf(struct vg_verifier *v, uint64_t frame, uint8_t out[static VG_HASH])
{
    uint8_t entry[VG_FRAME_HEAD];
    if (vg_signed_entry(v, frame, entry)) {
        vg_merkle_leaf(entry, sizeof entry, out);
        return true;
    }
    return v->signed_ && v->tiles_good && frame >= v->first && frame < v->signed_end &&
           tile_leaf_of(v, frame - v->first, out);
}

static void compare_full(void *arg, unsigned level, uint64_t index, const uint8_t (*hashes)[VG_HASH])
{
    struct vg_verifier *v = arg;
    uint8_t tile[VG_TILE_WIDTH * VG_HASH];
    if (level == 0)
        return; /* compared leaf by leaf */
    enum vg_err err = vg_tile_load(v->io, v->dir, level, index, VG_TILE_WIDTH, tile);
    if (!is_failure(v, err) && (err || memcmp(tile, hashes, sizeof tile) != 0))
        vg_found(v, VG_FOUND_TREE, "tile %llu of level %u %s", (unsigned long long)index, level,
                 err == VG_NOT_FOUND ? "is missing" : "is not that of its entries");
}

static void compare_edge(struct vg_verifier *v)
{
    uint8_t tile[VG_TILE_WIDTH * VG_HASH];
    for (unsigned level = 1; level < VG_TILE_LEVELS; level++) {
        unsigned width = vg_tile_width(v->edge.size, level);
        if (!width)
            continue;
        enum vg_err err = vg_tile_load(v->io, v->dir, level, v->edge.size >> (8 * (level + 1)), width, tile);
        if (!is_failure(v, err) && (err || memcmp(tile, v->edge.hash[level], (size_t)width * VG_HASH) != 0))
            vg_found(v, VG_FOUND_TREE, "the last tile of level %u %s", level,
                     err == VG_NOT_FOUND ? "is missing" : "is not that of its entries");
    }
}

static void compare_kept(struct vg_verifier *v, const struct vg_checkpoint *kept)
{
    uint8_t root[VG_HASH];
    vg_edge_root(&v->edge, root);
    if (memcmp(root, kept->root, VG_HASH) != 0)
        vg_found(v, VG_FOUND_CHECKPOINT, "the checkpoint that was kept, of %llu frame%s, is not of this journal's past",
                 (unsigned long long)kept->size, vg_plural(kept->size, "", "s"));
}

/* What was signed says itself which number the journal begins with. */
static void check_first(struct vg_verifier *v, const uint8_t entry[static VG_FRAME_HEAD])
{
    struct vg_frame_head head;
    const char *why;
    if (vg_frame_head_get(entry, &head, &why) == VG_OK && head.number != v->first)
        vg_found(v, VG_FOUND_TREE, "the first frame that was signed has the number %llu, the file 'first' says %llu",
                 (unsigned long long)head.number, (unsigned long long)v->first);
}

static void check_tree(struct vg_verifier *v, const struct vg_checkpoint *kept)
{
    uint8_t root[VG_HASH], tile_root[VG_HASH];
    bool entries = true, tiles = true;
    uint64_t differ = UINT64_MAX, n = v->checkpoint.size;
    if (kept && kept->size == 0)
        compare_kept(v, kept);
    for (uint64_t i = 0; i < n; i++) {
        uint8_t entry[VG_FRAME_HEAD], leaf[VG_HASH], hash[VG_HASH];
        bool have = entry_of(v, i, entry), told = tile_leaf_of(v, i, hash);
        if (v->failed)
            return;
        if (!i && have)
            check_first(v, entry);
        entries = entries && have;
        tiles = tiles && told;
        if (have)
            vg_merkle_leaf(entry, sizeof entry, leaf);
        if (differ == UINT64_MAX && (!have || !told || memcmp(leaf, hash, VG_HASH) != 0))
            differ = i;
        if (entries)
            vg_edge_push(&v->edge, leaf, compare_full, v);
        if (tiles)
            vg_edge_push(&v->tile_edge, hash, NULL, NULL);
        if (kept && entries && v->edge.size == kept->size)
            compare_kept(v, kept);
    }
    if (entries)
        compare_edge(v);
    vg_edge_root(&v->edge, root);
    vg_edge_root(&v->tile_edge, tile_root);
    v->entries_good = entries && memcmp(root, v->checkpoint.root, VG_HASH) == 0;
    v->tiles_good = tiles && memcmp(tile_root, v->checkpoint.root, VG_HASH) == 0;
    v->signed_ = v->entries_good || v->tiles_good;
    if (!v->signed_)
        vg_found(v, VG_FOUND_TREE, "the checkpoint of %llu frame%s signed another tree%s", (unsigned long long)n,
                 vg_plural(n, "", "s"), entries && tiles ? "" : ", or parts of it are missing");
    else if (differ != UINT64_MAX)
        vg_found(v, VG_FOUND_TREE, "%s of frame %llu is missing or was altered",
                 v->entries_good ? "the tile" : "the entry", (unsigned long long)(v->first + differ));
}

/* ---- later tiles ---- */

static bool exists(struct vg_verifier *v, const char *name)
{
    char path[VG_IO_PATH];
    int fd = vg_io_path(path, "%s/%s", v->dir, name) ? v->io->open(v->io->arg, path, O_RDONLY, 0) : -ENAMETOOLONG;
    if (fd >= 0)
        v->io->close(v->io->arg, fd);
    else if (fd != -ENOENT)
        v->failed = VG_IO;
    return fd >= 0;
}

static void widest(void *arg, const char *name)
{
    unsigned long *most = arg, n = strtoul(name, NULL, 10);
    if (n > *most)
        *most = n;
}

/* Tiles are written before their checkpoint takes its place, and `checkpoint.next` before the tiles. */
static void check_tiles_ahead(struct vg_verifier *v)
{
    char name[VG_TILE_PATH], folder[VG_IO_PATH];
    unsigned long most = 0;
    uint64_t size = v->checkpoint.size;
    vg_tile_path(0, size / VG_TILE_WIDTH, VG_TILE_WIDTH, name);
    if (exists(v, name))
        most = VG_TILE_WIDTH;
    else if (vg_io_path(folder, "%s/%s.p", v->dir, name)) {
        int listed = v->io->list(v->io->arg, folder, widest, &most);
        if (listed && listed != -ENOENT)
            v->failed = VG_IO;
    }
    if (v->failed || most <= size % VG_TILE_WIDTH)
        return;
    if (exists(v, "checkpoint.next"))
        vg_found(v, VG_FOUND_NOTE, "the writer was stopped while it published a checkpoint");
    else
        vg_found(v, VG_FOUND_OLD_CHECKPOINT,
                 "an old checkpoint, of %llu frame%s, was put back: there are tiles of at least %llu",
                 (unsigned long long)size, vg_plural(size, "", "s"),
                 (unsigned long long)(size / VG_TILE_WIDTH * VG_TILE_WIDTH + most));
}

enum vg_err vg_verify_tree(struct vg_verifier *v, const struct vg_checkpoint *kept)
{
    check_tree(v, kept);
    if (!v->failed)
        check_tiles_ahead(v);
    return v->failed;
}
