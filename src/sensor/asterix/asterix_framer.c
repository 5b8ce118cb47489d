/* Blocks out of a stream that comes in any pieces. */
#include <stdlib.h>
#include <string.h>

#include "sensor/asterix/asterix_inner.h"

#define CARRY_FIRST 2048 /* octets that can be carried at first */
#define LEAST       (VG_ASTERIX_HEADER + 1)
#define OTHER_MOST  4096 /* octets of a block of a category without a table: more than a datagram */
#define CHAIN_MAX   8    /* blocks of unknown categories in a row */
#define SHORT       2048 /* octets of a block that is waited for in any case; most are less than a datagram */
#define PROOF       3    /* short blocks in a row, all read, that can be no chance within another block */

struct vg_asterix_framer {
    struct vg_asterix *asterix;
    bool by_blocks;
    bool lost;       /* in rubbish: no block since */
    uint64_t offset; /* of the first octet that is not handed on */
    uint64_t barren; /* up to here no PROOF begins behind `offset`: looked at once */
    size_t len, cap;
    uint8_t *carry; /* the beginning of what may be a block */
};

enum vg_err vg_asterix_framer_new(struct vg_asterix *asterix, bool by_blocks, struct vg_asterix_framer **ret_framer)
{
    struct vg_asterix_framer *f = calloc(1, sizeof *f);
    if (!f)
        return VG_NOMEM;
    f->asterix = asterix;
    f->by_blocks = by_blocks;
    *ret_framer = f;
    return VG_OK;
}

void vg_asterix_framer_free(struct vg_asterix_framer *f)
{
    if (f)
        free(f->carry);
    free(f);
}

/* ---- is this a block? ---- */

enum verdict { MORE, BLOCK, RUBBISH };

/* Any three octets look like the head of some category. Of those without a table a short one alone is believed. */
static bool is_likely(const struct vg_asterix_framer *f, const struct vg_asterix_block *b)
{
    return b->len >= LEAST && b->category != 0 && (vg_asterix_knows(f->asterix, b->category) || b->len <= OTHER_MOST);
}

/* PROOF blocks in a row, and where they end. */
static enum verdict proves(const struct vg_asterix_framer *f, const uint8_t *p, size_t left, size_t *ret_len)
{
    size_t at = 0;
    for (int n = 0; n < PROOF; n++) {
        if (left - at < VG_ASTERIX_HEADER)
            return MORE;
        const struct vg_asterix_block b = vg_asterix_header(p + at, 0, VG_TIME_NONE);
        if (b.len < LEAST || b.len > SHORT || !vg_asterix_knows(f->asterix, b.category))
            return RUBBISH;
        if (left - at < b.len)
            return MORE;
        if (!vg_asterix_reads(f->asterix, &b))
            return RUBBISH;
        at += b.len;
    }
    *ret_len = at;
    return BLOCK;
}

/*
 * True if within the `len` octets that a header promises others begin and end in step: then it is no header, and nobody
 * has to wait for all of them. What it says of a header rests on the octets of its block alone, so pieces make no
 * difference.
 */
static bool is_pretender(struct vg_asterix_framer *f, const uint8_t *p, size_t left, size_t len)
{
    bool sure = true;
    left = left < len ? left : len;
    if (f->barren <= f->offset)
        f->barren = f->offset + 1;
    for (size_t at = (size_t)(f->barren - f->offset); at < left; at++) {
        size_t proof = 0;
        const enum verdict verdict = proves(f, p + at, left - at, &proof);
        if (verdict == BLOCK)
            return true;
        sure = sure && verdict == RUBBISH;
        if (sure)
            f->barren = f->offset + at + 1;
    }
    return false;
}

/*
 * What follows a block: BLOCK for one of a known category, or the stream's end, or so many short ones of other
 * categories one behind the other that it can be no chance.
 */
static enum verdict follows(const struct vg_asterix_framer *f, const uint8_t *p, size_t left, bool ended)
{
    for (int n = 0; n < CHAIN_MAX; n++) {
        if (left == 0 && ended)
            return BLOCK;
        if (left < VG_ASTERIX_HEADER)
            return ended ? RUBBISH : MORE;
        struct vg_asterix_block b = vg_asterix_header(p, 0, VG_TIME_NONE);
        if (!is_likely(f, &b))
            return RUBBISH;
        if (vg_asterix_knows(f->asterix, b.category))
            return BLOCK;
        if (left < b.len)
            return ended ? RUBBISH : MORE;
        p += b.len;
        left -= b.len;
    }
    return BLOCK;
}

