/* Numbers to slots of a table: open addressing of fixed size. Nobody walks through it, so its order tells nothing. */
#ifndef VG_BASE_MAP_H
#define VG_BASE_MAP_H

#include <stdbool.h>
#include <stdint.h>

struct map {
    uint64_t *key; /* 0: free */
    uint32_t *value;
    uint32_t mask;
};

bool vg_map_new(struct map *map, uint32_t entries); /* false: no memory */
void vg_map_free(struct map *map);
void vg_map_set(struct map *map, uint64_t key, uint32_t value); /* key ≠ 0; at most as many as were told */
bool vg_map_get(const struct map *map, uint64_t key, uint32_t *ret);
void vg_map_remove(struct map *map, uint64_t key);
void vg_map_clear(struct map *map);

#endif
