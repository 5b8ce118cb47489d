/*
 * Integers as text without a loop over their digits: small ones from a table, others eight digits at a time in one
 * word.
 *
 * Each function writes at p, may write up to VG_DIGITS_ROOM bytes whatever the length of the text, and returns the end
 * of the text. Any thread.
 */
#ifndef VG_BASE_DIGITS_H
#define VG_BASE_DIGITS_H

#include <stdint.h>
#include <string.h>

#define VG_DIGITS_ROOM 32

/*
 * The eight decimal digits of v < 10^8, first digit in the lowest byte, as values 0–9. Divisions by 10 000, 100 and 10
 * done for all parts at once by multiplying: 10486/2^20 and 103/2^10 are exact for what they meet.
 */
static inline uint64_t vg_digits_eight(uint32_t v)
{
    uint64_t fours = v / 10000 | (uint64_t)(v % 10000) << 32;
    uint64_t hundreds = fours * 10486 >> 20 & UINT64_C(0x7F0000007F);
    uint64_t pairs = hundreds | (fours - 100 * hundreds) << 16;
    uint64_t tens = pairs * 103 >> 10 & UINT64_C(0x000F000F000F000F);
    return tens | (pairs - 10 * tens) << 8;
}

static inline void vg_digits_store(char *p, uint64_t digits)
{
    digits += UINT64_C(0x3030303030303030);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    digits = __builtin_bswap64(digits);
#endif
    memcpy(p, &digits, sizeof digits);
}

/* 0–999: up to three characters, then how many. Most numbers of a message are among them. */
extern const char vg_digits_thousand[1000][4];

/* v < 10^8 */
static inline char *vg_digits_small(char *p, uint32_t v)
{
    if (v < 1000) {
        memcpy(p, vg_digits_thousand[v], 4);
        return p + vg_digits_thousand[v][3];
    }
    uint64_t digits = vg_digits_eight(v);
    unsigned zeros = (unsigned)__builtin_ctzll(digits | UINT64_C(1) << 56) / 8; /* in front; the last digit stays */
    vg_digits_store(p, digits >> 8 * zeros);
    return p + 8 - zeros;
}

static inline char *vg_digits_uint(char *p, uint64_t v)
{
    if (v < 100000000)
        return vg_digits_small(p, (uint32_t)v);
    p = vg_digits_uint(p, v / 100000000);
    vg_digits_store(p, vg_digits_eight((uint32_t)(v % 100000000)));
    return p + 8;
}

/* A fraction of `decimals` digits, 1–8, part < 10^decimals: the point, then digits without trailing zeros, one at
 * least. */
static inline char *vg_digits_fraction(char *p, uint32_t part, unsigned decimals)
{
    static const uint32_t power[] = {100000000, 10000000, 1000000, 100000, 10000, 1000, 100, 10, 1};
    *p++ = '.';
    if (decimals == 1) {
        *p = (char)('0' + part);
        return p + 1;
    }
    uint64_t digits = vg_digits_eight(part * power[decimals]);
    vg_digits_store(p, digits);
    return p + (digits ? 8 - (unsigned)__builtin_clzll(digits) / 8 : 1);
}

#endif
