/* FNV-1a, 64 bits: byte by byte, the same on every machine. For ids and for comparing; not against an adversary. */
#ifndef VG_BASE_FNV_H
#define VG_BASE_FNV_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define VG_FNV_BEGIN UINT64_C(0xCBF29CE484222325)

static inline uint64_t vg_fnv(uint64_t hash, const void *bytes, size_t len)
{
    for (const uint8_t *p = (const uint8_t *)bytes; len--; p++)
        hash = (hash ^ *p) * UINT64_C(0x100000001B3);
    return hash;
}

static inline uint64_t vg_fnv_text(uint64_t hash, const char *text)
{
    return vg_fnv(hash, text, strlen(text));
}

/* A number's bytes, the lowest first. */
static inline uint64_t vg_fnv_number(uint64_t hash, uint64_t number)
{
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(number >> 8 * i);
    return vg_fnv(hash, bytes, sizeof bytes);
}

#endif
