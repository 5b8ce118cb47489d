/* How long an item is, and which items a record has. */
#include "sensor/asterix/asterix_inner.h"

/* Presence bits at p: octets of them. 0: they run over. */
static size_t presence_octets(const uint8_t *p, size_t left)
{
    for (size_t n = 0; n < left; n++)
        if (!(p[n] & 1))
            return n + 1;
    return 0;
}

static size_t compound_octets(const struct vg_asterix_node *node, const uint8_t *p, size_t left, bool *reserved)
{
    size_t fixed = node->bits, head = fixed ? fixed : presence_octets(p, left), len = head;
    unsigned per_octet = fixed ? 8 : 7, count = 0;
    const struct vg_asterix_node *below = node + 1;
    if (head == 0 || head > left)
        return 0;
    for (size_t i = 0; i < head; i++)
        for (unsigned bit = 0; bit < per_octet; bit++, count++) {
            bool known = count < node->count;
            if (p[i] & 0x80 >> bit) {
                if (!known || below->shape == VG_ASTERIX_NONE) {
                    *reserved = true;
                    return 0;
                }
                size_t n = vg_asterix_node_octets(below, p + len, left - len, reserved);
                if (n == 0)
                    return 0;
                len += n;
            }
            if (known)
                below += below->size;
        }
    return len;
}

/* Parts of one octet each are nearly all there are: their last bits tell. */
static size_t extended_octets(const struct vg_asterix_node *node, const uint8_t *p, size_t left, bool *reserved)
{
    size_t bit = 0, octets;
    bool ends_with_fx = true;
    if (node->bits == 1) {
        octets = presence_octets(p, left);
        *reserved |= octets > node->key;
        return octets;
    }
    const struct vg_asterix_node *below = node + 1;
    for (unsigned i = 0; i < node->count; i++, below += below->size) {
        bit += below->bits;
        ends_with_fx = below->shape == VG_ASTERIX_FX; /* the last part of some has none */
        if ((bit + 7) / 8 > left)
            return 0;
        if (below->shape == VG_ASTERIX_FX && !(p[bit / 8 - 1] & 1))
            return bit / 8;
    }
    octets = bit / 8;
    if (!ends_with_fx || !(p[octets - 1] & 1))
        return octets;
    *reserved = true;
    size_t more = presence_octets(p + octets, left - octets);
    return more ? octets + more : 0;
}

static size_t repetitive_octets(const struct vg_asterix_node *node, const uint8_t *p, size_t left, bool *reserved)
{
    const struct vg_asterix_node *below = node + 1;
    size_t len = node->bits;
    if (left < len)
        return 0;
    size_t count = (size_t)vg_asterix_bits(p, 0, 8 * node->bits);
    if (below->shape == VG_ASTERIX_FIXED || below->shape == VG_ASTERIX_GROUP) {
        len += count * (below->bits / 8);
        return len <= left ? len : 0;
    }
    for (size_t i = 0; i < count; i++) {
        size_t n = vg_asterix_node_octets(below, p + len, left - len, reserved);
        if (n == 0)
            return 0;
        len += n;
    }
    return len;
}

static size_t chain_octets(const struct vg_asterix_node *node, const uint8_t *p, size_t left)
{
    size_t step = (node[1].bits + 1u) / 8, len = 0;
    do {
        len += step;
        if (len > left)
            return 0;
    } while (p[len - 1] & 1);
    return len;
}

size_t vg_asterix_node_octets(const struct vg_asterix_node *node, const uint8_t *p, size_t left, bool *reserved)
{
    size_t len = 0;
    switch ((enum vg_asterix_shape)node->shape) {
    case VG_ASTERIX_FIXED:
    case VG_ASTERIX_SPARE:
    case VG_ASTERIX_GROUP:
    case VG_ASTERIX_CASE:
        len = node->bits / 8;
        break;
    case VG_ASTERIX_EXTENDED:
        len = extended_octets(node, p, left, reserved);
        break;
    case VG_ASTERIX_REPETITIVE:
        len = repetitive_octets(node, p, left, reserved);
        break;
    case VG_ASTERIX_CHAIN:
        len = chain_octets(node, p, left);
        break;
    case VG_ASTERIX_EXPLICIT:
        len = left ? p[0] : 0;
        break;
    case VG_ASTERIX_COMPOUND:
        len = compound_octets(node, p, left, reserved);
        break;
    case VG_ASTERIX_FX:
    case VG_ASTERIX_NONE:
        break;
    }
    return len <= left ? len : 0;
}

