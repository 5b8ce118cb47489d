#include "journal/verify.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

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

static bool load_bundle(struct vg_verifier *v, uint64_t index)
{
    uint64_t left = v->checkpoint.size - index * VG_TILE_WIDTH;
    if (v->bundle_index == index + 1)
        return true;
    v->bundle_index = 0;
    if (vg_tile_load(v->io, v->dir, VG_TILE_ENTRIES, index, left < VG_TILE_WIDTH ? (unsigned)left : VG_TILE_WIDTH,
                     v->bundle))
        return false;
    v->bundle_index = index + 1;
    return true;
}

static bool entry_of(struct vg_verifier *v, uint64_t frame, uint8_t out[static VG_FRAME_HEAD])
{
    return load_bundle(v, frame / VG_TILE_WIDTH) && vg_bundle_entry(v->bundle, frame % VG_TILE_WIDTH, out);
}

bool vg_signed_entry(struct vg_verifier *v, uint64_t frame, uint8_t out[static VG_FRAME_HEAD])
{
    return v->signed_ && v->entries_good && frame < v->checkpoint.size && entry_of(v, frame, out);
}

bool vg_signed_leaf(struct vg_verifier *v, uint64_t frame, uint8_t out[static VG_HASH])
{
    uint8_t entry[VG_FRAME_HEAD];
    if (vg_signed_entry(v, frame, entry)) {
        vg_merkle_leaf(entry, sizeof entry, out);
        return true;
    }
    return v->signed_ && v->tiles_good && frame < v->checkpoint.size &&
           vg_tiles_read(&v->tiles, 0, frame, out) == VG_OK;
}

static void compare_full(void *arg, unsigned level, uint64_t index, const uint8_t (*hashes)[VG_HASH])
{
    struct vg_verifier *v = arg;
    uint8_t tile[VG_TILE_WIDTH * VG_HASH];
    if (level == 0)
        return; /* compared leaf by leaf */
    enum vg_err err = vg_tile_load(v->io, v->dir, level, index, VG_TILE_WIDTH, tile);
    if (err || memcmp(tile, hashes, sizeof tile) != 0)
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
        if (err || memcmp(tile, v->edge.hash[level], (size_t)width * VG_HASH) != 0)
            vg_found(v, VG_FOUND_TREE, "the last tile of level %u %s", level,
                     err == VG_NOT_FOUND ? "is missing" : "is not that of its entries");
    }
}

static void compare_kept(struct vg_verifier *v, const struct vg_checkpoint *kept)
{
    uint8_t root[VG_HASH];
    vg_edge_root(&v->edge, root);
    if (memcmp(root, kept->root, VG_HASH) != 0)
        vg_found(v, VG_FOUND_CHECKPOINT, "the checkpoint that was kept, of %llu frames, is not of this journal's past",
                 (unsigned long long)kept->size);
}

