/*
 * Dice for the simulation: splitmix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA
 * 2014; constants of Vigna's public-domain splitmix64.c). One 64-bit word is the whole state, so every vessel carries
 * its own: what one of them draws never changes another's day. Any thread, on a state of its own.
 */
#ifndef VG_SIM_RNG_H
#define VG_SIM_RNG_H

#include <stdbool.h>
#include <stdint.h>

static inline uint64_t vg_rng_next(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* A stream of its own for the n-th thing of a seed. */
static inline uint64_t vg_rng_split(uint64_t seed, uint64_t n)
{
    uint64_t state = seed ^ (n * UINT64_C(0xD1342543DE82EF95) + 1);
    return vg_rng_next(&state);
}

/* In [0, 1). */
static inline double vg_rng_unit(uint64_t *state)
{
    return (double)(vg_rng_next(state) >> 11) * 0x1p-53;
}

static inline double vg_rng_range(uint64_t *state, double low, double high)
{
    return low + (high - low) * vg_rng_unit(state);
}

/* 0 … n − 1; n > 0. */
static inline uint32_t vg_rng_below(uint64_t *state, uint32_t n)
{
    return (uint32_t)(((vg_rng_next(state) >> 32) * n) >> 32);
}

static inline bool vg_rng_chance(uint64_t *state, double p)
{
    return vg_rng_unit(state) < p;
}

/* About normal, mean 0, deviation 1, within ±3.5: four uniforms added (Irwin–Hall), enough for a helmsman's hand. */
static inline double vg_rng_bell(uint64_t *state)
{
    double sum = 0;
    for (int i = 0; i < 4; i++)
        sum += vg_rng_unit(state);
    return (sum - 2.0) * 1.7320508075688772;
}

#endif
