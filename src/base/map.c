#include "base/map.h"

#include <stdlib.h>
#include <string.h>

static uint32_t home(const struct map *map, uint64_t key)
{
    key ^= key >> 33;
    key *= UINT64_C(0xff51afd7ed558ccd);
    return (uint32_t)(key ^ key >> 33) & map->mask;
}

bool vg_map_new(struct map *map, uint32_t entries)
{
    uint32_t size = 16;
    while (size < entries * 2)
        size *= 2;
    map->mask = size - 1;
    map->key = calloc(size, sizeof *map->key);
    map->value = calloc(size, sizeof *map->value);
    return map->key && map->value;
}

void vg_map_free(struct map *map)
{
    free(map->key);
    free(map->value);
}

static uint32_t place_of(const struct map *map, uint64_t key)
{
    uint32_t i = home(map, key);
    while (map->key[i] && map->key[i] != key)
        i = (i + 1) & map->mask;
    return i;
}

void vg_map_set(struct map *map, uint64_t key, uint32_t value)
{
    const uint32_t i = place_of(map, key);
    map->key[i] = key;
    map->value[i] = value;
}

bool vg_map_get(const struct map *map, uint64_t key, uint32_t *ret)
{
    const uint32_t i = place_of(map, key);
    if (map->key[i])
        *ret = map->value[i];
    return map->key[i] != 0;
}

void vg_map_remove(struct map *map, uint64_t key)
{
    uint32_t gap = place_of(map, key);
    if (!map->key[gap])
        return;
    for (uint32_t i = (gap + 1) & map->mask; map->key[i]; i = (i + 1) & map->mask)
        if (((i - home(map, map->key[i])) & map->mask) >= ((i - gap) & map->mask)) { /* it may stand in the gap */
            map->key[gap] = map->key[i];
            map->value[gap] = map->value[i];
            gap = i;
        }
    map->key[gap] = 0;
}

void vg_map_clear(struct map *map)
{
    memset(map->key, 0, (map->mask + (size_t)1) * sizeof *map->key);
}
