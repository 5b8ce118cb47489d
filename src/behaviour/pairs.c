/* Pairs of vessels that something goes on between: open addressing of fixed size, by contacts and kind. */
#include <string.h>

#include "behaviour/method.h"

#define FULL_AT (PAIRS / 4 * 3)

static uint32_t home(uint64_t a, uint64_t b, unsigned kind)
{
    uint64_t h = (a ^ kind) * UINT64_C(0x9E3779B97F4A7C15);
    h = (h ^ h >> 29 ^ b) * UINT64_C(0xBF58476D1CE4E5B9);
    return (uint32_t)(h >> 40) % PAIRS;
}

struct pair *vg_pair_of(struct vg_behaviours *b, enum vg_event_kind kind, const struct vessel *x,
                        const struct vessel *y, bool make)
{
    const bool swap = x->mmsi > y->mmsi || (x->mmsi == y->mmsi && x->key > y->key);
    const struct vessel *a = swap ? y : x, *c = swap ? x : y;
    uint32_t i = home(a->key, c->key, kind);
    for (; b->pair[i].a; i = (i + 1) % PAIRS)
        if (b->pair[i].a == a->key && b->pair[i].b == c->key && b->pair[i].kind == kind) {
            b->pair[i].a_id = a->id, b->pair[i].b_id = c->id;
            return &b->pair[i];
        }
    if (!make)
        return NULL;
    if (b->pairs >= FULL_AT) {
        b->counters.pairs_dropped++;
        return NULL;
    }
    b->pairs++;
    b->pair[i] = (struct pair){.a = a->key,
                               .b = c->key,
                               .a_id = a->id,
                               .b_id = c->id,
                               .a_mmsi = a->mmsi,
                               .b_mmsi = c->mmsi,
                               .kind = (uint8_t)kind};
    return &b->pair[i];
}

/* Rows behind it that are not at home move up, so that a search may stop at a free one. */
void vg_pair_free(struct vg_behaviours *b, struct pair *p)
{
    uint32_t gap = (uint32_t)(p - b->pair);
    for (uint32_t i = (gap + 1) % PAIRS; b->pair[i].a; i = (i + 1) % PAIRS) {
        const uint32_t at = home(b->pair[i].a, b->pair[i].b, b->pair[i].kind);
        if ((i + PAIRS - at) % PAIRS >= (i + PAIRS - gap) % PAIRS) {
            b->pair[gap] = b->pair[i];
            gap = i;
        }
    }
    memset(&b->pair[gap], 0, sizeof b->pair[gap]);
    b->pairs--;
}
