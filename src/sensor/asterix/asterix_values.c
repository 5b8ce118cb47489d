/* The values of a record: its items' trees, walked bit by bit. */
#include <string.h>

#include "sensor/asterix/asterix_inner.h"

#define GROUP_MAX 48 /* nodes of a group; a test holds the tables to it */

struct walk {
    const struct vg_asterix_record *record;
    vg_asterix_on_value *on;
    void *arg;
    bool *unspoilt; /* becomes false if spare bits are set; NULL: nobody asks */
    size_t path_len;
    char path[VG_ASTERIX_PATH];
};

static void add_name(struct walk *w, const struct vg_asterix_node *node)
{
    if (node->name_len == 0)
        return;
    if (w->path_len)
        w->path[w->path_len++] = '/';
    memcpy(w->path + w->path_len, node->name, sizeof node->name); /* all of it is quicker than some */
    w->path_len += node->name_len;
}

static void add_index(struct walk *w, size_t index)
{
    char digits[8];
    size_t n = 0;
    do
        digits[n++] = (char)('0' + index % 10);
    while (index /= 10);
    w->path[w->path_len++] = '[';
    while (n)
        w->path[w->path_len++] = digits[--n];
    w->path[w->path_len++] = ']';
}

static void tell(struct walk *w, const struct vg_asterix_node *node, const uint8_t *p, size_t bit, size_t bits)
{
    const struct vg_asterix_value value = {w->path, w->path_len, node, p, bit, bits};
    w->on(w->arg, &value);
}

static void walk_octets(struct walk *w, const struct vg_asterix_node *node, const uint8_t *p, size_t len);
static void walk_bits(struct walk *w, const struct vg_asterix_node *node, const uint8_t *p, size_t bit);

/* ---- bits ---- */

static unsigned message_type(const struct vg_asterix_record *r)
{
    for (unsigned slot = 0; slot < r->edition->slots[r->variant]; slot++) {
        const struct vg_asterix_node *node = vg_asterix_slot_node(r->edition, r->variant, slot);
        if (r->present >> slot & 1 && strcmp(node->name, "000") == 0)
            return r->at[r->begin[slot]];
    }
    return 0;
}

/* The node below a case that holds, or NULL. `back` is the node whose value decides, at bit `bit` of p. */
static const struct vg_asterix_node *choose(const struct walk *w, const struct vg_asterix_node *node,
                                            const struct vg_asterix_node *back, const uint8_t *p, size_t bit)
{
    unsigned key = (unsigned)vg_asterix_bits(p, bit, back->bits);
    if (node->key & VG_ASTERIX_CASE_MESSAGE)
        key |= message_type(w->record) << 8;
    const struct vg_asterix_node *below = node + 1;
    for (unsigned i = 0; i < node->count; i++, below += below->size)
        if (below->key == key || below->key == VG_ASTERIX_CASE_ANY)
            return below;
    return NULL;
}

static void walk_case(struct walk *w, const struct vg_asterix_node *node, const struct vg_asterix_node *chosen,
                      const uint8_t *p, size_t bit)
{
    static const struct vg_asterix_node raw = {.shape = VG_ASTERIX_FIXED, .kind = VG_ASTERIX_RAW};
    size_t path_len = w->path_len;
    add_name(w, node);
    if (chosen)
        walk_bits(w, chosen, p, bit);
    else
        tell(w, &raw, p, bit, node->bits);
    w->path_len = path_len;
}

static void walk_group(struct walk *w, const struct vg_asterix_node *node, const uint8_t *p, size_t bit)
{
    const struct vg_asterix_node *below = node + 1, *before[GROUP_MAX];
    size_t begin[GROUP_MAX];
    for (unsigned i = 0; i < node->count; i++, below += below->size) {
        before[i] = below;
        begin[i] = bit;
        if (below->shape == VG_ASTERIX_CASE) {
            unsigned back = i - (below->key & VG_ASTERIX_CASE_BACK);
            walk_case(w, below, choose(w, below, before[back], p, begin[back]), p, bit);
        } else {
            walk_bits(w, below, p, bit);
        }
        bit += below->bits;
    }
}

static void walk_bits(struct walk *w, const struct vg_asterix_node *node, const uint8_t *p, size_t bit)
{
    size_t path_len = w->path_len;
    if (node->shape == VG_ASTERIX_SPARE) {
        if (w->unspoilt && vg_asterix_bits(p, bit, node->bits))
            *w->unspoilt = false;
        return;
    }
    add_name(w, node);
    if (node->shape == VG_ASTERIX_GROUP)
        walk_group(w, node, p, bit);
    else
        tell(w, node, p, bit, node->bits);
    w->path_len = path_len;
}

/* ---- octets ---- */

static void walk_extended(struct walk *w, const struct vg_asterix_node *node, const uint8_t *p, size_t len)
{
    const struct vg_asterix_node *below = node + 1;
    size_t bit = 0;
    for (unsigned i = 0; i < node->count && bit < 8 * len; i++, below += below->size) {
        if (below->shape != VG_ASTERIX_FX)
            walk_bits(w, below, p, bit);
        bit += below->bits;
    }
}

