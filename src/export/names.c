#include "export/names.h"

#include <stdlib.h>
#include <string.h>

struct name_since {
    int64_t time_us;
    char name[VG_NAME_SIZE];
};

struct vg_name_slot {
    uint32_t mmsi; /* 0: free */
    uint32_t count, room;
    bool undated; /* all of them */
    int64_t last_us;
    struct name_since *at; /* ascending; no two neighbours have the same name */
};

void vg_names_init(struct vg_names *n)
{
    *n = (struct vg_names){0};
}

void vg_names_free(struct vg_names *n)
{
    for (size_t i = 0; i < n->cap; i++)
        free(n->slot[i].at);
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
    struct vg_names more = *n;
    more.cap = n->cap ? 2 * n->cap : 1024;
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

static enum vg_err make_room(struct vg_name_slot *s)
{
    if (s->count < s->room)
        return VG_OK;
    uint32_t room = s->room ? 2 * s->room : 1;
    struct name_since *more = realloc(s->at, room * sizeof *more);
    if (!more)
        return VG_NOMEM;
    s->at = more;
    s->room = room;
    return VG_OK;
}

/* True if a name that came now, dated or not, counts for the vessel. What had no date gives way to what has one. */
static bool is_wanted(struct vg_names *n, struct vg_name_slot *s, int64_t time_us, bool dated)
{
    if (s->count && s->undated && dated) {
        n->changes -= s->count;
        s->count = 0;
    }
    return !s->count || (s->undated == !dated && time_us >= s->last_us);
}

enum vg_err vg_names_add(struct vg_names *n, uint32_t mmsi, int64_t time_us, bool dated, const char *name)
{
    size_t len = strnlen(name, VG_NAME_SIZE - 1);
    if (!mmsi || !len)
        return VG_OK;
    if (2 * (n->count + 1) > n->cap && grow(n))
        return VG_NOMEM;
    struct vg_name_slot *s = find(n, mmsi);
    if (s->mmsi && !is_wanted(n, s, time_us, dated))
        return VG_OK;
    const struct name_since *last = s->count ? &s->at[s->count - 1] : NULL;
    bool same = last && !strncmp(last->name, name, len) && !last->name[len];
    if (same)
        s->last_us = time_us;
    bool full = n->changes == VG_NAMES_CHANGES_MAX || (!s->mmsi && n->count == VG_NAMES_MAX);
    n->left_out += !same && full;
    if (same || full)
        return VG_OK;
    if (make_room(s))
        return VG_NOMEM;
    n->count += !s->mmsi;
    n->changes++;
    s->mmsi = mmsi;
    s->undated = !dated;
    s->last_us = time_us;
    struct name_since *at = &s->at[s->count++];
    *at = (struct name_since){.time_us = time_us};
    memcpy(at->name, name, len);
    return VG_OK;
}

const char *vg_names_at(const struct vg_names *n, uint32_t mmsi, int64_t time_us)
{
    const struct vg_name_slot *s = n && n->cap ? find(n, mmsi) : NULL;
    if (!s || !s->count)
        return "";
    size_t low = 0, high = s->count; /* the last one that is not later lies in [low, high) */
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (s->at[middle].time_us <= time_us)
            low = middle;
        else
            high = middle;
    }
    return s->at[low].name;
}
