/* Raw bits of a message, inline for the hot paths. Within sensor/ais; others call vg_ais_uint() and its like. */
#ifndef VG_SENSOR_AIS_BITS_H
#define VG_SENSOR_AIS_BITS_H

#include <string.h>

#include "sensor/ais/ais.h"

#define VG_INLINE static inline __attribute__((always_inline))

/* Zeroes a struct of a size known here. Left to itself, GCC does it with `rep stos`, which takes longer than the rest
 * of the work on a message. */
VG_INLINE void clear_words(void *at, size_t size)
{
    typedef uint64_t pair __attribute__((vector_size(16), aligned(1), may_alias));
    char *p = at;
#pragma GCC unroll 32
    for (; size >= sizeof(pair); size -= sizeof(pair), p += sizeof(pair))
        *(pair *)(void *)p = (pair){0, 0};
    memset(p, 0, size);
}

/* Eight bytes, the first the highest. */
VG_INLINE uint64_t bits_word(const uint8_t *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    v = __builtin_bswap64(v);
#endif
    return v;
}

/* Up to 32 bits that begin inside the message: eight bytes hold them, and the payload has eight to spare. */
VG_INLINE uint32_t bits_uint(const struct vg_ais *msg, unsigned start, unsigned width)
{
    return (uint32_t)(bits_word(msg->payload + start / 8) << start % 8 >> (64 - width));
}

VG_INLINE int32_t bits_int(const struct vg_ais *msg, unsigned start, unsigned width)
{
    return (int32_t)((int64_t)(bits_word(msg->payload + start / 8) << start % 8) >> (64 - width));
}

/* A row whose bits are two's complement. */
VG_INLINE bool is_signed(const struct vg_ais_field *f)
{
    return f->kind == VG_AIS_INT || f->kind == VG_AIS_LON || f->kind == VG_AIS_LAT || f->kind == VG_AIS_TURN;
}

/*
 * Eight 6-bit characters as ASCII in memory order, from any bit inside the message. *ret_ended: how many stand before
 * the first @, which ends a text; 8: none is there.
 */
VG_INLINE uint64_t bits_text8(const struct vg_ais *msg, unsigned start, unsigned *ret_ended)
{
    uint64_t x = bits_word(msg->payload + start / 8) << start % 8 >> 16;
    x = (x & UINT64_C(0xFFFFFF000000)) << 8 | (x & UINT64_C(0xFFFFFF));
    x = (x & UINT64_C(0x00FFF00000FFF000)) << 4 | (x & UINT64_C(0x00000FFF00000FFF));
    x = (x & UINT64_C(0x0FC00FC00FC00FC0)) << 2 | (x & UINT64_C(0x003F003F003F003F));
    /* No byte is over 63: adding 127 sets the top bit of each that isn't zero, and carries into no other. */
    uint64_t not_zero = (x + UINT64_C(0x7F7F7F7F7F7F7F7F)) & UINT64_C(0x8080808080808080);
    uint64_t zero = ~not_zero & UINT64_C(0x8080808080808080);
    *ret_ended = zero ? (unsigned)__builtin_clzll(zero) / 8 : 8;
    x += (~x & UINT64_C(0x2020202020202020)) << 1; /* 0–31 are 64–95; 32–63 stay */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    x = __builtin_bswap64(x);
#endif
    return x;
}

/* `count` characters from `start` as vg_ais_text(); `out` has room for count + 8. All are inside the message. */
VG_INLINE size_t bits_text(const struct vg_ais *msg, unsigned start, unsigned count, char *out)
{
    size_t n = 0;
    while (n < count) {
        unsigned ended;
        uint64_t eight = bits_text8(msg, start + 6 * (unsigned)n, &ended);
        memcpy(out + n, &eight, sizeof eight);
        n += ended;
        if (ended < 8)
            break;
    }
    if (n > count)
        n = count;
    while (n && out[n - 1] == ' ')
        n--;
    out[n] = '\0';
    return n;
}

#endif
