#include "journal/merkle.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

void vg_merkle_leaf(const void *entry, size_t len, uint8_t out[static VG_HASH])
{
    static const uint8_t prefix = 0;
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, &prefix, 1);
    crypto_hash_sha256_update(&state, entry, len);
    crypto_hash_sha256_final(&state, out);
}

void vg_merkle_node(const uint8_t left[static VG_HASH], const uint8_t right[static VG_HASH],
                    uint8_t out[static VG_HASH])
{
    uint8_t bytes[1 + 2 * VG_HASH] = {1};
    memcpy(bytes + 1, left, VG_HASH);
    memcpy(bytes + 1 + VG_HASH, right, VG_HASH);
    crypto_hash_sha256(out, bytes, sizeof bytes);
}

void vg_merkle_perfect(const uint8_t (*hashes)[VG_HASH], unsigned count, uint8_t out[static VG_HASH])
{
    uint8_t row[VG_TILE_WIDTH / 2][VG_HASH];
    if (count == 1) {
        memcpy(out, hashes[0], VG_HASH);
        return;
    }
    for (unsigned i = 0; i < count / 2; i++)
        vg_merkle_node(hashes[2 * i], hashes[2 * i + 1], row[i]);
    for (unsigned n = count / 4; n; n /= 2)
        for (unsigned i = 0; i < n; i++)
            vg_merkle_node(row[2 * i], row[2 * i + 1], row[i]);
    memcpy(out, row[0], VG_HASH);
}

void vg_edge_push(struct vg_edge *e, const uint8_t leaf[static VG_HASH], vg_edge_full *full, void *arg)
{
    uint8_t hash[VG_HASH];
    memcpy(hash, leaf, VG_HASH);
    for (unsigned level = 0; level < VG_TILE_LEVELS; level++) {
        unsigned at = vg_tile_width(e->size, level);
        memcpy(e->hash[level][at], hash, VG_HASH);
        if (at != VG_TILE_WIDTH - 1)
            break;
        const uint8_t(*tile)[VG_HASH] = (const uint8_t(*)[VG_HASH])e->hash[level];
        if (full)
            full(arg, level, e->size >> (8 * (level + 1)), tile);
        vg_merkle_perfect(tile, VG_TILE_WIDTH, hash);
    }
    e->size++;
}

/*
 * The tree of n leaves is a row of perfect subtrees, one for each bit of n, the largest first; its root folds them from
 * the right. Each of them lies in one level of the edge.
 */
void vg_edge_root(const struct vg_edge *e, uint8_t out[static VG_HASH])
{
    bool begun = false;
    if (!e->size)
        crypto_hash_sha256(out, (const uint8_t *)"", 0);
    for (unsigned level = 0; level < VG_TILE_LEVELS; level++) {
        unsigned left = vg_tile_width(e->size, level);
        for (unsigned bit = 1; bit < VG_TILE_WIDTH; bit *= 2) {
            uint8_t subtree[VG_HASH];
            if (!(left & bit))
                continue;
            left -= bit;
            vg_merkle_perfect((const uint8_t(*)[VG_HASH])e->hash[level] + left, bit, subtree);
            if (begun)
                vg_merkle_node(subtree, out, out);
            else
                memcpy(out, subtree, VG_HASH);
            begun = true;
        }
    }
}

/* The largest power of two below n, as its exponent; n ≥ 2. */
static unsigned split_of(uint64_t n)
{
    return 63 - (unsigned)__builtin_clzll(n - 1);
}

/* The root of leaves [from, from + n); from is a multiple of the largest power of two ≤ n. */
static enum vg_err root_of(vg_merkle_read *read, void *arg, uint64_t from, uint64_t n, uint8_t out[static VG_HASH])
{
    if ((n & (n - 1)) == 0) {
        unsigned level = (unsigned)__builtin_ctzll(n);
        return read(arg, level, from >> level, out);
    }
    uint8_t left[VG_HASH], right[VG_HASH];
    unsigned level = split_of(n);
    enum vg_err err = read(arg, level, from >> level, left);
    if (!err)
        err = root_of(read, arg, from + (UINT64_C(1) << level), n - (UINT64_C(1) << level), right);
    if (!err)
        vg_merkle_node(left, right, out);
    return err;
}

enum vg_err vg_merkle_root(vg_merkle_read *read, void *arg, uint64_t size, uint8_t ret_root[static VG_HASH])
{
    uint8_t root[VG_HASH];
    if (!size) {
        crypto_hash_sha256(ret_root, (const uint8_t *)"", 0);
        return VG_OK;
    }
    enum vg_err err = root_of(read, arg, 0, size, root);
    if (!err)
        memcpy(ret_root, root, VG_HASH);
    return err;
}

enum vg_err vg_merkle_prove(vg_merkle_read *read, void *arg, uint64_t index, uint64_t size,
                            uint8_t ret_proof[static VG_PROOF_MAX][VG_HASH], size_t *ret_count)
{
    uint8_t down[VG_PROOF_MAX][VG_HASH]; /* from the root to the leaf */
    size_t count = 0;
    if (index >= size || size > VG_FRAME_NUMBERS)
        return VG_RANGE;
    for (uint64_t from = 0, n = size; n > 1; count++) {
        uint64_t half = UINT64_C(1) << split_of(n);
        bool right = index - from >= half;
        enum vg_err err = right ? root_of(read, arg, from, half, down[count])
                                : root_of(read, arg, from + half, n - half, down[count]);
        if (err)
            return err;
        from += right ? half : 0;
        n = right ? n - half : half;
    }
    for (size_t i = 0; i < count; i++)
        memcpy(ret_proof[i], down[count - 1 - i], VG_HASH);
    *ret_count = count;
    return VG_OK;
}

bool vg_merkle_proven(const uint8_t leaf[static VG_HASH], uint64_t index, uint64_t size,
                      const uint8_t (*proof)[VG_HASH], size_t count, const uint8_t root[static VG_HASH])
{
    uint64_t fn = index, sn = size - 1;
    uint8_t hash[VG_HASH];
    if (index >= size)
        return false;
    memcpy(hash, leaf, VG_HASH);
    for (size_t i = 0; i < count; i++) {
        if (sn == 0)
            return false;
        if (fn & 1 || fn == sn) {
            vg_merkle_node(proof[i], hash, hash);
            while (!(fn & 1) && fn) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            vg_merkle_node(hash, proof[i], hash);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && memcmp(hash, root, VG_HASH) == 0;
}

void vg_tile_path(unsigned level, uint64_t index, unsigned width, char out[static VG_TILE_PATH])
{
    char groups[VG_TILE_PATH], *p = groups + sizeof groups - 1;
    *p = '\0';
    for (bool last = true;; last = false) {
        char group[8];
        int n = snprintf(group, sizeof group, "%s%03u%s", last ? "" : "x", (unsigned)(index % 1000), last ? "" : "/");
        p -= n;
        memcpy(p, group, (size_t)n);
        if (!(index /= 1000))
            break;
    }
    int n = level == VG_TILE_ENTRIES ? snprintf(out, VG_TILE_PATH, "tile/entries/%s", p)
                                     : snprintf(out, VG_TILE_PATH, "tile/%u/%s", level, p);
    if (width % VG_TILE_WIDTH && n > 0 && n < VG_TILE_PATH)
        snprintf(out + n, (size_t)(VG_TILE_PATH - n), ".p/%u", width);
}
