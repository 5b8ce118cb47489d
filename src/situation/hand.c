#include "situation/hand.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

struct vg_hand {
    struct vg_hand_action *action; /* VG_HAND_MAX, in their order */
    size_t count;
    struct vg_hand_mark *mark; /* sorted by contact */
    size_t marks;
    uint64_t forgotten, last;
};

enum vg_err vg_hand_new(struct vg_hand **ret)
{
    struct vg_hand *h = calloc(1, sizeof *h);
    if (!h)
        return VG_NOMEM;
    h->action = calloc(VG_HAND_MAX, sizeof *h->action);
    h->mark = calloc(VG_HAND_MAX, sizeof *h->mark); /* an action marks one contact */
    if (!h->action || !h->mark) {
        vg_hand_free(h);
        return VG_NOMEM;
    }
    *ret = h;
    return VG_OK;
}

void vg_hand_free(struct vg_hand *h)
{
    if (!h)
        return;
    free(h->action);
    free(h->mark);
    free(h);
}

/* ---- what they amount to ---- */

/* The first mark that isn't before a contact's. */
static size_t place_of(const struct vg_hand *h, uint64_t contact)
{
    size_t low = 0, high = h->marks;
    while (low < high) {
        const size_t mid = (low + high) / 2;
        if (h->mark[mid].contact < contact)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

const struct vg_hand_mark *vg_hand_mark(const struct vg_hand *h, uint64_t contact)
{
    const size_t at = place_of(h, contact);
    return at < h->marks && h->mark[at].contact == contact ? &h->mark[at] : NULL;
}

static struct vg_hand_mark *make_mark(struct vg_hand *h, uint64_t contact)
{
    const size_t at = place_of(h, contact);
    if (at < h->marks && h->mark[at].contact == contact)
        return &h->mark[at];
    memmove(&h->mark[at + 1], &h->mark[at], (h->marks - at) * sizeof *h->mark);
    h->marks++;
    h->mark[at] = (struct vg_hand_mark){.contact = contact};
    return &h->mark[at];
}

static void mark(struct vg_hand *h, const struct vg_hand_action *a)
{
    switch ((enum vg_hand_kind)a->kind) {
    case VG_HAND_NAME:
        memcpy(make_mark(h, a->contact)->name, a->name, sizeof a->name);
        break;
    case VG_HAND_CLASSIFY:
        make_mark(h, a->contact)->thing = a->thing;
        break;
    case VG_HAND_DROP:
        make_mark(h, a->contact)->hidden = true;
        break;
    case VG_HAND_MERGE:
        make_mark(h, a->other)->hidden = true;
        break;
    case VG_HAND_START: {
        struct vg_hand_mark *m = make_mark(h, a->contact);
        m->kept = true;
        m->thing = a->thing;
        memcpy(m->name, a->name, sizeof a->name);
        break;
    }
    case VG_HAND_KEEP:
        make_mark(h, a->contact)->kept = true;
        break;
    case VG_HAND_RELEASE:
        make_mark(h, a->contact)->kept = false;
        break;
    default:
        break;
    }
}

static void mark_all(struct vg_hand *h)
{
    h->marks = 0;
    for (size_t i = 0; i < h->count; i++)
        if (!h->action[i].undone)
            mark(h, &h->action[i]);
}

/* ---- actions ---- */

enum vg_err vg_hand_add(struct vg_hand *h, const struct vg_hand_action *action)
{
    if (h->count == VG_HAND_MAX) {
        memmove(h->action, h->action + 1, (VG_HAND_MAX - 1) * sizeof *h->action);
        h->count--;
        h->forgotten++;
    }
    h->action[h->count++] = *action;
    if (action->number > h->last)
        h->last = action->number;
    mark_all(h);
    return VG_OK;
}

static struct vg_hand_action *find(const struct vg_hand *h, uint64_t number)
{
    for (size_t i = h->count; i--;)
        if (h->action[i].number == number)
            return &h->action[i];
    return NULL;
}

const struct vg_hand_action *vg_hand_find(const struct vg_hand *h, uint64_t number)
{
    return find(h, number);
}

void vg_hand_set_undone(struct vg_hand *h, uint64_t number)
{
    struct vg_hand_action *a = find(h, number);
    if (a)
        a->undone = true;
    mark_all(h);
}

size_t vg_hand_list(const struct vg_hand *h, uint64_t contact, struct vg_hand_action *ret, size_t cap)
{
    size_t n = 0;
    for (size_t i = h->count; i--;) {
        const struct vg_hand_action *a = &h->action[i];
        if (contact && a->contact != contact && a->other != contact)
            continue;
        if (n < cap)
            ret[n] = *a;
        n++;
    }
    return n;
}

uint64_t vg_hand_forgotten(const struct vg_hand *h)
{
    return h->forgotten;
}

uint64_t vg_hand_next(const struct vg_hand *h)
{
    return h->last + 1;
}

/* ---- saved ---- */

#define HEAD_SIZE  20 /* forgotten, last, count */
#define ENTRY_SIZE 51 /* and its line */

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static double double_of(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

void vg_hand_save(const struct vg_hand *h, struct vg_out *out)
{
    uint8_t head[HEAD_SIZE], row[ENTRY_SIZE];
    char line[VG_HAND_LINE];
    vg_put_u64(head, h->forgotten);
    vg_put_u64(head + 8, h->last);
    vg_put_u32(head + 16, (uint32_t)h->count);
    vg_out_bytes(out, head, sizeof head);
    for (size_t i = 0; i < h->count; i++) {
        const struct vg_hand_action *a = &h->action[i];
        struct vg_out text = vg_out_fixed(line, sizeof line);
        vg_hand_write(&text, a);
        vg_put_u64(row, a->number);
        vg_put_u64(row + 8, (uint64_t)a->time_us);
        vg_put_u64(row + 16, a->contact);
        vg_put_u64(row + 24, a->journal_offset);
        vg_put_u64(row + 32, bits_of(a->lat_before_deg));
        vg_put_u64(row + 40, bits_of(a->lon_before_deg));
        row[48] = a->undone;
        vg_put_u16(row + 49, (uint16_t)text.len);
        vg_out_bytes(out, row, sizeof row);
        vg_out_bytes(out, line, text.len);
    }
}

enum vg_err vg_hand_load(struct vg_hand *h, const void *bytes, size_t len)
{
    const uint8_t *p = bytes, *end = p + len;
    const char *why;
    if (len < HEAD_SIZE || vg_get_u32(p + 16) > VG_HAND_MAX)
        return VG_CORRUPT;
    const uint32_t count = vg_get_u32(p + 16);
    h->forgotten = vg_get_u64(p);
    h->last = vg_get_u64(p + 8);
    h->count = 0;
    p += HEAD_SIZE;
    for (uint32_t i = 0; i < count; i++) {
        if (end - p < ENTRY_SIZE || end - p - ENTRY_SIZE < vg_get_u16(p + 49))
            return VG_CORRUPT;
        struct vg_hand_action *a = &h->action[i];
        const uint16_t size = vg_get_u16(p + 49);
        if (vg_hand_parse((const char *)p + ENTRY_SIZE, size, a, &why))
            return VG_CORRUPT;
        a->number = vg_get_u64(p);
        a->time_us = (int64_t)vg_get_u64(p + 8);
        a->contact = vg_get_u64(p + 16);
        a->journal_offset = vg_get_u64(p + 24);
        a->lat_before_deg = double_of(vg_get_u64(p + 32));
        a->lon_before_deg = double_of(vg_get_u64(p + 40));
        a->undone = p[48] == 1;
        p += ENTRY_SIZE + size;
        h->count++;
    }
    mark_all(h);
    return p == end ? VG_OK : VG_CORRUPT;
}