static void walk_repeated(struct walk *w, const struct vg_asterix_node *node, const uint8_t *p, size_t len)
{
    const struct vg_asterix_node *below = node + 1;
    size_t at = node->shape == VG_ASTERIX_CHAIN ? 0 : node->bits, path_len = w->path_len;
    bool reserved = false;
    /* The cells of radar video are no values. */
    if (w->record->edition->category == 240 && below->kind == VG_ASTERIX_RAW)
        return;
    for (size_t i = 0; at < len; i++, w->path_len = path_len) {
        size_t n = node->shape == VG_ASTERIX_CHAIN ? (below->bits + 1u) / 8
                                                   : vg_asterix_node_octets(below, p + at, len - at, &reserved);
        add_index(w, i);
        walk_octets(w, below, p + at, n);
        at += n;
    }
}

static void walk_compound(struct walk *w, const struct vg_asterix_node *node, const uint8_t *p, size_t len)
{
    const struct vg_asterix_node *below = node + 1;
    unsigned per_octet = node->bits ? 8 : 7;
    size_t head = node->bits;
    bool reserved = false;
    if (head == 0)
        while (p[head++] & 1)
            ;
    size_t at = head;
    for (unsigned i = 0; i < node->count && i / per_octet < head; i++, below += below->size) {
        if (!(p[i / per_octet] & 0x80 >> i % per_octet))
            continue;
        size_t n = vg_asterix_node_octets(below, p + at, len - at, &reserved);
        walk_octets(w, below, p + at, n);
        at += n;
    }
}

/* What an explicit item holds, if that is known and fits; else its octets. */
static void walk_explicit(struct walk *w, const struct vg_asterix_node *node, const uint8_t *p, size_t len)
{
    bool reserved = false;
    size_t n = node->count && len > 1 ? vg_asterix_node_octets(node + 1, p + 1, len - 1, &reserved) : 0;
    if (n)
        walk_octets(w, node + 1, p + 1, n);
    else if (len > 1)
        tell(w, node, p + 1, 0, 8 * (len - 1));
}

/* A node that begins with an octet and has `len` of them, as vg_asterix_node_octets() says. */
static void walk_octets(struct walk *w, const struct vg_asterix_node *node, const uint8_t *p, size_t len)
{
    size_t path_len = w->path_len;
    add_name(w, node);
    switch ((enum vg_asterix_shape)node->shape) {
    case VG_ASTERIX_FIXED:
        tell(w, node, p, 0, node->bits);
        break;
    case VG_ASTERIX_GROUP:
        walk_group(w, node, p, 0);
        break;
    case VG_ASTERIX_EXTENDED:
        walk_extended(w, node, p, len);
        break;
    case VG_ASTERIX_REPETITIVE:
    case VG_ASTERIX_CHAIN:
        walk_repeated(w, node, p, len);
        break;
    case VG_ASTERIX_EXPLICIT:
        walk_explicit(w, node, p, len);
        break;
    case VG_ASTERIX_COMPOUND:
        walk_compound(w, node, p, len);
        break;
    case VG_ASTERIX_SPARE:
    case VG_ASTERIX_FX:
    case VG_ASTERIX_NONE:
    case VG_ASTERIX_CASE: /* only in groups */
        break;
    }
    w->path_len = path_len;
}

static void walk_record(const struct vg_asterix_record *r, vg_asterix_on_value *on, void *arg, bool *unspoilt)
{
    struct walk w;
    w.unspoilt = unspoilt;
    w.record = r;
    w.on = on;
    w.arg = arg;
    w.path_len = 0;
    for (uint64_t left = r->present; left; left &= left - 1) {
        unsigned slot = (unsigned)__builtin_ctzll(left);
        walk_octets(&w, vg_asterix_slot_node(r->edition, r->variant, slot), r->at + r->begin[slot], r->octets[slot]);
    }
}

void vg_asterix_values(const struct vg_asterix_record *record, vg_asterix_on_value *on, void *arg)
{
    walk_record(record, on, arg, NULL);
}

/* ---- does it make sense ---- */

#define DAY_S (VG_DAY_US / VG_SECOND_US)

static void doubt(void *arg, const struct vg_asterix_value *v)
{
    const struct vg_asterix_node *n = v->node;
    bool *plausible = arg;
    if (n->shape != VG_ASTERIX_FIXED || (n->kind != VG_ASTERIX_SIGNED && n->kind != VG_ASTERIX_UNSIGNED))
        return;
    uint64_t raw = vg_asterix_bits(v->at, v->bit, n->bits);
    double value = n->lsb * (n->kind == VG_ASTERIX_SIGNED ? (double)vg_asterix_signed(raw, n->bits) : (double)raw);
    if (strcmp(n->name, "LAT") == 0)
        *plausible &= value >= -90 && value <= 90;
    if (strcmp(n->name, "LON") == 0)
        *plausible &= value >= -180 && value <= 180;
    if (strcmp(n->unit, "s") == 0 && n->bits == 24 && n->lsb == 1.0 / 128)
        *plausible &= value < (double)DAY_S;
}

unsigned vg_asterix_plausible(const struct vg_asterix_record *record)
{
    bool possible = true, unspoilt = true;
    walk_record(record, doubt, &possible, &unspoilt);
    return possible ? 2u + unspoilt : 0;
}