/*
 * In a stream that is in step, a block that can be read is one (step() takes it at once), and another one if what
 * follows is. After rubbish both are asked for. Looks no further than VG_ASTERIX_CARRY octets, so that the stream's
 * pieces make no difference.
 */
static enum verdict judge(struct vg_asterix_framer *f, const uint8_t *p, size_t left, bool ended)
{
    if (left >= VG_ASTERIX_CARRY) {
        left = VG_ASTERIX_CARRY;
        ended = true;
    }
    if (left < VG_ASTERIX_HEADER)
        return ended ? RUBBISH : MORE;
    struct vg_asterix_block b = vg_asterix_header(p, 0, VG_TIME_NONE);
    if (!is_likely(f, &b) || (f->lost && !vg_asterix_knows(f->asterix, b.category)))
        return RUBBISH;
    if (b.len > SHORT && is_pretender(f, p, left, b.len))
        return RUBBISH;
    if (left < b.len)
        return ended ? RUBBISH : MORE;
    if (f->lost && !vg_asterix_reads(f->asterix, &b))
        return RUBBISH;
    return follows(f, p + b.len, left - b.len, ended);
}

static void be_lost(struct vg_asterix_framer *f, const uint8_t *p, size_t left, int64_t time_us)
{
    if (!f->lost)
        vg_asterix_refuse(f->asterix, VG_REFUSAL_ASTERIX_RUBBISH, p, left, time_us);
    f->lost = true;
}

/* One block, or one octet of rubbish. Returns how many octets are done with; 0: more must come. */
static size_t step(struct vg_asterix_framer *f, const uint8_t *p, size_t left, bool ended, int64_t time_us)
{
    uint64_t offset = f->by_blocks ? vg_asterix_counters(f->asterix)->octets : f->offset;
    if (left >= LEAST && !f->lost) {
        const struct vg_asterix_block b = vg_asterix_header(p, offset, time_us);
        if (b.len >= LEAST && b.len <= left && (b.len <= SHORT || !is_pretender(f, p, left, b.len)) &&
            vg_asterix_take_block(f->asterix, &b, false))
            return b.len;
    }
    enum verdict verdict = judge(f, p, left, ended);
    if (verdict == MORE)
        return 0;
    if (verdict == RUBBISH) {
        be_lost(f, p, left, time_us);
        return 1;
    }
    const struct vg_asterix_block b = vg_asterix_header(p, offset, time_us);
    f->lost = false;
    vg_asterix_take_block(f->asterix, &b, true);
    return b.len;
}

/* Hands on what is whole. Returns how many octets are done with. */
static size_t take(struct vg_asterix_framer *f, const uint8_t *p, size_t len, bool ended, int64_t time_us)
{
    size_t at = 0, n;
    while (at < len && (n = step(f, p + at, len - at, ended, time_us))) {
        at += n;
        f->offset += n;
    }
    return at;
}

/* ---- pieces ---- */

static bool carry(struct vg_asterix_framer *f, const uint8_t *p, size_t len)
{
    if (f->len + len > f->cap) {
        size_t cap = f->cap ? f->cap : CARRY_FIRST;
        while (cap < f->len + len)
            cap *= 2;
        uint8_t *bytes = realloc(f->carry, cap);
        if (!bytes)
            return false;
        f->carry = bytes;
        f->cap = cap;
    }
    if (len)
        memcpy(f->carry + f->len, p, len);
    f->len += len;
    return true;
}

static void drop(struct vg_asterix_framer *f, size_t len)
{
    f->len -= len;
    if (f->len)
        memmove(f->carry, f->carry + len, f->len);
}

enum vg_err vg_asterix_framer_push(struct vg_asterix_framer *f, const void *bytes, size_t len, int64_t time_us)
{
    const uint8_t *p = bytes;
    while (len && f->len) { /* what was carried first */
        size_t n = VG_ASTERIX_CARRY - f->len;
        n = n < len ? n : len;
        if (!carry(f, p, n)) {
            f->offset += f->len + len;
            f->len = 0;
            f->lost = true;
            return VG_NOMEM;
        }
        p += n;
        len -= n;
        drop(f, take(f, f->carry, f->len, false, time_us));
    }
    size_t done = take(f, p, len, false, time_us);
    if (len > done && !carry(f, p + done, len - done)) {
        f->offset += len - done;
        f->lost = true;
        return VG_NOMEM;
    }
    return VG_OK;
}

void vg_asterix_framer_end(struct vg_asterix_framer *f, int64_t time_us)
{
    take(f, f->carry, f->len, true, time_us);
    f->len = 0;
    f->lost = false;
}
