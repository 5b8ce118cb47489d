#include "base/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/out.h"

#define SLOTS (2 * VG_SOURCE_MAX) /* power of two; half full at most */

enum vg_err vg_sources_init(struct vg_sources *s)
{
    s->rows = calloc(VG_SOURCE_MAX, sizeof *s->rows);
    s->slots = calloc(SLOTS, sizeof *s->slots);
    if (!s->rows || !s->slots) {
        vg_sources_free(s);
        return VG_NOMEM;
    }
    snprintf(s->rows[0].name, VG_SOURCE_NAME, "unknown");
    atomic_init(&s->count, 1);
    atomic_init(&s->overflowed, 0);
    return VG_OK;
}

void vg_sources_free(struct vg_sources *s)
{
    free(s->rows);
    free(s->slots);
    s->rows = NULL;
    s->slots = NULL;
}

static uint32_t hash_name(const char *name)
{
    uint32_t h = 2166136261u; /* FNV-1a */
    for (; *name; name++)
        h = (h ^ (uint8_t)*name) * 16777619u;
    return h;
}

static uint16_t intern(struct vg_sources *s, const char *name, uint16_t feed)
{
    uint32_t slot = hash_name(name) % SLOTS;
    for (; s->slots[slot]; slot = (slot + 1) % SLOTS)
        if (strcmp(s->rows[s->slots[slot]].name, name) == 0)
            return s->slots[slot];
    uint32_t id = atomic_load_explicit(&s->count, memory_order_relaxed);
    if (id == VG_SOURCE_MAX) {
        atomic_fetch_add_explicit(&s->overflowed, 1, memory_order_relaxed);
        return feed;
    }
    snprintf(s->rows[id].name, VG_SOURCE_NAME, "%s", name);
    s->rows[id].feed = feed ? feed : (uint16_t)id;
    s->slots[slot] = (uint16_t)id;
    atomic_store_explicit(&s->count, id + 1, memory_order_release);
    return (uint16_t)id;
}

uint16_t vg_source_feed(struct vg_sources *s, const char *name)
{
    char cut[VG_SOURCE_NAME];
    vg_text_plain(cut, sizeof cut, name, strlen(name));
    return intern(s, cut, 0);
}

uint16_t vg_source_station(struct vg_sources *s, uint16_t feed, const char *station, size_t len)
{
    char name[VG_SOURCE_NAME];
    size_t n = (size_t)snprintf(name, sizeof name, "%s/", vg_source_get(s, feed)->name);
    if (n < sizeof name)
        vg_text_plain(name + n, sizeof name - n, station, len);
    return intern(s, name, feed);
}

uint16_t vg_source_restore(struct vg_sources *s, const char *name, uint16_t feed)
{
    uint32_t next = atomic_load_explicit(&s->count, memory_order_relaxed);
    return intern(s, name, feed < next ? feed : 0);
}

const struct vg_source *vg_source_get(const struct vg_sources *s, uint16_t id)
{
    return &s->rows[id < atomic_load_explicit(&s->count, memory_order_acquire) ? id : 0];
}
