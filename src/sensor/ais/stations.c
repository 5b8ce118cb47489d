#include "sensor/ais/stations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS (2 * VG_STATIONS_MAX) /* half full at most */

enum vg_err vg_stations_init(struct vg_stations *s)
{
    char(*name)[sizeof *s->name] = calloc(VG_STATIONS_MAX, sizeof *name);
    uint16_t *slot = calloc(SLOTS, sizeof *slot);
    if (!name || !slot) {
        free(name);
        free(slot);
        return VG_NOMEM;
    }
    *s = (struct vg_stations){.name = name, .slot = slot};
    return VG_OK;
}

static uint32_t hash_name(const char *name)
{
    uint32_t h = 2166136261u; /* FNV-1a */
    for (; *name; name++)
        h = (h ^ (uint8_t)*name) * 16777619u;
    return h;
}

uint16_t vg_stations_number(struct vg_stations *s, const char *name)
{
    if (!*name)
        return 0;
    uint32_t slot = hash_name(name) % SLOTS;
    for (; s->slot[slot]; slot = (slot + 1) % SLOTS)
        if (strcmp(s->name[s->slot[slot] - 1], name) == 0)
            return s->slot[slot];
    if (s->count == VG_STATIONS_MAX)
        return 0;
    snprintf(s->name[s->count], sizeof *s->name, "%s", name);
    s->slot[slot] = ++s->count;
    return s->count;
}

const char *vg_stations_name(const struct vg_stations *s, uint16_t number)
{
    return number ? s->name[number - 1] : "";
}

void vg_stations_free(struct vg_stations *s)
{
    free(s->name);
    free(s->slot);
    *s = (struct vg_stations){0};
}
