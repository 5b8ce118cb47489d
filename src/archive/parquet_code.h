/*
 * Parquet's two integer encodings: the RLE and bit-packing hybrid, and DELTA_BINARY_PACKED. Reference: Encodings.md.
 *
 * Pure functions; any thread. Minimal bit widths win where values are noise. Where they repeat it is whole bytes, which
 * is what lets zstd find repetitions; both encodings allow widths that are larger than they must be.
 *
 * Decoders take any bytes, write at most `count` values and return the bytes they used, or 0 if the bytes are damaged.
 */
#ifndef VG_ARCHIVE_PARQUET_CODE_H
#define VG_ARCHIVE_PARQUET_CODE_H

#include "base/out.h"

/* Bits that hold `max`, at least 1, rounded up to a multiple of `align`. */
unsigned vg_bit_width(uint64_t max, unsigned align);

/* Values below 2^width, width 1–32. The length of the runs isn't written. */
void vg_hybrid_encode(struct vg_out *out, const uint32_t *values, size_t count, unsigned width);
/* The same for values of 0 and 1, at width 1. */
void vg_flags_encode(struct vg_out *out, const uint8_t *flags, size_t count);
size_t vg_flags_decode(const uint8_t *bytes, size_t len, uint8_t *flags, size_t count);
size_t vg_hybrid_decode(const uint8_t *bytes, size_t len, unsigned width, uint32_t *values, size_t count);

/*
 * Integers of 32 or 64 bits; differences wrap around. `framed`: instead of the least difference of each block and the
 * width that suits it, one frame for all, −2^(8k−1) and k whole bytes: the same difference always gives the same bytes.
 */
void vg_delta_encode(struct vg_out *out, const int64_t *values, size_t count, unsigned bits, bool framed);
/* There must be `count` values; the first `need` of them are wanted. */
size_t vg_delta_decode(const uint8_t *bytes, size_t len, unsigned bits, int64_t *values, size_t count, size_t need);

#endif