/* Builds the tree twice, from the entries and from the tiles of leaves, and looks which gives the signed root. */
static void check_tree(struct vg_verifier *v, const struct vg_checkpoint *kept)
{
    uint8_t root[VG_HASH], tile_root[VG_HASH];
    bool entries = true, tiles = true;
    uint64_t differ = UINT64_MAX, n = v->checkpoint.size;
    if (kept && kept->size == 0)
        compare_kept(v, kept);
    for (uint64_t i = 0; i < n; i++) {
        uint8_t entry[VG_FRAME_HEAD], leaf[VG_HASH], hash[VG_HASH];
        bool have = entry_of(v, i, entry), told = vg_tiles_read(&v->tiles, 0, i, hash) == VG_OK;
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
        vg_found(v, VG_FOUND_TREE, "the checkpoint of %llu frames signed another tree%s", (unsigned long long)n,
                 entries && tiles ? "" : ", or parts of it are missing");
    else if (differ != UINT64_MAX)
        vg_found(v, VG_FOUND_TREE, "%s of frame %llu is missing or was altered",
                 v->entries_good ? "the tile" : "the entry", (unsigned long long)differ);
}

/* ---- the checkpoint ---- */

static bool exists(struct vg_verifier *v, const char *name)
{
    char path[VG_IO_PATH];
    int fd = vg_io_path(path, "%s/%s", v->dir, name) ? v->io->open(v->io->arg, path, O_RDONLY, 0) : -1;
    if (fd >= 0)
        v->io->close(v->io->arg, fd);
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
    else if (vg_io_path(folder, "%s/%s.p", v->dir, name))
        v->io->list(v->io->arg, folder, widest, &most);
    if (most <= size % VG_TILE_WIDTH)
        return;
    if (exists(v, "checkpoint.next"))
        vg_found(v, VG_FOUND_NOTE, "the writer was stopped while it published a checkpoint");
    else
        vg_found(v, VG_FOUND_OLD_CHECKPOINT,
                 "an old checkpoint, of %llu frames, was put back: there are tiles of at least %llu",
                 (unsigned long long)size, (unsigned long long)(size / VG_TILE_WIDTH * VG_TILE_WIDTH + most));
}

static enum vg_err load_keys(struct vg_verifier *v)
{
    char path[VG_IO_PATH], *text;
    size_t len;
    if (v->options->keys) {
        if (v->options->key_count > VG_KEYS_MAX)
            return VG_LIMIT;
        memcpy(v->keys, v->options->keys, v->options->key_count * sizeof *v->keys);
        v->key_count = v->options->key_count;
        return VG_OK;
    }
    v->verdict->own_key = true;
    if (!vg_io_path(path, "%s/key.pub", v->dir) || vg_io_load(v->io, path, VG_KEYS_MAX * VG_KEY_TEXT, &text, &len)) {
        vg_found(v, VG_FOUND_CHECKPOINT, "key.pub can't be read: nothing says whose checkpoint this is");
        return VG_OK;
    }
    if (vg_keys_parse(text, len, v->keys, &v->key_count))
        vg_found(v, VG_FOUND_CHECKPOINT, "key.pub is malformed");
    free(text);
    return VG_OK;
}

/* True if there is a checkpoint to check the tree against. */
static bool load_checkpoint(struct vg_verifier *v)
{
    char path[VG_IO_PATH], *note;
    size_t len;
    const char *why;
    vg_io_path(path, "%s/checkpoint", v->dir);
    enum vg_err err = vg_io_load(v->io, path, VG_NOTE_MAX, &note, &len);
    if (err) {
        vg_found(v, VG_FOUND_CHECKPOINT, "the checkpoint %s", err == VG_NOT_FOUND ? "is missing" : "can't be read");
        return false;
    }
    err = v->key_count ? vg_checkpoint_read(note, len, v->keys, v->key_count, &v->checkpoint, &why) : VG_NOT_FOUND;
    free(note);
    if (err && v->key_count)
        vg_found(v, VG_FOUND_CHECKPOINT, "%s", why);
    return !err;
}

/* The checkpoint that was kept elsewhere: this journal must have it in its past. */
static bool load_kept(struct vg_verifier *v, bool have, struct vg_checkpoint *ret)
{
    const char *why;
    if (!v->options->kept)
        return false;
    if (vg_checkpoint_read(v->options->kept, v->options->kept_len, v->keys, v->key_count, ret, &why)) {
        vg_found(v, VG_FOUND_CHECKPOINT, "the one that was kept: %s", why);
        return false;
    }
    if (have && ret->size > v->checkpoint.size)
        vg_found(v, VG_FOUND_OLD_CHECKPOINT,
                 "the journal was taken back: a checkpoint of %llu frames was kept, its own covers %llu",
                 (unsigned long long)ret->size, (unsigned long long)v->checkpoint.size);
    return have && ret->size <= v->checkpoint.size;
}

enum vg_err vg_verify_journal(const char *dir, const struct vg_verify_options *options, struct vg_verdict *ret)
{
    const struct vg_io *io = options->io ? options->io : vg_io_posix();
    struct vg_checkpoint kept;
    if (sodium_init() < 0)
        return VG_UNSUPPORTED;
    struct vg_verifier *v = io->alloc(io->arg, sizeof *v);
    if (!v)
        return VG_NOMEM;
    memset(ret, 0, sizeof *ret);
    v->io = io;
    v->options = options;
    v->verdict = ret;
    enum vg_err err = vg_io_path(v->dir, "%s", dir) ? VG_OK : VG_LIMIT;
    if (!err && !exists(v, "segments"))
        err = VG_NOT_FOUND;
    if (!err)
        err = load_keys(v);
    if (!err) {
        bool have = load_checkpoint(v), past = load_kept(v, have, &kept);
        if (have) {
            memcpy(ret->origin, v->checkpoint.origin, sizeof ret->origin);
            v->tiles = (struct vg_tiles){.io = io, .dir = v->dir, .size = v->checkpoint.size};
            check_tree(v, past ? &kept : NULL);
            check_tiles_ahead(v);
            ret->covered = v->checkpoint.size;
        }
        err = vg_verify_frames(v);
        if (!err && have && v->newest_recorded > v->checkpoint.size)
            vg_found(v, VG_FOUND_OLD_CHECKPOINT,
                     "an old checkpoint, of %llu frames, was put back: the frames tell of one of %llu",
                     (unsigned long long)v->checkpoint.size, (unsigned long long)v->newest_recorded);
    }
    free(v);
    return err;
}
