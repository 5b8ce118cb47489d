/* Records with all that a definition knows: each part of each item, repeated ones twice. For tests, and as seeds. */
#ifndef VG_TESTS_ASTERIX_FULL_H
#define VG_TESTS_ASTERIX_FULL_H

#include <string.h>

#include "sensor/asterix/asterix_inner.h"

#define FULL_MOST 65000

struct full {
    size_t len;
    uint8_t fill; /* the next octet of a value */
    uint8_t at[FULL_MOST];
};

static inline void full_octet(struct full *f, unsigned octet)
{
    if (f->len < FULL_MOST)
        f->at[f->len++] = (uint8_t)octet;
}

static inline void full_value(struct full *f, size_t octets)
{
    while (octets--)
        full_octet(f, f->fill = (uint8_t)(f->fill * 5 + 17));
}

static inline void full_node(struct full *f, const struct vg_asterix_node *node);

/* Values up to each FX, which says that more follows, but for the last one. */
static inline void full_extended(struct full *f, const struct vg_asterix_node *node)
{
    const struct vg_asterix_node *below = node + 1;
    size_t bits = 0;
    for (unsigned i = 0; i < node->count; i++, below += below->size) {
        bits += below->bits;
        if (below->shape != VG_ASTERIX_FX && i + 1 < node->count)
            continue;
        full_value(f, bits / 8);
        bits = 0;
        if (below->shape == VG_ASTERIX_FX)
            f->at[f->len - 1] = (uint8_t)((f->at[f->len - 1] & 0xFE) | (i + 1 < node->count));
    }
}

static inline void full_compound(struct full *f, const struct vg_asterix_node *node)
{
    unsigned per_octet = node->bits ? 8 : 7, octets = node->bits ? node->bits : (node->count + 6u) / 7;
    const struct vg_asterix_node *below = node + 1;
    size_t head = f->len;
    for (unsigned i = 0; i < octets; i++)
        full_octet(f, !node->bits && i + 1 < octets);
    for (unsigned i = 0; i < node->count; i++, below += below->size)
        if (below->shape != VG_ASTERIX_NONE) {
            f->at[head + i / per_octet] |= (uint8_t)(0x80 >> i % per_octet);
            full_node(f, below);
        }
}

static inline void full_node(struct full *f, const struct vg_asterix_node *node)
{
    size_t at = f->len;
    switch ((enum vg_asterix_shape)node->shape) {
    case VG_ASTERIX_EXTENDED:
        full_extended(f, node);
        break;
    case VG_ASTERIX_REPETITIVE:
        for (unsigned i = 1; i < node->bits; i++)
            full_octet(f, 0);
        full_octet(f, 2);
        full_node(f, node + 1);
        full_node(f, node + 1);
        break;
    case VG_ASTERIX_CHAIN:
        for (unsigned more = 2; more--;) {
            full_value(f, (node[1].bits + 1u) / 8);
            f->at[f->len - 1] = (uint8_t)((f->at[f->len - 1] & 0xFE) | more);
        }
        break;
    case VG_ASTERIX_EXPLICIT:
        full_octet(f, 0);
        if (node->count)
            full_node(f, node + 1);
        else
            full_value(f, 3);
        f->at[at] = (uint8_t)(f->len - at);
        break;
    case VG_ASTERIX_COMPOUND:
        full_compound(f, node);
        break;
    default:
        full_value(f, node->bits / 8);
    }
}

/* A block of one record with every item of a list; `only`: with that slot alone, UINT_MAX: all. False: there is none.
 */
static inline bool full_block(struct full *f, const struct vg_asterix_edition *e, int variant, unsigned only)
{
    unsigned octets = only == UINT32_MAX ? (e->slots[variant] + 6u) / 7 : only / 7 + 1;
    size_t head = VG_ASTERIX_HEADER;
    bool any = false;
    f->len = 0;
    for (unsigned i = 0; i < VG_ASTERIX_HEADER + octets; i++)
        full_octet(f, i >= VG_ASTERIX_HEADER && i + 1 < VG_ASTERIX_HEADER + octets);
    for (unsigned slot = 0; slot < e->slots[variant]; slot++) {
        const struct vg_asterix_node *node = vg_asterix_slot_node(e, variant, slot);
        if (!node || (only != UINT32_MAX && slot != only))
            continue;
        any = true;
        f->at[head + slot / 7] |= (uint8_t)(0x80 >> slot % 7);
        size_t at = f->len;
        full_node(f, node);
        if (e->category == 1 && slot == 1) /* its first bit tells which list holds */
            f->at[at] = (uint8_t)((f->at[at] & 0x7F) | variant << 7);
    }
    f->at[0] = e->category;
    f->at[1] = (uint8_t)(f->len >> 8);
    f->at[2] = (uint8_t)f->len;
    return any;
}

#endif
