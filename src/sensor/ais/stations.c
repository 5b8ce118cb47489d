#include "sensor/ais/stations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS (2 * VG_STATIONS_MAX) /* half full at most */

_Static_assert(VG_STATIONS_MAX < UINT16_MAX, "numbers from 1");

enum vg_err vg_stations_init(struct vg_stations *s)
{
    struct vg_station_row *row = calloc(VG_STATIONS_MAX, sizeof *row);
    uint16_t *slot = calloc(SLOTS, sizeof *slot);
    if (!row || !slot) {
        free(row);
        free(slot);
        return VG_NOMEM;
    }
    *s = (struct vg_stations){.row = row, .slot = slot};
    return VG_OK;
}

static uint32_t home_of(const char *name)
{
    uint32_t h = 2166136261u; /* FNV-1a */
    for (; *name; name++)
        h = (h ^ (uint8_t)*name) * 16777619u;
    return h % SLOTS;
}

/* Where the name's number stands, or will stand. */
static uint32_t find(const struct vg_stations *s, const char *name)
{
    uint32_t slot = home_of(name);
    while (s->slot[slot] && strcmp(s->row[s->slot[slot] - 1].name, name) != 0)
        slot = (slot + 1) % SLOTS;
    return slot;
}

/* Closes the hole by moving back what stands behind it (Knuth 6.4, algorithm R). */
static void forget(struct vg_stations *s, uint32_t hole)
{
    for (uint32_t i = (hole + 1) % SLOTS; s->slot[i]; i = (i + 1) % SLOTS) {
        uint32_t home = home_of(s->row[s->slot[i] - 1].name);
        if ((i - home) % SLOTS >= (i - hole) % SLOTS) {
            s->slot[hole] = s->slot[i];
            hole = i;
        }
    }
    s->slot[hole] = 0;
}

/* Its row is given to another name soon. */
static bool is_old(const struct vg_stations *s, uint16_t number)
{
    uint32_t next = s->given % VG_STATIONS_MAX;
    return (number - 1 - next) % VG_STATIONS_MAX < VG_STATIONS_MAX / 2;
}

static uint16_t give(struct vg_stations *s, const char *name)
{
    uint32_t next = s->given++ % VG_STATIONS_MAX;
    struct vg_station_row *row = &s->row[next];
    if (*row->name) {
        uint32_t slot = find(s, row->name);
        if (s->slot[slot] == next + 1) /* else it moved on to another row */
            forget(s, slot);
        row->turn++;
    }
    snprintf(row->name, sizeof row->name, "%s", name);
    s->slot[find(s, name)] = (uint16_t)(next + 1);
    return (uint16_t)(next + 1);
}

uint16_t vg_stations_number(struct vg_stations *s, const char *name)
{
    if (!*name)
        return 0;
    uint16_t number = s->slot[find(s, name)];
    return number && !is_old(s, number) ? number : give(s, name);
}

const char *vg_stations_name(const struct vg_stations *s, uint16_t number)
{
    return number ? s->row[number - 1].name : "";
}

uint32_t vg_stations_turn(const struct vg_stations *s, uint16_t number)
{
    return number ? s->row[number - 1].turn : 0;
}

void vg_stations_free(struct vg_stations *s)
{
    free(s->row);
    free(s->slot);
    *s = (struct vg_stations){0};
}
