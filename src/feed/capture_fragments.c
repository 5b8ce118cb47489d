/* Datagrams of IP put together of their fragments (RFC 791 section 3.2, RFC 8200 section 4.5). */
#include <stdlib.h>
#include <string.h>

#include "feed/capture_inner.h"

#define DATAGRAM 65536
#define UNIT     8 /* bytes: fragments begin at multiples of it */

struct datagram {
    struct vg_ip_packet head; /* of its first packet */
    uint64_t used;            /* 0: free; else the number of the last fragment */
    unsigned fragments;
    size_t total; /* 0: not known yet */
    uint8_t have[DATAGRAM / UNIT / 8];
    uint8_t bytes[DATAGRAM];
};

struct vg_fragments {
    uint64_t count;
    struct datagram *slot[VG_CAPTURE_DATAGRAMS];
};

struct vg_fragments *vg_fragments_new(void)
{
    return calloc(1, sizeof(struct vg_fragments));
}

void vg_fragments_free(struct vg_fragments *f)
{
    for (int i = 0; f && i < VG_CAPTURE_DATAGRAMS; i++)
        free(f->slot[i]);
    free(f);
}

static bool is_of(const struct datagram *d, const struct vg_ip_packet *p)
{
    const struct vg_ip_packet *q = &d->head;
    return d->used && q->id == p->id && q->v6 == p->v6 && (p->v6 || q->protocol == p->protocol) &&
           memcmp(q->from, p->from, sizeof q->from) == 0 && memcmp(q->to, p->to, sizeof q->to) == 0;
}

static void drop(struct datagram *d, struct vg_capture_counts *counts)
{
    counts->lost_fragments += d->used ? d->fragments : 0;
    d->used = 0;
}

/* The datagram that a packet is part of; a new one takes the place of that which waits longest. NULL: no memory. */
static struct datagram *find(struct vg_fragments *f, const struct vg_ip_packet *p, struct vg_capture_counts *counts)
{
    struct datagram **oldest = NULL;
    for (int i = 0; i < VG_CAPTURE_DATAGRAMS; i++) {
        struct datagram **slot = &f->slot[i];
        if (*slot && is_of(*slot, p))
            return *slot;
        uint64_t used = *slot ? (*slot)->used : 0;
        if (!oldest || used < (*oldest ? (*oldest)->used : 0))
            oldest = slot;
    }
    if (!*oldest && !(*oldest = calloc(1, sizeof **oldest)))
        return NULL;
    struct datagram *d = *oldest;
    drop(d, counts);
    d->head = *p;
    d->fragments = 0;
    d->total = 0;
    memset(d->have, 0, sizeof d->have);
    return d;
}

static bool is_whole(const struct datagram *d)
{
    for (size_t unit = 0; unit * UNIT < d->total; unit++)
        if (!(d->have[unit / 8] & 1 << unit % 8))
            return false;
    return d->total > 0;
}

bool vg_fragments_add(struct vg_fragments *f, struct vg_ip_packet *p, struct vg_capture_counts *counts)
{
    size_t end = p->offset + p->len;
    bool usable = p->len == p->full && p->len > 0 && end <= DATAGRAM && (!p->more || p->len % UNIT == 0);
    struct datagram *d = usable ? find(f, p, counts) : NULL;
    if (!d) {
        counts->lost_fragments++;
        return false;
    }
    d->used = ++f->count;
    d->fragments++;
    memcpy(d->bytes + p->offset, p->payload, p->len);
    for (size_t unit = p->offset / UNIT; unit * UNIT < end; unit++)
        d->have[unit / 8] |= (uint8_t)(1 << unit % 8);
    if (!p->more)
        d->total = end;
    if (p->offset == 0)
        d->head.protocol = p->protocol;
    if (!is_whole(d))
        return false;
    d->used = 0;
    *p = d->head;
    p->fragment = false;
    p->payload = d->bytes;
    p->len = p->full = d->total;
    return true;
}

void vg_fragments_end(struct vg_fragments *f, struct vg_capture_counts *counts)
{
    for (int i = 0; i < VG_CAPTURE_DATAGRAMS; i++)
        if (f->slot[i])
            drop(f->slot[i], counts);
}