/* ---- a record ---- */

#define ITEM_020   1 /* of 001, in both lists: its first bit tells which list holds */
#define CATEGORY_1 1

/* Where a record is read. */
struct cursor {
    const uint8_t *p;
    size_t at, left; /* left: of the whole block */
};

/* Of 001 one list or the other, which differ behind this item: what was read before must not be of the other one. */
static bool choose_list(struct vg_asterix_record *r, uint8_t octet)
{
    uint8_t variant = octet >> 7;
    if (variant != r->variant && r->present & ~UINT64_C(3))
        return false;
    r->variant = variant;
    return true;
}

static size_t item_octets(struct vg_asterix_record *r, const struct cursor *c, unsigned slot, enum vg_refusal *ret_why)
{
    const struct vg_asterix_node *node = vg_asterix_slot_node(r->edition, r->variant, slot);
    bool reserved = false;
    size_t n = node ? vg_asterix_node_octets(node, c->p + c->at, c->left - c->at, &reserved) : 0;
    *ret_why = reserved || !node ? VG_REFUSAL_ASTERIX_RESERVED : VG_REFUSAL_ASTERIX_RECORD;
    r->reserved |= reserved;
    return n;
}

static bool take_item(struct vg_asterix_record *r, struct cursor *c, unsigned slot, enum vg_refusal *ret_why)
{
    const struct vg_asterix_edition *e = r->edition;
    size_t n = slot < e->slots[r->variant] ? e->slot[r->variant][slot].octets : 0;
    if (n == 0)
        n = item_octets(r, c, slot, ret_why);
    if (n == 0 || n > c->left - c->at)
        return false;
    if (slot == ITEM_020 && e->category == CATEGORY_1 && !choose_list(r, c->p[c->at]))
        return false;
    r->present |= UINT64_C(1) << slot;
    r->begin[slot] = (uint16_t)c->at;
    r->octets[slot] = (uint16_t)n;
    c->at += n;
    return true;
}

/* A count, then items in any order, each behind its number. */
static bool take_random(struct vg_asterix_record *r, struct cursor *c, enum vg_refusal *ret_why)
{
    *ret_why = VG_REFUSAL_ASTERIX_RECORD;
    if (c->at >= c->left)
        return false;
    for (unsigned count = c->p[c->at++]; count; count--) {
        if (c->at >= c->left)
            return false;
        unsigned number = c->p[c->at++];
        if (number == 0 || number > VG_ASTERIX_SLOTS) {
            *ret_why = VG_REFUSAL_ASTERIX_RESERVED;
            return false;
        }
        if (!take_item(r, c, number - 1, ret_why))
            return false;
    }
    return true;
}

static bool is_random(const struct vg_asterix_record *r, unsigned slot)
{
    const struct vg_asterix_edition *e = r->edition;
    return slot < e->slots[r->variant] && e->slot[r->variant][slot].at > VG_ASTERIX_RANDOM;
}

bool vg_asterix_read_record(const struct vg_asterix_edition *edition, const uint8_t *p, size_t left,
                            struct vg_asterix_record *r, enum vg_refusal *ret_why)
{
    size_t head = presence_octets(p, left < VG_ASTERIX_SLOTS / 7 ? left : VG_ASTERIX_SLOTS / 7);
    struct cursor c = {p, head, left};
    r->edition = edition;
    r->at = p;
    r->present = 0;
    r->variant = r->sac = r->sic = 0;
    r->reserved = false;
    *ret_why = VG_REFUSAL_ASTERIX_RECORD;
    if (head == 0)
        return false;
    for (size_t i = 0; i < head; i++)
        for (unsigned bits = p[i] & 0xFEu; bits;) {
            unsigned bit = (unsigned)__builtin_clz(bits) - 24, slot = (unsigned)(7 * i) + bit;
            bits &= ~(0x80u >> bit);
            if (!(is_random(r, slot) ? take_random(r, &c, ret_why) : take_item(r, &c, slot, ret_why)))
                return false;
        }
    if (r->present & 1) { /* item 010 is the first one of every category, and has two octets */
        r->sac = p[r->begin[0]];
        r->sic = p[r->begin[0] + 1];
    }
    r->len = (uint16_t)c.at;
    return r->present != 0;
}
