#include "export/names.h"

#include <stdlib.h>
#include <string.h>

struct vg_name_slot {
    uint32_t mmsi; /* 0: free */
    int64_t time_us;
    char name[VG_NAME_SIZE];
};

void vg_names_init(struct vg_names *n)
{
    *n = (struct vg_names){0};
}

void vg_names_free(struct vg_names *n)
{
    free(n->slot);
    *n = (struct vg_names){0};
}

/* The vessel's slot, or the free one where it belongs. */
static struct vg_name_slot *find(const struct vg_names *n, uint32_t mmsi)
{
    size_t i = (mmsi * 2654435761u) & (n->cap - 1);
    while (n->slot[i].mmsi && n->slot[i].mmsi != mmsi)
        i = (i + 1) & (n->cap - 1);
    return &n->slot[i];
}

static enum vg_err grow(struct vg_names *n)
{
    struct vg_names more = {.cap = n->cap ? 2 * n->cap : 1024, .count = n->count};
    more.slot = calloc(more.cap, sizeof *more.slot);
    if (!more.slot)
        return VG_NOMEM;
    for (size_t i = 0; i < n->cap; i++)
        if (n->slot[i].mmsi)
            *find(&more, n->slot[i].mmsi) = n->slot[i];
    free(n->slot);
    *n = more;
    return VG_OK;
}

enum vg_err vg_names_add(struct vg_names *n, uint32_t mmsi, int64_t time_us, const char *name)
{
    if (!mmsi || !*name)
        return VG_OK;
    if (2 * (n->count + 1) > n->cap && grow(n))
        return VG_NOMEM;
    struct vg_name_slot *s = find(n, mmsi);
    if (!s->mmsi) {
        if (n->count == VG_NAMES_MAX)
            return VG_OK;
        n->count++;
    } else if (s->time_us > time_us) {
        return VG_OK;
    }
    s->mmsi = mmsi;
    s->time_us = time_us;
    size_t len = strnlen(name, VG_NAME_SIZE - 1);
    memcpy(s->name, name, len);
    s->name[len] = '\0';
    return VG_OK;
}

const char *vg_names_of(const struct vg_names *n, uint32_t mmsi)
{
    return n && n->cap ? find(n, mmsi)->name : "";
}
